//! The names of a snapshot with the dictionary of their tokens, and the search for names that may reach a score.
//!
//! The search loses nothing. Each distinct token and run of tokens of the lists is compared with each token and run
//! of the query by the very rules of the scorer, skipping only what [`could_be_alike`] rules out. From that each name
//! gets the [bound](crate::align::bound) of its score. Names whose bound stays below the threshold cannot be hits; all
//! others are scored in full.

use crate::align::{self, Item, Side, grant, initials_of, runs_of};
use crate::list::{List, Schema};
use crate::measure;
use crate::normalise::{self, Token};
use crate::similarity::{LengthGate, Likeness, Shape, alike, could_be_alike, could_be_joined, joined};
use crate::weights::{Weight, Weights};
use std::collections::HashMap;

/// Distinct tokens, or distinct runs, of all names.
#[derive(Debug, Default)]
struct Dictionary {
    tokens: Vec<Token>,
    /// Beside the tokens, so that ruling out reads little memory: the lengths, and for what passes those the rest.
    lengths: Vec<(u8, u8)>,
    shapes: Vec<Shape>,
    /// Places of the tokens whose lengths rule nothing out.
    open: Vec<u32>,
    /// Of a run: nothing but words and particles.
    whole_words: Vec<bool>,
    /// Names that have each, by their place in [`Index::names`].
    postings: Vec<Vec<u32>>,
}

impl Dictionary {
    fn add(
        &mut self,
        places: &mut HashMap<(Token, bool), u32>,
        token: Token,
        whole_words: bool,
        name: u32,
    ) -> u32 {
        let key = (token, whole_words);
        let place = match places.get(&key) {
            Some(place) => *place,
            None => {
                let place = as_u32(self.tokens.len());
                let shape = Shape::of(&key.0);
                self.lengths.push(shape.lengths());
                self.shapes.push(shape);
                if shape.is_open() {
                    self.open.push(place);
                }
                self.tokens.push(key.0.clone());
                self.whole_words.push(whole_words);
                self.postings.push(Vec::new());
                places.insert(key, place);
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
    schema: Schema,
    tokens: Vec<u32>,
    weights: Vec<Weight>,
    /// Start, length and place in the dictionary of runs.
    runs: Vec<(u16, u16, u32)>,
}

/// The index of a snapshot.
#[derive(Debug, Default)]
pub(crate) struct Index {
    tokens: Dictionary,
    runs: Dictionary,
    pub(crate) names: Vec<IndexedName>,
    /// Names by the first letters of their words.
    initials: HashMap<String, Vec<u32>>,
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
                        .map(|(start, length, token, whole_words)| {
                            let run = index.runs.add(&mut run_places, token, whole_words, place);
                            (start as u16, length as u16, run)
                        })
                        .collect();
                    for initials in initials_of(normalised.tokens.iter()) {
                        index.initials.entry(initials).or_default().push(place);
                    }
                    let tokens = normalised
                        .tokens
                        .into_iter()
                        .map(|token| index.tokens.add(&mut token_places, token, true, place))
                        .collect();
                    index.names.push(IndexedName {
                        list: as_u32(list_place),
                        entity: as_u32(entity_place),
                        name: as_u32(name_place),
                        schema: entity.schema,
                        tokens,
                        weights: Vec::new(),
                        runs,
                    });
                }
            }
        }
        let weights: Vec<Weight> = index.tokens.tokens.iter().map(|token| index.weights.of(token)).collect();
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
            Item { token: &self.tokens.tokens[place], shape, start, length: 1, whole_words: true }
        };
        let run = |(start, length, place): &(u16, u16, u32)| {
            let (shape, place) = item(&self.runs, *place);
            let (start, length) = (usize::from(*start), usize::from(*length));
            let whole_words = self.runs.whole_words[place];
            Item { token: &self.runs.tokens[place], shape, start, length, whole_words }
        };
        Side {
            tokens: name.tokens.iter().enumerate().map(token).collect(),
            weights: name.weights.clone(),
            runs: name.runs.iter().map(run).collect(),
            cut: false,
            schema: Some(name.schema),
            initials: initials_of(name.tokens.iter().map(|place| &self.tokens.tokens[*place as usize])),
        }
    }

    /// The names whose score against `query` may reach `thousandths`, by place. A superset of those that do.
    pub(crate) fn candidates(&self, query: &Side<'_>, thousandths: i32) -> Vec<u32> {
        let mut found = Matches::new(self.tokens.tokens.len());
        let mut run_found = Matches::new(self.runs.tokens.len());
        for item in &query.tokens {
            self.tokens.alike(item, &mut found);
            self.runs.joined(item, &mut run_found);
        }
        for run in &query.runs {
            self.tokens.joined_by(run, &mut found);
        }
        let (found, run_found) = (found.sorted(), run_found.sorted());
        // Only names that share something are looked at.
        let mut touched = vec![thousandths <= 0; self.names.len()];
        for (matches, dictionary) in [(&found, &self.tokens), (&run_found, &self.runs)] {
            for place in matches.places() {
                for name in &dictionary.postings[place as usize] {
                    touched[*name as usize] = true;
                }
            }
        }
        // An abbreviation stands for a whole name, whatever its words are like.
        let mut abbreviated: Vec<u32> = Vec::new();
        for item in &query.tokens {
            abbreviated.extend(self.initials.get(&item.token.text).into_iter().flatten());
        }
        for name in &abbreviated {
            touched[*name as usize] = true;
        }
        abbreviated.sort_unstable();
        let initials = &query.initials;
        if !initials.is_empty() {
            for (token, postings) in self.tokens.tokens.iter().zip(&self.tokens.postings) {
                if initials.contains(&token.text) {
                    postings.iter().for_each(|name| touched[*name as usize] = true);
                }
            }
        }
        let abbreviates = |place: &u32| initials.contains(&self.tokens.tokens[*place as usize].text);

        let mut best_of_query: Vec<Option<Likeness>> = Vec::new();
        let mut best_of_list: Vec<Option<Likeness>> = Vec::new();
        let mut places = Vec::new();
        for (place, name) in (0..).zip(&self.names) {
            if !touched[place as usize] {
                continue;
            }
            best_of_query.clear();
            best_of_query.resize(query.tokens.len(), None);
            best_of_list.clear();
            best_of_list.resize(name.tokens.len(), None);
            let mut any = false;
            for (at, token) in name.tokens.iter().enumerate() {
                for (start, length, likeness) in found.of(*token) {
                    any = true;
                    grant(&mut best_of_list[at], likeness, 1);
                    let span = &mut best_of_query[*start..start + length];
                    span.iter_mut().for_each(|best| grant(best, likeness, *length));
                }
            }
            for (start, length, run) in &name.runs {
                for (at, _, likeness) in run_found.of(*run) {
                    any = true;
                    grant(&mut best_of_query[*at], likeness, 1);
                    let (start, length) = (usize::from(*start), usize::from(*length));
                    let span = &mut best_of_list[start..start + length];
                    span.iter_mut().for_each(|best| grant(best, likeness, length));
                }
            }
            let reaches = || {
                let query_account = align::most(&query.weights, &best_of_query, false);
                let list_account = align::most(&name.weights, &best_of_list, query.cut);
                let absence = measure::absence(query.schema, Some(name.schema));
                i32::from(measure::score(&query_account, &list_account, absence)) >= thousandths
            };
            if thousandths <= 0
                || (any && reaches())
                || abbreviated.binary_search(&place).is_ok()
                || (!initials.is_empty() && name.tokens.iter().any(abbreviates))
            {
                places.push(place);
            }
        }
        places
    }
}

