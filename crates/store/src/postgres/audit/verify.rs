//! The whole database against its log.

use crate::StoreError;
use crate::audit::grown::{Grown, above, signed};
use crate::audit::merkle::{Hash, TILE_WIDTH};
use crate::audit::verify::differs;
use crate::audit::{EventHead, Verified, VerifyFault, change_leaf, event_leaf};
use crate::postgres::link::{Fault, Link};
use crate::postgres::touch;
use crate::postgres::view::PLACES;
use crate::postgres::{Address, apart, meta, refuse_newer};
use std::collections::{BTreeMap, HashMap};
use tokio_postgres::Row;

/// Batches that are read at once.
const BATCHES: i64 = 64;

/// Rows of other tables that are read at once.
const ROWS: i64 = 10_000;

/// Recomputes everything, as [`crate::audit::verify()`] does. Reads one state of the database, beside nodes that run; needs no
/// keys, and waits for nobody.
///
/// # Errors
/// The first place where something differs or cannot be read.
pub fn verify(address: &Address) -> Result<Verified, VerifyFault> {
    apart(|| Ok(verify_here(address)))?
}

fn verify_here(address: &Address) -> Result<Verified, VerifyFault> {
    let link = begun(address)?;
    let (verified, _) = log(&link)?;
    indices(&link)?;
    Ok(verified)
}

/// Connects to read one state of a database.
pub(in crate::postgres) fn begun(address: &Address) -> Result<Link, VerifyFault> {
    let link = Link::open(address)?;
    if meta(&link, "node")?.is_none() {
        return Err(StoreError::Absent(address.to_string()).into());
    }
    refuse_newer(&link, address)?;
    link.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = 0")
        .map_err(StoreError::from)?;
    Ok(link)
}

/// Everything but the entries of the indices, and how many streams have events.
pub(in crate::postgres) fn log(link: &Link) -> Result<(Verified, u64), VerifyFault> {
    let roots = checkpoints(link)?;
    let signed = roots.keys().max().copied().unwrap_or_default();
    let (leaves, root, begun) = Leaves::read(link, roots, signed)?;
    let erased = count(link, "SELECT count(*) FROM stream WHERE key IS NULL", "the streams")?;
    Ok((Verified { leaves, root, signed, erased }, begun))
}

pub(in crate::postgres) fn unreadable(after: &str) -> impl Fn(Fault) -> VerifyFault + '_ {
    move |why| VerifyFault::Unreadable { after: after.to_owned(), why: why.into() }
}

fn count(link: &Link, sql: &'static str, what: &str) -> Result<u64, VerifyFault> {
    Ok(link.query_one(sql, &[]).map_err(unreadable(what))?.get::<_, i64>(0) as u64)
}

fn checkpoints(link: &Link) -> Result<HashMap<u64, Hash>, VerifyFault> {
    let verifier = meta(link, "verifier")?.unwrap_or_default();
    let sql = "SELECT size, root, note FROM checkpoint ORDER BY size";
    let rows = link.query(sql, &[]).map_err(unreadable("its checkpoints"))?;
    let rows = rows.iter().map(|row| {
        let size: i64 = row.get(0);
        let root = row.get::<_, &[u8]>(1).try_into();
        let root = root.map_err(|_| differs(format!("checkpoint {size}"), "its root is no hash"))?;
        Ok((size as u64, root, row.get(2)))
    });
    signed(&String::from_utf8_lossy(&verifier), rows.collect::<Result<_, VerifyFault>>()?)
}

/// The leaves as they are recomputed, batch by batch.
struct Leaves<'a> {
    link: &'a Link,
    signed: u64,
    versions: HashMap<i64, (String, i64)>,
    /// Hashes of leaves that are to be held against their tile.
    tile: Vec<u8>,
}

