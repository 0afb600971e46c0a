//! Other lists taken up by a node while it runs: told by SIGHUP, it screens what was filed before as well.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};
use support::node::{Served, WAYBILL, configure};

/// Writes an edition of an invented list.
fn edition(data: &Path, day: &str, names: &[&str]) {
    let rows: String = names.iter().enumerate().map(|(at, name)| format!("F-{at},{name}\n")).collect();
    let head = format!("# loadgate-watch-list: Freedonia (fictitious); edition: {day}; purpose: sanctions");
    fs::write(data.join("watch.csv"), format!("{head}\nid,name\n{rows}")).unwrap();
}

/// Asks until an answer is as expected, for at most half a minute.
fn until(node: &Served, path: &str, expected: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let (status, told) = node.request("duty", "GET", path, "");
        assert_eq!(status, 200, "{told}");
        if expected(&told) {
            return told;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{path} still says {told:#}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_running_node_takes_up_other_lists() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    edition(&data, "2026-11-01", &["Somebody Else Altogether"]);
    let settings = "lists = [\"watch.csv\"]\nduty_desks = [\"duty office\"]\n";
    let organisations = [("acme", "filer"), ("duty", "officer of duty office")];
    let tokens = configure(&data, settings, &organisations);
    let node = Served::start(&data, &tokens);
    let (status, told) = node.request("acme", "POST", "/v1/filings", WAYBILL);
    assert_eq!((status, &told["messages"][0]["filing"]["outcome"]), (200, &json!("filed")), "{told}");
    let waits =
        |told: &Value| told["waiting"].as_array().unwrap().iter().any(|one| one["holds"] != json!([]));
    until(&node, "/v1/queue", |told| !waits(told));

    // A file that is no list changes nothing.
    fs::write(data.join("watch.csv"), "no list\n").unwrap();
    node.signal("HUP");
    edition(&data, "2026-11-08", &["Somebody Else Altogether", "Orchard Doors Inc"]);
    node.signal("HUP");
    until(&node, "/v1/lists", |told| told[0]["edition"] == json!("2026-11-08"));

    // Nobody asked about the goods: they are held all the same, and the duty desk is told.
    until(&node, "/v1/queue", waits);
    let kinds = |told: &Value| {
        let notices = told["notices"].as_array().unwrap().iter();
        notices.map(|notice| notice["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    until(&node, "/v1/notices", |told| kinds(told).contains(&"listed_since".to_owned()));
    let told = until(&node, "/v1/gate?waybill=888-10001014&aircraft=pax", |_| true);
    let reasons = told["load"]["reasons"].as_array().unwrap();
    assert!(reasons.iter().any(|reason| reason["code"] == json!("other-agency-hold")), "{told:#}");
    node.stop();

    // A node that comes back with lists of a later day screens by them as well.
    edition(&data, "2026-11-15", &["Orchard Doors Inc", "Alma Hinges GmbH"]);
    let node = Served::start(&data, &tokens);
    let held_twice =
        |told: &Value| told["waiting"][0]["holds"].as_array().is_some_and(|holds| holds.len() == 2);
    until(&node, "/v1/queue", held_twice);
    node.stop();
}
