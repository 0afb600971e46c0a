//! The command line of Loadgate, as a library, so that tests and benches run what the binary runs.
//!
//! A command reads its inputs ([`input`]), makes published documents ([`mod@document`]) and writes them as
//! JSON or, for people, as tables ([`render`]). What is one input's fault is told beside the others;
//! [`Exit`] sums up.
//!
//! Deliberately absent: rules of the field. Commands decode with `formats`, judge with `engine`, and show.

pub mod cli;
pub mod command;
pub mod demo;
mod exit;
pub mod input;
pub mod render;
pub mod schema;
pub mod story;
pub mod stress;

pub use command::{Surroundings, run};
pub use document;
pub use exit::{Error, Exit};
