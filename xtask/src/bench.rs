//! `cargo xtask bench`: runs the benches, and holds their figures against the targets.

use crate::{Outcome, cargo, docs, memory, root, run, target_folder};
use cargo_metadata::MetadataCommand;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

/// What a bench must reach.
struct Target {
    /// Full name of the bench: `group/function`.
    bench: &'static str,
    /// What is demanded, for people.
    demand: &'static str,
    limit: Limit,
}

enum Limit {
    /// At least so many messages per second on one core.
    PerSecond(f64),
    /// At least this share of the speed of a peer over the same bytes, measured in the same run.
    SpeedOf { peer: &'static str, share: f64 },
    /// At most so many times the time of a peer, measured in the same run.
    TimesOf { peer: &'static str, times: f64 },
}

const TARGETS: &[Target] = &[
    Target {
        bench: "fwb/decode_1kb",
        demand: "at least 100,000 FWB of 1 kB per second and core",
        limit: Limit::PerSecond(100_000.0),
    },
    Target {
        bench: "xfwb/decode",
        demand: "at least half the speed of a bare quick-xml reader that resolves every name and unescapes every value",
        limit: Limit::SpeedOf { peer: "xfwb/quick_xml_resolve_unescape", share: 0.5 },
    },
    Target {
        bench: "growth/reports_many",
        demand: "four times the status reports on one waybill in at most eight times the time",
        limit: Limit::TimesOf { peer: "growth/reports_few", times: GROWTH_MAX },
    },
    Target {
        bench: "growth/houses_many",
        demand: "four times the houses under one master in at most eight times the time",
        limit: Limit::TimesOf { peer: "growth/houses_few", times: GROWTH_MAX },
    },
    Target {
        bench: "growth/joining_many",
        demand: "four times the houses that join a master late in at most eight times the time",
        limit: Limit::TimesOf { peer: "growth/joining_few", times: GROWTH_MAX },
    },
    Target {
        bench: "growth/check_list_many",
        demand: "four times the houses of a check list in at most eight times the time",
        limit: Limit::TimesOf { peer: "growth/check_list_few", times: GROWTH_MAX },
    },
    Target {
        bench: "casework/commands_decided",
        demand: "at least 200,000 commands decided per second and core",
        limit: Limit::PerSecond(200_000.0),
    },
    Target {
        bench: "gate/flight_of_300_masters_and_6000_houses",
        demand: "the gate about a flight of 300 masters and 6,000 houses in at most 5 ms",
        limit: Limit::PerSecond(200.0),
    },
    Target {
        bench: "gate/piece",
        demand: "the gate about a single piece in at most 50 µs",
        limit: Limit::PerSecond(20_000.0),
    },
    Target {
        bench: "store/acknowledged_256_senders",
        demand: "durable acknowledgements to 256 senders at 0.7 of the speed of SQLite alone with the same rows",
        limit: Limit::SpeedOf { peer: "store/sqlite_alone_256_in_a_commit", share: 0.7 },
    },
];

/// Most that four times the messages may take of the time. What grows with them takes 4 times, what grows
/// with their square 16; the limit is in the middle of both, as ratios go, because a machine that others use
/// too makes single ratios come out half as large again.
const GROWTH_MAX: f64 = 8.0;

const PAGE: &str = "docs/performance.md";
const BEGIN: &str = "<!-- bench:begin -->";
const END: &str = "<!-- bench:end -->";

/// `benchmark.json` of criterion: what was run.
#[derive(Debug, Deserialize)]
struct Benchmark {
    full_id: String,
    throughput: Option<Throughput>,
}

/// What one iteration works on.
#[derive(Debug, Clone, Copy, Deserialize)]
enum Throughput {
    Bytes(u64),
    Elements(u64),
    #[serde(untagged)]
    Other(serde::de::IgnoredAny),
}

/// `estimates.json` of criterion, in nanoseconds per iteration.
#[derive(Debug, Deserialize)]
struct Estimates {
    mean: Estimate,
    /// Present where iterations were sampled linearly; then it is the better estimate.
    slope: Option<Estimate>,
}

#[derive(Debug, Deserialize)]
struct Estimate {
    point_estimate: f64,
}

/// One measured bench.
#[derive(Debug, Clone, Copy)]
struct Figure {
    nanoseconds: f64,
    throughput: Option<Throughput>,
}

impl Figure {
    /// Messages per second; an iteration is one message unless the bench says otherwise.
    fn per_second(&self) -> f64 {
        let messages = match self.throughput {
            Some(Throughput::Elements(count)) => count as f64,
            _ => 1.0,
        };
        messages * 1e9 / self.nanoseconds
    }
}

/// Runs every bench of the workspace and the memory measurement, prints the figures, and with `write` puts
/// them into `docs/performance.md`.
///
/// # Errors
/// Where a bench fails or a target is missed.
pub fn run_all(write: bool) -> Outcome {
    let start = SystemTime::now();
    let load_before = load();
    run(&mut benches()?)?;
    let figures = collect(&target_folder()?.join("criterion"), start)?;
    let memory = memory::measure()?;

    let mut missed = Vec::new();
    let mut verdicts = String::from("| target | measured | reached |\n|---|---|---|\n");
    let mut verdict = |demand: &str, measured: &str, reached: bool| {
        // Writing to a string cannot fail.
        let _ = writeln!(verdicts, "| {demand} | {measured} | {} |", if reached { "yes" } else { "NO" });
        if !reached {
            missed.push(demand.to_owned());
        }
    };
    for target in TARGETS {
        let (measured, reached) = judge(target, &figures);
        verdict(target.demand, &measured, reached);
    }
    let demand =
        "`describe` on 100 MiB in constant memory: at most 1.5 times the peak over 10 MiB, plus 8 MiB";
    match memory {
        Some(figures) => verdict(
            demand,
            &format!(
                "peak {:.1} MiB over 10 MiB, {:.1} MiB over 100 MiB (limit {:.1}); {:.1} s for 100 MiB",
                figures.small_kib as f64 / 1024.0,
                figures.large_kib as f64 / 1024.0,
                figures.limit_kib() as f64 / 1024.0,
                figures.large_duration.as_secs_f64()
            ),
            figures.constant(),
        ),
        None => verdict(demand, "not measured: this system has no /proc", false),
    }

    let report = format!(
        "Measured on {}, {}. Load before the run {load_before}, after it {}; the run alone makes 1.\n\n{verdicts}\n{}",
        jiff::Timestamp::now().strftime("%Y-%m-%d"),
        machine(),
        load(),
        table(&figures)
    );
    println!("\n{report}");
    if write {
        docs::rewrite_between(PAGE, BEGIN, END, &report)?;
        println!("{PAGE}: written");
    }
    if missed.is_empty() { Ok(()) } else { Err(format!("missed: {}", missed.join("; ")).into()) }
}

/// The command that runs every bench target, and only those: `--benches` would also build each library for
/// benching.
fn benches() -> Outcome<Command> {
    let metadata = MetadataCommand::new().current_dir(root()).no_deps().exec()?;
    let mut command = cargo(["bench"]);
    for package in metadata.workspace_packages() {
        let targets: Vec<_> = package.targets.iter().filter(|target| target.is_bench()).collect();
        if !targets.is_empty() {
            command.args(["--package", &package.name]);
        }
        for target in targets {
            command.args(["--bench", &target.name]);
        }
    }
    Ok(command)
}

/// The figures below criterion's folder that were written since `start`; older ones are of other runs.
fn collect(folder: &Path, start: SystemTime) -> Outcome<BTreeMap<String, Figure>> {
    let mut figures = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).map_err(|why| format!("{}: {why}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            }
        }
        let estimates = folder.join("estimates.json");
        let fresh =
            || fs::metadata(&estimates).and_then(|data| data.modified()).is_ok_and(|time| time >= start);
        if folder.ends_with("new") && fresh() {
            let benchmark: Benchmark = serde_json::from_slice(&fs::read(folder.join("benchmark.json"))?)?;
            let estimates: Estimates = serde_json::from_slice(&fs::read(&estimates)?)?;
            let nanoseconds = estimates.slope.unwrap_or(estimates.mean).point_estimate;
            figures.insert(benchmark.full_id, Figure { nanoseconds, throughput: benchmark.throughput });
        }
    }
    Ok(figures)
}

/// What was measured for a target, in words, and whether it was reached. What was not measured was not
/// reached.
fn judge(target: &Target, figures: &BTreeMap<String, Figure>) -> (String, bool) {
    let Some(figure) = figures.get(target.bench) else {
        return (format!("not measured: there is no bench `{}`", target.bench), false);
    };
    match target.limit {
        Limit::PerSecond(least) => {
            let rate = figure.per_second();
            (format!("{} per second", grouped(rate)), rate >= least)
        }
        Limit::SpeedOf { peer, share } => match figures.get(peer) {
            None => (format!("not measured: there is no bench `{peer}`"), false),
            Some(peer) => {
                let ratio = peer.nanoseconds / figure.nanoseconds;
                (format!("{ratio:.2} of the speed of the peer"), ratio >= share)
            }
        },
        Limit::TimesOf { peer, times } => match figures.get(peer) {
            None => (format!("not measured: there is no bench `{peer}`"), false),
            Some(peer) => {
                let ratio = figure.nanoseconds / peer.nanoseconds;
                (format!("{ratio:.1} times the time"), ratio <= times)
            }
        },
    }
}

fn table(figures: &BTreeMap<String, Figure>) -> String {
    let mut table = String::from("| bench | time | per second | throughput |\n|---|---|---|---|\n");
    for (name, figure) in figures {
        let throughput = match figure.throughput {
            Some(Throughput::Bytes(bytes)) => format!("{:.0} MB/s", bytes as f64 * 1e3 / figure.nanoseconds),
            _ => "-".to_owned(),
        };
        let _ = writeln!(
            table,
            "| `{name}` | {} | {} | {throughput} |",
            spoken_time(figure.nanoseconds),
            grouped(figure.per_second())
        );
    }
    table
}

pub(crate) fn spoken_time(nanoseconds: f64) -> String {
    match nanoseconds {
        time if time < 1e3 => format!("{time:.0} ns"),
        time if time < 1e6 => format!("{:.2} µs", time / 1e3),
        time if time < 1e9 => format!("{:.2} ms", time / 1e6),
        time => format!("{:.2} s", time / 1e9),
    }
}

/// A whole number with its thousands set apart.
pub(crate) fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// How many processes wanted a core, on average over the last minute.
pub(crate) fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").ok();
    text.and_then(|text| Some(text.split_whitespace().next()?.to_owned())).unwrap_or_else(|| "unknown".into())
}

