//! What a tree costs must grow with its messages, not with their square.
#![allow(clippy::unwrap_used, clippy::panic)]

use casework::Event;
use casework::gate::{Aircraft, AskedLeg, Stage};
use consignment::ConsignmentKey;
use consignment::ident::{AirWaybill, HouseWaybill};
use engine::memory::{MemoryJournal, MemoryOutbox, SetClock};
use engine::{
    Command, Engine, Index, IndexChange, Journal, JournalError, Pick, Recorded, Reply, Settings, StreamId,
    Version,
};
use jiff::Timestamp;
use std::cell::Cell;
use std::io::Cursor;
use std::rc::Rc;
use std::sync::Arc;

/// A journal that counts the events it hands out and takes in.
#[derive(Default)]
struct CountingJournal {
    inner: MemoryJournal,
    events: Rc<Cell<usize>>,
}

impl Journal for CountingJournal {
    fn read(&self, stream: &StreamId) -> Result<Vec<Recorded>, JournalError> {
        let events = self.inner.read(stream)?;
        self.events.set(self.events.get() + events.len());
        Ok(events)
    }

    fn version(&self, stream: &StreamId) -> Result<Version, JournalError> {
        self.inner.version(stream)
    }

    fn append(
        &mut self,
        stream: &StreamId,
        expected: Version,
        events: &[Event],
        at: Timestamp,
    ) -> Result<Version, JournalError> {
        self.events.set(self.events.get() + events.len());
        self.inner.append(stream, expected, events, at)
    }

    fn find(&self, index: Index, key: &str, pick: Pick) -> Result<Vec<Arc<str>>, JournalError> {
        self.inner.find(index, key, pick)
    }

    fn change(&mut self, change: IndexChange) -> Result<(), JournalError> {
        self.inner.change(change)
    }
}

struct World {
    engine: Engine<CountingJournal, SetClock, MemoryOutbox>,
    events: Rc<Cell<usize>>,
}

impl World {
    fn new() -> Self {
        let journal = CountingJournal::default();
        let events = Rc::clone(&journal.events);
        let clock = SetClock("2026-11-24T06:00:00Z".parse().unwrap());
        Self { engine: Engine::new(Settings::simulated(), journal, clock, MemoryOutbox::default()), events }
    }

    fn file(&mut self, text: &str) {
        for message in formats::Splitter::new(Cursor::new(text.as_bytes())) {
            let filing = formats::decode(&message.unwrap(), Timestamp::UNIX_EPOCH);
            assert!(!filing.consignments.is_empty(), "{text}: {:?}", filing.findings);
            self.engine
                .handle(Command::File { filing, channel: engine::Channel::filer("forwarder") })
                .unwrap();
        }
    }

    /// The legs on which programmes bind for a house, and the number of reasons of the gate.
    fn house(&mut self, number: &str) -> (Vec<String>, usize) {
        let master = Some(AirWaybill::parse("888-20004040").unwrap());
        let key = ConsignmentKey { master, house: Some(HouseWaybill::parse(number).unwrap()) };
        let object = self.engine.find(&key).unwrap().unwrap();
        let Reply::Viewed(view) = self.engine.handle(Command::View { object: object.clone() }).unwrap()
        else {
            panic!("no view")
        };
        let legs =
            view.cases.iter().flat_map(|case| &case.legs).map(|leg| format!("{}-{}", leg.from, leg.to));
        let mut legs: Vec<String> = legs.collect();
        legs.dedup();
        let peek =
            Command::Peek { object, leg: AskedLeg::First, stage: Stage::Load, aircraft: Aircraft::Passenger };
        let Reply::Answered(answer) = self.engine.handle(peek).unwrap() else { panic!("no answer") };
        (legs, answer.reasons.len())
    }
}

fn house(master: &str, number: &str, ends: &str) -> String {
    format!(
        "FHL/5\nMBI/{master}{ends}/T9K90\nHBS/{number}/{ends}/1/K10//BRASS HINGES\n\
         SHP\nNAM/FICTIVA GMBH\nADR/ERFINDERWEG 1\nLOC/OFFENBACH\n/DE/63065\n\
         CNE\nNAM/NEVERWAS INC\nADR/FABLE STREET 2\nLOC/MISSISSAUGA/ON\n/CA/L5P1B2\n"
    )
}

/// Events read and written while `count` houses, filed before their master was known, join it one by one.
fn events_of_joining(count: usize) -> usize {
    let mut world = World::new();
    for number in 0..count {
        world.file(&house("", &format!("H{number}"), "FRAYYZ"));
    }
    for number in 0..count {
        world.file(&house("888-20004040", &format!("H{number}"), "FRAYYZ"));
    }
    world.events.get()
}

#[test]
fn joining_reads_what_joins_and_not_the_whole_tree() {
    let (few, many) = (events_of_joining(20), events_of_joining(80));
    assert!(many <= 4 * few + 20, "four times the houses took {few} and then {many} events");
}

#[test]
fn houses_that_join_with_another_route_are_bound_on_that_of_the_tree() {
    let mut world = World::new();
    world.file(&house("", "H2", "FRAJFK"));
    world.file(&house("888-20004040", "H1", "FRAYYZ"));
    let before = world.house("H1");
    assert_eq!(before.0, ["FRA-YYZ"]);
    world.file(&house("888-20004040", "H2", "FRAYYZ"));
    assert_eq!(world.house("H2").0, ["FRA-YYZ"]);
    assert_eq!(world.house("H1"), before);
}

#[test]
fn a_house_that_joins_and_changes_the_route_changes_it_for_all() {
    let mut world = World::new();
    world.file(&house("", "H0", "FRAJFK"));
    world.file(&house("888-20004040", "H1", "FRAYYZ"));
    // The first house in order tells the route while no master is filed, and it already did where it floated.
    world.file(&house("888-20004040", "H0", "FRAJFK"));
    assert_eq!(world.house("H0").0, ["FRA-JFK"]);
    assert_eq!(world.house("H1").0, ["FRA-JFK"]);
}
