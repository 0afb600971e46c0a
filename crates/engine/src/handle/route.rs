//! The way of a tree: as its filings declare it, corrected by what reports tell.
//!
//! Reports of schedules and flights come from many hands. They add landings (a technical stop binds a
//! programme the routing did not show) and never take one away: a leg that would is an open question, and
//! the goods are held until the declarant amends the routing.

use super::transport::named;
use crate::settings::Settings;
use casework::case::{Booking, Node, Stated, TOLD_LEGS_MAX, ToldLeg, Tree, Way};
use casework::transport::Yard;
use consignment::fact::FlightName;
use consignment::ident::Location;
use consignment::issue::IssueTime;
use consignment::route::RouteBasis;
use consignment::stations::StationTable;
use consignment::{Leg, Mode, PartialDate};
use finding::{Phrase, codes};
use std::collections::BTreeSet;

/// Legs in order, and why they are not certain.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Route {
    pub(super) legs: Vec<Leg>,
    pub(super) unclear: Vec<Phrase>,
}

impl Route {
    /// The route of a tree: the master's legs; without them, the master's origin and destination as a
    /// house states them, or the document's own; then every leg a report told, fitted in.
    pub(super) fn of(tree: &Tree, settings: &Settings, yard: &Yard) -> Self {
        let stations = &settings.stations;
        let mut route = declared(tree, settings, yard);
        if tree.told_legs.len() > TOLD_LEGS_MAX {
            let many = Phrase::new(codes::gate::WHY_TOO_MANY_LEGS).with("count", TOLD_LEGS_MAX.to_string());
            route.unclear.push(many);
        }
        let versions = tree.documents.get(&Node::Master).map_or(0, |master| master.versions.len());
        for told in tree.told_legs.iter().take(TOLD_LEGS_MAX) {
            if overtaken(told, tree) {
                continue;
            }
            let leg = unless_back(by_schedule(told.leg.clone(), yard), yard, stations);
            let newer = told.versions_known == versions;
            let unclear = route.unclear.len();
            route.fit(&leg, newer, stations);
            // A way was filed since: what a stranger said against the one before is no question any more.
            if !newer && !told.is_of_desk() {
                route.unclear.truncate(unclear);
            }
        }
        route.land(tree, stations, yard);
        route.arrived(tree, stations);
        route
    }

    /// Adds the landings that schedules tell of the flights of the way, and the flights that the goods are planned
    /// for: where the aircraft lands decides which programmes bind, not where the waybill says it goes.
    fn land(&mut self, tree: &Tree, stations: &StationTable, yard: &Yard) {
        let flying = self
            .legs
            .iter()
            .filter(|leg| matches!(leg.mode, Mode::Air | Mode::Unknown) && leg.basis < RouteBasis::Flown);
        let mut stops: Vec<FlightName> =
            flying.filter_map(named).flat_map(|name| yard.stops(&name)).collect();
        let keys = std::iter::once(&Node::Master).chain(tree.documents.keys()).map(|node| tree.key(node));
        let planned: BTreeSet<FlightName> = keys.flat_map(|key| yard.planned_for(&key)).collect();
        stops.extend(planned);
        for name in stops {
            // A flight that is known to have gone another way lands nowhere else.
            let gone = |leg: &Leg| {
                leg.basis == RouteBasis::Flown && named(leg) == Some(FlightName { to: leg.to, ..name })
            };
            let known = |leg: &Leg| leg.from == name.from && leg.to == name.to || gone(leg);
            let ends = |leg: &Leg, part: &FlightName| (leg.from, leg.to) == (part.from, part.to);
            // Its parts are the way already, and the first is by this flight.
            let by_parts = || {
                let parts = yard.stops(&name);
                let first =
                    self.legs.iter().position(|leg| named(leg).is_some_and(|it| parts.first() == Some(&it)));
                let way = first.and_then(|first| self.legs.get(first..first + parts.len()));
                parts.last().is_some_and(|last| last.to == name.to)
                    && way.is_some_and(|way| way.iter().zip(&parts).all(|(leg, part)| ends(leg, part)))
            };
            if self.legs.iter().any(known) || by_parts() {
                continue;
            }
            let flight = yard.flight(&name);
            let leg = Leg {
                mode: if flight.is_some_and(|flight| flight.goes_by_road()) { Mode::Road } else { Mode::Air },
                basis: RouteBasis::Scheduled,
                ..leg_of(&name)
            };
            self.fit(&leg, true, stations);
        }
    }

