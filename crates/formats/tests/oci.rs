//! The meaning of OCI lines: one case per composition rule and its violation, over both wires.
//!
//! `fixtures/oci/*.txt` hold cases: the codes a case violates or conforms to, what it shows, the message
//! around it, and the lines. Each case is sent as a text message and as an XML document, must mean the
//! same on both wires, and is compared with the expectation file beside it (`UPDATE_EXPECT=1` makes it).

#![allow(clippy::unwrap_used)]

mod dump;

use consignment::{Consignment, Filing};
use finding::{Code, codes};
use formats::RawMessage;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::fmt::Write;

/// One case of a fixture file.
#[derive(Debug, Default, Clone)]
struct Case {
    violates: Vec<String>,
    conforms: Vec<String>,
    title: String,
    /// Day of November 2026, hour and minute the message was sent, where it says so.
    sent: String,
    /// `waybill direct`, `waybill consolidation`, `house` or `status`, then special handling codes.
    message: String,
    lines: Vec<String>,
}

/// The wires a case is sent on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wire {
    Text,
    Xml,
}

impl Case {
    fn words(&self) -> Vec<&str> {
        self.message.split(' ').collect()
    }

    fn handling(&self) -> Vec<&str> {
        let words = self.words();
        let skip = if words[0] == "waybill" { 2 } else { 1 };
        words.into_iter().skip(skip).collect()
    }

    /// The case as a text message.
    fn as_text(&self) -> String {
        let lines: String = self.lines.iter().map(|line| format!("{line}\n")).collect();
        let envelope = if self.sent.is_empty() {
            String::new()
        } else {
            format!("QK FRAFM9Z\n.FRAXX9Z {}\n", self.sent)
        };
        let handling: String = self.handling().iter().map(|code| format!("/{code}")).collect();
        let newline = if handling.is_empty() { "" } else { "\n" };
        match self.words()[..] {
            ["waybill", kind, ..] => {
                let indicator = if kind == "consolidation" { "NC" } else { "NG" };
                let handling = if handling.is_empty() { handling } else { format!("SPH{handling}\n") };
                format!(
                    "{envelope}FWB/16\n888-10001014FRAJFK/T1K10\nRTG/JFK9Z\nSHP\n/ACME ROCKETS LTD\n/1 DESERT ROAD\n\
                     /FRANKFURT\n/DE/60549\nCNE\n/ROADRUNNER INC\n/2 CANYON STREET\n/YUMA/AZ\n/US/85364\n\
                     AGT//9999999\n/ACME FORWARDING\n/FRANKFURT\nNFY/ROADRUNNER INC\n/2 CANYON STREET\n\
                     /YUMA/AZ\n/US/85364\nCVD/EUR//PP/NVD/NCV/XXX\nRTD/1/P1/K10/CQ/W10/R1/T10\n\
                     /{indicator}/STEEL HINGES\nPPD/WT10\n/CT10\nISU/24NOV26/FRANKFURT\n{handling}{lines}"
                )
            }
            ["house", ..] => format!(
                "FHL/5\nMBI/888-10001014FRAJFK/T1K10\nHBS/RHA/FRAJFK/1/K10//STEEL HINGES\n{handling}{newline}\
                 {lines}SHP\nNAM/ACME ROCKETS LTD\nADR/1 DESERT ROAD\nLOC/FRANKFURT\n/DE/60549\nCNE\n\
                 NAM/ROADRUNNER INC\nADR/2 CANYON STREET\nLOC/YUMA/AZ\n/US/85364\n"
            ),
            ["status", ..] => {
                format!("FSU/14\n888-10001014FRAJFK/T1K10\nRCS/24NOV1200/FRA/T1K10\n{lines}")
            }
            _ => panic!("{}: unknown message {}", self.title, self.message),
        }
    }

