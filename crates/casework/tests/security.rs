//! The decision table of the security status for what facts tell, row by row, and its laws.
#![allow(clippy::unwrap_used)]

#[path = "security/evidence.rs"]
mod evidence;
#[path = "security/laws.rs"]
mod laws;
#[path = "security/reported.rs"]
mod reported;
#[path = "security/restored.rs"]
mod restored;

mod support;

use casework::case::{Actor, Command, Node, Opening, ReferralKind, decide};
use casework::gate::{Context, security_of};
use casework::security::Basis;
use casework::security::designation::{self, Designations, Standing};
use casework::security::evidence::{Cleared, Evidence, Goods};
use casework::security::record::{self, Declared, Marked, SecurityFact, Told};
use casework::security::request::{ScreeningRequest, screening_covers};
use casework::{Dossier, Event};
use consignment::fact::{CustodyEvent, Designation, Person, ScreeningOutcome, ScreeningResult};
use consignment::goods::GoodsLine;
use consignment::ident::{AirWaybill, Carrier, Location};
use consignment::measure::Weight;
use consignment::security::{
    DeclaredEntity, DeclaredMethod, Exemption, IssuedAt, ScreeningMethod, SecurityStatus, StatusSource,
};
use consignment::stations::StationTable;
use consignment::{
    Consignment, ConsignmentKey, DocumentKind, Leg, PartialDate, Purpose, SecurityDeclaration,
};
use finding::{Phrase, codes};
use jiff::Timestamp;
use programme::ProgrammeId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use support::instant;

const PIECES: u32 = 4;

fn key() -> ConsignmentKey {
    ConsignmentKey { master: AirWaybill::parse("888-10001014").ok(), house: None }
}

fn entity(text: &str) -> DeclaredEntity {
    DeclaredEntity::parse(text).unwrap()
}

fn methods(codes: &[&str]) -> Vec<DeclaredMethod> {
    let method = |code: &&str| DeclaredMethod {
        method: ScreeningMethod::parse(code).unwrap(),
        as_sent: (*code).to_owned(),
    };
    codes.iter().map(method).collect()
}

/// SPX by an agent who screened with X-ray at 08:00, local time and UTC alike.
fn spx() -> SecurityDeclaration {
    SecurityDeclaration {
        issuer: Some(entity("GB/RA/01234-01")),
        statuses: vec![(SecurityStatus::Spx, StatusSource::SpecialHandling)],
        methods: methods(&["XRY"]),
        issued_at: Some(IssuedAt::DateTime("2026-11-24T08:00".parse().unwrap())),
        issued_by: Some("A KELLER".into()),
        ..SecurityDeclaration::default()
    }
}

fn filed(declaration: Option<SecurityDeclaration>) -> Dossier {
    let consignment = Consignment {
        kind: DocumentKind::Master,
        master: key().master,
        origin: Location::parse("LHR").ok(),
        destination: Location::parse("DOH").ok(),
        pieces: Some(PIECES),
        weight: Some(Weight::kilograms(PIECES.into())),
        goods: vec![GoodsLine { description: "HINGES".to_owned(), ..GoodsLine::default() }],
        security: declaration,
        ..Consignment::default()
    };
    let command = Command::Record {
        voice: casework::case::Voice::OF_DESK,
        consignment: Arc::new(consignment),
        purpose: Purpose::Creation,
        consolidated: false,
        faults: Vec::new(),
    };
    let mut dossier = Dossier::default();
    let filer = Actor::Filer("agent".into());
    for event in decide(&dossier.tree, command, &filer, instant("08:30")).unwrap() {
        dossier.evolve(&Event::Tree(event));
    }
    dossier
}

/// Tells a fact; from the registry unless another channel is named.
fn tell(dossier: &mut Dossier, at: &str, by: &str, fact: SecurityFact) {
    let told =
        Told { at: instant(at), received_at: instant("20:00"), by: by.into(), registry: by == "registry" };
    for event in record::decide(&dossier.security, told, key(), fact).unwrap() {
        dossier.evolve(&Event::Security(event));
    }
}

