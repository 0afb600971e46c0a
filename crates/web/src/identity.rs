//! Who speaks to a node, and what that proves: organisations, their roles, and the tokens of their machines.

mod addresses;

pub use addresses::Addresses;

use crate::config::{MailBoxEntry, Provider, WebhookEntry};
use crate::people::session::Signed;
use crate::problem::{self, Problem};
use addresses::AddressesEntry;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use casework::decision::Desk;
use casework::view::Asker;
use consignment::fact::Person;
use consignment::ident::{Carrier, Location};
use engine::Channel;
use jiff::Timestamp;
use programme::ProgrammeId;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::Arc;

/// Start of every token, so that scanners for leaked secrets know one.
const PREFIX: &str = "loadgate_";

/// Random bytes of a token.
const TOKEN_BYTES: usize = 32;

/// The organisation that runs a node where none is said to.
const ADMINISTRATION: &str = "administration";

/// The roles an organisation can have, in words.
const ROLES: &str = "filer, carrier, carrier 9Z, handler, officer of PROGRAMME or AGENCY, authority of PROGRAMME, \
                     registry, auditor, administrator, or trainer";

/// What an organisation is to this node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// It files.
    Filer,
    /// It carries, and may be known by its designator.
    Carrier(Option<Carrier>),
    /// It handles for carriers.
    Handler,
    /// Its people decide.
    Officer(Desk),
    /// It is the authority of a programme, speaking by machine.
    Authority(ProgrammeId),
    /// Screening lanes, custody desks and lists of approvals.
    Registry,
    /// It sees everything and changes nothing.
    Auditor,
    /// It runs the node, and has no business with goods.
    Administrator,
    /// It opens rooms for training, and has no business with goods.
    Trainer,
}

impl Role {
    /// Its name in policies.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Filer => "filer",
            Self::Carrier(_) => "carrier",
            Self::Handler => "handler",
            Self::Officer(_) => "officer",
            Self::Authority(_) => "authority",
            Self::Registry => "registry",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
            Self::Trainer => "trainer",
        }
    }

    /// As the configuration has it.
    pub fn words(&self) -> String {
        match self {
            Self::Carrier(Some(designator)) => format!("carrier {designator}"),
            Self::Officer(Desk::Authority(programme)) => format!("officer of {programme}"),
            Self::Officer(Desk::Agency(agency)) => format!("officer of {agency}"),
            Self::Authority(programme) => format!("authority of {programme}"),
            _ => self.name().to_owned(),
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        let programme = |name: &str| {
            let known = programme::embedded::all();
            known.iter().find(|known| known.id.as_str() == name.trim()).map(|known| known.id.clone())
        };
        if let Some(name) = text.strip_prefix("authority of ") {
            return programme(name)
                .map(Self::Authority)
                .ok_or_else(|| format!("there is no programme {name}"));
        }
        if let Some(whose) = text.strip_prefix("officer of ") {
            return Ok(Self::Officer(match programme(whose) {
                Some(programme) => Desk::Authority(programme),
                None => Desk::Agency(whose.trim().into()),
            }));
        }
        if let Some(code) = text.strip_prefix("carrier ") {
            let carrier = Carrier::parse(code.trim()).map_err(|why| format!("carrier {code}: {why}"))?;
            return Ok(Self::Carrier(Some(carrier)));
        }
        match text {
            "filer" => Ok(Self::Filer),
            "carrier" => Ok(Self::Carrier(None)),
            "handler" => Ok(Self::Handler),
            "registry" => Ok(Self::Registry),
            "auditor" => Ok(Self::Auditor),
            "administrator" => Ok(Self::Administrator),
            "trainer" => Ok(Self::Trainer),
            _ => Err(format!("{text} is no role; write {ROLES}")),
        }
    }
}

/// An organisation as the configuration has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganisationEntry {
    role: String,
    #[serde(default)]
    desk: bool,
    #[serde(default)]
    copies: bool,
    represents: Option<String>,
    #[serde(default)]
    token: Vec<TokenEntry>,
    #[serde(default)]
    certificate: Vec<CertificateEntry>,
    #[serde(default)]
    pub(crate) webhook: Vec<WebhookEntry>,
    #[serde(default)]
    pub(crate) mail: Vec<MailBoxEntry>,
    pub(crate) provider: Option<crate::config::ProviderEntry>,
    #[serde(default)]
    acts_by_people: bool,
    #[serde(default)]
    stations: Vec<String>,
    #[serde(default)]
    addresses: AddressesEntry,
}

