//! The engine on a database of several nodes: stories end as they say, and whatever the fixtures make happen is answered
//! and kept as in memory, though every command goes to another node.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../../store/tests/support/cluster.rs"]
mod cluster;
mod support;

use casework::case::ReferralKind;
use casework::decision::Desk;
use casework::gate::{Aircraft, AskedLeg, Decision, Stage};
use casework::view::Asker;
use cluster::Shared;
use consignment::ConsignmentKey;
use consignment::fact::ObjectName;
use consignment::ident::AirWaybill;
use engine::memory::{MemoryJournal, MemoryOutbox, SetClock};
use engine::{AuthorityAct, Channel, Command, Engine, Journal, NoticeKind, Reply, Settings};
use finding::{Phrase, codes};
use programme::{Mode, ProgrammeId};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use store::postgres::audit::{Log, verify};
use store::postgres::{PgJournal, Session, outbox};
use store::writer::{self, Answer, Lane, Submission, Writer};
use support::fixtures::{answers, unfailing};
use support::node::{Served, configure};
use support::{command, files_below, finish, root};

#[test]
fn stories_end_on_the_database_as_they_say() {
    if cluster::cluster().is_none() {
        return;
    }
    let folder = root().join("fixtures/stories");
    let is_story = |path: &PathBuf| path.extension().is_some_and(|end| end == "toml");
    let paths: Vec<PathBuf> = files_below(&folder).into_iter().filter(is_story).collect();
    // Most of the time goes into making databases.
    let half = paths.len().div_ceil(2);
    let leaves: u64 = std::thread::scope(|scope| {
        let halves: Vec<_> = paths
            .chunks(half)
            .map(|some| scope.spawn(|| some.iter().map(|path| played(path, &folder)).sum::<u64>()))
            .collect();
        halves.into_iter().map(|half| half.join().unwrap()).sum()
    });
    assert!(leaves > 100, "the stories write something: {leaves}");
}

/// Plays a story on a database of its own; gives the leaves of its log.
fn played(path: &Path, folder: &Path) -> u64 {
    let Some(shared) = Shared::new() else { return 0 };
    let story = loadgate::story::read(&std::fs::read_to_string(path).unwrap()).unwrap();
    let database = shared.database();
    let session = Rc::new(database.session().unwrap());
    // As one batch: a command of a story sees what those before it wrote.
    let played = session.step(|| {
        let played = loadgate::story::play_in(&story, folder, PgJournal::new(Rc::clone(&session))).unwrap();
        Ok::<_, store::StoreError>(played.passed)
    });
    assert!(played.unwrap(), "{} goes otherwise on the database", path.display());
    let leaves = verify(&shared.address()).unwrap().leaves;
    store::postgres::projections::check(&shared.address()).unwrap();
    shared.remove();
    leaves
}

/// A journal in memory that others may look into.
type Memory = Rc<RefCell<MemoryJournal>>;

