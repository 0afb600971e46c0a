//! What officers do about a hit.

use casework::adjudication::Verdict;
use consignment::ConsignmentKey;
use names::{Fingerprint, ListedEntry, Purpose, Query};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use std::sync::Arc;

/// What an officer does about a hit, or about what another one found of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Adjudicate {
    /// Say what he finds.
    Propose {
        /// The goods on which he sees the hit.
        goods: ConsignmentKey,
        /// The name of the hit (`casework::case::Pairing::hit`).
        hit: Arc<str>,
        /// What he finds.
        verdict: Verdict,
    },
    /// Confirm what another one found, by its id.
    Confirm(Arc<str>),
    /// Refuse it, or take back what he proposed himself.
    Refuse(Arc<str>),
    /// Withdraw it as entered in error.
    Withdraw(Arc<str>),
}

/// Bytes of the hash that names a pair.
const PAIR_BYTES: usize = 16;

/// A hit of a party of which somebody asks what officers found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HitAsked {
    /// The pair of party and entry.
    pub(crate) pair: Arc<str>,
    /// Whether the list is one of security.
    pub(crate) security: bool,
}

impl HitAsked {
    /// A party with all that is known of it, on an entry that it resembles.
    pub fn new(party: &Query, entry: &ListedEntry) -> Self {
        Self { pair: pair(party, entry), security: entry.purpose == Purpose::Security }
    }
}

/// The name of the pair of a party with all that is known of it and the entry of a list.
pub(crate) fn pair(party: &Query, entry: &ListedEntry) -> Arc<str> {
    let party = Fingerprint::of_party(party);
    let mut hash = Sha256::new();
    for part in [entry.source, &entry.list, &entry.entity_id, party.as_str()] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut name = String::with_capacity(2 * PAIR_BYTES);
    for byte in &hash.finalize()[..PAIR_BYTES] {
        let _ = write!(name, "{byte:02x}");
    }
    name.into()
}
