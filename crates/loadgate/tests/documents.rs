//! The published documents: what the contract promises to scripts.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

use serde_json::{Value, json};
use std::path::Path;
use support::{files_below, loadgate, loadgate_reading, root};

const DIRECT: &str = "fixtures/cli/direct-FRAJFK.fwb";
const MASTER: &str = "fixtures/cli/master-FRAYYZ.fwb";
const HOUSES: &str = "fixtures/cli/houses-FRAYYZ.fhl";
const BROKEN: &str = "fixtures/cli/broken-middle.txt";
const LISTED: &str = "fixtures/cli/listed-FRAJFK.fwb";
const LISTS: &str = "fixtures/cli/lists";
/// A morning before the flights of the fixtures.
const AT: &str = "2026-11-24T06:00:00Z";

fn validator(name: &str) -> jsonschema::Validator {
    let schemas = loadgate::schema::all();
    let (_, schema) = schemas.iter().find(|(known, _)| *known == name).unwrap();
    jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap()
}

fn assert_valid(validator: &jsonschema::Validator, document: &Value, what: &str) {
    let errors: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{what}: {errors:#?}");
}

fn object_keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn assert_has(value: &Value, names: &[&str]) {
    let keys = object_keys(value);
    for name in names {
        assert!(keys.contains(name), "{name} is missing among {keys:?}");
    }
}

#[test]
fn check_tells_where_what_and_by_which_rule() {
    let document = loadgate(&["check", "--json", BROKEN]).json();
    assert_has(&document[0], &["file", "format", "findings", "schema"]);
    assert_eq!(document[0]["format"], json!("mixed"));
    assert_eq!(document[0]["messages"], json!(4));
    let findings = document[0]["findings"].as_array().unwrap();
    let number = findings.iter().find(|found| found["code"] == "awb-number-invalid").unwrap();
    assert_has(
        number,
        &["code", "severity", "message_index", "line", "column", "path", "message", "reference"],
    );
    let text = std::fs::read_to_string(root().join(BROKEN)).unwrap();
    let line = text.lines().position(|line| line.starts_with("888-20003035")).unwrap() + 1;
    assert_eq!(number["severity"], json!("error"));
    assert_eq!(number["message_index"], json!(1));
    assert_eq!((number["line"].as_u64(), number["column"].as_u64()), (Some(line as u64), Some(1)));
    assert_eq!(number["path"], json!("master"));
    assert!(number["message"].as_str().unwrap().contains("888-20003035"));
    let places: Vec<_> =
        findings.iter().map(|found| (found["message_index"].as_u64(), found["line"].as_u64())).collect();
    assert!(places.is_sorted(), "{places:?}");
    let lines = loadgate(&["check", "--jsonl", BROKEN]).json_lines();
    assert_eq!(lines.len(), findings.len());
    assert!(lines.iter().all(|line| line["file"] == json!(BROKEN)));
}

const FACTS: &str = r#"{"schema":"loadgate-facts/1","facts":[
{"type":"filed","object":{"item":"LX400100013HK"},"consignment":{"origin":"HKG","destination":"FRA","pieces":1,"goods":[{"description":"GIFT"}],"legs":[{"from":"HKG","to":"FRA","mode":"air","flight":"8Z400","date":"2026-11-24"}]}},
{"type":"authority","programme":"us-acsa","object":{"master":"888-10004046"},"word":"complete"}]}"#;

#[test]
fn filings_in_facts_have_gaps_and_a_programme_that_nobody_knows_is_found() {
    let gaps = loadgate_reading(&["check", "--gaps", "--json", "-"], FACTS.as_bytes()).json();
    assert_valid(&validator("gaps"), &gaps, "gaps");
    assert_eq!(gaps[0]["consignments"][0]["programmes"][0]["programme"], json!("eu-ics2"));
    let run = loadgate_reading(&["check", "--jsonl", "-"], FACTS.as_bytes());
    assert!(run.json_lines().iter().any(|line| line["code"] == json!("programme-unknown")), "{}", run.text());
}

