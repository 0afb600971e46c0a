//! Sub-houses, houses that leave their master, and what flights and units hold.
#![allow(clippy::unwrap_used)]

use casework::case::{Actor, Command, Node, Tree, decide, evolve};
use casework::gate::{Aircraft, AskedLeg, Context, Question, Stage, answer};
use casework::transport::{self, DepartureSource, Event, Speaker, Yard};
use casework::{Dossier, Refusal};
use consignment::fact::{Content, FlightName, Loading, ObjectName, UnitName};
use consignment::goods::GoodsLine;
use consignment::ident::{AirWaybill, Flight, HouseWaybill, Location, UnitLoadDevice};
use consignment::measure::Weight;
use consignment::stations::StationTable;
use consignment::{Consignment, ConsignmentKey, DocumentKind, Leg, Purpose};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

fn at(code: &str) -> Location {
    Location::parse(code).unwrap()
}

fn now() -> Timestamp {
    "2026-11-24T06:00:00Z".parse().unwrap()
}

fn house(number: &str) -> Node {
    Node::House(HouseWaybill::parse(number).unwrap())
}

fn filed(number: Option<&str>, parent: Option<&str>, pieces: u32) -> Consignment {
    Consignment {
        kind: if number.is_some() { DocumentKind::House } else { DocumentKind::Master },
        master: AirWaybill::parse("888-10001014").ok(),
        house: number.map(|number| HouseWaybill::parse(number).unwrap()),
        parent: parent.map(|number| HouseWaybill::parse(number).unwrap()),
        origin: Some(at("FRA")),
        destination: Some(at("JFK")),
        pieces: Some(pieces),
        weight: Some(Weight::kilograms(pieces.into())),
        goods: vec![GoodsLine { description: "STEEL HINGES".into(), ..GoodsLine::default() }],
        ..Consignment::default()
    }
}

fn act(tree: &mut Tree, command: Command) -> Result<usize, Refusal> {
    let actor = Actor::Agency("duty officer".into());
    let events = decide(tree, command, &actor, now())?;
    for event in &events {
        *tree = evolve(std::mem::take(tree), event);
    }
    Ok(events.len())
}

fn file(tree: &mut Tree, consignment: Consignment) {
    let consolidated = consignment.kind == DocumentKind::Master;
    let command = Command::Record {
        voice: casework::case::Voice::OF_DESK,
        consignment: Arc::new(consignment),
        purpose: Purpose::Creation,
        consolidated,
        faults: Vec::new(),
    };
    act(tree, command).unwrap();
    let legs = vec![Leg::assumed(at("FRA"), at("JFK"))];
    act(tree, Command::Route { legs, unclear: Vec::new() }).unwrap();
}

/// What is said of the content of a node: code and object of each reason.
fn content(tree: &Tree, node: &Node) -> Vec<(&'static str, String)> {
    let dossier = Dossier { tree: tree.clone(), ..Dossier::default() };
    let question = Question {
        node: node.clone(),
        leg: AskedLeg::First,
        stage: Stage::Build,
        aircraft: Aircraft::AllCargo,
        at: now(),
    };
    let (programmes, stations) = (BTreeMap::new(), StationTable::built_in());
    let context = Context::new(&programmes, &stations);
    let reasons = answer(&dossier, &question, &context).reasons;
    let of_content = ["house-missing", "content-contradictory", "not-filed"];
    reasons
        .into_iter()
        .filter(|reason| of_content.contains(&reason.code.id()))
        .map(|reason| (reason.code.id(), reason.object))
        .collect()
}

