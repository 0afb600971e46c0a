//! The log of a database: what it proves, and that nothing in it can be changed unseen.
#![allow(clippy::unwrap_used, clippy::panic)]

#[macro_use]
#[allow(unused_macros, dead_code)]
mod conformance;
mod support;

use conformance::event;
use engine::{Index, IndexChange, Journal};
use jiff::Timestamp;
use std::rc::Rc;
use store::audit::checkpoint::Verifier;
use store::audit::merkle::{Tree, verify_consistency};
use store::audit::{
    AuditError, ProofFault, VerifyFault, checkpoint_at, integrate, latest_checkpoint, prove, verify,
};
use store::sqlite::{Session, SqliteJournal};
use support::{Folder, START};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(START + second).unwrap()
}

/// Writes so many events to each of two streams, and as many changes of an index.
fn write(session: &Rc<Session>, count: u32) {
    let mut journal = SqliteJournal::new(Rc::clone(session));
    for stream in ["tree/888-10001014", "tree/888-10001025"] {
        let stream: engine::StreamId = stream.into();
        let version = journal.version(&stream).unwrap();
        let events: Vec<_> = (0..count).map(event).collect();
        session.connection().execute_batch("BEGIN").unwrap();
        journal.append(&stream, version, &events, at(0)).unwrap();
        for number in 0..count {
            let value = format!("{stream} {version} {number}").as_str().into();
            journal.change(IndexChange { index: Index::Stream, key: "k".into(), value, put: true }).unwrap();
        }
        session.connection().execute_batch("COMMIT").unwrap();
    }
}

#[test]
fn checkpoints_follow_the_leaves_and_proofs_lead_to_them() {
    let folder = Folder::new();
    let database = folder.database();
    let session = Rc::new(database.session().unwrap());
    let keys = database.keys();
    assert_eq!(integrate(session.connection(), keys, at(0)).unwrap(), None, "nothing came");
    assert_eq!(latest_checkpoint(session.connection()).unwrap(), None);

    let verifier = Verifier::parse(&keys.signer().verifier().to_string()).unwrap();
    let mut checkpoints = Vec::new();
    // 4 leaves for each; the tree fills tiles of 256 hashes at two levels.
    for count in [1, 2, 70, 300] {
        write(&session, count);
        let stream = "tree/888-10001014";
        let version = folder.reader().version(&stream.into()).unwrap();
        let early = prove(session.connection(), stream, version);
        assert!(matches!(early, Err(AuditError::Unproven { .. })), "{early:?}");
        let checkpoint = integrate(session.connection(), keys, at(1)).unwrap().unwrap();
        assert_eq!(integrate(session.connection(), keys, at(2)).unwrap(), None);
        let note = latest_checkpoint(session.connection()).unwrap().unwrap();
        assert_eq!(verifier.open(&keys.origin(), &note).unwrap(), checkpoint);
        for version in [1, version / 2 + 1, version] {
            let proof = prove(session.connection(), stream, version).unwrap();
            assert_eq!(proof.check(&keys.origin(), &verifier).unwrap(), checkpoint);
            let mut other = proof.clone();
            other.segment[20] ^= 1;
            let refused = other.check(&keys.origin(), &verifier);
            assert_eq!(refused, Err(ProofFault::Path(proof.leaf_index)));
            let other = store::audit::Proof { version: version + 1, ..proof };
            assert!(other.check(&keys.origin(), &verifier).is_err());
        }
        checkpoints.push(checkpoint);
        let verified = verify(&folder.file()).unwrap();
        let last = checkpoints.last().unwrap();
        assert_eq!((verified.leaves, verified.root, verified.signed), (last.size, last.root, last.size));
    }
    let none = prove(session.connection(), "tree/888-10001014", 10_000);
    assert!(matches!(none, Err(AuditError::Unproven { version: 10_000, .. })));
    assert!(checkpoint_at(session.connection(), checkpoints[1].size).unwrap().is_some());
    assert_eq!(checkpoint_at(session.connection(), 3).unwrap(), None);
    // Whoever has the tiles sees that every checkpoint became the next.
    let kept = Kept(session.connection());
    let last = checkpoints.last().unwrap();
    for earlier in &checkpoints {
        let path = Tree::new(&kept, last.size).consistency(earlier.size).unwrap();
        assert!(verify_consistency(earlier.size, last.size, &path, &earlier.root, &last.root));
    }
}

/// The tiles as the node gives them out.
struct Kept<'a>(&'a rusqlite::Connection);

impl store::audit::merkle::Tiles for Kept<'_> {
    type Error = AuditError;

    fn tile(&self, level: u32, index: u64) -> Result<Vec<[u8; 32]>, AuditError> {
        Ok(store::audit::tile(self.0, level, index)?.as_chunks().0.to_vec())
    }
}

