//! What is kept in the database beside the journal, who may read it, and what becomes of it.
#![allow(clippy::unwrap_used)]

#[macro_use]
#[allow(unused_macros, dead_code)]
mod conformance;
mod support;

use conformance::event;
use consignment::fact::ObjectName;
use engine::{Addressee, Index, IndexChange, Journal, Notice, NoticeKind, Outbox, Pick, StreamId};
use jiff::{SignedDuration, Timestamp};
use std::fs;
use std::rc::Rc;
use std::sync::Arc;
use store::audit::{VerifyFault, verify};
use store::inbox::{Buried, Mailbox, Push};
use store::sqlite::condition::condition;
use store::sqlite::idempotency::{self, Known, RequestKey};
use store::sqlite::{
    Database, Session, SqliteJournal, SqliteOutbox, StoreError, erase, inbox, jobs, outbox, push, raw,
    rebuild_indices,
};
use support::{Folder, START, key};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(START + second).unwrap()
}

fn session(folder: &Folder) -> Rc<Session> {
    Rc::new(folder.database().session().unwrap())
}

fn tree(name: &str) -> StreamId {
    name.into()
}

#[test]
fn a_database_without_its_keys_is_refused_with_what_to_do() {
    let folder = Folder::new();
    let (file, keys) = (folder.file(), folder.path().join("node.keys"));
    let node = folder.database().keys().node().to_owned();
    assert_eq!(folder.database().keys().node(), node, "opened again with the same keys");

    fs::rename(&keys, folder.path().join("away")).unwrap();
    let missing = Database::open(&file, &keys).unwrap_err();
    assert!(matches!(missing, StoreError::KeysMissing { .. }), "{missing}");
    assert!(missing.to_string().contains("put the key file back"), "{missing}");
    assert!(!keys.exists(), "no new keys are made for a database that has some");

    let other = Folder::new();
    other.database();
    let another = Database::open(&file, &other.path().join("node.keys")).unwrap_err();
    assert!(matches!(&another, StoreError::KeysOfAnother { node: of, .. } if *of == node), "{another}");
    fs::rename(folder.path().join("away"), &keys).unwrap();
    Database::open(&file, &keys).unwrap();
}

#[test]
fn keys_without_a_database_are_those_of_a_start_that_was_stopped() {
    let folder = Folder::new();
    let node = folder.database().keys().node().to_owned();
    for name in ["node.db", "node.db-wal", "node.db-shm"] {
        let _ = fs::remove_file(folder.path().join(name));
    }
    assert_eq!(folder.database().keys().node(), node);
}

#[test]
fn a_database_of_a_newer_release_is_refused() {
    let folder = Folder::new();
    let sql = "UPDATE meta SET value = CAST('99' AS BLOB) WHERE name = 'edition'";
    session(&folder).connection().execute(sql, []).unwrap();
    let newer = Database::open(&folder.file(), &folder.path().join("node.keys")).unwrap_err();
    assert!(matches!(&newer, StoreError::Newer { found, .. } if found == "99"), "{newer}");
    assert!(matches!(verify(&folder.file()), Err(VerifyFault::Open(StoreError::Newer { .. }))));
}

#[test]
fn what_is_no_database_is_told() {
    let folder = Folder::new();
    let none = verify(&folder.file()).unwrap_err();
    assert!(matches!(none, VerifyFault::Open(StoreError::Absent(_))), "{none}");
    fs::write(folder.file(), vec![b'x'; 10_000]).unwrap();
    assert!(matches!(verify(&folder.file()), Err(VerifyFault::Open(StoreError::Database(_)))));
    let opened = Database::open(&folder.file(), &folder.path().join("node.keys"));
    assert!(matches!(opened, Err(StoreError::Database(_))), "{opened:?}");
}

