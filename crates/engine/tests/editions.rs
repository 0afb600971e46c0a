//! Lists change while goods stay: whoever is named since holds the goods, and nobody is answered by an earlier edition.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::world::*;
use casework::case::ReferralKind;
use casework::gate::{Aircraft, Decision, Stage};
use casework::view::Asker;
use consignment::ConsignmentKey;
use consignment::fact::{Fact, Loading, ObjectName, OfficerDeed, What};
use consignment::ident::{Flight, Location};
use engine::{Addressee, AuthorityAct, Channel, Command, NoticeKind, Reply};
use programme::{Mode, ProgrammeId};
use std::sync::Arc;

const SANCTIONS: &str = "purpose: sanctions";
const SECURITY: &str = "purpose: security";

/// An edition with an entry for each name.
fn edition(purpose: &str, names: &[&str]) -> Option<Arc<names::Snapshot>> {
    let rows: String = names.iter().map(|name| format!("E-{},{name}\n", name.len())).collect();
    let text =
        format!("# loadgate-watch-list: Invented list; edition: 2026-11-01; {purpose}\nid,name\n{rows}");
    let file = names::ListFile { name: "watch.csv".into(), bytes: text.into() };
    let loaded = names::load(vec![file]);
    assert!(loaded.unrecognised.is_empty() && loaded.findings.is_empty(), "{:?}", loaded.findings);
    Some(Arc::new(names::Snapshot::new(loaded.lists)))
}

const CONSIGNEE: &str = "HUDSON HARDWARE SUPPLY";

fn tick(world: &mut World) -> usize {
    match world.engine.handle(Command::Tick).unwrap() {
        Reply::Done(done) => done,
        other => panic!("{other:?}"),
    }
}

fn told(world: &mut World) -> Vec<(NoticeKind, String)> {
    let notices = std::mem::take(&mut world.engine.outbox_mut().notices);
    notices.into_iter().map(|notice| (notice.kind, notice.to.to_string())).collect()
}

/// Who is listed after goods were filed holds them, an answer that let them be loaded is recalled, and the duty desk is told.
#[test]
fn goods_filed_before_are_screened_by_a_later_edition() {
    let (mut world, object) = World::cleared(Mode::Relay);
    let (id, answer) = world.commit(&object, "desk", Asker::Carrier).unwrap();
    assert_eq!(answer.decision, Decision::Load);
    told(&mut world);
    world.engine.set_lists(edition(SANCTIONS, &[CONSIGNEE]));
    assert!(tick(&mut world) > 0);
    let told = told(&mut world);
    let to = |kind: NoticeKind, to: Addressee| told.contains(&(kind, to.to_string()));
    assert!(to(NoticeKind::ListedSince, Addressee::Duty), "{told:?}");
    assert!(to(NoticeKind::AnswerRecalled, Addressee::Holder("desk".into())), "{told:?}");
    assert_eq!(holding(&world.load(&object)), ["other-agency-hold"]);
    let recheck = Command::Recheck { answer: id, holder: None };
    let Reply::Answered(again) = world.engine.handle(recheck).unwrap() else { panic!("no answer") };
    assert!(codes_of(&again).contains(&"answer-recalled"));
    // Once is enough.
    assert_eq!(tick(&mut world), 0);
    let holds =
        world.load(&object).reasons.iter().filter(|reason| reason.code.id() == "other-agency-hold").count();
    assert_eq!(holds, 1);
}

