//! The thread that writes: what is answered is kept, what fails is undone alone, and nobody waits in vain.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use casework::gate::{Aircraft, AskedLeg, Stage};
use engine::{Command, Reply};
use jiff::Timestamp;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;
use store::audit::verify;
use store::sqlite::idempotency::RequestKey;
use store::sqlite::{StoreError, outbox};
use store::writer::{Answer, Lane, Settings, Submission, WriteError, Writer};
use support::{Folder, START, Turned, file, form, is_nothing, key, submission, tree, writer};

/// Batches that wait for one another only where a test says so.
fn settings() -> Settings {
    Settings { batch_time_max: Duration::from_secs(5), ..Settings::new(form) }
}

/// Keeps the writer from its work until the sender is dropped.
fn hold(writer: &Arc<Writer>) -> mpsc::Sender<()> {
    let (release, released) = mpsc::channel::<()>();
    let (begun, begins) = mpsc::channel();
    let writer = Arc::clone(writer);
    std::thread::spawn(move || {
        writer.run(Lane::Urgent, move |_| {
            begun.send(()).unwrap();
            let _ = released.recv();
            Ok(())
        })
    });
    begins.recv().unwrap();
    release
}

/// Puts submissions into one batch, and gives what each was told.
fn together(writer: &Arc<Writer>, submissions: Vec<Submission>) -> Vec<Result<Answer, WriteError>> {
    let release = hold(writer);
    let told: Vec<mpsc::Receiver<_>> = submissions
        .into_iter()
        .map(|submission| {
            let (tell, told) = mpsc::channel();
            writer
                .submit(Lane::Ordinary, submission, Box::new(move |answer| tell.send(answer).unwrap()))
                .unwrap();
            told
        })
        .collect();
    drop(release);
    told.into_iter().map(|told| told.recv().unwrap()).collect()
}

/// Ends the writer, once the thread that held it has let go of it too.
fn end(mut writer: Arc<Writer>) {
    loop {
        match Arc::try_unwrap(writer) {
            Ok(writer) => return drop(writer),
            Err(held) => writer = held,
        }
        std::thread::yield_now();
    }
}

fn is_filed(answer: &Result<Answer, WriteError>) -> bool {
    matches!(answer, Ok(Answer::Given(Ok(Reply::Filed(_)))))
}

fn keyed(index: u32, name: &str, request: u8) -> Submission {
    let key = RequestKey { organisation: "org".into(), key: name.into(), request: [request; 32] };
    Submission { key: Some(key), ..submission(index) }
}

fn execute(folder: &Folder, sql: &str) {
    folder.database().session().unwrap().connection().execute_batch(sql).unwrap();
}

#[test]
fn what_is_answered_is_kept_before() {
    let folder = Folder::new();
    let writer = writer(&folder.database(), settings(), &Turned::new());
    let (tell, told) = mpsc::channel();
    let reader = folder.reader();
    let look = move |answer| tell.send((is_filed(&answer), reader.version(&tree(1)).unwrap())).unwrap();
    writer.submit(Lane::Ordinary, submission(1), Box::new(look)).unwrap();
    let (filed, version) = told.recv().unwrap();
    assert!(filed && version > 0, "another connection sees it when it is answered: {version}");
    assert!(verify(&folder.file()).unwrap().leaves >= version);
}

#[test]
fn notices_are_kept_with_what_they_tell() {
    let folder = Folder::new();
    let writer = writer(&folder.database(), settings(), &Turned::new());
    assert!(is_filed(&writer.ask(Lane::Ordinary, submission(1))));
    let now = Timestamp::from_second(START).unwrap();
    let letters = writer.run(Lane::Ordinary, move |session| outbox::due(session, now, 100)).unwrap();
    assert!(
        letters.iter().any(|letter| letter.notice.kind == engine::NoticeKind::Acknowledged),
        "{letters:?}"
    );
}

