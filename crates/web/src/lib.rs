//! The node over HTTP.
//!
//! A request is authenticated ([`identity`]), read and decoded beside the others, and put before the one thread that
//! writes ([`node`]); what comes back is told as JSON or, where it is a no, as a problem ([`problem`]). Resources are
//! listed in [`api`]: one place to add one.
//!
//! Deliberately absent: rules of the field, and anything that decides. Who may see what of an answer is `casework`'s.

pub mod api;
mod beside;
pub mod clock;
pub mod config;
pub mod connections;
mod delivery;
pub mod identity;
mod inbox;
pub mod intake;
pub mod limits;
mod listen;
mod lists;
pub mod node;
pub mod pages;
pub mod people;
pub mod policy;
pub mod problem;
pub mod proxies;
pub mod push;
pub mod refusals;
#[cfg(unix)]
mod renewal;
pub mod retention;
pub mod room;
mod serve;
pub mod tls;

pub use lists::watch_lists;
pub use serve::{FirstLink, ServeError, serve};
