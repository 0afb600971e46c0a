//! The gate over one waybill: what a State may yet demand of a programme beyond the data that are shipped, and how much
//! is told of a rejection and of a faulty message.
#![allow(clippy::unwrap_used)]

use casework::case::{Actor, Command, LegBinding, Node, PartyHit, Voice, decide};
use casework::gate::{Aircraft, Answer, AskedLeg, Context, Question, Reason, Stage, answer};
use casework::{Dossier, Event};
use consignment::goods::GoodsLine;
use consignment::ident::{AirWaybill, Location};
use consignment::measure::Weight;
use consignment::stations::StationTable;
use consignment::{Consignment, DocumentKind, Leg, Purpose, Role};
use finding::{Code, Finding, Phrase, codes};
use jiff::Timestamp;
use programme::{GateRules, Mode, ProgrammeId};
use std::collections::BTreeMap;
use std::sync::Arc;

fn acas() -> ProgrammeId {
    ProgrammeId::new("us-acas")
}

fn now() -> Timestamp {
    "2026-11-24T06:15:00Z".parse().unwrap()
}

/// A direct waybill to New York, on which one programme binds.
struct World(Dossier);

impl World {
    fn new() -> Self {
        Self::new_in(Mode::Relay)
    }

    fn new_in(mode: Mode) -> Self {
        let mut world = Self(Dossier::default());
        let leg = Leg::assumed(Location::parse("FRA").unwrap(), Location::parse("JFK").unwrap());
        world.apply(Command::Route { legs: vec![leg], unclear: Vec::new() }, &Actor::Node);
        let (node, programme) = (Node::Master, acas());
        let binding = LegBinding::Binds { legs: vec![0] };
        world.apply(Command::Bind { node, programme, mode, binding }, &Actor::Node);
        world
    }

    fn filed() -> Self {
        Self::filed_with(Vec::new())
    }

    fn filed_with(faults: Vec<Phrase>) -> Self {
        let mut world = Self::new();
        world.file("HINGES", faults);
        world
    }

    fn file(&mut self, goods: &str, faults: Vec<Phrase>) {
        let consignment = Arc::new(Consignment {
            kind: DocumentKind::Master,
            master: AirWaybill::parse("888-10001014").ok(),
            origin: Location::parse("FRA").ok(),
            destination: Location::parse("JFK").ok(),
            pieces: Some(2),
            weight: Some(Weight::kilograms(20.into())),
            goods: vec![GoodsLine { description: goods.into(), ..GoodsLine::default() }],
            ..Consignment::default()
        });
        let purpose = Purpose::Creation;
        let command =
            Command::Record { voice: Voice::OF_DESK, consignment, purpose, consolidated: false, faults };
        self.apply(command, &Actor::Filer("agent".into()));
    }

    fn apply(&mut self, command: Command, actor: &Actor) {
        for event in decide(&self.0.tree, command, actor, now()).unwrap() {
            self.0.evolve(&Event::Tree(event));
        }
    }

    /// What the programme alone says, with its rules changed.
    fn asked(&self, change: impl Fn(&mut GateRules)) -> Vec<Reason> {
        self.answered(change).into_iter().filter(|reason| reason.programme == Some(acas())).collect()
    }

    fn answered(&self, change: impl Fn(&mut GateRules)) -> Vec<Reason> {
        self.answer(change, false).reasons
    }

    fn answer(&self, change: impl Fn(&mut GateRules), simulated: bool) -> Answer {
        let mut rules = programme::embedded::all().into_iter().find(|one| one.id == acas()).unwrap();
        change(&mut Arc::make_mut(&mut rules).gate);
        let programmes = BTreeMap::from([(acas(), rules)]);
        let stations = StationTable::built_in();
        let (node, leg, at) = (Node::Master, AskedLeg::First, now());
        let question = Question { node, leg, stage: Stage::Load, aircraft: Aircraft::Passenger, at };
        let context = Context { simulated, ..Context::new(&programmes, &stations) };
        answer(&self.0, &question, &context)
    }
}

fn told(reasons: &[Reason]) -> Vec<Code> {
    reasons.iter().map(|reason| reason.code).collect()
}

#[test]
fn nothing_filed_is_said_as_such_whatever_is_demanded() {
    for acknowledgement in [true, false] {
        for assessment in [true, false] {
            let reasons = World::new().asked(|gate| {
                gate.acknowledgement_required = acknowledgement;
                gate.assessment_required = assessment;
            });
            assert_eq!(told(&reasons), [codes::gate::NOT_FILED], "{acknowledgement} {assessment}");
        }
    }
}

