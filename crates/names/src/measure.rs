//! What the words that two names share and lack make as a score, and the most that they can make.
//!
//! Each side of a comparison is summed up in an [`Account`]: what of its weight the other side accounts for, what speaks
//! against the two being one, and what is merely absent from the other. Then
//!
//! ```text
//! score = 1000 × m / (m + CONFLICT × (min(against, against) + doubt)
//!                       + absence × scarcity × vagueness × max(absent, absent))
//! ```
//!
//! with `m` the mean of what is accounted for. A word that only one side has may have been left out by the other: that
//! costs a little, less for persons, whose names are long at home and short abroad, than for organisations. Where both
//! sides have a word that the other lacks, they are rather two names: that costs much.
//!
//! * `doubt` goes by the square of all edits of the name.
//! * `scarcity` is the ratio of two rare words to `m`, from a half to one and a half, and more where hardly one word is
//!   shared: the less two names share, the more it tells that one has more.
//! * `vagueness` goes by the edits too: who leaves out a word writes the others as they are; a name that is nearly
//!   another and lacks a word of it is another name.
//!
//! The score rises with what is accounted for and falls with what is against or absent, on either side. So whoever
//! takes, for each token by itself, its best likeness to anything of the other name gets an account whose score is no
//! less than that of any alignment: that is [`Account::allow`] and [`Account::deny`] by the token, and the bound that an
//! index may rest on. It never needs the other name as a whole, only which of its tokens are near.

use crate::list::Schema;
use crate::similarity::Likeness;
use crate::weights::Weight;

/// What it costs, for each part of the mean weight, that both sides have what the other lacks; in thousandths.
const CONFLICT: u64 = 1500;
/// What it costs that one side has what the other lacks, by what is named; in thousandths.
const ABSENT_OF_PERSON: u64 = 240;
const ABSENT_OF_UNKNOWN: u64 = 260;
const ABSENT_OF_OTHER: u64 = 280;

/// What one edit in a name makes doubtful of half of what is accounted for, and of one rare word at most; thousandths.
const DOUBT_OF_EDIT: u64 = 50;
const DOUBTED_MOST: u64 = 1_000_000;
/// Most edits that count, in thousandths of one; more make no difference.
const EDITS_MOST: u64 = 20_000;
/// Most that little in common makes of what is absent, in thousandths.
const SCARCITY_MOST: u64 = 1500;
/// What an edit makes of what is absent, in thousandths, and the edits that make nothing of it: another romanisation of
/// a word leaves no doubt which word it is.
const VAGUENESS_OF_EDIT: u64 = 2000;
const EDITS_UNDOUBTED: u64 = 200;
/// Most edits that count so, in thousandths of one.
const VAGUE_MOST: u64 = 3_000;
/// Two rare words, in thousandths of weight.
const TWO_WORDS: u64 = 2_000_000;

/// One side of a comparison summed up, in thousandths of weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Account {
    /// What the other side accounts for.
    pub(crate) matched: u64,
    /// What speaks against the two being one name.
    pub(crate) against: u64,
    /// What the other side lacks.
    pub(crate) absent: u64,
    /// Edits in all its words, in thousandths of one.
    pub(crate) edits: u64,
}

impl Account {
    /// Enters one of `of` tokens that together stand for something on the other side.
    pub(crate) fn credit(&mut self, weight: Weight, likeness: &Likeness, of: usize) {
        self.edits += u64::from(likeness.edits) / of as u64;
        let (value, defect) = (u64::from(likeness.value), u64::from(likeness.defect));
        self.matched += value * u64::from(weight.full);
        self.against += defect * u64::from(weight.full);
        self.absent += (1000 - value) * u64::from(weight.absent);
    }

    /// Enters the best that an alignment can make of a token: it stands for something by `likeness` at most, or for
    /// nothing and weighs `unmatched`. Behind a cut a missing word costs so little that a poor match can cost more.
    pub(crate) fn allow(&mut self, weight: Weight, unmatched: Weight, likeness: &Likeness) {
        let (mut credited, mut denied) = (Self::default(), Self::default());
        credited.credit(weight, likeness, 1);
        denied.deny(unmatched);
        self.matched += credited.matched;
        self.against += credited.against.min(denied.against);
        self.absent += credited.absent.min(denied.absent);
        self.edits += credited.edits;
    }

    /// Enters a token that stands for nothing on the other side.
    pub(crate) fn deny(&mut self, weight: Weight) {
        self.against += 1000 * u64::from(weight.full);
        self.absent += 1000 * u64::from(weight.absent);
    }
}

