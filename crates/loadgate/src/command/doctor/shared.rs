//! What ails a database that nodes share, and its server.

use super::{Checks, ERROR, WARNING, days, jobs, letters, log};
use jiff::{SignedDuration, Timestamp};
use std::path::Path;
use store::StoreError;
use store::postgres::condition::{Archive, Server, Standby, condition};
use store::postgres::{Address, audit};
use store::segment::Keyring;
use web::node::KEYS;

/// Ages and sizes from which something is told. No source gives them; they are ours.
const ARCHIVE_AGE_MAX: SignedDuration = SignedDuration::from_hours(36);
const BEHIND_MAX: u64 = 64 << 20;

/// Looks at it; gives when the last event was written.
pub(super) fn look(
    address: &Address,
    data: &Path,
    now: Timestamp,
    thorough: bool,
    checks: &mut Checks,
) -> Option<Timestamp> {
    let server = match condition(address) {
        Ok(server) => server,
        Err(why) => {
            let remedy = match &why {
                StoreError::Absent(_) => "start a node once, which begins it; or put it back: docs/store.md",
                StoreError::Unreachable { .. } | StoreError::Lost(_) => {
                    "see to the server, the line and the address; until then every node refuses and no gate says load"
                }
                _ => "docs/store.md, Settings of the server",
            };
            checks.tell("database", ERROR, why, remedy);
            return None;
        }
    };
    checks.ok("database", format!("PostgreSQL {} at {address}", server.version));
    of_keys(&server, data, checks);
    if let Some(apart) = server.clocks_apart {
        let found = format!("the clock of the database is {apart:#} from ours: this node decides nothing");
        checks.tell("server clock", ERROR, found, "set both clocks by the same time server");
    }
    lease(&server, checks);
    log(&server.log, now, checks);
    letters(&server.log, now, checks);
    jobs(&server.log, now, checks);
    standbys(&server, checks);
    archive(&server, now, checks);
    if thorough {
        match audit::verify(address) {
            Ok(verified) => {
                checks.ok("contents", format!("{} entries are as they were written", verified.leaves))
            }
            Err(why) => {
                checks.tell("contents", ERROR, why, "stop the nodes, keep this database, put a backup back")
            }
        }
    }
    server.last_at
}

fn of_keys(server: &Server, data: &Path, checks: &mut Checks) {
    // Where they cannot be read that was told already.
    let Ok(keys) = Keyring::open(&data.join(KEYS)) else { return };
    if keys.node() != server.node {
        let found = format!("they are of node {}, and the database is of {}", keys.node(), server.node);
        checks.tell("keys", ERROR, found, "copy loadgate.keys from another node of this database");
    }
}

fn lease(server: &Server, checks: &mut Checks) {
    let remedy = "start a node: one at a time carries the log on, whichever it is";
    match &server.lease {
        None => checks.tell("lease", WARNING, "no node has ever carried the log on", remedy),
        Some(held) => {
            let short: String = held.holder.chars().take(8).collect();
            let holder = format!("node thread {short} (token {})", held.token);
            match held.ended {
                None => checks.ok("lease", format!("{holder} carries the log on")),
                Some(ago) => {
                    let found =
                        format!("{holder} had it until {} s ago, and nobody has it now", ago.as_secs());
                    checks.tell("lease", WARNING, found, remedy);
                }
            }
        }
    }
}

fn standbys(server: &Server, checks: &mut Checks) {
    let awaited = |standby: &&Standby| standby.is_awaited == Some(true);
    let all_seen = server.standbys.iter().all(|standby| standby.is_awaited.is_some());
    if server.waits_for_standby && all_seen && !server.standbys.iter().any(|standby| awaited(&standby)) {
        let found = "commits wait for a standby, and none of those is connected: nothing can be filed";
        let remedy = "start the standby, or take it out of synchronous_standby_names";
        return checks.tell("standbys", ERROR, found, remedy);
    }
    if server.standbys.is_empty() {
        return checks.ok("standbys", "none: what is lost with this server is what was not archived since");
    }
    for standby in &server.standbys {
        let name = &standby.name;
        match standby.behind {
            None => {
                let found = format!("{name}: how far it is behind is not shown to this role");
                checks.tell("standbys", WARNING, found, "GRANT pg_monitor to the role of the nodes");
            }
            Some(behind) if behind > BEHIND_MAX => {
                let found = format!("{name} is {} MiB behind", behind >> 20);
                checks.tell("standbys", WARNING, found, "see to the standby and the line to it");
            }
            Some(behind) => checks.ok("standbys", format!("{name} is {} KiB behind", behind >> 10)),
        }
    }
    if !server.waits_for_standby {
        let found = "no commit waits for a standby: if one takes over, what was answered last is lost";
        let remedy = "name those that may take over in synchronous_standby_names, docs/store.md";
        checks.tell("standbys", WARNING, found, remedy);
    }
}

