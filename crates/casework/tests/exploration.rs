//! State-machine exploration: random acts in any order, and the laws that hold after each.
#![allow(clippy::unwrap_used)]

use casework::Dossier;
use casework::case::{
    Actor, CaseState, Command, Event, LegBinding, Node, Opening, ReferralKind, Tree, decide, evolve,
};
use casework::gate::{
    Aircraft, Answer, AskedLeg, Context, Decision, Files, ObjectQuestion, Question, Stage, answer,
    answer_object,
};
use casework::transport::{self, Yard};
use consignment::document::StatusFact;
use consignment::fact::{Content, ObjectName, UnitName};
use consignment::goods::GoodsLine;
use consignment::ident::{AirWaybill, HouseWaybill, Location, RegulatedEntity, UnitLoadDevice};
use consignment::measure::Weight;
use consignment::security::{
    DeclaredEntity, DeclaredMethod, IssuedAt, ScreeningMethod, SecurityStatus, StatusSource,
};
use consignment::stations::StationTable;
use consignment::{
    Consignment, ConsignmentKey, DocumentKind, Leg, PartialDate, Purpose, SecurityDeclaration,
};
use finding::{Phrase, codes};
use jiff::{SignedDuration, Timestamp};
use programme::{Mode, ProgrammeId};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

const PROGRAMMES: [&str; 2] = ["ca-pact", "us-acas"];

/// One random act.
#[derive(Debug, Clone)]
enum Act {
    File { node: usize, goods: u8, declared: usize },
    Report { node: usize, code: usize, at: usize, more: u32, unsecured: bool, faulty: bool },
    Withdraw { node: usize },
    Acknowledge { node: usize, programme: usize, version: u32 },
    Reject { node: usize, programme: usize, version: u32 },
    Complete { node: usize, programme: usize, version: u32 },
    Open { node: usize, programme: usize, kind: ReferralKind, reference: usize },
    Close { reference: usize, by: usize },
    Hold { node: usize },
    Lift { node: usize, by: usize },
}

fn nodes() -> [Node; 3] {
    let house = |number: &str| Node::House(HouseWaybill::parse(number).unwrap());
    [Node::Master, house("RHA"), house("RHB")]
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let node = 0..3usize;
    let programme = 0..2usize;
    let version = 0..4u32;
    let kind = prop_oneof![Just(ReferralKind::Rfi), Just(ReferralKind::Rfs), Just(ReferralKind::Dnl)];
    let act = prop_oneof![
        4 => (node.clone(), 0..3u8, 0..3usize)
            .prop_map(|(node, goods, declared)| Act::File { node, goods, declared }),
        2 => (node.clone(), 0..2usize, 0..3usize, 0..4u32, 0..8u8, 0..8u8).prop_map(
            |(node, code, at, more, unsecured, faulty)| Act::Report {
                node,
                code,
                at,
                more: more / 3,
                unsecured: unsecured == 0,
                faulty: faulty == 0,
            }
        ),
        1 => node.clone().prop_map(|node| Act::Withdraw { node }),
        4 => (node.clone(), programme.clone(), version.clone())
            .prop_map(|(node, programme, version)| Act::Acknowledge { node, programme, version }),
        1 => (node.clone(), programme.clone(), version.clone())
            .prop_map(|(node, programme, version)| Act::Reject { node, programme, version }),
        4 => (node.clone(), programme.clone(), version)
            .prop_map(|(node, programme, version)| Act::Complete { node, programme, version }),
        2 => (node.clone(), programme, kind, 0..4usize)
            .prop_map(|(node, programme, kind, reference)| Act::Open { node, programme, kind, reference }),
        3 => (0..4usize, 0..3usize).prop_map(|(reference, by)| Act::Close { reference, by }),
        1 => node.clone().prop_map(|node| Act::Hold { node }),
        1 => (node, 0..2usize).prop_map(|(node, by)| Act::Lift { node, by }),
    ];
    prop::collection::vec(act, 1..60)
}

/// Local times at FRA, where a declaration may have been issued and a report may speak of.
const TIMES: [&str; 3] = ["05:00", "07:05", "07:20"];

