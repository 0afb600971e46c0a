//! Dates of birth as lists and messages give them: partial, approximate, or a range.

use std::fmt;
use std::str::FromStr;

/// A date of which the day, or day and month, may be unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    year: i16,
    month: Option<i8>,
    day: Option<i8>,
}

/// The text is no date of the form `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, or the calendar has no such day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a date of the form YYYY, YYYY-MM or YYYY-MM-DD: {text}")]
pub struct PartialDateError {
    /// What was given.
    pub text: String,
}

/// Years that a birth or an edition can have.
const YEARS: std::ops::RangeInclusive<i16> = 1000..=2999;

impl PartialDate {
    /// A year, with its month and day where known; `None` where the calendar has no such date, or a day comes
    /// without a month.
    pub fn new(year: i16, month: Option<i8>, day: Option<i8>) -> Option<Self> {
        if !YEARS.contains(&year) || (day.is_some() && month.is_none()) {
            return None;
        }
        jiff::civil::Date::new(year, month.unwrap_or(1), day.unwrap_or(1)).ok()?;
        Some(Self { year, month, day })
    }

    /// The year, from 1000 to 2999.
    pub fn year(self) -> i16 {
        self.year
    }

    /// The month, from 1, where known.
    pub fn month(self) -> Option<i8> {
        self.month
    }

    /// The day of the month, from 1, where known.
    pub fn day(self) -> Option<i8> {
        self.day
    }
}

impl FromStr for PartialDate {
    type Err = PartialDateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parse = || {
            let mut parts = text.trim().split('-');
            let year = digits(parts.next()?, 4)?;
            let month = parts.next().map(|part| digits(part, 2).ok_or(())).transpose().ok()?;
            let day = parts.next().map(|part| digits(part, 2).ok_or(())).transpose().ok()?;
            if parts.next().is_some() {
                return None;
            }
            // Two digits fit into an i8.
            Self::new(year, month.map(|value| value as i8), day.map(|value| value as i8))
        };
        parse().ok_or_else(|| PartialDateError { text: text.to_owned() })
    }
}

/// The value of a text of exactly `width` ASCII digits.
pub(crate) fn digits(text: &str, width: usize) -> Option<i16> {
    (text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

impl fmt::Display for PartialDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(formatter, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(formatter, "-{day:02}")?;
        }
        Ok(())
    }
}

/// A date of birth as a list states it: from one date to another, both the same where the list names one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BirthDate {
    /// The earliest date stated.
    pub from: PartialDate,
    /// The latest date stated.
    pub to: PartialDate,
    /// The list calls it approximate.
    pub approximate: bool,
}

/// How a date of birth of a query stands to one of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DateAgreement {
    /// The years differ by more than the list's own uncertainty and one year.
    Contradicts,
    /// Neither: the same year with another day, a year beside, or day and month exchanged.
    Unclear,
    /// The same year, or within the range stated.
    SameYear,
    /// The same day.
    SameDay,
}

impl BirthDate {
    /// Exactly this date.
    pub fn on(date: PartialDate) -> Self {
        Self { from: date, to: date, approximate: false }
    }

    /// How `date` stands to this one.
    pub fn agreement(&self, date: PartialDate) -> DateAgreement {
        let slack = if self.approximate { APPROXIMATE_YEARS } else { 0 };
        let (first, last) = (self.from.year.min(self.to.year), self.from.year.max(self.to.year));
        if self.from == self.to && !self.approximate && date.year == self.from.year {
            return same_year(self.from, date);
        }
        if (first - slack..=last + slack).contains(&date.year) {
            DateAgreement::SameYear
        } else if (first - slack - 1..=last + slack + 1).contains(&date.year) {
            DateAgreement::Unclear
        } else {
            DateAgreement::Contradicts
        }
    }
}

/// Years that "approximately" and "circa" are taken to allow on either side.
const APPROXIMATE_YEARS: i16 = 2;

fn same_year(listed: PartialDate, asked: PartialDate) -> DateAgreement {
    match (listed.month.zip(asked.month), listed.day.zip(asked.day)) {
        (None, _) => DateAgreement::SameYear,
        (Some((a, b)), None) if a == b => DateAgreement::SameYear,
        (Some((a, b)), Some((c, d))) if a == b && c == d => DateAgreement::SameDay,
        _ => DateAgreement::Unclear,
    }
}

impl fmt::Display for BirthDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.approximate {
            formatter.write_str("about ")?;
        }
        if self.from == self.to {
            write!(formatter, "{}", self.from)
        } else {
            write!(formatter, "{} to {}", self.from, self.to)
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn partial_dates_read_and_write_the_same() {
        for text in ["1961", "1961-04", "1961-04-30", "2024-02-29"] {
            assert_eq!(text.parse::<PartialDate>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "61",
            "1961-",
            "1961-13",
            "1961-02-30",
            "1961-4",
            "0999",
            "1961-04-30-01",
            "१९६१",
            "19610430",
        ] {
            assert!(text.parse::<PartialDate>().is_err(), "{text}");
        }
        assert_eq!(PartialDate::new(1961, None, Some(3)), None);
    }

    #[test]
    fn agreement_follows_what_the_list_knows() {
        use DateAgreement::{Contradicts, SameDay, SameYear, Unclear};
        let date = |text: &str| text.parse::<PartialDate>().unwrap();
        let range =
            |from: &str, to: &str, approximate| BirthDate { from: date(from), to: date(to), approximate };
        for (listed, asked, expected) in [
            (range("1961-04-30", "1961-04-30", false), "1961-04-30", SameDay),
            (range("1961-04-30", "1961-04-30", false), "1961-04", SameYear),
            (range("1961-04-30", "1961-04-30", false), "1961", SameYear),
            (range("1961-04-30", "1961-04-30", false), "1961-05-30", Unclear),
            (range("1961-04-05", "1961-04-05", false), "1961-05-04", Unclear),
            (range("1961-04-30", "1961-04-30", false), "1962-04-30", Unclear),
            (range("1961-04-30", "1961-04-30", false), "1963-04-30", Contradicts),
            (range("1961", "1961", true), "1963-01-01", SameYear),
            (range("1961", "1961", true), "1964", Unclear),
            (range("1961", "1961", true), "1965", Contradicts),
            (range("1960", "1965", false), "1963-08-09", SameYear),
            (range("1965", "1960", false), "1963", SameYear),
            (range("1960", "1965", false), "1967", Contradicts),
        ] {
            assert_eq!(listed.agreement(date(asked)), expected, "{listed} against {asked}");
        }
    }
}