#[test]
fn a_full_lane_says_so_and_the_urgent_overtake() {
    let folder = Folder::new();
    let settings = Settings { waiting_max: 2, batch_commands_max: 1, ..settings() };
    let writer = Arc::new(writer(&folder.database(), settings, &Turned::new()));
    let release = hold(&writer);
    let order = Arc::new(Mutex::new(Vec::new()));
    let submit = |lane, index| {
        let order = Arc::clone(&order);
        let note = Box::new(move |answer| order.lock().unwrap().push((index, is_filed(&answer))));
        writer.submit(lane, submission(index), note)
    };
    submit(Lane::Ordinary, 1).unwrap();
    submit(Lane::Ordinary, 2).unwrap();
    assert_eq!(submit(Lane::Ordinary, 3), Err(WriteError::Full(2)));
    submit(Lane::Urgent, 4).unwrap();
    assert_eq!(writer.waiting(), [1, 2]);
    drop(release);
    while writer.ask(Lane::Ordinary, submission(5)).is_err() {
        std::thread::yield_now();
    }
    assert_eq!(*order.lock().unwrap(), [(4, true), (1, true), (2, true)]);
}

#[test]
fn the_same_key_has_the_same_reply_and_no_second_effect() {
    let folder = Folder::new();
    let clock = Turned::new();
    let first = {
        let writer = Arc::new(writer(&folder.database(), settings(), &clock));
        let answers = together(&writer, vec![keyed(1, "k", 1), keyed(1, "k", 1), keyed(2, "k", 2)]);
        assert!(is_filed(&answers[0]), "{:?}", answers[0]);
        let Ok(Answer::Given(given)) = &answers[0] else { panic!("{answers:?}") };
        let Ok(Answer::Repeated(bytes)) = &answers[1] else { panic!("{answers:?}") };
        assert_eq!(*bytes, form(given), "also within one batch");
        assert!(matches!(&answers[2], Err(WriteError::KeyOfAnother(key)) if &**key == "k"), "{answers:?}");
        let bytes = bytes.clone();
        end(writer);
        bytes
    };
    let version = folder.reader().version(&tree(1)).unwrap();
    let writer = writer(&folder.database(), settings(), &clock);
    let Ok(Answer::Repeated(bytes)) = writer.ask(Lane::Ordinary, keyed(1, "k", 1)) else { panic!() };
    assert_eq!(bytes, first, "also after a restart");
    assert_eq!(folder.reader().version(&tree(1)).unwrap(), version);
    assert_eq!(folder.reader().version(&tree(2)).unwrap(), 0);
    clock.set(START + 49 * 3600);
    assert!(is_filed(&writer.ask(Lane::Ordinary, keyed(2, "k", 2))), "an expired key is a new one");
}

#[test]
fn a_lawful_no_is_an_answer_like_others() {
    let folder = Folder::new();
    let writer = writer(&folder.database(), settings(), &Turned::new());
    let unknown = || {
        let object = engine::ObjectRef { stream: tree(9), node: casework::case::Node::Master };
        let (leg, stage, aircraft) = (AskedLeg::First, Stage::Load, Aircraft::Passenger);
        let key = RequestKey { organisation: "org".into(), key: "ask".into(), request: [1; 32] };
        let command = Command::Peek { object, leg, stage, aircraft };
        Submission { key: Some(key), command, raw: None }
    };
    let Ok(Answer::Given(no)) = writer.ask(Lane::Ordinary, unknown()) else { panic!() };
    let Ok(Answer::Repeated(again)) = writer.ask(Lane::Ordinary, unknown()) else { panic!() };
    assert_eq!(form(&no), again);
}