#[test]
fn gaps_are_told_by_programme_and_filing_type() {
    let run = loadgate(&["check", "--gaps", "--json", BROKEN, HOUSES]);
    let document = run.json();
    assert_valid(&validator("gaps"), &document, "gaps");
    assert_eq!(run.status, 1, "a filing before loading would be rejected");
    let broken = &document[0]["consignments"][1];
    assert_eq!((broken["master"].clone(), broken["document"].clone()), (Value::Null, json!("direct")));
    let acas = &broken["programmes"][0];
    assert_eq!((acas["programme"].clone(), acas["binding"].clone()), (json!("us-acas"), json!("mandatory")));
    let missing = acas["filing_types"][0]["missing"].as_array().unwrap();
    let goods = missing.iter().find(|missing| missing["element"] == "goods").unwrap();
    assert_eq!(
        (goods["lack"].clone(), goods["code"].clone()),
        (json!("absent"), json!("MISSING_CARGO_DESC"))
    );
    let houses = document[1]["consignments"].as_array().unwrap();
    assert_eq!(houses.len(), 2);
    assert_eq!(houses[0]["programmes"][0]["filing_types"][0]["missing"], json!([]));

    let run = loadgate(&["check", "--gaps", "--jsonl", HOUSES]);
    let lines = run.json_lines();
    assert_eq!((lines.len(), run.status), (2, 0));
    for line in &lines {
        assert_valid(&validator("gaps-line"), line, "gaps-line");
    }
}

/// What `check` finds in the direct waybill with some texts replaced: code, severity, line and column.
fn found_in_direct(changes: &[(&str, &str)]) -> Vec<(String, String, u64, u64)> {
    let mut text = std::fs::read_to_string(root().join(DIRECT)).unwrap();
    for (what, instead) in changes {
        assert!(text.contains(what), "{what}");
        text = text.replace(what, instead);
    }
    let document = loadgate_reading(&["check", "--json", "-"], text.as_bytes()).json();
    let findings = document[0]["findings"].as_array().unwrap();
    let text = |found: &Value, name: &str| found[name].as_str().unwrap().to_owned();
    let number = |found: &Value, name: &str| found[name].as_u64().unwrap();
    findings
        .iter()
        .map(|found| {
            (text(found, "code"), text(found, "severity"), number(found, "line"), number(found, "column"))
        })
        .collect()
}

#[test]
fn check_finds_what_the_gate_would_hold_for() {
    assert_eq!(found_in_direct(&[]), []);
    let of =
        |code: &str, severity: &str, line, column| vec![(code.to_owned(), severity.to_owned(), line, column)];
    let unknown = found_in_direct(&[("RTG/JFK9Z", "RTG/QQX9Z/JFK9Z")]);
    assert_eq!(unknown, of("station-not-in-table", "error", 4, 5));
    let vague = found_in_direct(&[("STEEL HINGES", "FREIGHT OF ALL KINDS"), ("/2/NH/830210\n/3/", "/2/")]);
    assert_eq!(vague, of("text-says-nothing", "warning", 20, 5));
    let nobody = found_in_direct(&[("NAM/HOLLOW PINE KITCHENS INC", "NAM/TO ORDER")]);
    assert_eq!(nobody, of("text-says-nothing", "warning", 11, 5));
    let alike = found_in_direct(&[("HOLLOW PINE KITCHENS INC", "QUILLMARSH HINGE WORKS GMBH")]);
    assert_eq!(alike, of("parties-alike", "warning", 11, 5));
}

#[test]
fn what_canada_asks_for_is_told_on_the_way_there() {
    let remarks = format!("OSI/{}\n", "A LONG REMARK OF NO IMPORT ".repeat(2)).repeat(30);
    let end = "OCI/DE/ISS/RA/01234-01";
    let long = |from_to: &str, landing: &str| {
        let remarked = format!("{remarks}{end}");
        let changes = [("FRAJFK", from_to), ("JFK9Z", landing), (end, remarked.as_str())];
        found_in_direct(&changes).iter().any(|(code, ..)| code == "message-to-be-split")
    };
    assert!(long("FRAYYZ", "YYZ9Z") && !long("FRADEL", "DEL9Z"));
}

