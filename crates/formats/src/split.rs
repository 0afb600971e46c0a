//! Cuts an input into messages, in bounded memory.
//!
//! An input may hold any mix of text messages and XML documents, with envelopes, blank lines and labels
//! between them. A text message starts at its envelope, at a control byte that opens a transmission or
//! at its identifier line, and ends where the next one starts or after the control byte that ends a
//! transmission. A JSON document ends with the bracket that closes it. An XML document ends with its root element, or, where it was cut short, where the next
//! message starts at the beginning of a line. An acknowledgement or rejection carries the message it
//! answers; both are one. A mail ends where a message starts in its text; its text may quote other mails, so
//! those do not end it.
//!
//! Every byte of the input is in exactly one message, except blanks and end marks before a message.

mod json_scan;
mod text_scan;
mod xml_scan;

use crate::cargo_imp::envelope::{END_OF_TEXT, START_OF_HEADING, START_OF_TEXT, significant};
use crate::limits::{JSON_MESSAGE_BYTES_MAX, MAIL_BYTES_MAX, TEXT_MESSAGE_BYTES_MAX, XML_MESSAGE_BYTES_MAX};
use crate::text::utf16;
use json_scan::JsonScan;
use std::io::{self, BufRead, ErrorKind};
use text_scan::TextScan;
use xml_scan::XmlScan;

/// Bytes taken from the reader at once.
const CHUNK_BYTES: usize = 64 << 10;

/// A run of blanks longer than this belongs to no message.
const BLANKS_MAX: usize = 4 << 10;

/// The bytes of one message, exactly as they came, with their place in the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawMessage {
    /// Index in the input, from 0.
    pub index: u32,
    /// Line of the input it starts at, from 1.
    pub first_line: u32,
    /// Column of that line it starts at, from 1; other than 1 only where messages share a line.
    pub first_column: u32,
    /// The bytes; empty where the message was larger than the limit. Of an input of nothing but blanks and
    /// zero bytes, one of the latter.
    pub bytes: Vec<u8>,
    /// Set where the message was larger than the limit and its bytes were left out.
    pub oversize: Option<Oversize>,
}

/// Why the bytes of a message were left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Oversize {
    /// The limit it exceeds, in bytes.
    pub limit: usize,
    /// Its size in bytes.
    pub size: u64,
    /// Whether it began as a message does; something else of that size is no message at all.
    pub announced: bool,
}

impl RawMessage {
    /// One whole message that is an input of its own.
    pub fn whole(bytes: impl Into<Vec<u8>>) -> Self {
        Self { index: 0, first_line: 1, first_column: 1, bytes: bytes.into(), oversize: None }
    }
}

/// Iterator over the messages of an input. An input of nothing but blanks is one empty message.
///
/// # Errors
/// Yields the error of the reader, once; after it the iterator is at its end.
#[derive(Debug)]
pub struct Splitter<R> {
    reader: R,
    buffer: Buffer,
    mode: Mode,
    /// Bytes of the current message that were left out.
    left_out: u64,
    /// Where the current message starts in the input.
    began: Place,
    index: u32,
    /// Whether zero bytes stood between messages.
    zeros: bool,
    failed: bool,
}

/// What was read and not yet given out.
#[derive(Debug, Default)]
struct Buffer {
    bytes: Vec<u8>,
    /// Start of the current message, or of what is left of it.
    start: usize,
    /// Everything before it has been judged.
    scanned: usize,
    /// Place in the input of `start`.
    place: Place,
    /// Whether the reader has no more.
    ended: bool,
}

/// What is being read.
#[derive(Debug)]
enum Mode {
    /// Blanks between messages.
    Between,
    /// A text message.
    Text(TextScan),
    /// An XML document.
    Xml(XmlScan),
    /// A JSON document.
    Json(JsonScan),
    /// UTF-16, which is taken as one message up to the end of the input.
    Whole,
}

/// Whether a text starts a JSON document.
pub(crate) fn starts_json(text: &str) -> bool {
    json_scan::starts(text.trim_start_matches(crate::text::is_blank).as_bytes()) == Some(true)
}

/// What a scan of the buffer came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The current message ends before this offset of the buffer.
    Cut(usize),
    /// More bytes are needed.
    More,
}

