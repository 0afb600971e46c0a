//! What is asked, and the comparison of two names without any list.

use crate::align::{Aligned, Item, Run, Side, initials_of, runs_of};
use crate::date::PartialDate;
use crate::evidence::{Evidence, Ledger};
use crate::list::{Document, Schema};
use crate::normalise::{self, Token};
use crate::qualify::{Facts, qualify};
use crate::score::Score;
use crate::similarity::Shape;
use crate::weights::{Weight, Weights};
use std::borrow::Cow;

/// The score from which on a hit is shown to somebody.
///
/// Chosen on the OFAC list of 2021-07, the UN list of 2025-04 and names of nobody on them: a misspelling in a word of
/// five letters still reaches it, and strangers hardly ever do (the accuracy tests print both). It is a default; a
/// caller may state another.
pub const DEFAULT_THRESHOLD: Score = Score::from_thousandths(800);

/// A party to be screened, or one of two names to be compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// The name as received. Its width tells whether a field may have cut it, so it is not shortened before.
    pub name: String,
    /// What it is the name of, where known; `None` and [`Schema::Unknown`] leave it open.
    pub schema: Option<Schema>,
    /// Date of birth, where known.
    pub birth_date: Option<PartialDate>,
    /// Country as an ISO 3166-1 code or a name, where known; several are separated by semicolons.
    pub country: Option<String>,
    /// Address in one line, where known.
    pub address: Option<String>,
    /// Numbers of documents and registrations, where known; a kind that is not stated is empty.
    pub documents: Vec<Document>,
}

impl Query {
    /// A query of a name alone.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }
}

/// How alike two names are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The score.
    pub score: Score,
    /// Whether it reaches [`DEFAULT_THRESHOLD`].
    pub matched: bool,
    /// Why; the contributions add up to the score.
    pub evidence: Vec<Evidence>,
}

/// Compares two names with the scorer that screens lists; how much a word tells is taken from names at large.
///
/// Where a text holds several names ("care of"), the best pair counts. Date of birth, country, address,
/// documents and schema count where both sides state them. A name that is not [comparable](crate::is_comparable) scores nothing.
///
/// ```
/// use names::{Query, Score, compare};
/// let comparison = compare(&Query::new("Zephyr Border Trdaing FZE"), &Query::new("ZEPHYR BORDER TRADING FZE"));
/// assert!(comparison.matched && comparison.score < Score::ONE);
/// ```
pub fn compare(a: &Query, b: &Query) -> Comparison {
    PreparedQuery::new(a).compare(&PreparedQuery::new(b))
}

/// A query with its names normalised and weighed, for comparing it with many.
#[derive(Debug)]
pub struct PreparedQuery {
    names: Vec<Prepared>,
    facts: Facts,
}

impl PreparedQuery {
    /// Normalises and weighs once what [`compare`] does each time.
    pub fn new(query: &Query) -> Self {
        Self { names: Prepared::all(query, &Weights::default()), facts: Facts::of_query(query) }
    }

    /// What [`compare`] gives for the two queries.
    pub fn compare(&self, other: &Self) -> Comparison {
        let mut ledger = Ledger::default();
        if let Some((side_a, side_b, aligned)) = self.best(other) {
            aligned.explain(&side_a, &side_b, &mut ledger);
            qualify(&self.facts, &other.facts, aligned.rarity(), &mut ledger);
        }
        let score = ledger.score();
        Comparison { score, matched: score >= DEFAULT_THRESHOLD, evidence: ledger.entries }
    }

    /// The score of the names alone, without facts and reasons.
    pub fn name_score(&self, other: &Self) -> Score {
        let best = self.best(other).map_or(0, |(.., aligned)| aligned.thousandths());
        Score::from_thousandths(best)
    }

