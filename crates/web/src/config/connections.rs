//! Connections: how many there may be, and how long they may be silent.

use crate::connections::Bounds;
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
}

impl ConnectionsEntry {
    pub(super) fn read(self) -> Result<Bounds, String> {
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
        Ok(Bounds {
            max: self.max.unwrap_or(usual.max),
            address_max: self.address_max.unwrap_or(usual.address_max),
            head_max,
        })
    }
}
