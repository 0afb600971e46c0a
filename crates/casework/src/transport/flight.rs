use consignment::ConsignmentKey;
use consignment::fact::{Content, FlightName, Loading, ObjectName, Schedule, UnitName};
use consignment::measure::Weight;
use consignment::stations::StationTable;
use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use std::collections::BTreeMap;

/// One departure of a flight.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flight {
    /// Departure, local time at the station.
    pub departs: Option<DateTime>,
    /// Whether it carries passengers.
    pub passengers: Option<bool>,
    /// Whether it goes by road.
    pub by_road: bool,
    /// Whether it is cancelled.
    pub cancelled: bool,
    /// Whether somebody who is no desk of it says that it is, and none has told a schedule since.
    pub said_cancelled: bool,
    /// When the schedule that counts was said.
    pub said_at: Option<Timestamp>,
    /// What was planned, loaded and taken off.
    pub aboard: BTreeMap<ObjectName, Loading>,
    /// What manifests list, by unit and goods.
    pub manifest: BTreeMap<(Option<UnitName>, ConsignmentKey), Listed>,
    /// That it left.
    pub departed: Option<Departure>,
}

/// A line of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// What it lists.
    pub content: Content,
    /// Whether a desk listed it; else it is looked at, and counts for nothing that might free goods.
    pub by_desk: bool,
}

/// That a flight left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// When.
    pub at: Timestamp,
    /// Whether the time was stated; else it is that of receipt.
    pub stated: bool,
    /// By what it is known.
    pub source: DepartureSource,
    /// What it carried.
    pub carried: Vec<Carried>,
}

/// By what a departure is known; what is later here outweighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DepartureSource {
    /// By a manifest, which is sent when the flight has left (PACT guide 1.9, section 6).
    Manifest,
    /// By a report of the departure.
    Report,
}

/// Goods that flew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// The goods.
    pub object: ConsignmentKey,
    /// How many pieces; `None` for all.
    pub pieces: Option<u32>,
    /// Their weight, where it was stated.
    pub weight: Option<Weight>,
    /// In which unit.
    pub unit: Option<UnitName>,
}

impl Flight {
    pub(super) fn schedule(&mut self, schedule: &Schedule, said_at: Timestamp) {
        self.departs = schedule.departs_at.or(self.departs);
        self.passengers = schedule.passengers.or(self.passengers);
        (self.by_road, self.cancelled) = (schedule.by_road, schedule.cancelled);
        self.said_cancelled &= self.said_at >= Some(said_at);
        self.said_at = self.said_at.max(Some(said_at));
    }

    /// Whether a truck goes for it. What carries passengers is none.
    pub fn goes_by_road(&self) -> bool {
        self.by_road && self.passengers != Some(true)
    }

    /// Whether a schedule tells of it as an aircraft.
    pub fn flies(&self) -> bool {
        self.said_at.is_some() && !self.goes_by_road()
    }

    /// What a manifest says of these goods in this unit.
    pub(super) fn manifested(&self, unit: Option<&UnitName>, object: &ConsignmentKey) -> Option<&Listed> {
        self.manifest.get(&(unit.cloned(), object.clone()))
    }

    /// Whether the goods were taken off, and not listed again since.
    pub(super) fn taken_off(&self, object: &ConsignmentKey) -> bool {
        self.aboard.get(&ObjectName::Consignment(object.clone())) == Some(&Loading::Offloaded)
    }

    /// A manifest lists goods. Those that were taken off before count again: a desk takes them off anew.
    pub(super) fn list(&mut self, place: (Option<UnitName>, ConsignmentKey), line: Listed) {
        if self.taken_off(&place.1) {
            self.aboard.remove(&ObjectName::Consignment(place.1.clone()));
        }
        self.manifest.insert(place, line);
    }

    /// Units that its manifests list.
    pub fn units_listed(&self) -> impl Iterator<Item = &UnitName> {
        self.manifest.keys().filter_map(|(unit, _)| unit.as_ref())
    }

    /// What is planned for it or loaded on it.
    pub fn objects(&self) -> impl Iterator<Item = &ObjectName> {
        self.aboard.iter().filter(|(_, how)| **how != Loading::Offloaded).map(|(object, _)| object)
    }

    /// The instant it departs, where the schedule tells it.
    pub fn departs_at(&self, name: &FlightName, stations: &StationTable) -> Option<Timestamp> {
        if let Some(departure) = &self.departed {
            return Some(departure.at);
        }
        stations.get(name.from)?.instant(self.departs?)
    }

    /// The local day it departs.
    pub fn departs_on(&self, name: &FlightName) -> Date {
        self.departs.map_or(name.date, DateTime::date)
    }
}
