//! The database of a node that stands alone: SQLite, one file, one process that writes.
//!
//! [`Database`] opens the file with its key file and brings the schema up to date; a [`Session`] is a connection that
//! may write, and [`SqliteJournal`] and [`SqliteOutbox`] are the ports of the engine on it. They write in whatever
//! transaction their session is in, so that the writer puts many commands into one ([`crate::writer`]). A
//! [`Reader`] is a connection of its own that only reads, beside the writer.

pub mod backup;
mod checkpoints;
pub mod condition;
pub mod idempotency;
pub mod inbox;
pub mod jobs;
mod journal;
pub mod outbox;
pub mod people;
pub mod push;
pub mod raw;
mod reader;
mod reading;

pub use crate::error::StoreError;
pub use crate::notice::NoticeFault;
pub(crate) use checkpoints::Checkpoints;
pub use journal::{SqliteJournal, clear_write_ahead_log, erase, rebuild_indices};
pub(crate) use journal::{or_nothing, settle_write_ahead_log};
pub use outbox::SqliteOutbox;
pub use reader::Reader;
pub use reading::{NoOutbox, ReadEngine, ReadJournal, ReadTeller, Reading};

use crate::segment::Keyring;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The schema this release writes. Migrations are forward only, and each is one file that never changes.
pub const EDITION: u32 = 3;

/// How long a connection waits for another to finish before it gives up. Only a backup or a check of the whole
/// database ever makes one wait.
const BUSY: Duration = Duration::from_secs(10);

/// Statements that a connection keeps prepared; the code has fewer.
const STATEMENTS: usize = 96;

/// Pages of 4 KiB in the write-ahead log after which it is copied into the database.
const CHECKPOINT_PAGES: u32 = 8_192;

mod migrations {
    refinery::embed_migrations!("src/sqlite/migrations");
}

/// The database of a node, with its keys; every connection comes from here.
#[derive(Debug, Clone)]
pub struct Database {
    path: PathBuf,
    keys: Arc<Keyring>,
}

impl Database {
    /// Opens the database of a node and brings its schema up to date; makes database and key file where neither is
    /// there.
    ///
    /// # Errors
    /// Where the database is there and its key file is not, or is another's; where a newer release wrote it; or
    /// either cannot be read.
    pub fn open(path: &Path, key_file: &Path) -> Result<Self, StoreError> {
        let is_new = !begun(path)?;
        let keys = match (key_file.exists(), is_new) {
            (true, _) => Keyring::open(key_file)?,
            (false, true) => Keyring::create(key_file)?,
            (false, false) => {
                let (database, keys) = (path.display().to_string(), key_file.to_owned());
                return Err(StoreError::KeysMissing { database, keys });
            }
        };
        let mut connection =
            connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        // Kept in the file: every later connection finds it so.
        connection.pragma_update(None, "journal_mode", "WAL")?;
        if !is_new {
            refuse_newer(&connection, path)?;
        }
        let migrated = migrations::migrations::runner().run(&mut connection);
        migrated.map_err(|why| StoreError::Migration {
            database: path.display().to_string(),
            why: why.to_string(),
        })?;
        match meta(&connection, "node")? {
            None => {
                let verifier = keys.signer().verifier().to_string();
                let check = keys.master().seal(CHECK, CHECK);
                let check = check.map_err(|why| StoreError::Seal { place: "the keys".into(), why })?;
                let whole = connection.transaction()?;
                for (name, value) in
                    [("node", keys.node().as_bytes()), ("verifier", verifier.as_bytes()), ("check", &check)]
                {
                    whole.execute("INSERT INTO meta (name, value) VALUES (?1, ?2)", (name, value))?;
                }
                whole.commit()?;
            }
            Some(_) => refuse_others(&connection, path, &keys, key_file)?,
        }
        Ok(Self { path: path.to_owned(), keys: Arc::new(keys) })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its keys.
    pub fn keys(&self) -> &Keyring {
        &self.keys
    }

    /// A connection that may write. The writer has the only one on a node that runs.
    ///
    /// # Errors
    /// Where the database cannot be opened.
    pub fn session(&self) -> Result<Session, StoreError> {
        let connection = connect(&self.path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        let keys = Arc::clone(&self.keys);
        Ok(Session {
            connection,
            keys,
            touched: RefCell::default(),
            written: Cell::default(),
            letters: Cell::default(),
            undone_whole: Cell::default(),
            half_done: Cell::default(),
            open: RefCell::default(),
        })
    }

    /// A connection that only reads, beside the writer.
    ///
    /// # Errors
    /// Where the database cannot be opened.
    pub fn reader(&self) -> Result<Reader, StoreError> {
        Ok(Reader::new(connect_to_read(&self.path)?, Arc::clone(&self.keys)))
    }
}

/// What is sealed under the master key to know it by.
const CHECK: &[u8] = b"loadgate";

/// Whether a node has begun to use this file: it may have been stopped between making its keys and its database.
fn begun(path: &Path) -> Result<bool, StoreError> {
    if !path.exists() {
        return Ok(false);
    }
    let connection = connect_to_read(path)?;
    let sql = "SELECT 1 FROM sqlite_schema WHERE name = 'meta'";
    let has_meta = connection.query_row(sql, [], |_| Ok(())).optional()?.is_some();
    Ok(has_meta && meta(&connection, "node")?.is_some())
}

/// Whether a database that was begun belongs to these keys; one that is not there yet belongs to any.
///
/// # Errors
/// [`StoreError::KeysOfAnother`], or where it cannot be read.
pub fn belongs(path: &Path, keys: &Keyring, key_file: &Path) -> Result<(), StoreError> {
    if !begun(path)? {
        return Ok(());
    }
    refuse_others(&connect_to_read(path)?, path, keys, key_file)
}

fn refuse_others(
    connection: &Connection,
    path: &Path,
    keys: &Keyring,
    key_file: &Path,
) -> Result<(), StoreError> {
    let node = meta(connection, "node")?.unwrap_or_default();
    let check = meta(connection, "check")?.unwrap_or_default();
    if node == keys.node().as_bytes() && keys.master().open(CHECK, &check).is_ok() {
        return Ok(());
    }
    let node = String::from_utf8_lossy(&node).into_owned();
    let (database, keys) = (path.display().to_string(), key_file.to_owned());
    Err(StoreError::KeysOfAnother { database, keys, node })
}

fn refuse_newer(connection: &Connection, path: &Path) -> Result<(), StoreError> {
    let found = String::from_utf8_lossy(&meta(connection, "edition")?.unwrap_or_default()).into_owned();
    match found.parse::<u32>() {
        Ok(edition) if edition <= EDITION => Ok(()),
        _ => Err(StoreError::Newer { database: path.display().to_string(), found, known: EDITION }),
    }
}

/// Opens a database to read it, without its keys.
///
/// # Errors
/// Where it is not there, is no database of a node, or a newer release wrote it.
pub fn open_to_read(path: &Path) -> Result<Connection, StoreError> {
    if !begun(path)? {
        return Err(StoreError::Absent(path.display().to_string()));
    }
    let connection = connect_to_read(path)?;
    refuse_newer(&connection, path)?;
    Ok(connection)
}

fn connect_to_read(path: &Path) -> Result<Connection, StoreError> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // A reader of a write-ahead log takes part in its locks, for which it needs a file it may write.
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Without it SQLite plans a statement anew whenever what is bound to it could have led to another plan.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // FULL syncs the write-ahead log with every commit: what was acknowledged is on the disk. On systems where a sync
    // leaves bytes in the cache of the drive, `fullfsync` asks for more.
    connection.execute_batch(&format!(
        "PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; \
         PRAGMA checkpoint_fullfsync = ON; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; \
         PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = MEMORY; \
         PRAGMA cache_size = -65536; PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES};"
    ))?;
    Ok(connection)
}

fn meta(connection: &Connection, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT value FROM meta WHERE name = ?1";
    Ok(connection.query_row(sql, [name], |row| row.get(0)).optional()?)
}

/// A connection that may write, and what was done on it since somebody last asked.
#[derive(Debug)]
pub struct Session {
    connection: Connection,
    keys: Arc<Keyring>,
    /// Streams that were appended to.
    touched: RefCell<BTreeSet<i64>>,
    /// Bytes of segments that were written.
    written: Cell<usize>,
    /// Whether a letter was added.
    letters: Cell<bool>,
    /// Whether whoever is at work undoes all of it where a step fails.
    undone_whole: Cell<bool>,
    /// Whether a step failed meanwhile.
    half_done: Cell<bool>,
    /// The stream that whoever is at work appended to last.
    open: RefCell<Option<journal::Open>>,
}

impl Session {
    /// The connection.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The keys of its node.
    pub fn keys(&self) -> &Keyring {
        &self.keys
    }

