//! Nodes on one database are killed at random points, thirty times, under load, and stopped and let go on; and the server
//! is restarted under them: nothing acknowledged is lost, nothing is doubled, and the log verifies.
//!
//! The test runs its own executable again as the nodes: `process` does nothing unless it is told a database.
// How much was acknowledged is for whoever looks at the test.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

#[path = "support/cluster.rs"]
mod cluster;
#[path = "support/nodes.rs"]
mod nodes;
mod support;

use cluster::Shared;
use nodes::{keyed, node_with};
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime};
use store::postgres::Database;
use store::postgres::audit::{Log, verify};
use store::writer::{Answer, Lane, Settings, WriteError};
use support::{Turned, form, tree};

const KILLS: u32 = 30;
const SENDERS: usize = 4;

/// The database of the nodes, their key file, and the number they begin with.
const DATABASE: &str = "LOADGATE_KILL_DATABASE";
const KEYS: &str = "LOADGATE_KILL_KEYS";
const FIRST: &str = "LOADGATE_KILL_FIRST";

/// Files numbers until it is killed, and prints each that was acknowledged. What is refused is sent again.
#[test]
fn process() {
    let Ok(address) = std::env::var(DATABASE) else { return };
    let keys = std::env::var_os(KEYS).unwrap();
    let first: u32 = std::env::var(FIRST).unwrap().parse().unwrap();
    let database = Database::open(&address.parse().unwrap(), keys.as_ref()).unwrap();
    let seed = u64::from(std::process::id());
    let writer = Arc::new(node_with(&database, Settings::new(form), &Turned::new(), seed));
    let next = Arc::new(AtomicU32::new(first));
    for _ in 0..SENDERS {
        let (writer, next) = (Arc::clone(&writer), Arc::clone(&next));
        thread::spawn(move || {
            loop {
                let number = next.fetch_add(1, Ordering::SeqCst);
                loop {
                    match writer.ask(Lane::Ordinary, keyed(number)) {
                        Ok(Answer::Given(Ok(_)) | Answer::Repeated(_)) => break,
                        Err(WriteError::Storage(_) | WriteError::Unknown(_)) => {
                            thread::sleep(Duration::from_millis(20));
                        }
                        other => panic!("{number}: {other:?}"),
                    }
                }
                let mut out = std::io::stdout().lock();
                writeln!(out, "ack {number}").unwrap();
                out.flush().unwrap();
            }
        });
    }
    let mut log = None;
    loop {
        // Whoever has the lease when he is killed leaves it to the other after a moment.
        let _ = (|| -> Result<(), store::audit::AuditError> {
            let open = match &mut log {
                Some(open) => open,
                None => log.insert(Log::open(&database)?),
            };
            if let Some(lease) = open.take(Duration::from_millis(200))? {
                open.integrate(&lease, database.keys(), jiff::Timestamp::now())?;
            }
            Ok(())
        })()
        .inspect_err(|_| log = None);
        thread::sleep(Duration::from_millis(30));
    }
}

/// A node that runs, and what it acknowledged so far.
struct Process {
    child: Child,
    reading: Option<JoinHandle<()>>,
    told: Receiver<u32>,
}