#[test]
fn the_fixtures_are_answered_and_kept_as_in_memory_whichever_node_is_asked() {
    let channels = [
        Channel::filer("forwarder"),
        Channel::registry("registry"),
        Channel::officers("officers", Desk::Agency("customs".into())),
        Channel::authority(ProgrammeId::new("ca-pact")),
    ];
    let clock = SetClock("2026-11-24T08:20:00Z".parse().unwrap());
    for folder in ["demo/messages", "cli", "facts", "mail"] {
        let Some(shared) = Shared::new() else { return };
        let memory = Memory::default();
        let mut in_memory =
            Engine::new(Settings::simulated(), memory.clone(), clock, MemoryOutbox::default());
        let expected = answers(|command| unfailing(in_memory.handle(command)), clock.0, folder, &channels);

        let database = shared.database();
        let node = || {
            let settings = writer::Settings::new(|reply| format!("{reply:?}").into_bytes());
            Writer::connect(&database, settings, move |journal, outbox| {
                Engine::new(Settings::simulated(), journal, clock, outbox)
            })
            .unwrap()
        };
        let nodes = [node(), node(), node()];
        let mut turn = 0;
        let got = answers(
            |command| {
                turn += 1;
                match nodes[turn % nodes.len()].ask(Lane::Ordinary, Submission::from(command)) {
                    Ok(Answer::Given(Ok(reply))) => Ok(reply),
                    Ok(Answer::Given(Err(refusal))) => Err(refusal.to_string()),
                    other => panic!("{other:?}"),
                }
            },
            clock.0,
            folder,
            &channels,
        );
        for (number, (expected, got)) in expected.iter().zip(&got).enumerate() {
            assert_eq!(got, expected, "{folder}, answer {number}");
        }
        drop(nodes);

        let session: Session = database.session().unwrap();
        let kept = outbox::due(&session, clock.0, u32::MAX).unwrap();
        let kept: Vec<_> = kept.into_iter().map(|letter| letter.notice).collect();
        assert_eq!(kept, in_memory.outbox_mut().notices, "{folder}: every notice reads back");
        let reader = database.reader().unwrap();
        let streams = reader.streams().unwrap();
        assert!(!streams.is_empty(), "{folder} writes something");
        for (stream, _) in streams {
            let kept = reader.read(&stream).unwrap();
            assert_eq!(kept, memory.read(&stream).unwrap(), "{folder}: stream {stream}");
        }
        let written = verify(&shared.address()).unwrap();
        let log = Log::open(&database).unwrap();
        let lease = log.take(Duration::from_secs(60)).unwrap().unwrap();
        let checkpoint = log.integrate(&lease, database.keys(), clock.0).unwrap().unwrap();
        let signed = verify(&shared.address()).unwrap();
        assert_eq!((signed.leaves, signed.root), (written.leaves, written.root), "{folder}");
        assert_eq!((checkpoint.size, checkpoint.root), (written.leaves, written.root), "{folder}");
    }
}

type Node = Writer<Session>;

/// Nodes of one database on which the Canadian programme is relayed, each with a seed of its own.
fn relays(shared: &Shared, clock: SetClock) -> [Node; 2] {
    let database = shared.database();
    [1, 2].map(|seed| {
        let settings = writer::Settings::new(|reply| format!("{reply:?}").into_bytes());
        Writer::connect(&database, settings, move |journal, outbox| {
            let mut settings = Settings { seed, ..Settings::simulated() };
            settings.modes = settings.programmes.keys().map(|id| (id.clone(), Mode::Relay)).collect();
            Engine::new(settings, journal, clock, outbox)
        })
        .unwrap()
    })
}

fn said(node: &Node, command: Command) -> Reply {
    match node.ask(Lane::Urgent, Submission::from(command)) {
        Ok(Answer::Given(Ok(reply))) => reply,
        other => panic!("{other:?}"),
    }
}

/// Invented direct goods from Frankfurt to Toronto, secured, with parties and words of their own.
fn waybill(number: &AirWaybill, words: u32) -> String {
    let letters = |mut number: u32| {
        let mut text = String::new();
        for _ in 0..5 {
            text.push(char::from(b'A' + (number % 23) as u8));
            number /= 23;
        }
        text
    };
    let word = letters(7_919 * (words + 1));
    format!(
        "FWB/17\r\n{number}FRAYYZ/T6K120\r\nRTG/YYZ9Z\r\nSHP\r\nNAM/{word} WERKE\r\nADR/INDUSTRIEWEG 14\r\n\
         LOC/FRANKFURT\r\n/DE/60549\r\nCNE\r\nNAM/{word} SUPPLY\r\nADR/200 MERCHANT ROW\r\nLOC/ALBANY/NY\r\n\
         /US/12207\r\nAGT//1234567/0001\r\n/RHEIN FRACHT KONTOR\r\n/FRANKFURT\r\nCVD/EUR//PP/NVD/NCV/XXX\r\n\
         RTD/1/P6/K120/CQ/W120/R2.00/T1000.00\r\n/NG/{word} BONE SCREWS\r\nPPD/WT1000.00\r\n/CT1000.00\r\n\
         ISU/24NOV26/FRANKFURT\r\nREF/FRAFC9Z\r\nSPH/SPX\r\nOCI/DE/ISS/RA/01234-01\r\n///ED/1127\r\n///SM/XRY\r\n\
         ///SN/A KELLER\r\n///SD/24NOV260500\r\n"
    )
}

