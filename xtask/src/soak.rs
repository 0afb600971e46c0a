//! `cargo xtask soak`: coverage-guided fuzzing on the stable toolchain.
//!
//! The compiler's own sanitizer-coverage pass is asked for by flags, as cargo-fuzz does; libFuzzer comes
//! from the package `libfuzzer-sys`. The build has a folder of its own, since all code in it is
//! instrumented.

use crate::{Outcome, cargo, licences, root, run, target_folder};
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Every fuzz target, by the name of its binary.
const TARGETS: &[&str] = &["detect", "cargo_imp", "cargo_xml", "facts", "lmtp"];

/// Instruments every edge with an inline counter, and comparisons with their operands.
const INSTRUMENTATION: &[&str] = &[
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    // One unit per crate, or counters of code that is inlined across units are lost.
    "-Ccodegen-units=1",
    "--cfg=fuzzing",
];

/// Longest input tried, in bytes; genuine messages are shorter.
const INPUT_BYTES_MAX: u32 = 32 << 10;

/// An input that takes longer is a finding.
const INPUT_SECONDS_MAX: u32 = 10;

/// Memory of one target, in MiB; more is a finding.
const MEMORY_MIB_MAX: u32 = 2048;

/// What became of one target.
#[derive(Debug, Default, PartialEq, Eq)]
struct Report {
    /// Edges covered by the seeds and the corpus kept from earlier runs.
    covered_at_start: Option<u64>,
    /// Edges covered at the end.
    covered_at_end: Option<u64>,
    /// Inputs tried.
    runs: u64,
    /// Where an input that broke a property was kept.
    crash: Option<String>,
}

impl Report {
    /// Takes in a line that libFuzzer printed, such as `#4096 pulse  cov: 812 ft: 1200 corp: 88/12Kb …`.
    fn read(&mut self, line: &str) {
        if let Some(path) = line.split_once("Test unit written to ").map(|(_, path)| path.trim()) {
            self.crash = Some(path.to_owned());
        }
        let Some(rest) = line.strip_prefix('#') else { return };
        let mut words = rest.split_whitespace();
        if let Some(runs) = words.next().and_then(|word| word.parse().ok()) {
            self.runs = runs;
        }
        let event = words.next();
        if let Some(covered) =
            words.skip_while(|word| *word != "cov:").nth(1).and_then(|word| word.parse().ok())
        {
            if event == Some("INITED") {
                self.covered_at_start = Some(covered);
            }
            self.covered_at_end = Some(covered);
        }
    }
}

/// Fuzzes every target, or those named, for `seconds` each.
///
/// # Errors
/// Where a target does not build, is not instrumented, or an input broke a property.
pub fn run_all(seconds: u32, chosen: &[String]) -> Outcome {
    if let Some(unknown) = chosen.iter().find(|name| !TARGETS.contains(&name.as_str())) {
        return Err(format!("no fuzz target {unknown}; there are {}", TARGETS.join(", ")).into());
    }
    let binaries = build()?;
    let mut failed = Vec::new();
    let mut lines = Vec::new();
    for target in
        TARGETS.iter().filter(|target| chosen.is_empty() || chosen.iter().any(|name| name == *target))
    {
        println!("\n== {target}, {seconds} s ==");
        let (report, passed) = fuzz(target, &binaries, seconds)?;
        let verdict = match &report {
            Report { crash: Some(path), .. } => format!("FAILED; the input is {path}"),
            _ if !passed => "FAILED".to_owned(),
            // Counters that stay at nothing mean that the code was not instrumented.
            Report { covered_at_end: None | Some(0), .. } => {
                "FAILED; no coverage: not instrumented".to_owned()
            }
            _ => "ok".to_owned(),
        };
        if verdict != "ok" {
            failed.push(*target);
        }
        lines.push(format!(
            "{target:<10} {:>10} inputs, edges {} -> {}: {verdict}",
            report.runs,
            report.covered_at_start.unwrap_or_default(),
            report.covered_at_end.unwrap_or_default()
        ));
    }
    println!("\n== summary ==\n{}", lines.join("\n"));
    if failed.is_empty() {
        Ok(())
    } else {
        Err(format!(
            "{}: mend it, and keep the input as a fixture in fixtures/regressions/, where the tests find it",
            failed.join(", ")
        )
        .into())
    }
}

