//! XFWB and XFZB: fixtures, variants of spelling, faults, limits, mutations, and the samples.

#![allow(clippy::unwrap_used)]

mod dump;

use consignment::security::SecurityStatus;
use consignment::{Consolidation, Filing, Mode, Purpose};
use finding::codes::wire;
use finding::{Code, Severity};
use formats::limits::{FINDINGS_MAX, REPEATS_MAX};
use formats::{RawMessage, Splitter};
use proptest::prelude::*;
use std::fmt::Write;

fn decode(bytes: impl Into<Vec<u8>>) -> Filing {
    let received_at = "2026-11-24T12:00:00Z".parse().unwrap();
    formats::decode(&RawMessage::whole(bytes), received_at)
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(dump::fixtures("cargo-xml").join(name)).unwrap()
}

fn fixture_names() -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(dump::fixtures("cargo-xml"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".xml"))
        .collect();
    names.sort();
    assert!(names.len() > 10);
    names
}

fn codes_of(filing: &Filing) -> Vec<Code> {
    filing.findings.iter().map(|finding| finding.code).collect()
}

/// A finding about a document cites no rule of the text messages alone.
#[test]
fn findings_cite_rules_that_hold_for_documents() {
    for name in fixture_names() {
        for finding in decode(fixture(&name)).findings {
            let reference = finding.code.reference();
            let text_only = reference.contains("Cargo-IMP") && !reference.contains("Cargo-XML");
            assert!(!text_only, "{name}: {} cites {reference}", finding.code);
        }
    }
}

#[test]
fn fixtures_read_as_expected() {
    for name in fixture_names() {
        let text = dump::filing(&decode(fixture(&name)));
        dump::expect(&dump::fixtures("cargo-xml").join(name.replace(".xml", ".expect")), &text);
    }
}

/// Says the same, wherever it stood.
fn same(a: &Filing, b: &Filing) -> bool {
    a.format == b.format
        && a.purpose == b.purpose
        && codes_of(a) == codes_of(b)
        && a.consignments.len() == b.consignments.len()
        && a.consignments.iter().zip(&b.consignments).all(|(a, b)| a.same_content(b))
}

