//! A connection that may write, with what is known of the database through it.

mod guess;
mod kept;
mod reading;

use super::feed::{agree, catch_up, feed_after, since};
use super::link::{Fault, Link, Step, values};
use super::raw::{learn_raws, raws_of};
use super::replies::{learn_replies, replies_to};
use super::rows::{damaged, find_entries};
use super::touch;
use super::view::{Change, View, Write};
use super::write::write_steps;
use crate::segment::Keyring;
use crate::{RequestKey, StoreError};
use engine::{StreamId, Version};
use jiff::Timestamp;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio_postgres::error::SqlState;

/// How long whoever writes alone may be silent, in seconds: he decides while the others wait. Longer than any batch takes,
/// and no longer than a desk can wait where a node was stopped there.
const ALONE_SECONDS: u32 = 10;

/// What came of writing a batch.
#[derive(Debug)]
pub(crate) enum Flushed {
    /// It is durable.
    Done,
    /// Another node wrote to something it rests on. Nothing of it is kept.
    Overtaken,
    /// The connection was lost while it was committed.
    Unknown {
        /// The number of the batch.
        number: i64,
        why: String,
    },
}

/// What is looked up for a batch before it begins.
#[derive(Debug, Default)]
pub(crate) struct Wants {
    pub(crate) keys: Vec<RequestKey>,
    pub(crate) messages: Vec<[u8; 32]>,
}

/// A connection that may write. What is done on it is a batch of its own, unless it is in one.
#[derive(Debug)]
pub struct Session {
    pub(super) link: Link,
    keys: Arc<Keyring>,
    /// By which the flushes of this database are kept apart from whoever writes alone.
    turnstile: i64,
    view: RefCell<View>,
    in_batch: Cell<bool>,
    is_alone: Cell<bool>,
    touched: RefCell<BTreeSet<StreamId>>,
    /// Bytes of segments that were written.
    written: Cell<usize>,
    /// Whether a letter was added.
    letters: Cell<bool>,
}

impl std::fmt::Debug for View {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("View").field("seen", &self.seen).finish_non_exhaustive()
    }
}

/// Why nothing was appended.
pub(super) enum AppendFailure {
    Conflict(Version),
    Store(StoreError),
    Unreadable(String),
}

impl<E: Into<StoreError>> From<E> for AppendFailure {
    fn from(why: E) -> Self {
        Self::Store(why.into())
    }
}

/// A command that writes more than a batch may.
fn too_large() -> StoreError {
    StoreError::Server("it writes more than one batch can hold".into())
}

/// The number of an advisory lock that keeps writers of one node's database apart, whatever else the server has.
pub(super) fn turnstile(node: &str) -> i64 {
    i64::from_be_bytes(touch::stream(node).to_be_bytes())
}

impl Session {
    pub(super) fn new(link: Link, keys: Arc<Keyring>) -> Self {
        let turnstile = turnstile(keys.node());
        Self {
            link,
            keys,
            turnstile,
            view: RefCell::default(),
            in_batch: Cell::default(),
            is_alone: Cell::default(),
            touched: RefCell::default(),
            written: Cell::default(),
            letters: Cell::default(),
        }
    }

    /// The keys of its node.
    pub fn keys(&self) -> &Keyring {
        &self.keys
    }

    /// By which writers are kept apart from whoever writes alone.
    pub(super) fn turnstile(&self) -> i64 {
        self.turnstile
    }

    /// The streams that were appended to since this was last asked.
    pub(crate) fn take_touched(&self) -> BTreeSet<StreamId> {
        self.touched.take()
    }

    /// How many bytes of segments were written since this was last asked.
    pub(crate) fn take_written(&self) -> usize {
        self.written.take()
    }

    /// Whether the connection is gone.
    pub(crate) fn is_broken(&self) -> bool {
        self.link.is_broken()
    }

    // Batches.

    /// Begins a batch: catches up with what others wrote, and looks up what the batch will want. Tells whether anything
    /// was forgotten that an engine may remember.
    pub(crate) fn begin(&self, wants: &Wants) -> Result<bool, StoreError> {
        self.start(wants, false)
    }

    /// As [`Self::begin`], while nobody else writes until this batch is over: what is decided cannot be overtaken.
    pub(crate) fn begin_alone(&self, wants: &Wants) -> Result<bool, StoreError> {
        self.start(wants, true)
    }

