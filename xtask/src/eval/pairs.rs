//! Labelled pairs of entities of OpenSanctions: all fields that a query can take, and names alone.

use super::data::{Samples, shown};
use super::measure::{Counts, best_threshold, in_parallel, share, spread, timed};
use super::peers;
use super::report::{Cell, Section, Table, Verdict};
use crate::Outcome;
use names::{
    Comparison, DEFAULT_THRESHOLD, Document, PartialDate, PreparedQuery, Query, Relation, Schema, Score,
    compare,
};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// The file of pairs.
const FILE: &str = "pairs_os_1000_unshuffled.json";
/// F1 demanded with all fields.
const F1_LEAST: f64 = 0.985;
/// Values of one field of one entity that are tried.
const VALUES_MOST: usize = 12;

/// Properties of FollowTheMoney that number a document or an entry of a register.
const DOCUMENTS: [&str; 18] = [
    "passportNumber",
    "idNumber",
    "socialSecurityNumber",
    "taxNumber",
    "vatCode",
    "innCode",
    "registrationNumber",
    "ogrnCode",
    "okpoCode",
    "uscCode",
    "dunsCode",
    "leiCode",
    "swiftBic",
    "bikCode",
    "imoNumber",
    "mmsi",
    "callSign",
    "serialNumber",
];

#[derive(Deserialize)]
struct Pair {
    left: Party,
    right: Party,
    judgement: String,
}

#[derive(Deserialize)]
struct Party {
    schema: String,
    properties: HashMap<String, Vec<String>>,
}

impl Party {
    fn values<'a>(&'a self, keys: &'a [&str]) -> impl Iterator<Item = &'a String> {
        keys.iter().filter_map(|key| self.properties.get(*key)).flatten()
    }

    /// Names, former ones included; not those the source itself calls weak.
    fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.values(&["name", "alias", "previousName"]).map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn schema(&self) -> Option<Schema> {
        match self.schema.as_str() {
            "Organization" | "Company" => Some(Schema::Organisation),
            word => Schema::parse(word),
        }
    }

    fn birth_dates(&self) -> Vec<Option<PartialDate>> {
        let dates = self.values(&["birthDate"]).filter_map(|text| text.parse().ok());
        or_none(dates.take(VALUES_MOST).map(Some).collect())
    }

    fn addresses(&self) -> Vec<Option<String>> {
        or_none(self.values(&["address"]).take(VALUES_MOST).cloned().map(Some).collect())
    }

    /// Numbers that identify; of banks too, which have no other.
    fn documents(&self) -> Vec<Document> {
        let of_kind = |kind: &'static str| {
            let numbers = self.properties.get(kind).into_iter().flatten();
            numbers.map(move |number| Document {
                kind: kind.to_owned(),
                number: number.clone(),
                country: None,
            })
        };
        DOCUMENTS.into_iter().flat_map(of_kind).collect()
    }

    fn countries(&self) -> Option<String> {
        let keys = ["country", "nationality", "citizenship", "jurisdiction"];
        let countries: Vec<&str> = self.values(&keys).map(String::as_str).collect();
        (!countries.is_empty()).then(|| countries.join(";"))
    }
}

/// The values, or that there are none.
fn or_none<T>(values: Vec<Option<T>>) -> Vec<Option<T>> {
    if values.is_empty() { vec![None] } else { values }
}

/// The best of comparing each of `ones` with each of `others`, and which they were.
fn best<'a, T>(
    ones: &'a [T],
    others: &'a [T],
    compare: impl Fn(&'a T, &'a T) -> Comparison,
) -> Option<(&'a T, &'a T, Comparison)> {
    let mut best: Option<(&T, &T, Comparison)> = None;
    for one in ones {
        for other in others {
            let comparison = compare(one, other);
            if best.as_ref().is_none_or(|(.., known)| comparison.score > known.score) {
                let perfect = comparison.score == Score::ONE;
                best = Some((one, other, comparison));
                if perfect {
                    return best;
                }
            }
        }
    }
    best
}

