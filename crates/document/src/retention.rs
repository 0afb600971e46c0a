//! How long goods are kept, and what keeps them longer.

use crate::holds::OfficerItem;
use casework::retention::{Keeps, LegalHold, Term};
use consignment::ConsignmentKey;
use schemars::JsonSchema;
use serde::Serialize;

/// Name of the schema of legal holds.
pub const LEGAL_HOLDS_SCHEMA: &str = "loadgate-legal-holds/1";

/// Name of the schema of what is over its time.
pub const RETENTION_SCHEMA: &str = "loadgate-retention/1";

/// Name of the schema of an erasure.
pub const ERASURE_SCHEMA: &str = "loadgate-erasure/1";

/// Legal holds, in the order in which they were placed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LegalHoldsReply {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// The holds.
    pub legal_holds: Vec<LegalHoldItem>,
    /// What to ask for as `after` to go on; `null` at the end.
    pub next: Option<String>,
}

/// A legal hold: nothing of the goods, or of others of the same waybill, is erased while it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LegalHoldItem {
    /// Its number.
    pub id: String,
    /// Air waybill; `null` for every house of that number.
    pub master: Option<String>,
    /// House waybill; `null` for a master.
    pub house: Option<String>,
    /// `standing` or `lifted`.
    pub state: &'static str,
    /// Why it was placed.
    pub reason: String,
    /// Who placed it.
    pub by: OfficerItem,
    /// When, RFC 3339.
    pub at: String,
    /// Why it was lifted.
    pub lifted_reason: Option<String>,
    /// Who lifted it.
    pub lifted_by: Option<OfficerItem>,
    /// When, RFC 3339.
    pub lifted_at: Option<String>,
    /// Where the policy is stated by which he who placed it lifted it himself.
    pub policy: Option<String>,
}

impl From<&LegalHold> for LegalHoldItem {
    fn from(hold: &LegalHold) -> Self {
        let lifted = hold.lifted.as_ref();
        Self {
            id: hold.id.to_string(),
            master: hold.object.master.map(|master| master.to_string()),
            house: hold.object.house.as_ref().map(ToString::to_string),
            state: if lifted.is_none() { "standing" } else { "lifted" },
            reason: hold.reason.clone(),
            by: OfficerItem::from(&hold.by),
            at: hold.at.to_string(),
            lifted_reason: lifted.map(|lifted| lifted.reason.clone()),
            lifted_by: lifted.map(|lifted| OfficerItem::from(&lifted.by)),
            lifted_at: lifted.map(|lifted| lifted.at.to_string()),
            policy: lifted.and_then(|lifted| lifted.policy.as_ref()).map(ToString::to_string),
        }
    }
}

/// What was not added to for as long as the shortest time for which anything is kept.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RetentionReply {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// Whether this node erases by itself what nothing keeps.
    pub erases: bool,
    /// Consignments, in order of their streams.
    pub consignments: Vec<RetentionItem>,
    /// What to ask for as `after` to go on; `null` at the end. A reply may have no consignments and go on.
    pub next: Option<String>,
}

/// How long a consignment with all its houses is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RetentionItem {
    /// Air waybill; `null` for a house whose master nobody told.
    pub master: Option<String>,
    /// House waybill; `null` where the master is known.
    pub house: Option<String>,
    /// From when its time runs, RFC 3339: its last event, or the end of the last day that its way names.
    pub since: String,
    /// For how many days it is kept.
    pub days: u32,
    /// Until when, RFC 3339.
    pub until: String,
    /// What keeps it: `time`, `open`, `legal-hold`, `clock`; empty where it may be erased.
    pub keeps: Vec<&'static str>,
    /// Numbers of the legal holds that keep it.
    pub legal_holds: Vec<String>,
}

impl RetentionItem {
    /// Of a consignment.
    pub fn new(key: &ConsignmentKey, term: &Term) -> Self {
        let mut keeps: Vec<&'static str> = term
            .keeps
            .iter()
            .map(|keeps| match keeps {
                Keeps::Time => "time",
                Keeps::Open => "open",
                Keeps::LegalHold(_) => "legal-hold",
                Keeps::Clock => "clock",
            })
            .collect();
        keeps.dedup();
        let holds = term.keeps.iter().filter_map(|keeps| match keeps {
            Keeps::LegalHold(id) => Some(id.to_string()),
            _ => None,
        });
        Self {
            master: key.master.map(|master| master.to_string()),
            house: key.house.as_ref().map(ToString::to_string),
            since: term.from.to_string(),
            days: term.days,
            until: term.until.to_string(),
            keeps,
            legal_holds: holds.collect(),
        }
    }
}

/// That a consignment was erased.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ErasureReply {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// What was erased, with all its houses, and what its time was.
    pub erased: RetentionItem,
}
