//! What a node knows of flights and units.

use casework::transport::{DepartureSource, Flight, Unit};
use consignment::fact::{Content, FlightName, Loading, UnitName};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeSet;

/// Name of the schema of a flight.
pub const FLIGHT_SCHEMA: &str = "loadgate-flight/1";
/// Name of the schema of a unit.
pub const UNIT_SCHEMA: &str = "loadgate-unit/1";

/// What is known of a flight.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FlightReply {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// The flight, such as `9Z800/2026-11-24/FRA-YYZ`.
    pub flight: String,
    /// When it departs, local time at the station; `null` where no schedule says so.
    pub departs: Option<String>,
    /// Whether it carries passengers; `null` where nobody said.
    pub passengers: Option<bool>,
    /// Whether a truck goes for it.
    pub by_road: bool,
    /// Whether it is cancelled.
    pub cancelled: bool,
    /// Whether somebody who is no desk of it says that it is cancelled.
    pub said_cancelled: bool,
    /// That it left; `null` where it has not.
    pub departed: Option<DepartedItem>,
    /// When it came back last to where it left from, or somebody put right that it had not left; `null` where neither was told.
    pub returned: Option<String>,
    /// What was planned, loaded and taken off, by name.
    pub objects: Vec<AboardItem>,
    /// What its manifests list.
    pub manifest: Vec<ManifestItem>,
}

/// That a flight left.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DepartedItem {
    /// When.
    pub at: String,
    /// Whether the time was stated; else it is that of receipt.
    pub stated: bool,
    /// By what it is known: `manifest` or `report`.
    pub known_by: &'static str,
}

/// Something on a flight.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AboardItem {
    /// The object, as the gate names it.
    pub object: String,
    /// `planned`, `loaded` or `offloaded` by the word of desks; `said` where others plan it: it is looked at.
    pub how: &'static str,
}

/// A line of a manifest.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ManifestItem {
    /// In which unit; `null` for what is loose.
    pub unit: Option<String>,
    /// What it lists.
    #[serde(flatten)]
    pub content: ContentItem,
    /// Whether a desk of the flight listed it. What others list frees nothing.
    pub by_desk: bool,
}

/// Goods in a unit.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ContentItem {
    /// The goods.
    pub object: String,
    /// Numbers of the pieces, where they are known one by one.
    pub pieces: Vec<u32>,
    /// How many pieces; `null` for all, or where their numbers are given.
    pub count: Option<u32>,
    /// Their weight in kilograms, as it was stated.
    pub weight_kg: Option<String>,
    /// Where they stand, in the words of those who built.
    pub position: Option<String>,
}

/// What is known of a unit or receptacle.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UnitReply {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// The unit.
    pub unit: String,
    /// What is in it.
    pub contents: Vec<ContentItem>,
    /// Whether that is all of it.
    pub complete: bool,
    /// Who built it.
    pub builder: Option<String>,
    /// Since when it is open; `null` where it is not.
    pub opened_at: Option<String>,
    /// Why it was opened.
    pub opened_why: Option<String>,
    /// Since when its protection is broken.
    pub broken_at: Option<String>,
    /// Whether a later list left out what stands here, and nobody told that it was opened.
    pub listed_shorter: bool,
    /// Whether somebody who does not stand for it says that it was opened.
    pub said_open: bool,
    /// Orders not to load that name it and are in force.
    pub orders: Vec<OrderItem>,
    /// Flights for which it is planned or on which it was loaded, such as `9Z800/2026-11-24/FRA-YYZ`.
    pub flights: Vec<String>,
}

/// An order on a unit.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OrderItem {
    /// The programme.
    pub programme: String,
    /// Its reference.
    pub reference: String,
    /// Since when it is in force.
    pub since: String,
}

impl FlightReply {
    /// What is known of a flight of this name.
    pub fn new(name: &FlightName, flight: &Flight) -> Self {
        let departed = flight.departed.as_ref().map(|departure| DepartedItem {
            at: departure.at.to_string(),
            stated: departure.stated,
            known_by: match departure.source {
                DepartureSource::Manifest => "manifest",
                DepartureSource::Report => "report",
            },
        });
        let aboard = flight
            .aboard
            .iter()
            .map(|(object, how)| AboardItem { object: object.to_string(), how: word(*how) });
        let said = flight.said.iter().map(|object| AboardItem { object: object.to_string(), how: "said" });
        let listed = flight.manifest.iter().map(|((unit, _), line)| ManifestItem {
            unit: unit.as_ref().map(ToString::to_string),
            content: ContentItem::from(&line.content),
            by_desk: line.by_desk,
        });
        Self {
            schema: FLIGHT_SCHEMA,
            flight: flight_text(name),
            departs: flight.departs.map(|departs| departs.to_string()),
            passengers: flight.passengers,
            by_road: flight.goes_by_road(),
            cancelled: flight.cancelled,
            said_cancelled: flight.said_cancelled,
            departed,
            returned: flight.returned.map(|at| at.to_string()),
            objects: aboard.chain(said).collect(),
            manifest: listed.collect(),
        }
    }
}

impl UnitReply {
    /// What is known of a unit of this name, which is or was on these flights.
    pub fn new(name: &UnitName, unit: &Unit, flights: &BTreeSet<FlightName>) -> Self {
        let orders = unit.orders_in_force().map(|(order, since)| OrderItem {
            programme: order.programme.to_string(),
            reference: order.reference.to_string(),
            since: since.to_string(),
        });
        Self {
            schema: UNIT_SCHEMA,
            unit: name.to_string(),
            contents: unit.contents.iter().map(ContentItem::from).collect(),
            complete: unit.complete,
            builder: unit.builder.as_deref().map(str::to_owned),
            opened_at: unit.void.as_ref().map(|void| void.at.to_string()),
            opened_why: unit.void.as_ref().map(|void| void.why.clone()),
            broken_at: unit.broken.map(|at| at.to_string()),
            listed_shorter: unit.listed_shorter,
            said_open: unit.said_open.is_some(),
            orders: orders.collect(),
            flights: flights.iter().map(flight_text).collect(),
        }
    }
}

impl From<&Content> for ContentItem {
    fn from(content: &Content) -> Self {
        Self {
            object: content.object.to_string(),
            pieces: content.pieces.clone(),
            count: content.count,
            weight_kg: content.weight.map(|weight| weight.to_kg().normalize().to_string()),
            position: content.position.clone(),
        }
    }
}

/// A flight as the path of its resource has it.
fn flight_text(name: &FlightName) -> String {
    format!("{}/{}/{}-{}", name.flight, name.date, name.from, name.to)
}

fn word(how: Loading) -> &'static str {
    match how {
        Loading::Planned => "planned",
        Loading::Loaded => "loaded",
        Loading::Offloaded => "offloaded",
    }
}
