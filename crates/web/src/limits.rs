//! How much one organisation, and one address that names nobody, may ask at a time.

use crate::connections::{Bounds, Connections};
use crate::problem::{self, Problem};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};
use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::available_parallelism;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Requests of an organisation in a second, unless the configuration says otherwise; twice as many at once.
pub const REQUESTS_PER_SECOND: NonZeroU32 = NonZeroU32::new(500).unwrap();

/// Requests with a wrong token that one address may make in a minute.
const FAILURES_PER_MINUTE: NonZeroU32 = NonZeroU32::new(30).unwrap();

/// Ceremonies of signing in that one address may begin in a minute: each is written down.
const BEGINNINGS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(120).unwrap();

/// Addresses that are remembered at most.
const ADDRESSES_MAX: usize = 100_000;

/// Streams that one organisation has open at most.
const STREAMS_MAX: u32 = 16;

/// Counts requests.
#[derive(Debug)]
pub struct Limits {
    connections: Arc<Connections>,
    streams: Arc<Streams>,
    screenings: Arc<Semaphore>,
    countings: Arc<Semaphore>,
    clock: DefaultClock,
    organisations: DefaultKeyedRateLimiter<Arc<str>>,
    failures: DefaultKeyedRateLimiter<IpAddr>,
    beginnings: DefaultKeyedRateLimiter<IpAddr>,
}

impl Limits {
    /// Limits of so many requests in a second for each organisation, and of connections.
    pub fn new(requests_per_second: NonZeroU32, connections: Bounds) -> Self {
        let burst = requests_per_second.saturating_mul(NonZeroU32::MIN.saturating_add(1));
        Self {
            connections: Arc::new(Connections::new(connections)),
            streams: Arc::default(),
            screenings: Arc::new(Semaphore::new(screenings_max())),
            countings: Arc::new(Semaphore::new(COUNTINGS_MAX)),
            clock: DefaultClock::default(),
            organisations: DefaultKeyedRateLimiter::keyed(
                Quota::per_second(requests_per_second).allow_burst(burst),
            ),
            failures: DefaultKeyedRateLimiter::keyed(Quota::per_minute(FAILURES_PER_MINUTE)),
            beginnings: DefaultKeyedRateLimiter::keyed(Quota::per_minute(BEGINNINGS_PER_MINUTE)),
        }
    }

    /// Connections to the node.
    pub fn connections(&self) -> &Arc<Connections> {
        &self.connections
    }

    /// Counts a request of an organisation.
    ///
    /// # Errors
    /// A problem where it made too many.
    pub fn admit(&self, organisation: &Arc<str>) -> Result<(), Problem> {
        self.organisations.check_key(organisation).map_err(|until| self.too_many(&until))
    }

    /// Counts a stream of an organisation for as long as it is open.
    ///
    /// # Errors
    /// A problem where it has too many open.
    pub fn stream(&self, organisation: &Arc<str>) -> Result<StreamPermit, Problem> {
        let mut open = self.streams.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(Arc::clone(organisation)).or_default();
        if *count >= STREAMS_MAX {
            let why = format!("the organisation has {STREAMS_MAX} streams open already; close one");
            return Err(Problem::new(problem::TOO_MANY, why).after(1));
        }
        *count += 1;
        Ok(StreamPermit { streams: Arc::clone(&self.streams), organisation: Arc::clone(organisation) })
    }

    /// Counts a screening for as long as the permit is kept, so that those under way leave cores to everything else.
    ///
    /// # Errors
    /// A problem where too many are under way.
    pub fn screening(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let permit = Arc::clone(&self.screenings).try_acquire_owned();
        permit.map_err(|_| Problem::plain(problem::OVERLOADED))
    }

    /// Counts a reading of the log for as long as the permit is kept.
    ///
    /// # Errors
    /// A problem where too many are under way.
    pub fn counting(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let permit = Arc::clone(&self.countings).try_acquire_owned();
        permit.map_err(|_| Problem::plain(problem::OVERLOADED))
    }

    /// Counts a request from an address that names nobody.
    ///
    /// # Errors
    /// A problem where it made too many.
    pub fn failed(&self, address: IpAddr) -> Result<(), Problem> {
        if self.failures.len() > ADDRESSES_MAX {
            self.failures.retain_recent();
        }
        self.failures.check_key(&address).map_err(|until| self.too_many(&until))
    }

    /// Counts that somebody at an address begins to sign in.
    ///
    /// # Errors
    /// A problem where too many did.
    pub fn begins(&self, address: IpAddr) -> Result<(), Problem> {
        if self.beginnings.len() > ADDRESSES_MAX {
            self.beginnings.retain_recent();
        }
        self.beginnings.check_key(&address).map_err(|until| self.too_many(&until))
    }

    fn too_many(
        &self,
        until: &governor::NotUntil<<DefaultClock as governor::clock::Clock>::Instant>,
    ) -> Problem {
        let wait = until.wait_time_from(self.clock.now()).as_secs().saturating_add(1);
        Problem::plain(problem::TOO_MANY).after(wait)
    }
}

/// Readings of the log under way at a time at most: each may take a minute of a core.
const COUNTINGS_MAX: usize = 2;

/// Screenings under way at a time at most: half the cores.
fn screenings_max() -> usize {
    available_parallelism().map_or(1, |cores| (cores.get() / 2).max(1))
}

/// Streams that are open, by organisation.
#[derive(Debug, Default)]
struct Streams(Mutex<HashMap<Arc<str>, u32>>);

/// That a stream is open; dropped with it.
#[derive(Debug)]
pub struct StreamPermit {
    streams: Arc<Streams>,
    organisation: Arc<str>,
}

impl Drop for StreamPermit {
    fn drop(&mut self) {
        let mut open = self.streams.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.organisation) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                open.remove(&self.organisation);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_counted_while_they_are_open() {
        let limits = Limits::new(REQUESTS_PER_SECOND, Bounds::default());
        let acme: Arc<str> = "acme".into();
        let mut open: Vec<StreamPermit> =
            (0..STREAMS_MAX).filter_map(|_| limits.stream(&acme).ok()).collect();
        assert!(open.len() == STREAMS_MAX as usize && limits.stream(&acme).is_err());
        assert!(limits.stream(&"zenith".into()).is_ok());
        open.pop();
        assert!(limits.stream(&acme).is_ok());
    }

    #[test]
    fn one_that_asks_too_much_keeps_nobody_else_waiting() {
        let limits = Limits::new(NonZeroU32::MIN, Bounds::default());
        let (acme, zenith): (Arc<str>, Arc<str>) = ("acme".into(), "zenith".into());
        assert!(limits.admit(&acme).is_ok() && limits.admit(&acme).is_ok(), "twice as many at once");
        assert!(limits.admit(&acme).is_err());
        assert!(limits.admit(&zenith).is_ok());
        let address: IpAddr = [192, 0, 2, 1].into();
        for _ in 0..FAILURES_PER_MINUTE.get() {
            assert!(limits.failed(address).is_ok());
        }
        assert!(limits.failed(address).is_err());
        assert!(limits.failed([192, 0, 2, 2].into()).is_ok());
    }
}
