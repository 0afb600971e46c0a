//! Units and flights as a whole: how many pieces their lists come to, what holds by that, and how far it reaches.
#![allow(clippy::unwrap_used)]

#[path = "containers/gone.rs"]
mod gone;
#[path = "containers/houses.rs"]
mod houses;

mod support;

use casework::case::{Actor, Command, LegBinding, Node, Voice, decide};
use casework::gate::{
    Answer, AskedLeg, Context, Decision, Files, ObjectQuestion, Radius, Stage, answer_object,
};
use casework::transport::{Carried, Departure, DepartureSource, Event, Yard};
use casework::{Dossier, Event as TreeEvent};
use consignment::document::StatusFact;
use consignment::fact::{Content, FlightName, Loading, ObjectName, Schedule, UnitName};
use consignment::goods::GoodsLine;
use consignment::ident::{AirWaybill, Flight, HouseWaybill, Location, UnitLoadDevice};
use consignment::measure::Weight;
use consignment::security::{
    DeclaredEntity, DeclaredMethod, IssuedAt, ScreeningMethod, SecurityStatus, StatusSource,
};
use consignment::stations::StationTable;
use consignment::{
    Consignment, ConsignmentKey, DocumentKind, Leg, Mode as Surface, Purpose, SecurityDeclaration,
};
use jiff::civil::date;
use programme::{Mode, NotBound, ProgrammeId};
use std::collections::BTreeMap;
use std::sync::Arc;
use support::instant;

fn flight(number: &str) -> FlightName {
    let at = |code: &str| Location::parse(code).unwrap();
    FlightName {
        flight: Flight::parse(number).unwrap(),
        date: date(2026, 11, 24),
        from: at("LHR"),
        to: at("DOH"),
    }
}

fn goods() -> ConsignmentKey {
    ConsignmentKey { master: AirWaybill::parse("888-10001014").ok(), house: None }
}

fn unit(number: u8) -> UnitName {
    UnitName::Device(UnitLoadDevice::parse(&format!("AKE1111{number}9Z")).unwrap())
}

fn line(count: u32, kg: Option<u32>) -> Content {
    let weight = kg.map(|kg| Weight::kilograms(kg.into()));
    Content { object: goods(), pieces: Vec::new(), count: Some(count), weight, position: None }
}

fn numbered(pieces: &[u32]) -> Content {
    Content { pieces: pieces.to_vec(), count: None, ..line(0, None) }
}

fn built(unit: UnitName, contents: Vec<Content>, complete: bool) -> Event {
    Event::Built { unit, contents, replaces: true, complete, by: "desk".into() }
}

fn loaded(unit: UnitName) -> Event {
    let (object, how) = (ObjectName::Unit(unit), Loading::Loaded);
    Event::Loaded { flight: flight("9Z800"), object, how, by_desk: true }
}

fn listed(unit: UnitName, content: Content) -> Event {
    Event::Manifested { flight: flight("9Z800"), unit: Some(unit), content, by_desk: true, part: None }
}

fn scheduled(number: &str) -> Event {
    let departs_at = Some(date(2026, 11, 24).at(20, 0, 0, 0));
    let flight = flight(number);
    let schedule = Schedule { flight, departs_at, passengers: Some(true), by_road: false, cancelled: false };
    Event::Scheduled { schedule, said_at: instant("05:00") }
}

/// The first three pieces of some goods have left.
fn left(flight: FlightName, object: ConsignmentKey) -> Event {
    let (pieces, numbers, unit) = (Some(3), vec![1, 2, 3], Some(unit(1)));
    let carried = vec![Carried { object, pieces, numbers, without: Vec::new(), weight: None, unit }];
    let (at, stated, source) = (instant("06:00"), true, DepartureSource::Report);
    Event::Departed { flight, departure: Departure { at, stated, source, carried } }
}

/// One waybill of six pieces and 60 kg that is secured, and on which no programme binds.
struct Waybill(Dossier);

impl Waybill {
    fn new() -> Self {
        Self::of(6)
    }

    fn of(pieces: u32) -> Self {
        let mut waybill = Self::routed();
        waybill.file(None, pieces, false);
        waybill
    }

