//! Which token of one name stands for which of another, and what score that makes.
//!
//! Every two tokens that are alike, and every token and run of tokens written together that are, are candidates. Of the
//! candidates that do not want the same token those are taken that agree most in weight ([`choice`]). The choice decides
//! the [`Account`]s of both sides, and these the score. Whatever the choice, the score is no more than what the bound of
//! the index says.

mod choice;

use crate::evidence::{Ledger, Relation};
use crate::list::Schema;
use crate::measure::{self, Account};
use crate::normalise::{Kind, Origin, Token};
use crate::qualify::Rarity;
use crate::similarity::{ACRONYM, Likeness, Shape, alike, could_be_alike, could_be_joined, joined};
use crate::weights::{COMMONEST, Weight};
use choice::choose;
use std::borrow::Cow;

/// Most tokens that are compared as if written together.
pub(crate) const RUN_TOKENS: usize = 3;
/// What it costs that the informative tokens stand in another order. A rotation, as in "LAST, First", is no other.
const ORDER_COST: u16 = 10;
/// What it costs that each name has a number that the other lacks, beside the weight of the numbers. Roman numerals do
/// not count here: they count the funds of one house, and lose and win a stroke in print.
const NUMBERS_COST: u16 = 150;
/// How many times as much a missing word costs where a side is written in Chinese or Korean characters throughout: such a
/// name is whole, so that one syllable more is another name.
const ABSENT_OF_CHARACTERS: u64 = 2;
/// Letters of an abbreviation that stands for the words of a whole name.
const ACRONYM_LETTERS: std::ops::RangeInclusive<usize> = 3..=6;

/// A token, or several adjacent ones written together, of one side.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item<'a> {
    pub(crate) token: &'a Token,
    pub(crate) shape: &'a Shape,
    /// Its place in the name, and how many tokens it takes.
    pub(crate) start: usize,
    pub(crate) length: usize,
    /// Of a run: nothing but words and particles.
    pub(crate) whole_words: bool,
}

/// One side of a comparison.
#[derive(Debug, Default)]
pub(crate) struct Side<'a> {
    /// The tokens in order, each of length 1.
    pub(crate) tokens: Vec<Item<'a>>,
    /// What each token weighs; none weighs nothing.
    pub(crate) weights: Cow<'a, [Weight]>,
    /// Runs of adjacent tokens.
    pub(crate) runs: Vec<Item<'a>>,
    /// More tokens may have followed the last.
    pub(crate) cut: bool,
    /// What it is the name of.
    pub(crate) schema: Option<Schema>,
    /// The abbreviations it may have.
    pub(crate) initials: Cow<'a, [String]>,
}

impl Side<'_> {
    /// Whether it is written in Chinese or Korean characters throughout.
    fn is_in_characters(&self) -> bool {
        let in_characters = |origin: &Origin| matches!(origin, Origin::Han(_) | Origin::Syllable);
        !self.tokens.is_empty() && self.tokens.iter().all(|item| in_characters(&item.token.origin))
    }
}

/// A run of tokens of a name: start, length, the token they make together, and whether they are all words.
pub(crate) type Run = (usize, usize, Token, bool);

/// The runs of two and three tokens of a name.
pub(crate) fn runs_of(tokens: &[&Token]) -> Vec<Run> {
    (2..=RUN_TOKENS.min(tokens.len()))
        .flat_map(|length| {
            tokens
                .windows(length)
                .enumerate()
                .map(move |(start, parts)| (start, length, Token::joined(parts), are_words(parts)))
        })
        .collect()
}

/// Whether a run is of nothing but words and particles.
pub(crate) fn are_words(parts: &[&Token]) -> bool {
    parts.iter().all(|token| matches!(token.kind, Kind::Word | Kind::Particle(_)))
}

/// Tokens of the two sides that stand for one another, as start and length.
#[derive(Debug, Clone, Copy)]
struct Pair {
    query: (usize, usize),
    list: (usize, usize),
    likeness: Likeness,
    /// What choosing it is worth.
    gain: u64,
}

