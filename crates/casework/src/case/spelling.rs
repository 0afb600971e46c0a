//! Spellings that are nearly the same: what a slip of the finger makes of a text, or somebody who wants not to be found.

use any_ascii::any_ascii;
use rapidfuzz::distance::osa;
use std::collections::BTreeMap;

/// Letters of the longer text for each of which one may be left out, added, changed, or exchanged with its neighbour. No
/// source gives a figure.
const LETTERS_PER_SLIP: usize = 6;

/// Shortest text that is the same as another of the same letters in whatever order: words may be joined and exchanged at once.
const LETTERS_ENOUGH: usize = 12;

/// Longest text that is compared by its letters; longer ones are the same or not.
const LETTERS_MAX: usize = 512;

/// Classes of consonants that are heard and typed for one another, by Soundex; other letters of the Latin alphabet are in
/// none.
const CLASSES: [&str; 6] = ["BFPV", "CGJKQSXZ", "DT", "L", "MN", "R"];

/// Whether two texts are the same but for slips.
pub(super) fn nearly_same(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let longer = one.chars().count().max(other.chars().count());
    let slips = longer / LETTERS_PER_SLIP;
    let args = osa::Args::default().score_cutoff(slips);
    longer <= LETTERS_MAX
        && (osa::distance_with_args(one.chars(), other.chars(), &args).is_some()
            || longer >= LETTERS_ENOUGH && letters_apart(one, other) <= slips)
}

/// How many letters of the one text, or of the other if these are more, the other lacks.
fn letters_apart(one: &str, other: &str) -> usize {
    let mut counts: BTreeMap<char, (usize, usize)> = BTreeMap::new();
    one.chars().for_each(|letter| counts.entry(letter).or_default().0 += 1);
    other.chars().for_each(|letter| counts.entry(letter).or_default().1 += 1);
    let of_one: usize = counts.values().map(|(here, there)| here.saturating_sub(*there)).sum();
    let of_other: usize = counts.values().map(|(here, there)| there.saturating_sub(*here)).sum();
    of_one.max(of_other)
}

/// A word in capitals as it is written where only `A` to `Z` can be, and umlauts with an `E` behind or without: messages of one
/// format have letters that another cannot carry.
pub(super) fn plain(word: &str) -> String {
    let latin = if word.is_ascii() { word.to_owned() } else { any_ascii(word).to_uppercase() };
    let mut plain = String::with_capacity(latin.len());
    for letter in latin.chars() {
        if letter != 'E' || !plain.ends_with(['A', 'O', 'U']) {
            plain.push(letter);
        }
    }
    plain
}

/// What words in capitals sound like together: how many consonants of each class they have, those side by side once and
/// without an `S` at the end of a word. Texts that differ in vowels, near consonants, the order of words or where they are joined have
/// it in common. Words without such consonants sound like nothing else.
pub(super) fn sound(words: &[String]) -> String {
    let mut counts = [0_u32; CLASSES.len()];
    for word in words {
        let mut before = None;
        for letter in word.trim_end_matches('S').chars() {
            let class = CLASSES.iter().position(|letters| letters.contains(letter));
            if let Some(class) = class.filter(|_| before != class) {
                counts[class] += 1;
            }
            before = class;
        }
    }
    if counts == [0; CLASSES.len()] {
        words.join(" ")
    } else {
        counts.map(|count| count.to_string()).join("-")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_forgiven_by_the_length() {
        let cases = [
            ("FISCH", "FISH", false),
            ("HINGES", "HINGE", true),
            ("HINGES", "HIGNES", true),
            ("NORDSEEFISCH", "NORTSEEFISH", true),
            ("NORDSEEFISCH", "NORTSEEFLSH", false),
            ("NORDSEEFISCH", "FISCHNORDSEE", true),
            ("NORDSEEFISCH", "FISHNORDSEE", true),
            ("NORDSEEFISCH", "HOLZNORDSEE", false),
            ("", "A", false),
            ("", "", true),
        ];
        for (one, other, expected) in cases {
            assert_eq!(nearly_same(one, other), expected, "{one} {other}");
            assert_eq!(nearly_same(other, one), expected, "{other} {one}");
        }
        let long = "A".repeat(LETTERS_MAX);
        assert!(nearly_same(&long, &long[1..]));
        let longer = "A".repeat(LETTERS_MAX + 1);
        assert!(!nearly_same(&longer, &long) && nearly_same(&longer, &longer));
    }

    #[test]
    fn letters_that_one_format_cannot_carry_make_no_other_word() {
        for (one, other) in
            [("MÜLLER", "MUELLER"), ("SÖHNE", "SOEHNE"), ("MÜLLER", "MULLER"), ("GROSS", "GROß")]
        {
            assert_eq!(plain(one), plain(other), "{one} {other}");
        }
        assert_ne!(plain("MÜLLER"), plain("MILLER"));
    }

    #[test]
    fn words_that_sound_alike_share_their_sound() {
        let cases = [
            ("NORDSEE", "NORTSEA", true),
            ("MULLER", "MILER", true),
            ("FISCH", "FISH", true),
            ("KATERING GULF", "GULFCATERING", true),
            ("BRASS HANDLES", "BRAS HANDEL", true),
            ("GULF", "GOLD", false),
            ("AEY", "IOU", false),
            ("日本", "中国", false),
        ];
        let sound = |text: &str| sound(&text.split(' ').map(str::to_owned).collect::<Vec<_>>());
        for (one, other, expected) in cases {
            assert_eq!(sound(one) == sound(other), expected, "{one} {other}");
        }
    }
}