#[test]
fn a_panic_undoes_its_command_alone_wherever_it_happens() {
    let folder = Folder::new();
    let clock = Turned::new();
    let writer = Arc::new(writer(&folder.database(), settings(), &clock));
    let mut panics = 0;
    for call in 1.. {
        let index = call as u32 * 10;
        let release = hold(&writer);
        let submit = |index| {
            let (tell, told) = mpsc::channel();
            let tell = Box::new(move |answer| tell.send(answer).unwrap());
            writer.submit(Lane::Ordinary, submission(index), tell).unwrap();
            told
        };
        let first = submit(index);
        // Between the first and the second, the clock is set to fail at one of its next calls.
        let (turner, failing) = (Arc::clone(&writer), clock.clone());
        let turn = std::thread::spawn(move || {
            turner.run(Lane::Ordinary, move |_| {
                failing.panics_at(call);
                Ok(())
            })
        });
        while writer.waiting()[1] < 2 {
            std::thread::yield_now();
        }
        let rest = [submit(index + 1), submit(index + 2)];
        drop(release);
        turn.join().unwrap().unwrap();
        let [second, third] = rest.map(|told| told.recv().unwrap());
        let answers = [first.recv().unwrap(), second, third];
        let reader = folder.reader();
        let kept = |index| reader.version(&tree(index)).unwrap() > 0;
        assert!(is_filed(&answers[0]) && kept(index));
        match &answers[1] {
            Err(WriteError::Panicked(what)) => {
                panics += 1;
                assert!(what.contains("the clock is faulty"), "{what}");
                assert!(!kept(index + 1), "call {call}: nothing of it is kept");
                assert!(
                    is_filed(&answers[2]) && kept(index + 2),
                    "the engine was made anew: {:?}",
                    answers[2]
                );
            }
            other => {
                assert!(is_filed(other), "{other:?}");
                clock.panics_at(0);
                break;
            }
        }
    }
    assert!(panics > 3, "a filing asks the time more than {panics} times");
    verify(&folder.file()).unwrap();
}

#[test]
fn a_failure_of_the_storage_undoes_its_command_alone() {
    let folder = Folder::new();
    let writer = Arc::new(writer(&folder.database(), settings(), &Turned::new()));
    let fails = format!(
        "CREATE TRIGGER fails BEFORE INSERT ON event WHEN new.version = 2 AND new.stream = \
         (SELECT id FROM stream WHERE name = '{}') BEGIN SELECT RAISE(ABORT, 'the disk is bad'); END",
        tree(2)
    );
    execute(&folder, &fails);
    let answers = together(&writer, vec![submission(1), submission(2), submission(3)]);
    assert!(is_filed(&answers[0]) && is_filed(&answers[2]), "{answers:?}");
    assert!(matches!(&answers[1], Err(WriteError::Storage(why)) if why.contains("the disk is bad")));
    let reader = folder.reader();
    let versions = [1, 2, 3].map(|index| reader.version(&tree(index)).unwrap());
    assert!(versions[0] > 0 && versions[1] == 0 && versions[2] > 0, "{versions:?}");
    execute(&folder, "DROP TRIGGER fails");
    assert!(is_filed(&writer.ask(Lane::Ordinary, submission(2))), "it can be sent again");
    verify(&folder.file()).unwrap();
}

#[test]
fn a_failure_that_ends_the_transaction_fails_the_whole_batch() {
    let folder = Folder::new();
    let writer = Arc::new(writer(&folder.database(), settings(), &Turned::new()));
    // As SQLite itself does where the disk is full.
    let fails = format!(
        "CREATE TRIGGER fails BEFORE INSERT ON event WHEN new.version = 2 AND new.stream = \
         (SELECT id FROM stream WHERE name = '{}') BEGIN SELECT RAISE(ROLLBACK, 'the disk is full'); END",
        tree(2)
    );
    execute(&folder, &fails);
    let answers = together(&writer, vec![submission(1), submission(2), submission(3)]);
    assert!(matches!(&answers[0], Err(WriteError::Storage(_))), "it was not committed: {answers:?}");
    assert!(matches!(&answers[1], Err(WriteError::Storage(_))), "{answers:?}");
    assert!(is_filed(&answers[2]), "it went into the next batch: {answers:?}");
    let reader = folder.reader();
    let kept = [1, 2, 3].map(|index| reader.version(&tree(index)).unwrap() > 0);
    assert_eq!(kept, [false, false, true]);
    verify(&folder.file()).unwrap();
}

