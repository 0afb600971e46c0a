//! On which leg goods are in the air, as far as is known: the whole of them, or a part.
#![allow(clippy::unwrap_used)]

#[path = "airborne/back.rs"]
mod back;

use casework::case::{Actor, Command, Node, Voice, decide};
use casework::gate::{Context, airborne, departs_at, left};
use casework::transport::{Carried, Departure, DepartureSource, Event, Yard};
use casework::{Dossier, Event as TreeEvent};
use consignment::document::StatusFact;
use consignment::fact::{Content, FlightName, Schedule};
use consignment::ident::{AirWaybill, Flight, Location};
use consignment::measure::Weight;

use consignment::stations::StationTable;
use consignment::{Consignment, ConsignmentKey, DocumentKind, Leg, PartialDate, Purpose};
use jiff::Timestamp;
use jiff::civil::{date, time};
use std::collections::BTreeMap;
use std::sync::Arc;

const PIECES: u32 = 6;

fn at(day: i8, hour: i8) -> Timestamp {
    format!("2026-11-{day:02}T{hour:02}:00:00Z").parse().unwrap()
}

fn station(code: &str) -> Location {
    Location::parse(code).unwrap()
}

fn goods() -> ConsignmentKey {
    ConsignmentKey { master: AirWaybill::parse("888-10001014").ok(), house: None }
}

fn flight(number: &str, way: &str) -> FlightName {
    let (from, to) = way.split_once('-').unwrap();
    let (from, to) = (station(from), station(to));
    FlightName { flight: Flight::parse(number).unwrap(), date: date(2026, 11, 24), from, to }
}

/// Six pieces on a way of some legs, each on a flight of its own where it is named.
struct World {
    dossier: Dossier,
    yard: Yard,
}

impl World {
    /// Legs as `9Z800/LHR-DOH`, or a way that leaves at ten without anybody saying by which flight.
    fn new(legs: &[&str]) -> Self {
        let legs = legs.iter().map(|leg| match leg.split_once('/') {
            Some((number, way)) => {
                let FlightName { flight, date, from, to } = flight(number, way);
                let date = Some(PartialDate::whole(date));
                Leg { flight: Some(flight), date, ..Leg::assumed(from, to) }
            }
            None => {
                let FlightName { date, from, to, .. } = flight("9Z1", leg);
                let (date, departs_at) = (Some(PartialDate::whole(date)), Some(time(10, 0, 0, 0)));
                Leg { date, departs_at, ..Leg::assumed(from, to) }
            }
        });
        let legs: Vec<Leg> = legs.collect();
        let mut world = Self { dossier: Dossier::default(), yard: Yard::default() };
        let (first, last) = (legs.first().unwrap().from, legs.last().unwrap().to);
        world.file(Consignment {
            kind: DocumentKind::Master,
            master: goods().master,
            origin: Some(first),
            destination: Some(last),
            pieces: Some(PIECES),
            weight: Some(Weight::kilograms(60.into())),
            ..Consignment::default()
        });
        world.act(Command::Route { legs, unclear: Vec::new() }, &Actor::Node);
        world
    }

    fn file(&mut self, consignment: Consignment) {
        let (consignment, voice) = (Arc::new(consignment), Voice::OF_DESK);
        let (purpose, consolidated, faults) = (Purpose::Creation, false, Vec::new());
        let command = Command::Record { voice, consignment, purpose, consolidated, faults };
        self.act(command, &Actor::Filer("carrier".into()));
    }

    fn act(&mut self, command: Command, by: &Actor) {
        for event in decide(&self.dossier.tree, command, by, at(24, 5)).unwrap() {
            self.dossier.evolve(&TreeEvent::Tree(event));
        }
    }

    /// All of it was received from a flight.
    fn arrived(&mut self, to: &str) -> &mut Self {
        self.file(Consignment {
            kind: DocumentKind::Status,
            master: goods().master,
            pieces: Some(PIECES),
            statuses: vec![StatusFact {
                code: "RCF".into(),
                discrepancy: None,
                all_pieces: Some(PIECES),
                pieces: Some(PIECES),
                flight: None,
                station: Some(station(to)),
                date: PartialDate::parse("24NOV"),
                time: None,
            }],
            ..Consignment::default()
        });
        self
    }

    fn departed(&mut self, flight: FlightName, pieces: u32, left: Timestamp, stated: bool) -> &mut Self {
        let (object, numbers, weight, unit) = (goods(), Vec::new(), None, None);
        let carried =
            vec![Carried { object, pieces: Some(pieces), numbers, without: Vec::new(), weight, unit }];
        let source = if stated { DepartureSource::Report } else { DepartureSource::Manifest };
        let content = Content {
            object: goods(),
            pieces: Vec::new(),
            count: Some(pieces),
            weight: None,
            position: None,
        };
        self.yard.evolve(&Event::Manifested { flight, unit: None, content, by_desk: true, part: None });
        let departure = Departure { at: left, stated, source, carried };
        self.yard.evolve(&Event::Departed { flight, departure });
        self
    }

    /// Some pieces flew.
    fn flew(&mut self, number: &str, way: &str) -> &mut Self {
        self.departed(flight(number, way), 2, at(24, 9), true)
    }

    /// A manifest came without a time, and the schedule says that the aircraft leaves at eight in the evening.
    fn at_gate(&mut self, number: &str, way: &str) -> &mut Self {
        let flight = flight(number, way);
        let departs_at = Some(date(2026, 11, 24).at(20, 0, 0, 0));
        let schedule = Schedule { flight, departs_at, passengers: None, by_road: false, cancelled: false };
        self.yard.evolve(&Event::Scheduled { schedule, said_at: at(24, 5) });
        self.departed(flight, PIECES - 2, at(24, 8), false)
    }

