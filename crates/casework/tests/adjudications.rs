//! Decisions of officers on a party and the entry it resembles: who may, what takes two, what counts and for how long.
#![allow(clippy::unwrap_used)]

use casework::Dossier;
use casework::adjudication::{
    Act, Event, Found, Judge, JudgedEntry, JudgedParty, Judging, Pair, Standing, Subject, Verdict, Word,
    decide, judges, may_second,
};
use casework::case::{self, Actor, HitStanding, Node, Pairing, PartyHit};
use casework::decision::{Competence, Desk, OneOfficer, Policy};
use consignment::fact::Person;
use consignment::ident::AirWaybill;
use consignment::{ConsignmentKey, Role};
use jiff::{SignedDuration, Timestamp};
use programme::{Mode, ProgrammeId};
use std::collections::BTreeSet;

const COMPLIANCE: &str = "Sanctions Compliance";

fn hour(hour: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour)
}

fn goods() -> ConsignmentKey {
    ConsignmentKey { master: AirWaybill::parse("888-10001014").ok(), house: None }
}

fn subject(hash: &str, security: bool) -> Subject {
    Subject {
        party: JudgedParty {
            name: "HUDSON HARDWARE SUPPLY".into(),
            country: None,
            address: None,
            documents: Vec::new(),
            hash: "p".into(),
        },
        entry: JudgedEntry {
            source: "watch.csv".into(),
            list: "Invented list".into(),
            security,
            entity_id: "E-0".into(),
            name: "HUDSON".into(),
            hash: hash.into(),
        },
    }
}

fn officer(id: &str, desk: Desk) -> Judge {
    let person = Person { id: id.into(), organisation: "customs house".into() };
    Judge { person, desk, channel: "officers".into() }
}

/// One pair, and the goods on which it was seen.
struct World {
    pair: Pair,
    goods: Dossier,
    policy: Policy,
    /// What the list says of the entry now.
    entry: Option<&'static str>,
}

impl World {
    fn new() -> Self {
        Self {
            pair: Pair::default(),
            goods: Dossier::default(),
            policy: Policy::default(),
            entry: Some("h1"),
        }
    }

    /// Whose officers may act alone.
    fn alone() -> Self {
        let one = OneOfficer { stated: "order 7".into(), review_within: SignedDuration::from_hours(4) };
        Self { policy: Policy { one_officer: Some(one), ..Policy::default() }, ..Self::new() }
    }

    fn filed_by(&mut self, name: &str) -> &mut Self {
        let event = case::Event::Submitted { node: Node::Master, by: Actor::Filer(name.into()) };
        self.goods.tree = case::evolve(std::mem::take(&mut self.goods.tree), &event);
        self
    }

    fn act_of(&mut self, act: Act, by: Judge, reason: &str, now: i64) -> Result<usize, &'static str> {
        let competence = Competence::default();
        let judging = Judging {
            pair: &self.pair,
            goods: &self.goods,
            entry_now: self.entry,
            competence: &competence,
            policy: &self.policy,
        };
        let events = decide(judging, act, by, reason.to_owned(), hour(now));
        let events = events.map_err(|refusal| refusal.0.code.id())?;
        events.iter().for_each(|event| self.pair.evolve(event));
        Ok(events.len())
    }

    fn act(&mut self, act: Act, by: &str, now: i64) -> Result<usize, &'static str> {
        self.act_of(act, officer(by, Desk::Agency(COMPLIANCE.into())), "seen in the register", now)
    }

    fn propose(&mut self, id: &str, by: &str, now: i64) -> Result<usize, &'static str> {
        self.act(proposal(id, "h1", Verdict::NotTheSame), by, now)
    }

    fn stands(&self, id: &str) -> Standing {
        self.pair.get(id).unwrap().standing
    }

    fn found(&self, entry: &str, now: i64) -> Option<(Found, String)> {
        let found = self.pair.found(entry, &self.policy, hour(now));
        found.map(|(found, made)| (found, made.proposal.id.to_string()))
    }

    fn hit(&self) -> HitStanding {
        self.pair.standing(Some("h1"), &self.goods.tree)
    }

    fn waits_until(&self, id: &str, now: i64) -> Option<Timestamp> {
        self.pair.get(id).unwrap().waits_until(&self.policy, hour(now))
    }
}

fn proposal(id: &str, hash: &str, verdict: Verdict) -> Act {
    Act::Propose { id: id.into(), goods: goods(), subject: Box::new(subject(hash, false)), verdict }
}

fn confirm(id: &str) -> Act {
    Act::Confirm { id: id.into() }
}

fn refuse(id: &str) -> Act {
    Act::Refuse { id: id.into() }
}

fn withdraw(id: &str) -> Act {
    Act::Withdraw { id: id.into() }
}

