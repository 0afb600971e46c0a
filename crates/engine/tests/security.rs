//! Screening, custody, marks and designations: the stories of the second lock.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::world::*;
use casework::case::ReferralKind;
use casework::decision::Desk;
use casework::gate::{Aircraft, AskedLeg, Decision, Stage};
use casework::security::Basis;
use consignment::ConsignmentKey;
use consignment::fact::{
    Custody, CustodyEvent, Designation, Fact, ObjectName, Person, ScreeningOutcome, ScreeningResult, What,
};
use consignment::ident::{Carrier, Location};
use consignment::security::{
    DeclaredEntity, DeclaredMethod, ScreeningMethod, SecurityDeclaration, SecurityStatus, StatusSource,
};
use engine::memory::{MemoryJournal, MemoryOutbox, SetClock};
use engine::{
    AuthorityAct, Channel, Command, ConsignmentView, Engine, EngineError, NoticeKind, Reply, Settings,
};
use finding::{Language, codes};
use jiff::Timestamp;
use jiff::civil::Date;
use programme::{Mode, ProgrammeId};
use std::sync::Arc;

/// Sets the clock, also on another day than that of [`World::at`].
fn clock(world: &mut World, at: &str) {
    world.engine.clock_mut().0 = at.parse().unwrap();
}

fn tell_by(world: &mut World, what: What, channel: Channel) -> Result<usize, EngineError> {
    let at = Some(world.engine.clock_mut().0);
    match world.engine.handle(Command::Fact { fact: Fact { id: None, at, by: None, what }, channel })? {
        Reply::Done(events) => Ok(events),
        other => panic!("{other:?}"),
    }
}

/// The same by a person of the registry.
fn tell_as(world: &mut World, by: &str, what: What) {
    let by = Some(Person { id: by.into(), organisation: "national authority".into() });
    let fact = Fact { id: None, at: None, by, what };
    world.engine.handle(Command::Fact { fact, channel: Channel::registry("registry") }).unwrap();
}

/// What two people of the registry enter.
fn by_two(world: &mut World, what: What) {
    for by in ["IDA", "OTTO"] {
        tell_as(world, by, what.clone());
    }
}

/// A fact the registry's own lanes and desks tell.
fn tell(world: &mut World, what: What) {
    tell_by(world, what, Channel::registry("lane 1")).unwrap();
}

fn result(object: &ConsignmentKey, method: &str, pieces: &[u32], tested_on: &str) -> ScreeningResult {
    ScreeningResult {
        object: object.clone(),
        pieces: pieces.to_vec(),
        count: None,
        method: ScreeningMethod::parse(method).unwrap(),
        outcome: ScreeningOutcome::Clear,
        equipment: Some(format!("{method}-1").into()),
        tested_on: Some(tested_on.parse::<Date>().unwrap()),
        screener: Some("S-11".into()),
        screener_current: Some(true),
        station: None,
    }
}

fn screened(object: &ConsignmentKey, method: &str, pieces: &[u32]) -> What {
    What::Screened(result(object, method, pieces, "2026-11-24"))
}

fn declared(
    object: &ConsignmentKey,
    status: SecurityStatus,
    issuer: &str,
    methods: &[&str],
    approved: Option<bool>,
) -> What {
    let method = |code: &&str| DeclaredMethod {
        method: ScreeningMethod::parse(code).unwrap(),
        as_sent: (*code).to_owned(),
    };
    What::Declared {
        object: object.clone(),
        declaration: Box::new(SecurityDeclaration {
            issuer: Some(DeclaredEntity::parse(issuer).unwrap()),
            statuses: vec![(status, StatusSource::Oci)],
            methods: methods.iter().map(method).collect(),
            ..SecurityDeclaration::default()
        }),
        issued_at: None,
        issuer_approved_for_high_risk: approved,
    }
}

fn custody(object: &ConsignmentKey, what: CustodyEvent) -> What {
    What::Custody(Custody {
        object: ObjectName::Consignment(object.clone()),
        what,
        station: None,
        note: "SEAL 0042 BROKEN".to_owned(),
    })
}

