//! Officers decide whether a party is the entry it resembles: what holds by it, for how long, and who may.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::world::*;
use casework::adjudication::{Adjudication, Standing, Verdict};
use casework::case::{Event, Pairing};
use casework::decision::{Desk, OneOfficer};
use casework::gate::Decision;
use casework::view::Asker;
use consignment::ConsignmentKey;
use consignment::fact::{OfficerDeed, Person};
use engine::memory::{MemoryJournal, MemoryOutbox, SetClock};
use engine::{
    Addressee, Adjudicate, Channel, Command, Engine, EngineError, Index, IndexChange, Journal, JournalError,
    NoticeKind, Pick, Recorded, Reply, StreamId, Version,
};
use jiff::SignedDuration;
use programme::Mode;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

const COMPLIANCE: &str = "sanctions compliance";
const CONSIGNEE: &str = "HUDSON HARDWARE SUPPLY";
const ELSE: &str = "SOMEBODY ELSE ALTOGETHER";

/// An edition of a fictitious list, with an entry `E-N` for each name and remark.
fn edition(purpose: &str, entries: &[(&str, &str)]) -> Option<Arc<names::Snapshot>> {
    let row = |(number, (name, reason)): (usize, &(&str, &str))| format!("E-{number},{name},{reason}\n");
    let rows: String = entries.iter().enumerate().map(row).collect();
    let text = format!(
        "# loadgate-watch-list: Invented list; edition: 2026-11-01; purpose: {purpose}\nid,name,reason\n{rows}"
    );
    let loaded = names::load(vec![names::ListFile { name: "watch.csv".into(), bytes: text.into() }]);
    assert!(loaded.unrecognised.is_empty() && loaded.findings.is_empty(), "{:?}", loaded.findings);
    Some(Arc::new(names::Snapshot::new(loaded.lists)))
}

fn hits(world: &mut World, object: &ConsignmentKey) -> Vec<Arc<str>> {
    let matches = world.view(object).matches;
    matches.iter().map(|hit| hit.pairing.as_ref().map(Pairing::hit).unwrap().into()).collect()
}

fn adjudicate(
    world: &mut World,
    agency: &str,
    by: &str,
    act: Adjudicate,
) -> Result<Adjudication, &'static str> {
    let by = Some(Person { id: by.into(), organisation: agency.into() });
    let channel = Channel::officers(agency, Desk::Agency(agency.into()));
    let reason = "other owner, seen in the register".into();
    match world.engine.handle(Command::Adjudicate { act, reason, by, channel }) {
        Ok(Reply::Adjudicated(made, _)) => Ok(*made),
        Err(EngineError::Refused(refusal)) => Err(refusal.0.code.id()),
        other => panic!("{other:?}"),
    }
}

fn propose(goods: &ConsignmentKey, hit: &Arc<str>, verdict: Verdict) -> Adjudicate {
    Adjudicate::Propose { goods: goods.clone(), hit: hit.clone(), verdict }
}

/// Goods held by one hit on a list of sanctions, and the name of the hit.
fn held() -> (World, ConsignmentKey, Arc<str>) {
    let (mut world, object) = World::cleared(Mode::Relay);
    world.engine.set_lists(edition("sanctions", &[(CONSIGNEE, "fraud")]));
    assert_eq!(holding(&world.load(&object)), ["other-agency-hold"]);
    let hit = hits(&mut world, &object).remove(0);
    (world, object, hit)
}

/// Goods of which two officers found that the consignee is not the entry, and the id of what they found.
fn settled() -> (World, ConsignmentKey, Arc<str>) {
    let (mut world, object, hit) = held();
    let act = propose(&object, &hit, Verdict::NotTheSame);
    let made = adjudicate(&mut world, COMPLIANCE, "A", act).unwrap();
    assert_eq!((made.standing, world.load(&object).decision), (Standing::Proposed, Decision::Hold));
    let id = made.proposal.id;
    let made = adjudicate(&mut world, COMPLIANCE, "B", Adjudicate::Confirm(id.clone())).unwrap();
    assert_eq!((made.standing, world.load(&object).decision), (Standing::InForce, Decision::Load));
    (world, object, id)
}

