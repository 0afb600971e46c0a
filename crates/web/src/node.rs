//! The node behind the requests: its database, the thread that writes, and how commands reach it.

mod said;

pub use said::{Pending, Said};

use crate::beside::Beside;
use crate::clock::NodeClock;
use crate::config::{Config, ListAges, Retention};
use crate::delivery::Posts;
use crate::identity::{Identity, Organisation, Role, Shown};
use crate::inbox::Readers;
use crate::limits::Limits;
use crate::lists::Lists;
use crate::people::SignIn;
use crate::people::provider::Providers;
use crate::policy::Allowed;
use crate::problem::{self, Problem};
use crate::refusals::Refusals;
use crate::room::Rooms;
use engine::Clock as _;
use engine::{Command, Engine, Reply, Settings};
use finding::Phrase;
use jiff::SignedDuration;
use names::Snapshot;
use programme::Mode;
use said::form;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};
use store::audit;
use store::postgres::audit::Integrator;
use store::postgres::restored;
use store::sqlite::{ReadTeller, Session, backup};
use store::writer::{self, Lane, Submission, Submit, WriteError, Writer};
use store::{Database, StoreError, postgres, sqlite};
use tokio::sync::{Notify, oneshot, watch};

/// Name of the database in the data folder.
pub const DATABASE: &str = "loadgate.db";
/// Name of the key file in the data folder.
pub const KEYS: &str = "loadgate.keys";

/// Why a node cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// Its data cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The thread that writes failed at once.
    #[error("the first thing to write failed: {0}")]
    Write(#[from] WriteError),
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
    /// People cannot sign in as it is configured.
    #[error("{0}")]
    People(String),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes, and a node without them cannot make ids that nobody guesses")]
    NoRandom,
}

/// A node.
#[derive(Debug)]
pub struct Node {
    settings: Settings,
    /// Who may be known; by what, and what he may do, may change while the node runs.
    identity: Identity,
    shown: RwLock<Arc<Shown>>,
    pub(crate) writer: Writing,
    clock: NodeClock,
    allowed: RwLock<Arc<Allowed>>,
    limits: Limits,
    refusals: Refusals,
    database: Database,
    lists: Arc<Lists>,
    /// From which age on an edition counts as old.
    list_ages: ListAges,
    /// How long goods are kept, and what becomes of them then.
    retention: Retention,
    /// When the thread that writes was last heard of.
    heard: Mutex<Instant>,
    /// Who the addressees of notices are.
    pub(crate) posts: Arc<Posts>,
    /// How long notices are kept.
    pub(crate) notices_kept: SignedDuration,
    /// Changes whenever something was delivered.
    pub(crate) coming: watch::Sender<u64>,
    /// Told when there are letters.
    letters: Arc<Notify>,
    /// Whether streams are to end.
    closing: AtomicBool,
    pub(crate) readers: Readers,
    /// Rooms for training; a room has none.
    rooms: Option<Rooms>,
    /// Who answers questions beside the thread that writes.
    reading: Option<Beside>,
    /// How people sign in; `None` where they cannot.
    pub(crate) people: Option<SignIn>,
    /// Asks the providers at which people sign in.
    pub(crate) providers: Providers,
}

/// The thread that writes, and who carries the log on.
#[derive(Debug)]
pub(crate) enum Writing {
    /// On a database of its own, by the thread that writes.
    Own(Arc<Writer>),
    /// On a database that is shared, by a thread of whichever node has the lease; this node's works until it is dropped.
    Shared { writer: Writer<postgres::Session>, database: postgres::Database, _log: Integrator },
}

impl Writing {
    fn queue(&self) -> &dyn Submit {
        match self {
            Self::Own(writer) => &**writer,
            Self::Shared { writer, .. } => writer,
        }
    }
}

/// What is due may be more than is done in one go: how often more is asked for at each beat.
const ROUNDS_MAX: usize = 10;
/// Between two of these others have the thread that writes.
const BETWEEN_ROUNDS: Duration = Duration::from_millis(50);

