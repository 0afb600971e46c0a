//! What is worked out from a tree when somebody asks, and kept until its next event.

use super::state::Node;
use consignment::ident::Location;
use jiff::Timestamp;
use jiff::civil::DateTime;
use std::sync::OnceLock;

/// A value worked out from the rest when it is first asked for. It is no part of the state: all are alike.
#[derive(Debug)]
pub(super) struct Derived<T>(OnceLock<Option<T>>);

impl<T> Derived<T> {
    /// The value; it is worked out where nobody asked before.
    pub(super) fn get_or(&self, work_out: impl FnOnce() -> Option<T>) -> Option<&T> {
        self.0.get_or_init(work_out).as_ref()
    }
}

impl<T> Default for Derived<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<T> Clone for Derived<T> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<T> PartialEq for Derived<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> Eq for Derived<T> {}

/// Houses that stand for all of a tree.
#[derive(Debug)]
pub(crate) struct OneOfEach {
    /// The houses, in order.
    pub(crate) houses: Vec<Node>,
    /// When the declarations of those they stand for were issued.
    pub(crate) issued: Vec<Issued>,
}

/// When a declaration was issued, as it says.
#[derive(Debug)]
pub(crate) struct Issued {
    /// Local time where the goods start.
    pub(crate) local: DateTime,
    /// Where they start.
    pub(crate) origin: Option<Location>,
    /// When the first one of this time came in.
    pub(crate) received_at: Timestamp,
}
