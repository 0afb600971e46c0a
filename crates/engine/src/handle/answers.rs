//! Answers that were given: written down, recalled, acknowledged, carried up the chain.

use super::index::{ONLY, goods_text, numbers_of, object_text, unreadable};
use super::{Engine, EngineError};
use crate::command::{ObjectRef, Reply};
use crate::ports::{Addressee, Clock, Index, Journal, Notice, NoticeKind, Outbox, Pick, StreamId};
use casework::Refusal;
use casework::answers::{Basis, Event, Given, Standing};
use casework::case::Node;
use casework::gate::{Aircraft, Answer, AskedLeg, Decision, Reason, Stage, WhoActs};
use casework::view::{Asker, view, view_of_container, view_of_piece};
use consignment::fact::ObjectName;
use finding::{Code, Phrase, codes};
use programme::ProgrammeId;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};
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

/// Among streams, what stands for every answer.
pub(super) const EVERY: &str = "*";

/// Answers that were given lately, and what was written since that may concern any.
#[derive(Debug, Default)]
pub(super) struct Answers {
    given: HashMap<Arc<str>, Kept>,
    touched: BTreeSet<StreamId>,
}

#[derive(Debug, Clone)]
struct Kept {
    object: Target,
    /// The streams it rests on.
    on: BTreeSet<StreamId>,
    /// How many events its stream has.
    version: u64,
    standing: Standing,
}

