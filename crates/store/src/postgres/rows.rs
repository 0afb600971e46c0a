//! Reading streams and indices.

use super::link::Link;
use super::touch::key_hash;
use crate::StoreError;
use crate::audit::{EventHead, event_leaf};
use crate::segment::{Key, Keyring};
use crate::span::{Span, Spanned, Take, place_of};
use crate::stored::{Place, decode};
use crate::time::{nanoseconds, timestamp};
use engine::{Index, Recorded};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use tokio_postgres::Row;

/// A stream as the database has it.
#[derive(Default)]
pub(super) struct Found {
    /// `None` where there is none.
    pub(super) id: Option<i64>,
    pub(super) wrapped: Option<Vec<u8>>,
    pub(super) erased: bool,
    pub(super) version: i64,
    /// Those that were asked for.
    pub(super) events: Vec<Recorded>,
    /// Bytes of their segments.
    pub(super) bytes: usize,
}

pub(super) fn damaged(place: &str, what: &str) -> StoreError {
    StoreError::Damaged { place: place.to_owned(), what: what.to_owned() }
}

/// What the key of a stream is wrapped for.
pub(super) fn key_place(stream: &str) -> Vec<u8> {
    [b"key of stream ", stream.as_bytes()].concat()
}

/// The key of a stream.
pub(super) fn stream_key(keys: &Keyring, name: &str, wrapped: &[u8]) -> Result<Key, StoreError> {
    let unwrapped = keys.master().unwrap(&key_place(name), wrapped);
    unwrapped.map_err(|why| StoreError::Seal { place: format!("the key of stream {name}"), why })
}

/// A stream without its events.
pub(super) fn find_stream(link: &Link, name: &str) -> Result<Found, StoreError> {
    let sql = "SELECT s.id, s.key, coalesce((SELECT max(version) FROM event WHERE stream = s.id), 0) \
               FROM stream s WHERE s.name = $1";
    let Some(row) = link.query_opt(sql, &[&name.as_bytes()])? else { return Ok(Found::default()) };
    let wrapped: Option<Vec<u8>> = row.get(1);
    Ok(Found { id: row.get(0), erased: wrapped.is_none(), wrapped, version: row.get(2), ..Found::default() })
}

/// A stream with its events after a version. Each is held against its leaf before it is opened.
pub(super) fn read_stream(link: &Link, keys: &Keyring, name: &str, after: i64) -> Result<Found, StoreError> {
    let sql = "SELECT s.id, s.key, e.version, e.at, e.type, e.v, e.hash, e.segment \
               FROM stream s LEFT JOIN event e ON e.stream = s.id AND e.version > $2 WHERE s.name = $1 ORDER BY e.version";
    let rows = link.query(sql, &[&name.as_bytes(), &after])?;
    let Some(first) = rows.first() else { return Ok(Found::default()) };
    let wrapped: Option<Vec<u8>> = first.get(1);
    let mut found = Found { id: first.get(0), version: after, erased: wrapped.is_none(), ..Found::default() };
    if first.get::<_, Option<i64>>(2).is_none() {
        found.wrapped = wrapped;
        return Ok(found);
    }
    let Some(wrapped) = wrapped else {
        // Nobody reads it any more; how many events it has still counts.
        found.version = rows.last().map_or(after, |row| row.get(2));
        return Ok(found);
    };
    let key = stream_key(keys, name, &wrapped)?;
    for row in &rows {
        found.version += 1;
        let (event, bytes) = opened(&key, name, found.version as u64, row)?;
        found.events.push(event);
        found.bytes += bytes;
    }
    found.wrapped = Some(wrapped);
    Ok(found)
}

/// The events of a stream from its first on.
pub(super) fn open_events(
    keys: &Keyring,
    name: &str,
    wrapped: Option<&[u8]>,
    rows: &[Row],
) -> Result<(Vec<Recorded>, usize), StoreError> {
    let key = stream_key(keys, name, wrapped.ok_or_else(|| StoreError::Erased(name.to_owned()))?)?;
    let (mut events, mut bytes) = (Vec::with_capacity(rows.len()), 0);
    for (due, row) in (1..).zip(rows) {
        let (event, count) = opened(&key, name, due, row)?;
        events.push(event);
        bytes += count;
    }
    Ok((events, bytes))
}

fn opened(key: &Key, stream: &str, due: u64, row: &Row) -> Result<(Recorded, usize), StoreError> {
    let version = row.get::<_, i64>(2) as u64;
    let wrong = |what: &str| damaged(&format!("event {version} of stream {stream}"), what);
    if version != due {
        return Err(wrong("the one before it is missing"));
    }
    let (at, kind, v): (i64, &str, i32) = (row.get(3), row.get(4), row.get(5));
    let v = u32::try_from(v).map_err(|_| wrong("its form has no number"))?;
    let (hash, segment): (&[u8], &[u8]) = (row.get(6), row.get(7));
    let head = EventHead { stream, version, at, kind, v }.bytes();
    if hash != event_leaf(&head, segment) {
        return Err(wrong("its hash is not the one in the log"));
    }
    let document = key.open(&head, segment).map_err(|why| wrong(&why.to_string()))?;
    let place = Place { stream: stream.into(), version };
    let event = decode(&place, kind, v, &document).map_err(|why| wrong(&why.to_string()))?;
    Ok((Recorded { version, at: timestamp(at), event }, segment.len()))
}