#[test]
fn describe_tells_statuses_answers_and_what_is_not_here() {
    let one = |file: &str| {
        let document = loadgate(&["describe", "--json", file]).json();
        assert_valid(&validator("describe"), &document, file);
        (document[0]["consignments"][0].clone(), loadgate(&["describe", file]).text())
    };
    let (report, sheet) = one("fixtures/cargo-imp/fsu/001-flight-statuses.txt");
    let accepted = json!({
        "code": "RCS", "discrepancy": null, "all_pieces": null, "station": "FRA", "date": "--11-24", "time": "06:15"
    });
    assert_eq!((&report["statuses"][0], report["statuses"].as_array().unwrap().len()), (&accepted, 5));
    assert!(
        sheet.contains("RCS, at FRA on 11-24 06:15") && sheet.contains("FSU/15, status report"),
        "{sheet}"
    );

    let (rejected, sheet) = one("fixtures/cargo-imp/fna/001-rejected-whole-message.txt");
    let answer = json!({
        "outcome": "rejected",
        "message": "FWB/16 888-30001403",
        "reason": "CNE0045 CONSIGNEE POST CODE INVALID; CNE0046 CHECK COUNTRY"
    });
    assert_eq!(rejected["answer"], answer);
    assert!(sheet.contains("in a message that was rejected") && !sheet.contains("status report"), "{sheet}");
    let (_, sheet) = one("fixtures/cargo-imp/oci/001-block.txt");
    assert!(sheet.contains("customs and security lines"), "{sheet}");

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.xml");
    let text = std::fs::read_to_string(root().join("fixtures/cargo-xml/xfwb3_consolidation.xml")).unwrap();
    std::fs::write(&path, &text[..text.find("<ram:ApplicableRating>").unwrap_or(1500)]).unwrap();
    let (cut, sheet) = one(path.to_str().unwrap());
    assert_eq!((&cut["incomplete"], &cut["incomplete_why"]), (&json!(true), &json!(["xml-truncated"])));
    assert!(sheet.contains("not all is here"), "{sheet}");
    assert_eq!((&rejected["incomplete"], &rejected["incomplete_why"]), (&json!(false), &json!([])));
}

#[test]
fn what_is_marked_direct_and_read_otherwise_says_both() {
    let text = std::fs::read_to_string(root().join(DIRECT)).unwrap();
    let text = text.replace("STEEL HINGES", "CONSOLIDATION AS PER ATTACHED MANIFEST");
    let item =
        loadgate_reading(&["describe", "--json", "-"], text.as_bytes()).json()[0]["consignments"][0].clone();
    assert_eq!((&item["consolidation"], &item["read_as_consolidation"]), (&json!("direct"), &json!(true)));
    let sheet = loadgate_reading(&["describe", "-"], text.as_bytes()).text();
    assert!(sheet.contains("marked direct, read as a consolidation"), "{sheet}");
}

/// Several consignments of one message each have the line their number stands on.
#[test]
fn items_start_where_their_number_stands() {
    let file = "fixtures/cargo-imp/ffm/001-v8-two-stations.txt";
    let text = std::fs::read_to_string(root().join(file)).unwrap();
    for command in ["describe", "assess"] {
        let lines = loadgate(&[command, "--jsonl", file]).json_lines();
        assert!(lines.len() > 2, "{command}");
        for item in lines {
            let line = text.lines().nth(item["line"].as_u64().unwrap() as usize - 1).unwrap();
            assert!(line.starts_with(item["master"].as_str().unwrap()), "{command}: {line}");
        }
    }
}

#[test]
fn describe_has_a_line_for_each_message_without_consignments() {
    let file = "fixtures/cargo-imp/fma/002-accepted-request.txt";
    let lines = loadgate(&["describe", "--jsonl", file]).json_lines();
    assert_eq!(lines.len(), 1);
    assert_valid(&validator("describe-line"), &lines[0], file);
    assert_eq!((&lines[0]["format"], &lines[0]["names_no_consignment"]), (&json!("FMA"), &json!(true)));
    assert_eq!(lines[0]["answer"]["message"], json!("FSR/2"));
}

#[test]
fn people_are_shown_the_first_findings_of_very_many() {
    let input = "FWB/17\n888-10001015FRAJFK/T1K10\n".repeat(500);
    let titles = |args: &[&str]| {
        let run = loadgate_reading(&[&["check"], args, &["-"]].concat(), input.as_bytes());
        let text = run.text();
        (text.lines().filter(|line| line.contains("]: ")).count(), text)
    };
    let all = loadgate_reading(&["check", "--json", "-"], input.as_bytes()).json();
    let all = all[0]["findings"].as_array().unwrap().len();
    assert!(all > 2000);
    let (shown, text) = titles(&[]);
    assert_eq!(shown, 1000);
    assert!(text.contains("of these not shown:") && text.contains("--all shows them"), "{text}");
    let (shown, text) = titles(&["--all"]);
    assert_eq!(shown, all);
    assert!(!text.contains("not shown"));
}

/// The lines of `check --jsonl` as the items of `check --json`.
fn items_of(lines: Vec<Value>) -> Vec<Value> {
    let item = |mut line: Value| {
        let keys = line.as_object_mut().unwrap();
        keys.remove("file");
        keys.remove("schema");
        line
    };
    lines.into_iter().map(item).collect()
}

