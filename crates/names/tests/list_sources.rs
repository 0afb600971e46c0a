//! Every form of list is read as its expectation file says, damaged files never panic, and the real UK list is read
//! whole where it is at hand.
//!
//! `UPDATE_EXPECT=1 cargo test -p names --test list_sources` writes the expectation files anew.
#![allow(clippy::unwrap_used)]

mod common;

use common::{codes, file, fixture_folder, samples};
use names::{
    DEFAULT_THRESHOLD, ListFile, Loaded, NameKind, Purpose, Quality, Query, Schema, Snapshot, limits, load,
};
use proptest::prelude::*;
use std::fmt::Write as _;

/// The invented lists with an expectation file, each a list of its own.
const FIXTURES: [&str; 7] = [
    "uk_sanctions_fictitious.csv",
    "uk_sanctions_fictitious.ods",
    "eu_fsf_fictitious.xml",
    "dfat_fictitious.csv",
    "dfat_fictitious.xlsx",
    "watch_json_fictitious.json",
    "ftm_fictitious.jsonl",
];

fn load_one(name: &str, bytes: impl Into<Vec<u8>>) -> Loaded {
    load(vec![ListFile { name: name.to_owned(), bytes: bytes.into() }])
}

/// Everything that came of a file, for people to read.
fn dump(loaded: &Loaded) -> String {
    let mut out = String::new();
    for list in &loaded.lists {
        let edition = list.edition.as_deref().unwrap_or("undated");
        writeln!(out, "{}: {} ({}, {edition})", list.source, list.title, list.purpose).unwrap();
        for entity in &list.entities {
            writeln!(out, "\n{} {}", entity.id, entity.schema.as_str()).unwrap();
            for name in &entity.names {
                let kind = match name.kind {
                    NameKind::Primary => "primary",
                    NameKind::OriginalScript => "original script",
                    NameKind::Alias(Quality::Strong) => "alias",
                    NameKind::Alias(Quality::Weak) => "weak alias",
                };
                writeln!(out, "  {kind}: {}", name.text).unwrap();
            }
            let lines = |label: &str, values: Vec<String>| {
                values.iter().map(|value| format!("  {label}: {value}\n")).collect::<String>()
            };
            out += &lines("born", entity.birth_dates.iter().map(ToString::to_string).collect());
            out += &lines("born in", entity.birth_places.clone());
            out += &lines("country", entity.countries.clone());
            out += &lines("address", entity.addresses.iter().map(names::Address::text).collect());
            let documents = entity.documents.iter();
            out += &lines(
                "document",
                documents
                    .map(|found| {
                        let country = found.country.as_deref().map(|name| format!(" ({name})"));
                        format!("{} {}{}", found.kind, found.number, country.unwrap_or_default())
                    })
                    .collect(),
            );
            out += &lines("programme", entity.programmes.clone());
            out += &lines("title", entity.titles.clone());
            out += &lines(
                "remarks",
                (!entity.remarks.is_empty()).then(|| entity.remarks.clone()).into_iter().collect(),
            );
        }
    }
    writeln!(out, "\nfindings").unwrap();
    for finding in &loaded.findings {
        let place = finding.position.map(|at| format!("{}:{} ", at.line, at.column)).unwrap_or_default();
        let severity = finding.severity;
        writeln!(out, "  {place}{severity:?} {}: {}", finding.code.id(), finding.message(Default::default()))
            .unwrap();
    }
    out
}

#[test]
fn every_form_is_read_as_expected() {
    for name in FIXTURES {
        let loaded = load(vec![file(&fixture_folder(), name)]);
        assert!(loaded.unrecognised.is_empty(), "{name} is not recognised");
        let found = dump(&loaded);
        let place = fixture_folder().join(format!("{name}.expect"));
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(&place, &found).unwrap();
        }
        let expected = std::fs::read_to_string(&place).unwrap_or_default();
        assert!(found == expected, "{}:\n{found}\nUPDATE_EXPECT=1 writes it anew", place.display());
    }
}

#[test]
fn parties_are_found_under_every_name() {
    let loaded = load(FIXTURES.iter().map(|name| file(&fixture_folder(), name)).collect());
    let snapshot = Snapshot::new(loaded.lists);
    for (query, ids) in [
        ("MAREK VANTABLACK", &["FRE0001", "2"][..]),
        ("Марек Вантаблэк", &["FRE0001"]),
        ("HAKEEM ALZEFIRI", &["EU.9001.1", "1", "fx-1"]),
        ("حكيم درويش الزفيري", &["EU.9001.1", "1", "fx-1"]),
        ("ZBT GENERAL TRADING", &["W-1"]),
    ] {
        let hits = snapshot.screen(&Query::new(query), DEFAULT_THRESHOLD);
        for id in ids {
            assert!(hits.iter().any(|hit| hit.entry.entity_id == *id), "{query}: no {id} in {hits:#?}");
        }
    }
}

