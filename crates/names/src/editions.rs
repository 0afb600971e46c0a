//! What a new edition of lists changes, entry by entry.

use crate::list::{Entity, List};
use crate::snapshot::Snapshot;
use std::collections::HashMap;

/// An entry of a snapshot, by what stays true wherever it is written down.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryRef {
    /// Identifier of the list's source.
    pub source: &'static str,
    /// SHA-256 of the list, in hexadecimal.
    pub sha256: String,
    /// Identifier of the entry in its list.
    pub entity_id: String,
}

/// Which lists of two editions are the same list, as places in `old` and `new`: first each of the new ones, then the old
/// ones that are gone.
///
/// Lists of one source and title are the same. A list of a State may change its title; where there is no other of its
/// source on either side, it is the same list.
pub fn pair_editions(old: &[&List], new: &[&List]) -> Vec<(Option<usize>, Option<usize>)> {
    let of_source = |lists: &[&List], source: &str| lists.iter().filter(|list| list.source == source).count();
    let mut taken = vec![false; old.len()];
    let mut pairs: Vec<(Option<usize>, Option<usize>)> = Vec::new();
    for (place, list) in new.iter().enumerate() {
        let alone = of_source(old, list.source) == 1 && of_source(new, list.source) == 1;
        let is_same = |(at, known): &(usize, &&List)| {
            !taken[*at] && known.source == list.source && (alone || known.title == list.title)
        };
        let known = old.iter().enumerate().find(is_same).map(|(at, _)| at);
        if let Some(known) = known {
            taken[known] = true;
        }
        pairs.push((known, Some(place)));
    }
    pairs.extend((0..old.len()).filter(|place| !taken[*place]).map(|place| (Some(place), None)));
    pairs
}

/// The entries of `new` that `old` has not, or has otherwise: those that parties screened against `old` have to be
/// screened against anew. Whatever a list says of an entry counts. Where a list is for another purpose than before, all
/// its entries do.
///
/// Entries that are gone are not among them: hits on them fall away.
pub fn changed_entries(old: &Snapshot, new: &Snapshot) -> Vec<EntryRef> {
    let (olds, news): (Vec<&List>, Vec<&List>) = (old.lists().iter().collect(), new.lists().iter().collect());
    let mut changed = Vec::new();
    for (before, after) in pair_editions(&olds, &news) {
        let Some(list) = after.map(|place| news[place]) else { continue };
        let before = before.map(|place| olds[place]).filter(|before| before.purpose == list.purpose);
        let mut known: HashMap<&str, Vec<&Entity>> = HashMap::new();
        for entity in before.iter().flat_map(|before| &before.entities) {
            known.entry(&entity.id).or_default().push(entity);
        }
        let is_known =
            |entity: &Entity| known.get(entity.id.as_str()).is_some_and(|known| known.contains(&entity));
        let others = list.entities.iter().filter(|entity| !is_known(entity));
        changed.extend(others.map(|entity| EntryRef {
            source: list.source,
            sha256: list.sha256.clone(),
            entity_id: entity.id.clone(),
        }));
    }
    changed.sort_unstable();
    changed.dedup();
    changed
}
