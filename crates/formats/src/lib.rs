//! Wire bytes to the canonical model, one module per message, and one register of them all.
//!
//! The way of the data: [`Splitter`] cuts an input into [`RawMessage`]s in bounded memory, [`decode`]
//! turns one of them into a `Filing`. Decoding never fails on content: what cannot be read becomes a
//! finding with its place, what is not understood is kept as an uninterpreted segment, and the bytes stay
//! with the caller exactly as they came.
//!
//! To add a message: a module beside its family, one row in [`register`], fixtures of its own.
//!
//! Deliberately absent: judgement of the data (that is `assess`), clocks (the time of receipt is an
//! argument), I/O other than the reader handed to the splitter, and any document type definition,
//! entity or schema fetched from anywhere.

mod camir;
mod cargo_imp;
mod cargo_xml;
mod detect;
pub mod facts;
pub mod limits;
pub mod lmtp;
mod mail;
mod mentions;
mod notice;
mod oci;
pub mod register;
mod split;
mod text;
pub mod write;

pub use mail::{Letterhead, Unproved};
pub use mentions::waybills_in;
pub use split::{RawMessage, Splitter};

use consignment::Filing;
use jiff::Timestamp;

/// Reads one message.
///
/// `received_at` is the time of receipt. It tells month and year of the time in an envelope, which has only
/// a day, and serves checks that need to know "today"; no date of the message itself is completed by it.
pub fn decode(message: &RawMessage, received_at: Timestamp) -> Filing {
    let mut filing = detect::decode(message, received_at);
    // A document of facts names its goods itself.
    if filing.consignments.is_empty() && filing.notices.is_empty() && !filing.is_facts() {
        filing.mentions = mentions::waybills(&message.bytes);
    }
    filing
}
