//! Who is signed in, and what is used once on the way there. Of what a browser shows only the hash is kept, so that a copy
//! of the database signs nobody in.

use crate::StoreError;
use crate::segment::Key;
use jiff::Timestamp;
use std::sync::Arc;

/// Hash of what a browser shows.
pub type Shown = [u8; 32];

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Who, by his id.
    pub person: Arc<str>,
    /// Since when.
    pub began: Timestamp,
    /// When he was last seen; not newer than a minute is kept.
    pub seen: Timestamp,
    /// When he last showed a passkey.
    pub proved: Option<Timestamp>,
}

/// What is used once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket<'a> {
    /// Hash of what shows it.
    pub shown: &'a Shown,
    /// For what: a ticket for one thing is none for another.
    pub kind: &'a str,
}

fn about(ticket: Ticket<'_>) -> Vec<u8> {
    [b"ticket\n", ticket.kind.as_bytes(), b"\n", ticket.shown.as_slice()].concat()
}

fn about_passkey(id: &str) -> Vec<u8> {
    format!("passkey\n{id}").into_bytes()
}

pub(crate) fn sealed(key: &Key, ticket: Ticket<'_>, body: &[u8]) -> Result<Vec<u8>, StoreError> {
    key.seal(&about(ticket), body).map_err(|why| StoreError::Seal { place: "a ticket".into(), why })
}

pub(crate) fn opened(key: &Key, ticket: Ticket<'_>, body: &[u8]) -> Result<Vec<u8>, StoreError> {
    let damaged = |what: String| StoreError::Damaged { place: "a ticket".into(), what };
    key.open(&about(ticket), body).map_err(|why| damaged(why.to_string()))
}

pub(crate) fn sealed_passkey(key: &Key, id: &str, body: &str) -> Result<Vec<u8>, StoreError> {
    let sealed = key.seal(&about_passkey(id), body.as_bytes());
    sealed.map_err(|why| StoreError::Seal { place: "a passkey".into(), why })
}

pub(crate) fn opened_passkey(key: &Key, id: &str, body: &[u8]) -> Result<String, StoreError> {
    let damaged = |what: String| StoreError::Damaged { place: "a passkey".into(), what };
    let clear = key.open(&about_passkey(id), body).map_err(|why| damaged(why.to_string()))?;
    String::from_utf8(clear).map_err(|why| damaged(why.to_string()))
}