#[test]
fn nothing_in_the_files_is_clear_text() {
    let folder = Folder::new();
    let session = session(&folder);
    let mut journal = SqliteJournal::new(Rc::clone(&session));
    journal.append(&tree("tree/888-10001014"), 0, &[event(77)], at(0)).unwrap();
    raw::put(&session, b"box 77 as it came", &["tree/888-10001014"]).unwrap();
    let request = RequestKey { organisation: "org".into(), key: "k".into(), request: [1; 32] };
    idempotency::put(&session, &request, b"box 77 was taken in", at(0), at(9)).unwrap();
    let text = finding::Phrase::new(finding::codes::gate::WHY_STATED).with("text", "box 77 torn");
    SqliteOutbox::new(Rc::clone(&session)).send(notice(Some(text))).unwrap();
    drop((journal, session));
    for entry in fs::read_dir(folder.path()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        assert!(!bytes.windows(6).any(|window| window == b"box 77"));
    }
    let read = folder.reader().read(&tree("tree/888-10001014")).unwrap();
    assert_eq!(read[0].event, event(77));
}

#[test]
fn what_was_not_committed_is_gone_after_a_stop() {
    let folder = Folder::new();
    let stream = tree("tree/888-10001014");
    let put = |key: &str| IndexChange { index: Index::Stream, key: key.into(), value: "v".into(), put: true };
    {
        let session = session(&folder);
        let mut journal = SqliteJournal::new(Rc::clone(&session));
        journal.append(&stream, 0, &[event(1)], at(0)).unwrap();
        session.connection().execute_batch("BEGIN IMMEDIATE").unwrap();
        journal.append(&stream, 1, &[event(2), event(3)], at(1)).unwrap();
        journal.append(&tree("tree/other"), 0, &[event(4)], at(1)).unwrap();
        journal.change(put("a")).unwrap();
        assert_eq!(journal.version(&stream).unwrap(), 3, "seen within the transaction");
        assert_eq!(folder.reader().version(&stream).unwrap(), 1, "and by nobody else");
    }
    let mut journal = SqliteJournal::new(session(&folder));
    assert_eq!(journal.version(&stream).unwrap(), 1);
    assert_eq!(journal.version(&tree("tree/other")).unwrap(), 0);
    assert!(journal.find(Index::Stream, "a", Pick::All).unwrap().is_empty());
    journal.append(&stream, 1, &[event(5)], at(2)).unwrap();
    assert_eq!(verify(&folder.file()).unwrap().leaves, 2);
}

#[test]
fn an_append_that_fails_half_way_leaves_nothing_in_its_transaction() {
    let folder = Folder::new();
    let session = session(&folder);
    let fails = "CREATE TRIGGER fails BEFORE INSERT ON event WHEN new.version = 3 \
                 BEGIN SELECT RAISE(ABORT, 'the disk is bad'); END";
    session.connection().execute_batch(fails).unwrap();
    let mut journal = SqliteJournal::new(Rc::clone(&session));
    let stream = tree("tree/888-10001014");
    session.connection().execute_batch("BEGIN IMMEDIATE").unwrap();
    journal.append(&stream, 0, &[event(1)], at(0)).unwrap();
    let failed = journal.append(&stream, 1, &[event(2), event(3)], at(0)).unwrap_err();
    assert!(failed.to_string().contains("the disk is bad"), "{failed}");
    assert_eq!(journal.version(&stream).unwrap(), 1);
    journal.append(&stream, 1, &[event(4)], at(0)).unwrap();
    session.connection().execute_batch("COMMIT").unwrap();
    assert_eq!(verify(&folder.file()).unwrap().leaves, 2);
    assert_eq!(folder.reader().read(&stream).unwrap()[1].event, event(4));
}