/// The whole story: a hit holds, two settle it, the list says something else of the entry and it holds anew; settled again, and
/// withdrawn, it holds at once and whoever was told "load" is told.
#[test]
fn a_settled_hit_holds_again_when_the_entry_changes_or_the_decision_is_withdrawn() {
    let (mut world, object, _) = settled();
    let (_, answer) = world.commit(&object, "desk", Asker::Carrier).unwrap();
    assert_eq!(answer.decision, Decision::Load);
    // Another edition that says the same of the entry is nothing new.
    world.engine.set_lists(edition("sanctions", &[(CONSIGNEE, "fraud"), (ELSE, "")]));
    assert_eq!(world.load(&object).decision, Decision::Load);
    world.sent();
    world.engine.set_lists(edition("sanctions", &[(CONSIGNEE, "arms")]));
    world.engine.handle(Command::Tick).unwrap();
    assert_eq!(holding(&world.load(&object)), ["other-agency-hold"]);
    let told: Vec<_> = world.sent().into_iter().map(|notice| (notice.kind, notice.to)).collect();
    assert!(told.contains(&(NoticeKind::AnswerRecalled, Addressee::Holder("desk".into()))), "{told:?}");
    assert!(told.contains(&(NoticeKind::ListedSince, Addressee::Duty)), "{told:?}");

    let hit = hits(&mut world, &object).remove(0);
    let act = propose(&object, &hit, Verdict::NotTheSame);
    let id = adjudicate(&mut world, COMPLIANCE, "B", act).unwrap().proposal.id;
    adjudicate(&mut world, COMPLIANCE, "A", Adjudicate::Confirm(id.clone())).unwrap();
    assert_eq!(world.load(&object).decision, Decision::Load);
    world.commit(&object, "desk", Asker::Carrier).unwrap();
    world.sent();
    let withdraw = Adjudicate::Withdraw(id.clone());
    let own = adjudicate(&mut world, COMPLIANCE, "B", withdraw.clone());
    assert_eq!(own.unwrap_err(), "second-person-needed");
    let made = adjudicate(&mut world, COMPLIANCE, "A", withdraw).unwrap();
    assert_eq!(made.standing, Standing::Withdrawn);
    let told: Vec<_> = world.sent().into_iter().map(|notice| (notice.kind, notice.to)).collect();
    assert!(told.contains(&(NoticeKind::AnswerRecalled, Addressee::Holder("desk".into()))), "{told:?}");
    world.engine.forget();
    assert_eq!(holding(&world.load(&object)), ["other-agency-hold"]);
}

/// What was found counts for all goods that name the party, filed before and after, and for nothing else that is known of it.
#[test]
fn a_decision_counts_for_all_goods_of_the_pair_and_for_no_other_party() {
    let (mut world, object, hit) = held();
    let goods = "/NG/TITANIUM BONE SCREWS\r\n";
    let message = |number: &str| fwb(number, "FRA", "YYZ", "T6K120", "YYZ9Z", goods, SECURED);
    let held = |world: &mut World, number: &str| {
        holding(&world.load(&key(number, None))).contains(&"other-agency-hold")
    };
    world.file_as(&message("888-10004050"), "carrier");
    assert!(held(&mut world, "888-10004050"));
    let act = propose(&object, &hit, Verdict::NotTheSame);
    let id = adjudicate(&mut world, COMPLIANCE, "A", act).unwrap().proposal.id;
    adjudicate(&mut world, COMPLIANCE, "B", Adjudicate::Confirm(id.clone())).unwrap();
    world.file_as(&message("888-10004061"), "carrier");
    let moved = message("888-10004072").replace("200 MERCHANT ROW", "1 OTHER ROAD");
    world.file_as(&moved, "carrier");
    for (number, holds) in [("888-10004050", false), ("888-10004061", false), ("888-10004072", true)] {
        assert_eq!(held(&mut world, number), holds, "{number}");
    }
    // Amended to another address it is another party.
    world.file_as(&message("888-10004061").replace("200 MERCHANT ROW", "1 OTHER ROAD"), "carrier");
    assert!(held(&mut world, "888-10004061"));
    adjudicate(&mut world, COMPLIANCE, "B", Adjudicate::Withdraw(id)).unwrap();
    assert!(held(&mut world, "888-10004050") && held(&mut world, "888-10004046"));
}