/// Two names with their tokens put side by side.
pub(crate) struct Aligned {
    /// In the order of the query.
    pairs: Vec<Pair>,
    query: Account,
    list: Account,
    /// What each token weighs where it is matched by none, less where the other side may have been cut off before it.
    query_weights: Vec<Weight>,
    list_weights: Vec<Weight>,
    absence: u64,
    /// The query has a word that stands for nothing in the list's name.
    says_more: bool,
    order_differs: bool,
    numbers_differ: bool,
}

impl Aligned {
    /// Puts two names side by side.
    pub(crate) fn new(query: &Side<'_>, list: &Side<'_>) -> Self {
        let mut pairs = choose(candidates(query, list), query, list);
        pairs.sort_unstable_by_key(|pair| pair.query);
        let matched_to = |places: fn(&Pair) -> (usize, usize)| {
            pairs.iter().map(places).map(|(start, length)| start + length).max().unwrap_or(0)
        };
        let query_weights = weights(query, list.cut, matched_to(|pair| pair.query));
        let list_weights = weights(list, query.cut, matched_to(|pair| pair.list));
        let account = |weights: &[Weight], places: fn(&Pair) -> (usize, usize)| {
            let mut account = Account::default();
            let mut taken = vec![false; weights.len()];
            for pair in &pairs {
                for place in span(places(pair)) {
                    account.credit(weights[place], &pair.likeness, places(pair).1);
                    taken[place] = true;
                }
            }
            for (weight, _) in weights.iter().zip(&taken).filter(|(_, taken)| !**taken) {
                account.deny(*weight);
            }
            account
        };
        Self {
            query: account(&query_weights, |pair| pair.query),
            list: account(&list_weights, |pair| pair.list),
            order_differs: order_differs(&pairs, query),
            numbers_differ: lacks_numbers(query, list) && lacks_numbers(list, query),
            // Bounds take the lesser cost, which is no less true of them.
            absence: measure::absence(query.schema, list.schema)
                * if query.is_in_characters() || list.is_in_characters() { ABSENT_OF_CHARACTERS } else { 1 },
            says_more: says_more(&pairs, query),
            pairs,
            query_weights,
            list_weights,
        }
    }

    /// The score in thousandths, from 0 to 1000.
    pub(crate) fn thousandths(&self) -> u16 {
        let score = measure::score(&self.query, &self.list, self.absence);
        score.saturating_sub(self.order_cost()).saturating_sub(self.numbers_cost())
    }

    /// How much the words that both have tell, in thousandths of what rare words would: names of common words are
    /// those of many.
    pub(crate) fn rarity(&self) -> Rarity {
        let mut weights = self
            .pairs
            .iter()
            .flat_map(|pair| &self.list_weights[span(pair.list)])
            .filter(|weight| weight.full >= COMMONEST)
            .map(|weight| weight.full);
        let (mut whole, mut count, mut told): (u32, u32, u32) = (0, 0, 0);
        for weight in &mut weights {
            (whole, count) = (whole + weight, count + 1);
            told += weight - COMMONEST;
        }
        Rarity { mean: whole.checked_div(count).unwrap_or(0), told }
    }

    /// Whether the list's name is a single word and the query has a word more that stands for nothing in it.
    pub(crate) fn says_more_than_one_word(&self) -> bool {
        self.says_more && self.list_weights.len() == 1
    }

    fn order_cost(&self) -> u16 {
        if self.order_differs { ORDER_COST } else { 0 }
    }

    fn numbers_cost(&self) -> u16 {
        if self.numbers_differ { NUMBERS_COST } else { 0 }
    }

