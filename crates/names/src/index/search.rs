//! The search for the names of a corpus whose score against a query may reach a threshold.
//!
//! It loses nothing. Every token and run of the corpus that is alike to one of the query is found, and with it what the
//! names that have it can gain. These finds are grouped by the tokens of the query that they stand for and by how well
//! they do. Groups are set aside, those of the most names first, as long as a name that shares nothing of the others
//! cannot reach the threshold: a slip in a common word counts only where the rare word is right. Only names that share
//! something of the others are looked at, and of these only those scored whose [bound](super::bound) reaches the
//! threshold.
//!
//! To look up a word that nobody asked for lately costs as much as to look at some hundred names. So such a word is a
//! group at first, taken for all that it can be. Where it may be set aside, it is not looked up at all, but asked of the
//! names that share something of the others.

use super::bound::{self, Gain, grant_run, nothing};
use super::cache::{Alike, AlikeRun, Neighbours, Role};
use super::corpus::{Corpus, JoinedRun, READ_AHEAD};
use super::dictionary::Seen;
use super::marks::Marks;
use super::runs::{Found, Place};
use super::stamps::Stamps;
use crate::align::{Item, Side, are_words, grant};
use crate::hash::Quick;
use crate::list::Schema;
use crate::measure::{self, Account};
use crate::normalise::{Kind, Token};
use crate::similarity::{Likeness, Shape, alike, could_be_alike, could_be_joined, joined};
use crate::weights::{RAREST, Weight};
use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

/// A token of the corpus that is alike to a token or run of the query, in a chain of those of that token.
#[derive(Debug, Clone, Copy)]
struct Match {
    start: u32,
    length: u32,
    likeness: Likeness,
    /// The next in the chain.
    next: u32,
}

/// The end of a chain.
const NONE: u32 = u32::MAX;

/// A run of a name that is alike to a token of the query.
#[derive(Debug, Clone, Copy)]
struct RunMatch {
    place: Place,
    /// Of the query.
    at: u32,
    likeness: Likeness,
    /// Which of the found, and which of what that made.
    made: (u32, u32),
}

/// The names that may reach the threshold.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    /// In order.
    pub(crate) names: Vec<u32>,
    /// In the order of their names.
    runs: Vec<RunMatch>,
    found: Vec<Arc<Neighbours>>,
    /// Nothing was ruled out: all names, whatever their runs.
    pub(crate) all: bool,
}

impl Candidates {
    /// Nothing was ruled out, and no name is said to be among them.
    pub(super) fn unknown() -> Self {
        Self { all: true, ..Self::default() }
    }

    /// The runs of a name that are alike to anything of the query; each once.
    pub(crate) fn runs_of(&self, name: u32) -> impl Iterator<Item = JoinedRun<'_>> {
        let mut last = None;
        self.run_matches(name).filter_map(move |run| {
            let (token, shape, whole_words) = &self.found[run.made.0 as usize].made[run.made.1 as usize];
            let again = last.replace(run.place) == Some(run.place);
            (!again).then_some(JoinedRun {
                start: usize::from(run.place.start),
                length: usize::from(run.place.length),
                token,
                shape,
                whole_words: *whole_words,
            })
        })
    }

    fn run_matches(&self, name: u32) -> impl Iterator<Item = &RunMatch> {
        let start = self.runs.partition_point(|run| run.place.name < name);
        self.runs[start..].iter().take_while(move |run| run.place.name == name)
    }
}

/// How well one stands for the other, in few steps; those of one step are set aside together.
fn step_of(likeness: &Likeness) -> usize {
    match likeness.edits {
        _ if likeness.value < 700 => 4,
        0..=350 => 0,
        351..=700 => 1,
        701..=1200 => 2,
        _ => 3,
    }
}

/// How many steps there are.
const STEPS: usize = 5;

/// What it costs to look up a token or a run, in names that may be looked at instead.
const LOOKED_UP: usize = 300;
const LOOKED_UP_JOINED: usize = 60;

