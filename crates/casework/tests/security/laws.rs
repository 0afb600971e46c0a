//! Laws of the status that hold whatever facts come in.

use super::*;
use proptest::prelude::*;

/// A fact with its time and channel.
fn any_fact() -> impl Strategy<Value = (usize, usize, SecurityFact)> {
    let method = prop_oneof![Just("XRY"), Just("ETD"), Just("PHS")];
    let outcome = prop_oneof![
        4 => Just(ScreeningOutcome::Clear),
        1 => Just(ScreeningOutcome::Alarm),
        1 => Just(ScreeningOutcome::Aborted),
        1 => Just(ScreeningOutcome::Resolved),
    ];
    let pieces = prop::collection::vec(1..6u32, 0..4);
    let count = prop::option::of(1..6u32);
    let flag = prop::option::of(any::<bool>());
    let screened = (method, outcome, pieces, count, flag, any::<bool>()).prop_map(
        |(method, outcome, pieces, count, current, tested)| {
            changed(result(method, &pieces, outcome), |it| {
                (it.count, it.screener_current) = (count, current);
                it.tested_on = if tested { it.tested_on } else { "2026-11-23".parse().ok() };
            })
        },
    );
    let event = prop_oneof![
        Just(CustodyEvent::Broken),
        Just(CustodyEvent::LeftChain),
        Just(CustodyEvent::HandedOver),
        (3..6u32).prop_map(|pieces| CustodyEvent::Recounted { pieces }),
    ];
    let status = prop_oneof![
        1 => Just(SecurityStatus::Nsc),
        1 => Just(SecurityStatus::Sco),
        3 => Just(SecurityStatus::Spx),
        3 => Just(SecurityStatus::Shr)
    ];
    let approved = prop_oneof![1 => Just(None), 1 => Just(Some(false)), 2 => Just(Some(true))];
    let declares =
        (status, 0..TIMES.len(), approved, any::<bool>()).prop_map(|(status, at, approved, two)| {
            declared(status, if two { &["XRY", "ETD"] } else { &["XRY"] }, TIMES[at], approved)
        });
    let fact = prop_oneof![
        5 => screened,
        1 => event.prop_map(custody),
        2 => declares,
        1 => Just(mark()),
    ];
    (0..TIMES.len(), 0..3usize, fact)
}

const TIMES: [&str; 6] = ["07:30", "09:00", "10:00", "11:00", "12:00", "13:00"];
const CHANNELS: [&str; 3] = ["registry", "agent", "stranger"];

fn told_all<'a>(facts: impl IntoIterator<Item = &'a (usize, usize, SecurityFact)>) -> Dossier {
    let mut dossier = filed(Some(spx()));
    for (at, by, fact) in facts {
        tell(&mut dossier, TIMES[*at], CHANNELS[*by], fact.clone());
    }
    dossier
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// The same facts give the same status in whatever order they arrive, and however often.
    #[test]
    fn the_order_of_arrival_changes_nothing(
        facts in prop::collection::vec(any_fact(), 0..12),
        seed in any::<u64>(),
    ) {
        let mut shuffled = facts.clone();
        let mut state = seed;
        for index in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let other = usize::try_from(state >> 33).unwrap() % (index + 1);
            shuffled.swap(index, other);
        }
        let again: Vec<_> = shuffled.iter().chain(&facts).cloned().collect();
        let expected = judge(&told_all(&facts));
        prop_assert_eq!(&judge(&told_all(&shuffled)), &expected);
        prop_assert_eq!(&judge(&told_all(&again)), &expected);
    }

    /// Nothing a stranger tells makes the goods better secured; nor does a mark, a break or an alarm.
    #[test]
    fn strangers_and_alarms_secure_nothing(
        facts in prop::collection::vec(any_fact(), 0..10),
        more in any_fact(),
    ) {
        let (at, by, fact) = more;
        let against = match &fact {
            SecurityFact::HighRisk(_) => true,
            SecurityFact::Custody(..) => true,
            SecurityFact::Screened(result) => result.outcome == ScreeningOutcome::Alarm,
            SecurityFact::Declared(_) | SecurityFact::MarkReleased(_) => false,
        };
        let by = if against { by } else { 2 };
        // What he told against them himself he may put right.
        let own = |fact: &&(usize, usize, SecurityFact)| {
            matches!(fact, (_, 2, SecurityFact::Screened(result)) if result.outcome == ScreeningOutcome::Alarm)
        };
        let before = judge(&told_all(facts.iter().filter(|fact| against || !own(fact))));
        let more = [(at, by, fact)];
        let after = judge(&told_all(facts.iter().chain(&more)));
        // High risk is a demand of its own: SHR is no better than SPX for who wants to fly.
        let flies = |status: SecurityStatus| status.min(SecurityStatus::Spx);
        prop_assert!(flies(after.0) <= flies(before.0), "{:?} then {:?}", before, after);
    }

    /// As long as any mark stands, nothing but SHR flies, with two different methods on every piece.
    #[test]
    fn marked_goods_fly_as_shr_alone(facts in prop::collection::vec(any_fact(), 0..12)) {
        let dossier = told_all(facts.iter().chain(&[(2, 2, mark())]));
        let judged = judge(&dossier);
        prop_assert!(matches!(judged.0, SecurityStatus::Nsc | SecurityStatus::Shr), "{:?}", judged);
        if judged.2 == Basis::Verified {
            let since = facts.iter().filter(|(.., fact)| matches!(fact, SecurityFact::HighRisk(_)));
            let since = since.map(|(at, ..)| instant(TIMES[*at])).chain([instant(TIMES[2])]).max();
            let goods = Goods {
                pieces: Some(PIECES),
                since: None,
                fewer: &[],
                until: None,
                told_until: None,
                origin: Location::parse("LHR").ok(),
                stations: &StationTable::built_in(),
                counted_at: None,
                declarants: &["agent"],
            };
            let evidence = Evidence::of(dossier.security.of(&key()), &goods);
            prop_assert!(evidence.covering(since).len() >= 2);
        }
    }
}

