//! A frozen multimap from hashes to small numbers, in two flat arrays.

/// Bits of an entry that hold the value; the others hold a part of the hash.
const VALUE_BITS: u32 = 44;
const VALUE_MASK: u64 = (1 << VALUE_BITS) - 1;

/// Values by the hash of their key. Two keys may share a hash, so whoever looks up must check what is found.
#[derive(Debug)]
pub(super) struct Table {
    /// Where in `entries` those of each bucket begin; one more than there are buckets, a power of two. With one or two
    /// entries each they take half the memory that one bucket for each entry would, and hardly a line of the cache more.
    starts: Vec<u32>,
    entries: Vec<u64>,
}

impl Default for Table {
    fn default() -> Self {
        Self::new(&[])
    }
}

impl Table {
    /// Freezes pairs of hash and value. Values have at most 44 bits; of equal hashes they stay in order.
    pub(super) fn new(pairs: &[(u64, u64)]) -> Self {
        Self::of(&[pairs])
    }

    /// The same of pairs in several parts.
    pub(super) fn of(parts: &[&[(u64, u64)]]) -> Self {
        let count = parts.iter().map(|pairs| pairs.len()).sum::<usize>();
        let pairs = || parts.iter().copied().flatten();
        let buckets = (count / 2).next_power_of_two();
        let mut starts = vec![0_u32; buckets + 1];
        for (hash, _) in pairs() {
            starts[bucket(*hash, buckets)] += 1;
        }
        ends_of(&mut starts);
        let mut entries = vec![0_u64; count];
        for (hash, value) in pairs().rev() {
            let place = &mut starts[bucket(*hash, buckets)];
            *place -= 1;
            entries[*place as usize] = mark(*hash) | (value & VALUE_MASK);
        }
        Self { starts, entries }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The values of a hash, and rarely one of another hash.
    #[inline]
    pub(super) fn get(&self, hash: u64) -> impl Iterator<Item = u64> {
        let bucket = bucket(hash, self.starts.len() - 1);
        let range = self.starts[bucket] as usize..self.starts[bucket + 1] as usize;
        let mark = mark(hash);
        self.entries[range]
            .iter()
            .filter(move |entry| **entry & !VALUE_MASK == mark)
            .map(|entry| entry & VALUE_MASK)
    }

    /// Calls `found` with the values of all these hashes, and with the places of their hashes. Where they stand is found out for many before any is read, as
    /// the processor waits for several places of memory side by side.
    pub(super) fn get_all(&self, hashes: &[u64], mut found: impl FnMut(usize, u64)) {
        let buckets = self.starts.len() - 1;
        let mut places = [(0_u32, 0_u32); TOGETHER];
        for (part, hashes) in hashes.chunks(TOGETHER).enumerate() {
            for (place, hash) in places.iter_mut().zip(hashes) {
                let bucket = bucket(*hash, buckets);
                *place = (self.starts[bucket], self.starts[bucket + 1]);
            }
            for (at, ((start, end), hash)) in places.iter().zip(hashes).enumerate() {
                let mark = mark(*hash);
                for entry in &self.entries[*start as usize..*end as usize] {
                    if entry & !VALUE_MASK == mark {
                        found(part * TOGETHER + at, entry & VALUE_MASK);
                    }
                }
            }
        }
    }
}

/// Makes of how many things there are of each kind where those of each end. Whoever enters the things then, the last
/// first, counts down to where they begin, and needs no room to count in.
pub(super) fn ends_of(counts: &mut [u32]) {
    let mut end = 0;
    for count in counts {
        end += *count;
        *count = end;
    }
}

/// Hashes that are looked up together.
const TOGETHER: usize = 32;

/// Which hashes a table may have: a few bits for each, so that most of what it lacks is told at little cost.
#[derive(Debug, Default)]
pub(super) struct Filter {
    /// A power of two.
    words: Vec<u64>,
}

impl Filter {
    /// Of all hashes that a table is made of.
    pub(super) fn of(parts: &[&[(u64, u64)]]) -> Self {
        let count = parts.iter().map(|pairs| pairs.len()).sum::<usize>();
        let mut words = vec![0; (count / 8).next_power_of_two()];
        for (hash, _) in parts.iter().copied().flatten() {
            let (word, bits) = filtered(*hash, words.len());
            words[word] |= bits;
        }
        Self { words }
    }

