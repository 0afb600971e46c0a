//! Acts of officers, and notices of outages.

use super::answers::EVERY;
use super::index::goods_named;
use super::numbers::{Act, Numbered, assigned, numbered_so, of_desk, one_of, taken};
use super::{Engine, EngineError, UNREAD};
use crate::channel::Channel;
use crate::command::Reply;
use crate::ports::{Clock, Index, Journal, Outbox, Pick, StreamId};
use casework::Refusal;
use casework::case;
use casework::decision::{self, Desk, Officer, Standing};
use casework::outage::{self, Outages, Rules};
use consignment::ConsignmentKey;
use consignment::fact::{OfficerAct, OfficerDeed, OutageNotice, OutageSays, Person};
use finding::{Phrase, codes};
use jiff::{SignedDuration, Timestamp};
use programme::{Programme, ProgrammeId};
use std::sync::Arc;

/// What an act tells about itself: its number, where it has one, and who stands for it.
pub(super) struct Told {
    pub(super) id: Option<Arc<str>>,
    pub(super) by: Option<Person>,
}

/// The goods an act is about; `None` for what may concern all.
type Meant = Vec<Option<ConsignmentKey>>;

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
        let OfficerAct { act: deed, reason } = act;
        let deed = self.with_whole_numbers(deed, &desk)?;
        if let Some(unit) = self.unit_of(&deed)? {
            let act = OfficerAct { act: deed, reason };
            return self.officer_on_unit(&unit, act, told.id.as_ref(), &person, &desk, channel);
        }
        let (named, meant) = self.meant_by(&deed)?;
        let officer = (&person, &desk, &*channel.name);
        let judges = matches!(deed, OfficerDeed::Confirm { .. } | OfficerDeed::Refuse { .. });
        if judges && self.judged_so(&deed, meant.first().and_then(Option::as_ref), &person)? {
            return Ok(Reply::Done(0));
        }
        let number = told.id;
        let (id, mut but) = match &number {
            None => (None, None),
            Some(number) if judges => (Some(self.unused(number, &desk)?), None),
            Some(number) => {
                let act = Act { number, desk: &desk, person: &person, deed: &deed, reason: &reason };
                match self.numbered(&act, named.as_ref(), &meant)? {
                    Numbered::Done => return Ok(Reply::Done(0)),
                    Numbered::Free { id, but } => (Some(id), but),
                }
            }
        };
        let (mut done, mut stays, mut refused) = (None, Vec::new(), None);
        for object in &meant {
            let deed = object.as_ref().map_or_else(|| deed.clone(), |key| decision::on(&deed, key));
            let act = OfficerAct { act: deed, reason: reason.clone() };
            // Who holds a house by its number alone may have meant one that nobody has told of yet.
            let alone = named.as_ref().is_some_and(|key| key.master.is_none() && key.house.is_some());
            let alone = object.as_ref().filter(|_| alone && decision::only_holds(&act.act));
            let before = alone.map(|key| self.words_before(key)).transpose()?;
            match self.decide_on(object.as_ref(), act, officer, (id.clone(), number.as_ref())) {
                Ok((events, came)) => {
                    if let Some((key, before)) = alone.zip(before) {
                        self.note_of_number(key, &before, false)?;
                    }
                    *done.get_or_insert(0) += events;
                    stays.extend(came);
                }
                // One of the houses of a number that refuses it does not keep it from the others.
                Err(EngineError::Refused(refusal)) => refused = Some(refusal),
                Err(failure) => return Err(failure),
            }
        }
        stays.dedup();
        match (done, refused) {
            (None, Some(refusal)) => Err(refusal.into()),
            (done, _) => {
                let (events, but) =
                    (done.unwrap_or(0), stays.into_iter().chain(but.take()).collect::<Vec<_>>());
                Ok(if but.is_empty() { Reply::Done(events) } else { Reply::DoneBut { events, but } })
            }
        }
    }

    /// One act on the goods of one tree: how many events followed, and what stays although it was confirmed.
    fn decide_on(
        &mut self,
        object: Option<&ConsignmentKey>,
        act: OfficerAct,
        (person, desk, channel): (&Person, &Desk, &str),
        (id, number): (Option<Arc<str>>, Option<&Arc<str>>),
    ) -> Result<(usize, Vec<Phrase>), EngineError> {
        let mut loaded = match (&act.act, object) {
            (_, None) => self.load(&UNREAD.into())?,
            // Who holds or asks about goods that nobody told of yet holds them when they come.
            (OfficerDeed::Hold { .. } | OfficerDeed::Refer { .. }, Some(object)) => {
                self.renew_spoken_of(object)?;
                self.load_or_create(object)?
            }
            (_, Some(object)) => self.load_known(object)?,
        };
        let judges = matches!(act.act, OfficerDeed::Confirm { .. } | OfficerDeed::Refuse { .. });
        let told = id.is_some();
        let named = object.map_or_else(|| UNREAD.to_owned(), ToString::to_string);
        let id = id.unwrap_or_else(|| assigned(&named, loaded.version));
        if loaded.dossier.decisions.entries.contains_key(&id) {
            // Of several houses this one has it already.
            self.keep(loaded);
            return Ok((0, Vec::new()));
        }
        let policy = self.settings.policy.clone();
        let competence = self.settings.competence();
        let (competence, policy) = (&competence, &policy);
        let officer = Officer { person, desk, channel, competence, policy, desks: self.desks() };
        let (key, now) = (Arc::clone(&id), self.clock.now());
        let events = decision::decide(&loaded.dossier, act, officer, id, now)?;
        let stays = events.iter().filter_map(|event| match event {
            casework::Event::Decision(decision::Event::Confirmed { id, stays, .. }) => {
                Some(stays.iter().map(|one| one.stays(id)))
            }
            _ => None,
        });
        let stays: Vec<Phrase> = stays.flatten().collect();
        let confirmed = events.iter().find_map(|event| match event {
            casework::Event::Tree(case::Event::ShipmentConfirmed { node, .. }) => Some(node.clone()),
            _ => None,
        });
        let done = self.commit(&mut loaded, events)?;
        if object.is_none() {
            self.unread = loaded.dossier.tree.unread.iter().map(|note| note.why.clone()).collect();
            self.answers.touch(&EVERY.into());
        }
        match confirmed {
            Some(node) => self.join_confirmed(loaded, &node)?,
            None => self.keep(loaded),
        }
        if told || !judges {
            self.keep_number(&key, number, object)?;
        }
        Ok((done, stays))
    }

    /// A deed that names acts by the whole names under which they are kept.
    fn with_whole_numbers(&self, mut deed: OfficerDeed, desk: &Desk) -> Result<OfficerDeed, EngineError> {
        if let OfficerDeed::Confirm { proposal: named }
        | OfficerDeed::Refuse { proposal: named }
        | OfficerDeed::EnteredInError { entry: named, .. } = &mut deed
        {
            *named = self.act_named(named, desk)?;
        }
        Ok(deed)
    }

    /// Whether this person judged a proposal so before: then it is the same act told again.
    fn judged_so(
        &mut self,
        deed: &OfficerDeed,
        goods: Option<&ConsignmentKey>,
        person: &Person,
    ) -> Result<bool, EngineError> {
        let (OfficerDeed::Confirm { proposal } | OfficerDeed::Refuse { proposal }) = deed else {
            return Ok(false);
        };
        let Some((_, standing)) = self.entry_of(goods, proposal)? else { return Ok(false) };
        Ok(is_judged(&standing, deed, person))
    }

    /// The goods a deed names, and those it is about: where it can only hold, each house of a number that several have.
    /// `None` where it is about what may concern all goods.
    fn meant_by(&self, deed: &OfficerDeed) -> Result<(Option<ConsignmentKey>, Meant), EngineError> {
        let object = self.object_of(deed)?;
        let meant = match &object {
            Some(key) => self.houses_meant(key, decision::only_holds(deed))?,
            None => return Ok((None, vec![None])),
        };
        Ok((object, meant.into_iter().map(Some).collect()))
    }

    /// The goods a deed is about; `None` where it is about what may concern all of them.
    fn object_of(&self, deed: &OfficerDeed) -> Result<Option<ConsignmentKey>, EngineError> {
        match deed {
            OfficerDeed::Confirm { proposal } | OfficerDeed::Refuse { proposal } => {
                match self.journal.find(Index::Proposal, proposal, Pick::All)?.pop() {
                    Some(text) if *text == *UNREAD => Ok(None),
                    Some(text) => Ok(Some(goods_named(&text)?)),
                    None => {
                        let unknown = Phrase::new(codes::gate::PROPOSAL_UNKNOWN);
                        Err(Refusal(unknown.with("proposal", proposal.to_string())).into())
                    }
                }
            }
            OfficerDeed::Refer { word, .. } if decision::object_of(deed).is_none() => {
                let unknown = Phrase::new(codes::gate::OBJECT_UNKNOWN);
                Err(Refusal(unknown.with("object", word.object.to_string())).into())
            }
            _ => Ok(decision::object_of(deed).cloned()),
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

    /// Somebody records a notice of an outage, confirms or refuses one.
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
        let rules = outage_rules(&known, &senders, self.settings.policy.proposals_last);
        let stream = outage_stream(&programme);
        let version = self.journal.version(&stream)?;
        let now = self.clock.now();
        let outages = self.outages.entry(programme.clone()).or_default();
        let mut notice = notice;
        for named in [&mut notice.confirms, &mut notice.refuses].into_iter().flatten() {
            *named = notice_named(outages, named, &desk)?;
        }
        let (id, number_taken) = match &told.id {
            None => (assigned(programme.as_str(), version), None),
            Some(number) => match notice_numbered(outages, number, &desk, &notice, &told)? {
                Numbered::Done => return Ok(Reply::Done(0)),
                Numbered::Free { id, but } => (id, but),
            },
        };
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
        Ok(match number_taken {
            Some(but) => Reply::DoneBut { events: events.len(), but: vec![but] },
            None => Reply::Done(events.len()),
        })
    }
}

