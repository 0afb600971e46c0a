//! In which state a case is said to be, and which assessment counts.

use super::*;
use casework::case::Case;
use casework::gate::judged_anew;
use casework::transport::{self, Speaker, Yard};
use consignment::fact::{Content, UnitName};
use consignment::ident::UnitLoadDevice;
use programme::{HoldScope, Obligation};

impl World {
    fn case(&self) -> &Case {
        &self.0.tree.cases[&(Node::Master, acas())]
    }
}

/// A waybill on whose first leg the programme binds.
fn bound_here() -> World {
    let mut world = World::new();
    let (node, programme, mode) = (Node::Master, acas(), Mode::Relay);
    let binding = LegBinding::Binds { legs: vec![0] };
    world.apply(Command::Bind { node, programme, mode, binding }, &Actor::Node);
    world.file(None, false, None);
    world
}

/// Code and state of what is said of the case.
fn told(world: &World, change: impl Fn(&mut GateRules)) -> Vec<(&'static str, String)> {
    let mut rules = programme::embedded::all().into_iter().find(|one| one.id == acas()).unwrap();
    change(&mut Arc::make_mut(&mut rules).gate);
    let (programmes, stations) = (BTreeMap::from([(acas(), rules)]), StationTable::built_in());
    let (node, leg, at) = (Node::Master, AskedLeg::First, instant("06:15"));
    let question = Question { node, leg, stage: Stage::Load, aircraft: Aircraft::Passenger, at };
    let reasons = answer(&world.0, &question, &Context::new(&programmes, &stations)).reasons;
    let state = |reason: &Reason| {
        let whys = reason.why.iter().flat_map(|why| &why.args);
        let named = reason.args.iter().chain(whys).find(|(name, _)| *name == "state");
        Some((reason.code.id(), named?.1.clone()))
    };
    reasons.iter().filter_map(state).collect()
}

#[test]
fn an_answer_says_in_which_state_a_case_is() {
    use Word::{Assessed, Received, Rejected};
    let (satisfied, voluntary) = ("programme-satisfied", "programme-voluntary");
    /// What was said, whether an assessment is wanted, whether taking part is, and what is told.
    type Case<'a> = (&'a [Word], bool, bool, Option<(&'a str, &'a str)>);
    let cases: &[Case<'_>] = &[
        (&[Received], false, true, Some((satisfied, "received"))),
        (&[Received, Assessed], true, true, Some((satisfied, "cleared"))),
        (&[Received], true, true, None),
        (&[Received], true, false, Some((voluntary, "received"))),
        (&[Received, Assessed], true, false, Some((satisfied, "cleared"))),
        (&[Rejected], true, false, Some((voluntary, "rejected"))),
    ];
    for (words, assessed, wanted, expected) in cases {
        let mut world = bound_here();
        words.iter().for_each(|word| world.said(*word, None));
        let told = told(&world, |gate| {
            (gate.assessment_required, gate.acceptance_starts_assessment) = (*assessed, false);
            gate.binding = if *wanted { Obligation::Mandatory } else { Obligation::Voluntary };
        });
        let expected = expected.map(|(code, state)| (code, state.to_owned()));
        assert_eq!(told, Vec::from_iter(expected), "{words:?} {assessed} {wanted}");
    }
    // Of a later leg as well.
    let mut later = World::bound(None);
    later.file(None, false, None);
    assert_eq!(told(&later, |_| {}), [("later-leg", "awaited".to_owned())]);
}

/// What a case comes to is the worst that is open, else its state, in the words of its programme.
#[test]
fn a_case_comes_to_its_worst_request_or_its_state() {
    use ReferralKind::{Dnl, Rfi, Rfs};
    use Word::{Asked, Assessed, Received};
    for (words, outcome, at_once) in [
        (&[][..], "awaited", "awaited"),
        (&[Received], "received", "assessing"),
        (&[Received, Assessed], "cleared", "cleared"),
        (&[Received, Asked(Rfi)], "RFI", "RFI"),
        (&[Asked(Rfs), Asked(Rfi)], "RFS", "RFS"),
        (&[Asked(Rfi), Asked(Dnl), Asked(Rfs)], "DNL", "DNL"),
    ] {
        let mut world = bound_here();
        words.iter().for_each(|word| world.said(*word, None));
        let rules = programme::embedded::all().into_iter().find(|one| one.id == acas()).unwrap();
        let gate = |at_once| GateRules { acceptance_starts_assessment: at_once, ..rules.gate.clone() };
        let comes = [None, Some(&gate(false)), Some(&gate(true))].map(|rules| world.case().outcome(rules));
        assert_eq!(comes, [outcome, outcome, at_once], "{words:?}");
    }
}

