//! CAMIR: `PSN`, the status of a bill, and `PER`, the errors of a filing, as authorities send them.
//!
//! Their form is told from samples (Transport Canada PACT guide 1.9): the bill, absent in the answer to a
//! manifest, then `CSN/cc/DDMMMhhmm/text` or one or more `ERR/nnn/CODE`. Several messages may stand in one
//! body. What counts is the code, never the text.

use crate::cargo_imp::envelope::{Identifier, LineKind, classify};
use crate::cargo_imp::{Body, Draft, Segment, dates, waybill};
use crate::notice::{self, Bill};
use crate::text::{Slice, is_blank};
use consignment::notice::{AnswerError, AuthorityNotice, NoticeTime, Statement, Wire};
use finding::{Position, Severity};

/// The error that says that a house has no number: what stands behind the master then is none (PACT guide
/// 1.9, where it is shown as `-HAW`).
const HOUSE_NUMBER_MISSING: &str = "MISSING_HOUSE_BILL_NBR";

/// One `PSN` or `PER` while it is read.
struct Answer<'a> {
    /// Whether it is an error report.
    report: bool,
    /// Where its identifier stands.
    at: Position,
    stated: Option<Slice<'a>>,
    bill: Bill,
    /// Whether an `ERR` line stands in it, readable or not.
    any_error: bool,
    errors: Vec<AnswerError>,
    /// What its `CSN` lines say.
    statuses: Vec<AuthorityNotice>,
    /// Whether a `CSN` line stands in it, readable or not.
    any_status: bool,
}

impl<'a> Answer<'a> {
    fn new(report: bool, at: Position) -> Self {
        Self {
            report,
            at,
            stated: None,
            bill: Bill::default(),
            any_error: false,
            errors: Vec::new(),
            statuses: Vec::new(),
            any_status: false,
        }
    }
}

/// Reads the body of a `PSN` or `PER`, and of those that follow it.
pub(crate) fn decode(draft: &mut Draft, mut body: Body<'_>) {
    let identifier = Position::new(draft.identifier_line, 1, 3);
    let mut answer = Answer::new(draft.is("PER"), identifier);
    while let Some(line) = body.peek() {
        if let Some(report) = identifies(line) {
            finish(draft, answer);
            answer = Answer::new(report, line.position());
            body.line();
        } else if waybill::starts_line(line.text) {
            body.line();
            let (stated, rest) = cut(line);
            if answer.stated.is_some() {
                // Its identifier was lost.
                finish(draft, answer);
                answer = Answer::new(draft.is("PER"), line.position());
            }
            answer.bill = notice::bill(draft, stated, &['-']);
            answer.stated = Some(stated);
            if let Some(rest) = rest {
                entries(draft, &mut answer, rest);
            }
        } else if is_entry(line.text) {
            body.line();
            entries(draft, &mut answer, line);
        } else if line.text.starts_with('/') && !answer.statuses.is_empty() {
            body.line();
            let (more, rest) = cut(line.from(1));
            continue_text(&mut answer, more.trim().text);
            if let Some(rest) = rest {
                entries(draft, &mut answer, rest);
            }
        } else if let Some(segment) = body.segment() {
            unknown(draft, &answer.bill, &segment);
        }
    }
    finish(draft, answer);
}