fn view(world: &mut World, object: &ConsignmentKey) -> ConsignmentView {
    let object = world.engine.find(object).unwrap().unwrap();
    match world.engine.handle(Command::View { object }).unwrap() {
        Reply::Viewed(view) => *view,
        other => panic!("{other:?}"),
    }
}

/// The reasons a holding reason gives, in words.
fn whys(world: &mut World, object: &ConsignmentKey, code: &str) -> Vec<String> {
    let answer = world.load(object);
    let reason = answer.reasons.iter().find(|reason| reason.code.id() == code);
    reason.unwrap().why.iter().map(|why| why.text(Language::English)).collect()
}

/// Customs' case of S7 until its request for screening, with the security of 08:00.
fn dubai(world: &mut World, oci: &str) -> ConsignmentKey {
    let object = key("888-10007071", None);
    // 08:00Z is noon in Dubai.
    let security = format!(
        "OCI/AE/ISS/RA/00071-01\r\n///ED/1127\r\n///SM/XRY\r\n///SN/A KELLER\r\n///SD/24NOV261130\r\n{oci}"
    );
    let goods = "/NG/STEEL HINGES FOR KITCHEN DOORS\r\n/2/NH/830210\r\n";
    world
        .at("08:00")
        .file_as(&fwb("888-10007071", "DXB", "FRA", "T6K90", "FRA8Z", goods, &security), "carrier");
    world.file_as("FSU/14\r\n888-10007071DXBFRA/T6K90\r\nBKD/8Z500/24NOV/DXBFRA/T6K90/S2359\r\n", "carrier");
    object
}

fn ics2(world: &mut World, act: AuthorityAct) {
    world.done("eu-ics2", act);
}

fn close_rfs(object: &ConsignmentKey) -> AuthorityAct {
    AuthorityAct::Close { kind: ReferralKind::Rfs, reference: "Q03".into(), object: object.clone() }
}

/// S7, every row; `more` are further lines of the message (7e).
fn s7(more: &str) {
    let mut world = World::new(Mode::Relay);
    let world = &mut world;
    let object = dubai(world, more);
    let expect = |world: &mut World, status: SecurityStatus, reasons: &[&str]| {
        let answer = world.load(&object);
        assert_eq!(holding(&answer), reasons, "{answer:?}");
        assert_eq!(view(world, &object).security.status, status);
    };
    use SecurityStatus::{Nsc, Shr, Spx};

    world.at("08:30");
    ics2(world, AuthorityAct::Acknowledge { object: object.clone(), version: None });
    expect(world, Spx, &["assessment-pending"]);

    world.at("10:00");
    ics2(world, open(object.clone(), ReferralKind::Rfs, "Q03"));
    expect(world, Nsc, &["rfs-open", "hrcm-not-screened"]);

    world.at("10:30");
    tell(world, screened(&object, "XRY", &[1, 2, 3, 4, 5, 6]));
    tell(world, screened(&object, "XRY", &[]));
    expect(world, Nsc, &["rfs-open", "hrcm-not-screened"]);
    assert_eq!(
        whys(world, &object, "hrcm-not-screened"),
        [
            "methods that cleared every piece since: XRY; different ones wanted: 2.",
            "nobody declared SHR since 2026-11-24T10:00:00Z.",
        ]
    );

    world.at("11:00");
    tell(world, screened(&object, "ETD", &[1, 2, 3, 4, 5]));
    expect(world, Nsc, &["rfs-open", "hrcm-not-screened"]);
    assert!(whys(world, &object, "hrcm-not-screened").contains(&"ETD did not clear piece 6.".to_owned()));

    world.at("11:20");
    let untested =
        ScreeningResult { equipment: Some("ETD-3".into()), ..result(&object, "ETD", &[6], "2026-11-23") };
    tell(world, What::Screened(untested));
    expect(world, Nsc, &["rfs-open", "hrcm-not-screened"]);
    let void = "ETD of piece 6 does not count: machine ETD-3 was last tested on 2026-11-23, not on the day of the \
                screening.";
    assert!(whys(world, &object, "hrcm-not-screened").contains(&void.to_owned()));

    world.at("11:40");
    let tested =
        ScreeningResult { equipment: Some("ETD-4".into()), ..result(&object, "ETD", &[6], "2026-11-24") };
    tell(world, What::Screened(tested));
    expect(world, Nsc, &["rfs-open", "hrcm-not-screened"]);
    tell(world, declared(&object, Shr, "AE/RA/00072-01", &["XRY", "ETD"], Some(true)));
    expect(world, Shr, &["rfs-open"]);
    let seen = view(world, &object);
    assert_eq!((seen.security.row, seen.security.basis), (2, Basis::Verified));
    let request = &seen.screening_requests[0];
    assert!(request.open && request.covered.enough && request.covered.lacking.is_empty(), "{request:?}");

    world.at("11:45");
    ics2(world, close_rfs(&object));
    expect(world, Shr, &["assessment-pending"]);
    world.at("12:30");
    ics2(world, AuthorityAct::Complete { object: object.clone(), version: Some(1) });
    expect(world, Shr, &[]);

    // 7d: the seal is broken. The customs case stays cleared.
    world.at("14:00");
    tell(world, custody(&object, CustodyEvent::Broken));
    expect(world, Nsc, &["hrcm-not-screened"]);
    assert_eq!(
        whys(world, &object, "hrcm-not-screened")[0],
        "its protection was broken at 2026-11-24T14:00:00Z."
    );
    let case = view(world, &object).cases.into_iter().find(|case| case.programme.as_str() == "eu-ics2");
    assert_eq!(case.unwrap().outcome, "cleared");
    // What was screened and declared before the break does not come back; what comes after it does.
    world.at("14:30");
    for method in ["XRY", "ETD"] {
        tell(world, screened(&object, method, &[]));
    }
    expect(world, Nsc, &["hrcm-not-screened"]);
    tell(world, declared(&object, Shr, "AE/RA/00072-01", &["XRY", "ETD"], Some(true)));
    expect(world, Shr, &[]);
}