#[test]
fn prefixes_and_layout_do_not_matter() {
    let text = String::from_utf8(fixture("xfwb5_direct.xml")).unwrap();
    let original = decode(text.clone());
    assert_eq!(original.consignments.len(), 1);
    let variants = [
        (
            "other prefixes",
            text.replace("rsm:", "ns2:")
                .replace(":rsm=", ":ns2=")
                .replace("ram:", "q1:")
                .replace(":ram=", ":q1="),
        ),
        (
            "default data model",
            text.replace("<ram:", "<").replace("</ram:", "</").replace("xmlns:ram=", "xmlns="),
        ),
        ("swapped prefixes", {
            let swapped = text.replace("rsm:", "TMP:").replace("ram:", "rsm:").replace("TMP:", "ram:");
            swapped
                .replace(":rsm=\"iata:waybill:1\"", ":ram=\"iata:waybill:1\"")
                .replace("xmlns:ram=\"iata:datamodel:3\"", "xmlns:rsm=\"iata:datamodel:3\"")
        }),
        ("carriage returns", text.replace('\n', "\r\n")),
        ("byte order mark", format!("\u{FEFF}{text}")),
        ("single quotes", text.replace('"', "'")),
    ];
    for (what, variant) in variants {
        let read = decode(variant);
        assert!(same(&read, &original), "{what}:\n{}", dump::filing(&read));
    }
    let utf16: Vec<u8> = format!("\u{FEFF}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut read = decode(utf16);
    assert_eq!(codes_of(&read)[0], wire::TEXT_NOT_UTF8);
    read.findings.remove(0);
    assert!(same(&read, &original));
}

#[test]
fn versions_are_read_and_unknown_ones_told() {
    let text = String::from_utf8(fixture("xfwb5_direct.xml")).unwrap();
    let original = decode(text.clone());
    for (stated, version, told) in [
        ("3.00", Some(3), None),
        ("4", Some(4), None),
        ("5.00", Some(5), None),
        ("2.00", Some(2), Some(wire::VERSION_UNKNOWN)),
        ("6.00", Some(6), Some(wire::VERSION_UNKNOWN)),
        ("XXXXXXXXXX", None, Some(wire::VALUE_INVALID)),
        ("", None, Some(wire::VERSION_MISSING)),
    ] {
        let read = decode(text.replace(">5.00<", &format!(">{stated}<")));
        assert_eq!(read.format.unwrap().version, version, "{stated}");
        let expected: Vec<Code> = codes_of(&original).into_iter().chain(told).collect();
        let mut found = codes_of(&read);
        for code in expected {
            let at = found.iter().position(|other| *other == code);
            found.remove(at.unwrap_or_else(|| panic!("{stated}: no {code}")));
        }
        assert_eq!(found, [], "{stated}");
        assert!(read.consignments[0].same_content(&original.consignments[0]), "{stated}");
    }
}

#[test]
fn whatever_says_consolidation_makes_one() {
    let text = String::from_utf8(fixture("xfwb5_direct.xml")).unwrap();
    let note = "<ram:ContentCode>D</ram:ContentCode>";
    for (code, said, consolidation, contradicted) in [
        ("740", "D", Consolidation::Direct, false),
        ("740", "C", Consolidation::Consolidated, true),
        ("741", "C", Consolidation::Consolidated, false),
        ("741", "D", Consolidation::Consolidated, true),
        ("741", "", Consolidation::Consolidated, false),
        ("740", "X", Consolidation::Direct, false),
        ("", "C", Consolidation::Consolidated, false),
    ] {
        let read = decode(
            text.replace(">740<", &format!(">{code}<"))
                .replace(note, &format!("<ram:ContentCode>{said}</ram:ContentCode>")),
        );
        assert_eq!(read.consignments[0].consolidation, consolidation, "{code} {said}");
        let found = codes_of(&read).contains(&wire::CONSOLIDATION_CONTRADICTED);
        assert_eq!(found, contradicted, "{code} {said}");
    }
}

#[test]
fn times_of_issue_keep_their_exactness() {
    let text = String::from_utf8(fixture("xfwb5_direct.xml")).unwrap();
    let original = decode(text.clone());
    let issue = &original.consignments[0].issue;
    assert_eq!((issue.by.as_str(), issue.for_shipper.as_str()), ("JOHN EXAMPLE", "JANE EXAMPLE"));
    for (stated, read) in [
        ("2026-11-23T14:05:00+01:00", Some("2026-11-23T13:05:00Z")),
        ("2026-11-23T14:05:00", Some("2026-11-23T14:05:00")),
        // The time of the signature stands in for that of the message.
        ("", Some("2026-11-23T14:00:00")),
        ("YESTERDAY", Some("2026-11-23T14:00:00")),
    ] {
        let filing = decode(text.replace(">2026-11-23T14:05:00+01:00<", &format!(">{stated}<")));
        let consignment = &filing.consignments[0];
        let at = consignment.issue.at().map(|at| at.to_string());
        assert_eq!(at.as_deref(), read, "{stated}");
        let told = codes_of(&filing).contains(&wire::VALUE_INVALID);
        assert_eq!(told, stated == "YESTERDAY", "{stated}");
        // A message that is sent again is made again, and says nothing new.
        assert_eq!(consignment.same_content(&original.consignments[0]), !told, "{stated}");
    }
}

#[test]
fn nothing_of_a_document_is_dropped() {
    // Values that become typed ones, which are written another way.
    let typed = ["TypeCode", "IssueDateTime", "PurposeCode", "VersionID", "ModeCode", "SequenceNumeric"];
    for name in ["xfwb5_direct.xml", "xfzb3_single.xml", "xfzb4_three_houses.xml", "xfwb3_consolidation.xml"]
    {
        let text = String::from_utf8(fixture(name)).unwrap();
        let read = format!("{:?}", decode(text.clone())).to_uppercase().replace(['-', ' '], "");
        for piece in text.split('<').filter(|piece| !piece.starts_with(['/', '!', '?'])) {
            let Some((tag, value)) = piece.split_once('>') else { continue };
            let element = tag.split([' ', ':']).find(|part| part.starts_with(char::is_uppercase));
            let skipped =
                element.is_some_and(|element| typed.contains(&element) || element.ends_with("Time"));
            for line in value.lines().map(str::trim).filter(|line| !line.is_empty() && !skipped) {
                let line = line.split('&').next().unwrap().trim().trim_end_matches(".0").to_uppercase();
                // A flight is written in its shortest form.
                let squeezed = line.replace(['-', ' '], "").replace("9Z0", "9Z").replace("8Z00", "8Z");
                let squeezed = squeezed.trim_start_matches('0');
                assert!(read.contains(squeezed), "{name}: {tag} {line}");
            }
        }
    }
}

#[test]
fn packages_inside_the_items_are_counted_where_the_consignment_counts_none() {
    let text = String::from_utf8(fixture("xfwb5_direct.xml")).unwrap();
    let whole = "<ram:PackageQuantity>240</ram:PackageQuantity>";
    let pieces = "<ram:PieceQuantity>";
    let inside = "<ram:PackageQuantity>111</ram:PackageQuantity><ram:PieceQuantity>";
    let slac = |text: String| decode(text).consignments[0].slac;
    let items = decode(text.clone()).consignments[0].goods.len() as u32;
    assert_eq!(slac(text.replace(whole, "")), None);
    assert_eq!(slac(text.replace(pieces, inside)), Some(240));
    // The second rating gives an item again, which is not counted twice.
    assert_eq!(slac(text.replace(whole, "").replace(pieces, inside)), Some(111 * items));
}

#[test]
fn purposes_in_words_and_codes() {
    let text = String::from_utf8(fixture("xfwb5_direct.xml")).unwrap();
    for (stated, purpose) in [
        ("Creation", Purpose::Creation),
        ("9", Purpose::Creation),
        ("Update", Purpose::Update),
        ("5", Purpose::Update),
        ("Deletion", Purpose::Deletion),
        ("3", Purpose::Deletion),
        ("1", Purpose::Deletion),
    ] {
        let read = decode(text.replace(">Creation<", &format!(">{stated}<")));
        assert_eq!(read.purpose, purpose, "{stated}");
        assert!(!codes_of(&read).contains(&wire::VALUE_INVALID), "{stated}");
    }
}

#[test]
fn a_document_cut_anywhere_is_told_and_gives_what_came_before() {
    for (name, step) in [("xfwb3_consolidation.xml", 1), ("xfzb3_single.xml", 1), ("xfwb5_direct.xml", 13)] {
        let whole = fixture(name);
        let complete = decode(whole.clone());
        let end = whole.iter().rposition(|byte| *byte == b'>').unwrap();
        for cut in (1..=end).step_by(step) {
            let read = decode(&whole[..cut]);
            let stops = [wire::XML_TRUNCATED, wire::FORMAT_UNKNOWN];
            let told = read.findings.iter().filter(|finding| stops.contains(&finding.code)).count();
            assert_eq!(told, 1, "{name} cut at {cut}: {:?}", codes_of(&read));
            assert!(!codes_of(&read).contains(&wire::SEGMENT_MISSING), "{name} cut at {cut}");
            // What was read is what the whole document says; a value that was cut is no value.
            for consignment in &read.consignments {
                let full = &complete.consignments[0];
                assert!(consignment.master.is_none_or(|master| Some(master) == full.master));
                assert!(consignment.weight.is_none_or(|weight| Some(weight) == full.weight));
                assert!(consignment.pieces.is_none_or(|pieces| Some(pieces) == full.pieces));
                assert!(consignment.oci.len() <= full.oci.len());
            }
        }
        assert!(codes_of(&complete).iter().all(|code| *code != wire::XML_TRUNCATED));
    }
}

#[test]
fn depth_is_limited() {
    let head = "<rsm:Waybill xmlns:rsm=\"iata:waybill:1\" xmlns:ram=\"iata:datamodel:3\">\
                <rsm:BusinessHeaderDocument><ram:ID>888-10001014</ram:ID></rsm:BusinessHeaderDocument>";
    for element in ["ram:Name", "rsm:MasterConsignment", "unknown"] {
        let deep = format!(
            "{head}{}{}",
            format!("<{element}>").repeat(10_000),
            format!("</{element}>").repeat(10_000)
        );
        let read = decode(deep);
        assert!(codes_of(&read).contains(&wire::XML_TOO_DEEP), "{element}");
        assert_eq!(read.consignments[0].master.unwrap().to_string(), "888-10001014");
    }
}

#[test]
fn lists_and_findings_are_limited() {
    let many = REPEATS_MAX + 5;
    let mut text = String::from(
        "<rsm:Waybill xmlns:rsm=\"iata:waybill:1\" xmlns=\"iata:datamodel:3\"><rsm:BusinessHeaderDocument>\
         <ID>888-10001014</ID></rsm:BusinessHeaderDocument><rsm:MasterConsignment>",
    );
    for index in 0..many {
        let _ = write!(
            text,
            "<IncludedCustomsNote><ContentCode>RA</ContentCode><Content>{index}</Content><SubjectCode>ISS</SubjectCode>\
             </IncludedCustomsNote><HandlingSPHInstructions><DescriptionCode>SPX</DescriptionCode></HandlingSPHInstructions>\
             <HandlingOSIInstructions><Description>X</Description></HandlingOSIInstructions>\
             <SpecifiedLogisticsTransportMovement><ID>9Z1</ID></SpecifiedLogisticsTransportMovement>\
             <AssociatedParty><Name>X</Name></AssociatedParty><New{index}>X</New{index}>\
             <ApplicableRating><IncludedMasterConsignmentItem><TypeCode>{:06}</TypeCode></IncludedMasterConsignmentItem></ApplicableRating>",
            index + 100_000
        );
    }
    text.push_str("</rsm:MasterConsignment></rsm:Waybill>");
    let read = decode(text);
    let consignment = &read.consignments[0];
    assert_eq!(consignment.oci.len(), REPEATS_MAX);
    assert_eq!(consignment.special_handling.len(), REPEATS_MAX);
    assert_eq!(consignment.remarks.len(), REPEATS_MAX);
    assert_eq!(consignment.others.len(), REPEATS_MAX);
    assert_eq!(consignment.goods.len(), REPEATS_MAX);
    assert_eq!(read.uninterpreted.len(), REPEATS_MAX);
    assert_eq!(read.findings.len(), FINDINGS_MAX + 1);
    assert_eq!(read.findings.last().unwrap().code, wire::FINDINGS_LEFT_OUT);
}

#[test]
fn many_documents_in_one_input_are_each_read() {
    let mut input = fixture("xfwb3_consolidation.xml");
    input.extend_from_slice(&fixture("xfwb_doctype.xml"));
    input.extend_from_slice(&fixture("xfzb3_single.xml"));
    let received_at = "2026-11-24T12:00:00Z".parse().unwrap();
    let filings: Vec<Filing> = Splitter::new(input.as_slice())
        .map(|message| formats::decode(&message.unwrap(), received_at))
        .collect();
    assert_eq!(filings.iter().map(|filing| filing.consignments.len()).collect::<Vec<_>>(), [1, 0, 1]);
    assert_eq!(codes_of(&filings[1]), [wire::XML_DOCUMENT_TYPE]);
    assert_eq!(filings[1].findings[0].message_index, 1);
    // Places are those of the input, not of the document.
    let lines_before = fixture("xfwb3_consolidation.xml").iter().filter(|byte| **byte == b'\n').count();
    let doctype_line = filings[1].findings[0].position.unwrap().line;
    assert_eq!(doctype_line as usize, lines_before + 2);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// Every fixture with bytes changed, dropped, doubled or cut is answered: never a panic, lists and
    /// findings within their limits, and places inside the input.
    #[test]
    fn mutations_are_answered(
        which in 0usize..64,
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..5), 1..12),
    ) {
        let names = fixture_names();
        let mut bytes = fixture(&names[which % names.len()]);
        for (at, byte, kind) in edits {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => { bytes.remove(at); }
                2 => bytes.insert(at, byte),
                3 => {
                    let end = (at + 1 + usize::from(byte)).min(bytes.len());
                    let copy = bytes[at..end].to_vec();
                    bytes.splice(at..at, copy);
                }
                _ => bytes.truncate(at),
            }
        }
        let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u32 + 1;
        let read = decode(bytes);
        prop_assert!(read.findings.len() <= FINDINGS_MAX + 1);
        for finding in &read.findings {
            prop_assert!(finding.position.is_none_or(|at| at.line >= 1 && at.line <= lines && at.column >= 1));
        }
    }

    /// Noise that starts like a document is answered too.
    #[test]
    fn noise_is_answered(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut noise = b"<".to_vec();
        noise.extend(bytes);
        let read = decode(noise);
        prop_assert!(read.findings.iter().any(|finding| finding.severity == Severity::Error));
    }
}

