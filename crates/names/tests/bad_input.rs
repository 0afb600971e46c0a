//! Damaged files: a finding with its line, the rest loaded, and never a panic.
#![allow(clippy::unwrap_used)]

mod common;

use common::{FIXTURES, codes, fixture_files};
use names::{ListFile, Loaded, Query, Score, Snapshot, limits, load};
use proptest::prelude::*;

fn load_one(name: &str, bytes: impl Into<Vec<u8>>) -> Loaded {
    load(vec![ListFile { name: name.to_owned(), bytes: bytes.into() }])
}

fn entities(loaded: &Loaded) -> usize {
    loaded.lists.iter().map(|list| list.entities.len()).sum()
}

const SDN_TAIL: &str = ",-0- ,\"FICT\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n";

fn sdn(lines: &[&str]) -> Loaded {
    load_one("sdn.csv", lines.concat())
}

#[test]
fn a_malformed_record_is_a_finding_and_the_rest_loads() {
    let good = |id: u32| format!("{id},\"ZEPHYR {id}\"{SDN_TAIL}");
    let siblings = ("list-sibling-missing", None);
    let undated = ("list-undated", None);
    for (what, lines, expected, count) in [
        (
            "too few columns",
            vec!["1,\"ZEPHYR\",-0- \r\n".to_owned(), good(2)],
            ("list-record-columns", Some(1)),
            1,
        ),
        (
            "an open quotation mark",
            vec![good(1), "2,\"ZEPHYR,-0- \r\n".to_owned(), good(3)],
            ("list-record-columns", Some(2)),
            2,
        ),
        (
            "no number",
            vec![good(1), format!("x,\"ZEPHYR\"{SDN_TAIL}")],
            ("list-record-identifier", Some(2)),
            1,
        ),
        ("no name", vec![format!("1,-0- {SDN_TAIL}"), good(2)], ("list-record-nameless", Some(1)), 1),
        ("a number twice", vec![good(1), good(1)], ("list-identifier-repeated", Some(2)), 1),
        ("a name of signs", vec![format!("1,\"---\"{SDN_TAIL}"), good(2)], ("list-name-unusable", None), 1),
        (
            "a line without end",
            vec![good(1), "9".repeat(limits::LIST_LINE_BYTES + 1), "\r\n".to_owned(), good(2)],
            ("list-record-too-large", Some(2)),
            2,
        ),
        (
            "an unreadable date",
            vec![good(1), good(2).replace("-0- \r\n", "\"DOB yesterday.\"\r\n")],
            ("list-value-unreadable", Some(2)),
            2,
        ),
    ] {
        let loaded = sdn(&lines.iter().map(String::as_str).collect::<Vec<_>>());
        let found = codes(&loaded);
        assert!(found.contains(&siblings) && found.contains(&undated), "{what}: {found:?}");
        assert!(found.contains(&expected), "{what}: {found:?}");
        assert_eq!(entities(&loaded), count, "{what}");
    }
}

#[test]
fn records_of_other_editions_are_reported() {
    let sdn = format!("1,\"ZEPHYR\"{SDN_TAIL}");
    let loaded = load(vec![
        ListFile { name: "sdn.csv".to_owned(), bytes: sdn.into_bytes() },
        ListFile {
            name: "alt.csv".to_owned(),
            bytes: b"1,1,\"aka\",\"ZBT\",-0- \n7,2,\"aka\",\"NOBODY\",-0- \n".to_vec(),
        },
        ListFile { name: "add.csv".to_owned(), bytes: b"7,1,\"Shed 4\",-0- ,-0- ,-0- \n".to_vec() },
    ]);
    let expected = [("list-record-orphan", Some(2)), ("list-record-orphan", Some(1)), ("list-undated", None)];
    assert_eq!(codes(&loaded), expected);
    assert_eq!(loaded.findings.iter().map(|finding| finding.message_index).collect::<Vec<_>>(), [1, 2, 0]);
    assert_eq!(loaded.lists[0].entities[0].names.len(), 2);
}

#[test]
fn other_encodings_are_read() {
    let windows = format!("1,\"ZEFIR LIM\u{d3}N\"{SDN_TAIL}").chars().map(|c| c as u8).collect::<Vec<u8>>();
    let loaded = load_one("sdn.csv", windows);
    assert!(codes(&loaded).contains(&("list-encoding-guessed", Some(1))));
    assert_eq!(loaded.lists[0].entities[0].primary_name(), "ZEFIR LIMÓN");

    let text = "# loadgate-watch-list: Watch; edition: 2026\r\nid,name\r\n1,Zefír\r\n";
    let mut utf16 = vec![0xFF, 0xFE];
    utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let mut marked = vec![0xEF, 0xBB, 0xBF];
    marked.extend(text.as_bytes());
    for bytes in [utf16, marked, text.as_bytes().to_vec(), text.replace("\r\n", "\r").into_bytes()] {
        let loaded = load_one("watch.csv", bytes);
        assert_eq!((codes(&loaded), entities(&loaded)), (vec![], 1));
        assert_eq!(loaded.lists[0].entities[0].primary_name(), "Zefír");
    }

    let latin = b"<CONSOLIDATED_LIST><ENTITIES><ENTITY><DATAID>1</DATAID><FIRST_NAME>Zef\xEDr</FIRST_NAME></ENTITY></ENTITIES></CONSOLIDATED_LIST>";
    let loaded = load_one("un.xml", latin.to_vec());
    assert_eq!(codes(&loaded)[0].0, "list-encoding-guessed");
    assert_eq!(loaded.lists[0].entities[0].primary_name(), "Zefír");
}

