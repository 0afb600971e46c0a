//! Finds the end of a JSON document without reading it: brackets outside texts are counted.

use super::{BLANKS_MAX, Buffer, Step};

/// How far a document has been read.
#[derive(Debug, Default)]
pub(super) struct JsonScan {
    depth: u32,
    /// Inside a text.
    quoted: bool,
    /// After a backslash in a text.
    escaped: bool,
}

impl JsonScan {
    /// Judges what is in the buffer.
    pub(super) fn run(&mut self, buffer: &mut Buffer) -> Step {
        for at in buffer.scanned..buffer.bytes.len() {
            buffer.scanned = at + 1;
            match buffer.bytes[at] {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.quoted => self.escaped = true,
                b'"' => self.quoted = !self.quoted,
                b'{' | b'[' if !self.quoted => self.depth = self.depth.saturating_add(1),
                b'}' | b']' if !self.quoted => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Step::Cut(at + 1);
                    }
                }
                _ => {}
            }
        }
        Step::More
    }
}

/// Whether bytes that start with a brace start a JSON document: a name in quotation marks, or the end, follows.
/// `None` where more bytes are needed to tell.
pub(super) fn starts(bytes: &[u8]) -> Option<bool> {
    let rest = bytes.strip_prefix(crate::text::UTF8_MARK).unwrap_or(bytes);
    let blank = |byte: &&u8| matches!(**byte, b' ' | b'\t' | b'\r' | b'\n');
    let rest = &rest[rest.iter().take_while(blank).count()..];
    let Some(inner) = rest.strip_prefix(b"{") else { return Some(false) };
    match inner.iter().take(BLANKS_MAX).find(|byte| !blank(byte)) {
        Some(byte) => Some(matches!(byte, b'"' | b'}')),
        None if inner.len() >= BLANKS_MAX => Some(false),
        None => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::Splitter;

    #[test]
    fn a_document_ends_with_its_last_bracket() {
        let input = "{\"a\": [\"}\\\"{\", {}]}\n\n{\n\"b\":1}FWB/17\n{\"c\":";
        let messages: Vec<String> = Splitter::new(input.as_bytes())
            .map(|message| String::from_utf8(message.unwrap().bytes).unwrap())
            .collect();
        assert_eq!(messages, ["{\"a\": [\"}\\\"{\", {}]}", "{\n\"b\":1}", "FWB/17\n{\"c\":"]);
    }

    #[test]
    fn a_brace_alone_starts_no_document() {
        assert_eq!(starts(b"{1:F01"), Some(false));
        assert_eq!(starts(b"{ \n"), None);
        assert_eq!(starts(b"\xEF\xBB\xBF {\r\n \"a"), Some(true));
        assert_eq!(starts(&[b"{".as_slice(), &[b' '; BLANKS_MAX]].concat()), Some(false));
    }
}
