//! What leaves with a flight, and where the pieces of goods are: on flights that have left, on others, or neither.

use super::flight::{Carried, Flight, Listed};
use super::unit::{Unit, pieces_of};
use super::yard::{Yard, bulk_on};
use consignment::ConsignmentKey;
use consignment::fact::{Content, FlightName, Loading, ObjectName, UnitName};
use consignment::ident::Location;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

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
    /// Flights with which all pieces left but those of these numbers.
    pub all_but: Vec<(FlightName, BTreeSet<u32>)>,
    /// Pieces of all flights that have left from the station of the first of them.
    pub flown_pieces: u64,
    /// Pieces of the whole that have not left.
    pub remaining: u64,
}

impl Parts {
    /// A flight with which the piece of a number is known to have left, of those that count.
    pub fn left_with(&self, piece: u32, counts: impl Fn(&FlightName) -> bool) -> Option<FlightName> {
        let numbered = self.numbers.iter().filter(|(number, _)| *number == piece).map(|(_, name)| name);
        let all_but = self.all_but.iter().filter(|(_, but)| !but.contains(&piece)).map(|(name, _)| name);
        numbered.chain(all_but).find(|name| counts(name)).copied()
    }
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
        // Where anything tells what is aboard under any name, what was only planned under another is not.
        let plans = !self.is_loaded(name);
        let mut carried = self.carried_under(name, plans);
        for (other, flight) in self.aircraft(name).filter(|(other, _)| other != name) {
            if let Some(left) = &flight.departed {
                leave_out(&mut carried, &left.carried);
                continue;
            }
            let beside = self.carried_under(&other, plans);
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
    fn carried_under(&self, name: &FlightName, plans: bool) -> Vec<Carried> {
        let mut carried = self.carried_as_told(name, plans);
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
        let mut loose: Vec<Carried> = loose.map(|line| carried_in(line, Some(bulk))).collect();
        for (key, piece) in flight.into_iter().flat_map(Flight::pieces_off) {
            take_off(&mut loose, key, piece);
        }
        carried.extend(loose);
        carried
    }

    /// What its manifests, or what was loaded or planned, say.
    fn carried_as_told(&self, name: &FlightName, plans: bool) -> Vec<Carried> {
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
            carried.iter_mut().for_each(|line| self.number_as_listed(line));
            let complete = self.has_whole_manifest(name);
            if flight.manifest_early.is_some() || !complete {
                // What was loaded after it is aboard as well, and what messages may list that did not come.
                self.add_loaded_since(flight, &mut carried, complete);
            }
            number_counts(&mut carried, flight);
            for (key, piece) in flight.pieces_off() {
                take_off(&mut carried, key, piece);
            }
            return carried;
        }
        let loaded = flight.aboard.values().any(|how| *how == Loading::Loaded);
        match loaded {
            true => self.carried_as(flight, Loading::Loaded),
            false if plans => self.carried_as(flight, Loading::Planned),
            false => Vec::new(),
        }
    }

    /// Whether every message of the manifest of a flight came, as far as anything tells of messages.
    fn has_whole_manifest(&self, name: &FlightName) -> bool {
        if !self.aircraft(name).any(|(_, flight)| flight.tells_messages()) {
            return true;
        }
        let mut came: BTreeMap<u16, bool> = BTreeMap::new();
        for (number, last) in self.aircraft(name).flat_map(|(_, flight)| flight.messages()) {
            *came.entry(number).or_default() |= last;
        }
        let mut first = (1..).zip(&came).take_while(|(number, (known, _))| number == *known);
        first.any(|(_, (_, last))| *last)
    }

