//! Beside the system in place: both answers, where they differ, and nothing sent.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::world::*;
use casework::gate::{Aircraft, AskedLeg, Decision, Stage};
use casework::parallel::Outcome;
use engine::{AuthorityAct, Command, Reply};
use programme::Mode;

#[test]
fn answers_are_compared_and_nothing_is_sent() {
    let mut world = World::new(Mode::Relay);
    world.engine.settings_mut().parallel = true;
    let object = key("888-10004046", None);
    let message =
        fwb("888-10004046", "FRA", "YYZ", "T6K120", "YYZ9Z", "/NG/TITANIUM BONE SCREWS\r\n", SECURED);
    world.file_as(&message, "carrier");
    let compared = |world: &mut World, theirs| {
        let object = world.engine.find(&object).unwrap().unwrap();
        let (leg, stage, aircraft) = (AskedLeg::First, Stage::Load, Aircraft::Passenger);
        let said = "OK TO LOAD".to_owned();
        match world.engine.handle(Command::Compare { object, leg, stage, aircraft, theirs, said }).unwrap() {
            Reply::Compared(comparison) => *comparison,
            other => panic!("{other:?}"),
        }
    };
    let comparison = compared(&mut world, Decision::Load);
    assert_eq!(comparison.outcome(), Outcome::OnlyWeHold);
    assert_eq!(comparison.held_by[0].0.id(), "not-acknowledged");
    world.done("ca-pact", AuthorityAct::Acknowledge { object: object.clone(), version: None });
    assert_eq!(compared(&mut world, Decision::Load).outcome(), Outcome::Agree);
    assert_eq!(compared(&mut world, Decision::Hold).outcome(), Outcome::OnlyTheyHold);
    assert!(world.engine.outbox_mut().notices.is_empty(), "nothing is sent");
}
