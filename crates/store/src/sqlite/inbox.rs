//! Inboxes in a database of the node's own ([`crate::inbox`]).

use super::outbox::{Letter, delivered};
use super::{Reader, Session, StoreError};
use crate::inbox::{self, Mailbox, Received};
use crate::time::{nanoseconds, timestamp};
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};
use std::sync::Arc;

/// Puts a letter into the inboxes of organisations, and takes it out of the outbox. To be called in a transaction.
///
/// # Errors
/// Where the database fails.
pub fn deliver(
    session: &Session,
    letter: &Letter,
    organisations: &[Arc<str>],
    at: Timestamp,
) -> Result<(), StoreError> {
    let next = "INSERT INTO mailbox (organisation, last) VALUES (?1, 1) \
                ON CONFLICT (organisation) DO UPDATE SET last = last + 1 RETURNING last";
    let put = "INSERT INTO inbox (organisation, place, at, addressee, body) VALUES (?1, ?2, ?3, ?4, ?5)";
    for organisation in organisations {
        let place: i64 =
            session.connection.prepare_cached(next)?.query_row([&**organisation], |row| row.get(0))?;
        let (addressee, body) = inbox::sealed(session.keys.outbox(), organisation, place, &letter.notice)?;
        session.connection.prepare_cached(put)?.execute(params![
            &**organisation,
            place,
            nanoseconds(at)?,
            addressee,
            body
        ])?;
    }
    delivered(session, letter.id)
}

/// An organisation says up to which place it has read; never further back than it said before.
///
/// # Errors
/// Where the database fails.
pub fn see(session: &Session, organisation: &str, place: u64, at: Timestamp) -> Result<(), StoreError> {
    let sql =
        "UPDATE mailbox SET seen = ?2, seen_at = ?3 WHERE organisation = ?1 AND seen < ?2 AND last >= ?2";
    let place = i64::try_from(place).unwrap_or(i64::MAX);
    session.connection.prepare_cached(sql)?.execute(params![organisation, place, nanoseconds(at)?])?;
    Ok(())
}

/// Forgets what was put into any inbox before a time; how much that was.
///
/// # Errors
/// Where the database fails.
pub fn forget(session: &Session, before: Timestamp) -> Result<usize, StoreError> {
    let sql = "DELETE FROM inbox WHERE at < ?1";
    Ok(session.connection.prepare_cached(sql)?.execute([nanoseconds(before)?])?)
}

impl Reader {
    /// Up to `most` notices of an inbox behind a place, in order.
    ///
    /// # Errors
    /// Where the database fails, or a notice cannot be read.
    pub fn inbox(&self, organisation: &str, after: u64, most: u32) -> Result<Vec<Received>, StoreError> {
        let sql = "SELECT place, at, addressee, body FROM inbox WHERE organisation = ?1 AND place > ?2 \
                   ORDER BY place LIMIT ?3";
        let after = i64::try_from(after).unwrap_or(i64::MAX);
        let mut rows = self.connection().prepare_cached(sql)?;
        let rows: Vec<(i64, i64, String, Vec<u8>)> = rows
            .query_map(params![organisation, after, most], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?
            .collect::<Result<_, _>>()?;
        let received = |(place, at, addressee, body): (i64, i64, String, Vec<u8>)| {
            let notice = inbox::opened(self.keys().outbox(), organisation, place, &addressee, &body);
            Received { place: u64::try_from(place).unwrap_or(0), at: timestamp(at), notice }
        };
        Ok(rows.into_iter().map(received).collect())
    }

    /// How far an inbox has come.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn mailbox(&self, organisation: &str) -> Result<Mailbox, StoreError> {
        let sql = "SELECT last, seen FROM mailbox WHERE organisation = ?1";
        let mut row = self.connection().prepare_cached(sql)?;
        let found = row.query_row([organisation], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)));
        let (last, seen) = found.optional()?.unwrap_or_default();
        Ok(Mailbox { last: u64::try_from(last).unwrap_or(0), seen: u64::try_from(seen).unwrap_or(0) })
    }
}
