//! Cargo-IMP: text messages of lines and segments, one module per message.
//!
//! A message is read segment by segment, in whatever order the segments come. What is not a segment of
//! the message, or has not its form, is kept as text with a finding, and reading goes on.

pub(crate) mod customs_status;
pub(crate) mod dates;
pub(crate) mod envelope;
pub(crate) mod fhl;
pub(crate) mod fwb;
pub(crate) mod manifest;
pub(crate) mod oci_lines;
pub(crate) mod reply;
pub(crate) mod status;
pub(crate) mod widths;

mod commercial;
mod equipment;
mod goods;
mod handling;
mod party;
mod quantity;
mod remarks;
mod route;
pub(crate) mod waybill;

use crate::limits::{FINDINGS_MAX, REPEATS_MAX};
use crate::mentions;
use crate::text::Slice;
use consignment::document::Unreadable;
use consignment::field::Field;
use consignment::filing::UninterpretedSegment;
use consignment::ident::AirWaybill;
use consignment::notice::AuthorityNotice;
use consignment::{Consignment, Format, Leg};
use finding::{Finding, Position, Severity, codes::wire};
use jiff::Timestamp;

/// Most characters of a line.
const LINE_CHARACTERS_MAX: usize = 69;

/// The identifier of a segment, in capitals, padded with blanks; all blank where a line has none.
pub(crate) type Tag = [u8; 4];

/// No identifier.
pub(crate) const NO_TAG: Tag = *b"    ";

/// Identifiers of the segments that the gate's answer hangs on: special handling and security, the route and
/// its flights, the goods, and the day of issue, from which a flight's month is told.
const NEEDED: [[u8; 3]; 6] = [*b"SPH", *b"OCI", *b"RTG", *b"FLT", *b"RTD", *b"ISU"];

/// Identifiers of other segments that differ in one letter from one of those.
const OTHERS_ALIKE: [Tag; 2] = [*b"OPI ", *b"OSI "];

/// A message while it is read.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    /// The message, for findings.
    format: Option<Format>,
    /// The version it is read as; 0 where there is none.
    pub(crate) version: u16,
    /// Air waybills that the message names in what could not be read of it.
    pub(crate) mentions: Vec<AirWaybill>,
    /// When it was sent, where its envelope says so.
    pub(crate) sent_at: Option<Timestamp>,
    /// Whether it stands inside an acknowledgement or rejection, so that it files nothing and may be
    /// shortened.
    pub(crate) embedded: bool,
    /// Consignments, in order.
    pub(crate) consignments: Vec<Consignment>,
    /// What an authority says, in order; lines are those of the input until the message is complete.
    pub(crate) notices: Vec<AuthorityNotice>,
    /// The leg that a manifest says was flown.
    pub(crate) flown: Option<Leg>,
    /// Which of the messages of a manifest this is, where there are several.
    pub(crate) part: Option<u16>,
    /// Line of the input its identifier stands on.
    pub(crate) identifier_line: u32,
    /// Segments that are kept as text.
    pub(crate) uninterpreted: Vec<UninterpretedSegment>,
    /// Findings; no more than the limit after [`Draft::push`].
    pub(crate) findings: Vec<Finding>,
    /// Whether it says that it is one part of several.
    pub(crate) several_parts: bool,
    left_out: usize,
    full: Vec<&'static str>,
}

impl Draft {
    /// Starts a message of this format.
    pub(crate) fn begin(&mut self, format: Format, version: u16) {
        self.format = Some(format);
        self.version = version;
    }

    /// The message as findings name it.
    fn name(&self) -> String {
        self.format.map_or_else(String::new, |format| format.to_string())
    }

