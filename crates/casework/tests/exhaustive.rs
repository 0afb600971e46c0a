//! Every order of acts up to a depth, over one master with one house in one unit and two programmes.
//!
//! A breadth-first search over the pure functions: each state is reached once, states are told apart by everything
//! they hold, and in each of them the laws are checked by reading the state, without the gate's own code.
//! `LOADGATE_DEPTH` searches deeper (`cargo xtask soak exhaustive`).
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

use casework::case::{Actor, CaseState, Command, LegBinding, Node, Opening, ReferralKind};
use casework::decision::{self, Competence, Desk, Officer, Policy};
use casework::desks::Desks;
use casework::gate::{
    Aircraft, AskedLeg, Context, Decision, Expectation, Files, ObjectQuestion, Stage, answer_object,
};
use casework::security::record::{self, SecurityFact, Told};
use casework::transport::{self, Speaker, Yard};
use casework::{Dossier, Event, case};
use consignment::fact::{Content, CustodyEvent, ObjectName, OfficerAct, OfficerDeed, Person, UnitName};
use consignment::goods::GoodsLine;
use consignment::ident::{AirWaybill, HouseWaybill, Location, RegulatedEntity, UnitLoadDevice};
use consignment::measure::Weight;
use consignment::security::{DeclaredEntity, DeclaredMethod, ScreeningMethod, SecurityStatus, StatusSource};
use consignment::stations::StationTable;
use consignment::{Consignment, ConsignmentKey, DocumentKind, Leg, Purpose, SecurityDeclaration};
use finding::{Phrase, codes};
use jiff::{SignedDuration, Timestamp};
use programme::{Mode, ProgrammeId};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, LazyLock};

/// How many acts after the first state in `cargo xtask test`.
const DEPTH: u64 = 4;

const PROGRAMMES: [&str; 2] = ["us-acas", "ca-pact"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    File(usize, u8),
    Withdraw(usize),
    Acknowledge(usize, usize),
    Reject(usize, usize),
    Complete(usize),
    Open(usize, usize, ReferralKind),
    /// By the authority of the second number.
    Close(usize, usize, usize, ReferralKind),
    Hold,
    /// By this person.
    Release(u8),
    Confirm(u8),
    Break(usize),
    Build,
    OpenUnit,
    Order(bool),
    Cancel(bool),
    Minute,
}

fn acts() -> Vec<Act> {
    use ReferralKind::{Dnl, Rfi, Rfs};
    let mut acts =
        vec![Act::Hold, Act::Release(1), Act::Confirm(1), Act::Confirm(2), Act::Build, Act::OpenUnit];
    for node in 0..2 {
        acts.extend([
            Act::File(node, 0),
            Act::File(node, 1),
            Act::Withdraw(node),
            Act::Complete(node),
            Act::Break(node),
        ]);
        acts.extend([0, 1].map(|programme| Act::Acknowledge(node, programme)));
        acts.extend([0, 1].map(|programme| Act::Reject(node, programme)));
    }
    for (node, programme, kind) in [(1, 0, Rfi), (1, 1, Dnl), (0, 1, Rfs)] {
        acts.push(Act::Open(node, programme, kind));
        acts.extend([0, 1].map(|by| Act::Close(node, programme, by, kind)));
    }
    acts.extend([true, false].into_iter().flat_map(|own| [Act::Order(own), Act::Cancel(own)]));
    acts.push(Act::Minute);
    acts
}

fn node(at: usize) -> Node {
    [Node::Master, Node::House(HouseWaybill::parse("RHA").unwrap())][at].clone()
}

fn key(at: usize) -> ConsignmentKey {
    let house = (at == 1).then(|| HouseWaybill::parse("RHA").unwrap());
    ConsignmentKey { master: AirWaybill::parse("888-10001014").ok(), house }
}

fn unit() -> UnitName {
    UnitName::Device(UnitLoadDevice::parse("AKE123459Z").unwrap())
}

fn consignment(at: usize, goods: u8) -> Consignment {
    let security = SecurityDeclaration {
        issuer: Some(DeclaredEntity {
            entity: RegulatedEntity::parse("DE/RA/01234-01").unwrap(),
            expiry: None,
        }),
        statuses: vec![(SecurityStatus::Spx, StatusSource::SpecialHandling)],
        methods: vec![DeclaredMethod { method: ScreeningMethod::Xry, as_sent: "XRY".into() }],
        issued_at: Some(consignment::security::IssuedAt::DateTime("2026-11-24T05:00:00".parse().unwrap())),
        issued_by: Some("A KELLER".to_owned()),
        ..SecurityDeclaration::default()
    };
    Consignment {
        kind: [DocumentKind::Master, DocumentKind::House][at],
        master: key(at).master,
        house: key(at).house,
        origin: Location::parse("FRA").ok(),
        destination: Location::parse("YYZ").ok(),
        pieces: Some(2),
        weight: Some(Weight::kilograms(2.into())),
        goods: vec![GoodsLine { description: format!("HINGES {goods}"), ..GoodsLine::default() }],
        security: Some(security),
        ..Consignment::default()
    }
}