/// A count of all the pieces at FRA.
fn report(node: &Node, act: &Told) -> Consignment {
    let filed = consignment(node, 0, 0);
    let pieces = filed.pieces.map(|pieces| pieces + act.more);
    let nsc = vec![(SecurityStatus::Nsc, StatusSource::Oci)];
    Consignment {
        kind: DocumentKind::Status,
        pieces,
        statuses: vec![StatusFact {
            code: CODES[act.code].into(),
            discrepancy: None,
            all_pieces: pieces,
            pieces,
            flight: None,
            station: Location::parse("FRA").ok(),
            date: PartialDate::parse("24NOV"),
            time: TIMES[act.at].parse().ok(),
        }],
        security: act
            .unsecured
            .then(|| SecurityDeclaration { statuses: nsc, ..SecurityDeclaration::default() }),
        goods: Vec::new(),
        weight: None,
        ..filed
    }
}

const CODES: [&str; 2] = ["RCS", "RCT"];

/// What a report told of a node.
#[derive(Debug, Clone)]
struct Told {
    code: usize,
    at: usize,
    more: u32,
    unsecured: bool,
    faulty: bool,
}

fn consignment(node: &Node, goods: u8, declared: usize) -> Consignment {
    let secured = SecurityDeclaration {
        issuer: Some(DeclaredEntity {
            entity: RegulatedEntity::parse("DE/RA/01234-01").unwrap(),
            expiry: None,
        }),
        statuses: vec![(SecurityStatus::Spx, StatusSource::SpecialHandling)],
        methods: vec![DeclaredMethod { method: ScreeningMethod::Xry, as_sent: "XRY".into() }],
        issued_at: Some(IssuedAt::DateTime(format!("2026-11-24T{}", TIMES[declared]).parse().unwrap())),
        issued_by: Some("A KELLER".to_owned()),
        ..SecurityDeclaration::default()
    };
    let (kind, house, pieces) = match node {
        Node::Master => (DocumentKind::Master, None, 4),
        Node::House(number) => (DocumentKind::House, Some(number.clone()), 2),
    };
    Consignment {
        kind,
        master: AirWaybill::parse("888-10001014").ok(),
        house,
        origin: Location::parse("FRA").ok(),
        destination: Location::parse("YYZ").ok(),
        pieces: Some(pieces),
        weight: Some(Weight::kilograms(pieces.into())),
        goods: vec![GoodsLine { description: format!("HINGES {goods}"), ..GoodsLine::default() }],
        security: Some(secured),
        ..Consignment::default()
    }
}

/// The programmes of this release, read once.
static ALL_PROGRAMMES: LazyLock<BTreeMap<ProgrammeId, Arc<programme::Programme>>> = LazyLock::new(|| {
    programme::embedded::all().into_iter().map(|programme| (programme.id.clone(), programme)).collect()
});

/// The tree asked about.
struct OneTree(Dossier);

impl Files for OneTree {
    fn dossier(&self, key: &ConsignmentKey) -> Option<(&Dossier, Node)> {
        Some((&self.0, Node::of(key)))
    }
}

/// A unit that holds one consignment and nothing else is held for just what holds the consignment.
fn in_a_unit_alone(dossier: Dossier, question: &Question, context: &Context<'_>, alone: &Answer) {
    let key = dossier.tree.key(&question.node);
    let unit = UnitName::Device(UnitLoadDevice::parse("AKE123459Z").unwrap());
    let content = Content { object: key, pieces: Vec::new(), count: None, weight: None, position: None };
    let mut yard = Yard::default();
    yard.evolve(&transport::Event::Built {
        unit: unit.clone(),
        contents: vec![content],
        replaces: true,
        complete: true,
        by: "desk".into(),
    });
    let asked = ObjectQuestion {
        object: ObjectName::Unit(unit),
        leg: question.leg.clone(),
        stage: question.stage,
        aircraft: Some(question.aircraft),
        at: question.at,
    };
    let context = Context { yard: &yard, ..*context };
    let inside = answer_object(&asked, &OneTree(dossier), &context);
    let holding = |answer: &Answer| {
        let holding = answer.reasons.iter().filter(|reason| reason.holds());
        holding.map(|reason| (reason.code, reason.object.clone(), reason.args.clone())).collect::<Vec<_>>()
    };
    assert_eq!(holding(&inside), holding(alone));
    assert_eq!(inside.valid_until, alone.valid_until);
}

