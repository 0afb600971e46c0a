//! Questions about anything that holds goods: a piece, a unit, a flight.

use super::index::object_text;
use super::{Engine, EngineError, Loaded};
use crate::command::Reply;
use crate::ports::{Clock, Journal, JournalError, Outbox, StreamId};
use casework::Dossier;
use casework::case::Node;
use casework::gate::{self, Aircraft, Answer, AskedLeg, Files, ObjectQuestion, Stage};
use consignment::ConsignmentKey;
use consignment::fact::ObjectName;
use std::collections::{BTreeSet, HashMap};

/// The trees as they were loaded for one question.
pub(super) struct Reader<'a> {
    pub(super) streams: &'a HashMap<ConsignmentKey, StreamId>,
    pub(super) trees: &'a HashMap<StreamId, Loaded>,
}

impl Files for Reader<'_> {
    fn dossier(&self, key: &ConsignmentKey) -> Option<(&Dossier, Node)> {
        let stream = self.streams.get(key)?;
        Some((&self.trees.get(stream)?.dossier, Node::of(key)))
    }
}

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    pub(super) fn peek_object(
        &mut self,
        object: ObjectName,
        leg: AskedLeg,
        stage: Stage,
        aircraft: Option<Aircraft>,
    ) -> Result<Reply, EngineError> {
        Ok(Reply::Answered(Box::new(self.judge_object(object, leg, stage, aircraft)?)))
    }

    /// What the gate says now about any object.
    pub(super) fn judge_object(
        &mut self,
        object: ObjectName,
        leg: AskedLeg,
        stage: Stage,
        aircraft: Option<Aircraft>,
    ) -> Result<Answer, EngineError> {
        self.bring(&object)?;
        let mut inside: Vec<ConsignmentKey> = Vec::new();
        self.transport.yard.each_inside(&object, |key| inside.push(key.clone()));
        self.bring_inside(&inside)?;
        let question = ObjectQuestion { object, leg, stage, aircraft, at: self.clock.now() };
        let ask = |engine: &Self| {
            let reader = Reader { streams: &engine.streams, trees: &engine.trees };
            gate::answer_object(&question, &reader, &engine.context())
        };
        let answer = ask(self);
        Ok(if self.bring_asked(&answer)? { ask(self) } else { answer })
    }

    /// Brings the trees of goods, with what is read of flights and units where they are asked about.
    pub(super) fn bring_inside(&mut self, inside: &[ConsignmentKey]) -> Result<(), EngineError> {
        let mut streams: Vec<StreamId> = Vec::new();
        for key in inside {
            self.bring_goods(key)?;
            if let Some(stream) = self.stream_found(key)? {
                if streams.last() != Some(&stream) {
                    streams.push(stream);
                }
            }
        }
        for stream in &streams {
            let mut loaded = self.load(stream)?;
            self.screen_anew(&mut loaded)?;
            self.keep(loaded);
        }
        Ok(())
    }

    /// Every object whose answer may change with this one: units and flights it is in, and what is in it.
    ///
    /// # Errors
    /// Where the journal fails.
    pub fn concerned(&mut self, object: &ObjectName) -> Result<BTreeSet<ObjectName>, EngineError> {
        self.bring(object)?;
        Ok(self.transport.yard.concerned(object))
    }

    /// The stream in which an object's history stands, where anybody told of it.
    pub(super) fn stream_under(&mut self, object: &ObjectName) -> Result<Option<StreamId>, JournalError> {
        match object {
            ObjectName::Consignment(key) | ObjectName::Piece(key, _) => self.stream_found(key),
            other => Ok(Some(object_text(other).into())),
        }
    }
}