    /// The case as a document, with each customs note on a line of its own; `None` for messages that
    /// have no document here.
    fn as_xml(&self) -> Option<String> {
        let (root, code, inner) = match self.words()[..] {
            ["waybill", "direct", ..] => ("Waybill", "740", None),
            ["waybill", "consolidation", ..] => ("Waybill", "741", None),
            ["house", ..] => ("HouseWaybill", "703", Some("IncludedHouseConsignment")),
            ["status", ..] => return None,
            _ => panic!("{}: unknown message {}", self.title, self.message),
        };
        let namespace = root.to_lowercase();
        let number = if inner.is_some() { "RHA" } else { "888-10001014" };
        let issued = match self.sent.split_at_checked(2) {
            Some((day, time)) if time.len() == 4 => {
                let (hour, minute) = time.split_at(2);
                format!("<IssueDateTime>2026-11-{day}T{hour}:{minute}:00Z</IssueDateTime>")
            }
            _ => String::new(),
        };
        let mut xml = format!(
            "<m:{root} xmlns:m=\"iata:{namespace}:1\" xmlns=\"iata:datamodel:3\"><m:MessageHeaderDocument>\
             {issued}<TypeCode>{code}</TypeCode><PurposeCode>Creation</PurposeCode><VersionID>3.00</VersionID>\
             </m:MessageHeaderDocument><m:BusinessHeaderDocument><ID>{number}</ID></m:BusinessHeaderDocument>\
             <m:MasterConsignment>"
        );
        if let Some(inner) = inner {
            let _ = write!(
                xml,
                "<TransportContractDocument><ID>888-10001014</ID></TransportContractDocument><{inner}>"
            );
        }
        let party = |element: &str, name: &str, city: &str, country: &str, role: &str| {
            format!(
                "<{element}><Name>{name}</Name>{role}<PostalStructuredAddress><CityName>{city}</CityName>\
                 <CountryID>{country}</CountryID></PostalStructuredAddress></{element}>"
            )
        };
        xml += "<IncludedTareGrossWeightMeasure unitCode=\"KGM\">10</IncludedTareGrossWeightMeasure>\
                <TotalPieceQuantity>1</TotalPieceQuantity>";
        xml += &party("ConsignorParty", "ACME ROCKETS LTD", "FRANKFURT", "DE", "");
        xml += &party("ConsigneeParty", "ROADRUNNER INC", "YUMA", "US", "");
        if inner.is_none() {
            xml += &party(
                "FreightForwarderParty",
                "ACME FORWARDING",
                "FRANKFURT",
                "DE",
                "<CargoAgentID>9999999</CargoAgentID>",
            );
            xml += &party("AssociatedParty", "ROADRUNNER INC", "YUMA", "US", "<RoleCode>NI</RoleCode>");
        }
        xml += "<OriginLocation><ID>FRA</ID></OriginLocation>\
                <FinalDestinationLocation><ID>JFK</ID></FinalDestinationLocation>";
        for code in self.handling() {
            let _ = write!(
                xml,
                "<HandlingSPHInstructions><DescriptionCode>{code}</DescriptionCode></HandlingSPHInstructions>"
            );
        }
        for line in &self.lines {
            let line = line.strip_prefix("OCI").unwrap_or(line).strip_prefix('/').unwrap();
            let mut parts = line.splitn(4, '/');
            let mut part = |name: &str| match parts.next() {
                Some(text) if !text.is_empty() => format!("<{name}>{text}</{name}>"),
                _ => String::new(),
            };
            let (country, subject, code) = (part("CountryID"), part("SubjectCode"), part("ContentCode"));
            let content = part("Content");
            let _ =
                write!(xml, "\n<IncludedCustomsNote>{code}{content}{subject}{country}</IncludedCustomsNote>");
        }
        xml.push('\n');
        let item = "<NatureIdentificationTransportCargo><Identification>STEEL HINGES</Identification>\
                    </NatureIdentificationTransportCargo>";
        match inner {
            Some(inner) => {
                let _ = write!(
                    xml,
                    "<IncludedHouseConsignmentItem>{item}</IncludedHouseConsignmentItem></{inner}>"
                );
            }
            None => {
                let _ = write!(
                    xml,
                    "<ApplicableRating><IncludedMasterConsignmentItem>{item}</IncludedMasterConsignmentItem>\
                     </ApplicableRating>"
                );
            }
        }
        let _ = write!(xml, "</m:MasterConsignment></m:{root}>");
        Some(xml)
    }

