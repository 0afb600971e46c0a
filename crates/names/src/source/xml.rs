//! Bounded reading of record-wise XML: one record in memory at a time, no DTD, depth and sizes capped.

use super::PartFile;
use super::lines::utf8_or_bytes;
use super::report::Report;
use crate::limits::{XML_DEPTH, XML_RECORD_BYTES, XML_RECORD_ELEMENTS};
use finding::codes::lists as codes;
use finding::{Code, Finding};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::borrow::Cow;

/// An element with its text and children.
#[derive(Debug, Default)]
pub(super) struct Element {
    /// Its local name.
    pub(super) name: String,
    /// Its attributes by local name, references resolved.
    pub(super) attributes: Vec<(String, String)>,
    /// Its own text, references resolved, without blanks at the ends.
    pub(super) text: String,
    /// Its children in order.
    pub(super) children: Vec<Element>,
    /// The line it starts on, from 1.
    pub(super) line: u32,
}

impl Element {
    /// The children of this name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first child of this name that has any.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.children
            .iter()
            .filter(|child| child.name == name)
            .map(|child| child.text.as_str())
            .find(|text| !text.is_empty())
    }

    /// The attribute of this local name, without blanks at the ends; none where it is empty.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let (_, value) = self.attributes.iter().find(|(known, _)| known == name)?;
        Some(value.trim()).filter(|value| !value.is_empty())
    }
}

/// How many bytes [`Opening::of`] looks at.
const OPENING_BYTES: usize = 16 * 1024;

/// How an XML file begins, for telling what it is.
#[derive(Debug, Default)]
pub(super) struct Opening {
    /// Local name of the root element; empty where there is none.
    pub(super) root: String,
    /// Namespace of the root element; empty where it has none.
    pub(super) namespace: String,
    /// Local names of the elements that begin inside it, as far as was looked.
    pub(super) inside: Vec<String>,
}

impl Opening {
    /// The first elements of a file; none where it is no XML.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let head = utf8_or_bytes(&bytes[..bytes.len().min(OPENING_BYTES)]);
        let text = String::from_utf8_lossy(&head);
        let mut reader = Reader::from_str(&text);
        let mut opening = Self::default();
        loop {
            match reader.read_event() {
                Ok(Event::Start(element) | Event::Empty(element)) => {
                    let name = element.local_name().as_ref().to_owned();
                    if opening.root.is_empty() {
                        opening.root = name;
                        opening.namespace = namespace(&element);
                    } else {
                        opening.inside.push(name);
                    }
                }
                Ok(Event::Eof) | Err(_) => return opening,
                Ok(_) => {}
            }
        }
    }

    /// Whether an element of this local name begins inside the root.
    pub(super) fn has(&self, name: &str) -> bool {
        self.inside.iter().any(|inside| inside == name)
    }
}

/// The namespace that an element declares for itself.
fn namespace(element: &BytesStart<'_>) -> String {
    let declaration = match element.name().prefix() {
        Some(prefix) => format!("xmlns:{}", prefix.as_ref()),
        None => "xmlns".to_owned(),
    };
    let mut attributes = element.attributes().filter_map(Result::ok);
    let found = attributes.find(|attribute| attribute.key.as_ref() == declaration);
    let value = found.and_then(|found| {
        Some(found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?.into_owned())
    });
    value.unwrap_or_default()
}

/// Calls `record` with each element whose local name is one of `records`, wherever it stands outside another record.
/// Returns the attributes of the root element.
///
/// A broken file yields the records before the break and a finding; a record over the limits is skipped with one.
pub(super) fn read_records(
    part: &PartFile<'_>,
    records: &[&str],
    report: &mut Report,
    record: impl FnMut(Element, &mut Report),
) -> Vec<(String, String)> {
    read_records_of(part, &part.file.bytes, Wanted { records, inline: &[] }, report, record)
}

/// Which elements [`read_records_of`] reads, by local name.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    /// The records.
    pub(super) records: &'a [&'a str],
    /// Elements inside records that only mark up text: what they hold is text of their parent, a line break where
    /// they hold nothing.
    pub(super) inline: &'a [&'a str],
}

