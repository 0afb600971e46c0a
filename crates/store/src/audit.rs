//! The log of all that was written, which anybody can check.
//!
//! Each event, and each change of an index, is a leaf of a Merkle tree (RFC 6962). Its index is given in the
//! transaction that writes it, dense from 0 in the order of writing. A leaf says what it is, where it stands, and the
//! sealed bytes with their nonce: never clear text, so that the log verifies after a stream was erased, and nobody
//! who has its hashes can try texts on them.
//!
//! [`integrate`] makes tiles and a signed checkpoint of the leaves that came since the last one; [`prove`] shows that
//! an event is in the log; [`verify()`] recomputes everything from the database and says the first place where
//! something differs.

pub mod checkpoint;
mod export;
pub(crate) mod grown;
mod leaf;
mod log;
pub mod merkle;
pub mod note;
mod read;
pub(crate) mod verify;

pub use export::{ExportFault, Exported, continues, export, tile_name};
pub use leaf::{EventHead, change_leaf, event_leaf};
pub use log::{
    AuditError, Proof, ProofFault, checkpoint_at, continued, integrate, last_event, latest_checkpoint, prove,
    stream_of, tile,
};
pub use read::LogRead;
pub use verify::{Verified, VerifyFault, verify};
