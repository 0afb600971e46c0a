//! The journal of the engine in the database.

use super::{Session, StoreError};
use crate::audit::{EventHead, change_leaf, event_leaf, merkle::Hash};
use crate::quiet::{Page, Quiet};
use crate::segment::{Key, Keyring, scattered};
use crate::span::{Span, Spanned, Take, place_of};
use crate::stored::{Place, decode, encode_checked};
use crate::time::{nanoseconds, timestamp};
use casework::Event;
use engine::{Index, IndexChange, Journal, JournalError, Pick, Recorded, StreamId, Version};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use std::rc::Rc;
use std::sync::Arc;

/// The journal on a session; writes in the transaction the session is in, if it is in one.
#[derive(Debug, Clone)]
pub struct SqliteJournal(Rc<Session>);

impl SqliteJournal {
    /// The journal on a session.
    pub fn new(session: Rc<Session>) -> Self {
        Self(session)
    }
}

impl From<StoreError> for JournalError {
    fn from(why: StoreError) -> Self {
        Self::Storage(why.to_string())
    }
}

/// What was read of a stream, as a journal gives it: of one that was erased, nothing.
pub(crate) fn or_nothing(read: Result<Vec<Recorded>, StoreError>) -> Result<Vec<Recorded>, JournalError> {
    match read {
        Err(StoreError::Erased(_)) => Ok(Vec::new()),
        read => Ok(read?),
    }
}

impl Journal for SqliteJournal {
    fn read(&self, stream: &StreamId) -> Result<Vec<Recorded>, JournalError> {
        or_nothing(read(&self.0.connection, &self.0.keys, stream))
    }

    fn version(&self, stream: &StreamId) -> Result<Version, JournalError> {
        Ok(version(&self.0.connection, stream)?)
    }

    fn append(
        &mut self,
        stream: &StreamId,
        expected: Version,
        events: &[Event],
        at: Timestamp,
    ) -> Result<Version, JournalError> {
        let session = &self.0;
        let append = |session: &Session| append(session, stream, expected, events, at);
        let appended = session.step(append).map_err(|failure| match failure {
            AppendFailure::Conflict(actual) => {
                JournalError::Conflict { stream: stream.clone(), expected, actual }
            }
            AppendFailure::Store(why) => why.into(),
            AppendFailure::Unreadable(why) => JournalError::Storage(why),
        })?;
        Ok(appended)
    }

    fn find(&self, index: Index, key: &str, pick: Pick) -> Result<Vec<Arc<str>>, JournalError> {
        Ok(find(&self.0.connection, index, key, pick)?)
    }

    fn change(&mut self, change: IndexChange) -> Result<(), JournalError> {
        Ok(self.0.step(|session| self::change(&session.connection, &change))?)
    }
}

/// A stream as it stands in the database.
pub(super) struct Row {
    pub(super) id: i64,
    version: i64,
    wrapped: Option<Vec<u8>>,
}

impl Row {
    /// The stream of this name, if there is one.
    pub(super) fn find(connection: &Connection, name: &str) -> Result<Option<Self>, StoreError> {
        let mut row = connection.prepare_cached("SELECT id, version, key FROM stream WHERE name = ?1")?;
        let found = row.query_row([name], |row| {
            Ok(Self { id: row.get(0)?, version: row.get(1)?, wrapped: row.get(2)? })
        });
        Ok(found.optional()?)
    }

    /// The stream of this name, made with a new key where there is none.
    pub(super) fn find_or_make(
        connection: &Connection,
        keys: &Keyring,
        name: &str,
    ) -> Result<(Self, Key), StoreError> {
        if let Some(row) = Self::find(connection, name)? {
            let key = row.key(keys, name)?;
            return Ok((row, key));
        }
        let sealing = |why| StoreError::Seal { place: format!("stream {name}"), why };
        let (key, wrapped) = keys.master().issue(&key_place(name)).map_err(sealing)?;
        connection
            .prepare_cached("INSERT INTO stream (name, version, key) VALUES (?1, 0, ?2)")?
            .execute(params![name, wrapped])?;
        Ok((Self { id: connection.last_insert_rowid(), version: 0, wrapped: Some(wrapped) }, key))
    }

    /// Its key.
    pub(super) fn key(&self, keys: &Keyring, name: &str) -> Result<Key, StoreError> {
        let wrapped = self.wrapped.as_ref().ok_or_else(|| StoreError::Erased(name.to_owned()))?;
        stream_key(keys, name, wrapped)
    }
}

/// The key of a stream, unwrapped.
fn stream_key(keys: &Keyring, name: &str, wrapped: &[u8]) -> Result<Key, StoreError> {
    let unwrapped = keys.master().unwrap(&key_place(name), wrapped);
    unwrapped.map_err(|why| StoreError::Seal { place: format!("the key of stream {name}"), why })
}

