//! Stage: the usual words of Arabic and Persian names of organisations in English, as lists translate such names.
//!
//! | before | after |
//! |---|---|
//! | `شركة الزفير للتجارة العامة` | `COMPANY الزفير FOR TRADING GENERAL` |
//!
//! What is no such word, proper names above all, stays and is romanised. The name as it stands is compared too, since
//! other lists romanise it whole. Only queries are translated. `data/arabic_words.tsv` holds the words.

use crate::hash::Quick;
use std::collections::HashMap;
use std::sync::LazyLock;

static WORDS: LazyLock<HashMap<String, &'static str, Quick>> = LazyLock::new(|| {
    let rows = include_str!("../../data/arabic_words.tsv").lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|line| line.split_once('\t')).map(|(word, english)| (spelled(word), english)).collect()
});

/// What may be written together with a word, the article included, with what it says.
const PREFIXES: [(&str, &str); 10] = [
    ("", ""),
    ("ال", ""),
    ("وال", "AND "),
    ("و", "AND "),
    ("لل", "FOR "),
    ("ل", "FOR "),
    ("بال", "IN "),
    ("ب", "IN "),
    ("ولل", "AND FOR "),
    ("كال", ""),
];

/// A text with the words that are known in English; `None` where there are none.
pub(super) fn of(text: &str) -> Option<String> {
    if text.is_ascii() {
        return None;
    }
    let mut known = 0;
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| match english(word) {
            Some(english) => {
                known += 1;
                english
            }
            None => word.to_owned(),
        })
        .collect();
    (known > 0).then(|| words.join(" "))
}

fn english(word: &str) -> Option<String> {
    let word = spelled(word);
    PREFIXES.iter().find_map(|(prefix, says)| {
        let english = WORDS.get(word.strip_prefix(prefix)?)?;
        Some(format!("{says}{english}"))
    })
}

/// The word as all hands and keyboards would write it: one form for each letter, no vowel signs, letters alone.
fn spelled(word: &str) -> String {
    let letter = |c: char| match c {
        'أ' | 'إ' | 'آ' | 'ٱ' => Some('ا'),
        'ى' | 'ی' => Some('ي'),
        'ک' | 'ڪ' => Some('ك'),
        'ة' | 'ۃ' => Some('ه'),
        c if c.is_alphabetic() && !matches!(u32::from(c), 0x0610..=0x061A | 0x064B..=0x065F | 0x0670) => {
            Some(c)
        }
        _ => None,
    };
    word.chars().filter_map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_trade_are_translated_and_names_stay() {
        for (text, expected) in [
            ("شركة الزفير للتجارة العامة", Some("COMPANY الزفير FOR TRADING GENERAL")),
            ("الجمعية الاسلامية", Some("ASSOCIATION ISLAMIC")),
            ("بانک زفیر", Some("BANK زفیر")),
            ("محمد زفير", None),
            ("ZEPHYR", None),
            ("Зефир", None),
        ] {
            assert_eq!(of(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn the_table_is_well_formed() {
        let rows = include_str!("../../data/arabic_words.tsv").lines().filter(|line| !line.starts_with('#'));
        let mut seen = std::collections::HashSet::new();
        for line in rows {
            let (word, english) = line.split_once('\t').unwrap_or_default();
            assert!(!word.is_empty() && !word.starts_with("ال"), "{line}");
            assert!(seen.insert(spelled(word)), "{line}: twice");
            assert!(english.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b' '), "{line}");
        }
    }
}
