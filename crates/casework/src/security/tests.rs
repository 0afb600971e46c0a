//! Rows of the decision table that one message can reach.

use super::*;
use consignment::ident::RegulatedEntity;
use consignment::security::{IssuedAt, StatusSource};
use jiff::civil::date;
use std::sync::LazyLock;

fn entity(text: &str, expiry: Option<&str>) -> DeclaredEntity {
    DeclaredEntity {
        entity: RegulatedEntity::parse(text).unwrap(),
        expiry: expiry.and_then(ApprovalExpiry::parse),
    }
}

fn method(method: ScreeningMethod) -> DeclaredMethod {
    DeclaredMethod { method, as_sent: method.code().to_owned() }
}

fn spx() -> SecurityDeclaration {
    SecurityDeclaration {
        issuer: Some(entity("DE/RA/01234-01", Some("1127"))),
        statuses: vec![(SecurityStatus::Spx, StatusSource::SpecialHandling)],
        methods: vec![method(ScreeningMethod::Xry)],
        issued_at: Some(IssuedAt::DateTime(date(2026, 11, 24).at(8, 0, 0, 0))),
        issued_by: Some("A KELLER".to_owned()),
        ..SecurityDeclaration::default()
    }
}

static NOTHING: LazyLock<Evidence<'static>> = LazyLock::new(Evidence::default);

/// The State accepts life-saving materials only.
static ACCEPTED: LazyLock<BTreeSet<Exemption>> = LazyLock::new(|| BTreeSet::from([Exemption::Lfsm]));

fn facts(declaration: Option<&SecurityDeclaration>) -> SecurityFacts<'_> {
    SecurityFacts {
        declaration,
        consolidated: false,
        do_not_load: false,
        high_risk: None,
        issued_at: None,
        received_at: None,
        departs_on: date(2026, 11, 24),
        exemptions_accepted: &ACCEPTED,
        issued_exactly: false,
        vouched: false,
        vouched_others: &[],
        high_risk_approval: HighRiskApproval::NotAsked,
        approval_unknown_suffices: false,
        results_suffice: false,
        evidence: &NOTHING,
    }
}

fn judge(declaration: &SecurityDeclaration) -> (SecurityStatus, u8, Option<&'static str>) {
    let result = determine(&facts(Some(declaration)));
    (result.status, result.row, result.why.first().map(|why| why.code.id()))
}

#[test]
fn the_rows_one_message_can_reach() {
    use SecurityStatus::{Nsc, Sco, Shr, Spx};
    type Change = fn(&mut SecurityDeclaration);
    let cases: &[(&str, Change, SecurityStatus, u8, Option<&str>)] = &[
        ("screened by a regulated agent", |_| {}, Spx, 7, None),
        ("accepted by another", |d| d.acceptors.push(entity("DE/RA/00002-01", None)), Spx, 6, None),
        (
            "from a known consignor",
            |d| {
                d.methods.clear();
                d.received_from.push(entity("DE/KC/00200-01", None));
            },
            Spx,
            8,
            None,
        ),
        (
            "exempt",
            |d| {
                d.methods.clear();
                d.exemptions.push(Exemption::Lfsm);
            },
            Spx,
            9,
            None,
        ),
        (
            "from an account consignor, claimed SCO",
            |d| {
                d.methods.clear();
                d.statuses[0].0 = Sco;
                d.received_from.push(entity("DE/AC/9", None));
            },
            Sco,
            10,
            None,
        ),
        (
            "from an account consignor, claimed SPX",
            |d| {
                d.methods.clear();
                d.received_from.push(entity("DE/AC/9", None));
            },
            Sco,
            10,
            Some("why-ground-weaker"),
        ),
        (
            "exempt by a ground the State does not accept",
            |d| {
                d.methods.clear();
                d.exemptions.push(Exemption::Trns);
            },
            Nsc,
            12,
            Some("why-exemption-not-accepted"),
        ),
        (
            "received from an agent, unscreened",
            |d| {
                d.methods.clear();
                d.received_from.push(entity("DE/RA/00320-33", None));
            },
            Nsc,
            12,
            Some("why-no-ground"),
        ),
        (
            "known consignor expired before issue",
            |d| d.received_from.push(entity("DE/KC/00200-01", Some("1026"))),
            Nsc,
            5,
            Some("why-approval-expired"),
        ),
        (
            "acceptor expired before issue",
            |d| d.acceptors.push(entity("DE/RA/00002-01", Some("1026"))),
            Nsc,
            5,
            Some("why-approval-expired"),
        ),
        (
            "a composition rule is broken",
            |d| {
                d.faults.push(
                    Phrase::new(codes::declaration::CSD_ENTITY_UNREADABLE)
                        .with("text", "RA/?")
                        .with("why", "no number"),
                );
            },
            Nsc,
            5,
            Some("csd-entity-unreadable"),
        ),
        ("declared SHR", |d| d.statuses[0].0 = Shr, Shr, 7, None),
        ("no ground", |d| d.methods.clear(), Nsc, 12, Some("why-no-ground")),
        ("no status", |d| d.statuses.clear(), Nsc, 12, Some("why-no-status")),
        ("stated NSC", |d| d.statuses[0].0 = Nsc, Nsc, 12, Some("why-stated-nsc")),
        (
            "contradiction",
            |d| d.statuses.push((Nsc, StatusSource::Oci)),
            Nsc,
            12,
            Some("why-status-contradicted"),
        ),
        ("no issuer", |d| d.issuer = None, Nsc, 5, Some("why-no-issuer")),
        (
            "issued by a known consignor",
            |d| d.issuer = Some(entity("DE/KC/00200-01", None)),
            Nsc,
            5,
            Some("why-issuer-category"),
        ),
        (
            "approval expired before issue",
            |d| d.issuer = Some(entity("DE/RA/01234-01", Some("1026"))),
            Nsc,
            5,
            Some("why-approval-expired"),
        ),
        (
            "approval expired, day of issue unreadable",
            |d| {
                d.issuer = Some(entity("DE/RA/01234-01", Some("1026")));
                d.issued_at = Some(IssuedAt::Unreadable("YESTERDAY".into()));
            },
            Nsc,
            5,
            Some("why-approval-expired"),
        ),
        (
            "approval without expiry",
            |d| d.issuer = Some(entity("DE/RA/01234-01", Some("1299"))),
            Spx,
            7,
            None,
        ),
    ];
    for (what, change, status, row, why) in cases {
        let mut declaration = spx();
        change(&mut declaration);
        assert_eq!(judge(&declaration), (*status, *row, *why), "{what}");
    }
    assert_eq!(determine(&facts(None)).status, Nsc);
}

