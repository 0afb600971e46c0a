//! Where a flight lands on its way, as its schedules tell.

use super::command::Command;
use super::flight::{Flight, is_house_of};
use super::yard::Yard;
use consignment::ConsignmentKey;
use consignment::fact::{FlightName, Loading, ObjectName};
use consignment::ident::Location;
use std::collections::BTreeSet;

impl Yard {
    /// The flights by which one lands on its way, as its schedules tell: from its start stop by stop, or its last
    /// part. Empty where nothing is known of a stop. What was told is taken away only where the carrier cancels
    /// it and tells of the flight without it since.
    pub fn stops(&self, name: &FlightName) -> Vec<FlightName> {
        let told = self.parts_of(name);
        // A part that leads nowhere is taken for the way only where none leads to its end.
        let today = starting(&self.to_come(&told), name);
        let whole = lead(&today, name, &mut BTreeSet::from([name.from])).filter(|way| way.len() > 1);
        if let Some(way) = whole {
            return way;
        }
        let mut way: Vec<FlightName> = Vec::new();
        let mut at = name.from;
        while at != name.to {
            let passed = |to| to == name.from || way.iter().any(|flown: &FlightName| flown.to == to);
            let from_here = today.iter().filter(|other| other.from == at && !passed(other.to));
            // A stop comes before the end of the way.
            let Some(next) = from_here.min_by_key(|other| (other.to == name.to, **other)) else { break };
            way.push(**next);
            at = next.to;
        }
        if way.first().is_some_and(|first| first.to != name.to) {
            return way;
        }
        self.last_parts(&told, name).into_iter().take(1).copied().collect()
    }

    /// Parts by which a flight may land on its way: all that schedules tell of from its start on, whether they lead to its
    /// end or nobody knows where, and the last ones, also where nobody tells how it comes there. Where the flight goes on
    /// from the end of its way, it lands beyond it.
    pub fn landings(&self, name: &FlightName) -> BTreeSet<FlightName> {
        let told = self.parts_of(name);
        // Each part of each unit on a flight asks.
        if told.is_empty() {
            return BTreeSet::new();
        }
        let today = starting(&self.to_come(&told), name);
        let leads = |from: Location, to: Location| {
            lead(&today, &FlightName { from, to, ..*name }, &mut BTreeSet::from([name.from, from])).is_some()
        };
        let beyond = |at: Location| leads(name.to, at) && !leads(at, name.to);
        let mut landings: BTreeSet<FlightName> = self.last_parts(&told, name).into_iter().copied().collect();
        let mut reached = vec![name.from];
        while let Some(at) = reached.pop() {
            let from_here = today.iter().filter(|part| part.from == at && ***part != *name);
            for part in from_here.filter(|part| part.to != name.from && !beyond(part.to)) {
                let goes_on = landings.insert(**part) && part.to != name.to;
                reached.extend(goes_on.then_some(part.to));
            }
        }
        landings
    }

