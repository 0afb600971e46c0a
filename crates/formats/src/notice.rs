//! What the messages of authorities have in common, whatever they are written in.

use crate::cargo_imp::{Draft, waybill};
use crate::mentions;
use crate::text::{Slice, is_blank};
use consignment::document::ConsignmentKey;
use consignment::ident::{AirWaybill, HouseWaybill};
use consignment::issue::IssueTime;
use consignment::notice::{AuthorityNotice, NoticeTime, Statement, Wire};
use finding::{Finding, Position, codes::wire};
use jiff::tz::TimeZone;
use std::sync::Arc;

/// Most characters of an unreadable bill kept.
const BILL_CHARACTERS_MAX: usize = 80;

/// A bill as an authority names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Bill {
    /// The bill, where it could be read.
    pub(crate) key: Option<ConsignmentKey>,
    /// The bill as sent, where it could not.
    pub(crate) as_sent: Option<String>,
}

impl Bill {
    /// A bill that cannot be read.
    pub(crate) fn unreadable(text: &str) -> Self {
        Self { key: None, as_sent: Some(text.chars().take(BILL_CHARACTERS_MAX).collect()) }
    }

    /// The master of a bill that could be read.
    pub(crate) fn master(&self) -> Option<AirWaybill> {
        self.key.as_ref().and_then(|key| key.master)
    }
}

/// A notice of which only this is known yet.
pub(crate) fn notice(wire: Wire, bill: Bill, statement: Statement, line: u32) -> AuthorityNotice {
    AuthorityNotice {
        wire,
        bill: bill.key,
        bill_as_sent: bill.as_sent,
        legs: Vec::new(),
        pieces: None,
        statement,
        text: String::new(),
        issued: None,
        reference: None,
        methods: Vec::new(),
        deadline: None,
        from: None,
        test: false,
        line,
    }
}

/// Takes the notices of a message that is complete: their lines are those of the message from now on.
pub(crate) fn of_message(draft: &mut Draft, first_line: u32) -> Vec<AuthorityNotice> {
    let mut notices = std::mem::take(&mut draft.notices);
    for notice in &mut notices {
        notice.line = notice.line.saturating_sub(first_line).saturating_add(1);
    }
    notices
}

/// Number of a master and, behind one of `separators`, of a house: `888-30003013-HX77001`. Blanks around the
/// separator do not matter (PACT guide 1.9: some stand there).
///
/// # Errors
/// What is wrong, and whether that is the number of the house.
pub(crate) fn parse_bill(text: &str, separators: &[char]) -> Result<ConsignmentKey, (String, bool)> {
    let text = text.trim_matches(is_blank);
    let Some(length) = waybill::number_length(text.as_bytes()) else {
        let why = AirWaybill::parse(text).err().map_or_else(String::new, |why| why.to_string());
        return Err((why, false));
    };
    let (number, rest) = text.split_at(length);
    let master = AirWaybill::parse(number).map_err(|why| (why.to_string(), false))?;
    let rest = rest.trim_matches(is_blank);
    if rest.is_empty() {
        return Ok(ConsignmentKey { master: Some(master), house: None });
    }
    let house = rest.strip_prefix(separators).ok_or_else(|| {
        ("expected nothing, or the number of a house, behind the waybill number".to_owned(), true)
    })?;
    match HouseWaybill::parse(house.trim_matches(is_blank)) {
        Ok(house) => Ok(ConsignmentKey { master: Some(master), house: Some(house) }),
        Err(why) => Err((why.to_string(), true)),
    }
}

/// Reads a bill. One that cannot be read is reported, and every number in it is mentioned, so that it holds:
/// which house of a master is meant is not known.
pub(crate) fn bill(draft: &mut Draft, stated: Slice<'_>, separators: &[char]) -> Bill {
    match parse_bill(stated.text, separators) {
        Ok(key) => Bill { key: Some(key), as_sent: None },
        Err((why, house)) => {
            unreadable_bill(draft, stated, &why, house);
            Bill::unreadable(stated.text)
        }
    }
}

/// Reports a bill that cannot be read, and mentions every number in it.
pub(crate) fn unreadable_bill(draft: &mut Draft, stated: Slice<'_>, why: &str, house: bool) {
    let text: String = stated.text.chars().take(BILL_CHARACTERS_MAX).collect();
    if house {
        let text = Slice::new(&text, stated.line, stated.column());
        draft.invalid_value("house", text, why);
    } else {
        let finding = Finding::new(wire::AWB_NUMBER_INVALID).at(stated.position()).on("master");
        draft.push(finding.with("text", text).with("why", why));
    }
    mention_all(draft, stated.text);
}

/// Mentions every waybill number in a text.
pub(crate) fn mention_all(draft: &mut Draft, text: &str) {
    for number in mentions::waybills(text.as_bytes()) {
        draft.mention(number);
    }
}

