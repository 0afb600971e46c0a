//! What a session knows of the database, and what its batch adds to it.
//!
//! Everything that was read is kept as of one batch ([`View::seen`]), together with what the batch at work wants to
//! write; nothing is written before all of it is. So a command is undone by forgetting what it added, and whatever the
//! engine remembers is known here: when another node writes to any of it, it is forgotten in both places.

use super::touch::{self, Touch};
use crate::segment::Key;
use engine::{Index, Pick, Recorded, StreamId};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

/// Things that are known at most; then all are forgotten, so that memory is bounded.
const KNOWN_MAX: usize = 400_000;

/// Bytes of sealed documents that are known at most, opened.
const KNOWN_BYTES_MAX: usize = 64 << 20;

/// Places of a batch; a number of a row is its batch's number and its place there.
pub(super) const PLACES: i64 = 1 << 20;

/// Something that is to be written.
pub(super) enum Write {
    /// A stream that is new.
    Stream {
        id: i64,
        name: StreamId,
        wrapped: Vec<u8>,
    },
    Event(Event),
    Change(Change),
    Letter {
        addressee: String,
        body: Vec<u8>,
        due: i64,
    },
    Raw {
        id: i64,
        sha256: [u8; 32],
        length: i64,
        segment: Vec<u8>,
    },
    RawOf {
        stream: i64,
        raw: i64,
        wrapped: Vec<u8>,
    },
    Reply(Reply),
}

pub(super) struct Event {
    pub(super) stream: i64,
    pub(super) name: StreamId,
    pub(super) version: i64,
    pub(super) at: i64,
    pub(super) kind: &'static str,
    pub(super) v: u32,
    pub(super) hash: [u8; 32],
    pub(super) segment: Vec<u8>,
}

/// A change of an index; what changes nothing leaves nothing.
pub(super) struct Change {
    pub(super) index: Index,
    pub(super) key: Arc<str>,
    pub(super) value: Arc<str>,
    pub(super) put: bool,
    /// Whether it changes anything; `None` where the database must be asked.
    pub(super) changes: Option<bool>,
}

pub(super) struct Reply {
    pub(super) organisation: Arc<str>,
    pub(super) key: Arc<str>,
    pub(super) request: [u8; 32],
    pub(super) sealed: Vec<u8>,
    pub(super) at: i64,
    pub(super) expires: i64,
}

/// A stream as it is known.
#[derive(Default)]
pub(super) struct Stream {
    /// `None` where there is none yet.
    pub(super) id: Option<i64>,
    pub(super) wrapped: Option<Vec<u8>>,
    pub(super) erased: bool,
    pub(super) key: Option<Rc<Key>>,
    /// How many events the database has.
    pub(super) kept: u64,
    /// The first of them, as far as they were read.
    pub(super) read: Vec<Recorded>,
    /// Those that the batch adds.
    pub(super) added: Vec<Recorded>,
    /// Whether another node may have written to it since it was read.
    pub(super) is_stale: bool,
}

impl Stream {
    pub(super) fn version(&self) -> u64 {
        self.kept + self.added.len() as u64
    }
}

/// The values under a key of an index.
#[derive(Default)]
pub(super) struct List {
    /// What the database has, in order, where all of it was read.
    pub(super) read: Option<Vec<Arc<str>>>,
    /// Changes by the batch, by their places among its writes.
    changes: Vec<usize>,
}

/// A message as it is known.
#[derive(Clone)]
pub(super) struct Raw {
    pub(super) id: i64,
    /// A stream it belongs to, the key of that stream as it is wrapped, and its own under that one.
    pub(super) stream: StreamId,
    pub(super) stream_wrapped: Vec<u8>,
    pub(super) wrapped: Vec<u8>,
}

/// A reply as the database has it.
pub(super) struct Answered {
    pub(super) request: Vec<u8>,
    pub(super) sealed: Vec<u8>,
    pub(super) expires: i64,
}

