//! A node under load: one of its own, and one that turns senders away.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use support::loadgate;
use support::node::{Served, configure};

fn valid(document: &Value) {
    let schemas = loadgate::schema::all();
    let (_, schema) = schemas.iter().find(|(known, _)| *known == "stress").unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    assert!(validator.is_valid(document), "{document:#}");
}

/// What is told of a kind of requests.
fn kind<'a>(document: &'a Value, name: &str) -> &'a Value {
    let kinds = document["requests"].as_array().unwrap();
    kinds.iter().find(|item| item["kind"] == name).unwrap()
}

#[test]
fn a_rate_spreads_what_is_filed() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("scratch");
    let data = data.to_str().unwrap();
    // Forty waybills at twenty a second take two seconds, however fast the node is.
    let load = ["--senders", "4", "--askers", "1", "--filings", "40", "--rate", "20", "--seed", "7"];
    let run = loadgate(&[&["stress", "--data", data, "--json"], &load[..]].concat());
    let document = run.json();
    assert_eq!(run.status, 0, "{document:#}\n{}", run.stderr);
    valid(&document);
    assert_eq!((&document["rate"], &kind(&document, "waybill")["answered"]), (&json!(20), &json!(40)));
    assert!(
        document["took_ms"].as_u64().unwrap() >= 1_950,
        "the last was due after 39 twentieths: {document:#}"
    );
}

#[test]
fn a_node_of_its_own_bears_senders_and_askers() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("scratch");
    let data = data.to_str().unwrap();
    let load = ["--senders", "6", "--askers", "2", "--seconds", "2", "--lists", "fixtures/cli/lists"];
    let run = loadgate(&[&["stress", "--data", data, "--json"], &load[..]].concat());
    let document = run.json();
    assert_eq!(run.status, 0, "{document:#}\n{}", run.stderr);
    valid(&document);
    assert_eq!(
        (&document["passed"], &document["missing"], &document["troubles"]),
        (&json!(true), &json!(0), &json!([]))
    );
    for name in ["waybill", "peek", "commit", "asked-again"] {
        let told = kind(&document, name);
        assert!(told["answered"].as_u64().unwrap() > 0, "{document:#}");
        let [p50, p90, p99, max] =
            ["p50_us", "p90_us", "p99_us", "max_us"].map(|field| told[field].as_u64().unwrap());
        assert!(0 < p50 && p50 <= p90 && p90 <= p99 && p99 <= max, "{told}");
    }
    assert_eq!(
        document["filings"].as_u64().unwrap(),
        ["waybill", "houses"]
            .map(|name| kind(&document, name)["answered"].as_u64().unwrap())
            .iter()
            .sum::<u64>()
    );
    if cfg!(target_os = "linux") {
        assert!(document["node"]["memory_max_bytes"].as_u64().unwrap() > 0, "{document:#}");
    }
    assert_eq!(document["rate"], Value::Null);
    // What it wrote is whole, and nothing is filed into a folder that has something in it.
    let verified = loadgate(&["audit", "verify", "--json", "--data", data]);
    assert_eq!((verified.status, &verified.json()["whole"]), (0, &json!(true)), "{}", verified.text());
    let again = loadgate(&["stress", "--data", data, "--seconds", "1"]);
    assert!(again.status == 2 && again.stderr.contains("not empty"), "{}", again.stderr);
}

#[test]
fn senders_that_are_turned_away_come_again() {
    let folder = tempfile::tempdir().unwrap();
    let tokens =
        configure(folder.path(), "requests_per_second = 25\n", &[("acme", "filer"), ("audit", "auditor")]);
    let node = Served::start(folder.path(), &tokens);
    let url = format!("http://{}", node.address);
    let of = |token: &str, more: &[&str]| {
        let all =
            ["stress", "--url", &url, "--token", token, "--filings", "60", "--seed", "5", "--prefix", "889"];
        loadgate(&[&all[..], &["--senders", "4", "--askers", "1"], more].concat())
    };
    let acme = tokens[0].1.as_str();
    let run = of(acme, &["--json"]);
    let document = run.json();
    assert_eq!(run.status, 0, "{document:#}\n{}", run.stderr);
    let waybills = kind(&document, "waybill");
    assert_eq!((&waybills["answered"], &document["asked_again"]), (&json!(60), &json!(60)), "{document:#}");
    let turned_away =
        document["requests"].as_array().unwrap().iter().map(|item| item["turned_away"].as_u64().unwrap());
    assert!(turned_away.sum::<u64>() > 0, "{document:#}");
    assert!(document["node"].is_null() && document["prefix"] == "889");

    // The same again would measure replies that are kept; who may not file, or is not known, is told at once.
    let again = of(acme, &[]);
    assert!(again.status == 2 && again.stderr.contains("knows 889-"), "{}", again.stderr);
    let unknown = of("nobody", &[]);
    assert!(unknown.status == 2 && unknown.stderr.contains("token-invalid"), "{}", unknown.stderr);

    // What fails is told, and the run is not clean.
    let auditor = tokens[1].1.as_str();
    let other =
        ["stress", "--url", &url, "--token", auditor, "--filings", "3", "--seed", "6", "--senders", "1"];
    let run = loadgate(&[&other[..], &["--askers", "0"]].concat());
    assert_eq!(run.status, 1, "{}{}", run.text(), run.stderr);
    assert!(
        run.text().contains("waybill: 403 not-allowed") && run.text().contains("FAILED"),
        "{}",
        run.text()
    );
}

#[test]
fn a_node_that_is_not_there_is_told() {
    let run = loadgate(&["stress", "--url", "http://127.0.0.1:9", "--token", "T", "--seconds", "1"]);
    assert!(run.status == 2 && run.stderr.contains("the node cannot be asked"), "{}", run.stderr);
}
