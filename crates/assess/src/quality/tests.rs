//! The checks on tables of cases (`fixtures/quality`), and their properties.
#![allow(clippy::unwrap_used)]

use super::samples::{consolidated_master, direct_master, house, kilograms};
use super::*;
use consignment::field::{PartyField, SecurityField};
use consignment::ident::{AirWaybill, Country, HouseWaybill, HsCode, Location};
use consignment::measure::{Volume, Weight, WeightUnit, parse_decimal};
use consignment::party::{Contact, ContactKind, PartyIdentifier};
use consignment::{Consolidation, DocumentKind, PartialDate, Party, Role};
use finding::{Language, Position, Severity};
use programme::{Programme, TextKind, embedded};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

const JUNK: &str = include_str!("../../../../fixtures/quality/junk.tsv");
const STOP_WORDS: &str = include_str!("../../../../fixtures/quality/stop_words.tsv");
const PROGRAMMES: &str = include_str!("../../../../fixtures/quality/programmes.tsv");
const MESSAGES: &str = include_str!("../../../../fixtures/quality/messages.tsv");

/// The rows of a table: its cells, without comments and empty lines.
fn rows(table: &str) -> impl Iterator<Item = Vec<&str>> {
    table
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with("# "))
        .map(|line| line.split('\t').collect())
}

fn programme(id: &str) -> Arc<Programme> {
    embedded::get(id).unwrap_or_else(|| panic!("no programme {id}"))
}

/// A consignment from a base and changes, such as `house; shipper.name=XXX; pieces=0`. An empty value
/// takes the element away.
fn consignment(changes: &str) -> Consignment {
    let mut parts = changes.split(';').map(str::trim);
    let mut made = match parts.next().unwrap() {
        "house" => house(),
        "direct" => direct_master(),
        "consolidated" => consolidated_master(),
        other => panic!("no base {other}"),
    };
    for change in parts {
        let (field, value) = change.split_once('=').unwrap_or_else(|| panic!("{change} is no change"));
        set(&mut made, field, value);
    }
    made
}

fn set(made: &mut Consignment, field: &str, value: &str) {
    let given = (!value.is_empty()).then_some(value);
    if let Some((role, part)) = field.split_once('.') {
        let party = match role {
            "shipper" => &mut made.shipper,
            "consignee" => &mut made.consignee,
            "account" => return set_account(made, part, value),
            other => panic!("no party {other}"),
        };
        return set_party(party.get_or_insert_default(), part, value);
    }
    match field {
        "shipper" if given.is_none() => made.shipper = None,
        "consignee" if given.is_none() => made.consignee = None,
        "master" => made.master = given.map(|text| AirWaybill::parse(text).unwrap()),
        "house" => made.house = given.map(|text| HouseWaybill::parse(text).unwrap()),
        "kind" => {
            made.kind = match value {
                "status" => DocumentKind::Status,
                "announced" => DocumentKind::HouseAnnounced,
                other => panic!("no kind {other}"),
            }
        }
        "consolidation" => {
            made.consolidation = match value {
                "" => Consolidation::Unstated,
                "direct" => Consolidation::Direct,
                "consolidated" => Consolidation::Consolidated,
                other => panic!("no consolidation {other}"),
            }
        }
        "origin" => made.origin = given.map(|text| Location::parse(text).unwrap()),
        "destination" => made.destination = given.map(|text| Location::parse(text).unwrap()),
        "pieces" => made.pieces = given.map(|text| text.parse().unwrap()),
        "slac" => made.slac = given.map(|text| text.parse().unwrap()),
        "kg" => made.weight = given.and_then(kilograms),
        "lb" => made.weight = given.map(pounds),
        "line_lb" => made.goods[0].weight = given.map(pounds),
        "volume" => {
            made.volume = given.map(|text| {
                let (value, unit) = text.split_once(' ').unwrap();
                Volume { value: parse_decimal(value).unwrap(), unit: unit.to_owned() }
            });
        }
        "goods" if given.is_none() => made.goods.clear(),
        "goods" => made.goods[0].description = value.to_owned(),
        "hs" => {
            let codes: Vec<HsCode> = given.map(|text| HsCode::parse(text).unwrap()).into_iter().collect();
            made.goods.iter_mut().for_each(|line| line.hs.clone_from(&codes));
        }
        "more_goods" => {
            let line = consignment::goods::GoodsLine { description: value.to_owned(), ..Default::default() };
            made.goods.push(line);
        }
        "more_pieces" => made.goods.last_mut().unwrap().pieces = given.map(|text| text.parse().unwrap()),
        "line_pieces" => made.goods[0].pieces = given.map(|text| text.parse().unwrap()),
        "line_kg" => made.goods[0].weight = given.and_then(kilograms),
        "dimensions" => made.goods[0].dimensions.push(value.to_owned()),
        "more_dimensions" => made.goods.last_mut().unwrap().dimensions.push(value.to_owned()),
        "scope" if value == "part" => made.piece_scope = consignment::document::PieceScope::Part,
        "total_pieces" => made.total_pieces = given.map(|text| text.parse().unwrap()),
        "issued" => {
            let day = consignment::issue::IssueTime::Date(value.parse().unwrap());
            made.issue.executed_at = Some(day);
        }
        "handling" => {
            made.special_handling.push(consignment::handling::SpecialHandling::parse(value).unwrap())
        }
        "remark" => made.remarks.push(value.to_owned()),
        "unreadable" => {
            let (value, text) = value.split_once(' ').unwrap_or((value, "?"));
            let field = match value {
                "house" => Field::House,
                "master" => Field::Master,
                "weight" => Field::Weight,
                "pieces" => Field::Pieces,
                "consignee.country" => Field::Party(Role::Consignee, PartyField::Country),
                "hs" => Field::Hs(0),
                other => panic!("no field {other}"),
            };
            made.unreadable.push(consignment::document::Unreadable { field, text: text.to_owned() });
        }
        other => panic!("no element {other}"),
    }
}