    /// Adds to what a manifest lists that came before the flight leaves what was loaded since, or to some of the messages of one what
    /// was loaded, and has what units hold by their own lists take the place of what it lists in them, where they were loaded since
    /// or hold more.
    fn add_loaded_since(&self, flight: &Flight, carried: &mut Vec<Carried>, complete: bool) {
        let (in_units, loose): (Vec<Carried>, Vec<Carried>) =
            self.carried_as(flight, Loading::Loaded).into_iter().partition(|line| line.unit.is_some());
        let count = |lines: &[Carried], of: &Carried| {
            let same = lines.iter().filter(|line| line.unit == of.unit && line.object == of.object);
            // All of it is more than any count.
            let counts = same.map(|line| line.pieces.map_or(u64::MAX, u64::from));
            counts.reduce(u64::saturating_add)
        };
        let since = |line: &Carried| {
            line.unit.clone().is_some_and(|unit| flight.loaded_since.contains(&ObjectName::Unit(unit)))
        };
        let listed = carried.clone();
        let is_newer = |line: &Carried| {
            since(line) || count(&listed, line).is_some_and(|of_list| count(&in_units, line) > Some(of_list))
        };
        let newer: Vec<Carried> = in_units.iter().filter(|line| is_newer(line)).cloned().collect();
        carried.retain(|line| {
            let replaced =
                |newer: &Carried| newer.unit == line.unit && (since(line) || newer.object == line.object);
            line.unit.is_none() || !newer.iter().any(replaced)
        });
        let others = in_units.iter().filter(|line| !is_newer(line)).chain(&loose);
        // Pieces that were loaded by their numbers are among those that are counted, where they are no more than these.
        let counted = |more: &Carried| {
            let of_goods = listed.iter().filter(|line| line.object == more.object);
            let room = of_goods.map(Carried::room).fold(0, usize::saturating_add);
            more.unit.is_none()
                && !more.numbers.is_empty()
                && flight.pieces_loaded_of(&more.object).count() <= room
        };
        let since_then = |more: &Carried| !complete && !counted(more);
        let more =
            others.filter(|more| !is_listed(&listed, more, &flight.loaded_since, since_then(more))).cloned();
        carried.extend(newer.iter().cloned().chain(more));
    }

    /// Where a manifest only counts what stands in a unit, and its own list names as many pieces by their numbers, it is these.
    fn number_as_listed(&self, line: &mut Carried) {
        let unit = line.unit.as_ref().and_then(|unit| self.units.get(unit));
        let contents = unit.into_iter().flat_map(|unit| &unit.contents);
        let of_goods = contents.filter(|content| content.object == line.object);
        let numbers: BTreeSet<u32> = of_goods.flat_map(|content| &content.pieces).copied().collect();
        let counted = line.pieces.map(|pieces| usize::try_from(pieces).unwrap_or(usize::MAX));
        if line.numbers.is_empty() && counted == Some(numbers.len()) {
            line.numbers = numbers.into_iter().collect();
        }
    }