/// [`read_records`] of XML that stands inside a file, such as a member of an archive.
pub(super) fn read_records_of(
    part: &PartFile<'_>,
    bytes: &[u8],
    wanted: Wanted<'_>,
    report: &mut Report,
    mut record: impl FnMut(Element, &mut Report),
) -> Vec<(String, String)> {
    let bytes = utf8_or_bytes(bytes);
    let text = decode(part, &bytes, report);
    let mut reader = Reader::from_str(&text);
    let mut lines = LineCounter::new(text.as_bytes());
    let mut state = State { wanted, depth: 0, stack: Vec::new(), elements: 0, bytes: 0, skipping: None };
    let mut root = Vec::new();
    loop {
        let start = reader.buffer_position();
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => {
                let line = lines.at(reader.error_position());
                report.add(report.at(part, line, codes::LIST_XML_BROKEN).with("why", error.to_string()));
                return root;
            }
        };
        let mut fault = None;
        match event {
            Event::Eof => {
                if state.depth > 0 || root_missing(&text) {
                    report.add(report.at(part, lines.at(start), codes::LIST_XML_CUT_OFF));
                }
                return root;
            }
            Event::DocType(_) => {
                report.add(report.at(part, lines.at(start), codes::LIST_XML_DTD));
                return root;
            }
            Event::Start(element) => {
                if state.depth == 0 {
                    root = attributes(&element);
                }
                fault = state.open(&element, &mut lines, start);
            }
            Event::Empty(element) => {
                fault = state.open(&element, &mut lines, start);
                if let Some(done) = state.close() {
                    record(done, report);
                }
            }
            Event::End(_) => {
                if let Some(done) = state.close() {
                    record(done, report);
                }
            }
            Event::Text(text) => fault = state.text(&text.xml10_content()),
            Event::CData(text) => fault = state.text(&text.xml10_content()),
            Event::GeneralRef(reference) => match resolve(&reference) {
                Some(c) => fault = state.text(c.encode_utf8(&mut [0; 4])),
                None => {
                    let finding = report.at(part, lines.at(start), codes::LIST_XML_ENTITY);
                    report.add(finding.with("entity", reference.chars().take(40).collect::<String>()));
                }
            },
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
        }
        if let Some(fault) = fault {
            report.add(fault.finding(report.at(part, lines.at(start), fault.code())));
        }
    }
}

/// Nothing that could be an element stands in the text.
fn root_missing(text: &str) -> bool {
    !text.contains('<')
}

/// A record that was given up.
#[derive(Clone, Copy)]
enum Fault {
    Deep,
    Elements,
    Bytes,
}

impl Fault {
    fn code(self) -> Code {
        match self {
            Fault::Deep => codes::LIST_XML_TOO_DEEP,
            Fault::Elements | Fault::Bytes => codes::LIST_RECORD_TOO_LARGE,
        }
    }

    fn finding(self, finding: Finding) -> Finding {
        finding.with(
            "limit",
            match self {
                Fault::Deep => XML_DEPTH.to_string(),
                Fault::Elements => format!("{XML_RECORD_ELEMENTS} elements"),
                Fault::Bytes => format!("{} KiB", XML_RECORD_BYTES / 1024),
            },
        )
    }
}

/// Where the reader is.
struct State<'a> {
    wanted: Wanted<'a>,
    /// Open elements, of the whole document.
    depth: usize,
    /// Open elements of the record being read, outermost first; empty outside records.
    stack: Vec<Element>,
    elements: usize,
    bytes: usize,
    /// Everything is skipped until no more elements are open than this.
    skipping: Option<usize>,
}

