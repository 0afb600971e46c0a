//! Is everything inside known, and do master and houses agree?

use super::answer::{Context, Expectation, Reason, WhoActs};
use super::judge::{Judge, houses_of};
use super::parts::is_gone;
use crate::case::identity::echoes;
use crate::case::told::counts;
use crate::case::{Document, Node};
use consignment::Consignment;
use consignment::document::{MasterTotals, PieceScope};
use consignment::ident::Location;
use finding::{Phrase, codes::gate as code};
use jiff::Timestamp;
use programme::stop_words::cleanse;
use rust_decimal::Decimal;

/// Most faults told of one message; `check` tells them all.
const WHYS_MAX: usize = 5;

impl Judge<'_> {
    /// Everything contained is known: filed, described, and covering the master; and of the master around
    /// a house, that it does not contradict it.
    pub(super) fn content(&mut self) {
        let parts = self.parts();
        for part in parts.inside() {
            self.contained(&part.node, part.document);
        }
        match self.around() {
            Some(master) => {
                let document = self.tree.documents.get(&master);
                self.sound(&master, document);
                self.uncontradicted(&master, document);
                self.houses_agree(&master, Some(&self.question.node));
                self.weights_and_pieces(&master);
                // Pieces of which nobody knows what they are may be among those that are loaded as a house.
                self.houses_here(&master);
            }
            None if self.question.node != Node::Master && !self.travels_alone() => {
                // A master may be withdrawn before it was ever filed.
                if self.flies() {
                    self.sound(&Node::Master, self.tree.documents.get(&Node::Master));
                }
                self.no_master();
            }
            None => {}
        }
        self.sub_houses();
        for why in self.tree.unread.iter().map(|note| &note.why).chain(self.context.unread) {
            let name = self.name(&self.question.node);
            self.push(Reason::new(code::MESSAGE_UNREAD, name, WhoActs::Operator).because(why.clone()));
        }
        if self.context.clock_unsure {
            let name = self.name(&self.question.node);
            self.push(Reason::new(code::CLOCK_UNSURE, name, WhoActs::Operator));
        }
    }

    /// A house that flies belongs to a master whose number is known and, on a node that is told
    /// everything, whose data are filed.
    fn no_master(&mut self) {
        if self.tree.master.is_none() && self.flies() {
            let name = self.name(&self.question.node);
            self.push(Reason::new(code::MASTER_UNKNOWN, name, WhoActs::Filer));
        } else if self.flies() && self.context.expects == Expectation::Everything {
            let name = self.name(&Node::Master);
            self.push(Reason::new(code::NOT_FILED, name, WhoActs::Filer));
        }
    }

    fn contained(&mut self, node: &Node, document: Option<&Document>) {
        let Some(document) = document else {
            self.push(Reason::new(code::NOT_FILED, self.name(node), WhoActs::Filer));
            self.whole_unknown(node);
            return;
        };
        self.sound(node, Some(document));
        let Some(filed) = document.filed() else {
            let announced = document.told.announced().is_some() || *node == self.question.node;
            let reason = if announced { code::NOT_FILED } else { code::CONTENT_UNKNOWN };
            self.push(Reason::new(reason, self.name(node), WhoActs::Filer));
            self.whole_unknown(node);
            return;
        };
        let described = filed.goods.iter().any(|line| describes(&line.description));
        let whole = filed.piece_scope == PieceScope::Total;
        let counted = filed.pieces.is_some_and(|pieces| pieces > 0);
        let weighed = filed.weight.is_some_and(|weight| weight.to_kg() > Decimal::ZERO);
        if !(described && whole && counted && weighed) {
            self.push(Reason::new(code::CONTENT_UNKNOWN, self.name(node), WhoActs::Filer));
        }
        self.uncontradicted(node, Some(document));
        if let Some(why) =
            lines_differ(filed, self.context).or_else(|| announced_otherwise(document, filed, self.context))
        {
            let name = self.name(node);
            self.push(Reason::new(code::CONTENT_CONTRADICTORY, name, WhoActs::Filer).because(why));
        }
        if *node == Node::Master {
            self.coverage(document, node);
        }
    }

    /// Of a master that is not filed nobody knows what it holds beside the houses that name it.
    fn whole_unknown(&mut self, node: &Node) {
        let known = |reason: &Reason| reason.code == code::CONTENT_UNKNOWN;
        if *node == Node::Master && self.tree.houses().next().is_some() && !self.reasons.iter().any(known) {
            self.push(Reason::new(code::CONTENT_UNKNOWN, self.name(node), WhoActs::Filer));
        }
    }

    /// No report speaks against what was filed of a node.
    fn uncontradicted(&mut self, node: &Node, document: Option<&Document>) {
        let Some(document) = document else { return };
        let Some(filed) = document.filed() else { return };
        for why in against(document, filed, self.tree.fewer_since(node)) {
            let name = self.name(node);
            self.push(Reason::new(code::CONTENT_CONTRADICTORY, name, WhoActs::Carrier).because(why));
        }
        if let Some(why) = rejected(document, filed) {
            self.push(Reason::new(code::MESSAGE_FAULTY, self.name(node), WhoActs::Filer).because(why));
        }
    }

    /// The latest word on a node is neither withdrawn nor faulty.
    fn sound(&mut self, node: &Node, document: Option<&Document>) {
        let Some(document) = document else { return };
        if document.withdrawn {
            self.push(Reason::new(code::FILING_INVALIDATED, self.name(node), WhoActs::Filer));
        }
        let mut whys: Vec<Phrase> = Vec::new();
        for why in document.faults.iter().chain(document.told.faults()) {
            if whys.len() < WHYS_MAX && !whys.contains(why) {
                whys.push(why.clone());
            }
        }
        if !whys.is_empty() {
            let mut reason = Reason::new(code::MESSAGE_FAULTY, self.name(node), WhoActs::Filer);
            reason.why = whys;
            self.push(reason);
        }
    }

    fn coverage(&mut self, document: &Document, master: &Node) {
        let here = |(house, document)| !is_gone(self.tree, (house, Some(document)), self.context.yard);
        let has_houses = self.tree.houses().any(here);
        if !document.consolidated && !has_houses {
            return;
        }
        self.houses_agree(master, None);
        self.weights_and_pieces(master);
        self.houses_here(master);
    }

    /// Every piece of the master is of a house that was filed. Without totals of the master nothing can be covered;
    /// `contained` already holds for that.
    fn houses_here(&mut self, master: &Node) {
        let Some(coverage) = self.tree.coverage().filter(|coverage| !coverage.is_complete()) else { return };
        self.push(
            Reason::new(code::HOUSE_MISSING, self.name(master), WhoActs::Filer)
                .with("pieces", coverage.pieces.to_string())
                .with("of_pieces", coverage.of_pieces.to_string())
                .with("weight_kg", coverage.weight_kg.normalize().to_string())
                .with("of_weight_kg", coverage.of_weight_kg.normalize().to_string()),
        );
    }

    /// The houses filed make no more pieces than the master has and, once all are here, as much weight.
    fn weights_and_pieces(&mut self, master: &Node) {
        let Some(coverage) = self.tree.coverage() else { return };
        if coverage.pieces > coverage.of_pieces {
            self.push(
                Reason::new(code::CONTENT_CONTRADICTORY, self.name(master), WhoActs::Filer).because(
                    Phrase::new(code::WHY_HOUSES_EXCEED)
                        .with("houses", coverage.pieces.to_string())
                        .with("master", coverage.of_pieces.to_string()),
                ),
            );
        } else if coverage.is_complete()
            && weighs_otherwise(self.context, coverage.weight_kg, coverage.of_weight_kg)
        {
            self.push(
                Reason::new(code::CONTENT_CONTRADICTORY, self.name(master), WhoActs::Filer).because(
                    Phrase::new(code::WHY_HOUSES_WEIGH_OTHERWISE)
                        .with("houses_kg", coverage.weight_kg.normalize().to_string())
                        .with("master_kg", coverage.of_weight_kg.normalize().to_string()),
                ),
            );
        }
    }

    /// What each house (or the one asked about) says of its master must be what the master says.
    fn houses_agree(&mut self, of: &Node, only: Option<&Node>) {
        let tree = self.tree;
        let Some(master) = tree.filed(&Node::Master) else { return };
        for (node, document) in
            houses_of(tree, self.houses).filter(|(node, _)| only.is_none_or(|only| only == *node))
        {
            let Some(totals) = document.filed().and_then(|house| house.master_totals.as_ref()) else {
                continue;
            };
            if let (Node::House(house), false) = (node, totals_agree(totals, master)) {
                let name = self.name(of);
                let why = Phrase::new(code::WHY_HOUSE_NAMES_OTHER_TOTALS)
                    .with("house", house.as_str())
                    .with("stated", totals_in_words(totals.pieces, totals.origin, totals.destination))
                    .with("master", totals_in_words(master.pieces, master.origin, master.destination));
                self.push(Reason::new(code::CONTENT_CONTRADICTORY, name, WhoActs::Filer).because(why));
            }
        }
    }
}

