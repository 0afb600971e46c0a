//! `cargo xtask lint`: format, clippy and tidiness, the quick part of `test`.

use crate::{Outcome, cargo, run, tidy};
use std::process::Command;

/// The format check, shared with `test`.
pub fn format() -> Command {
    cargo(["fmt", "--all", "--check"])
}

/// The lints of all code of the workspace, shared with `test`.
pub fn clippy() -> Command {
    cargo(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])
}

/// Runs all three, and fails at the end if one failed.
///
/// # Errors
/// Where one of them failed.
pub fn run_all() -> Outcome {
    let mut failed = Vec::new();
    if let Err(why) = run(&mut format()) {
        failed.push(format!("{why}; run `cargo fmt --all`"));
    }
    if let Err(why) = run(&mut clippy()) {
        failed.push(why.to_string());
    }
    if let Err(why) = tidy::check() {
        failed.push(why.to_string());
    }
    if failed.is_empty() { Ok(()) } else { Err(failed.join("\n").into()) }
}
