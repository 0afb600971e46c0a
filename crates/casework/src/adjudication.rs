//! Adjudications: officers decide whether a party is the entry of a list that it resembles.
//!
//! What is decided on is a pair: a party with all that was known of it, and an entry with all that its list says. The
//! decisions on one pair are a stream of their own, for they concern all goods that name the party, those to come among
//! them. That they are not the same lets goods pass, so one officer proposes and another one confirms; where only one is
//! on duty a stated policy lets him act alone, and a reviewer who would not have done so takes it back. Withdrawing only
//! holds: one does it, but not who entered it. Once a reviewer refused what one did alone, the pair takes two.
//!
//! A decision is void as soon as the list says anything else of the entry. It never counts for goods that those who decided
//! filed, or whoever they act for.

mod decide;

pub use decide::{Act, Judging, SANCTIONS_DESK, decide, judges, may_second};

use crate::case::{Actor, HitStanding, Tree};
use crate::decision::{Desk, Policy, Whose};
use consignment::ConsignmentKey;
use consignment::fact::Person;
use jiff::Timestamp;
use std::sync::Arc;

/// What officers find.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The party is not the entry.
    NotTheSame,
    /// The party is the entry.
    TheSame,
}

impl Verdict {
    /// Its name in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotTheSame => "not-the-same",
            Self::TheSame => "the-same",
        }
    }

    /// Reads its name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::NotTheSame, Self::TheSame].into_iter().find(|verdict| verdict.as_str() == text)
    }
}

/// A party with what was known of it when it was compared with the lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedParty {
    /// Its name.
    pub name: String,
    /// Its country.
    pub country: Option<String>,
    /// Its address in one line.
    pub address: Option<String>,
    /// Numbers of documents and registrations.
    pub documents: Vec<String>,
    /// A hash over all of it.
    pub hash: Arc<str>,
}

/// An entry of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedEntry {
    /// The source of the list.
    pub source: String,
    /// Its title.
    pub list: String,
    /// Whether it is one of security (`true`) or of sanctions.
    pub security: bool,
    /// The identifier of the entry there.
    pub entity_id: String,
    /// Its primary name.
    pub name: String,
    /// A hash over all that the list says of it.
    pub hash: Arc<str>,
}

/// A pair to decide on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The party.
    pub party: JudgedParty,
    /// The entry.
    pub entry: JudgedEntry,
}

/// An officer, for whom he acts, and by which channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judge {
    /// Who.
    pub person: Person,
    /// For whom.
    pub desk: Desk,
    /// By which channel.
    pub channel: Arc<str>,
}

impl Judge {
    /// As who decides on goods.
    pub fn whose(&self) -> Whose<'_> {
        Whose { person: &self.person, desk: &self.desk, channel: &self.channel }
    }
}

/// What an officer proposes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The id of the adjudication.
    pub id: Arc<str>,
    /// The goods on which the hit was seen.
    pub goods: ConsignmentKey,
    /// On what.
    pub subject: Subject,
    /// What he finds.
    pub verdict: Verdict,
    /// Who.
    pub by: Judge,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// A word of an officer on what was proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The id of the adjudication.
    pub id: Arc<str>,
    /// Who.
    pub by: Judge,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// An officer proposed.
    Proposed(Proposal),
    /// A single officer decided, by a stated policy; it is reviewed until then.
    DecidedAlone {
        /// What.
        proposal: Proposal,
        /// The policy.
        policy: Arc<str>,
        /// Until when it is reviewed.
        review_by: Timestamp,
    },
    /// Another one confirmed it.
    Confirmed(Said),
    /// Another one refused it, or who proposed it took it back. What was decided alone ends by it.
    Refused(Said),
    /// Another one reviewed what was decided alone, and lets it stand.
    Reviewed(Said),
    /// Another one withdrew it as entered in error.
    Withdrawn(Said),
}

