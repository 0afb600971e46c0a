//! What a node is told at its start: a file, variables of the environment, and flags, the later before the earlier.

mod connections;
mod lists;
mod lmtp;
mod mail;
mod people;
mod policy;
mod provider;
mod retention;
mod webhook;

use crate::connections::Bounds;
use crate::identity::{Identity, Organisation, OrganisationEntry, Role};
use crate::intake::folder::DropFolder;
use crate::intake::lmtp::Lmtp;
use crate::intake::type_b::TypeB;
use crate::limits::REQUESTS_PER_SECOND;
use crate::policy::Allowed;
use crate::proxies::Proxies;
use crate::push::mail::{Address as MailAddress, Relay};
use crate::room::Training;
use crate::tls::TlsFiles;
use jiff::SignedDuration;
use programme::{Mode, ProgrammeId};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use std::num::{NonZeroU16, NonZeroU32};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::postgres::{Address, AddressFault};

pub use lists::{ListAges, age_days};
pub use mail::MailBoxEntry;
pub use people::People;
pub use policy::Policies;
pub use provider::{Provider, ProviderEntry};
pub use retention::Retention;
pub(crate) use webhook::may_be_asked;
pub use webhook::{Webhook, WebhookEntry};

use connections::ConnectionsEntry;
use people::PeopleEntry;
use policy::PolicyEntry;
use retention::RetentionEntry;

/// Where a node listens unless it is told otherwise: on this machine alone.
pub const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8765);

/// Name of the configuration in the data folder.
pub const FILE: &str = "loadgate.toml";

/// Name of a node's own policies in the data folder.
pub const POLICIES: &str = "policies.cedar";

/// Requests of one organisation of a room in a second: stories are played as fast as they go.
const ROOM_REQUESTS_PER_SECOND: NonZeroU32 = NonZeroU32::new(100_000).unwrap();

/// Days for which notices are kept in inboxes.
const NOTICES_KEPT_DAYS: NonZeroU32 = NonZeroU32::new(30).unwrap();

/// Most bytes of one request.
const BODY_BYTES_MAX: usize = 64 << 20;

/// What a node is told.
#[derive(Debug)]
pub struct Config {
    /// The folder of the database, its keys and the configuration.
    pub data: PathBuf,
    /// The database that is shared with other nodes, instead of one in the folder.
    pub database: Option<Address>,
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
    /// From which age on their editions count as old.
    pub list_ages: ListAges,
    /// How long "load" holds at most.
    pub validity: Option<SignedDuration>,
    /// How long the list of a flight holds at most.
    pub list_validity: Option<SignedDuration>,
    /// Most bytes of one request.
    pub body_bytes_max: usize,
    /// The file by which a time service says that it has set the clock.
    pub clock_synchronised_file: Option<PathBuf>,
    /// The node's certificates, where it speaks TLS itself.
    pub tls: Option<TlsFiles>,
    /// Folders into which others put files.
    pub folders: Vec<DropFolder>,
    /// Ports for Type-B messages.
    pub type_b: Vec<TypeB>,
    /// What each organisation may do.
    pub allowed: Allowed,
    /// Requests of one organisation in a second.
    pub requests_per_second: NonZeroU32,
    /// How many connections there may be, and how long they may be silent.
    pub connections: Bounds,
    /// The servers before the node.
    pub proxies: Proxies,
    /// Who is told, step by step, where a recall or a call in the air stays unheeded; the duty desk where nobody is named.
    pub escalation: Vec<Vec<Arc<str>>>,
    /// How long notices are kept in inboxes.
    pub notices_kept: SignedDuration,
    /// Where mails come in.
    pub lmtp: Vec<Lmtp>,
    /// Where notices are pushed to, by organisation.
    pub webhooks: Vec<(Arc<str>, Webhook)>,
    /// To whom mails are handed.
    pub relay: Option<Arc<Relay>>,
    /// Where notices are mailed to, by organisation.
    pub mail_boxes: Vec<(Arc<str>, MailAddress)>,
    /// How long goods are kept, and what becomes of them then.
    pub retention: Retention,
    /// Policies of the State and the station.
    pub policies: Policies,
    /// How people sign in; `None` where they cannot, as in a room.
    pub people: Option<People>,
    /// Where it is a room for training.
    pub training: Option<Training>,
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
    /// The address of the shared database is none.
    #[error(transparent)]
    Database(#[from] AddressFault),
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
    #[serde(default)]
    list_age_days: BTreeMap<String, NonZeroU16>,
    validity_minutes: Option<NonZeroU32>,
    gate_list_minutes: Option<NonZeroU32>,
    body_bytes_max: Option<usize>,
    clock_synchronised_file: Option<PathBuf>,
    requests_per_second: Option<NonZeroU32>,
    #[serde(default)]
    connections: ConnectionsEntry,
    #[serde(default)]
    escalation: Vec<Vec<String>>,
    notices_kept_days: Option<NonZeroU32>,
    #[serde(default)]
    policy: PolicyEntry,
    #[serde(default)]
    retention: RetentionEntry,
    #[serde(default)]
    people: PeopleEntry,
    tls: Option<TlsEntry>,
    #[serde(default)]
    folder: Vec<FolderEntry>,
    #[serde(default)]
    type_b: Vec<TypeBEntry>,
    #[serde(default)]
    lmtp: Vec<lmtp::LmtpEntry>,
    mail: Option<mail::RelayEntry>,
    #[serde(default)]
    organisation: BTreeMap<String, OrganisationEntry>,
}

/// Certificates as the file has them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TlsEntry {
    certificate: PathBuf,
    key: PathBuf,
    clients: Option<PathBuf>,
}

