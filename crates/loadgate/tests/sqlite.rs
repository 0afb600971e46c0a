//! The engine on the database: stories end as they say, and whatever the fixtures make happen is answered and kept as in
//! memory.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use casework::decision::Desk;
use engine::memory::{MemoryJournal, MemoryOutbox, SetClock};
use engine::{Channel, Engine, Journal, Settings, StreamId};
use programme::ProgrammeId;
use std::cell::RefCell;
use std::rc::Rc;
use store::audit::verify;
use store::sqlite::{Database, Session, SqliteJournal, outbox};
use support::fixtures::{answers, unfailing};
use support::{files_below, root};

/// A database in a folder that is deleted at the end.
struct Node {
    _folder: tempfile::TempDir,
    database: Database,
}

impl Node {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database =
            Database::open(&folder.path().join("node.db"), &folder.path().join("node.keys")).unwrap();
        Self { _folder: folder, database }
    }

    /// A session in a transaction, as the writer has it.
    fn begun(&self) -> Rc<Session> {
        let session = self.database.session().unwrap();
        session.connection().execute_batch("BEGIN IMMEDIATE").unwrap();
        Rc::new(session)
    }
}

#[test]
fn stories_end_on_the_database_as_they_say() {
    let folder = root().join("fixtures/stories");
    let mut leaves = 0;
    for path in files_below(&folder).iter().filter(|path| path.extension().is_some_and(|end| end == "toml")) {
        let story = loadgate::story::read(&std::fs::read_to_string(path).unwrap()).unwrap();
        let node = Node::new();
        let session = node.begun();
        let played =
            loadgate::story::play_in(&story, &folder, SqliteJournal::new(Rc::clone(&session))).unwrap();
        assert!(played.passed, "{} goes otherwise on the database", path.display());
        session.connection().execute_batch("COMMIT").unwrap();
        leaves += verify(node.database.path()).unwrap().leaves;
        store::projections::check(node.database.path()).unwrap();
    }
    assert!(leaves > 100, "the stories write something: {leaves}");
}

/// A journal in memory that others may look into.
type Memory = Rc<RefCell<MemoryJournal>>;

#[test]
fn the_fixtures_are_answered_and_kept_as_in_memory() {
    let channels = [
        Channel::filer("forwarder"),
        Channel::registry("registry"),
        Channel::officers("officers", Desk::Agency("customs".into())),
        Channel::authority(ProgrammeId::new("ca-pact")),
    ];
    let clock = SetClock("2026-11-24T08:20:00Z".parse().unwrap());
    for folder in ["demo/messages", "cli", "facts", "mail"] {
        let memory = Memory::default();
        let mut in_memory =
            Engine::new(Settings::simulated(), memory.clone(), clock, MemoryOutbox::default());
        let node = Node::new();
        let session = node.begun();
        let (journal, letters) =
            (SqliteJournal::new(Rc::clone(&session)), outbox::SqliteOutbox::new(Rc::clone(&session)));
        let mut on_disk = Engine::new(Settings::simulated(), journal, clock, letters);
        let expected = answers(|command| unfailing(in_memory.handle(command)), clock.0, folder, &channels);
        let got = answers(|command| unfailing(on_disk.handle(command)), clock.0, folder, &channels);
        for (number, (expected, got)) in expected.iter().zip(&got).enumerate() {
            assert_eq!(got, expected, "{folder}, answer {number}");
        }
        session.connection().execute_batch("COMMIT").unwrap();

        let kept = outbox::due(&session, clock.0, u32::MAX).unwrap();
        let kept: Vec<_> = kept.into_iter().map(|letter| letter.notice).collect();
        assert_eq!(kept, in_memory.outbox_mut().notices, "{folder}: every notice reads back");
        let reader = node.database.reader().unwrap();
        let mut names = reader.connection().prepare("SELECT name FROM stream WHERE version > 0").unwrap();
        let names: Vec<String> =
            names.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
        assert!(!names.is_empty(), "{folder} writes something");
        for name in names {
            let stream: StreamId = name.as_str().into();
            let kept = reader.read(&stream).unwrap();
            assert_eq!(kept, memory.read(&stream).unwrap(), "{folder}: stream {stream}");
        }
        verify(node.database.path()).unwrap();
        store::projections::check(node.database.path()).unwrap();
    }
}
