//! Where notices are mailed to, and by which relay.

use crate::identity::OrganisationEntry;
use crate::push::mail::{Address, Relay, RelaySettings, Tls};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use store::secret;

/// Seconds within which a relay takes a mail.
const ANSWER_S: u16 = 60;

/// A mail box as the file has it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailBoxEntry {
    to: String,
}

/// The relay as the file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RelayEntry {
    relay: String,
    from: String,
    #[serde(default)]
    tls: TlsEntry,
    authorities: Option<PathBuf>,
    user: Option<String>,
    password_file: Option<PathBuf>,
    answer_seconds: Option<u16>,
    url: Option<String>,
}

#[derive(Debug, Default, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum TlsEntry {
    Implicit,
    #[default]
    Required,
    Opportunistic,
    None,
}

/// The relay.
pub(super) fn relay(data: &Path, entry: RelayEntry) -> Result<Arc<Relay>, String> {
    let of = |why: String| format!("mail.{why}");
    let (host, port) = place(&entry.relay).map_err(of)?;
    let tls = match entry.tls {
        TlsEntry::Implicit => Tls::Implicit,
        TlsEntry::Required => Tls::Required,
        TlsEntry::Opportunistic => Tls::Opportunistic,
        TlsEntry::None => Tls::None,
    };
    let local = is_local(&host);
    if tls == Tls::None && !local {
        return Err(of(format!(
            "tls: {host} is another machine, and mails leave this one under TLS alone: write tls = \"required\""
        )));
    }
    let read = |name: &str, path: &Path| {
        let path = data.join(path);
        std::fs::read(&path).map_err(|why| of(format!("{name} {}: {why}", path.display())))
    };
    let login = match (entry.user, entry.password_file) {
        (None, None) => None,
        (Some(user), Some(path)) => {
            if !local && matches!(tls, Tls::Opportunistic | Tls::None) {
                return Err(of("tls: a password goes to another machine under TLS alone: write tls = \
                               \"required\" or \"implicit\""
                    .to_owned()));
            }
            let path = data.join(path);
            let password =
                secret::read(&path).map_err(|why| of(format!("password_file {}: {why}", path.display())))?;
            let password =
                String::from_utf8(password).ok().map(|text| text.trim_end_matches(['\r', '\n']).to_owned());
            let password = password.filter(|text| !text.is_empty() && !text.contains(['\r', '\n', '\0']));
            let wrong = || of("password_file: write the password into it, on one line".to_owned());
            Some((user, password.ok_or_else(wrong)?))
        }
        _ => return Err(of("user and password_file belong together: name both or neither".to_owned())),
    };
    let seconds = entry.answer_seconds.unwrap_or(ANSWER_S);
    if !(1..=600).contains(&seconds) {
        return Err(of("answer_seconds takes 1 to 600".to_owned()));
    }
    if let Some(url) = &entry.url {
        let parsed =
            reqwest::Url::parse(url).map_err(|why| of(format!("url: {url} is no address ({why})")))?;
        if !matches!(parsed.scheme(), "https" | "http") {
            return Err(of(format!("url: {url} is no address of a node; write it with https")));
        }
    }
    let settings = RelaySettings {
        authorities: entry.authorities.as_deref().map(|path| read("authorities", path)).transpose()?,
        host,
        port,
        from: entry.from,
        tls,
        login,
        answer: Duration::from_secs(u64::from(seconds)),
        url: entry.url,
    };
    Relay::new(settings).map(Arc::new).map_err(of)
}

