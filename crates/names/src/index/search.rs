//! The search for the names of a corpus whose score against a query may reach a threshold.
//!
//! It loses nothing. Every token and run of the corpus that is alike to one of the query is found, and with it what the
//! names that have it can gain. First the tokens of the query are parted: those that may be all that a name shares
//! without its score reaching the threshold, the commonest first, and the essential others. Only names that share an
//! essential one are looked at, and of these only those scored whose [bound](crate::align::bound) reaches the
//! threshold.

use super::corpus::{Corpus, JoinedRun};
use super::runs::{Found, Place};
use super::stamps::Stamps;
use crate::align::{self, Item, Side, are_words, grant};
use crate::list::Schema;
use crate::measure::{self, Account};
use crate::normalise::{Kind, Token};
use crate::similarity::{Likeness, Shape, alike, could_be_alike, could_be_joined, joined};
use crate::weights::{COMMONEST, RAREST, Weight};
use std::cell::RefCell;
use std::collections::HashMap;

/// A token of the corpus that is alike to a token or run of the query: its number, start and length in the query.
#[derive(Debug, Clone, Copy)]
struct Match {
    token: u32,
    start: u32,
    length: u32,
    likeness: Likeness,
}

impl Match {
    fn new(token: u32, item: &Item<'_>, likeness: Likeness) -> Self {
        Self { token, start: item.start as u32, length: item.length as u32, likeness }
    }
}

/// Tokens and runs of the query that were not looked for.
type Lazy<'a> = (&'a [&'a Item<'a>], &'a [&'a Item<'a>]);

/// In place of a place in the matches, of a token without any.
const NONE: u32 = u32::MAX;

/// Enters what of the query was not looked for and is alike to a token.
fn ask(corpus: &Corpus, number: u32, (tokens, runs): Lazy<'_>, matches: &mut Vec<Match>) {
    let (shape, token) = (&corpus.dictionary.shapes[number as usize], &corpus.tokens()[number as usize]);
    for item in tokens.iter().filter(|item| could_be_alike(&item.shape, shape)) {
        matches.extend(alike(item.token, token).map(|likeness| Match::new(number, item, likeness)));
    }
    for run in runs.iter().filter(|run| could_be_joined(&run.shape, shape)) {
        let likeness = joined(run.token, run.whole_words, token);
        matches.extend(likeness.map(|likeness| Match::new(number, run, likeness)));
    }
}

/// A run of a name that is alike to a token of the query.
#[derive(Debug, Clone, Copy)]
struct RunMatch {
    place: Place,
    /// Of the query.
    at: u32,
    likeness: Likeness,
    /// Among the made runs.
    made: u32,
}

/// The names that may reach the threshold.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    /// In order.
    pub(crate) names: Vec<u32>,
    /// In the order of their names.
    runs: Vec<RunMatch>,
    made: Vec<(Token, bool)>,
    /// Nothing was ruled out: all names, whatever their runs.
    pub(crate) all: bool,
}

impl Candidates {
    /// The runs of a name that are alike to anything of the query; each once.
    pub(crate) fn runs_of(&self, name: u32) -> impl Iterator<Item = JoinedRun<'_>> {
        let start = self.runs.partition_point(|run| run.place.name < name);
        let mut last = None;
        self.runs[start..].iter().take_while(move |run| run.place.name == name).filter_map(move |run| {
            let (token, whole_words) = &self.made[run.made as usize];
            let again = last.replace(run.place) == Some(run.place);
            (!again).then_some(JoinedRun {
                start: usize::from(run.place.start),
                length: usize::from(run.place.length),
                token,
                whole_words: *whole_words,
            })
        })
    }
}

