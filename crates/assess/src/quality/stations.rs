//! Stations of the route that are not known: the gate holds where it cannot tell which programmes bind.

use super::{about, index};
use consignment::ident::Location;
use consignment::stations::StationTable;
use consignment::{Consignment, Field};
use finding::{Finding, codes::quality as code};

/// Stations of the route that are not in the table, or of no settled territory, each once and where it
/// stands first. What is no station code at all is found when the message is read.
pub fn station_checks(consignment: &Consignment, stations: &StationTable) -> Vec<Finding> {
    let totals = consignment.master_totals.as_ref();
    let legs = consignment.legs.iter().enumerate().flat_map(|(at, leg)| {
        let field = Field::Leg(index(at));
        [(field, Some(leg.from)), (field, Some(leg.to))]
    });
    let ends = [(Field::Origin, consignment.origin), (Field::Destination, consignment.destination)];
    let of_master = [
        (Field::MasterOrigin, totals.and_then(|totals| totals.origin)),
        (Field::MasterDestination, totals.and_then(|totals| totals.destination)),
    ];
    let mut found: Vec<(Location, Finding)> = Vec::new();
    for (field, station) in of_master.into_iter().chain(ends).chain(legs) {
        let Some(station) = station else { continue };
        let why = match stations.get(station) {
            None => "unknown",
            Some(known) if known.territory.is_none() => "unsettled",
            Some(_) => continue,
        };
        if found.iter().any(|(told, _)| *told == station) {
            continue;
        }
        let finding = about(consignment, code::STATION_NOT_IN_TABLE, field)
            .with("station", station.as_str())
            .with("edition", stations.edition())
            .with("why", why);
        found.push((station, finding));
    }
    found.into_iter().map(|(_, finding)| finding).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::quality::samples::direct_master;
    use consignment::Leg;
    use finding::{Language, Position};

    fn station(code: &str) -> Location {
        Location::parse(code).unwrap()
    }

    #[test]
    fn a_station_nobody_knows_is_told_once_where_it_stands() {
        let mut direct = direct_master();
        let table = StationTable::built_in();
        assert_eq!(station_checks(&direct, &table), []);
        let landing = station("QQX");
        direct.legs = vec![Leg::assumed(station("FRA"), landing), Leg::assumed(landing, station("JFK"))];
        direct.source.note(Field::Leg(0), Position::new(4, 5, 5));
        let found = station_checks(&direct, &table);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].position, found[0].path.as_str()), (Some(Position::new(4, 5, 5)), "legs[0]"));
        assert!(found[0].message(Language::English).starts_with("Station QQX is not in the station table"));
    }
}
