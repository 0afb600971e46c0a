//! `cargo xtask test`: everything a change must pass, in one command.

use crate::tools::{self, Tool};
use crate::{Outcome, cargo, docs, edges, licences, lint, run, spoken, vendor};
use std::env;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// One step: what it is called, and how it is run.
struct Step {
    name: &'static str,
    task: Task,
}

enum Task {
    /// A command; passed when it exits with 0.
    Run(Command),
    /// `cargo test`, whose tests are counted one by one.
    Tests(Command),
    /// A check of this toolbox.
    Check(fn() -> Outcome),
}

/// How a step ended.
struct Report {
    name: &'static str,
    tally: Tally,
    duration: Duration,
}

/// Checks by how they ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    passed: u64,
    failed: u64,
    skipped: u64,
}

impl Tally {
    const PASSED: Self = Self { passed: 1, failed: 0, skipped: 0 };
    const FAILED: Self = Self { passed: 0, failed: 1, skipped: 0 };

    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// Reads a closing line of the test harness:
    /// `test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; …`.
    fn of_closing_line(line: &str) -> Option<Self> {
        let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
        let mut tally = Self::default();
        for count in counts.split("; ") {
            let Some((number, word)) = count.split_once(' ') else { continue };
            let Ok(number) = number.parse::<u64>() else { continue };
            match word {
                "passed" => tally.passed = number,
                "failed" => tally.failed = number,
                "ignored" | "filtered out" => tally.skipped += number,
                _ => {}
            }
        }
        Some(tally)
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(formatter, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

fn steps(missing: &[Tool]) -> Vec<Step> {
    // Every cargo call takes the whole workspace, so that features are resolved once and nothing is built
    // a second time with others.
    let mut documentation = cargo(["doc", "--workspace", "--no-deps"]);
    documentation.env("RUSTDOCFLAGS", "-D warnings -D rustdoc::broken_intra_doc_links");
    let mut tests = cargo(["test", "--workspace", "--no-fail-fast"]);
    if !missing.is_empty() {
        tools::leave_out(missing, &mut tests);
    }
    let mut steps = vec![
        Step { name: "format", task: Task::Run(lint::format()) },
        Step { name: "clippy", task: Task::Run(lint::clippy()) },
        // Unit, property, fixture, transcript and documentation tests.
        Step { name: "tests", task: Task::Tests(tests) },
        Step { name: "documentation", task: Task::Run(documentation) },
        Step { name: "edges", task: Task::Check(edges::check) },
        Step { name: "generated pages", task: Task::Check(docs::check) },
        Step { name: "vendored data", task: Task::Check(vendor::check) },
        Step { name: "licences", task: Task::Check(licences::check) },
    ];
    if cargo_deny_is_installed() {
        steps.push(Step { name: "cargo-deny", task: Task::Run(cargo(["deny", "check"])) });
    }
    steps
}

fn cargo_deny_is_installed() -> bool {
    cargo(["deny", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs every step to the end, prints what came of each, and closes with one line of totals. A step counts
/// as one check, the step of the tests as many as it has tests.
///
/// With `CI=true` in the environment a skipped test is a failure: nobody would see it there.
///
/// Returns `true` where everything passed. The line of totals is the last one printed, for whoever reads only that.
pub fn run_all(install: bool) -> bool {
    let is_ci = env::var("CI").is_ok_and(|value| value == "true");
    let mut missing = tools::missing();
    if install || is_ci {
        match missing.as_slice() {
            [] => println!("Nothing to install: everything the tests run is there."),
            some => {
                if let Err(why) = tools::install(some) {
                    println!("{why}");
                }
            }
        }
        // What could not be installed fails in the tests that want it.
        missing.clear();
    }
    let mut reports = Vec::new();
    for step in steps(&missing) {
        println!("\n== {} ==", step.name);
        let start = Instant::now();
        let tally = execute(step.task);
        reports.push(Report { name: step.name, tally, duration: start.elapsed() });
    }

    println!("\n== summary ==");
    let mut total = Tally::default();
    for Report { name, tally, duration } in &reports {
        total.add(*tally);
        let verdict = if tally.failed == 0 { "ok" } else { "FAILED" };
        println!("{name:<16} {verdict:<6} {:>7.1} s   {tally}", duration.as_secs_f64());
    }
    if !reports.iter().any(|report| report.name == "cargo-deny") {
        println!(
            "cargo-deny is not installed: `licences` has checked licences, registries and duplicates for this \
             platform; advisories are not checked. It is optional: `cargo install cargo-deny --locked`."
        );
    }
    if is_ci && total.skipped > 0 {
        println!("CI=true: what is skipped counts as failed.");
        total.failed += std::mem::take(&mut total.skipped);
    }
    println!("{total}");
    total.failed == 0
}

fn execute(task: Task) -> Tally {
    let outcome = match task {
        Task::Run(mut command) => {
            println!("{}", spoken(&command));
            run(&mut command)
        }
        Task::Check(check) => check(),
        Task::Tests(mut command) => {
            println!("{}", spoken(&command));
            match count_tests(&mut command) {
                Ok(tally) => return tally,
                Err(why) => Err(why),
            }
        }
    };
    match outcome {
        Ok(()) => Tally::PASSED,
        Err(why) => {
            println!("{why}");
            Tally::FAILED
        }
    }
}

/// Runs `cargo test` with its output on our terminal, and counts its tests.
fn count_tests(command: &mut Command) -> Outcome<Tally> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let mut tally = Tally::default();
    if let Some(output) = child.stdout.take() {
        let mut terminal = std::io::stdout().lock();
        for line in BufReader::new(output).split(b'\n') {
            let line = line?;
            terminal.write_all(&line)?;
            terminal.write_all(b"\n")?;
            if let Some(closing) = std::str::from_utf8(&line).ok().and_then(Tally::of_closing_line) {
                tally.add(closing);
            }
        }
    }
    let status = child.wait()?;
    // What does not build has no tests to count, and is a failure all the same.
    if !status.success() && tally.failed == 0 {
        tally.failed = 1;
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_counted() {
        let cases = [
            (
                "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.05s",
                Some(Tally { passed: 12, failed: 0, skipped: 0 }),
            ),
            (
                "test result: FAILED. 3 passed; 2 failed; 1 ignored; 0 measured; 4 filtered out; finished in 1.00s",
                Some(Tally { passed: 3, failed: 2, skipped: 5 }),
            ),
            ("test one ... ok", None),
            ("test result of the assay", None),
        ];
        for (line, tally) in cases {
            assert_eq!(Tally::of_closing_line(line), tally, "{line}");
        }
    }

    #[test]
    fn the_last_line_names_skipped_checks_only_where_there_are_any() {
        let mut tally = Tally::PASSED;
        tally.add(Tally::FAILED);
        assert_eq!(tally.to_string(), "1 passed, 1 failed");
        tally.skipped = 2;
        assert_eq!(tally.to_string(), "1 passed, 1 failed, 2 skipped");
    }

    #[test]
    fn a_command_that_cannot_run_or_fails_is_a_failed_step() {
        assert_eq!(execute(Task::Check(|| Err("no".into()))), Tally::FAILED);
        assert_eq!(execute(Task::Run(Command::new("no-such-program-of-loadgate"))), Tally::FAILED);
        let quiet = |mut command: Command| {
            command.stdout(Stdio::null()).stderr(Stdio::null());
            command
        };
        assert_eq!(execute(Task::Run(quiet(cargo(["--no-such-option"])))), Tally::FAILED);
        assert_eq!(execute(Task::Tests(quiet(cargo(["--no-such-option"])))), Tally::FAILED);
        assert_eq!(execute(Task::Run(quiet(cargo(["--version"])))), Tally::PASSED);
    }
}
