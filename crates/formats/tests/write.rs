//! What Loadgate writes is read back by its own reader, and keeps the layout of the message.
#![allow(clippy::unwrap_used)]

mod support;

use consignment::document::ConsignmentKey;
use consignment::ident::{AirWaybill, HouseWaybill};
use consignment::notice::{AnswerError, NoticeTime, Statement, Wire};
use consignment::{DocumentKind, Filing};
use finding::codes::wire;
use formats::RawMessage;
use formats::write::{WriteError, camir, reply};
use jiff::Timestamp;
use proptest::prelude::*;
use support::{decode_all, received_at, root};

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(root().join("fixtures/cargo-imp").join(name)).unwrap()
}

fn decode(bytes: &[u8]) -> Filing {
    formats::decode(&RawMessage::whole(bytes), received_at())
}

/// Every piece keeps the layout and is one message that names the bill of the original.
fn check_pieces(pieces: &[String], name: &str, original: &Filing) {
    for piece in pieces {
        assert!(piece.len() <= 1_600, "{} bytes", piece.len());
        assert!(piece.lines().all(|line| line.chars().count() <= 69), "{piece}");
        let read = decode_all(piece.as_bytes());
        assert_eq!(read.len(), 1, "{piece}");
        assert_eq!(read[0].format.unwrap().name, name, "{piece}");
        let code = if name == "FMA" { wire::MESSAGE_ACKNOWLEDGED } else { wire::MESSAGE_REJECTED };
        assert!(read[0].findings.iter().any(|finding| finding.code == code), "{piece}");
        assert!(read[0].consignments.iter().all(|echo| echo.kind == DocumentKind::Echo));
        if let Some(first) = original.consignments.first() {
            let echo = read[0].consignments.first().unwrap_or_else(|| panic!("no echo in\n{piece}"));
            assert_eq!(echo.master, first.master, "{piece}");
        }
    }
}

#[test]
fn answers_have_the_form_of_the_samples() {
    let raw = b"QK FRAFM9Z\r\n.FRAFX9Z 240615\r\nFWB/16\r\n888-30040006FRAJFK/T1K40\r\nRTG/JFK9Z\r\n";
    let filing = decode(raw);
    let accepted = reply::acknowledgement(filing.format, raw, "Message accepted").unwrap();
    assert_eq!(
        accepted,
        ["FMA\r\nACK/MESSAGE ACCEPTED\r\nFWB/16\r\n888-30040006FRAJFK/T1K40\r\nRTG/JFK9Z\r\n"]
    );
    let rejected = reply::rejection(filing.format, raw, &["MISSING_WEIGHT", "Shipper: no country!"]).unwrap();
    assert_eq!(
        rejected,
        [
            "FNA/1\r\nACK/MISSING WEIGHT\r\n/SHIPPER NO COUNTRY\r\nFWB/16\r\n888-30040006FRAJFK/T1K40\r\nRTG/JFK9Z\r\n"
        ]
    );
}

#[test]
fn every_text_message_can_be_answered() {
    for name in [
        "fwb/001-v17-every-segment.txt",
        "fwb/013-latin-1.txt",
        "fwb/018-typeB-control-bytes.txt",
        "fwb/024-one-kilobyte.txt",
        "fhl/001-v5-single-house.txt",
        "fhl/003-v4-check-list.txt",
        "fsu/001-flight-statuses.txt",
        "fsu/004-units-and-seals.txt",
    ] {
        let raw = fixture(name);
        let filing = decode(&raw);
        check_pieces(&reply::acknowledgement(filing.format, &raw, "ACCEPTED").unwrap(), "FMA", &filing);
        check_pieces(&reply::rejection(filing.format, &raw, &["NOT ACCEPTED"]).unwrap(), "FNA", &filing);
    }
    let raw = fixture("ffm/001-v8-two-stations.txt");
    let pieces = reply::acknowledgement(decode(&raw).format, &raw, "ACCEPTED").unwrap();
    assert_eq!(decode(pieces[0].as_bytes()).format.unwrap().name, "FMA");
}

