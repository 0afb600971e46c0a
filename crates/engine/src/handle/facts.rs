//! Taking in a fact: each kind goes to the part that owns it.

use super::decisions::Told;
use super::{Engine, EngineError};
use crate::channel::Channel;
use crate::command::Reply;
use crate::ports::{Clock, Journal, Outbox};
use casework::Refusal;
use consignment::fact::{Fact, What};
use finding::{Phrase, codes};

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    pub(super) fn fact(&mut self, fact: Fact, channel: &Channel) -> Result<Reply, EngineError> {
        let Fact { id, at, by, what } = fact;
        let told = Told { id, by };
        match what {
            What::Authority(said) => self.authority_fact(*said, at, channel),
            What::Answered(answer) => self.answered(*answer, at, channel),
            What::VoiceContact(contact) => {
                self.reached_by_voice(contact, told.by.as_ref().map(|by| &*by.id), at)
            }
            What::Act(act) => self.officer(told, *act, channel),
            What::Outage(notice) => self.outage(told, notice),
            _ => Err(Refusal(Phrase::new(codes::gate::FACT_NOT_TAKEN)).into()),
        }
    }
}
