//! What authorities say of their requests, one word after the other and in whatever order it comes in.
#![allow(clippy::unwrap_used)]

#[path = "words/answers.rs"]
mod answers;

use casework::case::{
    Actor, Answered, Case, Claimed, Command, Early, EarlyWord, Event, LegBinding, Node, OPEN_ITEMS_MAX,
    Opening, Referral, ReferralKind, Tree, Voice, decide, evolve,
};
use consignment::fact::{ReferralAnswer, Word};
use consignment::goods::GoodsLine;
use consignment::ident::{AirWaybill, HouseWaybill, Location};
use consignment::measure::Weight;
use consignment::security::ScreeningMethod::{self, Edd, Etd};
use consignment::{Consignment, DocumentKind, Leg, Purpose};
use jiff::{SignedDuration, Timestamp};
use programme::{Mode, ProgrammeId};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

const RFI: ReferralKind = ReferralKind::Rfi;
const DNL: ReferralKind = ReferralKind::Dnl;

fn minute(minute: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
}

fn pact() -> ProgrammeId {
    ProgrammeId::new("ca-pact")
}

fn authority() -> Actor {
    Actor::Authority(pact())
}

fn house(number: &str) -> Node {
    Node::House(HouseWaybill::parse(number).unwrap())
}

/// A waybill on which one programme binds.
#[derive(Clone)]
struct World(Tree);

impl World {
    fn new() -> Self {
        let mut world = Self(Tree::default());
        let leg = Leg::assumed(Location::parse("FRA").unwrap(), Location::parse("YYZ").unwrap());
        world.act(Command::Route { legs: vec![leg], unclear: Vec::new() }, &Actor::Node, 0);
        world.bind(&Node::Master, Mode::Relay);
        world
    }

    fn bind(&mut self, node: &Node, mode: Mode) {
        let (node, programme, binding) = (node.clone(), pact(), LegBinding::Binds { legs: vec![0] });
        self.act(Command::Bind { node, programme, mode, binding }, &Actor::Node, 0);
    }

    /// What comes of a command, or the code of its refusal.
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

    fn open(&mut self, opening: Opening, at: i64) -> Vec<Event> {
        let command = Command::OpenReferral { node: Node::Master, programme: pact(), opening };
        self.act(command, &authority(), at)
    }

    fn close(&mut self, kind: ReferralKind, at: i64) -> Vec<Event> {
        let (node, programme, reference) = (Node::Master, pact(), None);
        self.act(Command::CloseReferral { node, programme, kind, reference }, &authority(), at)
    }

    fn end_by_completion(&mut self, at: i64) -> Vec<Event> {
        let (node, programme, kinds) = (Node::Master, pact(), vec![RFI, DNL]);
        self.act(Command::EndByCompletion { node, programme, kinds }, &authority(), at)
    }

    fn claim(&mut self, claimed: Claimed, by: &str, at: i64, again: bool) -> Vec<Event> {
        let (node, programme, text) = (Node::Master, pact(), "AS TOLD".into());
        let command = Command::Claim { node, programme, claimed, text, again };
        self.act(command, &Actor::Filer(by.into()), at)
    }

    fn keep(&mut self, early: Early) {
        let by = early.by.clone();
        self.act(Command::KeepEarly { early }, &by, 0);
    }

    fn case(&self) -> &Case {
        &self.0.cases[&(Node::Master, pact())]
    }

    /// Those that are open, each by when it was opened.
    fn opened(&self) -> Vec<i64> {
        self.case().open_referrals().map(|open| of(open.opened_at)).collect()
    }

    fn only(&self) -> &Referral {
        let mut open = self.case().open_referrals();
        let only = open.next().unwrap();
        assert!(open.next().is_none());
        only
    }

    fn claims(&self) -> usize {
        self.case().open_claims().count()
    }
}

fn of(at: Timestamp) -> i64 {
    at.duration_since(Timestamp::UNIX_EPOCH).as_mins()
}

fn unnamed(kind: ReferralKind) -> Opening {
    Opening::new(kind, None, Opening::words("WHAT IS IN IT"))
}

fn named(kind: ReferralKind, reference: &str) -> Opening {
    Opening { reference: Some(reference.into()), ..unnamed(kind) }
}

fn in_place(opening: Opening) -> Opening {
    Opening { in_place: true, ..opening }
}

/// Whether whoever answers is told to; `None` where nothing new was said.
fn asks(events: &[Event]) -> Option<bool> {
    events.iter().find_map(|event| match event {
        Event::ReferralTold { asks, .. } => Some(*asks),
        _ => None,
    })
}