    /// Goods that arrived where no leg goes have gone another way than anybody told.
    fn arrived(&mut self, tree: &Tree, stations: &StationTable) {
        let Some(document) = tree.documents.get(&Node::Master) else { return };
        let territory = |at: Location| stations.get(at).and_then(|station| station.territory.as_ref());
        for station in &document.told.said_to_have_arrived() {
            let passed =
                self.legs.iter().flat_map(|leg| [leg.from, leg.to]).any(|at| {
                    at == *station || territory(at).is_some() && territory(at) == territory(*station)
                });
            if !passed && !self.legs.is_empty() {
                let route: Vec<String> = self.legs.iter().map(Leg::label).collect();
                let why = Phrase::new(codes::gate::WHY_ARRIVED_ELSEWHERE)
                    .with("station", station.to_string())
                    .with("route", route.join(", "));
                self.unclear.push(why);
            }
        }
    }

    /// Fits a told leg into the way: it refines the leg it speaks of, splits the leg it is a part of, or
    /// extends the way at an end. Whatever else it says is an open question. A plan told before the latest
    /// filing (not `newer`) still adds its landings; the filing's flights stand, and what it would take away
    /// is no question.
    fn fit(&mut self, told: &Leg, newer: bool, stations: &StationTable) {
        let legs = &mut self.legs;
        let plan = told.basis < RouteBasis::Flown;
        if let Some(known) = legs.iter_mut().find(|leg| leg.from == told.from && leg.to == told.to) {
            if newer || !plan || known.flight.is_none() {
                refine(known, told);
            }
            return;
        }
        let starts = legs.iter().position(|leg| leg.from == told.from);
        let ends = legs.iter().position(|leg| leg.to == told.to);
        let flown = |at: usize| legs[at].basis == RouteBasis::Flown && plan;
        let split = match (starts, ends) {
            // Non-stop over a station where the declared way lands.
            (Some(start), Some(end)) if end > start && plan && !newer => return,
            (Some(start), Some(end)) if end > start => None,
            // Nothing is planned into a flight that has taken place.
            (Some(at), _) | (None, Some(at)) if flown(at) => None,
            (Some(start), _) => {
                let rest = filled(told.to, legs[start].to, stations);
                Some((start, std::iter::once(told.clone()).chain(rest).collect()))
            }
            (None, Some(end)) => {
                let before = filled(legs[end].from, told.from, stations);
                Some((end, before.into_iter().chain([told.clone()]).collect::<Vec<_>>()))
            }
            (None, None) => {
                if legs.first().is_none_or(|first| first.from == told.to) {
                    legs.insert(0, told.clone());
                    return;
                }
                if legs.last().is_some_and(|last| last.to == told.from) {
                    legs.push(told.clone());
                    return;
                }
                None
            }
        };
        match split {
            Some((index, parts)) => {
                legs.splice(index..=index, parts);
            }
            None => {
                let route: Vec<String> = legs.iter().map(Leg::label).collect();
                let why = Phrase::new(codes::gate::WHY_LEG_DOES_NOT_FIT)
                    .with("leg", told.label())
                    .with("route", route.join(", "));
                self.unclear.push(why);
            }
        }
    }
}

/// The legs as the filings state them, before any report. A programme that binds on one of these binds on all
/// that reports made of it: a landing between does not free the goods before it.
pub(super) fn filed(tree: &Tree, settings: &Settings, yard: &Yard) -> Vec<Leg> {
    declared(tree, settings, yard).legs
}

/// The flights that the way of a tree is worked out from, besides those that schedules lead to from them.
pub(super) fn flights_named(tree: &Tree, stations: &StationTable) -> BTreeSet<FlightName> {
    let stated = stated(tree, stations).legs;
    let booked = tree.bookings.iter().flat_map(|booking| &booking.legs);
    let told = tree.told_legs.iter().take(TOLD_LEGS_MAX).map(|told| &told.leg);
    stated.iter().chain(booked).chain(told).filter_map(named).collect()
}

