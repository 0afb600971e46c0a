//! What follows from events and changes of indices, made anew in memory and held against what is kept: versions of streams,
//! tiles, and the entries of the indices, by which everything is found that a question does not name.
//!
//! An entry that is missing is missed by nobody who looks it up, so whoever doubts a disk has them held against their
//! changes ([`check`]), and made anew where they are not what these give ([`rebuild`]).

use crate::StoreError;
use crate::audit::VerifyFault;
use crate::audit::verify::{begun, log, sound};
use crate::sqlite::{Database, open_to_read, rebuild_indices};
use crate::writer::lock;
use rusqlite::{Connection, Row};
use std::collections::BTreeMap;
use std::path::Path;

/// What was found to be what it follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Leaves of the log, from which the tiles follow.
    pub leaves: u64,
    /// Streams with events, from which their versions follow.
    pub streams: u64,
    /// Entries of the indices, which follow from their changes.
    pub entries: u64,
}

/// Why something is not what it follows from.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProjectionFault {
    /// The log is damaged, or what follows from it alone: nothing can be made anew from it.
    #[error(transparent)]
    Log(#[from] VerifyFault),
    /// The entries of an index are not what its changes give, and can be made anew.
    #[error(
        "{place}: {what}. Make the entries anew: `loadgate rebuild`, while no node runs on a database of its own"
    )]
    Index {
        /// Where.
        place: String,
        /// What differs.
        what: String,
    },
}

impl From<StoreError> for ProjectionFault {
    fn from(why: StoreError) -> Self {
        Self::Log(why.into())
    }
}

/// An entry of an index: kind, key, value.
pub(crate) type Entry = (String, String, String);

/// The entries that changes give, each with the place of the change that put it there.
#[derive(Debug, Default)]
pub(crate) struct Entries(BTreeMap<Entry, i64>);

impl Entries {
    /// Makes a change; to be called in their order.
    pub(crate) fn change(&mut self, entry: Entry, place: i64, put: bool) {
        if put {
            self.0.insert(entry, place);
        } else {
            self.0.remove(&entry);
        }
    }

    /// Holds what is kept against them. `kept` are all entries that are kept, by kind, key and value; gives how many there
    /// are.
    pub(crate) fn hold<E: Into<ProjectionFault>>(
        self,
        kept: impl Iterator<Item = Result<(Entry, i64), E>>,
    ) -> Result<u64, ProjectionFault> {
        let count = self.0.len() as u64;
        let mut given = self.0.into_iter();
        for kept in kept {
            let (kept, place) = kept.map_err(Into::into)?;
            match given.next() {
                Some((given, due)) if given == kept && due == place => {}
                Some((given, due)) if given == kept => {
                    return Err(index(&kept, &format!("it was put there by leaf {due}, not {place}")));
                }
                Some((given, _)) if given < kept => return Err(index(&given, MISSING)),
                _ => return Err(index(&kept, "no change puts it there")),
            }
        }
        match given.next() {
            Some((given, _)) => Err(index(&given, MISSING)),
            None => Ok(count),
        }
    }
}

const MISSING: &str = "it is missing, though a change puts it there";

/// An entry that is not what the changes give.
pub(crate) fn index((kind, key, value): &Entry, what: &str) -> ProjectionFault {
    let place = format!("index {kind} under {key:?}, value {value:?}");
    ProjectionFault::Index { place, what: what.to_owned() }
}

fn unreadable(after: &str, why: rusqlite::Error) -> ProjectionFault {
    VerifyFault::Unreadable { after: after.to_owned(), why: why.into() }.into()
}

/// Makes everything that follows anew in memory, and holds what is kept against it. Reads one state of the database, beside
/// a node that runs; needs no keys.
///
/// # Errors
/// The first place where something differs or cannot be read.
pub fn check(path: &Path) -> Result<Held, ProjectionFault> {
    let connection = begun(path)?;
    sound(&connection)?;
    let (verified, streams) = log(&connection)?;
    let entries = entries(&connection)?;
    Ok(Held { leaves: verified.leaves, streams, entries })
}

fn entries(connection: &Connection) -> Result<u64, ProjectionFault> {
    let failed = |why| unreadable("the indices", why);
    let entry = |row: &Row<'_>| -> rusqlite::Result<(Entry, i64)> {
        Ok(((row.get(0)?, row.get(1)?, row.get(2)?), row.get(3)?))
    };
    let mut given = Entries::default();
    let sql = "SELECT kind, key, value, leaf_index, put FROM index_change ORDER BY leaf_index";
    let mut changes = connection.prepare(sql).map_err(failed)?;
    let mut changes = changes.query([]).map_err(failed)?;
    while let Some(row) = changes.next().map_err(failed)? {
        let (entry, place) = entry(row).map_err(failed)?;
        given.change(entry, place, row.get(4).map_err(failed)?);
    }
    let sql = "SELECT kind, key, value, place FROM index_entry ORDER BY kind, key, value";
    let mut kept = connection.prepare(sql).map_err(failed)?;
    let kept = kept.query_map([], entry).map_err(failed)?;
    given.hold(kept.map(|row| row.map_err(failed)))
}

/// Makes the entries of the indices anew from their changes, where the log is whole and no node runs; gives how many there
/// are.
///
/// # Errors
/// Where the log is damaged, a node runs, or the database fails; then nothing is changed.
pub fn rebuild(path: &Path, key_file: &Path) -> Result<u64, ProjectionFault> {
    // Opening it to write would begin a new one where there is none.
    drop(open_to_read(path)?);
    let _alone = lock(path)?;
    log(&begun(path)?)?;
    let session = Database::open(path, key_file)?.session()?;
    Ok(rebuild_indices(&session)? as u64)
}
