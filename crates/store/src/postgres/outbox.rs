//! What is to be told to somebody: as in [`crate::sqlite::outbox`], for several nodes that deliver.

use super::session::Session;
use super::touch;
use crate::time::nanoseconds;
use crate::{NoticeFault, RequestKey, StoreError, notice};
use engine::Notice;
use jiff::Timestamp;

pub use crate::sqlite::outbox::Letter;

/// Adds a letter beside the engine, due from `due` on.
///
/// # Errors
/// Where the database fails.
pub fn add(session: &Session, notice: &Notice, due: Timestamp) -> Result<(), StoreError> {
    let addressee = notice::address(&notice.to);
    let body = session.keys().outbox().seal(addressee.as_bytes(), &notice::encode(notice));
    let body = body.map_err(|why| StoreError::Seal { place: "a notice".into(), why })?;
    let sql = "INSERT INTO outbox (addressee, body, due) VALUES ($1, $2, $3)";
    session.link.execute(sql, &[&addressee.as_bytes(), &body, &nanoseconds(due)?])?;
    Ok(())
}

/// As [`crate::sqlite::outbox::add_once`], in a transaction of its own.
///
/// # Errors
/// As there; where the connection was lost it may have been added.
pub fn add_once(
    session: &Session,
    key: &RequestKey,
    notice: &Notice,
    now: Timestamp,
    expires: Timestamp,
) -> Result<bool, StoreError> {
    let sealed = session.keys().replies().seal(&key.about(), b"told");
    let sealed = sealed.map_err(|why| StoreError::Seal { place: key.place(), why })?;
    session.link.whole(|| {
        let sql = "INSERT INTO idempotency AS i (organisation, key, request, reply, at, expires) \
                   VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (organisation, key) DO UPDATE SET \
                   request = excluded.request, reply = excluded.reply, at = excluded.at, expires = excluded.expires \
                   WHERE i.expires <= excluded.at RETURNING at";
        let (organisation, name) = (key.organisation.as_bytes(), key.key.as_bytes());
        let (at, until) = (nanoseconds(now)?, nanoseconds(expires)?);
        let request = &key.request[..];
        let put = session.link.query(sql, &[&organisation, &name, &request, &sealed, &at, &until])?;
        if put.is_empty() {
            return Ok(false);
        }
        add(session, notice, Timestamp::UNIX_EPOCH)?;
        Ok(true)
    })
}

/// As [`crate::sqlite::outbox::bury`].
///
/// # Errors
/// As there.
pub fn bury(session: &Session, notice: &Notice, why: &str) -> Result<(), StoreError> {
    let addressee = notice::address(&notice.to);
    let body = session.keys().outbox().seal(addressee.as_bytes(), &notice::encode(notice));
    let body = body.map_err(|why| StoreError::Seal { place: "a notice".into(), why })?;
    let sql =
        "INSERT INTO outbox (addressee, body, due, tries, state, dead) VALUES ($1, $2, 0, 1, 'dead', $3)";
    session.link.execute(sql, &[&addressee.as_bytes(), &body, &printable(why)])?;
    Ok(())
}

/// Does something while no other node does it: letters that were taken by two at once could be delivered in another order
/// than they were written in. `None` where another is at it.
///
/// # Errors
/// Those of `work`, or where the database fails.
pub fn alone<T>(
    session: &Session,
    work: impl FnOnce() -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let lock = i64::from_be_bytes(touch::letters(session.keys().node()).to_be_bytes());
    if !session.link.query_one("SELECT pg_try_advisory_lock($1)", &[&lock])?.get::<_, bool>(0) {
        return Ok(None);
    }
    let done = work();
    // Where the connection was lost, so is the lock.
    session.link.query_one("SELECT pg_advisory_unlock($1)", &[&lock])?;
    done.map(Some)
}

/// Up to `most` letters that are due, those that wait longest first; to be asked by whoever is [`alone`]. One that cannot be
/// read is marked dead and left out, so that it keeps no other from being delivered.
///
/// # Errors
/// Where the database fails.
pub fn due(session: &Session, now: Timestamp, most: u32) -> Result<Vec<Letter>, StoreError> {
    let sql = "SELECT id, addressee, body, tries FROM outbox WHERE state = 'waiting' AND due <= $1 \
               ORDER BY due, id LIMIT $2";
    let rows = session.link.query(sql, &[&nanoseconds(now)?, &i64::from(most)])?;
    let mut letters = Vec::with_capacity(rows.len());
    for row in &rows {
        let (id, tries): (i64, i32) = (row.get(0), row.get(3));
        match opened(session, row.get(1), row.get(2)) {
            Ok(notice) => {
                letters.push(Letter { id, notice, tries: u32::try_from(tries).unwrap_or(u32::MAX) })
            }
            Err(why) => failed(session, id, &why.to_string(), None)?,
        }
    }
    Ok(letters)
}

fn opened(session: &Session, addressee: &[u8], body: &[u8]) -> Result<Notice, NoticeFault> {
    let body = session.keys().outbox().open(addressee, body);
    let addressee = std::str::from_utf8(addressee).map_err(|why| NoticeFault(why.to_string()))?;
    let to = notice::addressee(addressee)?;
    notice::decode(to, &body.map_err(|why| NoticeFault(why.to_string()))?)
}

/// A letter was delivered.
///
/// # Errors
/// Where the database fails.
pub fn delivered(session: &Session, id: i64) -> Result<(), StoreError> {
    session.link.execute("DELETE FROM outbox WHERE id = $1", &[&id])?;
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
            let sql = "UPDATE outbox SET tries = tries + 1, due = $2, dead = $3 WHERE id = $1";
            session.link.execute(sql, &[&id, &nanoseconds(due)?, &printable(why)])?;
        }
        None => {
            let sql = "UPDATE outbox SET tries = tries + 1, state = 'dead', dead = $2 WHERE id = $1";
            session.link.execute(sql, &[&id, &printable(why)])?;
        }
    }
    Ok(())
}

/// A text of the database has no zero in it.
pub(super) fn printable(text: &str) -> String {
    text.replace('\0', " ")
}
