#![allow(clippy::unwrap_used, clippy::panic)]

mod corpus;
mod damage;
mod page;

use super::events::SAMPLES;
use super::sample::Sampler;
use super::*;
use casework::Event;
use casework::counts::{COUNTED, Counts};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::path::PathBuf;

fn place() -> Place {
    Place { stream: "tree/888-10001014".into(), version: 7 }
}

fn read(bytes: &[u8]) -> Result<Event, StoredFault> {
    let head: serde_json::Value = serde_json::from_slice(bytes).unwrap();
    let v = u32::try_from(head["v"].as_u64().unwrap()).unwrap();
    decode(&place(), head["type"].as_str().unwrap(), v, bytes)
}

/// The root of the repository.
fn root() -> PathBuf {
    let own = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo says where the crate is");
    PathBuf::from(own).join("../..")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Nothing is lost: every event of every type reads back as it was, from the same bytes.
    #[test]
    fn every_event_reads_back(numbers in proptest::collection::vec(any::<u32>(), 1..200)) {
        let mut reached = BTreeSet::new();
        for (kind, sample) in SAMPLES {
            let event = sample(&mut Sampler::random(numbers.clone()));
            let document = encode_checked(&place(), &event).unwrap();
            prop_assert_eq!(document.kind, *kind);
            prop_assert!(!document.bytes.contains(&b'\n'));
            prop_assert_eq!(&encode(&read(&document.bytes).unwrap()), &document);
            reached.insert(document.kind);
        }
        let missed: Vec<&str> =
            TYPES.iter().map(|known| known.kind).filter(|kind| !reached.contains(kind)).collect();
        prop_assert!(missed.is_empty(), "no test reaches {missed:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    /// Whoever counts reads only these types, so that nothing else may count.
    #[test]
    fn what_counts_is_of_the_types_that_are_read_to_count(numbers in proptest::collection::vec(any::<u32>(), 1..200)) {
        for kind in COUNTED {
            prop_assert!(TYPES.iter().any(|known| known.kind == *kind), "there is no type {kind}");
        }
        for (kind, sample) in SAMPLES {
            let mut counts = Counts::default();
            counts.count(&sample(&mut Sampler::random(numbers.clone())), jiff::Timestamp::UNIX_EPOCH);
            prop_assert!(counts == Counts::default() || COUNTED.contains(kind), "{kind} counts");
        }
    }
}

#[test]
fn types_are_told_apart_and_named_like_all_others() {
    let mut seen = BTreeSet::new();
    for Type { kind, v, fields, tells } in TYPES {
        assert!(seen.insert(kind), "{kind} stands there twice");
        let (family, name) = kind.split_once('.').unwrap();
        let word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        assert!(word(family) && word(name), "{kind}");
        assert!(*v >= 1 && tells.trim().ends_with('.'), "{kind}");
        assert!(!fields.contains(&TYPE) && !fields.contains(&VERSION), "{kind}");
    }
}

/// The stored words of a type against those it is published with.
fn words_agree<T: Stored + Debug>(published: impl Fn(&T) -> &'static str) {
    let mut walk = Sampler::walk();
    for _ in 0..12 {
        let value = T::sample(&mut walk);
        let mut out = Writer::new();
        value.put(&mut out);
        let stored = String::from_utf8(out.into_bytes()).unwrap();
        assert_eq!(stored, format!("\"{}\"", published(&value)), "{value:?}");
    }
}

#[test]
fn words_are_the_published_ones() {
    words_agree::<::finding::Severity>(|one| one.as_str());
    words_agree::<::consignment::Role>(|one| one.as_str());
    words_agree::<::consignment::Mode>(|one| one.as_str());
    words_agree::<::consignment::party::ContactKind>(|one| one.as_str());
    words_agree::<::consignment::route::RouteBasis>(|one| one.as_str());
    words_agree::<::consignment::measure::WeightUnit>(|one| one.code());
    words_agree::<::consignment::security::SecurityStatus>(|one| one.code());
    words_agree::<::consignment::security::ScreeningMethod>(|one| one.code());
    words_agree::<::consignment::security::Exemption>(|one| one.code());
    words_agree::<::consignment::ident::EntityCategory>(|one| one.code());
    words_agree::<::consignment::fact::ReferralKind>(|one| one.as_str());
    words_agree::<programme::Mode>(|one| one.as_str());
    words_agree::<casework::gate::Stage>(|one| one.as_str());
    words_agree::<casework::gate::Aircraft>(|one| one.as_str());
    words_agree::<casework::gate::Decision>(|one| one.as_str());
}

/// The bytes are hashed, so that the form of a document is a promise to the letter.
#[test]
fn a_document_reads_like_this() {
    let cause = casework::case::HoldCause(
        ::finding::Phrase::new(::finding::codes::gate::WHY_STATED).with("text", "papers \"missing\""),
    );
    let node = casework::case::Node::House(::consignment::ident::HouseWaybill::parse("RHA0001").unwrap());
    let event = casework::case::Event::HoldPlaced { node, agency: "customs".into(), cause, entry: None };
    let document = encode(&event.into());
    assert_eq!((document.kind, document.v), ("tree.hold-placed", 1));
    assert_eq!(
        String::from_utf8(document.bytes).unwrap(),
        r#"{"type":"tree.hold-placed","v":1,"node":{"house":"RHA0001"},"agency":"customs","cause":{"code":"why-stated","args":[["text","papers \"missing\""]]}}"#
    );
}

#[test]
fn what_is_empty_and_what_is_missing_stay_apart() {
    use ::consignment::security::SecurityDeclaration;
    let with = |security, rejected_for| {
        let consignment = ::consignment::Consignment { security, rejected_for, ..Default::default() };
        let at = "2026-11-24T06:00:00Z".parse().unwrap();
        let node = casework::case::Node::Master;
        Event::from(casework::case::Event::Superseded { node, consignment: consignment.into(), at })
    };
    let events = [with(None, None), with(Some(SecurityDeclaration::default()), Some(String::new()))];
    for event in &events {
        assert_eq!(read(&encode(event).bytes).as_ref(), Ok(event));
    }
    assert_ne!(encode(&events[0]), encode(&events[1]));
}

/// `tree.hold-placed` as an invented earlier release might have written it.
#[test]
fn an_older_form_is_brought_to_the_present_one() {
    use std::borrow::Cow;
    use upcast::{Step, upcast};
    fn renamed(value: Value<'_>) -> Result<Value<'_>, Wrong> {
        let Value::Object(mut entries) = value else { return Err(Wrong::new("it is no object")) };
        for (name, _) in &mut entries {
            if name == "who" {
                *name = Cow::Borrowed("agency");
            }
        }
        Ok(Value::Object(entries))
    }
    fn with_cause(value: Value<'_>) -> Result<Value<'_>, Wrong> {
        let Value::Object(mut entries) = value else { return Err(Wrong::new("it is no object")) };
        let code = Value::Text(Cow::Borrowed("why-no-text"));
        entries.push((Cow::Borrowed("cause"), Value::Object(vec![(Cow::Borrowed("code"), code)])));
        Ok(Value::Object(entries))
    }
    let steps = [
        Step { kind: "tree.hold-placed", v: 2, change: with_cause },
        Step { kind: "tree.hold-placed", v: 1, change: renamed },
    ];
    let old = br#"{"type":"tree.hold-placed","v":1,"who":"customs","node":"master"}"#;
    let value = upcast(&steps, "tree.hold-placed", 1, 3, Value::parse(old).unwrap()).unwrap();
    let event = events::take("tree.hold-placed", &value).unwrap();
    let cause = casework::case::HoldCause(::finding::Phrase::new(::finding::codes::gate::WHY_NO_TEXT));
    let expected = casework::case::Event::HoldPlaced {
        node: casework::case::Node::Master,
        agency: "customs".into(),
        cause,
        entry: None,
    };
    assert_eq!(event, expected.into());
    let none = upcast(&steps, "tree.joined", 1, 2, Value::parse(old).unwrap());
    assert_eq!(none.unwrap_err().into_parts().1, "no step leads from version 1 on");
}

/// Every step leads to a version that the register has, and none is missing between.
#[test]
fn every_older_version_has_its_step() {
    for known in TYPES {
        for v in 1..known.v {
            let steps = upcast::STEPS.iter().filter(|step| (step.kind, step.v) == (known.kind, v));
            assert_eq!(steps.count(), 1, "{} from version {v}", known.kind);
        }
    }
    for step in upcast::STEPS {
        assert!(TYPES.iter().any(|known| known.kind == step.kind && step.v < known.v), "{}", step.kind);
    }
}