fn result(method: &str, pieces: &[u32], outcome: ScreeningOutcome) -> ScreeningResult {
    ScreeningResult {
        object: key(),
        pieces: pieces.to_vec(),
        count: None,
        method: ScreeningMethod::parse(method).unwrap(),
        outcome,
        equipment: Some("M-1".into()),
        tested_on: "2026-11-24".parse().ok(),
        screener: Some("S-1".into()),
        screener_current: Some(true),
        station: None,
    }
}

fn clear(method: &str, pieces: &[u32]) -> SecurityFact {
    SecurityFact::Screened(result(method, pieces, ScreeningOutcome::Clear))
}

fn changed(result: ScreeningResult, change: impl FnOnce(&mut ScreeningResult)) -> SecurityFact {
    let mut result = result;
    change(&mut result);
    SecurityFact::Screened(result)
}

fn declared(status: SecurityStatus, codes: &[&str], at: &str, approved: Option<bool>) -> SecurityFact {
    SecurityFact::Declared(Declared {
        declaration: Box::new(SecurityDeclaration {
            statuses: vec![(status, StatusSource::Oci)],
            methods: methods(codes),
            issued_at: None,
            ..spx()
        }),
        issued_at: Some(instant(at)),
        approved_for_high_risk: approved,
    })
}

fn custody(what: CustodyEvent) -> SecurityFact {
    SecurityFact::Custody(what, String::new())
}

fn mark() -> SecurityFact {
    SecurityFact::HighRisk(Marked { why: "TIP".to_owned(), methods_min: None })
}

