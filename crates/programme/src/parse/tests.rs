use super::*;
use crate::stop_words::TextKind;
use proptest::prelude::*;

mod sections;

const RULES_TEXT: &str = r#"schema = 1
title = "A programme"
edition = 2026-11-21
[authority]
name = "An authority"
kind = "customs"
default_mode = "relay"
[scope]
territory = "XK"
mail = false
diplomatic_bags = false
surface_legs = false
[gate]
binding = "mandatory"
acknowledgement_required = true
assessment_required = true
assessment_required_is_law = false
consolidation_answered = true
acceptance_starts_assessment = false
[high_risk]
methods_min = 2
[filing]
who = ["carrier", "forwarder"]
liable = "carrier"
house_sent_again_with_master = false
updates_until = "departure"
retention_days = 400
reference = "invented"
[[filing.type]]
code = "F1"
name = "Minimum"
purpose = "invented"
extent = "partial"
stage = "pre-loading"
of = ["house", "direct"]
without = ["hs"]
elements_known = true
reference = "invented"
[referral]
complete_closes = ["rfs"]
complete_tells_received = ["camir"]
in_place_tells_received = []
reference = "invented"
[referral.rfi]
holds = "own-legs"
answered_by = ["filer"]
answer_by = "mail"
answer_minutes = 90
reference = "invented"
[referral.rfs]
holds = "own-legs"
answered_by = ["filer"]
answer_by = "programme"
answer_before_departure = true
methods_min = 2
reference = "invented"
[referral.dnl]
holds = "everywhere"
answered_by = ["contact"]
answer_by = "mail"
reference = "invented"
[outage]
suspension = false
reference = "invented"
[timers]
answer_valid_minutes = 60
reference = "invented"
[timers.number_reuse_days]
air_waybill = 365
house_waybill = 30
express = 300
mail = 365
[quality]
junk_rejects = true
po_box = "alone"
weight_tolerance_percent = "0.5"
latin_script_required = false
company_name_rejects = false
hs_or_description = false
[quality.weight]
units = ["kg", "lb"]
severity = "warning"
[quality.address]
state_for_city = true
domestic = ["XK"]
shipper_domestic = "warning"
[[quality.address.country]]
country = "XK"
parties = ["consignee"]
state = true
postcode_digits = [5]
severity = "warning"
[quality.house_waybill]
length_max = 35
severity = "error"
[quality.consolidation]
words_tolerated = true
[[element]]
element = "goods"
of_houses = true
of_consolidations = false
severity = "error"
code = "NO_GOODS"
reference = "invented"
"#;

const WORDS_TEXT: &str = r#"schema = 1
connectives = ["and"]
packing = ["PLT"]
[[list]]
name = "A list"
source = "invented"
edition = 2026-11-21
complete = false
applies_to = ["goods"]
spelling_separators = ",/"
words = [
  "Stuff",
  "Goods, GDS",
  { text = "Glass", enabled = false },
]
"#;

fn read(rules: &str, words: &str) -> Result<Programme, ProgrammeError> {
    parse("xk-test", &[("programme.toml", rules), ("stop_words.toml", words)])
}

#[test]
fn reads_every_field() {
    let programme = read(RULES_TEXT, WORDS_TEXT).unwrap();
    assert_eq!(programme.id.as_str(), "xk-test");
    assert_eq!(programme.edition.to_string(), "2026-11-21");
    assert_eq!(programme.scope.territory.as_str(), "XK");
    assert_eq!(programme.quality.weight_tolerance_percent.to_string(), "0.5");
    assert_eq!(programme.elements[0].code.as_deref(), Some("NO_GOODS"));
    let list = &programme.stop_words[0];
    assert_eq!(list.words[1].spellings, ["Goods", "GDS"]);
    assert!(!list.words[2].enabled);
    assert!(programme.stop_word_matcher.judge("gds", TextKind::Goods).unwrap().only);
    assert_eq!(programme.stop_word_matcher.judge("glass", TextKind::Goods), None);
}

