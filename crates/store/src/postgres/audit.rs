//! The log of all that the nodes wrote.
//!
//! The order of batches is that in which they were committed; within one, leaves stand as they were written. One node at
//! a time, who has the lease, gives them their places in the log, and signs it: [`Log::integrate`]. The rest is as in
//! [`crate::audit`].

mod integrator;
mod verify;

pub(super) use integrator::BEAT;
pub use integrator::Integrator;
pub use verify::verify;
pub(super) use verify::{begun, log, unreadable};

use super::lease::{Holder, Lease};
use super::link::{Link, Step, values};
use crate::StoreError;
use crate::audit::checkpoint::{Checkpoint, Verifier};
use crate::audit::merkle::{Hash, NewHash, TILE_WIDTH, Tiles, Tree, grow};
use crate::audit::{AuditError, ExportFault, LogRead, Proof};
use crate::segment::Keyring;
use crate::sqlite::condition::Condition;
use crate::time::{nanoseconds, timestamp};
use jiff::Timestamp;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// The lease of the one who carries the log on.
pub(super) const LEASE: &str = "integrator";

/// Leaves that are taken into the tree at a time, beyond the batch that reaches so many.
const CHUNK: i64 = 65_536;

/// Checkpoints that are kept: as in [`crate::audit`].
const CHECKPOINTS_KEPT: i64 = 86_400;

/// A connection that may carry the log on.
#[derive(Debug)]
pub struct Log {
    link: Link,
    holder: Holder,
}

impl Log {
    /// Connects. It belongs to the thread that uses it, which may be no task of a runtime.
    ///
    /// # Errors
    /// Where the database cannot be reached.
    pub fn open(database: &super::Database) -> Result<Self, StoreError> {
        let link = Link::open(&database.address)?;
        super::suits(&link, &database.address)?;
        Ok(Self { link, holder: Holder::new()? })
    }

    /// Takes or renews the lease for a time; `None` where another node has it.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn take(&self, time: Duration) -> Result<Option<Lease>, StoreError> {
        self.holder.take(&self.link, LEASE, time)
    }

    /// Gives the lease back, where this has it: whoever stops need not be waited for.
    ///
    /// # Errors
    /// Where the database fails; then the lease runs out by itself.
    pub fn release(&self) -> Result<(), StoreError> {
        self.holder.release(&self.link, LEASE)
    }

    /// Gives the leaves that came since the last time their places in the log, takes them into the tree, and signs a
    /// checkpoint; `None` where nothing came.
    ///
    /// # Errors
    /// [`StoreError::Fenced`] where another node has taken the lease over; nothing was written then. Or where the database
    /// fails, or the tree lacks a hash.
    pub fn integrate(
        &self,
        lease: &Lease,
        keys: &Keyring,
        at: Timestamp,
    ) -> Result<Option<Checkpoint>, AuditError> {
        self.link.batch("BEGIN").map_err(StoreError::from)?;
        let done = continued(&self.link, lease, keys, at);
        let ended = self.link.batch(if done.is_ok() { "COMMIT" } else { "ROLLBACK" });
        let done = done?;
        ended.map_err(StoreError::from)?;
        Ok(done)
    }
}

/// The tiles of the database, each read once.
struct Kept<'a> {
    link: &'a Link,
    known: RefCell<HashMap<(u32, u64), Vec<Hash>>>,
}

impl<'a> Kept<'a> {
    fn new(link: &'a Link) -> Self {
        Self { link, known: RefCell::default() }
    }
}

impl Tiles for Kept<'_> {
    type Error = StoreError;

    fn tile(&self, level: u32, index: u64) -> Result<Vec<Hash>, StoreError> {
        if let Some(known) = self.known.borrow().get(&(level, index)) {
            return Ok(known.clone());
        }
        let sql = "SELECT hashes FROM tile WHERE level = $1 AND place = $2";
        let row = self.link.query_opt(sql, &[&(level as i32), &(index as i64)])?;
        let hashes = row.map(|row| row.get::<_, &[u8]>(0).as_chunks().0.to_vec()).unwrap_or_default();
        self.known.borrow_mut().insert((level, index), hashes.clone());
        Ok(hashes)
    }
}

