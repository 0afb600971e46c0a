//! Dates as messages give them: often without year, sometimes without month.

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use std::fmt;

/// A date of which the year, or year and month, may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PartialDate {
    /// Year, if stated.
    pub year: Option<i16>,
    /// Month 1 to 12, if stated.
    pub month: Option<i8>,
    /// Day 1 to 31.
    pub day: i8,
}

/// Three-letter months of Cargo-IMP.
const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/// The number of a three-letter month in capitals.
pub fn month_number(text: &str) -> Option<i8> {
    MONTHS.iter().position(|month| *month == text).map(|index| index as i8 + 1)
}

impl PartialDate {
    /// A whole date.
    pub fn whole(date: Date) -> Self {
        Self { year: Some(date.year()), month: Some(date.month()), day: date.day() }
    }

    /// Checks that some year has such a day.
    pub fn new(year: Option<i16>, month: Option<i8>, day: i8) -> Option<Self> {
        let sound = match (year, month) {
            (_, None) => (1..=31).contains(&day) && year.is_none(),
            // 2000 is a leap year, so that 29 February without a year is possible.
            (year, Some(month)) => Date::new(year.unwrap_or(2000), month, day).is_ok(),
        };
        sound.then_some(Self { year, month, day })
    }

    /// As the trade writes it: `24`, `24NOV`; a whole date as `2026-11-24`.
    pub fn trade_form(self) -> String {
        let month = self.month.and_then(|month| MONTHS.get(usize::try_from(month - 1).ok()?));
        match (self.year, month) {
            (Some(_), _) => self.to_string(),
            (None, Some(month)) => format!("{:02}{month}", self.day),
            (None, None) => format!("{:02}", self.day),
        }
    }

    /// Reads what [`Self::trade_form`] writes: `24`, `24NOV` or `2026-11-24`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Ok(date) = text.parse::<Date>() {
            return Some(Self::whole(date));
        }
        let (day, month) = text.split_at_checked(2)?;
        if !day.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let month = match month {
            "" => None,
            month => Some(month_number(&month.to_ascii_uppercase())?),
        };
        Self::new(None, month, day.parse().ok()?)
    }

    /// Whether both can be the same day: what both state is equal.
    pub fn may_be(self, other: Self) -> bool {
        let agree = |one: Option<i16>, other: Option<i16>| {
            one.is_none_or(|one| other.is_none_or(|other| one == other))
        };
        self.day == other.day
            && agree(self.month.map(i16::from), other.month.map(i16::from))
            && agree(self.year, other.year)
    }

    /// The date if nothing is missing.
    pub fn date(self) -> Option<Date> {
        Date::new(self.year?, self.month?, self.day).ok()
    }

    /// The calendar date meant by what has already taken place: the latest such day that is not after
    /// `today`, or tomorrow where the local date is ahead of it.
    pub fn resolve_past(self, today: Date) -> Option<Date> {
        if self.year.is_some() {
            return self.date();
        }
        let latest = today.tomorrow().unwrap_or(today);
        match self.month {
            Some(month) => (0..=8)
                .filter_map(|years| Date::new(latest.year().checked_sub(years)?, month, self.day).ok())
                .find(|date| *date <= latest),
            None => (0..12)
                .filter_map(|months: i32| {
                    let first = latest.first_of_month().checked_sub(months.months()).ok()?;
                    Date::new(first.year(), first.month(), self.day).ok()
                })
                .find(|date| *date <= latest),
        }
    }

    /// The calendar date meant, seen from `reference` (the local date of receipt): the candidate nearest
    /// to it, within `past_days_max` before; a departure is rarely announced long after it took place.
    pub fn resolve(self, reference: Date, past_days_max: i16) -> Option<Date> {
        if self.year.is_some() {
            return self.date();
        }
        let earliest = reference.checked_sub(Span::new().try_days(past_days_max).ok()?).ok()?;
        match self.month {
            Some(month) => (earliest.year()..=earliest.year().checked_add(8)?)
                .filter_map(|year| Date::new(year, month, self.day).ok())
                .find(|date| *date >= earliest),
            None => (0..12)
                .filter_map(|months: i32| {
                    let first = earliest.first_of_month().checked_add(months.months()).ok()?;
                    Date::new(first.year(), first.month(), self.day).ok()
                })
                .find(|date| *date >= earliest),
        }
    }
}