/// What the key of a stream is wrapped for.
fn key_place(stream: &str) -> Vec<u8> {
    [b"key of stream ", stream.as_bytes()].concat()
}

/// The events of a stream. Each is held against its leaf before it is opened.
pub(super) fn read(
    connection: &Connection,
    keys: &Keyring,
    stream: &StreamId,
) -> Result<Vec<Recorded>, StoreError> {
    let Some(row) = Row::find(connection, stream)? else { return Ok(Vec::new()) };
    if row.version == 0 {
        return Ok(Vec::new());
    }
    let key = row.key(keys, stream)?;
    let mut recorded = Vec::with_capacity(row.version as usize);
    let sql = "SELECT e.version, e.at, e.type, e.v, e.segment, l.hash FROM event e \
               LEFT JOIN leaf l ON l.leaf_index = e.leaf_index WHERE e.stream = ?1 ORDER BY e.version";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([row.id])?;
    while let Some(row) = rows.next()? {
        let version = row.get::<_, i64>(0)? as u64;
        let damaged = |what: &str| StoreError::Damaged {
            place: format!("event {version} of stream {stream}"),
            what: what.to_owned(),
        };
        if version != recorded.len() as u64 + 1 {
            return Err(damaged("the one before it is missing"));
        }
        recorded.push(opened(&key, stream, row)?);
    }
    if recorded.len() as i64 != row.version {
        return Err(StoreError::Damaged {
            place: format!("stream {stream}"),
            what: format!("it is at version {} and has {} events", row.version, recorded.len()),
        });
    }
    Ok(recorded)
}

/// The event of a row: version, time, type, form, segment and the hash of its leaf, against which it is held before it is
/// opened.
fn opened(key: &Key, stream: &StreamId, row: &rusqlite::Row<'_>) -> Result<Recorded, StoreError> {
    let version = row.get::<_, i64>(0)? as u64;
    let damaged = |what: &str| StoreError::Damaged {
        place: format!("event {version} of stream {stream}"),
        what: what.to_owned(),
    };
    let (at, v): (i64, u32) = (row.get(1)?, row.get(3)?);
    let kind = row.get_ref(2)?.as_str().map_err(|_| damaged("its type is no text"))?;
    let segment = row.get_ref(4)?.as_blob().map_err(|_| damaged("its segment is no bytes"))?;
    let head = EventHead { stream, version, at, kind, v }.bytes();
    if row.get::<_, Option<Hash>>(5)? != Some(event_leaf(&head, segment)) {
        return Err(damaged("its hash is not the one in the log"));
    }
    let document = key.open(&head, segment).map_err(|why| damaged(&why.to_string()))?;
    let place = Place { stream: stream.clone(), version };
    let event = decode(&place, kind, v, &document).map_err(|why| damaged(&why.to_string()))?;
    Ok(Recorded { version, at: timestamp(at), event })
}

/// Gives every event of a span, in the order of the log.
pub(super) fn span(
    connection: &Connection,
    keys: &Keyring,
    span: Span<'_>,
    take: &mut Take<'_>,
) -> Result<Spanned, StoreError> {
    let (before, after) = span.around();
    let sql = "SELECT leaf_index, at FROM event WHERE leaf_index >= ?1 ORDER BY leaf_index LIMIT 1";
    let mut probe = connection.prepare_cached(sql)?;
    let mut first =
        |place: i64| Ok(probe.query_row([place], |row| Ok((row.get(0)?, row.get(1)?))).optional()?);
    let end: i64 =
        connection.query_row("SELECT coalesce(max(leaf_index) + 1, 0) FROM event", [], |row| row.get(0))?;
    let low = place_of(end, nanoseconds(before)?, &mut first)?;
    let high = place_of(end, nanoseconds(after)?, &mut first)?;
    let kinds = serde_json::to_string(span.kinds).unwrap_or_default();
    let sql = "SELECT e.version, e.at, e.type, e.v, e.segment, l.hash, s.name, s.key FROM event e \
               JOIN stream s ON s.id = e.stream LEFT JOIN leaf l ON l.leaf_index = e.leaf_index \
               WHERE e.leaf_index >= ?1 AND e.leaf_index < ?2 AND e.at >= ?3 AND e.at < ?4 \
               AND e.type IN (SELECT value FROM json_each(?5)) ORDER BY e.leaf_index";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows =
        statement.query(params![low, high, nanoseconds(span.from)?, nanoseconds(span.until)?, kinds])?;
    let mut spanned = Spanned::default();
    while let Some(row) = rows.next()? {
        if spanned.events + spanned.erased == span.most {
            spanned.more = true;
            break;
        }
        let stream: StreamId = row.get::<_, String>(6)?.into();
        let Some(wrapped) = row.get::<_, Option<Vec<u8>>>(7)? else {
            spanned.erased += 1;
            continue;
        };
        spanned.events += 1;
        take(opened(&stream_key(keys, &stream, &wrapped)?, &stream, row)?);
    }
    Ok(spanned)
}

