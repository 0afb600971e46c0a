//! Stage: words of upper-case letters and digits.
//!
//! Apostrophes and the like stand inside words and vanish; every other sign parts words, as Cargo-IMP writers do who
//! replace what the character set lacks by a blank.

use crate::limits::TOKEN_CHARS;

/// The words of an ASCII text.
pub(super) fn words(ascii: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for byte in ascii.bytes() {
        match byte {
            b'\'' | b'`' | b'"' | b'^' | b'~' => {}
            byte if byte.is_ascii_alphanumeric() => word.push(char::from(byte.to_ascii_uppercase())),
            _ => push(&mut words, &mut word),
        }
    }
    push(&mut words, &mut word);
    words
}

fn push(words: &mut Vec<String>, word: &mut String) {
    if !word.is_empty() {
        word.truncate(TOKEN_CHARS);
        words.push(std::mem::take(word));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_part_words_and_apostrophes_do_not() {
        for (text, expected) in [
            ("Sa'id Al-Zefir & Co.", &["SAID", "AL", "ZEFIR", "CO"][..]),
            ("c/o \"Zephyr\"", &["C", "O", "ZEPHYR"]),
            ("  ", &[]),
        ] {
            assert_eq!(words(text), expected);
        }
        assert_eq!(words(&"A".repeat(500))[0].len(), TOKEN_CHARS);
    }
}
