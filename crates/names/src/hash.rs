//! Hashes of texts that grow letter by letter, and a hasher for tables where speed is all that counts.

use std::hash::{BuildHasherDefault, Hasher};

/// The factor of the running hash; odd, so that no letter is lost.
pub(crate) const FACTOR: u64 = 0x9E37_79B9_7F4A_7C15;

/// A hash of a text that grows letter by letter: of `ab` it is that of `a` times [`FACTOR`], plus `b`.
pub(crate) fn running(text: &[u8]) -> u64 {
    text.iter().fold(0, |hash, letter| push(hash, *letter))
}

#[inline]
pub(crate) fn push(hash: u64, letter: u8) -> u64 {
    hash.wrapping_mul(FACTOR).wrapping_add(u64::from(letter) + 1)
}

/// Calls `found` with the running hash of the text with its beginning at its end, at every place.
pub(crate) fn rotated(text: &[u8], mut found: impl FnMut(u64)) {
    // Of the letters up to each place, and the factors for as many.
    let mut beginnings = Vec::with_capacity(text.len() + 1);
    beginnings.push((0_u64, 1_u64));
    for letter in text {
        let (hash, factor) = beginnings[beginnings.len() - 1];
        beginnings.push((push(hash, *letter), factor.wrapping_mul(FACTOR)));
    }
    let whole = beginnings[text.len()].0;
    for place in 1..text.len() {
        let (beginning, factor) = beginnings[place];
        let end = whole.wrapping_sub(beginning.wrapping_mul(beginnings[text.len() - place].1));
        found(end.wrapping_mul(factor).wrapping_add(beginning));
    }
}

/// A running hash made even over all bits, and apart from that of the same text in another role.
#[inline]
pub(crate) fn mixed(hash: u64, role: u64) -> u64 {
    // The finaliser of MurmurHash3.
    let mut hash = hash ^ role.wrapping_mul(0xD6E8_FEB8_6659_FD93);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    hash = (hash ^ (hash >> 33)).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    hash ^ (hash >> 33)
}

/// A hasher for what is built of lists and for tables of our own, where speed is all that counts.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct QuickHasher(u64);

/// Makes [`QuickHasher`]s.
pub(crate) type Quick = BuildHasherDefault<QuickHasher>;

impl Hasher for QuickHasher {
    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..part.len()].copy_from_slice(part);
            self.0 = (self.0.rotate_left(5) ^ u64::from_le_bytes(word)).wrapping_mul(FACTOR);
        }
    }

    fn finish(&self) -> u64 {
        mixed(self.0, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rotations_have_the_hash_of_what_they_are(text in "[A-D]{0,9}") {
            let mut hashes = Vec::new();
            rotated(text.as_bytes(), |hash| hashes.push(hash));
            let expected = (1..text.len()).map(|place| running(format!("{}{}", &text[place..], &text[..place]).as_bytes()));
            prop_assert_eq!(hashes, expected.collect::<Vec<_>>());
        }
    }
}
