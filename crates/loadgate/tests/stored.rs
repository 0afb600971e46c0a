//! Everything that the fixtures make happen, kept in its stored form: the engine runs on a journal that holds
//! documents alone, and every event must read back as it was.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use casework::Event;
use casework::decision::Desk;
use casework::gate::{Aircraft, AskedLeg, Decision, Stage};
use casework::view::Asker;
use consignment::ConsignmentKey;
use consignment::fact::{Fact, OfficerAct, OfficerDeed, Person, What};
use engine::memory::{MemoryIndex, MemoryOutbox, SetClock};
use engine::{
    Channel, Command, Engine, EngineError, FiledConsignment, Index, IndexChange, Journal, JournalError, Pick,
    Recorded, Reply, Settings, StreamId, Version,
};
use jiff::Timestamp;
use programme::{Mode, ProgrammeId};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use store::stored::{Document, Place, TYPES, decode, encode_checked};
use support::cases::cases;
use support::{files_below, root};

/// Types of event that no fixture makes happen so far. A property of the `store` crate writes and reads them, as it
/// does with all others.
const IN_NO_FIXTURE: &[&str] = &[
    "outage.refused",
    "tree.set-aside-told",
    "access.read",
    "person.invited",
    "person.link-given",
    "person.roles-set",
    "person.passkey-added",
    "person.passkey-removed",
    "person.account-bound",
    "person.removed",
    "adjudication.proposed",
    "adjudication.decided-alone",
    "adjudication.confirmed",
    "adjudication.refused",
    "adjudication.reviewed",
    "adjudication.withdrawn",
    "retention.hold-placed",
    "retention.hold-lifted",
    "retention.erased",
];

/// How many events of each type came in, over all journals of a test.
type Reached = Rc<RefCell<BTreeMap<&'static str, usize>>>;

/// A journal that keeps documents, and reads them anew each time.
#[derive(Default)]
struct DocumentJournal {
    streams: HashMap<StreamId, Vec<(Timestamp, Document)>>,
    index: MemoryIndex,
    reached: Reached,
}

impl DocumentJournal {
    fn new(reached: &Reached) -> Self {
        Self { reached: Rc::clone(reached), ..Self::default() }
    }
}

impl Journal for DocumentJournal {
    fn read(&self, stream: &StreamId) -> Result<Vec<Recorded>, JournalError> {
        let held = self.streams.get(stream).into_iter().flatten();
        (1..)
            .zip(held)
            .map(|(version, (at, document))| {
                let place = Place { stream: stream.clone(), version };
                let event = decode(&place, document.kind, document.v, &document.bytes);
                let event = event.map_err(|fault| JournalError::Storage(fault.to_string()))?;
                Ok(Recorded { version, at: *at, event })
            })
            .collect()
    }

    fn version(&self, stream: &StreamId) -> Result<Version, JournalError> {
        Ok(self.streams.get(stream).map_or(0, |held| held.len() as Version))
    }

    fn append(
        &mut self,
        stream: &StreamId,
        expected: Version,
        events: &[Event],
        at: Timestamp,
    ) -> Result<Version, JournalError> {
        let actual = self.version(stream)?;
        if actual != expected {
            return Err(JournalError::Conflict { stream: stream.clone(), expected, actual });
        }
        let held = self.streams.entry(stream.clone()).or_default();
        for (event, version) in events.iter().zip(actual + 1..) {
            let place = Place { stream: stream.clone(), version };
            let document = encode_checked(&place, event).unwrap_or_else(|fault| panic!("{fault}\n{event:?}"));
            *self.reached.borrow_mut().entry(document.kind).or_default() += 1;
            held.push((at, document));
        }
        Ok(held.len() as Version)
    }

    fn find(&self, index: Index, key: &str, pick: Pick) -> Result<Vec<Arc<str>>, JournalError> {
        Ok(self.index.find(index, key, pick))
    }

    fn change(&mut self, change: IndexChange) -> Result<(), JournalError> {
        self.index.change(change);
        Ok(())
    }
}

/// A node on such a journal.
struct Node {
    engine: Engine<DocumentJournal, SetClock, MemoryOutbox>,
    /// What was filed.
    filed: BTreeSet<ConsignmentKey>,
    /// Answers that were given.
    answers: Vec<Arc<str>>,
}

impl Node {
    fn new(reached: &Reached, settings: Settings) -> Self {
        let clock = SetClock("2026-11-24T08:20:00Z".parse().unwrap());
        let engine = Engine::new(settings, DocumentJournal::new(reached), clock, MemoryOutbox::default());
        Self { engine, filed: BTreeSet::new(), answers: Vec::new() }
    }

    /// Takes in the messages of a text by a channel, then asks the gate about everything they filed.
    fn take_in(&mut self, bytes: &[u8], channel: &Channel) {
        let now = self.engine.clock_mut().0;
        for message in formats::Splitter::new(bytes) {
            let mut filing = formats::decode(&message.unwrap(), now);
            for fact in std::mem::take(&mut filing.facts) {
                self.handle(Command::Fact { fact, channel: channel.clone() });
            }
            let reply = self.handle(Command::File { filing, channel: channel.clone() });
            let Some(Reply::Filed(filed)) = reply else { continue };
            for FiledConsignment { object, key, .. } in filed {
                self.filed.insert(key);
                let (leg, stage, aircraft) = (AskedLeg::First, Stage::Load, Aircraft::Passenger);
                let theirs = Decision::Load;
                let compare = Command::Compare {
                    object: object.clone(),
                    leg: leg.clone(),
                    stage,
                    aircraft,
                    theirs,
                    said: "go".into(),
                };
                self.handle(compare);
                let (holder, asker) = (Arc::from("desk"), Asker::Officer(Desk::Simulation));
                let ask = Command::Ask { object, leg, stage, aircraft, holder, asker };
                if let Some(Reply::Committed { id, .. }) = self.handle(ask) {
                    self.answers.push(id);
                }
            }
        }
    }

