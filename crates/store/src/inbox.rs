//! What organisations were told, until it is old: each reads its own in order, as often as it likes.
//!
//! A letter of the outbox is for an addressee such as "the carrier". Whoever delivers knows which organisations that is, and
//! puts the letter into the inbox of each, in one transaction with taking it out of the outbox: each gets it once, at a
//! place of its own.

use crate::segment::{Key, SealFault};
use crate::{NoticeFault, StoreError, notice};
use engine::Notice;
use jiff::Timestamp;

/// A notice in an inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// Its place in this inbox, from 1, without gaps.
    pub place: u64,
    /// When it was put there.
    pub at: Timestamp,
    /// The notice, or why it cannot be read: it keeps nobody from those behind it.
    pub notice: Result<Notice, NoticeFault>,
}

/// How far an inbox has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mailbox {
    /// The last place; 0 where nothing ever came.
    pub last: u64,
    /// Up to which place the organisation says that it has read.
    pub seen: u64,
}

/// How far the pushing of an inbox to another machine has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Push {
    /// The last place that was taken there.
    pub place: u64,
    /// How often the next one was tried.
    pub tries: u32,
}

/// A notice that somebody will never take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buried {
    /// The notice; `None` where it cannot be read.
    pub notice: Option<Notice>,
    /// To whom, and why not.
    pub why: String,
}

/// To what a sealed notice is bound: it can be read at its own place alone.
fn about(organisation: &str, place: i64, addressee: &str) -> Vec<u8> {
    format!("inbox\n{organisation}\n{place}\n{addressee}").into_bytes()
}

/// Seals a notice for its place; with the text of its addressee.
pub(crate) fn sealed(
    key: &Key,
    organisation: &str,
    place: i64,
    notice: &Notice,
) -> Result<(String, Vec<u8>), StoreError> {
    let addressee = notice::address(&notice.to);
    let body = key.seal(&about(organisation, place, &addressee), &notice::encode(notice));
    let body = body.map_err(|why| StoreError::Seal { place: "a notice".into(), why })?;
    Ok((addressee, body))
}

/// Reads what was sealed for its place.
pub(crate) fn opened(
    key: &Key,
    organisation: &str,
    place: i64,
    addressee: &str,
    body: &[u8],
) -> Result<Notice, NoticeFault> {
    let unreadable = |why: SealFault| NoticeFault(why.to_string());
    let clear = key.open(&about(organisation, place, addressee), body).map_err(unreadable)?;
    notice::decode(notice::addressee(addressee)?, &clear)
}
