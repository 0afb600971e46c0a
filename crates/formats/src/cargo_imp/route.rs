//! The route of an air waybill: routing `RTG` and flight bookings `FLT`.

use super::{Draft, Segment, dates, nth};
use crate::text::Slice;
use consignment::field::Field;
use consignment::ident::{Carrier, Flight, Location};
use consignment::route::RouteBasis;
use consignment::{Consignment, Leg, Mode, PartialDate};
use finding::{Finding, Position, codes::wire};

/// A flight booking, before the legs are known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Booking {
    flight: Flight,
    date: Option<PartialDate>,
    position: Position,
}

impl Booking {
    /// Whether its day has a year only by the day the waybill was issued.
    pub(super) fn hangs_on_issue(&self) -> bool {
        self.date.is_some_and(|date| date.year.is_none())
    }
}

/// A leg by air as one of these messages states it.
pub(super) fn air_leg(from: Location, to: Location, basis: RouteBasis) -> Leg {
    Leg { mode: Mode::Air, basis, ..Leg::assumed(from, to) }
}

/// Appends a leg and notes where it stood. Where there is no room for it, the route is not known.
pub(super) fn push_leg(draft: &mut Draft, consignment: &mut Consignment, leg: Leg, place: Slice<'_>) {
    let index = nth(consignment.legs.len());
    if draft.room(consignment.legs.len(), "legs", place.position()) {
        consignment.source.note(Field::Leg(index), place.position());
        consignment.legs.push(leg);
    } else if consignment.unreadable_stations().next().is_none() {
        draft.keep_unreadable(consignment, Field::Station(index), place);
    }
}

/// What the routing says of the way to one of its stations.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    /// The carrier, where one is stated.
    carrier: Option<Carrier>,
    /// Whether it can be told who the carrier is.
    carrier_readable: bool,
    /// The leg, by its index; `None` where a station at its end is not known.
    leg: Option<usize>,
}

/// A routing: the ways to its stations, in order.
#[derive(Debug, Default)]
pub(super) struct Routing(Vec<Stretch>);

/// Reads `RTG/ZRH9Z/JFK8Z` into legs from the origin. Each element is the next station and the carrier
/// to it. The first station may be the origin itself, and may be left out where there is no other.
///
/// A station that cannot be read has no leg to it and none from it; the legs after those are read. The text
/// of the routing is then kept, since the legs do not say all of it.
pub(super) fn routing(draft: &mut Draft, consignment: &mut Consignment, segment: &Segment<'_>) -> Routing {
    let mut routing = Routing::default();
    // Where the origin is not known, that is reported where it should stand.
    let mut at = consignment.origin;
    let mut whole = at.is_some();
    let mut last = segment.head;
    let elements =
        segment.texts().flat_map(Slice::elements).map(Slice::trim).filter(|element| !element.is_empty());
    for (index, element) in elements.enumerate() {
        last = element;
        let alone = (2..=3).contains(&element.text.len())
            && segment.value.is_some_and(|value| value.text == element.text);
        let (station, carrier) = read_element(element, alone.then_some(consignment.destination).flatten());
        let station = match station {
            Ok(station) => Some(station),
            Err(why) => {
                draft.invalid(consignment, Field::Station(nth(index + 1)), element, why);
                whole = false;
                None
            }
        };
        let from = std::mem::replace(&mut at, station);
        if from.is_some() && from == station {
            continue;
        }
        let mut stretch =
            Stretch { carrier: carrier.ok().flatten(), carrier_readable: carrier.is_ok(), leg: None };
        if let (Some(from), Some(to)) = (from, station) {
            let index = consignment.legs.len();
            let leg = Leg { carrier: stretch.carrier, ..air_leg(from, to, RouteBasis::Declared) };
            push_leg(draft, consignment, leg, element);
            stretch.leg = (consignment.legs.len() > index).then_some(index);
            if carrier.is_err() {
                let why = "expected a carrier after the station";
                draft.invalid(consignment, Field::Leg(nth(index)), element.from(3), why);
            }
        }
        routing.0.push(stretch);
    }
    if let Some((last_station, destination)) = at.zip(consignment.destination)
        && last_station != destination
    {
        let finding = Finding::new(wire::ROUTE_END_MISMATCH).at(last.position()).on("legs");
        let finding = finding.with("last", last_station.to_string());
        draft.push(finding.with("destination", destination.to_string()));
    }
    if segment.value.is_none() && segment.more.is_empty() {
        draft.missing("legs", segment.end());
    } else if !whole {
        draft.keep(segment);
    }
    routing
}

