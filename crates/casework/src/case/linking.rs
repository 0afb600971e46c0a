//! What belongs to what: bookings, sub-houses, houses that leave their master, goods that resemble others.

use super::event::Event;
use super::resemblance;
use super::state::{Coverage, Node, Tree};
use crate::Refusal;
use consignment::{ConsignmentKey, Leg};
use finding::{Phrase, codes::gate as code};
use jiff::Timestamp;
use rust_decimal::Decimal;
use std::sync::Arc;

/// Most sub-houses inside one another that are followed; more is no shipment but a slip.
const DEPTH_MAX: usize = 16;

pub(super) fn book(tree: &Tree, legs: Vec<Leg>, now: Timestamp) -> Result<Vec<Event>, Refusal> {
    let connected = legs.windows(2).all(|pair| pair[0].to == pair[1].from);
    if legs.is_empty() || !connected {
        let labels: Vec<String> = legs.iter().map(Leg::label).collect();
        return Err(Refusal(Phrase::new(code::BOOKING_NOT_CONNECTED).with("legs", labels.join(", "))));
    }
    let known = tree.bookings.last().is_some_and(|known| known.legs == legs);
    Ok(if known { Vec::new() } else { vec![Event::Booked { legs, at: now }] })
}

pub(super) fn note_resemblance(tree: &Tree, node: Node, why: Phrase) -> Vec<Event> {
    let document = tree.documents.get(&node);
    // What officers settled stays settled, as far as it is what they compared.
    let known = document.is_some_and(|document| {
        let mut known = document.resembles.iter().chain(&document.resembled_before);
        known.any(|known| resemblance::covers(known, &why))
    });
    if known { Vec::new() } else { vec![Event::Resembles { node, why }] }
}

pub(super) fn end_resemblance(tree: &Tree, node: &Node, other: &ConsignmentKey) -> Vec<Event> {
    let whys = tree.documents.get(node).map(|document| document.resembles.as_slice()).unwrap_or_default();
    let over = whys.iter().filter(|why| resemblance::is_of(why, other)).cloned();
    over.map(|why| Event::ResemblanceOver { node: node.clone(), why }).collect()
}

pub(super) fn settle_resemblance(tree: &Tree, node: Node, agency: Arc<str>) -> Result<Vec<Event>, Refusal> {
    let whys = tree.documents.get(&node).map(|document| document.resembles.as_slice()).unwrap_or_default();
    if whys.is_empty() {
        return Err(Refusal(
            Phrase::new(code::NOTHING_TO_CONFIRM).with("object", tree.key(&node).to_string()),
        ));
    }
    let settled = whys.iter().map(|why| {
        let (node, agency, why) = (node.clone(), Arc::clone(&agency), why.clone());
        Event::ResemblanceSettled { node, agency, why }
    });
    Ok(settled.collect())
}

/// What facts of custody show of a house that left its master.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    /// When it went somewhere.
    pub(super) went: Option<Timestamp>,
    /// How many pieces are left.
    pub(super) counted: bool,
}

/// The rest is free of a house only where it was counted as the master's pieces without the house's, and
/// custody says where the house went.
pub(super) fn unlink(
    tree: &Tree,
    node: Node,
    recounted_pieces: u32,
    shown: Shown,
    agency: Arc<str>,
    at: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let not_shown = |why: Phrase| {
        let object = tree.key(&node).to_string();
        let why = why.text(finding::Language::English);
        Refusal(Phrase::new(code::UNLINK_NOT_SHOWN).with("object", object).with("why", why))
    };
    let known = tree.documents.get(&node).filter(|_| matches!(node, Node::House(_)));
    let Some(document) = known else {
        return Err(Refusal(Phrase::new(code::OBJECT_UNKNOWN).with("object", tree.key(&node).to_string())));
    };
    if document.unlinked {
        return Ok(Vec::new());
    }
    let own = document.filed().and_then(|house| house.pieces);
    let expected = tree.coverage().zip(own).and_then(|(all, own)| all.of_pieces.checked_sub(u64::from(own)));
    if expected != Some(u64::from(recounted_pieces)) {
        return Err(not_shown(
            Phrase::new(code::WHY_RECOUNT_DIFFERS)
                .with("counted", recounted_pieces.to_string())
                .with("expected", expected.map_or_else(|| "?".to_owned(), |pieces| pieces.to_string())),
        ));
    }
    if shown.went.is_none() {
        return Err(not_shown(Phrase::new(code::WHY_WENT_UNKNOWN)));
    }
    if !shown.counted {
        return Err(not_shown(Phrase::new(code::WHY_NOT_RECOUNTED)));
    }
    Ok(vec![Event::Unlinked { node, recounted_pieces, agency, went: shown.went, at }])
}

impl Tree {
    /// The house a sub-house says it belongs to.
    pub fn parent(&self, node: &Node) -> Option<Node> {
        self.filed(node)?.parent.clone().map(Node::House)
    }

    /// The sub-houses inside a house, however deep, without itself. Each hangs on one house alone, so that none is met twice
    /// but in a circle, which ends where it began.
    pub fn below(&self, node: &Node) -> Vec<Node> {
        let mut found: Vec<Node> = Vec::new();
        let mut open = vec![(node.clone(), 0)];
        while let Some((parent, depth)) = open.pop() {
            for child in self.children.get(&parent).into_iter().flatten() {
                let unlinked = self.documents.get(child).is_some_and(|document| document.unlinked);
                if child != node && !unlinked && depth < DEPTH_MAX {
                    found.push(child.clone());
                    open.push((child.clone(), depth + 1));
                }
            }
        }
        found
    }

    /// Houses that have sub-houses.
    pub fn parents(&self) -> impl Iterator<Item = &Node> {
        self.children.keys()
    }

    /// Whether a sub-house hangs on nothing: its house is not known, or the way up leads back to it.
    pub fn hangs_on_nothing(&self, node: &Node) -> bool {
        let mut at = node.clone();
        for _ in 0..DEPTH_MAX {
            let Some(parent) = self.parent(&at) else { return false };
            if parent == *node || self.filed(&parent).is_none() {
                return true;
            }
            at = parent;
        }
        true
    }

    /// How much of a house its sub-houses cover; `None` where it has none, or states no pieces.
    pub fn coverage_of(&self, house: &Node) -> Option<Coverage> {
        let children = self.children.get(house)?;
        let filed = self.filed(house)?;
        let kg = |consignment: &consignment::Consignment| {
            consignment.weight.map_or(Decimal::ZERO, |weight| weight.to_kg())
        };
        let mut coverage = Coverage {
            pieces: 0,
            of_pieces: u64::from(filed.pieces?),
            weight_kg: Decimal::ZERO,
            of_weight_kg: kg(filed),
        };
        for child in children {
            let Some(document) =
                self.documents.get(child).filter(|child| !child.withdrawn && !child.unlinked)
            else {
                continue;
            };
            let Some(filed) = document.filed() else { continue };
            coverage.pieces += u64::from(filed.pieces.unwrap_or(0));
            coverage.weight_kg = coverage.weight_kg.checked_add(kg(filed)).unwrap_or(Decimal::MAX);
        }
        Some(coverage)
    }
}
