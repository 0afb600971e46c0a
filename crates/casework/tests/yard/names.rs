//! What a word on one name of an aircraft means for its other names.

use super::*;

/// A house by its number, the master as `M`, a unit as `U`, a piece after `#`.
fn object(words: &str) -> ObjectName {
    let goods = |words: &str| match words {
        "M" => ConsignmentKey { house: None, ..goods("A") },
        house => goods(house),
    };
    match words.split_once('#') {
        Some((words, piece)) => ObjectName::Piece(goods(words), piece.parse().unwrap()),
        None if words == "U" => ObjectName::Unit(device(1)),
        None => ObjectName::Consignment(goods(words)),
    }
}

/// A word on a flight: what was done with what, a line of its manifest, or what stands loose on it.
fn word(flight: FlightName, words: &str) -> Command {
    let words: Vec<&str> = words.split(' ').collect();
    let content = |words: &str| {
        let ObjectName::Consignment(object) = object(words) else { panic!("{words} are no goods") };
        Content { object, ..line("A") }
    };
    let load = |words: &str, how| Command::Load { flight, object: object(words), how };
    match words[..] {
        ["planned", of] => load(of, Loading::Planned),
        ["loaded", of] => load(of, Loading::Loaded),
        ["off", of] => load(of, Loading::Offloaded),
        ["listed", of] => Command::Manifest { flight, unit: None, content: content(of), part: None },
        ["listed", of, "in", "U"] => {
            Command::Manifest { flight, unit: Some(device(1)), content: content(of), part: None }
        }
        ["loose", of] => built(UnitName::Bulk(flight), &[content(of)], true),
        _ => panic!("{words:?}"),
    }
}

#[test]
fn a_word_on_one_name_of_an_aircraft_is_meant_under_the_others() {
    let (near, far) = (flight("9Z800"), flight_on("9Z800", "2026-11-24", "FRA-JNB"));
    /// What is known under one name, what is said under the other, and what that means for the first.
    type Case<'a> = (&'a [&'a str], &'a str, &'a [&'a str]);
    let cases: &[Case<'_>] = &[
        // What is taken off is off where it is told or listed to be on.
        (&[], "off A", &[]),
        (&["loaded A"], "off A", &["off A"]),
        (&["planned A"], "off A", &["off A"]),
        (&["loaded A", "off A"], "off A", &[]),
        (&["loaded B"], "off A", &[]),
        (&["listed A"], "off A", &["off A"]),
        (&["listed B"], "off A", &[]),
        (&["listed A in U"], "off A", &["off A"]),
        (&["listed A in U"], "off U", &["off U"]),
        (&["listed A in U", "off U"], "off U", &[]),
        (&["listed A"], "off U", &[]),
        (&["loaded U"], "off U", &["off U"]),
        (&["loose A"], "off A", &["off A"]),
        (&["loose B"], "off A", &[]),
        // Where what it is in is, or something in it.
        (&["loaded M"], "off A", &["off A"]),
        (&["listed M"], "off A", &["off A"]),
        (&["loose M"], "off A", &["off A"]),
        (&["loaded A"], "off A#1", &["off A#1"]),
        (&["listed A"], "off A#1", &["off A#1"]),
        (&["loose A"], "off A#1", &["off A#1"]),
        (&["loaded M"], "off A#1", &["off A#1"]),
        (&["loaded B"], "off A#1", &[]),
        (&["loaded A"], "off M", &["off M"]),
        (&["loaded A#1"], "off A", &["off A"]),
        (&["loaded A#1"], "off M", &["off M"]),
        (&["loaded A#1", "off A#1"], "off M", &[]),
        (&["listed A"], "off M", &["off M"]),
        (&["listed A", "off A"], "off M", &[]),
        (&["loose A"], "off M", &["off M"]),
        (&["loose A", "off A"], "off M", &[]),
        // What is loaded or listed again is off under none; a plan puts nothing back.
        (&[], "loaded A", &[]),
        (&["loaded A"], "loaded A", &[]),
        (&["off B"], "loaded A", &[]),
        (&["off A"], "loaded A", &["planned A"]),
        (&["off A"], "planned A", &[]),
        (&["off A"], "listed A", &["planned A"]),
        (&["off A"], "listed A in U", &["planned A"]),
        (&["off U"], "listed A in U", &["planned U"]),
        (&["off U", "off A"], "listed A in U", &["planned U", "planned A"]),
        (&["off U"], "listed A", &[]),
        (&["off A#1"], "loaded A", &["planned A"]),
        (&["off A#1"], "loaded A#1", &["planned A#1"]),
        (&["planned A", "off A#1"], "loaded A", &["planned A"]),
        (&["loaded A", "off A#1"], "loaded A", &["loaded A"]),
        (&["loaded M", "off A"], "loaded M", &["loaded M"]),
        (&["loaded M", "off A"], "listed M", &["loaded M"]),
        // Lists of what stands loose, and of units, say nothing of a flight.
        (&["off A"], "loose A", &[]),
    ];
    for (known, said, meant) in cases {
        let mut world = World::default();
        for words in *known {
            world.tell(&desk(), word(far, words)).unwrap();
        }
        let meant: Vec<Command> = meant.iter().map(|words| word(far, words)).collect();
        assert_eq!(world.yard.meant_under_other_names(&word(near, said)), meant, "{known:?}, {said}");
        // Of the same name it is said already.
        assert_eq!(world.yard.meant_under_other_names(&word(far, said)), [], "{known:?}, {said}");
    }
}

/// Goods that a desk took off are off the aircraft under each of its names, until somebody names them again.
#[test]
fn goods_are_off_under_all_names_of_an_aircraft() {
    let (near, far) = (flight("9Z800"), flight_on("9Z800", "2026-11-24", "FRA-JNB"));
    let truck = Schedule { by_road: true, passengers: None, ..leaves(far, None) };
    let mut world = World::default();
    world.load(near, consignment("A"), Loading::Offloaded).unwrap();
    world.load(far, consignment("B"), Loading::Loaded).unwrap();
    let off = |world: &World| [near, far].map(|name| world.yard.is_off(&name, &goods("A")));
    assert_eq!(off(&world), [true, true]);
    assert!(!world.yard.is_off(&far, &goods("B")) && !world.yard.is_off(&far, &goods("C")));
    let planned = Command::Load { flight: far, object: consignment("A"), how: Loading::Planned };
    assert_eq!(world.tell(&stranger(), planned), Ok(1));
    assert_eq!(off(&world), [false, false]);
    let mut world = World::default();
    world.load(near, consignment("A"), Loading::Offloaded).unwrap();
    world.schedule(&desk(), truck).unwrap();
    assert_eq!(off(&world), [true, false], "a truck is another one");
}
