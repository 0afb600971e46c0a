//! What a message is, told from its body alone; names and subjects of files never matter.

use crate::cargo_imp::envelope::{
    HEAD_LINES_MAX, Identifier, LineKind, addresses, classify, is_address_continuation, significant,
};
use crate::cargo_imp::{self, Draft};
use crate::cargo_xml;
use crate::facts;
use crate::mail;
use crate::register::{self, Reader, Row};
use crate::split::{Oversize, RawMessage, starts_json};
use crate::text::{self, Slice, Text};
use consignment::filing::{DayTime, Envelope, UninterpretedSegment};
use consignment::{Filing, Format, Purpose};
use finding::{Code, Finding, Position, codes::wire};
use jiff::Timestamp;

/// Most characters of a preamble shown in its finding.
const SHOWN_MAX: usize = 120;

/// Reads one message of any format.
pub(crate) fn decode(message: &RawMessage, received_at: Timestamp) -> Filing {
    let nothing = Position::new(message.first_line, message.first_column, 0);
    if let Some(Oversize { limit, announced, .. }) = message.oversize {
        if !announced {
            return refused(message, Finding::new(wire::FORMAT_UNKNOWN).at(nothing));
        }
        let limit = format!("{} MiB", limit >> 20);
        return refused(message, Finding::new(wire::MESSAGE_TOO_LARGE).at(nothing).with("limit", limit));
    }
    if let Some(kind) = packed(&message.bytes) {
        // The first byte of gzip was taken for a blank before the message.
        let before = u32::from(message.bytes.starts_with(b"\x8B\x08"));
        let start = Position { column: nothing.column.saturating_sub(before).max(1), ..nothing };
        return refused(message, Finding::new(wire::STILL_PACKED).at(start).with("kind", kind));
    }
    let text = if text::utf16(&message.bytes).is_some() {
        text::read(&message.bytes)
    } else {
        match significant(&message.bytes).first() {
            None => return refused(message, Finding::new(empty(&message.bytes)).at(nothing)),
            Some(b'<') => return cargo_xml::decode(message, received_at),
            Some(_) if text::looks_like_utf16(&message.bytes) => {
                return refused(message, Finding::new(wire::UTF16_UNMARKED).at(nothing));
            }
            Some(_) => text::read(&message.bytes),
        }
    };
    match text.text.trim_start_matches(text::is_blank).chars().next() {
        None => refused(message, Finding::new(empty(&message.bytes)).at(nothing)),
        Some('<') => cargo_xml::decode(message, received_at),
        Some('{') if starts_json(&text.text) => decode_facts(message, &text),
        Some(_) => decode_text(message, &text, received_at),
    }
}

/// What an input without text is.
fn empty(bytes: &[u8]) -> Code {
    if bytes.contains(&0) { wire::ZERO_BYTES_ONLY } else { wire::EMPTY_INPUT }
}

/// What the bytes are, where they start as a packed file does: senders attach those by mistake.
fn packed(bytes: &[u8]) -> Option<&'static str> {
    const STARTS: [(&[u8], &str); 8] = [
        (b"\x1F\x8B", "a file compressed with gzip"),
        // Its first byte counts as a blank between messages.
        (b"\x8B\x08", "a file compressed with gzip"),
        // Its third byte also ends a text message, so that more need not follow.
        (b"PK\x03", "a ZIP archive or an office document"),
        (b"%PDF-", "a PDF document"),
        (b"BZh", "a file compressed with bzip2"),
        (b"\xFD7zXZ\0", "a file compressed with xz"),
        (b"\x28\xB5\x2F\xFD", "a file compressed with Zstandard"),
        (b"7z\xBC\xAF\x27\x1C", "a 7-Zip archive"),
    ];
    STARTS.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, kind)| *kind)
}

/// A filing of nothing but one finding.
fn refused(message: &RawMessage, finding: Finding) -> Filing {
    let mut draft = Draft::default();
    draft.push(finding);
    filing(message, None, None, draft)
}