impl<'a> Leaves<'a> {
    fn read(link: &'a Link, roots: HashMap<u64, Hash>, signed: u64) -> Result<(u64, Hash, u64), VerifyFault> {
        let mut leaves = Self { link, signed, versions: HashMap::new(), tile: Vec::new() };
        let mut grown = Grown::new(roots, |level, tile, place| {
            let sql = "SELECT substr(hashes, $3, 32) FROM tile WHERE level = $1 AND place = $2";
            let from = (place * 32 + 1) as i32;
            let row = link.query_opt(sql, &[&(level as i32), &(tile as i64), &from])?;
            Ok(row.map(|row| row.get(0)))
        });
        let mut seq: i64 = 0;
        loop {
            let sql = "SELECT b.seq, b.number, b.leaves, l.first_leaf FROM batch b LEFT JOIN leaves_of l USING (seq) \
                       WHERE b.seq > $1 ORDER BY b.seq LIMIT $2";
            let batches = link.query(sql, &[&seq, &BATCHES]).map_err(unreadable(&format!("batch {seq}")))?;
            if batches.is_empty() {
                break;
            }
            let numbers: Vec<i64> = batches.iter().map(|row| row.get(1)).collect();
            let mut contents = leaves.contents(&numbers, seq)?;
            for batch in &batches {
                seq += 1;
                let (found, number, due): (i64, i64, i32) = (batch.get(0), batch.get(1), batch.get(2));
                if found != seq {
                    return Err(differs(format!("batch {seq}"), "it is missing"));
                }
                let first: Option<i64> = batch.get(3);
                let expected =
                    (grown.size() < signed || (due == 0 && first.is_some())).then_some(grown.size());
                if first.map(|first| first as u64) != expected {
                    let what = format!("its leaves begin at {first:?}, not at {expected:?}");
                    return Err(differs(format!("batch {seq}"), what));
                }
                let found = contents.remove(&number).unwrap_or_default();
                for (due, (place, content)) in (0..).zip(&found) {
                    let leaf = format!("leaf {}", grown.size());
                    if *place != due {
                        return Err(differs(leaf, "what it is about is missing"));
                    }
                    let hash = leaves.recomputed(content, &leaf)?;
                    leaves.check_leaf(&hash, grown.size())?;
                    grown.push(hash)?;
                }
                if found.len() as i64 != i64::from(due) {
                    let what = format!("it has {} leaves, and was written with {due}", found.len());
                    return Err(differs(format!("batch {seq}"), what));
                }
            }
        }
        let size = grown.size();
        if size < signed {
            return Err(differs("the log", format!("{signed} leaves were signed, {size} are here")));
        }
        let root = grown.root();
        leaves.check_tile((signed / TILE_WIDTH) as i64)?;
        leaves.totals(size, seq)?;
        Ok((size, root, leaves.versions.len() as u64))
    }

    /// What leaves of some batches are about, by batch and place.
    fn contents(
        &self,
        numbers: &[i64],
        after: i64,
    ) -> Result<HashMap<i64, BTreeMap<i32, Content>>, VerifyFault> {
        let mut contents: HashMap<i64, BTreeMap<i32, Content>> = HashMap::new();
        let place = format!("batch {after}");
        let sql = "SELECT e.batch, e.place, e.stream, s.name, e.version, e.at, e.type, e.v, e.segment, e.hash FROM event e \
                   LEFT JOIN stream s ON s.id = e.stream WHERE e.batch = ANY ($1)";
        for row in self.link.query(sql, &[&numbers]).map_err(unreadable(&place))? {
            contents.entry(row.get(0)).or_default().insert(row.get(1), Content::Event(row));
        }
        let sql =
            "SELECT batch, place, kind, key, value, put, salt, hash FROM index_change WHERE batch = ANY ($1)";
        for row in self.link.query(sql, &[&numbers]).map_err(unreadable(&place))? {
            let (batch, place): (i64, i32) = (row.get(0), row.get(1));
            if contents.entry(batch).or_default().insert(place, Content::Change(row)).is_some() {
                let what = "it is of an event and of a change of an index";
                return Err(differs(format!("leaf {place} of batch {batch}"), what));
            }
        }
        Ok(contents)
    }

    /// The leaf as what it is about gives it.
    fn recomputed(&mut self, content: &Content, leaf: &str) -> Result<Hash, VerifyFault> {
        let text = |bytes: Option<&[u8]>| bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let (place, hash, kept): (String, Hash, &[u8]) = match content {
            Content::Event(row) => {
                let stream =
                    text(row.get(3)).ok_or_else(|| differs(leaf, "the stream of its event is missing"))?;
                let (version, at, kind, v): (i64, i64, &str, i32) =
                    (row.get(4), row.get(5), row.get(6), row.get(7));
                let place = format!("event {version} of stream {stream} ({leaf})");
                let head =
                    EventHead { stream: &stream, version: version as u64, at, kind, v: v as u32 }.bytes();
                let hash = event_leaf(&head, row.get(8));
                let (_, last) = self.versions.entry(row.get(2)).or_insert((stream, 0));
                *last += 1;
                if version != *last {
                    return Err(differs(place, format!("the next of its stream would be {last}")));
                }
                (place, hash, row.get(9))
            }
            Content::Change(row) => {
                let (kind, put): (&str, bool) = (row.get(2), row.get(5));
                let (key, value) =
                    (text(row.get(3)).unwrap_or_default(), text(row.get(4)).unwrap_or_default());
                let place = format!("change of index {kind} under {key:?} ({leaf})");
                (place, change_leaf(row.get(6), kind, &key, &value, put), row.get(7))
            }
        };
        if hash == kept { Ok(hash) } else { Err(differs(place, "its hash is not the one in the log")) }
    }