struct World {
    tree: Tree,
    events: Vec<Event>,
    now: Timestamp,
    /// What was told of each node, in order.
    told: Vec<(Node, Told)>,
    /// Which of the times the latest filing of each node was declared at.
    declared: BTreeMap<Node, usize>,
}

impl World {
    fn new() -> Self {
        let mut world = Self {
            tree: Tree::default(),
            events: Vec::new(),
            now: "2026-11-24T06:15:00Z".parse().unwrap(),
            told: Vec::new(),
            declared: BTreeMap::new(),
        };
        let at =
            |from: &str, to: &str| Leg::assumed(Location::parse(from).unwrap(), Location::parse(to).unwrap());
        let legs = vec![at("FRA", "JFK"), at("JFK", "YYZ")];
        world.apply(Command::Route { legs, unclear: Vec::new() }, &Actor::Node);
        for node in nodes() {
            for (leg, programme) in [(1, "ca-pact"), (0, "us-acas")] {
                let command = Command::Bind {
                    node: node.clone(),
                    programme: ProgrammeId::new(programme),
                    mode: Mode::Relay,
                    binding: LegBinding::Binds { legs: vec![leg] },
                };
                world.apply(command, &Actor::Node);
            }
        }
        world
    }

    /// Applies a command; a refusal changes nothing.
    fn apply(&mut self, command: Command, actor: &Actor) -> bool {
        let Ok(events) = decide(&self.tree, command, actor, self.now) else { return false };
        for event in &events {
            self.tree = evolve(std::mem::take(&mut self.tree), event);
        }
        self.events.extend(events);
        true
    }

    fn act(&mut self, act: &Act) {
        self.now = self.now.checked_add(SignedDuration::from_mins(1)).unwrap();
        let node = |index: &usize| nodes()[*index].clone();
        let programme = |index: &usize| ProgrammeId::new(PROGRAMMES[*index]);
        let authority = |index: &usize| Actor::Authority(programme(index));
        let filer = Actor::Filer("forwarder".into());
        match act {
            Act::Report { node: at, code, at: time, more, unsecured, faulty } => {
                let (node, actor) = (node(at), Actor::Filer("handler".into()));
                let told =
                    Told { code: *code, at: *time, more: *more, unsecured: *unsecured, faulty: *faulty };
                let fault = Phrase::new(codes::gate::WHY_NAMED_TWICE);
                self.apply(
                    Command::Record {
                        voice: casework::case::Voice::OF_DESK,
                        consignment: Arc::new(report(&node, &told)),
                        purpose: Purpose::Creation,
                        consolidated: false,
                        faults: faulty.then_some(fault).into_iter().collect(),
                    },
                    &actor,
                );
                self.told.push((node, told));
            }
            Act::File { node: at, goods, declared } => {
                self.declared.insert(node(at), *declared);
                let consignment = Arc::new(consignment(&node(at), *goods, *declared));
                let consolidated = *at == 0;
                self.apply(
                    Command::Record {
                        voice: casework::case::Voice::OF_DESK,
                        consignment,
                        purpose: Purpose::Creation,
                        consolidated,
                        faults: Vec::new(),
                    },
                    &filer,
                );
            }
            Act::Withdraw { node: at } => {
                let consignment = Arc::new(consignment(&node(at), 0, 0));
                self.apply(
                    Command::Record {
                        voice: casework::case::Voice::OF_DESK,
                        consignment,
                        purpose: Purpose::Deletion,
                        consolidated: false,
                        faults: Vec::new(),
                    },
                    &filer,
                );
            }
            Act::Acknowledge { node: at, programme: of, version } => {
                let command =
                    Command::Acknowledge { node: node(at), programme: programme(of), version: *version };
                self.apply(command, &authority(of));
            }
            Act::Reject { node: at, programme: of, version } => {
                let findings = Vec::new();
                let command =
                    Command::Reject { node: node(at), programme: programme(of), version: *version, findings };
                self.apply(command, &authority(of));
            }
            Act::Complete { node: at, programme: of, version } => {
                let before = self.open();
                let command = Command::CompleteAssessment {
                    node: node(at),
                    programme: programme(of),
                    version: *version,
                };
                self.apply(command, &authority(of));
                assert_eq!(self.open(), before, "assessment complete closed a referral");
            }
            Act::Open { node: at, programme: of, kind, reference } => {
                let command = Command::OpenReferral {
                    node: node(at),
                    programme: programme(of),
                    opening: Opening::new(
                        *kind,
                        Some(format!("R{reference}").into()),
                        Phrase::new(codes::gate::WHY_STATED).with("text", "say more"),
                    ),
                };
                self.apply(command, &authority(of));
            }
            Act::Close { reference, by } => {
                // Whoever closes speaks of the first case that knows the reference.
                let number: Arc<str> = format!("R{reference}").into();
                let known = self.tree.cases.iter().find_map(|((node, programme), case)| {
                    let referral = case.referrals.iter().find(|referral| referral.reference == number)?;
                    Some((node.clone(), programme.clone(), referral.kind, referral.by.clone()))
                });
                let Some((node, programme, kind, opener)) = known else { return };
                let actor = [authority(&0), authority(&1), Actor::Simulation][*by].clone();
                let command = Command::CloseReferral { node, programme, kind, reference: Some(number) };
                let closed = self.apply(command, &actor);
                assert_eq!(closed, opener == actor, "closed by {actor:?}, opened by {opener:?}");
            }
            Act::Hold { node: at } => {
                let cause =
                    casework::case::HoldCause(Phrase::new(codes::gate::WHY_STATED).with("text", "export"));
                self.apply(
                    Command::PlaceHold { node: node(at), cause, entry: None },
                    &Actor::Agency("export control".into()),
                );
            }
            Act::Lift { node: at, by } => {
                let agency = ["export control", "police"][*by];
                let cause =
                    casework::case::HoldCause(Phrase::new(codes::gate::WHY_STATED).with("text", "export"));
                let hold = casework::case::Hold { agency: "export control".into(), cause, entry: None };
                let lift = Command::LiftHold { node: node(at), hold };
                let lifted = self.apply(lift, &Actor::Agency(agency.into()));
                assert!(!(lifted && *by == 1), "police lifted a hold of export control");
            }
        }
    }

