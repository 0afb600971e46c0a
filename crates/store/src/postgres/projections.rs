//! What follows from events and changes of indices on a shared database, as [`crate::projections`].

use super::audit::{begun, log, unreadable};
use super::link::Link;
use super::{Address, Database, apart, rebuild_indices, touch};
use crate::projections::{Entries, Entry, Held, ProjectionFault, index};
use std::path::Path;
use tokio_postgres::Row;

/// Rows that are read at once.
const ROWS: usize = 10_000;

/// As [`crate::projections::check`], beside nodes that run. Versions of streams are not kept here, and follow from events
/// whenever they are asked for. Must not be called by a task of a runtime.
///
/// # Errors
/// As there.
pub fn check(address: &Address) -> Result<Held, ProjectionFault> {
    apart(|| Ok(check_here(address)))?
}

fn check_here(address: &Address) -> Result<Held, ProjectionFault> {
    let link = begun(address)?;
    let (verified, streams) = log(&link)?;
    let entries = entries(&link)?;
    Ok(Held { leaves: verified.leaves, streams, entries })
}

fn entry(row: &Row) -> (Entry, i64) {
    let text = |column| String::from_utf8_lossy(row.get(column)).into_owned();
    ((row.get(0), text(1), text(2)), row.get(3))
}

fn entries(link: &Link) -> Result<u64, ProjectionFault> {
    // By the bytes of their UTF-8, as texts are ordered here; batches that change the same value were decided one after
    // the other, so that the last of them has the last number.
    let cursors = "SET LOCAL enable_seqscan = on; \
                   DECLARE changes NO SCROLL CURSOR FOR SELECT kind, key, value, batch * 1048576 + place, put \
                   FROM index_change ORDER BY batch, place; \
                   DECLARE entries NO SCROLL CURSOR FOR SELECT kind, key, value, place, key_hash, entry FROM index_entry \
                   ORDER BY kind COLLATE \"C\", key, value";
    link.batch(cursors).map_err(unreadable("the indices"))?;
    let fetch = |sql: &'static str| link.query(sql, &[]).map_err(unreadable("the indices"));
    let mut given = Entries::default();
    loop {
        let rows = fetch("FETCH 10000 FROM changes")?;
        for row in &rows {
            let (entry, place) = entry(row);
            given.change(entry, place, row.get(4));
        }
        if rows.len() < ROWS {
            break;
        }
    }
    let mut rows = Vec::new().into_iter();
    let mut is_last = false;
    let kept = std::iter::from_fn(|| {
        loop {
            if let Some(row) = rows.next() {
                return Some(found_by_its_keys(&row));
            }
            if is_last {
                return None;
            }
            match fetch("FETCH 10000 FROM entries") {
                Ok(more) => (is_last, rows) = (more.len() < ROWS, more.into_iter()),
                Err(why) => return Some(Err(why.into())),
            }
        }
    });
    given.hold(kept)
}

/// An entry is looked up by short hashes that stand beside it.
fn found_by_its_keys(row: &Row) -> Result<(Entry, i64), ProjectionFault> {
    let (entry, place) = entry(row);
    let (kind, key, value) = &entry;
    let found = row.get::<_, &[u8]>(4) == touch::key_hash(key)
        && row.get::<_, &[u8]>(5) == touch::entry(kind, key, value);
    if found { Ok((entry, place)) } else { Err(index(&entry, "the hashes that lead to it are others")) }
}

/// As [`crate::projections::rebuild`]; nodes may run, and forget what they know. Must not be called by a task of a runtime.
///
/// # Errors
/// As there, but for nodes that run.
pub fn rebuild(address: &Address, key_file: &Path) -> Result<u64, ProjectionFault> {
    apart(|| Ok(rebuild_here(address, key_file)))?
}

fn rebuild_here(address: &Address, key_file: &Path) -> Result<u64, ProjectionFault> {
    log(&begun(address)?)?;
    let session = Database::open(address, key_file)?.session()?;
    Ok(rebuild_indices(&session)?)
}