#[test]
fn nothing_is_issued_in_the_future() {
    let declaration = spx();
    let received_at: Option<Timestamp> = "2026-11-24T06:00:00Z".parse().ok();
    let cases = [
        ("2026-11-24T05:00:00Z", SecurityStatus::Spx),
        ("2026-11-24T06:04:00Z", SecurityStatus::Spx),
        ("2026-11-24T06:06:00Z", SecurityStatus::Nsc),
        ("2027-11-24T05:00:00Z", SecurityStatus::Nsc),
    ];
    for (issued, status) in cases {
        let issued_at = issued.parse().ok();
        let facts = SecurityFacts { issued_at, received_at, ..facts(Some(&declaration)) };
        assert_eq!(determine(&facts).status, status, "{issued}");
    }
}

#[test]
fn a_consolidated_master_may_leave_out_the_ground() {
    let mut declaration = spx();
    declaration.methods.clear();
    let with = SecurityFacts { consolidated: true, ..facts(Some(&declaration)) };
    assert_eq!(determine(&with).status, SecurityStatus::Spx);
}

#[test]
fn a_do_not_load_voids_everything() {
    let declaration = spx();
    let blocked = SecurityFacts { do_not_load: true, ..facts(Some(&declaration)) };
    assert_eq!((determine(&blocked).status, determine(&blocked).row), (SecurityStatus::Nsc, 1));
}

#[test]
fn a_high_risk_mark_wants_two_methods_after_it() {
    let mark = HighRiskMark { since: "2026-11-24T10:00:00Z".parse().unwrap(), methods_min: 2 };
    let (before, after) = ("2026-11-24T09:00:00Z".parse().ok(), "2026-11-24T11:00:00Z".parse().ok());
    let judge = |declaration: &SecurityDeclaration, issued_at, received_at| {
        let base = facts(Some(declaration));
        determine(&SecurityFacts { high_risk: Some(mark), issued_at, received_at, ..base }).status
    };
    let mut declaration = spx();
    declaration.statuses[0].0 = SecurityStatus::Shr;
    assert_eq!(judge(&declaration, after, after), SecurityStatus::Nsc, "one method");
    declaration.methods.push(method(ScreeningMethod::Xry));
    assert_eq!(judge(&declaration, after, after), SecurityStatus::Nsc, "twice the same method");
    declaration.methods.push(method(ScreeningMethod::Etd));
    assert_eq!(judge(&declaration, before, after), SecurityStatus::Nsc, "issued before the mark");
    assert_eq!(judge(&declaration, after, before), SecurityStatus::Nsc, "received before the mark");
    assert_eq!(judge(&declaration, None, after), SecurityStatus::Nsc, "time of issue unreadable");
    assert_eq!(judge(&declaration, after, after), SecurityStatus::Shr);
    declaration.statuses[0].0 = SecurityStatus::Spx;
    assert_eq!(judge(&declaration, after, after), SecurityStatus::Nsc, "declared SPX only");
}