/// A certificate of a machine as the configuration has it: its fingerprint.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CertificateEntry {
    name: String,
    sha256: String,
}

/// A token as the configuration has it: its hash, never itself.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenEntry {
    name: String,
    sha256: String,
    expires: String,
}

/// An organisation.
#[derive(Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its name here; filers are told apart by it.
    pub name: Arc<str>,
    /// What it is.
    pub role: Role,
    /// Whether its word counts on flights, units and bookings.
    pub desk: bool,
    /// For whom it files.
    pub represents: Option<Arc<str>>,
    /// Whether it has a copy of every notice.
    pub copies: bool,
    /// Whether acts of its officers count from people who are signed in alone, and not from its machines.
    pub acts_by_people: bool,
    /// Where its people may sign in instead of by a passkey.
    pub provider: Option<Provider>,
    /// Where it works; empty for everywhere.
    pub stations: BTreeSet<Location>,
    /// Where it is reached.
    pub addresses: Addresses,
}

impl Organisation {
    /// One of which nothing else is said.
    pub fn new(name: Arc<str>, role: Role) -> Self {
        Self {
            name,
            role,
            desk: false,
            represents: None,
            copies: false,
            acts_by_people: false,
            provider: None,
            stations: BTreeSet::new(),
            addresses: Addresses::default(),
        }
    }

    /// By which way it speaks.
    pub fn channel(&self) -> Channel {
        let name = &self.name;
        match &self.role {
            Role::Filer | Role::Handler | Role::Auditor | Role::Administrator | Role::Trainer => {
                Channel::filer(name)
            }
            Role::Carrier(None) => Channel::carrier(name),
            Role::Carrier(Some(designator)) => Channel::of_carrier(name, *designator),
            Role::Officer(desk) => Channel::officers(name, desk.clone()),
            Role::Authority(programme) => {
                Channel { name: Arc::clone(name), ..Channel::authority(programme.clone()) }
            }
            Role::Registry => Channel::registry(name),
        }
    }

    /// As whom it asks.
    pub fn asker(&self) -> Asker {
        match &self.role {
            Role::Filer => Asker::Filer(Arc::clone(&self.name)),
            Role::Carrier(_) => Asker::Carrier,
            Role::Handler | Role::Registry | Role::Administrator | Role::Trainer => Asker::Handler,
            Role::Officer(desk) => Asker::Officer(desk.clone()),
            Role::Authority(programme) => Asker::Officer(Desk::Authority(programme.clone())),
            Role::Auditor => Asker::Auditor,
        }
    }
}

/// Everybody a node knows.
#[derive(Debug, Default)]
pub struct Identity {
    organisations: BTreeMap<Arc<str>, Arc<Organisation>>,
    shown: Shown,
}

/// What machines show, and who has it.
#[derive(Debug, Default)]
pub struct Shown {
    tokens: HashMap<[u8; 32], Token>,
    certificates: HashMap<[u8; 32], Principal>,
}

#[derive(Debug)]
struct Token {
    organisation: Arc<Organisation>,
    name: Arc<str>,
    expires: Timestamp,
}

/// Who made a request.
#[derive(Debug, Clone)]
pub struct Principal {
    /// For whom.
    pub organisation: Arc<Organisation>,
    /// By which token or certificate.
    pub token: Arc<str>,
    /// As whom it asks in a room for training, where it says so.
    pub asks_as: Option<Asker>,
    /// The person who is signed in; `None` for a machine.
    pub signed: Option<Signed>,
    /// The hash of the token that a machine sent, or the fingerprint of its certificate.
    mark: Option<[u8; 32]>,
}

impl Principal {
    fn machine(organisation: Arc<Organisation>, token: Arc<str>, mark: [u8; 32]) -> Self {
        Self { organisation, token, asks_as: None, signed: None, mark: Some(mark) }
    }

    /// A person who is signed in, for his organisation.
    pub(crate) fn person(organisation: Arc<Organisation>, signed: Signed) -> Self {
        let token = Arc::clone(&signed.member.id);
        Self { organisation, token, asks_as: None, signed: Some(signed), mark: None }
    }

    /// As whom it asks.
    pub fn asker(&self) -> Asker {
        self.asks_as.clone().unwrap_or_else(|| self.organisation.asker())
    }

