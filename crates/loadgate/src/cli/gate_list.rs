//! What `gate-list` takes.

use super::help::GATE_LIST_HELP;
use super::value::parse_time;
use super::{AircraftArg, StageArg};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use std::path::PathBuf;

/// What `gate-list` takes.
#[derive(Debug, Args)]
#[command(after_help = GATE_LIST_HELP)]
pub struct GateListArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: GateListCommand,
}

/// What can be done with lists of flights.
#[derive(Debug, Subcommand)]
pub enum GateListCommand {
    /// Get the list of a flight from a node and keep it, once its signature was checked
    Fetch(FetchListArgs),
    /// Check a list without the node, and say what may be loaded by it
    Verify(VerifyListArgs),
}

/// What `gate-list fetch` takes.
#[derive(Debug, Args)]
pub struct FetchListArgs {
    /// The flight, such as 9Z100/2026-11-24/FRA-JFK
    #[arg(value_name = "FLIGHT")]
    pub flight: String,
    /// The file to keep it in; one that is there is replaced only by a list that was checked
    #[arg(long, value_name = "FILE")]
    pub into: PathBuf,
    /// The node
    #[arg(long, value_name = "URL")]
    pub url: String,
    /// The token of the organisation that loads
    #[arg(long, value_name = "TOKEN", env = "LOADGATE_TOKEN", hide_env_values = true)]
    pub token: String,
    /// The verifier key of the node, or a file that has it
    #[arg(long, value_name = "KEY")]
    pub verifier: String,
    /// What is about to be done
    #[arg(long, value_enum, default_value_t = StageArg::Load)]
    pub stage: StageArg,
    /// The kind of aircraft [default: what the flight has]
    #[arg(long, value_enum)]
    pub aircraft: Option<AircraftArg>,
    /// Write one JSON document to standard output, and nothing else
    #[arg(long)]
    pub json: bool,
}

/// What `gate-list verify` takes.
#[derive(Debug, Args)]
pub struct VerifyListArgs {
    /// The list as it came from the node; - is standard input
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The verifier key of the node, or a file that has it
    #[arg(long, value_name = "KEY")]
    pub verifier: String,
    /// For when to say it [default: now]
    #[arg(long, value_name = "RFC3339", value_parser = parse_time)]
    pub at: Option<Timestamp>,
    /// What is about to be done: a list made for something else answers nothing
    #[arg(long, value_enum, default_value_t = StageArg::Load)]
    pub stage: StageArg,
    /// The object that is about to be loaded: a waybill, MASTER/HOUSE, a unit or a receptacle [default: all of them]
    #[arg(long, value_name = "NUMBER")]
    pub object: Option<String>,
    /// Write one JSON document to standard output, and nothing else
    #[arg(long)]
    pub json: bool,
}
