//! A consignment tree: the master, its houses and what is known of them.

use super::derived::{Derived, OneOfEach};
use super::document::Document;
use super::early::Early;
use super::number::NumberWord;
use super::programme_case::Case;
use super::referral::{Referral, ReferralKind};
use super::stated::Stating;
use super::told::Teller;
use consignment::ident::{AirWaybill, HouseWaybill};
use consignment::{Consignment, ConsignmentKey, Leg};
use finding::Phrase;
use jiff::Timestamp;
use programme::ProgrammeId;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

/// A consignment inside its tree: the master, or one house.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// The master.
    Master,
    /// A house, by its number.
    House(HouseWaybill),
}

impl Node {
    /// The node that a document of this key speaks of.
    pub fn of(key: &ConsignmentKey) -> Self {
        key.house.clone().map_or(Self::Master, Self::House)
    }
}

/// How much of a consolidation its houses cover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// Pieces of the houses filed.
    pub pieces: u64,
    /// Pieces of the master.
    pub of_pieces: u64,
    /// Weight of the houses filed.
    pub weight_kg: Decimal,
    /// Weight of the master.
    pub of_weight_kg: Decimal,
}

impl Coverage {
    /// Whether the houses cover all pieces.
    pub fn is_complete(&self) -> bool {
        self.pieces >= self.of_pieces
    }
}

/// Everything known of one consignment tree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    /// The master's number, once known.
    pub master: Option<AirWaybill>,
    /// Documents by node.
    pub documents: BTreeMap<Node, Document>,
    /// Cases by node and programme.
    pub cases: BTreeMap<(Node, ProgrammeId), Case>,
    /// The legs, in order.
    pub legs: Vec<Leg>,
    /// Why the route cannot be told for certain; empty where it can.
    pub route_unclear: Vec<Phrase>,
    /// Messages that may concern the goods and could not be read.
    pub unread: Vec<Unread>,
    /// Different legs that reports told, in order, the first [`TOLD_LEGS_MAX`] and one more.
    pub told_legs: Vec<ToldLeg>,
    /// Which documents state something of the route.
    pub(super) stating: Stating,
    /// Bookings in order: each takes the place of the legs between its ends.
    pub bookings: Vec<Booking>,
    /// Sub-houses by the house they say they belong to.
    pub(super) children: BTreeMap<Node, BTreeSet<Node>>,
    /// How many referrals were ever opened.
    pub(super) referrals_opened: usize,
    /// What the houses cover, once somebody asked: each house of a large consolidation asks.
    pub(super) covered: Derived<Coverage>,
    /// Houses that stand for all, once somebody asked.
    pub(super) one_of_each: Derived<OneOfEach>,
    /// Houses that nobody filed or announced, once somebody asked: each house of a large consolidation asks.
    pub(super) hearsay: Derived<Vec<Node>>,
    /// See [`Self::fewer_since`].
    pub(super) fewer: Derived<Vec<(Timestamp, u32)>>,
    /// Referrals and holds that are open: every opening asks.
    pub(super) open_items: usize,
    /// Words of authorities that came before what they speak of.
    pub early: Vec<Early>,
    /// Words that were said of the number of a house alone.
    pub(super) number_words: BTreeMap<Node, Vec<NumberWord>>,
}

/// A message that may concern the goods and could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Why.
    pub why: Phrase,
    /// When it last came.
    pub at: Timestamp,
}

/// A booking of the carrier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// The legs, in order.
    pub legs: Vec<Leg>,
    /// How many versions of the master had been filed by then.
    pub versions_known: usize,
}

/// A leg that a report told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldLeg {
    /// The leg. Nothing has flown by the word of a stranger, however he tells it.
    pub leg: Leg,
    /// Who told it.
    pub(crate) by: Teller,
    /// How many versions of the master had been filed by then.
    pub versions_known: usize,
    /// How many bookings had been told by then.
    pub bookings_known: usize,
}

impl ToldLeg {
    /// Whether a desk of the goods told it.
    pub fn is_of_desk(&self) -> bool {
        self.by.desk
    }
}

/// Most open referrals and holds of one consignment tree. What comes above it is refused, and the tree is held
/// until somebody has dealt with it.
pub const OPEN_ITEMS_MAX: usize = 1_000;

