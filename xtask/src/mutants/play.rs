//! The tests, with one mutant chosen after the other.

use super::schema::Mutant;
use super::{Build, Keys, Options, TESTED};
use crate::Outcome;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Random runs through the engine, instead of the many of `cargo xtask test`.
const RUNS: &str = "150";

/// Memory of a test in KiB; a mutant may collect without end.
const MEMORY_KIB: u32 = 8 << 20;

/// Time of a test, beyond many times what it takes with nothing changed.
const PATIENCE: Duration = Duration::from_secs(5);

/// Such many times.
const PATIENCE_FACTOR: u32 = 8;

/// Tests that take longer see only what all others let pass.
const QUICK: Duration = Duration::from_secs(3);

/// So many tests that caught something lately are asked before all others.
const LATEST_MAX: usize = 4;

/// What became of a mutant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// A test fails, or does not end.
    Caught(String),
    /// All tests that come to it pass.
    Survived,
    /// No test comes to it.
    Unreached,
    /// It is no program, or cannot be put behind a switch.
    Unfit,
}

/// A program of tests, in the folder of its package.
#[derive(Serialize, Deserialize)]
struct Program {
    path: PathBuf,
    package: PathBuf,
}

/// One test, with what a run without mutants told.
#[derive(Serialize, Deserialize)]
struct Test {
    program: usize,
    name: String,
    took: Duration,
    reached: BTreeSet<usize>,
}

/// Programs of tests, and the binary that some of them start.
#[derive(Serialize, Deserialize)]
struct Built {
    programs: Vec<Program>,
    binary: Option<PathBuf>,
}

impl Built {
    fn command(&self, program: &Program, patience: Duration) -> Command {
        let mut command = Command::new("sh");
        let limits =
            format!("ulimit -v {MEMORY_KIB}; exec timeout -s KILL {} \"$@\"", patience.as_secs().max(1));
        command.args(["-c", &limits, "sh"]).arg(&program.path);
        command.current_dir(&program.package).env("CARGO_MANIFEST_DIR", &program.package);
        command.env("LOADGATE_RUNS", RUNS).env("PROPTEST_DISABLE_FAILURE_PERSISTENCE", "1");
        if let Some(binary) = &self.binary {
            command.env("CARGO_BIN_EXE_loadgate", binary);
        }
        command.stdin(Stdio::null()).stderr(Stdio::null()).stdout(Stdio::null());
        command
    }
}

fn build(build: &Build) -> Outcome<Built> {
    let mut command = build.cargo("test");
    command.arg("--no-run");
    for package in TESTED {
        command.args(["--package", package]);
    }
    let output = command.output()?;
    if !output.status.success() {
        return Err("the tests do not build with the mutants".into());
    }
    let (mut programs, mut binary) = (Vec::new(), None);
    for line in output.stdout.split(|byte| *byte == b'\n') {
        let Ok(line) = serde_json::from_slice::<Value>(line) else { continue };
        let (Some(path), Some(manifest)) = (line["executable"].as_str(), line["manifest_path"].as_str())
        else {
            continue;
        };
        let package = Path::new(manifest).parent().unwrap_or(&build.tree).to_owned();
        match line["profile"]["test"] == true {
            true => programs.push(Program { path: path.into(), package }),
            false => binary = Some(path.into()),
        }
    }
    Ok(Built { programs, binary })
}

/// Every test, run once with nothing changed.
fn tests(built: &Built, scratch: &Path) -> Outcome<Vec<Test>> {
    let mut tests = Vec::new();
    for (index, program) in built.programs.iter().enumerate() {
        let output = Command::new(&program.path).args(["--list", "--format", "terse"]).output()?;
        let output = String::from_utf8(output.stdout)?;
        for name in output.lines().filter_map(|line| line.strip_suffix(": test")) {
            let _ = fs::remove_file(scratch);
            let mut command = built.command(program, Duration::from_secs(600));
            command.args(["--exact", name]).env("LOADGATE_MUTANT", format!("reached:{}", scratch.display()));
            let start = Instant::now();
            if !command.status()?.success() {
                return Err(format!("{name} of {} fails with nothing changed", program.path.display()).into());
            }
            let took = start.elapsed();
            let reached = fs::read_to_string(scratch).unwrap_or_default();
            let reached: BTreeSet<usize> = reached.lines().filter_map(|line| line.parse().ok()).collect();
            if !reached.is_empty() {
                tests.push(Test { program: index, name: name.to_owned(), took, reached });
            }
        }
    }
    tests.sort_by_key(|test| test.took);
    Ok(tests)
}

