//! Where the database is, and how a connection to it is secured.
//!
//! The form is that of libpq (<https://www.postgresql.org/docs/current/libpq-connect.html>, Connection URIs). What
//! differs: there is no half-way. Either nothing is encrypted, or the server shows a certificate for the name it was
//! called by, from an authority that is trusted.

use super::tls::Tls;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, SslNegotiation, TargetSessionAttrs};

/// How long one host is tried.
const CONNECT: Duration = Duration::from_secs(5);

/// After how long a peer that is gone is noticed though it never said so.
const GONE: Duration = Duration::from_secs(10);

/// Why an address is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the address of the database cannot be used: {0}")]
pub struct AddressFault(String);

fn fault(why: impl Into<String>) -> AddressFault {
    AddressFault(why.into())
}

/// The address of a database, `postgres://USER:PASSWORD@HOST:PORT/NAME?…`. It is never shown with its password.
#[derive(Clone)]
pub struct Address {
    pub(super) config: Config,
    pub(super) tls: Option<Tls>,
    shown: String,
}

impl fmt::Display for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.shown)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Address({})", self.shown)
    }
}

impl FromStr for Address {
    type Err = AddressFault;

    fn from_str(text: &str) -> Result<Self, AddressFault> {
        if !["postgres://", "postgresql://"].iter().any(|start| text.starts_with(start)) {
            return Err(fault("it begins with postgres://, as in postgres://loadgate@db.example/loadgate"));
        }
        let (base, query) = text.split_once('?').unwrap_or((text, ""));
        let (mut mode, mut files, mut rest) = (None, Files::default(), Vec::new());
        for part in query.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            match name {
                "sslmode" => mode = Some(value.to_owned()),
                "sslrootcert" => files.roots = Some(path(value)?),
                "sslcert" => files.certificate = Some(path(value)?),
                "sslkey" => files.key = Some(path(value)?),
                _ => rest.push(part),
            }
        }
        let address = format!("{base}?{}", rest.join("&"));
        // What the parser says may have the password in it.
        let mut config: Config = address
            .trim_end_matches('?')
            .parse()
            .map_err(|_| fault("it is not of the form postgres://USER:PASSWORD@HOST:PORT/NAME?NAME=VALUE"))?;
        if config.get_hosts().is_empty() {
            return Err(fault(
                "it names no host; a socket is named by its folder, as in ?host=/run/postgresql",
            ));
        }
        let tls = secured(&config, mode.as_deref())?;
        config.ssl_mode(if tls { SslMode::Require } else { SslMode::Disable });
        let direct = config.get_ssl_negotiation() == SslNegotiation::Direct;
        if direct && !tls {
            return Err(fault("sslnegotiation=direct needs TLS, and it is off"));
        }
        let tls = if tls { Some(Tls::new(&files).map_err(fault)?) } else { None };
        if config.get_application_name().is_none() {
            config.application_name("loadgate");
        }
        config
            // A standby shows what was; the gate must know what is.
            .target_session_attrs(TargetSessionAttrs::ReadWrite)
            .connect_timeout(CONNECT)
            .tcp_user_timeout(GONE)
            .keepalives(true)
            .keepalives_idle(GONE / 2)
            .keepalives_interval(GONE / 5)
            .keepalives_retries(3);
        let shown = shown(&config);
        Ok(Self { config, tls, shown })
    }
}

/// Files that secure a connection.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// Authorities that are trusted, instead of those of this machine.
    pub(super) roots: Option<PathBuf>,
    /// The certificate this node shows, where the server asks for one.
    pub(super) certificate: Option<PathBuf>,
    /// Its key.
    pub(super) key: Option<PathBuf>,
}

