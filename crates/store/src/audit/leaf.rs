//! What a leaf of the log says.
//!
//! The data of a leaf start with the name of its kind; each text that follows has its length before it (four bytes,
//! the highest first), each number eight bytes, the highest first. So no two contents have the same bytes.

use super::merkle::{Hash, leaf_hash};

/// An event, in the first form of its leaf.
const EVENT: &str = "loadgate event 1";

/// A change of an index, in the first form of its leaf.
const CHANGE: &str = "loadgate index 1";

/// What stands beside the sealed document of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventHead<'a> {
    /// The stream.
    pub stream: &'a str,
    /// Its place in the stream, from 1.
    pub version: u64,
    /// When it was kept, in nanoseconds since 1970 UTC.
    pub at: i64,
    /// Its type.
    pub kind: &'a str,
    /// The version of the form of its type.
    pub v: u32,
}

impl EventHead<'_> {
    /// The bytes of all this: what the segment is sealed for, and how the leaf begins.
    pub fn bytes(&self) -> Vec<u8> {
        let Self { stream, version, at, kind, v } = *self;
        let mut bytes = Vec::with_capacity(EVENT.len() + stream.len() + kind.len() + 36);
        put_text(&mut bytes, EVENT.as_bytes());
        put_text(&mut bytes, stream.as_bytes());
        bytes.extend(version.to_be_bytes());
        bytes.extend(at.to_be_bytes());
        put_text(&mut bytes, kind.as_bytes());
        bytes.extend(u64::from(v).to_be_bytes());
        bytes
    }
}

/// The leaf of an event, of whose head these are the bytes.
pub fn event_leaf(head: &[u8], segment: &[u8]) -> Hash {
    let mut bytes = Vec::with_capacity(head.len() + segment.len() + 4);
    bytes.extend(head);
    put_text(&mut bytes, segment);
    leaf_hash(&bytes)
}

/// The leaf of a change of an index. The salt keeps others from trying numbers of goods on the hash.
pub fn change_leaf(salt: &[u8], kind: &str, key: &str, value: &str, put: bool) -> Hash {
    let mut bytes = Vec::with_capacity(CHANGE.len() + salt.len() + kind.len() + key.len() + value.len() + 28);
    for text in [CHANGE.as_bytes(), salt, kind.as_bytes(), key.as_bytes(), value.as_bytes()] {
        put_text(&mut bytes, text);
    }
    bytes.extend(u64::from(put).to_be_bytes());
    leaf_hash(&bytes)
}

fn put_text(bytes: &mut Vec<u8>, text: &[u8]) {
    // Nothing kept reaches four gigabytes: SQLite takes less, and a document has a limit far below.
    bytes.extend(u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes());
    bytes.extend(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_counts() {
        let head = EventHead { stream: "tree/888-10001014", version: 1, at: 5, kind: "tree.bound", v: 1 };
        let leaf = event_leaf(&head.bytes(), b"sealed");
        let others = [
            EventHead { stream: "tree/888-10001015", ..head },
            EventHead { version: 2, ..head },
            EventHead { at: 6, ..head },
            EventHead { kind: "tree.routed", ..head },
            EventHead { v: 2, ..head },
        ];
        for other in others {
            assert_ne!(event_leaf(&other.bytes(), b"sealed"), leaf, "{other:?}");
        }
        assert_ne!(event_leaf(&head.bytes(), b"sealee"), leaf);
        let change = change_leaf(b"salt", "stream", "ab", "c", true);
        assert_ne!(
            change_leaf(b"salt", "stream", "a", "bc", true),
            change,
            "lengths part what stands side by side"
        );
        assert_ne!(change_leaf(b"salt", "stream", "ab", "c", false), change);
        assert_ne!(change_leaf(b"tlas", "stream", "ab", "c", true), change);
    }

    #[test]
    fn the_form_of_a_leaf_is_that_of_the_documents() {
        let head = EventHead { stream: "s", version: 1, at: 2, kind: "k", v: 3 };
        let expected = [
            &[0, 0, 0, 16][..],
            b"loadgate event 1",
            &[0, 0, 0, 1],
            b"s",
            &[0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2],
            &[0, 0, 0, 1],
            b"k",
            &[0, 0, 0, 0, 0, 0, 0, 3],
        ];
        assert_eq!(head.bytes(), expected.concat());
    }
}
