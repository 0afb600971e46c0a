//! The Merkle tree of RFC 6962 (section 2.1), kept as tiles.
//!
//! A tile holds up to [`TILE_WIDTH`] hashes of one level; levels are [`TILE_HEIGHT`] steps of the tree apart, as the
//! C2SP tiled logs have them (<https://c2sp.org/tlog-tiles>). Hash `k` of tile `n` at level `l` is the root of the
//! whole subtree of 2^(8 l) leaves that starts at leaf (256 n + k) 2^(8 l). All other hashes follow from these.
//! Proofs are computed from tiles and checked without them.

use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// Steps of the tree between two levels of tiles.
pub const TILE_HEIGHT: u32 = 8;

/// Hashes of a full tile.
pub const TILE_WIDTH: u64 = 1 << TILE_HEIGHT;

/// Hash of a leaf (RFC 6962, 2.1: a zero byte before its data).
pub fn leaf_hash(data: &[u8]) -> Hash {
    Sha256::new().chain_update([0]).chain_update(data).finalize().into()
}

/// Hash of a node over its halves (RFC 6962, 2.1: a one byte before them).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

/// Root of the tree without leaves.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// Where tiles are kept.
pub trait Tiles {
    /// Why a tile could not be read.
    type Error;

    /// The hashes of tile `index` at `level` that are known, in order; none where the tile is not begun.
    ///
    /// # Errors
    /// Where it cannot be read.
    fn tile(&self, level: u32, index: u64) -> Result<Vec<Hash>, Self::Error>;
}

/// Why a proof or root could not be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError<E> {
    /// The tiles could not be read.
    #[error("the tiles cannot be read: {0}")]
    Tiles(E),
    /// A hash that the size promises is not in its tile: the log is damaged.
    #[error("tile {index} of level {level} lacks hash {place}")]
    Missing {
        /// Level of the tile.
        level: u32,
        /// Its index.
        index: u64,
        /// Place of the hash in it.
        place: u64,
    },
    /// The question is about leaves or sizes the tree does not have.
    #[error("a tree of {size} leaves says nothing of {asked}")]
    OutOfRange {
        /// Leaves of the tree.
        size: u64,
        /// What was asked about.
        asked: u64,
    },
}

/// The tree of the first `size` leaves.
#[derive(Debug, Clone, Copy)]
pub struct Tree<'a, T> {
    tiles: &'a T,
    size: u64,
}

impl<'a, T: Tiles> Tree<'a, T> {
    /// The tree of the first `size` leaves of these tiles.
    pub fn new(tiles: &'a T, size: u64) -> Self {
        Self { tiles, size }
    }

    /// Its root.
    ///
    /// # Errors
    /// Where a tile cannot be read, or lacks what the size promises.
    pub fn root(&self) -> Result<Hash, ProofError<T::Error>> {
        if self.size == 0 { Ok(empty_root()) } else { self.hash_over(0, self.size) }
    }

    /// The proof that leaf `index` is in the tree (RFC 6962, 2.1.1), from the leaf upwards.
    ///
    /// # Errors
    /// Where there is no such leaf, or as for [`Self::root`].
    pub fn inclusion(&self, index: u64) -> Result<Vec<Hash>, ProofError<T::Error>> {
        if index >= self.size {
            return Err(ProofError::OutOfRange { size: self.size, asked: index });
        }
        let (mut path, mut from, mut to) = (Vec::new(), 0, self.size);
        while to - from > 1 {
            let middle = from + split(to - from);
            if index < middle {
                path.push(self.hash_over(middle, to)?);
                to = middle;
            } else {
                path.push(self.hash_over(from, middle)?);
                from = middle;
            }
        }
        path.reverse();
        Ok(path)
    }

    /// The proof that the tree of the first `earlier` leaves became this one (RFC 6962, 2.1.2).
    ///
    /// # Errors
    /// Where `earlier` is larger than the tree or nothing, or as for [`Self::root`].
    pub fn consistency(&self, earlier: u64) -> Result<Vec<Hash>, ProofError<T::Error>> {
        if earlier == 0 || earlier > self.size {
            return Err(ProofError::OutOfRange { size: self.size, asked: earlier });
        }
        let (mut path, mut from, mut to, mut whole) = (Vec::new(), 0, self.size, true);
        while earlier != to {
            let middle = from + split(to - from);
            if earlier <= middle {
                path.push(self.hash_over(middle, to)?);
                to = middle;
            } else {
                path.push(self.hash_over(from, middle)?);
                (from, whole) = (middle, false);
            }
        }
        if !whole {
            path.push(self.hash_over(from, to)?);
        }
        path.reverse();
        Ok(path)
    }