    fn send(&self, wire: Wire) -> Option<Filing> {
        let bytes = match wire {
            Wire::Text => self.as_text(),
            Wire::Xml => self.as_xml()?,
        };
        let received_at = "2026-11-24T12:00:00Z".parse().unwrap();
        Some(formats::decode(&RawMessage::whole(bytes.into_bytes()), received_at))
    }
}

/// The number of the OCI line that stands at a line of the input.
fn oci_line(consignment: &Consignment, input_line: u32) -> Option<usize> {
    consignment.oci.iter().position(|line| line.line == input_line).map(|index| index + 1)
}

/// What a case came to: its meaning, and the findings about it by the number of their OCI line.
fn shown(filing: &Filing) -> String {
    let [consignment] = filing.consignments.as_slice() else {
        panic!("expected one consignment, found {:?}", filing.consignments.len())
    };
    let mut out = String::new();
    dump::meaning(&mut out, consignment);
    dump::facts_of_parties(&mut out, consignment);
    dump::seals(&mut out, consignment);
    let mut findings: Vec<_> = filing
        .findings
        .iter()
        .filter(|finding| finding.code.section() == "declaration")
        .map(|finding| {
            let at = finding.position.and_then(|at| oci_line(consignment, at.line));
            (at, dump::finding(finding, false))
        })
        .collect();
    findings.sort();
    for (at, finding) in findings {
        let at = at.map_or_else(|| "no line".to_owned(), |at| format!("line {at}"));
        let _ = writeln!(out, "  {at}: {finding}");
    }
    out
}

fn codes_of(filing: &Filing) -> Vec<Code> {
    filing.findings.iter().map(|finding| finding.code).collect()
}

/// The cases of every fixture file, by file.
fn cases() -> BTreeMap<String, Vec<Case>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(dump::fixtures("oci")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        let mut cases = Vec::new();
        let text = std::fs::read_to_string(&path).unwrap();
        // The first paragraph says what the file is about.
        for paragraph in text.split("\n\n").skip(1) {
            let mut case = Case::default();
            for line in paragraph.lines() {
                let codes = |rest: &str| rest.split(' ').map(str::to_owned).collect();
                match line.strip_prefix("# ") {
                    Some(comment) => match comment.split_once(' ') {
                        Some(("violates", rest)) => case.violates = codes(rest),
                        Some(("conforms", rest)) => case.conforms = codes(rest),
                        Some(("sent", rest)) => rest.clone_into(&mut case.sent),
                        _ => comment.clone_into(&mut case.title),
                    },
                    None if case.message.is_empty() => line.clone_into(&mut case.message),
                    None => case.lines.push(line.to_owned()),
                }
            }
            assert!(!case.title.is_empty() && !case.message.is_empty(), "{}: {paragraph}", path.display());
            cases.push(case);
        }
        assert!(!cases.is_empty(), "{} holds no case", path.display());
        files.insert(path.file_stem().unwrap().to_string_lossy().into_owned(), cases);
    }
    files
}

#[test]
fn every_case_means_what_is_expected_on_both_wires() {
    for (file, cases) in cases() {
        let mut text = String::new();
        for case in &cases {
            let sent = case.send(Wire::Text).unwrap();
            let shown_text = shown(&sent);
            let _ = writeln!(text, "# {}\n{shown_text}", case.title);
            if let Some(document) = case.send(Wire::Xml) {
                assert_eq!(shown(&document), shown_text, "{file}: {}: the wires differ", case.title);
            }
        }
        dump::expect(&dump::fixtures("oci").join(format!("{file}.expect")), &text);
    }
}

