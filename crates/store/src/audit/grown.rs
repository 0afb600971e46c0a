//! The tree over a log as it grows, held against the tiles and checkpoints that are kept of it.

use super::checkpoint::Verifier;
use super::merkle::{Hash, TILE_HEIGHT, TILE_WIDTH, empty_root, node_hash};
use super::verify::{VerifyFault, differs};
use crate::StoreError;
use std::collections::HashMap;

/// A checkpoint as a database has it: size, root, and what was signed.
pub(crate) type SignedRow = (u64, Hash, String);

/// Holds checkpoints against the key of the log; gives their roots by their sizes.
pub(crate) fn signed(verifier: &str, rows: Vec<SignedRow>) -> Result<HashMap<u64, Hash>, VerifyFault> {
    let verifier = Verifier::parse(verifier).map_err(|why| differs("the verifier key", why.to_string()))?;
    let mut roots = HashMap::with_capacity(rows.len());
    for (size, root, note) in rows {
        let place = format!("checkpoint {size}");
        let signed = verifier.open(verifier.name(), &note).map_err(|why| differs(&place, why.to_string()))?;
        if (signed.size, signed.root) != (size, root) {
            return Err(differs(place, "its note says another size or root"));
        }
        roots.insert(size, root);
    }
    Ok(roots)
}

/// How many hashes stand above so many leaves.
pub(crate) fn above(mut leaves: u64) -> u64 {
    let mut hashes = 0;
    while leaves >= TILE_WIDTH {
        leaves /= TILE_WIDTH;
        hashes += leaves;
    }
    hashes
}

/// The whole subtrees so far, the largest first, each with its height.
pub(crate) struct Grown<F> {
    roots: HashMap<u64, Hash>,
    signed: u64,
    /// The hash that is kept at a level, in a tile, at a place.
    kept: F,
    size: u64,
    row: Vec<(u32, Hash)>,
}

impl<F: FnMut(u32, u64, u64) -> Result<Option<Vec<u8>>, StoreError>> Grown<F> {
    /// An empty tree, to be held against the roots of these sizes.
    pub(crate) fn new(roots: HashMap<u64, Hash>, kept: F) -> Self {
        let signed = roots.keys().max().copied().unwrap_or_default();
        Self { roots, signed, kept, size: 0, row: Vec::new() }
    }

    /// Leaves so far.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf.
    pub(crate) fn push(&mut self, leaf: Hash) -> Result<(), VerifyFault> {
        let (mut height, mut hash) = (0, leaf);
        self.size += 1;
        while let Some((_, left)) = self.row.pop_if(|(other, _)| *other == height) {
            (height, hash) = (height + 1, node_hash(&left, &hash));
            if height % TILE_HEIGHT == 0 && self.size <= self.signed {
                self.check_tile(height, &hash)?;
            }
        }
        self.row.push((height, hash));
        match self.roots.get(&self.size) {
            Some(root) if *root != self.root() => {
                Err(differs(format!("checkpoint {}", self.size), "its root is not that of the leaves"))
            }
            _ => Ok(()),
        }
    }

    /// The hash that ends with the last leaf stands in its tile.
    fn check_tile(&mut self, height: u32, hash: &Hash) -> Result<(), VerifyFault> {
        let (level, index) = (height / TILE_HEIGHT, (self.size >> height) - 1);
        let (tile, place) = (index / TILE_WIDTH, index % TILE_WIDTH);
        let named = format!("hash {place} of tile {tile} at level {level}");
        match (self.kept)(level, tile, place) {
            Ok(Some(kept)) if kept == hash => Ok(()),
            Ok(_) => Err(differs(named, "it does not follow from the leaves")),
            Err(why) => Err(VerifyFault::Unreadable { after: named, why }),
        }
    }

    /// The root over the leaves so far.
    pub(crate) fn root(&self) -> Hash {
        let mut parts = self.row.iter().rev().map(|(_, hash)| *hash);
        let Some(last) = parts.next() else { return empty_root() };
        parts.fold(last, |right, left| node_hash(&left, &right))
    }
}
