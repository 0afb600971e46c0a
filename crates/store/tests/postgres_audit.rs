//! The log of nodes: one carries it on at a time, and nothing in it can be changed unseen.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/cluster.rs"]
mod cluster;
#[macro_use]
#[allow(unused_macros, dead_code)]
mod conformance;

use cluster::Shared;
use conformance::event;
use engine::{Index, IndexChange, Journal};
use jiff::Timestamp;
use std::rc::Rc;
use std::time::{Duration, Instant};
use store::StoreError;
use store::audit::checkpoint::Verifier;
use store::audit::merkle::{Tiles, Tree, verify_consistency};
use store::audit::{AuditError, LogRead as _, ProofFault, VerifyFault, continues, export};
use store::postgres::audit::{Integrator, Log, LogReader, verify};
use store::postgres::{PgJournal, Session};

const MINUTE: Duration = Duration::from_secs(60);

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_795_500_000 + second).unwrap()
}

/// Writes so many events to each of two streams, and as many changes of an index, each stream as one batch.
fn write(session: &Rc<Session>, count: u32) {
    let mut journal = PgJournal::new(Rc::clone(session));
    for stream in ["tree/888-10001014", "tree/888-10001025"] {
        let stream: engine::StreamId = stream.into();
        let version = journal.version(&stream).unwrap();
        let events: Vec<_> = (0..count).map(event).collect();
        let wrote: Result<(), StoreError> = session.step(|| {
            journal.append(&stream, version, &events, at(0)).unwrap();
            for number in 0..count {
                let value = format!("{stream} {version} {number}").as_str().into();
                journal
                    .change(IndexChange { index: Index::Stream, key: "k".into(), value, put: true })
                    .unwrap();
            }
            Ok(())
        });
        wrote.unwrap();
    }
}

#[test]
fn checkpoints_follow_the_leaves_and_proofs_lead_to_them() {
    let Some(shared) = Shared::new() else { return };
    let database = shared.database();
    let session = Rc::new(database.session().unwrap());
    let (keys, reader, log) = (database.keys(), database.reader().unwrap(), Log::open(&database).unwrap());
    let lease = log.take(MINUTE).unwrap().unwrap();
    assert_eq!(log.integrate(&lease, keys, at(0)).unwrap(), None, "nothing came");
    let open = || LogReader::open(&shared.address()).unwrap();
    assert_eq!(open().latest_checkpoint().unwrap(), None);

    let verifier = Verifier::parse(&keys.signer().verifier().to_string()).unwrap();
    let mut checkpoints = Vec::new();
    // 4 leaves for each; the tree fills tiles of 256 hashes at two levels.
    for count in [1, 2, 70, 300] {
        write(&session, count);
        let stream = "tree/888-10001014";
        let version = reader.version(&stream.into()).unwrap();
        let early = open().prove(stream, version);
        assert!(matches!(early, Err(AuditError::Unproven { .. })), "{early:?}");
        let before = verify(&shared.address()).unwrap();
        let checkpoint = log.integrate(&lease, keys, at(1)).unwrap().unwrap();
        assert_eq!(log.integrate(&lease, keys, at(2)).unwrap(), None);
        let reading = open();
        let note = reading.latest_checkpoint().unwrap().unwrap();
        assert_eq!(verifier.open(&keys.origin(), &note).unwrap(), checkpoint);
        for version in [1, version / 2 + 1, version] {
            let proof = reading.prove(stream, version).unwrap();
            assert_eq!(proof.check(&keys.origin(), &verifier).unwrap(), checkpoint);
            let mut other = proof.clone();
            other.segment[20] ^= 1;
            let refused = other.check(&keys.origin(), &verifier);
            assert_eq!(refused, Err(ProofFault::Path(proof.leaf_index)));
            let other = store::audit::Proof { version: version + 1, ..proof };
            assert!(other.check(&keys.origin(), &verifier).is_err());
        }
        checkpoints.push(checkpoint);
        let verified = verify(&shared.address()).unwrap();
        let last = checkpoints.last().unwrap();
        assert_eq!((before.leaves, before.root), (last.size, last.root), "known before it is signed");
        assert_eq!((verified.leaves, verified.root, verified.signed), (last.size, last.root, last.size));
    }
    let reading = open();
    let none = reading.prove("tree/888-10001014", 10_000);
    assert!(matches!(none, Err(AuditError::Unproven { version: 10_000, .. })));
    assert!(reading.checkpoint_at(checkpoints[1].size).unwrap().is_some());
    assert_eq!(reading.checkpoint_at(3).unwrap(), None);
    // Whoever has the tiles sees that every checkpoint became the next.
    let kept = Kept(&reading);
    let last = checkpoints.last().unwrap();
    for earlier in &checkpoints {
        let path = Tree::new(&kept, last.size).consistency(earlier.size).unwrap();
        assert!(verify_consistency(earlier.size, last.size, &path, &earlier.root, &last.root));
    }
    // It goes on from what somebody kept, and can be given away as files.
    let early = reading.checkpoint_at(checkpoints[1].size).unwrap().unwrap();
    assert_eq!(continues(&reading, &early).unwrap(), checkpoints[1]);
    let folder = tempfile::tempdir().unwrap();
    let exported = export(&reading, folder.path()).unwrap();
    assert_eq!((exported.checkpoint.size, exported.tiles), (last.size, last.size.div_ceil(256) + 1));
    assert_eq!(reading.last_event("tree/888-10001014").unwrap(), 373);
    assert_eq!(reading.last_event("tree/none").unwrap(), 0);
    assert!(reading.stream_of("stream", "k").unwrap().unwrap().starts_with("tree/888-10001025"));
    write(&session, 1);
    let condition = open().condition().unwrap();
    assert_eq!((condition.leaves, condition.signed), (last.size + 4, last.size));
    assert_eq!(condition.signed_at, Some(at(1)));
    assert_eq!(reader.last_at().unwrap(), Some(at(0)));
}

