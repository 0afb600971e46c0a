//! What a programme that binds on a later leg says of goods on an earlier one: it is told where anything is wanted still, by
//! whose turn it is, and holds only where the station holds upstream. And what is open on goods that go elsewhere.
#![allow(clippy::unwrap_used)]

#[path = "later_leg/gone.rs"]
mod gone;
#[path = "later_leg/moved.rs"]
mod moved;
#[path = "later_leg/rest.rs"]
mod rest;
#[path = "later_leg/states.rs"]
mod states;

mod support;

use casework::case::{
    Actor, Claimed, Command, HoldCause, LegBinding, Node, Opening, ReferralKind, Voice, decide,
};
use casework::gate::{Aircraft, AskedLeg, Context, Question, Reason, Stage, WhoActs, answer, is_open};
use casework::security::record::{self, Marked, SecurityFact, Told};
use casework::{Dossier, Event};
use consignment::fact::CustodyEvent;
use consignment::goods::GoodsLine;
use consignment::ident::Location;
use consignment::measure::Weight;
use consignment::security::{
    DeclaredEntity, DeclaredMethod, IssuedAt, ScreeningMethod, SecurityStatus, StatusSource,
};
use consignment::stations::StationTable;
use consignment::{Consignment, DocumentKind, Leg, Purpose, SecurityDeclaration};
use finding::{Finding, Phrase, codes};
use jiff::civil::date;
use programme::{GateRules, Mode, ProgrammeId};
use std::collections::BTreeMap;
use std::sync::Arc;
use support::{clear, instant, key};

fn acas() -> ProgrammeId {
    ProgrammeId::new("us-acas")
}

/// A waybill over Istanbul to New York; the programme binds on the second leg.
struct World(Dossier);

/// Goods of ten kilograms a piece.
fn hinges(house: Option<&str>, pieces: u32) -> Consignment {
    Consignment {
        kind: if house.is_some() { DocumentKind::House } else { DocumentKind::Master },
        master: key(None).master,
        house: key(house).house,
        origin: Location::parse("FRA").ok(),
        destination: Location::parse("JFK").ok(),
        pieces: Some(pieces),
        weight: Some(Weight::kilograms((pieces * 10).into())),
        goods: vec![GoodsLine { description: "HINGES".into(), ..GoodsLine::default() }],
        ..Consignment::default()
    }
}

impl World {
    fn new() -> Self {
        let mut world = Self(Dossier::default());
        let at = |code: &str| Location::parse(code).unwrap();
        let legs = vec![Leg::assumed(at("FRA"), at("IST")), Leg::assumed(at("IST"), at("JFK"))];
        world.apply(Command::Route { legs, unclear: Vec::new() }, &Actor::Node);
        world
    }

    fn bound(house: Option<&str>) -> Self {
        let mut world = Self::new();
        let (node, programme, mode) = (Node::of(&key(house)), acas(), Mode::Relay);
        let binding = LegBinding::Binds { legs: vec![1] };
        world.apply(Command::Bind { node, programme, mode, binding }, &Actor::Node);
        world
    }

    fn file(&mut self, house: Option<&str>, consolidated: bool, security: Option<SecurityDeclaration>) {
        let consignment = Arc::new(Consignment { security, ..hinges(house, 2) });
        let (voice, purpose, faults) = (Voice::OF_DESK, Purpose::Creation, Vec::new());
        let command = Command::Record { voice, consignment, purpose, consolidated, faults };
        self.apply(command, &Actor::Filer("agent".into()));
    }

    fn apply(&mut self, command: Command, actor: &Actor) {
        for event in decide(&self.0.tree, command, actor, instant("06:00")).unwrap() {
            self.0.evolve(&Event::Tree(event));
        }
    }

