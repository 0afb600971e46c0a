//! Acts of officers, and notices of outages.

use super::answers::EVERY;
use super::index::{goods_named, goods_text};
use super::{Engine, EngineError};
use crate::channel::Channel;
use crate::command::Reply;
use crate::ports::{Clock, Index, Journal, Outbox, Pick, StreamId, Version};
use casework::Refusal;
use casework::decision::{self, Desk, Officer};
use casework::outage::{self, Rules};
use consignment::ConsignmentKey;
use consignment::fact::{ObjectName, OfficerAct, OfficerDeed, OutageNotice, OutageSays, Person};
use finding::{Phrase, codes};
use jiff::{SignedDuration, Timestamp};
use programme::{Programme, ProgrammeId};
use std::sync::Arc;

/// What an act tells about itself: its number, where it has one, and who stands for it.
pub(super) struct Told {
    pub(super) id: Option<Arc<str>>,
    pub(super) by: Option<Person>,
}

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// An officer decides, proposes, confirms or refuses.
    pub(super) fn officer(
        &mut self,
        told: Told,
        act: OfficerAct,
        channel: &Channel,
    ) -> Result<Reply, EngineError> {
        let simulated = self.settings.all_simulated().then_some(Desk::Simulation);
        let Some(desk) = channel.desk.clone().or(simulated) else {
            return Err(Refusal(Phrase::new(codes::gate::NOT_AN_OFFICER)).into());
        };
        let Some(person) = told.by else {
            return Err(Refusal(Phrase::new(codes::gate::PERSON_MISSING)).into());
        };
        let object = self.object_of(&act.act)?;
        let mut loaded = match &act.act {
            // Who holds or asks about goods that nobody told of yet holds them when they come.
            OfficerDeed::Hold { .. } | OfficerDeed::Refer { .. } => self.load_or_create(&object)?,
            _ => self.load_known(&object)?,
        };
        let id = told.id.unwrap_or_else(|| number(&object.to_string(), loaded.version));
        if loaded.dossier.decisions.entries.contains_key(&id) {
            // The same act told again.
            self.keep(loaded);
            return Ok(Reply::Done(0));
        }
        let policy = self.settings.policy.clone();
        let competence = self.settings.competence();
        let channel = &channel.name;
        let (person, desk, competence, policy) = (&person, &desk, &competence, &policy);
        let officer = Officer { person, desk, channel, competence, policy, desks: self.desks() };
        let (key, now) = (Arc::clone(&id), self.clock.now());
        let confirmed = match &act.act {
            OfficerDeed::Confirm { proposal } | OfficerDeed::Refuse { proposal } => {
                Some(Arc::clone(proposal))
            }
            _ => None,
        };
        let events = decision::decide(&loaded.dossier, act, officer, id, now)?;
        let stays = events.iter().filter_map(|event| match event {
            casework::Event::Decision(decision::Event::Confirmed { id, stays, .. }) => {
                Some(stays.iter().map(|one| one.stays(id)))
            }
            _ => None,
        });
        let mut but: Vec<Phrase> = stays.flatten().collect();
        but.dedup();
        let done = self.commit(&mut loaded, events)?;
        self.keep(loaded);
        // Whoever confirms names the number alone, so it must lead to the goods.
        if confirmed.is_none() {
            self.put(Index::Proposal, &key, &goods_text(&object))?;
        }
        Ok(if but.is_empty() { Reply::Done(done) } else { Reply::DoneBut { events: done, but } })
    }

    fn object_of(&self, deed: &OfficerDeed) -> Result<ConsignmentKey, EngineError> {
        let unknown =
            |object: String| Refusal(Phrase::new(codes::gate::OBJECT_UNKNOWN).with("object", object));
        match deed {
            OfficerDeed::Hold { object, .. }
            | OfficerDeed::Release { object, .. }
            | OfficerDeed::CancelDoNotLoad { object, .. }
            | OfficerDeed::ReleaseHighRisk { object }
            | OfficerDeed::EnteredInError { object, .. }
            | OfficerDeed::SameShipment { object }
            | OfficerDeed::OtherGoods { object }
            | OfficerDeed::StrikeFiling { object }
            | OfficerDeed::ClearClaim { object, .. }
            | OfficerDeed::SettleUnread { object } => Ok(object.clone()),
            OfficerDeed::Unlink { house, .. } => Ok(house.clone()),
            OfficerDeed::Refer { word, .. } => match &word.object {
                ObjectName::Consignment(key) | ObjectName::Piece(key, _) => Ok(key.clone()),
                other => Err(unknown(other.to_string()).into()),
            },
            OfficerDeed::Confirm { proposal } | OfficerDeed::Refuse { proposal } => {
                match self.journal.find(Index::Proposal, proposal, Pick::All)?.pop() {
                    Some(text) => Ok(goods_named(&text)?),
                    None => {
                        let unknown = Phrase::new(codes::gate::PROPOSAL_UNKNOWN);
                        Err(Refusal(unknown.with("proposal", proposal.to_string())).into())
                    }
                }
            }
        }
    }

    /// Reads the outages of a programme.
    pub(super) fn wake_outages(&mut self, programme: &ProgrammeId) -> Result<(), EngineError> {
        let recorded = self.journal.read(&outage_stream(programme))?;
        let outages = self.outages.entry(programme.clone()).or_default();
        for one in &recorded {
            if let casework::Event::Outage(event) = &one.event {
                outages.evolve(event);
            }
        }
        Ok(())
    }

    /// Somebody records a notice of an outage, or confirms one.
    pub(super) fn outage(
        &mut self,
        told: Told,
        notice: OutageNotice,
        at: Option<Timestamp>,
        channel: &Channel,
    ) -> Result<Reply, EngineError> {
        // That an outage is over can only hold, so one officer is enough and whom he has it from is his evidence; but it
        // holds the goods of everybody, so it takes an officer.
        let simulated = self.settings.all_simulated().then_some(Desk::Simulation);
        let Some(desk) = channel.desk.clone().or(simulated) else {
            return Err(Refusal(Phrase::new(codes::gate::NOT_AN_OFFICER)).into());
        };
        let programme = ProgrammeId::new(&notice.programme);
        let known = self.settings.programmes.get(&programme);
        let Some(known) = known.cloned() else {
            return Err(Refusal(
                Phrase::new(codes::gate::OBJECT_UNKNOWN).with("object", programme.to_string()),
            )
            .into());
        };
        if !self.settings.competence().declares_outage(&desk, &programme) {
            let why = Phrase::new(codes::gate::DESK_NOT_COMPETENT).with("object", programme.to_string());
            return Err(Refusal(why).into());
        }
        let mails = known.authority.contacts.iter().filter_map(|contact| contact.mail.as_deref());
        let senders: Vec<&str> = mails.collect();
        let rules = outage_rules(&known, &senders);
        let stream = outage_stream(&programme);
        let version = self.journal.version(&stream)?;
        let id = told.id.unwrap_or_else(|| number(programme.as_str(), version));
        let now = self.clock.now();
        let outages = self.outages.entry(programme).or_default();
        if outages.notices.iter().any(|notice| notice.id == id) {
            return Ok(Reply::Done(0));
        }
        let confirms = notice.says == OutageSays::Suspended && notice.confirms.is_some();
        let evidence = notice.evidence.clone();
        let told = outage::Told { id, by: told.by, said_at: at };
        let events = outage::decide(outages, notice, told, rules, now)?;
        let events: Vec<casework::Event> = events.into_iter().map(Into::into).collect();
        if !events.is_empty() {
            self.journal.append(&stream, version, &events, now)?;
        }
        self.answers.touch(&EVERY.into());
        for event in &events {
            if let casework::Event::Outage(event) = event {
                outages.evolve(event);
            }
        }
        // Whoever confirms what was over by then is not left to think that the goods may go.
        if confirms && !events.is_empty() && outages.suspension(now).is_none() {
            let but = vec![Phrase::new(codes::gate::WHY_NOTICE_SPENT).with("evidence", evidence)];
            return Ok(Reply::DoneBut { events: events.len(), but });
        }
        Ok(Reply::Done(events.len()))
    }
}

fn outage_stream(programme: &ProgrammeId) -> StreamId {
    format!("outage/{programme}").into()
}

/// A number that nobody else gives: what it stands on, and how much stood there before.
fn number(on: &str, version: Version) -> Arc<str> {
    format!("{on}#{}", version + 1).into()
}

/// What the programme allows in an outage.
fn outage_rules<'a>(programme: &Programme, senders: &'a [&'a str]) -> Rules<'a> {
    let grace = programme.outage.as_ref().map(|rules| i64::from(rules.grace_minutes));
    Rules { suspends: grace.is_some(), grace: SignedDuration::from_mins(grace.unwrap_or_default()), senders }
}
