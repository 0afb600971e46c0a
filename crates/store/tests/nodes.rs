//! Nodes that write to one database: what is answered is kept, what fails is undone alone, nobody overtakes another
//! unseen, and a line or a server that goes away loses nothing and doubles nothing.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/cluster.rs"]
mod cluster;
#[path = "support/nodes.rs"]
mod nodes;
#[path = "support/proxy.rs"]
mod proxy;
mod support;

use casework::gate::{Aircraft, AskedLeg, Stage};
use cluster::Shared;
use engine::{Command, ObjectRef, Reply};
use jiff::Timestamp;
use nodes::{Node, keyed, node, node_with};
use proxy::{Event, Proxy};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};
use store::postgres::audit::verify;
use store::postgres::{Database, outbox};
use store::writer::{Answer, Lane, Settings, Submission, WriteError};
use store::{RequestKey, StoreError};
use support::{START, Turned, form, is_nothing, key, submission, tree};

fn is_filed(answer: &Result<Answer, WriteError>) -> bool {
    matches!(answer, Ok(Answer::Given(Ok(Reply::Filed(_)))))
}

fn with_key(index: u32, name: &str, request: u8) -> Submission {
    let key = RequestKey { organisation: "org".into(), key: name.into(), request: [request; 32] };
    Submission { key: Some(key), ..submission(index) }
}

/// Keeps a node from its work until the sender is dropped.
fn hold(node: &Arc<Node>) -> mpsc::Sender<()> {
    let (release, released) = mpsc::channel::<()>();
    let (begun, begins) = mpsc::channel();
    let node = Arc::clone(node);
    std::thread::spawn(move || {
        node.run(Lane::Urgent, move |_| {
            begun.send(()).unwrap();
            let _ = released.recv();
            Ok(())
        })
    });
    begins.recv().unwrap();
    release
}

/// Puts submissions into one batch, and gives what each was told.
fn together(node: &Arc<Node>, submissions: Vec<Submission>) -> Vec<Result<Answer, WriteError>> {
    let release = hold(node);
    let told: Vec<mpsc::Receiver<_>> = submissions
        .into_iter()
        .map(|submission| {
            let (tell, told) = mpsc::channel();
            node.submit(Lane::Ordinary, submission, Box::new(move |answer| tell.send(answer).unwrap()))
                .unwrap();
            told
        })
        .collect();
    drop(release);
    told.into_iter().map(|told| told.recv().unwrap()).collect()
}

/// Puts submissions one right after the other, and gives what each was told.
fn all(node: &Node, submissions: Vec<Submission>) -> Vec<Result<Answer, WriteError>> {
    let submitted = submissions.into_iter().map(|submission| {
        let (tell, told) = mpsc::channel();
        node.submit(Lane::Ordinary, submission, Box::new(move |answer| tell.send(answer).unwrap())).unwrap();
        told
    });
    let submitted: Vec<mpsc::Receiver<_>> = submitted.collect();
    submitted.into_iter().map(|told| told.recv().unwrap()).collect()
}

/// The version of a tree that was filed once.
fn filed_once(database: &Database) -> u64 {
    let node = node(database, &Turned::new());
    assert!(is_filed(&node.ask(Lane::Ordinary, submission(900_000))));
    database.reader().unwrap().version(&tree(900_000)).unwrap()
}

#[test]
fn what_is_answered_is_kept_before_with_its_notices() {
    let Some(shared) = Shared::new() else { return };
    let database = shared.database();
    let node = node(&database, &Turned::new());
    let (tell, told) = mpsc::channel();
    let other = database.clone();
    let look = move |answer| {
        let version = std::thread::spawn(move || other.reader().unwrap().version(&tree(1)).unwrap());
        tell.send((is_filed(&answer), version.join().unwrap())).unwrap();
    };
    node.submit(Lane::Ordinary, submission(1), Box::new(look)).unwrap();
    let (filed, version) = told.recv().unwrap();
    assert!(filed && version > 0, "another connection sees it when it is answered: {version}");
    let now = Timestamp::from_second(START).unwrap();
    let letters = node.run(Lane::Ordinary, move |session| outbox::due(session, now, 100)).unwrap();
    let acknowledged = |letter: &outbox::Letter| letter.notice.kind == engine::NoticeKind::Acknowledged;
    assert!(letters.iter().any(acknowledged), "{letters:?}");
    assert!(verify(&shared.address()).unwrap().leaves >= version);
}

