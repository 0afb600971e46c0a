//! Runs the built binary from the root of the repository, as somebody in a checkout would.
// Each file of tests is a crate of its own and uses a part of this.
#![allow(dead_code)]
#![allow(clippy::print_stderr, reason = "a test says what it leaves out")]

pub mod cases;
pub mod fixtures;
pub mod node;
pub mod smtp;

use serde_json::Value;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Whether a program of others is to be left out, because `cargo xtask test` said that it is not there.
pub fn without(program: &str) -> bool {
    let without = std::env::var("LOADGATE_TESTS_WITHOUT").unwrap_or_default();
    let left_out = without.split(',').any(|name| name == program);
    if left_out {
        eprintln!("not run: {program} is not there");
    }
    left_out
}

/// What a run came to.
pub struct Run {
    pub status: i32,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Run {
    /// Standard output as one JSON document with nothing beside it.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.stdout)
            .unwrap_or_else(|why| panic!("{why}\nstdout: {}\nstderr: {}", self.text(), self.stderr))
    }

    /// Standard output as JSON, line by line.
    pub fn json_lines(&self) -> Vec<Value> {
        self.text().lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.stdout.clone()).expect("output is UTF-8")
    }
}

/// The root of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests"))
        .join("../..")
        .canonicalize()
        .expect("the crate is in the repository")
}

/// The binary, with an environment that asks for no colour.
pub fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_loadgate"));
    command.args(args).current_dir(root());
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs a command to its end.
pub fn loadgate(args: &[&str]) -> Run {
    finish(command(args), &[])
}

/// Runs a command that reads standard input.
pub fn loadgate_reading(args: &[&str], input: &[u8]) -> Run {
    let mut command = command(args);
    command.stdin(Stdio::piped());
    finish(command, input)
}

pub fn finish(mut command: Command, input: &[u8]) -> Run {
    let mut child = command.spawn().expect("the binary was built");
    if let Some(mut stdin) = child.stdin.take() {
        let input = input.to_vec();
        // Written from another thread: the child may fill its output before it has read everything.
        std::thread::spawn(move || {
            let _ = stdin.write_all(&input);
        });
    }
    let output = child.wait_with_output().expect("the child ends");
    Run {
        status: output.status.code().expect("no signal ended the child"),
        stdout: output.stdout,
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Every file below a folder of the repository that a test may read, in order.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.map(|entry| entry.expect("the folder can be read").path()) {
            if entry.is_dir() { folders.push(entry) } else { files.push(entry) }
        }
    }
    files.sort();
    files
}
