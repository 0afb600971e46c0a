//! What is told of flights and units: which word counts, what is noted once, and what orders and lists come to.
#![allow(clippy::unwrap_used)]

mod aircraft;
mod carried;
mod claims;
mod landings;
mod messages;
mod names;
mod orders;
mod pieces;
mod units;
mod words;

#[path = "../support/mod.rs"]
mod support;

use casework::transport::{Command, DepartureSource, Event, Order, Place, Speaker, Yard, decide};
use consignment::ConsignmentKey;
use consignment::fact::{Content, FlightName, Loading, ObjectName, Schedule, UnitName};
use consignment::ident::{AirWaybill, Flight, HouseWaybill, Location, Receptacle, UnitLoadDevice};
use consignment::stations::StationTable;
use jiff::{SignedDuration, Timestamp};
use programme::ProgrammeId;
use std::collections::BTreeSet;
use support::instant;

fn desk() -> Speaker {
    Speaker::Desk("desk".into())
}

fn stranger() -> Speaker {
    Speaker::Other("stranger".into())
}

fn ics2() -> ProgrammeId {
    ProgrammeId::new("eu-ics2")
}

fn authority() -> Speaker {
    Speaker::Authority(ics2())
}

fn flight_on(number: &str, date: &str, way: &str) -> FlightName {
    let (from, to) = way.split_once('-').unwrap();
    FlightName {
        flight: Flight::parse(number).unwrap(),
        date: date.parse().unwrap(),
        from: Location::parse(from).unwrap(),
        to: Location::parse(to).unwrap(),
    }
}

fn flight(number: &str) -> FlightName {
    flight_on(number, "2026-11-24", "FRA-NBO")
}

fn device(number: u8) -> UnitName {
    UnitName::Device(UnitLoadDevice::parse(&format!("AKE1111{number}9Z")).unwrap())
}

/// Of one dispatch.
fn receptacle(serial: u8) -> UnitName {
    UnitName::Receptacle(Receptacle::parse(&format!("DEFRAAUSJFKAACN61234{serial:03}010100")).unwrap())
}

fn goods(house: &str) -> ConsignmentKey {
    ConsignmentKey { master: AirWaybill::parse("888-10001014").ok(), house: HouseWaybill::parse(house).ok() }
}

fn line(house: &str) -> Content {
    Content { object: goods(house), pieces: Vec::new(), count: None, weight: None, position: None }
}

fn pieces(house: &str, pieces: &[u32]) -> Content {
    Content { pieces: pieces.to_vec(), ..line(house) }
}

fn count(house: &str, count: u32) -> Content {
    Content { count: Some(count), ..line(house) }
}

fn consignment(house: &str) -> ObjectName {
    ObjectName::Consignment(goods(house))
}

/// A yard, and the time.
#[derive(Default)]
struct World {
    yard: Yard,
    now: Option<Timestamp>,
}

impl World {
    /// Empty, at a time.
    fn from(now: Timestamp) -> Self {
        Self { now: Some(now), ..Self::default() }
    }

    fn at(&mut self, time: &str) -> &mut Self {
        self.now = Some(instant(time));
        self
    }

