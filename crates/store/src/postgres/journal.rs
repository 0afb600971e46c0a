//! The ports of the engine on a session.

use super::link::{Step, values};
use super::rows::damaged;
use super::session::{AppendFailure, Session};
use super::touch;
use crate::time::nanoseconds;
use crate::{StoreError, notice};
use casework::Event;
use engine::{
    Index, IndexChange, Journal, JournalError, Notice, Outbox, OutboxError, Pick, Recorded, StreamId, Version,
};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

/// The journal on a session; writes in the batch the session is in, if it is in one.
#[derive(Debug, Clone)]
pub struct PgJournal(Rc<Session>);

impl PgJournal {
    /// The journal on a session.
    pub fn new(session: Rc<Session>) -> Self {
        Self(session)
    }
}

impl Journal for PgJournal {
    fn read(&self, stream: &StreamId) -> Result<Vec<Recorded>, JournalError> {
        crate::sqlite::or_nothing(self.0.read(stream))
    }

    fn version(&self, stream: &StreamId) -> Result<Version, JournalError> {
        Ok(self.0.version(stream)?)
    }

    fn append(
        &mut self,
        stream: &StreamId,
        expected: Version,
        events: &[Event],
        at: Timestamp,
    ) -> Result<Version, JournalError> {
        let appended = self.0.step(|| self.0.append(stream, expected, events, at));
        appended.map_err(|failure| match failure {
            AppendFailure::Conflict(actual) => {
                JournalError::Conflict { stream: stream.clone(), expected, actual }
            }
            AppendFailure::Store(why) => why.into(),
            AppendFailure::Unreadable(why) => JournalError::Storage(why),
        })
    }

    fn find(&self, index: Index, key: &str, pick: Pick) -> Result<Vec<Arc<str>>, JournalError> {
        Ok(self.0.find(index, key, pick)?)
    }

    fn change(&mut self, change: IndexChange) -> Result<(), JournalError> {
        let IndexChange { index, key, value, put } = change;
        let changed: Result<(), StoreError> = self.0.step(|| {
            self.0.change(index, key, value, put);
            Ok(())
        });
        Ok(changed?)
    }
}

/// The outbox of the engine on a session; writes in the batch the session is in.
#[derive(Debug, Clone)]
pub struct PgOutbox(Rc<Session>);

impl PgOutbox {
    /// The outbox on a session. What comes in is due at once.
    pub fn new(session: Rc<Session>) -> Self {
        Self(session)
    }
}

impl Outbox for PgOutbox {
    fn send(&mut self, notice: Notice) -> Result<(), OutboxError> {
        let addressee = notice::address(&notice.to);
        let sent: Result<(), StoreError> = self.0.step(|| {
            let body = self.0.keys().outbox().seal(addressee.as_bytes(), &notice::encode(&notice));
            let body = body.map_err(|why| StoreError::Seal { place: "a notice".into(), why })?;
            self.0.add_letter(addressee.clone(), body, nanoseconds(Timestamp::UNIX_EPOCH)?);
            Ok(())
        });
        sent.map_err(|why| OutboxError(why.to_string()))
    }
}

/// Keeps a message for the streams of these names; gives its hash.
///
/// # Errors
/// Where a stream was erased, or the database fails; then nothing is kept.
pub fn put_raw(session: &Session, bytes: &[u8], streams: &[&str]) -> Result<[u8; 32], StoreError> {
    let streams: BTreeSet<StreamId> = streams.iter().map(|name| StreamId::from(*name)).collect();
    session.step(|| session.put_raw(bytes, &streams))
}