/// How often the write-ahead log is copied into the database beside the thread that writes.
const CHECKPOINTS: Duration = Duration::from_millis(200);

/// How long the thread that writes is silent at most on a node that is well; it is asked every second.
const SILENT_MAX: Duration = Duration::from_secs(10);

impl Node {
    /// Opens the data of a node and starts the thread that writes.
    ///
    /// # Errors
    /// Where data or lists cannot be used.
    pub fn start(config: Config) -> Result<Self, StartError> {
        let Config {
            data,
            database: shared,
            mut identity,
            modes,
            duty_desks,
            aviation_security,
            lists,
            list_ages,
            validity,
            list_validity,
            escalation,
            notices_kept,
            retention,
            policies,
            training,
            people,
            listen,
            ..
        } = config;
        let origin = people.as_ref().and_then(|people| people.origin_at(listen, config.tls.is_some()));
        let people = people.zip(origin).map(|(people, origin)| SignIn::new(people, origin));
        let people = people.transpose().map_err(StartError::People)?;
        let (synchronised_file, allowed) = (config.clock_synchronised_file, config.allowed);
        let limits = Limits::new(config.requests_per_second, config.connections);
        std::fs::create_dir_all(&data).map_err(|why| StartError::Folder { path: data.clone(), why })?;
        let mut settings = Settings::simulated();
        settings.modes = modes;
        settings.expects = casework::gate::Expectation::Everything;
        settings.validity = validity.unwrap_or(settings.validity);
        settings.list_validity = list_validity.unwrap_or(settings.list_validity);
        // What happens in a room happens again if it is played again.
        settings.seed = if training.is_some() { settings.seed } else { random_seed()? };
        settings.kept_days = retention.default_days;
        policies.apply(&mut settings);
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
        if let Some(training) = &training {
            training.apply(&mut settings);
        }
        let lists = Arc::new(Lists::read(lists)?);
        let keys = data.join(KEYS);
        let database = match shared {
            None => Database::Own(sqlite::Database::open(&data.join(DATABASE), &keys)?),
            Some(address) => Database::Shared(postgres::Database::open(&address, &keys)?),
        };
        let clock = match &training {
            Some(training) => training.clock.clone(),
            None => NodeClock::new(synchronised_file, database.last_at()?),
        };
        clock.watch();
        let letters = Arc::new(Notify::new());
        let writer = write_to(&database, &settings, &lists, &clock, &letters)?;
        let reading = match &database {
            Database::Own(database) => Some(Beside::start(database, &settings, &lists, &clock)?),
            Database::Shared(_) => None,
        };
        let posts = Arc::new(Posts::new(&identity, &duty_desks, escalation, training.is_some()));
        let rooms = training.is_none().then(|| Rooms::new(&data));
        let node = Self {
            settings,
            shown: RwLock::new(Arc::new(identity.take_shown())),
            identity,
            writer,
            clock,
            allowed: RwLock::new(Arc::new(allowed)),
            limits,
            refusals: Refusals::default(),
            database,
            lists,
            list_ages,
            retention,
            heard: Mutex::new(Instant::now()),
            posts,
            notices_kept,
            coming: watch::Sender::new(0),
            letters,
            closing: AtomicBool::new(false),
            readers: Readers::default(),
            rooms,
            reading,
            people,
            providers: Providers::default(),
        };
        node.notice_restored()?;
        if let Writing::Own(writer) = &node.writer {
            writer.run(Lane::Ordinary, sqlite::push::begin)?;
        }
        Ok(node)
    }