#[test]
fn watch_lists_say_what_they_lack() {
    for (text, expected, count) in [
        (
            "# loadgate-watch-list\nid,name\n1,Zefir\n",
            vec![("watch-list-heading", Some(1)), ("list-undated", None)],
            1,
        ),
        (
            "# loadgate-watch-list: A; edition: soon\nid,name\n1,Zefir\n",
            vec![("watch-list-heading", Some(1)), ("list-undated", None)],
            1,
        ),
        (
            "# loadgate-watch-list: A; edition: 2026\nid,nom\n1,Zefir\n",
            vec![
                ("watch-list-column-unknown", Some(2)),
                ("watch-list-column-missing", Some(2)),
                ("list-without-entries", None),
            ],
            0,
        ),
        (
            "# loadgate-watch-list: A; edition: 2026\nname,id,colour\nZefir,1,red\n\n# note\nNadir,,red\n,3,red\nTalib,4\nOmar,1,red\n",
            vec![
                ("watch-list-column-unknown", Some(2)),
                ("list-record-identifier", Some(6)),
                ("list-record-nameless", Some(7)),
                ("list-record-columns", Some(8)),
                ("list-identifier-repeated", Some(9)),
            ],
            1,
        ),
        (
            "# loadgate-watch-list: A; edition: 2026\nid,name,schema,birth_date\n1,Zefir,lorry,then;1970\n",
            vec![("list-value-unreadable", Some(3)), ("list-value-unreadable", Some(3))],
            1,
        ),
        ("# loadgate-watch-list: A; edition: 2026\n", vec![("list-without-entries", None)], 0),
    ] {
        let loaded = load_one("watch.csv", text);
        assert_eq!((codes(&loaded), entities(&loaded)), (expected, count), "{text}");
    }
}

fn un(records: &str) -> Loaded {
    let text = format!(
        "<?xml version='1.0'?>\n<CONSOLIDATED_LIST dateGenerated='2026-11-02T00:00:00Z'><INDIVIDUALS>\n{records}\n</INDIVIDUALS></CONSOLIDATED_LIST>"
    );
    load_one("un.xml", text)
}

const RECORD: &str =
    "<INDIVIDUAL><REFERENCE_NUMBER>X.1</REFERENCE_NUMBER><FIRST_NAME>ZEFIR</FIRST_NAME></INDIVIDUAL>\n";

#[test]
fn broken_xml_yields_what_came_before() {
    let deep = |depth: usize| format!("{}{}", "<A>".repeat(depth), "</A>".repeat(depth));
    let other = RECORD.replace("X.1", "X.2");
    for (what, records, expected, count) in [
        ("cut in a record", format!("{RECORD}<INDIVIDUAL><FIRST_NAME>NA"), ("list-xml-broken", Some(5)), 1),
        (
            "elements crossed",
            format!("{RECORD}<INDIVIDUAL><A></B></INDIVIDUAL>"),
            ("list-xml-broken", Some(4)),
            1,
        ),
        (
            "an unknown entity",
            format!("{RECORD}{}", other.replace("ZEFIR", "Z&foo;R")),
            ("list-xml-entity", Some(4)),
            2,
        ),
        (
            "no identifier",
            format!("{}{RECORD}", other.replace("X.2", "")),
            ("list-record-identifier", Some(3)),
            1,
        ),
        (
            "no name",
            format!("{}{RECORD}", other.replace("ZEFIR", "na")),
            ("list-record-nameless", Some(3)),
            1,
        ),
        ("the same twice", format!("{RECORD}{RECORD}"), ("list-identifier-repeated", Some(4)), 1),
        (
            "deep inside a record",
            format!("<INDIVIDUAL>{}</INDIVIDUAL>\n{RECORD}", deep(10_000)),
            ("list-xml-too-deep", Some(3)),
            1,
        ),
        ("deep outside records", format!("{}\n{RECORD}", deep(10_000)), ("list-xml-too-deep", Some(3)), 1),
        (
            "a record of many elements",
            format!("<INDIVIDUAL>{}</INDIVIDUAL>\n{RECORD}", "<A/>".repeat(limits::XML_RECORD_ELEMENTS)),
            ("list-record-too-large", Some(3)),
            1,
        ),
        (
            "a record of much text",
            format!("<INDIVIDUAL>{}</INDIVIDUAL>\n{RECORD}", "Z".repeat(limits::XML_RECORD_BYTES + 1)),
            ("list-record-too-large", Some(3)),
            1,
        ),
    ] {
        let loaded = un(&records);
        let found = codes(&loaded);
        assert_eq!((found.as_slice(), entities(&loaded)), (&[expected][..], count), "{what}");
        assert_eq!(loaded.lists[0].edition.as_deref(), Some("2026-11-02"), "{what}");
    }
}

