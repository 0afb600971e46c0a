//! What is counted of the rest of a master once houses left it that its filing counts still.

use super::*;
use casework::case;
use consignment::PartialDate;
use consignment::document::{PieceScope, StatusFact};
use consignment::ident::HouseWaybill;

/// A master of six pieces with a house of two and one of four.
fn consolidation() -> World {
    let mut world = World::new();
    for (house, pieces) in [(None, 6), (Some("RHA"), 2), (Some("RHB"), 4)] {
        file(&mut world, house, pieces, None);
    }
    world
}

fn file(world: &mut World, house: Option<&str>, pieces: u32, parent: Option<&str>) {
    let parent = parent.map(|parent| HouseWaybill::parse(parent).unwrap());
    let consignment = Arc::new(Consignment { parent, ..hinges(house, pieces) });
    let (voice, purpose, faults) = (Voice::OF_DESK, Purpose::Creation, Vec::new());
    let command = Command::Record { voice, consignment, purpose, consolidated: house.is_none(), faults };
    world.apply(command, &Actor::Filer("agent".into()));
}

fn leave(world: &mut World, house: &str, went: &str) {
    let (node, recounted_pieces, agency) = (Node::of(&key(Some(house))), 2, "desk".into());
    let (went, at) = (Some(instant(went)), instant("08:00"));
    world.0.evolve(&Event::Tree(case::Event::Unlinked { node, recounted_pieces, agency, went, at }));
}

/// A report on the master in words: when it came in, its code (`FFM` for a line of a manifest), and what it counts: `all 4` as the
/// goods were taken over, `4` as the whole of the message, `3 of 6` as a part of so many, `3 of -` as one of nobody knows how many.
fn report(world: &mut World, words: &str) {
    let words: Vec<&str> = words.split(' ').collect();
    let number = |words: &str| words.parse::<u32>().ok();
    let (counted, pieces, total) = match words[2..] {
        ["all", counted] => (number(counted), None, None),
        [pieces] => (None, number(pieces), None),
        [pieces, "of", total] => (None, number(pieces), Some(number(total))),
        _ => panic!("{words:?}"),
    };
    let fact = StatusFact {
        code: words[1].into(),
        discrepancy: None,
        all_pieces: counted,
        pieces: counted,
        flight: None,
        date: PartialDate::parse("24NOV"),
        time: None,
        station: Location::parse("FRA").ok(),
    };
    let line = words[1] == "FFM";
    let consignment = Arc::new(Consignment {
        kind: if line { DocumentKind::ManifestLine } else { DocumentKind::Status },
        master: key(None).master,
        pieces,
        piece_scope: if total.is_some() { PieceScope::Part } else { PieceScope::Total },
        total_pieces: total.flatten(),
        statuses: if line { Vec::new() } else { vec![fact] },
        ..Consignment::default()
    });
    let (voice, purpose, faults) = (Voice::OF_DESK, Purpose::Creation, Vec::new());
    let command = Command::Record { voice, consignment, purpose, consolidated: false, faults };
    let by = Actor::Filer("agent".into());
    for event in decide(&world.0.tree, command, &by, instant(words[0])).unwrap() {
        world.0.evolve(&Event::Tree(event));
    }
}

/// Codes of why the answer on the master holds, with how many were counted of how many.
fn whys(world: &World) -> Vec<(&'static str, String)> {
    let (programmes, stations) = (BTreeMap::new(), StationTable::built_in());
    let (node, leg, at) = (Node::Master, AskedLeg::First, instant("09:00"));
    let question = Question { node, leg, stage: Stage::Load, aircraft: Aircraft::Passenger, at };
    let reasons = answer(&world.0, &question, &Context::new(&programmes, &stations)).reasons;
    let whys = reasons.iter().flat_map(|reason| &reason.why);
    let numbers = |why: &Phrase| {
        let of = |name: &str| why.args.iter().find(|(of, _)| *of == name).map(|(_, value)| value.to_string());
        of("counted").zip(of("pieces")).map_or_else(String::new, |(counted, of)| format!("{counted}/{of}"))
    };
    whys.map(|why| (why.code.id(), numbers(why))).collect()
}