/// A folder as the file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FolderEntry {
    path: PathBuf,
    organisation: String,
}

/// A port for Type-B messages as the file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TypeBEntry {
    listen: SocketAddr,
    organisation: String,
    #[serde(default)]
    origins: BTreeMap<String, String>,
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
        let mut config = Self::of(data, file).map_err(|why| ConfigError::Invalid { path, why })?;
        config.identity = config.identity.administered();
        config.allowed = Self::allowed(data, &config.identity)?;
        Ok(config)
    }

    /// What the policies of a data folder, beside those of the release, allow organisations.
    ///
    /// # Errors
    /// Where the file cannot be read, or says something that it cannot.
    pub fn allowed(data: &Path, identity: &Identity) -> Result<Allowed, ConfigError> {
        let path = data.join(POLICIES);
        let own = match std::fs::read_to_string(&path) {
            Ok(own) => Some(own),
            Err(why) if why.kind() == std::io::ErrorKind::NotFound => None,
            Err(why) => return Err(ConfigError::Unreadable { path, why }),
        };
        Allowed::new(identity, own.as_deref()).map_err(|why| ConfigError::Invalid { path, why })
    }

    /// On a database that is shared with other nodes, by its address.
    ///
    /// # Errors
    /// Where it is no address, or says that what it connects to need not be known.
    pub fn shared(self, address: &str) -> Result<Self, ConfigError> {
        Ok(Self { database: Some(address.parse()?), ..self })
    }

    /// The configuration of a room.
    ///
    /// # Errors
    /// Where it says something that it cannot, or that is not for rooms.
    pub fn of_room(
        folder: &Path,
        configuration: Map<String, Value>,
        training: Training,
    ) -> Result<Self, String> {
        let machine = [
            "listen",
            "lists",
            "clock_synchronised_file",
            "tls",
            "folder",
            "type_b",
            "lmtp",
            "mail",
            "body_bytes_max",
            "connections",
            "people",
            "retention",
        ];
        if let Some(name) = machine.iter().find(|name| configuration.contains_key(**name)) {
            return Err(format!("{name} is not for rooms: leave it out"));
        }
        let file: File =
            serde_json::from_value(Value::Object(configuration)).map_err(|why| why.to_string())?;
        let mut config = Self::of(folder, file)?;
        if !config.webhooks.is_empty() {
            return Err("webhook is not for rooms: what happens in one reaches nothing outside".to_owned());
        }
        if config.identity.organisations().any(|one| one.role == Role::Trainer) {
            return Err("a room has no rooms: leave the trainer out".to_owned());
        }
        config.allowed = Allowed::new(&config.identity, None)?;
        config.requests_per_second = ROOM_REQUESTS_PER_SECOND;
        config.people = None;
        config.training = Some(training);
        Ok(config)
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
        let policies = file.policy.read(&known)?;
        let (connections, proxies) = file.connections.read()?;
        let webhooks = webhook::read(data, &file.organisation)?;
        let relay = file.mail.map(|entry| mail::relay(data, entry)).transpose()?;
        let mail_boxes = mail::boxes(&file.organisation, relay.is_some())?;
        if !file.lmtp.is_empty() {
            file.organisation.keys().try_for_each(|name| lmtp::is_free(name))?;
        }
        let providers = provider::read(data, &file.organisation)?;
        let people = file.people.read()?;
        let identity = Identity::of(file.organisation, providers)?;
        let body_bytes_max = file.body_bytes_max.unwrap_or(BODY_BYTES_MAX);
        let whose = |place: &str, name: &str| {
            let known = identity.organisations().find(|known| *known.name == *name).cloned();
            known.ok_or_else(|| format!("{place}: there is no organisation {name}"))
        };
        let mut folders = Vec::new();
        for FolderEntry { path, organisation } in file.folder {
            let organisation = whose("folder", &organisation)?;
            folders.push(DropFolder { path: data.join(path), organisation, bytes_max: body_bytes_max });
        }
        let mut type_b = Vec::new();
        for TypeBEntry { listen, organisation, origins } in file.type_b {
            // The frames bring no proof of who speaks.
            if !listen.ip().is_loopback() {
                return Err(format!(
                    "type_b: {listen} can be reached from other machines; listen on 127.0.0.1, where a gateway or tunnel \
                     proves who speaks"
                ));
            }
            let organisation = whose("type_b", &organisation)?;
            // Whoever has an address speaks from it at every port, unless the port says otherwise.
            let addressed = identity.organisations().flat_map(|one| {
                one.addresses.type_b.iter().map(move |address| (address.clone(), Arc::clone(one)))
            });
            let mut speakers: BTreeMap<String, Arc<Organisation>> = addressed.collect();
            for (origin, name) in origins {
                speakers.insert(origin, whose("type_b.origins", &name)?);
            }
            type_b.push(TypeB { listen, organisation, origins: speakers });
        }
        let lmtp = file.lmtp.into_iter().map(|entry| entry.read(data, body_bytes_max, whose));
        let lmtp = lmtp.collect::<Result<_, String>>()?;
        let step = |names: Vec<String>| -> Result<Vec<Arc<str>>, String> {
            names.iter().map(|name| Ok(Arc::clone(&whose("escalation", name)?.name))).collect()
        };
        let escalation = file.escalation.into_iter().map(step).collect::<Result<_, String>>()?;
        let kept = i64::from(file.notices_kept_days.unwrap_or(NOTICES_KEPT_DAYS).get());
        // Paths in the file are seen from where it is.
        let lists = file.lists.into_iter().map(|path| data.join(path)).collect();
        Ok(Self {
            data: data.to_owned(),
            database: None,
            listen: file.listen.unwrap_or(LISTEN),
            identity,
            folders,
            type_b,
            lmtp,
            modes,
            duty_desks: file.duty_desks,
            aviation_security: file.aviation_security,
            lists,
            list_ages: ListAges::read(file.list_age_days)?,
            validity: file
                .validity_minutes
                .map(|minutes| SignedDuration::from_mins(i64::from(minutes.get()))),
            list_validity: file
                .gate_list_minutes
                .map(|minutes| SignedDuration::from_mins(i64::from(minutes.get()))),
            body_bytes_max,
            clock_synchronised_file: file.clock_synchronised_file,
            tls: file.tls.map(|tls| TlsFiles {
                certificate: data.join(tls.certificate),
                key: data.join(tls.key),
                clients: tls.clients.map(|path| data.join(path)),
            }),
            allowed: Allowed::default(),
            requests_per_second: file.requests_per_second.unwrap_or(REQUESTS_PER_SECOND),
            connections,
            proxies,
            escalation,
            notices_kept: SignedDuration::from_hours(24 * kept),
            webhooks,
            relay,
            mail_boxes,
            retention: file.retention.read()?,
            policies,
            people: Some(people),
            training: None,
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
            ("gate_list_minutes = 0", "gate_list_minutes"),
            ("[connections]\naddress_max = 0", "address_max"),
            ("[connections]\nproxies = [\"0.0.0.0/0\"]", "connections.proxies: 0.0.0.0/0 is every address"),
            ("[connections]\nproxies = [\"caddy\"]", "connections.proxies: caddy is no address"),
            ("[connections]\nproxy_header = \"forwarded\"", "connections.proxy_header: name the servers"),
            (
                "[connections]\nproxies = [\"::1\"]\nproxy_header = \"x-real-ip\"",
                "connections.proxy_header: x-real-ip",
            ),
            ("[connections]\nhead_seconds = 301", "connections.head_seconds: 301: it takes 1 to 300"),
            ("listen = \"here\"", "listen"),
            ("[programmes]\nus-acas = \"watch\"", "programmes.us-acas: watch is no mode"),
            ("[programmes]\nmars = \"relay\"", "programmes.mars"),
            ("[organisation.a]\nrole = \"boss\"", "organisation.a"),
            ("[organisation.a]\nrole = \"filer\"\ncopies = true", "organisation.a: copies"),
            ("[policy]\ndesignation = \"often\"", "policy.designation"),
            ("[retention]\ndefault_days = 30", "retention.default_days: 30: it takes 365 to 3660"),
            ("[retention]\ncheck_hours = 0", "check_hours"),
            ("[policy]\nexemptions = [\"NICE\"]", "policy.exemptions: NICE"),
            ("[policy]\none_officer = { stated = \" \", review_minutes = 1 }", "policy.one_officer.stated"),
            (
                "[policy]\none_officer = { stated = \"7\", review_minutes = 0 }",
                "policy.one_officer.review_minutes",
            ),
            ("[list_age_days]\nmars = 1", "list_age_days.mars"),
            ("[list_age_days]\nofac-sdn = 0", "ofac-sdn = 0"),
            ("[policy.methods_min]\nmars = 1", "policy.methods_min.mars"),
            ("[policy.methods_min]\nus-acas = 0", "at least one method"),
            (
                "[organisation.a]\nrole = \"filer\"\nstations = [\"Frankfurt\"]",
                "organisation.a: stations: \"Frankfurt\"",
            ),
            (
                "[organisation.a]\nrole = \"filer\"\naddresses = { type_b = [\"X\"] }",
                "organisation.a: addresses.type_b: \"X\"",
            ),
            (
                "[organisation.a]\nrole = \"filer\"\naddresses = { type_b = [\"ZRHAA8Z\"] }\n[organisation.b]\nrole = \
                 \"filer\"\naddresses = { type_b = [\"ZRHAA8Z\"] }",
                "organisation.b: addresses: ZRHAA8Z is an address of a already",
            ),
            ("escalation = [[\"night\"]]", "escalation: there is no organisation night"),
            ("[[lmtp]]\nlisten = \"0.0.0.0:24\"\nauthserv_id = \"mx\"", "reached from other machines"),
            ("[[lmtp]]\nlisten = \"here\"\nauthserv_id = \"mx\"", "lmtp.listen: here"),
            ("[[lmtp]]\nlisten = \"127.0.0.1:24\"\nauthserv_id = \"m x\"", "lmtp.authserv_id"),
            ("[[lmtp]]\nlisten = \"127.0.0.1:24\"\nauthserv_id = \"mx\"", "lmtp.recipient: name"),
            (
                "[organisation.a]\nrole = \"filer\"\n[[organisation.a.mail]]\nto = \"a@b.example\"",
                "needs a relay",
            ),
        ] {
            let why = read(text).unwrap_err();
            assert!(why.contains(told), "{text}: {why}");
        }
        // Who may speak by mail, and from where.
        let of = |role: &str, from: &str, name: &str| {
            read(&format!(
                "[organisation.\"{name}\"]\nrole = \"{role}\"\n[[lmtp]]\nlisten = \"mail/in.sock\"\nauthserv_id = \
                 \"mx\"\n[[lmtp.recipient]]\naddress = \"A@state.example\"\norganisation = \"{name}\"\nfrom = [{from}]"
            ))
        };
        for (role, from, name, told) in [
            ("filer", "", "a", "from: name the addresses"),
            ("filer", "\"a b@c.example\"", "a", "is no mail address"),
            ("authority of ca-pact", "\"x@y.example\"", "a", "no published address of ca-pact"),
            ("authority of us-acas", "\"x@y.example\"", "a", "has published no mail address"),
            ("officer of us-acas", "\"x@y.example\"", "a", "a mail cannot speak for a"),
            ("registry", "\"x@y.example\"", "a", "a mail cannot speak for a"),
            ("filer", "\"x@y.example\"", "Unproven mail", "choose another"),
        ] {
            let why = of(role, from, name).unwrap_err();
            assert!(why.contains(told), "{role} {from}: {why}");
        }
        let config = of("authority of ca-pact", "\"rfipact-ddicfapc@TC.gc.ca\"", "a").unwrap();
        let recipient = &config.lmtp[0].recipients["a@state.example"];
        assert!(recipient.from.contains("rfipact-ddicfapc@tc.gc.ca"));
        let config = read("lists = [\"lists/sdn.csv\"]\n[programmes]\nca-pact = \"relay\"").unwrap();
        assert_eq!(config.lists, [PathBuf::from("/data/lists/sdn.csv")]);
        assert_eq!(config.modes.values().collect::<Vec<_>>(), [&Mode::Relay]);
    }
}
