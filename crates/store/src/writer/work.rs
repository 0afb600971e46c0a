//! What waits to be done on the thread that writes.

use super::{Submission, Teller, WriteError};
use std::any::Any;

/// What a task of a batch came to, before the batch is committed.
pub(super) struct Ended {
    /// Whether what it wrote is to be kept.
    pub(super) kept: bool,
    pub(super) tell: Box<dyn FnOnce(Result<(), WriteError>) + Send>,
}

/// What waits to be done.
pub(super) enum Work<S> {
    /// For the engine.
    Command { submission: Box<Submission>, tell: Teller },
    /// Something else that writes; `renew` where the engine must not remember what was before.
    Task { task: Box<dyn FnOnce(&S) -> Ended + Send>, renew: bool },
    /// What must not be in a transaction.
    Between(Box<dyn FnOnce(&S) + Send>),
}

/// What a panic said.
pub(super) fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no words".to_owned())
}