/// Builds the instrumented binaries, and says in which folder they are.
fn build() -> Outcome<PathBuf> {
    let host = licences::host()?;
    let folder = target_folder()?.join("soak");
    // With `--target`, the flags do not reach build scripts and procedural macros, which are not linked
    // with libFuzzer.
    let mut command = cargo(["build", "--release", "--package", "fuzz", "--features", "soak", "--bins"]);
    command
        .args(["--target", &host])
        .arg("--target-dir")
        .arg(&folder)
        .env("RUSTFLAGS", INSTRUMENTATION.join(" "))
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_DEBUG_ASSERTIONS", "true")
        .env("CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS", "true");
    run(&mut command)?;
    Ok(folder.join(host).join("release"))
}

/// Runs one target; the flag says whether libFuzzer was content.
fn fuzz(target: &str, binaries: &Path, seconds: u32) -> Outcome<(Report, bool)> {
    let corpus = root().join("fuzz/corpus").join(target);
    let artifacts = root().join("fuzz/artifacts").join(target);
    fs::create_dir_all(&corpus)?;
    fs::create_dir_all(&artifacts)?;
    let mut child = Command::new(binaries.join(target))
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={INPUT_BYTES_MAX}"))
        .arg(format!("-timeout={INPUT_SECONDS_MAX}"))
        .arg(format!("-rss_limit_mb={MEMORY_MIB_MAX}"))
        .arg("-print_funcs=0")
        // The last folder separator makes libFuzzer put files into the folder.
        .arg(format!("-artifact_prefix={}/", artifacts.display()))
        // New inputs go to the first folder; the others are seeds.
        .args([corpus, root().join("fixtures")])
        .stderr(Stdio::piped())
        .spawn()?;
    let mut report = Report::default();
    if let Some(output) = child.stderr.take() {
        let mut terminal = std::io::stdout().lock();
        for line in BufReader::new(output).split(b'\n') {
            let line = line?;
            let line = String::from_utf8_lossy(&line);
            report.read(&line);
            // Hundreds of lines tell of single new inputs and of words for a dictionary; the others are for
            // people.
            let event = line.strip_prefix('#').and_then(|rest| rest.split_whitespace().nth(1));
            if !matches!(event, Some("NEW" | "REDUCE")) && !line.contains("\" # Uses: ") {
                writeln!(terminal, "{line}")?;
            }
        }
    }
    let passed = child.wait()?.success();
    Ok((report, passed))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_of_libfuzzer_are_read() {
        let mut report = Report::default();
        for line in [
            "INFO: Seed: 1",
            "#2\tINITED cov: 120 ft: 140 corp: 1/2b exec/s: 0 rss: 30Mb",
            "#77\tNEW    cov: 180 ft: 200 corp: 2/4b lim: 4 exec/s: 0 rss: 30Mb L: 2/2 MS: 1 CopyPart-",
            "#900\tDONE   cov: 181 ft: 210 corp: 9/4b lim: 4 exec/s: 0 rss: 30Mb",
        ] {
            report.read(line);
        }
        let ended = Report { covered_at_start: Some(120), covered_at_end: Some(181), runs: 900, crash: None };
        assert_eq!(report, ended);
        report.read("artifact_prefix='x/'; Test unit written to x/crash-1");
        assert_eq!(report.crash.as_deref(), Some("x/crash-1"));
    }

    #[test]
    fn every_target_is_a_binary_of_the_fuzz_package() {
        let manifest: toml::Table =
            toml::from_str(&fs::read_to_string(root().join("fuzz/Cargo.toml")).unwrap()).unwrap();
        let names: Vec<&str> =
            manifest["bin"].as_array().unwrap().iter().map(|bin| bin["name"].as_str().unwrap()).collect();
        assert_eq!(names, TARGETS);
    }
}
