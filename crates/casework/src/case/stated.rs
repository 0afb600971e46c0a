use super::document::Document;
use super::state::{Node, Tree};
use consignment::ident::Location;
use consignment::{Consignment, DocumentKind};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a document may state of the route of its tree. The order is that in which they count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stated {
    /// The latest filing states legs.
    FiledLegs,
    /// The latest filing states both ends of the master's route.
    MasterEnds,
    /// The latest filing of a house states both ends of its own route.
    HouseEnds,
    /// Reports state both ends of the route.
    ReportedEnds,
}

/// The stations of a way, in order.
pub type Way = Vec<Location>;

impl Stated {
    const ALL: [Self; 4] = [Self::FiledLegs, Self::MasterEnds, Self::HouseEnds, Self::ReportedEnds];

    /// The ways a document states in this manner.
    fn ways(self, document: &Document) -> Vec<Way> {
        if self == Self::ReportedEnds {
            return document.told.ends().map(|(from, to)| vec![from, to]).collect();
        }
        let Some(filed) = document.filed() else { return Vec::new() };
        let house = filed.kind == DocumentKind::House;
        let own = filed.origin.zip(filed.destination);
        let ends = match self {
            Self::FiledLegs if filed.legs.is_empty() => return Vec::new(),
            Self::FiledLegs => {
                let first = filed.legs.first().map(|leg| leg.from);
                return vec![first.into_iter().chain(filed.legs.iter().map(|leg| leg.to)).collect()];
            }
            Self::MasterEnds if house => {
                filed.master_totals.as_ref().and_then(|totals| totals.origin.zip(totals.destination))
            }
            Self::MasterEnds => own,
            Self::HouseEnds if house => own,
            Self::HouseEnds | Self::ReportedEnds => None,
        };
        ends.map(|(from, to)| vec![from, to]).into_iter().collect()
    }
}

/// Which documents state something of the route, and how many state each way, so that it is found without
/// a search through all of them at each message.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Stating {
    by_document: BTreeMap<(Stated, Node), Vec<Way>>,
    counts: BTreeMap<(Stated, Way), usize>,
}

impl Stating {
    fn replace(&mut self, what: Stated, node: &Node, ways: Vec<Way>) {
        let entry = (what, node.clone());
        if self.by_document.get(&entry).is_some_and(|known| *known == ways) {
            return;
        }
        for way in self.by_document.remove(&entry).into_iter().flatten() {
            let entry = (what, way);
            if let Some(count) = self.counts.get_mut(&entry) {
                *count -= 1;
                if *count == 0 {
                    self.counts.remove(&entry);
                }
            }
        }
        for way in &ways {
            *self.counts.entry((what, way.clone())).or_default() += 1;
        }
        if !ways.is_empty() {
            self.by_document.insert(entry, ways);
        }
    }
}

impl Tree {
    /// The latest filing of the first document, in order of the nodes, that states this of the route.
    pub fn stating(&self, what: Stated) -> Option<&Arc<Consignment>> {
        // The master is the first of all nodes.
        let ((first, node), _) = self.stating.by_document.range((what, Node::Master)..).next()?;
        if *first == what { self.filed(node) } else { None }
    }

    /// The different ways that documents state in this manner.
    pub fn ways(&self, what: Stated) -> impl Iterator<Item = &Way> {
        self.stating
            .counts
            .range((what, Way::new())..)
            .take_while(move |((of, _), _)| *of == what)
            .map(|((_, way), _)| way)
    }

    /// Notes what the document of a node states of the route, after it has changed.
    pub(super) fn note_stated(&mut self, node: &Node) {
        let Some(document) = self.documents.get(node) else { return };
        for what in Stated::ALL {
            self.stating.replace(what, node, what.ways(document));
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
            DocumentKind::Status => {
                Event::Reported { node, by: Actor::Node, consignment, faults: Vec::new(), at, by_desk: true }
            }
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

    fn ways(tree: &Tree, what: Stated) -> Vec<String> {
        tree.ways(what).map(|way| way.iter().map(ToString::to_string).collect::<Vec<_>>().join("-")).collect()
    }

    #[test]
    fn the_ways_stated_are_those_of_the_latest_documents() {
        let house = |number| Node::House(HouseWaybill::parse(number).unwrap());
        let mut tree = Tree::default();
        for what in Stated::ALL {
            assert!(ways(&tree, what).is_empty());
        }
        tree = after(tree, &house("B"), document(DocumentKind::House, &[], Some(("FRA", "YYZ"))));
        tree = after(tree, &house("A"), document(DocumentKind::House, &[], Some(("FRA", "JFK"))));
        assert_eq!(ways(&tree, Stated::HouseEnds), ["FRA-JFK", "FRA-YYZ"]);
        tree = after(tree, &house("A"), document(DocumentKind::House, &[], None));
        assert_eq!(ways(&tree, Stated::HouseEnds), ["FRA-YYZ"], "A states none any more");
        tree = after(tree, &Node::Master, document(DocumentKind::Status, &[], Some(("FRA", "LHR"))));
        assert_eq!(ways(&tree, Stated::ReportedEnds), ["FRA-LHR"]);
        tree = after(tree, &Node::Master, document(DocumentKind::Status, &[], Some(("FRA", "CDG"))));
        assert_eq!(ways(&tree, Stated::ReportedEnds), ["FRA-CDG"], "the latest report on a topic counts");
        let filed = document(DocumentKind::Master, &[("FRA", "ORD")], Some(("FRA", "ORD")));
        tree = after(tree, &Node::Master, filed);
        assert_eq!(ways(&tree, Stated::FiledLegs), ["FRA-ORD"]);
        assert_eq!(ways(&tree, Stated::MasterEnds), ["FRA-ORD"]);
        assert_eq!(ways(&tree, Stated::HouseEnds), ["FRA-YYZ"], "the master is no house");
        let first = tree.stating(Stated::FiledLegs).unwrap();
        assert_eq!(first.kind, DocumentKind::Master, "the master comes first");
    }
}
