//! Which desk decides on what, what a second person confirms, and what an entry made in error takes back.
#![allow(clippy::unwrap_used)]

mod lifted;

#[path = "../support/mod.rs"]
mod support;

use casework::case::{
    self, Actor, Claim, Claimed, Command, Event as Said, LegBinding, Node, Opening, ReferralKind, Voice,
};
use casework::decision::{
    self, Competence, Desk, Lifted, Officer, OneOfficer, Policy, Standing, Whose, decide,
};
use casework::desks::Desks;
use casework::due::{DueKind, due};
use casework::mandate::Mandates;
use casework::security::record::{self, Mark, Marked, SecurityFact, Told};
use casework::{Dossier, Event};
use consignment::fact::{
    AuthorityWord, CustodyEvent, ObjectName, OfficerAct, OfficerDeed as Deed, Person, ScreeningOutcome,
    ScreeningResult, Word,
};
use consignment::security::ScreeningMethod;
use consignment::{Consignment, DocumentKind, Purpose};
use finding::{Phrase, codes};
use jiff::{SignedDuration, Timestamp};
use programme::{Mode, ProgrammeId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use support::{instant, key};

const PACT: &str = "ca-pact";
const ACAS: &str = "us-acas";

fn why(text: &str) -> Phrase {
    Phrase::new(codes::gate::WHY_STATED).with("text", text)
}

fn police() -> Desk {
    Desk::Agency("police".into())
}

fn aviation_security() -> Desk {
    Desk::Agency("aviation security".into())
}

fn duty() -> Desk {
    Desk::Agency("duty desk".into())
}

fn authority(programme: &str) -> Desk {
    Desk::Authority(ProgrammeId::new(programme))
}

/// A waybill with houses, a node that runs each programme in a mode of its own, and its officers.
struct World {
    dossier: Dossier,
    competence: Competence,
    policy: Policy,
    now: Timestamp,
    posts: Option<BTreeSet<Arc<str>>>,
}

impl World {
    fn new(modes: &[(&str, Mode)]) -> Self {
        let competence = Competence {
            modes: modes.iter().map(|(programme, mode)| (ProgrammeId::new(programme), *mode)).collect(),
            duty: BTreeSet::from(["Duty Desk".into()]),
            aviation_security: BTreeSet::from(["Aviation Security".into()]),
            security_programmes: BTreeSet::from([ProgrammeId::new(PACT)]),
        };
        let (dossier, policy) = (Dossier::default(), Policy::default());
        let posts = Some(BTreeSet::from(["post".into()]));
        let mut world = Self { dossier, competence, policy, now: instant("06:00"), posts };
        world.file(None, 10);
        for (house, pieces) in [("RHA", 4), ("RHB", 3), ("RHC", 3)] {
            world.file(Some(house), pieces);
        }
        for (programme, mode) in modes {
            for house in [None, Some("RHA")] {
                let (programme, mode) = (ProgrammeId::new(programme), *mode);
                let binding = LegBinding::Undecided { stations: Vec::new(), legs: Vec::new() };
                world.told(Said::Bound { node: Node::of(&key(house)), programme, mode, binding });
            }
        }
        world
    }

    fn file(&mut self, house: Option<&str>, pieces: u32) {
        let consignment = Arc::new(Consignment {
            kind: if house.is_some() { DocumentKind::House } else { DocumentKind::Master },
            master: key(None).master,
            house: key(house).house,
            pieces: Some(pieces),
            ..Consignment::default()
        });
        let (purpose, consolidated) = (Purpose::Creation, house.is_none());
        let command =
            Command::Record { voice: Voice::OF_DESK, consignment, purpose, consolidated, faults: Vec::new() };
        self.command(command, &Actor::Filer(if house == Some("RHB") { "other" } else { "agent" }.into()));
    }

    fn told(&mut self, event: Said) {
        self.dossier.evolve(&Event::Tree(event));
    }

    fn command(&mut self, command: Command, actor: &Actor) {
        for event in case::decide(&self.dossier.tree, command, actor, self.now).unwrap() {
            self.told(event);
        }
    }

    fn custody(&mut self, house: Option<&str>, by: &str, at: &str, what: CustodyEvent) {
        self.fact(house, by, at, SecurityFact::Custody(what, "seen".to_owned()));
    }

    fn fact(&mut self, house: Option<&str>, by: &str, at: &str, fact: SecurityFact) {
        let at = instant(at);
        let told = Told { at, received_at: at, by: by.into(), registry: by == "registry" };
        for event in record::decide(&self.dossier.security, told, key(house), fact).unwrap() {
            self.dossier.evolve(&Event::Security(event));
        }
    }

    /// The events of an act, or the code of its refusal.
    fn events(&self, id: &str, by: &str, desk: &Desk, deed: Deed) -> Result<Vec<Event>, &'static str> {
        let person = Person { id: by.into(), organisation: "customs house".into() };
        let (carriers, mandates) = (BTreeMap::new(), Mandates::default());
        let desks = Desks { posts: self.posts.as_ref(), carriers: &carriers, mandates: &mandates };
        let (competence, policy) = (&self.competence, &self.policy);
        let officer = Officer { person: &person, desk, channel: "marker", competence, policy, desks };
        let act = OfficerAct { act: deed, reason: "seal number differs".into() };
        decide(&self.dossier, act, officer, id.into(), self.now).map_err(|refusal| refusal.0.code.id())
    }

    fn act(&mut self, id: &str, by: &str, desk: &Desk, deed: Deed) -> Result<usize, &'static str> {
        let events = self.events(id, by, desk, deed)?;
        events.iter().for_each(|event| self.dossier.evolve(event));
        Ok(events.len())
    }

    fn confirm(&mut self, by: &str, desk: &Desk, proposal: &str) -> Result<usize, &'static str> {
        self.act("C", by, desk, Deed::Confirm { proposal: proposal.into() })
    }

    /// What a proposal lifts.
    fn proposed(&mut self, id: &str, desk: &Desk, deed: Deed) -> Vec<Lifted> {
        assert_eq!(self.act(id, "A", desk, deed), Ok(1));
        match &self.dossier.decisions.entries[id].1 {
            Standing::Proposed(lifts) => lifts.clone(),
            other => unreachable!("{other:?}"),
        }
    }

    fn open(
        &mut self,
        programme: &str,
        house: Option<&str>,
        kind: ReferralKind,
        reference: &str,
        by: &Actor,
    ) {
        let opening = Opening::new(kind, Some(reference.into()), why("send the invoice"));
        let (node, programme) = (Node::of(&key(house)), ProgrammeId::new(programme));
        self.command(Command::OpenReferral { node, programme, opening }, by);
    }

    fn open_referrals(&self, programme: &str, house: Option<&str>) -> Vec<String> {
        let case = &self.dossier.tree.cases[&(Node::of(&key(house)), ProgrammeId::new(programme))];
        case.open_referrals().map(|referral| referral.reference.to_string()).collect()
    }
}