#[test]
fn check_tells_what_several_messages_say_after_what_each_says() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("day.txt");
    let read = |name: &str| std::fs::read_to_string(root().join(name)).unwrap();
    let master = read(MASTER).replace("T7K350.0", "T9K350.0");
    std::fs::write(&path, [read(HOUSES), master, read(BROKEN)].concat()).unwrap();
    let path = path.to_str().unwrap();
    let run = loadgate(&["check", "--json", path]);
    let document = run.json();
    assert_valid(&validator("check"), &document, "check --json");
    assert_eq!(run.status, 1);
    assert_eq!((&document[0]["format"], &document[0]["messages"]), (&json!("mixed"), &json!(7)));
    let findings = document[0]["findings"].as_array().unwrap();
    let together =
        |found: &Value| found["code"] == "houses-below-master" || found["code"] == "master-totals-differ";
    let from = findings.iter().position(together).unwrap();
    let place = |found: &Value| ["message_index", "line", "column"].map(|name| found[name].as_u64().unwrap());
    let (each, last) = findings.split_at(from);
    assert!(each.iter().map(place).is_sorted() && last.iter().map(place).is_sorted(), "{findings:#?}");
    assert!(last.iter().all(together) && each.iter().any(|found| place(found) > place(&last[0])));
    let messages: Vec<_> = last.iter().map(|found| found["message_index"].as_u64().unwrap()).collect();
    assert_eq!(messages, [2, 5, 6]);

    let lines = loadgate(&["check", "--jsonl", path]);
    assert_eq!(lines.status, 1);
    assert_eq!(items_of(lines.json_lines()), *findings);
    let people = loadgate(&["check", path]);
    let text = people.text();
    assert_eq!(people.status, 1);
    let titles: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split_once("[")?.1.split_once("]: ").map(|(code, _)| code))
        .collect();
    assert_eq!(titles, findings.iter().map(|found| found["code"].as_str().unwrap()).collect::<Vec<_>>());
    let line = "888-20004040FRAYYZ/T9K350.0MC2.10";
    assert!(text[text.find("houses-below-master").unwrap()..].contains(line), "{text}");
    let count = |severity: &str| findings.iter().filter(|found| found["severity"] == severity).count();
    let summary = format!("{} errors, {} warnings, {} note", count("error"), count("warning"), count("info"));
    assert!(text.trim_end().ends_with(&summary), "{text}");
}

#[test]
fn what_stands_before_the_first_known_message_is_told_up_to_a_limit() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    let sound = std::fs::read_to_string(root().join(DIRECT)).unwrap();
    let path = path.to_str().unwrap();
    let check = |notes: usize, rest: &str| {
        std::fs::write(path, format!("{}{rest}", "<note/>\n".repeat(notes))).unwrap();
        let run = loadgate(&["check", "--json", path]);
        let file = run.json()[0].clone();
        let lines = loadgate(&["check", "--jsonl", path]);
        assert_eq!(lines.status, run.status);
        let people = loadgate(&["check", "--all", path]);
        assert_eq!(people.status, run.status);
        (run.status, file, items_of(lines.json_lines()), people.text())
    };

    let (status, file, items, text) = check(3, &sound);
    assert_eq!((status, &file["messages"], &file["format"]), (1, &json!(4), &json!("FWB")));
    assert_eq!(file["findings"].as_array().unwrap().len(), 3);
    assert_eq!(file["findings"], Value::Array(items));
    assert!(text.ends_with("3 errors\n") && text.contains("<note/>"), "{text}");

    let many = 10_000;
    let (status, file, items, text) = check(many, &sound);
    assert_eq!((status, &file["messages"]), (1, &json!(many + 1)));
    for findings in [file["findings"].as_array().unwrap(), &items] {
        let (last, told) = findings.split_last().unwrap();
        assert!(told.len() > 1_000 && told.iter().all(|found| found["severity"] == "error"));
        assert_eq!(last["code"], json!("findings-left-out"));
        let left_out = many - told.len();
        assert!(last["message"].as_str().unwrap().starts_with(&format!("{left_out} more")), "{last:#}");
        assert_eq!(last["line"], json!(told.len() + 1), "where the first of them is");
    }
    assert!(text.ends_with("10000 errors, 1 note\n"), "{}", &text[text.len() - 200..]);

    let (status, file, items, text) = check(many, "");
    assert_eq!((status, object_keys(&file), text.as_str()), (2, vec!["schema", "file", "error"], ""));
    assert_eq!(items, [json!({ "error": file["error"] })]);
}

