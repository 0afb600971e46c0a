//! The aviation security status of one consignment, by a decision table in which the first row wins.
//!
//! The rows are those of the field's practice (ICAO Annex 17, 4.6; IATA e-CSD composition rules). What a
//! message alone cannot tell (custody, tampering, whether an approval was suspended, equipment, screeners)
//! is taken from facts of this node ([`evidence`]) and never assumed: the result says on which basis it stands,
//! and from messages alone that is "declared".

pub mod designation;
pub mod evidence;
pub mod record;
pub mod request;

use consignment::SecurityDeclaration;
use consignment::ident::EntityCategory;
use consignment::security::{
    ApprovalExpiry, DeclaredEntity, DeclaredMethod, Exemption, ScreeningMethod, SecurityStatus,
};
use evidence::{Break, Evidence};
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

impl HighRiskMark {
    /// What two marks of the same goods ask together: the later time, the more methods.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let (since, methods_min) = (self.since.max(other.since), self.methods_min.max(other.methods_min));
        Self { since, methods_min }
    }
}

/// Whether the issuer of a declaration is approved for high-risk cargo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HighRiskApproval {
    /// Nobody asked the registry: a message claims it by declaring SHR.
    NotAsked,
    /// The registry was asked and does not know.
    Unknown,
    /// He is.
    Approved,
    /// He is not.
    NotApproved,
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
    /// Whether the time of issue is an instant, rather than the earliest one that a local time can mean.
    pub issued_exactly: bool,
    /// Whether the registry of this node answers for the declaration.
    pub vouched: bool,
    /// Others for which it answers: when they were issued, and what each secures by itself.
    pub vouched_others: &'a [(Timestamp, SecurityStatus)],
    /// Whether the issuer is approved for high-risk cargo.
    pub high_risk_approval: HighRiskApproval,
    /// Whether SHR suffices where the registry does not know his approval.
    pub approval_unknown_suffices: bool,
    /// Whether results for which the registry answers make high-risk goods SHR without a declaration.
    pub results_suffice: bool,
    /// Screening and custody as this node knows them.
    pub evidence: &'a Evidence<'a>,
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

    fn secured(row: u8, status: SecurityStatus, verified: bool) -> Self {
        let basis = if verified { Basis::Verified } else { Basis::Declared };
        Self { status, row, basis, why: Vec::new() }
    }
}