    /// Whether the message has this name.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.format.is_some_and(|format| format.name == name)
    }

    /// Whether the message only reports on goods that were filed with another.
    fn reports(&self) -> bool {
        ["FSU", "FSA", "FFM", "OCI", "CSN", "PSN", "PER"].iter().any(|name| self.is(name))
    }

    /// Takes over what was read of a message inside this one.
    pub(crate) fn absorb(&mut self, inner: Draft) {
        self.left_out += inner.left_out;
        for finding in inner.findings {
            self.push(finding);
        }
        self.consignments.extend(inner.consignments);
        self.uninterpreted.extend(inner.uninterpreted);
    }

    /// Reports something.
    pub(crate) fn push(&mut self, finding: Finding) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
        } else {
            self.left_out += 1;
        }
    }

    /// Reports a value that cannot be read, and keeps its text.
    pub(crate) fn invalid(
        &mut self,
        consignment: &mut Consignment,
        field: Field,
        value: Slice<'_>,
        why: impl std::fmt::Display,
    ) {
        self.keep_unreadable(consignment, field, value);
        self.invalid_value(&field.to_string(), value, why);
    }

    /// Keeps the text of a value that cannot be read and was reported already. The first station is kept
    /// even where there is no more room, because the route hangs on it.
    pub(crate) fn keep_unreadable(&mut self, consignment: &mut Consignment, field: Field, value: Slice<'_>) {
        let room = self.room(consignment.unreadable.len(), "unreadable values", value.position());
        if room || (field.is_station() && consignment.unreadable_stations().next().is_none()) {
            consignment.source.note(field, value.position());
            consignment.unreadable.push(Unreadable { field, text: value.text.to_owned() });
        }
    }

    /// Reports a value that cannot be read and has no field of its own.
    pub(crate) fn invalid_value(&mut self, path: &str, value: Slice<'_>, why: impl std::fmt::Display) {
        let finding = Finding::new(wire::VALUE_INVALID).at(value.position()).on(path);
        self.push(finding.with("element", path).with("text", value.text).with("why", why.to_string()));
    }

    /// Reports an empty element.
    pub(crate) fn missing(&mut self, path: &str, at: Position) {
        self.push(Finding::new(wire::VALUE_MISSING).at(at).on(path).with("element", path));
    }

    /// Reports a mandatory segment that is absent. Inside an acknowledgement it is no fault.
    pub(crate) fn missing_segment(&mut self, segment: &str, path: &str) {
        self.missing_segment_as(segment, path, None, wire::SEGMENT_MISSING.severity());
    }

    /// As [`Draft::missing_segment`], with the place it is missing from where there may be several, and
    /// the weight it has for Loadgate.
    pub(crate) fn missing_segment_as(
        &mut self,
        segment: &str,
        path: &str,
        from: Option<Position>,
        severity: Severity,
    ) {
        if !self.embedded {
            let finding = Finding::new(wire::SEGMENT_MISSING).at(from).on(path).with("segment", segment);
            self.push(Finding { severity, ..finding.with("format", self.name()) });
        }
    }

    /// Keeps the text of a segment.
    pub(crate) fn keep(&mut self, segment: &Segment<'_>) {
        if self.uninterpreted.len() >= REPEATS_MAX {
            self.report_full("uninterpreted segments", segment.head.position());
            return;
        }
        let text = segment.whole_text();
        let identifier = segment.tag_text().to_owned();
        let position = segment.head.position();
        self.uninterpreted.push(UninterpretedSegment { identifier, text, position, known: false });
    }

    /// Keeps the text of something that the format has and the model has no place for. There is room for
    /// all of it: beyond the limit of segments it is joined to the last one.
    pub(crate) fn keep_known(&mut self, identifier: &str, text: impl Into<String>, position: Position) {
        let text = text.into();
        if self.uninterpreted.len() >= REPEATS_MAX
            && let Some(last) = self.uninterpreted.iter_mut().rev().find(|kept| kept.known)
        {
            last.text.push('\n');
            last.text.push_str(&text);
            return;
        }
        let identifier = identifier.to_owned();
        self.uninterpreted.push(UninterpretedSegment { identifier, text, position, known: true });
    }

    /// Keeps a whole segment that the format has and the model has no place for.
    pub(crate) fn keep_known_segment(&mut self, segment: &Segment<'_>) {
        let text = segment.whole_text();
        self.keep_known(segment.tag_text(), text, segment.head.position());
    }

    /// Keeps and reports a segment that is none of the message.
    pub(crate) fn unknown(&mut self, segment: &Segment<'_>) {
        let finding = if segment.tag == NO_TAG {
            Finding::new(wire::LINE_NOT_UNDERSTOOD)
        } else {
            Finding::new(wire::SEGMENT_UNKNOWN).with("segment", segment.tag_text())
        };
        let waybill = waybill::starts_line(segment.head.text);
        if waybill && !self.embedded {
            for number in mentions::waybills(segment.head.text.as_bytes()) {
                self.mention(number);
            }
        }
        let finding = finding.with("format", self.name()).at(segment.head.position());
        // A report has few kinds of lines, and any of those may say that the goods must stay.
        let needed = is_needed(segment) || resembles_needed(segment) || says_unsecured(segment);
        let needed = needed || waybill || self.reports();
        self.push(self.weighed(finding, needed));
        self.keep(segment);
    }

    /// Notes a waybill that something of the message concerns which could not be read.
    pub(crate) fn mention(&mut self, number: AirWaybill) {
        if !self.embedded && !self.mentions.contains(&number) && self.mentions.len() < REPEATS_MAX {
            self.mentions.push(number);
        }
    }

    /// A finding about something that was lost: an error where the answer of the gate may hang on it. The
    /// echo of a message decides nothing.
    fn weighed(&self, finding: Finding, needed: bool) -> Finding {
        let severity = if needed && !self.embedded { Severity::Error } else { finding.severity };
        Finding { severity, ..finding }
    }

    /// Keeps and reports a segment without the right form.
    pub(crate) fn malformed(&mut self, segment: &Segment<'_>, why: &str) {
        self.malformed_as(segment, segment.tag_text(), why);
        self.keep(segment);
    }

    /// Reports a segment without the right form, under this name; its text is kept elsewhere.
    pub(crate) fn malformed_as(&mut self, segment: &Segment<'_>, name: &str, why: &str) {
        let finding = Finding::new(wire::SEGMENT_MALFORMED).at(segment.head.position());
        let finding = finding.with("segment", name).with("why", why);
        self.push(self.weighed(finding, is_needed(segment)));
    }

    /// Keeps and reports a segment that stands more often than it may. Where it says something else than
    /// the one before, nobody can tell which of them is meant.
    pub(crate) fn repeated(&mut self, segment: &Segment<'_>, says_the_same: bool) {
        let finding = Finding::new(wire::SEGMENT_REPEATED).at(segment.head.position());
        let finding = finding.with("segment", segment.tag_text());
        self.push(self.weighed(finding, !says_the_same));
        self.keep(segment);
    }

    /// Reports a part of a message in several parts; how bad that is depends on whether a part makes
    /// sense by itself.
    pub(crate) fn part(&mut self, segment: &Segment<'_>, severity: Severity) {
        self.several_parts |= severity == Severity::Error;
        let finding = Finding::new(wire::PARTS_NOT_JOINED).at(segment.head.position());
        self.push(Finding { severity, ..finding.with("part", segment.head.text) });
    }

    /// Whether a list of so many may take one more; reports it once where not.
    pub(crate) fn room(&mut self, length: usize, element: &'static str, at: Position) -> bool {
        let room = length < REPEATS_MAX;
        if !room {
            self.report_full(element, at);
        }
        room
    }

    fn report_full(&mut self, element: &'static str, at: Position) {
        if !self.full.contains(&element) {
            self.full.push(element);
            let finding = Finding::new(wire::REPEATS_LEFT_OUT).at(at).with("element", element);
            self.push(finding.with("limit", REPEATS_MAX.to_string()));
        }
    }

    /// Keeps the number of findings within its limit after somebody else added some.
    pub(crate) fn clamp(&mut self) {
        self.left_out += self.findings.len().saturating_sub(FINDINGS_MAX);
        self.findings.truncate(FINDINGS_MAX);
    }

    /// What was read: consignments, segments kept as text, findings in order of the message with those
    /// about absent things last.
    pub(crate) fn finish(mut self) -> (Vec<Consignment>, Vec<UninterpretedSegment>, Vec<Finding>) {
        self.clamp();
        self.findings.sort_by_key(|finding| {
            finding.position.map_or((u32::MAX, u32::MAX), |position| (position.line, position.column))
        });
        if self.left_out > 0 {
            let finding = Finding::new(wire::FINDINGS_LEFT_OUT).with("count", self.left_out.to_string());
            self.findings.push(finding);
        }
        (self.consignments, self.uninterpreted, self.findings)
    }
}