    fn start(&self, wants: &Wants, alone: bool) -> Result<bool, StoreError> {
        let mut view = self.view.borrow_mut();
        view.writes.clear();
        view.end();
        let mut forgot = false;
        if view.is_full() {
            view.clear();
            forgot = true;
        }
        let mut steps = Vec::new();
        if alone {
            steps.push(Step::new("BEGIN", values![]));
            steps.push(Step::new(
                "SELECT set_config('idle_in_transaction_session_timeout', $1, true)",
                values![format!("{ALONE_SECONDS}s")],
            ));
            steps.push(Step::new("SELECT pg_advisory_xact_lock($1)", values![self.turnstile]));
        }
        let first = steps.len();
        steps.push(Step::new(
            "SELECT seq, nextval('batch_number'), (extract(epoch FROM clock_timestamp()) * 1000)::bigint FROM head",
            values![],
        ));
        steps.push(feed_after(view.seen));
        let has_wants = !wants.keys.is_empty() || !wants.messages.is_empty();
        if has_wants {
            steps.push(replies_to(&wants.keys));
            steps.push(raws_of(&wants.messages));
        }
        let asked = Timestamp::now();
        self.is_alone.set(alone);
        let answers = match self.link.together(&steps) {
            Ok(answers) => answers,
            Err(why) => {
                drop(view);
                self.abandon();
                return Err(why.into());
            }
        };
        let mut answers = answers.into_iter().skip(first);
        let mut next = || answers.next().unwrap_or_default();
        let (head, feed) = (next(), next());
        let head = head.first().ok_or_else(|| damaged("head", "its row is missing"))?;
        let (seq, number, clock): (i64, i64, i64) = (head.get(0), head.get(1), head.get(2));
        agree(asked, clock)?;
        forgot |= catch_up(&mut view, seq, &feed);
        view.begin(number);
        if has_wants {
            learn_replies(&mut view, &wants.keys, &next());
            learn_raws(&mut view, &wants.messages, &next());
        }
        self.in_batch.set(true);
        Ok(forgot)
    }

    /// A place in the batch to which it can be undone.
    pub(crate) fn mark(&self) -> usize {
        self.view.borrow().writes.len()
    }

    /// Undoes what the batch added since it was at this place.
    pub(crate) fn undo(&self, mark: usize) {
        self.view.borrow_mut().undo(mark);
        self.touched.borrow_mut().clear();
    }

    /// Leaves the batch without writing anything. An engine that took part in it remembers what is not so.
    pub(crate) fn abandon(&self) {
        self.in_batch.set(false);
        {
            let mut view = self.view.borrow_mut();
            view.undo(0);
            view.end();
        }
        if self.is_alone.take() && !self.link.is_broken() {
            // Where it fails the connection is broken, and the server ends the transaction itself.
            let _ = self.link.batch("ROLLBACK");
        }
    }

    /// Writes the batch, and says what came of it. Unless it is done, nothing of it is left in this session, and an engine
    /// that took part in it remembers what is not so.
    ///
    /// Everything is written first, where nobody else sees it; then the row of `head` is taken, which only one has at a
    /// time; then what others committed since the batch began is held against what it read. Where nothing is in both, the
    /// batch stands as if it had been decided in that moment.
    pub(crate) fn flush(&self) -> Result<Flushed, StoreError> {
        let flushed = self.try_flush();
        self.in_batch.set(false);
        match &flushed {
            Ok(Flushed::Done) => {}
            _ => self.abandon(),
        }
        self.is_alone.set(false);
        flushed
    }

