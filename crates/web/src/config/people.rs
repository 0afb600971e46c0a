//! How people sign in.

use jiff::SignedDuration;
use serde::Deserialize;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use webauthn_rs::prelude::Url;

/// Minutes without a request after which somebody is signed out.
const IDLE_MINUTES: NonZeroU32 = NonZeroU32::new(30).unwrap();
/// Hours after which somebody signs in again whatever he did.
const SESSION_HOURS: NonZeroU32 = NonZeroU32::new(12).unwrap();
/// Minutes for which showing a passkey is good for what needs it.
const PROOF_MINUTES: NonZeroU32 = NonZeroU32::new(5).unwrap();
/// Hours for which an invitation is good.
const INVITATION_HOURS: NonZeroU32 = NonZeroU32::new(72).unwrap();
/// Minutes for which the link to the first administrator is good.
const FIRST_LINK_MINUTES: NonZeroU32 = NonZeroU32::new(30).unwrap();

/// Longest of these times, in minutes: a month.
const MINUTES_MAX: i64 = 31 * 24 * 60;

/// The table `people` as the file has it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PeopleEntry {
    origin: Option<String>,
    relying_party: Option<String>,
    idle_minutes: Option<NonZeroU32>,
    session_hours: Option<NonZeroU32>,
    proof_minutes: Option<NonZeroU32>,
    invitation_hours: Option<NonZeroU32>,
    first_link_minutes: Option<NonZeroU32>,
}

/// How people sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct People {
    /// Where their browsers find the node; `None` for this machine, at the port where it listens.
    pub origin: Option<Url>,
    /// To which domain passkeys belong, where it is not that of the origin.
    pub relying_party: Option<String>,
    /// How long somebody stays signed in who does nothing.
    pub idle: SignedDuration,
    /// How long somebody stays signed in at most.
    pub session: SignedDuration,
    /// How long showing a passkey is good for what needs it.
    pub proof: SignedDuration,
    /// How long an invitation is good.
    pub invitation: SignedDuration,
    /// How long the link to the first administrator is good.
    pub first_link: SignedDuration,
}

impl PeopleEntry {
    pub(super) fn read(self) -> Result<People, String> {
        let origin = self.origin.as_deref().map(origin).transpose()?;
        if let Some(domain) = &self.relying_party {
            let of = origin.as_ref().and_then(Url::domain).unwrap_or_default();
            if of != domain && !of.ends_with(&format!(".{domain}")) {
                return Err(format!(
                    "people.relying_party: {domain} is not the domain of people.origin, nor one above it"
                ));
            }
        }
        let minutes = |name: &str, given: Option<NonZeroU32>, usual: NonZeroU32, unit: i64| {
            let minutes = i64::from(given.unwrap_or(usual).get()) * unit;
            match minutes <= MINUTES_MAX {
                true => Ok(SignedDuration::from_mins(minutes)),
                false => Err(format!("people.{name}: at most a month")),
            }
        };
        Ok(People {
            origin,
            relying_party: self.relying_party,
            idle: minutes("idle_minutes", self.idle_minutes, IDLE_MINUTES, 1)?,
            session: minutes("session_hours", self.session_hours, SESSION_HOURS, 60)?,
            proof: minutes("proof_minutes", self.proof_minutes, PROOF_MINUTES, 1)?,
            invitation: minutes("invitation_hours", self.invitation_hours, INVITATION_HOURS, 60)?,
            first_link: minutes("first_link_minutes", self.first_link_minutes, FIRST_LINK_MINUTES, 1)?,
        })
    }
}

impl People {
    /// Where browsers find a node that listens here, under TLS or not; `None` where that has to be said, and was not.
    pub fn origin_at(&self, listens: SocketAddr, tls: bool) -> Option<Url> {
        let here = || {
            // Passkeys belong to a name and not to an address.
            let scheme = if tls { "https" } else { "http" };
            let here = format!("{scheme}://localhost:{}", listens.port());
            listens.ip().is_loopback().then(|| Url::parse(&here).ok()).flatten()
        };
        self.origin.clone().or_else(here)
    }
}

/// Passkeys work under TLS, or on the machine itself.
fn origin(text: &str) -> Result<Url, String> {
    let wrong = |why: &str| format!("people.origin: {text} {why}; write one such as https://gate.example");
    let url = Url::parse(text).map_err(|_| wrong("is no address"))?;
    let secure = match (url.scheme(), url.domain()) {
        (_, None) => return Err(wrong("names no domain, and passkeys belong to one")),
        ("https", _) => true,
        ("http", Some(domain)) => domain == "localhost" || domain.ends_with(".localhost"),
        _ => false,
    };
    if !secure {
        return Err(wrong("is no address under https"));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
        return Err(wrong("has more than scheme, domain and port"));
    }
    Ok(url)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_domain_under_tls_or_this_machine() {
        for (text, may) in [
            ("https://gate.example", true),
            ("https://gate.example:8443", true),
            ("http://localhost:8765", true),
            ("http://gate.example", false),
            ("https://192.0.2.1", false),
            ("https://gate.example/loadgate", false),
            ("https://a@gate.example", false),
            ("gate.example", false),
            ("", false),
        ] {
            assert_eq!(origin(text).is_ok(), may, "{text}");
        }
    }

    #[test]
    fn times_have_stated_defaults_and_an_end() {
        let people = PeopleEntry::default().read().unwrap();
        assert_eq!(
            (people.idle, people.proof),
            (SignedDuration::from_mins(30), SignedDuration::from_mins(5))
        );
        let entry = PeopleEntry { session_hours: NonZeroU32::new(9_999), ..PeopleEntry::default() };
        assert!(entry.read().unwrap_err().contains("people.session_hours"));
        let entry = PeopleEntry { relying_party: Some("other.example".into()), ..PeopleEntry::default() };
        assert!(entry.read().unwrap_err().contains("people.relying_party"));
        let here = people.origin_at("127.0.0.1:8765".parse().unwrap(), false).unwrap();
        assert_eq!(here.as_str(), "http://localhost:8765/");
        let here = people.origin_at("127.0.0.1:8765".parse().unwrap(), true).unwrap();
        assert_eq!(here.as_str(), "https://localhost:8765/");
        assert_eq!(people.origin_at("192.0.2.1:8765".parse().unwrap(), true), None);
    }
}
