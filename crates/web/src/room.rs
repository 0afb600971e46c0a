//! Training rooms: nodes within the node, for trying and for playing stories.
//!
//! A room is a whole node with a configuration, a database and a clock of its own, which is set by hand. It runs the same
//! code by the same rules, and what happens in it reaches nothing outside: its folder is deleted when it is closed, and
//! it is closed when nobody has used it for a while. Requests to `/v1/rooms/ID/…` are those of the node, made in the room.

use crate::api;
use crate::clock::NodeClock;
use crate::config::Config;
use crate::identity::new_token;
use crate::node::Node;
use crate::problem::{self, Problem};
use axum::Router;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use casework::gate::Expectation;
use engine::Settings;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Rooms of one organisation at most.
const OF_ONE_MAX: usize = 4;

/// Rooms at most.
const ROOMS_MAX: usize = 16;

/// How long a room stays that nobody uses.
const IDLE: Duration = Duration::from_secs(30 * 60);

/// Most bytes of one request in a room.
const BODY_BYTES_MAX: usize = 16 << 20;

/// What a room is opened with.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// The time on its clock, RFC 3339.
    pub at: String,
    /// Its configuration, as in `loadgate.toml`: programmes, policies, organisations with their roles. Tokens are given out
    /// by the room; what belongs to a machine (addresses, folders, certificates) is not for rooms.
    pub configuration: Map<String, Value>,
    /// Whose word counts on flights, units and bookings: `everybody`, as in a training without desks; `named`, only
    /// organisations that are desks, and carriers with a designator; left out, as on a node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub desks: Option<Desks>,
    /// Whether only what messages announce is expected to be told.
    #[serde(default)]
    pub announced_only: bool,
    /// Watch lists.
    #[serde(default)]
    pub lists: Vec<ListFile>,
}

/// Whose word counts on flights, units and bookings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Desks {
    /// Everybody's.
    Everybody,
    /// That of desks, and of carriers with a designator.
    Named,
}

/// A file of a watch list.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListFile {
    /// Its name, by which it is recognised.
    pub name: String,
    /// Its content in Base64.
    pub base64: String,
}

/// A room that was opened.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct OpenRoom {
    /// Its id.
    pub id: String,
    /// Where its requests go: `url` and then the path, such as `/v1/rooms/ID/v1/gate`.
    pub url: String,
    /// The token of each organisation in it.
    pub tokens: BTreeMap<String, String>,
}

/// What a node is told that is a room.
#[derive(Debug, Clone)]
pub struct Training {
    /// Its clock.
    pub clock: NodeClock,
    /// Whose word counts.
    pub desks: Option<Desks>,
    /// Whether only what messages announce is expected.
    pub announced_only: bool,
}

impl Training {
    /// Puts it into the settings of an engine.
    pub(crate) fn apply(&self, settings: &mut Settings) {
        if self.announced_only {
            settings.expects = Expectation::Announced;
        }
        match self.desks {
            Some(Desks::Everybody) => settings.desks = None,
            // A carrier of whom nobody knows which he is speaks for none.
            Some(Desks::Named) => settings.carriers.retain(|_, designator| designator.is_some()),
            None => {}
        }
    }
}

/// A room.
#[derive(Debug)]
pub struct Room {
    node: Arc<Node>,
    router: Router,
    clock: NodeClock,
    owner: Arc<str>,
    used: Mutex<Instant>,
    /// Deleted with it.
    _folder: Folder,
}

/// A folder that is deleted.
#[derive(Debug)]
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(why) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(folder = %self.0.display(), error = %why, "the folder of a room was not deleted");
        }
    }
}

impl Room {
    /// The same requests as those of a node.
    pub fn router(&self) -> Router {
        *self.used.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
        self.router.clone()
    }

    /// Whether it is a room of an organisation.
    pub fn is_of(&self, organisation: &str) -> bool {
        *self.owner == *organisation
    }

    /// Sets the clock, and does what fell due.
    ///
    /// # Errors
    /// A problem where the time goes back, or the room fails.
    pub async fn set(&self, at: Timestamp) -> Result<(), Problem> {
        if !self.clock.set(at) {
            return Err(not_understood(format!(
                "at: {at} is before the time of the room, which never goes back"
            )));
        }
        self.node.tick().await
    }
}

fn not_understood(why: impl Into<String>) -> Problem {
    Problem::new(problem::NOT_UNDERSTOOD, why.into())
}

/// The rooms of a node.
#[derive(Debug)]
pub struct Rooms {
    folder: PathBuf,
    open: Mutex<HashMap<String, Arc<Room>>>,
}

impl Rooms {
    /// No rooms yet; what an earlier run left behind is deleted.
    pub fn new(data: &Path) -> Self {
        let folder = data.join("rooms");
        if let Err(why) = std::fs::remove_dir_all(&folder)
            && why.kind() != std::io::ErrorKind::NotFound
        {
            tracing::warn!(folder = %folder.display(), error = %why, "old rooms were not deleted");
        }
        Self { folder, open: Mutex::default() }
    }