/// Whether a connection is encrypted. To another machine it is, unless the address says otherwise in so many words.
fn secured(config: &Config, mode: Option<&str>) -> Result<bool, AddressFault> {
    match mode {
        None => Ok(!config.get_hosts().iter().all(is_local)),
        Some("disable") => Ok(false),
        Some("require" | "verify-ca" | "verify-full") => Ok(true),
        Some("allow" | "prefer") => Err(fault(
            "sslmode=allow and prefer go on in clear text where an attacker wants it so: write verify-full, or disable \
             where nobody else reaches the line",
        )),
        Some(other) => Err(fault(format!("sslmode={other} is no mode: write verify-full or disable"))),
    }
}

fn is_local(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

/// Hosts, name and user, as a log may have them.
fn shown(config: &Config) -> String {
    let ports = config.get_ports();
    let hosts = config.get_hosts().iter().enumerate().map(|(number, host)| {
        let port = ports.get(number).or(ports.first()).copied().unwrap_or(5432);
        match host {
            Host::Tcp(name) => format!("{name}:{port}"),
            #[cfg(unix)]
            Host::Unix(folder) => format!("{}:{port}", folder.display()),
        }
    });
    let hosts: Vec<String> = hosts.collect();
    let user = config.get_user().map(|user| format!("{user}@")).unwrap_or_default();
    format!("postgres://{user}{}/{}", hosts.join(","), config.get_dbname().unwrap_or_default())
}

/// A path in a query, where `%` and two digits stand for a byte.
fn path(value: &str) -> Result<PathBuf, AddressFault> {
    let wrong = || fault(format!("{value} is no path: % is written %25"));
    let mut bytes = Vec::with_capacity(value.len());
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next().ok_or_else(wrong)?, rest.next().ok_or_else(wrong)?];
        let digits = std::str::from_utf8(&digits).map_err(|_| wrong())?;
        bytes.push(u8::from_str_radix(digits, 16).map_err(|_| wrong())?);
    }
    String::from_utf8(bytes).map(PathBuf::from).map_err(|_| wrong())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        let address: Address = "postgres://node:s3cret@localhost:5433/cargo".parse().unwrap();
        assert_eq!(address.to_string(), "postgres://node@localhost:5433/cargo");
        assert!(!format!("{address:?}").contains("s3cret"));
        let socket: Address = "postgresql://node@/cargo?host=/run/postgresql".parse().unwrap();
        assert_eq!(socket.to_string(), "postgres://node@/run/postgresql:5432/cargo");
        let wrong = "postgres://node:s3cret@localhost:x/cargo".parse::<Address>().unwrap_err();
        assert!(!wrong.to_string().contains("s3cret"), "{wrong}");
    }

    #[test]
    fn a_line_to_another_machine_is_encrypted_and_the_server_known() {
        let tls = |text: &str| text.parse::<Address>().map(|address| address.tls.is_some());
        assert_eq!(tls("postgres://a@127.0.0.1/b"), Ok(false));
        assert_eq!(tls("postgres://a@[::1]/b"), Ok(false));
        assert_eq!(tls("postgres://a@/b?host=/run/postgresql"), Ok(false));
        assert_eq!(tls("postgres://a@db.example/b"), Ok(true));
        assert_eq!(tls("postgres://a@localhost,db.example/b"), Ok(true), "one of several is elsewhere");
        assert_eq!(tls("postgres://a@db.example/b?sslmode=disable"), Ok(false), "in so many words");
        assert_eq!(tls("postgres://a@localhost/b?sslmode=require"), Ok(true));
        for (text, told) in [
            ("postgres://a@db.example/b?sslmode=prefer", "verify-full"),
            ("postgres://a@db.example/b?sslmode=maybe", "maybe"),
            ("postgres://a@localhost/b?sslnegotiation=direct", "needs TLS"),
            ("postgres://a@db.example/b?sslrootcert=%2", "%25"),
            ("postgres://a@db.example/b?sslrootcert=/no/such.pem", "/no/such.pem"),
            ("postgres://a@db.example/b?sslcert=/a.pem", "sslkey"),
            ("postgres:///b", "no host"),
            ("host=localhost", "postgres://"),
        ] {
            let why = text.parse::<Address>().unwrap_err().to_string();
            assert!(why.contains(told), "{text}: {why}");
        }
    }
}
