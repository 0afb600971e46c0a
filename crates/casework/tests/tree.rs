//! What one command does to one consignment tree, and what it leaves as it was: who may, what is told once, and what of a
//! house counts among its like.
#![allow(clippy::unwrap_used)]

use casework::case::{
    Actor, Command, Document, Event, Hold, HoldCause, LegBinding, LoadingMarks, Node, NumberWord, Opening,
    Others, ReferralKind, Tree, Voice, decide, evolve,
};
use consignment::goods::GoodsLine;
use consignment::handling::SpecialHandling;
use consignment::ident::{AirWaybill, HouseWaybill, Location};
use consignment::issue::IssueTime;
use consignment::measure::Weight;
use consignment::{Consignment, DocumentKind, Leg, Purpose};
use finding::{Phrase, codes};
use jiff::{SignedDuration, Timestamp};
use programme::{Mode, ProgrammeId};
use std::sync::Arc;

fn minute(minute: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
}

fn house(number: &str) -> Node {
    Node::House(HouseWaybill::parse(number).unwrap())
}

fn pact() -> ProgrammeId {
    ProgrammeId::new("ca-pact")
}

fn filer(name: &str) -> Actor {
    Actor::Filer(name.into())
}

fn officer() -> Actor {
    Actor::Agency("police".into())
}

fn why(text: &str) -> Phrase {
    Phrase::new(codes::gate::WHY_STATED).with("text", text)
}

fn filed(node: &Node, pieces: u32) -> Consignment {
    let (kind, number) = match node {
        Node::Master => (DocumentKind::Master, None),
        Node::House(number) => (DocumentKind::House, Some(number.clone())),
    };
    Consignment {
        kind,
        master: AirWaybill::parse("888-10001014").ok(),
        house: number,
        origin: Location::parse("FRA").ok(),
        destination: Location::parse("YYZ").ok(),
        pieces: Some(pieces),
        weight: Some(Weight::kilograms(pieces.into())),
        goods: vec![GoodsLine { description: "HINGES".into(), ..GoodsLine::default() }],
        ..Consignment::default()
    }
}

#[derive(Default)]
struct World(Tree);

impl World {
    fn asked(&mut self, command: Command, actor: &Actor, at: i64) -> Result<Vec<Event>, &'static str> {
        let events = decide(&self.0, command, actor, minute(at)).map_err(|refusal| refusal.0.code.id())?;
        for event in &events {
            self.0 = evolve(std::mem::take(&mut self.0), event);
        }
        Ok(events)
    }

    fn act(&mut self, command: Command, actor: &Actor, at: i64) -> Vec<Event> {
        self.asked(command, actor, at).unwrap()
    }

    fn file(&mut self, consignment: Consignment, by: &str, at: i64) -> Vec<Event> {
        self.record(consignment, Purpose::Creation, Others::Amended, &filer(by), at).unwrap()
    }

    fn record(
        &mut self,
        consignment: Consignment,
        purpose: Purpose,
        others: Others,
        by: &Actor,
        at: i64,
    ) -> Result<Vec<Event>, &'static str> {
        let (voice, faults) = (Voice { others, desk: false }, Vec::new());
        let consignment = Arc::new(consignment);
        self.asked(Command::Record { consignment, purpose, consolidated: false, faults, voice }, by, at)
    }

    fn bind(&mut self, node: &Node, mode: Mode) -> Vec<Event> {
        let (node, programme, binding) = (node.clone(), pact(), LegBinding::Binds { legs: vec![0] });
        self.act(Command::Bind { node, programme, mode, binding }, &Actor::Node, 0)
    }

    fn open(&mut self, node: &Node, kind: ReferralKind, at: i64) {
        let opening = Opening::new(kind, None, Opening::words("WHAT"));
        let command = Command::OpenReferral { node: node.clone(), programme: pact(), opening };
        self.act(command, &Actor::Authority(pact()), at);
    }

    fn hold(&mut self, node: &Node) -> Hold {
        let hold = Hold { agency: "police".into(), cause: HoldCause(why("inquiry")), entry: None };
        let (node, cause, entry) = (node.clone(), hold.cause.clone(), None);
        self.act(Command::PlaceHold { node, cause, entry }, &officer(), 0);
        hold
    }

    fn document(&self, node: &Node) -> &Document {
        &self.0.documents[node]
    }
}

fn submitted(events: &[Event]) -> bool {
    events.iter().any(|event| matches!(event, Event::Submitted { .. }))
}

