//! One toolbox for the whole project: `cargo xtask <command>`.
//!
//! One module per command; [`edges`], [`tidy`], [`licences`] and [`territories`] hold rules that commands
//! and unit tests share.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the terminal is where the toolbox speaks")]

mod bench;
mod bench_names;
mod docs;
mod edges;
mod eval;
mod licences;
mod lint;
mod memory;
mod mutants;
mod proofs;
mod sbom;
mod soak;
mod territories;
mod test;
mod tidy;
mod tools;
mod vendor;

use clap::{Parser, Subcommand};
use std::env;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

/// That of the binary, so that benches measure what it does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What a command of the toolbox yields; the error is a sentence for a person.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// One toolbox: test, lint, docs, vendor, sbom, bench, eval, soak.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Everything a change must pass: format, lint, tests, documentation, architecture, data, licences.
    Test {
        /// Install what the tests need beyond Rust and a C compiler, and say what that is.
        #[arg(long)]
        install: bool,
    },
    /// The quick part of `test`: format, clippy and tidiness.
    Lint,
    /// Generates the reference pages, the format table of the README and the JSON Schemas.
    Docs {
        /// Writes nothing; fails where a committed file differs.
        #[arg(long)]
        check: bool,
    },
    /// Data that come from elsewhere.
    #[command(args_conflicts_with_subcommands = true, arg_required_else_help = true)]
    Vendor {
        /// Writes nothing and needs no network; fails where committed data are out of step.
        #[arg(long)]
        check: bool,
        #[command(subcommand)]
        data: Option<Data>,
    },
    /// Writes the bill of materials of the binary: CycloneDX 1.6, with names, versions, licences, hashes and what uses what.
    Sbom {
        /// The platform it is built for; this one by default.
        #[arg(long)]
        target: Option<String>,
        /// Where to; standard output by default.
        #[arg(long)]
        output: Option<PathBuf>,
    },
    /// Runs the benches and holds the figures against their targets.
    #[command(args_conflicts_with_subcommands = true)]
    Bench {
        /// Writes the figures to docs/performance.md.
        #[arg(long)]
        write: bool,
        #[command(subcommand)]
        what: Option<Benched>,
    },
    /// Measures the quality of what judges, on genuine data, beside the figures of peers.
    Eval {
        #[command(subcommand)]
        what: Evaluation,
    },
    /// Coverage-guided fuzzing of everything that reads foreign bytes, on the stable toolchain; by name also
    /// `interleavings`, `exhaustive` (searches of casework and engine, longer), `kills` (nodes killed 1,000 times on each
    /// kind of database), `faults` (disks that fail) and `mutants`.
    Soak {
        /// Seconds per target.
        #[arg(long, default_value_t = 60)]
        seconds: u32,
        /// Only these targets.
        targets: Vec<String>,
        /// For `mutants`: only this file; may be given again.
        #[arg(long)]
        file: Vec<String>,
        /// For `mutants`: only this part of them, such as 0/8.
        #[arg(long)]
        shard: Option<String>,
        /// For `mutants`: how many tests run beside each other.
        #[arg(long, default_value_t = 1)]
        jobs: usize,
        /// For `mutants`: only with tests of a few seconds.
        #[arg(long)]
        quick: bool,
        /// For `mutants`: only what was not tried so far.
        #[arg(long)]
        left: bool,
        /// For `mutants`: only what nothing caught so far.
        #[arg(long)]
        again: bool,
        /// For `mutants`: installs cargo-mutants where it is missing.
        #[arg(long)]
        install: bool,
    },
}

#[derive(Subcommand)]
enum Benched {
    /// Only the screening of names; beside peers where the Python of the variable PYTHON has them.
    Names {
        /// Only the memory of one body of names, in this process.
        #[arg(long, hide = true)]
        memory_of: Option<bench_names::Body>,
    },
}

#[derive(Subcommand)]
enum Evaluation {
    /// Names and watch lists; needs ../shared/samples and says so where it is absent.
    Names(eval::Options),
}