/// One hit lifts its own hold and no other.
#[test]
fn a_decision_lifts_the_hold_of_its_own_hit_alone() {
    let (mut world, object) = World::cleared(Mode::Relay);
    world.engine.set_lists(edition("sanctions", &[(CONSIGNEE, ""), ("RHEINTAL MASCHINEN WERKE", "")]));
    let count = |world: &mut World| {
        let reasons = world.load(&object).reasons;
        reasons.iter().filter(|reason| reason.code.id() == "other-agency-hold").count()
    };
    assert_eq!(count(&mut world), 2);
    let police = OfficerDeed::Hold { object: object.clone(), agency: "police".into(), review_at: None };
    world.deed_for("police", "H1", "P", police).unwrap();
    for (left, number) in [(2, 0), (1, 1)] {
        let hit = hits(&mut world, &object).remove(number);
        let act = propose(&object, &hit, Verdict::NotTheSame);
        let id = adjudicate(&mut world, COMPLIANCE, "A", act).unwrap().proposal.id;
        adjudicate(&mut world, COMPLIANCE, "B", Adjudicate::Confirm(id)).unwrap();
        assert_eq!(count(&mut world), left);
    }
    assert_eq!(holding(&world.load(&object)), ["other-agency-hold"], "the police hold still");
}

#[test]
fn the_same_keeps_the_hold_and_says_so() {
    let (mut world, object, hit) = held();
    let id = adjudicate(&mut world, COMPLIANCE, "A", propose(&object, &hit, Verdict::TheSame))
        .unwrap()
        .proposal
        .id;
    adjudicate(&mut world, COMPLIANCE, "B", Adjudicate::Confirm(id.clone())).unwrap();
    let said = |world: &mut World| {
        let reasons = world.load(&object).reasons;
        let held = reasons.into_iter().filter(|reason| reason.code.id() == "other-agency-hold");
        held.flat_map(|reason| reason.why).map(|why| why.code.id()).collect::<Vec<_>>()
    };
    assert_eq!(said(&mut world), ["why-sanctions-same"]);
    adjudicate(&mut world, COMPLIANCE, "B", Adjudicate::Withdraw(id)).unwrap();
    assert_eq!(said(&mut world), ["why-sanctions-hit"]);
}

#[test]
fn who_may_not_is_refused_with_what_to_do() {
    let (mut world, object, hit) = held();
    let act = || propose(&object, &hit, Verdict::NotTheSame);
    for (agency, by, refused) in [
        ("duty office", "A", "not-your-agency"),
        ("police", "A", "not-your-agency"),
        // The carrier filed it.
        (COMPLIANCE, "carrier", "own-filing"),
    ] {
        assert_eq!(adjudicate(&mut world, agency, by, act()).unwrap_err(), refused, "{agency} {by}");
    }
    let gone = propose(&object, &"0.0".into(), Verdict::NotTheSame);
    assert_eq!(adjudicate(&mut world, COMPLIANCE, "A", gone).unwrap_err(), "hit-unknown");
    let id = adjudicate(&mut world, COMPLIANCE, "A", act()).unwrap().proposal.id;
    // Told again it is the same; another's is another.
    assert_eq!(adjudicate(&mut world, COMPLIANCE, "A", act()).unwrap().proposal.id, id);
    assert_eq!(adjudicate(&mut world, COMPLIANCE, "B", act()).unwrap_err(), "adjudicated-already");
    let confirm = || Adjudicate::Confirm(id.clone());
    assert_eq!(adjudicate(&mut world, COMPLIANCE, " a", confirm()).unwrap_err(), "second-person-needed");
    assert_eq!(adjudicate(&mut world, COMPLIANCE, "carrier", confirm()).unwrap_err(), "own-filing");
    assert_eq!(adjudicate(&mut world, "police", "B", confirm()).unwrap_err(), "adjudication-unknown");
    let withdraw = Adjudicate::Withdraw(id.clone());
    assert_eq!(adjudicate(&mut world, COMPLIANCE, "B", withdraw).unwrap_err(), "adjudication-not-in-force");
    // What the list says now is what is confirmed.
    world.engine.set_lists(edition("sanctions", &[(CONSIGNEE, "arms")]));
    assert_eq!(adjudicate(&mut world, COMPLIANCE, "B", confirm()).unwrap_err(), "entry-changed");
    world.engine.set_lists(edition("sanctions", &[(CONSIGNEE, "fraud")]));
    world.engine.clock_mut().0 += SignedDuration::from_hours(25);
    assert_eq!(adjudicate(&mut world, COMPLIANCE, "B", confirm()).unwrap_err(), "proposal-lapsed");
    adjudicate(&mut world, COMPLIANCE, "B", Adjudicate::Refuse(id.clone())).unwrap();
    assert_eq!(adjudicate(&mut world, COMPLIANCE, "B", confirm()).unwrap_err(), "proposal-unknown");
}

