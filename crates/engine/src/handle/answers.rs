//! Answers that were given: written down, recalled, acknowledged, carried up the chain.

use super::{Engine, EngineError};
use crate::command::{ObjectRef, Reply};
use crate::ports::{Addressee, Clock, Journal, Notice, NoticeKind, Outbox, StreamId};
use casework::Refusal;
use casework::answers::{Basis, Event, Given, Standing};
use casework::gate::{Aircraft, Answer, AskedLeg, Decision, Reason, Stage, WhoActs};
use casework::view::{Asker, view, view_of_container};
use consignment::fact::ObjectName;
use finding::{Code, Phrase, codes};
use programme::ProgrammeId;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::Arc;

/// A question whose answer is to be written down.
pub(super) struct Asked {
    pub(super) object: Target,
    pub(super) leg: AskedLeg,
    pub(super) stage: Stage,
    /// `None` leaves it to the flight.
    pub(super) aircraft: Option<Aircraft>,
    pub(super) holder: Arc<str>,
    pub(super) asker: Asker,
}

/// What was asked about.
#[derive(Debug, Clone)]
pub(super) enum Target {
    /// A consignment.
    Goods(ObjectRef),
    /// A piece, a unit or a flight.
    Other(ObjectName),
}

/// Answers by id, and which of them may have to be recalled.
#[derive(Debug, Default)]
pub(super) struct Answers {
    given: HashMap<Arc<str>, Kept>,
    /// Those that stand, by the stream they rest on; in order of their ids, so that recalls come in one order.
    standing: BTreeMap<StreamId, BTreeSet<Arc<str>>>,
    /// Those whose recall nobody has acknowledged.
    unheeded: BTreeSet<Arc<str>>,
    touched: BTreeSet<StreamId>,
    count: u64,
}

#[derive(Debug)]
struct Kept {
    object: Target,
    /// The streams it rests on.
    on: BTreeSet<StreamId>,
    /// How many events its stream has.
    version: u64,
    standing: Standing,
}

impl Answers {
    /// Notes that something was written to a stream.
    pub(super) fn touch(&mut self, stream: &StreamId) {
        if self.standing.contains_key(stream) {
            self.touched.insert(stream.clone());
        }
    }

    /// Notes that a stream became part of another one.
    pub(super) fn moved(&mut self, from: &StreamId, to: &StreamId) {
        let Some(ids) = self.standing.remove(from) else { return };
        for id in &ids {
            if let Some(kept) = self.given.get_mut(id) {
                if let Target::Goods(object) = &mut kept.object {
                    object.stream = to.clone();
                }
                kept.on.remove(from);
                kept.on.insert(to.clone());
            }
        }
        self.standing.entry(to.clone()).or_default().extend(ids);
        self.touched.insert(to.clone());
    }

