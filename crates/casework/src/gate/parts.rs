//! The goods one question looks at, with what is known of each, looked up once for all that is asked of them.

use super::answer::Context;
use super::judge::houses_of;
use super::security::{is_unsecured, security_of, was_marked_around};
use crate::Dossier;
use crate::case::told::Told;
use crate::case::{Case, Document, Leaving, Node, Tree};
use crate::transport::Yard;
use consignment::fact::CustodyEvent;
use consignment::security::SecurityStatus;
use jiff::Timestamp;
use programme::ProgrammeId;
use std::borrow::Cow;
use std::ops::Range;

static MASTER: Node = Node::Master;

/// The object asked about, everything inside it, and the master around it.
#[derive(Debug, Default)]
pub(super) struct Parts<'a> {
    parts: Vec<Part<'a>>,
    cases: Vec<(&'a ProgrammeId, &'a Case)>,
    /// How many of them are the object and what is inside.
    inside: usize,
}

/// Whether a house is not inside its master any more: the others cover the whole, or it is a direct bill that has none; the
/// house was withdrawn or never filed, and nobody holds it.
pub(super) fn is_gone(tree: &Tree, (node, document): (&Node, Option<&Document>), yard: &Yard) -> bool {
    // Of one that nobody filed nothing is told but what its cases, its holds and facts of security say.
    let unfiled = |document: &Document| document.versions.is_empty() && document.told == Told::default();
    let left = document.is_none_or(|document| document.withdrawn || unfiled(document));
    // Most are filed and stand, and need not be looked up further.
    let covered = || tree.coverage().is_some_and(|coverage| coverage.is_complete());
    left && (covered() || tree.is_direct()) && !is_held(tree, node, yard)
}

/// Whether somebody holds a house, or is said to. What others say of it is no more the filer's to take away than what the
/// authority says.
fn is_held(tree: &Tree, node: &Node, yard: &Yard) -> bool {
    let document = tree.documents.get(node);
    let told = document.is_some_and(|document| {
        !document.holds.is_empty() || !document.resembles.is_empty() || document.is_told_not_to_load()
    });
    let asked = |case: &Case| case.open_referrals().next().is_some() || case.open_claims().next().is_some();
    told || tree.cases_of(node).any(|(_, case)| asked(case))
        || yard.orders_on(&tree.key(node)).next().is_some()
}

/// Whether anything is open on goods that goes with them where they go: what holds them by their number, a threat or a mark
/// that nobody resolved, custody that was broken; and of a house that left its master, what was so of the whole before.
pub fn is_open(dossier: &Dossier, node: &Node, at: Timestamp, context: &Context<'_>) -> bool {
    let tree = &dossier.tree;
    let left = tree.documents.get(node).and_then(|document| document.left.as_ref());
    let broken = |node: &Node, until: Option<Timestamp>| {
        let record = dossier.security.of(&tree.key(node));
        record.into_iter().flat_map(|record| &record.custody).any(|(told, what, _)| {
            let breaks =
                matches!(what, CustodyEvent::Broken | CustodyEvent::LeftChain | CustodyEvent::Tampered);
            breaks && until.is_none_or(|until| told.at <= until)
        })
    };
    let broken = broken(node, None) || left.is_some_and(|left| broken(&MASTER, Some(left.at)));
    is_held(tree, node, context.yard)
        || is_unsecured(dossier, node, at, context)
        || broken && security_of(dossier, node, at, context).status == SecurityStatus::Nsc
        || left.is_some_and(|left| {
            was_held_around(tree, left, context.yard)
                || was_marked_around(dossier, node, left.at, at, context)
        })
}

/// Whether what held the whole when a house left it holds it still.
fn was_held_around(tree: &Tree, left: &Leaving, yard: &Yard) -> bool {
    let told = tree.documents.get(&MASTER).is_some_and(|master| {
        master.holds.iter().any(|hold| left.holds.contains(hold))
            || master.resembles.iter().any(|why| left.resembles.contains(why))
            || left.told_not_to_load && master.is_told_not_to_load()
    });
    let asked = |case: &Case| {
        case.open_referrals().any(|referral| referral.opened_at <= left.at)
            || case.open_claims().any(|claim| claim.at <= left.at)
    };
    told || tree.unread.iter().any(|note| left.unread.contains(&note.why))
        || tree.cases_of(&MASTER).any(|(_, case)| asked(case))
        || yard
            .orders_on(&tree.key(&MASTER))
            .any(|(_, order)| order.in_force_since().is_some_and(|since| since <= left.at))
}

