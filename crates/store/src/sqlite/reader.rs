//! Reading beside the writer.

use super::{StoreError, backup, journal, raw};
use crate::quiet::{Page, Quiet};
use crate::segment::Keyring;
use crate::span::{Span, Spanned, Take};
use engine::{Index, Pick, Recorded, StreamId, Version};
use jiff::Timestamp;
use rusqlite::Connection;
use std::sync::Arc;

/// A connection that only reads. It sees what was committed, and never waits for the writer.
#[derive(Debug)]
pub struct Reader {
    connection: Connection,
    keys: Arc<Keyring>,
}

impl Reader {
    pub(super) fn new(connection: Connection, keys: Arc<Keyring>) -> Self {
        Self { connection, keys }
    }

    pub(super) fn keys(&self) -> &Keyring {
        &self.keys
    }

    /// The connection, for what is asked of the log ([`crate::audit`]).
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// All events of a stream, in order.
    ///
    /// # Errors
    /// Where the stream was erased or is damaged, or the database fails.
    pub fn read(&self, stream: &StreamId) -> Result<Vec<Recorded>, StoreError> {
        journal::read(&self.connection, &self.keys, stream)
    }

    /// The version a stream is at.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn version(&self, stream: &StreamId) -> Result<Version, StoreError> {
        journal::version(&self.connection, stream)
    }

    /// The version up to which a stream can be read: 0 for one that was erased, so that whoever remembers it forgets it.
    pub(super) fn readable(&self, stream: &StreamId) -> Result<Version, StoreError> {
        journal::readable(&self.connection, stream)
    }

    /// Gives every event of a span of time, whatever its stream, in the order of the log.
    ///
    /// # Errors
    /// Where one is damaged, or the database fails.
    pub fn span(&self, span: Span<'_>, take: &mut Take<'_>) -> Result<Spanned, StoreError> {
        journal::span(&self.connection, &self.keys, span, take)
    }

    /// A page of streams whose last event is old.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn quiet(&self, page: &Page<'_>) -> Result<Quiet, StoreError> {
        journal::quiet(&self.connection, page)
    }

    /// When the last event was written; `None` where there is none.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn last_at(&self) -> Result<Option<Timestamp>, StoreError> {
        backup::last_at(&self.connection)
    }

    /// The values under a key of an index.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn find(&self, index: Index, key: &str, pick: Pick) -> Result<Vec<Arc<str>>, StoreError> {
        journal::find(&self.connection, index, key, pick)
    }

    /// A message exactly as it came, by its hash; `None` where it is not kept, or its streams were erased.
    ///
    /// # Errors
    /// Where it is damaged, or the database fails.
    pub fn raw(&self, sha256: &[u8; 32]) -> Result<Option<Vec<u8>>, StoreError> {
        raw::get(&self.connection, &self.keys, sha256)
    }

    /// Reads several things of one state of the database, whatever is committed meanwhile.
    ///
    /// # Errors
    /// Those of `read`, or where the database fails.
    pub fn at_once<T>(&self, read: impl FnOnce(&Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        // A transaction that only reads ends with it, whichever way it goes.
        let whole = self.connection.unchecked_transaction()?;
        let done = read(self)?;
        whole.commit()?;
        Ok(done)
    }
}
