//! What secures high-risk goods, also after their protection was broken, and the edges of what a declaration may say.
#![allow(clippy::unwrap_used)]

mod support;

use casework::security::evidence::{Evidence, Goods};
use casework::security::record::{Record, Told};
use casework::security::{Basis, HighRiskApproval, HighRiskMark, SecurityFacts, determine};
use consignment::SecurityDeclaration;
use consignment::fact::{CustodyEvent, ScreeningResult};
use consignment::ident::{Location, RegulatedEntity};
use consignment::security::{
    ApprovalExpiry, DeclaredEntity, DeclaredMethod, IssuedAt, ScreeningMethod, SecurityStatus, StatusSource,
};
use consignment::stations::StationTable;
use jiff::Timestamp;
use jiff::civil::date;
use std::collections::BTreeSet;

fn instant(time: &str) -> Timestamp {
    format!("2026-11-24T{time}Z").parse().unwrap()
}

fn told(time: &str, by: &str) -> Told {
    let at = instant(time);
    Told { at, received_at: at, by: by.into(), registry: by == "registry" }
}

fn declaration(status: SecurityStatus, methods: &[ScreeningMethod]) -> SecurityDeclaration {
    let method =
        |method: &ScreeningMethod| DeclaredMethod { method: *method, as_sent: method.code().to_owned() };
    let entity = RegulatedEntity::parse("DE/RA/01234-01").unwrap();
    SecurityDeclaration {
        issuer: Some(DeclaredEntity { entity, expiry: ApprovalExpiry::parse("1126") }),
        statuses: vec![(status, StatusSource::Oci)],
        methods: methods.iter().map(method).collect(),
        issued_at: Some(IssuedAt::DateTime(date(2026, 11, 24).at(10, 30, 0, 0))),
        issued_by: Some("A KELLER".to_owned()),
        ..SecurityDeclaration::default()
    }
}

/// All pieces clear by two methods, as somebody tells.
fn screened(by: &str) -> Vec<(Told, ScreeningResult)> {
    let result = |method| support::clear(method);
    [ScreeningMethod::Xry, ScreeningMethod::Etd].map(|method| (told("10:00:00", by), result(method))).to_vec()
}