#[test]
fn s7_two_locks() {
    s7("");
}

/// 7e: an AEO consignee changes no row.
#[test]
fn s7e_an_aeo_consignee_changes_nothing() {
    s7("/DE/CNE/AEO/DEAEOF000001\r\n");
}

/// 7b: the high-risk mark does not end when the referral closes.
#[test]
fn s7b_the_mark_outlives_the_referral() {
    let mut world = World::new(Mode::Relay);
    let world = &mut world;
    let object = dubai(world, "");
    ics2(world, AuthorityAct::Acknowledge { object: object.clone(), version: None });
    world.at("10:00");
    ics2(world, open(object.clone(), ReferralKind::Rfs, "Q03"));
    world.at("10:30");
    tell(world, screened(&object, "XRY", &[]));
    world.at("11:00");
    tell(world, screened(&object, "ETD", &[1, 2, 3, 4, 5]));
    world.at("11:10");
    ics2(world, close_rfs(&object));
    ics2(world, AuthorityAct::Complete { object: object.clone(), version: Some(1) });
    assert_eq!(holding(&world.load(&object)), ["hrcm-not-screened"]);
}

fn relay_with(change: impl FnOnce(&mut Settings)) -> World {
    let mut settings = Settings::simulated();
    settings.modes = settings.programmes.keys().map(|programme| (programme.clone(), Mode::Relay)).collect();
    change(&mut settings);
    let clock = SetClock("2026-11-24T06:00:00Z".parse().unwrap());
    World { engine: Engine::new(settings, MemoryJournal::default(), clock, MemoryOutbox::default()) }
}

fn one_method(settings: &mut Settings, programme: &str) {
    let programme = settings.programmes.get_mut(&ProgrammeId::new(programme)).unwrap();
    let mut rules = (**programme).clone();
    rules.high_risk.methods_min = 1;
    *programme = Arc::new(rules);
}

