//! Mandates of carriers, and as whom somebody sees an answer by them.

use super::{Engine, EngineError};
use crate::channel::Channel;
use crate::command::Reply;
use crate::ports::{Clock, Journal, Outbox};
use casework::desks::operator;
use casework::gate::Answer;
use casework::mandate;
use casework::view::Asker;
use consignment::Leg;
use consignment::fact::{Mandate, MandatedAct};
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
    /// sees, and who is known as another carrier sees no more than a handler.
    pub(super) fn sees_as(&self, asker: &Asker, holder: &Arc<str>, answer: &Answer) -> Asker {
        self.sees_on(asker, holder, answer.leg.as_ref())
    }

    /// The same, of what is asked on a leg.
    pub(super) fn sees_on(&self, asker: &Asker, holder: &Arc<str>, leg: Option<&Leg>) -> Asker {
        let carrier = leg.and_then(operator);
        let mandated = || {
            let place = carrier.zip(leg.map(|leg| leg.from));
            place.is_some_and(|place| self.mandated(holder, place, MandatedAct::Ask))
        };
        let own = self.settings.carriers.get(holder).copied().flatten();
        match asker {
            Asker::Handler if mandated() => Asker::Carrier,
            Asker::Carrier if own.is_some() && own != carrier && !mandated() => Asker::Handler,
            _ => asker.clone(),
        }
    }

    pub(super) fn mandated(&self, agent: &Arc<str>, place: (Carrier, Location), act: MandatedAct) -> bool {
        self.mandates.allow(agent, place, act, self.clock.now())
    }
}