/// The tiles as a node gives them out.
struct Kept<'a>(&'a LogReader);

impl Tiles for Kept<'_> {
    type Error = AuditError;

    fn tile(&self, level: u32, index: u64) -> Result<Vec<[u8; 32]>, AuditError> {
        self.0.tile(level, index)
    }
}

#[test]
fn whoever_was_stopped_and_goes_on_writes_nothing() {
    let Some(shared) = Shared::new() else { return };
    let database = shared.database();
    let keys = database.keys();
    let session = Rc::new(database.session().unwrap());
    let (first, second) = (Log::open(&database).unwrap(), Log::open(&database).unwrap());
    write(&session, 1);
    let short = Duration::from_millis(200);
    let old = first.take(short).unwrap().unwrap();
    assert_eq!(second.take(MINUTE).unwrap(), None, "one has it at a time");
    assert_eq!(first.take(short).unwrap().map(|lease| lease.token()), Some(old.token()), "renewed");
    // The first is stopped here for longer than its lease.
    std::thread::sleep(2 * short);
    let new = second.take(MINUTE).unwrap().unwrap();
    assert!(new.token() > old.token());
    let fenced = first.integrate(&old, keys, at(1)).unwrap_err();
    assert!(matches!(&fenced, AuditError::Store(StoreError::Fenced(_))), "{fenced}");
    assert_eq!(
        shared.sql("SELECT (SELECT count(*) FROM leaves_of) + (SELECT count(*) FROM tile)").trim(),
        "0"
    );
    let checkpoint = second.integrate(&new, keys, at(2)).unwrap().unwrap();
    assert_eq!(checkpoint.size, 4);
    // Also where nothing is to be done, and after it was.
    assert!(first.integrate(&old, keys, at(3)).is_err());
    write(&session, 1);
    assert!(first.integrate(&old, keys, at(3)).is_err());
    assert_eq!(second.integrate(&new, keys, at(3)).unwrap().unwrap().size, 8);
    assert_eq!(shared.sql("SELECT DISTINCT token FROM leaves_of").trim(), new.token().to_string());
    verify(&shared.address()).unwrap();
}

