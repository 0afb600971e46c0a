//! Everything one stream of a consignment tree tells: its cases and its security facts, side by side.
//!
//! The two locks do not know each other; the stream keeps the order of what happened to both, and the gate
//! reads both.

use crate::access::Access;
use crate::adjudication;
use crate::answers;
use crate::case::{self, Gone, Node, Tree};
use crate::decision::{self, Decisions};
use crate::mandate;
use crate::outage;
use crate::parallel::Comparison;
use crate::people;
use crate::retention;
use crate::security::designation;
use crate::security::record::{self, Records, SecurityFact};
use crate::transport;
use jiff::Timestamp;

/// What happened, as a journal keeps it. Events are facts: folding never checks them again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// To the filings, cases and holds of a tree.
    Tree(case::Event),
    /// To the security facts of its goods.
    Security(record::Event),
    /// An officer decided on a tree.
    Decision(decision::Event),
    /// To the system of a programme.
    Outage(outage::Event),
    /// To an answer that was given.
    Answer(answers::Event),
    /// The system in place answered too.
    Compared(Comparison),
    /// To the designation of an operator; a stream of its own.
    Designation(designation::Event),
    /// To a flight or a unit, each a stream of its own.
    Transport(transport::Event),
    /// To the mandate of an agent; a stream of its own.
    Mandate(mandate::Event),
    /// Somebody read what concerns others; streams of their own.
    Accessed(Access),
    /// To a person; a stream of its own.
    Person(people::Event),
    /// Officers decide whether a party is the entry of a list it resembles; a stream for each such pair.
    Adjudicated(adjudication::Event),
    /// To legal holds, and what was erased; streams of their own.
    Retention(retention::Event),
}

impl From<adjudication::Event> for Event {
    fn from(event: adjudication::Event) -> Self {
        Self::Adjudicated(event)
    }
}

impl From<retention::Event> for Event {
    fn from(event: retention::Event) -> Self {
        Self::Retention(event)
    }
}

impl From<people::Event> for Event {
    fn from(event: people::Event) -> Self {
        Self::Person(event)
    }
}

impl From<mandate::Event> for Event {
    fn from(event: mandate::Event) -> Self {
        Self::Mandate(event)
    }
}

impl From<transport::Event> for Event {
    fn from(event: transport::Event) -> Self {
        Self::Transport(event)
    }
}

impl From<case::Event> for Event {
    fn from(event: case::Event) -> Self {
        Self::Tree(event)
    }
}

impl From<record::Event> for Event {
    fn from(event: record::Event) -> Self {
        Self::Security(event)
    }
}

impl From<decision::Event> for Event {
    fn from(event: decision::Event) -> Self {
        Self::Decision(event)
    }
}

impl From<outage::Event> for Event {
    fn from(event: outage::Event) -> Self {
        Self::Outage(event)
    }
}

impl From<designation::Event> for Event {
    fn from(event: designation::Event) -> Self {
        Self::Designation(event)
    }
}

/// State of a stream of a consignment tree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dossier {
    /// Filings, cases and holds.
    pub tree: Tree,
    /// Security facts by the goods they speak of.
    pub security: Records,
    /// What officers decided, and what waits for a second one.
    pub decisions: Decisions,
    /// When its goods were last filed, reported, screened or in custody: a number is taken as new when that is
    /// long ago.
    pub last_at: Option<Timestamp>,
}

impl Dossier {
    /// Folds an event. An event of another kind of stream changes nothing.
    pub fn evolve(&mut self, event: &Event) {
        self.last_at = self.last_at.max(seen_at(event));
        match event {
            Event::Tree(event) => self.tree = case::evolve(std::mem::take(&mut self.tree), event),
            Event::Security(event) => self.security.evolve(event),
            Event::Decision(event) => self.decisions.evolve(event),
            Event::Outage(_)
            | Event::Answer(_)
            | Event::Compared(_)
            | Event::Designation(_)
            | Event::Transport(_)
            | Event::Mandate(_)
            | Event::Accessed(_)
            | Event::Person(_)
            | Event::Adjudicated(_)
            | Event::Retention(_) => {}
        }
    }

    /// What is known of the goods that left their master under this number before others were filed under it, each as though
    /// it had been filed no more: what was said of the number since is said of the others.
    pub fn gone(&self, node: &Node) -> Vec<Self> {
        let document = self.tree.documents.get(node);
        let gone = document.into_iter().flat_map(|document| &document.gone);
        gone.map(|gone| self.as_gone(node, gone)).collect()
    }

    fn as_gone(&self, node: &Node, gone: &Gone) -> Self {
        let mut dossier = self.clone();
        if let Some(document) = dossier.tree.documents.get_mut(node) {
            // What was lifted or settled since holds neither these nor those.
            let (holds, resembles) =
                (std::mem::take(&mut document.holds), std::mem::take(&mut document.resembles));
            *document = gone.document.clone();
            document.holds.retain(|hold| holds.contains(hold));
            document.resembles.retain(|why| resembles.contains(why));
        }
        for ((of, _), case) in &mut dossier.tree.cases {
            if of == node {
                case.referrals.retain(|referral| referral.opened_at <= gone.until);
                case.claims.retain(|claim| claim.at <= gone.until);
            }
        }
        dossier.security.forget_since(&self.tree.key(node), gone.until);
        dossier
    }
}

/// When the goods themselves, or their data, were seen by an event.
fn seen_at(event: &Event) -> Option<Timestamp> {
    match event {
        Event::Tree(
            case::Event::Recorded { at, .. }
            | case::Event::Reported { at, .. }
            | case::Event::Superseded { at, .. },
        ) => Some(*at),
        Event::Security(record::Event {
            told,
            fact: SecurityFact::Screened(_) | SecurityFact::Custody(..),
            ..
        }) => Some(told.at),
        _ => None,
    }
}
