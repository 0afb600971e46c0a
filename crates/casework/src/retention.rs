//! How long what is known of goods is kept, and what keeps it longer.
//!
//! A tree is kept for the longest time that a programme which bound any of its goods wants its filings kept, and for
//! [`DEFAULT_DAYS`] where none did. The time runs from the last event of its stream, or from the last day that its way names
//! where that is later: whether the goods arrived is not always told, so nothing waits for word of it. Nothing is erased
//! while anything is open in it, while a legal hold is on any of its goods, or while the node doubts its clock.
//!
//! A legal hold keeps and does nothing else: it holds no goods on the ground. One person places it, since that only keeps;
//! another one lifts it.

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use crate::case::{LegBinding, Node, Tree};
use crate::{Dossier, Refusal};
use consignment::ConsignmentKey;
use consignment::fact::Person;
use finding::{Phrase, codes};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use programme::ProgrammeId;
use std::sync::Arc;

/// For how many days a tree is kept that no programme bound: three years. It is ours, and a node may set another; no source
/// gives a figure.
pub const DEFAULT_DAYS: u32 = 1096;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Somebody placed a legal hold.
    Placed {
        /// Its number.
        id: Arc<str>,
        /// The goods.
        object: ConsignmentKey,
        /// Who.
        by: Person,
        /// Why.
        reason: String,
        /// When.
        at: Timestamp,
    },
    /// Somebody lifted it.
    Lifted {
        /// Its number.
        id: Arc<str>,
        /// Who.
        by: Person,
        /// Why.
        reason: String,
        /// Where the policy is stated by which he who placed it did so himself.
        policy: Option<Arc<str>>,
        /// When.
        at: Timestamp,
    },
    /// It was decided that a tree is erased: what of its goods was kept is found by nothing any more, and its key is
    /// destroyed next.
    Erased {
        /// Its stream, and those that had become part of it.
        streams: Vec<Arc<str>>,
        /// From when its time ran.
        since: Timestamp,
        /// For how many days it was kept from then on.
        days: u32,
        /// Who asked for it; nobody where its time was over.
        by: Option<Person>,
        /// Why, where somebody asked.
        reason: Option<String>,
        /// When.
        at: Timestamp,
    },
}

/// A legal hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegalHold {
    /// Its number.
    pub id: Arc<str>,
    /// The goods.
    pub object: ConsignmentKey,
    /// Who placed it.
    pub by: Person,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
    /// By whom, why and when it was lifted, and by which policy where he had placed it himself.
    pub lifted: Option<Lifting>,
}

/// How a legal hold was lifted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lifting {
    /// Who.
    pub by: Person,
    /// Why.
    pub reason: String,
    /// Where the policy is stated by which he who placed it did so himself.
    pub policy: Option<Arc<str>>,
    /// When.
    pub at: Timestamp,
}

/// All legal holds, in the order in which they were placed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LegalHolds {
    holds: Vec<LegalHold>,
}

impl LegalHolds {
    /// Folds an event.
    pub fn evolve(&mut self, event: &Event) {
        match event {
            Event::Placed { id, object, by, reason, at } => self.holds.push(LegalHold {
                id: Arc::clone(id),
                object: object.clone(),
                by: by.clone(),
                reason: reason.clone(),
                at: *at,
                lifted: None,
            }),
            Event::Lifted { id, by, reason, policy, at } => {
                let lifting =
                    Lifting { by: by.clone(), reason: reason.clone(), policy: policy.clone(), at: *at };
                if let Some(hold) = self.holds.iter_mut().find(|hold| hold.id == *id) {
                    hold.lifted = Some(lifting);
                }
            }
            Event::Erased { .. } => {}
        }
    }

    /// All of them.
    pub fn all(&self) -> &[LegalHold] {
        &self.holds
    }

    /// Those that stand on goods of a tree.
    pub fn on<'a>(&'a self, tree: &'a Tree) -> impl Iterator<Item = &'a LegalHold> {
        self.holds.iter().filter(|hold| hold.lifted.is_none() && concerns(&hold.object, tree))
    }

