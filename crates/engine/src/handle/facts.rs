//! Taking in a fact: each kind goes to the part that owns it.

use super::decisions::Told;
use super::{Engine, EngineError};
use crate::channel::Channel;
use crate::command::Reply;
use crate::ports::{Clock, Journal, Outbox};
use consignment::fact::{AuthoritySaid, Fact, ObjectName, What};

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    pub(super) fn fact(&mut self, fact: Fact, channel: &Channel) -> Result<Reply, EngineError> {
        match fact.what {
            What::Act(act) => self.officer(Told { id: fact.id, by: fact.by }, *act, channel),
            What::Outage(notice) => self.outage(Told { id: fact.id, by: fact.by }, notice, fact.at, channel),
            What::Filed(consignment) => self.file_alone(*consignment, channel),
            What::Booked { object, legs } => self.book(&object, legs, channel),
            What::Schedule(schedule) => self.schedule(schedule, fact.at, channel),
            What::Built(_) | What::Opened { .. } | What::Loaded { .. } | What::Departed { .. } => {
                self.at_the_ramp(fact.what, fact.at, channel)
            }
            What::Returned { flight } => self.returned(flight, fact.at, channel),
            What::Authority(said) if names_unit(&said.said).is_some() => {
                self.word_on_unit(*said, fact.at, channel)
            }
            What::Authority(said) => self.authority_fact(*said, fact.at, channel),
            What::Answered(answer) => self.answered(*answer, fact.at, channel),
            What::VoiceContact(contact) => {
                self.reached_by_voice(contact, fact.by.as_ref().map(|by| &*by.id), fact.at, channel)
            }
            What::Screened(_)
            | What::Custody(_)
            | What::Declared { .. }
            | What::HighRisk { .. }
            | What::Designation(_) => self.security_fact(fact, channel),
            What::Mandate(mandate) => self.mandate(mandate, fact.at, channel),
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
        AuthoritySaid::OnUnit(unit, _) => Some(unit),
        AuthoritySaid::Notice(_) => None,
    }
}
