//! Goods that are not in the air although a flight of theirs left: a desk took them off, they came back, or they arrived.

use super::*;
use casework::gate::{Left, came_back_last, left, stands_here};
use consignment::fact::{Loading, ObjectName, UnitName};
use consignment::ident::{HouseWaybill, UnitLoadDevice};
use consignment::route::RouteBasis;

fn house(number: &str) -> ConsignmentKey {
    ConsignmentKey { house: HouseWaybill::parse(number).ok(), ..goods() }
}

fn unit(number: u8) -> UnitName {
    UnitName::Device(UnitLoadDevice::parse(&format!("AKE1111{number}9Z")).unwrap())
}

impl World {
    fn file_house(&mut self, number: &str, pieces: u32) {
        self.file(Consignment {
            kind: DocumentKind::House,
            master: goods().master,
            house: house(number).house,
            origin: Some(station("LHR")),
            destination: Some(station("DOH")),
            pieces: Some(pieces),
            weight: Some(Weight::kilograms(pieces.into())),
            ..Consignment::default()
        });
    }

    fn load(&mut self, flight: FlightName, object: ObjectName, how: Loading) {
        self.yard.evolve(&Event::Loaded { flight, object, how, by_desk: true });
    }

    fn build(&mut self, unit: UnitName, count: u32) {
        let (object, pieces, weight, position) = (goods(), Vec::new(), None, None);
        let contents = vec![Content { object, pieces, count: Some(count), weight, position }];
        self.yard.evolve(&Event::Built { unit, contents, replaces: true, complete: true, by: "desk".into() });
    }

    /// It left with what is known to be aboard.
    fn depart(&mut self, flight: FlightName, hour: i8) {
        let (at, stated, source) = (at(24, hour), true, DepartureSource::Report);
        let departure = Departure { at, stated, source, carried: self.yard.carried(&flight) };
        self.yard.evolve(&Event::Departed { flight, departure });
    }

    /// A report of a desk in words: code, flight, station, pieces, and the hour.
    fn report(&mut self, object: ConsignmentKey, words: &str) {
        let words: Vec<&str> = words.split(' ').collect();
        let [code, by, at, pieces, hour] = words[..] else { panic!("{words:?}") };
        self.file(Consignment {
            kind: DocumentKind::Status,
            master: object.master,
            house: object.house,
            statuses: vec![StatusFact {
                code: code.into(),
                discrepancy: None,
                all_pieces: None,
                pieces: pieces.parse().ok(),
                flight: Flight::parse(by).ok(),
                station: Some(station(at)),
                date: PartialDate::parse("24NOV"),
                time: Some(time(hour.parse().unwrap(), 0, 0, 0)),
            }],
            ..Consignment::default()
        });
    }

    fn left(&self, node: &Node) -> Option<Left> {
        let (programmes, stations) = (BTreeMap::new(), StationTable::built_in());
        let context = Context { yard: &self.yard, ..Context::new(&programmes, &stations) };
        left(&self.dossier, node, None, at(24, 12), &context)
    }
}