/// Status and basis, with the codes of why it is not better.
type Judged = (SecurityStatus, Basis, Vec<&'static str>);

fn judge(record: &Record, change: impl FnOnce(&mut SecurityFacts<'_>)) -> Judged {
    let (stations, none) = (StationTable::built_in(), BTreeSet::new());
    let goods = Goods {
        pieces: Some(4),
        since: None,
        fewer: &[],
        until: None,
        told_until: None,
        origin: Location::parse("LHR").ok(),
        stations: &stations,
        declarants: &["agent"],
        counted_at: None,
    };
    let evidence = Evidence::of(Some(record), &goods);
    let mut facts = SecurityFacts {
        declaration: None,
        consolidated: false,
        do_not_load: false,
        high_risk: None,
        issued_at: Some(instant("10:30:00")),
        received_at: Some(instant("10:31:00")),
        departs_on: date(2026, 11, 24),
        exemptions_accepted: &none,
        issued_exactly: true,
        vouched: false,
        vouched_others: &[],
        high_risk_approval: HighRiskApproval::NotAsked,
        approval_unknown_suffices: false,
        results_suffice: false,
        evidence: &evidence,
    };
    change(&mut facts);
    let judged = determine(&facts);
    (judged.status, judged.basis, judged.why.iter().map(|why| why.code.id()).collect())
}

fn broken(at: &str) -> Record {
    Record { custody: vec![(told(at, "stranger"), CustodyEvent::Broken, String::new())], ..Record::default() }
}

#[test]
fn high_risk_goods_are_secured_by_what_is_answered_for() {
    use Basis::{Declared, Verified};
    use HighRiskApproval::{Approved, NotAsked};
    use SecurityStatus::{Nsc, Shr};
    let (both, one) = ([ScreeningMethod::Xry, ScreeningMethod::Etd], [ScreeningMethod::Xry]);
    /// What it shows; when protection was broken; who screened since the mark of 09:00; who declared, by which methods and
    /// with which approval; whether results suffice; and what comes of it.
    type Case<'a> = (
        &'a str,
        Option<&'a str>,
        Option<&'a str>,
        Option<(&'a str, &'a [ScreeningMethod], HighRiskApproval)>,
        bool,
        Judged,
    );
    let declared = |by: &'static str, approval| Some((by, &both[..], approval));
    let lacking = |why: &[&'static str]| {
        (Nsc, Declared, std::iter::once("why-high-risk").chain(why.iter().copied()).collect::<Vec<_>>())
    };
    let (registry, agent) = (Some("registry"), Some("agent"));
    let cases: Vec<Case<'_>> = vec![
        (
            "all by the registry",
            None,
            registry,
            declared("registry", Approved),
            false,
            (Shr, Verified, vec![]),
        ),
        (
            "nobody asked of the issuer",
            None,
            registry,
            declared("registry", NotAsked),
            false,
            (Shr, Declared, vec![]),
        ),
        (
            "declared by a message",
            None,
            registry,
            declared("message", Approved),
            false,
            (Shr, Declared, vec![]),
        ),
        (
            "screened by the filer",
            None,
            agent,
            declared("registry", Approved),
            false,
            (Shr, Declared, vec![]),
        ),
        ("results suffice", None, registry, None, true, (Shr, Verified, vec![])),
        ("results do not suffice", None, registry, None, false, lacking(&["why-shr-not-declared"])),
        ("those of the filer", None, agent, None, true, lacking(&["why-shr-not-declared"])),
        ("declared alone", None, None, declared("message", NotAsked), false, (Shr, Declared, vec![])),
        (
            "broken since, screened anew",
            Some("09:30:00"),
            registry,
            declared("message", NotAsked),
            false,
            (Shr, Declared, vec![]),
        ),
        ("broken since, results suffice", Some("09:30:00"), registry, None, true, (Shr, Verified, vec![])),
        (
            "broken since, declared anew",
            Some("09:30:00"),
            None,
            declared("registry", NotAsked),
            false,
            (Shr, Declared, vec![]),
        ),
        (
            "broken since, declared by a message",
            Some("09:30:00"),
            None,
            declared("message", NotAsked),
            false,
            lacking(&["why-custody-broken"]),
        ),
        (
            "broken before, declared by a message",
            Some("08:30:00"),
            None,
            declared("message", NotAsked),
            false,
            lacking(&["why-custody-broken"]),
        ),
        (
            "broken before, declared anew by too few",
            Some("08:30:00"),
            None,
            Some(("registry", &one, NotAsked)),
            false,
            lacking(&["why-methods-too-few"]),
        ),
        (
            "broken since, declared anew by too few",
            Some("09:30:00"),
            None,
            Some(("registry", &one, NotAsked)),
            false,
            lacking(&["why-custody-broken", "why-methods-too-few"]),
        ),
        (
            "broken when it was marked",
            Some("09:00:00"),
            None,
            Some(("registry", &one, NotAsked)),
            false,
            lacking(&["why-custody-broken", "why-methods-too-few"]),
        ),
    ];
    for (what, broken_at, screened_by, declared, results_suffice, expected) in cases {
        let mut record = broken_at.map(broken).unwrap_or_default();
        record.screenings = screened_by.map(screened).unwrap_or_default();
        let shr = declared.map(|(_, methods, _)| declaration(Shr, methods));
        let judged = judge(&record, |facts| {
            facts.high_risk = Some(HighRiskMark { since: instant("09:00:00"), methods_min: 2 });
            facts.results_suffice = results_suffice;
            if let Some((by, _, approval)) = declared {
                (facts.vouched, facts.high_risk_approval) = (by == "registry", approval);
            }
            // The declaration lives as long as what looks at it.
            facts.declaration = shr.clone().map(|shr| &*Box::leak(Box::new(shr)));
        });
        assert_eq!(judged, expected, "{what}");
    }
}

#[test]
fn what_is_declared_at_the_very_instant_is_not_declared_since() {
    use SecurityStatus::{Nsc, Shr, Spx};
    let both = [ScreeningMethod::Xry, ScreeningMethod::Etd];
    for (issued, status) in [("09:00:00", Nsc), ("09:00:01", Shr)] {
        let shr = declaration(Shr, &both);
        let judged = judge(&Record::default(), |facts| {
            facts.declaration = Some(Box::leak(Box::new(shr)));
            facts.high_risk = Some(HighRiskMark { since: instant("09:00:00"), methods_min: 2 });
            facts.issued_at = Some(instant(issued));
        });
        assert_eq!(judged.0, status, "{issued}");
    }
    for (issued, status) in [("09:00:00", Nsc), ("09:00:01", Spx)] {
        let spx = declaration(Spx, &both);
        let judged = judge(&broken("09:00:00"), |facts| {
            facts.declaration = Some(Box::leak(Box::new(spx)));
            (facts.issued_at, facts.vouched) = (Some(instant(issued)), true);
        });
        assert_eq!(judged.0, status, "{issued}");
    }
}