fn settled(id: &str) -> HitStanding {
    HitStanding::NotTheSame(id.into())
}

#[test]
fn two_officers_settle_a_hit_and_one_of_them_withdraws_it() {
    let mut world = World::new();
    assert_eq!(world.act_of(confirm("1"), officer("B", Desk::Simulation), " ", 0), Err("reason-missing"));
    assert_eq!(world.act(confirm("1"), "B", 0), Err("adjudication-unknown"));
    assert_eq!((world.propose("1", "A", 0), world.propose("2", "A", 1)), (Ok(1), Ok(0)), "said again");
    let other = |world: &mut World, by: &str, reason: &str, verdict| {
        let desk = Desk::Agency(COMPLIANCE.into());
        world.act_of(proposal("2", "h1", verdict), officer(by, desk), reason, 1)
    };
    for (by, reason, verdict) in [
        ("B", "seen in the register", Verdict::NotTheSame),
        ("A", "another reason", Verdict::NotTheSame),
        ("A", "seen in the register", Verdict::TheSame),
    ] {
        assert_eq!(other(&mut world, by, reason, verdict), Err("adjudicated-already"), "{by} {reason}");
    }
    assert_eq!((world.hit(), world.found("h1", 1)), (HitStanding::Open, Some((Found::Proposed, "1".into()))));
    assert_eq!(world.act(confirm("1"), " a", 1), Err("second-person-needed"));
    assert_eq!(world.act(withdraw("1"), "B", 1), Err("adjudication-not-in-force"));
    assert_eq!((world.act(confirm("1"), "B", 2), world.act(confirm("1"), "B", 3)), (Ok(1), Ok(0)));
    assert_eq!(world.act(confirm("1"), "C", 3), Err("proposal-unknown"));
    assert_eq!(world.act(refuse("1"), "C", 3), Err("proposal-unknown"));
    assert_eq!((world.stands("1"), world.hit()), (Standing::InForce, settled("1")));
    assert_eq!(world.found("h1", 3), Some((Found::Decided, "1".into())));
    assert_eq!(world.propose("3", "A", 3), Err("adjudicated-already"), "what others said of it is news");
    // Of the entry as its list had it; of a version that nobody kept it counts.
    let tree = &world.goods.tree;
    assert_eq!(world.pair.standing(Some("h2"), tree), HitStanding::Open);
    assert_eq!(world.pair.standing(None, tree), settled("1"));
    assert_eq!(world.found("h2", 3), Some((Found::EntryChanged, "1".into())));
    assert_eq!(world.act(proposal("4", "h2", Verdict::TheSame), "A", 3), Ok(1), "the entry is another one");
    assert_eq!(world.found("h2", 3), Some((Found::Proposed, "4".into())));
    assert_eq!(world.act(withdraw("1"), "A", 4), Err("second-person-needed"));
    assert_eq!((world.act(withdraw("1"), "B", 4), world.act(withdraw("1"), "B", 5)), (Ok(1), Ok(0)));
    assert_eq!(world.act(withdraw("1"), "C", 5), Err("adjudication-not-in-force"));
    assert_eq!(
        (world.stands("1"), world.hit(), world.found("h1", 5)),
        (Standing::Withdrawn, HitStanding::Open, None)
    );
    assert_eq!(world.waits_until("1", 5), None);
}

#[test]
fn a_proposal_lapses_and_ends_when_the_entry_changes_or_it_is_refused() {
    let mut world = World::new();
    world.propose("1", "A", 0).unwrap();
    assert_eq!((world.waits_until("1", 24), world.waits_until("1", 25)), (Some(hour(24)), None));
    assert_eq!((world.found("h1", 24).is_some(), world.found("h1", 25)), (true, None));
    assert_eq!(world.act(confirm("1"), "B", 25), Err("proposal-lapsed"));
    for entry in [Some("h2"), None] {
        world.entry = entry;
        assert_eq!(world.act(confirm("1"), "B", 24), Err("entry-changed"));
    }
    world.entry = Some("h1");
    assert_eq!(world.act(confirm("1"), "B", 24), Ok(1));
    let mut world = World::new();
    world.propose("1", "A", 0).unwrap();
    assert_eq!(world.propose("2", "B", 24), Err("adjudicated-already"));
    assert_eq!(world.propose("2", "B", 25), Ok(1), "nobody can confirm the first any more");
    // Who proposed takes it back, and so does any other; who refused it says so once.
    for by in ["A", "B"] {
        let mut world = World::new();
        world.propose("1", "A", 0).unwrap();
        assert_eq!((world.act(refuse("1"), by, 1), world.act(refuse("1"), by, 2)), (Ok(1), Ok(0)));
        assert_eq!(world.act(refuse("1"), "C", 2), Err("proposal-unknown"));
        assert_eq!(world.act(confirm("1"), "B", 2), Err("proposal-unknown"));
        assert_eq!((world.stands("1"), world.waits_until("1", 2)), (Standing::Refused, None));
        assert_eq!(world.propose("2", "A", 2), Ok(1));
        assert_eq!(world.stands("2"), Standing::Proposed);
    }
    // A later decision counts, and one that is over leaves the one before.
    let mut world = World::new();
    world.act(proposal("1", "h0", Verdict::TheSame), "A", 0).unwrap();
    world.entry = Some("h0");
    world.act(confirm("1"), "B", 0).unwrap();
    assert_eq!(world.pair.standing(Some("h0"), &world.goods.tree), HitStanding::TheSame("1".into()));
    world.entry = Some("h1");
    world.propose("2", "A", 1).unwrap();
    world.act(confirm("2"), "B", 1).unwrap();
    assert_eq!(
        (world.hit(), world.pair.standing(Some("h0"), &world.goods.tree)),
        (settled("2"), HitStanding::Open)
    );
    world.act(withdraw("2"), "B", 2).unwrap();
    assert_eq!(world.pair.standing(Some("h0"), &world.goods.tree), HitStanding::TheSame("1".into()));
}

