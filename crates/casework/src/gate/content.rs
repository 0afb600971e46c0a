//! Is everything inside known, and do master and houses agree?

use super::answer::{Expectation, Reason, WhoActs};
use super::judge::Judge;
use crate::case::{Document, Node};
use consignment::document::PieceScope;
use finding::{Phrase, codes::gate as code};
use rust_decimal::Decimal;

impl Judge<'_> {
    /// Everything contained is known: filed, described, and covering the master.
    pub(super) fn content(&mut self) {
        for node in self.inside() {
            let name = self.name(&node);
            let Some(document) = self.tree.documents.get(&node) else {
                self.push(Reason::new(code::NOT_FILED, name, WhoActs::Filer));
                continue;
            };
            let Some(filed) = document.filed() else {
                let reason = if document.announced || node == self.question.node {
                    code::NOT_FILED
                } else {
                    code::CONTENT_UNKNOWN
                };
                self.push(Reason::new(reason, name, WhoActs::Filer));
                continue;
            };
            let described = filed.goods.iter().any(|line| !line.description.trim().is_empty());
            if document.withdrawn {
                self.push(Reason::new(code::FILING_INVALIDATED, name.clone(), WhoActs::Filer));
            }
            let whole = filed.piece_scope == PieceScope::Total;
            if !described || !whole || filed.pieces.is_none_or(|pieces| pieces == 0) {
                self.push(Reason::new(code::CONTENT_UNKNOWN, name.clone(), WhoActs::Filer));
            }
            if node == Node::Master {
                self.coverage(document, name);
            }
        }
        let asked_house = matches!(self.question.node, Node::House(_));
        if asked_house
            && self.context.expects == Expectation::Everything
            && self.tree.filed(&Node::Master).is_none()
        {
            let name = self.name(&Node::Master);
            self.push(Reason::new(code::NOT_FILED, name, WhoActs::Filer));
        }
    }

    fn coverage(&mut self, master: &Document, name: String) {
        let has_houses = self.tree.houses().next().is_some();
        if !master.consolidated && !has_houses {
            return;
        }
        self.houses_agree(&name);
        // Without totals of the master nothing can be covered; `content` already holds for that.
        let Some(coverage) = self.tree.coverage() else { return };
        if coverage.pieces > coverage.of_pieces {
            self.push(
                Reason::new(code::CONTENT_CONTRADICTORY, name, WhoActs::Filer).because(
                    Phrase::new(code::WHY_HOUSES_EXCEED)
                        .with("houses", coverage.pieces.to_string())
                        .with("master", coverage.of_pieces.to_string()),
                ),
            );
        } else if !coverage.is_complete() {
            self.push(
                Reason::new(code::HOUSE_MISSING, name, WhoActs::Filer)
                    .with("pieces", coverage.pieces.to_string())
                    .with("of_pieces", coverage.of_pieces.to_string())
                    .with("weight_kg", coverage.weight_kg.normalize().to_string())
                    .with("of_weight_kg", coverage.of_weight_kg.normalize().to_string()),
            );
        } else if self.weighs_otherwise(coverage.weight_kg, coverage.of_weight_kg) {
            self.push(
                Reason::new(code::CONTENT_CONTRADICTORY, name, WhoActs::Filer).because(
                    Phrase::new(code::WHY_HOUSES_WEIGH_OTHERWISE)
                        .with("houses_kg", coverage.weight_kg.normalize().to_string())
                        .with("master_kg", coverage.of_weight_kg.normalize().to_string()),
                ),
            );
        }
    }

    /// Whether the weights are further apart than the most tolerant programme here allows.
    fn weighs_otherwise(&self, houses_kg: Decimal, master_kg: Decimal) -> bool {
        let tolerances = self.context.programmes.values().map(|rules| rules.quality.weight_tolerance_percent);
        let percent = tolerances.max().unwrap_or_default();
        let Some(allowed) = master_kg.checked_mul(percent).map(|kg| kg / Decimal::ONE_HUNDRED) else {
            return true;
        };
        (houses_kg - master_kg).abs() > allowed
    }

    /// What each house says of its master must be what the master says.
    fn houses_agree(&mut self, name: &str) {
        let tree = self.tree;
        let Some(master) = tree.filed(&Node::Master) else { return };
        for (node, document) in tree.houses() {
            let Some(totals) = document.filed().and_then(|house| house.master_totals.as_ref()) else {
                continue;
            };
            let agrees = (totals.pieces.is_none() || totals.pieces == master.pieces)
                && (totals.destination.is_none() || totals.destination == master.destination)
                && (totals.origin.is_none() || totals.origin == master.origin);
            if let (Node::House(house), false) = (node, agrees) {
                let why = Phrase::new(code::WHY_HOUSE_NAMES_OTHER_TOTALS).with("house", house.as_str());
                self.push(Reason::new(code::CONTENT_CONTRADICTORY, name, WhoActs::Filer).because(why));
            }
        }
    }
}