/// What a touch stands for among what is remembered.
enum Remembered {
    Stream(StreamId),
    List(Index, Arc<str>),
}

/// What was taken to be absent.
#[derive(Default)]
pub(super) struct Guesses {
    /// Streams, and whether their events were asked for.
    pub(super) streams: HashMap<StreamId, bool>,
    pub(super) lists: HashSet<(Index, Arc<str>)>,
}

/// All of it.
#[derive(Default)]
pub(super) struct View {
    /// The last batch that all of this has in it.
    pub(super) seen: i64,
    /// Number of the batch at work.
    pub(super) number: i64,
    /// Numbers of rows that the batch has given.
    given: i64,
    pub(super) streams: HashMap<StreamId, Stream>,
    lists: HashMap<Index, HashMap<Arc<str>, List>>,
    /// What was read and may be remembered.
    remembered: HashMap<Touch, Remembered>,
    /// What was read for the batch at work alone.
    asked: HashSet<Touch>,
    /// Replies and messages that were looked up for the batch, and before them those that it adds.
    pub(super) replies: HashMap<(Arc<str>, Arc<str>), Option<Answered>>,
    pub(super) added_replies: HashMap<(Arc<str>, Arc<str>), Answered>,
    pub(super) raws: HashMap<[u8; 32], Option<Raw>>,
    pub(super) added_raws: HashMap<[u8; 32], Raw>,
    /// Where things are taken to be absent without looking: what was.
    pub(super) guesses: Option<Guesses>,
    /// Keys with so many values that they are not read as a whole.
    pub(super) long: HashSet<(Index, Arc<str>)>,
    pub(super) writes: Vec<Write>,
    /// Bytes of opened documents that are known.
    pub(super) bytes: usize,
}

impl View {
    /// Whether so much is known that it should be forgotten.
    pub(super) fn is_full(&self) -> bool {
        self.remembered.len() > KNOWN_MAX || self.bytes > KNOWN_BYTES_MAX
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        *self = Self { seen: self.seen, ..Self::default() };
    }

    /// A number for a row that the batch makes; `None` where it has given all it may.
    pub(super) fn row_number(&mut self) -> Option<i64> {
        (self.given < PLACES).then(|| {
            self.given += 1;
            self.number * PLACES + self.given - 1
        })
    }

    /// A batch begins, under a number of its own.
    pub(super) fn begin(&mut self, number: i64) {
        (self.number, self.given) = (number, 0);
    }

    /// A stream was read.
    pub(super) fn remember_stream(&mut self, name: &StreamId) {
        self.remembered.insert(touch::stream(name), Remembered::Stream(name.clone()));
    }

    /// The values under a key were read, or some of them.
    pub(super) fn remember_list(&mut self, index: Index, key: &Arc<str>) {
        self.remembered.insert(touch::list(index, key), Remembered::List(index, key.clone()));
    }

    /// Something was read that is of no use after the batch.
    pub(super) fn note_asked(&mut self, touch: Touch) {
        self.asked.insert(touch);
    }

    /// Whether something of this was read for the batch, or is remembered.
    pub(super) fn rests_on(&self, touch: Touch) -> bool {
        self.asked.contains(&touch) || self.remembered.contains_key(&touch)
    }

    /// Another node wrote to this; tells whether it was remembered. Only between batches.
    pub(super) fn forget(&mut self, touch: Touch) -> bool {
        match self.remembered.remove(&touch) {
            Some(Remembered::Stream(name)) => {
                if let Some(stream) = self.streams.get_mut(&name) {
                    stream.is_stale = true;
                }
                true
            }
            Some(Remembered::List(index, key)) => {
                if let Some(lists) = self.lists.get_mut(&index) {
                    lists.remove(&key);
                }
                true
            }
            None => false,
        }
    }

    pub(super) fn list(&self, index: Index, key: &str) -> Option<&List> {
        self.lists.get(&index)?.get(key)
    }