fn answer(reference: &str, at: i64) -> Command {
    let answer = ReferralAnswer {
        programme: "ca-pact".into(),
        object: Tree::default().key(&Node::Master),
        reference: reference.into(),
        text: "HINGES".into(),
        methods: Vec::new(),
        clear: None,
    };
    Command::AnswerReferral {
        node: Node::Master,
        programme: pact(),
        represents: None,
        by_role: true,
        methods: 0..=8,
        answered: Box::new(Answered { answer, at: minute(at), late: false, in_programme: true }),
    }
}

#[test]
fn a_request_opened_in_the_minute_in_which_one_was_closed_is_another_one() {
    for opening in [unnamed(RFI), named(RFI, "R1"), unnamed(DNL), named(DNL, "R1")] {
        let close = |world: &mut World, at| {
            let (node, programme, kind) = (Node::Master, pact(), opening.kind);
            let reference = opening.reference.clone();
            world.act(Command::CloseReferral { node, programme, kind, reference }, &authority(), at);
        };
        let mut world = World::new();
        world.open(opening.clone(), 1);
        close(&mut world, 3);
        assert!(world.opened().is_empty());
        let events = world.open(opening.clone(), 3);
        assert_eq!(world.opened(), [3], "{opening:?}: {events:?}");
        assert!(world.open(opening.clone(), 3).is_empty(), "the same word again");
        // What it says of the new one is not said of the old one.
        let deadline = Some(minute(90));
        world.open(Opening { deadline, ..opening.clone() }, 3);
        assert_eq!(world.only().deadline, deadline);
        let mut other_order = World::new();
        other_order.open(opening.clone(), 1);
        other_order.open(opening.clone(), 3);
        close(&mut other_order, 3);
        assert_eq!(other_order.opened(), [3]);
        // "Still in place" comes before "closed".
        let mut world = World::new();
        world.open(opening.clone(), 1);
        close(&mut world, 3);
        world.open(in_place(opening.clone()), 3);
        assert!(world.opened().is_empty());
    }
}

/// One word on a request of which there is one of its kind at a time.
#[derive(Debug, Clone, Copy)]
enum Said {
    Opened(Option<i64>),
    InPlace(Option<i64>),
    Closed,
}

fn says(world: &mut World, (said, at): (Said, i64)) {
    let opening = |until: Option<i64>| Opening { deadline: until.map(minute), ..unnamed(RFI) };
    match said {
        Said::Opened(until) => world.open(opening(until), at),
        Said::InPlace(until) => world.open(in_place(opening(until)), at),
        Said::Closed => world.close(RFI, at),
    };
}

fn words() -> impl Strategy<Value = Vec<(Said, i64)>> {
    let until = prop::option::of(60..63i64);
    let said = prop_oneof![
        until.clone().prop_map(Said::Opened),
        until.prop_map(Said::InPlace),
        Just(Said::Closed),
        Just(Said::Closed),
    ];
    prop::collection::vec((said, 1..6i64), 0..7)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

    /// In whatever order words come in, and however often: whether it is open then is the same.
    #[test]
    fn every_order_of_arrival_ends_alike(
        (in_order, shuffled) in words().prop_flat_map(|words| {
            let doubled: Vec<_> = words.iter().chain(&words).copied().collect();
            (Just(words), Just(doubled).prop_shuffle())
        })
    ) {
        let end = |words: &[(Said, i64)]| {
            let mut world = World::new();
            for word in words {
                says(&mut world, *word);
            }
            let open = world.opened().len();
            assert_eq!(open, world.0.open_items());
            open
        };
        prop_assert_eq!(end(&in_order), end(&shuffled));
    }
}

#[test]
fn what_is_said_again_is_told_only_where_it_asks_for_something() {
    let mut world = World::new();
    let again = in_place(unnamed(RFI));
    world.open(unnamed(RFI), 10);
    assert_eq!(asks(&world.open(unnamed(RFI), 10)), None, "the same word twice");
    assert_eq!(asks(&world.open(again.clone(), 12)), Some(false), "still in place");
    assert_eq!(asks(&world.open(again.clone(), 12)), None, "the same word twice");
    assert_eq!(asks(&world.open(again.clone(), 11)), Some(false), "a late word says nothing new");
    let otherwise = Opening { reason: Opening::words("WHO PACKED IT"), ..again.clone() };
    assert_eq!(asks(&world.open(otherwise.clone(), 13)), Some(true), "it asks otherwise");
    let deadline = Some(minute(90));
    assert_eq!(asks(&world.open(Opening { deadline, ..otherwise.clone() }, 13)), Some(true), "until when");
    assert_eq!(asks(&world.open(Opening { methods: vec![Edd], ..otherwise.clone() }, 13)), Some(true), "how");
    assert_eq!((world.only().deadline, world.only().methods.as_slice()), (deadline, &[Edd][..]));
    world.act(answer("RFI-1", 14), &Actor::Filer("agent".into()), 14);
    assert_eq!(asks(&world.open(again.clone(), 12)), None, "a repetition of a word from before the answer");
    assert_eq!(asks(&world.open(unnamed(RFI), 12)), Some(false), "a late word from before the answer");
    assert_eq!(asks(&world.open(unnamed(RFI), 13)), Some(false), "of the minute in which it was last said");
    assert_eq!(asks(&world.open(otherwise, 15)), Some(true), "the answer does not do");
    world.close(RFI, 20);
    let late = Opening { reason: Opening::words("WHAT ELSE"), ..again };
    assert_eq!(asks(&world.open(late, 19)), Some(false), "of one that was closed since");
    assert!(world.opened().is_empty());
}

