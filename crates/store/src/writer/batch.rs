//! One transaction after the other.

use super::work::{Ended, Work, said};
use super::{Answer, NodeEngine, Settings, Submission, Teller, WriteError, queue::Queue};
use crate::segment::random;
use crate::sqlite::idempotency::{self, Known, RequestKey};
use crate::sqlite::{
    Database, Session, SqliteJournal, SqliteOutbox, StoreError, raw, settle_write_ahead_log,
};
use engine::{Clock, EngineError};
use jiff::Timestamp;
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// What was done in a batch, and who is to be told.
struct Done {
    /// The key under which its reply is kept, if it is.
    key: Option<RequestKey>,
    /// Told whether the batch was committed.
    tell: Box<dyn FnOnce(Result<(), WriteError>)>,
}

/// Owns the connection and the engine.
pub(super) struct Runner<C, M> {
    database: Database,
    settings: Settings,
    make: M,
    /// `None` where it could not be opened again after a failure; every batch tries.
    session: Option<Rc<Session>>,
    /// `None` where it must be made anew.
    engine: Option<NodeEngine<C>>,
    /// The time of the last command.
    now: Timestamp,
    /// Whether the last batch took several commands.
    several: bool,
}

impl<C, M> Runner<C, M>
where
    C: Clock,
    M: Fn(SqliteJournal, SqliteOutbox) -> NodeEngine<C>,
{
    pub(super) fn open(database: Database, settings: Settings, make: M) -> Result<Self, StoreError> {
        let now = Timestamp::UNIX_EPOCH;
        let mut runner = Self { database, settings, make, session: None, engine: None, now, several: false };
        let session = runner.session()?;
        runner.make_engine(&session).map_err(|_| StoreError::NoEngine)?;
        Ok(runner)
    }

    /// Works until the queue is closed and empty.
    pub(super) fn run(&mut self, queue: &Queue<Work<Session>>) {
        let mut next = queue.take();
        while let Some(work) = next {
            next = self.batch(work, queue).or_else(|| queue.take());
        }
    }

    /// The session; where it is opened, at the start and after a failure, what the write-ahead log has is brought to the
    /// disk first. A commit whose sync failed, or that was killed before it, is read from the memory of the machine as if
    /// it were kept, and the reply to its key would be given again.
    fn session(&mut self) -> Result<Rc<Session>, StoreError> {
        if let Some(session) = &self.session {
            return Ok(Rc::clone(session));
        }
        let session = Rc::new(self.database.session()?);
        if !settle_write_ahead_log(session.connection())? {
            let database = self.database.path().display().to_string();
            let why = "another process reads an earlier state of it, so that what came last cannot be brought to the \
                       disk: wait until it has ended, or end it";
            return Err(StoreError::Unsuited { database, why: why.into() });
        }
        self.session = Some(Rc::clone(&session));
        Ok(session)
    }

    /// Does what waits in one transaction, and tells what came of it; gives what was taken and must wait for the next.
    fn batch(&mut self, first: Work<Session>, queue: &Queue<Work<Session>>) -> Option<Work<Session>> {
        let session = match self.session() {
            Ok(session) => session,
            Err(why) => {
                // To open it may have taken a while, and those who waited behind the first have waited for that.
                let waiting: usize = queue.waiting().iter().sum();
                refuse(first, &why.to_string());
                (0..waiting).map_while(|_| queue.take_now()).for_each(|work| refuse(work, &why.to_string()));
                return None;
            }
        };
        if let Work::Between(task) = first {
            // It has told whoever waits, or the drop of it does.
            let _ = catch_unwind(AssertUnwindSafe(|| task(&session)));
            return None;
        }
        // IMMEDIATE takes the lock to write now, so that no command fails half-way for want of it.
        if let Err(why) = execute(session.connection(), "BEGIN IMMEDIATE") {
            self.forget();
            refuse(first, &why.to_string());
            return None;
        }
        let (started, changes) = (Instant::now(), session.connection().total_changes());
        let (mut done, mut bytes, mut left) = (Vec::new(), 0, None);
        session.take_written();
        // Where several came last time more come soon: a commit costs as much as some commands do.
        let gathered_by = started + if self.several { self.settings.gather } else { Duration::ZERO };
        let mut next = Some(first);
        while let Some(work) = next.take() {
            if matches!(work, Work::Between(_)) {
                left = Some(work);
                break;
            }
            done.push(self.work(&session, work));
            if session.connection().is_autocommit() {
                // Some failures (a full disk, an error of it) end the whole transaction.
                self.forget();
                let why = "the database undid the whole batch; see to the disk";
                tell_all(done, |_| Err(WriteError::Storage(why.into())));
                return left;
            }
            bytes += session.take_written();
            let settings = &self.settings;
            if done.len() < settings.batch_commands_max
                && bytes < settings.batch_bytes_max
                && started.elapsed() < settings.batch_time_max
            {
                next = queue.take_within(gathered_by.saturating_duration_since(Instant::now()));
            }
        }
        self.several = done.len() > 1;
        let wrote = session.connection().total_changes() != changes;
        let letters = session.take_letters();
        self.commit(session, done, wrote);
        if letters {
            // His panic is his own.
            let _ = catch_unwind(AssertUnwindSafe(&self.settings.letters));
        }
        left
    }

    /// Commits, and only then tells.
    fn commit(&mut self, session: Rc<Session>, done: Vec<Done>, wrote: bool) {
        let connection = session.connection();
        let mut mark = None;
        let committed = (|| -> Result<(), StoreError> {
            if wrote {
                let new: [u8; 16] =
                    random().map_err(|why| StoreError::Seal { place: "the batch".into(), why })?;
                let sql = "UPDATE meta SET value = ?1 WHERE name = 'batch'";
                connection.prepare_cached(sql)?.execute([new])?;
                mark = Some(new);
            }
            Ok(execute(connection, "COMMIT")?)
        })();
        match committed {
            Ok(()) => tell_all(done, |_| Ok(())),
            Err(why) => {
                // The connection rolls back what is still open when it is closed, and the engine remembers what is gone.
                self.forget();
                drop(session);
                let session = self.session();
                let kept = Kept { wrote, mark, now: self.now };
                resolve(session.as_deref(), &kept, done, &why.to_string());
            }
        }
    }

    /// Does one thing between savepoints.
    fn work(&mut self, session: &Rc<Session>, work: Work<Session>) -> Done {
        match work {
            Work::Command { submission, tell } => self.command(session, *submission, tell),
            Work::Task { task, renew } => {
                let ended = attempt(session, || match task(session) {
                    ended if ended.kept => Ok(ended),
                    ended => Err(Failure::Task(ended)),
                });
                if renew {
                    self.engine = None;
                }
                match ended {
                    Ok(ended) | Err(Failure::Task(ended)) => Done { key: None, tell: ended.tell },
                    // Whoever waits is told by the drop of the task.
                    Err(_) => Done { key: None, tell: Box::new(|_| {}) },
                }
            }
            // Kept for after the batch by the caller.
            Work::Between(_) => Done { key: None, tell: Box::new(|_| {}) },
        }
    }

    fn command(&mut self, session: &Rc<Session>, submission: Submission, tell: Teller) -> Done {
        let key = submission.key.clone();
        let peeks = submission.command.peeks();
        let outcome = attempt(session, || match session.undone_whole(|| self.handle(session, submission)) {
            (Ok(_), true) => Err(Failure::Store("a part of it could not be written".to_owned())),
            (outcome, _) => outcome,
        });
        if outcome.as_ref().is_err_and(|failure| !matches!(failure, Failure::Key(_))) {
            self.engine = None;
        }
        let outcome = outcome.map_err(|failure| match failure {
            Failure::Key(key) => WriteError::KeyOfAnother(key),
            Failure::Store(why) => WriteError::Storage(why),
            Failure::Panic(what) => WriteError::Panicked(what),
            Failure::Task(_) => WriteError::Stopped,
        });
        if peeks {
            // Nobody may load on it, so it need not wait for the disk.
            tell(outcome);
            return Done { key: None, tell: Box::new(|_| {}) };
        }
        let tell = Box::new(move |committed: Result<(), WriteError>| {
            tell(outcome.and_then(|answer| committed.map(|()| answer)));
        });
        Done { key, tell }
    }

    /// Gives a command to the engine, and keeps what came with it and what came of it.
    fn handle(&mut self, session: &Rc<Session>, submission: Submission) -> Result<Answer, Failure> {
        let Submission { command, key, raw } = submission;
        let engine = match &mut self.engine {
            Some(engine) => engine,
            None => self.make_engine(session)?,
        };
        let now = engine.clock_mut().now();
        if let Some(key) = &key {
            match idempotency::find(session, key, now)? {
                None => {}
                Some(Known::Answered(reply)) => return Ok(Answer::Repeated(reply)),
                Some(Known::OfAnother) => return Err(Failure::Key(key.key.clone())),
            }
        }
        session.take_touched();
        let reply = match engine.handle(command) {
            Ok(reply) => Ok(reply),
            // A lawful no: what was written before it stands.
            Err(EngineError::Refused(refusal)) => Err(refusal),
            Err(why) => return Err(Failure::Store(why.to_string())),
        };
        self.now = now;
        if let Some(raw) = &raw {
            let touched = session.take_touched();
            if touched.is_empty() {
                // A message of no stream is kept with those of its day.
                raw::put(session, raw, &[&format!("raw/{}", now.strftime("%Y-%m-%d"))])?;
            } else {
                raw::put_for(session, raw, &touched)?;
            }
        }
        if let Some(key) = &key {
            let expires = now.saturating_add(self.settings.reply_kept).unwrap_or(now);
            idempotency::put(session, key, &(self.settings.form)(&reply), now, expires)?;
        }
        Ok(Answer::Given(reply))
    }

    fn make_engine(&mut self, session: &Rc<Session>) -> Result<&mut NodeEngine<C>, Failure> {
        let make =
            || (self.make)(SqliteJournal::new(Rc::clone(session)), SqliteOutbox::new(Rc::clone(session)));
        let engine = catch_unwind(AssertUnwindSafe(make)).map_err(|panic| Failure::Panic(said(&*panic)))?;
        Ok(self.engine.insert(engine))
    }

    /// Leaves the connection and the engine; both are made anew for what comes next.
    fn forget(&mut self) {
        self.engine = None;
        self.session = None;
    }
}

