//! Saving a database beside a node that runs, and putting it back.
#![allow(clippy::unwrap_used, clippy::panic)]

#[macro_use]
#[allow(unused_macros, dead_code)]
mod conformance;
mod support;

use conformance::event;
use engine::{Journal, StreamId};
use jiff::Timestamp;
use std::fs;
use std::rc::Rc;
use store::audit::integrate;
use store::sqlite::backup::{BackupFault, backup, noticed, restore, restored_at};
use store::sqlite::{Database, Session, SqliteJournal, StoreError};
use support::{Folder, START, database_in, file_in};

const STREAM: &str = "tree/888-10001014";

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(START + second).unwrap()
}

fn append(session: &Rc<Session>, count: u32, second: i64) {
    let mut journal = SqliteJournal::new(Rc::clone(session));
    let stream: StreamId = STREAM.into();
    let version = journal.version(&stream).unwrap();
    let events: Vec<_> = (0..count).map(event).collect();
    session.connection().execute_batch("BEGIN").unwrap();
    journal.append(&stream, version, &events, at(second)).unwrap();
    session.connection().execute_batch("COMMIT").unwrap();
}

fn version(database: &Database) -> u64 {
    database.reader().unwrap().version(&STREAM.into()).unwrap()
}

#[test]
fn a_backup_is_one_moment_of_a_database_that_is_written_to() {
    let folder = Folder::new();
    let database = folder.database();
    let session = Rc::new(database.session().unwrap());
    append(&session, 3, 0);
    integrate(session.connection(), database.keys(), at(1)).unwrap();
    append(&session, 2, 2);
    // Somebody is in the middle of writing, and somebody was stopped in the middle of a backup.
    session
        .connection()
        .execute_batch("BEGIN IMMEDIATE; INSERT INTO job (kind, body, due) VALUES ('x', x'00', 0)")
        .unwrap();
    let to = folder.path().join("stick.db");
    fs::write(folder.path().join("stick.db.part"), "half").unwrap();
    let saved = backup(&folder.file(), &to).unwrap();
    session.connection().execute_batch("COMMIT").unwrap();
    assert_eq!((saved.verified.leaves, saved.verified.signed, saved.last_at), (5, 3, Some(at(2))));
    assert_eq!(saved.bytes, fs::metadata(&to).unwrap().len());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(&to).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let again = backup(&folder.file(), &to);
    assert!(matches!(again, Err(BackupFault::Exists(_))), "{again:?}");
    append(&session, 4, 3);
    drop(session);

    // Back on another machine, with the keys that were kept apart.
    let other = Folder::new();
    let (file, keys) = (file_in(other.path()), other.path().join("node.keys"));
    let without = restore(&to, &file, &keys, None);
    assert!(matches!(without, Err(BackupFault::Store(StoreError::KeysMissing { .. }))), "{without:?}");
    fs::copy(folder.path().join("node.keys"), &keys).unwrap();
    let older = restore(&to, &file, &keys, Some(9));
    assert!(matches!(older, Err(BackupFault::Older { leaves: 5, expected: 9, .. })), "{older:?}");
    assert!(!file.exists());
    assert_eq!(restore(&to, &file, &keys, Some(5)).unwrap().verified, saved.verified);
    let left: Vec<_> = fs::read_dir(other.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");

    let restored = database_in(other.path());
    assert_eq!(version(&restored), 5);
    let session = Rc::new(restored.session().unwrap());
    assert_eq!(restored_at(&session).unwrap().as_deref(), Some(at(2).to_string().as_str()));
    noticed(&session).unwrap();
    assert_eq!(restored_at(&session).unwrap(), None);
    append(&session, 1, 9);
    assert_eq!(version(&restored), 6);
    assert!(matches!(restore(&to, &file, &keys, None), Err(BackupFault::Exists(_))));
}

#[test]
fn what_is_damaged_or_of_another_node_is_not_put_back() {
    let folder = Folder::new();
    let session = Rc::new(folder.database().session().unwrap());
    append(&session, 40, 0);
    let to = folder.path().join("stick.db");
    backup(&folder.file(), &to).unwrap();

    let other = Folder::new();
    let (file, keys) = (file_in(other.path()), other.path().join("node.keys"));
    drop(other.database());
    for ending in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{ending}", file.display()));
    }
    let foreign = restore(&to, &file, &keys, None);
    assert!(matches!(foreign, Err(BackupFault::Store(StoreError::KeysOfAnother { .. }))), "{foreign:?}");

    fs::copy(folder.path().join("node.keys"), &keys).unwrap();
    // One character of the name of a stream, in its row.
    let mut bytes = fs::read(&to).unwrap();
    let name = STREAM.as_bytes();
    let place = bytes.windows(name.len()).position(|window| window == name).unwrap();
    bytes[place + name.len() - 1] ^= 1;
    let damaged = folder.path().join("damaged.db");
    fs::write(&damaged, bytes).unwrap();
    assert!(restore(&damaged, &file, &keys, None).is_err());
    let nothing = folder.path().join("nothing.db");
    fs::write(&nothing, "").unwrap();
    let none = restore(&nothing, &file, &keys, None);
    assert!(matches!(none, Err(BackupFault::Store(StoreError::Absent(_)))), "{none:?}");
    assert!(!file.exists() && fs::read_dir(other.path()).unwrap().count() == 1);
    restore(&to, &file, &keys, None).unwrap();
}