/// The version a stream is at.
pub(super) fn version(connection: &Connection, stream: &str) -> Result<Version, StoreError> {
    Ok(Row::find(connection, stream)?.map_or(0, |row| row.version as u64))
}

/// The version up to which a stream can be read: 0 for one that was erased.
pub(super) fn readable(connection: &Connection, stream: &str) -> Result<Version, StoreError> {
    let row = Row::find(connection, stream)?.filter(|row| row.wrapped.is_some());
    Ok(row.map_or(0, |row| row.version as u64))
}

/// A page of the streams whose names begin so: those after a name that can still be read, with the time of their last event.
pub(super) fn quiet(connection: &Connection, page: &Page<'_>) -> Result<Quiet, StoreError> {
    let sql = "SELECT s.name, (SELECT e.at FROM event e WHERE e.stream = s.id ORDER BY e.version DESC LIMIT 1) \
               FROM stream s WHERE s.name > ?1 AND s.name < ?2 AND s.key IS NOT NULL ORDER BY s.name LIMIT ?3";
    let mut statement = connection.prepare_cached(sql)?;
    let (after, end) = page.between();
    let rows = statement.query_map(params![after, end, page.most()], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Option<i64>>(1)?))
    })?;
    let rows = rows.collect::<Result<Vec<_>, _>>()?;
    Ok(page.of(rows))
}

/// The values under a key of an index.
pub(super) fn find(
    connection: &Connection,
    index: Index,
    key: &str,
    pick: Pick,
) -> Result<Vec<Arc<str>>, StoreError> {
    const ALL: &str = "SELECT value FROM index_entry WHERE kind = ?1 AND key = ?2 ORDER BY place";
    // Limits stand in the text: SQLite prepares a statement anew whenever a limit that is bound changes. There are few.
    let written = |most: usize| i64::try_from(most).unwrap_or(i64::MAX);
    let mut statement = match pick {
        Pick::All => connection.prepare_cached(ALL)?,
        Pick::First(most) => connection.prepare_cached(&format!("{ALL} LIMIT {}", written(most)))?,
        Pick::Last(most) => connection.prepare_cached(&format!("{ALL} DESC LIMIT {}", written(most)))?,
    };
    let values = statement.query_map(params![index.as_str(), key], |row| row.get(0))?;
    let mut values: Vec<Arc<str>> = values.collect::<Result<_, _>>()?;
    if let Pick::Last(_) = pick {
        values.reverse();
    }
    Ok(values)
}

enum AppendFailure {
    Conflict(Version),
    Store(StoreError),
    Unreadable(String),
}

impl<E: Into<StoreError>> From<E> for AppendFailure {
    fn from(why: E) -> Self {
        Self::Store(why.into())
    }
}

fn append(
    session: &Session,
    stream: &StreamId,
    expected: Version,
    events: &[Event],
    at: Timestamp,
) -> Result<Version, AppendFailure> {
    let connection = &session.connection;
    if events.is_empty() {
        let actual = version(connection, stream)?;
        return if actual == expected { Ok(actual) } else { Err(AppendFailure::Conflict(actual)) };
    }
    let Open { id, version: actual, key, .. } =
        match session.open.take().filter(|open| open.stream == *stream) {
            Some(open) => open,
            None => {
                let (row, key) = Row::find_or_make(connection, &session.keys, stream)?;
                Open { stream: stream.clone(), id: row.id, version: row.version as u64, key }
            }
        };
    if actual != expected {
        return Err(AppendFailure::Conflict(actual));
    }
    let at = nanoseconds(at)?;
    let mut version = expected;
    let sql = "INSERT INTO event (leaf_index, stream, version, at, type, v, segment) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let mut insert = connection.prepare_cached(sql)?;
    for event in events {
        version += 1;
        let place = Place { stream: stream.clone(), version };
        // What cannot be read again is not kept: it would stop every later use of its stream.
        let document =
            encode_checked(&place, event).map_err(|why| AppendFailure::Unreadable(why.to_string()))?;
        let head = EventHead { stream, version, at, kind: document.kind, v: document.v }.bytes();
        let sealing = |why| StoreError::Seal { place: place.to_string(), why };
        let segment = key.seal(&head, &document.bytes).map_err(sealing)?;
        let leaf_index = add_leaf(connection, &event_leaf(&head, &segment))?;
        insert.execute(params![leaf_index, id, version as i64, at, document.kind, document.v, segment])?;
        session.written.set(session.written.get() + segment.len());
    }
    connection
        .prepare_cached("UPDATE stream SET version = ?2 WHERE id = ?1")?
        .execute(params![id, version as i64])?;
    session.touched.borrow_mut().insert(id);
    if session.undone_whole.get() {
        session.open.replace(Some(Open { stream: stream.clone(), id, version, key }));
    }
    Ok(version)
}

