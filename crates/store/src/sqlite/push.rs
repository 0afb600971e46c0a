//! How far the pushing of an inbox to other machines has come.
//!
//! Notices go to a target in their order, one after the other; one that is not taken is tried again before any behind it.

use super::{Session, StoreError, outbox};
use crate::inbox::{Buried, Push};
use crate::time::nanoseconds;
use engine::Notice;
use jiff::{SignedDuration, Timestamp};
use rusqlite::{OptionalExtension as _, params};

/// Takes the next push to a target for `lease`: nobody else does it until then. `None` where it is not due. A target that
/// is new begins behind what the inbox has, so that nothing old is told as new.
///
/// # Errors
/// Where the database fails.
pub fn take(
    session: &Session,
    organisation: &str,
    target: &str,
    now: Timestamp,
    lease: SignedDuration,
) -> Result<Option<Push>, StoreError> {
    let begin = "INSERT INTO push (organisation, target, place) VALUES \
                 (?1, ?2, coalesce((SELECT last FROM mailbox WHERE organisation = ?1), 0)) ON CONFLICT DO NOTHING";
    session.connection.prepare_cached(begin)?.execute(params![organisation, target])?;
    let until = now.saturating_add(lease).unwrap_or(now);
    let sql = "UPDATE push SET due = ?4 WHERE organisation = ?1 AND target = ?2 AND due <= ?3 RETURNING place, tries";
    let mut row = session.connection.prepare_cached(sql)?;
    let found = row.query_row(params![organisation, target, nanoseconds(now)?, nanoseconds(until)?], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, u32>(1)?))
    });
    let push = |(place, tries)| Push { place: u64::try_from(place).unwrap_or(0), tries };
    Ok(found.optional()?.map(push))
}

/// Everything up to a place was taken by the target; the next is due at once.
///
/// # Errors
/// Where the database fails.
pub fn taken(session: &Session, organisation: &str, target: &str, place: u64) -> Result<(), StoreError> {
    let sql = "UPDATE push SET place = max(place, ?3), tries = 0, due = 0, why = NULL \
               WHERE organisation = ?1 AND target = ?2";
    let place = i64::try_from(place).unwrap_or(i64::MAX);
    session.connection.prepare_cached(sql)?.execute(params![organisation, target, place])?;
    Ok(())
}

/// The target did not take the next notice; it is tried again at `due`, and `told` goes out as well. To be called in a
/// transaction.
///
/// # Errors
/// Where the database fails.
pub fn failed(
    session: &Session,
    organisation: &str,
    target: &str,
    why: &str,
    due: Timestamp,
    told: &[Notice],
) -> Result<(), StoreError> {
    told.iter().try_for_each(|notice| outbox::add(session, notice, Timestamp::UNIX_EPOCH).map(drop))?;
    let sql = "UPDATE push SET tries = tries + 1, due = ?4, why = ?3 WHERE organisation = ?1 AND target = ?2";
    session.connection.prepare_cached(sql)?.execute(params![organisation, target, why, nanoseconds(due)?])?;
    Ok(())
}

/// The target will never take the notice at a place: it is kept as dead, those behind it are due at once, and `told` goes
/// out. To be called in a transaction.
///
/// # Errors
/// Where the database fails.
pub fn set_aside(
    session: &Session,
    organisation: &str,
    target: &str,
    place: u64,
    buried: &Buried,
    told: &[Notice],
) -> Result<(), StoreError> {
    if let Some(notice) = &buried.notice {
        outbox::bury(session, notice, &buried.why)?;
    }
    told.iter().try_for_each(|notice| outbox::add(session, notice, Timestamp::UNIX_EPOCH).map(drop))?;
    taken(session, organisation, target, place)
}

/// A node starts: what its last process had under way, or waited for, is due at once. Nobody else pushes from this database.
///
/// # Errors
/// Where the database fails.
pub fn begin(session: &Session) -> Result<(), StoreError> {
    session.connection.execute("UPDATE push SET due = 0", [])?;
    Ok(())
}
