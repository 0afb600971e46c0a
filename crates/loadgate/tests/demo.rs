//! The tour tells what the engine answers, and the engine answers what the staged day asks for.
#![allow(clippy::unwrap_used)]

use loadgate::demo::{DemoDocument, DemoOptions, SCHEMA, run};
use schemars::generate::SchemaSettings;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;

fn repository() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs the tests")).join("../..")
}

fn text(options: &DemoOptions) -> String {
    let mut out = Vec::new();
    run(options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn document() -> Value {
    serde_json::from_str(&text(&DemoOptions { json: true, ..DemoOptions::default() })).unwrap()
}

fn strings<'a>(value: &'a Value, name: &str) -> Vec<&'a str> {
    value.as_array().unwrap().iter().map(|item| item[name].as_str().unwrap()).collect()
}

/// Text without the escape sequences that style it.
fn plain(styled: &str) -> String {
    let mut text = String::new();
    let mut rest = styled;
    while let Some((before, after)) = rest.split_once('\u{1b}') {
        text.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    text + rest
}

/// A row of the board: flight and leg, aircraft, consignment, answer, the reasons that hold.
type Expected = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str]);

const BOARD: &[Expected] = &[
    ("9Z100 FRA-JFK", "pax", "888-10011120", "load", &[]),
    ("9Z100 FRA-JFK", "pax", "888-10005052", "hold", &["other-agency-hold"]),
    ("9Z100 FRA-JFK", "pax", "888-10006065", "hold", &["rfi-open"]),
    ("9Z100 FRA-JFK", "pax", "888-10004046", "load", &[]),
    ("8Z500 DXB-FRA", "pax", "999-20007072", "load", &[]),
    ("8Z500 DXB-FRA", "pax", "999-20008085", "hold", &["dnl-open"]),
    ("8Z500 DXB-FRA", "pax", "999-20009091 DX-17", "hold", &["not-filed", "filing-rejected"]),
    ("8Z500 DXB-FRA", "pax", "", "hold", &["identity-unknown", "message-faulty", "filing-rejected"]),
    ("9Z200 FRA-YYZ", "pax", "888-10001014", "load", &[]),
    ("9Z200 FRA-YYZ", "pax", "888-10001014 RH-A", "load", &[]),
    ("9Z200 FRA-YYZ", "pax", "888-10001014 RH-B", "load", &[]),
    ("9Z200 FRA-YYZ", "pax", "888-10001014 RH-C", "load", &[]),
    ("9Z710 FRA-NBO", "pax", "888-10009101", "load", &[]),
    ("9Z710 FRA-NBO", "pax", "888-10016160", "hold", &["status-nsc"]),
    ("9Z700 LOS-FRA", "cao", "888-10015154", "load", &[]),
    ("9Z777 JFK-YYZ", "pax", "888-10004046", "hold", &["rfi-open"]),
];

#[test]
fn each_row_of_the_board_has_its_answer_and_reasons() {
    let document = document();
    let board = &document["board"];
    assert_eq!(board["unplaced"], Value::Array(Vec::new()), "everything is on a flight of the schedule");
    let mut rows = Vec::new();
    for flight in board["flights"].as_array().unwrap() {
        let field = |name: &str| flight[name].as_str().unwrap().to_owned();
        let leg = format!("{} {}-{}", field("flight"), field("from"), field("to"));
        for row in flight["rows"].as_array().unwrap() {
            let parts = [row["master"].as_str(), row["house"].as_str()];
            let load = &row["load"];
            assert_eq!(load["simulated"], true, "{row}");
            assert_eq!(load["aircraft"], flight["aircraft"], "{row}");
            let held = load["decision"] == "hold";
            assert_eq!(load["valid_until"].is_null(), held, "only a load answer has a time: {row}");
            let holding: Vec<&str> = load["reasons"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|reason| reason["effect"] == "hold")
                .map(|reason| reason["code"].as_str().unwrap())
                .collect();
            rows.push((
                leg.clone(),
                field("aircraft"),
                parts.into_iter().flatten().collect::<Vec<_>>().join(" "),
                load["decision"].as_str().unwrap().to_owned(),
                holding.iter().map(|code| (*code).to_owned()).collect::<BTreeSet<_>>(),
            ));
        }
    }
    let expected: Vec<_> = BOARD
        .iter()
        .map(|(leg, aircraft, object, decision, reasons)| {
            let reasons = reasons.iter().map(|code| (*code).to_owned()).collect::<BTreeSet<_>>();
            ((*leg).to_owned(), (*aircraft).to_owned(), (*object).to_owned(), (*decision).to_owned(), reasons)
        })
        .collect();
    assert_eq!(rows.len(), expected.len());
    for (row, expected) in rows.iter().zip(&expected) {
        assert_eq!(row, expected);
    }
}