/// Status, row, basis and the codes of why.
type Outcome = (SecurityStatus, u8, Basis, Vec<&'static str>);

fn judge(dossier: &Dossier) -> Outcome {
    let (programmes, stations) = (BTreeMap::new(), StationTable::built_in());
    let accepted = BTreeSet::from([Exemption::Lfsm, Exemption::Trns]);
    let context = Context { exemptions_accepted: &accepted, ..Context::new(&programmes, &stations) };
    let judged = security_of(dossier, &Node::Master, instant("20:00"), &context);
    (judged.status, judged.row, judged.basis, judged.why.iter().map(|why| why.code.id()).collect())
}

#[test]
fn every_row_that_facts_can_reach() {
    use Basis::{Declared, Verified};
    use SecurityStatus::{Nsc, Sco, Shr, Spx};
    type Told = Vec<(&'static str, &'static str, SecurityFact)>;
    let alarm = |pieces: &[u32]| SecurityFact::Screened(result("XRY", pieces, ScreeningOutcome::Alarm));
    let both = |at: &'static str| {
        vec![(at, "registry", clear("XRY", &[])), (at, "registry", clear("ETD", &[1, 2, 3, 4]))]
    };
    let shr = |at: &'static str, approved| (at, "registry", declared(Shr, &["XRY", "ETD"], at, approved));
    let with = |first: Told, more: Told| first.into_iter().chain(more).collect::<Told>();
    let cases: Vec<(&str, Told, Outcome)> = vec![
        ("nothing told", vec![], (Spx, 7, Declared, vec![])),
        // Row 1.
        ("an alarm", vec![("09:00", "agent", alarm(&[2]))], (Nsc, 1, Declared, vec!["why-alarm"])),
        (
            "an alarm anybody tells, and SPX declared after it",
            vec![
                ("09:00", "stranger", alarm(&[])),
                ("09:30", "registry", declared(Spx, &["XRY"], "09:30", None)),
            ],
            (Nsc, 1, Declared, vec!["why-alarm"]),
        ),
        (
            "an alarm, then clear by the same method",
            vec![("09:00", "agent", alarm(&[2])), ("09:10", "registry", clear("XRY", &[2]))],
            (Spx, 7, Declared, vec![]),
        ),
        (
            "an alarm, then clear by the same method on another piece",
            vec![("09:00", "agent", alarm(&[2])), ("09:10", "registry", clear("XRY", &[3]))],
            (Nsc, 1, Declared, vec!["why-alarm"]),
        ),
        (
            "an alarm, then clear by another method",
            vec![("09:00", "agent", alarm(&[2])), ("09:10", "registry", clear("ETD", &[]))],
            (Nsc, 1, Declared, vec!["why-alarm"]),
        ),
        (
            "an alarm resolved by hand",
            vec![
                ("09:00", "agent", alarm(&[2])),
                (
                    "09:10",
                    "registry",
                    changed(result("PHS", &[2], ScreeningOutcome::Resolved), |it| {
                        (it.equipment, it.tested_on) = (None, None);
                    }),
                ),
            ],
            (Spx, 7, Declared, vec![]),
        ),
        (
            "an alarm at the instant of a clear result",
            vec![("09:00", "registry", clear("XRY", &[])), ("09:00", "agent", alarm(&[]))],
            (Nsc, 1, Declared, vec!["why-alarm"]),
        ),
        // Rows 2 and 3.
        (
            "marked",
            vec![("09:00", "stranger", mark())],
            (Nsc, 3, Declared, vec!["why-high-risk", "why-methods-too-few", "why-shr-not-declared"]),
        ),
        (
            "marked, screened twice and declared by an approved issuer",
            with(vec![("09:00", "stranger", mark())], with(both("10:00"), vec![shr("10:30", Some(true))])),
            (Shr, 2, Verified, vec![]),
        ),
        (
            "marked, secured, and somebody declares less of it since",
            with(
                vec![("09:00", "stranger", mark())],
                with(
                    both("10:00"),
                    vec![
                        shr("10:30", Some(true)),
                        ("11:00", "stranger", declared(Sco, &["XRY"], "11:00", None)),
                    ],
                ),
            ),
            (Nsc, 12, Declared, vec!["why-told-lower"]),
        ),
        (
            "marked, screened and declared before",
            with(vec![("11:00", "stranger", mark())], with(both("10:00"), vec![shr("10:30", Some(true))])),
            (Nsc, 3, Declared, vec!["why-high-risk", "why-methods-too-few", "why-shr-not-declared"]),
        ),
        (
            "marked, screened twice, not declared",
            with(vec![("09:00", "stranger", mark())], both("10:00")),
            (Nsc, 3, Declared, vec!["why-high-risk", "why-shr-not-declared"]),
        ),
        (
            "marked, and the issuer is not approved",
            with(vec![("09:00", "stranger", mark())], with(both("10:00"), vec![shr("10:30", Some(false))])),
            (Nsc, 3, Declared, vec!["why-high-risk", "why-not-approved-for-high-risk"]),
        ),
        (
            "marked, and the issuer is approved by his own word",
            with(
                vec![("09:00", "stranger", mark())],
                with(
                    both("10:00"),
                    vec![("10:30", "agent", declared(Shr, &["XRY", "ETD"], "10:30", Some(true)))],
                ),
            ),
            (Nsc, 3, Declared, vec!["why-high-risk", "why-not-approved-for-high-risk"]),
        ),
        (
            "marked, the declaration lists what the results do not show",
            vec![
                ("09:00", "stranger", mark()),
                ("10:00", "registry", clear("XRY", &[])),
                ("10:00", "registry", clear("ETD", &[1, 2, 3])),
                shr("10:30", Some(true)),
            ],
            (Nsc, 3, Declared, vec!["why-high-risk", "why-methods-too-few", "why-pieces-not-screened"]),
        ),
        (
            "marked, screened and declared, then broken",
            with(
                vec![("09:00", "stranger", mark())],
                with(
                    both("10:00"),
                    vec![shr("10:30", Some(true)), ("11:00", "stranger", custody(CustodyEvent::Broken))],
                ),
            ),
            (
                Nsc,
                3,
                Declared,
                vec!["why-high-risk", "why-custody-broken", "why-methods-too-few", "why-shr-not-declared"],
            ),
        ),
        // What was enough before a break needs only to be declared anew by the registry; what was not is no better for the break.
        (
            "marked, screened twice, broken, and declared by the registry since",
            with(
                vec![("09:00", "stranger", mark())],
                with(
                    both("10:00"),
                    vec![("11:00", "stranger", custody(CustodyEvent::Broken)), shr("11:30", Some(true))],
                ),
            ),
            (Shr, 2, Declared, vec![]),
        ),
        (
            "marked, screened once, broken, and declared by the registry since",
            vec![
                ("09:00", "stranger", mark()),
                ("10:00", "registry", clear("XRY", &[])),
                ("11:00", "stranger", custody(CustodyEvent::Broken)),
                shr("11:30", Some(true)),
            ],
            (Nsc, 3, Declared, vec!["why-high-risk", "why-custody-broken", "why-methods-too-few"]),
        ),
        // Row 4.
        (
            "broken",
            vec![("09:00", "stranger", custody(CustodyEvent::Broken))],
            (Nsc, 4, Declared, vec!["why-custody-broken"]),
        ),
        (
            "broken before the status was issued",
            vec![("07:00", "stranger", custody(CustodyEvent::Broken))],
            // Nobody can tell it from a status that its filer dates after the break.
            (Nsc, 4, Declared, vec!["why-custody-broken"]),
        ),
        (
            "broken and screened again",
            vec![("09:00", "agent", custody(CustodyEvent::Broken)), ("09:30", "registry", clear("XRY", &[]))],
            (Spx, 7, Verified, vec![]),
        ),
        (
            "broken and screened again in part",
            vec![
                ("09:00", "agent", custody(CustodyEvent::Broken)),
                ("09:30", "registry", clear("XRY", &[1])),
            ],
            (Nsc, 4, Declared, vec!["why-custody-broken"]),
        ),
        (
            "broken and declared again by whoever filed the goods",
            vec![
                ("09:00", "agent", custody(CustodyEvent::Broken)),
                ("09:30", "agent", declared(Spx, &["XRY"], "09:30", None)),
            ],
            (Nsc, 4, Declared, vec!["why-custody-broken"]),
        ),
        (
            "broken and declared again, as the registry knows",
            vec![
                ("09:00", "agent", custody(CustodyEvent::Broken)),
                ("09:30", "registry", declared(Spx, &["XRY"], "09:30", None)),
            ],
            (Spx, 7, Verified, vec![]),
        ),
        (
            "broken and screened again, nobody says by whom",
            vec![
                ("09:00", "agent", custody(CustodyEvent::Broken)),
                (
                    "09:30",
                    "registry",
                    changed(result("XRY", &[], ScreeningOutcome::Clear), |it| it.screener_current = None),
                ),
            ],
            (Nsc, 4, Declared, vec!["why-custody-broken"]),
        ),
        (
            "tampered with, and screened by one method",
            vec![
                ("09:00", "stranger", custody(CustodyEvent::Tampered)),
                ("09:30", "registry", clear("XRY", &[])),
            ],
            (
                Nsc,
                3,
                Declared,
                vec!["why-high-risk", "why-custody-broken", "why-methods-too-few", "why-shr-not-declared"],
            ),
        ),
        (
            "marked, and the results name no machine",
            with(
                vec![("09:00", "stranger", mark())],
                vec![
                    (
                        "10:00",
                        "registry",
                        changed(result("XRY", &[], ScreeningOutcome::Clear), |it| it.equipment = None),
                    ),
                    ("10:00", "registry", clear("ETD", &[])),
                    shr("10:30", Some(true)),
                ],
            ),
            (Nsc, 3, Declared, vec!["why-high-risk", "why-methods-too-few", "why-screening-unproved"]),
        ),
        (
            "left the chain, and screened",
            vec![
                ("09:00", "agent", custody(CustodyEvent::LeftChain)),
                ("09:30", "registry", clear("XRY", &[])),
            ],
            (Nsc, 4, Declared, vec!["why-left-chain"]),
        ),
        (
            "handed over",
            vec![("09:00", "agent", custody(CustodyEvent::HandedOver))],
            (Spx, 7, Declared, vec![]),
        ),
        // Row 5: the machine was not tested that day, the screener not current.
        (
            "the screening it rests on is void",
            vec![(
                "07:50",
                "registry",
                changed(result("XRY", &[], ScreeningOutcome::Clear), |it| {
                    it.tested_on = "2026-11-23".parse().ok()
                }),
            )],
            (Nsc, 5, Declared, vec!["why-equipment-not-tested"]),
        ),
        (
            "the same, screened again",
            vec![
                (
                    "07:50",
                    "registry",
                    changed(result("XRY", &[2], ScreeningOutcome::Clear), |it| {
                        it.screener_current = Some(false)
                    }),
                ),
                ("09:00", "registry", clear("XRY", &[2])),
            ],
            (Spx, 7, Declared, vec![]),
        ),
        // Rows 6 to 8 on what the registry answers for.
        (
            "screened, as the registry's lane shows",
            vec![("07:50", "registry", clear("XRY", &[1, 2, 3, 4]))],
            (Spx, 7, Verified, vec![]),
        ),
        (
            "screened, as the agent says",
            vec![("07:50", "agent", clear("XRY", &[1, 2, 3, 4]))],
            (Spx, 7, Declared, vec![]),
        ),
        (
            "a later declaration of the registry",
            vec![("09:00", "registry", declared(Spx, &["EDD"], "09:00", None))],
            (Spx, 7, Verified, vec![]),
        ),
        (
            "a later declaration of a stranger",
            vec![("09:00", "stranger", declared(Shr, &["EDD"], "09:00", None))],
            (Spx, 7, Declared, vec![]),
        ),
        // Rows 10 and 12: less than before.
        (
            "a later declaration of less",
            vec![("09:00", "agent", declared(Sco, &["XRY"], "09:00", None))],
            (Sco, 7, Declared, vec![]),
        ),
        (
            "a stranger says less",
            vec![("09:00", "stranger", declared(Nsc, &[], "09:00", None))],
            (Nsc, 12, Declared, vec!["why-told-lower"]),
        ),
        (
            "less was said before",
            vec![("07:00", "agent", declared(Nsc, &[], "07:00", None))],
            (Spx, 7, Declared, vec![]),
        ),
    ];
    for (what, told, expected) in cases {
        // In the order told, and the other way round.
        for backwards in [false, true] {
            let mut dossier = filed(Some(spx()));
            let facts: Box<dyn Iterator<Item = _>> =
                if backwards { Box::new(told.iter().rev()) } else { Box::new(told.iter()) };
            for (at, by, fact) in facts {
                tell(&mut dossier, at, by, fact.clone());
            }
            assert_eq!(judge(&dossier), expected, "{what}");
        }
    }
}

