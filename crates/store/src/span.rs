//! Events of a span of time, whatever their streams, for those who count.

use crate::StoreError;
use engine::Recorded;
use jiff::{SignedDuration, Timestamp};

/// By how much a clock may have been behind what was written before: events within it are found all the same.
const BEHIND_MAX: SignedDuration = SignedDuration::from_hours(24);

/// Which events are read.
#[derive(Debug, Clone, Copy)]
pub struct Span<'a> {
    /// Those written from this time on.
    pub from: Timestamp,
    /// And before this one.
    pub until: Timestamp,
    /// Of these types.
    pub kinds: &'a [&'a str],
    /// So many at most.
    pub most: u64,
}

/// What reading came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spanned {
    /// Events that were read.
    pub events: u64,
    /// Events of streams that were erased: nobody reads them any more.
    pub erased: u64,
    /// Whether there are more than were to be read.
    pub more: bool,
}

/// What takes an event that was read.
pub type Take<'a> = dyn FnMut(Recorded) + 'a;

impl Span<'_> {
    /// The times between which events stand that may be of the span, a clock set back considered.
    pub(crate) fn around(&self) -> (Timestamp, Timestamp) {
        let before = self.from.checked_sub(BEHIND_MAX).unwrap_or(Timestamp::MIN);
        (before, self.until.checked_add(BEHIND_MAX).unwrap_or(Timestamp::MAX))
    }
}

/// The first place up to `end` from which on events were written at `at` or later, where times rise with places. `first`
/// gives the place and time of the first event from a place on.
pub(crate) fn place_of(
    end: i64,
    at: i64,
    first: &mut dyn FnMut(i64) -> Result<Option<(i64, i64)>, StoreError>,
) -> Result<i64, StoreError> {
    let (mut low, mut high) = (0, end);
    while low < high {
        let middle = low + (high - low) / 2;
        match first(middle)? {
            Some((found, written)) if written < at => low = found + 1,
            _ => high = middle,
        }
    }
    Ok(low)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_a_time_is_found_among_places_without_events() {
        let events = [(3, 10), (4, 10), (9, 20), (20, 30)];
        for (at, expected) in [(0, 0), (10, 0), (11, 5), (20, 5), (21, 10), (30, 10), (31, 21)] {
            let mut first = |place| Ok(events.iter().copied().find(|(known, _)| *known >= place));
            assert_eq!(place_of(25, at, &mut first).unwrap(), expected, "{at}");
        }
        assert_eq!(place_of(0, 5, &mut |_| Ok(None)).unwrap(), 0);
    }
}
