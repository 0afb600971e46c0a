//! Programs of others that tests run beside our own.

use crate::{Outcome, run};
use std::path::Path;
use std::process::{Command, Stdio};

/// By what tests know that a program is not there and that they are not to run it: names, with commas between.
const WITHOUT: &str = "LOADGATE_TESTS_WITHOUT";

/// A program, and the package of Debian that has it.
#[derive(Debug, Clone, Copy)]
pub struct Tool {
    program: &'static str,
    package: &'static str,
    /// What is tested with it.
    purpose: &'static str,
    /// Whether it is there.
    is_there: fn(&Self) -> bool,
}

const TOOLS: &[Tool] = &[
    Tool {
        program: "python3",
        package: "python3",
        purpose: "the second verifier of the log",
        is_there: Tool::runs,
    },
    Tool {
        program: "curl",
        package: "curl",
        purpose: "what the README shows of a node",
        is_there: Tool::runs,
    },
    Tool {
        program: "postgres",
        package: "postgresql",
        purpose: "nodes that share a database, on a server of the tests' own",
        is_there: |_| has_server(),
    },
    Tool {
        program: "chromium",
        package: "chromium",
        purpose: "the pages for people, in a browser with passkeys",
        is_there: Tool::runs,
    },
    Tool {
        program: "chromedriver",
        package: "chromium-driver",
        purpose: "the same: it drives the browser",
        is_there: Tool::runs,
    },
];

impl Tool {
    /// Whether it says its version.
    fn runs(&self) -> bool {
        let mut asked = Command::new(self.program);
        let asked = asked.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
        asked.is_ok_and(|status| status.success())
    }
}

/// Whether there are the programs of a server of PostgreSQL, which Debian keeps from the path: where the tests look
/// (`crates/store/tests/support/cluster.rs`).
fn has_server() -> bool {
    let is_server = |folder: &Path| folder.join("initdb").exists() && folder.join("postgres").exists();
    if let Some(named) = std::env::var_os("LOADGATE_POSTGRES_BIN") {
        return is_server(Path::new(&named));
    }
    [("/usr/lib/postgresql", ""), ("/usr", "pgsql-"), ("/opt/homebrew/opt", "postgresql@")].iter().any(
        |(root, start)| {
            let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
            entries.into_iter().any(|entry| {
                let name = entry.file_name().to_string_lossy().into_owned();
                let version: Option<u32> = name.strip_prefix(start).and_then(|version| version.parse().ok());
                version.is_some_and(|version| version >= 15) && is_server(&entry.path().join("bin"))
            })
        },
    )
}

/// The programs that are not there.
pub fn missing() -> Vec<Tool> {
    TOOLS.iter().filter(|tool| !(tool.is_there)(tool)).copied().collect()
}

/// Installs programs from Debian, and says so.
///
/// # Errors
/// Where a command fails.
pub fn install(tools: &[Tool]) -> Outcome {
    let packages: Vec<&str> = tools.iter().map(|tool| tool.package).collect();
    println!("Installing from Debian: {}", packages.join(", "));
    let apt = |arguments: &[&str]| -> Outcome {
        let mut command = Command::new("apt-get");
        run(command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update"])?;
    apt(&[&["install", "-y", "--no-install-recommends"], packages.as_slice()].concat())
}

/// Says what is not run for want of them, and has the tests leave it out.
pub fn leave_out(tools: &[Tool], tests: &mut Command) {
    for tool in tools {
        println!(
            "Not run: {}, for want of {}. `cargo xtask test --install` installs it.",
            tool.purpose, tool.program
        );
    }
    let names: Vec<&str> = tools.iter().map(|tool| tool.program).collect();
    tests.env(WITHOUT, names.join(","));
}