/// What the registry vouches for stands on its word, whatever the ground.
#[test]
fn declarations_of_the_registry_are_verified() {
    use SecurityStatus::{Nsc, Sco, Spx};
    type Change = fn(&mut SecurityDeclaration);
    let cases: &[(&str, Change, SecurityStatus, u8)] = &[
        ("accepted by another", |it| it.acceptors.push(entity("GB/RA/00002-01")), Spx, 6),
        (
            "from a known consignor",
            |it| (it.methods, it.received_from) = (vec![], vec![entity("GB/KC/00200-01")]),
            Spx,
            8,
        ),
        ("exempt", |it| (it.methods, it.exemptions) = (vec![], vec![Exemption::Lfsm]), Spx, 9),
        ("transferred", |it| (it.methods, it.exemptions) = (vec![], vec![Exemption::Trns]), Spx, 11),
        (
            "from an account consignor",
            |it| {
                (it.methods, it.received_from) = (vec![], vec![entity("GB/AC/9")]);
                it.statuses[0].0 = SecurityStatus::Sco;
            },
            Sco,
            10,
        ),
        ("without a ground", |it| it.methods.clear(), Nsc, 12),
        ("an approval that had run out", |it| it.issuer = Some(entity("GB/RA/01234-01/1026")), Nsc, 5),
    ];
    for (what, change, status, row) in cases {
        let mut declaration = spx();
        change(&mut declaration);
        declaration.issued_at = Some(IssuedAt::DateTime("2026-11-24T09:00".parse().unwrap()));
        let fact = SecurityFact::Declared(Declared {
            declaration: Box::new(declaration),
            issued_at: Some(instant("09:00")),
            approved_for_high_risk: None,
        });
        let mut dossier = filed(Some(spx()));
        tell(&mut dossier, "09:00", "registry", fact);
        let judged = judge(&dossier);
        let basis = if *status == Nsc { Basis::Declared } else { Basis::Verified };
        assert_eq!((judged.0, judged.1, judged.2), (*status, *row, basis), "{what}: {:?}", judged.3);
    }
}

