//! Properties that hold for any bytes: what the fuzz targets call, and what the tests here try on every
//! fixture.
//!
//! Each function panics where a property does not hold, for that is how a fuzzer sees it. An input that
//! once broke one belongs in `fixtures/regressions/`, where the tests find it.

use formats::lmtp::{Outcome, Session, Step};
use formats::{Letterhead, RawMessage, Splitter, limits};
use jiff::Timestamp;
use std::io::{self, BufReader, Read};

/// The time of receipt of everything here: 2026-11-18T08:53:20Z.
const RECEIVED_AT_UNIX_SECONDS: i64 = 1_794_992_000;

/// Any bytes, as they come from a file or a line: cut into messages, each of them decoded.
///
/// # Panics
/// Where a property does not hold.
pub fn detect(bytes: &[u8]) {
    let messages = split(bytes);
    // A slow line delivers a byte at a time; where the pieces are cut must not matter.
    let trickle = Trickle { bytes, size: 1 + bytes.len() % 7 };
    let slowly = split(BufReader::with_capacity(16, trickle));
    for (at_once, slowly) in messages.iter().zip(&slowly) {
        assert!(
            at_once == slowly,
            "the cut depends on the pieces read:\n{}\n{}",
            spoken(at_once),
            spoken(slowly)
        );
    }
    assert_eq!(messages.len(), slowly.len(), "the number of messages depends on the pieces read");

    let mut rest = bytes;
    for (index, message) in (0..).zip(&messages) {
        assert_eq!(message.index, index, "messages are not numbered in order");
        if message.oversize.is_none() {
            let at = find(rest, &message.bytes);
            let at = at.expect("a message holds bytes that are not in the input, or not in this order");
            rest = &rest[at + message.bytes.len()..];
        }
        decode(message);
    }
}

/// One text message, whatever its bytes.
///
/// # Panics
/// Where a property does not hold.
pub fn cargo_imp(bytes: &[u8]) {
    decode(&RawMessage::whole(bytes));
}

/// One XML document, whatever its bytes: what does not start like one is given a start, so that no time is
/// lost with other formats.
///
/// # Panics
/// Where a property does not hold.
pub fn cargo_xml(bytes: &[u8]) {
    match bytes.first() {
        Some(b'<') => decode(&RawMessage::whole(bytes)),
        _ => decode(&RawMessage::whole([b"<", bytes].concat())),
    }
}

/// One document of facts, whatever its bytes: what does not start like one is given a start. What was read of it
/// is written and read again.
///
/// # Panics
/// Where a property does not hold.
pub fn facts(bytes: &[u8]) {
    let message = match bytes.first() {
        Some(b'{') => RawMessage::whole(bytes),
        _ => RawMessage::whole([b"{\"schema\":\"loadgate-facts/1\",\"facts\":[{".as_slice(), bytes].concat()),
    };
    decode(&message);
    let read = |message: &RawMessage| formats::decode(message, received_at()).facts;
    let once = read(&message);
    // Twice, because a notice tells the line it stood on.
    let again = read(&RawMessage::whole(formats::facts::write(&once)));
    let twice = read(&RawMessage::whole(formats::facts::write(&again)));
    assert!(again == twice && once.len() == again.len(), "written otherwise than it was read: {again:?}");
}

/// What a mail server says, whatever its bytes: the talk does not depend on the pieces in which they come, what is answered
/// is lines of it, and a mail that is handed over is read for what it proves.
///
/// # Panics
/// Where a property does not hold.
pub fn lmtp(bytes: &[u8]) {
    let at_once = talk(bytes, bytes.len().max(1));
    assert!(at_once == talk(bytes, 1 + bytes.len() % 7), "the talk depends on the pieces read");
    // Where it is no talk it may be a mail.
    letterhead(bytes);
}

/// Everything that is said, and the mails that came.
fn talk(bytes: &[u8], size: usize) -> Vec<Step> {
    let mut session = Session::new("node.state.example", 4096, |address| {
        (!address.starts_with('n')).then(|| address.to_ascii_lowercase())
    });
    let (mut steps, mut pieces) = (Vec::new(), bytes.chunks(size));
    loop {
        match session.step() {
            Some(Step::Close) => return steps,
            Some(step) => {
                let said = match &step {
                    Step::Say(said) => said.clone(),
                    Step::Take(delivery) => {
                        assert!(!delivery.recipients.is_empty(), "a mail for nobody");
                        if let Ok(mail) = &delivery.mail {
                            assert!(mail.len() <= 4096 && (mail.is_empty() || mail.ends_with(b"\r\n")));
                            letterhead(mail);
                        }
                        session.taken(&[Outcome::Kept, Outcome::NotNow, Outcome::Never])
                    }
                    Step::Close => Vec::new(),
                };
                let text = std::str::from_utf8(&said).expect("what is said is ASCII");
                assert!(text.ends_with("\r\n") && text.is_ascii(), "{text:?}");
                for line in text.trim_end_matches("\r\n").split("\r\n") {
                    let code =
                        line.get(..3).is_some_and(|code| code.bytes().all(|byte| byte.is_ascii_digit()));
                    assert!(code && !line.contains(['\r', '\n']), "{line:?}");
                }
                steps.push(step);
            }
            None => match pieces.next() {
                Some(piece) => session.feed(piece),
                None => return steps,
            },
        }
    }
}

