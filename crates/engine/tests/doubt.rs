//! What the node doubts holds all goods: messages that may forbid any, a restored database, its own clock.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::world::*;
use casework::decision::Desk;
use casework::gate::Decision;
use casework::view::Asker;
use consignment::ConsignmentKey;
use consignment::fact::{Fact, OfficerAct, OfficerDeed, Person, What};
use engine::memory::{MemoryJournal, MemoryOutbox};
use engine::{Channel, Clock, Command, Engine, NoticeKind, Reply, Settings};
use finding::{Phrase, codes};
use jiff::Timestamp;
use programme::Mode;

/// A manifest of which nothing can be read.
const UNREADABLE: &str = "FFM/8\r\nnothing of this\r\n";

fn file(world: &mut World, text: &str, channel: &Channel) {
    let now = world.engine.clock_mut().0;
    for message in formats::Splitter::new(text.as_bytes()) {
        let filing = formats::decode(&message.unwrap(), now);
        world.engine.handle(Command::File { filing, channel: channel.clone() }).unwrap();
    }
}

fn tell(world: &mut World, id: &str, by: &str, deed: OfficerDeed, desk: &Channel) -> Result<Reply, String> {
    let what = What::Act(Box::new(OfficerAct { act: deed, reason: "read it".into() }));
    let by = Some(Person { id: by.into(), organisation: "agency".into() });
    let fact = Fact { id: Some(id.into()), at: None, by, what };
    let told = world.engine.handle(Command::Fact { fact, channel: desk.clone() });
    told.map_err(|why| why.to_string())
}

/// A node that serves: it takes nobody's word for everything.
fn serving() -> (World, ConsignmentKey) {
    let (mut world, object) = World::cleared(Mode::Relay);
    world.engine.settings_mut().desks = Some(["lane".into()].into());
    (world, object)
}

fn duty() -> Channel {
    Channel::officers("duty", Desk::Agency("duty desk".into()))
}

#[test]
fn a_filer_cannot_hold_goods_that_he_does_not_name() {
    let (mut world, object) = serving();
    file(&mut world, UNREADABLE, &Channel::filer("stranger"));
    assert_eq!(world.load(&object).decision, Decision::Load);
    for speaker in [Channel::filer("lane"), Channel::carrier("9Z"), Channel::registry("screening")] {
        let (mut world, object) = serving();
        file(&mut world, UNREADABLE, &speaker);
        assert_eq!(holding(&world.load(&object)), ["message-unread"], "{}", speaker.name);
    }
}

#[test]
fn what_may_concern_all_goods_recalls_answers_and_is_settled_by_two() {
    let (mut world, object) = serving();
    world.commit(&object, "9Z", Asker::Carrier).unwrap();
    world.engine.outbox_mut().notices.clear();
    file(&mut world, UNREADABLE, &Channel::carrier("9Z"));
    let recalled = |notice: &engine::Notice| notice.kind == NoticeKind::AnswerRecalled;
    assert!(world.engine.outbox_mut().notices.iter().any(recalled));
    // It outlives what the node remembers.
    world.engine.forget();
    assert_eq!(holding(&world.load(&object)), ["message-unread"]);

    let settle = || OfficerDeed::SettleUnread { object: None };
    let confirm = |proposal: &str| OfficerDeed::Confirm { proposal: proposal.into() };
    let police = Channel::officers("police", Desk::Agency("police".into()));
    let programme = Channel::officers("targeting", Desk::Authority(programme::ProgrammeId::new("us-acas")));
    for stranger in [&police, &programme] {
        assert!(tell(&mut world, "S0", "A", settle(), stranger).is_err(), "{}", stranger.name);
    }
    tell(&mut world, "S1", "A", settle(), &duty()).unwrap();
    assert_eq!(holding(&world.load(&object)), ["message-unread"], "one person settles nothing");
    assert!(tell(&mut world, "C1", "A", confirm("S1"), &duty()).is_err());
    world.engine.forget();
    tell(&mut world, "C2", "B", confirm("S1"), &duty()).unwrap();
    assert_eq!(world.load(&object).decision, Decision::Load);
    world.engine.forget();
    assert_eq!(world.load(&object).decision, Decision::Load);

    // The same again is a new one.
    world.at("06:30");
    file(&mut world, UNREADABLE, &Channel::carrier("9Z"));
    assert_eq!(holding(&world.load(&object)), ["message-unread"]);
}

#[test]
fn a_restored_node_holds_until_it_was_told_again() {
    let (mut world, object) = serving();
    let why = Phrase::new(codes::gate::WHY_RESTORED).with("at", "2026-11-24T05:00:00Z");
    let doubt = || Command::Doubt { why: why.clone() };
    assert!(matches!(world.engine.handle(doubt()).unwrap(), Reply::Done(1)));
    assert!(matches!(world.engine.handle(doubt()).unwrap(), Reply::Done(0)), "said twice");
    let answer = world.load(&object);
    assert_eq!(holding(&answer), ["message-unread"]);
    assert!(answer.reasons[0].why[0].text(finding::Language::English).contains("2026-11-24T05:00:00Z"));
    tell(&mut world, "S1", "A", OfficerDeed::SettleUnread { object: None }, &duty()).unwrap();
    tell(&mut world, "C1", "B", OfficerDeed::Confirm { proposal: "S1".into() }, &duty()).unwrap();
    assert_eq!(world.load(&object).decision, Decision::Load);
}

/// A clock that may be in doubt.
struct Unsure(Timestamp, bool);

impl Clock for Unsure {
    fn now(&self) -> Timestamp {
        self.0
    }

    fn is_sure(&self) -> bool {
        !self.1
    }
}

#[test]
fn a_node_in_doubt_about_its_clock_holds() {
    let now = "2026-11-24T06:00:00Z".parse().unwrap();
    let (journal, outbox) = (MemoryJournal::default(), MemoryOutbox::default());
    let mut engine = Engine::new(Settings::simulated(), journal, Unsure(now, false), outbox);
    let text = fwb("888-10001014", "FRA", "JFK", "T1K10.0", "JFK9Z", "NG/GEARS\r\n", SECURED);
    for message in formats::Splitter::new(text.as_bytes()) {
        let filing = formats::decode(&message.unwrap(), now);
        engine.handle(Command::File { filing, channel: Channel::filer("forwarder") }).unwrap();
    }
    let object = engine.find(&key("888-10001014", None)).unwrap().unwrap();
    let ask = |engine: &mut Engine<_, _, _>| match engine.handle(Command::Peek {
        object: object.clone(),
        leg: casework::gate::AskedLeg::First,
        stage: casework::gate::Stage::Load,
        aircraft: casework::gate::Aircraft::Passenger,
    }) {
        Ok(Reply::Answered(answer)) => holding(&answer),
        other => panic!("{other:?}"),
    };
    assert!(!ask(&mut engine).contains(&"clock-unsure"));
    engine.clock_mut().1 = true;
    assert!(ask(&mut engine).contains(&"clock-unsure"));
    engine.clock_mut().1 = false;
    assert!(!ask(&mut engine).contains(&"clock-unsure"));
}
