//! `cargo xtask soak interleavings`, `exhaustive` and `mutants`: the searches of `cargo xtask test`, longer and deeper,
//! and whether the tests of casework and gate notice a change of their code.

use crate::{Outcome, cargo, run, target_folder};
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

/// What there is beside the fuzz targets.
pub const NAMES: [&str; 3] = ["interleavings", "exhaustive", "mutants"];

/// Acts after the first state that the exhaustive search goes to here.
const DEPTH: &str = "6";

/// Code that decides over "load", and is changed to see whether a test fails.
const MUTATED: [&str; 6] = [
    "crates/casework/src/gate/*.rs",
    "crates/casework/src/case/*.rs",
    "crates/casework/src/decision.rs",
    "crates/casework/src/outage.rs",
    "crates/casework/src/answers.rs",
    "crates/casework/src/view.rs",
];

/// Runs one of [`NAMES`].
///
/// # Errors
/// Where a law is broken, a mutant survives that `.cargo/mutants.toml` does not name, or a tool is missing.
pub fn run_one(name: &str, seconds: u32, files: &[String], install: bool) -> Outcome {
    match name {
        "interleavings" => interleavings(seconds),
        "exhaustive" => exhaustive(),
        _ => mutants(files, install),
    }
}

/// Other runs each time; the seed of one that breaks a law is printed with it.
fn interleavings(seconds: u32) -> Outcome {
    let seed = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() << 20;
    println!("runs from seed {seed} on (LOADGATE_SEED) for {seconds} s");
    let mut command = cargo(["test", "--release", "--package", "engine", "--test", "interleavings"]);
    command.args(["--", "--nocapture"]);
    command.env("LOADGATE_SEED", seed.to_string()).env("LOADGATE_SECONDS", seconds.to_string());
    run(&mut command)
}

fn exhaustive() -> Outcome {
    let mut command = cargo(["test", "--release", "--package", "casework", "--test", "exhaustive"]);
    command.args(["--", "--nocapture"]).env("LOADGATE_DEPTH", DEPTH);
    run(&mut command)
}

/// One mutant at a time, since each takes a build. What survives and may is in `.cargo/mutants.toml`, with why.
fn mutants(files: &[String], install: bool) -> Outcome {
    if !is_installed() {
        if !install {
            return Err("cargo-mutants is not installed: `cargo xtask soak mutants --install`, or \
                        `cargo install cargo-mutants --locked`"
                .into());
        }
        run(&mut cargo(["install", "cargo-mutants", "--locked"]))?;
    }
    let mut command = cargo(["mutants", "--package", "casework", "--jobs", "1", "--timeout", "120"]);
    command.arg("--output").arg(target_folder()?);
    let all = MUTATED.map(str::to_owned);
    for file in if files.is_empty() { &all[..] } else { files } {
        command.args(["--file", file]);
    }
    run(&mut command)
}

fn is_installed() -> bool {
    let asked: &mut Command = &mut cargo(["mutants", "--version"]);
    asked.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::root;

    #[test]
    fn what_is_mutated_is_there() {
        for path in MUTATED {
            let path = root().join(path.trim_end_matches("/*.rs"));
            assert!(path.exists(), "{}", path.display());
        }
    }
}
