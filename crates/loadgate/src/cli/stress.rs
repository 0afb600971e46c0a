//! What `stress` takes.

use crate::stress::cargo::WAYBILLS_MAX;
use clap::{Args, value_parser};
use std::path::PathBuf;

/// What `stress` takes.
#[derive(Debug, Args)]
pub struct StressArgs {
    /// The node, such as http://127.0.0.1:8765; or --data
    #[arg(long, value_name = "URL", requires = "token", required_unless_present = "data")]
    pub url: Option<String>,
    /// The token of an organisation of that node that may file and ask
    #[arg(long, value_name = "TOKEN", env = "LOADGATE_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// Start a node for the run, on this folder, which is empty or not there yet
    #[arg(long, value_name = "DIR", conflicts_with = "url")]
    pub data: Option<PathBuf>,
    /// Watch lists of the node that is started: files, or folders of them; may be given several times
    #[arg(long, value_name = "PATH", requires = "data")]
    pub lists: Vec<PathBuf>,
    /// How many file at once
    #[arg(long, value_name = "N", default_value = "256", value_parser = value_parser!(u32).range(1..=10_000))]
    pub senders: u32,
    /// How many ask the gate meanwhile, the first of them for answers that are written down
    #[arg(long, value_name = "N", default_value = "4", value_parser = value_parser!(u32).range(..=1_000))]
    pub askers: u32,
    /// How many waybills to file a second, instead of as many as are answered
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(1..=1_000_000))]
    pub rate: Option<u32>,
    /// How long to go on
    #[arg(long, value_name = "N", default_value = "30", value_parser = value_parser!(u32).range(1..=86_400))]
    pub seconds: u32,
    /// How many waybills to file, instead of for how long
    #[arg(long, value_name = "N", conflicts_with = "seconds", value_parser = value_parser!(u32).range(1..=i64::from(WAYBILLS_MAX)))]
    pub filings: Option<u32>,
    /// What the goods follow from: the same one gives the same messages on the same day [default: from the clock]
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Prefix of the waybills' numbers
    #[arg(long, value_name = "NNN", default_value = "888", value_parser = parse_prefix)]
    pub prefix: u16,
    /// Write one JSON document to standard output, and nothing else
    #[arg(long)]
    pub json: bool,
}

/// Reads the prefix of an airline.
fn parse_prefix(text: &str) -> Result<u16, String> {
    let digits = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits).ok_or_else(|| "write three digits, such as 888".to_owned())
}
