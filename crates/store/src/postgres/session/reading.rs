//! Streams and indices as they are known, read where they are not.

use super::{AppendFailure, Session, too_large};
use crate::StoreError;
use crate::audit::{EventHead, event_leaf};
use crate::postgres::rows::{
    damaged, find_all, find_entries, find_some, find_stream, key_place, read_stream, stream_key,
    together_with,
};
use crate::postgres::session::Wants;
use crate::postgres::touch;
use crate::postgres::view::{Event, Stream, View, Write, picked};
use crate::segment::Key;
use crate::stored::{Place, encode_checked};
use crate::time::nanoseconds;
use engine::{Index, Pick, Recorded, StreamId, Version};
use jiff::Timestamp;
use std::rc::Rc;
use std::sync::Arc;

/// Values that are read of a key at once where fewer were asked for: most keys have few, and then all are known.
const FEW: usize = 64;

impl Session {
    /// The events of a stream.
    pub(in crate::postgres) fn read(&self, name: &StreamId) -> Result<Vec<Recorded>, StoreError> {
        self.look(|| {
            self.learn_stream(name, true)?;
            let view = self.view.borrow();
            let Some(stream) = view.streams.get(name) else { return Ok(Vec::new()) };
            if stream.erased {
                return Err(StoreError::Erased(name.to_string()));
            }
            Ok(stream.read.iter().chain(&stream.added).cloned().collect())
        })
    }

    /// The version a stream is at.
    pub(in crate::postgres) fn version(&self, name: &StreamId) -> Result<Version, StoreError> {
        self.look(|| {
            self.learn_stream(name, false)?;
            Ok(self.view.borrow().streams.get(name).map_or(0, Stream::version))
        })
    }

    /// Reads something; out of a batch, as of now.
    fn look<T>(&self, read: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
        if self.in_batch.get() {
            return read();
        }
        self.begin(&Wants::default())?;
        let done = read();
        self.abandon();
        done
    }

    /// Knows a stream, and where `whole` all its events.
    fn learn_stream(&self, name: &StreamId, whole: bool) -> Result<(), StoreError> {
        if self.guess_stream(name, whole) {
            return Ok(());
        }
        let after = {
            let view = self.view.borrow();
            match view.streams.get(name) {
                Some(stream) if !stream.is_stale && (!whole || stream.read.len() as u64 == stream.kept) => {
                    return Ok(());
                }
                Some(stream) => stream.read.len() as i64,
                None => 0,
            }
        };
        let found = match whole {
            true => read_stream(&self.link, &self.keys, name, after)?,
            false => find_stream(&self.link, name)?,
        };
        let mut view = self.view.borrow_mut();
        view.remember_stream(name);
        view.bytes += found.bytes;
        let stream = view.streams.entry(name.clone()).or_default();
        if found.erased {
            (stream.read, stream.key) = (Vec::new(), None);
        }
        stream.read.extend(found.events);
        (stream.id, stream.wrapped, stream.erased) = (found.id, found.wrapped, found.erased);
        (stream.kept, stream.is_stale) = (found.version as u64, false);
        Ok(())
    }

    /// The id and key of a stream, which is made where there is none.
    pub(super) fn find_or_make(&self, name: &StreamId) -> Result<(i64, Rc<Key>), StoreError> {
        self.learn_stream(name, false)?;
        let mut view = self.view.borrow_mut();
        let view = &mut *view;
        let Some(stream) = view.streams.get_mut(name) else { return Err(damaged(name, "it was lost")) };
        if stream.erased {
            return Err(StoreError::Erased(name.to_string()));
        }
        if let (Some(id), Some(key)) = (stream.id, &stream.key) {
            return Ok((id, Rc::clone(key)));
        }
        if let (Some(id), Some(wrapped)) = (stream.id, &stream.wrapped) {
            let key = Rc::new(stream_key(&self.keys, name, wrapped)?);
            stream.key = Some(Rc::clone(&key));
            return Ok((id, key));
        }
        let sealing = |why| StoreError::Seal { place: format!("stream {name}"), why };
        let (key, wrapped) = self.keys.master().issue(&key_place(name)).map_err(sealing)?;
        let id = view.row_number().ok_or_else(too_large)?;
        let key = Rc::new(key);
        let Some(stream) = view.streams.get_mut(name) else { return Err(damaged(name, "it was lost")) };
        (stream.id, stream.wrapped, stream.key) = (Some(id), Some(wrapped.clone()), Some(Rc::clone(&key)));
        view.writes.push(Write::Stream { id, name: name.clone(), wrapped });
        Ok((id, key))
    }

