//! What of flights and units a question reads, brought into memory: all that the indices lead to from the goods, unit
//! or flight it is about.

use super::index::{day_text, flight_named, goods_text, object_text, unit_named};
use super::route::{self, Route};
use super::{Engine, EngineError};
use crate::ports::{Clock, Index, Journal, Outbox, Pick, StreamId, Version};
use casework::case::{self, Node, Tree};
use casework::gate::{self, Answer};
use casework::transport::{Place, dispatch};
use consignment::fact::{FlightName, ObjectName, UnitName};
use consignment::{ConsignmentKey, Leg};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Most trees that are kept in memory between commands: the heavy part of what is kept.
const TREES_MAX: usize = 10_000;

/// Most flights, units and goods that are kept in memory between commands.
const KEPT_MAX: usize = 50_000;

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// Forgets what was read where it has become too much.
    pub(super) fn bound_memory(&mut self) {
        if self.trees.len() > TREES_MAX
            || self.transport.len() > KEPT_MAX
            || self.streams.len() > 4 * KEPT_MAX
        {
            self.forget();
        }
    }

    /// Brings an object and everything that is read where it is asked about.
    pub(super) fn bring(&mut self, object: &ObjectName) -> Result<(), EngineError> {
        match object {
            ObjectName::Consignment(key) => self.bring_goods(key),
            ObjectName::Piece(key, _) => {
                self.bring_goods(key)?;
                self.bring_flights_of(object)
            }
            ObjectName::Unit(unit) => self.bring_unit_whole(unit),
            ObjectName::Flight(name) => {
                self.bring_flight(name)?;
                let mut units = BTreeSet::from([UnitName::Bulk(*name)]);
                for (name, flight) in self.transport.yard.aircraft(name) {
                    let aboard = flight.objects().filter_map(|object| match object {
                        ObjectName::Unit(unit) => Some(unit),
                        _ => None,
                    });
                    units.extend(aboard.chain(flight.units_listed()).cloned());
                    units.insert(UnitName::Bulk(name));
                }
                units.iter().try_for_each(|unit| self.bring_unit_whole(unit))
            }
        }
    }

    /// Brings what is read of a tree that was just read: the flights of its way, and where each of its goods is.
    pub(super) fn bring_tree(&mut self, tree: &Tree) -> Result<(), EngineError> {
        self.bring_legs(&tree.legs)?;
        let nodes = std::iter::once(&Node::Master).chain(tree.documents.keys());
        nodes.map(|node| tree.key(node)).try_for_each(|key| self.bring_goods(&key))
    }

    /// Brings what an event of a tree leads to.
    pub(super) fn bring_after(&mut self, tree: &Tree, event: &casework::Event) -> Result<(), EngineError> {
        match event {
            casework::Event::Tree(case::Event::Recorded { node, .. }) => self.bring_goods(&tree.key(node)),
            casework::Event::Tree(case::Event::Routed { .. }) => self.bring_legs(&tree.legs),
            _ => Ok(()),
        }
    }

    /// The way of a tree, with the flights brought that it is worked out from.
    pub(super) fn way(&mut self, tree: &Tree) -> Result<Route, EngineError> {
        let flights = route::flights_named(tree, &self.settings.stations);
        flights.iter().try_for_each(|flight| self.bring_flight(flight))?;
        let way = Route::of(tree, &self.settings, &self.transport.yard);
        // What reports made of a leg may name a flight that no document names whole.
        let known = self.transport.len();
        self.bring_legs(&way.legs)?;
        if self.transport.len() == known {
            return Ok(way);
        }
        Ok(Route::of(tree, &self.settings, &self.transport.yard))
    }

    /// Brings the flight that an answer speaks of; tells whether it was not here.
    pub(super) fn bring_asked(&mut self, answer: &Answer) -> Result<bool, EngineError> {
        let known = self.transport.len();
        self.bring_legs(answer.leg.as_slice())?;
        Ok(self.transport.len() != known)
    }

    /// The flight that an answer speaks of, as the gate names it.
    pub(super) fn flight_asked(&self, answer: &Answer) -> Option<FlightName> {
        gate::flight_named(answer.leg.as_ref()?, self.clock.now(), &self.context())
    }

    /// Brings the flights of legs, their days seen from now.
    fn bring_legs(&mut self, legs: &[Leg]) -> Result<(), EngineError> {
        self.bring_legs_at(legs, self.clock.now())
    }

    /// Brings the flights of legs, their days seen from another time.
    pub(super) fn bring_legs_at(&mut self, legs: &[Leg], at: Timestamp) -> Result<(), EngineError> {
        let context = self.context();
        let named = legs.iter().filter_map(|leg| gate::flight_named(leg, at, &context));
        let flights: Vec<FlightName> = named.collect();
        flights.iter().try_for_each(|flight| self.bring_flight(flight))
    }

    /// Brings the flights of a tree in memory whose days are not whole: which day they mean depends on today.
    pub(super) fn bring_legs_of(&mut self, stream: &StreamId) -> Result<(), EngineError> {
        let legs = self.trees.get(stream).map(|kept| kept.dossier.tree.legs.as_slice()).unwrap_or_default();
        let partial = |leg: &&Leg| leg.date.is_some_and(|date| date.date().is_none());
        let legs: Vec<Leg> = legs.iter().filter(partial).cloned().collect();
        self.bring_legs(&legs)
    }

    /// Brings the units and flights of goods, and the orders that hold them.
    pub(super) fn bring_goods(&mut self, key: &ConsignmentKey) -> Result<(), EngineError> {
        if self.transport.has_brought(key) {
            return Ok(());
        }
        let text = goods_text(key);
        for unit in self.journal.find(Index::UnitsOf, &text, Pick::All)? {
            self.bring_unit(&unit_named(&unit)?)?;
        }
        for unit in self.journal.find(Index::Ordered, &text, Pick::All)? {
            let unit = unit_named(&unit)?;
            self.bring_unit(&unit)?;
            self.transport.yard.note_ordered(key.clone(), unit);
        }
        self.bring_flights_of(&ObjectName::Consignment(key.clone()))?;
        self.transport.note_brought(key);
        Ok(())
    }

    /// Has orders on units hold a house with its master that hold it by its number alone.
    pub(super) fn follow_orders_of_number(&mut self, key: &ConsignmentKey) -> Result<(), EngineError> {
        if key.master.is_none() || key.house.is_none() {
            return Ok(());
        }
        let alone = ConsignmentKey { master: None, house: key.house.clone() };
        for unit in self.journal.find(Index::Ordered, &goods_text(&alone), Pick::All)? {
            let unit = unit_named(&unit)?;
            self.bring_unit(&unit)?;
            self.keep_place(Place::Ordered(key.clone(), unit))?;
        }
        Ok(())
    }

    /// Brings a unit, its flights, and the other receptacles of its dispatch: an order may mean any of them.
    fn bring_unit_whole(&mut self, unit: &UnitName) -> Result<(), EngineError> {
        self.bring_unit(unit)?;
        let Some(dispatch) = dispatch(unit) else { return Ok(()) };
        if self.transport.has_dispatch(dispatch) {
            return Ok(());
        }
        for other in self.journal.find(Index::Dispatch, dispatch, Pick::All)? {
            self.bring_unit(&unit_named(&other)?)?;
        }
        self.transport.note_dispatch(dispatch);
        Ok(())
    }

    /// Brings a unit and the flights it is or was planned for.
    fn bring_unit(&mut self, unit: &UnitName) -> Result<(), EngineError> {
        let object = ObjectName::Unit(unit.clone());
        if self.fold(object_text(&object).into())? {
            self.bring_flights_of(&object)?;
            if let UnitName::Bulk(flight) = unit {
                self.bring_flight(flight)?;
            }
        }
        Ok(())
    }

    fn bring_flights_of(&mut self, object: &ObjectName) -> Result<(), EngineError> {
        for flight in self.journal.find(Index::FlightsOf, &object_text(object), Pick::All)? {
            self.bring_flight(&flight_named(&flight)?)?;
        }
        Ok(())
    }

    /// Brings a flight, and whatever somebody told of under its number on its day, the next, and the one before.
    fn bring_flight(&mut self, name: &FlightName) -> Result<(), EngineError> {
        if !self.fold(object_text(&ObjectName::Flight(*name)).into())? {
            return Ok(());
        }
        let days = [Some(name.date), name.date.tomorrow().ok(), name.date.yesterday().ok()];
        let mut names = Vec::new();
        for day in days.into_iter().flatten() {
            for other in self.journal.find(Index::Scheduled, &day_text(name.flight, Some(day)), Pick::All)? {
                names.push(flight_named(&other)?);
                self.fold(other)?;
            }
        }
        // What stands loose on the aircraft may be told of under another of its names.
        let same = |other: &&FlightName| *other != name && (other.from, other.date) == (name.from, name.date);
        names.iter().filter(same).try_for_each(|other| self.bring_unit(&UnitName::Bulk(*other)))
    }

    /// Folds the stream of a flight or unit that is not in memory; tells whether it was not.
    fn fold(&mut self, stream: StreamId) -> Result<bool, EngineError> {
        if self.transport.has_folded(&stream) {
            return Ok(false);
        }
        let events = self.journal.read(&stream)?;
        for recorded in &events {
            if let casework::Event::Transport(event) = &recorded.event {
                self.transport.yard.evolve(event);
            }
        }
        self.transport.note_folded(stream, events.len() as Version);
        Ok(true)
    }

    /// Keeps where something is found.
    pub(super) fn keep_place(&mut self, place: Place) -> Result<(), EngineError> {
        let flight = |name: &FlightName| object_text(&ObjectName::Flight(*name));
        let unit = |name: &UnitName| object_text(&ObjectName::Unit(name.clone()));
        match place {
            Place::OnFlight(object, name) => {
                self.put(Index::FlightsOf, &object_text(&object), &flight(&name))?;
            }
            Place::InUnit(key, name) => self.put(Index::UnitsOf, &goods_text(&key), &unit(&name))?,
            Place::Numbered(name) => {
                self.put(Index::Scheduled, &day_text(name.flight, Some(name.date)), &flight(&name))?;
            }
            Place::OfDispatch(dispatch, name) => self.put(Index::Dispatch, &dispatch, &unit(&name))?,
            Place::Ordered(key, name) => {
                // A house that a list names by its number alone may be that of any master it was filed under.
                let meant = self.may_mean(key.clone())?;
                for key in std::iter::once(key).chain(meant) {
                    self.put(Index::Ordered, &goods_text(&key), &unit(&name))?;
                    self.transport.yard.note_ordered(key, name.clone());
                }
            }
        }
        Ok(())
    }
}
