//! Answers that were given, and what becomes of them when something holds later.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::world::words::taken;
use crate::world::*;
use casework::case::ReferralKind;
use casework::gate::{Answer, Decision};
use casework::view::Asker;
use consignment::ConsignmentKey;
use engine::{Addressee, AuthorityAct, Command, NoticeKind, Reply};
use programme::Mode;
use std::sync::Arc;

fn committed(world: &mut World, object: &ConsignmentKey) -> (Arc<str>, Answer) {
    world.commit(object, "desk FRA", Asker::Carrier).unwrap()
}

fn recheck(world: &mut World, answer: &Arc<str>) -> Answer {
    match world.engine.handle(Command::Recheck { answer: Arc::clone(answer), holder: None }) {
        Ok(Reply::Answered(answer)) => *answer,
        other => panic!("{other:?}"),
    }
}

fn acknowledged(world: &mut World, answer: &str) -> Result<usize, &'static str> {
    let acknowledge =
        Command::AcknowledgeRecall { answer: answer.into(), holder: None, by: "desk FRA".into() };
    taken(world.engine.handle(acknowledge))
}

fn recalls(world: &mut World) -> Vec<Addressee> {
    let notices = std::mem::take(&mut world.engine.outbox_mut().notices);
    let kinds = [NoticeKind::AnswerRecalled, NoticeKind::RecallUnheeded];
    let recalls = notices.into_iter().filter(|notice| kinds.contains(&notice.kind));
    let named = |notice: engine::Notice| {
        let answer = notice.answer.expect("a recall names its answer");
        assert_eq!(recheck(world, &answer).decision, Decision::Hold, "what is recalled stands no more");
        notice.to
    };
    recalls.map(named).collect()
}

#[test]
fn an_answer_is_recalled_when_a_hold_comes_after_it_and_climbs_the_chain() {
    let (mut world, object) = World::filed(Mode::Relay);
    let (held, answer) = committed(&mut world, &object);
    assert_eq!(answer.decision, Decision::Hold);
    world.done("ca-pact", AuthorityAct::Acknowledge { object: object.clone(), version: None });
    let (first, answer) = committed(&mut world, &object);
    assert_eq!(answer.decision, Decision::Load);
    let (second, _) = committed(&mut world, &object);
    assert!(first != second && first.len() == 32, "ids tell nothing");
    assert_eq!(recheck(&mut world, &first).decision, Decision::Load);
    assert_eq!(acknowledged(&mut world, &first), Err("answer-not-recalled"));
    assert_eq!(recalls(&mut world), []);

    world.at("06:20").done("ca-pact", open(object.clone(), ReferralKind::Rfi, "R1"));
    let holder = Addressee::Holder("desk FRA".into());
    assert_eq!(recalls(&mut world), [holder.clone(), holder], "each answer that said load, and no other");
    assert_eq!(recheck(&mut world, &held).decision, Decision::Hold);
    world.done("ca-pact", open(object.clone(), ReferralKind::Rfs, "R2"));
    assert_eq!(recalls(&mut world), [], "once is enough");

    // One holder has seen it, the other has not.
    assert_eq!(acknowledged(world.at("06:22"), &second), Ok(1));
    assert_eq!(acknowledged(&mut world, &second), Ok(0));
    world.at("06:24").engine.handle(Command::Tick).unwrap();
    assert_eq!(recalls(&mut world), []);
    world.at("06:25").engine.handle(Command::Tick).unwrap();
    world.engine.handle(Command::Tick).unwrap();
    assert_eq!(recalls(&mut world), [Addressee::Chain(1)]);
    world.at("07:25").engine.handle(Command::Tick).unwrap();
    assert_eq!(recalls(&mut world), [Addressee::Chain(2)]);
    assert_eq!(acknowledged(&mut world, "0000"), Err("answer-unknown"));

    // What was recalled never comes back, whatever is closed since.
    for (kind, reference) in [(ReferralKind::Rfi, "R1"), (ReferralKind::Rfs, "R2")] {
        let reference = reference.into();
        world.done("ca-pact", AuthorityAct::Close { kind, reference, object: object.clone() });
    }
    assert_eq!(holding(&recheck(&mut world, &first))[0], "answer-recalled");
}

#[test]
fn an_answer_that_has_run_out_is_not_recalled_and_does_not_stand() {
    let (mut world, object) = World::cleared(Mode::Relay);
    let (id, answer) = committed(&mut world, &object);
    assert_eq!(answer.valid_until, Some("2026-11-24T07:00:00Z".parse().unwrap()));
    let asked_again = recheck(world.at("06:30"), &id);
    assert_eq!(
        (asked_again.decision, asked_again.valid_until),
        (Decision::Load, answer.valid_until),
        "no longer"
    );
    let later = recheck(world.at("07:00"), &id);
    assert_eq!(holding(&later), ["answer-recalled"]);
    world.done("ca-pact", open(object, ReferralKind::Rfi, "R1"));
    assert_eq!(recalls(&mut world), []);
}
