//! Stored parties against the changed entries of a new edition, and what a new edition does to the others.

use super::{Draw, MANY, Row, WORDS, Words, altered, processor_time, queries_of};
use names::{DEFAULT_THRESHOLD, EntryRef, List, Party, PartyIndex, Query, Snapshot, changed_entries};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Entries that a new edition changes.
const CHANGED: usize = 1_000;
/// Of so many stored parties one has a name of the lists, with usual slips.
const ONE_LISTED_OF: usize = 100;
/// Parties by which the shift of scores is counted.
const SHIFT_PARTIES: usize = 20_000;

/// Measures both.
pub(super) fn measure(lists: Vec<List>, rows: &mut Vec<Row>) {
    let new = Snapshot::new(lists);
    let old = without_some(&new);
    let changed = changed_entries(&old, &new);
    let names: Vec<&str> = super::all_names(&new);
    rescreen(&new, &changed, &names, rows);
    shift((&old, &new), &changed, &names, rows);
}

/// The edition before: without some entries, drawn.
fn without_some(new: &Snapshot) -> Snapshot {
    let mut draw = Draw::new(21);
    let count: usize = new.lists().iter().map(|list| list.entities.len()).sum();
    let mut gone: BTreeSet<usize> = BTreeSet::new();
    while gone.len() < CHANGED.min(count / 2) {
        gone.insert(draw.below(count));
    }
    let mut place = 0;
    let mut lists = new.lists().to_vec();
    for list in &mut lists {
        list.sha256 = format!("{:064}", list.entities.len());
        list.entities.retain(|_| {
            place += 1;
            !gone.contains(&(place - 1))
        });
    }
    Snapshot::new(lists)
}

/// Parties of invented names that state a country, and some of listed names.
pub(super) fn parties(names: &[&str]) -> Vec<Party> {
    let mut draw = Draw::new(22);
    let words = Words::new(WORDS);
    let party = |number: usize| {
        let country = Some(["AE", "TR", "CN", "DE", "PK"][draw.below(5)].to_owned());
        let query = match draw.below(ONE_LISTED_OF) {
            0 => Query { country, ..Query::new(altered(names[draw.below(names.len())], &mut draw)) },
            _ => {
                let (name, schema) = words.name(&mut draw);
                Query { schema: Some(schema), country, ..Query::new(name) }
            }
        };
        Party { id: number.to_string(), query }
    };
    (0..MANY).map(party).collect()
}

fn rescreen(new: &Snapshot, changed: &[EntryRef], names: &[&str], rows: &mut Vec<Row>) {
    let parties = parties(names);
    let title = format!("{} stored parties", crate::bench::grouped(parties.len() as f64));
    let start = Instant::now();
    let index = PartyIndex::new(parties);
    rows.push(Row {
        what: format!("{title}: building their index"),
        figure: format!("{:.1} s", start.elapsed().as_secs_f64()),
        target: "",
        reached: None,
    });
    let mut times = Vec::new();
    let mut hits = 0;
    for _ in 0..3 {
        let (start, worked) = (Instant::now(), processor_time());
        hits = index.rescreen(new, changed, DEFAULT_THRESHOLD).map_or(0, |hits| hits.len());
        times.push((start.elapsed(), processor_time().saturating_sub(worked)));
    }
    // The first time nothing is remembered, as after a start.
    rows.push(Row {
        what: format!(
            "{title}: {} changed entries, two threads, {hits} hits; the first time, then again",
            crate::bench::grouped(changed.len() as f64)
        ),
        figure: times.iter().map(shown).collect::<Vec<_>>().join(", "),
        target: "1 s",
        reached: Some(times[0].0 <= Duration::from_secs(1)),
    });
}

/// Seconds by the clock, and those of processors, which others that want them do not lengthen.
pub(super) fn shown((elapsed, worked): &(Duration, Duration)) -> String {
    format!("{:.2} s ({:.2} s of processors)", elapsed.as_secs_f64(), worked.as_secs_f64())
}

/// How many hits on entries that did not change cross the threshold, because words are commoner or rarer now.
fn shift(editions: (&Snapshot, &Snapshot), changed: &[EntryRef], names: &[&str], rows: &mut Vec<Row>) {
    let changed: BTreeSet<(&str, &str)> =
        changed.iter().map(|entry| (entry.source, entry.entity_id.as_str())).collect();
    let parties = queries_of(names, SHIFT_PARTIES, 23);
    let hits = |snapshot: &Snapshot| -> BTreeSet<(usize, &'static str, String)> {
        let of_party = parties.iter().enumerate().flat_map(|(number, party)| {
            let hits = snapshot.screen(party, DEFAULT_THRESHOLD).into_iter();
            hits.map(move |hit| (number, hit.entry.source, hit.entry.entity_id))
        });
        of_party.filter(|(_, source, id)| !changed.contains(&(*source, id.as_str()))).collect()
    };
    let (before, after) = (hits(editions.0), hits(editions.1));
    rows.push(Row {
        what: format!(
            "lists, {} entries added: hits on the others that only the old edition, and only the new one makes",
            crate::bench::grouped(changed.len() as f64)
        ),
        figure: format!(
            "{} and {} of {}",
            before.difference(&after).count(),
            after.difference(&before).count(),
            before.union(&after).count()
        ),
        target: "",
        reached: None,
    });
}
