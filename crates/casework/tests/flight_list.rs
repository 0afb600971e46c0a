//! What is on a flight, object by object, and what holds each of them there.
#![allow(clippy::unwrap_used)]

use casework::case::{Actor, Command, HoldCause, Node, Voice, decide};
use casework::gate::{
    Context, Decision, Files, FlightAnswers, ListQuestion, Reason, Stage, answer_each, on_flight,
};
use casework::transport::{self, Event, Yard};
use casework::{Dossier, Event as TreeEvent};
use consignment::fact::{Content, FlightName, Loading, ObjectName, Schedule, UnitName};
use consignment::ident::{AirWaybill, Flight, HouseWaybill, Location, UnitLoadDevice};
use consignment::measure::Weight;
use consignment::stations::StationTable;
use consignment::{Consignment, ConsignmentKey, DocumentKind, Leg, Purpose};
use finding::{Phrase, codes};
use jiff::Timestamp;
use jiff::civil::date;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

fn now() -> Timestamp {
    "2026-11-24T06:15:00Z".parse().unwrap()
}

fn flight() -> FlightName {
    let at = |code: &str| Location::parse(code).unwrap();
    FlightName {
        flight: Flight::parse("9Z800").unwrap(),
        date: date(2026, 11, 24),
        from: at("FRA"),
        to: at("NBO"),
    }
}

/// One of some waybills.
fn goods(which: usize) -> ConsignmentKey {
    let numbers = ["888-10004046", "888-10005052", "888-10006065", "888-10007071", "888-10001014"];
    ConsignmentKey { master: AirWaybill::parse(numbers[which]).ok(), house: None }
}

fn unit(which: usize) -> UnitName {
    UnitName::Device(UnitLoadDevice::parse(["AKE111117Z", "AKE222227Z"][which]).unwrap())
}

fn line(which: usize, count: Option<u32>) -> Content {
    Content { object: goods(which), pieces: Vec::new(), count, weight: None, position: None }
}

fn listed(unit: Option<UnitName>, content: Content) -> Event {
    Event::Manifested { flight: flight(), unit, content, by_desk: true, part: None }
}

fn loaded(object: ObjectName, how: Loading) -> Event {
    Event::Loaded { flight: flight(), object, how, by_desk: true }
}

/// The trees of the waybills.
struct Trees(BTreeMap<ConsignmentKey, Dossier>);

impl Trees {
    /// Each of two pieces.
    fn new() -> Self {
        let mut trees = Self(BTreeMap::new());
        for which in 0..5 {
            let (from, to) = (flight().from, flight().to);
            let legs = vec![Leg { flight: Some(flight().flight), ..Leg::assumed(from, to) }];
            trees.apply(which, Command::Route { legs, unclear: Vec::new() });
            trees.file(which, None, Purpose::Creation);
        }
        trees
    }

    fn file(&mut self, which: usize, house: Option<&str>, purpose: Purpose) {
        let consignment = Arc::new(Consignment {
            kind: if house.is_some() { DocumentKind::House } else { DocumentKind::Master },
            master: goods(which).master,
            house: house.map(|number| HouseWaybill::parse(number).unwrap()),
            origin: Some(flight().from),
            destination: Some(flight().to),
            pieces: Some(2),
            weight: Some(Weight::kilograms(20.into())),
            ..Consignment::default()
        });
        let (voice, faults) = (Voice::OF_DESK, Vec::new());
        self.apply(which, Command::Record { voice, consignment, purpose, consolidated: false, faults });
    }

    fn apply(&mut self, which: usize, command: Command) {
        let dossier = self.0.entry(goods(which)).or_default();
        let by = match &command {
            Command::PlaceHold { .. } => Actor::Agency("police".into()),
            _ => Actor::Filer("agent".into()),
        };
        for event in decide(&dossier.tree, command, &by, now()).unwrap() {
            dossier.evolve(&TreeEvent::Tree(event));
        }
    }

    fn answers(&self, yard: &Yard) -> FlightAnswers {
        let (programmes, stations) = (BTreeMap::new(), StationTable::built_in());
        let context = Context { yard, ..Context::new(&programmes, &stations) };
        let question = ListQuestion { flight: flight(), stage: Stage::Load, aircraft: None, at: now() };
        answer_each(&question, &on_flight(&flight(), &context), self, &context)
    }
}

impl Files for Trees {
    fn dossier(&self, key: &ConsignmentKey) -> Option<(&Dossier, Node)> {
        Some((self.0.get(key)?, Node::Master))
    }
}

fn yard(events: &[Event]) -> Yard {
    let mut yard = Yard::default();
    events.iter().for_each(|event| yard.evolve(event));
    yard
}

fn objects(yard: &Yard) -> BTreeSet<ObjectName> {
    let (programmes, stations) = (BTreeMap::new(), StationTable::built_in());
    on_flight(&flight(), &Context { yard, ..Context::new(&programmes, &stations) })
}