    /// A database that was put back lacks what came since: everything is held until that was seen to.
    fn notice_restored(&self) -> Result<(), StartError> {
        let doubt = |at: &str| {
            let why = Phrase::new(finding::codes::gate::WHY_RESTORED).with("at", at);
            Submission::from(Command::Doubt { why })
        };
        // It is noticed only when all is held: whoever is stopped before says it twice, as nodes do that start at once.
        match &self.writer {
            Writing::Own(writer) => {
                let Some(at) = writer.run(Lane::Urgent, backup::restored_at)? else { return Ok(()) };
                // Whoever was removed since is not known to be.
                writer.run(Lane::Urgent, sqlite::people::end_everything)?;
                writer.ask(Lane::Urgent, doubt(&at))?;
                writer.run(Lane::Urgent, backup::noticed)?;
            }
            Writing::Shared { writer, database, .. } => {
                let Some(at) = restored::restored_at(database)? else { return Ok(()) };
                writer.between(postgres::people::end_everything)?;
                writer.ask(Lane::Urgent, doubt(&at))?;
                restored::noticed(database, &at)?;
            }
        }
        Ok(())
    }

    /// Waits until letters were written, or for `most`.
    pub async fn letters(&self, most: Duration) {
        // Whether they were, or the time is over, is the same to whoever looks then.
        let _ = tokio::time::timeout(most, self.letters.notified()).await;
    }

    /// Ends every stream, so that a node that stops waits for none.
    pub fn close(&self) {
        self.closing.store(true, Ordering::Relaxed);
        self.coming.send_modify(|times| *times = times.wrapping_add(1));
    }

    /// Whether streams are to end.
    pub fn is_closing(&self) -> bool {
        self.closing.load(Ordering::Relaxed)
    }

    /// Rooms for training; none in a room.
    pub fn rooms(&self) -> Option<&Rooms> {
        self.rooms.as_ref()
    }

