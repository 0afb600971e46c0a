//! Days and times of the text lines: `01`, `21JUN`, `31OCT25`, `20JUN1039`.

use consignment::PartialDate;
use consignment::date::month_number;
use jiff::civil::Time;
use winnow::combinator::opt;
use winnow::error::EmptyError;
use winnow::prelude::*;
use winnow::token::take_while;

/// A day as far as it is stated: `01`, `21JUN` or `31OCT25`.
pub(crate) fn partial_date(text: &str) -> Option<PartialDate> {
    let (day, month, year) = (two_digits, opt(month), opt(two_digits)).parse(text).ok()?;
    PartialDate::new(year.map(|year| 2000 + i16::from(year)), month, day)
}

/// A day with the time of day where it is stated: `20JUN` or `20JUN1039`.
pub(crate) fn date_and_time(text: &str) -> Option<(PartialDate, Option<Time>)> {
    let (day, month, time) = (two_digits, month, opt(time)).parse(text).ok()?;
    Some((PartialDate::new(None, Some(month), day)?, time))
}

/// The time of `S0720`, `A1008` or `E2355-N`, an event as scheduled, as it was, or as estimated.
pub(crate) fn event_time(text: &str) -> Option<Time> {
    let day_shift = ("-", take_while(1.., |character: char| character.is_ascii_alphabetic()));
    let kind = take_while(1, ['S', 'A', 'E', 's', 'a', 'e']);
    (kind, time, opt(day_shift)).parse(text).ok().map(|(_, time, _)| time)
}

fn two_digits(input: &mut &str) -> Result<i8, EmptyError> {
    take_while(2, |character: char| character.is_ascii_digit())
        .map(|digits: &str| digits.bytes().fold(0, |number, digit| number * 10 + (digit - b'0') as i8))
        .parse_next(input)
}

fn month(input: &mut &str) -> Result<i8, EmptyError> {
    take_while(3, |character: char| character.is_ascii_alphabetic())
        .verify_map(|name: &str| month_number(name).or_else(|| month_number(&name.to_ascii_uppercase())))
        .parse_next(input)
}

fn time(input: &mut &str) -> Result<Time, EmptyError> {
    (two_digits, two_digits).verify_map(|(hour, minute)| Time::new(hour, minute, 0, 0).ok()).parse_next(input)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_stay_as_partial_as_they_are() {
        let cases = [
            ("01", Some("---01")),
            ("21JUN", Some("--06-21")),
            ("29feb", Some("--02-29")),
            ("31OCT25", Some("2025-10-31")),
            ("31NOV", None),
            ("1", None),
            ("2 JUN", None),
            ("21JUNE", None),
            ("21JUN250", None),
            ("", None),
            ("ÄÖ", None),
        ];
        for (text, expected) in cases {
            let read = partial_date(text).map(|date| date.to_string());
            assert_eq!(read.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn times_are_civil_times() {
        let read = |text| date_and_time(text).map(|(date, time)| format!("{date} {time:?}"));
        assert_eq!(read("20JUN1039").as_deref(), Some("--06-20 Some(10:39:00)"));
        assert_eq!(read("20JUN").as_deref(), Some("--06-20 None"));
        assert_eq!((read("20JUN2460"), read("20JUN10")), (None, None));
        let event = |text| event_time(text).map(|time| time.to_string());
        assert_eq!(event("S0720").as_deref(), Some("07:20:00"));
        assert_eq!(event("E2355-N").as_deref(), Some("23:55:00"));
        assert_eq!((event("0720"), event("S0760"), event("X0720")), (None, None, None));
    }
}