fn pounds(text: &str) -> Weight {
    Weight { value: parse_decimal(text).unwrap(), unit: WeightUnit::Pound }
}

fn set_party(party: &mut Party, part: &str, value: &str) {
    match part {
        "name" => party.name = value.to_owned(),
        "street" => {
            party.street = value.split('|').map(str::to_owned).filter(|line| !line.is_empty()).collect()
        }
        "state" => party.state = value.to_owned(),
        "city" => party.city = value.to_owned(),
        "postcode" => party.postcode = value.to_owned(),
        "country" => party.country = Country::parse(value).ok(),
        "trader" => party.identifiers.push(PartyIdentifier {
            country: None,
            scheme: "trader".to_owned(),
            text: value.to_owned(),
        }),
        "telephone" => party.contacts.push(Contact { kind: ContactKind::Telephone, value: value.to_owned() }),
        "email" => party.contacts.push(Contact { kind: ContactKind::Email, value: value.to_owned() }),
        other => panic!("no part {other}"),
    }
}

fn set_account(made: &mut Consignment, part: &str, value: &str) {
    match part {
        "IA" => made.account.created_from = value.to_owned(),
        "IR" => made.account.requested_from = value.to_owned(),
        "AR" => made.account.number = value.to_owned(),
        "PI" => made.account.documents.push(value.to_owned()),
        "MU" | "VU" => {
            let (user, domain) = value.split_once('@').unwrap();
            made.account.emails.push(consignment::account::AccountEmail {
                user: user.to_owned(),
                domain: domain.to_owned(),
                verified: part == "VU",
            });
        }
        "AE" => made.account.established = Some(PartialDate::whole(value.parse().unwrap())),
        "declared" => {
            let at = consignment::security::IssuedAt::Date(value.parse().unwrap());
            made.security.get_or_insert_default().issued_at = Some(at);
        }
        other => panic!("no control {other}"),
    }
}

/// `element-missing shipper.name error` for each finding, in order of the text.
fn shown(findings: &[Finding]) -> String {
    let mut lines: Vec<String> = findings
        .iter()
        .map(|finding| format!("{} {} {}", finding.code, finding.path, finding.severity.as_str()))
        .collect();
    lines.sort();
    if lines.is_empty() { "-".to_owned() } else { lines.join(", ") }
}

#[test]
fn junk_is_what_the_guide_calls_junk() {
    let mut seen = BTreeSet::new();
    for row in rows(JUNK) {
        let [value, expected] = row[..] else { panic!("{row:?}") };
        let found = junk(value).map_or("-", Junk::as_str);
        assert_eq!(found, expected, "{value:?}");
        seen.insert(found);
    }
    assert_eq!(seen.len(), 7, "every rule has a case: {seen:?}");
}

