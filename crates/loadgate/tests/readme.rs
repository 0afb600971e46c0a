//! What the README shows of a node, run against one: `curl` as it stands there, and what comes back.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::process::Command;
use support::node::{Served, configure};
use support::root;

/// Where the node of the README listens.
const THERE: &str = "http://127.0.0.1:8765";

/// The commands of the blocks of shell sessions, with what each prints.
fn sessions(text: &str) -> Vec<(String, String)> {
    let mut commands: Vec<(String, String)> = Vec::new();
    let blocks = text.split("```shell-session\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    for line in blocks.flat_map(str::lines) {
        match line.strip_prefix("$ ") {
            Some(command) => commands.push((command.to_owned(), String::new())),
            None => {
                let (_, printed) = commands.last_mut().unwrap();
                printed.push_str(line);
                printed.push('\n');
            }
        }
    }
    commands
}

/// Whether a text is as expected, where `[..]` stands for anything.
fn matches(expected: &str, text: &str) -> bool {
    let mut parts = expected.split("[..]");
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut ends_open = false;
    for part in parts {
        ends_open = part.is_empty();
        match rest.find(part) {
            Some(place) => rest = &rest[place + part.len()..],
            None => return false,
        }
    }
    ends_open || rest.is_empty()
}

#[test]
fn a_node_answers_as_the_readme_shows() {
    if support::without("curl") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let tokens = configure(data, "", &[("acme", "filer"), ("9z", "carrier 9Z")]);
    let node = Served::start(data, &tokens);
    let commands = sessions(&fs::read_to_string(root().join("README.md")).unwrap());
    assert!(commands.len() >= 5, "{commands:?}");
    for (command, expected) in commands {
        let here = command.replace(THERE, &format!("http://{}", node.address));
        let run = Command::new("sh")
            .args(["-c", &here])
            .current_dir(root())
            .env("ACME", &tokens[0].1)
            .env("CARRIER", &tokens[1].1)
            .output()
            .unwrap();
        let printed = String::from_utf8(run.stdout).unwrap();
        assert!(
            run.status.success(),
            "{command}\n{}\ncurl is needed: `cargo xtask test --install` installs it",
            String::from_utf8_lossy(&run.stderr)
        );
        assert!(
            matches(expected.trim_end(), printed.trim_end()),
            "{command}\n{printed}\nwhere stands\n{expected}"
        );
    }
    node.stop();
}

#[test]
fn what_is_left_out_is_anything_and_the_rest_is_not() {
    for (expected, text, is) in [
        ("a[..]c", "abc", true),
        ("a[..]", "abc", true),
        ("a[..]d", "abc", false),
        ("abc", "abcd", false),
        ("[..]c", "abc", true),
        ("a[..]b[..]", "aXbY", true),
    ] {
        assert_eq!(matches(expected, text), is, "{expected} {text}");
    }
}
