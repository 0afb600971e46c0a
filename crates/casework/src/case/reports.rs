use super::command::Actor;
use consignment::Consignment;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// The status reports on one document, in order, and where each is found by what it says: one waybill may
/// have thousands, and each new one is compared with those before it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reports {
    list: Vec<Arc<Consignment>>,
    /// Who told each, and whether as a desk of the goods.
    by: Vec<(Actor, bool)>,
    /// Indexes into `list`, by hash of the content.
    by_content: BTreeMap<u64, Vec<usize>>,
}

impl Reports {
    /// Adds a report.
    pub(super) fn push(&mut self, by: Actor, desk: bool, report: Arc<Consignment>) {
        let index = self.list.len();
        self.by_content.entry(content_hash(&report)).or_default().push(index);
        self.list.push(report);
        self.by.push((by, desk));
    }

    /// Whether the same report is among them, from a desk or of the same teller: the same words count by who says them,
    /// and a desk's for all.
    pub(super) fn heard(&self, by: &Actor, desk: bool, report: &Consignment) -> bool {
        self.alike(report)
            .any(|(known, (teller, as_desk))| **known == *report && (*as_desk || !desk && teller == by))
    }

    /// The reports that may be the same as this one: those it has to be compared with.
    fn alike(&self, report: &Consignment) -> impl Iterator<Item = (&Arc<Consignment>, &(Actor, bool))> {
        let indexes = self.by_content.get(&content_hash(report)).into_iter().flatten();
        indexes.filter_map(|index| self.list.get(*index).zip(self.by.get(*index)))
    }

    /// All of them, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Arc<Consignment>> {
        self.list.iter()
    }

    /// The latest one.
    pub fn last(&self) -> Option<&Arc<Consignment>> {
        self.list.last()
    }
}

/// Only finds what is then compared in full, so it need not be the same in another release.
fn content_hash(report: &Consignment) -> u64 {
    let mut hasher = DefaultHasher::new();
    report.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use consignment::DocumentKind;

    fn report(pieces: u32) -> Consignment {
        Consignment { kind: DocumentKind::Status, pieces: Some(pieces), ..Consignment::default() }
    }

    #[test]
    fn a_report_is_compared_only_with_those_that_say_the_same() {
        let mut reports = Reports::default();
        for pieces in 0..1_000 {
            assert_eq!(reports.alike(&report(pieces)).count(), 0, "compared with what differs");
            assert!(!reports.heard(&Actor::Node, false, &report(pieces)));
            reports.push(Actor::Node, false, Arc::new(report(pieces)));
        }
        for pieces in [0, 500, 999] {
            assert!(reports.heard(&Actor::Node, false, &report(pieces)));
            assert!(!reports.heard(&Actor::Simulation, false, &report(pieces)), "told by another");
            assert!(!reports.heard(&Actor::Node, true, &report(pieces)), "by a desk for the first time");
            reports.push(Actor::Simulation, true, Arc::new(report(pieces)));
            assert!(reports.heard(&Actor::Node, false, &report(pieces)), "a desk said so");
            assert_eq!(reports.alike(&report(pieces)).count(), 2);
        }
        assert_eq!(reports.iter().count(), 1_003);
        assert_eq!(reports.last().and_then(|last| last.pieces), Some(999));
    }
}
