//! Stories: what happens to goods step by step, and what is expected of the gate after each step.
//!
//! A story is a TOML file that somebody who knows the rules of the field can write (`docs/stories.md`). It is
//! played through `Engine::handle` like everything else. There is no way to skip a step or an expectation: what
//! a story says is held against what the engine does, and every difference is told.

mod compare;
pub mod document;
mod play;
mod read;
mod render;
mod script;
mod tree;

pub use read::read;
pub use render::{people, unusable};
pub use script::Story;

use crate::Error;
use engine::Journal;
use engine::memory::MemoryJournal;
use std::path::Path;

/// A small story with comments, as `loadgate story --example` prints it.
pub const EXAMPLE: &str = include_str!("../../../fixtures/stories/example.toml");

/// Plays a story; files it names are found from `folder`.
///
/// # Errors
/// Where the engine fails. What the story itself got wrong is part of the result.
pub fn play(story: &Story, folder: &Path) -> Result<document::StoryItem, Error> {
    play_in(story, folder, MemoryJournal::default())
}

/// Plays a story on a node with this journal.
///
/// # Errors
/// As [`play`].
pub fn play_in<J: Journal>(story: &Story, folder: &Path, journal: J) -> Result<document::StoryItem, Error> {
    play::play(story, folder, journal)
}
