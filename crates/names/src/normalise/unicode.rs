//! Stage: one form for each character.

use crate::limits::NAME_CHARS;
use finding::unseen::is_unseen;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Most marks on one letter that are read: no script writes more, and a thousand would push a name out of the text.
const MARKS_MOST: usize = 4;

/// Compatibility composition (NFKC, Unicode Standard Annex 15) without characters that nobody sees: controls other
/// than white space, marks of direction, zero-width characters, and the Arabic letter stretcher. Of blanks side by side
/// one is left. What is left out counts for nothing, so that it pushes no name out of what is compared.
pub(super) fn compose(text: &str) -> String {
    if text.is_ascii() {
        // Composed already.
        let visible = text.chars().filter(|c| c.is_whitespace() || !c.is_control());
        return single_blanks(visible).take(NAME_CHARS).collect();
    }
    composed(text).take(NAME_CHARS).collect()
}

/// Whether a text is so long that its end is not compared.
pub(super) fn is_cut(text: &str) -> bool {
    text.len() > NAME_CHARS && composed(text).nth(NAME_CHARS).is_some()
}

fn composed(text: &str) -> impl Iterator<Item = char> {
    let visible = |c: &char| c.is_whitespace() || !is_invisible(*c);
    let marked = text.chars().filter(visible).scan(0, |marks, c| {
        *marks = if is_combining_mark(c) { *marks + 1 } else { 0 };
        Some((*marks <= MARKS_MOST).then_some(c))
    });
    single_blanks(marked.flatten().nfkc().filter(visible))
}

fn single_blanks(text: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let blanks = text.scan(false, |after_blank, c| {
        let again = std::mem::replace(after_blank, c.is_whitespace()) && c.is_whitespace();
        Some((!again).then_some(c))
    });
    blanks.flatten()
}

/// Controls, what nobody sees, and the stretcher.
fn is_invisible(c: char) -> bool {
    c.is_control() || c == '\u{640}' || is_unseen(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_the_same_becomes_the_same() {
        for (text, expected) in [
            ("ＺＥＰＨＹＲ", "ZEPHYR"),
            ("Ze\u{301}phyr", "Z\u{e9}phyr"),
            ("Ze\u{200B}ph\u{202E}yr", "Zephyr"),
            ("زفـــير", "زفير"),
            ("ﬁn", "fin"),
            ("a\tb", "a\tb"),
            ("a \t  b", "a b"),
            ("Ze\u{3164}ph\u{E0041}yr", "Zephyr"),
        ] {
            assert_eq!(compose(text), expected);
        }
    }

    #[test]
    fn what_nobody_sees_pushes_nothing_out() {
        for padding in ["\u{2060}", "\u{200B}", " ", "\u{3164}"] {
            let text = format!("ZEPHYR{}BORDER", padding.repeat(3 * NAME_CHARS));
            assert!(compose(&text).ends_with("BORDER") && !is_cut(&text), "{padding:?}");
        }
        let marked = format!("ZE{}PHYR", "\u{301}".repeat(3 * NAME_CHARS));
        assert!(compose(&marked).ends_with("PHYR") && !is_cut(&marked));
        assert!(is_cut(&"Z".repeat(NAME_CHARS + 1)) && !is_cut(&"Z".repeat(NAME_CHARS)));
        assert!(is_cut(&"é".repeat(NAME_CHARS + 1)) && !is_cut(&"é".repeat(NAME_CHARS)));
    }
}
