//! How many pieces of a consolidation are left to be loaded, where some left under the number of the master or those of its houses.

use super::gone::{flown, report};
use super::*;
use std::collections::BTreeSet;

/// Goods in words: `M` the master of six pieces, `A` its house of two, `B` that of four.
fn named(words: &str) -> ConsignmentKey {
    let house = Some(words).filter(|words| *words != "M");
    ConsignmentKey { house: house.map(|number| HouseWaybill::parse(number).unwrap()), ..goods() }
}

fn consolidation() -> Waybill {
    let mut waybill = Waybill::routed();
    for (house, pieces) in [(None, 6), (Some("A"), 2), (Some("B"), 4)] {
        waybill.file(house, pieces, house.is_none());
    }
    waybill
}

/// What left, in words: the goods, how many pieces, and the last digits of the flight. All of a flight left with it at once.
fn left(lines: &[&str]) -> Vec<Event> {
    let mut flights: BTreeMap<&str, Vec<(ConsignmentKey, u32)>> = BTreeMap::new();
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        let [of, pieces, by] = words[..] else { panic!("{words:?}") };
        flights.entry(by).or_default().push((named(of), pieces.parse().unwrap()));
    }
    let flights = flights.into_iter();
    flights.flat_map(|(by, carried)| flown(&format!("9Z7{by}"), 24, "06:00", &carried)).collect()
}

/// What is on the flight asked about: goods with the pieces that a manifest lists, or without where all of them are loaded.
fn on(words: &str) -> Event {
    let flight = flight("9Z800");
    match words.split_once(' ') {
        Some((of, pieces)) => {
            let content = Content { object: named(of), ..line(pieces.parse().unwrap(), None) };
            Event::Manifested { flight, unit: None, content, by_desk: true, part: None }
        }
        None => {
            let (object, how) = (ObjectName::Consignment(named(words)), Loading::Loaded);
            Event::Loaded { flight, object, how, by_desk: true }
        }
    }
}

/// Of which goods more are on the flight than are left: how many, and of how many.
fn beyond(waybill: &Waybill, events: &[Event]) -> Vec<String> {
    beyond_of(waybill, ObjectName::Flight(flight("9Z800")), events)
}

/// The same of what is asked about on that flight.
fn beyond_of(waybill: &Waybill, asked: ObjectName, events: &[Event]) -> Vec<String> {
    let told = [&[scheduled("9Z800")], events].concat();
    let answer = waybill.ask(asked, &flight("9Z800"), &told);
    let whys = answer.reasons.iter().flat_map(|reason| reason.why.iter().map(move |why| (reason, why)));
    let more = whys.filter(|(_, why)| why.code.id() == "why-more-than-left");
    let number = |why: &finding::Phrase, name: &str| {
        why.args.iter().find(|(of, _)| *of == name).map(|(_, value)| value.to_string()).unwrap()
    };
    let words = more.map(|(reason, why)| {
        let of = reason.object.rsplit_once(' ').map_or("M", |(_, house)| house);
        format!("{of} {}/{}", number(why, "listed"), number(why, "left"))
    });
    words.collect::<BTreeSet<String>>().into_iter().collect()
}

