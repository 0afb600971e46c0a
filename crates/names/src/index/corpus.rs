//! Many names as places in a dictionary of their tokens, and the runs of them.

use super::THREAD_NAMES;
use super::cache::Cache;
use super::dictionary::Dictionary;
use super::runs::{Runs, RunsBuilder};
use super::search::Candidates;
use super::table::{Table, ends_of};
use crate::align::{Item, Run, Side, initials_of, runs_of};
use crate::hash::{Quick, mixed, running};
use crate::list::Schema;
use crate::normalise::Token;
use crate::similarity::Shape;
use crate::weights::{Weight, Weights};
use std::collections::HashMap;

/// Names that are read together.
pub(super) const READ_AHEAD: usize = 16;
/// Role of the hashes of abbreviations.
const ACRONYM: u64 = 1;

/// A name of the corpus.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CorpusName {
    /// Whose it is: for lists, the place of the list in the snapshot, of the entry in the list, and of the name in the
    /// entry; for stored parties, nothing, the place of the party, and which of the names it may stand for.
    pub(crate) list: u32,
    pub(crate) entity: u32,
    pub(crate) name: u32,
    pub(crate) schema: Option<Schema>,
    /// More tokens may have followed the last.
    pub(crate) cut: bool,
}

/// Names and their tokens.
#[derive(Debug, Default)]
pub(crate) struct Corpus {
    pub(super) dictionary: Dictionary,
    pub(super) runs: Runs,
    pub(crate) names: Vec<CorpusName>,
    /// The tokens of one name after the other, by their numbers in the dictionary, and where those of each begin.
    places: Vec<u32>,
    place_starts: Vec<u32>,
    /// The names that have each token, one token after the other, and where those of each begin.
    postings: Vec<u32>,
    posting_starts: Vec<u32>,
    /// Names by the abbreviations they may have.
    pub(super) acronyms: Table,
    /// Whether any name is cut.
    pub(super) any_cut: bool,
    /// What was found for words lately.
    pub(super) cache: Cache,
}

/// A [`Corpus`] while it is filled.
#[derive(Debug, Default)]
pub(crate) struct CorpusBuilder {
    numbers: HashMap<Token, u32, Quick>,
    /// The number of the key of each token, the keys, how many names have each, and the last of these.
    key_of: Vec<u32>,
    keys: HashMap<String, u32, Quick>,
    having: Vec<(u32, u32)>,
    names: Vec<CorpusName>,
    places: Vec<u32>,
    place_starts: Vec<u32>,
}

