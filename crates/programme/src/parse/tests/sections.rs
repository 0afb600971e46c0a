//! The sections about authority, filing, referrals, outages and periods, and the table of notifications.

use super::{RULES_TEXT, WORDS_TEXT, read};
use crate::model::{Document, Element, Extent, FilingStage, HoldScope, Obligation, Programme};
use crate::notification::Notification;
use crate::parse::{ProgrammeError, parse};
use consignment::fact::ReferralKind;
use consignment::notice::Wire;

#[test]
fn every_section_is_read() {
    let programme = read(RULES_TEXT, WORDS_TEXT).unwrap();
    assert_eq!(programme.gate.binding, Obligation::Mandatory);
    assert_eq!(programme.authority.default_mode.as_str(), "relay");
    let filing_type = programme.filing_type("F1").unwrap();
    assert_eq!((filing_type.extent, filing_type.stage), (Extent::Partial, FilingStage::PreLoading));
    assert_eq!(filing_type.of, [Document::House, Document::Direct]);
    assert_eq!(filing_type.without, [Element::Hs]);
    let referral = &programme.referral;
    assert_eq!(referral.of(ReferralKind::Dnl).unwrap().holds, HoldScope::Everywhere);
    let asked = referral.of(ReferralKind::Rfi).unwrap();
    assert_eq!((asked.answer_minutes, asked.answer_before_departure), (Some(90), false));
    assert!(referral.of(ReferralKind::Rfs).unwrap().answer_before_departure);
    assert!(referral.completed_by_assessment(ReferralKind::Rfs));
    assert!(!referral.completed_by_assessment(ReferralKind::Rfi));
    assert_eq!(referral.complete_tells_received, [Wire::Camir]);
    assert_eq!(programme.outage, None);
    assert_eq!(programme.timers.number_reuse.house_waybill_days, 30);
}

#[test]
fn every_fault_of_a_section_has_its_place() {
    let cases = [
        (
            "\"relay\"",
            "\"remote\"",
            "authority.default_mode: \"remote\" is no mode. Use one of authority, relay",
        ),
        ("binding = \"mandatory\"", "binding = \"usual\"", "gate.binding: \"usual\" is no obligation"),
        ("binding = \"mandatory\"\n", "", "missing field `binding`"),
        ("[\"carrier\", \"forwarder\"]", "[]", "filing.who: there is no filer. Name at least one"),
        ("\"forwarder\"]", "\"carrier\"]", "filing.who: \"carrier\" stands twice"),
        ("\"departure\"", "\"dusk\"", "filing.updates_until: \"dusk\" is no end of updates"),
        ("= 400", "= 0", "filing.retention_days: 0 is outside 1 to 3660"),
        ("= 400", "= 100", "number_reuse_days.air_waybill: filing.retention_days is 100, and 365 are needed"),
        ("\"partial\"", "\"half\"", "filing.type.extent: \"half\" is no extent"),
        ("\"pre-loading\"", "\"later\"", "filing.type.stage: \"later\" is no stage"),
        ("[\"house\", \"direct\"]", "[\"parcel\"]", "filing.type.of: \"parcel\" is no kind of document"),
        ("[\"hs\"]", "[\"name\"]", "filing.type.without: \"name\" is no element"),
        ("[\"rfs\"]", "[\"dnl\"]", "complete_closes: a completed assessment never cancels a do-not-load"),
        ("[\"rfs\"]", "[\"rfx\"]", "referral.complete_closes: \"rfx\" is no kind of referral"),
        ("[\"camir\"]", "[\"telex\"]", "referral.complete_tells_received: \"telex\" is no wire"),
        ("\"everywhere\"", "\"own-legs\"", "referral.dnl.holds: a do-not-load holds everywhere"),
        ("\"own-legs\"", "\"nothing\"", "referral.rfi.holds: \"nothing\" is no extent of a hold"),
        ("answer_minutes = 90", "answer_minutes = 0", "referral.rfi.answer_minutes: 0 is outside"),
        (
            "methods_min = 2\nreference",
            "methods_min = 10\nreference",
            "referral.rfs.methods_min: 10 is outside 1 to 9",
        ),
        (
            "suspension = false",
            "suspension = true",
            "outage.suspension: either there is no suspension, or all of",
        ),
        (
            "suspension = false",
            "suspension = false\ngrace_minutes = 1",
            "outage.suspension: either there is no suspension",
        ),
        (
            "answer_valid_minutes = 60",
            "answer_valid_minutes = 0",
            "timers.answer_valid_minutes: 0 is outside",
        ),
        ("express = 300", "express = 3000", "timers.number_reuse_days.express"),
        (
            "code = \"NO_GOODS\"",
            "filing_types = [\"F9\"]",
            "element.filing_types: \"F9\" is no type of filing",
        ),
        (
            "code = \"NO_GOODS\"",
            "from = 2026-02-01\nuntil = 2026-01-01",
            "element.until: the rule ends before it begins",
        ),
        (
            "default_mode = \"relay\"",
            "default_mode = \"relay\"\n[[authority.contact]]\npurpose = \"p\"\nhours = \"h\"\nreferrals = true\nreference = \"r\"",
            "authority.contact.purpose: the contact has neither mail nor phone",
        ),
        (
            "default_mode = \"relay\"",
            "default_mode = \"relay\"\n[[authority.contact]]\npurpose = \"p\"\nmail = \"a b@c\"\nhours = \"h\"\nreferrals = true\nreference = \"r\"",
            "authority.contact.mail: \"a b@c\" is no mail address",
        ),
    ];
    for (old, new, expected) in cases {
        assert!(RULES_TEXT.contains(old), "{old} is not in the text");
        let error = read(&RULES_TEXT.replacen(old, new, 1), WORDS_TEXT).unwrap_err().to_string();
        assert!(error.contains(expected), "{new}: {error}");
        assert!(error.starts_with("programmes/xk-test/programme.toml, line "), "{error}");
    }
}