#[test]
fn what_was_taken_off_is_not_on_the_flight() {
    let yard = yard(&[
        listed(Some(unit(0)), line(0, None)),
        listed(None, line(1, None)),
        listed(None, line(2, None)),
        listed(Some(unit(1)), line(3, None)),
        loaded(ObjectName::Consignment(goods(2)), Loading::Offloaded),
        loaded(ObjectName::Unit(unit(1)), Loading::Offloaded),
        loaded(ObjectName::Consignment(goods(4)), Loading::Loaded),
    ]);
    let on = [0, 1, 4].map(|which| ObjectName::Consignment(goods(which)));
    assert_eq!(objects(&yard), on.into_iter().chain([ObjectName::Unit(unit(0))]).collect());
}

#[test]
fn pieces_are_counted_once_and_where_they_stand() {
    let (replaces, complete, by) = (true, true, "desk".into());
    let yard = yard(&[
        Event::Built { unit: unit(0), contents: vec![line(0, Some(1))], replaces, complete, by },
        loaded(ObjectName::Unit(unit(0)), Loading::Loaded),
        listed(Some(unit(0)), line(0, Some(1))),
        listed(Some(unit(0)), line(1, Some(1))),
        listed(None, line(2, Some(1))),
        loaded(ObjectName::Consignment(goods(3)), Loading::Loaded),
        listed(None, line(3, Some(1))),
    ]);
    let answers = Trees::new().answers(&yard);
    let told: Vec<(String, Option<u64>, usize)> =
        answers.each.iter().map(|one| (one.object.to_string(), one.pieces, one.units.len())).collect();
    let name = |which: usize| ObjectName::Consignment(goods(which)).to_string();
    let expected = BTreeSet::from([
        (name(0), Some(1), 1),
        (name(1), Some(1), 1),
        (name(2), Some(1), 0),
        // It was told to be loaded, as a whole.
        (name(3), Some(2), 0),
        (ObjectName::Unit(unit(0)).to_string(), None, 0),
    ]);
    assert_eq!(told.into_iter().collect::<BTreeSet<_>>(), expected);
}

#[test]
fn what_holds_its_unit_or_flight_holds_goods_beside_what_holds_them_already() {
    let (replaces, complete, by) = (true, true, "desk".into());
    let cause = HoldCause(Phrase::new(codes::gate::WHY_STATED).with("text", "inquiry"));
    let mut trees = Trees::new();
    trees.apply(0, Command::PlaceHold { node: Node::Master, cause, entry: None });
    let opened = Event::OpeningTold {
        unit: unit(0),
        why: "seen open".into(),
        by: "stranger".into(),
        at: now(),
        holds: true,
    };
    let in_unit = yard(&[
        Event::Built { unit: unit(0), contents: vec![line(0, None)], replaces, complete, by },
        loaded(ObjectName::Unit(unit(0)), Loading::Loaded),
        opened,
    ]);
    let held = |answers: &FlightAnswers, object: &ObjectName| {
        let of = answers.each.iter().find(|one| one.object == *object).unwrap();
        assert_eq!(of.answer.decision, Decision::Hold);
        let holding = of.answer.reasons.iter().filter(|reason| reason.holds());
        holding.map(|reason: &Reason| (reason.code, reason.object.clone())).collect::<Vec<_>>()
    };
    let goods_in = ObjectName::Consignment(goods(0));
    let told = held(&trees.answers(&in_unit), &goods_in);
    let hold = (codes::gate::OTHER_AGENCY_HOLD, goods(0).to_string());
    let of_unit: Vec<_> = told.iter().filter(|(_, object)| *object == unit(0).to_string()).collect();
    assert_eq!(of_unit.len(), 1, "{told:?}");
    assert_eq!(told.iter().filter(|reason| **reason == hold).count(), 1, "{told:?}");
    // Loose goods, and a flight that is cancelled.
    let schedule =
        Schedule { flight: flight(), departs_at: None, passengers: None, by_road: false, cancelled: true };
    let loose = yard(&[
        loaded(goods_in.clone(), Loading::Loaded),
        transport::Event::Scheduled { schedule, said_at: now() },
    ]);
    let told = held(&trees.answers(&loose), &goods_in);
    assert!(told.contains(&(codes::gate::FLIGHT_CANCELLED, flight().to_string())), "{told:?}");
}

#[test]
fn the_houses_of_a_master_are_listed_while_they_are_filed() {
    let mut trees = Trees::new();
    for house in ["RHA", "RHB"] {
        trees.file(0, Some(house), Purpose::Creation);
    }
    trees.file(0, Some("RHB"), Purpose::Deletion);
    let answers = trees.answers(&yard(&[loaded(ObjectName::Consignment(goods(0)), Loading::Loaded)]));
    assert_eq!(answers.each[0].houses, [HouseWaybill::parse("RHA").unwrap()]);
}