#[test]
fn long_messages_are_repeated_in_parts() {
    let texts: String = (0..9).map(|line| format!("/LINE {line} {}\n", "OF GOODS ".repeat(6))).collect();
    let houses: String =
        (1..8).map(|house| format!("HBS/QM-{house}/FRAYYZ/1/K10.0//HINGES\nTXT/GOODS\n{texts}")).collect();
    let raw = format!("FHL/4\nMBI/888-30040006FRAYYZ/T7K70.0\n{houses}");
    let filing = decode(raw.as_bytes());
    let pieces = reply::rejection(filing.format, raw.as_bytes(), &["TOO MUCH"]).unwrap();
    assert!(pieces.len() > 2);
    check_pieces(&pieces, "FNA", &filing);
    let last = pieces.len();
    for (index, piece) in pieces.iter().enumerate() {
        let end = if index + 1 == last { "LAST" } else { "CONT" };
        assert!(piece.ends_with(&format!("PART/{}/{end}\r\n", index + 1)), "{piece}");
        // Inside a house its line is repeated.
        assert!(piece.lines().nth(4).unwrap().starts_with("HBS/"), "{piece}");
    }
    let all = pieces.concat();
    assert!(raw.lines().all(|line| all.contains(line.trim_end())), "something of the message is lost");
}

#[test]
fn what_cannot_be_answered_is_refused() {
    let answer = fixture("fna/001-rejected-whole-message.txt");
    let refused = reply::acknowledgement(decode(&answer).format, &answer, "ACCEPTED");
    assert_eq!(refused, Err(WriteError::AnswerToAnswer("FNA")));
    let notice = fixture("psn/001-referral-of-a-house.txt");
    let refused = reply::rejection(decode(&notice).format, &notice, &["NO"]);
    assert_eq!(refused, Err(WriteError::AnswerToAnswer("PSN")));
    let document = std::fs::read(root().join("fixtures/cargo-xml/xfwb5_direct.xml")).unwrap();
    assert_eq!(
        reply::rejection(decode(&document).format, &document, &["NO"]),
        Err(WriteError::NotAnswerable)
    );
    let letter = fixture("unknown/002-letter.txt");
    assert_eq!(reply::rejection(decode(&letter).format, &letter, &["NO"]), Err(WriteError::NotAnswerable));
    let waybill = fixture("fwb/003-v9-legacy.txt");
    assert_eq!(reply::rejection(decode(&waybill).format, &waybill, &["?"]), Err(WriteError::ReasonMissing));
}

fn bill() -> impl Strategy<Value = Option<ConsignmentKey>> {
    let house = proptest::option::of("[A-Z0-9][A-Z0-9._-]{0,34}");
    proptest::option::of((0u32..1_000, 0u32..10_000_000, house)).prop_map(|bill| {
        let (prefix, serial, house) = bill?;
        let master = AirWaybill::parse(&format!("{prefix:03}-{serial:07}{}", serial % 7)).unwrap();
        let house = house.map(|house| HouseWaybill::parse(&house).unwrap());
        Some(ConsignmentKey { master: Some(master), house })
    })
}

