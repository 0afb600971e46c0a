//! `cargo xtask soak interleavings`, `exhaustive`, `kills`, `faults` and `mutants`: the searches of `cargo xtask test`,
//! longer and deeper, nodes that are killed and disks that fail more often, and whether the tests of casework and gate
//! notice a change of their code.

use crate::{Outcome, cargo, mutants, run};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// What there is beside the fuzz targets.
pub const NAMES: [&str; 5] = ["interleavings", "exhaustive", "kills", "faults", "mutants"];

/// Acts after the first state that the exhaustive search goes to here.
const DEPTH: &str = "6";

/// How often nodes are killed on each kind of database.
const KILLS: u64 = 1_000;

/// Runs one of [`NAMES`].
///
/// # Errors
/// Where a law is broken, a mutant survives that `.cargo/mutants.toml` does not name, or a tool is missing.
pub fn run_one(name: &str, seconds: u32, options: &mutants::Options) -> Outcome {
    match name {
        "interleavings" => interleavings(seconds),
        "exhaustive" => exhaustive(),
        "kills" => kills(),
        "faults" => faults(seconds),
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

/// The tests with kills, each on a new database, until there were [`KILLS`]: on one that grew all the time most of the time
/// would go into verifying it.
fn kills() -> Outcome {
    for (test, database) in [("kill", "SQLite"), ("postgres_kill", "PostgreSQL")] {
        let (started, mut kills, mut acknowledged, mut leaves, mut rounds) = (Instant::now(), 0, 0, 0, 0);
        while kills < KILLS {
            let mut command = cargo(["test", "--quiet", "--release", "--package", "store", "--test", test]);
            command.args(["--", "--nocapture", "--test-threads=1", "nothing_acknowledged"]);
            let said = output(&mut command)?;
            let Some(line) = said.lines().find(|line| line.contains(" kills in ")) else {
                println!("{database}: not run, there is none here");
                break;
            };
            // `30 kills in 12.3 s: 4567 acknowledged, 4600 kept, 45670 leaves`
            let numbers: Vec<u64> = line.split(' ').filter_map(|word| word.parse().ok()).collect();
            let [killed, told, .., last] = numbers[..] else {
                return Err(format!("{test} said: {line}").into());
            };
            kills += killed;
            acknowledged += told;
            leaves += last;
            rounds += 1;
        }
        if rounds > 0 {
            println!(
                "{database}: {kills} kills on {rounds} databases in {:.0} s; {acknowledged} acknowledged, {leaves} leaves \
                 verified, nothing lost, nothing doubled",
                started.elapsed().as_secs_f64()
            );
        }
    }
    Ok(())
}

/// The tests with disks that fail, again and again; each takes another seed, which is printed where one fails.
fn faults(seconds: u32) -> Outcome {
    let (started, mut rounds) = (Instant::now(), 0);
    while rounds == 0 || started.elapsed() < Duration::from_secs(seconds.into()) {
        let seed = SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos() as u64;
        let mut command = cargo(["test", "--quiet", "--release", "--package", "store", "--test", "faults"]);
        output(command.env("LOADGATE_FAULTS_SEED", seed.to_string()))?;
        rounds += 1;
    }
    println!("disks failed in {rounds} rounds of all tests in {:.0} s", started.elapsed().as_secs_f64());
    Ok(())
}

/// What a command says; where it fails, all of that is the error.
fn output(command: &mut std::process::Command) -> Outcome<String> {
    let output = command.output()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(said);
    }
    Err(format!("{said}\n{}", String::from_utf8_lossy(&output.stderr)).into())
}
