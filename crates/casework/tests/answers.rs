//! What was answered is taken back once, and only from whom may still load on it.
#![allow(clippy::unwrap_used)]

use casework::answers::{Basis, Given, Holding, Standing};
use casework::gate::{Aircraft, AskedLeg, Decision, Stage};
use casework::view::Asker;
use consignment::ConsignmentKey;
use consignment::fact::ObjectName;
use finding::codes;
use jiff::Timestamp;

fn at(time: &str) -> Timestamp {
    format!("2026-11-24T{time}:00Z").parse().unwrap()
}

fn given(decision: Decision) -> Standing {
    Standing::new(Given {
        id: "A1".into(),
        holder: "carrier".into(),
        asker: Asker::Carrier,
        object: ObjectName::Consignment(ConsignmentKey { master: None, house: None }),
        asked_leg: AskedLeg::First,
        leg: None,
        stage: Stage::Load,
        aircraft: Aircraft::Passenger,
        decision,
        held_by: Vec::new(),
        valid_until: Some(at("09:00")),
        at: at("08:00"),
        basis: Basis::default(),
        listed: Vec::new(),
    })
}

#[test]
fn a_load_is_recalled_where_something_holds_or_it_would_end_earlier() {
    let held: Vec<Holding> = vec![(codes::gate::DNL_OPEN, None)];
    /// What it shows, what holds now, until when "load" stands now, when, and whether it is recalled.
    type Case<'a> = (&'static str, &'a [Holding], Option<&'static str>, &'static str, bool);
    let cases: &[Case<'_>] = &[
        ("as it was", &[], Some("09:00"), "08:30", false),
        ("longer", &[], Some("09:30"), "08:30", false),
        ("shorter", &[], Some("08:59"), "08:30", true),
        ("something holds", &held, Some("09:00"), "08:30", true),
        ("something holds, without an end", &held, None, "08:59", true),
        ("it has run out", &held, None, "09:00", false),
    ];
    for (what, held_by, until, now, recalled) in cases {
        let load = given(Decision::Load);
        let told = load.recall(held_by.to_vec(), until.map(at), at(now));
        assert_eq!(told.is_some(), *recalled, "{what}");
        let Some(event) = told else { continue };
        let mut load = load;
        assert!(load.stands(at(now)));
        load.evolve(&event);
        assert!(!load.stands(at(now)));
        assert_eq!(load.recall(held_by.to_vec(), until.map(at), at(now)), None, "{what}, once");
    }
    assert_eq!(given(Decision::Hold).recall(held, None, at("08:30")), None, "nobody loads on a hold");
}
