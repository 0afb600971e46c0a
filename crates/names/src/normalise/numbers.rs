//! Stage: numbers in words and in Roman numerals become digits.
//!
//! | before | after |
//! |---|---|
//! | `BRIGADE FORTY FOUR` | `BRIGADE` `44` |
//! | `2ND ZEPHYR BRIGADE` | `2` `ZEPHYR` `BRIGADE` |
//! | `ZEPHYR FUND VII LP` | `ZEPHYR` `FUND` `7` `LP` |
//!
//! Words are English, from zero to ninety-nine, as cardinals and ordinals. Numerals that are names too (`XI`, `LI`, `VI`,
//! single letters) count only right before a legal form, and none counts at the beginning of a name.

use super::Word;
use super::romanise::Origin;
use crate::hash::Quick;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Number words and numerals: kind, tab, text, tab, value.
static TABLE: LazyLock<HashMap<&'static str, (Kind, u32), Quick>> = LazyLock::new(|| {
    let rows = include_str!("../../data/number_words.tsv").lines().filter(|line| !line.starts_with('#'));
    let row = |line: &'static str| {
        let mut fields = line.split('\t');
        let (kind, text, value) = (fields.next()?, fields.next()?, fields.next()?);
        let kind = match kind {
            "numeral" => Kind::Numeral,
            "numeral-or-name" => Kind::NumeralOrName,
            _ => Kind::Word,
        };
        Some((text, (kind, value.parse().ok()?)))
    };
    rows.filter_map(row).collect()
});

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Word,
    Numeral,
    NumeralOrName,
}

/// The words with numbers in digits; the legal forms that end the name begin at `tail`.
pub(super) fn read(words: Vec<Word>, tail: usize) -> Vec<Word> {
    let count = words.len();
    let mut read: Vec<Word> = Vec::with_capacity(count);
    // Tens that a digit may follow.
    let mut open = false;
    for (place, mut word) in words.into_iter().enumerate() {
        let before_form = place + 1 == tail && tail < count;
        let digit = word.text.parse::<u32>().ok().filter(|_| word.text.len() == 1);
        let entry = TABLE.get(word.text.as_str());
        let value = match entry {
            Some((Kind::Word, value)) => Some(*value),
            Some((Kind::Numeral, value)) if place > 0 => Some(*value),
            Some((Kind::NumeralOrName, value)) if place > 0 && before_form => Some(*value),
            _ => digit.or_else(|| ordinal(&word.text)),
        };
        match (value, read.last_mut()) {
            (Some(ones @ 1..=9), Some(tens)) if open => {
                // Digits of the table's tens.
                let tens_value: u32 = tens.text.parse().unwrap_or(0);
                tens.text = (tens_value + ones).to_string();
                open = false;
                continue;
            }
            (Some(value), _) => {
                open = digit.is_none() && (20..100).contains(&value) && value % 10 == 0;
                word.text = value.to_string();
                if entry.is_some_and(|(kind, _)| *kind != Kind::Word) {
                    word.origin = Origin::Roman;
                }
            }
            (None, _) => open = false,
        }
        read.push(word);
    }
    read
}

/// The value of `2ND` and the like.
fn ordinal(text: &str) -> Option<u32> {
    let digits = text.len().checked_sub(2)?;
    let (number, ending) = text.split_at_checked(digits)?;
    (number.len() <= 4 && matches!(ending, "ST" | "ND" | "RD" | "TH")).then(|| number.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_words_and_numerals_become_digits() {
        for (text, tail, expected) in [
            ("BRIGADE FORTY FOUR", 3, "BRIGADE 44"),
            ("BRIGADE FORTY 4", 3, "BRIGADE 44"),
            ("FORTY ZEPHYRS", 2, "40 ZEPHYRS"),
            ("TWENTY FIRST ZEPHYR", 3, "21 ZEPHYR"),
            ("2ND ZEPHYR", 2, "2 ZEPHYR"),
            ("FOUR FOUR", 2, "4 4"),
            ("ZEPHYR VII LP", 2, "ZEPHYR 7 LP"),
            ("ZEPHYR V LP", 2, "ZEPHYR 5 LP"),
            ("ZEPHYR V QUX", 3, "ZEPHYR V QUX"),
            ("III ZEPHYR", 2, "III ZEPHYR"),
            ("XI ZEFIR", 2, "XI ZEFIR"),
            ("40 4", 2, "40 4"),
        ] {
            let words =
                text.split(' ').map(|word| Word { text: word.to_owned(), origin: Origin::Full }).collect();
            let found: Vec<String> = read(words, tail).into_iter().map(|word| word.text).collect();
            assert_eq!(found.join(" "), expected);
        }
        assert!(TABLE.len() > 60);
    }
}
