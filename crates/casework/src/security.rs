//! The aviation security status of one consignment, by a decision table in which the first row wins.
//!
//! The rows are those of the field's practice (ICAO Annex 17, 4.6; IATA e-CSD composition rules). What a
//! message alone cannot tell (custody, tampering, whether an approval was suspended, equipment, screeners)
//! is not assumed: the result says on which basis it stands, and from messages alone that is "declared".

pub mod record;

use consignment::SecurityDeclaration;
use consignment::ident::EntityCategory;
use consignment::security::{ApprovalExpiry, DeclaredEntity, Exemption, SecurityStatus};
use finding::{Phrase, codes};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// How far a sender's clock may be ahead of ours before a time of issue lies in the future.
const CLOCK_SKEW_MAX: SignedDuration = SignedDuration::from_mins(5);

/// On what a status rests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// On what a message says; nobody here has checked it.
    Declared,
    /// On registry, custody and screening facts of this node.
    Verified,
}

impl Basis {
    /// The word used in published documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Verified => "verified",
        }
    }
}

/// A high-risk mark: since when, and how many different methods secure the goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HighRiskMark {
    /// When the mark was set.
    pub since: Timestamp,
    /// Fewest different screening methods.
    pub methods_min: u8,
}

/// What the decision looks at, for one consignment.
#[derive(Debug, Clone, Copy)]
pub struct SecurityFacts<'a> {
    /// The latest declaration; `None` where no message speaks of security.
    pub declaration: Option<&'a SecurityDeclaration>,
    /// Whether it is a consolidated master: its declaration may leave out grounds (Regulation (EU)
    /// No 185/2010, 6.3.2.7, as the IATA composition rules quote it).
    pub consolidated: bool,
    /// Whether a do-not-load is in force.
    pub do_not_load: bool,
    /// A high-risk mark that has not been lifted.
    pub high_risk: Option<HighRiskMark>,
    /// The earliest instant the stated time of issue can mean; `None` where none can be read.
    pub issued_at: Option<Timestamp>,
    /// When the message that carries the declaration came in.
    pub received_at: Option<Timestamp>,
    /// The day the goods are to fly, for approvals whose time of issue is not known.
    pub departs_on: Date,
    /// Grounds for exemption that the State's policy accepts.
    pub exemptions_accepted: &'a BTreeSet<Exemption>,
}

/// The status and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Determination {
    /// The status; never better than what was declared.
    pub status: SecurityStatus,
    /// Row of the decision table that decided, 1 to 12.
    pub row: u8,
    /// On what it rests.
    pub basis: Basis,
    /// Why it is not better; empty where it suffices for passenger aircraft.
    pub why: Vec<Phrase>,
}

impl Determination {
    fn unsecured(row: u8, why: Phrase) -> Self {
        Self::weaker(SecurityStatus::Nsc, row, vec![why])
    }

    /// A status below what was claimed, and why.
    pub(crate) fn weaker(status: SecurityStatus, row: u8, why: Vec<Phrase>) -> Self {
        Self { status, row, basis: Basis::Declared, why }
    }

    fn secured(row: u8, status: SecurityStatus) -> Self {
        Self { status, row, basis: Basis::Declared, why: Vec::new() }
    }
}

/// The security status by the decision table. Pure; evaluates one consignment, not what is inside it.
pub fn determine(facts: &SecurityFacts<'_>) -> Determination {
    if facts.do_not_load {
        return Determination::unsecured(1, Phrase::new(codes::gate::WHY_BLOCKED));
    }
    let declared = facts.declaration;
    if let Some(mark) = facts.high_risk {
        return match declared {
            Some(declaration) if secured_for_high_risk(declaration, mark, facts) => {
                Determination::secured(2, SecurityStatus::Shr)
            }
            _ => Determination::unsecured(
                3,
                Phrase::new(codes::gate::WHY_HIGH_RISK).with("since", mark.since.to_string()),
            ),
        };
    }
    let Some(declaration) = declared.filter(|declaration| !declaration.statuses.is_empty()) else {
        return Determination::unsecured(12, Phrase::new(codes::gate::WHY_NO_STATUS));
    };
    let Some(claimed) = declaration.status() else {
        let mut codes: Vec<&str> = declaration.statuses.iter().map(|(status, _)| status.code()).collect();
        codes.dedup();
        return Determination::unsecured(
            12,
            Phrase::new(codes::gate::WHY_STATUS_CONTRADICTED).with("statements", codes.join(" and ")),
        );
    };
    if claimed == SecurityStatus::Nsc {
        return Determination::unsecured(12, Phrase::new(codes::gate::WHY_STATED_NSC));
    }
    let void = issue_is_void(declaration, claimed, facts);
    if !void.is_empty() {
        return Determination::weaker(SecurityStatus::Nsc, 5, void);
    }
    let from = |category: EntityCategory| {
        declaration.received_from.iter().any(|received| received.entity.category == category)
    };
    let screened = !declaration.methods.is_empty();
    let known = from(EntityCategory::KnownConsignor);
    let exempt = declaration.exemptions.iter().any(|ground| facts.exemptions_accepted.contains(ground));
    // A regulated agent the goods were received from is no ground by himself: where he is the originator,
    // the goods are screened (IATA OCI composition rules, SM).
    let row = if !declaration.acceptors.is_empty() && (screened || known || exempt) {
        6
    } else if screened {
        7
    } else if known {
        8
    } else if exempt {
        9
    } else if from(EntityCategory::AccountConsignor) {
        10
    } else if facts.consolidated {
        // The ground stands in the houses' own declarations.
        6
    } else if let Some(ground) = declaration.exemptions.first() {
        let why = Phrase::new(codes::gate::WHY_EXEMPTION_NOT_ACCEPTED).with("exemption", ground.code());
        return Determination::unsecured(12, why);
    } else {
        let issuer = declaration.responsible().map(|issuer| issuer.entity.to_string()).unwrap_or_default();
        return Determination::unsecured(
            12,
            Phrase::new(codes::gate::WHY_NO_GROUND).with("status", claimed.code()).with("issuer", issuer),
        );
    };
    // Goods of an account consignor, unless screened, are secured for all-cargo aircraft at most.
    if row == 10 && claimed > SecurityStatus::Sco {
        let why = Phrase::new(codes::gate::WHY_GROUND_WEAKER).with("status", "SCO");
        return Determination::weaker(SecurityStatus::Sco, 10, vec![why]);
    }
    Determination::secured(row, claimed)
}

