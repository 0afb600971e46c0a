//! Who read what concerns others.

use casework::access::Access;
use schemars::JsonSchema;
use serde::Serialize;

/// Name of the schema of readings.
pub const ACCESSES_SCHEMA: &str = "loadgate-accesses/1";

/// Readings of a day.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AccessesReply {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// The day, UTC.
    pub day: String,
    /// The earliest first.
    pub accesses: Vec<AccessItem>,
    /// Whether there are more of them than these.
    pub more: bool,
    /// Readings of the day that were erased.
    pub erased: u64,
}

/// A reading, written down before whoever read was told anything.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AccessItem {
    /// When.
    pub at: String,
    /// Whose token it was, or whose certificate.
    pub organisation: String,
    /// The name of the token.
    pub token: String,
    /// The method and target of the request.
    pub what: String,
    /// Names of parties that were asked about.
    pub names: Vec<String>,
}

impl From<&Access> for AccessItem {
    fn from(access: &Access) -> Self {
        Self {
            at: access.at.to_string(),
            organisation: access.by.organisation.to_string(),
            token: access.by.id.to_string(),
            what: access.what.clone(),
            names: access.names.clone(),
        }
    }
}
