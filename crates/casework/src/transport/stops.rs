//! Where a flight lands on its way, as its schedules tell.

use super::flight::Flight;
use super::yard::Yard;
use consignment::fact::FlightName;
use consignment::ident::Location;
use std::collections::BTreeSet;

impl Yard {
    /// The flights by which one lands on its way, as its schedules tell: from its start stop by stop, or its last
    /// part. Empty where nothing is known of a stop. What was told is taken away only where the carrier cancels
    /// it and tells of the flight without it since.
    pub fn stops(&self, name: &FlightName) -> Vec<FlightName> {
        let near = self.parts_of(name);
        // A part that leads nowhere is taken for the way only where none leads to its end.
        let today = starting(&near, name);
        let whole = lead(&today, name, &mut BTreeSet::from([name.from])).filter(|way| way.len() > 1);
        if let Some(way) = whole {
            return way;
        }
        let mut way: Vec<FlightName> = Vec::new();
        let mut at = name.from;
        while at != name.to {
            let passed = |to| to == name.from || way.iter().any(|flown: &FlightName| flown.to == to);
            // The first part leaves on the day of the flight.
            let day = |other: &&&FlightName| !way.is_empty() || other.date == name.date;
            let from_here = near.iter().filter(|other| other.from == at && !passed(other.to)).filter(day);
            // A stop comes before the end of the way.
            let Some(next) = from_here.min_by_key(|other| (other.to == name.to, **other)) else { break };
            way.push(**next);
            at = next.to;
        }
        if way.first().is_some_and(|first| first.to != name.to) {
            return way;
        }
        let direct = self.told(name).is_some();
        let last = near.into_iter().filter(|other| other.to == name.to && other.from != name.from);
        last.filter(|other| !direct || other.date == name.date).take(1).copied().collect()
    }

    /// Parts by which a flight may land on its way: those that lead to its end, and those from its start that lead there no
    /// further. Where the flight goes on from the end of its way, it lands beyond it.
    pub fn landings(&self, name: &FlightName) -> BTreeSet<FlightName> {
        let near = self.parts_of(name);
        if near.is_empty() {
            return BTreeSet::new();
        }
        let leads = |part: &FlightName| {
            let rest = FlightName { from: part.to, ..*name };
            lead(&near, &rest, &mut BTreeSet::from([name.from, part.to])).is_some()
        };
        let beyond = |part: &FlightName| {
            let on = FlightName { from: name.to, to: part.to, ..*name };
            lead(&near, &on, &mut BTreeSet::from([name.to])).is_some()
        };
        let starts = near.iter().filter(|part| part.from == name.from && part.date == name.date);
        let dead_ends = starts.filter(|part| part.to != name.to && !leads(part) && !beyond(part));
        let way = self.stops(name);
        let whole = way.last().is_some_and(|last| last.to == name.to);
        dead_ends.map(|part| **part).chain(way.into_iter().filter(|_| whole)).collect()
    }

    /// What schedules tell of a flight as it is named, unless it is cancelled.
    fn told(&self, name: &FlightName) -> Option<&Flight> {
        self.flights.get(name).filter(|flight| flight.said_at.is_some() && !flight.cancelled)
    }

    /// The parts that schedules tell of a flight on its day and the next; none where it is told of as it is named alone.
    fn parts_of(&self, name: &FlightName) -> Vec<&FlightName> {
        let known = self.by_number.get(&name.flight).filter(|known| known.iter().any(|other| other != name));
        let direct = self.told(name);
        let counts = |other: &&FlightName| {
            let near = other.date == name.date || name.date.tomorrow().ok() == Some(other.date);
            let flight = self.flights.get(*other);
            near && flight.is_some_and(|flight| {
                let withdrawn =
                    flight.cancelled && direct.is_some_and(|direct| direct.said_at >= flight.said_at);
                flight.flies() && flight.departed.is_none() && !withdrawn
            })
        };
        known.into_iter().flatten().filter(counts).collect()
    }
}

/// Without those that leave the start of a flight on another day.
fn starting<'a>(near: &[&'a FlightName], name: &FlightName) -> Vec<&'a FlightName> {
    near.iter().copied().filter(|part| part.from != name.from || part.date == name.date).collect()
}

/// Parts that lead from the start of a flight to its end, by stops where there are any. Stations once passed lead there by
/// no other way.
fn lead(near: &[&FlightName], name: &FlightName, passed: &mut BTreeSet<Location>) -> Option<Vec<FlightName>> {
    let mut from_here: Vec<&FlightName> =
        near.iter().copied().filter(|part| part.from == name.from).collect();
    from_here.sort_by_key(|part| (part.to == name.to, **part));
    from_here.into_iter().find_map(|part| {
        if part.to == name.to {
            return Some(vec![*part]);
        }
        if !passed.insert(part.to) {
            return None;
        }
        let rest = lead(near, &FlightName { from: part.to, ..*name }, passed)?;
        Some(std::iter::once(*part).chain(rest).collect())
    })
}
