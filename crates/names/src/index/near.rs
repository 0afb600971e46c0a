//! Texts by what is left of them when letters are struck out, so that near ones meet.
//!
//! Two texts at most `k` edits apart (optimal string alignment) have a text in common that either becomes when at most
//! `k` letters are struck out: an exchanged letter is struck out of both, a lost one of the longer, of neighbours
//! exchanged one on each side. Texts of up to [`SHORT`] letters are entered under all that [`edits_allowed`] of their
//! own length leave of them. The shorter of two texts of length `m` and `m + d` has `d` letters fewer struck out than
//! the longer, which is no more than its own length allows: the allowance grows by one from one step to the next.
//!
//! With what is left goes where the letters stood that were struck out ([`agree`]): most texts that something is left of
//! in common have lost letters here and there, which makes more edits than one letter for another.
//!
//! Longer ones would have hundreds. They are entered under their beginning and their end, either with at most one
//! letter struck out: of three edits either the beginning or the end has at most one, as a letter between the two keeps
//! an exchange of neighbours from touching both.

use super::table::Table;
use crate::hash::{FACTOR, mixed, push, rotated, running};
use crate::similarity::{edits_allowed, has_at_most};

/// Longest text that is entered by all that is left of it.
pub(super) const SHORT: usize = 8;
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

/// Bits of a value that hold the number; those above hold where letters of a short text were struck out, or the
/// [`folded`] letters of a long one.
const NUMBER_BITS: u32 = 28;

/// Which letters a text has, in few bits: an edit puts at most one out and one in.
fn folded(text: &[u8]) -> u16 {
    text.iter().fold(0, |bits, letter| {
        bits | 1
            << match letter {
                b'A' => 0,
                b'E' => 1,
                b'I' => 2,
                b'O' => 3,
                b'U' => 4,
                b'R' => 5,
                b'N' => 6,
                b'S' => 7,
                b'T' => 8,
                b'L' => 9,
                b'M' => 10,
                b'D' => 11,
                b'K' | b'C' => 12,
                b'H' | b'G' => 13,
                b'B' | b'P' | b'V' | b'F' | b'W' => 14,
                _ => 15,
            }
    })
}

/// No letter was struck out. Of each that was, four bits say behind how many of the letters that are left it stood, the
/// lowest four of the last.
const NONE_STRUCK: u16 = 0xFFF;
/// Letters next to one another are equal, so that another may have been struck out.
const UNCLEAR: u16 = 1 << 12;

/// [`UNCLEAR`] where that is so.
fn unclear(text: &[u8]) -> u16 {
    if text.windows(2).any(|pair| pair[0] == pair[1]) { UNCLEAR } else { 0 }
}

/// Notes one more letter that was struck out, behind so many that are left.
fn strike(struck: u16, left: usize) -> u16 {
    (struck << 4 | left.min(14) as u16) & NONE_STRUCK
}

/// Whether two texts may be at most `most` edits apart that became the same by striking out letters here and there.
///
/// A letter for another is one struck out at the same place in both; of exchanged neighbours one is, in the other text
/// one place further on; a letter that only one has is struck out there alone. So each two of these that meet make one
/// edit, and each that meets none makes one.
#[inline]
fn agree(one: u16, other: u16, most: usize) -> bool {
    if (one | other) & UNCLEAR != 0 {
        return true;
    }
    let count = |struck: u16| {
        usize::from(struck & 0xF != 0xF)
            + usize::from(struck & 0xF0 != 0xF0)
            + usize::from(struck & 0xF00 != 0xF00)
    };
    let mut wanted = (count(one) + count(other)).saturating_sub(most);
    let (mut one, mut other) = (one, other);
    while wanted > 0 {
        let (here, there) = (one & 0xF, other & 0xF);
        if here == 0xF || there == 0xF {
            return false;
        }
        let meet = here.abs_diff(there) <= 1;
        wanted -= usize::from(meet);
        // The one further on meets none that comes before.
        if meet || here > there {
            one = one >> 4 | 0xF00;
        }
        if meet || there > here {
            other = other >> 4 | 0xF00;
        }
    }
    true
}

/// What a value must show to be looked at.
#[derive(Debug, Clone, Copy)]
struct Check {
    letters: u16,
    /// Edits.
    most: usize,
}

impl Check {
    fn new(text: &[u8], most: usize) -> Self {
        Self { letters: folded(text), most }
    }

    #[inline]
    fn passed(self, value: u64) -> Option<u32> {
        let letters = (value >> NUMBER_BITS) as u16;
        let few = |bits: u16| has_at_most(u64::from(bits), self.most);
        (few(letters & !self.letters) && few(self.letters & !letters)).then(|| number_of(value))
    }
}

fn number_of(value: u64) -> u32 {
    value as u32 & ((1 << NUMBER_BITS) - 1)
}