/// Completes a filing: index, order of the findings.
pub(crate) fn filing(
    message: &RawMessage,
    format: Option<Format>,
    envelope: Option<Envelope>,
    mut draft: Draft,
) -> Filing {
    let mentions = std::mem::take(&mut draft.mentions);
    let notices = crate::notice::of_message(&mut draft, message.first_line);
    let incomplete = message.oversize.is_some() || draft.several_parts;
    let (flown, part) = (draft.flown.take(), draft.part);
    let (consignments, uninterpreted, mut findings) = draft.finish();
    for finding in &mut findings {
        finding.message_index = message.index;
    }
    Filing {
        format,
        message_index: message.index,
        first_line: message.first_line,
        purpose: Purpose::Creation,
        envelope,
        incomplete,
        consignments,
        mentions,
        notices,
        facts: Vec::new(),
        flown,
        part,
        uninterpreted,
        findings,
    }
}

/// What stands before the body of a text message.
#[derive(Default)]
struct Head<'a> {
    envelope: Option<Envelope>,
    labels: Vec<Slice<'a>>,
    found: Option<Found>,
    /// First line that is no blank.
    first: Option<Slice<'a>>,
}

/// The message that the head announces.
struct Found {
    identifier: Identifier,
    /// Index of the first line of the body.
    body: usize,
}

/// Looks for the message in the first lines.
fn head<'a>(lines: &[Slice<'a>]) -> Head<'a> {
    let mut head = Head::default();
    for (index, line) in lines.iter().take(HEAD_LINES_MAX).enumerate() {
        let bytes = line.text.as_bytes();
        let kind = classify(bytes);
        if !matches!(kind, LineKind::Blank) {
            head.first.get_or_insert(*line);
        }
        let awaits_originator = head.envelope.as_ref().is_some_and(|envelope| envelope.originator.is_empty());
        match kind {
            LineKind::Blank => {}
            LineKind::Address => {
                let envelope = head.envelope.get_or_insert_default();
                if envelope.priority.is_empty() {
                    let priority = line.text.trim_start_matches(text::is_blank).split([' ', '\t']).next();
                    priority.unwrap_or_default().clone_into(&mut envelope.priority);
                }
                head.envelope.get_or_insert_default().addresses.extend(addresses(*line).map(str::to_owned));
            }
            LineKind::Other if awaits_originator && is_address_continuation(bytes) => {
                head.envelope.get_or_insert_default().addresses.extend(addresses(*line).map(str::to_owned));
            }
            LineKind::Originator => {
                let envelope = head.envelope.get_or_insert_default();
                let text = line.text.trim_start_matches('.');
                let (originator, signature) = text.split_once([' ', '\t']).unwrap_or((text, ""));
                envelope.originator = originator.to_owned();
                envelope.signature = signature.trim().to_owned();
                let day_time = signature.split_whitespace().next().unwrap_or_default();
                envelope.sent_at = DayTime::parse(day_time);
            }
            LineKind::Other => head.labels.push(*line),
            LineKind::Identifier(identifier) => {
                head.found = Some(Found { identifier, body: index + 1 });
                break;
            }
            LineKind::Oci => {
                let identifier = Identifier { row: register::find("OCI"), version: None };
                head.found = Some(Found { identifier, body: index });
                break;
            }
            LineKind::Markup | LineKind::Segment => break,
        }
    }
    head
}

fn decode_text(message: &RawMessage, text: &Text<'_>, received_at: Timestamp) -> Filing {
    let mut lines: Vec<Slice<'_>> = Vec::with_capacity(text.text.len() / 24 + 8);
    for line in text::lines(&text.text, message.first_line, message.first_column) {
        let line = line.trim();
        if !line.is_empty() {
            lines.push(line);
        }
    }
    let mail = mail::Start::of(&text.text, message.first_line);
    if let Some(start) = mail.as_ref().filter(|start| !start.carries) {
        return mail::decode(message, text, start);
    }
    let Head { envelope, labels, found, first } = head(&lines);
    let sent_at = envelope.as_ref().and_then(|envelope| envelope.sent_at);
    let mut draft = Draft::default();
    draft.sent_at = sent_at.and_then(|sent| sent.before(received_at));
    if let Some(encoding) = &text.foreign {
        let finding = Finding::new(wire::TEXT_NOT_UTF8).at(first_foreign(message, text));
        draft.push(finding.with("encoding", encoding.as_ref()));
    }
    let Some((row, Found { identifier, body })) =
        found.and_then(|found| Some((found.identifier.row?, found)))
    else {
        let finding = Finding::new(wire::FORMAT_UNKNOWN);
        draft
            .push(finding.at(
                first.map(|line| Position { length: line.position().length.min(80), ..line.position() }),
            ));
        return filing(message, None, envelope, draft);
    };
    if let Some(first) = labels.first() {
        let mut shown = labels.iter().map(|line| line.text).collect::<Vec<_>>().join(" ");
        if let Some((end, _)) = shown.char_indices().nth(SHOWN_MAX) {
            shown.truncate(end);
            shown.push_str("...");
        }
        draft.push(Finding::new(wire::PREAMBLE_IGNORED).at(first.position()).with("text", shown));
    }
    if mail.is_some() {
        mail::subject_of_carrier(message, text, &mut draft);
    }
    let at = lines.get(body.saturating_sub(1)).map(|line| line.position());
    let format = Format { name: row.name(), version: identifier.version };
    read(&mut draft, row, format, at, &lines[body..]);
    cargo_imp::widths::check(&mut draft, &lines[body.saturating_sub(1)..], received_at);
    filing(message, Some(format), envelope, draft)
}

