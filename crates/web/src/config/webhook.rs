//! Where notices are pushed to.

use crate::identity::OrganisationEntry;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::secret;

/// What a secret starts with (Standard Webhooks).
const PREFIX: &str = "whsec_";

/// Bytes of a secret (Standard Webhooks).
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// A place as the file has it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhookEntry {
    url: String,
    secret_file: PathBuf,
}

/// A place to which notices are pushed.
#[derive(Clone)]
pub struct Webhook {
    /// Where.
    pub url: String,
    /// By what the messages are signed.
    pub secret: Vec<u8>,
}

impl fmt::Debug for Webhook {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Webhook").field("url", &self.url).finish_non_exhaustive()
    }
}

/// The places of every organisation.
pub(super) fn read(
    data: &Path,
    organisations: &BTreeMap<String, OrganisationEntry>,
) -> Result<Vec<(Arc<str>, Webhook)>, String> {
    let mut webhooks = Vec::new();
    for (name, organisation) in organisations {
        for entry in &organisation.webhook {
            let of = |why: String| format!("organisation.{name}.webhook {}: {why}", entry.url);
            may_be_asked(&entry.url).map_err(of)?;
            let path = data.join(&entry.secret_file);
            let secret = secret::read_text(&path)
                .map_err(|why| of(format!("secret_file {}: {why}", path.display())))?;
            let secret = secret.trim().strip_prefix(PREFIX).and_then(|text| STANDARD.decode(text).ok());
            let secret = secret.filter(|secret| SECRET_BYTES.contains(&secret.len())).ok_or_else(|| {
                of(format!(
                    "secret_file {}: write {PREFIX} and 24 to 64 random bytes in Base64, such as from \
                     `openssl rand -base64 32`",
                    path.display()
                ))
            })?;
            webhooks.push((Arc::from(name.as_str()), Webhook { url: entry.url.clone(), secret }));
        }
    }
    Ok(webhooks)
}

/// What leaves this machine does so under TLS alone.
pub(crate) fn may_be_asked(url: &str) -> Result<(), String> {
    let parsed = reqwest::Url::parse(url).map_err(|why| format!("it is no address ({why})"))?;
    let local = match parsed.host_str() {
        Some("localhost") => true,
        Some(host) => {
            host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
        None => false,
    };
    match parsed.scheme() {
        "https" => Ok(()),
        "http" if local => Ok(()),
        _ => Err("write an address with https; http is for this machine alone".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notices_leave_the_machine_under_tls_alone() {
        for (url, may) in [
            ("https://example.test/in", true),
            ("http://127.0.0.1:9/in", true),
            ("http://[::1]:9/in", true),
            ("http://localhost/in", true),
            ("http://example.test/in", false),
            ("ftp://127.0.0.1/in", false),
            ("example.test", false),
            ("", false),
        ] {
            assert_eq!(may_be_asked(url).is_ok(), may, "{url}");
        }
    }
}