#[test]
fn a_flipped_bit_in_a_sealed_document_is_found_when_read_and_by_verify() {
    let folder = Folder::new();
    let session = session(&folder);
    let mut journal = SqliteJournal::new(Rc::clone(&session));
    let (whole, hurt) = (tree("tree/888-10001014"), tree("tree/888-10001025"));
    journal.append(&whole, 0, &[event(1)], at(0)).unwrap();
    journal.append(&hurt, 0, &[event(2), event(3)], at(0)).unwrap();
    let sql = "SELECT segment FROM event WHERE leaf_index = 2";
    let segment: Vec<u8> = session.connection().query_row(sql, [], |row| row.get(0)).unwrap();
    session.connection().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    drop((journal, session));

    // In the file itself, as a failing disk does it.
    let mut bytes = fs::read(folder.file()).unwrap();
    let place = bytes.windows(segment.len()).position(|window| window == segment).unwrap();
    bytes[place + segment.len() / 2] ^= 0x10;
    fs::write(folder.file(), bytes).unwrap();

    let reader = folder.reader();
    assert_eq!(reader.read(&whole).unwrap().len(), 1, "the others are read");
    let read = reader.read(&hurt).unwrap_err();
    assert!(
        matches!(&read, StoreError::Damaged { place, what }
            if place == "event 2 of stream tree/888-10001025" && what.contains("hash")),
        "{read}"
    );
    let found = verify(&folder.file()).unwrap_err();
    assert!(
        matches!(&found, VerifyFault::Differs { place, .. }
            if place == "event 2 of stream tree/888-10001025 (leaf 2)"),
        "{found}"
    );
}

#[test]
fn an_erased_stream_cannot_be_read_and_the_log_verifies() {
    let folder = Folder::new();
    let session = session(&folder);
    let mut journal = SqliteJournal::new(Rc::clone(&session));
    let (gone, stays) = (tree("tree/888-10001014"), tree("tree/888-10001025"));
    for stream in [&gone, &stays] {
        journal.append(stream, 0, &[event(1), event(2)], at(0)).unwrap();
    }
    let own = raw::put(&session, b"of the first alone", &[&gone]).unwrap();
    let shared = raw::put(&session, b"of both", &[&gone, &stays]).unwrap();
    assert_eq!(raw::put(&session, b"of both", &[&stays]).unwrap(), shared, "kept once");
    let before = verify(&folder.file()).unwrap();
    let reader = folder.reader();
    assert_eq!(reader.raw(&own).unwrap().unwrap(), b"of the first alone");
    assert_eq!(reader.raw(&shared).unwrap().unwrap(), b"of both");

    assert!(erase(&session, &gone, at(5)).unwrap());
    assert!(!erase(&session, &gone, at(6)).unwrap(), "once");
    assert!(!erase(&session, "tree/none", at(6)).unwrap());

    assert_eq!(journal.read(&gone).unwrap(), [], "to the engine it is not there");
    let read = reader.read(&gone).unwrap_err().to_string();
    assert!(read.contains("stream tree/888-10001014 was erased"), "{read}");
    assert!(journal.append(&gone, 2, &[event(3)], at(7)).is_err(), "nothing is added to it");
    assert_eq!(journal.read(&stays).unwrap().len(), 2);
    assert_eq!(reader.raw(&own).unwrap(), None);
    assert_eq!(reader.raw(&shared).unwrap().unwrap(), b"of both", "as long as one stream has it");
    let after = verify(&folder.file()).unwrap();
    assert_eq!((after.leaves, after.root, after.erased), (before.leaves, before.root, 1));

    assert!(erase(&session, &stays, at(8)).unwrap());
    assert_eq!(reader.raw(&shared).unwrap(), None);
    let left: i64 = session.connection().query_row("SELECT count(*) FROM raw", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0);
}