#[test]
fn the_same_key_has_the_same_reply_and_no_second_effect_whichever_node_is_asked() {
    let Some(shared) = Shared::new() else { return };
    let (database, clock) = (shared.database(), Turned::new());
    let (one, other) = (Arc::new(node(&database, &clock)), node(&database, &clock));
    let answers = together(&one, vec![with_key(1, "k", 1), with_key(1, "k", 1), with_key(2, "k", 2)]);
    assert!(is_filed(&answers[0]), "{:?}", answers[0]);
    let Ok(Answer::Given(given)) = &answers[0] else { panic!("{answers:?}") };
    let Ok(Answer::Repeated(bytes)) = &answers[1] else { panic!("{answers:?}") };
    assert_eq!(*bytes, form(given), "also within one batch");
    assert!(matches!(&answers[2], Err(WriteError::KeyOfAnother(key)) if &**key == "k"), "{answers:?}");
    let reader = database.reader().unwrap();
    let version = reader.version(&tree(1)).unwrap();
    let Ok(Answer::Repeated(again)) = other.ask(Lane::Ordinary, with_key(1, "k", 1)) else { panic!() };
    assert_eq!(again, *bytes, "also of another node");
    assert_eq!((reader.version(&tree(1)).unwrap(), reader.version(&tree(2)).unwrap()), (version, 0));
    clock.set(START + 49 * 3600);
    assert!(is_filed(&other.ask(Lane::Ordinary, with_key(2, "k", 2))), "an expired key is a new one");
}

#[test]
fn a_panic_undoes_its_command_alone_wherever_it_happens() {
    let Some(shared) = Shared::new() else { return };
    let (database, clock) = (shared.database(), Turned::new());
    let node = node(&database, &clock);
    let reader = database.reader().unwrap();
    let kept = |index| reader.version(&tree(index)).unwrap() > 0;
    let mut panics = 0;
    for call in 1.. {
        let index = call as u32 * 10;
        assert!(is_filed(&node.ask(Lane::Ordinary, submission(index))));
        clock.panics_at(call);
        let failing = node.ask(Lane::Ordinary, submission(index + 1));
        clock.panics_at(0);
        match &failing {
            Err(WriteError::Panicked(what)) => {
                panics += 1;
                assert!(what.contains("the clock is faulty"), "{what}");
                assert!(!kept(index + 1), "call {call}: nothing of it is kept");
            }
            other => {
                assert!(is_filed(other), "{other:?}");
                break;
            }
        }
        assert!(is_filed(&node.ask(Lane::Ordinary, submission(index + 2))), "the engine was made anew");
        assert!(kept(index) && kept(index + 2));
    }
    assert!(panics > 3, "a filing asks the time more than {panics} times");
    verify(&shared.address()).unwrap();
}

