//! The one thread that writes.
//!
//! It owns the engine and the only connection that writes. Commands wait in lanes of a bounded queue, the urgent before
//! the ordinary; whoever finds his lane full is told so at once. The thread takes as many as fit into a batch, runs each
//! between savepoints of one transaction, commits, and only then answers: what was answered is on the disk. Peeks alone,
//! on which nobody may load, are answered at once.
//!
//! A command that fails, by an error of the storage or by a panic, is undone alone, and the engine is made anew over
//! the journal, since it may remember what is no longer so. Where the commit itself fails, the database is opened
//! again and asked what became of the batch before anybody is answered.
//!
//! On a database of several nodes it is the same, but for what its module `nodes` tells.

mod batch;
mod nodes;
mod queue;
mod work;

pub use queue::Lane;

use crate::RequestKey;
use crate::postgres::{self, PgJournal, PgOutbox};
use crate::sqlite::{
    Checkpoints, Database, Session, SqliteJournal, SqliteOutbox, StoreError, clear_write_ahead_log, erase,
};
use batch::Runner;
use casework::Refusal;
use engine::{Clock, Command, Engine, Reply, StreamId};
use jiff::{SignedDuration, Timestamp};
use queue::Queue;
use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use work::{Ended, Work};

/// The engine of a node that stands alone.
pub type NodeEngine<C> = Engine<SqliteJournal, C, SqliteOutbox>;

/// The engine of one of several nodes.
pub type SharedEngine<C> = Engine<PgJournal, C, PgOutbox>;

/// Stack of the thread, in bytes: documents are nested up to 128 deep.
const STACK_BYTES: usize = 16 << 20;

/// How a reply is written down to be given again.
pub type Form = Box<dyn Fn(&Result<Reply, Refusal>) -> Vec<u8> + Send>;

/// What the thread does with the commands it gets.
pub struct Settings {
    /// How many commands may wait in each lane.
    pub waiting_max: usize,
    /// How many commands one transaction takes.
    pub batch_commands_max: usize,
    /// How many bytes of segments one transaction writes before it is committed.
    pub batch_bytes_max: usize,
    /// How long a transaction may have been open when it takes another command.
    pub batch_time_max: Duration,
    /// How long a transaction waits for more commands where the last one took several. Of a database of its own.
    pub gather: Duration,
    /// How often the write-ahead log is copied into a database of its own beside the writer; where never, commits do it.
    pub checkpoints: Option<Duration>,
    /// How long a reply is known by the key of its request.
    pub reply_kept: SignedDuration,
    /// The form in which a reply is kept for its key, and given again.
    pub form: Form,
    /// Told after each batch that put letters into the outbox.
    pub letters: Box<dyn Fn() + Send>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Settings")
            .field("waiting_max", &self.waiting_max)
            .field("batch_commands_max", &self.batch_commands_max)
            .field("batch_bytes_max", &self.batch_bytes_max)
            .field("batch_time_max", &self.batch_time_max)
            .field("gather", &self.gather)
            .field("checkpoints", &self.checkpoints)
            .field("reply_kept", &self.reply_kept)
            .finish_non_exhaustive()
    }
}

impl Settings {
    /// The usual settings, with the form of kept replies.
    pub fn new(form: impl Fn(&Result<Reply, Refusal>) -> Vec<u8> + Send + 'static) -> Self {
        Self {
            waiting_max: 4096,
            batch_commands_max: 512,
            batch_bytes_max: 8 << 20,
            batch_time_max: Duration::from_millis(15),
            gather: Duration::from_millis(4),
            checkpoints: None,
            reply_kept: SignedDuration::from_hours(48),
            form: Box::new(form),
            letters: Box::new(|| {}),
        }
    }
}

/// A command for the engine, with what came with it.
#[derive(Debug, Clone)]
pub struct Submission {
    /// What is to be done.
    pub command: Command,
    /// The key of the request, where it carried one.
    pub key: Option<RequestKey>,
    /// The message exactly as it came, where there is one. It belongs to the streams that the command wrote to.
    pub raw: Option<Arc<[u8]>>,
}

impl From<Command> for Submission {
    fn from(command: Command) -> Self {
        Self { command, key: None, raw: None }
    }
}

/// What came of a command. What it wrote is durable.
#[derive(Debug, Clone)]
pub enum Answer {
    /// The engine's reply, or its lawful no.
    Given(Result<Reply, Refusal>),
    /// The request came before; this was answered, in the form of [`Settings::form`].
    Repeated(Vec<u8>),
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// Too many wait.
    #[error("nothing was kept: {0} commands wait already; send it again in a moment")]
    Full(usize),
    /// The key was used before.
    #[error("the key {0} came before with another request: use a new key for a new request")]
    KeyOfAnother(Arc<str>),
    /// The storage failed. Nothing of the command is kept.
    #[error("nothing was kept: {0}")]
    Storage(String),
    /// The engine failed. Nothing of the command is kept.
    #[error("nothing was kept: the node met a fault of its own ({0}); report it")]
    Panicked(String),
    /// It is not known whether the command was kept.
    #[error(
        "it is not known whether this was kept ({0}): send it again with the same key, or ask for the object"
    )]
    Unknown(String),
    /// The node stops. Nothing of the command is kept.
    #[error("nothing was kept: the node is stopping")]
    Stopped,
}