#[test]
fn indices_are_rebuilt_from_their_changes() {
    let folder = Folder::new();
    let session = session(&folder);
    let mut journal = SqliteJournal::new(Rc::clone(&session));
    let change =
        |value: &str, put| IndexChange { index: Index::Masters, key: "RHA".into(), value: value.into(), put };
    for (value, put) in [("a", true), ("b", true), ("a", false), ("c", true), ("a", true), ("c", false)] {
        journal.change(change(value, put)).unwrap();
    }
    let before = journal.find(Index::Masters, "RHA", Pick::All).unwrap();
    assert_eq!(before.iter().map(|value| &**value).collect::<Vec<_>>(), ["b", "a"]);
    session.connection().execute("DELETE FROM index_entry WHERE value = 'b'", []).unwrap();
    let found = verify(&folder.file()).unwrap_err().to_string();
    assert!(found.contains("index masters under \"RHA\", value \"b\""), "{found}");
    assert_eq!(rebuild_indices(&session).unwrap(), 2);
    assert_eq!(journal.find(Index::Masters, "RHA", Pick::All).unwrap(), before);
    verify(&folder.file()).unwrap();
}

#[test]
fn a_key_is_known_with_its_request_until_it_expires() {
    let folder = Folder::new();
    let session = session(&folder);
    let request = RequestKey { organisation: "org".into(), key: "k".into(), request: [1; 32] };
    assert_eq!(idempotency::find(&session, &request, at(0)).unwrap(), None);
    idempotency::put(&session, &request, b"reply", at(0), at(10)).unwrap();
    let find = |request: &RequestKey, second| idempotency::find(&session, request, at(second)).unwrap();
    assert_eq!(find(&request, 9), Some(Known::Answered(b"reply".to_vec())));
    assert_eq!(find(&RequestKey { request: [2; 32], ..request.clone() }, 9), Some(Known::OfAnother));
    assert_eq!(find(&RequestKey { organisation: "other".into(), ..request.clone() }, 9), None);
    assert_eq!(find(&request, 10), None, "expired");
    idempotency::put(&session, &RequestKey { request: [2; 32], ..request.clone() }, b"new", at(10), at(20))
        .unwrap();
    assert_eq!(find(&request, 11), Some(Known::OfAnother));
    assert_eq!(idempotency::sweep(&session, at(19), 10).unwrap(), 0);
    assert_eq!(idempotency::sweep(&session, at(20), 10).unwrap(), 1);
}

fn notice(text: Option<finding::Phrase>) -> Notice {
    Notice {
        to: Addressee::Filer("forwarder".into()),
        kind: NoticeKind::Held,
        about: ObjectName::Consignment(key(1)),
        programme: None,
        text,
        referral: None,
        carriers: Vec::new(),
        answer: None,
    }
}

#[test]
fn letters_are_delivered_tried_again_or_given_up() {
    let folder = Folder::new();
    let session = session(&folder);
    let mut outbox = SqliteOutbox::new(Rc::clone(&session));
    for _ in 0..3 {
        outbox.send(notice(None)).unwrap();
    }
    let letters = outbox::due(&session, at(0), 10).unwrap();
    assert_eq!(letters.iter().map(|letter| &letter.notice).collect::<Vec<_>>(), [&notice(None); 3]);
    outbox::delivered(&session, letters[0].id).unwrap();
    outbox::failed(&session, letters[1].id, "no route", Some(at(60))).unwrap();
    outbox::failed(&session, letters[2].id, "no such address", None).unwrap();
    assert_eq!(outbox::due(&session, at(59), 10).unwrap(), []);
    let again = outbox::due(&session, at(60), 10).unwrap();
    assert_eq!((again.len(), again[0].id, again[0].tries), (1, letters[1].id, 1));
    // A letter that cannot be read is set aside and keeps no other back.
    session.connection().execute("UPDATE outbox SET body = x'00' WHERE state = 'waiting'", []).unwrap();
    outbox.send(notice(None)).unwrap();
    assert_eq!(outbox::due(&session, at(60), 10).unwrap().len(), 1);
    let dead = "SELECT count(*) FROM outbox WHERE state = 'dead'";
    assert_eq!(session.connection().query_row(dead, [], |row| row.get::<_, i64>(0)).unwrap(), 2);
}

