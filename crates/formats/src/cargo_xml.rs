//! Cargo-XML: one XML document per message.
//!
//! Elements are told by namespace and local name, never by prefix. Elements that carry no data of ours
//! (charges, ratings, signatures) are passed over; an unknown element with text directly in a consignment
//! is kept and reported. A document type definition and every entity that would need one are refused.
//!
//! To add a message: a module beside [`waybill`], a row in the register with its root element, an arm in
//! [`decode`], fixtures of its own.

mod consignment_element;
mod encoding;
mod equipment;
mod goods;
mod house_waybill;
mod movement;
mod notice;
mod party;
mod reader;
mod waybill;

use crate::cargo_imp::Draft;
use crate::detect::first_foreign;
use crate::limits::{XML_DEPTH_MAX, XML_NAMESPACES_MAX};
use crate::register;
use crate::split::RawMessage;
use crate::text::{Slice, is_blank};
use consignment::document::Unreadable;
use consignment::issue::{Issue, IssueTime};
use consignment::{Consignment, Consolidation, Field, Filing, Format, Purpose};
use finding::{Finding, Position, Severity, codes::wire};
use jiff::Timestamp;
use reader::{Element, Read, Reader, Reason, Stop, Value};

/// Most characters of an unreadable value shown in its finding.
const SHOWN_MAX: usize = 120;

/// Namespaces of SOAP 1.1 and 1.2, in whose envelopes messages are carried between systems.
const WRAPPERS: [&str; 2] =
    ["http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"];

/// Reads one document. What was read before a fault is given with the finding about the fault.
pub(crate) fn decode(message: &RawMessage, _received_at: Timestamp) -> Filing {
    let text = encoding::read(&message.bytes);
    let mut document = Document {
        reader: Reader::new(&text.text, message.first_line, message.first_column),
        draft: Draft::default(),
        header: Header::default(),
    };
    if let Some(encoding) = &text.foreign {
        let place = first_foreign(message, &text);
        document.push(Finding::new(wire::TEXT_NOT_UTF8).at(place).with("encoding", encoding.as_ref()));
    }
    let format = document.read();
    document.report_end();
    let incomplete = document.reader.stopped().is_some();
    let Document { mut draft, header, .. } = document;
    draft.clamp();
    let mentions = std::mem::take(&mut draft.mentions);
    let notices = crate::notice::of_message(&mut draft, message.first_line);
    let (consignments, uninterpreted, mut findings) = draft.finish();
    for finding in &mut findings {
        finding.message_index = message.index;
    }
    Filing {
        format,
        message_index: message.index,
        first_line: message.first_line,
        purpose: header.purpose,
        envelope: None,
        incomplete,
        consignments,
        mentions,
        notices,
        facts: Vec::new(),
        flown: None,
        part: None,
        uninterpreted,
        findings,
    }
}

/// What the message header says.
#[derive(Debug, Default)]
struct Header {
    /// Kind of document: 740 direct, 741 consolidation, 703 house.
    type_code: Option<(String, Position)>,
    /// What header notes say of direct and consolidation, in order.
    notes: Vec<(Consolidation, Position)>,
    /// What the document says of its issue, with the place of its time.
    issue: Issue,
    issued_at: Option<Position>,
    /// The sender's own reference for the document.
    sender_reference: Option<(String, Position)>,
    /// Times of issue that cannot be read.
    unreadable_times: Vec<String>,
    purpose: Purpose,
    purpose_stated: bool,
    version: Option<u16>,
    /// Where the version is stated, readable or not.
    version_at: Option<Position>,
}

/// Elements that may stand once inside another, and where the first of each starts.
struct Once {
    names: &'static [&'static str],
    met: Vec<(&'static str, usize)>,
}

impl Once {
    fn of(names: &'static [&'static str]) -> Self {
        Self { names, met: Vec::new() }
    }

    /// Notes an element; where the one of its name before it starts, if there is one.
    fn before(&mut self, element: &Element<'_>) -> Option<usize> {
        let name = self.names.iter().find(|name| **name == element.name())?;
        let before = self.met.iter().find(|(met, _)| met == name).map(|(_, first)| *first);
        if before.is_none() {
            self.met.push((name, element.start()));
        }
        before
    }
}

/// A document while it is read.
struct Document<'i> {
    reader: Reader<'i>,
    draft: Draft,
    header: Header,
}

impl<'i> Document<'i> {
    /// Reads the message that the root element announces.
    fn read(&mut self) -> Option<Format> {
        // Where there is no root the reader knows why, and `report_end` tells.
        let (root, namespace) = self.reader.root().ok()?;
        let wrapper = WRAPPERS.contains(&namespace);
        let Some(row) = register::by_root(root.name(), namespace) else {
            let position = self.reader.position(&root);
            let code = if wrapper { wire::XML_WRAPPER } else { wire::FORMAT_UNKNOWN };
            self.push(Finding::new(code).at(position));
            return None;
        };
        match row.name() {
            "XFWB" => self.waybill(row),
            "XFZB" => self.house_waybill(row),
            "XFNM" => self.acknowledgement(row),
            "XCSN" => self.status_notification(row),
            _ => {
                self.push(Finding::new(wire::FORMAT_NOT_READ).with("format", row.name()));
                // Only the header is looked at, for version and purpose.
                let _ = self.header_only();
            }
        }
        Some(Format { name: row.name(), version: self.header.version })
    }