    fn routed() -> Self {
        let mut waybill = Self(Dossier::default());
        let (from, to) = (flight("9Z800").from, flight("9Z800").to);
        waybill.act(Command::Route { legs: vec![Leg::assumed(from, to)], unclear: Vec::new() });
        waybill
    }

    /// Secured goods on which no programme binds; a house where its number is told.
    fn file(&mut self, house: Option<&str>, pieces: u32, consolidated: bool) {
        let method = ScreeningMethod::Xry;
        let security = SecurityDeclaration {
            issuer: Some(DeclaredEntity::parse("GB/RA/01234-01").unwrap()),
            statuses: vec![(SecurityStatus::Spx, StatusSource::SpecialHandling)],
            methods: vec![DeclaredMethod { method, as_sent: "XRY".into() }],
            issued_at: Some(IssuedAt::DateTime(date(2026, 11, 24).at(5, 0, 0, 0))),
            issued_by: Some("A KELLER".into()),
            ..SecurityDeclaration::default()
        };
        let consignment = Arc::new(Consignment {
            kind: if house.is_some() { DocumentKind::House } else { DocumentKind::Master },
            master: goods().master,
            house: house.map(|number| HouseWaybill::parse(number).unwrap()),
            origin: Some(flight("9Z800").from),
            destination: Some(flight("9Z800").to),
            pieces: Some(pieces),
            weight: Some(Weight::kilograms(60.into())),
            goods: vec![GoodsLine { description: "STEEL HINGES".into(), ..GoodsLine::default() }],
            security: Some(security),
            ..Consignment::default()
        });
        let node = Node::of(&consignment.key());
        let (voice, purpose, faults) = (Voice::OF_DESK, Purpose::Creation, Vec::new());
        self.act(Command::Record { voice, consignment, purpose, consolidated, faults });
        let (programme, mode) = (ProgrammeId::new("us-acas"), Mode::Relay);
        let binding =
            LegBinding::DoesNotBind { why: NotBound::NoLanding, proof: "it lands elsewhere".into() };
        self.act(Command::Bind { node, programme, mode, binding });
    }

    /// A desk received all of it at the start of its way, by a flight.
    fn received(&mut self, by: &str, at: &str) {
        let fact = StatusFact {
            code: "RCF".into(),
            discrepancy: None,
            all_pieces: Some(6),
            pieces: Some(6),
            flight: Flight::parse(by).ok(),
            date: None,
            time: None,
            station: Some(flight(by).from),
        };
        let (kind, master, statuses) = (DocumentKind::Status, goods().master, vec![fact]);
        let consignment = Arc::new(Consignment { kind, master, statuses, ..Consignment::default() });
        let (voice, purpose, faults) = (Voice::OF_DESK, Purpose::Creation, Vec::new());
        self.act_at(at, Command::Record { voice, consignment, purpose, consolidated: false, faults });
    }

    fn act(&mut self, command: Command) {
        self.act_at("05:30", command);
    }

    fn act_at(&mut self, at: &str, command: Command) {
        let by = match &command {
            Command::Record { .. } => Actor::Filer("agent".into()),
            _ => Actor::Node,
        };
        for event in decide(&self.0.tree, command, &by, instant(at)).unwrap() {
            self.0.evolve(&TreeEvent::Tree(event));
        }
    }

    fn ask(&self, object: ObjectName, flight: &FlightName, events: &[Event]) -> Answer {
        let mut yard = Yard::default();
        events.iter().for_each(|event| yard.evolve(event));
        let (programmes, stations) = (BTreeMap::new(), StationTable::built_in());
        let context = Context { yard: &yard, ..Context::new(&programmes, &stations) };
        let FlightName { flight, date, from, to } = *flight;
        let date = Some(consignment::PartialDate::whole(date));
        let leg = AskedLeg::Named { from, to, flight: Some(flight), date };
        let (stage, aircraft, at) = (Stage::Load, None, instant("06:15"));
        answer_object(&ObjectQuestion { object, leg, stage, aircraft, at }, self, &context)
    }