/// The security status by the decision table. Pure; evaluates one consignment, not what is inside it.
pub fn determine(facts: &SecurityFacts<'_>) -> Determination {
    if facts.do_not_load {
        return Determination::unsecured(1, Phrase::new(codes::gate::WHY_BLOCKED));
    }
    if let Some(alarm) = facts.evidence.alarm() {
        return Determination::unsecured(1, alarm);
    }
    if let Some(mark) = facts.high_risk {
        return match secured_for_high_risk(mark, facts) {
            Ok(verified) => Determination::secured(2, SecurityStatus::Shr, verified),
            Err(lacking) => {
                let high_risk = Phrase::new(codes::gate::WHY_HIGH_RISK).with("since", mark.since.to_string());
                let why = std::iter::once(high_risk).chain(lacking).collect();
                Determination::weaker(SecurityStatus::Nsc, 3, why)
            }
        };
    }
    let broken = match protection(facts) {
        Protection::Void(why) => return Determination::unsecured(4, why),
        Protection::Kept => None,
        Protection::Declared(since) | Protection::Screened(since) => Some(since),
    };
    let screened_again = matches!(protection(facts), Protection::Screened(_));
    let Some(declaration) = facts.declaration.filter(|declaration| !declaration.statuses.is_empty()) else {
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
    // What was screened again after a break is secured by that screening, whatever was declared before.
    let claimed = if screened_again { claimed.min(SecurityStatus::Spx) } else { claimed };
    let undermined = |method: &DeclaredMethod| facts.evidence.undermined(method.method, broken);
    let screened = screened_again || declaration.methods.iter().any(|method| undermined(method).is_none());
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
        // A transfer whose inbound State is recognised is a row of its own, and a policy of the State.
        if declaration.exemptions.as_slice() == [Exemption::Trns] { 11 } else { 9 }
    } else if from(EntityCategory::AccountConsignor) {
        10
    } else if let Some(why) = declaration.methods.iter().find_map(undermined) {
        return Determination::unsecured(5, why);
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
    let verified = facts.vouched
        || screened && {
            let stated = declaration.methods.iter().map(|method| method.method);
            let methods: BTreeSet<ScreeningMethod> = match screened_again {
                true => facts.evidence.covering(broken),
                false => stated.collect(),
            };
            methods.into_iter().any(|method| facts.evidence.vouched(method, broken))
        };
    Determination::secured(row, claimed, verified)
}

/// What became of the protection of goods after their status was declared.
enum Protection {
    /// Nothing is known against it.
    Kept,
    /// It was broken, and the status declared anew since.
    Declared(Timestamp),
    /// It was broken, and all of the goods screened anew since.
    Screened(Timestamp),
    /// It was broken, and nothing restored it.
    Void(Phrase),
}

/// Row 4: a break after the last issue voids the status, until the registry of this node tells of a declaration
/// or a screening of everything after it. Whoever files the goods cannot make it good by his own word, and undoes nothing
/// of it by declaring them again.
fn protection(facts: &SecurityFacts<'_>) -> Protection {
    let Some(broken) = facts.evidence.broken() else { return Protection::Kept };
    let since = broken.at;
    let as_good = claimed(facts).min(SecurityStatus::Spx);
    let screened = || facts.evidence.methods(Some(since)).into_iter();
    if vouched_since(facts, as_good) > Some(since) {
        Protection::Declared(since)
    } else if !came_back(&broken, as_good, facts) {
        Protection::Void(broken.why_left.unwrap_or(broken.why))
    } else if screened().any(|method| facts.evidence.vouched(method, Some(since))) {
        Protection::Screened(since)
    } else {
        Protection::Void(broken.why)
    }
}

/// When the latest declaration was issued for which the registry answers and that is as good; what is wrong with the one that
/// counts is judged later.
fn vouched_since(facts: &SecurityFacts<'_>, as_good: SecurityStatus) -> Option<Timestamp> {
    let others = facts.vouched_others.iter().filter(|(_, status)| *status >= as_good);
    let sound = || {
        facts
            .declaration
            .is_some_and(|declaration| issue_is_void(declaration, claimed(facts), facts).is_empty())
    };
    let own = facts.issued_at.filter(|_| facts.vouched && claimed(facts) >= as_good && sound());
    own.max(others.map(|(issued, _)| *issued).max())
}

/// What the declaration that counts claims, at the most.
fn claimed(facts: &SecurityFacts<'_>) -> SecurityStatus {
    facts.declaration.and_then(SecurityDeclaration::status).unwrap_or(SecurityStatus::Nsc)
}

/// Whether goods that left the chain were declared since by whom the registry answers for; nothing else brings them back.
fn came_back(broken: &Break, as_good: SecurityStatus, facts: &SecurityFacts<'_>) -> bool {
    broken.left.is_none_or(|left| vouched_since(facts, as_good) > Some(left))
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
        .is_some_and(|(issued, received)| lies_in_the_future(issued, received));
    if let (true, Some(issued)) = (in_future, &declaration.issued_at) {
        return one(Phrase::new(codes::gate::WHY_ISSUED_IN_FUTURE).with("issued", issued.to_string()));
    }
    // The master of a consolidation may leave out name and date, and so may what the registry answers for.
    let dated = declaration.issued_at.is_some() || facts.issued_at.is_some();
    let signed = declaration.issued_by.is_some() && dated;
    if !signed && !facts.consolidated && !facts.vouched {
        return one(Phrase::new(codes::gate::WHY_NOT_SIGNED).with("issuer", issuer.entity.to_string()));
    }
    expired(declaration, issuer, facts)
}

/// Whether a time of issue lies in the future of when the declaration came in.
pub(crate) fn lies_in_the_future(issued: Timestamp, received: Timestamp) -> bool {
    issued.duration_since(received) > CLOCK_SKEW_MAX
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
    rests_on(declaration, issuer)
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

/// Whose approvals a declaration rests on.
pub(crate) fn rests_on<'a>(
    declaration: &'a SecurityDeclaration,
    issuer: &'a DeclaredEntity,
) -> impl Iterator<Item = &'a DeclaredEntity> {
    std::iter::once(issuer).chain(&declaration.received_from).chain(&declaration.acceptors)
}

