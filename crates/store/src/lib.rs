//! What a node keeps for good.
//!
//! [`stored`] is the form in which every event of the journal is kept: one JSON document that reads the same in
//! every later release. [`segment`] seals it, so that it can be forgotten; [`sqlite`] keeps it in a database, beside
//! what else a node must not lose; [`audit`] makes a log of it all that anybody can check; [`writer`] is the one
//! thread that writes. How they work together is in `docs/store.md`.
//!
//! Deliberately absent: rules of the field. What an event means is for `casework`.

pub mod audit;
pub mod segment;
pub mod sqlite;
pub mod stored;
pub mod writer;
