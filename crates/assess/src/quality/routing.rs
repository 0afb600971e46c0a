//! Whether a filing names the landing for which a programme binds.

use super::about;
use super::elements::NO_CODE;
use consignment::ident::Location;
use consignment::stations::StationTable;
use consignment::{Consignment, DocumentKind, Field, Leg};
use finding::{Finding, codes::quality as code};
use programme::Programme;

/// A filing whose own routing names no place in the programme's territory, though the programme binds.
///
/// `legs` are those on which it binds, as far as schedules and flights are known: they may land where the
/// sender did not say. A master's routing counts for its houses too. A filing without any station, and a
/// station of unknown territory, is no wrong routing: it is missing or unreadable, and told elsewhere.
pub fn routing_check(
    consignment: &Consignment,
    tree: &[&Consignment],
    programme: &Programme,
    legs: &[Leg],
    stations: &StationTable,
) -> Option<Finding> {
    let severity = programme.quality.routing_outside.filter(|_| consignment.is_filing())?;
    let landing = legs.first()?.to;
    let masters = tree.iter().filter(|other| other.kind == DocumentKind::Master);
    let mut named: Vec<Location> = Vec::new();
    for station in named_by(consignment).into_iter().chain(masters.flat_map(|master| named_by(master))) {
        if !named.contains(&station) {
            named.push(station);
        }
    }
    let inside = |station: &Location| {
        legs.iter().any(|leg| leg.to == *station)
            || stations
                .get(*station)
                .and_then(|known| known.territory.as_ref())
                .is_none_or(|territory| *territory == programme.scope.territory)
    };
    if named.is_empty() || named.iter().any(inside) {
        return None;
    }
    let shown: Vec<&str> = named.iter().map(Location::as_str).collect();
    let field = if consignment.legs.is_empty() { Field::Destination } else { Field::Leg(0) };
    let finding = about(consignment, code::ROUTING_OUTSIDE, field)
        .with("stations", shown.join("-"))
        .with("landing", landing.as_str())
        .with("programme", programme.id.as_str())
        .with("code", programme.quality.routing_outside_code.as_deref().unwrap_or(NO_CODE));
    Some(Finding { severity, ..finding })
}

/// The stations a document names, in order of the way.
fn named_by(consignment: &Consignment) -> Vec<Location> {
    let of_master = consignment.master_totals.as_ref();
    let legs = consignment.legs.iter().flat_map(|leg| [leg.from, leg.to]);
    let others = [
        of_master.and_then(|totals| totals.origin),
        consignment.destination,
        of_master.and_then(|totals| totals.destination),
    ];
    consignment.origin.into_iter().chain(legs).chain(others.into_iter().flatten()).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::quality::samples::{direct_master, house};
    use consignment::document::MasterTotals;
    use programme::embedded;

    fn station(code: &str) -> Location {
        Location::parse(code).unwrap()
    }

    fn found(consignment: &Consignment, tree: &[&Consignment], id: &str, to: &str) -> Option<String> {
        let legs = [Leg::assumed(station("FRA"), station(to))];
        let programme = embedded::get(id).unwrap();
        routing_check(consignment, tree, &programme, &legs, &StationTable::built_in())
            .map(|finding| finding.message(finding::Language::English))
    }

    #[test]
    fn a_landing_in_canada_must_be_named() {
        let direct = direct_master();
        assert_eq!(
            found(&direct, &[&direct], "ca-pact", "YYZ").as_deref(),
            Some(
                "The routing (FRA-JFK) names no place of ca-pact, and the goods land in YYZ \
                 (INVALID_ROUTING). Give the whole routing and send again."
            )
        );
        assert_eq!(found(&direct, &[&direct], "us-acas", "ORD"), None, "no such rule is known there");
        for destination in ["YYZ", "YUL"] {
            let to_canada = Consignment { destination: Some(station(destination)), ..direct_master() };
            assert_eq!(found(&to_canada, &[&to_canada], "ca-pact", "YYZ"), None, "{destination}");
        }
    }

    #[test]
    fn a_master_names_it_for_its_houses() {
        let house = house();
        let master = Consignment { destination: Some(station("YYZ")), ..direct_master() };
        assert!(found(&house, &[&house], "ca-pact", "YYZ").is_some());
        assert_eq!(found(&house, &[&master, &house], "ca-pact", "YYZ"), None);
        let totals = MasterTotals { destination: Some(station("YYZ")), ..MasterTotals::default() };
        let house = Consignment { master_totals: Some(totals), ..house };
        assert_eq!(found(&house, &[&house], "ca-pact", "YYZ"), None);
    }

    #[test]
    fn what_names_no_station_is_not_a_wrong_routing() {
        let bare = Consignment { origin: None, destination: None, legs: Vec::new(), ..direct_master() };
        assert_eq!(found(&bare, &[&bare], "ca-pact", "YYZ"), None);
    }
}
