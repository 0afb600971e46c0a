//! Holds of agencies, as they are shown beside the gate: which are open, since when, who lifts them, and what became of
//! those that were lifted.
//!
//! What somebody sees is cut as in an answer of the gate ([`crate::view`]): officers see whose hold it is and only their own
//! cause, whoever carries or filed the goods sees that another agency holds, whatever and however many hold.

use crate::Dossier;
use crate::case::{Event, Hold, Node};
use crate::decision::Standing;
use crate::view::{Asker, sees_cause};
use consignment::ConsignmentKey;
use consignment::fact::{OfficerDeed, Person, same_name};
use finding::{Phrase, codes};
use jiff::Timestamp;
use std::sync::Arc;

/// Whence a hold comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HoldKind {
    /// An officer ordered it.
    Ordered,
    /// A party resembles an entry of a list of sanctions.
    NameHit,
    /// Officers found that a party is such an entry.
    TheSame,
}

impl HoldKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Ordered, Self::NameHit, Self::TheSame];

    /// Its name in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ordered => "ordered",
            Self::NameHit => "name-hit",
            Self::TheSame => "the-same",
        }
    }

    /// Reads its name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    fn of(hold: &Hold) -> Self {
        match hold.cause.0.code {
            _ if hold.entry.is_some() => Self::Ordered,
            code if code == codes::gate::WHY_SANCTIONS_HIT => Self::NameHit,
            code if code == codes::gate::WHY_SANCTIONS_SAME => Self::TheSame,
            _ => Self::Ordered,
        }
    }
}

/// What was last said of releasing what an agency holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// The number of the act.
    pub proposal: Arc<str>,
    /// Who proposed it.
    pub by: Person,
    /// When.
    pub at: Timestamp,
    /// Where it stands.
    pub standing: Standing,
}

/// When holds of one tree were placed and lifted, as its events tell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct History(Vec<Placed>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Placed {
    node: Node,
    hold: Hold,
    at: Timestamp,
    lifted_at: Option<Timestamp>,
}

impl History {
    /// Folds an event that was written down at `at`.
    pub fn evolve(&mut self, event: &Event, at: Timestamp) {
        match event {
            Event::HoldPlaced { node, agency, cause, entry } => {
                let hold = Hold {
                    agency: Arc::clone(agency),
                    cause: cause.clone(),
                    entry: entry.as_ref().map(Arc::clone),
                };
                self.0.push(Placed { node: node.clone(), hold, at, lifted_at: None });
            }
            Event::HoldLifted { node, agency, cause, entry } => {
                let lifted = self.0.iter_mut().filter(|placed| {
                    placed.node == *node
                        && placed.lifted_at.is_none()
                        && placed.hold.agency == *agency
                        && placed.hold.cause == *cause
                        && placed.hold.entry == *entry
                });
                lifted.for_each(|placed| placed.lifted_at = Some(at));
            }
            _ => {}
        }
    }
}

/// A hold on goods, as it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The goods.
    pub goods: ConsignmentKey,
    /// Its number among all that were ever placed on them, from 1.
    pub number: u32,
    /// Who holds, and why.
    pub hold: Hold,
    /// Since when.
    pub since: Option<Timestamp>,
    /// When it was lifted; `None` while it holds.
    pub lifted_at: Option<Timestamp>,
    /// Who ordered it, where an officer did.
    pub by: Option<Person>,
    /// When somebody higher looks at it again.
    pub review_at: Option<Timestamp>,
    /// What was last said of releasing it.
    pub release: Option<Release>,
}

