//! For which goods a channel speaks: as a post, as a carrier, or as his handler.
#![allow(clippy::unwrap_used)]

use casework::case::{Actor, Event, Tree, evolve};
use casework::desks::Desks;
use casework::mandate::{Event as Mandated, Mandates};
use consignment::fact::{Mandate, MandatedAct};
use consignment::ident::{AirWaybill, Carrier, Location};
use consignment::{Consignment, DocumentKind, Leg};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

fn now() -> Timestamp {
    "2026-11-24T06:00:00Z".parse().unwrap()
}

fn at(code: &str) -> Location {
    Location::parse(code).unwrap()
}

fn carrier(code: &str) -> Carrier {
    Carrier::parse(code).unwrap()
}

/// Goods that fly with 9Z from Frankfurt to Nairobi.
fn tree() -> Tree {
    let leg = Leg { carrier: Some(carrier("9Z")), ..Leg::assumed(at("FRA"), at("NBO")) };
    let consignment = Consignment {
        kind: DocumentKind::Master,
        master: AirWaybill::parse("888-10001014").ok(),
        legs: vec![leg],
        ..Consignment::default()
    };
    let recorded = Event::Recorded {
        node: casework::case::Node::Master,
        version: 1,
        by: Actor::Filer("agent".into()),
        consignment: Arc::new(consignment),
        consolidated: false,
        faults: Vec::new(),
        at: now(),
    };
    evolve(Tree::default(), &recorded)
}

#[test]
fn a_channel_speaks_for_the_goods_of_those_it_acts_for() {
    let carriers: BTreeMap<Arc<str>, Option<Carrier>> = BTreeMap::from([
        ("own".into(), Some(carrier("9Z"))),
        ("other".into(), Some(carrier("8Z"))),
        ("some carrier".into(), None),
    ]);
    let mut mandates = Mandates::default();
    for (agent, of, station) in [
        ("handler here", "9Z", "FRA"),
        ("handler there", "9Z", "NBO"),
        ("handler elsewhere", "9Z", "MUC"),
        ("handler of another", "8Z", "FRA"),
    ] {
        let mandate = Mandate {
            carrier: carrier(of),
            station: at(station),
            agent: agent.into(),
            from: None,
            until: None,
            acts: vec![MandatedAct::Build],
            withdrawn: false,
        };
        mandates.evolve(&Mandated { at: now(), mandate });
    }
    let (tree, posts) = (tree(), BTreeSet::from(["post".into()]));
    /// The channel; whether it speaks for the goods, is named as their desk, carries them, and is the channel of another
    /// carrier than theirs; and whether it speaks for their carrier in everything, and at the station they start from.
    type Case = (&'static str, [bool; 4], [bool; 2]);
    let cases: &[Case] = &[
        ("post", [true, true, false, false], [true, true]),
        ("own", [true, true, true, false], [true, true]),
        ("other", [false, false, false, true], [false, false]),
        ("some carrier", [true, true, true, false], [true, true]),
        ("handler here", [true, true, false, false], [false, true]),
        ("handler there", [true, true, false, false], [false, false]),
        ("handler elsewhere", [false; 4], [false; 2]),
        ("handler of another", [false; 4], [false; 2]),
        ("stranger", [false; 4], [false; 2]),
    ];
    for taken_at_his_word in [false, true] {
        let desks =
            Desks { posts: (!taken_at_his_word).then_some(&posts), carriers: &carriers, mandates: &mandates };
        for (name, of_goods, of_carrier) in cases {
            let channel: Arc<str> = (*name).into();
            let [speaks, handles, carries, another] = *of_goods;
            // Where everybody is taken at his word there are no posts: a desk is who is named as such.
            let handles = handles && !(taken_at_his_word && *name == "post");
            let expected = [speaks || taken_at_his_word, handles, carries || taken_at_his_word, another];
            let told = [
                desks.speak_for_goods(&channel, &tree, now()),
                desks.handle(&channel, &tree, now()),
                desks.carry(name, &tree),
                desks.is_another(name, carrier("9Z")),
            ];
            assert_eq!(told, expected, "{name} {taken_at_his_word}");
            let told = [
                desks.speak_for_carrier(&channel, carrier("9Z")),
                desks.speak_at_station(&channel, (carrier("9Z"), at("FRA")), now()),
            ];
            assert_eq!(told, of_carrier.map(|speaks| speaks || taken_at_his_word), "{name}");
        }
    }
}
