//! A list of a flight from the node to the loading desk: got over a line, kept, and read when the line is dead.
#![allow(clippy::unwrap_used)]

mod support;

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use loadgate::document::gate_list::{GateList, ListedObject, ListedReason, RULE, SCHEMA};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use store::audit::checkpoint::Signer;
use store::audit::note::{Purpose, sign};
use support::node::{Served, configure};
use support::{loadgate, loadgate_reading, root};

fn valid(name: &str, document: &Value) {
    let schemas = loadgate::schema::all();
    let (_, schema) = schemas.iter().find(|(known, _)| *known == name).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    assert!(validator.is_valid(document), "{name}: {document:#}");
}

/// The list of the transcripts, invented, signed with a key that everybody may know.
fn invented() -> (String, String) {
    let signer = Signer::new("loadgate-0123456789abcdef0123456789abcdef", &[7; 32]).unwrap();
    let object =
        |name: &str, kind: &str, decision: &str, pieces, units: &[&str], reasons: &[(&str, &str)]| {
            let reason = |(code, message): &(&str, &str)| ListedReason {
                code: (*code).to_owned(),
                programme: Some("us-acas".to_owned()),
                message: (*message).to_owned(),
            };
            ListedObject {
                object: name.to_owned(),
                kind: kind.to_owned(),
                decision: decision.to_owned(),
                pieces,
                units: units.iter().map(|unit| (*unit).to_owned()).collect(),
                houses: if name.ends_with("1014") {
                    vec!["QM-A".to_owned(), "QM-B".to_owned()]
                } else {
                    Vec::new()
                },
                reasons: reasons.iter().map(reason).collect(),
                more_reasons: 0,
            }
        };
    let open = [("dnl-open", "888-10001025 must not be loaded: do-not-load D1 of us-acas is open.")];
    let list = GateList {
        schema: SCHEMA.to_owned(),
        rule: RULE.to_owned(),
        answer_id: "5d41402abc4b2a76b9719d911017c592".to_owned(),
        node: signer.name().to_owned(),
        holder: "9z".to_owned(),
        flight: "9Z100/2026-11-24/FRA-JFK".to_owned(),
        leg: "FRA-JFK".to_owned(),
        stage: "load".to_owned(),
        aircraft: "pax".to_owned(),
        simulated: false,
        made_at: "2026-11-24T06:00:00Z".to_owned(),
        valid_until: "2026-11-24T06:15:00Z".to_owned(),
        log: None,
        objects: vec![
            object("888-10001014", "consignment", "load", Some(4), &["AKE12345ZZ"], &[]),
            object("888-10001025", "consignment", "hold", Some(2), &[], &open),
            object("AKE12345ZZ", "unit", "load", None, &[], &[]),
        ],
    };
    let body = serde_json::to_string(&list).unwrap();
    (sign(&signer, Purpose::GateList, &body).unwrap(), format!("{}\n", signer.verifier()))
}

/// `UPDATE_EXPECT=1` writes what the transcripts read.
#[test]
fn what_the_transcripts_read_is_signed_as_it_is_now() {
    let (list, key) = invented();
    for (name, text) in [("9Z100.list", list), ("node.key", key)] {
        let file = root().join("fixtures/gate-list").join(name);
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(&file, &text).unwrap();
        }
        assert_eq!(fs::read_to_string(&file).unwrap(), text, "UPDATE_EXPECT=1 writes {name}");
    }
}

