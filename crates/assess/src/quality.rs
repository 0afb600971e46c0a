//! Data quality: what a message contradicts by itself, what a programme wants of it, and what the
//! consignments of a tree contradict in each other.
//!
//! Findings carry the place and the path of the element they are about. The index of the message is the
//! caller's to set, because a consignment does not know it.

mod account;
mod address;
mod consolidation;
mod elements;
mod junk;
mod message;
mod plausibility;
mod routing;
mod stations;
mod tree;
mod tree_document;
mod words;

pub use account::account_date_checks;
pub use consolidation::looks_consolidated;
pub(crate) use elements::element_checks;
pub use elements::{programme_checks, programme_checks_on};
pub use junk::{Junk, junk, junk_goods};
pub use message::{message_checks, message_checks_within};
pub use plausibility::Plausibility;
pub use routing::routing_check;
pub use stations::station_checks;
pub use tree::{Contradiction, tree_checks};
pub use tree_document::TreeDocument;

use consignment::{Consignment, Field};
use finding::{Code, Finding};

/// A finding of `code` about an element, where that stood in the message.
fn about(consignment: &Consignment, code: Code, field: Field) -> Finding {
    Finding::new(code).at(consignment.source.position(field)).on(field.to_string())
}

/// The index of an element as paths count it; lists are far shorter than this by the limits of `formats`.
fn index(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
