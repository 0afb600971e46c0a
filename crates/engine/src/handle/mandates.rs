//! Mandates of carriers, and what follows from them: as whom somebody sees an answer, and whose word on units counts.

use super::{Engine, EngineError};
use crate::channel::Channel;
use crate::command::Reply;
use crate::ports::{Clock, Journal, Outbox};
use casework::gate::Answer;
use casework::mandate;
use casework::view::Asker;
use consignment::fact::{FlightName, Mandate, MandatedAct, ObjectName, UnitName, What};
use consignment::ident::{Carrier, Location};
use jiff::Timestamp;
use std::sync::Arc;

/// Stream of the mandates.
const MANDATES: &str = "mandates";

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// A carrier gives or withdraws a mandate.
    pub(super) fn mandate(
        &mut self,
        mandate: Mandate,
        said_at: Option<Timestamp>,
        channel: &Channel,
    ) -> Result<Reply, EngineError> {
        let now = self.clock.now();
        // Nothing is said from the future: it would outdate what is said until then.
        let said_at = said_at.map_or(now, |said| said.min(now));
        let events = mandate::decide(&self.mandates, mandate, said_at, channel.designator)?;
        if !events.is_empty() {
            let stream = MANDATES.into();
            let version = self.journal.version(&stream)?;
            let stored: Vec<casework::Event> = events.iter().cloned().map(Into::into).collect();
            self.journal.append(&stream, version, &stored, now)?;
        }
        events.iter().for_each(|event| self.mandates.evolve(event));
        Ok(Reply::Done(events.len()))
    }

    /// Reads the mandates.
    pub(super) fn wake_mandates(&mut self) -> Result<(), EngineError> {
        for recorded in self.journal.read(&MANDATES.into())? {
            if let casework::Event::Mandate(event) = &recorded.event {
                self.mandates.evolve(event);
            }
        }
        Ok(())
    }

    /// As whom somebody sees an answer now: a handler with a mandate at the station of the leg sees what its carrier
    /// sees.
    pub(super) fn sees_as(&self, asker: &Asker, holder: &Arc<str>, answer: &Answer) -> Asker {
        let leg = answer.leg.as_ref();
        let carrier = leg.and_then(|leg| leg.carrier.or(leg.flight.map(|flight| flight.carrier())));
        match (asker, leg.zip(carrier)) {
            (Asker::Handler, Some((leg, carrier)))
                if self.mandated(holder, (carrier, leg.from), MandatedAct::Ask) =>
            {
                Asker::Carrier
            }
            _ => asker.clone(),
        }
    }

    /// Whether somebody tells of a unit or a loading with the mandate of the carrier whose it is: of every flight
    /// the unit is planned on. Of a unit on no flight nobody can say whose it is.
    pub(super) fn builds_by_mandate(&mut self, agent: &Arc<str>, what: &What) -> Result<bool, EngineError> {
        let flights: Vec<FlightName> = match what {
            What::Built(build) => self.flights_open(&build.unit)?,
            What::Opened { unit, .. } => self.flights_open(unit)?,
            What::Loaded { flight, .. } => vec![*flight],
            _ => Vec::new(),
        };
        let of = |flight: &FlightName| (flight.flight.carrier(), flight.from);
        Ok(!flights.is_empty()
            && flights.iter().all(|flight| self.mandated(agent, of(flight), MandatedAct::Build)))
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

    fn mandated(&self, agent: &Arc<str>, place: (Carrier, Location), act: MandatedAct) -> bool {
        self.mandates.allow(agent, place, act, self.clock.now())
    }
}
