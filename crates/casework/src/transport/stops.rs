//! Where a flight lands on its way, as its schedules tell.

use super::yard::Yard;
use consignment::fact::FlightName;
use consignment::ident::Location;

impl Yard {
    /// The flights by which one lands on its way, as its schedules tell: from its start stop by stop, or its last
    /// part. Empty where nothing is known of a stop. What was told is taken away only where the carrier cancels
    /// it and tells of the flight without it since.
    pub fn stops(&self, name: &FlightName) -> Vec<FlightName> {
        let known = self.by_number.get(&name.flight).filter(|known| known.iter().any(|other| other != name));
        let Some(known) = known else { return Vec::new() };
        let direct = self.flights.get(name).filter(|flight| flight.said_at.is_some() && !flight.cancelled);
        let counts = |other: &&FlightName| {
            let near = other.date == name.date || name.date.tomorrow().ok() == Some(other.date);
            let flight = self.flights.get(*other);
            near && flight.is_some_and(|flight| {
                let withdrawn =
                    flight.cancelled && direct.is_some_and(|direct| direct.said_at >= flight.said_at);
                flight.flies() && flight.departed.is_none() && !withdrawn
            })
        };
        let near: Vec<&FlightName> = known.iter().filter(counts).collect();
        let mut way: Vec<FlightName> = Vec::new();
        let mut at = name.from;
        while at != name.to {
            let passed = |to| to == name.from || way.iter().any(|flown: &FlightName| flown.to == to);
            // The first part leaves on the day of the flight.
            let day = |other: &&&FlightName| !way.is_empty() || other.date == name.date;
            let from_here = near.iter().filter(|other| other.from == at && !passed(other.to)).filter(day);
            // A stop comes before the end of the way.
            let Some(next) = from_here.min_by_key(|other| (other.to == name.to, **other)) else { break };
            way.push(**next);
            at = next.to;
        }
        if way.first().is_some_and(|first| first.to != name.to) {
            return way;
        }
        let last = near.into_iter().filter(|other| other.to == name.to && other.from != name.from);
        last.filter(|other| direct.is_none() || other.date == name.date).take(1).copied().collect()
    }

    /// Whether schedules tell of a flight that it goes on from the end of this leg to a station, on its day or the next.
    pub fn goes_on(&self, leg: &FlightName, to: Location) -> bool {
        let days = [Some(leg.date), leg.date.tomorrow().ok()].into_iter().flatten();
        days.map(|date| FlightName { from: leg.to, to, date, ..*leg }).any(|further| {
            let direct = self.flights.get(&further).is_some_and(|flight| flight.flies() && !flight.cancelled);
            let way = self.stops(&further);
            let from_here = way.first().is_some_and(|first| first.from == leg.to);
            direct || from_here && way.last().is_some_and(|last| last.to == to)
        })
    }
}
