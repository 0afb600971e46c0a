//! What the engine expects of a journal, whatever keeps it. Each backend says how one is opened, and runs all of it
//! with [`conformance!`].
#![allow(clippy::unwrap_used, missing_docs)]

use casework::Event;
use casework::case::{self, HoldCause, Node};
use engine::memory::MemoryJournal;
use engine::{Index, IndexChange, Journal, JournalError, Pick, StreamId};
use finding::{Phrase, codes};
use jiff::Timestamp;
use proptest::prelude::*;
use std::sync::Arc;

/// A kind of journal.
pub trait Backend: Sized {
    type Journal: Journal;

    /// An empty one; `None` where what it needs is not installed, which was told.
    fn new() -> Option<Self>;

    /// Opens it; what was written through another is there.
    fn journal(&self) -> Self::Journal;
}

/// Runs every law on a backend.
#[macro_export]
macro_rules! conformance {
    ($module:ident, $backend:ty) => {
        mod $module {
            use super::*;
            $crate::conformance!(@laws $backend,
                nobody_wrote_to_a_stream,
                what_was_appended_is_read_in_order,
                an_append_on_another_version_leaves_nothing,
                to_append_nothing_makes_nothing,
                streams_are_apart,
                times_are_kept_to_the_nanosecond,
                values_are_found_in_the_order_they_were_put,
                indices_and_keys_are_apart,
                what_another_writes_is_seen,
                a_long_list_is_picked_from_either_end,
                any_history_is_as_in_memory
            );
        }
    };
    (@laws $backend:ty, $($law:ident),*) => {
        $(#[test]
        fn $law() {
            conformance::$law::<$backend>();
        })*
    };
}

/// An invented event that differs by its number.
pub fn event(number: u32) -> Event {
    let cause = Phrase::new(codes::gate::WHY_STATED).with("text", format!("box {number} \"torn\" \u{1F4E6}"));
    Event::Tree(case::Event::HoldPlaced {
        node: Node::Master,
        agency: "customs".into(),
        cause: HoldCause(cause),
        entry: None,
    })
}

fn at(second: i64) -> Timestamp {
    Timestamp::new(1_795_500_000 + second, 123_456_789).unwrap()
}

fn stream(name: &str) -> StreamId {
    name.into()
}

fn change(index: Index, key: &str, value: &str, put: bool) -> IndexChange {
    IndexChange { index, key: key.into(), value: value.into(), put }
}

fn found(journal: &impl Journal, index: Index, key: &str) -> Vec<String> {
    journal.find(index, key, Pick::All).unwrap().iter().map(ToString::to_string).collect()
}

pub fn nobody_wrote_to_a_stream<B: Backend>() {
    let Some(backend) = B::new() else { return };
    let journal = backend.journal();
    assert_eq!(journal.version(&stream("tree/none")).unwrap(), 0);
    assert_eq!(journal.read(&stream("tree/none")).unwrap(), Vec::new());
    assert!(journal.find(Index::Stream, "none", Pick::All).unwrap().is_empty());
}