    fn open(&self) -> Vec<Arc<str>> {
        let cases = self.tree.cases.values();
        cases.flat_map(|case| case.open_referrals()).map(|referral| referral.reference.clone()).collect()
    }

    fn ask(&self, node: &Node) -> Answer {
        let question = Question {
            node: node.clone(),
            leg: AskedLeg::First,
            stage: Stage::Load,
            aircraft: Aircraft::Passenger,
            at: self.now,
        };
        let stations = StationTable::built_in();
        let context = Context::new(&ALL_PROGRAMMES, &stations);
        let dossier = Dossier { tree: self.tree.clone(), ..Dossier::default() };
        let answer = answer(&dossier, &question, &context);
        in_a_unit_alone(dossier, &question, &context, &answer);
        answer
    }

    /// The laws of the gate, told without the gate's own code.
    fn check(&self) {
        let acas = ProgrammeId::new("us-acas");
        for node in nodes() {
            let answer = self.ask(&node);
            let loads = answer.decision == Decision::Load;
            assert_eq!(loads, answer.reasons.iter().all(|reason| !reason.holds()));
            assert_eq!(loads, answer.valid_until.is_some());
            assert!(!answer.reasons.is_empty(), "an answer without a reason");
            let inside: Vec<Node> = match node {
                Node::Master => nodes()
                    .into_iter()
                    .filter(|n| self.tree.documents.contains_key(n) || *n == node)
                    .collect(),
                Node::House(_) => vec![node.clone()],
            };
            let dnl_inside = nodes()
                .iter()
                .filter(|n| inside.contains(n) || **n == Node::Master)
                .any(|n| self.tree.referrals_of(n).any(|(_, r)| r.open && r.kind == ReferralKind::Dnl));
            assert!(!(loads && dnl_inside), "{node:?} loads under a do-not-load");
            for part in inside.iter().chain([&Node::Master]) {
                let told: Vec<&Told> =
                    self.told.iter().filter(|(of, _)| of == part).map(|(_, told)| told).collect();
                let declared = self.declared.get(part).copied();
                for code in 0..CODES.len() {
                    let last = told.iter().rev().find(|told| told.code == code);
                    assert!(!(loads && last.is_some_and(|told| told.faulty)), "{part:?}: a faulty report");
                    let filed = self.tree.filed(part).is_some();
                    let miscounted = filed && last.is_some_and(|told| told.more > 0);
                    assert!(!(loads && miscounted), "{part:?}: other pieces were counted");
                }
                let unsecured = told.iter().filter(|told| told.unsecured).map(|told| told.at).max();
                let overcome = unsecured.is_none_or(|told| declared.is_some_and(|issued| issued > told));
                assert!(!loads || overcome, "{part:?} was reported unsecured and not declared since");
            }
            for part in &inside {
                let document = self.tree.documents.get(part);
                assert!(!(loads && document.is_none_or(|d| d.filed().is_none())), "{part:?} was never filed");
                let case = &self.tree.cases[&(part.clone(), acas.clone())];
                let open = case.open_referrals().next().is_some();
                assert!(!(loads && open), "{node:?} loads with an open referral on {part:?}");
                assert!(!(loads && case.state() != CaseState::Cleared), "{part:?} is {:?}", case.state());
                let held = document.is_some_and(|d| !d.holds.is_empty());
                assert!(!(loads && held), "{node:?} loads under another agency's hold");
                // What ca-pact asks for marks the goods from its own leg on, which is the next one.
                let screened = case.referrals.iter().any(|r| r.kind == ReferralKind::Rfs);
                assert!(!(loads && screened), "{part:?} is high risk and only SPX");
            }
            if loads && node == Node::Master {
                assert_eq!(inside.len(), 3, "a consolidation of four pieces loads with a house missing");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_acts_loads_what_is_not_clear(acts in acts()) {
        let mut world = World::new();
        for act in &acts {
            world.act(act);
            world.check();
        }
        // State is derived from the events alone.
        let replayed = world.events.iter().fold(Tree::default(), evolve);
        prop_assert_eq!(replayed, world.tree);
    }

    /// An act delivered twice frees nothing. It may hold longer: after a rejection the same data sent
    /// again are a new version, which must be judged anew.
    #[test]
    fn repetition_frees_nothing(acts in acts()) {
        let mut once = World::new();
        let mut twice = World::new();
        for act in &acts {
            once.act(act);
            twice.act(act);
            twice.act(act);
            for node in nodes() {
                if twice.ask(&node).decision == Decision::Load {
                    prop_assert_eq!(once.ask(&node).decision, Decision::Load, "{:?}", act);
                }
            }
        }
    }
}

/// Goods are accepted unsecured, miscounted and misreported; then all is put right.
#[test]
fn what_is_put_right_loads() {
    let mut world = World::new();
    let wrong = Act::Report { node: 0, code: 0, at: 1, more: 1, unsecured: true, faulty: true };
    for act in [&wrong, &Act::Report { node: 0, code: 0, at: 1, more: 0, unsecured: false, faulty: false }] {
        world.act(act);
        world.check();
    }
    for node in 0..3 {
        world.act(&Act::File { node, goods: 1, declared: 2 });
        world.act(&Act::Acknowledge { node, programme: 1, version: 1 });
        world.act(&Act::Complete { node, programme: 1, version: 1 });
    }
    world.check();
    let answer = world.ask(&Node::Master);
    assert_eq!(answer.decision, Decision::Load, "{:?}", answer.reasons);
}

/// The exploration is worth something only if it reaches "load".
#[test]
fn a_plain_day_loads() {
    let mut world = World::new();
    for node in 0..3 {
        world.act(&Act::File { node, goods: 1, declared: 0 });
        world.act(&Act::Acknowledge { node, programme: 1, version: 1 });
        world.act(&Act::Complete { node, programme: 1, version: 1 });
    }
    world.check();
    let answer = world.ask(&Node::Master);
    assert_eq!(answer.decision, Decision::Load, "{:?}", answer.reasons);
}
