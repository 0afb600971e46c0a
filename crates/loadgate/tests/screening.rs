//! `screen` and `compare`: statuses, order, batches that break off and go on.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use std::path::PathBuf;
use support::node::{Served, configure};
use support::{command, finish, loadgate, loadgate_reading, root};

const LISTS: &str = "fixtures/cli/lists";
const PARTIES: &str = "fixtures/cli/parties.csv";
const PAIRS: &str = "fixtures/cli/pairs.csv";

fn assert_valid(name: &str, document: &Value) {
    let schemas = loadgate::schema::all();
    let (_, schema) = schemas.iter().find(|(known, _)| *known == name).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(document)
        .map(|error| format!("{} at {}", error, error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
}

/// The contributions of the evidence, in thousandths.
fn sum(evidence: &Value) -> i64 {
    let points = evidence.as_array().unwrap().iter().map(|reason| reason["contribution"].as_f64().unwrap());
    points.map(|points| (points * 1000.0).round() as i64).sum()
}

/// A CSV file of many rows, some of which are hits and some cannot be read.
fn many(folder: &tempfile::TempDir, rows: usize) -> PathBuf {
    let path = folder.path().join("many.csv");
    let mut text = "name,country\n".to_owned();
    for row in 0..rows {
        text.push_str(&match row % 7 {
            0 => format!("TARN OF VELLUM SHIPPING {row},\n"),
            3 => "\"open,\n".to_owned(),
            5 => "Pilar Wenna Ostregan,\n".to_owned(),
            _ => format!("Nobody Whatever {row},DE\n"),
        });
    }
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_hit_is_status_1_and_says_why() {
    let run = loadgate(&["screen", "TARN OF VELUM SHIPPING", "--json", "--lists", LISTS]);
    assert_eq!((run.status, run.stderr.as_str()), (1, ""));
    let document = run.json();
    assert_valid("screen", &document);
    assert_eq!(document[0]["query"], json!("TARN OF VELUM SHIPPING"));
    let hit = &document[0]["hits"][0];
    assert_eq!(hit["entity_id"], json!("910001"));
    assert_eq!(hit["matched"], json!("TARN OF VELLUM SHIPPING"));
    assert_eq!((&hit["purpose"], &hit["edition"]), (&json!("sanctions"), &json!("2026-11")));
    assert_eq!(sum(&hit["evidence"]), (hit["score"].as_f64().unwrap() * 1000.0).round() as i64);
    assert!(run.text().contains(&format!("\"score\":{:.3},", hit["score"].as_f64().unwrap())));
    assert_eq!(document[0]["lists"][0]["source"], json!("ofac-sdn"));

    let clean = loadgate(&["screen", "Ember Lattice GmbH", "--json", "--lists", LISTS]);
    assert_eq!(clean.status, 0);
    assert_eq!((&clean.json()[0]["hits"], &clean.json()[0]["hits_count"]), (&json!([]), &json!(0)));
}

#[test]
fn facts_threshold_and_limit_are_heard() {
    let screen =
        |more: &[&str]| loadgate(&[&["screen", "Pilar Ostregan", "--json", "--lists", LISTS], more].concat());
    let score = |run: &support::Run| run.json()[0]["hits"][0]["score"].as_f64().unwrap();
    let (plain, born) =
        (screen(&["--threshold", "0.5"]), screen(&["--threshold", "0.5", "--birth-date", "1961"]));
    assert!(score(&born) > score(&plain));
    assert!(score(&screen(&["--threshold", "0.5", "--birth-date", "1985"])) < score(&plain));
    assert_eq!(screen(&["--threshold", "1"]).status, 0);
    let limited = screen(&["--threshold", "0.5", "--limit", "0"]);
    assert_eq!(limited.status, 1);
    assert_eq!((&limited.json()[0]["hits"], &limited.json()[0]["hits_count"]), (&json!([]), &json!(1)));
    assert!(limited.stderr.contains("left out by --limit"), "{}", limited.stderr);
    for wrong in [
        &["--threshold", "80"][..],
        &["--birth-date", "30/04/1961"],
        &["--schema", "lorry"],
        &["--batch", PARTIES],
        &["--resume", "x.csv"],
        &["--threads", "0"],
        &["--csv"],
    ] {
        let run = screen(wrong);
        assert_eq!((run.status, run.text().as_str()), (2, ""), "{wrong:?}");
    }
    let unknown = screen(&["--country", "Nowhereland"]);
    assert_eq!(unknown.status, 2);
    assert!(unknown.json()[0]["problems"][0].as_str().unwrap().contains("Nowhereland"));
}

#[test]
fn what_cannot_be_screened_is_status_2() {
    for args in [
        &["screen", "Pilar Ostregan"][..],
        &["screen", "--lists", LISTS],
        &["screen", "---", "--lists", LISTS],
        &["screen", "Pilar Ostregan", "--lists", "no such list"],
        &["screen", "Pilar Ostregan", "--lists", PARTIES],
        &["screen", "--batch", "no such file", "--lists", LISTS],
        &["screen", "--batch", "fixtures/cli/broken-middle.txt", "--lists", LISTS],
        &["screen", "--batch", "-", "--resume", "x.csv", "--lists", LISTS],
        &["compare", "Pilar Ostregan"],
        &["compare", "Pilar Ostregan", "---"],
        &["compare", "--batch", PARTIES],
    ] {
        let run = loadgate(args);
        assert_eq!((run.status, run.text().as_str()), (2, ""), "{args:?}");
        assert!(!run.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn every_row_has_an_answer_in_its_order() {
    let run = loadgate(&["screen", "--batch", PARTIES, "--json", "--lists", LISTS]);
    assert_eq!(run.status, 2, "{}", run.text());
    let document = run.json();
    assert_valid("screen", &document);
    let entries = document.as_array().unwrap();
    let rows: Vec<u64> = entries.iter().map(|entry| entry["row"].as_u64().unwrap()).collect();
    assert_eq!(rows, (1..=8).collect::<Vec<u64>>());
    let of = |row: usize| &entries[row - 1];
    assert_eq!(of(1)["hits"][0]["entity_id"], json!("910001"));
    assert_eq!(of(2)["hits"][0]["entity_id"], json!("910002"));
    assert_eq!(of(3)["hits"], json!([]));
    for (row, part) in [(4, "left open"), (6, "no letter or digit"), (7, "7 fields")] {
        assert!(of(row)["error"].as_str().unwrap().contains(part), "{}", of(row));
        assert_eq!((&of(row)["file"], &of(row)["line"]), (&json!(PARTIES), &json!(row + 1)));
        assert!(of(row).get("hits").is_none());
    }
    // A value that cannot be read clears nobody: the name is screened without it.
    assert_eq!(of(5)["hits"][0]["entity_id"], json!("910002"));
    assert!(of(5)["problems"][0].as_str().unwrap().contains("30/04/1961"));
    assert!(run.stderr.contains("the column reference is not known"), "{}", run.stderr);

    let lines = loadgate(&["screen", "--batch", PARTIES, "--jsonl", "--lists", LISTS]);
    assert_eq!(lines.status, 2);
    for (line, entry) in lines.json_lines().into_iter().zip(entries) {
        assert_valid("screen-line", &line);
        let mut line = line;
        assert_eq!(line["schema"], json!("loadgate.screen-line/1"));
        line["schema"] = entry["schema"].clone();
        assert_eq!(line, *entry);
    }
    let people = loadgate(&["screen", "--batch", PARTIES, "--lists", LISTS]);
    assert_eq!(people.status, 2);
    assert!(
        people.stderr.contains(&format!("{PARTIES}:5: a quotation mark is left open")),
        "{}",
        people.stderr
    );
    let bytes = std::fs::read(root().join(PARTIES)).unwrap();
    let piped = loadgate_reading(&["screen", "--batch", "-", "--lists", LISTS], &bytes);
    assert_eq!(piped.text(), people.text());
}

#[test]
fn csv_has_a_line_for_each_hit_and_each_row_without() {
    let run = loadgate(&["screen", "--batch", PARTIES, "--csv", "--lists", LISTS]);
    assert_eq!(run.status, 2);
    let text = run.text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "row,name,score,list,purpose,entity_id,matched,problem,kind,standing");
    assert!(lines[1].starts_with("1,Tarn of Vellum Shiping,1.000,OFAC"), "{text}");
    assert_eq!(lines[3], "3,Ember Lattice GmbH,,,,,,,,");
    assert!(lines[4].starts_with("4,,,,,,,a quotation mark is left open"), "{text}");
    assert_eq!(lines.len(), 9, "{text}");
}

#[test]
fn answers_do_not_depend_on_the_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let many = many(&folder, 700);
    let many = many.to_str().unwrap();
    for form in [&["--json"][..], &["--jsonl"], &["--csv"], &["--explain"]] {
        let run = |threads: &str| {
            loadgate(&[&["screen", "--batch", many, "--lists", LISTS, "--threads", threads], form].concat())
        };
        let (one, four) = (run("1"), run("4"));
        assert_eq!((one.status, four.status), (2, 2));
        assert!(one.stdout == four.stdout && one.stderr == four.stderr, "{form:?}");
    }
}

#[test]
fn a_batch_goes_on_where_it_broke_off() {
    let folder = tempfile::tempdir().unwrap();
    let many = many(&folder, 300);
    let output = folder.path().join("answers.csv");
    let (many, out) = (many.to_str().unwrap(), output.to_str().unwrap());
    let resume = |more: &[&str]| {
        loadgate(&[&["screen", "--batch", many, "--lists", LISTS, "--resume", out], more].concat())
    };
    let first = resume(&[]);
    assert_eq!((first.status, first.text().as_str()), (2, ""));
    let whole = std::fs::read(&output).unwrap();
    let to_output = loadgate(&["screen", "--batch", many, "--lists", LISTS, "--csv"]);
    let head = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    assert!(whole.starts_with(b"# loadgate-screen: input ") && whole[head..] == to_output.stdout);

    for length in
        [0, 10, head - 1, head, head + 20, whole.len() / 2, whole.len() / 2 + 7, whole.len() - 3, whole.len()]
    {
        std::fs::write(&output, &whole[..length]).unwrap();
        let run = resume(&["--threads", "3"]);
        assert_eq!(run.status, 2, "cut at {length}: {}", run.stderr);
        assert!(std::fs::read(&output).unwrap() == whole, "cut at {length}");
    }

    // Whatever the answers rest on must be the same.
    let refused = resume(&["--threshold", "0.9"]);
    assert_eq!(refused.status, 2);
    assert!(refused.stderr.contains("another state of: threshold"), "{}", refused.stderr);
    let other =
        loadgate(&["screen", "--batch", PARTIES, "--lists", "fixtures/demo/lists/security", "--resume", out]);
    assert!(other.stderr.contains("another state of: input, lists"), "{}", other.stderr);
    assert!(std::fs::read(&output).unwrap() == whole);

    // Nothing else is written over.
    let foreign = folder.path().join("notes.txt");
    for text in ["mine\n", "mine"] {
        std::fs::write(&foreign, text).unwrap();
        let run =
            loadgate(&["screen", "--batch", many, "--lists", LISTS, "--resume", foreign.to_str().unwrap()]);
        assert_eq!(run.status, 2);
        assert_eq!(std::fs::read_to_string(&foreign).unwrap(), text);
    }
}

#[test]
fn a_resumed_batch_remembers_what_was_found_before() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.csv");
    std::fs::write(&input, "name\nTARN OF VELLUM SHIPPING\nNobody\nNobody Else\n").unwrap();
    let output = folder.path().join("out.csv");
    let args = [
        "screen",
        "--batch",
        input.to_str().unwrap(),
        "--lists",
        LISTS,
        "--resume",
        output.to_str().unwrap(),
    ];
    assert_eq!(loadgate(&args).status, 1);
    let again = finish(command(&args), &[]);
    assert_eq!(again.status, 1);
    assert!(again.stderr.contains("1 row answered after the 2 that were there"), "{}", again.stderr);
}

#[test]
fn names_are_compared_one_by_one_and_in_batches() {
    let run = loadgate(&["compare", "Vellumbrook Maritime Bureau", "VELLUMBROOK MARITME BUREAU", "--json"]);
    assert_eq!(run.status, 1);
    let document = run.json();
    assert_valid("compare", &document);
    assert_eq!(document[0]["match"], json!(true));
    assert_eq!(
        sum(&document[0]["evidence"]),
        (document[0]["score"].as_f64().unwrap() * 1000.0).round() as i64
    );
    assert_eq!(loadgate(&["compare", "Ember Lattice", "Vellumbrook Bureau"]).status, 0);

    let batch = loadgate(&["compare", "--batch", PAIRS, "--json"]);
    assert_eq!(batch.status, 2);
    let document = batch.json();
    assert_valid("compare", &document);
    let shown: Vec<(Option<bool>, bool)> = document
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (entry["match"].as_bool(), entry.get("error").is_some()))
        .collect();
    assert_eq!(
        shown,
        [(Some(true), false), (Some(true), false), (Some(false), false), (Some(true), false), (None, true)]
    );
    assert!(document[3]["problems"][0].as_str().unwrap().contains("lorry"));
    let one = loadgate(&["compare", "--batch", PAIRS, "--jsonl", "--threads", "1"]);
    let four = loadgate(&["compare", "--batch", PAIRS, "--jsonl", "--threads", "4"]);
    assert_eq!(one.stdout, four.stdout);
    for line in one.json_lines() {
        assert_valid("compare-line", &line);
    }
}

/// Somebody decides that a party is not an entry; the hit comes back when either side says anything else.
#[test]
fn a_decision_settles_a_hit_until_a_side_changes() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (list, decisions) = (path("watch.csv"), path("decisions.jsonl"));
    let write = |alias: &str| {
        let text = format!(
            "# loadgate-watch-list: Border watch of Freedonia; edition: 2026-11-01\n\
             id,name,aliases,address\nW-1,Zephyr Border Trading,{alias},\"Harbour Road 17, Port Nowhere\"\n"
        );
        std::fs::write(&list, text).unwrap();
    };
    write("ZBT");
    let name = "ZEPHYR BORDER TRADNG";
    let screen = |more: &[&str]| loadgate(&[&["screen", name, "--json", "--lists", &list], more].concat());
    assert_eq!(screen(&["--adjudications", &decisions]).status, 2, "no such file");
    let settle = ["--adjudications", &decisions, "--settle", "W-1", "--author", "officer 17"];
    let at = ["--at", "2026-11-24T08:00:00Z", "--expires", "2027-11-24T08:00:00Z"];
    let reason = ["--reason", "other owner"];
    assert_eq!(screen(&settle).status, 2, "without a reason");
    let settled = screen(&[&settle[..], &reason, &at].concat());
    assert_eq!((settled.status, &settled.json()[0]["hits"][0]["standing"]), (0, &json!("settled")));
    assert_valid("screen", &settled.json());
    let standing = |at: &str, more: &[&str]| {
        let run = screen(&[&["--adjudications", &decisions, "--at", at], more].concat());
        let hit = run.json()[0]["hits"][0].clone();
        (run.status, hit["standing"].clone(), hit["decision"]["lapsed_because"].clone())
    };
    let (settled, lapsed) = (json!("settled"), json!("lapsed"));
    let null = Value::Null;
    assert_eq!(standing("2026-12-01T00:00:00Z", &[]), (0, settled, null));
    assert_eq!(standing("2027-12-01T00:00:00Z", &[]), (1, lapsed.clone(), json!("expired")));
    assert_eq!(
        standing("2026-12-01T00:00:00Z", &["--country", "DE"]),
        (1, lapsed.clone(), json!("party-changed"))
    );
    write("ZBT GENERAL");
    assert_eq!(standing("2026-12-01T00:00:00Z", &[]), (1, lapsed, json!("entry-changed")));
    let people = loadgate(&["screen", name, "--lists", &list, "--adjudications", &decisions]);
    assert!(people.text().contains("W-1 lapsed, the list says something else of the entry now: other owner"));
    let wrong = screen(&[&settle[..3], &["W-9", "--author", "officer 17"], &reason].concat());
    assert_eq!(wrong.status, 2);
    assert!(wrong.stderr.contains("nothing to settle"), "{}", wrong.stderr);
}

/// What cannot be is told and held against nobody.
#[test]
fn facts_that_cannot_be_are_problems_and_hide_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("watch.csv");
    let list = list.to_str().unwrap();
    let text = "# loadgate-watch-list: Border watch of Freedonia; edition: 2026-11-01\n\
                id,name,schema,birth_date,documents\n\
                W-1,Amr Ali,person,1961,\nW-2,Zephyr Qux,vessel,,imo:9187629\n";
    std::fs::write(list, text).unwrap();
    let cut = format!("ZEPHYR QUX {}", "ALI ".repeat(400));
    for (facts, told) in [
        (&["Amr Ali", "--birth-date", "1900-01-01"][..], "birth of nobody"),
        (&["Amr Ali", "--birth-date", "2999"], "birth of nobody"),
        (&["Zephyr Qux", "--schema", "vessel", "--document", "imo:9187620"], "no IMO number of a ship"),
        (&[cut.as_str()], "more than 1024 characters"),
    ] {
        let run = loadgate(
            &[&["screen"], facts, &["--lists", list, "--json", "--at", "2026-11-24T08:00:00Z"]].concat(),
        );
        let document = run.json();
        assert_eq!(run.status, 2, "{facts:?}");
        assert_eq!(document[0]["hits_count"], json!(1), "{document:#}");
        assert!(document[0]["problems"][0].as_str().unwrap().contains(told), "{document:#}");
    }
}

