//! How a database is, for whoever looks after it.

use super::StoreError;
use crate::time::timestamp;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _};

/// What waits, what failed for good, and how far the log is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Entries of the log.
    pub leaves: u64,
    /// Entries under the last checkpoint.
    pub signed: u64,
    /// When the last checkpoint was signed.
    pub signed_at: Option<Timestamp>,
    /// Letters that wait.
    pub letters_waiting: u64,
    /// When the one that waits longest was due.
    pub letter_due: Option<Timestamp>,
    /// Letters that cannot be delivered, and why the last of them cannot.
    pub letters_dead: (u64, Option<String>),
    /// Jobs that wait.
    pub jobs_waiting: u64,
    /// When the one that waits longest was due.
    pub job_due: Option<Timestamp>,
    /// Jobs that failed for good, and why the last of them did.
    pub jobs_dead: (u64, Option<String>),
}

/// Looks at a database; needs no keys.
///
/// # Errors
/// Where the database fails.
pub fn condition(connection: &Connection) -> Result<Condition, StoreError> {
    let count = |sql: &str| -> Result<u64, StoreError> {
        Ok(connection.query_row(sql, [], |row| row.get::<_, i64>(0))? as u64)
    };
    let time = |sql: &str| -> Result<Option<Timestamp>, StoreError> {
        let at: Option<Option<i64>> = connection.query_row(sql, [], |row| row.get(0)).optional()?;
        Ok(at.flatten().map(timestamp))
    };
    let dead = |table: &str| -> Result<(u64, Option<String>), StoreError> {
        let number = count(&format!("SELECT count(*) FROM {table} WHERE state = 'dead'"))?;
        let sql = format!("SELECT dead FROM {table} WHERE state = 'dead' ORDER BY id DESC LIMIT 1");
        Ok((number, connection.query_row(&sql, [], |row| row.get(0)).optional()?.flatten()))
    };
    Ok(Condition {
        leaves: count("SELECT coalesce(max(leaf_index) + 1, 0) FROM leaf")?,
        signed: count("SELECT coalesce(max(size), 0) FROM checkpoint")?,
        signed_at: time("SELECT at FROM checkpoint ORDER BY size DESC LIMIT 1")?,
        letters_waiting: count("SELECT count(*) FROM outbox WHERE state = 'waiting'")?,
        letter_due: time("SELECT min(due) FROM outbox WHERE state = 'waiting' AND due > 0")?,
        letters_dead: dead("outbox")?,
        jobs_waiting: count("SELECT count(*) FROM job WHERE state = 'waiting'")?,
        job_due: time("SELECT min(due) FROM job WHERE state = 'waiting'")?,
        jobs_dead: dead("job")?,
    })
}
