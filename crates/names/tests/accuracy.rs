//! How well real lists are screened: recall on their own names, as they stand and altered, and alerts on strangers.
//!
//! Needs `../shared/samples/watchlists`. A build with debug assertions takes a part of the names, an optimised one all:
//! `cargo test --release -p names --test accuracy -- --nocapture` prints the figures.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod common;

use common::{Numbers, file, samples};
use names::{DEFAULT_THRESHOLD, Query, Score, Script, Snapshot, load};
use std::path::Path;
use std::sync::OnceLock;

/// Every how many names are screened as they stand.
const VERBATIM_STEP: usize = if cfg!(debug_assertions) { 120 } else { 1 };
/// How many strangers are screened.
const STRANGERS: usize = if cfg!(debug_assertions) { 500 } else { 2_000 };
/// How many queries are compared with a screening that uses no index.
const INDEX_CHECKS: usize = if cfg!(debug_assertions) { 5 } else { 300 };
/// How many names are altered in each way.
const ALTERED: usize = 200;

/// The lists, loaded and indexed once for all tests.
fn snapshot(folder: &Path) -> &'static Snapshot {
    static SNAPSHOT: OnceLock<Snapshot> = OnceLock::new();
    SNAPSHOT.get_or_init(|| load_snapshot(folder))
}

fn load_snapshot(folder: &Path) -> Snapshot {
    let files = [
        "ofac_sdn_2021-07.csv",
        "ofac_alt_2021-07.csv",
        "ofac_add_2021-07.csv",
        "un_consolidated_2025-04-19.xml",
    ];
    let loaded = load(files.iter().map(|name| file(folder, name)).collect());
    assert_eq!(loaded.findings, [], "the lists as published are clean");
    Snapshot::new(loaded.lists)
}

/// A name of a list with the entry it belongs to.
#[derive(Clone)]
struct Listed {
    source: &'static str,
    id: String,
    text: String,
    script: Script,
}

fn listed(snapshot: &Snapshot) -> Vec<Listed> {
    let mut names = Vec::new();
    for list in snapshot.lists() {
        for entity in &list.entities {
            names.extend(entity.names.iter().map(|name| Listed {
                source: list.source,
                id: entity.id.clone(),
                text: name.text.clone(),
                script: name.script,
            }));
        }
    }
    names
}

