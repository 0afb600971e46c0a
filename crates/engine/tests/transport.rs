//! Stories of flights, units, bookings, mail and express: facts in order, and what the gate answers.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::world::*;
use casework::case::ReferralKind;
use casework::gate::{Aircraft, Answer, AskedLeg, Decision, Stage};
use consignment::fact::{
    AuthorityFact, AuthoritySaid, AuthorityWord, Build, Content, Custody, CustodyEvent, Fact, FlightName,
    Loading, ObjectName, OfficerDeed, Schedule, UnitName, What, Word,
};
use consignment::goods::GoodsLine;
use consignment::ident::{Flight, HouseWaybill, Location, Receptacle, RegulatedEntity, UnitLoadDevice};
use consignment::measure::Weight;
use consignment::route::RouteBasis;
use consignment::security::{
    DeclaredEntity, DeclaredMethod, IssuedAt, ScreeningMethod, SecurityStatus, StatusSource,
};
use consignment::{
    Consignment, ConsignmentKey, DocumentKind, Leg, Mode as Way, PartialDate, Party, SecurityDeclaration,
};
use engine::{AuthorityAct, Channel, Command, EngineError, Reply};
use programme::{Mode, ProgrammeId};

fn set(world: &mut World, at: &str) {
    world.engine.clock_mut().0 = at.parse().unwrap();
}

fn tell_as(world: &mut World, channel: Channel, what: What) -> Result<Reply, EngineError> {
    world.engine.handle(Command::Fact { fact: Fact { id: None, at: None, by: None, what }, channel })
}

fn tell(world: &mut World, what: What) -> Reply {
    // Whoever books and loads here is a desk.
    let desks = || ["desk", "post", "carrier"].map(Into::into).into();
    world.engine.settings_mut().desks.get_or_insert_with(desks);
    tell_as(world, Channel::filer("desk"), what).unwrap()
}

fn refused(result: Result<Reply, EngineError>) -> &'static str {
    match result {
        Err(EngineError::Refused(refusal)) => refusal.0.code.id(),
        other => panic!("{other:?}"),
    }
}

fn peek(world: &mut World, object: ObjectName, stage: Stage, aircraft: Option<Aircraft>) -> Answer {
    peek_on(world, object, AskedLeg::First, stage, aircraft)
}

fn peek_on(
    world: &mut World,
    object: ObjectName,
    leg: AskedLeg,
    stage: Stage,
    aircraft: Option<Aircraft>,
) -> Answer {
    match world.engine.handle(Command::PeekObject { object, leg, stage, aircraft }).unwrap() {
        Reply::Answered(answer) => *answer,
        other => panic!("{other:?}"),
    }
}

fn view(world: &mut World, key: &ConsignmentKey) -> Box<engine::ConsignmentView> {
    let object = world.engine.find(key).unwrap().unwrap();
    match world.engine.handle(Command::View { object }).unwrap() {
        Reply::Viewed(view) => view,
        other => panic!("{other:?}"),
    }
}

fn at(code: &str) -> Location {
    Location::parse(code).unwrap()
}

fn departure(flight: &str, date: &str, from: &str, to: &str) -> FlightName {
    FlightName {
        flight: Flight::parse(flight).unwrap(),
        date: date.parse().unwrap(),
        from: at(from),
        to: at(to),
    }
}

fn leg_of(name: FlightName, mode: Way) -> Leg {
    Leg {
        mode,
        flight: Some(name.flight),
        carrier: Some(name.flight.carrier()),
        date: Some(PartialDate::whole(name.date)),
        basis: RouteBasis::Scheduled,
        ..Leg::assumed(name.from, name.to)
    }
}

fn on(name: FlightName) -> AskedLeg {
    AskedLeg::Named {
        from: name.from,
        to: name.to,
        flight: Some(name.flight),
        date: Some(PartialDate::whole(name.date)),
    }
}

fn schedule(flight: FlightName, departs_at: Option<&str>, passengers: Option<bool>) -> What {
    let departs_at = departs_at.map(|text| text.parse().unwrap());
    What::Schedule(Schedule { flight, departs_at, passengers, by_road: false, cancelled: false })
}

fn number(house: &str) -> ConsignmentKey {
    ConsignmentKey { master: None, house: Some(HouseWaybill::parse(house).unwrap()) }
}

fn unit(name: &str) -> UnitName {
    UnitName::Device(UnitLoadDevice::parse(name).unwrap())
}

fn receptacle(name: &str) -> UnitName {
    UnitName::Receptacle(Receptacle::parse(name).unwrap())
}

fn all(object: ConsignmentKey) -> Content {
    Content { object, pieces: Vec::new(), count: None, weight: None, position: None }
}

fn piece(object: ConsignmentKey, piece: u32, position: &str) -> Content {
    Content { pieces: vec![piece], position: Some(position.into()), ..all(object) }
}

fn some(object: ConsignmentKey, count: u32) -> Content {
    Content { count: Some(count), ..all(object) }
}

fn built(unit: &UnitName, contents: Vec<Content>, complete: bool) -> What {
    What::Built(Build { unit: unit.clone(), contents, complete })
}

fn loaded(flight: FlightName, object: ObjectName, how: Loading) -> What {
    What::Loaded { flight, object, how }
}

fn secured(status: SecurityStatus, methods: &[ScreeningMethod], issued: &str) -> SecurityDeclaration {
    SecurityDeclaration {
        issuer: Some(DeclaredEntity {
            entity: RegulatedEntity::parse("DE/RA/01234-01").unwrap(),
            expiry: None,
        }),
        statuses: vec![(status, StatusSource::SpecialHandling)],
        methods: methods
            .iter()
            .map(|method| DeclaredMethod { method: *method, as_sent: String::new() })
            .collect(),
        issued_by: Some("A KELLER".to_owned()),
        issued_at: Some(IssuedAt::DateTime(issued.parse().unwrap())),
        ..SecurityDeclaration::default()
    }
}