/// The address of an entry is a hit of its own, whatever the name says, and the gate tells it.
#[test]
fn the_address_of_an_entry_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("watch.csv");
    let list = list.to_str().unwrap();
    let text = "# loadgate-watch-list: Border watch of Freedonia; edition: 2026-11-01\n\
                id,name,address\nW-1,Zephyr Border Trading,\"77 Storybook Ave, Garden City, NY 11530, USA\"\n";
    std::fs::write(list, text).unwrap();
    let address = ["--address", "77 STORYBOOK AVENUE GARDEN CITY", "--country", "US"];
    let run = loadgate(&[&["screen", "SOMEBODY ELSE", "--json", "--lists", list], &address[..]].concat());
    assert_eq!(run.status, 1);
    assert_valid("screen", &run.json());
    let hit = &run.json()[0]["address_hits"][0];
    assert_eq!(hit["entity_id"], json!("W-1"));
    let csv = loadgate(&[&["screen", "SOMEBODY ELSE", "--csv", "--lists", list], &address[..]].concat());
    let line = csv.text().lines().nth(1).unwrap_or_default().to_owned();
    assert!(line.starts_with("1,SOMEBODY ELSE,,Border watch") && line.ends_with(",address,open"), "{line}");
    let parts: Vec<&str> =
        hit["evidence"].as_array().unwrap().iter().map(|part| part["part"].as_str().unwrap()).collect();
    assert_eq!(parts, ["number", "street", "city", "country"]);
    let waybill = "fixtures/cli/direct-FRAJFK.fwb";
    let run = loadgate(&["assess", waybill, "--json", "--at", "2026-11-24T08:20:00Z", "--lists", list]);
    assert_eq!(run.status, 0, "an address alone holds nothing");
    let load = &run.json()[0]["consignments"][0]["load"];
    let told = load["reasons"].as_array().unwrap().iter().find(|reason| reason["code"] == "address-hit");
    let message = told.unwrap()["message"].as_str().unwrap();
    assert!(
        message.starts_with("HOLLOW PINE KITCHENS INC is at the address of Zephyr Border Trading"),
        "{message}"
    );
}