/// Whoever asks before everything was screened anew is not answered by the earlier edition, whatever he asks about.
#[test]
fn a_question_waits_for_no_tick() {
    let questions: [fn(&mut World, &ConsignmentKey) -> Decision; 3] = [
        |world, object| world.load(object).decision,
        |world, object| world.commit(object, "desk", Asker::Carrier).unwrap().1.decision,
        |world, _| {
            let flight = flight();
            let leg = leg("FRA", "YYZ");
            let asked = Command::PeekObject {
                object: ObjectName::Flight(flight),
                leg,
                stage: Stage::Load,
                aircraft: Some(Aircraft::Passenger),
            };
            match world.engine.handle(asked).unwrap() {
                Reply::Answered(answer) => answer.decision,
                other => panic!("{other:?}"),
            }
        },
    ];
    for (at, ask) in questions.into_iter().enumerate() {
        let (mut world, object) = World::cleared(Mode::Relay);
        let plan = What::Loaded {
            flight: flight(),
            object: ObjectName::Consignment(object.clone()),
            how: Loading::Planned,
        };
        let fact = Fact { id: None, at: None, by: None, what: plan };
        world.engine.handle(Command::Fact { fact, channel: Channel::registry("lane 1") }).unwrap();
        assert_eq!(ask(&mut world, &object), Decision::Load, "question {at}");
        world.engine.set_lists(edition(SANCTIONS, &["SOMEBODY ELSE ALTOGETHER"]));
        assert_eq!(ask(&mut world, &object), Decision::Load, "question {at}");
        world.engine.set_lists(edition(SANCTIONS, &[CONSIGNEE]));
        assert_eq!(ask(&mut world, &object), Decision::Hold, "question {at}");
    }
}

/// Lists that take the place of others by mistake are put back: what was screened against the others is screened against
/// them.
#[test]
fn lists_that_are_put_back_are_screened_against_anew() {
    let (mut world, object) = World::cleared(Mode::Relay);
    world.engine.set_lists(edition(SANCTIONS, &[CONSIGNEE]));
    assert_eq!(world.load(&object).decision, Decision::Hold);
    let (mut world, object) = World::cleared(Mode::Relay);
    world.engine.set_lists(edition(SANCTIONS, &[CONSIGNEE]));
    world.engine.set_lists(edition(SANCTIONS, &["SOMEBODY ELSE ALTOGETHER"]));
    assert_eq!(world.load(&object).decision, Decision::Load);
    // Where nothing was screened in between they stand as they were.
    for lists in [&[CONSIGNEE][..], &["SOMEBODY ELSE ALTOGETHER"], &[CONSIGNEE]] {
        world.engine.set_lists(edition(SANCTIONS, lists));
        tick(&mut world);
    }
    assert_eq!(world.load(&object).decision, Decision::Hold);
    assert_eq!(tick(&mut world), 0);
}

fn flight() -> consignment::fact::FlightName {
    consignment::fact::FlightName {
        flight: Flight::parse("9Z800").unwrap(),
        date: "2026-11-24".parse().unwrap(),
        from: Location::parse("FRA").unwrap(),
        to: Location::parse("YYZ").unwrap(),
    }
}

/// What compliance released stays released while later editions say of it what that one said.
#[test]
fn what_was_released_is_not_held_for_the_same_entry_again() {
    let (mut world, object) = World::cleared(Mode::Relay);
    world.engine.set_lists(edition(SANCTIONS, &[CONSIGNEE]));
    tick(&mut world);
    let agency: Arc<str> = "sanctions compliance".into();
    let release = OfficerDeed::Release { object: object.clone(), agency: agency.clone() };
    world.deed_for(&agency, "R1", "A", release).unwrap();
    world.deed_for(&agency, "R2", "B", OfficerDeed::Confirm { proposal: "R1".into() }).unwrap();
    assert_eq!(world.load(&object).decision, Decision::Load, "{:?}", holding(&world.load(&object)));
    told(&mut world);
    world.engine.set_lists(edition(SANCTIONS, &[CONSIGNEE, "SOMEBODY ELSE ALTOGETHER"]));
    tick(&mut world);
    assert_eq!(world.load(&object).decision, Decision::Load);
    assert_eq!(told(&mut world), []);
    // Another entry is another reason.
    world.engine.set_lists(edition(SANCTIONS, &[CONSIGNEE, "HUDSON HARDWARE SUPPLIES"]));
    tick(&mut world);
    assert_eq!(world.load(&object).decision, Decision::Hold);
}