/// The leg of a flight.
pub(super) fn leg_of(name: &FlightName) -> Leg {
    Leg {
        mode: Mode::Air,
        carrier: Some(name.flight.carrier()),
        flight: Some(name.flight),
        date: Some(PartialDate::whole(name.date)),
        ..Leg::assumed(name.from, name.to)
    }
}

/// A flight that is scheduled by road is a truck.
fn by_schedule(leg: Leg, yard: &Yard) -> Leg {
    let truck = named(&leg).and_then(|name| yard.flight(&name)).is_some_and(|flight| flight.goes_by_road());
    if truck { Leg { mode: Mode::Road, basis: leg.basis.max(RouteBasis::Scheduled), ..leg } } else { leg }
}

/// A flight that came back since has not flown: what was told of its leaving is over.
fn unless_back(leg: Leg, yard: &Yard, stations: &StationTable) -> Leg {
    let back = leg.flight.and_then(|flight| yard.back_last(flight, leg.date, leg.from));
    let Some(back) = back.filter(|_| leg.basis == RouteBasis::Flown) else { return leg };
    let station = stations.get(leg.from);
    let day = leg.date.and_then(|date| date.resolve_past(station?.local(back)?.date()));
    let left = day.zip(leg.departs_at).and_then(|(day, time)| station?.instant(day.to_datetime(time)));
    if left.is_some_and(|left| left <= back) { Leg { basis: RouteBasis::Scheduled, ..leg } } else { leg }
}

/// Whether a plan was told before the carrier booked the goods otherwise; that of a stranger, before he booked them at all.
fn overtaken(told: &ToldLeg, tree: &Tree) -> bool {
    let later = tree.bookings.iter().skip(told.bookings_known);
    told.leg.basis < RouteBasis::Flown
        && later.into_iter().any(|booking| {
            let starts = booking.legs.first().is_some_and(|first| first.from == told.leg.from);
            !told.is_of_desk() || starts || booking.legs.last().is_some_and(|last| last.to == told.leg.to)
        })
}

/// The way as declared, with every booking in place of the legs between its ends.
fn declared(tree: &Tree, settings: &Settings, yard: &Yard) -> Route {
    let mut route = stated(tree, &settings.stations);
    let filed = route.legs.clone();
    let versions = tree.documents.get(&Node::Master).map_or(0, |master| master.versions.len());
    for (index, Booking { legs: booking, versions_known }) in tree.bookings.iter().enumerate() {
        let (Some(first), Some(last)) = (booking.first(), booking.last()) else { continue };
        // What was booked or filed since stands instead of a booking that does not fit it.
        let latest = index + 1 == tree.bookings.len() && *versions_known == versions;
        let start = route.legs.iter().position(|leg| leg.from == first.from);
        let end = route.legs.iter().rposition(|leg| leg.to == last.to);
        let place = start.zip(end).filter(|(start, end)| start <= end);
        let skips = |(start, end): (usize, usize)| {
            route.legs[start..end].iter().any(|leg| booking.iter().all(|booked| booked.to != leg.to))
        };
        match place {
            // A landing that a file takes away is one nevertheless: nobody knows who says so.
            Some(place) if settings.senders_unproved && skips(place) => unfit(&mut route, booking),
            Some((start, end)) => drop(route.legs.splice(start..=end, booking.iter().cloned())),
            None if route.legs.is_empty() => route.legs.clone_from(booking),
            None if !latest => {}
            None => unfit(&mut route, booking),
        }
    }
    route.legs = route.legs.into_iter().map(|leg| by_schedule(leg, yard)).collect();
    for leg in &mut route.legs {
        let surface = !matches!(leg.mode, Mode::Air | Mode::Unknown);
        if !surface {
            continue;
        }
        let why = if is_known_to_fly(leg, &filed, yard) {
            codes::gate::WHY_FLIGHT_NOT_BY_ROAD
        } else if settings.senders_unproved && may_fly(&filed, leg) {
            codes::gate::WHY_TRUCK_UNPROVED
        } else {
            continue;
        };
        // Nobody can say which is true: the stricter counts, and the goods wait for who can.
        leg.mode = Mode::Air;
        route.unclear.push(Phrase::new(why).with("leg", leg.label()));
    }
    route
}

