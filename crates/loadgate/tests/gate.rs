//! What the gate answers to messages that differ in one thing: `fixtures/gate/cases.txt`.

mod support;

use std::fmt::Write as _;
use support::cases::cases;
use support::{loadgate, root};

#[test]
fn the_gate_answers_as_expected() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let mut told = String::new();
    for (index, case) in cases().iter().enumerate() {
        let files: Vec<String> = case
            .messages
            .iter()
            .enumerate()
            .map(|(at, message)| {
                let path = folder.path().join(format!("{index:03}-{at}.txt"));
                std::fs::write(&path, message).expect("the scratch folder can be written");
                path.display().to_string()
            })
            .collect();
        let mut args = vec!["assess", "--json"];
        if !case.args.iter().any(|arg| arg == "--at") {
            args.extend(["--at", "2026-11-24T08:20:00Z"]);
        }
        args.extend(files.iter().map(String::as_str));
        args.extend(case.args.iter().map(String::as_str));
        let run = loadgate(&args);
        let _ = writeln!(told, "== {}\nexit {}", case.name, run.status);
        let document = run.json();
        let entries = document.as_array().expect("one entry for each file");
        for item in entries.iter().flat_map(|entry| entry["consignments"].as_array()).flatten() {
            let word = |name: &str| item[name].as_str().unwrap_or("-").to_owned();
            let load = &item["load"];
            let decision = load["decision"].as_str().unwrap_or("-");
            let reasons = load["reasons"].as_array().into_iter().flatten();
            let codes: Vec<&str> = reasons
                .filter(|reason| reason["scope"] == "this")
                .filter_map(|reason| reason["code"].as_str())
                .filter(|code| finding::Code::find(code).is_some_and(|code| code.holds()))
                .collect();
            let _ = writeln!(
                told,
                "{} {}: {} {decision} {}",
                word("master"),
                word("house"),
                word("security_status"),
                codes.join(", ")
            );
        }
        told.push('\n');
    }
    let told: String = told.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    let path = root().join("fixtures/gate/cases.expect");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &told).expect("the fixture can be written");
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(told == expected, "{told}\nUPDATE_EXPECT=1 writes fixtures/gate/cases.expect anew");
}