/// What searches of one thread use again.
#[derive(Debug, Default)]
struct Scratch {
    tokens: Stamps,
    names: Stamps,
    slots: Stamps,
    slot_of: Vec<u32>,
    touched: Vec<u32>,
    best_of_query: Vec<Option<Likeness>>,
    best_of_list: Vec<Option<Likeness>>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// What a token of the query may find.
#[derive(Debug, Clone, Copy, Default)]
struct Reach {
    /// Names, some counted more than once.
    names: usize,
    /// The most that what stands for it in a name weighs.
    weight: u32,
}

impl Corpus {
    /// The names whose score against `query` may reach `thousandths`: a superset of those that do. `weights` are those
    /// of the tokens by number.
    pub(crate) fn candidates(&self, weights: &[Weight], query: &Side<'_>, thousandths: i32) -> Candidates {
        if thousandths <= 0 {
            return self.everything();
        }
        SCRATCH.with_borrow_mut(|scratch| {
            Search { corpus: self, weights, query, thousandths, scratch }
                .run()
                .unwrap_or_else(|| self.everything())
        })
    }

    fn everything(&self) -> Candidates {
        Candidates { names: (0..self.names.len() as u32).collect(), all: true, ..Candidates::default() }
    }
}

struct Search<'a> {
    corpus: &'a Corpus,
    weights: &'a [Weight],
    query: &'a Side<'a>,
    thousandths: i32,
    scratch: &'a mut Scratch,
}

