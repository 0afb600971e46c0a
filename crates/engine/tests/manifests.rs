//! Manifests: what a flight carries, and that it has left.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::world::words::taken;
use crate::world::*;
use casework::case::ReferralKind;
use casework::gate::{Answer, AskedLeg, Decision, Stage};
use consignment::ConsignmentKey;
use consignment::fact::{Fact, FlightName, Loading, ObjectName, Schedule, UnitName, What};
use consignment::ident::{Flight, Location, UnitLoadDevice};
use engine::{Channel, Command, NoticeKind};
use programme::Mode;

const LINE: &str = "888-10004046FRAYYZ/T6K120/SCREWS";

/// A manifest of 9Z100 from Frankfurt to Toronto: what stands after its day, and its lines.
fn ffm(day: &str, lines: &[&str]) -> String {
    format!("FFM/8\r\n1/9Z100/{day}/FRA\r\nYYZ\r\n{}\r\nLAST\r\n", lines.join("\r\n"))
}

fn flight(from: &str, to: &str) -> FlightName {
    FlightName {
        flight: Flight::parse("9Z100").unwrap(),
        date: "2026-11-24".parse().unwrap(),
        from: Location::parse(from).unwrap(),
        to: Location::parse(to).unwrap(),
    }
}

/// The answer about a whole flight.
fn whole(world: &mut World, flight: FlightName) -> Answer {
    let (object, leg, stage) = (ObjectName::Flight(flight), AskedLeg::First, Stage::Depart);
    match world.engine.handle(Command::PeekObject { object, leg, stage, aircraft: None }).unwrap() {
        engine::Reply::Answered(answer) => *answer,
        other => panic!("{other:?}"),
    }
}

fn left(world: &mut World, flight: FlightName) -> bool {
    holding(&whole(world, flight)).contains(&"leg-departed")
}

/// Pieces that have flown, and when the flight left.
fn flown(world: &mut World, object: &ConsignmentKey) -> u64 {
    world.view(object).parts.map_or(0, |parts| parts.flown_pieces)
}

fn departed(world: &mut World, at: Option<&str>) -> Result<usize, &'static str> {
    let at = at.map(|at| at.parse().unwrap());
    let fact = Fact { id: None, at, by: None, what: What::Departed { flight: flight("FRA", "YYZ") } };
    taken(world.engine.handle(Command::Fact { fact, channel: Channel::filer("carrier") }))
}

/// Lines of a manifest are what a flight carries, also where no build list names them.
#[test]
fn a_manifest_lists_what_a_flight_carries() {
    let (mut world, object) = World::cleared(Mode::Relay);
    let lines = ["ULD/AKE123459Z", LINE, "888-10001014FRAYYZ/T1K10/TOYS"];
    world.at("09:00").file_as(&ffm("24NOV1100", &lines), "carrier");
    let flight = flight("FRA", "YYZ");
    let held: Vec<String> =
        whole(&mut world, flight).reasons.iter().map(|one| format!("{} {}", one.code, one.object)).collect();
    assert!(held.iter().any(|line| line.starts_with("not-filed 888-10001014")), "{held:?}");
    // For Canada the flight has left with its first manifest, whatever time that states.
    let of_goods: Vec<&String> = held.iter().filter(|line| line.contains("888-10004046")).collect();
    assert_eq!(of_goods, ["manifest-sent 888-10004046"]);
    let concerned = world.engine.concerned(&ObjectName::Consignment(object)).unwrap();
    assert!(concerned.contains(&ObjectName::Flight(flight)));
    let unit = UnitName::Device(UnitLoadDevice::parse("AKE123459Z").unwrap());
    assert!(concerned.contains(&ObjectName::Unit(unit)));
}

