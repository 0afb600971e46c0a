//! What a node keeps for good.
//!
//! [`stored`] is the form in which every event of the journal is kept: one JSON document that reads the same in
//! every later release. [`segment`] seals it, so that it can be forgotten; [`sqlite`] keeps it in a database of the
//! node's own, [`postgres`] in one that several nodes share, beside what else a node must not lose; [`audit`] makes a
//! log of it all that anybody can check; [`writer`] is the one thread that writes. How they work together is in
//! `docs/store.md`.
//!
//! Deliberately absent: rules of the field. What an event means is for `casework`.

pub mod audit;
mod database;
mod error;
pub mod inbox;
mod notice;
pub mod people;
pub mod postgres;
pub mod projections;
pub mod quiet;
mod request;
pub mod secret;
pub mod segment;
pub mod span;
pub mod sqlite;
pub mod stored;
mod time;
pub mod writer;

pub use database::Database;
pub use error::StoreError;
pub use notice::NoticeFault;
pub use request::{Known, RequestKey};
