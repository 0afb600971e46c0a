//! Lists frozen together, and the screening of names against them.

use crate::address::{AddressHit, Addresses};
use crate::align::{Aligned, Side};
use crate::document::{DocumentHit, Documents};
use crate::evidence::{Evidence, Ledger, Relation};
use crate::index::{Candidates, CorpusName, Index};
use crate::list::{Entity, List, Name, NameKind, Purpose, Quality};
use crate::qualify::{Facts, qualify};
use crate::query::{Prepared, Query};
use crate::score::Score;
use crate::source::hex;
use sha2::{Digest, Sha256};
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Version of normalisation, weights and scorer together. The same version gives the same scores for the same
/// snapshot and query; decisions record it beside [`Snapshot::id`].
pub const ENGINE_VERSION: &str = "names-5";

/// What it costs that the name that matched is one the list itself calls weak.
const WEAK_ALIAS: i32 = -50;
/// The same of a weak one of a single word, where the query has a word more: "John" is no hint at any John with a name
/// of his own.
const WEAK_WORD: i32 = -200;

/// A set of lists that never changes. Clones share it.
#[derive(Debug, Clone)]
pub struct Snapshot {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    id: String,
    lists: Vec<List>,
    index: Index,
    addresses: Addresses,
    documents: Documents,
}

/// An entry of a list, with where it stands: what every kind of hit tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedEntry {
    /// Identifier of the list's source, such as `ofac-sdn`.
    pub source: &'static str,
    /// Title of the list.
    pub list: String,
    /// Edition of the list; `None` is "undated".
    pub edition: Option<String>,
    /// What the list is for.
    pub purpose: Purpose,
    /// Identifier of the entry in its list.
    pub entity_id: String,
    /// The entry's primary name.
    pub name: String,
}

impl ListedEntry {
    pub(crate) fn new(list: &List, entity: &Entity) -> Self {
        Self {
            source: list.source,
            list: list.title.clone(),
            edition: list.edition.clone(),
            purpose: list.purpose,
            entity_id: entity.id.clone(),
            name: entity.primary_name().to_owned(),
        }
    }
}

/// An entry of a list that a name resembles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// How much.
    pub score: Score,
    /// Where the entry stands.
    pub entry: ListedEntry,
    /// The name of the entry that matched best.
    pub matched: String,
    /// Why; the contributions add up to the score.
    pub evidence: Vec<Evidence>,
}

impl Snapshot {
    /// Freezes lists. Their order does not matter; a list given twice counts once.
    pub fn new(mut lists: Vec<List>) -> Self {
        lists.sort_by(|a, b| (a.source, &a.sha256).cmp(&(b.source, &b.sha256)));
        lists.dedup_by(|a, b| a.source == b.source && a.sha256 == b.sha256);
        let mut hash = Sha256::new();
        for list in &lists {
            hash.update(format!("{}  {}\n", list.sha256, list.source));
        }
        let index = Index::new(&lists);
        let addresses = Addresses::new(&lists);
        let documents = Documents::new(&lists);
        Self { inner: Arc::new(Inner { id: hex(&hash.finalize()), lists, index, addresses, documents }) }
    }

    /// SHA-256 in hexadecimal over the lines `<hash of the list>  <source>`, in the order of [`Snapshot::lists`].
    pub fn id(&self) -> &str {
        &self.inner.id
    }

    /// The lists, by source and hash.
    pub fn lists(&self) -> &[List] {
        &self.inner.lists
    }

    /// The entries that `query` resembles with at least `threshold`: by falling score, then by source, identifier of
    /// the entry, and hash of the list. An entry appears once, with the name that scores best; among equals the one
    /// the list gives first.
    ///
    /// A name that is not [comparable](crate::is_comparable) has no hits, which clears nobody.
    pub fn screen(&self, query: &Query, threshold: Score) -> Vec<Hit> {
        self.search(query, threshold, false, |_, _, _| false)
    }

    /// The entry a hit names; `None` where it is of other lists.
    pub fn entry_of(&self, hit: &Hit) -> Option<&Entity> {
        let ListedEntry { source, list: title, edition, entity_id, .. } = &hit.entry;
        let same = |list: &&List| list.source == *source && list.title == *title && list.edition == *edition;
        let entities = self.inner.lists.iter().filter(same).flat_map(|list| &list.entities);
        entities.into_iter().find(|entity| entity.id == *entity_id)
    }

    /// An entry, by its list's source and title and its identifier there; `None` where no list has it now.
    pub fn entry(&self, source: &str, title: &str, entity_id: &str) -> Option<&Entity> {
        let same = |list: &&List| list.source == source && list.title == title;
        let mut entities = self.inner.lists.iter().filter(same).flat_map(|list| &list.entities);
        entities.find(|entity| entity.id == entity_id)
    }

    /// The entries that have, to all appearance, the address of `query`: whatever the name says. Nothing where it
    /// states no address.
    pub fn screen_addresses(&self, query: &Query) -> Vec<AddressHit> {
        self.inner.addresses.screen(query, &self.inner.lists)
    }

    /// The entries that have a document or registration number of `query`: whatever the name says. Numbers that are too
    /// short to tell anything find nothing.
    pub fn screen_documents(&self, query: &Query) -> Vec<DocumentHit> {
        self.inner.documents.screen(query, &self.inner.lists)
    }

    /// What [`screen`](Self::screen) gives when the names for which `left_out` says yes were not on the lists, for
    /// evaluation: is an entry found by an alias that the list does not know yet?
    ///
    /// Only the hits are without them. How common a word is was counted over all names, those left out included.
    pub fn screen_without(
        &self,
        query: &Query,
        threshold: Score,
        left_out: impl Fn(&List, &Entity, &Name) -> bool,
    ) -> Vec<Hit> {
        self.search(query, threshold, false, left_out)
    }