/// What is found for some tokens of the query and stands for them equally well.
#[derive(Debug, Clone, Copy, Default)]
struct Group {
    start: u32,
    length: u32,
    /// Names, some counted more than once; or what it costs to find them.
    names: usize,
    best: Option<Likeness>,
    /// The most that what stands for it in a name weighs.
    weight: u32,
    /// The finds are runs of names.
    of_runs: bool,
    set_aside: bool,
    /// Whether a name may reach the threshold that shares one token of it alone.
    suffices: bool,
}

impl Group {
    fn enter(&mut self, likeness: &Likeness, names: usize, weight: u32) {
        grant(&mut self.best, likeness, 1);
        self.names = self.names.saturating_add(names);
        self.weight = self.weight.max(weight);
    }
}

/// What searches of one thread use again.
#[derive(Debug, Default)]
struct Scratch {
    /// For looking up.
    seen: Seen,
    /// Tokens with a chain of matches, and where it begins.
    matched: Marks,
    heads: Vec<u32>,
    chains: Vec<Match>,
    /// Tokens that were asked about what was not looked up.
    asked: Stamps,
    names: Marks,
    gains: Vec<Gain>,
    best_of_list: Vec<Option<Likeness>>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Corpus {
    /// The names whose score against `query` may reach `thousandths`: a superset of those that do. `weights` are those
    /// of the tokens by number.
    pub(crate) fn candidates(&self, weights: &[Weight], query: &Side<'_>, thousandths: i32) -> Candidates {
        if thousandths <= 0 {
            return self.everything();
        }
        SCRATCH.with_borrow_mut(|scratch| {
            Search { corpus: self, weights, query, thousandths, scratch, lazy: Vec::new() }
                .run()
                .unwrap_or_else(|| self.everything())
        })
    }

    fn everything(&self) -> Candidates {
        Candidates { names: (0..self.names.len() as u32).collect(), ..Candidates::unknown() }
    }

    /// The tokens that are alike to one of a query.
    fn alike_to(&self, item: &Item<'_>, seen: &mut Seen) -> Arc<Neighbours> {
        self.cache.get(item.token, Role::Token, || {
            let mut tokens = Vec::new();
            self.dictionary.alike(item, seen, |token, likeness| tokens.push(Alike { token, likeness }));
            tokens.shrink_to_fit();
            Neighbours { tokens, ..Neighbours::default() }
        })
    }

    /// The tokens that a run of a query is the joined form of.
    fn joined_by(&self, run: &Item<'_>, seen: &mut Seen) -> Arc<Neighbours> {
        self.cache.get(run.token, Role::Joined { whole_words: run.whole_words }, || {
            let mut tokens = Vec::new();
            self.dictionary.joined_by(run, seen, |token, likeness| tokens.push(Alike { token, likeness }));
            tokens.shrink_to_fit();
            Neighbours { tokens, ..Neighbours::default() }
        })
    }

    /// The runs of names that are alike to a token of a query.
    fn runs_alike_to(&self, item: &Item<'_>) -> Arc<Neighbours> {
        self.cache.get(item.token, Role::Runs, || self.find_runs(item))
    }

    fn find_runs(&self, item: &Item<'_>) -> Neighbours {
        let mut places = Vec::new();
        let any_run = matches!(self.runs.find(item, |place| places.push(place)), Found::Any);
        let mut found = Neighbours { any_run, ..Neighbours::default() };
        if any_run {
            return found;
        }
        places.sort_unstable();
        places.dedup();
        // Of the tokens that a run is of, what it makes.
        let mut known: HashMap<[u32; 3], Option<(u32, Likeness)>, Quick> = HashMap::default();
        for place in places {
            let start = usize::from(place.start);
            let tokens = &self.tokens_of(place.name)[start..start + usize::from(place.length)];
            let key = [tokens[0], tokens[1], tokens.get(2).copied().unwrap_or(NONE)];
            let made = &mut found.made;
            let alike = known.entry(key).or_insert_with(|| {
                let parts: Vec<&Token> =
                    tokens.iter().map(|number| &self.tokens()[*number as usize]).collect();
                let (run, whole_words) = (Token::joined(&parts), are_words(&parts));
                let shape = Shape::of(&run);
                let possible = could_be_joined(&shape, item.shape);
                let likeness = if possible { joined(&run, whole_words, item.token) } else { None }?;
                made.push((run, shape, whole_words));
                Some((made.len() as u32 - 1, likeness))
            });
            if let Some((made, likeness)) = *alike {
                found.runs.push(AlikeRun { place, likeness, made });
            }
        }
        found.runs.shrink_to_fit();
        found
    }
}

struct Search<'a> {
    corpus: &'a Corpus,
    weights: &'a [Weight],
    query: &'a Side<'a>,
    thousandths: i32,
    scratch: &'a mut Scratch,
    /// Tokens and runs of the query that are not looked up.
    lazy: Vec<&'a Item<'a>>,
}

