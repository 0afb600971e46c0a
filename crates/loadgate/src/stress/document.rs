//! The document of `stress`: what was sent, how long answers took, and whether what was acknowledged is there.

use schemars::JsonSchema;
use serde::Serialize;

/// Name of the document's schema.
pub const SCHEMA: &str = "loadgate.stress/1";

/// A run.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StressItem {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// The node.
    pub url: String,
    /// What the goods followed from: with prefix and day it gives the same bytes again.
    pub seed: u64,
    /// Prefix of the waybills' numbers.
    pub prefix: String,
    /// The day of departure of all goods.
    pub departs: String,
    /// How many filed at once, each waiting for its last answer.
    pub senders: u32,
    /// How many asked the gate meanwhile.
    pub askers: u32,
    /// How many waybills were to be filed a second, where that was said; their times count from when each was due.
    pub rate: Option<u32>,
    /// How long it took, from the first request to the last answer, what was asked again afterwards aside; in milliseconds.
    pub took_ms: u64,
    /// Waybills and sets of houses that were acknowledged.
    pub filings: u64,
    /// The same in a second.
    pub filings_per_second: f64,
    /// Requests by kind.
    pub requests: Vec<KindItem>,
    /// Acknowledged waybills that were asked for again at the end.
    pub asked_again: u64,
    /// How many of them the node does not know.
    pub missing: u64,
    /// What failed or was wrong, the first of it.
    pub troubles: Vec<String>,
    /// What the node used, where it was started for the run and the system tells; otherwise `null`.
    pub node: Option<UsedItem>,
    /// Whether nothing failed, nothing was wrong and nothing is missing.
    pub passed: bool,
}

/// Requests of one kind. Those that were turned away are sent again, and the time of the last sending counts.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct KindItem {
    /// `waybill`, `houses`, `peek`, `commit`, or `asked-again`.
    pub kind: &'static str,
    /// How many were answered as asked.
    pub answered: u64,
    /// How many in a second.
    pub per_second: f64,
    /// How many failed: no answer, or a problem.
    pub failed: u64,
    /// How many were answered with something that cannot be so.
    pub wrong: u64,
    /// How often one was turned away (429 or 503) and waited.
    pub turned_away: u64,
    /// How many were given up when the time was over, or after five minutes of waiting.
    pub given_up: u64,
    /// Time that half did not exceed, in microseconds.
    pub p50_us: u64,
    /// Time that nine of ten did not exceed, in microseconds.
    pub p90_us: u64,
    /// Time that 99 of 100 did not exceed, in microseconds.
    pub p99_us: u64,
    /// The longest time, in microseconds.
    pub max_us: u64,
}

/// What the node used while it was under load.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UsedItem {
    /// The most memory it had, its start and its lists included (`VmHWM`), in bytes.
    pub memory_max_bytes: u64,
    /// Time of processors, in milliseconds.
    pub processor_ms: u64,
    /// Time of processors for each filing, in microseconds; what was asked meanwhile is in it.
    pub processor_us_per_filing: u64,
    /// Time of processors that the senders took, in milliseconds: where they share the machine the node had less of it.
    pub senders_processor_ms: u64,
}
