//! The node behind the requests: its database, the thread that writes, and how commands reach it.

use crate::config::Config;
use crate::identity::{Identity, Organisation, Role};
use crate::problem::{self, Problem};
use casework::Refusal;
use document::assess::LoadItem;
use engine::{Clock, Command, Engine, Filed, FiledConsignment, Reply, Settings};
use finding::Language;
use jiff::Timestamp;
use names::{ListFile, Snapshot};
use programme::Mode;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use store::sqlite::{Database, StoreError};
use store::writer::{self, Answer, Lane, Submission, Writer};
use tokio::sync::oneshot;

/// Names of the files in the data folder.
const DATABASE: &str = "loadgate.db";
const KEYS: &str = "loadgate.keys";

/// Why a node cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Its data cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A watch list cannot be used.
    #[error("{}: {why}", path.display())]
    List {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The data folder cannot be made.
    #[error("the data folder {} cannot be made: {why}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        why: std::io::Error,
    },
    /// The system gives no random bytes.
    #[error("the system gives no random bytes, and a node without them cannot make ids that nobody guesses")]
    NoRandom,
}

/// The clock of the machine, to the millisecond.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }
}

/// A node.
#[derive(Debug)]
pub struct Node {
    settings: Settings,
    identity: Identity,
    writer: Writer,
    lists: Vec<String>,
    /// When the thread that writes was last heard of.
    heard: Mutex<Instant>,
}

/// How long the thread that writes is silent at most on a node that is well; it is asked every second.
const SILENT_MAX: Duration = Duration::from_secs(10);

impl Node {
    /// Opens the data of a node and starts the thread that writes.
    ///
    /// # Errors
    /// Where data or lists cannot be used.
    pub fn start(config: Config) -> Result<Self, StartError> {
        let Config { data, identity, modes, duty_desks, aviation_security, lists, validity, .. } = config;
        std::fs::create_dir_all(&data).map_err(|why| StartError::Folder { path: data.clone(), why })?;
        let mut settings = Settings::simulated();
        settings.modes = modes;
        settings.expects = casework::gate::Expectation::Everything;
        settings.validity = validity.unwrap_or(settings.validity);
        settings.seed = random_seed()?;
        let organisations = || identity.organisations();
        let desks: BTreeSet<Arc<str>> =
            organisations().filter(|one| one.desk).map(|one| Arc::clone(&one.name)).collect();
        settings.desks = Some(desks);
        let designator = |one: &Arc<Organisation>| match one.role {
            Role::Carrier(designator) => Some((Arc::clone(&one.name), designator)),
            _ => None,
        };
        settings.carriers = organisations().filter_map(designator).collect();
        settings.duty_desks = duty_desks.iter().map(|name| Arc::from(name.as_str())).collect();
        settings.aviation_security.extend(aviation_security.iter().map(|name| Arc::from(name.as_str())));
        settings.representatives = organisations()
            .filter_map(|one| Some((Arc::clone(&one.name), one.represents.clone()?)))
            .collect();
        let mut titles = Vec::new();
        if !lists.is_empty() {
            let snapshot = read_lists(&lists)?;
            titles.extend(snapshot.lists().iter().map(|list| list.title.clone()));
            settings.lists = Some(Arc::new(snapshot));
        }
        let database = Database::open(&data.join(DATABASE), &data.join(KEYS))?;
        let of_engine = settings.clone();
        let writer = Writer::start(&database, writer::Settings::new(form), move |journal, outbox| {
            Engine::new(of_engine.clone(), journal, SystemClock, outbox)
        })?;
        Ok(Self { settings, identity, writer, lists: titles, heard: Mutex::new(Instant::now()) })
    }

    /// The settings of its engine.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Who may speak to it.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The titles of its watch lists.
    pub fn lists(&self) -> &[String] {
        &self.lists
    }

    /// Programmes that do not run as simulated, with how they run.
    pub fn running(&self) -> impl Iterator<Item = (&str, Mode)> {
        let modes = self.settings.modes.iter().filter(|(_, mode)| **mode != Mode::Simulated);
        modes.map(|(id, mode)| (id.as_str(), *mode))
    }

    /// Looks for what fell due.
    ///
    /// # Errors
    /// A problem where the thread that writes gives no answer.
    pub async fn tick(&self) -> Result<(), Problem> {
        self.reply(Lane::Ordinary, Command::Tick).await?;
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        Ok(())
    }

    /// Whether the thread that writes was heard of lately. Costs nothing, so that anybody may ask.
    pub fn is_well(&self) -> bool {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).elapsed() < SILENT_MAX
    }

    /// How many commands wait, the urgent and the others.
    pub fn waiting(&self) -> [usize; 2] {
        self.writer.waiting()
    }

    /// Puts a command before the engine. What comes back is durable.
    ///
    /// # Errors
    /// A problem where there is no answer. The refusal of the engine is an answer.
    pub async fn ask(&self, lane: Lane, submission: Submission) -> Result<Said, Problem> {
        self.put(lane, submission)?.said().await
    }

    /// Puts a command before the engine, without waiting for what comes back.
    ///
    /// # Errors
    /// A problem where too many wait, or the node is stopping.
    pub fn put(&self, lane: Lane, submission: Submission) -> Result<Pending, Problem> {
        let (told, answer) = oneshot::channel();
        // Whoever asked may have gone away.
        let tell: writer::Teller = Box::new(move |answer| drop(told.send(answer)));
        self.writer.submit(lane, submission, tell)?;
        Ok(Pending(answer))
    }

    /// Puts a command without a key or raw bytes before the engine.
    ///
    /// # Errors
    /// As for [`Self::ask`], and a problem for a refusal.
    pub async fn reply(&self, lane: Lane, command: Command) -> Result<Reply, Problem> {
        match self.ask(lane, command.into()).await? {
            Said::Now(Ok(reply)) => Ok(reply),
            Said::Now(Err(refusal)) => Err(Problem::refused(&refusal)),
            Said::Before(_) => Err(Problem::plain(problem::FAILED)),
        }
    }
}