    /// The codes of what holds a flight, and how many pieces of how many wait.
    fn flight(&self, events: &[Event]) -> (Vec<&'static str>, Option<(u64, u64)>) {
        let answer = self.ask(ObjectName::Flight(flight("9Z800")), &flight("9Z800"), events);
        let holding = answer.reasons.iter().filter(|reason| reason.holds());
        let radius = answer.radius.map(|radius| (radius.pieces, radius.of_pieces));
        (holding.map(|reason| reason.code.id()).collect(), radius)
    }
}

impl Files for Waybill {
    fn dossier(&self, key: &ConsignmentKey) -> Option<(&Dossier, Node)> {
        (key.master == goods().master).then(|| (&self.0, Node::of(key)))
    }
}

#[test]
fn a_manifest_counts_in_a_unit_for_the_pieces_that_its_list_leaves_out() {
    let waybill = Waybill::new();
    let held = |pieces| (vec!["content-contradictory"], Some((pieces, pieces)));
    let load = || (Vec::new(), None);
    // Pieces built into one unit, listed there by the manifest, and built into another one; of six.
    for (first, told, second, expected) in
        [(3, 3, 3, load()), (3, 4, 3, held(7)), (3, 5, 1, load()), (3, 5, 2, held(7)), (3, 2, 3, load())]
    {
        let events = [
            scheduled("9Z800"),
            built(unit(1), vec![line(first, None)], true),
            built(unit(2), vec![line(second, None)], true),
            loaded(unit(1)),
            loaded(unit(2)),
            listed(unit(1), line(told, None)),
        ];
        assert_eq!(waybill.flight(&events), expected, "{first} {told} {second}");
    }
    // What the list says of weights counts where the manifest lists no more.
    let weighing = |kg| {
        let contents = vec![line(6, Some(kg))];
        let events = [scheduled("9Z800"), built(unit(1), contents, true), loaded(unit(1))];
        waybill.flight(&[&events[..], &[listed(unit(1), line(6, None))]].concat())
    };
    assert_eq!(weighing(60), load());
    assert_eq!(weighing(600), held(6));
    // A unit that holds by itself holds with all that is told to be in it.
    let open = [
        scheduled("9Z800"),
        built(unit(1), vec![line(3, None)], false),
        built(unit(2), vec![line(1, None)], true),
        loaded(unit(1)),
        loaded(unit(2)),
        listed(unit(1), line(5, None)),
    ];
    assert_eq!(waybill.flight(&open), (vec!["content-unknown"], Some((5, 6))));
}

#[test]
fn of_a_piece_that_has_left_alone_just_it_waits() {
    let waybill = Waybill::new();
    let (first, second) = (flight("9Z700"), flight("9Z800"));
    let events = [
        scheduled("9Z700"),
        scheduled("9Z800"),
        built(unit(1), vec![numbered(&[1, 2, 3])], true),
        built(unit(2), vec![numbered(&[4, 5, 6])], true),
        Event::Loaded {
            flight: first,
            object: ObjectName::Unit(unit(1)),
            how: Loading::Loaded,
            by_desk: true,
        },
        loaded(unit(2)),
        left(first, goods()),
    ];
    let piece = |number| ObjectName::Piece(goods(), number);
    let answer = waybill.ask(piece(5), &second, &events);
    assert_eq!((answer.decision, answer.radius), (Decision::Load, None), "{:?}", answer.reasons);
    let answer = waybill.ask(piece(2), &second, &events);
    let name = piece(2).to_string();
    let radius =
        Radius { held: vec![name.clone()], pieces: 1, of_pieces: 1, whole: name, ..Radius::default() };
    assert_eq!((answer.decision, answer.valid_until), (Decision::Hold, None));
    assert_eq!(answer.radius, Some(radius));
}

#[test]
fn goods_of_no_pieces_have_not_left() {
    let other = ConsignmentKey { master: AirWaybill::parse("888-10004046").ok(), house: None };
    let events = [scheduled("9Z700"), scheduled("9Z800"), left(flight("9Z700"), other)];
    let answer = Waybill::of(0).ask(ObjectName::Consignment(goods()), &flight("9Z800"), &events);
    let holding = answer.reasons.iter().filter(|reason| reason.holds());
    assert_eq!(holding.map(|reason| reason.code.id()).collect::<Vec<_>>(), ["content-unknown"]);
}