#[test]
fn every_code_has_a_case_that_violates_it_and_one_that_conforms() {
    let mut violated = BTreeMap::new();
    let mut conformed = BTreeMap::new();
    for case in cases().into_values().flatten() {
        let found = codes_of(&case.send(Wire::Text).unwrap());
        for (ids, wanted, seen) in
            [(&case.violates, true, &mut violated), (&case.conforms, false, &mut conformed)]
        {
            for id in ids {
                let code = Code::find(id).unwrap_or_else(|| panic!("{}: no code {id}", case.title));
                assert_eq!(found.contains(&code), wanted, "{}: {id} among {found:?}", case.title);
                seen.insert(code, case.title.clone());
            }
        }
    }
    for code in codes::declaration::ALL {
        assert!(violated.contains_key(code), "no case violates {code}");
        assert!(conformed.contains_key(code), "no case conforms to {code}");
    }
}

#[test]
fn elements_of_the_declaration_have_their_places() {
    let case = Case {
        title: "places".into(),
        message: "waybill direct SPX".into(),
        lines: [
            "OCI/FI/ISS/RA/99207-01",
            "///ED/0128",
            "/FI/OSS/RA/99118-01",
            "///SM/XRY",
            "///SN/JANE EXAMPLE",
            "///SD/22MAY261342",
            "/FI//KC/99200-01",
            "///L/LFSM",
            "///ST/SEALED",
            "/FI/OSS/RA/99102-01",
        ]
        .map(str::to_owned)
        .to_vec(),
        ..Case::default()
    };
    let filing = case.send(Wire::Text).unwrap();
    let consignment = &filing.consignments[0];
    let first = consignment.oci[0].line;
    let status = first - 1;
    let [l1, l3, l4, l5, l6, l7, l8, l9, l10] = [0, 2, 3, 4, 5, 6, 7, 8, 9].map(|line| first + line);
    assert_eq!(
        dump::places_of_declaration(consignment),
        format!(
            " security@{l1} security.status@{status} security.issuer@{l1} security.received_from[0]@{l7} \
             security.methods[0]@{l4} security.exemptions[0]@{l8} security.issued_by@{l5} security.issued_at@{l6} \
             security.acceptors[0]@{l3} security.acceptors[1]@{l10} security.statements[0]@{l9}"
        )
    );
    // The marked text is the supplementary text of the line.
    let issuer = consignment.oci[0].clone();
    assert_eq!((issuer.column, issuer.text.as_str()), ("OCI/FI/ISS/RA/".len() as u32 + 1, "99207-01"));
}

