//! Nodes on one database.
#![allow(dead_code, missing_docs, clippy::unwrap_used)]

pub use crate::support::keyed;

use crate::support::{Turned, form};
use engine::Engine;
use std::time::Duration;
use store::postgres::{Database, PgJournal, PgOutbox, Session};
use store::writer::{Settings, SharedEngine, Writer};

pub type Node = Writer<Session>;

pub fn engine(journal: PgJournal, outbox: PgOutbox, clock: Turned, seed: u64) -> SharedEngine<Turned> {
    Engine::new(engine::Settings { seed, ..engine::Settings::simulated() }, journal, clock, outbox)
}

/// Batches that wait for one another only where a test says so.
pub fn settings() -> Settings {
    Settings { batch_time_max: Duration::from_secs(5), ..Settings::new(form) }
}

pub fn node_with(database: &Database, settings: Settings, clock: &Turned, seed: u64) -> Node {
    let clock = clock.clone();
    let make = move |journal, outbox| engine(journal, outbox, clock.clone(), seed);
    Writer::connect(database, settings, make).unwrap()
}

pub fn node(database: &Database, clock: &Turned) -> Node {
    node_with(database, settings(), clock, 0)
}