/// Each organisation reads its own notices, in places of its own, as often as it likes, until they are old.
#[test]
fn an_inbox_has_each_letter_once_at_a_place_of_its_own() {
    let folder = Folder::new();
    let session = session(&folder);
    let reader = folder.database().reader().unwrap();
    let mut outbox = SqliteOutbox::new(Rc::clone(&session));
    for text in ["one", "two", "three"] {
        let text = finding::Phrase::new(finding::codes::gate::WHY_STATED).with("text", text);
        outbox.send(notice(Some(text))).unwrap();
    }
    let (zenith, desk): (Arc<str>, Arc<str>) = ("zenith".into(), "loading desk".into());
    let letters = outbox::due(&session, at(0), 10).unwrap();
    inbox::deliver(&session, &letters[0], &[Arc::clone(&zenith)], at(0)).unwrap();
    inbox::deliver(&session, &letters[1], &[Arc::clone(&zenith), Arc::clone(&desk)], at(1)).unwrap();
    inbox::deliver(&session, &letters[2], &[Arc::clone(&desk)], at(2)).unwrap();
    assert_eq!(outbox::due(&session, at(9), 10).unwrap(), [], "taken out of the outbox");
    let read = |who: &str, after| -> Vec<(u64, Notice)> {
        let received = reader.inbox(who, after, 10).unwrap();
        received.into_iter().map(|one| (one.place, one.notice.unwrap())).collect()
    };
    let sent = |place: u64, letter: usize| (place, letters[letter].notice.clone());
    assert_eq!(read("zenith", 0), [sent(1, 0), sent(2, 1)]);
    assert_eq!(read("loading desk", 0), [sent(1, 1), sent(2, 2)]);
    assert_eq!(read("loading desk", 1), [sent(2, 2)]);
    assert_eq!(read("nobody", 0), []);
    // What was read is said by the organisation, and never taken back.
    for place in [9, 2, 1] {
        inbox::see(&session, "zenith", place, at(3)).unwrap();
    }
    assert_eq!(reader.mailbox("zenith").unwrap(), Mailbox { last: 2, seen: 2 });
    assert_eq!(reader.mailbox("nobody").unwrap(), Mailbox::default());
    // A notice that was moved to another's inbox cannot be read there, and keeps none back.
    let moved = "UPDATE inbox SET body = (SELECT body FROM inbox WHERE organisation = 'zenith' AND place = 1) \
                 WHERE organisation = 'loading desk' AND place = 1";
    session.connection().execute(moved, []).unwrap();
    let received = reader.inbox("loading desk", 0, 10).unwrap();
    assert!(received[0].notice.is_err() && received[1].notice.is_ok());
    // Places go on where everything was forgotten.
    assert_eq!(inbox::forget(&session, at(2)).unwrap(), 3);
    assert_eq!(read("zenith", 0), []);
    outbox.send(notice(None)).unwrap();
    let letters = outbox::due(&session, at(9), 10).unwrap();
    inbox::deliver(&session, &letters[0], &[zenith], at(9)).unwrap();
    assert_eq!(read("zenith", 0), [(3, notice(None))]);
}

