use super::*;
use crate::embedded;
use ReferralKind::{Dnl, Rfi, Rfs};
use consignment::notice::AnswerError;
use std::sync::Arc;

fn meaning(programme: &str, wire: Wire, code: &str, text: &str) -> Option<Notification> {
    embedded::get(programme).unwrap().meaning(wire, code, text)
}

#[test]
fn every_word_is_read_back() {
    for notification in Notification::all() {
        assert_eq!(Notification::parse(notification.as_str()), Some(notification));
    }
    assert_eq!(Notification::all().count(), 23);
    assert_eq!(Notification::parse("rfi"), None);
}

#[test]
fn the_codes_of_camir_decide_alone() {
    let codes = [
        ("SR", Notification::Received),
        ("SF", Notification::AssessmentComplete),
        ("7H", Notification::Opened(Rfi)),
        ("7J", Notification::InPlace(Rfi)),
        ("7I", Notification::Closed(Rfi)),
        ("8H", Notification::Opened(Rfs)),
        ("8J", Notification::InPlace(Rfs)),
        ("8I", Notification::Closed(Rfs)),
        ("6H", Notification::Opened(Dnl)),
        ("6J", Notification::InPlace(Dnl)),
        ("6I", Notification::Closed(Dnl)),
        ("ERR", Notification::Rejected),
    ];
    for (code, means) in codes {
        for text in ["", "PACT DO NOT LOAD HOLD", "---TESTING--- HOLD NOT REMOVED", "ASSESSMENT COMPLETE"] {
            for programme in ["us-acas", "ca-pact"] {
                assert_eq!(
                    meaning(programme, Wire::Camir, code, text),
                    Some(means),
                    "{programme} {code} {text}"
                );
                // CSN/3 has the same codes, and no error report.
                let same = (code != "ERR").then_some(means);
                assert_eq!(meaning(programme, Wire::CargoImp, code, text), same, "{programme} {code} {text}");
            }
            // What would cancel an order is not known to be used so in the Emirates: a person is asked.
            let there = if means == Notification::Closed(Dnl) { Notification::ClosedUnnamed } else { means };
            assert_eq!(meaning("ae-naic", Wire::Camir, code, text), Some(there), "{code} {text}");
        }
        assert_eq!(meaning("eu-ics2", Wire::Camir, code, ""), None);
    }
    for programme in ["us-acas", "ca-pact", "ae-naic"] {
        assert_eq!(meaning(programme, Wire::Camir, "SN", ""), None, "nobody published what SN means");
        assert_eq!(meaning(programme, Wire::Camir, "7I ", ""), meaning(programme, Wire::Camir, "7i", ""));
        assert_eq!(meaning(programme, Wire::Camir, "7", ""), None);
        assert_eq!(meaning(programme, Wire::Camir, "", "ASSESSMENT COMPLETE"), None);
    }
}

#[test]
fn every_error_code_of_canada_rejects() {
    let canada = embedded::get("ca-pact").unwrap();
    assert_eq!(canada.answers.len(), 22);
    for answer in &canada.answers {
        for wire in [Wire::Camir, Wire::CargoXml] {
            assert_eq!(
                canada.meaning(wire, &answer.code, ""),
                Some(Notification::Rejected),
                "{}",
                answer.code
            );
        }
        assert_eq!(canada.meaning(Wire::Mail, &answer.code, ""), None);
    }
}

