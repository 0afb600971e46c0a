//! Bookings: the way of goods as their carrier has it, and what others say of it.

use super::transport::{named, speaker};
use super::{Engine, EngineError};
use crate::channel::Channel;
use crate::command::Reply;
use crate::ports::{Clock, Journal, Outbox};
use casework::Refusal;
use casework::case::{self, Actor, Node, Tree};
use casework::transport::{self, Command, Speaker};
use consignment::fact::{FlightName, Loading, ObjectName};
use consignment::route::RouteBasis;
use consignment::{ConsignmentKey, Leg, Mode};
use finding::{Phrase, codes};
use std::collections::BTreeSet;
use std::sync::Arc;

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// A booking: the way between its ends is this one, and its flights plan the goods. A flight it takes the
    /// goods from does not plan them any more.
    pub(super) fn book(
        &mut self,
        object: &ConsignmentKey,
        legs: Vec<Leg>,
        channel: &Channel,
    ) -> Result<Reply, EngineError> {
        let legs: Vec<Leg> = legs
            .into_iter()
            .map(|leg| Leg { basis: RouteBasis::Scheduled, date: self.whole_date(&leg), ..leg })
            .collect();
        let speaker = speaker(channel, self.books(channel, object, &legs)?);
        let Speaker::Desk(name) = &speaker else { return self.plan_by_stranger(object, &legs, channel) };
        // What is booked is known, and held until somebody files it.
        let loaded = self.load_or_create(object)?;
        if self.settings.desks.is_none() && !self.answers_for(&loaded.dossier.tree, &Node::of(object), name) {
            self.keep(loaded);
            return self.plan_by_stranger(object, &legs, channel);
        }
        self.keep(loaded);
        let goods = ObjectName::Consignment(object.clone());
        self.bring(&goods)?;
        let ends = legs.first().map(|leg| leg.from).zip(legs.last().map(|leg| leg.to));
        let booked: BTreeSet<FlightName> = legs.iter().filter_map(named).collect();
        let yard = &self.transport.yard;
        let mut left: Vec<(FlightName, ObjectName)> = Vec::new();
        for flight in yard.flights_of(&goods) {
            let taken = ends.is_some_and(|(from, to)| from == flight.from || to == flight.to);
            // What is only planned under a name of an aircraft that left is gone with it.
            let gone = yard.aircraft(&flight).any(|(_, known)| known.departed.is_some());
            let open = yard.flight(&flight).filter(|_| !gone);
            let Some(known) = open.filter(|_| taken && !booked.contains(&flight)) else { continue };
            let planned = |of: &ObjectName| known.aboard.get(of) == Some(&Loading::Planned);
            if planned(&goods) || known.said.contains(&goods) {
                left.push((flight, goods.clone()));
            } else if !known.lists(object) {
                // What was loaded of them stays loaded.
                let pieces = known.aboard.keys().filter(|of| planned(of));
                let pieces = pieces.filter(|of| matches!(of, ObjectName::Piece(key, _) if key == object));
                left.extend(pieces.map(|piece| (flight, piece.clone())));
            }
        }
        // Nothing is stored of what is refused.
        for (flight, planned) in &left {
            let (flight, object, how) = (*flight, planned.clone(), Loading::Offloaded);
            transport::decide(yard, Command::Load { flight, object, how }, &speaker, self.clock.now())?;
        }
        let actor = Actor::Filer(Arc::clone(name));
        let mut loaded = self.load_or_create(object)?;
        let done = self.apply(&mut loaded, case::Command::Book { legs: legs.clone() }, &actor)?;
        self.keep(loaded);
        for (flight, planned) in left {
            // What was loaded of them stays loaded.
            let known = self.transport.yard.flight(&flight).filter(|_| planned == goods);
            let loaded = known.map(|known| known.loaded_inside(object)).unwrap_or_default();
            let off = Command::Load { flight, object: planned, how: Loading::Offloaded };
            self.yard(off, &speaker)?;
            for object in loaded {
                self.yard(Command::Load { flight, object, how: Loading::Loaded }, &speaker)?;
            }
        }
        for flight in booked {
            self.bring(&ObjectName::Flight(flight))?;
            let gone = self.transport.yard.aircraft(&flight).any(|(_, known)| known.departed.is_some());
            if !gone {
                let how = Loading::Planned;
                self.yard(Command::Load { flight, object: goods.clone(), how }, &speaker)?;
            }
        }
        let loaded = self.load_or_create(object)?;
        self.reroute(loaded)?;
        Ok(Reply::Done(done))
    }

    /// A booking of somebody who is no desk takes no leg away: the flights it names are looked at, and where they
    /// land, as if the goods were planned for them.
    fn plan_by_stranger(
        &mut self,
        object: &ConsignmentKey,
        legs: &[Leg],
        channel: &Channel,
    ) -> Result<Reply, EngineError> {
        let flights = legs.iter().filter(|leg| matches!(leg.mode, Mode::Air | Mode::Unknown));
        let flights: BTreeSet<FlightName> = flights.filter_map(named).collect();
        if flights.is_empty() {
            let why = Phrase::new(codes::gate::NOT_A_DESK).with("channel", channel.name.to_string());
            return Err(Refusal(why).into());
        }
        let speaker = Speaker::Other(Arc::clone(&channel.name));
        let mut done = 0;
        for flight in flights {
            let object = ObjectName::Consignment(object.clone());
            done += self.yard(Command::Load { flight, object, how: Loading::Planned }, &speaker)?;
        }
        let stream = self.stream_found(object)?;
        self.reroute_all(stream.into_iter().collect())?;
        Ok(Reply::Done(done))
    }

    /// Whether somebody filed the goods, or the master around them, or acts for whoever did; true where nobody
    /// has filed them yet.
    fn answers_for(&self, tree: &Tree, node: &Node, name: &Arc<str>) -> bool {
        let documents = [node, &Node::Master].into_iter().filter_map(|node| tree.documents.get(node));
        let mut declarants = documents.filter_map(|document| document.declarant.as_ref()).peekable();
        let represented = self.settings.representatives.get(name);
        declarants.peek().is_none()
            || declarants.any(|declarant| {
                matches!(declarant, Actor::Filer(filer) if filer == name || Some(filer) == represented)
            })
    }
}