/// The number of an entry's document is a hit of its own, whatever the name says, and the gate tells it.
#[test]
fn the_document_of_an_entry_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (list, older) = (path("watch.json"), path("older.json"));
    let text = |number: &str| {
        format!(
            "{{\"loadgate_watch_list\": {{\"title\": \"Border watch of Freedonia\", \"edition\": \"2026-11-01\"}}, \
             \"entries\": [{{\"id\": \"W-1\", \"name\": \"Zephyr Border Trading\", \
             \"documents\": [{{\"kind\": \"Trade licence\", \"number\": \"{number}\", \"country\": \"US\"}}]}}]}}"
        )
    };
    std::fs::write(&list, text("77-00199")).unwrap();
    std::fs::write(&older, text("78-00199")).unwrap();
    let screen = |more: &[&str]| loadgate(&[&["screen", "SOMEBODY ELSE", "--lists", &list], more].concat());
    let run = screen(&["--json", "--document", "A7654321", "--document", "trade licence:7700199@US"]);
    assert_eq!(run.status, 1, "{}", run.stderr);
    assert_valid("screen", &run.json());
    let item = &run.json()[0];
    assert_eq!(item["facts"]["documents"][0], json!({"kind": null, "number": "A7654321", "country": null}));
    let hit = &item["document_hits"][0];
    assert_eq!((&hit["entity_id"], &hit["matched"]["number"]), (&json!("W-1"), &json!("77-00199")));
    assert_eq!(hit["query"], json!({"kind": "trade licence", "number": "7700199", "country": "US"}));
    let csv = screen(&["--csv", "--document", "7700199"]);
    assert!(csv.text().contains("W-1,77-00199,,document,open"), "{}", csv.text());
    let people = screen(&["--document", "7700199"]);
    assert!(people.text().contains("SOMEBODY ELSE: 1 document hit"), "{}", people.text());
    assert_eq!(screen(&["--document", "7700199@OM"]).status, 0, "of another country");
    let wrong = screen(&["--document", "12"]);
    assert_eq!(wrong.status, 2);
    assert!(wrong.stderr.contains("four or more letters and digits"), "{}", wrong.stderr);
    // A hit by name tells of it among its evidence.
    let named = loadgate(&["screen", "ZEPHYR TRADING", "--json", "--document", "7700199", "--lists", &list]);
    assert_eq!(named.json()[0]["document_hits"], json!([]));
    let evidence = named.json()[0]["hits"][0]["evidence"].to_string();
    assert!(evidence.contains("document-same"), "{evidence}");
    // In a batch, and of a stored party.
    let (batch, stored) = (path("batch.csv"), path("stored.jsonl"));
    std::fs::write(&batch, "name,documents\nSomebody Else,A7654321; 7700199\nNobody,1;7700199\n").unwrap();
    let run = loadgate(&["screen", "--batch", &batch, "--json", "--lists", &list]);
    assert_eq!(run.json()[0]["document_hits"][0]["entity_id"], json!("W-1"));
    assert!(run.json()[1]["problems"][0].as_str().unwrap().starts_with("document \"1\" has no number"));
    assert_eq!(run.json()[1]["document_hits"][0]["entity_id"], json!("W-1"));
    std::fs::write(&stored, "{\"id\":\"P-1\",\"name\":\"Somebody Else\",\"documents\":[\"7700199\"]}\n")
        .unwrap();
    let run =
        loadgate(&["screen", "--stored", &stored, "--changed-from", &older, "--lists", &list, "--json"]);
    assert_eq!((run.json()[0]["id"].clone(), run.status), (json!("P-1"), 1), "{}", run.stderr);
    assert_eq!(run.json()[0]["document_hits"][0]["entity_id"], json!("W-1"));
}

