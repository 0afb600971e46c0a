//! `lists`: what lists hold, what changes, and the folder of editions.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use support::{files_below, loadgate, root};

const SDN: &str = "fixtures/cli/lists";
const OLD: &str = "fixtures/cli/editions/watch_list_2026-10.csv";
const NEW: &str = "fixtures/cli/editions/watch_list_2026-11.csv";

fn assert_valid(name: &str, document: &Value) {
    let schemas = loadgate::schema::all();
    let (_, schema) = schemas.iter().find(|(known, _)| *known == name).unwrap();
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    assert!(validator.is_valid(document), "{name}: {document:#}");
}

fn import(what: &str, into: &Path, more: &[&str]) -> support::Run {
    loadgate(&[&["lists", "import", what, "--into", into.to_str().unwrap(), "--json"], more].concat())
}

/// Every file of a folder with its bytes.
fn content(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    files_below(folder).into_iter().map(|path| (path.clone(), std::fs::read(&path).unwrap())).collect()
}

#[test]
fn a_list_is_shown_with_what_it_holds() {
    let run = loadgate(&["lists", "show", "--lists", SDN, OLD, "--json"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    let document = run.json();
    assert_valid("lists-show", &document);
    let sdn = &document[0];
    assert_eq!((&sdn["source"], &sdn["edition"]), (&json!("ofac-sdn"), &json!("2026-11")));
    assert_eq!((&sdn["entries"], &sdn["names"], &sdn["addresses"]), (&json!(2), &json!(3), &json!(1)));
    assert_eq!(sdn["files"].as_array().unwrap().len(), 3);
    assert_eq!((&document[1]["purpose"], &document[1]["names"]), (&json!("security"), &json!(5)));
    assert_eq!(loadgate(&["lists", "show", "--lists", "no such list"]).status, 2);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("watch.csv");
    let mut text = std::fs::read_to_string(root().join(OLD)).unwrap();
    text.push_str("F-9,too,short\n");
    std::fs::write(&path, text).unwrap();
    let faulty = loadgate(&["lists", "show", "--lists", path.to_str().unwrap(), "--json"]);
    assert_eq!(faulty.status, 1);
    let finding = &faulty.json()[0]["findings"][0];
    assert_eq!((&finding["code"], &finding["line"]), (&json!("list-record-columns"), &json!(7)));
}

#[test]
fn files_that_are_no_list_are_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let (list, other) = (folder.path().join("watch.csv"), folder.path().join("renamed.csv"));
    std::fs::copy(root().join(OLD), &list).unwrap();
    std::fs::write(&other, "1,2,3\n").unwrap();
    let place = folder.path().to_str().unwrap();
    let into = tempfile::tempdir().unwrap();
    for (name, run) in [
        ("lists-show", loadgate(&["lists", "show", "--lists", place, "--json"])),
        ("lists-diff", loadgate(&["lists", "diff", OLD, place, "--json"])),
        ("lists-import", import(place, into.path(), &[])),
    ] {
        let document = run.json();
        assert_valid(name, &document);
        assert_eq!(run.status, 1, "{name}");
        assert_eq!(document[0]["passed_over"], json!([other.to_str().unwrap()]), "{name}");
        assert!(run.stderr.contains("passed over"), "{name}: {}", run.stderr);
    }
}

#[test]
fn a_list_of_which_files_are_missing_is_refused_until_confirmed() {
    let folder = tempfile::tempdir().unwrap();
    let sdn = folder.path().join("invented_sdn_2026-11.csv");
    std::fs::copy(root().join(SDN).join("invented_sdn_2026-11.csv"), &sdn).unwrap();
    let sdn = sdn.to_str().unwrap();
    let shown = loadgate(&["lists", "show", "--lists", sdn, "--json"]);
    assert_eq!((shown.status, &shown.json()[0]["missing"]), (1, &json!(["alt", "add"])));
    let screen = |lists: &str| loadgate(&["screen", "Nadir Zefirov", "--lists", lists, "--json"]);
    let refused = screen(sdn);
    assert_eq!((refused.status, refused.text().as_str()), (2, ""));
    assert!(refused.stderr.contains("alt, add are missing"), "{}", refused.stderr);
    let into = tempfile::tempdir().unwrap();
    assert_eq!(import(sdn, into.path(), &[]).status, 2);
    assert_eq!(import(sdn, into.path(), &["--confirm-incomplete"]).status, 1);
    let screened = screen(into.path().to_str().unwrap());
    assert_eq!(screened.json()[0]["lists"][0]["missing"], json!(["alt", "add"]));
    assert!(screened.stderr.contains("not screened against"), "{}", screened.stderr);
}

#[test]
fn a_new_edition_is_told_by_what_it_changes() {
    let run = loadgate(&["lists", "diff", OLD, NEW, "--json"]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    let document = run.json();
    assert_valid("lists-diff", &document);
    let diff = &document[0];
    assert_eq!(diff["counts"], json!({"added": 1, "removed": 0, "changed": 2, "unchanged": 1}));
    assert_eq!(diff["added"], json!([{"entity_id": "F-4", "name": "Wexcombe Aerial Survey"}]));
    assert_eq!(
        diff["changed"][0]["changes"],
        json!([
            {"field": "alias", "added": ["Thomasina Orrelby"], "removed": []},
            {"field": "birth_date", "added": ["1969-05-14"], "removed": ["1969"]},
        ])
    );
    let back = loadgate(&["lists", "diff", NEW, OLD, "--json"]).json();
    assert_eq!(back[0]["removed"], diff["added"]);
    let other = loadgate(&["lists", "diff", SDN, NEW, "--json"]).json();
    assert_eq!((&other[0]["old"], &other[1]["new"]), (&Value::Null, &Value::Null));
    let both = loadgate(&["lists", "diff", "fixtures/cli/editions", NEW]);
    assert_eq!(both.status, 2);
    assert!(both.stderr.contains("two editions of Border watch of Freedonia"), "{}", both.stderr);
}

#[test]
fn a_folder_keeps_every_edition_and_uses_the_newest() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("lists");
    let first = import(OLD, &into, &[]);
    assert_eq!(first.status, 0, "{}", first.stderr);
    assert_valid("lists-import", &first.json());
    assert_eq!(import(SDN, &into, &[]).status, 0);
    let second = import(NEW, &into, &[]).json();
    assert_eq!((&second[0]["state"], &second[0]["diff"]["counts"]["added"]), (&json!("in_use"), &json!(1)));

    let screen = |name: &str| {
        loadgate(&["screen", name, "--json", "--lists", into.to_str().unwrap()]).json()[0].clone()
    };
    let hit = screen("Wexcombe Aerial Survey");
    assert_eq!(hit["hits"][0]["edition"], json!("2026-11-01"));
    assert_eq!(hit["lists"].as_array().unwrap().len(), 2);
    assert_eq!(screen("Tamsin Orrelby")["hits_count"], json!(1), "older editions are not screened against");

    let before = content(&into);
    assert_eq!(import(NEW, &into, &[]).json()[0]["state"], json!("already_in_use"));
    let kept = import(OLD, &into, &[]);
    assert_eq!((kept.status, &kept.json()[0]["state"]), (0, &json!("kept")));
    assert!(content(&into) == before);
    let assessed =
        loadgate(&["assess", "fixtures/cli/listed-FRAJFK.fwb", "--json", "--lists", into.to_str().unwrap()]);
    assert_eq!(assessed.json()[0]["consignments"][0]["matches"].as_array().unwrap().len(), 1);
}

#[test]
fn a_list_that_shrinks_is_refused_until_it_is_confirmed() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("lists");
    assert_eq!(import(NEW, &into, &[]).status, 0);
    let text = std::fs::read_to_string(root().join(NEW)).unwrap();
    let cut = folder.path().join("watch_list_2026-12.csv");
    let shorter: String =
        text.replace("2026-11-01", "2026-12-01").lines().take(6).flat_map(|line| [line, "\n"]).collect();
    std::fs::write(&cut, shorter).unwrap();
    let cut = cut.to_str().unwrap();
    let before = content(&into);
    let refused = import(cut, &into, &[]);
    assert_eq!((refused.status, refused.text().as_str()), (2, ""));
    assert!(
        refused.stderr.contains("from 4 entries") && refused.stderr.contains("--confirm-shrink"),
        "{}",
        refused.stderr
    );
    // Nothing is written, not even of a list that could be.
    let both = loadgate(&["lists", "import", SDN, cut, "--into", into.to_str().unwrap()]);
    assert_eq!(both.status, 2);
    assert!(content(&into) == before);
    assert_eq!(import(cut, &into, &["--shrink-max", "60"]).json()[0]["diff"]["counts"]["removed"], json!(1));
    let folder = folder.path().join("other");
    assert_eq!(import(NEW, &folder, &[]).status, 0);
    assert_eq!(import(cut, &folder, &["--confirm-shrink"]).json()[0]["state"], json!("in_use"));
}