/// 7c: us-acas alone asks, and the State's policy is one method. Whether a declaration is wanted beside the
/// results is policy, too.
#[test]
fn s7c_a_state_that_wants_one_method() {
    for results_suffice in [false, true] {
        let mut world = relay_with(|settings| {
            one_method(settings, "us-acas");
            settings.high_risk_results_suffice = results_suffice;
        });
        let world = &mut world;
        let object = key("888-10004046", None);
        let goods = "/NG/STEEL HINGES FOR KITCHEN DOORS\r\n";
        world.file_as(&fwb("888-10004046", "DXB", "JFK", "T6K90", "JFK8Z", goods, SECURED), "carrier");
        for act in [
            AuthorityAct::Acknowledge { object: object.clone(), version: None },
            AuthorityAct::Complete { object: object.clone(), version: None },
        ] {
            world.done("us-acas", act);
        }
        world.at("10:00").done("us-acas", open(object.clone(), ReferralKind::Rfs, "8H"));
        world.at("10:30");
        tell(world, screened(&object, "XRY", &[]));
        let close =
            AuthorityAct::Close { kind: ReferralKind::Rfs, reference: "8H".into(), object: object.clone() };
        world.at("10:40").done("us-acas", close);
        world.done("us-acas", AuthorityAct::Complete { object: object.clone(), version: None });
        if !results_suffice {
            assert_eq!(holding(&world.load(&object)), ["hrcm-not-screened"]);
            let shr = declared(&object, SecurityStatus::Shr, "AE/RA/00072-01", &["XRY"], Some(true));
            tell(world, shr);
        }
        assert_eq!(holding(&world.load(&object)), Vec::<&str>::new());
        assert_eq!(view(world, &object).security.basis, Basis::Verified);
    }
}

/// Who issues SHR must be approved for it, where the registry tells.
#[test]
fn an_issuer_not_approved_for_high_risk_lifts_nothing() {
    for (approved, unknown_suffices, lifts) in
        [(Some(false), true, false), (None, false, false), (None, true, true), (Some(true), false, true)]
    {
        let mut world =
            relay_with(|settings| settings.high_risk_approval_unknown_suffices = unknown_suffices);
        let world = &mut world;
        let object = dubai(world, "");
        world.at("10:00");
        tell(world, What::HighRisk { object: object.clone(), why: "ORIGIN".to_owned(), methods_min: None });
        world.at("10:30");
        for method in ["XRY", "ETD"] {
            tell(world, screened(&object, method, &[]));
        }
        tell(world, declared(&object, SecurityStatus::Shr, "AE/RA/00072-01", &["XRY", "ETD"], approved));
        let held = holding(&world.load(&object)).contains(&"hrcm-not-screened");
        assert_eq!(!held, lifts, "{approved:?} {unknown_suffices}");
    }
}