/// A line of parts that mean something, in an order that need not.
fn any_line() -> impl Strategy<Value = [String; 4]> {
    let part = |choices: &'static [&'static str]| proptest::sample::select(choices);
    let text = prop_oneof![
        part(&[
            "99100-01", "99200-01", "1028", "1299", "XRY", "AOM-DOGS", "RES", "SPX", "SCO", "NSC", "SHR",
            "LFSM"
        ]),
        part(&[
            "JANE EXAMPLE",
            "23NOV261330",
            "29OCT26",
            "26DE000000000001B2",
            "S",
            "Y",
            "12JAN15",
            "KP-DE-1",
            "PMC12345XX",
            "-",
            ""
        ]),
    ];
    let countries = part(&["", "", "", "DE", "US", "QQ"]);
    let information =
        part(&["", "", "", "ISS", "CSS", "OSS", "CUS", "AGT", "SHP", "CNE", "NFY", "EXP", "ULD", "ZZZ"]);
    let controls = part(&[
        "", "RA", "RC", "KC", "AC", "ED", "SM", "L", "SN", "SD", "SS", "ST", "M", "T", "E", "CP", "CT", "AH",
        "AN", "AI", "AR", "AF", "KP", "AE", "BT", "IA", "PI", "FT", "MU", "MD", "VU", "VD", "VP", "II", "ZZ",
        "I", "N",
    ]);
    (countries, information, controls, text).prop_map(|(a, b, c, d)| [a, b, c, d].map(str::to_owned))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Any list means the same on both wires, keeps its lines as they were sent, and has the last
    /// readable issuer as its issuer.
    #[test]
    fn any_list_is_read_alike_on_both_wires(
        lines in proptest::collection::vec(any_line(), 1..14),
        message in proptest::sample::select(vec!["waybill direct SPX", "waybill consolidation", "house NSC SPX"]),
    ) {
        let sent = |(index, parts): (usize, &[String; 4])| {
            format!("{}/{}", if index == 0 { "OCI" } else { "" }, parts.join("/"))
        };
        let case = Case {
            title: "any list".into(),
            message: message.into(),
            lines: lines.iter().enumerate().map(sent).collect(),
            ..Case::default()
        };
        let text = case.send(Wire::Text).unwrap();
        let document = case.send(Wire::Xml).unwrap();
        prop_assert_eq!(shown(&text), shown(&document));
        for filing in [&text, &document] {
            let consignment = &filing.consignments[0];
            let kept: Vec<[String; 4]> = consignment
                .oci
                .iter()
                .map(|line| [&line.country, &line.information, &line.control, &line.text].map(String::clone))
                .collect();
            prop_assert_eq!(&kept, &lines);
            let last = lines
                .iter()
                .rfind(|[_, information, control, text]| {
                    information == "ISS"
                        && ["RA", "RC", "KC", "AC"].contains(&control.as_str())
                        && text.bytes().any(|byte| matches!(byte, b'1'..=b'9'))
                })
                .map(|[_, _, control, text]| (control.as_str(), text.as_str()));
            let issuer = consignment.security.as_ref().and_then(|security| security.issuer.as_ref());
            let issuer = issuer.map(|issuer| (issuer.entity.category.code(), issuer.entity.number.to_string()));
            prop_assert_eq!(issuer.as_ref().map(|(category, number)| (*category, number.as_str())), last);
        }
    }
}