#[test]
fn an_old_word_tells_since_when_it_is_open_however_many_came_since() {
    let mut world = World::new();
    for at in 10..43 {
        world.open(in_place(unnamed(RFI)), at);
    }
    assert_eq!(world.opened(), [10]);
    world.open(in_place(unnamed(RFI)), 5);
    assert_eq!(world.opened(), [5]);
}

#[test]
fn a_late_closing_closes_what_was_said_before_it() {
    let until = |at| Opening { deadline: Some(minute(at)), methods: vec![Etd], ..unnamed(RFI) };
    let mut world = World::new();
    world.open(Opening { inside: Some("tip".into()), ..until(90) }, 10);
    world.open(in_place(unnamed(RFI)), 20);
    let events = world.close(RFI, 15);
    assert_eq!(events.len(), 2, "closed, and opened since: {events:?}");
    let since = world.only();
    assert_eq!(since.opened_at, minute(20), "what was said since is another one");
    assert_eq!(since.inside.as_deref(), Some("tip"), "nothing else tells its officers why");
    assert_eq!((since.deadline, since.methods.as_slice()), (None, &[][..]), "that was of the first");
    assert_eq!(&*since.reference, "RFI-2");
    assert!(world.close(RFI, 15).is_empty(), "the same word twice");
    assert_eq!(world.opened(), [20]);
    // A closing from before it was opened closes nothing, and is no other request.
    assert_eq!(world.close(RFI, 5).len(), 1, "it is noted");
    assert_eq!(world.opened(), [20]);
    assert!(world.close(RFI, 5).is_empty(), "once");
    // What was said of its terms since stays with it, and so does the officer who opened it.
    let officer = consignment::fact::Person { id: "A. KELLER".into(), organisation: "PACT".into() };
    let mut world = World::new();
    world.open(Opening { officer: Some(officer.clone()), ..unnamed(RFI) }, 10);
    world.open(in_place(until(90)), 20);
    world.close(RFI, 15);
    let since = world.only();
    assert_eq!((since.deadline, since.methods.as_slice()), (Some(minute(90)), &[Etd][..]));
    assert_eq!(since.officer.as_ref(), Some(&officer));
    // Closed in the minute in which it was opened: it is over. Said again then, it is not.
    let mut world = World::new();
    world.open(unnamed(RFI), 10);
    world.open(in_place(unnamed(RFI)), 10);
    assert_eq!(world.close(RFI, 10).len(), 1, "it is noted");
    assert_eq!(&*world.only().reference, "RFI-1", "it is the same one");
    // Two of one minute, of which the second was closed then as well, as a closing between them tells late.
    let mut world = World::new();
    for word in [(Said::Opened(None), 2), (Said::Opened(None), 4), (Said::Closed, 4)] {
        says(&mut world, word);
    }
    assert_eq!(world.opened(), [4]);
    assert_eq!(world.close(RFI, 3).len(), 2, "noted, and what was closed then");
    assert!(world.opened().is_empty());
    assert!(world.close(RFI, 3).is_empty(), "the same word twice");
    assert!(world.open(unnamed(RFI), 2).is_empty() && world.opened().is_empty());
    world.open(unnamed(RFI), 20);
    assert_eq!(world.close(RFI, 21).len(), 1, "one word for one closing");
    assert!(world.open(unnamed(RFI), 20).is_empty() && world.opened().is_empty());
}

#[test]
fn each_request_is_told_what_is_said_of_it() {
    let mut world = World::new();
    for reference in ["R1", "R2"] {
        world.open(named(RFI, reference), 10);
    }
    for (reference, until) in [("R1", 90), ("R2", 95)] {
        let deadline = Some(minute(until));
        world.open(Opening { deadline, ..in_place(named(RFI, reference)) }, 20);
    }
    let deadlines: Vec<_> = world.case().open_referrals().map(|open| open.deadline.map(of)).collect();
    assert_eq!(deadlines, [Some(90), Some(95)]);
}

