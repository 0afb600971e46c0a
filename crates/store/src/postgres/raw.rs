//! Messages exactly as they came, each kept once: as in [`crate::sqlite::raw`], and looked up for a whole batch at once.

use super::link::{Link, Step, values};
use super::rows::stream_key;
use super::touch;
use super::view::{Raw, View};
use crate::StoreError;
use crate::segment::Keyring;
use sha2::{Digest, Sha256};
use tokio_postgres::Row;

/// Messages of these hashes, each with one of its streams.
pub(super) fn raws_of(hashes: &[[u8; 32]]) -> Step {
    let hashes: Vec<Vec<u8>> = hashes.iter().map(|hash| hash.to_vec()).collect();
    Step::new(
        "SELECT r.sha256, r.id, o.name, o.stream_key, o.key FROM unnest($1::bytea[]) AS u (sha256) \
         JOIN raw r USING (sha256) CROSS JOIN LATERAL \
         (SELECT s.name, s.key AS stream_key, o.key FROM raw_of o JOIN stream s ON s.id = o.stream \
         WHERE o.raw = r.id LIMIT 1) AS o",
        values![hashes],
    )
}

/// Knows messages, and which are not there.
pub(super) fn learn_raws(view: &mut View, hashes: &[[u8; 32]], rows: &[Row]) {
    for hash in hashes {
        view.note_asked(touch::raw(hash));
        view.raws.insert(*hash, rows.iter().find(|row| row.get::<_, &[u8]>(0) == hash).and_then(known));
    }
}

fn known(row: &Row) -> Option<Raw> {
    Some(Raw {
        id: row.get(1),
        stream: std::str::from_utf8(row.get(2)).ok()?.into(),
        stream_wrapped: row.get::<_, Option<Vec<u8>>>(3)?,
        wrapped: row.get(4),
    })
}

/// What the key of a message is wrapped for under that of a stream.
pub(super) fn key_place(stream: &str, sha256: &[u8; 32]) -> Vec<u8> {
    [b"key of message ", stream.as_bytes(), b" ", sha256].concat()
}

/// A message by its hash.
pub(super) fn get(link: &Link, keys: &Keyring, sha256: &[u8; 32]) -> Result<Option<Vec<u8>>, StoreError> {
    let rows = link.together(&[raws_of(&[*sha256])])?.pop().unwrap_or_default();
    let Some(Raw { id, stream, stream_wrapped, wrapped }) = rows.first().and_then(known) else {
        return Ok(None);
    };
    let Some(row) = link.query_opt("SELECT segment FROM raw WHERE id = $1", &[&id])? else { return Ok(None) };
    let damaged = |what: String| StoreError::Damaged { place: place_of(sha256), what };
    let key = stream_key(keys, &stream, &stream_wrapped)?;
    let key = key.unwrap(&key_place(&stream, sha256), &wrapped).map_err(|why| damaged(why.to_string()))?;
    let bytes = key.open(sha256, row.get(0)).map_err(|why| damaged(why.to_string()))?;
    if Sha256::digest(&bytes)[..] != sha256[..] {
        return Err(damaged("its bytes have another hash".into()));
    }
    Ok(Some(bytes))
}

pub(super) fn place_of(sha256: &[u8; 32]) -> String {
    let hex: String = sha256[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("message {hex}")
}
