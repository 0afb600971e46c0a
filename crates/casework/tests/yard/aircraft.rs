//! What leaves with an aircraft that is told of under several names or in several messages, and when one that came back leaves.

use super::*;
use casework::transport::Carried;
use consignment::measure::Weight;

/// A line in words: `all`, a count, or numbers after `#`, with the weight in kilograms after a slash.
fn listed(house: &str, words: &str) -> Content {
    let (what, kg) = words.split_once('/').map_or((words, None), |(what, kg)| (what, Some(kg)));
    let content = match what.strip_prefix('#') {
        _ if what == "all" => line(house),
        Some(numbers) => {
            let numbers: Vec<u32> = numbers.split(',').map(|number| number.parse().unwrap()).collect();
            pieces(house, &numbers)
        }
        None => count(house, what.parse().unwrap()),
    };
    Content { weight: kg.map(|kg| Weight::kilograms(kg.parse().unwrap())), ..content }
}

/// The same of what is carried; where numbers tell it, there is no count.
fn words(carried: &[Carried]) -> Vec<String> {
    let line = |line: &Carried| {
        let numbers: Vec<String> = line.numbers.iter().map(ToString::to_string).collect();
        let what = match line.pieces {
            None => "all".to_owned(),
            Some(pieces) if pieces as usize == numbers.len() => format!("#{}", numbers.join(",")),
            Some(pieces) => pieces.to_string(),
        };
        line.weight.map_or(what.clone(), |weight| format!("{what}/{}", weight.to_kg().normalize()))
    };
    let mut words: Vec<String> = carried.iter().map(line).collect();
    words.sort();
    words
}

#[test]
fn messages_of_one_manifest_add_up() {
    for (first, second, expected) in [
        ("2", "3", "5"),
        ("2/20", "3/30", "5/50"),
        ("2/20", "3", "5"),
        ("2", "3/30", "5"),
        ("#1,2", "3", "5"),
        ("all", "3", "all"),
        ("2", "all", "all"),
    ] {
        let f = flight("9Z800");
        let mut world = World::default();
        for (part, words) in [(1, first), (2, second)] {
            let (content, part) = (listed("A", words), Some(part));
            world.tell(&desk(), Command::Manifest { flight: f, unit: None, content, part }).unwrap();
        }
        assert_eq!(words(&world.yard.carried(&f)), [expected], "{first} {second}");
    }
}

/// What left under one name of an aircraft does not leave under another one.
#[test]
fn what_left_under_one_name_is_left_out_of_another() {
    let (near, far) = (flight("9Z800"), flight_on("9Z800", "2026-11-24", "FRA-JNB"));
    for (left, told, expected) in [
        (&["2"][..], &["5/50"][..], &["3"][..]),
        (&["2"], &["2"], &[]),
        (&["5"], &["2"], &[]),
        (&["2"], &["all"], &["all"]),
        (&["all"], &["all"], &[]),
        (&["all"], &["4"], &[]),
        (&["#1,2"], &["#1,2,3"], &["#3"]),
        (&["#1"], &["#2,3"], &["1"]),
        (&["2"], &["2", "@3/30"], &["3/30"]),
        (&["2", "@1"], &["5"], &["2"]),
        (&["3"], &["2", "@3/30"], &["2"]),
    ] {
        let mut world = World::default();
        for name in [near, far] {
            world.schedule(&desk(), Schedule { flight: name, ..leaves(name, Some("10:00")) }).unwrap();
        }
        let tell = |world: &mut World, name, lines: &[&str]| {
            for words in lines {
                let unit = words.starts_with('@').then(|| device(1));
                world.manifest(name, unit, listed("A", words.trim_start_matches('@')));
            }
        };
        tell(&mut world, near, left);
        world.depart(near, None, DepartureSource::Report);
        tell(&mut world, far, told);
        world.manifest(far, None, listed("B", "4/40"));
        let carried = world.yard.carried(&far);
        let (own, other): (Vec<Carried>, Vec<Carried>) =
            carried.into_iter().partition(|line| line.object == goods("A"));
        assert_eq!(words(&own), expected, "{left:?} {told:?}");
        assert_eq!(words(&other), ["4/40"], "{left:?} {told:?}: others leave all the same");
    }
}

/// The next departure of a number from the same station is one of another day with some of the same goods.
#[test]
fn the_next_flight_of_a_number_is_the_first_since_with_the_goods() {
    let is = |house: &str| {
        let house = house.to_owned();
        move |carried: &Carried| carried.object == goods(&house)
    };
    let mut world = World::default();
    let flights = [
        ("9Z800", "2026-11-24", "FRA-NBO", "A", "06:00"),
        ("9Z800", "2026-11-24", "FRA-JNB", "A", "06:10"),
        ("9Z800", "2026-11-25", "FRA-NBO", "B", "07:00"),
        ("9Z802", "2026-11-25", "FRA-NBO", "A", "07:10"),
        ("9Z800", "2026-11-25", "MUC-NBO", "A", "07:20"),
        ("9Z800", "2026-11-26", "FRA-NBO", "A", "08:00"),
        ("9Z800", "2026-11-27", "FRA-NBO", "A", "09:00"),
    ];
    for (number, date, way, house, _) in flights {
        world.load(flight_on(number, date, way), consignment(house), Loading::Loaded).unwrap();
    }
    for (number, date, way, _, at) in flights {
        world.at(at).depart(flight_on(number, date, way), Some(at), DepartureSource::Report);
    }
    let next = |house: &str, after: &str| world.yard.left_next(&flight("9Z800"), instant(after), is(house));
    assert_eq!(next("A", "06:00"), Some(instant("08:00")));
    assert_eq!(next("A", "08:00"), Some(instant("09:00")));
    assert_eq!(next("A", "09:00"), None);
    assert_eq!(next("B", "06:00"), Some(instant("07:00")));
}