#[test]
fn a_closing_without_a_reference_closes_what_its_own_authority_opened() {
    let mut world = World::new();
    world.bind(&Node::Master, Mode::Simulated);
    let open = |opening| Command::OpenReferral { node: Node::Master, programme: pact(), opening };
    world.act(open(unnamed(RFI)), &Actor::Simulation, 10);
    world.bind(&Node::Master, Mode::Relay);
    world.open(unnamed(DNL), 10);
    let close = |kind| {
        let (node, programme, reference) = (Node::Master, pact(), None);
        Command::CloseReferral { node, programme, kind, reference }
    };
    assert_eq!(world.asked(close(RFI), &authority(), 20), Err("not-the-opening-authority"));
    assert!(world.asked(close(DNL), &authority(), 20).is_ok());
    assert_eq!(world.case().worst_referral(), Some(RFI));
}

#[test]
fn an_answer_to_a_request_for_screening_names_so_many_methods() {
    use ScreeningMethod::{Eds, Xry};
    let names = |methods: &[ScreeningMethod]| {
        let mut world = World::new();
        world.open(named(ReferralKind::Rfs, "S1"), 10);
        let Command::AnswerReferral { node, programme, represents, by_role, mut answered, .. } =
            answer("S1", 11)
        else {
            unreachable!()
        };
        answered.answer.methods = methods.to_vec();
        let methods = 2..=3;
        let command = Command::AnswerReferral { node, programme, represents, by_role, methods, answered };
        world.asked(command, &Actor::Filer("agent".into()), 11).map(|events| events.len())
    };
    assert_eq!(names(&[Xry]), Err("answer-methods"));
    assert_eq!(names(&[Xry, Xry]), Err("answer-methods"), "one method twice is one");
    assert_eq!(names(&[Xry, Etd]), Ok(1));
    assert_eq!(names(&[Xry, Etd, Edd]), Ok(1));
    assert_eq!(names(&[Xry, Etd, Edd, Eds]), Err("answer-methods"));
}

#[test]
fn one_reference_is_closed_under_its_name_and_goes_on_under_it() {
    let mut world = World::new();
    world.open(named(RFI, "R1"), 10);
    world.open(in_place(named(RFI, "R1")), 20);
    let command = |reference: &str, at| {
        let (node, programme, reference) = (Node::Master, pact(), Some(reference.into()));
        (Command::CloseReferral { node, programme, kind: RFI, reference }, at)
    };
    let (late, at) = command("R1", 15);
    world.act(late, &authority(), at);
    assert_eq!(&*world.only().reference, "R1");
    let (unknown, at) = command("R2", 30);
    assert_eq!(world.asked(unknown, &authority(), at), Err("referral-unknown"));
    let (own, at) = command("R1", 30);
    let other = Actor::Authority(ProgrammeId::new("us-acas"));
    assert_eq!(world.asked(own.clone(), &other, at), Err("not-the-opening-authority"));
    world.act(own, &authority(), at);
    assert!(world.opened().is_empty());
}

#[test]
fn a_closing_told_again_may_tell_of_an_earlier_end() {
    let closed_at = |world: &World| world.case().referrals[0].closed_at.map(of);
    let mut world = World::new();
    world.open(unnamed(RFI), 10);
    world.close(RFI, 30);
    world.close(RFI, 20);
    assert_eq!(closed_at(&world), Some(20));
    world.close(RFI, 25);
    assert_eq!(closed_at(&world), Some(20), "not of a later one");
    world.close(RFI, 5);
    assert_eq!(closed_at(&world), Some(20), "nor of one before it was opened");
    world.open(in_place(unnamed(RFI)), 15);
    world.close(RFI, 12);
    assert_eq!(closed_at(&world), Some(20), "nor of one before it was said to be in place");
    world.close(RFI, 15);
    assert_eq!(closed_at(&world), Some(15), "in that minute, it was closed after that");
    // The end of one request is not that of another.
    world.open(unnamed(DNL), 10);
    world.close(DNL, 30);
    world.close(DNL, 14);
    assert_eq!(closed_at(&world), Some(15));
    assert_eq!(world.0.open_items(), 0);
}

#[test]
fn completion_ends_what_was_opened_before_it() {
    let mut world = World::new();
    world.open(unnamed(RFI), 10);
    assert_eq!(world.end_by_completion(10).len(), 1, "what was opened then is not ended by it");
    assert_eq!(world.opened(), [10]);
    assert!(world.end_by_completion(10).is_empty(), "the same word twice");
    assert_eq!(world.end_by_completion(11).len(), 2);
    assert!(world.opened().is_empty());
    // What was said before it and comes late is over; what was said in its minute is not.
    world.open(named(RFI, "R1"), 8);
    assert!(world.opened().is_empty());
    world.open(named(RFI, "R2"), 11);
    assert_eq!(world.opened(), [11]);
    // An order is only ever cancelled.
    world.open(unnamed(DNL), 9);
    world.end_by_completion(20);
    assert_eq!(world.case().worst_referral(), Some(DNL));
}

