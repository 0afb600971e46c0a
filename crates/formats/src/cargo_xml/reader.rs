//! Elements and values of a document, with places, limits and a clear end.
//!
//! The structure is read by asking for one child after another; a child must be read or skipped before
//! the next one is asked for. Elements of foreign namespaces are skipped on the way. Whatever ends the
//! document early is remembered once as a [`Stop`], and every open call returns [`Stopped`].

use crate::limits::{XML_DEPTH_MAX, XML_NAMESPACES_MAX};
use crate::text::{Slice, is_blank, width};
use finding::Position;
use quick_xml::XmlVersion;
use quick_xml::errors::{Error, IllFormedError};
use quick_xml::escape::{self, EscapeError, resolve_xml_entity};
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{Namespace, NamespaceError, ResolveResult};
use quick_xml::reader::NsReader;
use std::borrow::Cow;

/// Start of the namespace of the elements inside a message; the data model's number follows.
const DATA_MODEL: &str = "iata:datamodel:";

/// Start of a section of character data.
const CDATA_START: &str = "<![CDATA[";

/// Why a document could not be read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reason {
    /// It ends before its root element does.
    Truncated,
    /// It is not well-formed.
    Malformed(String),
    /// It has a document type definition.
    DocumentType,
    /// It uses an entity that only a document type definition could define.
    Entity(String),
    /// Its elements are nested too deeply.
    TooDeep,
    /// It declares too many namespaces.
    TooManyNamespaces,
    /// It has no root element.
    NoRoot,
}

/// Where and why reading stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stop {
    pub(super) reason: Reason,
    pub(super) position: Position,
}

/// Reading has stopped; the reader knows why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stopped;

/// What a call that may stop returns.
pub(super) type Read<T> = Result<T, Stopped>;

/// A start tag.
#[derive(Debug)]
pub(super) struct Element<'i> {
    start: BytesStart<'i>,
    /// Offset in bytes of its tag.
    offset: usize,
    /// Length in bytes of its prefix, with the colon.
    prefix: usize,
}

/// Length in bytes of the prefix of a name, with the colon.
fn prefix(start: &BytesStart<'_>) -> usize {
    start.name().into_inner().bytes().position(|byte| byte == b':').map_or(0, |at| at + 1)
}

impl Element<'_> {
    /// Offset in bytes of its tag, by which [`Reader::stands_at`] finds it again.
    pub(super) fn start(&self) -> usize {
        self.offset
    }

    /// The name without its prefix.
    pub(super) fn name(&self) -> &str {
        self.start.name().into_inner().get(self.prefix..).unwrap_or_default()
    }

    /// The value of an attribute, by its name without a prefix.
    pub(super) fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        let found = self
            .start
            .attributes()
            .with_checks(false)
            .flatten()
            .find(|attribute| attribute.key.local_name().into_inner() == name)?;
        // The entities of all attributes were checked when the tag was read.
        match found.normalized_value(XmlVersion::Implicit1_0) {
            Ok(value) => Some(Cow::Owned(value.trim().to_owned())),
            Err(_) => Some(found.value),
        }
    }
}

/// The text of an element, without blanks around it.
#[derive(Debug, Clone)]
pub(super) struct Value<'i> {
    pub(super) text: Cow<'i, str>,
    /// Line in the input, from 1.
    pub(super) line: u32,
    /// Column of the first character, from 1.
    pub(super) column: u32,
}

impl Value<'_> {
    /// Its place; of a text of several lines, that of the first.
    pub(super) fn position(&self) -> Position {
        let first = self.text.split(['\n', '\r']).next().unwrap_or_default();
        Position::new(self.line, self.column, width(first))
    }

    /// Its text and place as a piece of a line.
    pub(super) fn slice(&self) -> Slice<'_> {
        Slice::new(&self.text, self.line, self.column)
    }

    /// Whether nothing is in it.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The text on one line: each break with the blanks around it becomes one blank.
    pub(super) fn one_line(&self) -> String {
        if !self.text.contains(['\n', '\r']) {
            return self.text.to_string();
        }
        self.lines().collect::<Vec<_>>().join(" ")
    }

    /// Its lines without blanks around them; empty ones are left out.
    pub(super) fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.split(['\n', '\r']).map(|line| line.trim_matches(is_blank)).filter(|line| !line.is_empty())
    }
}

