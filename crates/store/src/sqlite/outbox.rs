//! What is to be told to somebody, kept with what it tells.
//!
//! A notice is written in the transaction of the events it tells of, so that neither is there without the other. Who
//! delivers takes what is due, and says what came of it; a letter may be delivered twice where he is stopped between,
//! and carries its number for that.

use super::idempotency::{self, RequestKey};
use super::{NoticeFault, Session, StoreError};
use crate::notice;
use crate::time::nanoseconds;
use engine::{Addressee, Notice, Outbox, OutboxError};
use jiff::Timestamp;
use rusqlite::params;
use std::rc::Rc;

/// The outbox of the engine on a session; writes in the transaction the session is in.
#[derive(Debug, Clone)]
pub struct SqliteOutbox(Rc<Session>);

impl SqliteOutbox {
    /// The outbox on a session. What comes in is due at once.
    pub fn new(session: Rc<Session>) -> Self {
        Self(session)
    }
}

impl Outbox for SqliteOutbox {
    fn send(&mut self, notice: Notice) -> Result<(), OutboxError> {
        add(&self.0, &notice, Timestamp::UNIX_EPOCH).map_err(|why| OutboxError(why.to_string()))?;
        Ok(())
    }
}

/// A notice that is to be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its number; the same however often it is delivered.
    pub id: i64,
    /// The notice.
    pub notice: Notice,
    /// How often delivering it failed.
    pub tries: u32,
}

/// Adds a notice that is to be delivered from `due` on; gives its number.
///
/// # Errors
/// Where the database fails.
pub fn add(session: &Session, notice: &Notice, due: Timestamp) -> Result<i64, StoreError> {
    let addressee = notice::address(&notice.to);
    let body = session.keys.outbox().seal(addressee.as_bytes(), &notice::encode(notice));
    let body = body.map_err(|why| StoreError::Seal { place: "a notice".into(), why })?;
    let sql = "INSERT INTO outbox (addressee, body, due) VALUES (?1, ?2, ?3)";
    session.connection.prepare_cached(sql)?.execute(params![addressee, body, nanoseconds(due)?])?;
    session.letters.set(true);
    Ok(session.connection.last_insert_rowid())
}

/// Adds a notice where it was not added under this key before; gives whether it was. To be called in a transaction. The key
/// is known until `expires`.
///
/// # Errors
/// Where the database fails.
pub fn add_once(
    session: &Session,
    key: &RequestKey,
    notice: &Notice,
    now: Timestamp,
    expires: Timestamp,
) -> Result<bool, StoreError> {
    if idempotency::find(session, key, now)?.is_some() {
        return Ok(false);
    }
    idempotency::put(session, key, b"told", now, expires)?;
    add(session, notice, Timestamp::UNIX_EPOCH)?;
    Ok(true)
}

/// Keeps a notice that cannot be delivered any more, with why: it is dead, and somebody must see to it.
///
/// # Errors
/// Where the database fails.
pub fn bury(session: &Session, notice: &Notice, why: &str) -> Result<(), StoreError> {
    let id = add(session, notice, Timestamp::UNIX_EPOCH)?;
    failed(session, id, why, None)
}

/// Up to `most` letters that are due, those that wait longest first. One that cannot be read is marked dead and left
/// out, so that it keeps no other from being delivered.
///
/// # Errors
/// Where the database fails.
pub fn due(session: &Session, now: Timestamp, most: u32) -> Result<Vec<Letter>, StoreError> {
    let sql = "SELECT id, addressee, body, tries FROM outbox WHERE state = 'waiting' AND due <= ?1 \
               ORDER BY due, id LIMIT ?2";
    let mut rows = session.connection.prepare_cached(sql)?;
    let rows: Vec<(i64, String, Vec<u8>, u32)> = rows
        .query_map(params![nanoseconds(now)?, most], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })?
        .collect::<Result<_, _>>()?;
    let mut letters = Vec::with_capacity(rows.len());
    for (id, addressee, body, tries) in rows {
        match opened(session, &addressee, &body) {
            Ok(notice) => letters.push(Letter { id, notice, tries }),
            Err(why) => failed(session, id, &why.to_string(), None)?,
        }
    }
    Ok(letters)
}

fn opened(session: &Session, addressee: &str, body: &[u8]) -> Result<Notice, NoticeFault> {
    let body = session.keys.outbox().open(addressee.as_bytes(), body);
    let to: Addressee = notice::addressee(addressee)?;
    notice::decode(to, &body.map_err(|why| NoticeFault(why.to_string()))?)
}

/// A letter was delivered.
///
/// # Errors
/// Where the database fails.
pub fn delivered(session: &Session, id: i64) -> Result<(), StoreError> {
    session.connection.prepare_cached("DELETE FROM outbox WHERE id = ?1")?.execute([id])?;
    Ok(())
}

/// Delivering a letter failed: it is to be tried again at `due`, or, where there is none, never: it is dead, and somebody
/// must see to it.
///
/// # Errors
/// Where the database fails.
pub fn failed(session: &Session, id: i64, why: &str, due: Option<Timestamp>) -> Result<(), StoreError> {
    match due {
        Some(due) => {
            let sql = "UPDATE outbox SET tries = tries + 1, due = ?2, dead = ?3 WHERE id = ?1";
            session.connection.prepare_cached(sql)?.execute(params![id, nanoseconds(due)?, why])?;
        }
        None => {
            let sql = "UPDATE outbox SET tries = tries + 1, state = 'dead', dead = ?2 WHERE id = ?1";
            session.connection.prepare_cached(sql)?.execute(params![id, why])?;
        }
    }
    Ok(())
}
