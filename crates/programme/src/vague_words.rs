//! Words that say nothing, whatever programme binds: those any programme of this release refuses, and those
//! of `programmes/vague_words.toml`.
//!
//! No programme publishes all its words, so a text that one refuses is worth a warning where another asks.

use crate::embedded;
use crate::parse::word_file;
use crate::stop_words::StopWords;
use std::sync::LazyLock;

static BUILT_IN: LazyLock<StopWords> = LazyLock::new(|| {
    // The file is fixed when the release is built, and a test of this module reads it.
    #[allow(clippy::expect_used)]
    let file = word_file("vague_words.toml", include_str!("../../../programmes/vague_words.toml"))
        .expect("the committed words are read by a test");
    let programmes = embedded::all();
    let lists = programmes.iter().flat_map(|programme| &programme.stop_words).chain(&file.lists);
    StopWords::prepare(lists, &file.connectives, &file.packing)
});

/// The words of all programmes and of none, prepared for matching.
pub fn vague_words() -> &'static StopWords {
    &BUILT_IN
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::stop_words::TextKind;

    fn says_nothing(text: &str, kind: TextKind) -> bool {
        vague_words().judge(text, kind).is_some_and(|hit| hit.only)
    }

    #[test]
    fn words_any_programme_refuses_say_nothing() {
        for text in ["UNKNOWN", "GOODS", "CARGO", "FREIGHT OF ALL KINDS", "TBA", "AS PER INVOICE", "Parts"] {
            assert!(says_nothing(text, TextKind::Goods), "{text}");
        }
        for text in ["STEEL HINGES", "CARGO STRAPS OF POLYESTER", "FISH"] {
            assert!(!says_nothing(text, TextKind::Goods), "{text}");
        }
    }

    #[test]
    fn names_of_nobody_name_nobody() {
        for text in ["UNKNOWN", "N/A", "TEST", "SAME AS CONSIGNEE", "TO ORDER", "To the order"] {
            assert!(says_nothing(text, TextKind::Wording), "{text}");
        }
        for text in ["TO ORDER OF ZEPHYR BANK", "TEST INSTRUMENTS LTD", "MAPLETON KITCHENS INC"] {
            assert!(!says_nothing(text, TextKind::Wording), "{text}");
        }
    }
}