    /// The score that the pairs would make if nothing was missing on either side.
    fn without_missing(&self) -> u16 {
        let mut accounts = [Account::default(); 2];
        for pair in &self.pairs {
            for weight in &self.query_weights[span(pair.query)] {
                accounts[0].credit(*weight, &pair.likeness, pair.query.1);
            }
            for weight in &self.list_weights[span(pair.list)] {
                accounts[1].credit(*weight, &pair.likeness, pair.list.1);
            }
        }
        measure::score(&accounts[0], &accounts[1], self.absence)
    }

    /// Enters the reasons for the score: what each pair adds, then what each missing token costs.
    pub(crate) fn explain(&self, query: &Side<'_>, list: &Side<'_>, ledger: &mut Ledger) {
        let score = measure::score(&self.query, &self.list, self.absence);
        let paired = self.without_missing();
        // Each pair adds its share of what the pairs make.
        let value = |pair: &Pair| {
            let full = |weights: &[Weight]| weights.iter().map(|weight| u64::from(weight.full)).sum::<u64>();
            let weight =
                full(&self.query_weights[span(pair.query)]) + full(&self.list_weights[span(pair.list)]);
            weight * u64::from(pair.likeness.value)
        };
        let mut shares = Shares::new(u64::from(paired), self.pairs.iter().map(value).sum());
        for pair in &self.pairs {
            let texts = (text(query, pair.query), text(list, pair.list));
            ledger.enter(Some(texts.0), Some(texts.1), pair.likeness.relation, shares.next(value(pair)));
        }
        // Each missing token costs its share of the rest.
        let missing = |weights: &[Weight], places: fn(&Pair) -> (usize, usize)| -> Vec<(usize, u64)> {
            let is_free = |place: &usize| !self.pairs.iter().any(|pair| span(places(pair)).contains(place));
            (0..weights.len()).filter(is_free).map(|place| (place, u64::from(weights[place].full))).collect()
        };
        let in_list = missing(&self.query_weights, |pair| pair.query);
        let in_query = missing(&self.list_weights, |pair| pair.list);
        let whole = in_list.iter().chain(&in_query).map(|(_, weight)| weight).sum();
        let mut shares = Shares::new(u64::from(paired - score), whole);
        for (place, weight) in in_list {
            let text = text(query, (place, 1));
            ledger.enter(Some(text), None, Relation::MissingInList, -shares.next(weight));
        }
        for (place, weight) in in_query {
            let text = text(list, (place, 1));
            ledger.enter(None, Some(text), Relation::MissingInQuery, -shares.next(weight));
        }
        if self.order_differs {
            ledger.enter(None, None, Relation::OrderDiffers, -i32::from(ORDER_COST));
        }
        if self.numbers_differ {
            let numbers = |side: &Side<'_>| Some(numbers(side).collect::<Vec<_>>().join(" "));
            let cost = -i32::from(NUMBERS_COST);
            ledger.enter(numbers(query), numbers(list), Relation::NumbersDiffer, cost);
        }
    }
}

/// Whether a word of the query, no form, title, particle or initial, stands for nothing.
fn says_more(pairs: &[Pair], query: &Side<'_>) -> bool {
    let is_free = |item: &&Item<'_>| !pairs.iter().any(|pair| span(pair.query).contains(&item.start));
    query.tokens.iter().filter(is_free).any(|item| item.token.kind == Kind::Word)
}

/// An amount in whole numbers among parts of a whole, rounded so that all parts make the amount.
struct Shares {
    amount: u64,
    whole: u64,
    seen: u64,
    given: u64,
}

impl Shares {
    fn new(amount: u64, whole: u64) -> Self {
        Self { amount, whole: whole.max(1), seen: 0, given: 0 }
    }

    fn next(&mut self, part: u64) -> i32 {
        self.seen += part;
        let given = self.amount * self.seen / self.whole;
        // Amounts are scores.
        let share = (given - self.given) as i32;
        self.given = given;
        share
    }
}