    /// The streams that were appended to since this was last asked, by their ids.
    pub(crate) fn take_touched(&self) -> BTreeSet<i64> {
        self.touched.take()
    }

    /// How many bytes of segments were written since this was last asked.
    pub(crate) fn take_written(&self) -> usize {
        self.written.take()
    }

    /// Whether letters were added since this was last asked.
    pub(crate) fn take_letters(&self) -> bool {
        self.letters.take()
    }

    /// Runs a step whole or not at all, in the transaction the session is in, or in one of its own.
    ///
    /// # Errors
    /// Those of the step, or where the database fails.
    pub fn step<T, E: From<rusqlite::Error>>(
        &self,
        step: impl FnOnce(&Self) -> Result<T, E>,
    ) -> Result<T, E> {
        if self.undone_whole.get() {
            let done = step(self);
            self.half_done.set(self.half_done.get() || done.is_err());
            return done;
        }
        let connection = &self.connection;
        connection.prepare_cached("SAVEPOINT step")?.execute([])?;
        let done = step(self);
        // Some failures end the whole transaction; then there is nothing left to release.
        if connection.is_autocommit() {
            return done;
        }
        if done.is_err() {
            connection.prepare_cached("ROLLBACK TO step")?.execute([])?;
        }
        connection.prepare_cached("RELEASE step")?.execute([])?;
        done
    }

    /// Does something all of whose writes the caller undoes where this says that a step of it failed, whatever it gives
    /// itself. Steps need no savepoints of their own then, each of which has SQLite copy every page it touches once more.
    pub(crate) fn undone_whole<T>(&self, what: impl FnOnce() -> T) -> (T, bool) {
        /// Also where it panics.
        struct Ends<'a>(&'a Session);
        impl Drop for Ends<'_> {
            fn drop(&mut self) {
                self.0.undone_whole.set(false);
                self.0.open.take();
            }
        }
        self.undone_whole.set(true);
        self.half_done.set(false);
        let ends = Ends(self);
        let done = what();
        drop(ends);
        (done, self.half_done.get())
    }
}
