//! The tree against an independent implementation, and proofs against everything that could be wrong with them.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use std::collections::HashMap;
use std::convert::Infallible;
use store::audit::merkle::*;

#[derive(Default)]
struct Kept(HashMap<(u32, u64), Vec<Hash>>);

impl Tiles for Kept {
    type Error = Infallible;
    fn tile(&self, level: u32, index: u64) -> Result<Vec<Hash>, Infallible> {
        Ok(self.0.get(&(level, index)).cloned().unwrap_or_default())
    }
}

impl Kept {
    fn add(&mut self, size: u64, leaves: &[Hash]) {
        for new in grow(self, size, leaves).unwrap() {
            let tile = self.0.entry((new.level, new.index / TILE_WIDTH)).or_default();
            assert_eq!(tile.len() as u64, new.index % TILE_WIDTH, "hashes come in order");
            tile.push(new.hash);
        }
    }
}

fn data(index: u64) -> Vec<u8> {
    index.to_be_bytes().to_vec()
}

/// Grown in steps, and the oracle's roots after each leaf.
fn grown(sizes: &[u64]) -> (Kept, Vec<Hash>) {
    let mut kept = Kept::default();
    let mut oracle = ct_merkle::mem_backed_tree::MemoryBackedTree::<sha2::Sha256, Vec<u8>>::new();
    let mut roots = vec![empty_root()];
    let mut size = 0;
    for step in sizes {
        let leaves: Vec<Hash> = (size..size + step).map(|index| leaf_hash(&data(index))).collect();
        kept.add(size, &leaves);
        for index in size..size + step {
            oracle.push(data(index));
            roots.push(oracle.root().as_bytes()[..].try_into().unwrap());
        }
        size += step;
    }
    (kept, roots)
}

#[test]
fn roots_are_those_of_another_implementation() {
    let (kept, roots) = grown(&[1, 1, 253, 1, 1, 255, 300, 1000]);
    for (size, root) in roots.iter().enumerate() {
        assert_eq!(Tree::new(&kept, size as u64).root().unwrap(), *root, "{size}");
    }
}

proptest! {
    #[test]
    fn proofs_prove_what_is_so_and_nothing_else(
        steps in prop::collection::vec(1..400_u64, 1..4),
        a in any::<prop::sample::Index>(),
        b in any::<prop::sample::Index>(),
        flip in any::<prop::sample::Index>(),
    ) {
        let (kept, roots) = grown(&steps);
        let size = a.index(roots.len() - 1) as u64 + 1;
        let earlier = b.index(size as usize) as u64 + 1;
        let root = roots[size as usize];
        let tree = Tree::new(&kept, size);
        let index = earlier - 1;
        let leaf = leaf_hash(&data(index));
        let path = tree.inclusion(index).unwrap();
        prop_assert!(verify_inclusion(&leaf, index, size, &path, &root));
        prop_assert!(!verify_inclusion(&leaf_hash(b"else"), index, size, &path, &root));
        if size > 1 {
            prop_assert!(!verify_inclusion(&leaf, (index + 1) % size, size, &path, &root));
        }
        let between = tree.consistency(earlier).unwrap();
        prop_assert!(verify_consistency(earlier, size, &between, &roots[earlier as usize], &root));
        if earlier < size {
            prop_assert!(!verify_consistency(earlier, size, &between, &roots[earlier as usize - 1], &root));
        }
        for whole in [&path, &between] {
            if whole.is_empty() { continue }
            let mut bad = whole.clone();
            bad[flip.index(whole.len())][0] ^= 1;
            prop_assert!(!verify_inclusion(&leaf, index, size, &bad, &root));
            prop_assert!(!verify_consistency(earlier, size, &bad, &roots[earlier as usize], &root));
        }
        let mut longer = path.clone();
        longer.push(root);
        prop_assert!(!verify_inclusion(&leaf, index, size, &longer, &root));
    }
}

#[test]
fn what_the_tree_does_not_have_is_refused() {
    let (kept, _) = grown(&[5]);
    let tree = Tree::new(&kept, 5);
    assert_eq!(tree.inclusion(5), Err(ProofError::OutOfRange { size: 5, asked: 5 }));
    assert_eq!(tree.consistency(0), Err(ProofError::OutOfRange { size: 5, asked: 0 }));
    assert_eq!(tree.consistency(6), Err(ProofError::OutOfRange { size: 5, asked: 6 }));
    assert!(matches!(Tree::new(&kept, 6).root(), Err(ProofError::Missing { level: 0, index: 0, place: 5 })));
}