/// A simulated authority that had judged asks about who is listed since, once; and again about another entry.
#[test]
fn a_simulated_authority_asks_about_who_is_listed_since() {
    let (mut world, object) = World::filed(Mode::Simulated);
    assert_eq!(world.referrals(&object), Vec::<String>::new());
    world.engine.set_lists(edition(SECURITY, &[CONSIGNEE]));
    tick(&mut world);
    let asked = world.referrals(&object);
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert!(asked[0].starts_with("RFI SIM-ca-pact-") && asked[0].ends_with(" open"), "{asked:?}");
    world.engine.set_lists(edition(SECURITY, &[CONSIGNEE, "SOMEBODY ELSE ALTOGETHER"]));
    tick(&mut world);
    assert_eq!(world.referrals(&object), asked);
    let reference = asked[0].split(' ').nth(1).unwrap();
    let close =
        AuthorityAct::Close { kind: ReferralKind::Rfi, reference: reference.into(), object: object.clone() };
    let close = Command::Authority { programme: ProgrammeId::new("ca-pact"), simulated: true, act: close };
    world.engine.handle(close).unwrap();
    world.engine.set_lists(edition(SECURITY, &[CONSIGNEE, "HUDSON HARDWARE SUPPLIES"]));
    tick(&mut world);
    let asked = world.referrals(&object);
    assert_eq!(asked.len(), 2, "{asked:?}");
}

/// A node that has forgotten what it read, or has no lists any more, screens nothing anew: nodes on one journal do not screen in
/// turns.
#[test]
fn what_was_screened_is_not_screened_again_by_itself() {
    let (mut world, object) = World::cleared(Mode::Relay);
    for lists in [edition(SANCTIONS, &["SOMEBODY ELSE ALTOGETHER"]), edition(SANCTIONS, &[CONSIGNEE])] {
        world.engine.set_lists(lists);
        assert!(tick(&mut world) > 0);
    }
    for _ in 0..3 {
        world.engine.forget();
        assert_eq!(tick(&mut world), 0);
        assert_eq!(world.load(&object).decision, Decision::Hold);
    }
    world.engine.set_lists(None);
    assert_eq!(tick(&mut world), 0);
    assert_eq!(world.load(&object).decision, Decision::Hold);
}

/// Everything comes to be screened, a part at a time; what left long ago rests.
#[test]
fn all_goods_come_to_be_screened() {
    let mut world = World::new(Mode::Relay);
    let number = |serial: u32| format!("888-{:07}{}", serial, serial % 7);
    for serial in 1_000_000..1_000_120_u32 {
        let goods = "/NG/TITANIUM BONE SCREWS\r\n";
        world.file_as(&fwb(&number(serial), "FRA", "YYZ", "T6K120", "YYZ9Z", goods, SECURED), "carrier");
    }
    world.engine.set_lists(edition(SANCTIONS, &[CONSIGNEE]));
    told(&mut world);
    let mut rounds = 0;
    while tick(&mut world) > 0 {
        rounds += 1;
        assert!(rounds < 10);
    }
    assert!(rounds >= 3, "{rounds} rounds");
    let told = told(&mut world).into_iter().filter(|(kind, _)| *kind == NoticeKind::ListedSince).count();
    assert_eq!(told, 120);
}

/// Goods of which too much is open already are held for that, and whoever asks about them is answered.
#[test]
fn where_too_much_is_open_a_question_is_answered() {
    let (mut world, object) = World::filed(Mode::Simulated);
    let programme = ProgrammeId::new("ca-pact");
    for number in 0..casework::case::OPEN_ITEMS_MAX {
        let act = open(object.clone(), ReferralKind::Rfi, &format!("R{number}"));
        let open = Command::Authority { programme: programme.clone(), simulated: true, act };
        world.engine.handle(open).unwrap();
    }
    world.engine.set_lists(edition(SECURITY, &[CONSIGNEE]));
    let held = holding(&world.load(&object));
    assert!(held.contains(&"message-unread") && held.contains(&"rfi-open"), "{held:?}");
    tick(&mut world);
    assert_eq!(tick(&mut world), 0);
}
