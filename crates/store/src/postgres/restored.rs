//! Saying that a shared database was put back to an earlier state.
//!
//! The means of its server put it back, and they leave no mark. What was acknowledged since is not in it, perhaps an
//! order not to load: so whoever puts it back says so ([`mark`]), and the first node that starts holds all goods until
//! two people have seen to what is missing, as on SQLite ([`crate::sqlite::backup`]).

use super::audit::{BEAT, LogReader, verify};
use super::condition::held;
use super::link::Link;
use super::{Address, Database, apart, meta, reader, suits};
use crate::StoreError;
use crate::sqlite::backup::{BackupFault, Saved};
use jiff::{SignedDuration, Timestamp};

/// Name of the row that says that the database was put back, and to what moment.
const RESTORED: &str = "restored";

/// Checks a database that was put back, and marks it as such. `seen` is how many entries the log had, where somebody
/// knows; a shorter one is refused. Must not be called by a task of a runtime.
///
/// # Errors
/// Where a node runs on it, it is not whole or too short, or it cannot be reached or used.
pub fn mark(address: &Address, seen: Option<u64>) -> Result<Saved, BackupFault> {
    nobody_runs(address)?;
    let log = LogReader::open(address)?;
    let row = log.link.query_one("SELECT pg_database_size(current_database())", &[]);
    let bytes = row.map_err(StoreError::from)?.get::<_, i64>(0) as u64;
    let last_at = reader::last_at(&log.link)?;
    drop(log);
    let verified = verify(address)?;
    if let Some(expected) = seen.filter(|seen| verified.leaves < *seen) {
        return Err(BackupFault::Older {
            path: address.to_string().into(),
            leaves: verified.leaves,
            expected,
        });
    }
    nobody_runs(address)?;
    let link = Link::open(address)?;
    suits(&link, address)?;
    let at = last_at.unwrap_or(Timestamp::UNIX_EPOCH).to_string();
    let sql = "INSERT INTO meta (name, value) VALUES ($1, $2) \
               ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    link.execute(sql, &[&RESTORED, &at.as_bytes()]).map_err(StoreError::from)?;
    Ok(Saved { verified, bytes, last_at })
}

/// That no node runs on a database: the lease of the log is taken up at the next beat, where one is given back.
fn nobody_runs(address: &Address) -> Result<(), BackupFault> {
    let beats = SignedDuration::try_from(3 * BEAT).unwrap_or(SignedDuration::MAX);
    loop {
        let lease = held(&LogReader::open(address)?)?;
        match lease.map(|lease| lease.ended) {
            None => return Ok(()),
            Some(None) => return Err(BackupFault::Running(address.to_string())),
            Some(Some(ago)) if ago > beats => return Ok(()),
            Some(Some(_)) => std::thread::sleep(BEAT),
        }
    }
}

/// To what moment the database was put back, where no node has taken notice yet.
///
/// # Errors
/// Where the database fails.
pub fn restored_at(database: &Database) -> Result<Option<String>, StoreError> {
    apart(|| {
        let value = meta(&Link::open(&database.address)?, RESTORED)?;
        Ok(value.map(|value| String::from_utf8_lossy(&value).into_owned()))
    })
}

/// A node has taken notice that it was put back to that moment.
///
/// # Errors
/// Where the database fails.
pub fn noticed(database: &Database, at: &str) -> Result<(), StoreError> {
    apart(|| {
        let link = Link::open(&database.address)?;
        suits(&link, &database.address)?;
        // Not one that came meanwhile.
        link.execute("DELETE FROM meta WHERE name = $1 AND value = $2", &[&RESTORED, &at.as_bytes()])?;
        Ok(())
    })
}