#[test]
fn an_answer_is_taken_once_for_what_was_last_asked() {
    let mut world = World::new();
    let filer = Actor::Filer("agent".into());
    world.open(unnamed(RFI), 10);
    assert_eq!(world.act(answer("RFI-1", 10), &filer, 10).len(), 1, "in the minute in which it was asked");
    assert!(world.act(answer("RFI-1", 11), &filer, 11).is_empty(), "the same again");
    world.open(in_place(unnamed(RFI)), 12);
    assert_eq!(world.act(answer("RFI-1", 13), &filer, 13).len(), 1, "it was asked again");
}

/// A master has hundreds of houses, and the authority speaks of each before any is filed.
#[test]
fn a_thousand_words_wait_and_no_more() {
    let mut world = World::new();
    let early = |at| {
        let (programme, word, by) = (pact(), EarlyWord::Received, authority());
        Early { node: house(&format!("RH{at}")), programme, word, by, at: minute(1), tells_received: false }
    };
    (0..1_000).for_each(|at| world.keep(early(at)));
    let more = world.asked(Command::KeepEarly { early: early(1_000) }, &authority(), 0);
    assert_eq!((world.0.early.len(), more), (1_000, Err("too-many-early")));
}

#[test]
fn an_opening_takes_the_place_of_claims() {
    let claimed = Claimed::Referral(RFI);
    let waits = |change: &dyn Fn(&mut Early)| {
        let word = EarlyWord::Closed { kind: RFI, reference: Some("R1".into()) };
        let (node, programme, by, at) = (Node::Master, pact(), authority(), minute(20));
        let mut early = Early { node, programme, word, by, at, tells_received: false };
        change(&mut early);
        early
    };
    // What it shows, the closing that waits, when the opening was said, and how many claims hold then.
    type Change = fn(&mut Early);
    let cases: &[(&str, Option<Change>, usize)] = &[
        ("nothing waits: it is open, whenever it was claimed", None, 0),
        ("its closing waits: it says nothing of what was claimed since", Some(|_| ()), 1),
        ("the closing of another house", Some(|early| early.node = house("RHA")), 0),
        ("the closing of another request", Some(|early| early.word = closing(RFI, "R2")), 0),
        ("the closing of an order", Some(|early| early.word = closing(DNL, "R1")), 0),
        ("the closing of one before", Some(|early| early.at = minute(9)), 0),
        ("the closing of that minute", Some(|early| early.at = minute(10)), 1),
        ("another word", Some(|early| early.word = EarlyWord::Complete), 0),
    ];
    for (what, waiting, left) in cases {
        let mut world = World::new();
        world.bind(&house("RHA"), Mode::Relay);
        world.claim(claimed, "handler", 40, false);
        if let Some(change) = waiting {
            world.keep(waits(change));
        }
        world.open(named(RFI, "R1"), 10);
        assert_eq!(world.claims(), *left, "{what}");
    }
    // A closing of another programme.
    let mut world = World::new();
    world.claim(claimed, "handler", 40, false);
    let acas = ProgrammeId::new("us-acas");
    world.keep(waits(&|early| {
        early.programme = acas.clone();
        early.by = Actor::Authority(acas.clone());
    }));
    world.open(named(RFI, "R1"), 10);
    assert_eq!(world.claims(), 0);
    // What was closed since says nothing of later claims, and ends those before it.
    let mut world = World::new();
    world.close(RFI, 20);
    world.claim(claimed, "handler", 40, false);
    world.open(unnamed(RFI), 10);
    assert_eq!(world.claims(), 1);
    world.open(unnamed(RFI), 50);
    assert_eq!(world.claims(), 0);
}

fn closing(kind: ReferralKind, reference: &str) -> EarlyWord {
    EarlyWord::Closed { kind, reference: Some(reference.into()) }
}

#[test]
fn a_claim_stands_beside_others_unless_its_authority_spoke() {
    let (rfi, dnl) = (Claimed::Referral(RFI), Claimed::Referral(DNL));
    let mut world = World::new();
    assert_eq!(world.claim(rfi, "handler", 10, false).len(), 1);
    assert!(world.claim(rfi, "handler", 12, false).is_empty(), "it stands");
    assert!(world.claim(rfi, "handler", 10, true).is_empty(), "the same word twice");
    assert_eq!(world.claim(rfi, "handler", 13, true).len(), 1, "somebody proposes to clear it");
    assert_eq!(world.claim(rfi, "carrier", 13, false).len(), 1, "each by himself");
    assert_eq!(world.claim(dnl, "handler", 13, false).len(), 1, "another matter");
    let (node, programme, text) = (Node::Master, pact(), "IN OTHER WORDS".into());
    let other = Command::Claim { node, programme, claimed: rfi, text, again: false };
    assert_eq!(world.act(other, &Actor::Filer("handler".into()), 13).len(), 1, "other words");
    assert_eq!(world.claims(), 5);
    // What its authority says of the matter ends what was claimed before.
    world.open(unnamed(RFI), 20);
    assert_eq!(world.claims(), 1);
    world.claim(rfi, "handler", 30, false);
    assert!(world.claim(rfi, "handler", 30, false).is_empty(), "the same word twice");
    assert_eq!(world.claims(), 1, "it is open");
    world.close(RFI, 40);
    assert_eq!(world.claims(), 1, "it was open until then");
    assert!(world.claim(rfi, "handler", 40, false).is_empty(), "it was closed then");
    assert_eq!(world.claim(rfi, "handler", 41, false).len(), 1, "since then it said nothing");
    // The word of another on this programme settles nothing, nor does an authority's on another matter.
    let mut world = World::new();
    world.open(unnamed(DNL), 20);
    assert_eq!(world.claim(rfi, "handler", 10, false).len(), 1);
}