#[test]
fn what_one_decided_alone_counts_until_a_reviewer_refuses_it() {
    let mut world = World::alone();
    world.propose("1", "A", 0).unwrap();
    assert_eq!((world.stands("1"), world.hit()), (Standing::ToReview, settled("1")));
    assert_eq!(world.found("h1", 99), Some((Found::Decided, "1".into())), "it lapses never");
    assert_eq!(world.waits_until("1", 99), Some(hour(4)));
    assert_eq!(world.act(confirm("1"), "A", 1), Err("second-person-needed"));
    assert_eq!(world.act(refuse("1"), "A", 1), Err("second-person-needed"));
    assert_eq!((world.act(confirm("1"), "B", 99), world.act(confirm("1"), "B", 99)), (Ok(1), Ok(0)));
    assert_eq!((world.stands("1"), world.hit()), (Standing::InForce, settled("1")));
    assert_eq!(world.pair.get("1").unwrap().words[0].0, Word::Reviewed);
    let mut world = World::alone();
    world.propose("1", "A", 0).unwrap();
    assert_eq!(world.act(refuse("1"), "B", 1), Ok(1));
    assert_eq!((world.hit(), world.propose("2", "A", 2)), (HitStanding::Open, Ok(1)));
    assert_eq!(world.stands("2"), Standing::Proposed, "two are of two minds");
    // What two decided and was refused says nothing of one.
    let mut world = World::new();
    world.propose("1", "A", 0).unwrap();
    world.act(refuse("1"), "B", 1).unwrap();
    world.policy = World::alone().policy;
    world.propose("2", "A", 2).unwrap();
    assert_eq!(world.stands("2"), Standing::ToReview);
}

#[test]
fn nobody_decides_on_what_he_filed() {
    for filer in ["customs house", "A", "officers"] {
        let mut world = World::new();
        world.filed_by(filer);
        assert_eq!(world.propose("1", "A", 0), Err("own-filing"), "{filer}");
    }
    for (filer, of_proposer, of_second) in [("a", true, false), ("b", false, true), ("c", false, false)] {
        let mut world = World::new();
        world.propose("1", "A", 0).unwrap();
        let made = world.pair.get("1").unwrap().clone();
        let by = |id: &str, desk: Desk| officer(id, desk);
        let compliance = || Desk::Agency(COMPLIANCE.into());
        let may =
            |world: &World, judge: &Judge| may_second(&Competence::default(), &world.goods, &made, judge);
        assert!(may(&world, &by("B", compliance())) && !may(&world, &by("A", compliance())));
        assert!(!may(&world, &by("B", Desk::Agency("police".into()))));
        world.act(confirm("1"), "B", 1).unwrap();
        assert_eq!(world.hit(), settled("1"));
        // It counts no longer where one of them files the goods, then or later.
        world.filed_by(filer);
        assert_eq!(may(&world, &by("B", compliance())), !of_second, "{filer}");
        let counts = !of_proposer && !of_second;
        assert_eq!(world.hit(), if counts { settled("1") } else { HitStanding::Open }, "{filer}");
    }
    let mut world = World::new();
    world.propose("1", "A", 0).unwrap();
    world.filed_by("B");
    assert_eq!(world.act(confirm("1"), "B", 1), Err("own-filing"));
}