impl Held {
    /// The holds of a node: those that are open, and those that were lifted.
    pub fn all(dossier: &Dossier, history: &History, node: &Node) -> Vec<Self> {
        let tree = &dossier.tree;
        let placed = history.0.iter().filter(|placed| placed.node == *node);
        let mut open: Vec<&Hold> =
            tree.documents.get(node).into_iter().flat_map(|known| &known.holds).collect();
        let mut all = Vec::new();
        // Of two that are the same the later one holds.
        for (placed, number) in placed.zip(1..).collect::<Vec<_>>().into_iter().rev() {
            if placed.lifted_at.is_none() {
                let Some(place) = open.iter().position(|hold| **hold == placed.hold) else { continue };
                open.swap_remove(place);
            }
            all.push((number, &placed.hold, Some(placed.at), placed.lifted_at));
        }
        all.extend(open.into_iter().map(|hold| (0, hold, None, None)));
        let held = |(number, hold, since, lifted_at): (u32, &Hold, Option<Timestamp>, Option<Timestamp>)| {
            let entry = hold.entry.as_ref().and_then(|entry| dossier.decisions.entries.get(entry));
            let review_at = entry.and_then(|(entry, _)| match &entry.deed {
                OfficerDeed::Hold { review_at, .. } => *review_at,
                _ => None,
            });
            Self {
                goods: tree.key(node),
                number,
                hold: hold.clone(),
                since,
                lifted_at,
                by: entry.map(|(entry, _)| entry.by.clone()),
                review_at,
                release: release(dossier, node, hold, since, lifted_at),
            }
        };
        all.into_iter().map(held).collect()
    }
}

/// What was last proposed about releasing what this agency holds, since this hold was placed and until it was lifted.
fn release(
    dossier: &Dossier,
    node: &Node,
    hold: &Hold,
    since: Option<Timestamp>,
    lifted_at: Option<Timestamp>,
) -> Option<Release> {
    let mut all: Vec<_> = dossier.decisions.entries.values().collect();
    all.sort_by_key(|(entry, _)| entry.at);
    let (entry, standing) = all.into_iter().rev().find(|(entry, _)| match &entry.deed {
        OfficerDeed::Release { object, agency } => {
            Node::of(object) == *node
                && same_name(agency, &hold.agency)
                && since.is_none_or(|since| since <= entry.at)
                && lifted_at.is_none_or(|lifted| entry.at <= lifted)
        }
        _ => false,
    })?;
    Some(Release {
        proposal: Arc::clone(&entry.id),
        by: entry.by.clone(),
        at: entry.at,
        standing: standing.clone(),
    })
}

/// A hold as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldSeen {
    /// The goods.
    pub goods: ConsignmentKey,
    /// Its number among all that were ever placed on them, from 1; `None` where neither its owner nor how many there are is
    /// told.
    pub number: Option<u32>,
    /// Who holds, and alone lifts; `None` where that is not told.
    pub agency: Option<Arc<str>>,
    /// Whence it comes, where its cause is told.
    pub kind: Option<HoldKind>,
    /// Why, where that is told.
    pub cause: Option<Phrase>,
    /// Since when.
    pub since: Option<Timestamp>,
    /// When it was lifted.
    pub lifted_at: Option<Timestamp>,
    /// Who ordered it.
    pub by: Option<Person>,
    /// When somebody higher looks at it again.
    pub review_at: Option<Timestamp>,
    /// What was last said of releasing it.
    pub release: Option<Release>,
}

impl HoldSeen {
    /// Whether it holds now.
    pub fn is_open(&self) -> bool {
        self.lifted_at.is_none()
    }
}

/// The holds of some goods as somebody sees them who may see that these are held, in order of their numbers.
pub fn seen(held: Vec<Held>, asker: &Asker) -> Vec<HoldSeen> {
    let knows_owners = matches!(asker, Asker::Officer(_) | Asker::Auditor);
    if !knows_owners {
        let open = held.into_iter().find(|held| held.lifted_at.is_none());
        return open.into_iter().map(|held| nameless(held.goods)).collect();
    }
    let mut seen: Vec<HoldSeen> = held
        .into_iter()
        .map(|held| {
            let own = sees_cause(asker, &held.hold.agency);
            HoldSeen {
                number: Some(held.number),
                agency: Some(Arc::clone(&held.hold.agency)),
                kind: own.then(|| HoldKind::of(&held.hold)),
                cause: own.then(|| held.hold.cause.0.clone()),
                since: held.since,
                lifted_at: held.lifted_at,
                by: held.by.filter(|_| own),
                review_at: held.review_at,
                release: held.release.filter(|_| own),
                goods: held.goods,
            }
        })
        .collect();
    seen.sort_by_key(|seen| seen.number);
    seen
}

fn nameless(goods: ConsignmentKey) -> HoldSeen {
    HoldSeen {
        goods,
        number: None,
        agency: None,
        kind: None,
        cause: None,
        since: None,
        lifted_at: None,
        by: None,
        review_at: None,
        release: None,
    }
}
