//! What is to be done later: as in [`crate::sqlite::jobs`], for several nodes that take jobs at once.

use super::outbox::printable;
use super::session::Session;
use crate::StoreError;
use crate::time::nanoseconds;
use jiff::{SignedDuration, Timestamp};

pub use crate::sqlite::jobs::Job;

/// Adds a job that is to be done from `due` on; gives its number.
///
/// # Errors
/// Where the database fails.
pub fn add(session: &Session, kind: &str, body: &[u8], due: Timestamp) -> Result<i64, StoreError> {
    let sql = "INSERT INTO job (kind, body, due) VALUES ($1, $2, $3) RETURNING id";
    Ok(session.link.query_one(sql, &[&kind, &body, &nanoseconds(due)?])?.get(0))
}

/// Takes the job of a kind that is due longest and that nobody else is taking, for `lease`; `None` where there is none.
///
/// # Errors
/// Where the database fails.
pub fn take(
    session: &Session,
    kind: &str,
    now: Timestamp,
    lease: SignedDuration,
) -> Result<Option<Job>, StoreError> {
    let until = now.saturating_add(lease).unwrap_or(now);
    // Materialised, so that it is looked up once and no more are taken than one.
    let sql = "WITH due AS MATERIALIZED \
               (SELECT id FROM job WHERE state = 'waiting' AND kind = $1 AND due <= $2 ORDER BY due, id LIMIT 1 \
               FOR UPDATE SKIP LOCKED) UPDATE job j SET due = $3, tries = tries + 1 FROM due WHERE j.id = due.id \
               RETURNING j.id, j.kind, j.body, j.tries - 1";
    let row = session.link.query_opt(sql, &[&kind, &nanoseconds(now)?, &nanoseconds(until)?])?;
    Ok(row.map(|row| Job {
        id: row.get(0),
        kind: row.get(1),
        body: row.get(2),
        tries: u32::try_from(row.get::<_, i32>(3)).unwrap_or_default(),
    }))
}

/// A job is done.
///
/// # Errors
/// Where the database fails.
pub fn done(session: &Session, id: i64) -> Result<(), StoreError> {
    session.link.execute("DELETE FROM job WHERE id = $1", &[&id])?;
    Ok(())
}

/// A job failed: it is to be tried again at `due`, or, where there is none, never.
///
/// # Errors
/// Where the database fails.
pub fn failed(session: &Session, id: i64, why: &str, due: Option<Timestamp>) -> Result<(), StoreError> {
    match due {
        Some(due) => {
            let sql = "UPDATE job SET due = $2, dead = $3 WHERE id = $1";
            session.link.execute(sql, &[&id, &nanoseconds(due)?, &printable(why)])?;
        }
        None => {
            let sql = "UPDATE job SET state = 'dead', dead = $2 WHERE id = $1";
            session.link.execute(sql, &[&id, &printable(why)])?;
        }
    }
    Ok(())
}