    fn header_only(&mut self) -> Read<()> {
        while let Some(element) = self.reader.child()? {
            match element.name() {
                "MessageHeaderDocument" => self.header()?,
                _ => self.reader.skip()?,
            }
        }
        Ok(())
    }

    /// Reads `MessageHeaderDocument`.
    fn header(&mut self) -> Read<()> {
        let mut once = Once::of(&["TypeCode", "PurposeCode", "VersionID", "IssueDateTime"]);
        while let Some(element) = self.reader.child()? {
            if let Some(first) = once.before(&element) {
                self.repeated(&element, first)?;
                continue;
            }
            match element.name() {
                "TypeCode" => {
                    let value = self.reader.value()?;
                    self.header.type_code = Some((value.text.to_string(), value.position()));
                }
                "PurposeCode" => {
                    let value = self.reader.value()?;
                    self.purpose(&value);
                }
                "VersionID" => {
                    let value = self.reader.value()?;
                    self.version(&value);
                }
                "IssueDateTime" => self.header.issue.message_at = self.issue_time()?,
                _ => self.pass_over(&element)?,
            }
        }
        Ok(())
    }

    /// Reads a time of issue. One that cannot be read only warns: it serves to tell versions apart.
    fn issue_time(&mut self) -> Read<Option<IssueTime>> {
        let value = self.reader.value()?;
        if value.is_empty() {
            return Ok(None);
        }
        let read = IssueTime::parse(&value.text);
        match read {
            Some(_) => {
                self.header.issued_at.get_or_insert(value.position());
            }
            None => {
                let text = value.one_line();
                let path = Field::IssuedAt.to_string();
                let mut finding = Finding::new(wire::VALUE_INVALID).at(value.position()).on(path.clone());
                finding.severity = Severity::Warning;
                let shown: String = text.chars().take(SHOWN_MAX).collect();
                let finding = finding.with("element", path).with("text", shown);
                self.push(finding.with("why", "expected a date and time such as 2026-11-24T10:00:00Z"));
                self.header.unreadable_times.push(text);
            }
        }
        Ok(read)
    }

    /// Gives a consignment what the document says of its issue.
    fn issued(&self, consignment: &mut Consignment) {
        consignment.issue = self.header.issue.clone();
        if let Some((reference, position)) = &self.header.sender_reference {
            consignment.source.note(Field::SenderReference, *position);
            consignment.sender_reference.clone_from(reference);
        }
        if let Some(position) = self.header.issued_at {
            consignment.source.note(Field::IssuedAt, position);
        }
        for text in &self.header.unreadable_times {
            consignment.unreadable.push(Unreadable { field: Field::IssuedAt, text: text.clone() });
        }
    }

    /// The purpose in words, or by its code in UN/EDIFACT 1225 as older messages give it.
    fn purpose(&mut self, value: &Value<'_>) {
        self.header.purpose_stated = !value.is_empty();
        let code = value.text.to_ascii_lowercase();
        self.header.purpose = match code.as_str() {
            "creation" | "9" => Purpose::Creation,
            "update" | "2" | "4" | "5" => Purpose::Update,
            "deletion" | "1" | "3" => Purpose::Deletion,
            "" => return,
            _ => return self.invalid_value("purpose", value, "expected Creation, Update or Deletion"),
        };
    }

    /// The version: the number before the point.
    fn version(&mut self, value: &Value<'_>) {
        let whole = value.text.split('.').next().unwrap_or_default();
        self.header.version_at = (!value.is_empty()).then(|| value.position());
        match whole.parse() {
            Ok(version) => self.header.version = Some(version),
            Err(_) if value.is_empty() => {}
            Err(_) => self.invalid_value("version", value, "expected a number such as 3.00"),
        }
    }

    /// Settles the version the message is read as, and reports what the header lacks.
    fn begin(&mut self, row: &register::Row) {
        let stated = self.header.version;
        let read_as = stated
            .and_then(|version| row.nearest_version(version))
            .or(row.versions().last().copied())
            .unwrap_or_default();
        self.draft.begin(Format { name: row.name(), version: stated }, read_as);
        match stated {
            Some(version) if version != read_as => self.push(
                Finding::new(wire::VERSION_UNKNOWN)
                    .at(self.header.version_at)
                    .with("format", row.name())
                    .with("version", version.to_string())
                    .with("read_as", read_as.to_string()),
            ),
            None if self.header.version_at.is_none() && self.reader.stopped().is_none() => self.push(
                Finding::new(wire::VERSION_MISSING)
                    .with("format", row.name())
                    .with("read_as", read_as.to_string()),
            ),
            _ => {}
        }
        if self.reader.stopped().is_none() {
            if self.header.type_code.is_none() {
                self.draft.missing_segment("MessageHeaderDocument/TypeCode", "");
            }
            if !self.header.purpose_stated {
                self.draft.missing_segment("MessageHeaderDocument/PurposeCode", "");
            }
        }
    }