#[test]
fn a_truck_is_loaded_on_the_leg_for_which_it_was_booked() {
    let station = |code| Location::parse(code).unwrap();
    let by_road = |from, to| Leg { mode: Surface::Road, ..Leg::assumed(station(from), station(to)) };
    for (from, to, holds) in [("LHR", "DOH", false), ("LHR", "LIS", true), ("LIS", "DOH", true)] {
        let mut waybill = Waybill::new();
        waybill.act(Command::Book { legs: vec![by_road(from, to)] });
        waybill.act(Command::Route { legs: vec![by_road("LHR", "DOH")], unclear: Vec::new() });
        let (stage, aircraft, at) = (Stage::Load, None, instant("06:15"));
        let (object, leg) = (ObjectName::Consignment(goods()), AskedLeg::First);
        let (programmes, stations) = (BTreeMap::new(), StationTable::built_in());
        let question = ObjectQuestion { object, leg, stage, aircraft, at };
        let answer = answer_object(&question, &waybill, &Context::new(&programmes, &stations));
        let holding = answer.reasons.iter().filter(|reason| reason.holds());
        let expected: &[&str] = if holds { &["leg-by-surface"] } else { &[] };
        assert_eq!(holding.map(|reason| reason.code.id()).collect::<Vec<_>>(), expected, "{from} {to}");
    }
}

/// Pieces that left by another flight are there again where all came back by it since.
#[test]
fn what_came_back_is_there_to_be_loaded() {
    let events = [
        scheduled("9Z700"),
        scheduled("9Z800"),
        Event::Loaded {
            flight: flight("9Z700"),
            object: ObjectName::Consignment(goods()),
            how: Loading::Loaded,
            by_desk: true,
        },
        left(flight("9Z700"), goods()),
        built(unit(2), vec![line(6, None)], true),
        loaded(unit(2)),
    ];
    let held = || (vec!["content-contradictory"], Some((6, 6)));
    for (by, at, expected) in
        [("9Z700", "06:10", (Vec::new(), None)), ("9Z700", "05:50", held()), ("9Z701", "06:10", held())]
    {
        let mut waybill = Waybill::new();
        assert_eq!(waybill.flight(&events), held());
        waybill.received(by, at);
        assert_eq!(waybill.flight(&events), expected, "{by} {at}");
    }
}

/// An aircraft leaves under several names; goods on it are asked about under the one by which their own way goes on.
#[test]
fn goods_fly_under_the_name_of_their_way() {
    let beyond = FlightName { to: Location::parse("SIN").unwrap(), ..flight("9Z800") };
    let on = |flight| {
        let (object, how) = (ObjectName::Consignment(goods()), Loading::Loaded);
        Event::Loaded { flight, object, how, by_desk: true }
    };
    let onward = FlightName { from: flight("9Z800").to, date: date(2026, 11, 25), ..beyond };
    let told = |flight: FlightName| {
        let departs_at = Some(flight.date.at(20, 0, 0, 0));
        let schedule =
            Schedule { flight, departs_at, passengers: Some(true), by_road: false, cancelled: false };
        Event::Scheduled { schedule, said_at: instant("05:00") }
    };
    let both = [flight("9Z800"), beyond, onward].map(told);
    for loaded_on in [flight("9Z800"), beyond] {
        for asked in [flight("9Z800"), beyond] {
            let events = [&both[..], &[on(loaded_on)]].concat();
            let answer = Waybill::new().ask(ObjectName::Flight(asked), &asked, &events);
            let holding = answer.reasons.iter().filter(|reason| reason.holds());
            let holding: Vec<&str> = holding.map(|reason| reason.code.id()).collect();
            assert_eq!(holding, [""; 0], "{loaded_on} {asked}");
        }
    }
    // Where no name goes their way, they are not on it.
    let elsewhere = FlightName { to: Location::parse("CAI").unwrap(), ..flight("9Z800") };
    let events = [told(elsewhere), on(elsewhere)];
    let answer = Waybill::new().ask(ObjectName::Flight(elsewhere), &elsewhere, &events);
    assert!(answer.reasons.iter().any(|reason| reason.code.id() == "leg-not-on-route"));
}