/// A booking that does not fit the way is an open question.
fn unfit(route: &mut Route, booking: &[Leg]) {
    let labels = |legs: &[Leg]| legs.iter().map(Leg::label).collect::<Vec<_>>().join(", ");
    let why = Phrase::new(codes::gate::WHY_LEG_DOES_NOT_FIT)
        .with("leg", labels(booking))
        .with("route", labels(&route.legs));
    route.unclear.push(why);
}

/// Whether a flight that goods are said to go on by surface is known as an aircraft: by its schedule, or where no
/// schedule says that it is a truck, by the filing that names it as a flight.
fn is_known_to_fly(leg: &Leg, filed: &[Leg], yard: &Yard) -> bool {
    let scheduled = named(leg).and_then(|name| yard.flight(&name));
    if let Some(flight) = scheduled.filter(|flight| flight.said_at.is_some()) {
        return flight.flies();
    }
    filed.iter().any(|filed| {
        let flies = matches!(filed.mode, Mode::Air | Mode::Unknown);
        let day = filed.date.zip(leg.date).is_none_or(|(filed, booked)| filed.may_be(booked));
        let between = filed.from == leg.from && filed.to == leg.to;
        flies && between && day && filed.flight.is_some() && filed.flight == leg.flight
    })
}

/// Whether, by the filing, goods may fly on the way that a leg is part of, or is the end of: where it says nothing else, an
/// air waybill is of goods that fly.
fn may_fly(filed: &[Leg], leg: &Leg) -> bool {
    let first = filed.iter().position(|filed| filed.from == leg.from);
    let last = filed.iter().rposition(|filed| filed.to == leg.to);
    let part = first.unwrap_or(0)..last.map_or(filed.len(), |last| last + 1);
    let flies = |filed: &Leg| matches!(filed.mode, Mode::Air | Mode::Unknown);
    filed.get(part).is_none_or(|part| part.iter().any(flies))
}

/// Where in `legs` the way of one filed leg stands; everything where it cannot be found.
pub(super) fn spans(legs: &[Leg], filed: &Leg) -> std::ops::Range<usize> {
    let start = legs.iter().position(|leg| leg.from == filed.from);
    let end = start
        .and_then(|start| legs[start..].iter().position(|leg| leg.to == filed.to).map(|end| start + end + 1));
    start.zip(end).map_or(0..legs.len(), |(start, end)| start..end)
}

fn stated(tree: &Tree, stations: &StationTable) -> Route {
    let filed_master = tree.filed(&Node::Master);
    let ends = tree.stating(Stated::MasterEnds).or_else(|| tree.stating(Stated::HouseEnds));
    let unreadable = filed_master.or(ends).filter(|filed| !filed.route_is_readable()).map(|filed| {
        let stations: Vec<&str> = filed.unreadable_stations().collect();
        let text = if stations.is_empty() { "?".to_owned() } else { stations.join(", ") };
        Phrase::new(codes::gate::WHY_ROUTE_UNREADABLE).with("text", text)
    });
    let unclear = unreadable.into_iter().chain(contradictions(tree, stations)).collect();
    // The master is the first of all nodes, so its word comes before that of its houses.
    if let Some(filed) = tree.stating(Stated::FiledLegs) {
        let dated: Vec<Leg> = filed.legs.iter().map(|leg| dated(leg, filed.issue.at())).collect();
        let legs = closed(&dated, filed.origin, filed.destination, stations);
        return Route { legs, unclear };
    }
    let stated = [Stated::MasterEnds, Stated::HouseEnds].into_iter().find_map(|what| tree.ways(what).next());
    let told = || tree.ways(Stated::ReportedEnds).next().filter(|_| tree.told_legs.is_empty());
    let legs = stated.or_else(told).and_then(|way| match way[..] {
        [from, to] => Some(vec![Leg::assumed(from, to)]),
        _ => None,
    });
    Route { legs: legs.unwrap_or_default(), unclear }
}

