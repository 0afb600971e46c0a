//! Cargo-IMP fixtures against their expectation files, and properties that hold for each of them.
//!
//! `UPDATE_EXPECT=1 cargo test -p formats --test cargo_imp` writes the expectation files anew.
// Whoever runs the tests should know what they left out.
#![allow(clippy::print_stdout)]
#![allow(clippy::unwrap_used)]

mod support;

use finding::{Finding, Severity, codes::wire};
use formats::register::{self, Family};
use std::collections::BTreeSet;
use std::path::PathBuf;
use support::{decode_all, dump, expect, files, root};

fn fixtures() -> Vec<PathBuf> {
    let found = files(&root().join("fixtures/cargo-imp"), "txt");
    assert!(found.len() > 50, "only {} fixtures found", found.len());
    found
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(root().join("fixtures/cargo-imp").join(name)).unwrap()
}

fn wire_findings(bytes: &[u8]) -> Vec<Finding> {
    let filings = decode_all(bytes);
    filings
        .into_iter()
        .flat_map(|filing| filing.findings)
        .filter(|found| found.code.section() == "wire")
        .collect()
}

#[test]
fn fixtures_read_as_expected() {
    let wrong: Vec<String> = fixtures()
        .iter()
        .filter_map(|path| expect(path, &dump(&decode_all(&std::fs::read(path).unwrap()))).err())
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A message that has its form says nothing of it; nothing of it is set aside.
#[test]
fn conforming_messages_have_no_findings_about_the_wire() {
    let conforming = [
        "fwb/001-v17-every-segment.txt",
        "fwb/002-v16-every-party-form.txt",
        "fwb/003-v9-legacy.txt",
        "fwb/009-routing-of-a-carrier-alone.txt",
        "fwb/012-lower-case-tabs-trailing-blanks.txt",
        "fwb/020-byte-order-mark-CRLF.txt",
        "fwb/021-CR-only-no-final-end.txt",
        "fhl/001-v5-single-house.txt",
        "fhl/002-v4-single-house.txt",
        "fhl/003-v4-check-list.txt",
        "fhl/006-text-differs-from-house-line.txt",
        "fsu/001-flight-statuses.txt",
        "fsa/001-answer-of-two-waybills.txt",
        "ffm/001-v8-two-stations.txt",
        "oci/001-block.txt",
        "csn/001-one-statement.txt",
        "csn/002-several-statements.txt",
        "psn/001-referral-of-a-house.txt",
        "psn/002-released-and-complete.txt",
        "per/001-two-errors-of-a-house.txt",
    ];
    for name in conforming {
        assert_eq!(wire_findings(&fixture(name)), [], "{name}");
        for filing in decode_all(&fixture(name)) {
            assert!(filing.uninterpreted.iter().all(|kept| kept.known), "{name}");
        }
    }
}

/// Every version the register says is read is read as itself.
#[test]
fn every_version_of_the_register_is_read() {
    let examples = [
        ("FWB", "fwb/002-v16-every-party-form.txt", "FWB/16"),
        ("FHL", "fhl/002-v4-single-house.txt", "FHL/4"),
        ("FSU", "fsu/001-flight-statuses.txt", "FSU/15"),
        ("FSA", "fsa/001-answer-of-two-waybills.txt", "FSA/13"),
        ("FFM", "ffm/001-v8-two-stations.txt", "FFM/8"),
        ("FNA", "fna/001-rejected-whole-message.txt", "FNA/1"),
        ("FMA", "fma/001-accepted-houses.txt", "FMA"),
        ("CSN", "csn/001-one-statement.txt", "CSN/3"),
        ("OCI", "oci/001-block.txt", ""),
    ];
    for row in register::all().iter().filter(|row| row.family() == Family::CargoImp && row.is_read()) {
        let (_, name, identifier) = examples.iter().find(|(format, ..)| *format == row.name()).unwrap();
        let text = String::from_utf8(fixture(name)).unwrap();
        assert!(text.starts_with(identifier));
        for version in row.versions() {
            let stated = format!("{}/{version}", row.name());
            let filings = decode_all(text.replacen(identifier, &stated, 1).as_bytes());
            assert_eq!(filings[0].format.map(|format| format.to_string()).as_ref(), Some(&stated));
            let read = !filings[0].consignments.is_empty() || !filings[0].notices.is_empty();
            assert!(read, "{stated}");
            let unknown = filings[0].findings.iter().find(|finding| finding.code == wire::VERSION_UNKNOWN);
            assert_eq!(unknown, None, "{stated}");
        }
    }
    for row in register::all().iter().filter(|row| row.family() == Family::CargoImp && !row.is_read()) {
        let filings = decode_all(format!("{}/3\nSOME/TEXT\n", row.name()).as_bytes());
        let codes: Vec<_> = filings[0].findings.iter().map(|finding| finding.code).collect();
        assert_eq!((filings.len(), codes), (1, vec![wire::FORMAT_NOT_READ]), "{row:?}");
        assert_eq!(filings[0].uninterpreted.iter().find(|kept| !kept.known).unwrap().text, "SOME/TEXT");
    }
}

/// Each finding that the text formats can make is made by some fixture; the others are named here, with
/// the test that makes them.
#[test]
fn every_finding_has_a_fixture() {
    let seen: BTreeSet<_> = fixtures()
        .iter()
        .flat_map(|path| wire_findings(&std::fs::read(path).unwrap()))
        .map(|finding| finding.code)
        .collect();
    let elsewhere = [
        // `bad_input` and `splitter`: inputs too large to be fixtures, or no text.
        wire::EMPTY_INPUT,
        wire::ZERO_BYTES_ONLY,
        wire::STILL_PACKED,
        wire::MESSAGE_TOO_LARGE,
        wire::REPEATS_LEFT_OUT,
        wire::FINDINGS_LEFT_OUT,
        // `mail`: only mails have other mails in them.
        wire::MAIL_NOT_ALONE,
        // `cargo_xml`: only documents have a header note.
        wire::CONSOLIDATION_CONTRADICTED,
    ];
    let missing: Vec<_> = wire::ALL
        .iter()
        .filter(|code| !seen.contains(code) && !elsewhere.contains(code))
        .filter(|code| !["xml-", "json-", "fact-"].iter().any(|start| code.id().starts_with(start)))
        .collect();
    assert!(missing.is_empty(), "no fixture makes {missing:?}");
}

/// Line ends are a matter of the network; nothing depends on them.
#[test]
fn line_ends_change_nothing() {
    for path in fixtures() {
        let bytes = std::fs::read(&path).unwrap();
        let plain: Vec<u8> = {
            let mut plain = Vec::new();
            let mut rest = bytes.iter().copied().peekable();
            while let Some(byte) = rest.next() {
                match byte {
                    b'\r' => {
                        rest.next_if_eq(&b'\n');
                        plain.push(b'\n');
                    }
                    byte => plain.push(byte),
                }
            }
            plain
        };
        let expected = dump(&decode_all(&plain));
        for end in ["\n", "\r", "\r\n"] {
            let mut changed = Vec::new();
            for byte in &plain {
                match byte {
                    b'\n' => changed.extend_from_slice(end.as_bytes()),
                    byte => changed.push(*byte),
                }
            }
            assert_eq!(dump(&decode_all(&changed)), expected, "{} with {end:?}", path.display());
        }
    }
}

/// The same text in every encoding it may come in.
#[test]
fn encodings_change_nothing_but_a_remark() {
    let text = String::from_utf8(fixture("fwb/002-v16-every-party-form.txt")).unwrap();
    let text = text.replace("ERDACHT PUMPEN", "ERDÄCHTE PÜMPEN");
    let expected = decode_all(text.as_bytes());
    let wide = |unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        format!("\u{FEFF}{text}").encode_utf16().flat_map(unit).collect()
    };
    let latin: Vec<u8> = text.chars().map(|character| u8::try_from(u32::from(character)).unwrap()).collect();
    let encodings = [
        (format!("\u{FEFF}{text}").into_bytes(), None),
        (latin, Some("windows-1252")),
        (wide(u16::to_le_bytes), Some("UTF-16LE")),
        (wide(u16::to_be_bytes), Some("UTF-16BE")),
    ];
    for (bytes, encoding) in encodings {
        let filings = decode_all(&bytes);
        assert_eq!(filings.len(), 1);
        assert_eq!(filings[0].consignments, expected[0].consignments, "{encoding:?}");
        let said = wire_findings(&bytes).first().map(|finding| finding.args[0].1.clone());
        assert_eq!(said.as_deref(), encoding);
    }
}

