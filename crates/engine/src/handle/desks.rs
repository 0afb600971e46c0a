//! Whose word counts on which flights, units, bookings and goods.

use super::{Engine, EngineError};
use crate::channel::Channel;
use crate::ports::{Clock, Journal, Outbox};
use casework::case::Tree;
use casework::desks::{carries, operator, stated};
use consignment::fact::{FlightName, MandatedAct, ObjectName, UnitName};
use consignment::ident::Carrier;
use consignment::{ConsignmentKey, Leg};

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// The designator of the carrier whose own channel this is.
    fn designator(&self, channel: &Channel) -> Option<Carrier> {
        channel.designator.or_else(|| self.settings.carriers.get(&channel.name).copied().flatten())
    }

    /// Whether a channel speaks for a carrier in everything.
    pub(super) fn is_carrier(&self, channel: &Channel, carrier: Carrier) -> bool {
        channel.designator == Some(carrier) || self.desks().speak_for_carrier(&channel.name, carrier)
    }

    /// Whether somebody on this channel may forbid the loading of goods he did not file: authorities, officers, the
    /// registry, carriers, and posts of the node.
    pub(super) fn may_forbid(&self, channel: &Channel) -> bool {
        channel.authority.is_some()
            || channel.desk.is_some()
            || channel.registry
            || channel.carrier
            || self.desks().speak_for_any(&channel.name)
    }

    /// Whether a channel speaks of what is done at a flight: his carrier, or his handler where it starts.
    pub(super) fn speaks_at_flight(&self, channel: &Channel, flight: &FlightName) -> bool {
        let place = (flight.flight.carrier(), flight.from);
        self.is_carrier(channel, place.0)
            || self.desks().speak_at_station(&channel.name, place, self.clock.now())
    }

    /// Whether a channel stands for what it tells of a unit: of every flight the unit is planned on, or one where it built
    /// the unit. Of a unit on no
    /// flight nobody can say whose it is; a carrier stands for one that nobody but himself listed since it was opened.
    pub(super) fn stands_for_unit(
        &mut self,
        channel: &Channel,
        unit: &UnitName,
    ) -> Result<bool, EngineError> {
        let flights = self.flights_open(unit)?;
        if self.desks().speak_for_any(&channel.name) {
            return Ok(true);
        }
        if let UnitName::Receptacle(_) = unit {
            return Ok(false);
        }
        let known = self.transport.yard.unit(unit).filter(|unit| unit.void.is_none());
        let builder = known.and_then(|unit| unit.builder.as_ref());
        if !flights.is_empty() {
            let mut speaks = flights.iter().map(|flight| self.speaks_at_flight(channel, flight));
            // That another carrier plans it as well does not take it from whoever built it.
            let built = builder == Some(&channel.name);
            return Ok(if built { speaks.any(|speaks| speaks) } else { speaks.all(|speaks| speaks) });
        }
        let own = builder.is_none_or(|builder| *builder == channel.name);
        Ok(own && self.designator(channel).is_some())
    }

    /// Whether it counts when this channel says that a unit was opened: from whoever stands for it, also where its last
    /// flight landed, and from those who open units by their office.
    pub(super) fn may_open(&mut self, channel: &Channel, unit: &UnitName) -> Result<bool, EngineError> {
        if channel.registry || channel.desk.is_some() || self.desks().speak_for_any(&channel.name) {
            return Ok(true);
        }
        let on_flight = !self.flights_open(unit)?.is_empty();
        let listed = self.transport.yard.unit(unit).is_some_and(|unit| unit.builder.is_some());
        if (on_flight || listed) && self.stands_for_unit(channel, unit)? {
            return Ok(true);
        }
        if on_flight {
            return Ok(false);
        }
        let flown = self.transport.yard.flights_of(&ObjectName::Unit(unit.clone()));
        let Some(last) = flown.iter().max_by_key(|flight| flight.date) else { return Ok(false) };
        let place = (last.flight.carrier(), last.to);
        Ok(self.is_carrier(channel, place.0)
            || self.desks().speak_at_station(&channel.name, place, self.clock.now()))
    }

    /// Whether a desk of a unit takes it over from somebody who listed it before and is none.
    pub(super) fn takes_over(&mut self, channel: &Channel, unit: &UnitName) -> Result<bool, EngineError> {
        let builder = self.transport.yard.unit(unit).and_then(|unit| unit.builder.clone());
        let Some(builder) = builder.filter(|builder| *builder != channel.name) else { return Ok(false) };
        Ok(!self.stands_for_unit(&Channel::filer(&builder), unit)?)
    }

    /// The flights a unit is on that have not left.
    fn flights_open(&mut self, unit: &UnitName) -> Result<Vec<FlightName>, EngineError> {
        if let UnitName::Bulk(flight) = unit {
            return Ok(vec![*flight]);
        }
        self.bring(&ObjectName::Unit(unit.clone()))?;
        let yard = &self.transport.yard;
        let flights = yard.flights_of(&ObjectName::Unit(unit.clone())).into_iter();
        let open = |name: &FlightName| yard.flight(name).is_some_and(|flight| flight.departed.is_none());
        Ok(flights.filter(open).collect())
    }

    /// Whether a channel books goods: a carrier out of his own flights and into his own. Others' flights are not his to
    /// take goods from.
    pub(super) fn books(
        &mut self,
        channel: &Channel,
        object: &ConsignmentKey,
        legs: &[Leg],
    ) -> Result<bool, EngineError> {
        if self.desks().speak_for_any(&channel.name) {
            return Ok(true);
        }
        let Some(carrier) = self.designator(channel) else { return Ok(false) };
        let own = |leg: &Leg| operator(leg).is_none_or(|operator| operator == carrier);
        if !legs.iter().all(own) {
            return Ok(false);
        }
        let Some(stream) = self.stream_found(object)? else {
            return Ok(legs.iter().any(|leg| operator(leg) == Some(carrier)));
        };
        let loaded = self.load(&stream)?;
        let tree = &loaded.dossier.tree;
        let start = legs.first().and_then(|first| tree.legs.iter().position(|leg| leg.from == first.from));
        let end = legs.last().and_then(|last| tree.legs.iter().rposition(|leg| leg.to == last.to));
        let taken = start.zip(end).and_then(|(start, end)| tree.legs.get(start..=end)).unwrap_or_default();
        let unfiled = tree.legs.is_empty() && legs.iter().any(|leg| operator(leg) == Some(carrier));
        let books = unfiled || carries(carrier, tree) && taken.iter().all(own);
        self.keep(loaded);
        Ok(books)
    }

    /// Whether goods are to fly with the carrier whose channel this is. One that names no carrier is taken for any.
    pub(super) fn carries(&self, channel: &Channel, tree: &Tree) -> bool {
        match self.designator(channel) {
            Some(carrier) => carries(carrier, tree),
            None => channel.carrier,
        }
    }

    /// Whether a channel submits data of goods as well as their declarant: the carrier they fly with, whom he represents,
    /// and partners whom that carrier named, by a mandate to file at a station where he takes the goods.
    pub(super) fn submits(&self, channel: &Channel, tree: &Tree) -> bool {
        let (now, represents) = (self.clock.now(), self.settings.representatives.get(&channel.name));
        let named = |place| {
            let names = [Some(&channel.name), represents].into_iter().flatten();
            names.into_iter().any(|name| self.mandates.allow(name, place, MandatedAct::File, now))
        };
        self.carries(channel, tree)
            || represents.is_some_and(|whom| self.carries(&Channel::filer(whom), tree))
            || stated(tree).any(|leg| operator(leg).is_some_and(|carrier| named((carrier, leg.from))))
    }

    /// Whether a channel is named as a desk of goods, or the carrier's own.
    pub(super) fn handles(
        &mut self,
        object: &ConsignmentKey,
        channel: &Channel,
    ) -> Result<bool, EngineError> {
        let now = self.clock.now();
        let Some(stream) = self.stream_found(object)? else {
            return Ok(self.desks().handle(&channel.name, &Tree::default(), now));
        };
        let loaded = self.load(&stream)?;
        let handles = self.handles_tree(channel, &loaded.dossier.tree);
        self.keep(loaded);
        Ok(handles)
    }

    /// The same of a tree at hand.
    pub(super) fn handles_tree(&self, channel: &Channel, tree: &Tree) -> bool {
        let own = channel.designator.is_some_and(|carrier| carries(carrier, tree));
        own || self.desks().handle(&channel.name, tree, self.clock.now())
    }
}
