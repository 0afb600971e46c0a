//! A node of its own for the load: a process beside this one, on a scratch folder and a free port of this machine.

use super::document::UsedItem;
use crate::Error;
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::io::{BufRead as _, BufReader};
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};
use web::config::FILE;
use web::identity::new_token;

/// Who files and asks.
const ORGANISATION: &str = "stress";

/// No sender is held back by the limit of requests: the node is to be found, not its configuration.
const REQUESTS_PER_SECOND: NonZeroU32 = NonZeroU32::new(1_000_000).unwrap();

/// How long the node may take to finish what it has, before it is ended.
const STOPPING_MAX: Duration = Duration::from_secs(60);

/// Ticks of the processor times in `/proc` in a second: what the kernel shows to programs on every architecture that we
/// build for (USER_HZ, proc_pid_stat(5)).
const TICKS_PER_SECOND: u64 = 100;

/// A node that runs. It is stopped when it is dropped.
pub(super) struct Node {
    child: Child,
    /// Kept open: a node that finds nobody to tell where it listens ends.
    _told: BufReader<ChildStdout>,
    pub(super) url: String,
    pub(super) token: String,
}

impl Node {
    /// Starts a node on an empty folder, with every programme in mode relay and these lists.
    pub(super) fn start(
        data: &Path,
        lists: &[PathBuf],
        departs: Date,
        askers_and_senders: u32,
    ) -> Result<Self, Error> {
        prepare(data)?;
        let (token, hash) =
            new_token().map_err(|_| Error::Usage("the system gives no random bytes".to_owned()))?;
        let configuration = configuration(&hash, lists, departs, askers_and_senders)?;
        std::fs::write(data.join(FILE), configuration).map_err(|why| unusable(data, &why))?;
        let own = std::env::current_exe()
            .map_err(|why| Error::Usage(format!("the program does not find itself: {why}")))?;
        let mut child = Command::new(own)
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(data)
            // It has a database of its own, whatever the surroundings say.
            .env_remove("LOADGATE_DATABASE")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|why| Error::Usage(format!("the node cannot be started: {why}")))?;
        let Some(stdout) = child.stdout.take() else {
            return Err(Error::Internal("the node has no output".to_owned()));
        };
        let mut told = BufReader::new(stdout);
        let mut line = String::new();
        // The first line says where it listens, once it does; none where it could not start, which it told on its own.
        let read = told.read_line(&mut line);
        let url = line.split_whitespace().find(|word| word.starts_with("http")).map(str::to_owned);
        let node = Self { child, _told: told, url: url.unwrap_or_default(), token };
        if read.is_err() || node.url.is_empty() {
            return Err(Error::Usage("the node did not start".to_owned()));
        }
        Ok(node)
    }

    /// Times of processors until now: of the node, and of this process.
    pub(super) fn processor_times(&self) -> Option<(Duration, Duration)> {
        Some((processor_time(&self.child.id().to_string())?, processor_time("self")?))
    }

    /// What was used since [`Self::processor_times`] were these, for so many filings.
    pub(super) fn used(&self, before: (Duration, Duration), filings: u64) -> Option<UsedItem> {
        let (node, own) = self.processor_times()?;
        let (node, own) = (node.saturating_sub(before.0), own.saturating_sub(before.1));
        Some(UsedItem {
            memory_max_bytes: memory_max(self.child.id())?,
            processor_ms: node.as_millis() as u64,
            processor_us_per_filing: (node.as_micros() as u64).checked_div(filings).unwrap_or(0),
            senders_processor_ms: own.as_millis() as u64,
        })
    }

    /// Tells it to end, and waits until it has.
    fn stop(&mut self) {
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let until = Instant::now() + STOPPING_MAX;
        while told.as_ref().is_ok_and(|status| status.success()) && Instant::now() < until {
            match self.child.try_wait() {
                Ok(None) => std::thread::sleep(Duration::from_millis(20)),
                Ok(Some(_)) | Err(_) => return,
            }
        }
        // What it acknowledged is on the disk however it ends.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Makes the folder, which must be empty: what is in it would be part of the load, or lost among invented goods.
fn prepare(data: &Path) -> Result<(), Error> {
    std::fs::create_dir_all(data).map_err(|why| unusable(data, &why))?;
    let mut entries = std::fs::read_dir(data).map_err(|why| unusable(data, &why))?;
    if entries.next().is_some() {
        return Err(Error::Unusable {
            file: data.display().to_string(),
            problem: "the folder is not empty. Name one that is, or that is not there yet: the node is filled with \
                      invented goods."
                .to_owned(),
        });
    }
    Ok(())
}

fn unusable(data: &Path, why: &std::io::Error) -> Error {
    Error::Unusable {
        file: data.display().to_string(),
        problem: format!("{why}. Name a folder that can be written."),
    }
}

/// The configuration of the node.
fn configuration(
    hash: &str,
    lists: &[PathBuf],
    departs: Date,
    askers_and_senders: u32,
) -> Result<String, Error> {
    let mut absolute = Vec::new();
    for path in lists {
        let found = std::fs::canonicalize(path).map_err(|why| Error::Unusable {
            file: path.display().to_string(),
            problem: format!("{why}. Check the name."),
        })?;
        absolute.push(found.to_string_lossy().into_owned());
    }
    let programmes: toml::Table = programme::embedded::all()
        .iter()
        .map(|known| (known.id.to_string(), programme::Mode::Relay.as_str().into()))
        .collect();
    let mut token = toml::Table::new();
    token.insert("name".to_owned(), ORGANISATION.into());
    token.insert("sha256".to_owned(), hash.into());
    // A run ends within a day; nobody else has the token.
    let expires = departs.saturating_add(2.days());
    token.insert("expires".to_owned(), format!("{expires}T00:00:00Z").into());
    let mut organisation = toml::Table::new();
    organisation.insert("role".to_owned(), "filer".into());
    organisation.insert("token".to_owned(), toml::Value::Array(vec![token.into()]));
    let mut organisations = toml::Table::new();
    organisations.insert(ORGANISATION.to_owned(), organisation.into());
    let mut file = toml::Table::new();
    file.insert("lists".to_owned(), absolute.into());
    file.insert("requests_per_second".to_owned(), i64::from(REQUESTS_PER_SECOND.get()).into());
    // All of them come from one address, and each has a connection of its own, or a new one before the last has ended.
    let connections = i64::from(askers_and_senders).saturating_mul(2) + 16;
    let bounds = ["max", "address_max"].map(|bound| (bound.to_owned(), toml::Value::from(connections)));
    file.insert("connections".to_owned(), toml::Table::from_iter(bounds).into());
    file.insert("programmes".to_owned(), programmes.into());
    file.insert("organisation".to_owned(), organisations.into());
    toml::to_string(&file)
        .map_err(|why| Error::Internal(format!("a configuration could not be written: {why}")))
}

/// Time of processors that a process took until now; `None` where the system does not tell in this way.
fn processor_time(process: &str) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name of the program may hold blanks; behind its closing bracket is the third field (proc_pid_stat(5)).
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |field: usize| fields.get(field - 3)?.parse::<u64>().ok();
    Some(Duration::from_millis((ticks(14)? + ticks(15)?) * 1000 / TICKS_PER_SECOND))
}

/// The most memory that a process had, in bytes (`VmHWM`, proc_pid_status(5)).
fn memory_max(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib << 10)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_folder_with_something_in_it_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("loadgate.db"), "goods").unwrap();
        let Err(why) = Node::start(folder.path(), &[], date(2026, 11, 25), 2) else { panic!("it was used") };
        assert!(why.to_string().contains("not empty"), "{why}");
        assert_eq!(std::fs::read(folder.path().join("loadgate.db")).unwrap(), b"goods");
    }

    #[test]
    fn the_configuration_is_one() {
        let folder = tempfile::tempdir().unwrap();
        let (_, hash) = new_token().unwrap();
        std::fs::write(
            folder.path().join(FILE),
            configuration(&hash, &[folder.path().into()], date(2026, 11, 25), 260).unwrap(),
        )
        .unwrap();
        let config = web::config::Config::read(folder.path()).unwrap();
        assert_eq!(config.modes.len(), programme::embedded::all().len());
        assert!(config.modes.values().all(|mode| *mode == programme::Mode::Relay));
        assert_eq!((config.lists.len(), config.identity.is_empty()), (1, false));
    }
}