/// The mail boxes of every organisation.
pub(super) fn boxes(
    organisations: &BTreeMap<String, OrganisationEntry>,
    has_relay: bool,
) -> Result<Vec<(Arc<str>, Address)>, String> {
    let mut boxes: Vec<(Arc<str>, Address)> = Vec::new();
    for (name, organisation) in organisations {
        for entry in &organisation.mail {
            let of = |why: String| format!("organisation.{name}.mail: {why}");
            let address = Address::parse(&entry.to).map_err(of)?;
            if !has_relay {
                return Err(of(format!("{address} needs a relay: name one under [mail]")));
            }
            if boxes.iter().any(|(other, known)| **other == **name && *known == address) {
                return Err(of(format!("{address} stands here twice")));
            }
            boxes.push((Arc::from(name.as_str()), address));
        }
    }
    Ok(boxes)
}

/// Host and port of a relay: `mail.example:587`, `127.0.0.1:25`, `[::1]:25`.
fn place(text: &str) -> Result<(String, u16), String> {
    let wrong = || format!("relay: {text} is no host with a port; write it as mail.example:587");
    let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
    let port: u16 = port.parse().ok().filter(|port| *port != 0).ok_or_else(wrong)?;
    let inner = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let sound = match inner {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            let plain = |one: char| one.is_ascii_alphanumeric() || "-._".contains(one);
            !host.is_empty() && host.chars().all(plain)
        }
    };
    // A certificate and a resolver know an address without brackets.
    if sound { Ok((inner.unwrap_or(host).to_owned(), port)) } else { Err(wrong()) }
}

fn is_local(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_relay_is_a_host_with_a_port() {
        assert_eq!(place("mail.example:587").unwrap(), ("mail.example".to_owned(), 587));
        assert_eq!(place("[::1]:25").unwrap(), ("::1".to_owned(), 25));
        for text in
            ["", "mail.example", "mail.example:0", "mail.example:x", ":25", "::1:25", "a b:25", "[x]:25"]
        {
            assert!(place(text).is_err(), "{text}");
        }
        assert!(
            is_local("127.0.0.1") && is_local("::1") && is_local("localhost") && !is_local("mail.example")
        );
    }

    #[test]
    fn what_would_leave_the_machine_in_the_clear_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("password", "secret\n"), ("empty", "\n")] {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
            }
        }
        let read = |text: &str| {
            let entry: Result<RelayEntry, _> = toml::from_str(&format!("from = \"n@state.example\"\n{text}"));
            entry.map_err(|why| why.to_string()).and_then(|entry| relay(folder.path(), entry).map(drop))
        };
        let login = "user = \"n\"\npassword_file = \"password\"";
        for (text, told) in [
            ("relay = \"mail.example:25\"\ntls = \"none\"", "mail.tls: mail.example is another machine"),
            (
                &format!("relay = \"mail.example:25\"\ntls = \"opportunistic\"\n{login}"),
                "mail.tls: a password",
            ),
            ("relay = \"127.0.0.1:25\"\ntls = \"none\"\nuser = \"n\"", "belong together"),
            (
                "relay = \"127.0.0.1:25\"\ntls = \"none\"\nuser = \"n\"\npassword_file = \"empty\"",
                "mail.password_file: write",
            ),
            (
                "relay = \"127.0.0.1:25\"\ntls = \"none\"\nuser = \"n\"\npassword_file = \"gone\"",
                "mail.password_file ",
            ),
            ("relay = \"127.0.0.1:25\"\ntls = \"none\"\nanswer_seconds = 0", "answer_seconds"),
            ("relay = \"127.0.0.1:25\"\ntls = \"none\"\nurl = \"node\"", "mail.url"),
            ("relay = \"127.0.0.1\"", "mail.relay"),
            ("relay = \"127.0.0.1:25\"\ntls = \"maybe\"", "maybe"),
            ("relay = \"127.0.0.1:25\"\ncolour = \"red\"", "colour"),
        ] {
            let why = read(text).unwrap_err();
            assert!(why.contains(told), "{text}: {why}");
        }
        read(&format!("relay = \"127.0.0.1:25\"\ntls = \"none\"\n{login}")).unwrap();
        read("relay = \"localhost:25\"\ntls = \"opportunistic\"").unwrap();
    }
}
