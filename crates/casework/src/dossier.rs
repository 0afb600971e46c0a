//! Everything one stream of a consignment tree tells: its cases and its security facts, side by side.
//!
//! The two locks do not know each other; the stream keeps the order of what happened to both, and the gate
//! reads both.

use crate::answers;
use crate::case::{self, Tree};
use crate::decision::{self, Decisions};
use crate::outage;
use crate::parallel::Comparison;
use crate::security::designation;
use crate::security::record::{self, Records};

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
}

impl Dossier {
    /// Folds an event. An event of another kind of stream changes nothing.
    pub fn evolve(&mut self, event: &Event) {
        match event {
            Event::Tree(event) => self.tree = case::evolve(std::mem::take(&mut self.tree), event),
            Event::Security(event) => self.security.evolve(event),
            Event::Decision(event) => self.decisions.evolve(event),
            Event::Outage(_) | Event::Answer(_) | Event::Compared(_) | Event::Designation(_) => {}
        }
    }
}