impl Event {
    /// The id of the adjudication it is about.
    pub fn id(&self) -> &Arc<str> {
        match self {
            Self::Proposed(proposal) | Self::DecidedAlone { proposal, .. } => &proposal.id,
            Self::Confirmed(said) | Self::Refused(said) | Self::Reviewed(said) | Self::Withdrawn(said) => {
                &said.id
            }
        }
    }
}

/// Where an adjudication stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It waits for a second officer.
    Proposed,
    /// It was decided by one alone, and waits for a review.
    ToReview,
    /// It is in force.
    InForce,
    /// It was refused.
    Refused,
    /// It was withdrawn.
    Withdrawn,
}

impl Standing {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Proposed, Self::ToReview, Self::InForce, Self::Refused, Self::Withdrawn];

    /// Its name in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::ToReview => "to-review",
            Self::InForce => "in-force",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads its name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|standing| standing.as_str() == text)
    }

    /// Whether what was found counts.
    pub fn counts(self) -> bool {
        matches!(self, Self::ToReview | Self::InForce)
    }
}

/// By what policy one officer decided alone, and until when that is reviewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alone {
    /// Where the policy is stated.
    pub policy: Arc<str>,
    /// Until when it is reviewed.
    pub review_by: Timestamp,
}

/// A decision on a pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjudication {
    /// What was proposed.
    pub proposal: Proposal,
    /// Where one decided it alone.
    pub alone: Option<Alone>,
    /// Where it stands.
    pub standing: Standing,
    /// What others said of it, in order.
    pub words: Vec<(Word, Said)>,
}

/// What somebody said of a proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Word {
    /// He confirmed it.
    Confirmed,
    /// He refused it.
    Refused,
    /// He reviewed it, and it stands.
    Reviewed,
    /// He withdrew it.
    Withdrawn,
}

impl Word {
    /// Its name in documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::Reviewed => "reviewed",
            Self::Withdrawn => "withdrawn",
        }
    }
}

impl Adjudication {
    fn new(proposal: &Proposal, alone: Option<Alone>) -> Self {
        let standing = if alone.is_some() { Standing::ToReview } else { Standing::Proposed };
        Self { proposal: proposal.clone(), alone, standing, words: Vec::new() }
    }

    /// Whether it was the word of one of those by whom it counts that these goods are his own: what he filed is not
    /// his to decide, and neither is what he files later.
    fn is_of_a_filer(&self, tree: &Tree) -> bool {
        let said = self.words.iter().filter(|(word, _)| matches!(word, Word::Confirmed | Word::Reviewed));
        let mut judges = said.map(|(_, said)| &said.by).chain([&self.proposal.by]);
        judges.any(|judge| {
            let documents = tree.documents.values();
            let mut filers =
                documents.flat_map(|document| document.submitters.iter().chain(&document.declarant));
            filers.any(|filer| matches!(filer, Actor::Filer(filer) if judge.whose().files_as(filer)))
        })
    }

    /// Until when somebody else is waited for: a proposal lapses then, and the review of what one decided alone is due.
    /// `None` where nobody is, or the proposal has lapsed.
    pub fn waits_until(&self, policy: &Policy, now: Timestamp) -> Option<Timestamp> {
        let made_at = self.proposal.at;
        match self.standing {
            Standing::Proposed if self.has_lapsed(policy, now) => None,
            Standing::Proposed => Some(made_at.checked_add(policy.proposals_last).unwrap_or(made_at)),
            Standing::ToReview => Some(self.alone.as_ref().map_or(made_at, |alone| alone.review_by)),
            Standing::InForce | Standing::Refused | Standing::Withdrawn => None,
        }
    }

    /// Whether it was proposed so long ago that nobody can confirm it any more.
    fn has_lapsed(&self, policy: &Policy, now: Timestamp) -> bool {
        now.duration_since(self.proposal.at) > policy.proposals_last
    }

