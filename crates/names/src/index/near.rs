//! Texts by what is left of them when letters are struck out, so that near ones meet.
//!
//! Two texts at most `k` edits apart (optimal string alignment) have a text in common that either becomes when at most
//! `k` letters are struck out: an exchanged letter is struck out of both, a lost one of the longer, of neighbours
//! exchanged one on each side. Texts of up to [`SHORT`] letters are entered under all that [`edits_allowed`] of their
//! own length leave of them. The shorter of two texts of length `m` and `m + d` has `d` letters fewer struck out than
//! the longer, which is no more than its own length allows: the allowance grows by one from one step to the next.
//!
//! Longer ones would have hundreds. They are entered under their beginning and their end, either with at most one
//! letter struck out: of three edits either the beginning or the end has at most one, as a letter between the two keeps
//! an exchange of neighbours from touching both.

use super::table::{FACTOR, Table, mixed, push, running};
use crate::similarity::edits_allowed;

/// Longest text that is entered by all that is left of it.
const SHORT: usize = 8;
/// Most letters of a beginning or end that are looked at.
const HALF_MOST: usize = 9;
/// Most edits of any two texts.
const MOST: usize = 3;

/// Roles of hashes.
const LEFT: u64 = 1;
const BEGINNING: u64 = 100;
const END: u64 = 200;
const WHOLE: u64 = 300;

/// Texts, by numbers, to be found by near ones.
#[derive(Debug, Default)]
pub(super) struct Near {
    short: Table,
    long: Table,
}

/// A [`Near`] while it is filled.
#[derive(Debug, Default)]
pub(super) struct NearBuilder {
    short: Vec<(u64, u64)>,
    long: Vec<(u64, u64)>,
}

/// Letters of the beginning, and of the end, of a text of so many.
fn half(length: usize) -> usize {
    ((length - 1) / 2).min(HALF_MOST)
}

impl NearBuilder {
    /// Enters a text under a number; with `exactly`, only for texts that equal it.
    pub(super) fn add(&mut self, text: &str, exactly: bool, number: u32) {
        let (text, number) = (text.as_bytes(), u64::from(number));
        let table = if text.len() > SHORT { &mut self.long } else { &mut self.short };
        table.push((mixed(running(text), WHOLE), number));
        if exactly {
            return;
        }
        if text.len() > SHORT {
            let length = half(text.len());
            for (part, role) in [(&text[..length], BEGINNING), (&text[text.len() - length..], END)] {
                struck(part, 1, 0, &mut |hash| {
                    self.long.push((mixed(hash, role + length as u64), number));
                });
            }
        } else {
            struck(text, edits_allowed(text.len()), 0, &mut |hash| {
                self.short.push((mixed(hash, LEFT), number))
            });
        }
    }

    pub(super) fn freeze(self) -> Near {
        Near { short: Table::new(&self.short), long: Table::new(&self.long) }
    }
}

impl Near {
    /// Calls `found` with the numbers of all texts within the edits that the scorer allows, and of others; of some more
    /// than once.
    pub(super) fn find(&self, text: &str, mut found: impl FnMut(u32)) {
        self.find_equal(text, &mut found);
        let text = text.as_bytes();
        // A text longer than the short ones must lose letters to become what is left of one.
        let most = edits_allowed(text.len());
        if text.len() <= SHORT + MOST {
            struck(text, most, text.len().saturating_sub(SHORT), &mut |hash| {
                self.short.get(mixed(hash, LEFT)).for_each(|number| found(number as u32));
            });
        }
        self.find_long(text, MOST, 1, found);
    }

    /// The same for texts at most one edit away.
    pub(super) fn find_nearest(&self, text: &str, mut found: impl FnMut(u32)) {
        self.find_equal(text, &mut found);
        let text = text.as_bytes();
        if text.len() <= SHORT + 1 {
            struck(text, 1, text.len().saturating_sub(SHORT), &mut |hash| {
                self.short.get(mixed(hash, LEFT)).for_each(|number| found(number as u32));
            });
        }
        // One edit leaves the beginning or the end as it is.
        self.find_long(text, 1, 0, found);
    }

    /// The same for equal texts.
    pub(super) fn find_equal(&self, text: &str, mut found: impl FnMut(u32)) {
        let text = text.as_bytes();
        let table = if text.len() > SHORT { &self.long } else { &self.short };
        table.get(mixed(running(text), WHOLE)).for_each(|number| found(number as u32));
    }

    /// Long texts whose length differs by at most `longer`, with at most `most` letters struck out of either half.
    fn find_long(&self, text: &[u8], longer: usize, most: usize, mut found: impl FnMut(u32)) {
        if self.long.is_empty() || text.len() + longer <= SHORT {
            return;
        }
        let mut last = 0;
        for other in text.len().saturating_sub(longer).max(SHORT + 1)..=text.len() + longer {
            let length = half(other);
            if length == last || length > text.len() {
                continue;
            }
            last = length;
            for (part, role) in [(&text[..length], BEGINNING), (&text[text.len() - length..], END)] {
                struck(part, most, 0, &mut |hash| {
                    self.long.get(mixed(hash, role + length as u64)).for_each(|number| found(number as u32));
                });
            }
        }
    }
}

