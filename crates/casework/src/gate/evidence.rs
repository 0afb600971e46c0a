//! What is known of the security of one node: the declaration that counts, and the facts of screening and
//! custody judged against the goods as they were filed.

use super::answer::Context;
use super::content::weighs_otherwise;
use super::marks::high_risk_mark;
use crate::case::{Actor, Document, Leaving, Node, Tree};
use crate::security::evidence::{Evidence, Goods};
use crate::security::record::{Declared, Record, Records, Told};
use crate::security::{HighRiskApproval, HighRiskMark};
use consignment::fact::CustodyEvent;
use consignment::ident::Location;
use consignment::issue::IssueTime;
use consignment::security::{IssuedAt, SecurityStatus};
use consignment::{Consignment, SecurityDeclaration};
use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::tz;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Everything the lock of security reads.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) tree: &'a Tree,
    pub(super) records: &'a Records,
    /// The houses that stand for all of a master; `None` where each is looked at.
    pub(super) houses: Option<&'a [Node]>,
    /// The leg asked about, before which the requests of later legs mark nothing; `None` asks about any.
    pub(super) leg: Option<usize>,
    /// Houses that nobody filed, which may be the one asked about or one inside it.
    pub(super) unfiled: &'a BTreeSet<Node>,
    /// What was told of houses that nobody filed: it may be of the goods asked about.
    pub(super) beside: &'a [Evidence<'a>],
    /// The mark of the whole that the house asked about took along when it left.
    pub(super) taken_along: Option<HighRiskMark>,
    pub(super) context: &'a Context<'a>,
}

static NO_HOUSES: BTreeSet<Node> = BTreeSet::new();

/// A declaration that counts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Counted<'a> {
    pub(super) security: &'a SecurityDeclaration,
    /// The earliest instant its time of issue can mean.
    pub(super) issued_at: Option<Timestamp>,
    pub(super) received_at: Timestamp,
    /// Whether the time of issue is an instant.
    pub(super) exact: bool,
    pub(super) vouched: bool,
    pub(super) approval: HighRiskApproval,
}

impl Counted<'_> {
    /// By what declarations are ordered: when they were issued, else when they came in.
    pub(super) fn since(&self) -> Timestamp {
        self.issued_at.unwrap_or(self.received_at)
    }
}

impl<'a> Known<'a> {
    /// What is known on whichever leg, of every house or by those that stand for all.
    pub(super) fn of(
        tree: &'a Tree,
        records: &'a Records,
        houses: Option<&'a [Node]>,
        context: &'a Context<'a>,
    ) -> Self {
        let (unfiled, beside, taken_along) = (&NO_HOUSES, &[][..], None);
        Self { tree, records, houses, leg: None, unfiled, beside, taken_along, context }
    }