fn numbered(number: u32) -> AirWaybill {
    let serial = 1_000_000 + number;
    AirWaybill::parse(&format!("888{serial:07}{}", serial % 7)).unwrap()
}

fn goods(number: u32) -> ConsignmentKey {
    ConsignmentKey { master: Some(numbered(number)), house: None }
}

fn file(node: &Node, clock: SetClock, text: &str) {
    for message in formats::Splitter::new(text.as_bytes()) {
        let filing = formats::decode(&message.unwrap(), clock.0);
        said(node, Command::File { filing, channel: Channel::filer("carrier") });
    }
}

fn authority(node: &Node, act: AuthorityAct) {
    said(node, Command::Authority { programme: ProgrammeId::new("ca-pact"), simulated: false, act });
}

fn open(object: ConsignmentKey, kind: ReferralKind) -> AuthorityAct {
    let reason = Phrase::new(codes::gate::WHY_STATED).with("text", "WHAT ARE THE GOODS");
    AuthorityAct::Open { object, kind, reference: "R1".into(), reason, deadline: None }
}

/// Asks for an answer that is written down: its id where it said load.
fn may_load(node: &Node, number: u32) -> Option<Arc<str>> {
    let asked = Command::AskObject {
        object: ObjectName::Consignment(goods(number)),
        leg: AskedLeg::First,
        stage: Stage::Load,
        aircraft: Some(Aircraft::Passenger),
        holder: "desk FRA".into(),
        asker: Asker::Carrier,
    };
    match said(node, asked) {
        Reply::Committed { id, answer } => (answer.decision == Decision::Load).then_some(id),
        other => panic!("{other:?}"),
    }
}

/// However a question on one node and an order on another fall: no "load" stands beside the order.
#[test]
fn no_answer_stands_beside_an_order_that_another_node_took() {
    let Some(shared) = Shared::new() else { return };
    let clock = SetClock("2026-11-24T06:00:00Z".parse().unwrap());
    let [asked, told] = relays(&shared, clock);
    const GOODS: u32 = 40;
    let mut loaded = 0;
    let mut raced = 0;
    for number in 0..GOODS {
        file(&told, clock, &waybill(&numbered(number), number));
        authority(&told, AuthorityAct::Acknowledge { object: goods(number), version: None });
        let go = std::sync::Barrier::new(2);
        let ids: Vec<Arc<str>> = std::thread::scope(|scope| {
            let asking = scope.spawn(|| {
                go.wait();
                (0..6).filter_map(|_| may_load(&asked, number)).collect::<Vec<_>>()
            });
            go.wait();
            std::thread::sleep(Duration::from_micros(u64::from(number) * 400));
            authority(&told, open(goods(number), ReferralKind::Rfi));
            asking.join().unwrap()
        });
        assert_eq!(may_load(&asked, number), None, "goods {number}: both nodes know the order now");
        loaded += ids.len();
        raced += usize::from(!ids.is_empty() && ids.len() < 6);
        for id in ids {
            // Whichever node is asked again.
            for node in [&asked, &told] {
                let again = said(node, Command::Recheck { answer: Arc::clone(&id), holder: None });
                let Reply::Answered(again) = again else { panic!("{again:?}") };
                assert_eq!(again.decision, Decision::Hold, "goods {number}");
            }
        }
    }
    assert!(loaded > 0 && raced > 0, "{loaded} answers said load; the order came between in {raced} cases");
    drop((asked, told));
    let session = shared.database().session().unwrap();
    let letters = outbox::due(&session, clock.0, u32::MAX).unwrap();
    let recalled = letters.iter().filter(|letter| letter.notice.kind == NoticeKind::AnswerRecalled).count();
    assert_eq!(recalled, loaded, "each answer that said load was taken back, once");
    verify(&shared.address()).unwrap();
}