/// S12: a swap of the aircraft, a status for all-cargo, a designation that ends before the delayed departure.
#[test]
fn s12_aircraft_swap_and_operator_designation() {
    let mut world = World::new(Mode::Relay);
    let world = &mut world;
    let object = key("888-10015154", None);
    let security = "OCI/NG/ISS/RA/00012-01\r\n///ED/1127\r\n/NG//AC/00044-01\r\n///ED/1127\r\n///SN/O ADE\r\n\
                    ///SD/24NOV260900\r\n";
    let goods = "/NG/STEEL HINGES FOR KITCHEN DOORS\r\n/2/NH/830210\r\n";
    let message = fwb("888-10015154", "LOS", "FRA", "T8K210", "FRA9Z", goods, security);
    world.at("12:00").file_as(&message.replace("SPH/SPX", "SPH/SCO"), "carrier");
    // Lagos is an hour ahead.
    let booked = |day: &str, time: &str| {
        format!("FSU/14\r\n888-10015154LOSFRA/T8K210\r\nBKD/9Z700/{day}/LOSFRA/T8K210/S{time}\r\n")
    };
    world.file_as(&booked("24NOV", "2300"), "carrier");
    ics2(world, AuthorityAct::Acknowledge { object: object.clone(), version: None });
    ics2(world, AuthorityAct::Complete { object: object.clone(), version: None });
    let designation = |until: &str| {
        What::Designation(Designation {
            carrier: Carrier::parse("9Z").unwrap(),
            station: Location::parse("LOS").unwrap(),
            number: "DE/ACC3/NGLOS-9Z".to_owned(),
            until: until.parse().ok(),
            withdrawn: false,
        })
    };
    by_two(world, designation("2026-11-24T23:59:00Z"));
    let ask = |world: &mut World, aircraft| {
        let answer = world.ask(&object, AskedLeg::First, aircraft, Stage::Load);
        (holding(&answer), answer)
    };

    world.at("18:00");
    assert_eq!(ask(world, Aircraft::AllCargo).0, Vec::<&str>::new());
    world.at("20:30");
    assert_eq!(ask(world, Aircraft::Passenger).0, ["status-sco-pax"]);
    world.at("20:45");
    tell(
        world,
        What::Screened(ScreeningResult { count: Some(8), ..result(&object, "XRY", &[], "2026-11-24") }),
    );
    assert_eq!(
        ask(world, Aircraft::Passenger).0,
        ["status-sco-pax"],
        "screened, and nobody answers for SPX yet"
    );
    tell(world, declared(&object, SecurityStatus::Spx, "NG/RA/00012-01", &["XRY"], None));
    assert_eq!(ask(world, Aircraft::Passenger).0, Vec::<&str>::new());
    let seen = view(world, &object).security;
    assert_eq!((seen.status, seen.row, seen.basis), (SecurityStatus::Spx, 7, Basis::Verified));

    world.at("22:30").file_as(&booked("25NOV", "0230"), "carrier");
    let (held, answer) = ask(world, Aircraft::Passenger);
    assert_eq!(held, ["operator-not-designated"], "judged at departure: {answer:?}");
    assert_eq!(
        answer.reasons[0].message(Language::English),
        "9Z is not designated to bring 888-10015154 from LOS when the flight departs: DE/ACC3/NGLOS-9Z held until \
         2026-11-24T23:59:00Z."
    );

    world.at("23:00");
    let elsewhere = tell_by(world, designation("2027-11-24T23:59:00Z"), Channel::filer("carrier"));
    assert!(
        matches!(elsewhere, Err(EngineError::Refused(refusal)) if refusal.0.code == codes::gate::DESIGNATION_NOT_FROM_REGISTRY)
    );
    assert_eq!(ask(world, Aircraft::Passenger).0, ["operator-not-designated"]);
    tell_as(world, "IDA", designation("2027-11-24T23:59:00Z"));
    assert_eq!(ask(world, Aircraft::Passenger).0, ["operator-not-designated"], "one person extends nothing");
    by_two(world, designation("2027-11-24T23:59:00Z"));
    assert_eq!(ask(world, Aircraft::Passenger).0, Vec::<&str>::new());
}

/// A registry that tells of designations knows all of them: once it told of one, nobody else passes without.
#[test]
fn a_node_that_the_registry_feeds_demands_every_designation() {
    let mut world = relay_with(|settings| settings.modes.clear());
    let goods = "/NG/STEEL HINGES FOR KITCHEN DOORS\r\n";
    world.file_as(&fwb("888-10004046", "DXB", "FRA", "T6K90", "FRA9Z", goods, SECURED), "carrier");
    let held = |world: &mut World| {
        holding(&world.load(&key("888-10004046", None))).contains(&"operator-not-designated")
    };
    let designation = |carrier: &str, station: &str, withdrawn| {
        What::Designation(Designation {
            carrier: Carrier::parse(carrier).unwrap(),
            station: Location::parse(station).unwrap(),
            number: format!("DE/ACC3/{station}-{carrier}"),
            until: None,
            withdrawn,
        })
    };
    assert!(!held(&mut world), "it knows of nobody's");
    tell_by(&mut world, designation("8Z", "LOS", true), Channel::filer("somebody")).unwrap();
    assert!(!held(&mut world), "a stranger's withdrawal feeds nothing");
    by_two(&mut world, designation("8Z", "LOS", false));
    assert!(held(&mut world));
    by_two(&mut world, designation("9Z", "DXB", false));
    assert!(!held(&mut world));
}