    /// That a person who is signed in has shown a passkey lately; machines are known by what they send each time.
    ///
    /// # Errors
    /// A problem where he has not.
    pub fn proved(&self, now: Timestamp) -> Result<(), Problem> {
        match &self.signed {
            Some(signed) if !signed.is_proved(now) => Err(Problem::plain(problem::PROOF_NEEDED)),
            _ => Ok(()),
        }
    }

    /// Who stands for what is done: the person who is signed in, or the machine by the name of its token or certificate.
    pub fn by(&self) -> Person {
        match &self.signed {
            Some(signed) => signed.member.person(),
            None => Person { id: Arc::clone(&self.token), organisation: Arc::clone(&self.organisation.name) },
        }
    }
}

/// Why nobody is known to have made a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// There is no token.
    Missing,
    /// Nobody has this token, or nobody has it any more.
    Invalid,
}

impl Identity {
    /// Reads organisations.
    ///
    /// # Errors
    /// What of which is wrong, and what would do.
    pub fn of(
        entries: BTreeMap<String, OrganisationEntry>,
        mut providers: BTreeMap<String, Provider>,
    ) -> Result<Self, String> {
        let mut identity = Self::default();
        let mut addressed: HashMap<String, String> = HashMap::new();
        let names: Vec<String> = entries.keys().cloned().collect();
        for (name, entry) in entries {
            let of = |why: String| format!("organisation.{name}: {why}");
            let role = Role::parse(&entry.role).map_err(of)?;
            if let Some(whom) = entry.represents.as_ref().filter(|whom| !names.contains(whom)) {
                return Err(of(format!("represents {whom}, and there is no such organisation")));
            }
            if entry.copies && role != Role::Auditor {
                return Err(of("copies is for an auditor: only he may see what others are told".to_owned()));
            }
            if entry.acts_by_people && !matches!(role, Role::Officer(_)) {
                return Err(of("acts_by_people is for officers: others do none of their acts".to_owned()));
            }
            let addresses = entry.addresses.read().map_err(of)?;
            for address in addresses.type_b.iter().chain(&addresses.pima) {
                if let Some(other) = addressed.insert(address.clone(), name.clone()) {
                    return Err(of(format!("addresses: {address} is an address of {other} already")));
                }
            }
            let station = |text: &String| {
                Location::parse(text)
                    .map_err(|_| of(format!("stations: {text:?}: write an IATA code, such as FRA")))
            };
            let organisation = Arc::new(Organisation {
                name: name.as_str().into(),
                stations: entry.stations.iter().map(station).collect::<Result<_, _>>()?,
                addresses,
                provider: providers.remove(&name),
                acts_by_people: entry.acts_by_people,
                role,
                desk: entry.desk,
                represents: entry.represents.as_deref().map(Arc::from),
                copies: entry.copies,
            });
            for token in entry.token {
                let hash = unhex(&token.sha256).ok_or_else(|| {
                    of(format!(
                        "token {}: sha256 takes 64 hexadecimal digits, as `loadgate token` prints them",
                        token.name
                    ))
                })?;
                let expires = token.expires.parse().map_err(|_| {
                    of(format!(
                        "token {}: expires takes date, time and offset, such as 2027-06-30T00:00:00Z",
                        token.name
                    ))
                })?;
                let held = Token {
                    organisation: Arc::clone(&organisation),
                    name: token.name.as_str().into(),
                    expires,
                };
                if identity.shown.tokens.insert(hash, held).is_some() {
                    return Err(of(format!("token {}: its hash stands here twice", token.name)));
                }
            }
            for certificate in entry.certificate {
                let CertificateEntry { name, sha256 } = certificate;
                let hash = unhex(&sha256.replace(':', "")).ok_or_else(|| {
                    of(format!(
                        "certificate {name}: sha256 takes the 64 hexadecimal digits of its fingerprint, as \
                         `openssl x509 -fingerprint -sha256` prints them"
                    ))
                })?;
                let token = name.as_str().into();
                let held = Principal::machine(Arc::clone(&organisation), token, hash);
                if identity.shown.certificates.insert(hash, held).is_some() {
                    return Err(of(format!("certificate {name}: its fingerprint stands here twice")));
                }
            }
            identity.organisations.insert(Arc::clone(&organisation.name), organisation);
        }
        Ok(identity)
    }