/// Rows 2 and 3: every piece was screened by enough different methods since the mark was set, by screeners and
/// machines known to be valid, and SHR declared since by an issuer approved for it. A break of protection is made
/// good only by what the registry answers for. Where nothing is known here of any screening since, the declaration
/// itself may list the methods. `true` where facts of this node carry all of it; else what is lacking.
///
/// For a message, the time of its receipt counts as well as that of issue, because the latter is local and its
/// zone is not sent: a declaration that came in before the mark cannot answer it, whatever time it states.
fn secured_for_high_risk(mark: HighRiskMark, facts: &SecurityFacts<'_>) -> Result<bool, Vec<Phrase>> {
    let mut lacking = Vec::new();
    let broken = facts.evidence.broken();
    let since = broken.as_ref().map_or(mark.since, |broken| mark.since.max(broken.at));
    let after = |at: Option<Timestamp>| at.is_some_and(|at| at > since);
    let declaration = facts.declaration.filter(|declaration| {
        declaration.status() == Some(SecurityStatus::Shr)
            && after(facts.issued_at)
            && (facts.issued_exactly || after(facts.received_at))
    });
    // What was not enough before a break is no better for the break: results are known then, though none counts any more.
    let short = facts.evidence.screened_since(Some(mark.since))
        && facts.evidence.proving(Some(mark.since)).len() < usize::from(mark.methods_min);
    let known = short || facts.evidence.screened_since(Some(since));
    let methods: BTreeSet<ScreeningMethod> = match known {
        true => facts.evidence.proving(Some(since)),
        false => {
            // What is known here against a method that is declared counts, whenever it was: a mark makes nothing better.
            let declared = declaration.into_iter().flat_map(|it| &it.methods).map(|method| method.method);
            declared.filter(|method| facts.evidence.undermined(*method, None).is_none()).collect()
        }
    };
    // A break that only the screening and declaration since make good is told as long as they are missing.
    if methods.len() < usize::from(mark.methods_min) {
        let so_far: Vec<&str> = methods.iter().map(|method| method.code()).collect();
        let so_far = if so_far.is_empty() { "none".to_owned() } else { so_far.join(", ") };
        lacking.push(
            Phrase::new(codes::gate::WHY_METHODS_TOO_FEW)
                .with("methods", so_far)
                .with("wanted", mark.methods_min.to_string()),
        );
        if known {
            lacking.extend(facts.evidence.lacking(Some(since)));
            lacking.extend(facts.evidence.unproved(Some(since)));
        } else {
            let declared = declaration.into_iter().flat_map(|it| &it.methods);
            lacking.extend(declared.filter_map(|method| facts.evidence.undermined(method.method, None)));
        }
    }
    let vouched = methods.iter().filter(|method| facts.evidence.vouched(**method, Some(since))).count();
    let vouched = vouched >= usize::from(mark.methods_min);
    let by_results = facts.results_suffice && vouched;
    let back = broken.as_ref().is_none_or(|broken| came_back(broken, SecurityStatus::Spx, facts));
    let declared = declaration.is_some() && vouched_since(facts, SecurityStatus::Shr) > Some(since);
    let restored = back && (vouched || declared);
    // A break that only the screening and declaration since make good is told as long as they are missing.
    let telling = broken.filter(|broken| broken.at >= mark.since || !restored);
    let telling = telling.map(|broken| broken.why_left.filter(|_| !back).unwrap_or(broken.why));
    let void = telling.is_some() && !restored;
    match declaration {
        None if by_results => {}
        None => lacking.push(Phrase::new(codes::gate::WHY_SHR_NOT_DECLARED).with("since", since.to_string())),
        Some(declaration) => {
            lacking.extend(issue_is_void(declaration, SecurityStatus::Shr, facts));
            let approved = match facts.high_risk_approval {
                HighRiskApproval::NotAsked | HighRiskApproval::Approved => true,
                HighRiskApproval::Unknown => facts.approval_unknown_suffices,
                HighRiskApproval::NotApproved => false,
            };
            if !approved {
                let issuer = declaration.responsible().map(|issuer| issuer.entity.to_string());
                let why = Phrase::new(codes::gate::WHY_NOT_APPROVED_FOR_HIGH_RISK);
                lacking.push(why.with("issuer", issuer.unwrap_or_else(|| "?".to_owned())));
            }
        }
    }
    if void || !lacking.is_empty() {
        return Err(telling.into_iter().chain(lacking).collect());
    }
    let answered = facts.vouched && facts.high_risk_approval == HighRiskApproval::Approved;
    Ok(vouched && (answered || declaration.is_none()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