    /// Parts that lead to the end of a flight from elsewhere than its start, unless it comes to its start from there. Where it
    /// is told of as it is named, those of the next day are of the next flight.
    fn last_parts<'a>(&self, told: &[&'a FlightName], name: &FlightName) -> Vec<&'a FlightName> {
        let direct = self.told(name).is_some();
        // Also by a part that has left: the flight came from there. One that is cancelled it does not come by.
        let today = told.iter().copied().filter(|part| part.date == name.date && self.told(part).is_some());
        let today: Vec<&FlightName> = today.collect();
        let before = |from: Location| {
            let before = FlightName { from, to: name.from, ..*name };
            lead(&today, &before, &mut BTreeSet::from([from, name.to])).is_some()
        };
        let last = self.to_come(told).into_iter();
        let last = last.filter(|part| part.to == name.to && part.from != name.from && !before(part.from));
        // Those of the day before, where nobody tells how it comes there, are of the flight before.
        last.filter(|part| part.date == name.date || !direct && part.date > name.date).collect()
    }

    /// Those that have not left.
    fn to_come<'a>(&self, told: &[&'a FlightName]) -> Vec<&'a FlightName> {
        let left = |part: &FlightName| self.flights.get(part).is_some_and(|flight| flight.departed.is_some());
        told.iter().copied().filter(|part| !left(part)).collect()
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

    /// What is known of a flight: that it has left, under whatever name; else as it is named, else by the part of it that
    /// leaves the same station on that day.
    pub fn known(&self, name: &FlightName) -> Option<&Flight> {
        let named = self.flight(name);
        let tells = |flight: &&Flight| flight.said_at.is_some() || flight.departed.is_some();
        let left = || {
            let names = self.leaving_with(name).filter_map(|other| self.flights.get(&other));
            { names }.find(|flight| flight.departed.is_some())
        };
        let itself = named.filter(|flight| flight.departed.is_some()).or_else(left);
        itself.or_else(|| named.filter(tells)).or_else(|| self.first_part(name)).or(named)
    }

    /// Whether a flight carries passengers, by whatever part of it.
    pub fn carries_passengers(&self, name: &FlightName) -> Option<bool> {
        let mut parts = self.landings(name);
        parts.extend(self.leaving_with(name));
        let parts = parts.iter().filter_map(|part| self.flights.get(part));
        let told = self.known(name).into_iter().chain(parts).filter_map(|flight| flight.passengers);
        told.max()
    }

    /// Flights that leave the same station under the same number on the same day: the same aircraft, on its way to other
    /// stations. Goods are planned for its whole way, and schedules tell of its parts. Neither trucks nor what is cancelled.
    pub fn leaving_with<'a>(&'a self, name: &FlightName) -> impl Iterator<Item = FlightName> + use<'a> {
        let name = *name;
        let known = self.by_number.get(&name.flight);
        let known = known.filter(|known| known.len() > 1 || !known.contains(&name));
        let known = known.filter(|_| !self.flights.get(&name).is_some_and(Flight::goes_by_road));
        known.into_iter().flatten().copied().filter(move |other| {
            let leaves = |flight: &Flight| !flight.goes_by_road() && !flight.cancelled;
            (other.from, other.date) == (name.from, name.date)
                && other.to != name.to
                && self.flights.get(other).is_some_and(leaves)
        })
    }

    /// What a word of a desk on one name of an aircraft means for its other names. What is taken off is off it under every name
    /// under which it, or what it is in, is; what is loaded or listed again is off under none.
    pub fn meant_under_other_names(&self, command: &Command) -> Vec<Command> {
        let (flight, objects) = match command {
            // A plan puts nothing back.
            Command::Load { how: Loading::Planned, .. } => return Vec::new(),
            Command::Load { flight, object, .. } => (flight, vec![object.clone()]),
            Command::Manifest { flight, unit, content, .. } => {
                let unit = unit.clone().map(ObjectName::Unit);
                (flight, unit.into_iter().chain([ObjectName::Consignment(content.object.clone())]).collect())
            }
            _ => return Vec::new(),
        };
        let off = matches!(command, Command::Load { how: Loading::Offloaded, .. });
        let others = self.aircraft(flight).filter(|(name, _)| name != flight).collect::<Vec<_>>();
        let mut meant = Vec::new();
        for (name, known) in others {
            for object in &objects {
                let how = match known.aboard.get(object) {
                    _ if off => Some(Loading::Offloaded).filter(|_| self.is_on_as(&name, known, object)),
                    Some(Loading::Loaded) if known.is_off_inside(object) => Some(Loading::Loaded),
                    Some(Loading::Offloaded) => Some(Loading::Planned),
                    _ => Some(Loading::Planned).filter(|_| known.is_off_inside(object)),
                };
                meant.extend(how.map(|how| Command::Load { flight: name, object: object.clone(), how }));
            }
        }
        meant
    }

    /// Whether something, or what it is in, is told or listed to be on a flight under just this name, and not to be off.
    fn is_on_as(&self, name: &FlightName, known: &Flight, object: &ObjectName) -> bool {
        let ObjectName::Consignment(key) = object else { return self.is_on_itself(name, known, object) };
        // All of it is what is in it, too.
        let bulk = self.bulk_of(name).into_iter().flat_map(|(_, bulk)| &bulk.contents);
        let inside = || {
            known.names_inside(key)
                || bulk.clone().any(|line| is_house_of(&line.object, key) && !known.is_off(&line.object))
        };
        self.is_on_itself(name, known, object) || inside()
    }

    /// The same, without what is in it.
    fn is_on_itself(&self, name: &FlightName, known: &Flight, object: &ObjectName) -> bool {
        if known.aboard.get(object) == Some(&Loading::Offloaded) {
            return false;
        }
        let is = |key: &ConsignmentKey| {
            let bulk = || {
                self.bulk_of(name)
                    .is_some_and(|(_, bulk)| bulk.contents.iter().any(|line| line.object == *key))
            };
            known.names(&ObjectName::Consignment(key.clone())) || known.lists(key) || bulk()
        };
        match object {
            ObjectName::Unit(unit) => {
                known.names(object) || known.units_listed().any(|listed| listed == unit)
            }
            ObjectName::Consignment(key) | ObjectName::Piece(key, _) => {
                let whole = ConsignmentKey { house: None, ..key.clone() };
                known.names(object) || is(key) || key.house.is_some() && is(&whole)
            }
            ObjectName::Flight(_) => false,
        }
    }

    /// Whether goods were taken off the aircraft of a flight, under whatever name of it, and nobody lists them since.
    pub fn is_off(&self, name: &FlightName, key: &ConsignmentKey) -> bool {
        let goods = ObjectName::Consignment(key.clone());
        self.aircraft(name).any(|(_, flight)| flight.taken_off(key))
            && !self.aircraft(name).any(|(_, flight)| flight.said.contains(&goods))
    }

    /// What is known of the aircraft of a flight under all its names: see [`Self::leaving_with`].
    pub fn aircraft<'a>(
        &'a self,
        name: &FlightName,
    ) -> impl Iterator<Item = (FlightName, &'a Flight)> + use<'a> {
        let names = std::iter::once(*name).chain(self.leaving_with(name));
        names.filter_map(|name| Some((name, self.flights.get(&name)?)))
    }

    /// What schedules tell of a flight as it is named, unless it is cancelled.
    fn told(&self, name: &FlightName) -> Option<&Flight> {
        self.flights.get(name).filter(|flight| flight.said_at.is_some() && !flight.cancelled)
    }

    /// The parts that schedules tell of a flight on its day and the next, also those that have left, and on the day before where
    /// none of the same stations is: beyond the date line it lands a day earlier. None where it is told of as it is named alone.
    fn parts_of(&self, name: &FlightName) -> Vec<&FlightName> {
        let known = self.by_number.get(&name.flight).filter(|known| known.iter().any(|other| other != name));
        let direct = self.told(name);
        let counts = |other: &&FlightName| {
            let same_or_next = |date| date == name.date || name.date.tomorrow().ok() == Some(date);
            let again = |known: &&FlightName| {
                (known.from, known.to) == (other.from, other.to)
                    && same_or_next(known.date)
                    && self.flights.get(*known).is_some_and(|flight| flight.said_at.is_some())
            };
            let day_before = name.date.yesterday().ok() == Some(other.date)
                && other.from != name.from
                && !known.is_some_and(|known| known.iter().any(|one| again(&one)));
            let near = same_or_next(other.date) || day_before;
            let flight = self.flights.get(*other);
            near && flight.is_some_and(|flight| {
                let withdrawn =
                    flight.cancelled && direct.is_some_and(|direct| direct.said_at >= flight.said_at);
                flight.flies() && !withdrawn
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
