//! What desks report of pieces that departed, and what of that came back or landed.

use super::*;
use consignment::PartialDate;
use consignment::fact::FlightName;
use consignment::stations::StationTable;

fn flight(number: &str) -> Flight {
    Flight::parse(number).unwrap()
}

/// Reports in words: code (a discrepancy after a dash), flight, day and local time, station, pieces (`all` where they are), `-` for
/// what is not told, and `stranger` where no desk tells it; ` + ` between what one message tells. Each comes in a minute after the one
/// before, the first at 06:02 in UTC.
fn told(reports: &[&str]) -> World {
    let mut world = World::filed();
    for report in reports {
        let statuses = report.split(" + ").map(reported).collect();
        let consignment = Consignment { statuses, ..waybill(DocumentKind::Status) };
        world.report_as(&agent(), consignment, &[], !report.ends_with("stranger"));
    }
    world
}

fn reported(report: &str) -> StatusFact {
    let words: Vec<&str> = report.split(' ').collect();
    let [code, by, when, station, pieces] = words[..5] else { panic!("{report}") };
    let (code, discrepancy) = code.split_once('-').map_or((code, None), |(code, why)| (code, Some(why)));
    let (day, time) = when.split_once('/').map_or((when, None), |(day, time)| (day, Some(time)));
    status(code, |fact| {
        fact.discrepancy = discrepancy.map(str::to_owned);
        (fact.flight, fact.date) = (Flight::parse(by).ok(), PartialDate::parse(day));
        (fact.time, fact.station) = (time.map(|time| time.parse().unwrap()), Location::parse(station).ok());
        fact.pieces = if pieces == "all" { Some(4) } else { pieces.parse().ok() };
        fact.all_pieces = fact.pieces.filter(|_| pieces == "all");
    })
}

