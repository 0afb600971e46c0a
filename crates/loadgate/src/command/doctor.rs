//! `doctor`: what ails a node, and what to do.

mod shared;

use super::Session;
use super::audit::{address, database};
use super::backup::NOTE;
use crate::cli::DoctorArgs;
use crate::document::operation::{CheckItem, DOCTOR_SCHEMA, DoctorItem};
use crate::render::{BAD, text::visible};
use crate::{Error, Exit};
use casework::decision::Desk;
use jiff::{SignedDuration, Timestamp};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::audit;
use store::segment::Keyring;
use store::sqlite::condition::{Condition, condition};
use store::sqlite::{belongs, open_to_read};
use web::clock::unset;
use web::config::Config;
use web::identity::{Organisation, Role};
use web::node::KEYS;
use web::tls::{Holds, TlsFault};

/// Ages and sizes from which something is told. No source gives them; they are ours.
const BACKUP_AGE_MAX: SignedDuration = SignedDuration::from_hours(36);
const TOKEN_LEFT_MIN: SignedDuration = SignedDuration::from_hours(14 * 24);
const CERTIFICATE_LEFT_MIN: SignedDuration = SignedDuration::from_hours(30 * 24);
const UNSIGNED_AGE_MAX: SignedDuration = SignedDuration::from_mins(5);
const LETTER_AGE_MAX: SignedDuration = SignedDuration::from_mins(15);
const JOB_AGE_MAX: SignedDuration = SignedDuration::from_mins(15);
const ROOM_LOW: u64 = 10 << 30;
const ROOM_MIN: u64 = 1 << 30;

const OK: &str = "ok";
const WARNING: &str = "warning";
const ERROR: &str = "error";

/// The checks so far.
#[derive(Default)]
struct Checks(Vec<CheckItem>);

impl Checks {
    fn ok(&mut self, name: &'static str, found: impl Into<String>) {
        self.0.push(CheckItem { name, state: OK, found: found.into(), remedy: None });
    }

    fn tell(&mut self, name: &'static str, state: &'static str, found: impl ToString, remedy: &str) {
        let remedy = Some(remedy.to_owned());
        self.0.push(CheckItem { name, state, found: found.to_string(), remedy });
    }
}

pub(super) fn run(args: &DoctorArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let (data, now) = (&args.of.data.data, session.surroundings.now);
    let shared = args.of.database.as_deref().map(address).transpose()?;
    let started = Instant::now();
    if !data.is_dir() {
        let none = format!("{} is no folder: name the data folder of the node with --data", data.display());
        return Err(Error::Usage(none));
    }
    let mut checks = Checks::default();
    let config = configuration(data, now, &mut checks);
    keys(data, &mut checks);
    let written = match &shared {
        Some(address) => shared::look(address, data, now, args.thorough, &mut checks),
        None => {
            of_database(data, now, args.thorough, &mut checks);
            disk(data, &mut checks);
            let last = open_to_read(&database(data))
                .and_then(|connection| store::sqlite::backup::last_at(&connection));
            last.ok().flatten()
        }
    };
    // A node that runs wrote while this looked; and `now` is cut to the second.
    let latest = now.saturating_add(started.elapsed() + Duration::from_secs(1)).unwrap_or(Timestamp::MAX);
    clock(config.as_ref(), latest, written, &mut checks);
    if shared.is_none() {
        backups(data, now, &mut checks);
    }
    let item = DoctorItem { schema: DOCTOR_SCHEMA, data: data.display().to_string(), checks: checks.0 };
    let bad = item.checks.iter().any(|check| check.state == ERROR);
    if args.of.data.json {
        session.json_line(&item)?;
    } else {
        for check in &item.checks {
            let look = session.look();
            let state = if check.state == OK { check.state.to_owned() } else { look.paint(BAD, check.state) };
            let padding = " ".repeat(8_usize.saturating_sub(check.state.len()));
            writeln!(session.out, "{state}{padding}{:<15}{}", check.name, visible(&check.found))?;
            if let Some(remedy) = &check.remedy {
                writeln!(session.out, "{:23}-> {}", "", visible(remedy))?;
            }
        }
    }
    Ok(if bad { Exit::Found } else { Exit::Clean })
}

