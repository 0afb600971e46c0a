//! What is kept in the database of several nodes beside the journal, who may read it, and what becomes of it.
#![allow(clippy::unwrap_used)]

#[path = "support/cluster.rs"]
mod cluster;
#[macro_use]
#[allow(unused_macros, dead_code)]
mod conformance;
mod support;

use cluster::Shared;
use conformance::event;
use consignment::fact::ObjectName;
use engine::{Addressee, Index, IndexChange, Journal, Notice, NoticeKind, Outbox, Pick, StreamId};
use jiff::{SignedDuration, Timestamp};
use std::fs;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use store::audit::VerifyFault;
use store::inbox::{Buried, Mailbox, Push};
use store::postgres::audit::verify;
use store::postgres::{
    Address, Database, PgJournal, PgOutbox, Session, erase, inbox, jobs, outbox, projections, push, put_raw,
    rebuild_indices,
};
use store::{RequestKey, StoreError};
use support::{START, key};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(START + second).unwrap()
}

fn session(shared: &Shared) -> Rc<Session> {
    Rc::new(shared.database().session().unwrap())
}

fn tree(name: &str) -> StreamId {
    name.into()
}

#[test]
fn a_database_without_its_keys_is_refused_with_what_to_do() {
    let Some(shared) = Shared::new() else { return };
    let (address, keys) = (shared.address(), shared.key_file());
    let node = shared.database().keys().node().to_owned();
    assert_eq!(shared.database().keys().node(), node, "another node with the same keys");

    let away = shared.folder.path().join("away");
    fs::rename(&keys, &away).unwrap();
    let missing = Database::open(&address, &keys).unwrap_err();
    assert!(matches!(missing, StoreError::KeysMissing { .. }), "{missing}");
    assert!(missing.to_string().contains("put the key file back"), "{missing}");
    assert!(!keys.exists(), "no new keys are made for a database that has some");

    let Some(other) = Shared::new() else { return };
    other.database();
    let another = Database::open(&address, &other.key_file()).unwrap_err();
    assert!(matches!(&another, StoreError::KeysOfAnother { node: of, .. } if *of == node), "{another}");
    fs::rename(away, &keys).unwrap();
    Database::open(&address, &keys).unwrap();
}

#[test]
fn nodes_that_start_at_once_begin_one_database() {
    let Some(shared) = Shared::new() else { return };
    let (address, keys) = (shared.address(), shared.key_file());
    // The first of them makes the key file, which all of them have.
    let started: Vec<Result<Database, StoreError>> = std::thread::scope(|scope| {
        let starting: Vec<_> = (0..4).map(|_| scope.spawn(|| Database::open(&address, &keys))).collect();
        starting.into_iter().map(|started| started.join().unwrap()).collect()
    });
    let nodes: std::collections::BTreeSet<String> =
        started.into_iter().map(|database| database.unwrap().keys().node().to_owned()).collect();
    assert_eq!(nodes.len(), 1, "{nodes:?}");
}

#[test]
fn a_server_that_does_not_do_is_told() {
    let Some(shared) = Shared::new() else { return };
    let none = verify(&shared.address()).unwrap_err();
    assert!(matches!(none, VerifyFault::Open(StoreError::Absent(_))), "{none}");
    shared.database();
    shared.sql("UPDATE meta SET value = '99' WHERE name = 'edition'");
    let newer = Database::open(&shared.address(), &shared.key_file()).unwrap_err();
    assert!(matches!(&newer, StoreError::Newer { found, .. } if found == "99"), "{newer}");
    assert!(matches!(verify(&shared.address()), Err(VerifyFault::Open(StoreError::Newer { .. }))));
    let nowhere: Address = "postgres://a@127.0.0.1:1/b".parse().unwrap();
    let unreachable = Database::open(&nowhere, &shared.key_file()).unwrap_err();
    assert!(matches!(unreachable, StoreError::Unreachable { .. }), "{unreachable}");
    assert!(unreachable.to_string().contains("127.0.0.1:1"), "{unreachable}");
}

/// Whether any file below a folder has these bytes.
fn any_has(folder: &Path, part: &[u8]) -> bool {
    fs::read_dir(folder).unwrap().flatten().any(|entry| match entry.file_type().unwrap().is_dir() {
        true => any_has(&entry.path(), part),
        false => fs::read(entry.path()).unwrap_or_default().windows(part.len()).any(|window| window == part),
    })
}