impl<R: BufRead> Splitter<R> {
    /// Cuts what `reader` gives.
    pub fn new(reader: R) -> Self {
        Self {
            reader,
            buffer: Buffer::default(),
            mode: Mode::Between,
            left_out: 0,
            began: Place::default(),
            index: 0,
            zeros: false,
            failed: false,
        }
    }

    /// Judges what is in the buffer.
    fn scan(&mut self) -> Step {
        if matches!(self.mode, Mode::Between) && !self.begin() {
            return Step::More;
        }
        let step = match &mut self.mode {
            Mode::Between => Step::More,
            Mode::Text(scan) => scan.run(&mut self.buffer),
            Mode::Xml(scan) => scan.run(&mut self.buffer),
            Mode::Json(scan) => scan.run(&mut self.buffer),
            Mode::Whole => {
                self.buffer.scanned = self.buffer.bytes.len();
                Step::More
            }
        };
        self.leave_out(step);
        step
    }

    /// Skips blanks and tells what starts; `false` where more bytes are needed.
    fn begin(&mut self) -> bool {
        let buffer = &mut self.buffer;
        let blank = |byte: &u8| *byte <= b' ' && !matches!(*byte, START_OF_HEADING | START_OF_TEXT);
        let blanks = buffer.bytes[buffer.start..].iter().take_while(|byte| blank(byte)).count();
        self.zeros |= buffer.bytes[buffer.start..buffer.start + blanks].contains(&0);
        buffer.drop_front(buffer.start + blanks);
        let head = &buffer.bytes[buffer.start..];
        let near = &head[..head.len().min(BLANKS_MAX)];
        let opening = &near[..memchr::memchr(END_OF_TEXT, near).unwrap_or(near.len())];
        let first = significant(opening).first().copied();
        if head.is_empty()
            || (first.is_none() && opening.len() == head.len() && near.len() < BLANKS_MAX && !buffer.ended)
        {
            return false;
        }
        // A byte order mark is cut short only at the end of what has been read.
        if head.len() < 4 && !buffer.ended {
            return false;
        }
        let json = first == Some(b'{');
        let json = if json { json_scan::starts(head) } else { Some(false) };
        if json.is_none() && !buffer.ended {
            return false;
        }
        self.mode = match first {
            _ if utf16(head).is_some() && buffer.place == Place::default() => Mode::Whole,
            Some(b'<') => Mode::Xml(XmlScan::default()),
            _ if json == Some(true) => Mode::Json(JsonScan::default()),
            _ => Mode::Text(TextScan::default()),
        };
        buffer.scanned = buffer.start;
        self.began = buffer.place;
        true
    }

    /// Leaves out the bytes of a message that has become too large.
    fn leave_out(&mut self, step: Step) {
        let end = match (step, &self.mode) {
            (Step::Cut(at), _) => at,
            // A line that does not end belongs to this message, unless it is so short that it may start
            // the next one.
            (Step::More, Mode::Text(_)) if self.buffer.unscanned() > CHUNK_BYTES => self.buffer.bytes.len(),
            (Step::More, _) => self.buffer.scanned,
        };
        if self.left_out == 0 && end.saturating_sub(self.buffer.start) <= self.limit() {
            return;
        }
        let droppable = match (step, &mut self.mode) {
            (Step::Cut(at), _) => at,
            (Step::More, Mode::Text(scan)) => scan.forget(&mut self.buffer),
            (Step::More, _) => self.buffer.scanned,
        };
        self.left_out += (droppable - self.buffer.start) as u64;
        self.buffer.drop_front(droppable);
    }

    fn limit(&self) -> usize {
        match &self.mode {
            Mode::Text(scan) if scan.is_mail() => MAIL_BYTES_MAX,
            Mode::Between | Mode::Text(_) => TEXT_MESSAGE_BYTES_MAX,
            Mode::Xml(_) | Mode::Whole => XML_MESSAGE_BYTES_MAX,
            Mode::Json(_) => JSON_MESSAGE_BYTES_MAX,
        }
    }

