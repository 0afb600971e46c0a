//! Lists change while goods stay: what was screened against an earlier edition is screened anew, before anybody is answered
//! about it, and by and by where nobody asks.
//!
//! Editions are numbered as nodes on one journal came to use them. A node screens nothing anew that was screened against
//! a later one than its own, so that two nodes with different lists do not undo each other's work.

use super::index::{ONLY, unreadable};
use super::{Engine, EngineError, Loaded};
use crate::ports::{Addressee, Clock, Index, Journal, JournalError, NoticeKind, Outbox, Pick, StreamId};
use casework::case::{Event, Node, Screening};
use consignment::fact::ObjectName;
use names::Snapshot;
use std::collections::HashMap;
use std::sync::Arc;

/// Most trees that one tick screens anew: whoever waits for the thread that writes waits for these as well.
const TREES_MAX: usize = 50;

/// The edition of a node that has no lists, among names of editions.
const NO_LISTS: &str = "-";

/// The name under which editions are counted.
const COUNTED: &str = "editions";

/// Editions of the lists, as far as nodes on this journal used them.
#[derive(Debug, Default)]
pub(super) struct Editions {
    /// By hash over the lists; from 1.
    numbers: HashMap<Arc<str>, u64>,
    /// That of this node; 0 where it has no lists.
    own: u64,
}

impl Editions {
    /// The number of the edition that something was screened against: 0 for none. One that is not known here was used
    /// by another node since.
    fn number_of(&self, lists: Option<&str>) -> u64 {
        lists.map_or(0, |id| self.numbers.get(id).copied().unwrap_or(u64::MAX))
    }

    /// The number of the edition of this node; 0 where it has no lists.
    pub(super) fn own(&self) -> u64 {
        self.own
    }

