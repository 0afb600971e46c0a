//! Security facts of goods apart from any message: screenings, custody, marks, declarations.

use consignment::ConsignmentKey;
use consignment::fact::{CustodyEvent, ScreeningResult};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// What happened to the security of goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// They were screened.
    Screened {
        /// When.
        at: Timestamp,
        /// What came of it.
        result: ScreeningResult,
    },
    /// Something happened to their custody.
    Custody {
        /// When.
        at: Timestamp,
        /// The goods.
        object: ConsignmentKey,
        /// What.
        what: CustodyEvent,
        /// In words.
        note: String,
    },
}

/// Security facts of one consignment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// Screenings in order, with their times.
    pub screenings: Vec<(Timestamp, ScreeningResult)>,
    /// Events of custody in order.
    pub custody: Vec<(Timestamp, CustodyEvent, String)>,
}

/// Security facts of the goods of one tree.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Records {
    by_object: BTreeMap<ConsignmentKey, Record>,
}

impl Records {
    /// What is known of these goods.
    pub fn of(&self, object: &ConsignmentKey) -> Option<&Record> {
        self.by_object.get(object)
    }

    /// Folds an event.
    pub fn evolve(&mut self, event: &Event) {
        match event {
            Event::Screened { at, result } => {
                self.by_object
                    .entry(result.object.clone())
                    .or_default()
                    .screenings
                    .push((*at, result.clone()));
            }
            Event::Custody { at, object, what, note } => {
                self.by_object.entry(object.clone()).or_default().custody.push((*at, *what, note.clone()));
            }
        }
    }
}
