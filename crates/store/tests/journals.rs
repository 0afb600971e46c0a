//! Every journal does what the engine expects of one.
#![allow(clippy::unwrap_used)]

#[macro_use]
mod conformance;
#[path = "support/cluster.rs"]
mod cluster;

use cluster::Shared;
use conformance::Backend;
use engine::memory::MemoryJournal;
use std::cell::RefCell;
use std::rc::Rc;
use store::postgres::PgJournal;
use store::sqlite::{Database, SqliteJournal};

/// In a file.
struct Sqlite {
    _folder: tempfile::TempDir,
    database: Database,
}

impl Backend for Sqlite {
    type Journal = SqliteJournal;

    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let database =
            Database::open(&folder.path().join("node.db"), &folder.path().join("node.keys")).unwrap();
        Some(Self { _folder: folder, database })
    }

    fn journal(&self) -> SqliteJournal {
        SqliteJournal::new(Rc::new(self.database.session().unwrap()))
    }
}

conformance!(sqlite, Sqlite);

/// On a server.
struct Postgres {
    _shared: Shared,
    database: store::postgres::Database,
}

impl Backend for Postgres {
    type Journal = PgJournal;

    fn new() -> Option<Self> {
        let shared = Shared::new()?;
        let database = shared.database();
        Some(Self { _shared: shared, database })
    }

    fn journal(&self) -> PgJournal {
        PgJournal::new(Rc::new(self.database.session().unwrap()))
    }
}

conformance!(postgres, Postgres);

/// In memory: the one that others are held against keeps the same laws.
struct Memory(Rc<RefCell<MemoryJournal>>);

impl Backend for Memory {
    type Journal = Rc<RefCell<MemoryJournal>>;

    fn new() -> Option<Self> {
        Some(Self(Rc::default()))
    }

    fn journal(&self) -> Self::Journal {
        Rc::clone(&self.0)
    }
}

conformance!(memory, Memory);
