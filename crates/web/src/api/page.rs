//! Lists that are told a page at a time, and words of which a question takes one.

use super::gate::not_understood;
use crate::problem::Problem;
use jiff::Timestamp;

/// Most entries of one reply.
pub(super) const MOST: usize = 500;

/// How many are told to whoever does not say.
const USUAL: usize = 100;

/// How many entries a question asks for.
pub(super) fn most(asked: Option<usize>) -> usize {
    asked.unwrap_or(USUAL).clamp(1, MOST)
}

/// Behind which entry a question goes on.
///
/// # Errors
/// It is none that a reply named.
pub(super) fn after<T>(
    asked: Option<&str>,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>, Problem> {
    let read = |text: &str| {
        parse(text).ok_or_else(|| not_understood(format!("after {text}: write what `next` said")))
    };
    asked.map(read).transpose()
}

/// A time that a field of a request tells.
///
/// # Errors
/// It is none.
pub(super) fn instant(field: &str, text: Option<&str>) -> Result<Option<Timestamp>, Problem> {
    let read = |text: &str| {
        text.parse().map_err(|_| {
            not_understood(format!("{field} {text}: write it with an offset, such as 2026-11-24T10:30:00Z"))
        })
    };
    text.map(read).transpose()
}

/// What is wrong with a word that is none of those a field takes.
pub(super) fn none_of<'a>(field: &str, text: &str, all: impl IntoIterator<Item = &'a str>) -> String {
    format!("{field} {text}: write one of {}", all.into_iter().collect::<Vec<_>>().join(", "))
}