/// What was assessed until an order on a unit with the goods was cancelled is assessed anew. What was not assessed stays as it is.
#[test]
fn an_assessment_of_before_an_order_was_cancelled_is_made_anew() {
    use Word::{Assessed, Received, Rejected};
    for (words, cancelled, anew) in [
        (&[Assessed][..], None, false),
        (&[Assessed], Some("05:59"), false),
        (&[Assessed], Some("06:00"), false),
        (&[Assessed], Some("06:01"), true),
        (&[Received], Some("06:01"), false),
        (&[Rejected], Some("06:01"), false),
    ] {
        let mut world = bound_here();
        words.iter().for_each(|word| world.said(*word, None));
        let unit = UnitName::Device(UnitLoadDevice::parse("AKE11111Z7").unwrap());
        let content =
            Content { object: key(None), pieces: Vec::new(), count: None, weight: None, position: None };
        let (contents, complete, takes_over) = (vec![content], true, false);
        let build = transport::Command::Build { unit: unit.clone(), contents, complete, takes_over };
        let (programme, reference, at) = (acas(), Arc::<str>::from("Q01"), instant("05:30"));
        let order = transport::Command::Order {
            unit: unit.clone(),
            programme: programme.clone(),
            reference: reference.clone(),
            at,
        };
        let authority = || Speaker::Authority(acas());
        let mut commands = vec![(Speaker::Desk("desk".into()), build), (authority(), order)];
        if let Some(at) = cancelled.map(instant) {
            let cancel = transport::Command::CancelOrder { unit, programme, reference, at };
            commands.push((authority(), cancel));
        }
        let mut yard = Yard::default();
        for (speaker, command) in commands {
            for event in transport::decide(&yard, command, &speaker, instant("06:05")).unwrap() {
                yard.evolve(&event);
            }
        }
        let (programmes, stations) = (BTreeMap::new(), StationTable::built_in());
        let context = Context { yard: &yard, ..Context::new(&programmes, &stations) };
        let judged = judged_anew(&world.0.tree, &Node::Master, &acas(), world.case(), &context);
        assert_eq!(
            judged.map(|state| state.as_str()),
            anew.then_some("assessing"),
            "{words:?} {cancelled:?}"
        );
    }
}

/// Where nobody must file, a claim that a filing was rejected holds nothing; where one must, it does, and other claims do anyway.
#[test]
fn a_claimed_rejection_holds_where_one_must_file() {
    for (claimed, wanted, holds) in [
        (Claimed::Rejection, true, true),
        (Claimed::Rejection, false, false),
        (Claimed::Referral(ReferralKind::Rfi), true, true),
        (Claimed::Referral(ReferralKind::Rfi), false, true),
        (Claimed::Referral(ReferralKind::Dnl), false, true),
    ] {
        let mut world = bound_here();
        let (node, programme, text) = (Node::Master, acas(), "AS TOLD".into());
        let claim = Command::Claim { node, programme, claimed, text, again: false };
        world.apply(claim, &Actor::Filer("mail".into()));
        let mut rules = programme::embedded::all().into_iter().find(|one| one.id == acas()).unwrap();
        let binding = if wanted { Obligation::Mandatory } else { Obligation::Voluntary };
        Arc::make_mut(&mut rules).gate.binding = binding;
        let (programmes, stations) = (BTreeMap::from([(acas(), rules)]), StationTable::built_in());
        let (node, leg, at) = (Node::Master, AskedLeg::First, instant("06:15"));
        let question = Question { node, leg, stage: Stage::Load, aircraft: Aircraft::Passenger, at };
        let reasons = answer(&world.0, &question, &Context::new(&programmes, &stations)).reasons;
        let told = reasons.iter().find(|reason| reason.code == codes::gate::REFERRAL_CLAIMED).unwrap();
        assert_eq!(told.holds(), holds, "{claimed:?} {wanted}");
    }
}

/// A claim on which its authority spoke gave way: it is kept as one that holds no more, until it is ended itself.
#[test]
fn a_claim_that_gave_way_is_kept_until_it_ends() {
    use casework::case::{Claim, ClaimEnded, Event as CaseEvent};
    let claim = |text: &str, open| Claim {
        claimed: Claimed::Referral(ReferralKind::Rfs),
        by: "mail".into(),
        text: text.to_owned(),
        at: instant("05:00"),
        open,
    };
    let ended = |text: &str, ended| {
        let (node, programme, claim) = (Node::Master, acas(), claim(text, true));
        Event::Tree(CaseEvent::ClaimEnded { node, programme, claim, ended })
    };
    let mut world = bound_here();
    for text in ["a", "b"] {
        world.0.evolve(&ended(text, ClaimEnded::ByAuthority));
    }
    assert_eq!(world.case().gave_way, [claim("a", false), claim("b", false)]);
    world.0.evolve(&ended("a", ClaimEnded::ByOfficers("IDA and OTTO".into())));
    assert_eq!(world.case().gave_way, [claim("b", false)]);
}

#[test]
fn a_request_that_holds_everywhere_holds_before_its_programme_binds() {
    for (scope, expected) in [(HoldScope::OwnLegs, false), (HoldScope::Everywhere, true)] {
        let mut world = World::bound(None);
        world.file(None, false, None);
        world.said(Word::Asked(ReferralKind::Rfi), None);
        let mut rules = programme::embedded::all().into_iter().find(|one| one.id == acas()).unwrap();
        Arc::make_mut(&mut rules).referral.kinds.iter_mut().for_each(|rule| rule.holds = scope);
        let (programmes, stations) = (BTreeMap::from([(acas(), rules)]), StationTable::built_in());
        let (node, leg, at) = (Node::Master, AskedLeg::First, instant("06:15"));
        let question = Question { node, leg, stage: Stage::Load, aircraft: Aircraft::Passenger, at };
        let reasons = answer(&world.0, &question, &Context::new(&programmes, &stations)).reasons;
        let asked = reasons.iter().any(|reason| reason.code == codes::gate::RFI_OPEN);
        assert_eq!(asked, expected, "{scope:?}");
    }
}