    /// Whether no machine is known.
    pub fn is_empty(&self) -> bool {
        self.shown.is_empty()
    }

    /// What machines show, which may change while a node runs; who they are does not.
    pub fn take_shown(&mut self) -> Shown {
        std::mem::take(&mut self.shown)
    }

    /// What machines show by another reading of the configuration, and the organisations that it says something else of:
    /// these stay what they are, and what those show that are new counts for nobody.
    pub fn again(&self, mut other: Self) -> (Shown, BTreeSet<Arc<str>>) {
        let names = self.organisations.keys().chain(other.organisations.keys());
        let differ = names.filter(|name| self.organisations.get(*name) != other.organisations.get(*name));
        let differ = differ.cloned().collect();
        let known = |one: &Arc<Organisation>| self.organisation(&one.name).map(Arc::clone);
        let Shown { tokens, certificates } = other.take_shown();
        let tokens = tokens.into_iter().filter_map(|(hash, held)| {
            Some((hash, Token { organisation: known(&held.organisation)?, ..held }))
        });
        let certificates = certificates.into_iter().filter_map(|(hash, held)| {
            Some((hash, Principal { organisation: known(&held.organisation)?, ..held }))
        });
        (Shown { tokens: tokens.collect(), certificates: certificates.collect() }, differ)
    }

    /// An organisation by its name.
    pub fn organisation(&self, name: &str) -> Option<&Arc<Organisation>> {
        self.organisations.get(name)
    }

    /// Gives a node that nobody is said to run an organisation whose people do.
    #[must_use]
    pub fn administered(mut self) -> Self {
        if self.organisations().all(|one| one.role != Role::Administrator) {
            let mut name: Arc<str> = ADMINISTRATION.into();
            while self.organisations.contains_key(&name) {
                name = format!("{name}'").into();
            }
            let organisation = Organisation::new(Arc::clone(&name), Role::Administrator);
            self.organisations.insert(name, Arc::new(organisation));
        }
        self
    }

    /// The organisations, in order of their names.
    pub fn organisations(&self) -> impl Iterator<Item = &Arc<Organisation>> {
        self.organisations.values()
    }

    /// Every token: whose it is, its name, and when it expires.
    pub fn tokens(&self) -> impl Iterator<Item = (&str, &str, Timestamp)> {
        self.shown.tokens.values().map(|token| (&*token.organisation.name, &*token.name, token.expires))
    }
}

impl Shown {
    /// Whether no machine is known.
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty() && self.certificates.is_empty()
    }

    /// How many tokens and certificates are known.
    pub fn count(&self) -> usize {
        self.tokens.len() + self.certificates.len()
    }

    /// Who has shown a certificate of this fingerprint.
    ///
    /// # Errors
    /// Where nobody has it.
    pub fn of_certificate(&self, fingerprint: &[u8; 32]) -> Result<Principal, Unknown> {
        self.certificates.get(fingerprint).cloned().ok_or(Unknown::Invalid)
    }

    /// Whether a machine that was let in is known still by just what it showed then.
    pub fn knows(&self, principal: &Principal, now: Timestamp) -> bool {
        principal.mark.is_some_and(|mark| {
            self.tokens.get(&mark).is_some_and(|held| now < held.expires)
                || self.certificates.contains_key(&mark)
        })
    }

    /// Who has the token of an `Authorization` header.
    ///
    /// # Errors
    /// Where there is none, or nobody has it.
    pub fn principal(&self, authorization: Option<&str>, now: Timestamp) -> Result<Principal, Unknown> {
        let given = authorization.ok_or(Unknown::Missing)?;
        let token = match given.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
            _ => return Err(Unknown::Missing),
        };
        // Found by the hash of a secret: how long it takes tells nothing of the secret.
        let mark = hash(token);
        let held = self.tokens.get(&mark).filter(|held| now < held.expires).ok_or(Unknown::Invalid)?;
        Ok(Principal::machine(Arc::clone(&held.organisation), Arc::clone(&held.name), mark))
    }
}

/// A new token and its hash in hexadecimal digits.
///
/// # Errors
/// Where the system has no random bytes.
pub fn new_token() -> Result<(String, String), aws_lc_rs::error::Unspecified> {
    let mut bytes = [0; TOKEN_BYTES];
    aws_lc_rs::rand::fill(&mut bytes)?;
    let token = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes));
    let hash = hex(&hash(&token));
    Ok((token, hash))
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