    fn said(&mut self, word: Word, house: Option<&str>) {
        let (node, programme, version) = (Node::of(&key(house)), acas(), 1);
        let command = match word {
            Word::Received => Command::Acknowledge { node, programme, version },
            Word::Assessed => Command::CompleteAssessment { node, programme, version },
            Word::Rejected => {
                let findings = vec![Finding::new(codes::quality::PARTY_MISSING)];
                Command::Reject { node, programme, version, findings }
            }
            Word::Asked(kind) => {
                let opening = Opening::new(kind, None, Opening::words("WHAT"));
                Command::OpenReferral { node, programme, opening }
            }
            Word::Claimed => {
                let (claimed, text) = (Claimed::Rejection, "AS TOLD".into());
                let claim = Command::Claim { node, programme, claimed, text, again: false };
                return self.apply(claim, &Actor::Filer("mail".into()));
            }
        };
        self.apply(command, &Actor::Authority(acas()));
    }

    /// What the programme says of the first leg.
    fn asked(&self, change: impl Fn(&mut GateRules), stage: Stage, upstream: bool) -> Vec<Reason> {
        let mut rules = programme::embedded::all().into_iter().find(|one| one.id == acas()).unwrap();
        change(&mut Arc::make_mut(&mut rules).gate);
        let (programmes, stations) = (BTreeMap::from([(acas(), rules)]), StationTable::built_in());
        let (node, leg, at) = (Node::Master, AskedLeg::First, instant("06:15"));
        let question = Question { node, leg, stage, aircraft: Aircraft::Passenger, at };
        let context = Context { hold_upstream: upstream, ..Context::new(&programmes, &stations) };
        let reasons = answer(&self.0, &question, &context).reasons;
        let of_cases = |code| [codes::gate::LATER_LEG, codes::gate::HELD_UPSTREAM].contains(&code);
        reasons.into_iter().filter(|reason| of_cases(reason.code)).collect()
    }
}

/// What an authority says, or others say that it did.
#[derive(Debug, Clone, Copy)]
enum Word {
    Received,
    Assessed,
    Rejected,
    Asked(ReferralKind),
    Claimed,
}

#[test]
fn a_later_leg_is_told_of_until_its_programme_wants_nothing_more() {
    use WhoActs::{Authority, Filer};
    use Word::{Assessed, Claimed, Received, Rejected};
    /// What was filed (a house, as a consolidation), what was said then, whether an assessment is wanted, whether the authority
    /// answers a consolidation, and whose turn it is, where anything is wanted.
    type Case<'a> = (&'a str, Option<(Option<&'a str>, bool)>, &'a [Word], bool, bool, Option<WhoActs>);
    let direct = Some((None, false));
    let whole = Some((None, true));
    let house = Some((Some("RHA"), false));
    let cases: [Case<'_>; 14] = [
        ("nothing filed", None, &[], true, true, Some(Filer)),
        ("filed", direct, &[], true, true, Some(Authority)),
        ("received, and to be assessed", direct, &[Received], true, true, Some(Authority)),
        ("received, which is all that is wanted", direct, &[Received], false, true, None),
        ("assessed", direct, &[Received, Assessed], true, true, None),
        ("assessed, which nobody wanted", direct, &[Received, Assessed], false, true, None),
        (
            "assessed, and others say that it was rejected",
            direct,
            &[Assessed, Claimed],
            true,
            true,
            Some(Filer),
        ),
        ("rejected", direct, &[Rejected], false, true, Some(Filer)),
        ("a consolidation that is not answered", whole, &[], true, false, None),
        ("a consolidation that is answered", whole, &[], true, true, Some(Authority)),
        (
            "a consolidation that is not answered, and was rejected",
            whole,
            &[Rejected],
            true,
            false,
            Some(Filer),
        ),
        ("a direct waybill where consolidations are not answered", direct, &[], true, false, Some(Authority)),
        ("a house where consolidations are not answered", house, &[], true, false, Some(Authority)),
        ("a house that is assessed", house, &[Assessed], true, false, None),
    ];
    for (what, filed, words, assessed, answered, turn) in cases {
        let mut world = World::bound(filed.and_then(|(house, _)| house));
        if let Some((house, consolidated)) = filed {
            world.file(house, consolidated, None);
        }
        let house = filed.and_then(|(house, _)| house);
        words.iter().for_each(|word| world.said(*word, house));
        let change = |gate: &mut GateRules| {
            (gate.assessment_required, gate.consolidation_answered) = (assessed, answered);
        };
        let told: Vec<WhoActs> =
            world.asked(change, Stage::Load, false).into_iter().map(|reason| reason.who_acts).collect();
        assert_eq!(told, Vec::from_iter(turn), "{what}");
    }
}