fn recorded(events: &[Event]) -> bool {
    events.iter().any(|event| matches!(event, Event::Recorded { .. }))
}

#[test]
fn a_hold_is_lifted_by_whoever_placed_it_and_only_where_it_is() {
    let mut world = World::default();
    let hold = world.hold(&Node::Master);
    let lift = |hold: &Hold| Command::LiftHold { node: Node::Master, hold: hold.clone() };
    assert_eq!(world.asked(lift(&hold), &Actor::Agency("customs".into()), 1), Err("object-unknown"));
    let other = Hold { cause: HoldCause(why("another")), ..hold.clone() };
    assert_eq!(world.asked(lift(&other), &officer(), 1), Err("object-unknown"));
    assert_eq!(world.document(&Node::Master).holds, [hold.clone()].as_slice());
    assert_eq!(world.act(lift(&hold), &officer(), 1).len(), 1);
    assert_eq!(world.asked(lift(&hold), &officer(), 1), Err("object-unknown"));
}

#[test]
fn what_others_submit_takes_nothing_back() {
    for (others, actor, amends) in [
        (Others::Amended, filer("partner"), Ok(true)),
        (Others::SetAside, filer("partner"), Ok(false)),
        (Others::Refused, filer("partner"), Err("not-the-declarant")),
        // Only channels of filers are partners of anybody.
        (Others::Amended, officer(), Err("not-the-declarant")),
        (Others::SetAside, officer(), Err("not-the-declarant")),
    ] {
        let mut world = World::default();
        world.file(filed(&Node::Master, 2), "agent", 1);
        let withdrawn = world.record(filed(&Node::Master, 2), Purpose::Deletion, others, &actor, 2);
        assert_eq!(withdrawn, Err("not-the-declarant"), "{others:?} by {actor:?}");
        assert!(!world.document(&Node::Master).withdrawn);
        let amended = world.record(filed(&Node::Master, 3), Purpose::Creation, others, &actor, 3);
        assert_eq!(amended.map(|events| recorded(&events)), amends, "{others:?} by {actor:?}");
    }
    let mut world = World::default();
    world.file(filed(&Node::Master, 2), "agent", 1);
    let own = world.record(filed(&Node::Master, 2), Purpose::Deletion, Others::Refused, &filer("agent"), 2);
    assert!(own.is_ok() && world.document(&Node::Master).withdrawn);
}

#[test]
fn who_submits_what_is_asked_about_is_told_of_it_once() {
    let master = || filed(&Node::Master, 2);
    // Nothing is asked.
    let mut world = World::default();
    world.bind(&Node::Master, Mode::Relay);
    assert!(!submitted(&world.file(master(), "agent", 1)));
    world.hold(&Node::Master);
    assert!(!submitted(&world.file(filed(&Node::Master, 3), "partner", 2)), "a hold asks nobody");
    // The same goods again: whoever submits them as well is told what comes of them, once.
    assert!(submitted(&world.file(filed(&Node::Master, 3), "third", 3)));
    assert!(!submitted(&world.file(filed(&Node::Master, 3), "third", 4)));
    // Something is asked of a house: that concerns who files it or its master, and nobody else.
    let (asked, other) = (house("RHA"), house("RHB"));
    for node in [&Node::Master, &asked, &other] {
        let mut world = World::default();
        for one in [&Node::Master, &asked, &other] {
            world.bind(one, Mode::Relay);
            world.file(filed(one, 2), "agent", 1);
        }
        world.open(&asked, ReferralKind::Rfi, 2);
        assert!(!submitted(&world.file(filed(node, 3), "agent", 3)), "he knows");
        assert_eq!(submitted(&world.file(filed(node, 4), "partner", 4)), *node != other, "{node:?}");
        assert!(!submitted(&world.file(filed(node, 5), "partner", 5)), "he knows");
        let gone = world.record(filed(node, 5), Purpose::Deletion, Others::Amended, &filer("agent"), 6);
        assert!(!submitted(&gone.unwrap()), "who withdraws submits nothing");
    }
    // A withdrawal that was overtaken on the way submits nothing either.
    let issued = |at| Consignment {
        issue: consignment::issue::Issue {
            message_at: Some(IssueTime::Instant(minute(at))),
            ..consignment::issue::Issue::default()
        },
        ..master()
    };
    let mut world = World::default();
    world.file(issued(5), "agent", 6);
    let late = world.record(issued(4), Purpose::Deletion, Others::Amended, &filer("agent"), 7).unwrap();
    assert!(matches!(late.as_slice(), [Event::Superseded { .. }]), "{late:?}");
    assert!(!world.document(&Node::Master).withdrawn);
}