pub fn what_was_appended_is_read_in_order<B: Backend>() {
    let Some(backend) = B::new() else { return };
    let mut journal = backend.journal();
    let tree = stream("tree/888-10001014");
    assert_eq!(journal.append(&tree, 0, &[event(1), event(2)], at(0)).unwrap(), 2);
    assert_eq!(journal.append(&tree, 2, &[event(3)], at(1)).unwrap(), 3);
    for journal in [&journal, &backend.journal()] {
        assert_eq!(journal.version(&tree).unwrap(), 3);
        let read = journal.read(&tree).unwrap();
        assert_eq!(read.iter().map(|one| one.version).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(read.iter().map(|one| one.at).collect::<Vec<_>>(), [at(0), at(0), at(1)]);
        assert_eq!(read.into_iter().map(|one| one.event).collect::<Vec<_>>(), [event(1), event(2), event(3)]);
    }
}

pub fn an_append_on_another_version_leaves_nothing<B: Backend>() {
    let Some(backend) = B::new() else { return };
    let mut journal = backend.journal();
    let tree = stream("tree/888-10001014");
    for (expected, actual) in [(1, 0), (7, 0)] {
        let refused = journal.append(&tree, expected, &[event(1)], at(0));
        assert!(
            matches!(&refused, Err(JournalError::Conflict { stream, expected: said, actual: is })
                if *stream == tree && *said == expected && *is == actual),
            "{refused:?}"
        );
    }
    journal.append(&tree, 0, &[event(1), event(2)], at(0)).unwrap();
    for expected in [0, 1, 3] {
        let refused = journal.append(&tree, expected, &[event(3), event(4)], at(0));
        assert!(matches!(refused, Err(JournalError::Conflict { actual: 2, .. })), "{refused:?}");
    }
    assert_eq!(backend.journal().read(&tree).unwrap().len(), 2);
    assert_eq!(journal.append(&tree, 2, &[event(3)], at(0)).unwrap(), 3);
}

pub fn to_append_nothing_makes_nothing<B: Backend>() {
    let Some(backend) = B::new() else { return };
    let mut journal = backend.journal();
    let tree = stream("tree/888-10001014");
    assert_eq!(journal.append(&tree, 0, &[], at(0)).unwrap(), 0);
    assert!(matches!(
        journal.append(&tree, 1, &[], at(0)),
        Err(JournalError::Conflict { expected: 1, actual: 0, .. })
    ));
    assert_eq!(journal.version(&tree).unwrap(), 0);
}

pub fn streams_are_apart<B: Backend>() {
    let Some(backend) = B::new() else { return };
    let mut journal = backend.journal();
    let names = ["a", "A", "a ", "a/b", "ä", "a\u{308}", "'; DROP TABLE event; --", "%", "", "a\0b"];
    for (number, name) in (1..).zip(names) {
        let events: Vec<Event> = (0..number).map(event).collect();
        assert_eq!(journal.append(&stream(name), 0, &events, at(0)).unwrap(), u64::from(number));
    }
    for (number, name) in (1..).zip(names) {
        assert_eq!(backend.journal().version(&stream(name)).unwrap(), number, "{name:?}");
        assert_eq!(backend.journal().read(&stream(name)).unwrap().len() as u64, number, "{name:?}");
    }
}

pub fn times_are_kept_to_the_nanosecond<B: Backend>() {
    let Some(backend) = B::new() else { return };
    let mut journal = backend.journal();
    let tree = stream("tree/888-10001014");
    let times: Vec<Timestamp> =
        ["1969-12-31T23:59:59.999999999Z", "2026-11-24T06:00:00Z", "2262-04-11T23:47:16.854775807Z"]
            .iter()
            .map(|text| text.parse().unwrap())
            .collect();
    for (version, time) in (0..).zip(&times) {
        journal.append(&tree, version, &[event(1)], *time).unwrap();
    }
    let read = backend.journal().read(&tree).unwrap();
    assert_eq!(read.into_iter().map(|one| one.at).collect::<Vec<_>>(), times);
}

pub fn values_are_found_in_the_order_they_were_put<B: Backend>() {
    let Some(backend) = B::new() else { return };
    let mut journal = backend.journal();
    let key = "888-10001014";
    for value in ["c", "a", "b", "a"] {
        journal.change(change(Index::Stream, key, value, true)).unwrap();
    }
    assert_eq!(found(&journal, Index::Stream, key), ["c", "a", "b"]);
    journal.change(change(Index::Stream, key, "c", false)).unwrap();
    journal.change(change(Index::Stream, key, "nothing", false)).unwrap();
    assert_eq!(found(&backend.journal(), Index::Stream, key), ["a", "b"]);
    journal.change(change(Index::Stream, key, "c", true)).unwrap();
    assert_eq!(found(&backend.journal(), Index::Stream, key), ["a", "b", "c"]);
    for value in ["a", "b", "c"] {
        journal.change(change(Index::Stream, key, value, false)).unwrap();
    }
    assert!(backend.journal().find(Index::Stream, key, Pick::All).unwrap().is_empty());
}

pub fn indices_and_keys_are_apart<B: Backend>() {
    let Some(backend) = B::new() else { return };
    let mut journal = backend.journal();
    let long = "long ".repeat(2_000);
    let keys = ["", "a", "A", "ä", "' OR 1=1", "a\nb", "a\0b", &long];
    for index in Index::ALL {
        for key in keys {
            let value = format!("{} {key}", index.as_str());
            journal.change(change(index, key, &value, true)).unwrap();
        }
    }
    for index in Index::ALL {
        for key in keys {
            assert_eq!(found(&backend.journal(), index, key), [format!("{} {key}", index.as_str())]);
        }
    }
}

pub fn what_another_writes_is_seen<B: Backend>() {
    let Some(backend) = B::new() else { return };
    let (mut one, mut other) = (backend.journal(), backend.journal());
    let tree = stream("tree/888-10001014");
    one.append(&tree, 0, &[event(1)], at(0)).unwrap();
    assert_eq!((other.version(&tree).unwrap(), other.read(&tree).unwrap().len()), (1, 1));
    other.append(&tree, 1, &[event(2)], at(1)).unwrap();
    let late = one.append(&tree, 1, &[event(3)], at(2));
    assert!(matches!(late, Err(JournalError::Conflict { expected: 1, actual: 2, .. })), "{late:?}");
    assert_eq!(one.read(&tree).unwrap().len(), 2);
    for value in ["a", "b"] {
        one.change(change(Index::Masters, "k", value, true)).unwrap();
        assert!(found(&other, Index::Masters, "k").contains(&value.to_owned()));
    }
    other.change(change(Index::Masters, "k", "a", false)).unwrap();
    assert_eq!(found(&one, Index::Masters, "k"), ["b"]);
    one.change(change(Index::Masters, "k", "a", true)).unwrap();
    assert_eq!(found(&other, Index::Masters, "k"), ["b", "a"]);
}

pub fn a_long_list_is_picked_from_either_end<B: Backend>() {
    let Some(backend) = B::new() else { return };
    let mut journal = backend.journal();
    let values: Vec<String> = (0..150).map(|number| format!("v{number}")).collect();
    for value in &values {
        journal.change(change(Index::Filed, "k", value, true)).unwrap();
    }
    journal.change(change(Index::Filed, "k", "v0", false)).unwrap();
    journal.change(change(Index::Filed, "k", "v149", false)).unwrap();
    let left = &values[1..149];
    for journal in [&journal, &backend.journal()] {
        let pick = |pick| -> Vec<String> {
            journal.find(Index::Filed, "k", pick).unwrap().iter().map(ToString::to_string).collect()
        };
        for most in [0, 1, 70, 147, 148, 149, 500] {
            assert_eq!(pick(Pick::First(most)), left[..most.min(148)], "the first {most}");
            assert_eq!(pick(Pick::Last(most)), left[148 - most.min(148)..], "the last {most}");
        }
        assert_eq!(pick(Pick::All), left);
    }
}

/// A step of a history.
#[derive(Debug, Clone)]
enum Step {
    Append { stream: u8, late: bool, events: u8 },
    Change { key: u8, value: u8, put: bool },
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..4_u8, prop::bool::weighted(0.2), 0..4_u8).prop_map(|(stream, late, events)| Step::Append {
            stream,
            late,
            events
        }),
        (0..3_u8, 0..4_u8, any::<bool>()).prop_map(|(key, value, put)| Step::Change { key, value, put }),
        Just(Step::Reopen),
    ]
}