/// Row 5: the declaration is wrong, nobody answers for it, or those it rests on could not do so when it
/// was issued. Empty where nothing is wrong.
fn issue_is_void(
    declaration: &SecurityDeclaration,
    claimed: SecurityStatus,
    facts: &SecurityFacts<'_>,
) -> Vec<Phrase> {
    if !declaration.faults.is_empty() {
        return declaration.faults.clone();
    }
    let one = |why: Phrase| vec![why];
    if declaration.issuer.is_some() && declaration.checker.is_some() {
        return one(Phrase::new(codes::gate::WHY_ISSUER_AND_CHECKER));
    }
    let Some(issuer) = declaration.responsible() else {
        return one(Phrase::new(codes::gate::WHY_NO_ISSUER).with("status", claimed.code()));
    };
    let agent = issuer.entity.category == EntityCategory::RegulatedAgent;
    let may_issue =
        agent || declaration.issuer.is_some() && issuer.entity.category == EntityCategory::RegulatedCarrier;
    if !may_issue {
        return one(Phrase::new(codes::gate::WHY_ISSUER_CATEGORY).with("issuer", issuer.entity.to_string()));
    }
    if declaration.issuer.is_none() && !facts.consolidated {
        return one(
            Phrase::new(codes::gate::WHY_CHECKED_NO_CONSOLIDATION).with("issuer", issuer.entity.to_string())
        );
    }
    let in_future = facts
        .issued_at
        .zip(facts.received_at)
        .is_some_and(|(issued, received)| issued.duration_since(received) > CLOCK_SKEW_MAX);
    if let (true, Some(issued)) = (in_future, &declaration.issued_at) {
        return one(Phrase::new(codes::gate::WHY_ISSUED_IN_FUTURE).with("issued", issued.to_string()));
    }
    expired(declaration, issuer, facts)
}

/// The approvals the declaration rests on that had run out when it was issued.
fn expired(
    declaration: &SecurityDeclaration,
    issuer: &DeclaredEntity,
    facts: &SecurityFacts<'_>,
) -> Vec<Phrase> {
    // Without a readable day of issue nobody can tell that an approval was valid then; the day of
    // departure is the latest it can have been.
    let issued_on =
        declaration.issued_at.as_ref().and_then(|issued| issued.date()).unwrap_or(facts.departs_on);
    let rests_on = std::iter::once(issuer).chain(&declaration.received_from).chain(&declaration.acceptors);
    rests_on
        .filter_map(|named| {
            let last_day = named.expiry.and_then(ApprovalExpiry::last_day)?;
            (issued_on > last_day).then(|| {
                Phrase::new(codes::gate::WHY_APPROVAL_EXPIRED)
                    .with("entity", named.entity.to_string())
                    .with("expired", last_day.to_string())
            })
        })
        .collect()
}

/// Rows 2 and 3: declared SHR with enough different methods, issued and received after the mark was set.
///
/// Both times count because the time of issue is local and its zone is not sent: a declaration that came
/// in before the mark cannot answer it, whatever time it states.
fn secured_for_high_risk(
    declaration: &SecurityDeclaration,
    mark: HighRiskMark,
    facts: &SecurityFacts<'_>,
) -> bool {
    let mut methods: Vec<_> = declaration.methods.iter().map(|declared| declared.method).collect();
    methods.sort_unstable();
    methods.dedup();
    let after_mark = |at: Option<Timestamp>| at.is_some_and(|at| at > mark.since);
    declaration.status() == Some(SecurityStatus::Shr)
        && methods.len() >= usize::from(mark.methods_min)
        && after_mark(facts.issued_at)
        && after_mark(facts.received_at)
        && issue_is_void(declaration, SecurityStatus::Shr, facts).is_empty()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use consignment::ident::RegulatedEntity;
    use consignment::security::{
        DeclaredEntity, DeclaredMethod, Exemption, IssuedAt, ScreeningMethod, StatusSource,
    };
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
            ..SecurityDeclaration::default()
        }
    }

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
}
