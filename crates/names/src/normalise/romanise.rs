//! Stage: every script in Latin letters without marks, by a table for each script that people's names come in.
//!
//! A text is cut into stretches of one script. Scripts with a table of their own ([`arabic`], [`hebrew`],
//! [`cyrillic`], [`greek`], [`georgian`], [`armenian`], [`devanagari`], [`thai`], [`hangul`], [`kana`], [`han`]) are read by it;
//! everything else, Khmer and Ethiopic among it, goes character by character through `any_ascii`, which knows
//! every script a little. Names of Chinese, Korean and some Latin usages have several readings, of which queries try all
//! and lists the first. Stretches keep their [`Origin`]: what vowels a script leaves out, and which characters a
//! reading stands for, decides how words are compared.

mod arabic;
mod armenian;
mod cyrillic;
mod devanagari;
mod georgian;
mod greek;
mod han;
mod hangul;
mod hebrew;
mod kana;
mod latin;
mod thai;

/// What a word was written in, where comparing has to know.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) enum Origin {
    /// A script that writes its vowels.
    #[default]
    Full,
    /// A script that leaves out short vowels: the letters are a skeleton.
    Abjad,
    /// Letters that no slip of spelling has touched: those of an abbreviation.
    Exact,
    /// The reading of a Korean syllable, which no slip of spelling has touched either.
    Syllable,
    /// Roman numerals, read as numbers.
    Roman,
    /// Chinese characters, of which the letters are one reading.
    Han(String),
}

/// A stretch of one script in Latin letters. A script's words end where the stretch ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) ascii: String,
    pub(super) origin: Origin,
}

impl Stretch {
    fn full(ascii: impl Into<String>) -> Self {
        Self { ascii: ascii.into(), origin: Origin::Full }
    }

    fn syllables(ascii: impl Into<String>) -> Self {
        Self { ascii: ascii.into(), origin: Origin::Syllable }
    }

    fn abjad(ascii: impl Into<String>) -> Self {
        Self { ascii: ascii.into(), origin: Origin::Abjad }
    }
}

/// The scripts that have a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Table {
    Arabic,
    Armenian,
    Cyrillic,
    Devanagari,
    Georgian,
    Greek,
    Han,
    Hangul,
    Hebrew,
    Kana,
    Thai,
}

impl Table {
    fn of(c: char) -> Option<Self> {
        Some(match u32::from(c) {
            0x0370..=0x03FF | 0x1F00..=0x1FFF => Table::Greek,
            0x0400..=0x052F => Table::Cyrillic,
            0x0531..=0x0556 | 0x0561..=0x0587 => Table::Armenian,
            0x0591..=0x05F2 => Table::Hebrew,
            0x0610..=0x061A | 0x0620..=0x065F | 0x066E..=0x06D3 | 0x06D5..=0x06EF | 0x06FA..=0x06FF => {
                Table::Arabic
            }
            0x0750..=0x077F => Table::Arabic,
            0x0900..=0x0963 => Table::Devanagari,
            0x0E01..=0x0E3A | 0x0E40..=0x0E4E => Table::Thai,
            0x10A0..=0x10FF | 0x1C90..=0x1CBF => Table::Georgian,
            0x3041..=0x309A | 0x30A1..=0x30FA | 0x30FC => Table::Kana,
            0x3005 | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x2_0000..=0x3_FFFF => Table::Han,
            0xAC00..=0xD7A3 => Table::Hangul,
            _ => return None,
        })
    }

    /// The readings of a stretch with `rest` behind it, the first one being the usual one.
    fn read(self, text: &str, rest: &str) -> Vec<Vec<Stretch>> {
        let mut stretches = Vec::new();
        match self {
            Table::Arabic => arabic::read(text, &mut stretches),
            Table::Hebrew => hebrew::read(text, rest.starts_with('-'), &mut stretches),
            Table::Armenian => stretches.push(Stretch::full(armenian::read(text))),
            Table::Cyrillic => stretches.push(Stretch::full(cyrillic::read(text))),
            Table::Devanagari => stretches.push(Stretch::full(devanagari::read(text))),
            Table::Georgian => stretches.push(Stretch::full(georgian::read(text))),
            Table::Greek => stretches.push(Stretch::full(greek::read(text))),
            Table::Han => return han::read(text),
            Table::Hangul => return hangul::read(text),
            Table::Kana => stretches.push(Stretch::full(kana::read(text))),
            Table::Thai => stretches.push(Stretch::full(thai::read(text))),
        }
        vec![stretches]
    }
}

