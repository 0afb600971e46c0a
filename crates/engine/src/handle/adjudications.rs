//! Adjudications: what officers decide of parties and entries, written down and followed at once.

use super::hits::{pair_of, stream_of};
use super::index::unreadable;
use super::{Engine, EngineError};
use crate::channel::Channel;
use crate::command::{Adjudicate, HitAsked, Reply, WaitingJudgement};
use crate::ports::{Clock, Index, Journal, JournalError, Outbox, Pick, StreamId};
use casework::adjudication::{
    self, Act, Adjudication, Event, Judge, JudgedEntry, JudgedParty, Judging, Pair, Standing, Subject,
};
use casework::case::Node;
use casework::decision::Desk;
use casework::due::{Due, DueKind};
use casework::view::Asker;
use casework::{Dossier, Refusal};
use consignment::ConsignmentKey;
use consignment::fact::Person;
use finding::{Phrase, codes};
use jiff::Timestamp;
use names::{Fingerprint, Purpose};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Adjudications of one page of the index.
const PAGE: u64 = 100;

/// The key of those that wait for another officer.
const WAITING: &str = "waiting";

/// Most of them that are looked at for one queue, in the order in which they began to wait.
const WAITING_MAX: usize = 1_000;

/// How many of them are looked at with each that is new, to take away what has lapsed: more than come, so that few stay.
const LAPSED_LOOKED_AT: usize = 8;

