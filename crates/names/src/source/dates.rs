//! Dates as people type them into lists: day first, month by number or English name, parts unknown.

use crate::date::{BirthDate, PartialDate, digits};

/// A date such as `14/03/1968`, `dd/03/1968`, `00-00-1968`, `14 March 1968`, `Mar 1968`, `1968` or `1968-03-14`.
/// None where the year is unknown or the calendar has no such date.
pub(super) fn day_first(text: &str) -> Option<PartialDate> {
    let text = text.trim();
    if let Ok(date) = text.get(..10).unwrap_or(text).parse() {
        return Some(date);
    }
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || matches!(c, '/' | '-' | '.' | ','))
        .filter(|word| !word.is_empty())
        .collect();
    let (day, month, year) = match words.as_slice() {
        [year] => (None, None, *year),
        [month, year] => (None, Some(*month), *year),
        [day, month, year] => (Some(*day), Some(*month), *year),
        _ => return None,
    };
    let year = digits(year, 4)?;
    let month = month.map_or(Some(None), month_of)?;
    let day = day.map_or(Some(None), day_of)?;
    // The day of an unknown month says nothing.
    PartialDate::new(year, month, day.filter(|_| month.is_some()))
}

/// A part that may be stated as unknown: `dd`, `mm`, `00`.
fn is_unknown(word: &str, letter: char) -> bool {
    !word.is_empty()
        && (word.chars().all(|c| c.eq_ignore_ascii_case(&letter)) || word.chars().all(|c| c == '0'))
}

fn day_of(word: &str) -> Option<Option<i8>> {
    if is_unknown(word, 'd') {
        return Some(None);
    }
    let number = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
    one_or_two_digits(number).map(Some)
}

fn month_of(word: &str) -> Option<Option<i8>> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    if is_unknown(word, 'm') {
        return Some(None);
    }
    if let Some(number) = one_or_two_digits(word) {
        return Some(Some(number));
    }
    let word = word.to_ascii_lowercase();
    let place = MONTHS.iter().position(|month| word.len() >= 3 && month.starts_with(&word))?;
    i8::try_from(place + 1).ok().map(Some)
}

fn one_or_two_digits(word: &str) -> Option<i8> {
    let fits = matches!(word.len(), 1 | 2) && word.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| word.parse().ok())?
}

/// A date of birth such as [`day_first`] reads, `circa 1960`, `between 1963 and 1968`, `1963 to 1968` or `1963-1968`.
pub(super) fn birth_date(text: &str) -> Option<BirthDate> {
    let mut rest = text.trim();
    let mut approximate = false;
    for word in ["approximately ", "approx. ", "approx ", "circa ", "about ", "c. ", "c."] {
        if let Some(after) = strip_word(rest, word) {
            (rest, approximate) = (after.trim(), true);
            break;
        }
    }
    let rest = strip_word(rest, "between ").unwrap_or(rest);
    if let Some(date) = day_first(rest) {
        return Some(BirthDate { from: date, to: date, approximate });
    }
    let (from, to) = rest
        .split_once(" and ")
        .or_else(|| rest.split_once(" to "))
        .or_else(|| rest.split_once(" - "))
        .or_else(|| rest.split_once('-'))?;
    Some(BirthDate { from: day_first(from)?, to: day_first(to)?, approximate })
}

/// What follows `word`, whatever its case.
fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.get(..word.len()).filter(|head| head.eq_ignore_ascii_case(word))?;
    text.get(word.len()..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_dates_are_read() {
        for (text, expected) in [
            ("14/03/1968", Some("1968-03-14")),
            ("1/3/1968", Some("1968-03-01")),
            ("dd/03/1968", Some("1968-03")),
            ("dd/mm/1968", Some("1968")),
            ("00-00-1968", Some("1968")),
            ("14/mm/1968", Some("1968")),
            ("14 March 1968", Some("1968-03-14")),
            ("14th Sept. 1968", Some("1968-09-14")),
            ("Mar 1968", Some("1968-03")),
            ("11-Aug-2025", Some("2025-08-11")),
            ("1968-03-14T00:00:00", Some("1968-03-14")),
            ("1968", Some("1968")),
            ("30/02/1968", None),
            ("dd/mm/yyyy", None),
            ("ma 1968", None),
            ("yesterday", None),
            ("१/१/1968", None),
            ("", None),
        ] {
            assert_eq!(day_first(text).map(|date| date.to_string()).as_deref(), expected, "{text}");
        }
        for (text, expected) in [
            ("Approximately 1960", Some("about 1960")),
            ("c. 14/03/1968", Some("about 1968-03-14")),
            ("between 1963 and 1968", Some("1963 to 1968")),
            ("1963-1968", Some("1963 to 1968")),
            ("circa 1 Jan 1963 to 1965", Some("about 1963-01-01 to 1965")),
            ("é", None),
        ] {
            assert_eq!(birth_date(text).map(|date| date.to_string()).as_deref(), expected, "{text}");
        }
    }
}