#[test]
fn nothing_the_server_writes_is_clear_text() {
    let Some(shared) = Shared::new() else { return };
    let session = session(&shared);
    let mut journal = PgJournal::new(Rc::clone(&session));
    journal.append(&tree("tree/888-10001014"), 0, &[event(775_533)], at(0)).unwrap();
    put_raw(&session, b"box 775533 as it came", &["tree/888-10001014"]).unwrap();
    let text = finding::Phrase::new(finding::codes::gate::WHY_STATED).with("text", "box 775533 torn");
    PgOutbox::new(Rc::clone(&session)).send(notice(NoticeKind::Held, Some(text))).unwrap();
    let marker = b"tree/888-10001014";
    shared.sql("CHECKPOINT");
    let data = shared.cluster.folder().join("data");
    assert!(any_has(&data, marker), "names of streams are found there");
    assert!(!any_has(&data, b"box 775533"), "in tables and in the write-ahead log");
    let read = shared.database().reader().unwrap().read(&tree("tree/888-10001014")).unwrap();
    assert_eq!(read[0].event, event(775_533));
}

#[test]
fn what_was_not_finished_is_gone() {
    let Some(shared) = Shared::new() else { return };
    let session = session(&shared);
    let stream = tree("tree/888-10001014");
    let put = |key: &str| IndexChange { index: Index::Stream, key: key.into(), value: "v".into(), put: true };
    let mut journal = PgJournal::new(Rc::clone(&session));
    journal.append(&stream, 0, &[event(1)], at(0)).unwrap();
    let reader = shared.database().reader().unwrap();
    let undone = session.step(|| -> Result<(), StoreError> {
        journal.append(&stream, 1, &[event(2), event(3)], at(1)).unwrap();
        journal.append(&tree("tree/other"), 0, &[event(4)], at(1)).unwrap();
        journal.change(put("a")).unwrap();
        assert_eq!(journal.version(&stream).unwrap(), 3, "seen within the batch");
        assert_eq!(journal.read(&stream).unwrap().len(), 3);
        assert_eq!(journal.find(Index::Stream, "a", Pick::All).unwrap().len(), 1);
        assert_eq!(reader.version(&stream).unwrap(), 1, "and by nobody else");
        // A step within it that fails leaves what was before it.
        let inner = session.step(|| -> Result<(), StoreError> {
            journal.append(&stream, 3, &[event(5)], at(1)).unwrap();
            journal.append(&tree("tree/third"), 0, &[event(6)], at(1)).unwrap();
            journal.change(put("b")).unwrap();
            Err(StoreError::NoEngine)
        });
        assert!(inner.is_err());
        assert_eq!(journal.version(&stream).unwrap(), 3);
        assert_eq!(journal.version(&tree("tree/third")).unwrap(), 0);
        assert!(journal.find(Index::Stream, "b", Pick::All).unwrap().is_empty());
        Err(StoreError::NoEngine)
    });
    assert!(undone.is_err());
    assert_eq!(journal.version(&stream).unwrap(), 1);
    assert_eq!(journal.version(&tree("tree/other")).unwrap(), 0);
    assert!(journal.find(Index::Stream, "a", Pick::All).unwrap().is_empty());
    journal.append(&stream, 1, &[event(5)], at(2)).unwrap();
    assert_eq!(verify(&shared.address()).unwrap().leaves, 2);
}

/// A step that rests on something another node writes to before it is written.
fn overtaken(shared: &Shared, read: impl Fn(&mut PgJournal), write: impl Fn(&mut PgJournal)) -> bool {
    let (one, other) = (session(shared), session(shared));
    let (mut mine, mut theirs) = (PgJournal::new(Rc::clone(&one)), PgJournal::new(other));
    let done = one.step(|| -> Result<(), StoreError> {
        read(&mut mine);
        write(&mut theirs);
        mine.append(&tree("tree/mine"), mine.version(&tree("tree/mine")).unwrap(), &[event(1)], at(0))
            .unwrap();
        Ok(())
    });
    match done {
        Ok(()) => false,
        Err(StoreError::Overtaken) => true,
        Err(why) => panic!("{why}"),
    }
}