    /// What [`screen`](Self::screen) gives, found by scoring every name of every list: the reference that the index
    /// is tested against, many times slower.
    pub fn screen_exhaustively(&self, query: &Query, threshold: Score) -> Vec<Hit> {
        self.search(query, threshold, true, |_, _, _| false)
    }

    fn search(
        &self,
        query: &Query,
        threshold: Score,
        exhaustively: bool,
        left_out: impl Fn(&List, &Entity, &Name) -> bool,
    ) -> Vec<Hit> {
        let Inner { lists, index, .. } = &*self.inner;
        let facts = Facts::of_query(query);
        let names = Prepared::all(query, &index.weights);
        let sides: Vec<Side<'_>> = names.iter().map(Prepared::side).collect();
        let least = i32::from(threshold.thousandths()) - facts.most_added();
        // By place of list and entry, the best name of each entry: its score, its place, and the side it met.
        let mut best: BTreeMap<(u32, u32), Best> = BTreeMap::new();
        // None is ruled out below no score at all.
        let candidates_above = if exhaustively { 0 } else { least };
        let found: Vec<Candidates> =
            sides.iter().map(|side| index.candidates(side, candidates_above)).collect();
        for (part, (side, candidates)) in sides.iter().zip(&found).enumerate() {
            for place in &candidates.names {
                let name = &index.corpus.names[*place as usize];
                let aligned = index.with_side(candidates, *place, |listed| Aligned::new(side, listed));
                let total = (i32::from(aligned.thousandths()) + weakness(lists, name, &aligned)).max(0);
                if total < least {
                    continue;
                }
                let list = &lists[name.list as usize];
                if left_out(list, &list.entities[name.entity as usize], name_of(lists, name)) {
                    continue;
                }
                let found = Best { total, part, place: *place, aligned };
                match best.get_mut(&(name.list, name.entity)) {
                    Some(known) if known.total >= total => {}
                    Some(known) => *known = found,
                    None => {
                        best.insert((name.list, name.entity), found);
                    }
                }
            }
        }
        let mut hits: Vec<((u32, u32), Hit)> = best
            .into_iter()
            .filter_map(|(key, best)| {
                let (side, with) = (&sides[best.part], (best.place, &best.aligned));
                let hit = index.with_side(&found[best.part], best.place, |listed| {
                    self.hit((side, listed), &facts, with, threshold)
                });
                Some((key, hit?))
            })
            .collect();
        hits.sort_by(|(a_place, a), (b_place, b)| order((a, a_place), (b, b_place)));
        hits.into_iter().map(|(_, hit)| hit).collect()
    }

    /// The hit that a name of an entry makes of a query, where it reaches the threshold with the facts of both.
    pub(crate) fn hit(
        &self,
        (side, listed): (&Side<'_>, &Side<'_>),
        facts: &Facts,
        (place, aligned): (u32, &Aligned),
        threshold: Score,
    ) -> Option<Hit> {
        let Inner { lists, index, .. } = &*self.inner;
        let name = &index.corpus.names[place as usize];
        let list = &lists[name.list as usize];
        let entity = &list.entities[name.entity as usize];
        let matched = name_of(lists, name);
        let mut ledger = Ledger::default();
        aligned.explain(side, listed, &mut ledger);
        let weak = weakness(lists, name, aligned);
        if weak != 0 {
            ledger.enter(None, Some(matched.text.clone()), Relation::WeakAlias, weak);
        }
        qualify(facts, &Facts::of_entity(entity), aligned.rarity(), &mut ledger);
        let score = ledger.score();
        (score >= threshold).then(|| Hit {
            score,
            entry: ListedEntry::new(list, entity),
            matched: matched.text.clone(),
            evidence: ledger.entries,
        })
    }

    /// The index of its names.
    pub(crate) fn index(&self) -> &Index {
        &self.inner.index
    }
}

/// The best name of an entry so far.
struct Best {
    /// The score of the name, with what its weakness costs.
    total: i32,
    /// Which of the names the query may stand for.
    part: usize,
    /// Place of the list's name in the index.
    place: u32,
    aligned: Aligned,
}

/// The order of the hits of one query, with the places of list and entry.
pub(crate) fn order((a, a_place): (&Hit, &(u32, u32)), (b, b_place): (&Hit, &(u32, u32))) -> Ordering {
    b.score.cmp(&a.score).then_with(|| {
        (a.entry.source, &a.entry.entity_id, a_place).cmp(&(b.entry.source, &b.entry.entity_id, b_place))
    })
}

fn name_of<'a>(lists: &'a [List], name: &CorpusName) -> &'a Name {
    &lists[name.list as usize].entities[name.entity as usize].names[name.name as usize]
}

/// What it costs at least that the list calls the name weak; nothing for others.
pub(crate) fn least_weakness(lists: &[List], name: &CorpusName) -> i32 {
    match name_of(lists, name).kind {
        NameKind::Alias(Quality::Weak) => WEAK_ALIAS,
        NameKind::Alias(Quality::Strong) | NameKind::Primary | NameKind::OriginalScript => 0,
    }
}

/// What it costs where it is compared so.
pub(crate) fn weakness(lists: &[List], name: &CorpusName, aligned: &Aligned) -> i32 {
    match least_weakness(lists, name) {
        0 => 0,
        _ if aligned.says_more_than_one_word() => WEAK_WORD,
        least => least,
    }
}