/// Whether what a house says of its master is what the master says.
pub(super) fn totals_agree(totals: &MasterTotals, master: &Consignment) -> bool {
    (totals.pieces.is_none() || totals.pieces == master.pieces)
        && (totals.destination.is_none() || totals.destination == master.destination)
        && (totals.origin.is_none() || totals.origin == master.origin)
}

/// `7 pieces FRA-YYZ`, with what is not stated left out.
fn totals_in_words(pieces: Option<u32>, from: Option<Location>, to: Option<Location>) -> String {
    let pieces = pieces.map(|pieces| format!("{pieces} pieces"));
    let station =
        |station: Option<Location>| station.map_or_else(|| "?".to_owned(), |station| station.to_string());
    let way = (from.is_some() || to.is_some()).then(|| format!("{}-{}", station(from), station(to)));
    pieces.into_iter().chain(way).collect::<Vec<_>>().join(" ")
}

/// Whether two weights of the same goods are further apart than the most tolerant programme here allows:
/// pounds, kilograms and rounding make small differences.
pub(super) fn weighs_otherwise(context: &Context<'_>, one_kg: Decimal, other_kg: Decimal) -> bool {
    if one_kg == other_kg {
        return false;
    }
    let tolerances = context.programmes.values().map(|rules| rules.quality.weight_tolerance_percent);
    let percent = tolerances.max().unwrap_or_default();
    let Some(allowed) = other_kg.checked_mul(percent).map(|kg| kg / Decimal::ONE_HUNDRED) else {
        return true;
    };
    (one_kg - other_kg).abs() > allowed
}

