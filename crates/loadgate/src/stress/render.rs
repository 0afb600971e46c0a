//! A run, for people.

use super::document::{KindItem, StressItem};
use crate::render::text::visible;
use crate::render::{BAD, GOOD, Look, QUIET, TITLE, lines};
use comfy_table::{Cell, CellAlignment};
use std::fmt::Write as _;

/// The table of requests, and what is to be known besides.
pub fn people(run: &StressItem, look: Look) -> String {
    let StressItem { url, seed, prefix, departs, senders, askers, .. } = run;
    let rate = run.rate.map(|rate| format!(", {rate} waybills a second,")).unwrap_or_default();
    let title = format!("{senders} senders and {askers} askers{rate} on {}", visible(url));
    let from = format!("seed {seed}, prefix {prefix}, departure {departs}");
    let mut text = format!("{} {}\n", look.paint(TITLE, title), look.paint(QUIET, from));
    let mut table =
        look.table_of(&["request", "answered", "per s", "p50", "p90", "p99", "max", "again", "failed"]);
    for item in &run.requests {
        let KindItem { kind, answered, per_second, turned_away, .. } = item;
        let bad = item.failed + item.wrong + item.given_up;
        let rate = if *per_second > 0.0 { format!("{per_second:.0}") } else { String::new() };
        let times = [item.p50_us, item.p90_us, item.p99_us, item.max_us].map(milliseconds);
        let rest = [turned_away.to_string(), bad.to_string()];
        let row = [answered.to_string(), rate].into_iter().chain(times).chain(rest);
        let row = row.map(|value| Cell::new(value).set_alignment(CellAlignment::Right));
        table.add_row([Cell::new(kind)].into_iter().chain(row));
    }
    text.push_str(&lines(&table));
    let took = run.took_ms as f64 / 1000.0;
    // A string grows without failing.
    let _ = writeln!(
        text,
        "{} filings in {took:.1} s, {:.0} per second; times in ms; again: turned away, and sent again",
        run.filings, run.filings_per_second
    );
    if let Some(used) = &run.node {
        let _ = writeln!(
            text,
            "the node: {} MiB at most, {:.1} s of processors, {} µs for each filing; the senders took {:.1} s",
            used.memory_max_bytes >> 20,
            used.processor_ms as f64 / 1000.0,
            used.processor_us_per_filing,
            used.senders_processor_ms as f64 / 1000.0
        );
    }
    for trouble in &run.troubles {
        let _ = writeln!(text, "{} {}", look.paint(BAD, "trouble"), visible(trouble));
    }
    let asked =
        format!("{} of the acknowledged waybills asked for again, {} missing", run.asked_again, run.missing);
    let end = match run.passed {
        true => look.paint(GOOD, format!("passed: {asked}")),
        false => look.paint(BAD, format!("FAILED: {asked}")),
    };
    let _ = writeln!(text, "{end}");
    text
}

fn milliseconds(us: u64) -> String {
    format!("{:.1}", us as f64 / 1000.0)
}