/// What was built, and what its tests come to: kept, so that parts of the work need not begin with it again.
#[derive(Serialize, Deserialize)]
pub struct Ready {
    /// Of what it was made.
    keys: Keys,
    /// Mutants that do not build, with the compiler's why.
    unfit: BTreeMap<usize, String>,
    built: Built,
    tests: Vec<Test>,
}

impl Ready {
    /// What was kept, where it was made of the same.
    pub fn kept(file: &Path, keys: &Keys) -> Option<Self> {
        Self::read(file).filter(|ready| ready.keys == *keys)
    }

    /// The mutants that are known not to build, where the code is the same as it was.
    pub fn unfit(file: &Path, keys: &Keys) -> BTreeMap<usize, String> {
        let ready = Self::read(file).filter(|ready| ready.keys.code == keys.code);
        ready.map(|ready| ready.unfit).unwrap_or_default()
    }

    fn read(file: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(file).ok()?).ok()
    }

    /// Builds the tests and runs each once.
    pub fn made(file: &Path, keys: Keys, from: &Build, unfit: BTreeMap<usize, String>) -> Outcome<Self> {
        println!("{} mutants do not build; building the tests of the others", unfit.len());
        let built = build(from)?;
        println!("{} programs of tests; running each test once", built.programs.len());
        let tests = tests(&built, &from.target.join("reached.txt"))?;
        let ready = Self { keys, unfit, built, tests };
        fs::write(file, serde_json::to_vec(&ready)?)?;
        Ok(ready)
    }

    /// Tries the mutants that are chosen; outcomes are written as they come.
    pub fn play(
        self,
        mutants: &[Mutant],
        chosen: &[usize],
        options: &Options,
        kept: &Path,
    ) -> Outcome<BTreeMap<usize, Fate>> {
        let Self { unfit, built, tests, .. } = self;
        let all: Duration = tests.iter().map(|test| test.took).sum();
        println!("{} tests come to mutants and take {:.1} s", tests.len(), all.as_secs_f64());
        for test in tests.iter().rev().take_while(|test| test.took > QUICK) {
            println!("  {:.1} s {} ({} mutants)", test.took.as_secs_f64(), test.name, test.reached.len());
        }
        let (unfit, left): (Vec<usize>, Vec<usize>) = chosen.iter().partition(|id| unfit.contains_key(id));
        let mut fates: BTreeMap<usize, Fate> = unfit.into_iter().map(|id| (id, Fate::Unfit)).collect();
        let kept = fs::OpenOptions::new().create(true).append(true).open(kept)?;
        let run = Run { mutants, built, tests, latest: Mutex::default(), kept: Mutex::new(kept) };
        fates.extend(run.all(&left, options.jobs, false));
        let left: Vec<usize> =
            left.into_iter().filter(|id| matches!(fates[id], Fate::Survived | Fate::Unreached)).collect();
        println!("{} pass all that is quick", left.len());
        if !options.quick {
            fates.extend(run.all(&left, options.jobs, true));
        }
        Ok(fates)
    }
}

/// Tests that try mutants.
struct Run<'a> {
    mutants: &'a [Mutant],
    built: Built,
    tests: Vec<Test>,
    /// Tests that caught something, the latest last, each once.
    latest: Mutex<Vec<usize>>,
    /// Outcomes as they come.
    kept: Mutex<fs::File>,
}