    /// Whether this person said so of it.
    fn was_said_by(&self, words: &[Word], person: &Person) -> bool {
        self.words.last().is_some_and(|(word, said)| words.contains(word) && said.by.person.is(person))
    }
}

/// What officers found of a pair, apart from any goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Found {
    /// One officer said what he finds, and another one is waited for.
    Proposed,
    /// It was decided, and counts.
    Decided,
    /// It was decided of the entry as its list had it before, and counts no longer.
    EntryChanged,
}

/// The decisions on one pair, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pair {
    /// All of them.
    pub made: Vec<Adjudication>,
}

impl Pair {
    /// The decisions of a stream.
    pub fn of<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut pair = Self::default();
        events.into_iter().for_each(|event| pair.evolve(event));
        pair
    }

    /// Folds an event.
    pub fn evolve(&mut self, event: &Event) {
        let (word, said, standing) = match event {
            Event::Proposed(proposal) => return self.made.push(Adjudication::new(proposal, None)),
            Event::DecidedAlone { proposal, policy, review_by } => {
                let alone = Alone { policy: Arc::clone(policy), review_by: *review_by };
                return self.made.push(Adjudication::new(proposal, Some(alone)));
            }
            Event::Confirmed(said) => (Word::Confirmed, said, Standing::InForce),
            Event::Refused(said) => (Word::Refused, said, Standing::Refused),
            Event::Reviewed(said) => (Word::Reviewed, said, Standing::InForce),
            Event::Withdrawn(said) => (Word::Withdrawn, said, Standing::Withdrawn),
        };
        if let Some(known) = self.made.iter_mut().find(|made| made.proposal.id == said.id) {
            known.standing = standing;
            known.words.push((word, said.clone()));
        }
    }

    /// The one of this id.
    pub fn get(&self, id: &str) -> Option<&Adjudication> {
        self.made.iter().find(|made| *made.proposal.id == *id)
    }

    /// How a hit of this pair stands on the goods of a tree. `entry` is what the list says of the entry, as a hash; `None` where
    /// nobody kept it, for a version that never counted. The decision that was made last counts.
    pub fn standing(&self, entry: Option<&str>, tree: &Tree) -> HitStanding {
        let last = self.made.iter().rev().find(|made| made.standing.counts());
        let counts = last.filter(|made| {
            entry.is_none_or(|entry| *made.proposal.subject.entry.hash == *entry) && !made.is_of_a_filer(tree)
        });
        match counts {
            None => HitStanding::Open,
            Some(made) => match made.proposal.verdict {
                Verdict::NotTheSame => HitStanding::NotTheSame(Arc::clone(&made.proposal.id)),
                Verdict::TheSame => HitStanding::TheSame(Arc::clone(&made.proposal.id)),
            },
        }
    }

    /// What officers found of it, apart from any goods. `entry` is what the list says of the entry now, as a hash. `None` where
    /// nobody decided and nobody is waited for.
    pub fn found(&self, entry: &str, policy: &Policy, now: Timestamp) -> Option<(Found, &Adjudication)> {
        let is_of_entry = |made: &&Adjudication| *made.proposal.subject.entry.hash == *entry;
        let last = self.made.iter().rev().find(|made| made.standing.counts());
        if let Some(made) = last.filter(is_of_entry) {
            return Some((Found::Decided, made));
        }
        let waits =
            |made: &&Adjudication| made.standing == Standing::Proposed && !made.has_lapsed(policy, now);
        let proposed = self.made.iter().rev().filter(is_of_entry).find(waits);
        proposed.map(|made| (Found::Proposed, made)).or_else(|| last.map(|made| (Found::EntryChanged, made)))
    }

    /// Whether a reviewer refused what one decided alone on it. He and a colleague are of two minds then, so nobody
    /// decides on it by himself any more.
    fn was_overruled(&self) -> bool {
        self.made.iter().any(|made| made.alone.is_some() && made.standing == Standing::Refused)
    }
}
