//! Which token of one name stands for which of another, and what score that makes.
//!
//! The score is the mean of two coverages: how much of the query's weight the list's name accounts for, and how much
//! of the list's weight the query accounts for. Every pair of tokens that stand for one another adds its likeness
//! times its share of the weight on both sides. So contributions add up, and a word that only one side has costs its
//! share of one half.
//!
//! Pairs are chosen greedily, once the most alike first and once the weightiest first; the better choice counts.
//! Two bounds hold for every choice, and the index rests on them: a token of the query contributes no more than its
//! best likeness to any token, or run of tokens, of the list's name; and the list's side contributes no more than one
//! half.

use crate::evidence::{Ledger, Relation};
use crate::normalise::{Kind, Token};
use crate::similarity::{Likeness, Shape, alike, could_be_alike, joined};

/// Most tokens that are compared as if written together.
const RUN_TOKENS: usize = 3;
/// What it costs that the informative tokens stand in another order. A rotation, as in "LAST, First", is no other.
const ORDER_COST: i32 = 10;
/// What it costs that each name has a number that the other lacks.
const NUMBERS_COST: i32 = 250;
/// A token that the other name's field may have cut off counts for so much less.
const CUT_OFF_DIVISOR: u32 = 4;

/// A token, or several adjacent ones written together, of one side.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item<'a> {
    pub(crate) token: &'a Token,
    pub(crate) shape: Shape,
    /// Its place in the name, and how many tokens it takes.
    pub(crate) start: usize,
    pub(crate) length: usize,
}

/// One side of a comparison.
#[derive(Debug, Default)]
pub(crate) struct Side<'a> {
    /// The tokens in order, each of length 1.
    pub(crate) tokens: Vec<Item<'a>>,
    /// What each token weighs; none weighs nothing.
    pub(crate) weights: Vec<u32>,
    /// Runs of adjacent tokens.
    pub(crate) runs: Vec<Item<'a>>,
    /// More tokens may have followed the last.
    pub(crate) cut: bool,
}

/// The runs of two and three tokens of a name: start, length and the token they make together.
pub(crate) fn runs_of(tokens: &[Token]) -> Vec<(usize, usize, Token)> {
    (2..=RUN_TOKENS.min(tokens.len()))
        .flat_map(|length| {
            tokens
                .windows(length)
                .enumerate()
                .map(move |(start, parts)| (start, length, Token::joined(parts)))
        })
        .collect()
}

/// Tokens of the two sides that stand for one another, as start and length.
#[derive(Debug, Clone, Copy)]
struct Pair {
    query: (usize, usize),
    list: (usize, usize),
    likeness: Likeness,
}

/// Two names with their tokens put side by side.
pub(crate) struct Aligned {
    /// In the order of the query.
    pairs: Vec<Pair>,
    /// What each token counts for, less where the other side may have been cut off before it.
    query_weights: Vec<u32>,
    list_weights: Vec<u32>,
    order_differs: bool,
    numbers_differ: bool,
}

impl Aligned {
    /// Puts two names side by side: of the two greedy choices, the one that scores better, the first among equals.
    pub(crate) fn new(query: &Side<'_>, list: &Side<'_>) -> Self {
        let candidates = candidates(query, list);
        let likest =
            Self::of(choose(&candidates, query, list, |pair, _| u64::from(pair.likeness.value)), query, list);
        // One order suffices where no token has a choice.
        if !has_choice(&candidates, query, list) {
            return likest;
        }
        let largest = Self::of(choose(&candidates, query, list, |_, contribution| contribution), query, list);
        if largest.thousandths() > likest.thousandths() { largest } else { likest }
    }

