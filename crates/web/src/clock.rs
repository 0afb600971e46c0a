//! The clock of the machine, and whether it can be trusted.
//!
//! A node in doubt about its own clock holds. It doubts it where the time jumped against the time that passed, where it is
//! earlier than what the node wrote before, and, where the configuration names the file by which a time service says that
//! it has set the clock, where that file is missing.

use engine::Clock;
use jiff::{SignedDuration, Timestamp};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How far the clock may drift from the time that passed between two looks. Time services turn a clock slowly, by less.
const JUMP: SignedDuration = SignedDuration::from_secs(5);

/// How long the clock must have run steadily after a jump.
const STEADY: Duration = Duration::from_secs(60);

/// The clock of the machine, to the millisecond.
#[derive(Debug, Clone)]
pub struct NodeClock(Arc<Watch>);

#[derive(Debug)]
struct Watch {
    /// There once a time service has set the clock.
    synchronised_file: Option<PathBuf>,
    /// The latest time given, in milliseconds since 1970: what was written bears none later.
    latest: AtomicI64,
    /// Whether there is a doubt: every answer of the gate asks.
    doubted: AtomicBool,
    seen: Mutex<Seen>,
    /// The time of a clock that is set by hand, in milliseconds since 1970.
    by_hand: Option<AtomicI64>,
}

#[derive(Debug)]
struct Seen {
    /// The last look, by the time that passes and by the clock.
    last: Option<(Instant, Timestamp)>,
    jumped: Option<Instant>,
    /// Why the clock is not trusted.
    doubt: Option<String>,
}

impl NodeClock {
    /// The clock of a node that wrote until `written`.
    pub fn new(synchronised_file: Option<PathBuf>, written: Option<Timestamp>) -> Self {
        let latest = AtomicI64::new(written.map_or(i64::MIN, Timestamp::as_millisecond));
        let seen = Mutex::new(Seen { last: None, jumped: None, doubt: None });
        let doubted = AtomicBool::new(false);
        Self(Arc::new(Watch { synchronised_file, latest, doubted, seen, by_hand: None }))
    }

    /// A clock that stands until it is set, for training.
    pub fn by_hand(at: Timestamp) -> Self {
        let at = at.as_millisecond();
        let seen = Mutex::new(Seen { last: None, jumped: None, doubt: None });
        let (latest, by_hand) = (AtomicI64::new(at), Some(AtomicI64::new(at)));
        let doubted = AtomicBool::new(false);
        Self(Arc::new(Watch { synchronised_file: None, latest, doubted, seen, by_hand }))
    }

    /// Whether it is set by hand.
    pub fn is_by_hand(&self) -> bool {
        self.0.by_hand.is_some()
    }

    /// Sets a clock that is set by hand, which never goes back; whether it was.
    pub fn set(&self, at: Timestamp) -> bool {
        let at = at.as_millisecond();
        self.0.by_hand.as_ref().is_some_and(|time| time.fetch_max(at, Ordering::Relaxed) <= at)
    }

    /// Looks whether the clock can be trusted; to be asked every second or so.
    pub fn watch(&self) {
        if !self.is_by_hand() {
            self.look(Instant::now(), system());
        }
    }

    fn look(&self, passed: Instant, now: Timestamp) {
        let Watch { synchronised_file, latest, doubted, seen, .. } = &*self.0;
        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((last_passed, last)) = seen.last {
            let elapsed = SignedDuration::try_from(passed.saturating_duration_since(last_passed));
            let by_clock = now.duration_since(last);
            if elapsed.is_ok_and(|elapsed| (by_clock - elapsed).abs() > JUMP) {
                seen.jumped = Some(passed);
            }
        }
        seen.last = Some((passed, now));
        let written = latest.load(Ordering::Relaxed);
        let behind = written.saturating_sub(now.as_millisecond());
        let unsteady = seen.jumped.filter(|jumped| passed.saturating_duration_since(*jumped) < STEADY);
        seen.doubt = if SignedDuration::from_millis(behind) > JUMP {
            Some(format!("the clock says {now}, and this node wrote later than that: set the clock"))
        } else if unsteady.is_some() {
            Some("the clock jumped within the last minute: see what sets it".to_owned())
        } else {
            synchronised_file.as_deref().and_then(unset)
        };
        doubted.store(seen.doubt.is_some(), Ordering::Relaxed);
    }

    /// Why the clock is not trusted, where it is not.
    pub fn doubt(&self) -> Option<String> {
        self.0.seen.lock().unwrap_or_else(PoisonError::into_inner).doubt.clone()
    }
}

/// What is wrong where no time service has set the clock.
pub fn unset(file: &Path) -> Option<String> {
    let missing = !file.exists();
    missing.then(|| format!("no time service has set the clock: {} is not there", file.display()))
}

fn system() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}

impl Clock for NodeClock {
    fn now(&self) -> Timestamp {
        if let Some(at) = &self.0.by_hand {
            return Timestamp::from_millisecond(at.load(Ordering::Relaxed)).unwrap_or(Timestamp::UNIX_EPOCH);
        }
        let now = system();
        self.0.latest.fetch_max(now.as_millisecond(), Ordering::Relaxed);
        now
    }

    fn is_sure(&self) -> bool {
        !self.0.doubted.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_795_500_000 + second).unwrap()
    }

    /// Looks after each of these (seconds that passed, seconds by the clock), and whether the clock is trusted then.
    fn looks(written: Option<Timestamp>, steps: &[(u64, i64, bool)]) {
        let (clock, start) = (NodeClock::new(None, written), Instant::now());
        for (passed, by_clock, sure) in steps {
            clock.look(start + Duration::from_secs(*passed), at(*by_clock));
            assert_eq!(clock.is_sure(), *sure, "after {passed} s: {:?}", clock.doubt());
        }
    }

    #[test]
    fn a_jump_is_doubted_for_a_minute_and_a_drift_is_not() {
        looks(None, &[(0, 0, true), (1, 1, true), (2, 6, true), (3, 7, true)]);
        for jump in [3600, -3600] {
            looks(None, &[(0, 0, true), (1, jump, false), (60, jump + 59, false), (61, jump + 60, true)]);
        }
    }

    #[test]
    fn a_clock_behind_what_was_written_is_doubted_until_it_has_passed_it() {
        looks(Some(at(100)), &[(0, 0, false), (94, 94, false), (95, 95, true)]);
        looks(Some(at(-1)), &[(0, 0, true)]);
    }

    #[test]
    fn a_time_service_is_awaited_where_one_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("synchronized");
        let clock = NodeClock::new(Some(file.clone()), None);
        clock.watch();
        assert!(clock.doubt().unwrap().contains("synchronized"));
        std::fs::write(&file, "").unwrap();
        clock.watch();
        assert!(clock.is_sure());
    }
}