#[test]
fn an_edition_that_was_changed_by_hand_is_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("lists");
    assert_eq!(import(NEW, &into, &[]).status, 0);
    let file = files_below(&into).into_iter().find(|path| path.ends_with("watch_list_2026-11.csv")).unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("F-4", "F-5")).unwrap();
    let run = loadgate(&["screen", "Tamsin Orrelby", "--lists", into.to_str().unwrap()]);
    assert_eq!((run.status, run.text().as_str()), (2, ""));
    assert!(run.stderr.contains("not those that were imported"), "{}", run.stderr);
    let pointer = files_below(&into).into_iter().find(|path| path.ends_with(".in-use")).unwrap();
    std::fs::write(&pointer, "../elsewhere\n").unwrap();
    assert_eq!(loadgate(&["screen", "Tamsin Orrelby", "--lists", into.to_str().unwrap()]).status, 2);
}

#[cfg(unix)]
#[test]
fn an_import_that_fails_leaves_what_was_in_use() {
    let folder = tempfile::tempdir().unwrap();
    let into = folder.path().join("lists");
    assert_eq!(import(OLD, &into, &[]).status, 0);
    let list = std::fs::read_dir(&into).unwrap().next().unwrap().unwrap().path();
    // Something else stands where the files would be written.
    let digits = loadgate(&["lists", "show", "--lists", NEW, "--json"]).json()[0]["sha256"].as_str().unwrap()
        [..12]
        .to_owned();
    std::fs::write(list.join(format!("2026-11-01_{digits}")), "in the way").unwrap();
    let failed = import(NEW, &into, &[]);
    assert_eq!(failed.status, 2, "{}", failed.text());
    assert!(failed.stderr.contains("could not be written"), "{}", failed.stderr);
    let run = loadgate(&["screen", "Tamsin Orrelby", "--json", "--lists", into.to_str().unwrap()]);
    assert_eq!(run.json()[0]["hits"][0]["edition"], json!("2026-10-01"));
    let left = std::fs::read_dir(&list).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(!left.into_iter().any(|name| name.to_string_lossy().starts_with(".unfinished")));
}

#[test]
fn lists_to_show_are_named_as_elsewhere() {
    let by_option = loadgate(&["lists", "show", "--json", "--lists", SDN]);
    let by_name = loadgate(&["lists", "show", "--json", SDN]);
    assert_eq!((by_name.status, by_name.text()), (by_option.status, by_option.text()));
    assert_eq!(loadgate(&["lists", "show"]).status, 2);
}
