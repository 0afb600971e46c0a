//! What `story` takes.

use clap::Args;
use std::path::PathBuf;

/// What `story` takes.
#[derive(Debug, Args)]
pub struct StoryArgs {
    /// Stories to play, each a TOML file
    #[arg(value_name = "FILE", required_unless_present = "example")]
    pub files: Vec<PathBuf>,
    /// Print a small story with comments, and nothing else
    #[arg(long, conflicts_with = "files")]
    pub example: bool,
    /// Write one JSON document to standard output, and nothing else
    #[arg(long)]
    pub json: bool,
}