/// What a mail proves is the one address that wrote it, and nothing where it can be read in two ways.
fn letterhead(mail: &[u8]) {
    let head = Letterhead::of(mail, "mx.state.example");
    if let Ok(proved) = &head.proved {
        let author = head.author.as_deref().unwrap_or_default();
        assert!(author.eq_ignore_ascii_case(proved) && proved.matches('@').count() == 1, "{head:?}");
    }
}

fn received_at() -> Timestamp {
    Timestamp::from_second(RECEIVED_AT_UNIX_SECONDS).expect("a constant within range")
}

fn decode(message: &RawMessage) {
    let filing = formats::decode(message, received_at());
    assert_eq!(filing.message_index, message.index);
    assert_eq!(filing.first_line, message.first_line);
    // One more says how many were left out.
    assert!(filing.findings.len() <= limits::FINDINGS_MAX + 1, "{} findings", filing.findings.len());
    assert!(filing.consignments.len() <= limits::REPEATS_MAX, "{} consignments", filing.consignments.len());
    for finding in &filing.findings {
        assert_eq!(finding.message_index, message.index, "{finding:?}");
        if let Some(position) = finding.position {
            assert!(position.line >= message.first_line && position.column >= 1, "{finding:?}");
        }
    }
}

fn spoken(message: &RawMessage) -> String {
    let RawMessage { index, first_line, first_column, bytes, oversize } = message;
    format!("{index} at {first_line}:{first_column}, {oversize:?}, \"{}\"", bytes.escape_ascii())
}

fn split(reader: impl io::BufRead) -> Vec<RawMessage> {
    Splitter::new(reader).map(|message| message.expect("reading from memory does not fail")).collect()
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    if needle.is_empty() {
        return Some(0);
    }
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// A reader that gives few bytes at a time.
struct Trickle<'a> {
    bytes: &'a [u8],
    size: usize,
}

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.size.min(buffer.len()).min(self.bytes.len());
        buffer[..count].copy_from_slice(&self.bytes[..count]);
        self.bytes = &self.bytes[count..];
        Ok(count)
    }
}

#[cfg(test)]
// Printed lines are shown where a test fails: the last one names the fixture.
#[allow(clippy::unwrap_used, clippy::print_stdout)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    fn files(folder: &Path) -> Vec<PathBuf> {
        fs::read_dir(folder)
            .unwrap()
            .flat_map(|entry| {
                let path = entry.unwrap().path();
                if path.is_dir() { files(&path) } else { vec![path] }
            })
            .collect()
    }

    #[test]
    fn every_fixture_has_the_properties() {
        let found =
            files(&PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../fixtures"));
        assert!(!found.is_empty(), "no fixtures");
        for path in found {
            let bytes = fs::read(&path).unwrap();
            println!("{}", path.display());
            super::detect(&bytes);
            super::cargo_imp(&bytes);
            super::cargo_xml(&bytes);
            super::facts(&bytes);
            super::lmtp(&bytes);
        }
    }

    #[test]
    fn hard_inputs_have_the_properties() {
        let deep = "<a>".repeat(10_000);
        let deep_json = "{\"facts\":[".repeat(10_000);
        let line = "X".repeat(3 << 20);
        // A control byte opens a transmission in a document that was cut short, and its line is longer than
        // one that is looked at; the length makes the slow reader deliver single bytes.
        let long_start = format!("<W\n\u{1}{}", "X".repeat(199));
        let cases: &[&[u8]] = &[
            b"",
            b"\0",
            b"\xff\xfe",
            b"\xef\xbb\xbf",
            b"FWB/17",
            b"FWB/17\r\n999-",
            b"<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
            b"{",
            b"{\"schema\":\"loadgate-facts/1\",\"facts\":[{\"type\":\"\\ud834",
            deep.as_bytes(),
            deep_json.as_bytes(),
            line.as_bytes(),
            long_start.as_bytes(),
        ];
        for bytes in cases {
            super::detect(bytes);
            super::cargo_imp(bytes);
            super::cargo_xml(bytes);
            super::facts(bytes);
            super::lmtp(bytes);
        }
    }
}
