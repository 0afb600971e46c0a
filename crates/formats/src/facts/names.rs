//! How goods, units, flights and people are named in facts.

use super::fields::{Fault, Fields, join, parsed, whole, word};
use consignment::ConsignmentKey;
use consignment::fact::{FlightName, ObjectName, Person, UnitName};
use consignment::ident::{
    AirWaybill, Flight, HouseWaybill, Invalid, Location, MailItem, Receptacle, UnitLoadDevice,
};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use std::str::FromStr;

/// Fields that name an object; a table has those of one kind.
const KINDS: &str =
    "master and house, item, shipment, unit, receptacle, bulk, or flight with date, from and to";

/// The object named in a field, which must be there.
pub(super) fn object(fields: &mut Fields<'_>, name: &'static str) -> Option<ObjectName> {
    object_of(fields.required_table(name)?)
}

/// The goods named in a field, which must be there.
pub(super) fn goods(fields: &mut Fields<'_>, name: &'static str) -> Option<ConsignmentKey> {
    let inner = fields.required_table(name)?;
    goods_of(inner)
}

/// The goods, or the unit, named in a field, which must be there.
pub(super) fn goods_or_unit(
    fields: &mut Fields<'_>,
    name: &'static str,
) -> Option<Result<ConsignmentKey, UnitName>> {
    let inner = fields.required_table(name)?;
    let (path, position, problems) = (inner.path().to_owned(), inner.position(), inner.problems());
    match object_of(inner)? {
        ObjectName::Consignment(key) => Some(Ok(key)),
        ObjectName::Unit(unit) => Some(Err(unit)),
        other => {
            let why = "expected a waybill, house, mail item, express shipment or unit".to_owned();
            problems.push(path, position, Fault::Invalid { text: other.to_string(), why });
            None
        }
    }
}

/// The goods a table names, and nothing smaller or larger.
pub(super) fn goods_of(fields: Fields<'_>) -> Option<ConsignmentKey> {
    let (path, position, problems) = (fields.path().to_owned(), fields.position(), fields.problems());
    match object_of(fields)? {
        ObjectName::Consignment(key) => Some(key),
        other => {
            let why = "expected a waybill, house, mail item or express shipment".to_owned();
            let fault = Fault::Invalid { text: other.to_string(), why };
            problems.push(path, position, fault);
            None
        }
    }
}

/// The object a table names: goods with perhaps a piece of them, a unit, a receptacle, the bulk of a flight, or
/// a flight.
pub fn object_of(mut fields: Fields<'_>) -> Option<ObjectName> {
    let stated = ["master", "item", "shipment", "unit", "receptacle", "bulk", "flight", "house"];
    let mut kinds = stated.iter().filter(|name| fields.has(name));
    let first = kinds.next().copied();
    if matches!(first, Some("flight")) {
        return flight_of(fields).map(ObjectName::Flight);
    }
    let piece = fields.optional("piece", |tree| match whole::<u32>(tree)? {
        0 => Err("pieces are numbered from 1".to_owned()),
        piece => Ok(piece),
    });
    let of_house = |text: &str| HouseWaybill::parse(text);
    let key = match first {
        Some("master") => {
            let master = fields.optional("master", parsed(waybill));
            let house = fields.optional("house", parsed(of_house));
            master.map(|master| ConsignmentKey { master: Some(master), house })
        }
        Some("house") => alone(fields.optional("house", parsed(of_house))),
        Some("shipment") => alone(fields.optional("shipment", parsed(of_house))),
        Some("item") => {
            let item = fields.optional("item", parsed(MailItem::parse));
            alone(item.and_then(|item| HouseWaybill::parse(item.as_str()).ok()))
        }
        Some(unit) => {
            let unit = match unit {
                "unit" => fields.optional("unit", parsed(UnitLoadDevice::parse)).map(UnitName::Device),
                "receptacle" => {
                    fields.optional("receptacle", parsed(Receptacle::parse)).map(UnitName::Receptacle)
                }
                _ => fields.table("bulk").and_then(flight_of).map(UnitName::Bulk),
            };
            if piece.is_some() {
                let why = "only goods have pieces that can be named".to_owned();
                let fault = Fault::Invalid { text: "a piece".to_owned(), why };
                fields.problems().push(join(fields.path(), "piece"), fields.position(), fault);
            }
            fields.finish();
            return unit.map(ObjectName::Unit);
        }
        None => {
            let fault = Fault::Invalid { text: "this".to_owned(), why: format!("expected {KINDS}") };
            fields.problems().push(fields.path(), fields.position(), fault);
            fields.finish();
            return None;
        }
    };
    fields.finish();
    Some(match piece {
        Some(piece) => ObjectName::Piece(key?, piece),
        None => ObjectName::Consignment(key?),
    })
}