/// The name under which they are counted.
const COUNTED: &str = "adjudications";

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// An officer says what he finds of a hit, or what he thinks of what another one found.
    pub(super) fn adjudicate(
        &mut self,
        act: Adjudicate,
        reason: String,
        by: Option<Person>,
        channel: &Channel,
    ) -> Result<Reply, EngineError> {
        let simulated = self.settings.all_simulated().then_some(Desk::Simulation);
        let Some(desk) = channel.desk.clone().or(simulated) else {
            return Err(Refusal(Phrase::new(codes::gate::NOT_AN_OFFICER)).into());
        };
        let Some(person) = by else {
            return Err(Refusal(Phrase::new(codes::gate::PERSON_MISSING)).into());
        };
        let judge = Judge { person, desk, channel: Arc::clone(&channel.name) };
        match act {
            Adjudicate::Propose { goods, hit, verdict } => {
                let (key, subject) = self.subject(&goods, &hit)?;
                let pair = self.pair(&key)?;
                let id: Arc<str> = format!("{key}-{}", pair.made.len() + 1).into();
                let subject = Box::new(subject);
                self.decide_pair(&key, &pair, Act::Propose { id, goods, subject, verdict }, judge, reason)
            }
            Adjudicate::Confirm(id) => self.word(&id.clone(), Act::Confirm { id }, judge, reason),
            Adjudicate::Refuse(id) => self.word(&id.clone(), Act::Refuse { id }, judge, reason),
            Adjudicate::Withdraw(id) => self.word(&id.clone(), Act::Withdraw { id }, judge, reason),
        }
    }

    fn word(&mut self, id: &Arc<str>, act: Act, judge: Judge, reason: String) -> Result<Reply, EngineError> {
        let Some((key, pair)) = self.pair_with(id)? else { return Err(unknown(id)) };
        self.decide_pair(&key, &pair, act, judge, reason)
    }

    /// Decides on an act, writes down what follows, and has goods follow it.
    fn decide_pair(
        &mut self,
        key: &str,
        pair: &Pair,
        act: Act,
        judge: Judge,
        reason: String,
    ) -> Result<Reply, EngineError> {
        let (id, goods, entry) = match &act {
            Act::Propose { id, goods, subject, .. } => (id.clone(), goods.clone(), subject.entry.clone()),
            Act::Confirm { id } | Act::Refuse { id } | Act::Withdraw { id } => {
                let Some(made) = pair.get(id) else { return Err(unknown(id)) };
                let proposal = &made.proposal;
                (id.clone(), proposal.goods.clone(), proposal.subject.entry.clone())
            }
        };
        let entry_now = self.entry_now(&entry);
        let loaded = match self.stream_found(&goods)? {
            Some(stream) => Some(self.load(&stream)?),
            None => None,
        };
        let nothing = Dossier::default();
        let competence = self.settings.competence();
        let judging = Judging {
            pair,
            goods: loaded.as_ref().map_or(&nothing, |loaded| &loaded.dossier),
            entry_now: entry_now.as_deref(),
            competence: &competence,
            policy: &self.settings.policy,
        };
        let (now, proposes) = (self.clock.now(), matches!(act, Act::Propose { .. }));
        let events = adjudication::decide(judging, act, judge, reason, now);
        if let Some(loaded) = loaded {
            self.keep(loaded);
        }
        let events = events?;
        if events.is_empty() && proposes {
            // Told again: it is the last one of the pair that is open.
            let same = pair.made.iter().rev().find(|made| made.proposal.subject.entry.hash == entry.hash);
            return same.map(|made| self.told(made.clone())).ok_or_else(|| unknown(&id));
        }
        if !events.is_empty() {
            let stream = stream_of(key);
            let version = self.journal.version(&stream)?;
            let stored: Vec<casework::Event> = events.iter().cloned().map(Into::into).collect();
            self.journal.append(&stream, version, &stored, now)?;
            if proposes {
                self.enter(&id, entry.security)?;
                self.take_lapsed(now)?;
            }
            match self.pair(key)?.get(&id).and_then(|made| made.waits_until(&self.settings.policy, now)) {
                Some(_) => self.put(Index::Adjudication, WAITING, &id)?,
                None => self.take(Index::Adjudication, WAITING, &id)?,
            }
            if events.iter().any(|event| !matches!(event, Event::Proposed(_))) {
                self.follow_pair(key)?;
            }
        }
        let made = self.pair(key)?.get(&id).cloned().ok_or_else(|| unknown(&id))?;
        Ok(self.told(made))
    }

    /// What an officer sees as a hit on goods: the pair, as their data and the lists have it now.
    fn subject(&mut self, goods: &ConsignmentKey, hit: &str) -> Result<(Arc<str>, Subject), EngineError> {
        let unknown = || {
            let unknown = Phrase::new(codes::gate::HIT_UNKNOWN).with("object", goods.to_string());
            EngineError::from(Refusal(unknown.with("hit", hit)))
        };
        self.houses_meant(goods, false)?;
        let mut loaded = self.load_known(goods)?;
        self.screen_anew(&mut loaded)?;
        let node = Node::of(goods);
        let document = loaded.dossier.tree.documents.get(&node);
        let screening = document.and_then(|document| document.screening.as_ref());
        let hits = screening.map(|screening| screening.hits.clone()).unwrap_or_default();
        let filed = loaded.dossier.tree.filed(&node).cloned();
        self.keep(loaded);
        let mut pairings = hits.iter().filter_map(|known| known.pairing.as_ref());
        let pairing = pairings.find(|pairing| pairing.hit() == hit).ok_or_else(unknown)?;
        let (lists, filed) = self.settings.lists.clone().zip(filed).ok_or_else(unknown)?;
        let matches = assess::screen_parties(&filed, &lists);
        let found = matches.iter().find(|found| pair_of(found) == pairing.pair).ok_or_else(unknown)?;
        let entry = &found.hit.entry;
        let entry = JudgedEntry {
            source: entry.source.to_owned(),
            list: entry.list.clone(),
            security: entry.purpose == Purpose::Security,
            entity_id: entry.entity_id.clone(),
            name: entry.name.clone(),
            hash: Arc::clone(&pairing.entry),
        };
        // A node with other lists than those against which the goods were screened last does not see what he saw.
        if self.entry_now(&entry).as_ref() != Some(&entry.hash) {
            return Err(unknown());
        }
        let asked = &found.asked;
        let party = JudgedParty {
            name: asked.name.clone(),
            country: asked.country.clone(),
            address: asked.address.clone(),
            documents: asked.documents.iter().map(ToString::to_string).collect(),
            hash: Fingerprint::of_party(asked).as_str().into(),
        };
        Ok((Arc::clone(&pairing.pair), Subject { party, entry }))
    }

    /// What the lists of this node say of an entry now, as a hash.
    fn entry_now(&self, entry: &JudgedEntry) -> Option<Arc<str>> {
        let lists = self.settings.lists.as_ref()?;
        let known = lists.entry(&entry.source, &entry.list, &entry.entity_id)?;
        Some(Fingerprint::of_entry(known).as_str().into())
    }

    fn told(&self, made: Adjudication) -> Reply {
        let is_listed_so = self.is_listed_so(&made);
        Reply::Adjudicated(Box::new(made), is_listed_so)
    }

    /// Whether the list still says of the entry what was decided on.
    fn is_listed_so(&self, made: &Adjudication) -> bool {
        let entry = &made.proposal.subject.entry;
        self.entry_now(entry).as_ref() == Some(&entry.hash)
    }

    /// Adjudications that somebody sees, behind one of them, in the order in which they were made.
    pub(super) fn adjudications(
        &self,
        after: Option<&str>,
        standing: Option<Standing>,
        most: usize,
        asker: &Asker,
    ) -> Result<Reply, EngineError> {
        let mut place = match after {
            None => 1,
            Some(id) => match self.journal.find(Index::Adjudication, &place_of(id), Pick::First(1))?.pop() {
                Some(text) if self.adjudicated(id, asker)?.is_some() => number(&text)? + 1,
                _ => return Err(unknown(&id.into())),
            },
        };
        let mut made = Vec::new();
        loop {
            let page = self.journal.find(Index::Adjudication, &page_of(place), Pick::All)?;
            if page.is_empty() {
                return Ok(Reply::Adjudications { made, more: false });
            }
            for text in &page {
                let (at, security, id) = entry_of(text)?;
                // What somebody does not see is passed over, and counted nowhere.
                if at < place || !self.sees(asker, security) {
                    continue;
                }
                let Some(one) = self.adjudicated(id, asker)? else { continue };
                if standing.is_some_and(|standing| one.standing != standing) {
                    continue;
                }
                if made.len() == most {
                    return Ok(Reply::Adjudications { made, more: true });
                }
                let Reply::Adjudicated(one, listed) = self.told(one) else { continue };
                made.push((*one, listed));
            }
            place = (place - 1) / PAGE * PAGE + PAGE + 1;
        }
    }

    /// One of them.
    pub(super) fn adjudication(&self, id: &Arc<str>, asker: &Asker) -> Result<Reply, EngineError> {
        self.adjudicated(id, asker)?.map(|made| self.told(made)).ok_or_else(|| unknown(id))
    }

    fn adjudicated(&self, id: &str, asker: &Asker) -> Result<Option<Adjudication>, EngineError> {
        let found = self.pair_with(id)?.and_then(|(_, pair)| pair.get(id).cloned());
        Ok(found.filter(|made| self.sees(asker, made.proposal.subject.entry.security)))
    }

    /// What was found of each hit, as far as somebody sees it.
    pub(super) fn found(&self, hits: &[HitAsked], asker: &Asker) -> Result<Reply, EngineError> {
        let (now, policy) = (self.clock.now(), &self.settings.policy);
        let found = |hit: &HitAsked| {
            if !self.sees(asker, hit.security) {
                return Ok(None);
            }
            let pair = self.pair(&hit.pair)?;
            let Some(last) = pair.made.last() else { return Ok(None) };
            let listed = self.entry_now(&last.proposal.subject.entry).unwrap_or_default();
            let found = pair.found(&listed, policy, now);
            Ok(found.map(|(found, made)| (found, Box::new(made.clone()))))
        };
        Ok(Reply::Found(hits.iter().map(found).collect::<Result<_, JournalError>>()?))
    }

    /// What was found and waits for an officer: those that he may confirm, the soonest due first, at most so many; and
    /// whether there is more.
    pub(super) fn judgements_waiting(
        &mut self,
        judge: &Judge,
        most: usize,
    ) -> Result<(Vec<WaitingJudgement>, bool), EngineError> {
        let mut ids = self.journal.find(Index::Adjudication, WAITING, Pick::First(WAITING_MAX + 1))?;
        let mut more = ids.len() > WAITING_MAX;
        ids.truncate(WAITING_MAX);
        let mut waiting = Vec::new();
        for id in ids {
            let Some((_, pair)) = self.pair_with(&id)? else { continue };
            let Some(made) = pair.get(&id) else { continue };
            if let Some(until) = self.waits_for(judge, made)? {
                let is_listed_so = self.is_listed_so(made);
                waiting.push(WaitingJudgement { until, made: made.clone(), is_listed_so });
            }
        }
        waiting.sort_by(|one, other| {
            one.until.cmp(&other.until).then_with(|| one.made.proposal.id.cmp(&other.made.proposal.id))
        });
        more |= waiting.len() > most;
        waiting.truncate(most);
        // Whoever decides on nothing does not learn how much others have found.
        more &= !waiting.is_empty();
        Ok((waiting, more))
    }

    /// The same of hits of the goods of one tree, as what falls due.
    pub(super) fn judgements_due(
        &mut self,
        stream: &StreamId,
        judge: &Judge,
    ) -> Result<Vec<Due>, EngineError> {
        let loaded = self.load(stream)?;
        let mut hits: BTreeSet<(Arc<str>, ConsignmentKey)> = BTreeSet::new();
        for (node, document) in &loaded.dossier.tree.documents {
            let screened = document.screening.iter().flat_map(|screening| &screening.hits);
            let pairs = screened.filter_map(|hit| hit.pairing.as_ref()).map(|pairing| &pairing.pair);
            hits.extend(pairs.map(|pair| (Arc::clone(pair), loaded.dossier.tree.key(node))));
        }
        self.keep(loaded);
        let mut due = Vec::new();
        for (pair, key) in hits {
            for made in &self.pair(&pair)?.made {
                let Some(until) = self.waits_for(judge, made)? else { continue };
                let (at, kind) = match made.alone {
                    None => (made.proposal.at, DueKind::SecondPerson),
                    Some(_) => (until, DueKind::Review),
                };
                let reference = Arc::clone(&made.proposal.id);
                due.push(Due { at, kind, object: key.to_string(), programme: None, reference });
            }
        }
        Ok(due)
    }

    /// Until when an adjudication waits for this very officer; `None` where it waits for nobody, or he may not be the other
    /// one who is wanted.
    fn waits_for(&mut self, judge: &Judge, made: &Adjudication) -> Result<Option<Timestamp>, EngineError> {
        let Some(until) = made.waits_until(&self.settings.policy, self.clock.now()) else { return Ok(None) };
        let competence = self.settings.competence();
        let goods = match self.stream_found(&made.proposal.goods)? {
            Some(stream) => self.load(&stream)?,
            None => return Ok(Some(until)),
        };
        let may = adjudication::may_second(&competence, &goods.dossier, made, judge);
        self.keep(goods);
        // Of an entry that says something else by now there is nothing to confirm.
        let is_void = made.standing == Standing::Proposed && !self.is_listed_so(made);
        Ok(Some(until).filter(|_| may && !is_void))
    }

    /// Takes proposals from among those that wait that nobody can confirm any more.
    fn take_lapsed(&mut self, now: Timestamp) -> Result<(), EngineError> {
        for id in self.journal.find(Index::Adjudication, WAITING, Pick::First(LAPSED_LOOKED_AT))? {
            let waits = self.pair_with(&id)?.is_some_and(|(_, pair)| {
                pair.get(&id).is_some_and(|made| made.waits_until(&self.settings.policy, now).is_some())
            });
            if !waits {
                self.take(Index::Adjudication, WAITING, &id)?;
            }
        }
        Ok(())
    }

    /// Whether somebody sees decisions on hits of such a list: whose officers decide on them, and auditors.
    fn sees(&self, asker: &Asker, security: bool) -> bool {
        match asker {
            Asker::Auditor => true,
            Asker::Officer(desk) => adjudication::judges(&self.settings.competence(), desk, security),
            Asker::Filer(_) | Asker::Carrier | Asker::Handler => false,
        }
    }

    /// The pair of an adjudication, by its id.
    fn pair_with(&self, id: &str) -> Result<Option<(Arc<str>, Pair)>, EngineError> {
        let Some((key, _)) = id.rsplit_once('-') else { return Ok(None) };
        let pair = self.pair(key)?;
        Ok(pair.get(id).is_some().then(|| (key.into(), pair)))
    }

    /// Enters a new one among all of them.
    fn enter(&mut self, id: &str, security: bool) -> Result<(), JournalError> {
        let place = self.next_of(COUNTED)?;
        let purpose = if security { Purpose::Security } else { Purpose::Sanctions };
        self.put(Index::Adjudication, &page_of(place), &format!("{place} {} {id}", purpose.as_str()))?;
        self.put(Index::Adjudication, &place_of(id), &place.to_string())
    }
}

fn page_of(place: u64) -> String {
    format!("page/{}", (place - 1) / PAGE)
}

fn place_of(id: &str) -> String {
    format!("place/{id}")
}

fn number(text: &str) -> Result<u64, JournalError> {
    text.parse().map_err(|_| unreadable(text))
}

/// What [`Engine::enter`] wrote: the place, whether the list is one of security, and the id.
fn entry_of(text: &str) -> Result<(u64, bool, &str), JournalError> {
    let read = || {
        let mut parts = text.splitn(3, ' ');
        let (place, purpose, id) = (parts.next()?, parts.next()?, parts.next()?);
        Some((place.parse().ok()?, purpose == Purpose::Security.as_str(), id))
    };
    read().ok_or_else(|| unreadable(text))
}

fn unknown(id: &Arc<str>) -> EngineError {
    Refusal(Phrase::new(codes::gate::ADJUDICATION_UNKNOWN).with("adjudication", id.to_string())).into()
}
