//! `cargo xtask eval names`: how good the engine of names is, on genuine data, beside the published figures of peers.
//!
//! One module per measurement. The data derived from OpenSanctions (CC BY-NC 4.0) serve evaluation only: nothing of
//! them enters the repository or a build.

mod aliases;
mod cases;
mod data;
mod matrix;
mod measure;
mod pairs;
pub(crate) mod peers;
mod positives;
mod report;
mod treatments;

use crate::{Outcome, bench, cargo, docs, run};
use clap::{Args, ValueEnum};
use data::Samples;
use names::{ENGINE_VERSION, Snapshot};
use report::{Report, Section};
use std::process::Command;
use std::time::Instant;

const PAGE: &str = "docs/screening.md";
const BEGIN: &str = "<!-- eval:begin -->";
const END: &str = "<!-- eval:end -->";
/// Named cases per list on the committed page.
const CASES_ON_PAGE: usize = 8;

/// What to measure and how to tell.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Takes everything where a sample is taken otherwise; longer than ten minutes.
    #[arg(long)]
    full: bool,
    /// Lists every error with score and evidence.
    #[arg(long)]
    errors: bool,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
    /// Writes the figures to docs/screening.md: all measurements, and no cases of data that may not be published.
    #[arg(long, conflicts_with_all = ["errors", "only"])]
    write: bool,
    /// Only these measurements.
    #[arg(value_enum)]
    only: Vec<Measurement>,
}

/// A measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Measurement {
    /// Pairs of names: name_bench_dev.
    Cases,
    /// Pairs of entities of OpenSanctions.
    Pairs,
    /// UN positives and strangers against the lists.
    Positives,
    /// The treatment matrix.
    Matrix,
    /// Leave one alias out.
    Aliases,
}

impl Options {
    fn wants(&self, measurement: Measurement) -> bool {
        self.only.is_empty() || self.only.contains(&measurement)
    }

    /// The command line that repeats these options.
    fn arguments(&self) -> Vec<String> {
        let flags = [
            (self.full, "--full"),
            (self.errors, "--errors"),
            (self.json, "--json"),
            (self.write, "--write"),
        ];
        let flags = flags.into_iter().filter(|(given, _)| *given).map(|(_, flag)| flag.to_owned());
        let only = self.only.iter().filter_map(ValueEnum::to_possible_value);
        flags.chain(only.map(|value| value.get_name().to_owned())).collect()
    }
}

/// Evaluates the engine of names. Without samples it says so and is content.
///
/// # Errors
/// Where a sample cannot be read or a target is missed.
pub fn names(options: &Options) -> Outcome {
    let Some(samples) = Samples::find() else {
        println!("skipped: no ../shared/samples");
        return Ok(());
    };
    if cfg!(debug_assertions) {
        // Figures of time mean nothing without optimisation, and the rest would take too long.
        let mut command = cargo(["run", "--quiet", "--release", "--package", "xtask", "--", "eval", "names"]);
        return run(command.args(options.arguments()));
    }
    let report = measure(&samples, options)?;
    let most = if options.errors { usize::MAX } else { 40 };
    if options.json {
        println!("{}", serde_json::to_string_pretty(&report.json())?);
    } else {
        println!("{}", report.markdown(most));
    }
    if options.write {
        docs::rewrite_between(PAGE, BEGIN, END, &report.markdown(CASES_ON_PAGE))?;
        eprintln!("{PAGE}: written");
    }
    let missed = report.missed();
    if missed.is_empty() { Ok(()) } else { Err(format!("missed: {}", missed.join("; ")).into()) }
}

fn measure(samples: &Samples, options: &Options) -> Outcome<Report> {
    let start = Instant::now();
    let mut sections = Vec::new();
    let mut section = |measure: &dyn Fn() -> Outcome<Section>| -> Outcome {
        let start = Instant::now();
        let mut section = measure()?;
        section.seconds = start.elapsed().as_secs_f64();
        eprintln!("{}: {:.1} s", section.id, section.seconds);
        sections.push(section);
        Ok(())
    };
    let (full, errors) = (options.full, options.errors);
    let mut lists = Vec::new();
    if options.wants(Measurement::Cases) {
        section(&|| cases::evaluate(samples, errors))?;
    }
    if options.wants(Measurement::Pairs) {
        section(&|| pairs::evaluate(samples, errors))?;
    }
    if options.wants(Measurement::Positives) || options.wants(Measurement::Matrix) {
        let snapshot = Snapshot::new(samples.lists(&[data::UN, data::OFAC].concat())?);
        if options.wants(Measurement::Positives) {
            section(&|| positives::evaluate(samples, &snapshot, full, errors))?;
        }
        if options.wants(Measurement::Matrix) {
            section(&|| Ok(matrix::evaluate(&snapshot, full, errors)))?;
        }
        lists = described(&snapshot);
    }
    if options.wants(Measurement::Aliases) {
        let snapshot = Snapshot::new(samples.lists(data::OFAC)?);
        section(&|| Ok(aliases::evaluate(&snapshot, full, errors)))?;
        if lists.is_empty() {
            lists = described(&snapshot);
        }
    }
    let revision = Command::new("git")
        .args(["describe", "--always", "--dirty"])
        .current_dir(crate::root())
        .output()
        .map_or_else(|_| String::new(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    let mut facts = vec![
        ("date".to_owned(), jiff::Timestamp::now().strftime("%Y-%m-%d").to_string()),
        ("machine".to_owned(), bench::machine()),
        ("engine".to_owned(), format!("{ENGINE_VERSION}, revision {revision}")),
        ("duration".to_owned(), format!("{:.0} s", start.elapsed().as_secs_f64())),
    ];
    facts.extend(lists);
    facts.extend(samples.read().into_iter().map(|(name, hash)| (name, format!("SHA-256 {hash}"))));
    Ok(Report { facts, sections })
}

/// The lists of a snapshot with editions and hashes.
fn described(snapshot: &Snapshot) -> Vec<(String, String)> {
    let list = |list: &names::List| {
        let edition = list.edition.as_deref().unwrap_or("undated");
        let names: usize = list.entities.iter().map(|entity| entity.names.len()).sum();
        let told =
            format!("edition {edition}, {} entries, {names} names, {}", list.entities.len(), list.sha256);
        (format!("list {}", list.source), told)
    };
    let own = ("snapshot".to_owned(), snapshot.id().to_owned());
    snapshot.lists().iter().map(list).chain([own]).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        options: Options,
    }

    #[test]
    fn options_survive_the_second_start() {
        let line = ["eval", "--full", "--json", "cases", "aliases"];
        let options = Line::parse_from(line).options;
        assert_eq!(options.arguments(), line[1..]);
        assert!(options.wants(Measurement::Cases) && !options.wants(Measurement::Pairs));
        assert!(Line::parse_from(["eval"]).options.wants(Measurement::Pairs));
        assert!(Line::try_parse_from(["eval", "--write", "--errors"]).is_err());
        assert!(Line::try_parse_from(["eval", "--write", "cases"]).is_err());
    }
}
