//! What happened to flights and units.

use super::command::Speaker;
use super::flight::{Departure, Entry};
use consignment::fact::{Content, FlightName, Loading, ObjectName, Schedule, UnitName};
use jiff::Timestamp;
use programme::ProgrammeId;
use std::sync::Arc;

/// What happened to a flight or unit. Events are facts: folding never checks them again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A schedule was told.
    Scheduled {
        /// The schedule; what it leaves open stays as it was.
        schedule: Schedule,
        /// When it was said: what was said before it counts no more.
        said_at: Timestamp,
    },
    /// A unit or goods were planned, loaded or taken off.
    Loaded {
        /// The flight.
        flight: FlightName,
        /// What.
        object: ObjectName,
        /// What was done.
        how: Loading,
        /// Whether a desk said so; what others say is looked at, and nothing flew by it.
        by_desk: bool,
    },
    /// A manifest lists goods.
    Manifested {
        /// The flight.
        flight: FlightName,
        /// The unit; `None` in bulk.
        unit: Option<UnitName>,
        /// The goods.
        content: Content,
        /// Whether a desk lists them.
        by_desk: bool,
        /// Which of the messages of the manifest lists them, where there are several: each lists pieces of its own.
        part: Option<u16>,
    },
    /// A message of a manifest of a desk came, with all these lines: what the one of its number that it sent before listed besides
    /// is listed no more.
    ManifestMessage {
        /// The flight.
        flight: FlightName,
        /// Which of the messages of the manifest it is, from 1.
        number: u16,
        /// Whether it is the last of them.
        last: bool,
        /// Who sent it.
        by: Arc<str>,
        /// Where it lists goods: in which unit, and which.
        lists: Vec<Entry>,
    },
    /// The flight came back to where it left from, or had not left: what was told of its leaving until then is over.
    Returned {
        /// The flight.
        flight: FlightName,
        /// When.
        at: Timestamp,
    },
    /// The flight left with this: what becomes of its units later changes nothing of it. A later one takes its place.
    Departed {
        /// The flight.
        flight: FlightName,
        /// When, by what it is known, and what it carried.
        departure: Departure,
    },
    /// A manifest of a desk came before the known schedule lets the flight leave: what was known of its departure by
    /// manifests alone is over.
    ManifestEarly {
        /// The flight.
        flight: FlightName,
        /// When the first one came.
        at: Timestamp,
    },
    /// A list of what a unit holds was told.
    Built {
        /// The unit.
        unit: UnitName,
        /// What is in it.
        contents: Vec<Content>,
        /// Whether it takes the place of what was listed before; else it is added.
        replaces: bool,
        /// Whether all of the content is listed from here on.
        complete: bool,
        /// Who built.
        by: Arc<str>,
    },
    /// The unit was opened: what was in it is loose.
    Opened {
        /// The unit.
        unit: UnitName,
        /// Why.
        why: String,
        /// When.
        at: Timestamp,
    },
    /// Somebody who does not stand for the unit says that it was opened.
    OpeningTold {
        /// The unit.
        unit: UnitName,
        /// Why.
        why: String,
        /// Who says so.
        by: Arc<str>,
        /// When.
        at: Timestamp,
        /// Whether it holds the unit until somebody who stands for it says what is so.
        holds: bool,
    },
    /// Somebody who is no desk of the flight says that it is cancelled: it is noted, and the flight goes on.
    CancellationTold {
        /// The flight.
        flight: FlightName,
        /// Who says so.
        by: Arc<str>,
        /// When.
        at: Timestamp,
    },
    /// A do-not-load names the unit.
    Ordered {
        /// The unit.
        unit: UnitName,
        /// The programme.
        programme: ProgrammeId,
        /// The reference.
        reference: Arc<str>,
        /// Who gave it, and alone may cancel it.
        by: Speaker,
        /// When it was said; `None` in what earlier releases wrote: when it came.
        at: Option<Timestamp>,
    },
    /// The carrier's operations were reached by voice about the orders of this reference on the unit.
    OperationsReached {
        /// The unit.
        unit: UnitName,
        /// The programme.
        programme: ProgrammeId,
        /// The reference.
        reference: Arc<str>,
        /// Who was reached.
        reached: Arc<str>,
        /// When that came in; `None` in what earlier releases wrote.
        at: Option<Timestamp>,
    },
    /// The order was cancelled by whoever gave it; one of somebody else under the same reference stands.
    OrderCancelled {
        /// The unit.
        unit: UnitName,
        /// The programme.
        programme: ProgrammeId,
        /// The reference.
        reference: Arc<str>,
        /// Who gave it.
        by: Speaker,
        /// When it was said; `None` in what earlier releases wrote: when it came.
        at: Option<Timestamp>,
    },
    /// A list leaves out what was listed, and nobody told that the unit was opened: what it adds is added.
    ListedShorter {
        /// The unit.
        unit: UnitName,
        /// What it lists.
        contents: Vec<Content>,
        /// Who told it.
        by: Arc<str>,
    },
    /// The protection of the unit was broken.
    Broken {
        /// The unit.
        unit: UnitName,
        /// When.
        at: Timestamp,
    },
}

impl Event {
    /// The flight or unit it belongs to.
    pub fn stream(&self) -> ObjectName {
        match self {
            Self::Scheduled { schedule, .. } => ObjectName::Flight(schedule.flight),
            Self::Loaded { flight, .. }
            | Self::Manifested { flight, .. }
            | Self::Departed { flight, .. }
            | Self::Returned { flight, .. }
            | Self::ManifestEarly { flight, .. }
            | Self::ManifestMessage { flight, .. }
            | Self::CancellationTold { flight, .. } => ObjectName::Flight(*flight),
            Self::Built { unit, .. }
            | Self::Opened { unit, .. }
            | Self::Ordered { unit, .. }
            | Self::OrderCancelled { unit, .. }
            | Self::OperationsReached { unit, .. }
            | Self::ListedShorter { unit, .. }
            | Self::OpeningTold { unit, .. }
            | Self::Broken { unit, .. } => ObjectName::Unit(unit.clone()),
        }
    }
}
