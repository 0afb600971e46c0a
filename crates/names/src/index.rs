//! The names of a snapshot with the dictionary of their tokens, and the search for names that may reach a score.
//!
//! The search loses nothing. Each distinct token and run of tokens of the lists is compared with each token and run
//! of the query by the very rules of the scorer, skipping only what [`could_be_alike`] rules out. From that each name
//! gets the most that the query's side can contribute; the list's side contributes one half at most. Names whose sum
//! stays below the threshold cannot be hits; all others are scored in full.

use crate::align::{Item, Side, runs_of};
use crate::list::List;
use crate::normalise::{self, Token};
use crate::similarity::{LengthGate, Likeness, Shape, alike, could_be_alike, joined};
use crate::weights::Weights;
use std::collections::HashMap;

/// Names that have a token or run, by their place in [`Index::names`].
type Postings = Vec<u32>;

/// Distinct tokens, or distinct runs, of all names.
#[derive(Debug, Default)]
struct Dictionary {
    tokens: Vec<Token>,
    /// Beside the tokens, so that ruling out reads little memory: the lengths, and for what passes those the rest.
    lengths: Vec<(u8, u8)>,
    shapes: Vec<Shape>,
    /// Places of the tokens whose lengths rule nothing out.
    open: Vec<u32>,
    postings: Vec<Postings>,
}

impl Dictionary {
    fn add(&mut self, places: &mut HashMap<Token, u32>, token: Token, name: u32) -> u32 {
        let place = match places.get(&token) {
            Some(place) => *place,
            None => {
                let place = as_u32(self.tokens.len());
                let shape = Shape::of(&token);
                self.lengths.push(shape.lengths());
                self.shapes.push(shape);
                if shape.is_open() {
                    self.open.push(place);
                }
                self.tokens.push(token.clone());
                self.postings.push(Postings::new());
                places.insert(token, place);
                place
            }
        };
        let postings = &mut self.postings[place as usize];
        if postings.last() != Some(&name) {
            postings.push(name);
        }
        place
    }
}

