//! How values are written on the command line.

use consignment::security::Exemption;
use jiff::Timestamp;
use names::{Score, ScoreError};
use std::path::PathBuf;

/// Most threads that can be asked for.
const THREADS_MAX: usize = 256;

/// Reads an instant with its offset from UTC.
pub(super) fn parse_time(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| "write date, time and offset, such as 2026-11-24T06:00:00Z".to_owned())
}

/// Reads a date of birth.
pub(super) fn parse_birth_date(text: &str) -> Result<names::PartialDate, String> {
    text.parse().map_err(|_| "write YYYY, YYYY-MM or YYYY-MM-DD".to_owned())
}

/// Reads a score from 0 to 1 with at most three decimals.
pub(super) fn parse_score(text: &str) -> Result<Score, ScoreError> {
    text.parse()
}

/// Reads a number of threads.
pub(super) fn parse_threads(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|threads| (1..=THREADS_MAX).contains(threads))
        .ok_or_else(|| format!("write a number from 1 to {THREADS_MAX}"))
}

/// Reads a programme and a file.
pub(super) fn parse_channel(text: &str) -> Result<(String, PathBuf), String> {
    let wrong = || "write a programme and one of the files, such as us-acas=answer.psn".to_owned();
    let (programme, file) = text.split_once('=').ok_or_else(wrong)?;
    if programme.is_empty() || file.is_empty() {
        return Err(wrong());
    }
    Ok((programme.to_owned(), file.into()))
}

/// Reads a ground for exemption, in capitals or not.
pub(super) fn parse_exemption(text: &str) -> Result<Exemption, String> {
    Exemption::parse(&text.to_ascii_uppercase()).ok_or_else(|| {
        let known: Vec<&str> = Exemption::ALL.iter().map(|exemption| exemption.code()).collect();
        format!("the grounds are {}", known.join(", "))
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn threads_are_some() {
        assert!(parse_threads("4").is_ok() && parse_threads("0").is_err() && parse_threads("x").is_err());
    }

    #[test]
    fn times_need_an_offset() {
        assert!(
            parse_time("2026-11-24T06:00:00Z").is_ok() && parse_time("2026-11-24T06:00:00+01:00").is_ok()
        );
        assert!(parse_time("2026-11-24").is_err() && parse_time("yesterday").is_err());
    }
}