#[test]
fn what_rests_on_anything_another_node_wrote_to_is_refused() {
    let Some(shared) = Shared::new() else { return };
    let change = |key: &str, value: &str, put| IndexChange {
        index: Index::Stream,
        key: key.into(),
        value: value.into(),
        put,
    };
    let append = |name: &'static str| {
        move |journal: &mut PgJournal| {
            let version = journal.version(&tree(name)).unwrap();
            journal.append(&tree(name), version, &[event(2)], at(0)).unwrap();
        }
    };
    let finds = |journal: &mut PgJournal| drop(journal.find(Index::Stream, "k", Pick::All).unwrap());
    // What was read as not there is as much read as what is.
    assert!(overtaken(
        &shared,
        |journal| assert_eq!(journal.version(&tree("tree/new")).unwrap(), 0),
        append("tree/new")
    ));
    assert!(overtaken(&shared, |journal| drop(journal.read(&tree("tree/new")).unwrap()), append("tree/new")));
    assert!(!overtaken(
        &shared,
        |journal| drop(journal.read(&tree("tree/new")).unwrap()),
        append("tree/else")
    ));
    assert!(overtaken(&shared, finds, |journal| journal.change(change("k", "a", true)).unwrap()));
    assert!(
        !overtaken(&shared, finds, |journal| journal.change(change("k", "a", true)).unwrap()),
        "it is there"
    );
    assert!(!overtaken(&shared, finds, |journal| journal.change(change("l", "a", true)).unwrap()));
    assert!(overtaken(&shared, finds, |journal| journal.change(change("k", "a", false)).unwrap()));
    let last = |journal: &mut PgJournal| drop(journal.find(Index::Stream, "k", Pick::Last(1)).unwrap());
    assert!(overtaken(&shared, last, |journal| journal.change(change("k", "z", true)).unwrap()));
    // To put different values under one key meets nobody; the same value does.
    let puts = |value: &'static str| {
        move |journal: &mut PgJournal| journal.change(change("m", value, true)).unwrap()
    };
    assert!(!overtaken(&shared, puts("a"), puts("b")));
    assert!(overtaken(&shared, puts("c"), puts("c")));
    let found = shared.database().reader().unwrap().find(Index::Stream, "m", Pick::All).unwrap();
    assert_eq!(found.len(), 3, "{found:?}");
    // Two that append to the same stream.
    assert!(overtaken(&shared, append("tree/both"), append("tree/both")));
    verify(&shared.address()).unwrap();
}

#[test]
fn an_append_that_the_server_refuses_leaves_nothing() {
    let Some(shared) = Shared::new() else { return };
    let session = session(&shared);
    let mut journal = PgJournal::new(Rc::clone(&session));
    shared.sql(
        "CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS \
         $$ BEGIN IF new.version = 3 THEN RAISE EXCEPTION 'the disk is bad'; END IF; RETURN new; END $$; \
         CREATE TRIGGER fails BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION fails()",
    );
    let stream = tree("tree/888-10001014");
    journal.append(&stream, 0, &[event(1)], at(0)).unwrap();
    let failed = journal.append(&stream, 1, &[event(2), event(3)], at(0)).unwrap_err();
    assert!(failed.to_string().contains("the disk is bad"), "{failed}");
    assert_eq!(journal.version(&stream).unwrap(), 1);
    journal.append(&stream, 1, &[event(4)], at(0)).unwrap();
    assert_eq!(verify(&shared.address()).unwrap().leaves, 2);
    assert_eq!(journal.read(&stream).unwrap()[1].event, event(4));
}

#[test]
fn a_flipped_bit_in_a_sealed_document_is_found_when_read_and_by_verify() {
    let Some(shared) = Shared::new() else { return };
    let mut journal = PgJournal::new(session(&shared));
    let (whole, hurt) = (tree("tree/888-10001014"), tree("tree/888-10001025"));
    journal.append(&whole, 0, &[event(1)], at(0)).unwrap();
    journal.append(&hurt, 0, &[event(2), event(3)], at(0)).unwrap();
    shared.sql(
        "DROP TRIGGER stays ON event; UPDATE event SET segment = set_bit(segment, 200, 1 - get_bit(segment, 200)) \
         WHERE version = 2",
    );
    let reader = shared.database().reader().unwrap();
    assert_eq!(reader.read(&whole).unwrap().len(), 1, "the others are read");
    let read = reader.read(&hurt).unwrap_err();
    assert!(
        matches!(&read, StoreError::Damaged { place, what }
            if place == "event 2 of stream tree/888-10001025" && what.contains("hash")),
        "{read}"
    );
    let found = verify(&shared.address()).unwrap_err();
    assert!(
        matches!(&found, VerifyFault::Differs { place, .. }
            if place == "event 2 of stream tree/888-10001025 (leaf 2)"),
        "{found}"
    );
}

