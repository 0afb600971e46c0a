//! The two date forms of OCI lines.

use consignment::PartialDate;
use consignment::date::month_number;
use consignment::security::IssuedAt;
use jiff::civil::{Date, Time};

/// How a time of issue was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As the composition rules ask: `08AUG231230`.
    Exact,
    /// Another spelling that can mean one thing only, or a day without a time.
    Tolerated,
    /// Not a date.
    Unreadable,
}

/// Reads the day and time of issue, box 13: `ddMMMyyhhmm`.
///
/// Senders also write `29OCT25`, `16APR20261800` and `03-JUN-2026 1958`; these are read and told apart
/// by the form. The century of two-digit years is 2000.
pub(super) fn issued_at(text: &str) -> (IssuedAt, Form) {
    let compact: String = text
        .chars()
        .filter(|character| !matches!(character, ' ' | '-' | '.' | ':' | ','))
        .map(|character| character.to_ascii_uppercase())
        .collect();
    match day_and_time(&compact) {
        Some((date, Some(time))) => {
            let exact = compact.len() == "ddMMMyyhhmm".len() && compact == text;
            (IssuedAt::DateTime(date.to_datetime(time)), if exact { Form::Exact } else { Form::Tolerated })
        }
        Some((date, None)) => (IssuedAt::Date(date), Form::Tolerated),
        None => (IssuedAt::Unreadable(text.to_owned()), Form::Unreadable),
    }
}

/// Day of one or two digits, month of three letters, year of two or four digits, and perhaps `hhmm`.
fn day_and_time(text: &str) -> Option<(Date, Option<Time>)> {
    let letters = text.find(|character: char| !character.is_ascii_digit())?;
    let (day, rest) = text.split_at(letters);
    let (month, rest) = rest.split_at_checked(3)?;
    if !(1..=2).contains(&day.len()) || !rest.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, time) = match rest.len() {
        2 => (rest, None),
        4 => (rest, None),
        6 => (&rest[..2], Some(&rest[2..])),
        8 => (&rest[..4], Some(&rest[4..])),
        _ => return None,
    };
    let year = match year.len() {
        2 => 2000 + year.parse::<i16>().ok()?,
        // Four digits that are no year of this century are a two-digit year with half a time.
        _ => year.parse::<i16>().ok().filter(|year| (2000..2100).contains(year))?,
    };
    let date = Date::new(year, month_number(month)?, day.parse().ok()?).ok()?;
    let Some(time) = time else { return Some((date, None)) };
    let time = Time::new(time[..2].parse().ok()?, time[2..].parse().ok()?, 0, 0).ok()?;
    Some((date, Some(time)))
}

/// Reads the day an account was established: `MMDDYYYY` or `DDMMMYY` (both are used, and the
/// composition rules name both), also `DDMMMYYYY`.
///
/// Two-digit years from 70 are of the last century, as in POSIX: an account can be that old.
pub(super) fn established(text: &str) -> Option<PartialDate> {
    if !text.is_ascii() {
        return None;
    }
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let date = match text.len() {
        8 if digits(text) => {
            Date::new(text[4..].parse().ok()?, text[..2].parse().ok()?, text[2..4].parse().ok()?)
        }
        7 | 9 if digits(&text[..2]) && digits(&text[5..]) => {
            let year: i16 = text[5..].parse().ok()?;
            let year = match (text.len(), year) {
                (7, 0..70) => 2000 + year,
                (7, _) => 1900 + year,
                _ => year,
            };
            let month = month_number(&text[2..5].to_ascii_uppercase())?;
            Date::new(year, month, text[..2].parse().ok()?)
        }
        _ => return None,
    };
    date.ok().filter(|date| date.year() >= 1900).map(PartialDate::whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_issue_are_read_in_every_spelling_seen() {
        let cases = [
            ("08AUG231230", "2023-08-08T12:30", Form::Exact),
            ("16APR261141", "2026-04-16T11:41", Form::Exact),
            ("29FEB240000", "2024-02-29T00:00", Form::Exact),
            ("29OCT25", "2025-10-29", Form::Tolerated),
            ("16APR20261800", "2026-04-16T18:00", Form::Tolerated),
            ("03-JUN-2026 1958", "2026-06-03T19:58", Form::Tolerated),
            ("3JUN2026", "2026-06-03", Form::Tolerated),
            ("08aug231230", "2023-08-08T12:30", Form::Tolerated),
            ("08AUG23 12:30", "2023-08-08T12:30", Form::Tolerated),
        ];
        for (text, read, form) in cases {
            let (value, given) = issued_at(text);
            assert_eq!((value.to_string().as_str(), given), (read, form), "{text}");
        }
        for text in [
            "",
            "-",
            "08AUG",
            "30FEB231230",
            "08AUG232530",
            "08AUX231230",
            "08AUG2312",
            "2023-08-08",
            "08ÄUG231230",
            "1108AUG23",
        ] {
            assert_eq!(issued_at(text), (IssuedAt::Unreadable(text.to_owned()), Form::Unreadable), "{text}");
        }
    }

    #[test]
    fn accounts_are_dated_in_two_forms() {
        let cases = [
            ("01122015", "2015-01-12"),
            ("12JAN15", "2015-01-12"),
            ("12JAN98", "1998-01-12"),
            ("12jan2015", "2015-01-12"),
        ];
        for (text, read) in cases {
            assert_eq!(established(text).map(|date| date.to_string()).as_deref(), Some(read), "{text}");
        }
        for text in ["", "25122015", "2015-01-12", "12JAN", "12JAX15", "Ä2JAN15", "01010001", "1JAN2015"] {
            assert_eq!(established(text), None, "{text}");
        }
    }
}
