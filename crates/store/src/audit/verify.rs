//! The whole database against its log.

use super::grown::{self, Grown, SignedRow, above};
use super::leaf::{EventHead, change_leaf, event_leaf};
use super::merkle::Hash;
use crate::StoreError;
use crate::sqlite::open_to_read;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use std::collections::HashMap;
use std::path::Path;

/// What was found to be whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verified {
    /// Leaves of the log.
    pub leaves: u64,
    /// Root over them.
    pub root: Hash,
    /// How many of them are under a signed checkpoint.
    pub signed: u64,
    /// Streams that were erased; their events still stand in the log.
    pub erased: u64,
}

/// Why a database is not what it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyFault {
    /// It cannot be opened.
    #[error(transparent)]
    Open(#[from] StoreError),
    /// It cannot be read to its end.
    #[error("the database cannot be read after {after}: {why}; restore it from a backup")]
    Unreadable {
        /// The last place that could be read.
        after: String,
        /// Why.
        why: StoreError,
    },
    /// Something is not as it was written.
    #[error(
        "{place}: {what}. The database was changed or damaged; restore it from a backup, and keep this one for the inquiry"
    )]
    Differs {
        /// Where.
        place: String,
        /// What differs.
        what: String,
    },
}

pub(crate) fn differs(place: impl Into<String>, what: impl Into<String>) -> VerifyFault {
    VerifyFault::Differs { place: place.into(), what: what.into() }
}

/// Recomputes every leaf from what it is about, and from the leaves the root, the tiles and every checkpoint that is
/// kept; then holds the streams against their events, the indices against their changes, and what SQLite looks rows up
/// by against the rows. Reads one state of the database, beside a node that runs; needs no keys.
///
/// # Errors
/// The first place where something differs or cannot be read.
pub fn verify(path: &Path) -> Result<Verified, VerifyFault> {
    let connection = begun(path)?;
    let (verified, _) = log(&connection)?;
    indices(&connection)?;
    sound(&connection)?;
    Ok(verified)
}

/// That what is in a table is found by its keys: a bit in an inner page, or in a name, leads past rows that are there, and
/// what recomputes the log joins by other keys than those a stream is asked for by.
pub(crate) fn sound(connection: &Connection) -> Result<(), VerifyFault> {
    let unreadable =
        |why: rusqlite::Error| VerifyFault::Unreadable { after: "its start".into(), why: why.into() };
    let said: String =
        connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(unreadable)?;
    if said == "ok" {
        return Ok(());
    }
    // Its last line names the table or the page.
    let place = said.lines().last().unwrap_or_default().to_owned();
    Err(differs(place, "rows of it may not be found"))
}

/// Opens a database to read one state of it.
pub(crate) fn begun(path: &Path) -> Result<Connection, VerifyFault> {
    let connection = open_to_read(path)?;
    let begun = connection.execute_batch("BEGIN");
    begun.map_err(|why| VerifyFault::Unreadable { after: "its start".to_owned(), why: why.into() })?;
    Ok(connection)
}

/// Everything but the entries of the indices, and how many streams have events.
pub(crate) fn log(connection: &Connection) -> Result<(Verified, u64), VerifyFault> {
    let roots = checkpoints(connection)?;
    let signed = roots.keys().max().copied().unwrap_or_default();
    let (leaves, root, begun) = leaves(connection, roots, signed)?;
    let erased = streams(connection)?;
    Ok((Verified { leaves, root, signed, erased }, begun))
}

/// Every checkpoint is signed by the key of the database, and says what stands beside it. Gives their roots by their sizes.
fn checkpoints(connection: &Connection) -> Result<HashMap<u64, Hash>, VerifyFault> {
    let read = || -> Result<(String, Vec<SignedRow>), StoreError> {
        let verifier = connection.query_row(
            "SELECT CAST(value AS TEXT) FROM meta WHERE name = 'verifier'",
            [],
            |row| row.get(0),
        )?;
        let mut rows = connection.prepare("SELECT size, root, note FROM checkpoint ORDER BY size")?;
        let rows: Result<_, _> =
            rows.query_map([], |row| Ok((row.get::<_, i64>(0)? as u64, row.get(1)?, row.get(2)?)))?.collect();
        Ok((verifier, rows?))
    };
    let (verifier, rows) =
        read().map_err(|why| VerifyFault::Unreadable { after: "its checkpoints".into(), why })?;
    grown::signed(&verifier, rows)
}