/// A request of a later leg holds here where the station holds upstream, but goods are accepted to be screened.
#[test]
fn a_request_on_a_later_leg_holds_where_the_station_holds_upstream() {
    use ReferralKind::{Rfi, Rfs};
    for (asked, stage, upstream, holds) in [
        (Some(Rfi), Stage::Load, true, true),
        (Some(Rfi), Stage::Accept, true, true),
        (Some(Rfs), Stage::Load, true, true),
        (Some(Rfs), Stage::Accept, true, false),
        (Some(Rfi), Stage::Load, false, false),
        (Some(Rfs), Stage::Load, false, false),
        (None, Stage::Load, true, false),
    ] {
        let mut world = World::bound(None);
        world.file(None, false, None);
        if let Some(kind) = asked {
            world.said(Word::Asked(kind), None);
        }
        let told = world.asked(|_| {}, stage, upstream);
        let of_case = told.iter().find(|reason| reason.wanted.is_some() || asked.is_none()).unwrap();
        assert_eq!(of_case.holds(), holds, "{asked:?} {stage:?} {upstream}");
        let code = if holds { codes::gate::HELD_UPSTREAM } else { codes::gate::LATER_LEG };
        assert_eq!(of_case.code, code, "{asked:?} {stage:?} {upstream}");
    }
}

/// Goods that leave their master take with them what holds them: a hold, a mark that nobody answered, custody that was broken
/// and not made good. That nobody declared a status is no more open there than it was here.
#[test]
fn what_is_open_on_goods_is_open_where_they_go() {
    let declared = || {
        Some(SecurityDeclaration {
            issuer: Some(DeclaredEntity::parse("DE/RA/01234-01").unwrap()),
            statuses: vec![(SecurityStatus::Spx, StatusSource::SpecialHandling)],
            methods: vec![DeclaredMethod { method: ScreeningMethod::Xry, as_sent: "XRY".into() }],
            issued_at: Some(IssuedAt::DateTime(date(2026, 11, 24).at(5, 0, 0, 0))),
            issued_by: Some("A KELLER".into()),
            ..SecurityDeclaration::default()
        })
    };
    let broken = || ("07:00", SecurityFact::Custody(CustodyEvent::Broken, "seal".into()));
    let screened = || ("07:30", SecurityFact::Screened(clear(ScreeningMethod::Xry)));
    let mark = || ("07:00", SecurityFact::HighRisk(Marked { why: "TIP".into(), methods_min: None }));
    let handed = || ("07:00", SecurityFact::Custody(CustodyEvent::HandedOver, "dock".into()));
    /// Whether a status is declared, whether somebody holds, what was told, and whether anything is open.
    type Case<'a> = (&'a str, bool, bool, Vec<(&'a str, SecurityFact)>, bool);
    let cases: Vec<Case<'_>> = vec![
        ("nothing", true, false, vec![], false),
        ("no status", false, false, vec![], false),
        ("no status, and handed over", false, false, vec![handed()], false),
        ("a hold", true, true, vec![], true),
        ("a mark", true, false, vec![mark()], true),
        ("broken", true, false, vec![broken()], true),
        ("broken and screened again", true, false, vec![broken(), screened()], false),
    ];
    for (what, with_status, held, facts, open) in cases {
        let mut world = World::new();
        world.file(None, false, declared().filter(|_| with_status));
        if held {
            let cause = HoldCause(Phrase::new(codes::gate::WHY_STATED).with("text", "tip"));
            let hold = Command::PlaceHold { node: Node::Master, cause, entry: None };
            world.apply(hold, &Actor::Agency("police".into()));
        }
        for (at, fact) in facts {
            let at = instant(at);
            let told = Told { at, received_at: at, by: "registry".into(), registry: true };
            for event in record::decide(&world.0.security, told, key(None), fact).unwrap() {
                world.0.evolve(&Event::Security(event));
            }
        }
        let (programmes, stations) = (BTreeMap::new(), StationTable::built_in());
        let context = Context::new(&programmes, &stations);
        assert_eq!(is_open(&world.0, &Node::Master, instant("08:00"), &context), open, "{what}");
    }
}
