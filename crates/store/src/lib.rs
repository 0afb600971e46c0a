//! What a node keeps for good.
//!
//! [`stored`] is the form in which every event of the journal is kept: one JSON document that reads the same in
//! every later release, and whose exact bytes are what is hashed.
//!
//! Deliberately absent: rules of the field. What an event means is for `casework`.

pub mod stored;