#[test]
fn a_push_is_of_one_until_its_lease_ends_and_never_goes_back() {
    let folder = Folder::new();
    let session = session(&folder);
    let lease = SignedDuration::from_secs(30);
    let take = |second| push::take(&session, "zenith", "https://example.test", at(second), lease).unwrap();
    assert_eq!(take(0), Some(Push { place: 0, tries: 0 }));
    assert_eq!(take(29), None, "another has it");
    assert_eq!(take(30), Some(Push { place: 0, tries: 0 }), "who was stopped");
    push::failed(&session, "zenith", "https://example.test", "refused", at(60), &[]).unwrap();
    assert_eq!(take(59), None);
    assert_eq!(take(60), Some(Push { place: 0, tries: 1 }));
    push::taken(&session, "zenith", "https://example.test", 7).unwrap();
    push::taken(&session, "zenith", "https://example.test", 5).unwrap();
    assert_eq!(take(60), Some(Push { place: 7, tries: 0 }), "never back");
    // A target that is new is told nothing old.
    SqliteOutbox::new(Rc::clone(&session)).send(notice(None)).unwrap();
    let letters = outbox::due(&session, at(0), 10).unwrap();
    inbox::deliver(&session, &letters[0], &["zenith".into()], at(0)).unwrap();
    let new = push::take(&session, "zenith", "https://other.test", at(60), lease).unwrap();
    assert_eq!(new, Some(Push { place: 1, tries: 0 }));
}

#[test]
fn what_a_target_never_takes_is_kept_as_dead_and_those_behind_it_go_on() {
    let folder = Folder::new();
    let session = session(&folder);
    let lease = SignedDuration::from_secs(30);
    let take = |second| push::take(&session, "zenith", "mailto:a@b.test", at(second), lease).unwrap();
    assert_eq!(take(0), Some(Push { place: 0, tries: 0 }));
    let why = "zenith: mailto:a@b.test will not take place 1: 550".to_owned();
    let buried = Buried { notice: Some(notice(None)), why };
    push::set_aside(&session, "zenith", "mailto:a@b.test", 1, &buried, &[notice(None)]).unwrap();
    assert_eq!(take(0), Some(Push { place: 1, tries: 0 }), "the next at once");
    assert_eq!(outbox::due(&session, at(0), 10).unwrap().len(), 1, "what is told, and not what is dead");
    // One that cannot be read is passed over.
    let buried = Buried { notice: None, why: "damaged".to_owned() };
    push::set_aside(&session, "zenith", "mailto:a@b.test", 2, &buried, &[]).unwrap();
    assert_eq!(take(0), Some(Push { place: 2, tries: 0 }));
    assert_eq!(outbox::due(&session, at(0), 10).unwrap().len(), 1);
    let dead = condition(session.connection()).unwrap().letters_dead;
    assert_eq!(dead, (1, Some("zenith: mailto:a@b.test will not take place 1: 550".into())));
}

#[test]
fn a_notice_is_added_once_for_a_key() {
    let folder = Folder::new();
    let session = session(&folder);
    let key = RequestKey { organisation: "zenith".into(), key: "lmtp/1".into(), request: [7; 32] };
    let add = |second, until| outbox::add_once(&session, &key, &notice(None), at(second), at(until)).unwrap();
    assert!(add(0, 100));
    assert!(!add(1, 100) && !add(99, 200));
    assert!(add(100, 200), "a key that has expired is a new one");
    assert_eq!(outbox::due(&session, at(0), 10).unwrap().len(), 2);
}

#[test]
fn a_job_is_taken_by_one_until_its_lease_ends() {
    let folder = Folder::new();
    let session = session(&folder);
    let lease = SignedDuration::from_secs(30);
    let first = jobs::add(&session, "rescreen", b"list 1", at(0)).unwrap();
    let second = jobs::add(&session, "rescreen", b"list 2", at(5)).unwrap();
    jobs::add(&session, "other", b"", at(0)).unwrap();
    let take = |second| jobs::take(&session, "rescreen", at(second), lease).unwrap();
    assert_eq!(take(0).map(|job| (job.id, job.body, job.tries)), Some((first, b"list 1".to_vec(), 0)));
    assert_eq!(take(4), None);
    assert_eq!(take(5).map(|job| job.id), Some(second));
    assert_eq!(take(29), None);
    assert_eq!(take(30).map(|job| (job.id, job.tries)), Some((first, 1)), "its holder was stopped");
    jobs::done(&session, first).unwrap();
    jobs::failed(&session, second, "the list is broken", None).unwrap();
    assert_eq!(take(1000), None);
}