#[test]
fn what_was_issued_later_stands() {
    let issued = |at, pieces| Consignment {
        issue: consignment::issue::Issue {
            message_at: Some(IssueTime::Instant(minute(at))),
            ..consignment::issue::Issue::default()
        },
        ..filed(&Node::Master, pieces)
    };
    let mut world = World::default();
    assert!(recorded(&world.file(issued(10, 1), "agent", 20)));
    assert!(!recorded(&world.file(issued(9, 2), "agent", 21)), "overtaken on the way");
    assert!(recorded(&world.file(issued(12, 3), "agent", 22)));
    assert!(!recorded(&world.file(issued(11, 4), "agent", 23)), "the latest time counts");
    // A repetition that was issued later tells what was overtaken, too.
    assert!(matches!(world.file(issued(14, 3), "agent", 24).as_slice(), [Event::Repeated { .. }]));
    assert!(!recorded(&world.file(issued(13, 4), "agent", 25)));
    assert!(world.file(issued(14, 3), "agent", 26).is_empty(), "the same message");
    // What claims to come from the future orders nothing.
    assert!(recorded(&world.file(issued(90, 5), "agent", 30)));
    assert!(recorded(&world.file(issued(31, 6), "agent", 32)));
    assert!(!recorded(&world.file(issued(80, 7), "agent", 100)), "once that time has come, it does");
    assert_eq!(Document::default().version(), None);
}

#[test]
fn the_same_goods_again_are_a_version_where_they_are_wanted_again() {
    let mut world = World::default();
    world.bind(&Node::Master, Mode::Relay);
    world.file(filed(&Node::Master, 2), "agent", 1);
    assert!(world.file(filed(&Node::Master, 2), "agent", 2).is_empty(), "nothing new");
    let (node, programme, findings) = (Node::Master, pact(), Vec::new());
    let reject = Command::Reject { node, programme, version: 1, findings };
    assert_eq!(world.act(reject.clone(), &Actor::Authority(pact()), 3).len(), 1);
    assert!(world.act(reject, &Actor::Authority(pact()), 4).is_empty(), "it said so");
    assert!(recorded(&world.file(filed(&Node::Master, 2), "agent", 5)), "it was rejected");
    world.record(filed(&Node::Master, 2), Purpose::Deletion, Others::Amended, &filer("agent"), 6).unwrap();
    assert!(recorded(&world.file(filed(&Node::Master, 2), "agent", 7)), "it was withdrawn");
}

#[test]
fn a_word_of_an_authority_is_news_once() {
    let mut world = World::default();
    world.bind(&Node::Master, Mode::Relay);
    assert!(world.bind(&Node::Master, Mode::Relay).is_empty(), "it is bound so");
    world.file(filed(&Node::Master, 2), "agent", 1);
    let by = Actor::Authority(pact());
    let acknowledge = |version| {
        let (node, programme) = (Node::Master, pact());
        Command::Acknowledge { node, programme, version }
    };
    assert_eq!(world.act(acknowledge(1), &by, 2).len(), 1);
    assert!(world.act(acknowledge(1), &by, 3).is_empty());
    assert_eq!(world.asked(acknowledge(2), &by, 3), Err("version-not-filed"));
    world.file(filed(&Node::Master, 3), "agent", 4);
    assert_eq!(world.act(acknowledge(2), &by, 5).len(), 1);
    let case = &world.0.cases[&(Node::Master, pact())];
    assert_eq!((case.received_at(1), case.received_at(2)), (Some(minute(5)), Some(minute(5))));
    assert_eq!((case.received_at(3), case.completed_at(2)), (None, None));
    let (node, programme) = (Node::Master, pact());
    world.act(Command::CompleteAssessment { node, programme, version: 2 }, &by, 6);
    let case = &world.0.cases[&(Node::Master, pact())];
    assert_eq!((case.completed_at(1), case.completed_at(2)), (Some(minute(6)), Some(minute(6))));
    assert_eq!(case.completed_at(3), None);
    // A rejected version waits for neither any more, nor does one before it.
    world.file(filed(&Node::Master, 4), "agent", 7);
    let (node, programme, findings) = (Node::Master, pact(), Vec::new());
    world.act(Command::Reject { node, programme, version: 3, findings }, &by, 8);
    let case = &world.0.cases[&(Node::Master, pact())];
    assert_eq!((case.received_at(3), case.completed_at(3)), (Some(Timestamp::MIN), Some(Timestamp::MIN)));
    assert_eq!((case.received_at(4), case.completed_at(4)), (None, None));
    assert_eq!(case.received_at(2), Some(minute(5)), "when it was");
}