/// Every order in which some things may come in.
fn orders<T: Copy>(things: &[T]) -> Vec<Vec<T>> {
    let Some((first, rest)) = things.split_first() else { return vec![Vec::new()] };
    let of_rest = orders(rest);
    let with = |order: &Vec<T>, place| {
        let mut order = order.clone();
        order.insert(place, *first);
        order
    };
    of_rest.iter().flat_map(|order| (0..=order.len()).map(move |place| with(order, place))).collect()
}

#[test]
fn a_claim_of_since_it_was_over_holds_in_every_order() {
    for what in ["closed", "completed"] {
        for (claimed_at, holds) in [(5, 0), (15, 0), (20, 0), (25, 1)] {
            for order in orders(&[0, 1, 2]) {
                let mut world = World::new();
                for act in &order {
                    match act {
                        0 => drop(world.open(named(RFI, "R1"), 10)),
                        1 if what == "closed" => {
                            let (node, programme, reference) = (Node::Master, pact(), Some("R1".into()));
                            let close = Command::CloseReferral { node, programme, kind: RFI, reference };
                            if world.asked(close, &authority(), 20).is_err() {
                                let (node, programme, by) = (Node::Master, pact(), authority());
                                let word = EarlyWord::Closed { kind: RFI, reference: Some("R1".into()) };
                                let (at, tells_received) = (minute(20), false);
                                world.keep(Early { node, programme, word, by, at, tells_received });
                            }
                        }
                        1 => drop(world.end_by_completion(20)),
                        _ => drop(world.claim(Claimed::Referral(RFI), "handler", claimed_at, false)),
                    }
                }
                // The engine takes up what waits for what was opened.
                for early in world.0.early.clone() {
                    let (node, programme) = (early.node.clone(), early.programme.clone());
                    let EarlyWord::Closed { kind, reference } = early.word else { continue };
                    world.act(
                        Command::CloseReferral { node, programme, kind, reference },
                        &authority(),
                        of(early.at),
                    );
                }
                assert_eq!(world.opened(), [0_i64; 0], "{what} {order:?}");
                assert_eq!(world.claims(), holds, "{what}, claimed at {claimed_at}, {order:?}");
            }
        }
    }
}