fn configuration(data: &Path, now: Timestamp, checks: &mut Checks) -> Option<Config> {
    let config = match Config::read(data) {
        Ok(config) => config,
        Err(why) => {
            checks.tell("configuration", ERROR, why, "correct that line; docs/node.md has every setting");
            return None;
        }
    };
    if config.identity.is_empty() {
        checks.tell(
            "configuration",
            WARNING,
            "nobody may speak to this node",
            "make a token: loadgate token NAME",
        );
    } else {
        checks.ok("configuration", format!("{} organisations", config.identity.organisations().count()));
    }
    let ending =
        config.identity.tokens().filter(|(_, _, expires)| expires.duration_since(now) < TOKEN_LEFT_MIN);
    for (organisation, token, expires) in ending {
        let (state, word) = if expires <= now { (ERROR, "expired") } else { (WARNING, "expires") };
        let found = format!("{token} of {organisation} {word} at {expires}");
        checks.tell("token", state, found, "make another with `loadgate token`, and take this one out");
    }
    if let Some(files) = &config.tls {
        certificates(files.load().and_then(|_| files.hold()), now, checks);
    }
    lists(&config, now, checks);
    mail(&config, checks);
    Some(config)
}

fn certificates(read: Result<Vec<Holds>, TlsFault>, now: Timestamp, checks: &mut Checks) {
    let remedy = "have it issued anew, put it in its place, and `systemctl reload loadgate` (SIGHUP)";
    let holds = match read {
        Ok(holds) => holds,
        Err(why) => {
            let remedy =
                "see to [tls] in loadgate.toml and to these files: the node does not start with them";
            return checks.tell("certificate", ERROR, why, remedy);
        }
    };
    let ending = holds.iter().filter(|one| one.until.duration_since(now) < CERTIFICATE_LEFT_MIN);
    for Holds { subject, until } in ending {
        let (state, word) = if *until <= now { (ERROR, "ended") } else { (WARNING, "ends") };
        checks.tell("certificate", state, format!("that of {subject} {word} at {until}"), remedy);
    }
    if let Some(first) = holds.first().filter(|one| one.until.duration_since(now) >= CERTIFICATE_LEFT_MIN) {
        checks.ok("certificate", format!("until {}", first.until));
    }
}

fn mail(config: &Config, checks: &mut Checks) {
    let is_on_duty = |one: &Arc<Organisation>| match &one.role {
        Role::Officer(Desk::Agency(agency)) => {
            config.duty_desks.iter().any(|desk| desk.trim().eq_ignore_ascii_case(agency.trim()))
        }
        _ => false,
    };
    for desk in &config.duty_desks {
        let is_it = |one: &Arc<Organisation>| match &one.role {
            Role::Officer(Desk::Agency(agency)) => desk.trim().eq_ignore_ascii_case(agency.trim()),
            _ => false,
        };
        if !config.identity.organisations().any(is_it) {
            let found = format!("no organisation is the duty desk {desk}: nobody is told for it");
            let remedy = "give one the role officer of that name, or correct the name under duty_desks";
            checks.tell("duty desks", WARNING, found, remedy);
        }
    }
    if !config.lmtp.is_empty() && !config.identity.organisations().any(is_on_duty) {
        let found = "nobody is told of mails that do not count as they stand";
        let remedy = "name a duty desk (duty_desks) and an organisation with its role, officer of NAME";
        checks.tell("mails", WARNING, found, remedy);
    }
    if let Some(relay) = &config.relay {
        match relay.look() {
            Ok(()) => checks.ok("relay", format!("{} takes mails of this node", relay.place())),
            Err(why) => {
                let found = format!("{}: {why}", relay.place());
                let remedy = "see to the relay and to [mail] in loadgate.toml; notices wait meanwhile";
                checks.tell("relay", ERROR, found, remedy);
            }
        }
    }
}