/// Who has no part in goods marks them as nothing; how many methods secure them is for a State.
#[test]
fn who_marks_goods_as_high_risk() {
    for (channel, taken, methods) in [
        (Channel::filer("somebody"), false, None),
        (Channel::filer("carrier"), true, None),
        (Channel::registry("lane 1"), true, Some(9)),
        (Channel::officers("police", Desk::Agency("police".into())), true, Some(9)),
    ] {
        let (mut world, object) = World::cleared(Mode::Relay);
        let mark = What::HighRisk { object: object.clone(), why: "TIP".to_owned(), methods_min: Some(9) };
        assert_eq!(tell_by(&mut world, mark, channel.clone()).is_ok(), taken, "{channel:?}");
        let answer = world.load(&object);
        assert_eq!(holding(&answer).contains(&"hrcm-not-screened"), taken, "{answer:?}");
        let words = answer.reasons.iter().map(|reason| reason.message(Language::English)).collect::<String>();
        assert_eq!(words.contains("wanted: 9"), methods == Some(9), "{words}");
    }
}

/// S12, 25 November: a haulier who is not on the list takes the goods from FRA to BRU.
#[test]
fn s12_a_road_feeder_by_a_haulier_not_on_the_list() {
    let mut world = World::new(Mode::Simulated);
    let world = &mut world;
    let object = key("888-10015154", None);
    let goods = "/NG/STEEL HINGES FOR KITCHEN DOORS\r\n";
    let message = fwb("888-10015154", "LOS", "JFK", "T8K210", "FRA9Z/BRU9Z/JFK9Z", goods, SECURED);
    world.at("12:00").file_as(&message, "carrier");
    let onward = |world: &mut World| world.ask(&object, leg("BRU", "JFK"), Aircraft::Passenger, Stage::Load);
    assert_eq!(holding(&onward(world)), Vec::<&str>::new());
    clock(world, "2026-11-25T09:00:00Z");
    // Anybody may tell what holds.
    tell_by(world, custody(&object, CustodyEvent::Broken), Channel::filer("somebody")).unwrap();
    assert_eq!(holding(&onward(world)), ["status-nsc"]);
    // A stranger's clear result brings nothing back, the registry's does.
    clock(world, "2026-11-25T10:00:00Z");
    let again = What::Screened(result(&object, "XRY", &[], "2026-11-25"));
    tell_by(world, again.clone(), Channel::filer("somebody")).unwrap();
    assert_eq!(holding(&onward(world)), ["status-nsc"]);
    tell(world, again);
    assert_eq!(holding(&onward(world)), Vec::<&str>::new());
}

/// S6, 07:00: two methods on a mail item with screener and machines current answer the request; the authority
/// that asked is shown it, and closes it itself.
#[test]
fn s6_the_screening_of_a_mail_item() {
    let mut world = relay_with(|settings| settings.high_risk_results_suffice = true);
    let world = &mut world;
    let item = key("888-10001014", Some("LX400100013HK"));
    let message = fhl("888-10001014", "HKGFRA", "T1K2", "LX400100013HK", "1/K2", "PAPER BACK BOOKS", SECURED);
    world.at("03:00").file_as(&message, "post");
    world.at("05:30");
    ics2(world, open(item.clone(), ReferralKind::Rfs, "Q03"));
    world.at("06:00").done("us-acas", open(item.clone(), ReferralKind::Rfs, "8H"));
    assert!(holding(&world.load(&item)).contains(&"hrcm-not-screened"));
    world.at("07:00");
    for method in ["XRY", "ETD"] {
        tell(world, screened(&item, method, &[]));
    }
    let held = holding(&world.load(&item));
    assert!(!held.contains(&"hrcm-not-screened") && held.contains(&"rfs-open"), "{held:?}");
    let seen = view(world, &item);
    assert_eq!(seen.security.status, SecurityStatus::Shr);
    let shown: Vec<(&str, bool, bool)> = seen
        .screening_requests
        .iter()
        .map(|shown| (shown.programme.as_ref().unwrap().as_str(), shown.open, shown.covered.enough))
        .collect();
    assert_eq!(shown, [("eu-ics2", true, true), ("us-acas", true, true)], "one screening answers both");
    ics2(world, close_rfs(&item));
    assert!(holding(&world.load(&item)).contains(&"rfs-open"), "each closes its own");
    assert_eq!(screenings_avoided(world, &item), 1);
    // What is asked after it wants a screening of its own, however alike.
    world.at("08:00").done("us-acas", open(item.clone(), ReferralKind::Rfs, "9H"));
    assert_eq!(screenings_avoided(world, &item), 1);
    world.at("09:00");
    for method in ["XRY", "ETD"] {
        tell(world, screened(&item, method, &[]));
    }
    assert_eq!(screenings_avoided(world, &item), 1);
}