/// Documents of one tree that state other ends of its way. What a filed master says counts against its
/// houses elsewhere; without it, nobody can say which house is right.
fn contradictions(tree: &Tree, stations: &StationTable) -> Vec<Phrase> {
    let mut found = Vec::new();
    let mut compare = |ways: Vec<&Way>| {
        let Some((first, rest)) = ways.split_first() else { return };
        if let Some(other) = rest.iter().find(|way| !alike(first, way, stations)) {
            found.push(
                Phrase::new(codes::gate::WHY_OTHER_ENDS)
                    .with("first", in_words(first))
                    .with("second", in_words(other)),
            );
        }
    };
    if tree.filed(&Node::Master).is_none() {
        for what in [Stated::FiledLegs, Stated::MasterEnds] {
            compare(tree.ways(what).collect());
        }
        if tree.ways(Stated::MasterEnds).next().is_none() {
            compare(tree.ways(Stated::HouseEnds).collect());
        }
    }
    // Reports speak of the master; houses under it may start and end elsewhere.
    let filed = tree.ways(Stated::MasterEnds).take(1);
    compare(filed.chain(tree.ways(Stated::ReportedEnds)).collect());
    found
}

/// Whether two ways start and end alike: at the same station, or in the same territory, as a city and its
/// airports do.
fn alike(one: &Way, other: &Way, stations: &StationTable) -> bool {
    let territory = |at: &Location| stations.get(*at).and_then(|station| station.territory.as_ref());
    let same = |one: Option<&Location>, other: Option<&Location>| {
        one == other
            || one
                .zip(other)
                .is_some_and(|(one, other)| territory(one).is_some() && territory(one) == territory(other))
    };
    same(one.first(), other.first()) && same(one.last(), other.last())
}

fn in_words(way: &Way) -> String {
    way.iter().map(ToString::to_string).collect::<Vec<_>>().join("-")
}

/// The legs with every gap filled: before the first, between two, and on to the destination.
///
/// A routing that ends short of the destination must not hide the landing there.
fn closed(
    legs: &[Leg],
    origin: Option<Location>,
    destination: Option<Location>,
    stations: &StationTable,
) -> Vec<Leg> {
    let mut route: Vec<Leg> = Vec::with_capacity(legs.len() + 1);
    let mut reached = origin;
    for leg in legs {
        route.extend(reached.and_then(|at| filled(at, leg.from, stations)));
        reached = Some(leg.to);
        route.push(leg.clone());
    }
    route.extend(reached.zip(destination).and_then(|(at, end)| filled(at, end, stations)));
    route
}

/// The leg that closes a gap. Between two stations of one territory nothing is filled in: no programme
/// could bind, and one may be the city code of the other.
fn filled(from: Location, to: Location, stations: &StationTable) -> Option<Leg> {
    let territory = |at| stations.get(at).and_then(|station| station.territory.as_ref());
    let apart = from != to && (territory(from).is_none() || territory(from) != territory(to));
    apart.then(|| Leg::assumed(from, to))
}

/// Days a flight may lie before the issue of its waybill.
const BEFORE_ISSUE_DAYS_MAX: i16 = 7;

/// The leg with its day told from the day the document was issued: "24" on a waybill of 24 November is no
/// flight of 24 December, whenever somebody asks.
fn dated(leg: &Leg, issued: Option<IssueTime>) -> Leg {
    let date =
        leg.date.zip(issued).and_then(|(date, issued)| date.resolve(issued.day(), BEFORE_ISSUE_DAYS_MAX));
    Leg { date: date.map(PartialDate::whole).or(leg.date), ..leg.clone() }
}

/// Whether a day that leaves out month or year can be this one.
fn means(partial: PartialDate, whole: PartialDate) -> bool {
    partial.day == whole.day
        && partial.month.is_none_or(|month| whole.month == Some(month))
        && partial.year.is_none_or(|year| whole.year == Some(year))
}