/// What was looked up, with the place of its groups.
type Parts = Vec<(Arc<Neighbours>, usize)>;

impl<'a> Search<'a> {
    /// `None` where nothing can be ruled out.
    fn run(mut self) -> Option<Candidates> {
        let mut candidates = Candidates::default();
        let mut groups = self.runs(&mut candidates)?;
        let parts = self.look_up(&mut groups);
        candidates.names = self.abbreviated();
        self.chain(&parts, &mut groups);
        self.walk(&parts, &groups, &mut candidates);
        self.scratch.matched.wipe();
        self.scratch.names.wipe();
        candidates.names.sort_unstable();
        candidates.names.dedup();
        Some(candidates)
    }

    /// Finds the runs of names that are alike to tokens of the query, and groups them.
    fn runs(&self, candidates: &mut Candidates) -> Option<Vec<Group>> {
        let mut groups = Vec::new();
        for item in &self.query.tokens {
            let found = self.corpus.runs_alike_to(item);
            if found.any_run {
                return None;
            }
            if found.runs.is_empty() {
                continue;
            }
            let first = groups.len();
            let group = Group { start: item.start as u32, length: 1, of_runs: true, ..Group::default() };
            groups.resize(first + STEPS, group);
            let part = candidates.found.len() as u32;
            for run in &found.runs {
                let tokens = &self.corpus.tokens_of(run.place.name)[usize::from(run.place.start)..];
                let tokens = &tokens[..usize::from(run.place.length)];
                let weight = tokens.iter().map(|token| self.weights[*token as usize].full).sum();
                groups[first + step_of(&run.likeness)].enter(&run.likeness, 1, weight);
                let AlikeRun { place, likeness, made } = *run;
                candidates.runs.push(RunMatch { place, at: item.start as u32, likeness, made: (part, made) });
            }
            candidates.found.push(found);
        }
        candidates.runs.sort_unstable_by_key(|run| (run.place, run.at));
        Some(groups)
    }

    /// Looks up the tokens of the query and its runs as far as is needed, groups what is found, and sets groups aside.
    fn look_up(&mut self, groups: &mut Vec<Group>) -> Parts {
        let (query, corpus) = (self.query, self.corpus);
        let mut parts = Vec::new();
        // What is not looked up yet, with the place of its group.
        let mut unknown: Vec<(usize, &'a Item<'a>)> = Vec::new();
        for item in &query.tokens {
            let known = match item.token.kind {
                _ if is_open(item) => None,
                // Found at once.
                Kind::Number | Kind::Form(_) | Kind::Title(_) | Kind::Particle(_) => {
                    Some(corpus.alike_to(item, &mut self.scratch.seen))
                }
                Kind::Word | Kind::Initial => corpus.cache.known(item.token, Role::Token),
            };
            match known {
                Some(found) => self.enter(groups, &mut parts, item, found),
                None => {
                    unknown.push((groups.len(), item));
                    groups.push(untold(item, if is_open(item) { usize::MAX } else { LOOKED_UP }));
                }
            }
        }
        for run in &query.runs {
            match corpus.cache.known(run.token, Role::Joined { whole_words: run.whole_words }) {
                Some(found) => self.enter(groups, &mut parts, run, found),
                None => {
                    unknown.push((groups.len(), run));
                    groups.push(untold(run, LOOKED_UP_JOINED));
                }
            }
        }
        loop {
            self.set_aside(groups);
            // Of what a name must share, the rarest first: that may make the others needless.
            let wanted = (0..unknown.len()).filter(|at| !groups[unknown[*at].0].set_aside);
            let weight = |at: &usize| (!is_open(unknown[*at].1), self.weight_of(&groups[unknown[*at].0]));
            let Some(at) = wanted.max_by_key(weight) else { break };
            let (group, item) = unknown.remove(at);
            // Places of groups stay.
            groups[group] = Group::default();
            let found = match item.length {
                1 => corpus.alike_to(item, &mut self.scratch.seen),
                _ => corpus.joined_by(item, &mut self.scratch.seen),
            };
            self.enter(groups, &mut parts, item, found);
        }
        self.lazy = unknown.into_iter().map(|(_, item)| item).collect();
        parts
    }

