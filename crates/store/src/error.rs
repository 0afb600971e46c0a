//! Why the store cannot do as asked.

use crate::segment::{KeyFault, SealFault};
use jiff::{SignedDuration, Timestamp};
use std::path::PathBuf;

/// Why the store cannot do as asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] rusqlite::Error),
    /// It cannot be brought up to date.
    #[error("the schema of {database} cannot be brought up to date: {why}")]
    Migration {
        /// The database.
        database: String,
        /// Why.
        why: String,
    },
    /// A newer release wrote it.
    #[error(
        "{database} has edition {found} of the schema, and this release knows {known}: a newer release wrote it. Start \
         that release, or restore a backup of this one"
    )]
    Newer {
        /// The database.
        database: String,
        /// Its edition.
        found: String,
        /// The one of this release.
        known: u32,
    },
    /// There is no database here.
    #[error("there is no database of a node at {0}")]
    Absent(String),
    /// The keys cannot be had.
    #[error(transparent)]
    Keys(#[from] KeyFault),
    /// The database has keys somewhere else.
    #[error(
        "{database} is there, and its key file {} is not. Nothing in it can be read without: put the key file back from \
         where it is kept apart from backups. To begin anew, move the database away",
        keys.display()
    )]
    KeysMissing {
        /// The database.
        database: String,
        /// Where its keys should be.
        keys: PathBuf,
    },
    /// The keys are those of another database.
    #[error(
        "{} holds the keys of another database than {database}: put the key file back that belongs to it (node {node})",
        keys.display()
    )]
    KeysOfAnother {
        /// The database.
        database: String,
        /// The key file.
        keys: PathBuf,
        /// The node of the database.
        node: String,
    },
    /// Another process writes to it.
    #[error("another process writes to {}: stop it first; one process alone writes", .0.display())]
    Locked(PathBuf),
    /// Something cannot be sealed or opened.
    #[error("{place}: {why}")]
    Seal {
        /// What.
        place: String,
        /// Why.
        why: SealFault,
    },
    /// A stream was erased.
    #[error("stream {0} was erased: its key was destroyed, and what it said cannot be read any more")]
    Erased(String),
    /// What is kept is not what was written.
    #[error("{place} is damaged: {what}; restore it from a backup")]
    Damaged {
        /// Where.
        place: String,
        /// What is wrong.
        what: String,
    },
    /// The server of the database refused something, or failed.
    #[error("the database failed: {0}")]
    Server(String),
    /// The server cannot be reached.
    #[error("the database {database} cannot be reached: {why}")]
    Unreachable {
        /// The database.
        database: String,
        /// Why.
        why: String,
    },
    /// The connection was lost, or the server did not answer in time.
    #[error("the connection to the database was lost: {0}")]
    Lost(String),
    /// Another node wrote to what this was decided on; decided again, it may be otherwise.
    #[error("another node of this database wrote to the same at that moment: send it again")]
    Overtaken,
    /// Another node has taken over what one alone may do.
    #[error("another node has taken over the lease {0}: nothing was written under the old one")]
    Fenced(&'static str),
    /// The server cannot keep a node's data as they must be kept.
    #[error("{database} cannot be used: {why}")]
    Unsuited {
        /// The database.
        database: String,
        /// Why, and what to do.
        why: String,
    },
    /// The clocks of this machine and of the database differ.
    #[error(
        "the clock of this machine is {0} from that of the database, and one of the two is wrong: nothing is decided \
         until they agree. Set both by the same time server"
    )]
    Clock(SignedDuration),
    /// The operating system refused something.
    #[error("{place}: {why}")]
    System {
        /// What.
        place: String,
        /// Why.
        why: std::io::Error,
    },
    /// No engine could be made over the journal.
    #[error("the engine cannot be started over the journal: it met a fault of its own; report it")]
    NoEngine,
    /// The log cannot be continued.
    #[error("{0}")]
    Log(String),
    /// A time that the database cannot keep.
    #[error("the time {0} cannot be kept: set the clock of this machine")]
    Time(Timestamp),
}