/// What one decides never counts for what he, or whoever he acts for, files.
#[test]
fn a_decision_does_not_count_for_what_those_who_decided_file() {
    let (mut world, _, _) = settled();
    let goods = "/NG/TITANIUM BONE SCREWS\r\n";
    for (number, filer, holds) in
        [("888-10004050", "b", true), ("888-10004061", COMPLIANCE, true), ("888-10004072", "carrier", false)]
    {
        world.file_as(&fwb(number, "FRA", "YYZ", "T6K120", "YYZ9Z", goods, SECURED), filer);
        let held = holding(&world.load(&key(number, None)));
        assert_eq!(held.contains(&"other-agency-hold"), holds, "{filer}: {held:?}");
    }
}

#[test]
fn one_officer_on_duty_decides_alone_and_a_reviewer_takes_it_back() {
    let (mut world, object, hit) = held();
    let review_within = SignedDuration::from_hours(4);
    world.policy(Some(OneOfficer { stated: "order 7".into(), review_within }));
    let act = || propose(&object, &hit, Verdict::NotTheSame);
    let made = adjudicate(&mut world, COMPLIANCE, "A", act()).unwrap();
    assert_eq!((made.standing, world.load(&object).decision), (Standing::ToReview, Decision::Load));
    let id = made.proposal.id;
    let refuse = || Adjudicate::Refuse(id.clone());
    assert_eq!(adjudicate(&mut world, COMPLIANCE, "A", refuse()).unwrap_err(), "second-person-needed");
    adjudicate(&mut world, COMPLIANCE, "B", refuse()).unwrap();
    assert_eq!(world.load(&object).decision, Decision::Hold);
    // They are of two minds: from now on it takes two.
    let made = adjudicate(&mut world, COMPLIANCE, "A", act()).unwrap();
    assert_eq!((made.standing, world.load(&object).decision), (Standing::Proposed, Decision::Hold));
}

/// A simulated authority asks nothing about who was settled, and asks when that is withdrawn.
#[test]
fn a_settled_security_hit_makes_no_authority_ask() {
    let (mut world, object) = World::filed(Mode::Simulated);
    world.engine.set_lists(edition("security", &[(CONSIGNEE, "")]));
    world.load(&object);
    let hit = hits(&mut world, &object).remove(0);
    assert!(codes_of(&world.load(&object)).contains(&"name-hit"));
    let act = propose(&object, &hit, Verdict::NotTheSame);
    let id = adjudicate(&mut world, "duty office", "A", act).unwrap().proposal.id;
    adjudicate(&mut world, "duty desk", "B", Adjudicate::Confirm(id.clone())).unwrap();
    assert!(!codes_of(&world.load(&object)).contains(&"name-hit"));
    let goods = "/NG/TITANIUM BONE SCREWS\r\n";
    world.file_as(&fwb("888-10004050", "FRA", "YYZ", "T6K120", "YYZ9Z", goods, SECURED), "carrier");
    let later = key("888-10004050", None);
    assert_eq!(world.referrals(&later), Vec::<String>::new());
    adjudicate(&mut world, "duty office", "C", Adjudicate::Withdraw(id)).unwrap();
    assert_eq!(world.referrals(&later).len(), 1);
}