#[test]
fn which_desk_decides_on_which_hits() {
    let relayed = ProgrammeId::new("us-acas");
    let competence = Competence {
        modes: [(relayed.clone(), Mode::Relay), (ProgrammeId::new("ca-pact"), Mode::Authority)].into(),
        duty: BTreeSet::from(["duty desk".into()]),
        aviation_security: BTreeSet::from(["aviation security".into()]),
        security_programmes: BTreeSet::new(),
    };
    let agency = |name: &str| Desk::Agency(name.into());
    for (desk, sanctions, security, refused) in [
        (Desk::Simulation, true, true, None),
        (agency(COMPLIANCE), true, false, Some("desk-not-competent")),
        (agency("duty desk"), false, true, Some("not-your-agency")),
        (agency("Aviation Security"), false, true, Some("not-your-agency")),
        (agency("police"), false, false, Some("desk-not-competent")),
        (Desk::Authority(relayed), false, false, Some("not-your-decision")),
        (Desk::Authority(ProgrammeId::new("ca-pact")), false, true, Some("not-your-agency")),
    ] {
        let may = [false, true].map(|security| judges(&competence, &desk, security));
        assert_eq!(may, [sanctions, security], "{desk:?}");
        let (pair, goods_of, policy) = (Pair::default(), Dossier::default(), Policy::default());
        let judging = Judging {
            pair: &pair,
            goods: &goods_of,
            entry_now: Some("h1"),
            competence: &competence,
            policy: &policy,
        };
        // On the hits on which it does not decide.
        let subject = Box::new(subject("h1", !security));
        let act = Act::Propose { id: "1".into(), goods: goods(), subject, verdict: Verdict::TheSame };
        let done = decide(judging, act, officer("A", desk.clone()), "why".into(), hour(0));
        let code = done.err().map(|refusal| refusal.0.code.id());
        assert_eq!(code, refused, "{desk:?}");
    }
}

#[test]
fn words_of_an_adjudication_are_read_as_they_are_written() {
    for (verdict, name) in [(Verdict::NotTheSame, "not-the-same"), (Verdict::TheSame, "the-same")] {
        assert_eq!((verdict.as_str(), Verdict::parse(name)), (name, Some(verdict)));
    }
    for (standing, name, counts) in [
        (Standing::Proposed, "proposed", false),
        (Standing::ToReview, "to-review", true),
        (Standing::InForce, "in-force", true),
        (Standing::Refused, "refused", false),
        (Standing::Withdrawn, "withdrawn", false),
    ] {
        let read = (standing.as_str(), Standing::parse(name), standing.counts());
        assert_eq!(read, (name, Some(standing), counts));
    }
    assert_eq!((Verdict::parse("x"), Standing::parse("x")), (None, None));
    for (word, name) in [
        (Word::Confirmed, "confirmed"),
        (Word::Refused, "refused"),
        (Word::Reviewed, "reviewed"),
        (Word::Withdrawn, "withdrawn"),
    ] {
        assert_eq!(word.as_str(), name);
    }
    let mut world = World::new();
    world.propose("1", "A", 0).unwrap();
    let proposed = Event::Proposed(world.pair.made[0].proposal.clone());
    world.act(confirm("1"), "B", 1).unwrap();
    let (_, said) = world.pair.made[0].words[0].clone();
    for event in [proposed, Event::Confirmed(said.clone()), Event::Withdrawn(said)] {
        assert_eq!(**event.id(), *"1");
    }
}

#[test]
fn a_hit_is_the_same_by_its_party_and_its_entry() {
    let hit = || PartyHit {
        role: Role::Consignee,
        party: "HUDSON".into(),
        score_thousandths: 990,
        list: "Invented list".into(),
        security: false,
        entity_id: "E-0".into(),
        name: "HUDSON".into(),
        matched: "HUDSON".into(),
        evidence: Vec::new(),
        pairing: None,
    };
    assert!(hit().is_same(&PartyHit { score_thousandths: 1, ..hit() }));
    let text = || "another".to_owned();
    for other in [
        PartyHit { role: Role::Shipper, ..hit() },
        PartyHit { party: text(), ..hit() },
        PartyHit { list: text(), ..hit() },
        PartyHit { entity_id: text(), ..hit() },
    ] {
        assert!(!hit().is_same(&other));
    }
    let paired = |standing| {
        let pairing = Pairing { pair: "p".into(), entry: "0123456789abcdef01".into(), standing };
        PartyHit { pairing: Some(pairing), ..hit() }
    };
    let open = paired(HitStanding::Open);
    assert_eq!(open.pairing.as_ref().map(Pairing::hit).as_deref(), Some("p.0123456789abcdef"));
    assert!(open.is_of("p") && !open.is_of("q") && !hit().is_of("p"));
    for (standing, is_settled) in
        [(HitStanding::Open, false), (settled("1"), true), (HitStanding::TheSame("1".into()), false)]
    {
        let hit = paired(standing.clone());
        assert_eq!((hit.standing(), hit.is_settled()), (&standing, is_settled));
    }
    assert_eq!((hit().standing(), hit().is_settled()), (&HitStanding::Open, false));
}