/// What a word costs that only one side has, in thousandths of its weight, by what the names are of.
pub(crate) fn absence(one: Option<Schema>, other: Option<Schema>) -> u64 {
    match (one.unwrap_or(Schema::Unknown), other.unwrap_or(Schema::Unknown)) {
        (Schema::Person, _) | (_, Schema::Person) => ABSENT_OF_PERSON,
        (Schema::Unknown, Schema::Unknown) => ABSENT_OF_UNKNOWN,
        _ => ABSENT_OF_OTHER,
    }
}

/// The score of two accounts in thousandths, from 0 to 1000.
pub(crate) fn score(one: &Account, other: &Account, absence: u64) -> u16 {
    let matched = one.matched + other.matched;
    if matched == 0 {
        return 0;
    }
    // Twice the cost, as `matched` is twice the mean. A side has at most 1,024 tokens of a weight of at most 4,000
    // each, so the sums stay below 10¹⁰ and the products below 10¹⁸.
    let against = CONFLICT * one.against.min(other.against);
    // What edits make doubtful grows with their square: one slip is common, three are another name. It is counted over
    // the whole name, not for each word.
    let edits = one.edits.min(other.edits).min(EDITS_MOST);
    let doubt = edits * edits / 1000 * DOUBT_OF_EDIT / 1000 * (matched / 4).min(DOUBTED_MOST) / 1000;
    let scarcity = (1000 * 2 * TWO_WORDS / matched).clamp(500, SCARCITY_MOST);
    // Of both sides together one rare word, or two that half the list has.
    let scarcity = scarcity + TWO_WORDS.saturating_sub(matched) / 1000;
    let vagueness = 1000 + edits.saturating_sub(EDITS_UNDOUBTED).min(VAGUE_MOST) * VAGUENESS_OF_EDIT / 1000;
    let absent = absence * scarcity * one.absent.max(other.absent) / 1000 * vagueness / 1000;
    let cost = 2 * (against + absent + CONFLICT * doubt) / 1000;
    // At most 1000.
    (1000 * matched / (matched + cost)) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn account() -> impl Strategy<Value = Account> {
        (0_u64..9_000_000, 0_u64..9_000_000, 0_u64..9_000_000, 0_u64..9_000)
            .prop_map(|(matched, against, absent, edits)| Account { matched, against, absent, edits })
    }

    #[test]
    fn agreement_is_one_and_nothing_in_common_is_none() {
        let all = Account { matched: 2_000_000, ..Account::default() };
        assert_eq!(score(&all, &all, ABSENT_OF_PERSON), 1000);
        let none = Account { against: 2_000_000, absent: 2_000_000, ..Account::default() };
        assert_eq!(score(&none, &none, ABSENT_OF_PERSON), 0);
        assert_eq!(score(&Account::default(), &Account::default(), ABSENT_OF_PERSON), 0);
    }

    /// A slip and a missing word together cost more than either by itself does, and both.
    #[test]
    fn a_missing_word_tells_more_where_the_others_are_not_exact() {
        let exact = Account { matched: 1_200_000, ..Account::default() };
        let cost = |edits: u64, absent: u64| {
            let account = Account { edits, absent, ..exact };
            1000 - score(&account, &Account { absent: 0, ..account }, ABSENT_OF_PERSON)
        };
        assert!(cost(1_000, 600_000) > cost(1_000, 0) + cost(0, 600_000) + 50);
        // Another romanisation is no slip.
        assert!(cost(200, 600_000) <= cost(200, 0) + cost(0, 600_000) + 1);
    }

    proptest! {
        /// The bound of the index rests on this.
        #[test]
        fn the_score_is_monotone(one in account(), other in account(), up in 0_u64..999_999, side in 0_usize..4) {
            for absence in [ABSENT_OF_PERSON, ABSENT_OF_UNKNOWN, ABSENT_OF_OTHER] {
                let base = score(&one, &other, absence);
                let mut better = one;
                match side {
                    0 => better.matched += up,
                    1 => better.against = better.against.saturating_sub(up),
                    2 => better.absent = better.absent.saturating_sub(up),
                    _ => better.edits = better.edits.saturating_sub(up / 100),
                }
                prop_assert!(score(&better, &other, absence) >= base);
                prop_assert_eq!(score(&one, &other, absence), score(&other, &one, absence));
            }
        }
    }
}