fn hold(agency: &str) -> Deed {
    Deed::Hold { object: key(None), agency: agency.into(), review_at: None }
}

fn refer(programme: &str, house: Option<&str>, word: Word) -> Deed {
    let object = ObjectName::Consignment(key(house));
    Deed::Refer { programme: programme.into(), word: AuthorityWord { object, version: None, word } }
}

fn asks(kind: ReferralKind, reference: &str) -> Word {
    let (text, methods) = ("send the invoice".into(), Vec::new());
    Word::Opened { kind, reference: reference.into(), text, reason: None, methods, deadline: None }
}

fn in_error(entry: &str) -> Deed {
    Deed::EnteredInError { entry: entry.into(), object: key(None) }
}

#[test]
fn who_may_say_what_an_authority_declares_of_an_outage() {
    /// The desk, the programme, how both programmes run, and whether he may.
    type Case = (Desk, &'static str, Mode, bool);
    let cases: &[Case] = &[
        (authority(ACAS), ACAS, Mode::Authority, true),
        (authority(ACAS), ACAS, Mode::Simulated, true),
        (authority(ACAS), ACAS, Mode::Relay, false),
        (authority(ACAS), PACT, Mode::Authority, false),
        (authority(ACAS), PACT, Mode::Simulated, false),
        // That of a programme of aviation security acts for it, where it decides here.
        (authority(PACT), ACAS, Mode::Authority, true),
        (authority(PACT), ACAS, Mode::Simulated, false),
        (authority(PACT), ACAS, Mode::Relay, false),
        (aviation_security(), ACAS, Mode::Relay, true),
        (duty(), ACAS, Mode::Relay, true),
        (police(), ACAS, Mode::Authority, false),
        (Desk::Simulation, ACAS, Mode::Relay, true),
    ];
    for (desk, programme, mode, may) in cases {
        let world = World::new(&[(PACT, *mode), (ACAS, *mode)]);
        let told = world.competence.declares_outage(desk, &ProgrammeId::new(programme));
        assert_eq!(told, *may, "{desk:?} {programme} {mode:?}");
    }
}

#[test]
fn a_desk_decides_on_what_is_its_own() {
    let clear =
        |programme: &str| Deed::ClearClaim { programme: programme.into(), object: key(None), kind: None };
    let unlink = || Deed::Unlink { house: key(Some("RHA")), recounted_pieces: 6 };
    let unread = |object| Deed::SettleUnread { object };
    /// Who, what, and what comes of it; whoever is competent is told that it is not so far.
    type Case = (&'static str, Desk, Deed, Result<usize, &'static str>);
    let (no_desk, elsewhere) = (Err("desk-not-competent"), Err("not-your-decision"));
    let cases: &[Case] = &[
        ("holds for itself", police(), hold("Police "), Ok(2)),
        ("holds for another", police(), hold("customs"), Err("not-your-agency")),
        ("an authority holds for itself", authority(PACT), hold("CA-PACT"), Ok(2)),
        ("an authority holds for another", authority(PACT), hold("police"), Err("not-your-agency")),
        ("a simulation holds for anybody", Desk::Simulation, hold("police"), Ok(2)),
        ("a claim on its programme", authority(PACT), clear(PACT), Ok(1)),
        ("a claim on another's", authority(ACAS), clear(PACT), no_desk),
        ("a claim on one relayed here", authority("eu-ics2"), clear("eu-ics2"), no_desk),
        ("a claim by duty", duty(), clear(PACT), Ok(1)),
        ("a claim by the police", police(), clear(PACT), no_desk),
        ("unread, of these goods", authority(ACAS), unread(Some(key(None))), Ok(1)),
        ("unread, of all goods", authority(ACAS), unread(None), no_desk),
        ("unread, by duty", duty(), unread(None), Ok(1)),
        ("unread, relayed here", authority("eu-ics2"), unread(Some(key(None))), no_desk),
        (
            "a referral by its authority",
            authority(PACT),
            refer(PACT, None, asks(ReferralKind::Rfi, "R1")),
            Ok(2),
        ),
        ("another's", authority(ACAS), refer(PACT, None, asks(ReferralKind::Rfi, "R1")), elsewhere),
        (
            "another's, simulated",
            authority(PACT),
            refer(ACAS, None, asks(ReferralKind::Rfi, "R1")),
            elsewhere,
        ),
        ("its own, simulated", authority(ACAS), refer(ACAS, None, asks(ReferralKind::Rfi, "R1")), Ok(2)),
        ("the simulation's", Desk::Simulation, refer(ACAS, None, asks(ReferralKind::Rfi, "R1")), Ok(2)),
        (
            "one relayed here",
            authority("eu-ics2"),
            refer("eu-ics2", None, asks(ReferralKind::Rfi, "R1")),
            elsewhere,
        ),
        // Nobody forbids to load the house.
        ("a house, by an authority", authority(PACT), unlink(), Err("desk-not-competent")),
        ("a house, by duty", duty(), unlink(), Err("unlink-not-shown")),
    ];
    let modes = [(PACT, Mode::Authority), (ACAS, Mode::Simulated), ("eu-ics2", Mode::Relay)];
    for (what, desk, deed, expected) in cases {
        let mut world = World::new(&modes);
        let (node, programme) = (Node::Master, ProgrammeId::new(PACT));
        let claim = Claim {
            claimed: Claimed::Rejection,
            by: "mail".into(),
            text: "refused".into(),
            at: world.now,
            open: true,
        };
        world.told(Said::Claimed { node, programme, claim });
        // The police's officers are no officers of aviation security, whose authority decides here.
        world.competence.security_programmes.clear();
        assert_eq!(world.act("E1", "A", desk, deed.clone()), *expected, "{what}");
    }
}

/// How the case runs counts before how the programme runs here now.
#[test]
fn a_word_of_an_authority_is_of_the_mode_of_its_case() {
    let mut world = World::new(&[(PACT, Mode::Authority)]);
    world.competence.modes.clear();
    let deed = || refer(PACT, None, asks(ReferralKind::Rfi, "R1"));
    assert_eq!(world.act("E1", "A", &authority(PACT), deed()), Ok(2));
    assert_eq!(world.open_referrals(PACT, None), ["R1"]);
    // Closing takes two, and closes the one that is named.
    assert_eq!(
        world.act("E2", "A", &authority(PACT), refer(PACT, None, asks(ReferralKind::Rfi, "R2"))),
        Ok(2)
    );
    let closed = Word::Closed { kind: ReferralKind::Rfi, reference: "R1".into() };
    assert_eq!(world.act("E3", "A", &authority(PACT), refer(PACT, None, closed)), Ok(1));
    assert_eq!(world.confirm("B", &authority(PACT), "E3"), Ok(2));
    assert_eq!(world.open_referrals(PACT, None), ["R2"]);
    // A wire without references names none: the only one that is open is meant.
    let mut world = World::new(&[(PACT, Mode::Authority)]);
    assert_eq!(world.act("E1", "A", &authority(PACT), refer(PACT, None, asks(ReferralKind::Rfi, ""))), Ok(2));
    let closed = Word::Closed { kind: ReferralKind::Rfi, reference: "".into() };
    assert_eq!(world.act("E2", "A", &authority(PACT), refer(PACT, None, closed)), Ok(1));
    assert_eq!(world.confirm("B", &authority(PACT), "E2"), Ok(2));
    assert_eq!(world.open_referrals(PACT, None), [""; 0]);
}

#[test]
fn a_house_an_authority_here_forbids_leaves_by_its_word_alone() {
    let modes = [(PACT, Mode::Authority), (ACAS, Mode::Relay)];
    let unlink = || Deed::Unlink { house: key(Some("RHA")), recounted_pieces: 6 };
    let pact = Actor::Authority(ProgrammeId::new(PACT));
    let mut world = World::new(&modes);
    world.open(PACT, Some("RHA"), ReferralKind::Rfi, "R1", &pact);
    world.open(ACAS, Some("RHA"), ReferralKind::Dnl, "R2", &Actor::Authority(ProgrammeId::new(ACAS)));
    world.competence.security_programmes.clear();
    // A request forbids nothing, and an authority elsewhere says so itself.
    assert_eq!(world.act("E1", "A", &duty(), unlink()), Err("unlink-not-shown"));
    assert_eq!(world.act("E1", "A", &authority(PACT), unlink()), Err("desk-not-competent"));
    world.open(PACT, Some("RHA"), ReferralKind::Dnl, "R3", &pact);
    assert_eq!(world.act("E1", "A", &duty(), unlink()), Err("not-your-decision"));
    assert_eq!(world.act("E1", "A", &aviation_security(), unlink()), Err("not-your-decision"));
    assert_eq!(world.act("E1", "A", &authority(PACT), unlink()), Err("unlink-not-shown"));
    let (node, programme) = (Node::of(&key(Some("RHA"))), ProgrammeId::new(PACT));
    let (kind, reference) = (ReferralKind::Dnl, Some("R3".into()));
    world.now = instant("06:10");
    world.command(Command::CloseReferral { node, programme, kind, reference }, &pact);
    assert_eq!(world.act("E1", "A", &duty(), unlink()), Err("unlink-not-shown"), "it is cancelled");
}

#[test]
fn custody_shows_where_a_house_went() {
    use CustodyEvent::{Broken, HandedOver, LeftChain, Recounted};
    let counted = Recounted { pieces: 6 };
    /// Whether the house may leave, after what custody tells: of which goods, by whom, when, what.
    type Told = (Option<&'static str>, &'static str, &'static str, CustodyEvent);
    type Case = (&'static str, Vec<Told>, bool);
    let house = Some("RHA");
    let cases: [Case; 8] = [
        ("nothing told", vec![(None, "registry", "07:00", counted)], false),
        (
            "handed over",
            vec![(house, "registry", "06:30", HandedOver), (None, "registry", "07:00", counted)],
            true,
        ),
        ("left the chain", vec![(house, "post", "06:30", LeftChain), (None, "post", "07:00", counted)], true),
        ("broken", vec![(house, "registry", "06:30", Broken), (None, "registry", "07:00", counted)], false),
        (
            "a stranger tells",
            vec![(house, "x", "06:30", LeftChain), (None, "registry", "07:00", counted)],
            false,
        ),
        (
            "a stranger counts",
            vec![(house, "post", "06:30", LeftChain), (None, "x", "07:00", counted)],
            false,
        ),
        (
            "counted before",
            vec![(house, "post", "07:30", LeftChain), (None, "post", "07:00", counted)],
            false,
        ),
        (
            "counted as it went",
            vec![(house, "post", "07:00", LeftChain), (None, "post", "07:00", counted)],
            true,
        ),
    ];
    for (what, told, may) in cases {
        let mut world = World::new(&[]);
        for (goods, by, at, event) in told {
            world.custody(goods, by, at, event);
        }
        world.now = instant("08:00");
        let unlink = Deed::Unlink { house: key(house), recounted_pieces: 6 };
        let expected = if may { Ok(1) } else { Err("unlink-not-shown") };
        assert_eq!(world.act("E1", "A", &duty(), unlink), expected, "{what}");
    }
}

#[test]
fn a_mark_is_released_by_whoever_set_all_of_them() {
    let release = || Deed::ReleaseHighRisk { object: key(None) };
    let marked = || SecurityFact::HighRisk(Marked { why: "TIP".to_owned(), methods_min: None });
    let pact = Actor::Authority(ProgrammeId::new(PACT));
    let modes = [(PACT, Mode::Authority), (ACAS, Mode::Authority)];
    let world = || {
        let mut world = World::new(&modes);
        world.competence.security_programmes.clear();
        world
    };
    let (no_desk, desk) = (Err("desk-not-competent"), police());
    assert_eq!(world().act("E1", "A", &desk, release()), no_desk, "there is no mark");
    assert_eq!(world().act("E1", "A", &aviation_security(), release()), Err("not-marked"));
    let mut own = world();
    own.fact(None, "marker", "06:00", marked());
    assert_eq!(own.act("E1", "A", &desk, release()), Ok(1));
    let mut others = world();
    others.fact(None, "marker", "06:00", marked());
    others.fact(None, "another", "06:01", marked());
    assert_eq!(others.act("E1", "A", &desk, release()), no_desk);
    assert_eq!(others.act("E1", "A", &aviation_security(), release()), Ok(1));
    let mut requested = world();
    requested.open(PACT, None, ReferralKind::Rfi, "R0", &pact);
    assert_eq!(requested.act("E1", "A", &authority(PACT), release()), no_desk, "it marks nothing");
    requested.open(PACT, None, ReferralKind::Rfs, "R1", &pact);
    assert_eq!(requested.act("E1", "A", &authority(ACAS), release()), no_desk);
    assert_eq!(requested.act("E1", "A", &authority(PACT), release()), Ok(1));
    requested.open(ACAS, None, ReferralKind::Rfs, "R2", &Actor::Authority(ProgrammeId::new(ACAS)));
    assert_eq!(requested.act("E2", "A", &authority(PACT), release()), no_desk, "one is another's");
    // Signs of interference mark the goods, and nothing else of their custody does.
    let mut tampered = world();
    tampered.custody(None, "x", "06:00", CustodyEvent::HandedOver);
    assert_eq!(tampered.act("E1", "A", &aviation_security(), release()), Err("not-marked"));
    tampered.custody(None, "x", "06:10", CustodyEvent::Tampered);
    let lifts = tampered.proposed("E1", &aviation_security(), release());
    assert!(matches!(&lifts[..], [Lifted::Mark { mark: Mark::Tampered(..), .. }]), "{lifts:?}");
}

#[test]
fn who_filed_goods_is_told_from_others_goods() {
    let world = World::new(&[]);
    let person = |organisation: &str| Person { id: "A".into(), organisation: organisation.into() };
    let (house, other) = (Node::of(&key(Some("RHA"))), Node::of(&key(Some("RHB"))));
    let filed_none = |by: &str, named| {
        let (person, desk) = (person(by), Desk::Agency("police".into()));
        let whose = Whose { person: &person, desk: &desk, channel: "desk" };
        decision::filed_none(&world.dossier, whose, named).map_err(|refusal| refusal.0.code.id())
    };
    assert_eq!(filed_none("agent", Some(&house)), Err("own-filing"));
    assert_eq!(filed_none("agent", Some(&other)), Ok(()));
    assert_eq!(filed_none("other", Some(&other)), Err("own-filing"));
    assert_eq!(filed_none("other", Some(&house)), Ok(()));
    assert_eq!(filed_none("other", None), Err("own-filing"), "he filed some of the tree");
    assert_eq!(filed_none("nobody", None), Ok(()));
}

/// A number is taken as new when its goods were last seen long ago: screened, or in custody, they are seen.
#[test]
fn goods_are_seen_when_they_are_screened_or_in_custody() {
    let mut world = World::new(&[]);
    assert_eq!(world.dossier.last_at, Some(instant("06:00")));
    world.custody(None, "x", "07:00", CustodyEvent::HandedOver);
    assert_eq!(world.dossier.last_at, Some(instant("07:00")));
    world.fact(None, "x", "08:00", SecurityFact::HighRisk(Marked { why: "TIP".into(), methods_min: None }));
    assert_eq!(world.dossier.last_at, Some(instant("07:00")), "a mark is no sight of them");
    let result = ScreeningResult {
        object: key(None),
        pieces: Vec::new(),
        count: None,
        method: ScreeningMethod::Xry,
        outcome: ScreeningOutcome::Clear,
        equipment: None,
        tested_on: None,
        screener: None,
        screener_current: None,
        station: None,
    };
    world.fact(None, "x", "09:00", SecurityFact::Screened(result));
    assert_eq!(world.dossier.last_at, Some(instant("09:00")));
}
