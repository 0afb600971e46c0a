//! What is to be done later.
//!
//! Whoever takes a job has it for a while; where he does not finish it by then, because he was stopped, it can be taken
//! again. So a job is done at least once, and its effect must bear that.

use super::{Session, StoreError};
use crate::time::nanoseconds;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, params};

/// A job that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: i64,
    /// What kind of job it is.
    pub kind: String,
    /// What it is about.
    pub body: Vec<u8>,
    /// How often it was taken before.
    pub tries: u32,
}

/// Adds a job that is to be done from `due` on; gives its number.
///
/// # Errors
/// Where the database fails.
pub fn add(session: &Session, kind: &str, body: &[u8], due: Timestamp) -> Result<i64, StoreError> {
    let sql = "INSERT INTO job (kind, body, due) VALUES (?1, ?2, ?3)";
    session.connection.prepare_cached(sql)?.execute(params![kind, body, nanoseconds(due)?])?;
    Ok(session.connection.last_insert_rowid())
}

/// Takes the job of a kind that is due longest, for `lease`; `None` where none is due.
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
    let sql = "UPDATE job SET due = ?3, tries = tries + 1 WHERE id = \
               (SELECT id FROM job WHERE state = 'waiting' AND kind = ?1 AND due <= ?2 ORDER BY due, id LIMIT 1) \
               RETURNING id, kind, body, tries - 1";
    let mut row = session.connection.prepare_cached(sql)?;
    let taken = row.query_row(params![kind, nanoseconds(now)?, nanoseconds(until)?], |row| {
        Ok(Job { id: row.get(0)?, kind: row.get(1)?, body: row.get(2)?, tries: row.get(3)? })
    });
    Ok(taken.optional()?)
}

/// A job is done.
///
/// # Errors
/// Where the database fails.
pub fn done(session: &Session, id: i64) -> Result<(), StoreError> {
    session.connection.prepare_cached("DELETE FROM job WHERE id = ?1")?.execute([id])?;
    Ok(())
}

/// A job failed: it is to be tried again at `due`, or, where there is none, never.
///
/// # Errors
/// Where the database fails.
pub fn failed(session: &Session, id: i64, why: &str, due: Option<Timestamp>) -> Result<(), StoreError> {
    match due {
        Some(due) => {
            let sql = "UPDATE job SET due = ?2, dead = ?3 WHERE id = ?1";
            session.connection.prepare_cached(sql)?.execute(params![id, nanoseconds(due)?, why])?;
        }
        None => {
            let sql = "UPDATE job SET state = 'dead', dead = ?2 WHERE id = ?1";
            session.connection.prepare_cached(sql)?.execute(params![id, why])?;
        }
    }
    Ok(())
}
