//! Tells a mail by its header lines. The splitter and the detection both judge by this.

use crate::cargo_imp::envelope::{LineKind, classify, significant};
use crate::text::UTF8_MARK;

/// Most lines of a header. Those of mail that went through several systems have a few hundred.
const HEADER_LINES_MAX: usize = 2_000;

/// Longest header line, in bytes. RFC 5322 allows 998; some systems do not fold theirs.
const HEADER_LINE_BYTES_MAX: usize = 16 << 10;

/// Longest name of a header, in bytes.
const NAME_BYTES_MAX: usize = 76;

/// Headers that a mail has besides From and Subject; one of them must be there, so that a note of sender and
/// subject before a message does not make a mail of it. Mail programs write Sent where they show a mail.
const OTHERS: [&str; 8] =
    ["date", "sent", "to", "received", "message-id", "mime-version", "return-path", "reply-to"];

/// What a line is to the header of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Judged {
    /// It belongs to the header, as far as can be told.
    Header,
    /// The blank line that ends the header of a mail.
    End,
    /// This is no mail.
    No,
}

/// The header of a mail while its lines are read.
#[derive(Debug, Default)]
pub(crate) struct HeaderScan {
    lines: usize,
    from: bool,
    subject: bool,
    other: bool,
}

impl HeaderScan {
    /// Judges the next line.
    pub(crate) fn line(&mut self, line: &[u8]) -> Judged {
        let line = line.strip_prefix(UTF8_MARK).unwrap_or(line);
        if significant(line).is_empty() {
            return match (self.lines, self.from && self.subject && self.other) {
                (0, _) => Judged::Header,
                (_, true) => Judged::End,
                (_, false) => Judged::No,
            };
        }
        self.lines += 1;
        if self.lines > HEADER_LINES_MAX || line.len() > HEADER_LINE_BYTES_MAX {
            return Judged::No;
        }
        if self.lines > 1 && matches!(line.first(), Some(b' ' | b'\t')) {
            return Judged::Header;
        }
        // A line that mail boxes put before each mail.
        if self.lines == 1 && line.starts_with(b"From ") && line.contains(&b'@') {
            return Judged::Header;
        }
        let Some(name) = name(line) else { return Judged::No };
        let is = |wanted: &str| name.eq_ignore_ascii_case(wanted.as_bytes());
        self.from |= is("from");
        self.subject |= is("subject");
        self.other |= OTHERS.iter().any(|other| is(other));
        Judged::Header
    }
}

/// The name of a header line.
pub(crate) fn name(line: &[u8]) -> Option<&[u8]> {
    let length = memchr::memchr(b':', &line[..line.len().min(NAME_BYTES_MAX)])?;
    let name = &line[..length];
    let sound = name.first().is_some_and(u8::is_ascii_alphabetic)
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    sound.then_some(name)
}

/// Whether the first line of a mail's text shows that the mail only carries a message of the trade.
pub(crate) fn carries(line: &[u8]) -> bool {
    match classify(line) {
        LineKind::Identifier(identifier) => identifier.row.is_some(),
        LineKind::Address | LineKind::Originator | LineKind::Oci => true,
        LineKind::Blank | LineKind::Markup | LineKind::Segment | LineKind::Other => false,
    }
}

/// Whether a line inside a mail starts a message of its own: nothing of it may go by as mere text.
pub(crate) fn starts_message(line: &[u8]) -> bool {
    match classify(line) {
        LineKind::Identifier(identifier) => identifier.row.is_some(),
        LineKind::Address => true,
        // Mails are written in markup too; that of a message names its namespace, or the document itself.
        LineKind::Markup => {
            let line = significant(line);
            line.starts_with(b"<?xml ") || memchr::memmem::find(line, b"iata:").is_some()
        }
        LineKind::Blank | LineKind::Originator | LineKind::Oci | LineKind::Segment | LineKind::Other => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(text: &str) -> Judged {
        let mut scan = HeaderScan::default();
        let mut last = Judged::Header;
        for line in text.split('\n') {
            last = scan.line(line.as_bytes());
            if last != Judged::Header {
                break;
            }
        }
        last
    }

    #[test]
    fn headers_of_mails_are_told() {
        for text in [
            "From: a@b.example\nSubject: X\nDate: Tue, 3 Nov 2026 10:15:00 +0000\n\nText",
            "\nReceived: from x\n\tby y\nsubject: X\n Y\nFROM: a@b.example\n\nText",
            "From a@b.example Tue Nov  3 10:15:00 2026\nFrom: a@b.example\nSubject: X\nTo: c@d.example\n\n",
            "From: A\nSent: Tuesday\nTo: B\nSubject: X\n \nText",
        ] {
            assert_eq!(judge(text), Judged::End, "{text}");
        }
        for text in [
            "From: a@b.example\nSubject: X\n\nFWB/16",
            "Subject: X\nDate: Y\n\nText",
            "FWB/16\n888-10001014FRAJFK/T1K1\n\n",
            "Dear all: hello\n\n",
            "From: a@b.example\nSubject: X\nDate: Y\nwithout a blank line\n\n",
            "flight_booking\n\n",
        ] {
            assert_eq!(judge(text), Judged::No, "{text}");
        }
    }

    #[test]
    fn messages_inside_a_mail_start_for_themselves() {
        for line in
            ["FWB/16", "PSN", "QK FRAFM9Z", "<?xml version='1.0'?>", "<a:Waybill xmlns:a='iata:waybill:1'>"]
        {
            assert!(starts_message(line.as_bytes()), "{line}");
        }
        for line in
            ["<html>", "<p>", "PSN 7H", "CSN/7H/03NOV1015/HOLD", "888-10001014", "OCI/DE/ISS/RA/1", ""]
        {
            assert!(!starts_message(line.as_bytes()), "{line}");
        }
    }
}
