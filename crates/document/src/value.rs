//! How legs and numbers are written by people: on the command line, in stories and in questions to a node.

use casework::gate::AskedLeg;
use consignment::ident::{AirWaybill, Flight, HouseWaybill, Location};
use consignment::{ConsignmentKey, PartialDate};

/// Reads `9Z100/2026-11-24/FRA-JFK`; flight and date may be left out, and the date may be as partial as
/// messages give it: `24NOV`, `24`.
///
/// # Errors
/// Says which part cannot be read, and how it is written.
pub fn parse_leg(text: &str) -> Result<AskedLeg, String> {
    let (before, stations) = match text.rsplit_once('/') {
        Some((before, stations)) => (before.split('/').collect(), stations),
        None => (Vec::new(), text),
    };
    let (from, to) = stations
        .split_once('-')
        .ok_or_else(|| format!("{stations} names no leg; write FROM-TO last, such as FRA-JFK"))?;
    let station = |text: &str| Location::parse(text).map_err(|why| format!("station {text}: {why}"));
    let (from, to) = (station(from)?, station(to)?);
    let (mut flight, mut date) = (None, None);
    for part in before {
        if let (None, Some(read)) = (date, PartialDate::parse(part)) {
            date = Some(read);
        } else if let (None, None, Ok(read)) = (flight, date, Flight::parse(part)) {
            flight = Some(read);
        } else {
            return Err(format!(
                "{part} is no flight or date here; write flight, date and stations, such as 9Z100/2026-11-24/FRA-JFK"
            ));
        }
    }
    Ok(AskedLeg::Named { from, to, flight, date })
}

/// Reads `888-20003034`, `888-20003034/QM-A`, or `/QM-A` for a house whose master is not known.
///
/// # Errors
/// Says which number cannot be read.
pub fn parse_key(text: &str) -> Result<ConsignmentKey, String> {
    let (master, house) = text.split_once('/').map_or((text, None), |(master, house)| (master, Some(house)));
    let master = match (master, house) {
        ("", Some(_)) => None,
        (number, _) => Some(AirWaybill::parse(number).map_err(|why| format!("air waybill {number}: {why}"))?),
    };
    let house = house
        .map(|number| HouseWaybill::parse(number).map_err(|why| format!("house waybill {number}: {why}")));
    Ok(ConsignmentKey { master, house: house.transpose()? })
}

/// Goods in a path: `888-10001014`, a house of it `888-10001014~H1`, or one whose master nobody told `~H1`.
pub fn goods_id(key: &ConsignmentKey) -> String {
    let master = key.master.map(|master| master.to_string()).unwrap_or_default();
    key.house.as_ref().map_or(master.clone(), |house| format!("{master}~{house}"))
}

/// What [`goods_id`] wrote; `None` where the text names no goods.
pub fn parse_goods_id(text: &str) -> Option<ConsignmentKey> {
    parse_key(&text.replacen('~', "/", 1)).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn legs_are_read_with_or_without_flight_and_date() {
        let named = |flight: Option<&str>, date: Option<&str>| AskedLeg::Named {
            from: Location::parse("FRA").unwrap(),
            to: Location::parse("JFK").unwrap(),
            flight: flight.map(|text| Flight::parse(text).unwrap()),
            date: date.map(|text| PartialDate::parse(text).unwrap()),
        };
        assert_eq!(parse_leg("9Z100/2026-11-24/FRA-JFK"), Ok(named(Some("9Z100"), Some("2026-11-24"))));
        // As legs are labelled, too.
        assert_eq!(parse_leg("9Z100/24NOV/FRA-JFK"), Ok(named(Some("9Z100"), Some("24NOV"))));
        assert_eq!(parse_leg("9Z100/24/FRA-JFK"), Ok(named(Some("9Z100"), Some("24"))));
        assert_eq!(parse_leg("9Z100/FRA-JFK"), Ok(named(Some("9Z100"), None)));
        assert_eq!(parse_leg("2026-11-24/FRA-JFK"), Ok(named(None, Some("2026-11-24"))));
        assert_eq!(parse_leg("FRA-JFK"), Ok(named(None, None)));
        for text in [
            "",
            "FRA",
            "FRA-JF",
            "FRA-JFK/9Z100",
            "2026-11-24/9Z100/FRA-JFK",
            "9Z100/9Z200/FRA-JFK",
            "9Z100/31NOV/FRA-JFK",
            "/FRA-JFK",
            "9Z100/2026-11-31/FRA-JFK",
        ] {
            assert!(parse_leg(text).is_err(), "{text}");
        }
    }
}