const SUSPENDS: &str = "suspension = true\ncovers = \"acknowledgement\"\nthreshold_minutes = 60\n\
                        planned_threshold_minutes = 120\nthreshold_from = \"outage-notice\"\n\
                        grace_minutes = 120\ngrace_from = \"outage-ends\"";

#[test]
fn a_suspension_is_read_whole_or_not_at_all() {
    let rules = RULES_TEXT.replace("suspension = false", SUSPENDS);
    let outage = read(&rules, WORDS_TEXT).unwrap().outage.unwrap();
    assert_eq!(
        (outage.threshold_minutes, outage.planned_threshold_minutes, outage.grace_minutes),
        (60, 120, 120)
    );
    assert_eq!(outage.grace_from, Notification::OutageEnds);
    for line in SUSPENDS.lines().skip(1) {
        let without = rules.replace(&format!("{line}\n"), "");
        assert!(
            read(&without, WORDS_TEXT).unwrap_err().to_string().contains("outage.suspension: "),
            "{line}"
        );
    }
    let other = rules.replace("\"outage-ends\"", "\"received\"");
    let error = read(&other, WORDS_TEXT).unwrap_err().to_string();
    assert!(error.contains("outage.grace_from: \"received\" is no notice of an outage"), "{error}");
}

const TABLE: &str = "schema = 1\n[[notification]]\nwire = \"cargo-xml\"\ncode = \"CO\"\ntext = \"HOLD REMOVED\"\n\
                     means = \"rfi-closed\"\nreference = \"invented\"\n[[unknown]]\nwire = \"camir\"\n\
                     code = \"SN\"\nreference = \"invented\"\n";

fn with_table(rules: &str, table: &str) -> Result<Programme, ProgrammeError> {
    let files = [("programme.toml", rules), ("stop_words.toml", WORDS_TEXT), ("notifications.toml", table)];
    parse("xk-test", &files)
}

