//! Tiles, checkpoints and proofs, from the table of leaves.

use super::checkpoint::{Checkpoint, CheckpointFault, Verifier};
use super::leaf::{EventHead, event_leaf};
use super::merkle::{Hash, ProofError, TILE_WIDTH, Tiles, Tree, grow, verify_inclusion};
use crate::StoreError;
use crate::segment::Keyring;
use crate::sqlite::Session;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};
use std::collections::BTreeMap;

/// Leaves that are taken into the tree at a time.
const CHUNK: i64 = 65_536;

/// Checkpoints that are kept: those of a day, at one each second. Any two that somebody else kept are shown to be of
/// one log by the tiles, which are all kept.
const CHECKPOINTS_KEPT: i64 = 86_400;

/// Why the log cannot be continued or asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// The database failed.
    #[error("the log cannot be read or continued: {0}")]
    Database(#[from] rusqlite::Error),
    /// The database of several nodes failed, or another node has taken over.
    #[error("the log cannot be read or continued: {0}")]
    Store(#[from] StoreError),
    /// A hash is missing where one must be.
    #[error("the log is damaged: {0}; restore the database from a backup, and keep this one for the inquiry")]
    Damaged(String),
    /// No such event, or no checkpoint covers it yet.
    #[error("event {version} of stream {stream} is not under a checkpoint: ask again in some seconds")]
    Unproven {
        /// The stream.
        stream: String,
        /// Its place there.
        version: u64,
    },
}

impl From<ProofError<StoreError>> for AuditError {
    fn from(why: ProofError<StoreError>) -> Self {
        match why {
            ProofError::Tiles(why) => why.into(),
            other => Self::Damaged(other.to_string()),
        }
    }
}

impl From<ProofError<Self>> for AuditError {
    fn from(why: ProofError<Self>) -> Self {
        match why {
            ProofError::Tiles(why) => why,
            other => Self::Damaged(other.to_string()),
        }
    }
}

impl From<ProofError<rusqlite::Error>> for AuditError {
    fn from(why: ProofError<rusqlite::Error>) -> Self {
        match why {
            ProofError::Tiles(why) => why.into(),
            other => Self::Damaged(other.to_string()),
        }
    }
}

/// The tiles in a database.
pub(super) struct Kept<'a>(pub(super) &'a Connection);

impl Tiles for Kept<'_> {
    type Error = rusqlite::Error;

    fn tile(&self, level: u32, index: u64) -> Result<Vec<Hash>, rusqlite::Error> {
        if level > 0 {
            let mut row = self.0.prepare_cached("SELECT hashes FROM tile WHERE level = ?1 AND place = ?2")?;
            let hashes: Option<Vec<u8>> =
                row.query_row(params![level, index as i64], |row| row.get(0)).optional()?;
            return Ok(hashes.unwrap_or_default().as_chunks().0.to_vec());
        }
        // The tiles at the bottom are the leaves themselves.
        let from = (index * TILE_WIDTH) as i64;
        let sql = "SELECT hash FROM leaf WHERE leaf_index >= ?1 AND leaf_index < ?2 ORDER BY leaf_index";
        let mut rows = self.0.prepare_cached(sql)?;
        rows.query_map(params![from, from + TILE_WIDTH as i64], |row| row.get::<_, Hash>(0))?.collect()
    }
}

/// Tile `index` of a level, for those who keep the log too: its hashes one after the other.
///
/// # Errors
/// Where the database fails.
pub fn tile(connection: &Connection, level: u32, index: u64) -> Result<Vec<u8>, AuditError> {
    Ok(Kept(connection).tile(level, index)?.concat())
}

