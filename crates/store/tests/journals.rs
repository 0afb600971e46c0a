//! Every journal does what the engine expects of one.
#![allow(clippy::unwrap_used)]

#[macro_use]
mod conformance;

use casework::Event;
use conformance::Backend;
use engine::memory::MemoryJournal;
use engine::{Index, IndexChange, Journal, JournalError, Recorded, StreamId, Version};
use jiff::Timestamp;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use store::sqlite::{Database, SqliteJournal};

/// In a file.
struct Sqlite {
    _folder: tempfile::TempDir,
    database: Database,
}

impl Backend for Sqlite {
    type Journal = SqliteJournal;

    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database =
            Database::open(&folder.path().join("node.db"), &folder.path().join("node.keys")).unwrap();
        Self { _folder: folder, database }
    }

    fn journal(&self) -> SqliteJournal {
        SqliteJournal::new(Rc::new(self.database.session().unwrap()))
    }
}

conformance!(sqlite, Sqlite);

/// In memory: the one that others are held against keeps the same laws.
struct Memory(Rc<RefCell<MemoryJournal>>);

#[derive(Clone)]
struct Shared(Rc<RefCell<MemoryJournal>>);

impl Backend for Memory {
    type Journal = Shared;

    fn new() -> Self {
        Self(Rc::default())
    }

    fn journal(&self) -> Shared {
        Shared(Rc::clone(&self.0))
    }
}

impl Journal for Shared {
    fn read(&self, stream: &StreamId) -> Result<Vec<Recorded>, JournalError> {
        self.0.borrow().read(stream)
    }

    fn version(&self, stream: &StreamId) -> Result<Version, JournalError> {
        self.0.borrow().version(stream)
    }

    fn append(
        &mut self,
        stream: &StreamId,
        expected: Version,
        events: &[Event],
        at: Timestamp,
    ) -> Result<Version, JournalError> {
        self.0.borrow_mut().append(stream, expected, events, at)
    }

    fn find(&self, index: Index, key: &str) -> Result<Vec<Arc<str>>, JournalError> {
        self.0.borrow().find(index, key)
    }

    fn change(&mut self, change: IndexChange) -> Result<(), JournalError> {
        self.0.borrow_mut().change(change)
    }
}

conformance!(memory, Memory);