    /// A room by its id.
    pub fn get(&self, id: &str) -> Option<Arc<Room>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// Opens a room. Must not be called by a task of a runtime.
    ///
    /// # Errors
    /// A problem where there are too many, or what it is opened with cannot be used.
    pub fn open(&self, owner: &Arc<str>, opening: Opening) -> Result<OpenRoom, Problem> {
        self.admit(owner)?;
        let mut bytes = [0; 16];
        aws_lc_rs::rand::fill(&mut bytes).map_err(|_| Problem::plain(problem::FAILED))?;
        let id = URL_SAFE_NO_PAD.encode(bytes);
        let path = self.folder.join(&id);
        let folder = Folder(path.clone());
        std::fs::create_dir_all(&path).map_err(|why| failed(&why))?;
        let at: Timestamp = opening
            .at
            .parse()
            .map_err(|why| not_understood(format!("at: {} is no time ({why})", opening.at)))?;
        let clock = NodeClock::by_hand(at);
        let (configuration, tokens) = with_tokens(opening.configuration)?;
        let training =
            Training { clock: clock.clone(), desks: opening.desks, announced_only: opening.announced_only };
        let mut config = Config::of_room(&path, configuration, training).map_err(not_understood)?;
        config.lists = keep_lists(&path, &opening.lists)?;
        let node = Node::start(config).map_err(|why| not_understood(why.to_string()))?;
        let node = Arc::new(node);
        let router = api::router(Arc::clone(&node), BODY_BYTES_MAX);
        let used = Mutex::new(Instant::now());
        let room = Room { node, router, clock, owner: Arc::clone(owner), used, _folder: folder };
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.insert(id.clone(), Arc::new(room));
        Ok(OpenRoom { url: format!("/v1/rooms/{id}"), id, tokens })
    }

    fn admit(&self, owner: &Arc<str>) -> Result<(), Problem> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let own = open.values().filter(|room| room.owner == *owner).count();
        if own >= OF_ONE_MAX || open.len() >= ROOMS_MAX {
            let why = format!("{own} rooms of yours and {} in all are open; close one", open.len());
            return Err(Problem::new(problem::TOO_MANY, why).after(60));
        }
        Ok(())
    }

    /// Closes a room of an organisation; whether there was one. It must not be dropped by a task of a runtime.
    pub fn close(&self, owner: &str, id: &str) -> Option<Arc<Room>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        match open.get(id) {
            Some(room) if *room.owner == *owner => open.remove(id),
            _ => None,
        }
    }

    /// Takes out the rooms that nobody uses any more. They must not be dropped by a task of a runtime.
    pub fn unused(&self) -> Vec<Arc<Room>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = |room: &Room| room.used.lock().unwrap_or_else(PoisonError::into_inner).elapsed() > IDLE;
        let ids: Vec<String> = open.iter().filter(|(_, room)| idle(room)).map(|(id, _)| id.clone()).collect();
        ids.iter().filter_map(|id| open.remove(id)).collect()
    }
}

fn failed(why: &std::io::Error) -> Problem {
    tracing::error!(error = %why, "a room was not opened");
    Problem::plain(problem::FAILED)
}

/// Tokens by the organisation that has them.
type Tokens = BTreeMap<String, String>;

/// Gives every organisation a token that is good for as long as the room.
fn with_tokens(mut configuration: Map<String, Value>) -> Result<(Map<String, Value>, Tokens), Problem> {
    let mut tokens = BTreeMap::new();
    if let Some(Value::Object(organisations)) = configuration.get_mut("organisation") {
        for (name, entry) in organisations {
            let Value::Object(entry) = entry else { continue };
            if entry.contains_key("token") || entry.contains_key("certificate") {
                return Err(not_understood(format!("organisation.{name}: the room gives out the tokens")));
            }
            let (token, sha256) = new_token().map_err(|_| Problem::plain(problem::FAILED))?;
            let held = json!([{ "name": "room", "sha256": sha256, "expires": "9999-01-01T00:00:00Z" }]);
            entry.insert("token".to_owned(), held);
            tokens.insert(name.clone(), token);
        }
    }
    Ok((configuration, tokens))
}

/// Writes the lists into the folder of the room.
fn keep_lists(folder: &Path, lists: &[ListFile]) -> Result<Vec<PathBuf>, Problem> {
    let mut paths = Vec::new();
    for list in lists {
        let name = Path::new(&list.name).file_name().filter(|name| name.len() == list.name.len());
        let name =
            name.ok_or_else(|| not_understood(format!("lists: {} is no name of a file", list.name)))?;
        let bytes = STANDARD.decode(&list.base64);
        let bytes =
            bytes.map_err(|why| not_understood(format!("lists: {} is no Base64 ({why})", list.name)))?;
        let lists = folder.join("lists");
        std::fs::create_dir_all(&lists).map_err(|why| failed(&why))?;
        let path = lists.join(name);
        std::fs::write(&path, bytes).map_err(|why| failed(&why))?;
        paths.push(path);
    }
    Ok(paths)
}