    /// The names of the two that agree best, the first among equals.
    fn best<'a>(&'a self, other: &'a Self) -> Option<(Side<'a>, Side<'a>, Aligned)> {
        let mut best: Option<(u16, usize, usize, Aligned)> = None;
        let sides: Vec<Side<'_>> = self.names.iter().map(Prepared::side).collect();
        let others: Vec<Side<'_>> = other.names.iter().map(Prepared::side).collect();
        for (place, side) in sides.iter().enumerate() {
            for (other_place, other_side) in others.iter().enumerate() {
                let aligned = Aligned::new(side, other_side);
                let thousandths = aligned.thousandths();
                if best.as_ref().is_none_or(|(known, ..)| thousandths > *known) {
                    best = Some((thousandths, place, other_place, aligned));
                }
            }
        }
        let (_, place, other_place, aligned) = best?;
        Some((sides.into_iter().nth(place)?, others.into_iter().nth(other_place)?, aligned))
    }
}

/// A queried name with all that comparing needs.
#[derive(Debug)]
pub(crate) struct Prepared {
    tokens: Vec<Token>,
    /// Of the tokens, then of the runs.
    shapes: Vec<Shape>,
    initials: Vec<String>,
    weights: Vec<Weight>,
    runs: Vec<Run>,
    cut: bool,
    schema: Option<Schema>,
}

impl Prepared {
    /// The names a query may stand for.
    pub(crate) fn all(query: &Query, weights: &Weights) -> Vec<Self> {
        normalise::queried(&query.name)
            .into_iter()
            .map(|name| {
                let runs = runs_of(&name.tokens.iter().collect::<Vec<_>>());
                let all = name.tokens.iter().chain(runs.iter().map(|(.., token, _)| token));
                Self {
                    weights: name.tokens.iter().map(|token| weights.of(token)).collect(),
                    shapes: all.map(Shape::of).collect(),
                    initials: initials_of(name.tokens.iter()),
                    runs,
                    tokens: name.tokens,
                    cut: name.cut,
                    schema: query.schema,
                }
            })
            .collect()
    }