static RULES: LazyLock<BTreeMap<ProgrammeId, Arc<programme::Programme>>> = LazyLock::new(|| {
    let all = programme::embedded::all().into_iter();
    all.filter(|one| PROGRAMMES.contains(&one.id.as_str())).map(|one| (one.id.clone(), one)).collect()
});

#[derive(Clone)]
struct State {
    dossier: Dossier,
    unit: Vec<transport::Event>,
    now: Timestamp,
    minutes: u8,
}

struct Tree<'a>(&'a Dossier);

impl Files for Tree<'_> {
    fn dossier(&self, key: &ConsignmentKey) -> Option<(&Dossier, Node)> {
        Some((self.0, Node::of(key)))
    }
}

impl State {
    fn first() -> Self {
        let mut state = Self {
            dossier: Dossier::default(),
            unit: Vec::new(),
            now: "2026-11-24T06:15:00Z".parse().unwrap(),
            minutes: 0,
        };
        let at =
            |from: &str, to: &str| Leg::assumed(Location::parse(from).unwrap(), Location::parse(to).unwrap());
        let legs = vec![at("FRA", "JFK"), at("JFK", "YYZ")];
        state.case(Command::Route { legs, unclear: Vec::new() }, &Actor::Node);
        for at in 0..2 {
            for (leg, programme) in PROGRAMMES.iter().enumerate() {
                let (programme, binding) =
                    (ProgrammeId::new(programme), LegBinding::Binds { legs: vec![leg] });
                state.case(
                    Command::Bind { node: node(at), programme, mode: Mode::Relay, binding },
                    &Actor::Node,
                );
            }
            for act in [Act::File(at, 0), Act::Acknowledge(at, 0), Act::Acknowledge(at, 1), Act::Complete(at)]
            {
                assert!(state.act(act), "{act:?}");
            }
        }
        state.act(Act::Build);
        state
    }

    fn yard(&self) -> Yard {
        let mut yard = Yard::default();
        self.unit.iter().for_each(|event| yard.evolve(event));
        yard
    }