/// Carries the log on, in a transaction.
fn continued(
    link: &Link,
    lease: &Lease,
    keys: &Keyring,
    at: Timestamp,
) -> Result<Option<Checkpoint>, AuditError> {
    lease.hold(link)?;
    let kept = Kept::new(link);
    let started = latest(link)?.map_or(0, |(size, _)| size);
    let row = link.query_one("SELECT coalesce(max(seq), 0) FROM leaves_of", &[]).map_err(StoreError::from)?;
    let (mut size, mut seq): (i64, i64) = (started, row.get(0));
    loop {
        let batches = Batches::after(link, seq)?;
        let Some(last) = batches.seqs.last() else { break };
        let mut first_leaves = Vec::with_capacity(batches.seqs.len());
        let mut hashes: Vec<Hash> = Vec::new();
        for (number, leaves) in batches.numbers.iter().zip(&batches.leaves) {
            first_leaves.push(size + hashes.len() as i64);
            let found = batches.hashes.get(number).map(Vec::as_slice).unwrap_or_default();
            if found.len() as i64 != i64::from(*leaves) {
                let what = format!("batch {number} has {} leaves, not {leaves}", found.len());
                return Err(AuditError::Damaged(what));
            }
            hashes.extend(found);
        }
        let sql = "INSERT INTO leaves_of (seq, first_leaf, token) \
                   SELECT *, $3::bigint FROM unnest($1::bigint[], $2::bigint[])";
        link.execute(sql, &[&batches.seqs, &first_leaves, &lease.token()]).map_err(StoreError::from)?;
        keep(link, &kept, grow(&kept, size as u64, &hashes)?)?;
        size += hashes.len() as i64;
        seq = *last;
    }
    if size == started {
        return Ok(None);
    }
    let root = Tree::new(&kept, size as u64).root()?;
    let checkpoint = Checkpoint { origin: keys.origin(), size: size as u64, root };
    let note = keys.signer().sign(&checkpoint);
    let steps = [
        Step::new(
            "INSERT INTO checkpoint (size, root, at, note) VALUES ($1, $2, $3, $4)",
            values![size, root.to_vec(), nanoseconds(at)?, note],
        ),
        Step::new(
            "DELETE FROM checkpoint WHERE size <= (SELECT size FROM checkpoint ORDER BY size DESC LIMIT 1 OFFSET $1)",
            values![CHECKPOINTS_KEPT],
        ),
        // Nodes that are further behind forget everything they know.
        Step::new(
            "DELETE FROM feed WHERE seq <= (SELECT seq FROM head) - $1",
            values![super::feed::FEED_KEPT],
        ),
    ];
    link.together(&steps).map_err(StoreError::from)?;
    Ok(Some(checkpoint))
}

/// Batches that have no place in the log yet, by the order of their commits, with the hashes of their leaves.
struct Batches {
    seqs: Vec<i64>,
    numbers: Vec<i64>,
    leaves: Vec<i32>,
    hashes: HashMap<i64, Vec<Hash>>,
}

impl Batches {
    fn after(link: &Link, seq: i64) -> Result<Self, AuditError> {
        // A batch that is seen is seen whole, and so are all before it.
        let sql = "SELECT seq, number, leaves FROM \
                   (SELECT seq, number, leaves, sum(leaves) OVER (ORDER BY seq) - leaves AS before FROM \
                   (SELECT seq, number, leaves FROM batch WHERE seq > $1 ORDER BY seq LIMIT 65536) AS next) AS summed \
                   WHERE before < $2 ORDER BY seq";
        let rows = link.query(sql, &[&seq, &CHUNK]).map_err(StoreError::from)?;
        let mut batches =
            Self { seqs: Vec::new(), numbers: Vec::new(), leaves: Vec::new(), hashes: HashMap::new() };
        for (row, due) in rows.iter().zip(seq + 1..) {
            if row.get::<_, i64>(0) != due {
                return Err(AuditError::Damaged(format!("batch {due} is missing")));
            }
            batches.seqs.push(due);
            batches.numbers.push(row.get(1));
            batches.leaves.push(row.get(2));
        }
        let sql = "SELECT batch, place, hash FROM event WHERE batch = ANY ($1) \
                   UNION ALL SELECT batch, place, hash FROM index_change WHERE batch = ANY ($1) ORDER BY batch, place";
        for row in &link.query(sql, &[&batches.numbers]).map_err(StoreError::from)? {
            let (batch, place): (i64, i32) = (row.get(0), row.get(1));
            let hashes = batches.hashes.entry(batch).or_default();
            let hash: Hash = row.get::<_, &[u8]>(2).try_into().unwrap_or_default();
            if hashes.len() as i64 != i64::from(place) {
                return Err(AuditError::Damaged(format!("batch {batch} lacks leaf {}", hashes.len())));
            }
            hashes.push(hash);
        }
        Ok(batches)
    }
}

