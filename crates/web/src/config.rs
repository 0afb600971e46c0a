//! What a node is told at its start: a file, variables of the environment, and flags, the later before the earlier.

use crate::identity::{Identity, OrganisationEntry};
use jiff::SignedDuration;
use programme::{Mode, ProgrammeId};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

/// Where a node listens unless it is told otherwise: on this machine alone.
pub const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8765);

/// Name of the configuration in the data folder.
pub const FILE: &str = "loadgate.toml";

/// Most bytes of one request.
const BODY_BYTES_MAX: usize = 64 << 20;

/// What a node is told.
#[derive(Debug)]
pub struct Config {
    /// The folder of the database, its keys and the configuration.
    pub data: PathBuf,
    /// Where it listens.
    pub listen: SocketAddr,
    /// Who may speak to it.
    pub identity: Identity,
    /// How each programme runs here; one that is not named is simulated.
    pub modes: BTreeMap<ProgrammeId, Mode>,
    /// Agencies whose officers stand duty for the node: they settle what it could not read or verify.
    pub duty_desks: BTreeSet<String>,
    /// Agencies whose officers act for aviation security, besides authorities of that kind.
    pub aviation_security: BTreeSet<String>,
    /// Files and folders of watch lists.
    pub lists: Vec<PathBuf>,
    /// How long "load" holds at most.
    pub validity: Option<SignedDuration>,
    /// Most bytes of one request.
    pub body_bytes_max: usize,
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{}: {why}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: std::io::Error,
    },
    /// It says something that it cannot.
    #[error("{}: {why}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What, where, and what would do.
        why: String,
    },
}

/// The file as it is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    listen: Option<SocketAddr>,
    #[serde(default)]
    programmes: BTreeMap<String, String>,
    #[serde(default)]
    duty_desks: BTreeSet<String>,
    #[serde(default)]
    aviation_security: BTreeSet<String>,
    #[serde(default)]
    lists: Vec<PathBuf>,
    validity_minutes: Option<u32>,
    body_bytes_max: Option<usize>,
    #[serde(default)]
    organisation: BTreeMap<String, OrganisationEntry>,
}

impl Config {
    /// Reads the configuration of a data folder; a folder without one is a node that nobody may speak to yet.
    ///
    /// # Errors
    /// Where the file cannot be read, or says something that it cannot.
    pub fn read(data: &Path) -> Result<Self, ConfigError> {
        let path = data.join(FILE);
        let file = match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text)
                .map_err(|why| ConfigError::Invalid { path: path.clone(), why: why.to_string() })?,
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => File::default(),
            Err(why) => return Err(ConfigError::Unreadable { path, why }),
        };
        Self::of(data, file).map_err(|why| ConfigError::Invalid { path, why })
    }

    fn of(data: &Path, file: File) -> Result<Self, String> {
        let known: BTreeSet<ProgrammeId> =
            programme::embedded::all().iter().map(|programme| programme.id.clone()).collect();
        let mut modes = BTreeMap::new();
        for (name, mode) in file.programmes {
            let id = ProgrammeId::new(&name);
            if !known.contains(&id) {
                let known: Vec<&str> = known.iter().map(ProgrammeId::as_str).collect();
                return Err(format!("programmes.{name}: the programmes are {}", known.join(", ")));
            }
            let read = match mode.as_str() {
                "authority" => Mode::Authority,
                "relay" => Mode::Relay,
                "simulated" => Mode::Simulated,
                _ => {
                    return Err(format!(
                        "programmes.{name}: {mode} is no mode; write authority, relay or simulated"
                    ));
                }
            };
            modes.insert(id, read);
        }
        // Paths in the file are seen from where it is.
        let lists = file.lists.into_iter().map(|path| data.join(path)).collect();
        Ok(Self {
            data: data.to_owned(),
            listen: file.listen.unwrap_or(LISTEN),
            identity: Identity::of(file.organisation)?,
            modes,
            duty_desks: file.duty_desks,
            aviation_security: file.aviation_security,
            lists,
            validity: file.validity_minutes.map(|minutes| SignedDuration::from_mins(i64::from(minutes))),
            body_bytes_max: file.body_bytes_max.unwrap_or(BODY_BYTES_MAX),
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Config, String> {
        Config::of(Path::new("/data"), toml::from_str(text).map_err(|why: toml::de::Error| why.to_string())?)
    }

    #[test]
    fn a_folder_without_a_file_serves_this_machine_and_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::read(folder.path()).unwrap();
        assert_eq!(config.listen, LISTEN);
        assert!(config.identity.is_empty() && config.modes.is_empty());
    }

    #[test]
    fn what_a_file_cannot_say_is_told_with_its_place() {
        for (text, told) in [
            ("lisen = \"127.0.0.1:1\"", "lisen"),
            ("listen = \"here\"", "listen"),
            ("[programmes]\nus-acas = \"watch\"", "programmes.us-acas: watch is no mode"),
            ("[programmes]\nmars = \"relay\"", "programmes.mars"),
            ("[organisation.a]\nrole = \"boss\"", "organisation.a"),
        ] {
            let why = read(text).unwrap_err();
            assert!(why.contains(told), "{text}: {why}");
        }
        let config = read("lists = [\"lists/sdn.csv\"]\n[programmes]\nca-pact = \"relay\"").unwrap();
        assert_eq!(config.lists, [PathBuf::from("/data/lists/sdn.csv")]);
        assert_eq!(config.modes.values().collect::<Vec<_>>(), [&Mode::Relay]);
    }
}
