//! What `lists` takes.

use super::FormArgs;
use super::help::{DIFF_HELP, IMPORT_HELP, SHOW_HELP};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// What `lists` takes.
#[derive(Debug, Args)]
pub struct ListsArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: ListsCommand,
}

/// What can be done with watch lists.
#[derive(Debug, Subcommand)]
pub enum ListsCommand {
    /// Say what lists are, and what is doubtful in them
    #[command(after_help = SHOW_HELP)]
    Show(ShowArgs),
    /// Say what a new edition adds, removes and changes
    #[command(after_help = DIFF_HELP)]
    Diff(DiffArgs),
    /// Check lists and put them into a folder that --lists reads; older editions stay there
    #[command(after_help = IMPORT_HELP)]
    Import(ImportArgs),
}

/// What `lists show` takes.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// Watch lists: files, folders of them, or a folder that `lists import` fills
    #[arg(value_name = "PATH", required_unless_present = "lists")]
    pub paths: Vec<PathBuf>,
    /// The same, as other commands take them
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub lists: Vec<PathBuf>,
    /// How to answer.
    #[command(flatten)]
    pub form: FormArgs,
}

/// What `lists diff` takes.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// The older edition: a file of it, or a folder
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// The newer edition: a file of it, or a folder
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    /// How to answer.
    #[command(flatten)]
    pub form: FormArgs,
}

/// What `lists import` takes.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Lists: files, or folders of them
    #[arg(value_name = "PATH", required = true)]
    pub lists: Vec<PathBuf>,
    /// The folder to put them into; it is made where it is not there
    #[arg(long, value_name = "DIR")]
    pub into: PathBuf,
    /// Refuse a list that loses more than so many percent of its entries or names
    #[arg(long, value_name = "PERCENT", default_value_t = 10, value_parser = clap::value_parser!(u8).range(0..=100))]
    pub shrink_max: u8,
    /// Import also lists that lose more
    #[arg(long)]
    pub confirm_shrink: bool,
    /// Import also a list of which files are missing, such as the aliases of OFAC's; whom they name is not screened
    #[arg(long)]
    pub confirm_incomplete: bool,
    /// How to answer.
    #[command(flatten)]
    pub form: FormArgs,
}
