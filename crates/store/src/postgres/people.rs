//! Who is signed in, in a database that nodes share ([`crate::people`]).

use super::{Reader, Session};
use crate::StoreError;
use crate::people::{self, Shown, SignedIn, Ticket};
use crate::time::{nanoseconds, timestamp};
use jiff::Timestamp;

/// As [`crate::sqlite::people::begin`].
///
/// # Errors
/// As there.
pub fn begin(session: &Session, shown: &Shown, who: &SignedIn) -> Result<(), StoreError> {
    let sql = "INSERT INTO session (hash, person, began, seen, proved) VALUES ($1, $2, $3, $4, $5)";
    let (began, seen) = (nanoseconds(who.began)?, nanoseconds(who.seen)?);
    let proved = who.proved.map(nanoseconds).transpose()?;
    session.link.execute(sql, &[&shown.as_slice(), &who.person.as_bytes(), &began, &seen, &proved])?;
    Ok(())
}

/// As [`crate::sqlite::people::see`].
///
/// # Errors
/// As there.
pub fn see(session: &Session, shown: &Shown, at: Timestamp) -> Result<(), StoreError> {
    let sql = "UPDATE session SET seen = greatest(seen, $2) WHERE hash = $1";
    session.link.execute(sql, &[&shown.as_slice(), &nanoseconds(at)?])?;
    Ok(())
}

/// As [`crate::sqlite::people::prove`].
///
/// # Errors
/// As there.
pub fn prove(session: &Session, shown: &Shown, next: &Shown, at: Timestamp) -> Result<bool, StoreError> {
    let sql = "UPDATE session SET hash = $2, proved = $3, seen = greatest(seen, $3) WHERE hash = $1";
    let values: &[&(dyn tokio_postgres::types::ToSql + Sync)] =
        &[&shown.as_slice(), &next.as_slice(), &nanoseconds(at)?];
    Ok(session.link.execute(sql, values)? > 0)
}

/// As [`crate::sqlite::people::end`].
///
/// # Errors
/// As there.
pub fn end(session: &Session, shown: &Shown) -> Result<(), StoreError> {
    session.link.execute("DELETE FROM session WHERE hash = $1", &[&shown.as_slice()])?;
    Ok(())
}

/// As [`crate::sqlite::people::end_all`].
///
/// # Errors
/// As there.
pub fn end_all(session: &Session, person: &str, keep: Option<&Shown>) -> Result<usize, StoreError> {
    let sql = "DELETE FROM session WHERE person = $1 AND hash IS DISTINCT FROM $2";
    let keep = keep.map(|keep| keep.as_slice());
    let ended = session.link.execute(sql, &[&person.as_bytes(), &keep])?;
    Ok(usize::try_from(ended).unwrap_or(usize::MAX))
}

/// As [`crate::sqlite::people::end_everything`].
///
/// # Errors
/// As there.
pub fn end_everything(session: &Session) -> Result<(), StoreError> {
    session.link.execute("DELETE FROM session", &[])?;
    session.link.execute("DELETE FROM ticket", &[])?;
    Ok(())
}

/// As [`crate::sqlite::people::forget`].
///
/// # Errors
/// As there.
pub fn forget(
    session: &Session,
    seen: Timestamp,
    began: Timestamp,
    now: Timestamp,
) -> Result<(), StoreError> {
    let sql = "DELETE FROM session WHERE seen < $1 OR began < $2";
    session.link.execute(sql, &[&nanoseconds(seen)?, &nanoseconds(began)?])?;
    session.link.execute("DELETE FROM ticket WHERE until < $1", &[&nanoseconds(now)?])?;
    Ok(())
}

/// As [`crate::sqlite::people::put`].
///
/// # Errors
/// As there.
pub fn put(session: &Session, ticket: Ticket<'_>, body: &[u8], until: Timestamp) -> Result<(), StoreError> {
    let body = people::sealed(session.keys().replies(), ticket, body)?;
    let sql = "INSERT INTO ticket (hash, kind, body, until) VALUES ($1, $2, $3, $4)";
    let (shown, kind) = (ticket.shown.as_slice(), ticket.kind.as_bytes());
    session.link.execute(sql, &[&shown, &kind, &body, &nanoseconds(until)?])?;
    Ok(())
}

/// As [`crate::sqlite::people::take`].
///
/// # Errors
/// As there.
pub fn take(session: &Session, ticket: Ticket<'_>, now: Timestamp) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "DELETE FROM ticket WHERE hash = $1 AND kind = $2 AND until > $3 RETURNING body";
    let (shown, kind) = (ticket.shown.as_slice(), ticket.kind.as_bytes());
    let rows = session.link.query(sql, &[&shown, &kind, &nanoseconds(now)?])?;
    rows.first().map(|row| people::opened(session.keys().replies(), ticket, row.get(0))).transpose()
}

/// As [`crate::sqlite::people::keep_passkey`].
///
/// # Errors
/// As there.
pub fn keep_passkey(session: &Session, id: &str, body: &str, at: Timestamp) -> Result<(), StoreError> {
    let body = people::sealed_passkey(session.keys().replies(), id, body)?;
    let sql = "INSERT INTO passkey (id, body, used) VALUES ($1, $2, $3) \
               ON CONFLICT (id) DO UPDATE SET body = excluded.body, used = excluded.used";
    session.link.execute(sql, &[&id.as_bytes(), &body, &nanoseconds(at)?])?;
    Ok(())
}

impl Reader {
    /// As [`crate::sqlite::Reader::session`].
    ///
    /// # Errors
    /// As there.
    pub fn session(&self, shown: &Shown) -> Result<Option<SignedIn>, StoreError> {
        let sql = "SELECT person, began, seen, proved FROM session WHERE hash = $1";
        let rows = self.link.query(sql, &[&shown.as_slice()])?;
        Ok(rows.first().map(|row| SignedIn {
            person: String::from_utf8_lossy(row.get(0)).into(),
            began: timestamp(row.get(1)),
            seen: timestamp(row.get(2)),
            proved: row.get::<_, Option<i64>>(3).map(timestamp),
        }))
    }

    /// As [`crate::sqlite::Reader::has_ticket`].
    ///
    /// # Errors
    /// As there.
    pub fn has_ticket(&self, ticket: Ticket<'_>, now: Timestamp) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM ticket WHERE hash = $1 AND kind = $2 AND until > $3";
        let (shown, kind) = (ticket.shown.as_slice(), ticket.kind.as_bytes());
        Ok(!self.link.query(sql, &[&shown, &kind, &nanoseconds(now)?])?.is_empty())
    }

    /// As [`crate::sqlite::Reader::passkey`].
    ///
    /// # Errors
    /// As there.
    pub fn passkey(&self, id: &str) -> Result<Option<(String, Timestamp)>, StoreError> {
        let rows = self.link.query("SELECT body, used FROM passkey WHERE id = $1", &[&id.as_bytes()])?;
        let opened = |row: &tokio_postgres::Row| {
            Ok((people::opened_passkey(self.keys.replies(), id, row.get(0))?, timestamp(row.get(1))))
        };
        rows.first().map(opened).transpose()
    }
}