    /// How many events follow, or the code of the refusal.
    fn tell(&mut self, speaker: &Speaker, command: Command) -> Result<usize, &'static str> {
        let events = self.events(speaker, command)?;
        events.iter().for_each(|event| self.yard.evolve(event));
        Ok(events.len())
    }

    fn events(&self, speaker: &Speaker, command: Command) -> Result<Vec<Event>, &'static str> {
        let now = self.now.unwrap_or_else(|| instant("06:00"));
        decide(&self.yard, command, speaker, now).map_err(|refusal| refusal.0.code.id())
    }

    fn build(&mut self, unit: UnitName, contents: &[Content]) -> Result<usize, &'static str> {
        self.tell(&desk(), built(unit, contents, true))
    }

    fn open(&mut self, unit: UnitName) {
        self.tell(&desk(), Command::Open { unit, why: "OPENED".into(), part: false }).unwrap();
    }

    fn order(&mut self, unit: UnitName, at: &str) -> Result<usize, &'static str> {
        let (programme, reference, at) = (ics2(), "Q01".into(), instant(at));
        self.tell(&authority(), Command::Order { unit, programme, reference, at })
    }

    fn cancel(&mut self, unit: UnitName, at: &str) -> Result<usize, &'static str> {
        let (programme, reference, at) = (ics2(), "Q01".into(), instant(at));
        self.tell(&authority(), Command::CancelOrder { unit, programme, reference, at })
    }

    fn manifest(&mut self, flight: FlightName, unit: Option<UnitName>, content: Content) {
        self.tell(&desk(), Command::Manifest { flight, unit, content, part: None }).unwrap();
    }

    fn load(&mut self, flight: FlightName, object: ObjectName, how: Loading) -> Result<usize, &'static str> {
        self.tell(&desk(), Command::Load { flight, object, how })
    }

    fn depart(&mut self, flight: FlightName, at: Option<&str>, source: DepartureSource) {
        self.tell(&desk(), Command::Depart { flight, at: at.map(instant), source }).unwrap();
    }

    fn schedule(&mut self, speaker: &Speaker, schedule: Schedule) -> Result<usize, &'static str> {
        let said_at = self.now.unwrap_or_else(|| instant("06:00"));
        self.tell(speaker, Command::Schedule { schedule, said_at })
    }

    /// The houses that the orders on a unit hold.
    fn held(&self, unit: UnitName) -> Vec<String> {
        let orders = self.yard.orders_of(&unit);
        let houses = orders.flat_map(|(_, held)| held).filter_map(|key| key.house);
        houses.map(|house| house.to_string()).collect::<BTreeSet<String>>().into_iter().collect()
    }
}

fn built(unit: UnitName, contents: &[Content], complete: bool) -> Command {
    Command::Build { unit, contents: contents.to_vec(), complete, takes_over: false }
}

fn leaves(flight: FlightName, departs: Option<&str>) -> Schedule {
    let departs_at = departs.map(|time| format!("2026-11-24T{time}").parse().unwrap());
    Schedule { flight, departs_at, passengers: Some(true), by_road: false, cancelled: false }
}

#[test]
fn a_list_told_again_adds_nothing_and_a_strangers_takes_nothing_from_a_desks() {
    let mut world = World::default();
    let f = flight("9Z800");
    let told = |content: Content| Command::Manifest { flight: f, unit: Some(device(1)), content, part: None };
    assert_eq!(world.tell(&stranger(), told(count("A", 5))), Ok(1));
    assert_eq!(world.tell(&stranger(), told(count("A", 5))), Ok(0));
    assert_eq!(world.tell(&desk(), told(count("A", 3))), Ok(1));
    assert_eq!(world.tell(&stranger(), told(count("A", 5))), Ok(0), "a desk's line stands");
    assert_eq!(world.tell(&desk(), told(count("A", 3))), Ok(0));
    assert_eq!(world.tell(&desk(), told(count("A", 4))), Ok(1), "it may count anew");
    let known = world.yard.flight(&f).unwrap();
    assert!(known.lists(&goods("A")) && !known.lists(&goods("B")));
    assert_eq!(known.units_listed().collect::<Vec<_>>(), [&device(1)]);
    assert_eq!(world.load(f, consignment("A"), Loading::Offloaded), Ok(1));
    assert!(!world.yard.flight(&f).unwrap().lists(&goods("A")));
    assert_eq!(world.tell(&desk(), told(count("A", 4))), Ok(1), "listed again they are back");
    assert!(world.yard.flight(&f).unwrap().lists(&goods("A")));
    // Taken off with their unit they are back with it, and what was planned stays planned.
    world.load(f, ObjectName::Unit(device(1)), Loading::Offloaded).unwrap();
    world.load(f, consignment("B"), Loading::Planned).unwrap();
    assert!(!world.yard.flight(&f).unwrap().lists(&goods("A")));
    for house in ["A", "B"] {
        world.manifest(f, Some(device(1)), count(house, 5));
    }
    let known = world.yard.flight(&f).unwrap();
    assert!(known.lists(&goods("A")) && known.lists(&goods("B")));
    assert_eq!(known.objects().collect::<Vec<_>>(), [&consignment("B")]);
}