    /// Where it is in the air at noon.
    fn airborne(&self) -> Option<String> {
        let (programmes, stations) = (BTreeMap::new(), StationTable::built_in());
        let context = Context { yard: &self.yard, ..Context::new(&programmes, &stations) };
        let leg = airborne(&self.dossier, &Node::Master, at(24, 12), &context)?;
        Some(format!("{}-{}", leg.from, leg.to))
    }
}

#[test]
fn the_whole_is_in_the_air_on_the_last_leg_that_has_left_until_it_is_reported_at_its_end() {
    let mut world = World::new(&["9Z800/LHR-DOH"]);
    assert_eq!(world.airborne(), None);
    world.departed(flight("9Z800", "LHR-DOH"), PIECES, at(24, 8), true);
    assert_eq!(world.airborne().as_deref(), Some("LHR-DOH"));
    assert_eq!(world.arrived("DOH").airborne(), None);
    // What is reported of the whole tells where it is, whatever a part flew by.
    assert_eq!(world.flew("9Z700", "LHR-LIS").airborne(), None);
    // What it left by nobody filed: it waits where it is on an aircraft at the gate of that station, and of no other.
    let mut world = World::new(&["LHR-DOH"]);
    assert_eq!(world.airborne().as_deref(), Some("LHR-DOH"), "it left at ten");
    world.at_gate("9Z900", "FRA-DOH");
    assert_eq!(world.airborne().as_deref(), Some("LHR-DOH"));
    assert_eq!(world.at_gate("9Z901", "LHR-DOH").airborne(), None);
}

#[test]
fn a_part_is_in_the_air_by_the_flight_that_left_with_it() {
    // The rest waits at its gate, or nothing of the way has left.
    for rest in [true, false] {
        let mut world = World::new(&["9Z800/LHR-DOH"]);
        if rest {
            world.at_gate("9Z800", "LHR-DOH");
        }
        assert_eq!(world.airborne(), None);
        assert_eq!(world.flew("9Z700", "LHR-LIS").airborne().as_deref(), Some("LHR-LIS"));
        // Of several the last one.
        world.departed(flight("9Z701", "LHR-FRA"), 2, at(24, 7), true);
        assert_eq!(world.airborne().as_deref(), Some("LHR-LIS"));
        assert_eq!(world.arrived("LIS").airborne(), None, "it is there");
    }
    // What left under the number long before it was filed was another consignment.
    let mut world = World::new(&["9Z800/LHR-DOH"]);
    let before = FlightName { date: date(2026, 10, 1), ..flight("9Z700", "LHR-LIS") };
    let left = "2026-10-01T09:00:00Z".parse().unwrap();
    assert_eq!(world.departed(before, 2, left, true).airborne(), None);
}

#[test]
fn a_part_is_not_in_the_air_where_the_whole_is_reported_beyond() {
    let way = ["9Z800/LHR-LIS", "9Z801/LIS-FRA", "9Z802/FRA-DOH"];
    let mut world = World::new(&way);
    world.at_gate("9Z802", "FRA-DOH").flew("9Z700", "LHR-LIS");
    assert_eq!(world.airborne().as_deref(), Some("LHR-LIS"));
    assert_eq!(world.arrived("FRA").airborne(), None);
    let mut world = World::new(&way);
    world.at_gate("9Z802", "FRA-DOH").flew("9Z700", "LHR-FRA").arrived("LIS");
    assert_eq!(world.airborne().as_deref(), Some("LHR-FRA"), "it is reported before");
}

/// A leg leaves at the time that is told with it, unless its flight came back at that time or since: then nobody says when.
#[test]
fn a_flight_that_came_back_leaves_at_the_time_of_its_leg_where_that_is_later() {
    let name = flight("9Z800", "LHR-DOH");
    let leg = |departs_at| {
        let date = Some(PartialDate::whole(name.date));
        Leg { flight: Some(name.flight), date, departs_at, ..Leg::assumed(name.from, name.to) }
    };
    let ten = Some(time(10, 0, 0, 0));
    for (returned, told, departs) in
        [(9, ten, Some(at(24, 10))), (10, ten, None), (11, ten, None), (9, None, None)]
    {
        let mut world = World::new(&["9Z800/LHR-DOH"]);
        world.departed(name, PIECES, at(24, 8), true);
        world.yard.evolve(&Event::Returned { flight: name, at: at(24, returned) });
        let (programmes, stations) = (BTreeMap::new(), StationTable::built_in());
        let context = Context { yard: &world.yard, ..Context::new(&programmes, &stations) };
        assert_eq!(departs_at(&leg(told), at(24, 12), &context), departs, "{returned} {told:?}");
    }
}

/// A leg without a time is over with its day, unless its flight came back: that stands there until it leaves again.
#[test]
fn a_flight_that_came_back_has_not_left_with_its_day() {
    let name = flight("9Z800", "LHR-DOH");
    for (what, events, over) in [
        ("nobody tells that it left", vec![], true),
        ("it left", vec![at(24, 8)], true),
        ("it came back", vec![at(24, 8), at(24, 23)], false),
        ("it left again", vec![at(24, 8), at(24, 9), at(24, 10)], true),
    ] {
        let mut world = World::new(&["9Z800/LHR-DOH"]);
        for (index, told) in events.into_iter().enumerate() {
            if index == 1 {
                world.yard.evolve(&Event::Returned { flight: name, at: told });
            } else {
                world.departed(name, PIECES, told, true);
            }
        }
        let (programmes, stations) = (BTreeMap::new(), StationTable::built_in());
        let context = Context { yard: &world.yard, ..Context::new(&programmes, &stations) };
        let known = left(&world.dossier, &Node::Master, None, at(25, 12), &context);
        assert_eq!(known.is_some(), over, "{what}");
    }
}