/// Letters of the beginning, and of the end, of a text of so many.
fn half(length: usize) -> usize {
    ((length - 1) / 2).min(HALF_MOST)
}

/// Entries that a text has at most by far and large.
const ENTRIES: usize = 24;

impl NearBuilder {
    /// With room for so many texts: what grows step by step leaves behind it memory that nothing else fits in.
    pub(super) fn for_texts(count: usize) -> Self {
        let room = || Vec::with_capacity(count * ENTRIES);
        Self { short: room(), long: room() }
    }

    /// Enters a text under a number; with `exactly`, only for texts that equal it.
    pub(super) fn add(&mut self, text: &str, exactly: bool, number: u32) {
        let text = text.as_bytes();
        // A corpus of so many words would not fit any memory.
        debug_assert!(number >> NUMBER_BITS == 0);
        let number = u64::from(number);
        let folded = number | u64::from(folded(text)) << NUMBER_BITS;
        let whole = mixed(running(text), WHOLE);
        if text.len() > SHORT {
            self.long.push((whole, folded));
        } else {
            self.short.push((whole, number | u64::from(NONE_STRUCK) << NUMBER_BITS));
        }
        if exactly {
            return;
        }
        if text.len() > SHORT {
            let length = half(text.len());
            for (part, role) in [(&text[..length], BEGINNING), (&text[text.len() - length..], END)] {
                struck(part, 1, 0, &mut |hash, _| {
                    self.long.push((mixed(hash, role + length as u64), folded));
                });
            }
        } else {
            let unclear = unclear(text);
            struck(text, edits_allowed(text.len()), 0, &mut |hash, places| {
                let places = u64::from(places | unclear) << NUMBER_BITS;
                self.short.push((mixed(hash, LEFT), number | places));
            });
        }
    }

    pub(super) fn freeze(self) -> Near {
        Near { short: Table::new(&self.short), long: Table::new(&self.long) }
    }

    /// Puts the texts of another behind these, numbered on from `first`.
    pub(super) fn append(&mut self, other: Self, first: u32) {
        // The number is what a value holds lowest.
        let numbered = |(hash, value): (u64, u64)| (hash, value + u64::from(first));
        self.short.extend(other.short.into_iter().map(numbered));
        self.long.extend(other.long.into_iter().map(numbered));
    }
}

impl Near {
    /// Calls `found` with the numbers of all texts within the edits that the scorer allows, and of others; of some more
    /// than once.
    pub(super) fn find(&self, text: &str, found: impl FnMut(u32)) {
        self.find_within(text, MOST, found);
    }

    /// The same of texts within so many edits, which are no more than the scorer ever allows, though fewer may be found
    /// of texts of such lengths that it allows fewer.
    pub(super) fn find_within(&self, text: &str, edits: usize, mut found: impl FnMut(u32)) {
        self.find_equal(text, &mut found);
        let text = text.as_bytes();
        // A text longer than the short ones must lose letters to become what is left of one.
        self.find_short(text, edits_allowed(text.len()), edits, &mut found);
        self.find_long(text, MOST, 1, found);
    }

    /// The same for texts at most one edit away.
    pub(super) fn find_nearest(&self, text: &str, mut found: impl FnMut(u32)) {
        self.find_equal(text, &mut found);
        let text = text.as_bytes();
        self.find_short(text, 1, 1, &mut found);
        // One edit leaves the beginning or the end as it is.
        self.find_long(text, 1, 0, found);
    }

    /// The same for equal texts.
    pub(super) fn find_equal(&self, text: &str, mut found: impl FnMut(u32)) {
        let text = text.as_bytes();
        let hash = mixed(running(text), WHOLE);
        if text.len() > SHORT {
            let check = Check::new(text, 0);
            self.long.get(hash).filter_map(|value| check.passed(value)).for_each(found);
        } else {
            self.short.get(hash).map(number_of).for_each(&mut found);
        }
    }

    /// The same for texts that equal this with its beginning at its end, at any place.
    pub(super) fn find_rotated(&self, text: &str, mut found: impl FnMut(u32)) {
        let text = text.as_bytes();
        let mut hashes = Vec::with_capacity(HASHES);
        rotated(text, |hash| hashes.push(mixed(hash, WHOLE)));
        let check = Check::new(text, 0);
        match text.len() > SHORT {
            true => {
                self.long.get_all(&hashes, |_, value| check.passed(value).into_iter().for_each(&mut found))
            }
            false => self.short.get_all(&hashes, |_, value| found(number_of(value))),
        }
    }

