//! Which candidates are taken, of those that want the same token: the ones that gain most together.
//!
//! The best choice is searched within a budget of steps and starts from the greedy one, so that names made to be hard
//! cost little more than others.

use super::{Pair, Side, span};

/// Steps of the search for the best choice.
const STEPS: u32 = 2_000;
/// Most tokens of a side for which a better choice than the greedy one is searched.
const SEARCHED_TOKENS: usize = 128;

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

/// Pairs that do not overlap and gain most together.
pub(super) fn choose(mut pairs: Vec<Pair>, query: &Side<'_>, list: &Side<'_>) -> Vec<Pair> {
    // By falling likeness, then gain, then the one nearer the same place in both names.
    let apart = |pair: &Pair| pair.query.0.abs_diff(pair.list.0);
    pairs.sort_unstable_by_key(|pair| {
        let worth = std::cmp::Reverse((pair.likeness.worth(), pair.gain));
        (worth, apart(pair), pair.query, pair.list)
    });
    let (mut query_taken, mut list_taken) = (vec![false; query.tokens.len()], vec![false; list.tokens.len()]);
    let greedy: Vec<bool> = pairs.iter().map(|pair| take(pair, &mut query_taken, &mut list_taken)).collect();
    let contested = greedy.contains(&false);
    let small = query.tokens.len().max(list.tokens.len()) <= SEARCHED_TOKENS;
    let chosen = if contested && small { Search::best(&pairs, greedy) } else { greedy };
    let mut chosen = chosen.into_iter();
    pairs.retain(|_| chosen.next() == Some(true));
    pairs
}

/// A search for the choice that gains most, by taking or leaving one pair after the other.
struct Search<'a> {
    pairs: &'a [Pair],
    /// Tokens that each pair takes of the two sides, one bit each.
    masks: Vec<(u128, u128)>,
    /// What all pairs from each on gain together.
    rest: Vec<u64>,
    steps: u32,
    best: u64,
    best_choice: Vec<bool>,
    choice: Vec<bool>,
}

impl<'a> Search<'a> {
    fn best(pairs: &'a [Pair], greedy: Vec<bool>) -> Vec<bool> {
        let bits = |place| span(place).fold(0_u128, |bits, at| bits | 1 << at);
        let mut rest = vec![0; pairs.len() + 1];
        for place in (0..pairs.len()).rev() {
            rest[place] = rest[place + 1] + pairs[place].gain;
        }
        let gain = pairs.iter().zip(&greedy).filter(|(_, taken)| **taken).map(|(pair, _)| pair.gain).sum();
        let mut search = Search {
            pairs,
            masks: pairs.iter().map(|pair| (bits(pair.query), bits(pair.list))).collect(),
            rest,
            steps: 0,
            best: gain,
            choice: vec![false; pairs.len()],
            best_choice: greedy,
        };
        search.step(0, (0, 0), 0);
        search.best_choice
    }

    fn step(&mut self, place: usize, taken: (u128, u128), gain: u64) {
        if gain > self.best {
            self.best = gain;
            self.best_choice.copy_from_slice(&self.choice);
        }
        self.steps += 1;
        if place == self.pairs.len() || self.steps > STEPS || gain + self.rest[place] <= self.best {
            return;
        }
        let (query, list) = self.masks[place];
        if taken.0 & query == 0 && taken.1 & list == 0 {
            self.choice[place] = true;
            self.step(place + 1, (taken.0 | query, taken.1 | list), gain + self.pairs[place].gain);
            self.choice[place] = false;
        }
        self.step(place + 1, taken, gain);
    }
}
