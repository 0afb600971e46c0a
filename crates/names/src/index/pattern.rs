//! The texts of a dictionary laid out so that one can be compared with very many of them.

use crate::similarity::{KEY_LETTERS, edits_allowed, has_at_most, letters};

/// Longest text that is laid out; longer ones are few and count as near.
const LONGEST: usize = 16;
/// Letters, digits, and all else together.
const SYMBOLS: usize = 37;

/// A text in one place: which letters it has, how many, and they themselves.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Flat {
    letters: u64,
    length: u8,
    text: [u8; LONGEST],
}

impl Flat {
    pub(super) fn of(text: &str) -> Self {
        let mut flat = Self { letters: letters(text), length: text.len().min(255) as u8, text: [0; LONGEST] };
        for (symbol, byte) in flat.text.iter_mut().zip(text.bytes()) {
            *symbol = symbol_of(byte);
        }
        flat
    }
}

fn symbol_of(byte: u8) -> u8 {
    match byte {
        b'A'..=b'Z' => byte - b'A',
        b'0'..=b'9' => 26 + byte - b'0',
        _ => 36,
    }
}

/// A text that is compared with many.
pub(super) struct Pattern {
    letters: u64,
    length: usize,
    /// Where the text has each symbol, one bit each.
    places: [u64; SYMBOLS],
    /// No edit is allowed against texts shorter than this.
    exact_below: usize,
}

impl Pattern {
    /// A text as such.
    pub(super) fn of_text(text: &str) -> Self {
        let mut pattern =
            Self { letters: letters(text), length: text.len(), places: [0; SYMBOLS], exact_below: 0 };
        for (place, byte) in text.bytes().take(LONGEST).enumerate() {
            pattern.places[usize::from(symbol_of(byte))] |= 1 << place;
        }
        pattern
    }

    /// A key of sounds: short ones must be the same.
    pub(super) fn of_key(key: &str) -> Self {
        Self { exact_below: KEY_LETTERS, ..Self::of_text(key) }
    }

    /// A necessary condition for the two to be within the edits that the scorer allows; of usual lengths a sufficient
    /// one.
    #[inline]
    pub(super) fn is_near(&self, flat: &Flat) -> bool {
        let length = usize::from(flat.length);
        let mut most = edits_allowed(self.length.max(length));
        if self.length.min(length) < self.exact_below {
            most = 0;
        }
        if self.length.abs_diff(length) > most
            || !has_at_most(self.letters & !flat.letters, most)
            || !has_at_most(flat.letters & !self.letters, most)
        {
            return false;
        }
        if self.length > LONGEST || length > LONGEST || self.length == 0 {
            return true;
        }
        self.is_within(&flat.text[..length], most)
    }

    /// Whether the optimal string alignment distance is at most so much, by the bits of Hyyrö, "A bit-vector algorithm
    /// for computing Levenshtein and Damerau edit distances" (2003).
    fn is_within(&self, text: &[u8], most: usize) -> bool {
        let last = 1_u64 << (self.length - 1);
        let (mut up, mut down, mut same, mut before) = (u64::MAX, 0_u64, 0_u64, 0_u64);
        let mut distance = self.length;
        for (rest, symbol) in (0..text.len()).rev().zip(text) {
            let here = self.places[usize::from(*symbol)];
            let exchanged = ((!same & here) << 1) & before;
            same = ((here & up).wrapping_add(up) ^ up) | here | down | exchanged;
            let right = down | !(same | up);
            let left = same & up;
            distance += usize::from(right & last != 0);
            distance -= usize::from(left & last != 0);
            // Each letter to come takes off one at most.
            if distance > most + rest {
                return false;
            }
            let right = right << 1 | 1;
            up = left << 1 | !(same | right);
            down = right & same;
            before = here;
        }
        distance <= most
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edits;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn near_is_what_the_scorer_takes_for_near(a in "[A-D0]{0,18}", b in "[A-D0]{0,18}", near in "[A-B]{1,9}", other in "[A-B]{1,9}") {
            for (a, b) in [(&a, &b), (&near, &other), (&a, &near)] {
                let within = |most| edits::plain(a, b, most).is_some();
                let found = Pattern::of_text(a).is_near(&Flat::of(b));
                prop_assert!(found || !within(edits_allowed(a.len().max(b.len()))), "{} and {}", a, b);
                let fits = a.len().max(b.len()) <= LONGEST;
                prop_assert!(!found || !fits || within(edits_allowed(a.len().max(b.len()))), "{} and {}", a, b);
                let short = a.len().min(b.len()) < KEY_LETTERS;
                let found = Pattern::of_key(a).is_near(&Flat::of(b));
                let allowed = if short { 0 } else { edits_allowed(a.len().max(b.len())) };
                prop_assert!(found || !within(allowed), "{} and {}", a, b);
            }
        }
    }
}