#[test]
fn a_batch_the_server_refuses_fails_whole_and_can_be_sent_again() {
    let Some(shared) = Shared::new() else { return };
    let database = shared.database();
    let node = Arc::new(node(&database, &Turned::new()));
    assert!(is_filed(&node.ask(Lane::Ordinary, with_key(1, "one", 1))));
    // The first of these refuses a row, the second the commit itself.
    let fails = |deferred: &str| {
        format!(
            "CREATE OR REPLACE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS \
             $$ BEGIN IF new.name = '{}' THEN RAISE EXCEPTION 'the disk is full'; END IF; RETURN new; END $$; \
             CREATE CONSTRAINT TRIGGER fails AFTER INSERT ON stream {deferred} FOR EACH ROW EXECUTE FUNCTION fails()",
            tree(3)
        )
    };
    for deferred in ["", "DEFERRABLE INITIALLY DEFERRED"] {
        shared.sql(&fails(deferred));
        let answers =
            together(&node, vec![with_key(2, "two", 2), with_key(1, "one", 1), with_key(3, "three", 3)]);
        for answer in &answers {
            assert!(
                matches!(answer, Err(WriteError::Storage(why)) if why.contains("the disk is full")),
                "{answers:?}"
            );
        }
        let reader = database.reader().unwrap();
        assert_eq!([2, 3].map(|index| reader.version(&tree(index)).unwrap()), [0, 0]);
        shared.sql("DROP TRIGGER fails ON stream");
    }
    let answers =
        together(&node, vec![with_key(2, "two", 2), with_key(1, "one", 1), with_key(3, "three", 3)]);
    assert!(is_filed(&answers[0]) && is_filed(&answers[2]), "{answers:?}");
    assert!(matches!(&answers[1], Ok(Answer::Repeated(_))), "answered before: {answers:?}");
    verify(&shared.address()).unwrap();
}

#[test]
fn messages_belong_to_the_streams_they_changed_and_are_erased_with_them() {
    let Some(shared) = Shared::new() else { return };
    let database = shared.database();
    let (one, other) = (node(&database, &Turned::new()), node(&database, &Turned::new()));
    let raw: Arc<[u8]> = b"FWB/17 as it came".as_slice().into();
    let with_raw = |index| Submission { raw: Some(Arc::clone(&raw)), ..submission(index) };
    assert!(is_filed(&one.ask(Lane::Ordinary, with_raw(1))));
    assert!(is_filed(&other.ask(Lane::Ordinary, with_raw(2))), "the same message for other goods");
    let hash: [u8; 32] = <sha2::Sha256 as sha2::Digest>::digest(&raw).into();
    let reader = database.reader().unwrap();
    let now = Timestamp::from_second(START).unwrap();
    assert_eq!(reader.raw(&hash).unwrap().as_deref(), Some(&*raw));
    assert!(one.erase(&tree(1), now).unwrap());
    assert_eq!(reader.raw(&hash).unwrap().as_deref(), Some(&*raw), "the other goods have it still");
    assert!(other.erase(&tree(2), now).unwrap());
    assert_eq!(reader.raw(&hash).unwrap(), None);
    assert!(matches!(reader.read(&tree(1)), Err(StoreError::Erased(_))));
    for node in [&one, &other] {
        let object = ObjectRef { stream: tree(1), node: casework::case::Node::of(&key(1)) };
        let viewed = node.ask(Lane::Ordinary, Command::View { object }.into());
        assert!(is_nothing(&viewed), "no node remembers anything of it: {viewed:?}");
    }
    // A message that changes nothing is kept with those of its day.
    let tick = Submission { command: Command::Tick, key: None, raw: Some(raw) };
    one.ask(Lane::Ordinary, tick.clone()).unwrap();
    other.ask(Lane::Ordinary, tick).unwrap();
    assert!(reader.raw(&hash).unwrap().is_some());
    verify(&shared.address()).unwrap();
}