pub fn any_history_is_as_in_memory<B: Backend>() {
    let config = ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(steps in prop::collection::vec(step(), 1..40))| {
        let Some(backend) = B::new() else { return Ok(()) };
        let (mut journal, mut model) = (backend.journal(), MemoryJournal::default());
        for (number, step) in (0..).zip(steps) {
            match step {
                Step::Append { stream: name, late, events } => {
                    let name = stream(&format!("tree/{name}"));
                    let expected = model.version(&name).unwrap() + u64::from(late);
                    let events: Vec<Event> = (0..u32::from(events)).map(|one| event(number * 10 + one)).collect();
                    let (got, due) = (
                        journal.append(&name, expected, &events, at(i64::from(number))),
                        model.append(&name, expected, &events, at(i64::from(number))),
                    );
                    prop_assert_eq!(got.map_err(|why| why.to_string()), due.map_err(|why| why.to_string()));
                }
                Step::Change { key, value, put } => {
                    let change = change(Index::Masters, &key.to_string(), &value.to_string(), put);
                    journal.change(change.clone()).unwrap();
                    model.change(change).unwrap();
                }
                Step::Reopen => journal = backend.journal(),
            }
        }
        for name in 0..4 {
            let name = stream(&format!("tree/{name}"));
            prop_assert_eq!(journal.read(&name).unwrap(), model.read(&name).unwrap());
            prop_assert_eq!(journal.version(&name).unwrap(), model.version(&name).unwrap());
        }
        for key in 0..3 {
            for pick in [Pick::All, Pick::First(2), Pick::Last(2), Pick::First(0), Pick::Last(usize::MAX)] {
                let [got, due]: [Vec<Arc<str>>; 2] = [
                    journal.find(Index::Masters, &key.to_string(), pick).unwrap(),
                    model.find(Index::Masters, &key.to_string(), pick).unwrap(),
                ];
                prop_assert_eq!(got, due);
            }
        }
    });
}
