//! What leaves with a flight, also loose and under its other names, and where the pieces of goods are.

use super::*;
use casework::transport::Carried;

fn bulk(flight: FlightName) -> UnitName {
    UnitName::Bulk(flight)
}

/// The same aircraft on its way to another station.
fn other_name() -> FlightName {
    flight_on("9Z800", "2026-11-24", "FRA-CAI")
}

/// House, pieces and whether it is in a unit, in order of the house.
fn told(carried: &[Carried]) -> Vec<(String, Option<u32>, bool)> {
    let line = |carried: &Carried| {
        (carried.object.house.as_ref().unwrap().to_string(), carried.pieces, carried.unit.is_some())
    };
    let mut told: Vec<_> = carried.iter().map(line).collect();
    told.sort();
    told
}

fn of(house: &str, pieces: Option<u32>, in_unit: bool) -> (String, Option<u32>, bool) {
    (house.to_owned(), pieces, in_unit)
}

impl World {
    fn aboard(&self, house: &str) -> Vec<FlightName> {
        self.yard.aboard(&goods(house), None).map(|(name, _)| name).collect()
    }

    /// Pieces of six that flew and that are planned, and the numbers of those that flew.
    fn parts(&self, house: &str) -> (u64, u64, Vec<u32>) {
        let parts = self.yard.parts(&goods(house), 6, None, &|_| false, None);
        let planned = parts.planned.iter().map(|(_, pieces)| pieces).sum();
        (parts.flown_pieces, planned, parts.numbers.iter().map(|(number, _)| *number).collect())
    }

    fn inside(&self, object: &ObjectName) -> BTreeSet<String> {
        let mut inside = BTreeSet::new();
        self.yard.each_inside(object, |key| {
            inside.insert(key.house.as_ref().unwrap().to_string());
        });
        inside
    }
}

#[test]
fn what_a_closed_list_says_stands_loose_leaves_with_the_flight() {
    let f = flight("9Z800");
    let mut world = World::default();
    world.schedule(&desk(), leaves(f, None)).unwrap();
    world.tell(&desk(), built(bulk(f), &[count("A", 2), line("B")], false)).unwrap();
    assert!(!world.yard.is_loaded(&f) && world.aboard("A").is_empty(), "more may stand there");
    world.tell(&desk(), built(bulk(f), &[count("A", 2), line("B"), count("C", 1)], true)).unwrap();
    assert!(world.yard.is_loaded(&f));
    assert_eq!(
        told(&world.yard.carried(&f)),
        [of("A", Some(2), true), of("B", None, true), of("C", Some(1), true)]
    );
    assert_eq!((world.aboard("A"), world.aboard("D")), (vec![f], vec![]));
    assert_eq!(world.yard.flights_of(&consignment("A")), [f].into());
    assert_eq!(world.parts("A"), (0, 2, vec![]));
    assert!(world.yard.planned_for(&goods("A")).is_empty(), "nobody planned it by name");
    let everything = BTreeSet::from(["A", "B", "C"].map(str::to_owned));
    assert_eq!(world.inside(&ObjectName::Flight(f)), everything);
    // What is told of the same goods by others is of the same pieces; what is in a unit is not.
    world.load(f, consignment("B"), Loading::Loaded).unwrap();
    world.build(device(1), &[count("C", 3)]).unwrap();
    world.load(f, ObjectName::Unit(device(1)), Loading::Loaded).unwrap();
    let all = [of("A", Some(2), true), of("B", None, false), of("C", Some(1), true), of("C", Some(3), true)];
    assert_eq!(told(&world.yard.carried(&f)), all);
    assert_eq!(world.parts("C"), (0, 4, vec![]));
    // What was taken off does not leave.
    world.load(f, consignment("A"), Loading::Offloaded).unwrap();
    assert_eq!(told(&world.yard.carried(&f)), all[1..]);
    assert!(world.aboard("A").is_empty());
    world.depart(f, None, DepartureSource::Report);
    assert_eq!(
        (world.parts("A"), world.parts("B"), world.parts("C")),
        ((0, 0, vec![]), (6, 0, vec![]), (4, 0, vec![]))
    );
    assert_eq!((world.aboard("A"), world.aboard("C")), (vec![], vec![f]));
}

