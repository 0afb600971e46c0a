//! What those say to whom an authority spoke: answers to referrals, and that a carrier's operations were reached.

use super::{Engine, EngineError, Loaded};
use crate::channel::Channel;
use crate::command::Reply;
use crate::ports::{Clock, Journal, Outbox};
use casework::Refusal;
use casework::case::{self, Actor, Answered, Node, ReferralKind};
use casework::gate;
use casework::security::record::{SecurityFact, Told};
use consignment::ConsignmentKey;
use consignment::fact::{ReferralAnswer, ScreeningOutcome, ScreeningResult, VoiceContact};
use consignment::security::ScreeningMethod;
use finding::{Phrase, codes};
use jiff::Timestamp;
use programme::ProgrammeId;

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// A filer answers a referral.
    pub(super) fn answered(
        &mut self,
        answer: ReferralAnswer,
        at: Option<Timestamp>,
        channel: &Channel,
    ) -> Result<Reply, EngineError> {
        let mut loaded = self.load_known(&answer.object)?;
        let node = Node::of(&answer.object);
        let programme = ProgrammeId::new(&answer.programme);
        let rules = self.settings.referral_rules(&programme);
        let now = self.clock.now();
        let left = gate::left(&loaded.dossier, &node, Some(&programme), now, &self.context());
        let late = left.is_some_and(|left| !left.at_gate);
        let at = at.map_or(now, |at| at.min(now));
        let represents = self.settings.representatives.get(&channel.name).cloned().map(Actor::Filer);
        let by_role = {
            let case = loaded.dossier.tree.cases.get(&(node.clone(), programme.clone()));
            let mut open = case.into_iter().flat_map(|case| case.open_referrals());
            let asked = |kind| rules.carrier_answers.contains(&kind);
            let carrier = channel.carrier && self.carries(channel, &loaded.dossier.tree);
            carrier && open.any(|one| one.reference == answer.reference && asked(one.kind))
        };
        let threat = (answer.clear == Some(false)).then(|| answer.clone());
        let answered = Box::new(Answered { answer, at, late, in_programme: rules.answer_in_programme });
        let command = case::Command::AnswerReferral {
            node: node.clone(),
            programme: programme.clone(),
            represents,
            by_role,
            methods: rules.answer_methods,
            answered,
        };
        let mut events = self.apply_at(&mut loaded, command, &channel.actor(), at)?;
        if late && events > 0 {
            events += self.after_departure(&mut loaded, &node, &programme)?;
        }
        self.keep(loaded);
        if let Some(answer) = threat.filter(|_| events > 0) {
            events += self.alarms_told(answer, at, channel)?;
        }
        Ok(Reply::Done(events))
    }

    /// A threat that an answer tells of is an alarm of each method that found it: that the authority closes its request
    /// resolves none.
    fn alarms_told(
        &mut self,
        answer: ReferralAnswer,
        at: Timestamp,
        channel: &Channel,
    ) -> Result<usize, EngineError> {
        let mut methods = answer.methods;
        methods.sort_unstable();
        methods.dedup();
        if methods.is_empty() {
            // Whoever names none found it somehow.
            methods.push(ScreeningMethod::Aom);
        }
        let told =
            Told { at, received_at: self.clock.now(), by: channel.name.clone(), registry: channel.registry };
        let mut events = 0;
        for method in methods {
            let alarm = ScreeningResult {
                object: answer.object.clone(),
                pieces: Vec::new(),
                count: None,
                method,
                outcome: ScreeningOutcome::Alarm,
                equipment: None,
                tested_on: None,
                screener: None,
                screener_current: None,
                station: None,
            };
            let alarm = SecurityFact::Screened(alarm);
            events += self.note_security(told.clone(), answer.object.clone(), alarm)?;
        }
        Ok(events)
    }

    /// Somebody reached the carrier's operations by voice.
    pub(super) fn reached_by_voice(
        &mut self,
        contact: VoiceContact,
        by: Option<&str>,
        at: Option<Timestamp>,
        channel: &Channel,
    ) -> Result<Reply, EngineError> {
        // It ends the calls, so it is for those who make them: the carrier, his desks, officers, and the authority.
        let object = self.with_known_master(contact.object.clone())?;
        let carried = match object.master {
            Some(_) => ConsignmentKey { house: None, ..object },
            None => object,
        };
        let entitled = channel.registry
            || channel.desk.is_some()
            || channel.authority.as_ref().is_some_and(|programme| programme.as_str() == &*contact.programme)
            || self.settings.all_simulated()
            || self.handles(&carried, channel)?
            || self.has_part_in(&carried, channel)?;
        if !entitled {
            let refusal = Phrase::new(codes::gate::NO_SAY_IN_IT);
            return Err(Refusal(refusal.with("object", contact.object.to_string())).into());
        }
        // That the crew was told is a word somebody must stand for.
        let Some(by) = by else { return Err(Refusal(Phrase::new(codes::gate::PERSON_MISSING)).into()) };
        let contact = self.under_its_old_number(contact)?;
        if let Some(events) = self.reached_about_unit(&contact, by)? {
            return Ok(Reply::Done(events));
        }
        let mut loaded = self.load_known(&contact.object)?;
        let now = self.clock.now();
        let note = case::Command::NoteVoiceContact {
            node: Node::of(&contact.object),
            programme: ProgrammeId::new(&contact.programme),
            reference: contact.reference,
            reached: format!("{}, by {by}", contact.reached).into(),
        };
        let events = self.apply_at(&mut loaded, note, &Actor::Node, at.map_or(now, |at| at.min(now)))?;
        self.keep(loaded);
        Ok(Reply::Done(events))
    }

    /// A contact about goods that moved under an order on a number they had before, or on what they were in then.
    fn under_its_old_number(&mut self, contact: VoiceContact) -> Result<VoiceContact, EngineError> {
        let (programme, kind) = (ProgrammeId::new(&contact.programme), ReferralKind::Dnl);
        let known = |loaded: &Loaded, node: &Node| {
            loaded.dossier.tree.referral(node, &programme, kind, &contact.reference).is_some()
        };
        let here = self.load_known(&contact.object)?;
        let own = known(&here, &Node::of(&contact.object));
        self.keep(here);
        if own {
            return Ok(contact);
        }
        for key in self.came_from(&contact.object)? {
            let there = self.load_known(&key)?;
            let whole = ConsignmentKey { house: None, ..key.clone() };
            let mut on_units = self.transport.yard.orders_holding(&key).map(|(_, order)| order);
            let on_unit = on_units
                .any(|order| order.programme == programme && order.reference == contact.reference)
                .then(|| key.clone());
            drop(on_units);
            let of = [key, whole].into_iter().find(|key| known(&there, &Node::of(key))).or(on_unit);
            self.keep(there);
            if let Some(object) = of {
                return Ok(VoiceContact { object, ..contact });
            }
        }
        Ok(contact)
    }
}
