//! Whether a node erases by itself what is over its time.

use serde::Deserialize;
use std::num::NonZeroU16;
use std::ops::RangeInclusive;
use std::time::Duration;

/// How often it looks, in hours, where nobody says otherwise. Ours.
const CHECK_HOURS: NonZeroU16 = NonZeroU16::new(24).unwrap();

/// Days for which what no programme bound may be kept: at least until its number may be used again, and as long as data of
/// programmes may say.
const DAYS: RangeInclusive<u32> = 365..=3660;

/// The section as the file has it.
#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RetentionEntry {
    #[serde(default)]
    erase: bool,
    check_hours: Option<NonZeroU16>,
    default_days: Option<u32>,
}

/// How long goods are kept, and what becomes of them then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Whether the node erases by itself what nothing keeps. Without it everything is kept: a State says so itself.
    pub erase: bool,
    /// How often it looks.
    pub check: Duration,
    /// For how many days a consignment is kept that no programme bound.
    pub default_days: u32,
}

impl RetentionEntry {
    pub(super) fn read(self) -> Result<Retention, String> {
        let default_days = self.default_days.unwrap_or(casework::retention::DEFAULT_DAYS);
        if !DAYS.contains(&default_days) {
            let (least, most) = (DAYS.start(), DAYS.end());
            return Err(format!("retention.default_days: {default_days}: it takes {least} to {most}"));
        }
        let hours = u64::from(self.check_hours.unwrap_or(CHECK_HOURS).get());
        Ok(Retention { erase: self.erase, check: Duration::from_secs(3600 * hours), default_days })
    }
}