/// Told what came of a command, on the thread that writes: it must not wait.
pub type Teller = Box<dyn FnOnce(Result<Answer, WriteError>) + Send>;

/// Takes commands in, whatever database is behind it.
pub trait Submit: Send + Sync + fmt::Debug {
    /// As [`Writer::submit`].
    ///
    /// # Errors
    /// As there.
    fn submit(&self, lane: Lane, submission: Submission, tell: Teller) -> Result<(), WriteError>;

    /// As [`Writer::waiting`].
    fn waiting(&self) -> [usize; 2];
}

impl<S: 'static> Submit for Writer<S> {
    fn submit(&self, lane: Lane, submission: Submission, tell: Teller) -> Result<(), WriteError> {
        Writer::submit(self, lane, submission, tell)
    }

    fn waiting(&self) -> [usize; 2] {
        Writer::waiting(self)
    }
}

/// The thread that writes, on a session of one database or the other. Dropping it does what still waits, and ends it.
pub struct Writer<S = Session> {
    queue: Arc<Queue<Work<S>>>,
    thread: Option<JoinHandle<()>>,
}

impl<S> fmt::Debug for Writer<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Writer").field("queue", &self.queue).finish_non_exhaustive()
    }
}

impl Writer {
    /// Starts the thread on a database of its own, with an engine that `make` makes over its ports: at the start, and anew
    /// whenever what the last one remembers may not be so any more.
    ///
    /// # Errors
    /// Where another process writes to the database, or it cannot be opened.
    pub fn start<C: Clock + 'static>(
        database: &Database,
        settings: Settings,
        make: impl Fn(SqliteJournal, SqliteOutbox) -> NodeEngine<C> + Send + 'static,
    ) -> Result<Self, StoreError> {
        let lock = lock(database.path())?;
        let database = database.clone();
        Self::spawn(settings.waiting_max, move |works, opened| {
            let checkpoints = settings.checkpoints;
            let runner = Runner::open(database.clone(), settings, make);
            let beside = checkpoints.map(|every| Checkpoints::start(&database, every)).transpose();
            match runner.and_then(|runner| Ok((runner, beside?))) {
                Ok((mut runner, beside)) => {
                    opened(Ok(()));
                    runner.run(works);
                    drop(beside);
                }
                Err(why) => opened(Err(why)),
            }
            drop(lock);
        })
    }

    /// Erases a stream ([`crate::sqlite::erase`]); gives whether there was anything to erase. The engine is made anew,
    /// so that it remembers nothing of it, and the write-ahead log is cleared of the destroyed key; where a reader keeps
    /// it from that, the next such call or the end of the process does.
    ///
    /// # Errors
    /// As for [`Self::run`].
    pub fn erase(&self, stream: &str, at: Timestamp) -> Result<bool, WriteError> {
        Ok(self.erase_all(&[stream.into()], at)? > 0)
    }

    /// The same of several streams, in one go; gives of how many there was anything to erase.
    ///
    /// # Errors
    /// As for [`Self::run`]; then nothing is erased.
    pub fn erase_all(&self, streams: &[StreamId], at: Timestamp) -> Result<usize, WriteError> {
        let streams = streams.to_vec();
        let erased = self.run_task(Lane::Ordinary, true, move |session| {
            streams.iter().try_fold(0, |erased, stream| Ok(erased + usize::from(erase(session, stream, at)?)))
        })?;
        self.between(|session| clear_write_ahead_log(session.connection()))?;
        Ok(erased)
    }
}

impl Writer<postgres::Session> {
    /// Starts the thread on a database that other nodes may write to at the same time, with an engine that `make` makes
    /// over its ports: at the start, and anew whenever it failed.
    ///
    /// # Errors
    /// Where the database cannot be reached or used.
    pub fn connect<C: Clock + 'static>(
        database: &postgres::Database,
        settings: Settings,
        make: impl Fn(PgJournal, PgOutbox) -> SharedEngine<C> + Send + 'static,
    ) -> Result<Self, StoreError> {
        let database = database.clone();
        Self::spawn(settings.waiting_max, move |works, opened| {
            match nodes::Runner::open(database, settings, make) {
                Ok(mut runner) => {
                    opened(Ok(()));
                    runner.run(works);
                }
                Err(why) => opened(Err(why)),
            }
        })
    }

    /// Erases a stream ([`crate::postgres::erase`]); gives whether there was anything to erase. Every node forgets it.
    ///
    /// # Errors
    /// As for [`Self::run`].
    pub fn erase(&self, stream: &str, at: Timestamp) -> Result<bool, WriteError> {
        let stream = stream.to_owned();
        self.between(move |session| postgres::erase(session, &stream, at))
    }

    /// The same of several streams, one after the other; gives of how many there was anything to erase.
    ///
    /// # Errors
    /// As for [`Self::run`]; those before the one that failed are erased.
    pub fn erase_all(&self, streams: &[StreamId], at: Timestamp) -> Result<usize, WriteError> {
        streams.iter().try_fold(0, |erased, stream| Ok(erased + usize::from(self.erase(stream, at)?)))
    }
}

