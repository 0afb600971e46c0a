//! Orders on units: an order not to load a unit holds what was in it when it was said and since, wherever that goes.

use super::flight::Flight;
use super::unit::{Order, Unit};
use super::yard::{DISPATCH_LENGTH, Yard, bulk_on, dispatch};
use consignment::ConsignmentKey;
use consignment::fact::{FlightName, UnitName};
use consignment::ident::Receptacle;
use jiff::{SignedDuration, Timestamp};
use programme::ProgrammeId;
use std::collections::BTreeSet;

/// How long after a flight left with a unit the goods that only its manifest lists are taken to be in the unit still, unless
/// it was opened since. No source gives a figure.
const FLOWN_WITHIN: SignedDuration = SignedDuration::from_hours(7 * 24);

impl Yard {
    /// Orders in force that name a unit in which these goods were when they were said, or since.
    pub fn orders_on<'a>(
        &'a self,
        key: &'a ConsignmentKey,
    ) -> impl Iterator<Item = (&'a UnitName, &'a Order)> {
        self.orders_for(key)
            .filter(|(name, _, since)| self.was_in(key, name, *since))
            .map(|(name, order, _)| (name, order))
    }

    /// Orders in force that name a receptacle nobody knows, of a dispatch in which these goods were when they were said,
    /// or since. They are held as long as nobody knows the receptacle, wherever they go.
    pub fn orders_on_dispatch_of<'a>(
        &'a self,
        key: &'a ConsignmentKey,
    ) -> impl Iterator<Item = (&'a UnitName, &'a Order)> {
        let of_unknown = self
            .orders_for(key)
            .filter(|(name, _, _)| self.units.get(*name).is_some_and(Unit::was_never_known));
        let in_dispatch = move |of: &UnitName, since| {
            let units = self.units_of.get(key).into_iter().flatten();
            let others = units.filter(|unit| dispatch(of).is_some() && dispatch(unit) == dispatch(of));
            { others }.any(|unit| self.was_in(key, unit, since))
        };
        of_unknown
            .filter(move |(name, _, since)| !self.was_in(key, name, *since) && in_dispatch(name, *since))
            .map(|(name, order, _)| (name, order))
    }

    /// Both: orders that hold goods for what they are or were in.
    pub fn orders_holding<'a>(
        &'a self,
        key: &'a ConsignmentKey,
    ) -> impl Iterator<Item = (&'a UnitName, &'a Order)> {
        self.orders_on(key).chain(self.orders_on_dispatch_of(key))
    }

    /// Whether goods are in a receptacle of the dispatch that this one belongs to.
    pub fn is_in_dispatch(&self, key: &ConsignmentKey, of: &UnitName) -> bool {
        dispatch(of).is_some() && self.units_of(key).any(|unit| dispatch(unit) == dispatch(of))
    }

    /// The goods that each order in force on a unit holds: those that were in it, and as long as nobody knows a receptacle,
    /// all of its dispatch.
    pub fn orders_of<'a>(
        &'a self,
        unit: &'a UnitName,
    ) -> impl Iterator<Item = (&'a Order, BTreeSet<ConsignmentKey>)> {
        let known = self.units.get(unit).into_iter();
        known.flat_map(move |state| {
            state.orders_in_force().map(move |(order, since)| {
                let goods = if state.was_never_known() {
                    self.goods_ordered(unit, since)
                } else {
                    self.in_since(unit, since).cloned().collect()
                };
                (order, goods)
            })
        })
    }

    /// When an order that held these goods was last cancelled, of those that a programme gave. Where all is simulated, everybody's
    /// are its own.
    pub fn order_ended(
        &self,
        key: &ConsignmentKey,
        programme: &ProgrammeId,
        simulated: bool,
    ) -> Option<Timestamp> {
        let units = self.ordered.get(key).into_iter().flatten();
        let orders = units.filter_map(|name| Some((name, self.units.get(name)?)));
        let orders = orders.flat_map(|(name, unit)| unit.orders.iter().map(move |order| (name, order)));
        let own = orders.filter(|(_, order)| order.programme == *programme && order.is_real(simulated));
        let ended = own.flat_map(|(name, order)| order.ended().into_iter().map(move |ended| (name, ended)));
        ended.filter(|(name, (since, _))| self.was_in(key, name, *since)).map(|(_, (_, until))| until).max()
    }

    /// Whether any order on a unit ever held these goods.
    pub fn was_ordered(&self, key: &ConsignmentKey) -> bool {
        self.ordered.contains_key(key)
    }

    /// Whether any order ever named a unit with known goods.
    pub fn has_orders(&self) -> bool {
        !self.ordered.is_empty()
    }

    /// Receptacles of the same dispatch that an order names and nobody has told of: which of the dispatch is
    /// meant cannot be known.
    pub fn unknown_orders<'a>(
        &'a self,
        receptacle: &Receptacle,
    ) -> impl Iterator<Item = (&'a UnitName, &'a Order)> {
        let dispatch = receptacle.as_str().get(..DISPATCH_LENGTH).unwrap_or_default();
        let others = self.dispatches.get(dispatch).into_iter().flatten();
        others
            .filter_map(|name| Some((name, self.units.get(name)?)))
            .filter(|(_, unit)| unit.was_never_known())
            .flat_map(|(name, unit)| unit.orders_in_force().map(move |(order, _)| (name, order)))
    }

    /// Orders in force on units that may hold these goods, and since when.
    fn orders_for<'a>(
        &'a self,
        key: &'a ConsignmentKey,
    ) -> impl Iterator<Item = (&'a UnitName, &'a Order, Timestamp)> {
        let units = self.ordered.get(key).into_iter().flatten();
        let units = units.filter_map(|name| Some((name, self.units.get(name)?)));
        units.flat_map(|(name, unit)| unit.orders_in_force().map(move |(order, since)| (name, order, since)))
    }

    /// Whether goods were in a unit at a time or since. A list may name a house by its number alone.
    fn was_in(&self, key: &ConsignmentKey, unit: &UnitName, since: Timestamp) -> bool {
        let alone = |goods: &ConsignmentKey| goods.master.is_none() && goods.house == key.house;
        self.in_since(unit, since).any(|goods| goods == key || key.house.is_some() && alone(goods))
    }

    /// Goods that were in a unit at a time or since: as it was built, and as manifests list it.
    fn in_since<'a>(
        &'a self,
        unit: &'a UnitName,
        since: Timestamp,
    ) -> impl Iterator<Item = &'a ConsignmentKey> {
        let known = self.units.get(unit);
        let built = known.into_iter().flat_map(move |unit| unit.listed_since(since));
        built.chain(self.listed_by_manifests_since(unit, since)).chain(self.stood_under_order(unit))
    }

    /// Goods that an order on a unit was noted to hold, and that were taken off since or are listed in it no more.
    fn stood_under_order<'a>(&'a self, unit: &'a UnitName) -> impl Iterator<Item = &'a ConsignmentKey> {
        let loose = bulk_on(unit).into_iter().flat_map(|name| self.aircraft(&name));
        let loose = loose.flat_map(|(_, flight)| flight.stood_in(None));
        let listed = self.manifests_of(unit).flat_map(move |flight| flight.stood_in(Some(unit)));
        let noted =
            move |key: &&ConsignmentKey| self.ordered.get(*key).is_some_and(|units| units.contains(unit));
        loose.chain(listed).filter(noted)
    }

    /// Goods that manifests list in a unit of flights that had not left by a time, or of the one it left on last; and what
    /// stands loose, where it is that.
    pub(super) fn listed_by_manifests_since<'a>(
        &'a self,
        unit: &'a UnitName,
        since: Timestamp,
    ) -> impl Iterator<Item = &'a ConsignmentKey> {
        let known = self.units.get(unit);
        let flown = self.manifests_of(unit).filter_map(|flight| Some(flight.departed.as_ref()?.at));
        let last = flown.filter(|left| *left < since && since.duration_since(*left) <= FLOWN_WITHIN).max();
        let last = last.filter(|left| {
            let opened = known.and_then(|unit| unit.emptied.iter().find(|(opened, _)| left <= opened));
            opened.is_none_or(|(opened, _)| since <= *opened)
        });
        let counts = move |flight: &&Flight| {
            flight.departed.as_ref().is_none_or(|left| since <= left.at || last == Some(left.at))
        };
        let flights = self.manifests_of(unit).filter(counts);
        let listed = flights.flat_map(move |flight| flight.listed_in(unit)).map(|line| &line.object);
        listed.chain(self.loose_since(unit, since))
    }

    /// What stands loose on a flight, where a unit is that: what its manifests list in no unit, what was planned or loaded under its
    /// own number, and what it left with so, not long before.
    fn loose_since<'a>(
        &'a self,
        unit: &'a UnitName,
        since: Timestamp,
    ) -> impl Iterator<Item = &'a ConsignmentKey> {
        // What stands loose on an aircraft stands there under each of its names.
        let flights =
            bulk_on(unit).into_iter().flat_map(|name| self.aircraft(&name)).map(|(_, flight)| flight);
        let recent = move |flight: &&Flight| {
            let left = flight.departed.as_ref().map(|departed| departed.at);
            left.is_none_or(|left| since.duration_since(left) <= FLOWN_WITHIN)
        };
        flights.filter(recent).flat_map(Flight::loose)
    }

    /// Goods that an order on a unit holds since a time: what was in it, and where it is a receptacle, in the others of its
    /// dispatch, because nobody may know of it.
    pub(super) fn goods_ordered(&self, unit: &UnitName, since: Timestamp) -> BTreeSet<ConsignmentKey> {
        let others = dispatch(unit).and_then(|dispatch| self.dispatches.get(dispatch));
        let others = others.into_iter().flatten().filter(|other| *other != unit);
        let units = std::iter::once(unit).chain(others);
        units.flat_map(|unit| self.in_since(unit, since)).cloned().collect()
    }

    /// The units under which what stands loose on a flight is ordered, under whatever name of the aircraft, where an order on it is
    /// open.
    pub(super) fn ordering_loose(&self, flight: &FlightName) -> impl Iterator<Item = UnitName> {
        let names = std::iter::once(*flight).chain(self.leaving_with(flight));
        names.map(UnitName::Bulk).filter(|unit| self.is_ordered(unit))
    }

    /// Units whose open orders hold what is built into a unit: itself, and receptacles of its dispatch nobody knows.
    pub(super) fn ordering(&self, unit: &UnitName) -> BTreeSet<UnitName> {
        let own = self.is_ordered(unit).then(|| unit.clone());
        let unknown = match unit {
            UnitName::Receptacle(receptacle) => Some(self.unknown_orders(receptacle)),
            UnitName::Device(_) | UnitName::Bulk(_) => None,
        };
        let unknown = unknown.into_iter().flatten().map(|(other, _)| other.clone());
        own.into_iter().chain(unknown).collect()
    }

    pub(super) fn is_ordered(&self, unit: &UnitName) -> bool {
        self.units.get(unit).is_some_and(|unit| unit.orders_in_force().next().is_some())
    }

    /// Notes that an order on a unit holds goods.
    pub fn note_ordered(&mut self, key: ConsignmentKey, unit: UnitName) {
        self.ordered.entry(key).or_default().insert(unit);
    }
}
