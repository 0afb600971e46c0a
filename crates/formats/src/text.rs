//! Bytes to text, text to lines, and places in them: what both families of formats share.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE, WINDOWS_1252};
use finding::Position;
use std::borrow::Cow;

/// The byte order mark of UTF-8.
pub(crate) const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Text made from the bytes of a message.
pub(crate) struct Text<'a> {
    /// The text, without a byte order mark.
    pub(crate) text: Cow<'a, str>,
    /// The encoding it was read in, where that is not UTF-8.
    pub(crate) foreign: Option<Cow<'static, str>>,
    /// Length in bytes of the leading part of the input that is sound UTF-8.
    pub(crate) sound: usize,
}

/// Whether the bytes announce UTF-16 by a byte order mark.
pub(crate) fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    match bytes {
        [0xFF, 0xFE, ..] => Some(UTF_16LE),
        [0xFE, 0xFF, ..] => Some(UTF_16BE),
        _ => None,
    }
}

/// Whether the bytes are UTF-16 without a mark: near the start, about every other byte is zero.
pub(crate) fn looks_like_utf16(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(64)];
    let zeros = head.iter().filter(|byte| **byte == 0).count();
    head.len() >= 8 && zeros * 3 >= head.len() && !head.windows(2).any(|pair| pair == [0, 0])
}

/// Reads bytes as text: UTF-16 where a byte order mark says so, UTF-8 where it is sound, else
/// Windows-1252, of which Latin-1 is the printable part. No byte is without a character.
pub(crate) fn read(bytes: &[u8]) -> Text<'_> {
    if let Some(encoding) = utf16(bytes) {
        let (text, _) = encoding.decode_with_bom_removal(bytes);
        return Text { text, foreign: Some(encoding.name().into()), sound: 0 };
    }
    let bytes = bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Text { text: Cow::Borrowed(text), foreign: None, sound: text.len() },
        Err(why) => {
            let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
            Text { text, foreign: Some(WINDOWS_1252.name().into()), sound: why.valid_up_to() }
        }
    }
}

/// Whether a character counts as blank around a value: blanks, tabs and the control characters that
/// teleprinter networks leave behind.
pub(crate) fn is_blank(character: char) -> bool {
    character.is_ascii_control() || character == ' ' || character == '\u{FEFF}' || character == '\u{A0}'
}

/// Width in characters, as columns are counted.
pub(crate) fn width(text: &str) -> u32 {
    let characters = if text.is_ascii() { text.len() } else { text.chars().count() };
    u32::try_from(characters).unwrap_or(u32::MAX)
}

/// A piece of one line, with its place in the input.
///
/// Its column is told from where it stands in its line, and only when it is asked for: most pieces are cut
/// further and nobody asks for theirs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slice<'a> {
    /// The text.
    pub(crate) text: &'a str,
    /// Line in the input, from 1.
    pub(crate) line: u32,
    /// Column of the first character of `whole`, from 1.
    first_column: u32,
    /// What it was cut from.
    whole: &'a str,
}

impl<'a> Slice<'a> {
    /// A text that starts at this place of the input.
    pub(crate) fn new(text: &'a str, line: u32, column: u32) -> Self {
        Self { text, line, first_column: column, whole: text }
    }

    /// Column of its first character, from 1.
    pub(crate) fn column(self) -> u32 {
        let before = self.whole.get(..offset(self.whole, self.text)).unwrap_or_default();
        self.first_column.saturating_add(width(before))
    }

    /// Its place.
    pub(crate) fn position(self) -> Position {
        let before = offset(self.whole, self.text);
        let length = self.text.len();
        if self.whole.get(..before + length).is_some_and(str::is_ascii) {
            // Bytes are characters.
            let count = |bytes| u32::try_from(bytes).unwrap_or(u32::MAX);
            let column = self.first_column.saturating_add(count(before));
            return Position::new(self.line, column, count(length));
        }
        Position::new(self.line, self.column(), self.width())
    }

    /// Its width in characters.
    pub(crate) fn width(self) -> u32 {
        width(self.text)
    }

    /// The place after its last character.
    pub(crate) fn end(self) -> Position {
        Position::new(self.line, self.column().saturating_add(self.width()), 0)
    }

    /// Whether nothing is in it.
    pub(crate) fn is_empty(self) -> bool {
        self.text.is_empty()
    }