#[test]
fn every_fault_names_file_line_field_and_remedy() {
    // What is replaced, by what, and the error that must follow.
    let cases = [
        ("mail = false", "mail = \"no\"", "programmes/xk-test/programme.toml, line 10, scope.mail: "),
        (
            "mail = false",
            "mail = false\nmial = true",
            "programmes/xk-test/programme.toml, line 11, scope.mial: unknown field",
        ),
        ("schema = 1\ntitle", "schema = 2\ntitle", "programme.toml, line 1, schema: schema 2 is not read"),
        (
            "\"XK\"",
            "\"ATLANTIS\"",
            "line 9, scope.territory: \"ATLANTIS\" is no customs territory. Use EU or",
        ),
        (
            "\"customs\"",
            "\"police\"",
            "line 6, authority.kind: \"police\" is no kind of authority. Use one of customs",
        ),
        ("= 2026-11-21\n[authority]", "= 2026-11-21T10:00:00Z\n[authority]", "line 3, edition: not a date"),
        ("= 2026-11-21\n[authority]", "= \"2026-11-21\"\n[authority]", "line 3, edition: "),
        (
            "methods_min = 2\n[filing]",
            "methods_min = 0\n[filing]",
            "high_risk.methods_min: 0 is outside 1 to 9",
        ),
        ("\"lb\"", "\"stone\"", "quality.weight.units: \"stone\" is no unit of weight"),
        ("[\"kg\", \"lb\"]", "[]", "quality.weight.severity: no unit would be taken"),
        ("\"alone\"", "\"no\"", "quality.po_box: \"no\" is no way to treat a post-office box"),
        ("domestic = [\"XK\"]\n", "", "quality.address.shipper_domestic: there is no country"),
        ("country = \"XK\"", "country = \"xk\"", "quality.address.country.country: \"xk\" is no country"),
        ("[\"consignee\"]", "[\"agent\"]", "quality.address.country.parties: \"agent\" has no rules"),
        ("[\"consignee\"]", "[]", "quality.address.country.country: the rule asks for nothing"),
        ("\"0.5\"", "\"200\"", "quality.weight_tolerance_percent: not a percentage"),
        (
            "element = \"goods\"",
            "element = \"cargo\"",
            "element.element: \"cargo\" is no element. Use one of waybill",
        ),
        ("of_houses = true", "of_houses = false", "element.element: the rule for goods applies to nothing"),
        (
            "severity = \"error\"\ncode",
            "severity = \"fatal\"\ncode",
            "element.severity: \"fatal\" is no severity",
        ),
        (
            "code = \"NO_GOODS\"\nreference = \"invented\"",
            "reference = \" \"",
            "element.reference: the text is empty",
        ),
        ("code = \"NO_GOODS\"\nreference = \"invented\"", "", "missing field `reference`"),
        ("[gate]", "[gate", "line 13"),
    ];
    for (old, new, expected) in cases {
        assert!(RULES_TEXT.contains(old), "{old} is not in the text");
        let error = read(&RULES_TEXT.replacen(old, new, 1), WORDS_TEXT).unwrap_err().to_string();
        assert!(error.contains(expected), "{new}: {error}");
        assert!(error.starts_with("programmes/xk-test/programme.toml"), "{error}");
    }
    let cases = [
        ("\"Stuff\"", "\"Stuff\", \"STUFF.\"", "line 12, list.words: \"STUFF.\" stands twice"),
        ("\"Stuff\"", "\"--\"", "list.words: \"--\" holds no letter"),
        ("enabled = false", "enable = false", "unknown field `enable`"),
        ("[\"goods\"]", "[\"names\"]", "list.applies_to: a list cannot apply to \"names\""),
        ("[\"goods\"]", "[]", "list.name: the list applies to nothing"),
        ("\"Stuff\"", "7", "a text, or { text"),
    ];
    for (old, new, expected) in cases {
        assert!(WORDS_TEXT.contains(old), "{old} is not in the text");
        let error = read(RULES_TEXT, &WORDS_TEXT.replacen(old, new, 1)).unwrap_err().to_string();
        assert!(error.contains(expected), "{new}: {error}");
        assert!(error.starts_with("programmes/xk-test/stop_words.toml"), "{error}");
    }
}

const ANSWERS_TEXT: &str = r#"schema = 1
[[answer]]
code = "NO_GOODS"
http = 422
cause = "no description"
findings = [{ code = "element-missing", on = "goods" }]
"#;