#[test]
fn samples_of_the_trade_say_what_they_say() {
    let Some(samples) = dump::samples() else { return };
    let received_at = "2026-11-24T12:00:00Z".parse().unwrap();
    let read = |name: &str| {
        let bytes = std::fs::read(samples.join("cargo-imp").join(name)).unwrap();
        formats::decode(&RawMessage::whole(bytes), received_at)
    };
    let declared = |filing: &Filing| {
        let codes = codes_of(filing);
        codes.iter().filter(|code| code.section() == "declaration").map(|code| code.id()).collect::<Vec<_>>()
    };
    let meaning = |filing: &Filing| {
        let mut out = String::new();
        dump::meaning(&mut out, &filing.consignments[0]);
        out
    };

    // Both acceptors in order, the second after customs lines; method, person and time are the issuer's.
    let filing = read("FWB17_117-41380802_ARNEWR_ecsd_OSS.txt");
    assert_eq!(
        meaning(&filing),
        "  security: SPX from [SPX (SPH)]\n    issuer: FI/RA/00207-01 until 2028-01\n    methods: XRY as \"XRY\"\n\
        \x20   issued by: LAHDENRANT AINO\n    issued at: 2025-05-22T13:42\n\
        \x20   acceptors: FI/RA/00118-01, FI/RA/00102-01\n  MRN: 25FIV00000477982B2 25FIV00000495247B5\n"
    );
    assert_eq!(declared(&filing), ["csd-order"]);
    let consignee = filing.consignments[0].consignee.as_ref().unwrap();
    assert_eq!(consignee.identifiers[0].text, "TAX NO.13-2795550");

    // Person and time after the acceptor are the issuer's too; no ground is given.
    let filing = read("FWB16_157-68076960_BSLDOH_ecsd_RA_OSS.txt");
    assert_eq!(
        meaning(&filing),
        "  security: SPX from [SPX (SPH)]\n    issuer: CH/RA/00043-01 until 2028-11\n    issued by: MAREN KELLI\n\
        \x20   issued at: 2026-04-16T11:41\n    acceptors: CH/RA/00125-01 until 2029-10\n    faults: csd-ground-missing\n"
    );
    assert_eq!(declared(&filing), ["csd-ground-missing", "csd-order", "csd-name-without-ground"]);

    // A day without a time, no status, an expiry that was not attributed, 18 references.
    let filing = read("FWB16_098-30680650_FRADEL_typeB_MRNs.txt");
    let consignment = &filing.consignments[0];
    let security = consignment.security.as_ref().unwrap();
    assert_eq!(security.issuer.as_ref().unwrap().entity.to_string(), "DE/RA/01674-01");
    assert_eq!(security.issued_at.as_ref().unwrap().to_string(), "2025-10-29");
    assert_eq!(security.status(), None);
    assert_eq!(consignment.mrns.len(), 18);
    assert_eq!(consignment.mrns[17].as_str(), "25DE655172082021B0");
    assert_eq!(declared(&filing), ["csd-status-missing", "csd-issued-at-form"]);
    let numbers = |party: Option<&consignment::Party>| party.unwrap().identifiers[0].text.clone();
    assert_eq!(numbers(consignment.shipper.as_ref()), "EUROPEAN VAT NUMBERDE363555108");
    assert_eq!(numbers(consignment.consignee.as_ref()), "9999IN");
    assert_eq!(numbers(consignment.notify.first()), "9999IN");

    // The account set beside a declaration whose status is stated nowhere.
    let filing = read("FHL5_157-43426040_AMSORD_ecsd_ACAS.txt");
    assert_eq!(
        meaning(&filing),
        "  security: contradicted or none from []\n    issuer: NL/RA/00324-00 until 2026-10\n\
        \x20   methods: EDD as \"EDD\"\n    issued by: PMT\n    issued at: 2026-05-01T12:01\n\
        \x20   acceptors: NL/RA/00576-00 until 2027-09\n    faults: csd-status-missing\n\
        \x20   statements: \"GELEVERD DOOR OLDENBURGER 1-05\", \"AUB SCREENINGSBEWIJS TOEVOEGEN\", \
         \"AANLEVEREN SWISSPORT LAT 05 00 2-05\", \"PGTS C202605074734\"\n\
        \x20 account: AH=\"S\" AN=\"VOLA SWITZERLAND GMBH\" AI=\"XRL AMSTERDAM\" AR=\"VOLACH\" BT=\"EFT\" RT=\"B2B\" \
         FT=\"01\" AE=2015-01-12\n"
    );
    assert_eq!(declared(&filing), ["csd-status-missing"]);

    // A status message: the line carries the status, the country is repeated on every line.
    let filing = read("FSU14_157-53806270_FIW_ecsd_typeB.txt");
    assert_eq!(
        meaning(&filing),
        "  security: SPX from [SPX (SS)]\n    issuer: HK/RA/28490\n    methods: XRY as \"XRY\"\n\
        \x20   issued by: CHEN WEILI\n    issued at: 2026-06-18T21:00\n"
    );
    assert_eq!(declared(&filing), [""; 0]);

    // The two published scenarios.
    let filing = read("OCI_block_ecsd_1.txt");
    assert_eq!(
        meaning(&filing),
        "  security: SPX from [SPX (SS)]\n    issuer: NL/RA/00100-01 until 2027-05\n    methods: EDD as \"EDD\"\n\
        \x20   issued by: JOHN SMITH\n    issued at: 2023-08-08T12:30\n    statements: \"<addl. sec. info>\"\n"
    );
    let filing = read("OCI_block_ecsd_2.txt");
    assert_eq!(
        meaning(&filing),
        "  security: SPX from [SPX (SS)]\n    issuer: NL/RA/00100-01 until 2027-05\n\
        \x20   received from: NL/KC/00200-01 until 2026-03\n    issued by: JOHN SMITH\n\
        \x20   issued at: 2023-08-08T12:30\n    statements: \"<addl. sec. info>\", \"<addl. sec. info>\"\n"
    );
    assert_eq!(declared(&filing), [""; 0]);

    // A house that is said to be secured, and declared in another message.
    let filing = read("FHL5_157-46632843_LHRKUL_SPX.txt");
    assert_eq!(declared(&filing), ["csd-status-without-issuer"]);
}