/// Reports that something of a notice cannot be read, so that it holds the goods it may be about.
pub(crate) fn unreadable(draft: &mut Draft, name: &str, at: Position, why: &str, bill: &Bill) {
    draft.push(Finding::new(wire::NOTICE_UNREADABLE).at(at).with("segment", name).with("why", why));
    if let Some(master) = bill.master() {
        draft.mention(master);
    }
}

/// A status code: two letters or digits, in capitals.
pub(crate) fn status_code(text: &str) -> Option<Arc<str>> {
    let sound = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    sound.then(|| text.to_ascii_uppercase().into())
}

/// An error code of a programme: letters, digits and underlines, in capitals.
pub(crate) fn error_code(text: &str) -> Option<Arc<str>> {
    let sound = (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    sound.then(|| text.to_ascii_uppercase().into())
}

/// Whether a text is marked as a test: `---TESTING---`, `---DEVELOPMENT---` with any number of dashes and
/// blanks, also none where the text begins or ends so. The closing dashes may be cut off at the end of a line.
///
/// Source: Transport Canada PACT guide 1.9, messages of the test environment.
pub(crate) fn is_test(text: &str) -> bool {
    let dash = |character: char| matches!(character, '-' | '\u{2013}' | '\u{2014}');
    let text = text.to_uppercase();
    let mut words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let marks = ["TESTING", "DEVELOPMENT"];
    let (first, last) = (words.next(), words.next_back());
    if first.into_iter().chain(last).any(|word| marks.contains(&word)) {
        return true;
    }
    marks.iter().any(|word| {
        text.match_indices(word).any(|(at, word)| {
            let before = text[..at].trim_end_matches(is_blank);
            let after = text[at + word.len()..].trim_start_matches(is_blank);
            before.ends_with(dash) && (after.is_empty() || after.starts_with(dash))
        })
    })
}

/// The time of a notice as an XML document states it: without offset it is UTC (PACT guide 1.9, "times UTC").
pub(crate) fn xml_time(time: IssueTime) -> Option<NoticeTime> {
    match time {
        IssueTime::Instant(at) => Some(NoticeTime::Instant(at)),
        IssueTime::Local(at) => Some(NoticeTime::Instant(at.to_zoned(TimeZone::UTC).ok()?.timestamp())),
        IssueTime::Date(day) => Some(NoticeTime::Date(day)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn bills_are_read_with_their_houses() {
        let dash: &[char] = &['-'];
        let line: &[char] = &['_', '-'];
        let cases = [
            ("888-30003013", dash, "888-30003013"),
            (" 888-30003013 ", dash, "888-30003013"),
            ("88830003013", dash, "888-30003013"),
            ("888-30003013-HX77001", dash, "888-30003013 house HX77001"),
            ("888-30003013- hx-77001 ", dash, "888-30003013 house HX-77001"),
            ("888-30003013_HX77001", line, "888-30003013 house HX77001"),
            ("888-30003013_HX_1", line, "888-30003013 house HX_1"),
        ];
        for (text, separators, read) in cases {
            assert_eq!(parse_bill(text, separators).unwrap().to_string(), read, "{text}");
        }
        for (text, house) in [
            ("", false),
            ("888-30003014", false),
            ("888-3000301", false),
            ("888-30003013-", true),
            ("888-30003013_HX77001", true),
            ("888-30003013 HX77001", true),
            ("888-30003013-H?", true),
        ] {
            assert_eq!(parse_bill(text, dash).unwrap_err().1, house, "{text}");
        }
    }

    #[test]
    fn marks_of_tests_are_found() {
        for text in [
            "---TESTING--- PACT DO NOT LOAD HOLD",
            "PACT DO NOT LOAD HOLD --- testing ---",
            "PACT DO NOT LOAD HOLD -DEVELOPMENT-",
            "PACT DO NOT LOAD HOLD ---TESTING",
            "PACT DO NOT LOAD HOLD \u{2014} TESTING \u{2014}",
            "TESTING",
            "TESTING PACT REQUEST FOR INFORMATION HOLD REMOVED",
            "PACT TESTING---",
            "ASSESSMENT COMPLETE DEVELOPMENT",
        ] {
            assert!(is_test(text), "{text}");
        }
        for text in ["", "HOLD - TESTING OF SAMPLES ORDERED", "NAME THE TESTING LABORATORY", "NO ERRORS"] {
            assert!(!is_test(text), "{text}");
        }
    }

    #[test]
    fn codes_have_their_form() {
        assert_eq!(status_code("7h").as_deref(), Some("7H"));
        assert!(["", "7", "7HH", "7 ", "Ä"].iter().all(|text| status_code(text).is_none()));
        assert_eq!(error_code("Missing_Weight").as_deref(), Some("MISSING_WEIGHT"));
        assert!(["", "MISSING WEIGHT", "É"].iter().all(|text| error_code(text).is_none()));
    }
}
