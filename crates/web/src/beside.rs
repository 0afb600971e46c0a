//! Who answers questions beside the thread that writes, on a database of the node's own.

use crate::clock::NodeClock;
use crate::lists::Lists;
use engine::{Command, Engine, Settings};
use std::sync::Arc;
use store::StoreError;
use store::sqlite::{self, NoOutbox, ReadEngine, ReadJournal, Reading};

/// Threads that read beside the one that writes.
#[derive(Debug)]
pub(crate) struct Beside {
    /// Whether goods may be loaded: nobody waits long for that.
    gate: Reading,
    /// All else, some of which takes long.
    other: Reading,
}

impl Beside {
    /// Starts them.
    ///
    /// # Errors
    /// Where the database cannot be opened, or the system has no thread.
    pub(crate) fn start(
        database: &sqlite::Database,
        settings: &Settings,
        lists: &Arc<Lists>,
        clock: &NodeClock,
    ) -> Result<Self, StoreError> {
        let reading = || {
            let (settings, clock) = (settings.clone(), clock.clone());
            let (first, lists) = (Arc::clone(lists), Arc::clone(lists));
            let make = move |journal: ReadJournal, outbox: NoOutbox| {
                let settings = Settings { lists: first.now(), ..settings.clone() };
                Engine::new(settings, journal, clock.clone(), outbox)
            };
            let prepare = move |engine: &mut ReadEngine<NodeClock>| {
                let now = lists.now();
                let known = engine.settings().lists.as_ref().map(Arc::as_ptr);
                if now.as_ref().map(Arc::as_ptr) != known {
                    engine.set_lists(now);
                }
            };
            Reading::start(database, make, prepare)
        };
        Ok(Self { gate: reading()?, other: reading()? })
    }

    /// Who answers a command.
    pub(crate) fn of(&self, command: &Command) -> &Reading {
        match command {
            Command::Look { .. } | Command::Recheck { .. } => &self.gate,
            _ => &self.other,
        }
    }
}