impl Run<'_> {
    /// Tries mutants on the tests that are quick, or on the others.
    fn all(&self, ids: &[usize], jobs: usize, slow: bool) -> BTreeMap<usize, Fate> {
        let (left, fates) = (Mutex::new(ids.iter()), Mutex::new(BTreeMap::new()));
        let work = || {
            loop {
                let Some(&id) = left.lock().expect("no panic").next() else { return };
                let fate = self.tried(id, slow);
                let line = format!("{}\t{}\n", spoken(&fate), self.mutants[id - 1].name);
                let _ = self.kept.lock().expect("no panic").write_all(line.as_bytes());
                if matches!(fate, Fate::Survived | Fate::Unreached) {
                    print!("{id}/{} {line}", self.mutants.len());
                }
                fates.lock().expect("no panic").insert(id, fate);
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..jobs.max(1) {
                scope.spawn(work);
            }
        });
        fates.into_inner().expect("no panic")
    }

    /// The tests that caught something lately, then the tests of each program that come to it together: most of what a
    /// test takes is the start of its program. A slow test stands alone.
    fn tried(&self, id: usize, slow: bool) -> Fate {
        let comes = |index: &usize| self.tests[*index].reached.contains(&id);
        let chosen: Vec<usize> = (0..self.tests.len())
            .filter(|index| comes(index) && slow == (self.tests[*index].took > QUICK))
            .collect();
        let latest: Vec<Vec<usize>> = {
            let latest = self.latest.lock().expect("no panic");
            latest
                .iter()
                .rev()
                .filter(|test| chosen.contains(test))
                .take(LATEST_MAX)
                .map(|test| vec![*test])
                .collect()
        };
        let mut units: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        for index in chosen {
            let alone = if slow { index } else { 0 };
            units.entry((self.tests[index].program, alone)).or_default().push(index);
        }
        let mut units: Vec<Vec<usize>> = units.into_values().collect();
        units.sort_by_key(|unit| self.took(unit));
        for unit in latest.into_iter().chain(units) {
            if let Some(failed) = self.failed(id, &unit) {
                let mut latest = self.latest.lock().expect("no panic");
                latest.retain(|test| *test != failed);
                latest.push(failed);
                return Fate::Caught(self.tests[failed].name.clone());
            }
        }
        if (0..self.tests.len()).any(|index| comes(&index)) { Fate::Survived } else { Fate::Unreached }
    }

    fn took(&self, unit: &[usize]) -> Duration {
        unit.iter().map(|index| self.tests[*index].took).sum()
    }

    /// Which of some tests of one program fails first; a program that does not end fails by its first.
    fn failed(&self, id: usize, unit: &[usize]) -> Option<usize> {
        let program = &self.built.programs[self.tests[*unit.first()?].program];
        let mut command = self.built.command(program, PATIENCE + self.took(unit) * PATIENCE_FACTOR);
        command.args(["--exact", "--test-threads=1"]).env("LOADGATE_MUTANT", id.to_string());
        command.args(unit.iter().map(|index| &self.tests[*index].name)).stdout(Stdio::piped());
        let output = command.output().ok();
        if output.as_ref().is_some_and(|output| output.status.success()) {
            return None;
        }
        let told =
            output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        let fails = |index: &&usize| told.contains(&format!("test {} ... FAILED", self.tests[**index].name));
        unit.iter().find(fails).or(unit.first()).copied()
    }
}

/// The outcomes that were kept, the latest of each mutant.
pub fn outcomes(kept: &Path) -> BTreeMap<String, String> {
    let text = fs::read_to_string(kept).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.split_once('\t'));
    lines.map(|(fate, name)| (name.to_owned(), fate.to_owned())).collect()
}

/// Whether a kept outcome is that no test noticed.
pub fn passed(outcome: &str) -> bool {
    [Fate::Survived, Fate::Unreached].iter().any(|fate| spoken(fate) == outcome)
}

fn spoken(fate: &Fate) -> String {
    match fate {
        Fate::Caught(by) => format!("caught by {by}"),
        Fate::Survived => "SURVIVED".to_owned(),
        Fate::Unreached => "UNREACHED".to_owned(),
        Fate::Unfit => "does not build".to_owned(),
    }
}

/// Prints the figures by file.
///
/// # Errors
/// Where a mutant survives, or no test comes to it.
pub fn report(mutants: &[Mutant], fates: &BTreeMap<usize, Fate>) -> Outcome {
    let mut files: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for (id, fate) in fates {
        let place = match fate {
            Fate::Caught(_) => 0,
            Fate::Survived => 1,
            Fate::Unreached => 2,
            Fate::Unfit => 3,
        };
        files.entry(&mutants[id - 1].file).or_default()[place] += 1;
    }
    println!(
        "| file | mutants | caught | survived | reached by no test | do not build |\n|---|---:|---:|---:|---:|---:|"
    );
    let mut sum = [0; 4];
    for (file, counts) in &files {
        let [caught, survived, unreached, unfit] = counts;
        println!(
            "| {file} | {} | {caught} | {survived} | {unreached} | {unfit} |",
            counts.iter().sum::<usize>()
        );
        sum = std::array::from_fn(|index| sum[index] + counts[index]);
    }
    let [caught, survived, unreached, unfit] = sum;
    println!("| all | {} | {caught} | {survived} | {unreached} | {unfit} |", sum.iter().sum::<usize>());
    match survived + unreached {
        0 => Ok(()),
        left => Err(format!(
            "{left} mutants survive: each needs a test, or a line in .cargo/mutants.toml with why"
        )
        .into()),
    }
}