/// Raises what one of `of` tokens is granted to at least a likeness: the most value, the least defect and the fewest
/// edits, of different ones if need be.
pub(crate) fn grant(known: &mut Option<Likeness>, likeness: &Likeness, of: usize) {
    // Tokens in a run are at most three.
    let edits = likeness.edits / of as u16;
    *known = Some(match known {
        None => Likeness { edits, ..*likeness },
        Some(known) => Likeness {
            value: known.value.max(likeness.value),
            defect: known.defect.min(likeness.defect),
            edits: known.edits.min(edits),
            relation: known.relation,
        },
    });
}

/// The best account that tokens can have, each granted its best likeness.
pub(crate) fn most<'a>(
    weights: impl IntoIterator<Item = &'a Weight>,
    best: impl IntoIterator<Item = &'a Option<Likeness>>,
    other_is_cut: bool,
) -> Account {
    let mut account = Account::default();
    for (weight, best) in weights.into_iter().zip(best) {
        let unmatched = if other_is_cut { weight.behind_a_cut() } else { *weight };
        match best {
            Some(likeness) => account.allow(*weight, unmatched, likeness),
            None => account.deny(unmatched),
        }
    }
    account
}

fn span((start, length): (usize, usize)) -> std::ops::Range<usize> {
    start..start + length
}

fn text(side: &Side<'_>, place: (usize, usize)) -> String {
    side.tokens[span(place)].iter().map(|item| item.token.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// Every two items that are alike at all.
fn candidates(query: &Side<'_>, list: &Side<'_>) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let full = |side: &Side<'_>, place| -> u64 {
        side.weights[span(place)].iter().map(|weight| u64::from(weight.full)).sum()
    };
    let mut enter = |a: &Item<'_>, b: &Item<'_>, likeness: Likeness| {
        let (query_place, list_place) = ((a.start, a.length), (b.start, b.length));
        let gain = (full(query, query_place) + full(list, list_place)) * u64::from(likeness.worth());
        pairs.push(Pair { query: query_place, list: list_place, likeness, gain });
    };
    for a in &query.tokens {
        for b in &list.tokens {
            if could_be_alike(a.shape, b.shape)
                && let Some(likeness) = alike(a.token, b.token)
            {
                enter(a, b, likeness);
            }
        }
        for run in &list.runs {
            if could_be_joined(run.shape, a.shape)
                && let Some(likeness) = joined(run.token, run.whole_words, a.token)
            {
                enter(a, run, likeness);
            }
        }
    }
    for run in &query.runs {
        for b in &list.tokens {
            if could_be_joined(run.shape, b.shape)
                && let Some(likeness) = joined(run.token, run.whole_words, b.token)
            {
                enter(run, b, likeness);
            }
        }
    }
    let likeness = Likeness::new(ACRONYM, 0, Relation::Acronym);
    if let Some((place, stretch)) = acronym(query, list) {
        let gain = (full(query, (place, 1)) + full(list, stretch)) * u64::from(likeness.worth());
        pairs.push(Pair { query: (place, 1), list: stretch, likeness, gain });
    }
    if let Some((place, stretch)) = acronym(list, query) {
        let gain = (full(list, (place, 1)) + full(query, stretch)) * u64::from(likeness.worth());
        pairs.push(Pair { query: stretch, list: (place, 1), likeness, gain });
    }
    pairs
}

/// The first letters of the words of a name from its first word to its last, without and with its particles, where
/// that makes an abbreviation of some length.
pub(crate) fn initials_of<'a>(
    tokens: impl DoubleEndedIterator<Item = &'a Token> + ExactSizeIterator + Clone,
) -> Vec<String> {
    let is_word = |token: &Token| token.kind == Kind::Word;
    if !ACRONYM_LETTERS.contains(&tokens.clone().filter(|token| is_word(token)).count()) {
        return Vec::new();
    }
    let Some((first, last)) = words_of(tokens.clone()) else { return Vec::new() };
    let stretch = tokens.skip(first).take(last + 1 - first);
    let letter = |token: &Token| token.text.chars().next();
    let words: String = stretch.clone().filter(|token| is_word(token)).filter_map(letter).collect();
    let all: String = stretch.filter_map(letter).collect();
    if all == words { vec![words] } else { vec![words, all] }
}

