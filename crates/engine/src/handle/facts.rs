//! Taking in a fact: each kind goes to the part that owns it.

use super::{Engine, EngineError};
use crate::channel::Channel;
use crate::command::Reply;
use crate::ports::{Clock, Journal, Outbox};
use casework::Refusal;
use consignment::fact::{AuthoritySaid, Fact, ObjectName, What};
use finding::{Phrase, codes};

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    pub(super) fn fact(&mut self, fact: Fact, channel: &Channel) -> Result<Reply, EngineError> {
        match fact.what {
            What::Filed(consignment) => self.file_alone(*consignment, channel),
            What::Booked { object, legs } => self.book(&object, legs, channel),
            What::Schedule(schedule) => self.schedule(schedule, fact.at, channel),
            What::Built(_) | What::Opened { .. } | What::Loaded { .. } | What::Departed { .. } => {
                self.at_the_ramp(fact.what, channel)
            }
            What::Authority(said) if names_unit(&said.said).is_some() => self.word_on_unit(*said, channel),
            _ => Err(Refusal(Phrase::new(codes::gate::FACT_NOT_TAKEN)).into()),
        }
    }
}

/// The unit that an authority's plain word names, where it names one.
pub(super) fn names_unit(said: &AuthoritySaid) -> Option<&consignment::fact::UnitName> {
    match said {
        AuthoritySaid::Plain(word) => match &word.object {
            ObjectName::Unit(unit) => Some(unit),
            _ => None,
        },
        AuthoritySaid::Notice(_) => None,
    }
}
