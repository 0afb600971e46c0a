//! What a message of an authority says of one bill, as it stands on the wire.
//!
//! What a code means differs between programmes and is data (`programme::notification`); this module only
//! keeps what was said. Nothing here tells who sent it: a message claims, its channel proves.

use crate::document::ConsignmentKey;
use crate::filing::DayTime;
use crate::route::Leg;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use std::sync::Arc;

/// In what an authority's answer is written. A code means something only together with this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wire {
    /// Customs status notification of Cargo-IMP (`CSN/3`).
    CargoImp,
    /// Status notification and error report of CAMIR (`PSN`, `PER`).
    Camir,
    /// Acknowledgement and status notification of Cargo-XML (`XFNM`, `XCSN`).
    CargoXml,
    /// Mail, recognised by its subject.
    Mail,
    /// A message of ICS2, as told by a fact (`IE3Q02`).
    Ics2,
    /// An event of ONE Record, as told by a fact.
    OneRecord,
}

impl Wire {
    /// Every wire, in the order of the type.
    pub const ALL: &[Wire] =
        &[Self::CargoImp, Self::Camir, Self::CargoXml, Self::Mail, Self::Ics2, Self::OneRecord];

    /// The word used in programme files and documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CargoImp => "cargo-imp",
            Self::Camir => "camir",
            Self::CargoXml => "cargo-xml",
            Self::Mail => "mail",
            Self::Ics2 => "ics2",
            Self::OneRecord => "one-record",
        }
    }

    /// The wire of this word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|wire| wire.as_str() == word)
    }
}

/// When a notice says it was issued, as far as it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NoticeTime {
    /// An instant; a time without offset is UTC.
    Instant(Timestamp),
    /// Day, month and time in UTC without a year (`22NOV1902`): the year is that of the latest such day not
    /// after receipt.
    DayMonth {
        /// Month, 1 to 12.
        month: i8,
        /// Day of the month.
        day: i8,
        /// Time.
        time: Time,
    },
    /// Day of the month and time alone.
    Day(DayTime),
    /// A date alone.
    Date(Date),
}

/// One error an answer names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AnswerError {
    /// Status of the HTTP answer, where it is told.
    pub http: Option<u16>,
    /// The programme's own code, such as `MISSING_SHP_NAME`.
    pub code: Arc<str>,
}

/// What is said of the bill.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Statement {
    /// A status code, such as `7H`, `SF`, `RI`, `CO`.
    Code(Arc<str>),
    /// The message was received without errors (`XFNM` acknowledgement).
    Received,
    /// The message was rejected; every error it names, in order.
    Errors(Vec<AnswerError>),
    /// The subject of a mail, blanks, quotation marks and dashes made even: mail programs change them.
    Subject(Arc<str>),
}

/// What a message of an authority says of one bill.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AuthorityNotice {
    /// In what it is written.
    pub wire: Wire,
    /// The bill it speaks of; `None` where it names none (the answer to a manifest).
    pub bill: Option<ConsignmentKey>,
    /// The bill as sent, where it could not be read.
    pub bill_as_sent: Option<String>,
    /// Flights it names.
    pub legs: Vec<Leg>,
    /// Pieces it speaks of, where it says how many: what it says of a part it does not say of the rest.
    pub pieces: Option<u32>,
    /// What is said.
    pub statement: Statement,
    /// Free text beside the code, or the text of a mail; empty where there is none.
    pub text: String,
    /// When it was issued.
    pub issued: Option<NoticeTime>,
    /// Reference of the referral, where the wire carries one.
    pub reference: Option<Arc<str>>,
    /// Address of the sender, where the wire carries one (the From line of a mail). It proves nothing.
    pub from: Option<Arc<str>>,
    /// Whether it is marked as a test (`---TESTING---`).
    pub test: bool,
    /// Line it starts at, from 1, within its message.
    pub line: u32,
}