/// Takes the leaves that came since the last checkpoint into the tree and signs a checkpoint; `None` where nothing
/// came. Runs in a transaction of the caller, who is the only one that writes.
///
/// # Errors
/// Where the database fails or the tree lacks a hash.
pub fn integrate(
    connection: &Connection,
    keys: &Keyring,
    at: Timestamp,
) -> Result<Option<Checkpoint>, AuditError> {
    let kept = Kept(connection);
    let started = latest(connection)?.map_or(0, |(size, _)| size);
    let mut size = started;
    loop {
        let sql = "SELECT leaf_index, hash FROM leaf WHERE leaf_index >= ?1 ORDER BY leaf_index LIMIT ?2";
        let mut rows = connection.prepare_cached(sql)?;
        let leaves: Vec<(i64, Hash)> = rows
            .query_map(params![size, CHUNK], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        if leaves.is_empty() {
            break;
        }
        if leaves.iter().zip(size..).any(|((index, _), place)| *index != place) {
            return Err(AuditError::Damaged(format!("a leaf after leaf {size} is missing")));
        }
        let hashes: Vec<Hash> = leaves.into_iter().map(|(_, hash)| hash).collect();
        keep(connection, &kept, grow(&kept, size as u64, &hashes)?)?;
        size += hashes.len() as i64;
    }
    if size == started {
        return Ok(None);
    }
    let root = Tree::new(&kept, size as u64).root()?;
    let checkpoint = Checkpoint { origin: keys.origin(), size: size as u64, root };
    let note = keys.signer().sign(&checkpoint);
    let at = i64::try_from(at.as_nanosecond()).unwrap_or(i64::MAX);
    connection
        .prepare_cached("INSERT INTO checkpoint (size, root, at, note) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![size, root, at, note])?;
    connection
        .prepare_cached(
            "DELETE FROM checkpoint WHERE size <= \
             (SELECT size FROM checkpoint ORDER BY size DESC LIMIT 1 OFFSET ?1)",
        )?
        .execute([CHECKPOINTS_KEPT])?;
    Ok(Some(checkpoint))
}

/// As [`integrate`], in the transaction a session is in.
///
/// # Errors
/// As for [`integrate`].
pub fn continued(session: &Session, at: Timestamp) -> Result<(), StoreError> {
    let done = integrate(session.connection(), session.keys(), at);
    done.map(drop).map_err(|why| StoreError::Log(why.to_string()))
}

/// Adds hashes to their tiles.
fn keep(
    connection: &Connection,
    kept: &Kept<'_>,
    added: Vec<super::merkle::NewHash>,
) -> Result<(), AuditError> {
    let mut tiles: BTreeMap<(u32, u64), Vec<Hash>> = BTreeMap::new();
    for new in added.into_iter().filter(|new| new.level > 0) {
        let (tile, place) = (new.index / TILE_WIDTH, new.index % TILE_WIDTH);
        let hashes = match tiles.entry((new.level, tile)) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(entry) => entry.insert(kept.tile(new.level, tile)?),
        };
        if hashes.len() as u64 != place {
            return Err(AuditError::Damaged(format!(
                "tile {tile} of level {} lacks hash {place}",
                new.level
            )));
        }
        hashes.push(new.hash);
    }
    let sql = "INSERT INTO tile (level, place, hashes) VALUES (?1, ?2, ?3) \
               ON CONFLICT (level, place) DO UPDATE SET hashes = excluded.hashes";
    let mut row = connection.prepare_cached(sql)?;
    for ((level, place), hashes) in tiles {
        row.execute(params![level, place as i64, hashes.concat()])?;
    }
    Ok(())
}

/// Size and note of the last checkpoint.
fn latest(connection: &Connection) -> Result<Option<(i64, String)>, AuditError> {
    let mut row =
        connection.prepare_cached("SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1")?;
    Ok(row.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

/// The last checkpoint as it was signed; `None` before the first.
///
/// # Errors
/// Where the database fails.
pub fn latest_checkpoint(connection: &Connection) -> Result<Option<String>, AuditError> {
    Ok(latest(connection)?.map(|(_, note)| note))
}

/// The kept checkpoint of this size.
///
/// # Errors
/// Where the database fails.
pub fn checkpoint_at(connection: &Connection, size: u64) -> Result<Option<String>, AuditError> {
    let mut row = connection.prepare_cached("SELECT note FROM checkpoint WHERE size = ?1")?;
    Ok(row.query_row([size as i64], |row| row.get(0)).optional()?)
}

/// That an event is in the log: everything somebody needs who has nothing but the verifier key of the node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The stream.
    pub stream: String,
    /// Its place there, from 1.
    pub version: u64,
    /// When it was kept, in nanoseconds since 1970 UTC.
    pub at: i64,
    /// Its type.
    pub kind: String,
    /// The version of the form of its type.
    pub v: u32,
    /// The sealed document.
    pub segment: Vec<u8>,
    /// Its place in the log, from 0.
    pub leaf_index: u64,
    /// The hashes from the leaf upwards.
    pub path: Vec<Hash>,
    /// The checkpoint that they lead to, as it was signed.
    pub checkpoint: String,
}

/// Why a proof proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProofFault {
    /// The checkpoint is not believed.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointFault),
    /// The hashes do not lead to its root.
    #[error("the hashes do not lead from leaf {0} to the root of the checkpoint")]
    Path(u64),
}

impl Proof {
    /// The checkpoint, if this proves that the event is under it.
    ///
    /// # Errors
    /// Where it does not.
    pub fn check(&self, origin: &str, verifier: &Verifier) -> Result<Checkpoint, ProofFault> {
        let checkpoint = verifier.open(origin, &self.checkpoint)?;
        let Self { stream, version, at, kind, v, segment, leaf_index, path, .. } = self;
        let head = EventHead { stream, version: *version, at: *at, kind, v: *v };
        let leaf = event_leaf(&head.bytes(), segment);
        match verify_inclusion(&leaf, *leaf_index, checkpoint.size, path, &checkpoint.root) {
            true => Ok(checkpoint),
            false => Err(ProofFault::Path(*leaf_index)),
        }
    }
}

/// The stream that an index leads to from a key; the last one that was put there.
///
/// # Errors
/// Where the database fails.
pub fn stream_of(connection: &Connection, kind: &str, key: &str) -> Result<Option<String>, AuditError> {
    let sql = "SELECT value FROM index_entry WHERE kind = ?1 AND key = ?2 ORDER BY place DESC LIMIT 1";
    Ok(connection.prepare_cached(sql)?.query_row([kind, key], |row| row.get(0)).optional()?)
}

/// The place of the last event of a stream that is under a checkpoint; 0 where there is none.
///
/// # Errors
/// Where the database fails.
pub fn last_event(connection: &Connection, stream: &str) -> Result<u64, AuditError> {
    let size = latest(connection)?.map_or(0, |(size, _)| size);
    let sql = "SELECT coalesce(max(e.version), 0) FROM event e JOIN stream s ON s.id = e.stream \
               WHERE s.name = ?1 AND e.leaf_index < ?2";
    let last: i64 = connection.prepare_cached(sql)?.query_row(params![stream, size], |row| row.get(0))?;
    Ok(last as u64)
}

/// The proof that an event is under the last checkpoint.
///
/// # Errors
/// [`AuditError::Unproven`] where there is no such event, or no checkpoint since it; or the database fails.
pub fn prove(connection: &Connection, stream: &str, version: u64) -> Result<Proof, AuditError> {
    let unproven = || AuditError::Unproven { stream: stream.to_owned(), version };
    let (size, checkpoint) = latest(connection)?.ok_or_else(unproven)?;
    let sql = "SELECT e.at, e.type, e.v, e.segment, e.leaf_index FROM event e JOIN stream s ON s.id = e.stream \
               WHERE s.name = ?1 AND e.version = ?2 AND e.leaf_index < ?3";
    let proof = connection
        .prepare_cached(sql)?
        .query_row(params![stream, version as i64, size], |row| {
            Ok(Proof {
                stream: stream.to_owned(),
                version,
                at: row.get(0)?,
                kind: row.get(1)?,
                v: row.get(2)?,
                segment: row.get(3)?,
                leaf_index: row.get::<_, i64>(4)? as u64,
                path: Vec::new(),
                checkpoint,
            })
        })
        .optional()?
        .ok_or_else(unproven)?;
    let path = Tree::new(&Kept(connection), size as u64).inclusion(proof.leaf_index)?;
    Ok(Proof { path, ..proof })
}
