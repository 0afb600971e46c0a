//! Looking after a node: its log checked by two verifiers, its database saved and put back, and what ails it.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;
use support::node::{Served, WAYBILL, configure};
use support::{loadgate, root};

fn valid(name: &str, document: &Value) {
    let schemas = loadgate::schema::all();
    let (_, schema) = schemas.iter().find(|(known, _)| *known == name).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    assert!(validator.is_valid(document), "{name}: {document:#}");
}

/// Runs a command on a data folder.
fn on(data: &Path, args: &[&str]) -> support::Run {
    loadgate(&[args, &["--data", data.to_str().unwrap()]].concat())
}

/// The state that `doctor` finds of each thing it looks at.
fn states(data: &Path, more: &[&str]) -> Vec<(String, String)> {
    let run = on(data, &[&["doctor", "--json"], more].concat());
    let document = run.json();
    valid("doctor", &document);
    let checks = document["checks"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let states: Vec<_> = checks.map(|check| (text(&check["name"]), text(&check["state"]))).collect();
    let bad = states.iter().any(|(_, state)| state == "error");
    assert_eq!(run.status, i32::from(bad), "{document:#}");
    states
}

fn reasons(node: &Served) -> Vec<String> {
    let (status, told) = node.request("audit", "GET", "/v1/gate?waybill=888-10001014&aircraft=pax", "");
    assert_eq!(status, 200, "{told}");
    let reasons = told["load"]["reasons"].as_array().unwrap();
    reasons.iter().map(|reason| reason["code"].as_str().unwrap().to_owned()).collect()
}

/// Waits until everything that was written is under a checkpoint.
fn signed(data: &Path) {
    for _ in 0..100 {
        let found = on(data, &["audit", "verify", "--json"]).json();
        if found["leaves"] == found["signed"] && found["leaves"] != json!(0) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("the node does not sign its log");
}

#[test]
fn a_node_is_saved_checked_and_put_back() {
    if support::without("python3") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    let organisations = [("acme", "filer"), ("audit", "auditor"), ("duty", "officer of duty office")];
    let tokens = configure(&data, "duty_desks = [\"duty office\"]\n", &organisations);
    let node = Served::start(&data, &tokens);
    let (status, told) = node.request("acme", "POST", "/v1/filings", WAYBILL);
    assert_eq!((status, &told["messages"][0]["filing"]["outcome"]), (200, &json!("filed")), "{told}");
    let before = reasons(&node);
    signed(&data);

    // The log, given away while the node runs.
    let kept = folder.path().join("kept");
    let exported = on(&data, &["audit", "export", kept.to_str().unwrap(), "--json"]).json();
    valid("audit-export", &exported);
    let proof = on(&data, &["audit", "prove", "888-10001014", "--event", "1"]);
    valid("audit-proof", &proof.json());
    let proof_file = folder.path().join("proof.json");
    fs::write(&proof_file, &proof.stdout).unwrap();
    let leaves = exported["leaves"].as_u64().unwrap();
    assert_eq!(second_verifier(&[&kept, &proof_file]).as_deref(), Ok(leaves.to_string().as_str()));

    // What follows from the log, held against it while the node runs, and not made anew.
    let checked = on(&data, &["rebuild", "--check", "--json"]);
    valid("rebuild", &checked.json());
    assert_eq!((checked.status, &checked.json()["leaves"]), (0, &json!(leaves)), "{}", checked.text());
    let refused = on(&data, &["rebuild"]);
    assert!(refused.status == 2 && refused.stderr.contains("stop it first"), "{}", refused.stderr);

    // A backup, beside the node.
    let stick = folder.path().join("stick.db");
    let saved = on(&data, &["backup", stick.to_str().unwrap(), "--json"]).json();
    valid("saved", &saved);
    assert_eq!(saved["leaves"], json!(leaves));
    let again = on(&data, &["backup", stick.to_str().unwrap()]);
    assert!(again.status == 2 && again.stderr.contains("is there already"), "{}", again.stderr);

    // What comes after it, and a checkpoint of that.
    let more = WAYBILL.replace("888-10001014", "888-10001025");
    node.request("acme", "POST", "/v1/filings", &more);
    signed(&data);
    on(&data, &["audit", "export", kept.to_str().unwrap()]);
    let checkpoint = kept.join("checkpoint");
    let verify = ["audit", "verify", "--json", "--checkpoint", checkpoint.to_str().unwrap()];
    let verified = on(&data, &verify);
    valid("audit-verify", &verified.json());
    assert_eq!((verified.status, &verified.json()["continues"]), (0, &verified.json()["leaves"]));
    assert!(second_verifier(&[&kept]).is_ok());
    node.stop();

    // The disk is gone; the backup comes back, with the keys that were kept apart.
    let new = folder.path().join("new");
    fs::create_dir(&new).unwrap();
    fs::copy(data.join("loadgate.toml"), new.join("loadgate.toml")).unwrap();
    let restore = ["restore", stick.to_str().unwrap(), "--json"];
    let without = on(&new, &restore);
    assert!(without.status == 2 && without.stderr.contains("key file"), "{}", without.stderr);
    fs::copy(data.join("loadgate.keys"), new.join("loadgate.keys")).unwrap();
    let restored = on(&new, &restore);
    assert_eq!(restored.status, 0, "{}", restored.stderr);
    valid("saved", &restored.json());
    // Whoever kept the later checkpoint sees that something is gone.
    let verified = on(&new, &verify);
    assert_eq!((verified.status, &verified.json()["whole"]), (1, &json!(false)));
    assert!(verified.json()["fault"].as_str().unwrap().contains("does not go on"), "{}", verified.text());

    let node = Served::start(&new, &tokens);
    let held = reasons(&node);
    assert!(held.contains(&"message-unread".to_owned()), "{held:?}");
    for (id, by, act) in [("S1", "A", "settle-unread"), ("C1", "B", "confirm")] {
        let mut fact = json!({ "type": "act", "act": act, "id": id, "reason": "sent again",
            "by": { "id": by, "organisation": "duty" } });
        if act == "confirm" {
            fact["proposal"] = json!("S1");
        }
        let body = json!({ "schema": "loadgate-facts/1", "facts": [fact] }).to_string();
        let (status, told) = node.request("duty", "POST", "/v1/filings", &body);
        assert_eq!((status, &told["messages"][0]["facts"][0]["outcome"]), (200, &json!("done")), "{told}");
    }
    assert_eq!(reasons(&node), before);
    node.stop();
    // It was noticed once.
    let node = Served::start(&new, &tokens);
    assert_eq!(reasons(&node), before);
    node.stop();
}

#[test]
fn entries_that_are_gone_are_named_and_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    let tokens = configure(&data, "", &[("acme", "filer")]);
    let node = Served::start(&data, &tokens);
    node.request("acme", "POST", "/v1/filings", WAYBILL);
    node.stop();
    let entries = on(&data, &["rebuild", "--check", "--json"]).json()["entries"].clone();
    let files = (data.join("loadgate.db"), data.join("loadgate.keys"));
    let session = store::sqlite::Database::open(&files.0, &files.1).unwrap().session().unwrap();
    session.connection().execute_batch("DELETE FROM index_entry WHERE kind = 'stream'").unwrap();
    drop(session);
    let found = on(&data, &["rebuild", "--check", "--json"]);
    valid("rebuild", &found.json());
    let fault = found.json()["fault"].as_str().unwrap().to_owned();
    assert!(
        found.status == 1 && fault.contains("index stream") && fault.contains("loadgate rebuild"),
        "{fault}"
    );
    let rebuilt = on(&data, &["rebuild", "--json"]);
    valid("rebuild", &rebuilt.json());
    assert_eq!((rebuilt.status, &rebuilt.json()["written"]), (0, &entries), "{}", rebuilt.text());
    let said = on(&data, &["rebuild", "--check"]);
    assert!(said.status == 0 && said.text().contains("everything is as they give it"), "{}", said.text());
}

/// What the second verifier says: the number of leaves, or why it does not believe.
fn second_verifier(paths: &[&Path]) -> Result<String, String> {
    let script = root().join("crates/store/tests/verifier/verify.py");
    let run = Command::new("python3").arg(script).args(paths).output();
    let run = run.expect("python3 is installed: `cargo xtask test --install` installs it");
    let said = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().trim().to_owned();
    if run.status.success() { Ok(said(run.stdout)) } else { Err(said(run.stderr)) }
}

#[test]
fn the_second_verifier_believes_nothing_that_was_changed() {
    if support::without("python3") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    let tokens = configure(&data, "", &[("acme", "filer")]);
    let node = Served::start(&data, &tokens);
    for number in ["888-10001014", "888-10001025", "888-10001036"] {
        node.request("acme", "POST", "/v1/filings", &WAYBILL.replace("888-10001014", number));
    }
    signed(&data);
    let kept = folder.path().join("kept");
    on(&data, &["audit", "export", kept.to_str().unwrap()]);
    let proof = on(&data, &["audit", "prove", "888-10001025"]).json();
    let proof_file = folder.path().join("proof.json");
    let check = |kept: &Path, proof: &Value| {
        fs::write(&proof_file, proof.to_string()).unwrap();
        second_verifier(&[kept, &proof_file])
    };
    assert!(check(&kept, &proof).is_ok());
    for (field, value) in [
        ("version", json!(proof["version"].as_u64().unwrap() + 1)),
        ("stream", json!("tree/888-10001026")),
        ("type", json!("tree.withdrawn")),
        ("segment", json!("AAAA")),
        ("leaf_index", json!(0)),
        ("path", json!([])),
    ] {
        let mut changed = proof.clone();
        changed[field] = value;
        assert!(check(&kept, &changed).is_err(), "{field}");
    }
    for path in support::files_below(&kept) {
        let bytes = fs::read(&path).unwrap();
        let mut changed = bytes.clone();
        let middle = changed.len() / 2;
        changed[middle] = if changed[middle] == b'1' { b'2' } else { b'1' };
        fs::write(&path, changed).unwrap();
        assert!(check(&kept, &proof).is_err(), "{}", path.display());
        fs::write(&path, bytes).unwrap();
    }
    assert!(check(&kept, &proof).is_ok());
}

#[test]
fn the_doctor_says_what_is_wrong_and_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let none = on(&data, &["doctor"]);
    assert!(none.status == 2 && none.stderr.contains("--data"), "{}", none.stderr);
    fs::create_dir(&data).unwrap();
    // Without a duty desk nobody hears what is for a carrier that is no organisation here, and that is an error.
    let desk = "duty_desks = [\"duty office\"]\n";
    let tokens = configure(&data, desk, &[("acme", "filer"), ("duty", "officer of duty office")]);
    let state = |states: &[(String, String)], name: &str| {
        states.iter().find(|(known, _)| known == name).map(|(_, state)| state.clone()).unwrap_or_default()
    };
    let found = states(&data, &[]);
    assert_eq!((state(&found, "database"), state(&found, "keys")), ("error".into(), "error".into()));

    let node = Served::start(&data, &tokens);
    node.request("acme", "POST", "/v1/filings", WAYBILL);
    signed(&data);
    node.stop();
    let found = states(&data, &["--thorough"]);
    for name in ["configuration", "keys", "log", "notices", "jobs", "contents"] {
        assert_eq!(state(&found, name), "ok", "{name}: {found:?}");
    }
    assert_eq!((state(&found, "backup"), state(&found, "lists")), ("warning".into(), "warning".into()));
    on(&data, &["backup", folder.path().join("stick.db").to_str().unwrap()]);
    assert_eq!(state(&states(&data, &[]), "backup"), "ok");

    // Settings, keys and clock that cannot be right.
    let config = fs::read_to_string(data.join("loadgate.toml")).unwrap();
    let with = |line: &str| fs::write(data.join("loadgate.toml"), format!("{line}\n{config}")).unwrap();
    with("lisen = 1");
    assert_eq!(state(&states(&data, &[]), "configuration"), "error");
    with("clock_synchronised_file = \"/nowhere/synchronized\"\nlists = [\"gone\"]");
    let found = states(&data, &[]);
    assert_eq!((state(&found, "clock"), state(&found, "lists")), ("error".into(), "error".into()));
    let people = on(&data, &["doctor"]).text();
    assert!(people.contains("-> set the clock"), "{people}");
    with("");
    fs::write(data.join("loadgate.keys"), "loadgate keys 1\n").unwrap();
    assert_eq!(state(&states(&data, &[]), "keys"), "error");
}
