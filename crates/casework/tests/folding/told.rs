//! What others than the declarant told.

use super::*;
use consignment::PartialDate;
use consignment::fact::FlightName;
use consignment::stations::StationTable;

#[test]
fn a_flight_that_left_without_the_goods_has_not_flown_them() {
    let flight = |number: &str| Flight::parse(number).unwrap();
    let discrepancy = |code: &str| {
        let code = Some(code.to_owned());
        status("DIS", |fact| (fact.discrepancy, fact.flight) = (code, Some(Flight::parse("9Z800").unwrap())))
    };
    /// What is told, and whether the leg was flown all the same.
    type Case = (&'static str, StatusFact, bool);
    let cases: [Case; 8] = [
        ("offloaded", discrepancy("OFLD"), false),
        ("short shipped", discrepancy("SSPD"), false),
        ("missing", discrepancy("MSCA"), true),
        ("a part of them", StatusFact { all_pieces: None, ..discrepancy("OFLD") }, true),
        ("elsewhere", StatusFact { station: Some(at("MUC")), ..discrepancy("OFLD") }, true),
        ("nobody says where", StatusFact { station: None, ..discrepancy("OFLD") }, false),
        ("another flight", StatusFact { flight: Some(flight("9Z802")), ..discrepancy("OFLD") }, true),
        ("nobody says of which flight", StatusFact { flight: None, ..discrepancy("OFLD") }, false),
    ];
    for (what, fact, flown) in cases {
        let known = Some(flight("9Z800"));
        let basis = RouteBasis::Flown;
        let leg = Leg { flight: known, basis, ..Leg::assumed(at("FRA"), at("NBO")) };
        let planned = Leg { basis: RouteBasis::Declared, ..Leg::assumed(at("FRA"), at("CAI")) };
        let left = Consignment {
            legs: vec![leg, planned],
            statuses: vec![status("DEP", |_| {})],
            ..waybill(DocumentKind::Status)
        };
        let behind = Consignment { statuses: vec![fact], ..waybill(DocumentKind::Status) };
        let told = |departed_by_desk, behind_by_desk| {
            let mut world = World::filed();
            world.report_as(&agent(), left.clone(), &[], departed_by_desk);
            world.report_as(&other(), behind.clone(), &[], behind_by_desk);
            world.tree.told_legs.iter().map(|told| told.leg.basis).collect::<Vec<_>>()
        };
        let expected = if flown { RouteBasis::Flown } else { RouteBasis::Scheduled };
        assert_eq!(told(true, true), [expected, RouteBasis::Declared], "{what}");
        // A stranger takes nothing off what a desk says has left, and lets nothing leave.
        assert_eq!(told(true, false), [RouteBasis::Flown, RouteBasis::Declared], "{what}");
        assert_eq!(told(false, true), [RouteBasis::Scheduled, RouteBasis::Declared], "{what}");
    }
}

/// A flight has gone one way: what a desk tells of it anew takes the place of what was told; a plan takes no landing away.
#[test]
fn a_leg_told_anew_takes_the_place_of_that_of_its_flight() {
    let leg = |number: &str, from: &str, to: &str| Leg {
        flight: Some(Flight::parse(number).unwrap()),
        basis: RouteBasis::Flown,
        ..Leg::assumed(at(from), at(to))
    };
    let (agent, other) = (agent(), other());
    /// Who tells the first leg, whether as a desk; the second leg, by whom and whether as a desk; and whether the first goes.
    type Case<'a> = ((&'a Actor, bool), Leg, (&'a Actor, bool), bool);
    let planned = |from: &str, to: &str| Leg { basis: RouteBasis::Scheduled, ..leg("9Z800", from, to) };
    let cases: [Case<'_>; 8] = [
        ((&agent, true), leg("9Z800", "FRA", "CAI"), (&other, true), true),
        ((&agent, true), planned("FRA", "CAI"), (&agent, true), false),
        ((&agent, true), leg("9Z800", "FRA", "CAI"), (&other, false), false),
        ((&agent, false), leg("9Z800", "FRA", "CAI"), (&agent, false), false),
        ((&agent, false), leg("9Z800", "FRA", "CAI"), (&other, false), false),
        ((&agent, true), leg("9Z800", "CAI", "NBO"), (&agent, true), true),
        ((&agent, true), leg("9Z800", "NBO", "JNB"), (&agent, true), false),
        ((&agent, true), leg("9Z801", "FRA", "CAI"), (&agent, true), false),
    ];
    for ((first_by, first_desk), second, (by, desk), goes) in cases {
        let mut world = World::filed();
        let report = |leg: Leg| Consignment { legs: vec![leg], ..waybill(DocumentKind::Status) };
        world.report_as(first_by, report(leg("9Z800", "FRA", "NBO")), &[], first_desk);
        world.report_as(by, report(second.clone()), &[], desk);
        let told: Vec<String> = world.tree.told_legs.iter().map(|told| told.leg.label()).collect();
        let second = second.label();
        let known_by_desk = world.tree.told_legs.last().unwrap().is_of_desk();
        assert_eq!(known_by_desk, desk, "{by:?}");
        let expected = if goes { vec![second] } else { vec![leg("9Z800", "FRA", "NBO").label(), second] };
        assert_eq!(told, expected, "{first_by:?} {first_desk}, {by:?} {desk}");
    }
}

#[test]
fn of_what_was_sent_back_only_rejected_filings_say_something() {
    let echo = |rejected: bool, of| Consignment {
        rejected_for: rejected.then(|| "WRONG".to_owned()),
        echo_of: Some(of),
        ..waybill(DocumentKind::Echo)
    };
    for (rejected, of, told) in [
        (true, DocumentKind::Master, 1),
        (true, DocumentKind::Express, 1),
        (true, DocumentKind::Status, 0),
        (false, DocumentKind::Master, 0),
    ] {
        let mut world = World::filed();
        world.report(&agent(), echo(rejected, of), &[]);
        assert_eq!(world.master().told.rejected().count(), told, "{rejected} {of:?}");
    }
}

#[test]
fn a_sound_report_takes_the_place_of_one_that_could_not_be_read() {
    let line = |legs: Vec<Leg>| Consignment { legs, ..waybill(DocumentKind::ManifestLine) };
    let leg = || vec![Leg::assumed(at("FRA"), at("NBO"))];
    let received = || Consignment { statuses: vec![status("RCS", |_| {})], ..waybill(DocumentKind::Status) };
    /// What came first and cannot be read, what came then, by the same one or another, and how many faults stand.
    type Case = (&'static str, Consignment, Consignment, bool, usize);
    let cases: [Case; 6] = [
        ("a manifest of no flight, then a sound one", line(Vec::new()), line(leg()), true, 0),
        ("of another", line(Vec::new()), line(leg()), false, 1),
        ("a manifest of no flight, then a sound status", line(Vec::new()), received(), true, 1),
        ("a status, then a sound one", waybill(DocumentKind::Status), received(), true, 0),
        ("a status, then a sound manifest", waybill(DocumentKind::Status), line(leg()), true, 1),
        ("a manifest of one flight, then of none", line(leg()), line(Vec::new()), true, 1),
    ];
    for (what, faulty, sound, same, stand) in cases {
        let mut world = World::filed();
        world.report(&agent(), faulty, &[why("torn")]);
        assert_eq!(world.master().told.faults().count(), 1, "{what}");
        world.report(&if same { agent() } else { other() }, sound, &[]);
        assert_eq!(world.master().told.faults().count(), stand, "{what}");
    }
}

#[test]
fn a_report_is_taken_in_once_by_who_tells_it() {
    let plain = Consignment { statuses: vec![status("RCS", |_| {})], ..waybill(DocumentKind::Status) };
    let mut world = World::filed();
    assert_eq!(world.hear(&agent(), &plain, &[], true), 1);
    assert_eq!(world.hear(&agent(), &plain, &[], true), 0);
    assert_eq!(world.hear(&other(), &plain, &[], false), 0, "a desk's counts for all");
    assert_eq!(
        world.hear(&agent(), &plain, &[why("torn")], true),
        1,
        "with other faults it says something else"
    );
    assert_eq!(world.hear(&agent(), &plain, &[why("torn")], true), 0);
    // Who answers for the security of all pieces is heard himself.
    let security = declares(SecurityStatus::Spx);
    let answers = Consignment { security, ..plain };
    assert_eq!(world.hear(&agent(), &answers, &[], true), 1);
    assert_eq!(world.hear(&other(), &answers, &[], false), 1);
    assert_eq!(world.hear(&other(), &answers, &[], false), 0);
    assert!(world.master().told.answered_for(&other()).is_some());
    let part = Consignment { piece_scope: PieceScope::Part, ..answers };
    let third = Actor::Filer("third".into());
    assert_eq!(world.hear(&agent(), &part, &[], true), 1);
    assert_eq!(world.hear(&third, &part, &[], false), 0);
    assert!(world.master().told.answered_for(&third).is_none(), "it is no word on all of them");
}

#[test]
fn a_check_list_is_told_once_and_lowers_until_the_house_is_filed() {
    let announced =
        |status| Consignment { security: declares(status), ..house_of(DocumentKind::HouseAnnounced) };
    let mut world = World::filed();
    assert_eq!(world.hear(&agent(), &announced(SecurityStatus::Nsc), &[], true), 1);
    assert_eq!(world.hear(&agent(), &announced(SecurityStatus::Nsc), &[], true), 0);
    assert_eq!(world.hear(&agent(), &announced(SecurityStatus::Nsc), &[why("torn")], true), 1);
    assert_eq!(world.hear(&agent(), &announced(SecurityStatus::Sco), &[why("torn")], true), 1);
    assert_eq!(world.hear(&agent(), &announced(SecurityStatus::Sco), &[why("torn")], true), 0);
    let told = |world: &World| world.tree.documents[&house("RHA")].told.clone();
    let lowering = |world: &World, versions| -> Vec<SecurityStatus> {
        told(world).lowering(versions).map(|(status, _)| status).collect()
    };
    assert!(told(&world).speaks_of_security() && told(&world).answered_for(&agent()).is_none());
    assert_eq!(told(&world).faults().count(), 1);
    assert_eq!(lowering(&world, 0), [SecurityStatus::Sco], "the latest list counts, and once");
    world.record(&agent(), house_of(DocumentKind::House));
    assert_eq!(lowering(&world, 1), []);
    // Secured for passenger aircraft lowers nothing.
    world.hear(&agent(), &announced(SecurityStatus::Spx), &[], true);
    assert_eq!(lowering(&world, 1), []);
}

#[test]
fn reports_lower_a_status_and_raise_none() {
    let told = |status: Option<SecurityStatus>| {
        let security = status.and_then(declares);
        let statuses = vec![self::status("RCS", |_| {})];
        let mut world = World::filed();
        world.report(&other(), Consignment { security, statuses, ..waybill(DocumentKind::Status) }, &[]);
        let told = &world.master().told;
        let lowest = told.lowering(1).map(|(status, _)| status).next();
        (lowest, told.speaks_of_security(), told.answered_for(&other()).is_some())
    };
    use SecurityStatus::{Nsc, Sco, Shr, Spx};
    assert_eq!(told(None), (None, false, false));
    assert_eq!(told(Some(Nsc)), (Some(Nsc), true, true));
    assert_eq!(told(Some(Sco)), (Some(Sco), true, true));
    assert_eq!(told(Some(Spx)), (None, true, true));
    assert_eq!(told(Some(Shr)), (None, true, true));
    // Nobody answers for what names no issuer.
    let security = Some(SecurityDeclaration { issuer: None, ..declares(Spx).unwrap() });
    let mut world = World::filed();
    world.report(&other(), Consignment { security, ..waybill(DocumentKind::Status) }, &[]);
    assert!(world.master().told.answered_for(&other()).is_none());
    // A version that was set aside lowers as well, and marks the goods for cargo aircraft once and for all.
    let handled = |code: &str| vec![SpecialHandling::parse(code).unwrap()];
    for (codes, marks) in [(["CAO", "PER"], true), (["PER", "CAO"], true), (["PER", "PER"], false)] {
        let mut world = World::filed();
        for code in codes {
            let older = Consignment { special_handling: handled(code), ..waybill(DocumentKind::Master) };
            let (node, consignment, at) = (Node::Master, Arc::new(older), world.now());
            world.told(&Event::Superseded { node, consignment, at });
        }
        assert_eq!(world.master().told.set_aside_cao(), marks, "{codes:?}");
    }
    // What a report says of loading the goods stands until it is sent again without it, by the same sender or a desk.
    for (by, desk, status, stands) in [
        (&other(), false, "RCS", false),
        (&agent(), true, "RCS", false),
        (&agent(), false, "RCS", true),
        (&other(), false, "DEP", true),
    ] {
        let mut world = World::filed();
        let report = |code: &str, status: &str| {
            let statuses = vec![self::status(status, |_| {})];
            Consignment { special_handling: handled(code), statuses, ..waybill(DocumentKind::Status) }
        };
        world.report(&other(), report("CAO", "RCS"), &[]);
        assert!(world.master().told.marks().cargo_aircraft_only.is_some());
        world.report_as(by, report("PER", status), &[], desk);
        let marks = world.master().told.marks();
        assert_eq!(marks.cargo_aircraft_only.is_some(), stands, "{by:?} {desk} {status}");
    }
}

/// Nothing comes down by the word of a stranger, and what a desk says of an arrival anew takes the place of what it said.
#[test]
fn an_arrival_is_what_a_desk_says_last() {
    let arrives = |all: bool| {
        let fact = status("RCF", |fact| {
            fact.station = Some(at("NBO"));
            fact.all_pieces = fact.all_pieces.filter(|_| all);
        });
        Consignment { statuses: vec![fact], ..waybill(DocumentKind::Status) }
    };
    /// What is told, of all the pieces or a part, by a desk or not; and whether all have arrived, as a desk and as anybody says.
    type Case = (&'static [(bool, bool)], bool, bool);
    let cases: [Case; 6] = [
        (&[(true, true)], true, true),
        (&[(true, false)], false, true),
        (&[(true, true), (false, true)], false, false),
        (&[(true, true), (false, false)], true, true),
        (&[(true, false), (false, false)], false, false),
        (&[(true, true), (true, false)], true, true),
    ];
    for (told, by_desk, by_anybody) in cases {
        let mut world = World::filed();
        for (all, desk) in told {
            world.report_as(&agent(), arrives(*all), &[], *desk);
        }
        let known = &world.master().told;
        assert_eq!(known.arrived().any(|station| station == at("NBO")), by_desk, "{told:?}");
        assert_eq!(known.said_to_have_arrived().contains(&at("NBO")), by_anybody, "{told:?}");
    }
}

/// Pieces have arrived as desks count them: by each flight as they say last, and what happens to them then brings no more.
#[test]
fn pieces_arrive_as_desks_count_them_flight_by_flight() {
    let arrives = |code: &str, number: &str, pieces: u32| {
        let fact = status(code, |fact| {
            (fact.station, fact.flight) = (Some(at("NBO")), Flight::parse(number).ok());
            (fact.pieces, fact.all_pieces) = (Some(pieces), None);
        });
        Consignment { statuses: vec![fact], ..waybill(DocumentKind::Status) }
    };
    /// What is told, by which flight, of how many pieces, by a desk or not; and how many have arrived.
    type Case<'a> = (&'a [(&'a str, &'a str, u32, bool)], u64);
    let cases: [Case<'_>; 6] = [
        (&[("RCF", "9Z800", 3, true)], 3),
        (&[("ARR", "9Z800", 3, true), ("RCF", "9Z800", 2, true)], 2),
        (&[("RCF", "9Z800", 3, true), ("RCF", "9Z802", 1, true)], 4),
        (&[("RCF", "9Z800", 3, true), ("DLV", "9Z802", 1, true)], 3),
        (&[("RCF", "9Z800", 3, false)], 0),
        (&[("RCF", "9Z800", 3, true), ("RCF", "9Z800", 4, false)], 3),
    ];
    for (told, pieces) in cases {
        let mut world = World::filed();
        for (code, flight, pieces, desk) in told {
            world.report_as(&agent(), arrives(code, flight, *pieces), &[], *desk);
        }
        assert_eq!(world.master().told.arrived_pieces(at("NBO")), pieces, "{told:?}");
    }
}

#[test]
fn quantities_are_told_by_what_counts_and_not_by_what_plans() {
    let mut world = World::filed();
    let mut tell = |code: &str| {
        let station = if ["ARR", "DLV"].contains(&code) { "NBO" } else { "FRA" };
        let statuses = vec![status(code, |fact| fact.station = Some(at(station)))];
        world.report_as(&agent(), Consignment { statuses, ..waybill(DocumentKind::Status) }, &[], true);
    };
    ["BKD", "PRE", "MAN", "RCS", "DEP", "ARR", "DLV"].into_iter().for_each(&mut tell);
    let legs = vec![Leg::assumed(at("FRA"), at("NBO"))];
    world.report(&agent(), Consignment { legs, ..waybill(DocumentKind::ManifestLine) }, &[]);
    world.report(&agent(), Consignment { destination: None, ..waybill(DocumentKind::Status) }, &[]);
    let told = &world.master().told;
    assert_eq!(
        told.quantities().map(|(code, ..)| code).collect::<Vec<_>>(),
        ["ARR", "DEP", "DLV", "RCS", "FFM"]
    );
    assert_eq!(told.said_to_have_arrived().into_iter().collect::<Vec<_>>(), [at("NBO")]);
    assert_eq!(told.ends().collect::<Vec<_>>(), [(at("FRA"), at("NBO"))]);
    assert_eq!([told.arrived_pieces(at("NBO")), told.arrived_pieces(at("FRA"))], [4, 0]);
}

/// Goods came back where a desk received all of them by a flight where it left from, after it left.
#[test]
fn what_a_desk_receives_where_its_flight_left_from_came_back() {
    let number = Flight::parse("9Z800").unwrap();
    let name =
        FlightName { flight: number, date: "2026-11-24".parse().unwrap(), from: at("FRA"), to: at("NBO") };
    let received = |station: &str, number: &str, all: bool| {
        let fact = status("RCF", |fact| {
            (fact.station, fact.flight) = (Some(at(station)), Flight::parse(number).ok());
            fact.all_pieces = fact.all_pieces.filter(|_| all);
        });
        Consignment { statuses: vec![fact], ..waybill(DocumentKind::Status) }
    };
    /// Where, by which flight, whether all of them, by a desk, after it left; and whether they came back.
    type Case<'a> = (&'a str, &'a str, bool, bool, bool, bool);
    let cases: [Case<'_>; 6] = [
        ("FRA", "9Z800", true, true, true, true),
        ("NBO", "9Z800", true, true, true, false),
        ("FRA", "9Z801", true, true, true, false),
        ("FRA", "9Z800", false, true, true, false),
        ("FRA", "9Z800", true, false, true, false),
        ("FRA", "9Z800", true, true, false, false),
    ];
    for (station, flight, all, desk, after, back) in cases {
        let mut world = World::filed();
        let before = world.now();
        world.report_as(&agent(), received(station, flight, all), &[], desk);
        let left = if after { before } else { world.now() };
        let what = format!("{station} {flight} {all} {desk} {after}");
        let came_back =
            world.master().told.came_back(&name, (left, None), None, true, &StationTable::built_in());
        assert_eq!(came_back, back, "{what}");
    }
}

/// What was told late of a time before the flight left, or of fewer pieces than left, brings nothing back.
#[test]
fn only_what_was_received_since_came_back() {
    let number = Flight::parse("9Z800").unwrap();
    let name =
        FlightName { flight: number, date: "2026-11-24".parse().unwrap(), from: at("FRA"), to: at("NBO") };
    /// The local time told, whether all pieces or three, how many left, whether they may have come there before, and
    /// whether they came back. It left at 07:01 there.
    type Case = (Option<&'static str>, bool, Option<u64>, bool, bool);
    let cases: [Case; 9] = [
        (Some("07:02"), true, None, true, true),
        (Some("07:01"), true, None, false, false),
        (Some("05:00"), true, None, false, false),
        (None, true, None, false, true),
        (None, true, None, true, false),
        (Some("07:02"), false, Some(3), true, true),
        (Some("07:02"), false, Some(4), true, false),
        (Some("07:02"), false, None, true, false),
        (Some("07:00"), false, Some(3), true, false),
    ];
    for (time, all, gone, before, back) in cases {
        let mut world = World::filed();
        let left = world.now();
        let fact = status("RCF", |fact| {
            (fact.station, fact.flight) = (Some(at("FRA")), Some(number));
            (fact.date, fact.time) = (PartialDate::parse("24NOV"), time.map(|time| time.parse().unwrap()));
            (fact.all_pieces, fact.pieces) = (fact.all_pieces.filter(|_| all), Some(if all { 4 } else { 3 }));
        });
        let report = Consignment { statuses: vec![fact], ..waybill(DocumentKind::Status) };
        world.report_as(&agent(), report, &[], true);
        let told = &world.master().told;
        let came_back = told.came_back(&name, (left, None), gone, !before, &StationTable::built_in());
        assert_eq!(came_back, back, "{time:?} {all} {gone:?} {before}");
    }
}