#[test]
fn sub_houses_cover_their_house_and_not_the_master() {
    let mut tree = Tree::default();
    file(&mut tree, filed(None, None, 10));
    file(&mut tree, filed(Some("A"), None, 6));
    file(&mut tree, filed(Some("B"), None, 4));
    assert_eq!(content(&tree, &Node::Master), []);
    file(&mut tree, filed(Some("A1"), Some("A"), 4));
    let missing = [("house-missing", "888-10001014 house A".to_owned())];
    assert_eq!(content(&tree, &Node::Master), missing);
    assert_eq!(content(&tree, &house("A")), missing);
    assert_eq!(content(&tree, &house("B")), []);
    file(&mut tree, filed(Some("A2"), Some("A"), 2));
    assert_eq!(content(&tree, &Node::Master), []);
    assert_eq!(tree.below(&house("A")), [house("A1"), house("A2")]);
    file(&mut tree, filed(Some("A3"), Some("A"), 1));
    assert_eq!(content(&tree, &house("A")), [("content-contradictory", "888-10001014 house A".to_owned())]);
    // Moved under the other house, it is counted there.
    file(&mut tree, filed(Some("A3"), Some("B"), 4));
    assert_eq!(content(&tree, &Node::Master), []);
    // They make the pieces and the weight of their house, each by itself.
    let contradicts = [("content-contradictory", "888-10001014 house B".to_owned())];
    let weighs = |pieces, kg: u32| Consignment {
        weight: Some(Weight::kilograms(kg.into())),
        ..filed(Some("A3"), Some("B"), pieces)
    };
    file(&mut tree, weighs(5, 4));
    assert_eq!(content(&tree, &house("B")), contradicts, "more pieces of the same weight");
    file(&mut tree, weighs(4, 5));
    assert_eq!(content(&tree, &house("B")), contradicts, "as many pieces of another weight");
    file(&mut tree, weighs(4, 4));
    assert_eq!(content(&tree, &house("B")), []);
}

#[test]
fn a_sub_house_that_hangs_on_nothing_holds() {
    let mut tree = Tree::default();
    file(&mut tree, filed(None, None, 4));
    file(&mut tree, filed(Some("A1"), Some("A"), 4));
    let object = "888-10001014 house A1".to_owned();
    assert!(content(&tree, &house("A1")).contains(&("content-contradictory", object.clone())));
    assert!(content(&tree, &Node::Master).contains(&("house-missing", "888-10001014".to_owned())));
    // A circle covers nothing either, and ends.
    file(&mut tree, filed(Some("A"), Some("A1"), 4));
    assert!(content(&tree, &house("A")).contains(&("content-contradictory", object)));
    assert!(content(&tree, &Node::Master).contains(&("house-missing", "888-10001014".to_owned())));
}

#[test]
fn a_house_leaves_its_master_with_custody_and_recount() {
    let mut tree = Tree::default();
    file(&mut tree, filed(None, None, 10));
    for (number, pieces) in [("A", 4), ("B", 3), ("C", 3)] {
        file(&mut tree, filed(Some(number), None, pieces));
    }
    let unlink = |node: Node, recounted_pieces, went: bool| {
        let (went, counted) = (went.then_some(Timestamp::UNIX_EPOCH), went);
        Command::Unlink { node, recounted_pieces, went, counted }
    };
    let refused = |tree: &mut Tree, command| act(tree, command).unwrap_err().0.code.id();
    assert_eq!(refused(&mut tree, unlink(house("C"), 8, true)), "unlink-not-shown");
    assert_eq!(refused(&mut tree, unlink(house("C"), 7, false)), "unlink-not-shown");
    assert_eq!(refused(&mut tree, unlink(house("X"), 7, true)), "object-unknown");
    assert_eq!(refused(&mut tree, unlink(Node::Master, 0, true)), "object-unknown");
    assert_eq!(act(&mut tree, unlink(house("C"), 7, true)), Ok(1));
    assert_eq!(act(&mut tree, unlink(house("C"), 7, true)), Ok(0));
    assert_eq!(content(&tree, &Node::Master), []);
    assert_eq!(tree.coverage().map(|all| (all.pieces, all.of_pieces)), Some((7, 7)));
    assert!(!tree.houses().any(|(node, _)| *node == house("C")));
    // The next recount is of what remained.
    assert_eq!(refused(&mut tree, unlink(house("B"), 7, true)), "unlink-not-shown");
    assert_eq!(act(&mut tree, unlink(house("B"), 4, true)), Ok(1));
    // Filed again under the master it is inside again.
    file(&mut tree, filed(Some("C"), None, 3));
    assert_eq!(tree.coverage().map(|all| (all.pieces, all.of_pieces)), Some((7, 7)));
}