/// "Assessment complete" ends what was opened before it, and what is opened since is another request, whichever comes in first.
#[test]
fn a_request_of_before_a_completion_is_another_one_in_every_order() {
    type Act = (&'static str, fn(&mut World));
    let acts: [Act; 4] = [
        ("opened", |world| drop(world.open(named(RFI, "R1"), 10))),
        ("complete", |world| drop(world.end_by_completion(20))),
        ("opened again", |world| drop(world.open(named(RFI, "R1"), 30))),
        ("still in place", |world| drop(world.open(in_place(named(RFI, "R1")), 35))),
    ];
    for order in orders(&[0, 1, 2, 3]) {
        let mut world = World::new();
        order.iter().for_each(|act: &usize| (acts[*act].1)(&mut world));
        let names = || order.iter().map(|act| acts[*act].0).collect::<Vec<_>>();
        assert_eq!(world.opened(), [30], "{:?}", names());
        let ended: Vec<Option<i64>> =
            world.case().referrals.iter().map(|known| known.closed_at.map(of)).collect();
        assert_eq!(ended, [Some(20), None], "{:?}", names());
    }
}

#[test]
fn a_claim_that_was_cleared_is_no_claim_again() {
    let claimed = Claimed::Referral(RFI);
    let mut world = World::new();
    world.claim(claimed, "handler", 10, false);
    let clear = |claimed: Claimed| {
        let (node, programme) = (Node::Master, pact());
        Command::ClearClaim { node, programme, claimed }
    };
    let filer = Actor::Filer("handler".into());
    assert_eq!(world.asked(clear(claimed), &filer, 20), Err("not-your-decision"));
    let stranger = Actor::Authority(ProgrammeId::new("us-acas"));
    assert_eq!(world.asked(clear(claimed), &stranger, 20), Err("not-your-decision"));
    let other = Claimed::Referral(DNL);
    assert_eq!(world.asked(clear(other), &authority(), 20), Err("referral-unknown"));
    assert_eq!(world.act(clear(claimed), &authority(), 20).len(), 1);
    assert!(world.claim(claimed, "handler", 10, false).is_empty(), "it was told before");
    assert_eq!(world.claim(claimed, "handler", 30, false).len(), 1, "it is told anew");
    assert_eq!(world.act(clear(claimed), &Actor::Agency("duty".into()), 40).len(), 1);
    assert_eq!(world.claims(), 0);
}

#[test]
fn a_rejection_is_claimed_until_its_authority_rejects_that_version() {
    let mut world = World::new();
    world.file(1);
    assert_eq!(world.claim(Claimed::Rejection, "handler", 10, false).len(), 1);
    let reject = |version| {
        let (node, programme, findings) = (Node::Master, pact(), Vec::new());
        Command::Reject { node, programme, version, findings }
    };
    world.act(reject(1), &authority(), 11);
    assert_eq!(world.claims(), 0, "it says so itself");
    assert!(world.claim(Claimed::Rejection, "handler", 12, false).is_empty(), "it was rejected");
    world.file(2);
    assert_eq!(world.claim(Claimed::Rejection, "handler", 13, false).len(), 1, "that was another version");
}

impl World {
    fn file(&mut self, pieces: u32) {
        let consignment = Arc::new(Consignment {
            kind: DocumentKind::Master,
            master: AirWaybill::parse("888-10001014").ok(),
            origin: Location::parse("FRA").ok(),
            destination: Location::parse("YYZ").ok(),
            pieces: Some(pieces),
            weight: Some(Weight::kilograms(pieces.into())),
            goods: vec![GoodsLine { description: "HINGES".into(), ..GoodsLine::default() }],
            ..Consignment::default()
        });
        let (voice, purpose, faults) = (Voice::OF_DESK, Purpose::Creation, Vec::new());
        let command = Command::Record { voice, consignment, purpose, consolidated: false, faults };
        self.act(command, &Actor::Filer("agent".into()), 0);
    }
}

#[test]
fn the_first_order_is_kept_however_much_is_open() {
    let (rfi, dnl) = (Claimed::Referral(RFI), Claimed::Referral(DNL));
    let mut world = World::new();
    for at in 0..OPEN_ITEMS_MAX {
        let node = if at == 0 { Node::Master } else { house(&format!("H{at}")) };
        let event = Event::ReferralOpened {
            node: node.clone(),
            programme: pact(),
            opening: named(RFI, "R1"),
            reference: "R1".into(),
            by: authority(),
            at: minute(1),
        };
        if at > 0 {
            world.bind(&node, Mode::Relay);
        }
        if at + 1 == OPEN_ITEMS_MAX {
            let mut fewer = world.clone();
            assert!(!fewer.open(named(RFI, "R2"), 10).is_empty(), "the last one that there is room for");
        }
        world.0 = evolve(world.0, &event);
    }
    let command = |opening| Command::OpenReferral { node: Node::Master, programme: pact(), opening };
    assert_eq!(world.asked(command(named(RFI, "R2")), &authority(), 10), Err("too-many-open"));
    assert_eq!(world.open(named(RFI, "R1"), 10).len(), 1, "of one that is open more may be said");
    assert!(!world.open(named(DNL, "D1"), 10).is_empty());
    let mut world = World::new();
    for at in 0..OPEN_ITEMS_MAX {
        world.claim(rfi, &format!("handler {at}"), 10, false);
    }
    let command = |claimed, by: &str| {
        let (node, programme, text) = (Node::Master, pact(), "AS TOLD".into());
        (Command::Claim { node, programme, claimed, text, again: false }, Actor::Filer(by.into()))
    };
    let (one_more, by) = command(rfi, "one more");
    assert_eq!(world.asked(one_more, &by, 10), Err("too-many-open"));
    assert_eq!(world.claim(dnl, "handler", 10, false).len(), 1, "the first of an order");
    let (second, by) = command(dnl, "one more");
    assert_eq!(world.asked(second, &by, 10), Err("too-many-open"));
}

#[test]
fn an_order_is_noted_in_the_air_once_while_it_is_open() {
    let note = || {
        let (node, programme) = (Node::Master, pact());
        Command::NoteAirborne {
            node,
            programme,
            reference: "DNL-1".into(),
            leg: "FRA-YYZ".into(),
            back: None,
        }
    };
    let mut world = World::new();
    world.open(unnamed(DNL), 10);
    assert_eq!(world.act(note(), &Actor::Node, 11).len(), 1);
    assert!(world.act(note(), &Actor::Node, 12).is_empty());
    let mut world = World::new();
    world.open(unnamed(DNL), 10);
    world.close(DNL, 11);
    assert!(world.act(note(), &Actor::Node, 12).is_empty(), "it was cancelled");
}

#[test]
fn a_plain_word_brings_all_that_it_says() {
    let word = Word::Opened {
        kind: ReferralKind::Rfs,
        reference: "R1".into(),
        text: " SCREEN IT ".into(),
        reason: Some("tip".into()),
        methods: vec![ScreeningMethod::Xry],
        deadline: Some(minute(90)),
    };
    let opening = Opening::plain(&word).unwrap();
    let expected = Opening {
        inside: Some("tip".into()),
        methods: vec![ScreeningMethod::Xry],
        deadline: Some(minute(90)),
        ..Opening::new(ReferralKind::Rfs, Some("R1".into()), Opening::words("SCREEN IT"))
    };
    assert_eq!(opening, expected);
    assert_eq!(Opening::plain(&Word::Complete), None);
}

#[test]
fn who_speaks_for_an_authority_is_that_authority() {
    let acas = Actor::Authority(ProgrammeId::new("us-acas"));
    let open =
        |node: &Node| Command::OpenReferral { node: node.clone(), programme: pact(), opening: unnamed(RFI) };
    let known: BTreeSet<Node> = [Node::Master].into();
    for node in [Node::Master, house("RHA")] {
        for actor in [&acas, &Actor::Filer("agent".into()), &Actor::Agency("police".into()), &Actor::Node] {
            let refused = World::new().asked(open(&node), actor, 10);
            assert_eq!(refused, Err("not-your-decision"), "{actor:?} on {node:?}");
        }
        assert!(World::new().asked(open(&node), &authority(), 10).is_ok());
        // A simulation moves only cases of its own, and may start one.
        let simulated = World::new().asked(open(&node), &Actor::Simulation, 10);
        assert_eq!(simulated.is_err(), known.contains(&node), "{node:?}: {simulated:?}");
    }
    let mut world = World::new();
    world.act(open(&house("RHA")), &Actor::Simulation, 10);
    assert_eq!(world.0.cases[&(house("RHA"), pact())].mode, Mode::Simulated);
    world.act(open(&house("RHB")), &authority(), 10);
    assert_eq!(world.0.cases[&(house("RHB"), pact())].mode, Mode::Relay);
}

#[test]
fn a_word_that_waits_is_kept_once_and_taken_up_once() {
    let early = Early {
        node: Node::Master,
        programme: pact(),
        word: EarlyWord::Received,
        by: authority(),
        at: minute(5),
        tells_received: true,
    };
    let mut world = World::new();
    let keep = Command::KeepEarly { early: early.clone() };
    assert_eq!(world.act(keep.clone(), &authority(), 6).len(), 1);
    assert!(world.act(keep.clone(), &authority(), 6).is_empty());
    assert_eq!(world.act(Command::TakeEarly { early: early.clone() }, &Actor::Node, 7).len(), 1);
    assert!(world.0.early.is_empty());
    assert!(world.act(Command::TakeEarly { early }, &Actor::Node, 7).is_empty());
}

/// When requests of a kind last ended in a span of time: closed by a word, or ended by a completed assessment. What begins a span
/// is in it, and its end is not.
#[test]
fn a_request_ended_when_it_was_closed_or_its_assessment_completed() {
    let mut world = World::new();
    world.open(named(RFI, "R1"), 10);
    world.close(RFI, 20);
    world.open(named(DNL, "D1"), 12);
    world.close(DNL, 22);
    world.open(named(RFI, "R2"), 25);
    world.end_by_completion(30);
    // Nothing was open that it could have ended.
    world.end_by_completion(40);
    for (kind, from, to, ended) in [
        (RFI, 0, 20, None),
        (RFI, 20, 21, Some(20)),
        (RFI, 0, 25, Some(20)),
        (RFI, 0, 31, Some(30)),
        (RFI, 31, 40, None),
        (RFI, 31, 41, Some(40)),
        (RFI, 41, 50, None),
        (DNL, 0, 50, Some(22)),
        (ReferralKind::Rfs, 0, 50, None),
    ] {
        let span = minute(from)..minute(to);
        assert_eq!(world.case().ended_within(kind, span).map(of), ended, "{kind:?} {from} {to}");
    }
}

/// Calls about goods go on while an order of that programme not to load them is open.
#[test]
fn an_order_is_open_until_its_authority_closes_it() {
    let mut world = World::new();
    world.bind(&house("RHA"), Mode::Relay);
    let open = |world: &World| world.0.has_open_order(&Node::Master, &pact());
    assert!(!open(&world));
    world.open(unnamed(RFI), 1);
    assert!(!open(&world), "a request is no order");
    world.open(unnamed(DNL), 2);
    assert!(open(&world));
    assert!(!world.0.has_open_order(&house("RHA"), &pact()), "it is on the whole");
    assert!(!world.0.has_open_order(&Node::Master, &ProgrammeId::new("us-acas")));
    world.close(DNL, 3);
    assert!(!open(&world));
}
