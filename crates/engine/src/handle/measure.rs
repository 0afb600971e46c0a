//! How long goods were held: the gate is asked anew after each thing that happened.

use super::index::master_of;
use super::{Engine, EngineError};
use crate::command::{ObjectRef, Reply};
use crate::ports::{Clock, Journal, Outbox, Recorded};
use casework::Dossier;
use casework::case;
use casework::delay::Measurement;
use casework::gate::{self, Aircraft, AskedLeg, Question, Stage};
use jiff::Timestamp;

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// Replays the stream of an object. Measured is from the first thing told of it to its departure, or to now.
    pub(super) fn measure(
        &mut self,
        object: &ObjectRef,
        leg: &AskedLeg,
        aircraft: Aircraft,
    ) -> Result<Reply, EngineError> {
        let mut events = Vec::new();
        for recorded in self.journal.read(&object.stream)? {
            match &recorded.event {
                casework::Event::Tree(case::Event::Joined { from }) => {
                    events.extend(self.journal.read(from)?)
                }
                _ => events.push(recorded),
            }
        }
        // What joined happened before it joined.
        events.sort_by_key(|recorded| recorded.at);
        let nothing = || {
            let mut dossier = Dossier::default();
            dossier.tree.master = master_of(&object.stream);
            dossier
        };
        // What the gate reads at each of these times.
        let mut dossier = nothing();
        for recorded in &events {
            dossier.evolve(&recorded.event);
            self.bring_after(&dossier.tree, &recorded.event)?;
            self.bring_legs_at(&dossier.tree.legs, recorded.at)?;
        }
        let (context, now) = (self.context(), self.clock.now());
        let ask = |dossier: &Dossier, at: Timestamp| {
            let (node, leg) = (object.node.clone(), leg.clone());
            gate::answer(dossier, &Question { node, leg, stage: Stage::Load, aircraft, at }, &context)
        };
        let mut dossier = nothing();
        let mut measurement = Measurement::default();
        let mut departs = None;
        let mut rest = events.as_slice();
        while let Some(first) = rest.first() {
            let at = first.at;
            let together = rest.iter().take_while(|recorded: &&Recorded| recorded.at == at).count();
            let (here, after) = rest.split_at(together);
            here.iter().for_each(|recorded| dossier.evolve(&recorded.event));
            if departs.is_some_and(|departs| departs <= at) {
                break;
            }
            let answer = ask(&dossier, at);
            departs = answer.leg.as_ref().and_then(|leg| gate::departs_at(leg, at, &context));
            // A departure that is told late ends the time before it was told.
            let requests = gate::screening_requests(&dossier, &object.node, at, &context);
            measurement.note(departs.map_or(at, |departs| departs.min(at)), &answer, requests);
            rest = after;
        }
        let departed = departs.filter(|departs| *departs <= now);
        Ok(Reply::Measured(Box::new(measurement.finish(departed.unwrap_or(now), departed.is_some()))))
    }
}
