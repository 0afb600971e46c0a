//! A node on a database in a folder of its own, and waybills of a common shape.
// Each file of tests, and the bench, is a crate of its own and uses a part of this.
#![allow(dead_code, missing_docs, clippy::unwrap_used)]

use consignment::fact::Fact;
use consignment::goods::GoodsLine;
use consignment::ident::{AirWaybill, Country, HsCode, Location};
use consignment::measure::Weight;
use consignment::{
    Consignment, ConsignmentKey, Consolidation, DocumentKind, Filing, Format, Leg, Party, Purpose,
};
use engine::{Channel, Clock, Command, Engine, Reply, StreamId};
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::RequestKey;
use store::sqlite::{Database, Reader};
use store::writer::{Answer, NodeEngine, Settings, Submission, WriteError, Writer};

/// Whether somebody who looks at goods is told nothing of them.
pub fn is_nothing(viewed: &Result<Answer, WriteError>) -> bool {
    match viewed {
        Ok(Answer::Given(Ok(Reply::Viewed(seen)))) => {
            seen.document.is_none()
                && seen.filer.is_none()
                && seen.cases.is_empty()
                && seen.matches.is_empty()
        }
        Ok(Answer::Given(Ok(_)) | Answer::Repeated(_)) => false,
        Ok(Answer::Given(Err(_))) | Err(_) => true,
    }
}

/// A folder that is deleted at the end.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn file(&self) -> PathBuf {
        file_in(self.path())
    }

    pub fn database(&self) -> Database {
        database_in(self.path())
    }

    pub fn reader(&self) -> Reader {
        self.database().reader().unwrap()
    }
}

pub fn file_in(folder: &Path) -> PathBuf {
    folder.join("node.db")
}

pub fn database_in(folder: &Path) -> Database {
    Database::open(&file_in(folder), &folder.join("node.keys")).unwrap()
}

/// A clock that others turn, in seconds; it panics at a call they choose, as a bug in the engine would.
#[derive(Debug, Clone)]
pub struct Turned {
    second: Arc<AtomicI64>,
    /// Calls until it panics; below 1 it does not.
    left: Arc<AtomicI64>,
}

pub const START: i64 = 1_795_500_000;

impl Turned {
    pub fn new() -> Self {
        Self { second: Arc::new(AtomicI64::new(START)), left: Arc::default() }
    }

    pub fn set(&self, second: i64) {
        self.second.store(second, Ordering::SeqCst);
    }

    /// Makes the call of this number, from 1, a panic; 0 none.
    pub fn panics_at(&self, call: i64) {
        self.left.store(call, Ordering::SeqCst);
    }
}

impl Clock for Turned {
    fn now(&self) -> Timestamp {
        assert_ne!(self.left.fetch_sub(1, Ordering::SeqCst), 1, "the clock is faulty");
        Timestamp::from_second(self.second.load(Ordering::SeqCst)).unwrap()
    }
}

/// Replies are kept by what became of each consignment.
pub fn form(reply: &Result<Reply, casework::Refusal>) -> Vec<u8> {
    match reply {
        Ok(Reply::Filed(filed)) => filed
            .iter()
            .map(|one| format!("{} {:?}\n", one.key, one.outcome))
            .collect::<String>()
            .into_bytes(),
        other => format!("{other:?}").into_bytes(),
    }
}

pub fn engine(
    journal: store::sqlite::SqliteJournal,
    outbox: store::sqlite::SqliteOutbox,
    clock: Turned,
) -> NodeEngine<Turned> {
    Engine::new(engine::Settings::simulated(), journal, clock, outbox)
}

pub fn writer(database: &Database, settings: Settings, clock: &Turned) -> Writer {
    let clock = clock.clone();
    Writer::start(database, settings, move |journal, outbox| engine(journal, outbox, clock.clone())).unwrap()
}

pub fn number(index: u32) -> AirWaybill {
    let serial = 1_000_000 + index;
    AirWaybill::parse(&format!("888{serial:07}{}", serial % 7)).unwrap()
}

pub fn key(index: u32) -> ConsignmentKey {
    ConsignmentKey { master: Some(number(index)), house: None }
}

pub fn tree(index: u32) -> StreamId {
    format!("tree/{}", number(index)).into()
}

fn party(name: &str, street: &str, city: &str, country: &str) -> Party {
    Party {
        name: name.to_owned(),
        street: vec![street.to_owned()],
        city: city.to_owned(),
        country: Some(Country::parse(country).unwrap()),
        ..Party::default()
    }
}

/// A direct waybill without a fault.
pub fn waybill(index: u32) -> Consignment {
    let (fra, jfk) = (Location::parse("FRA").unwrap(), Location::parse("JFK").unwrap());
    Consignment {
        kind: DocumentKind::Master,
        master: Some(number(index)),
        consolidation: Consolidation::Direct,
        origin: Some(fra),
        destination: Some(jfk),
        pieces: Some(4),
        weight: Some(Weight::kilograms(200.into())),
        goods: vec![GoodsLine {
            description: "STEEL HINGES FOR KITCHEN DOORS".to_owned(),
            hs: vec![HsCode::parse("830210").unwrap()],
            ..GoodsLine::default()
        }],
        shipper: Some(Party {
            postcode: "00417".to_owned(),
            ..party("SCHARNIER WERKE HOLLEBERG GMBH", "UFERWEG 12", "HOLLEBERG", "DE")
        }),
        consignee: Some(Party {
            state: "OH".to_owned(),
            postcode: "00410-2231".to_owned(),
            ..party("MAPLETON KITCHENS INC", "410 QUARRY ROAD", "MAPLETON", "US")
        }),
        legs: vec![Leg::assumed(fra, jfk)],
        ..Consignment::default()
    }
}

pub fn filing(consignments: Vec<Consignment>) -> Filing {
    Filing {
        format: Some(Format { name: "FWB", version: Some(17) }),
        message_index: 0,
        first_line: 1,
        purpose: Purpose::Creation,
        envelope: None,
        incomplete: false,
        consignments,
        mentions: Vec::new(),
        notices: Vec::new(),
        facts: Vec::<Fact>::new(),
        flown: None,
        part: None,
        uninterpreted: Vec::new(),
        findings: Vec::new(),
    }
}

pub fn file(index: u32) -> Command {
    Command::File { filing: filing(vec![waybill(index)]), channel: Channel::filer("forwarder") }
}

pub fn submission(index: u32) -> Submission {
    Submission::from(file(index))
}

/// What the number of a waybill is filed with: the same each time.
pub fn keyed(number: u32) -> Submission {
    let mut request = [0; 32];
    request[..4].copy_from_slice(&number.to_be_bytes());
    let key = RequestKey { organisation: "org".into(), key: number.to_string().as_str().into(), request };
    let raw: Arc<[u8]> = format!("waybill {number} as it came").into_bytes().into();
    Submission { key: Some(key), raw: Some(raw), ..submission(number) }
}