/// A document while it is read.
pub(super) struct Reader<'i> {
    xml: NsReader<&'i [u8]>,
    text: &'i str,
    places: Places<'i>,
    depth: usize,
    namespace: String,
    stop: Option<Stop>,
    loose_ampersand: Option<Position>,
}

impl<'i> Reader<'i> {
    /// Reads `text`, of which the first character stands at this place of the input.
    pub(super) fn new(text: &'i str, first_line: u32, first_column: u32) -> Self {
        let mut xml = NsReader::from_str(text);
        let config = xml.config_mut();
        config.expand_empty_elements = true;
        // Names such as "SMITH & SONS" are often sent unescaped, and can mean one thing only.
        config.allow_dangling_amp = true;
        xml.resolver_mut().set_max_namespace_bindings(XML_NAMESPACES_MAX);
        Self {
            xml,
            text,
            places: Places { text, offset: 0, line: first_line, column: first_column },
            depth: 0,
            namespace: String::new(),
            stop: None,
            loose_ampersand: None,
        }
    }

    /// Why reading stopped before the end, if it did.
    pub(super) fn stopped(&self) -> Option<&Stop> {
        self.stop.as_ref()
    }

    /// Where the first ampersand stands that starts no entity.
    pub(super) fn loose_ampersand(&self) -> Option<Position> {
        self.loose_ampersand
    }

    /// Reads up to the root element: its name and namespace.
    pub(super) fn root(&mut self) -> Read<(Element<'i>, &str)> {
        loop {
            let offset = self.offset();
            if let Event::Start(start) = self.event()? {
                self.enter(&start, offset)?;
                let (namespace, _) = self.xml.resolver().resolve_element(start.name());
                if let ResolveResult::Bound(Namespace(namespace)) = namespace {
                    self.namespace.push_str(namespace);
                }
                let prefix = prefix(&start);
                return Ok((Element { start, offset, prefix }, &self.namespace));
            }
        }
    }