impl fmt::Display for PartialDate {
    /// As in XML Schema: `2026-11-24`, `--11-24`, `---24`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.year, self.month) {
            (Some(year), Some(month)) => write!(formatter, "{year:04}-{month:02}-{:02}", self.day),
            (_, Some(month)) => write!(formatter, "--{month:02}-{:02}", self.day),
            _ => write!(formatter, "---{:02}", self.day),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn missing_parts_stay_missing() {
        assert_eq!(PartialDate::new(Some(2026), Some(11), 24).unwrap().to_string(), "2026-11-24");
        assert_eq!(PartialDate::new(None, Some(11), 24).unwrap().to_string(), "--11-24");
        assert_eq!(PartialDate::new(None, None, 1).unwrap().to_string(), "---01");
        assert_eq!(PartialDate::new(Some(2026), Some(11), 24).unwrap().trade_form(), "2026-11-24");
        assert_eq!(PartialDate::new(None, Some(11), 4).unwrap().trade_form(), "04NOV");
        assert_eq!(PartialDate::new(None, None, 1).unwrap().trade_form(), "01");
        assert!(PartialDate::new(None, Some(2), 29).is_some());
        for (year, month, day) in [
            (None, Some(2), 30),
            (Some(2026), Some(2), 29),
            (None, None, 32),
            (None, None, 0),
            (Some(2026), None, 1),
        ] {
            assert!(PartialDate::new(year, month, day).is_none());
        }
    }

    #[test]
    fn the_trade_form_reads_back() {
        for text in ["24", "04NOV", "29FEB", "2026-11-24"] {
            assert_eq!(PartialDate::parse(text).unwrap().trade_form(), text);
        }
        assert_eq!(PartialDate::parse("24nov"), PartialDate::new(None, Some(11), 24));
        for text in ["", "4", "00", "32", "31NOV", "24NOVEMBER", "+4", "2026-11-31", "ÄÖ"] {
            assert_eq!(PartialDate::parse(text), None, "{text}");
        }
    }

    #[test]
    fn days_agree_in_what_both_state() {
        let may_be = |one: &str, other: &str| {
            PartialDate::parse(one).unwrap().may_be(PartialDate::parse(other).unwrap())
        };
        assert!(may_be("24", "24NOV") && may_be("24NOV", "2026-11-24") && may_be("2026-11-24", "24"));
        assert!(!may_be("24", "25") && !may_be("24NOV", "24DEC") && !may_be("2026-11-24", "2027-11-24"));
    }

    #[test]
    fn what_took_place_lies_in_the_past() {
        let day = |text: &str| PartialDate::parse(text).unwrap();
        let cases = [
            ("24", date(2026, 11, 24), Some(date(2026, 11, 24))),
            ("25", date(2026, 11, 24), Some(date(2026, 11, 25))),
            ("26", date(2026, 11, 24), Some(date(2026, 10, 26))),
            ("31", date(2026, 12, 1), Some(date(2026, 10, 31))),
            ("31DEC", date(2027, 1, 2), Some(date(2026, 12, 31))),
            ("29FEB", date(2026, 11, 24), Some(date(2024, 2, 29))),
            ("2026-11-30", date(2026, 11, 24), Some(date(2026, 11, 30))),
        ];
        for (text, today, expected) in cases {
            assert_eq!(day(text).resolve_past(today), expected, "{text} seen on {today}");
        }
    }

    #[test]
    fn resolves_to_the_next_such_day() {
        let day = |month, day| PartialDate::new(None, month, day).unwrap();
        let cases = [
            (day(None, 1), date(2025, 10, 31), Some(date(2025, 11, 1))),
            (day(None, 31), date(2025, 10, 31), Some(date(2025, 10, 31))),
            (day(None, 31), date(2025, 11, 20), Some(date(2025, 12, 31))),
            (day(None, 28), date(2025, 10, 31), Some(date(2025, 10, 28))),
            (day(Some(1), 1), date(2026, 12, 31), Some(date(2027, 1, 1))),
            (day(Some(12), 30), date(2027, 1, 1), Some(date(2026, 12, 30))),
            (day(Some(2), 29), date(2026, 3, 15), Some(date(2028, 2, 29))),
        ];
        for (partial, reference, expected) in cases {
            assert_eq!(partial.resolve(reference, 7), expected, "{partial} from {reference}");
        }
    }
}
