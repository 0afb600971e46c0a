//! Manifests that come in several messages, or before a flight that came back leaves again.

use super::*;
use casework::transport::{Carried, Entry};

fn entry(house: &str) -> Entry {
    (None, goods(house))
}

/// A message in words: its number, with a dot where it says that it is the last, and what it lists: houses with pieces.
fn message(words: &str) -> (u16, bool, Vec<Content>) {
    let (number, lines) = words.split_once(": ").unwrap();
    let (number, last) = number.strip_suffix('.').map_or((number, false), |number| (number, true));
    let lines = lines.split(", ").filter_map(|line| line.split_once(' '));
    let lines = lines.map(|(house, pieces)| count(house, pieces.parse().unwrap()));
    (number.parse().unwrap(), last, lines.collect())
}

impl World {
    /// Lines of a message, and then the message itself. One that is a whole has no number.
    fn message(&mut self, by: &Speaker, flight: FlightName, words: &str) {
        let (number, last, contents) = message(words);
        let part = Some(number).filter(|_| number > 1 || !last);
        let lists = contents.iter().map(|content| (None, content.object.clone())).collect();
        for content in contents {
            self.tell(by, Command::Manifest { flight, unit: None, content, part }).unwrap();
        }
        self.tell(by, Command::ManifestMessage { flight, number, last, lists, all: true }).unwrap();
    }
}

/// House and pieces of what leaves, `all` where nobody counts them.
fn carried(world: &World, flight: FlightName) -> String {
    let house = |carried: &Carried| carried.object.house.as_ref().map_or("-".to_owned(), ToString::to_string);
    let pieces = |carried: &Carried| carried.pieces.map_or("all".to_owned(), |pieces| pieces.to_string());
    let carried = world.yard.carried(&flight);
    let mut words: Vec<String> =
        carried.iter().map(|line| format!("{} {}", house(line), pieces(line))).collect();
    words.sort();
    words.join(", ")
}

#[test]
fn a_message_takes_the_place_of_the_one_of_its_number() {
    let f = flight("9Z800");
    let other = || Speaker::Desk("other".into());
    for (what, messages, expected) in [
        ("one", vec![(desk(), "1: A 2, B 3")], "A 2, B 3"),
        ("two", vec![(desk(), "1: A 2, B 3"), (desk(), "2.: C 1")], "A 2, B 3, C 1"),
        ("again with less", vec![(desk(), "1: A 2, B 3"), (desk(), "1: A 2")], "A 2"),
        ("again with other goods", vec![(desk(), "1: A 2"), (desk(), "1: B 3")], "B 3"),
        ("parts add up", vec![(desk(), "1: A 2"), (desk(), "2.: A 3")], "A 5"),
        ("without a part", vec![(desk(), "1: A 2"), (desk(), "2.: A 3"), (desk(), "1: B 1")], "A 3, B 1"),
        ("without the other", vec![(desk(), "1: A 2"), (desk(), "2.: A 3"), (desk(), "2.: B 1")], "A 2, B 1"),
        ("of another desk", vec![(desk(), "1: A 2"), (other(), "1: B 3")], "A 2, B 3"),
        (
            "again, and listed by another desk",
            vec![(desk(), "1: A 2"), (other(), "1: A 2"), (desk(), "1: B 1")],
            "A 2, B 1",
        ),
        ("two wholes", vec![(desk(), "1.: A 2"), (desk(), "1.: B 3")], "A 2, B 3"),
        ("a whole after a part", vec![(desk(), "2: A 2"), (desk(), "1.: A 3")], "A 3"),
        ("a part after a whole", vec![(desk(), "1.: A 2"), (desk(), "1: B 3")], "B 3"),
        ("a second part after a whole", vec![(desk(), "1.: A 2"), (desk(), "2.: B 3")], "A 2, B 3"),
        (
            "a part after a whole of which another lists some",
            vec![(desk(), "1.: A 2, B 1"), (other(), "2.: A 2"), (desk(), "1: C 3")],
            "A 2, C 3",
        ),
    ] {
        let mut world = World::default();
        messages.iter().for_each(|(by, words)| world.message(by, f, words));
        assert_eq!(carried(&world, f), expected, "{what}");
    }
    // A stranger's line is no desk's to take away.
    let mut world = World::default();
    world
        .tell(&stranger(), Command::Manifest { flight: f, unit: None, content: line("A"), part: None })
        .unwrap();
    for lists in [vec![entry("A")], vec![]] {
        let told = Command::ManifestMessage { flight: f, number: 1, last: false, lists, all: true };
        assert_eq!(world.tell(&desk(), told), Ok(1));
    }
    assert!(world.yard.flight(&f).unwrap().manifest.contains_key(&entry("A")));
}