/// Whether a text names goods at all: some word of letters that are not all the same.
pub(super) fn describes(text: &str) -> bool {
    if text.is_ascii() {
        // As below, without taking the text apart: a word ends where neither letter, digit nor apostrophe is.
        let mut first = None;
        return text.bytes().any(|byte| match byte.to_ascii_uppercase() {
            letter @ b'A'..=b'Z' => *first.get_or_insert(letter) != letter,
            b'0'..=b'9' | b'\'' => false,
            _ => {
                first = None;
                false
            }
        });
    }
    cleanse(text).iter().any(|word| {
        let mut letters = word.chars().filter(|letter| letter.is_alphabetic());
        letters.next().is_some_and(|first| letters.any(|letter| letter != first) || !first.is_ascii())
    })
}

/// What reports of the goods speak against the filing; of a master that is fewer since a house left it, against the rest.
fn against(document: &Document, filed: &Consignment, fewer: &[(Timestamp, u32)]) -> Vec<Phrase> {
    let mut against: Vec<Phrase> = Vec::new();
    let mut push = |why: Phrase| {
        if against.len() < WHYS_MAX && !against.contains(&why) {
            against.push(why);
        }
    };
    let counted_otherwise = |status: &str, counted: u32, pieces: u32| {
        Phrase::new(code::WHY_COUNTED_OTHERWISE)
            .with("status", status)
            .with("counted", counted.to_string())
            .with("pieces", pieces.to_string())
    };
    for which in document.told.losses() {
        push(Phrase::new(code::WHY_DISCREPANCY).with("code", which));
    }
    // Until a house went, they may have counted it.
    let filed_at = |at: Timestamp| {
        let left = fewer.iter().rev().find(|(since, _)| at > *since).map(|(_, left)| *left);
        left.or(filed.pieces)
    };
    let is_rest = |counted: u32| fewer.last().is_some_and(|(_, left)| *left == counted);
    for (fact, at) in document.told.reported().map(|report| (report.fact, report.at)) {
        match (fact.all_pieces.filter(|_| counts(fact)), filed_at(at)) {
            (Some(counted), Some(pieces)) if counted != pieces && !is_rest(counted) => {
                push(counted_otherwise(&fact.code, counted, pieces));
            }
            _ => {}
        }
    }
    let all = filed.pieces;
    for (status, report, at) in document.told.quantities() {
        let filed = filed_at(at);
        let whole = match report.piece_scope {
            PieceScope::Total => report.pieces,
            PieceScope::Part => report.total_pieces,
        };
        let part = report.pieces.filter(|part| filed.is_some_and(|pieces| *part > pieces));
        // Of how many they are a part goes by the waybill, which counts the house still.
        let of_waybill = whole == all
            && if report.piece_scope == PieceScope::Part { part.is_none() } else { status != "FFM" };
        match (whole.or(part), filed) {
            (Some(counted), Some(pieces)) if counted != pieces && !is_rest(counted) && !of_waybill => {
                push(counted_otherwise(status, counted, pieces));
            }
            _ => {}
        }
    }
    against
}