/// Goods must not be loaded, and at that moment they are filed again under another number on another node.
#[test]
fn goods_that_resemble_others_are_held_whichever_node_hears_of_which_first() {
    let Some(shared) = Shared::new() else { return };
    let clock = SetClock("2026-11-24T06:00:00Z".parse().unwrap());
    let [one, other] = relays(&shared, clock);
    for number in 0..30 {
        file(&one, clock, &waybill(&numbered(number), number));
        let again = 1_000 + number;
        let go = std::sync::Barrier::new(2);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                go.wait();
                file(&other, clock, &waybill(&numbered(again), number));
            });
            go.wait();
            std::thread::sleep(Duration::from_micros(u64::from(number) * 300));
            authority(&one, open(goods(number), ReferralKind::Dnl));
        });
        for node in [&one, &other] {
            let peek = Command::PeekObject {
                object: ObjectName::Consignment(goods(again)),
                leg: AskedLeg::First,
                stage: Stage::Load,
                aircraft: Some(Aircraft::Passenger),
            };
            let Reply::Answered(answer) = said(node, peek) else { panic!() };
            let holds: Vec<&str> = answer.reasons.iter().map(|reason| reason.code.id()).collect();
            assert!(holds.contains(&"resembles-dnl"), "goods {again}: {holds:?}");
        }
    }
    verify(&shared.address()).unwrap();
}