#[test]
fn an_erased_stream_cannot_be_read_by_any_node_and_the_log_verifies() {
    let Some(shared) = Shared::new() else { return };
    let (here, there) = (session(&shared), session(&shared));
    let (mut journal, mut elsewhere) = (PgJournal::new(Rc::clone(&here)), PgJournal::new(there));
    let (gone, stays) = (tree("tree/888-10001014"), tree("tree/888-10001025"));
    for stream in [&gone, &stays] {
        journal.append(stream, 0, &[event(1), event(2)], at(0)).unwrap();
    }
    let own = put_raw(&here, b"of the first alone", &[&gone]).unwrap();
    let both = put_raw(&here, b"of both", &[&gone, &stays]).unwrap();
    assert_eq!(put_raw(&here, b"of both", &[&stays]).unwrap(), both, "kept once");
    let before = verify(&shared.address()).unwrap();
    let reader = shared.database().reader().unwrap();
    assert_eq!(reader.raw(&own).unwrap().unwrap(), b"of the first alone");
    assert_eq!(reader.raw(&both).unwrap().unwrap(), b"of both");
    assert_eq!(elsewhere.read(&gone).unwrap().len(), 2, "another node has read it");

    assert!(erase(&here, &gone, at(5)).unwrap());
    assert!(!erase(&here, &gone, at(6)).unwrap(), "once");
    assert!(!erase(&here, "tree/none", at(6)).unwrap());

    for journal in [&mut journal, &mut elsewhere] {
        assert_eq!(journal.read(&gone).unwrap(), [], "to the engine it is not there");
        assert!(journal.append(&gone, 2, &[event(3)], at(7)).is_err(), "nothing is added to it");
        assert_eq!(journal.read(&stays).unwrap().len(), 2);
    }
    let read = reader.read(&gone).unwrap_err().to_string();
    assert!(read.contains("stream tree/888-10001014 was erased"), "{read}");
    assert_eq!(reader.raw(&own).unwrap(), None);
    assert_eq!(reader.raw(&both).unwrap().unwrap(), b"of both", "as long as one stream has it");
    let after = verify(&shared.address()).unwrap();
    assert_eq!((after.leaves, after.root, after.erased), (before.leaves, before.root, 1));

    assert!(erase(&here, &stays, at(8)).unwrap());
    assert_eq!(reader.raw(&both).unwrap(), None);
    assert_eq!(shared.sql("SELECT count(*) FROM raw").trim(), "0");
    assert_eq!(put_raw(&here, b"of both", &["raw/2026-11-24"]).unwrap(), both, "it may come again");
    assert_eq!(reader.raw(&both).unwrap().unwrap(), b"of both");
}