/// The machine, as far as the system tells.
pub(crate) fn machine() -> String {
    let read = |path: &str, key: &str| {
        let text = fs::read_to_string(path).ok()?;
        let line = text.lines().find(|line| line.starts_with(key))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let processor = read("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".into());
    // All cores of the machine, also where this run may use only some of them.
    let cores = fs::read_to_string("/proc/cpuinfo")
        .map(|text| text.lines().filter(|line| line.starts_with("processor")).count().to_string())
        .unwrap_or_else(|_| "unknown".into());
    let memory = read("/proc/meminfo", "MemTotal")
        .and_then(|text| text.strip_suffix("kB")?.trim().parse::<f64>().ok())
        .map_or_else(|| "unknown".to_owned(), |kib| format!("{:.0} GiB", kib / f64::from(1 << 20)));
    let compiler = Command::new("rustc").arg("--version").current_dir(root()).output().map_or_else(
        |_| "unknown compiler".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    );
    format!(
        "{processor}, {cores} cores, {memory} memory, {} {}, {compiler}",
        std::env::consts::OS,
        std::env::consts::ARCH
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn write(folder: &Path, name: &str, throughput: &str, slope: &str) {
        let folder = folder.join(name).join("new");
        fs::create_dir_all(&folder).unwrap();
        let benchmark = format!("{{\"full_id\":\"{name}\",\"title\":\"t\",\"throughput\":{throughput}}}");
        fs::write(folder.join("benchmark.json"), benchmark).unwrap();
        let estimates = format!("{{\"mean\":{{\"point_estimate\":9000.0}},\"slope\":{slope}}}");
        fs::write(folder.join("estimates.json"), estimates).unwrap();
    }

    #[test]
    fn figures_of_this_run_are_read_and_judged() {
        let folder = tempfile::tempdir().unwrap();
        let start = SystemTime::now() - Duration::from_secs(60);
        write(folder.path(), "fwb/decode_1kb", "{\"Bytes\":1024}", "null");
        write(folder.path(), "xfwb/decode", "null", "{\"point_estimate\":8000.0}");
        write(
            folder.path(),
            "xfwb/quick_xml_resolve_unescape",
            "{\"BytesDecimal\":4}",
            "{\"point_estimate\":4000.0}",
        );
        let figures = collect(folder.path(), start).unwrap();
        let judged: Vec<(String, bool)> = TARGETS[..2].iter().map(|target| judge(target, &figures)).collect();
        assert_eq!(
            judged,
            [("111,111 per second".to_owned(), true), ("0.50 of the speed of the peer".to_owned(), true)]
        );
        assert!(table(&figures).contains("| `fwb/decode_1kb` | 9.00 µs | 111,111 | 114 MB/s |"));
        assert!(collect(folder.path(), SystemTime::now() + Duration::from_secs(60)).unwrap().is_empty());
    }

    #[test]
    fn slow_or_absent_benches_miss_their_target() {
        let figure = |nanoseconds| Figure { nanoseconds, throughput: None };
        let mut figures = BTreeMap::from([("fwb/decode_1kb".to_owned(), figure(10_001.0))]);
        assert_eq!(judge(&TARGETS[0], &figures), ("99,990 per second".to_owned(), false));
        assert!(!judge(&TARGETS[1], &figures).1);
        figures.insert("xfwb/decode".to_owned(), figure(8_100.0));
        assert!(judge(&TARGETS[1], &figures).0.contains("no bench `xfwb/quick_xml_resolve_unescape`"));
        figures.insert("xfwb/quick_xml_resolve_unescape".to_owned(), figure(4_000.0));
        assert!(!judge(&TARGETS[1], &figures).1);
    }

    #[test]
    fn what_grows_with_the_square_misses_its_target() {
        let figure = |nanoseconds| Figure { nanoseconds, throughput: None };
        let target = &TARGETS[2];
        let mut figures = BTreeMap::from([(target.bench.to_owned(), figure(16_000.0))]);
        assert!(judge(target, &figures).0.contains("no bench `growth/reports_few`"));
        figures.insert("growth/reports_few".to_owned(), figure(1_000.0));
        assert_eq!(judge(target, &figures), ("16.0 times the time".to_owned(), false));
        figures.insert("growth/reports_few".to_owned(), figure(4_000.0));
        assert_eq!(judge(target, &figures), ("4.0 times the time".to_owned(), true));
    }

    #[test]
    fn figures_are_spoken_plainly() {
        let elements = Figure { nanoseconds: 1e6, throughput: Some(Throughput::Elements(500)) };
        assert_eq!(grouped(elements.per_second()), "500,000");
        assert_eq!(
            ["0", "999", "1,000", "1,234,567"].map(str::to_owned),
            [0.0, 999.0, 1e3, 1_234_567.0].map(grouped)
        );
        assert_eq!(
            ["12 ns", "1.50 µs", "2.00 ms", "3.00 s"].map(str::to_owned),
            [12.0, 1.5e3, 2e6, 3e9].map(spoken_time)
        );
    }
}
