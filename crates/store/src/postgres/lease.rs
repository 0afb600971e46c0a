//! What one node alone may do, and how the others know.
//!
//! Whoever has a lease has a token with it, which grows with every new holder. It is looked at in the transaction that
//! writes, and stays locked until that has ended: a holder who was stopped and goes on when another has taken over
//! writes nothing.

use super::link::Link;
use crate::StoreError;
use crate::segment::random;
use std::time::Duration;

/// A lease that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    name: &'static str,
    token: i64,
}

/// Who takes leases: another for each thread, and after each start.
#[derive(Debug, Clone)]
pub(super) struct Holder([u8; 16]);

impl Holder {
    pub(super) fn new() -> Result<Self, StoreError> {
        let bytes =
            random().map_err(|why| StoreError::Seal { place: "the holder of a lease".into(), why })?;
        Ok(Self(bytes))
    }

    /// Takes a lease that nobody has any more, or renews one's own; `None` where another has it. Time is that of the
    /// database.
    pub(super) fn take(
        &self,
        link: &Link,
        name: &'static str,
        time: Duration,
    ) -> Result<Option<Lease>, StoreError> {
        let sql = "INSERT INTO lease AS l (name, holder, token, until) \
                   VALUES ($1, $2, 1, clock_timestamp() + $3 * interval '1 millisecond') \
                   ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until, \
                   token = l.token + CASE WHEN l.holder = excluded.holder THEN 0 ELSE 1 END \
                   WHERE l.holder = excluded.holder OR l.until < clock_timestamp() RETURNING token";
        let time = time.as_millis() as f64;
        let row = link.query_opt(sql, &[&name, &self.0.as_slice(), &time])?;
        Ok(row.map(|row| Lease { name, token: row.get(0) }))
    }

    /// Gives a lease back, where one has it, so that another need not wait until it has run out.
    pub(super) fn release(&self, link: &Link, name: &'static str) -> Result<(), StoreError> {
        let sql = "UPDATE lease SET until = least(until, clock_timestamp()) WHERE name = $1 AND holder = $2";
        link.execute(sql, &[&name, &self.0.as_slice()])?;
        Ok(())
    }
}

impl Lease {
    /// Its token.
    pub fn token(&self) -> i64 {
        self.token
    }

    /// Within a transaction: that nobody has taken it over, and that nobody does until the transaction has ended.
    pub(super) fn hold(&self, link: &Link) -> Result<(), StoreError> {
        let found = link.query_opt("SELECT token FROM lease WHERE name = $1 FOR UPDATE", &[&self.name]);
        let token: Option<i64> = found?.map(|row| row.get(0));
        if token == Some(self.token) { Ok(()) } else { Err(StoreError::Fenced(self.name)) }
    }
}