#[test]
fn indices_are_rebuilt_from_their_changes() {
    let Some(shared) = Shared::new() else { return };
    let session = session(&shared);
    let mut journal = PgJournal::new(Rc::clone(&session));
    let change =
        |value: &str, put| IndexChange { index: Index::Masters, key: "RHA".into(), value: value.into(), put };
    for (value, put) in [("a", true), ("b", true), ("a", false), ("c", true), ("a", true), ("c", false)] {
        journal.change(change(value, put)).unwrap();
    }
    // In one batch: what is put and taken again was there in between.
    session
        .step(|| -> Result<(), StoreError> {
            for (value, put) in [("d", true), ("d", false), ("b", false), ("b", true), ("a", true)] {
                journal.change(change(value, put)).unwrap();
            }
            Ok(())
        })
        .unwrap();
    let before = journal.find(Index::Masters, "RHA", Pick::All).unwrap();
    assert_eq!(before.iter().map(|value| &**value).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(
        shared.sql("SELECT count(*) FROM index_change").trim(),
        "10",
        "what changes nothing leaves nothing"
    );
    verify(&shared.address()).unwrap();
    shared.sql("DELETE FROM index_entry WHERE value = 'b'");
    let named = "index masters under \"RHA\", value \"b\"";
    let found = verify(&shared.address()).unwrap_err().to_string();
    assert!(found.contains(named), "{found}");
    let found = projections::check(&shared.address()).unwrap_err().to_string();
    assert!(found.contains(named), "{found}");
    assert_eq!(rebuild_indices(&session).unwrap(), 2);
    assert_eq!(journal.find(Index::Masters, "RHA", Pick::All).unwrap(), before);
    verify(&shared.address()).unwrap();
    // An entry that the hashes beside it do not lead to is not found.
    shared.sql("UPDATE index_entry SET key_hash = entry WHERE value = 'b'");
    let found = projections::check(&shared.address()).unwrap_err().to_string();
    assert!(found.contains(named) && found.contains("the hashes that lead to it"), "{found}");
    assert_eq!(projections::rebuild(&shared.address(), &shared.key_file()).unwrap(), 2);
    let held = projections::check(&shared.address()).unwrap();
    assert_eq!((held.leaves, held.streams, held.entries), (10, 0, 2));
}

fn notice(kind: NoticeKind, text: Option<finding::Phrase>) -> Notice {
    Notice {
        to: Addressee::Filer("forwarder".into()),
        kind,
        about: ObjectName::Consignment(key(1)),
        programme: None,
        text,
        referral: None,
        carriers: Vec::new(),
        answer: None,
    }
}

#[test]
fn letters_are_delivered_in_order_tried_again_or_given_up() {
    let Some(shared) = Shared::new() else { return };
    let (here, there) = (session(&shared), session(&shared));
    let mut letters_out = PgOutbox::new(Rc::clone(&here));
    let sent = [NoticeKind::Held, NoticeKind::SaidOpen, NoticeKind::SaidCancelled];
    for kind in sent {
        letters_out.send(notice(kind, None)).unwrap();
    }
    let letters = outbox::due(&there, at(0), 10).unwrap();
    assert_eq!(letters.iter().map(|letter| letter.notice.kind).collect::<Vec<_>>(), sent);
    assert_eq!(outbox::due(&here, at(0), 2).unwrap(), letters[..2], "they wait until something came of them");
    outbox::delivered(&here, letters[0].id).unwrap();
    outbox::failed(&here, letters[1].id, "no route\0", Some(at(60))).unwrap();
    outbox::failed(&there, letters[2].id, "no such address", None).unwrap();
    assert_eq!(outbox::due(&here, at(59), 10).unwrap(), []);
    let again = outbox::due(&here, at(60), 10).unwrap();
    assert_eq!((again.len(), again[0].id, again[0].tries), (1, letters[1].id, 1));
    // One that cannot be read keeps none back.
    shared.sql("UPDATE outbox SET body = '\\x00' WHERE state = 'waiting'");
    letters_out.send(notice(NoticeKind::Held, None)).unwrap();
    assert_eq!(outbox::due(&there, at(91), 10).unwrap().len(), 1);
    assert_eq!(shared.sql("SELECT count(*) FROM outbox WHERE state = 'dead'").trim(), "2");
}

/// Two nodes that both have a letter deliver it once, and no place of an inbox is seen before an earlier one.
#[test]
fn an_inbox_has_each_letter_once_whichever_node_delivers() {
    let Some(shared) = Shared::new() else { return };
    let (here, there) = (session(&shared), session(&shared));
    let reader = shared.database().reader().unwrap();
    let mut letters_out = PgOutbox::new(Rc::clone(&here));
    for kind in [NoticeKind::Held, NoticeKind::SaidOpen] {
        letters_out.send(notice(kind, None)).unwrap();
    }
    let letters = outbox::due(&here, at(0), 10).unwrap();
    let both: [Arc<str>; 2] = ["zenith".into(), "desk".into()];
    inbox::deliver(&here, &letters[0], &both, at(0)).unwrap();
    inbox::deliver(&there, &letters[0], &both, at(1)).unwrap();
    inbox::deliver(&there, &letters[1], &both[1..], at(1)).unwrap();
    let read = |who: &str, after| -> Vec<(u64, NoticeKind)> {
        let received = reader.inbox(who, after, 10).unwrap();
        received.into_iter().map(|one| (one.place, one.notice.unwrap().kind)).collect()
    };
    assert_eq!(read("zenith", 0), [(1, NoticeKind::Held)]);
    assert_eq!(read("desk", 0), [(1, NoticeKind::Held), (2, NoticeKind::SaidOpen)]);
    assert_eq!(shared.sql("SELECT count(*) FROM outbox").trim(), "0");
    // While one delivers the other does not, so that the order stays.
    let inner = outbox::alone(&here, || outbox::alone(&there, || Ok(1))).unwrap();
    assert_eq!(inner, Some(None));
    assert_eq!(outbox::alone(&there, || Ok(2)).unwrap(), Some(2));
    for place in [9, 2, 1] {
        inbox::see(&here, "desk", place, at(3)).unwrap();
    }
    assert_eq!(reader.mailbox("desk").unwrap(), Mailbox { last: 2, seen: 2 });
    assert_eq!(inbox::forget(&there, at(1)).unwrap(), 2);
    assert_eq!(read("desk", 0), [(2, NoticeKind::SaidOpen)]);
}

#[test]
fn a_push_is_of_one_node_until_its_lease_ends_and_never_goes_back() {
    let Some(shared) = Shared::new() else { return };
    let session = session(&shared);
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
    outbox::add(&session, &notice(NoticeKind::Undelivered, None), at(0)).unwrap();
    assert_eq!(outbox::due(&session, at(0), 10).unwrap().len(), 1);
}

#[test]
fn what_a_target_never_takes_is_kept_as_dead_and_those_behind_it_go_on() {
    let Some(shared) = Shared::new() else { return };
    let session = session(&shared);
    let lease = SignedDuration::from_secs(30);
    let take = |second| push::take(&session, "zenith", "mailto:a@b.test", at(second), lease).unwrap();
    assert_eq!(take(0), Some(Push { place: 0, tries: 0 }));
    let why = "zenith: mailto:a@b.test will not take place 1: 550".to_owned();
    let buried = Buried { notice: Some(notice(NoticeKind::Undelivered, None)), why };
    push::set_aside(
        &session,
        "zenith",
        "mailto:a@b.test",
        1,
        &buried,
        &[notice(NoticeKind::Undelivered, None)],
    )
    .unwrap();
    assert_eq!(take(0), Some(Push { place: 1, tries: 0 }), "the next at once");
    assert_eq!(outbox::due(&session, at(0), 10).unwrap().len(), 1, "what is told, and not what is dead");
    // One that cannot be read is passed over.
    let buried = Buried { notice: None, why: "damaged".to_owned() };
    push::set_aside(&session, "zenith", "mailto:a@b.test", 2, &buried, &[]).unwrap();
    assert_eq!(take(0), Some(Push { place: 2, tries: 0 }));
    assert_eq!(outbox::due(&session, at(0), 10).unwrap().len(), 1);
}

#[test]
fn a_notice_is_added_once_for_a_key() {
    let Some(shared) = Shared::new() else { return };
    let session = session(&shared);
    let key = RequestKey { organisation: "zenith".into(), key: "lmtp/1".into(), request: [7; 32] };
    let add = |second, until| {
        outbox::add_once(&session, &key, &notice(NoticeKind::Undelivered, None), at(second), at(until))
            .unwrap()
    };
    assert!(add(0, 100));
    assert!(!add(1, 100) && !add(99, 200));
    assert!(add(100, 200), "a key that has expired is a new one");
    assert_eq!(outbox::due(&session, at(0), 10).unwrap().len(), 2);
}

#[test]
fn a_job_is_taken_by_one_node_until_its_lease_ends() {
    let Some(shared) = Shared::new() else { return };
    let session = session(&shared);
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

#[test]
fn many_nodes_take_every_job_once() {
    let Some(shared) = Shared::new() else { return };
    let database = shared.database();
    let session = session(&shared);
    for number in 0..200_u32 {
        jobs::add(&session, "rescreen", &number.to_be_bytes(), at(0)).unwrap();
    }
    let mut taken: Vec<Vec<u8>> = std::thread::scope(|scope| {
        let taking = (0..6).map(|_| {
            scope.spawn(|| {
                let session = database.session().unwrap();
                let take = || jobs::take(&session, "rescreen", at(0), SignedDuration::from_hours(1)).unwrap();
                std::iter::from_fn(take).map(|job| job.body).collect::<Vec<_>>()
            })
        });
        let taking: Vec<_> = taking.collect();
        taking.into_iter().flat_map(|taken| taken.join().unwrap()).collect()
    });
    taken.sort();
    let all: Vec<Vec<u8>> = (0..200_u32).map(|number| number.to_be_bytes().to_vec()).collect();
    assert_eq!(taken, all);
}
