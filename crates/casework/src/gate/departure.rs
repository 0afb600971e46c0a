//! When a leg departs, and until when an answer holds.

use super::answer::Context;
use crate::transport::Flight;
use consignment::Leg;
use consignment::fact::FlightName;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

/// Days a departure date without year or month may lie before the question and still be meant.
pub(super) const PAST_DAYS_MAX: i16 = 7;

/// The local date where the leg starts.
pub(super) fn today(leg: Option<&Leg>, at: Timestamp, context: &Context<'_>) -> Date {
    leg.and_then(|leg| context.stations.get(leg.from))
        .and_then(|station| station.local(at))
        .map_or_else(|| at.to_zoned(TimeZone::UTC).date(), |local| local.date())
}

/// The flight of a leg as the yard knows it.
pub(super) fn flight_of<'a>(
    leg: &Leg,
    at: Timestamp,
    context: &Context<'a>,
) -> Option<(FlightName, &'a Flight)> {
    let name = flight_named(leg, at, context)?;
    Some((name, context.yard.flight(&name)?))
}

/// The flight of a leg, its day seen from `at` where it does not state month or year.
pub fn flight_named(leg: &Leg, at: Timestamp, context: &Context<'_>) -> Option<FlightName> {
    let (flight, date) = leg.flight.zip(leg.date)?;
    let date = date.date().or_else(|| date.resolve(today(Some(leg), at, context), PAST_DAYS_MAX))?;
    Some(FlightName { flight, date, from: leg.from, to: leg.to })
}

/// The local date of departure; the day of the question where none is stated. A flight that is late departs
/// when its schedule says, whatever day it is named after.
pub(super) fn departs_on(leg: Option<&Leg>, at: Timestamp, context: &Context<'_>) -> Date {
    if let Some((name, flight)) = leg.and_then(|leg| flight_of(leg, at, context)) {
        return flight.departs_on(&name);
    }
    let today = today(leg, at, context);
    leg.and_then(|leg| leg.date).and_then(|date| date.resolve(today, PAST_DAYS_MAX)).unwrap_or(today)
}

/// The instant a leg departs, where date, time and zone are known.
pub fn departure(leg: &Leg, at: Timestamp, context: &Context<'_>) -> Option<Timestamp> {
    if let Some(departs) =
        flight_of(leg, at, context).and_then(|(name, flight)| flight.departs_at(&name, context.stations))
    {
        return Some(departs);
    }
    let time = leg.departs_at?;
    leg.date?;
    context.stations.get(leg.from)?.instant(departs_on(Some(leg), at, context).to_datetime(time))
}

/// The end of the day of departure, where a day is stated and no time: the flight has left by then.
fn day_ends(leg: &Leg, at: Timestamp, context: &Context<'_>) -> Option<Timestamp> {
    leg.date?;
    let next = departs_on(Some(leg), at, context).tomorrow().ok()?;
    context.stations.get(leg.from)?.instant(next.to_datetime(Time::midnight()))
}

/// "Load" holds until departure, where that is known, and never longer than the context allows.
pub(super) fn valid_until(leg: Option<&Leg>, at: Timestamp, context: &Context<'_>) -> Timestamp {
    let limit = at.checked_add(context.validity).unwrap_or(at);
    let leaves = leg.and_then(|leg| departure(leg, at, context).or_else(|| day_ends(leg, at, context)));
    leaves.map_or(limit, |leaves| limit.min(leaves))
}

/// The latest instant at which a leg can depart as far as it is known: at its time, else by the end of its day,
/// else not before the question. What must hold at departure must hold then.
pub(super) fn departs_by(leg: &Leg, at: Timestamp, context: &Context<'_>) -> Timestamp {
    departure(leg, at, context).or_else(|| day_ends(leg, at, context)).map_or(at, |leaves| leaves.max(at))
}
