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

    /// Parts by which a flight may land on its way: all of any way that leads to its end, its last parts, and those from its
    /// start that lead there no further. Where the flight goes on from the end of its way, it lands beyond it.
    pub fn landings(&self, name: &FlightName) -> BTreeSet<FlightName> {
        let near = self.parts_of(name);
        let starts = |part: &FlightName| part.from == name.from && part.date == name.date;
        let first = near.iter().copied().filter(|part| starts(part)).map(|part| part.to);
        let reached = spread(first.collect(), name.to, |at| {
            near.iter().filter(move |part| part.from == at).map(|part| part.to).collect()
        });
        let led = spread(BTreeSet::from([name.to]), name.from, |at| {
            near.iter().filter(move |part| part.to == at).map(|part| part.from).collect()
        });
        let beyond = spread(BTreeSet::from([name.to]), name.from, |at| {
            near.iter().filter(move |part| part.from == at).map(|part| part.to).collect()
        });
        let direct = self.told(name).is_some();
        let lands = |part: &FlightName| {
            if part.from == name.from {
                let dead_end = !led.contains(&part.to) && !beyond.contains(&part.to);
                return starts(part) && part.to != name.to && (led.contains(&part.to) || dead_end);
            }
            let on_way = part.from != name.to && reached.contains(&part.from) && led.contains(&part.to);
            let near_day = if direct { part.date == name.date } else { part.date >= name.date };
            on_way || part.to == name.to && near_day
        };
        near.into_iter().filter(|part| lands(part)).copied().collect()
    }

    /// The part of a flight by which it leaves its start, where schedules tell of no flight as it is named: one that has left,
    /// else one that is not cancelled and leaves first.
    fn first_part(&self, name: &FlightName) -> Option<&Flight> {
        let known = self.by_number.get(&name.flight).into_iter().flatten();
        let first =
            known.filter(|part| part.from == name.from && part.date == name.date && part.to != name.to);
        let told = first.filter_map(|part| self.flights.get(part)).filter(|flight| flight.flies());
        told.min_by_key(|flight| {
            let leaves = flight.departs.map_or((true, None), |departs| (false, Some(departs)));
            (flight.departed.is_none(), flight.cancelled, leaves)
        })
    }

    /// What is known of a flight: as it is named, else by the part of it that leaves the same station on that day.
    pub fn known(&self, name: &FlightName) -> Option<&Flight> {
        let named = self.flight(name);
        let tells = |flight: &&Flight| {
            flight.said_at.is_some() || flight.departed.is_some() || flight.manifest_early.is_some()
        };
        named.filter(tells).or_else(|| self.first_part(name)).or(named)
    }

    /// Whether a flight carries passengers, by whatever part of it.
    pub fn carries_passengers(&self, name: &FlightName) -> Option<bool> {
        let parts = self.landings(name);
        let parts = parts.iter().filter_map(|part| self.flights.get(part));
        let told = self.known(name).into_iter().chain(parts).filter_map(|flight| flight.passengers);
        told.max()
    }

    /// What schedules tell of a flight as it is named, unless it is cancelled.
    fn told(&self, name: &FlightName) -> Option<&Flight> {
        self.flights.get(name).filter(|flight| flight.said_at.is_some() && !flight.cancelled)
    }

    /// The parts that schedules tell of a flight on its day and the next, and on the day before where none of the same
    /// stations is: beyond the date line it lands a day earlier. None where it is told of as it is named alone.
    fn parts_of(&self, name: &FlightName) -> Vec<&FlightName> {
        let known = self.by_number.get(&name.flight).filter(|known| known.iter().any(|other| other != name));
        let direct = self.told(name);
        let counts = |other: &&FlightName| {
            let same_or_next = |date| date == name.date || name.date.tomorrow().ok() == Some(date);
            let again = |known: &&FlightName| {
                (known.from, known.to) == (other.from, other.to) && same_or_next(known.date)
            };
            let day_before = name.date.yesterday().ok() == Some(other.date)
                && other.from != name.from
                && !known.is_some_and(|known| known.iter().any(|one| again(&one)));
            let near = same_or_next(other.date) || day_before;
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

/// Stations that are come to from some, step by step, without going on from one.
fn spread(
    from: BTreeSet<Location>,
    end: Location,
    next: impl Fn(Location) -> Vec<Location>,
) -> BTreeSet<Location> {
    let (mut found, mut open): (BTreeSet<Location>, Vec<Location>) =
        (from.clone(), from.into_iter().filter(|at| *at != end).collect());
    while let Some(at) = open.pop() {
        for to in next(at) {
            if found.insert(to) && to != end {
                open.push(to);
            }
        }
    }
    found
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
