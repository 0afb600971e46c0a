//! Stored parties by an index of their own: which of them the changed entries of a list resemble.
//!
//! Screening a party goes through the index of the lists. Where a list changes and the parties stay, the same index is
//! turned round: the names that the parties may stand for are its corpus, and the names of the changed entries are asked
//! for. Likeness of words and the bound of a score do not care which side is which; what may reach the threshold is then
//! compared as screening compares it, the party as the query.
//!
//! It answers for the entries it is given. A new edition also changes how common words are, and with it, by a little, the
//! scores of entries that did not change: a hit that stood at the threshold may cross it. Only screening all parties anew
//! finds those; `docs/screening.md` says how many they are.
//!
//! The parties are what has to be stored, by whoever has them; the index is built from them.

use crate::address::{AddressHit, Addresses};
use crate::align::Aligned;
use crate::document::{DocumentHit, Documents};
use crate::editions::EntryRef;
use crate::index::{Corpus, CorpusBuilder, in_parallel, in_turn, joined, threads};
use crate::normalise;
use crate::qualify::Facts;
use crate::query::Query;
use crate::score::Score;
use crate::snapshot::{Hit, Snapshot, least_weakness, order, weakness};
use crate::weights::Weight;
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A party that was screened before, and is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// By which its owner knows it.
    pub id: String,
    /// What is asked for it.
    pub query: Query,
}

/// An entry that is not in the snapshot it was looked for in. Parties must not pass for screened against it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the lists have no entry {} of {} ({})", .0.entity_id, .0.source, .0.sha256)]
pub struct EntryUnknown(pub EntryRef);

/// Stored parties, indexed by the names that they may stand for.
///
/// ```
/// use names::{DEFAULT_THRESHOLD, ListFile, Party, PartyIndex, Query, Snapshot, changed_entries, load};
/// let edition = |row: &str| {
///     let csv = format!("# loadgate-watch-list: Border watch of Freedonia\nid,name\nW-1,Amr Zefir\n{row}");
///     Snapshot::new(load(vec![ListFile { name: "watch.csv".to_owned(), bytes: csv.into() }]).lists)
/// };
/// let (old, new) = (edition(""), edition("W-2,Zephyr Border Trading FZE\n"));
/// let parties = ["Zephyr Border Trdaing", "Amr Zefir", "Lantern Front"];
/// let parties = parties.map(|name| Party { id: name.to_lowercase(), query: Query::new(name) });
/// let index = PartyIndex::new(parties.to_vec());
/// let found = index.rescreen(&new, &changed_entries(&old, &new), DEFAULT_THRESHOLD)?;
/// assert_eq!(found.len(), 1);
/// assert_eq!((found[0].0.id.as_str(), found[0].1.entry.entity_id.as_str()), ("zephyr border trdaing", "W-2"));
/// # Ok::<(), names::EntryUnknown>(())
/// ```
#[derive(Debug, Default)]
pub struct PartyIndex {
    parties: Vec<Party>,
    corpus: Corpus,
    /// What the facts of each party, and of any, can add to a score at most.
    most_added: Vec<i32>,
    most_added_to_any: i32,
}

/// A party that may be a hit on an entry, by the best name so far.
#[derive(Debug, Clone, Copy)]
struct Found {
    party: u32,
    /// Places of list and entry.
    entry: (u32, u32),
    /// The score of the names, with what weakness costs.
    total: i32,
    /// Which of the names the party may stand for.
    part: u32,
    /// The names in both indexes.
    listed: u32,
    stored: u32,
}

impl PartyIndex {
    /// Indexes parties, on all cores; how many there are makes no difference. A party whose name is not
    /// [comparable](crate::is_comparable) is found by no entry, which clears nobody.
    pub fn new(parties: Vec<Party>) -> Self {
        let mut corpus = CorpusBuilder::default();
        let mut place = 0;
        in_turn(
            &parties,
            |party| normalise::queried(&party.query.name),
            |party, names| {
                for (part, name) in (0..).zip(names) {
                    if !name.tokens.is_empty() {
                        corpus.add(name.tokens, (0, place, part), party.query.schema, name.cut);
                    }
                }
                place += 1;
            },
        );
        let (corpus, _) = corpus.freeze();
        let most_added: Vec<i32> =
            parties.iter().map(|party| Facts::of_query(&party.query).most_added()).collect();
        let most_added_to_any = most_added.iter().copied().max().unwrap_or(0);
        Self { parties, corpus, most_added, most_added_to_any }
    }