/// A command that waits.
#[derive(Debug)]
pub struct Pending(oneshot::Receiver<Result<Answer, writer::WriteError>>);

impl Pending {
    /// What came of it.
    ///
    /// # Errors
    /// A problem where there is no answer.
    pub async fn said(self) -> Result<Said, Problem> {
        match self.0.await {
            Ok(Ok(Answer::Given(given))) => Ok(Said::Now(given)),
            Ok(Ok(Answer::Repeated(bytes))) => {
                let before = serde_json::from_slice(&bytes).map_err(|_| Problem::plain(problem::FAILED))?;
                Ok(Said::Before(before))
            }
            Ok(Err(why)) => Err(why.into()),
            Err(_) => Err(Problem::plain(problem::UNKNOWN_OUTCOME)),
        }
    }
}

/// What the engine said.
#[derive(Debug)]
pub enum Said {
    /// Now.
    Now(Result<Reply, Refusal>),
    /// When the same request came before, in the form in which it was told.
    Before(Value),
}

impl Said {
    /// In the form in which it is told.
    pub fn told(self) -> Value {
        match self {
            Self::Now(given) => told(&given),
            Self::Before(value) => value,
        }
    }
}

fn form(given: &Result<Reply, Refusal>) -> Vec<u8> {
    told(given).to_string().into_bytes()
}

/// A reply as it is told, and kept for requests that come again.
fn told(given: &Result<Reply, Refusal>) -> Value {
    match given {
        Err(refusal) => json!({ "outcome": "refused", "refusal": refusal_told(refusal) }),
        Ok(Reply::Filed(filed)) => {
            json!({ "outcome": "filed", "consignments": filed.iter().map(filed_told).collect::<Vec<_>>() })
        }
        Ok(Reply::Done(events)) => {
            let outcome = if *events == 0 { "unchanged" } else { "done" };
            json!({ "outcome": outcome, "events": events })
        }
        Ok(Reply::DoneBut { events, but }) => {
            let but: Vec<String> = but.iter().map(|why| why.text(Language::English)).collect();
            json!({ "outcome": "done", "events": events, "but": but })
        }
        Ok(Reply::Answered(answer)) => json!({ "outcome": "answered", "load": LoadItem::from(&**answer) }),
        Ok(Reply::Committed { id, answer }) => {
            json!({ "outcome": "committed", "answer_id": &**id, "load": LoadItem::from(&**answer) })
        }
        // Nobody asks for these under a key.
        Ok(Reply::Compared(_) | Reply::Due(_) | Reply::Measured(_) | Reply::Viewed(_)) => {
            json!({ "outcome": "done" })
        }
    }
}

fn refusal_told(refusal: &Refusal) -> Value {
    json!({ "code": refusal.0.code.id(), "message": refusal.to_string() })
}

fn filed_told(filed: &FiledConsignment) -> Value {
    let key = &filed.key;
    let (outcome, version, refusal) = match &filed.outcome {
        Filed::Recorded { version } => ("recorded", Some(*version), None),
        Filed::Unchanged => ("unchanged", None, None),
        Filed::Superseded => ("superseded", None, None),
        Filed::Told(_) => ("told", None, None),
        Filed::Refused(refusal) => ("refused", None, Some(refusal_told(refusal))),
    };
    json!({
        "master": key.master.map(|master| master.to_string()),
        "house": key.house.as_ref().map(ToString::to_string),
        "outcome": outcome,
        "version": version,
        "refusal": refusal,
    })
}

/// Reads watch lists; every file of a folder.
fn read_lists(paths: &[PathBuf]) -> Result<Snapshot, StartError> {
    let mut files = Vec::new();
    for path in paths {
        read_into(path, &mut files)?;
    }
    let paths: Vec<PathBuf> = files.iter().map(|file| PathBuf::from(&file.name)).collect();
    let loaded = names::load(files);
    if let Some(name) = loaded.unrecognised.first() {
        let why =
            "it is no watch list that is known here; take it out of lists in the configuration".to_owned();
        return Err(StartError::List { path: name.into(), why });
    }
    if let Some(list) = loaded.lists.iter().find(|list| !list.missing.is_empty()) {
        let path = paths.first().cloned().unwrap_or_default();
        let why =
            format!("of {} there is no {}; put it beside the others", list.title, list.missing.join(", "));
        return Err(StartError::List { path, why });
    }
    Ok(Snapshot::new(loaded.lists))
}

fn read_into(path: &Path, files: &mut Vec<ListFile>) -> Result<(), StartError> {
    let unusable = |why: std::io::Error| StartError::List { path: path.to_owned(), why: why.to_string() };
    if path.is_dir() {
        let entries: Result<Vec<PathBuf>, std::io::Error> =
            std::fs::read_dir(path).map_err(unusable)?.map(|entry| Ok(entry?.path())).collect();
        let mut entries = entries.map_err(unusable)?;
        entries.sort();
        return entries.iter().filter(|entry| entry.is_file()).try_for_each(|entry| read_into(entry, files));
    }
    let bytes = std::fs::read(path).map_err(unusable)?;
    files.push(ListFile { name: path.display().to_string(), bytes });
    Ok(())
}

/// Ids of answers are made from it, so nobody may guess it.
fn random_seed() -> Result<u64, StartError> {
    let mut bytes = [0; 8];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| StartError::NoRandom)?;
    Ok(u64::from_be_bytes(bytes))
}