    /// Notes that something was written that may concern any answer.
    pub(super) fn touch_all(&mut self) {
        self.touched.extend(self.standing.keys().cloned());
    }
}

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// Answers, and writes the answer down before giving it.
    pub(super) fn ask(&mut self, asked: Asked) -> Result<Reply, EngineError> {
        let Asked { object, leg, stage, aircraft, holder, asker } = asked;
        let answer = self.answer_on(&object, leg.clone(), stage, aircraft)?;
        let seen = self.seen(&answer, &object, &self.sees_as(&asker, &holder, &answer))?;
        let at = self.clock.now();
        let name = self.name_of(&object)?;
        let id = self.answer_id(&name, at);
        let on = self.streams_under(&object)?;
        let programmes = &self.settings.programmes;
        let mut streams = Vec::with_capacity(on.len());
        for stream in &on {
            streams.push((stream.clone(), self.journal.version(stream)?));
        }
        let given = Given {
            id: Arc::clone(&id),
            holder,
            asker,
            object: name,
            asked_leg: leg,
            leg: answer.leg.clone(),
            stage,
            aircraft: answer.aircraft,
            decision: answer.decision,
            held_by: held_by(&answer),
            valid_until: answer.valid_until,
            at,
            basis: Basis {
                streams,
                programmes: programmes.iter().map(|(id, data)| (id.clone(), data.sha256.clone())).collect(),
                lists: self.settings.lists.as_ref().map(|lists| Arc::from(lists.id())),
                stations: self.settings.stations.edition().to_owned(),
            },
        };
        let event = casework::Event::Answer(Event::Given(Box::new(given.clone())));
        let version = self.journal.append(&stream_of(&id), 0, &[event], at)?;
        if given.decision == Decision::Load {
            for stream in &on {
                self.answers.standing.entry(stream.clone()).or_default().insert(Arc::clone(&id));
            }
        }
        let standing = Standing::new(given);
        self.answers.given.insert(Arc::clone(&id), Kept { object, on, version, standing });
        Ok(Reply::Committed { id, answer: Box::new(seen) })
    }

    /// What the gate says now.
    fn answer_on(
        &mut self,
        object: &Target,
        leg: AskedLeg,
        stage: Stage,
        aircraft: Option<Aircraft>,
    ) -> Result<Answer, EngineError> {
        match object {
            Target::Goods(object) => {
                let aircraft = aircraft.unwrap_or(Aircraft::Passenger);
                Ok(self.judge(object, leg, stage, aircraft)?.0)
            }
            Target::Other(object) => self.judge_object(object.clone(), leg, stage, aircraft),
        }
    }

    /// The answer as somebody may see it.
    fn seen(&mut self, answer: &Answer, object: &Target, asker: &Asker) -> Result<Answer, EngineError> {
        match object {
            Target::Goods(object) => {
                let loaded = self.load(&object.stream)?;
                let seen = view(answer, &loaded.dossier.tree, &object.node, asker);
                self.keep(loaded);
                Ok(seen?)
            }
            Target::Other(object) => Ok(view_of_container(answer, object, asker)?),
        }
    }

    /// The streams of all that an answer on this rests on: its goods, and the units and flights they are in.
    fn streams_under(&mut self, object: &Target) -> Result<BTreeSet<StreamId>, EngineError> {
        let name = self.name_of(object)?;
        let mut streams: BTreeSet<StreamId> =
            self.concerned(&name).iter().chain([&name]).filter_map(|one| self.stream_under(one)).collect();
        if let Target::Goods(object) = object {
            streams.insert(object.stream.clone());
        }
        Ok(streams)
    }

    /// An id that tells nothing: who has one cannot guess another.
    fn answer_id(&mut self, object: &ObjectName, at: jiff::Timestamp) -> Arc<str> {
        self.answers.count += 1;
        let mut hash = Sha256::new();
        hash.update(self.settings.seed.to_be_bytes());
        hash.update(self.answers.count.to_be_bytes());
        hash.update(at.as_nanosecond().to_be_bytes());
        hash.update(object.to_string().as_bytes());
        let mut id = String::with_capacity(32);
        for byte in &hash.finalize()[..16] {
            let _ = write!(id, "{byte:02x}");
        }
        id.into()
    }

    fn name_of(&mut self, object: &Target) -> Result<ObjectName, EngineError> {
        match object {
            Target::Goods(object) => {
                let loaded = self.load(&object.stream)?;
                let key = loaded.dossier.tree.key(&object.node);
                self.keep(loaded);
                Ok(ObjectName::Consignment(key))
            }
            Target::Other(object) => Ok(object.clone()),
        }
    }

    /// Whether an answer still stands: the same question, asked now; one that was recalled never comes back.
    pub(super) fn recheck(&mut self, id: &Arc<str>) -> Result<Reply, EngineError> {
        let (object, given, recalled) = {
            let kept = self.kept(id)?;
            let recalled = kept.standing.recalled.as_ref().map(|(at, _)| *at);
            (kept.object.clone(), kept.standing.given.clone(), recalled)
        };
        let mut answer = self.answer_on(&object, given.asked_leg, given.stage, Some(given.aircraft))?;
        let ended = given.valid_until.filter(|until| *until <= self.clock.now());
        if let Some(at) = recalled.or(ended) {
            let reason =
                Reason::new(codes::gate::ANSWER_RECALLED, given.object.to_string(), WhoActs::Carrier);
            answer.reasons.insert(0, reason.with("at", at.to_string()));
            answer.decision = Decision::Hold;
            answer.valid_until = None;
        }
        // Whoever lost his mandate sees less from now on.
        let seen = self.seen(&answer, &object, &self.sees_as(&given.asker, &given.holder, &answer))?;
        Ok(Reply::Answered(Box::new(seen)))
    }

    fn kept(&self, id: &Arc<str>) -> Result<&Kept, Refusal> {
        self.answers
            .given
            .get(id)
            .ok_or_else(|| Refusal(Phrase::new(codes::gate::ANSWER_UNKNOWN).with("answer", id.to_string())))
    }

    /// Takes back every answer that something written since does not let stand.
    pub(super) fn recall(&mut self) -> Result<(), EngineError> {
        for stream in std::mem::take(&mut self.answers.touched) {
            let ids: Vec<Arc<str>> =
                self.answers.standing.get(&stream).into_iter().flatten().cloned().collect();
            for id in ids {
                let Some(kept) = self.answers.given.get(&id) else { continue };
                let now = self.clock.now();
                if !kept.standing.stands(now) {
                    self.no_longer(&id);
                    continue;
                }
                let (object, given) = (kept.object.clone(), kept.standing.given.clone());
                let answer = self.answer_on(&object, given.asked_leg, given.stage, Some(given.aircraft))?;
                let Some(kept) = self.answers.given.get(&id) else { continue };
                if let Some(event) = kept.standing.recall(held_by(&answer), answer.valid_until, now) {
                    self.tell(&id, &event)?;
                    self.no_longer(&id);
                    self.answers.unheeded.insert(Arc::clone(&id));
                    self.notify(Addressee::Holder(given.holder), NoticeKind::AnswerRecalled, &given.object)?;
                }
            }
        }
        Ok(())
    }

    fn no_longer(&mut self, id: &Arc<str>) {
        let on = self.answers.given.get(id).map(|kept| kept.on.clone()).unwrap_or_default();
        for stream in on {
            if let Some(ids) = self.answers.standing.get_mut(&stream) {
                ids.remove(id);
                if ids.is_empty() {
                    self.answers.standing.remove(&stream);
                }
            }
        }
    }

    /// Writes an event of an answer down, and folds it.
    fn tell(&mut self, id: &Arc<str>, event: &Event) -> Result<(), EngineError> {
        let now = self.clock.now();
        if let Some(kept) = self.answers.given.get_mut(id) {
            let told = casework::Event::Answer(event.clone());
            kept.version = self.journal.append(&stream_of(id), kept.version, &[told], now)?;
            kept.standing.evolve(event);
        }
        Ok(())
    }

    fn notify(&mut self, to: Addressee, kind: NoticeKind, object: &ObjectName) -> Result<(), EngineError> {
        let about = object.clone();
        self.send(Notice { to, kind, about, programme: None, text: None, referral: None })
    }

    pub(super) fn acknowledge_recall(&mut self, id: &Arc<str>, by: Arc<str>) -> Result<Reply, EngineError> {
        let events = self.kept(id)?.standing.acknowledge(by, self.clock.now())?;
        for event in &events {
            self.tell(id, event)?;
        }
        self.answers.unheeded.remove(id);
        Ok(Reply::Done(events.len()))
    }

    /// Carries recalls that nobody heeded up the chain.
    pub(super) fn tick(&mut self) -> Result<Reply, EngineError> {
        let mut done = 0;
        let chain = self.settings.escalation.clone();
        for id in self.answers.unheeded.clone() {
            while let Some(kept) = self.answers.given.get(&id) {
                let Some(event) = kept.standing.escalate(&chain, self.clock.now()) else { break };
                let (step, object) = (kept.standing.escalated + 1, kept.standing.given.object.clone());
                self.tell(&id, &event)?;
                self.notify(Addressee::Chain(step), NoticeKind::RecallUnheeded, &object)?;
                done += 1;
            }
        }
        done += self.call_again()?;
        done += self.call_again()?;
        Ok(Reply::Done(done))
    }
}

fn stream_of(id: &Arc<str>) -> StreamId {
    format!("answer/{id}").into()
}

/// What of an answer holds, in its order.
fn held_by(answer: &Answer) -> Vec<(Code, Option<ProgrammeId>)> {
    let holding = answer.reasons.iter().filter(|reason| reason.holds());
    holding.map(|reason| (reason.code, reason.programme.clone())).collect()
}