    /// The text from byte `at` on; empty where the text is shorter or `at` is inside a character.
    pub(crate) fn from(self, at: usize) -> Slice<'a> {
        Slice { text: self.text.get(at..).unwrap_or(&self.text[self.text.len()..]), ..self }
    }

    /// The text up to byte `at`; all of it where the text is shorter or `at` is inside a character.
    pub(crate) fn to(self, at: usize) -> Slice<'a> {
        Slice { text: self.text.get(..at).unwrap_or(self.text), ..self }
    }

    /// The place of `part`, which was cut out of this slice's text by a grammar.
    pub(crate) fn locate(self, part: &'a str) -> Slice<'a> {
        let offset = offset(self.text, part);
        // A part that is no part of this text has no place of its own and takes the whole one's.
        match self.text.get(..offset) {
            Some(_) if offset + part.len() <= self.text.len() => Slice { text: part, ..self },
            _ => Slice::new(part, self.line, self.column()),
        }
    }

    /// The text from `first` to `last`, both parts of this slice's text; `first` alone where they are not.
    pub(crate) fn span(self, first: Slice<'a>, last: Slice<'a>) -> Slice<'a> {
        let (from, to) =
            (offset(self.text, first.text), offset(self.text, last.text).wrapping_add(last.text.len()));
        self.text.get(from..to).map_or(first, |text| Slice { text, ..self })
    }

    /// Without blanks around it.
    #[inline]
    pub(crate) fn trim(self) -> Slice<'a> {
        match self.text.as_bytes() {
            [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => self,
            _ => self.trim_start().trim_end(),
        }
    }

    /// Without blanks before it.
    pub(crate) fn trim_start(self) -> Slice<'a> {
        if self.text.as_bytes().first().is_none_or(u8::is_ascii_graphic) {
            return self;
        }
        let trimmed = self.text.trim_start_matches(is_blank);
        self.from(self.text.len() - trimmed.len())
    }

    /// Without blanks after it.
    pub(crate) fn trim_end(self) -> Slice<'a> {
        if self.text.as_bytes().last().is_none_or(u8::is_ascii_graphic) {
            return self;
        }
        Slice { text: self.text.trim_end_matches(is_blank), ..self }
    }

    /// Cut at the first slant: what is before it, and what is after it if there is one.
    pub(crate) fn cut(self) -> (Slice<'a>, Option<Slice<'a>>) {
        match self.text.bytes().position(|byte| byte == b'/') {
            Some(at) => (self.to(at), Some(self.from(at + 1))),
            None => (self, None),
        }
    }

    /// Its elements: the texts between slants, untrimmed.
    pub(crate) fn elements(self) -> Elements<'a> {
        Elements { line: self, rest: Some(self.text) }
    }
}

/// Where `part` starts in `whole`, in bytes; beyond its end where it is no part of it.
fn offset(whole: &str, part: &str) -> usize {
    (part.as_ptr() as usize).wrapping_sub(whole.as_ptr() as usize)
}

/// The elements of a line.
#[derive(Debug, Clone)]
pub(crate) struct Elements<'a> {
    line: Slice<'a>,
    rest: Option<&'a str>,
}

impl<'a> Elements<'a> {
    /// What has not been taken yet, slants included.
    pub(crate) fn rest(&self) -> Option<Slice<'a>> {
        self.rest.map(|text| Slice { text, ..self.line })
    }
}

impl<'a> Iterator for Elements<'a> {
    type Item = Slice<'a>;

    fn next(&mut self) -> Option<Slice<'a>> {
        let rest = self.rest?;
        let text = match rest.bytes().position(|byte| byte == b'/') {
            Some(at) => {
                self.rest = Some(&rest[at + 1..]);
                &rest[..at]
            }
            None => {
                self.rest = None;
                rest
            }
        };
        Some(Slice { text, ..self.line })
    }
}

/// The lines of a text, untrimmed; CR, LF and CRLF end a line.
#[derive(Debug, Clone)]
pub(crate) struct Lines<'a> {
    rest: Option<&'a str>,
    line: u32,
    column: u32,
}

/// The lines of `text`, of which the first character stands at this place of the input.
pub(crate) fn lines(text: &str, first_line: u32, first_column: u32) -> Lines<'_> {
    Lines { rest: Some(text), line: first_line, column: first_column }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Slice<'a>;

    #[inline]
    fn next(&mut self) -> Option<Slice<'a>> {
        let text = self.rest?;
        let found = memchr::memchr2(b'\n', b'\r', text.as_bytes());
        let slice = Slice::new(&text[..found.unwrap_or(text.len())], self.line, self.column);
        self.rest = found.map(|at| {
            let after = &text[at..];
            after.strip_prefix("\r\n").unwrap_or(&after[1..])
        });
        self.line = self.line.saturating_add(1);
        self.column = 1;
        Some(slice)
    }
}

/// Joins lines of running text that a sender cut at a fixed width.
///
/// A line of full width was cut inside the text and the next one joins it directly. Where the cut fell
/// on a blank, the blank at the end of the line is lost on the way, the line is one character short, and
/// the blank is put back. A line that is shorter ended by itself; one blank separates it from the next.
#[derive(Debug)]
pub(crate) struct Joined {
    text: String,
    full: bool,
}

