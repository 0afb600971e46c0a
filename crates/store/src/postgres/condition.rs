//! How a shared database and its server are, for whoever looks after them.

use super::audit::{LEASE, LogReader};
use super::{Address, feed, meta, reader, suits};
use crate::StoreError;
use crate::audit::LogRead as _;
use crate::sqlite::condition::Condition;
use jiff::{SignedDuration, Timestamp};

/// What is found of a server and of the database that nodes share on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its version, as it states it.
    pub version: String,
    /// The node that the keys of the database are named after.
    pub node: String,
    /// What waits, what failed for good, and how far the log is signed.
    pub log: Condition,
    /// When the last event was written; `None` where there is none.
    pub last_at: Option<Timestamp>,
    /// How far its clock and ours are apart, where that is too far for a node to decide anything.
    pub clocks_apart: Option<SignedDuration>,
    /// Who carries the log on; `None` where nobody ever did.
    pub lease: Option<Held>,
    /// The standbys that are connected.
    pub standbys: Vec<Standby>,
    /// Whether a commit waits until a standby has it.
    pub waits_for_standby: bool,
    /// What becomes of its write-ahead log.
    pub archive: Archive,
}

/// The lease of whoever carries the log on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Whoever has it, by a name that is made at each start.
    pub holder: String,
    /// Its token, which grows with every new holder.
    pub token: u64,
    /// How long ago it ran out; `None` while it runs.
    pub ended: Option<SignedDuration>,
}

/// A standby.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standby {
    /// What it calls itself.
    pub name: String,
    /// Whether commits wait for it; `None` where the role may not see that.
    pub is_awaited: Option<bool>,
    /// How many bytes of the write-ahead log it has not replayed; `None` where the role may not see that.
    pub behind: Option<u64>,
}

/// What becomes of the write-ahead log, without which a base backup cannot be brought up to date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Archive {
    /// It is not kept by the server itself.
    Off,
    /// It is kept: when the last of it was.
    On(Option<Timestamp>),
    /// The last of it could not be kept, and when.
    Fails(Timestamp),
}

/// Looks at a server and at the database of nodes on it; needs no keys, and changes nothing. Must not be called by a task
/// of a runtime.
///
/// # Errors
/// Where it cannot be reached or used, or is no database of nodes.
pub fn condition(address: &Address) -> Result<Server, StoreError> {
    let log = LogReader::open(address)?;
    let link = &log.link;
    suits(link, address)?;
    let asked = Timestamp::now();
    let sql = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint, current_setting('server_version'), \
               current_setting('synchronous_standby_names') <> '', current_setting('archive_mode') <> 'off'";
    let row = link.query_one(sql, &[])?;
    let clocks_apart = match feed::agree(asked, row.get(0)) {
        Err(StoreError::Clock(apart)) => Some(apart),
        _ => None,
    };
    let (version, waits_for_standby, archives): (String, bool, bool) = (row.get(1), row.get(2), row.get(3));
    Ok(Server {
        version,
        node: String::from_utf8_lossy(&meta(link, "node")?.unwrap_or_default()).into_owned(),
        log: log.condition()?,
        last_at: reader::last_at(link)?,
        clocks_apart,
        lease: held(&log)?,
        standbys: standbys(&log)?,
        waits_for_standby,
        archive: if archives { archive(&log)? } else { Archive::Off },
    })
}

/// Who has the lease of the log.
pub(super) fn held(log: &LogReader) -> Result<Option<Held>, StoreError> {
    let sql = "SELECT encode(holder, 'hex'), token, \
               (extract(epoch FROM clock_timestamp() - until) * 1000)::bigint FROM lease WHERE name = $1";
    Ok(log.link.query_opt(sql, &[&LEASE])?.map(|row| Held {
        holder: row.get(0),
        token: row.get::<_, i64>(1) as u64,
        ended: Some(row.get(2)).filter(|ago| *ago >= 0).map(SignedDuration::from_millis),
    }))
}

fn standbys(log: &LogReader) -> Result<Vec<Standby>, StoreError> {
    // A base backup in the making is a receiver as well, and no standby.
    let sql = "SELECT coalesce(nullif(application_name, ''), client_addr::text, 'unnamed'), \
               sync_state IN ('sync', 'quorum'), \
               greatest(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn), 0)::bigint \
               FROM pg_stat_replication WHERE state IS DISTINCT FROM 'backup' ORDER BY 1";
    let rows = log.link.query(sql, &[])?;
    let standby = |row: &tokio_postgres::Row| Standby {
        name: row.get(0),
        is_awaited: row.get(1),
        behind: row.get::<_, Option<i64>>(2).map(|bytes| bytes as u64),
    };
    Ok(rows.iter().map(standby).collect())
}

fn archive(log: &LogReader) -> Result<Archive, StoreError> {
    let sql = "SELECT (extract(epoch FROM last_archived_time) * 1000)::bigint, \
               (extract(epoch FROM last_failed_time) * 1000)::bigint FROM pg_stat_archiver";
    let row = log.link.query_one(sql, &[])?;
    let time = |column: usize| {
        let milliseconds: Option<i64> = row.get(column);
        milliseconds.and_then(|milliseconds| Timestamp::from_millisecond(milliseconds).ok())
    };
    Ok(match (time(0), time(1)) {
        (kept, Some(failed)) if kept.is_none_or(|kept| kept < failed) => Archive::Fails(failed),
        (kept, _) => Archive::On(kept),
    })
}