fn filed_alone(
    kind: DocumentKind,
    house: &str,
    pieces: u32,
    leg: Leg,
    security: SecurityDeclaration,
) -> Consignment {
    let party = |name: &str| Some(Party { name: name.into(), ..Party::default() });
    Consignment {
        kind,
        house: HouseWaybill::parse(house).ok(),
        origin: Some(leg.from),
        destination: Some(leg.to),
        legs: vec![leg],
        pieces: Some(pieces),
        weight: Some(Weight::kilograms((pieces * 2).into())),
        goods: vec![GoodsLine { description: "COTTON SHIRTS".into(), ..GoodsLine::default() }],
        shipper: party("LANTERN TAILORS"),
        consignee: party("E MARSH"),
        security: Some(security),
        ..Consignment::default()
    }
}

fn filed(consignment: Consignment) -> What {
    What::Filed(Box::new(consignment))
}

fn clear(world: &mut World, programme: &str, object: &ConsignmentKey) {
    for act in [
        AuthorityAct::Acknowledge { object: object.clone(), version: None },
        AuthorityAct::Complete { object: object.clone(), version: None },
    ] {
        world.done(programme, act);
    }
}

fn text(answer: &Answer) -> Vec<String> {
    let holding = answer.reasons.iter().filter(|reason| reason.holds());
    holding.map(|reason| format!("{} {}", reason.code.id(), reason.object)).collect()
}

/// Programmes belong to legs: re-booked to a truck the Canadian case is not required, and its request stays.
#[test]
fn s4_rebooked_to_a_truck_and_back() {
    let mut world = World::new(Mode::Relay);
    let object = key("888-10004046", None);
    let goods = "/NG/TITANIUM BONE SCREWS\r\n/2/NH/902110\r\n";
    world.file_as(&fwb("888-10004046", "ZRH", "YYZ", "T6K120", "JFK9Z/YYZ9Z", goods, SECURED), "carrier");
    let first = departure("9Z300", "2026-11-24", "ZRH", "JFK");
    let by_air = departure("9Z777", "2026-11-25", "JFK", "YYZ");
    let by_truck = departure("9Z9777", "2026-11-25", "JFK", "YYZ");
    let booked = |legs: Vec<Leg>| What::Booked { object: object.clone(), legs };
    tell(&mut world, booked(vec![leg_of(first, Way::Air), leg_of(by_air, Way::Air)]));
    tell(&mut world, schedule(first, Some("2026-11-24T13:00"), Some(true)));
    clear(&mut world, "us-acas", &object);
    world.done("ca-pact", AuthorityAct::Acknowledge { object: object.clone(), version: None });
    let name = || ObjectName::Consignment(object.clone());
    world.at("06:30").done("ca-pact", open(object.clone(), ReferralKind::Rfi, "PACT-1"));
    let answer = peek_on(&mut world, name(), on(first), Stage::Load, None);
    assert_eq!((answer.decision, holding(&answer)), (Decision::Load, vec![]));
    assert!(codes_of(&answer).contains(&"later-leg"));
    assert_eq!(answer.valid_until, Some("2026-11-24T07:30:00Z".parse().unwrap()));
    let answer = peek_on(&mut world, name(), on(by_air), Stage::Load, None);
    assert_eq!(text(&answer), ["rfi-open 888-10004046"]);

    set(&mut world, "2026-11-24T14:00:00Z");
    tell(&mut world, What::Departed { flight: first });
    assert_eq!(
        text(&peek_on(&mut world, name(), on(first), Stage::Load, None)),
        ["leg-departed 888-10004046"]
    );

    world.at("18:00");
    tell(&mut world, booked(vec![leg_of(by_truck, Way::Road)]));
    let seen = view(&mut world, &object);
    let canada = seen.cases.iter().find(|case| case.programme == ProgrammeId::new("ca-pact")).unwrap();
    assert_eq!(
        canada.not_required.as_deref(),
        Some("JFK-YYZ goes by road: ca-pact covers arrival by air"),
        "{canada:?}"
    );
    assert!(canada.referrals.iter().any(|referral| referral.open), "the request stays open and visible");
    let answer = peek_on(&mut world, name(), on(by_truck), Stage::Load, None);
    assert_eq!((answer.decision, text(&answer)), (Decision::Load, vec![]));
    let answer = peek_on(&mut world, name(), on(by_air), Stage::Load, None);
    assert_eq!(text(&answer), ["leg-not-on-route 888-10004046"]);

    world.at("19:00");
    tell(&mut world, booked(vec![leg_of(by_air, Way::Air)]));
    let answer = peek_on(&mut world, name(), on(by_air), Stage::Load, None);
    assert_eq!(text(&answer), ["rfi-open 888-10004046"]);
}

/// A station may stop at origin what a later leg will hold, and says that this is its policy.
#[test]
fn s4_a_station_may_hold_upstream() {
    let mut settings = engine::Settings::simulated();
    settings.modes = settings.programmes.keys().map(|programme| (programme.clone(), Mode::Relay)).collect();
    settings.hold_upstream = true;
    let clock = engine::memory::SetClock("2026-11-24T06:00:00Z".parse().unwrap());
    let engine = engine::Engine::new(
        settings,
        engine::memory::MemoryJournal::default(),
        clock,
        engine::memory::MemoryOutbox::default(),
    );
    let mut world = World { engine };
    let object = key("888-10004046", None);
    let goods = "/NG/TITANIUM BONE SCREWS\r\n/2/NH/902110\r\n";
    world.file_as(&fwb("888-10004046", "ZRH", "YYZ", "T6K120", "JFK9Z/YYZ9Z", goods, SECURED), "carrier");
    clear(&mut world, "us-acas", &object);
    world.done("ca-pact", AuthorityAct::Acknowledge { object: object.clone(), version: None });
    assert_eq!(world.load(&object).decision, Decision::Load);
    world.done("ca-pact", open(object.clone(), ReferralKind::Rfi, "PACT-1"));
    let answer = world.load(&object);
    let held = answer.reasons.iter().find(|reason| reason.holds()).unwrap();
    assert_eq!(
        held.message(finding::Language::English),
        "888-10004046 is held here by policy of the station, not by law: on 9Z/JFK-YYZ, RFI of ca-pact is open."
    );
}