#[test]
fn describe_gives_one_item_for_each_consignment() {
    let document = loadgate(&["describe", "--json", MASTER, HOUSES]).json();
    let master = &document[0]["consignments"][0];
    assert_has(
        master,
        &[
            "message_index",
            "format",
            "version",
            "master",
            "house",
            "parent",
            "origin",
            "destination",
            "pieces",
            "weight",
            "weight_kg",
            "goods",
            "hs",
            "shipper",
            "consignee",
            "legs",
            "security",
            "message",
            "line",
        ],
    );
    assert_eq!(document[0]["format"], json!("FWB"));
    assert_eq!((&master["format"], &master["version"]), (&json!("FWB"), &json!(17)));
    assert_eq!((&master["master"], &master["house"]), (&json!("888-20004040"), &Value::Null));
    assert_eq!((&master["origin"], &master["destination"]), (&json!("FRA"), &json!("YYZ")));
    assert_eq!((&master["pieces"], &master["weight_kg"]), (&json!(7), &json!(350.0)));
    assert_eq!(master["weight"], json!({ "value": 350.0, "unit": "KGM" }));
    assert_eq!(master["consolidation"], json!("consolidated"));
    assert_eq!(master["security"]["issuer"], Value::Null);
    assert_eq!(master["security"]["consolidation_checker"], json!("DE/RA/01234-01"));
    let leg = &master["legs"][0];
    assert_eq!(
        (&leg["from"], &leg["to"], &leg["carrier"], &leg["flight"], &leg["date"]),
        (&json!("FRA"), &json!("YYZ"), &json!("9Z"), &json!("9Z200"), &json!("---24"))
    );

    let houses = document[1]["consignments"].as_array().unwrap();
    let numbers: Vec<_> = houses.iter().map(|house| house["house"].as_str().unwrap()).collect();
    assert_eq!(numbers, ["QM-A", "QM-B"]);
    let house = &houses[1];
    assert_eq!((&house["message_index"], &house["message"]), (&json!(1), &json!(1)));
    let text = std::fs::read_to_string(root().join(HOUSES)).unwrap();
    let starts: Vec<usize> =
        text.lines().enumerate().filter(|(_, line)| *line == "FHL/5").map(|(at, _)| at + 1).collect();
    assert_eq!(
        houses.iter().map(|house| house["line"].as_u64()).collect::<Vec<_>>(),
        starts.iter().map(|at| Some(*at as u64)).collect::<Vec<_>>()
    );
    assert_eq!(house["goods"], json!(["BICYCLE BRAKES", "HYDRAULIC DISC BRAKES FOR BICYCLES"]));
    assert_eq!(house["hs"], json!(["871494"]));
    assert_has(&house["consignee"], &["name", "address", "city", "country"]);
    assert_eq!(house["consignee"]["name"], json!("STORYBOOK CYCLES LTD"));
    assert_eq!(house["consignee"]["country"], json!("CA"));
    let security = &house["security"];
    assert_has(
        security,
        &[
            "status",
            "issuer",
            "issuer_expiry",
            "received_from",
            "methods",
            "exemptions",
            "issued_by",
            "issued_at",
            "acceptors",
            "acceptors_expiry",
        ],
    );
    assert_eq!((&security["status"], &security["issuer"]), (&json!("SPX"), &json!("DE/RA/01234-01")));
    assert_eq!((&security["issuer_expiry"], &security["methods"]), (&json!("2027-11"), &json!(["XRY"])));
    assert_eq!(security["issued_at"], json!("2026-11-24T05:48"));
}