fn lists(config: &Config, now: Timestamp, checks: &mut Checks) {
    if config.lists.is_empty() {
        let remedy = "name watch lists in loadgate.toml (lists), or accept that no names are screened";
        checks.tell("lists", WARNING, "no watch lists: no names are screened", remedy);
    }
    let age_max = SignedDuration::from_hours(24 * i64::from(config.list_ages.days()));
    let usable = if config.lists.is_empty() { Ok(Vec::new()) } else { web::watch_lists(&config.lists) };
    if let Err(why) = usable {
        let remedy = "the node does not start with them: put them right, or take them out of lists";
        return checks.tell("lists", ERROR, why, remedy);
    }
    for path in &config.lists {
        match newest(path) {
            Err(why) => {
                checks.tell("lists", ERROR, format!("{}: {why}", path.display()), "put the list there")
            }
            Ok(None) => {
                checks.tell("lists", ERROR, format!("{} is empty", path.display()), "put the lists there")
            }
            Ok(Some(written)) if now.duration_since(written) > age_max => {
                let found = format!("{} is {} old", path.display(), days(now.duration_since(written)));
                checks.tell(
                    "lists",
                    WARNING,
                    found,
                    "fetch the newest edition; `loadgate lists import` checks it",
                );
            }
            Ok(Some(written)) => {
                let age = days(now.duration_since(written));
                checks.ok("lists", format!("{}, {age} old", path.display()));
            }
        }
    }
}

/// When the newest file at a path was written.
fn newest(path: &Path) -> std::io::Result<Option<Timestamp>> {
    let about = std::fs::metadata(path)?;
    if !about.is_dir() {
        return Ok(Timestamp::try_from(about.modified()?).ok());
    }
    let mut newest = None;
    for entry in std::fs::read_dir(path)? {
        newest = newest.max(self::newest(&entry?.path())?);
    }
    Ok(newest)
}

fn days(age: SignedDuration) -> String {
    match age.as_hours() {
        hours @ 0..48 => format!("{hours} hours"),
        hours => format!("{} days", hours / 24),
    }
}

fn keys(data: &Path, checks: &mut Checks) {
    match Keyring::open(&data.join(KEYS)) {
        Ok(keys) => match belongs(&database(data), &keys, &data.join(KEYS)) {
            Ok(()) => checks.ok("keys", format!("node {}", keys.node())),
            Err(why) => checks.tell("keys", ERROR, why, "put the key file of this database there"),
        },
        Err(why) => checks.tell("keys", ERROR, why, "without its keys nothing of the database can be read"),
    }
}

fn of_database(data: &Path, now: Timestamp, thorough: bool, checks: &mut Checks) {
    let path = database(data);
    let found = open_to_read(&path).and_then(|connection| condition(&connection));
    let condition = match found {
        Ok(condition) => condition,
        Err(why) => {
            let remedy = "start the node once, which makes it; or restore a backup: `loadgate restore`";
            return checks.tell("database", ERROR, why, remedy);
        }
    };
    log(&condition, now, checks);
    letters(&condition, now, checks);
    jobs(&condition, now, checks);
    if thorough {
        match audit::verify(&path) {
            Ok(verified) => {
                checks.ok("contents", format!("{} entries are as they were written", verified.leaves))
            }
            Err(why) => {
                checks.tell("contents", ERROR, why, "stop the node, keep this database, restore a backup")
            }
        }
    }
}

fn log(condition: &Condition, now: Timestamp, checks: &mut Checks) {
    let Condition { leaves, signed, signed_at, .. } = condition;
    let since = signed_at.map(|at| now.duration_since(at));
    if signed < leaves && since.is_none_or(|since| since > UNSIGNED_AGE_MAX) {
        let found = format!("{} of {leaves} entries are not signed", leaves - signed);
        checks.tell("log", WARNING, found, "start the node: it signs what was written, every second");
    } else {
        checks.ok("log", format!("{leaves} entries, {signed} signed"));
    }
}

fn letters(condition: &Condition, now: Timestamp, checks: &mut Checks) {
    let (dead, why) = &condition.letters_dead;
    let waits = condition.letter_due.map(|due| now.duration_since(due));
    if *dead > 0 {
        let found = format!("{dead} cannot be delivered; the last: {}", why.as_deref().unwrap_or("unknown"));
        checks.tell("notices", ERROR, found, "tell those concerned by another way, and mend the address");
    } else if waits.is_some_and(|waits| waits > LETTER_AGE_MAX) {
        let found = format!("{} wait", condition.letters_waiting);
        checks.tell("notices", WARNING, found, "see in the log of the node why they are not delivered");
    } else {
        checks.ok("notices", format!("{} wait", condition.letters_waiting));
    }
}