/// A channel that is no configured desk may add what holds and free nothing.
#[test]
fn only_a_desk_frees() {
    let mut world = World::new(Mode::Relay);
    let mut settings = world.engine.settings().clone();
    settings.desks = Some([std::sync::Arc::from("desk")].into());
    let clock = engine::memory::SetClock("2026-11-24T06:00:00Z".parse().unwrap());
    world.engine = engine::Engine::new(
        settings,
        engine::memory::MemoryJournal::default(),
        clock,
        engine::memory::MemoryOutbox::default(),
    );
    let flight = departure("9Z700", "2026-11-24", "LOS", "FRA");
    let stranger = || Channel::filer("stranger");
    let can = unit("AKE123459Z");
    let object = key("888-10015154", None);
    assert_eq!(refused(tell_as(&mut world, stranger(), schedule(flight, None, Some(false)))), "not-a-desk");
    assert_eq!(refused(tell_as(&mut world, stranger(), What::Departed { flight })), "not-a-desk");
    assert!(tell_as(&mut world, stranger(), schedule(flight, None, Some(true))).is_ok());
    // What somebody else lists is in it; that it is all of it is for the builder to say.
    tell(&mut world, built(&can, vec![all(object.clone())], true));
    let other = built(&can, vec![all(number("UNKNOWN1"))], true);
    assert!(tell_as(&mut world, stranger(), other).is_ok());
    let answer = peek(&mut world, ObjectName::Unit(can.clone()), Stage::Build, None);
    assert_eq!(text(&answer), ["content-unknown 888-10015154", "content-unknown house UNKNOWN1"]);
    let off = loaded(flight, ObjectName::Unit(can), Loading::Offloaded);
    assert_eq!(refused(tell_as(&mut world, stranger(), off)), "not-a-desk");
}

const R1: &str = "HKHKGADEFRAAAUN60451001110123";
const R2: &str = "HKHKGADEFRAAAUN60451002110118";
const R3: &str = "HKHKGADEFRAAAUN60451003110060";
const R9: &str = "HKHKGADEFRAAAUN60451009110060";
const ELSEWHERE: &str = "HKHKGADEFRAAAUN60452001110060";

/// A request on one item holds its receptacle; a receptacle that was opened is void for ever.
#[test]
fn s6_an_item_inside_a_closed_receptacle() {
    let mut world = World::new(Mode::Relay);
    let flight = departure("8Z400", "2026-11-24", "HKG", "FRA");
    let [i013, i027, i035] = ["LX400100013HK", "LX400100027HK", "LX400100035HK"];
    let leg = || leg_of(flight, Way::Air);
    let xry = secured(SecurityStatus::Spx, &[ScreeningMethod::Xry], "2026-11-24T10:00:00");
    let post = |world: &mut World, what| tell_as(world, Channel::filer("post"), what).unwrap();
    let [r1, r2, r3] = [R1, R2, R3].map(receptacle);
    world.at("03:00");
    for item in [i013, i027, i035] {
        post(&mut world, filed(filed_alone(DocumentKind::MailItem, item, 1, leg(), xry.clone())));
    }
    let ask = |world: &mut World, of: &UnitName| {
        text(&peek_on(
            world,
            ObjectName::Unit(of.clone()),
            on(flight),
            Stage::Load,
            Some(Aircraft::Passenger),
        ))
    };
    assert_eq!(ask(&mut world, &r1), [format!("content-unknown {R1}")]);
    assert_eq!(ask(&mut world, &r2), [format!("content-unknown {R2}")]);

    world.at("05:00");
    post(&mut world, built(&r1, vec![all(number(i013)), all(number(i027))], true));
    post(&mut world, built(&r2, vec![all(number(i035))], true));
    for item in [i013, i027, i035] {
        world.done("eu-ics2", AuthorityAct::Acknowledge { object: number(item), version: None });
    }
    for item in [i027, i035] {
        world.done("eu-ics2", AuthorityAct::Complete { object: number(item), version: None });
    }
    assert_eq!(ask(&mut world, &r1), ["assessment-pending house LX400100013HK"]);
    assert_eq!(ask(&mut world, &r2), Vec::<String>::new());

    world.at("05:30").done("eu-ics2", open(number(i013), ReferralKind::Rfs, "Q03-1"));
    assert_eq!(
        ask(&mut world, &r1),
        ["rfs-open house LX400100013HK", "hrcm-not-screened house LX400100013HK"]
    );
    assert_eq!(ask(&mut world, &r2), Vec::<String>::new());

    world.at("06:00");
    post(&mut world, What::Opened { unit: r1.clone(), why: "ITEM TAKEN OUT".into() });
    assert_eq!(ask(&mut world, &r1), [format!("receptacle-void {R1}")]);
    assert_eq!(ask(&mut world, &r3), [format!("content-unknown {R3}")]);
    let again = built(&r1, vec![all(number(i027))], true);
    assert_eq!(refused(tell_as(&mut world, Channel::filer("post"), again)), "receptacle-not-reused");

    world.at("06:05");
    post(&mut world, built(&r3, vec![all(number(i027))], true));
    assert_eq!(ask(&mut world, &r3), Vec::<String>::new());
    let loose = |world: &mut World| {
        text(&peek_on(world, ObjectName::Consignment(number(i013)), on(flight), Stage::Load, None))
    };
    assert!(loose(&mut world).contains(&"item-loose house LX400100013HK".to_owned()));

    // Screened by two methods, answered, and assessed again.
    world.at("07:00");
    let methods = [ScreeningMethod::Xry, ScreeningMethod::Etd];
    let shr = secured(SecurityStatus::Shr, &methods, "2026-11-24T14:50:00");
    post(&mut world, filed(filed_alone(DocumentKind::MailItem, i013, 1, leg(), shr)));
    world.done("eu-ics2", AuthorityAct::Acknowledge { object: number(i013), version: Some(2) });
    world.done(
        "eu-ics2",
        AuthorityAct::Close { kind: ReferralKind::Rfs, reference: "Q03-1".into(), object: number(i013) },
    );
    assert_eq!(
        loose(&mut world),
        ["item-loose house LX400100013HK", "assessment-pending house LX400100013HK"]
    );
    set(&mut world, "2026-11-24T07:40:00Z");
    world.done("eu-ics2", AuthorityAct::Complete { object: number(i013), version: Some(2) });
    assert_eq!(loose(&mut world), ["item-loose house LX400100013HK"]);
    let r4 = receptacle("HKHKGADEFRAAAUN60451004110060");
    post(&mut world, built(&r4, vec![all(number(i013))], true));
    assert_eq!(loose(&mut world), Vec::<String>::new());
    assert_eq!(ask(&mut world, &r4), Vec::<String>::new());
}

