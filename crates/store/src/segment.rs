//! Sealing of what may have to be forgotten.
//!
//! The document of an event, and a message as it came, are sealed with AES-256-GCM under a key of their stream. Keys
//! of streams are random and kept wrapped by the master key of the node, which stands in a file apart from the
//! database ([`Keyring`]). To erase a stream is to destroy its key: the bytes stay, so that the log still verifies,
//! and nobody reads them any more.
//!
//! A segment is a random nonce of 12 bytes, the sealed bytes, and a tag of 16. What it is about (stream, version,
//! time, type) is bound to it, so that no segment can stand in the place of another.

mod keyring;

pub use keyring::{KeyFault, Keyring};

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::rand;
use std::cell::RefCell;
use std::fmt;

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;

/// Why something cannot be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealFault {
    /// The bytes are not those that were sealed, or the key or the place is another.
    #[error("the sealed bytes are damaged, or were sealed under another key or for another place")]
    Unsealed,
    /// The operating system gives no random bytes, or the library refused the key.
    #[error("the system gives no random bytes; nothing can be sealed")]
    Random,
}

/// A key that seals segments.
pub struct Key {
    key: LessSafeKey,
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Key")
    }
}

impl Key {
    /// The key of these secret bytes.
    ///
    /// # Errors
    /// Where the library refuses them.
    pub fn new(bytes: &[u8; KEY_BYTES]) -> Result<Self, SealFault> {
        let key = UnboundKey::new(&AES_256_GCM, bytes).map_err(|_| SealFault::Random)?;
        Ok(Self { key: LessSafeKey::new(key) })
    }

    /// Seals `clear`, bound to what it is about.
    ///
    /// # Errors
    /// Where there are no random bytes.
    pub fn seal(&self, about: &[u8], clear: &[u8]) -> Result<Vec<u8>, SealFault> {
        let nonce: [u8; NONCE_LEN] = scattered()?;
        let mut segment = Vec::with_capacity(NONCE_LEN + clear.len() + AES_256_GCM.tag_len());
        segment.extend(nonce);
        segment.extend(clear);
        let tag = self
            .key
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(about),
                &mut segment[NONCE_LEN..],
            )
            .map_err(|_| SealFault::Random)?;
        segment.extend(tag.as_ref());
        Ok(segment)
    }

    /// Opens a segment that was sealed for what it is about.
    ///
    /// # Errors
    /// [`SealFault::Unsealed`] where it was not.
    pub fn open(&self, about: &[u8], segment: &[u8]) -> Result<Vec<u8>, SealFault> {
        let (nonce, sealed) = segment.split_first_chunk::<NONCE_LEN>().ok_or(SealFault::Unsealed)?;
        let mut clear = sealed.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = self
            .key
            .open_in_place(nonce, Aad::from(about), &mut clear)
            .map_err(|_| SealFault::Unsealed)?
            .len();
        clear.truncate(length);
        Ok(clear)
    }

    /// A new random key, and the same wrapped by this one for what it is to seal.
    ///
    /// # Errors
    /// Where there are no random bytes.
    pub fn issue(&self, about: &[u8]) -> Result<(Self, Vec<u8>), SealFault> {
        let bytes: [u8; KEY_BYTES] = random()?;
        Ok((Self::new(&bytes)?, self.seal(about, &bytes)?))
    }

    /// Wraps the bytes of another key.
    ///
    /// # Errors
    /// Where the wrapped key is not one that `from` issued for `about`.
    pub fn rewrap(&self, about: &[u8], from: (&Self, &[u8]), wrapped: &[u8]) -> Result<Vec<u8>, SealFault> {
        let (other, other_about) = from;
        self.seal(about, &other.open(other_about, wrapped)?)
    }

    /// The key that was wrapped by this one.
    ///
    /// # Errors
    /// Where it was not.
    pub fn unwrap(&self, about: &[u8], wrapped: &[u8]) -> Result<Self, SealFault> {
        let bytes = self.open(about, wrapped)?;
        Self::new(&bytes.try_into().map_err(|_| SealFault::Unsealed)?)
    }
}

/// Random bytes of the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], SealFault> {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).map_err(|_| SealFault::Random)?;
    Ok(bytes)
}

/// Bytes that are drawn for [`scattered`] at once.
const POOL: usize = 4096;

/// Random bytes for nonces and salts, of which every event takes some: many are drawn at once, and none is given twice. What
/// must stay secret is drawn by itself ([`random`]).
pub(crate) fn scattered<const N: usize>() -> Result<[u8; N], SealFault> {
    thread_local! {
        static LEFT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    LEFT.with_borrow_mut(|left| {
        if left.len() < N {
            *left = random::<POOL>()?.into();
        }
        let (rest, taken) = left.split_last_chunk().ok_or(SealFault::Random)?;
        let (kept, taken) = (rest.len(), *taken);
        left.truncate(kept);
        Ok(taken)
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_random_bytes_are_given_twice() {
        let draw = || (0..3 * POOL / 16).map(|_| scattered::<16>().unwrap()).collect::<Vec<_>>();
        let elsewhere = std::thread::spawn(draw);
        let (here, there) = (draw(), elsewhere.join().unwrap());
        let all: BTreeSet<[u8; 16]> = here.iter().chain(&there).copied().collect();
        assert_eq!(all.len(), here.len() + there.len());
        assert_ne!(scattered::<12>().unwrap(), [0; 12], "what does not divide the pool");
    }

    #[test]
    fn what_was_sealed_opens_in_its_place_alone() {
        let key = Key::new(&[1; KEY_BYTES]).unwrap();
        let segment = key.seal(b"here", b"RHEINTAL MASCHINEN WERKE").unwrap();
        assert_eq!(key.open(b"here", &segment).unwrap(), b"RHEINTAL MASCHINEN WERKE");
        assert_eq!(key.open(b"there", &segment), Err(SealFault::Unsealed));
        assert_eq!(Key::new(&[2; KEY_BYTES]).unwrap().open(b"here", &segment), Err(SealFault::Unsealed));
        assert_ne!(
            key.seal(b"here", b"RHEINTAL MASCHINEN WERKE").unwrap(),
            segment,
            "each has its own nonce"
        );
        for at in 0..segment.len() {
            let mut flipped = segment.clone();
            flipped[at] ^= 1;
            assert_eq!(key.open(b"here", &flipped), Err(SealFault::Unsealed), "byte {at}");
            assert_eq!(key.open(b"here", &segment[..at]), Err(SealFault::Unsealed), "cut at {at}");
        }
    }

    #[test]
    fn a_wrapped_key_is_the_same_key() {
        let master = Key::new(&[1; KEY_BYTES]).unwrap();
        let (key, wrapped) = master.issue(b"a").unwrap();
        let segment = key.seal(b"", b"text").unwrap();
        assert_eq!(master.unwrap(b"a", &wrapped).unwrap().open(b"", &segment).unwrap(), b"text");
        assert_eq!(master.unwrap(b"b", &wrapped).unwrap_err(), SealFault::Unsealed);
        let other = Key::new(&[2; KEY_BYTES]).unwrap();
        let moved = other.rewrap(b"c", (&master, b"a"), &wrapped).unwrap();
        assert_eq!(other.unwrap(b"c", &moved).unwrap().open(b"", &segment).unwrap(), b"text");
    }
}