fn screenings_avoided(world: &mut World, object: &ConsignmentKey) -> usize {
    let object = world.engine.find(object).unwrap().unwrap();
    let measure = Command::Measure { object, leg: AskedLeg::First, aircraft: Aircraft::Passenger };
    match world.engine.handle(measure).unwrap() {
        Reply::Measured(delay) => delay.screenings_avoided,
        other => panic!("{other:?}"),
    }
}

/// Goods marked, broken or under alarm hold what contains them, also where nobody filed them.
#[test]
fn facts_of_a_house_hold_its_master() {
    type Told = (&'static str, fn(&ConsignmentKey) -> What, &'static str);
    let facts: [Told; 3] = [
        (
            "mark",
            |house| What::HighRisk { object: house.clone(), why: "TIP".to_owned(), methods_min: None },
            "hrcm-not-screened",
        ),
        ("break", |house| custody(house, CustodyEvent::Broken), "status-nsc"),
        (
            "alarm",
            |house| {
                let outcome = ScreeningOutcome::Alarm;
                What::Screened(ScreeningResult { outcome, ..result(house, "XRY", &[], "2026-11-24") })
            },
            "status-nsc",
        ),
    ];
    for (what, fact, reason) in facts {
        for name in ["RHA", "RHX"] {
            let mut world = World::new(Mode::Simulated);
            let world = &mut world;
            let (master, house) = (key("888-10001014", None), key("888-10001014", Some(name)));
            let goods = "/NC/CONSOLIDATION\r\n";
            world.file_as(&fwb("888-10001014", "FRA", "DOH", "T4K200", "DOH9Z", goods, SECURED), "carrier");
            let plain = fhl(
                "888-10001014",
                "FRADOH",
                "T4K200",
                "RHA",
                "4/K200",
                "STEEL HINGES FOR KITCHEN DOORS",
                "",
            );
            world.file(&plain);
            assert_eq!(holding(&world.load(&master)), Vec::<&str>::new());
            world.at("09:00");
            tell_by(world, fact(&house), Channel::filer("somebody")).unwrap();
            assert_eq!(holding(&world.load(&master)), [reason], "{what} {name}");
            if name == "RHA" {
                assert_eq!(holding(&world.load(&house)), [reason], "{what} {name}");
            }
        }
    }
}

/// A recount that differs from the filing holds until a later one or the filing agrees.
#[test]
fn a_recount_that_differs_holds() {
    let mut world = World::new(Mode::Simulated);
    let world = &mut world;
    let object = key("888-10004046", None);
    let goods = "/NG/TITANIUM BONE SCREWS\r\n";
    world.file_as(&fwb("888-10004046", "FRA", "DOH", "T6K120", "DOH9Z", goods, SECURED), "carrier");
    world.at("09:00");
    tell(world, custody(&object, CustodyEvent::Recounted { pieces: 5 }));
    assert_eq!(holding(&world.load(&object)), ["content-contradictory"]);
    world.at("09:30");
    tell(world, custody(&object, CustodyEvent::Recounted { pieces: 6 }));
    assert_eq!(world.load(&object).decision, Decision::Load);
}

/// Facts may be told before the goods are, and of goods that have no master yet.
#[test]
fn facts_come_before_the_goods() {
    let mut world = World::new(Mode::Simulated);
    let world = &mut world;
    let floating = ConsignmentKey { master: None, ..key("888-10001014", Some("RHA")) };
    world.at("05:30");
    tell(world, What::HighRisk { object: floating, why: "TIP".to_owned(), methods_min: Some(3) });
    let goods = "STEEL HINGES FOR KITCHEN DOORS";
    world.at("06:00").file(&fhl("888-10001014", "FRADOH", "T4K200", "RHA", "4/K200", goods, SECURED));
    let answer = world.load(&key("888-10001014", Some("RHA")));
    assert_eq!(holding(&answer), ["hrcm-not-screened"]);
}