/// A do-not-load that lists a receptacle nobody knows holds every receptacle of its dispatch.
#[test]
fn s6_a_do_not_load_on_an_unknown_receptacle() {
    let mut world = World::new(Mode::Relay);
    let flight = departure("8Z400", "2026-11-24", "HKG", "FRA");
    let xry = secured(SecurityStatus::Spx, &[ScreeningMethod::Xry], "2026-11-24T10:00:00");
    let items = [("LX400100013HK", R1), ("LX400100027HK", R2), ("LX400100035HK", ELSEWHERE)];
    for (item, into) in items {
        let leg = leg_of(flight, Way::Air);
        tell(&mut world, filed(filed_alone(DocumentKind::MailItem, item, 1, leg, xry.clone())));
        tell(&mut world, built(&receptacle(into), vec![all(number(item))], true));
        clear(&mut world, "eu-ics2", &number(item));
    }
    let ask = |world: &mut World, of: &str| {
        text(&peek_on(world, ObjectName::Unit(receptacle(of)), on(flight), Stage::Load, None))
    };
    for (_, of) in items {
        assert_eq!(ask(&mut world, of), Vec::<String>::new(), "{of}");
    }
    let order = |unit: &str, word: Word| {
        What::Authority(Box::new(AuthorityFact {
            programme: "eu-ics2".into(),
            said: AuthoritySaid::Plain(AuthorityWord {
                object: ObjectName::Unit(receptacle(unit)),
                version: None,
                word,
            }),
        }))
    };
    let opened = || Word::Opened {
        kind: ReferralKind::Dnl,
        reference: "Q01-7".into(),
        text: String::new(),
        reason: None,
        methods: Vec::new(),
        deadline: None,
    };
    let closed = || Word::Closed { kind: ReferralKind::Dnl, reference: "Q01-7".into() };
    let authority = || Channel::authority(ProgrammeId::new("eu-ics2"));
    tell_as(&mut world, authority(), order(R9, opened())).unwrap();
    assert_eq!(ask(&mut world, R1), [format!("content-unknown {R1}")]);
    assert_eq!(ask(&mut world, R2), [format!("content-unknown {R2}")]);
    assert_eq!(ask(&mut world, ELSEWHERE), Vec::<String>::new(), "another dispatch");
    let elsewhere = tell_as(&mut world, Channel::filer("post"), order(R9, closed()));
    assert_eq!(refused(elsewhere), "claim-not-authentic");
    tell_as(&mut world, authority(), order(R9, closed())).unwrap();
    assert_eq!(ask(&mut world, R1), Vec::<String>::new());

    // An order on a receptacle that is known holds what is in it, also after it was opened.
    tell_as(&mut world, authority(), order(R1, opened())).unwrap();
    assert_eq!(ask(&mut world, R1), [format!("dnl-open {R1}"), "dnl-open house LX400100013HK".to_owned()]);
    // What was filed with the same parties and goods resembles what is in it.
    assert_eq!(ask(&mut world, R2), ["resembles-dnl house LX400100027HK"]);
    tell(&mut world, What::Opened { unit: receptacle(R1), why: "OPENED".into() });
    tell(&mut world, built(&receptacle(R3), vec![all(number("LX400100013HK"))], true));
    assert_eq!(ask(&mut world, R3), ["dnl-open house LX400100013HK"]);
}

/// Mail into Canada opens no case, and is secured all the same.
#[test]
fn s6_mail_is_out_of_scope_of_canada_and_still_secured() {
    let mut world = World::new(Mode::Relay);
    let flight = departure("8Z401", "2026-11-24", "HKG", "YVR");
    let item = number("LX400100013HK");
    let leg = leg_of(flight, Way::Air);
    let bare = filed_alone(DocumentKind::MailItem, "LX400100013HK", 1, leg, SecurityDeclaration::default());
    tell(&mut world, filed(bare));
    tell(&mut world, built(&receptacle(R1), vec![all(item.clone())], true));
    let seen = view(&mut world, &item);
    let canada = seen.cases.iter().find(|case| case.programme == ProgrammeId::new("ca-pact")).unwrap();
    assert_eq!(canada.not_required.as_deref(), Some("ca-pact leaves mail out"));
    let answer =
        peek_on(&mut world, ObjectName::Consignment(item), on(flight), Stage::Load, Some(Aircraft::AllCargo));
    assert_eq!(text(&answer), ["status-nsc house LX400100013HK"]);
}

