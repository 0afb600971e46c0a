//! The database of several nodes: PostgreSQL 15 or newer.
//!
//! Every node is the same and keeps nothing of its own: whichever is asked decides on what the database has.
//! [`Database`] connects with the key file and brings the schema up to date. A [`Session`] is a connection that may
//! write: it collects what a batch wants to write, and writes it in one go, if no other node wrote to anything the batch
//! rests on. [`PgJournal`] and [`PgOutbox`] are the ports of the engine on it. [`audit`] is the log, which one node at a
//! time carries on, by a lease with a token. A [`Reader`] only reads.
//!
//! How nodes are kept from overtaking one another is told in `docs/store.md`.

mod address;
pub mod audit;
pub mod condition;
mod feed;
pub mod inbox;
pub mod jobs;
mod journal;
mod lease;
mod link;
pub mod outbox;
pub mod people;
pub mod projections;
pub mod push;
pub(crate) mod raw;
mod reader;
pub mod replies;
pub mod restored;
mod rows;
mod session;
mod tls;
mod touch;
mod view;
mod write;

pub use address::{Address, AddressFault};
pub use journal::{PgJournal, PgOutbox, erase, put_raw, rebuild_indices};
pub use lease::Lease;
pub use reader::Reader;
pub use session::Session;
pub(crate) use session::{Flushed, Wants};

use crate::StoreError;
use crate::segment::Keyring;
use link::{Link, Step, values};
use std::path::Path;
use std::sync::Arc;

/// The schema this release writes. Migrations are forward only, and each is one file that never changes.
pub const EDITION: u32 = 3;

/// The oldest server that is known to do, as it states its version.
const SERVER_MIN: i32 = 150_000;

/// Keeps nodes from bringing the schema up to date at once; the number is of this use alone.
const MIGRATING: i64 = 0x6c6f_6164_6761_7465;

/// What is sealed under the master key to know it by.
const CHECK: &[u8] = b"loadgate";

mod migrations {
    refinery::embed_migrations!("src/postgres/migrations");
}

/// The database of nodes, with their keys; every connection comes from here.
#[derive(Debug, Clone)]
pub struct Database {
    address: Arc<Address>,
    keys: Arc<Keyring>,
}

impl Database {
    /// Connects to the database of nodes and brings its schema up to date; begins it, and makes a key file, where neither
    /// is there.
    ///
    /// # Errors
    /// Where it cannot be reached or used, it is begun and the key file is not there or another's, or a newer release
    /// wrote it.
    pub fn open(address: &Address, key_file: &Path) -> Result<Self, StoreError> {
        apart(|| Self::open_here(address, key_file))
    }

    fn open_here(address: &Address, key_file: &Path) -> Result<Self, StoreError> {
        let mut link = Link::open(address)?;
        suits(&link, address)?;
        // Until this connection ends: another node that starts waits here, and finds it begun.
        link.query("SELECT pg_advisory_lock($1)", &[&MIGRATING])?;
        let begun = meta(&link, "node")?;
        let keys = match (key_file.exists(), &begun) {
            (true, _) => Keyring::open(key_file)?,
            (false, None) => Keyring::create(key_file)?,
            (false, Some(_)) => {
                let (database, keys) = (address.to_string(), key_file.to_owned());
                return Err(StoreError::KeysMissing { database, keys });
            }
        };
        if begun.is_some() {
            refuse_newer(&link, address)?;
        }
        let migrated =
            link.with_client(async |client| migrations::migrations::runner().run_async(client).await);
        migrated.map_err(|why| StoreError::Migration { database: address.to_string(), why })?;
        match begun {
            None => {
                let verifier = keys.signer().verifier().to_string();
                let check = keys.master().seal(CHECK, CHECK);
                let check = check.map_err(|why| StoreError::Seal { place: "the keys".into(), why })?;
                let names = ["node", "verifier", "check"];
                let contents = [keys.node().as_bytes(), verifier.as_bytes(), &check];
                let sql = "INSERT INTO meta (name, value) SELECT * FROM unnest($1::text[], $2::bytea[])";
                link.execute(sql, &[&names.as_slice(), &contents.as_slice()])?;
            }
            Some(node) => {
                let check = meta(&link, "check")?.unwrap_or_default();
                if node != keys.node().as_bytes() || keys.master().open(CHECK, &check).is_err() {
                    let node = String::from_utf8_lossy(&node).into_owned();
                    let (database, keys) = (address.to_string(), key_file.to_owned());
                    return Err(StoreError::KeysOfAnother { database, keys, node });
                }
            }
        }
        Ok(Self { address: Arc::new(address.clone()), keys: Arc::new(keys) })
    }