#[test]
fn the_document_keeps_to_its_schema() {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let schema = generator.into_root_schema_for::<DemoDocument>();
    let document = document();
    assert_eq!(document["schema"], SCHEMA);
    let validator = jsonschema::validator_for(schema.as_value()).unwrap();
    let errors: Vec<String> = validator.iter_errors(&document).map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
}

#[test]
fn what_informs_is_told_where_it_belongs() {
    let document = document();
    let cases = [
        ("9Z100", "888-10004046", "later-leg"),
        ("9Z100", "888-10006065", "name-hit"),
        ("9Z710", "888-10009101", "no-programme-binds"),
        ("8Z500", "999-20007072", "status-sufficient"),
    ];
    for (flight, master, code) in cases {
        let flights = document["board"]["flights"].as_array().unwrap();
        let flight = flights.iter().find(|known| known["flight"] == flight).unwrap();
        let row = flight["rows"].as_array().unwrap().iter().find(|row| row["master"] == master).unwrap();
        assert!(strings(&row["load"]["reasons"], "code").contains(&code), "{code} in {row}");
    }
}

/// The answers on the way: the question, the answer, the reasons that hold.
#[test]
fn the_questions_of_the_day_get_the_answers_of_the_hour() {
    let document = document();
    let answers: Vec<_> = document["story"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|step| step["kind"] == "answer")
        .map(|step| {
            let reasons = step["load"]["reasons"].as_array().unwrap();
            let holding = reasons.iter().filter(|reason| reason["effect"] == "hold");
            let holding: BTreeSet<&str> = holding.map(|reason| reason["code"].as_str().unwrap()).collect();
            (step["object"].as_str().unwrap(), step["load"]["decision"].as_str().unwrap(), holding)
        })
        .collect();
    let expected: &[(&str, &str, &[&str])] = &[
        ("888-10001014", "hold", &["house-missing"]),
        ("888-10001014", "hold", &["filing-rejected"]),
        ("888-10004046", "load", &[]),
        ("999-20007072", "hold", &["rfs-open", "hrcm-not-screened"]),
        ("888-10015154", "hold", &["status-sco-pax"]),
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|(object, decision, codes)| (*object, *decision, codes.iter().copied().collect::<BTreeSet<_>>()))
        .collect();
    assert_eq!(answers, expected);
}

#[test]
fn only_the_messages_made_wrong_have_errors() {
    let document = document();
    for step in document["story"].as_array().unwrap() {
        let Some(findings) = step["findings"].as_array() else { continue };
        let errors: Vec<&str> = findings
            .iter()
            .filter(|finding| finding["severity"] == "error")
            .map(|finding| finding["code"].as_str().unwrap())
            .collect();
        let file = step["file"].as_str().unwrap();
        if file.starts_with("13-") {
            assert_eq!(errors, ["awb-number-invalid"]);
            let place = (&findings[0]["line"], &findings[0]["column"]);
            assert_eq!(place, (&Value::from(2), &Value::from(1)), "{findings:?}");
        } else {
            assert_eq!(errors, [""; 0], "{file}: {findings:?}");
        }
    }
}

#[test]
fn every_file_of_the_folder_is_part_of_the_day_in_order() {
    let document = document();
    let told: Vec<&str> =
        document["story"].as_array().unwrap().iter().filter_map(|step| step["file"].as_str()).collect();
    let folder = repository().join("fixtures/demo/messages");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort_unstable();
    assert_eq!(told, files);
}