proptest! {
    #![proptest_config(support::cases(1))]

    #[test]
    fn statuses_are_read_back(
        bill in bill(),
        code in "[A-Z0-9]{2}",
        seconds in 1_700_000_000i64..1_900_000_000,
        text in "[!-~]([ -~]{0,50}[!-~])?",
    ) {
        let at = Timestamp::from_second(seconds).unwrap();
        let written = camir::status(bill.as_ref(), &code, at, &text).unwrap();
        prop_assert!(written.lines().all(|line| line.len() <= 69));
        let read = decode(written.as_bytes());
        prop_assert!(read.findings.is_empty() && read.mentions.is_empty(), "{:?}", read.findings);
        let notice = &read.notices[0];
        prop_assert_eq!((read.notices.len(), notice.wire), (1, Wire::Camir));
        prop_assert_eq!(&notice.bill, &bill);
        prop_assert_eq!(&notice.statement, &Statement::Code(code.as_str().into()));
        prop_assert_eq!(&notice.text, &text);
        let minute = at.to_zoned(jiff::tz::TimeZone::UTC);
        let time = jiff::civil::time(minute.hour(), minute.minute(), 0, 0);
        let issued = NoticeTime::DayMonth { month: minute.month(), day: minute.day(), time };
        prop_assert_eq!(notice.issued, Some(issued));
    }

    #[test]
    fn errors_are_read_back(bill in bill(), codes in prop::collection::vec(("[A-Z][A-Z_]{0,21}", 100u16..1_000), 1..9)) {
        // The code that takes a house away is checked elsewhere.
        prop_assume!(codes.iter().all(|(code, _)| code != "MISSING_HOUSE_BILL_NBR"));
        let errors: Vec<AnswerError> =
            codes.iter().map(|(code, http)| AnswerError { http: Some(*http), code: code.as_str().into() }).collect();
        let written = camir::errors(bill.as_ref(), &errors).unwrap();
        let read = decode(written.as_bytes());
        prop_assert!(read.findings.is_empty(), "{:?}", read.findings);
        prop_assert_eq!(&read.notices[0].bill, &bill);
        prop_assert_eq!(&read.notices[0].statement, &Statement::Errors(errors));
    }

    /// Whatever a waybill holds, its answer keeps the layout.
    #[test]
    fn answers_keep_the_layout(lines in prop::collection::vec("[A-Z/][ -~É]{0,90}", 0..60), reasons in prop::collection::vec("\\PC{1,200}", 1..20)) {
        let raw = format!("FWB/16\n888-30040006FRAJFK/T1K40\n{}\n", lines.join("\n"));
        let filing = decode(raw.as_bytes());
        let reasons: Vec<&str> = reasons.iter().map(String::as_str).collect();
        match reply::rejection(filing.format, raw.as_bytes(), &reasons) {
            Ok(pieces) => {
                for piece in pieces {
                    prop_assert!(piece.len() <= 1_600);
                    prop_assert!(piece.is_ascii() && piece.lines().all(|line| line.len() <= 69));
                    let read = decode(piece.as_bytes());
                    prop_assert_eq!(read.format.unwrap().name, "FNA");
                    let master = read.consignments.first().and_then(|echo| echo.master);
                    prop_assert_eq!(master, filing.consignments[0].master);
                }
            }
            Err(why) => prop_assert_eq!(why, WriteError::ReasonMissing),
        }
    }
}

#[test]
fn notices_that_do_not_fit_are_refused() {
    let at = received_at();
    let long = "A".repeat(53);
    assert_eq!(camir::status(None, "7H", at, &long), Err(WriteError::LineTooLong { length: 70, limit: 69 }));
    for text in ["", " HOLD", "HOLD\nCSN/SF/24NOV0900/X", "HÖLD"] {
        assert_eq!(camir::status(None, "7H", at, text), Err(WriteError::TextInvalid), "{text:?}");
    }
    assert!(matches!(camir::status(None, "7HH", at, "HOLD"), Err(WriteError::CodeInvalid { .. })));
    assert_eq!(camir::errors(None, &[]), Err(WriteError::ReasonMissing));
    let error = |http, code: &str| AnswerError { http, code: code.into() };
    for wrong in [error(None, "MISSING_WEIGHT"), error(Some(22), "MISSING_WEIGHT"), error(Some(422), "A B")] {
        assert!(matches!(camir::errors(None, &[wrong]), Err(WriteError::CodeInvalid { .. })));
    }
    let house = ConsignmentKey { master: None, house: Some(HouseWaybill::parse("QM-1").unwrap()) };
    assert_eq!(camir::status(Some(&house), "7H", at, "HOLD"), Err(WriteError::MasterMissing));
}
