//! How far the pushing of an inbox has come: as in [`crate::sqlite::push`], for several nodes that push.

use super::{Session, outbox};
use crate::StoreError;
use crate::inbox::{Buried, Push};
use crate::time::nanoseconds;
use engine::Notice;
use jiff::{SignedDuration, Timestamp};

/// As [`crate::sqlite::push::take`].
///
/// # Errors
/// As there.
pub fn take(
    session: &Session,
    organisation: &str,
    target: &str,
    now: Timestamp,
    lease: SignedDuration,
) -> Result<Option<Push>, StoreError> {
    let begin = "INSERT INTO push (organisation, target, place) VALUES \
                 ($1, $2, coalesce((SELECT last FROM mailbox WHERE organisation = $1), 0)) ON CONFLICT DO NOTHING";
    let (organisation, target) = (organisation.as_bytes(), target.as_bytes());
    session.link.execute(begin, &[&organisation, &target])?;
    let until = now.saturating_add(lease).unwrap_or(now);
    let sql = "UPDATE push SET due = $4 WHERE organisation = $1 AND target = $2 AND due <= $3 RETURNING place, tries";
    let rows =
        session.link.query(sql, &[&organisation, &target, &nanoseconds(now)?, &nanoseconds(until)?])?;
    let push = |row: &tokio_postgres::Row| Push {
        place: u64::try_from(row.get::<_, i64>(0)).unwrap_or(0),
        tries: u32::try_from(row.get::<_, i32>(1)).unwrap_or(0),
    };
    Ok(rows.first().map(push))
}

/// As [`crate::sqlite::push::taken`].
///
/// # Errors
/// As there.
pub fn taken(session: &Session, organisation: &str, target: &str, place: u64) -> Result<(), StoreError> {
    let sql = "UPDATE push SET place = greatest(place, $3), tries = 0, due = 0, why = NULL \
               WHERE organisation = $1 AND target = $2";
    let place = i64::try_from(place).unwrap_or(i64::MAX);
    session.link.execute(sql, &[&organisation.as_bytes(), &target.as_bytes(), &place])?;
    Ok(())
}

/// As [`crate::sqlite::push::failed`], in a transaction of its own.
///
/// # Errors
/// As there.
pub fn failed(
    session: &Session,
    organisation: &str,
    target: &str,
    why: &str,
    due: Timestamp,
    told: &[Notice],
) -> Result<(), StoreError> {
    let sql = "UPDATE push SET tries = tries + 1, due = $4, why = $3 WHERE organisation = $1 AND target = $2";
    let (organisation, target) = (organisation.as_bytes(), target.as_bytes());
    let due = nanoseconds(due)?;
    session.link.whole(|| {
        told.iter().try_for_each(|notice| outbox::add(session, notice, Timestamp::UNIX_EPOCH))?;
        session.link.execute(sql, &[&organisation, &target, &why.as_bytes(), &due])?;
        Ok(())
    })
}

/// As [`crate::sqlite::push::set_aside`], in a transaction of its own.
///
/// # Errors
/// As there.
pub fn set_aside(
    session: &Session,
    organisation: &str,
    target: &str,
    place: u64,
    buried: &Buried,
    told: &[Notice],
) -> Result<(), StoreError> {
    session.link.whole(|| {
        if let Some(notice) = &buried.notice {
            outbox::bury(session, notice, &buried.why)?;
        }
        told.iter().try_for_each(|notice| outbox::add(session, notice, Timestamp::UNIX_EPOCH))?;
        taken(session, organisation, target, place)
    })
}