/// Names alone, and all fields.
struct Judged {
    same: bool,
    persons: bool,
    caption: String,
    names_only: Comparison,
    all_fields: Comparison,
    names_time: f64,
}

/// Which of the comparisons of a pair is looked at.
type View = fn(&Judged) -> &Comparison;

fn judge(pair: &Pair) -> Option<Judged> {
    let (ones, others) = (pair.left.names(), pair.right.names());
    let (found, names_time) = timed(|| {
        let prepared = |names: &[&str]| -> Vec<PreparedQuery> {
            names.iter().map(|name| PreparedQuery::new(&Query::new(*name))).collect()
        };
        let (ones_prepared, others_prepared) = (prepared(&ones), prepared(&others));
        let mut found: Option<(usize, usize, Score)> = None;
        for (place, one) in ones_prepared.iter().enumerate() {
            for (other_place, other) in others_prepared.iter().enumerate() {
                let score = one.name_score(other);
                if found.is_none_or(|(.., known)| score > known) {
                    found = Some((place, other_place, score));
                }
            }
        }
        found.map(|(place, other_place, _)| {
            (&ones[place], &others[other_place], ones_prepared[place].compare(&others_prepared[other_place]))
        })
    });
    let (one, other, names_only) = found?;
    let query = |party: &Party, name: &str| Query {
        schema: party.schema(),
        country: party.countries(),
        documents: party.documents(),
        ..Query::new(name)
    };
    // What one field adds does not depend on the others: the best date first, then the best address with it.
    let (dates_one, dates_other) = (pair.left.birth_dates(), pair.right.birth_dates());
    // A pair of names as such may score 1 and hide which date agrees; dates of birth only lower then, so the best is
    // still the best.
    let (date_one, date_other, _) = best(&dates_one, &dates_other, |date_one, date_other| {
        compare(
            &Query { birth_date: *date_one, ..query(&pair.left, one) },
            &Query { birth_date: *date_other, ..query(&pair.right, other) },
        )
    })?;
    let (addresses_one, addresses_other) = (pair.left.addresses(), pair.right.addresses());
    let (.., all_fields) = best(&addresses_one, &addresses_other, |address_one, address_other| {
        let with = |party: &Party, name: &str, birth_date: &Option<PartialDate>, address: &Option<String>| {
            Query { birth_date: *birth_date, address: address.clone(), ..query(party, name) }
        };
        compare(
            &with(&pair.left, one, date_one, address_one),
            &with(&pair.right, other, date_other, address_other),
        )
    })?;
    let same = pair.judgement == "positive";
    let persons = [&pair.left, &pair.right].iter().any(|party| party.schema == "Person");
    Some(Judged {
        same,
        persons,
        caption: format!("`{one}` / `{other}`"),
        names_only,
        all_fields,
        names_time,
    })
}

/// How often each fact is said, where the names alone would match: of persons and others, of one party and of two.
fn facts_said(judged: &[Judged]) -> BTreeMap<&'static str, [usize; 4]> {
    let mut said: BTreeMap<&'static str, [usize; 4]> = BTreeMap::new();
    for pair in judged.iter().filter(|pair| pair.names_only.score >= DEFAULT_THRESHOLD) {
        let column = if pair.persons { 0 } else { 2 } + usize::from(!pair.same);
        let facts: Vec<&str> = pair
            .all_fields
            .evidence
            .iter()
            .filter(|entry| {
                matches!(
                    entry.relation,
                    Relation::SchemaDiffers
                        | Relation::BirthDateSame
                        | Relation::BirthYearSame
                        | Relation::BirthDateUnclear
                        | Relation::BirthDateDiffers
                        | Relation::CountrySame
                        | Relation::CountryDiffers
                        | Relation::AddressSame
                        | Relation::DocumentSame
                        | Relation::DocumentDiffers
                )
            })
            .map(|entry| entry.relation.as_str())
            .collect();
        for fact in facts {
            said.entry(fact).or_default()[column] += 1;
        }
        if pair.names_only.score == Score::ONE {
            said.entry("(names score 1)").or_default()[column] += 1;
        }
        if pair.all_fields.score == Score::ONE {
            said.entry("(all fields score 1)").or_default()[column] += 1;
        }
    }
    said
}

