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

/// A leg by air as one of these messages states it.
pub(super) fn air_leg(from: Location, to: Location, basis: RouteBasis) -> Leg {
    Leg { mode: Mode::Air, basis, ..Leg::assumed(from, to) }
}

/// Appends a leg and notes where it stood.
pub(super) fn push_leg(draft: &mut Draft, consignment: &mut Consignment, leg: Leg, position: Position) {
    if draft.room(consignment.legs.len(), "legs", position) {
        consignment.source.note(Field::Leg(nth(consignment.legs.len())), position);
        consignment.legs.push(leg);
    }
}

/// Reads `RTG/ZRH9Z/JFK8Z` into legs from the origin. Each element is the next station and the carrier
/// to it. The first station may be the origin itself, and may be left out where there is no other.
///
/// Where a station cannot be read, the legs end before it: the stations after it are not reached from
/// anywhere known.
pub(super) fn routing(draft: &mut Draft, consignment: &mut Consignment, segment: &Segment<'_>) {
    let Some(origin) = consignment.origin else {
        // Already reported where the origin stands; a route from nowhere has no legs.
        draft.keep(segment);
        return;
    };
    let mut at = origin;
    let mut whole = true;
    let elements =
        segment.texts().flat_map(Slice::elements).map(Slice::trim).filter(|element| !element.is_empty());
    let mut last = segment.head;
    for element in elements {
        last = element;
        let alone = (2..=3).contains(&element.text.len())
            && segment.value.is_some_and(|value| value.text == element.text);
        let (station, carrier) =
            match read_element(element, alone.then_some(consignment.destination).flatten()) {
                Ok(read) => read,
                Err(why) => {
                    let field = Field::Leg(nth(consignment.legs.len()));
                    draft.invalid(consignment, field, element, why);
                    whole = false;
                    break;
                }
            };
        if station != at {
            let leg = Leg { carrier, ..air_leg(at, station, RouteBasis::Declared) };
            push_leg(draft, consignment, leg, element.position());
            at = station;
        }
    }
    if let Some(destination) = consignment.destination.filter(|destination| whole && *destination != at) {
        let finding = Finding::new(wire::ROUTE_END_MISMATCH).at(last.position()).on("legs");
        draft.push(finding.with("last", at.to_string()).with("destination", destination.to_string()));
    }
    if segment.value.is_none() && segment.more.is_empty() {
        draft.missing("legs", segment.end());
    }
}

/// Reads one element of the routing. `alone` is the destination, where the element is the only one and
/// so may be a carrier without a station.
fn read_element(element: Slice<'_>, alone: Option<Location>) -> Result<(Location, Option<Carrier>), String> {
    let expected = || "expected a station of three letters and a carrier".to_owned();
    if let Some(destination) = alone
        && element.text.len() == 2
    {
        return Carrier::parse(element.text)
            .map(|carrier| (destination, Some(carrier)))
            .map_err(|_| expected());
    }
    let station = Location::parse(element.to(3).text).map_err(|_| expected())?;
    match element.from(3).text {
        "" => Ok((station, None)),
        carrier => Carrier::parse(carrier).map(|carrier| (station, Some(carrier))).map_err(|_| expected()),
    }
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

/// Gives the booked flights, in order, to the legs of the same carrier.
pub(super) fn assign(draft: &mut Draft, consignment: &mut Consignment, bookings: &[Booking]) {
    for booking in bookings {
        let carrier = Some(booking.flight.carrier());
        match consignment.legs.iter_mut().find(|leg| leg.flight.is_none() && leg.carrier == carrier) {
            Some(leg) => {
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