    /// The hash over the leaves from `from` to before `to`, as the tree splits them.
    fn hash_over(&self, from: u64, to: u64) -> Result<Hash, ProofError<T::Error>> {
        let count = to - from;
        if count.is_power_of_two() {
            return self.whole_subtree(count.trailing_zeros(), from >> count.trailing_zeros());
        }
        let middle = from + split(count);
        Ok(node_hash(&self.hash_over(from, middle)?, &self.hash_over(middle, to)?))
    }

    /// The root of the whole subtree of 2^`height` leaves with this index among its like.
    fn whole_subtree(&self, height: u32, index: u64) -> Result<Hash, ProofError<T::Error>> {
        let (level, steps) = (height / TILE_HEIGHT, height % TILE_HEIGHT);
        let (first, count) = (index << steps, 1_u64 << steps);
        // A subtree is lower than a tile, so all its hashes are in one.
        let (tile, place) = (first / TILE_WIDTH, first % TILE_WIDTH);
        let hashes = self.tiles.tile(level, tile).map_err(ProofError::Tiles)?;
        let (from, to) = (place as usize, (place + count) as usize);
        let Some(within) = hashes.get(from..to) else {
            return Err(ProofError::Missing { level, index: tile, place: hashes.len() as u64 });
        };
        let mut row = within.to_vec();
        while row.len() > 1 {
            row = row.chunks_exact(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
        }
        Ok(row[0])
    }
}

/// Where a tree of more than one leaf splits: the largest power of two below its size.
fn split(count: u64) -> u64 {
    1 << (u64::BITS - 1 - (count - 1).leading_zeros())
}

/// A hash to be added to a tile, with its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewHash {
    /// Level of the tile.
    pub level: u32,
    /// Index of the hash at that level: 256 times the tile's index plus its place.
    pub index: u64,
    /// The hash.
    pub hash: Hash,
}

/// What the leaves added to a tree of `size` leaves add to its tiles, in the order in which they go there.
///
/// # Errors
/// Where a tile that was begun before cannot be read.
pub fn grow<T: Tiles>(tiles: &T, size: u64, leaves: &[Hash]) -> Result<Vec<NewHash>, ProofError<T::Error>> {
    let mut added: Vec<NewHash> = Vec::with_capacity(leaves.len() + leaves.len() / 255 + 1);
    let (mut level, mut first, mut row) = (0, size, leaves.to_vec());
    while !row.is_empty() {
        added.extend((first..).zip(&row).map(|(index, hash)| NewHash { level, index, hash: *hash }));
        let (begun, end) = (first / TILE_WIDTH, (first + row.len() as u64) / TILE_WIDTH);
        let mut above = Vec::with_capacity((end - begun) as usize);
        for tile in begun..end {
            // Every tile that is full now gives one hash to the level above.
            let start = tile * TILE_WIDTH;
            let mut whole = Vec::new();
            if start < first {
                whole = tiles.tile(level, tile).map_err(ProofError::Tiles)?;
                whole.truncate((first - start) as usize);
                if (whole.len() as u64) < first - start {
                    return Err(ProofError::Missing { level, index: tile, place: whole.len() as u64 });
                }
            }
            let from = (start.max(first) - first) as usize;
            whole.extend(&row[from..(start + TILE_WIDTH - first) as usize]);
            while whole.len() > 1 {
                whole = whole.chunks_exact(2).map(|pair| node_hash(&pair[0], &pair[1])).collect();
            }
            above.push(whole[0]);
        }
        (level, first, row) = (level + 1, begun, above);
    }
    Ok(added)
}

/// Whether a proof of inclusion leads from a leaf's hash to the root (RFC 9162, 2.1.3.2).
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, path: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if node % 2 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            while node % 2 == 0 && node != 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    last == 0 && hash == *root
}

/// Whether a proof of consistency leads from an earlier root to a later one (RFC 9162, 2.1.4.2).
pub fn verify_consistency(
    earlier: u64,
    later: u64,
    path: &[Hash],
    earlier_root: &Hash,
    later_root: &Hash,
) -> bool {
    if earlier == 0 || earlier > later {
        return false;
    }
    if earlier == later {
        return path.is_empty() && earlier_root == later_root;
    }
    let mut path = path.iter();
    let (mut node, mut last) = (earlier - 1, later - 1);
    while node % 2 == 1 {
        (node, last) = (node >> 1, last >> 1);
    }
    let start = if earlier.is_power_of_two() { Some(earlier_root) } else { path.next() };
    let Some(start) = start else { return false };
    let (mut old, mut new) = (*start, *start);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if node % 2 == 1 || node == last {
            (old, new) = (node_hash(sibling, &old), node_hash(sibling, &new));
            while node % 2 == 0 && node != 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            new = node_hash(&new, sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    last == 0 && old == *earlier_root && new == *later_root
}