#[test]
fn a_document_is_as_its_schema_says_and_each_refusal_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let (list, key) = invented();
    let note = folder.path().join("a.list");
    fs::write(&note, &list).unwrap();
    let run = |file: &Path, more: &[&str]| {
        let verify = ["gate-list", "verify", file.to_str().unwrap(), "--verifier", key.trim(), "--json"];
        let run = loadgate(&[&verify[..], more].concat());
        valid("gate-list-verify", &run.json());
        let document = run.json();
        let code = document["refused"]["code"].as_str().unwrap_or_default().to_owned();
        assert_eq!(run.status == 2, !code.is_empty(), "{document:#}");
        assert!(code.is_empty() || document["refused"]["remedy"].as_str().unwrap().len() > 20);
        (run.status, code)
    };
    valid("gate-list", &serde_json::from_str(list.lines().nth(2).unwrap()).unwrap());
    let (now, first) = (["--at", "2026-11-24T06:05:00Z"], ["--object", "888-10001014"]);
    let with = |more: &[&'static str]| [&now[..], more].concat();
    assert_eq!(run(&note, &with(&first)), (0, String::new()));
    assert_eq!(run(&note, &with(&["--object", "888-10001014/QM-A"])), (0, String::new()));
    assert_eq!(run(&note, &with(&["--object", "888-10001025"])), (1, String::new()));
    assert_eq!(run(&note, &now), (1, String::new()));
    assert_eq!(run(&note, &with(&["--object", "888-10001036"])), (2, "not-in-list".to_owned()));
    assert_eq!(run(&note, &["--at", "2026-11-24T05:59:54Z"]), (2, "not-yet".to_owned()));
    let apart = ["--at", "2026-11-24T05:59:55Z", "--object", "888-10001014"];
    assert_eq!(run(&note, &apart), (0, String::new()), "two clocks are seconds apart");
    assert_eq!(run(&note, &["--at", "2026-11-24T06:15:00Z"]), (2, "expired".to_owned()));
    assert_eq!(run(&note, &[]), (2, "expired".to_owned()), "without --at it is now");
    assert_eq!(run(&note, &with(&["--stage", "accept"])), (2, "other-stage".to_owned()));
    fs::write(&note, list.replace("\"hold\"", "\"load\"")).unwrap();
    assert_eq!(run(&note, &now), (2, "altered".to_owned()));
    let other = Signer::new("loadgate-0123456789abcdef0123456789abcdef", &[8; 32]).unwrap();
    let body = list.lines().nth(2).unwrap();
    fs::write(&note, sign(&other, Purpose::GateList, body).unwrap()).unwrap();
    assert_eq!(run(&note, &now), (2, "other-key".to_owned()));
    fs::write(&note, "nothing").unwrap();
    assert_eq!(run(&note, &now), (2, "not-a-list".to_owned()));

    // What cannot be read, and a key that is none, are wrong use.
    let missing = loadgate(&["gate-list", "verify", "no.list", "--verifier", key.trim()]);
    assert!(missing.status == 2 && missing.stderr.contains("no.list"), "{}", missing.stderr);
    let wrong = loadgate(&["gate-list", "verify", "-", "--verifier", "loadgate-00+00+AA"]);
    assert!(wrong.status == 2 && wrong.stderr.contains("/v1/verifier"), "{}", wrong.stderr);
    let piped = ["gate-list", "verify", "-", "--verifier", key.trim(), "--at", now[1], "--object", first[1]];
    assert_eq!(loadgate_reading(&piped, list.as_bytes()).status, 0);
}

/// A waybill that may be loaded on a flight of tomorrow where its authority is simulated.
fn waybill(number: &str, flies: &str, secured: &str) -> String {
    let issued = Timestamp::now().to_zoned(TimeZone::UTC).strftime("%d%b%y").to_string().to_uppercase();
    let secured = secured.replace("TODAY", &issued);
    format!(
        "FWB/17\r\n{number}FRAJFK/T4K80.0\r\nFLT/9Z100/{}\r\nRTG/JFK9Z\r\nSHP\r\nNAM/ALMA HINGES GMBH\r\n\
         ADR/HAUPTSTR 1\r\nLOC/FRANKFURT\r\n/DE/60311\r\nCNE\r\nNAM/ORCHARD DOORS INC\r\nADR/12 PIER ROAD\r\n\
         LOC/NEW YORK/NY\r\n/US/10001\r\nCVD/EUR//PP/NVD/NCV/XXX\r\nRTD/1/P4/K80.0/CQ/W80.0\r\n\
         /NG/STEEL HINGES\r\nISU/{issued}/FRA\r\nREF/FRAFM9Z\r\n{secured}",
        &flies[8..]
    )
}

const SECURED: &str =
    "SPH/SPX\r\nOCI/DE/ISS/RA/01234-01\r\n///ED/1230\r\n///SM/XRY\r\n///SN/A KELLER\r\n///SD/TODAY0001\r\n";