/// Adds hashes to their tiles.
fn keep(link: &Link, kept: &Kept<'_>, added: Vec<NewHash>) -> Result<(), AuditError> {
    let mut tiles: BTreeMap<(u32, u64), Vec<Hash>> = BTreeMap::new();
    for new in added {
        let (tile, place) = (new.index / TILE_WIDTH, new.index % TILE_WIDTH);
        let hashes = match tiles.entry((new.level, tile)) {
            std::collections::btree_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::btree_map::Entry::Vacant(entry) => entry.insert(kept.tile(new.level, tile)?),
        };
        if hashes.len() as u64 != place {
            let what = format!("tile {tile} of level {} lacks hash {place}", new.level);
            return Err(AuditError::Damaged(what));
        }
        hashes.push(new.hash);
    }
    let (mut levels, mut places, mut contents) = (Vec::new(), Vec::new(), Vec::new());
    for ((level, place), hashes) in tiles {
        levels.push(level as i32);
        places.push(place as i64);
        contents.push(hashes.concat());
        kept.known.borrow_mut().insert((level, place), hashes);
    }
    let sql = "INSERT INTO tile (level, place, hashes) SELECT * FROM unnest($1::int[], $2::bigint[], $3::bytea[]) \
               ON CONFLICT (level, place) DO UPDATE SET hashes = excluded.hashes";
    link.execute(sql, &[&levels, &places, &contents]).map_err(StoreError::from)?;
    Ok(())
}

/// Size and note of the last checkpoint.
fn latest(link: &Link) -> Result<Option<(i64, String)>, AuditError> {
    let row = link.query_opt("SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1", &[]);
    Ok(row.map_err(StoreError::from)?.map(|row| (row.get(0), row.get(1))))
}

/// A connection that reads the log, and needs no keys for it.
#[derive(Debug)]
pub struct LogReader {
    pub(super) link: Link,
}

impl LogReader {
    /// Connects, and reads one state of the database for as long as it is open. It belongs to the thread that uses it,
    /// which may be no task of a runtime.
    ///
    /// # Errors
    /// Where the database cannot be reached, is no database of nodes, or a newer release wrote it.
    pub fn open(address: &super::Address) -> Result<Self, StoreError> {
        let link = Link::open(address)?;
        if super::meta(&link, "node")?.is_none() {
            return Err(StoreError::Absent(address.to_string()));
        }
        super::refuse_newer(&link, address)?;
        link.batch(
            "SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0; \
             BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        )?;
        Ok(Self { link })
    }

    /// The kept checkpoint of this size.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn checkpoint_at(&self, size: u64) -> Result<Option<String>, AuditError> {
        let row = self.link.query_opt("SELECT note FROM checkpoint WHERE size = $1", &[&(size as i64)]);
        Ok(row.map_err(StoreError::from)?.map(|row| row.get(0)))
    }
}

impl LogRead for LogReader {
    fn verifier(&self) -> Result<Verifier, ExportFault> {
        let text = super::meta(&self.link, "verifier").map_err(AuditError::from)?.unwrap_or_default();
        Ok(Verifier::parse(&String::from_utf8_lossy(&text))?)
    }

    fn latest_checkpoint(&self) -> Result<Option<String>, AuditError> {
        Ok(latest(&self.link)?.map(|(_, note)| note))
    }

    fn tile(&self, level: u32, index: u64) -> Result<Vec<Hash>, AuditError> {
        Ok(Kept::new(&self.link).tile(level, index)?)
    }