/// The lines of a message after its identifier, without blanks around them; none is empty.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Body<'a> {
    lines: &'a [Slice<'a>],
}

impl<'a> Body<'a> {
    /// The body of these lines.
    pub(crate) fn new(lines: &'a [Slice<'a>]) -> Self {
        Self { lines }
    }

    /// The next line, left where it is.
    pub(crate) fn peek(&self) -> Option<Slice<'a>> {
        self.lines.first().copied()
    }

    /// Takes the next line.
    pub(crate) fn line(&mut self) -> Option<Slice<'a>> {
        let (first, rest) = self.lines.split_first()?;
        self.lines = rest;
        Some(*first)
    }

    /// All lines not taken yet.
    pub(crate) fn rest(&self) -> &'a [Slice<'a>] {
        self.lines
    }

    /// Takes the next segment: a line, the lines that continue it, and the lines of a party's address.
    pub(crate) fn segment(&mut self) -> Option<Segment<'a>> {
        let (head, rest) = self.lines.split_first()?;
        let more = rest.iter().take_while(|line| continues(line.text)).count();
        let (more, rest) = rest.split_at(more);
        self.lines = rest;
        Some(Segment::new(*head, more))
    }

    /// The segments not taken yet.
    pub(crate) fn segments(mut self) -> impl Iterator<Item = Segment<'a>> {
        std::iter::from_fn(move || self.segment())
    }

    /// Reports lines that are longer than the format allows.
    pub(crate) fn check_widths(&self, draft: &mut Draft) {
        for line in self.lines {
            if line.text.len() > LINE_CHARACTERS_MAX && line.width() as usize > LINE_CHARACTERS_MAX {
                let finding = Finding::new(wire::LINE_TOO_LONG).at(line.position());
                let finding = finding.with("length", line.width().to_string());
                draft.push(finding.with("limit", LINE_CHARACTERS_MAX.to_string()));
            }
        }
    }
}