#[test]
fn own_lists_state_their_purpose() {
    for (text, purpose, found) in [
        (
            "# loadgate-watch-list: A; edition: 2026; purpose: sanctions\nid,name\n1,Zefir\n",
            Purpose::Sanctions,
            0,
        ),
        (
            "# loadgate-watch-list: A; purpose: Security; edition: 2026\nid,name\n1,Zefir\n",
            Purpose::Security,
            0,
        ),
        ("# loadgate-watch-list: A; edition: 2026\nid,name\n1,Zefir\n", Purpose::Security, 0),
        ("# loadgate-watch-list: A; edition: 2026; purpose: fun\nid,name\n1,Zefir\n", Purpose::Security, 1),
        (
            "# loadgate-watch-list: A; edition: 2026; porpoise: sanctions\nid,name\n1,Zefir\n",
            Purpose::Security,
            1,
        ),
        (
            "{\"loadgate_watch_list\": {\"title\": \"A\", \"edition\": \"2026\", \"purpose\": \"sanctions\"}, \"entries\": [{\"id\": 1, \"name\": \"Zefir\"}]}",
            Purpose::Sanctions,
            0,
        ),
        (
            "{\"loadgate_watch_list\": {\"title\": \"A\", \"edition\": \"2026\", \"purpose\": 1}, \"entries\": [{\"id\": 1, \"name\": \"Zefir\"}]}",
            Purpose::Security,
            1,
        ),
    ] {
        let loaded = load_one("watch", text);
        assert_eq!((loaded.lists[0].purpose, loaded.findings.len()), (purpose, found), "{text}");
        assert!(loaded.findings.iter().all(|finding| finding.code.id() == "watch-list-heading"));
    }
}

#[test]
fn broken_json_yields_what_came_before() {
    let entry = "{\"id\": 1, \"name\": \"Zefir\"}";
    let heading = "{\"loadgate_watch_list\": {\"title\": \"A\", \"edition\": \"2026\"},\n\"entries\": [";
    let deep = format!("{{\"id\": 2, \"name\": {}1{}}}", "[".repeat(500), "]".repeat(500));
    let large = format!("{{\"id\": 2, \"name\": \"{}\"}}", "Z".repeat(limits::JSON_RECORD_BYTES));
    let other = entry.replace('1', "3");
    for (what, text, code, line, count) in [
        ("cut off", format!("{heading}{entry},\n{{\"id\": 2, \"na"), "list-json-broken", 3, 1),
        ("no comma", format!("{heading}{entry}\n{entry}]}}"), "list-json-broken", 3, 1),
        ("nested deeply", format!("{heading}{entry},\n{deep},\n{other}]}}"), "list-json-broken", 3, 2),
        ("a large entry", format!("{heading}{entry},\n{large},\n{other}]}}"), "list-record-too-large", 3, 2),
        ("no entries", format!("{heading}]}}"), "list-without-entries", 0, 0),
    ] {
        let loaded = load_one("watch.json", text);
        let line = (line > 0).then_some(line);
        assert_eq!(codes(&loaded), [(code, line)], "{what}");
        assert_eq!(loaded.lists.iter().map(|list| list.entities.len()).sum::<usize>(), count, "{what}");
    }
}

#[test]
fn spreadsheets_that_cannot_be_unpacked_are_reported() {
    let whole = file(&fixture_folder(), "uk_sanctions_fictitious.ods").bytes;
    for bytes in [&whole[..whole.len() / 2], b"PK\x03\x04".as_slice()] {
        let loaded = load_one("uk_sanctions.ods", bytes);
        assert_eq!(codes(&loaded), [("list-archive-broken", None), ("list-without-entries", None)]);
        assert!(!load_one("other.ods", bytes).unrecognised.is_empty());
    }
}