/// Numbers of tokens and names are far fewer than four thousand million.
fn as_u32(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

impl CorpusBuilder {
    /// Enters a name of at least one token. Where its tokens begin is filled in here.
    pub(crate) fn add(
        &mut self,
        tokens: Vec<Token>,
        owner: (u32, u32, u32),
        schema: Option<Schema>,
        cut: bool,
    ) {
        let (list, entity, name) = owner;
        self.place_starts.push(as_u32(self.places.len()));
        self.names.push(CorpusName { list, entity, name, schema, cut });
        let this = as_u32(self.names.len());
        for token in tokens {
            let place = match self.numbers.get(&token) {
                Some(place) => *place,
                None => self.number(token),
            };
            self.places.push(place);
            // A name counts once for each key. The first is number 1, so that none is taken for counted.
            let (having, last) = &mut self.having[self.key_of[place as usize] as usize];
            if *last != this {
                (*having, *last) = (having.saturating_add(1), this);
            }
        }
    }

    /// Numbers a token that is met for the first time.
    fn number(&mut self, token: Token) -> u32 {
        let key = match self.keys.get(&token.key) {
            Some(key) => *key,
            None => {
                let key = as_u32(self.having.len());
                self.having.push((0, 0));
                self.keys.insert(token.key.clone(), key);
                key
            }
        };
        let place = as_u32(self.key_of.len());
        self.key_of.push(key);
        self.numbers.insert(token, place);
        place
    }

    /// Builds all that finding needs, and how common words are.
    pub(crate) fn freeze(self) -> (Corpus, Weights) {
        let having = self.having;
        let counts = self.keys.into_iter().map(|(key, number)| (key, having[number as usize].0));
        let weights = Weights::counted(self.names.len() as u64, counts);
        let mut tokens: Vec<(Token, u32)> = self.numbers.into_iter().collect();
        tokens.sort_unstable_by_key(|(_, number)| *number);
        let tokens: Vec<Token> = tokens.into_iter().map(|(token, _)| token).collect();
        let (names, places, mut place_starts) = (self.names, self.places, self.place_starts);
        place_starts.push(as_u32(places.len()));
        let mut corpus = Corpus { names, places, place_starts, ..Corpus::default() };
        corpus.any_cut = corpus.names.iter().any(|name| name.cut);
        let (mut dictionary, runs, (postings, starts, acronyms)) = std::thread::scope(|scope| {
            let dictionary = scope.spawn(|| Dictionary::of(&tokens));
            let runs = scope.spawn(|| corpus.joined(&tokens));
            let postings = corpus.posted(&tokens);
            (super::joined(dictionary), super::joined(runs), postings)
        });
        dictionary.tokens = tokens;
        (corpus.dictionary, corpus.runs) = (dictionary, runs);
        (corpus.postings, corpus.posting_starts, corpus.acronyms) = (postings, starts, acronyms);
        (corpus, weights)
    }
}

impl Corpus {
    /// The runs of all names.
    fn joined(&self, tokens: &[Token]) -> Runs {
        let names: Vec<u32> = (0..as_u32(self.names.len())).collect();
        let of_names = |names: &[u32]| {
            let tokens_in = names.iter().map(|name| self.tokens_of(*name).len());
            let mut runs = RunsBuilder::for_names_of(tokens_in);
            let mut of_name: Vec<&Token> = Vec::new();
            for name in names {
                of_name.clear();
                of_name.extend(self.tokens_of(*name).iter().map(|place| &tokens[*place as usize]));
                runs.add(*name, &of_name);
            }
            runs
        };
        let of_names = &of_names;
        let parts: Vec<RunsBuilder> = std::thread::scope(|scope| {
            let part = names.len().div_ceil(super::threads()).max(THREAD_NAMES);
            let parts: Vec<_> = names.chunks(part).map(|names| scope.spawn(|| of_names(names))).collect();
            parts.into_iter().map(super::joined).collect()
        });
        RunsBuilder::freeze(parts)
    }

    /// The names that have each token, where those of each begin, and the names by their abbreviations.
    fn posted(&self, tokens: &[Token]) -> (Vec<u32>, Vec<u32>, Table) {
        let mut starts = vec![0_u32; tokens.len() + 1];
        for place in &self.places {
            starts[*place as usize] += 1;
        }
        ends_of(&mut starts);
        let mut postings = vec![0; self.places.len()];
        let mut acronyms = Vec::new();
        for name in (0..as_u32(self.names.len())).rev() {
            let places = self.tokens_of(name);
            for initials in initials_of(places.iter().map(|place| &tokens[*place as usize])) {
                acronyms.push((mixed(running(initials.as_bytes()), ACRONYM), u64::from(name)));
            }
            for place in places {
                let at = &mut starts[*place as usize];
                *at -= 1;
                postings[*at as usize] = name;
            }
        }
        (postings, starts, Table::new(&acronyms))
    }
}

/// A run of a name of the corpus.
#[derive(Debug)]
pub(crate) struct JoinedRun<'a> {
    pub(crate) start: usize,
    pub(crate) length: usize,
    pub(crate) token: &'a Token,
    pub(crate) shape: &'a Shape,
    pub(crate) whole_words: bool,
}

impl Corpus {
    /// The distinct tokens.
    pub(crate) fn tokens(&self) -> &[Token] {
        &self.dictionary.tokens
    }

