//! Ports that live in memory: for one-shot commands, tests and the demo.

use crate::ports::{
    Clock, Index, IndexChange, Journal, JournalError, Notice, Outbox, OutboxError, Pick, Recorded, StreamId,
    Version,
};
use casework::Event;
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The indices of a journal, in memory.
#[derive(Debug, Default)]
pub struct MemoryIndex(HashMap<(Index, Arc<str>), Values>);

/// The values under one key, in order.
#[derive(Debug, Default)]
struct Values {
    in_order: Vec<Arc<str>>,
    /// The same, once they are many: most keys have one.
    known: HashSet<Arc<str>>,
}

/// From so many values on they are looked up and not searched.
const MANY: usize = 32;

impl Values {
    fn put(&mut self, value: Arc<str>) {
        if self.in_order.len() < MANY {
            if !self.in_order.contains(&value) {
                self.in_order.push(value);
            }
            return;
        }
        if self.known.is_empty() {
            self.known.extend(self.in_order.iter().cloned());
        }
        if self.known.insert(Arc::clone(&value)) {
            self.in_order.push(value);
        }
    }

    fn take(&mut self, value: &Arc<str>) {
        self.in_order.retain(|known| known != value);
        self.known.clear();
    }
}

impl MemoryIndex {
    /// As [`Journal::find`].
    pub fn find(&self, index: Index, key: &str, pick: Pick) -> Vec<Arc<str>> {
        let values = self.0.get(&(index, Arc::from(key))).map(|values| values.in_order.as_slice());
        let values = values.unwrap_or_default();
        let picked = match pick {
            Pick::All => values,
            Pick::First(most) => &values[..most.min(values.len())],
            Pick::Last(most) => &values[values.len().saturating_sub(most)..],
        };
        picked.to_vec()
    }

    /// As [`Journal::change`].
    pub fn change(&mut self, change: IndexChange) {
        let IndexChange { index, key, value, put } = change;
        let values = self.0.entry((index, key)).or_default();
        match put {
            true => values.put(value),
            false => values.take(&value),
        }
    }
}

/// A journal in memory.
#[derive(Debug, Default)]
pub struct MemoryJournal {
    streams: HashMap<StreamId, Vec<Recorded>>,
    index: MemoryIndex,
}

impl Journal for MemoryJournal {
    fn read(&self, stream: &StreamId) -> Result<Vec<Recorded>, JournalError> {
        Ok(self.streams.get(stream).cloned().unwrap_or_default())
    }

    fn version(&self, stream: &StreamId) -> Result<Version, JournalError> {
        Ok(self.streams.get(stream).map_or(0, |events| events.len() as Version))
    }

    fn append(
        &mut self,
        stream: &StreamId,
        expected: Version,
        events: &[Event],
        at: Timestamp,
    ) -> Result<Version, JournalError> {
        let held = self.streams.entry(stream.clone()).or_default();
        let actual = held.len() as Version;
        if actual != expected {
            return Err(JournalError::Conflict { stream: stream.clone(), expected, actual });
        }
        held.extend(events.iter().zip(actual + 1..).map(|(event, version)| Recorded {
            version,
            at,
            event: event.clone(),
        }));
        Ok(held.len() as Version)
    }

    fn find(&self, index: Index, key: &str, pick: Pick) -> Result<Vec<Arc<str>>, JournalError> {
        Ok(self.index.find(index, key, pick))
    }

    fn change(&mut self, change: IndexChange) -> Result<(), JournalError> {
        self.index.change(change);
        Ok(())
    }
}

/// A clock that stands where it was set.
#[derive(Debug, Clone, Copy)]
pub struct SetClock(pub Timestamp);

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// An outbox that keeps what it is given.
#[derive(Debug, Default)]
pub struct MemoryOutbox {
    /// Notices in order.
    pub notices: Vec<Notice>,
}

impl Outbox for MemoryOutbox {
    fn send(&mut self, notice: Notice) -> Result<(), OutboxError> {
        self.notices.push(notice);
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// However many there are: each once, in order, and gone where it was taken away.
    #[test]
    fn an_index_keeps_each_value_once() {
        let mut index = MemoryIndex::default();
        let change = |value: usize, put| IndexChange {
            index: Index::Filed,
            key: "k".into(),
            value: value.to_string().into(),
            put,
        };
        let count = 3 * MANY;
        for value in (0..count).chain(0..count) {
            index.change(change(value, true));
        }
        assert_eq!(index.find(Index::Filed, "k", Pick::All).len(), count);
        index.change(change(MANY, false));
        index.change(change(MANY + 1, true));
        let found = index.find(Index::Filed, "k", Pick::All);
        assert_eq!((found.len(), &*found[MANY]), (count - 1, "33"));
        index.change(change(MANY, true));
        assert_eq!(&*index.find(Index::Filed, "k", Pick::All)[count - 1], "32");
    }

    #[test]
    fn an_append_on_an_old_version_is_a_conflict_and_leaves_nothing() {
        let mut journal = MemoryJournal::default();
        let stream: StreamId = "tree/888-10001014".into();
        let event = Event::Tree(casework::case::Event::Routed { legs: Vec::new(), unclear: Vec::new() });
        let at = Timestamp::UNIX_EPOCH;
        assert_eq!(journal.append(&stream, 0, std::slice::from_ref(&event), at).unwrap(), 1);
        let late = journal.append(&stream, 0, std::slice::from_ref(&event), at);
        assert!(matches!(late, Err(JournalError::Conflict { expected: 0, actual: 1, .. })));
        let held = journal.read(&stream).unwrap();
        assert_eq!(held.len(), 1);
        assert_eq!(held[0].version, 1);
        assert_eq!(journal.version(&stream).unwrap(), 1);
        assert_eq!(journal.read(&"tree/none".into()).unwrap(), Vec::new());
    }
}
