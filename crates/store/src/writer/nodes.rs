//! The thread that writes, where other nodes write to the same database.
//!
//! A batch is decided without holding anything: its writes are collected, and written in one go if no other node has
//! written to anything it rests on. Where one has, the whole batch is undone and decided again, this time while nobody
//! else writes, so that it cannot be overtaken a second time. Nobody is told anything before his batch is written, or, if
//! there is nothing to write, before it is known that what was read is of one moment: also not of a peek or a refusal.
//!
//! Where the connection is lost, the batch is done again on a new one, if it is certain that nothing of it was kept; where
//! it was lost while it was committed, the database is asked first.

use super::queue::{Lane, Queue};
use super::work::{Work, said};
use super::{Answer, Settings, SharedEngine, Submission, Teller, WriteError};
use crate::postgres::{Database, Flushed, PgJournal, PgOutbox, Session, Wants};
use crate::{Known, StoreError};
use engine::{Clock, EngineError, StreamId};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

/// How often a batch is tried at most.
const ATTEMPTS: u32 = 4;

/// How long nobody tries to connect again after that failed: whoever comes meanwhile is refused at once.
const PAUSE: Duration = Duration::from_millis(500);

/// How long the database is asked what became of a batch, while it cannot be reached: a server that was restarted is back
/// by then.
const ASKED: Duration = Duration::from_secs(30);

/// How often a batch is decided on guesses ([`Session::guess`]) before everything it asks is looked up one by one.
const GUESSES: u32 = 3;

/// See [`Runner::pace`].
const PACE_MIN: usize = 16;

/// A command that waits for its answer.
struct Waiting {
    lane: Lane,
    submission: Box<Submission>,
    tell: Teller,
}

/// What an attempt at a batch came to.
enum Attempt {
    /// What is to be told to the first of those who wait.
    Written(Vec<Result<Answer, WriteError>>),
    /// So many were tried, and nothing of it is kept.
    Again { tried: usize, why: StoreError },
    /// So many were tried, and nothing of it is kept; it is not to be tried again.
    Failed { tried: usize, why: StoreError },
    /// The connection was lost while the batch of this number was committed.
    Unknown { told: Vec<Result<Answer, WriteError>>, number: i64, why: String },
}

/// A failure of the storage: where the connection was lost, nothing was kept, and it can be tried again.
fn lost(why: StoreError, tried: usize) -> Attempt {
    match why {
        why @ (StoreError::Lost(_) | StoreError::Overtaken) => Attempt::Again { tried, why },
        why => Attempt::Failed { tried, why },
    }
}

/// Owns the connection and the engine.
pub(super) struct Runner<C, M> {
    database: Database,
    settings: Settings,
    make: M,
    /// `None` where it was lost; every batch tries.
    session: Option<Rc<Session>>,
    /// `None` where it must be made anew.
    engine: Option<SharedEngine<C>>,
    /// Until when nobody tries to connect, and why.
    unreachable: Option<(Instant, String)>,
    /// How many commands a batch had time for lately: no more than twice as many are looked up for the next.
    pace: usize,
}