#[test]
fn pieces_are_gone_that_departed_and_neither_stayed_nor_came_back() {
    const GONE: &str = "DEP 9Z800 24NOV/07:30 FRA 3";
    const ALL: &str = "DEP 9Z800 24NOV/07:30 FRA all";
    const UNTIMED: &str = "DEP 9Z800 24NOV FRA 3";
    const UNNAMED: &str = "DEP - 24NOV/07:30 FRA 3";
    /// What is told, and how many pieces are gone by which departures.
    type Case<'a> = (&'a [&'a str], &'a [u32]);
    let cases: &[Case<'_>] = &[
        (&[GONE], &[3]),
        (&[ALL], &[4]),
        (&["DEP 9Z800 24NOV/07:30 FRA 3 stranger"], &[]),
        (&["DEP 9Z800 24NOV/07:30 - 3"], &[]),
        (&["RCS 9Z800 24NOV/07:30 FRA 3"], &[]),
        // Told anew, of another number or of none.
        (&[GONE, "DEP 9Z800 24NOV/07:31 FRA 2"], &[2]),
        (&[GONE, "DEP 9Z800 24NOV/07:31 FRA -"], &[]),
        (&[GONE, "DEP 9Z800 25NOV/07:31 FRA 1"], &[3, 1]),
        (&[GONE, "DEP 9Z802 24NOV/07:31 FRA 1"], &[3, 1]),
        (&[GONE, "DEP 9Z800 24NOV/07:31 MUC 1"], &[3, 1]),
        // It left without them.
        (&[GONE, "DIS-OFLD 9Z800 24NOV FRA all"], &[]),
        (&[GONE, "DIS-SSPD 9Z800 24NOV FRA all"], &[]),
        (&[GONE, "DIS-OFLD - 24NOV FRA all"], &[]),
        (&[UNNAMED, "DIS-OFLD 9Z800 24NOV FRA all"], &[]),
        (&[GONE, "DIS-OFLD 9Z800 24NOV FRA 3"], &[3]),
        (&[GONE, "DIS-OFLD 9Z802 24NOV FRA all"], &[3]),
        (&[GONE, "DIS-OFLD 9Z800 24NOV MUC all"], &[3]),
        (&[GONE, "DIS-OFLD 9Z800 24NOV FRA all stranger"], &[3]),
        (&[GONE, "DIS-MSCA 9Z800 24NOV FRA all"], &[3]),
        (&[GONE, "RCS 9Z800 24NOV FRA all"], &[3]),
        // What was offloaded before it was loaded again left; nobody knows which was first where either tells no time.
        (&[GONE, "DIS-OFLD 9Z800 24NOV/07:00 FRA all"], &[3]),
        (&[GONE, "DIS-OFLD 9Z800 24NOV/07:30 FRA all"], &[]),
        (&[GONE, "DIS-OFLD 9Z800 24NOV/08:00 FRA all"], &[]),
        (&[GONE, "DIS-OFLD 9Z800 - FRA all"], &[]),
        (&[GONE, "DIS-OFLD 9Z800 23NOV FRA all"], &[3]),
        (&["DIS-OFLD 9Z800 24NOV/08:00 FRA all", GONE], &[]),
        (&["DIS-OFLD - 24NOV/08:00 FRA all", GONE], &[]),
        (&["DIS-OFLD 9Z800 24NOV/08:00 FRA all", UNNAMED], &[]),
        (&["DIS-OFLD 9Z800 24NOV/07:30 FRA all", GONE], &[3]),
        (&["DIS-OFLD 9Z800 24NOV/07:00 FRA all", GONE], &[3]),
        (&["DIS-OFLD 9Z800 24NOV FRA all", GONE], &[3]),
        (&["DIS-OFLD 9Z800 24NOV/08:00 FRA all", UNTIMED], &[3]),
        (&["DIS-OFLD 9Z802 24NOV/08:00 FRA all", GONE], &[3]),
        (&["DIS-OFLD 9Z800 24NOV/08:00 MUC all", GONE], &[3]),
        (&["DIS-OFLD 9Z800 24NOV/08:00 FRA 3", GONE], &[3]),
        (&["DIS-OFLD 9Z800 24NOV/08:00 FRA all", "DEP 9Z800 23NOV/07:30 FRA 3"], &[3]),
        // They came back by it.
        (&[GONE, "RCF 9Z800 24NOV/08:00 FRA 3"], &[]),
        (&[GONE, "RCF 9Z800 24NOV/08:00 FRA 2"], &[1]),
        (&[GONE, "RCF 9Z800 24NOV/08:00 FRA 1", "RCF 9Z802 24NOV/08:00 FRA 1"], &[2]),
        (&[GONE, "RCF 9Z800 24NOV/08:00 NBO 3"], &[3]),
        (&[GONE, "RCF 9Z802 24NOV/08:00 FRA 3"], &[3]),
        (&[GONE, "RCF - 24NOV/08:00 FRA 3"], &[3]),
        (&[UNNAMED, "RCF 9Z802 24NOV/08:00 FRA 3"], &[]),
        (&[GONE, "RCF 9Z800 24NOV/07:30 FRA 3"], &[3]),
        (&[GONE, "RCF 9Z800 24NOV/07:00 FRA 3"], &[3]),
        (&["RCF 9Z800 24NOV/08:00 FRA 3", GONE], &[]),
        // All of them, as another status says.
        (&[GONE, "AWR 9Z800 24NOV/08:00 FRA all"], &[]),
        (&[GONE, "AWR 9Z800 24NOV/07:00 FRA all"], &[3]),
        (&[GONE, "AWR 9Z800 24NOV/08:00 NBO all"], &[3]),
        (&[GONE, "AWR 9Z802 24NOV/08:00 FRA all"], &[3]),
        (&[GONE, "AWR 9Z800 24NOV/08:00 FRA all stranger"], &[3]),
        // Where either tells no time, what came in first was first, but not on a day before.
        (&[UNTIMED, "RCF 9Z800 24NOV/08:00 FRA 3"], &[]),
        (&[GONE, "RCF 9Z800 24NOV FRA 3"], &[]),
        (&["RCF 9Z800 24NOV FRA 3", GONE], &[3]),
        (&[GONE, "RCF 9Z800 23NOV FRA 3"], &[3]),
        (&["RCF 9Z800 24NOV/08:00 FRA 3", UNTIMED], &[3]),
        (&["DEP 9Z800 24NOV FRA 3 + RCF 9Z800 24NOV/08:00 FRA 3"], &[3]),
    ];
    for (reports, gone) in cases {
        let world = told(reports);
        let mut left: Vec<u32> = world.master().told.departed().map(|(_, _, pieces)| pieces).collect();
        left.sort_unstable_by(|one, other| other.cmp(one));
        assert_eq!(left, *gone, "{reports:?}");
    }
}

#[test]
fn a_desk_tells_of_a_way_where_pieces_departed_or_arrived() {
    for (reports, tells) in [
        (&[][..], false),
        (&["RCS - 24NOV FRA all"], false),
        (&["DEP 9Z800 24NOV FRA 3"], true),
        (&["RCF 9Z800 24NOV NBO 3"], true),
        (&["DEP 9Z800 24NOV FRA 3", "RCF 9Z800 24NOV NBO 3"], true),
        (&["DEP 9Z800 24NOV FRA 3 stranger", "RCF 9Z800 24NOV NBO 3 stranger"], false),
    ] {
        assert_eq!(told(reports).master().told.tells_of_a_way(), tells, "{reports:?}");
    }
}