fn jobs(condition: &Condition, now: Timestamp, checks: &mut Checks) {
    let (dead, why) = &condition.jobs_dead;
    let waits = condition.job_due.map(|due| now.duration_since(due));
    if *dead > 0 {
        let found = format!("{dead} failed for good; the last: {}", why.as_deref().unwrap_or("unknown"));
        checks.tell("jobs", ERROR, found, "see to the cause");
    } else if waits.is_some_and(|waits| waits > JOB_AGE_MAX) {
        let found = format!("{} wait, and nobody does them", condition.jobs_waiting);
        checks.tell("jobs", WARNING, found, "see in the log of the node why they are not done");
    } else {
        checks.ok("jobs", format!("{} wait", condition.jobs_waiting));
    }
}

fn disk(data: &Path, checks: &mut Checks) {
    match fs4::available_space(data) {
        Ok(room) if room < ROOM_LOW => {
            let state = if room < ROOM_MIN { ERROR } else { WARNING };
            let found = format!("{} MiB free", room >> 20);
            checks.tell("disk", state, found, "make room: a full disk stops all filing, and the gate holds");
        }
        Ok(room) => checks.ok("disk", format!("{} GiB free", room >> 30)),
        Err(why) => checks.tell("disk", ERROR, why, "see to the disk"),
    }
}

fn clock(config: Option<&Config>, now: Timestamp, written: Option<Timestamp>, checks: &mut Checks) {
    let file: Option<PathBuf> = config.and_then(|config| config.clock_synchronised_file.clone());
    let remedy =
        "set the clock, and run a time service (systemd-timesyncd, chrony); while in doubt the node holds";
    match (written.filter(|last| *last > now), file.as_deref().map(unset)) {
        (Some(last), _) => {
            let found = format!("it says {now}, and this node wrote at {last}");
            checks.tell("clock", ERROR, found, remedy);
        }
        (None, Some(Some(why))) => checks.tell("clock", ERROR, why, remedy),
        (None, Some(None)) => checks.ok("clock", "set by a time service"),
        (None, None) => checks.tell(
            "clock",
            WARNING,
            "nothing says that a time service has set it",
            "name the file that does in loadgate.toml (clock_synchronised_file), docs/node.md",
        ),
    }
}

fn backups(data: &Path, now: Timestamp, checks: &mut Checks) {
    let made = std::fs::read_to_string(data.join(NOTE)).ok();
    let made: Option<Timestamp> = made.and_then(|text| text.split_whitespace().next()?.parse().ok());
    let remedy = "loadgate backup FILE, on another disk; docs/node.md";
    match made.map(|made| now.duration_since(made)) {
        None => checks.tell("backup", WARNING, "none was made from here", remedy),
        Some(age) if age > BACKUP_AGE_MAX => {
            checks.tell("backup", WARNING, format!("the last is {} old", days(age)), remedy);
        }
        Some(age) => checks.ok("backup", format!("the last is {} old", days(age))),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_never_later_than_the_clock() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let of = |written| {
            let mut checks = Checks::default();
            clock(None, now, written, &mut checks);
            checks.0[0].state
        };
        assert_eq!(of(None), WARNING);
        assert_eq!(of(Some(now)), WARNING);
        assert_eq!(of(Some(now + SignedDuration::from_millis(1))), ERROR);
    }

    #[test]
    fn a_certificate_is_warned_of_before_it_ends() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let of = |days: &[i64]| {
            let mut checks = Checks::default();
            let until = |days: &i64| now + SignedDuration::from_hours(24 * days);
            let holds = days.iter().map(|days| Holds { subject: "CN=node.test".into(), until: until(days) });
            certificates(Ok(holds.collect()), now, &mut checks);
            checks.0.into_iter().map(|check| (check.state, check.remedy.is_some())).collect::<Vec<_>>()
        };
        assert_eq!(of(&[31, 900]), [(OK, false)]);
        assert_eq!(of(&[29, 900]), [(WARNING, true)]);
        assert_eq!(of(&[-1, 3, 900]), [(ERROR, true), (WARNING, true)]);
    }
}
