//! Casework: what is open for a consignment, who closes it, and whether the goods may be loaded.
//!
//! Everything here is pure. [`case::decide`] answers a command with events or a refusal,
//! [`case::evolve`] folds an event into the state and never decides again, [`security`] judges the
//! security status, and [`gate::answer`] joins both locks into one answer. Time is an argument.
//!
//! Inside this crate `case` and `security` know nothing of each other, and only `gate` sees both: the
//! programme case and the aviation security status are separate locks, and neither opens the other.
//!
//! Deliberately absent: clocks, storage, list screening, wire formats.

pub mod access;
pub mod adjudication;
pub mod answers;
pub mod case;
pub mod counts;
pub mod decision;
pub mod delay;
pub mod desks;
mod dossier;
pub mod due;
pub mod gate;
pub mod holds;
pub mod mandate;
pub mod outage;
pub mod parallel;
pub mod people;
pub mod retention;
pub mod security;
pub mod transport;
pub mod view;
pub mod work_order;

pub use dossier::{Dossier, Event};

use finding::Phrase;

/// A lawful no: nothing happened, and the phrase says why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub Phrase);

impl std::fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0.text(finding::Language::English))
    }
}

impl std::error::Error for Refusal {}
