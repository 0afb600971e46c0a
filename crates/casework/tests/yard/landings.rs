//! Where a flight may land, as its schedules tell: whatever they tell of, until they take it back.

use super::*;

/// A stretch that was told of: day of November, way, and what of it (nothing, `cancelled`, `road`, `left`).
type Told<'a> = (&'a str, &'a str, &'a str);

fn told(parts: &[Told<'_>]) -> World {
    let mut world = World::default();
    for (day, way, what) in parts {
        let name = flight_on("9Z800", &format!("2026-11-{day}"), way);
        let by_road = *what == "road";
        let told = Schedule { flight: name, departs_at: None, passengers: None, by_road, cancelled: false };
        world.schedule(&desk(), told.clone()).unwrap();
        match *what {
            "cancelled" => {
                world.schedule(&desk(), Schedule { cancelled: true, ..told }).unwrap();
            }
            "left" => world.depart(name, None, DepartureSource::Report),
            _ => {}
        }
    }
    world
}

/// Ways by which a flight may land, in order of their names.
fn landings(parts: &[Told<'_>], way: &str) -> Vec<String> {
    let landings = told(parts).yard.landings(&flight_on("9Z800", "2026-11-24", way));
    landings.iter().map(|part| format!("{} {}-{}", part.date.day(), part.from, part.to)).collect()
}

#[test]
fn a_flight_may_land_wherever_its_parts_lead() {
    /// What it shows, the ways told for the day, and those by which it may land from Frankfurt to Nairobi.
    type Case<'a> = (&'a str, &'a [&'a str], &'a [&'a str]);
    let cases: &[Case<'_>] = &[
        ("nothing is told", &[], &[]),
        ("told as it is named alone", &["FRA-NBO"], &[]),
        ("a first part leads nowhere", &["FRA-CAI"], &["FRA-CAI"]),
        ("nor beside the whole", &["FRA-NBO", "FRA-CAI"], &["FRA-CAI"]),
        ("a last part comes from somewhere", &["CAI-NBO"], &["CAI-NBO"]),
        ("also beside the whole", &["FRA-NBO", "CAI-NBO"], &["CAI-NBO"]),
        ("one stop", &["FRA-CAI", "CAI-NBO"], &["CAI-NBO", "FRA-CAI"]),
        ("one stop beside the whole", &["FRA-NBO", "FRA-CAI", "CAI-NBO"], &["CAI-NBO", "FRA-CAI"]),
        ("two stops", &["FRA-CAI", "CAI-ADD", "ADD-NBO"], &["ADD-NBO", "CAI-ADD", "FRA-CAI"]),
        (
            "two ways, and nobody says by which",
            &["FRA-ADD", "ADD-NBO", "FRA-CAI", "CAI-NBO"],
            &["ADD-NBO", "CAI-NBO", "FRA-ADD", "FRA-CAI"],
        ),
        (
            "a way, and a first part that leads nowhere",
            &["FRA-ADD", "FRA-CAI", "CAI-NBO"],
            &["CAI-NBO", "FRA-ADD", "FRA-CAI"],
        ),
        (
            "a way, and a later part that leads nowhere",
            &["FRA-CAI", "CAI-ADD", "CAI-NBO"],
            &["CAI-ADD", "CAI-NBO", "FRA-CAI"],
        ),
        ("what lies between is not told", &["FRA-CAI", "ADD-NBO"], &["ADD-NBO", "FRA-CAI"]),
        ("two last parts", &["ADD-NBO", "CAI-NBO"], &["ADD-NBO", "CAI-NBO"]),
        ("it goes on from the end", &["FRA-NBO", "FRA-CAI", "NBO-CAI"], &[]),
        ("it goes on by two parts", &["FRA-NBO", "FRA-CAI", "NBO-ADD", "ADD-CAI"], &[]),
        (
            "it comes back by where it stopped",
            &["FRA-CAI", "CAI-NBO", "NBO-CAI", "CAI-FRA"],
            &["CAI-NBO", "FRA-CAI"],
        ),
        ("it comes back to its start", &["FRA-NBO", "FRA-CAI", "NBO-FRA"], &["FRA-CAI"]),
        ("it goes on, and a part leads nowhere", &["FRA-NBO", "FRA-CAI", "NBO-ADD"], &["FRA-CAI"]),
        (
            "it goes back and forth",
            &["FRA-CAI", "CAI-ADD", "ADD-CAI", "CAI-NBO"],
            &["ADD-CAI", "CAI-ADD", "CAI-NBO", "FRA-CAI"],
        ),
        ("it comes from where its last part starts", &["CAI-FRA", "CAI-NBO", "FRA-NBO"], &[]),
        ("and from there by two parts", &["CAI-ADD", "ADD-FRA", "CAI-NBO", "FRA-NBO"], &[]),
        (
            "it comes from there, and goes there as well",
            &["CAI-FRA", "FRA-CAI", "CAI-NBO"],
            &["CAI-NBO", "FRA-CAI"],
        ),
        ("it comes from elsewhere", &["ADD-FRA", "FRA-CAI", "CAI-NBO"], &["CAI-NBO", "FRA-CAI"]),
    ];
    for (what, ways, expected) in cases {
        let parts: Vec<Told<'_>> = ways.iter().map(|way| ("24", *way, "")).collect();
        let expected: Vec<String> = expected.iter().map(|way| format!("24 {way}")).collect();
        assert_eq!(landings(&parts, "FRA-NBO"), expected, "{what}");
    }
}