/// A number that stands without a master.
fn alone(house: Option<HouseWaybill>) -> Option<ConsignmentKey> {
    house.map(|house| ConsignmentKey { master: None, house: Some(house) })
}

fn waybill(text: &str) -> Result<AirWaybill, Invalid> {
    AirWaybill::parse(text)
}

/// The flight named in a field, which must be there.
pub(super) fn flight(fields: &mut Fields<'_>, name: &'static str) -> Option<FlightName> {
    flight_of(fields.required_table(name)?)
}

/// The flight a table names.
pub(super) fn flight_of(mut fields: Fields<'_>) -> Option<FlightName> {
    let flight = fields.required("flight", parsed(Flight::parse));
    let date = fields.required("date", parsed(date));
    let from = fields.required("from", parsed(Location::parse));
    let to = fields.required("to", parsed(Location::parse));
    fields.finish();
    Some(FlightName { flight: flight?, date: date?, from: from?, to: to? })
}

/// The unit named in a field, which must be there.
pub(super) fn unit(fields: &mut Fields<'_>, name: &'static str) -> Option<UnitName> {
    unit_of(fields.required_table(name)?)
}

/// The unit a table names.
pub(super) fn unit_of(inner: Fields<'_>) -> Option<UnitName> {
    let (path, position, problems) = (inner.path().to_owned(), inner.position(), inner.problems());
    match object_of(inner)? {
        ObjectName::Unit(unit) => Some(unit),
        other => {
            let why = "expected unit, receptacle or bulk".to_owned();
            problems.push(path, position, Fault::Invalid { text: other.to_string(), why });
            None
        }
    }
}

/// The person named in `by`.
pub(super) fn person(fields: &mut Fields<'_>) -> Option<Person> {
    let mut inner = fields.table("by")?;
    let id = inner.required("id", word);
    let organisation = inner.required("organisation", word);
    inner.finish();
    Some(Person { id: id?.into(), organisation: organisation?.into() })
}

/// An instant with its offset: `2026-11-24T10:30:00Z`.
pub(super) fn instant(text: &str) -> Result<Timestamp, String> {
    Timestamp::from_str(text)
        .map_err(|_| "expected date and time with an offset, such as 2026-11-24T10:30:00Z".to_owned())
}

/// A day: `2026-11-24`.
pub(super) fn date(text: &str) -> Result<Date, String> {
    let day = text.len() == 10;
    let day = day.then(|| text.parse::<Date>().ok()).flatten();
    day.ok_or_else(|| "expected a day, such as 2026-11-24".to_owned())
}

/// Date and time at a station, without an offset: `2026-11-24T12:00`.
pub(super) fn local(text: &str) -> Result<DateTime, String> {
    let zoned = text.ends_with(['Z', 'z']) || text.rfind(['+', '-']).is_some_and(|at| at > 10);
    let read = if zoned || !text.contains('T') { None } else { text.parse().ok() };
    read.ok_or_else(|| "expected local date and time without an offset, such as 2026-11-24T12:00".to_owned())
}

/// A time of day: `12:00`.
pub(super) fn time(text: &str) -> Result<Time, String> {
    let read = if text.contains(':') { text.parse().ok() } else { None };
    read.ok_or_else(|| "expected a time of day, such as 12:00".to_owned())
}