/// Why a thing of a batch is undone.
enum Failure {
    /// The key was used before.
    Key(std::sync::Arc<str>),
    /// The storage failed.
    Store(String),
    /// A bug.
    Panic(String),
    /// A task says so.
    Task(Ended),
}

impl<E: Into<StoreError>> From<E> for Failure {
    fn from(why: E) -> Self {
        Self::Store(why.into().to_string())
    }
}

/// Does something between savepoints: where it fails or panics, everything it wrote is undone.
fn attempt<T>(session: &Session, what: impl FnOnce() -> Result<T, Failure>) -> Result<T, Failure> {
    let connection = session.connection();
    execute(connection, "SAVEPOINT command")?;
    let done =
        catch_unwind(AssertUnwindSafe(what)).unwrap_or_else(|panic| Err(Failure::Panic(said(&*panic))));
    if connection.is_autocommit() {
        return done;
    }
    let ended = match &done {
        Ok(_) => Ok(()),
        Err(_) => execute(connection, "ROLLBACK TO command"),
    };
    match ended.and_then(|()| execute(connection, "RELEASE command")) {
        Ok(()) => done,
        Err(why) => {
            // Nothing of the batch can be trusted to be undone alone, so all of it is.
            let _ = execute(connection, "ROLLBACK");
            Err(why.into())
        }
    }
}

