//! `cargo xtask soak mutants`: whether a test fails when the code that decides over "load" is changed.
//!
//! `cargo mutants` says what to change. A build for each of some thousand changes would take days, and the tests that
//! hold this code are those of the engine, the stories and the tables of the gate; so all changes go into one build
//! ([`schema`]), a run without any tells which test comes to which of them, and each is then tried on those tests
//! alone, the quick ones first, until one fails. The code is changed in a copy beside the builds.

mod play;
mod schema;

use crate::{Outcome, cargo, root, run, target_folder};
use play::Ready;
use schema::{Mutant, SWITCH, Switched};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Code that decides over "load".
const MUTATED: &str = "casework";

/// Packages whose tests run that code.
const TESTED: [&str; 4] = ["casework", "engine", "loadgate", "store"];

/// Packages that `Cargo.toml` optimises more than pays here.
const OPTIMISED: [&str; 2] = ["casework", "engine"];

/// Builds that may find mutants which do not fit, each more of them.
const CHECKS_MAX: u32 = 60;

/// What the command line asks for.
#[derive(Debug, Default)]
pub struct Options {
    /// Only files whose path ends so, in this order; all of the package where there are none.
    pub files: Vec<String>,
    /// Only every n-th mutant, such as `0/8` for the first of eight parts.
    pub shard: Option<String>,
    /// Tests run beside each other.
    pub jobs: usize,
    /// Only the quick tests; what passes them may yet be caught by the others.
    pub quick: bool,
    /// Only what was not tried so far, as the outcomes that were kept tell.
    pub left: bool,
    /// Only what nothing caught so far.
    pub again: bool,
    /// Installs cargo-mutants where it is missing.
    pub install: bool,
}

impl Options {
    /// The numbers of the mutants asked for, with the outcomes so far.
    fn chosen(&self, mutants: &[Mutant], outcomes: &BTreeMap<String, String>) -> Outcome<Vec<usize>> {
        let part = match &self.shard {
            None => (0, 1),
            Some(text) => text
                .split_once('/')
                .and_then(|(part, of)| Some((part.parse().ok()?, of.parse().ok()?)))
                .filter(|(part, of): &(usize, usize)| part < of)
                .ok_or_else(|| format!("{text} is no part: 0/8 is the first of eight"))?,
        };
        let files: Vec<&str> =
            if self.files.is_empty() { vec![""] } else { self.files.iter().map(String::as_str).collect() };
        let numbered = mutants.iter().enumerate().map(|(index, mutant)| (index + 1, mutant));
        let all = files
            .iter()
            .flat_map(|file| numbered.clone().filter(move |(_, mutant)| mutant.file.ends_with(file)));
        let wanted = |mutant: &Mutant| match outcomes.get(&mutant.name) {
            None => !self.again,
            Some(outcome) => !self.left && (!self.again || play::passed(outcome)),
        };
        let all = all.filter(|(_, mutant)| wanted(mutant)).map(|(id, _)| id);
        let chosen: Vec<usize> = all.skip(part.0).step_by(part.1).collect();
        if chosen.is_empty() { Err("no mutant is in what was asked for".into()) } else { Ok(chosen) }
    }
}

/// Runs all.
///
/// # Errors
/// Where a mutant survives that `.cargo/mutants.toml` does not name, where it cannot be put behind a switch, or where a
/// tool is missing.
pub fn run_all(options: &Options) -> Outcome {
    installed(options.install)?;
    let mutants = listed()?;
    let folder = target_folder()?.join("mutants");
    let build = Build { tree: folder.join("tree"), target: folder.join("build") };
    let (sources, keys) = copied(&build.tree, &mutants)?;
    println!("{} mutants, in {}", mutants.len(), folder.display());
    let file = folder.join("ready.json");
    let ready = match Ready::kept(&file, &keys) {
        Some(ready) => ready,
        None => {
            // Where only tests have changed, the code need not be built again.
            let known = Ready::unfit(&file, &keys);
            Ready::made(&file, keys, &build, build.switch(&mutants, &sources, known)?)?
        }
    };
    let kept = folder.join("outcomes.txt");
    let chosen = options.chosen(&mutants, &play::outcomes(&kept))?;
    let fates = ready.play(&mutants, &chosen, options, &kept)?;
    play::report(&mutants, &fates)
}

fn installed(install: bool) -> Outcome {
    let asked: &mut Command = &mut cargo(["mutants", "--version"]);
    if asked.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success()) {
        return Ok(());
    }
    if !install {
        return Err("cargo-mutants is not installed: `cargo xtask soak mutants --install`, or \
                    `cargo install cargo-mutants --locked`"
            .into());
    }
    run(&mut cargo(["install", "cargo-mutants", "--locked"]))
}