#[test]
fn stop_words_reject_alone_and_warn_among_others() {
    for row in rows(STOP_WORDS) {
        let [id, kind, text, expected] = row[..] else { panic!("{row:?}") };
        let programme = programme(id);
        let hit = programme.stop_word_matcher.judge(text, TextKind::parse(kind).unwrap());
        let found = match hit {
            None => "-",
            Some(hit) if hit.only => "only",
            Some(_) => "embedded",
        };
        assert_eq!(found, expected, "{id} {kind} {text:?}");
    }
}

#[test]
fn each_programme_finds_what_it_wants() {
    let mut differing = Vec::new();
    for row in rows(PROGRAMMES) {
        let [changes, us, eu, ca] = row[..] else { panic!("{row:?}") };
        let consignment = consignment(changes);
        let found = ["us-acas", "eu-ics2", "ca-pact"]
            .map(|id| shown(&programme_checks(&consignment, &[&consignment], &programme(id))));
        if found != [us, eu, ca] {
            differing.push(format!("{changes}\t{}", found.join("\t")));
        }
    }
    assert!(differing.is_empty(), "found otherwise:\n{}", differing.join("\n"));
}

#[test]
fn a_message_is_checked_by_itself() {
    let mut differing = Vec::new();
    for row in rows(MESSAGES) {
        let [changes, expected] = row[..] else { panic!("{row:?}") };
        let found = shown(&message_checks(&consignment(changes)));
        if found != expected {
            differing.push(format!("{changes}\t{found}"));
        }
    }
    assert!(differing.is_empty(), "found otherwise:\n{}", differing.join("\n"));
}

#[test]
fn every_code_of_the_section_is_met_by_a_case() {
    let mut met: BTreeSet<&str> = BTreeSet::new();
    for row in rows(PROGRAMMES).chain(rows(MESSAGES)) {
        met.extend(
            row[1..].iter().flat_map(|cell| cell.split(", ")).filter_map(|text| text.split(' ').next()),
        );
    }
    // Contradictions between filings have tests of their own, in the module of the tree.
    let of_trees = [
        "houses-exceed-master",
        "houses-below-master",
        "houses-weight-differs",
        "master-totals-differ",
        "filed-twice",
        "houses-alike",
        "routing-outside",
        "station-not-in-table",
        // Of a fact, where the engine looks at it.
        "programme-unknown",
    ];
    for code in finding::codes::quality::ALL {
        assert!(met.contains(code.id()) || of_trees.contains(&code.id()), "no case for {code}");
    }
}

#[test]
fn findings_say_where_and_what_to_do() {
    let mut consignment = consignment("house; shipper.name=12345; goods=");
    let name = Field::Party(Role::Shipper, PartyField::Name);
    consignment.source.note(name, Position::new(7, 5, 5));
    let findings = programme_checks(&consignment, &[&consignment], &programme("ca-pact"));
    let texts: Vec<(Option<Position>, String)> =
        findings.iter().map(|finding| (finding.position, finding.message(Language::English))).collect();
    assert_eq!(
        texts,
        [
            (
                Some(Position::new(7, 5, 5)),
                "“12345” is nothing but digits, which ca-pact does not accept (MISSING_SHP_NAME). Write what it really is."
                    .to_owned()
            ),
            (
                None,
                "The description of the goods is missing; ca-pact wants it (MISSING_CARGO_DESC). Add it and send again."
                    .to_owned()
            ),
        ]
    );
    consignment.shipper.as_mut().unwrap().street.clear();
    let findings = programme_checks(&consignment, &[&consignment], &programme("us-acas"));
    assert_eq!(findings[1].path, "shipper.address");
    assert_eq!(findings[1].position, Some(Position::new(7, 5, 5)), "where the party stands");
    assert_eq!(
        findings[0].message(Language::English),
        "“12345” is nothing but digits, which us-acas does not accept. Write what it really is."
    );
}

