//! What falls due, and how long goods were held.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::world::*;
use casework::case::ReferralKind;
use casework::delay::Delay;
use casework::gate::{Aircraft, AskedLeg};
use consignment::fact::{Fact, FlightName, OfficerDeed, Schedule, What};
use consignment::ident::{Flight, Location};
use consignment::{ConsignmentKey, Leg, Mode as Way, PartialDate};
use engine::{AuthorityAct, Channel, Command, NoticeKind, Reply};
use programme::Mode;

fn act(world: &mut World, id: &str, deed: OfficerDeed) {
    world.deed_for("police", id, "A", deed).unwrap();
}

fn due(world: &mut World, object: &ConsignmentKey) -> Vec<String> {
    let object = world.engine.find(object).unwrap().unwrap();
    match world.engine.handle(Command::Due { object }).unwrap() {
        Reply::Due(due) => {
            let line =
                |due: &casework::due::Due| format!("{} {} {}", due.at, due.kind.as_str(), due.reference);
            due.iter().map(line).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn measured(world: &mut World, object: &ConsignmentKey) -> Delay {
    let object = world.engine.find(object).unwrap().unwrap();
    let measure = Command::Measure { object, leg: AskedLeg::First, aircraft: Aircraft::Passenger };
    match world.engine.handle(measure).unwrap() {
        Reply::Measured(delay) => *delay,
        other => panic!("{other:?}"),
    }
}

#[test]
fn deadlines_come_in_order_and_end_nothing() {
    let (mut world, object) = World::cleared(Mode::Relay);
    assert_eq!(due(&mut world, &object), Vec::<String>::new());
    let deadline = Some("2026-11-24T09:00:00Z".parse().unwrap());
    let asked = match open(object.clone(), ReferralKind::Rfi, "R1") {
        AuthorityAct::Open { object, kind, reference, reason, .. } => {
            AuthorityAct::Open { object, kind, reference, reason, deadline }
        }
        other => other,
    };
    world.done("ca-pact", asked);
    let agency: std::sync::Arc<str> = "police".into();
    let review_at = Some("2026-11-24T08:00:00Z".parse().unwrap());
    act(&mut world, "H1", OfficerDeed::Hold { object: object.clone(), agency: agency.clone(), review_at });
    act(world.at("07:00"), "R9", OfficerDeed::Release { object: object.clone(), agency });
    assert_eq!(
        due(&mut world, &object),
        [
            "2026-11-24T07:00:00Z second-person police/R9",
            "2026-11-24T08:00:00Z hold-review police/H1",
            "2026-11-24T09:00:00Z answer-rfi R1",
        ]
    );
    assert_eq!(
        holding(&world.at("23:00").load(&object)),
        ["rfi-open", "other-agency-hold"],
        "no hold ends by time"
    );
}

#[test]
fn hold_times_are_measured_by_cause() {
    let (mut world, object) = World::filed(Mode::Relay);
    let ack = AuthorityAct::Acknowledge { object: object.clone(), version: None };
    world.at("06:10").done("ca-pact", ack);
    world.at("07:00").done("ca-pact", open(object.clone(), ReferralKind::Rfi, "R1"));
    world.at("07:20").done("ca-pact", open(object.clone(), ReferralKind::Rfs, "R2"));
    let close = |kind, reference: &str| AuthorityAct::Close {
        kind,
        reference: reference.into(),
        object: object.clone(),
    };
    world.at("07:30").done("ca-pact", close(ReferralKind::Rfi, "R1"));
    world.at("08:00");
    let delay = measured(&mut world, &object);
    let minutes: Vec<(&str, i64)> = delay.by_cause_s.iter().map(|((code, _), s)| (*code, s / 60)).collect();
    let expected = [("hrcm-not-screened", 40), ("not-acknowledged", 10), ("rfi-open", 30), ("rfs-open", 40)];
    let named: Vec<(&str, i64)> =
        minutes.into_iter().filter(|(code, _)| expected.iter().any(|(known, _)| known == code)).collect();
    assert_eq!(named, expected);
    assert_eq!(delay.held_s / 60, 70, "causes run side by side");
    assert!(!delay.missed);
}

/// To whom the deadlines that passed by now are told.
fn told_overdue(world: &mut World) -> Vec<String> {
    world.engine.forget();
    world.engine.handle(Command::Tick).unwrap();
    let passed = world.sent().into_iter().filter(|notice| notice.kind == NoticeKind::DeadlinePassed);
    passed.map(|notice| format!("{} {}", notice.to, notice.referral.unwrap().reference)).collect()
}

fn asked(object: &ConsignmentKey, reference: &str, until: &str) -> AuthorityAct {
    match open(object.clone(), ReferralKind::Rfi, reference) {
        AuthorityAct::Open { object, kind, reference, reason, .. } => {
            let deadline = format!("2026-11-24T{until}:00Z").parse().ok();
            AuthorityAct::Open { object, kind, reference, reason, deadline }
        }
        other => other,
    }
}

/// What passes is told to whoever answers and to the desk that waits; in Canada the carrier's contact answers.
#[test]
fn a_deadline_that_passes_is_told_once() {
    let (mut world, object) = World::cleared(Mode::Relay);
    world.done("ca-pact", asked(&object, "R1", "09:00"));
    world.done("ca-pact", asked(&object, "R2", "09:30"));
    world.done("ca-pact", asked(&object, "R3", "09:10"));
    let close =
        AuthorityAct::Close { object: object.clone(), kind: ReferralKind::Rfi, reference: "R3".into() };
    world.at("08:00").done("ca-pact", close);
    assert_eq!(told_overdue(world.at("08:59")), Vec::<String>::new());
    let told = ["carrier R1", "authority of ca-pact R1"];
    assert_eq!(told_overdue(world.at("09:20")), told, "what was closed is not due");
    assert_eq!(told_overdue(world.at("09:21")), Vec::<String>::new());
    // He answers by mail, so the request stays open; but nobody waits for him any more.
    assert_eq!(world.answer("ca-pact", &object, "R2", &[], "carrier"), Ok(1));
    assert_eq!(due(&mut world, &object), ["2026-11-24T09:00:00Z answer-rfi R1"]);
    assert_eq!(told_overdue(world.at("10:00")), Vec::<String>::new());
    assert_eq!(holding(&world.load(&object)), ["rfi-open"]);
}

/// Where the authority names no time, that of its programme counts.
#[test]
fn a_programme_may_name_the_minutes_for_an_answer() {
    let mut world = World::new(Mode::Relay);
    for programme in world.engine.settings_mut().programmes.values_mut() {
        let rules = &mut std::sync::Arc::make_mut(programme).referral;
        rules.kinds.iter_mut().for_each(|rule| rule.answer_minutes = Some(90));
    }
    let object = key("888-10004046", None);
    world.file(&fwb("888-10004046", "FRA", "JFK", "T6K120", "JFK9Z", "/NG/BONE SCREWS\r\n", SECURED));
    world.done("us-acas", open(object.clone(), ReferralKind::Rfi, "R1"));
    assert_eq!(due(&mut world, &object), ["2026-11-24T07:30:00Z answer-rfi R1"]);
    let answer = world.load(&object);
    let until = answer.reasons.iter().find_map(|reason| reason.wanted.as_ref()?.deadline_at);
    assert_eq!(until, "2026-11-24T07:30:00Z".parse().ok());
    assert_eq!(told_overdue(world.at("07:29")), Vec::<String>::new());
    assert_eq!(told_overdue(world.at("07:30")), ["forwarder R1", "authority of us-acas R1"]);
}

/// Where nobody names a time and an answer is due before departure, that is the limit: of the first leg that the programme
/// covers and that has not left. It moves with the flight, and what was told of it is not told again when it is known when
/// the flight really left.
#[test]
fn the_departure_may_be_the_limit_of_an_answer() {
    let carrier = Channel::filer("carrier");
    let flight = FlightName {
        flight: Flight::parse("9Z100").unwrap(),
        date: "2026-11-24".parse().unwrap(),
        from: Location::parse("FRA").unwrap(),
        to: Location::parse("YYZ").unwrap(),
    };
    let schedule = |at: &str, cancelled| {
        let departs_at = Some(format!("2026-11-24T{at}:00").parse().unwrap());
        let (passengers, by_road) = (Some(true), false);
        What::Schedule(Schedule { flight, departs_at, passengers, by_road, cancelled })
    };
    let (mut world, object) = World::cleared(Mode::Relay);
    let leg = Leg {
        mode: Way::Air,
        carrier: Some(flight.flight.carrier()),
        flight: Some(flight.flight),
        date: Some(PartialDate::whole(flight.date)),
        ..Leg::assumed(flight.from, flight.to)
    };
    world.fact(What::Booked { object: object.clone(), legs: vec![leg] }, "A", &carrier).unwrap();
    world.done("ca-pact", open(object.clone(), ReferralKind::Rfi, "R1"));
    assert_eq!(due(&mut world, &object), Vec::<String>::new(), "nobody knows at which hour it leaves");
    // Noon in Frankfurt is eleven here.
    world.fact(schedule("12:00", false), "A", &carrier).unwrap();
    assert_eq!(due(&mut world, &object), ["2026-11-24T11:00:00Z answer-rfi R1"]);
    world.at("07:00").fact(schedule("12:00", true), "A", &carrier).unwrap();
    assert_eq!(due(&mut world, &object), Vec::<String>::new(), "a flight that is cancelled departs never");
    world.at("08:00").fact(schedule("12:30", false), "A", &carrier).unwrap();
    world.sent();
    world.done("ca-pact", open(object.clone(), ReferralKind::Rfi, "R2"));
    let until = |world: &mut World| -> Vec<_> {
        world.sent().into_iter().filter_map(|notice| notice.referral?.deadline).collect()
    };
    let half_past: jiff::Timestamp = "2026-11-24T11:30:00Z".parse().unwrap();
    assert_eq!(until(&mut world), [half_past, half_past], "told with the request");
    assert_eq!(world.answer("ca-pact", &object, "R2", &[], "carrier"), Ok(1));
    assert_eq!(told_overdue(world.at("11:29")), Vec::<String>::new());
    let told = ["carrier R1", "authority of ca-pact R1"];
    assert_eq!(told_overdue(world.at("11:30")), told, "what was answered is not due");
    let departed = What::Departed { flight };
    let fact = Fact { id: None, at: "2026-11-24T11:42:00Z".parse().ok(), by: None, what: departed };
    world.at("11:50").engine.handle(Command::Fact { fact, channel: carrier.clone() }).unwrap();
    assert_eq!(due(&mut world, &object), ["2026-11-24T11:42:00Z answer-rfi R1"]);
    assert_eq!(told_overdue(world.at("12:00")), Vec::<String>::new());
    // What is asked when the goods are in the air can be answered before no departure.
    world.done("ca-pact", open(object.clone(), ReferralKind::Rfi, "R3"));
    assert_eq!(due(&mut world, &object), ["2026-11-24T11:42:00Z answer-rfi R1"]);
    assert_eq!(told_overdue(world.at("13:00")), Vec::<String>::new());
}

/// A house that was filed without its master takes its deadlines along, and they are told once.
#[test]
fn deadlines_go_with_a_house_to_its_master() {
    let mut world = World::new(Mode::Relay);
    let loose = ConsignmentKey { master: None, ..key("888-10001014", Some("RHA")) };
    let house = |master: &str| {
        fhl(master, "FRAYYZ", "T4K200.0", "RHA", "4/K200", "STEEL HINGES FOR KITCHEN DOORS", SECURED)
    };
    world.file(&house(""));
    world.done("ca-pact", asked(&loose, "R1", "08:00"));
    world.done("ca-pact", asked(&loose, "R2", "09:00"));
    assert_eq!(told_overdue(world.at("08:00")), ["carrier R1", "authority of ca-pact R1"]);
    world.file(&house("888-10001014"));
    assert_eq!(told_overdue(world.at("08:30")), Vec::<String>::new());
    assert_eq!(told_overdue(world.at("09:00")), ["carrier R2", "authority of ca-pact R2"]);
    assert_eq!(told_overdue(world.at("09:30")), Vec::<String>::new());
}

/// So does what waits for officers: it stands in the queue under its master then.
#[test]
fn what_waits_goes_with_a_house_to_its_master() {
    let mut world = World::new(Mode::Relay);
    let loose = ConsignmentKey { master: None, ..key("888-10001014", Some("RHA")) };
    let house = |master: &str| {
        fhl(master, "FRAYYZ", "T4K200.0", "RHA", "4/K200", "STEEL HINGES FOR KITCHEN DOORS", SECURED)
    };
    world.file(&house(""));
    world.done("ca-pact", asked(&loose, "R1", "08:00"));
    let waiting = |world: &mut World| match world
        .engine
        .handle(Command::Queue { most: 10, stations: [].into(), judge: None })
        .unwrap()
    {
        Reply::Queue { waiting, .. } => waiting.iter().map(|one| one.key.to_string()).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(waiting(&mut world), [loose.to_string()]);
    world.file(&house("888-10001014"));
    assert_eq!(waiting(&mut world), [key("888-10001014", Some("RHA")).to_string()]);
}

/// The periods of a programme count from the first filing, and end nothing.
#[test]
fn periods_of_a_programme_fall_due() {
    let mut world = World::new(Mode::Relay);
    for programme in world.engine.settings_mut().programmes.values_mut() {
        std::sync::Arc::make_mut(programme).timers.linking_hours = Some(24);
    }
    let master = key("888-10004046", None);
    world.file(&fwb("888-10004046", "DXB", "FRA", "T6K120", "FRA9Z", "/NC/CONSOLIDATION\r\n", SECURED));
    assert_eq!(
        due(&mut world, &master),
        ["2026-11-25T06:00:00Z linking ", "2027-06-12T06:00:00Z presentation "],
        "a consolidation waits for its houses"
    );
    let direct = key("888-10007071", None);
    world.file(&fwb("888-10007071", "DXB", "FRA", "T6K120", "FRA9Z", "/NG/BONE SCREWS\r\n", SECURED));
    assert_eq!(due(&mut world, &direct), ["2027-06-12T06:00:00Z presentation "]);
    let elsewhere = key("888-10008084", None);
    world.file(&fwb("888-10008084", "FRA", "YYZ", "T6K120", "YYZ9Z", "/NG/BONE SCREWS\r\n", SECURED));
    assert_eq!(due(&mut world, &elsewhere), Vec::<String>::new(), "a direct waybill to Canada");
}
