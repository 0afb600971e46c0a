//! Every journal does what the engine expects of one.
#![allow(clippy::unwrap_used)]

#[macro_use]
mod conformance;
#[path = "support/cluster.rs"]
mod cluster;

use cluster::Shared;
use conformance::Backend;
use engine::memory::MemoryJournal;
use engine::{Journal, StreamId};
use jiff::Timestamp;
use std::cell::RefCell;
use std::rc::Rc;
use store::postgres::PgJournal;
use store::quiet::{Page, Quiet};
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

/// What is old is found page by page, whatever became of the rest.
fn old_streams_are_found_by_pages(
    journal: &mut impl Journal,
    erase: impl Fn(&str),
    look: impl Fn(&Page<'_>) -> Quiet,
) {
    let at = |second: i64| Timestamp::from_second(1_795_500_000 + second).unwrap();
    // The last event counts; other streams and such as were erased are not looked for.
    for (stream, times) in [
        ("tree/1", &[10][..]),
        ("tree/2", &[10, 90]),
        ("tree/3", &[10, 49]),
        ("tree/4", &[10]),
        ("tree/5", &[50]),
        ("tree/house/1", &[10]),
        ("trees", &[10]),
        ("flight/1", &[10]),
    ] {
        for (version, second) in (0..).zip(times) {
            journal.append(&stream.into(), version, &[conformance::event(1)], at(*second)).unwrap();
        }
    }
    erase("tree/4");
    for (most, pages) in [(1, 6), (2, 3), (3, 2), (1_000_000, 1)] {
        let (mut found, mut after, mut looked) = (Vec::new(), None::<StreamId>, 0);
        loop {
            let page = look(&Page::new("tree/", after.as_deref(), at(50)).unwrap().looking_at(most));
            found.extend(page.streams.iter().map(|(name, last)| (name.to_string(), *last)));
            looked += 1;
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        let expected = [("tree/1", at(10)), ("tree/3", at(49)), ("tree/house/1", at(10))];
        assert_eq!(found, expected.map(|(name, last)| (name.to_owned(), last)), "{most} at a time");
        assert_eq!(looked, pages, "{most} at a time");
    }
}

#[test]
fn a_file_tells_which_streams_are_old() {
    let sqlite = Sqlite::new().unwrap();
    let session = sqlite.database.session().unwrap();
    let erase = |stream: &str| {
        assert!(store::sqlite::erase(&session, stream, Timestamp::UNIX_EPOCH).unwrap());
    };
    let reader = sqlite.database.reader().unwrap();
    old_streams_are_found_by_pages(&mut sqlite.journal(), erase, |page| reader.quiet(page).unwrap());
}

#[test]
fn a_server_tells_which_streams_are_old() {
    let Some(postgres) = Postgres::new() else { return };
    let session = postgres.database.session().unwrap();
    let erase = |stream: &str| {
        assert!(store::postgres::erase(&session, stream, Timestamp::UNIX_EPOCH).unwrap());
    };
    let reader = postgres.database.reader().unwrap();
    old_streams_are_found_by_pages(&mut postgres.journal(), erase, |page| reader.quiet(page).unwrap());
}
