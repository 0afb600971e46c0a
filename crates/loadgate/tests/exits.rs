//! Exit statuses, inputs of every kind, and what goes to which stream.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::json;
use std::io::Read;
use std::process::Stdio;
use support::{command, finish, loadgate, loadgate_reading, root};

const DIRECT: &str = "fixtures/cli/direct-FRAJFK.fwb";
const BROKEN: &str = "fixtures/cli/broken-middle.txt";

#[test]
fn a_sound_message_is_clean_everywhere() {
    for command in ["check", "describe"] {
        for form in [&[][..], &["--json"], &["--jsonl"]] {
            let run = loadgate(&[&[command, DIRECT], form].concat());
            assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{command} {form:?}: {}", run.text());
        }
    }
}

#[test]
fn a_finding_of_severity_error_is_status_1() {
    assert_eq!(loadgate(&["check", BROKEN]).status, 1);
    assert_eq!(loadgate(&["check", "--json", BROKEN]).status, 1);
    assert_eq!(loadgate(&["check", "--jsonl", BROKEN]).status, 1);
    assert_eq!(loadgate(&["describe", BROKEN]).status, 1);
    assert_eq!(loadgate(&["describe", "--json", BROKEN]).status, 1);
    assert_eq!(loadgate(&["describe", "--jsonl", BROKEN]).status, 1);
}

#[test]
fn an_unusable_file_does_not_hide_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let unusable = [
        path("empty", b""),
        path("blank", b" \r\n\t\n"),
        path("noise", &(0..=255).cycle().take(70_000).collect::<Vec<u8>>()),
        path("prose", b"Dear Sirs,\nplease find the waybill attached.\n"),
        path("other.xml", b"<?xml version='1.0'?><note>none of ours</note>"),
        folder.path().join("missing").to_str().unwrap().to_owned(),
        folder.path().to_str().unwrap().to_owned(),
    ];
    for command in ["check", "describe", "assess"] {
        for file in &unusable {
            let run = loadgate(&[command, "--json", file, DIRECT]);
            assert_eq!(run.status, 2, "{command} {file}: {}", run.text());
            let document = run.json();
            assert_eq!(document.as_array().unwrap().len(), 2, "{command} {file}");
            assert_eq!(document[0]["file"], json!(file));
            let error = document[0]["error"].as_str().unwrap();
            assert!(error.ends_with('.') && error.contains(' '), "{command} {file}: {error}");
            assert!(document[0]["schema"].as_str().unwrap().starts_with(&format!("loadgate.{command}/")));
            assert_eq!(document[1]["file"], json!(DIRECT));
            assert!(document[1].get("error").is_none());
            assert_eq!(document[1]["format"], json!("FWB"));

            let lines = loadgate(&[command, "--jsonl", file]);
            assert_eq!((lines.status, lines.json_lines().len()), (2, 1), "{command} {file}");
            assert_eq!(lines.json_lines()[0]["error"], document[0]["error"]);

            let people = loadgate(&[command, file, DIRECT]);
            assert_eq!(people.status, 2);
            assert!(people.stderr.starts_with(&format!("loadgate: {file}: ")), "{}", people.stderr);
            assert!(people.text().contains("888-20003034") || command == "check");
        }
    }
}

#[test]
fn a_refusal_says_where() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let large = [b"\nFWB/16\n".as_slice(), &b"OSI/X\n".repeat(200_000)].concat();
    for (file, place) in [
        (path("dtd.xml", b"<?xml version='1.0'?>\n<!DOCTYPE a>\n<a/>"), "line 2, column 1: "),
        (path("prose", b"\nDear Sirs,\n"), "line 2, column 1: "),
        (path("large", &large), "line 2, column 1: "),
    ] {
        let run = loadgate(&["check", &file]);
        assert_eq!(run.status, 2, "{}", run.text());
        assert!(run.stderr.starts_with(&format!("loadgate: {file}: {place}")), "{}", run.stderr);
    }
}

#[test]
fn a_watch_list_among_the_messages_is_told_from_them() {
    let list = "fixtures/lists/security_watch_fictitious.csv";
    let run = loadgate(&["assess", DIRECT, list]);
    assert_eq!(run.status, 2);
    assert!(run.stderr.contains(&format!("--lists {list}")), "{}", run.stderr);
}