#[derive(Subcommand)]
enum Data {
    /// Writes the station table from the package `airportsdata` (needs pip and a network).
    Stations {
        /// Version of the package, such as 20260905; the latest by default.
        #[arg(long)]
        version: Option<String>,
    },
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Test { install } => {
            return if test::run_all(install) { ExitCode::SUCCESS } else { ExitCode::FAILURE };
        }
        Task::Lint => lint::run_all(),
        Task::Docs { check } => docs::run(check),
        Task::Vendor { data: Some(Data::Stations { version }), .. } => vendor::stations(version.as_deref()),
        Task::Vendor { check: true, .. } => vendor::check(),
        Task::Vendor { .. } => {
            Err("say what: `cargo xtask vendor stations` or `cargo xtask vendor --check`".into())
        }
        Task::Sbom { target, output } => sbom::run(target.as_deref(), output.as_deref()),
        // The toolbox is built to be built fast; what is measured is built as the binary is.
        Task::Bench { what: Some(Benched::Names { memory_of: None }), .. } if cfg!(debug_assertions) => {
            run(&mut cargo(["run", "--quiet", "--release", "--package", "xtask", "--", "bench", "names"]))
        }
        Task::Bench { what: Some(Benched::Names { memory_of }), .. } => {
            memory_of.map_or_else(bench_names::run_all, bench_names::run_memory)
        }
        Task::Bench { write, what: None } => bench::run_all(write),
        Task::Eval { what: Evaluation::Names(options) } => eval::names(&options),
        Task::Soak { seconds, targets, file, shard, jobs, quick, left, again, install } => {
            let options = mutants::Options { files: file, shard, jobs, quick, left, again, install };
            let (proofs, fuzzed): (Vec<String>, Vec<String>) =
                targets.into_iter().partition(|name| proofs::NAMES.contains(&name.as_str()));
            let fuzz = || match fuzzed.is_empty() && !proofs.is_empty() {
                true => Ok(()),
                false => soak::run_all(seconds, &fuzzed),
            };
            let mut named = proofs.iter();
            named.try_for_each(|name| proofs::run_one(name, seconds, &options)).and_then(|()| fuzz())
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::FAILURE
        }
    }
}

/// The folder of the workspace. Cargo tells at run time where this package lies, so that a moved clone
/// still finds itself.
fn root() -> PathBuf {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").expect("started by `cargo xtask`");
    let mut path = PathBuf::from(manifest);
    path.pop();
    path
}

/// The folder that builds go to, wherever the environment or the configuration puts it.
fn target_folder() -> Outcome<PathBuf> {
    let metadata = cargo_metadata::MetadataCommand::new().current_dir(root()).no_deps().exec()?;
    Ok(metadata.target_directory.into_std_path_buf())
}

/// The cargo that started us, in the folder of the workspace.
fn cargo<const COUNT: usize>(arguments: [&str; COUNT]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// Runs a command with its output on our terminal.
fn run(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|why| format!("cannot run {}: {why}", spoken(command)))?;
    if status.success() { Ok(()) } else { Err(format!("{} failed ({status})", spoken(command)).into()) }
}

/// The command line as a person would type it.
fn spoken(command: &Command) -> String {
    let program = PathBuf::from(command.get_program());
    let name = program.file_stem().unwrap_or(command.get_program()).to_string_lossy().into_owned();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    let words: Vec<String> = std::iter::once(name).chain(arguments).collect();
    format!("`{}`", words.join(" "))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Arguments::command().debug_assert();
        let reads = |line: &str| Arguments::try_parse_from(line.split(' ')).is_ok();
        let sound = [
            "xtask test",
            "xtask test --install",
            "xtask lint",
            "xtask docs --check",
            "xtask vendor --check",
            "xtask vendor stations --version 20260905",
            "xtask sbom",
            "xtask sbom --target x86_64-unknown-linux-gnu --output bom.json",
            "xtask bench --write",
            "xtask bench names",
            "xtask bench names --memory-of million",
            "xtask eval names --full --errors cases aliases",
            "xtask soak --seconds 5 detect",
        ];
        for line in sound {
            assert!(reads(line), "{line}");
        }
        for line in [
            "xtask",
            "xtask eval",
            "xtask eval names sometimes",
            "xtask vendor",
            "xtask vendor --check stations",
            "xtask soak --seconds soon",
        ] {
            assert!(!reads(line), "{line}");
        }
    }

    #[test]
    fn commands_are_spoken_as_typed() {
        let command = Command::new("cargo");
        assert_eq!(spoken(&command), "`cargo`");
        assert!(spoken(&cargo(["fmt", "--check"])).ends_with(" fmt --check`"));
    }

    #[test]
    fn the_root_is_the_workspace() {
        assert!(root().join("xtask/Cargo.toml").exists());
    }
}
