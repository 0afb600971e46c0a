//! A node is killed at random points, thirty times, under load: nothing acknowledged is lost, nothing is doubled, and
//! the log verifies.
//!
//! The test runs its own executable again as the node: `node` does nothing unless it is told a folder.
// How much was acknowledged is for whoever looks at the test.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod support;

use engine::StreamId;
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant, SystemTime};
use store::audit::{integrate, verify};
use store::writer::{Answer, Lane, Settings};
use support::{Turned, database_in, file_in, form, keyed, tree, writer};

const KILLS: u32 = 30;
const SENDERS: usize = 8;

/// The folder of the node, and the number it begins with.
const FOLDER: &str = "LOADGATE_KILL_FOLDER";
const FIRST: &str = "LOADGATE_KILL_FIRST";

/// Files numbers until it is killed, and prints each that was acknowledged.
#[test]
fn node() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let first: u32 = std::env::var(FIRST).unwrap().parse().unwrap();
    let database = database_in(&folder);
    let writer = Arc::new(writer(&database, Settings::new(form), &Turned::new()));
    let next = Arc::new(AtomicU32::new(first));
    for _ in 0..SENDERS {
        let (writer, next) = (Arc::clone(&writer), Arc::clone(&next));
        thread::spawn(move || {
            loop {
                let number = next.fetch_add(1, Ordering::SeqCst);
                match writer.ask(Lane::Ordinary, keyed(number)) {
                    Ok(Answer::Given(Ok(_)) | Answer::Repeated(_)) => {}
                    other => panic!("{number}: {other:?}"),
                }
                let mut out = std::io::stdout().lock();
                writeln!(out, "ack {number}").unwrap();
                out.flush().unwrap();
            }
        });
    }
    loop {
        let database = database.clone();
        let checkpoint = move |session: &store::sqlite::Session| {
            integrate(session.connection(), database.keys(), jiff::Timestamp::now()).unwrap();
            Ok(())
        };
        writer.run(Lane::Urgent, checkpoint).unwrap();
        thread::sleep(Duration::from_millis(30));
    }
}

/// Runs the node from `first` on, kills it so long after its first acknowledgement, or after its start, and gives what it
/// acknowledged.
fn killed(folder: &Path, first: u32, at_start: bool, after: Duration) -> Vec<u32> {
    let mut node = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "node", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .env(FIRST, first.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(node.stdout.take().unwrap()).lines();
    let (tell, told) = mpsc::channel();
    let reading = thread::spawn(move || {
        // A line that was cut by the kill was acknowledged to nobody.
        for line in lines.map_while(Result::ok) {
            // What the harness prints may stand before the first.
            let number = line.rsplit_once("ack ").and_then(|(_, number)| number.parse::<u32>().ok());
            if number.is_some_and(|number| tell.send(number).is_err()) {
                break;
            }
        }
    });
    let mut acknowledged = Vec::new();
    if !at_start {
        let begun = told.recv_timeout(Duration::from_secs(60));
        acknowledged.push(begun.expect("the node acknowledges something"));
    }
    thread::sleep(after);
    // SIGKILL: nothing of it runs any more.
    node.kill().unwrap();
    node.wait().unwrap();
    reading.join().unwrap();
    acknowledged.extend(told.try_iter());
    acknowledged
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_doubled() {
    let folder = tempfile::tempdir().unwrap();
    let single = {
        let other = tempfile::tempdir().unwrap();
        let database = database_in(other.path());
        let writer = writer(&database, Settings::new(form), &Turned::new());
        writer.ask(Lane::Ordinary, keyed(0)).unwrap();
        database.reader().unwrap().version(&tree(0)).unwrap()
    };
    // Another order of kills each time; it is printed with a failure.
    let mut seed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos() as u64;
    let started = Instant::now();
    let mut acknowledged: BTreeSet<u32> = BTreeSet::new();
    let mut kept = 0;
    for kill in 0..KILLS {
        // Numbers that were sent and not acknowledged are sent again, with those after them.
        let first = (0..).find(|number| !acknowledged.contains(number)).unwrap();
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let after = Duration::from_micros((seed >> 33) % 250_000);
        acknowledged.extend(killed(folder.path(), first, kill % 5 == 0, after));
        if acknowledged.is_empty() {
            // Killed while it made its database: the next start goes on from there.
            continue;
        }

        let verified = verify(&file_in(folder.path()));
        let verified = verified.unwrap_or_else(|why| panic!("kill {kill}, {after:?} after the first: {why}"));
        assert!(verified.leaves >= kept, "kill {kill}: the log was cut");
        kept = verified.leaves;
        let reader = database_in(folder.path()).reader().unwrap();
        for number in acknowledged.range(first..) {
            let version = reader.version(&tree(*number)).unwrap();
            assert_eq!(version, single, "kill {kill}, {after:?}: waybill {number} was filed once");
        }
    }
    let reader = database_in(folder.path()).reader().unwrap();
    let streams = "SELECT name, version FROM stream WHERE name LIKE 'tree/%'";
    let mut streams = reader.connection().prepare(streams).unwrap();
    let streams: Vec<(String, u64)> = streams
        .query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as u64)))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    for (stream, version) in &streams {
        assert_eq!(*version, single, "{stream}: also what was kept and not acknowledged is there once");
    }
    let sample: Vec<u32> = acknowledged.iter().copied().step_by(acknowledged.len() / 200 + 1).collect();
    for number in &sample {
        let stream: StreamId = tree(*number);
        assert_eq!(reader.read(&stream).unwrap().len() as u64, single, "{stream} reads");
    }
    println!(
        "{KILLS} kills in {:.1} s: {} acknowledged, {} kept, {kept} leaves",
        started.elapsed().as_secs_f64(),
        acknowledged.len(),
        streams.len()
    );
    assert!(streams.len() >= acknowledged.len());
}