#[test]
fn a_list_that_is_cut_off_stops_everything_and_says_so_once() {
    let whole = std::fs::read(root().join("fixtures/lists/un_consolidated_fictitious.xml")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("un_consolidated.xml");
    std::fs::write(&path, &whole[..whole.len() - 40]).unwrap();
    let path = path.to_str().unwrap();
    let run = loadgate(&["assess", DIRECT, "--lists", path]);
    assert_eq!((run.status, run.text().as_str()), (2, ""));
    assert_eq!(run.stderr.matches(path).count(), 1, "{}", run.stderr);
    assert!(run.stderr.contains("Nothing was assessed") && !run.stderr.contains("loaded"), "{}", run.stderr);
}

#[test]
fn the_version_names_the_commit_of_a_checkout() {
    let run = loadgate(&["--version"]);
    let version = run.text();
    let number = format!("loadgate {}", env!("CARGO_PKG_VERSION"));
    let commit = version.trim().strip_prefix(&number).unwrap();
    let named = commit.trim().strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    let hexadecimal = |text: &str| text.len() >= 12 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    assert!(commit.is_empty() || named.is_some_and(hexadecimal), "{version}");
}

#[test]
fn the_highest_status_counts() {
    assert_eq!(loadgate(&["check", BROKEN, DIRECT]).status, 1);
    assert_eq!(loadgate(&["check", DIRECT, "no such file", BROKEN]).status, 2);
}

#[test]
fn standard_input_is_a_file_like_any_other() {
    let bytes = std::fs::read(root().join(DIRECT)).unwrap();
    let run = loadgate_reading(&["describe", "--json", "-"], &bytes);
    assert_eq!(run.status, 0);
    assert_eq!(run.json()[0]["file"], json!("-"));
    assert_eq!(run.json()[0]["consignments"][0]["master"], json!("888-20003034"));
    assert_eq!(loadgate_reading(&["check", "-"], b"").status, 2);
    let twice = loadgate(&["check", "-", "-"]);
    assert_eq!((twice.status, twice.text().as_str()), (2, ""));
    assert!(twice.stderr.contains("only once"), "{}", twice.stderr);
}

#[test]
fn a_wrong_command_line_is_status_2_with_nothing_on_standard_output() {
    let wrong: &[&[&str]] = &[
        &[],
        &["check"],
        &["chekc", DIRECT],
        &["check", "--jason", DIRECT],
        &["check", "--json", "--jsonl", DIRECT],
        &["explain"],
        &["explain", "no-such-code"],
        &["assess", DIRECT, "--at", "yesterday"],
        &["assess", DIRECT, "--leg", "FRA"],
        &["assess", DIRECT, "--leg", "9Z100/31NOV/FRA-JFK"],
        &["assess", DIRECT, "--aircraft", "boat"],
        &["assess", DIRECT, "--stage", "sell"],
        &["assess", DIRECT, "--programme", "xx-none"],
        &["assess", DIRECT, "--lists", "no such list"],
    ];
    for args in wrong {
        let run = loadgate(args);
        assert_eq!(run.status, 2, "{args:?}");
        assert_eq!(run.text(), "", "{args:?}");
        assert!(!run.stderr.is_empty(), "{args:?}");
    }
    let programme = loadgate(&["assess", DIRECT, "--programme", "xx-none"]);
    assert!(programme.stderr.contains("us-acas"), "the programmes there are: {}", programme.stderr);
    let code = loadgate(&["explain", "awb-numbre-invalid"]);
    assert!(code.stderr.contains("awb-number-invalid"), "{}", code.stderr);
}

#[test]
fn commands_of_later_releases_say_so() {
    for (name, _) in loadgate::cli::LATER {
        for args in [&[*name][..], &[*name, "--help"], &[*name, DIRECT, "--to", "XFWB"]] {
            let run = loadgate(args);
            assert_eq!((run.status, run.text().as_str()), (2, ""), "{args:?}");
            assert!(run.stderr.contains("not in this release"), "{}", run.stderr);
            for now in ["check", "describe", "assess", "explain", "demo"] {
                assert!(run.stderr.contains(now), "{name} does not name {now}");
            }
        }
    }
    let help = loadgate(&["--help"]);
    assert_eq!((help.status, help.stderr.as_str()), (0, ""));
    for (name, _) in loadgate::cli::LATER {
        assert!(!help.text().contains(&format!("\n  {name} ")), "help lists {name}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_our_failure() {
    for args in [
        &["describe", "--json", DIRECT][..],
        &["check", BROKEN],
        &["explain", "awb-number-invalid"],
        &["screen", "--batch", "fixtures/cli/parties.csv", "--lists", "fixtures/cli/lists"],
        &["compare", "Ember Lattice", "Ember Latice", "--json"],
        &["lists", "show", "--lists", "fixtures/cli/lists"],
    ] {
        let mut command = command(args);
        command.stdout(Stdio::from(std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap()));
        let run = finish(command, &[]);
        assert_eq!(run.status, 3, "{args:?}");
        assert!(run.stderr.contains("could not be written"), "{}", run.stderr);
    }
}

#[test]
fn a_reader_that_has_seen_enough_hears_no_complaint_and_learns_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let many = folder.path().join("many.txt");
    let one = std::fs::read_to_string(root().join(BROKEN)).unwrap();
    std::fs::write(&many, one.repeat(500)).unwrap();
    for args in [
        &["describe"][..],
        &["describe", "--json"],
        &["describe", "--jsonl"],
        &["check"],
        &["check", "--json"],
        &["check", "--jsonl"],
        &["assess"],
        &["assess", "--json"],
        &["assess", "--jsonl"],
    ] {
        let mut child = command(&[args, &[many.to_str().unwrap()]].concat()).spawn().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        let mut first = [0; 16];
        stdout.read_exact(&mut first).unwrap();
        drop(stdout);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{args:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{args:?}");
    }
}