#[test]
fn nodes_that_race_for_the_same_goods_file_them_once() {
    let Some(shared) = Shared::new() else { return };
    let database = shared.database();
    let single = filed_once(&database);
    let nodes: Vec<Arc<Node>> = (0..3)
        .map(|seed| Arc::new(node_with(&database, Settings::new(form), &Turned::new(), seed)))
        .collect();
    const NUMBERS: u32 = 60;
    // Every node is sent every number, with a key of its own and with the common one, in the same order.
    std::thread::scope(|scope| {
        for (which, node) in nodes.iter().enumerate() {
            for lane in 0..4 {
                scope.spawn(move || {
                    for number in (0..NUMBERS).filter(|number| number % 4 == lane) {
                        let own = with_key(number, &format!("{which}/{number}"), 7);
                        let answer = node.ask(Lane::Ordinary, own).unwrap();
                        assert!(matches!(answer, Answer::Given(Ok(Reply::Filed(_)))), "{answer:?}");
                        node.ask(Lane::Ordinary, keyed(number)).unwrap();
                    }
                });
            }
        }
    });
    let reader = database.reader().unwrap();
    for number in 0..NUMBERS {
        assert_eq!(reader.version(&tree(number)).unwrap(), single, "waybill {number} was filed once");
        let found =
            reader.find(engine::Index::Stream, &format!("{}|", support::number(number)), engine::Pick::All);
        assert_eq!(found.unwrap(), [tree(number)], "and its number leads to one stream");
    }
    verify(&shared.address()).unwrap();
}

fn ask(index: u32, holder: &str) -> Submission {
    Submission::from(Command::Ask {
        object: ObjectRef { stream: tree(index), node: casework::case::Node::of(&key(index)) },
        leg: AskedLeg::First,
        stage: Stage::Load,
        aircraft: Aircraft::Passenger,
        holder: holder.into(),
        asker: casework::view::Asker::Carrier,
    })
}

#[test]
fn nodes_give_answers_at_once_without_meeting() {
    let Some(shared) = Shared::new() else { return };
    let database = shared.database();
    let nodes: Vec<Node> =
        (0..2).map(|seed| node_with(&database, Settings::new(form), &Turned::new(), seed)).collect();
    for index in 0..2 {
        assert!(is_filed(&nodes[0].ask(Lane::Ordinary, submission(index))));
    }
    let ids: Vec<Arc<str>> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..2_u32)
            .map(|index| {
                let node = &nodes[index as usize];
                scope.spawn(move || {
                    let given = (0..50).map(|_| match node.ask(Lane::Urgent, ask(index, "desk")) {
                        Ok(Answer::Given(Ok(Reply::Committed { id, .. }))) => id,
                        other => panic!("{other:?}"),
                    });
                    given.collect::<Vec<_>>()
                })
            })
            .collect();
        asking.into_iter().flat_map(|asking| asking.join().unwrap()).collect()
    });
    let apart: std::collections::BTreeSet<&Arc<str>> = ids.iter().collect();
    assert_eq!(apart.len(), 100, "every answer has an id of its own");
    verify(&shared.address()).unwrap();
}

#[test]
fn a_line_that_is_cut_loses_nothing_and_doubles_nothing() {
    let Some(shared) = Shared::new() else { return };
    let database = shared.database();
    let single = filed_once(&database);
    let proxy = Proxy::new(shared.cluster.folder());
    let by_proxy = Database::open(&proxy.address(&shared.schema), &shared.key_file()).unwrap();
    let reader = database.reader().unwrap();
    let cases = [
        // The server has committed, and the node does not hear of it.
        Event::CutAnswer(b"COMMIT\0"),
        // The node had everything written, and was to commit; the server never hears of it.
        Event::CutRequest(b"INSERT INTO feed"),
        // In the middle of writing and of reading.
        Event::CutAnswer(b"INSERT 0"),
        Event::CutRequest(b"INSERT INTO event"),
        Event::CutRequest(b"JOIN stream s"),
        Event::CutAnswer(b"SELECT 1\0"),
    ];
    for (round, event) in (0..).zip(cases) {
        let index = round * 10;
        // A new one tells the server the text of every statement once more.
        let node = node(&by_proxy, &Turned::new());
        proxy.arm(event);
        let answers =
            all(&node, vec![submission(index), keyed(index + 1), ask(index, "desk"), keyed(index + 1)]);
        assert!(proxy.has_happened(), "{event:?} never happened");
        for answer in &answers[..3] {
            assert!(matches!(answer, Ok(Answer::Given(Ok(_)))), "{event:?}: {answers:?}");
        }
        assert!(matches!(answers[3], Ok(Answer::Repeated(_))), "{event:?}: {answers:?}");
        for index in [index, index + 1] {
            assert_eq!(reader.version(&tree(index)).unwrap(), single, "{event:?}: waybill {index}");
        }
    }
    verify(&shared.address()).unwrap();
}

