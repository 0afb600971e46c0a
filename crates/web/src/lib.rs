//! The node over HTTP.
//!
//! A request is authenticated ([`identity`]), read and decoded beside the others, and put before the one thread that
//! writes ([`node`]); what comes back is told as JSON or, where it is a no, as a problem ([`problem`]). Resources are
//! listed in [`api`]: one place to add one.
//!
//! Deliberately absent: rules of the field, and anything that decides. Who may see what of an answer is `casework`'s.

pub mod api;
pub mod config;
pub mod identity;
pub mod node;
pub mod problem;
mod serve;

pub use serve::{ServeError, serve};