/// Goods that a desk took off a flight by themselves, with the whole around them or with their unit did not leave with it, unless some
/// of them are aboard.
#[test]
fn what_a_desk_took_off_is_not_in_the_air() {
    let name = flight("9Z800", "LHR-DOH");
    let consignment = |key: ConsignmentKey| ObjectName::Consignment(key);
    let (u, v) = (|| ObjectName::Unit(unit(1)), || ObjectName::Unit(unit(2)));
    /// What it shows, what was loaded and what taken off since, of which goods it is asked, and whether they are in the air.
    type Case = (&'static str, Vec<ObjectName>, Vec<ObjectName>, Node, bool);
    let whole = || consignment(goods());
    let (a, b) = (|| Node::of(&house("RHA")), || Node::of(&house("RHB")));
    let cases: Vec<Case> = vec![
        ("nobody tells of them", vec![], vec![], Node::Master, true),
        ("loaded", vec![whole()], vec![], Node::Master, true),
        ("taken off", vec![whole()], vec![whole()], Node::Master, false),
        ("loaded in a unit", vec![u()], vec![], Node::Master, true),
        ("taken off with it", vec![u()], vec![u()], Node::Master, false),
        ("in two, one taken off", vec![u(), v()], vec![u()], Node::Master, true),
        ("in two, both taken off", vec![u(), v()], vec![u(), v()], Node::Master, false),
        ("a house, with the whole", vec![whole()], vec![], a(), true),
        ("a house, taken off with the whole", vec![whole()], vec![whole()], a(), false),
        ("a house, taken off", vec![whole()], vec![consignment(house("RHA"))], a(), false),
        ("a house, where another was taken off", vec![whole()], vec![consignment(house("RHA"))], b(), true),
        (
            "the whole, of which a house was taken off",
            vec![whole()],
            vec![consignment(house("RHA"))],
            Node::Master,
            true,
        ),
    ];
    for (what, loaded, off, node, airborne) in cases {
        let mut world = World::new(&["9Z800/LHR-DOH"]);
        world.file_house("RHA", 2);
        world.file_house("RHB", 4);
        world.build(unit(1), 3);
        world.build(unit(2), 3);
        loaded.into_iter().for_each(|object| world.load(name, object, Loading::Loaded));
        off.into_iter().for_each(|object| world.load(name, object, Loading::Offloaded));
        world.depart(name, 8);
        assert_eq!(world.left(&node).map(|left| left.airborne), Some(airborne), "{what}");
    }
}

/// Of a leg that was flown as is reported, goods are back where reports say that all that departed came back; where a flight is known
/// to have left, it tells.
#[test]
fn goods_are_back_as_is_reported() {
    const OUT: &str = "DEP 9Z800 LHR 6 8";
    const BACK: &str = "RCF 9Z800 LHR 6 9";
    /// What it shows, whether the leg was flown, what is reported of the whole and of a house, and whether the house is in the air.
    type Case<'a> = (&'a str, bool, &'a [&'a str], &'a [&'a str], bool);
    let cases: &[Case<'_>] = &[
        ("it left", true, &[OUT], &[], true),
        ("it is back", true, &[OUT, BACK], &[], false),
        ("a part is back", true, &[OUT, "RCF 9Z800 LHR 5 9"], &[], true),
        ("it is back elsewhere", true, &[OUT, "RCF 9Z800 LIS 6 9"], &[], true),
        ("another flight is back", true, &[OUT, "RCF 9Z801 LHR 6 9"], &[], true),
        ("the house is back", true, &[OUT], &["DEP 9Z800 LHR 2 8", "RCF 9Z800 LHR 2 9"], false),
        ("it was not flown, as far as is known", false, &[OUT, BACK], &[], true),
    ];
    for (what, flown, whole, own, airborne) in cases {
        let mut world = World::new(&["9Z800/LHR-DOH"]);
        world.file_house("RHA", 2);
        let FlightName { flight, date, from, to } = flight("9Z800", "LHR-DOH");
        let basis = if *flown { RouteBasis::Flown } else { RouteBasis::Scheduled };
        let date = Some(PartialDate::whole(date));
        let leg = Leg {
            flight: Some(flight),
            date,
            departs_at: Some(time(8, 0, 0, 0)),
            basis,
            ..Leg::assumed(from, to)
        };
        whole.iter().for_each(|words| world.report(goods(), words));
        own.iter().for_each(|words| world.report(house("RHA"), words));
        world.act(Command::Route { legs: vec![leg], unclear: Vec::new() }, &Actor::Node);
        let left = world.left(&Node::of(&house("RHA")));
        assert_eq!(left.map(|left| left.airborne), Some(*airborne), "{what}");
    }
}

/// What is reported of all the goods at the end of the leg or beyond tells that they arrived; of what stands at its gate nothing does.
#[test]
fn goods_have_arrived_where_all_are_reported_beyond() {
    let seen = |world: &World| {
        let left = world.left(&Node::Master).unwrap();
        (left.airborne, left.at_gate, left.arrived)
    };
    let mut world = World::new(&["9Z800/LHR-DOH"]);
    world.departed(flight("9Z800", "LHR-DOH"), PIECES, at(24, 8), true);
    assert_eq!(seen(&world), (true, false, false));
    world.arrived("DOH");
    assert_eq!(seen(&world), (false, false, true));
    let mut world = World::new(&["9Z800/LHR-DOH"]);
    world.at_gate("9Z800", "LHR-DOH");
    assert_eq!(seen(&world), (false, true, false));
    world.arrived("DOH");
    assert_eq!(seen(&world), (false, true, false));
}