/// Whether a line continues the segment before it: by a slant, or as a line of a structured address.
fn continues(line: &str) -> bool {
    match line.as_bytes() {
        [b'/', ..] => true,
        [a @ (b'N' | b'n' | b'A' | b'a' | b'L' | b'l'), b, c, b'/', ..] => {
            matches!(&[*a, *b, *c].map(|byte| byte.to_ascii_uppercase()), b"NAM" | b"ADR" | b"LOC")
        }
        _ => false,
    }
}

/// A segment: its first line and those that continue it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Segment<'a> {
    /// Its identifier.
    pub(crate) tag: Tag,
    /// The first line.
    pub(crate) head: Slice<'a>,
    /// What stands after the identifier's slant on the first line; `None` where the identifier stands
    /// alone.
    pub(crate) value: Option<Slice<'a>>,
    /// The lines that continue it, each with its slant.
    pub(crate) more: &'a [Slice<'a>],
}

impl<'a> Segment<'a> {
    fn new(head: Slice<'a>, more: &'a [Slice<'a>]) -> Self {
        let tag = tag(head.text);
        let length = if tag[3] == b' ' { 3 } else { 4 };
        let value = (head.text.len() > length && tag != NO_TAG).then(|| head.from(length + 1));
        Self { tag, head, value, more }
    }

    /// The identifier as it was sent; the first word of a line without one.
    pub(crate) fn tag_text(&self) -> &'a str {
        self.head.text.split(['/', ' ']).next().unwrap_or_default()
    }

    /// The texts of its lines: what follows the identifier's slant if there is one, then each
    /// continuation without its slant.
    pub(crate) fn texts(&self) -> impl Iterator<Item = Slice<'a>> + use<'a> {
        let more = self.more.iter().map(|line| if line.text.starts_with('/') { line.from(1) } else { *line });
        self.value.into_iter().chain(more)
    }

    /// Its lines, joined with line feeds.
    pub(crate) fn whole_text(&self) -> String {
        let length = self.more.iter().map(|line| line.text.len() + 1).sum::<usize>();
        let mut text = String::with_capacity(self.head.text.len() + length);
        text.push_str(self.head.text);
        for line in self.more {
            text.push('\n');
            text.push_str(line.text);
        }
        text
    }

    /// Whether another segment has the same text.
    pub(crate) fn says_the_same(&self, other: &Segment<'_>) -> bool {
        self.texts().map(|text| text.text).eq(other.texts().map(|text| text.text))
    }

