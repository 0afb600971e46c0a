//! How many filings a second are acknowledged once PostgreSQL has them on its disk, with 256 senders: by one node, and by
//! two nodes of the same database. The server is one of its own, as in the tests.
//!
//! `cargo bench -p store --bench nodes`
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "../tests/support/cluster.rs"]
mod cluster;
#[path = "../tests/support/nodes.rs"]
mod nodes;
#[path = "../tests/support/mod.rs"]
mod support;

use cluster::Shared;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use engine::{Command, ObjectRef};
use nodes::{Node, keyed, node_with};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use store::writer::{Answer, Lane, Settings, Submission};
use support::{Turned, form, key, tree};

const SENDERS: u32 = 256;

/// What each sender sends in an iteration.
const EACH: u32 = 4;

/// A filing as a filer sends it: with a key, and the message it came in.
fn filed(number: u32) -> Submission {
    let mut raw = format!("waybill {number} as it came ").into_bytes();
    raw.resize(1024, b'.');
    Submission { raw: Some(raw.into()), ..keyed(number) }
}

/// A question at a desk.
fn asked(number: u32) -> Submission {
    Submission::from(Command::Ask {
        object: ObjectRef { stream: tree(number), node: casework::case::Node::of(&key(number)) },
        leg: casework::gate::AskedLeg::First,
        stage: casework::gate::Stage::Load,
        aircraft: casework::gate::Aircraft::Passenger,
        holder: "desk".into(),
        asker: casework::view::Asker::Carrier,
    })
}

/// Sends from every sender, each of which waits for the answer to its last; senders are spread over the nodes.
fn send(nodes: &[Node], each: u64, submission: impl Fn() -> Submission + Sync) -> Duration {
    let started = Instant::now();
    thread::scope(|scope| {
        for sender in 0..SENDERS as usize {
            let submission = &submission;
            scope.spawn(move || {
                for _ in 0..each {
                    let answer = nodes[sender % nodes.len()].ask(Lane::Ordinary, submission());
                    assert!(matches!(answer, Ok(Answer::Given(Ok(_)))), "{answer:?}");
                }
            });
        }
    });
    started.elapsed()
}

fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("nodes");
    group.throughput(Throughput::Elements(u64::from(SENDERS * EACH))).sample_size(10);
    group.warm_up_time(Duration::from_secs(2)).measurement_time(Duration::from_secs(8));
    for count in [1, 2] {
        let Some(shared) = Shared::new() else { return };
        let database = shared.database();
        let start = |seed| node_with(&database, Settings::new(form), &Turned::new(), seed);
        let nodes: Vec<Node> = (0..count).map(start).collect();
        let next = AtomicU32::new(1);
        let file = || filed(next.fetch_add(1, Ordering::Relaxed));
        group.bench_function(format!("filed_by_{count}"), |bencher| {
            bencher.iter_custom(|iterations| send(&nodes, iterations * u64::from(EACH), file));
        });
        let last = next.load(Ordering::Relaxed);
        let turn = AtomicU32::new(0);
        let ask = || asked(1 + turn.fetch_add(7, Ordering::Relaxed) % (last - 1));
        group.bench_function(format!("asked_of_{count}"), |bencher| {
            bencher.iter_custom(|iterations| send(&nodes, iterations * u64::from(EACH), ask));
        });
    }
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