    /// Where it is.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Its keys.
    pub fn keys(&self) -> &Keyring {
        &self.keys
    }

    /// A connection that may write. It belongs to the thread that uses it, which may be no task of a runtime.
    ///
    /// # Errors
    /// Where the database cannot be reached.
    pub fn session(&self) -> Result<Session, StoreError> {
        let link = Link::open(&self.address)?;
        suits(&link, &self.address)?;
        Ok(Session::new(link, Arc::clone(&self.keys)))
    }

    /// A connection that only reads.
    ///
    /// # Errors
    /// Where the database cannot be reached.
    pub fn reader(&self) -> Result<Reader, StoreError> {
        Ok(Reader::new(Link::open(&self.address)?, Arc::clone(&self.keys)))
    }

    /// Whether the batch of this number was committed. The connection that may have done it is gone, and the server may
    /// not know yet: it held the row of `head` before it was told to commit, so whoever has that row now comes after it,
    /// whichever way it went.
    pub(crate) fn has_batch(&self, number: i64) -> Result<bool, StoreError> {
        let link = Link::open(&self.address)?;
        let steps = [
            Step::new("BEGIN", values![]),
            Step::new("SELECT seq FROM head FOR UPDATE", values![]),
            Step::new("SELECT 1 FROM batch WHERE number = $1", values![number]),
            Step::new("ROLLBACK", values![]),
        ];
        Ok(!link.together(&steps)?[2].is_empty())
    }
}

/// Does something on a thread of its own: a connection waits by a runtime of its own, and there may be one here already.
pub(crate) fn apart<T: Send>(work: impl FnOnce() -> Result<T, StoreError> + Send) -> Result<T, StoreError> {
    std::thread::scope(|scope| match scope.spawn(work).join() {
        Ok(done) => done,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}

/// Whether the server keeps what it acknowledges, and knows what is.
fn suits(link: &Link, address: &Address) -> Result<(), StoreError> {
    let sql = "SELECT current_setting('server_version_num')::int, current_setting('server_version'), \
               current_setting('fsync'), current_setting('full_page_writes'), \
               current_setting('synchronous_commit'), pg_is_in_recovery()";
    let row = link.query_one(sql, &[])?;
    let unsuited = |why: String| Err(StoreError::Unsuited { database: address.to_string(), why });
    let (version, name): (i32, &str) = (row.get(0), row.get(1));
    if version < SERVER_MIN {
        return unsuited(format!("it is PostgreSQL {name}: 15 is the oldest that does. Upgrade it"));
    }
    for (column, setting) in [(2, "fsync"), (3, "full_page_writes")] {
        if row.get::<_, &str>(column) != "on" {
            return unsuited(format!(
                "{setting} is off there, so that what is acknowledged may be lost: turn it on in postgresql.conf"
            ));
        }
    }
    if row.get(5) {
        return unsuited("it is a standby: name the primary, or all of them, separated by commas".into());
    }
    if row.get::<_, &str>(4) == "off" {
        // What is answered is on the disk, whatever others do on this server.
        link.batch("SET synchronous_commit = on")?;
    }
    Ok(())
}

/// Something of the table `meta`; `None` also where there is no such table yet.
fn meta(link: &Link, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
    let there = link.query_one("SELECT to_regclass('meta') IS NOT NULL", &[])?;
    if !there.get::<_, bool>(0) {
        return Ok(None);
    }
    Ok(link.query_opt("SELECT value FROM meta WHERE name = $1", &[&name])?.map(|row| row.get(0)))
}

fn refuse_newer(link: &Link, address: &Address) -> Result<(), StoreError> {
    let found = String::from_utf8_lossy(&meta(link, "edition")?.unwrap_or_default()).into_owned();
    match found.parse::<u32>() {
        Ok(edition) if edition <= EDITION => Ok(()),
        _ => Err(StoreError::Newer { database: address.to_string(), found, known: EDITION }),
    }
}