#[test]
fn whatever_is_changed_is_found_at_its_place() {
    // Each of these is done to a database of its own; whoever can write to the file can also drop what guards it.
    let cases: &[(&str, &str)] = &[
        (
            "UPDATE leaf SET hash = zeroblob(32) WHERE leaf_index = 7",
            "event 8 of stream tree/888-10001014 (leaf 7)",
        ),
        ("UPDATE event SET at = at + 1 WHERE leaf_index = 3", "event 4 of stream tree/888-10001014 (leaf 3)"),
        ("UPDATE event SET type = 'tree.hold-lifted' WHERE leaf_index = 3", "event 4 of stream"),
        ("UPDATE event SET v = 2 WHERE leaf_index = 3", "event 4 of stream"),
        ("UPDATE event SET segment = substr(segment, 2) WHERE leaf_index = 0", "event 1 of stream"),
        (
            "UPDATE stream SET name = 'tree/888-20003034' WHERE id = 2",
            "event 1 of stream tree/888-20003034 (leaf 600)",
        ),
        ("UPDATE stream SET version = 299 WHERE id = 1", "stream tree/888-10001014"),
        ("UPDATE event SET stream = 1, version = 301 WHERE leaf_index = 899", "event 301 of stream"),
        (
            "UPDATE index_change SET value = 'x' WHERE leaf_index = 300",
            "change of index stream under \"k\" (leaf 300)",
        ),
        (
            "UPDATE index_change SET put = 0 WHERE leaf_index = 300",
            "change of index stream under \"k\" (leaf 300)",
        ),
        ("UPDATE index_entry SET place = 301 WHERE place = 300", "index stream under \"k\""),
        ("INSERT INTO index_entry VALUES ('stream', 'z', 'z', 5)", "index stream under \"z\""),
        ("DELETE FROM event WHERE leaf_index = 5", "leaf 5"),
        ("DELETE FROM leaf WHERE leaf_index = 5", "leaf 5"),
        (
            "DELETE FROM index_change WHERE leaf_index = 1199; DELETE FROM leaf WHERE leaf_index = 1199;
             DELETE FROM index_entry WHERE place = 1199",
            "the log",
        ),
        ("UPDATE tile SET hashes = zeroblob(length(hashes)) WHERE level = 1", "hash 0 of tile 0 at level 1"),
        ("DELETE FROM tile", "hash 0 of tile 0 at level 1"),
        ("INSERT INTO tile VALUES (3, 0, zeroblob(32))", "the tiles"),
        ("UPDATE checkpoint SET root = zeroblob(32)", "checkpoint 1200"),
        ("UPDATE checkpoint SET note = replace(note, '1200', '1199')", "checkpoint 1200"),
        ("UPDATE meta SET value = CAST('x' AS BLOB) WHERE name = 'verifier'", "the verifier key"),
    ];
    let unguard = "DROP TRIGGER leaf_stays; DROP TRIGGER leaf_remains; DROP TRIGGER event_stays; \
                   DROP TRIGGER event_remains; DROP TRIGGER change_stays; DROP TRIGGER change_remains; \
                   PRAGMA foreign_keys = OFF;";
    let folder = Folder::new();
    let database = folder.database();
    let session = Rc::new(database.session().unwrap());
    write(&session, 300);
    integrate(session.connection(), database.keys(), at(0)).unwrap().unwrap();
    verify(&folder.file()).unwrap();
    session.connection().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    for (change, expected) in cases {
        let other = Folder::new();
        std::fs::copy(folder.file(), other.file()).unwrap();
        let connection = rusqlite::Connection::open(other.file()).unwrap();
        connection.execute_batch(unguard).unwrap();
        connection.execute_batch(change).unwrap();
        let found = verify(&other.file()).unwrap_err();
        let VerifyFault::Differs { place, .. } = &found else { panic!("{change}: {found}") };
        assert!(place.starts_with(expected), "{change}: {found}");
    }
}

#[test]
fn the_log_is_guarded_against_slips() {
    let folder = Folder::new();
    let session = Rc::new(folder.database().session().unwrap());
    write(&session, 2);
    for change in [
        "UPDATE event SET at = 0",
        "DELETE FROM event",
        "UPDATE leaf SET hash = zeroblob(32)",
        "DELETE FROM leaf",
        "UPDATE index_change SET put = 0",
        "DELETE FROM index_change",
    ] {
        let refused = session.connection().execute_batch(change).unwrap_err().to_string();
        assert!(refused.contains("never"), "{change}: {refused}");
    }
}