    fn of(mut pairs: Vec<Pair>, query: &Side<'_>, list: &Side<'_>) -> Self {
        pairs.sort_unstable_by_key(|pair| pair.query);
        let matched_to = |places: fn(&Pair) -> (usize, usize)| {
            pairs.iter().map(places).map(|(start, length)| start + length).max().unwrap_or(0)
        };
        let query_weights = weights(query, list.cut, matched_to(|pair| pair.query));
        let list_weights = weights(list, query.cut, matched_to(|pair| pair.list));
        let order_differs = order_differs(&pairs, query);
        let numbers_differ = lacks_numbers(query, list) && lacks_numbers(list, query);
        Self { pairs, query_weights, list_weights, order_differs, numbers_differ }
    }

    /// The score in thousandths, from 0 to 1000.
    pub(crate) fn thousandths(&self) -> u16 {
        let shares = self.shares();
        let mut total = shares.last().map_or(0, |(_, cumulated)| *cumulated);
        if self.order_differs {
            total -= ORDER_COST;
        }
        if self.numbers_differ {
            total -= NUMBERS_COST;
        }
        // Shares add up to 1000 at most.
        total.max(0) as u16
    }

    /// The pairs with the sum of the contributions so far, rounded down. Rounding the sum rather than each
    /// contribution makes them add up to the score exactly.
    fn shares(&self) -> Vec<(&Pair, i32)> {
        let (query_sum, list_sum) = (sum(&self.query_weights), sum(&self.list_weights));
        let mut cumulated = 0_u64;
        self.pairs
            .iter()
            .map(|pair| {
                let query_weight = sum(&self.query_weights[span(pair.query)]);
                let list_weight = sum(&self.list_weights[span(pair.list)]);
                // At most 1000 × 128,000 × 1,000,000 × 2, well inside 64 bits.
                cumulated +=
                    u64::from(pair.likeness.value) * (query_weight * list_sum + list_weight * query_sum);
                // Each side's weights add up to its sum at most, so this is at most 1000.
                (pair, (cumulated / (2 * query_sum * list_sum)) as i32)
            })
            .collect()
    }

    /// Enters the reasons for the score.
    pub(crate) fn explain(&self, query: &Side<'_>, list: &Side<'_>, ledger: &mut Ledger) {
        let shares = self.shares();
        let mut next = shares.iter().peekable();
        let mut before = 0;
        let mut index = 0;
        while index < query.tokens.len() {
            match next.next_if(|(pair, _)| pair.query.0 == index) {
                Some((pair, cumulated)) => {
                    let texts = (text(query, pair.query), text(list, pair.list));
                    ledger.enter(Some(texts.0), Some(texts.1), pair.likeness.relation, cumulated - before);
                    before = *cumulated;
                    index += pair.query.1;
                }
                None => {
                    ledger.enter(Some(text(query, (index, 1))), None, Relation::MissingInList, 0);
                    index += 1;
                }
            }
        }
        for index in 0..list.tokens.len() {
            if !self.pairs.iter().any(|pair| span(pair.list).contains(&index)) {
                ledger.enter(None, Some(text(list, (index, 1))), Relation::MissingInQuery, 0);
            }
        }
        if self.order_differs {
            ledger.enter(None, None, Relation::OrderDiffers, -ORDER_COST);
        }
        if self.numbers_differ {
            let numbers = |side: &Side<'_>| Some(numbers(side).collect::<Vec<_>>().join(" "));
            ledger.enter(numbers(query), numbers(list), Relation::NumbersDiffer, -NUMBERS_COST);
        }
    }
}

fn span((start, length): (usize, usize)) -> std::ops::Range<usize> {
    start..start + length
}

fn sum(weights: &[u32]) -> u64 {
    weights.iter().map(|weight| u64::from(*weight)).sum()
}

