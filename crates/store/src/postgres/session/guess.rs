//! Reading for many commands at once.
//!
//! Most of what a command reads first is not there: a new number has no stream, no unit and no flight. So a batch is
//! decided as if everything that is not known were absent; then all of that is looked up at once. Where it is absent,
//! what was decided stands; where anything is there, the batch is undone and decided again with what is known now. So a
//! batch waits for the database a few times, and not for every read of every command. Nobody is told anything before.

use super::Session;
use crate::StoreError;
use crate::postgres::link::{Step, values};
use crate::postgres::rows::{damaged, open_events};
use crate::postgres::touch;
use crate::postgres::view::{Guesses, Stream};
use engine::{Index, StreamId};
use std::collections::HashMap;
use std::sync::Arc;

/// Values of a key that are looked up with others; one with more is read alone.
const VALUES_MAX: usize = 64;

impl Session {
    /// From now on, what is not known is taken to be absent, until the batch ends or this is taken back.
    pub(crate) fn guess(&self, guesses: bool) {
        self.view.borrow_mut().guesses = guesses.then(Guesses::default);
    }

    /// Takes a stream to be absent, where nothing is known of it; tells whether it did.
    pub(super) fn guess_stream(&self, name: &StreamId, whole: bool) -> bool {
        let mut view = self.view.borrow_mut();
        let view = &mut *view;
        let Some(guesses) = &mut view.guesses else { return false };
        if let Some(asked) = guesses.streams.get_mut(name) {
            *asked |= whole;
            return true;
        }
        if view.streams.contains_key(name) {
            return false;
        }
        guesses.streams.insert(name.clone(), whole);
        view.streams.insert(name.clone(), Stream::default());
        view.remember_stream(name);
        true
    }

    /// Takes a key to have no values; tells whether it did.
    pub(super) fn guess_list(&self, index: Index, key: &Arc<str>) -> bool {
        let mut view = self.view.borrow_mut();
        let place = (index, key.clone());
        let is_long = view.long.contains(&place);
        let Some(guesses) = view.guesses.as_mut().filter(|_| !is_long) else { return false };
        guesses.lists.insert(place);
        view.learn_list(index, key, Vec::new());
        true
    }

    /// Looks up what was taken to be absent, and tells whether it is. Where it is not, the batch is undone: an engine that
    /// took part in it remembers what is not so.
    pub(crate) fn check_guesses(&self) -> Result<bool, StoreError> {
        let mut view = self.view.borrow_mut();
        let view = &mut *view;
        let Some(guesses) = view.guesses.replace(Guesses::default()) else { return Ok(true) };
        let Guesses { streams, lists } = guesses;
        if streams.is_empty() && lists.is_empty() {
            return Ok(true);
        }
        let names: Vec<Vec<u8>> = streams.keys().map(|name| name.as_bytes().to_vec()).collect();
        let (mut kinds, mut hashes, mut keys) = (Vec::new(), Vec::new(), Vec::new());
        for (index, key) in &lists {
            kinds.push(index.as_str());
            hashes.push(touch::key_hash(key));
            keys.push(key.as_bytes().to_vec());
        }
        let looked = self.link.together(&[
            Step::new(
                "SELECT s.name, s.id, s.key, coalesce((SELECT max(version) FROM event WHERE stream = s.id), 0) \
                 FROM unnest($1::bytea[]) AS u (name) JOIN stream s USING (name)",
                values![names],
            ),
            Step::new(
                "SELECT u.kind, u.key, e.value FROM unnest($1::text[], $2::bytea[], $3::bytea[]) \
                 AS u (kind, key_hash, key) CROSS JOIN LATERAL (SELECT i.value, i.place FROM index_entry i \
                 WHERE i.key_hash = u.key_hash AND i.kind = u.kind AND i.key = u.key ORDER BY i.place LIMIT $4) AS e \
                 ORDER BY u.kind, u.key, e.place",
                values![kinds, hashes, keys, VALUES_MAX as i64 + 1],
            ),
        ])?;
        let [found, values] = &looked[..] else {
            return Err(damaged("the database", "an answer is missing"));
        };
        if found.is_empty() && values.is_empty() {
            return Ok(true);
        }
        view.undo(0);
        let mut whole: HashMap<i64, StreamId> = HashMap::new();
        for row in found {
            let name =
                std::str::from_utf8(row.get(0)).map_err(|_| damaged("stream", "its name is no text"))?;
            let name: StreamId = name.into();
            let (id, wrapped): (i64, Option<Vec<u8>>) = (row.get(1), row.get(2));
            let (kept, erased) = (row.get::<_, i64>(3) as u64, wrapped.is_none());
            if streams.get(&name) == Some(&true) && !erased && kept > 0 {
                whole.insert(id, name.clone());
            }
            view.streams.insert(name, Stream { id: Some(id), wrapped, erased, kept, ..Stream::default() });
        }
        let (mut lists_found, mut place) = (HashMap::<(&str, &[u8]), Vec<Arc<str>>>::new(), Vec::new());
        for row in values {
            let value =
                std::str::from_utf8(row.get(2)).map_err(|_| damaged("an index", "a value is no text"))?;
            lists_found.entry((row.get(0), row.get(1))).or_default().push(value.into());
        }
        for (index, key) in &lists {
            let Some(values) = lists_found.remove(&(index.as_str(), key.as_bytes())) else { continue };
            if values.len() > VALUES_MAX {
                view.unlearn_list(*index, key);
                place.push((*index, key.clone()));
            } else {
                view.learn_list(*index, key, values);
            }
        }
        view.long.extend(place);
        if !whole.is_empty() {
            let ids: Vec<i64> = whole.keys().copied().collect();
            let sql = "SELECT e.stream, 0::bigint, e.version, e.at, e.type, e.v, e.hash, e.segment FROM event e \
                       WHERE e.stream = ANY ($1) ORDER BY e.stream, e.version";
            let rows = self.link.query(sql, &[&ids])?;
            for of_one in rows.chunk_by(|one, other| one.get::<_, i64>(0) == other.get::<_, i64>(0)) {
                let Some(name) = of_one.first().and_then(|row| whole.get(&row.get::<_, i64>(0))) else {
                    continue;
                };
                let Some(stream) = view.streams.get_mut(name) else { continue };
                // One that cannot be read is told when it is asked for.
                if let Ok((events, bytes)) = open_events(&self.keys, name, stream.wrapped.as_deref(), of_one)
                {
                    // It may have grown since: whoever wrote to it is noticed when the batch is written.
                    stream.kept = stream.kept.max(events.len() as u64);
                    stream.read = events;
                    view.bytes += bytes;
                }
            }
        }
        Ok(false)
    }
}
