//! The tour: one invented day of real stations, played through the same engine as everything else, and
//! the flight board it ends in. It reads no file, asks no network and needs no database.
//!
//! Staged are the schedule, the messages, the acts of the simulated authorities and the questions (module
//! `script`). Everything printed beyond that is what the engine answered.

mod document;
mod lists;
mod play;
mod script;
mod text;

use crate::render::Look;
use engine::{EngineError, Reply};
use std::io::{self, Write};

pub use document::{DemoDocument, SCHEMA};

/// Columns the tour is laid out for; a wider terminal makes lines that the eye loses.
const COLUMNS_MAX: u16 = 100;

/// What everything shown here is.
const FICTITIOUS: &str = "FICTITIOUS: every party, airline and number is invented.";

/// How the tour is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DemoOptions {
    /// Whether colour is wanted.
    pub color: bool,
    /// Columns of the terminal; `None` where there is none, which is taken as 100.
    pub width: Option<u16>,
    /// One JSON document ([`DemoDocument`]) instead of text for people.
    pub json: bool,
}

/// Why the tour could not be shown. What it shows is part of the release, so that each of these but a
/// failing output is a fault of ours.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DemoError {
    /// The engine failed or refused.
    #[error("the engine did not follow the script: {0}")]
    Engine(#[from] EngineError),
    /// The engine answered something else than was asked.
    #[error("the engine gave another answer than was asked for: {0}")]
    Answer(String),
    /// A value of the script cannot be read.
    #[error("the script names {text:?} as {what}, which cannot be read or found")]
    Script {
        /// What it should be.
        what: &'static str,
        /// As it stands there.
        text: String,
    },
    /// The invented watch lists cannot be used.
    #[error("the watch lists of the demo cannot be used: {0}")]
    Lists(String),
    /// The result could not be written.
    #[error("the result could not be written: {0}")]
    Output(#[from] io::Error),
    /// The JSON document could not be made.
    #[error("the document could not be written as JSON: {0}")]
    Document(#[from] serde_json::Error),
}

impl DemoError {
    fn script(what: &'static str, text: &str) -> Self {
        Self::Script { what, text: text.to_owned() }
    }

    fn answer(reply: &Reply) -> Self {
        Self::Answer(format!("{reply:?}"))
    }
}

/// Plays the day and shows it.
///
/// # Errors
/// Where the output cannot be written; everything else is a fault of the release, see [`DemoError`].
pub fn run(options: &DemoOptions, out: &mut dyn Write) -> Result<(), DemoError> {
    let day = play::play()?;
    if options.json {
        serde_json::to_writer_pretty(&mut *out, &DemoDocument::from(&day))?;
        writeln!(out)?;
        return Ok(());
    }
    let width = options.width.unwrap_or(COLUMNS_MAX).min(COLUMNS_MAX);
    text::write(&day, Look::new(options.color, Some(width)), out)?;
    Ok(())
}