fn flight(number: u8) -> FlightName {
    let flight = Flight::parse(&format!("9Z{}", 100 + u16::from(number))).unwrap();
    FlightName { flight, date: "2026-11-24".parse().unwrap(), from: at("FRA"), to: at("JFK") }
}

fn can(number: u8) -> UnitName {
    UnitName::Device(UnitLoadDevice::parse(&format!("AKE1234{number}9Z")).unwrap())
}

fn goods(number: u8) -> ConsignmentKey {
    ConsignmentKey { master: None, house: HouseWaybill::parse(&format!("H{number}")).ok() }
}

fn commands() -> impl Strategy<Value = Vec<(transport::Command, bool)>> {
    use transport::Command as C;
    let (unit, flight_name) = ((0..3u8).prop_map(can), (0..2u8).prop_map(flight));
    let content =
        (0..4u8, proptest::option::of(1..4u32), 0..4u32).prop_map(|(number, count, piece)| Content {
            object: goods(number),
            pieces: if count.is_none() && piece > 0 { vec![piece] } else { Vec::new() },
            count,
            weight: None,
            position: None,
        });
    let how = prop_oneof![Just(Loading::Planned), Just(Loading::Loaded), Just(Loading::Offloaded)];
    let command = prop_oneof![
        4 => (unit.clone(), proptest::collection::vec(content, 0..4), any::<bool>())
            .prop_map(|(unit, contents, complete)| C::Build { unit, contents, complete, takes_over: false }),
        1 => unit.clone().prop_map(|unit| C::Open { unit, why: "OPENED".into(), part: false }),
        3 => (flight_name.clone(), unit.clone(), how)
            .prop_map(|(flight, unit, how)| C::Load { flight, object: ObjectName::Unit(unit), how }),
        1 => flight_name.prop_map(|flight| C::Depart { flight, at: None, source: DepartureSource::Report }),
        2 => (unit.clone(), 0..12i64).prop_map(|(unit, ago)| C::Order {
            unit,
            programme: programme::ProgrammeId::new("eu-ics2"),
            reference: "Q01".into(),
            // Nothing else happens within a half minute of it.
            at: now() - SignedDuration::from_secs(ago * 60 + 30),
        }),
        1 => (unit, 0..12i64).prop_map(|(unit, ago)| C::CancelOrder {
            unit,
            programme: programme::ProgrammeId::new("eu-ics2"),
            reference: "Q01".into(),
            at: now() - SignedDuration::from_secs(ago * 60 + 15),
        }),
    ];
    proptest::collection::vec((command, any::<bool>()), 1..40)
}

/// A command of a minute: what it says was said so long before.
fn at_minute(command: transport::Command, minute: i64) -> transport::Command {
    use transport::Command as C;
    let later = |at: Timestamp| at + SignedDuration::from_mins(minute);
    match command {
        C::Order { unit, programme, reference, at } => C::Order { unit, programme, reference, at: later(at) },
        C::CancelOrder { unit, programme, reference, at } => {
            C::CancelOrder { unit, programme, reference, at: later(at) }
        }
        other => other,
    }
}

/// What was said of an order on a unit by one speaker.
#[derive(Debug, Default)]
struct Words {
    said: BTreeSet<Timestamp>,
    cancelled: BTreeSet<Timestamp>,
}

impl Words {
    /// The first order after the last cancellation.
    fn in_force_since(&self) -> Option<Timestamp> {
        self.said.iter().copied().find(|said| self.cancelled.iter().all(|cancelled| cancelled < said))
    }
}

