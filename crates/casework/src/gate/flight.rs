//! Which flight a question about a unit means, and the leg that a flight flies.

use super::answer::{AskedLeg, Context};
use super::container::ObjectQuestion;
use crate::case::Tree;
use crate::transport::{Flight, Yard};
use consignment::fact::{FlightName, ObjectName, UnitName};
use consignment::{Leg, Mode, PartialDate};

/// The flight a unit is asked for: the one named, else the next one it is planned for.
pub(super) fn flight_of_unit(
    unit: &UnitName,
    question: &ObjectQuestion,
    context: &Context<'_>,
) -> Option<FlightName> {
    let flights = context.yard.flights_of(&ObjectName::Unit(unit.clone()));
    match &question.leg {
        AskedLeg::Named { from, to, flight, date } => {
            let named = flight.zip(date.and_then(PartialDate::date)).map(|(flight, date)| FlightName {
                flight,
                date,
                from: *from,
                to: *to,
            });
            named.or_else(|| {
                flights.into_iter().find(|name| {
                    name.from == *from
                        && name.to == *to
                        && flight.is_none_or(|flight| flight == name.flight)
                        && date.is_none_or(|date| date.may_be(PartialDate::whole(name.date)))
                })
            })
        }
        AskedLeg::First => {
            let bulk = match unit {
                UnitName::Bulk(flight) => Some(*flight),
                UnitName::Device(_) | UnitName::Receptacle(_) => None,
            };
            let open = |name: &FlightName| {
                context.yard.flight(name).is_some_and(|flight| flight.departed.is_none() && !flight.cancelled)
            };
            bulk.or_else(|| flights.iter().copied().find(open)).or_else(|| flights.last().copied())
        }
    }
}

/// The leg that a flight flies; a truck under the number of one goes by road.
pub(super) fn leg_of(name: &FlightName, known: Option<&Flight>) -> Leg {
    let by_road = known.is_some_and(|flight| flight.goes_by_road());
    Leg {
        mode: if by_road { Mode::Road } else { Mode::Air },
        flight: Some(name.flight),
        date: Some(PartialDate::whole(name.date)),
        ..Leg::assumed(name.from, name.to)
    }
}

/// The question about goods on the aircraft of a flight: under the name by which their way goes on with it, where it leaves
/// under several (see [`Yard::leaving_with`]).
pub(super) fn leg_on(name: &FlightName, tree: Option<&Tree>, yard: &Yard) -> AskedLeg {
    let goes = |name: &FlightName| {
        let legs = tree.map(|tree| tree.legs.as_slice()).unwrap_or_default();
        legs.iter().any(|leg| (leg.from, leg.to) == (name.from, name.to))
    };
    let mut names = std::iter::once(*name).chain(yard.leaving_with(name));
    let name = names.find(goes).unwrap_or(*name);
    AskedLeg::Named {
        from: name.from,
        to: name.to,
        flight: Some(name.flight),
        date: Some(PartialDate::whole(name.date)),
    }
}