    /// Somebody wants goods kept. An empty list: his hold for this reason stands already.
    ///
    /// # Errors
    /// A refusal where nobody stands for it, no reason is given, or no goods are named.
    pub fn place(
        &self,
        object: ConsignmentKey,
        by: Option<Person>,
        reason: String,
        at: Timestamp,
    ) -> Result<Vec<Event>, Refusal> {
        let (by, reason) = stated(by, reason)?;
        if object.master.is_none() && object.house.is_none() {
            return Err(Refusal(Phrase::new(codes::gate::OBJECT_UNKNOWN).with("object", object.to_string())));
        }
        let same = |hold: &LegalHold| {
            hold.lifted.is_none() && hold.object == object && hold.by.is(&by) && hold.reason == reason
        };
        if self.holds.iter().any(same) {
            return Ok(Vec::new());
        }
        let id = (self.holds.len() + 1).to_string().into();
        Ok(vec![Event::Placed { id, object, by, reason, at }])
    }

    /// Somebody wants them kept no longer. It takes another one than who placed the hold, unless `alone` is where the policy is
    /// stated by which a single officer may. An empty list: he lifted it already.
    ///
    /// # Errors
    /// A refusal where there is no such hold, nobody stands for it, no reason is given, or it takes another one.
    pub fn lift(
        &self,
        id: &str,
        by: Option<Person>,
        reason: String,
        alone: Option<&Arc<str>>,
        at: Timestamp,
    ) -> Result<Vec<Event>, Refusal> {
        let unknown = || Refusal(Phrase::new(codes::gate::LEGAL_HOLD_UNKNOWN).with("hold", id));
        let hold = self.holds.iter().find(|hold| *hold.id == *id).ok_or_else(unknown)?;
        let (by, reason) = stated(by, reason)?;
        match &hold.lifted {
            Some(lifting) if lifting.by.is(&by) => return Ok(Vec::new()),
            Some(_) => return Err(unknown()),
            None => {}
        }
        let policy = match (hold.by.is(&by), alone) {
            (false, _) => None,
            (true, Some(policy)) => Some(Arc::clone(policy)),
            (true, None) => return Err(Refusal(Phrase::new(codes::gate::SECOND_PERSON_NEEDED))),
        };
        Ok(vec![Event::Lifted { id: Arc::clone(&hold.id), by, reason, policy, at }])
    }
}

/// Who stands for something, and why.
///
/// # Errors
/// A refusal where either is missing.
pub fn stated(by: Option<Person>, reason: String) -> Result<(Person, String), Refusal> {
    let by = by.filter(|by| !by.id.trim().is_empty());
    let by = by.ok_or_else(|| Refusal(Phrase::new(codes::gate::PERSON_MISSING)))?;
    match reason.trim().is_empty() {
        true => Err(Refusal(Phrase::new(codes::gate::REASON_MISSING))),
        false => Ok((by, reason)),
    }
}

/// Whether a hold is on goods of a tree. A tree is kept whole: a hold on a house keeps its master and all its houses, also
/// where the tree has not heard of that house. Where one of both has no master's number, the house tells.
fn concerns(object: &ConsignmentKey, tree: &Tree) -> bool {
    match (object.master, tree.master) {
        (Some(named), Some(master)) => named == master,
        _ => object.house.as_ref().is_some_and(|house| {
            let node = Node::House(house.clone());
            tree.documents.contains_key(&node) || tree.cases.keys().any(|(of, _)| *of == node)
        }),
    }
}

/// What keeps a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keeps {
    /// Its time is not over.
    Time,
    /// Something is open in it.
    Open,
    /// A legal hold of this number.
    LegalHold(Arc<str>),
    /// The node doubts its clock, so that nobody knows what is over.
    Clock,
}