#[test]
fn a_spreadsheet_that_unpacks_without_end_stops_at_the_limit() {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    writer.start_file("content.xml", options).unwrap();
    writer.write_all(b"<a>Unique ID OFSI Group ID").unwrap();
    let blanks = vec![b' '; 1024 * 1024];
    for _ in 0..=limits::UNPACKED_BYTES / blanks.len() {
        writer.write_all(&blanks).unwrap();
    }
    let bytes = writer.finish().unwrap().into_inner();
    assert!(bytes.len() < limits::UNPACKED_BYTES / 100);
    let loaded = load_one("list.ods", bytes);
    assert_eq!(codes(&loaded), [("list-file-too-large", None), ("list-without-entries", None)]);
}

#[test]
fn repeated_cells_do_not_multiply_without_bound() {
    use std::io::Write;
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    writer.start_file("content.xml", options).unwrap();
    let titles = ["Unique ID", "OFSI Group ID", "Regime Name", "Name", "Type"];
    let cell = |text: &str, count: usize| {
        format!("<table-cell number-columns-repeated='{count}'><p>{text}</p></table-cell>")
    };
    let header: String = titles.iter().map(|title| cell(title, 1)).collect();
    let row = cell(&"ZEFIR ".repeat(100_000), 1_000_000);
    write!(writer, "<x><table-row>{header}</table-row>").unwrap();
    for _ in 0..4 {
        write!(writer, "<table-row>{row}</table-row>").unwrap();
    }
    write!(writer, "</x>").unwrap();
    let loaded = load_one("list.ods", writer.finish().unwrap().into_inner());
    assert_eq!(codes(&loaded), [("list-file-too-large", Some(2)), ("list-without-entries", None)]);
}

#[test]
fn the_real_uk_list_is_read_whole() {
    let name = "uk_fcdo_sanctions_list_2025-08-11.ods";
    let Some(folder) = samples() else { return };
    let loaded = load(vec![file(&folder, name)]);
    // Two persons of this edition have a blank for a name.
    let nameless: Vec<_> = loaded.findings.iter().map(|finding| finding.path.as_str()).collect();
    assert_eq!(nameless, ["BEL0174", "RUS1467"]);
    assert_eq!(codes(&loaded), [("list-record-nameless", None); 2]);
    let list = &loaded.lists[0];
    assert_eq!((list.source, list.edition.as_deref()), ("uk-sanctions", Some("2025-08-11")));
    // Counted in the raw file, without this reader: its rows, and cells that hold a type.
    let mut content = String::new();
    let archive = std::fs::File::open(folder.join(name)).unwrap();
    let mut archive = zip::ZipArchive::new(archive).unwrap();
    std::io::Read::read_to_string(&mut archive.by_name("content.xml").unwrap(), &mut content).unwrap();
    let cells = |wanted: &str| content.matches(&format!("<text:p>{wanted}</text:p>")).count();
    let of = |schema: Schema| list.entities.iter().filter(|entity| entity.schema == schema).count();
    assert_eq!(of(Schema::Person), cells("Individual") - nameless.len());
    assert_eq!(of(Schema::Organisation), cells("Entity"));
    assert_eq!(of(Schema::Vessel), cells("Ship"));
    let rows = content.matches("<table:table-row").count();
    // Beside the entries, a row of titles and the empty rest of the sheet.
    assert_eq!(list.entities.len(), rows - 2 - nameless.len());
    assert!(list.entities.iter().all(|entity| entity.programmes.len() == 1 && entity.names.len() == 1));
}

proptest! {
    #[test]
    fn mutated_lists_load_without_panic(
        which in 0..FIXTURES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_usize..4), 1..6),
    ) {
        let mut file = file(&fixture_folder(), FIXTURES[which]);
        for (at, byte, how) in &changes {
            let at = at.index(file.bytes.len().max(1));
            let signs = [b'"', b'{', b'[', b'<', b',', b'\n', b']', b'}'];
            match how {
                0 if at < file.bytes.len() => file.bytes[at] = *byte,
                1 => file.bytes.insert(at, signs[usize::from(*byte) % signs.len()]),
                2 => file.bytes.truncate(file.bytes.len() - (file.bytes.len() - at) / 4),
                _ => {
                    let end = (at + usize::from(*byte)).min(file.bytes.len());
                    file.bytes.drain(at.min(end)..end);
                }
            }
        }
        let loaded = load(vec![file]);
        for list in &loaded.lists {
            prop_assert!(!list.entities.is_empty());
            prop_assert!(list.entities.iter().all(|entity| !entity.names.is_empty()));
        }
        for finding in &loaded.findings {
            prop_assert!(!finding.message(Default::default()).contains("{$"), "{:?}", finding);
        }
    }
}