/// Places of the first and the last word.
fn words_of<'a>(
    mut tokens: impl DoubleEndedIterator<Item = &'a Token> + ExactSizeIterator,
) -> Option<(usize, usize)> {
    let is_word = |token: &Token| token.kind == Kind::Word;
    let first = tokens.position(is_word)?;
    // Counted from what is left behind the first.
    Some((first, tokens.rposition(is_word).map_or(first, |last| first + 1 + last)))
}

/// A token of `short` that is the abbreviation of `long`, where both are known to be organisations: three letters are
/// also those of very many people; and the stretch of `long` that it stands for.
fn acronym(short: &Side<'_>, long: &Side<'_>) -> Option<(usize, (usize, usize))> {
    let organisation = Some(Schema::Organisation);
    if long.initials.is_empty() || short.schema != organisation || long.schema != organisation {
        return None;
    }
    let could_be =
        |item: &&Item<'_>| item.token.kind == Kind::Word && long.initials.contains(&item.token.text);
    let item = short.tokens.iter().find(could_be)?;
    let (first, last) = words_of(long.tokens.iter().map(|item| item.token))?;
    Some((item.start, (first, last + 1 - first)))
}

/// The weights of a side; tokens after the last one that is matched count less where the other side may have been
/// cut off there.
fn weights(side: &Side<'_>, other_is_cut: bool, matched_to: usize) -> Vec<Weight> {
    let mut weights = side.weights.to_vec();
    if other_is_cut {
        for weight in &mut weights[matched_to..] {
            *weight = weight.behind_a_cut();
        }
    }
    weights
}

/// The informative tokens of the list follow one another otherwise than those of the query, read in a circle.
fn order_differs(pairs: &[Pair], query: &Side<'_>) -> bool {
    let informative =
        |pair: &&Pair| query.tokens[span(pair.query)].iter().any(|item| !item.token.kind.is_weak());
    let places = || pairs.iter().filter(informative).map(|pair| pair.list.0);
    let first = places().next();
    places().zip(places().skip(1).chain(first)).filter(|(a, b)| a > b).count() > 1
}

fn numbers<'a>(side: &'a Side<'_>) -> impl Iterator<Item = &'a str> {
    side.tokens
        .iter()
        .filter(|item| {
            item.token.kind == Kind::Number && item.token.origin != Origin::Roman && !item.token.cut
        })
        .map(|item| item.token.text.as_str())
}