    /// Everything the state holds.
    fn hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        let yard = self.yard();
        format!("{:?} {:?} {}", self.dossier, yard.unit(&unit()), self.minutes).hash(&mut hasher);
        hasher.finish()
    }

    fn take(&mut self, events: Vec<Event>) -> bool {
        events.iter().for_each(|event| self.dossier.evolve(event));
        true
    }

    fn case(&mut self, command: Command, actor: &Actor) -> bool {
        let events = case::decide(&self.dossier.tree, command, actor, self.now);
        events.is_ok_and(|events| self.take(events.into_iter().map(Into::into).collect()))
    }

    fn officer(&mut self, act: OfficerDeed, person: u8, id: &str) -> bool {
        let person = Person { id: format!("P{person}").into(), organisation: "police".into() };
        let (desk, policy) = (Desk::Agency("police".into()), Policy::default());
        if self.dossier.decisions.entries.contains_key(id) {
            return false;
        }
        let (channel, competence) = ("police", Competence::default());
        let officer = Officer {
            desks: Desks::everybody(),
            person: &person,
            desk: &desk,
            channel,
            competence: &competence,
            policy: &policy,
        };
        let act = OfficerAct { act, reason: "doubt".into() };
        let events = decision::decide(&self.dossier, act, officer, id.into(), self.now);
        events.is_ok_and(|events| self.take(events))
    }

    fn at_the_unit(&mut self, command: transport::Command, speaker: &Speaker) -> bool {
        let events = transport::decide(&self.yard(), command, speaker, self.now);
        events.is_ok_and(|events| {
            self.unit.extend(events);
            true
        })
    }

    /// Does it; `false` where it is refused.
    fn act(&mut self, act: Act) -> bool {
        let programme = |at: usize| ProgrammeId::new(PROGRAMMES[at]);
        let authority = |at: usize| Actor::Authority(programme(at));
        let filer = Actor::Filer("forwarder".into());
        let version = |at: usize| {
            self.dossier.tree.documents.get(&node(at)).and_then(case::Document::version).unwrap_or(0)
        };
        let order = |own: bool| match own {
            true => Speaker::Authority(programme(0)),
            false => Speaker::Other("mail box".into()),
        };
        match act {
            Act::File(at, _) | Act::Withdraw(at) => {
                let (goods, purpose) = match act {
                    Act::File(_, goods) => (goods, Purpose::Creation),
                    _ => (0, Purpose::Deletion),
                };
                let consignment = Arc::new(consignment(at, goods));
                self.case(
                    Command::Record {
                        voice: casework::case::Voice::OF_DESK,
                        consignment,
                        purpose,
                        consolidated: at == 0,
                        faults: Vec::new(),
                    },
                    &filer,
                )
            }
            Act::Acknowledge(at, of) => {
                let version = version(at);
                self.case(
                    Command::Acknowledge { node: node(at), programme: programme(of), version },
                    &authority(of),
                )
            }
            Act::Reject(at, of) => {
                let (version, findings) = (version(at), Vec::new());
                self.case(
                    Command::Reject { node: node(at), programme: programme(of), version, findings },
                    &authority(of),
                )
            }
            Act::Complete(at) => {
                let version = version(at);
                let complete =
                    Command::CompleteAssessment { node: node(at), programme: programme(0), version };
                self.case(complete, &authority(0))
            }
            Act::Open(at, of, kind) => {
                let reason = Phrase::new(codes::gate::WHY_STATED).with("text", "say more");
                let opening = Opening::new(kind, Some("R1".into()), reason);
                self.case(
                    Command::OpenReferral { node: node(at), programme: programme(of), opening },
                    &authority(of),
                )
            }
            Act::Close(at, of, by, kind) => {
                let reference = Some("R1".into());
                let close =
                    Command::CloseReferral { node: node(at), programme: programme(of), kind, reference };
                self.case(close, &authority(by))
            }
            Act::Hold => {
                let id = format!("H{}", self.minutes);
                self.officer(
                    OfficerDeed::Hold { object: key(1), agency: "police".into(), review_at: None },
                    1,
                    &id,
                )
            }
            Act::Release(person) => {
                self.officer(OfficerDeed::Release { object: key(1), agency: "police".into() }, person, "R")
            }
            Act::Confirm(person) => self.officer(OfficerDeed::Confirm { proposal: "R".into() }, person, "C"),
            Act::Break(at) => {
                let told = Told { at: self.now, received_at: self.now, by: "desk".into(), registry: true };
                let fact = SecurityFact::Custody(CustodyEvent::Broken, "seal".into());
                let events = record::decide(&self.dossier.security, told, key(at), fact);
                events.is_ok_and(|events| self.take(events.into_iter().map(Into::into).collect()))
            }
            Act::Build => {
                let content =
                    Content { object: key(1), pieces: Vec::new(), count: None, weight: None, position: None };
                let build = transport::Command::Build {
                    unit: unit(),
                    contents: vec![content],
                    complete: true,
                    takes_over: false,
                };
                self.at_the_unit(build, &Speaker::Desk("desk".into()))
            }
            Act::OpenUnit => {
                let open = transport::Command::Open { unit: unit(), why: "opened".into(), part: true };
                self.at_the_unit(open, &Speaker::Desk("desk".into()))
            }
            Act::Order(own) => {
                let command = transport::Command::Order {
                    unit: unit(),
                    programme: programme(0),
                    reference: "U1".into(),
                    at: self.now,
                };
                self.at_the_unit(command, &order(own))
            }
            Act::Cancel(own) => {
                let command = transport::Command::CancelOrder {
                    unit: unit(),
                    programme: programme(0),
                    reference: "U1".into(),
                    at: self.now,
                };
                self.at_the_unit(command, &order(own))
            }
            Act::Minute => {
                self.now += SignedDuration::from_mins(1);
                self.minutes += 1;
                true
            }
        }
    }

    fn loads(&self, yard: &Yard, object: ObjectName, leg: usize) -> bool {
        let at = ["FRA", "JFK", "YYZ"];
        let station = |code: &str| Location::parse(code).unwrap();
        let leg =
            AskedLeg::Named { from: station(at[leg]), to: station(at[leg + 1]), flight: None, date: None };
        let question = ObjectQuestion {
            object,
            leg,
            stage: Stage::Load,
            aircraft: Some(Aircraft::Passenger),
            at: self.now,
        };
        let stations = StationTable::built_in();
        let context = Context { expects: Expectation::Everything, yard, ..Context::new(&RULES, &stations) };
        answer_object(&question, &Tree(&self.dossier), &context).decision == Decision::Load
    }

    fn open(&self) -> BTreeSet<String> {
        let tree = &self.dossier.tree;
        let cases = tree.cases.iter().flat_map(|((node, programme), case)| {
            case.open_referrals()
                .map(move |one| format!("{node:?} {programme} {:?} {}", one.kind, one.reference))
        });
        let holds = tree.documents.values().flat_map(|document| &document.holds);
        let yard = self.yard();
        let orders = yard.unit(&unit()).into_iter().flat_map(transport::Unit::orders_in_force);
        let orders: Vec<String> = orders.map(|(order, _)| format!("order {:?}", order.by)).collect();
        cases.chain(holds.map(|hold| format!("hold {}", hold.agency))).chain(orders).collect()
    }

    /// What stands in the state against loading a node on a leg.
    fn against(&self, at: usize, leg: usize, yard: &Yard) -> Option<&'static str> {
        let tree = &self.dossier.tree;
        for at in [0, at, 1].into_iter().take(if at == 0 { 3 } else { 2 }) {
            let Some(document) = tree.documents.get(&node(at)) else { return Some("unknown") };
            let named = node(at);
            let referrals = || tree.referrals_of(&named).filter(|(_, one)| one.open);
            if referrals().any(|(_, one)| one.kind == ReferralKind::Dnl) {
                return Some("a do-not-load");
            }
            let here = &tree.cases[&(node(at), ProgrammeId::new(PROGRAMMES[leg]))];
            if here.open_referrals().next().is_some() {
                return Some("a referral");
            }
            let cleared = if leg == 0 {
                here.state() == CaseState::Cleared
            } else {
                here.state() != CaseState::Rejected
            };
            // The American programme answers houses; of their master it only wants that it is filed and not refused.
            let by_houses = at == 0 && leg == 0;
            let filed = here.filed_version.is_some() && here.state() != CaseState::Rejected;
            let answered = if by_houses { filed } else { cleared && here.is_acknowledged() };
            if !answered || here.withdrawn {
                return Some("the case");
            }
            if !document.holds.is_empty() {
                return Some("a hold");
            }
            // Each programme covers the leg of its place, and marks the goods from there on.
            let from_here = |programme: &ProgrammeId| {
                PROGRAMMES.iter().position(|one| *one == programme.as_str()).is_none_or(|first| first <= leg)
            };
            let mut asked = tree.referrals_of(&named);
            if asked.any(|(programme, one)| one.kind == ReferralKind::Rfs && from_here(programme)) {
                return Some("the high-risk mark");
            }
            if self.dossier.security.of(&key(at)).is_some_and(|record| !record.custody.is_empty()) {
                return Some("custody");
            }
            if yard.orders_on(&key(at)).next().is_some() {
                return Some("an order on its unit");
            }
        }
        None
    }

    fn check(&self, after: &dyn Fn() -> Vec<Act>) -> u64 {
        let yard = self.yard();
        let mut loads = 0;
        for (at, leg) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let loaded = self.loads(&yard, ObjectName::Consignment(key(at)), leg);
            let against = self.against(at, leg, &yard);
            assert!(
                !loaded || against.is_none(),
                "{at} on {leg} loads under {against:?} after {:?}",
                after()
            );
            loads += u64::from(loaded);
        }
        let known = yard.unit(&unit()).is_some_and(transport::Unit::is_known);
        let ordered = yard.unit(&unit()).is_some_and(|unit| unit.orders_in_force().next().is_some());
        if self.loads(&yard, ObjectName::Unit(unit()), 0) {
            let against = self.against(1, 0, &yard);
            assert!(
                known && !ordered && against.is_none(),
                "the unit loads under {against:?} after {:?}",
                after()
            );
            loads += 1;
        }
        loads
    }
}