/// Somebody rejected just this version. Whoever it was: a claim that holds counts from anybody. A version
/// filed after the rejection came in is the same only where it says the same in all.
fn rejected(document: &Document, filed: &Consignment) -> Option<Phrase> {
    let found = document.told.rejected().find(|rejection| {
        let amended = (1..document.versions.len()).contains(&rejection.versions_known);
        echoes(&rejection.echo, filed, amended)
    })?;
    Some(Phrase::new(code::WHY_MESSAGE_REJECTED).with("reason", found.echo.rejected_for.as_deref()?))
}

/// Goods lines that all give their pieces, or their weight, make as much of it as the document says.
fn lines_differ(filed: &Consignment, context: &Context<'_>) -> Option<Phrase> {
    let lines = filed.goods.iter().map(|line| line.pieces.map(u64::from)).sum::<Option<u64>>();
    let pieces = filed.pieces.map(u64::from);
    if let Some((lines, pieces)) = lines.zip(pieces).filter(|(lines, pieces)| lines != pieces) {
        return (!filed.goods.is_empty()).then(|| {
            Phrase::new(code::WHY_LINES_EXCEED)
                .with("lines", lines.to_string())
                .with("pieces", pieces.to_string())
        });
    }
    let lines = filed.goods.iter().map(|line| line.weight.map(|weight| weight.to_kg()));
    let lines = lines.sum::<Option<Decimal>>().filter(|_| !filed.goods.is_empty());
    let weight = filed.weight.map(|weight| weight.to_kg());
    let (lines, weight) = lines.zip(weight).filter(|(one, other)| weighs_otherwise(context, *one, *other))?;
    Some(
        Phrase::new(code::WHY_LINES_WEIGH_OTHERWISE)
            .with("lines_kg", lines.normalize().to_string())
            .with("weight_kg", weight.normalize().to_string()),
    )
}

/// A check list and the house itself must agree on pieces and weight.
fn announced_otherwise(document: &Document, filed: &Consignment, context: &Context<'_>) -> Option<Phrase> {
    let announced = document.told.announced()?;
    let kg = |consignment: &Consignment| consignment.weight.map(|weight| weight.to_kg());
    let differ = announced.pieces.is_some() && announced.pieces != filed.pieces
        || kg(announced).zip(kg(filed)).is_some_and(|(one, other)| weighs_otherwise(context, one, other));
    let quantity = |consignment: &Consignment| {
        let pieces = consignment.pieces.map_or_else(|| "?".to_owned(), |pieces| pieces.to_string());
        let kg = kg(consignment).map_or_else(|| "?".to_owned(), |kg| kg.normalize().to_string());
        format!("{pieces} pieces of {kg} kg")
    };
    differ.then(|| {
        Phrase::new(code::WHY_ANNOUNCED_OTHERWISE)
            .with("announced", quantity(announced))
            .with("filed", quantity(filed))
    })
}