impl Process {
    fn start(shared: &Shared, first: u32) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "process", "--nocapture", "--test-threads=1"])
            .env(DATABASE, shared.text())
            .env(KEYS, shared.key_file())
            .env(FIRST, first.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
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
        Self { child, reading: Some(reading), told }
    }

    /// Waits until it acknowledges something.
    fn begun(&self) -> u32 {
        self.told.recv_timeout(Duration::from_secs(60)).expect("the node acknowledges something")
    }

    /// Kills it: nothing of it runs any more. Gives what it acknowledged.
    fn kill(mut self) -> Vec<u32> {
        self.end();
        self.reading.take().unwrap().join().unwrap();
        self.told.try_iter().collect()
    }

    fn end(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

fn single(shared: &Shared) -> u64 {
    let database = shared.database();
    let node = nodes::node(&database, &Turned::new());
    node.ask(Lane::Ordinary, keyed(900_000)).unwrap();
    database.reader().unwrap().version(&tree(900_000)).unwrap()
}

/// What was acknowledged is there once, what was not is there once or not at all, and the log verifies. Gives its leaves.
fn check(shared: &Shared, acknowledged: &BTreeSet<u32>, single: u64, when: &str) -> u64 {
    let verified = verify(&shared.address()).unwrap_or_else(|why| panic!("{when}: {why}"));
    let reader = shared.database().reader().unwrap();
    let streams = reader.streams().unwrap();
    let trees: Vec<_> = streams.iter().filter(|(name, _)| name.starts_with("tree/")).collect();
    for (stream, version) in &trees {
        assert_eq!(*version, single, "{when}: {stream} is there once");
    }
    let names: BTreeSet<&str> = trees.iter().map(|(name, _)| &**name).collect();
    for number in acknowledged {
        assert!(names.contains(&*tree(*number)), "{when}: waybill {number} was acknowledged");
    }
    verified.leaves
}

/// Another order of events each time; it is printed with a failure.
struct Chance(u64);

impl Chance {
    fn new() -> Self {
        Self(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos() as u64)
    }

    fn below(&mut self, most: u64) -> Duration {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        Duration::from_micros((self.0 >> 33) % most)
    }
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_doubled_where_nodes_are_killed() {
    let Some(shared) = Shared::new() else { return };
    let single = single(&shared);
    let (started, mut chance) = (Instant::now(), Chance::new());
    let mut acknowledged: BTreeSet<u32> = BTreeSet::new();
    let mut leaves = 0;
    let mut other: Option<Process> = None;
    for kill in 0..KILLS {
        // Numbers that were sent and not acknowledged are sent again, with those after them: two nodes at a time file the
        // same ones.
        let first = (0..).find(|number| !acknowledged.contains(number)).unwrap();
        let node = Process::start(&shared, first);
        // Some are killed at their start.
        if kill % 5 != 0 {
            acknowledged.insert(node.begun());
        }
        thread::sleep(chance.below(150_000));
        let gone = other.replace(node).map(Process::kill);
        acknowledged.extend(gone.into_iter().flatten());
        let grown = check(&shared, &acknowledged, single, &format!("kill {kill}"));
        assert!(grown >= leaves, "kill {kill}: the log was cut");
        leaves = grown;
    }
    acknowledged.extend(other.into_iter().flat_map(Process::kill));
    let leaves = check(&shared, &acknowledged, single, "the end");
    let reader = shared.database().reader().unwrap();
    for number in acknowledged.iter().copied().step_by(acknowledged.len() / 200 + 1) {
        assert_eq!(reader.read(&tree(number)).unwrap().len() as u64, single, "waybill {number} reads");
    }
    println!(
        "{KILLS} kills in {:.1} s: {} acknowledged, {leaves} leaves",
        started.elapsed().as_secs_f64(),
        acknowledged.len()
    );
}

#[test]
fn a_node_that_is_stopped_and_goes_on_doubles_nothing_and_keeps_nobody_waiting() {
    let Some(shared) = Shared::new() else { return };
    let single = single(&shared);
    let mut chance = Chance::new();
    let (one, other) = (Process::start(&shared, 0), Process::start(&shared, 0));
    let mut acknowledged = BTreeSet::from([one.begun(), other.begun()]);
    for round in 0..3 {
        let (stopped, goes_on) = if round % 2 == 0 { (&one, &other) } else { (&other, &one) };
        thread::sleep(chance.below(300_000));
        stopped.signal("-STOP");
        acknowledged.extend(goes_on.told.try_iter());
        // Wherever it was stopped: the server ends what it had begun after some seconds.
        let next = goes_on.told.recv_timeout(Duration::from_secs(20));
        acknowledged.insert(next.unwrap_or_else(|_| panic!("round {round}: the other waits for it")));
        // Long enough for its connection to be ended, and for another to carry the log on.
        thread::sleep(Duration::from_millis(if round == 0 { 6_500 } else { 500 }));
        stopped.signal("-CONT");
        let next = stopped.told.recv_timeout(Duration::from_secs(60));
        acknowledged.insert(next.unwrap_or_else(|_| panic!("round {round}: it does not go on")));
        check(&shared, &acknowledged, single, &format!("round {round}"));
    }
    acknowledged.extend(one.kill());
    acknowledged.extend(other.kill());
    let leaves = check(&shared, &acknowledged, single, "the end");
    println!("{} acknowledged, {leaves} leaves", acknowledged.len());
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_doubled_where_the_server_is_restarted() {
    // A server of its own: whoever restarts it ends the connections of every other test.
    let Some(shared) = Shared::apart() else { return };
    let single = single(&shared);
    let acknowledged: Mutex<BTreeSet<u32>> = Mutex::default();
    let (one, other) = (Process::start(&shared, 0), Process::start(&shared, 5_000));
    for (round, mode) in ["fast", "immediate", "immediate"].into_iter().enumerate() {
        acknowledged.lock().unwrap().extend([one.begun(), other.begun()]);
        thread::sleep(Duration::from_millis(300));
        shared.cluster.control(&["-m", mode, "restart"]);
        for node in [&one, &other] {
            acknowledged.lock().unwrap().extend(node.told.try_iter());
            let next = node.told.recv_timeout(Duration::from_secs(60));
            acknowledged
                .lock()
                .unwrap()
                .insert(next.unwrap_or_else(|_| panic!("round {round}: it does not go on")));
        }
        check(&shared, &acknowledged.lock().unwrap(), single, &format!("round {round}, {mode}"));
    }
    acknowledged.lock().unwrap().extend(one.kill().into_iter().chain(other.kill()));
    let acknowledged = acknowledged.into_inner().unwrap();
    let leaves = check(&shared, &acknowledged, single, "the end");
    println!("{} acknowledged, {leaves} leaves", acknowledged.len());
}

/// While the server is away everything is refused, and nobody is told "load".
#[test]
fn without_the_server_everything_is_refused_and_then_goes_on() {
    let Some(shared) = Shared::apart() else { return };
    let database = shared.database();
    let node = nodes::node(&database, &Turned::new());
    node.ask(Lane::Ordinary, keyed(1)).unwrap();
    shared.cluster.control(&["-m", "fast", "stop"]);
    for _ in 0..3 {
        let asked = Instant::now();
        let refused = node.ask(Lane::Urgent, keyed(2));
        assert!(
            matches!(&refused, Err(WriteError::Storage(why)) if why.contains("cannot be reached")),
            "{refused:?}"
        );
        assert!(asked.elapsed() < Duration::from_secs(10), "and at once");
        let task = node.run(Lane::Ordinary, |_| Ok(()));
        assert!(task.is_err());
    }
    shared.cluster.control(&["start"]);
    let until = Instant::now() + Duration::from_secs(30);
    while let Err(why) = node.ask(Lane::Urgent, keyed(2)) {
        assert!(Instant::now() < until, "{why}");
        thread::sleep(Duration::from_millis(100));
    }
    assert!(matches!(node.ask(Lane::Ordinary, keyed(1)), Ok(Answer::Repeated(_))));
    verify(&shared.address()).unwrap();
}
