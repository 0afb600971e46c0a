//! Houses the gate cannot tell apart: where one of them holds nothing, none of them does.
//!
//! A consolidation is hundreds of houses that were filed by one agent, screened on one machine and cleared by
//! the same authorities. What holds is told of each by its name; that nothing holds needs only one of each kind.

use super::content::{describes, totals_agree};
use crate::case::told::Told;
use crate::case::{CaseState, Document, LegBinding, LoadingMarks, Node, Tree};
use consignment::document::PieceScope;
use consignment::ident::Location;
use consignment::issue::IssueTime;
use consignment::{Consignment, SecurityDeclaration};
use jiff::Timestamp;
use programme::{Mode, ProgrammeId};
use rust_decimal::Decimal;

/// Most kinds a house is compared with: where there are more, nothing is gained by telling them apart.
const KINDS_MAX: usize = 16;

/// What the gate reads of a house about which nothing is out of the ordinary, besides what [`is_plain`] asks.
#[derive(PartialEq)]
struct Kind<'a> {
    consolidated: bool,
    declared: Option<Declared<'a>>,
    cases: Vec<Case<'a>>,
}

#[derive(PartialEq)]
struct Declared<'a> {
    security: Option<&'a SecurityDeclaration>,
    origin: Option<Location>,
    message_at: Option<IssueTime>,
}

#[derive(PartialEq)]
struct Case<'a> {
    programme: &'a ProgrammeId,
    mode: Mode,
    binding: &'a LegBinding,
    state: CaseState,
    acknowledged: bool,
    filed: bool,
}

/// One house of each kind, and every house that is of no kind; `None` where each must be looked at.
///
/// It holds only while no security fact was told of the tree and no order names a unit: these name houses from
/// outside the tree.
pub(super) fn one_of_each(tree: &Tree) -> Option<&[Node]> {
    tree.one_of_each(choose)
}

fn choose(tree: &Tree) -> Option<Vec<Node>> {
    let master = tree.filed(&Node::Master)?;
    if tree.parents().next().is_some() {
        return None;
    }
    // Between two that differ in nothing else, the declaration that came in first is the first to lie in the
    // future.
    let came_in = |document: &Document| document.declared.as_ref().map(|(at, _)| *at);
    let mut kinds: Vec<(Kind<'_>, &Node, Option<Timestamp>)> = Vec::new();
    let mut alone: Vec<&Node> = Vec::new();
    for (node, document) in tree.houses() {
        let kind = if is_plain(document, master) { kind(tree, node, document) } else { None };
        let Some(kind) = kind else {
            alone.push(node);
            continue;
        };
        let at = came_in(document);
        match kinds.iter().rposition(|(known, ..)| *known == kind) {
            Some(known) if at < kinds[known].2 => (kinds[known].1, kinds[known].2) = (node, at),
            Some(_) => {}
            None if kinds.len() < KINDS_MAX => kinds.push((kind, node, at)),
            None => alone.push(node),
        }
    }
    let mut chosen: Vec<Node> = kinds.into_iter().map(|(_, node, _)| node).chain(alone).cloned().collect();
    chosen.sort();
    Some(chosen)
}

/// Whether nothing was told of a house but a filing that is sound, whole and says of its master what the
/// master says.
fn is_plain(document: &Document, master: &Consignment) -> bool {
    // Every field is named, so that a new one is not forgotten here.
    let Document {
        versions,
        received: _,
        declarant: _,
        submitters: _,
        reports: _,
        declared: _,
        declared_as_well,
        goods_since: _,
        told,
        marks,
        withdrawn,
        withdrawn_at: _,
        struck: _,
        consolidated: _,
        faults,
        issued_last: _,
        screening: _,
        holds,
        other_shipment,
        undisputed: _,
        elsewhere,
        set_aside_for,
        resembles,
        resembled_before: _,
        unlinked,
        left_version: _,
    } = document;
    let undisturbed = *told == Told::default()
        && *marks == LoadingMarks::default()
        && !(*withdrawn || *unlinked)
        && faults.is_empty()
        && declared_as_well.is_empty()
        && holds.is_empty()
        && other_shipment.is_none()
        && elsewhere.is_none()
        && set_aside_for.is_empty()
        && resembles.is_empty();
    undisturbed
        && versions.last().is_some_and(|filed| {
            filed.piece_scope == PieceScope::Total
                && filed.pieces.is_some_and(|pieces| pieces > 0)
                && filed.weight.is_some_and(|weight| weight.to_kg() > Decimal::ZERO)
                && filed.goods.iter().any(|line| describes(&line.description))
                && lines_add_up(filed)
                && filed.master_totals.as_ref().is_none_or(|totals| totals_agree(totals, master))
        })
}

/// Whether the goods lines make exactly what the document says, where all of them say anything: what differs is
/// for the tolerance of the programmes to judge.
fn lines_add_up(filed: &Consignment) -> bool {
    let pieces = filed.goods.iter().map(|line| line.pieces.map(u64::from)).sum::<Option<u64>>();
    let kg = filed.goods.iter().map(|line| line.weight.map(|weight| weight.to_kg()));
    let kg: Option<Vec<Decimal>> = kg.collect();
    let kg = kg.map(|kg| kg.into_iter().try_fold(Decimal::ZERO, Decimal::checked_add));
    pieces.is_none_or(|pieces| Some(pieces) == filed.pieces.map(u64::from))
        && kg.is_none_or(|kg| kg.is_some() && kg == filed.weight.map(|weight| weight.to_kg()))
}

/// `None` where an authority asked about the house, or is said to have.
fn kind<'a>(tree: &'a Tree, node: &'a Node, document: &'a Document) -> Option<Kind<'a>> {
    let declared = document.declared.as_ref().map(|(_, consignment)| Declared {
        security: consignment.security.as_ref(),
        origin: consignment.origin,
        message_at: consignment.issue.message_at,
    });
    let cases = tree.cases_of(node).map(|(programme, case)| {
        let quiet = case.referrals.is_empty() && case.claims.is_empty();
        quiet.then(|| Case {
            programme,
            mode: case.mode,
            binding: &case.binding,
            state: case.state(),
            acknowledged: case.is_acknowledged(),
            filed: case.filed_version.is_some(),
        })
    });
    let cases = cases.collect::<Option<Vec<_>>>()?;
    Some(Kind { consolidated: document.consolidated, declared, cases })
}
