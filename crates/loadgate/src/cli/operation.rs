//! What `audit`, `backup`, `restore`, `rebuild` and `doctor` take.

use super::help::{AUDIT_HELP, BACKUP_HELP, DOCTOR_HELP, REBUILD_HELP, RESTORE_HELP};
use clap::{Args, Subcommand};
use consignment::ConsignmentKey;
use document::value::parse_key;
use std::path::PathBuf;

/// Where a node's data are.
#[derive(Debug, Args)]
pub struct DataArgs {
    /// Folder of the database, its keys and loadgate.toml
    #[arg(long, value_name = "DIR", env = "LOADGATE_DATA", default_value = "loadgate-data")]
    pub data: PathBuf,
    /// Write one JSON document to standard output, and nothing else
    #[arg(long)]
    pub json: bool,
}

/// Where the data are of a node that stands alone, or of nodes that share a database.
#[derive(Debug, Args)]
pub struct SharedArgs {
    /// Where the data are, and how to answer.
    #[command(flatten)]
    pub data: DataArgs,
    /// Database shared by nodes, postgres://USER:PASSWORD@HOST/NAME, instead of one in the folder
    #[arg(long, value_name = "URL", env = "LOADGATE_DATABASE", hide_env_values = true)]
    pub database: Option<String>,
}

/// What `audit` takes.
#[derive(Debug, Args)]
#[command(after_help = AUDIT_HELP)]
pub struct AuditArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: AuditCommand,
}

/// What can be done with the log.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Recompute everything and say the first place that is not as it was written
    Verify(VerifyArgs),
    /// Prove that an event is in the log, to somebody who has nothing but the key of the node
    Prove(ProveArgs),
    /// Write the log as tiles with its checkpoint, for anybody to check
    Export(ExportArgs),
}

/// What `audit verify` takes.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Where the data are, and how to answer.
    #[command(flatten)]
    pub of: SharedArgs,
    /// A checkpoint that was kept elsewhere: the log must go on from it
    #[arg(long, value_name = "FILE")]
    pub checkpoint: Option<PathBuf>,
}

/// What `audit prove` takes.
#[derive(Debug, Args)]
pub struct ProveArgs {
    /// The consignment whose event is proved
    #[arg(value_name = "MASTER[/HOUSE]", value_parser = parse_key, required_unless_present = "stream")]
    pub object: Option<ConsignmentKey>,
    /// The stream, where it is none of a consignment's
    #[arg(long, value_name = "NAME", conflicts_with = "object")]
    pub stream: Option<String>,
    /// Which of its events, from 1 [default: the last]
    #[arg(long, value_name = "NUMBER")]
    pub event: Option<u64>,
    /// Where the data are, and how to answer: always JSON.
    #[command(flatten)]
    pub of: SharedArgs,
}

/// What `audit export` takes.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The folder to write to; what is there of the same log is brought up to date
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
    /// Where the data are, and how to answer.
    #[command(flatten)]
    pub of: SharedArgs,
}

/// What `backup` takes.
#[derive(Debug, Args)]
#[command(after_help = BACKUP_HELP)]
pub struct BackupArgs {
    /// The file to write; it must not be there
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Where the data are, and how to answer.
    #[command(flatten)]
    pub of: SharedArgs,
}

/// What `restore` takes.
#[derive(Debug, Args)]
#[command(after_help = RESTORE_HELP)]
pub struct RestoreArgs {
    /// The backup; none with --database, whose server puts it back
    #[arg(value_name = "FILE", required_unless_present = "database")]
    pub file: Option<PathBuf>,
    /// Refuse a backup whose log has fewer entries than were seen already
    #[arg(long, value_name = "ENTRIES")]
    pub at_least: Option<u64>,
    /// Where to put it, and how to answer.
    #[command(flatten)]
    pub of: SharedArgs,
}

/// What `rebuild` takes.
#[derive(Debug, Args)]
#[command(after_help = REBUILD_HELP)]
pub struct RebuildArgs {
    /// Where the data are, and how to answer.
    #[command(flatten)]
    pub of: SharedArgs,
    /// Change nothing: make everything anew in memory and say the first place where it differs from what is kept
    #[arg(long)]
    pub check: bool,
}

/// What `doctor` takes.
#[derive(Debug, Args)]
#[command(after_help = DOCTOR_HELP)]
pub struct DoctorArgs {
    /// Where the data are, and how to answer.
    #[command(flatten)]
    pub of: SharedArgs,
    /// Check the whole database against its log as well, which takes a while
    #[arg(long)]
    pub thorough: bool,
}