#[test]
fn what_is_noted_of_a_house_is_noted_once() {
    let mut world = World::default();
    let doubt = |why: Option<&str>| Command::DoubtWhose { node: house("RHA"), why: why.map(self::why) };
    assert!(world.act(doubt(None), &Actor::Node, 1).is_empty(), "nobody doubted");
    assert_eq!(world.act(doubt(Some("two")), &Actor::Node, 1).len(), 1);
    assert!(world.act(doubt(Some("two")), &Actor::Node, 1).is_empty(), "it is doubted");
    assert_eq!(world.act(doubt(Some("three")), &Actor::Node, 1).len(), 1, "for another reason");
    world.act(Command::ConfirmShipment { node: house("RHA") }, &officer(), 2);
    assert!(world.act(doubt(Some("four")), &Actor::Node, 3).is_empty(), "it was settled");

    let resembles = |text: &str| Command::NoteResemblance { node: Node::Master, why: why(text) };
    assert_eq!(world.act(resembles("one"), &Actor::Node, 1).len(), 1);
    assert!(world.act(resembles("one"), &Actor::Node, 1).is_empty());
    world.act(Command::SettleResemblance { node: Node::Master }, &officer(), 2);
    assert!(world.act(resembles("one"), &Actor::Node, 3).is_empty(), "what was settled stays settled");

    let unread = |again| Command::NoteUnread { why: why("garbled"), again };
    assert_eq!(world.act(unread(false), &Actor::Node, 1).len(), 1);
    assert!(world.act(unread(false), &Actor::Node, 2).is_empty(), "it stands");
    assert_eq!(world.act(unread(true), &Actor::Node, 2).len(), 1, "somebody is about to settle it");
    assert!(world.act(unread(true), &Actor::Node, 2).is_empty(), "the same message");

    let hold = world.hold(&house("RHB"));
    let of_number = || Command::NoteOfNumber {
        node: house("RHB"),
        words: vec![NumberWord::Hold(hold.clone()), NumberWord::Found],
    };
    assert!(!world.0.was_meant_by_number(&house("RHB")));
    assert_eq!(world.act(of_number(), &Actor::Node, 1).len(), 2);
    assert!(world.act(of_number(), &Actor::Node, 1).is_empty());
    assert!(world.0.was_meant_by_number(&house("RHB")) && !world.0.was_meant_by_number(&house("RHA")));
    assert!(world.0.has_word(&house("RHB"), &NumberWord::Found));
    assert!(!world.0.has_word(&house("RHA"), &NumberWord::Found));
}

#[test]
fn goods_are_booked_on_legs_that_join() {
    let at = |code: &str| Location::parse(code).unwrap();
    let leg = |from: &str, to: &str| Leg::assumed(at(from), at(to));
    let mut world = World::default();
    let mut book = |legs: &[Leg]| world.asked(Command::Book { legs: legs.to_vec() }, &filer("desk"), 1);
    assert_eq!(book(&[]), Err("booking-not-connected"));
    assert_eq!(book(&[leg("FRA", "LHR"), leg("JFK", "YYZ")]), Err("booking-not-connected"));
    let legs = [leg("FRA", "LHR"), leg("LHR", "YYZ")];
    assert_eq!(book(&legs).map(|events| events.len()), Ok(1));
    assert_eq!(book(&legs).map(|events| events.len()), Ok(0), "they are booked so");
}

#[test]
fn sub_houses_are_found_however_deep_and_only_while_they_are_inside() {
    let mut world = World::default();
    let number = |at: usize| format!("H{at}");
    for at in 0..20_usize {
        let parent = at.checked_sub(1).map(|at| HouseWaybill::parse(&number(at)).unwrap());
        world.file(Consignment { parent, ..filed(&house(&number(at)), 2) }, "agent", 1);
    }
    let below: Vec<Node> = (1..=16).map(|at| house(&number(at))).collect();
    assert_eq!(world.0.below(&house("H0")), below, "more would be no shipment but a slip");
    // In a circle each is below each other one, and none below itself.
    for (own, parent) in [("C1", "C3"), ("C2", "C1"), ("C3", "C2")] {
        let parent = HouseWaybill::parse(parent).ok();
        world.file(Consignment { parent, ..filed(&house(own), 2) }, "agent", 2);
    }
    assert_eq!(world.0.below(&house("C1")), [house("C2"), house("C3")]);
    let left = Event::Unlinked {
        node: house("C2"),
        recounted_pieces: 0,
        agency: "desk".into(),
        went: None,
        at: minute(3),
    };
    world.0 = evolve(world.0, &left);
    assert_eq!(world.0.below(&house("C1")), [], "what left is not inside, nor what is in it");
}