fn counted_otherwise(world: &World) -> Vec<String> {
    let otherwise = whys(world).into_iter().filter(|(code, _)| *code == "why-counted-otherwise");
    otherwise.map(|(_, numbers)| numbers).collect()
}

/// Until a house went, all may have been counted; since, the rest is, and of how many a part is by the waybill goes by its number
/// of before.
#[test]
fn what_is_counted_of_a_master_is_what_was_there_then() {
    for (said, expected) in [
        // As they were taken over.
        ("07:10 RCS all 6", None),
        ("07:10 RCS all 5", Some("5/6")),
        ("07:20 RCS all 6", None),
        ("07:21 RCS all 6", Some("6/4")),
        ("07:21 RCS all 4", None),
        ("07:21 RCS all 2", Some("2/4")),
        ("07:10 RCS all 4", None),
        ("07:21 DLV all 6", None),
        // As the whole of a message.
        ("07:10 RCS 6", None),
        ("07:10 RCS 5", Some("5/6")),
        ("07:21 RCS 6", None),
        ("07:21 RCS 5", Some("5/4")),
        ("07:21 RCS 4", None),
        ("07:10 RCS 4", None),
        ("07:10 FFM 6", None),
        ("07:20 FFM 6", None),
        ("07:21 FFM 6", Some("6/4")),
        ("07:21 FFM 4", None),
        // As a part.
        ("07:10 RCS 5 of 6", None),
        ("07:10 RCS 3 of 5", Some("5/6")),
        ("07:21 RCS 3 of 6", None),
        ("07:21 RCS 5 of 6", Some("6/4")),
        ("07:21 RCS 3 of 4", None),
        ("07:21 RCS 3 of 5", Some("5/4")),
        ("07:21 FFM 3 of 6", None),
        ("07:21 FFM 5 of 6", Some("6/4")),
        ("07:21 RCS 4 of -", None),
        ("07:21 RCS 5 of -", Some("5/4")),
        ("07:20 RCS 5 of -", None),
    ] {
        let mut world = consolidation();
        leave(&mut world, "RHA", "07:20");
        report(&mut world, said);
        assert_eq!(counted_otherwise(&world), Vec::from_iter(expected), "{said}");
    }
}

/// Houses go one after the other, whatever their numbers; a sub-house goes from its house, and a new filing of the master counts anew.
#[test]
fn the_rest_of_a_master_gets_fewer_step_by_step() {
    for (said, expected) in [
        ("07:10 RCS all 6", None),
        ("07:20 RCS all 6", None),
        ("07:21 RCS all 2", None),
        ("07:21 RCS all 4", Some("4/2")),
        ("07:40 RCS all 2", None),
        ("07:41 RCS all 2", Some("2/0")),
    ] {
        let mut world = consolidation();
        leave(&mut world, "RHB", "07:20");
        leave(&mut world, "RHA", "07:40");
        report(&mut world, said);
        assert_eq!(counted_otherwise(&world), Vec::from_iter(expected), "{said}");
    }
    let nothing = |world: &World| whys(world).iter().any(|(code, _)| *code == "why-nothing-left");
    let mut world = consolidation();
    leave(&mut world, "RHB", "07:20");
    assert!(!nothing(&world));
    leave(&mut world, "RHA", "07:40");
    assert!(nothing(&world), "all of it went");
    file(&mut world, None, 5, None);
    assert!(!nothing(&world), "it was filed anew");
    report(&mut world, "08:30 RCS all 5");
    assert_eq!(counted_otherwise(&world), [""; 0]);
    let mut world = consolidation();
    file(&mut world, Some("RHC"), 1, Some("RHA"));
    leave(&mut world, "RHC", "07:20");
    report(&mut world, "08:30 RCS all 6");
    assert_eq!(counted_otherwise(&world), [""; 0]);
}
