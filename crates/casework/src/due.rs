//! What falls due, and what is to be worked on first.
//!
//! Nothing ends by itself: what falls due is put before somebody. A hold whose review is due stays, a request whose
//! answer is late stays open.

use crate::Dossier;
use crate::case::{Case, CaseState, Hold, Node, Referral, ReferralKind, Tree};
use crate::decision::Standing;
use consignment::DocumentKind;
use consignment::fact::OfficerDeed;
use jiff::{SignedDuration, Timestamp};
use programme::{Programme, ProgrammeId, TimerRules};
use std::cmp::Reverse;
use std::sync::Arc;

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DueKind {
    /// The filer's answer to a request.
    Answer(ReferralKind),
    /// Somebody higher looks at a hold again.
    HoldReview,
    /// A second person confirms or refuses; due from the moment it was proposed.
    SecondPerson,
    /// Another officer reviews what was done alone.
    Review,
    /// The parts of a declaration are linked: a house to its master, a master to all its houses.
    Linking,
    /// The goods are presented at their destination.
    Presentation,
}

impl DueKind {
    /// The word used in published documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answer(ReferralKind::Rfi) => "answer-rfi",
            Self::Answer(ReferralKind::Rfs) => "answer-rfs",
            Self::Answer(ReferralKind::Dnl) => "answer-dnl",
            Self::HoldReview => "hold-review",
            Self::SecondPerson => "second-person",
            Self::Review => "review",
            Self::Linking => "linking",
            Self::Presentation => "presentation",
        }
    }
}

/// One thing that falls due.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: DueKind,
    /// The goods, as people know them.
    pub object: String,
    /// The programme, where it is one's.
    pub programme: Option<ProgrammeId>,
    /// Number of the referral or of the officer's act; empty for a period that counts from the filing.
    pub reference: Arc<str>,
}

/// All that is or will be due in a tree, the earliest first. `data` has the periods of a programme, and `answer_by` until when
/// an answer to a referral is expected ([`crate::gate::answer_by`]).
pub fn due<'a>(
    dossier: &Dossier,
    data: impl Fn(&ProgrammeId) -> Option<&'a Programme>,
    answer_by: impl Fn(&ProgrammeId, &Case, &Referral) -> Option<Timestamp>,
) -> Vec<Due> {
    let tree = &dossier.tree;
    let mut all = Vec::new();
    for ((node, programme), case) in &tree.cases {
        if let Some(data) = data(programme) {
            all.extend(periods(tree, node, programme, case, &data.timers));
        }
        for referral in case.referrals.iter().filter(|referral| referral.awaits_answer()) {
            let Some(at) = answer_by(programme, case, referral) else { continue };
            all.push(Due {
                at,
                kind: DueKind::Answer(referral.kind),
                object: tree.key(node).to_string(),
                programme: Some(programme.clone()),
                reference: Arc::clone(&referral.reference),
            });
        }
    }
    for (entry, standing) in dossier.decisions.entries.values() {
        let due = match (standing, &entry.deed) {
            (Standing::Proposed(_), _) => Some((DueKind::SecondPerson, entry.at)),
            (Standing::ToReview(by), _) => Some((DueKind::Review, *by)),
            (Standing::Done, OfficerDeed::Hold { object, agency, review_at: Some(at) }) => {
                let document = tree.documents.get(&Node::of(object));
                // A colleague's hold is reviewed when its own time comes.
                let own = |hold: &Hold| {
                    hold.agency == *agency && hold.entry.as_ref().is_none_or(|by| *by == entry.id)
                };
                let held = document.is_some_and(|document| document.holds.iter().any(own));
                held.then_some((DueKind::HoldReview, *at))
            }
            _ => None,
        };
        if let Some((kind, at)) = due {
            let object = crate::decision::object_of(&entry.deed).map(ToString::to_string).unwrap_or_default();
            all.push(Due { at, kind, object, programme: None, reference: Arc::clone(&entry.id) });
        }
    }
    all.sort();
    all
}