#[test]
fn an_aircraft_leaves_under_all_its_names() {
    let (f, g) = (flight("9Z800"), other_name());
    let mut world = World::default();
    world.load(f, consignment("A"), Loading::Loaded).unwrap();
    assert!(world.yard.is_loaded(&f) && world.yard.is_loaded(&g), "also by a name that nobody told of");
    world.load(g, consignment("B"), Loading::Loaded).unwrap();
    world.load(g, consignment("A"), Loading::Loaded).unwrap();
    let both = [of("A", None, false), of("B", None, false)];
    for name in [f, g] {
        assert!(world.yard.is_loaded(&name));
        assert_eq!(told(&world.yard.carried(&name)), both, "once, whatever names it is told under");
        assert_eq!(world.inside(&ObjectName::Flight(name)).len(), 2);
    }
    let around = world.yard.concerned(&consignment("B"));
    assert_eq!(around, [consignment("B"), ObjectName::Flight(f), ObjectName::Flight(g)].into());
    let around = world.yard.concerned(&ObjectName::Flight(f));
    assert_eq!(around, [consignment("A"), consignment("B"), ObjectName::Flight(g)].into());
    // It left with both, under the one name; what comes after is not with it.
    world.depart(g, None, DepartureSource::Report);
    assert_eq!((world.parts("A"), world.parts("B")), ((6, 0, vec![]), (6, 0, vec![])));
    assert_eq!(told(&world.yard.carried(&f)), []);
    // Neither a truck, nor what is cancelled, nor what leaves elsewhere or on another day is the same.
    for (number, date, way, what) in [
        ("9Z800", "2026-11-24", "FRA-CAI", "road"),
        ("9Z800", "2026-11-24", "FRA-CAI", "cancelled"),
        ("9Z800", "2026-11-25", "FRA-CAI", ""),
        ("9Z800", "2026-11-24", "CAI-NBO", ""),
        ("9Z802", "2026-11-24", "FRA-CAI", ""),
    ] {
        let other = flight_on(number, date, way);
        let mut world = World::default();
        let schedule = Schedule {
            flight: other,
            departs_at: None,
            passengers: None,
            by_road: what == "road",
            cancelled: what == "cancelled",
        };
        world.schedule(&desk(), schedule).unwrap();
        world.load(f, consignment("A"), Loading::Loaded).unwrap();
        world.load(other, consignment("B"), Loading::Loaded).unwrap();
        assert_eq!(told(&world.yard.carried(&f)), [of("A", None, false)], "{number} {date} {way} {what}");
        assert_eq!(world.yard.leaving_with(&f).count(), 0, "{number} {date} {way} {what}");
    }
}

#[test]
fn what_stands_loose_is_found_under_each_name_of_the_aircraft() {
    let (f, g) = (flight("9Z800"), other_name());
    let mut world = World::default();
    world.load(f, consignment("B"), Loading::Planned).unwrap();
    world.schedule(&desk(), leaves(g, None)).unwrap();
    world.build(bulk(g), &[line("A")]).unwrap();
    let unit = ObjectName::Unit(bulk(g));
    assert_eq!(world.inside(&ObjectName::Flight(f)), BTreeSet::from(["A", "B"].map(str::to_owned)));
    assert!(world.yard.is_loaded(&f));
    let around = world.yard.concerned(&ObjectName::Flight(f));
    assert_eq!(around, [consignment("A"), consignment("B"), unit.clone(), ObjectName::Flight(g)].into());
    let around = world.yard.concerned(&unit);
    assert_eq!(around, [consignment("A"), ObjectName::Flight(f), ObjectName::Flight(g)].into());
    assert_eq!((world.inside(&unit), world.aboard("A")), (BTreeSet::from(["A".to_owned()]), vec![g]));
    assert_eq!(world.inside(&ObjectName::Piece(goods("C"), 1)), BTreeSet::from(["C".to_owned()]));
}

#[test]
fn numbers_of_pieces_that_left_are_known() {
    let f = flight("9Z800");
    let mut world = World::default();
    world.build(device(1), &[pieces("A", &[1, 2])]).unwrap();
    world.build(device(2), &[pieces("A", &[5])]).unwrap();
    world.load(f, ObjectName::Unit(device(1)), Loading::Loaded).unwrap();
    world.load(f, ObjectName::Piece(goods("A"), 4), Loading::Loaded).unwrap();
    world.load(f, ObjectName::Unit(device(2)), Loading::Planned).unwrap();
    assert_eq!(world.parts("A"), (0, 3, vec![]), "nothing has left");
    world.depart(f, None, DepartureSource::Manifest);
    assert_eq!(world.parts("A"), (3, 0, vec![1, 2, 4]));
    // A piece taken off a flight that only a manifest tells of did not leave with it.
    world.load(f, ObjectName::Piece(goods("A"), 4), Loading::Offloaded).unwrap();
    assert_eq!(world.parts("A"), (2, 0, vec![1, 2]));
}

