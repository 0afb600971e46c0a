//! Houses the gate cannot tell apart: where one of them holds nothing, none of them does.
//!
//! A consolidation is hundreds of houses that were filed by one agent, screened on one machine and cleared by
//! the same authorities. What holds is told of each by its name; that nothing holds needs only one of each kind.

use super::answer::Context;
use super::content::{describes, totals_agree};
use super::evidence::{earliest_of, first_instant};
use crate::case::told::Told;
use crate::case::{CaseState, Document, Issued, LegBinding, LoadingMarks, Node, OneOfEach, Tree};
use crate::security::{lies_in_the_future, rests_on};
use consignment::document::PieceScope;
use consignment::ident::{EntityCategory, Location};
use consignment::issue::IssueTime;
use consignment::security::{ApprovalExpiry, DeclaredEntity, Exemption, ScreeningMethod, SecurityStatus};
use consignment::{Consignment, SecurityDeclaration};
use finding::Phrase;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use programme::{Mode, ProgrammeId};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Most kinds a house is compared with: where there are more, nothing is gained by telling them apart.
const KINDS_MAX: usize = 16;

/// What the gate reads of a house about which nothing is out of the ordinary, besides what [`is_plain`] asks.
#[derive(PartialEq)]
struct Kind<'a> {
    consolidated: bool,
    /// Whether it was filed with its master.
    with_master: bool,
    /// When it became other goods: of high-risk goods that counts.
    goods_since: Option<Timestamp>,
    declared: Option<Declared<'a>>,
    cases: Vec<Case<'a>>,
}

/// What the decision table reads of a declaration while nothing marks or breaks the goods, besides whether it was issued
/// before it came in: each declaration is asked that. It names nobody, so that houses of different shippers,
/// screened by different people, are of one kind.
#[derive(PartialEq)]
struct Declared<'a> {
    issuer: Option<EntityCategory>,
    checker: Option<EntityCategory>,
    statuses: Vec<SecurityStatus>,
    received_from: Vec<EntityCategory>,
    methods: Vec<ScreeningMethod>,
    exemptions: &'a [Exemption],
    accepted: bool,
    named: bool,
    dated: bool,
    faults: &'a [Phrase],
    /// The first day on which an approval it rests on ends, where it does not say on which day it was issued.
    ends: Option<Date>,
}

