//! Stage: one form for each character.

use crate::limits::NAME_CHARS;
use unicode_normalization::UnicodeNormalization;

/// Compatibility composition (NFKC, Unicode Standard Annex 15) without characters that nobody sees: controls other
/// than white space, marks of direction, zero-width characters, and the Arabic letter stretcher.
pub(super) fn compose(text: &str) -> String {
    if text.is_ascii() {
        // Composed already.
        return text.chars().take(NAME_CHARS).filter(|c| c.is_whitespace() || !c.is_control()).collect();
    }
    text.chars().take(NAME_CHARS).nfkc().filter(|c| c.is_whitespace() || !is_invisible(*c)).collect()
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{00AD}' | '\u{0640}' | '\u{061C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
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
        ] {
            assert_eq!(compose(text), expected);
        }
    }
}