fn shipment(index: usize) -> (String, u32) {
    (format!("1Z{index:07}"), if index <= 22 { 2 } else { 1 })
}

/// An express wave: every piece is asked for, and a number that comes back after its period is new.
#[test]
fn s10_express_piece_by_piece() {
    let mut world = World::new(Mode::Relay);
    let flight = departure("7Z10", "2026-11-25", "CGN", "SDF");
    let xry = |issued: &str| secured(SecurityStatus::Spx, &[ScreeningMethod::Xry], issued);
    let file = |world: &mut World, name: &str, pieces: u32, issued: &str| {
        let one = filed_alone(DocumentKind::Express, name, pieces, leg_of(flight, Way::Air), xry(issued));
        tell(world, filed(one));
    };
    let ours = number("1Z0000077");

    // Eleven months ago the same number had an order that was cancelled.
    set(&mut world, "2025-12-24T20:00:00Z");
    file(&mut world, "1Z0000077", 1, "2025-12-24T20:00:00");
    world.done("us-acas", open(ours.clone(), ReferralKind::Dnl, "OLD-1"));
    let close =
        AuthorityAct::Close { kind: ReferralKind::Dnl, reference: "OLD-1".into(), object: ours.clone() };
    world.done("us-acas", close);

    set(&mut world, "2026-11-24T21:10:00Z");
    tell(&mut world, schedule(flight, Some("2026-11-25T03:30"), Some(false)));
    let others: Vec<(String, u32)> = (1..=190).filter(|index| *index != 77).map(shipment).collect();
    for (name, pieces) in &others {
        file(&mut world, name, *pieces, "2026-11-24T22:00:00");
        clear(&mut world, "us-acas", &number(name));
    }
    file(&mut world, "1Z0000077", 2, "2026-11-24T22:00:00");
    world.done("us-acas", AuthorityAct::Acknowledge { object: ours.clone(), version: None });

    set(&mut world, "2026-11-24T22:41:00Z");
    let answer = peek(&mut world, ObjectName::Piece(ours.clone(), 1), Stage::Build, None);
    assert_eq!(text(&answer), ["assessment-pending house 1Z0000077"]);
    assert_eq!(answer.aircraft, Aircraft::AllCargo, "the flight says so");

    let can = unit("AKE333337Z");
    let contents: Vec<Content> = others
        .iter()
        .map(|(name, pieces)| Content { pieces: (1..=*pieces).collect(), ..all(number(name)) })
        .collect();
    tell(&mut world, built(&can, contents, true));
    tell(&mut world, loaded(flight, ObjectName::Unit(can.clone()), Loading::Planned));
    let name = || ObjectName::Unit(can.clone());
    let answer = peek(&mut world, name(), Stage::Load, None);
    assert_eq!((answer.decision, text(&answer)), (Decision::Load, vec![]));

    set(&mut world, "2026-11-24T22:44:00Z");
    tell(&mut world, built(&can, vec![piece(ours.clone(), 2, "DOOR LEFT")], false));
    let answer = peek(&mut world, name(), Stage::Load, None);
    assert_eq!(text(&answer), ["assessment-pending house 1Z0000077"]);
    let place = answer.reasons[0].place.clone().unwrap();
    assert_eq!((place.unit.as_deref(), place.position.as_deref()), (Some("AKE333337Z"), Some("DOOR LEFT")));
    let radius = answer.radius.unwrap();
    assert_eq!(
        radius.phrase().text(finding::Language::English),
        "house 1Z0000077: 1 of 212 pieces of AKE333337Z. Held with it: 7Z10/25NOV CGN-SDF."
    );

    set(&mut world, "2026-11-24T23:05:00Z");
    world.done("us-acas", open(ours.clone(), ReferralKind::Rfi, "7H-1"));
    assert_eq!(text(&peek(&mut world, name(), Stage::Load, None)), ["rfi-open house 1Z0000077"]);

    set(&mut world, "2026-11-24T23:50:00Z");
    let close =
        AuthorityAct::Close { kind: ReferralKind::Rfi, reference: "7H-1".into(), object: ours.clone() };
    world.done("us-acas", close);
    world.done("us-acas", AuthorityAct::Complete { object: ours.clone(), version: None });
    let answer = peek(&mut world, name(), Stage::Load, None);
    assert_eq!((answer.decision, text(&answer)), (Decision::Load, vec![]));
    let whole = peek(&mut world, ObjectName::Flight(flight), Stage::Load, None);
    assert_eq!((whole.decision, text(&whole)), (Decision::Load, vec![]));

    set(&mut world, "2026-11-25T00:10:00Z");
    tell(&mut world, built(&can, vec![piece(number("1Z0000999"), 1, "AFT")], false));
    assert_eq!(text(&peek(&mut world, name(), Stage::Load, None)), ["content-unknown house 1Z0000999"]);
    let whole = peek(&mut world, ObjectName::Flight(flight), Stage::Load, None);
    assert_eq!(text(&whole), ["content-unknown house 1Z0000999"]);

    let seen = view(&mut world, &ours);
    assert_eq!(seen.earlier.len(), 1);
    assert_eq!(&*seen.earlier[0].referrals[0].1.reference, "OLD-1");
    assert!(seen.cases.iter().all(|case| case.referrals.iter().all(|one| &*one.reference != "OLD-1")));
}