#[test]
fn a_node_that_was_stopped_while_it_committed_is_overtaken_and_told() {
    let Some(shared) = Shared::new() else { return };
    let database = shared.database();
    let single = filed_once(&database);
    let proxy = Proxy::new(shared.cluster.folder());
    let by_proxy = Database::open(&proxy.address(&shared.schema), &shared.key_file()).unwrap();
    let clock = Turned::new();
    let (stopped, other) = (Arc::new(node(&by_proxy, &clock)), node(&database, &clock));
    // Its statements are told to the server by their text the first time: at this one it has written everything, and has
    // the row that all others wait for.
    let silent = Duration::from_secs(12);
    proxy.arm(Event::Stop(b"INSERT INTO batch", silent));
    let (tell, told) = mpsc::channel();
    let started = Instant::now();
    stopped.submit(Lane::Ordinary, keyed(1), Box::new(move |answer| tell.send(answer).unwrap())).unwrap();
    while !proxy.has_happened() {
        std::thread::sleep(Duration::from_millis(20));
    }
    // The other files the same goods, and others.
    assert!(matches!(other.ask(Lane::Ordinary, keyed(1)), Ok(Answer::Given(Ok(_)))));
    assert!(is_filed(&other.ask(Lane::Ordinary, submission(2))));
    let waited = started.elapsed();
    assert!(waited < silent, "nobody waits for a node that is stopped: {waited:?}");
    assert!(told.try_recv().is_err(), "it is stopped still");
    // It goes on: what it had is gone, and what it decides again is what the other was told.
    assert!(matches!(told.recv().unwrap(), Ok(Answer::Repeated(_))));
    assert!(started.elapsed() >= silent);
    let reader = database.reader().unwrap();
    for index in [1, 2] {
        assert_eq!(reader.version(&tree(index)).unwrap(), single, "waybill {index} was filed once");
    }
    verify(&shared.address()).unwrap();
}

#[test]
fn connections_that_the_server_ends_are_made_anew() {
    let Some(shared) = Shared::new() else { return };
    let database = shared.database();
    let single = filed_once(&database);
    let address = format!("{}&application_name=ended", shared.text()).parse().unwrap();
    let ended = Database::open(&address, &shared.key_file()).unwrap();
    let node = node_with(&ended, Settings::new(form), &Turned::new(), 0);
    let done = AtomicBool::new(false);
    let next = AtomicU32::new(1);
    let ends =
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'ended'";
    let acknowledged: Vec<u32> = std::thread::scope(|scope| {
        let sending: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut acknowledged = Vec::new();
                    while !done.load(Ordering::SeqCst) {
                        let number = next.fetch_add(1, Ordering::SeqCst);
                        // Sent again until it is answered, as a filer does.
                        while let Err(why) = node.ask(Lane::Ordinary, keyed(number)) {
                            assert!(
                                matches!(why, WriteError::Storage(_) | WriteError::Unknown(_)),
                                "{number}: {why}"
                            );
                        }
                        acknowledged.push(number);
                    }
                    acknowledged
                })
            })
            .collect();
        for _ in 0..15 {
            std::thread::sleep(Duration::from_millis(150));
            shared.sql(ends);
        }
        done.store(true, Ordering::SeqCst);
        sending.into_iter().flat_map(|sending| sending.join().unwrap()).collect()
    });
    assert!(acknowledged.len() > 20, "{} acknowledged", acknowledged.len());
    let reader = database.reader().unwrap();
    for number in acknowledged {
        assert_eq!(reader.version(&tree(number)).unwrap(), single, "waybill {number} was filed once");
    }
    verify(&shared.address()).unwrap();
}