#[test]
fn weights_are_written_with_the_digits_of_the_message() {
    let text = loadgate(&["describe", "--json", DIRECT]).text();
    assert!(text.contains(r#""weight":{"value":200.0,"unit":"KGM"},"weight_kg":200.0"#), "{text}");
}

/// A line in bulk says so by `null`; one under a unit that cannot be read does not.
#[test]
fn describe_shows_units_and_seals() {
    let document = loadgate(&["describe", "--json", "fixtures/cargo-imp/ffm/005-units.txt"]).json();
    assert_valid(&validator("describe"), &document, "units");
    let items = document[0]["consignments"].as_array().unwrap();
    assert_eq!(items[0]["unit"], Value::Null);
    let unit = json!({"uld": "PMC12345XX", "identifier": "PMC12345XX-L", "seals": ["SEAL1"]});
    assert_eq!(items[1]["unit"], unit);
    let other = json!({"uld": "AKE54321XX", "identifier": "AKE54321XX", "seals": ["SEAL2"]});
    assert_eq!(items[1]["equipment"], json!([other]));
    assert_eq!(items[4]["unit"], json!({"uld": null, "identifier": "PMC1234", "seals": []}));
    let sheets = loadgate(&["describe", "fixtures/cargo-imp/ffm/005-units.txt"]).text();
    for row in ["stowed in           bulk", "stowed in           PMC12345XX, seal SEAL1"] {
        assert!(sheets.contains(row), "{row} in {sheets}");
    }
}

#[test]
fn describe_streams_the_same_items_line_by_line() {
    let document = loadgate(&["describe", "--json", BROKEN]).json();
    let lines = loadgate(&["describe", "--jsonl", BROKEN]).json_lines();
    let items = document[0]["consignments"].as_array().unwrap();
    assert_eq!(lines.len(), items.len());
    for (line, item) in lines.iter().zip(items) {
        assert_eq!(line["file"], json!(BROKEN));
        let mut line = line.as_object().unwrap().clone();
        line.remove("file");
        line.remove("schema");
        assert_eq!(&Value::Object(line), item);
    }
    // The rest of a file is read, whatever is wrong with a message in its middle.
    let houses: Vec<_> = items.iter().filter_map(|item| item["house"].as_str()).collect();
    assert_eq!(houses, ["QM-A", "QM-B"]);
}

#[test]
fn sound_and_secured_goods_may_be_loaded() {
    let run = loadgate(&["assess", "--json", DIRECT, "--at", AT]);
    let document = run.json();
    let item = &document[0]["consignments"][0];
    assert_has(
        item,
        &["master", "house", "parent", "cases", "matches", "security_status", "security_basis", "load"],
    );
    assert_eq!(item["load"]["decision"], json!("load"), "{item:#}");
    assert_eq!(run.status, 0);
    assert_eq!((&item["security_status"], &item["security_basis"]), (&json!("SPX"), &json!("declared")));
    let load = &item["load"];
    assert_has(load, &["decision", "simulated", "stage", "aircraft", "leg", "valid_until", "reasons"]);
    assert_eq!(
        (&load["simulated"], &load["stage"], &load["aircraft"]),
        (&json!(true), &json!("load"), &json!("pax"))
    );
    assert_eq!(load["leg"]["flight"], json!("9Z100"));
    assert!(load["valid_until"].as_str().unwrap() > AT);
    let codes: Vec<_> =
        load["reasons"].as_array().unwrap().iter().map(|reason| reason["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"simulated") && codes.contains(&"names-not-screened"), "{codes:?}");
    for reason in load["reasons"].as_array().unwrap() {
        assert_has(
            reason,
            &["code", "programme", "scope", "object", "who_acts", "clears_when", "message", "effect"],
        );
        assert_eq!(reason["effect"], json!("info"), "{reason:#}");
    }
    let cases = item["cases"].as_array().unwrap();
    let acas = cases.iter().find(|case| case["programme"] == "us-acas").unwrap();
    assert_has(acas, &["programme", "legs", "mode", "decided_by", "state", "outcome", "referrals"]);
    assert_eq!(
        (&acas["mode"], &acas["decided_by"], &acas["state"], &acas["outcome"]),
        (&json!("simulated"), &json!("simulation"), &json!("cleared"), &json!("cleared"))
    );
    let ics2 = cases.iter().find(|case| case["programme"] == "eu-ics2").unwrap();
    assert_eq!((&ics2["state"], &ics2["decided_by"]), (&json!("not_required"), &Value::Null));
    assert!(!ics2["not_required"].as_str().unwrap().is_empty(), "the proof is told");
}

#[test]
fn a_consignee_on_a_list_is_a_hit_and_holds_for_compliance() {
    let run = loadgate(&["assess", "--json", LISTED, "--lists", LISTS, "--at", AT]);
    let document = run.json();
    assert_eq!(run.status, 1);
    let list = &document[0]["lists"][0];
    assert_eq!((&list["edition"], &list["purpose"]), (&json!("2026-11"), &json!("sanctions")));
    assert_eq!(list["sha256"].as_str().unwrap().len(), 64);
    assert_eq!(list["files"].as_array().unwrap().len(), 3);
    let item = &document[0]["consignments"][0];
    let found = &item["matches"][0];
    assert_has(found, &["party", "score", "list", "purpose", "entity_id", "name"]);
    assert_eq!((&found["party"], &found["role"]), (&json!("TARN OF VELLUM SHIPPING"), &json!("consignee")));
    assert_eq!(
        (&found["entity_id"], &found["name"]),
        (&json!("910001"), &json!("VELLUMBROOK MARITIME BUREAU"))
    );
    assert!(found["score"].as_f64().unwrap() > 0.9);
    let reasons = item["load"]["reasons"].as_array().unwrap();
    let holds: Vec<_> =
        reasons.iter().filter(|reason| reason["effect"] == "hold").map(|reason| &reason["code"]).collect();
    assert_eq!(holds, [&json!("other-agency-hold")], "a sanctions hit is no referral of a programme");
    assert!(reasons.iter().all(|reason| reason["code"] != "names-not-screened"));
    for case in item["cases"].as_array().unwrap() {
        assert_eq!(case["referrals"], json!([]));
    }
}

#[test]
fn one_file_of_a_list_finds_its_siblings() {
    let whole = loadgate(&["assess", "--json", LISTED, "--lists", LISTS, "--at", AT]).json();
    let main = format!("{LISTS}/invented_sdn_2026-11.csv");
    let one = loadgate(&["assess", "--json", LISTED, "--lists", &main, "--at", AT]);
    let document = one.json();
    assert_eq!(document[0]["lists"][0]["sha256"], whole[0]["lists"][0]["sha256"]);
    assert_eq!(document[0]["consignments"][0]["matches"], whole[0]["consignments"][0]["matches"]);
    let people = loadgate(&["assess", LISTED, "--lists", &main, "--at", AT]);
    let sha = whole[0]["lists"][0]["sha256"].as_str().unwrap();
    assert!(people.stderr.contains(&sha[..12]) && people.stderr.contains("2026-11"), "{}", people.stderr);
}

#[test]
fn a_list_that_cannot_be_used_stops_everything() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "no list at all").unwrap();
    for path in [text.as_path(), folder.path(), Path::new("no such list")] {
        let run = loadgate(&["assess", "--json", DIRECT, "--lists", path.to_str().unwrap()]);
        assert_eq!((run.status, run.text().as_str()), (2, ""), "{}", path.display());
        assert!(run.stderr.contains(path.to_str().unwrap()), "{}", run.stderr);
    }
}

#[test]
fn houses_find_their_master_in_another_file() {
    let alone = loadgate(&["assess", "--json", MASTER, "--at", AT]).json();
    let reasons = alone[0]["consignments"][0]["load"]["reasons"].as_array().unwrap().clone();
    assert!(reasons.iter().any(|reason| reason["code"] == "house-missing"), "{reasons:#?}");
    for files in [[MASTER, HOUSES], [HOUSES, MASTER]] {
        let run = loadgate(&[&["assess", "--json", "--at", AT], &files[..]].concat());
        let document = run.json();
        for file in document.as_array().unwrap() {
            for item in file["consignments"].as_array().unwrap() {
                assert_eq!(item["load"]["decision"], json!("load"), "{files:?}: {item:#}");
            }
        }
        assert_eq!(run.status, 0);
    }
}

#[test]
fn the_question_can_name_leg_aircraft_and_stage() {
    let ask = |more: &[&str]| {
        let run = loadgate(&[&["assess", "--json", DIRECT, "--at", AT], more].concat());
        let load = run.json()[0]["consignments"][0]["load"].clone();
        (run.status, load)
    };
    let (status, load) = ask(&["--leg", "9Z100/2026-11-24/FRA-JFK", "--aircraft", "cao", "--stage", "build"]);
    assert_eq!(status, 0);
    assert_eq!((&load["aircraft"], &load["stage"]), (&json!("cao"), &json!("build")));
    for other in ["9Z100/2026-11-24/FRA-YYZ", "9Z999/2026-11-24/FRA-JFK", "9Z100/2026-11-25/FRA-JFK"] {
        let (status, load) = ask(&["--leg", other]);
        assert_eq!(status, 1, "{other}");
        let reasons = load["reasons"].as_array().unwrap();
        assert!(reasons.iter().any(|reason| reason["code"] == "leg-not-on-route"), "{other}: {load:#}");
    }
}

#[test]
fn programmes_can_be_chosen() {
    let document = loadgate(&["assess", "--json", DIRECT, "--at", AT, "--programme", "us-acas"]).json();
    let cases = document[0]["consignments"][0]["cases"].as_array().unwrap();
    assert_eq!(cases.iter().map(|case| &case["programme"]).collect::<Vec<_>>(), [&json!("us-acas")]);
    assert_eq!(document[0]["programmes"].as_array().unwrap().len(), 1);
}

#[test]
fn a_message_that_names_nothing_loads_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("middle.txt");
    let path = path.to_str().unwrap();
    let sound = std::fs::read_to_string(root().join(DIRECT)).unwrap();
    let assess = |middle: &str| {
        std::fs::write(path, format!("{sound}{middle}\n{sound}")).unwrap();
        let run = loadgate(&["assess", "--json", path, "--at", AT]);
        (run.status, run.json()[0].clone())
    };
    let filed = |file: &Value| -> Vec<Value> {
        file["consignments"].as_array().unwrap().iter().map(|item| item["filed"].clone()).collect()
    };

    let (status, unknown) = assess("<?xml version='1.0'?>\n<note>none of ours</note>");
    assert_eq!(status, 1, "goods may stand there that nobody here knows of");
    let broken = unknown["not_taken_in"].as_array().unwrap();
    assert_eq!(broken.len(), 1, "{unknown:#}");
    assert_eq!(
        (&broken[0]["message_index"], &broken[0]["findings"][0]["code"]),
        (&json!(1), &json!("format-unknown"))
    );
    assert_eq!(filed(&unknown), [json!("recorded"), json!("unchanged")]);

    // A message that is cut off before its number is a consignment that nobody can identify.
    let (status, cut) = assess("FWB/17");
    assert_eq!((status, filed(&cut).len()), (1, 3));
    let load = &cut["consignments"][1]["load"];
    assert_eq!(load["decision"], json!("hold"));
    let reasons = load["reasons"].as_array().unwrap();
    assert!(reasons.iter().any(|reason| reason["code"] == "identity-unknown"), "{load:#}");

    // A status notification is recognised and not read: what it says of its goods is not known. A booking
    // cannot forbid to load them.
    for (message, expected) in [
        ("CSN/3\nWBI/888-20006066", 1),
        ("FFR/8\n888-20006066FRAJFK/T1K1.0/TEST", 0),
        ("FFR/8\n888-20006066FRAJFK/T1K1.0/TEST\nOSI/DO NOT LOAD", 1),
    ] {
        let (status, other) = assess(message);
        let left = other["not_taken_in"].as_array().unwrap().len();
        assert_eq!((status, left), (expected, 1), "{message}: {other:#}");
    }
}

#[test]
fn where_nothing_was_asked_nothing_is_clean() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("booking.txt");
    std::fs::write(&path, "FFR/8\n888-20006066FRAJFK/T1K1.0/TEST").unwrap();
    for form in [&[][..], &["--json"], &["--jsonl"]] {
        let run = loadgate(&[&["assess", path.to_str().unwrap(), "--at", AT], form].concat());
        assert_eq!(run.status, 1, "{form:?}: {}", run.text());
    }
}

