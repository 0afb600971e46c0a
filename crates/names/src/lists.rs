//! The lists in force, exchanged while names are being screened.

use crate::Snapshot;
use std::sync::{PoisonError, RwLock};

/// Holds the snapshot in force. Whoever screens takes it once with [`Lists::current`] and keeps it for as long as his
/// answer must be of one piece; [`Lists::swap`] puts another in its place at once, and waits for nobody who screens.
///
/// A lock is held only while a reference is copied, never while lists are read, indexed or screened.
#[derive(Debug)]
pub struct Lists {
    current: RwLock<Snapshot>,
}

impl Lists {
    /// Puts a snapshot in force.
    pub fn new(snapshot: Snapshot) -> Self {
        Self { current: RwLock::new(snapshot) }
    }

    /// The snapshot in force now. It never changes; a later swap is seen by the next call.
    pub fn current(&self) -> Snapshot {
        // A snapshot is put in place whole, so a panic elsewhere leaves nothing half done.
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts another snapshot in force and gives back the one it replaces.
    pub fn swap(&self, snapshot: Snapshot) -> Snapshot {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *current, snapshot)
    }
}
