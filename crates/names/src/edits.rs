//! How far apart two spellings are: edits by what usually goes wrong, in thousandths of an edit.
//!
//! Not all slips are alike. One vowel for another, a letter doubled, neighbours exchanged, `D` for `T` are what
//! hearing, typing and transliterating do to a name; `K` for `W` is another name. Every cost is at most that of a
//! whole edit, so the weighted distance is never more than the plain one ([`plain`]), which decides whether two words
//! are compared at all.

use rapidfuzz::distance::osa;

/// A whole edit.
pub(crate) const EDIT: u32 = 1000;
/// One vowel for a near one: `O` and `U`, `E` and `I`.
const NEAR_VOWEL: u32 = 300;
/// One vowel for another.
const VOWEL: u32 = 600;
/// One consonant for a near one: voiced for voiceless, `M` for `N`, `R` for `L`.
const NEAR_CONSONANT: u32 = 700;
/// A digit for the letter that looks like it.
const MISREAD: u32 = 250;
/// A letter written twice or once.
const DOUBLED: u32 = 250;
/// An `H` more or less.
const BREATH: u32 = 500;
/// An `S` more or less at the end.
const ENDING: u32 = 500;
/// A vowel more or less.
const VOWEL_LOST: u32 = 700;
/// Neighbours exchanged.
const EXCHANGED: u32 = 600;

/// Longest text that is compared by letters; tokens have at most 64, runs of them three times as many.
const LONGEST: usize = 192;

/// The optimal string alignment distance, where it is no more than `most`.
pub(crate) fn plain(a: &str, b: &str, most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    if most == 0 {
        return (a == b).then_some(0);
    }
    let (mut a, mut b) = (a.as_bytes(), b.as_bytes());
    // What both begin or end with costs nothing.
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    (a, b) = (&a[head..], &b[head..]);
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    (a, b) = (&a[..a.len() - tail], &b[..b.len() - tail]);
    if a.is_empty() || b.is_empty() {
        return Some(a.len().max(b.len()));
    }
    if b.len() < SHORT && most < 128 {
        banded::<SHORT>(a, b, most)
    } else {
        let args = osa::Args::default().score_cutoff(most);
        osa::distance_with_args(a.iter().copied(), b.iter().copied(), &args)
    }
}

/// Texts that are compared in little space: nearly all words.
const SHORT: usize = 32;

/// The optimal string alignment distance of texts below `SPACE` letters by the textbook, but only within `most` of the
/// diagonal, and no further than a row that all leads beyond it.
fn banded<const SPACE: usize>(a: &[u8], b: &[u8], most: usize) -> Option<usize> {
    const FAR: u8 = u8::MAX / 2;
    let mut rows = [[FAR; SPACE]; 3];
    let first = b.len().min(most);
    for (column, cell) in (0..).zip(&mut rows[0][..=first]) {
        *cell = column;
    }
    let mut last_least = 0;
    for row in 1..=a.len() {
        let (here, above, beyond) = (row % 3, (row + 2) % 3, (row + 1) % 3);
        let (from, to) = (row.saturating_sub(most), (row + most).min(b.len()));
        rows[here] = [FAR; SPACE];
        let mut least = FAR;
        for column in from..=to {
            let cell = if column == 0 {
                row as u8
            } else {
                let (x, y) = (a[row - 1], b[column - 1]);
                let mut cell = (rows[above][column - 1] + u8::from(x != y))
                    .min(rows[above][column] + 1)
                    .min(rows[here][column - 1] + 1);
                if row > 1 && column > 1 && x == b[column - 2] && y == a[row - 2] {
                    cell = cell.min(rows[beyond][column - 2] + 1);
                }
                cell
            };
            rows[here][column] = cell;
            least = least.min(cell);
        }
        // An exchange of neighbours reaches over one row.
        if usize::from(least.min(last_least)) > most {
            return None;
        }
        last_least = least;
    }
    let distance = usize::from(rows[a.len() % 3][b.len()]);
    (distance <= most).then_some(distance)
}