#[test]
fn what_is_loaded_is_noted_once_and_only_planned_is_not_aboard() {
    let mut world = World::default();
    let f = flight("9Z800");
    let aboard = |world: &World, house: &str| world.yard.aboard(&goods(house), None).count();
    assert_eq!(world.load(f, consignment("A"), Loading::Planned), Ok(1));
    assert_eq!((aboard(&world, "A"), world.yard.flight(&f).unwrap().is_loaded()), (0, false));
    assert_eq!(world.load(f, consignment("B"), Loading::Loaded), Ok(1));
    assert_eq!(world.load(f, consignment("B"), Loading::Loaded), Ok(0));
    assert_eq!(world.load(f, consignment("B"), Loading::Planned), Ok(0), "it is aboard already");
    assert_eq!((aboard(&world, "A"), aboard(&world, "B")), (0, 1));
    assert_eq!(world.load(f, consignment("B"), Loading::Offloaded), Ok(1));
    assert_eq!(aboard(&world, "B"), 0);
    assert!(world.yard.flights_of(&consignment("B")).is_empty());
    // Also where a manifest lists them still.
    world.manifest(f, None, line("C"));
    assert_eq!(world.yard.flights_of(&consignment("C")).len(), 1);
    assert_eq!(world.load(f, consignment("C"), Loading::Offloaded), Ok(1));
    assert!(world.yard.flights_of(&consignment("C")).is_empty());
    let piece = ObjectName::Piece(goods("D"), 2);
    let event = Event::Loaded { flight: f, object: piece.clone(), how: Loading::Planned, by_desk: true };
    assert_eq!(
        world.yard.places(&event),
        [Place::OnFlight(piece, f), Place::OnFlight(consignment("D"), f), Place::Numbered(f)],
        "goods are found where one piece of them is"
    );
}

#[test]
fn a_departure_by_manifest_alone_is_put_right_and_one_that_was_reported_is_not() {
    let f = flight("9Z800");
    let left = |at, source| {
        let mut world = World::default();
        for (unit, house) in [(None, "A"), (None, "B"), (Some(device(1)), "C"), (Some(device(2)), "D")] {
            world.manifest(f, unit, line(house));
        }
        world.depart(f, at, source);
        world
    };
    let carried = |world: &World| -> Vec<String> {
        let departed = world.yard.flight(&f).unwrap().departed.as_ref().unwrap();
        departed.carried.iter().map(|carried| carried.object.house.as_ref().unwrap().to_string()).collect()
    };
    let mut world = left(None, DepartureSource::Manifest);
    assert_eq!(world.load(f, consignment("E"), Loading::Loaded), Err("flight-has-left"));
    assert_eq!(world.load(f, consignment("A"), Loading::Offloaded), Ok(1));
    assert_eq!(carried(&world), ["B", "C", "D"]);
    assert_eq!(world.load(f, ObjectName::Unit(device(1)), Loading::Offloaded), Ok(1));
    assert_eq!(carried(&world), ["B", "D"]);
    // It may not have left: with what it flies counts, and what was an aircraft is no truck.
    let road = Schedule { by_road: true, ..leaves(f, Some("22:00")) };
    assert_eq!(world.schedule(&desk(), road.clone()), Ok(1));
    assert!(!world.yard.flight(&f).unwrap().by_road);
    for (at, source) in [
        (Some("05:00"), DepartureSource::Manifest),
        (None, DepartureSource::Report),
        (Some("05:00"), DepartureSource::Report),
    ] {
        let mut world = left(at, source);
        assert_eq!(world.load(f, consignment("A"), Loading::Offloaded), Err("flight-has-left"), "{source:?}");
        // It counts once it came back, and changes nothing of what flew.
        assert_eq!(world.schedule(&desk(), road.clone()), Ok(1), "{source:?}");
        assert_eq!(world.schedule(&desk(), road.clone()), Ok(0), "{source:?}");
        assert_eq!((world.yard.flight(&f).unwrap().departs, carried(&world).len()), (None, 4));
    }
    // A truck that is told as an aircraft is one.
    let mut world = World::default();
    world.schedule(&desk(), Schedule { passengers: None, ..road.clone() }).unwrap();
    world.manifest(f, None, line("A"));
    world.depart(f, None, DepartureSource::Manifest);
    assert!(world.yard.flight(&f).unwrap().by_road);
    assert_eq!(world.schedule(&desk(), leaves(f, Some("22:00"))), Ok(1));
    assert!(!world.yard.flight(&f).unwrap().by_road);
}