    /// Reports a type code that is none of `expected`.
    fn unexpected_type_code(&mut self, path: &str, expected: &str) {
        if let Some((text, position)) = &self.header.type_code {
            let slice = Slice::new(text, position.line, position.column);
            self.draft.invalid_value(path, slice, expected);
        }
    }

    /// Reports a value that cannot be read and has no field of its own.
    fn invalid_value(&mut self, path: &str, value: &Value<'_>, why: impl std::fmt::Display) {
        let shown: String = value.text.chars().take(SHOWN_MAX).collect();
        let slice = Slice::new(&shown, value.line, value.column);
        self.draft.invalid_value(path, slice, why);
    }

    /// Reports what ended the document early, and what follows it.
    fn report_end(&mut self) {
        if let Some(position) = self.reader.loose_ampersand() {
            self.push(Finding::new(wire::XML_AMPERSAND).at(position));
        }
        let Some(Stop { reason, position }) = self.reader.stopped().cloned() else {
            // An unknown root is not read to its end, so nothing can be said of what follows it.
            return;
        };
        let finding = match reason {
            Reason::Truncated => Finding::new(wire::XML_TRUNCATED),
            Reason::Malformed(why) => Finding::new(wire::XML_MALFORMED).with("why", why),
            Reason::DocumentType => Finding::new(wire::XML_DOCUMENT_TYPE),
            Reason::Entity(entity) => {
                let shown: String = entity.chars().take(SHOWN_MAX).collect();
                Finding::new(wire::XML_ENTITY).with("entity", shown)
            }
            Reason::TooDeep => Finding::new(wire::XML_TOO_DEEP).with("limit", XML_DEPTH_MAX.to_string()),
            Reason::TooManyNamespaces => {
                Finding::new(wire::XML_NAMESPACES_TOO_MANY).with("limit", XML_NAMESPACES_MAX.to_string())
            }
            Reason::NoRoot => Finding::new(wire::FORMAT_UNKNOWN),
        };
        self.push(finding.at(position));
    }

    /// Reports what stands after the root element. Call when the root has ended.
    fn report_trailing(&mut self) {
        if let Some(position) = self.reader.trailing() {
            self.push(Finding::new(wire::XML_TRAILING).at(position));
        }
    }

    /// Keeps the text of an element that the model has no place for.
    fn keep(&mut self, identifier: &str, text: String, position: Position) {
        if !text.is_empty()
            && self.draft.room(self.draft.uninterpreted.len(), "uninterpreted segments", position)
        {
            let identifier = identifier.to_owned();
            self.draft.uninterpreted.push(consignment::filing::UninterpretedSegment {
                identifier,
                text,
                position,
                known: false,
            });
        }
    }

    /// Passes over an element that the message has and the model has no place for, and keeps it as it was
    /// sent. One without text and attributes says nothing.
    fn pass_over(&mut self, element: &Element<'i>) -> Read<()> {
        let position = self.reader.position(element);
        self.reader.skip()?;
        let source = self.reader.source(element);
        if says_something(source) {
            self.draft.keep_known(element.name(), source, position);
        }
        Ok(())
    }

    /// Passes over an element that stands more often than it may, keeps and reports it. `first` is where the
    /// one before it starts.
    fn repeated(&mut self, element: &Element<'i>, first: usize) -> Read<()> {
        let position = self.reader.position(element);
        self.reader.skip()?;
        self.report_repeated(element, position, first);
        Ok(())
    }

    /// Keeps and reports an element that stands more often than it may, when it has been read. Where it says
    /// something else than the first, nobody can tell which of them is meant.
    fn report_repeated(&mut self, element: &Element<'i>, position: Position, first: usize) {
        let source = self.reader.source(element);
        let mut finding = Finding::new(wire::SEGMENT_REPEATED).at(position).with("segment", element.name());
        if !self.reader.stands_at(first, source) {
            finding.severity = Severity::Error;
        }
        self.push(finding);
        self.keep(element.name(), source.to_owned(), position);
    }

    fn push(&mut self, finding: Finding) {
        self.draft.push(finding);
    }
}

/// Whether there is text between the tags of an element, or an attribute in one.
fn says_something(source: &str) -> bool {
    let mut inside = false;
    source.chars().any(|character| match character {
        '<' => {
            inside = true;
            false
        }
        '>' => {
            inside = false;
            false
        }
        '=' => true,
        _ => !inside && !is_blank(character),
    })
}
