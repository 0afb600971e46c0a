//! A filing: one message as it was read.

use crate::document::Consignment;
use crate::fact::Fact;
use crate::ident::AirWaybill;
use crate::notice::AuthorityNotice;
use crate::route::Leg;
use finding::{Finding, Position};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// A format and version of the register in the `formats` crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Format {
    /// Name of the message: `FWB`, `FHL`, `XFWB`, `XFZB`, ...
    pub name: &'static str,
    /// Version as stated by the sender; `None` where none is.
    pub version: Option<u16>,
}

impl std::fmt::Display for Format {
    /// `FWB/17`, or `FMA` where no version is stated.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.version {
            Some(version) => write!(formatter, "{}/{version}", self.name),
            None => formatter.write_str(self.name),
        }
    }
}

/// What the sender wants done with the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Purpose {
    /// New data; a repetition replaces what the same sender filed before.
    #[default]
    Creation,
    /// A change.
    Update,
    /// A withdrawal.
    Deletion,
}

/// Transport envelope found around a text message (Type-B).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Envelope {
    /// Priority of the first address line, such as `QK`; empty where it states none.
    pub priority: String,
    /// Seven-character addresses, in order.
    pub addresses: Vec<String>,
    /// Originator's address.
    pub originator: String,
    /// The rest of the originator line: day and time, PIMA address.
    pub signature: String,
    /// Day of the month and time it was sent, where the originator line states them (`DDHHMM`).
    pub sent_at: Option<DayTime>,
}

/// A day of the month and a time of it, of which month and year are not stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DayTime {
    /// Day, 1 to 31.
    pub day: i8,
    /// Time.
    pub time: Time,
}

impl DayTime {
    /// Reads `DDHHMM`.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let pair = |at: usize| text.get(at..at + 2)?.parse::<i8>().ok();
        let (day, time) = (pair(0)?, Time::new(pair(2)?, pair(4)?, 0, 0).ok()?);
        (1..=31).contains(&day).then_some(Self { day, time })
    }

    /// The time meant by a message that was received at `received_at`: that of the latest such day not after
    /// the day of receipt, in UTC. The sender's clock may be ahead by an hour at midnight; `None` where no
    /// month of the year before has the day.
    pub fn before(self, received_at: Timestamp) -> Option<Timestamp> {
        let latest = received_at.checked_add(SignedDuration::from_hours(1)).unwrap_or(received_at);
        let latest = latest.to_zoned(TimeZone::UTC).date();
        let mut month = latest.first_of_month();
        for _ in 0..12 {
            match Date::new(month.year(), month.month(), self.day) {
                Ok(date) if date <= latest => {
                    let at = date.to_datetime(self.time).to_zoned(TimeZone::UTC).ok()?;
                    return Some(at.timestamp());
                }
                _ => month = month.yesterday().ok()?.first_of_month(),
            }
        }
        None
    }
}

impl std::fmt::Display for DayTime {
    /// `---31T16:07`.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "---{:02}T{}", self.day, self.time.strftime("%H:%M"))
    }
}

/// A segment of the message, or a part of one, that this release does not interpret. Kept, never dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UninterpretedSegment {
    /// Line or element identifier.
    pub identifier: String,
    /// The text as sent, lines joined with line feeds.
    pub text: String,
    /// Where it starts.
    pub position: Position,
    /// Whether the format has it and the model has no place for it: charges, accounting, routine. Others
    /// were not understood.
    pub known: bool,
}

/// One message as it was read. The bytes stay with the caller; decoding never fails on content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    /// Format and version; `None` where the bytes are no known message.
    pub format: Option<Format>,
    /// Index of the message in its input, from 0.
    pub message_index: u32,
    /// Line of the input the message starts at, from 1.
    pub first_line: u32,
    /// What is to be done.
    pub purpose: Purpose,
    /// Envelope, if there was one.
    pub envelope: Option<Envelope>,
    /// Whether the message was not read to its end, or is not all of what it is a part of: whatever is missing
    /// may stand in the rest.
    pub incomplete: bool,
    /// Consignments named, in order.
    pub consignments: Vec<Consignment>,
    /// Air waybills, each once, that the message says something of which is not known: the numbers in one
    /// of which no consignment was read, those of waybill lines that could not be read, and the masters of
    /// houses without a readable number.
    pub mentions: Vec<AirWaybill>,
    /// What authorities say, in order, where the message is one of theirs.
    pub notices: Vec<AuthorityNotice>,
    /// Facts, in order, where the message is a document of them.
    pub facts: Vec<Fact>,
    /// Where the message is a manifest: the leg it says was flown, from the station of departure to the first landing.
    /// Later legs of the flight are planned.
    pub flown: Option<Leg>,
    /// Where a manifest comes in several messages: the number of this one. `None` where it is the whole.
    pub part: Option<u16>,
    /// Segments that were kept without being interpreted.
    pub uninterpreted: Vec<UninterpretedSegment>,
    /// What was found, in order of the message.
    pub findings: Vec<Finding>,
}

impl Filing {
    /// Whether it is a document of facts.
    pub fn is_facts(&self) -> bool {
        self.format.is_some_and(|format| format.name == "FACTS")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_the_latest_one_before_receipt() {
        let cases = [
            ("240740", "2026-11-24T08:20:00Z", "2026-11-24T07:40:00Z"),
            ("240840", "2026-11-24T08:20:00Z", "2026-11-24T08:40:00Z"),
            ("250740", "2026-11-24T08:20:00Z", "2026-10-25T07:40:00Z"),
            ("310740", "2026-11-24T08:20:00Z", "2026-10-31T07:40:00Z"),
            ("300740", "2026-03-01T08:20:00Z", "2026-01-30T07:40:00Z"),
            ("311200", "2027-01-01T00:00:00Z", "2026-12-31T12:00:00Z"),
            ("250003", "2026-11-24T23:58:00Z", "2026-11-25T00:03:00Z"),
        ];
        for (text, received_at, sent_at) in cases {
            let read = DayTime::parse(text).unwrap().before(received_at.parse().unwrap());
            assert_eq!(read, Some(sent_at.parse().unwrap()), "{text} received {received_at}");
        }
    }
}