#[test]
fn a_manifest_that_came_early_departs_by_the_schedule_and_no_other_flight_does() {
    let f = flight("9Z800");
    let by_schedule = || Command::LeaveBySchedule { flight: f, at: instant("09:00") };
    let early = || Command::ManifestEarly { flight: f };
    let mut world = World::default();
    world.schedule(&desk(), leaves(f, Some("10:00"))).unwrap();
    assert_eq!(world.at("09:00").tell(&stranger(), by_schedule()), Ok(0), "no manifest came");
    assert_eq!(world.tell(&stranger(), early()), Err("not-a-desk"));
    assert_eq!(world.tell(&desk(), early()), Ok(1));
    assert_eq!(world.at("09:10").tell(&desk(), early()), Ok(0), "it is known");
    assert_eq!(world.tell(&stranger(), by_schedule()), Ok(1));
    assert_eq!(world.tell(&stranger(), by_schedule()), Ok(0), "it has left");
    // It is late after all: a manifest that comes early again tells no departure.
    assert_eq!(world.at("09:20").tell(&desk(), early()), Ok(1));
    assert_eq!(world.yard.flight(&f).unwrap().departed, None);
    let mut world = World::default();
    world.tell(&desk(), early()).unwrap();
    world.depart(f, Some("05:30"), DepartureSource::Report);
    assert_eq!(world.tell(&stranger(), by_schedule()), Ok(0), "a report tells better");
}

#[test]
fn only_the_passengers_of_a_strangers_schedule_count() {
    let f = flight("9Z800");
    let mut world = World::default();
    let told = Schedule { by_road: true, cancelled: true, ..leaves(f, Some("09:00")) };
    let silent = Schedule { passengers: Some(false), cancelled: false, ..told.clone() };
    assert_eq!(world.schedule(&stranger(), silent), Err("not-a-desk"));
    assert_eq!(world.schedule(&stranger(), told.clone()), Ok(2));
    let known = |world: &World| world.yard.flight(&f).unwrap().clone();
    let flight = known(&world);
    assert_eq!((flight.departs, flight.passengers), (None, Some(true)));
    assert_eq!((flight.by_road, flight.cancelled, flight.said_cancelled), (false, false, true));
    assert_eq!(world.schedule(&stranger(), told.clone()), Ok(0), "told twice");
    let passengers = Schedule { cancelled: false, ..told.clone() };
    assert_eq!(world.schedule(&stranger(), passengers.clone()), Ok(0));
    assert!(known(&world).said_cancelled, "it takes back nothing that strangers said");
    // A desk settles it; said later and the same, it is noted all the same, and said before it counts no more.
    assert_eq!(world.at("07:00").schedule(&desk(), leaves(f, Some("22:00"))), Ok(1));
    assert!(!known(&world).said_cancelled);
    assert_eq!(world.schedule(&desk(), leaves(f, Some("22:00"))), Ok(0));
    assert_eq!(world.at("08:00").schedule(&desk(), leaves(f, Some("22:00"))), Ok(1));
    assert_eq!(world.at("07:30").schedule(&desk(), leaves(f, Some("10:00"))), Ok(0), "it was overtaken");
    assert_eq!(world.at("09:00").schedule(&stranger(), passengers.clone()), Ok(0));
    assert_eq!(known(&world).said_at, Some(instant("08:00")));
    // One that a desk cancelled stays so, and is no news.
    let cancelled = Schedule { cancelled: true, ..leaves(f, None) };
    assert_eq!(world.schedule(&desk(), cancelled), Ok(1));
    let only_cancelled = Schedule { passengers: None, ..told };
    assert_eq!(world.schedule(&stranger(), only_cancelled), Ok(0));
    assert_eq!(world.schedule(&stranger(), passengers), Ok(0));
    assert!(known(&world).cancelled);
}