/// Whether a line starts another message: `Some(true)` for an error report.
fn identifies(line: Slice<'_>) -> Option<bool> {
    match classify(line.text.as_bytes()) {
        LineKind::Identifier(Identifier { row: Some(row), .. }) => match row.name() {
            "PSN" => Some(false),
            "PER" => Some(true),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a line is an error or a status.
fn is_entry(text: &str) -> bool {
    text.get(..4).is_some_and(|tag| tag.eq_ignore_ascii_case("ERR/") || tag.eq_ignore_ascii_case("CSN/"))
}

/// Cuts what stands first on a line from an error or a status behind it.
fn cut(line: Slice<'_>) -> (Slice<'_>, Option<Slice<'_>>) {
    let entries = line.text.match_indices([' ', '\t']).map(|(at, _)| at + 1);
    match entries.into_iter().find(|at| line.text.get(*at..).is_some_and(is_entry)) {
        Some(at) => (line.to(at).trim(), Some(line.from(at))),
        None => (line, None),
    }
}

/// Reads an error or a status, and those that stand behind it on the same line.
fn entries(draft: &mut Draft, answer: &mut Answer<'_>, line: Slice<'_>) {
    let mut next = Some(line);
    while let Some(line) = next {
        let (one, rest) = cut(line);
        entry(draft, answer, one);
        next = rest;
    }
}

fn entry(draft: &mut Draft, answer: &mut Answer<'_>, line: Slice<'_>) {
    if !line.text.get(..3).is_some_and(|tag| tag.eq_ignore_ascii_case("CSN")) {
        answer.any_error = true;
        error(draft, answer, line);
        return;
    }
    answer.any_status = true;
    if answer.report {
        let why = "a PER tells errors, and no status";
        notice::unreadable(draft, "CSN", line.position(), why, &answer.bill);
        keep(draft, line);
    } else {
        status(draft, answer, line);
    }
}

/// `ERR/422/MISSING_CNE_ADDR`.
fn error(draft: &mut Draft, answer: &mut Answer<'_>, line: Slice<'_>) {
    let mut elements = line.from(4).elements().map(Slice::trim);
    let (http, code) = (elements.next(), elements.next());
    let number = http.filter(|http| http.text.len() == 3).and_then(|http| http.text.parse().ok());
    let read = code.and_then(|code| notice::error_code(code.text)).filter(|_| elements.next().is_none());
    match (number, read) {
        (Some(number), Some(code)) => answer.errors.push(AnswerError { http: Some(number), code }),
        (None, Some(code)) => {
            if let Some(http) = http {
                draft.invalid_value("notices.errors", http, "expected a number of three digits, such as 422");
            }
            answer.errors.push(AnswerError { http: None, code });
        }
        (_, None) => {
            let why = "expected a number and a code, such as ERR/422/MISSING_WEIGHT";
            notice::unreadable(draft, "ERR", line.position(), why, &answer.bill);
            keep(draft, line);
        }
    }
}

/// `CSN/7H/03NOV1015/PACT REQUEST FOR INFORMATION HOLD`.
fn status(draft: &mut Draft, answer: &mut Answer<'_>, line: Slice<'_>) {
    let mut elements = line.from(4).elements();
    let end = line.from(line.text.len());
    let (code, time) = (elements.next().unwrap_or(end).trim(), elements.next().map(Slice::trim));
    let text = elements.rest().map(Slice::trim);
    let Some(code) = notice::status_code(code.text) else {
        let why = "expected a code of two letters or digits after CSN, such as 7H";
        notice::unreadable(draft, "CSN", line.position(), why, &answer.bill);
        keep(draft, line);
        return;
    };
    let bill = answer.bill.clone();
    let mut read = notice::notice(Wire::Camir, bill, Statement::Code(code), answer.at.line);
    read.issued = time.and_then(|time| issued(draft, time));
    if time.is_none_or(Slice::is_empty) {
        draft.missing("notices.issued", line.end());
    }
    read.text = text.map_or_else(String::new, |text| text.text.to_owned());
    read.test = notice::is_test(&read.text);
    answer.statuses.push(read);
}

/// `03NOV1015`.
fn issued(draft: &mut Draft, time: Slice<'_>) -> Option<NoticeTime> {
    let read = dates::date_and_time(time.text)
        .and_then(|(day, at)| Some(NoticeTime::DayMonth { month: day.month?, day: day.day, time: at? }));
    if read.is_none() && !time.is_empty() {
        draft.invalid_value("notices.issued", time, "expected day, month and time, such as 03NOV1015");
    }
    read
}

/// Adds a line that continues the text of the last status.
fn continue_text(answer: &mut Answer<'_>, more: &str) {
    if let Some(last) = answer.statuses.last_mut() {
        last.text = format!("{} {more}", last.text).trim_matches(is_blank).to_owned();
        last.test = notice::is_test(&last.text);
    }
}

/// A line that is none of the message may say anything of the bill.
fn unknown(draft: &mut Draft, bill: &Bill, segment: &Segment<'_>) {
    draft.unknown(segment);
    if let Some(master) = bill.master() {
        draft.mention(master);
    }
    notice::mention_all(draft, segment.head.text);
}

fn keep(draft: &mut Draft, line: Slice<'_>) {
    draft.keep(&Segment { tag: *b"    ", head: line, value: None, more: &[] });
}

/// Ends a message: what it says becomes notices.
fn finish(draft: &mut Draft, mut answer: Answer<'_>) {
    let houseless = answer.errors.iter().any(|error| &*error.code == HOUSE_NUMBER_MISSING);
    if let (true, Some(stated)) = (houseless, answer.stated)
        && answer.bill.key.as_ref().is_some_and(|key| key.house.is_some())
    {
        notice::unreadable_bill(draft, stated, "the error says that the house has no number", true);
        answer.bill = Bill::unreadable(stated.text);
    }
    let nothing = !answer.any_error && !answer.any_status;
    if nothing {
        let (segment, from) = (if answer.report { "ERR" } else { "CSN" }, answer.at);
        draft.missing_segment_as(segment, "notices.code", Some(from), Severity::Error);
        if let Some(master) = answer.bill.master() {
            draft.mention(master);
        }
    }
    let room = |draft: &mut Draft| draft.room(draft.notices.len(), "notices", answer.at);
    // A report without a readable error rejects all the same.
    if answer.any_error || (answer.report && nothing && answer.stated.is_some()) {
        if !room(draft) {
            return;
        }
        let statement = Statement::Errors(std::mem::take(&mut answer.errors));
        draft.notices.push(notice::notice(Wire::Camir, answer.bill.clone(), statement, answer.at.line));
    }
    for status in std::mem::take(&mut answer.statuses) {
        if !room(draft) {
            // What is left out may forbid to load.
            if let Some(master) = answer.bill.master() {
                draft.mention(master);
            }
            return;
        }
        draft.notices.push(status);
    }
}
