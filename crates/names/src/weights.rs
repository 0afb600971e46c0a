//! What a token tells: rare words much, words of half the list little, forms and titles next to nothing.
//!
//! How common a word is, is counted over the names of the snapshot and of a fixed body of names together
//! (`data/word_counts.tsv`). So a short list of a State does not take TRADING for rare, and two names compared without
//! any list are weighed sensibly too.

use crate::normalise::{Kind, Origin, Token, written_out};
use std::collections::HashMap;
use std::sync::LazyLock;

/// Weight of a word that no name of the lists has.
pub(crate) const RAREST: u32 = 1000;
/// Weight of a word that every name has.
pub(crate) const COMMONEST: u32 = 250;
/// Weight of an initial, and of one that the other name lacks.
const INITIAL: Weight = Weight { full: 350, absent: 80 };
/// Weight of a number: more would make every party with the same number a relation, less would not tell ships of a
/// series apart.
const NUMBER: Weight = Weight { full: 250, absent: 250 };
/// Weight of the beginning of a word that a field cut off; how rare the whole word is cannot be known.
const TRUNCATED: u32 = 500;
/// Weight of a legal form, and of one that the other name lacks.
const FORM: Weight = Weight { full: 60, absent: 30 };
/// Weight of a title, likewise.
const TITLE: Weight = Weight { full: 40, absent: 20 };
/// Weight of a particle, likewise.
const PARTICLE: Weight = Weight { full: 80, absent: 30 };
/// What of its weight a word costs, in thousandths, that names are written with and without.
const OMISSIBLE: u32 = 250;
/// The same for a Chinese character and a Korean syllable: names have all of theirs.
const SYLLABLE: u32 = 2000;

/// What a token weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Weight {
    /// Where it is compared.
    pub(crate) full: u32,
    /// Where the other name lacks it.
    pub(crate) absent: u32,
}

impl Weight {
    fn of_word(full: u32, absent_thousandths: u32) -> Self {
        Self { full, absent: full * absent_thousandths / 1000 }
    }

    fn shared_by(self, words: u8) -> Self {
        let words = u32::from(words.max(1));
        Self { full: (self.full / words).max(1), absent: self.absent / words }
    }

    /// What is left of it where the other name may have been cut off before it.
    pub(crate) fn behind_a_cut(self) -> Self {
        Self { full: self.full / CUT_OFF_DIVISOR, absent: self.absent / CUT_OFF_DIVISOR }
    }
}

/// A token that the other name's field may have cut off counts for so much less.
const CUT_OFF_DIVISOR: u32 = 4;

/// How many names have each word, counted by its key so that spellings of one name count together.
#[derive(Debug, Default)]
struct Counts {
    names: u64,
    by_key: HashMap<String, u32>,
}

/// Counts of the fixed body of names: after comments a line `*`, tab, number of names; then key, tab, number of names
/// that have it, for the commoner ones.
static BODY: LazyLock<Counts> = LazyLock::new(|| {
    let mut counts = Counts::default();
    let rows = include_str!("../data/word_counts.tsv").lines().filter(|line| !line.starts_with('#'));
    for (key, count) in rows.filter_map(|line| line.split_once('\t')) {
        match key {
            "*" => counts.names = count.parse().unwrap_or(0),
            key => {
                counts.by_key.insert(key.to_owned(), count.parse().unwrap_or(0));
            }
        }
    }
    counts
});

/// What tokens weigh, by the names counted so far and the fixed body of names.
#[derive(Debug, Default)]
pub(crate) struct Weights {
    counts: Counts,
}

impl Counts {
    /// How many names have the key of a token, or of the commonest word that it is a usual short form of: `INTL` tells
    /// no more than INTERNATIONAL.
    fn having(&self, token: &Token) -> u64 {
        let having = |key: &str| self.by_key.get(key).copied().map_or(0, u64::from);
        written_out(&token.text).iter().map(|key| having(key)).fold(having(&token.key), u64::max)
    }

    #[cfg(test)]
    fn count<'a>(&mut self, tokens: impl Iterator<Item = &'a Token>) {
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
}

impl Weights {
    /// Of so many names, by how many of them have each key.
    pub(crate) fn counted(names: u64, by_key: impl Iterator<Item = (String, u32)>) -> Self {
        Self { counts: Counts { names, by_key: by_key.collect() } }
    }