    /// The parties, in the order they were given.
    pub fn parties(&self) -> &[Party] {
        &self.parties
    }

    /// What [`Snapshot::screen`] gives for each party, of which only the hits on `changed` entries are kept: party by
    /// party in their order, each with its hits in that of `screen`.
    ///
    /// # Errors
    /// Where an entry is not in the snapshot.
    pub fn rescreen(
        &self,
        snapshot: &Snapshot,
        changed: &[EntryRef],
        threshold: Score,
    ) -> Result<Vec<(&Party, Hit)>, EntryUnknown> {
        let entries = places(snapshot, changed)?;
        let index = snapshot.index();
        let names: Vec<u32> =
            entries.iter().flat_map(|(list, entity)| index.names_of(*list, *entity)).collect();
        // How common words are, is counted over the names of the snapshot.
        let tokens = self.corpus.tokens();
        let weights = in_parallel(tokens, threads(), |token| index.weights.of(token));
        let found = spread(&names, |name| self.found(snapshot, &weights, *name, threshold));
        let mut found: Vec<Found> = found.into_iter().flatten().collect();
        // Of each entry the name that scores best; among equals the one that comes first in the query, then in the list.
        found.sort_unstable_by_key(|found| {
            (found.party, found.entry, Reverse(found.total), found.part, found.listed)
        });
        found.dedup_by_key(|found| (found.party, found.entry));
        let hits = spread(&found, |found| self.hit(snapshot, &weights, found, threshold));
        let mut hits: Vec<_> = found
            .iter()
            .zip(hits)
            .filter_map(|(found, hit)| Some((found.party, found.entry, hit?)))
            .collect();
        hits.sort_by(|(a_party, a_entry, a), (b_party, b_entry, b)| {
            a_party.cmp(b_party).then_with(|| order((a, a_entry), (b, b_entry)))
        });
        Ok(hits.into_iter().map(|(party, _, hit)| (&self.parties[party as usize], hit)).collect())
    }

    /// What [`Snapshot::screen_addresses`] gives for each party that states an address, of which only the hits on
    /// `changed` entries are kept.
    ///
    /// # Errors
    /// Where an entry is not in the snapshot.
    pub fn rescreen_addresses(
        &self,
        snapshot: &Snapshot,
        changed: &[EntryRef],
    ) -> Result<Vec<(&Party, AddressHit)>, EntryUnknown> {
        let entries: BTreeSet<(u32, u32)> = places(snapshot, changed)?.into_iter().collect();
        let addresses = Addresses::of(snapshot.lists(), |list, entity| entries.contains(&(list, entity)));
        let stating: Vec<&Party> =
            self.parties.iter().filter(|party| party.query.address.is_some()).collect();
        let hits = spread(&stating, |party| addresses.screen(&party.query, snapshot.lists()));
        let of_party = stating.into_iter().zip(hits);
        Ok(of_party.flat_map(|(party, hits)| hits.into_iter().map(move |hit| (party, hit))).collect())
    }

    /// What [`Snapshot::screen_documents`] gives for each party that states a document, likewise.
    ///
    /// # Errors
    /// Where an entry is not in the snapshot.
    pub fn rescreen_documents(
        &self,
        snapshot: &Snapshot,
        changed: &[EntryRef],
    ) -> Result<Vec<(&Party, DocumentHit)>, EntryUnknown> {
        let entries: BTreeSet<(u32, u32)> = places(snapshot, changed)?.into_iter().collect();
        let documents = Documents::of(snapshot.lists(), |list, entity| entries.contains(&(list, entity)));
        let hits = self.parties.iter().flat_map(|party| {
            documents.screen(&party.query, snapshot.lists()).into_iter().map(move |hit| (party, hit))
        });
        Ok(hits.collect())
    }

