//! Stage: words of upper-case letters and digits.
//!
//! | before | after |
//! |---|---|
//! | `Sa'id Al-Zefir & Co.` | `SAID` `AL` `ZEFIR` `CO` |
//! | `Z.B.T. Trading, S.A.` | `ZBT` `TRADING` `SA` |
//! | `3%ers` | `3` `PERCENTERS` |
//!
//! Apostrophes and the like stand inside words and vanish; letters with a full stop each and no blank between are one
//! word; every other sign parts words, as Cargo-IMP writers do who replace what the character set lacks by a blank.

use super::romanise::{Origin, Stretch};
use crate::limits::TOKEN_CHARS;

/// A word in upper-case letters and digits of ASCII, and what it was written in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) origin: Origin,
}

/// The words of the stretches of a text.
pub(super) fn words(stretches: Vec<Stretch>) -> Vec<Word> {
    let mut words = Vec::new();
    let mut full = String::new();
    for stretch in stretches {
        if stretch.origin == Origin::Full {
            full.push_str(&stretch.ascii);
            continue;
        }
        split(&std::mem::take(&mut full), &mut words);
        let mut text: String = stretch
            .ascii
            .bytes()
            .filter(u8::is_ascii_alphanumeric)
            .map(|byte| char::from(byte.to_ascii_uppercase()))
            .collect();
        text.truncate(TOKEN_CHARS);
        if !text.is_empty() {
            words.push(Word { text, origin: stretch.origin });
        }
    }
    split(&full, &mut words);
    words
}

/// The words of an ASCII text.
fn split(ascii: &str, words: &mut Vec<Word>) {
    let bytes = ascii.as_bytes();
    let mut word = String::new();
    let mut place = 0;
    while place < bytes.len() {
        let byte = bytes[place];
        if word.is_empty()
            && let Some((letters, length)) = abbreviation(&bytes[place..])
        {
            words.push(Word { text: letters, origin: Origin::Exact });
            place += length;
            continue;
        }
        match byte {
            b'\'' | b'`' | b'"' | b'^' | b'~' => {}
            byte if byte.is_ascii_alphanumeric() => word.push(char::from(byte.to_ascii_uppercase())),
            b'%' if word.bytes().all(|byte| byte.is_ascii_digit()) && !word.is_empty() => {
                push(words, &mut word);
                word.push_str("PERCENT");
            }
            _ => push(words, &mut word),
        }
        place += 1;
    }
    push(words, &mut word);
}

/// Two or more letters at the beginning of a text with a full stop after each, of which the last may lack it: the
/// letters, and how much of the text they take.
fn abbreviation(bytes: &[u8]) -> Option<(String, usize)> {
    let mut letters = String::new();
    let mut place = 0;
    loop {
        match (bytes.get(place), bytes.get(place + 1)) {
            (Some(letter), Some(b'.')) if letter.is_ascii_alphabetic() => {
                letters.push(char::from(letter.to_ascii_uppercase()));
                place += 2;
            }
            (Some(letter), next)
                if letter.is_ascii_alphabetic()
                    && !letters.is_empty()
                    && next.is_none_or(|next| !next.is_ascii_alphanumeric() && *next != b'\'') =>
            {
                letters.push(char::from(letter.to_ascii_uppercase()));
                place += 1;
                break;
            }
            _ => break,
        }
    }
    let abbreviates = letters.len() >= 2;
    letters.truncate(TOKEN_CHARS);
    abbreviates.then_some((letters, place))
}

fn push(words: &mut Vec<Word>, word: &mut String) {
    if !word.is_empty() {
        word.truncate(TOKEN_CHARS);
        words.push(Word { text: std::mem::take(word), origin: Origin::Full });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        let mut words = Vec::new();
        split(text, &mut words);
        words.into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn signs_part_words_and_apostrophes_do_not() {
        for (text, expected) in [
            ("Sa'id Al-Zefir & Co.", &["SAID", "AL", "ZEFIR", "CO"][..]),
            ("c/o \"Zephyr\"", &["C", "O", "ZEPHYR"]),
            ("  ", &[]),
            ("Z.B.T. Trading, S.A.", &["ZBT", "TRADING", "SA"]),
            ("L.X.C Trading", &["LXC", "TRADING"]),
            ("Zefir, Amr N.", &["ZEFIR", "AMR", "N"]),
            ("N.Zefir", &["N", "ZEFIR"]),
            ("N. Z. Amr", &["N", "Z", "AMR"]),
            ("3%ers at 5 %", &["3", "PERCENTERS", "AT", "5"]),
            ("A.", &["A"]),
        ] {
            assert_eq!(texts(text), expected);
        }
        assert_eq!(texts(&"A".repeat(500))[0].len(), TOKEN_CHARS);
        assert_eq!(texts(&"A.".repeat(500))[0].len(), TOKEN_CHARS);
    }

    #[test]
    fn words_keep_their_origin() {
        let found = words(crate::normalise::romanise::stretches("Zephyr زفير FZE"));
        let found: Vec<(&str, &Origin)> =
            found.iter().map(|word| (word.text.as_str(), &word.origin)).collect();
        assert_eq!(found, [("ZEPHYR", &Origin::Full), ("ZFYR", &Origin::Abjad), ("FZE", &Origin::Full)]);
    }
}