#[test]
fn goods_are_planned_by_name_for_what_has_not_left() {
    let (f, g) = (flight("9Z800"), flight("9Z802"));
    let mut world = World::default();
    assert!(world.yard.planned_for(&goods("A")).is_empty());
    world.build(device(1), &[line("A")]).unwrap();
    world.load(f, ObjectName::Unit(device(1)), Loading::Planned).unwrap();
    world.load(g, ObjectName::Piece(goods("A"), 1), Loading::Planned).unwrap();
    world.load(g, consignment("B"), Loading::Planned).unwrap();
    assert_eq!(world.yard.planned_for(&goods("A")), [f, g].into());
    world.load(g, ObjectName::Piece(goods("A"), 1), Loading::Offloaded).unwrap();
    assert_eq!(world.yard.planned_for(&goods("A")), [f].into());
    let cancelled = Schedule { cancelled: true, ..leaves(g, None) };
    world.schedule(&desk(), cancelled).unwrap();
    assert!(world.yard.planned_for(&goods("B")).is_empty());
    world.depart(f, None, DepartureSource::Report);
    assert!(world.yard.planned_for(&goods("A")).is_empty());
}

#[test]
fn what_left_under_one_name_is_on_no_other_and_what_did_not_is() {
    let (f, g) = (flight("9Z800"), other_name());
    let mut world = World::default();
    world.load(g, consignment("A"), Loading::Loaded).unwrap();
    world.depart(g, None, DepartureSource::Report);
    assert!(world.load(f, consignment("A"), Loading::Loaded).is_err(), "it has left under its other name");
    world.manifest(f, None, line("A"));
    assert_eq!(world.parts("A"), (6, 0, vec![]));
    world.manifest(f, None, line("B"));
    assert_eq!(told(&world.yard.carried(&f)), [of("B", None, false)]);
    assert_eq!(world.parts("B"), (0, 6, vec![]));
}

#[test]
fn all_of_goods_taken_off_are_their_pieces_too_and_no_others() {
    let f = flight("9Z800");
    let piece = |house: &str, number| ObjectName::Piece(goods(house), number);
    let mut world = World::default();
    for (house, by) in [("A", desk()), ("B", desk()), ("C", stranger()), ("D", stranger())] {
        let object = piece(house, 1);
        world.tell(&by, Command::Load { flight: f, object, how: Loading::Planned }).unwrap();
    }
    for house in ["A", "C"] {
        world.load(f, consignment(house), Loading::Offloaded).unwrap();
    }
    let on: Vec<ObjectName> = world.yard.flight(&f).unwrap().objects().cloned().collect();
    assert_eq!(on, [piece("B", 1), piece("D", 1)]);
}

#[test]
fn an_order_on_what_stands_loose_holds_what_is_listed_in_no_unit_and_was_not_taken_off() {
    let f = flight("9Z800");
    let mut world = World::default();
    world.manifest(f, None, line("A"));
    world.manifest(f, Some(device(1)), line("B"));
    world.manifest(f, None, line("C"));
    world.load(f, consignment("C"), Loading::Offloaded).unwrap();
    world.load(f, ObjectName::Piece(goods("D"), 1), Loading::Loaded).unwrap();
    world.load(f, ObjectName::Unit(device(2)), Loading::Loaded).unwrap();
    world.order(bulk(f), "07:00").unwrap();
    assert_eq!(world.held(bulk(f)), ["A", "D"]);
}

#[test]
fn goods_are_on_a_flight_by_who_says_so_and_while_nothing_took_them_off() {
    let f = flight("9Z800");
    let mut world = World::default();
    let on = |world: &World, house: &str| {
        let object = consignment(house);
        (world.yard.flights_of(&object).len(), world.yard.flights_by_desks(&object).len())
    };
    let listed = Command::Manifest { flight: f, unit: None, content: line("A"), part: None };
    world.tell(&stranger(), listed).unwrap();
    world.manifest(f, None, line("B"));
    let object = consignment("C");
    world.tell(&stranger(), Command::Load { flight: f, object, how: Loading::Planned }).unwrap();
    world.load(f, ObjectName::Piece(goods("D"), 1), Loading::Planned).unwrap();
    assert_eq!(["A", "B", "C", "D"].map(|house| on(&world, house)), [(1, 0), (1, 1), (1, 0), (1, 1)]);
    world.load(f, ObjectName::Piece(goods("D"), 1), Loading::Offloaded).unwrap();
    assert_eq!(on(&world, "D"), (0, 0), "what else is listed says nothing of it");
}

#[test]
fn what_a_stranger_plans_after_a_desk_took_it_off_is_looked_at() {
    let f = flight("9Z800");
    let mut world = World::default();
    let plan = || Command::Load { flight: f, object: consignment("A"), how: Loading::Planned };
    world.load(f, consignment("A"), Loading::Loaded).unwrap();
    world.tell(&stranger(), plan()).unwrap();
    world.load(f, consignment("A"), Loading::Offloaded).unwrap();
    let on = |world: &World| world.yard.flight(&f).unwrap().objects().count();
    assert_eq!(on(&world), 0);
    assert_eq!(world.tell(&stranger(), plan()), Ok(1));
    assert_eq!(on(&world), 1);
    assert!(!world.yard.flight(&f).unwrap().is_off(&goods("A")) && world.yard.carried(&f).is_empty());
}
