//! Text that is safe on a terminal.

use std::borrow::Cow;

/// The text with every character that could steer a terminal, or hide or turn round what stands beside
/// it, replaced by a visible one. Characters are replaced one by one, so that columns stay what they are.
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().all(|character| harmless(character) == character) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(harmless).collect())
}

/// The character, or the visible one that stands for it; see [`visible`].
pub(super) fn harmless(character: char) -> char {
    match character {
        '\t' => ' ',
        // The pictures of the control characters stand in their order from U+2400.
        '\0'..='\u{1F}' => {
            char::from_u32(0x2400 + u32::from(character)).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        '\u{7F}' => '\u{2421}',
        '\u{80}'..='\u{9F}'
        | '\u{AD}'
        | '\u{61C}'
        | '\u{180E}'
        | '\u{200B}'
        | '\u{200E}'..='\u{200F}'
        | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}'
        | '\u{FFF9}'..='\u{FFFB}'
        | '\u{E0000}'..='\u{E007F}' => char::REPLACEMENT_CHARACTER,
        other => other,
    }
}

/// `1 message`, `2 messages`.
pub fn count(number: u64, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_steers_a_terminal_gets_through() {
        let cases = [
            ("STEEL HINGES", "STEEL HINGES"),
            ("A\x1b[31mB\u{7}", "A\u{241B}[31mB\u{2407}"),
            ("A\r\nB\tC", "A\u{240D}\u{240A}B C"),
            ("\u{9b}31m", "\u{FFFD}31m"),
            ("a\u{202E}b\u{2066}c", "a\u{FFFD}b\u{FFFD}c"),
            ("株式会社 МОСКВА شركة", "株式会社 МОСКВА شركة"),
        ];
        for (text, expected) in cases {
            assert_eq!(visible(text), expected);
            assert_eq!(visible(text).chars().count(), text.chars().count());
        }
    }

    #[test]
    fn numbers_agree_with_their_noun() {
        assert_eq!((count(1, "file").as_str(), count(0, "file").as_str()), ("1 file", "0 files"));
    }
}
