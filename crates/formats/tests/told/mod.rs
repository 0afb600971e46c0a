//! The text form of what an authority says, for expectation files.

// Not every test program reads a notice.
#![allow(dead_code)]

use consignment::notice::{AuthorityNotice, NoticeTime, Statement};

/// One notice on one line.
pub fn notice(notice: &AuthorityNotice) -> String {
    let mut words = vec![format!("notice ({})", notice.wire.as_str())];
    words.push(match (&notice.bill, &notice.bill_as_sent) {
        (Some(bill), _) => format!("of {bill}"),
        (None, Some(sent)) => format!("of a bill that cannot be read ({sent:?})"),
        (None, None) => "of no bill".to_owned(),
    });
    words.push(match &notice.statement {
        Statement::Code(code) => format!("code {code}"),
        Statement::Received => "received".to_owned(),
        Statement::Errors(errors) => {
            let errors = errors.iter().map(|error| {
                let http = error.http.map_or_else(|| "-".to_owned(), |http| http.to_string());
                format!("{http} {}", error.code)
            });
            format!("errors [{}]", errors.collect::<Vec<_>>().join(", "))
        }
        Statement::Subject(subject) => format!("subject {subject:?}"),
    });
    if let Some(pieces) = notice.pieces {
        words.push(format!("pieces {pieces}"));
    }
    words.extend(notice.issued.map(|issued| match issued {
        NoticeTime::Instant(at) => format!("at {at}"),
        NoticeTime::DayMonth { month, day, time } => format!("at --{month:02}-{day:02}T{time}"),
        NoticeTime::Day(day) => format!("at {day}"),
        NoticeTime::Date(date) => format!("on {date}"),
    }));
    words.extend(notice.legs.iter().map(|leg| format!("leg {}", leg.label())));
    words.extend(notice.from.iter().map(|from| format!("from {from}")));
    if !notice.text.is_empty() {
        words.push(format!("text {:?}", notice.text));
    }
    if notice.test {
        words.push("TEST".to_owned());
    }
    words.push(format!("line {}", notice.line));
    words.join(", ")
}