#[test]
fn a_message_is_noted_once() {
    let f = flight("9Z800");
    let message = |number, last, houses: &[&str], all| {
        let lists = houses.iter().map(|house| entry(house)).collect();
        Command::ManifestMessage { flight: f, number, last, lists, all }
    };
    let mut world = World::default();
    assert_eq!(world.tell(&stranger(), message(1, false, &["A"], true)), Ok(0), "he sends no manifest");
    assert_eq!(world.tell(&desk(), message(1, false, &["A", "B"], true)), Ok(1));
    assert_eq!(world.tell(&desk(), message(1, false, &["B", "A", "B"], true)), Ok(0), "it says the same");
    assert_eq!(
        world.tell(&desk(), message(1, false, &["A"], false)),
        Ok(0),
        "B may stand where it is cut off"
    );
    assert_eq!(world.tell(&desk(), message(1, false, &["A", "C"], false)), Ok(1));
    assert_eq!(world.tell(&desk(), message(1, false, &["A", "B", "C"], true)), Ok(0));
    assert_eq!(world.tell(&desk(), message(1, false, &["A"], true)), Ok(1));
    assert_eq!(world.tell(&desk(), message(1, true, &["A"], true)), Ok(1), "it is the last after all");
    assert_eq!(world.tell(&desk(), message(2, true, &["A"], true)), Ok(1));
    let other = Speaker::Desk("other".into());
    assert_eq!(world.tell(&other, message(2, true, &["A"], true)), Ok(1));
}

/// Until all messages of a manifest came, what was loaded may stand in one that did not.
#[test]
fn what_was_loaded_may_stand_in_a_message_that_did_not_come() {
    let (near, far) = (flight("9Z800"), flight_on("9Z800", "2026-11-24", "FRA-JNB"));
    for (what, messages, complete) in [
        ("a whole", &[(near, "1.: A 2")][..], true),
        ("the first", &[(near, "1: A 2")], false),
        ("the first and the last", &[(near, "1: A 2"), (near, "2.: B 1")], true),
        ("the last and the first", &[(near, "2.: B 1"), (near, "1: A 2")], true),
        ("without the first", &[(near, "2.: A 2")], false),
        ("without one between", &[(near, "1: A 2"), (near, "3.: B 1")], false),
        ("with one between", &[(near, "1: A 2"), (near, "3.: B 1"), (near, "2: C 1")], true),
        ("no last one", &[(near, "1: A 2"), (near, "2: B 1")], false),
        ("the last one was none", &[(near, "1: A 2"), (near, "2.: B 1"), (near, "2: B 1")], false),
        ("under another name", &[(near, "1: A 2"), (far, "2.: B 1")], true),
        ("a whole after a part", &[(near, "3: A 2"), (near, "1.: A 2")], true),
        ("a part after a whole", &[(near, "1.: A 2"), (near, "1: A 2")], false),
    ] {
        let mut world = World::default();
        world.load(near, consignment("X"), Loading::Loaded).unwrap();
        messages.iter().for_each(|(name, words)| world.message(&desk(), *name, words));
        assert_eq!(!carried(&world, near).contains("X all"), complete, "{what}");
    }
    // What earlier releases wrote tells of lines alone: there is nothing to wait for.
    let line = |content, part| Command::Manifest { flight: near, unit: None, content, part };
    let mut world = World::default();
    world.load(near, consignment("X"), Loading::Loaded).unwrap();
    world.tell(&desk(), line(count("A", 2), Some(1))).unwrap();
    assert_eq!(carried(&world, near), "A 2");
    world.message(&desk(), near, "2.: B 1");
    assert_eq!(carried(&world, near), "A 2, B 1", "its lines tell that the first one came");
}

/// Pieces that were loaded by their numbers are among those that a message counts, unless they are more; all of the goods may be more.
#[test]
fn what_a_message_counts_of_what_was_loaded_counts_once() {
    let f = flight("9Z800");
    let in_unit = |world: &mut World| {
        world.build(device(1), &[pieces("A", &[1, 2])]).unwrap();
        world.load(f, ObjectName::Unit(device(1)), Loading::Loaded).unwrap();
    };
    let by_number = |world: &mut World, numbers: &[u32]| {
        for number in numbers {
            world.load(f, ObjectName::Piece(goods("A"), *number), Loading::Loaded).unwrap();
        }
    };
    type Loaded<'a> = Box<dyn Fn(&mut World) + 'a>;
    let cases: Vec<(&str, Loaded<'_>, &str)> = vec![
        ("nothing", Box::new(|_| {}), "A 2"),
        ("a piece", Box::new(|world| by_number(world, &[1])), "A 2"),
        ("as many pieces", Box::new(|world| by_number(world, &[1, 2])), "A 2"),
        ("more pieces", Box::new(|world| by_number(world, &[1, 2, 3])), "A 1, A 1, A 1, A 2"),
        (
            "all of them",
            Box::new(|world| {
                world.load(f, consignment("A"), Loading::Loaded).unwrap();
            }),
            "A 2, A all",
        ),
        ("in a unit", Box::new(in_unit), "A 2, A 2"),
    ];
    for (what, load, expected) in cases {
        let mut world = World::default();
        load(&mut world);
        world.message(&desk(), f, "1: A 2");
        assert_eq!(carried(&world, f), expected, "{what}");
    }
}