#[test]
fn every_fixture_makes_valid_documents() {
    let mut files: Vec<String> = Vec::new();
    for folder in ["fixtures", "../shared/samples/cargo-imp", "../shared/samples/cargo-xml"] {
        let folder = root().join(folder);
        if !folder.is_dir() {
            println!("skipped: no {}", folder.display());
            continue;
        }
        // List files and expectations are no messages; the documents about them must be valid all the same.
        files.extend(files_below(&folder).iter().map(|path| path.to_str().unwrap().to_owned()));
    }
    assert!(files.len() > 5);
    for command in ["check", "describe", "assess"] {
        let (document, line) = (validator(command), validator(&format!("{command}-line")));
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let run = loadgate(&[&[command, "--json"], &files[..]].concat());
        assert!((0..=2).contains(&run.status), "{command}: {} {}", run.status, run.stderr);
        assert_eq!(run.json().as_array().unwrap().len(), files.len());
        assert_valid(&document, &run.json(), command);
        for entry in run.json().as_array().unwrap() {
            assert!(entry["schema"].as_str().unwrap().starts_with(&format!("loadgate.{command}/")));
        }
        for item in loadgate(&[&[command, "--jsonl"], &files[..]].concat()).json_lines() {
            assert_valid(&line, &item, command);
            assert!(item["file"].is_string());
        }
    }
}

#[test]
fn the_demo_is_a_document_too() {
    let run = loadgate(&["demo", "--json"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    assert_valid(&validator("demo"), &run.json(), "demo");
    let people = loadgate(&["demo"]);
    assert_eq!(people.status, 0);
    assert!(people.text().contains("FICTITIOUS"));
}

#[test]
fn explain_answers_scripts_too() {
    let run = loadgate(&["explain", "--json", "status-nsc"]);
    let document = run.json();
    assert_eq!(run.status, 0);
    assert_eq!((&document["code"], &document["effect"]), (&json!("status-nsc"), &json!("hold")));
    assert!(document["clears_when"].is_string());
    assert_valid(&validator("explain"), &document, "explain");
}