/// A broken message costs nothing but itself.
#[test]
fn messages_around_a_broken_one_are_complete() {
    let before = fixture("fwb/001-v17-every-segment.txt");
    let after = fixture("fhl/001-v5-single-house.txt");
    for broken in [
        "fwb/004-malformed-values.txt",
        "fhl/004-several-houses-with-parties.txt",
        "ffm/003-malformed.txt",
        "fwb/018-typeB-control-bytes.txt",
    ] {
        let broken = fixture(broken);
        let input = [&before[..], &broken, &after].concat();
        let filings = decode_all(&input);
        assert_eq!(filings.len(), 3);
        assert_eq!(filings[0].consignments, decode_all(&before)[0].consignments);
        let house = &filings[2].consignments[0];
        assert_eq!(house.key().to_string(), "888-30001226 house RH-A7");
        assert_eq!((house.pieces, house.oci.len()), (Some(4), 3));
        assert!(filings[2].findings.iter().all(|finding| finding.message_index == 2));
        // Cut anywhere, the broken one still ends where the next one starts.
        for cut in 0..broken.len() {
            let input = [&before[..], &broken[..cut], b"\n", &after].concat();
            let filings = decode_all(&input);
            assert_eq!(filings[0].consignments, decode_all(&before)[0].consignments, "cut at {cut}");
            let last = filings.last().unwrap();
            assert_eq!(last.consignments[0].key().to_string(), "888-30001226 house RH-A7", "cut at {cut}");
        }
    }
}

