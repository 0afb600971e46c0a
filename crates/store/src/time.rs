//! Times as databases keep them: nanoseconds since 1970 UTC.

use crate::StoreError;
use jiff::Timestamp;

/// A time as a database keeps it.
pub(crate) fn nanoseconds(at: Timestamp) -> Result<i64, StoreError> {
    i64::try_from(at.as_nanosecond()).map_err(|_| StoreError::Time(at))
}

/// A time that a database kept.
pub(crate) fn timestamp(at: i64) -> Timestamp {
    // Every number of nanoseconds in 64 bits lies between the years 1677 and 2262.
    Timestamp::from_nanosecond(i128::from(at)).unwrap_or(Timestamp::MIN)
}