    pub(super) fn record(self, node: &Node) -> Option<&'a Record> {
        // Most trees have no facts, and the number of a house need not be copied to see that.
        if self.records.is_empty() { None } else { self.records.of(&self.tree.key(node)) }
    }

    /// Houses that nobody filed or announced, of which somebody spoke or told a fact of security.
    pub(super) fn unfiled_houses(self) -> BTreeSet<Node> {
        let told = self.records.houses().map(|house| Node::House(house.clone()));
        let told = told.filter(|node| self.tree.is_hearsay(node));
        self.tree.hearsay().iter().cloned().chain(told).collect()
    }

    /// The channels of those who answer for the data of a node: its declarant and its master's.
    fn declarants(self, node: &Node) -> Vec<&'a str> {
        let documents = [node, &Node::Master].into_iter().filter_map(|node| self.tree.documents.get(node));
        let declarants = documents.filter_map(|document| document.declarant.as_ref());
        declarants
            .filter_map(|declarant| match declarant {
                Actor::Filer(name) => Some(&**name),
                _ => None,
            })
            .collect()
    }

    /// Screening and custody of a node; for a house, with those of the master around it.
    pub(super) fn evidence_of(self, node: &Node) -> Evidence<'a> {
        if self.records.is_empty() {
            // Nothing is judged against the goods, so that they need not be looked up.
            return Evidence::default();
        }
        let own = self.own_evidence(node).beside(self.beside);
        match node {
            Node::Master => own,
            Node::House(_) => {
                let since = self.changed_inside(node);
                own.inside(self.evidence_within(&Node::Master, since, self.left(node)))
                    .changed(self.changed(node))
            }
        }
    }

    /// When a house became other goods, where it or the whole around it is marked as high risk: such goods are secured as
    /// they are, and what was found or declared of the whole before says nothing of these.
    pub(super) fn changed_inside(self, house: &Node) -> Option<Timestamp> {
        let changed = self.changed(house)?;
        let mut whose = [house, &Node::Master].into_iter().chain(self.unfiled);
        let marked = whose.any(|node| high_risk_mark(self, node).is_some());
        marked.then_some(changed)
    }

    /// How good a house must be by itself that became other goods, where it or the whole around it is marked or was broken
    /// before: what was found or declared of the whole before says nothing of these.
    pub(super) fn owes_by_itself(self, house: &Node) -> Option<SecurityStatus> {
        let changed = self.changed(house)?;
        if self.changed_inside(house).is_some() {
            return Some(SecurityStatus::Shr);
        }
        // A break of after the change is made good by what is of these goods.
        let broken = self.evidence_of(house).broken().filter(|broken| broken.at == changed);
        broken.map(|_| SecurityStatus::Spx)
    }

    fn changed(self, node: &Node) -> Option<Timestamp> {
        self.tree.documents.get(node).and_then(|document| document.goods_since)
    }

    /// That a house left its master.
    pub(super) fn left(self, house: &Node) -> Option<&'a Leaving> {
        self.tree.documents.get(house)?.left.as_ref()
    }

    /// Screening and custody told of the node itself.
    pub(super) fn own_evidence(self, node: &Node) -> Evidence<'a> {
        self.evidence_within(node, None, None)
    }

    /// The same, of goods that became others at a time as well, and until something left them.
    fn evidence_within(
        self,
        node: &Node,
        changed: Option<Timestamp>,
        left: Option<&Leaving>,
    ) -> Evidence<'a> {
        let record = self.record(node);
        let document = self.tree.documents.get(node);
        let filed = document.and_then(Document::filed);
        let pieces = filed.and_then(|filed| filed.pieces);
        let goods = Goods {
            pieces,
            fewer: self.tree.fewer_since(node),
            since: document.and_then(|document| document.goods_since).max(changed),
            until: left.map(|left| left.went),
            told_until: left.map(|left| left.at),
            origin: filed
                .and_then(|filed| filed.origin)
                .or_else(|| self.tree.legs.first().map(|leg| leg.from)),
            stations: self.context.stations,
            declarants: &record.map(|_| self.declarants(node)).unwrap_or_default(),
            counted_at: record.and_then(|record| self.counted_at(record)),
        };
        Evidence::of(record, &goods)
    }

    /// When a desk of the goods last counted them.
    fn counted_at(self, record: &Record) -> Option<Timestamp> {
        let counted =
            record.custody.iter().filter(|(_, what, _)| matches!(what, CustodyEvent::Recounted { .. }));
        let told = counted.map(|(told, ..)| told);
        let by_desk = told.filter(|told| self.context.desks.speak_for_goods(&told.by, self.tree, told.at));
        by_desk.map(|told| told.at).max()
    }

    /// Declarations told apart from messages that count: from the registry, from whoever answers for the data of the node,
    /// or from a carrier the goods fly with.
    pub(super) fn declared_apart(self, node: &Node) -> impl Iterator<Item = (&'a Told, &'a Declared)> {
        let (desks, tree) = (self.context.desks, self.tree);
        let counts = move |by_own: bool, told: &Told| by_own || desks.are_carriers_of(&told.by, tree);
        self.declared(node)
            .filter(move |(by_own, of_these, told, _)| *of_these && counts(*by_own, told))
            .map(|(_, _, told, declared)| (told, declared))
    }

    /// Every declaration told apart; whether it is of the registry or of who answers for the data, and of the goods as they
    /// are filed now.
    fn declared(self, node: &Node) -> impl Iterator<Item = (bool, bool, &'a Told, &'a Declared)> {
        let record = self.record(node);
        let declarants = record.map(|_| self.declarants(node)).unwrap_or_default();
        let document = record.and_then(|_| self.tree.documents.get(node));
        let changed = document.and_then(|document| document.goods_since);
        let all = record.into_iter().flat_map(|record| &record.declared);
        all.map(move |(told, declared)| {
            let entitled = told.registry || declarants.contains(&&*told.by);
            let of_these = Some(declared.issued_at.unwrap_or(told.at)) > changed;
            (entitled, of_these, told, declared)
        })
    }

    /// What others declare below `SPX`, or of other goods, and since when: it raises nothing, and lowers.
    pub(super) fn declared_by_others(self, node: &Node) -> Vec<(SecurityStatus, Timestamp)> {
        self.declared(node)
            .filter(|(by_own, of_these, ..)| !(*by_own && *of_these))
            .flat_map(|(_, _, told, declared)| {
                let at = declared.issued_at.unwrap_or(told.at);
                declared.declaration.statuses.iter().map(move |(status, _)| (*status, at))
            })
            .filter(|(status, _)| *status < SecurityStatus::Spx)
            .collect()
    }

    /// The declarations that count: the latest by time of issue, of whatever was filed by those who may and told; where nobody
    /// filed or told any, the declarant's latest report on all the pieces in which somebody answers for the status.
    /// Several only where they were issued at the same instant.
    pub(super) fn declarations(self, node: &Node) -> Vec<Counted<'a>> {
        let document = self.tree.documents.get(node);
        let filed = document.and_then(|document| filed_declaration(document, self.context));
        let filed = filed.into_iter().chain(self.declared_by_carriers(document));
        let filed = filed.filter_map(|(received_at, consignment)| {
            Some(Counted {
                security: consignment.security.as_ref()?,
                issued_at: issued_at(consignment, self.context),
                received_at: *received_at,
                exact: false,
                vouched: false,
                approval: HighRiskApproval::NotAsked,
            })
        });
        // A report secures only where nobody else speaks.
        let own = self.filed_declarations(document).next().is_some();
        let told: Vec<Counted<'a>> =
            self.declared_apart(node).map(|(told, declared)| self.counted(node, told, declared)).collect();
        let mut all: Vec<Counted<'a>> = filed.filter(|_| own || told.is_empty()).collect();
        all.extend(told);
        let latest = all.iter().map(Counted::since).max();
        all.retain(|counted| Some(counted.since()) == latest);
        all
    }

    /// Every declaration of a node for which the registry answers.
    pub(super) fn vouched(self, node: &Node) -> impl Iterator<Item = Counted<'a>> {
        let told = self.declared_apart(node).filter(|(told, _)| told.registry);
        told.map(move |(told, declared)| self.counted(node, told, declared))
    }

    fn counted(self, node: &Node, told: &Told, declared: &'a Declared) -> Counted<'a> {
        let stated = || self.stated_at(node, &declared.declaration);
        Counted {
            security: &declared.declaration,
            issued_at: declared.issued_at.or_else(stated),
            received_at: told.received_at.max(told.at),
            exact: declared.issued_at.is_some(),
            vouched: told.registry,
            approval: match declared.approved_for_high_risk {
                Some(true) if told.registry => HighRiskApproval::Approved,
                Some(false) => HighRiskApproval::NotApproved,
                _ => HighRiskApproval::Unknown,
            },
        }
    }

    /// Versions with a declaration by a carrier the goods fly with, where somebody else is the declarant: he stands for
    /// what is loaded on his aircraft, a partner of his does not.
    fn declared_by_carriers(
        self,
        document: Option<&'a Document>,
    ) -> impl Iterator<Item = &'a (Timestamp, Arc<Consignment>)> {
        let as_well = document.into_iter().flat_map(|document| &document.declared_as_well);
        as_well.filter_map(move |(by, declared)| match by {
            Actor::Filer(name) => self.context.desks.carry(name, self.tree).then_some(declared),
            _ => None,
        })
    }

    /// The versions with a declaration of those who may declare.
    pub(super) fn filed_declarations(
        self,
        document: Option<&'a Document>,
    ) -> impl Iterator<Item = &'a (Timestamp, Arc<Consignment>)> {
        let own = document.and_then(|document| document.declared.as_ref());
        own.into_iter().chain(self.declared_by_carriers(document))
    }

    /// The earliest instant that box 13 of a declaration told apart can mean.
    fn stated_at(self, node: &Node, declaration: &SecurityDeclaration) -> Option<Timestamp> {
        let filed = [node, &Node::Master].into_iter().find_map(|node| self.tree.filed(node));
        let origin = filed.and_then(|filed| filed.origin);
        earliest(declaration.issued_at.as_ref()?, origin, self.context)
    }
}

