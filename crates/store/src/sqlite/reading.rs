//! Questions answered beside the thread that writes.
//!
//! A thread with an engine of its own over a connection that only reads. It answers from what was committed, in one state
//! of the database for each question. Trees it keeps, and holds against their versions; all else it forgets when something
//! was committed since. A question in answer to which something is to be written down (a flight has left by its schedule,
//! a list changed) is given back, to be asked of the thread that writes.

use super::{Database, Reader, StoreError, or_nothing};
use casework::{Event, Refusal};
use engine::{
    Clock, Command, Engine, EngineError, Index, IndexChange, Journal, JournalError, Notice, Outbox,
    OutboxError, Pick, Recorded, Reply, StreamId, Version,
};
use jiff::Timestamp;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle};

/// Questions that may wait; whoever comes after them asks the thread that writes.
const WAITING_MAX: usize = 1024;

/// Stack of the thread, in bytes: documents are nested up to 128 deep.
const STACK_BYTES: usize = 16 << 20;

/// The journal on a connection that only reads.
#[derive(Debug, Clone)]
pub struct ReadJournal(Rc<Reader>);

impl Journal for ReadJournal {
    fn read(&self, stream: &StreamId) -> Result<Vec<Recorded>, JournalError> {
        or_nothing(self.0.read(stream))
    }

    fn version(&self, stream: &StreamId) -> Result<Version, JournalError> {
        Ok(self.0.readable(stream)?)
    }

    fn append(
        &mut self,
        _: &StreamId,
        _: Version,
        _: &[Event],
        _: Timestamp,
    ) -> Result<Version, JournalError> {
        Err(JournalError::OnlyReads)
    }

    fn find(&self, index: Index, key: &str, pick: Pick) -> Result<Vec<Arc<str>>, JournalError> {
        Ok(self.0.find(index, key, pick)?)
    }

    fn change(&mut self, _: IndexChange) -> Result<(), JournalError> {
        Err(JournalError::OnlyReads)
    }
}

/// An outbox for whoever only reads.
#[derive(Debug, Clone, Copy)]
pub struct NoOutbox;

impl Outbox for NoOutbox {
    fn send(&mut self, _: Notice) -> Result<(), OutboxError> {
        Err(OutboxError("whoever only reads tells nobody anything".into()))
    }
}

/// The engine of a thread that only reads.
pub type ReadEngine<C> = Engine<ReadJournal, C, NoOutbox>;

/// Told what came of a question, on the thread that reads: it must not wait. `None` where it is to be asked of the thread
/// that writes.
pub type ReadTeller = Box<dyn FnOnce(Option<Result<Reply, Refusal>>) + Send>;

struct Asked {
    command: Box<Command>,
    tell: ReadTeller,
}

/// A thread that reads. Dropping it gives back what still waits, and ends it.
pub struct Reading {
    queue: Option<SyncSender<Asked>>,
    thread: Option<JoinHandle<()>>,
}

impl fmt::Debug for Reading {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Reading").finish_non_exhaustive()
    }
}

impl Reading {
    /// Starts it. `make` makes its engine, also anew after a failure; `prepare` is called before each question.
    ///
    /// # Errors
    /// Where the database cannot be opened, or the system has no thread.
    pub fn start<C: Clock + 'static>(
        database: &Database,
        make: impl Fn(ReadJournal, NoOutbox) -> ReadEngine<C> + Send + 'static,
        prepare: impl Fn(&mut ReadEngine<C>) + Send + 'static,
    ) -> Result<Self, StoreError> {
        let (queue, waiting) = sync_channel(WAITING_MAX);
        let reader = database.reader()?;
        let run = move || {
            let reader = Rc::new(reader);
            let mut one = One { reader: &reader, make: &make, prepare: &prepare, engine: None, seen: None };
            one.answer_all(&waiting);
        };
        let started = thread::Builder::new().name("reader".into()).stack_size(STACK_BYTES).spawn(run);
        let thread =
            started.map_err(|why| StoreError::System { place: "a thread that reads".into(), why })?;
        Ok(Self { queue: Some(queue), thread: Some(thread) })
    }

    /// Asks; `tell` is told what came of it. Gives the question back where it can only be asked of the thread that writes,
    /// because too many wait here.
    pub fn ask(&self, command: Command, tell: ReadTeller) {
        let asked = Asked { command: Box::new(command), tell };
        let unasked = match &self.queue {
            Some(queue) => match queue.try_send(asked) {
                Ok(()) => return,
                Err(TrySendError::Full(asked) | TrySendError::Disconnected(asked)) => asked,
            },
            None => asked,
        };
        (unasked.tell)(None);
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // Its panics are its own, and were told.
            let _ = thread.join();
        }
    }
}

struct One<'a, C, M, P> {
    reader: &'a Rc<Reader>,
    make: &'a M,
    prepare: &'a P,
    /// `None` where it is to be made anew.
    engine: Option<ReadEngine<C>>,
    /// What SQLite counts of the commits of others, at the last question.
    seen: Option<i64>,
}

impl<C, M, P> One<'_, C, M, P>
where
    C: Clock,
    M: Fn(ReadJournal, NoOutbox) -> ReadEngine<C>,
    P: Fn(&mut ReadEngine<C>),
{
    fn answer_all(&mut self, waiting: &Receiver<Asked>) {
        while let Ok(Asked { command, tell }) = waiting.recv() {
            let told = catch_unwind(AssertUnwindSafe(|| self.answer(*command))).unwrap_or(None);
            if told.is_none() {
                // Half of something may be in its memory.
                self.engine = None;
            }
            tell(told);
        }
    }

    /// Answers in one state of the database; `None` where that cannot be done here.
    fn answer(&mut self, command: Command) -> Option<Result<Reply, Refusal>> {
        let connection = self.reader.connection();
        // A transaction that only reads ends with it, whichever way it goes.
        let whole = connection.unchecked_transaction().ok()?;
        // The state is that of the first thing read.
        connection.prepare_cached("SELECT 1 FROM meta LIMIT 1").ok()?.query_row([], |_| Ok(())).ok()?;
        let now: i64 =
            connection.prepare_cached("PRAGMA data_version").ok()?.query_row([], |row| row.get(0)).ok()?;
        let engine =
            self.engine.get_or_insert_with(|| (self.make)(ReadJournal(Rc::clone(self.reader)), NoOutbox));
        if self.seen != Some(now) {
            engine.forget_around();
            self.seen = Some(now);
        }
        (self.prepare)(engine);
        let answered = engine.handle(command);
        drop(whole);
        match answered {
            Ok(reply) => Some(Ok(reply)),
            Err(EngineError::Refused(refusal)) => Some(Err(refusal)),
            // What fails is told by the thread that writes, which knows what to do about it.
            Err(_) => None,
        }
    }
}
