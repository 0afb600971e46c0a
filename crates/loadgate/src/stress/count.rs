//! What came of requests, by kind.

use super::document::KindItem;
use super::durations::Durations;
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How many different troubles are told.
const TROUBLES_MAX: usize = 20;

/// Kinds of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A waybill is filed.
    Waybill,
    /// The houses of a waybill are filed.
    Houses,
    /// The gate is asked, unrecorded.
    Peek,
    /// The gate is asked for an answer on which goods may be loaded.
    Commit,
    /// The gate is asked at the end, about what was acknowledged.
    AskedAgain,
}

impl Kind {
    pub(super) const ALL: [Self; 5] =
        [Self::Waybill, Self::Houses, Self::Peek, Self::Commit, Self::AskedAgain];

    /// Its name in documents.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Waybill => "waybill",
            Self::Houses => "houses",
            Self::Peek => "peek",
            Self::Commit => "commit",
            Self::AskedAgain => "asked-again",
        }
    }
}

/// Counts of every kind, and the first troubles.
#[derive(Debug, Default)]
pub(super) struct Counts {
    kinds: [Mutex<Count>; Kind::ALL.len()],
    troubles: Mutex<BTreeSet<String>>,
}

/// Counts of one kind.
#[derive(Debug, Default)]
struct Count {
    durations: Durations,
    failed: u64,
    wrong: u64,
    turned_away: u64,
    given_up: u64,
}

impl Counts {
    /// One was answered as asked.
    pub(super) fn answered(&self, kind: Kind, took: Duration) {
        self.of(kind).durations.add(took);
    }

    /// One failed.
    pub(super) fn failed(&self, kind: Kind, why: &str) {
        self.of(kind).failed += 1;
        self.trouble(kind, why);
    }

    /// One was answered with something that cannot be so.
    pub(super) fn wrong(&self, kind: Kind, why: &str) {
        self.of(kind).wrong += 1;
        self.trouble(kind, why);
    }

    /// One was turned away, and waits.
    pub(super) fn turned_away(&self, kind: Kind) {
        self.of(kind).turned_away += 1;
    }

    /// One that waited was given up.
    pub(super) fn given_up(&self, kind: Kind) {
        self.of(kind).given_up += 1;
    }

    /// How many of a kind were answered.
    pub(super) fn answers(&self, kind: Kind) -> u64 {
        self.of(kind).durations.count()
    }

    /// The first troubles, in order of their kinds.
    pub(super) fn troubles(&self) -> Vec<String> {
        lock(&self.troubles).iter().cloned().collect()
    }

    /// A kind, as it is told of a load that took so long; what is asked again after it has no rate.
    pub(super) fn item(&self, kind: Kind, took: Duration) -> KindItem {
        let count = self.of(kind);
        let answered = count.durations.count();
        let per_second = if kind == Kind::AskedAgain { 0.0 } else { in_a_second(answered, took) };
        KindItem {
            kind: kind.name(),
            answered,
            per_second,
            failed: count.failed,
            wrong: count.wrong,
            turned_away: count.turned_away,
            given_up: count.given_up,
            p50_us: count.durations.percentile_us(50),
            p90_us: count.durations.percentile_us(90),
            p99_us: count.durations.percentile_us(99),
            max_us: count.durations.max_us(),
        }
    }

    fn of(&self, kind: Kind) -> MutexGuard<'_, Count> {
        lock(&self.kinds[kind as usize])
    }

    fn trouble(&self, kind: Kind, why: &str) {
        let mut troubles = lock(&self.troubles);
        if troubles.len() < TROUBLES_MAX {
            troubles.insert(format!("{}: {why}", kind.name()));
        }
    }
}

/// How many in a second, to a tenth.
pub(super) fn in_a_second(count: u64, took: Duration) -> f64 {
    let seconds = took.as_secs_f64();
    if seconds > 0.0 { (count as f64 / seconds * 10.0).round() / 10.0 } else { 0.0 }
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    // Counts are whole between any two statements.
    what.lock().unwrap_or_else(PoisonError::into_inner)
}
