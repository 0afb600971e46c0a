//! Catching up with what other nodes wrote.

use super::link::{Step, values};
use super::touch::{self, Touch};
use super::view::View;
use crate::StoreError;
use jiff::{SignedDuration, Timestamp};
use tokio_postgres::Row;

/// How far the clocks of a node and of the database may be apart.
const CLOCKS_APART_MAX: SignedDuration = SignedDuration::from_secs(5);

/// Batches that a node catches up with; one that is further behind forgets everything instead.
const BEHIND_MAX: i64 = 4_096;

/// Batches whose writes the feed keeps.
pub(super) const FEED_KEPT: i64 = 2 * BEHIND_MAX;

/// What was written after a batch.
pub(super) fn feed_after(seen: i64) -> Step {
    Step::new("SELECT seq, wrote FROM feed WHERE seq > $1 ORDER BY seq LIMIT $2", values![seen, BEHIND_MAX])
}

/// What was written between `seen` and the last batch; `None` where the feed does not tell of all of it. Batches become
/// visible in the order of their numbers, so that those that are seen are always the first.
pub(super) fn since(seen: i64, last: i64, feed: &[Row]) -> Option<impl Iterator<Item = Touch>> {
    let is_whole = last >= seen
        && feed.last().map_or(seen, |row| row.get::<_, i64>(0)) >= last
        && feed.iter().zip(seen + 1..).all(|(row, due)| row.get::<_, i64>(0) == due);
    is_whole.then(|| feed.iter().flat_map(|row| touch::read(row.get::<_, &[u8]>(1))))
}

/// Forgets what others wrote to since; tells whether anything of it was remembered.
pub(super) fn catch_up(view: &mut View, last: i64, feed: &[Row]) -> bool {
    let Some(touches) = since(view.seen, last, feed) else {
        // It was too much, or the database was put back to an earlier state.
        view.clear();
        view.seen = last;
        return true;
    };
    let mut forgot = false;
    for touch in touches {
        forgot |= view.forget(touch);
    }
    view.seen = feed.last().map_or(view.seen, |row| row.get(0));
    forgot
}

/// The clock of the database, in milliseconds, against ours: it was read between `asked` and now.
///
/// # Errors
/// Where they are too far apart. A node in doubt about its clock decides nothing.
pub(super) fn agree(asked: Timestamp, clock: i64) -> Result<(), StoreError> {
    let now = Timestamp::now();
    let clock = Timestamp::from_millisecond(clock).unwrap_or(Timestamp::MIN);
    let apart = match clock {
        early if early < asked => asked.duration_since(early),
        late if late > now => late.duration_since(now),
        _ => return Ok(()),
    };
    if apart > CLOCKS_APART_MAX { Err(StoreError::Clock(apart)) } else { Ok(()) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_wrong_is_told() {
        let now = Timestamp::now();
        let apart = |seconds: i64| agree(now, now.as_millisecond() + seconds * 1000);
        assert!(apart(0).is_ok() && apart(4).is_ok() && apart(-4).is_ok());
        for seconds in [60, -60] {
            let told = apart(seconds).unwrap_err().to_string();
            assert!(told.contains("the clock of this machine"), "{told}");
        }
    }
}