/// The table of `programmes/us-acas/README.md`, cell by cell.
#[test]
fn the_united_states_reject_what_describes_nothing() {
    use Severity::{Error, Warning};
    let cases = [
        ("GIFT", Some(Error), Some(Warning)),
        ("PARTS", Some(Error), Some(Warning)),
        ("PARTS, GIFTS AND ACCESSORIES", Some(Error), Some(Warning)),
        ("PARTS OF KITCHEN DOORS", Some(Warning), Some(Warning)),
        ("12345", Some(Error), Some(Error)),
        (".", Some(Error), Some(Error)),
        ("XXXX", Some(Error), Some(Error)),
        ("", Some(Error), Some(Error)),
        ("STEEL HINGES", None, None),
    ];
    for (text, without, with_code) in cases {
        for (hs, expected) in [("", without), ("830210", with_code), ("770110", without)] {
            let consignment = consignment(&format!("house; goods=X; hs={hs}; goods={text}"));
            let findings = programme_checks(&consignment, &[&consignment], &programme("us-acas"));
            let of_goods = findings.iter().filter(|finding| finding.path == "goods[0]");
            assert_eq!(of_goods.map(|finding| finding.severity).max(), expected, "{text:?} {hs:?}");
        }
    }
}

#[test]
fn canada_answers_with_its_own_codes() {
    let cases = [
        ("direct; master=", "MISSING_WBL_LINE"),
        ("house; house=", "MISSING_HOUSE_BILL_NBR"),
        ("house; house=; unreadable=house", "INVALID_HOUSE_BILL_NBR"),
        ("house; shipper=", "MISSING_SHP_LINE"),
        ("house; consignee=", "MISSING_CNE_LINE"),
        ("house; shipper.name=", "MISSING_SHP_NAME"),
        ("house; shipper.name=---", "MISSING_SHP_NAME"),
        ("house; consignee.street=", "MISSING_CNE_ADDR"),
        ("house; consignee.country=", "MISSING_CNE_CTRY"),
        ("house; pieces=", "MISSING_BILL_QTY"),
        ("house; pieces=0", "INVALID_BILL_QTY"),
        ("house; kg=", "MISSING_WEIGHT"),
        ("house; kg=; unreadable=weight", "INVALID_WEIGHT"),
        ("house; kg=; unreadable=weight 1533.6", "MISSING_WT_UNITS"),
        ("house; kg=; unreadable=weight K1O", "INVALID_WEIGHT"),
        ("house; pieces=; kg=; goods=", "MISSING_CSM_LINE"),
        ("house; consignee.name=", "MISSING_CNE_NAME"),
        ("house; consignee.name=12345", "MISSING_CNE_NAME"),
        ("house; shipper.street=", "MISSING_SHP_ADDR"),
        ("house; shipper.street=XXX", "MISSING_SHP_ADDR"),
        ("house; shipper.country=", "MISSING_SHP_CTRY"),
        ("direct; master=; unreadable=master", "MISSING_WBL_LINE"),
        ("house; kg=0", "INVALID_WEIGHT"),
        ("house; pieces=; unreadable=pieces", "INVALID_BILL_QTY"),
        ("house; goods=XXXX", "MISSING_CARGO_DESC"),
        ("house; goods=", "MISSING_CARGO_DESC"),
        ("house; goods=STUFF", "MISSING_CARGO_DESC"),
        ("direct; goods=CONSOL", "MISSING_CONSOL_INDI"),
    ];
    let canada = programme("ca-pact");
    let mut met: BTreeSet<&str> = BTreeSet::new();
    for (changes, expected) in cases {
        let consignment = consignment(changes);
        let findings = programme_checks(&consignment, &[&consignment], &canada);
        for finding in &findings {
            let answers = canada.answers.iter();
            let answers = answers.filter(|answer| answer.findings.iter().any(|of| of.covers(finding)));
            let answers: Vec<&str> = answers.map(|answer| answer.code.as_str()).collect();
            assert!(
                answers.contains(&expected),
                "{changes}: {} {} is {answers:?}",
                finding.code,
                finding.path
            );
            met.insert(expected);
        }
        let codes: Vec<&str> = findings
            .iter()
            .flat_map(|finding| &finding.args)
            .filter(|(name, _)| *name == "code")
            .map(|(_, code)| code.as_str())
            .collect();
        assert_eq!(codes, [expected], "{changes}");
    }
    // The routing has tests of its own, and messages that cannot be read are found when they are read.
    met.insert("INVALID_ROUTING");
    for answer in &canada.answers {
        let of_messages = |of: &programme::AnswerFinding| of.code.section() == "quality";
        let reachable = answer.findings.iter().any(of_messages);
        assert_eq!(met.contains(answer.code.as_str()), reachable, "{}", answer.code);
    }
}