/// Calls `left` with the running hash of all that is left of a text when from `least` to `most` letters are struck out.
fn struck(text: &[u8], most: usize, least: usize, left: &mut impl FnMut(u64)) {
    fn step(text: &[u8], hash: u64, most: usize, least: usize, left: &mut impl FnMut(u64)) {
        if most == 0 {
            left(text.iter().fold(hash, |hash, letter| push(hash, *letter)));
            return;
        }
        let Some((first, rest)) = text.split_first() else {
            if least == 0 {
                left(hash);
            }
            return;
        };
        if text.len() < least {
            return;
        }
        step(rest, push(hash, *first), most, least, left);
        // Of equal neighbours it does not matter which is struck out: always the last ones.
        let run = rest.iter().take_while(|letter| *letter == first).count();
        let gone = run + 1;
        if gone <= most {
            step(&text[gone..], hash, most - gone, least.saturating_sub(gone), left);
        }
    }
    if least <= most {
        step(text, 0, most, least, left);
    }
}

/// Calls `found` with the running hash of each text that is one edit away, by the letters that texts are made of.
pub(super) fn one_edit_away(text: &str, mut found: impl FnMut(u64)) {
    let text = text.as_bytes();
    let length = text.len();
    let letters = || (b'A'..=b'Z').chain(b'0'..=b'9');
    let mut powers = vec![1_u64; length + 2];
    for place in 1..powers.len() {
        powers[place] = powers[place - 1].wrapping_mul(FACTOR);
    }
    // Of the ends of the text from each place on.
    let mut ends = vec![0_u64; length + 1];
    for place in (0..length).rev() {
        ends[place] = (u64::from(text[place]) + 1)
            .wrapping_mul(powers[length - place - 1])
            .wrapping_add(ends[place + 1]);
    }
    let mut before = 0_u64;
    for place in 0..=length {
        let mut with = |middle: u64, from: usize| {
            found(middle.wrapping_mul(powers[length - from]).wrapping_add(ends[from]));
        };
        for letter in letters() {
            with(push(before, letter), place);
        }
        if place < length {
            with(before, place + 1);
            for letter in letters().filter(|letter| *letter != text[place]) {
                with(push(before, letter), place + 1);
            }
            if let Some(next) = text.get(place + 1)
                && *next != text[place]
            {
                with(push(push(before, *next), text[place]), place + 2);
            }
            before = push(before, text[place]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edits;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// A text and what a few slips make of it.
    fn slipped() -> impl Strategy<Value = (String, String)> {
        let slip = (any::<prop::sample::Index>(), 0_usize..4, prop::sample::select(vec!['A', 'B', 'C', 'X']));
        let text = prop_oneof!["[A-C]{1,14}", "[A-Z0-9]{1,24}", "[A-B]{6,12}"];
        (text, prop::collection::vec(slip, 0..4)).prop_map(|(text, slips)| {
            let mut letters: Vec<char> = text.chars().collect();
            for (at, how, letter) in slips {
                let place = at.index(letters.len().max(1));
                match how {
                    _ if letters.is_empty() => {}
                    0 => drop(letters.remove(place)),
                    1 => letters.insert(place, letter),
                    2 => letters[place] = letter,
                    _ if place > 0 => letters.swap(place - 1, place),
                    _ => {}
                }
            }
            (text, letters.into_iter().collect())
        })
    }

    fn found(near: &Near, text: &str, how: fn(&Near, &str, &mut dyn FnMut(u32))) -> bool {
        let mut any = false;
        how(near, text, &mut |number| any |= number == 7);
        any
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn near_texts_find_each_other((one, other) in slipped()) {
            for (a, b) in [(&one, &other), (&other, &one)] {
                let mut builder = NearBuilder::default();
                builder.add(a, false, 7);
                let near = builder.freeze();
                let most = edits_allowed(a.len().max(b.len()));
                if edits::plain(a, b, most).is_some() {
                    prop_assert!(found(&near, b, |near, text, call| near.find(text, call)), "{} and {}", a, b);
                }
                // Texts of one letter allow no edit.
                if edits::plain(a, b, 1).is_some() && a.len() > 1 && b.len() > 1 {
                    prop_assert!(
                        found(&near, b, |near, text, call| near.find_nearest(text, call)), "{} and {}", a, b
                    );
                    let mut near_one = a == b;
                    one_edit_away(b, |hash| near_one |= hash == running(a.as_bytes()));
                    prop_assert!(near_one, "{} and {}", a, b);
                }
                if a == b {
                    prop_assert!(found(&near, b, |near, text, call| near.find_equal(text, call)));
                }
            }
        }

        #[test]
        fn all_that_is_left_is_called(text in "[AB]{0,7}", most in 0_usize..4, least in 0_usize..3) {
            let mut called = BTreeSet::new();
            struck(text.as_bytes(), most, least, &mut |hash| {
                called.insert(hash);
            });
            let mut expected = BTreeSet::new();
            for kept in 0_u32..1 << text.len() {
                let gone = text.len() - kept.count_ones() as usize;
                if (least..=most).contains(&gone) {
                    let left: Vec<u8> = text.bytes().enumerate().filter(|(at, _)| kept >> at & 1 == 1).map(|(_, letter)| letter).collect();
                    expected.insert(running(&left));
                }
            }
            // With `least` some with fewer struck out may be called too, never too few.
            prop_assert!(called.is_superset(&expected), "{}", text);
        }
    }
}
