use super::document::Document;
use super::state::{Node, Tree};
use consignment::Consignment;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a document may state of the route of its tree. The order is that in which they count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stated {
    /// The latest filing states legs.
    FiledLegs,
    /// The latest filing states both ends of the route.
    FiledEnds,
    /// A report states both ends of the route.
    ReportedEnds,
}

impl Stated {
    const ALL: [Self; 3] = [Self::FiledLegs, Self::FiledEnds, Self::ReportedEnds];

    fn of(self, document: &Document) -> Option<&Arc<Consignment>> {
        match self {
            Self::FiledLegs => document.filed().filter(|filed| !filed.legs.is_empty()),
            Self::FiledEnds => document.filed().filter(|filed| filed.ends().is_some()),
            Self::ReportedEnds => document.reports.with_ends(),
        }
    }
}

/// Which documents state something of the route, so that it is found without a search through all of them
/// at each message.
pub(super) type Stating = BTreeSet<(Stated, Node)>;

impl Tree {
    /// The first document, in order of the nodes, that states this of the route.
    pub fn stating(&self, what: Stated) -> Option<&Arc<Consignment>> {
        // The master is the first of all nodes.
        let (first, node) = self.stating.range((what, Node::Master)..).next()?;
        if *first == what { what.of(self.documents.get(node)?) } else { None }
    }

    /// Notes what the document of a node states of the route, after it has changed.
    pub(super) fn note_stated(&mut self, node: &Node) {
        let Some(document) = self.documents.get(node) else { return };
        for what in Stated::ALL {
            let entry = (what, node.clone());
            if what.of(document).is_some() {
                self.stating.insert(entry);
            } else {
                self.stating.remove(&entry);
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::case::{Actor, Event, evolve};
    use consignment::ident::{HouseWaybill, Location};
    use consignment::{DocumentKind, Leg};
    use jiff::Timestamp;

    fn document(kind: DocumentKind, legs: &[(&str, &str)], ends: Option<(&str, &str)>) -> Consignment {
        let at = |code: &str| Location::parse(code).unwrap();
        Consignment {
            kind,
            legs: legs.iter().map(|(from, to)| Leg::assumed(at(from), at(to))).collect(),
            origin: ends.map(|(from, _)| at(from)),
            destination: ends.map(|(_, to)| at(to)),
            ..Consignment::default()
        }
    }

    fn after(tree: Tree, node: &Node, consignment: Consignment) -> Tree {
        let (node, consignment, at) = (node.clone(), Arc::new(consignment), Timestamp::UNIX_EPOCH);
        let event = match consignment.kind {
            DocumentKind::Status => Event::Reported { node, consignment, at },
            _ => Event::Recorded {
                node,
                version: 1,
                by: Actor::Node,
                consignment,
                consolidated: false,
                faults: Vec::new(),
                at,
            },
        };
        evolve(tree, &event)
    }

    fn stations(tree: &Tree, what: Stated) -> Option<String> {
        let found = tree.stating(what)?;
        let (from, to) = found.legs.first().map(|leg| (leg.from, leg.to)).or_else(|| found.ends())?;
        Some(format!("{from}-{to}"))
    }

    #[test]
    fn the_first_document_that_states_something_counts() {
        let house = |number| Node::House(HouseWaybill::parse(number).unwrap());
        let mut tree = Tree::default();
        for what in Stated::ALL {
            assert_eq!(stations(&tree, what), None);
        }
        tree = after(tree, &house("B"), document(DocumentKind::House, &[], Some(("FRA", "YYZ"))));
        tree = after(tree, &house("A"), document(DocumentKind::House, &[], Some(("FRA", "JFK"))));
        assert_eq!(stations(&tree, Stated::FiledEnds).as_deref(), Some("FRA-JFK"));
        tree = after(tree, &house("A"), document(DocumentKind::House, &[], None));
        assert_eq!(stations(&tree, Stated::FiledEnds).as_deref(), Some("FRA-YYZ"), "A states none any more");
        tree = after(tree, &Node::Master, document(DocumentKind::Status, &[], Some(("FRA", "LHR"))));
        tree = after(tree, &Node::Master, document(DocumentKind::Status, &[], Some(("FRA", "CDG"))));
        assert_eq!(stations(&tree, Stated::ReportedEnds).as_deref(), Some("FRA-LHR"));
        assert_eq!(stations(&tree, Stated::FiledLegs), None);
        let filed = document(DocumentKind::Master, &[("FRA", "ORD")], Some(("FRA", "ORD")));
        tree = after(tree, &Node::Master, filed);
        assert_eq!(stations(&tree, Stated::FiledLegs).as_deref(), Some("FRA-ORD"));
        assert_eq!(stations(&tree, Stated::FiledEnds).as_deref(), Some("FRA-ORD"), "the master comes first");
    }
}
