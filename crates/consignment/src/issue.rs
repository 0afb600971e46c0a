//! When, where and by whom a document was issued.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use std::fmt;

/// A time of issue, as exact as it was stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IssueTime {
    /// An instant: date, time and zone were stated.
    Instant(Timestamp),
    /// Date and time at the place of issue; no zone was stated.
    Local(DateTime),
    /// A day at the place of issue.
    Date(Date),
}

impl IssueTime {
    /// Reads `xs:dateTime` with or without a zone, or `xs:date`. Midnight without a zone is how senders
    /// fill in a time they do not know, and gives the day.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let Some((_, time)) = text.split_once('T') else {
            return text.parse().ok().map(Self::Date);
        };
        if time.contains(['Z', 'z', '+', '-']) {
            return text.parse().ok().map(Self::Instant);
        }
        let local: DateTime = text.parse().ok()?;
        let unknown = local.time() == Time::midnight();
        Some(if unknown { Self::Date(local.date()) } else { Self::Local(local) })
    }
}

impl fmt::Display for IssueTime {
    /// `2026-11-23T13:05:00Z`, `2026-11-23T14:05:00` or `2026-11-23`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instant(at) => write!(formatter, "{at}"),
            Self::Local(at) => write!(formatter, "{at}"),
            Self::Date(date) => write!(formatter, "{date}"),
        }
    }
}

/// What a document says of its own issue. Empty strings mean "not stated".
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Issue {
    /// When this message was made, of which each version has its own.
    pub message_at: Option<IssueTime>,
    /// Whether `message_at` comes from an envelope, which states only the day of the month: month and year
    /// are told from the time of receipt.
    pub told_by_envelope: bool,
    /// When the carrier, or his agent for him, signed the document.
    pub executed_at: Option<IssueTime>,
    /// Where he signed it.
    pub place: String,
    /// Who signed it.
    pub by: String,
    /// Who signed it for the shipper.
    pub for_shipper: String,
}

impl IssueTime {
    /// Whether this is surely earlier than the other: of the same exactness, and before it. Times of
    /// different exactness are not compared, because a zone or an hour is missing.
    pub fn is_before(self, other: Self) -> bool {
        match (self, other) {
            (Self::Instant(one), Self::Instant(other)) => one < other,
            (Self::Local(one), Self::Local(other)) => one < other,
            (Self::Date(one), Self::Date(other)) => one < other,
            _ => false,
        }
    }

    /// The day, at the place of issue or, for an instant, in UTC.
    pub fn day(self) -> Date {
        match self {
            Self::Instant(at) => at.to_zoned(jiff::tz::TimeZone::UTC).date(),
            Self::Local(at) => at.date(),
            Self::Date(day) => day,
        }
    }
}

impl Issue {
    /// When the document was issued: the time of the message, which tells its versions apart, else that
    /// of the signature. A time told by the envelope yields to one that the document states.
    pub fn at(&self) -> Option<IssueTime> {
        if self.told_by_envelope {
            self.executed_at.or(self.message_at)
        } else {
            self.message_at.or(self.executed_at)
        }
    }

    /// Whether nothing was stated.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn times_stay_as_exact_as_they_are() {
        for (text, read) in [
            ("2026-11-23T14:05:00+01:00", "2026-11-23T13:05:00Z"),
            ("2026-11-23T00:00:00Z", "2026-11-23T00:00:00Z"),
            ("2026-11-23T14:05:00", "2026-11-23T14:05:00"),
            ("2026-11-23T00:00:00", "2026-11-23"),
            (" 2026-11-23 ", "2026-11-23"),
        ] {
            assert_eq!(IssueTime::parse(text).unwrap().to_string(), read, "{text}");
        }
        for text in ["", "T", "2026-11-31", "2026-11-23T25:00:00", "23NOV26", "2026-11-23T14:05:00+XX"] {
            assert_eq!(IssueTime::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_time_of_the_message_tells_its_versions_apart() {
        let executed_at = IssueTime::parse("2026-11-23");
        let issue = Issue { executed_at, ..Issue::default() };
        assert_eq!(issue.at(), executed_at);
        let message_at = IssueTime::parse("2026-11-24T10:00:00Z");
        let both = Issue { message_at, ..issue };
        assert_eq!(both.at(), message_at);
        assert_eq!(Issue { told_by_envelope: true, ..both }.at(), executed_at);
    }
}