#[test]
fn no_more_of_a_master_leaves_than_there_is_under_whichever_number() {
    /// What left before, what is on the flight, and what of that is more than is left.
    type Case<'a> = (&'a [&'a str], &'a [&'a str], &'a [&'a str]);
    let cases: &[Case<'_>] = &[
        (&[], &["M 6"], &[]),
        (&[], &["M 7"], &["M 7/6"]),
        (&["A 2 00"], &["B 4"], &[]),
        (&["A 2 00"], &["A 1"], &["A 1/0"]),
        (&["A 1 00"], &["A 1", "B 4"], &[]),
        // Under the number of the master.
        (&["M 4 00"], &["A 2"], &[]),
        (&["M 4 00"], &["B 4"], &["B 4/2"]),
        (&["M 1 00"], &["A 2", "B 4"], &["A 6/5", "B 6/5"]),
        (&["M 2 00"], &["M 4"], &[]),
        (&["M 2 00"], &["M 5"], &["M 5/4"]),
        (&["M 2 00", "M 1 02"], &["M 3"], &[]),
        (&["M 2 00", "M 1 02"], &["M 4"], &["M 4/3"]),
        // Under those of its houses.
        (&["A 2 00"], &["M 4"], &[]),
        (&["A 2 00"], &["M 5"], &["M 5/4"]),
        (&["A 2 00"], &["M"], &[]),
        (&["A 1 00", "B 1 02"], &["M 4"], &[]),
        (&["A 1 00", "B 1 02"], &["M 5"], &["M 5/4"]),
        // On one flight the ones may be the others, also on that asked about.
        (&["A 2 00", "M 2 00"], &["B 4"], &[]),
        (&["A 2 00", "M 2 02"], &["B 4"], &["B 4/2"]),
        (&["A 2 00", "B 2 00"], &["M 3"], &["M 3/2"]),
        (&["A 2 00", "B 2 00", "M 3 00"], &["M 2"], &[]),
        (&["A 2 00"], &["M 2", "B 4"], &[]),
        (&["A 2 00"], &["M 5", "B 4"], &["B 5/4", "M 5/4"]),
        (&["M 6 00"], &["M 1"], &["M 1/0", "M 6/0"]),
        // A house leaves with all of its master.
        (&["M 6 00"], &["A 2"], &["A 2/0", "M 6/0"]),
        (&["M 5 00"], &["A 2"], &["A 2/1"]),
    ];
    for (before, here, expected) in cases {
        let events: Vec<Event> = left(before).into_iter().chain(here.iter().map(|words| on(words))).collect();
        assert_eq!(beyond(&consolidation(), &events), *expected, "{before:?}, {here:?}");
    }
}

/// A house that a desk took off the flight that left with all of its master stayed, and nothing else of it did.
#[test]
fn a_house_that_was_taken_off_stayed() {
    let off = || {
        let flight = FlightName { date: date(2026, 11, 24), ..flight("9Z700") };
        let (object, how) = (ObjectName::Consignment(named("A")), Loading::Offloaded);
        Event::Loaded { flight, object, how, by_desk: true }
    };
    for (before, here, expected) in [
        ("M 6 00", "A 2", &[][..]),
        ("M 6 00", "B 4", &["B 4/0"]),
        ("M 6 00", "M 2", &[]),
        ("M 6 00", "M 3", &["M 3/2"]),
        ("M 5 00", "A 2", &["A 2/1"]),
        ("M 5 00", "M 2", &["M 2/1"]),
    ] {
        let events = [left(&[before]), vec![off(), on(here)]].concat();
        assert_eq!(beyond(&consolidation(), &events), expected, "{before}, {here}");
    }
}

/// What desks report of a consolidation counts beside what flights are known to have carried; under the number of the master they
/// may report the same as under those of its houses.
#[test]
fn what_is_reported_of_a_master_may_be_of_its_houses() {
    /// What left, what is reported of which goods, what is on the flight, and what of that is more than is left.
    type Case<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], &'a str, &'a [&'a str]);
    let cases: &[Case<'_>] = &[
        (&[], &[("M", "DEP 9Z702 LHR 2 06:05")], "B 4", &[]),
        (&[], &[("M", "DEP 9Z702 LHR 3 06:05")], "B 4", &["B 4/3"]),
        (&["A 2 00"], &[("M", "DEP 9Z702 LHR 2 06:05")], "B 4", &["B 4/2"]),
        (&[], &[("M", "DEP 9Z702 LHR 2 06:05"), ("A", "DEP 9Z702 LHR 2 06:05")], "B 4", &[]),
        (&[], &[("M", "DEP 9Z702 LHR 1 06:05"), ("A", "DEP 9Z702 LHR 2 06:05")], "M 5", &["M 5/4"]),
        (&[], &[("A", "DEP 9Z702 LHR 2 06:05"), ("B", "DEP 9Z702 LHR 2 06:05")], "M 2", &[]),
        (&[], &[("M", "DEP 9Z702 LHR 1 06:05"), ("B", "DEP 9Z702 LHR 2 06:05")], "M 5", &["M 5/4"]),
        (&["B 2 00"], &[("B", "DEP 9Z702 LHR 1 06:05")], "B 1", &[]),
        (&["B 2 00"], &[("B", "DEP 9Z702 LHR 1 06:05")], "B 2", &["B 2/1"]),
        // What came back is there again: under its own number, or the whole around it.
        (&["A 2 00"], &[("A", "RCF 9Z700 LHR 2 06:10")], "A 2", &[]),
        (&["A 2 00"], &[("A", "RCF 9Z700 LHR 2 06:10")], "M 6", &[]),
        (&["A 2 00"], &[("A", "RCF 9Z700 LHR 1 06:10")], "M 6", &["M 6/4"]),
        (&["A 2 00"], &[("B", "RCF 9Z700 LHR 2 06:10")], "M 6", &["M 6/4"]),
        (&["M 6 00"], &[("M", "RCF 9Z700 LHR =6 06:10")], "A 2", &[]),
        (&["M 6 00"], &[("A", "RCF 9Z700 LHR 2 06:10")], "A 2", &["A 2/0", "M 6/0"]),
    ];
    for (before, reports, here, expected) in cases {
        let mut waybill = consolidation();
        reports.iter().for_each(|(of, words)| report(&mut waybill, named(of), words));
        let events: Vec<Event> = left(before).into_iter().chain([on(here)]).collect();
        assert_eq!(beyond(&waybill, &events), *expected, "{before:?}, {reports:?}, {here}");
    }
}

/// That houses make more pieces than their master says is another matter: where nothing left, all of them are there.
#[test]
fn where_nothing_of_a_master_left_nothing_is_beyond_it() {
    let mut waybill = Waybill::routed();
    for (house, pieces) in [(None, 6), (Some("A"), 2), (Some("B"), 5)] {
        waybill.file(house, pieces, house.is_none());
    }
    let other = ConsignmentKey { master: AirWaybill::parse("888-10004046").ok(), house: None };
    let events = [flown("9Z700", 24, "06:00", &[(other, 1)]), vec![on("A 2"), on("B 5")]].concat();
    assert_eq!(beyond(&waybill, &events), [""; 0]);
    let events = [left(&["A 1 00"]), vec![on("A 1"), on("B 5")]].concat();
    assert_eq!(beyond(&waybill, &events), ["A 6/5", "B 6/5"]);
}

/// What left in full leaves no more, whoever tells that it left and under whichever number.
#[test]
fn goods_that_left_in_full_leave_no_more() {
    /// What left, what is reported of which goods, what is asked about, and what has left.
    type Case<'a> = (&'a [&'a str], &'a [(&'a str, &'a str)], &'a str, &'a [&'a str]);
    let cases: &[Case<'_>] = &[
        (&[], &[], "A", &[]),
        (&["A 2 00"], &[], "A", &["A 2/0"]),
        (&["A 2 00"], &[], "B", &[]),
        (&["A 1 00"], &[], "A", &[]),
        (&["M 6 00"], &[], "A", &["M 6/0"]),
        (&["M 6 00"], &[], "M", &["M 6/0"]),
        (&["A 2 00", "B 4 02"], &[], "M", &["M 6/0"]),
        (&["A 2 00", "B 3 02"], &[], "M", &[]),
        (&[], &[("A", "DEP 9Z702 LHR 2 06:05")], "A", &["A 2/0"]),
        (&[], &[("A", "DEP 9Z702 LHR 1 06:05")], "A", &[]),
        (&[], &[("M", "DEP 9Z702 LHR 6 06:05")], "A", &["M 6/0"]),
        (&[], &[("M", "DEP 9Z702 LHR 6 06:05")], "M", &["M 6/0"]),
        (&[], &[("M", "DEP 9Z702 LHR 5 06:05")], "M", &[]),
        (&["A 1 00"], &[("A", "DEP 9Z702 LHR 1 06:05")], "A", &["A 2/0"]),
    ];
    for (before, reports, asked, expected) in cases {
        let mut waybill = consolidation();
        reports.iter().for_each(|(of, words)| report(&mut waybill, named(of), words));
        let found = beyond_of(&waybill, ObjectName::Consignment(named(asked)), &left(before));
        assert_eq!(found, *expected, "{before:?}, {reports:?}, {asked}");
    }
}