/// What is known of a batch whose commit failed.
struct Kept {
    /// Whether it wrote anything.
    wrote: bool,
    /// The mark it left, if it came to that.
    mark: Option<[u8; 16]>,
    /// The time of its last command.
    now: Timestamp,
}

/// Tells everybody of a batch whose commit failed what the database has of it: the mark of the batch tells of all, a key
/// of the request it came with.
fn resolve(session: Result<&Session, &StoreError>, batch: &Kept, done: Vec<Done>, why: &str) {
    let found = session.map_err(ToString::to_string).and_then(|session| {
        let sql = "SELECT value FROM meta WHERE name = 'batch'";
        let kept: Result<Vec<u8>, _> = session.connection().query_row(sql, [], |row| row.get(0));
        let kept = kept.map_err(|why| why.to_string())?;
        Ok((session, batch.mark.map_or(!batch.wrote, |mark| kept == mark)))
    });
    let failed = || WriteError::Storage(format!("the commit failed: {why}"));
    tell_all(done, |key| match &found {
        Err(unopened) => Err(WriteError::Unknown(format!("{why}; then {unopened}"))),
        Ok((_, true)) => Ok(()),
        Ok((session, false)) => match key.map(|key| idempotency::find(session, key, batch.now)) {
            Some(Ok(Some(Known::Answered(_)))) => Ok(()),
            _ => Err(failed()),
        },
    });
}

