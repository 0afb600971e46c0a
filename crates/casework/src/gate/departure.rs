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
    Some((name, context.yard.known(&name)?))
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
    leg.map_or_else(|| today(None, at, context), |leg| Departing::of(leg, at, context).on)
}

/// The instant a leg departs, where date, time and zone are known.
pub fn departure(leg: &Leg, at: Timestamp, context: &Context<'_>) -> Option<Timestamp> {
    Departing::of(leg, at, context).at
}

/// What many questions ask about the departure of one leg, worked out once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Departing<'a> {
    /// See [`flight_of`].
    pub(super) flight: Option<(FlightName, &'a Flight)>,
    /// See [`departure`].
    pub(super) at: Option<Timestamp>,
    /// See [`departs_on`].
    pub(super) on: Date,
}

impl<'a> Departing<'a> {
    pub(super) fn of(leg: &Leg, at: Timestamp, context: &Context<'a>) -> Self {
        let flight = flight_of(leg, at, context);
        let on = match flight {
            Some((name, flight)) => flight.departs_on(&name),
            None => {
                let today = today(Some(leg), at, context);
                leg.date.and_then(|date| date.resolve(today, PAST_DAYS_MAX)).unwrap_or(today)
            }
        };
        let known = flight.and_then(|(name, flight)| flight.departs_at(&name, context.stations));
        let stated = || {
            let time = leg.departs_at?;
            leg.date?;
            let at = context.stations.get(leg.from)?.instant(on.to_datetime(time));
            // It came back since, and nobody says when it leaves anew.
            at.filter(|at| flight.is_none_or(|(_, flight)| flight.returned < Some(*at)))
        };
        Self { flight, at: known.or_else(stated), on }
    }

    /// When the leg has left as far as it is known: at its time, else by the end of the day of departure, where a day is
    /// stated and no time.
    fn leaves(&self, leg: &Leg, context: &Context<'_>) -> Option<Timestamp> {
        let day_ends = || {
            leg.date?;
            let next = self.on.tomorrow().ok()?;
            context.stations.get(leg.from)?.instant(next.to_datetime(Time::midnight()))
        };
        self.at.or_else(day_ends)
    }

    /// "Load" holds until departure, where that is known, and never longer than the context allows.
    pub(super) fn valid_until(&self, leg: &Leg, at: Timestamp, context: &Context<'_>) -> Timestamp {
        let limit = latest(at, context);
        self.leaves(leg, context).map_or(limit, |leaves| limit.min(leaves))
    }

    /// The latest instant at which the leg can depart as far as it is known: at its time, else by the end of its day,
    /// else not before the question. What must hold at departure must hold then.
    pub(super) fn by(&self, leg: &Leg, at: Timestamp, context: &Context<'_>) -> Timestamp {
        self.leaves(leg, context).map_or(at, |leaves| leaves.max(at))
    }
}

/// The end of "load" where no leg ends it before.
fn latest(at: Timestamp, context: &Context<'_>) -> Timestamp {
    at.checked_add(context.validity).unwrap_or(at)
}

/// As [`Departing::valid_until`], where a leg is known.
pub(super) fn valid_until(leg: Option<&Leg>, at: Timestamp, context: &Context<'_>) -> Timestamp {
    leg.map_or_else(
        || latest(at, context),
        |leg| Departing::of(leg, at, context).valid_until(leg, at, context),
    )
}
