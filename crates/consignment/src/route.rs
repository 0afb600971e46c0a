//! The way of the goods: legs of any mode.

use crate::date::PartialDate;
use crate::ident::{Carrier, Flight, Location};
use jiff::civil::Time;

/// How a leg is carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// By aircraft.
    Air,
    /// By truck, also under a flight number ("road feeder").
    Road,
    /// By rail.
    Rail,
    /// By sea or inland water.
    Water,
    /// Not told. Programmes treat it like air, the safe direction.
    Unknown,
}

impl Mode {
    /// The word used in published documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Air => "air",
            Self::Road => "road",
            Self::Rail => "rail",
            Self::Water => "water",
            Self::Unknown => "unknown",
        }
    }
}

/// How sure the route is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RouteBasis {
    /// Origin and destination only; no routing was stated.
    Assumed,
    /// As the sender declared it.
    Declared,
    /// As the carrier scheduled it.
    Scheduled,
    /// As it was flown.
    Flown,
}

impl RouteBasis {
    /// The word used in published documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Assumed => "assumed",
            Self::Declared => "declared",
            Self::Scheduled => "scheduled",
            Self::Flown => "flown",
        }
    }
}

/// One leg: from one landing to the next.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Leg {
    /// Where it starts.
    pub from: Location,
    /// Where it lands.
    pub to: Location,
    /// How it is carried.
    pub mode: Mode,
    /// The carrier, where stated.
    pub carrier: Option<Carrier>,
    /// The flight, where stated.
    pub flight: Option<Flight>,
    /// Local date of departure at `from`, where stated.
    pub date: Option<PartialDate>,
    /// Local time of departure at `from`, where stated.
    pub departs_at: Option<Time>,
    /// How sure it is.
    pub basis: RouteBasis,
}

impl Leg {
    /// A leg of which only the stations are known.
    pub fn assumed(from: Location, to: Location) -> Self {
        Self {
            from,
            to,
            mode: Mode::Unknown,
            carrier: None,
            flight: None,
            date: None,
            departs_at: None,
            basis: RouteBasis::Assumed,
        }
    }

    /// `9Z100/24NOV/FRA-JFK`, with what is not stated left out.
    pub fn label(&self) -> String {
        let mut label = String::new();
        match (self.flight, self.carrier) {
            (Some(flight), _) => label.push_str(&format!("{flight}/")),
            (None, Some(carrier)) => label.push_str(&format!("{carrier}/")),
            (None, None) => {}
        }
        if let Some(date) = self.date {
            label.push_str(&format!("{}/", date.trade_form()));
        }
        label.push_str(&format!("{}-{}", self.from, self.to));
        label
    }
}
