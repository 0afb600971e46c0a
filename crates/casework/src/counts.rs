//! What was done on each day, counted from events alone: whoever has the log counts alike.

use crate::answers::Event as Answer;
use crate::case::Event as Tree;
use crate::dossier::Event;
use crate::gate::Decision;
use crate::transport::Event as Transport;
use consignment::fact::ReferralKind;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use programme::ProgrammeId;
use std::collections::{BTreeMap, BTreeSet};

/// The stored types of all events that count for anything: others need not be read.
pub const COUNTED: &[&str] = &[
    "answer.given",
    "answer.recalled",
    "transport.order-cancelled",
    "transport.ordered",
    "tree.acknowledged",
    "tree.assessment-completed",
    "tree.ended-by-completion",
    "tree.hold-lifted",
    "tree.hold-placed",
    "tree.recorded",
    "tree.referral-closed",
    "tree.referral-opened",
    "tree.rejected",
];

/// How often something was done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Count {
    /// Versions of goods that were filed; announcements and reports are none.
    pub filings: u64,
    /// Versions that the authority acknowledged.
    pub acknowledged: u64,
    /// Versions that it rejected.
    pub rejected: u64,
    /// Assessments that it reported complete.
    pub completed: u64,
    /// Of these, how many ended referrals.
    pub completed_ending: u64,
    /// Referrals that were opened.
    pub opened: BTreeMap<ReferralKind, u64>,
    /// Referrals that were closed by a word of their own.
    pub closed: BTreeMap<ReferralKind, u64>,
    /// Do-not-load orders that name a unit.
    pub unit_orders: u64,
    /// Those that were cancelled.
    pub unit_orders_cancelled: u64,
    /// Holds of agencies that were placed.
    pub holds_placed: u64,
    /// Those that were lifted.
    pub holds_lifted: u64,
    /// Answers for loading that said "load".
    pub answers_load: u64,
    /// Those that said "hold"; in a programme, those that something of it held.
    pub answers_hold: u64,
    /// Answers that were recalled; in a programme, those that something of it recalled.
    pub answers_recalled: u64,
}

/// Counts, by the day on which it was written down (UTC) and the programme; `None` is what is of no single one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts(BTreeMap<(Date, Option<ProgrammeId>), Count>);

impl Counts {
    /// By day, then programme.
    pub fn iter(&self) -> impl Iterator<Item = (Date, Option<&ProgrammeId>, &Count)> {
        self.0.iter().map(|((day, programme), count)| (*day, programme.as_ref(), count))
    }

    /// Counts an event that was written down at `at`.
    pub fn count(&mut self, event: &Event, at: Timestamp) {
        let day = at.to_zoned(TimeZone::UTC).date();
        match event {
            Event::Tree(event) => match event {
                Tree::Recorded { consignment, .. } if consignment.is_filing() => {
                    self.of(day, None).filings += 1
                }
                Tree::Acknowledged { programme, .. } => self.of(day, Some(programme)).acknowledged += 1,
                Tree::Rejected { programme, .. } => self.of(day, Some(programme)).rejected += 1,
                Tree::AssessmentCompleted { programme, .. } => self.of(day, Some(programme)).completed += 1,
                Tree::EndedByCompletion { programme, .. } => {
                    self.of(day, Some(programme)).completed_ending += 1
                }
                Tree::ReferralOpened { programme, opening, .. } => {
                    *self.of(day, Some(programme)).opened.entry(opening.kind).or_default() += 1;
                }
                Tree::ReferralClosed { programme, kind, .. } => {
                    *self.of(day, Some(programme)).closed.entry(*kind).or_default() += 1;
                }
                Tree::HoldPlaced { .. } => self.of(day, None).holds_placed += 1,
                Tree::HoldLifted { .. } => self.of(day, None).holds_lifted += 1,
                _ => {}
            },
            Event::Transport(Transport::Ordered { programme, .. }) => {
                self.of(day, Some(programme)).unit_orders += 1
            }
            Event::Transport(Transport::OrderCancelled { programme, .. }) => {
                self.of(day, Some(programme)).unit_orders_cancelled += 1;
            }
            Event::Answer(Answer::Given(given)) if given.decision == Decision::Load => {
                self.of(day, None).answers_load += 1;
            }
            Event::Answer(Answer::Given(given)) => {
                self.of(day, None).answers_hold += 1;
                for programme in programmes(&given.held_by) {
                    self.of(day, Some(programme)).answers_hold += 1;
                }
            }
            Event::Answer(Answer::Recalled { held_by, .. }) => {
                self.of(day, None).answers_recalled += 1;
                for programme in programmes(held_by) {
                    self.of(day, Some(programme)).answers_recalled += 1;
                }
            }
            _ => {}
        }
    }

    fn of(&mut self, day: Date, programme: Option<&ProgrammeId>) -> &mut Count {
        self.0.entry((day, programme.cloned())).or_default()
    }
}

/// The programmes of which something holds, each once.
fn programmes(held_by: &[crate::answers::Holding]) -> BTreeSet<&ProgrammeId> {
    held_by.iter().filter_map(|(_, programme)| programme.as_ref()).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::case::Node;

    #[test]
    fn each_event_counts_on_the_day_it_was_written_in_its_programme() {
        let acas = ProgrammeId::new("us-acas");
        let acknowledged = |at: Timestamp| {
            Event::Tree(Tree::Acknowledged { node: Node::Master, programme: acas.clone(), version: 1, at })
        };
        let closed = |kind, at: Timestamp| {
            let (node, programme) = (Node::Master, acas.clone());
            Event::Tree(Tree::ReferralClosed { node, programme, kind, reference: "R1".into(), at })
        };
        let at = |text: &str| -> Timestamp { text.parse().unwrap() };
        let (evening, morning) = (at("2026-11-24T23:59:59Z"), at("2026-11-25T00:00:00Z"));
        let mut counts = Counts::default();
        // What somebody says of when it was does not move it to another day.
        counts.count(&acknowledged(morning), evening);
        counts.count(&acknowledged(morning), morning);
        counts.count(&closed(ReferralKind::Rfi, morning), morning);
        counts.count(&closed(ReferralKind::Rfi, morning), morning);
        counts.count(&closed(ReferralKind::Dnl, morning), morning);
        let days: Vec<_> = counts.iter().collect();
        assert_eq!(days.len(), 2);
        assert_eq!((days[0].0.to_string().as_str(), days[0].2.acknowledged), ("2026-11-24", 1));
        assert_eq!((days[1].1, days[1].2.acknowledged), (Some(&acas), 1));
        assert_eq!(days[1].2.closed, BTreeMap::from([(ReferralKind::Rfi, 2), (ReferralKind::Dnl, 1)]));
    }
}
