//! Stage: every script in Latin letters without marks.
//!
//! Character by character with the tables of `any_ascii`. Vowels that a script does not write stay absent, so an
//! Arabic text meets the Arabic name of a list rather than its romanisation.

/// The text in ASCII.
pub(super) fn to_ascii(text: &str) -> String {
    let mut ascii = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // A middle dot parts the words of a foreign name in Chinese and Japanese.
            '·' | '・' | '‧' => ascii.push(' '),
            c => ascii.push_str(any_ascii::any_ascii_char(c)),
        }
    }
    ascii
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_become_ascii() {
        for (text, expected) in [
            ("Зефир", "Zefir"),
            ("Ζέφυρος", "Zefyros"),
            ("Łódź", "Lodz"),
            ("林风灯", "LinFengDeng"),
            ("زفير", "zfyr"),
            ("ß", "ss"),
        ] {
            assert_eq!(to_ascii(text), expected);
        }
    }
}
