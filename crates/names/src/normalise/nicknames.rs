//! Stage: short forms of given names.
//!
//! | before | after |
//! |---|---|
//! | `TED` | `THEODORE`, `EDWARD` |

use std::collections::HashMap;
use std::sync::LazyLock;

/// Lines `full name TAB short forms separated by blanks`; each line is a number that its names share.
static TABLE: LazyLock<HashMap<&'static str, Vec<u16>>> = LazyLock::new(|| {
    let mut table: HashMap<&'static str, Vec<u16>> = HashMap::new();
    let rows = include_str!("../../data/nicknames.tsv").lines().filter(|line| !line.starts_with('#'));
    for (number, (full, short)) in (0..).zip(rows.filter_map(|line| line.split_once('\t'))) {
        for name in full.split(' ').chain(short.split(' ')) {
            table.entry(name).or_default().push(number);
        }
    }
    table
});

/// The numbers of the lines that have a name; two names that share a number may be one person's.
pub(super) fn of(text: &str) -> &'static [u16] {
    TABLE.get(text).map_or(&[], Vec::as_slice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_forms_share_a_number_with_the_name() {
        let share = |a: &str, b: &str| of(a).iter().any(|number| of(b).contains(number));
        assert!(share("TED", "THEODORE") && share("TED", "EDWARD") && share("SASHA", "ALEKSANDR"));
        assert!(!share("THEODORE", "EDWARD") && !share("ZEFIR", "ZEFIR"));
    }

    #[test]
    fn the_table_is_well_formed() {
        for line in include_str!("../../data/nicknames.tsv").lines().filter(|line| !line.starts_with('#')) {
            let names: Vec<&str> = line.split(['\t', ' ']).collect();
            assert!(line.contains('\t') && names.len() >= 2, "{line}");
            assert!(
                names.iter().all(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase())),
                "{line}"
            );
        }
    }
}
