//! Connections: how many there may be, how long they may be silent, and which servers stand before the node.

use crate::connections::Bounds;
use crate::proxies::{Proxies, Told};
use serde::Deserialize;
use std::num::NonZeroU32;
use std::time::Duration;

/// Longest time for the head of a request, in seconds.
const HEAD_SECONDS_MAX: u32 = 300;

/// The table `connections` as the file has it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConnectionsEntry {
    max: Option<NonZeroU32>,
    address_max: Option<NonZeroU32>,
    head_seconds: Option<NonZeroU32>,
    #[serde(default)]
    proxies: Vec<String>,
    proxy_header: Option<String>,
}

impl ConnectionsEntry {
    pub(super) fn read(self) -> Result<(Bounds, Proxies), String> {
        let usual = Bounds::default();
        let head_max = match self.head_seconds {
            None => usual.head_max,
            Some(seconds) if seconds.get() <= HEAD_SECONDS_MAX => {
                Duration::from_secs(u64::from(seconds.get()))
            }
            Some(seconds) => {
                return Err(format!("connections.head_seconds: {seconds}: it takes 1 to {HEAD_SECONDS_MAX}"));
            }
        };
        let trusted = self.proxies.iter().map(|text| text.parse());
        let trusted = trusted.collect::<Result<Vec<_>, String>>();
        let trusted = trusted.map_err(|why| format!("connections.proxies: {why}"))?;
        let told = match self.proxy_header.as_deref() {
            Some(_) if trusted.is_empty() => {
                return Err(
                    "connections.proxy_header: name the servers whose header counts (proxies)".to_owned()
                );
            }
            None => Told::default(),
            Some(name) if name.eq_ignore_ascii_case("x-forwarded-for") => Told::XForwardedFor,
            Some(name) if name.eq_ignore_ascii_case("forwarded") => Told::Forwarded,
            Some(name) => {
                return Err(format!("connections.proxy_header: {name}: write x-forwarded-for or forwarded"));
            }
        };
        let bounds = Bounds {
            max: self.max.unwrap_or(usual.max),
            address_max: self.address_max.unwrap_or(usual.address_max),
            head_max,
        };
        Ok((bounds, Proxies { trusted, told }))
    }
}