#[test]
fn a_part_counts_on_its_days_and_until_it_is_taken_back() {
    /// What it shows, the parts told, and those by which it may land.
    type Case<'a> = (&'a str, &'a [Told<'a>], &'a [&'a str]);
    let cases: &[Case<'_>] = &[
        ("overnight", &[("24", "FRA-CAI", ""), ("25", "CAI-NBO", "")], &["24 FRA-CAI", "25 CAI-NBO"]),
        ("the flight of tomorrow", &[("24", "FRA-NBO", ""), ("25", "FRA-CAI", "")], &[]),
        (
            "the flight of tomorrow with both parts",
            &[("24", "FRA-NBO", ""), ("25", "FRA-CAI", ""), ("25", "CAI-NBO", "")],
            &[],
        ),
        ("a last part of tomorrow where nothing else is told", &[("25", "CAI-NBO", "")], &["25 CAI-NBO"]),
        (
            "it came from where its last part starts",
            &[("24", "CAI-FRA", "left"), ("24", "CAI-NBO", ""), ("24", "FRA-NBO", "")],
            &[],
        ),
        (
            "it comes from there the day after",
            &[("25", "CAI-FRA", ""), ("24", "CAI-NBO", ""), ("24", "FRA-NBO", "")],
            &["24 CAI-NBO"],
        ),
        (
            "its part from there is taken back",
            &[("24", "CAI-FRA", "cancelled"), ("24", "CAI-NBO", "")],
            &["24 CAI-NBO"],
        ),
        (
            "a truck comes from there",
            &[("24", "CAI-FRA", "road"), ("24", "CAI-NBO", ""), ("24", "FRA-NBO", "")],
            &["24 CAI-NBO"],
        ),
        ("a part by road", &[("24", "FRA-NBO", ""), ("24", "FRA-CAI", "road")], &[]),
        ("a part that has left", &[("24", "FRA-NBO", ""), ("24", "FRA-CAI", "left")], &[]),
        ("a part taken back", &[("24", "FRA-CAI", "cancelled"), ("24", "FRA-NBO", "")], &[]),
        (
            "a part taken back, and nothing told of the flight without it",
            &[("24", "FRA-CAI", "cancelled")],
            &["24 FRA-CAI"],
        ),
        (
            "all taken back",
            &[("24", "FRA-CAI", "cancelled"), ("24", "FRA-NBO", "cancelled")],
            &["24 FRA-CAI"],
        ),
    ];
    for (what, parts, expected) in cases {
        assert_eq!(landings(parts, "FRA-NBO"), *expected, "{what}");
    }
}

/// Goods that join a flight on its way land nowhere it was before.
#[test]
fn a_flight_that_was_told_whole_makes_no_stop_of_where_it_comes_from() {
    let parts = [("24", "CAI-FRA", ""), ("24", "CAI-NBO", ""), ("24", "FRA-NBO", "")];
    let of = |parts: &[Told<'_>]| told(parts).yard.stops(&flight("9Z800")).len();
    assert_eq!((of(&parts), of(&parts[1..])), (0, 1));
}

#[test]
fn a_part_that_leads_nowhere_is_no_way_where_another_leads_to_the_end() {
    let world = told(&[("24", "FRA-ADD", ""), ("24", "FRA-CAI", ""), ("24", "CAI-NBO", "")]);
    let way: Vec<String> =
        world.yard.stops(&flight("9Z800")).iter().map(|part| part.to.to_string()).collect();
    assert_eq!(way, ["CAI", "NBO"]);
}

#[test]
fn a_flight_is_known_by_its_own_schedule_else_by_the_part_that_leaves_its_start_on_its_day() {
    let whole = flight("9Z800");
    let known = |told: &[(&str, &str)]| {
        let mut world = World::default();
        for (day, way) in told {
            let part = flight_on("9Z800", &format!("2026-11-{day}"), way);
            let passengers = Some(*way == "FRA-CAI");
            world.schedule(&desk(), Schedule { passengers, ..leaves(part, None) }).unwrap();
        }
        world.yard.known(&whole).map(|flight| flight.passengers)
    };
    assert_eq!(known(&[]), None);
    assert_eq!(known(&[("24", "FRA-CAI")]), Some(Some(true)));
    assert_eq!(known(&[("24", "FRA-NBO"), ("24", "FRA-CAI")]), Some(Some(false)), "told as it is named");
    for elsewhere in [("24", "ADD-CAI"), ("25", "FRA-CAI"), ("25", "ADD-CAI"), ("24", "CAI-NBO")] {
        assert_eq!(known(&[elsewhere]), None, "{elsewhere:?}");
        assert_eq!(known(&[elsewhere, ("24", "FRA-CAI")]), Some(Some(true)), "{elsewhere:?}");
    }
}
