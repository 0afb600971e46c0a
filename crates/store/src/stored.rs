//! The stored form of events: one JSON document each, whose exact bytes are kept and hashed.
//!
//! ```text
//! {"type":"tree.hold-placed","v":1,"node":"master","agency":"customs","cause":{"code":"why-stated",…}}
//! ```
//!
//! A document is compact, names its type and the version of that type's form, and has its fields in a fixed order;
//! what is `None` or empty is left out. Somebody who has nothing but the document can read it. The form is described
//! in `docs/stored.md`, with the one place to change it.
//!
//! Domain types know nothing of this: each is taken apart here without a `..`, so that a new field or variant does
//! not compile until somebody has decided how it is kept. Reading parses again: an identifier that comes out of a
//! document is as sound as one that came out of a message. Whatever the bytes are, the answer is a [`StoredFault`] and
//! never a panic.

mod adjudication;
mod basic;
mod case;
mod consignment;
mod events;
mod facts;
mod fault;
mod finding;
mod given;
mod ident;
#[cfg(test)]
mod sample;
mod security;
mod shape;
#[cfg(test)]
mod tests;
mod upcast;
mod value;
mod writer;

pub use events::{TYPES, Type};
pub use fault::{Place, StoredFault};

use casework::Event;
use fault::Wrong;
use value::Value;
use writer::Writer;

/// Largest document, in bytes: 64 MiB. The largest message a node takes in has 16 MiB, and escaping rarely doubles it.
pub const DOCUMENT_BYTES_MAX: usize = 64 << 20;

/// An event as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its type, such as `tree.recorded`; also the first field of the bytes.
    pub kind: &'static str,
    /// Version of the form of this type; also the second field of the bytes.
    pub v: u32,
    /// The exact bytes, UTF-8 without a line break.
    pub bytes: Vec<u8>,
}

/// The document of an event.
pub fn encode(event: &Event) -> Document {
    let (kind, v) = events::head(event);
    let mut out = Writer::new();
    out.open();
    out.field(TYPE, kind);
    out.field(VERSION, &v);
    events::put(event, &mut out);
    out.close();
    Document { kind, v, bytes: out.into_bytes() }
}

/// The document of an event, after it was seen to read back as the same event. A journal appends through this: what
/// could not be read again would stop every later use of its stream.
///
/// # Errors
/// [`StoredFault`] where it does not read back, or is larger than [`DOCUMENT_BYTES_MAX`].
pub fn encode_checked(place: &Place, event: &Event) -> Result<Document, StoredFault> {
    let document = encode(event);
    let back = decode(place, document.kind, document.v, &document.bytes)?;
    if back != *event {
        return Err(StoredFault::Altered {
            place: place.clone(),
            kind: document.kind.to_owned(),
            v: document.v,
        });
    }
    Ok(document)
}

/// The event of a document, with the type and version that were kept beside it.
///
/// # Errors
/// [`StoredFault`] where a newer release wrote it, or the bytes are not as they were written.
pub fn decode(place: &Place, kind: &str, v: u32, bytes: &[u8]) -> Result<Event, StoredFault> {
    let Some(known) = TYPES.iter().find(|known| known.kind == kind) else {
        return Err(StoredFault::UnknownType { place: place.clone(), kind: kind.to_owned(), v });
    };
    if v > known.v {
        let (place, kind) = (place.clone(), kind.to_owned());
        return Err(StoredFault::NewerForm { place, kind, v, known: known.v });
    }
    if bytes.len() > DOCUMENT_BYTES_MAX {
        let (place, kind, bytes) = (place.clone(), kind.to_owned(), bytes.len());
        return Err(StoredFault::TooLarge { place, kind, v, bytes });
    }
    let read = Value::parse(bytes).and_then(|value| event(known, v, value));
    read.map_err(|wrong| wrong.into_fault(place, kind, v))
}

fn event(known: &Type, v: u32, mut value: Value<'_>) -> Result<Event, Wrong> {
    let mut head = value.fields()?;
    let (stated, stated_v): (String, u32) = (head.take(TYPE)?, head.take(VERSION)?);
    if (stated.as_str(), stated_v) != (known.kind, v) {
        return Err(Wrong::new(format!("it says that it is {stated} version {stated_v}")));
    }
    if v < known.v {
        value = upcast::upcast(upcast::STEPS, known.kind, v, known.v, value)?;
    }
    events::take(known.kind, &value)
}

/// Names of the first two fields of every document.
const TYPE: &str = "type";
const VERSION: &str = "v";

/// What has a stored form.
trait Stored: Sized {
    /// Writes it as one value.
    fn put(&self, out: &mut Writer);

    /// Reads it from one value.
    fn take(value: &Value<'_>) -> Result<Self, Wrong>;

    /// Whether a field of this value is left out.
    fn is_absent(&self) -> bool {
        false
    }

    /// What a field that is left out stands for; `None` where it must be there.
    fn absent() -> Option<Self> {
        None
    }

    /// An invented value.
    #[cfg(test)]
    fn sample(from: &mut sample::Sampler) -> Self;
}