#[test]
fn nodes_serve_from_one_database_and_its_log_is_checked() {
    let Some(shared) = Shared::new() else { return };
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    // Somebody hears what is for a carrier that is no organisation here.
    let desk = "duty_desks = [\"duty office\"]\n";
    let people = [("acme", "filer"), ("audit", "auditor"), ("duty", "officer of duty office")];
    let tokens = configure(folder.path(), desk, &people);
    let on = |args: &[&str]| {
        let mut command = command(args);
        command.env("LOADGATE_DATABASE", shared.text());
        command
    };
    let start = || Served::run(on(&["serve", "--data", data, "--listen", "127.0.0.1:0"]), &tokens);
    let nodes = [start(), start()];
    let text = waybill(&numbered(1), 1);
    assert_eq!(nodes[0].request("acme", "POST", "/v1/filings", &text).0, 200);
    // The other answers, and as a node does that stands alone.
    let apart = tempfile::tempdir().unwrap();
    let own = apart.path().display().to_string();
    std::fs::copy(folder.path().join("loadgate.toml"), apart.path().join("loadgate.toml")).unwrap();
    let alone = Served::run(command(&["serve", "--data", &own, "--listen", "127.0.0.1:0"]), &tokens);
    assert_eq!(alone.request("acme", "POST", "/v1/filings", &text).0, 200);
    let asked = |node: &Served| {
        let (status, mut told) = node.request("acme", "GET", "/v1/gate?waybill=888-10000012", "");
        told["load"]["valid_until"].take();
        (status, told)
    };
    let looked = asked(&nodes[1]);
    assert_eq!((looked.0, &looked.1["load"]["decision"]), (200, &serde_json::json!("load")), "{}", looked.1);
    assert_eq!(looked, asked(&alone));
    alone.stop();
    // One of them carries the log on; both show it.
    let until = std::time::Instant::now() + Duration::from_secs(30);
    let checkpoint = loop {
        let (status, told) = nodes[1].request("audit", "GET", "/v1/audit/checkpoint", "");
        if status == 200 {
            break told["checkpoint"].as_str().unwrap().to_owned();
        }
        assert!(std::time::Instant::now() < until, "nothing is signed: {status} {told}");
        std::thread::sleep(Duration::from_millis(200));
    };
    let (status, proof) = nodes[0].request("audit", "GET", "/v1/audit/proofs/888-10000012/last", "");
    assert_eq!(status, 200, "{proof}");
    assert_eq!(nodes[0].request("audit", "GET", "/metrics", "").0, 200);
    let doctor = |more: &[&str]| {
        let run = finish(on(&[&["doctor", "--data", data, "--json"], more].concat()), b"");
        let document = run.json();
        let checks = document["checks"].as_array().unwrap().clone();
        let state = |check: &serde_json::Value| {
            (check["name"].as_str().unwrap().to_owned(), check["state"].as_str().unwrap().to_owned())
        };
        (run.status, checks.iter().map(state).collect::<Vec<_>>(), document)
    };
    let (status, states, document) = doctor(&["--thorough"]);
    assert_eq!(status, 0, "{document:#}");
    for name in ["keys", "database", "lease", "log", "notices", "jobs", "standbys", "contents"] {
        assert!(states.contains(&(name.into(), "ok".into())), "{name}: {document:#}");
    }
    assert!(states.contains(&("backup".into(), "warning".into())), "nothing is archived: {document:#}");
    // Nobody says of a database that it was put back while a node runs on it.
    let early = finish(on(&["restore"]), b"");
    assert!(early.status == 2 && early.stderr.contains("stop every node"), "{}", early.stderr);
    for node in nodes {
        node.stop();
    }

    std::fs::write(folder.path().join("kept"), &checkpoint).unwrap();
    let kept = folder.path().join("kept").display().to_string();
    let verified = finish(on(&["audit", "verify", "--json", "--checkpoint", &kept]), b"");
    assert_eq!(verified.status, 0, "{}", verified.stderr);
    let item = verified.json();
    assert!(item["whole"] == true && item["leaves"].as_u64() > Some(5), "{item}");
    let proved = finish(on(&["audit", "prove", "888-10000012"]), b"");
    assert_eq!((proved.status, &proved.json()["stream"]), (0, &serde_json::json!("tree/888-10000012")));
    let files = folder.path().join("log").display().to_string();
    let exported = finish(on(&["audit", "export", &files]), b"");
    assert_eq!(exported.status, 0, "{}", exported.stderr);
    assert!(folder.path().join("log/tile/0/000.p").exists(), "{}", exported.text());
    // Saving and putting back is for the server; the commands say so.
    let file = folder.path().join("saved.db").display().to_string();
    let saved = finish(on(&["backup", &file]), b"");
    assert!(saved.status == 2 && saved.stderr.contains("pg_dump"), "{}", saved.stderr);
    let restored = finish(on(&["restore", &file]), b"");
    assert!(restored.status == 2 && restored.stderr.contains("without a file"), "{}", restored.stderr);
    shared.sql("INSERT INTO job (kind, body, state, due, dead) VALUES ('k', '', 'dead', 0, 'no line')");
    shared.sql("UPDATE lease SET until = until - interval '1 minute'");
    let (status, states, document) = doctor(&[]);
    assert_eq!(status, 1, "{document:#}");
    for (name, state) in [("lease", "warning"), ("jobs", "error")] {
        assert!(states.contains(&(name.into(), state.into())), "{name}: {document:#}");
    }
    // What was put back holds everything, on whichever node.
    let short = finish(on(&["restore", "--at-least", "100000"]), b"");
    assert!(short.status == 2 && short.stderr.contains("100000"), "{}", short.stderr);
    let restored = finish(on(&["restore", "--json"]), b"");
    assert_eq!((restored.status, &restored.json()["leaves"]), (0, &item["leaves"]), "{}", restored.stderr);
    for node in [start(), start()] {
        let (_, told) = asked(&node);
        let reasons = told["load"]["reasons"].as_array().unwrap();
        assert_eq!(told["load"]["decision"], "hold");
        assert!(reasons.iter().any(|reason| reason["code"] == "message-unread"), "{told:#}");
        node.stop();
    }
    assert_eq!(shared.sql("SELECT count(*) FROM meta WHERE name = 'restored'").trim(), "0");
    // What cannot be reached, and what is no address, are told without the password.
    for address in ["postgres://a:s3cret@127.0.0.1:1/b", "postgres://a:s3cret@db.example/b?sslmode=prefer"] {
        let refused = finish(command(&["audit", "verify", "--database", address]), b"");
        assert!(refused.status == 2 && !refused.stderr.contains("s3cret"), "{}", refused.stderr);
        let refused = finish(command(&["serve", "--data", data, "--database", address]), b"");
        assert!(refused.status == 2 && !refused.stderr.contains("s3cret"), "{}", refused.stderr);
        let ill = finish(command(&["doctor", "--data", data, "--database", address]), b"");
        assert!(
            ill.status > 0 && !format!("{}{}", ill.stderr, ill.text()).contains("s3cret"),
            "{}",
            ill.text()
        );
    }
}