    /// The tokens of a name by number.
    #[inline]
    pub(crate) fn tokens_of(&self, name: u32) -> &[u32] {
        let starts = &self.place_starts[name as usize..name as usize + 2];
        &self.places[starts[0] as usize..starts[1] as usize]
    }

    /// Has the tokens of names read from memory side by side, as the processor waits for several places of it at once;
    /// what comes of it is that they are near when looked at.
    #[inline]
    pub(super) fn read_ahead(&self, names: &[u32]) {
        let mut starts = [0_u32; READ_AHEAD];
        for (start, name) in starts.iter_mut().zip(names) {
            *start = self.place_starts[*name as usize];
        }
        let first = |start: &u32| self.places.get(*start as usize).copied().unwrap_or(0);
        let read = starts.iter().take(names.len()).fold(0_u32, |sum, start| sum.wrapping_add(first(start)));
        std::hint::black_box(read);
    }

    /// The names that have a token; one that has it twice may come twice.
    pub(super) fn having(&self, token: u32) -> &[u32] {
        let token = token as usize;
        &self.postings[self.posting_starts[token] as usize..self.posting_starts[token + 1] as usize]
    }

    /// The names that a text may be the abbreviation of, and rarely others.
    pub(super) fn abbreviated(&self, text: &str) -> impl Iterator<Item = u32> {
        self.acronyms.get(mixed(running(text.as_bytes()), ACRONYM)).map(|name| name as u32)
    }

    /// All runs of a name.
    fn runs_of(&self, name: u32) -> Vec<Run> {
        let tokens: Vec<&Token> = self.tokens_of(name).iter().map(|place| self.token(*place)).collect();
        runs_of(&tokens)
    }

    fn token(&self, number: u32) -> &Token {
        &self.dictionary.tokens[number as usize]
    }

    /// A name as one side of a comparison, with the weights of all tokens by number. Of its runs only those need to be
    /// given that are alike to anything of the other side.
    fn side<'a>(
        &'a self,
        name: u32,
        weights: &[Weight],
        runs: impl Iterator<Item = JoinedRun<'a>>,
    ) -> Side<'a> {
        let places = self.tokens_of(name);
        let item = |(start, place): (usize, &u32)| Item {
            token: self.token(*place),
            shape: &self.dictionary.shapes[*place as usize],
            start,
            length: 1,
            whole_words: true,
        };
        let run = |run: JoinedRun<'a>| Item {
            token: run.token,
            shape: run.shape,
            start: run.start,
            length: run.length,
            whole_words: run.whole_words,
        };
        Side {
            tokens: places.iter().enumerate().map(item).collect(),
            weights: places.iter().map(|place| weights[*place as usize]).collect(),
            runs: runs.map(run).collect(),
            cut: self.names[name as usize].cut,
            schema: self.names[name as usize].schema,
            initials: initials_of(places.iter().map(|place| self.token(*place))).into(),
        }
    }

    /// A name as one side of a comparison with what `candidates` were found for, handed to `use_it`.
    pub(crate) fn with_side<T>(
        &self,
        weights: &[Weight],
        candidates: &Candidates,
        name: u32,
        use_it: impl FnOnce(&Side<'_>) -> T,
    ) -> T {
        if !candidates.all {
            return use_it(&self.side(name, weights, candidates.runs_of(name)));
        }
        let runs = self.runs_of(name);
        let shapes: Vec<Shape> = runs.iter().map(|(.., token, _)| Shape::of(token)).collect();
        let joined = runs.iter().zip(&shapes).map(|((start, length, token, whole_words), shape)| JoinedRun {
            start: *start,
            length: *length,
            token,
            shape,
            whole_words: *whole_words,
        });
        use_it(&self.side(name, weights, joined))
    }

    /// A name as one side of a comparison with anything.
    pub(crate) fn with_whole_side<T>(
        &self,
        weights: &[Weight],
        name: u32,
        use_it: impl FnOnce(&Side<'_>) -> T,
    ) -> T {
        self.with_side(weights, &Candidates::unknown(), name, use_it)
    }
}