#[test]
fn xml_without_end_or_with_a_dtd_is_reported() {
    let loaded = load_one("un.xml", format!("<CONSOLIDATED_LIST>{RECORD}"));
    assert_eq!((codes(&loaded)[0].0, entities(&loaded)), ("list-xml-cut-off", 1));
    let loaded = load_one(
        "un.xml",
        format!("<!DOCTYPE x [<!ENTITY a \"b\">]>\n<CONSOLIDATED_LIST>{RECORD}</CONSOLIDATED_LIST>"),
    );
    assert_eq!(codes(&loaded), [("list-xml-dtd", Some(1)), ("list-without-entries", None)]);
    assert!(loaded.lists.is_empty());
}

#[test]
fn a_list_of_nothing_is_no_list() {
    let noise: Vec<u8> = (0..4096_u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    for name in ["sdn.csv", "ofac_sdn_2021-07.csv"] {
        for bytes in [Vec::new(), noise.clone(), vec![0x1A], b"\r\n\r\n".to_vec()] {
            let loaded = load_one(name, bytes);
            assert!(loaded.lists.is_empty());
            let worst = finding::worst(&loaded.findings);
            assert_eq!(worst, Some(finding::Severity::Error), "{:?}", codes(&loaded));
        }
    }
    assert_eq!(load_one("x.xml", noise.clone()).unrecognised, ["x.xml"]);
}

#[test]
fn findings_of_one_kind_are_capped() {
    let lines = "1,2\r\n".repeat(5_000);
    let loaded = load_one("sdn.csv", lines);
    let withheld =
        loaded.findings.iter().find(|finding| finding.code.id() == "list-findings-withheld").unwrap();
    assert!(loaded.findings.len() < 200);
    let text = withheld.message(Default::default());
    assert!(text.contains("list-record-columns") && text.contains("4900"), "{text}");
}

/// A change to the bytes of a file.
#[derive(Debug, Clone)]
enum Change {
    Replace(prop::sample::Index, u8),
    Insert(prop::sample::Index, Vec<u8>),
    Remove(prop::sample::Index, usize),
    Repeat(prop::sample::Index, usize),
    Cut(prop::sample::Index),
}

fn any_change() -> impl Strategy<Value = Change> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 1..6),
        prop::sample::select(vec![
            "\"",
            "<",
            "&",
            "</",
            "-0-",
            "<INDIVIDUAL>",
            "<!DOCTYPE a>",
            ";",
            "(",
            "\r",
            "#",
            "a.k.a. '"
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop_oneof![
        (any::<prop::sample::Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Replace(at, byte)),
        (any::<prop::sample::Index>(), piece).prop_map(|(at, piece)| Change::Insert(at, piece)),
        (any::<prop::sample::Index>(), 1_usize..40).prop_map(|(at, length)| Change::Remove(at, length)),
        (any::<prop::sample::Index>(), 1_usize..200).prop_map(|(at, length)| Change::Repeat(at, length)),
        any::<prop::sample::Index>().prop_map(Change::Cut),
    ]
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    if bytes.is_empty() {
        return;
    }
    match change {
        Change::Replace(at, byte) => {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        Change::Insert(at, piece) => {
            let at = at.index(bytes.len());
            bytes.splice(at..at, piece.iter().copied());
        }
        Change::Remove(at, length) => {
            let at = at.index(bytes.len());
            bytes.drain(at..(at + length).min(bytes.len()));
        }
        Change::Repeat(at, length) => {
            let at = at.index(bytes.len());
            let piece = bytes[at..(at + length).min(bytes.len())].to_vec();
            bytes.splice(at..at, piece);
        }
        Change::Cut(at) => bytes.truncate(at.index(bytes.len())),
    }
}

proptest! {
    #[test]
    fn mutated_lists_load_without_panic(which in 0..FIXTURES.len(), changes in prop::collection::vec(any_change(), 1..6)) {
        let mut files = fixture_files();
        for change in &changes {
            apply(&mut files[which].bytes, change);
        }
        let loaded = load(files);
        for list in &loaded.lists {
            prop_assert!(!list.entities.is_empty());
            prop_assert!(list.entities.iter().all(|entity| !entity.names.is_empty()));
        }
        for finding in &loaded.findings {
            prop_assert!(!finding.message(Default::default()).contains("{$"), "{:?}", finding);
        }
        let snapshot = Snapshot::new(loaded.lists);
        let query = Query::new("ZBT GENERAL TRADING");
        let threshold = Score::from_thousandths(600);
        prop_assert_eq!(snapshot.screen(&query, threshold), snapshot.screen_exhaustively(&query, threshold));
    }
}
