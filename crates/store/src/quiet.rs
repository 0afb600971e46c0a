//! Streams to which nothing was added for long, page by page, for those who look what is over its time.

use crate::StoreError;
use crate::time::{nanoseconds, timestamp};
use engine::StreamId;
use jiff::Timestamp;

/// Streams that are looked at for one page at most.
const LOOKED_AT_MAX: usize = 1_000;

/// Which streams are looked for.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    prefix: &'a str,
    after: &'a str,
    /// In nanoseconds since 1970.
    before: i64,
    /// Streams that are looked at.
    most: usize,
}

/// What a page has.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Quiet {
    /// Streams whose last event is older, in order of their names, with its time.
    pub streams: Vec<(StreamId, Timestamp)>,
    /// The name behind which the next page begins; `None` where this was the last. A page may be empty and not the last.
    pub next: Option<StreamId>,
}

impl<'a> Page<'a> {
    /// The streams whose names begin with `prefix` and come behind `after`, where that is given, and whose last event is
    /// older than `before`.
    ///
    /// # Errors
    /// [`StoreError::Time`] for a time that no event can have.
    pub fn new(prefix: &'a str, after: Option<&'a str>, before: Timestamp) -> Result<Self, StoreError> {
        Ok(Self { prefix, after: after.unwrap_or(prefix), before: nanoseconds(before)?, most: LOOKED_AT_MAX })
    }

    /// The same, for which so many streams are looked at.
    #[must_use]
    pub fn looking_at(self, most: usize) -> Self {
        Self { most: most.clamp(1, LOOKED_AT_MAX), ..self }
    }

    /// How many streams are looked at.
    pub(crate) fn most(&self) -> i64 {
        self.most as i64
    }

    /// The names between which they stand.
    pub(crate) fn between(&self) -> (String, String) {
        // No name has such a sign: it is above all others, also by bytes.
        (self.after.max(self.prefix).to_owned(), format!("{}\u{10ffff}", self.prefix))
    }

    /// The page, of what was looked at.
    pub(crate) fn of(&self, looked_at: Vec<(String, Option<i64>)>) -> Quiet {
        let next = (looked_at.len() == self.most).then(|| looked_at.last()).flatten();
        let next = next.map(|(name, _)| StreamId::from(name.as_str()));
        let old =
            looked_at.into_iter().filter_map(|(name, at)| Some((name, at.filter(|at| *at < self.before)?)));
        Quiet { streams: old.map(|(name, at)| (name.into(), timestamp(at))).collect(), next }
    }
}