fn evidence_of(dossier: &Dossier, pieces: Option<u32>, since: Option<Timestamp>) -> Evidence<'_> {
    let stations = Box::leak(Box::new(StationTable::built_in()));
    let goods = Goods {
        pieces,
        since,
        fewer: &[],
        until: None,
        told_until: None,
        origin: Location::parse("AKL").ok(),
        stations,
        declarants: &["agent"],
        counted_at: None,
    };
    Evidence::of(dossier.security.of(&key()), &goods)
}

#[test]
fn which_pieces_a_result_covers() {
    let some = |pieces: &[u32]| Cleared::Pieces(pieces.iter().copied().collect());
    /// Pieces, count, pieces filed, when the goods were changed, and what is covered.
    type Case<'a> = (&'a str, &'a [u32], Option<u32>, Option<u32>, Option<&'a str>, Cleared);
    let cases: Vec<Case<'_>> = vec![
        ("all", &[], None, Some(4), None, Cleared::All),
        ("all of other goods", &[], None, Some(4), Some("09:00"), some(&[])),
        ("a count of all, after the change", &[], Some(4), Some(4), Some("08:59"), Cleared::All),
        ("a count of a part", &[], Some(3), Some(4), None, some(&[])),
        ("a count of more than all", &[], Some(5), Some(4), None, some(&[])),
        ("each by number", &[1, 2, 3, 4], None, Some(4), None, Cleared::All),
        ("a number twice", &[1, 2, 2, 4], None, Some(4), None, some(&[1, 2, 4])),
        ("numbers beyond the goods", &[3, 4, 5, 6], None, Some(4), None, some(&[])),
        ("numbers and another count", &[1, 2], Some(3), Some(4), None, some(&[])),
        ("numbers of goods nobody counted", &[1, 2], None, None, None, some(&[1, 2])),
    ];
    for (what, pieces, count, filed_pieces, since, expected) in cases {
        let mut dossier = Dossier::default();
        let fact = changed(result("XRY", pieces, ScreeningOutcome::Clear), |it| {
            (it.count, it.tested_on) = (count, None);
        });
        tell(&mut dossier, "09:00", "registry", fact);
        let evidence = evidence_of(&dossier, filed_pieces, since.map(instant));
        assert_eq!(evidence.cleared(ScreeningMethod::Xry, None), expected, "{what}");
    }
    // Two counts of a part may be of the same pieces.
    let mut dossier = Dossier::default();
    for at in ["09:00", "10:00"] {
        let half = changed(result("XRY", &[], ScreeningOutcome::Clear), |it| it.count = Some(2));
        tell(&mut dossier, at, "registry", half);
    }
    assert_eq!(evidence_of(&dossier, Some(4), None).cleared(ScreeningMethod::Xry, None), some(&[]));
}