/// A number that comes back while an order on it stands, or within its period, is the same number.
#[test]
fn s10_a_number_in_use_is_not_new() {
    let flight = departure("7Z10", "2026-11-25", "CGN", "SDF");
    let express = |pieces: u32, goods: &str| {
        let leg = leg_of(flight, Way::Air);
        let spx = secured(SecurityStatus::Spx, &[ScreeningMethod::Xry], "2026-11-24T06:00:00");
        let mut one = filed_alone(DocumentKind::Express, "1Z0000077", pieces, leg, spx);
        one.goods[0].description = goods.into();
        one
    };
    let ours = number("1Z0000077");
    let mut world = World::new(Mode::Relay);
    set(&mut world, "2025-12-24T20:00:00Z");
    tell(&mut world, filed(express(1, "SHIRTS")));
    world.done("us-acas", open(ours.clone(), ReferralKind::Dnl, "OLD-1"));
    set(&mut world, "2026-11-24T21:10:00Z");
    tell(&mut world, filed(express(1, "SHIRTS")));
    assert!(holding(&world.load(&ours)).contains(&"dnl-open"), "an open order is never shed");

    let mut world = World::new(Mode::Relay);
    set(&mut world, "2026-10-24T20:00:00Z");
    tell(&mut world, filed(express(1, "SHIRTS")));
    set(&mut world, "2026-11-24T21:10:00Z");
    let mut other = express(9, "PUMPS");
    other.shipper = Some(Party { name: "NORDSEE FISCH".into(), ..Party::default() });
    other.consignee = Some(Party { name: "GULF CATERING".into(), ..Party::default() });
    tell(&mut world, filed(other));
    assert!(holding(&world.load(&ours)).contains(&"identity-ambiguous"));
}

/// The flight tells aircraft and departure; a delay moves the departure, a swap the aircraft.
#[test]
fn s12_swap_and_delay() {
    let mut world = World::new(Mode::Relay);
    let object = key("888-10015154", None);
    let oci =
        "OCI/NG/ISS/RA/00012-01\r\n///ED/1127\r\n/NG//AC/00300-01\r\n///SN/A KELLER\r\n///SD/24NOV260500\r\n";
    let message = fwb("888-10015154", "LOS", "FRA", "T8K210", "FRA9Z", "/NG/COCOA BUTTER\r\n", oci)
        .replace("SPH/SPX", "SPH/SCO");
    world.file_as(&message, "carrier");
    clear(&mut world, "eu-ics2", &object);
    let flight = departure("9Z700", "2026-11-24", "LOS", "FRA");
    let booked = What::Booked { object: object.clone(), legs: vec![leg_of(flight, Way::Air)] };
    world.at("12:00");
    tell(&mut world, booked);
    tell(&mut world, schedule(flight, Some("2026-11-24T23:00"), Some(false)));
    let name = || ObjectName::Consignment(object.clone());
    world.at("21:30");
    let answer = peek_on(&mut world, name(), on(flight), Stage::Load, None);
    assert_eq!((answer.decision, text(&answer)), (Decision::Load, vec![]));
    assert_eq!(answer.valid_until, Some("2026-11-24T22:00:00Z".parse().unwrap()));
    let stricter = peek_on(&mut world, name(), on(flight), Stage::Load, Some(Aircraft::Passenger));
    assert_eq!(text(&stricter), ["status-sco-pax 888-10015154"]);

    tell(&mut world, schedule(flight, None, Some(true)));
    let answer = peek_on(&mut world, name(), on(flight), Stage::Load, Some(Aircraft::AllCargo));
    assert_eq!(text(&answer), ["status-sco-pax 888-10015154"], "the flight carries passengers");
    tell(&mut world, schedule(flight, Some("2026-11-25T02:30"), Some(false)));
    // Past the old departure, before the new one.
    world.at("23:30");
    let answer = peek_on(&mut world, name(), on(flight), Stage::Load, None);
    assert_eq!((answer.decision, text(&answer)), (Decision::Load, vec![]));
    assert_eq!(answer.valid_until, Some("2026-11-25T00:30:00Z".parse().unwrap()));
    set(&mut world, "2026-11-25T01:31:00Z");
    assert_eq!(
        text(&peek_on(&mut world, name(), on(flight), Stage::Load, None)),
        ["leg-departed 888-10015154"]
    );

    world.at("23:30");
    let cancelled = Schedule { flight, departs_at: None, passengers: None, by_road: false, cancelled: true };
    tell(&mut world, What::Schedule(cancelled));
    assert_eq!(
        text(&peek_on(&mut world, name(), on(flight), Stage::Load, None)),
        ["flight-cancelled 888-10015154"]
    );
}

/// A flight number on wheels: scheduled by road it opens no case, and a truck is loaded for it.
#[test]
fn s12_a_flight_number_on_wheels() {
    let mut world = World::new(Mode::Relay);
    let object = key("888-10004046", None);
    let goods = "/NG/TITANIUM BONE SCREWS\r\n";
    world.at("12:00");
    world.file_as(&fwb("888-10004046", "JFK", "YYZ", "T6K120", "YYZ9Z", goods, SECURED), "carrier");
    let truck = departure("9Z9001", "2026-11-25", "JFK", "YYZ");
    tell(&mut world, What::Booked { object: object.clone(), legs: vec![leg_of(truck, Way::Unknown)] });
    let name = || ObjectName::Consignment(object.clone());
    let answer = peek_on(&mut world, name(), on(truck), Stage::Load, None);
    assert_eq!(text(&answer), ["not-acknowledged 888-10004046"]);
    let by_road = |by_road| {
        What::Schedule(Schedule {
            flight: truck,
            departs_at: None,
            passengers: None,
            by_road,
            cancelled: false,
        })
    };
    tell(&mut world, by_road(true));
    let answer = peek_on(&mut world, name(), on(truck), Stage::Load, None);
    assert_eq!((answer.decision, text(&answer)), (Decision::Load, vec![]));
    tell(&mut world, by_road(false));
    let answer = peek_on(&mut world, name(), on(truck), Stage::Load, None);
    assert_eq!(text(&answer), ["not-acknowledged 888-10004046"]);
}