/// The periods that count from the first filing of a node: no source tells from when the authorities count.
fn periods(
    tree: &Tree,
    node: &Node,
    programme: &ProgrammeId,
    case: &Case,
    timers: &TimerRules,
) -> impl Iterator<Item = Due> {
    let document = tree.documents.get(node);
    let filed = document.and_then(|document| document.received.first()).copied();
    let runs = !matches!(case.state(), CaseState::NotRequired | CaseState::Invalidated);
    let unlinked = match node {
        Node::House(_) => {
            let kind = tree.filed(node).map(|filed| filed.kind);
            tree.master.is_none() && kind == Some(DocumentKind::House)
        }
        Node::Master => {
            let covered = tree.coverage().is_some_and(|coverage| coverage.is_complete());
            document.is_some_and(|document| document.consolidated) && !covered
        }
    };
    let linking = timers.linking_hours.filter(|_| unlinked);
    let linking = linking.map(|hours| (DueKind::Linking, i64::from(hours)));
    let presentation = timers.presentation_days.map(|days| (DueKind::Presentation, i64::from(days) * 24));
    let object = tree.key(node).to_string();
    let programme = programme.clone();
    [linking, presentation].into_iter().flatten().filter(move |_| runs).filter_map(move |(kind, hours)| {
        let at = filed?.checked_add(SignedDuration::from_hours(hours)).ok()?;
        let programme = Some(programme.clone());
        Some(Due { at, kind, object: object.clone(), programme, reference: "".into() })
    })
}

/// Something that waits for an officer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// The goods, as people know them.
    pub object: String,
    /// When they are to depart; `None` where nobody told.
    pub departs_at: Option<Timestamp>,
    /// Risk in thousandths.
    pub risk_thousandths: u16,
    /// Pieces that cannot fly while it waits: its own, and those it is packed with.
    pub blast_pieces: u32,
}

/// Ends of the classes of urgency: what departs within one hour comes before what departs within two, and so on.
const CLASSES: [SignedDuration; 5] = [
    SignedDuration::from_hours(1),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(4),
    SignedDuration::from_hours(8),
    SignedDuration::from_hours(24),
];

/// The class of what departs at an unknown time: with that of the next four hours, so that it is neither forgotten
/// nor put before what is known to be urgent.
const UNKNOWN_CLASS: usize = 2;

/// Puts work in the order in which it is to be done: by class of urgency, within it by risk, then by how much else
/// waits for it, then by the hour. What has departed comes last: nothing of it can be loaded any more.
pub fn order<T>(items: &mut [T], now: Timestamp, work: impl Fn(&T) -> &Work) {
    let class = |work: &Work| match work.departs_at {
        None => UNKNOWN_CLASS,
        Some(at) if at <= now => CLASSES.len() + 1,
        Some(at) => {
            let left = at.duration_since(now);
            CLASSES.iter().position(|end| left <= *end).unwrap_or(CLASSES.len())
        }
    };
    items.sort_by(|one, other| {
        let (one, other) = (work(one), work(other));
        let key = |work: &Work| (class(work), Reverse(work.risk_thousandths), Reverse(work.blast_pieces));
        key(one)
            .cmp(&key(other))
            .then_with(|| one.departs_at.cmp(&other.departs_at))
            .then_with(|| one.object.cmp(&other.object))
    });
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn work(object: &str, departs: Option<&str>, risk: u16, pieces: u32) -> Work {
        Work {
            object: object.into(),
            departs_at: departs.map(|time| format!("2026-11-24T{time}:00Z").parse().unwrap()),
            risk_thousandths: risk,
            blast_pieces: pieces,
        }
    }

    #[test]
    fn urgent_first_then_risk_then_what_hangs_on_it() {
        let mut queue = [
            work("departed", Some("05:00"), 999, 999),
            work("tomorrow", Some("23:00"), 990, 999),
            work("unknown", None, 100, 1),
            work("soon, harmless", Some("06:40"), 100, 1),
            work("soon, grave", Some("06:50"), 900, 1),
            work("soon, grave, much", Some("06:55"), 900, 40),
            work("in three hours", Some("09:00"), 950, 1),
            work("in two days", None, 10, 1),
        ];
        // Nothing of what has departed can be loaded any more: it waits also for what leaves much later.
        queue[7].departs_at = "2026-11-26T06:00:00Z".parse().ok();
        order(&mut queue, "2026-11-24T06:00:00Z".parse().unwrap(), |work| work);
        let names: Vec<&str> = queue.iter().map(|work| &*work.object).collect();
        let expected = [
            "soon, grave, much",
            "soon, grave",
            "soon, harmless",
            "in three hours",
            "unknown",
            "tomorrow",
            "in two days",
            "departed",
        ];
        assert_eq!(names, expected);
    }
}
