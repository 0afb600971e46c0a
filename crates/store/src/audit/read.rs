//! Reading the log, whatever database it is in.

use super::checkpoint::Verifier;
use super::export::ExportFault;
use super::log::{self, AuditError, Kept, Proof};
use super::merkle::{Hash, Tiles};
use crate::StoreError;
use crate::sqlite::condition::{Condition, condition};
use rusqlite::Connection;

/// A log that can be asked. Needs no keys.
pub trait LogRead {
    /// The key by which its checkpoints are verified.
    ///
    /// # Errors
    /// Where the database has none, or fails.
    fn verifier(&self) -> Result<Verifier, ExportFault>;

    /// The last checkpoint as it was signed; `None` before the first.
    ///
    /// # Errors
    /// Where the database fails.
    fn latest_checkpoint(&self) -> Result<Option<String>, AuditError>;

    /// The hashes of a tile, as many as there are; level 0 has the leaves.
    ///
    /// # Errors
    /// Where the database fails.
    fn tile(&self, level: u32, index: u64) -> Result<Vec<Hash>, AuditError>;

    /// The stream that an index leads to from a key; the last one that was put there.
    ///
    /// # Errors
    /// Where the database fails.
    fn stream_of(&self, kind: &str, key: &str) -> Result<Option<String>, AuditError>;

    /// The place of the last event of a stream that is under a checkpoint; 0 where there is none.
    ///
    /// # Errors
    /// Where the database fails.
    fn last_event(&self, stream: &str) -> Result<u64, AuditError>;

    /// The proof that an event is under the last checkpoint.
    ///
    /// # Errors
    /// [`AuditError::Unproven`] where there is no such event, or no checkpoint since it; or the database fails.
    fn prove(&self, stream: &str, version: u64) -> Result<Proof, AuditError>;

    /// What waits, what failed for good, and how far the log is signed.
    ///
    /// # Errors
    /// Where the database fails.
    fn condition(&self) -> Result<Condition, StoreError>;
}

impl LogRead for Connection {
    fn verifier(&self) -> Result<Verifier, ExportFault> {
        let sql = "SELECT CAST(value AS TEXT) FROM meta WHERE name = 'verifier'";
        let text: String = self.query_row(sql, [], |row| row.get(0)).map_err(AuditError::from)?;
        Ok(Verifier::parse(&text)?)
    }

    fn latest_checkpoint(&self) -> Result<Option<String>, AuditError> {
        log::latest_checkpoint(self)
    }

    fn tile(&self, level: u32, index: u64) -> Result<Vec<Hash>, AuditError> {
        Ok(Kept(self).tile(level, index)?)
    }

    fn stream_of(&self, kind: &str, key: &str) -> Result<Option<String>, AuditError> {
        log::stream_of(self, kind, key)
    }

    fn last_event(&self, stream: &str) -> Result<u64, AuditError> {
        log::last_event(self, stream)
    }

    fn prove(&self, stream: &str, version: u64) -> Result<Proof, AuditError> {
        log::prove(self, stream, version)
    }

    fn condition(&self) -> Result<Condition, StoreError> {
        condition(self)
    }
}

/// The tiles of a log.
pub(super) struct Through<'a>(pub(super) &'a dyn LogRead);

impl Tiles for Through<'_> {
    type Error = AuditError;

    fn tile(&self, level: u32, index: u64) -> Result<Vec<Hash>, AuditError> {
        self.0.tile(level, index)
    }
}