    /// The next child of the current element; `None` where the element ends.
    pub(super) fn child(&mut self) -> Read<Option<Element<'i>>> {
        loop {
            let offset = self.offset();
            match self.event()? {
                Event::Start(start) => {
                    self.enter(&start, offset)?;
                    let (namespace, _) = self.xml.resolver().resolve_element(start.name());
                    let known = matches!(namespace, ResolveResult::Bound(Namespace(namespace))
                        if namespace.starts_with(DATA_MODEL) || namespace == self.namespace);
                    if known {
                        let prefix = prefix(&start);
                        return Ok(Some(Element { start, offset, prefix }));
                    }
                    self.skip()?;
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(None);
                }
                Event::GeneralRef(reference) => {
                    self.resolve(&reference, offset)?;
                }
                _ => {}
            }
        }
    }

    /// The text of the current element, up to its end. Elements inside it are skipped.
    pub(super) fn value(&mut self) -> Read<Value<'i>> {
        let mut text: Cow<'i, str> = Cow::Borrowed("");
        let mut at = self.offset();
        let mut ampersand = None;
        loop {
            let offset = self.offset();
            let (piece, offset): (Cow<'i, str>, usize) = match self.event()? {
                Event::Text(piece) => {
                    let piece = piece.into_inner();
                    if piece.starts_with('&') {
                        ampersand.get_or_insert(offset);
                    }
                    (piece, offset)
                }
                Event::CData(piece) => (piece.into_inner(), offset + CDATA_START.len()),
                Event::GeneralRef(reference) => (self.resolve(&reference, offset)?, offset),
                Event::Start(start) => {
                    self.enter(&start, offset)?;
                    self.skip()?;
                    continue;
                }
                Event::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    break;
                }
                _ => continue,
            };
            if text.is_empty() {
                let trimmed = piece.trim_start_matches(is_blank);
                at = offset + piece.len() - trimmed.len();
                text = match piece {
                    Cow::Borrowed(piece) => Cow::Borrowed(piece.trim_start_matches(is_blank)),
                    Cow::Owned(_) => Cow::Owned(trimmed.to_owned()),
                };
            } else {
                text.to_mut().push_str(&piece);
            }
        }
        let length = text.trim_end_matches(is_blank).len();
        match &mut text {
            Cow::Borrowed(whole) => *whole = &whole[..length],
            Cow::Owned(whole) => whole.truncate(length),
        }
        let Position { line, column, .. } = self.places.at(at);
        if let (Some(offset), None) = (ampersand, self.loose_ampersand) {
            self.loose_ampersand = Some(self.places.at(offset));
        }
        Ok(Value { text, line, column })
    }

    /// Skips the current element, up to its end.
    pub(super) fn skip(&mut self) -> Read<()> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            let offset = self.offset();
            match self.event()? {
                Event::Start(start) => self.enter(&start, offset)?,
                Event::End(_) => self.depth = self.depth.saturating_sub(1),
                Event::GeneralRef(reference) => {
                    self.resolve(&reference, offset)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Where an element starts. To be asked before its content is read.
    pub(super) fn position(&mut self, element: &Element<'_>) -> Position {
        self.places.at(element.offset)
    }

    /// The source text of an element that has just been read or skipped.
    pub(super) fn source(&self, element: &Element<'_>) -> &'i str {
        self.text.get(element.offset..self.offset()).unwrap_or_default()
    }

    /// Whether this text stands at this place.
    pub(super) fn stands_at(&self, offset: usize, text: &str) -> bool {
        self.text.get(offset..).is_some_and(|rest| rest.starts_with(text))
    }

    /// Text after the root element that is neither blank nor a comment or instruction, if there is any.
    pub(super) fn trailing(&mut self) -> Option<Position> {
        let mut at = self.offset();
        loop {
            let rest = self.text.get(at..).unwrap_or_default();
            let trimmed = rest.trim_start_matches(is_blank);
            at += rest.len() - trimmed.len();
            let closing = match trimmed {
                "" => return None,
                _ if trimmed.starts_with("<!--") => "-->",
                _ if trimmed.starts_with("<?") => "?>",
                _ => return Some(self.places.at(at)),
            };
            match trimmed.find(closing) {
                Some(end) => at += end + closing.len(),
                None => return Some(self.places.at(at)),
            }
        }
    }

    fn offset(&self) -> usize {
        // An offset into a text in memory fits.
        usize::try_from(self.xml.buffer_position()).unwrap_or(usize::MAX)
    }

    fn event(&mut self) -> Read<Event<'i>> {
        let offset = self.offset();
        match self.xml.read_event() {
            Ok(Event::DocType(_)) => Err(self.end(Reason::DocumentType, offset)),
            Ok(Event::Eof) if self.depth == 0 => Err(self.end(Reason::NoRoot, offset)),
            Ok(Event::Eof) => {
                let end = self.text.trim_end_matches(is_blank).len();
                Err(self.end(Reason::Truncated, end))
            }
            Ok(event) => Ok(event),
            Err(why) => {
                let at = usize::try_from(self.xml.error_position()).unwrap_or(offset);
                let reason = match why {
                    // Every syntax error is one of something that the input ends inside of.
                    Error::Syntax(_) => Reason::Truncated,
                    Error::IllFormed(IllFormedError::UnclosedReference) if at >= self.text.len() => {
                        Reason::Truncated
                    }
                    Error::Namespace(NamespaceError::TooManyBindings(_)) => Reason::TooManyNamespaces,
                    why => Reason::Malformed(why.to_string()),
                };
                Err(self.end(reason, at))
            }
        }
    }

    /// Goes into an element whose tag starts at `offset`.
    fn enter(&mut self, start: &BytesStart<'_>, offset: usize) -> Read<()> {
        self.depth += 1;
        if self.depth > XML_DEPTH_MAX {
            return Err(self.end(Reason::TooDeep, offset));
        }
        let attributes = start.attributes_raw();
        if let Err(why) = well_formed(start) {
            return Err(self.end(Reason::Malformed(why), offset));
        }
        if memchr::memchr(b'&', attributes.as_bytes()).is_none() {
            return Ok(());
        }
        match escape::unescape(attributes) {
            Ok(_) => Ok(()),
            Err(EscapeError::UnrecognizedEntity(_, entity)) => Err(self.end(Reason::Entity(entity), offset)),
            Err(why) => Err(self.end(Reason::Malformed(why.to_string()), offset)),
        }
    }

    /// The text a reference stands for: a character, or one of the five entities that XML itself defines.
    fn resolve(&mut self, reference: &BytesRef<'_>, offset: usize) -> Read<Cow<'i, str>> {
        match reference.resolve_char_ref() {
            Ok(Some(character)) if is_xml_character(character) => Ok(Cow::Owned(character.to_string())),
            Ok(None) => match resolve_xml_entity(reference) {
                Some(text) => Ok(Cow::Borrowed(text)),
                None => Err(self.end(Reason::Entity(reference.to_string()), offset)),
            },
            Ok(Some(_)) | Err(_) => {
                Err(self.end(Reason::Malformed(format!("&{}; is no character", &**reference)), offset))
            }
        }
    }

    fn end(&mut self, reason: Reason, offset: usize) -> Stopped {
        let position = self.places.at(offset);
        self.stop.get_or_insert(Stop { reason, position });
        Stopped
    }
}

/// Checks that each attribute has its form and stands once (XML 1.0, "Unique Att Spec"): of two values nobody
/// can tell which is meant.
fn well_formed(start: &BytesStart<'_>) -> Result<(), String> {
    if start.attributes_raw().trim_ascii().is_empty() {
        return Ok(());
    }
    let mut names = Vec::new();
    // The check of the library compares each name with all before it.
    for attribute in start.attributes().with_checks(false) {
        names.push(attribute.map_err(|why| why.to_string())?.key.into_inner());
    }
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(format!("attribute {} stands twice in one tag", pair[0])),
        None => Ok(()),
    }
}

/// Characters that XML 1.0 allows (production 2, `Char`).
fn is_xml_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{1_0000}'..)
}