    /// Gives out the message that ends before `at`.
    fn take(&mut self, at: usize) -> RawMessage {
        let rest = &self.buffer.bytes[self.buffer.start..at];
        let announced = match &self.mode {
            Mode::Text(scan) => scan.is_announced(),
            Mode::Between | Mode::Xml(_) | Mode::Json(_) | Mode::Whole => true,
        };
        let size = self.left_out + rest.len() as u64;
        let oversize = (self.left_out > 0).then(|| Oversize { limit: self.limit(), size, announced });
        let message = RawMessage {
            index: self.index,
            first_line: self.began.line,
            first_column: self.began.column,
            bytes: if oversize.is_some() { Vec::new() } else { rest.to_vec() },
            oversize,
        };
        self.buffer.drop_front(at);
        self.mode = Mode::Between;
        self.left_out = 0;
        self.index = self.index.saturating_add(1);
        message
    }

    /// Gives out what is left at the end of the input.
    fn finish(&mut self) -> Option<RawMessage> {
        let anything = self.buffer.bytes.len() > self.buffer.start || self.left_out > 0;
        if !anything && self.index > 0 {
            return None;
        }
        if !anything {
            self.began = Place::default();
            // One byte of it is enough to tell an input of zeros from an empty one.
            self.buffer.bytes.extend(self.zeros.then_some(0));
        }
        Some(self.take(self.buffer.bytes.len()))
    }

    /// Takes more bytes from the reader.
    fn fill(&mut self) -> io::Result<()> {
        let start = self.buffer.compact();
        if let Mode::Text(scan) = &mut self.mode {
            scan.shift(start);
        }
        let taken = loop {
            match self.reader.fill_buf() {
                Ok(chunk) => {
                    let chunk = &chunk[..chunk.len().min(CHUNK_BYTES)];
                    self.buffer.bytes.extend_from_slice(chunk);
                    break chunk.len();
                }
                Err(why) if why.kind() == ErrorKind::Interrupted => {}
                Err(why) => return Err(why),
            }
        };
        self.reader.consume(taken);
        self.buffer.ended = taken == 0;
        Ok(())
    }
}

impl<R: BufRead> Iterator for Splitter<R> {
    type Item = io::Result<RawMessage>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.failed {
            match self.scan() {
                Step::Cut(at) => return Some(Ok(self.take(at))),
                Step::More if self.buffer.ended => return self.finish().map(Ok),
                Step::More => {
                    if let Err(why) = self.fill() {
                        self.failed = true;
                        return Some(Err(why));
                    }
                }
            }
        }
        None
    }
}

impl Buffer {
    /// Moves the start of the current message to `to`, and the place in the input with it.
    fn drop_front(&mut self, to: usize) {
        self.place.advance(&self.bytes[self.start..to]);
        self.start = to;
        self.scanned = self.scanned.max(to);
    }

    /// Bytes not judged yet.
    fn unscanned(&self) -> usize {
        self.bytes.len() - self.scanned
    }

    /// Moves the current message to the front; says by how many bytes.
    fn compact(&mut self) -> usize {
        let start = std::mem::take(&mut self.start);
        self.bytes.drain(..start);
        self.scanned -= start;
        start
    }
}

/// A place in the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    line: u32,
    column: u32,
    /// The last byte was CR, so that LF ends no further line.
    after_return: bool,
}

impl Default for Place {
    fn default() -> Self {
        Self { line: 1, column: 1, after_return: false }
    }
}

impl Place {
    /// Goes past these bytes.
    fn advance(&mut self, bytes: &[u8]) {
        let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return };
        let returns = memchr::memchr_iter(b'\r', bytes).count();
        let feeds = memchr::memchr_iter(b'\n', bytes).count();
        let pairs = if returns == 0 { 0 } else { memchr::memmem::find_iter(bytes, b"\r\n").count() };
        let split_pair = usize::from(self.after_return && *first == b'\n');
        let lines = feeds + returns - pairs - split_pair;
        self.line = self.line.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
        let line_start = memchr::memrchr2(b'\n', b'\r', bytes).map(|at| at + 1);
        if line_start.is_some() {
            self.column = 1;
        }
        let rest = &bytes[line_start.unwrap_or(0)..];
        // Bytes that continue a UTF-8 character make no column of their own, nor does a byte order mark.
        let mark = usize::from(rest.starts_with(crate::text::UTF8_MARK));
        let columns = rest.iter().filter(|byte| **byte & 0xC0 != 0x80).count() - mark;
        self.column = self.column.saturating_add(u32::try_from(columns).unwrap_or(u32::MAX));
        self.after_return = *last == b'\r';
    }
}