/// The identifier of a message is lost: its declaration must not pass to the message before it.
#[test]
fn a_declaration_never_passes_to_the_message_before() {
    let victim = fixture("fwb/003-v9-legacy.txt");
    for next in
        ["fwb/002-v16-every-party-form.txt", "fhl/001-v5-single-house.txt", "ffm/001-v8-two-stations.txt"]
    {
        let next = fixture(next);
        let end = next.iter().position(|byte| *byte == b'\n').unwrap();
        for lost in [&b""[..], b"F\n", b"FXB-16\n", b"FW\n\n"] {
            let input = [&victim[..], lost, &next[end + 1..]].concat();
            let filings = decode_all(&input);
            assert_eq!(filings[0].consignments, decode_all(&victim)[0].consignments);
            assert!(filings.len() > 1 && filings[1].format.is_none(), "{}", dump(&filings));
        }
        // Where nobody has split the input, what follows counts for nothing either.
        let whole = formats::RawMessage::whole([&victim[..], &next[end + 1..]].concat());
        let filing = formats::decode(&whole, support::received_at());
        assert_eq!(filing.consignments, decode_all(&victim)[0].consignments);
        assert!(filing.findings.iter().any(|finding| finding.severity >= Severity::Warning));
    }
}

/// Facts read by eye in the samples.
#[test]
fn samples_read_completely() {
    let folder = root().join("../shared/samples/cargo-imp");
    if !folder.is_dir() {
        // Whoever runs the tests should know what they left out.
        println!("skipped: no ../shared/samples");
        return;
    }
    let read = |name: &str| {
        let filings = decode_all(&std::fs::read(folder.join(name)).unwrap());
        assert_eq!(filings.len(), 1, "{name}");
        let filing = filings.into_iter().next().unwrap();
        assert!(filing.uninterpreted.iter().all(|kept| kept.known), "{name}");
        for finding in filing.findings.iter().filter(|finding| finding.code.section() == "wire") {
            let expected = [
                wire::PARTS_NOT_JOINED,
                wire::MESSAGE_ACKNOWLEDGED,
                wire::MESSAGE_REJECTED,
                // One sample is longer than Canada takes in one message.
                wire::MESSAGE_TO_BE_SPLIT,
            ];
            assert!(expected.contains(&finding.code), "{name}: {}", support::dump_finding(finding));
        }
        for consignment in &filing.consignments {
            assert_eq!(consignment.unreadable, [], "{name}");
        }
        filing
    };
    let facts = |name: &str, expected: &[&str]| {
        let text = dump(&[read(name)]);
        let lines: Vec<&str> = text.lines().map(|line| line.split("  @").next().unwrap().trim()).collect();
        let mut from = 0;
        for fact in expected {
            let found = lines[from..].iter().position(|line| line == fact);
            from += found.unwrap_or_else(|| panic!("{name}: no {fact:?} after line {from} of\n{text}")) + 1;
        }
        lines.len()
    };

    facts(
        "FWB17_117-41380802_ARNEWR_ecsd_OSS.txt",
        &[
            "Master 117-41380802",
            "origin: ARN",
            "destination: EWR",
            "pieces: 3",
            "weight: 268.8 KGM",
            "volume: 2.93 MC",
            "consolidation: Direct",
            "goods: \"CONSOLIDATED CAS PER ATTACHED MANIFEST\"",
            "hs 39172900",
            "hs 39173200",
            "dimensions CMT34-34-25/1, CMT163-87-100/1, CMT120-80-154/1",
            "shipper: NORDFRA FINLANDAIR . SEA LOGISTICSOY",
            "street: AEYRITIE 8 B",
            "city: VANTAA",
            "postcode: 01510",
            "country: FI",
            "consignee: NORDFRA USAAIR . SEA LOGISTICS INC.",
            "state: NY",
            "country: US",
            "telephone: 15165550102",
            "agent: NORDFRA FINLAND",
            "leg: ARN-EWR SK air declared",
            "special handling: ECC EAP SPX NST",
            "issuer FI/RA/00207-01 EndOf { year: 2028, month: 1 }",
            "acceptor FI/RA/00118-01",
            "acceptor FI/RA/00102-01",
            "method XRY (XRY)",
            "issued by LAHDENRANT AINO",
            "issued at 2025-05-22T13:42",
            "remark: HAWB.S ENCLOSED TO CONSOLIDATION POUCH",
        ],
    );
    facts(
        "FWB16_157-68076960_BSLDOH_ecsd_RA_OSS.txt",
        &[
            "Master 157-68076960",
            "pieces: 1",
            "weight: 40 KGM",
            "goods: \"PHARMACEUTICALS - NOT RESTRICTED\"",
            "hs 30049000",
            "goods: \"NOT RESTRICTED AS PER SPECIAL PROVISION A 199\"",
            "0.36 MC",
            "dimensions CMT120-80-37/1",
            "shipper: A  LINDENMANN - DE ROOS LTD",
            "street: GRENZACHERSTRASSE 124",
            "country: CH",
            "consignee: M S  AL NOOR SURGICAL",
            "city: DOHA",
            "country: QA",
            "leg: BSL-ZRH QR air declared",
            "leg: ZRH-DOH QR air declared",
            "special handling: PIL PIP ERT DNS SPX EAP ECC",
            "issuer CH/RA/00043-01 EndOf { year: 2028, month: 11 }",
            "acceptor CH/RA/00125-01 EndOf { year: 2029, month: 10 }",
            "issued by MAREN KELLI",
            "issued at 2026-04-16T11:41",
        ],
    );
    facts(
        "FWB16_098-30680650_FRADEL_typeB_MRNs.txt",
        &[
            "envelope BOMFMAI from DSGTPXA 311607 REUAGT87DEHTL/FRA01 at ---31T16:07",
            "Master 098-30680650",
            "pieces: 60",
            "weight: 1533.6 KGM",
            "consolidation: Consolidated",
            "shipper: FRACHTX GMBH",
            "street: GEBAEUDE 568 A CARGO CITY SUED",
            "consignee: SUNDARA FREIGHT MOVERS LIMITED",
            "country: IN",
            "identifier iata: 2347521",
            "notify: SUNDARA FREIGHT MOVERS LIMITED",
            "leg: FRA-DEL AI2026 ---01 air declared",
            "issuer DE/RA/01674-01 NotAttributed",
            "mrn: 25DE655171674953B2",
            "mrn: 25DE655172082021B0",
        ],
    );
    assert_eq!(read("FWB16_098-30680650_FRADEL_typeB_MRNs.txt").consignments[0].mrns.len(), 18);
    facts(
        "FHL5_157-43426040_AMSORD_ecsd_ACAS.txt",
        &[
            "House 157-43426040 house AMS00004138",
            "origin: AMS",
            "destination: ORD",
            "pieces: 7",
            "slac: 7",
            "weight: 837.2 KGM",
            "goods: \"ELECTROSTATIC POWDER COATING EQUIPMENT\"",
            "hs 842489",
            "shipper: VOLA SWITZERLAND GMBH",
            "country: CH",
            "consignee: VOLA USA",
            "city: INDIANAPOLIS",
            "state: IN",
            "issuer NL/RA/00324-00 EndOf { year: 2026, month: 10 }",
            "acceptor NL/RA/00576-00 EndOf { year: 2027, month: 9 }",
            "method EDD (EDD)",
            "statement GELEVERD DOOR OLDENBURGER 1-05",
            "statement PGTS C202605074734",
        ],
    );
    facts(
        "FHL5_157-46632843_LHRKUL_SPX.txt",
        &[
            "House 157-46632843 house RD1074205",
            "pieces: 1",
            "weight: 74 KGM",
            "goods: \"NATURAL FOOD\"",
            "hs 32030010",
            "shipper: FLORADAN UK LTD",
            "street: PARK ROAD OVERSEAL + POBOX SWAINS PARK",
            "consignee: SUNLAND BAKERY M S B",
            "state: SENAI",
            "special handling: SPX",
        ],
    );
    facts(
        "FSU14_157-53806270_FIW_ecsd_typeB.txt",
        &[
            "Status 157-53806270",
            "pieces: 2 (Part of Some(10))",
            "weight: 505.0 KGM",
            "equipment: PMC72534QR",
            "equipment: PMC77313QR",
            "status SPX by Oci",
            "issuer HK/RA/28490",
            "method XRY (XRY)",
            "issued by CHEN WEILI",
            "remark: FIW QR8403/20JUN1039/DOH/P2K505.0/S0720/A1008",
        ],
    );
    facts(
        "FSA14_157-41266466_DLV.txt",
        &[
            "Status 157-41266466",
            "pieces: 60",
            "other: ARROW AIR SERVICES LTD",
            "remark: DLV 24MAY1223/LHR/T60K1428/ARROW AIR SERVICES LTD",
        ],
    );
    facts("FMA_157-68076960.txt", &["Echo 157-68076960", "pieces: 1", "remark: ACCEPTED"]);
    facts("FNA1_157-68076960.txt", &["Echo 157-68076960", "remark: AWB SERIAL INVALID"]);
    facts(
        "OCI_block_ecsd_2.txt",
        &[
            "issuer NL/RA/00100-01 EndOf { year: 2027, month: 5 }",
            "received from NL/KC/00200-01 EndOf { year: 2026, month: 3 }",
            "issued by JOHN SMITH",
        ],
    );
    facts(
        "OCI_block_ecsd_1.txt",
        &["status SPX by Oci", "issuer NL/RA/00100-01 EndOf { year: 2027, month: 5 }", "method EDD (EDD)"],
    );

    facts(
        "FFM5_KZ134_20JUN_NRTORD.txt",
        &[
            "ManifestLine 933-22405670",
            "pieces: 2 (Part of Some(298))",
            "weight: 440.1 KGM",
            "volume: 0.39 MC",
            "goods: \"CONSOLIDATED CA\"",
            "leg: NRT-ORD KZ134 --06-20 air scheduled",
            "unit: PMC98669KZ",
            "special handling: EAW GEN",
            "remark: FIRMS-I338",
            "ManifestLine 205-33450222",
            "special handling: EAP SPX",
            "ManifestLine 933-33472176",
            "leg: NRT-ORD KZ134 --06-20 air scheduled",
            "leg: ORD-DFW KZ9233 --06-21 air scheduled",
            "ManifestLine 933-34675163",
            "pieces: 197",
            "unit: PMC99339KZ",
            "remark: ULD PMC99339KZ/W-3532.0 C-SH",
        ],
    );
    let manifest = read("FFM5_KZ134_20JUN_NRTORD.txt");
    assert_eq!(manifest.consignments.len(), 17);
    // Waybill 933-22405784 is spread over four units: 30, 5, 41 and, in the part that follows, the rest.
    let spread = manifest.consignments.iter().filter(|line| line.key().to_string() == "933-22405784");
    assert_eq!(spread.map(|line| line.pieces.unwrap()).collect::<Vec<_>>(), [30, 5, 41]);
}