    /// What the tokens of the query weigh that a group stands for.
    fn weight_of(&self, group: &Group) -> u32 {
        let weights = &self.query.weights[group.start as usize..][..group.length as usize];
        weights.iter().map(|weight| weight.full).sum()
    }

    fn enter(&self, groups: &mut Vec<Group>, parts: &mut Parts, item: &Item<'_>, found: Arc<Neighbours>) {
        if found.tokens.is_empty() {
            return;
        }
        let first = groups.len();
        let (start, length) = (item.start as u32, item.length as u32);
        groups.resize(first + STEPS, Group { start, length, ..Group::default() });
        for alike in &found.tokens {
            let names = self.corpus.having(alike.token).len();
            let weight = self.weights[alike.token as usize].full;
            groups[first + step_of(&alike.likeness)].enter(&alike.likeness, names, weight);
        }
        parts.push((found, first));
    }

    /// Sets groups aside, those of the most names first, while names that share none of the others stay below the
    /// threshold.
    fn set_aside(&mut self, groups: &mut [Group]) {
        let mut order: Vec<usize> = (0..groups.len()).filter(|at| groups[*at].best.is_some()).collect();
        order.sort_by_key(|at| (Reverse(groups[*at].names), self.weight_of(&groups[*at])));
        let mut granted = self.granted_nothing();
        for at in order {
            let mut more = granted.clone();
            grant_group(&mut more, &groups[at]);
            groups[at].set_aside = !self.reached_by(&more, Account::default());
            if groups[at].set_aside {
                granted = more;
            }
        }
    }

    /// No token of the query stands for anything.
    fn granted_nothing(&self) -> Vec<Gain> {
        self.query.weights.iter().map(|weight| nothing(*weight, self.corpus.any_cut)).collect()
    }

    /// Whether a name may reach the threshold that shares nothing but what some groups were granted, and what is
    /// accounted for in `theirs`.
    ///
    /// Each token of the query is granted the best that stands for it, with the heaviest of any name; a pair of the
    /// alignment that takes several tokens of the query counts its weight for each. What the name has besides costs
    /// nothing.
    fn reached_by(&mut self, granted: &[Gain], theirs: Account) -> bool {
        let gains = &mut self.scratch.gains;
        gains.clear();
        gains.extend(granted.iter().map(|gain| {
            // Granted was the weight alone.
            Gain { theirs: gain.theirs * u64::from(gain.best.map_or(0, |best| best.value)), ..*gain }
        }));
        let absence = measure::absence(self.query.schema, Some(Schema::Person));
        bound::reaches(&self.scratch.gains, theirs, absence, self.thousandths)
    }

    /// Chains the matches of each token, and says of which groups one token suffices.
    fn chain(&mut self, parts: &Parts, groups: &mut [Group]) {
        let (corpus, scratch) = (self.corpus, &mut *self.scratch);
        scratch.matched.begin(corpus.tokens().len());
        scratch.names.begin(corpus.names.len());
        if !self.lazy.is_empty() {
            scratch.asked.renew(corpus.tokens().len());
        }
        if scratch.heads.len() < corpus.tokens().len() {
            scratch.heads.resize(corpus.tokens().len(), NONE);
        }
        scratch.chains.clear();
        for (found, first) in parts {
            let Group { start, length, .. } = groups[*first];
            for alike in &found.tokens {
                link(scratch, alike.token, (start, length), alike.likeness);
            }
        }
        let untold = self.granted_untold();
        for group in groups.iter_mut().filter(|group| !group.set_aside && group.best.is_some()) {
            let mut granted = untold.clone();
            grant_group(&mut granted, group);
            group.suffices = self.reached_by(&granted, Account::default());
        }
    }