/// Most readings of a text.
const READINGS_MOST: usize = 24;

/// The text in ASCII by its first reading, stretch by stretch.
pub(super) fn stretches(text: &str) -> Vec<Stretch> {
    if text.is_ascii() {
        return if text.is_empty() { Vec::new() } else { vec![Stretch::full(text)] };
    }
    pieces(text).into_iter().filter_map(|readings| readings.into_iter().next()).flatten().collect()
}

/// All readings of the text, the first being that of [`stretches`].
pub(super) fn readings(text: &str) -> Vec<Vec<Stretch>> {
    let mut readings = vec![Vec::new()];
    let pieces = if text.is_ascii() { vec![vec![stretches(text)]] } else { pieces(text) };
    // Of a name in several pieces it is not known which one is the family name, and so many readings meet strangers.
    let in_characters = |piece: &Vec<Vec<Stretch>>| {
        let origin = |stretch: &Stretch| matches!(stretch.origin, Origin::Syllable | Origin::Han(_));
        piece.iter().flatten().any(origin)
    };
    let several = pieces.iter().filter(|piece| in_characters(piece)).count() > 1;
    for of_piece in pieces {
        let most = if several && in_characters(&of_piece) { 1 } else { READINGS_MOST };
        let room = (READINGS_MOST / readings.len()).min(most);
        let mut longer = Vec::new();
        // The first of each piece come first of all.
        for piece in of_piece.iter().take(room.max(1)) {
            longer.extend(readings.iter().map(|before: &Vec<Stretch>| [&before[..], piece].concat()));
        }
        readings = longer;
    }
    readings.extend(latin::german(text).map(|spelled| stretches(&spelled)));
    readings
}

/// The readings of each piece of a text.
fn pieces(text: &str) -> Vec<Vec<Vec<Stretch>>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let table = Table::of(first);
        let end = rest.find(|c| Table::of(c) != table).unwrap_or(rest.len());
        let (head, tail) = rest.split_at(end);
        if let Some((name, tail)) = hangul::family_apart(head, tail).filter(|_| table == Some(Table::Hangul))
        {
            pieces.push(hangul::read(&name));
            rest = tail;
            continue;
        }
        rest = tail;
        pieces.push(match table {
            Some(table) => table.read(head, tail),
            None => latin::readings(head).map(|text| vec![Stretch::full(other(&text))]).collect(),
        });
    }
    pieces
}

/// Character by character, for what has no table.
fn other(text: &str) -> String {
    let mut ascii = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // A middle dot parts the words of a foreign name in Chinese and Japanese.
            '·' | '・' | '‧' => ascii.push(' '),
            c if c.is_ascii() => ascii.push(c),
            c => ascii.push_str(any_ascii::any_ascii_char(c)),
        }
    }
    ascii
}

/// Letters by a table, in upper case; what the table lacks goes through `any_ascii`.
fn by_table(text: &str, table: impl Fn(char) -> Option<&'static str>) -> String {
    let mut ascii = String::with_capacity(text.len());
    for c in text.chars() {
        let upper = c.to_uppercase().next().unwrap_or(c);
        match table(c).or_else(|| table(upper)) {
            Some(letters) => ascii.push_str(letters),
            None => ascii.push_str(any_ascii::any_ascii_char(c)),
        }
    }
    ascii
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The letters of all stretches.
    fn ascii(text: &str) -> String {
        stretches(text).into_iter().map(|stretch| stretch.ascii).collect()
    }

    #[test]
    fn scripts_become_ascii() {
        for (text, expected) in [
            ("Зефир", "ZEFIR"),
            ("Ζέφυρος", "ZEFYROS"),
            ("Łódź", "Lodz"),
            ("林风灯", "Lin FengDeng"),
            ("زفير", "ZFYR"),
            ("ß", "ss"),
            ("Зефир AG", "ZEFIR AG"),
        ] {
            assert_eq!(ascii(text), expected);
        }
    }

    proptest! {
        #[test]
        fn every_text_becomes_ascii(text in "\\PC{0,40}") {
            prop_assert!(ascii(&text).is_ascii());
        }

        #[test]
        fn every_text_of_the_tables_becomes_ascii(text in "[\u{370}-\u{6FF}\u{900}-\u{963}\u{E01}-\u{E4E}\u{10A0}-\u{10FF}\u{3041}-\u{30FC}\u{AC00}-\u{D7A3}\u{4E00}-\u{4FFF} ]{0,40}") {
            prop_assert!(ascii(&text).is_ascii());
        }
    }
}
