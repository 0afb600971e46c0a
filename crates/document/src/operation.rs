//! The documents of those who run a node: of `audit`, `backup`, `restore` and `doctor`.

use schemars::JsonSchema;
use serde::Serialize;

/// Name of the schema of `audit verify`.
pub const VERIFY_SCHEMA: &str = "loadgate.audit-verify/1";
/// Name of the schema of `audit prove`.
pub const PROOF_SCHEMA: &str = "loadgate.audit-proof/1";
/// Name of the schema of `audit export`.
pub const EXPORT_SCHEMA: &str = "loadgate.audit-export/1";
/// Name of the schema of `backup` and `restore`.
pub const SAVED_SCHEMA: &str = "loadgate.saved/1";
/// Name of the schema of `rebuild`.
pub const REBUILD_SCHEMA: &str = "loadgate.rebuild/1";
/// Name of the schema of `doctor`.
pub const DOCTOR_SCHEMA: &str = "loadgate.doctor/1";

/// What `audit verify` found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VerifiedItem {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// Whether everything is as it was written.
    pub whole: bool,
    /// The first place that differs, with what to do; `null` where none does.
    pub fault: Option<String>,
    /// Entries of the log; `null` where it could not be read.
    pub leaves: Option<u64>,
    /// Root over them, in hexadecimal digits.
    pub root: Option<String>,
    /// How many of them are under a signed checkpoint.
    pub signed: Option<u64>,
    /// Streams that were erased.
    pub erased: Option<u64>,
    /// Entries of the checkpoint given to compare with, from which the log goes on; `null` where none was given.
    pub continues: Option<u64>,
}

/// What `rebuild` found, and what it wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RebuiltItem {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// Whether everything is what follows from the log.
    pub whole: bool,
    /// The first place that differs, with what to do; `null` where none does.
    pub fault: Option<String>,
    /// Entries of the log; `null` where something differs.
    pub leaves: Option<u64>,
    /// Streams with events.
    pub streams: Option<u64>,
    /// Entries of the indices.
    pub entries: Option<u64>,
    /// Entries of the indices that were written anew; `null` where only was checked.
    pub written: Option<u64>,
}

/// The proof that an event is in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ProofItem {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// The key of the node by which the checkpoint is verified (C2SP signed-note).
    pub verifier: String,
    /// The stream.
    pub stream: String,
    /// Its place there, from 1.
    pub version: u64,
    /// When it was kept: nanoseconds since 1970 UTC, as a text, since a binary float would not keep them.
    pub at: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// The version of the form of its type.
    pub v: u32,
    /// The sealed document with nonce and tag, in Base64.
    pub segment: String,
    /// Its place in the log, from 0.
    pub leaf_index: u64,
    /// The hashes from the leaf upwards, in Base64.
    pub path: Vec<String>,
    /// The checkpoint that they lead to, as it was signed.
    pub checkpoint: String,
}

/// What `audit export` wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ExportedItem {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// The folder.
    pub folder: String,
    /// Entries of the log under the checkpoint.
    pub leaves: u64,
    /// Tiles written now; those that were there and whole were left.
    pub tiles: u64,
}

/// What `backup` saved or `restore` put back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SavedItem {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// The file written.
    pub file: String,
    /// Its bytes.
    pub bytes: u64,
    /// Entries of its log.
    pub leaves: u64,
    /// When its last event was written; `null` where there is none.
    pub last_at: Option<String>,
}

/// What ails a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DoctorItem {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// The data folder.
    pub data: String,
    /// What was looked at, in order.
    pub checks: Vec<CheckItem>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CheckItem {
    /// What.
    pub name: &'static str,
    /// `ok`, `warning` or `error`.
    pub state: &'static str,
    /// What was found.
    pub found: String,
    /// What to do; `null` where nothing need be done.
    pub remedy: Option<String>,
}