    /// What was not looked up, and nothing else, is granted all that it can be.
    fn granted_untold(&self) -> Vec<Gain> {
        let mut granted = self.granted_nothing();
        self.lazy.iter().for_each(|item| grant_group(&mut granted, &untold(item, 0)));
        granted
    }

    /// Looks at the names of all groups that are not set aside.
    fn walk(&mut self, parts: &Parts, groups: &[Group], candidates: &mut Candidates) {
        let corpus = self.corpus;
        let untold = self.granted_untold();
        for (found, first) in parts {
            for alike in &found.tokens {
                let group = &groups[first + step_of(&alike.likeness)];
                if group.set_aside {
                    continue;
                }
                let mut suffices = None;
                for name in corpus.having(alike.token).chunks(READ_AHEAD).flat_map(|names| {
                    corpus.read_ahead(names);
                    names
                }) {
                    if !self.scratch.names.mark(*name) {
                        continue;
                    }
                    // Most names share nothing else.
                    if !self.shares_more(*name, &candidates.runs)
                        && !*suffices.get_or_insert_with(|| self.suffices(alike.token, group, &untold))
                    {
                        continue;
                    }
                    if self.reaches(*name, candidates) {
                        candidates.names.push(*name);
                    }
                }
            }
        }
        let is_essential = |run: &RunMatch| {
            let step = step_of(&run.likeness);
            let mut its = groups.iter().filter(|group| group.of_runs && group.start == run.at);
            its.nth(step).is_none_or(|group| !group.set_aside)
        };
        for at in 0..candidates.runs.len() {
            let run = candidates.runs[at];
            if is_essential(&run)
                && self.scratch.names.mark(run.place.name)
                && self.reaches(run.place.name, candidates)
            {
                candidates.names.push(run.place.name);
            }
        }
    }

    /// Whether a name may reach the threshold that shares no token but one, once, and whatever was not looked up.
    fn suffices(&mut self, token: u32, group: &Group, untold: &[Gain]) -> bool {
        let head = self.scratch.heads[token as usize];
        let is_alone = self.scratch.chains.get(head as usize).is_none_or(|found| found.next == NONE);
        if is_alone && !group.suffices {
            return false;
        }
        let mut granted = untold.to_vec();
        let mut theirs = None;
        grant_chain(&self.scratch.chains, head, &mut granted, &mut theirs);
        let mut account = Account::default();
        if let Some(likeness) = &theirs {
            let weight = self.weights[token as usize];
            account.allow(weight, if self.query.cut { weight.behind_a_cut() } else { weight }, likeness);
            account.against = 0;
            // It may stand for something that was not looked up, and better.
            if !self.lazy.is_empty() {
                account.absent = 0;
            }
        }
        self.reached_by(&granted, account)
    }

    /// Whether a name shares more than one token, or a run.
    fn shares_more(&self, name: u32, runs: &[RunMatch]) -> bool {
        let matched = &self.scratch.matched;
        let shared = self.corpus.tokens_of(name).iter().filter(|token| matched.is_marked(**token)).count();
        shared > 1 || runs.binary_search_by_key(&name, |run| run.place.name).is_ok()
    }

