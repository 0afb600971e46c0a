//! Messages exactly as they came, each kept once.
//!
//! A message is found by the SHA-256 of its bytes. It is sealed under a key of its own, which is kept for each stream it
//! belongs to, wrapped by the key of that stream: it can be read as long as one of them was not erased, and is deleted
//! with the last.

use super::journal::Row;
use super::{Session, StoreError};
use crate::segment::{Key, Keyring};
use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// Keeps a message for the streams of these names; gives its hash.
///
/// # Errors
/// Where a stream was erased, or the database fails; then nothing is kept.
pub fn put(session: &Session, bytes: &[u8], streams: &[&str]) -> Result<[u8; 32], StoreError> {
    session.step(|session| {
        let mut ids = BTreeSet::new();
        for stream in streams {
            ids.insert(Row::find_or_make(&session.connection, &session.keys, stream)?.0.id);
        }
        put_for(session, bytes, &ids)
    })
}

/// As [`put`], for streams that are there, by their ids.
pub(crate) fn put_for(
    session: &Session,
    bytes: &[u8],
    streams: &BTreeSet<i64>,
) -> Result<[u8; 32], StoreError> {
    let (connection, keys) = (&session.connection, &session.keys);
    let sha256: [u8; 32] = Sha256::digest(bytes).into();
    let sealing = |why| StoreError::Seal { place: place_of(&sha256), why };
    for stream in streams {
        // The key of the message, wrapped for another stream of it; the first stream makes both.
        let (raw, from) = match known_key(connection, keys, &sha256)? {
            Some(found) => found,
            None => {
                let (stream_key, about) = stream_key(connection, keys, *stream, &sha256)?;
                let (key, wrapped) = stream_key.issue(&about).map_err(sealing)?;
                let segment = key.seal(&sha256, bytes).map_err(sealing)?;
                let sql = "INSERT INTO raw (sha256, length, segment) VALUES (?1, ?2, ?3)";
                connection.prepare_cached(sql)?.execute(params![sha256, bytes.len() as i64, segment])?;
                link(connection, *stream, connection.last_insert_rowid(), &wrapped)?;
                continue;
            }
        };
        let mut linked = connection.prepare_cached("SELECT 1 FROM raw_of WHERE stream = ?1 AND raw = ?2")?;
        if linked.exists(params![stream, raw])? {
            continue;
        }
        let (stream_key, about) = stream_key(connection, keys, *stream, &sha256)?;
        let (other, other_about, wrapped) = &from;
        let wrapped = stream_key.rewrap(&about, (other, other_about), wrapped).map_err(sealing)?;
        link(connection, *stream, raw, &wrapped)?;
    }
    Ok(sha256)
}

fn link(connection: &Connection, stream: i64, raw: i64, wrapped: &[u8]) -> Result<(), StoreError> {
    let sql = "INSERT INTO raw_of (stream, raw, key) VALUES (?1, ?2, ?3)";
    connection.prepare_cached(sql)?.execute(params![stream, raw, wrapped])?;
    Ok(())
}

/// The key of a stream by its id, and what the key of this message is wrapped for under it.
fn stream_key(
    connection: &Connection,
    keys: &Keyring,
    stream: i64,
    sha256: &[u8; 32],
) -> Result<(Key, Vec<u8>), StoreError> {
    let mut row = connection.prepare_cached("SELECT name FROM stream WHERE id = ?1")?;
    let name: String = row.query_row([stream], |row| row.get(0))?;
    let row = Row::find(connection, &name)?.ok_or_else(|| StoreError::Erased(name.clone()))?;
    Ok((row.key(keys, &name)?, [b"key of message ", name.as_bytes(), b" ", sha256].concat()))
}

/// A key of a stream, what it wraps the key of the message for, and the wrapped key.
type Wrapped = (Key, Vec<u8>, Vec<u8>);

/// The id of a message that can be read, and its key by the first of its streams.
fn known_key(
    connection: &Connection,
    keys: &Keyring,
    sha256: &[u8; 32],
) -> Result<Option<(i64, Wrapped)>, StoreError> {
    let sql =
        "SELECT r.id, o.stream, o.key FROM raw r JOIN raw_of o ON o.raw = r.id WHERE r.sha256 = ?1 LIMIT 1";
    let mut row = connection.prepare_cached(sql)?;
    let found = row
        .query_row([sha256], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, Vec<u8>>(2)?))
        })
        .optional()?;
    let Some((raw, stream, wrapped)) = found else { return Ok(None) };
    let (key, about) = stream_key(connection, keys, stream, sha256)?;
    Ok(Some((raw, (key, about, wrapped))))
}

/// A message by its hash.
pub(super) fn get(
    connection: &Connection,
    keys: &Keyring,
    sha256: &[u8; 32],
) -> Result<Option<Vec<u8>>, StoreError> {
    let Some((raw, (stream_key, about, wrapped))) = known_key(connection, keys, sha256)? else {
        return Ok(None);
    };
    let mut row = connection.prepare_cached("SELECT segment FROM raw WHERE id = ?1")?;
    let segment: Vec<u8> = row.query_row([raw], |row| row.get(0))?;
    let damaged = |what: String| StoreError::Damaged { place: place_of(sha256), what };
    let key = stream_key.unwrap(&about, &wrapped).map_err(|why| damaged(why.to_string()))?;
    let bytes = key.open(sha256, &segment).map_err(|why| damaged(why.to_string()))?;
    if Sha256::digest(&bytes)[..] != sha256[..] {
        return Err(damaged("its bytes have another hash".into()));
    }
    Ok(Some(bytes))
}

/// Takes a stream's messages from it, and deletes those that belong to no other.
pub(super) fn unlink(connection: &Connection, stream: i64) -> Result<(), StoreError> {
    let mut rows = connection.prepare_cached("SELECT raw FROM raw_of WHERE stream = ?1")?;
    let messages: Vec<i64> = rows.query_map([stream], |row| row.get(0))?.collect::<Result<_, _>>()?;
    connection.prepare_cached("DELETE FROM raw_of WHERE stream = ?1")?.execute([stream])?;
    let sql = "DELETE FROM raw WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM raw_of WHERE raw = ?1)";
    for raw in messages {
        connection.prepare_cached(sql)?.execute([raw])?;
    }
    Ok(())
}

fn place_of(sha256: &[u8; 32]) -> String {
    let hex: String = sha256[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("message {hex}")
}