/// A list of numbers stands for what a manifest only counts where it names as many, and for nothing that has numbers already.
#[test]
fn a_list_names_what_a_manifest_only_counts() {
    for (listed_in, told, expected) in [
        ("#1,2,3", "3", "#1,2,3"),
        ("#1,2,3", "2", "2"),
        ("#1,2,3", "all", "all"),
        ("#1,2,3", "#4,5,6", "#4,5,6"),
    ] {
        let f = flight("9Z800");
        let mut world = World::default();
        world.build(device(1), &[listed("A", listed_in)]).unwrap();
        world.manifest(f, Some(device(1)), listed("A", told));
        assert_eq!(words(&world.yard.carried(&f)), [expected], "{listed_in} {told}");
    }
}

/// A flight that came back stands there until it leaves again, and leaves when a schedule says that is of later.
#[test]
fn a_flight_that_came_back_stands_there_until_it_leaves_again() {
    let f = flight("9Z800");
    let stations = StationTable::built_in();
    let mut world = World::default();
    world.schedule(&desk(), leaves(f, Some("10:00"))).unwrap();
    let seen = |world: &World| {
        let known = world.yard.flight(&f).unwrap();
        (known.is_back(), known.scheduled_at(&f, &stations))
    };
    // 10:00 in Frankfurt is 09:00 in UTC.
    assert_eq!(seen(&world), (false, Some(instant("09:00"))));
    world.at("08:59").depart(f, Some("08:59"), DepartureSource::Report);
    assert_eq!(seen(&world), (false, Some(instant("09:00"))));
    world.at("09:00").tell(&desk(), Command::Return { flight: f, at: instant("09:00") }).unwrap();
    assert_eq!(seen(&world), (true, None));
    world.at("09:10").schedule(&desk(), leaves(f, Some("12:00"))).unwrap();
    assert_eq!(seen(&world), (true, Some(instant("11:00"))));
    world.at("11:00").depart(f, Some("11:00"), DepartureSource::Report);
    assert_eq!(seen(&world), (false, Some(instant("11:00"))));
}

/// Whoever was reached about an order is called again once a flight with the unit came back, and once only.
#[test]
fn who_was_reached_is_called_again_after_a_return() {
    let f = flight("9Z800");
    let mut world = World::default();
    world.build(device(1), &[line("A")]).unwrap();
    world.load(f, ObjectName::Unit(device(1)), Loading::Loaded).unwrap();
    world.at("06:30").order(device(1), "06:30").unwrap();
    world.at("07:00").depart(f, Some("07:00"), DepartureSource::Report);
    let reach = |world: &mut World, at: &str| {
        let (programme, reference, reached) = (ics2(), "Q01".into(), "DUTY DESK".into());
        world.at(at).tell(&desk(), Command::Reach { unit: device(1), programme, reference, reached })
    };
    assert_eq!([reach(&mut world, "07:10"), reach(&mut world, "07:20")], [Ok(1), Ok(0)]);
    world.at("07:30").tell(&desk(), Command::Return { flight: f, at: instant("07:30") }).unwrap();
    assert_eq!([reach(&mut world, "07:40"), reach(&mut world, "07:50")], [Ok(1), Ok(0)]);
    world.tell(&desk(), Command::Return { flight: f, at: instant("07:40") }).unwrap();
    assert_eq!(reach(&mut world, "07:50"), Ok(1), "what was told at that very time may have come before");
}

/// Of two reports of a departure the later one tells when, in whatever order they come in.
#[test]
fn of_two_reports_the_later_tells_when_a_flight_left() {
    let f = flight("9Z800");
    for (first, second) in [("08:00", "08:30"), ("08:30", "08:00")] {
        let mut world = World::from(instant("09:00"));
        for at in [first, second] {
            world.depart(f, Some(at), DepartureSource::Report);
        }
        let left = world.yard.flight(&f).unwrap().departed.as_ref().map(|left| left.at);
        assert_eq!(left, Some(instant("08:30")), "{first} {second}");
    }
}

/// Where anything tells what is aboard under one name of an aircraft, what is only planned under another is not.
#[test]
fn a_plan_under_one_name_flies_nothing_where_another_tells_what_is_aboard() {
    let (near, far) = (flight("9Z800"), flight_on("9Z800", "2026-11-24", "FRA-JNB"));
    for (how, expected) in [(Loading::Planned, &["A", "B"][..]), (Loading::Loaded, &["B"])] {
        let mut world = World::default();
        world.load(near, consignment("A"), Loading::Planned).unwrap();
        world.load(far, consignment("B"), how).unwrap();
        for name in [near, far] {
            let carried = world.yard.carried(&name).into_iter().filter_map(|line| line.object.house);
            let carried: BTreeSet<String> = carried.map(|house| house.to_string()).collect();
            assert_eq!(carried.into_iter().collect::<Vec<_>>(), expected, "{how:?} {name}");
        }
    }
}

#[test]
fn what_was_loaded_of_goods_by_itself_is_named() {
    let f = flight("9Z800");
    let piece = |number| ObjectName::Piece(goods("A"), number);
    let mut world = World::default();
    for (object, how) in [
        (piece(1), Loading::Loaded),
        (piece(2), Loading::Planned),
        (piece(3), Loading::Offloaded),
        (ObjectName::Piece(goods("B"), 1), Loading::Loaded),
    ] {
        world.load(f, object, how).unwrap();
    }
    assert_eq!(world.yard.flight(&f).unwrap().loaded_inside(&goods("A")), [piece(1)]);
}