fn tell_all(done: Vec<Done>, committed: impl Fn(Option<&RequestKey>) -> Result<(), WriteError>) {
    for Done { key, tell } in done {
        let committed = committed(key.as_ref());
        // Whoever is told has the thread for a moment; his panic is his own.
        let _ = catch_unwind(AssertUnwindSafe(|| tell(committed)));
    }
}

/// Tells whoever waits for work that could not be begun.
fn refuse(work: Work<Session>, why: &str) {
    match work {
        Work::Command { tell, .. } => tell(Err(WriteError::Storage(why.to_owned()))),
        // Told by the drop of the task.
        Work::Task { .. } | Work::Between(_) => {}
    }
}

fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    /// What each of a batch is told whose commit failed: one with a key that is kept, one with a key that is not, one
    /// without.
    fn told(session: Result<&Session, &StoreError>, batch: &Kept) -> Vec<Result<(), WriteError>> {
        let (tell, told) = mpsc::channel();
        let key = |name: &str| RequestKey { organisation: "org".into(), key: name.into(), request: [1; 32] };
        let done = [Some(key("kept")), Some(key("lost")), None].into_iter().map(|key| {
            let tell = tell.clone();
            Done { key, tell: Box::new(move |committed| tell.send(committed).unwrap()) }
        });
        let done = done.collect();
        drop(tell);
        resolve(session, batch, done, "the disk went away");
        told.iter().collect()
    }

    #[test]
    fn a_commit_of_unknown_outcome_is_looked_up() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::open(&folder.path().join("a.db"), &folder.path().join("a.keys")).unwrap();
        let session = database.session().unwrap();
        let now = Timestamp::UNIX_EPOCH;
        let expires = "2026-11-24T06:00:00Z".parse().unwrap();
        let key = RequestKey { organisation: "org".into(), key: "kept".into(), request: [1; 32] };
        idempotency::put(&session, &key, b"", now, expires).unwrap();
        session
            .connection()
            .execute("UPDATE meta SET value = ?1 WHERE name = 'batch'", [[7_u8; 16]])
            .unwrap();

        let batch = |wrote, mark| Kept { wrote, mark, now };
        let failed = Err(WriteError::Storage("the commit failed: the disk went away".into()));
        // The mark is there: all of the batch is.
        assert_eq!(told(Ok(&session), &batch(true, Some([7; 16]))), [Ok(()), Ok(()), Ok(())]);
        // It is not: what has its key in the database was answered before.
        let one_kept = [Ok(()), failed.clone(), failed.clone()];
        assert_eq!(told(Ok(&session), &batch(true, Some([8; 16]))), one_kept);
        assert_eq!(told(Ok(&session), &batch(true, None)), one_kept, "it failed before it left its mark");
        assert_eq!(
            told(Ok(&session), &batch(false, None)),
            [Ok(()), Ok(()), Ok(())],
            "nothing was to be kept"
        );
        // The database cannot be asked.
        let unknown = told(Err(&StoreError::NoEngine), &batch(true, Some([7; 16])));
        assert!(unknown.iter().all(|one| matches!(one, Err(WriteError::Unknown(_)))), "{unknown:?}");
    }
}