/// A token or run of the query, as start and length, with its likeness to one of the dictionary.
type Match = (usize, usize, Likeness);

/// Which tokens or runs of the query each one of a dictionary is alike to.
struct Matches {
    found: Vec<(u32, Match)>,
    /// Where in `found` those of each place begin.
    starts: Vec<u32>,
}

impl Matches {
    fn new(places: usize) -> Self {
        Self { found: Vec::new(), starts: vec![0; places + 1] }
    }

    fn sorted(mut self) -> Self {
        self.found.sort_by_key(|(place, _)| *place);
        for (place, _) in &self.found {
            self.starts[*place as usize + 1] += 1;
        }
        for place in 1..self.starts.len() {
            self.starts[place] += self.starts[place - 1];
        }
        self
    }

    /// The places that anything is alike to; some more than once.
    fn places(&self) -> impl Iterator<Item = u32> {
        self.found.iter().map(|(place, _)| *place)
    }

    fn of(&self, place: u32) -> impl Iterator<Item = &Match> {
        let place = place as usize;
        self.found[self.starts[place] as usize..self.starts[place + 1] as usize]
            .iter()
            .map(|(_, found)| found)
    }
}

impl Dictionary {
    /// Enters the likeness of a token of the query to each token here that is alike.
    fn alike(&self, item: &Item<'_>, matches: &mut Matches) {
        let gate = LengthGate::of(&item.shape);
        let passes = |place: usize| item.shape.is_weak() || gate.passes(self.lengths[place]);
        let passing =
            (0..self.lengths.len()).filter(|place| passes(*place) && !self.shapes[*place].is_open());
        for place in passing.chain(self.open.iter().map(|place| *place as usize)) {
            if could_be_alike(&item.shape, &self.shapes[place])
                && let Some(likeness) = alike(item.token, &self.tokens[place])
            {
                matches.found.push((as_u32(place), (item.start, item.length, likeness)));
            }
        }
    }

    /// The same for the runs here.
    fn joined(&self, item: &Item<'_>, matches: &mut Matches) {
        for (place, shape) in self.shapes.iter().enumerate() {
            if could_be_joined(shape, &item.shape)
                && let Some(likeness) = joined(&self.tokens[place], self.whole_words[place], item.token)
            {
                matches.found.push((as_u32(place), (item.start, item.length, likeness)));
            }
        }
    }

    /// The same for a run of the query and the tokens here.
    fn joined_by(&self, run: &Item<'_>, matches: &mut Matches) {
        for (place, shape) in self.shapes.iter().enumerate() {
            if could_be_joined(&run.shape, shape)
                && let Some(likeness) = joined(run.token, run.whole_words, &self.tokens[place])
            {
                matches.found.push((as_u32(place), (run.start, run.length, likeness)));
            }
        }
    }
}
