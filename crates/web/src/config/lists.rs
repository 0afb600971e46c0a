//! From which age on an edition of a watch list counts as old here.

use jiff::civil::Date;
use names::{PartialDate, SOURCES};
use std::collections::BTreeMap;
use std::num::NonZeroU16;

/// Days, where nobody says otherwise. Ours: no source gives any.
const DAYS: NonZeroU16 = NonZeroU16::new(7).unwrap();

/// The name under which the file has the days of lists that it does not name.
const DEFAULT: &str = "default";

/// How many days old an edition may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListAges {
    days: NonZeroU16,
    of: BTreeMap<String, NonZeroU16>,
}

impl Default for ListAges {
    fn default() -> Self {
        Self { days: DAYS, of: BTreeMap::new() }
    }
}

impl ListAges {
    /// Reads what the file says, by the identifiers of sources.
    pub(super) fn read(mut of: BTreeMap<String, NonZeroU16>) -> Result<Self, String> {
        let days = of.remove(DEFAULT).unwrap_or(DAYS);
        let known = || SOURCES.iter().map(|source| source.id);
        match of.keys().find(|name| known().all(|id| id != name.as_str())) {
            Some(name) => {
                let known: Vec<&str> = known().collect();
                Err(format!("list_age_days.{name}: write {DEFAULT}, or one of {}", known.join(", ")))
            }
            None => Ok(Self { days, of }),
        }
    }

    /// How many days old an edition of a source may be.
    pub fn days_max(&self, source: &str) -> u16 {
        self.of.get(source).unwrap_or(&self.days).get()
    }

    /// How many days old what nobody named may be.
    pub fn days(&self) -> u16 {
        self.days.get()
    }
}

/// How many days ago an edition was, at least: one of a month or a year is taken to be of its last day. `None` where it
/// is undated.
pub fn age_days(edition: Option<&str>, today: Date) -> Option<u32> {
    let edition: PartialDate = edition?.parse().ok()?;
    let first = Date::new(edition.year(), edition.month().unwrap_or(1), edition.day().unwrap_or(1)).ok()?;
    let last = match (edition.month(), edition.day()) {
        (_, Some(_)) => first,
        (Some(_), None) => first.last_of_month(),
        (None, None) => first.last_of_year(),
    };
    // What is dated ahead is not old.
    let days = last.until(today).ok()?.get_days();
    Some(u32::try_from(days).unwrap_or(0))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn an_edition_is_as_old_as_it_is_at_least() {
        for (edition, days) in [
            (Some("2026-11-20"), Some(4)),
            (Some("2026-11-24"), Some(0)),
            (Some("2026-12-01"), Some(0)),
            (Some("2026-10"), Some(24)),
            (Some("2026-11"), Some(0)),
            (Some("2025"), Some(328)),
            (Some("2024-02"), Some(269 + 2 * 365)),
            (None, None),
            (Some("lately"), None),
        ] {
            assert_eq!(age_days(edition, date(2026, 11, 24)), days, "{edition:?}");
        }
    }

    #[test]
    fn each_source_has_its_own_age_or_that_of_all() {
        let read = |pairs: &[(&str, u16)]| {
            let pairs =
                pairs.iter().map(|(name, days)| ((*name).to_owned(), NonZeroU16::new(*days).unwrap()));
            ListAges::read(pairs.collect())
        };
        let ages = read(&[("default", 10), ("ofac-sdn", 3)]).unwrap();
        assert_eq!((ages.days_max("ofac-sdn"), ages.days_max("bis-dpl"), ages.days()), (3, 10, 10));
        assert_eq!(read(&[]).unwrap(), ListAges::default());
        assert!(read(&[("mars", 3)]).unwrap_err().contains("list_age_days.mars"));
    }
}
