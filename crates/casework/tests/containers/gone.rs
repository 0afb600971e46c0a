//! How many pieces are left to be loaded, of goods of which some left by flights or by reports alone, or came back.

use super::*;

/// Pieces of some goods left by a flight on which the goods were loaded.
pub(super) fn flown(number: &str, day: i8, at: &str, carried: &[(ConsignmentKey, u32)]) -> Vec<Event> {
    let line = |(object, pieces): &(ConsignmentKey, u32)| Carried {
        object: object.clone(),
        pieces: Some(*pieces),
        numbers: Vec::new(),
        without: Vec::new(),
        weight: None,
        unit: None,
    };
    let (stated, source) = (true, DepartureSource::Report);
    let departure =
        Departure { at: instant(at), stated, source, carried: carried.iter().map(line).collect() };
    let flight = FlightName { date: date(2026, 11, day), ..flight(number) };
    let load = |(object, _): &(ConsignmentKey, u32)| {
        let (object, how) = (ObjectName::Consignment(object.clone()), Loading::Loaded);
        Event::Loaded { flight, object, how, by_desk: true }
    };
    carried.iter().map(load).chain([Event::Departed { flight, departure }]).collect()
}

/// Reports in words: code, flight with its day where that is told, station, pieces (with `=` where they are all) and when it came in, with
/// `-` for a flight that is not told.
pub(super) fn report(waybill: &mut Waybill, object: ConsignmentKey, words: &str) {
    let words: Vec<&str> = words.split(' ').collect();
    let [code, by, station, pieces, at] = words[..] else { panic!("{words:?}") };
    let (by, day) = by.split_once('/').unwrap_or((by, ""));
    let fact = StatusFact {
        code: code.into(),
        discrepancy: None,
        all_pieces: pieces.strip_prefix('=').and_then(|all| all.parse().ok()),
        pieces: pieces.trim_start_matches('=').parse().ok(),
        flight: Flight::parse(by).ok(),
        date: consignment::PartialDate::parse(day),
        time: None,
        station: Location::parse(station).ok(),
    };
    let (kind, ConsignmentKey { master, house }) = (DocumentKind::Status, object);
    let statuses = vec![fact];
    let consignment = Arc::new(Consignment { kind, master, house, statuses, ..Consignment::default() });
    let (voice, purpose, faults) = (Voice::OF_DESK, Purpose::Creation, Vec::new());
    waybill.act_at(at, Command::Record { voice, consignment, purpose, consolidated: false, faults });
}

/// How many of six pieces may be loaded.
fn left_here(waybill: &Waybill, events: &[Event]) -> u32 {
    let loads = |count: &u32| {
        let unit = [built(unit(2), vec![line(*count, None)], true), loaded(unit(2))];
        let told = [&[scheduled("9Z700"), scheduled("9Z800")], events, &unit].concat();
        !waybill.flight(&told).0.contains(&"content-contradictory")
    };
    (1..=6).rev().find(loads).unwrap_or(0)
}

#[test]
fn pieces_that_left_by_flights_or_reports_are_not_there() {
    let two = || flown("9Z700", 24, "06:00", &[(goods(), 2)]);
    for (what, events, reports, left) in [
        ("nothing left", vec![], &[][..], 6),
        ("by a flight", two(), &[], 4),
        ("by a report", vec![], &["DEP 9Z702 LHR 1 06:05"], 5),
        ("by both", two(), &["DEP 9Z702 LHR 1 06:05"], 3),
        ("as the report of the flight says too", two(), &["DEP 9Z700 LHR 2 06:05"], 4),
        ("as the report of its day says too", two(), &["DEP 9Z700/24NOV LHR 2 06:05"], 4),
        ("as the report of another day says", two(), &["DEP 9Z700/23NOV LHR 2 06:05"], 2),
        ("as the report of the flight says of more", two(), &["DEP 9Z700 LHR 3 06:05"], 3),
        ("as a report says of a flight it does not name", two(), &["DEP - LHR 2 06:05"], 4),
        ("as a report says of the flight asked about", vec![], &["DEP 9Z800 LHR 2 06:05"], 6),
        ("as a report says of another station", vec![], &["DEP 9Z702 DOH 2 06:05"], 6),
        ("received farther on", vec![], &["RCF 9Z702 DOH 3 06:05"], 3),
        ("received farther on by the flight asked about", vec![], &["RCF 9Z800 DOH 3 06:05"], 6),
        ("received farther on of what is known to have left", two(), &["RCF 9Z700 DOH 2 06:05"], 4),
        ("received farther on of more", two(), &["RCF 9Z700 DOH 3 06:05"], 3),
        ("received where they start", vec![], &["RCF 9Z702 LHR 3 06:05"], 6),
    ] {
        let mut waybill = Waybill::new();
        reports.iter().for_each(|words| report(&mut waybill, goods(), words));
        assert_eq!(left_here(&waybill, &events), left, "{what}");
    }
}