impl<S: 'static> Writer<S> {
    /// Starts a thread that does what waits: `work` is given the queue, and whom to tell that it has begun.
    fn spawn(
        waiting_max: usize,
        work: impl FnOnce(&Queue<Work<S>>, &dyn Fn(Result<(), StoreError>)) + Send + 'static,
    ) -> Result<Self, StoreError> {
        let queue = Arc::new(Queue::new(waiting_max));
        let (opened, ready) = mpsc::channel();
        let works = Arc::clone(&queue);
        let run = move || {
            // Whoever still waits when the thread ends, by whatever way, is told by the drop of his work.
            let _closes = queue::Closing(&works);
            work(&works, &|begun| drop(opened.send(begun)));
        };
        let started = thread::Builder::new().name("writer".into()).stack_size(STACK_BYTES).spawn(run);
        let thread =
            started.map_err(|why| StoreError::System { place: "the thread that writes".into(), why })?;
        match ready.recv() {
            Ok(Ok(())) => Ok(Self { queue, thread: Some(thread) }),
            Ok(Err(why)) => Err(why),
            Err(_) => Err(StoreError::NoEngine),
        }
    }

    /// Puts a command into a lane; `tell` is told what came of it.
    ///
    /// # Errors
    /// [`WriteError::Full`] where the lane is full, and [`WriteError::Stopped`]; then `tell` is told nothing.
    pub fn submit(&self, lane: Lane, submission: Submission, tell: Teller) -> Result<(), WriteError> {
        self.queue.push(lane, Work::Command { submission: Box::new(submission), tell })
    }

    /// Puts a command into a lane and waits for what comes of it.
    ///
    /// # Errors
    /// Where there is no answer.
    pub fn ask(&self, lane: Lane, submission: Submission) -> Result<Answer, WriteError> {
        let (told, answer) = mpsc::sync_channel(1);
        let tell = Box::new(move |answer| drop(told.send(answer)));
        self.submit(lane, submission, tell)?;
        answer.recv().unwrap_or_else(|_| Err(unheard()))
    }

    /// Does something else that writes (jobs, letters, checkpoints of the log) in a batch, whole or not at all, and waits
    /// for it. It must leave the streams of the engine alone.
    ///
    /// # Errors
    /// Where it failed, and nothing of it is kept; or as for [`Self::ask`].
    pub fn run<T: Send + 'static>(
        &self,
        lane: Lane,
        task: impl FnOnce(&S) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, WriteError> {
        self.run_task(lane, false, task)
    }

    fn run_task<T: Send + 'static>(
        &self,
        lane: Lane,
        renew: bool,
        task: impl FnOnce(&S) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, WriteError> {
        let (told, answer) = mpsc::sync_channel(1);
        let task = Box::new(move |session: &S| match task(session) {
            Ok(done) => Ended {
                kept: true,
                tell: Box::new(move |committed: Result<(), WriteError>| {
                    drop(told.send(committed.map(|()| done)))
                }),
            },
            Err(why) => {
                let failure = WriteError::Storage(why.to_string());
                Ended { kept: false, tell: Box::new(move |_| drop(told.send(Err(failure)))) }
            }
        });
        self.queue.push(lane, Work::Task { task, renew })?;
        answer.recv().unwrap_or_else(|_| Err(unheard()))
    }

    /// Does something between two batches, in transactions of its own, and waits for it. It must leave the streams of the
    /// engine alone.
    ///
    /// # Errors
    /// Where it failed; what it wrote before that stays as it is.
    pub fn between<T: Send + 'static>(
        &self,
        task: impl FnOnce(&S) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, WriteError> {
        let (told, answer) = mpsc::sync_channel(1);
        let task = Box::new(move |session: &S| {
            drop(told.send(task(session).map_err(|why| match why {
                StoreError::Lost(why) => WriteError::Unknown(why),
                why => WriteError::Storage(why.to_string()),
            })));
        });
        self.queue.push(Lane::Ordinary, Work::Between(task))?;
        answer.recv().unwrap_or_else(|_| Err(unheard()))
    }

    /// How many wait in the urgent and in the ordinary lane.
    pub fn waiting(&self) -> [usize; 2] {
        self.queue.waiting()
    }
}

impl<S> Drop for Writer<S> {
    fn drop(&mut self) {
        self.queue.close();
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was told where it happened; there is nobody left to tell.
            let _ = thread.join();
        }
    }
}

/// The thread ended without a word: it may have committed before.
fn unheard() -> WriteError {
    WriteError::Unknown("the thread that writes ended".into())
}

/// Keeps every other process from writing to the same database, for as long as the file is open.
pub(crate) fn lock(database: &Path) -> Result<File, StoreError> {
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(&name);
    let refused = |why| StoreError::System { place: name.to_string_lossy().into_owned(), why };
    let file = file.map_err(refused)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked(database.to_owned())),
        Err(TryLockError::Error(why)) => Err(refused(why)),
    }
}
