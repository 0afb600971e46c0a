//! What follows from the log is held against it, and the indices are made anew from their changes.
#![allow(clippy::unwrap_used, clippy::panic)]

#[macro_use]
#[allow(unused_macros, dead_code)]
mod conformance;
mod support;

use casework::Dossier;
use conformance::event;
use engine::{Index, IndexChange, Journal};
use jiff::Timestamp;
use std::rc::Rc;
use store::audit::{VerifyFault, integrate};
use store::projections::{Held, ProjectionFault, check, rebuild};
use store::sqlite::backup::{backup, restore};
use store::sqlite::{SqliteJournal, StoreError};
use store::writer::{Lane, Settings};
use support::{Folder, START, Turned, file_in, form, keyed, tree, writer};

const STREAM: &str = "tree/888-10001014";

/// A database with a stream of 300 events, 3 entries of an index and signed tiles, all of it in one file.
fn written() -> Folder {
    let folder = Folder::new();
    let database = folder.database();
    let session = Rc::new(database.session().unwrap());
    let at = Timestamp::from_second(START).unwrap();
    let mut journal = SqliteJournal::new(Rc::clone(&session));
    let events: Vec<_> = (0..300).map(event).collect();
    journal.append(&STREAM.into(), 0, &events, at).unwrap();
    for (value, put) in [("a", true), ("b", true), ("c", true), ("a", false), ("d", true)] {
        let change = IndexChange { index: Index::Masters, key: "RHA".into(), value: value.into(), put };
        journal.change(change).unwrap();
    }
    integrate(session.connection(), database.keys(), at).unwrap().unwrap();
    session.connection().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop((journal, session));
    folder
}

#[test]
fn what_differs_is_named_and_indices_are_made_anew() {
    // What is done to the database, where that is found, and whether the indices made anew mend it.
    let cases: &[(&str, &str, bool)] = &[
        ("DELETE FROM index_entry WHERE value = 'b'", "index masters under \"RHA\", value \"b\"", true),
        ("DELETE FROM index_entry WHERE value = 'd'", "index masters under \"RHA\", value \"d\"", true),
        (
            "INSERT INTO index_entry VALUES ('masters', 'RHA', 'a', 300)",
            "index masters under \"RHA\", value \"a\"",
            true,
        ),
        ("INSERT INTO index_entry VALUES ('stream', 'z', 'z', 5)", "index stream under \"z\"", true),
        (
            "UPDATE index_entry SET place = 4 WHERE value = 'b'",
            "index masters under \"RHA\", value \"b\"",
            true,
        ),
        ("UPDATE stream SET version = 299", "stream tree/888-10001014", false),
        ("UPDATE tile SET hashes = zeroblob(length(hashes))", "hash 0 of tile 0 at level 1", false),
        (
            "DROP TRIGGER change_stays; UPDATE index_change SET value = 'x' WHERE leaf_index = 301",
            "change of index masters",
            false,
        ),
    ];
    let whole = written();
    let held = Held { leaves: 305, streams: 1, entries: 3 };
    assert_eq!(check(&whole.file()).unwrap(), held);
    for (change, place, is_mended) in cases {
        let folder = Folder::new();
        let keys = folder.path().join("node.keys");
        std::fs::copy(whole.file(), folder.file()).unwrap();
        std::fs::copy(whole.path().join("node.keys"), &keys).unwrap();
        rusqlite::Connection::open(folder.file()).unwrap().execute_batch(change).unwrap();
        let found = check(&folder.file()).unwrap_err();
        assert!(found.to_string().starts_with(place), "{change}: {found}");
        assert_eq!(matches!(found, ProjectionFault::Index { .. }), *is_mended, "{change}: {found}");
        let rebuilt = rebuild(&folder.file(), &keys);
        if *is_mended {
            assert_eq!(rebuilt.unwrap(), 3, "{change}");
            assert_eq!(check(&folder.file()).unwrap(), held, "{change}");
        } else {
            // Nothing is made anew from a log that is not whole.
            assert_eq!(rebuilt.unwrap_err().to_string(), found.to_string(), "{change}");
        }
    }
}

/// The name of a stream is in its row and in the index by which it is found, which no leaf is about.
#[test]
fn a_table_in_which_rows_are_not_found_is_not_sound() {
    let whole = written();
    let mut bytes = std::fs::read(whole.file()).unwrap();
    let name = STREAM.as_bytes();
    let places: Vec<usize> =
        (0..bytes.len() - name.len()).filter(|at| bytes[*at..].starts_with(name)).collect();
    assert_eq!(places.len(), 2, "its row, and the index of it");
    let mut found = Vec::new();
    for place in places {
        bytes[place + 5] ^= 1;
        std::fs::write(whole.file(), &bytes).unwrap();
        found.push(check(&whole.file()).unwrap_err().to_string());
        bytes[place + 5] ^= 1;
    }
    assert!(found.iter().all(|found| found.contains("stream")), "{found:?}");
}

#[test]
fn nothing_is_made_anew_beside_a_node_or_where_there_is_none() {
    let folder = Folder::new();
    let (file, keys) = (folder.file(), folder.path().join("node.keys"));
    let absent = rebuild(&file, &keys).unwrap_err();
    assert!(
        matches!(absent, ProjectionFault::Log(VerifyFault::Open(StoreError::Absent(_)))) && !file.exists(),
        "{absent}"
    );
    let node = writer(&folder.database(), Settings::new(form), &Turned::new());
    node.ask(Lane::Ordinary, keyed(0)).unwrap();
    let refused = rebuild(&file, &keys).unwrap_err();
    assert!(matches!(refused, ProjectionFault::Log(VerifyFault::Open(StoreError::Locked(_)))), "{refused}");
    let before = check(&file).unwrap();
    drop(node);
    assert_eq!(rebuild(&file, &keys).unwrap(), before.entries);
    assert_eq!(check(&file).unwrap(), before);
}

/// What is decided rests on the states that events fold to.
#[test]
fn a_backup_folds_to_the_states_of_the_live_journal() {
    let (live, other) = (Folder::new(), Folder::new());
    let node = writer(&live.database(), Settings::new(form), &Turned::new());
    for number in 0..20 {
        node.ask(Lane::Ordinary, keyed(number)).unwrap();
    }
    let stick = other.path().join("stick.db");
    backup(&live.file(), &stick).unwrap();
    let keys = other.path().join("node.keys");
    std::fs::copy(live.path().join("node.keys"), &keys).unwrap();
    restore(&stick, &file_in(other.path()), &keys, None).unwrap();
    assert_eq!(check(&other.file()).unwrap(), check(&live.file()).unwrap());
    let folded = |folder: &Folder, number| {
        let mut dossier = Dossier::default();
        for recorded in folder.reader().read(&tree(number)).unwrap() {
            dossier.evolve(&recorded.event);
        }
        dossier
    };
    for number in 0..20 {
        let dossier = folded(&live, number);
        assert_ne!(dossier, Dossier::default());
        assert_eq!(folded(&other, number), dossier, "waybill {number}");
    }
}