/// What is told of a flight that has left counts once it came back, and what manifests told of it until then ends nothing.
#[test]
fn what_is_told_since_a_flight_left_counts_once_it_came_back() {
    let f = flight("9Z800");
    let left = |at: &str| {
        let mut world = World::default();
        world
            .at("08:00")
            .schedule(&desk(), Schedule { passengers: None, ..leaves(f, Some("10:00")) })
            .unwrap();
        world.at("09:00").depart(f, Some(at), DepartureSource::Report);
        world
    };
    let known = |world: &World| {
        let known = world.yard.flight(&f).unwrap();
        let departs = known.departs.map(|departs| departs.strftime("%H:%M").to_string());
        (departs.unwrap_or_default(), known.passengers)
    };
    let told = |speaker: &Speaker, at: &str, passengers| {
        let mut world = left("09:00");
        let schedule = Schedule { passengers, ..leaves(f, Some("13:00")) };
        let noted = world.at(at).schedule(speaker, schedule.clone());
        assert_eq!(world.schedule(speaker, schedule).map(|again| again == 0), noted.map(|_| true), "{at}");
        assert_eq!(known(&world), ("10:00".to_owned(), None), "it flew so: {at}");
        world.at("11:00").tell(&desk(), Command::Return { flight: f, at: instant("11:00") }).unwrap();
        noted.map(|noted| (noted, known(&world)))
    };
    let (new, old) =
        (|passengers| ("13:00".to_owned(), passengers), |passengers| ("10:00".to_owned(), passengers));
    assert_eq!(told(&desk(), "09:01", None), Ok((1, new(None))));
    assert_eq!(told(&desk(), "09:01", Some(true)), Ok((1, new(Some(true)))));
    assert_eq!(told(&desk(), "09:00", None), Err("flight-has-left"));
    assert_eq!(told(&desk(), "09:00", Some(false)), Err("flight-has-left"));
    assert_eq!(told(&desk(), "09:00", Some(true)), Ok((1, old(Some(true)))));
    assert_eq!(told(&stranger(), "09:01", None), Err("flight-has-left"));
    assert_eq!(told(&stranger(), "09:01", Some(true)), Ok((1, old(Some(true)))));
    // What was said before it left tells at most that it carries passengers.
    for by_road in [false, true] {
        let mut world = World::default();
        let schedule = Schedule { passengers: None, by_road, ..leaves(f, Some("10:00")) };
        world.at("08:00").schedule(&desk(), schedule.clone()).unwrap();
        world.at("09:00").depart(f, Some("09:00"), DepartureSource::Report);
        let told = Schedule { passengers: Some(true), by_road: !by_road, cancelled: true, ..schedule };
        world.tell(&desk(), Command::Schedule { schedule: told, said_at: instant("08:30") }).unwrap();
        world.at("11:00").tell(&desk(), Command::Return { flight: f, at: instant("11:00") }).unwrap();
        let known = world.yard.flight(&f).unwrap();
        assert_eq!((known.by_road, known.cancelled, known.passengers), (by_road, false, Some(true)));
    }
    // That it came back before it left says nothing of this flight.
    let mut world = left("09:00");
    world.at("09:10").schedule(&desk(), leaves(f, Some("13:00"))).unwrap();
    world.tell(&desk(), Command::Return { flight: f, at: instant("08:59") }).unwrap();
    assert!(world.yard.flight(&f).unwrap().departed.is_some());
    assert_eq!(known(&world).0, "10:00");
}

