//! Stage: names of two parties in one field, parted by "care of", "trading as" and the like.

use super::Word;
use super::vocabulary::{Place, Table};
use std::sync::LazyLock;

static PHRASES: LazyLock<Table> =
    LazyLock::new(|| Table::without_classes(include_str!("../../data/trade_phrases.tsv")));

/// The parts around trade phrases that have any word; none where there is no such phrase.
pub(super) fn parts(words: &[Word]) -> Vec<&[Word]> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut index = 0;
    let mut found = false;
    while index < words.len() {
        let phrase = PHRASES.longest_at(words, index, |entry| match entry.place {
            Place::Middle => index > 0 && index + entry.words.len() < words.len(),
            _ => true,
        });
        match phrase {
            // A name that is nothing but the phrase is a name.
            Some(entry) if entry.words.len() < words.len() => {
                found = true;
                parts.push(&words[start..index]);
                index += entry.words.len();
                start = index;
            }
            _ => index += 1,
        }
    }
    if !found {
        return Vec::new();
    }
    parts.push(&words[start..]);
    parts.retain(|part| !part.is_empty());
    parts
}
