//! Words of an authority that come before what they speak of: they wait for it.
//!
//! The order in which messages arrive must not decide: an acknowledgement may overtake the filing it acknowledges, and
//! a closing the referral it closes.

use super::command::Actor;
use super::decide::may_refer;
use super::event::Event;
use super::state::{Node, Tree};
use crate::Refusal;
use consignment::fact::ReferralKind;
use finding::Finding;
use finding::{Phrase, codes};
use jiff::Timestamp;
use programme::ProgrammeId;
use std::sync::Arc;

/// Most words kept that wait; an authority that sends more is heard again when it repeats them.
pub const EARLY_MAX: usize = 1_000;

/// What was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EarlyWord {
    /// The filing was received.
    Received,
    /// The filing is rejected.
    Rejected(Vec<Finding>),
    /// The assessment is complete.
    Complete,
    /// A referral is closed.
    Closed {
        /// The kind.
        kind: ReferralKind,
        /// The reference, where the wire carries one.
        reference: Option<Arc<str>>,
    },
}

/// A word that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Early {
    /// The node.
    pub node: Node,
    /// The programme.
    pub programme: ProgrammeId,
    /// What was said.
    pub word: EarlyWord,
    /// Who said it.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// Whether, where it says that the assessment is complete, it was said on a wire that also tells of receipt.
    pub tells_received: bool,
}

pub(super) fn keep(tree: &Tree, early: Early) -> Result<Vec<Event>, Refusal> {
    may_refer(tree, &early.node, &early.programme, &early.by)?;
    if tree.early.contains(&early) {
        return Ok(Vec::new());
    }
    if tree.early.len() >= EARLY_MAX {
        let many = Phrase::new(codes::gate::TOO_MANY_EARLY);
        return Err(Refusal(many.with("limit", EARLY_MAX.to_string())));
    }
    Ok(vec![Event::SaidEarly { early: Box::new(early) }])
}

pub(super) fn take(tree: &Tree, early: Early) -> Vec<Event> {
    if tree.early.contains(&early) { vec![Event::EarlyTaken { early: Box::new(early) }] } else { Vec::new() }
}