impl<'a> Declared<'a> {
    /// `None` where an approval had run out when it was issued.
    fn of(filed: &'a Consignment, security: &'a SecurityDeclaration) -> Option<Self> {
        // Every field is named, so that a new one is not forgotten here.
        let SecurityDeclaration {
            issuer,
            checker,
            superseded_issuers: _,
            statuses,
            received_from,
            methods,
            exemptions,
            issued_by,
            issued_at,
            acceptors,
            statements: _,
            faults,
        } = security;
        let category = |named: &DeclaredEntity| named.entity.category;
        let rests = security.responsible().into_iter().flat_map(|issuer| rests_on(security, issuer));
        let ends = rests.filter_map(|named| named.expiry.and_then(ApprovalExpiry::last_day)).min();
        let issued_on = issued_at.as_ref().and_then(|issued| issued.date());
        if issued_on.zip(ends).is_some_and(|(issued, ends)| issued > ends) {
            return None;
        }
        // An agent who confirms a consolidation need not date it; his message is dated.
        let by_message = checker.is_some() && matches!(filed.issue.message_at, Some(IssueTime::Instant(_)));
        Some(Self {
            issuer: issuer.as_ref().map(category),
            checker: checker.as_ref().map(category),
            statuses: statuses.iter().map(|(status, _)| *status).collect(),
            received_from: received_from.iter().map(category).collect(),
            methods: methods.iter().map(|method| method.method).collect(),
            exemptions,
            accepted: !acceptors.is_empty(),
            named: issued_by.is_some(),
            dated: issued_at.is_some() || by_message,
            faults,
            ends: ends.filter(|_| issued_on.is_none()),
        })
    }
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
/// It holds only while no security fact was told of any house. What was told of the whole, and by whom, is the same for
/// each of them; orders and lists of units are asked of every house.
pub(super) fn one_of_each<'a>(tree: &'a Tree, context: &Context<'_>) -> Option<&'a [Node]> {
    // What an order on its unit held is judged anew, and is like no other.
    let ordered = |(house, _): (&Node, &Document)| context.yard.was_ordered(&tree.key(house));
    if context.yard.has_orders() && tree.houses().any(ordered) {
        return None;
    }
    let chosen = tree.one_of_each(choose)?;
    // Which instant a local time is hangs on the table of stations, which is no part of the tree.
    let in_time = |issued: &Issued| {
        let at = earliest_of(issued.local, issued.origin, context);
        !at.is_some_and(|at| lies_in_the_future(at, issued.received_at))
    };
    chosen.issued.iter().all(in_time).then_some(&chosen.houses)
}

fn choose(tree: &Tree) -> Option<OneOfEach> {
    let master = tree.filed(&Node::Master)?;
    if tree.parents().next().is_some() {
        return None;
    }
    let mut kinds: Vec<(Kind<'_>, &Node)> = Vec::new();
    let mut alone: Vec<&Node> = Vec::new();
    // Of those of one time, the first that came in is the first before whose arrival it lies.
    let mut issued: BTreeMap<(DateTime, Option<Location>), Timestamp> = BTreeMap::new();
    for (node, document) in tree.houses() {
        let kind = if is_plain(document, master) { kind(tree, node, document) } else { None };
        let Some(kind) = kind else {
            alone.push(node);
            continue;
        };
        if !kinds.iter().rev().any(|(known, _)| *known == kind) {
            if kinds.len() == KINDS_MAX {
                alone.push(node);
                continue;
            }
            kinds.push((kind, node));
        }
        let Some((received_at, filed)) = &document.declared else { continue };
        let stated = filed.security.as_ref().and_then(|security| security.issued_at.as_ref());
        if let Some(local) = stated.and_then(first_instant) {
            let first = issued.entry((local, filed.origin)).or_insert(*received_at);
            *first = (*received_at).min(*first);
        }
    }
    let mut houses: Vec<Node> = kinds.into_iter().map(|(_, node)| node).chain(alone).cloned().collect();
    houses.sort();
    let issued = issued
        .into_iter()
        .map(|((local, origin), received_at)| Issued { local, origin, received_at })
        .collect();
    Some(OneOfEach { houses, issued })
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
        announcers: _,
        reports: _,
        declared: _,
        declared_as_well,
        // See `Kind`.
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
        whose,
        whose_settled: _,
        set_aside_for,
        resembles,
        resembled_before: _,
        // Those that left are not among the houses.
        unlinked: _,
        left_version: _,
        left: _,
        gone: _,
    } = document;
    let undisturbed = *told == Told::default()
        && *marks == LoadingMarks::default()
        && !*withdrawn
        && faults.is_empty()
        && declared_as_well.is_empty()
        && holds.is_empty()
        && other_shipment.is_none()
        && elsewhere.is_none()
        && whose.is_none()
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

/// `None` where an authority asked about the house, or is said to have; and where what it declares had run out.
fn kind<'a>(tree: &'a Tree, node: &'a Node, document: &'a Document) -> Option<Kind<'a>> {
    let declared = document.declared.as_ref();
    let declared = declared.and_then(|(_, filed)| Some((filed, filed.security.as_ref()?)));
    let declared = match declared {
        Some((filed, security)) => Some(Declared::of(filed, security)?),
        None => None,
    };
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
    let with_master = document.filed().is_some_and(|filed| filed.master.is_some());
    let (consolidated, goods_since) = (document.consolidated, document.goods_since);
    Some(Kind { consolidated, with_master, goods_since, declared, cases })
}