/// The daily test is of the local day at the place of the screening: at 20:00Z it is the next day in Auckland.
#[test]
fn the_daily_test_is_of_the_local_day() {
    let station = |code: &str| Location::parse(code).ok();
    for (tested, at, counts) in [
        ("2026-11-24", None, false),
        ("2026-11-25", None, true),
        ("2026-11-24", station("LHR"), true),
        ("2026-11-25", station("LHR"), false),
        ("2026-11-25", station("QQQ"), false),
    ] {
        let mut dossier = Dossier::default();
        let fact = changed(result("XRY", &[], ScreeningOutcome::Clear), |it| {
            (it.tested_on, it.station) = (tested.parse().ok(), at);
        });
        tell(&mut dossier, "20:00", "registry", fact);
        let covered = evidence_of(&dossier, Some(4), None).covering(None);
        assert_eq!(covered.contains(&ScreeningMethod::Xry), counts, "{tested} {at:?}");
    }
}

#[test]
fn one_screening_answers_several_requests() {
    let mut dossier = Dossier::default();
    for (at, fact) in [
        ("09:30", clear("XRY", &[1, 2, 3, 4])),
        ("10:30", clear("ETD", &[1, 2, 3])),
        ("10:40", clear("PHS", &[1, 2, 3, 4])),
        ("10:50", changed(result("EDD", &[], ScreeningOutcome::Aborted), |it| it.tested_on = None)),
    ] {
        tell(&mut dossier, at, "registry", fact);
    }
    let evidence = evidence_of(&dossier, Some(4), None);
    let covers = |since: &str, methods_min| {
        let recommended = vec![ScreeningMethod::Etd];
        let request = ScreeningRequest { since: instant(since), methods_min, recommended };
        screening_covers(&request, &evidence)
    };
    let first = covers("09:00", 2);
    assert!(first.enough, "{first:?}");
    assert_eq!(
        first.lacking.iter().map(|why| why.code).collect::<Vec<_>>(),
        [codes::gate::WHY_PIECES_NOT_SCREENED; 2],
        "EDD was broken off, ETD left out a piece"
    );
    let etd = first.methods.iter().find(|shows| shows.method == ScreeningMethod::Etd).unwrap();
    assert!(etd.recommended && etd.cleared == Cleared::Pieces(BTreeSet::from([1, 2, 3])));
    // The X-ray was before the second request.
    assert!(!covers("10:00", 2).enough && covers("10:00", 1).enough);
}