/// The weighted distance in thousandths of an edit; symmetric.
pub(crate) fn weighted(a: &str, b: &str) -> u32 {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() > LONGEST || b.len() > LONGEST {
        return EDIT * a.len().max(b.len()) as u32;
    }
    // What both begin or end with costs nothing, and leaving it out changes no distance but that of doubled letters
    // at the seam, for which one letter stays.
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count().saturating_sub(1);
    let (a, b) = (&a[head..], &b[head..]);
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count().saturating_sub(1);
    let (a, b) = (&a[..a.len() - tail], &b[..b.len() - tail]);
    if b.len() < SHORT { weighted_within::<SHORT>(a, b) } else { weighted_within::<{ LONGEST + 1 }>(a, b) }
}

/// The same of texts of which the second has fewer than `SPACE` letters.
fn weighted_within<const SPACE: usize>(a: &[u8], b: &[u8]) -> u32 {
    let mut rows = [[0_u32; SPACE]; 3];
    for (column, place) in (1..=b.len()).zip(0..) {
        rows[0][column] = rows[0][column - 1] + lost(b, place);
    }
    for row in 1..=a.len() {
        let (here, above, beyond) = (row % 3, (row + 2) % 3, (row + 1) % 3);
        rows[here][0] = rows[above][0] + lost(a, row - 1);
        for column in 1..=b.len() {
            let (x, y) = (a[row - 1], b[column - 1]);
            let mut least = (rows[above][column - 1] + replaced(x, y))
                .min(rows[above][column] + lost(a, row - 1))
                .min(rows[here][column - 1] + lost(b, column - 1));
            if row > 1 && column > 1 && x == b[column - 2] && y == a[row - 2] && x != y {
                least = least.min(rows[beyond][column - 2] + EXCHANGED);
            }
            rows[here][column] = least;
        }
    }
    rows[a.len() % 3][b.len()]
}

/// What it costs that only one text has the letter at `place`.
fn lost(text: &[u8], place: usize) -> u32 {
    let letter = text[place];
    let doubled = (place > 0 && text[place - 1] == letter) || text.get(place + 1) == Some(&letter);
    match letter {
        b'0'..=b'9' => EDIT,
        _ if doubled => DOUBLED,
        b'H' => BREATH,
        // An ending: the plural, "Zephyr's", a nominative of the Baltic.
        b'S' if place + 1 == text.len() && place > 2 => ENDING,
        _ if is_vowel(letter) => VOWEL_LOST,
        _ => EDIT,
    }
}

/// What it costs that one letter stands for another.
pub(crate) fn replaced(a: u8, b: u8) -> u32 {
    if a == b {
        return 0;
    }
    let (a, b) = (a.min(b), a.max(b));
    if is_vowel(a) && is_vowel(b) {
        let near = matches!((a, b), (b'O', b'U') | (b'E', b'I') | (b'I', b'Y') | (b'E', b'Y') | (b'A', b'E'));
        return if near { NEAR_VOWEL } else { VOWEL };
    }
    if a.is_ascii_digit() {
        let alike = looks_like(a).is_some_and(|letters| letters.contains(&b));
        return if alike { MISREAD } else { EDIT };
    }
    if are_near(a, b) { NEAR_CONSONANT } else { EDIT }
}

/// The letters a digit is read for.
pub(crate) fn looks_like(digit: u8) -> Option<&'static [u8]> {
    Some(match digit {
        b'0' => b"OQD",
        b'1' => b"IL",
        b'2' => b"Z",
        b'5' => b"S",
        b'6' => b"G",
        b'8' => b"B",
        b'9' => b"G",
        _ => return None,
    })
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'A' | b'E' | b'I' | b'O' | b'U' | b'Y')
}

fn are_near(a: u8, b: u8) -> bool {
    let letters = a.is_ascii_uppercase() && b.is_ascii_uppercase();
    letters && NEAR_TO[usize::from(a - b'A')] >> (b - b'A') & 1 == 1
}