/// What a node tells of parties is, field by field, what the command tells of them.
#[test]
fn a_node_tells_of_parties_what_the_command_tells() {
    let folder = tempfile::tempdir().unwrap();
    let rows = [
        ["Tarn of Vellum Shiping", "organisation", "", "DE", "3 Unmapped Wharf, Port Nusquam", ""],
        ["Pilar Ostregan", "person", "1961", "", "", "passport:A1234567@IR;nothing@@"],
        ["Pilar Ostregan", "animal", "1861-04-30", "Nowhere", "", ""],
        ["---", "", "", "", "", ""],
        ["Nobody Whatever", "", "30/04/1961", "", "", ""],
    ];
    let csv = folder.path().join("parties.csv");
    let lines = rows.map(|row| row.map(|field| format!("\"{field}\"")).join(",")).join("\n");
    std::fs::write(&csv, format!("name,schema,birth_date,country,address,documents\n{lines}\n")).unwrap();
    let lists = root().join(LISTS);
    let here = loadgate(&["screen", "--json", "--batch", csv.to_str().unwrap(), "--lists", LISTS]);

    let settings = format!("lists = [{:?}]\n", lists.to_str().unwrap());
    let tokens = configure(folder.path(), &settings, &[("duty", "officer of us-acas")]);
    let node = Served::start(folder.path(), &tokens);
    let party = |[name, schema, birth_date, country, address, documents]: [&str; 6]| {
        let documents: Vec<&str> = documents.split_terminator(';').collect();
        json!({ "name": name, "schema": schema, "birth_date": birth_date, "country": country, "address": address,
            "documents": documents })
    };
    let asked = json!({ "parties": rows.map(party), "limit": 100 }).to_string();
    let (status, there) = node.request("duty", "POST", "/v1/screenings", &asked);
    assert_eq!(status, 200, "{there}");
    assert_valid("screen", &there);
    // A request has no lines and no file.
    let without_place = |document: &Value| {
        let mut entries = document.as_array().unwrap().clone();
        for entry in &mut entries {
            entry["line"] = Value::Null;
            if entry["file"].is_string() {
                entry["file"] = json!("-");
            }
        }
        entries
    };
    assert_eq!(without_place(&here.json()), without_place(&there));
    assert!(!there[0]["hits"].as_array().unwrap().is_empty(), "{there}");
}
