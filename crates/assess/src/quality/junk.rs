//! Values that say nothing because of what they are made of.

use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;

/// Why a value is junk: the character rules of the PACT guide 1.9, section 8. They judge the whole value
/// and never a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Junk {
    /// Only digits.
    Digits,
    /// Only a file extension, `.ext` or `EXT.`
    Extension,
    /// One letter or symbol, three times or more.
    Repeated,
    /// Only empty characters: dot, dash, blank.
    Empty,
    /// Only special characters.
    Special,
    /// Only special characters and digits.
    SpecialAndDigits,
    /// Several words, each of them one of the others. Found by [`junk_goods`] only.
    EveryWord,
}

impl Junk {
    /// The word used as a message argument.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Digits => "digits",
            Self::Extension => "extension",
            Self::Repeated => "repeated",
            Self::Empty => "empty",
            Self::Special => "special",
            Self::SpecialAndDigits => "special-and-digits",
            Self::EveryWord => "every-word",
        }
    }
}

/// The guide's special characters.
const SPECIAL: &str = "$%^&<>:\"/\\?*";

/// File extensions seen in place of data. The guide names none; a list of them keeps `SILK.` a word.
const EXTENSIONS: &[&str] = &[
    "BMP", "CSV", "DAT", "DOC", "DOCX", "EDI", "EML", "GIF", "HTM", "HTML", "JPEG", "JPG", "JSON", "MSG",
    "PDF", "PNG", "PPT", "PPTX", "RAR", "RTF", "TIF", "TIFF", "TXT", "XLS", "XLSX", "XML", "ZIP",
];

/// Judges a value; `None` where it may be something. An empty text is no junk: it is missing.
///
/// Blanks between characters do not count, full-width forms are read as the usual ones, and letter case
/// does not matter. Empty and special characters together are special: neither carries anything.
pub fn junk(text: &str) -> Option<Junk> {
    if text.is_empty() {
        return None;
    }
    let unified: Cow<'_, str> =
        if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(text.nfkc().collect()) };
    let value: Vec<char> =
        unified.chars().filter(|character| !character.is_whitespace()).flat_map(char::to_uppercase).collect();
    let (mut digits, mut empties, mut specials) = (0, 0, 0);
    for character in &value {
        match character {
            '.' | '-' => empties += 1,
            digit if digit.is_numeric() => digits += 1,
            special if SPECIAL.contains(*special) => specials += 1,
            _ => {}
        }
    }
    let count = value.len();
    if empties == count {
        Some(Junk::Empty)
    } else if digits == count {
        Some(Junk::Digits)
    } else if specials + empties == count {
        Some(Junk::Special)
    } else if specials + digits == count {
        Some(Junk::SpecialAndDigits)
    } else if count >= 3 && value.iter().all(|character| *character == value[0]) {
        Some(Junk::Repeated)
    } else if is_extension(&value) {
        Some(Junk::Extension)
    } else {
        None
    }
}

/// Judges a description of goods: besides the rules of [`junk`], words that each fall under one of them
/// (`XXXX 12345`) describe nothing together either. Names and addresses may well be made so.
pub fn junk_goods(text: &str) -> Option<Junk> {
    junk(text).or_else(|| {
        let mut words = text.split_whitespace().peekable();
        (words.peek().is_some() && words.all(|word| junk(word).is_some())).then_some(Junk::EveryWord)
    })
}

fn is_extension(value: &[char]) -> bool {
    let name = match value {
        ['.', name @ ..] | [name @ .., '.'] => name,
        _ => return false,
    };
    EXTENSIONS.iter().any(|extension| extension.chars().eq(name.iter().copied()))
}
