//! What `serve` and `token` take.

use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;

/// What `serve` takes.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Folder of the database, its keys and loadgate.toml
    #[arg(long, value_name = "DIR", env = "LOADGATE_DATA", default_value = "loadgate-data")]
    pub data: PathBuf,
    /// Database shared with other nodes, postgres://USER:PASSWORD@HOST/NAME, instead of one in the folder
    #[arg(long, value_name = "URL", env = "LOADGATE_DATABASE", hide_env_values = true)]
    pub database: Option<String>,
    /// Where to listen [default: what loadgate.toml says, else 127.0.0.1:8765]
    #[arg(long, value_name = "ADDRESS:PORT", env = "LOADGATE_LISTEN")]
    pub listen: Option<SocketAddr>,
}

/// What `token` takes.
#[derive(Debug, Args)]
pub struct TokenArgs {
    /// The organisation that the token is for
    #[arg(value_name = "ORGANISATION")]
    pub organisation: String,
    /// What it is called in journals
    #[arg(long, value_name = "TEXT", default_value = "machine")]
    pub name: String,
    /// After how many days it expires
    #[arg(long, value_name = "DAYS", default_value = "365", value_parser = clap::value_parser!(u16).range(1..))]
    pub days: u16,
}