#[test]
fn a_house_is_covered_by_sub_houses_that_are_inside() {
    let inside = |own: &str| {
        let parent = HouseWaybill::parse("RHA").ok();
        Consignment { parent, ..filed(&house(own), 2) }
    };
    let covered = |world: &World| world.0.coverage_of(&house("RHA")).map(|coverage| coverage.pieces);
    let mut world = World::default();
    world.file(filed(&house("RHA"), 4), "agent", 1);
    assert_eq!(covered(&world), None);
    world.file(inside("A1"), "agent", 2);
    world.file(inside("A2"), "agent", 2);
    assert_eq!(covered(&world), Some(4));
    world.record(inside("A2"), Purpose::Deletion, Others::Amended, &filer("agent"), 3).unwrap();
    assert_eq!(covered(&world), Some(2), "withdrawn");
    let left = Event::Unlinked {
        node: house("A1"),
        recounted_pieces: 0,
        agency: "desk".into(),
        went: None,
        at: minute(3),
    };
    world.0 = evolve(world.0, &left);
    assert_eq!(covered(&world), Some(0), "it left");
}

/// What is worked out when somebody asks is no part of the state: a tree is the same before and after, and so is its copy.
#[test]
fn asking_a_tree_changes_nothing() {
    let mut world = World::default();
    world.file(filed(&Node::Master, 2), "agent", 1);
    let before = world.0.clone();
    assert!(world.0.coverage().is_some());
    assert_eq!(before, world.0);
    assert_eq!(world.0.clone(), world.0);
}

#[test]
fn marks_of_any_message_about_the_goods_count() {
    let marked = |remark: &str, code: &str| Consignment {
        remarks: vec![remark.to_owned()],
        special_handling: SpecialHandling::parse(code).into_iter().collect(),
        ..filed(&Node::Master, 2)
    };
    let mut world = World::default();
    world.file(marked("DO NOT LOAD", "CAO"), "agent", 1);
    let marks = world.document(&Node::Master).marks.clone();
    assert!(marks.cargo_aircraft_only.is_some() && marks.do_not_load.is_some(), "{marks:?}");
    world.file(filed(&Node::Master, 2), "agent", 2);
    assert_eq!(world.document(&Node::Master).marks, LoadingMarks::default());
    // Reports of several add to each other.
    for (remark, code, by) in [
        ("DO NOT LOAD", "EAP", "handler"),
        ("HANDLE WITH CARE", "CAO", "trucker"),
        ("HANDLE WITH CARE", "EAP", "warehouse"),
    ] {
        let report = Consignment { kind: DocumentKind::Status, ..marked(remark, code) };
        world.file(report, by, 3);
    }
    let told = world.document(&Node::Master).told.marks();
    assert!(told.cargo_aircraft_only.is_some() && told.do_not_load.is_some(), "{told:?}");
}

#[test]
fn a_programme_binds_by_a_word_until_the_way_changes_under_an_open_request() {
    let mut world = World::default();
    let mut bound = |stations: &[&str], legs: &[usize], open: bool| {
        if open && !world.0.cases.values().any(|case| case.open_referrals().next().is_some()) {
            world.open(&Node::Master, ReferralKind::Rfi, 1);
        }
        let stations = stations.iter().map(|code| Location::parse(code).unwrap()).collect();
        let binding = LegBinding::Undecided { stations, legs: legs.to_vec() };
        let (node, programme, mode) = (Node::Master, pact(), Mode::Relay);
        world.0 = evolve(std::mem::take(&mut world.0), &Event::Bound { node, programme, mode, binding });
        world.0.cases[&(Node::Master, pact())].bound_by_word
    };
    assert!(!bound(&["XXH"], &[0], false), "a station is unknown");
    assert!(bound(&[], &[], false));
    assert!(bound(&[], &[0], true), "the first way is no change");
    assert!(!bound(&[], &[1], true), "it changes under what is open");
    assert!(!bound(&["XXH"], &[], true));
    assert!(!bound(&[], &[0], true));
}