/// The queries whose own entry is not among the hits, screened on every processor.
fn missed<'a>(snapshot: &Snapshot, queries: &'a [(String, Listed)]) -> Vec<&'a (String, Listed)> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = queries
            .chunks(queries.len().div_ceil(threads).max(1))
            .map(|chunk| {
                scope.spawn(move || {
                    let found = |(query, own): &(String, Listed)| {
                        let hits = snapshot.screen(&Query::new(query.as_str()), DEFAULT_THRESHOLD);
                        hits.iter().any(|hit| hit.entry.source == own.source && hit.entry.entity_id == own.id)
                    };
                    chunk.iter().filter(|query| !found(query)).collect::<Vec<_>>()
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    })
}

/// A way to alter a name; `None` where it does not apply to this one.
type Alter = fn(&str, &mut Numbers) -> Option<String>;

/// One letter replaced, dropped, doubled or exchanged with its neighbour.
fn with_typo(text: &str, numbers: &mut Numbers) -> Option<String> {
    let mut letters: Vec<char> = text.chars().collect();
    let places: Vec<usize> =
        (0..letters.len()).filter(|place| letters[*place].is_ascii_alphabetic()).collect();
    if places.len() < 4 {
        return None;
    }
    let place = places[numbers.below(places.len())];
    match numbers.below(4) {
        0 => letters[place] = char::from(b'A' + numbers.below(26) as u8),
        1 => drop(letters.remove(place)),
        2 => letters.insert(place, letters[place]),
        _ if place + 1 < letters.len() => letters.swap(place, place + 1),
        _ => return None,
    }
    Some(letters.into_iter().collect())
}

/// Two words exchanged.
fn with_other_order(text: &str, numbers: &mut Numbers) -> Option<String> {
    let mut words: Vec<&str> = text.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    if words.len() < 2 {
        return None;
    }
    let (one, other) = (numbers.below(words.len()), numbers.below(words.len()));
    words.swap(one, other);
    (one != other).then(|| words.join(" "))
}

/// The first 35 characters, of names that have more.
fn cut(text: &str, _: &mut Numbers) -> Option<String> {
    (text.chars().count() > 35).then(|| text.chars().take(35).collect())
}

#[test]
fn every_name_of_the_lists_finds_its_own_entry() {
    let Some(folder) = samples() else { return };
    let snapshot = snapshot(&folder);
    let queries: Vec<(String, Listed)> =
        listed(snapshot).into_iter().step_by(VERBATIM_STEP).map(|own| (own.text.clone(), own)).collect();
    let missed = missed(snapshot, &queries);
    println!("{} names as they stand: {} missed", queries.len(), missed.len());
    let texts: Vec<&str> = missed.iter().map(|(text, _)| text.as_str()).collect();
    assert!(texts.is_empty(), "{texts:?}");
}

#[test]
fn altered_names_still_find_their_entry() {
    let Some(folder) = samples() else { return };
    let snapshot = snapshot(&folder);
    let names: Vec<Listed> = listed(snapshot).into_iter().filter(|own| own.script == Script::Latin).collect();
    let mut numbers = Numbers::new(2026);
    let ways: [(&str, Alter); 3] = [
        ("with one typing error", with_typo),
        ("with two words exchanged", with_other_order),
        ("cut to 35 characters", cut),
    ];
    for (way, alter) in ways {
        let mut queries = Vec::new();
        while queries.len() < ALTERED {
            let own = &names[numbers.below(names.len())];
            queries.extend(alter(&own.text, &mut numbers).map(|text| (text, own.clone())));
        }
        let missed = missed(snapshot, &queries);
        let recall = 1.0 - missed.len() as f64 / queries.len() as f64;
        println!("{} names {way}: recall {recall:.3}", queries.len());
        let texts: Vec<&str> = missed.iter().map(|(text, _)| text.as_str()).collect();
        assert!(recall >= 0.9, "{way}: {recall:.3}, missed {texts:?}");
    }
}

#[test]
fn the_index_loses_nothing_of_the_real_lists() {
    let Some(folder) = samples() else { return };
    let snapshot = snapshot(&folder);
    let names = listed(snapshot);
    let mut numbers = Numbers::new(44);
    let mut hits = 0;
    for _ in 0..INDEX_CHECKS {
        let own = &names[numbers.below(names.len())];
        let text = with_typo(&own.text, &mut numbers).unwrap_or_else(|| own.text.clone());
        let query = Query::new(text);
        let threshold = Score::from_thousandths(600 + numbers.below(300) as u16);
        let found = snapshot.screen(&query, threshold);
        assert_eq!(found, snapshot.screen_exhaustively(&query, threshold), "{query:?} at {threshold}");
        hits += found.len();
    }
    println!("{INDEX_CHECKS} names screened with and without index: the same {hits} hits");
    assert!(hits >= INDEX_CHECKS);
}

#[test]
fn strangers_hardly_ever_alert() {
    let Some(folder) = samples() else { return };
    let snapshot = snapshot(&folder);
    let mut reader = csv::Reader::from_path(folder.join("yente_negatives_us.csv")).unwrap();
    let names: Vec<String> =
        reader.records().step_by(25).take(STRANGERS).map(|row| row.unwrap()[0].to_owned()).collect();
    assert_eq!(names.len(), STRANGERS);
    let alerts = |name: &String| {
        let hits = snapshot.screen(&Query::new(name.as_str()), DEFAULT_THRESHOLD);
        hits.first().map(|hit| format!("{name} ~ {} {}", hit.matched, hit.score))
    };
    let alerted: Vec<String> = names.iter().filter_map(alerts).collect();
    let rate = alerted.len() as f64 / names.len() as f64;
    println!("{} names of strangers: {:.2} % alerted {alerted:#?}", names.len(), rate * 100.0);
    assert!(rate <= 0.02, "{rate}");
}
