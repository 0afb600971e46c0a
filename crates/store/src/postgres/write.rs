//! What a batch writes, as statements: one for each table, with a list for each column.

use super::link::{Step, values};
use super::touch;
use super::view::{Change, Event, PLACES, Reply, View, Write};
use crate::StoreError;
use crate::audit::change_leaf;
use crate::segment::scattered;
use std::collections::BTreeMap;

/// The bytes by which a value of an index is found.
type Entry = Vec<u8>;

/// Adds the statements of a batch; gives how many leaves of the log it has. Rows go in by the order of their keys, so that
/// two nodes that write the same rows wait for one another and never both.
pub(super) fn write_steps(view: &View, steps: &mut Vec<Step>) -> Result<i32, StoreError> {
    let mut sorted = Sorted::default();
    let mut leaves: i32 = 0;
    for write in &view.writes {
        match write {
            Write::Stream { id, name, wrapped } => {
                sorted.streams.insert(name.as_bytes().to_vec(), (*id, wrapped.clone()));
            }
            Write::Event(event) => {
                sorted.events.insert((event.stream, event.version), (leaves, event));
                leaves += 1;
            }
            Write::Change(change) if change.changes == Some(false) => {}
            Write::Change(change) => {
                sorted.change(view.number, leaves, change)?;
                leaves += 1;
            }
            Write::Letter { addressee, body, due } => {
                sorted.letters.push((addressee.as_bytes().to_vec(), body.clone(), *due));
            }
            Write::Raw { id, sha256, length, segment } => {
                sorted.raws.insert(sha256.to_vec(), (*id, *length, segment));
            }
            Write::RawOf { stream, raw, wrapped } => {
                sorted.raw_of.insert((*stream, *raw), wrapped.clone());
            }
            Write::Reply(reply) => {
                let key = (reply.organisation.as_bytes().to_vec(), reply.key.as_bytes().to_vec());
                sorted.replies.insert(key, reply);
            }
        }
        if i64::from(leaves) >= PLACES {
            return Err(StoreError::Server("it writes more than one batch can hold".into()));
        }
    }
    sorted.steps(view.number, steps);
    Ok(leaves)
}

