//! What a token tells: rare words much, words of half the list little, forms and titles next to nothing.

use crate::normalise::{Kind, Token};
use std::collections::HashMap;

/// Weight of a word that no name of the lists has.
pub(crate) const RAREST: u32 = 1000;
/// Weight of a word that every name has.
const COMMONEST: u32 = 250;
/// Weight of an initial.
const INITIAL: u32 = 200;
/// Weight of the beginning of a word that a field cut off; how rare the whole word is cannot be known.
const TRUNCATED: u32 = 500;
/// Weight of a legal form.
const FORM: u32 = 60;
/// Weight of a title.
const TITLE: u32 = 40;
/// Weight of a particle.
const PARTICLE: u32 = 80;
/// Names that are assumed beside those of the lists, so that a short list does not make its few words look common.
const SMOOTHING: u64 = 4096;

/// How many names have each word, counted by its key so that spellings of one name count together.
#[derive(Debug, Default)]
pub(crate) struct Weights {
    names: u64,
    by_key: HashMap<String, u32>,
}

impl Weights {
    /// Counts the tokens of one more name.
    pub(crate) fn count<'a>(&mut self, tokens: impl Iterator<Item = &'a Token>) {
        self.names += 1;
        let mut keys: Vec<&str> = tokens.map(|token| token.key.as_str()).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            match self.by_key.get_mut(key) {
                Some(count) => *count = count.saturating_add(1),
                None => {
                    self.by_key.insert(key.to_owned(), 1);
                }
            }
        }
    }

    /// The weight of a token, from 1 to [`RAREST`].
    pub(crate) fn of(&self, token: &Token) -> u32 {
        match token.kind {
            _ if token.cut => TRUNCATED,
            Kind::Form(_) => FORM,
            Kind::Title(_) => TITLE,
            Kind::Particle(_) => PARTICLE,
            Kind::Initial => INITIAL,
            Kind::Number | Kind::Word => {
                let names = self.by_key.get(&token.key).copied().unwrap_or(0);
                let most = log2_thousandths(self.names + SMOOTHING);
                let rarity = most - log2_thousandths(u64::from(names) + 1).min(most);
                let weight = COMMONEST + (RAREST - COMMONEST) * rarity / most;
                // Short words fall together by chance.
                match token.text.len() {
                    1 | 2 => weight / 2,
                    3 => weight * 3 / 4,
                    _ => weight,
                }
            }
        }
    }
}

/// The binary logarithm in thousandths, rounded down, by integer arithmetic alone so that it is the same everywhere.
/// The logarithm of 0 is taken as 0.
fn log2_thousandths(value: u64) -> u32 {
    let Some(whole) = value.checked_ilog2() else { return 0 };
    // The mantissa as a fraction of 2^31, from 1 to below 2; squaring it yields one binary digit after the other.
    let mut mantissa = u128::from(value) << 31 >> whole;
    let mut fraction = 0_u32;
    for _ in 0..12 {
        mantissa = mantissa * mantissa >> 31;
        fraction <<= 1;
        if mantissa >= 1 << 32 {
            mantissa >>= 1;
            fraction |= 1;
        }
    }
    whole * 1000 + fraction * 1000 / 4096
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithm_is_that_of_the_book() {
        for (value, expected) in [(0, 0), (1, 0), (2, 1000), (3, 1584), (10, 3321), (1000, 9965), (4096, 12000)] {
            let found = log2_thousandths(value);
            assert!(found.abs_diff(expected) <= 1, "{value}: {found}");
        }
        assert_eq!(log2_thousandths(u64::MAX), 63999);
    }

    #[test]
    fn rare_words_weigh_more_and_spellings_count_together() {
        let word = |text: &str| Token::new(text.to_owned(), Kind::Word);
        let mut weights = Weights::default();
        for name in [["MOHAMMED", "ZEFIR"], ["MUHAMAD", "NADIR"], ["MOHAMED", "TALIB"], ["MUHAMMAD", "MUHAMMAD"]] {
            weights.count(name.map(word).iter());
        }
        assert_eq!(weights.by_key.get("MUHAMAD"), Some(&4));
        assert!(weights.of(&word("MOHAMET")) > weights.of(&word("ZEFIR")));
        assert!(weights.of(&word("ZEFIR")) > weights.of(&word("MOHAMMED")));
        assert_eq!(weights.of(&word("UNSEEN")), RAREST);
        assert_eq!(Weights::default().of(&word("UNSEEN")), RAREST);
        assert!(weights.of(&word("ZEF")) < weights.of(&word("ZEFS")));
        assert_eq!(weights.of(&Token::new("LTD".to_owned(), Kind::Form("limited"))), FORM);
    }
}
