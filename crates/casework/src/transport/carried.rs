//! What leaves with a flight, and where the pieces of goods are: on flights that have left, on others, or neither.

use super::flight::{Carried, Flight, Listed};
use super::unit::{Unit, pieces_of};
use super::yard::{Yard, bulk_on};
use consignment::ConsignmentKey;
use consignment::fact::{Content, FlightName, Loading, ObjectName, UnitName};
use consignment::ident::Location;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// How long after goods left they may be filed at the latest; a number that is filed later names other goods. No source gives
/// a figure.
const FILED_WITHIN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Whether what left under a number may be the goods that were filed under it from `begun` on.
pub fn flown_with(left: Timestamp, begun: Timestamp) -> bool {
    begun.duration_since(left) <= FILED_WITHIN
}

/// Where the pieces of one consignment are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parts {
    /// Pieces that have left, and on which flights.
    pub flown: Vec<(FlightName, u64)>,
    /// Pieces planned or loaded on flights that have not left.
    pub planned: Vec<(FlightName, u64)>,
    /// Numbers of pieces that have left, each with its flight, as far as they are known one by one.
    pub numbers: BTreeSet<(u32, FlightName)>,
    /// Pieces of all flights that have left from the station of the first of them.
    pub flown_pieces: u64,
    /// Pieces of the whole that have not left.
    pub remaining: u64,
}

impl Yard {
    /// Whether anything has left.
    pub fn has_any_flown(&self) -> bool {
        !self.flown.is_empty()
    }

    /// Whether some pieces of a consignment may have left.
    pub fn has_flown(&self, key: &ConsignmentKey) -> bool {
        self.flown.contains(key)
    }

    /// What leaves with a flight by what is known now, also what is on its way to other stations under the same number: the
    /// manifests of desks where there are any, else what was loaded, else what was planned.
    pub fn carried(&self, name: &FlightName) -> Vec<Carried> {
        let mut carried = self.carried_under(name);
        carried.retain(|own| !self.left_with(name, &own.object));
        for (other, flight) in self.aircraft(name).filter(|(other, _)| other != name) {
            let beside = if flight.departed.is_none() { self.carried_under(&other) } else { Vec::new() };
            let more = beside.into_iter().filter(|more| !carried.contains(more)).collect::<Vec<_>>();
            carried.extend(more);
        }
        carried
    }

    /// Whether anything tells what is aboard a flight beyond what was planned.
    pub fn is_loaded(&self, name: &FlightName) -> bool {
        self.aircraft(name).any(|(name, flight)| flight.is_loaded() || self.bulk_known(&name).is_some())
    }

    /// What stands loose on a flight, where a desk listed it to the end: it is on the flight without being told as loaded.
    fn bulk_known(&self, name: &FlightName) -> Option<&Unit> {
        self.bulk_of(name).map(|(_, bulk)| bulk).filter(|bulk| bulk.is_known())
    }

    /// What a flight carries under just this name, also what a list says stands loose on it.
    fn carried_under(&self, name: &FlightName) -> Vec<Carried> {
        let mut carried = self.carried_as_told(name);
        let Some((bulk, known)) = self.bulk_of(name) else { return carried };
        let flight = self.flights.get(name);
        // What others tell of goods that stand loose is told of the same pieces.
        let told: BTreeSet<ConsignmentKey> = carried
            .iter()
            .filter(|other| other.unit.as_ref().is_none_or(|unit| unit == bulk))
            .map(|other| other.object.clone())
            .collect();
        let loose = known.contents.iter().filter(|line| {
            !told.contains(&line.object) && !flight.is_some_and(|flight| flight.taken_off(&line.object))
        });
        carried.extend(loose.map(|line| carried_in(line, Some(bulk))));
        carried
    }

    /// What its manifests, or what was loaded or planned, say.
    fn carried_as_told(&self, name: &FlightName) -> Vec<Carried> {
        let Some(flight) = self.flights.get(name) else { return Vec::new() };
        let on_board = |((unit, key), _): &(&(Option<UnitName>, ConsignmentKey), &Listed)| {
            !flight.is_taken_off(unit.as_ref(), key)
        };
        // A manifest tells what is aboard, also once all that it lists was taken off.
        let mut listed = flight.manifest.iter().filter(|(_, line)| line.by_desk).peekable();
        if listed.peek().is_some() {
            let listed = listed.filter(on_board);
            let mut carried: Vec<Carried> =
                listed.map(|((unit, _), line)| carried_in(&line.content, unit.as_ref())).collect();
            if flight.manifest_early.is_some() {
                // What was loaded after it is aboard as well.
                let loaded = self.carried_as(flight, Loading::Loaded).into_iter();
                let more: Vec<Carried> =
                    loaded.filter(|more| carried.iter().all(|listed| listed.object != more.object)).collect();
                carried.extend(more);
            }
            return carried;
        }
        let loaded = flight.aboard.values().any(|how| *how == Loading::Loaded);
        let least = if loaded { Loading::Loaded } else { Loading::Planned };
        self.carried_as(flight, least)
    }