impl State<'_> {
    fn open(&mut self, element: &BytesStart<'_>, lines: &mut LineCounter<'_>, start: u64) -> Option<Fault> {
        self.depth += 1;
        if self.skipping.is_some() {
            return None;
        }
        if self.depth > XML_DEPTH {
            return Some(self.give_up(Fault::Deep));
        }
        let name = element.local_name();
        if self.stack.is_empty() {
            if !self.wanted.records.contains(&name.as_ref()) {
                return None;
            }
            (self.elements, self.bytes) = (0, 0);
        }
        self.elements += 1;
        if self.elements > XML_RECORD_ELEMENTS {
            return Some(self.give_up(Fault::Elements));
        }
        let attributes = attributes(element);
        let size: usize = attributes.iter().map(|(name, value)| name.len() + value.len()).sum();
        self.bytes += name.as_ref().len() + size;
        if self.bytes > XML_RECORD_BYTES {
            return Some(self.give_up(Fault::Bytes));
        }
        let line = lines.at(start);
        self.stack.push(Element { name: name.as_ref().to_owned(), attributes, line, ..Element::default() });
        None
    }

    /// Gives up the record that is open, or, outside records, the element being opened. That element is counted in
    /// the depth and does not stand on the stack.
    fn give_up(&mut self, fault: Fault) -> Fault {
        self.skipping = Some(self.depth - 1 - self.stack.len());
        self.stack.clear();
        fault
    }

    fn text(&mut self, text: &str) -> Option<Fault> {
        let top = self.stack.last_mut()?;
        self.bytes += text.len();
        if self.bytes > XML_RECORD_BYTES {
            // The element whose text it is stands on the stack, unlike one that is being opened.
            self.skipping = Some(self.depth - self.stack.len());
            self.stack.clear();
            return Some(Fault::Bytes);
        }
        top.text.push_str(text);
        None
    }

    fn close(&mut self) -> Option<Element> {
        self.depth = self.depth.saturating_sub(1);
        if let Some(until) = self.skipping {
            if self.depth <= until {
                self.skipping = None;
            }
            return None;
        }
        let mut done = self.stack.pop()?;
        if let Some(parent) =
            self.stack.last_mut().filter(|_| self.wanted.inline.contains(&done.name.as_str()))
        {
            parent.text.push_str(if done.text.is_empty() { "\n" } else { &done.text });
            return None;
        }
        let trimmed = done.text.trim();
        if trimmed.len() != done.text.len() {
            done.text = trimmed.to_owned();
        }
        match self.stack.last_mut() {
            Some(parent) => {
                parent.children.push(done);
                None
            }
            None => Some(done),
        }
    }
}

/// The bytes as text; bytes that are not UTF-8 throughout are read as Windows-1252, with a finding.
pub(super) fn decode<'a>(part: &PartFile<'_>, bytes: &'a [u8], report: &mut Report) -> Cow<'a, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            let guessed =
                bytes.split(|byte| *byte == b'\n').filter(|line| std::str::from_utf8(line).is_err()).count();
            report.add(report.on(part, codes::LIST_ENCODING_GUESSED).with("lines", guessed.to_string()));
            encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0
        }
    }
}

fn attributes(element: &BytesStart<'_>) -> Vec<(String, String)> {
    element
        .attributes()
        .filter_map(|attribute| {
            let attribute = attribute.ok()?;
            let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok()?;
            Some((attribute.key.local_name().as_ref().to_owned(), value.into_owned()))
        })
        .collect()
}

/// The character that a reference stands for; without a DTD only five names are known.
fn resolve(reference: &BytesRef<'_>) -> Option<char> {
    if reference.is_char_ref() {
        return reference.resolve_char_ref().ok().flatten();
    }
    match reference.as_ref() {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => None,
    }
}

/// Turns growing byte offsets into line numbers, counting each byte once.
struct LineCounter<'a> {
    bytes: &'a [u8],
    offset: usize,
    line: u32,
}

impl<'a> LineCounter<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0, line: 1 }
    }

    /// The line of `offset`, which must not lie before the one asked for last.
    fn at(&mut self, offset: u64) -> u32 {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX).clamp(self.offset, self.bytes.len());
        let breaks = self.bytes[self.offset..offset].iter().filter(|byte| **byte == b'\n').count();
        self.line = self.line.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        self.offset = offset;
        self.line
    }
}