proptest! {
    /// What flew stays flown; an order holds what was in its unit when it was said or since, and what it held when it was
    /// opened before, in whatever order things are told, and nothing else; a stranger takes nothing out of a unit; and the
    /// directory knows where everything is.
    #[test]
    fn laws_of_the_yard(commands in commands()) {
        let mut yard = Yard::default();
        let mut flown: BTreeMap<FlightName, Vec<transport::Carried>> = BTreeMap::new();
        let mut words: BTreeMap<(UnitName, bool), Words> = BTreeMap::new();
        // What stood in which unit from one minute to the next.
        let mut stood: Vec<(Timestamp, BTreeSet<(u8, ConsignmentKey)>)> = Vec::new();
        // When which unit was opened, and what stood in it until then.
        let mut openings: Vec<(Timestamp, UnitName, BTreeSet<ConsignmentKey>)> = Vec::new();
        for (minute, (command, desk)) in (0..).zip(commands) {
            let command = at_minute(command, minute);
            let moment = now() + SignedDuration::from_mins(minute);
            let told = command.clone();
            let speaker = if desk { Speaker::Desk("desk".into()) } else { Speaker::Other("stranger".into()) };
            let inside = |yard: &Yard| -> BTreeSet<(u8, ConsignmentKey)> {
                (0..3)
                    .flat_map(|number| {
                        let unit = yard.unit(&can(number));
                        let lines = unit.map(|unit| unit.contents.clone()).unwrap_or_default();
                        lines.into_iter().map(move |line| (number, line.object))
                    })
                    .collect()
            };
            let before = inside(&yard);
            let decided = transport::decide(&yard, command, &speaker, moment);
            if decided.is_ok() {
                match told {
                    transport::Command::Order { unit, at, .. } => {
                        words.entry((unit, desk)).or_default().said.insert(at);
                    }
                    transport::Command::CancelOrder { unit, at, .. } => {
                        words.entry((unit, desk)).or_default().cancelled.insert(at);
                    }
                    _ => {}
                }
            }
            let events: Vec<Event> = decided.unwrap_or_default();
            for event in &events {
                if let Event::Opened { unit, at, .. } = event {
                    let until = before.iter().filter(|(number, _)| can(*number) == *unit);
                    openings.push((*at, unit.clone(), until.map(|(_, key)| key.clone()).collect()));
                }
                yard.evolve(event);
                if let Event::Departed { flight, departure } = event {
                    prop_assert!(flown.insert(*flight, departure.carried.clone()).is_none(), "left twice");
                }
            }
            if !desk {
                prop_assert!(before.is_subset(&inside(&yard)), "a stranger took goods out");
            }
            for (name, carried) in &flown {
                let known = yard.flight(name).and_then(|flight| flight.departed.as_ref());
                prop_assert_eq!(known.map(|departure| &departure.carried), Some(carried));
            }
            for number in 0..3 {
                let Some(unit) = yard.unit(&can(number)) else { continue };
                for line in &unit.contents {
                    let units: Vec<&UnitName> = yard.units_of(&line.object).collect();
                    prop_assert!(unit.void.is_some() || units.contains(&&can(number)));
                }
            }
            stood.push((moment, inside(&yard)));
            let until = |place: usize| stood.get(place + 1).map_or(Timestamp::MAX, |(at, _)| *at);
            let mut held: BTreeSet<ConsignmentKey> = BTreeSet::new();
            for ((unit, _), words) in &words {
                let Some(since) = words.in_force_since() else { continue };
                let later = stood.iter().enumerate().filter(|(place, _)| until(*place) > since);
                let in_it = later.flat_map(|(_, (_, goods))| goods);
                held.extend(in_it.filter(|(number, _)| can(*number) == *unit).map(|(_, key)| key.clone()));
                // All of this lies within a day.
                let before = openings.iter().filter(|(at, opened, _)| opened == unit && *at < since);
                held.extend(before.flat_map(|(_, _, goods)| goods.clone()));
            }
            for number in 0..4 {
                let key = goods(number);
                prop_assert_eq!(yard.orders_on(&key).next().is_some(), held.contains(&key), "{}", key);
            }
        }
    }
}