/// Batches that are asked for at once.
const BATCHES: i64 = 256;

/// Gives every event of a span, in the order in which they were committed.
pub(super) fn span(
    link: &Link,
    keys: &Keyring,
    span: Span<'_>,
    take: &mut Take<'_>,
) -> Result<Spanned, StoreError> {
    // Of what is not in a batch of its own nobody tells the time: batches of changes of indices alone are passed over.
    const FIRST: &str = "SELECT b.seq, e.at FROM batch b JOIN event e ON e.batch = b.number WHERE b.seq >= $1 \
                         ORDER BY b.seq, e.place LIMIT 1";
    const EVENTS: &str = "SELECT s.name, s.key, e.version, e.at, e.type, e.v, e.hash, e.segment FROM batch b \
                          JOIN event e ON e.batch = b.number JOIN stream s ON s.id = e.stream \
                          WHERE b.seq >= $1 AND b.seq < $2 AND e.at >= $3 AND e.at < $4 AND e.type = ANY ($5) \
                          ORDER BY b.seq, e.place";
    let (before, after) = span.around();
    let mut first =
        |place: i64| Ok(link.query_opt(FIRST, &[&place])?.map(|row| (row.get::<_, i64>(0), row.get(1))));
    let end: i64 = link.query_one("SELECT coalesce(max(seq) + 1, 0) FROM batch", &[])?.get(0);
    let mut low = place_of(end, nanoseconds(before)?, &mut first)?;
    let high = place_of(end, nanoseconds(after)?, &mut first)?;
    let (from, until) = (nanoseconds(span.from)?, nanoseconds(span.until)?);
    let mut spanned = Spanned::default();
    while low < high {
        let next = high.min(low + BATCHES);
        for row in &link.query(EVENTS, &[&low, &next, &from, &until, &span.kinds])? {
            if spanned.events + spanned.erased == span.most {
                return Ok(Spanned { more: true, ..spanned });
            }
            let Some(wrapped) = row.get::<_, Option<Vec<u8>>>(1) else {
                spanned.erased += 1;
                continue;
            };
            let name = String::from_utf8_lossy(row.get(0)).into_owned();
            let due = row.get::<_, i64>(2) as u64;
            spanned.events += 1;
            take(opened(&stream_key(keys, &name, &wrapped)?, &name, due, row)?.0);
        }
        low = next;
    }
    Ok(spanned)
}

/// Indices under whose keys the engine looks one after the other: goods by their number, answers by their stream. They are
/// read at once; that one of them is missing here costs time and nothing else.
pub(super) fn together_with(index: Index) -> Vec<Index> {
    match index {
        Index::Stream | Index::Earlier | Index::UnitsOf | Index::Ordered => {
            vec![Index::Stream, Index::Earlier, Index::UnitsOf, Index::Ordered]
        }
        Index::Standing | Index::Moved => vec![Index::Standing, Index::Moved],
        alone => vec![alone],
    }
}

/// A value of an index as it is kept.
fn value(row: &Row, column: usize, key: &str) -> Result<Arc<str>, StoreError> {
    let bytes: &[u8] = row.get(column);
    let text = std::str::from_utf8(bytes);
    text.map(Arc::from).map_err(|_| damaged(&format!("a value under {key:?}"), "it is no text"))
}

/// All values under a key of some indices, in order, by the names of the indices.
pub(super) fn find_all(
    link: &Link,
    indices: &[Index],
    key: &str,
) -> Result<HashMap<String, Vec<Arc<str>>>, StoreError> {
    let kinds: Vec<&str> = indices.iter().map(|index| index.as_str()).collect();
    let sql = "SELECT kind, value FROM index_entry WHERE key_hash = $1 AND kind = ANY ($2) AND key = $3 ORDER BY place";
    let rows = link.query(sql, &[&key_hash(key), &kinds, &key.as_bytes()])?;
    let mut found: HashMap<String, Vec<Arc<str>>> = HashMap::new();
    for row in &rows {
        found.entry(row.get(0)).or_default().push(value(row, 1, key)?);
    }
    Ok(found)
}

/// So many of the values under a key, in order: the first, or the last.
pub(super) fn find_some(
    link: &Link,
    index: Index,
    key: &str,
    limit: usize,
    last: bool,
) -> Result<Vec<Arc<str>>, StoreError> {
    const FIRST: &str = "SELECT value FROM index_entry WHERE key_hash = $1 AND kind = $2 AND key = $3 \
                         ORDER BY place LIMIT $4";
    const LAST: &str = "SELECT value FROM index_entry WHERE key_hash = $1 AND kind = $2 AND key = $3 \
                        ORDER BY place DESC LIMIT $4";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let sql = if last { LAST } else { FIRST };
    let rows = link.query(sql, &[&key_hash(key), &index.as_str(), &key.as_bytes(), &limit])?;
    let mut values: Vec<Arc<str>> = rows.iter().map(|row| value(row, 0, key)).collect::<Result<_, _>>()?;
    if last {
        values.reverse();
    }
    Ok(values)
}

/// Which of some entries are there.
pub(super) fn find_entries(link: &Link, entries: &[Vec<u8>]) -> Result<HashSet<Vec<u8>>, StoreError> {
    let rows = link.query("SELECT entry FROM index_entry WHERE entry = ANY ($1)", &[&entries])?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
