//! Why a document could not be read.

use std::fmt;
use std::sync::Arc;

/// Where an event stands in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Its stream.
    pub stream: Arc<str>,
    /// Its place in the stream, from 1.
    pub version: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "event {} of stream {}", self.version, self.stream)
    }
}

/// Why an event cannot be read, or not be kept. The stream cannot be used until somebody does what it says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoredFault {
    /// The type is not in the register of this release.
    #[error(
        "{place}: this release knows no event type {kind} (version {v}). A node of a newer release wrote it: \
         upgrade this node"
    )]
    UnknownType {
        /// Where.
        place: Place,
        /// The type.
        kind: String,
        /// The version of its form.
        v: u32,
    },
    /// The form is newer than the one this release writes.
    #[error(
        "{place}: {kind} has version {v}, and this release reads up to version {known}. A node of a newer release \
         wrote it: upgrade this node"
    )]
    NewerForm {
        /// Where.
        place: Place,
        /// The type.
        kind: String,
        /// The version of its form.
        v: u32,
        /// The latest this release knows.
        known: u32,
    },
    /// The document has a field or a word that this release does not know.
    #[error(
        "{place}: {kind} version {v} holds what this release does not know{at}: {why}. A node of a newer release \
         may have written it: upgrade this node. If none did, the bytes are damaged: compare them with their hash, \
         and restore the stream from a backup or another node",
        at = At(path)
    )]
    UnknownContent {
        /// Where.
        place: Place,
        /// The type.
        kind: String,
        /// The version of its form.
        v: u32,
        /// The field.
        path: String,
        /// What is not known.
        why: String,
    },
    /// The bytes are no document of this type.
    #[error(
        "{place}: {kind} version {v} cannot be read{at}: {why}. The bytes are not those a node writes: compare them \
         with their hash, and restore the stream from a backup or another node",
        at = At(path)
    )]
    Damaged {
        /// Where.
        place: Place,
        /// The type.
        kind: String,
        /// The version of its form.
        v: u32,
        /// The field; empty for the whole document.
        path: String,
        /// What is wrong with it.
        why: String,
    },
    /// There are more bytes than a document has.
    #[error(
        "{place}: {kind} version {v} has {bytes} bytes, more than the {max} a document may have",
        max = super::DOCUMENT_BYTES_MAX
    )]
    TooLarge {
        /// Where.
        place: Place,
        /// The type.
        kind: String,
        /// The version of its form.
        v: u32,
        /// How many bytes.
        bytes: usize,
    },
    /// The document reads as another event than the one that was to be kept: a fault of this release.
    #[error(
        "{place}: {kind} version {v} does not read back as it was written; report it as a fault of Loadgate"
    )]
    Altered {
        /// Where.
        place: Place,
        /// The type.
        kind: String,
        /// The version of its form.
        v: u32,
    },
}

/// ` at goods[1].hs`, or nothing for the whole document.
struct At<'a>(&'a str);

impl fmt::Display for At<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() { Ok(()) } else { write!(formatter, " at {}", self.0) }
    }
}

/// What is wrong with a value, and where in the document it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wrong {
    /// From the inside out.
    path: Vec<String>,
    why: String,
    /// Whether a newer release may have written it so.
    unknown: bool,
}

/// Longest piece of a value that a fault repeats, in characters.
const SHOWN_MAX: usize = 60;

impl Wrong {
    pub(super) fn new(why: impl Into<String>) -> Self {
        Self { path: Vec::new(), why: why.into(), unknown: false }
    }

    /// A text that does not read as what it should be.
    pub(super) fn text(text: &str, expected: &str) -> Self {
        let shown: String = text.chars().take(SHOWN_MAX).collect();
        Self::new(format!("{shown:?} is not {expected}"))
    }

    /// A field or a word that this release does not know.
    pub(super) fn unknown(text: &str, expected: &str) -> Self {
        Self { unknown: true, ..Self::text(text, expected) }
    }

    /// The same inside of a field.
    pub(super) fn in_field(mut self, name: &str) -> Self {
        self.path.push(name.to_owned());
        self
    }

    /// The same inside of a list.
    pub(super) fn in_item(mut self, index: usize) -> Self {
        self.path.push(format!("[{index}]"));
        self
    }

    /// The fault of a document at this place.
    pub(super) fn into_fault(self, place: &Place, kind: &str, v: u32) -> StoredFault {
        let (place, kind, unknown) = (place.clone(), kind.to_owned(), self.unknown);
        let (path, why) = self.into_parts();
        if unknown {
            StoredFault::UnknownContent { place, kind, v, path, why }
        } else {
            StoredFault::Damaged { place, kind, v, path, why }
        }
    }

    /// The path from the outside in, and what is wrong there.
    pub(super) fn into_parts(self) -> (String, String) {
        let mut path = String::new();
        for step in self.path.iter().rev() {
            if !path.is_empty() && !step.starts_with('[') {
                path.push('.');
            }
            path.push_str(step);
        }
        (path, self.why)
    }
}