/// `one` has a number that `other` lacks.
fn lacks_numbers(one: &Side<'_>, other: &Side<'_>) -> bool {
    numbers(one).any(|number| !numbers(other).any(|known| known == number))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::{grant_run, nothing, reaches};
    use crate::query::{Prepared, Query};
    use crate::weights::Weights;
    use proptest::prelude::*;

    /// Words that collide in every way the scorer knows.
    const WORDS: &[&str] = &[
        "ZEPHYR",
        "ZEPHIR",
        "ZEFIR",
        "ALZEFIR",
        "AL",
        "EL",
        "BIN",
        "NOOR",
        "NUR",
        "ALNOOR",
        "MUHAMMAD",
        "MOHAMED",
        "MAHMOUD",
        "A",
        "Z",
        "ABC",
        "A.B.C.",
        "LTD",
        "LLC",
        "CO",
        "SA",
        "DE",
        "MR",
        "44",
        "45",
        "FORTY FOUR",
        "VII",
        "IL76",
        "TRADING",
        "TRADNG",
        "GENERAL",
        "KARNI",
        "KAMI",
        "K0RNI",
        "TED",
        "THEODORE",
        "EUROPE",
        "IVANOVICH",
        "C/O",
        "ЗЕФИР",
        "زفير",
        "محمد",
        "ال",
        "زفير الدين",
        "林风灯",
        "林枫灯",
        "김한별",
        "ゼファー",
        "FORWARDIN",
    ];

    fn any_name() -> impl Strategy<Value = String> {
        prop_oneof![
            8 => prop::collection::vec(prop::sample::select(WORDS), 1..7).prop_map(|words| words.join(" ")),
            2 => prop::collection::vec(prop::sample::select(WORDS), 5..9)
                .prop_map(|words| words.join(" ").chars().take(35).collect()),
            1 => "[A-E]{1,9}( [A-E]{1,9}){0,3}",
            1 => "\\PC{0,25}",
        ]
    }

    fn any_schema() -> impl Strategy<Value = Option<Schema>> {
        prop::sample::select(vec![
            None,
            Some(Schema::Person),
            Some(Schema::Organisation),
            Some(Schema::Unknown),
        ])
    }

    /// One edit somewhere.
    fn slipped(text: &str, at: prop::sample::Index, how: usize) -> String {
        let mut letters: Vec<char> = text.chars().collect();
        if letters.is_empty() {
            return String::new();
        }
        let at = at.index(letters.len());
        match how {
            0 => drop(letters.remove(at)),
            1 => letters.insert(at, ' '),
            2 => letters[at] = 'E',
            _ => letters.swap(at, 0),
        }
        letters.into_iter().collect()
    }

    /// Whether the bound lets two names score so much: each token is granted its best likeness to anything of the
    /// other name, as the index does.
    fn may_score(query: &Side<'_>, list: &Side<'_>, thousandths: u16) -> bool {
        let mut gains: Vec<_> = query.weights.iter().map(|weight| nothing(*weight, list.cut)).collect();
        let mut best_of_list: Vec<Option<Likeness>> = vec![None; list.tokens.len()];
        for pair in candidates(query, list) {
            let (of, of_list) = (pair.query.1, pair.list.1);
            for gain in &mut gains[span(pair.query)] {
                match of_list {
                    1 => grant(&mut gain.best, &pair.likeness, of),
                    _ => grant_run(&mut gain.best, &pair.likeness),
                }
            }
            best_of_list[span(pair.list)].iter_mut().for_each(|best| grant(best, &pair.likeness, of_list));
        }
        let theirs = most(list.weights.iter(), &best_of_list, query.cut);
        reaches(&gains, theirs, measure::absence(query.schema, list.schema), i32::from(thousandths))
    }

    /// Asserts that the bound lets every two readings of two names score what they do, searched from either side.
    fn assert_bounded(one: &Query, other: &Query) {
        let weights = Weights::default();
        for a in &Prepared::all(one, &weights) {
            for b in &Prepared::all(other, &weights) {
                let (a, b) = (a.side(), b.side());
                let score = Aligned::new(&a, &b).thousandths();
                // Stored parties are searched by entries the other way round.
                assert!(may_score(&a, &b, score), "{} and {}: {score}", one.name, other.name);
                assert!(may_score(&b, &a, score), "{} and {}: {score}", other.name, one.name);
            }
        }
    }

    /// A letter that agrees with a word by chance, but may have been cut off on the other side, costs less left out.
    #[test]
    fn an_initial_behind_a_cut_is_cheaper_left_out() {
        let cut = Query::new("IL76 ZEPHYR GENERAL THEODORE ゼファーEI");
        assert_bounded(&Query::new("IL76 ZEPHYR GENERAL THEODORE ゼファー I"), &cut);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        #[test]
        fn no_score_is_above_its_bound(
            one in any_name(),
            other in prop::option::of(any_name()),
            slip in (any::<prop::sample::Index>(), 0_usize..4),
            schemas in (any_schema(), any_schema()),
        ) {
            let other = other.unwrap_or_else(|| slipped(&one, slip.0, slip.1));
            let query = |name: &str, schema| Query { schema, ..Query::new(name) };
            assert_bounded(&query(&one, schemas.0), &query(&other, schemas.1));
        }
    }
}
