//! How long requests took, in bounded memory: counts by duration, exact below two milliseconds and to a thousandth above.

use std::time::Duration;

/// Steps between a power of two and the next: a step is at most a thousandth of what it counts.
const STEPS: u64 = 1024;

/// What is longer than a day counts as a day, in microseconds.
const LONGEST_US: u64 = 86_400_000_000;

/// Counts of durations.
#[derive(Debug, Default)]
pub(super) struct Durations {
    /// Grows to what was the longest; an hour has its place before 24,000.
    counts: Vec<u64>,
    count: u64,
    max_us: u64,
}

impl Durations {
    /// Counts one.
    pub(super) fn add(&mut self, took: Duration) {
        let us = u64::try_from(took.as_micros()).unwrap_or(LONGEST_US).min(LONGEST_US);
        let place = place(us);
        if self.counts.len() <= place {
            self.counts.resize(place + 1, 0);
        }
        self.counts[place] += 1;
        self.count += 1;
        self.max_us = self.max_us.max(us);
    }

    /// How many there were.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// The longest, in microseconds.
    pub(super) fn max_us(&self) -> u64 {
        self.max_us
    }

    /// The duration in microseconds that so many of a hundred did not exceed; 0 where there were none.
    pub(super) fn percentile_us(&self, of_hundred: u64) -> u64 {
        // The smallest duration with at least that share at or below it.
        let wanted = (self.count * of_hundred).div_ceil(100);
        let mut seen = 0;
        for (place, count) in self.counts.iter().enumerate() {
            seen += count;
            if seen >= wanted && seen > 0 {
                return highest(place).min(self.max_us);
            }
        }
        0
    }
}

/// Where a duration is counted.
fn place(us: u64) -> usize {
    // Below two powers of two of steps each microsecond has a place of its own.
    let shift = (us / STEPS).checked_ilog2().unwrap_or(0);
    (u64::from(shift) * STEPS + (us >> shift)) as usize
}

/// The longest duration that is counted at a place.
fn highest(place: usize) -> u64 {
    let place = place as u64;
    let shift = (place / STEPS).saturating_sub(1);
    ((place - shift * STEPS + 1) << shift) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_duration_is_found_within_a_thousandth() {
        let mut last = 0;
        for us in (0..5_000).chain((5_000..4_000_000_000).step_by(7_654_321)) {
            let found = highest(place(us));
            assert!(found >= us && found - us <= us / 1000, "{us}: {found}");
            assert!(place(us) >= last, "{us}");
            last = place(us);
        }
        assert!(place(3_600_000_000) < 24_000);
    }

    #[test]
    fn percentiles_are_those_of_the_sorted_durations() {
        let mut durations = Durations::default();
        assert_eq!((durations.percentile_us(50), durations.max_us()), (0, 0));
        for us in (1..=1000).rev() {
            durations.add(Duration::from_micros(us));
        }
        let of = |percent| durations.percentile_us(percent);
        assert_eq!([of(50), of(90), of(99), of(100)], [500, 900, 990, 1000]);
        assert_eq!((durations.count(), durations.max_us()), (1000, 1000));
    }
}