/// Each desk is told of what it decides on, a part at a time, and nothing tells it that there is more.
#[test]
fn decisions_are_listed_to_those_who_decide_on_them() {
    let (mut world, object) = World::cleared(Mode::Relay);
    world.engine.set_lists(edition("sanctions", &[(CONSIGNEE, ""), ("RHEINTAL MASCHINEN WERKE", "")]));
    world.load(&object);
    let mut ids = Vec::new();
    for hit in hits(&mut world, &object) {
        let act = propose(&object, &hit, Verdict::NotTheSame);
        ids.push(adjudicate(&mut world, COMPLIANCE, "A", act).unwrap().proposal.id);
    }
    let mut list = |after: Option<Arc<str>>, standing, most, asker: &Asker| {
        let command = Command::Adjudications { after, standing, most, asker: asker.clone() };
        match world.engine.handle(command) {
            Ok(Reply::Adjudications { made, more }) => {
                (made.into_iter().map(|(made, _)| made.proposal.id).collect::<Vec<_>>(), more)
            }
            Err(EngineError::Refused(refusal)) => (vec![refusal.0.code.id().into()], false),
            other => panic!("{other:?}"),
        }
    };
    let officer = |agency: &str| Asker::Officer(Desk::Agency(agency.into()));
    for asker in [officer(COMPLIANCE), Asker::Auditor] {
        assert_eq!(list(None, None, 10, &asker), (ids.clone(), false));
        assert_eq!(list(None, None, 1, &asker), (vec![ids[0].clone()], true));
        assert_eq!(list(Some(ids[0].clone()), None, 1, &asker), (vec![ids[1].clone()], false));
        assert_eq!(list(None, Some(Standing::InForce), 10, &asker), (Vec::new(), false));
    }
    for asker in [officer("duty office"), Asker::Filer("carrier".into()), Asker::Carrier, Asker::Handler] {
        assert_eq!(list(None, None, 10, &asker), (Vec::new(), false));
        // One that he does not see is as one that is not there.
        let unknown = (vec!["adjudication-unknown".into()], false);
        assert_eq!(list(Some(ids[0].clone()), None, 10, &asker), unknown);
        assert_eq!(list(Some("0-1".into()), None, 10, &asker), unknown);
    }
}

/// A journal of a release that kept no pairs, until it is told otherwise.
#[derive(Debug, Default)]
struct Earlier {
    journal: MemoryJournal,
    is_over: bool,
}

impl Journal for Earlier {
    fn read(&self, stream: &StreamId) -> Result<Vec<Recorded>, JournalError> {
        self.journal.read(stream)
    }

    fn version(&self, stream: &StreamId) -> Result<Version, JournalError> {
        self.journal.version(stream)
    }

    fn append(
        &mut self,
        stream: &StreamId,
        expected: Version,
        events: &[casework::Event],
        at: jiff::Timestamp,
    ) -> Result<Version, JournalError> {
        let mut events = events.to_vec();
        for event in events.iter_mut().filter(|_| !self.is_over) {
            match event {
                casework::Event::Tree(Event::Screened { hits, .. }) => {
                    hits.iter_mut().for_each(|hit| hit.pairing = None);
                }
                casework::Event::Tree(Event::HoldPlaced { cause, .. }) => {
                    cause.0.args.retain(|(name, _)| *name != "pair");
                }
                _ => {}
            }
        }
        self.journal.append(stream, expected, &events, at)
    }

    fn find(&self, index: Index, key: &str, pick: Pick) -> Result<Vec<Arc<str>>, JournalError> {
        self.journal.find(index, key, pick)
    }

    fn change(&mut self, change: IndexChange) -> Result<(), JournalError> {
        match change.index == Index::Adjudication && !self.is_over {
            true => Ok(()),
            false => self.journal.change(change),
        }
    }
}

