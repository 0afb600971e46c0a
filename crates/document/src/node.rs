//! What a node answers over HTTP. The names of its fields are a contract: clients are generated from them
//! (`docs/reference/openapi.json`).

use super::assess::{CaseItem, LoadItem, MatchItem, ReferralItem};
use super::check::FoundItem;
use super::screening::ScreeningRequestItem;
use casework::case::Referral;
use engine::EarlierConsignment;
use programme::ProgrammeId;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// Name of the schema of what became of messages.
pub const FILINGS_SCHEMA: &str = "loadgate-filings/1";
/// Name of the schema of the gate's answer.
pub const GATE_SCHEMA: &str = "loadgate-gate/1";
/// Name of the schema of what is known of a consignment.
pub const CONSIGNMENT_SCHEMA: &str = "loadgate-consignment/1";

/// What became of the messages of a request.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FilingsReply {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// One for each message, in order.
    pub messages: Vec<MessageItem>,
}

/// What became of one message.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MessageItem {
    /// Its index in the request, from 0.
    pub message: usize,
    /// The line it starts at, from 1.
    pub line: u32,
    /// Its format and version; `null` where it is of none that is known here.
    pub format: Option<String>,
    /// What was found in it.
    pub findings: Vec<FoundItem>,
    /// What became of each of its facts: an object with `outcome` (`done`, `unchanged`, `refused`, `failed`).
    pub facts: Vec<Value>,
    /// What became of what it files: an object with `outcome` (`filed`, `refused`, `failed`); `null` where it files
    /// nothing.
    pub filing: Value,
    /// The answer in the sender's own format, in as many pieces as it takes: FMA where the message was taken in, FNA with
    /// the reasons where it was not. Empty where the format has no answer.
    pub reply: Vec<String>,
}

/// The gate's answer.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GateReply {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// Whether goods may be loaded on it: it was written down before it was given.
    pub for_loading: bool,
    /// Under what it was written down; `null` where it was not.
    pub answer_id: Option<String>,
    /// The answer.
    pub load: LoadItem,
}

/// What is known of a consignment.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConsignmentReply {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// Its air waybill; `null` for a house whose master is not known.
    pub master: Option<String>,
    /// Its house waybill; `null` for a master.
    pub house: Option<String>,
    /// Who filed it.
    pub filer: Option<String>,
    /// Its cases, in order of programme.
    pub cases: Vec<CaseItem>,
    /// Requests for screening, and marks as high-risk, each with what the results known here show for it.
    pub screening_requests: Vec<ScreeningRequestItem>,
    /// List hits of its parties.
    pub matches: Vec<MatchItem>,
    /// Its security status.
    pub security_status: Option<&'static str>,
    /// `declared` or `verified`.
    pub security_basis: Option<&'static str>,
    /// Why the status is not better; `null` where it suffices for passenger aircraft.
    pub security_why: Option<String>,
    /// Pieces that have arrived at its destination.
    pub arrived_pieces: u64,
    /// Consignments that had the number before, the oldest first.
    pub earlier: Vec<EarlierItem>,
}

/// A consignment that had the same number before.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EarlierItem {
    /// When its goods were last filed, reported or in custody, RFC 3339.
    pub last_at: Option<String>,
    /// Its referrals, in order of programme and opening.
    pub referrals: Vec<EarlierReferral>,
}

/// A referral of a consignment that had the same number before.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EarlierReferral {
    /// The programme.
    pub programme: String,
    /// The referral.
    #[serde(flatten)]
    pub referral: ReferralItem,
}

impl From<&EarlierConsignment> for EarlierItem {
    fn from(before: &EarlierConsignment) -> Self {
        let referral = |(programme, referral): &(ProgrammeId, Referral)| EarlierReferral {
            programme: programme.to_string(),
            referral: ReferralItem::from(referral),
        };
        Self {
            last_at: before.last_at.map(|at| at.to_string()),
            referrals: before.referrals.iter().map(referral).collect(),
        }
    }
}

/// Our answer beside that of the system in place.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ComparisonReply {
    /// Ours: `load` or `hold`.
    pub ours: &'static str,
    /// Theirs.
    pub theirs: &'static str,
    /// `agree`, `only-we-hold` or `only-they-hold`.
    pub outcome: &'static str,
    /// Codes of the reasons for which we hold.
    pub reasons: Vec<String>,
}

/// That a recall was seen.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AcknowledgedReply {
    /// The answer.
    pub answer_id: String,
    /// Who saw it.
    pub acknowledged_by: String,
}

/// Whether the node is well.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HealthReply {
    /// `ok`; `holding` where it works and the gate holds everything; `failing` where it does not work.
    pub status: &'static str,
    /// Why it holds everything; left out where it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<&'static str>,
}

/// What a code of a problem means.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ProblemKind {
    /// The code.
    pub code: &'static str,
    /// Status of the response.
    pub status: u16,
    /// What it means.
    pub title: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
}

/// A problem (RFC 9457).
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ProblemReply {
    /// A link to what its kind means.
    #[serde(rename = "type")]
    pub kind: String,
    /// What its kind means.
    pub title: String,
    /// Status of the response.
    pub status: u16,
    /// Stable code of its kind.
    pub code: String,
    /// What of this request, and what would do.
    pub detail: String,
    /// Code of the lawful no, where it is one; `loadgate explain` tells of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<RefusalItem>,
}

/// A lawful no.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RefusalItem {
    /// Its code.
    pub code: String,
}

/// One edition of a watch list that a node screens against.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HeldList {
    /// Its title.
    pub title: String,
    /// Identifier of its source.
    pub source: String,
    /// What it is for; it limits what a hit may do.
    pub purpose: String,
    /// Of when it is; `null` is "undated".
    pub edition: Option<String>,
    /// SHA-256 of its content in hexadecimal digits.
    pub sha256: String,
    /// How many entries it has.
    pub entries: usize,
    /// How many days ago its edition was, at least: one of a month or a year is taken to be of its last day. `null` where
    /// it is undated.
    pub age_days: Option<u32>,
    /// How many days old an edition of it may be here.
    pub age_max_days: u16,
    /// Whether it is older; `null` where nobody can say.
    pub is_old: Option<bool>,
}

/// A programme as it runs on a node.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HeldProgramme {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `authority`, `relay` or `simulated`.
    pub mode: &'static str,
    /// SHA-256 of its data in hexadecimal digits: what an answer was given by.
    pub sha256: String,
}

/// The last signed checkpoint of the log.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CheckpointReply {
    /// The key by which it is verified (C2SP signed-note).
    pub verifier: String,
    /// The checkpoint (C2SP tlog-checkpoint).
    pub checkpoint: String,
}