/// A do-not-load is the first row of all.
#[test]
fn a_do_not_load_comes_first() {
    let mut dossier = filed(Some(spx()));
    let programme = ProgrammeId::new("us-acas");
    let command = Command::OpenReferral {
        node: Node::Master,
        programme: programme.clone(),
        opening: Opening::new(
            ReferralKind::Dnl,
            Some("6H".into()),
            Phrase::new(codes::gate::WHY_STATED).with("text", "DO NOT LOAD"),
        ),
    };
    for event in decide(&dossier.tree, command, &Actor::Authority(programme), instant("09:00")).unwrap() {
        dossier.evolve(&Event::Tree(event));
    }
    tell(&mut dossier, "10:00", "registry", declared(SecurityStatus::Spx, &["XRY"], "10:00", None));
    let blocked = (SecurityStatus::Nsc, 1, Basis::Declared, vec!["why-blocked"]);
    assert_eq!(judge(&dossier), blocked);
}

/// A manifest speaks of the goods as they are about to leave: what was declared since counts. Any other report that names a
/// flight tells nothing of when it was so.
#[test]
fn a_manifest_says_of_the_time_at_which_its_flight_leaves_that_goods_are_not_secured() {
    use SecurityStatus::{Nsc, Spx};
    for (kind, leaves, status) in [
        (DocumentKind::ManifestLine, "07:00", Spx),
        (DocumentKind::ManifestLine, "09:00", Nsc),
        (DocumentKind::Status, "07:00", Nsc),
    ] {
        let at = |code: &str| Location::parse(code).unwrap();
        let leg = Leg {
            date: PartialDate::parse("24NOV"),
            departs_at: leaves.parse().ok(),
            ..Leg::assumed(at("LHR"), at("DOH"))
        };
        let report = Consignment {
            kind,
            master: key().master,
            pieces: Some(PIECES),
            legs: vec![leg],
            security: Some(SecurityDeclaration {
                statuses: vec![(Nsc, StatusSource::SpecialHandling)],
                ..SecurityDeclaration::default()
            }),
            ..Consignment::default()
        };
        let command = Command::Record {
            voice: casework::case::Voice::OF_DESK,
            consignment: Arc::new(report),
            purpose: Purpose::Creation,
            consolidated: false,
            faults: Vec::new(),
        };
        let mut dossier = filed(Some(spx()));
        let stranger = Actor::Filer("stranger".into());
        for event in decide(&dossier.tree, command, &stranger, instant("12:00")).unwrap() {
            dossier.evolve(&Event::Tree(event));
        }
        assert_eq!(judge(&dossier).0, status, "{kind:?} {leaves}");
    }
}