/// Reads a document of facts; any other JSON is no message.
fn decode_facts(message: &RawMessage, text: &Text<'_>) -> Filing {
    let mut draft = Draft::default();
    if let Some(encoding) = &text.foreign {
        let finding = Finding::new(wire::TEXT_NOT_UTF8).at(first_foreign(message, text));
        draft.push(finding.with("encoding", encoding.as_ref()));
    }
    let read = facts::decode(&text.text, message.first_line, message.first_column, &mut draft);
    draft.mentions = read.mentions;
    let mut filing = filing(message, read.format, None, draft);
    filing.incomplete |= read.incomplete;
    filing.facts = read.facts;
    filing
}

/// Reads the body of a message whose format is known. `at` is where its identifier stands.
pub(crate) fn read(
    draft: &mut Draft,
    row: &'static Row,
    format: Format,
    at: Option<Position>,
    lines: &[Slice<'_>],
) {
    let version = version_read(draft, row, format.version, at);
    draft.begin(format, version);
    draft.identifier_line = at.map_or(1, |at| at.line);
    match row.reader() {
        // What an authority said is told by itself; repeated in an answer it is kept, and may still hold.
        Reader::Lines(decode) if !(draft.embedded && row.tells_notices()) => {
            decode(draft, cargo_imp::Body::new(lines));
        }
        _ => {
            draft.push(Finding::new(wire::FORMAT_NOT_READ).at(at).with("format", format.to_string()));
            if let Some(first) = lines.first() {
                let text = lines.iter().map(|line| line.text).collect::<Vec<_>>().join("\n");
                let position = first.position();
                draft.uninterpreted.push(UninterpretedSegment {
                    identifier: row.name().to_owned(),
                    text,
                    position,
                    known: false,
                });
            }
        }
    }
}

/// The version to read a message as, with a finding where that is not the one stated.
fn version_read(draft: &mut Draft, row: &Row, stated: Option<u16>, at: Option<Position>) -> u16 {
    match stated {
        Some(version) => {
            let read_as = row.nearest_version(version).unwrap_or(version);
            if read_as != version {
                let finding = Finding::new(wire::VERSION_UNKNOWN).at(at).with("format", row.name());
                let finding =
                    finding.with("version", version.to_string()).with("read_as", read_as.to_string());
                draft.push(finding);
            }
            read_as
        }
        None => {
            let read_as = row.versions().last().copied().unwrap_or_default();
            if row.states_version() {
                let finding = Finding::new(wire::VERSION_MISSING).at(at).with("format", row.name());
                draft.push(finding.with("read_as", read_as.to_string()));
            }
            read_as
        }
    }
}

/// Where the text stops being UTF-8; the start of the message where it is UTF-16.
pub(crate) fn first_foreign(message: &RawMessage, text: &Text<'_>) -> Position {
    let mark = if message.bytes.starts_with(text::UTF8_MARK) { text::UTF8_MARK.len() } else { 0 };
    // The sound part is measured in the bytes as they came: as read, each of its bytes is a character.
    let sound = message.bytes.get(mark..mark + text.sound).unwrap_or_default();
    let sound = std::str::from_utf8(sound).unwrap_or_default();
    let place = text::lines(sound, message.first_line, message.first_column).last().map(Slice::end);
    let length = u32::from(text::utf16(&message.bytes).is_none());
    Position { length, ..place.unwrap_or(Position::new(message.first_line, message.first_column, 0)) }
}