/// Who may take away what was open: the opener by closing, two people by releasing.
fn check_step(before: &State, act: Act, after: &State) {
    let (was, is) = (before.open(), after.open());
    for gone in was.difference(&is) {
        let lawful = match act {
            Act::Close(at, of, by, kind) => {
                of == by && *gone == format!("{:?} {} {kind:?} R1", node(at), PROGRAMMES[of])
            }
            Act::Confirm(2) => gone == "hold police",
            // The authority's own word ends what others claim of it.
            Act::Cancel(own) => own || !gone.contains("Authority"),
            _ => false,
        };
        assert!(lawful, "{act:?} took away {gone}");
    }
}

#[test]
fn no_state_within_reach_breaks_a_law() {
    let depth = std::env::var("LOADGATE_DEPTH").ok().and_then(|text| text.parse().ok()).unwrap_or(DEPTH);
    let acts = acts();
    let first = State::first();
    let mut loads = first.check(&Vec::new);
    assert_eq!(loads, 5, "on a plain day everything loads");
    let mut seen: HashSet<u64> = [first.hash()].into();
    let mut level = vec![(first, Vec::new())];
    for reached in 1..=depth {
        let mut next = Vec::new();
        for (state, path) in &level {
            for act in &acts {
                let mut after = state.clone();
                if !after.act(*act) {
                    continue;
                }
                check_step(state, *act, &after);
                if seen.insert(after.hash()) {
                    let path: Vec<Act> = path.iter().copied().chain([*act]).collect();
                    loads += after.check(&|| path.clone());
                    next.push((after, path));
                }
            }
        }
        level = next;
        println!("depth {reached}: {} states so far, {loads} answers \"load\"", seen.len());
    }
}