    /// The name as one side of a comparison.
    pub(crate) fn side(&self) -> Side<'_> {
        let (token_shapes, run_shapes) = self.shapes.split_at(self.tokens.len());
        let tokens = self.tokens.iter().zip(token_shapes).enumerate();
        let tokens =
            tokens.map(|(start, (token, shape))| Item { token, shape, start, length: 1, whole_words: true });
        let runs = self.runs.iter().zip(run_shapes).map(|((start, length, token, whole_words), shape)| {
            Item { token, shape, start: *start, length: *length, whole_words: *whole_words }
        });
        Side {
            tokens: tokens.collect(),
            weights: Cow::Borrowed(&self.weights),
            runs: runs.collect(),
            cut: self.cut,
            schema: self.schema,
            initials: Cow::Borrowed(&self.initials),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::evidence::Relation;
    use proptest::prelude::*;

    fn score(a: &str, b: &str) -> u16 {
        compare(&Query::new(a), &Query::new(b)).score.thousandths()
    }

    #[test]
    fn names_of_one_party_reach_the_threshold() {
        for (a, b) in [
            ("ZEPHYR BORDER TRADING FZE", "Zephyr Border Trading (F.Z.E.)"),
            ("ZEPHYR BORDER TRADING", "ZEPHYR BORDER TRADING LLC"),
            ("TRADING ZEPHYR BORDER", "ZEPHYR BORDER TRADING"),
            ("ZEPHYR BODRER TRADING", "ZEPHYR BORDER TRADING"),
            ("ZEPHYRBORDER TRADING", "ZEPHYR BORDER TRADING"),
            ("AL NOOR ZEFIR", "ALNOUR ZEFIR"),
            ("MR AMR ZEFIR", "Zefir, Amr"),
            ("N. ZEFIROV", "NADIR ZEFIROV"),
            ("MOHAMED ZEFIR", "Muhammad Zefir"),
            ("Мухаммад Зефир", "MUHAMMAD ZEFIR"),
            ("ACME LTD C/O ZEPHYR BORDER TRADING", "ZEPHYR BORDER TRADING FZE"),
            ("ZEPHYR BORDER TRADING AND FORWARDIN", "ZEPHYR BORDER TRADING AND FORWARDING SERVICES FZE"),
            ("A.B.C. Company", "ABC CO"),
            ("3RD ZEPHYR BRIGADE 44", "3RD ZEPHYR BRIGADE 44"),
        ] {
            assert!(score(a, b) >= DEFAULT_THRESHOLD.thousandths(), "{a} and {b}: {}", score(a, b));
            assert!(score(b, a) >= DEFAULT_THRESHOLD.thousandths(), "{b} and {a}: {}", score(b, a));
        }
    }

    #[test]
    fn names_of_different_parties_stay_below_it() {
        for (a, b) in [
            ("ZEPHYR BRIGADE 44", "ZEPHYR BRIGADE 45"),
            ("LANTERNTECH CORP", "90044 CORP"),
            ("EMMA ZEFIR", "EMMA LLC"),
            ("A. NADIROV", "NURLAN NADIROV"),
            ("ZEPHYR BORDER TRADING", "ZEPHYR"),
            ("MAHMOUD ZEFIR", "MUHAMMAD ZEPHYROV"),
            ("HASSAN ZEFIR", "KARIM ZEFIR"),
            ("ZEPHYR LTD", "NADIR LTD"),
            // The first letter and another one.
            ("KELLY ZEFIR", "SALLY ZEFIR"),
            ("MALVO ZEFIR", "TALVE ZEFIR"),
            // A name in its own characters is whole.
            ("雪 汪", "WANG, WEN XUE"),
            ("彬 甘", "GAN"),
            ("", ""),
            ("---", "---"),
        ] {
            assert!(score(a, b) < DEFAULT_THRESHOLD.thousandths(), "{a} and {b}: {}", score(a, b));
        }
    }

    #[test]
    fn evidence_names_each_token() {
        let comparison = compare(&Query::new("AL NOOR ZEFYR LTD"), &Query::new("ZEFIR ALNOOR QUX LLC"));
        let shown: Vec<(Option<&str>, Option<&str>, &str)> = comparison
            .evidence
            .iter()
            .map(|entry| (entry.query.as_deref(), entry.list.as_deref(), entry.relation.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                (Some("AL NOOR"), Some("ALNOOR"), "joined"),
                (Some("ZEFYR"), Some("ZEFIR"), "transliteration"),
                (Some("LTD"), Some("LLC"), "organisation-form"),
                (None, Some("QUX"), "missing-in-query"),
            ]
        );
    }

    #[test]
    fn facts_shift_the_score() {
        let with = |birth: &str, country: &str, schema: Schema| Query {
            birth_date: birth.parse().ok(),
            country: Some(country.to_owned()),
            schema: Some(schema),
            ..Query::new("AMR ZEFIRO")
        };
        let base = with("1961-04-30", "IR", Schema::Person);
        let relations = |query: &Query| {
            let comparison = compare(query, &base);
            let relations: Vec<Relation> = comparison.evidence.iter().map(|entry| entry.relation).collect();
            (comparison.score.thousandths(), relations[2..].to_vec())
        };
        assert_eq!(
            relations(&with("1961-04-30", "Iran", Schema::Person)),
            (1000, vec![Relation::BirthDateSame, Relation::CountrySame])
        );
        assert_eq!(
            relations(&with("1981", "Oman", Schema::Organisation)),
            (529, vec![Relation::SchemaDiffers, Relation::BirthDateDiffers, Relation::CountryDiffers])
        );
        assert_eq!(relations(&with("1962", "", Schema::Unknown)), (1000, vec![Relation::BirthDateUnclear]));
    }

    proptest! {
        #[test]
        fn contributions_add_up_and_nothing_panics(a in "\\PC{0,60}", b in "[A-Fa-f0-3 .,'/&-]{0,40}", c in ".{0,20}") {
            for (one, other) in [(&a, &b), (&b, &b), (&b, &c), (&c, &a)] {
                let comparison = compare(&Query::new(one.as_str()), &Query::new(other.as_str()));
                let sum: i32 = comparison.evidence.iter().map(|entry| i32::from(entry.contribution)).sum();
                prop_assert_eq!(sum, i32::from(comparison.score.thousandths()));
            }
            prop_assert_eq!(compare(&Query::new(b.as_str()), &Query::new(b.as_str())).score == Score::ONE, crate::is_comparable(&b));
        }
    }
}