impl<C, M> Runner<C, M>
where
    C: Clock,
    M: Fn(PgJournal, PgOutbox) -> SharedEngine<C>,
{
    pub(super) fn open(database: Database, settings: Settings, make: M) -> Result<Self, StoreError> {
        let session = Rc::new(database.session()?);
        let session = Some(session);
        let mut runner =
            Self { database, settings, make, session, engine: None, unreachable: None, pace: PACE_MIN };
        let session = runner.session()?;
        runner.make_engine(&session).map_err(|_| StoreError::NoEngine)?;
        Ok(runner)
    }

    /// Works until the queue is closed and empty.
    pub(super) fn run(&mut self, queue: &Queue<Work<Session>>) {
        while let Some((lane, work)) = queue.take_with_lane() {
            match work {
                Work::Command { submission, tell } => {
                    let mut waiting = vec![Waiting { lane, submission, tell }];
                    let most = self.settings.batch_commands_max.min(2 * self.pace).saturating_sub(1);
                    let more = queue.take_more(most, |work| matches!(work, Work::Command { .. }));
                    waiting.extend(more.into_iter().filter_map(|(lane, work)| match work {
                        Work::Command { submission, tell } => Some(Waiting { lane, submission, tell }),
                        _ => None,
                    }));
                    let left = self.batch(waiting);
                    queue.give_back(
                        left.into_iter()
                            .map(|Waiting { lane, submission, tell }| {
                                (lane, Work::Command { submission, tell })
                            })
                            .collect(),
                    );
                }
                Work::Task { task, renew } => {
                    if renew {
                        self.engine = None;
                    }
                    self.task(task);
                }
                Work::Between(task) => {
                    // Where there is no connection, whoever waits is told by the drop of the task.
                    if let Ok(session) = self.session() {
                        let _ = catch_unwind(AssertUnwindSafe(|| task(&session)));
                    }
                }
            }
            if self.session.as_ref().is_some_and(|session| session.take_letters()) {
                // His panic is his own.
                let _ = catch_unwind(AssertUnwindSafe(&self.settings.letters));
            }
        }
    }

    /// The connection; made anew where it was lost.
    fn session(&mut self) -> Result<Rc<Session>, StoreError> {
        if let Some(session) = self.session.as_ref().filter(|session| !session.is_broken()) {
            return Ok(Rc::clone(session));
        }
        self.forget();
        if let Some((until, why)) = &self.unreachable
            && Instant::now() < *until
        {
            return Err(StoreError::Unreachable {
                database: self.database.address().to_string(),
                why: why.clone(),
            });
        }
        match self.database.session() {
            Ok(session) => {
                let session = Rc::new(session);
                self.unreachable = None;
                self.session = Some(Rc::clone(&session));
                Ok(session)
            }
            Err(why) => {
                let told = match &why {
                    StoreError::Unreachable { why, .. } => why.clone(),
                    other => other.to_string(),
                };
                self.unreachable = Some((Instant::now() + PAUSE, told));
                Err(why)
            }
        }
    }

    /// Leaves the connection and the engine; both are made anew for what comes next.
    fn forget(&mut self) {
        self.engine = None;
        self.session = None;
    }

    /// Does what waits in one batch, and tells what came of it; gives what must wait for the next.
    fn batch(&mut self, waiting: Vec<Waiting>) -> Vec<Waiting> {
        let mut tried = None;
        let mut alone = false;
        for attempt in 1.. {
            let (told, count) = match self.attempt(&waiting, tried, alone) {
                Attempt::Written(told) => {
                    let count = told.len();
                    (told, count)
                }
                Attempt::Again { tried: count, why } if attempt < ATTEMPTS => {
                    alone = alone || matches!(why, StoreError::Overtaken);
                    tried = Some(count);
                    continue;
                }
                Attempt::Again { tried, why } | Attempt::Failed { tried, why } => {
                    let failure = WriteError::Storage(why.to_string());
                    (vec![Err(failure); tried], tried)
                }
                Attempt::Unknown { told, number, why } => {
                    self.forget();
                    let count = told.len();
                    match self.became(number) {
                        Ok(true) => (told, count),
                        Ok(false) if attempt < ATTEMPTS => {
                            tried = Some(count);
                            continue;
                        }
                        Ok(false) => {
                            let failure = WriteError::Storage(format!("the commit failed: {why}"));
                            (vec![Err(failure); count], count)
                        }
                        Err(unasked) => {
                            let failure = WriteError::Unknown(format!("{why}; then {unasked}"));
                            (vec![Err(failure); count], count)
                        }
                    }
                }
            };
            let mut waiting = waiting;
            let left = waiting.split_off(count);
            self.pace = count.max(PACE_MIN);
            for (Waiting { tell, .. }, told) in waiting.into_iter().zip(told) {
                // Whoever is told has the thread for a moment; his panic is his own.
                let _ = catch_unwind(AssertUnwindSafe(|| tell(told)));
            }
            return left;
        }
        waiting
    }

    /// What became of a batch whose commit nobody heard of.
    fn became(&self, number: i64) -> Result<bool, StoreError> {
        let asked = Instant::now();
        loop {
            match self.database.has_batch(number) {
                Err(_) if asked.elapsed() < ASKED => thread::sleep(PAUSE / 2),
                told => return told,
            }
        }
    }

    /// Tries a batch: the first `tried` of those who wait, or as many as there is time for.
    fn attempt(&mut self, waiting: &[Waiting], tried: Option<usize>, alone: bool) -> Attempt {
        let most = tried.unwrap_or(waiting.len());
        let session = match self.session() {
            Ok(session) => session,
            Err(why) => return Attempt::Failed { tried: most, why },
        };
        let wants = wants(&waiting[..most]);
        let begun = if alone { session.begin_alone(&wants) } else { session.begin(&wants) };
        match begun {
            Ok(false) => {}
            Ok(true) => self.forget_known(),
            Err(why) => return lost(why, most),
        }
        let mut tried = tried;
        let mut told;
        for round in 1.. {
            session.guess(round <= GUESSES);
            let is_broken;
            (told, is_broken) = self.round(&session, &waiting[..most], tried);
            tried = Some(told.len());
            let checked = match is_broken {
                true => Err(StoreError::Lost("while it was decided".into())),
                false => session.check_guesses(),
            };
            match checked {
                Ok(true) => return self.flushed(&session, told),
                // It remembers what is not so.
                Ok(false) => self.forget_known(),
                Err(why) => {
                    session.abandon();
                    self.engine = None;
                    return lost(why, told.len());
                }
            }
        }
        Attempt::Failed { tried: most, why: StoreError::NoEngine }
    }

    /// Does commands one after the other: so many, or as many as there is time for. Tells also whether the connection is
    /// gone.
    fn round(
        &mut self,
        session: &Rc<Session>,
        waiting: &[Waiting],
        tried: Option<usize>,
    ) -> (Vec<Result<Answer, WriteError>>, bool) {
        let started = Instant::now();
        let (mut told, mut bytes) = (Vec::with_capacity(waiting.len()), 0);
        session.take_written();
        for Waiting { submission, .. } in &waiting[..tried.unwrap_or(waiting.len())] {
            told.push(self.command(session, submission));
            bytes += session.take_written();
            let settings = &self.settings;
            let is_full = bytes >= settings.batch_bytes_max || started.elapsed() >= settings.batch_time_max;
            if session.is_broken() || (is_full && tried.is_none()) {
                break;
            }
        }
        (told, session.is_broken())
    }

    /// Has the engine forget what it knows.
    fn forget_known(&mut self) {
        if let Some(engine) = &mut self.engine {
            engine.forget();
        }
    }

    /// Writes the batch.
    fn flushed(&mut self, session: &Session, told: Vec<Result<Answer, WriteError>>) -> Attempt {
        let tried = told.len();
        let flushed = session.flush();
        if !matches!(flushed, Ok(Flushed::Done))
            && let Some(engine) = &mut self.engine
        {
            // It remembers what is not so.
            engine.forget();
        }
        match flushed {
            Ok(Flushed::Done) => Attempt::Written(told),
            Ok(Flushed::Overtaken) => Attempt::Again { tried, why: StoreError::Overtaken },
            Ok(Flushed::Unknown { number, why }) => Attempt::Unknown { told, number, why },
            Err(why) => lost(why, tried),
        }
    }

    /// Does one command whole or not at all.
    fn command(&mut self, session: &Rc<Session>, submission: &Submission) -> Result<Answer, WriteError> {
        let mark = session.mark();
        let done = catch_unwind(AssertUnwindSafe(|| self.handle(session, submission)));
        let done = done.unwrap_or_else(|panic| Err(WriteError::Panicked(said(&*panic))));
        if let Err(why) = &done {
            session.undo(mark);
            if !matches!(why, WriteError::KeyOfAnother(_)) {
                self.engine = None;
            }
        }
        done
    }

    /// Gives a command to the engine, and keeps what came with it and what came of it.
    fn handle(&mut self, session: &Rc<Session>, submission: &Submission) -> Result<Answer, WriteError> {
        let Submission { command, key, raw } = submission;
        let storage = |why: StoreError| WriteError::Storage(why.to_string());
        let engine = match &mut self.engine {
            Some(engine) => engine,
            None => self.make_engine(session)?,
        };
        let now = engine.clock_mut().now();
        if let Some(key) = key {
            match session.reply(key, now).map_err(storage)? {
                None => {}
                Some(Known::Answered(reply)) => return Ok(Answer::Repeated(reply)),
                Some(Known::OfAnother) => return Err(WriteError::KeyOfAnother(key.key.clone())),
            }
        }
        session.take_touched();
        let reply = match engine.handle(command.clone()) {
            Ok(reply) => Ok(reply),
            // A lawful no: what was written before it stands.
            Err(EngineError::Refused(refusal)) => Err(refusal),
            Err(why) => return Err(WriteError::Storage(why.to_string())),
        };
        if let Some(raw) = raw {
            let mut touched = session.take_touched();
            if touched.is_empty() {
                // A message of no stream is kept with those of its day.
                touched = BTreeSet::from([StreamId::from(format!("raw/{}", now.strftime("%Y-%m-%d")))]);
            }
            session.put_raw(raw, &touched).map_err(storage)?;
        }
        if let Some(key) = key {
            let expires = now.saturating_add(self.settings.reply_kept).unwrap_or(now);
            session.put_reply(key, &(self.settings.form)(&reply), now, expires).map_err(storage)?;
        }
        Ok(Answer::Given(reply))
    }

    fn make_engine(&mut self, session: &Rc<Session>) -> Result<&mut SharedEngine<C>, WriteError> {
        let make = || (self.make)(PgJournal::new(Rc::clone(session)), PgOutbox::new(Rc::clone(session)));
        let engine =
            catch_unwind(AssertUnwindSafe(make)).map_err(|panic| WriteError::Panicked(said(&*panic)))?;
        Ok(self.engine.insert(engine))
    }

    /// Does something else in a transaction of its own.
    fn task(&mut self, task: Box<dyn FnOnce(&Session) -> super::work::Ended + Send>) {
        // A connection that was lost while nothing was done is noticed here.
        let mut begun = self.session().and_then(|session| session.begin_task().map(|()| session));
        if let Err(StoreError::Lost(_)) = &begun {
            begun = self.session().and_then(|session| session.begin_task().map(|()| session));
        }
        // Where it cannot be begun, or panics, whoever waits is told by the drop of the task.
        let Ok(session) = begun else { return };
        match catch_unwind(AssertUnwindSafe(|| task(&session))) {
            Ok(ended) => {
                let committed = session.end_task(ended.kept);
                (ended.tell)(committed.map_err(|why| match why {
                    StoreError::Lost(why) => WriteError::Unknown(why),
                    why => WriteError::Storage(why.to_string()),
                }));
            }
            Err(_) => drop(session.end_task(false)),
        }
    }
}

/// What is looked up for commands before they are done.
fn wants(waiting: &[Waiting]) -> Wants {
    let submissions = waiting.iter().map(|waiting| &waiting.submission);
    let hash = |raw: &Arc<[u8]>| -> [u8; 32] { Sha256::digest(raw).into() };
    Wants {
        keys: submissions.clone().filter_map(|submission| submission.key.clone()).collect(),
        messages: submissions.filter_map(|submission| submission.raw.as_ref().map(hash)).collect(),
    }
}