/// A hold that an earlier release placed, which kept no pairs, is lifted by what officers find of its hit now, and comes back.
#[test]
fn hits_and_holds_of_an_earlier_release_are_settled_too() {
    let template = World::new(Mode::Relay);
    let mut settings = template.engine.settings().clone();
    settings.lists = edition("sanctions", &[(CONSIGNEE, ""), ("RHEINTAL MASCHINEN WERKE", "")]);
    let journal = Rc::new(RefCell::new(Earlier::default()));
    let clock = SetClock("2026-11-24T06:00:00Z".parse().unwrap());
    let mut engine = Engine::new(settings, Rc::clone(&journal), clock, MemoryOutbox::default());
    let message =
        fwb("888-10004046", "FRA", "YYZ", "T6K120", "YYZ9Z", "/NG/TITANIUM BONE SCREWS\r\n", SECURED);
    let message = formats::Splitter::new(message.as_bytes()).next().unwrap().unwrap();
    let filing = formats::decode(&message, clock.0);
    engine.handle(Command::File { filing, channel: Channel::filer("carrier") }).unwrap();
    journal.borrow_mut().is_over = true;
    engine.forget();
    let object = key("888-10004046", None);
    let held = |engine: &mut Engine<_, _, _>| {
        let asked = engine::Command::PeekObject {
            object: consignment::fact::ObjectName::Consignment(object.clone()),
            leg: casework::gate::AskedLeg::First,
            stage: casework::gate::Stage::Load,
            aircraft: None,
        };
        match engine.handle(asked).unwrap() {
            Reply::Answered(answer) => {
                let held = answer.reasons.iter().filter(|reason| reason.code.id() == "other-agency-hold");
                held.count()
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(held(&mut engine), 2, "looking again places no hold twice");
    let Reply::Viewed(view) = engine.handle(Command::ViewOf { key: object.clone() }).unwrap() else {
        panic!("no view")
    };
    let hit: Arc<str> = view.matches[0].pairing.as_ref().unwrap().hit().into();
    let say = |engine: &mut Engine<_, _, _>, by: &str, act: Adjudicate| {
        let by = Some(Person { id: by.into(), organisation: COMPLIANCE.into() });
        let channel = Channel::officers(COMPLIANCE, Desk::Agency(COMPLIANCE.into()));
        let command = Command::Adjudicate { act, reason: "seen".into(), by, channel };
        match engine.handle(command).unwrap() {
            Reply::Adjudicated(made, _) => made.proposal.id,
            other => panic!("{other:?}"),
        }
    };
    let id = say(&mut engine, "A", propose(&object, &hit, Verdict::NotTheSame));
    say(&mut engine, "B", Adjudicate::Confirm(id.clone()));
    assert_eq!(held(&mut engine), 1);
    say(&mut engine, "B", Adjudicate::Withdraw(id));
    assert_eq!(held(&mut engine), 2);
}

/// What stands in a version that was set aside, or was amended since, follows a decision as well.
#[test]
fn a_hold_by_an_earlier_version_is_lifted_and_comes_back() {
    let (mut world, object, hit) = held();
    let goods = "/NG/TITANIUM BONE SCREWS\r\n";
    let message = |number: &str| fwb(number, "FRA", "YYZ", "T6K120", "YYZ9Z", goods, SECURED);
    world.file_as(&message("888-10004050"), "carrier");
    let amended = message("888-10004050").replace("HUDSON HARDWARE SUPPLY", "QUITE ANOTHER FIRM");
    world.file_as(&amended, "carrier");
    let other = key("888-10004050", None);
    let held = |world: &mut World| holding(&world.load(&other)).contains(&"other-agency-hold");
    assert!(held(&mut world) && hits(&mut world, &other).is_empty());
    let act = propose(&object, &hit, Verdict::NotTheSame);
    let id = adjudicate(&mut world, COMPLIANCE, "A", act).unwrap().proposal.id;
    adjudicate(&mut world, COMPLIANCE, "B", Adjudicate::Confirm(id.clone())).unwrap();
    assert!(!held(&mut world));
    world.engine.forget();
    adjudicate(&mut world, COMPLIANCE, "B", Adjudicate::Withdraw(id)).unwrap();
    assert!(held(&mut world));
}