/// Pieces are counted where they arrived, by a flight or by all; those of the flight of another day landed by that.
#[test]
fn pieces_that_landed_are_those_of_the_flight() {
    let world = told(&[
        "RCF 9Z800 24NOV/18:00 NBO 3",
        "RCF 9Z802 24NOV/18:00 NBO 1",
        "RCF - 24NOV/18:00 NBO 5",
        "RCF 9Z800 24NOV/18:00 CAI 2",
    ]);
    let known = &world.master().told;
    let arrived = |station, number: Option<&str>| known.pieces_arrived(at(station), number.map(flight));
    assert_eq!(arrived("NBO", Some("9Z800")), 3);
    assert_eq!(arrived("NBO", Some("9Z804")), 0);
    assert_eq!(arrived("NBO", None), 9);
    assert_eq!(arrived("CAI", None), 2);
    let landed = |number: &str, left: &str| {
        let (flight, date) = (flight(number), "2026-11-24".parse().unwrap());
        let name = FlightName { flight, date, from: at("FRA"), to: at("NBO") };
        known.pieces_landed(&name, instant(left), &StationTable::built_in())
    };
    // 18:00 in Nairobi is 15:00 in UTC.
    let counts = [("9Z800", "07:00"), ("9Z800", "15:00"), ("9Z802", "07:00"), ("9Z804", "07:00")];
    assert_eq!(counts.map(|(number, left)| landed(number, left)), [3, 0, 1, 0]);
}

/// What came in after one of the same number left there next came back by that one, or not at all.
#[test]
fn goods_came_back_before_the_same_number_left_next() {
    let name = FlightName {
        flight: flight("9Z800"),
        date: "2026-11-24".parse().unwrap(),
        from: at("FRA"),
        to: at("NBO"),
    };
    // 08:00 in Frankfurt is 07:00 in UTC.
    for (received, next, back) in [
        ("RCF 9Z800 24NOV/08:00 FRA all", None, true),
        ("RCF 9Z800 24NOV/08:00 FRA all", Some("07:00"), true),
        ("RCF 9Z800 24NOV/08:00 FRA all", Some("06:59"), false),
        ("RCF 9Z800 24NOV/08:00 FRA 3", None, true),
        ("RCF 9Z800 24NOV/08:00 FRA 3", Some("06:59"), false),
    ] {
        let world = told(&[received]);
        let (span, stations) = ((instant("06:30"), next.map(instant)), StationTable::built_in());
        let came_back = world.master().told.came_back(&name, span, Some(3), false, &stations);
        assert_eq!(came_back, back, "{received} {next:?}");
    }
}

/// All that departed by a flight came back by it where nothing is gone by it any more.
#[test]
fn what_departed_is_back_where_all_of_it_is() {
    const LEFT: [&str; 2] = ["DEP 9Z800 24NOV/07:30 FRA 3", "DEP 9Z802 24NOV/07:40 FRA 1"];
    const BACK: &str = "RCF 9Z800 24NOV/08:00 FRA 3";
    const UNNAMED: &str = "DEP - 24NOV/07:30 FRA 3";
    /// What is told, of which flight it is asked and from where, and whether all is back.
    type Case<'a> = (&'a [&'a str], Option<&'a str>, &'a str, bool);
    let cases: &[Case<'_>] = &[
        (&[], None, "FRA", false),
        (&[LEFT[0]], Some("9Z800"), "FRA", false),
        (&[LEFT[0], BACK], Some("9Z800"), "FRA", true),
        (&[LEFT[0], BACK], None, "FRA", true),
        (&[LEFT[0], BACK], Some("9Z802"), "FRA", false),
        (&[LEFT[0], BACK], Some("9Z800"), "MUC", false),
        (&[LEFT[0], "RCF 9Z800 24NOV/08:00 FRA 2"], Some("9Z800"), "FRA", false),
        (&[LEFT[0], LEFT[1], BACK], Some("9Z800"), "FRA", true),
        (&[LEFT[0], LEFT[1], BACK], Some("9Z802"), "FRA", false),
        (&[LEFT[0], LEFT[1], BACK], None, "FRA", false),
        (&[UNNAMED], Some("9Z800"), "FRA", false),
        (&[UNNAMED, BACK], Some("9Z800"), "FRA", true),
        (&[LEFT[0], BACK, "DEP 9Z800 24NOV/07:30 MUC 1"], Some("9Z800"), "FRA", true),
    ];
    for (reports, asked, from, back) in cases {
        let world = told(reports);
        assert_eq!(world.master().told.is_back(asked.map(flight), at(from)), *back, "{reports:?} {asked:?}");
    }
}