fn text(side: &Side<'_>, place: (usize, usize)) -> String {
    side.tokens[span(place)].iter().map(|item| item.token.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// Every two items that are alike at all.
fn candidates(query: &Side<'_>, list: &Side<'_>) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut consider = |a: &Item<'_>, b: &Item<'_>, likeness: fn(&Token, &Token) -> Option<Likeness>| {
        if could_be_alike(&a.shape, &b.shape)
            && let Some(likeness) = likeness(a.token, b.token)
        {
            pairs.push(Pair { query: (a.start, a.length), list: (b.start, b.length), likeness });
        }
    };
    for a in &query.tokens {
        for b in &list.tokens {
            consider(a, b, alike);
        }
        for run in &list.runs {
            consider(a, run, |single, run| joined(run, single));
        }
    }
    for run in &query.runs {
        for b in &list.tokens {
            consider(run, b, joined);
        }
    }
    pairs
}

/// Two candidates want the same token.
fn has_choice(candidates: &[Pair], query: &Side<'_>, list: &Side<'_>) -> bool {
    let (mut query_taken, mut list_taken) = (vec![false; query.tokens.len()], vec![false; list.tokens.len()]);
    !candidates.iter().all(|pair| take(pair, &mut query_taken, &mut list_taken))
}

/// Takes the tokens of a pair where none is taken yet.
fn take(pair: &Pair, query_taken: &mut [bool], list_taken: &mut [bool]) -> bool {
    let (query_places, list_places) = (&mut query_taken[span(pair.query)], &mut list_taken[span(pair.list)]);
    let free = !query_places.contains(&true) && !list_places.contains(&true);
    if free {
        query_places.fill(true);
        list_places.fill(true);
    }
    free
}

/// Pairs that do not overlap, taken by falling `first` (of the pair and what it contributes), then by falling
/// contribution, then the one nearer the same place in both names.
fn choose(candidates: &[Pair], query: &Side<'_>, list: &Side<'_>, first: fn(&Pair, u64) -> u64) -> Vec<Pair> {
    let (query_sum, list_sum) = (sum(&query.weights), sum(&list.weights));
    let mut pairs = candidates.to_vec();
    pairs.sort_by_cached_key(|pair| {
        let (query_weight, list_weight) =
            (sum(&query.weights[span(pair.query)]), sum(&list.weights[span(pair.list)]));
        let contribution =
            u64::from(pair.likeness.value) * (query_weight * list_sum + list_weight * query_sum);
        let apart = pair.query.0.abs_diff(pair.list.0);
        (std::cmp::Reverse((first(pair, contribution), contribution)), apart, pair.query, pair.list)
    });
    let (mut query_taken, mut list_taken) = (vec![false; query.tokens.len()], vec![false; list.tokens.len()]);
    pairs.retain(|pair| take(pair, &mut query_taken, &mut list_taken));
    pairs
}

/// The weights of a side; tokens after the last one that is matched count less where the other side may have been
/// cut off there.
fn weights(side: &Side<'_>, other_is_cut: bool, matched_to: usize) -> Vec<u32> {
    let mut weights = side.weights.clone();
    if other_is_cut {
        for weight in &mut weights[matched_to..] {
            *weight = (*weight / CUT_OFF_DIVISOR).max(1);
        }
    }
    weights
}

/// The informative tokens of the list follow one another otherwise than those of the query, read in a circle.
fn order_differs(pairs: &[Pair], query: &Side<'_>) -> bool {
    let places: Vec<usize> = pairs
        .iter()
        .filter(|pair| query.tokens[span(pair.query)].iter().any(|item| !item.token.kind.is_weak()))
        .map(|pair| pair.list.0)
        .collect();
    let descents = places.iter().zip(places.iter().cycle().skip(1)).filter(|(a, b)| a > b).count();
    descents > 1
}

fn numbers<'a>(side: &'a Side<'_>) -> impl Iterator<Item = &'a str> {
    side.tokens
        .iter()
        .filter(|item| item.token.kind == Kind::Number && !item.token.cut)
        .map(|item| item.token.text.as_str())
}

/// `one` has a number that `other` lacks.
fn lacks_numbers(one: &Side<'_>, other: &Side<'_>) -> bool {
    numbers(one).any(|number| !numbers(other).any(|known| known == number))
}
