//! The names of a snapshot with the dictionary of their tokens, and the search for names that may reach a score.

mod bound;
mod cache;
mod corpus;
mod dictionary;
mod marks;
mod near;
mod pattern;
mod runs;
mod search;
mod stamps;
mod table;

#[cfg(test)]
pub(crate) use bound::{grant_run, nothing, reaches};
pub(crate) use corpus::{Corpus, CorpusBuilder, CorpusName};
pub(crate) use search::Candidates;

use crate::align::Side;
use crate::list::List;
use crate::normalise::{self, Normalised};
use crate::weights::{Weight, Weights};
use std::sync::mpsc::sync_channel;

/// Most threads that an index is built on.
const THREADS_MOST: usize = 8;
/// Names that a thread takes at a time; fewer are not worth one.
const THREAD_NAMES: usize = 4096;

/// How many threads there are to build or search with.
pub(crate) fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(THREADS_MOST)
}

/// What a function makes of things, in their order.
pub(crate) fn in_parallel<T: Sync, U: Send>(
    things: &[T],
    threads: usize,
    make: impl Fn(&T) -> U + Sync,
) -> Vec<U> {
    if threads < 2 || things.len() < THREAD_NAMES {
        return things.iter().map(make).collect();
    }
    let make = &make;
    std::thread::scope(|scope| {
        let parts = things.chunks(things.len().div_ceil(threads));
        let parts: Vec<_> =
            parts.map(|part| scope.spawn(move || part.iter().map(make).collect::<Vec<U>>())).collect();
        parts.into_iter().flat_map(joined).collect()
    })
}

/// Hands to `use_it` what a function makes of things, in their order, while it makes more. Each thread stays to the end,
/// so that what it remembers of words serves it again.
pub(crate) fn in_turn<T: Sync, U: Send>(
    things: &[T],
    make: impl Fn(&T) -> U + Sync,
    mut use_it: impl FnMut(&T, U),
) {
    let threads = threads();
    if threads < 2 || things.len() < THREAD_NAMES {
        return things.iter().for_each(|thing| use_it(thing, make(thing)));
    }
    let (make, parts) = (&make, || things.chunks(AT_ONCE));
    std::thread::scope(|scope| {
        let begin = |thread: usize| {
            // No thread runs far ahead, so that few are held with all the texts of their tokens.
            let (give, take) = sync_channel(1);
            let work = move || {
                for part in parts().skip(thread).step_by(threads) {
                    // Whoever takes has gone where it panicked.
                    if give.send(part.iter().map(make).collect::<Vec<U>>()).is_err() {
                        return;
                    }
                }
            };
            (scope.spawn(work), take)
        };
        let workers: Vec<_> = (0..threads).map(begin).collect();
        for (part, (_, take)) in parts().zip(workers.iter().cycle()) {
            // Whoever gives has gone where it panicked.
            let Ok(made) = take.recv() else { break };
            part.iter().zip(made).for_each(|(thing, made)| use_it(thing, made));
        }
        workers.into_iter().for_each(|(thread, take)| {
            drop(take);
            joined(thread);
        });
    });
}

/// Things that a thread hands over together.
const AT_ONCE: usize = 1024;

/// What a thread made; its panic is that of whoever waits for it.
pub(crate) fn joined<T>(thread: std::thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// The index of a snapshot.
#[derive(Debug, Default)]
pub(crate) struct Index {
    pub(crate) corpus: Corpus,
    /// How common words are.
    pub(crate) weights: Weights,
    /// What each token of the corpus weighs, by number.
    token_weights: Vec<Weight>,
}

impl Index {
    /// Indexes every name of the lists, on all cores; how many there are makes no difference.
    pub(crate) fn new(lists: &[List]) -> Self {
        let mut names = Vec::new();
        for (list_place, list) in (0..).zip(lists) {
            for (entity_place, entity) in (0..).zip(&list.entities) {
                for (name_place, name) in (0..).zip(&entity.names) {
                    names.push(((list_place, entity_place, name_place), entity.schema, name.text.as_str()));
                }
            }
        }
        let mut corpus = CorpusBuilder::default();
        let enter = |(owner, schema, _): &_, normalised: Normalised| {
            if !normalised.tokens.is_empty() {
                corpus.add(normalised.tokens, *owner, Some(*schema), normalised.cut);
            }
        };
        in_turn(&names, |(_, _, text)| normalise::listed(text), enter);
        let (corpus, weights) = corpus.freeze();
        let token_weights = corpus.tokens().iter().map(|token| weights.of(token)).collect();
        Self { corpus, weights, token_weights }
    }

    /// The names whose score against `query` may reach `thousandths`. A superset of those that do.
    pub(crate) fn candidates(&self, query: &Side<'_>, thousandths: i32) -> Candidates {
        self.corpus.candidates(&self.token_weights, query, thousandths)
    }

    /// A candidate as one side of a comparison, handed to `use_it`.
    pub(crate) fn with_side<T>(
        &self,
        candidates: &Candidates,
        name: u32,
        use_it: impl FnOnce(&Side<'_>) -> T,
    ) -> T {
        self.corpus.with_side(&self.token_weights, candidates, name, use_it)
    }

    /// A name as one side of a comparison with anything.
    pub(crate) fn with_whole_side<T>(&self, name: u32, use_it: impl FnOnce(&Side<'_>) -> T) -> T {
        self.corpus.with_whole_side(&self.token_weights, name, use_it)
    }

    /// The names of an entry, by the places of its list and of itself.
    pub(crate) fn names_of(&self, list: u32, entity: u32) -> std::ops::Range<u32> {
        let names = &self.corpus.names;
        let start = names.partition_point(|name| (name.list, name.entity) < (list, entity));
        let end = names.partition_point(|name| (name.list, name.entity) <= (list, entity));
        start as u32..end as u32
    }
}