/// A declaration of before the goods left, or of when they did, does not bring them back; one of since does, and what happened
/// to them later is told and made good by itself.
#[test]
fn goods_that_left_the_chain_come_back_by_what_the_registry_declares_since() {
    use SecurityStatus::{Nsc, Shr, Spx};
    /// When the registry declared the goods that left at 09:00 and were broken again at 09:20; whether it screened them at 10:00;
    /// and what comes of it where they are not marked, and where they were at 09:10.
    type Case =
        (&'static str, bool, (SecurityStatus, Option<&'static str>), (SecurityStatus, Option<&'static str>));
    let (left, broken) = ((Nsc, Some("why-left-chain")), (Nsc, Some("why-custody-broken")));
    let cases: [Case; 6] = [
        ("08:59:00", true, left, left),
        ("09:00:00", true, left, left),
        ("09:00:01", true, (Spx, None), (Shr, None)),
        ("09:00:01", false, broken, broken),
        ("09:20:00", false, broken, broken),
        ("09:20:01", false, (Spx, None), (Shr, None)),
    ];
    let both = [ScreeningMethod::Xry, ScreeningMethod::Etd];
    for (at, by_registry, unmarked, marked) in cases {
        let what = |time, event| (told(time, "stranger"), event, String::new());
        let mut record = Record {
            custody: vec![what("09:00:00", CustodyEvent::LeftChain), what("09:20:00", CustodyEvent::Broken)],
            ..Record::default()
        };
        if by_registry {
            record.screenings = screened("registry");
        }
        let judged = |status: SecurityStatus, mark: Option<&str>| {
            let declared = declaration(status, &both);
            let judged = judge(&record, |facts| {
                facts.declaration = Some(Box::leak(Box::new(declared)));
                facts.vouched_others = Box::leak(Box::new([(instant(at), status)]));
                let since = mark.map(instant);
                facts.high_risk = since.map(|since| HighRiskMark { since, methods_min: 2 });
            });
            let why = judged.2.iter().copied().find(|why| *why != "why-high-risk");
            (judged.0, why)
        };
        assert_eq!(judged(Spx, None), unmarked, "{at} {by_registry}");
        assert_eq!(judged(Shr, Some("09:10:00")), marked, "{at} {by_registry}, marked");
    }
}

#[test]
fn a_declaration_is_signed_dated_not_ahead_and_of_those_whose_approval_runs() {
    let both = [ScreeningMethod::Xry];
    let judged = |change: fn(&mut SecurityDeclaration), issued: Option<&str>, received: &str| {
        let mut spx = declaration(SecurityStatus::Spx, &both);
        change(&mut spx);
        let judged = judge(&Record::default(), |facts| {
            facts.declaration = Some(Box::leak(Box::new(spx)));
            (facts.issued_at, facts.received_at) = (issued.map(instant), Some(instant(received)));
        });
        judged.2.first().copied()
    };
    let on_the_last_day = |it: &mut SecurityDeclaration| {
        it.issued_at = Some(IssuedAt::DateTime(date(2026, 11, 30).at(10, 0, 0, 0)));
    };
    let on_the_day_after = |it: &mut SecurityDeclaration| {
        it.issued_at = Some(IssuedAt::DateTime(date(2026, 12, 1).at(10, 0, 0, 0)));
    };
    let (at, received) = (Some("10:30:00"), "10:31:00");
    assert_eq!(judged(|_| {}, at, received), None);
    assert_eq!(judged(|it| it.issued_by = None, at, received), Some("why-not-signed"));
    assert_eq!(judged(|it| it.issued_at = None, None, received), Some("why-not-signed"));
    assert_eq!(judged(|it| it.issued_at = None, at, received), None, "the registry dates it");
    // A clock may be five minutes ahead.
    assert_eq!(judged(|_| {}, at, "10:25:00"), None);
    assert_eq!(judged(|_| {}, at, "10:24:59"), Some("why-issued-in-future"));
    // An approval runs until the last day of its month.
    assert_eq!(judged(on_the_last_day, at, received), None);
    assert_eq!(judged(on_the_day_after, at, received), Some("why-approval-expired"));
}

#[test]
fn a_basis_has_its_word() {
    assert_eq!([Basis::Declared, Basis::Verified].map(Basis::as_str), ["declared", "verified"]);
}
