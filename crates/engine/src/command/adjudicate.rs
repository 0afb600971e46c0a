//! What officers do about a hit.

use casework::adjudication::Verdict;
use consignment::ConsignmentKey;
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