#[test]
fn a_commit_that_fails_is_told_to_all_of_its_batch() {
    let folder = Folder::new();
    let writer = Arc::new(writer(&folder.database(), settings(), &Turned::new()));
    assert!(is_filed(&writer.ask(Lane::Ordinary, keyed(1, "one", 1))));
    // A reference into nothing that SQLite looks at when it commits.
    let fails = format!(
        "CREATE TABLE aim (id INTEGER PRIMARY KEY);
         CREATE TABLE arrow (aim INTEGER REFERENCES aim (id) DEFERRABLE INITIALLY DEFERRED);
         CREATE TRIGGER fails AFTER INSERT ON stream WHEN new.name = '{}' \
         BEGIN INSERT INTO arrow VALUES (1); END",
        tree(3)
    );
    execute(&folder, &fails);
    let answers = together(&writer, vec![keyed(2, "two", 2), keyed(1, "one", 1), keyed(3, "three", 3)]);
    assert!(
        matches!(&answers[0], Err(WriteError::Storage(why)) if why.contains("the commit failed")),
        "{answers:?}"
    );
    assert!(matches!(&answers[1], Ok(Answer::Repeated(_))), "answered before, and still so: {answers:?}");
    assert!(matches!(&answers[2], Err(WriteError::Storage(_))), "{answers:?}");
    let reader = folder.reader();
    assert_eq!([2, 3].map(|index| reader.version(&tree(index)).unwrap()), [0, 0]);
    execute(&folder, "DROP TRIGGER fails");
    let answers = together(&writer, vec![keyed(2, "two", 2), keyed(3, "three", 3)]);
    assert!(answers.iter().all(is_filed), "{answers:?}");
    verify(&folder.file()).unwrap();
}

#[test]
fn messages_belong_to_the_streams_they_changed() {
    let folder = Folder::new();
    let writer = writer(&folder.database(), settings(), &Turned::new());
    let raw: Arc<[u8]> = b"FWB/17 as it came".as_slice().into();
    let with_raw = Submission { raw: Some(Arc::clone(&raw)), ..submission(1) };
    assert!(is_filed(&writer.ask(Lane::Ordinary, with_raw)));
    let hash: [u8; 32] =
        sha2::Digest::finalize(sha2::Digest::chain_update(<sha2::Sha256 as sha2::Digest>::new(), &raw))
            .into();
    assert_eq!(folder.reader().raw(&hash).unwrap().as_deref(), Some(&*raw));
    let now = Timestamp::from_second(START).unwrap();
    assert!(writer.erase(&tree(1), now).unwrap());
    assert_eq!(folder.reader().raw(&hash).unwrap(), None, "and are erased with them");
    assert!(matches!(folder.reader().read(&tree(1)), Err(StoreError::Erased(_))));
    let object = engine::ObjectRef { stream: tree(1), node: casework::case::Node::of(&key(1)) };
    let viewed = writer.ask(Lane::Ordinary, Command::View { object }.into());
    assert!(is_nothing(&viewed), "the engine remembers nothing of it: {viewed:?}");
    // A message that changes nothing is kept with those of its day.
    let tick = Submission { command: Command::Tick, key: None, raw: Some(raw) };
    writer.ask(Lane::Ordinary, tick).unwrap();
    assert!(folder.reader().raw(&hash).unwrap().is_some());
}

#[test]
fn one_process_writes() {
    let folder = Folder::new();
    let database = folder.database();
    let first = writer(&database, settings(), &Turned::new());
    let second = Writer::start(&database, settings(), |journal, outbox| {
        support::engine(journal, outbox, Turned::new())
    });
    assert!(matches!(second, Err(StoreError::Locked(_))), "{second:?}");
    drop(first);
    writer(&database, settings(), &Turned::new());
}

#[test]
fn an_engine_that_cannot_be_made_is_told_at_the_start() {
    let folder = Folder::new();
    let started = Writer::start::<Turned>(&folder.database(), settings(), |_, _| panic!("no programmes"));
    assert!(matches!(started, Err(StoreError::NoEngine)), "{started:?}");
}

#[test]
fn what_waits_is_done_before_the_end() {
    let folder = Folder::new();
    let writer = Arc::new(writer(&folder.database(), settings(), &Turned::new()));
    let release = hold(&writer);
    let filed = Arc::new(AtomicUsize::new(0));
    for index in 0..20 {
        let filed = Arc::clone(&filed);
        let count = move |answer| {
            filed.fetch_add(usize::from(is_filed(&answer)), Ordering::SeqCst);
        };
        writer.submit(Lane::Ordinary, Submission::from(file(index)), Box::new(count)).unwrap();
    }
    drop(release);
    end(writer);
    assert_eq!(filed.load(Ordering::SeqCst), 20);
    assert!((0..20).all(|index| folder.reader().version(&tree(index)).unwrap() > 0));
}