/// Everything a leaf is about.
const LEAVES: &str = "SELECT l.leaf_index, l.hash, s.name, e.version, e.at, e.type, e.v, e.segment, \
                      c.salt, c.kind, c.key, c.value, c.put, e.leaf_index IS NOT NULL, c.leaf_index IS NOT NULL \
                      FROM leaf l LEFT JOIN event e ON e.leaf_index = l.leaf_index \
                      LEFT JOIN stream s ON s.id = e.stream \
                      LEFT JOIN index_change c ON c.leaf_index = l.leaf_index ORDER BY l.leaf_index";

fn leaves(
    connection: &Connection,
    roots: HashMap<u64, Hash>,
    signed: u64,
) -> Result<(u64, Hash, u64), VerifyFault> {
    let mut last = "the start of the log".to_owned();
    let mut grown = Grown::new(roots, |level, tile, place| kept_hash(connection, level, tile, place));
    let mut versions: HashMap<String, u64> = HashMap::new();
    let unreadable = |after: &str, why: rusqlite::Error| VerifyFault::Unreadable {
        after: after.to_owned(),
        why: why.into(),
    };
    let mut statement = connection.prepare(LEAVES).map_err(|why| unreadable(&last, why))?;
    let mut rows = statement.query([]).map_err(|why| unreadable(&last, why))?;
    loop {
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => break,
            Err(why) => return Err(unreadable(&last, why)),
        };
        let index: i64 = row.get(0).map_err(|why| unreadable(&last, why))?;
        last = format!("leaf {index}");
        if index as u64 != grown.size() {
            return Err(differs(format!("leaf {}", grown.size()), "it is missing"));
        }
        let hash: Hash = row.get(1).map_err(|why| unreadable(&last, why))?;
        let (place, computed) = recomputed(row, &mut versions, &last)?;
        if computed != hash {
            return Err(differs(place, "its hash is not the one in the log"));
        }
        grown.push(hash)?;
    }
    let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
    let contents = count("SELECT (SELECT count(*) FROM event) + (SELECT count(*) FROM index_change)");
    let contents = contents.map_err(|why| unreadable("the leaves", why))?;
    if contents as u64 != grown.size() {
        return Err(differs("the log", format!("{contents} contents have {} leaves", grown.size())));
    }
    let kept = count("SELECT coalesce(sum(length(hashes)), 0) FROM tile");
    let (kept, due) = (kept.map_err(|why| unreadable("the leaves", why))?, above(signed) * 32);
    if kept as u64 != due {
        return Err(differs("the tiles", format!("they have {kept} bytes, not {due}")));
    }
    if grown.size() < signed {
        return Err(differs("the log", format!("{signed} leaves were signed, {} are here", grown.size())));
    }
    let begun = versions.len() as u64;
    Ok((grown.size(), grown.root(), begun))
}

/// The leaf as what it is about gives it, and where that stands.
fn recomputed(
    row: &Row<'_>,
    versions: &mut HashMap<String, u64>,
    leaf: &str,
) -> Result<(String, Hash), VerifyFault> {
    let read = || -> rusqlite::Result<_> { Ok((row.get::<_, bool>(13)?, row.get::<_, bool>(14)?)) };
    // What is there and of another type than the schema says is damage as well.
    let damaged = |why: rusqlite::Error| differs(leaf, why.to_string());
    match read().map_err(damaged)? {
        (true, false) => {
            let stream: Option<String> = row.get(2).map_err(damaged)?;
            let stream = stream.ok_or_else(|| differs(leaf, "the stream of its event is missing"))?;
            let event = || -> rusqlite::Result<(i64, i64, String, u32, Vec<u8>)> {
                Ok((row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?, row.get(7)?))
            };
            let (version, at, kind, v, segment) = event().map_err(damaged)?;
            let place = format!("event {version} of stream {stream} ({leaf})");
            let head = EventHead { stream: &stream, version: version as u64, at, kind: &kind, v };
            let hash = event_leaf(&head.bytes(), &segment);
            let expected = versions.entry(stream).or_default();
            *expected += 1;
            if version as u64 != *expected {
                return Err(differs(place, format!("the next of its stream would be {expected}")));
            }
            Ok((place, hash))
        }
        (false, true) => {
            let change = || -> rusqlite::Result<(Vec<u8>, String, String, String, bool)> {
                Ok((row.get(8)?, row.get(9)?, row.get(10)?, row.get(11)?, row.get(12)?))
            };
            let (salt, kind, key, value, put) = change().map_err(damaged)?;
            let place = format!("change of index {kind} under {key:?} ({leaf})");
            Ok((place, change_leaf(&salt, &kind, &key, &value, put)))
        }
        (true, true) => Err(differs(leaf, "it is of an event and of a change of an index")),
        (false, false) => Err(differs(leaf, "what it is about is missing")),
    }
}

