//! How many filings a second are acknowledged once they are on the disk, with 256 senders, against SQLite alone: the same
//! rows, written by a loop that does nothing else, with as many filings in each commit. The engine alone, in memory, says
//! what of the difference is its work.
//!
//! `cargo bench -p store --bench store`
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "../tests/support/mod.rs"]
mod support;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use engine::Engine;
use engine::memory::{MemoryJournal, MemoryOutbox};
use rusqlite::types::Value;
use rusqlite::{Connection, params, params_from_iter};
use std::hint::black_box;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use store::sqlite::idempotency::RequestKey;
use store::writer::{Answer, Lane, Settings, Submission, Writer};
use support::{Folder, Turned, file, form, submission, writer};

/// That of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const SENDERS: u32 = 256;

/// Filings of each sender in an iteration.
const EACH: u32 = 4;

const FILINGS: u64 = (SENDERS * EACH) as u64;

/// A filing as a filer sends it: with a key, and the message it came in.
fn keyed(number: u32) -> Submission {
    let mut request = [0; 32];
    request[..4].copy_from_slice(&number.to_be_bytes());
    let key = RequestKey { organisation: "org".into(), key: number.to_string().as_str().into(), request };
    let mut raw = format!("waybill {number} as it came ").into_bytes();
    raw.resize(1024, b'.');
    Submission { key: Some(key), raw: Some(raw.into()), ..submission(number) }
}

/// Sends filings from every sender, each of which waits for the answer to its last.
fn send(writer: &Writer, next: &AtomicU32, each: u64) -> Duration {
    let started = Instant::now();
    thread::scope(|scope| {
        for _ in 0..SENDERS {
            scope.spawn(|| {
                for _ in 0..each {
                    let answer = writer.ask(Lane::Ordinary, keyed(next.fetch_add(1, Ordering::Relaxed)));
                    assert!(matches!(answer, Ok(Answer::Given(Ok(_)))), "{answer:?}");
                }
            });
        }
    });
    started.elapsed()
}

/// What one filing leaves in a table: its columns, and its rows.
struct Rows {
    insert: String,
    /// What differs from filing to filing, by column.
    places: Vec<Place>,
    rows: Vec<Vec<Value>>,
}

#[derive(Clone, Copy)]
enum Place {
    /// The same for each.
    Same,
    /// Counted on from row to row.
    Leaf,
    /// One for the filing.
    Filing,
    /// A text or bytes that must be another for each.
    Unique,
}

/// The rows that the second filing of a database left.
fn rows() -> Vec<Rows> {
    let folder = Folder::new();
    {
        let writer = writer(&folder.database(), Settings::new(form), &Turned::new());
        writer.ask(Lane::Ordinary, keyed(1)).unwrap();
        writer.ask(Lane::Ordinary, keyed(2)).unwrap();
    }
    let connection = Connection::open(folder.file()).unwrap();
    let id = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    let stream = id(&format!("SELECT id FROM stream WHERE name = '{}'", support::tree(2)));
    let leaf = id(&format!("SELECT min(leaf_index) FROM event WHERE stream = {stream}"));
    let half = id("SELECT count(*) / 2 FROM outbox");
    use Place::{Filing, Leaf, Same, Unique};
    let tables: Vec<(&str, String, Vec<Place>)> = vec![
        ("stream", format!("id = {stream}"), vec![Filing, Unique, Same, Same, Same]),
        ("leaf", format!("leaf_index >= {leaf}"), vec![Leaf, Same]),
        ("event", format!("stream = {stream}"), vec![Leaf, Filing, Same, Same, Same, Same, Same]),
        ("index_change", format!("leaf_index >= {leaf}"), vec![Leaf, Same, Unique, Unique, Same, Same]),
        ("index_entry", format!("place >= {leaf}"), vec![Same, Unique, Unique, Leaf]),
        ("raw", "id = 2".into(), vec![Filing, Unique, Same, Same]),
        ("raw_of", "raw = 2".into(), vec![Filing, Filing, Same]),
        ("idempotency", "key = '2'".into(), vec![Same, Unique, Same, Same, Same, Same]),
        ("outbox", format!("id > {half}"), vec![Filing, Same, Same, Same, Same, Same, Same]),
    ];
    tables
        .into_iter()
        .map(|(table, filter, places)| {
            let marks = vec!["?"; places.len()].join(", ");
            // Of several rows of the outbox each has a number of its own; the database gives it.
            let insert = format!("INSERT OR IGNORE INTO {table} VALUES ({marks})");
            let mut select = connection.prepare(&format!("SELECT * FROM {table} WHERE {filter}")).unwrap();
            let count = select.column_count();
            let rows = select
                .query_map([], |row| (0..count).map(|column| row.get(column)).collect())
                .unwrap()
                .collect::<Result<_, _>>()
                .unwrap();
            Rows { insert, places, rows }
        })
        .collect()
}