fn person(id: &str) -> Person {
    Person { id: id.into(), organisation: "national authority".into() }
}

/// One person enters what only holds; what frees goods takes a second, however he spells his name.
#[test]
fn a_designation_counts_once_two_people_entered_it() {
    let (carrier, station) = (Carrier::parse("9Z").unwrap(), Location::parse("LOS").unwrap());
    let designation = |until: &str, withdrawn| Designation {
        carrier,
        station,
        number: "A".to_owned(),
        until: Some(instant(until)),
        withdrawn,
    };
    let mut designations = Designations::default();
    let mut enter = |at: &str, by: Option<&str>, designation: Designation| {
        let by = by.map(person);
        let decided = designation::decide(&designations, instant(at), designation, by, true);
        let decided = decided.map_err(|refusal| refusal.0.code.id());
        for event in decided.iter().flatten() {
            designations.evolve(event);
        }
        let standing = designations.standing(carrier, station, instant("11:00"));
        (decided.map(|events| events.len()), standing == Standing::Designated)
    };
    assert_eq!(enter("08:00", None, designation("12:00", false)), (Err("person-missing"), false));
    assert_eq!(enter("08:00", Some("IDA"), designation("12:00", false)), (Ok(1), false));
    assert_eq!(enter("08:01", Some(" Ida"), designation("12:00", false)), (Ok(0), false));
    assert_eq!(enter("08:02", Some("OTTO"), designation("18:00", false)), (Ok(1), false), "another word");
    assert_eq!(enter("08:03", Some("OTTO"), designation("12:00", false)), (Ok(1), true));
    assert_eq!(enter("09:00", Some("IDA"), designation("10:00", false)), (Ok(1), false), "it ends sooner");
    assert_eq!(
        enter("09:01", Some("IDA"), designation("18:00", false)),
        (Ok(1), true),
        "OTTO said so before"
    );
    assert_eq!(enter("09:02", Some("IDA"), designation("18:00", true)), (Ok(1), false));
    assert_eq!(enter("09:02", Some("IDA"), designation("18:00", true)), (Ok(0), false), "told twice");
    assert_eq!(enter("09:03", Some("IDA"), designation("19:00", false)), (Ok(1), false));
    // Withdrawn, it is given anew by the same words, and by two people.
    assert_eq!(enter("09:05", Some("IDA"), designation("12:00", false)), (Ok(1), false));
    assert_eq!(enter("09:06", Some("OTTO"), designation("12:00", false)), (Ok(1), true));
    let waiting: Vec<_> = designations.waiting().map(|event| event.designation.until).collect();
    assert_eq!(waiting, [Some(instant("19:00"))], "a second one has not entered it");
}

