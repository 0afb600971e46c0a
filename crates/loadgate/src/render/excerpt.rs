//! The line of a message that a finding is about.

use super::text::harmless;
use finding::Position;
use formats::RawMessage;
use std::ops::Range;

/// Longest line, in characters, that is shown with its place underlined. Longer ones do not come from any
/// known system, and laying them out would cost more than it tells.
const LINE_MAX: usize = 1 << 16;

/// Characters shown after the marked place; the rest of a long line is cut off.
const AFTER_MAX: usize = 400;

/// A line of a message, safe to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The line from its first character, perhaps without its end.
    pub text: String,
    /// The marked bytes of `text`.
    pub marked: Range<usize>,
}

/// The text of a message, by lines.
pub struct MessageText {
    text: String,
    /// Where each line starts and ends, in bytes.
    lines: Vec<Range<usize>>,
    first_line: u32,
    first_column: u32,
}

impl MessageText {
    /// Reads the bytes the way the formats do: UTF-16 where they say so, else UTF-8, else one character
    /// for each byte.
    pub fn new(message: &RawMessage) -> Self {
        let text = characters(&message.bytes);
        let lines = split_lines(&text);
        Self { text, lines, first_line: message.first_line, first_column: message.first_column }
    }

    /// The line of this place; `None` where the message has no such line, or it is too long to show.
    pub fn excerpt(&self, position: Position) -> Option<Excerpt> {
        let index = position.line.checked_sub(self.first_line)? as usize;
        let line = self.text.get(self.lines.get(index)?.clone())?;
        // A message that shares its first line with another one does not start at column 1.
        let first_column = if index == 0 { self.first_column } else { 1 };
        let start = position.column.checked_sub(first_column)? as usize;
        if start > LINE_MAX {
            return None;
        }
        let end = start.saturating_add(position.length as usize);
        let shown = end.saturating_add(AFTER_MAX).min(LINE_MAX + AFTER_MAX);
        let mut text = String::with_capacity(line.len().min(shown));
        let (mut from, mut to) = (None, None);
        for (column, character) in line.chars().map(harmless).enumerate().take(shown) {
            if column == start {
                from = Some(text.len());
            }
            if column == end {
                to = Some(text.len());
            }
            text.push(character);
        }
        let from = from.unwrap_or(text.len());
        let to = to.unwrap_or(text.len()).max(from);
        Some(Excerpt { text, marked: from..to })
    }
}

fn characters(bytes: &[u8]) -> String {
    let wide = |join: fn([u8; 2]) -> u16| {
        let units = bytes[2..].as_chunks::<2>().0.iter().map(|pair| join(*pair));
        char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    match bytes {
        [0xFF, 0xFE, ..] => wide(u16::from_le_bytes),
        [0xFE, 0xFF, ..] => wide(u16::from_be_bytes),
        _ => {
            let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
            match std::str::from_utf8(bytes) {
                Ok(text) => text.to_owned(),
                Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
            }
        }
    }
}

/// Lines end with CR, LF or CRLF.
fn split_lines(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut lines = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < bytes.len() {
        if matches!(bytes[at], b'\r' | b'\n') {
            lines.push(start..at);
            at += usize::from(bytes[at..].starts_with(b"\r\n"));
            start = at + 1;
        }
        at += 1;
    }
    lines.push(start..bytes.len());
    lines
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn text(bytes: &[u8], first_line: u32, first_column: u32) -> MessageText {
        let whole = RawMessage::whole(bytes);
        MessageText::new(&RawMessage { first_line, first_column, ..whole })
    }

    fn marked(text: &MessageText, line: u32, column: u32, length: u32) -> Option<(String, String)> {
        let excerpt = text.excerpt(Position::new(line, column, length))?;
        Some((excerpt.text.clone(), excerpt.text[excerpt.marked].to_owned()))
    }

    fn found(line: &str, part: &str) -> Option<(String, String)> {
        Some((line.to_owned(), part.to_owned()))
    }

    #[test]
    fn the_place_is_found_whatever_ends_the_lines() {
        for bytes in ["FWB/17\nSHP\n/ÄÖ ACME", "FWB/17\rSHP\r/ÄÖ ACME", "FWB/17\r\nSHP\r\n/ÄÖ ACME"] {
            let text = text(bytes.as_bytes(), 5, 1);
            assert_eq!(marked(&text, 7, 2, 2), found("/ÄÖ ACME", "ÄÖ"));
            assert_eq!(marked(&text, 5, 5, 2), found("FWB/17", "17"));
            assert_eq!(marked(&text, 6, 9, 4), found("SHP", ""), "a place after the end is the end");
            assert_eq!(marked(&text, 4, 1, 1), None);
            assert_eq!(marked(&text, 8, 1, 1), None);
        }
    }

    #[test]
    fn a_message_may_start_inside_a_line() {
        let text = text(b"<b/>", 3, 6);
        assert_eq!(marked(&text, 3, 7, 1), found("<b/>", "b"));
        assert_eq!(marked(&text, 3, 2, 1), None, "that place belongs to another message");
    }

    #[test]
    fn other_encodings_keep_their_columns() {
        assert_eq!(marked(&text(b"M\xFCLLER GMBH", 1, 1), 1, 8, 4), found("MüLLER GMBH", "GMBH"));
        assert_eq!(marked(&text(b"\xFF\xFEF\0W\0B\0", 1, 1), 1, 2, 1), found("FWB", "W"));
        assert_eq!(marked(&text(b"\xFE\xFF\0F\0W\0B", 1, 1), 1, 2, 2), found("FWB", "WB"));
        assert_eq!(marked(&text(b"\xEF\xBB\xBFFWB", 1, 1), 1, 1, 3), found("FWB", "FWB"));
    }

    #[test]
    fn control_characters_are_shown_and_long_lines_are_cut() {
        let (line, part) = marked(&text(b"A\x1b[2JB", 1, 1), 1, 2, 4).unwrap();
        assert_eq!((line.as_str(), part.as_str()), ("A\u{241B}[2JB", "\u{241B}[2J"));
        let long = text(&b"X".repeat(1 << 20), 1, 1);
        assert_eq!(long.excerpt(Position::new(1, 1, 1)).unwrap().text.len(), AFTER_MAX + 1);
        assert!(long.excerpt(Position::new(1, 1, u32::MAX)).unwrap().text.len() <= LINE_MAX + AFTER_MAX);
        assert_eq!(long.excerpt(Position::new(1, 900_000, 1)), None);
    }
}
