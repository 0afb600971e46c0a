//! Notices of authorities in the document of `describe`.

use super::LegItem;
use crate::stated;
use consignment::Filing;
use consignment::notice::{AuthorityNotice, NoticeTime, Statement};
use schemars::JsonSchema;
use serde::Serialize;

/// What a message of an authority says of one bill. It is what the message claims: nothing in it proves who
/// sent it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NoticeItem<'a> {
    /// Index of the message in the file, from 0.
    pub message_index: u32,
    /// The same index, under the name that items of every document have.
    pub message: u32,
    /// Line of the file the notice starts at, from 1.
    pub line: u32,
    /// Format of the message, such as `PSN`.
    pub format: Option<&'static str>,
    /// In what it is written: `cargo-imp`, `camir`, `cargo-xml` or `mail`. A code means something only together
    /// with this.
    pub wire: &'static str,
    /// Master air waybill; `null` where none is named, as in the answer to a manifest, or none can be read.
    pub master: Option<String>,
    /// House waybill; `null` where the notice is about the master.
    pub house: Option<&'a str>,
    /// The bill as sent, where it cannot be read.
    pub bill_as_sent: Option<&'a str>,
    /// `code`, `received`, `errors` or `subject`.
    pub says: &'static str,
    /// The status code, such as `7H`.
    pub code: Option<&'a str>,
    /// Errors of a message that was rejected, in order; a rejection may name none.
    pub errors: Vec<NoticeErrorItem<'a>>,
    /// The subject of a mail, with plain blanks, quotation marks and dashes.
    pub subject: Option<&'a str>,
    /// Text beside the code, or the text of the mail.
    pub text: Option<&'a str>,
    /// When it was issued, as exact as it is stated: `2026-11-24T08:20:00Z`, `--11-24T07:30` without a year,
    /// `---24T07:30` without year and month, or `2026-11-24`.
    pub issued_at: Option<String>,
    /// Flights it names, in order.
    pub legs: Vec<LegItem>,
    /// Pieces it speaks of, where it says how many.
    pub pieces: Option<u32>,
    /// Reference of the referral, where the message has one.
    pub reference: Option<&'a str>,
    /// Address of the sender, where the message has one.
    pub from: Option<&'a str>,
    /// `true` where it is marked as a test.
    pub test: bool,
}

/// An error that an authority's answer names.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NoticeErrorItem<'a> {
    /// Status of the answer, such as 422, where it is told.
    pub http: Option<u16>,
    /// The authority's code, such as `MISSING_SHP_NAME`.
    pub code: &'a str,
}

impl<'a> NoticeItem<'a> {
    /// All notices of a message, as published.
    pub fn all(filing: &'a Filing) -> impl Iterator<Item = Self> {
        filing.notices.iter().map(|notice| Self::new(filing, notice))
    }

    fn new(filing: &'a Filing, notice: &'a AuthorityNotice) -> Self {
        let (says, code, errors, subject) = match &notice.statement {
            Statement::Code(code) => ("code", Some(&**code), [].as_slice(), None),
            Statement::Received => ("received", None, [].as_slice(), None),
            Statement::Errors(errors) => ("errors", None, errors.as_slice(), None),
            Statement::Subject(subject) => ("subject", None, [].as_slice(), Some(&**subject)),
        };
        let bill = notice.bill.as_ref();
        Self {
            message_index: filing.message_index,
            message: filing.message_index,
            line: filing.first_line.saturating_add(notice.line).saturating_sub(1),
            format: filing.format.map(|format| format.name),
            wire: notice.wire.as_str(),
            master: bill.and_then(|bill| bill.master).map(|master| master.to_string()),
            house: bill.and_then(|bill| bill.house.as_ref()).map(|house| house.as_str()),
            bill_as_sent: notice.bill_as_sent.as_deref(),
            says,
            code,
            errors: errors
                .iter()
                .map(|error| NoticeErrorItem { http: error.http, code: &error.code })
                .collect(),
            subject,
            text: stated(&notice.text),
            issued_at: notice.issued.map(issued_at),
            legs: notice.legs.iter().map(LegItem::from).collect(),
            pieces: notice.pieces,
            reference: notice.reference.as_deref(),
            from: notice.from.as_deref(),
            test: notice.test,
        }
    }
}

fn issued_at(issued: NoticeTime) -> String {
    match issued {
        NoticeTime::Instant(at) => at.to_string(),
        NoticeTime::DayMonth { month, day, time } => {
            format!("--{month:02}-{day:02}T{}", time.strftime("%H:%M"))
        }
        NoticeTime::Day(day) => day.to_string(),
        NoticeTime::Date(date) => date.to_string(),
    }
}
