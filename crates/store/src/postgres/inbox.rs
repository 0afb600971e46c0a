//! Inboxes in a database that nodes share ([`crate::inbox`]).

use super::outbox::Letter;
use super::{Reader, Session};
use crate::inbox::{self, Mailbox, Received};
use crate::time::{nanoseconds, timestamp};
use crate::{NoticeFault, StoreError};
use jiff::Timestamp;
use std::sync::Arc;

/// Puts a letter into the inboxes of organisations, and takes it out of the outbox, in a transaction of its own. A letter
/// that another node delivered meanwhile is left alone.
///
/// # Errors
/// Where the database fails; then nothing was delivered, or where the connection was lost, perhaps all of it.
pub fn deliver(
    session: &Session,
    letter: &Letter,
    organisations: &[Arc<str>],
    at: Timestamp,
) -> Result<(), StoreError> {
    session.link.whole(|| put(session, letter, organisations, at))
}

fn put(
    session: &Session,
    letter: &Letter,
    organisations: &[Arc<str>],
    at: Timestamp,
) -> Result<(), StoreError> {
    let taken = session.link.query("DELETE FROM outbox WHERE id = $1 RETURNING id", &[&letter.id])?;
    if taken.is_empty() {
        return Ok(());
    }
    let next = "INSERT INTO mailbox AS m (organisation, last) VALUES ($1, 1) \
                ON CONFLICT (organisation) DO UPDATE SET last = m.last + 1 RETURNING last";
    let put = "INSERT INTO inbox (organisation, place, at, addressee, body) VALUES ($1, $2, $3, $4, $5)";
    // In one order on every node, so that two do not wait for one another both ways.
    let mut organisations: Vec<&Arc<str>> = organisations.iter().collect();
    organisations.sort();
    for organisation in organisations {
        let name = organisation.as_bytes();
        let place: i64 = session.link.query_one(next, &[&name])?.get(0);
        let (addressee, body) = inbox::sealed(session.keys().outbox(), organisation, place, &letter.notice)?;
        session.link.execute(put, &[&name, &place, &nanoseconds(at)?, &addressee.as_bytes(), &body])?;
    }
    Ok(())
}

/// As [`crate::sqlite::inbox::see`].
///
/// # Errors
/// As there.
pub fn see(session: &Session, organisation: &str, place: u64, at: Timestamp) -> Result<(), StoreError> {
    let sql =
        "UPDATE mailbox SET seen = $2, seen_at = $3 WHERE organisation = $1 AND seen < $2 AND last >= $2";
    let place = i64::try_from(place).unwrap_or(i64::MAX);
    session.link.execute(sql, &[&organisation.as_bytes(), &place, &nanoseconds(at)?])?;
    Ok(())
}

/// As [`crate::sqlite::inbox::forget`].
///
/// # Errors
/// As there.
pub fn forget(session: &Session, before: Timestamp) -> Result<usize, StoreError> {
    let gone = session.link.execute("DELETE FROM inbox WHERE at < $1", &[&nanoseconds(before)?])?;
    Ok(usize::try_from(gone).unwrap_or(usize::MAX))
}

impl Reader {
    /// As [`crate::sqlite::Reader::inbox`].
    ///
    /// # Errors
    /// As there.
    pub fn inbox(&self, organisation: &str, after: u64, most: u32) -> Result<Vec<Received>, StoreError> {
        let sql = "SELECT place, at, addressee, body FROM inbox WHERE organisation = $1 AND place > $2 \
                   ORDER BY place LIMIT $3";
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let rows = self.link.query(sql, &[&organisation.as_bytes(), &after, &i64::from(most)])?;
        let received = |row: &tokio_postgres::Row| {
            let (place, at): (i64, i64) = (row.get(0), row.get(1));
            let addressee = std::str::from_utf8(row.get(2)).map_err(|why| NoticeFault(why.to_string()));
            let notice = addressee
                .and_then(|to| inbox::opened(self.keys.outbox(), organisation, place, to, row.get(3)));
            Received { place: u64::try_from(place).unwrap_or(0), at: timestamp(at), notice }
        };
        Ok(rows.iter().map(received).collect())
    }

    /// As [`crate::sqlite::Reader::mailbox`].
    ///
    /// # Errors
    /// As there.
    pub fn mailbox(&self, organisation: &str) -> Result<Mailbox, StoreError> {
        let sql = "SELECT last, seen FROM mailbox WHERE organisation = $1";
        let rows = self.link.query(sql, &[&organisation.as_bytes()])?;
        let count = |row: &tokio_postgres::Row, at: usize| u64::try_from(row.get::<_, i64>(at)).unwrap_or(0);
        Ok(rows.first().map(|row| Mailbox { last: count(row, 0), seen: count(row, 1) }).unwrap_or_default())
    }
}
