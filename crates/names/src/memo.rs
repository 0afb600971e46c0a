//! What was asked before: the same parties ship again and again, and the same lists give the same answer.

use crate::address::AddressHit;
use crate::document::DocumentHit;
use crate::query::Query;
use crate::score::Score;
use crate::snapshot::Hit;
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Most questions in each of the two halves.
const HALF: usize = 8 * 1024;

/// The answers to one question, each worked out when it is first asked for.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    pub(crate) hits: OnceLock<Arc<[Hit]>>,
    pub(crate) addresses: OnceLock<Arc<[AddressHit]>>,
    pub(crate) documents: OnceLock<Arc<[DocumentHit]>>,
}

/// Answers to the latest questions. Bounded: once the younger half is full it becomes the older one, and what was not asked
/// since is forgotten.
#[derive(Default)]
pub(crate) struct Memo {
    halves: Mutex<Halves>,
}

#[derive(Default)]
struct Halves {
    younger: HashMap<(Score, Query), Arc<Answers>>,
    older: HashMap<(Score, Query), Arc<Answers>>,
}

impl Memo {
    /// The answers to a question, which may be empty still. Two who ask at once work them out once.
    pub(crate) fn of(&self, query: &Query, threshold: Score) -> Arc<Answers> {
        let key = (threshold, query.clone());
        // Whoever panicked left the maps whole: they only ever gain a whole entry.
        let mut halves = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = halves.younger.get(&key) {
            return Arc::clone(known);
        }
        let known = halves.older.remove(&key).unwrap_or_default();
        if halves.younger.len() >= HALF {
            halves.older = std::mem::take(&mut halves.younger);
        }
        halves.younger.insert(key, Arc::clone(&known));
        known
    }
}

impl fmt::Debug for Memo {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Memo")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_keeps_the_latest_and_stays_bounded() {
        let memo = Memo::default();
        let ask = |name: usize| memo.of(&Query::new(name.to_string()), Score::from_thousandths(800));
        let first = ask(0);
        assert!(first.hits.set(Arc::from([])).is_ok());
        for name in 1..=3 * HALF {
            ask(name);
            // Asked all along, it stays.
            if name % 1_000 == 0 {
                assert!(ask(0).hits.get().is_some());
            }
        }
        assert!(ask(1).hits.get().is_none());
        let halves = memo.halves.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(halves.younger.len() <= HALF && halves.older.len() <= HALF);
    }

    #[test]
    fn another_threshold_is_another_question() {
        let memo = Memo::default();
        let query = Query::new("ZEPHYR");
        let low = memo.of(&query, Score::from_thousandths(800));
        let high = memo.of(&query, Score::from_thousandths(900));
        assert!(!Arc::ptr_eq(&low, &high));
        assert!(Arc::ptr_eq(&low, &memo.of(&query, Score::from_thousandths(800))));
    }
}
