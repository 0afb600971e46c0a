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

pub(crate) use corpus::{Corpus, CorpusBuilder, CorpusName, JoinedRun};
pub(crate) use search::Candidates;

use crate::align::Side;
use crate::list::List;
use crate::normalise;
use crate::weights::{Weight, Weights};

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
    /// Indexes every name of the lists.
    pub(crate) fn new(lists: &[List]) -> Self {
        let (mut weights, mut corpus) = (Weights::default(), CorpusBuilder::default());
        for (list_place, list) in (0..).zip(lists) {
            for (entity_place, entity) in (0..).zip(&list.entities) {
                for (name_place, name) in (0..).zip(&entity.names) {
                    let normalised = normalise::listed(&name.text);
                    if normalised.tokens.is_empty() {
                        continue;
                    }
                    weights.count(normalised.tokens.iter());
                    let owner = (list_place, entity_place, name_place);
                    corpus.add(normalised.tokens, owner, Some(entity.schema), normalised.cut);
                }
            }
        }
        let corpus = corpus.freeze();
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
        if !candidates.all {
            return use_it(&self.corpus.side(name, &self.token_weights, candidates.runs_of(name)));
        }
        let runs = self.corpus.runs_of(name);
        let joined = runs.iter().map(|(start, length, token, whole_words)| JoinedRun {
            start: *start,
            length: *length,
            token,
            whole_words: *whole_words,
        });
        use_it(&self.corpus.side(name, &self.token_weights, joined))
    }
}
