//! By what nodes tell each other what they wrote to.
//!
//! A batch leaves eight bytes for each thing that it wrote to, and every node holds them against what it has read. Two
//! things with the same eight bytes only make a node read again what nobody changed.

use crate::RequestKey;
use engine::Index;
use sha2::{Digest, Sha256};

/// A thing that is read or written, by its hash. Nodes of several releases may share a database: the form never changes.
pub(super) type Touch = u64;

/// Bytes of a touch in the feed.
const BYTES: usize = size_of::<Touch>();

fn touch(kind: &str, parts: &[&[u8]]) -> Touch {
    let mut hash = Sha256::new_with_prefix(kind);
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let hash: [u8; 32] = hash.finalize().into();
    let (first, _) = hash.split_first_chunk::<BYTES>().unwrap_or((&[0; BYTES], &[]));
    Touch::from_be_bytes(*first)
}

/// A stream.
pub(super) fn stream(name: &str) -> Touch {
    touch("stream", &[name.as_bytes()])
}

/// The letters of a node's database, for whoever delivers them.
pub(super) fn letters(node: &str) -> Touch {
    touch("letters", &[node.as_bytes()])
}

/// All values under a key of an index.
pub(super) fn list(index: Index, key: &str) -> Touch {
    touch("list", &[index.as_str().as_bytes(), key.as_bytes()])
}

/// Whether one value is under a key of an index.
pub(super) fn member(index: Index, key: &str, value: &str) -> Touch {
    touch("member", &[index.as_str().as_bytes(), key.as_bytes(), value.as_bytes()])
}

/// What was answered to a request.
pub(super) fn reply(key: &RequestKey) -> Touch {
    touch("reply", &[key.organisation.as_bytes(), key.key.as_bytes()])
}

/// A message as it came.
pub(super) fn raw(sha256: &[u8; 32]) -> Touch {
    touch("raw", &[sha256])
}

/// What a batch wrote to, as the feed has it.
pub(super) fn written(touches: impl Iterator<Item = Touch>) -> Vec<u8> {
    touches.flat_map(Touch::to_be_bytes).collect()
}

/// What the feed has of a batch.
pub(super) fn read(bytes: &[u8]) -> impl Iterator<Item = Touch> {
    bytes.as_chunks::<BYTES>().0.iter().map(|bytes| Touch::from_be_bytes(*bytes))
}

/// The bytes by which the values of a key are found.
pub(super) fn key_hash(key: &str) -> Vec<u8> {
    Sha256::digest(key.as_bytes())[..16].to_vec()
}

/// The bytes by which one value is found. The database computes the same where indices are rebuilt.
pub(super) fn entry(kind: &str, key: &str, value: &str) -> Vec<u8> {
    let hash = Sha256::new_with_prefix(kind);
    hash.chain_update(Sha256::digest(key)).chain_update(Sha256::digest(value)).finalize()[..16].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_are_apart_and_stay_what_they_are() {
        let all = [
            stream("a"),
            list(Index::Stream, "a"),
            list(Index::Masters, "a"),
            member(Index::Stream, "a", "b"),
            member(Index::Stream, "ab", ""),
            raw(&[0; 32]),
        ];
        let apart: std::collections::BTreeSet<Touch> = all.into_iter().collect();
        assert_eq!(apart.len(), all.len());
        assert_eq!(read(&written(all.into_iter())).collect::<Vec<_>>(), all);
        // Nodes of other releases compute the same.
        assert_eq!(stream("tree/888-10001014"), STREAM);
    }

    const STREAM: Touch = 0x355fe00f3fd9a8f9;
}