/// Most different legs told by reports that are taken for the way of one consignment tree.
pub const TOLD_LEGS_MAX: usize = 64;

/// The name before all programmes.
static FIRST_PROGRAMME: LazyLock<ProgrammeId> = LazyLock::new(|| ProgrammeId::new(""));

impl Tree {
    /// The key under which people know a node.
    pub fn key(&self, node: &Node) -> ConsignmentKey {
        let house = match node {
            Node::Master => None,
            Node::House(number) => Some(number.clone()),
        };
        ConsignmentKey { master: self.master, house }
    }

    /// The cases of a node, in order of programme.
    pub fn cases_of<'a>(&'a self, node: &'a Node) -> impl Iterator<Item = (&'a ProgrammeId, &'a Case)> {
        let cases = self.cases_from(node).take_while(move |((of, _), _)| of == node);
        cases.map(|((_, programme), case)| (programme, case))
    }

    /// The cases of a node, and of those after it.
    pub(crate) fn cases_from<'a>(
        &'a self,
        node: &Node,
    ) -> impl Iterator<Item = (&'a (Node, ProgrammeId), &'a Case)> + use<'a> {
        self.cases.range((node.clone(), FIRST_PROGRAMME.clone())..)
    }

    /// Whether a do-not-load of a programme is open on a node.
    pub fn has_open_order(&self, node: &Node, programme: &ProgrammeId) -> bool {
        let case = self.cases.get(&(node.clone(), programme.clone()));
        case.is_some_and(|case| case.open_referrals().any(|open| open.kind == ReferralKind::Dnl))
    }

    /// The referrals of a node over all its cases, open or closed.
    pub fn referrals_of<'a>(
        &'a self,
        node: &'a Node,
    ) -> impl Iterator<Item = (&'a ProgrammeId, &'a Referral)> {
        // Most trees have none, and every question about every house asks.
        let any = self.referrals_opened > 0;
        any.then(|| self.cases_of(node))
            .into_iter()
            .flatten()
            .flat_map(|(programme, case)| case.referrals.iter().map(move |referral| (programme, referral)))
    }

    /// Open referrals and holds of the whole tree.
    pub fn open_items(&self) -> usize {
        self.open_items
    }

    /// Houses that stand for all, as `choose` says when somebody first asks after an event: always the same
    /// choice, and by the tree alone.
    pub(crate) fn one_of_each(&self, choose: impl FnOnce(&Self) -> Option<OneOfEach>) -> Option<&OneOfEach> {
        self.one_of_each.get_or(|| choose(self))
    }

    /// What was filed of a node, if anything.
    pub fn filed(&self, node: &Node) -> Option<&Arc<Consignment>> {
        self.documents.get(node).and_then(Document::filed)
    }

    /// When the first of it was filed, by what is kept.
    pub fn begun(&self) -> Option<Timestamp> {
        self.documents.values().filter_map(|document| document.received.first()).min().copied()
    }

    /// The houses inside, in order of their numbers, with what is known of them.
    pub fn houses(&self) -> impl Iterator<Item = (&Node, &Document)> {
        self.documents.iter().filter(|(node, document)| matches!(node, Node::House(_)) && !document.unlinked)
    }

    /// The houses of which somebody spoke and that nobody filed or announced: nobody can say which of the goods they are.
    pub fn hearsay(&self) -> &[Node] {
        let spoken_of = || self.houses().map(|(node, _)| node).filter(|node| self.is_hearsay(node));
        self.hearsay.get_or(|| Some(spoken_of().cloned().collect())).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether the master is filed as what it is, with no houses but those that somebody's word names.
    pub(crate) fn is_direct(&self) -> bool {
        let master = self.documents.get(&Node::Master);
        let whole = master.is_some_and(|master| !master.consolidated && master.filed().is_some());
        whole && self.houses().all(|(house, _)| self.is_hearsay(house))
    }

    /// Whether nobody filed or announced a house.
    pub(crate) fn is_hearsay(&self, node: &Node) -> bool {
        let told_apart =
            |document: &Document| !document.versions.is_empty() || document.told.announced().is_some();
        *node != Node::Master && !self.documents.get(node).is_some_and(told_apart)
    }

    /// The latest referral of this kind and reference in a case. References are the programme's own: two
    /// programmes, two consignments or two kinds may share one.
    pub fn referral(
        &self,
        node: &Node,
        programme: &ProgrammeId,
        kind: ReferralKind,
        reference: &str,
    ) -> Option<&Referral> {
        let case = self.cases.get(&(node.clone(), programme.clone()))?;
        case.referrals.iter().rev().find(|referral| referral.is(kind, reference))
    }

    /// How much of the master its filed houses cover; `None` where the master or its totals are unknown.
    pub fn coverage(&self) -> Option<Coverage> {
        self.covered.get_or(|| self.cover()).cloned()
    }

    /// Whether the filing was withdrawn in a case.
    pub fn is_withdrawn(&self, node: &Node, programme: &ProgrammeId) -> bool {
        self.cases.get(&(node.clone(), programme.clone())).is_some_and(|case| case.withdrawn)
    }

    /// The houses that left the master since its latest version was filed: what it states still counts them.
    fn left(&self) -> impl Iterator<Item = &Arc<Consignment>> {
        self.documents.values().filter(|document| self.counts_still(document)).filter_map(Document::filed)
    }

    /// Whether a house left the master since its latest version was filed.
    fn counts_still(&self, house: &Document) -> bool {
        let versions = || self.documents.get(&Node::Master).map_or(0, |master| master.versions.len());
        house.unlinked && house.left_version == versions()
    }

    /// Pieces that must be found of a node: those filed, without the houses that left it since.
    pub fn pieces_left(&self, node: &Node) -> Option<u32> {
        let filed = self.filed(node)?.pieces?;
        if *node != Node::Master {
            return Some(filed);
        }
        let gone = self.left().filter(|house| house.parent.is_none()).map(|house| house.pieces.unwrap_or(0));
        Some(gone.fold(filed, u32::saturating_sub))
    }

    /// How many pieces of a master are left since a house went, where the filing counts it still: for each that went, in order.
    pub(crate) fn fewer_since(&self, node: &Node) -> &[(Timestamp, u32)] {
        let steps = (*node == Node::Master).then(|| self.fewer.get_or(|| self.fewer_steps())).flatten();
        steps.map(Vec::as_slice).unwrap_or_default()
    }

    fn fewer_steps(&self) -> Option<Vec<(Timestamp, u32)>> {
        let mut pieces = self.filed(&Node::Master)?.pieces?;
        let gone = self.documents.values().filter(|document| self.counts_still(document));
        let mut gone: Vec<(Timestamp, u32)> = gone
            .filter_map(|document| Some((document.left.as_ref()?.went, document.filed()?)))
            .filter(|(_, house)| house.parent.is_none())
            .map(|(went, house)| (went, house.pieces.unwrap_or(0)))
            .collect();
        gone.sort_unstable();
        for (_, count) in &mut gone {
            pieces = pieces.saturating_sub(*count);
            *count = pieces;
        }
        Some(gone)
    }

    fn cover(&self) -> Option<Coverage> {
        let master = self.filed(&Node::Master)?;
        let of_pieces = u64::from(master.pieces?);
        let of_weight_kg = master.weight.map_or(Decimal::ZERO, |weight| weight.to_kg());
        let mut coverage = Coverage { pieces: 0, of_pieces, weight_kg: Decimal::ZERO, of_weight_kg };
        // What left the master is no part of it any more; a version filed since counts without it.
        for house in self.left() {
            let weight = house.weight.map_or(Decimal::ZERO, |weight| weight.to_kg());
            coverage.of_pieces = coverage.of_pieces.saturating_sub(u64::from(house.pieces.unwrap_or(0)));
            coverage.of_weight_kg = (coverage.of_weight_kg - weight).max(Decimal::ZERO);
        }
        for (_, document) in self.houses() {
            let Some(house) = document.filed().filter(|_| !document.withdrawn) else { continue };
            if house.parent.is_some() {
                // Its pieces are those of the house it belongs to.
                continue;
            }
            coverage.pieces += u64::from(house.pieces.unwrap_or(0));
            let weight = house.weight.map_or(Decimal::ZERO, |weight| weight.to_kg());
            coverage.weight_kg = coverage.weight_kg.checked_add(weight).unwrap_or(Decimal::MAX);
        }
        Some(coverage)
    }
}