/// Where no acknowledgement is wanted but an assessment is, goods nobody answered for wait for it.
#[test]
fn an_assessment_is_waited_for_also_where_no_acknowledgement_is_demanded() {
    let world = World::filed();
    let only_assessed = |gate: &mut GateRules| {
        gate.acknowledgement_required = false;
        gate.assessment_required = true;
    };
    assert_eq!(told(&world.asked(only_assessed)), [codes::gate::ASSESSMENT_PENDING]);
    assert_eq!(told(&world.asked(|_| {})), [codes::gate::NOT_ACKNOWLEDGED]);
}

#[test]
fn five_grounds_of_a_rejection_are_told_each_once() {
    let mut world = World::filed();
    let all = [
        codes::quality::ELEMENT_MISSING,
        codes::quality::ELEMENT_MISSING,
        codes::quality::ELEMENT_INVALID,
        codes::quality::PARTY_MISSING,
        codes::quality::ELEMENT_JUNK,
        codes::quality::STOP_WORDS_ONLY,
        codes::quality::SCRIPT_NOT_LATIN,
    ];
    let (node, programme, version) = (Node::Master, acas(), 1);
    let findings = all.map(Finding::new).to_vec();
    world.apply(Command::Reject { node, programme, version, findings }, &Actor::Authority(acas()));
    let reasons = world.asked(|_| {});
    let [rejected] = &reasons[..] else { panic!("{reasons:?}") };
    assert_eq!(rejected.code, codes::gate::FILING_REJECTED);
    let whys: Vec<Code> = rejected.why.iter().map(|why| why.code).collect();
    assert_eq!(whys, all[1..6]);
}

#[test]
fn five_faults_of_a_message_are_told_each_once() {
    let fault = |number: u32| Phrase::new(codes::gate::WHY_STATED).with("text", number.to_string());
    let world = World::filed_with([1, 1, 2, 3, 4, 5, 6].map(fault).to_vec());
    let reasons = world.answered(|_| {});
    let faulty = reasons.iter().find(|reason| reason.code == codes::gate::MESSAGE_FAULTY).unwrap();
    assert_eq!(faulty.why, [1, 2, 3, 4, 5].map(fault));
}

fn screened(world: &mut World, lists: Option<&str>, score_thousandths: u16) {
    let hit = PartyHit {
        role: Role::Shipper,
        party: "ALMOND".into(),
        score_thousandths,
        list: "list".into(),
        security: true,
        entity_id: "1".into(),
        name: "ALMONDS".into(),
        matched: "ALMONDS".into(),
        evidence: Vec::new(),
    };
    let (node, lists, hits, notes) = (Node::Master, lists.map(Into::into), vec![hit], Vec::new());
    world.apply(Command::RecordScreening { node, version: 1, lists, hits, notes }, &Actor::Node);
}

fn scores(world: &World) -> Vec<String> {
    let reasons = world.answered(|_| {});
    let hits = reasons.iter().filter(|reason| reason.code == codes::gate::NAME_HIT);
    let args = hits.flat_map(|reason| reason.args.clone());
    args.filter(|(name, _)| *name == "score").map(|(_, score)| score.to_string()).collect()
}

fn says_unscreened(world: &World) -> bool {
    world.answered(|_| {}).iter().any(|reason| reason.code == codes::gate::NAMES_NOT_SCREENED)
}

#[test]
fn names_are_screened_where_lists_were_given_and_of_the_latest_version_only() {
    let mut world = World::filed();
    assert!(says_unscreened(&world), "nobody has screened it");
    screened(&mut world, None, 950);
    assert!(says_unscreened(&world), "without a list nothing is screened");
    screened(&mut world, Some("hash"), 950);
    assert_eq!((says_unscreened(&world), scores(&world)), (false, vec!["0.950".to_owned()]));
    screened(&mut world, Some("hash"), 1000);
    assert_eq!(scores(&world), ["1.000"]);
    world.file("BRASS HINGES", Vec::new());
    assert_eq!(
        (says_unscreened(&world), scores(&world)),
        (true, Vec::new()),
        "an older version was screened"
    );
}

/// Every answer of a simulation says so, also where only one programme is simulated.
#[test]
fn an_answer_says_whether_anything_is_simulated() {
    for (mode, node, expected) in [
        (Mode::Relay, false, false),
        (Mode::Relay, true, true),
        (Mode::Simulated, false, true),
        (Mode::Simulated, true, true),
    ] {
        assert_eq!(World::new_in(mode).answer(|_| {}, node).simulated, expected, "{mode:?} {node}");
    }
}