/// One of them.
#[derive(Debug)]
pub(super) struct Part<'a> {
    pub(super) node: Cow<'a, Node>,
    pub(super) document: Option<&'a Document>,
    /// Where its cases stand.
    cases: Range<usize>,
}

impl<'a> Parts<'a> {
    /// What is asked of `node`. Of a master: itself and everything announced or filed inside it; where `houses` stand
    /// for all of them, these. Once the others cover the whole, a house that was withdrawn, or that only somebody's word
    /// names, is not inside any more, unless somebody asks about it or holds it, or is said to.
    ///
    /// Around a house there are its master and every house under it that nobody filed or announced and that is held: these
    /// may be its goods under another number.
    pub(super) fn of(tree: &'a Tree, node: &Node, houses: Option<&'a [Node]>, yard: &Yard) -> Self {
        let mut parts = Self::default();
        if *node == Node::Master {
            parts.take_master(tree, houses, yard);
            parts.inside = parts.parts.len();
        } else {
            for node in std::iter::once(node.clone()).chain(tree.below(node)) {
                parts.look_up(tree, Cow::Owned(node));
            }
            parts.inside = parts.parts.len();
            parts.look_up(tree, Cow::Borrowed(&MASTER));
            for other in tree.hearsay() {
                let known = parts.parts.iter().any(|part| *part.node == *other);
                if !known && is_held(tree, other, yard) {
                    parts.look_up(tree, Cow::Borrowed(other));
                }
            }
        }
        parts
    }

    fn take_master(&mut self, tree: &'a Tree, houses: Option<&'a [Node]>, yard: &Yard) {
        self.look_up(tree, Cow::Borrowed(&MASTER));
        // Cases and houses stand in the same order: where every house is looked at, none need be searched.
        let mut cases = tree.cases.iter().peekable();
        for (node, document) in houses_of(tree, houses) {
            let first = self.cases.len();
            if houses.is_some() {
                self.cases.extend(tree.cases_of(node));
            } else {
                while cases.next_if(|((of, _), _)| of < node).is_some() {}
                while let Some(((_, programme), case)) = cases.next_if(|((of, _), _)| of == node) {
                    self.cases.push((programme, case));
                }
            }
            if is_gone(tree, (node, Some(document)), yard) {
                self.cases.truncate(first);
            } else {
                let cases = first..self.cases.len();
                self.parts.push(Part { node: Cow::Borrowed(node), document: Some(document), cases });
            }
        }
    }

    fn look_up(&mut self, tree: &'a Tree, node: Cow<'a, Node>) {
        let first = self.cases.len();
        let cases = tree.cases_from(&node).take_while(|((of, _), _)| *of == *node);
        self.cases.extend(cases.map(|((_, programme), case)| (programme, case)));
        let document = tree.documents.get(&*node);
        self.parts.push(Part { node, document, cases: first..self.cases.len() });
    }

    /// The object and what is inside it.
    pub(super) fn inside(&self) -> &[Part<'a>] {
        &self.parts[..self.inside]
    }

    /// The same, and around a house what may be its goods under another number; where `master` says so, its master.
    pub(super) fn with(&self, master: bool) -> impl Iterator<Item = &Part<'a>> {
        let around = self.parts.get(self.inside..).unwrap_or_default();
        let around = around.iter().filter(move |part| master || *part.node != Node::Master);
        self.inside().iter().chain(around)
    }

    /// The same, and the master around a house: what holds the whole holds the part.
    pub(super) fn with_master(&self) -> &[Part<'a>] {
        &self.parts
    }

    /// The cases of one of them, in order of programme.
    pub(super) fn cases_of(&self, part: &Part<'a>) -> &[(&'a ProgrammeId, &'a Case)] {
        &self.cases[part.cases.clone()]
    }
}