    /// The leaf stands in its tile.
    fn check_leaf(&mut self, hash: &Hash, index: u64) -> Result<(), VerifyFault> {
        if index >= self.signed {
            return Ok(());
        }
        self.tile.extend(hash);
        if self.tile.len() as u64 == TILE_WIDTH * 32 {
            self.check_tile((index / TILE_WIDTH) as i64)?;
        }
        Ok(())
    }

    /// A tile of leaves is what the last leaves give.
    fn check_tile(&mut self, tile: i64) -> Result<(), VerifyFault> {
        if self.tile.is_empty() {
            return Ok(());
        }
        let place = format!("tile {tile} at level 0");
        let row = self.link.query_opt("SELECT hashes FROM tile WHERE level = 0 AND place = $1", &[&tile]);
        let row = row.map_err(unreadable(&place))?;
        let kept = row.as_ref().map(|row| row.get::<_, &[u8]>(0));
        if kept != Some(self.tile.as_slice()) {
            return Err(differs(place, "it does not follow from the leaves"));
        }
        self.tile.clear();
        Ok(())
    }

    /// There is nothing beside what the batches say.
    fn totals(&self, size: u64, seq: i64) -> Result<(), VerifyFault> {
        let sql = "SELECT (SELECT count(*) FROM event) + (SELECT count(*) FROM index_change)";
        let contents = count(self.link, sql, "the leaves")?;
        if contents != size {
            return Err(differs("the log", format!("{contents} contents have {size} leaves")));
        }
        let kept =
            count(self.link, "SELECT coalesce(sum(length(hashes)), 0)::bigint FROM tile", "the tiles")?;
        let due = (self.signed + above(self.signed)) * 32;
        if kept != due {
            return Err(differs("the tiles", format!("they have {kept} bytes, not {due}")));
        }
        let head = count(self.link, "SELECT seq FROM head", "the batches")?;
        if head != seq as u64 {
            return Err(differs("the log", format!("{head} batches were committed, {seq} are here")));
        }
        Ok(())
    }
}

/// What a leaf is about.
enum Content {
    Event(Row),
    Change(Row),
}

/// Entries of the indices are what their changes give.
fn indices(link: &Link) -> Result<(), VerifyFault> {
    // Batches that change the same value were decided one after the other, so that the last of them has the last number.
    let given = "SELECT kind, key, value, place FROM (SELECT DISTINCT ON (kind, key, value) kind, key, value, put, \
                 batch * 1048576 + place AS place FROM index_change ORDER BY kind, key, value, batch DESC, place DESC) AS c \
                 WHERE put";
    let cursor = format!(
        "SET LOCAL enable_seqscan = on; SET LOCAL enable_hashjoin = on; \
         DECLARE given NO SCROLL CURSOR FOR {given} ORDER BY kind, key, value; \
         DECLARE kept NO SCROLL CURSOR FOR SELECT kind, key, value, place, key_hash, entry FROM index_entry \
         ORDER BY kind, key, value"
    );
    debug_assert_eq!(PLACES, 1_048_576);
    link.batch(&cursor).map_err(unreadable("the indices"))?;
    loop {
        let fetch = |sql: &'static str| link.query(sql, &[]).map_err(unreadable("the indices"));
        let (given, kept) = (fetch("FETCH 10000 FROM given")?, fetch("FETCH 10000 FROM kept")?);
        let longest = given.len().max(kept.len());
        for number in 0..longest {
            let (given, kept) = (given.get(number), kept.get(number));
            let entry = |row: &Row| -> (String, Vec<u8>, Vec<u8>, i64) {
                (row.get(0), row.get(1), row.get(2), row.get(3))
            };
            let (given, row) = (given.map(entry), kept);
            let kept = row.map(entry);
            let found = row.is_none_or(|row| {
                let text = |column| String::from_utf8_lossy(row.get(column)).into_owned();
                let (key, value) = (text(1), text(2));
                row.get::<_, Vec<u8>>(4) == touch::key_hash(&key)
                    && row.get::<_, Vec<u8>>(5) == touch::entry(row.get(0), &key, &value)
            });
            if given == kept && found {
                continue;
            }
            let (kind, key, value, _) = given.or(kept).unwrap_or_default();
            let (key, value) = (String::from_utf8_lossy(&key), String::from_utf8_lossy(&value));
            let place = format!("index {kind} under {key:?}, value {value:?}");
            return Err(differs(place, "the entries are not what their changes give; rebuild them"));
        }
        if (longest as i64) < ROWS {
            return Ok(());
        }
    }
}
