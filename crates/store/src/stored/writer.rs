//! Writing: values are appended to the bytes of the document, without a tree between.

use super::Stored;
use consignment::Field;
use finding::Position;
use std::fmt::Display;
use std::io::Write;

/// Bytes of a document that grows at its end.
#[derive(Debug)]
pub(super) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(super) fn new() -> Self {
        // Most events are smaller; a filing grows a few times.
        Self { bytes: Vec::with_capacity(512) }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Starts an object.
    pub(super) fn open(&mut self) {
        self.bytes.push(b'{');
    }

    /// Ends an object.
    pub(super) fn close(&mut self) {
        self.bytes.push(b'}');
    }

    /// Writes a field, unless it is left out. Names are words of this crate and need no escaping.
    pub(super) fn field<T: Put + ?Sized>(&mut self, name: &'static str, value: &T) {
        if !value.left_out() {
            self.key(name);
            value.write(self);
        }
    }

    /// Writes the name of a field whose value follows.
    pub(super) fn key(&mut self, name: &'static str) {
        if self.bytes.last() != Some(&b'{') {
            self.bytes.push(b',');
        }
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.extend_from_slice(b"\":");
    }

    /// Writes a list.
    pub(super) fn list<'a, T: Stored + 'a>(&mut self, items: impl IntoIterator<Item = &'a T>) {
        self.bytes.push(b'[');
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.bytes.push(b',');
            }
            item.put(self);
        }
        self.bytes.push(b']');
    }

    /// Writes a list of names, each with a text.
    pub(super) fn pairs<'a>(&mut self, pairs: impl Iterator<Item = (&'a str, &'a str)>) {
        self.bytes.push(b'[');
        for (index, (name, text)) in pairs.enumerate() {
            self.bytes.extend_from_slice(if index > 0 { ",[" } else { "[" }.as_bytes());
            self.text(name);
            self.bytes.push(b',');
            self.text(text);
            self.bytes.push(b']');
        }
        self.bytes.push(b']');
    }

    /// Writes where elements stood.
    pub(super) fn notes(&mut self, notes: impl Iterator<Item = (Field, Position)>) {
        self.bytes.push(b'[');
        for (index, (field, Position { line, column, length })) in notes.enumerate() {
            self.bytes.extend_from_slice(if index > 0 { ",[" } else { "[" }.as_bytes());
            self.shown(&field);
            self.plain(format_args!(",{line},{column},{length}]"));
        }
        self.bytes.push(b']');
    }

    /// Writes a text.
    pub(super) fn text(&mut self, text: &str) {
        // Writing into memory does not fail, and any text is JSON once it is escaped.
        let written = serde_json::to_writer(&mut self.bytes, text);
        debug_assert!(written.is_ok(), "{written:?}");
    }

    /// Writes the text form of a value.
    pub(super) fn shown(&mut self, value: &impl Display) {
        let start = self.bytes.len();
        self.bytes.push(b'"');
        let written = write!(self.bytes, "{value}");
        debug_assert!(written.is_ok(), "{written:?}");
        let plain = |byte: &u8| *byte >= b' ' && !matches!(byte, b'"' | b'\\');
        if self.bytes[start + 1..].iter().all(plain) {
            self.bytes.push(b'"');
        } else {
            self.bytes.truncate(start);
            self.text(&value.to_string());
        }
    }

    /// Writes a word of this crate, which needs no escaping.
    pub(super) fn word(&mut self, word: &'static str) {
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(word.as_bytes());
        self.bytes.push(b'"');
    }

    /// Writes a number or a truth value.
    pub(super) fn plain(&mut self, value: impl Display) {
        let written = write!(self.bytes, "{value}");
        debug_assert!(written.is_ok(), "{written:?}");
    }
}

/// What a field can be written from: everything stored, and words.
pub(super) trait Put {
    fn write(&self, out: &mut Writer);
    fn left_out(&self) -> bool;
}

impl<T: Stored> Put for T {
    fn write(&self, out: &mut Writer) {
        self.put(out);
    }

    fn left_out(&self) -> bool {
        self.is_absent()
    }
}

impl Put for str {
    fn write(&self, out: &mut Writer) {
        out.text(self);
    }

    fn left_out(&self) -> bool {
        self.is_empty()
    }
}