/// Destroys the key of a stream, and the messages that belong to no other: what it said cannot be read any more, by any
/// node. Its events stay in the log, which still verifies. Gives whether there was anything to destroy. Must not be called
/// in a batch.
///
/// # Errors
/// Where the database fails; then nothing is erased.
pub fn erase(session: &Session, stream: &str, at: Timestamp) -> Result<bool, StoreError> {
    let (link, at) = (&session.link, nanoseconds(at)?);
    let erased = (|| -> Result<bool, StoreError> {
        let begun = link.together(&[
            Step::new("BEGIN", values![]),
            // Nobody is writing to it at this moment.
            Step::new("SELECT pg_advisory_xact_lock($1)", values![session.turnstile()]),
            Step::new("SELECT seq, nextval('batch_number') FROM head FOR UPDATE", values![]),
            Step::new(
                "UPDATE stream SET key = NULL, erased_at = $2 WHERE name = $1 AND key IS NOT NULL RETURNING id",
                values![stream.as_bytes().to_vec(), at],
            ),
        ])?;
        let Some(erased) = begun[3].first() else {
            link.batch("ROLLBACK")?;
            return Ok(false);
        };
        let head = begun[2].first().ok_or_else(|| damaged("head", "its row is missing"))?;
        let (seq, number, id): (i64, i64, i64) = (head.get(0), head.get(1), erased.get(0));
        let gone = link.query(
            "WITH left_alone AS (DELETE FROM raw_of WHERE stream = $1 RETURNING raw) \
             DELETE FROM raw r USING left_alone l WHERE r.id = l.raw \
             AND NOT EXISTS (SELECT 1 FROM raw_of o WHERE o.raw = r.id AND o.stream <> $1) RETURNING r.sha256",
            &[&id],
        )?;
        let mut wrote = vec![touch::stream(stream)];
        for row in &gone {
            let sha256: [u8; 32] =
                row.get::<_, &[u8]>(0).try_into().map_err(|_| damaged("raw", "a hash is short"))?;
            wrote.push(touch::raw(&sha256));
        }
        link.together(&[
            Step::new("INSERT INTO batch (seq, number, leaves) VALUES ($1, $2, 0)", values![seq + 1, number]),
            Step::new(
                "INSERT INTO feed (seq, wrote) VALUES ($1, $2)",
                values![seq + 1, touch::written(wrote.into_iter())],
            ),
            Step::new("UPDATE head SET seq = $1", values![seq + 1]),
            Step::new("COMMIT", values![]),
        ])?;
        Ok(true)
    })();
    match &erased {
        // The page that had the key is written anew as soon as no older reader is there; whoever may not, leaves it to
        // the server's own.
        Ok(true) => drop(link.batch("VACUUM stream")),
        Ok(false) => {}
        Err(_) => drop(link.batch("ROLLBACK")),
    }
    erased
}

/// Makes the entries of the indices anew from their changes; gives how many there are. Nobody writes meanwhile, and every
/// node forgets what it knows. Must not be called in a batch.
///
/// # Errors
/// Where the database fails; then nothing is changed.
pub fn rebuild_indices(session: &Session) -> Result<u64, StoreError> {
    let link = &session.link;
    let rebuilt = (|| -> Result<u64, StoreError> {
        let begun = link.together(&[
            Step::new("BEGIN", values![]),
            Step::new("SET LOCAL statement_timeout = 0", values![]),
            Step::new("SELECT pg_advisory_xact_lock($1)", values![session.turnstile()]),
            Step::new("SELECT seq, nextval('batch_number') FROM head FOR UPDATE", values![]),
            Step::new("DELETE FROM index_entry", values![]),
        ])?;
        let head = begun[3].first().ok_or_else(|| damaged("head", "its row is missing"))?;
        let (seq, number): (i64, i64) = (head.get(0), head.get(1));
        let count = link.execute(
            "INSERT INTO index_entry (entry, key_hash, kind, key, value, place) \
             SELECT substr(sha256(convert_to(kind, 'UTF8') || sha256(key) || sha256(value)), 1, 16), \
             substr(sha256(key), 1, 16), kind, key, value, place FROM \
             (SELECT DISTINCT ON (kind, key, value) kind, key, value, put, batch * 1048576 + place AS place \
             FROM index_change ORDER BY kind, key, value, batch DESC, place DESC) AS c WHERE put",
            &[],
        )?;
        // A batch of which the feed says nothing: whoever finds one forgets everything.
        link.together(&[
            Step::new("INSERT INTO batch (seq, number, leaves) VALUES ($1, $2, 0)", values![seq + 1, number]),
            Step::new("UPDATE head SET seq = $1", values![seq + 1]),
            Step::new("COMMIT", values![]),
        ])?;
        Ok(count)
    })();
    if rebuilt.is_err() {
        let _ = link.batch("ROLLBACK");
    }
    rebuilt
}