#[test]
fn a_list_is_got_while_there_is_a_line_and_read_when_there_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    fs::create_dir(&data).unwrap();
    let organisations = [("9z", "carrier 9Z"), ("ramp", "handler"), ("duty", "officer of police")];
    let tokens = configure(&data, "gate_list_minutes = 5\n", &organisations);
    let node = Served::start(&data, &tokens);
    let then = Timestamp::now().checked_add(SignedDuration::from_hours(24)).unwrap();
    let flies = then.to_zoned(TimeZone::UTC).date().to_string();
    for (number, secured) in [("888-10001014", SECURED), ("888-10001025", "")] {
        let (status, told) = node.request("9z", "POST", "/v1/filings", &waybill(number, &flies, secured));
        assert_eq!((status, &told["messages"][0]["filing"]["outcome"]), (200, &json!("filed")), "{told}");
    }
    // The key, over a line that is trusted: here from the folder of the node itself.
    let export = folder.path().join("export");
    let exported =
        || loadgate(&["audit", "export", export.to_str().unwrap(), "--data", data.to_str().unwrap()]);
    for _ in 0..100 {
        if exported().status == 0 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let key = export.join("verifier");
    let (key, kept) = (key.to_str().unwrap(), folder.path().join("9Z100.list"));
    let flight = format!("9Z100/{flies}/FRA-JFK");
    let fetch = |who: &str, key: &str| {
        let (url, token) = (node.url(), node.token(who));
        loadgate(&[
            "gate-list",
            "fetch",
            &flight,
            "--url",
            &url,
            "--token",
            token,
            "--verifier",
            key,
            "--into",
            kept.to_str().unwrap(),
            "--json",
        ])
    };
    let got = fetch("9z", key);
    assert_eq!(got.status, 1, "one of them is held: {}{}", got.text(), got.stderr);
    valid("gate-list-verify", &got.json());
    let list = fs::read_to_string(&kept).unwrap();
    // What is refused leaves what was kept before.
    let (_, other) = invented();
    assert_eq!(fetch("9z", other.trim()).status, 2);
    let refused = fetch("ramp", key);
    assert!(refused.status == 2 && refused.stderr.contains("not-found"), "{}", refused.stderr);
    assert_eq!(fs::read_to_string(&kept).unwrap(), list);

    // Somebody holds the goods: the carrier is told that his list does not stand.
    let hold = json!({ "schema": "loadgate-facts/1", "facts": [{
        "type": "act", "act": "hold", "id": "H1", "object": { "master": "888-10001014" }, "agency": "police",
        "reason": "informant", "by": { "id": "A. KELLER", "organisation": "police" },
    }]});
    let (_, told) = node.request("duty", "POST", "/v1/filings", &hold.to_string());
    assert_eq!(told["messages"][0]["facts"][0]["outcome"], "done", "{told}");
    let recalled = || {
        let (_, told) = node.request("9z", "GET", "/v1/notices", "");
        told["notices"].as_array().unwrap().iter().any(|one| one["kind"] == "answer_recalled")
    };
    assert!(
        (0..100).any(|_| {
            let is = recalled();
            std::thread::sleep(std::time::Duration::from_millis(if is { 0 } else { 100 }));
            is
        }),
        "a recall is delivered within seconds"
    );
    node.stop();

    // The line is dead. Whoever was not reached holds a list that ends in minutes.
    let verify = |object: &str, at: Option<&str>| {
        let mut args =
            vec!["gate-list", "verify", kept.to_str().unwrap(), "--verifier", key, "--object", object];
        args.extend(at.into_iter().flat_map(|at| ["--at", at]));
        loadgate(&args)
    };
    assert_eq!(verify("888-10001014", None).status, 0);
    assert_eq!(verify("888-10001025", None).status, 1);
    assert_eq!(verify("888-10001036", None).status, 2);
    let later = Timestamp::now().checked_add(SignedDuration::from_mins(5)).unwrap().to_string();
    let ended = verify("888-10001014", Some(&later));
    assert!(ended.status == 2 && ended.text().contains("Load nothing by it"), "{}", ended.text());
    assert!(!list.contains("informant"));
}