    pub(super) fn list_mut(&mut self, index: Index, key: &Arc<str>) -> &mut List {
        self.lists.entry(index).or_default().entry(key.clone()).or_default()
    }

    fn change(&self, place: usize) -> Option<&Change> {
        match self.writes.get(place) {
            Some(Write::Change(change)) => Some(change),
            _ => None,
        }
    }

    /// The changes of a key by the batch at work.
    fn changes(&self, index: Index, key: &str) -> impl Iterator<Item = &Change> {
        let places = self.list(index, key).map(|list| list.changes.as_slice()).unwrap_or_default();
        places.iter().filter_map(|place| self.change(*place))
    }

    /// Adds a change of an index to the batch.
    pub(super) fn add_change(&mut self, index: Index, key: Arc<str>, value: Arc<str>, put: bool) {
        let last = self.changes(index, &key).filter(|change| change.value == value).last();
        let was = match last {
            Some(change) => Some(change.put),
            None => {
                self.list(index, &key).and_then(|list| list.read.as_ref()).map(|read| read.contains(&value))
            }
        };
        if was == Some(put) {
            return;
        }
        // Whether it changes anything was asked of the database: nobody else may have changed it since.
        self.note_asked(touch::member(index, &key, &value));
        let place = self.writes.len();
        self.list_mut(index, &key).changes.push(place);
        self.writes.push(Write::Change(Change {
            index,
            key,
            value,
            put,
            changes: was.map(|was| was != put),
        }));
    }

    /// The changes of a key of which nobody knows whether they change anything, by their values.
    pub(super) fn unsettled(&self, index: Index, key: &str) -> Vec<Arc<str>> {
        let changes = self.changes(index, key).filter(|change| change.changes.is_none());
        changes.map(|change| change.value.clone()).collect()
    }

    /// All such changes of the batch.
    pub(super) fn all_unsettled(&self) -> impl Iterator<Item = &Change> {
        self.writes.iter().filter_map(|write| match write {
            Write::Change(change) if change.changes.is_none() => Some(change),
            _ => None,
        })
    }

    /// Settles such changes: `is_there` tells what the database has.
    pub(super) fn settle(&mut self, concerns: impl Fn(&Change) -> bool, is_there: impl Fn(&Change) -> bool) {
        for write in &mut self.writes {
            if let Write::Change(change) = write
                && change.changes.is_none()
                && concerns(change)
            {
                change.changes = Some(change.put != is_there(change));
            }
        }
    }

    /// All values under a key were read.
    pub(super) fn learn_list(&mut self, index: Index, key: &Arc<str>, values: Vec<Arc<str>>) {
        self.remember_list(index, key);
        let changed = !self.list_mut(index, key).changes.is_empty();
        if changed {
            self.settle(
                |change| change.index == index && change.key == *key,
                |change| values.contains(&change.value),
            );
        }
        self.list_mut(index, key).read = Some(values);
    }

    /// The values under a key are not known after all.
    pub(super) fn unlearn_list(&mut self, index: Index, key: &str) {
        if let Some(lists) = self.lists.get_mut(&index) {
            lists.remove(key);
        }
    }

    /// What the batch makes of values of a key; its changes are settled.
    pub(super) fn changed(&self, index: Index, key: &str, mut values: Vec<Arc<str>>) -> Vec<Arc<str>> {
        for change in self.changes(index, key) {
            match (change.changes, change.put) {
                (Some(false), _) => {}
                (_, true) => values.push(change.value.clone()),
                (_, false) => values.retain(|value| *value != change.value),
            }
        }
        values
    }

    /// How many values the batch takes from under a key at most.
    pub(super) fn taken(&self, index: Index, key: &str) -> usize {
        self.changes(index, key).filter(|change| !change.put).count()
    }