    /// Appends to a stream.
    pub(in crate::postgres) fn append(
        &self,
        name: &StreamId,
        expected: Version,
        events: &[casework::Event],
        at: Timestamp,
    ) -> Result<Version, AppendFailure> {
        self.learn_stream(name, false)?;
        let version = self.view.borrow().streams.get(name).map_or(0, Stream::version);
        if version != expected {
            return Err(AppendFailure::Conflict(version));
        }
        if events.is_empty() {
            return Ok(version);
        }
        let (id, key) = self.find_or_make(name)?;
        let nanoseconds = nanoseconds(at)?;
        let mut version = expected;
        for event in events {
            version += 1;
            let place = Place { stream: name.clone(), version };
            // What cannot be read again is not kept: it would stop every later use of its stream.
            let document =
                encode_checked(&place, event).map_err(|why| AppendFailure::Unreadable(why.to_string()))?;
            let head =
                EventHead { stream: name, version, at: nanoseconds, kind: document.kind, v: document.v }
                    .bytes();
            let sealing = |why| StoreError::Seal { place: place.to_string(), why };
            let segment = key.seal(&head, &document.bytes).map_err(sealing)?;
            let hash = event_leaf(&head, &segment);
            self.written.set(self.written.get() + segment.len());
            let mut view = self.view.borrow_mut();
            view.bytes += segment.len();
            view.writes.push(Write::Event(Event {
                stream: id,
                name: name.clone(),
                version: version as i64,
                at: nanoseconds,
                kind: document.kind,
                v: document.v,
                hash,
                segment,
            }));
            if let Some(stream) = view.streams.get_mut(name) {
                stream.added.push(Recorded { version, at, event: event.clone() });
            }
        }
        self.touched.borrow_mut().insert(name.clone());
        Ok(version)
    }

    /// The values under a key of an index.
    pub(in crate::postgres) fn find(
        &self,
        index: Index,
        key: &str,
        pick: Pick,
    ) -> Result<Vec<Arc<str>>, StoreError> {
        self.look(|| {
            let known = |view: &View| view.list(index, key).and_then(|list| list.read.clone());
            let read = known(&self.view.borrow());
            let values = match read {
                Some(values) => values,
                None => self.learn_lists(index, key, pick)?,
            };
            Ok(picked(self.view.borrow().changed(index, key, values), pick))
        })
    }

    /// Reads the values under a key, and those that are usually asked for with them; gives those that may be picked.
    fn learn_lists(&self, index: Index, key: &str, pick: Pick) -> Result<Vec<Arc<str>>, StoreError> {
        let name: Arc<str> = key.into();
        if self.guess_list(index, &name) {
            return Ok(Vec::new());
        }
        let (most, last) = match pick {
            Pick::All => (None, false),
            Pick::First(most) => (Some(most), false),
            Pick::Last(most) => (Some(most), true),
        };
        let Some(most) = most else {
            let indices = together_with(index);
            let mut found = find_all(&self.link, &indices, key)?;
            let mut view = self.view.borrow_mut();
            for other in indices {
                let is_known = view.list(other, key).is_some_and(|list| list.read.is_some());
                if !is_known {
                    view.learn_list(other, &name, found.remove(other.as_str()).unwrap_or_default());
                }
            }
            let known = view.list(index, key).and_then(|list| list.read.clone());
            return known.ok_or_else(|| damaged("an index", "it was read and is not known"));
        };
        // One more than can be picked, whatever the batch takes away: where there are fewer, these are all.
        let limit = most.saturating_add(self.view.borrow().taken(index, key)).saturating_add(1).max(FEW);
        let values = find_some(&self.link, index, key, limit, last)?;
        if values.len() < limit {
            self.view.borrow_mut().learn_list(index, &name, values.clone());
            return Ok(values);
        }
        let unsettled = self.view.borrow().unsettled(index, key);
        if !unsettled.is_empty() {
            let entry = |value: &Arc<str>| touch::entry(index.as_str(), key, value);
            let there = find_entries(&self.link, &unsettled.iter().map(entry).collect::<Vec<_>>())?;
            self.view.borrow_mut().settle(
                |change| change.index == index && *change.key == *key,
                |change| there.contains(&entry(&change.value)),
            );
        }
        self.view.borrow_mut().remember_list(index, &name);
        Ok(values)
    }

    /// Changes an index.
    pub(in crate::postgres) fn change(&self, index: Index, key: Arc<str>, value: Arc<str>, put: bool) {
        self.view.borrow_mut().add_change(index, key, value, put);
    }
}