/// What has not happened by this node's clock frees nothing, and what holds counts from now.
#[test]
fn nothing_is_cleared_in_the_future() {
    let mut world = World::new(Mode::Simulated);
    let world = &mut world;
    let object = key("888-10004046", None);
    let later: Timestamp = "2026-11-24T20:00:00Z".parse().unwrap();
    let mut told = |what| {
        let fact = Fact { id: None, at: Some(later), by: None, what };
        world.engine.handle(Command::Fact { fact, channel: Channel::registry("lane 1") })
    };
    match told(screened(&object, "XRY", &[])) {
        Err(EngineError::Refused(refusal)) => assert_eq!(refusal.0.code, codes::gate::FACT_IN_FUTURE),
        other => panic!("{other:?}"),
    }
    assert!(matches!(told(custody(&object, CustodyEvent::Broken)), Ok(Reply::Done(1))));
    assert!(matches!(told(custody(&object, CustodyEvent::Broken)), Ok(Reply::Done(0))), "told again");
}

/// A territory may want every operator designated; towards it, an unknown carrier is none.
#[test]
fn a_territory_may_demand_a_designation_always() {
    use casework::security::designation::Demand;
    let mut world = relay_with(|settings| {
        settings.modes.clear();
        settings.designation_rules.values_mut().for_each(|rule| rule.demand = Demand::Always);
    });
    let goods = "/NG/STEEL HINGES FOR KITCHEN DOORS\r\n";
    for (number, from, to, held) in [
        ("888-10004046", "DXB", "FRA", true),
        ("888-10001014", "ZRH", "FRA", false),
        ("888-10007071", "FRA", "DXB", false),
    ] {
        world.file_as(&fwb(number, from, to, "T6K90", &format!("{to}9Z"), goods, SECURED), "carrier");
        let answer = world.load(&key(number, None));
        assert_eq!(holding(&answer).contains(&"operator-not-designated"), held, "{from}-{to}: {answer:?}");
    }
}

/// What was found and declared of the goods says nothing of other goods filed since; what speaks against them
/// stays.
#[test]
fn facts_do_not_stretch_over_an_amendment() {
    let mut world = World::new(Mode::Simulated);
    let world = &mut world;
    let object = key("888-10004046", None);
    let goods = "/NG/TITANIUM BONE SCREWS\r\n";
    let message =
        |pieces| fwb("888-10004046", "FRA", "DOH", pieces, "DOH9Z", goods, "").replace("SPH/SPX\r\n", "");
    world.file_as(&message("T6K120"), "carrier");
    world.at("07:00");
    tell(world, screened(&object, "XRY", &[]));
    tell(world, declared(&object, SecurityStatus::Spx, "DE/RA/01234-01", &["XRY"], None));
    assert_eq!(holding(&world.load(&object)), Vec::<&str>::new());
    world.at("08:00").file_as(&message("T40K800"), "carrier");
    assert_eq!(holding(&world.load(&object)), ["status-nsc"]);
    world.at("09:00");
    tell(world, custody(&object, CustodyEvent::Broken));
    world.at("09:30");
    tell(world, declared(&object, SecurityStatus::Spx, "DE/RA/01234-01", &["XRY"], None));
    assert_eq!(holding(&world.load(&object)), Vec::<&str>::new());
}

/// The carrier hears that the goods are held, and not why.
#[test]
fn the_carrier_is_told_of_a_hold() {
    let mut world = World::new(Mode::Simulated);
    let world = &mut world;
    let object = dubai(world, "");
    let sent = world.engine.outbox_mut().notices.len();
    tell(world, screened(&object, "XRY", &[]));
    assert_eq!(world.engine.outbox_mut().notices.len(), sent);
    tell(world, custody(&object, CustodyEvent::Broken));
    let told = &world.engine.outbox_mut().notices[sent..];
    assert!(matches!(told, [notice] if notice.kind == NoticeKind::Held && notice.text.is_none()), "{told:?}");
}
