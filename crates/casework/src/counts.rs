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
    use crate::answers::{Basis, Given, Holding};
    use crate::case::{Actor, HoldCause, Node, Opening};
    use crate::gate::{Aircraft, AskedLeg, Stage};
    use crate::transport::Speaker;
    use crate::view::Asker;
    use consignment::fact::{ObjectName, UnitName};
    use consignment::ident::UnitLoadDevice;
    use consignment::{Consignment, DocumentKind};
    use finding::codes;
    use std::sync::Arc;

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

    /// Each kind of event counts in one figure, and in no other.
    #[test]
    fn each_kind_of_event_has_its_figure() {
        let (acas, ics2) = (ProgrammeId::new("us-acas"), ProgrammeId::new("eu-ics2"));
        let at: Timestamp = "2026-11-24T08:00:00Z".parse().unwrap();
        let (node, programme, reference) = (|| Node::Master, || acas.clone(), || Arc::<str>::from("R1"));
        let recorded = |kind| {
            let consignment = Arc::new(Consignment { kind, ..Consignment::default() });
            let (by, faults) = (Actor::Filer("filer".into()), Vec::new());
            Tree::Recorded { node: node(), version: 1, by, consignment, consolidated: false, faults, at }
        };
        let opening = Opening::new(ReferralKind::Rfs, None, Opening::words(""));
        let (by, agency, cause) = (Actor::Simulation, || "customs".into(), || HoldCause(Opening::words("")));
        let opened = Tree::ReferralOpened {
            node: node(),
            programme: programme(),
            opening,
            reference: reference(),
            by,
            at,
        };
        let unit = || UnitName::Device(UnitLoadDevice::parse("AKE111119Z").unwrap());
        let speaker = || Speaker::Authority(acas.clone());
        let kinds = vec![ReferralKind::Rfi];
        let events: Vec<Event> = [
            recorded(DocumentKind::House),
            recorded(DocumentKind::Status),
            Tree::Acknowledged { node: node(), programme: programme(), version: 1, at },
            Tree::Rejected { node: node(), programme: programme(), version: 1, findings: Vec::new() },
            Tree::AssessmentCompleted { node: node(), programme: programme(), version: 1, at },
            Tree::EndedByCompletion { node: node(), programme: programme(), kinds, at },
            opened,
            Tree::HoldPlaced { node: node(), agency: agency(), cause: cause(), entry: None },
            Tree::HoldLifted { node: node(), agency: agency(), cause: cause(), entry: None },
            Tree::Withdrawn { node: node(), master: None, version: 1, issued: None, by: Actor::Simulation },
        ]
        .into_iter()
        .map(Event::from)
        .chain([
            Transport::Ordered {
                unit: unit(),
                programme: programme(),
                reference: reference(),
                by: speaker(),
                at: Some(at),
            }
            .into(),
            Transport::OrderCancelled {
                unit: unit(),
                programme: programme(),
                reference: reference(),
                by: speaker(),
                at: Some(at),
            }
            .into(),
            Transport::Opened { unit: unit(), why: String::new(), at }.into(),
        ])
        .collect();
        let given = |decision, held_by: &[Holding]| {
            Event::Answer(Answer::Given(Box::new(Given {
                id: "A1".into(),
                holder: "carrier".into(),
                asker: Asker::Carrier,
                object: ObjectName::Unit(unit()),
                asked_leg: AskedLeg::First,
                leg: None,
                stage: Stage::Load,
                aircraft: Aircraft::Passenger,
                decision,
                held_by: held_by.to_vec(),
                valid_until: None,
                at,
                basis: Basis::default(),
                listed: Vec::new(),
            })))
        };
        // What two reasons of one programme hold, and one of no programme, counts once for each programme.
        let held = |programme: &ProgrammeId| (codes::gate::DNL_OPEN, Some(programme.clone()));
        let held_by = [held(&acas), held(&acas), held(&ics2), (codes::gate::FLIGHT_CANCELLED, None)];
        let recalled = Answer::Recalled { id: "A1".into(), held_by: held_by[..2].to_vec(), at };
        let seen = Answer::Acknowledged { id: "A1".into(), by: "carrier".into(), at };
        let answers = [
            given(Decision::Load, &[]),
            given(Decision::Hold, &held_by),
            Event::Answer(recalled),
            Event::Answer(seen),
        ];
        let mut counts = Counts::default();
        for event in events.iter().chain(&answers) {
            counts.count(event, at);
        }
        let all = Count {
            filings: 1,
            holds_placed: 1,
            holds_lifted: 1,
            answers_load: 1,
            answers_hold: 1,
            answers_recalled: 1,
            ..Count::default()
        };
        let of_acas = Count {
            acknowledged: 1,
            rejected: 1,
            completed: 1,
            completed_ending: 1,
            opened: BTreeMap::from([(ReferralKind::Rfs, 1)]),
            unit_orders: 1,
            unit_orders_cancelled: 1,
            answers_hold: 1,
            answers_recalled: 1,
            ..Count::default()
        };
        let of_ics2 = Count { answers_hold: 1, ..Count::default() };
        let counted: Vec<_> = counts.iter().map(|(_, programme, count)| (programme, count)).collect();
        assert_eq!(counted, [(None, &all), (Some(&ics2), &of_ics2), (Some(&acas), &of_acas)]);
    }
}