/// A flight of goods came back where one of theirs, or of the whole around them, did; of a whole, or of a house nobody filed, that of
/// any house may be it.
#[test]
fn a_flight_of_goods_came_back_last() {
    let (first, second) = (flight("9Z800", "LHR-DOH"), flight("9Z801", "LHR-DOH"));
    let mut world = World::new(&["9Z800/LHR-DOH"]);
    world.file_house("RHA", 2);
    world.file_house("RHB", 4);
    world.report(house("RHC"), "RCS - LHR 1 6");
    let node = |number: &str| Node::of(&house(number));
    let back = |world: &World| {
        [Node::Master, node("RHA"), node("RHB"), node("RHC")]
            .map(|node| came_back_last(&world.dossier.tree, &node, &world.yard))
    };
    assert_eq!(back(&world), [None; 4]);
    world.load(first, ObjectName::Consignment(house("RHA")), Loading::Loaded);
    world.yard.evolve(&Event::Returned { flight: first, at: at(24, 9) });
    let nine = Some(at(24, 9));
    assert_eq!(back(&world), [nine, nine, None, nine]);
    world.load(second, ObjectName::Consignment(goods()), Loading::Loaded);
    world.yard.evolve(&Event::Returned { flight: second, at: at(24, 8) });
    assert_eq!(back(&world), [nine, nine, Some(at(24, 8)), nine]);
    world.yard.evolve(&Event::Returned { flight: second, at: at(24, 10) });
    assert_eq!(back(&world), [Some(at(24, 10)); 4]);
}

/// Goods stand where nothing of them is in the air: in an aircraft at its gate, or back where they left from.
#[test]
fn goods_stand_at_a_gate_or_where_they_came_back() {
    let name = flight("9Z800", "LHR-DOH");
    let stands = |world: &World| {
        let (programmes, stations) = (BTreeMap::new(), StationTable::built_in());
        let context = Context { yard: &world.yard, ..Context::new(&programmes, &stations) };
        stands_here(&world.dossier, &Node::Master, at(24, 12), &context)
    };
    let mut world = World::new(&["9Z800/LHR-DOH"]);
    assert!(!stands(&world), "nobody tells of a flight with them");
    world.departed(name, PIECES, at(24, 8), true);
    assert!(!stands(&world), "they left");
    world.report(goods(), "RCF 9Z800 LHR 6 9");
    assert!(stands(&world), "they came back");
    let mut world = World::new(&["9Z800/LHR-DOH"]);
    world.at_gate("9Z800", "LHR-DOH");
    assert!(stands(&world), "its aircraft has not left");
    world.flew("9Z700", "LHR-LIS");
    assert!(!stands(&world), "a part is in the air");
    world.report(goods(), "RCF 9Z700 LIS 1 11");
    assert!(!stands(&world), "and some of it still");
    world.report(goods(), "RCF 9Z700 LIS 2 11");
    assert!(stands(&world), "it landed");
}

/// A house is in the air with the whole around it, until officers say that it left that.
#[test]
fn a_house_is_in_the_air_with_its_whole() {
    let mut world = World::new(&["9Z800/LHR-DOH"]);
    world.file_house("RHA", 2);
    world.flew("9Z700", "LHR-LIS");
    let (node, agency) = (Node::of(&house("RHA")), "desk".into());
    let airborne = |world: &World| {
        let (programmes, stations) = (BTreeMap::new(), StationTable::built_in());
        let context = Context { yard: &world.yard, ..Context::new(&programmes, &stations) };
        airborne(&world.dossier, &Node::of(&house("RHA")), at(24, 12), &context).map(|leg| leg.to)
    };
    assert_eq!(airborne(&world), Some(station("LIS")));
    let (went, at) = (Some(at(24, 7)), at(24, 7));
    let left = casework::case::Event::Unlinked { node, recounted_pieces: 2, agency, went, at };
    world.dossier.evolve(&TreeEvent::Tree(left));
    assert_eq!(airborne(&world), None);
}
