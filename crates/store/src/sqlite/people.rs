//! Who is signed in, in a database of the node's own ([`crate::people`]).

use super::{Reader, Session, StoreError};
use crate::people::{self, Shown, SignedIn, Ticket};
use crate::time::{nanoseconds, timestamp};
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};

/// Somebody signs in.
///
/// # Errors
/// Where the database fails.
pub fn begin(session: &Session, shown: &Shown, who: &SignedIn) -> Result<(), StoreError> {
    let sql = "INSERT INTO session (hash, person, began, seen, proved) VALUES (?1, ?2, ?3, ?4, ?5)";
    session.connection.prepare_cached(sql)?.execute(params![
        shown.as_slice(),
        &*who.person,
        nanoseconds(who.began)?,
        nanoseconds(who.seen)?,
        who.proved.map(nanoseconds).transpose()?
    ])?;
    Ok(())
}

/// He was seen.
///
/// # Errors
/// Where the database fails.
pub fn see(session: &Session, shown: &Shown, at: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE session SET seen = max(seen, ?2) WHERE hash = ?1";
    session.connection.prepare_cached(sql)?.execute(params![shown.as_slice(), nanoseconds(at)?])?;
    Ok(())
}

/// He showed a passkey, and is known by something else from then on; whether he was signed in.
///
/// # Errors
/// Where the database fails.
pub fn prove(session: &Session, shown: &Shown, next: &Shown, at: Timestamp) -> Result<bool, StoreError> {
    let sql = "UPDATE session SET hash = ?2, proved = ?3, seen = max(seen, ?3) WHERE hash = ?1";
    let values = params![shown.as_slice(), next.as_slice(), nanoseconds(at)?];
    Ok(session.connection.prepare_cached(sql)?.execute(values)? > 0)
}

/// Signs out whoever shows this.
///
/// # Errors
/// Where the database fails.
pub fn end(session: &Session, shown: &Shown) -> Result<(), StoreError> {
    session.connection.prepare_cached("DELETE FROM session WHERE hash = ?1")?.execute([shown.as_slice()])?;
    Ok(())
}

/// Signs a person out wherever he is, but for whoever shows `keep`; how often that was.
///
/// # Errors
/// Where the database fails.
pub fn end_all(session: &Session, person: &str, keep: Option<&Shown>) -> Result<usize, StoreError> {
    let sql = "DELETE FROM session WHERE person = ?1 AND hash IS NOT ?2";
    let values = params![person, keep.map(|keep| keep.as_slice())];
    Ok(session.connection.prepare_cached(sql)?.execute(values)?)
}

/// Signs out everybody, and drops what would be used once: the database was put back, and may not know who was removed.
///
/// # Errors
/// Where the database fails.
pub fn end_everything(session: &Session) -> Result<(), StoreError> {
    session.connection.execute_batch("DELETE FROM session; DELETE FROM ticket;")?;
    Ok(())
}

/// Forgets sessions last seen or begun before a time each, and tickets that have expired.
///
/// # Errors
/// Where the database fails.
pub fn forget(
    session: &Session,
    seen: Timestamp,
    began: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "DELETE FROM session WHERE seen < ?1 OR began < ?2";
    session.connection.prepare_cached(sql)?.execute([nanoseconds(seen)?, nanoseconds(began)?])?;
    session.connection.prepare_cached("DELETE FROM ticket WHERE until < ?1")?.execute([nanoseconds(now)?])?;
    Ok(())
}

/// Keeps what is used once, until it expires.
///
/// # Errors
/// Where the database fails.
pub fn put(session: &Session, ticket: Ticket<'_>, body: &[u8], until: Timestamp) -> Result<(), StoreError> {
    let body = people::sealed(session.keys.replies(), ticket, body)?;
    let sql = "INSERT INTO ticket (hash, kind, body, until) VALUES (?1, ?2, ?3, ?4)";
    let values = params![ticket.shown.as_slice(), ticket.kind, body, nanoseconds(until)?];
    session.connection.prepare_cached(sql)?.execute(values)?;
    Ok(())
}

/// Takes what is used once; `None` where it was used, has expired, or is for something else.
///
/// # Errors
/// Where the database fails.
pub fn take(session: &Session, ticket: Ticket<'_>, now: Timestamp) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "DELETE FROM ticket WHERE hash = ?1 AND kind = ?2 AND until > ?3 RETURNING body";
    let mut row = session.connection.prepare_cached(sql)?;
    let values = params![ticket.shown.as_slice(), ticket.kind, nanoseconds(now)?];
    let found: Option<Vec<u8>> = row.query_row(values, |row| row.get(0)).optional()?;
    found.map(|body| people::opened(session.keys.replies(), ticket, &body)).transpose()
}

/// Keeps a passkey as it is after its use.
///
/// # Errors
/// Where the database fails.
pub fn keep_passkey(session: &Session, id: &str, body: &str, at: Timestamp) -> Result<(), StoreError> {
    let body = people::sealed_passkey(session.keys.replies(), id, body)?;
    let sql = "INSERT OR REPLACE INTO passkey (id, body, used) VALUES (?1, ?2, ?3)";
    session.connection.prepare_cached(sql)?.execute(params![id, body, nanoseconds(at)?])?;
    Ok(())
}

impl Reader {
    /// Who shows this.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn session(&self, shown: &Shown) -> Result<Option<SignedIn>, StoreError> {
        let sql = "SELECT person, began, seen, proved FROM session WHERE hash = ?1";
        let mut row = self.connection().prepare_cached(sql)?;
        let found = row.query_row([shown.as_slice()], |row| {
            Ok(SignedIn {
                person: row.get::<_, String>(0)?.into(),
                began: timestamp(row.get(1)?),
                seen: timestamp(row.get(2)?),
                proved: row.get::<_, Option<i64>>(3)?.map(timestamp),
            })
        });
        Ok(found.optional()?)
    }

    /// Whether what is used once is there to be used.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn has_ticket(&self, ticket: Ticket<'_>, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM ticket WHERE hash = ?1 AND kind = ?2 AND until > ?3";
        let mut row = self.connection().prepare_cached(sql)?;
        Ok(row.exists(params![ticket.shown.as_slice(), ticket.kind, nanoseconds(now)?])?)
    }

    /// A passkey as it was at its last use, and when that was; `None` where it was not used yet.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn passkey(&self, id: &str) -> Result<Option<(String, Timestamp)>, StoreError> {
        let mut row = self.connection().prepare_cached("SELECT body, used FROM passkey WHERE id = ?1")?;
        let found = row.query_row([id], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, i64>(1)?)));
        let opened = |(body, used): (Vec<u8>, i64)| {
            Ok((people::opened_passkey(self.keys().replies(), id, &body)?, timestamp(used)))
        };
        found.optional()?.map(opened).transpose()
    }
}