/// The letters that each stands near to, by bits, as [`NEAR_CONSONANTS`] has them.
static NEAR_TO: [u32; 26] = {
    let mut near = [0; 26];
    let mut pair = 0;
    while pair < NEAR_CONSONANTS.len() {
        let (a, b) = NEAR_CONSONANTS[pair];
        near[(a - b'A') as usize] |= 1 << (b - b'A');
        pair += 1;
    }
    near
};

/// Consonants, in the order of the alphabet, that hearing and transliterating take for one another.
const NEAR_CONSONANTS: &[(u8, u8)] = &[
    (b'B', b'P'),
    (b'B', b'V'),
    (b'C', b'K'),
    (b'C', b'S'),
    (b'C', b'Z'),
    (b'D', b'T'),
    (b'F', b'V'),
    (b'G', b'J'),
    (b'G', b'K'),
    (b'I', b'J'),
    (b'J', b'Y'),
    (b'K', b'Q'),
    (b'K', b'X'),
    (b'L', b'R'),
    (b'M', b'N'),
    (b'S', b'Z'),
    (b'U', b'W'),
    (b'V', b'W'),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn usual_slips_cost_less() {
        for (a, b, cost) in [
            ("ZEPHYR", "ZEPHYR", 0),
            ("ZEPHYR", "ZEPPHYR", DOUBLED),
            ("ZEPHYR", "ZEPHIR", NEAR_VOWEL),
            ("ZEPHYR", "ZEPHXR", EDIT),
            ("ZEPHYR", "ZPEHYR", EXCHANGED),
            ("ZEPHYR", "ZEPYR", BREATH),
            ("ZEPHYR", "Z3PHYR", EDIT),
            ("ZEPH0R", "ZEPHOR", MISREAD),
            ("NADIM", "NATIM", NEAR_CONSONANT),
            ("ANA", "ANNA", DOUBLED),
            ("ON", "UN", NEAR_VOWEL),
            ("", "ZX", 2 * EDIT),
        ] {
            assert_eq!(weighted(a, b), cost, "{a} and {b}");
        }
        assert!(NEAR_CONSONANTS.iter().all(|(a, b)| a < b));
    }

    /// Optimal string alignment by the textbook, as the oracle.
    fn textbook(a: &[u8], b: &[u8]) -> usize {
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                table[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let change = usize::from(a[i - 1] != b[j - 1]);
                    let mut best =
                        (table[i - 1][j] + 1).min(table[i][j - 1] + 1).min(table[i - 1][j - 1] + change);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        best = best.min(table[i - 2][j - 2] + 1);
                    }
                    best
                };
            }
        }
        table[a.len()][b.len()]
    }

    proptest! {
        #[test]
        fn edits_are_those_of_the_textbook(a in "[A-D]{0,14}", b in "[A-D]{0,14}", most in 0_usize..4) {
            let distance = textbook(a.as_bytes(), b.as_bytes());
            prop_assert_eq!(plain(&a, &b, most), (distance <= most).then_some(distance));
        }

        #[test]
        fn edits_of_long_texts_are_those_of_the_textbook(a in "[A-B]{28,40}", b in "[A-B]{28,40}", most in 0_usize..12) {
            let distance = textbook(a.as_bytes(), b.as_bytes());
            prop_assert_eq!(plain(&a, &b, most), (distance <= most).then_some(distance));
        }

        #[test]
        fn weighted_edits_cost_no_more_than_plain_ones(a in "[A-Z0-9]{0,14}", b in "[A-Z0-9]{0,14}") {
            prop_assert!(weighted(&a, &b) <= EDIT * textbook(a.as_bytes(), b.as_bytes()) as u32);
            prop_assert_eq!(weighted(&a, &b), weighted(&b, &a));
            prop_assert_eq!(weighted(&a, &b) == 0, a == b);
        }
    }
}