    /// The names of parties that one name of an entry may make a hit.
    fn found(&self, snapshot: &Snapshot, weights: &[Weight], listed: u32, threshold: Score) -> Vec<Found> {
        let index = snapshot.index();
        let name = &index.corpus.names[listed as usize];
        let threshold = i32::from(threshold.thousandths());
        let least = threshold - self.most_added_to_any;
        // Below no score at all nothing can be ruled out, whatever weakness costs.
        let least = if least > 0 { least - least_weakness(snapshot.lists(), name) } else { least };
        index.with_whole_side(listed, |listed_side| {
            let candidates = self.corpus.candidates(weights, listed_side, least);
            let found = candidates.names.iter().filter_map(|stored| {
                let owner = &self.corpus.names[*stored as usize];
                let aligned = self
                    .corpus
                    .with_side(weights, &candidates, *stored, |side| Aligned::new(side, listed_side));
                let weak = weakness(snapshot.lists(), name, &aligned);
                let total = (i32::from(aligned.thousandths()) + weak).max(0);
                (total >= threshold - self.most_added[owner.entity as usize]).then_some(Found {
                    party: owner.entity,
                    entry: (name.list, name.entity),
                    total,
                    part: owner.name,
                    listed,
                    stored: *stored,
                })
            });
            found.collect()
        })
    }

    fn hit(&self, snapshot: &Snapshot, weights: &[Weight], found: &Found, threshold: Score) -> Option<Hit> {
        let facts = Facts::of_query(&self.parties[found.party as usize].query);
        snapshot.index().with_whole_side(found.listed, |listed| {
            self.corpus.with_whole_side(weights, found.stored, |side| {
                let aligned = Aligned::new(side, listed);
                snapshot.hit((side, listed), &facts, (found.listed, &aligned), threshold)
            })
        })
    }
}

/// The places of list and entry of these entries, in order; where a list has an identifier twice, both.
fn places(snapshot: &Snapshot, entries: &[EntryRef]) -> Result<Vec<(u32, u32)>, EntryUnknown> {
    let mut wanted: HashMap<(&str, &str, &str), bool> = entries
        .iter()
        .map(|entry| ((entry.source, entry.sha256.as_str(), entry.entity_id.as_str()), false))
        .collect();
    let mut places = Vec::new();
    for (list_place, list) in (0..).zip(snapshot.lists()) {
        for (entity_place, entity) in (0..).zip(&list.entities) {
            if let Some(seen) = wanted.get_mut(&(list.source, list.sha256.as_str(), entity.id.as_str())) {
                *seen = true;
                places.push((list_place, entity_place));
            }
        }
    }
    let is_unknown = |entry: &&EntryRef| {
        wanted.get(&(entry.source, entry.sha256.as_str(), entry.entity_id.as_str())) == Some(&false)
    };
    match entries.iter().find(is_unknown) {
        Some(unknown) => Err(EntryUnknown(unknown.clone())),
        None => Ok(places),
    }
}

/// Things that a thread takes at a time.
const TAKEN: usize = 16;

/// What a function makes of things that take it unequally long, in their order.
fn spread<T: Sync, U: Send>(things: &[T], make: impl Fn(&T) -> U + Sync) -> Vec<U> {
    let threads = threads().min(things.len().div_ceil(TAKEN));
    if threads < 2 {
        return things.iter().map(make).collect();
    }
    let next = AtomicUsize::new(0);
    let (next, make) = (&next, &make);
    let work = move || {
        let mut made: Vec<(usize, Vec<U>)> = Vec::new();
        loop {
            let start = next.fetch_add(TAKEN, Ordering::Relaxed);
            let Some(rest) = things.get(start..).filter(|rest| !rest.is_empty()) else { return made };
            made.push((start, rest[..TAKEN.min(rest.len())].iter().map(make).collect()));
        }
    };
    let mut made: Vec<(usize, Vec<U>)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(joined).collect()
    });
    made.sort_unstable_by_key(|(start, _)| *start);
    made.into_iter().flat_map(|(_, made)| made).collect()
}