/// The codes of the guide, section 8.
#[test]
fn every_error_code_of_canada_is_mapped_or_says_why_not() {
    let expected = [
        ("BAD_WBL_FORMAT", 400),
        ("INVALID_BILL_QTY", 422),
        ("INVALID_HOUSE_BILL_NBR", 422),
        ("INVALID_MESSAGE_TYPE", 400),
        ("INVALID_ROUTING", 422),
        ("INVALID_WEIGHT", 422),
        ("MISSING_BILL_QTY", 422),
        ("MISSING_CARGO_DESC", 422),
        ("MISSING_CNE_ADDR", 422),
        ("MISSING_CNE_CTRY", 422),
        ("MISSING_CNE_LINE", 422),
        ("MISSING_CNE_NAME", 422),
        ("MISSING_CONSOL_INDI", 422),
        ("MISSING_CSM_LINE", 422),
        ("MISSING_HOUSE_BILL_NBR", 422),
        ("MISSING_SHP_ADDR", 422),
        ("MISSING_SHP_CTRY", 422),
        ("MISSING_SHP_LINE", 422),
        ("MISSING_SHP_NAME", 422),
        ("MISSING_WBL_LINE", 422),
        ("MISSING_WEIGHT", 422),
        ("MISSING_WT_UNITS", 422),
    ];
    let canada = programme("ca-pact");
    let mut codes: Vec<(&str, u16)> =
        canada.answers.iter().map(|answer| (answer.code.as_str(), answer.http)).collect();
    codes.sort_unstable();
    assert_eq!(codes, expected);
    for answer in &canada.answers {
        assert_eq!(answer.findings.is_empty(), answer.not_reachable.is_some(), "{}", answer.code);
    }
    // Whatever code of the wire the rules name stands in the table.
    let rules = &canada.quality;
    let named = canada.elements.iter().flat_map(|rule| [&rule.code, &rule.invalid_code]).chain([
        &rules.house_waybill_code,
        &rules.house_waybill_missing_code,
        &rules.consolidation.indicator_missing_code,
        &rules.shipper_missing_code,
        &rules.consignee_missing_code,
        &rules.consignment_missing_code,
        &rules.routing_outside_code,
        &rules.weight.unit_missing_code,
    ]);
    for code in named.flatten() {
        assert!(canada.answers.iter().any(|answer| answer.code == *code), "{code}");
    }
}

#[test]
fn what_is_marked_or_described_as_a_consolidation_looks_like_one() {
    let cases = [
        ("consolidated", true),
        ("consolidated; goods=PUMPS", true),
        ("direct; goods=CONSOLIDATED CAS PER ATTACHED MANIFEST", true),
        ("direct; consolidation=; goods=CONSOL", true),
        ("direct; goods=GROUPAGE", true),
        ("direct; goods=MAWB", true),
        ("direct; goods=SHOES AS PER ATTACHED CARGO MANIFEST", true),
        ("direct; remark=HOUSE AWB ATTACHED", true),
        ("direct; goods=CONSTRUCTION MATERIAL", false),
        ("direct", false),
        ("direct; goods=", false),
        ("house; goods=CONSOLIDATION", false),
    ];
    for (changes, expected) in cases {
        assert_eq!(looks_consolidated(&consignment(changes)), expected, "{changes}");
    }
}

/// Every path a finding may have, for consignments of these tests.
fn paths() -> BTreeSet<String> {
    let mut fields = vec![
        Field::Master,
        Field::House,
        Field::Parent,
        Field::Origin,
        Field::Destination,
        Field::Pieces,
        Field::Slac,
        Field::Weight,
        Field::Volume,
        Field::Goods(0),
        Field::Hs(0),
        Field::Oci(0),
        Field::Remark(0),
        Field::Consolidation,
        Field::Security(SecurityField::Whole),
    ];
    fields.extend(["AR", "IA", "IR", "AE", "PI", "VP", "MI", "II", "RA", "MU", "VU"].map(Field::Account));
    for role in [Role::Shipper, Role::Consignee, Role::Agent, Role::Notify, Role::Other] {
        for part in [
            PartyField::Whole,
            PartyField::Name,
            PartyField::Address,
            PartyField::City,
            PartyField::State,
            PartyField::Country,
            PartyField::Postcode,
            PartyField::Contact,
        ] {
            fields.push(Field::Party(role, part));
        }
    }
    fields.iter().map(ToString::to_string).collect()
}