pub(crate) fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn identity(token: &str, expires: &str) -> Identity {
        let text = format!(
            "[acme]\nrole = \"filer\"\n[[acme.token]]\nname = \"warehouse\"\nsha256 = \"{token}\"\nexpires = \"{expires}\""
        );
        Identity::of(toml::from_str(&text).unwrap(), BTreeMap::new()).unwrap()
    }

    #[test]
    fn a_token_names_its_organisation_until_it_expires() {
        let (token, hash) = new_token().unwrap();
        let identity = identity(&hash, "2027-01-01T00:00:00Z");
        let bearer = format!("Bearer {token}");
        let now = "2026-11-24T06:00:00Z".parse().unwrap();
        let principal = identity.shown.principal(Some(&bearer), now).unwrap();
        assert_eq!((&*principal.organisation.name, &*principal.token), ("acme", "warehouse"));
        assert_eq!(principal.organisation.asker(), Asker::Filer("acme".into()));
        let later = "2027-01-01T00:00:00Z".parse().unwrap();
        assert_eq!(identity.shown.principal(Some(&bearer), later).unwrap_err(), Unknown::Invalid);
        assert_eq!([now, later].map(|at| identity.shown.knows(&principal, at)), [true, false]);
        assert_eq!(identity.shown.principal(Some("Bearer loadgate_x"), now).unwrap_err(), Unknown::Invalid);
        assert_eq!(identity.shown.principal(Some("Basic eDp5"), now).unwrap_err(), Unknown::Missing);
        assert_eq!(identity.shown.principal(None, now).unwrap_err(), Unknown::Missing);
        let (other, _) = new_token().unwrap();
        assert!(other != token && other.len() == PREFIX.len() + 43);
    }

    #[test]
    fn what_machines_show_is_read_again_for_those_who_were_known() {
        let read = |text: &str| Identity::of(toml::from_str(text).unwrap(), BTreeMap::new()).unwrap();
        let (one, two) = (new_token().unwrap(), new_token().unwrap());
        let of = |name: &str, role: &str, hash: &str| {
            format!(
                "[{name}]\nrole = \"{role}\"\n[[{name}.token]]\nname = \"m\"\nsha256 = \"{hash}\"\nexpires = \
                 \"2999-01-01T00:00:00Z\"\n"
            )
        };
        let held = |shown: &Shown, token: &str| {
            let known = shown.principal(Some(&format!("Bearer {token}")), Timestamp::UNIX_EPOCH);
            known.ok().map(|known| (known.organisation.name.to_string(), known.organisation.role.clone()))
        };
        let before = read(&of("acme", "filer", &one.1));
        let (shown, differ) = before.again(read(&of("acme", "filer", &two.1)));
        assert_eq!((held(&shown, &one.0), differ.len()), (None, 0));
        assert_eq!(held(&shown, &two.0), Some(("acme".to_owned(), Role::Filer)));
        let now = Timestamp::UNIX_EPOCH;
        let of_before = before.shown.principal(Some(&format!("Bearer {}", one.0)), now).unwrap();
        // Under the same name another token was given.
        assert!(!shown.knows(&of_before, now));
        // Who an organisation is changes with the node alone.
        let other = of("acme", "auditor", &two.1) + &of("zenith", "filer", &one.1);
        let (shown, differ) = before.again(read(&other));
        assert_eq!(held(&shown, &two.0), Some(("acme".to_owned(), Role::Filer)));
        assert_eq!(held(&shown, &one.0), None, "nobody is new");
        assert_eq!(differ.iter().map(|name| &**name).collect::<Vec<_>>(), ["acme", "zenith"]);
        let (shown, differ) = before.again(read(""));
        assert!(shown.is_empty() && differ.len() == 1, "who is gone shows nothing");
    }

    #[test]
    fn roles_are_read_and_what_is_none_is_refused() {
        assert_eq!(Role::parse("carrier 9Z"), Ok(Role::Carrier(Carrier::parse("9Z").ok())));
        assert!(matches!(Role::parse("officer of us-acas"), Ok(Role::Officer(Desk::Authority(_)))));
        assert!(matches!(Role::parse("officer of plant health"), Ok(Role::Officer(Desk::Agency(_)))));
        for text in ["", "boss", "authority of mars", "carrier 9", "Filer"] {
            assert!(Role::parse(text).is_err(), "{text}");
        }
    }
}
