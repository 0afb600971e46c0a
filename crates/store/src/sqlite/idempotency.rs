//! Requests that carry a key: the same key with the same request has the same reply, and no second effect.

use super::{Session, StoreError};
use crate::time::nanoseconds;
use jiff::Timestamp;
use rusqlite::{OptionalExtension as _, params};

pub use crate::request::{Known, RequestKey};

/// What is known of a key at this time; `None` where it never came or has expired.
///
/// # Errors
/// Where the reply is damaged, or the database fails.
pub fn find(session: &Session, key: &RequestKey, now: Timestamp) -> Result<Option<Known>, StoreError> {
    let sql = "SELECT request, reply FROM idempotency WHERE organisation = ?1 AND key = ?2 AND expires > ?3";
    let mut row = session.connection.prepare_cached(sql)?;
    let found: Option<(Vec<u8>, Vec<u8>)> = row
        .query_row(params![key.organisation, key.key, nanoseconds(now)?], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((request, reply)) = found else { return Ok(None) };
    if request != key.request {
        return Ok(Some(Known::OfAnother));
    }
    let opened = session.keys.replies().open(&key.about(), &reply);
    let reply = opened.map_err(|why| StoreError::Damaged { place: key.place(), what: why.to_string() })?;
    Ok(Some(Known::Answered(reply)))
}

/// Keeps the reply to a key until it expires, in place of one that has expired.
///
/// # Errors
/// Where the database fails.
pub fn put(
    session: &Session,
    key: &RequestKey,
    reply: &[u8],
    at: Timestamp,
    expires: Timestamp,
) -> Result<(), StoreError> {
    let sealed = session.keys.replies().seal(&key.about(), reply);
    let sealed =
        sealed.map_err(|why| StoreError::Seal { place: format!("the reply to key {}", key.key), why })?;
    let sql = "INSERT OR REPLACE INTO idempotency (organisation, key, request, reply, at, expires) \
               VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    session.connection.prepare_cached(sql)?.execute(params![
        key.organisation,
        key.key,
        key.request,
        sealed,
        nanoseconds(at)?,
        nanoseconds(expires)?
    ])?;
    Ok(())
}

/// Deletes up to `most` keys that have expired; gives how many.
///
/// # Errors
/// Where the database fails.
pub fn sweep(session: &Session, now: Timestamp, most: u32) -> Result<usize, StoreError> {
    let sql = "DELETE FROM idempotency WHERE (organisation, key) IN \
               (SELECT organisation, key FROM idempotency WHERE expires <= ?1 ORDER BY expires LIMIT ?2)";
    Ok(session.connection.prepare_cached(sql)?.execute(params![nanoseconds(now)?, most])?)
}
