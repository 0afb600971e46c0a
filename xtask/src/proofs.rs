//! `cargo xtask soak interleavings`, `exhaustive` and `mutants`: the searches of `cargo xtask test`, longer and deeper,
//! and whether the tests of casework and gate notice a change of their code.

use crate::{Outcome, cargo, mutants, run};
use std::time::{SystemTime, UNIX_EPOCH};

/// What there is beside the fuzz targets.
pub const NAMES: [&str; 3] = ["interleavings", "exhaustive", "mutants"];

/// Acts after the first state that the exhaustive search goes to here.
const DEPTH: &str = "6";

/// Runs one of [`NAMES`].
///
/// # Errors
/// Where a law is broken, a mutant survives that `.cargo/mutants.toml` does not name, or a tool is missing.
pub fn run_one(name: &str, seconds: u32, options: &mutants::Options) -> Outcome {
    match name {
        "interleavings" => interleavings(seconds),
        "exhaustive" => exhaustive(),
        _ => mutants::run_all(options),
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
