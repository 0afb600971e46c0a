//! What was done on each day.

use casework::counts::{Count, Counts};
use consignment::fact::ReferralKind;
use jiff::civil::Date;
use programme::ProgrammeId;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Name of the schema of counts.
pub const COUNTS_SCHEMA: &str = "loadgate-counts/1";

/// Counts of days.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CountsReply {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// The first day, UTC.
    pub from: String,
    /// The last day.
    pub to: String,
    /// By day, then programme; where nothing was done there is none.
    pub counts: Vec<CountItem>,
    /// Events of these days that were erased, and count nowhere.
    pub erased: u64,
}

impl CountsReply {
    /// What was counted from one day to another.
    pub fn new(from: Date, to: Date, counts: &Counts, erased: u64) -> Self {
        let item = |(day, programme, count): (Date, Option<&ProgrammeId>, &Count)| {
            CountItem::new(day, programme, count)
        };
        Self {
            schema: COUNTS_SCHEMA,
            from: from.to_string(),
            to: to.to_string(),
            counts: counts.iter().map(item).collect(),
            erased,
        }
    }
}

/// What was done on a day, in a programme or in none.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CountItem {
    /// The day on which it was written down, UTC.
    pub day: String,
    /// The programme; `null` for what is of no single one.
    pub programme: Option<String>,
    /// Versions of goods that were filed.
    pub filings: u64,
    /// Versions that the authority acknowledged.
    pub acknowledged: u64,
    /// Versions that it rejected.
    pub rejected: u64,
    /// Assessments that it reported complete.
    pub completed: u64,
    /// Of these, how many ended referrals.
    pub completed_ending: u64,
    /// Referrals that were opened.
    pub referrals_opened: KindCounts,
    /// Referrals that were closed, or cancelled, by a word of their own.
    pub referrals_closed: KindCounts,
    /// Do-not-load orders that name a unit.
    pub unit_orders: u64,
    /// Those that were cancelled.
    pub unit_orders_cancelled: u64,
    /// Holds of agencies that were placed.
    pub holds_placed: u64,
    /// Those that were lifted.
    pub holds_lifted: u64,
    /// Answers for loading that said "load".
    pub answers_load: u64,
    /// Those that said "hold"; in a programme, those that something of it held.
    pub answers_hold: u64,
    /// Answers that were recalled; in a programme, those that something of it recalled.
    pub answers_recalled: u64,
}

/// Counts by kind of referral.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KindCounts {
    /// Requests for information.
    pub rfi: u64,
    /// Requests for screening.
    pub rfs: u64,
    /// Do-not-load orders.
    pub dnl: u64,
}

impl From<&BTreeMap<ReferralKind, u64>> for KindCounts {
    fn from(counts: &BTreeMap<ReferralKind, u64>) -> Self {
        let of = |kind| counts.get(&kind).copied().unwrap_or_default();
        Self { rfi: of(ReferralKind::Rfi), rfs: of(ReferralKind::Rfs), dnl: of(ReferralKind::Dnl) }
    }
}

impl CountItem {
    fn new(day: Date, programme: Option<&ProgrammeId>, count: &Count) -> Self {
        let Count {
            filings,
            acknowledged,
            rejected,
            completed,
            completed_ending,
            opened,
            closed,
            unit_orders,
            unit_orders_cancelled,
            holds_placed,
            holds_lifted,
            answers_load,
            answers_hold,
            answers_recalled,
        } = count;
        Self {
            day: day.to_string(),
            programme: programme.map(ToString::to_string),
            filings: *filings,
            acknowledged: *acknowledged,
            rejected: *rejected,
            completed: *completed,
            completed_ending: *completed_ending,
            referrals_opened: KindCounts::from(opened),
            referrals_closed: KindCounts::from(closed),
            unit_orders: *unit_orders,
            unit_orders_cancelled: *unit_orders_cancelled,
            holds_placed: *holds_placed,
            holds_lifted: *holds_lifted,
            answers_load: *answers_load,
            answers_hold: *answers_hold,
            answers_recalled: *answers_recalled,
        }
    }
}
