//! Letters, messages and replies of a batch.

use super::{Session, too_large};
use crate::postgres::raw::{self, learn_raws, raws_of};
use crate::postgres::replies::{learn_replies, replies_to};
use crate::postgres::rows::stream_key;
use crate::postgres::touch;
use crate::postgres::view::{Answered, Raw, Reply, Write};
use crate::time::nanoseconds;
use crate::{Known, RequestKey, StoreError};
use engine::StreamId;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

impl Session {
    /// Adds a letter.
    pub(in crate::postgres) fn add_letter(&self, addressee: String, body: Vec<u8>, due: i64) {
        self.letters.set(true);
        self.view.borrow_mut().writes.push(Write::Letter { addressee, body, due });
    }

    /// Whether letters were added since this was last asked.
    pub(crate) fn take_letters(&self) -> bool {
        self.letters.take()
    }

    /// Keeps a message for streams.
    pub(crate) fn put_raw(&self, bytes: &[u8], streams: &BTreeSet<StreamId>) -> Result<[u8; 32], StoreError> {
        let sha256: [u8; 32] = Sha256::digest(bytes).into();
        let sealing = |why| StoreError::Seal { place: raw::place_of(&sha256), why };
        for name in streams {
            let (stream, stream_key_here) = self.find_or_make(name)?;
            let about = raw::key_place(name, &sha256);
            match self.raw_known(&sha256)? {
                None => {
                    let (key, wrapped) = stream_key_here.issue(&about).map_err(sealing)?;
                    let segment = key.seal(&sha256, bytes).map_err(sealing)?;
                    self.written.set(self.written.get() + segment.len());
                    let mut view = self.view.borrow_mut();
                    let id = view.row_number().ok_or_else(too_large)?;
                    let stream_wrapped =
                        view.streams.get(name).and_then(|stream| stream.wrapped.clone()).unwrap_or_default();
                    view.writes.push(Write::Raw { id, sha256, length: bytes.len() as i64, segment });
                    view.writes.push(Write::RawOf { stream, raw: id, wrapped: wrapped.clone() });
                    let known = Raw { id, stream: name.clone(), stream_wrapped, wrapped };
                    view.added_raws.insert(sha256, known);
                }
                Some(known) if known.stream == *name => {}
                Some(Raw { id, stream: other, stream_wrapped, wrapped }) => {
                    let other_key = stream_key(&self.keys, &other, &stream_wrapped)?;
                    let other_about = raw::key_place(&other, &sha256);
                    let rewrapped = stream_key_here.rewrap(&about, (&other_key, &other_about), &wrapped);
                    let wrapped = rewrapped.map_err(sealing)?;
                    self.view.borrow_mut().writes.push(Write::RawOf { stream, raw: id, wrapped });
                }
            }
        }
        Ok(sha256)
    }

    /// A message that is kept.
    fn raw_known(&self, sha256: &[u8; 32]) -> Result<Option<Raw>, StoreError> {
        {
            let view = self.view.borrow();
            if let Some(added) = view.added_raws.get(sha256) {
                return Ok(Some(added.clone()));
            }
            if let Some(known) = view.raws.get(sha256) {
                return Ok(known.clone());
            }
        }
        let rows = self.link.together(&[raws_of(&[*sha256])])?.pop().unwrap_or_default();
        let mut view = self.view.borrow_mut();
        learn_raws(&mut view, &[*sha256], &rows);
        Ok(view.raws.get(sha256).cloned().flatten())
    }

    /// What is known of a key at this time.
    pub(crate) fn reply(&self, key: &RequestKey, now: Timestamp) -> Result<Option<Known>, StoreError> {
        let place = (key.organisation.clone(), key.key.clone());
        if !self.view.borrow().replies.contains_key(&place) {
            let rows =
                self.link.together(&[replies_to(std::slice::from_ref(key))])?.pop().unwrap_or_default();
            learn_replies(&mut self.view.borrow_mut(), std::slice::from_ref(key), &rows);
        }
        let view = self.view.borrow();
        let answered = view.added_replies.get(&place).or_else(|| view.replies.get(&place)?.as_ref());
        let Some(answered) = answered else { return Ok(None) };
        if answered.expires <= nanoseconds(now)? {
            return Ok(None);
        }
        if answered.request != key.request {
            return Ok(Some(Known::OfAnother));
        }
        let opened = self.keys.replies().open(&key.about(), &answered.sealed);
        let opened =
            opened.map_err(|why| StoreError::Damaged { place: key.place(), what: why.to_string() })?;
        Ok(Some(Known::Answered(opened)))
    }

    /// Keeps a reply.
    pub(crate) fn put_reply(
        &self,
        key: &RequestKey,
        reply: &[u8],
        at: Timestamp,
        expires: Timestamp,
    ) -> Result<(), StoreError> {
        let sealed = self.keys.replies().seal(&key.about(), reply);
        let sealed =
            sealed.map_err(|why| StoreError::Seal { place: format!("the reply to key {}", key.key), why })?;
        let (at, expires) = (nanoseconds(at)?, nanoseconds(expires)?);
        let mut view = self.view.borrow_mut();
        view.note_asked(touch::reply(key));
        let answered = Answered { request: key.request.to_vec(), sealed: sealed.clone(), expires };
        view.added_replies.insert((key.organisation.clone(), key.key.clone()), answered);
        view.writes.push(Write::Reply(Reply {
            organisation: key.organisation.clone(),
            key: key.key.clone(),
            request: key.request,
            sealed,
            at,
            expires,
        }));
        Ok(())
    }
}