/// A manifest is sent when the flight has left: what comes then is for goods in the air.
#[test]
fn a_manifest_of_a_desk_tells_the_departure() {
    let (mut world, object) = World::cleared(Mode::Relay);
    assert_eq!(world.load(&object).decision, Decision::Load);
    world.at("09:00").file_as(&ffm("24NOV", &[LINE]), "carrier");
    assert!(left(&mut world, flight("FRA", "YYZ")));
    assert_eq!(holding(&world.load(&object)), ["leg-departed"]);
    assert_eq!(flown(&mut world, &object), 6);
    world.sent();
    world.at("09:30").done("ca-pact", open(object.clone(), ReferralKind::Dnl, "6H-1"));
    let kinds: Vec<NoticeKind> = world.sent().iter().map(|notice| notice.kind).collect();
    assert!(kinds.contains(&NoticeKind::CallByVoice), "{kinds:?}");
    assert_eq!(holding(&world.load(&object)), ["leg-departed", "dnl-open", "dnl-airborne"]);
}

#[test]
fn one_that_says_that_the_flight_leaves_later_is_a_plan() {
    for (day, gone) in [
        ("24NOV1000", true),
        // Ten o'clock in Frankfurt is nine here.
        ("24NOV1001", false),
        ("25NOV", false),
        ("24NOV", true),
        ("23NOV", true),
    ] {
        let (mut world, object) = World::cleared(Mode::Relay);
        world.at("09:00").file_as(&ffm(day, &[LINE]), "carrier");
        let date = if day.starts_with("23") { "2026-11-23" } else { "2026-11-24" };
        let date = if day.starts_with("25") { "2026-11-25" } else { date };
        let name = FlightName { date: date.parse().unwrap(), ..flight("FRA", "YYZ") };
        assert_eq!(left(&mut world, name), gone, "{day}");
        assert_eq!(flown(&mut world, &object), if gone { 6 } else { 0 }, "{day}");
    }
}

/// Only the first leg was flown when it is sent; goods for the second landing stay on board.
#[test]
fn later_legs_have_not_left() {
    let (mut world, _) = World::cleared(Mode::Relay);
    let manifest = format!("FFM/8\r\n1/9Z100/24NOV/FRA\r\nKEF/NIL\r\nYYZ\r\n{LINE}\r\nLAST\r\n");
    world.at("09:00").file_as(&manifest, "carrier");
    assert!(left(&mut world, flight("FRA", "KEF")));
    assert!(!left(&mut world, flight("KEF", "YYZ")));
}

/// What cannot be read of its first leg tells of no departure.
#[test]
fn what_cannot_be_read_departs_nothing() {
    for broken in ["1/9Z100/24NOV/F?A\r\nYYZ", "1/9?100/24NOV/FRA\r\nYYZ", "1/9Z100/24NXV/FRA\r\nYYZ"] {
        let (mut world, object) = World::cleared(Mode::Relay);
        world.at("09:00").file_as(&format!("FFM/8\r\n{broken}\r\n{LINE}\r\nLAST\r\n"), "carrier");
        assert!(!holding(&world.load(&object)).contains(&"leg-departed"), "{broken}");
    }
}

/// A stranger's manifest is looked at. It lets nothing depart, and what a desk lists stands against it.
#[test]
fn who_may_say_so() {
    let (mut world, object) = World::cleared(Mode::Relay);
    world.engine.settings_mut().desks = Some([std::sync::Arc::from("carrier")].into());
    let name = flight("FRA", "YYZ");
    world.at("09:00").file_as(&ffm("24NOV", &[LINE, "888-10001014FRAYYZ/T1K10/TOYS"]), "stranger");
    assert!(!left(&mut world, name));
    assert!(holding(&whole(&mut world, name)).contains(&"not-filed"), "its lines are looked at");
    let load =
        What::Loaded { flight: name, object: ObjectName::Consignment(object.clone()), how: Loading::Loaded };
    assert_eq!(world.fact(load, "A", &Channel::filer("carrier")), Ok(1));
    assert_eq!(departed(&mut world, None), Ok(1));
    let toys = key("888-10001014", None);
    assert_eq!(flown(&mut world, &object), 6, "what was loaded flew");
    world.file_as(&fwb("888-10001014", "FRA", "YYZ", "T1K10", "YYZ9Z", "/NG/TOYS\r\n", SECURED), "carrier");
    assert_eq!(flown(&mut world, &toys), 0, "nobody who may say so said that it flew");

    // The same from the desk counts.
    world.at("09:10").file_as(&ffm("24NOV", &[LINE, "888-10001014FRAYYZ/T1K10/TOYS"]), "carrier");
    assert_eq!(flown(&mut world, &toys), 1);
    world.at("09:20").file_as(&ffm("24NOV", &["888-10001014FRAYYZ/P9K90T10/TOYS"]), "stranger");
    assert_eq!(flown(&mut world, &toys), 1);
}