/// The stream that was appended to last: a command appends to one again and again.
#[derive(Debug)]
pub(super) struct Open {
    stream: StreamId,
    id: i64,
    version: Version,
    key: Key,
}

fn change(connection: &Connection, change: &IndexChange) -> Result<(), StoreError> {
    let IndexChange { index, key, value, put } = change;
    let kind = index.as_str();
    // What changes nothing leaves nothing in the log.
    let changed = if *put {
        let sql = "INSERT INTO index_entry (kind, key, value, place) \
                   VALUES (?1, ?2, ?3, (SELECT coalesce(max(leaf_index) + 1, 0) FROM leaf)) ON CONFLICT DO NOTHING";
        connection.prepare_cached(sql)?.execute(params![kind, key, value])?
    } else {
        let sql = "DELETE FROM index_entry WHERE kind = ?1 AND key = ?2 AND value = ?3";
        connection.prepare_cached(sql)?.execute(params![kind, key, value])?
    };
    if changed == 0 {
        return Ok(());
    }
    let salt: [u8; 16] =
        scattered().map_err(|why| StoreError::Seal { place: format!("index {kind}"), why })?;
    let leaf_index = add_leaf(connection, &change_leaf(&salt, kind, key, value, *put))?;
    let sql =
        "INSERT INTO index_change (leaf_index, kind, key, value, put, salt) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    connection.prepare_cached(sql)?.execute(params![leaf_index, kind, key, value, put, salt])?;
    Ok(())
}

/// Adds a leaf to the end of the log; gives its place.
fn add_leaf(connection: &Connection, hash: &Hash) -> Result<i64, StoreError> {
    // With a selection in place of the values SQLite would make a table in between, and a journal, for each leaf.
    let sql = "INSERT INTO leaf (leaf_index, hash) VALUES ((SELECT coalesce(max(leaf_index) + 1, 0) FROM leaf), ?1)";
    connection.prepare_cached(sql)?.execute([hash])?;
    Ok(connection.last_insert_rowid())
}

/// Makes the entries of the indices anew from their changes; gives how many there are.
///
/// # Errors
/// Where the database fails; then nothing is changed.
pub fn rebuild_indices(session: &Session) -> Result<usize, StoreError> {
    session.step(|session| {
        session.connection.execute("DELETE FROM index_entry", [])?;
        let sql = "INSERT INTO index_entry (kind, key, value, place) SELECT kind, key, value, place FROM \
                   (SELECT kind, key, value, max(leaf_index) AS place, put FROM index_change \
                   GROUP BY kind, key, value) WHERE put = 1";
        Ok(session.connection.execute(sql, [])?)
    })
}

/// Destroys the key of a stream, and the messages that belong to no other: what it said cannot be read any more. Its
/// events stay in the log, which still verifies. Gives whether there was anything to destroy.
///
/// Afterwards, and out of any transaction, [`clear_write_ahead_log`] clears what the write-ahead log still has of the key.
///
/// # Errors
/// Where the database fails; then nothing is erased.
pub fn erase(session: &Session, stream: &str, at: Timestamp) -> Result<bool, StoreError> {
    let at = nanoseconds(at)?;
    session.step(|session| {
        let Some(row) = Row::find(&session.connection, stream)?.filter(|row| row.wrapped.is_some()) else {
            return Ok(false);
        };
        super::raw::unlink(&session.connection, row.id)?;
        let sql = "UPDATE stream SET key = NULL, erased_at = ?2 WHERE id = ?1";
        session.connection.prepare_cached(sql)?.execute(params![row.id, at])?;
        Ok(true)
    })
}

/// Copies the write-ahead log into the database and empties it, so that pages as they were before an erasure are gone.
/// Gives whether it did: a reader that is at work keeps it from it for a while.
///
/// # Errors
/// Where the database fails.
pub fn clear_write_ahead_log(connection: &Connection) -> Result<bool, StoreError> {
    let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
    Ok(busy == 0)
}

/// Copies the write-ahead log into the database, with both synced. A sync that succeeds after one that failed says nothing
/// of what was written before that one: Linux tells of a failure once, and takes the pages for written then
/// (<https://wiki.postgresql.org/wiki/Fsync_Errors>). So they are written anew, to another place. Gives whether it did: a
/// reader of an earlier state keeps it from it.
pub(crate) fn settle_write_ahead_log(connection: &Connection) -> Result<bool, StoreError> {
    let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(FULL)", [], |row| row.get(0))?;
    Ok(busy == 0)
}