#[test]
fn answer_codes_are_read_strictly() {
    let read = |answers: &str| {
        let files =
            [("programme.toml", RULES_TEXT), ("stop_words.toml", WORDS_TEXT), ("answer_codes.toml", answers)];
        parse("xk-test", &files)
    };
    let programme = read(ANSWERS_TEXT).unwrap();
    let goods = &programme.answers[0].findings[0];
    let finding = |path: &str| finding::Finding::new(goods.code).on(path);
    assert!(goods.covers(&finding("goods[3]")) && !goods.covers(&finding("pieces")));
    let cases = [
        ("element-missing", "element-mislaid", "answer.findings: \"element-mislaid\" is no finding"),
        ("cause", "not_reachable = \"a reason\"\ncause", "NO_GOODS must have findings, or the reason"),
        ("http = 422", "http = \"x\"", "answer.http"),
        (
            "[[answer]]",
            "[[answer]]\ncode = \"NO_GOODS\"\nhttp = 1\ncause = \"c\"\nnot_reachable = \"r\"\n[[answer]]",
            "stands twice",
        ),
    ];
    for (old, new, expected) in cases {
        let error = read(&ANSWERS_TEXT.replacen(old, new, 1)).unwrap_err().to_string();
        assert!(error.contains(expected), "{new}: {error}");
        assert!(error.starts_with("programmes/xk-test/answer_codes.toml"), "{error}");
    }
}

#[test]
fn two_rules_for_one_element_must_not_overlap() {
    let second = |of_houses: bool| {
        format!(
            "{RULES_TEXT}[[element]]\nelement = \"goods\"\nof_houses = {of_houses}\nof_consolidations = true\n\
             severity = \"warning\"\nreference = \"invented\"\n"
        )
    };
    assert!(read(&second(false), WORDS_TEXT).is_ok());
    assert!(read(&second(true), WORDS_TEXT).unwrap_err().to_string().contains("two rules"));
}

#[test]
fn the_folder_must_be_whole_and_hold_nothing_else() {
    let files = [("programme.toml", RULES_TEXT), ("stop_words.toml", WORDS_TEXT), ("README.md", "# Read me")];
    assert!(parse("xk-test", &files).is_ok());
    assert!(parse("XK test", &files).is_err());
    assert!(
        parse("xk-test", &files[..1])
            .unwrap_err()
            .to_string()
            .contains("stop_words.toml: the file is missing")
    );
    let other = [files[0], files[1], ("notes.txt", "")];
    assert!(parse("xk-test", &other).unwrap_err().to_string().contains("notes.txt: no such file"));
}

#[test]
fn the_hash_covers_every_file_and_no_line_end() {
    let hash_of = |files: &[(&str, &str)]| parse("xk-test", files).unwrap().sha256;
    let (rules, words) = (("programme.toml", RULES_TEXT), ("stop_words.toml", WORDS_TEXT));
    let windows = RULES_TEXT.replace('\n', "\r\n");
    let plain = hash_of(&[rules, words]);
    assert_eq!(plain, hash_of(&[words, rules]));
    assert_eq!(plain, hash_of(&[("programme.toml", &windows), words]));
    assert_ne!(plain, hash_of(&[rules, words, ("README.md", "")]));
    assert_ne!(hash_of(&[rules, words, ("README.md", "a")]), hash_of(&[rules, words, ("README.md", "b")]));
}

proptest! {
    /// Any change of a file gives a programme or an error that names its file; nothing else.
    #[test]
    fn damage_is_an_error_with_a_place(at in 0usize..4000, with in "[\\PC\n]{0,3}", cut in 0usize..40) {
        for (rules, words) in [
            (damaged(RULES_TEXT, at, &with, cut), WORDS_TEXT.to_owned()),
            (RULES_TEXT.to_owned(), damaged(WORDS_TEXT, at, &with, cut)),
        ] {
            if let Err(error) = read(&rules, &words) {
                prop_assert!(!error.what.is_empty() && error.file.ends_with(".toml"), "{:?}", error);
            }
        }
    }
}

fn damaged(text: &str, at: usize, with: &str, cut: usize) -> String {
    let at = at % (text.len() + 1);
    let end = (at + cut).min(text.len());
    format!("{}{with}{}", &text[..at], &text[end..])
}
