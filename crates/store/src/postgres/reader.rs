//! Reading beside those who write.

use super::link::Link;
use super::{raw, rows};
use crate::StoreError;
use crate::quiet::{Page, Quiet};
use crate::segment::Keyring;
use crate::span::{Span, Spanned, Take};
use crate::time::timestamp;
use engine::{Index, Pick, Recorded, StreamId, Version};
use jiff::Timestamp;
use std::sync::Arc;

/// A connection to the primary that only reads. It sees what was committed. It belongs to the thread that uses it, which may
/// be no task of a runtime.
#[derive(Debug)]
pub struct Reader {
    pub(super) link: Link,
    pub(super) keys: Arc<Keyring>,
}

impl Reader {
    pub(super) fn new(link: Link, keys: Arc<Keyring>) -> Self {
        Self { link, keys }
    }

    /// All events of a stream, in order.
    ///
    /// # Errors
    /// Where the stream was erased or is damaged, or the database fails.
    pub fn read(&self, stream: &StreamId) -> Result<Vec<Recorded>, StoreError> {
        let found = rows::read_stream(&self.link, &self.keys, stream, 0)?;
        if found.erased { Err(StoreError::Erased(stream.to_string())) } else { Ok(found.events) }
    }

    /// The version a stream is at.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn version(&self, stream: &StreamId) -> Result<Version, StoreError> {
        Ok(rows::find_stream(&self.link, stream)?.version as u64)
    }

    /// Gives every event of a span of time, whatever its stream, in the order in which they were committed.
    ///
    /// # Errors
    /// Where one is damaged, or the database fails.
    pub fn span(&self, span: Span<'_>, take: &mut Take<'_>) -> Result<Spanned, StoreError> {
        rows::span(&self.link, &self.keys, span, take)
    }

    /// A page of streams whose last event is old.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn quiet(&self, page: &Page<'_>) -> Result<Quiet, StoreError> {
        let sql = "SELECT s.name, (SELECT e.at FROM event e WHERE e.stream = s.id ORDER BY e.version DESC LIMIT 1) \
                   FROM stream s WHERE s.name > $1 AND s.name < $2 AND s.key IS NOT NULL ORDER BY s.name LIMIT $3";
        let (after, end) = page.between();
        let rows = self.link.query(sql, &[&after.as_bytes(), &end.as_bytes(), &page.most()])?;
        let looked_at = rows.iter().map(|row| (String::from_utf8_lossy(row.get(0)).into_owned(), row.get(1)));
        Ok(page.of(looked_at.collect()))
    }

    /// When the last event was written; `None` where there is none.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn last_at(&self) -> Result<Option<Timestamp>, StoreError> {
        last_at(&self.link)
    }

    /// The names of all streams that anybody wrote to, with their versions.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn streams(&self) -> Result<Vec<(StreamId, Version)>, StoreError> {
        let sql = "SELECT s.name, max(e.version) FROM stream s JOIN event e ON e.stream = s.id GROUP BY s.id ORDER BY s.name";
        let rows = self.link.query(sql, &[])?;
        let stream = |row: &tokio_postgres::Row| {
            let name = String::from_utf8_lossy(row.get(0)).as_ref().into();
            (name, row.get::<_, i64>(1) as u64)
        };
        Ok(rows.iter().map(stream).collect())
    }

    /// The values under a key of an index.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn find(&self, index: Index, key: &str, pick: Pick) -> Result<Vec<Arc<str>>, StoreError> {
        let (limit, last) = match pick {
            Pick::All => (usize::MAX, false),
            Pick::First(most) => (most, false),
            Pick::Last(most) => (most, true),
        };
        rows::find_some(&self.link, index, key, limit, last)
    }

    /// A message exactly as it came, by its hash; `None` where it is not kept, or its streams were erased.
    ///
    /// # Errors
    /// Where it is damaged, or the database fails.
    pub fn raw(&self, sha256: &[u8; 32]) -> Result<Option<Vec<u8>>, StoreError> {
        raw::get(&self.link, &self.keys, sha256)
    }

    /// Reads several things of one state of the database, whatever is committed meanwhile.
    ///
    /// # Errors
    /// Those of `read`, or where the database fails.
    pub fn at_once<T>(&self, read: impl FnOnce(&Self) -> Result<T, StoreError>) -> Result<T, StoreError> {
        self.link.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        let done = read(self);
        self.link.batch("ROLLBACK")?;
        done
    }
}

/// When the last event was written; `None` where there is none.
pub(super) fn last_at(link: &Link) -> Result<Option<Timestamp>, StoreError> {
    // Of the last batches: nodes write at once, and none is more than a moment behind.
    let sql = "SELECT max(e.at) FROM event e WHERE e.batch = ANY \
               (ARRAY(SELECT number FROM batch WHERE leaves > 0 ORDER BY seq DESC LIMIT 100))";
    Ok(link.query_one(sql, &[])?.get::<_, Option<i64>>(0).map(timestamp))
}