/// Line and column of offsets that only grow, so that a document is measured once.
struct Places<'i> {
    text: &'i str,
    offset: usize,
    line: u32,
    column: u32,
}

impl Places<'_> {
    /// The place of an offset; one before the last place asked for takes that place.
    fn at(&mut self, offset: usize) -> Position {
        let offset = offset.min(self.text.len());
        if let Some(between) = self.text.as_bytes().get(self.offset..offset) {
            let mut start = 0;
            for at in memchr::memchr2_iter(b'\n', b'\r', between) {
                let ends_a_pair = between[at] == b'\n'
                    && self.offset + at > 0
                    && self.text.as_bytes()[self.offset + at - 1] == b'\r';
                if !ends_a_pair {
                    self.line = self.line.saturating_add(1);
                }
                (start, self.column) = (at + 1, 1);
            }
            // Bytes that continue a character make no column of their own.
            let columns = between[start..].iter().filter(|byte| **byte & 0xC0 != 0x80).count();
            self.column = self.column.saturating_add(u32::try_from(columns).unwrap_or(u32::MAX));
            self.offset = offset;
        }
        Position::new(self.line, self.column, 0)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Reads every value under the root and gives text, line and column.
    fn values(text: &str) -> (Vec<(String, u32, u32)>, Option<Reason>) {
        let mut reader = Reader::new(text, 1, 1);
        let mut read = Vec::new();
        let mut walk = || -> Read<()> {
            reader.root()?;
            while reader.child()?.is_some() {
                let value = reader.value()?;
                read.push((value.text.clone().into_owned(), value.line, value.column));
            }
            Ok(())
        };
        let _ = walk();
        (read, reader.stopped().map(|stop| stop.reason.clone()))
    }

    fn wrap(inner: &str) -> String {
        format!("<a xmlns='iata:datamodel:3'>{inner}</a>")
    }

    #[test]
    fn values_come_with_their_place() {
        let cases = [
            ("<b>ÜX</b>", "ÜX", 1, 32),
            ("\n<b> \n\t Ü X\r\n</b>", "Ü X", 3, 3),
            ("\r\n\r<b>X</b>", "X", 3, 4),
            ("<b>A &amp; &#66;&#x43;</b>", "A & BC", 1, 32),
            ("<b><![CDATA[<A & B>]]></b>", "<A & B>", 1, 41),
            ("<b>A<!-- note -->B<?pi?>C</b>", "ABC", 1, 32),
            ("<b>A<c>inner</c>B</b>", "AB", 1, 32),
            ("<b/>", "", 1, 33),
            ("<b>SMITH & SONS</b>", "SMITH & SONS", 1, 32),
            ("<b x='&lt;'>1</b>", "1", 1, 41),
        ];
        for (inner, text, line, column) in cases {
            assert_eq!(values(&wrap(inner)), (vec![(text.to_owned(), line, column)], None), "{inner}");
        }
    }

    #[test]
    fn only_the_namespace_counts() {
        let text = "<p:a xmlns:p='iata:waybill:1' xmlns='iata:datamodel:3' xmlns:q='urn:other' xmlns:r='iata:datamodel:3'>\
                    <b>1</b><q:b>2</q:b><r:b>3</r:b><p:b>4</p:b><b xmlns=''>5</b><u:b>6</u:b></p:a>";
        let (read, reason) = values(text);
        assert_eq!(read.iter().map(|(text, ..)| text.as_str()).collect::<Vec<_>>(), ["1", "3", "4"]);
        assert_eq!(reason, None);
    }

    #[test]
    fn what_ends_a_document_early_is_told() {
        let many =
            |name: &str| (0..200).map(|number| format!("{name}{number}='urn:{number}' ")).collect::<String>();
        let deep = format!("{}{}", "<b>".repeat(10_000), "</b>".repeat(10_000));
        let cases = [
            ("<a xmlns='iata:datamodel:3'><b>1</b><b>2", Reason::Truncated),
            ("<a xmlns='iata:datamodel:3'><b>1</b><b", Reason::Truncated),
            ("<a xmlns='iata:datamodel:3'><b>1</b><b>&am", Reason::Truncated),
            ("<a xmlns='iata:datamodel:3'><b>1</b><!-- ", Reason::Truncated),
            ("<!DOCTYPE a [<!ENTITY x 'y'>]><a/>", Reason::DocumentType),
            ("<!-- nothing -->", Reason::NoRoot),
            ("", Reason::NoRoot),
            (&wrap("<b>1</b><b>&x;</b>"), Reason::Entity("x".into())),
            (&wrap("<b>1</b>&x;"), Reason::Entity("x".into())),
            (&wrap("<b>1</b><b c='&x;'/>"), Reason::Entity("x".into())),
            (
                &wrap("<b>1</b><b c='KGM' d='' c='LBR'>2</b>"),
                Reason::Malformed("attribute c stands twice in one tag".into()),
            ),
            (&wrap(&format!("<b>1</b><b {}/>", many("xmlns:n"))), Reason::TooManyNamespaces),
            (&wrap("<b>1</b><b>&#1;</b>"), Reason::Malformed("&#1; is no character".into())),
            (&wrap(&deep), Reason::TooDeep),
        ];
        for (text, reason) in cases {
            let (read, found) = values(text);
            assert_eq!(found, Some(reason), "{text:.60}");
            assert!(read.len() <= 1);
        }
        let (read, reason) = values("<a xmlns='iata:datamodel:3'><b>1</b><b>2</c></a>");
        assert_eq!(read.len(), 1);
        assert!(matches!(reason, Some(Reason::Malformed(_))), "{reason:?}");
    }

    #[test]
    fn what_follows_the_root_is_found() {
        for (after, found) in [
            ("", None),
            (" \r\n", None),
            ("<!-- x --> <?pi?>\n", None),
            ("\n<b/>", Some((2, 1))),
            (" junk", Some((1, 6))),
            ("<!-- ", Some((1, 5))),
        ] {
            let text = format!("<a/>{after}");
            let mut reader = Reader::new(&text, 1, 1);
            reader.root().unwrap();
            assert!(reader.child().unwrap().is_none());
            assert_eq!(reader.trailing().map(|at| (at.line, at.column)), found, "{after:?}");
        }
    }
}