#[test]
fn the_log_is_carried_on_by_one_node_and_then_by_another() {
    let Some(shared) = Shared::new() else { return };
    let database = shared.database();
    let session = Rc::new(database.session().unwrap());
    let start = || Integrator::start(&database, Box::new(|why| panic!("{why}"))).unwrap();
    let signed = |size: u64| {
        let until = Instant::now() + Duration::from_secs(30);
        while verify(&shared.address()).unwrap().signed < size {
            assert!(Instant::now() < until, "nobody carries the log on");
            std::thread::sleep(Duration::from_millis(100));
        }
    };
    let (one, other) = (start(), start());
    write(&session, 1);
    signed(4);
    drop(one);
    write(&session, 1);
    signed(8);
    drop(other);
    verify(&shared.address()).unwrap();
}

#[test]
fn whatever_is_changed_is_found_at_its_place() {
    // Each of these is done and undone again; whoever can write to the database can also drop what guards it.
    let batch = |seq: u32| format!("(SELECT number FROM batch WHERE seq = {seq})");
    let stream = |name: &str| format!("(SELECT id FROM stream WHERE name = 'tree/{name}')");
    let (first, second) = (batch(1), batch(2));
    let hash = "decode(repeat('00', 32), 'hex')";
    let cases: Vec<(String, &str)> = vec![
        (
            format!("UPDATE event SET hash = {hash} WHERE batch = {first} AND place = 7"),
            "event 8 of stream tree/888-10001014 (leaf 7)",
        ),
        (
            format!("UPDATE event SET at = at + 1 WHERE batch = {first} AND place = 3"),
            "event 4 of stream tree/888-10001014 (leaf 3)",
        ),
        (
            format!("UPDATE event SET type = 'tree.hold-lifted' WHERE batch = {first} AND place = 3"),
            "event 4 of stream",
        ),
        (format!("UPDATE event SET v = 2 WHERE batch = {first} AND place = 3"), "event 4 of stream"),
        (
            format!("UPDATE event SET segment = substr(segment, 2) WHERE batch = {first} AND place = 0"),
            "event 1 of stream",
        ),
        (
            "UPDATE stream SET name = 'tree/888-20003034' WHERE name = 'tree/888-10001025'".into(),
            "event 1 of stream tree/888-20003034 (leaf 600)",
        ),
        (
            format!(
                "UPDATE event SET stream = {}, version = 301 WHERE batch = {second} AND place = 299",
                stream("888-10001014")
            ),
            "event 301 of stream",
        ),
        (
            format!("UPDATE index_change SET value = 'x' WHERE batch = {first} AND place = 300"),
            "change of index stream under \"k\" (leaf 300)",
        ),
        (
            format!("UPDATE index_change SET put = false WHERE batch = {first} AND place = 300"),
            "change of index stream under \"k\" (leaf 300)",
        ),
        (
            "UPDATE index_entry SET place = place + 1048576 WHERE place = (SELECT min(place) FROM index_entry)"
                .into(),
            "index stream under \"k\"",
        ),
        (
            "INSERT INTO index_entry (entry, key_hash, kind, key, value, place) \
             VALUES ('z', 'z', 'stream', 'z', 'z', 5)"
                .into(),
            "index stream under \"z\"",
        ),
        ("UPDATE index_entry SET key_hash = 'q'".into(), "index stream under \"k\""),
        (
            "UPDATE index_entry SET entry = 'q' WHERE place = (SELECT min(place) FROM index_entry)".into(),
            "index stream under \"k\"",
        ),
        (format!("DELETE FROM event WHERE batch = {first} AND place = 5"), "leaf 5"),
        (format!("DELETE FROM event WHERE batch = {first} AND place >= 5"), "leaf 5"),
        (format!("DELETE FROM index_change WHERE batch = {second} AND place = 599"), "batch 2"),
        ("UPDATE batch SET leaves = 599 WHERE seq = 2".into(), "batch 2"),
        ("DELETE FROM batch WHERE seq = 1".into(), "batch 1"),
        ("DELETE FROM batch WHERE seq = 2".into(), "the log"),
        (
            format!(
                "DELETE FROM event WHERE batch = {second}; DELETE FROM index_change WHERE batch = {second}; \
                 DELETE FROM batch WHERE seq = 2; UPDATE head SET seq = 1"
            ),
            "the log",
        ),
        (
            "INSERT INTO event SELECT stream, 301, 99999, 0, at, type, v, hash, segment FROM event LIMIT 1".into(),
            "the log",
        ),
        ("UPDATE head SET seq = 3".into(), "the log"),
        ("UPDATE leaves_of SET first_leaf = 601 WHERE seq = 2".into(), "batch 2"),
        ("DELETE FROM leaves_of WHERE seq = 2".into(), "batch 2"),
        (
            "UPDATE tile SET hashes = overlay(hashes PLACING '\\x00'::bytea FROM 100) WHERE level = 0 AND place = 1"
                .into(),
            "tile 1 at level 0",
        ),
        ("UPDATE tile SET hashes = substr(hashes, 33) WHERE level = 0 AND place = 4".into(), "tile 4 at level 0"),
        (
            "UPDATE tile SET hashes = overlay(hashes PLACING '\\x00'::bytea FROM 1) WHERE level = 1".into(),
            "hash 0 of tile 0 at level 1",
        ),
        ("DELETE FROM tile WHERE level = 1".into(), "hash 0 of tile 0 at level 1"),
        (format!("INSERT INTO tile VALUES (3, 0, {hash})"), "the tiles"),
        (format!("UPDATE checkpoint SET root = {hash}"), "checkpoint 1200"),
        ("UPDATE checkpoint SET note = replace(note, '1200', '1199')".into(), "checkpoint 1200"),
        ("UPDATE meta SET value = 'x' WHERE name = 'verifier'".into(), "the verifier key"),
    ];
    let Some(shared) = Shared::new() else { return };
    let database = shared.database();
    let session = Rc::new(database.session().unwrap());
    write(&session, 300);
    let log = Log::open(&database).unwrap();
    log.integrate(&log.take(MINUTE).unwrap().unwrap(), database.keys(), at(0)).unwrap().unwrap();
    verify(&shared.address()).unwrap();
    drop((session, log));
    // Every case is done to a copy.
    let tables = [
        "meta",
        "head",
        "batch",
        "feed",
        "stream",
        "event",
        "index_change",
        "index_entry",
        "lease",
        "leaves_of",
        "tile",
        "checkpoint",
        "raw",
        "raw_of",
        "idempotency",
        "outbox",
        "job",
    ];
    for (change, expected) in cases {
        let Some(other) = Shared::new() else { return };
        let copies = tables.map(|table| {
            format!("CREATE TABLE {table} (LIKE {0}.{table} INCLUDING ALL); INSERT INTO {table} OVERRIDING SYSTEM VALUE SELECT * FROM {0}.{table};", shared.schema)
        });
        other.sql(&copies.concat());
        other.sql(&change);
        let found = verify(&other.address()).unwrap_err();
        let VerifyFault::Differs { place, .. } = &found else { panic!("{change}: {found}") };
        assert!(place.starts_with(expected), "{change}: {found}");
    }
}

#[test]
fn the_log_is_guarded_against_slips() {
    let Some(shared) = Shared::new() else { return };
    let session = Rc::new(shared.database().session().unwrap());
    write(&session, 2);
    for table in ["event", "index_change", "batch", "leaves_of"] {
        for change in [
            format!("DELETE FROM {table}"),
            format!("TRUNCATE {table}"),
            format!(
                "UPDATE {table} SET {} = 0",
                if table == "batch" || table == "leaves_of" { "seq" } else { "place" }
            ),
        ] {
            let refused = shared.cluster.refused(&shared.schema, &change);
            assert!(refused.contains("never"), "{change}: {refused}");
        }
    }
}