#[test]
fn a_designation_holds_by_its_latest_word() {
    let designation = |number: &str, until: Option<&str>, withdrawn| Designation {
        carrier: Carrier::parse("9Z").unwrap(),
        station: Location::parse("LOS").unwrap(),
        number: number.to_owned(),
        until: until.map(instant),
        withdrawn,
    };
    let told = [
        ("08:00", designation("A", Some("12:00"), false), true),
        ("10:00", designation("A", Some("18:00"), false), true),
        ("15:00", designation("A", None, true), false),
        ("16:00", designation("B", None, false), true),
    ];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
        let mut designations = Designations::default();
        for index in order {
            let (at, designation, registry) = &told[index];
            for by in ["A", "B"] {
                let by = Some(person(by));
                let decided =
                    designation::decide(&designations, instant(at), designation.clone(), by, *registry);
                decided.unwrap().iter().for_each(|event| designations.evolve(event));
            }
        }
        let stands = |at: &str| {
            let (carrier, station) = (Carrier::parse("9Z").unwrap(), Location::parse("LOS").unwrap());
            designations.standing(carrier, station, instant(at))
        };
        let ended =
            |until: Option<&str>| Standing::Ended { number: "A".to_owned(), until: until.map(instant) };
        assert_eq!(stands("07:00"), ended(Some("12:00")), "known, and not yet");
        assert_eq!(stands("12:30"), Standing::Designated);
        assert_eq!(stands("15:30"), ended(None), "anybody may tell that it was withdrawn");
        assert_eq!(stands("17:00"), Standing::Designated, "another number holds");
        let elsewhere = designations.standing(
            Carrier::parse("9Z").unwrap(),
            Location::parse("ABV").unwrap(),
            instant("12:00"),
        );
        assert_eq!(elsewhere, Standing::Untold);
    }
}

/// However its number is spelt, a withdrawal withdraws; one of a number that nobody knows withdraws what there is, where the
/// registry says so.
#[test]
fn a_withdrawal_is_not_lost_to_its_number() {
    for (withdrawn, by_registry, stands) in [
        ("DE/ACC3/AA", true, [false, true]),
        ("de/acc3/a a", false, [false, true]),
        ("DE/ACC3/AX", true, [false, true]),
        ("DE/ACC3/AX", false, [true, true]),
    ] {
        let stations = ["LOS", "ABV"].map(|code| Location::parse(code).unwrap());
        let word = |number: &str, station, withdrawn| Designation {
            carrier: Carrier::parse("9Z").unwrap(),
            station,
            number: number.to_owned(),
            until: None,
            withdrawn,
        };
        // Given for two stations under one number, and withdrawn for one.
        let mut designations = Designations::default();
        let mut enter = |at: &str, by: &str, word: Designation, registry| {
            let decided = designation::decide(&designations, instant(at), word, Some(person(by)), registry);
            decided.unwrap().iter().for_each(|event| designations.evolve(event));
        };
        for by in ["IDA", "OTTO"] {
            for station in stations {
                enter("08:00", by, word("DE/ACC3/AA", station, false), true);
            }
        }
        enter("09:00", "IDA", word(withdrawn, stations[0], true), by_registry);
        let designated = |station, at| {
            let standing = designations.standing(Carrier::parse("9Z").unwrap(), station, instant(at));
            standing == Standing::Designated
        };
        assert_eq!(stations.map(|station| designated(station, "09:30")), stands, "{withdrawn} {by_registry}");
    }
}

/// Of methods that are only declared, one that a result known here speaks against counts for nothing, also where goods were
/// marked since.
#[test]
fn a_mark_makes_no_bad_result_better() {
    let untested = |method: &str| {
        changed(result(method, &[], ScreeningOutcome::Clear), |it| {
            it.tested_on = "2026-11-23".parse().ok();
        })
    };
    let facts = |screened: &[&str], marked: bool| {
        let mut dossier = filed(Some(spx()));
        tell(
            &mut dossier,
            "10:00",
            "registry",
            declared(SecurityStatus::Shr, &["XRY", "ETD"], "13:00", Some(true)),
        );
        for method in screened {
            tell(&mut dossier, "07:30", "registry", untested(method));
        }
        if marked {
            tell(&mut dossier, "07:30", "registry", mark());
        }
        judge(&dossier)
    };
    assert_eq!(facts(&[], true).0, SecurityStatus::Shr, "only the declaration is known");
    for marked in [false, true] {
        let (status, _, _, why) = facts(&["XRY", "ETD"], marked);
        assert_eq!(status, SecurityStatus::Nsc, "{marked}");
        assert!(why.contains(&"why-equipment-not-tested"), "{why:?}");
    }
    assert_eq!(facts(&["XRY"], true).0, SecurityStatus::Nsc, "one of two is left");
}