/// Adds what a report tells of a leg. A report makes no flight a truck: a truck opens no case.
fn refine(known: &mut Leg, told: &Leg) {
    // A plan changes no flight that has taken place.
    let settled = known.basis == RouteBasis::Flown && told.basis < RouteBasis::Flown;
    if told.flight.is_some() && !settled {
        (known.flight, known.carrier) = (told.flight, told.carrier);
        let same_day = told.date.zip(known.date).is_some_and(|(told, known)| means(told, known));
        known.date = if same_day { known.date } else { told.date.or(known.date) };
        known.departs_at = told.departs_at.or(if told.date.is_none() { known.departs_at } else { None });
    }
    if told.mode == Mode::Air {
        known.mode = Mode::Air;
    }
    known.basis = known.basis.max(told.basis);
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use consignment::ident::Flight;

    fn leg(way: &str) -> Leg {
        let at = |text: &str| Location::parse(text).unwrap();
        Leg::assumed(at(&way[..3]), at(&way[4..]))
    }

    fn way(declared: &[&str], told: &[&str]) -> (Vec<String>, usize) {
        let stations = StationTable::built_in();
        let legs = declared.iter().copied().map(leg).collect();
        let mut route = Route { legs, unclear: Vec::new() };
        for leg_told in told {
            route.fit(&leg(leg_told), true, &stations);
        }
        (route.legs.iter().map(Leg::label).collect(), route.unclear.len())
    }

    #[test]
    fn reports_add_landings_and_take_none_away() {
        /// What it shows, the declared way, the legs told, the way that follows, and the open questions.
        type Told =
            (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str], usize);
        let cases: &[Told] = &[
            ("the leg itself", &["DXB-JFK"], &["DXB-JFK"], &["DXB-JFK"], 0),
            ("a technical stop", &["DXB-JFK"], &["DXB-FRA"], &["DXB-FRA", "FRA-JFK"], 0),
            ("a stop told by its second half", &["DXB-JFK"], &["FRA-JFK"], &["DXB-FRA", "FRA-JFK"], 0),
            ("both halves", &["DXB-JFK"], &["DXB-FRA", "FRA-JFK"], &["DXB-FRA", "FRA-JFK"], 0),
            ("two stops", &["DXB-JFK"], &["DXB-FRA", "FRA-YYZ"], &["DXB-FRA", "FRA-YYZ", "YYZ-JFK"], 0),
            ("a feeder before", &["FRA-JFK"], &["VIE-FRA"], &["VIE-FRA", "FRA-JFK"], 0),
            ("on from the end", &["FRA-JFK"], &["JFK-YYZ"], &["FRA-JFK", "JFK-YYZ"], 0),
            ("another airport of the city", &["FRA-JFK"], &["FRA-EWR"], &["FRA-EWR"], 0),
            ("non-stop over a landing", &["FRA-LHR", "LHR-JFK"], &["FRA-JFK"], &["FRA-LHR", "LHR-JFK"], 1),
            ("somewhere else", &["FRA-JFK"], &["HKG-SIN"], &["FRA-JFK"], 1),
            ("nothing declared", &[], &["FRA-SNN", "SNN-JFK"], &["FRA-SNN", "SNN-JFK"], 0),
            ("nothing declared, told backwards", &[], &["SNN-JFK", "FRA-SNN"], &["FRA-SNN", "SNN-JFK"], 0),
        ];
        for (what, declared, told, expected, unclear) in cases {
            let (legs, questions) = way(declared, told);
            let legs: Vec<&str> = legs.iter().map(String::as_str).collect();
            assert_eq!((legs.as_slice(), questions), (*expected, *unclear), "{what}");
        }
    }

    #[test]
    fn a_report_makes_no_flight_a_truck() {
        let mut known = Leg { mode: Mode::Air, basis: RouteBasis::Declared, ..leg("FRA-JFK") };
        let flight = Flight::parse("9Z100").ok();
        let told = Leg { mode: Mode::Road, flight, basis: RouteBasis::Scheduled, ..leg("FRA-JFK") };
        refine(&mut known, &told);
        assert_eq!((known.mode, known.flight, known.basis), (Mode::Air, flight, RouteBasis::Scheduled));
    }
}