proptest! {
    #[test]
    fn any_text_in_any_element_is_answered(text in "\\PC{0,60}", other in "[A-Z0-9 .,/X-]{0,40}") {
        let paths = paths();
        for mut made in [house(), direct_master(), consolidated_master()] {
            made.goods[0].description.clone_from(&text);
            for (party, name) in [(&mut made.shipper, &other), (&mut made.consignee, &text)] {
                let party = party.as_mut().unwrap();
                party.name.clone_from(name);
                party.street = vec![text.clone()];
                party.city.clone_from(&other);
                party.contacts.push(Contact { kind: ContactKind::Email, value: text.clone() });
                party.identifiers.push(PartyIdentifier { country: None, scheme: String::new(), text: other.clone() });
            }
            made.account.created_from.clone_from(&other);
            made.account.documents.push(text.clone());
            made.remarks.push(text.clone());
            let mut findings = message_checks(&made);
            for id in ["us-acas", "eu-ics2", "ca-pact"] {
                findings.extend(programme_checks(&made, &[&made], &programme(id)));
            }
            for finding in findings {
                prop_assert!(paths.contains(&finding.path), "{}", finding.path);
                let declared: BTreeSet<&str> = finding.code.args().iter().copied().collect();
                let given: BTreeSet<&str> = finding.args.iter().map(|(name, _)| *name).collect();
                prop_assert_eq!(declared, given, "{}", finding.code);
            }
        }
    }

    #[test]
    fn case_and_punctuation_change_nothing(
        words in prop::collection::vec(prop::sample::select(vec!["parts", "Gift", "of", "hinges", "PLT", "food"]), 1..5)
    ) {
        let plain = words.join(" ");
        let dressed = format!("- {}. ", words.join(", ").to_uppercase());
        for id in ["us-acas", "eu-ics2", "ca-pact"] {
            let programme = programme(id);
            let codes = |text: &str| {
                let mut made = house();
                made.goods[0].description = text.to_owned();
                programme_checks(&made, &[&made], &programme).iter().map(|f| (f.code, f.severity)).collect::<Vec<_>>()
            };
            prop_assert_eq!(codes(&plain), codes(&dressed), "{}", id);
        }
    }

    #[test]
    fn a_meaningful_word_lifts_a_rejection(
        words in prop::collection::vec(prop::sample::select(vec!["PARTS", "STUFF", "GIFTS", "PLT", "PER"]), 1..5),
        at in 0usize..5,
    ) {
        let mut words = words;
        words.insert(at.min(words.len()), "HINGES");
        let mut made = house();
        made.goods[0].description = words.join(" ");
        for id in ["us-acas", "eu-ics2", "ca-pact"] {
            let findings = programme_checks(&made, &[&made], &programme(id));
            prop_assert!(findings.iter().all(|finding| finding.severity < Severity::Error), "{}", id);
        }
    }

    #[test]
    fn amounts_of_any_size_are_answered(
        pieces in any::<u32>(), slac in any::<u32>(), mantissa in any::<u64>(), scale in 0u32..20, pounds in any::<bool>(),
    ) {
        let value = rust_decimal::Decimal::from_i128_with_scale(i128::from(mantissa), scale);
        let unit = if pounds { WeightUnit::Pound } else { WeightUnit::Kilogram };
        let mut master = consolidated_master();
        master.pieces = Some(pieces);
        master.slac = Some(slac);
        master.weight = Some(Weight { value, unit });
        master.goods[0].pieces = Some(slac);
        master.goods[0].weight = kilograms("79228162514264337593543950335");
        for unit in ["MC", "CC", "CI", "KGM"] {
            master.volume = Some(Volume { value, unit: unit.to_owned() });
            let found = message_checks(&master);
            prop_assert!(found.iter().all(|finding| finding.severity <= Severity::Error));
        }
        let house = house();
        let tree = [&master, &house, &house].map(TreeDocument::of);
        let tolerance = rust_decimal::Decimal::MAX;
        prop_assert!(tree_checks(&tree, tolerance).iter().all(|found| found.finding(&tree, tolerance).is_some()));
    }
}
