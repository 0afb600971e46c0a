//! What a message of an authority says of one bill, as it stands on the wire.
//!
//! What a code means differs between programmes and is data (`programme::notification`); this module only
//! keeps what was said. Nothing here tells who sent it: a message claims, its channel proves.

use crate::document::ConsignmentKey;
use crate::filing::DayTime;
use crate::route::Leg;
use crate::security::ScreeningMethod;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
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

/// Years looked back for a day that not every year has.
const LEAP_YEARS: i16 = 8;

impl NoticeTime {
    /// From when to before when the notice was issued, as told by one that was received at `received`.
    ///
    /// A time without a year is the latest such time not after receipt; the sender's clock may be ahead by an
    /// hour. `None` where no day of the last years fits.
    pub fn span(self, received: Timestamp) -> Option<(Timestamp, Timestamp)> {
        let utc =
            |day: Date, time: Time| Some(day.to_datetime(time).to_zoned(TimeZone::UTC).ok()?.timestamp());
        let within = |from: Timestamp, span: SignedDuration| {
            Some((from, from.checked_add(span).unwrap_or(Timestamp::MAX)))
        };
        match self {
            Self::Instant(at) if at.subsec_nanosecond() == 0 => within(at, SignedDuration::from_secs(1)),
            Self::Instant(at) => within(at, SignedDuration::from_nanos(1)),
            Self::DayMonth { month, day, time } => {
                let latest = received.checked_add(SignedDuration::from_hours(1)).unwrap_or(received);
                let year = latest.to_zoned(TimeZone::UTC).year();
                let years = (0..=LEAP_YEARS).map(|back| Date::new(year - back, month, day));
                let mut days = years.filter_map(Result::ok).filter_map(|day| utc(day, time));
                within(days.find(|at| *at <= latest)?, SignedDuration::from_mins(1))
            }
            Self::Day(day) => within(day.before(received)?, SignedDuration::from_mins(1)),
            Self::Date(day) => within(utc(day, Time::midnight())?, SignedDuration::from_hours(24)),
        }
    }
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
    /// Methods of screening it recommends, where the wire carries them (ICS2 IE3N05).
    pub methods: Vec<ScreeningMethod>,
    /// Until when it wants an answer, where that is told.
    pub deadline: Option<Timestamp>,
    /// Address of the sender, where the wire carries one (the From line of a mail); where that names several, a group or
    /// another sender, all of them, in words that are no address. It proves nothing.
    pub from: Option<Arc<str>>,
    /// Whether it is marked as a test (`---TESTING---`).
    pub test: bool,
    /// Line it starts at, from 1, within its message.
    pub line: u32,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_time_without_a_year_is_the_latest_before_receipt() {
        let day_month = |text: &str| NoticeTime::DayMonth {
            month: crate::date::month_number(&text[2..5]).unwrap(),
            day: text[..2].parse().unwrap(),
            time: format!("{}:{}", &text[5..7], &text[7..]).parse().unwrap(),
        };
        let cases = [
            ("24NOV0740", "2026-11-24T08:20:00Z", Some("2026-11-24T07:40:00Z")),
            ("31DEC2359", "2027-01-01T00:01:00Z", Some("2026-12-31T23:59:00Z")),
            ("01JAN0003", "2026-12-31T23:58:00Z", Some("2027-01-01T00:03:00Z")),
            ("01JAN0203", "2026-12-31T23:58:00Z", Some("2026-01-01T02:03:00Z")),
            ("25NOV0740", "2026-11-24T08:20:00Z", Some("2025-11-25T07:40:00Z")),
            ("29FEB0740", "2026-11-24T08:20:00Z", Some("2024-02-29T07:40:00Z")),
        ];
        for (text, received, expected) in cases {
            let span = day_month(text).span(received.parse().unwrap());
            let expected = expected.map(|at| at.parse::<Timestamp>().unwrap());
            assert_eq!(span.map(|(from, _)| from), expected, "{text} received {received}");
            assert_eq!(span.map(|(from, until)| until.duration_since(from).as_secs()), Some(60), "{text}");
        }
    }
}