    /// Forgets what was added since there were so many writes.
    pub(super) fn undo(&mut self, writes: usize) {
        for write in self.writes.drain(writes..).rev() {
            match write {
                Write::Event(event) => {
                    if let Some(stream) = self.streams.get_mut(&event.name) {
                        stream.added.pop();
                    }
                }
                Write::Stream { name, .. } => {
                    if let Some(stream) = self.streams.get_mut(&name) {
                        *stream = Stream::default();
                    }
                }
                Write::Change(change) => {
                    let Some(lists) = self.lists.get_mut(&change.index) else { continue };
                    let Some(list) = lists.get_mut(&change.key) else { continue };
                    list.changes.retain(|place| *place < writes);
                    if list.changes.is_empty() && list.read.is_none() {
                        lists.remove(&change.key);
                    }
                }
                Write::Raw { sha256, .. } => drop(self.added_raws.remove(&sha256)),
                Write::Reply(reply) => drop(self.added_replies.remove(&(reply.organisation, reply.key))),
                Write::Letter { .. } | Write::RawOf { .. } => {}
            }
        }
    }

    /// Everything the batch wrote to.
    pub(super) fn touches(&self) -> HashSet<Touch> {
        let mut touches = HashSet::new();
        for write in &self.writes {
            match write {
                Write::Stream { name, .. } => drop(touches.insert(touch::stream(name))),
                Write::Event(event) => drop(touches.insert(touch::stream(&event.name))),
                Write::Change(change) if change.changes != Some(false) => {
                    touches.insert(touch::list(change.index, &change.key));
                    touches.insert(touch::member(change.index, &change.key, &change.value));
                }
                Write::Raw { sha256, .. } => drop(touches.insert(touch::raw(sha256))),
                Write::Reply(Reply { organisation, key, .. }) => {
                    let key = crate::RequestKey {
                        organisation: organisation.clone(),
                        key: key.clone(),
                        request: [0; 32],
                    };
                    touches.insert(touch::reply(&key));
                }
                Write::Change(_) | Write::Letter { .. } | Write::RawOf { .. } => {}
            }
        }
        touches
    }

    /// The batch was committed as `seq`, and nothing was between it and what is known.
    pub(super) fn committed(&mut self, seq: i64) {
        self.seen = seq;
        let mut lists: HashSet<(Index, Arc<str>)> = HashSet::new();
        let mut streams: HashSet<StreamId> = HashSet::new();
        for write in &self.writes {
            match write {
                Write::Change(change) => drop(lists.insert((change.index, change.key.clone()))),
                Write::Event(event) => drop(streams.insert(event.name.clone())),
                Write::Stream { name, .. } => drop(streams.insert(name.clone())),
                _ => {}
            }
        }
        for (index, key) in lists {
            let read = self.list(index, &key).and_then(|list| list.read.clone());
            match read.map(|read| self.changed(index, &key, read)) {
                Some(read) => *self.list_mut(index, &key) = List { read: Some(read), changes: Vec::new() },
                // Of which only changes were known.
                None => drop(self.lists.get_mut(&index).map(|lists| lists.remove(&key))),
            }
        }
        for name in streams {
            let Some(stream) = self.streams.get_mut(&name) else { continue };
            let is_whole = stream.read.len() as u64 == stream.kept;
            stream.kept = stream.version();
            let added = std::mem::take(&mut stream.added);
            if is_whole {
                stream.read.extend(added);
            }
        }
        self.writes.clear();
        self.end();
    }

    /// The batch is over: what was asked for it alone is of no use any more.
    pub(super) fn end(&mut self) {
        self.asked.clear();
        self.replies.clear();
        self.added_replies.clear();
        self.raws.clear();
        self.added_raws.clear();
        self.guesses = None;
    }
}

/// So many of the values, in order.
pub(super) fn picked(mut values: Vec<Arc<str>>, pick: Pick) -> Vec<Arc<str>> {
    match pick {
        Pick::All => {}
        Pick::First(most) => values.truncate(most),
        Pick::Last(most) => drop(values.drain(..values.len().saturating_sub(most))),
    }
    values
}
