//! What falls due, and how long goods were held.
#![allow(clippy::unwrap_used, clippy::panic)]

mod world;

use casework::case::ReferralKind;
use casework::delay::Delay;
use casework::gate::{Aircraft, AskedLeg};
use consignment::ConsignmentKey;
use consignment::fact::OfficerDeed;
use engine::{AuthorityAct, Command, Reply};
use programme::Mode;
use world::*;

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
            "2026-11-24T07:00:00Z second-person R9",
            "2026-11-24T08:00:00Z hold-review H1",
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
