//! What reaches a terminal: colour only where it is wanted, and nothing that steers it.
#![allow(clippy::unwrap_used)]

mod support;

use support::{Run, command, finish, loadgate};

const STEERING: &str = "fixtures/cli/steering-characters.fwb";

fn colored(args: &[&str]) -> Run {
    let mut command = command(args);
    command.env("CLICOLOR_FORCE", "1");
    finish(command, &[])
}

/// The text without the sequences that set colours; whatever else steers a terminal stays.
fn without_colors(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\x1b[") {
        plain.push_str(&rest[..at]);
        let after = &rest[at + 2..];
        let end = after.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(after.len());
        if after[end..].starts_with('m') {
            rest = &after[end + 1..];
        } else {
            plain.push_str("\x1b[");
            rest = after;
        }
    }
    plain + rest
}

fn assert_harmless(text: &str, what: &str) {
    let bad = text.chars().find(|c| (c.is_control() && *c != '\n') || ('\u{202A}'..='\u{202E}').contains(c));
    assert_eq!(bad, None, "{what}: {text}");
}

#[test]
fn names_cannot_steer_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let bad = "Orrelby\u{1b}[31m\u{202E}\u{9b}2J";
    let list = format!(
        "# loadgate-watch-list: Border {bad}; edition: 2026-11-01\nid,name,aliases\nF{bad},Tamsin {bad},Tam {bad}\n"
    );
    let list = path("list.csv", &list);
    let batch = path("batch.csv", &format!("name,{bad}\nTam {bad},x\n\"Tamsin {bad}\n"));
    let name = format!("Tam {bad}");
    for args in [
        &["screen", &name, "--explain", "--lists", &list][..],
        &["screen", "--batch", &batch, "--lists", &list],
        &["compare", &name, &name],
        &["lists", "show", "--lists", &list],
        &["lists", "diff", &list, "fixtures/cli/editions/watch_list_2026-11.csv"],
        &["lists", "import", &list, "--into", folder.path().join("into").to_str().unwrap()],
    ] {
        let run = colored(args);
        assert_harmless(&without_colors(&run.text()), &format!("{args:?}"));
        assert_harmless(&without_colors(&run.stderr), &format!("{args:?}"));
    }
}

#[test]
fn messages_cannot_steer_the_terminal() {
    for command in ["check", "describe", "assess"] {
        let plain = loadgate(&[command, STEERING]);
        assert_harmless(&plain.text(), command);
        let colored = colored(&[command, STEERING]);
        assert_eq!(colored.status, plain.status);
        assert!(colored.text().contains("\x1b["), "{command} was asked for colour");
        assert_harmless(&without_colors(&colored.text()), command);
    }
    let text = loadgate(&["describe", STEERING]).text();
    assert!(text.contains("HOLLOW\u{241B}[2JPINE\u{2407} KITCHENS"), "control characters are shown: {text}");
}

#[test]
fn file_names_cannot_steer_the_terminal() {
    for command in ["check", "describe", "assess"] {
        let run = loadgate(&[command, "no\x1b[2Jfile"]);
        assert_eq!(run.status, 2);
        assert_harmless(&run.stderr, command);
    }
    assert_harmless(&loadgate(&["explain", "\x1b[2J"]).stderr, "explain");
}

#[test]
fn without_a_terminal_there_is_no_colour_and_lines_have_80_columns() {
    for command in ["describe", "assess"] {
        let run = loadgate(&[command, "fixtures/cli/direct-FRAJFK.fwb", "fixtures/cli/unsecured-FRAJFK.fwb"]);
        assert!(!run.text().contains('\x1b'));
        let long = run
            .text()
            .lines()
            .filter(|line| line.chars().count() > 80)
            .map(str::to_owned)
            .collect::<Vec<_>>();
        // Headlines and the footer are one line each and are left to the terminal to wrap.
        let tables: Vec<&String> = long.iter().filter(|line| line.starts_with(' ')).collect();
        assert!(tables.is_empty(), "{command}: {tables:#?}");
    }
}

#[test]
fn no_color_wins() {
    let mut command = command(&["check", STEERING]);
    command.env("NO_COLOR", "1");
    let run = finish(command, &[]);
    assert!(!run.text().contains('\x1b') && !run.stderr.contains('\x1b'));
}