    /// Short texts at most `edits` away, with at most `most` letters struck out.
    fn find_short(&self, text: &[u8], most: usize, edits: usize, found: &mut impl FnMut(u32)) {
        let least = text.len().saturating_sub(SHORT);
        if least > most {
            return;
        }
        let (mut hashes, mut struck_out) = (Vec::with_capacity(HASHES), Vec::with_capacity(HASHES));
        let unclear = unclear(text);
        struck(text, most, least, &mut |hash, places| {
            hashes.push(mixed(hash, LEFT));
            struck_out.push(places | unclear);
        });
        self.short.get_all(&hashes, |at, value| {
            if agree(struck_out[at], (value >> NUMBER_BITS) as u16, edits) {
                found(number_of(value));
            }
        });
    }

    /// Long texts at most `edits` away, with at most `most` letters struck out of either half.
    fn find_long(&self, text: &[u8], edits: usize, most: usize, mut found: impl FnMut(u32)) {
        if self.long.is_empty() || text.len() + edits <= SHORT {
            return;
        }
        let mut hashes = Vec::with_capacity(HASHES);
        let mut last = 0;
        for other in text.len().saturating_sub(edits).max(SHORT + 1)..=text.len() + edits {
            let length = half(other);
            if length == last || length > text.len() {
                continue;
            }
            last = length;
            for (part, role) in [(&text[..length], BEGINNING), (&text[text.len() - length..], END)] {
                struck(part, most, 0, &mut |hash, _| hashes.push(mixed(hash, role + length as u64)));
            }
        }
        let check = Check::new(text, edits);
        self.long.get_all(&hashes, |_, value| {
            if let Some(number) = check.passed(value) {
                found(number);
            }
        });
    }
}

/// As many hashes as most texts have.
const HASHES: usize = 64;

/// Calls `left` with the running hash of all that is left of a text when from `least` to `most` letters are struck out,
/// and with where these stood.
fn struck(text: &[u8], most: usize, least: usize, left: &mut impl FnMut(u64, u16)) {
    struct Left {
        hash: u64,
        letters: usize,
        struck: u16,
    }
    fn step(text: &[u8], so_far: Left, most: usize, least: usize, left: &mut impl FnMut(u64, u16)) {
        if most == 0 {
            left(text.iter().fold(so_far.hash, |hash, letter| push(hash, *letter)), so_far.struck);
            return;
        }
        let Some((first, rest)) = text.split_first() else {
            if least == 0 {
                left(so_far.hash, so_far.struck);
            }
            return;
        };
        if text.len() < least {
            return;
        }
        let (hash, letters) = (push(so_far.hash, *first), so_far.letters + 1);
        step(rest, Left { hash, letters, ..so_far }, most, least, left);
        // Of equal neighbours it does not matter which is struck out: always the last ones.
        let run = rest.iter().take_while(|letter| *letter == first).count();
        let gone = run + 1;
        if gone <= most {
            let struck = (0..gone).fold(so_far.struck, |struck, _| strike(struck, so_far.letters));
            step(&text[gone..], Left { struck, ..so_far }, most - gone, least.saturating_sub(gone), left);
        }
    }
    if least <= most {
        step(text, Left { hash: 0, letters: 0, struck: NONE_STRUCK }, most, least, left);
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

    /// What the entries rest on: the shorter of two texts has no more letters struck out than its own length allows.
    #[test]
    fn the_edits_allowed_grow_by_one_at_a_time_and_to_three() {
        let allowed: Vec<usize> = (0..300).map(edits_allowed).collect();
        assert_eq!(allowed[0], 0);
        assert!(allowed.windows(2).all(|pair| pair[0] <= pair[1] && pair[1] <= pair[0] + 1));
        assert_eq!(allowed.iter().max(), Some(&MOST));
        for length in 0..200 {
            for longer in 0..=MOST {
                // Of two texts within what the longer allows, the shorter loses so many fewer.
                let most = edits_allowed(length + longer);
                assert!(
                    most < longer || most - longer <= edits_allowed(length),
                    "{length} and {longer} more"
                );
            }
        }
        // Of the beginning or the end of a long text at most one of the edits falls on it, a letter lying between.
        assert!((SHORT + 1..200).all(|length| 2 * half(length) < length));
        const { assert!(MOST / 2 <= 1) };
    }

    /// Two letters less here and two more there are four edits, though the same is left of both.
    #[test]
    fn letters_lost_here_and_there_do_not_meet() {
        let mut builder = NearBuilder::default();
        builder.add("ABCDEF", false, 7);
        let near = builder.freeze();
        let find = |text: &str| found(&near, text, |near, text, call| near.find_within(text, 2, call));
        assert!(find("ABCDXY") && find("XABCDEFY") && find("BACDFE") && find("CDEF"));
        assert!(!find("CDEFXY") && !find("XABYEF"));
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
                    prop_assert!(
                        found(&near, b, |near, text, call| {
                            near.find_within(text, edits_allowed(text.len().max(SHORT)), call);
                        }),
                        "{} and {}", a, b
                    );
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
            struck(text.as_bytes(), most, least, &mut |hash, _| {
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