    /// Who may do what on it.
    pub fn allowed(&self) -> Arc<Allowed> {
        Arc::clone(&self.allowed.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What machines show, and who has it.
    pub fn shown(&self) -> Arc<Shown> {
        Arc::clone(&self.shown.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes up what machines show, and who may do what, from here on.
    pub fn take_up(&self, shown: Shown, allowed: Allowed) {
        *self.shown.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(shown);
        *self.allowed.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(allowed);
    }

    /// How much each may ask.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// What was refused at its door.
    pub fn refusals(&self) -> &Refusals {
        &self.refusals
    }

    /// Its clock.
    pub fn clock(&self) -> &NodeClock {
        &self.clock
    }

    /// Its database, for those who read beside the thread that writes.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// The settings of its engine.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The organisations that it knows.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The titles of its watch lists.
    pub fn lists(&self) -> Vec<String> {
        self.lists.titles()
    }

    /// The watch lists as they were read last; `None` on a node without any.
    pub fn snapshot(&self) -> Option<Arc<Snapshot>> {
        self.lists.now()
    }

    /// Reads the files of the watch lists again, and screens goods by them from then on: those that were filed before when
    /// somebody asks about them, and by and by the others. Gives the titles.
    ///
    /// # Errors
    /// [`StartError::List`] where the files cannot be used: the lists stay what they were. A [`Problem`] where the node
    /// does not answer.
    pub async fn renew_lists(self: &Arc<Self>) -> Result<Result<Vec<String>, StartError>, Problem> {
        let lists = Arc::clone(&self.lists);
        let read = tokio::task::spawn_blocking(move || lists.read_again()).await;
        match read.map_err(|_| Problem::plain(problem::FAILED))? {
            Err(why) => Ok(Err(why)),
            Ok(snapshot) => {
                self.reply(Lane::Ordinary, Command::TakeLists { lists: snapshot }).await?;
                Ok(Ok(self.lists()))
            }
        }
    }

    /// From which age on an edition of a watch list counts as old.
    pub fn list_ages(&self) -> &ListAges {
        &self.list_ages
    }

    /// How long goods are kept, and what becomes of them then.
    pub fn retention(&self) -> &Retention {
        &self.retention
    }

    /// Programmes that do not run as simulated, with how they run.
    pub fn running(&self) -> impl Iterator<Item = (&str, Mode)> {
        let modes = self.settings.modes.iter().filter(|(_, mode)| **mode != Mode::Simulated);
        modes.map(|(id, mode)| (id.as_str(), *mode))
    }

    /// Looks at the clock and for what fell due, and signs what was written since the last time.
    ///
    /// # Errors
    /// A problem where the thread that writes gives no answer, or the log cannot be continued.
    pub async fn tick(self: &Arc<Self>) -> Result<(), Problem> {
        self.clock.watch();
        for _ in 0..ROUNDS_MAX {
            match self.reply(Lane::Ordinary, Command::Tick).await? {
                Reply::Done(done) if done > 0 => tokio::time::sleep(BETWEEN_ROUNDS).await,
                _ => break,
            }
        }
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        let Writing::Own(writer) = &self.writer else { return Ok(()) };
        let (writer, at) = (Arc::clone(writer), self.clock.now());
        let signed =
            move || writer.run(Lane::Ordinary, move |session: &Session| audit::continued(session, at));
        let signed = tokio::task::spawn_blocking(signed).await;
        Ok(signed.map_err(|_| Problem::plain(problem::FAILED))??)
    }

    /// Whether the thread that writes was heard of lately. Costs nothing, so that anybody may ask.
    pub fn is_well(&self) -> bool {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).elapsed() < SILENT_MAX
    }

    /// How many commands wait, the urgent and the others.
    pub fn waiting(&self) -> [usize; 2] {
        self.writer.queue().waiting()
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
        self.writer.queue().submit(lane, submission, tell)?;
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

    /// Asks something in answer to which nothing is written down, unless something fell due meanwhile: beside the thread
    /// that writes where that can be done, else in a lane of it.
    ///
    /// # Errors
    /// As for [`Self::reply`].
    pub async fn read(&self, lane: Lane, command: Command) -> Result<Reply, Problem> {
        if let Some(beside) = &self.reading {
            let (tell, told) = oneshot::channel();
            // Whoever asked may have gone.
            let tell: ReadTeller = Box::new(move |answered| drop(tell.send(answered)));
            beside.of(&command).ask(command.clone(), tell);
            match told.await.ok().flatten() {
                Some(Ok(reply)) => return Ok(reply),
                Some(Err(refusal)) => return Err(Problem::refused(&refusal)),
                None => {}
            }
        }
        self.reply(lane, command).await
    }
}

/// Starts the thread that writes.
fn write_to(
    database: &Database,
    settings: &Settings,
    lists: &Arc<Lists>,
    clock: &NodeClock,
    letters: &Arc<Notify>,
) -> Result<Writing, StoreError> {
    let (settings, clock, letters) = (settings.clone(), clock.clone(), Arc::clone(letters));
    let lists = Arc::clone(lists);
    // The lists may have changed since an engine was made last.
    let settings = move || Settings { lists: lists.now(), ..settings.clone() };
    let of_writer = writer::Settings {
        letters: Box::new(move || letters.notify_one()),
        checkpoints: Some(CHECKPOINTS),
        ..writer::Settings::new(form)
    };
    Ok(match database {
        Database::Own(database) => {
            let make = move |journal, outbox| Engine::new(settings(), journal, clock.clone(), outbox);
            Writing::Own(Arc::new(Writer::start(database, of_writer, make)?))
        }
        Database::Shared(database) => {
            let make = move |journal, outbox| Engine::new(settings(), journal, clock.clone(), outbox);
            let writer = Writer::connect(database, of_writer, make)?;
            let told = |why: &audit::AuditError| tracing::error!(error = %why, "the log was not carried on");
            let log = Integrator::start(database, Box::new(told))?;
            Writing::Shared { writer, database: database.clone(), _log: log }
        }
    })
}

/// Ids of answers are made from it, so nobody may guess it.
fn random_seed() -> Result<u64, StartError> {
    let mut bytes = [0; 8];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| StartError::NoRandom)?;
    Ok(u64::from_be_bytes(bytes))
}