#[test]
fn a_co_of_canada_ends_only_what_it_names() {
    let cases = [
        ("RI", "PACT REQUEST FOR INFORMATION HOLD", Notification::Open(Rfi)),
        ("RI", "REQUEST FOR INFORMATION HOLD REMOVED", Notification::Open(Rfi)),
        ("RS", "---TESTING--- REQUEST FOR SCREENING HOLD ---TESTING---", Notification::Open(Rfs)),
        ("CD", "", Notification::Open(Dnl)),
        ("CO", "PACT ASSESSMENT COMPLETE", Notification::AssessmentComplete),
        ("co", "--- TESTING --- Pact assessment  complete", Notification::AssessmentComplete),
        ("CO", "PACT REQUEST FOR INFORMATION HOLD REMOVED", Notification::Closed(Rfi)),
        ("CO", "---TESTING---REQUEST FOR SCREENING HOLD REMOVED---TESTING---", Notification::Closed(Rfs)),
        ("CO", "PACT DO NOT LOAD REMOVED", Notification::Closed(Dnl)),
        ("CO", "PACT DO NOT LOAD HOLD REMOVED", Notification::Closed(Dnl)),
        // Whatever else it says names nothing.
        ("CO", "", Notification::ClosedUnnamed),
        ("CO", "HOLD REMOVED", Notification::ClosedUnnamed),
        ("CO", "RELEASED", Notification::ClosedUnnamed),
        ("CO", "ASSESSMENT INCOMPLETE", Notification::ClosedUnnamed),
        ("CO", "ASSESSMENT NOT COMPLETE", Notification::ClosedUnnamed),
        ("CO", "NOT ASSESSMENT COMPLETE", Notification::ClosedUnnamed),
        ("CO", "REQUEST FOR INFORMATION HOLD NOT REMOVED", Notification::ClosedUnnamed),
        // Two things at once are not told apart.
        (
            "CO",
            "REQUEST FOR INFORMATION HOLD REMOVED, REQUEST FOR SCREENING HOLD REMOVED",
            Notification::ClosedUnnamed,
        ),
        ("CO", "DO NOT LOAD HOLD REMOVED. ASSESSMENT COMPLETE", Notification::ClosedUnnamed),
        // Nor does what says more than the words that are known.
        (
            "CO",
            "PACT REQUEST FOR INFORMATION HOLD REMOVED IN ERROR - HOLD STANDS",
            Notification::ClosedUnnamed,
        ),
        ("CO", "REQUEST FOR INFORMATION HOLD REMOVED FOR PART", Notification::ClosedUnnamed),
        ("CO", "ASSESSMENT COMPLETE FOR 2 OF 3", Notification::ClosedUnnamed),
        ("Received", "No Errors", Notification::Received),
        ("Acknowledgement", "", Notification::Received),
        ("Rejected", "", Notification::Rejected),
        ("Error", "MISSING_CNE_NAME", Notification::Rejected),
    ];
    for (code, text, means) in cases {
        assert_eq!(meaning("ca-pact", Wire::CargoXml, code, text), Some(means), "{code} {text}");
    }
    for code in ["CB", "7H", "XX"] {
        assert_eq!(meaning("ca-pact", Wire::CargoXml, code, ""), None, "{code} is of another profile");
    }
}

#[test]
fn the_profile_of_iata_is_another() {
    for programme in ["us-acas", "ca-pact", "eu-ics2", "gb-predict", "ae-naic"] {
        let means = |code: &str, text: &str| meaning(programme, Wire::OneRecord, code, text);
        assert_eq!(means("SR", ""), Some(Notification::Received));
        assert_eq!(means("error", ""), Some(Notification::Rejected));
        assert_eq!(means("CB", ""), Some(Notification::Open(Rfs)), "which of both is not told");
        assert_eq!(means("CB", "request for information"), Some(Notification::Open(Rfi)));
        assert_eq!(means("CB", "NO REQUEST FOR SCREENING"), Some(Notification::Open(Rfs)));
        assert_eq!(means("CD", ""), Some(Notification::Open(Dnl)));
        assert_eq!(means("CO", ""), Some(Notification::ClosedUnnamed));
        assert_eq!(means("CO", "ASSESSMENT COMPLETE"), Some(Notification::AssessmentComplete));
        assert_eq!(means("RFI", ""), Some(Notification::Open(Rfi)));
        assert_eq!(means("DNL", ""), Some(Notification::Open(Dnl)));
        assert_eq!(means("RI", ""), None);
        // Good practice of carriers: the latest result of a check of customs.
        assert_eq!(means("OK_TO_LOAD", ""), Some(Notification::Assessed));
        assert_eq!(means("REQUEST_FOR_INFORMATION", ""), Some(Notification::Open(Rfi)));
        assert_eq!(means("DO_NOT_LOAD", ""), Some(Notification::Open(Dnl)));
        // Prototypes.
        assert_eq!(means("ASC", ""), Some(Notification::Assessed));
        assert_eq!(means("RFS", ""), Some(Notification::Open(Rfs)));
        assert_eq!(means("CSF", ""), Some(Notification::Noted));
        let named = if ["us-acas", "ca-pact"].contains(&programme) {
            Notification::Closed(Dnl)
        } else {
            Notification::ClosedUnnamed
        };
        assert_eq!(means("CO", "DO NOT LOAD HOLD REMOVED"), Some(named), "{programme}");
    }
    assert_eq!(meaning("us-acas", Wire::CargoXml, "CB", ""), Some(Notification::Open(Rfs)));
    assert_eq!(meaning("us-acas", Wire::CargoXml, "RI", ""), None, "Canada's code");
}

