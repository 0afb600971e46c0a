//! What is kept of messages until a file is read: findings over several of them come last, and have to name
//! their place and show their line.

use crate::render::excerpt::{Excerpt, MessageText};
use consignment::Filing;
use finding::Position;
use formats::RawMessage;
use std::collections::BTreeMap;

/// Bytes of messages kept. Findings in messages beyond that are told without their line.
const KEPT_BYTES_MAX: usize = 32 << 20;

/// Most messages whose start is kept. The [`engine::Checker`] compares no more documents, and each of them
/// is in a message that is kept here.
const MESSAGES_MAX: usize = 100_000;

/// The messages that hold documents to compare.
pub(super) struct Compared {
    /// Index of each message, with the line and column it starts at, in order.
    starts: Vec<(u32, (u32, u32))>,
    /// Whether lines are to be shown.
    excerpts: bool,
    messages: BTreeMap<u32, RawMessage>,
    /// Bytes of all messages, the ones included that were not kept.
    bytes: usize,
    /// The message whose line was shown last, as findings of one message follow each other.
    shown: Option<(u32, MessageText)>,
}

impl Compared {
    pub(super) fn new(excerpts: bool) -> Self {
        Self { starts: Vec::new(), excerpts, messages: BTreeMap::new(), bytes: 0, shown: None }
    }

    /// Keeps what is needed of a message, where the comparison can point at it.
    pub(super) fn keep(&mut self, message: &RawMessage, filing: &Filing) {
        let compared =
            |consignment: &consignment::Consignment| consignment.is_filing() && consignment.master.is_some();
        if self.starts.len() >= MESSAGES_MAX || !filing.consignments.iter().any(compared) {
            return;
        }
        self.starts.push((message.index, (message.first_line, message.first_column)));
        self.bytes = self.bytes.saturating_add(message.bytes.len());
        if self.excerpts && self.bytes <= KEPT_BYTES_MAX {
            self.messages.insert(message.index, message.clone());
        }
    }

    /// Line and column a message starts at.
    pub(super) fn start(&self, index: u32) -> (u32, u32) {
        let found = self.starts.binary_search_by_key(&index, |(known, _)| *known);
        found.ok().and_then(|at| self.starts.get(at)).map_or((1, 1), |(_, start)| *start)
    }

    /// The line of this place; `None` where the message is not kept.
    pub(super) fn excerpt(&mut self, index: u32, position: Position) -> Option<Excerpt> {
        if self.shown.as_ref().is_none_or(|(shown, _)| *shown != index) {
            self.shown = Some((index, MessageText::new(self.messages.get(&index)?)));
        }
        self.shown.as_ref()?.1.excerpt(position)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    fn message(index: u32, text: &str) -> (RawMessage, Filing) {
        let raw = RawMessage { index, first_line: 10 * index + 1, ..RawMessage::whole(text) };
        let filing = formats::decode(&raw, Timestamp::UNIX_EPOCH);
        (raw, filing)
    }

    fn kept(excerpts: bool, messages: &[(RawMessage, Filing)]) -> Compared {
        let mut compared = Compared::new(excerpts);
        messages.iter().for_each(|(raw, filing)| compared.keep(raw, filing));
        compared
    }

    #[test]
    fn places_and_lines_of_compared_messages_are_known() {
        let messages = [
            message(0, "no message at all"),
            message(1, "FWB/17\n888-10001014FRAJFK/T1K10\n"),
            message(2, "FWB/17\n888-10001025FRAJFK/T2K20\n"),
        ];
        let mut compared = kept(true, &messages);
        assert_eq!((compared.start(1), compared.start(2)), ((11, 1), (21, 1)));
        for (index, line, text) in
            [(2, 22, "888-10001025FRAJFK/T2K20"), (1, 12, "888-10001014FRAJFK/T1K10"), (1, 11, "FWB/17")]
        {
            assert_eq!(compared.excerpt(index, Position::new(line, 1, 3)).unwrap().text, text);
        }
        assert_eq!(compared.excerpt(0, Position::new(1, 1, 1)), None, "nothing can be compared there");
        let mut scripts = kept(false, &messages);
        assert_eq!(scripts.start(2), (21, 1));
        assert_eq!(scripts.excerpt(2, Position::new(22, 1, 3)), None);
    }

    #[test]
    fn lines_are_kept_up_to_a_limit_and_places_beyond_it() {
        let (mut large, filing) = message(0, "FWB/17\n888-10001014FRAJFK/T1K10\n");
        large.bytes.resize(KEPT_BYTES_MAX, b'\n');
        let (small, other) = message(1, "FWB/17\n888-10001025FRAJFK/T2K20\n");
        let mut compared = kept(true, &[(large, filing), (small, other)]);
        assert_eq!(compared.excerpt(0, Position::new(2, 1, 3)).unwrap().text, "888-10001014FRAJFK/T1K10");
        assert_eq!(compared.excerpt(1, Position::new(12, 1, 3)), None);
        assert_eq!(compared.start(1), (11, 1));
    }
}