/// What strangers say counts as said before all else, whatever comes first.
#[test]
fn a_strangers_passengers_make_no_flight_go_of_which_strangers_say_that_it_is_cancelled() {
    let f = flight("9Z800");
    let mut world = World::default();
    let cancelled = Schedule { passengers: None, cancelled: true, ..leaves(f, None) };
    assert_eq!(world.schedule(&stranger(), cancelled), Ok(1));
    assert_eq!(world.schedule(&stranger(), leaves(f, None)), Ok(1));
    assert!(world.yard.flight(&f).unwrap().said_cancelled);
}

#[test]
fn an_aircraft_is_at_its_gate_by_what_is_known_of_it() {
    let f = flight("9Z800");
    let stations = StationTable::built_in();
    /// What it shows, the local departure, whether and when a manifest without a time says that it left, when it was
    /// cancelled, when it is asked, and what is answered. Frankfurt is an hour ahead.
    type Case =
        (&'static str, Option<&'static str>, Option<&'static str>, Option<&'static str>, &'static str, bool);
    let cases: &[Case] = &[
        ("before it leaves", Some("12:00"), None, None, "10:59", true),
        ("when it leaves", Some("12:00"), None, None, "11:00", false),
        ("a manifest came before", Some("12:00"), Some("09:00"), None, "10:59", true),
        ("a manifest came", Some("12:00"), Some("09:00"), None, "11:30", false),
        ("cancelled", Some("12:00"), None, Some("09:00"), "13:00", true),
        ("cancelled after the manifest", Some("12:00"), Some("09:00"), Some("09:10"), "13:00", true),
        ("cancelled before the manifest", Some("12:00"), Some("09:10"), Some("09:00"), "13:00", false),
        ("cancelled when the manifest came", Some("12:00"), Some("09:00"), Some("09:00"), "13:00", false),
        ("nobody tells when it leaves", None, None, None, "20:00", true),
        ("and its day is over", None, None, None, "23:30", false),
        ("only a manifest tells of it", None, Some("09:00"), None, "10:00", false),
    ];
    for (what, departs, manifest, cancelled, asked, at_gate) in cases {
        let mut world = World::default();
        world.at("05:00").schedule(&desk(), leaves(f, *departs)).unwrap();
        if let Some(at) = manifest {
            world.at(at).manifest(f, None, line("A"));
            world.depart(f, None, DepartureSource::Manifest);
        }
        if let Some(at) = cancelled {
            let cancelled = Schedule { cancelled: true, ..leaves(f, None) };
            world.at(at).schedule(&desk(), cancelled).unwrap();
        }
        let flight = world.yard.flight(&f).unwrap();
        assert_eq!(flight.is_at_gate(&f, instant(asked), &stations), *at_gate, "{what}");
    }
    let mut world = World::default();
    world.at("05:00").schedule(&desk(), leaves(f, Some("12:00"))).unwrap();
    world.at("09:00").depart(f, Some("08:55"), DepartureSource::Report);
    assert!(!world.yard.flight(&f).unwrap().is_at_gate(&f, instant("09:00"), &stations));
}

#[test]
fn a_flight_lands_where_its_schedules_tell() {
    /// A stretch: day of November, way, what was told of it (`cancelled`, `road`, `left`), and when.
    type Told = (&'static str, &'static str, &'static str, &'static str);
    let way = |told: &[Told]| -> Vec<String> {
        let mut world = World::default();
        for (day, way, what, at) in told {
            let name = flight_on("9Z800", &format!("2026-11-{day}"), way);
            let told = Schedule {
                flight: name,
                departs_at: None,
                passengers: None,
                by_road: *what == "road",
                cancelled: false,
            };
            world.at(at).schedule(&desk(), told.clone()).unwrap();
            match *what {
                "cancelled" => {
                    world.schedule(&desk(), Schedule { cancelled: true, ..told }).unwrap();
                }
                "left" => world.depart(name, None, DepartureSource::Report),
                _ => {}
            }
        }
        let stops = world.yard.stops(&flight("9Z800"));
        stops.iter().map(|stop| format!("{} {}-{}", stop.date.day(), stop.from, stop.to)).collect()
    };
    let (nothing, stop, last) = (Vec::<String>::new(), ["24 FRA-CAI", "24 CAI-NBO"], ["24 CAI-NBO"]);
    let (first_part, last_part) = (("24", "FRA-CAI", "", "06:00"), ("24", "CAI-NBO", "", "06:00"));
    let direct = ("24", "FRA-NBO", "", "06:00");
    assert_eq!(way(&[]), nothing);
    assert_eq!(way(&[direct]), nothing);
    assert_eq!(way(&[first_part]), ["24 FRA-CAI"], "a stop before nobody knows where");
    assert_eq!(way(&[last_part]), last, "the last part alone tells of a stop");
    assert_eq!(way(&[first_part, last_part]), stop);
    assert_eq!(way(&[direct, first_part, last_part]), stop);
    assert_eq!(way(&[direct, last_part]), last);
    // The first part leaves on the day of the flight, others perhaps the day after.
    let overnight = ("25", "CAI-NBO", "", "06:00");
    assert_eq!(way(&[first_part, overnight]), ["24 FRA-CAI", "25 CAI-NBO"]);
    assert_eq!(
        way(&[("25", "FRA-CAI", "", "06:00"), overnight]),
        ["25 CAI-NBO"],
        "that is the flight of tomorrow"
    );
    assert_eq!(way(&[direct, ("25", "FRA-CAI", "", "06:00"), overnight]), nothing);
    assert_eq!(way(&[first_part, ("26", "CAI-NBO", "", "06:00")]), ["24 FRA-CAI"]);
    // Beyond the date line the next part is of the day before; where both are told it is that of the day.
    let day_before = ("23", "CAI-NBO", "", "06:00");
    assert_eq!(way(&[first_part, day_before]), ["24 FRA-CAI", "23 CAI-NBO"]);
    assert_eq!(way(&[first_part, day_before, last_part]), stop);
    assert_eq!(way(&[first_part, ("22", "CAI-NBO", "", "06:00")]), ["24 FRA-CAI"]);
    // Of several the earliest that is no end of the way; and it goes in no circle.
    let onward = ("24", "CAI-ADD", "", "06:00");
    let end = ("24", "ADD-NBO", "", "06:00");
    assert_eq!(way(&[first_part, last_part, onward, end]), ["24 FRA-CAI", "24 CAI-ADD", "24 ADD-NBO"]);
    assert_eq!(way(&[first_part, ("24", "CAI-FRA", "", "06:00"), last_part]), stop);
    let back = ("24", "ADD-CAI", "", "06:00");
    assert_eq!(way(&[first_part, onward, back]), ["24 FRA-CAI", "24 CAI-ADD"]);
    // What goes by road, or has left, is no stop; nor what was cancelled where the flight was told without it since.
    assert_eq!(way(&[("24", "FRA-CAI", "road", "06:00"), last_part]), last);
    assert_eq!(way(&[("24", "FRA-CAI", "left", "06:00"), direct]), nothing);
    let cancelled = ("24", "FRA-CAI", "cancelled", "06:00");
    assert_eq!(way(&[cancelled]), ["24 FRA-CAI"], "nobody told of the flight without it");
    assert_eq!(way(&[cancelled, ("24", "FRA-NBO", "", "07:00")]), nothing);
    assert_eq!(way(&[("24", "FRA-NBO", "", "05:00"), cancelled]), ["24 FRA-CAI"]);
    assert_eq!(way(&[("24", "FRA-NBO", "cancelled", "07:00"), cancelled]), ["24 FRA-CAI"]);
    assert_eq!(way(&[("24", "FRA-NBO", "", "07:00"), first_part]), ["24 FRA-CAI"], "it was not cancelled");
}