/// Whether this person judged so what stands so.
pub(super) fn is_judged(standing: &Standing, deed: &OfficerDeed, person: &Person) -> bool {
    let confirms = matches!(deed, OfficerDeed::Confirm { .. });
    match standing {
        Standing::Confirmed(by) | Standing::Reviewed(by) => confirms && by.is(person),
        Standing::Declined(by) | Standing::Overruled(by) => !confirms && by.is(person),
        Standing::Done | Standing::Proposed(_) | Standing::ToReview(_) => false,
    }
}

fn outage_stream(programme: &ProgrammeId) -> StreamId {
    format!("outage/{programme}").into()
}

/// The notice that an officer confirms or refuses, by its number.
fn notice_named(outages: &Outages, number: &Arc<str>, desk: &Desk) -> Result<Arc<str>, Refusal> {
    let ids = || outages.notices.iter().map(|notice| &notice.id);
    let own = of_desk(desk, number);
    if let Some(whole) = ids().find(|id| **id == own).or_else(|| ids().find(|id| *id == number)) {
        return Ok(Arc::clone(whole));
    }
    one_of(number, ids().filter(|id| id.rsplit_once('/').is_some_and(|(_, of_desk)| *of_desk == **number)))
}

/// The number under which a notice is kept. Only a notice that suspends can let goods pass: any other is recorded under the
/// next number where another notice has this one.
fn notice_numbered(
    outages: &Outages,
    number: &Arc<str>,
    desk: &Desk,
    notice: &OutageNotice,
    told: &Told,
) -> Result<Numbered, EngineError> {
    let own = of_desk(desk, number);
    let mut nth = 1;
    loop {
        let id = numbered_so(&own, nth);
        let Some(known) = outages.notices.iter().find(|known| known.id == id) else {
            let taken = Phrase::new(codes::gate::WHY_NUMBER_TAKEN).with("number", number.to_string());
            let but = (nth > 1).then(|| taken.with("id", id.to_string()));
            return Ok(Numbered::Free { id, but });
        };
        let same = notice.confirms.is_none()
            && notice.refuses.is_none()
            && known.says == notice.says
            && known.evidence == notice.evidence
            && known.sender == notice.sender
            && told.by.as_ref().is_some_and(|by| known.by.is(by));
        match notice.says {
            _ if same => return Ok(Numbered::Done),
            OutageSays::Suspended => return Err(taken(number)),
            _ => nth += 1,
        }
    }
}

/// What the programme allows in an outage.
fn outage_rules<'a>(
    programme: &Programme,
    senders: &'a [&'a str],
    notices_last: SignedDuration,
) -> Rules<'a> {
    let grace = programme.outage.as_ref().map(|rules| i64::from(rules.grace_minutes));
    let (suspends, grace) = (grace.is_some(), SignedDuration::from_mins(grace.unwrap_or_default()));
    Rules { suspends, grace, notices_last, senders }
}