/// The earliest instant the stated time of issue can mean.
///
/// No zone is sent; the issuer's clock is taken to be that of the origin, and where the origin's zone is
/// not known, that of the zone in which a day begins first (UTC+14).
pub(super) fn issued_at(consignment: &Consignment, context: &Context<'_>) -> Option<Timestamp> {
    let security = consignment.security.as_ref()?;
    let Some(stated) = security.issued_at.as_ref() else {
        // An agent who confirms a consolidation need not date it; his message is dated.
        let IssueTime::Instant(made) = consignment.issue.message_at? else { return None };
        return security.checker.is_some().then_some(made);
    };
    earliest(stated, consignment.origin, context)
}

fn earliest(stated: &IssuedAt, origin: Option<Location>, context: &Context<'_>) -> Option<Timestamp> {
    earliest_of(first_instant(stated)?, origin, context)
}

/// The local time at which a stated time of issue begins; `None` where it cannot be read.
pub(super) fn first_instant(stated: &IssuedAt) -> Option<DateTime> {
    match stated {
        IssuedAt::DateTime(local) => Some(*local),
        IssuedAt::Date(day) => Some(day.to_datetime(Time::midnight())),
        IssuedAt::Unreadable(_) => None,
    }
}

/// The earliest instant that a local time of issue can mean.
pub(super) fn earliest_of(
    local: DateTime,
    origin: Option<Location>,
    context: &Context<'_>,
) -> Option<Timestamp> {
    let origin = origin.and_then(|origin| context.stations.get(origin));
    origin.and_then(|origin| origin.instant(local)).or_else(|| tz::offset(14).to_timestamp(local).ok())
}