/// Reads one element of the routing: its station, and the carrier to it, an error where that is none.
/// `alone` is the destination, where the element is the only one and so may be a carrier without a station.
fn read_element(
    element: Slice<'_>,
    alone: Option<Location>,
) -> (Result<Location, String>, Result<Option<Carrier>, ()>) {
    let expected = || "expected a station of three letters and a carrier".to_owned();
    if let Some(destination) = alone
        && element.text.len() == 2
    {
        return match Carrier::parse(element.text) {
            Ok(carrier) => (Ok(destination), Ok(Some(carrier))),
            Err(_) => (Err(expected()), Err(())),
        };
    }
    let station = Location::parse(element.to(3).text).map_err(|_| expected());
    let carrier = match element.from(3).text {
        "" if station.is_ok() => Ok(None),
        carrier => Carrier::parse(carrier).map(Some).map_err(|_| ()),
    };
    (station, carrier)
}

/// Appends what `FLT/9Z100/01/8Z7/02` says: flights and their days.
pub(super) fn bookings(
    draft: &mut Draft,
    consignment: &mut Consignment,
    segment: &Segment<'_>,
    read: &mut Vec<Booking>,
) {
    let mut elements = segment.texts().flat_map(Slice::elements).map(Slice::trim);
    while let Some(element) = elements.next() {
        let day = elements.next();
        if element.is_empty() && day.is_none_or(Slice::is_empty) {
            continue;
        }
        let date = day.and_then(|day| dates::partial_date(day.text));
        if let (Some(day), None) = (day, date) {
            draft.invalid_value("legs.date", day, "expected a day, such as 01 or 01NOV");
        }
        match Flight::parse(element.text) {
            Ok(flight) if draft.room(read.len(), "flight bookings", element.position()) => {
                read.push(Booking { flight, date, position: element.position() });
            }
            Ok(_) => {}
            Err(why) => draft.invalid(consignment, Field::Leg(nth(read.len())), element, why),
        }
    }
}

/// Gives the booked flights, in order, to the stretches of the same carrier. Past a carrier that cannot be
/// read nobody can tell whose turn it is.
pub(super) fn assign(
    draft: &mut Draft,
    consignment: &mut Consignment,
    mut routing: Routing,
    bookings: &[Booking],
) {
    let known = routing.0.iter().take_while(|stretch| stretch.carrier_readable).count();
    routing.0.truncate(known);
    for (index, booking) in bookings.iter().enumerate() {
        let stretch = match routing.stretch_of(index, bookings) {
            Turn::Of(at) => routing.0.get(at).copied(),
            Turn::OfNone => None,
            Turn::OfSeveral => {
                let finding = Finding::new(wire::FLIGHT_LEG_AMBIGUOUS).at(booking.position).on("legs");
                draft.push(finding.with("flight", booking.flight.to_string()));
                continue;
            }
        };
        let leg = stretch.and_then(|stretch| stretch.leg);
        match leg.and_then(|leg| consignment.legs.get_mut(leg)) {
            Some(leg) => {
                leg.carrier = leg.carrier.or(Some(booking.flight.carrier()));
                leg.flight = Some(booking.flight);
                leg.date = booking.date;
            }
            None => {
                let finding = Finding::new(wire::FLIGHT_WITHOUT_LEG).at(booking.position).on("legs");
                draft.push(finding.with("flight", booking.flight.to_string()));
            }
        }
    }
}

/// Which stretch a booked flight belongs to.
enum Turn {
    /// The one of this index.
    Of(usize),
    /// None of them.
    OfNone,
    /// More than one could be meant.
    OfSeveral,
}

impl Routing {
    /// The stretch of a booking. Where a carrier flies more stretches than it has bookings, those are of the
    /// first stretches if they stand in the place of these; else nobody can tell which are meant.
    fn stretch_of(&self, index: usize, bookings: &[Booking]) -> Turn {
        let carrier = |at: usize| bookings.get(at).map(|booking| booking.flight.carrier());
        // A stretch without a carrier takes the booking that stands in its place.
        let flown_by = |at: usize| self.0.get(at).and_then(|stretch| stretch.carrier.or(carrier(at)));
        let own = carrier(index);
        let stretches: Vec<usize> = (0..self.0.len()).filter(|at| flown_by(*at) == own).collect();
        let booked: Vec<usize> = (0..bookings.len()).filter(|at| carrier(*at) == own).collect();
        let before = booked.iter().take_while(|at| **at < index).count();
        match stretches.get(before) {
            Some(at) if booked.len() >= stretches.len() || stretches.starts_with(&booked) => Turn::Of(*at),
            Some(_) => Turn::OfSeveral,
            None => Turn::OfNone,
        }
    }
}