/// How long a tree is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Its last event, or the end of the last day that its way names.
    pub from: Timestamp,
    /// For how many days it is kept from then on.
    pub days: u32,
    /// Until when.
    pub until: Timestamp,
    /// What keeps it; it may be erased where nothing does.
    pub keeps: Vec<Keeps>,
}

/// What is asked of a tree.
pub struct Asked<'a> {
    /// What is known of it.
    pub dossier: &'a Dossier,
    /// Its last event.
    pub last_at: Timestamp,
    /// Whether more is open in it than [`is_open`] sees.
    pub open: bool,
    /// The legal holds.
    pub holds: &'a LegalHolds,
    /// For how many days a programme wants its filings kept.
    pub days: &'a dyn Fn(&ProgrammeId) -> Option<u32>,
    /// The same where no programme bound.
    pub default_days: u32,
    /// When it is asked; `None` while the node doubts its clock.
    pub now: Option<Timestamp>,
}

/// How long a tree is kept, and by what.
pub fn term(asked: &Asked<'_>) -> Term {
    let tree = &asked.dossier.tree;
    let from = tree.legs.iter().filter_map(|leg| leg.date?.date()).filter_map(ended).max();
    let from = from.map_or(asked.last_at, |end| end.max(asked.last_at));
    let days = days(tree, asked.days, asked.default_days);
    let until = from.checked_add(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(Timestamp::MAX);
    let mut keeps = Vec::new();
    match asked.now {
        None => keeps.push(Keeps::Clock),
        Some(now) if now < until => keeps.push(Keeps::Time),
        Some(_) => {}
    }
    if asked.open || is_open(asked.dossier) {
        keeps.push(Keeps::Open);
    }
    keeps.extend(asked.holds.on(tree).map(|hold| Keeps::LegalHold(Arc::clone(&hold.id))));
    Term { from, days, until, keeps }
}

/// When a day has ended everywhere: twelve hours after it did by UTC.
fn ended(day: jiff::civil::Date) -> Option<Timestamp> {
    let next = day.tomorrow().ok()?.to_zoned(TimeZone::UTC).ok()?;
    next.timestamp().checked_add(SignedDuration::from_hours(12)).ok()
}

/// The longest time that a programme which bound or may have, or whose authority spoke, wants it kept; a programme that is not known here is taken to
/// want it kept as long as what none bound.
fn days(tree: &Tree, of: &dyn Fn(&ProgrammeId) -> Option<u32>, default: u32) -> u32 {
    let bound = tree.cases.iter().filter(|(_, case)| {
        let spoke = case.bound_by_word || !case.referrals.is_empty();
        spoke || !matches!(case.binding, LegBinding::DoesNotBind { .. })
    });
    bound.map(|((_, programme), _)| of(programme).unwrap_or(default)).max().unwrap_or(default)
}

/// Whether anything is open in a tree, or waits for somebody: referrals, holds, claims, what could not be read, what an
/// authority said of something that has not come, and what waits for a second person or a review.
pub fn is_open(dossier: &Dossier) -> bool {
    let Dossier { tree, decisions, .. } = dossier;
    tree.open_items() > 0
        || !tree.unread.is_empty()
        || !tree.early.is_empty()
        || tree.cases.values().any(|case| case.claims.iter().any(|claim| claim.open))
        || decisions.waiting().next().is_some()
}

/// Why a tree is not erased, as a refusal; `None` where it may be.
pub fn refusal(term: &Term, object: &str) -> Option<Refusal> {
    let why = match term.keeps.first()? {
        Keeps::Clock => Phrase::new(codes::gate::KEPT_CLOCK_UNSURE),
        Keeps::Time => Phrase::new(codes::gate::KEPT_UNTIL).with("until", term.until.to_string()),
        Keeps::Open => Phrase::new(codes::gate::KEPT_OPEN),
        Keeps::LegalHold(id) => Phrase::new(codes::gate::KEPT_LEGAL_HOLD).with("hold", id.to_string()),
    };
    Some(Refusal(why.with("object", object)))
}