/// What there is to change, less what `.cargo/mutants.toml` names.
fn listed() -> Outcome<Vec<Mutant>> {
    let mut command = cargo(["mutants", "--list", "--json", "--package", MUTATED]);
    let output = command.stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err("`cargo mutants --list` failed".into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// What a build was made of.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Keys {
    /// All of it.
    all: String,
    /// The code that is changed, and what there is to change.
    code: String,
}

/// Copies what belongs to the project into a folder, and yields the files that are changed there (written by
/// [`Build::switch`]), with keys of all. Files that have not changed keep their time, so that what was built stays
/// built.
fn copied(tree: &Path, mutants: &[Mutant]) -> Outcome<(BTreeMap<String, String>, Keys)> {
    let mut git = Command::new("git");
    git.args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"]).current_dir(root());
    let output = git.output()?;
    let names = String::from_utf8(output.stdout)?;
    let (mut sources, mut all, mut code) = (BTreeMap::new(), Sha256::new(), Sha256::new());
    for mutant in mutants {
        all.update(&mutant.name);
        code.update(&mutant.name);
    }
    for name in names.split('\0').filter(|name| !name.is_empty()) {
        let Ok(bytes) = fs::read(root().join(name)) else { continue };
        if !name.starts_with("xtask/") {
            all.update(name);
            all.update(&bytes);
        }
        if name.starts_with("crates/casework/src/") {
            code.update(name);
            code.update(&bytes);
            sources.insert(name.to_owned(), String::from_utf8(bytes)?);
        } else {
            written(&tree.join(name), &bytes)?;
        }
    }
    let hex = |hash: Sha256| hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok((sources, Keys { all: hex(all), code: hex(code) }))
}

fn written(path: &Path, bytes: &[u8]) -> Outcome {
    if fs::read(path).is_ok_and(|there| there == bytes) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(path, bytes)?)
}

/// A build of the changed copy.
struct Build {
    tree: PathBuf,
    target: PathBuf,
}

impl Build {
    fn cargo(&self, task: &str) -> Command {
        let mut command = cargo([task, "--offline", "--quiet", "--message-format", "json"]);
        command.current_dir(&self.tree).env("CARGO_TARGET_DIR", &self.target);
        // No debugger will see it, and what is built once need not be built in pieces.
        command
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_PROFILE_TEST_DEBUG", "0")
            .env("CARGO_INCREMENTAL", "0");
        for package in OPTIMISED {
            command.args(["--config", &format!("profile.dev.package.{package}.opt-level=1")]);
        }
        command.stderr(Stdio::inherit());
        command
    }

    /// Writes the files with all mutants behind switches, and yields those that do not fit, with the compiler's why. Some may be
    /// known not to.
    fn switch(
        &self,
        mutants: &[Mutant],
        files: &BTreeMap<String, String>,
        known: BTreeMap<usize, String>,
    ) -> Outcome<BTreeMap<usize, String>> {
        let mut unfit = known;
        for _ in 0..CHECKS_MAX {
            let switched = self.write(mutants, files, &unfit)?;
            let output = self.cargo("check").args(["--package", MUTATED]).output()?;
            if output.status.success() {
                let fits: BTreeSet<usize> = switched.values().flat_map(Switched::ids).collect();
                let rest = (1..=mutants.len()).filter(|id| !fits.contains(id));
                for id in rest {
                    unfit.entry(id).or_insert_with(|| "no place for a switch".to_owned());
                }
                return Ok(unfit);
            }
            let before = unfit.len();
            for fault in faults(&output.stdout) {
                let blamed = |primary: bool| {
                    let places = fault.places.iter().filter(move |place| place.primary == primary);
                    let files = places.filter_map(|place| Some((switched.get(&place.file)?, place)));
                    files
                        .flat_map(|(file, place)| file.blamed(place.at.clone()))
                        .copied()
                        .collect::<Vec<usize>>()
                };
                let ids = Some(blamed(true)).filter(|ids| !ids.is_empty()).unwrap_or_else(|| blamed(false));
                unfit.extend(ids.into_iter().map(|id| (id, fault.why.clone())));
            }
            println!("{} do not fit", unfit.len());
            if unfit.len() == before {
                return Err("the code does not build, and no mutant is to blame".into());
            }
        }
        Err("the code does not build after many tries".into())
    }

    fn write(
        &self,
        mutants: &[Mutant],
        files: &BTreeMap<String, String>,
        unfit: &BTreeMap<usize, String>,
    ) -> Outcome<BTreeMap<String, Switched>> {
        let mut all = BTreeMap::new();
        for (name, source) in files {
            let numbered = mutants.iter().enumerate().map(|(index, mutant)| (index + 1, mutant));
            let here: Vec<(usize, &Mutant)> =
                numbered.filter(|(id, mutant)| mutant.file == *name && !unfit.contains_key(id)).collect();
            let mut switched = schema::switched(source, &here)?;
            if name.ends_with("casework/src/lib.rs") {
                switched.text.push_str(SWITCH);
            }
            written(&self.tree.join(name), switched.text.as_bytes())?;
            all.insert(name.clone(), switched);
        }
        Ok(all)
    }
}

/// An error of a build.
struct Fault {
    why: String,
    places: Vec<FaultPlace>,
}

/// A place that an error shows, in bytes; the primary ones are at fault, the others explain.
struct FaultPlace {
    file: String,
    at: Range<usize>,
    primary: bool,
}

fn faults(output: &[u8]) -> Vec<Fault> {
    let lines =
        output.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Value>(line).ok());
    let errors = lines.filter(|line| line["message"]["level"] == "error");
    let fault = |error: Value| {
        let message = &error["message"];
        let why = format!("{} {}", message["code"]["code"].as_str().unwrap_or_default(), message["message"]);
        let places = message["spans"].as_array().into_iter().flatten().filter_map(|span| {
            let number = |name: &str| usize::try_from(span[name].as_u64()?).ok();
            Some(FaultPlace {
                file: span["file_name"].as_str()?.to_owned(),
                at: number("byte_start")?..number("byte_end")?,
                primary: span["is_primary"] == true,
            })
        });
        Fault { why, places: places.collect() }
    };
    errors.map(fault).collect()
}
