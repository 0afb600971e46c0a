//! Everything one stream of a consignment tree tells: its cases and its security facts, side by side.
//!
//! The two locks do not know each other; the stream keeps the order of what happened to both, and the gate
//! reads both.

use crate::case::{self, Tree};
use crate::security::record::{self, Records};
use crate::transport;
use jiff::Timestamp;

/// What happened, as a journal keeps it. Events are facts: folding never checks them again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// To the filings, cases and holds of a tree.
    Tree(case::Event),
    /// To the security facts of its goods.
    Security(record::Event),
    /// To a flight or a unit, each a stream of its own.
    Transport(transport::Event),
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

/// State of a stream of a consignment tree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dossier {
    /// Filings, cases and holds.
    pub tree: Tree,
    /// Security facts by the goods they speak of.
    pub security: Records,
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
            Event::Transport(_) => {}
        }
    }
}

/// When the goods themselves, or their data, were seen by an event.
fn seen_at(event: &Event) -> Option<Timestamp> {
    match event {
        Event::Tree(
            case::Event::Recorded { at, .. }
            | case::Event::Reported { at, .. }
            | case::Event::Superseded { at, .. },
        )
        | Event::Security(record::Event::Screened { at, .. } | record::Event::Custody { at, .. }) => {
            Some(*at)
        }
        _ => None,
    }
}