    /// What people do about goods whose messages disagree or could not be read, and about recalls.
    fn settle(&mut self) {
        for object in self.filed.clone() {
            let agency: Arc<str> = "duty desk".into();
            self.handle(Command::ConfirmShipment { object: object.clone(), agency });
            let (settle, confirm) = (format!("settle {object}"), format!("confirm {object}"));
            let confirmed = OfficerDeed::Confirm { proposal: settle.as_str().into() };
            self.act(&settle, "A", OfficerDeed::SettleUnread { object: Some(object) });
            self.act(&confirm, "B", confirmed);
        }
        for answer in std::mem::take(&mut self.answers) {
            self.handle(Command::AcknowledgeRecall { answer, holder: None, by: "desk".into() });
        }
        self.handle(Command::Tick);
    }

    /// An act of an officer who plays every desk.
    fn act(&mut self, id: &str, by: &str, act: OfficerDeed) {
        let by = Some(Person { id: by.into(), organisation: "duty desk".into() });
        let act = OfficerAct { act, reason: "read on paper".into() };
        let fact = Fact { id: Some(id.into()), at: None, by, what: What::Act(Box::new(act)) };
        self.handle(Command::Fact { fact, channel: Channel::officers("duty desk", Desk::Simulation) });
    }

    /// Refusals are lawful; everything else that fails is a fault of the journal.
    /// The engine reads all that it knows from the journal, each time anew.
    fn handle(&mut self, command: Command) -> Option<Reply> {
        self.engine.forget();
        match self.engine.handle(command) {
            Ok(reply) => Some(reply),
            Err(EngineError::Refused(_)) => None,
            Err(failure) => panic!("{failure}"),
        }
    }
}

/// Stories expect something of nearly every step, so that an event which reads back otherwise is seen here too.
fn play_stories(reached: &Reached) {
    let folder = root().join("fixtures/stories");
    for path in files_below(&folder).iter().filter(|path| path.extension().is_some_and(|end| end == "toml")) {
        let story = loadgate::story::read(&std::fs::read_to_string(path).unwrap()).unwrap();
        let played = loadgate::story::play_in(&story, &folder, DocumentJournal::new(reached)).unwrap();
        assert!(played.passed, "{} goes otherwise on documents", path.display());
    }
}

fn ask_gate_cases(reached: &Reached) {
    for case in cases() {
        let mut settings = Settings { in_order: true, ..Settings::simulated() };
        for pair in case.args.windows(2).filter(|pair| pair[0] == "--relay") {
            settings.modes.insert(ProgrammeId::new(&pair[1]), Mode::Relay);
        }
        let mut node = Node::new(reached, settings);
        for message in &case.messages {
            node.take_in(message.as_bytes(), &Channel::filer("command line"));
        }
        node.settle();
    }
}

/// The lists of the demo.
fn lists() -> Arc<names::Snapshot> {
    let folder = root().join("fixtures/demo/lists");
    let file = |path: PathBuf| names::ListFile {
        name: path.strip_prefix(&folder).unwrap().display().to_string(),
        bytes: std::fs::read(&path).unwrap(),
    };
    let files = files_below(&folder).into_iter().map(file).collect();
    Arc::new(names::Snapshot::new(names::load(files).lists))
}

/// Every message of a folder on one node, by each channel in turn.
fn file_folder(reached: &Reached, folder: &str, settings: &Settings, channels: &[Channel]) {
    let mut node = Node::new(reached, settings.clone());
    let is_message = |path: &&PathBuf| !path.extension().is_some_and(|end| end == "expect" || end == "md");
    for path in files_below(&root().join(Path::new("fixtures").join(folder))).iter().filter(is_message) {
        for channel in channels {
            node.take_in(&std::fs::read(path).unwrap(), channel);
        }
    }
    node.settle();
}

#[test]
fn what_the_fixtures_make_happen_reads_back() {
    let reached = Reached::default();
    play_stories(&reached);
    ask_gate_cases(&reached);
    let simulated = Settings { lists: Some(lists()), ..Settings::simulated() };
    let mut relay = simulated.clone();
    relay.modes = relay.programmes.keys().map(|programme| (programme.clone(), Mode::Relay)).collect();
    let filer = Channel::filer("forwarder");
    file_folder(&reached, "demo/messages", &simulated, std::slice::from_ref(&filer));
    let channels = [
        filer,
        Channel::registry("registry"),
        Channel::officers("officers", Desk::Agency("customs".into())),
        Channel::authority(ProgrammeId::new("us-acas")),
        Channel::authority(ProgrammeId::new("ca-pact")),
        Channel::authority(ProgrammeId::new("eu-ics2")),
    ];
    for folder in ["cli", "facts", "cargo-imp", "cargo-xml", "mail", "oci"] {
        for settings in [&simulated, &relay] {
            file_folder(&reached, folder, settings, &channels);
        }
    }
    let reached = reached.borrow();
    let reaches = |kind: &&str| reached.contains_key(kind) || IN_NO_FIXTURE.contains(kind);
    let missed: Vec<&str> = TYPES.iter().map(|known| known.kind).filter(|kind| !reaches(kind)).collect();
    let listed_yet_reached: Vec<_> =
        IN_NO_FIXTURE.iter().filter(|kind| reached.contains_key(*kind)).collect();
    assert!(listed_yet_reached.is_empty(), "fixtures make {listed_yet_reached:?} happen; do not except them");
    assert!(missed.is_empty(), "no fixture makes {missed:?} happen; it does {reached:#?}");
}
