//! The thread that carries the log on, on whichever node has the lease.

use super::Log;
use crate::StoreError;
use crate::audit::AuditError;
use crate::postgres::Database;
use jiff::Timestamp;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How often the log is carried on.
pub(in crate::postgres) const BEAT: Duration = Duration::from_secs(1);

/// How long a lease is taken for: another node takes over so long after this one was last heard of.
const LEASE: Duration = Duration::from_secs(10);

/// Told what went wrong; it is tried again at the next beat.
pub type Told = Box<dyn Fn(&AuditError) + Send>;

/// The thread. Every node has one; the one that has the lease works. Dropping it ends it.
#[derive(Debug)]
pub struct Integrator {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Integrator {
    /// Starts the thread.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(database: &Database, told: Told) -> Result<Self, StoreError> {
        let (stop, stopped) = mpsc::channel();
        let database = database.clone();
        let run = move || {
            let mut log = None;
            loop {
                if let Err(why) = beat(&database, &mut log) {
                    // The next beat connects anew.
                    log = None;
                    told(&why);
                }
                if !matches!(stopped.recv_timeout(BEAT), Err(RecvTimeoutError::Timeout)) {
                    // What cannot be given back runs out by itself.
                    let _ = log.as_ref().map(Log::release);
                    return;
                }
            }
        };
        let thread = thread::Builder::new().name("integrator".into()).spawn(run);
        let thread =
            thread.map_err(|why| StoreError::System { place: "the thread of the log".into(), why })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

fn beat(database: &Database, log: &mut Option<Log>) -> Result<(), AuditError> {
    let log = match log {
        Some(log) => log,
        None => log.insert(Log::open(database)?),
    };
    if let Some(lease) = log.take(LEASE)? {
        log.integrate(&lease, database.keys(), Timestamp::now())?;
    }
    Ok(())
}

impl Drop for Integrator {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was told where it happened; there is nobody left to tell.
            let _ = thread.join();
        }
    }
}
