//! Organisations of a node, and what carriers let others do for them.

use casework::mandate::{self, Event};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// Name of the schema of organisations.
pub const ORGANISATIONS_SCHEMA: &str = "loadgate-organisations/1";

/// Name of the schema of mandates.
pub const MANDATES_SCHEMA: &str = "loadgate-mandates/1";

/// Organisations, in order of their names, as far as whoever asks may know of them.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OrganisationsReply {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// Them.
    pub organisations: Vec<OrganisationItem>,
}

/// An organisation.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OrganisationItem {
    /// Its name, by which mandates and notices name it.
    pub name: String,
    /// What it is, as the configuration has it, such as `filer` or `carrier 9Z`.
    pub role: String,
    /// Whether its word counts on flights, units and bookings of any carrier.
    pub desk: bool,
    /// For whom it files; `null` for itself alone.
    pub represents: Option<String>,
    /// Where it works, as IATA codes; empty for everywhere.
    pub stations: Vec<String>,
    /// Where it is reached.
    pub addresses: AddressesItem,
}

/// Where an organisation is reached.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct AddressesItem {
    /// Type-B addresses of seven characters; what comes from one is its word.
    pub type_b: Vec<String>,
    /// Addresses of participants of cargo community systems (PIMA).
    pub pima: Vec<String>,
    /// Mail addresses.
    pub email: Vec<String>,
}

/// The latest word of carriers on each agent at each station, in that order, as far as whoever asks may know of it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MandatesReply {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// Them.
    pub mandates: Vec<MandateItem>,
}

/// What a carrier lets somebody do for him.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MandateItem {
    /// The designator of the carrier.
    pub carrier: String,
    /// The station, as its IATA code.
    pub station: String,
    /// Who may act, by the name of his organisation.
    pub agent: String,
    /// What he may do: `ask`, `build` and `file`.
    pub acts: Vec<&'static str>,
    /// From when, RFC 3339; `null` from when it was said.
    pub from: Option<String>,
    /// Until when, RFC 3339; `null` until it is withdrawn.
    pub until: Option<String>,
    /// Whether it was withdrawn.
    pub withdrawn: bool,
    /// When the carrier said so, RFC 3339.
    pub said_at: String,
    /// Whether it lets him do it now.
    pub in_force: bool,
}

impl MandateItem {
    /// As a carrier said it, and how it stands at an instant.
    pub fn new(told: &Event, now: Timestamp) -> Self {
        let mandate = &told.mandate;
        Self {
            carrier: mandate.carrier.to_string(),
            station: mandate.station.to_string(),
            agent: mandate.agent.to_string(),
            acts: mandate::acts(mandate).iter().map(|act| act.as_str()).collect(),
            from: mandate.from.map(|at| at.to_string()),
            until: mandate.until.map(|at| at.to_string()),
            withdrawn: mandate.withdrawn,
            said_at: told.at.to_string(),
            in_force: told.is_in_force(now),
        }
    }
}