/// A word that comes late does not undo the later one.
#[test]
fn a_schedule_overtaken_on_its_way_changes_nothing() {
    let mut world = World::new(Mode::Relay);
    let flight = departure("9Z700", "2026-11-24", "LOS", "FRA");
    let said = |at: &str, passengers| Fact {
        id: None,
        at: Some(format!("2026-11-24T{at}:00Z").parse().unwrap()),
        by: None,
        what: schedule(flight, None, Some(passengers)),
    };
    world.at("12:00");
    let channel = || Channel::filer("desk");
    let events: Vec<usize> = [said("11:00", true), said("10:00", false), said("11:30", false)]
        .into_iter()
        .map(|fact| match world.engine.handle(Command::Fact { fact, channel: channel() }).unwrap() {
            Reply::Done(events) => events,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(events, [1, 0, 1]);
}

/// The flight date is local: 31 December 23:30Z is 1 January in Hong Kong.
#[test]
fn s12_the_year_rolls_with_the_local_date() {
    let mut world = World::new(Mode::Relay);
    set(&mut world, "2026-12-31T15:00:00Z");
    let goods = "/NG/TITANIUM BONE SCREWS\r\n";
    let message = fwb("888-10004046", "HKG", "FRA", "T6K120", "FRA9Z", goods, SECURED)
        .replace("ISU/24NOV26", "ISU/31DEC26");
    world.file_as(&message, "carrier");
    let object = key("888-10004046", None);
    clear(&mut world, "eu-ics2", &object);
    let flight = departure("9Z800", "2027-01-01", "HKG", "FRA");
    let partial = Leg { date: PartialDate::parse("01JAN"), ..leg_of(flight, Way::Air) };
    tell(&mut world, What::Booked { object: object.clone(), legs: vec![partial] });
    tell(&mut world, schedule(flight, Some("2027-01-01T07:30"), Some(true)));
    set(&mut world, "2026-12-31T23:00:00Z");
    let answer = peek(&mut world, ObjectName::Flight(flight), Stage::Load, None);
    assert_eq!((answer.decision, text(&answer)), (Decision::Load, vec![]));
    assert_eq!(answer.valid_until, Some("2026-12-31T23:30:00Z".parse().unwrap()));
    set(&mut world, "2026-12-31T23:31:00Z");
    assert!(
        holding(&peek(&mut world, ObjectName::Consignment(object), Stage::Load, None))
            .contains(&"leg-departed")
    );
}

/// The pieces of one waybill fly in parts: what has left stays left, and no more than the rest can be listed.
#[test]
fn a_split_shipment() {
    let mut world = World::new(Mode::Relay);
    let object = key("888-10004046", None);
    let goods = "/NG/TITANIUM BONE SCREWS\r\n";
    world.file_as(&fwb("888-10004046", "ZRH", "JFK", "T6K120", "JFK9Z", goods, SECURED), "carrier");
    let [one, two] = ["9Z300", "9Z302"].map(|flight| departure(flight, "2026-11-24", "ZRH", "JFK"));
    let [can, pallet] = ["AKE123459Z", "PMC543219Z"].map(unit);
    tell(&mut world, built(&can, vec![some(object.clone(), 4)], true));
    tell(&mut world, built(&pallet, vec![some(object.clone(), 2)], true));
    tell(&mut world, loaded(one, ObjectName::Unit(can.clone()), Loading::Planned));
    tell(&mut world, loaded(two, ObjectName::Unit(pallet.clone()), Loading::Planned));
    let ask = |world: &mut World, of: &UnitName| peek(world, ObjectName::Unit(of.clone()), Stage::Load, None);
    let answer = ask(&mut world, &can);
    assert_eq!(text(&answer), ["not-acknowledged 888-10004046"]);
    assert_eq!(answer.decision, Decision::Hold, "each part needs the case cleared");
    let either = answer.reasons.iter().find(|reason| reason.code.id() == "could-be-in-either-unit").unwrap();
    assert_eq!(
        either.message(finding::Language::English),
        "It is not known in which unit 888-10004046 is: AKE123459Z, PMC543219Z."
    );
    clear(&mut world, "us-acas", &object);
    assert_eq!(text(&ask(&mut world, &can)), Vec::<String>::new());
    assert_eq!(text(&ask(&mut world, &pallet)), Vec::<String>::new());

    world.at("09:00");
    tell(&mut world, loaded(one, ObjectName::Unit(can.clone()), Loading::Loaded));
    tell(&mut world, What::Departed { flight: one });
    let parts = view(&mut world, &object).parts.unwrap();
    assert_eq!((parts.flown.clone(), parts.flown_pieces, parts.remaining), (vec![(one, 4)], 4, 2));
    assert_eq!(parts.planned, [(two, 2)]);
    let departed = ["leg-departed 888-10004046", "leg-departed AKE123459Z"];
    assert_eq!(text(&ask(&mut world, &can)), departed);
    assert_eq!(text(&ask(&mut world, &pallet)), Vec::<String>::new());
    // Broken down at the other end, what flew still flew.
    tell(&mut world, What::Opened { unit: can.clone(), why: "BROKEN DOWN".into() });
    assert_eq!(view(&mut world, &object).parts.unwrap().remaining, 2);

    tell(&mut world, built(&pallet, vec![some(object.clone(), 1)], false));
    assert_eq!(text(&ask(&mut world, &pallet)), ["content-contradictory 888-10004046"]);
    tell(&mut world, built(&pallet, vec![some(object.clone(), 2)], true));
    assert_eq!(text(&ask(&mut world, &pallet)), Vec::<String>::new());

    // Taken off, it is not on the flight any more.
    tell(&mut world, loaded(two, ObjectName::Unit(pallet.clone()), Loading::Offloaded));
    let answer = peek(&mut world, ObjectName::Flight(two), Stage::Depart, None);
    assert_eq!(text(&answer), [format!("content-unknown {two}")], "nothing is on it");
    let late = loaded(one, ObjectName::Unit(pallet), Loading::Planned);
    assert_eq!(refused(tell_as(&mut world, Channel::filer("desk"), late)), "flight-has-left");

    world
        .at("20:00")
        .file_as("FSU/14\r\n888-10004046ZRHJFK/P4K80T6\r\nRCF/9Z300/24NOV1400/JFK/P4K80\r\n", "carrier");
    assert_eq!(view(&mut world, &object).arrived_pieces, 4);
}

/// What holds one house holds the master; the answer says how much waits.
#[test]
fn s1_the_answer_names_what_waits() {
    let mut world = World::new(Mode::Relay);
    let house = |name: &str| key("888-10001014", Some(name));
    let hinges = "STEEL HINGES FOR KITCHEN DOORS";
    for (name, quantity) in [("RHA", "4/K200"), ("RHB", "3/K150"), ("RHC", "3/K150")] {
        world.file(&fhl("888-10001014", "FRAJFK", "T10K500.0", name, quantity, hinges, SECURED));
        clear(&mut world, "us-acas", &house(name));
    }
    let goods = "/NC/CONSOLIDATION AS PER\r\n/2/NC/ ATTACHED MANIFEST\r\n";
    let css = "OCI/DE/CSS/RA/01234-01\r\n///ED/1127\r\n";
    world.file_as(&fwb("888-10001014", "FRA", "JFK", "T10K500.0", "JFK9Z", goods, css), "carrier");
    let master = key("888-10001014", None);
    clear(&mut world, "us-acas", &master);
    assert_eq!(world.load(&master).radius, None);
    world.at("07:31").done("us-acas", open(house("RHC"), ReferralKind::Rfi, "PSN-1"));
    for object in [&master, &house("RHC")] {
        let radius = world.load(object).radius.unwrap();
        assert_eq!(
            radius.phrase().text(finding::Language::English),
            "888-10001014 house RHC: 3 of 10 pieces of 888-10001014. Held with it: -."
        );
    }

    // A house leaves its master with custody and recount only.
    let unlink = |recounted_pieces| OfficerDeed::Unlink { house: house("RHC"), recounted_pieces };
    assert_eq!(world.deed("U1", "A", unlink(8)), Err("unlink-not-shown"));
    assert_eq!(world.deed("U2", "A", unlink(7)), Err("unlink-not-shown"), "nobody says where it went");
    assert_eq!(holding(&world.load(&master)), ["rfi-open"]);
    let custody = |object: &ConsignmentKey, what| {
        let (object, note) = (ObjectName::Consignment(object.clone()), "moved".to_owned());
        What::Custody(Custody { object, what, station: None, note })
    };
    let (somebody, desk) = (Channel::filer("somebody"), Channel::registry("warehouse"));
    let recount = CustodyEvent::Recounted { pieces: 7 };
    for (channel, goes) in [(&somebody, false), (&desk, true)] {
        world.at("08:00").fact(custody(&house("RHC"), CustodyEvent::LeftChain), "clerk", channel).unwrap();
        let id = format!("U3 {goes}");
        assert_eq!(world.deed(&id, "A", unlink(7)), Err("unlink-not-shown"), "nobody counted the rest");
        world.at("08:10").fact(custody(&master, recount), "clerk", channel).unwrap();
        let id = format!("U4 {goes}");
        assert_eq!(world.deed(&id, "A", unlink(7)), if goes { Ok(1) } else { Err("unlink-not-shown") });
    }
    assert_eq!(world.deed_for("plant health", "C1", "B", confirm("U4 true")), Err("desk-not-competent"));
    assert_eq!(world.deed("C2", "a ", confirm("U4 true")), Err("second-person-needed"), "the same person");
    assert_eq!(world.deed("C3", "B", confirm("U4 true")), Ok(2));
    assert!(!holding(&world.load(&master)).contains(&"rfi-open"));
}

fn confirm(proposal: &str) -> OfficerDeed {
    OfficerDeed::Confirm { proposal: proposal.into() }
}

/// Goods under a new number that resemble some that must not be loaded wait for an officer.
#[test]
fn goods_filed_again_under_a_new_number() {
    let mut world = World::new(Mode::Relay);
    let message = |number: &str, goods: &str| fwb(number, "FRA", "JFK", "T6K120", "JFK9Z", goods, SECURED);
    world.file_as(&message("888-10004046", "/NG/TITANIUM BONE SCREWS\r\n"), "carrier");
    world.file_as(&message("888-10015154", "/NG/TITANIUM BONE SCREWS\r\n"), "carrier");
    world.done("us-acas", open(key("888-10004046", None), ReferralKind::Dnl, "6H-1"));
    world.at("08:00").file_as(&message("888-10001014", "/NG/BONE SCREWS OF TITANIUM\r\n"), "carrier");
    world.file_as(&message("888-10007071", "/NG/KITCHEN CHAIRS\r\n").replace("T6K120", "T9K300"), "carrier");
    let held =
        |world: &mut World, number: &str| holding(&world.load(&key(number, None))).contains(&"resembles-dnl");
    assert!(held(&mut world, "888-10001014"));
    assert!(held(&mut world, "888-10015154"), "whichever was filed first");
    assert!(!held(&mut world, "888-10007071"));
    let object = key("888-10001014", None);
    let settle = || OfficerDeed::OtherGoods { object: object.clone() };
    assert_eq!(world.deed("S1", "A", settle()), Ok(1));
    assert!(held(&mut world, "888-10001014"), "one person settles nothing");
    assert_eq!(world.deed("S2", "B", OfficerDeed::Confirm { proposal: "S1".into() }), Ok(2));
    assert!(!held(&mut world, "888-10001014"));
    assert_eq!(world.deed("S3", "A", settle()), Err("nothing-to-confirm"));
    // An amendment brings the question back only where it says something new.
    world.at("09:00").file_as(&message("888-10001014", "/NG/BONE SCREWS OF TITANIUM\r\n"), "carrier");
    assert!(!held(&mut world, "888-10001014"));
}
