//! How far apart two spellings are: edits by what usually goes wrong, in thousandths of an edit.
//!
//! Not all slips are alike. One vowel for another, a letter doubled, neighbours exchanged, `D` for `T` are what
//! hearing, typing and transliterating do to a name; `K` for `W` is another name. Every cost is at most that of a
//! whole edit, so the weighted distance is never more than the plain one ([`plain`]), which decides whether two words
//! are compared at all.

use rapidfuzz::distance::osa;

/// A whole edit.
pub(crate) const EDIT: u32 = 1000;
/// The least that two texts cost that differ.
pub(crate) const LEAST: u32 = 250;
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
    if most == 1 {
        // What is left of the texts begins and ends otherwise.
        let one = a.len() == 1 && b.len() == 1;
        let exchanged = a.len() == 2 && b.len() == 2 && a[0] == b[1] && a[1] == b[0];
        return (one || exchanged).then_some(1);
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
    let mut lost_of_b = [0_u32; SPACE];
    for (column, place) in (1..=b.len()).zip(0..) {
        lost_of_b[place] = lost(b, place);
        rows[0][column] = rows[0][column - 1] + lost_of_b[place];
    }
    let [mut beyond, mut above, mut here] = rows.each_mut();
    std::mem::swap(&mut beyond, &mut above);
    for row in 1..=a.len() {
        let (x, lost_of_x) = (a[row - 1], lost(a, row - 1));
        let mut before = above[0] + lost_of_x;
        here[0] = before;
        for column in 1..=b.len() {
            let y = b[column - 1];
            let mut least = (above[column - 1] + replaced(x, y))
                .min(above[column] + lost_of_x)
                .min(before + lost_of_b[column - 1]);
            if row > 1 && column > 1 && x == b[column - 2] && y == a[row - 2] && x != y {
                least = least.min(beyond[column - 2] + EXCHANGED);
            }
            (here[column], before) = (least, least);
        }
        // The one above becomes the one beyond, and this the one above.
        std::mem::swap(&mut beyond, &mut above);
        std::mem::swap(&mut above, &mut here);
    }
    above[b.len()]
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
#[inline]
pub(crate) fn replaced(a: u8, b: u8) -> u32 {
    let (row, column) = (usize::from(a.wrapping_sub(FIRST)), usize::from(b.wrapping_sub(FIRST)));
    match REPLACED.get(row).and_then(|costs| costs.get(column)) {
        Some(cost) => u32::from(*cost),
        None => ruled(a, b),
    }
}

/// The first and the last of digits and letters, as bytes.
const FIRST: u8 = b'0';
const SYMBOLS: usize = (b'Z' - FIRST) as usize + 1;

/// The costs by letters and digits.
static REPLACED: [[u16; SYMBOLS]; SYMBOLS] = {
    let mut costs = [[0; SYMBOLS]; SYMBOLS];
    let mut place = 0;
    while place < SYMBOLS * SYMBOLS {
        let (row, column) = (place / SYMBOLS, place % SYMBOLS);
        costs[row][column] = ruled(FIRST + row as u8, FIRST + column as u8) as u16;
        place += 1;
    }
    costs
};

/// The cost of one letter for another, by the rules.
const fn ruled(a: u8, b: u8) -> u32 {
    if a == b {
        return 0;
    }
    let (a, b) = if a < b { (a, b) } else { (b, a) };
    if is_vowel(a) && is_vowel(b) {
        let near = matches!((a, b), (b'O', b'U') | (b'E', b'I') | (b'I', b'Y') | (b'E', b'Y') | (b'A', b'E'));
        return if near { NEAR_VOWEL } else { VOWEL };
    }
    if a.is_ascii_digit() {
        let letters = match looks_like(a) {
            Some(letters) => letters,
            None => &[],
        };
        let mut place = 0;
        while place < letters.len() {
            if letters[place] == b {
                return MISREAD;
            }
            place += 1;
        }
        return EDIT;
    }
    if are_near(a, b) { NEAR_CONSONANT } else { EDIT }
}

/// The letters a digit is read for.
pub(crate) const fn looks_like(digit: u8) -> Option<&'static [u8]> {
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

const fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'A' | b'E' | b'I' | b'O' | b'U' | b'Y')
}

/// Whether two consonants, the first before the second in the alphabet, are near.
const fn are_near(a: u8, b: u8) -> bool {
    let mut pair = 0;
    while pair < NEAR_CONSONANTS.len() {
        if NEAR_CONSONANTS[pair].0 == a && NEAR_CONSONANTS[pair].1 == b {
            return true;
        }
        pair += 1;
    }
    false
}

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

    /// The weighted distance by the textbook.
    fn weighted_by_the_textbook(a: &[u8], b: &[u8]) -> u32 {
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for (i, j) in (0..=a.len()).flat_map(|i| (0..=b.len()).map(move |j| (i, j))) {
            let mut ways = Vec::new();
            if i > 0 {
                ways.push(table[i - 1][j] + lost(a, i - 1));
            }
            if j > 0 {
                ways.push(table[i][j - 1] + lost(b, j - 1));
            }
            if i > 0 && j > 0 {
                ways.push(table[i - 1][j - 1] + ruled(a[i - 1], b[j - 1]));
            }
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && a[i - 1] != b[j - 1] {
                ways.push(table[i - 2][j - 2] + EXCHANGED);
            }
            table[i][j] = ways.into_iter().min().unwrap_or(0);
        }
        table[a.len()][b.len()]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        /// Of pieces that begin and end otherwise, so that nothing is left out but the seams.
        #[test]
        fn weighted_edits_are_those_of_the_textbook(a in "[A-FH0S]{0,9}", b in "[A-FH0S]{0,9}") {
            let (framed_a, framed_b) = (format!("Q{a}X"), format!("W{b}K"));
            let expected = weighted_by_the_textbook(framed_a.as_bytes(), framed_b.as_bytes());
            prop_assert_eq!(weighted(&framed_a, &framed_b), expected);
        }
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
