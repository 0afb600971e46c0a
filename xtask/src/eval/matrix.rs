//! The treatment matrix: one line per way of altering a name.

use super::data::{Listed, is_latin, listed};
use super::measure::{Numbers, base_name, in_parallel, share};
use super::report::{Cell, Section, Table, Verdict};
use super::treatments::{self, Subject};
use names::{DEFAULT_THRESHOLD, Query, Schema, Script, Snapshot};
use std::collections::{HashMap, HashSet};

/// Names per cell, unless more are asked for.
const SAMPLE: usize = 400;
/// Names per cell of a full run.
const SAMPLE_FULL: usize = 3_000;
const SEED: u64 = 2026;
const RECALL_LEAST: f64 = 0.95;
/// A cell of fewer names proves nothing.
const NAMES_LEAST: usize = 20;
/// Misses shown per cell.
const MISSES: usize = 5;

/// A way that one script is written in another.
struct Respelling {
    name: &'static str,
    /// What entries must have a name of to be chosen.
    script: Script,
    /// From the name in the original script, or from a Latin name of such an entry.
    of_original: bool,
    apply: fn(&str) -> Option<String>,
}

fn latin(text: &str, rules: &[(&str, &str)]) -> Option<String> {
    let subject = Subject::new(text, Schema::Person);
    if subject.tells(2) { treatments::respelled(&subject, rules) } else { None }
}

const RESPELLINGS: &[Respelling] = &[
    Respelling {
        name: "Arabic script → Latin entry",
        script: Script::Arabic,
        of_original: true,
        apply: |text| Some(text.to_owned()),
    },
    Respelling {
        name: "Cyrillic script → Latin entry",
        script: Script::Cyrillic,
        of_original: true,
        apply: |text| Some(text.to_owned()),
    },
    Respelling {
        name: "Cyrillic, ICAO 9303 romanisation",
        script: Script::Cyrillic,
        of_original: true,
        apply: |text| treatments::romanised(text, 0),
    },
    Respelling {
        name: "Cyrillic, German romanisation",
        script: Script::Cyrillic,
        of_original: true,
        apply: |text| treatments::romanised(text, 1),
    },
    Respelling {
        name: "Cyrillic, ISO 9 without signs",
        script: Script::Cyrillic,
        of_original: true,
        apply: |text| treatments::romanised(text, 2),
    },
    Respelling {
        name: "Arabic name, Latin in French usage",
        script: Script::Arabic,
        of_original: false,
        apply: |text| latin(text, treatments::FRENCH_ARABIC),
    },
    Respelling {
        name: "Cyrillic name, Latin in German usage",
        script: Script::Cyrillic,
        of_original: false,
        apply: |text| latin(text, treatments::GERMAN_CYRILLIC),
    },
];

/// One query of a cell.
struct Asked<'a> {
    text: String,
    own: Listed<'a>,
}

/// What came of it.
struct Answer {
    found: bool,
    first: bool,
}