#[test]
fn a_manifest_of_before_a_return_ends_nothing_and_lists_what_was_aboard() {
    let f = flight("9Z800");
    let early = || Command::ManifestEarly { flight: f };
    let ends = |world: &World| world.yard.flight(&f).unwrap().manifest_ends();
    let mut world = World::default();
    world.at("07:00").manifest(f, None, count("A", 2));
    world.tell(&desk(), early()).unwrap();
    assert!(ends(&world));
    world.at("08:00").depart(f, Some("08:00"), DepartureSource::Report);
    world.at("09:00").tell(&desk(), Command::Return { flight: f, at: instant("09:00") }).unwrap();
    assert!(!ends(&world));
    assert_eq!([world.at("09:10").tell(&desk(), early()), world.tell(&desk(), early())], [Ok(1), Ok(0)]);
    assert!(ends(&world));
    assert_eq!(world.yard.flight(&f).unwrap().manifest_early, Some(instant("09:10")));
    // What is loaded since is aboard beside what the manifest of before lists.
    let mut world = World::default();
    world.at("07:00").manifest(f, None, count("A", 2));
    world.depart(f, Some("08:00"), DepartureSource::Report);
    world.at("09:00").tell(&desk(), Command::Return { flight: f, at: instant("09:00") }).unwrap();
    assert!(!ends(&world));
    world.load(f, consignment("B"), Loading::Loaded).unwrap();
    assert_eq!(carried(&world, f), "A 2, B all");
    // Without a manifest there is none.
    let mut world = World::default();
    world.load(f, consignment("A"), Loading::Loaded).unwrap();
    world.at("08:00").depart(f, Some("08:00"), DepartureSource::Report);
    world.at("09:00").tell(&desk(), Command::Return { flight: f, at: instant("09:00") }).unwrap();
    assert_eq!(world.yard.flight(&f).unwrap().manifest_early, None);
}

/// When the flights of a number came back last to a station that they left, on a day where that is told.
#[test]
fn flights_of_a_number_came_back_to_where_they_left() {
    let mut world = World::default();
    for (number, day, way, at) in [
        ("9Z800", "2026-11-23", "FRA-NBO", "07:00"),
        ("9Z800", "2026-11-24", "FRA-NBO", "08:00"),
        ("9Z800", "2026-11-24", "MUC-NBO", "09:00"),
        ("9Z802", "2026-11-24", "FRA-NBO", "10:00"),
    ] {
        let back = Command::Return { flight: flight_on(number, day, way), at: instant(at) };
        world.at("11:00").tell(&desk(), back).unwrap();
    }
    world.load(flight_on("9Z800", "2026-11-25", "FRA-NBO"), consignment("A"), Loading::Loaded).unwrap();
    let back = |number, day: Option<&str>, from| {
        let day = day.map(|day| consignment::PartialDate::parse(day).unwrap());
        world.yard.back_last(Flight::parse(number).unwrap(), day, Location::parse(from).unwrap())
    };
    assert_eq!(back("9Z800", None, "FRA"), Some(instant("08:00")));
    assert_eq!(back("9Z800", Some("23NOV"), "FRA"), Some(instant("07:00")));
    assert_eq!(back("9Z800", Some("25NOV"), "FRA"), None);
    assert_eq!(back("9Z800", Some("23NOV"), "MUC"), None);
    assert_eq!(back("9Z802", None, "FRA"), Some(instant("10:00")));
    assert_eq!(back("9Z804", None, "FRA"), None);
}

/// A manifest that is all that tells of a departure told none where the flight was cancelled since.
#[test]
fn a_cancelled_flight_did_not_leave_by_its_manifest() {
    let f = flight("9Z800");
    for (what, at, cancelled, left) in [
        ("told since", "07:00", false, true),
        ("cancelled since", "07:00", true, false),
        ("cancelled at that time", "06:30", true, true),
        ("cancelled before", "06:20", true, true),
    ] {
        let mut world = World::default();
        world.at("06:30").manifest(f, None, line("A"));
        world.depart(f, None, DepartureSource::Manifest);
        let schedule = Schedule { cancelled, ..leaves(f, Some("22:00")) };
        world.at("08:00").tell(&desk(), Command::Schedule { schedule, said_at: instant(at) }).unwrap();
        let known = world.yard.flight(&f).unwrap();
        let early = (!left).then(|| instant("06:30"));
        assert_eq!((known.departed.is_some(), known.manifest_early), (left, early), "{what}");
    }
}

/// After a manifest that came early all of the goods told to be loaded may be more than it lists; what else is told twice is not.
#[test]
fn what_is_loaded_after_an_early_manifest_is_noted_once() {
    let f = flight("9Z800");
    let unit = || ObjectName::Unit(device(1));
    let mut world = World::default();
    world.tell(&desk(), Command::ManifestEarly { flight: f }).unwrap();
    for (object, how, again) in [
        (unit(), Loading::Loaded, 0),
        (consignment("A"), Loading::Planned, 0),
        (consignment("A"), Loading::Offloaded, 0),
        (ObjectName::Piece(goods("A"), 1), Loading::Loaded, 0),
        (consignment("B"), Loading::Loaded, 1),
    ] {
        assert_eq!(world.load(f, object.clone(), how), Ok(1), "{object} {how:?}");
        assert_eq!(world.load(f, object.clone(), how), Ok(again), "{object} {how:?}");
    }
}
