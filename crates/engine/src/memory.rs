//! Ports that live in memory: for one-shot commands, tests and the demo.

use crate::ports::{Clock, Journal, JournalError, Notice, Outbox, OutboxError, Recorded, StreamId, Version};
use casework::Event;
use jiff::Timestamp;
use std::collections::HashMap;

/// A journal in memory.
#[derive(Debug, Default)]
pub struct MemoryJournal {
    streams: HashMap<StreamId, Vec<Recorded>>,
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