    fn try_flush(&self) -> Result<Flushed, StoreError> {
        self.settle_all()?;
        let mut view = self.view.borrow_mut();
        let alone = self.is_alone.get();
        let is_empty = !view
            .writes
            .iter()
            .any(|write| !matches!(write, Write::Change(change) if change.changes == Some(false)));
        if is_empty {
            return self.finish_reading(&mut view, alone);
        }
        let mut steps = Vec::new();
        if !alone {
            steps.push(Step::new("BEGIN", values![]));
            steps.push(Step::new("SELECT pg_advisory_xact_lock_shared($1)", values![self.turnstile]));
        }
        let leaves = write_steps(&view, &mut steps)?;
        steps.push(Step::new("SELECT seq FROM head FOR UPDATE", values![]));
        let head = steps.len() - 1;
        steps.push(feed_after(view.seen));
        let answers = match self.link.together(&steps) {
            Ok(answers) => answers,
            Err(Fault::Refused { state, what }) => {
                self.link.batch("ROLLBACK")?;
                // Somebody else made the same row, or he and we waited for one another.
                let overtaken = [
                    SqlState::UNIQUE_VIOLATION,
                    SqlState::T_R_DEADLOCK_DETECTED,
                    SqlState::T_R_SERIALIZATION_FAILURE,
                ];
                return match overtaken.contains(&state) {
                    true => Ok(Flushed::Overtaken),
                    false => Err(StoreError::Server(what)),
                };
            }
            Err(lost) => return Err(lost.into()),
        };
        let seq: i64 = answers[head].first().ok_or_else(|| damaged("head", "its row is missing"))?.get(0);
        let feed = &answers[head + 1];
        let Some(mut since) = since(view.seen, seq, feed) else {
            self.link.batch("ROLLBACK")?;
            return Ok(Flushed::Overtaken);
        };
        if since.any(|touch| view.rests_on(touch)) {
            self.link.batch("ROLLBACK")?;
            return Ok(Flushed::Overtaken);
        }
        let seq = seq + 1;
        let committing = [
            Step::new(
                "INSERT INTO batch (seq, number, leaves) VALUES ($1, $2, $3)",
                values![seq, view.number, leaves],
            ),
            Step::new(
                "INSERT INTO feed (seq, wrote) VALUES ($1, $2)",
                values![seq, touch::written(view.touches().into_iter())],
            ),
            Step::new("UPDATE head SET seq = $1", values![seq]),
            Step::new("COMMIT", values![]),
        ];
        match self.link.together(&committing) {
            Ok(_) => {
                view.committed(seq);
                Ok(Flushed::Done)
            }
            Err(Fault::Refused { what, .. }) => {
                self.link.batch("ROLLBACK")?;
                Err(StoreError::Server(what))
            }
            Err(Fault::Lost(why)) => Ok(Flushed::Unknown { number: view.number, why }),
        }
    }

    /// A batch that writes nothing only has to know that what it read is of one moment.
    fn finish_reading(&self, view: &mut View, alone: bool) -> Result<Flushed, StoreError> {
        if alone {
            self.link.batch("ROLLBACK")?;
            view.undo(0);
            view.end();
            return Ok(Flushed::Done);
        }
        let steps = [Step::new("SELECT seq FROM head", values![]), feed_after(view.seen)];
        let answers = self.link.together(&steps)?;
        let seq: i64 = answers[0].first().ok_or_else(|| damaged("head", "its row is missing"))?.get(0);
        let stands = since(view.seen, seq, &answers[1])
            .is_some_and(|mut since| !since.any(|touch| view.rests_on(touch)));
        if !stands {
            return Ok(Flushed::Overtaken);
        }
        view.undo(0);
        view.end();
        Ok(Flushed::Done)
    }

    /// Begins a transaction for something that is no batch.
    pub(crate) fn begin_task(&self) -> Result<(), StoreError> {
        Ok(self.link.batch("BEGIN")?)
    }

    /// Ends it.
    pub(crate) fn end_task(&self, keep: bool) -> Result<(), StoreError> {
        if !keep {
            return Ok(self.link.batch("ROLLBACK")?);
        }
        // To commit what failed before is no error to the server; to ask it anything is.
        self.link.together(&[Step::new("SELECT 1", values![]), Step::new("COMMIT", values![])])?;
        Ok(())
    }

    /// Runs a step whole or not at all: in the batch the session is in, or in one of its own. An engine that takes part in
    /// steps of its own must forget what it remembers before each: another node may have written.
    ///
    /// # Errors
    /// Those of the step, or where the database fails, or another node wrote to what the step rests on.
    pub fn step<T, E: From<StoreError>>(&self, step: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        if self.in_batch.get() {
            let mark = self.mark();
            let done = step();
            if done.is_err() {
                self.view.borrow_mut().undo(mark);
            }
            return done;
        }
        self.begin(&Wants::default())?;
        match step() {
            Ok(done) => match self.flush()? {
                Flushed::Done => Ok(done),
                Flushed::Overtaken => Err(StoreError::Overtaken.into()),
                Flushed::Unknown { why, .. } => Err(StoreError::Lost(why).into()),
            },
            Err(why) => {
                self.abandon();
                Err(why)
            }
        }
    }

    /// Asks the database what the changes of indices change, where nobody knows.
    fn settle_all(&self) -> Result<(), StoreError> {
        let entry = |change: &Change| touch::entry(change.index.as_str(), &change.key, &change.value);
        let asked: Vec<Vec<u8>> = self.view.borrow().all_unsettled().map(entry).collect();
        if asked.is_empty() {
            return Ok(());
        }
        let there = find_entries(&self.link, &asked)?;
        self.view.borrow_mut().settle(|_| true, |change| there.contains(&entry(change)));
        Ok(())
    }
}