/// The hash at a place of a tile, from 0.
fn kept_hash(
    connection: &Connection,
    level: u32,
    tile: u64,
    place: u64,
) -> Result<Option<Vec<u8>>, StoreError> {
    let sql = "SELECT substr(hashes, ?3, 32) FROM tile WHERE level = ?1 AND place = ?2";
    let from = (place * 32 + 1) as i64;
    let mut row = connection.prepare_cached(sql)?;
    Ok(row.query_row(params![level, tile as i64, from], |row| row.get(0)).optional()?)
}

/// Streams are at the versions that their events give. Gives how many were erased.
fn streams(connection: &Connection) -> Result<u64, VerifyFault> {
    let unreadable =
        |why: rusqlite::Error| VerifyFault::Unreadable { after: "the streams".into(), why: why.into() };
    let sql = "SELECT s.name, s.version, count(e.version) FROM stream s LEFT JOIN event e ON e.stream = s.id \
               GROUP BY s.id HAVING s.version <> count(e.version) LIMIT 1";
    let wrong = connection
        .query_row(sql, [], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?))
        })
        .optional()
        .map_err(unreadable)?;
    if let Some((name, version, events)) = wrong {
        return Err(differs(format!("stream {name}"), format!("it is at {version} and has {events} events")));
    }
    let erased = connection
        .query_row("SELECT count(*) FROM stream WHERE key IS NULL", [], |row| row.get::<_, i64>(0))
        .map_err(unreadable)?;
    Ok(erased as u64)
}

/// An entry of an index, or one that the changes give: kind, key, value, place.
type Entry = (String, String, String, i64);

/// Entries of the indices are what their changes give.
fn indices(connection: &Connection) -> Result<(), VerifyFault> {
    let unreadable =
        |why: rusqlite::Error| VerifyFault::Unreadable { after: "the indices".into(), why: why.into() };
    // Of the changes of one value the last counts; SQLite gives the other columns of the row of the maximum.
    let given = "SELECT kind, key, value, place FROM \
                 (SELECT kind, key, value, max(leaf_index) AS place, put FROM index_change GROUP BY kind, key, value) \
                 WHERE put = 1 ORDER BY kind, key, value";
    let kept = "SELECT kind, key, value, place FROM index_entry ORDER BY kind, key, value";
    let (mut given, mut kept) =
        (connection.prepare(given).map_err(unreadable)?, connection.prepare(kept).map_err(unreadable)?);
    let entry = |row: &Row<'_>| -> rusqlite::Result<Entry> {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    };
    let mut given = given.query_map([], entry).map_err(unreadable)?;
    let mut kept = kept.query_map([], entry).map_err(unreadable)?;
    loop {
        let (given, kept) =
            (given.next().transpose().map_err(unreadable)?, kept.next().transpose().map_err(unreadable)?);
        if given == kept {
            if given.is_none() {
                return Ok(());
            }
            continue;
        }
        let (kind, key, value, _) = given.or(kept).unwrap_or_default();
        let place = format!("index {kind} under {key:?}, value {value:?}");
        return Err(differs(place, "the entries are not what their changes give; rebuild them"));
    }
}
