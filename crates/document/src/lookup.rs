//! Goods that somebody looked up.

use consignment::ConsignmentKey;
use schemars::JsonSchema;
use serde::Serialize;

/// Name of the schema of what was looked up.
pub const LOOKUP_SCHEMA: &str = "loadgate-lookup/1";

/// Goods that somebody may see, by what he knew of them.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LookupReply {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// In order of their numbers; empty where there are none that he may see.
    pub goods: Vec<GoodsItem>,
    /// What to ask for as `after` to go on; `null` at the end.
    pub next: Option<String>,
    /// Whether more goods name the flight or party than were looked at: then these are not all.
    pub beyond: bool,
}

/// The number of goods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct GoodsItem {
    /// Air waybill; `null` for a house whose master nobody told.
    pub master: Option<String>,
    /// House waybill; `null` for a master.
    pub house: Option<String>,
}

impl From<&ConsignmentKey> for GoodsItem {
    fn from(key: &ConsignmentKey) -> Self {
        Self {
            master: key.master.map(|master| master.to_string()),
            house: key.house.as_ref().map(ToString::to_string),
        }
    }
}
