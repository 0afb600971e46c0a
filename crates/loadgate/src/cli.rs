//! The command line: a contract that scripts rely on.

mod assess;
mod gate_list;
mod help;
mod lists;
mod names;
mod operation;
mod serve;
mod story;
mod stress;
mod value;

pub use assess::{AircraftArg, AssessArgs, StageArg};
pub use gate_list::{FetchListArgs, GateListArgs, GateListCommand, VerifyListArgs};
pub use lists::{DiffArgs, ImportArgs, ListsArgs, ListsCommand, ShowArgs};
pub use names::{CompareArgs, SchemaArg, ScreenArgs};
pub use operation::{
    AuditArgs, AuditCommand, BackupArgs, DoctorArgs, ExportArgs, ProveArgs, RebuildArgs, RestoreArgs,
    SharedArgs, VerifyArgs,
};
pub use serve::{ServeArgs, TokenArgs};
pub use story::StoryArgs;
pub use stress::StressArgs;

use clap::{Args, CommandFactory, Parser, Subcommand};
use help::{
    ASSESS_HELP, CHECK_HELP, COMPARE_HELP, DESCRIBE_HELP, EXPLAIN_HELP, SCREEN_HELP, SERVE_HELP, STORY_HELP,
    STRESS_HELP, after_help,
};
use std::path::PathBuf;

/// Commands that later releases bring, with what they will do.
pub const LATER: &[(&str, &str)] = &[
    ("convert", "write a message in another format"),
    ("mask", "hide personal data in a message"),
    ("rules", "check, test and back-test targeting rules"),
    ("sim", "run a simulated world from a seed"),
];

/// May this air cargo consignment be loaded, and why?
#[derive(Debug, Parser)]
#[command(name = "loadgate", version = env!("LOADGATE_VERSION"), arg_required_else_help = true, after_help = after_help())]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands of this release.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say what is wrong with messages
    #[command(after_help = CHECK_HELP)]
    Check(CheckArgs),
    /// Show what messages say
    #[command(after_help = DESCRIBE_HELP)]
    Describe(ReadArgs),
    /// Run messages through the whole pipeline and ask whether the goods may be loaded
    #[command(after_help = ASSESS_HELP)]
    Assess(AssessArgs),
    /// Screen names against watch lists
    #[command(after_help = SCREEN_HELP)]
    Screen(Box<ScreenArgs>),
    /// Compare two names with each other
    #[command(after_help = COMPARE_HELP)]
    Compare(CompareArgs),
    /// Show, compare and import watch lists
    Lists(ListsArgs),
    /// Play stories and check what is expected in them
    #[command(after_help = STORY_HELP)]
    Story(StoryArgs),
    /// Tell about a finding, a reason or a refusal by its code
    #[command(after_help = EXPLAIN_HELP)]
    Explain(ExplainArgs),
    /// Run a node: the whole pipeline behind HTTP, with a journal that loses nothing
    #[command(after_help = SERVE_HELP)]
    Serve(ServeArgs),
    /// Make a token for a machine that speaks to a node
    Token(TokenArgs),
    /// Keep the answers about a flight for the time when the line to the node is dead, and check them
    GateList(GateListArgs),
    /// Check the log of a node, prove what is in it, and give it to others
    Audit(AuditArgs),
    /// Save the database of a node, while it runs
    Backup(BackupArgs),
    /// Put a backup in the place of a database that is gone
    Restore(RestoreArgs),
    /// Make anew what follows from the log of a node, or check it
    Rebuild(RebuildArgs),
    /// Say what ails a node, and what to do
    Doctor(DoctorArgs),
    /// Put a node under load with invented goods, and say how it bears it
    #[command(after_help = STRESS_HELP)]
    Stress(StressArgs),
    /// Watch one invented airport day go through the pipeline
    Demo(DemoArgs),
}

/// What reading commands take.
#[derive(Debug, Args)]
pub struct ReadArgs {
    /// Files to read, each with one message or many; - is standard input
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// How to answer.
    #[command(flatten)]
    pub form: FormArgs,
}

/// What `check` takes.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// What to read and how to answer.
    #[command(flatten)]
    pub read: ReadArgs,
    /// Show people every finding of a file [default: the first 1000, and how many more there are]
    #[arg(long)]
    pub all: bool,
    /// Tell instead what each document lacks, for every filing type of the programmes that bind on its way
    #[arg(long, conflicts_with = "all")]
    pub gaps: bool,
}

/// How to answer.
#[derive(Debug, Clone, Copy, Args)]
pub struct FormArgs {
    /// Write one JSON document to standard output, and nothing else
    #[arg(long, conflicts_with = "jsonl")]
    pub json: bool,
    /// Write one JSON object per line to standard output, and nothing else
    #[arg(long)]
    pub jsonl: bool,
}

/// What `explain` takes.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The code, such as awb-number-invalid
    #[arg(value_name = "CODE")]
    pub code: String,
    /// Write one JSON document to standard output, and nothing else
    #[arg(long)]
    pub json: bool,
}

/// What `demo` takes.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Write one JSON document to standard output, and nothing else
    #[arg(long)]
    pub json: bool,
}

/// What to say where a command of a later release is asked for; `None` for any other word.
pub fn not_yet(word: &str) -> Option<String> {
    let (name, purpose) = LATER.iter().find(|(name, _)| *name == word)?;
    let command = Cli::command();
    let now: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    Some(format!(
        "`loadgate {name}` ({purpose}) is not in this release. The commands of this release: {}. \
         Run `loadgate --help` for what they do.",
        now.join(", ")
    ))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn commands_are_either_of_this_release_or_of_a_later_one() {
        let command = Cli::command();
        for (name, _) in LATER {
            assert!(command.find_subcommand(name).is_none(), "{name}");
            let text = not_yet(name).unwrap();
            assert!(text.contains("not in this release") && text.contains("assess"), "{text}");
        }
        for now in command.get_subcommands() {
            assert_eq!(not_yet(now.get_name()), None);
        }
    }
}
