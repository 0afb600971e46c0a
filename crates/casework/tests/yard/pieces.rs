//! Pieces that are taken off or loaded by their numbers, beside what is told of their goods as a whole.

use super::*;
use casework::transport::Carried;

/// What is told of the goods, in short: `whole`, `piece N`, `plan`, each perhaps with `off`; `list` with what a manifest says of
/// them, in a unit where `@` is before it: a count, numbers, or all; `early` that it came early, `unit` that the unit was loaded.
fn tell(world: &mut World, f: FlightName, word: &str) {
    let words: Vec<&str> = word.split(' ').collect();
    let number = |text: &str| text.parse().unwrap();
    let piece = |text: &str| ObjectName::Piece(goods("A"), number(text));
    let load = |object, how| Command::Load { flight: f, object, how };
    let listed = |text: &str| match text {
        "all" => line("A"),
        text if text.starts_with('#') => pieces("A", &text[1..].split(',').map(number).collect::<Vec<_>>()),
        text => count("A", number(text)),
    };
    let command = match words[..] {
        ["whole"] => load(consignment("A"), Loading::Loaded),
        ["plan"] => load(consignment("A"), Loading::Planned),
        ["whole", "off"] => load(consignment("A"), Loading::Offloaded),
        ["piece", n] => load(piece(n), Loading::Loaded),
        ["piece", n, "off"] => load(piece(n), Loading::Offloaded),
        ["unit"] => load(ObjectName::Unit(device(1)), Loading::Loaded),
        ["early"] => Command::ManifestEarly { flight: f },
        ["built", text] => built(device(1), &[listed(text)], true),
        ["add", text] => built(device(1), &[listed(text)], false),
        ["open"] => Command::Open { unit: device(1), why: "OPENED".into(), part: false },
        ["unit", "off"] => load(ObjectName::Unit(device(1)), Loading::Offloaded),
        ["loose", text] => built(UnitName::Bulk(f), &[listed(text)], true),
        ["list", text] => match text.strip_prefix('@') {
            Some(text) => {
                Command::Manifest { flight: f, unit: Some(device(1)), content: listed(text), part: None }
            }
            None => Command::Manifest { flight: f, unit: None, content: listed(text), part: None },
        },
        ["left", "manifest"] => Command::Depart { flight: f, at: None, source: DepartureSource::Manifest },
        _ => panic!("{word}"),
    };
    world.tell(&desk(), command).unwrap();
}

/// The lines of what is carried: `all` or a count where numbers do not tell it, `#` numbers, `-` numbers that were taken off, `@` in
/// a unit.
fn carried(world: &World, f: FlightName) -> String {
    let departed = world.yard.flight(&f).and_then(|flight| flight.departed.as_ref());
    let carried = departed.map_or_else(|| world.yard.carried(&f), |left| left.carried.clone());
    let list = |sign: &str, numbers: &[u32]| match numbers {
        [] => String::new(),
        _ => sign.to_owned() + &numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
    };
    let mut lines: Vec<String> = carried
        .iter()
        .map(|line| {
            let unit = if line.unit.is_some() { "@" } else { "" };
            let pieces = match line.pieces {
                None => "all".to_owned(),
                Some(pieces) if pieces as usize == line.numbers.len() => String::new(),
                Some(pieces) => pieces.to_string(),
            };
            format!("{unit}{pieces}{}{}", list("#", &line.numbers), list("-", &line.without))
        })
        .collect();
    lines.sort();
    lines.join(" ")
}