    /// Whether the bound of a name reaches the threshold.
    fn reaches(&mut self, name: u32, candidates: &Candidates) -> bool {
        let (query, corpus, scratch) = (self.query, self.corpus, &mut *self.scratch);
        let (places, known) = (corpus.tokens_of(name), corpus.names[name as usize]);
        scratch.gains.clear();
        scratch.gains.extend(query.weights.iter().map(|weight| nothing(*weight, known.cut)));
        scratch.best_of_list.clear();
        scratch.best_of_list.resize(places.len(), None);
        for (at, token) in places.iter().enumerate() {
            if !self.lazy.is_empty() && scratch.asked.is_first(*token) {
                ask(corpus, *token, &self.lazy, scratch);
            }
            if scratch.matched.is_marked(*token) {
                let head = scratch.heads[*token as usize];
                grant_chain(&scratch.chains, head, &mut scratch.gains, &mut scratch.best_of_list[at]);
            }
        }
        if !candidates.runs.is_empty() {
            for run in candidates.run_matches(name) {
                grant_run(&mut scratch.gains[run.at as usize].best, &run.likeness);
                let length = usize::from(run.place.length);
                let span = &mut scratch.best_of_list[usize::from(run.place.start)..][..length];
                span.iter_mut().for_each(|best| grant(best, &run.likeness, length));
            }
        }
        let weights = places.iter().map(|place| &self.weights[*place as usize]);
        let theirs = crate::align::most(weights, scratch.best_of_list.iter(), query.cut);
        bound::reaches(&scratch.gains, theirs, measure::absence(query.schema, known.schema), self.thousandths)
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
        for initials in query.initials.iter() {
            corpus.dictionary.equal(initials, |token| names.extend(corpus.having(token)));
        }
        names.retain(|name| corpus.names[*name as usize].schema == Some(Schema::Organisation));
        names
    }
}

/// What is not looked up, taken for the most that it can be, at what it costs to look it up.
fn untold(item: &Item<'_>, names: usize) -> Group {
    let whole = Likeness::new(1000, 0, crate::evidence::Relation::Same);
    let (start, length) = (item.start as u32, item.length as u32);
    Group { start, length, names, best: Some(whole), weight: RAREST, ..Group::default() }
}

/// Grants tokens of the query what stands for them in a group; what the name then accounts for, as weight alone.
fn grant_group(granted: &mut [Gain], group: &Group) {
    let Some(likeness) = &group.best else { return };
    for gain in &mut granted[group.start as usize..][..group.length as usize] {
        match group.of_runs {
            true => grant_run(&mut gain.best, likeness),
            false => grant(&mut gain.best, likeness, group.length as usize),
        }
        gain.theirs = gain.theirs.max(u64::from(group.weight));
    }
}

/// A letter or a beginning.
fn is_open(item: &Item<'_>) -> bool {
    item.token.cut || item.token.kind == Kind::Initial
}

/// Puts a match at the head of the chain of a token.
fn link(scratch: &mut Scratch, token: u32, (start, length): (u32, u32), likeness: Likeness) {
    let head = &mut scratch.heads[token as usize];
    let next = if scratch.matched.mark(token) { NONE } else { *head };
    *head = scratch.chains.len() as u32;
    scratch.chains.push(Match { start, length, likeness, next });
}

/// Grants what a token of a name is alike to: to it, and to the tokens of the query.
fn grant_chain(chains: &[Match], head: u32, gains: &mut [Gain], theirs: &mut Option<Likeness>) {
    let mut at = head;
    while let Some(found) = chains.get(at as usize) {
        grant(theirs, &found.likeness, 1);
        let length = found.length as usize;
        let span = &mut gains[found.start as usize..][..length];
        span.iter_mut().for_each(|gain| grant(&mut gain.best, &found.likeness, length));
        at = found.next;
    }
}

/// Enters what of the query was not looked up and is alike to a token.
fn ask(corpus: &Corpus, number: u32, lazy: &[&Item<'_>], scratch: &mut Scratch) {
    let (shape, token) = (&corpus.dictionary.shapes[number as usize], &corpus.tokens()[number as usize]);
    for item in lazy {
        let likeness = match item.length {
            1 if could_be_alike(item.shape, shape) => alike(item.token, token),
            1 => None,
            _ if could_be_joined(item.shape, shape) => joined(item.token, item.whole_words, token),
            _ => None,
        };
        if let Some(likeness) = likeness {
            link(scratch, number, (item.start as u32, item.length as u32), likeness);
        }
    }
}