/// The first manifest tells when, unless a stated time or a report of the departure tells better; every one tells what
/// was on board.
#[test]
fn later_words_correct_it() {
    let (mut world, object) = World::cleared(Mode::Relay);
    let time = |world: &mut World, object: &ConsignmentKey| {
        let object = world.engine.find(object).unwrap().unwrap();
        let measure =
            Command::Measure { object, leg: AskedLeg::First, aircraft: casework::gate::Aircraft::Passenger };
        match world.engine.handle(measure).unwrap() {
            engine::Reply::Measured(delay) => (delay.missed, delay.held_s / 60),
            other => panic!("{other:?}"),
        }
    };
    world.done("ca-pact", open(object.clone(), ReferralKind::Rfi, "R1"));
    let part = ["888-10004046FRAYYZ/P2K40T6/SCREWS"];
    world.at("09:00").file_as(&ffm("24NOV", &part), "carrier");
    assert_eq!(flown(&mut world, &object), 2);
    assert_eq!(time(&mut world, &object), (true, 180));
    // Sent again an hour later, with all that is on board: it left when the first one came.
    world.at("10:00").file_as(&ffm("24NOV", &[LINE]), "carrier");
    assert_eq!(flown(&mut world, &object), 6);
    assert_eq!(time(&mut world, &object), (true, 180));
    world.file_as(&ffm("24NOV0930", &[LINE]), "carrier");
    assert_eq!(time(&mut world, &object), (true, 150), "half past nine there is half past eight here");
    assert_eq!(departed(&mut world, Some("2026-11-24T08:45:00Z")), Ok(1));
    assert_eq!(time(&mut world, &object), (true, 165));
    assert_eq!(departed(&mut world, Some("2026-11-24T08:50:00Z")), Ok(1), "the later report counts");
    assert_eq!(departed(&mut world, Some("2026-11-24T08:45:00Z")), Ok(0));
    world.file_as(&ffm("24NOV0931", &[LINE]), "carrier");
    assert_eq!(time(&mut world, &object), (true, 170), "no manifest outweighs a report");
}

/// A flight whose manifest came early has left when its schedule says so, whether anything ticked since or not; also where
/// the schedule was moved before it left.
#[test]
fn what_has_left_by_its_schedule_has_left_before_anything_ticks() {
    let name = flight("FRA", "YYZ");
    let leaves = |world: &mut World, at: &str| {
        let departs_at = Some(format!("2026-11-24T{at}:00").parse().unwrap());
        let schedule =
            Schedule { flight: name, departs_at, passengers: Some(true), by_road: false, cancelled: false };
        world.fact(What::Schedule(schedule), "A", &Channel::filer("carrier")).unwrap()
    };
    // One o'clock in Frankfurt is noon here.
    for (moved, before, after) in [
        (&[][..], "11:59", "12:00"),
        (&[("09:10", "20:00")], "18:59", "19:00"),
        (&[("09:10", "20:00"), ("10:00", "11:30")], "10:29", "10:30"),
        (&[("09:10", "20:00"), ("12:30", "11:30")], "12:29", "12:31"),
    ] {
        let (mut world, object) = World::cleared(Mode::Relay);
        leaves(world.at("08:00"), "13:00");
        world.at("09:00").file_as(&ffm("24NOV", &[LINE]), "carrier");
        assert_eq!(flown(&mut world, &object), 0, "it is a plan");
        let asked = |world: &mut World, at: &str| {
            world.at(at);
            flown(world, &object)
        };
        let mut moved = moved.iter().peekable();
        while let Some((at, to)) = moved.next_if(|(at, _)| *at <= before) {
            leaves(world.at(at), to);
        }
        assert_eq!(asked(&mut world, before), 0, "{before}");
        for (at, to) in moved {
            leaves(world.at(at), to);
        }
        world.engine.forget();
        assert_eq!(asked(&mut world, after), 6, "{after}");
        assert!(left(&mut world, name));
    }
}