/// Runs the evaluation over a snapshot of the UN and OFAC lists.
pub fn evaluate(snapshot: &Snapshot, full: bool, errors: bool) -> Section {
    let sample = if full { SAMPLE_FULL } else { SAMPLE };
    let all = listed(snapshot.lists());
    // Entries of several lists that are one party share a name; which of them leads does not matter.
    let mut bearers: HashMap<String, HashSet<(&str, &str)>> = HashMap::new();
    for one in &all {
        bearers.entry(base_name(&one.name.text)).or_default().insert((one.list.source, &one.entity.id));
    }
    let latin: Vec<Listed<'_>> = all.iter().copied().filter(|one| is_latin(one.name)).collect();
    let mut subjects: Vec<(Listed<'_>, Subject)> = latin
        .iter()
        .map(|one| (*one, Subject::new(&one.name.text, one.entity.schema)))
        .filter(|(_, subject)| subject.tells(2))
        .collect();
    let mut numbers = Numbers::new(SEED);
    for place in (1..subjects.len()).rev() {
        subjects.swap(place, numbers.below(place + 1));
    }

    let run = |asked: &[Asked<'_>], originals_left_out: bool| -> Vec<Answer> {
        in_parallel(asked, |asked| {
            let query = Query::new(asked.text.as_str());
            let hits = if originals_left_out {
                snapshot.screen_without(&query, DEFAULT_THRESHOLD, |_, _, name| !is_latin(name))
            } else {
                snapshot.screen(&query, DEFAULT_THRESHOLD)
            };
            let is_own =
                |hit: &names::Hit| (hit.entry.source, hit.entry.entity_id.as_str()) == asked.own.key();
            let is_twin = |hit: &names::Hit| {
                asked.own.entity.names.iter().any(|name| {
                    let bearers = bearers.get(&base_name(&name.text));
                    bearers.is_some_and(|bearers| {
                        bearers.contains(&(hit.entry.source, hit.entry.entity_id.as_str()))
                    })
                })
            };
            let first = hits.first().is_some_and(|hit| is_own(hit) || is_twin(hit));
            Answer { found: hits.iter().any(is_own), first }
        })
    };

    let mut table = Table::new(
        format!("Single treatments, at most {sample} names each, seed {SEED}, threshold {DEFAULT_THRESHOLD}"),
        &["treatment", "n", "recall", "top-1", "below 95 %"],
    );
    let mut lists = Vec::new();
    let mut below = Vec::new();
    let mut cell = |name: &'static str, asked: &[Asked<'_>], originals_left_out: bool| {
        let answers = run(asked, originals_left_out);
        let found = answers.iter().filter(|answer| answer.found).count();
        let first = answers.iter().filter(|answer| answer.first).count();
        let recall = share(found, asked.len());
        let short = recall < RECALL_LEAST;
        let flag = match (short, asked.len() < NAMES_LEAST) {
            (_, true) => "too few names",
            (true, false) => "BELOW",
            (false, false) => "",
        };
        if short && asked.len() >= NAMES_LEAST {
            below.push(format!("{name} {:.1} %", recall * 100.0));
        }
        table.row(
            name,
            [
                Cell::Count(asked.len()),
                Cell::Percent(recall),
                Cell::Percent(share(first, asked.len())),
                Cell::text(flag),
            ],
        );
        let misses: Vec<String> = asked
            .iter()
            .zip(&answers)
            .filter(|(_, answer)| !answer.found)
            .map(|(asked, _)| format!("`{}` for `{}`", asked.text, asked.own.name.text))
            .collect();
        let most = if errors { misses.len() } else { MISSES };
        if !misses.is_empty() {
            let title = format!("Missed, {name}: {} of {}", misses.len(), asked.len());
            lists.push((title, misses.into_iter().take(most).collect()));
        }
    };

    let untouched: Vec<Asked<'_>> = subjects
        .iter()
        .take(sample)
        .map(|(own, subject)| Asked { text: subject.text(), own: *own })
        .collect();
    cell("as listed, without commas", &untouched, false);
    for treatment in treatments::ALL.iter().chain(treatments::MORE) {
        let mut asked = Vec::new();
        for (own, subject) in &subjects {
            if asked.len() == sample {
                break;
            }
            asked.extend((treatment.apply)(subject, &mut numbers).map(|text| Asked { text, own: *own }));
        }
        cell(treatment.name, &asked, false);
    }
    for respelling in RESPELLINGS {
        let has_script =
            |one: &Listed<'_>| one.entity.names.iter().any(|name| name.script == respelling.script);
        let asked: Vec<Asked<'_>> = all
            .iter()
            .filter(|one| {
                if respelling.of_original {
                    one.name.script == respelling.script
                        && one.name.text.split_whitespace().count() >= 2
                        && one.entity.names.iter().any(is_latin)
                } else {
                    has_script(one) && is_latin(one.name)
                }
            })
            .filter_map(|own| Some(Asked { text: (respelling.apply)(&own.name.text)?, own: *own }))
            .take(sample)
            .collect();
        cell(respelling.name, &asked, respelling.of_original);
    }

    let cells = treatments::ALL.len() + treatments::MORE.len() + RESPELLINGS.len();
    Section {
        id: "matrix",
        title: "Treatment matrix over UN and OFAC",
        notes: vec![
            "Names with at least two informative words; treatments that would leave fewer are not applied. Found: the \
             very entry is among the hits. Top-1: it leads, or an entry that bears one of its names does. Queries in \
             original script meet Latin names only. The lists hold original script for Arabic and Cyrillic; Greek, \
             Hebrew, Georgian, Armenian, Devanagari, Thai, Hangul, kana and Han are not measured here."
                .to_owned(),
        ],
        tables: vec![table],
        lists,
        verdicts: vec![Verdict {
            demand: "treatment matrix: no cell below 95 %",
            measured: if below.is_empty() {
                format!("none of {cells} below")
            } else {
                format!("{} of {cells} below: {}", below.len(), below.join("; "))
            },
            peer: "none published per treatment",
            reached: below.is_empty(),
        }],
        seconds: 0.0,
    }
}