/// The declaration of messages that counts: the filing's; where no filing speaks of security, the
/// declarant's latest report on all the pieces in which somebody answers for the status.
fn filed_declaration<'a>(
    document: &'a Document,
    context: &Context<'_>,
) -> Option<&'a (Timestamp, Arc<Consignment>)> {
    let speaks = document.filed().is_some_and(|filed| filed.security.is_some());
    match &document.declared {
        Some(declared) => Some(declared),
        None if speaks => None,
        // Anybody may send a report: it raises the status only where whoever answers for the goods sent it.
        None => {
            document.declarant.as_ref().and_then(|by| document.told.answered_for(by)).filter(|(_, report)| {
                document.filed().is_none_or(|filed| speaks_of_the_same(report, filed, context))
            })
        }
    }
}

/// A report secures the goods that were filed only where it speaks of just these.
fn speaks_of_the_same(report: &Consignment, filed: &Consignment, context: &Context<'_>) -> bool {
    fn agree<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
        one.zip(other).is_none_or(|(one, other)| one == other)
    }
    let kg = |consignment: &Consignment| consignment.weight.map(|weight| weight.to_kg());
    report.pieces == filed.pieces
        && !kg(report).zip(kg(filed)).is_some_and(|(one, other)| weighs_otherwise(context, one, other))
        && agree(report.origin, filed.origin)
        && agree(report.destination, filed.destination)
}