    /// Leaves of these hashes those that the table may have. Many are read before any is looked at, as in
    /// [`Table::get_all`].
    pub(super) fn retain(&self, hashes: &mut Vec<u64>) {
        if self.words.is_empty() {
            return hashes.clear();
        }
        let mut kept = 0;
        let mut read = [0_u64; TOGETHER];
        for start in (0..hashes.len()).step_by(TOGETHER) {
            let end = (start + TOGETHER).min(hashes.len());
            for (known, hash) in read.iter_mut().zip(&hashes[start..end]) {
                *known = self.words[filtered(*hash, self.words.len()).0];
            }
            for (known, at) in read.iter().zip(start..end) {
                let hash = hashes[at];
                let bits = filtered(hash, self.words.len()).1;
                // Written whether it stays or not, since nobody can foretell which will.
                hashes[kept] = hash;
                kept += usize::from(known & bits == bits);
            }
        }
        hashes.truncate(kept);
    }
}

/// A word of the filter and two bits of it.
fn filtered(hash: u64, words: usize) -> (usize, u64) {
    (hash as usize & (words - 1), 1 << (hash >> 58) | 1 << (hash >> 52 & 63))
}

/// The low bits choose the bucket; the number of buckets is a power of two.
fn bucket(hash: u64, buckets: usize) -> usize {
    hash as usize & (buckets - 1)
}

/// The high bits tell keys of one bucket apart.
fn mark(hash: u64) -> u64 {
    hash & !VALUE_MASK
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::{mixed, running};
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn what_is_put_in_is_found(texts in prop::collection::vec("[A-C]{0,3}", 0..60)) {
            let hash = |text: &str| mixed(running(text.as_bytes()), 7);
            let pairs: Vec<(u64, u64)> =
                texts.iter().zip(0..).map(|(text, place)| (hash(text), place)).collect();
            let table = Table::new(&pairs);
            prop_assert_eq!(table.is_empty(), texts.is_empty());
            for text in &texts {
                let expected: BTreeSet<u64> =
                    (0..).zip(&texts).filter(|(_, other)| *other == text).map(|(place, _)| place).collect();
                prop_assert_eq!(table.get(hash(text)).collect::<BTreeSet<_>>(), expected);
            }
            let mut all = Vec::new();
            table.get_all(&texts.iter().map(|text| hash(text)).collect::<Vec<_>>(), |at, value| all.push((at, value)));
            let one_by_one: Vec<(usize, u64)> =
                texts.iter().enumerate().flat_map(|(at, text)| table.get(hash(text)).map(move |value| (at, value))).collect();
            prop_assert_eq!(all, one_by_one);
            prop_assert_eq!(table.get(hash("ZZ")).count(), 0);
            let filter = Filter::of(&[&pairs]);
            let (one, other) = pairs.split_at(pairs.len() / 2);
            prop_assert_eq!(format!("{:?}", Table::of(&[one, other])), format!("{table:?}"));
            let mut hashes: Vec<u64> = texts.iter().map(|text| hash(text)).collect();
            let all = hashes.clone();
            filter.retain(&mut hashes);
            prop_assert_eq!(&hashes, &all);
            // Few of those that it lacks stay, and those that it has do among them.
            let mut others: Vec<u64> = (0..200).map(|number| mixed(number, 9)).chain(all.iter().copied()).collect();
            filter.retain(&mut others);
            prop_assert!(others.ends_with(&all) && others.len() <= all.len() + 100);
            Filter::default().retain(&mut hashes);
            prop_assert!(hashes.is_empty());
        }
    }
}
