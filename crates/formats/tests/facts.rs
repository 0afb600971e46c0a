//! Facts as JSON: what is written is read again, every fault is told with its path and place, and whatever the
//! bytes are the reader answers.
#![allow(clippy::unwrap_used, missing_docs)]

mod dice;
mod support;

use consignment::fact::{AuthoritySaid, Fact, What};
use dice::Dice;
use formats::facts;
use proptest::prelude::*;
use support::{cases, decode_all, dump, expect, files, root};

fn read(text: &str) -> consignment::Filing {
    let mut filings = decode_all(text.as_bytes());
    assert_eq!(filings.len(), 1, "{text}");
    filings.remove(0)
}

/// Facts as they compare: the line of a notice tells where it stood in its document.
fn placeless(facts: &[Fact]) -> Vec<Fact> {
    let mut facts = facts.to_vec();
    for fact in &mut facts {
        if let What::Authority(said) = &mut fact.what {
            if let AuthoritySaid::Notice(notice) = &mut said.said {
                notice.line = 1;
            }
        }
    }
    facts
}

proptest! {
    #![proptest_config(cases(4))]

    #[test]
    fn what_is_written_is_read_again(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
        let mut dice = Dice::new(&bytes);
        let facts: Vec<Fact> = (0..=dice.below(3)).map(|_| dice.fact()).collect();
        let text = facts::write(&facts);
        let filing = read(&text);
        prop_assert!(filing.findings.is_empty(), "{}: {:?}", text, filing.findings);
        prop_assert_eq!(placeless(&filing.facts), placeless(&facts), "{}", text);
        prop_assert!(filing.is_facts() && filing.mentions.is_empty());
    }

    #[test]
    fn a_damaged_document_is_answered(
        bytes in prop::collection::vec(any::<u8>(), 0..500),
        at in any::<prop::sample::Index>(),
        instead in "\\PC{0,3}",
    ) {
        let whole = [Dice::new(&bytes).fact()];
        let text = facts::write(&whole);
        let cut = at.index(text.len());
        let Some((head, tail)) = text.split_at_checked(cut) else { return Ok(()) };
        let mut rest = tail.chars();
        rest.next();
        decode_all(format!("{head}{instead}{}", rest.as_str()).as_bytes());
        let cut_off = decode_all(head.as_bytes());
        for filing in &cut_off {
            let facts = placeless(&filing.facts);
            prop_assert!(facts.is_empty() || facts == placeless(&whole), "half a fact was taken: {}", head);
            prop_assert!(!filing.findings.is_empty(), "{}", head);
        }
    }
}

#[test]
fn every_type_is_generated() {
    let mut missing: Vec<&str> = facts::types().collect();
    let written: Vec<String> = (0..=255_u8)
        .flat_map(|kind| (0..8_u8).map(move |more| [kind, more, more.wrapping_mul(37), kind ^ more]))
        .map(|bytes| facts::write(&[Dice::new(&bytes).fact()]))
        .collect();
    missing.retain(|name| !written.iter().any(|text| text.contains(&format!("\"type\":\"{name}\""))));
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn facts_are_read_as_expected() {
    let mut faults = Vec::new();
    for path in files(&root().join("fixtures/facts"), "json") {
        let bytes = std::fs::read(&path).unwrap();
        faults.extend(expect(&path, &dump(&decode_all(&bytes))).err());
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_document_of_every_type_reads_without_fault() {
    let text = std::fs::read_to_string(root().join("fixtures/facts/every-type.json")).unwrap();
    let filing = read(&text);
    assert_eq!(filing.findings, vec![]);
    let written = facts::write(&filing.facts);
    for name in facts::types() {
        assert!(written.contains(&format!("\"type\":\"{name}\"")), "{name} has no example");
    }
    assert_eq!(placeless(&read(&written).facts), placeless(&filing.facts));
}

#[test]
fn other_json_is_no_message() {
    for text in ["{}", "{\"schema\": \"loadgate.check/1\"}", "{\"a\": [1, 2", "{\"schema\": 1}"] {
        let filing = read(text);
        assert_eq!(filing.format, None, "{text}");
        let codes: Vec<&str> = filing.findings.iter().map(|finding| finding.code.id()).collect();
        assert_eq!(codes, ["format-unknown"], "{text}");
    }
}

#[test]
fn what_could_not_be_read_names_its_waybills() {
    let mentions = |text: &str| {
        let filing = read(text);
        assert!(filing.facts.len() <= 1);
        filing.mentions.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let sound = r#"{"type":"high-risk","object":{"master":"888-10001014"}}"#;
    let faulty = r#"{"type":"high-risk","object":{"master":"888-10007071"},"methods":2}"#;
    assert_eq!(
        mentions(&format!("{{\"schema\":\"loadgate-facts/1\",\"facts\":[{sound},{faulty}]}}")),
        ["888-10007071"]
    );
    // A document that was cut off may have said more of any of them.
    let cut = format!("{{\"schema\":\"loadgate-facts/1\",\"facts\":[{sound},{}", &faulty[..60]);
    assert_eq!(mentions(&cut), ["888-10001014", "888-10007071"]);
    let later = format!("{{\"schema\":\"loadgate-facts/2\",\"facts\":[{sound}]}}");
    assert_eq!(mentions(&later), ["888-10001014"]);
}

/// Each finding about facts is made by some fixture; the depth is tried beside the reader.
#[test]
fn every_finding_has_a_fixture() {
    let found: Vec<_> = files(&root().join("fixtures/facts"), "json")
        .iter()
        .flat_map(|path| decode_all(&std::fs::read(path).unwrap()))
        .flat_map(|filing| filing.findings)
        .map(|finding| finding.code)
        .collect();
    let of_facts = finding::codes::wire::ALL
        .iter()
        .filter(|code| code.id().starts_with("json-") || code.id().starts_with("fact-"));
    let missing: Vec<_> =
        of_facts.filter(|code| !found.contains(code) && code.id() != "json-too-deep").collect();
    assert!(missing.is_empty(), "no fixture makes {missing:?}");
    let deep = format!("{{\"schema\":\"loadgate-facts/1\",\"facts\":[{}", "[".repeat(100));
    assert!(read(&deep).findings.iter().any(|finding| finding.code.id() == "json-too-deep"));
}
