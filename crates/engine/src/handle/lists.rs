//! Lists of flights: the answers about each object of one, written down as one answer, so that a loading desk holds them
//! while its line is dead, and is told as soon as one of them does not stand.

use super::answers::{TREES, Target, held_by};
use super::index::{numbers_of, object_text};
use super::objects::Reader;
use super::{Engine, EngineError};
use crate::command::{FlightList, Reply};
use crate::ports::{Clock, Journal, Outbox, StreamId};
use casework::Refusal;
use casework::answers::{Given, Holding, Listed};
use casework::case::Node;
use casework::gate::{self, Aircraft, AskedLeg, Decision, FlightAnswers, ListQuestion, ObjectAnswer, Stage};
use casework::view::{Asker, view_of_container};
use consignment::fact::{FlightName, Loading, ObjectName};
use consignment::{ConsignmentKey, Leg, PartialDate};
use finding::{Phrase, codes};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Most objects of one list: while it is made, nothing else is answered.
const OBJECTS_MAX: usize = 10_000;

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// Answers about each object of a flight, and writes the answers down before giving them.
    pub(super) fn list(
        &mut self,
        name: FlightName,
        stage: Stage,
        aircraft: Option<Aircraft>,
        holder: Arc<str>,
        asker: Asker,
    ) -> Result<Reply, EngineError> {
        let flight = ObjectName::Flight(name);
        let unknown = || {
            let refused = Phrase::new(codes::gate::OBJECT_UNKNOWN).with("object", flight.to_string());
            EngineError::from(Refusal(refused))
        };
        let leg = Leg {
            flight: Some(name.flight),
            carrier: Some(name.flight.carrier()),
            date: Some(PartialDate::whole(name.date)),
            ..Leg::assumed(name.from, name.to)
        };
        let sees = self.sees_on(&asker, &holder, Some(&leg));
        // Who is told no more than load or hold, or of his own goods alone, does not learn what else is on a flight.
        if matches!(sees, Asker::Filer(_) | Asker::Handler) {
            return Err(unknown());
        }
        self.bring(&flight)?;
        let mut objects = gate::on_flight(&name, &self.context());
        objects.extend(self.goods_routed(&name)?.into_iter().map(ObjectName::Consignment));
        if objects.is_empty() {
            return Err(unknown());
        }
        if objects.len() > OBJECTS_MAX {
            let refused = Phrase::new(codes::gate::LIST_TOO_LONG)
                .with("flight", flight.to_string())
                .with("objects", objects.len().to_string())
                .with("limit", OBJECTS_MAX.to_string());
            return Err(Refusal(refused).into());
        }
        let at = self.clock.now();
        let FlightAnswers { whole, each } =
            self.judge_each(&ListQuestion { flight: name, stage, aircraft, at }, &objects)?;
        let most = at.checked_add(self.settings.list_validity).unwrap_or(at);
        let valid_until = each.iter().filter_map(|one| one.answer.valid_until).fold(most, Timestamp::min);
        let loads = each.iter().any(|one| one.answer.decision == Decision::Load);
        let id = self.answer_id(&flight, at)?;
        let mut on = self.streams_under(&Target::Other(flight.clone()))?;
        on.insert(object_text(&flight).into());
        for object in &objects {
            on.extend(self.stream_under(object)?);
        }
        let basis = self.basis(&on)?;
        on.extend(numbers_of(&on));
        let listed = each
            .iter()
            .map(|one| Listed { object: one.object.clone(), decision: one.answer.decision })
            .collect();
        let given = Given {
            id: Arc::clone(&id),
            holder,
            asker,
            object: flight.clone(),
            asked_leg: leg_asked(&name),
            leg: whole.leg.clone(),
            stage,
            aircraft: whole.aircraft,
            decision: if loads { Decision::Load } else { Decision::Hold },
            held_by: if loads { Vec::new() } else { held_by(&whole) },
            valid_until: loads.then_some(valid_until),
            at,
            basis,
            listed,
        };
        self.give(given, Target::Other(flight), on)?;
        let simulated = whole.simulated || each.iter().any(|one| one.answer.simulated);
        let seen = each.into_iter().map(|one| {
            let answer = view_of_container(&one.answer, &one.object, &sees)?;
            Ok(ObjectAnswer { answer, ..one })
        });
        Ok(Reply::Listed(Box::new(FlightList {
            id,
            flight: name,
            stage,
            aircraft: whole.aircraft,
            simulated,
            at,
            valid_until,
            sees_basis: matches!(sees, Asker::Officer(_) | Asker::Auditor),
            objects: seen.collect::<Result<_, Refusal>>()?,
        })))
    }

    /// What holds now of what a list lets be loaded, after something was written to a stream, and until when the rest of it
    /// stands. A word about some goods concerns those, and the units, which may hold them.
    pub(super) fn listed_now(
        &mut self,
        given: &Given,
        flight: FlightName,
        touched: &StreamId,
    ) -> Result<(Vec<Holding>, Option<Timestamp>), EngineError> {
        let of_goods = touched.starts_with(TREES);
        let mut objects = BTreeSet::new();
        for listed in given.listed.iter().filter(|listed| listed.decision == Decision::Load) {
            let object = &listed.object;
            let concerned = match object {
                ObjectName::Consignment(_) | ObjectName::Piece(..) if of_goods => {
                    self.stream_under(object)?.as_ref() == Some(touched)
                }
                _ => true,
            };
            if concerned {
                objects.insert(object.clone());
            }
        }
        let (stage, aircraft, at) = (given.stage, Some(given.aircraft), self.clock.now());
        let FlightAnswers { each, .. } =
            self.judge_each(&ListQuestion { flight, stage, aircraft, at }, &objects)?;
        let mut holding: Vec<Holding> = Vec::new();
        for one in &each {
            holding.extend(
                held_by(&one.answer).into_iter().filter(|held| !holding.contains(held)).collect::<Vec<_>>(),
            );
        }
        let until = each.iter().filter_map(|one| one.answer.valid_until).min();
        Ok((holding, until.or(given.valid_until)))
    }

    /// The answer about each of these objects on a flight.
    fn judge_each(
        &mut self,
        question: &ListQuestion,
        objects: &BTreeSet<ObjectName>,
    ) -> Result<FlightAnswers, EngineError> {
        let flight = ObjectName::Flight(question.flight);
        let mut inside: BTreeSet<ConsignmentKey> = BTreeSet::new();
        for object in objects.iter().chain([&flight]) {
            self.bring(object)?;
            self.transport.yard.each_inside(object, |key| {
                inside.insert(key.clone());
            });
        }
        let inside: Vec<ConsignmentKey> = inside.into_iter().collect();
        self.bring_inside(&inside)?;
        let ask = |engine: &Self| {
            let reader = Reader { streams: &engine.streams, trees: &engine.trees };
            gate::answer_each(question, objects, &reader, &engine.context())
        };
        let answers = ask(self);
        let mut more = self.bring_asked(&answers.whole)?;
        for one in &answers.each {
            more |= self.bring_asked(&one.answer)?;
        }
        Ok(if more { ask(self) } else { answers })
    }

    /// Goods whose way names a flight, whether anybody told that they are booked on it or not.
    fn goods_routed(&mut self, name: &FlightName) -> Result<BTreeSet<ConsignmentKey>, EngineError> {
        let mut goods = BTreeSet::new();
        for stream in self.routed_on(name)? {
            let loaded = self.load(&stream)?;
            let tree = &loaded.dossier.tree;
            let (now, context) = (self.clock.now(), self.context());
            let mut named = tree.legs.iter().filter_map(|leg| gate::flight_named(leg, now, &context));
            let flown = named
                .any(|named| named == *name || context.yard.leaving_with(name).any(|other| other == named));
            if flown && tree.master.is_some() {
                goods.insert(tree.key(&Node::Master));
            } else if flown {
                goods.extend(tree.documents.keys().map(|node| tree.key(node)));
            }
            self.keep(loaded);
        }
        // What was taken off is not on it, whatever its way still names.
        let yard = &self.transport.yard;
        let off = |key: &ConsignmentKey| {
            let object = ObjectName::Consignment(key.clone());
            let told: BTreeSet<bool> = yard
                .aircraft(name)
                .filter_map(|(_, flight)| Some(*flight.aboard.get(&object)? == Loading::Offloaded))
                .collect();
            told == BTreeSet::from([true])
        };
        goods.retain(|key| !off(key));
        Ok(goods)
    }
}

fn leg_asked(name: &FlightName) -> AskedLeg {
    AskedLeg::Named {
        from: name.from,
        to: name.to,
        flight: Some(name.flight),
        date: Some(PartialDate::whole(name.date)),
    }
}