    /// Whether a screening was against an earlier edition than that of this node, or by the same, before pairs of party and
    /// entry were kept.
    fn outdated(&self, screening: &Screening) -> bool {
        let number = self.number_of(screening.lists.as_deref());
        let unpaired = || screening.hits.iter().any(|hit| hit.pairing.is_none());
        number < self.own || number == self.own && unpaired()
    }
}

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// Takes up other lists. What was screened before is screened anew by what follows.
    pub fn set_lists(&mut self, lists: Option<Arc<Snapshot>>) {
        self.settings.lists = lists;
        self.lists_incomplete = super::incomplete(&self.settings);
        self.lists_taken = true;
        // Their number is looked up, or given, by the next command.
        self.awake = false;
    }

    /// Reads which editions were used, and adds that of this node.
    pub(super) fn wake_editions(&mut self) -> Result<(), EngineError> {
        let mut editions = Editions::default();
        for text in self.journal.find(Index::Screened, ONLY, Pick::All)? {
            let (number, id) = edition_of(&text)?;
            editions.numbers.insert(id.into(), number);
        }
        if let Some(id) = self.settings.lists.as_ref().map(|lists| Arc::<str>::from(lists.id())) {
            let latest = editions.numbers.values().copied().max();
            let known = editions.numbers.get(&id).copied();
            // Lists that are put back are a later edition than those they take the place of.
            let stands = known.filter(|_| !self.lists_taken || known == latest);
            editions.own = match stands {
                Some(number) => number,
                None => {
                    if let Some(before) = known {
                        self.take(Index::Screened, ONLY, &edition_text(before, &id))?;
                    }
                    let number = self.next_of(COUNTED)?;
                    self.put(Index::Screened, ONLY, &edition_text(number, &id))?;
                    editions.numbers.insert(id, number);
                    number
                }
            };
        }
        self.lists_taken = false;
        self.editions = editions;
        Ok(())
    }

    /// Notes against which edition something of a tree was screened, to find it when there is a later one.
    pub(super) fn note_screened(
        &mut self,
        stream: &StreamId,
        event: &casework::Event,
    ) -> Result<(), EngineError> {
        if let casework::Event::Tree(Event::Screened { lists, hits, .. }) = event {
            self.put(Index::Screened, key_of(lists.as_deref()), stream)?;
            for pairing in hits.iter().filter_map(|hit| hit.pairing.as_ref()) {
                self.note_pair(&pairing.pair, stream)?;
            }
        }
        Ok(())
    }

    /// Whether what was screened so is to be screened anew.
    pub(super) fn is_outdated(&self, screening: &Screening) -> bool {
        self.editions.outdated(screening)
    }

    /// Screens anew what of a tree was screened against an earlier edition.
    pub(super) fn screen_anew(&mut self, loaded: &mut Loaded) -> Result<(), EngineError> {
        if loaded.screened_by >= self.editions.own {
            return Ok(());
        }
        let documents = loaded.dossier.tree.documents.values();
        if documents.filter_map(|document| document.screening.as_ref()).any(|one| self.is_outdated(one)) {
            let nodes: Vec<Node> = loaded.dossier.tree.documents.keys().cloned().collect();
            for node in nodes {
                match self.screen_node_anew(loaded, &node) {
                    // Too much is open: the tree holds for that, and whoever asks is answered.
                    Ok(()) | Err(EngineError::Refused(_)) => {}
                    Err(other) => return Err(other),
                }
            }
        }
        loaded.screened_by = self.editions.own;
        Ok(())
    }

    fn screen_node_anew(&mut self, loaded: &mut Loaded, node: &Node) -> Result<(), EngineError> {
        let fresh = self.screen(loaded, node)?;
        if !fresh.is_empty() {
            let about = ObjectName::Consignment(loaded.dossier.tree.key(node));
            self.notify(Addressee::Duty, NoticeKind::ListedSince, &about)?;
        }
        self.ask_anew(loaded, node, &fresh)
    }

    /// Screens trees anew that nobody asked about since the lists changed; those that left long ago rest. Gives
    /// how many it looked at.
    pub(super) fn screen_next(&mut self) -> Result<usize, EngineError> {
        if self.editions.own == 0 {
            return Ok(0);
        }
        let numbers = &self.editions.numbers;
        let earlier = numbers.iter().filter(|(_, number)| **number < self.editions.own);
        let mut earlier: Vec<(u64, Arc<str>)> = earlier.map(|(id, number)| (*number, id.clone())).collect();
        earlier.push((0, NO_LISTS.into()));
        earlier.sort();
        let mut left = TREES_MAX;
        // The latest edition before this one first: what was filed last leaves next.
        for (_, id) in earlier.into_iter().rev() {
            for stream in self.journal.find(Index::Screened, &id, Pick::Last(left))? {
                left -= 1;
                // What became part of another tree is screened there.
                let moved = self.journal.find(Index::Moved, &stream, Pick::All)?.pop();
                self.screen_stream(&moved.unwrap_or_else(|| stream.clone()))?;
                self.take(Index::Screened, &id, &stream)?;
            }
            if left == 0 {
                break;
            }
        }
        Ok(TREES_MAX - left)
    }

    fn screen_stream(&mut self, stream: &StreamId) -> Result<(), EngineError> {
        let mut loaded = self.load(stream)?;
        let now = self.clock.now();
        let gone = |node: &Node| self.gone_long_ago(&loaded.dossier, node, now);
        if !loaded.dossier.tree.documents.keys().all(gone) {
            self.screen_anew(&mut loaded)?;
        }
        self.keep(loaded);
        Ok(())
    }
}

fn key_of(lists: Option<&str>) -> &str {
    lists.unwrap_or(NO_LISTS)
}

fn edition_text(number: u64, id: &str) -> String {
    format!("{number} {id}")
}

/// What [`edition_text`] told.
fn edition_of(text: &str) -> Result<(u64, &str), JournalError> {
    let read = text.split_once(' ').and_then(|(number, id)| Some((number.parse().ok()?, id)));
    read.ok_or_else(|| unreadable(text))
}