/// Runs the evaluation; with `errors` every error is listed with its evidence.
///
/// # Errors
/// Where the file cannot be read.
pub fn evaluate(samples: &Samples, errors: bool) -> Outcome<Section> {
    let pairs: Vec<Pair> =
        serde_json::from_slice(&samples.bytes(FILE)?).map_err(|why| format!("{FILE}: {why}"))?;
    let judged: Vec<Judged> = in_parallel(&pairs, judge).into_iter().flatten().collect();
    let threshold = DEFAULT_THRESHOLD.thousandths();
    let scores = |view: View| -> Vec<(bool, u16)> {
        judged.iter().map(|pair| (pair.same, view(pair).score.thousandths())).collect()
    };
    let mut figures = Table::new(
        "Ours",
        &["fields", "n", "precision", "recall", "F1", "false positives", "false negatives"],
    );
    let mut f1 = Vec::new();
    let views: [(&str, View); 2] =
        [("all fields", |pair| &pair.all_fields), ("names only", |pair| &pair.names_only)];
    for (label, view) in views {
        let scores = scores(view);
        let fixed = Counts::at(threshold, scores.iter().copied());
        let (at, best) = best_threshold(&scores);
        figures.row(format!("{label} @{threshold}"), fixed.cells());
        figures.row(format!("{label} @{at} (best on these data)"), best.cells());
        f1.push((fixed.f1(), best.f1()));
    }
    let mut others = Table::new("Peers, on the same pairs", &["scorer", "precision", "recall", "F1"]);
    for (name, precision, recall, f1) in peers::PAIRS {
        others.row(*name, [*precision, *recall, *f1].map(Cell::Share));
    }
    let mut facts = Table::new(
        format!("What the other fields say where the names reach {DEFAULT_THRESHOLD}"),
        &["fact", "persons, same", "persons, different", "others, same", "others, different"],
    );
    for (fact, numbers) in facts_said(&judged) {
        facts.row(fact, numbers.map(Cell::Count));
    }
    let mut lists = Vec::new();
    if errors {
        for (title, same) in [("False positives, all fields", false), ("False negatives, all fields", true)] {
            let wrong = judged.iter().filter(|pair| {
                pair.same == same && pair.same != (pair.all_fields.score >= DEFAULT_THRESHOLD)
            });
            let told = wrong.map(|pair| {
                let comparison = &pair.all_fields;
                format!(
                    "{} (names {}) {} {}",
                    comparison.score,
                    pair.names_only.score,
                    pair.caption,
                    shown(&comparison.evidence)
                )
            });
            lists.push((title.to_owned(), told.collect()));
        }
    }
    let mean = spread(judged.iter().map(|pair| pair.names_time).collect())[0];
    Ok(Section {
        id: "pairs",
        title: "Pairs of entities: pairs_os_1000_unshuffled",
        notes: vec![format!(
            "{} of {} pairs have names on both sides ({:.1} % are one entity). The best pair of names counts, without \
             names the source calls weak; kind, dates of birth, countries, addresses and numbers of documents are \
             the fields a query takes. An entity pair takes {} on average, names only.",
            judged.len(),
            pairs.len(),
            100.0 * share(judged.iter().filter(|pair| pair.same).count(), judged.len()),
            crate::bench::spoken_time(mean)
        )],
        tables: vec![figures, others, facts],
        lists,
        verdicts: vec![Verdict {
            demand: "pairs_os_1000_unshuffled, all fields: F1 at least 0.985",
            measured: format!(
                "{:.3} (best threshold {:.3}; names only {:.3}, best {:.3})",
                f1[0].0, f1[0].1, f1[1].0, f1[1].1
            ),
            peer: "logic-v2 0.973 (names only 0.964)",
            reached: f1[0].0 >= F1_LEAST,
        }],
        seconds: 0.0,
    })
}