#[test]
fn what_was_taken_off_or_loaded_by_number_counts_beside_the_whole() {
    // What is told, what is carried by it, and how many of six pieces have left when the flight leaves then.
    let mut wrong = Vec::new();
    for (told, expected, left) in [
        ("whole; piece 3 off; piece 5 off", "all-3,5", 4),
        ("plan; piece 3 off", "all-3", 5),
        ("whole; piece 3 off; piece 3", "#3 all", 6),
        ("piece 3; piece 4; piece 3 off", "#4", 1),
        ("piece 3 off; whole", "all", 6),
        ("piece 3; whole; piece 4 off", "#3 all-4", 5),
        ("whole; piece 3 off; whole off", "", 0),
        ("whole; piece 3 off; whole off; whole", "all", 6),
        // A manifest that names them by number, counts them, or lists all.
        ("list #1,2,3; piece 2 off", "#1,3", 2),
        ("list #2; piece 2 off", "", 0),
        ("list 4; piece 2 off", "4-2", 3),
        ("list 1; piece 2 off", "1-2", 0),
        ("list all; piece 2 off", "all-2", 5),
        ("list 3; list @3; piece 1 off; piece 2 off", "3-1,2 @3", 4),
        ("list @3; piece 1 off", "@3-1", 2),
        ("list @all; piece 1 off", "@all-1", 5),
        ("list 2; list @#5; piece 5 off", "2", 2),
        // What a list says since they were taken off counts.
        ("whole; piece 3 off; list 6", "6", 6),
        ("list 6; piece 3 off; list 6", "6", 6),
        ("list 6; piece 3 off; list 5", "5", 5),
        // What stands loose is told by a list to its end.
        ("loose 6; piece 3 off", "@6-3", 5),
        ("loose #1,2; piece 2 off", "@#1", 1),
        // What is built into a unit leaves it by its opening.
        ("built #1,2; unit; piece 2 off", "@#1,2", 2),
        // Loaded since a list that came early; one that counts them may count what was loaded before it.
        ("early; list 5; piece 6", "#6 5", 6),
        ("early; list @3", "@3", 3),
        ("early; list @3; piece 6", "#6 @3", 4),
        ("early; list 2; piece 6; whole", "#6 2 all", 6),
        // A list of the unit of as many pieces as the manifest counts says which they are.
        ("built #1,2,3; unit; early; list @3", "@#1,2,3", 3),
        ("early; piece 6; list 5", "5#6", 5),
        ("early; list 5; piece 6; list 6", "6#6", 6),
        ("early; list #1,2; piece 2", "#1,2", 2),
        ("early; list #1,2; piece 3", "#1,2 #3", 3),
        ("early; piece 3; list #1,2", "#1,2", 2),
        ("early; list all; piece 3", "all", 6),
        ("early; list all; piece 3 off; piece 3", "all", 6),
        ("early; list 2; piece 3; piece 3 off", "2-3", 1),
        ("early; list 2; whole", "2 all", 6),
        ("early; whole; list 2", "2", 2),
        ("early; whole; list 2; whole off; whole", "2 all", 6),
        ("early; list 2; built 3; unit", "2 @3", 5),
        ("early; list @3; built 3; unit", "@3", 3),
        // As many that were loaded before are no more than the list says, which names its own.
        ("built #1,2,4; unit; early; list @#1,2,3", "@#1,2,3", 3),
        ("early; built 3; unit; list 2", "2", 2),
        // All of it said again, after what was said of single pieces or listed.
        ("whole; piece 3 off; whole", "all", 6),
        ("whole off; piece 2; whole off", "", 0),
        ("early; whole; list 3; whole", "3 all", 6),
        ("plan; piece 3 off; plan", "all", 6),
        // Numbers that the goods do not have, and pieces that others are known to stand for.
        ("whole; piece 7 off; piece 8 off", "all-7,8", 6),
        ("list 4; piece 7 off", "4-7", 4),
        ("piece 1; piece 2; list 2; piece 4 off", "#1,2", 2),
        ("piece 1; piece 2; list 3; piece 4 off", "3#1,2-4", 2),
        ("piece 1; piece 2; list 3; piece 2 off", "3#1-2", 2),
        ("piece 1; piece 2; piece 3; list 2", "2", 2),
        ("piece 1; list @1; list 1", "@1 #1", 2),
        // A unit that was loaded since, or holds more than the list that came early says.
        ("early; built 3; unit; list @3; built #1,2,3,4", "@#1,2,3,4", 4),
        ("built 2; unit; early; list @2; add 3", "@2 @3", 5),
        ("built #1,2; unit; early; list @2; add #3", "@#1,2 @#3", 3),
        ("built 5; unit; early; list @6; unit off; open; built #1,2; unit", "@#1,2", 2),
        // It left by its manifest alone: what is told to be taken off since did not.
        ("list 6; left manifest; piece 3 off", "6-3", 5),
        ("list #3,4; left manifest; piece 3 off", "#4", 1),
        ("list all; left manifest; piece 3 off; piece 4 off", "all-3,4", 4),
        ("list all; left manifest; whole off", "", 0),
    ] {
        let f = flight("9Z800");
        let mut world = World::default();
        told.split("; ").for_each(|word| tell(&mut world, f, word));
        let found = carried(&world, f);
        let mut expected: Vec<&str> = expected.split(' ').filter(|line| !line.is_empty()).collect();
        expected.sort_unstable();
        if world.yard.flight(&f).is_none_or(|flight| flight.departed.is_none()) {
            world.depart(f, None, DepartureSource::Report);
        }
        let parts = world.yard.parts(&goods("A"), 6, None, &|_| false, None);
        let counts = (parts.flown_pieces, parts.remaining);
        // A flight with which none left is none by which some did.
        let by_none = parts.flown.iter().any(|(_, pieces)| *pieces == 0);
        if found != expected.join(" ") || counts != (left, 6 - left) || by_none {
            wrong.push(format!("{told}: {found}, {counts:?}"));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn whose_number_left_is_known_where_all_but_some_left() {
    let (f, any) = (flight("9Z800"), |_: &FlightName| true);
    for (told, gone) in [
        ("whole; piece 3 off; piece 5 off", &[1, 2, 4, 6][..]),
        ("list 6; piece 3 off", &[1, 2, 4, 5, 6]),
        ("list 4; piece 3 off", &[]),
        ("list 3; list @3; piece 3 off", &[1, 2, 4, 5, 6]),
        ("list @2; list #5; piece 3 off", &[5]),
        ("piece 2; piece 4", &[2, 4]),
        // Of all nobody asks for numbers: they are gone with their goods.
        ("whole", &[]),
    ] {
        let mut world = World::default();
        told.split("; ").for_each(|word| tell(&mut world, f, word));
        let parts = world.yard.parts(&goods("A"), 6, None, &|_| false, None);
        assert!((1..=6).all(|piece| parts.left_with(piece, any).is_none()), "{told}: nothing has left");
        world.depart(f, None, DepartureSource::Report);
        let parts = world.yard.parts(&goods("A"), 6, None, &|_| false, None);
        let left: Vec<u32> = (1..=6).filter(|piece| parts.left_with(*piece, any) == Some(f)).collect();
        assert_eq!(left, gone, "{told}");
        assert!((1..=6).all(|piece| parts.left_with(piece, |name| *name != f).is_none()), "{told}");
    }
}

#[test]
fn goods_whose_pieces_were_all_taken_off_are_nowhere() {
    let f = flight("9Z800");
    let mut world = World::default();
    for word in ["whole", "piece 1 off", "piece 2 off"] {
        tell(&mut world, f, word);
    }
    let aboard = |world: &World, pieces| world.yard.aboard(&goods("A"), pieces).count();
    assert_eq!((aboard(&world, Some(2)), aboard(&world, Some(3)), aboard(&world, None)), (0, 1, 1));
    tell(&mut world, f, "piece 2");
    assert_eq!(aboard(&world, Some(2)), 1, "it is loaded again");
}

#[test]
fn houses_go_with_their_master_and_stay_behind_by_themselves() {
    let (f, master) =
        (flight("9Z800"), ObjectName::Consignment(ConsignmentKey { house: None, ..goods("A") }));
    let off = |world: &World| ["A", "B"].map(|house| world.yard.flight(&f).unwrap().is_off(&goods(house)));
    let mut world = World::default();
    world.load(f, consignment("A"), Loading::Loaded).unwrap();
    world.manifest(f, None, line("B"));
    assert_eq!(off(&world), [false, false]);
    world.load(f, master.clone(), Loading::Offloaded).unwrap();
    assert_eq!(
        (off(&world), world.yard.carried(&f).len()),
        ([false, true], 0),
        "none of the houses is aboard"
    );
    assert!(!world.yard.flight(&f).unwrap().names(&consignment("A")));
    world.load(f, consignment("B"), Loading::Loaded).unwrap();
    assert_eq!((off(&world), world.yard.carried(&f).len()), ([false, false], 1), "it is loaded by itself");
    world.load(f, consignment("B"), Loading::Offloaded).unwrap();
    world.load(f, master, Loading::Loaded).unwrap();
    assert_eq!(off(&world), [false, false], "all of it is loaded");
}

/// What a desk says of some goods says nothing of others beside them on the flight or in the unit.
#[test]
fn what_is_said_of_goods_takes_nothing_from_others() {
    let f = flight("9Z800");
    let told = |world: &World| {
        let lines = world.yard.carried(&f).into_iter();
        let line = |line: Carried| {
            let house = line.object.house.unwrap().to_string();
            (house, line.pieces, line.unit.is_some(), line.without)
        };
        let mut lines: Vec<_> = lines.map(line).collect();
        lines.sort();
        lines
    };
    let of = |house: &str, pieces, in_unit, without: &[u32]| {
        (house.to_owned(), Some(pieces), in_unit, without.to_vec())
    };
    // Pieces of one number of both were taken off.
    let mut world = World::default();
    for house in ["A", "B"] {
        world.manifest(f, None, count(house, 4));
        world.load(f, ObjectName::Piece(goods(house), 3), Loading::Offloaded).unwrap();
    }
    assert_eq!(told(&world), [of("A", 4, false, &[3]), of("B", 4, false, &[3])]);
    // The list of a unit takes the place of what a manifest says of these goods in it.
    let mut world = World::default();
    world.build(device(1), &[count("A", 4)]).unwrap();
    world.load(f, ObjectName::Unit(device(1)), Loading::Loaded).unwrap();
    world.tell(&desk(), Command::ManifestEarly { flight: f }).unwrap();
    for house in ["A", "B"] {
        world.manifest(f, Some(device(1)), count(house, 2));
    }
    world.manifest(f, Some(device(2)), count("A", 1));
    let all = [of("A", 1, true, &[]), of("A", 4, true, &[]), of("B", 2, true, &[])];
    assert_eq!(told(&world), all);
    // What was loaded since such a list stays loaded where others are taken off.
    let mut world = World::default();
    world.tell(&desk(), Command::ManifestEarly { flight: f }).unwrap();
    for house in ["A", "B"] {
        world.manifest(f, None, count(house, 2));
        world.load(f, ObjectName::Piece(goods(house), 6), Loading::Loaded).unwrap();
    }
    world.load(f, consignment("A"), Loading::Offloaded).unwrap();
    assert_eq!(told(&world), [of("B", 1, false, &[]), of("B", 2, false, &[])]);
}

/// A list plans nothing. Of what a desk took off it says that it is there, and then it is looked at.
#[test]
fn what_a_stranger_lists_after_a_desk_took_it_off_is_looked_at() {
    let f = flight("9Z800");
    let mut world = World::default();
    world.load(f, consignment("A"), Loading::Offloaded).unwrap();
    world.load(f, ObjectName::Unit(device(1)), Loading::Offloaded).unwrap();
    let off = |world: &World| {
        let known = world.yard.flight(&f).unwrap();
        [known.is_off(&goods("A")), known.is_unit_off(&device(1)), known.is_unit_off(&device(2))]
    };
    assert_eq!(off(&world), [true, true, false]);
    for (unit, house) in [(None, "A"), (None, "B"), (Some(device(1)), "C"), (Some(device(2)), "D")] {
        let listed = Command::Manifest { flight: f, unit, content: line(house), part: None };
        world.tell(&stranger(), listed).unwrap();
    }
    assert_eq!(off(&world), [false; 3]);
    let objects: Vec<&ObjectName> = world.yard.flight(&f).unwrap().objects().collect();
    assert_eq!(objects, [&consignment("A"), &ObjectName::Unit(device(1))]);
}
