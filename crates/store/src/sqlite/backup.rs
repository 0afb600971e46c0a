//! Saving the database of a node while it runs, and putting it back.
//!
//! A backup is one file: the whole database as of one moment, checked against its own log before it takes its name.
//! It has no keys: without the key file, which is kept apart, nothing in it can be read. What was acknowledged after a
//! backup is not in it, so a database that was put back says so to the node, which holds all goods until two people
//! have seen to what is missing ([`restored_at`]).

use super::{Database, Session, StoreError, connect, meta, open_to_read};
use crate::audit::{Verified, VerifyFault, verify};
use crate::time::timestamp;
use jiff::Timestamp;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Name of the row that says that the database was put back, and to what moment.
const RESTORED: &str = "restored";

/// Why nothing was saved or put back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupFault {
    /// Something is there already.
    #[error("{} is there already, and nothing is written over: move it away, or name another place", .0.display())]
    Exists(PathBuf),
    /// The copy is not whole.
    #[error("the copy is not whole, so it was not kept: {0}")]
    Verify(#[from] VerifyFault),
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file cannot be written or read.
    #[error("{}: {why}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        why: io::Error,
    },
    /// A node writes to the database that is said to have been put back.
    #[error(
        "a node runs on {0}, or was ended less than ten seconds ago: stop every node, and put the database back before any starts again"
    )]
    Running(String),
    /// The backup cannot be the one that is meant: it is shorter than a checkpoint that somebody kept.
    #[error(
        "{} has {leaves} entries in its log, and {expected} were there already: it is older than what you kept",
        path.display()
    )]
    Older {
        /// The backup.
        path: PathBuf,
        /// Entries of its log.
        leaves: u64,
        /// Entries that were seen.
        expected: u64,
    },
}

/// What was saved or put back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saved {
    /// What was checked.
    pub verified: Verified,
    /// Bytes of the file.
    pub bytes: u64,
    /// When its last event was written; `None` where there is none.
    pub last_at: Option<Timestamp>,
}

/// Saves a database into a new file, beside a node that runs; the file has its name once it was checked and is durable.
///
/// # Errors
/// Where the file is there already or cannot be written, or the copy is not whole.
pub fn backup(database: &Path, to: &Path) -> Result<Saved, BackupFault> {
    if to.exists() {
        return Err(BackupFault::Exists(to.to_owned()));
    }
    open_to_read(database)?;
    let part = Part::beside(to)?;
    let source = connect(database, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // One transaction that reads: what is written meanwhile is not in it, and waits for nothing.
    source.execute("VACUUM INTO ?1", [part.path.to_string_lossy().as_ref()]).map_err(StoreError::from)?;
    drop(source);
    let saved = check(&part.path)?;
    part.keep(to)?;
    Ok(saved)
}

/// Puts a backup in the place of a database that is not there. `seen` is how many entries the log had, where somebody
/// knows; a shorter backup is refused.
///
/// # Errors
/// Where a database is there, the backup is not whole, is another node's than the key file, or is too short.
pub fn restore(
    from: &Path,
    database: &Path,
    key_file: &Path,
    seen: Option<u64>,
) -> Result<Saved, BackupFault> {
    for left in [database.to_owned(), beside(database, "-wal")] {
        if left.exists() {
            return Err(BackupFault::Exists(left));
        }
    }
    open_to_read(from)?;
    if !key_file.exists() {
        let (database, keys) = (database.display().to_string(), key_file.to_owned());
        return Err(StoreError::KeysMissing { database, keys }.into());
    }
    let part = Part::beside(database)?;
    fs::copy(from, &part.path).map_err(|why| BackupFault::File { path: part.path.clone(), why })?;
    let saved = check(&part.path)?;
    if let Some(expected) = seen.filter(|seen| saved.verified.leaves < *seen) {
        return Err(BackupFault::Older { path: from.to_owned(), leaves: saved.verified.leaves, expected });
    }
    // Refuses the keys of another node.
    let session = Database::open(&part.path, key_file)?.session()?;
    let at = saved.last_at.unwrap_or(Timestamp::UNIX_EPOCH).to_string();
    let sql = "INSERT INTO meta (name, value) VALUES (?1, CAST(?2 AS BLOB)) \
               ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    session.connection().execute(sql, [RESTORED, &at]).map_err(StoreError::from)?;
    let sql = "PRAGMA journal_mode = DELETE";
    session.connection().query_row(sql, [], |_| Ok(())).map_err(StoreError::from)?;
    drop(session);
    part.keep(database)?;
    Ok(saved)
}

/// To what moment the database was put back, where the node has not taken notice yet.
///
/// # Errors
/// Where the database fails.
pub fn restored_at(session: &Session) -> Result<Option<String>, StoreError> {
    let value = meta(session.connection(), RESTORED)?;
    Ok(value.map(|value| String::from_utf8_lossy(&value).into_owned()))
}

/// The node has taken notice.
///
/// # Errors
/// Where the database fails.
pub fn noticed(session: &Session) -> Result<(), StoreError> {
    session.connection().execute("DELETE FROM meta WHERE name = ?1", [RESTORED])?;
    Ok(())
}

/// Checks a copy, and makes it durable.
fn check(path: &Path) -> Result<Saved, BackupFault> {
    let verified = verify(path)?;
    let connection = open_to_read(path)?;
    // The log does not speak of what is kept for a while only: letters, jobs, replies.
    let sound: String =
        connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(StoreError::from)?;
    if sound != "ok" {
        return Err(StoreError::Damaged { place: path.display().to_string(), what: sound }.into());
    }
    let last_at = last_at(&connection)?;
    drop(connection);
    let failed = |why| BackupFault::File { path: path.to_owned(), why };
    let file = File::open(path).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    Ok(Saved { verified, bytes: file.metadata().map_err(failed)?.len(), last_at })
}

/// When the last event was written; `None` where there is none.
///
/// # Errors
/// Where the database fails.
pub fn last_at(connection: &Connection) -> Result<Option<Timestamp>, StoreError> {
    // In the order of writing.
    let sql = "SELECT at FROM event ORDER BY leaf_index DESC LIMIT 1";
    let at: Option<i64> = connection.query_row(sql, [], |row| row.get(0)).optional()?;
    Ok(at.map(timestamp))
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// A file in the making, which goes away unless it is kept.
struct Part {
    path: PathBuf,
}

impl Part {
    fn beside(place: &Path) -> Result<Self, BackupFault> {
        let path = beside(place, ".part");
        let made = Self { path };
        // Left by one that was stopped.
        made.clear();
        let mut options = File::options();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&made.path).map_err(|why| BackupFault::File { path: made.path.clone(), why })?;
        Ok(made)
    }

    /// Gives it its name, durably.
    fn keep(self, place: &Path) -> Result<(), BackupFault> {
        let failed = |why| BackupFault::File { path: place.to_owned(), why };
        File::open(&self.path).and_then(|file| file.sync_all()).map_err(failed)?;
        // A link fails where something took the name meanwhile; a renaming would write over it.
        fs::hard_link(&self.path, place)
            .or_else(|why| match place.exists() {
                true => Err(why),
                // Sticks and shares know no links.
                false => fs::rename(&self.path, place),
            })
            .map_err(failed)?;
        #[cfg(unix)]
        {
            let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty());
            let folder = folder.unwrap_or(Path::new("."));
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        }
        Ok(())
    }

    fn clear(&self) {
        for ending in ["", "-wal", "-shm", "-journal"] {
            // What is not there need not be cleared.
            let _ = fs::remove_file(beside(&self.path, ending));
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        self.clear();
    }
}