/// Writes the rows of filings, so many in each commit.
fn write(connection: &Connection, rows: &[Rows], next: &mut (i64, i64), filings: u64) {
    let (filing, leaf) = next;
    for batch in 0..filings.div_ceil(u64::from(SENDERS)) {
        connection.prepare_cached("BEGIN IMMEDIATE").unwrap().execute([]).unwrap();
        for _ in 0..u64::from(SENDERS).min(filings - batch * u64::from(SENDERS)) {
            *filing += 1;
            let first = *leaf;
            for Rows { insert, places, rows } in rows {
                let mut insert = connection.prepare_cached(insert).unwrap();
                let mut at = first;
                for (number, row) in (0..).zip(rows) {
                    let mut takes_leaf = false;
                    let values = places.iter().zip(row).map(|(place, value)| match (place, value) {
                        (Place::Same, value) => value.clone(),
                        (Place::Leaf, _) => {
                            takes_leaf = true;
                            Value::Integer(at)
                        }
                        // Several rows of one filing differ by their number.
                        (Place::Filing, _) if insert_is_outbox(places) => {
                            Value::Integer(*filing * 64 + number)
                        }
                        (Place::Filing, _) => Value::Integer(*filing),
                        (Place::Unique, Value::Blob(bytes)) => {
                            let mut bytes = bytes.clone();
                            bytes[..8].copy_from_slice(&filing.to_be_bytes());
                            Value::Blob(bytes)
                        }
                        (Place::Unique, Value::Text(text)) => Value::Text(format!("{text}{filing:06}")),
                        (Place::Unique, value) => value.clone(),
                    });
                    let values: Vec<Value> = values.collect();
                    assert_eq!(insert.execute(params_from_iter(values)).unwrap(), 1);
                    at += i64::from(takes_leaf);
                }
                *leaf = (*leaf).max(at);
            }
        }
        let mark = [0_u8; 16];
        connection
            .prepare_cached("UPDATE meta SET value = ?1 WHERE name = 'batch'")
            .unwrap()
            .execute(params![mark])
            .unwrap();
        connection.prepare_cached("COMMIT").unwrap().execute([]).unwrap();
    }
}

/// Only the outbox has a column of its own number and six that are the same.
fn insert_is_outbox(places: &[Place]) -> bool {
    matches!(places, [Place::Filing, rest @ ..] if rest.len() == 6 && rest.iter().all(|place| matches!(place, Place::Same)))
}

fn store(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("store");
    group.throughput(Throughput::Elements(FILINGS)).sample_size(10);
    group.warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(8));

    group.bench_function("acknowledged_256_senders", |bencher| {
        let folder = Folder::new();
        let writer = writer(&folder.database(), Settings::new(form), &Turned::new());
        let next = AtomicU32::new(1);
        bencher.iter_custom(|iterations| send(&writer, &next, iterations * u64::from(EACH)));
    });

    group.bench_function("sqlite_alone_256_in_a_commit", |bencher| {
        let rows = rows();
        let folder = Folder::new();
        let session = folder.database().session().unwrap();
        let mut next = (1_000, 0);
        bencher.iter_custom(|iterations| {
            let started = Instant::now();
            write(session.connection(), &rows, &mut next, iterations * FILINGS);
            started.elapsed()
        });
    });

    group.bench_function("engine_alone_in_memory", |bencher| {
        let (mut engine, mut number) = (in_memory(), 0);
        bencher.iter(|| {
            for _ in 0..FILINGS {
                number += 1;
                black_box(engine.handle(file(number)).unwrap());
            }
        });
    });
    group.finish();
}

fn in_memory() -> Engine<MemoryJournal, Turned, MemoryOutbox> {
    Engine::new(
        engine::Settings::simulated(),
        MemoryJournal::default(),
        Turned::new(),
        MemoryOutbox::default(),
    )
}

criterion_group!(benches, store);
criterion_main!(benches);