    fn stream_of(&self, kind: &str, key: &str) -> Result<Option<String>, AuditError> {
        let sql = "SELECT value FROM index_entry WHERE key_hash = $1 AND kind = $2 AND key = $3 ORDER BY place DESC LIMIT 1";
        let row = self.link.query_opt(sql, &[&super::touch::key_hash(key), &kind, &key.as_bytes()]);
        let text = |row: tokio_postgres::Row| String::from_utf8_lossy(row.get(0)).into_owned();
        Ok(row.map_err(StoreError::from)?.map(text))
    }

    fn last_event(&self, stream: &str) -> Result<u64, AuditError> {
        // What has a place in the log is under a checkpoint: both are written at once.
        let sql = "SELECT e.version FROM stream s JOIN event e ON e.stream = s.id JOIN batch b ON b.number = e.batch \
                   JOIN leaves_of l ON l.seq = b.seq WHERE s.name = $1 ORDER BY e.version DESC LIMIT 1";
        let row = self.link.query_opt(sql, &[&stream.as_bytes()]).map_err(StoreError::from)?;
        Ok(row.map_or(0, |row| row.get::<_, i64>(0) as u64))
    }

    fn prove(&self, stream: &str, version: u64) -> Result<Proof, AuditError> {
        let link = &self.link;
        let unproven = || AuditError::Unproven { stream: stream.to_owned(), version };
        let (size, checkpoint) = latest(link)?.ok_or_else(unproven)?;
        let sql = "SELECT e.at, e.type, e.v, e.segment, l.first_leaf + e.place FROM stream s \
                   JOIN event e ON e.stream = s.id JOIN batch b ON b.number = e.batch JOIN leaves_of l ON l.seq = b.seq \
                   WHERE s.name = $1 AND e.version = $2 AND l.first_leaf + e.place < $3";
        let row =
            link.query_opt(sql, &[&stream.as_bytes(), &(version as i64), &size]).map_err(StoreError::from)?;
        let row = row.ok_or_else(unproven)?;
        let leaf_index = row.get::<_, i64>(4) as u64;
        Ok(Proof {
            stream: stream.to_owned(),
            version,
            at: row.get(0),
            kind: row.get(1),
            v: row.get::<_, i32>(2) as u32,
            segment: row.get(3),
            leaf_index,
            path: Tree::new(&Kept::new(link), size as u64).inclusion(leaf_index)?,
            checkpoint,
        })
    }

    fn condition(&self) -> Result<Condition, StoreError> {
        // Batches after the last that has its place in the log are few.
        let sql = "SELECT (SELECT coalesce(max(size), 0) FROM checkpoint), \
                   (SELECT coalesce(sum(leaves), 0)::bigint FROM batch WHERE seq > \
                   (SELECT coalesce(max(seq), 0) FROM leaves_of)), \
                   (SELECT at FROM checkpoint ORDER BY size DESC LIMIT 1), \
                   (SELECT count(*) FROM outbox WHERE state = 'waiting'), \
                   (SELECT min(due) FROM outbox WHERE state = 'waiting' AND due > 0), \
                   (SELECT count(*) FROM outbox WHERE state = 'dead'), \
                   (SELECT dead FROM outbox WHERE state = 'dead' ORDER BY id DESC LIMIT 1), \
                   (SELECT count(*) FROM job WHERE state = 'waiting'), \
                   (SELECT count(*) FROM job WHERE state = 'dead'), \
                   (SELECT dead FROM job WHERE state = 'dead' ORDER BY id DESC LIMIT 1), \
                   (SELECT min(due) FROM job WHERE state = 'waiting')";
        let row = self.link.query_one(sql, &[])?;
        let count = |column: usize| row.get::<_, i64>(column) as u64;
        let time = |column: usize| row.get::<_, Option<i64>>(column).map(timestamp);
        Ok(Condition {
            leaves: count(0) + count(1),
            signed: count(0),
            signed_at: time(2),
            letters_waiting: count(3),
            letter_due: time(4),
            letters_dead: (count(5), row.get(6)),
            jobs_waiting: count(7),
            job_due: time(10),
            jobs_dead: (count(8), row.get(9)),
        })
    }
}