impl Joined {
    /// Nothing yet.
    pub(crate) fn new() -> Self {
        Self { text: String::new(), full: true }
    }

    /// Whether nothing was appended.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Appends a line, of which `full` says whether it has the full width.
    pub(crate) fn push(&mut self, line: &str, full: bool) {
        if self.text.is_empty() && full {
            // More lines follow one of full width.
            self.text.reserve(4 * line.len());
        }
        if self.full {
            self.text.push_str(line);
        } else {
            let line = line.trim_start_matches(' ');
            if !self.text.is_empty() && !line.is_empty() {
                self.text.push(' ');
            }
            self.text.push_str(line);
        }
        self.full = full;
    }

    /// The whole text, without blanks around it.
    pub(crate) fn finish(mut self) -> String {
        self.text.truncate(self.text.trim_end_matches(is_blank).len());
        let leading = self.text.len() - self.text.trim_start_matches(is_blank).len();
        if leading > 0 {
            self.text.drain(..leading);
        }
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slice(text: &str) -> Slice<'_> {
        Slice::new(text, 3, 5)
    }

    #[test]
    fn every_line_end_ends_a_line() {
        for text in ["AB\nCD\n\nEF", "AB\rCD\r\rEF", "AB\r\nCD\r\n\r\nEF", "AB\nCD\r\n\rEF"] {
            let read: Vec<_> = lines(text, 7, 4).map(|line| (line.text, line.line, line.column())).collect();
            assert_eq!(read, [("AB", 7, 4), ("CD", 8, 1), ("", 9, 1), ("EF", 10, 1)], "{text:?}");
        }
    }

    fn elements_of(whole: Slice<'_>) -> Vec<Slice<'_>> {
        let at = whole.text.find(' ').unwrap_or_default();
        vec![whole.to(at), whole.from(at + 1).trim()]
    }

    #[test]
    fn places_count_characters_not_bytes() {
        let elements: Vec<_> = slice("Ä/ÖÜ//X").elements().map(Slice::position).collect();
        assert_eq!(
            elements,
            [
                Position::new(3, 5, 1),
                Position::new(3, 7, 2),
                Position::new(3, 10, 0),
                Position::new(3, 11, 1)
            ]
        );
        let whole = slice("É 12 ");
        assert_eq!(whole.locate(&whole.text[3..5]).position(), Position::new(3, 7, 2));
        let (first, last) = (elements_of(whole)[0], elements_of(whole)[1]);
        assert_eq!(whole.span(first, last).position(), Position::new(3, 5, 4));
        assert_eq!(whole.span(last, first).text, last.text, "a part before the other spans nothing");
        assert_eq!(whole.from(1).text, "", "a cut inside a character yields nothing");
        assert_eq!(slice("\t A ").trim().position(), Position::new(3, 7, 1));
    }

    #[test]
    fn a_foreign_part_takes_the_place_of_the_whole() {
        let other = String::from("elsewhere");
        let located = slice("ABC").locate(&other);
        assert_eq!((located.line, located.column()), (3, 5));
    }

    #[test]
    fn bytes_that_are_not_utf8_are_read_as_windows_1252() {
        let read_back = read(b"M\xDCLLER \x80");
        assert_eq!(read_back.text, "MÜLLER €");
        assert_eq!((read_back.foreign.as_deref(), read_back.sound), (Some("windows-1252"), 1));
        assert_eq!(read("\u{FEFF}MÜLLER".as_bytes()).text, "MÜLLER");
        assert_eq!(read(b"\xFF\xFEF\0W\0B\0").text, "FWB");
        assert_eq!(read(b"\xFE\xFF\0F\0W\0B").text, "FWB");
    }

    #[test]
    fn slices_are_joined_by_their_width() {
        let join = |slices: &[(&str, bool)]| {
            let mut joined = Joined::new();
            for (text, full) in slices {
                joined.push(text, *full);
            }
            joined.finish()
        };
        let cases: [(&[(&str, bool)], &str); 4] = [
            (&[("CONSOLIDATED CA", true), ("S PER MANIFEST", false)], "CONSOLIDATED CAS PER MANIFEST"),
            (&[("STEEL HINGES", false), ("FOR DOORS", false)], "STEEL HINGES FOR DOORS"),
            (&[("STEEL", false), ("", false), ("DOORS", false)], "STEEL DOORS"),
            (&[("", false), (" STEEL", true), (" DOORS", true)], "STEEL DOORS"),
        ];
        for (slices, expected) in cases {
            assert_eq!(join(slices), expected);
        }
    }
}