    /// What was told to be planned or loaded on a flight, and whatever is in it.
    fn carried_as(&self, flight: &Flight, least: Loading) -> Vec<Carried> {
        let mut carried = Vec::new();
        for (object, _) in flight.aboard.iter().filter(|(_, how)| **how == least) {
            match object {
                ObjectName::Consignment(key) => {
                    let mut whole = vec![loose(key, None)];
                    flight.pieces_off_of(key).for_each(|piece| take_off(&mut whole, key, piece));
                    carried.extend(whole);
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

    /// The flights on which goods are, of so many pieces where that is known, by their manifests or by what was loaded,
    /// whether they have left or not.
    pub fn aboard<'a>(
        &'a self,
        key: &'a ConsignmentKey,
        pieces: Option<u32>,
    ) -> impl Iterator<Item = (FlightName, &'a Flight)> {
        let flights = self.flights_of(&ObjectName::Consignment(key.clone())).into_iter();
        let known = flights.filter_map(|name| Some((name, self.flights.get(&name)?)));
        known.filter(move |(name, flight)| {
            let is = |carried: &Carried| carried.object == *key && !carried.is_nothing(pieces);
            let loose = || {
                self.bulk_known(name).is_some_and(|bulk| bulk.contents.iter().any(|line| line.object == *key))
            };
            (flight.is_loaded() || loose())
                && match &flight.departed {
                    Some(departure) => departure.carried.iter().any(is),
                    None => self.carried_under(name, true).iter().any(is),
                }
        })
    }

    /// Where the pieces of a consignment of so many pieces are, from one station on: goods that fly two legs
    /// leave twice. Flights that left elsewhere and went `past` that station count as well. What left long before `begun`
    /// was another consignment of that number.
    pub fn parts(
        &self,
        key: &ConsignmentKey,
        pieces: u64,
        from: Option<Location>,
        past: &dyn Fn(&FlightName) -> bool,
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
        for name in flights {
            let Some(flight) = self.flights.get(&name) else { continue };
            let by_here = from.is_none_or(|from| from == name.from);
            if !by_here && (flight.departed.is_none() || !past(&name)) {
                continue;
            }
            let before = flight.departed.as_ref().zip(begun);
            if before.is_some_and(|(left, begun)| !flown_with(left.at, begun)) {
                continue;
            }
            let now = match &flight.departed {
                Some(departure) => departure.carried.clone(),
                // They left with the aircraft, under another of its names.
                None if self.left_with(&name, key) => continue,
                None => self.carried_under(&name, true),
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
            let is_piece = |number: &u32| (1..=pieces).contains(&u64::from(*number));
            let off = of_key.iter().flat_map(|carried| &carried.without).copied().filter(is_piece);
            let off: BTreeSet<u32> = off.collect();
            let left = pieces.saturating_sub(u64::try_from(off.len()).unwrap_or(u64::MAX));
            let (whole, some): (Vec<&Carried>, Vec<&Carried>) =
                of_key.into_iter().partition(|carried| carried.unit.is_none() && carried.pieces.is_none());
            let listed: u64 = some.iter().map(|part| part.count(pieces)).sum();
            let count = if whole.is_empty() { listed } else { listed.max(left) };
            if flight.departed.is_some() && !off.is_empty() && count >= left {
                parts.all_but.push((name, off));
            }
            let list = if flight.departed.is_some() { &mut parts.flown } else { &mut parts.planned };
            if count > 0 {
                list.push((name, count));
            }
        }
        parts.flown_pieces = parts.flown.iter().map(|(_, count)| count).sum();
        parts.remaining = pieces.saturating_sub(parts.flown_pieces);
        parts
    }

    /// When a flight of the same number left the same station next after an instant with some of these goods.
    pub fn left_next(
        &self,
        name: &FlightName,
        after: Timestamp,
        is: impl Fn(&Carried) -> bool,
    ) -> Option<Timestamp> {
        let numbered = self.by_number.get(&name.flight).into_iter().flatten();
        let others = numbered.filter(|other| other.from == name.from && other.date != name.date);
        let left = others.filter_map(|other| self.flights.get(other)?.departed.as_ref());
        left.filter(|left| left.at > after && left.carried.iter().any(&is)).map(|left| left.at).min()
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
    let (without, weight) = (Vec::new(), line.weight);
    Carried { object: line.object.clone(), pieces, numbers, without, weight, unit: unit.cloned() }
}

/// Whether lists that were sent before a flight leaves tell of what was loaded on it: all of its goods, or its number; where they
/// only count, what was loaded before. What was loaded since is aboard as well, and `also` what other lists may tell of.
fn is_listed(listed: &[Carried], loaded: &Carried, since: &BTreeSet<ObjectName>, also: bool) -> bool {
    let mut of_goods = listed.iter().filter(|line| line.object == loaded.object).peekable();
    if of_goods.peek().is_none() {
        return false;
    }
    let (key, numbers) = (&loaded.object, &loaded.numbers);
    let name = match (&loaded.unit, &numbers[..]) {
        (Some(unit), _) => ObjectName::Unit(unit.clone()),
        (None, [piece]) => ObjectName::Piece(key.clone(), *piece),
        (None, _) => ObjectName::Consignment(key.clone()),
    };
    let tells = |line: &Carried| {
        let all = line.pieces.is_none() && numbers.iter().all(|piece| !line.without.contains(piece));
        let numbered = !numbers.is_empty() && numbers.iter().all(|piece| line.numbers.contains(piece));
        line.unit.is_some() && line.unit == loaded.unit || line.unit.is_none() && all || numbered
    };
    !also && !since.contains(&name) || of_goods.any(tells)
}

/// Where a manifest only counts goods, the pieces that were loaded by their numbers are among those it counts, unless these are
/// more: of what stands loose first.
fn number_counts(carried: &mut [Carried], flight: &Flight) {
    let keys: BTreeSet<ConsignmentKey> = carried.iter().map(|line| line.object.clone()).collect();
    for key in keys {
        let mut counted: Vec<&mut Carried> =
            carried.iter_mut().filter(|line| line.object == key && line.pieces.is_some()).collect();
        let known: BTreeSet<u32> = counted.iter().flat_map(|line| &line.numbers).copied().collect();
        let loaded: Vec<u32> = flight.pieces_loaded_of(&key).filter(|piece| !known.contains(piece)).collect();
        if loaded.len() > counted.iter().map(|line| line.room()).sum() {
            continue;
        }
        counted.sort_by_key(|line| line.unit.is_some());
        let mut loaded = loaded.into_iter();
        for line in counted {
            let room = line.room();
            line.numbers.extend(loaded.by_ref().take(room));
        }
    }
}

impl Carried {
    /// How many of the pieces that it counts are known neither by their number to be there nor to be taken off.
    fn room(&self) -> usize {
        let known = self.numbers.len() + self.without.len();
        self.pieces
            .map_or(usize::MAX, |pieces| usize::try_from(pieces).unwrap_or(usize::MAX))
            .saturating_sub(known)
    }
}

/// Takes a piece off what is carried: from the lines that name its number, else from what goes under the number of its goods, else
/// from a count of them, of what stands loose before what stands in a unit. In which of several counts it was nobody can say.
/// Where all of them are known by other numbers, it was not there.
pub(super) fn take_off(carried: &mut Vec<Carried>, key: &ConsignmentKey, piece: u32) {
    let mut named = false;
    carried.retain_mut(|line| {
        if line.object != *key || !line.numbers.contains(&piece) {
            return true;
        }
        named = true;
        line.numbers.retain(|number| *number != piece);
        line.pieces = line.pieces.map(|pieces| pieces.saturating_sub(1));
        line.weight = None;
        line.pieces != Some(0)
    });
    if named || carried.iter().any(|line| line.object == *key && line.without.contains(&piece)) {
        return;
    }
    let rank = |line: &&mut Carried| (line.pieces.is_some(), line.unit.is_some());
    let counted = carried.iter_mut().filter(|line| line.object == *key && line.room() > 0);
    if let Some(line) = counted.min_by_key(rank) {
        line.without.push(piece);
        line.weight = None;
    }
}

/// Takes out of what is carried under one name of an aircraft what left with it under another: as many pieces of each goods.
fn leave_out(carried: &mut Vec<Carried>, left: &[Carried]) {
    let keys: BTreeSet<ConsignmentKey> = left.iter().map(|line| line.object.clone()).collect();
    for key in keys {
        let of_key = || left.iter().filter(|line| line.object == key);
        let gone: BTreeSet<u32> = of_key().flat_map(|line| &line.numbers).copied().collect();
        // All of it is more than any count.
        let counts = of_key().map(|line| line.pieces.unwrap_or(u32::MAX));
        let mut count = counts.fold(0_u32, u32::saturating_add);
        carried.retain_mut(|line| {
            if line.object != key {
                return true;
            }
            let Some(pieces) = line.pieces else { return count < u32::MAX };
            let out = pieces.min(count);
            count -= out;
            line.numbers.retain(|number| !gone.contains(number));
            line.pieces = Some(pieces - out);
            if out > 0 {
                line.weight = None;
            }
            out < pieces
        });
    }
}

/// Goods under their own number, or one piece of them.
fn loose(key: &ConsignmentKey, piece: Option<u32>) -> Carried {
    let numbers: Vec<u32> = piece.into_iter().collect();
    let (pieces, without) = (piece.map(|_| 1), Vec::new());
    Carried { object: key.clone(), pieces, numbers, without, weight: None, unit: None }
}
