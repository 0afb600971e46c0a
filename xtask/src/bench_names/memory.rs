//! Memory, each body of names in a process of its own: what an earlier measurement freed stays with its process and
//! would hide what the next one takes.

use super::{LISTED, MANY, QUERIES, Row, WORDS, all_names, invented, queries_of};
use crate::Outcome;
use clap::ValueEnum;
use names::{DEFAULT_THRESHOLD, PartyIndex, Snapshot};
use std::process::Command;
use std::{env, fs};

/// What is measured.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Body {
    Lists,
    Million,
    Stored,
}

/// Measures one in this process and prints it: megabytes of the index, and with what is remembered when parties were
/// asked about.
///
/// # Errors
/// Where the lists beside the repository cannot be read.
pub(crate) fn run(body: Body) -> Outcome {
    let (index, remembered) = match body {
        Body::Lists => of_lists(super::listed()?),
        Body::Million => of_lists(vec![invented(MANY, WORDS)]),
        Body::Stored => {
            let snapshot = Snapshot::new(super::listed()?);
            let parties = super::rescreen::parties(&all_names(&snapshot));
            drop(snapshot);
            let before = resident();
            let index = PartyIndex::new(parties);
            let taken = resident().saturating_sub(before);
            drop(index);
            (taken, taken)
        }
    };
    println!("{index} {remembered}");
    Ok(())
}

fn of_lists(lists: Vec<names::List>) -> (u64, u64) {
    let before = resident();
    let snapshot = Snapshot::new(lists);
    let index = resident().saturating_sub(before);
    for query in queries_of(&all_names(&snapshot), 2 * QUERIES, 99) {
        drop(snapshot.screen(&query, DEFAULT_THRESHOLD));
    }
    (index, resident().saturating_sub(before))
}

/// Has a process of its own measure each.
pub(super) fn measure(rows: &mut Vec<Row>) {
    let [listed, many] = [LISTED, MANY].map(|count| crate::bench::grouped(count as f64));
    for (body, what, large) in [
        (Body::Lists, format!("lists, some {listed} names"), false),
        (Body::Million, format!("a million, {many} names"), true),
        (Body::Stored, format!("{many} stored parties"), false),
    ] {
        let target = if large { "400 MB" } else { "" };
        let row = |what: String, figure: String, reached| Row { what, figure, target, reached };
        match in_a_process(body) {
            Ok((index, remembered)) => {
                let shown = |megabytes: u64| format!("{megabytes} MB");
                let reached = |megabytes: u64| large.then_some(megabytes <= 400);
                rows.push(row(format!("{what}: memory of the index"), shown(index), reached(index)));
                if !matches!(body, Body::Stored) {
                    let what = format!("{what}: memory with the words remembered");
                    rows.push(row(what, shown(remembered), reached(remembered)));
                }
            }
            Err(why) => rows.push(row(format!("{what}: memory"), format!("not measured: {why}"), None)),
        }
    }
}

fn in_a_process(body: Body) -> Outcome<(u64, u64)> {
    let name = body.to_possible_value().ok_or("no name")?;
    let output = Command::new(env::current_exe()?)
        .args(["bench", "names", "--memory-of", name.get_name()])
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let figures: Vec<u64> = text.split_whitespace().filter_map(|figure| figure.parse().ok()).collect();
    match figures[..] {
        // Nobody's index takes nothing.
        [index, remembered] if index > 0 => Ok((index, remembered)),
        _ => Err(format!("the process said {text:?}").into()),
    }
}

/// Memory in use, in megabytes, as far as the system tells.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()).unwrap_or(0) / 1024
}