fn archive(server: &Server, now: Timestamp, checks: &mut Checks) {
    let remedy = "see to archive_command and its place on the server; docs/store.md";
    match server.archive {
        Archive::Off => checks.tell(
            "backup",
            WARNING,
            "the server does not archive its write-ahead log, and other backups are not seen from here",
            "archive it beside base backups, or see that pg_dump runs; keep loadgate.keys apart; docs/store.md",
        ),
        Archive::Fails(at) => {
            let found = format!("the write-ahead log could not be archived at {at}, nor since");
            checks.tell("backup", ERROR, found, remedy);
        }
        Archive::On(None) => checks.tell(
            "backup",
            WARNING,
            "nothing of the write-ahead log was archived since the figures of the server began",
            remedy,
        ),
        Archive::On(Some(at)) if now.duration_since(at) > ARCHIVE_AGE_MAX => {
            let found =
                format!("the write-ahead log was archived {} ago, and not since", days(now.duration_since(at)));
            checks.tell("backup", WARNING, found, remedy);
        }
        Archive::On(Some(at)) => {
            let found = format!("the write-ahead log was archived last at {at}; base backups are not seen from here");
            checks.ok("backup", found);
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn server() -> Server {
        Server {
            version: "15.0".into(),
            node: "n".into(),
            log: store::sqlite::condition::Condition {
                leaves: 0,
                signed: 0,
                signed_at: None,
                letters_waiting: 0,
                letter_due: None,
                letters_dead: (0, None),
                jobs_waiting: 0,
                job_due: None,
                jobs_dead: (0, None),
            },
            last_at: None,
            clocks_apart: None,
            lease: None,
            standbys: Vec::new(),
            waits_for_standby: false,
            archive: Archive::Off,
        }
    }

    fn standby(is_awaited: Option<bool>, behind: Option<u64>) -> Standby {
        Standby { name: "b".into(), is_awaited, behind }
    }

    fn states(look: impl FnOnce(&mut Checks)) -> Vec<&'static str> {
        let mut checks = Checks::default();
        look(&mut checks);
        checks.0.iter().map(|check| check.state).collect()
    }

    #[test]
    fn standbys_are_told_by_what_a_failover_would_lose() {
        let of = |waits_for_standby, list: &[Standby]| {
            let server = Server { waits_for_standby, standbys: list.to_vec(), ..server() };
            states(|checks| standbys(&server, checks))
        };
        assert_eq!(of(false, &[]), ["ok"]);
        assert_eq!(of(true, &[]), ["error"]);
        assert_eq!(of(true, &[standby(Some(false), Some(0))]), ["error"]);
        assert_eq!(of(true, &[standby(Some(true), Some(0))]), ["ok"]);
        assert_eq!(of(true, &[standby(Some(true), Some(1 << 30))]), ["warning"]);
        assert_eq!(of(true, &[standby(None, None)]), ["warning"]);
        assert_eq!(of(false, &[standby(Some(false), Some(0))]), ["ok", "warning"]);
    }

    #[test]
    fn an_archive_that_stands_still_is_told() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let ago = |hours: i64| now - SignedDuration::from_hours(hours);
        let of = |kept| {
            let server = Server { archive: kept, ..server() };
            states(|checks| archive(&server, now, checks))
        };
        assert_eq!(of(Archive::Off), ["warning"]);
        assert_eq!(of(Archive::On(None)), ["warning"]);
        assert_eq!(of(Archive::On(Some(ago(1)))), ["ok"]);
        assert_eq!(of(Archive::On(Some(ago(40)))), ["warning"]);
        assert_eq!(of(Archive::Fails(ago(1))), ["error"]);
    }
}
