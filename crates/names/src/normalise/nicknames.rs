//! Stage: short forms of given names, and of words of trade.
//!
//! | before | after |
//! |---|---|
//! | `TED` | `THEODORE`, `EDWARD` |
//! | `INTL` | `INTERNATIONAL` |
//!
//! Words of trade are abbreviated wherever a name line has 35 characters. A short form may stand for several words.

use super::key;
use crate::hash::Quick;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Numbers from this on are those of words of trade.
const TRADE_FIRST: u16 = 10_000;

/// Lines `full name TAB short forms separated by blanks`; each line is a number that its names share.
static TABLE: LazyLock<HashMap<&'static str, Vec<u16>, Quick>> = LazyLock::new(|| {
    let mut table: HashMap<&'static str, Vec<u16>, Quick> = HashMap::default();
    for (first, rows) in [(0, rows(GIVEN_NAMES)), (TRADE_FIRST, rows(TRADE))] {
        for (number, (full, short)) in (first..).zip(rows) {
            for name in full.split(' ').chain(short.split(' ')) {
                table.entry(name).or_default().push(number);
            }
        }
    }
    table
});

const GIVEN_NAMES: &str = include_str!("../../data/nicknames.tsv");
const TRADE: &str = include_str!("../../data/trade_abbreviations.tsv");

/// The keys of the words of trade that a short form stands for.
static WRITTEN_OUT: LazyLock<HashMap<&'static str, Vec<String>, Quick>> = LazyLock::new(|| {
    let mut written_out: HashMap<&'static str, Vec<String>, Quick> = HashMap::default();
    for (full, short) in rows(TRADE) {
        for short in short.split(' ') {
            written_out.entry(short).or_default().push(key::of(full));
        }
    }
    written_out
});

/// The lines of a table.
fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'))
}

/// The numbers of the lines that have a name; two names that share a number may be one person's.
pub(super) fn of(text: &str) -> &'static [u16] {
    TABLE.get(text).map_or(&[], Vec::as_slice)
}

/// Whether a number is that of a word of trade.
pub(crate) fn is_of_trade(number: u16) -> bool {
    number >= TRADE_FIRST
}

/// The keys of the words of trade that a text is a short form of.
pub(crate) fn written_out(text: &str) -> &'static [String] {
    WRITTEN_OUT.get(text).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(a: &str, b: &str) -> bool {
        of(a).iter().any(|number| of(b).contains(number))
    }

    #[test]
    fn short_forms_share_a_number_with_the_name() {
        assert!(share("TED", "THEODORE") && share("TED", "EDWARD") && share("SASHA", "ALEKSANDR"));
        assert!(!share("THEODORE", "EDWARD") && !share("ZEFIR", "ZEFIR"));
    }

    #[test]
    fn short_forms_of_trade_share_a_number_with_the_word_and_words_do_not() {
        assert!(share("INTL", "INTERNATIONAL") && share("ELEC", "ELECTRIC") && share("ELEC", "ELECTRONICS"));
        assert!(!share("ELECTRIC", "ELECTRONICS") && !share("TRADE", "TRADING"));
        assert_eq!(written_out("TRD").len(), 3);
        assert!(written_out("TRADING").is_empty());
    }

    #[test]
    fn the_tables_are_well_formed() {
        for (first, table) in [(0, GIVEN_NAMES), (usize::from(TRADE_FIRST), TRADE)] {
            let mut seen = std::collections::HashSet::new();
            for line in table.lines().filter(|line| !line.starts_with('#')) {
                let names: Vec<&str> = line.split(['\t', ' ']).collect();
                assert!(line.contains('\t') && names.len() >= 2, "{line}");
                assert!(
                    names.iter().all(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase())),
                    "{line}"
                );
                assert!(seen.insert(line.split('\t').next()), "{line}: twice");
            }
            assert!(first + seen.len() < usize::from(u16::MAX));
            assert!(first > 0 || seen.len() < usize::from(TRADE_FIRST));
        }
    }
}
