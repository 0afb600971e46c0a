//! Stories: what happens to goods step by step, and what is expected of the gate after each step.
//!
//! A story is a TOML file that somebody who knows the rules of the field can write (`docs/stories.md`). It is
//! played through `Engine::handle` like everything else. There is no way to skip a step or an expectation: what
//! a story says is held against what the engine does, and every difference is told.

mod compare;
pub mod document;
mod here;
mod node;
mod play;
mod read;
mod remote;
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

/// Plays a story on a node that serves, in a room for training; `token` is that of a trainer.
///
/// # Errors
/// Where the node cannot be asked, or opens no room.
pub fn play_at(story: &Story, folder: &Path, url: &str, token: &str) -> Result<document::StoryItem, Error> {
    match remote::Remote::open(url, token, &story.setup, folder, story.start())? {
        Ok(mut room) => play::play_on(story, folder, &mut room, None),
        Err(why) => play::unplayed(story, folder, why),
    }
}