#[test]
fn the_text_tells_of_each_referral_and_says_that_it_is_staged() {
    let text = text(&DemoOptions { width: Some(100), ..DemoOptions::default() });
    // Where lines are broken is not the matter here.
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for kind in ["RFI (request for information)", "RFS (request for screening)", "DNL (do not load)"] {
        assert!(joined.contains(kind), "{kind} is missing in\n{text}");
    }
    let document = document();
    let story = document["story"].as_array().unwrap();
    let acts: Vec<&Value> = story.iter().filter(|step| step["kind"] == "act").collect();
    assert_eq!(joined.matches("Scripted act of the simulated authority").count(), acts.len());
    assert!(acts.iter().all(|act| act["scripted"] == true && act["simulated"] == true), "{acts:?}");
    assert!(joined.contains("7 of 10 pieces"), "{text}");
    assert!(!joined.contains("OFAC"), "the invented entries are shown on a real list:\n{text}");
    let board = text.split_once("FLIGHT BOARD").unwrap().1;
    assert!(text.starts_with("Loadgate demo") && text.lines().nth(1).unwrap().starts_with("FICTITIOUS"));
    assert!(board.lines().nth(1).unwrap().starts_with("FICTITIOUS"), "the board is marked by itself");
    assert!(text.lines().count() <= 176, "{} lines", text.lines().count());
}

#[test]
fn the_text_board_and_the_document_say_the_same() {
    let text = text(&DemoOptions::default());
    let board = text.split_once("FLIGHT BOARD").unwrap().1;
    for (word, decision) in [("✓ LOAD ", "load"), ("■ HOLD ", "hold")] {
        let rows = board.lines().filter(|line| line.starts_with(word)).count();
        assert_eq!(rows, BOARD.iter().filter(|row| row.3 == decision).count(), "{word}in\n{board}");
    }
    for (_, _, _, _, reasons) in BOARD {
        for code in *reasons {
            assert!(board.contains(code), "{code} is missing in\n{board}");
        }
    }
}

#[test]
fn the_board_names_its_columns_and_counts_masters_and_houses_apart() {
    let text = text(&DemoOptions { width: Some(100), ..DemoOptions::default() });
    let board = text.split_once("FLIGHT BOARD").unwrap().1;
    // One of the masters is on two flights, so that there is an answer more than there are consignments.
    let all = "10 masters, 4 houses, 1 unnumbered on 6 flights; 9 load, 7 hold";
    assert!(board.lines().next().unwrap().ends_with(all), "{board}");
    assert!(board.contains("1 master: 1 load; 3 houses: 3 load\n"), "{board}");
    assert_eq!(board.lines().filter(|line| line.starts_with("answer waybill      pcs    kg why")).count(), 6);
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for width in [60, 72, 80, 90, 100, 200] {
        let text = text(&DemoOptions { width: Some(width), ..DemoOptions::default() });
        for line in text.lines() {
            // The commands to try next are for copying and stay whole.
            let room = if line.starts_with("  loadgate ") { 100 } else { width.min(100) };
            assert!(line.chars().count() <= usize::from(room), "wider than {room}: {line}");
            assert_eq!(line.trim_end(), line, "blanks at the end of a line");
        }
    }
}

#[test]
fn colour_adds_nothing_but_colour() {
    let options = DemoOptions { width: Some(90), ..DemoOptions::default() };
    let bare = text(&options);
    let styled = text(&DemoOptions { color: true, ..options });
    assert!(!bare.contains('\u{1b}'));
    assert!(styled.contains('\u{1b}'));
    let trimmed: Vec<String> = plain(&styled).lines().map(|line| line.trim_end().to_owned()).collect();
    assert_eq!(trimmed, bare.lines().collect::<Vec<_>>());
}

#[test]
fn the_same_day_twice_is_the_same_text() {
    let options = DemoOptions::default();
    assert_eq!(text(&options), text(&options));
}

#[test]
fn the_commands_at_the_end_name_files_that_exist() {
    let text = text(&DemoOptions::default());
    let commands: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("  loadgate ")).collect();
    let verbs: Vec<&str> = commands.iter().filter_map(|command| command.split(' ').next()).collect();
    assert_eq!(verbs, ["check", "describe", "assess"]);
    for path in commands.iter().flat_map(|command| command.split(' ')).filter(|word| word.contains('/')) {
        assert!(repository().join(path).exists(), "{path}");
    }
}