#[test]
fn mail_is_known_by_how_its_subject_begins() {
    let cases = [
        ("OPEN PACT REQUEST FOR INFORMATION (RFI): AWB# 888-30001053", Notification::Open(Rfi)),
        ("Open  PACT request for information (RFI) : AWB#888-30001053 urgent", Notification::Open(Rfi)),
        ("CLOSED PACT REQUEST FOR INFORMATION (RFI): AWB# 888-30001053", Notification::Closed(Rfi)),
        ("OPEN PACT REQUEST FOR SCREENING (RFS): AWB# 888-30001053", Notification::Open(Rfs)),
        ("CLOSED PACT REQUEST FOR SCREENING (RFS): AWB# 888-30001053 HX1", Notification::Closed(Rfs)),
        ("DO NOT LOAD NOTICE (DNL) \u{2013} PACT: AWB# 888-30001053", Notification::Open(Dnl)),
        ("CANCELLED DO NOT LOAD NOTICE (DNL) - PACT: AWB# 888-30001053", Notification::Closed(Dnl)),
        ("MESSAGE REJECTED BY PACT: INSUFFICIENT/POOR DATA: AWB# 888-30001053", Notification::Rejected),
        ("NOTICE OF UNPLANNED PACT SYSTEM OUTAGE", Notification::OutageNotice),
        ("NOTICE OF PLANNED PACT SYSTEM OUTAGE", Notification::OutageNotice),
        ("UPDATE ON PACT SYSTEM OUTAGE - SUSPENDED ENFORCEMENT OF 743(A)", Notification::OutageSuspension),
        (
            "NOTICE OF PACT \u{201c}ASSESSMENT COMPLETE\u{201d} MESSAGE INTERRUPTION",
            Notification::AnswersInterrupted,
        ),
        ("NOTICE OF PACT \"ASSESSMENT COMPLETE\" MESSAGE INTERRUPTION", Notification::AnswersInterrupted),
        ("NOTICE OF OUTAGE RESOLUTION", Notification::OutageEnds),
        ("End of interruption for system maintenance", Notification::OutageEnds),
    ];
    for (subject, means) in cases {
        assert_eq!(meaning("ca-pact", Wire::Mail, subject, ""), Some(means), "{subject}");
        // The work is done by answers to all. One under a subject that closes closes nothing.
        let again = match means {
            Notification::Closed(_) => Notification::ClosedUnnamed,
            other => other,
        };
        for before in ["RE: ", "Re: ", "Fwd: ", "FW:", "RE: RE: ", "AW: Re[2]: "] {
            let subject = format!("{before}{subject}");
            assert_eq!(meaning("ca-pact", Wire::Mail, &subject, ""), Some(again), "{subject}");
        }
        for before in ["---TESTING--- ", "TESTING "] {
            let subject = format!("{before}{subject}");
            assert_eq!(meaning("ca-pact", Wire::Mail, &subject, ""), Some(means), "{subject}");
        }
        assert_eq!(meaning("us-acas", Wire::Mail, subject, ""), None);
    }
    for doubt in ["SENT IN ERROR", "RFI STILL OPEN", "(please disregard)"] {
        let subject = format!("CLOSED PACT REQUEST FOR INFORMATION (RFI): AWB# 888-30001053 {doubt}");
        assert_eq!(
            meaning("ca-pact", Wire::Mail, &subject, ""),
            Some(Notification::ClosedUnnamed),
            "{doubt}"
        );
    }
    for other in
        ["UPDATE ON PACT SYSTEM OUTAGE", "CLOSED PACT REQUEST FOR INFORMATION", "AWB# 888-30001053", ""]
    {
        assert_eq!(meaning("ca-pact", Wire::Mail, other, ""), None, "{other}");
    }
}

#[test]
fn ics2_has_no_code_that_closes() {
    let cases = [
        ("IE3R01", Notification::Received),
        ("IE3N99", Notification::Rejected),
        ("IE3N01", Notification::Rejected),
        ("IE3Q01", Notification::Opened(Dnl)),
        ("IE3Q02", Notification::Opened(Rfi)),
        ("IE3Q03", Notification::Opened(Rfs)),
        ("IE3N03", Notification::AssessmentComplete),
        ("IE3N04", Notification::Open(Rfi)),
        ("IE3N05", Notification::Open(Rfs)),
    ];
    for programme in ["eu-ics2", "gb-predict"] {
        for (code, means) in cases {
            assert_eq!(meaning(programme, Wire::Ics2, code, ""), Some(means), "{programme} {code}");
        }
        // Not complete, arrival, control, amended, pending: none of them moves a case.
        for code in ["IE3N02", "IE3N06", "IE3N08", "IE3N09", "IE3N10", "IE3N11"] {
            assert_eq!(meaning(programme, Wire::Ics2, code, ""), Some(Notification::Noted), "{code}");
        }
        assert_eq!(meaning(programme, Wire::Ics2, "IE3R07", ""), Some(Notification::Invalidated));
        for code in ["IE3N07", "IE3R02", "IE3R03", "IE3Q04"] {
            assert_eq!(meaning(programme, Wire::Ics2, code, ""), None, "{code}");
        }
        let programme = embedded::get(programme).unwrap();
        assert!(!programme.notifications.rules().any(|rule| matches!(rule.means, Notification::Closed(_))));
    }
}