#[test]
fn the_table_of_notifications_is_read_strictly() {
    let programme = with_table(RULES_TEXT, TABLE).unwrap();
    assert_eq!(programme.notifications.rules().count(), 1);
    assert_eq!(programme.notifications.unknown()[0].code, "SN");
    assert_eq!(programme.meaning(Wire::Camir, "SN", ""), None);
    let cases = [
        (
            "cargo-xml",
            "telex",
            "line 3, notification.wire: \"telex\" is no wire. Use one of cargo-imp, camir",
        ),
        ("rfi-closed", "rfi-forgotten", "notification.means: \"rfi-forgotten\" is no notification"),
        ("rfi-closed", "rfs-closed", "notification.means: RFS has a code that closes it"),
        ("rfi-closed", "outage-suspension", "notification.means: the programme has no suspension"),
        ("HOLD REMOVED", "--", "notification.text: the text has no word in it"),
        ("\"CO\"", "\" \"", "notification.code: the text is empty"),
        (
            "wire = \"camir\"\ncode = \"SN\"",
            "wire = \"cargo-xml\"\ncode = \"co\"",
            "unknown.code: co has a meaning above",
        ),
        (
            "[[unknown]]",
            "[[notification]]\nwire = \"cargo-xml\"\ncode = \"co\"\ntext = \"hold, removed\"\nmeans = \"received\"\n\
             reference = \"r\"\n[[unknown]]",
            "notification.code: co stands twice",
        ),
        (
            "[[unknown]]",
            "[[notification]]\nwire = \"mail\"\ncode = \"{awb}\"\nmeans = \"received\"\nreference = \"r\"\n[[unknown]]",
            "notification.code: the subject begins with the waybill",
        ),
    ];
    for (old, new, expected) in cases {
        assert!(TABLE.contains(old), "{old} is not in the text");
        let error = with_table(RULES_TEXT, &TABLE.replacen(old, new, 1)).unwrap_err().to_string();
        assert!(error.contains(expected), "{new}: {error}");
        assert!(error.starts_with("programmes/xk-test/notifications.toml, line "), "{error}");
    }
    let suspends = RULES_TEXT.replace("suspension = false", SUSPENDS);
    assert!(with_table(&suspends, &TABLE.replace("rfi-closed", "outage-suspension")).is_ok());
}

#[test]
fn rules_of_filing_types_and_days_take_the_place_of_others() {
    let rule = |more: &str| {
        format!(
            "[[element]]\nelement = \"goods\"\nof_houses = true\nof_consolidations = false\nseverity = \"warning\"\n\
             reference = \"second\"\n{more}\n"
        )
    };
    let two = |more: &str| read(&format!("{RULES_TEXT}{}", rule(more)), WORDS_TEXT);
    let of_type = two("filing_types = [\"F1\"]").unwrap();
    let filing_type = of_type.filing_type("F1").unwrap();
    let references = |programme: &Programme, day: &str| -> Vec<String> {
        let day = Some(day.parse().unwrap());
        programme.element_rules(day).map(|rule| rule.reference.clone()).collect()
    };
    assert_eq!(references(&of_type, "2026-06-01"), ["invented"], "messages do not tell their type");
    let of_f1: Vec<&str> =
        of_type.element_rules_of(filing_type, None).map(|rule| rule.reference.as_str()).collect();
    assert_eq!(of_f1, ["second"]);

    assert!(two("from = 2027-01-01").unwrap_err().to_string().contains("two rules"));
    let dated = RULES_TEXT.replace("code = \"NO_GOODS\"", "until = 2026-12-31");
    let dated = read(&format!("{dated}{}", rule("from = 2027-01-01")), WORDS_TEXT).unwrap();
    assert_eq!(references(&dated, "2026-12-31"), ["invented"]);
    assert_eq!(references(&dated, "2027-01-01"), ["second"]);
    assert_eq!(dated.element_rules(None).count(), 2, "a day that is not known leaves nothing out");
}