impl Search<'_> {
    /// `None` where nothing can be ruled out.
    fn run(mut self) -> Option<Candidates> {
        let (query, corpus) = (self.query, self.corpus);
        let mut candidates = Candidates::default();
        self.runs(&mut candidates)?;
        let mut matches = Vec::new();
        // Finding costs more than asking the tokens of a name, so only what is essential is found. What weighs little
        // is found at once: unknown, it would have to be taken for much.
        let mut lazy = vec![true; query.tokens.len()];
        for (item, lazy) in query.tokens.iter().zip(&mut lazy).filter(|(item, _)| item.token.kind.is_weak()) {
            *lazy = false;
            self.alike(item, &mut matches);
        }
        let reach = self.reach(&matches, &candidates.runs, &lazy);
        let essential = self.essential(&reach, &[]);
        for at in (0..lazy.len()).filter(|at| essential[*at]) {
            if std::mem::take(&mut lazy[at]) {
                self.alike(&query.tokens[at], &mut matches);
            }
        }
        let mut lazy_runs = Vec::new();
        for run in &query.runs {
            if essential[run.start..][..run.length].contains(&true) {
                let (start, length) = (run.start as u32, run.length as u32);
                corpus.dictionary.joined_by(run, &mut self.scratch.tokens, |token, likeness| {
                    matches.push(Match { token, start, length, likeness });
                });
            } else {
                lazy_runs.push(run);
            }
        }
        let lazy_tokens: Vec<&Item<'_>> =
            query.tokens.iter().zip(&lazy).filter(|(_, lazy)| **lazy).map(|(item, _)| item).collect();
        // What is known now makes some of them needless. What was not found for being needless must stay so.
        let essential = self.essential(&self.reach(&matches, &candidates.runs, &lazy), &lazy);
        let scratch = &mut *self.scratch;
        scratch.names.renew(corpus.names.len());
        scratch.touched.clear();
        let mut touch = |name: u32| {
            if scratch.names.is_first(name) {
                scratch.touched.push(name);
            }
        };
        let any_essential =
            |found: &Match| essential[found.start as usize..][..found.length as usize].contains(&true);
        for found in matches.iter().filter(|found| any_essential(found)) {
            corpus.having(found.token).iter().copied().for_each(&mut touch);
        }
        for run in candidates.runs.iter().filter(|run| essential[run.at as usize]) {
            touch(run.place.name);
        }
        // What is found gets what is lazy too, so that all of a token stands together.
        let mut found: Vec<u32> = matches.iter().map(|found| found.token).collect();
        found.sort_unstable();
        found.dedup();
        for token in found {
            ask(corpus, token, (&lazy_tokens, &lazy_runs), &mut matches);
        }
        matches.sort_unstable_by_key(|found| found.token);
        let scratch = &mut *self.scratch;
        scratch.slots.renew(corpus.tokens().len());
        if scratch.slot_of.len() < corpus.tokens().len() {
            scratch.slot_of.resize(corpus.tokens().len(), 0);
        }
        for (slot, found) in (0..).zip(&matches) {
            if scratch.slots.is_first(found.token) {
                scratch.slot_of[found.token as usize] = slot;
            }
        }
        candidates.names = self.abbreviated();
        let touched = std::mem::take(&mut self.scratch.touched);
        for name in &touched {
            if self.reaches(*name, &mut matches, &candidates.runs, (&lazy_tokens, &lazy_runs)) {
                candidates.names.push(*name);
            }
        }
        self.scratch.touched = touched;
        candidates.names.sort_unstable();
        candidates.names.dedup();
        Some(candidates)
    }

    fn alike(&mut self, item: &Item<'_>, matches: &mut Vec<Match>) {
        let start = item.start as u32;
        self.corpus.dictionary.alike(item, &mut self.scratch.tokens, |token, likeness| {
            matches.push(Match { token, start, length: 1, likeness });
        });
    }

    /// Finds the runs of names that are alike to tokens of the query.
    fn runs(&mut self, candidates: &mut Candidates) -> Option<()> {
        let corpus = self.corpus;
        // Of the tokens that a run is of, what it makes.
        let mut known: HashMap<[u32; 3], Option<(u32, Likeness)>> = HashMap::new();
        let mut places = Vec::new();
        for item in &self.query.tokens {
            known.clear();
            places.clear();
            if let Found::Any = corpus.runs.find(item, |place| places.push(place)) {
                return None;
            }
            places.sort_unstable();
            places.dedup();
            for place in &places {
                let start = usize::from(place.start);
                let tokens = &corpus.tokens_of(place.name)[start..start + usize::from(place.length)];
                let key = [tokens[0], tokens[1], tokens.get(2).copied().unwrap_or(u32::MAX)];
                let made = &mut candidates.made;
                let found = known.entry(key).or_insert_with(|| {
                    let parts: Vec<&Token> =
                        tokens.iter().map(|number| &corpus.tokens()[*number as usize]).collect();
                    let (run, whole_words) = (Token::joined(&parts), are_words(&parts));
                    let possible = could_be_joined(&Shape::of(&run), &item.shape);
                    let likeness = if possible { joined(&run, whole_words, item.token) } else { None }?;
                    made.push((run, whole_words));
                    Some((made.len() as u32 - 1, likeness))
                });
                if let Some((made, likeness)) = *found {
                    candidates.runs.push(RunMatch { place: *place, at: item.start as u32, likeness, made });
                }
            }
        }
        candidates.runs.sort_unstable_by_key(|run| (run.place, run.at));
        Some(())
    }

    fn reach(&self, matches: &[Match], runs: &[RunMatch], lazy: &[bool]) -> Vec<Reach> {
        // Of what is not found yet nothing is known but that rarer words have fewer names.
        let all = self.corpus.names.len() as f64;
        let unknown = |weight: &Weight| {
            let commonness =
                f64::from(RAREST - weight.full.clamp(COMMONEST, RAREST)) / f64::from(RAREST - COMMONEST);
            Reach { names: all.powf(commonness) as usize, weight: RAREST }
        };
        let weights = self.query.weights.iter().zip(lazy);
        let mut reach: Vec<Reach> =
            weights.map(|(weight, lazy)| if *lazy { unknown(weight) } else { Reach::default() }).collect();
        for found in matches {
            let (names, weight) =
                (self.corpus.having(found.token).len(), self.weights[found.token as usize].full);
            for reach in &mut reach[found.start as usize..][..found.length as usize] {
                reach.names = reach.names.saturating_add(names);
                reach.weight = reach.weight.max(weight);
            }
        }
        for run in runs {
            let start = usize::from(run.place.start);
            let tokens = &self.corpus.tokens_of(run.place.name)[start..][..usize::from(run.place.length)];
            let weight = tokens.iter().map(|token| self.weights[*token as usize].full).sum();
            let reach = &mut reach[run.at as usize];
            reach.names = reach.names.saturating_add(1);
            reach.weight = reach.weight.max(weight);
        }
        reach
    }

    /// The tokens of the query that a name must share one of, to reach the threshold.
    fn essential(&self, reach: &[Reach], needless: &[bool]) -> Vec<bool> {
        let mut order: Vec<usize> = (0..reach.len()).collect();
        order.sort_by_key(|at| {
            std::cmp::Reverse((needless.get(*at).copied().unwrap_or(false), reach[*at].names))
        });
        let mut essential = vec![true; reach.len()];
        for at in order {
            essential[at] = false;
            if self.most_without(&essential, reach) >= self.thousandths {
                essential[at] = true;
            }
        }
        essential
    }

    /// The most that a name scores which shares none of the essential tokens.
    ///
    /// Each of the others is granted in full, with the heaviest that stands for it in any name; a pair of the alignment
    /// that takes several tokens of the query counts its weight for each. What the name has besides costs nothing.
    fn most_without(&self, essential: &[bool], reach: &[Reach]) -> i32 {
        let (mut ours, mut theirs) = (Account::default(), Account::default());
        for ((weight, essential), reach) in self.query.weights.iter().zip(essential).zip(reach) {
            if *essential || reach.weight == 0 {
                let weight = if self.corpus.any_cut { weight.behind_a_cut() } else { *weight };
                ours.absent += 1000 * u64::from(weight.absent);
            } else {
                ours.matched += 1000 * u64::from(weight.full);
                theirs.matched += 1000 * u64::from(reach.weight);
            }
        }
        // Persons are what absence costs least.
        let absence = measure::absence(self.query.schema, Some(Schema::Person));
        i32::from(measure::score(&ours, &theirs, absence))
    }

    /// Whether the bound of a name reaches the threshold.
    fn reaches(&mut self, name: u32, matches: &mut Vec<Match>, runs: &[RunMatch], lazy: Lazy<'_>) -> bool {
        let (query, corpus, scratch) = (self.query, self.corpus, &mut *self.scratch);
        let places = corpus.tokens_of(name);
        let (ours, theirs) = (&mut scratch.best_of_query, &mut scratch.best_of_list);
        ours.clear();
        ours.resize(query.tokens.len(), None);
        theirs.clear();
        theirs.resize(places.len(), None);
        for (at, token) in places.iter().enumerate() {
            if scratch.slots.is_first(*token) {
                scratch.slot_of[*token as usize] = NONE;
                // Met for the first time: what is not found yet is asked now, and remembered.
                let start = matches.len() as u32;
                ask(corpus, *token, lazy, matches);
                if matches.len() as u32 > start {
                    scratch.slot_of[*token as usize] = start;
                }
            }
            let slot = scratch.slot_of[*token as usize];
            if slot == NONE {
                continue;
            }
            for found in matches[slot as usize..].iter().take_while(|found| found.token == *token) {
                grant(&mut theirs[at], &found.likeness, 1);
                let length = found.length as usize;
                let span = &mut ours[found.start as usize..][..length];
                span.iter_mut().for_each(|best| grant(best, &found.likeness, length));
            }
        }
        let start = runs.partition_point(|run| run.place.name < name);
        for run in runs[start..].iter().take_while(|run| run.place.name == name) {
            grant(&mut ours[run.at as usize], &run.likeness, 1);
            let length = usize::from(run.place.length);
            let span = &mut theirs[usize::from(run.place.start)..][..length];
            span.iter_mut().for_each(|best| grant(best, &run.likeness, length));
        }
        let known = corpus.names[name as usize];
        let query_account = align::most(&query.weights, ours.iter(), known.cut);
        let weights = places.iter().map(|place| &self.weights[*place as usize]);
        let list_account = align::most(weights, theirs.iter(), query.cut);
        let absence = measure::absence(query.schema, known.schema);
        i32::from(measure::score(&query_account, &list_account, absence)) >= self.thousandths
    }

    /// Names that a token of the query may abbreviate, and names with a token that may abbreviate the query. Either
    /// stands for a whole name, whatever its words are like.
    fn abbreviated(&self) -> Vec<u32> {
        let (query, corpus) = (self.query, self.corpus);
        if query.schema != Some(Schema::Organisation) {
            return Vec::new();
        }
        let mut names = Vec::new();
        for item in query.tokens.iter().filter(|item| item.token.kind == Kind::Word) {
            names.extend(corpus.abbreviated(&item.token.text));
        }
        for initials in &query.initials {
            corpus.dictionary.equal(initials, |token| names.extend(corpus.having(token)));
        }
        names.retain(|name| corpus.names[*name as usize].schema == Some(Schema::Organisation));
        names
    }
}