/// The rows of a batch by their tables.
#[derive(Default)]
struct Sorted<'a> {
    streams: BTreeMap<Vec<u8>, (i64, Vec<u8>)>,
    events: BTreeMap<(i64, i64), (i32, &'a Event)>,
    changes: Vec<(i32, &'a Change, [u8; 16], [u8; 32])>,
    /// What becomes of each value: where it was put, or that it is gone.
    entries: BTreeMap<Entry, (&'a Change, Option<i64>)>,
    letters: Vec<(Vec<u8>, Vec<u8>, i64)>,
    raws: BTreeMap<Vec<u8>, (i64, i64, &'a Vec<u8>)>,
    raw_of: BTreeMap<(i64, i64), Vec<u8>>,
    replies: BTreeMap<(Vec<u8>, Vec<u8>), &'a Reply>,
}

impl<'a> Sorted<'a> {
    fn change(&mut self, number: i64, leaf: i32, change: &'a Change) -> Result<(), StoreError> {
        let Change { index, key, value, put, .. } = change;
        let kind = index.as_str();
        let salt: [u8; 16] =
            scattered().map_err(|why| StoreError::Seal { place: format!("index {kind}"), why })?;
        self.changes.push((leaf, change, salt, change_leaf(&salt, kind, key, value, *put)));
        let place = put.then(|| number * PLACES + i64::from(leaf));
        self.entries.insert(touch::entry(kind, key, value), (change, place));
        Ok(())
    }

    fn steps(self, number: i64, steps: &mut Vec<Step>) {
        let Self { streams, events, changes, entries, letters, raws, raw_of, replies } = self;
        if !streams.is_empty() {
            let (mut ids, mut names, mut keys) = (Vec::new(), Vec::new(), Vec::new());
            for (name, (id, key)) in streams {
                ids.push(id);
                names.push(name);
                keys.push(key);
            }
            steps.push(Step::new(
                "INSERT INTO stream (id, name, key) SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bytea[])",
                values![ids, names, keys],
            ));
        }
        if !events.is_empty() {
            steps.push(events_step(number, events));
        }
        if !changes.is_empty() {
            steps.push(changes_step(number, changes));
            entries_steps(entries, steps);
        }
        if !raws.is_empty() {
            let (mut ids, mut hashes, mut lengths, mut segments) =
                (Vec::new(), Vec::new(), Vec::new(), Vec::new());
            for (sha256, (id, length, segment)) in raws {
                ids.push(id);
                hashes.push(sha256);
                lengths.push(length);
                segments.push(segment.clone());
            }
            steps.push(Step::new(
                "INSERT INTO raw (id, sha256, length, segment) \
                 SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::bytea[])",
                values![ids, hashes, lengths, segments],
            ));
        }
        if !raw_of.is_empty() {
            let (mut streams, mut raws, mut keys) = (Vec::new(), Vec::new(), Vec::new());
            for ((stream, raw), key) in raw_of {
                streams.push(stream);
                raws.push(raw);
                keys.push(key);
            }
            // A message that came again belongs to the stream already.
            steps.push(Step::new(
                "INSERT INTO raw_of (stream, raw, key) \
                 SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[]) ON CONFLICT DO NOTHING",
                values![streams, raws, keys],
            ));
        }
        if !replies.is_empty() {
            steps.push(replies_step(replies));
        }
        if !letters.is_empty() {
            let (mut addressees, mut bodies, mut due) = (Vec::new(), Vec::new(), Vec::new());
            for (addressee, body, at) in letters {
                addressees.push(addressee);
                bodies.push(body);
                due.push(at);
            }
            steps.push(Step::new(
                "INSERT INTO outbox (addressee, body, due) \
                 SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::bigint[])",
                values![addressees, bodies, due],
            ));
        }
    }
}

fn events_step(number: i64, events: BTreeMap<(i64, i64), (i32, &Event)>) -> Step {
    let (mut streams, mut versions, mut places, mut at) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut kinds, mut forms, mut hashes, mut segments) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for ((stream, version), (place, event)) in events {
        streams.push(stream);
        versions.push(version);
        places.push(place);
        at.push(event.at);
        kinds.push(event.kind);
        // A form is a small number, counted from 1.
        forms.push(event.v as i32);
        hashes.push(event.hash.to_vec());
        segments.push(event.segment.clone());
    }
    Step::new(
        "INSERT INTO event (batch, stream, version, place, at, type, v, hash, segment) SELECT $1::bigint, * FROM \
         unnest($2::bigint[], $3::bigint[], $4::int[], $5::bigint[], $6::text[], $7::int[], $8::bytea[], $9::bytea[])",
        values![number, streams, versions, places, at, kinds, forms, hashes, segments],
    )
}

fn changes_step(number: i64, changes: Vec<(i32, &Change, [u8; 16], [u8; 32])>) -> Step {
    let (mut places, mut kinds, mut keys, mut values) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut puts, mut salts, mut hashes) = (Vec::new(), Vec::new(), Vec::new());
    for (place, change, salt, hash) in changes {
        places.push(place);
        kinds.push(change.index.as_str());
        keys.push(change.key.as_bytes().to_vec());
        values.push(change.value.as_bytes().to_vec());
        puts.push(change.put);
        salts.push(salt.to_vec());
        hashes.push(hash.to_vec());
    }
    Step::new(
        "INSERT INTO index_change (batch, place, kind, key, value, put, salt, hash) SELECT $1::bigint, * FROM \
         unnest($2::int[], $3::text[], $4::bytea[], $5::bytea[], $6::boolean[], $7::bytea[], $8::bytea[])",
        values![number, places, kinds, keys, values, puts, salts, hashes],
    )
}

fn entries_steps(entries: BTreeMap<Entry, (&Change, Option<i64>)>, steps: &mut Vec<Step>) {
    let (mut gone, mut put) = (Vec::new(), Vec::new());
    let (mut key_hashes, mut kinds, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    let (mut contents, mut places) = (Vec::new(), Vec::new());
    for (entry, (change, place)) in entries {
        match place {
            Some(place) => {
                put.push(entry);
                key_hashes.push(touch::key_hash(&change.key));
                kinds.push(change.index.as_str());
                keys.push(change.key.as_bytes().to_vec());
                contents.push(change.value.as_bytes().to_vec());
                places.push(place);
            }
            None => gone.push(entry),
        }
    }
    if !gone.is_empty() {
        steps.push(Step::new(
            "DELETE FROM index_entry e USING unnest($1::bytea[]) AS u (entry) WHERE e.entry = u.entry",
            values![gone],
        ));
    }
    if !put.is_empty() {
        // One that was taken away and put back in the same batch stands at its new place.
        steps.push(Step::new(
            "INSERT INTO index_entry (entry, key_hash, kind, key, value, place) SELECT * FROM \
             unnest($1::bytea[], $2::bytea[], $3::text[], $4::bytea[], $5::bytea[], $6::bigint[]) \
             ON CONFLICT (entry) DO UPDATE SET place = excluded.place",
            values![put, key_hashes, kinds, keys, contents, places],
        ));
    }
}

fn replies_step(replies: BTreeMap<(Vec<u8>, Vec<u8>), &Reply>) -> Step {
    let (mut organisations, mut keys, mut requests) = (Vec::new(), Vec::new(), Vec::new());
    let (mut sealed, mut at, mut expires) = (Vec::new(), Vec::new(), Vec::new());
    for ((organisation, key), reply) in replies {
        organisations.push(organisation);
        keys.push(key);
        requests.push(reply.request.to_vec());
        sealed.push(reply.sealed.clone());
        at.push(reply.at);
        expires.push(reply.expires);
    }
    Step::new(
        "INSERT INTO idempotency (organisation, key, request, reply, at, expires) SELECT * FROM \
         unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::bytea[], $5::bigint[], $6::bigint[]) \
         ON CONFLICT (organisation, key) DO UPDATE SET request = excluded.request, reply = excluded.reply, \
         at = excluded.at, expires = excluded.expires",
        values![organisations, keys, requests, sealed, at, expires],
    )
}