    /// The place after the first line, where something is missing.
    pub(crate) fn end(&self) -> Position {
        self.head.end()
    }
}

/// Whether a segment that cannot be read, or a line that starts with the identifier of one and has a slip
/// after it, is one of those the gate's answer hangs on.
fn is_needed(segment: &Segment<'_>) -> bool {
    let line = segment.head.text.as_bytes().get(..3).unwrap_or_default();
    NEEDED.iter().any(|needed| segment.tag.starts_with(needed) || line.eq_ignore_ascii_case(needed))
}

/// Whether the identifier of a segment that is none of the message is one of those but for one letter.
fn resembles_needed(segment: &Segment<'_>) -> bool {
    let tag = &segment.tag;
    let differ = |needed: &[u8; 3]| tag.iter().zip(needed).filter(|(one, other)| one != other).count();
    tag[3] == b' ' && !OTHERS_ALIKE.contains(tag) && NEEDED.iter().any(|needed| differ(needed) == 1)
}

/// Whether some element of a line says that the goods are not secured.
fn says_unsecured(segment: &Segment<'_>) -> bool {
    let lines = std::iter::once(segment.head).chain(segment.more.iter().copied());
    lines.flat_map(Slice::elements).any(|element| element.trim().text.eq_ignore_ascii_case("NSC"))
}

/// The identifier a line starts with: three letters or the longer ones of the trailer, alone or
/// followed by a slant.
fn tag(line: &str) -> Tag {
    let upper = |bytes: [u8; 3]| bytes.map(|byte| byte.to_ascii_uppercase());
    match line.as_bytes() {
        [a, b, c] | [a, b, c, b'/', ..] if [a, b, c].iter().all(|byte| byte.is_ascii_alphabetic()) => {
            let [a, b, c] = upper([*a, *b, *c]);
            [a, b, c, b' ']
        }
        b"CONT" => *b"CONT",
        b"LAST" => *b"LAST",
        [b'P', b'A', b'R', b'T', b'/', ..] => *b"PART",
        _ => NO_TAG,
    }
}

/// The number of an element in its list, as paths count it.
pub(crate) fn nth(length: usize) -> u16 {
    // Lists are held to `REPEATS_MAX`, which fits.
    u16::try_from(length).unwrap_or(u16::MAX)
}

const _: () = assert!(REPEATS_MAX <= u16::MAX as usize);

#[cfg(test)]
mod tests {
    use super::*;

    fn slices(lines: &[&'static str]) -> Vec<Slice<'static>> {
        lines.iter().enumerate().map(|(at, text)| Slice::new(text, at as u32 + 1, 1)).collect()
    }

    #[test]
    fn segments_take_their_continuations() {
        let lines =
            slices(&["SHP/123", "NAM/ACME", "/LTD", "ADR/ROAD", "CNE", "/B", "osi/x", "LAST", "FREE TEXT"]);
        let mut body = Body::new(&lines);
        let mut read = Vec::new();
        while let Some(segment) = body.segment() {
            let tag = String::from_utf8_lossy(&segment.tag).into_owned();
            read.push((tag, segment.value.map(|value| value.text), segment.more.len()));
        }
        let expected = [
            ("SHP ", Some("123"), 3),
            ("CNE ", None, 1),
            ("OSI ", Some("x"), 0),
            ("LAST", None, 0),
            ("    ", None, 0),
        ];
        assert_eq!(read, expected.map(|(tag, value, more)| (tag.to_owned(), value, more)));
    }

    #[test]
    fn the_number_of_findings_is_limited() {
        let mut draft = Draft::default();
        for _ in 0..FINDINGS_MAX + 7 {
            draft.push(Finding::new(wire::FORMAT_UNKNOWN));
        }
        let (_, _, findings) = draft.finish();
        assert_eq!(findings.len(), FINDINGS_MAX + 1);
        assert_eq!(findings[FINDINGS_MAX].args, [("count", "7".to_owned())]);
    }

    #[test]
    fn a_full_list_is_reported_once() {
        let mut draft = Draft::default();
        for _ in 0..3 {
            assert!(!draft.room(REPEATS_MAX, "legs", Position::new(1, 1, 1)));
        }
        assert!(draft.room(0, "legs", Position::new(1, 1, 1)));
        assert_eq!(draft.findings.len(), 1);
    }
}