#[test]
fn samples_of_the_trade_say_what_they_say() {
    let Some(samples) = dump::samples() else { return };
    let read = |name: &str| decode(std::fs::read(samples.join("cargo-xml").join(name)).unwrap());

    let plain = read("riege_888-11111111_XFWB.xml");
    let account = read("riege_888-11111111_XFWB_ACAS_US.xml");
    for filing in [&plain, &account] {
        assert_eq!(filing.format.unwrap().to_string(), "XFWB/3");
        let consignment = &filing.consignments[0];
        assert_eq!(consignment.master.unwrap().to_string(), "888-11111111");
        assert_eq!(consignment.consolidation, consignment::Consolidation::Consolidated);
        assert_eq!(consignment.origin.unwrap().as_str(), "ORK");
        assert_eq!(consignment.destination.unwrap().as_str(), "PVG");
        assert_eq!(consignment.pieces, Some(3));
        assert_eq!(consignment.weight.unwrap().to_kg().to_string(), "1042.0");
        let legs: Vec<String> = consignment.legs.iter().map(consignment::Leg::label).collect();
        assert_eq!(legs, ["XX8012/2021-03-10/ORK-DUB", "XX345/2021-03-12/DUB-AUH"]);
        assert!(consignment.legs.iter().all(|leg| leg.mode == Mode::Air && leg.departs_at.is_none()));
        let shipper = consignment.shipper.as_ref().unwrap();
        assert_eq!(
            (shipper.name.as_str(), shipper.account.as_str()),
            ("FORWARDER COMPANY IRELAND LTD", "SHP_ACCOUNT_NO_1234")
        );
        let trader = &shipper.identifiers[0];
        assert_eq!((trader.country.unwrap().as_str(), trader.text.as_str()), ("IE", "IE1234567N"));
        let consignee = consignment.consignee.as_ref().unwrap();
        assert_eq!(consignee.name, "FORWARDER COMPANY SHANGHAI LTD ROOM 123 SPECIAL BUILDING. NR 987");
        assert_eq!(consignee.street, ["SUHANG RD. PUDONG AIRPORT", "AIRPORT ROAD"]);
        let contacts: Vec<&str> = consignee.contacts.iter().map(|contact| contact.value.as_str()).collect();
        assert_eq!(contacts, ["861234567890", "PAUL PERSON", "862123454321"]);
        let [goods] = consignment.goods.as_slice() else { panic!("{:?}", consignment.goods) };
        assert_eq!(
            goods.description,
            "CONSOLIDATION AS PER ATTACHED MANIFEST SECURE CARGO NOT RESTRICTED AIRLINE PHARMA SERVICE"
        );
        assert_eq!(goods.hs[0].as_str(), "000111");
        assert_eq!(goods.dimensions, ["CMT120-80-96/2", "CMT120-80-79/1"]);
        // Not secured, and declared all the same.
        let security = consignment.security.as_ref().unwrap();
        assert_eq!(security.status(), Some(SecurityStatus::Nsc));
        assert_eq!(security.issuer.as_ref().unwrap().entity.to_string(), "IE/RA/01234-01");
        assert_eq!(security.issued_by.as_deref(), Some("MR. SECURITY OFFICER"));
        assert_eq!(security.issued_at.as_ref().unwrap().to_string(), "2021-04-13T11:47");
        let ids: Vec<&str> = codes_of(filing).iter().map(|code| code.id()).collect();
        // The route is told up to AUH; the rest of the way to PVG is not.
        // The status is dated a month after the message.
        assert_eq!(ids, ["route-end-mismatch", "csd-declared-while-unsecured", "csd-issued-after-message"]);
    }
    assert!(plain.consignments[0].account.is_empty());
    let facts = &account.consignments[0].account;
    assert_eq!(
        (facts.holder.as_str(), facts.transaction.as_str(), facts.billing.as_str()),
        ("S", "B2B", "EFT")
    );
    assert_eq!((facts.filing_type.as_str(), facts.issuer.as_str()), ("01", "FORWARDER COMPANY"));
    assert_eq!(
        (facts.name.as_str(), facts.number.as_str()),
        ("FORWARDER COMPANY IRELAND LTD", "SHP_ACCOUNT_NO_1234")
    );
    assert_eq!(facts.established.unwrap().to_string(), "2023-01-20");

    let house = read("riege_SEL22222222_XFZB.xml");
    assert_eq!(house.format.unwrap().to_string(), "XFZB/3");
    let [consignment] = house.consignments.as_slice() else { panic!("{}", house.consignments.len()) };
    assert_eq!(consignment.key().to_string(), "888-11111111 house SEL22222222");
    assert_eq!((consignment.pieces, consignment.slac), (Some(10), Some(200)));
    assert_eq!(consignment.weight.unwrap().value.to_string(), "134.0");
    assert_eq!(consignment.destination.unwrap().as_str(), "FDH");
    let totals = consignment.master_totals.as_ref().unwrap();
    assert_eq!((totals.pieces, totals.destination.unwrap().as_str()), (Some(59), "FRA"));
    assert_eq!(totals.weight.unwrap().value.to_string(), "2217.0");
    let descriptions: Vec<&str> = consignment.goods.iter().map(|goods| goods.description.as_str()).collect();
    assert_eq!(descriptions, ["SPARE PARTS F345732-D CIP TERM VOL.WGHT. 133.7 KG .088 CBM", "SPARE PARTS"]);
    assert_eq!(consignment.goods[1].hs[0].as_str(), "1133557799");
    assert_eq!(consignment.goods[1].pieces, Some(5));
    let shipper = consignment.shipper.as_ref().unwrap();
    assert_eq!(shipper.name, "SPARE PART LTD.");
    let contacts: Vec<&str> = shipper.contacts.iter().map(|contact| contact.value.as_str()).collect();
    assert_eq!(contacts, ["055281234567890", "KIM QUAN KWUN", "0553456789012"]);
    assert_eq!(consignment.consignee.as_ref().unwrap().identifiers[0].text, "DE3056777000");
    assert_eq!(consignment.security, None);
    assert_eq!(codes_of(&house), []);
}