#[test]
fn a_bare_good_ending_closes_nothing_in_any_programme() {
    for programme in embedded::all() {
        for rule in programme.notifications.rules() {
            if rule.code.eq_ignore_ascii_case("CO") && rule.text.is_empty() {
                assert_eq!(rule.means, Notification::ClosedUnnamed, "{}", programme.id);
            }
            assert!(!rule.reference.is_empty());
        }
    }
}

#[test]
fn what_is_written_is_read_back() {
    for programme in embedded::all() {
        for wire in Wire::ALL.iter().copied() {
            for notification in Notification::all() {
                let Some(out) = programme.out(wire, notification) else { continue };
                let read = programme.meaning(wire, out.code, out.text);
                let same = match (read, notification) {
                    (
                        Some(Notification::Open(read)),
                        Notification::Opened(kind) | Notification::InPlace(kind),
                    )
                    | (Some(Notification::Opened(read)), Notification::Open(kind)) => read == kind,
                    (read, sent) => read == Some(sent),
                };
                assert!(same, "{} {} {notification:?}: {out:?} {read:?}", programme.id, wire.as_str());
            }
            assert_eq!(programme.out(wire, Notification::ClosedUnnamed), None);
        }
    }
    let canada = embedded::get("ca-pact").unwrap();
    let out = |wire, notification| canada.out(wire, notification).map(|out| (out.code, out.text));
    assert_eq!(
        out(Wire::Camir, Notification::InPlace(Rfi)),
        Some(("7J", "PACT REQUEST FOR INFORMATION HOLD CURRENTLY IN PLACE"))
    );
    assert_eq!(
        out(Wire::CargoXml, Notification::InPlace(Rfi)),
        Some(("RI", "PACT REQUEST FOR INFORMATION HOLD"))
    );
    assert_eq!(out(Wire::CargoXml, Notification::Closed(Dnl)), Some(("CO", "PACT DO NOT LOAD HOLD REMOVED")));
    assert_eq!(out(Wire::Camir, Notification::AssessmentComplete), Some(("SF", "ASSESSMENT COMPLETE")));
    assert_eq!(out(Wire::Ics2, Notification::Opened(Rfi)), None, "Canada does not write ICS2");
    let europe = embedded::get("eu-ics2").unwrap();
    assert_eq!(europe.out(Wire::Ics2, Notification::Closed(Rfi)), None, "there is no such message");
}

#[test]
fn statements_are_weighed_by_what_they_are() {
    let canada = embedded::get("ca-pact").unwrap();
    let notice = |wire, statement, text: &str| AuthorityNotice {
        pieces: None,
        wire,
        bill: None,
        bill_as_sent: None,
        legs: Vec::new(),
        statement,
        text: text.to_owned(),
        issued: None,
        reference: None,
        methods: Vec::new(),
        deadline: None,
        from: None,
        test: false,
        line: 1,
    };
    let error = AnswerError { http: Some(422), code: Arc::from("A_CODE_OF_TOMORROW") };
    let cases = [
        (notice(Wire::Camir, Statement::Code("7H".into()), ""), Some(Notification::Opened(Rfi))),
        (notice(Wire::CargoXml, Statement::Code("CO".into()), "x"), Some(Notification::ClosedUnnamed)),
        (notice(Wire::CargoXml, Statement::Received, ""), Some(Notification::Received)),
        (notice(Wire::Camir, Statement::Errors(vec![error]), ""), Some(Notification::Rejected)),
        (
            notice(Wire::Mail, Statement::Subject("NOTICE OF OUTAGE RESOLUTION".into()), ""),
            Some(Notification::OutageEnds),
        ),
        (notice(Wire::Mail, Statement::Subject("HELLO".into()), ""), None),
    ];
    for (notice, means) in cases {
        assert_eq!(canada.meaning_of(&notice), means, "{notice:?}");
    }
}