/// As many as left by a flight are there again where a desk received so many by it since. What it says without a time may be how
/// they came here in the first place, where that number brought them; and another one of it left since with them.
#[test]
fn pieces_that_came_back_are_there_again() {
    let other = || ConsignmentKey { master: AirWaybill::parse("888-10004046").ok(), house: None };
    let by = |number: &str, from: &str, to: &str| {
        let (from, to) = (Location::parse(from).unwrap(), Location::parse(to).unwrap());
        Leg { flight: Flight::parse(number).ok(), ..Leg::assumed(from, to) }
    };
    let direct = || vec![by("9Z800", "LHR", "DOH")];
    let two = || flown("9Z700", 24, "06:00", &[(goods(), 2)]);
    let with_others = || flown("9Z700", 24, "06:00", &[(goods(), 2), (other(), 3)]);
    let again = |object| [two(), flown("9Z700", 25, "06:06", &[(object, 2)])].concat();
    for (what, events, legs, received, left) in [
        ("all that left", two(), direct(), "RCF 9Z700 LHR 2 06:10", 6),
        ("fewer", two(), direct(), "RCF 9Z700 LHR 1 06:10", 4),
        ("by another flight", two(), direct(), "RCF 9Z702 LHR 2 06:10", 4),
        ("before", two(), direct(), "RCF 9Z700 LHR 2 05:50", 4),
        ("beside others", with_others(), direct(), "RCF 9Z700 LHR 2 06:10", 6),
        ("others left again", again(other()), direct(), "RCF 9Z700 LHR 2 06:10", 6),
        ("on a way by that number", two(), vec![by("9Z700", "LHR", "DOH")], "RCF 9Z700 LHR 2 06:10", 6),
        (
            "on a way that began by another number",
            two(),
            vec![by("9Z600", "MUC", "LHR"), by("9Z800", "LHR", "DOH")],
            "RCF 9Z700 LHR 2 06:10",
            6,
        ),
        (
            "on a way that began by that number",
            two(),
            vec![by("9Z700", "MUC", "LHR"), by("9Z800", "LHR", "DOH")],
            "RCF 9Z700 LHR 2 06:10",
            4,
        ),
    ] {
        let mut waybill = Waybill::new();
        waybill.act(Command::Route { legs, unclear: Vec::new() });
        report(&mut waybill, goods(), received);
        assert_eq!(left_here(&waybill, &events), left, "{what}");
    }
    let mut waybill = Waybill::new();
    report(&mut waybill, goods(), "RCF 9Z700 LHR 2 06:10");
    assert_eq!(left_here(&waybill, &again(goods())), 4, "they left again before");
}

/// What a desk reported of a departure is over once the flight came back since.
#[test]
fn what_departed_by_report_is_there_again_once_the_flight_came_back() {
    let back = |at: &str| vec![Event::Returned { flight: flight("9Z700"), at: instant(at) }];
    for (what, events, left) in [
        ("it did not", vec![], 4),
        ("since", back("06:10"), 6),
        ("at that time", back("06:05"), 6),
        ("before", back("06:00"), 4),
    ] {
        let mut waybill = Waybill::new();
        report(&mut waybill, goods(), "DEP 9Z700/24NOV LHR 2 06:05");
        assert_eq!(left_here(&waybill, &events), left, "{what}");
    }
}

/// Pieces left a station by what leaves there, and by what goes past it on their way.
#[test]
fn pieces_go_past_a_station_of_their_way() {
    let at = |code: &str| Location::parse(code).unwrap();
    for (way, from, gone) in [
        ("LHR-DOH", Some("LHR"), true),
        ("LHR-DOH", Some("DOH"), false),
        ("LHR-SIN", Some("LHR"), true),
        ("LHR-SIN", Some("DOH"), true),
        ("DOH-SIN", Some("DOH"), true),
        ("DOH-SIN", Some("LHR"), false),
        ("LHR-CAI", Some("DOH"), false),
        ("MUC-SIN", Some("DOH"), true),
        ("LHR-SIN", Some("CAI"), false),
        ("LHR-CAI", None, true),
    ] {
        let (start, end) = way.split_once('-').unwrap();
        let name = FlightName { from: at(start), to: at(end), ..flight("9Z700") };
        let mut waybill = Waybill::new();
        let legs = vec![Leg::assumed(at("LHR"), at("DOH")), Leg::assumed(at("DOH"), at("SIN"))];
        waybill.act(Command::Route { legs, unclear: Vec::new() });
        let events = flown("9Z700", 24, "06:00", &[(goods(), 2)]);
        for left in [true, false] {
            let mut yard = Yard::default();
            for event in &events {
                match event.clone() {
                    Event::Loaded { object, how, by_desk, .. } => {
                        yard.evolve(&Event::Loaded { flight: name, object, how, by_desk });
                    }
                    Event::Departed { departure, .. } if left => {
                        yard.evolve(&Event::Departed { flight: name, departure });
                    }
                    _ => {}
                }
            }
            let parts = casework::gate::parts_from(&waybill.0.tree, &goods(), 6, from.map(at), &yard);
            let here = from.is_none_or(|from| from == start);
            let expected = (usize::from(gone && left), usize::from(here && !left));
            assert_eq!((parts.flown.len(), parts.planned.len()), expected, "{way} {from:?} {left}");
        }
    }
}