/// Places are numbers of tokens and names, of which there are far fewer than four thousand million.
fn as_u32(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

/// A name of an entry, as places in the dictionaries.
#[derive(Debug)]
pub(crate) struct IndexedName {
    /// Place of the list in the snapshot, of the entry in the list, of the name in the entry.
    pub(crate) list: u32,
    pub(crate) entity: u32,
    pub(crate) name: u32,
    tokens: Vec<u32>,
    weights: Vec<u32>,
    /// Start, length and place in the dictionary of runs.
    runs: Vec<(u16, u16, u32)>,
}

/// The index of a snapshot.
#[derive(Debug, Default)]
pub(crate) struct Index {
    tokens: Dictionary,
    runs: Dictionary,
    pub(crate) names: Vec<IndexedName>,
    pub(crate) weights: Weights,
}

impl Index {
    /// Indexes every name of the lists.
    pub(crate) fn new(lists: &[List]) -> Self {
        let mut index = Self::default();
        let (mut token_places, mut run_places) = (HashMap::new(), HashMap::new());
        for (list_place, list) in lists.iter().enumerate() {
            for (entity_place, entity) in list.entities.iter().enumerate() {
                for (name_place, name) in entity.names.iter().enumerate() {
                    let normalised = normalise::listed(&name.text);
                    if normalised.tokens.is_empty() {
                        continue;
                    }
                    index.weights.count(normalised.tokens.iter());
                    let place = as_u32(index.names.len());
                    // Names have at most 1,024 tokens.
                    let runs = runs_of(&normalised.tokens)
                        .into_iter()
                        .map(|(start, length, token)| {
                            (start as u16, length as u16, index.runs.add(&mut run_places, token, place))
                        })
                        .collect();
                    let tokens = normalised
                        .tokens
                        .into_iter()
                        .map(|token| index.tokens.add(&mut token_places, token, place))
                        .collect();
                    index.names.push(IndexedName {
                        list: as_u32(list_place),
                        entity: as_u32(entity_place),
                        name: as_u32(name_place),
                        tokens,
                        weights: Vec::new(),
                        runs,
                    });
                }
            }
        }
        let weights: Vec<u32> = index.tokens.tokens.iter().map(|token| index.weights.of(token)).collect();
        for name in &mut index.names {
            name.weights = name.tokens.iter().map(|place| weights[*place as usize]).collect();
        }
        index
    }

    /// A name as one side of a comparison.
    pub(crate) fn side(&self, name: &IndexedName) -> Side<'_> {
        let item =
            |dictionary: &'_ Dictionary, place: u32| (dictionary.shapes[place as usize], place as usize);
        let token = |(start, place): (usize, &u32)| {
            let (shape, place) = item(&self.tokens, *place);
            Item { token: &self.tokens.tokens[place], shape, start, length: 1 }
        };
        let run = |(start, length, place): &(u16, u16, u32)| {
            let (shape, place) = item(&self.runs, *place);
            let (start, length) = (usize::from(*start), usize::from(*length));
            Item { token: &self.runs.tokens[place], shape, start, length }
        };
        Side {
            tokens: name.tokens.iter().enumerate().map(token).collect(),
            weights: name.weights.clone(),
            runs: name.runs.iter().map(run).collect(),
            cut: false,
        }
    }

    /// The names whose score against `query` may reach `thousandths`, by place. A superset of those that do.
    pub(crate) fn candidates(&self, query: &Side<'_>, thousandths: i32) -> Vec<u32> {
        let sum: u64 = query.weights.iter().map(|weight| u64::from(*weight)).sum();
        // Forms, titles and particles stand in so many names that looking them up saves nothing: every name is
        // granted them.
        let granted: u64 = query
            .tokens
            .iter()
            .filter(|item| item.token.kind.is_weak() && !item.token.cut)
            .map(|item| 1000 * u64::from(query.weights[item.start]))
            .sum();
        let mut contributions = vec![granted; self.names.len()];
        // Which token of the query a name was last credited for, counted from 1.
        let mut credited = vec![0_u32; self.names.len()];
        let run_likenesses: Vec<Vec<(u16, &Postings)>> =
            query.runs.iter().map(|run| self.tokens.matching(run, |token, run| joined(run, token))).collect();
        for (index, item) in query.tokens.iter().enumerate() {
            if item.token.kind.is_weak() && !item.token.cut {
                continue;
            }
            let mut likenesses = self.tokens.matching(item, |listed, token| alike(token, listed));
            likenesses.extend(self.runs.matching(item, joined));
            for (run, found) in query.runs.iter().zip(&run_likenesses) {
                if (run.start..run.start + run.length).contains(&index) {
                    likenesses.extend(found);
                }
            }
            // Each name is credited with the first, which is the best.
            likenesses.sort_by_key(|(value, _)| std::cmp::Reverse(*value));
            let mark = as_u32(index + 1);
            for (value, postings) in likenesses {
                let contribution = u64::from(value) * u64::from(query.weights[item.start]);
                for name in postings {
                    let place = *name as usize;
                    if credited[place] != mark {
                        credited[place] = mark;
                        contributions[place] += contribution;
                    }
                }
            }
        }
        // The list's half, and the query's half of its share; rounded up.
        let reaches =
            |contribution: &u64| 500 + (contribution / (2 * sum)) as i64 + 1 >= i64::from(thousandths);
        let places = contributions.iter().enumerate().filter(|(_, contribution)| reaches(contribution));
        places.map(|(place, _)| as_u32(place)).collect()
    }
}

impl Dictionary {
    /// The likeness of an item of the query, which is not weak or is cut, to each token here that is alike, with the
    /// names that have it.
    fn matching(
        &self,
        item: &Item<'_>,
        likeness: impl Fn(&Token, &Token) -> Option<Likeness>,
    ) -> Vec<(u16, &Postings)> {
        let gate = LengthGate::of(&item.shape);
        let passing = self.lengths.iter().enumerate().filter(|(_, lengths)| gate.passes(**lengths));
        // An open token may be found both ways, which does no harm.
        let places = passing.map(|(place, _)| place).chain(self.open.iter().map(|place| *place as usize));
        places
            .filter(|place| could_be_alike(&item.shape, &self.shapes[*place]))
            .filter_map(|place| {
                Some((likeness(&self.tokens[place], item.token)?.value, &self.postings[place]))
            })
            .collect()
    }
}