impl Answers {
    /// Notes that something was written to a stream; to [`EVERY`], that it may concern any answer.
    pub(super) fn touch(&mut self, stream: &StreamId) {
        self.touched.insert(stream.clone());
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
        let id = self.answer_id(&name, at)?;
        let mut on = self.streams_under(&object)?;
        // Also a flight that only the question names.
        let flight = self.flight_asked(&answer);
        on.extend(flight.map(|flight| object_text(&ObjectName::Flight(flight)).into()));
        let basis = self.basis(&on)?;
        on.extend(numbers_of(&on));
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
            basis,
            listed: Vec::new(),
        };
        self.give(given, object, on)?;
        Ok(Reply::Committed { id, answer: Box::new(seen) })
    }

    /// What an answer rests on that was read from these streams.
    pub(super) fn basis(&self, on: &BTreeSet<StreamId>) -> Result<Basis, EngineError> {
        let programmes = &self.settings.programmes;
        let mut streams = Vec::with_capacity(on.len());
        for stream in on {
            streams.push((stream.clone(), self.journal.version(stream)?));
        }
        Ok(Basis {
            streams,
            programmes: programmes.iter().map(|(id, data)| (id.clone(), data.sha256.clone())).collect(),
            lists: self.settings.lists.as_ref().map(|lists| Arc::from(lists.id())),
            stations: self.settings.stations.edition().to_owned(),
        })
    }

    /// Writes an answer down before it is given. One that says "load" is looked at again whenever something is written to
    /// what it rests on.
    pub(super) fn give(
        &mut self,
        given: Given,
        object: Target,
        on: BTreeSet<StreamId>,
    ) -> Result<(), EngineError> {
        let id = Arc::clone(&given.id);
        let event = casework::Event::Answer(Event::Given(Box::new(given.clone())));
        let version = self.journal.append(&stream_of(&id), 0, &[event], given.at)?;
        if given.decision == Decision::Load {
            for stream in on.iter().map(|stream| &**stream).chain([EVERY]) {
                self.put(Index::Standing, stream, &id)?;
            }
        }
        let standing = Standing::new(given);
        self.answers.given.insert(id, Kept { object, on, version, standing });
        Ok(())
    }

    /// Answers without writing it down.
    pub(super) fn look(&mut self, asked: Asked) -> Result<Reply, EngineError> {
        let Asked { object, leg, stage, aircraft, holder, asker } = asked;
        let answer = self.answer_on(&object, leg, stage, aircraft)?;
        let seen = self.seen(&answer, &object, &self.sees_as(&asker, &holder, &answer))?;
        Ok(Reply::Answered(Box::new(seen)))
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
            // A piece is its filer's as the whole is.
            Target::Other(ObjectName::Piece(key, piece)) if self.stream_found(key)?.is_some() => {
                let loaded = self.load_known(key)?;
                let seen = view_of_piece(answer, &loaded.dossier.tree, (&Node::of(key), *piece), asker);
                self.keep(loaded);
                Ok(seen?)
            }
            Target::Other(object) => Ok(view_of_container(answer, object, asker)?),
        }
    }

    /// The streams of all that an answer on this rests on: its goods, and the units and flights they are in.
    pub(super) fn streams_under(&mut self, object: &Target) -> Result<BTreeSet<StreamId>, EngineError> {
        let name = self.name_of(object)?;
        let mut streams: BTreeSet<StreamId> = BTreeSet::new();
        for one in self.concerned(&name)?.iter().chain([&name]) {
            streams.extend(self.stream_under(one)?);
        }
        if let Target::Goods(object) = object {
            streams.insert(object.stream.clone());
        }
        Ok(streams)
    }

    /// An id that tells nothing: who has one cannot guess another.
    pub(super) fn answer_id(
        &mut self,
        object: &ObjectName,
        at: jiff::Timestamp,
    ) -> Result<Arc<str>, EngineError> {
        // Nodes of one journal have seeds of their own and count apart: at one count all would overtake one another. The
        // seed is a secret, and indices are not.
        let seed = Sha256::digest([b"answers".as_slice(), &self.settings.seed.to_be_bytes()].concat());
        let node: String = seed[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        let count = self.next_of(&format!("answers/{node}"))?;
        let mut hash = Sha256::new();
        hash.update(self.settings.seed.to_be_bytes());
        hash.update(count.to_be_bytes());
        hash.update(at.as_nanosecond().to_be_bytes());
        hash.update(object.to_string().as_bytes());
        let mut id = String::with_capacity(32);
        for byte in &hash.finalize()[..16] {
            let _ = write!(id, "{byte:02x}");
        }
        Ok(id.into())
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
    pub(super) fn recheck(&mut self, id: &Arc<str>, holder: Option<&Arc<str>>) -> Result<Reply, EngineError> {
        let Kept { object, standing, .. } = self.kept_by(id, holder)?;
        let recalled = standing.recalled.as_ref().map(|(at, _)| *at);
        let given = standing.given;
        let mut answer = self.answer_on(&object, given.asked_leg, given.stage, Some(given.aircraft))?;
        let ended = given.valid_until.filter(|until| *until <= self.clock.now());
        if let Some(at) = recalled.or(ended) {
            let reason =
                Reason::new(codes::gate::ANSWER_RECALLED, given.object.to_string(), WhoActs::Carrier);
            answer.reasons.insert(0, reason.with("at", at.to_string()));
            answer.decision = Decision::Hold;
            answer.valid_until = None;
        }
        // Looked at again it ends when it was given to end.
        if let (Some(now), Some(given)) = (answer.valid_until, given.valid_until) {
            answer.valid_until = Some(now.min(given));
        }
        // Whoever lost his mandate sees less from now on.
        let seen = self.seen(&answer, &object, &self.sees_as(&given.asker, &given.holder, &answer))?;
        Ok(Reply::Answered(Box::new(seen)))
    }

    /// An answer, where it is this holder's.
    fn kept_by(&mut self, id: &Arc<str>, holder: Option<&Arc<str>>) -> Result<Kept, EngineError> {
        let kept = self.kept(id)?;
        match holder {
            Some(holder) if *holder != kept.standing.given.holder => Err(unknown(id).into()),
            _ => Ok(kept),
        }
    }

    /// An answer that was given.
    fn kept(&mut self, id: &Arc<str>) -> Result<Kept, EngineError> {
        if let Some(kept) = self.answers.given.get(id) {
            return Ok(kept.clone());
        }
        let recorded = self.journal.read(&stream_of(id))?;
        let mut standing: Option<Standing> = None;
        for one in &recorded {
            match (&one.event, &mut standing) {
                (casework::Event::Answer(Event::Given(given)), _) => {
                    standing = Some(Standing::new((**given).clone()));
                }
                (casework::Event::Answer(event), Some(standing)) => standing.evolve(event),
                _ => {}
            }
        }
        let Some(standing) = standing else { return Err(unknown(id).into()) };
        let mut on = BTreeSet::new();
        for (stream, _) in &standing.given.basis.streams {
            on.insert(
                self.journal.find(Index::Moved, stream, Pick::All)?.pop().unwrap_or_else(|| stream.clone()),
            );
        }
        on.extend(numbers_of(&on));
        let object = match &standing.given.object {
            // The number may be another consignment's by now: the stream it rests on tells which it was.
            ObjectName::Consignment(key) => {
                let tree = on.iter().find(|stream| stream.starts_with(TREES)).cloned();
                let stream = tree.ok_or_else(|| unreadable(&goods_text(key)))?;
                Target::Goods(ObjectRef { stream, node: Node::of(key) })
            }
            other => Target::Other(other.clone()),
        };
        let kept = Kept { object, on, version: recorded.len() as u64, standing };
        self.answers.given.insert(Arc::clone(id), kept.clone());
        Ok(kept)
    }

    /// Answers on a stream that became part of another one.
    pub(super) fn move_answers(&mut self, from: &StreamId, to: &StreamId) -> Result<(), EngineError> {
        self.put(Index::Moved, from, to)?;
        // What waits there waits in the other tree.
        self.take(Index::Waiting, ONLY, from)?;
        for id in self.journal.find(Index::Standing, from, Pick::All)? {
            self.take(Index::Standing, from, &id)?;
            self.put(Index::Standing, to, &id)?;
            // It is read anew, from where it is now.
            self.answers.given.remove(&id);
        }
        self.answers.touch(to);
        Ok(())
    }

    /// Takes back every answer that something written since does not let stand.
    pub(super) fn recall(&mut self) -> Result<(), EngineError> {
        for stream in std::mem::take(&mut self.answers.touched) {
            for id in self.journal.find(Index::Standing, &stream, Pick::All)? {
                let kept = self.kept(&id)?;
                let now = self.clock.now();
                if !kept.standing.stands(now) {
                    self.no_longer(&id, &kept)?;
                    self.take(Index::Standing, &stream, &id)?;
                    continue;
                }
                let given = kept.standing.given.clone();
                let (holding, until) = match (&kept.object, given.listed.is_empty()) {
                    (Target::Other(ObjectName::Flight(flight)), false) => {
                        self.listed_now(&given, *flight, &stream)?
                    }
                    (object, _) => {
                        let (leg, aircraft) = (given.asked_leg, Some(given.aircraft));
                        let answer = self.answer_on(object, leg, given.stage, aircraft)?;
                        (held_by(&answer), answer.valid_until)
                    }
                };
                if let Some(event) = kept.standing.recall(holding, until, now) {
                    self.tell(&id, &event)?;
                    self.no_longer(&id, &kept)?;
                    self.put(Index::Unheeded, ONLY, &id)?;
                    let holder = Addressee::Holder(given.holder);
                    self.notify_of(&id, holder, NoticeKind::AnswerRecalled, &given.object)?;
                } else {
                    self.rest_on_more(&id, &kept)?;
                }
            }
        }
        Ok(())
    }

    /// An answer that stands rests also on what came into its unit or on its flight since it was given.
    fn rest_on_more(&mut self, id: &Arc<str>, kept: &Kept) -> Result<(), EngineError> {
        let under = self.streams_under(&kept.object)?;
        for stream in under.difference(&kept.on) {
            if !self.journal.find(Index::Standing, stream, Pick::All)?.contains(id) {
                self.put(Index::Standing, stream, id)?;
            }
        }
        if let Some(kept) = self.answers.given.get_mut(id) {
            kept.on.extend(under);
        }
        Ok(())
    }

    /// An answer need not be looked at any more.
    fn no_longer(&mut self, id: &Arc<str>, kept: &Kept) -> Result<(), EngineError> {
        let mut on = self.streams_under(&kept.object)?;
        on.extend(kept.on.iter().cloned());
        for stream in on.iter().map(|stream| &**stream).chain([EVERY]) {
            self.take(Index::Standing, stream, id)?;
        }
        Ok(())
    }

    /// Writes an event of an answer down, and folds it.
    fn tell(&mut self, id: &Arc<str>, event: &Event) -> Result<(), EngineError> {
        let now = self.clock.now();
        let told = casework::Event::Answer(event.clone());
        let mut kept = self.kept(id)?;
        kept.version = self.journal.append(&stream_of(id), kept.version, &[told], now)?;
        kept.standing.evolve(event);
        self.answers.given.insert(Arc::clone(id), kept);
        Ok(())
    }

    /// Answers whose time is over need not be looked at any more: the oldest of them, so that there are not ever more.
    fn let_expire(&mut self) -> Result<(), EngineError> {
        for id in self.journal.find(Index::Standing, EVERY, Pick::First(EXPIRING_MAX))? {
            let kept = self.kept(&id)?;
            if kept.standing.stands(self.clock.now()) {
                break;
            }
            self.no_longer(&id, &kept)?;
        }
        Ok(())
    }

    pub(super) fn notify(
        &mut self,
        to: Addressee,
        kind: NoticeKind,
        object: &ObjectName,
    ) -> Result<(), EngineError> {
        let about = object.clone();
        self.send_about(Notice::new(to, kind, about))
    }

    /// Tells somebody of an answer that was taken back.
    fn notify_of(
        &mut self,
        id: &Arc<str>,
        to: Addressee,
        kind: NoticeKind,
        object: &ObjectName,
    ) -> Result<(), EngineError> {
        let answer = Some(Arc::clone(id));
        self.send_about(Notice { answer, ..Notice::new(to, kind, object.clone()) })
    }

    pub(super) fn acknowledge_recall(
        &mut self,
        id: &Arc<str>,
        holder: Option<&Arc<str>>,
        by: Arc<str>,
    ) -> Result<Reply, EngineError> {
        let events = self.kept_by(id, holder)?.standing.acknowledge(by, self.clock.now())?;
        for event in &events {
            self.tell(id, event)?;
        }
        self.take(Index::Unheeded, ONLY, id)?;
        Ok(Reply::Done(events.len()))
    }

    /// Carries recalls that nobody heeded up the chain.
    pub(super) fn tick(&mut self) -> Result<Reply, EngineError> {
        let mut done = 0;
        let chain = self.settings.escalation.clone();
        self.let_expire()?;
        for id in self.journal.find(Index::Unheeded, ONLY, Pick::All)? {
            loop {
                let standing = self.kept(&id)?.standing;
                let Some(event) = standing.escalate(&chain, self.clock.now()) else { break };
                let (step, object) = (standing.escalated + 1, standing.given.object);
                self.tell(&id, &event)?;
                self.notify_of(&id, Addressee::Chain(step), NoticeKind::RecallUnheeded, &object)?;
                done += 1;
            }
        }
        done += self.leave_by_schedule()?;
        done += self.call_again()?;
        done += self.call_units_again()?;
        done += self.tell_overdue()?;
        done += self.screen_next()?;
        Ok(Reply::Done(done))
    }
}

/// Start of the names of streams of goods.
pub(super) const TREES: &str = "tree/";

/// Most answers that are looked at in one go for whether their time is over.
const EXPIRING_MAX: usize = 1_000;

fn unknown(id: &Arc<str>) -> Refusal {
    Refusal(Phrase::new(codes::gate::ANSWER_UNKNOWN).with("answer", id.to_string()))
}

fn stream_of(id: &Arc<str>) -> StreamId {
    format!("answer/{id}").into()
}

/// What of an answer holds, in its order.
pub(super) fn held_by(answer: &Answer) -> Vec<(Code, Option<ProgrammeId>)> {
    let holding = answer.reasons.iter().filter(|reason| reason.holds());
    holding.map(|reason| (reason.code, reason.programme.clone())).collect()
}