    /// What was told to be planned or loaded on a flight, and whatever is in it.
    fn carried_as(&self, flight: &Flight, least: Loading) -> Vec<Carried> {
        let mut carried = Vec::new();
        for (object, _) in flight.aboard.iter().filter(|(_, how)| **how == least) {
            match object {
                ObjectName::Consignment(key) => {
                    carried.push(loose(key, None));
                }
                ObjectName::Piece(key, piece) => carried.push(loose(key, Some(*piece))),
                ObjectName::Unit(unit) => {
                    let contents =
                        self.units.get(unit).map(|unit| unit.contents.as_slice()).unwrap_or_default();
                    carried.extend(contents.iter().map(|content| carried_in(content, Some(unit))));
                }
                ObjectName::Flight(_) => {}
            }
        }
        carried
    }

    /// The flights on which goods are, by their manifests or by what was loaded, whether they have left or not.
    pub fn aboard<'a>(&'a self, key: &'a ConsignmentKey) -> impl Iterator<Item = (FlightName, &'a Flight)> {
        let flights = self.flights_of(&ObjectName::Consignment(key.clone())).into_iter();
        let known = flights.filter_map(|name| Some((name, self.flights.get(&name)?)));
        known.filter(|(name, flight)| {
            let is = |carried: &Carried| carried.object == *key;
            let loose = || {
                self.bulk_known(name).is_some_and(|bulk| bulk.contents.iter().any(|line| line.object == *key))
            };
            (flight.is_loaded() || loose())
                && match &flight.departed {
                    Some(departure) => departure.carried.iter().any(is),
                    None => self.carried_under(name).iter().any(is),
                }
        })
    }

    /// Where the pieces of a consignment of so many pieces are, from one station on: goods that fly two legs
    /// leave twice. What left long before `begun` was another consignment of that number.
    pub fn parts(
        &self,
        key: &ConsignmentKey,
        pieces: u64,
        from: Option<Location>,
        begun: Option<Timestamp>,
    ) -> Parts {
        let mut parts = Parts::default();
        // Also where pieces are named by themselves: what each flight carries is looked at below.
        let named = self.flights_of.get(&ObjectName::Consignment(key.clone()));
        let mut flights: BTreeSet<FlightName> = named.into_iter().flatten().copied().collect();
        // What flew in a unit that was broken down since is found by the unit.
        for unit in self.units_of.get(key).into_iter().flatten() {
            flights.extend(self.flights_of.get(&ObjectName::Unit(unit.clone())).into_iter().flatten());
            flights.extend(bulk_on(unit));
        }
        let also: Vec<FlightName> = flights.iter().flat_map(|name| self.leaving_with(name)).collect();
        flights.extend(also);
        for name in flights.into_iter().filter(|name| from.is_none_or(|from| from == name.from)) {
            let Some(flight) = self.flights.get(&name) else { continue };
            let before = flight.departed.as_ref().zip(begun);
            if before.is_some_and(|(left, begun)| !flown_with(left.at, begun)) {
                continue;
            }
            let now = match &flight.departed {
                Some(departure) => departure.carried.clone(),
                // They left with the aircraft, under another of its names.
                None if self.left_with(&name, key) => continue,
                None => self.carried_under(&name),
            };
            let of_key: Vec<&Carried> = now.iter().filter(|carried| carried.object == *key).collect();
            if of_key.is_empty() {
                continue;
            }
            if flight.departed.is_some() {
                let numbers = of_key.iter().flat_map(|carried| &carried.numbers);
                parts.numbers.extend(numbers.map(|number| (*number, name)));
            }
            // What goes under its number is all of it, and what units list is of that.
            let (whole, some): (Vec<&Carried>, Vec<&Carried>) =
                of_key.into_iter().partition(|carried| carried.unit.is_none() && carried.pieces.is_none());
            let listed: u64 = some.iter().map(|part| part.pieces.map_or(pieces, u64::from)).sum();
            let list = if flight.departed.is_some() { &mut parts.flown } else { &mut parts.planned };
            list.push((name, if whole.is_empty() { listed } else { listed.max(pieces) }));
        }
        parts.flown_pieces = parts.flown.iter().map(|(_, count)| count).sum();
        parts.remaining = pieces.saturating_sub(parts.flown_pieces);
        parts
    }

    /// Whether goods left with the aircraft of a flight, under another name of it.
    fn left_with(&self, name: &FlightName, key: &ConsignmentKey) -> bool {
        let mut others = self.aircraft(name).filter(|(other, _)| other != name);
        others.any(|(_, flight)| {
            let departed = flight.departed.as_ref();
            departed.is_some_and(|left| left.carried.iter().any(|carried| carried.object == *key))
        })
    }
}

/// What a line of a list says is carried, and in what.
fn carried_in(line: &Content, unit: Option<&UnitName>) -> Carried {
    let (pieces, numbers) = (pieces_of(line), line.pieces.clone());
    Carried { object: line.object.clone(), pieces, numbers, weight: line.weight, unit: unit.cloned() }
}

/// Goods under their own number, or one piece of them.
fn loose(key: &ConsignmentKey, piece: Option<u32>) -> Carried {
    let numbers: Vec<u32> = piece.into_iter().collect();
    Carried { object: key.clone(), pieces: piece.map(|_| 1), numbers, weight: None, unit: None }
}
