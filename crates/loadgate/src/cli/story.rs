//! What `story` takes.

use clap::Args;
use std::path::PathBuf;

/// What `story` takes.
#[derive(Debug, Args)]
pub struct StoryArgs {
    /// Stories to play, each a TOML file
    #[arg(value_name = "FILE", required_unless_present = "example")]
    pub files: Vec<PathBuf>,
    /// Play them on a node that serves, in rooms for training that are closed afterwards
    #[arg(long, value_name = "URL", requires = "token", conflicts_with = "example")]
    pub url: Option<String>,
    /// The token of an organisation of that node whose role is trainer
    #[arg(long, value_name = "TOKEN", env = "LOADGATE_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// Print a small story with comments, and nothing else
    #[arg(long, conflicts_with = "files")]
    pub example: bool,
    /// Write one JSON document to standard output, and nothing else
    #[arg(long)]
    pub json: bool,
}
