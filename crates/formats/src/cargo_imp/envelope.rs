//! What a line of a text message is, by itself: Type-B envelope, standard message identifier, segment
//! or something else. The splitter and the detection both judge by this.

use crate::register::{self, Row};
use crate::text::{Slice, UTF8_MARK};

/// Start of heading: control byte before the envelope.
pub(crate) const START_OF_HEADING: u8 = 0x01;
/// Start of text: control byte before the message.
pub(crate) const START_OF_TEXT: u8 = 0x02;
/// End of text: control byte after the message.
pub(crate) const END_OF_TEXT: u8 = 0x03;

/// Most lines, blank ones left out, among which the identifier of a message must be.
pub(crate) const HEAD_LINES_MAX: usize = 100;

/// Characters of a Type-B address: city, office, carrier.
const ADDRESS_LENGTH: usize = 7;

/// A standard message identifier that stands alone on its line.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Identifier {
    /// The register's row; `None` for a well-formed identifier of no registered message.
    pub(crate) row: Option<&'static Row>,
    /// The version, where one is stated.
    pub(crate) version: Option<u16>,
}

/// What a line is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum LineKind {
    /// Nothing but blanks and control characters.
    Blank,
    /// A Type-B address line: priority and addresses.
    Address,
    /// A Type-B originator line.
    Originator,
    /// A standard message identifier.
    Identifier(Identifier),
    /// The first line of a list of customs, security and regulatory information.
    Oci,
    /// The start of an XML document or element.
    Markup,
    /// A line with the form of a segment, a continuation or a waybill line.
    Segment,
    /// Anything else.
    Other,
}

/// The line without byte order mark, and without blanks and control characters around it.
pub(crate) fn significant(line: &[u8]) -> &[u8] {
    let line = line.strip_prefix(UTF8_MARK).unwrap_or(line);
    let blank = |byte: &u8| *byte <= b' ' || *byte == 0x7F;
    let start = line.iter().position(|byte| !blank(byte)).unwrap_or(line.len());
    let end = line.iter().rposition(|byte| !blank(byte)).map_or(start, |at| at + 1);
    &line[start..end]
}

/// Whether a control byte at the start of the line opens a transmission.
pub(crate) fn opens_transmission(line: &[u8]) -> bool {
    line.iter()
        .take_while(|byte| **byte <= b' ')
        .any(|byte| matches!(*byte, START_OF_HEADING | START_OF_TEXT))
}

/// Judges one line.
pub(crate) fn classify(line: &[u8]) -> LineKind {
    let line = significant(line);
    match line {
        [] => LineKind::Blank,
        [b'/', ..] => LineKind::Segment,
        [b'<', next, ..] if next.is_ascii_alphabetic() || matches!(next, b'?' | b'!' | b'_') => {
            LineKind::Markup
        }
        [b'.', ..] if is_originator(line) => LineKind::Originator,
        [b'Q', ..] if is_address_line(line) => LineKind::Address,
        [first, ..] if first.is_ascii_digit() => {
            if is_numbered(line) {
                LineKind::Segment
            } else {
                LineKind::Other
            }
        }
        [a, b, c, rest @ ..] => {
            if let Some(identifier) = identifier([*a, *b, *c], rest) {
                return LineKind::Identifier(identifier);
            }
            if line.starts_with(b"PART/") || matches!(line, b"CONT" | b"LAST") {
                return LineKind::Segment;
            }
            let tag = a.is_ascii_uppercase() && b.is_ascii_uppercase() && c.is_ascii_uppercase();
            match rest {
                [b'/', ..] if tag && line.starts_with(b"OCI") => LineKind::Oci,
                [] | [b'/', ..] if tag => LineKind::Segment,
                _ => LineKind::Other,
            }
        }
        _ => LineKind::Other,
    }
}

/// Reads `FWB/17`, `FMA`, `fhl/5`.
///
/// Without a version only registered names in capitals count, since any three letters might be a word;
/// with one, names of the freight family count even where the register does not know them.
fn identifier(name: [u8; 3], rest: &[u8]) -> Option<Identifier> {
    let version = match rest {
        [] => None,
        [b'/', digits @ ..] if (1..=3).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit) => {
            Some(digits.iter().fold(0, |number, digit| number * 10 + u16::from(digit - b'0')))
        }
        _ => return None,
    };
    if !name.iter().all(u8::is_ascii_alphabetic) {
        return None;
    }
    let name = if version.is_some() { name.map(|byte| byte.to_ascii_uppercase()) } else { name };
    match register::by_identifier(&name) {
        Some(row) => Some(Identifier { row: Some(row), version }),
        None if version.is_some() && name[0] == b'F' => Some(Identifier { row: None, version }),
        None => None,
    }
}