    /// Counts the tokens of one more name.
    #[cfg(test)]
    pub(crate) fn count<'a>(&mut self, tokens: impl Iterator<Item = &'a Token>) {
        self.counts.count(tokens);
    }

    /// The weight of a token; the full weight is from 1 to [`RAREST`].
    pub(crate) fn of(&self, token: &Token) -> Weight {
        match token.kind {
            _ if token.cut => Weight::of_word(TRUNCATED, 1000),
            Kind::Form(_) => FORM.shared_by(token.of_words),
            Kind::Title(_) => TITLE.shared_by(token.of_words),
            Kind::Particle(_) => PARTICLE,
            Kind::Initial => INITIAL,
            Kind::Number => NUMBER,
            Kind::Word => {
                let names = BODY.having(token) + self.counts.having(token);
                let most = log2_thousandths(BODY.names + self.counts.names).max(1);
                let rarity = most - log2_thousandths(names + 1).min(most);
                let weight = COMMONEST + (RAREST - COMMONEST) * rarity / most;
                // Short words fall together by chance.
                let full = match token.text.len() {
                    1 | 2 => weight / 2,
                    3 => weight * 3 / 4,
                    _ => weight,
                };
                let absent = match token.origin {
                    Origin::Han(_) | Origin::Syllable => SYLLABLE,
                    _ if token.omissible => OMISSIBLE,
                    _ => 1000,
                };
                Weight::of_word(full, absent)
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
        mantissa = (mantissa * mantissa) >> 31;
        fraction <<= 1;
        if mantissa >= 1 << 32 {
            mantissa >>= 1;
            fraction |= 1;
        }
    }
    whole * 1000 + fraction * 1000 / 4096
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_logarithm_is_that_of_the_book() {
        for (value, expected) in
            [(0, 0), (1, 0), (2, 1000), (3, 1584), (10, 3321), (1000, 9965), (4096, 12000)]
        {
            let found = log2_thousandths(value);
            assert!(found.abs_diff(expected) <= 1, "{value}: {found}");
        }
        assert_eq!(log2_thousandths(u64::MAX), 63999);
    }

    fn word(text: &str) -> Token {
        Token::new(text.to_owned(), Kind::Word)
    }

    #[test]
    fn rare_words_weigh_more_and_spellings_count_together() {
        let mut weights = Weights::default();
        for name in
            [["ZEFIROV", "NADIROV"], ["ZEFFIROV", "TALIBOV"], ["ZEFYROV", "UMAROV"], ["ZEFIROV", "ZEFIROV"]]
        {
            weights.count(name.map(word).iter());
        }
        assert_eq!(weights.counts.having(&word("ZEFIROW")), 4);
        let full = |text: &str| weights.of(&word(text)).full;
        assert!(full("UNSEEN") > full("NADIROV"));
        assert!(full("NADIROV") > full("ZEFIROV"));
        assert_eq!(full("UNSEEN"), RAREST);
        assert!(full("ZEF") < full("ZEFS"));
        assert_eq!(weights.of(&Token::new("LTD".to_owned(), Kind::Form("limited"))), FORM);
        let everywhere = Counts { names: 1 << 30, by_key: [("ALPHA".to_owned(), u32::MAX)].into() };
        let commonest =
            Weights { counts: everywhere }.of(&Token { key: "ALPHA".to_owned(), ..word("ALPHA") });
        assert_eq!(commonest.full, COMMONEST);
    }

    #[test]
    fn words_of_trade_are_common_without_any_list() {
        let weights = Weights::default();
        let common = ["TRADING", "GENERAL", "INTERNATIONAL", "SHIPPING", "MUHAMMAD", "JOSE"];
        assert!(
            common
                .iter()
                .all(|text| weights.of(&word(text)).full < weights.of(&word("ZEPHYRINE")).full * 2 / 3)
        );
    }

    /// Least number of names that a key of the body must be in to have a row.
    const COMMON: u32 = 12;

    /// `UPDATE_EXPECT=1 cargo test -p names word_counts` writes the table anew.
    #[test]
    fn word_counts_are_those_of_the_lists() {
        let root = std::path::PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap());
        let folder = root.join("../../../shared/samples/watchlists");
        let names = [
            "ofac_sdn_2021-07.csv",
            "ofac_alt_2021-07.csv",
            "ofac_add_2021-07.csv",
            "un_consolidated_2025-04-19.xml",
        ];
        if !names.iter().all(|name| folder.join(name).exists()) {
            std::io::Write::write_all(&mut std::io::stdout(), b"skipped: no ../shared/samples\n").unwrap();
            return;
        }
        let files = names.map(|name| crate::ListFile {
            name: name.to_owned(),
            bytes: std::fs::read(folder.join(name)).unwrap(),
        });
        let mut counts = Counts::default();
        for list in crate::load(files.to_vec()).lists {
            for name in list.entities.iter().flat_map(|entity| &entity.names) {
                let tokens = crate::normalise::listed(&name.text).tokens;
                counts.count(tokens.iter().filter(|token| token.kind == Kind::Word));
            }
        }
        let mut rows: Vec<(&String, &u32)> =
            counts.by_key.iter().filter(|(_, count)| **count >= COMMON).collect();
        rows.sort_unstable_by(|(a_key, a), (b_key, b)| (b, a_key).cmp(&(a, b_key)));
        let mut table = String::from(
            "# In how many names each of the commoner words stands: key of the word, tab, number of names. `*` is the number of\n\
             # all names. Source: the names of the OFAC SDN list (2021-07) and the UN Security Council consolidated list\n\
             # (2025-04) together, counted by `UPDATE_EXPECT=1 cargo test -p names word_counts`.\n",
        );
        table.push_str(&format!("*\t{}\n", counts.names));
        for (key, count) in rows {
            table.push_str(&format!("{key}\t{count}\n"));
        }
        let path = root.join("data/word_counts.tsv");
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&path, &table).unwrap();
        }
        assert!(
            std::fs::read_to_string(&path).unwrap() == table,
            "run with UPDATE_EXPECT=1 to write the table anew"
        );
    }
}