/// `888-10001014...` or `1/9Z100/...`: a waybill line, or the numbered line of a manifest.
fn is_numbered(line: &[u8]) -> bool {
    let digits = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
    match line.get(digits) {
        Some(b'-') => digits == 3 && line.get(4).is_some_and(u8::is_ascii_digit),
        Some(b'/') => true,
        Some(next) => digits == 11 && next.is_ascii_alphabetic(),
        None => false,
    }
}

fn is_address(word: &[u8]) -> bool {
    word.len() == ADDRESS_LENGTH && word.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|byte| *byte == b' ' || *byte == b'\t').filter(|word| !word.is_empty())
}

fn is_address_line(line: &[u8]) -> bool {
    let mut words = words(line);
    let priority =
        words.next().is_some_and(|word| word.len() == 2 && word.iter().all(u8::is_ascii_uppercase));
    let mut addresses = words.peekable();
    priority && addresses.peek().is_some() && addresses.all(is_address)
}

/// Whether a line holds further addresses without a priority of its own.
pub(crate) fn is_address_continuation(line: &[u8]) -> bool {
    let mut addresses = words(significant(line)).peekable();
    addresses.peek().is_some() && addresses.all(is_address)
}

fn is_originator(line: &[u8]) -> bool {
    words(line).next().is_some_and(|word| is_address(&word[1..]))
}

/// The addresses of an address line, priority left out.
pub(crate) fn addresses(line: Slice<'_>) -> impl Iterator<Item = &str> {
    line.text
        .split([' ', '\t'])
        .map(|word| word.trim_matches(char::is_control))
        .filter(|word| is_address(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(line: &str) -> String {
        match classify(line.as_bytes()) {
            LineKind::Identifier(Identifier { row, version }) => {
                let name = row.map_or("?", Row::name);
                version.map_or_else(|| name.to_owned(), |version| format!("{name}/{version}"))
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn lines_are_told_apart() {
        let cases = [
            ("", "Blank"),
            (" \t\u{3}", "Blank"),
            ("FWB/17", "FWB/17"),
            ("\u{2}FSU/14  ", "FSU/14"),
            ("\u{FEFF}FHL/5", "FHL/5"),
            ("fwb/16", "FWB/16"),
            ("FMA", "FMA"),
            ("CSN/3", "CSN/3"),
            ("FXX/3", "?/3"),
            ("fma", "Other"),
            ("ABC/3", "Segment"),
            ("FWB/1234", "Segment"),
            ("CSN/CA/21NOV1015/HOLD", "Segment"),
            ("QD FRAFM9Z", "Address"),
            ("QK FRAFM9Z LEJFM8Z", "Address"),
            ("QK FRAFM9", "Other"),
            ("QUITE A LABEL", "Other"),
            (".FRAFM9Z 210739", "Originator"),
            (". FRA", "Other"),
            ("OCI/DE/ISS/RA/00100-01", "Oci"),
            ("SHP", "Segment"),
            ("LAST", "Segment"),
            ("PART/1/CONT", "Segment"),
            ("/ACME", "Segment"),
            ("888-10001014FRAJFK/T1K1", "Segment"),
            ("88810001014FRAJFK/T1K1", "Segment"),
            ("1/9Z100/21NOV/FRA", "Segment"),
            ("2026-11-21 10:00", "Other"),
            ("flight_booking", "Other"),
            ("<?xml version='1.0'?>", "Markup"),
            ("<Waybill>", "Markup"),
            ("< 5 KG", "Other"),
        ];
        for (line, expected) in cases {
            assert_eq!(kind(line), expected, "{line:?}");
        }
    }

    #[test]
    fn control_bytes_open_a_transmission() {
        assert!(opens_transmission(b"\x01QD FRAFM9Z") && opens_transmission(b" \x02FWB/16"));
        assert!(!opens_transmission(b"FWB/16\x02") && !opens_transmission(b""));
    }

    #[test]
    fn addresses_are_read_in_order() {
        let line = Slice::new("\u{1}QK FRAFM9Z  LEJFM8Z", 1, 1);
        assert_eq!(addresses(line).collect::<Vec<_>>(), ["FRAFM9Z", "LEJFM8Z"]);
        assert!(is_address_continuation(b"     FRAFM9Z LEJFM8Z") && !is_address_continuation(b" "));
    }
}
