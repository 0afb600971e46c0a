//! The goods that a question names: by a waybill, a house, a unit or a flight.

use super::gate_lists::flight;
use super::route::{Parameter, Place};
use consignment::ConsignmentKey;
use consignment::fact::UnitName;
use consignment::ident::{AirWaybill, HouseWaybill, Receptacle, UnitLoadDevice};
use engine::{GoodsAsked, Wanted};

/// A parameter of a query.
pub(super) const fn asked(name: &'static str, what: &'static str) -> Parameter {
    Parameter { name, place: Place::Query, what }
}

pub(super) const WAYBILL: Parameter =
    asked("waybill", "Of an air waybill and its houses; with `house` of that house alone.");
pub(super) const HOUSE: Parameter = asked("house", "Of a house waybill, under whatever master.");
pub(super) const UNIT: Parameter = asked("unit", "Of what is in a unit load device or a postal receptacle.");
pub(super) const FLIGHT: Parameter =
    asked("flight", "Of what is to fly with a flight, such as 9Z100/2026-11-24/FRA-JFK.");

/// What a question names, as it was written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named<'a> {
    pub(super) waybill: Option<&'a str>,
    pub(super) house: Option<&'a str>,
    pub(super) unit: Option<&'a str>,
    pub(super) flight: Option<&'a str>,
}

impl Named<'_> {
    /// The goods it names. Where it names none it asks for all, if he who asks may.
    ///
    /// # Errors
    /// What cannot be read, or that something is to be named.
    pub(super) fn read(self, may_ask_for_all: bool) -> Result<GoodsAsked, String> {
        let Self { waybill, house, unit, flight: named } = self;
        Ok(match (unit, named, goods(waybill, house)?) {
            (None, None, Some(ConsignmentKey { master: None, house: Some(house) })) => {
                GoodsAsked::Found(Wanted::House(house))
            }
            (None, None, Some(ConsignmentKey { master: Some(master), house: None })) => {
                GoodsAsked::Found(Wanted::Master(master))
            }
            (None, None, Some(key)) => GoodsAsked::Goods(key),
            (Some(unit), None, None) => GoodsAsked::Inside(unit_named(unit)?),
            (None, Some(text), None) => {
                let name = flight(text)?;
                let stations = Some((name.from, name.to));
                GoodsAsked::Found(Wanted::Flight { flight: name.flight, date: name.date, stations })
            }
            (None, None, None) if may_ask_for_all => GoodsAsked::All,
            (None, None, None) => {
                return Err("name the goods: waybill, house or both, or unit, or flight".to_owned());
            }
            _ => return Err("name one thing: waybill, house or both, or unit, or flight".to_owned()),
        })
    }

    /// What is written down of such a question.
    pub(super) fn noted(self, path: &str) -> String {
        let Self { waybill, house, unit, flight } = self;
        let about = [("waybill", waybill), ("house", house), ("unit", unit), ("flight", flight)];
        let about =
            about.into_iter().filter_map(|(name, value)| value.map(|value| format!("{name}={value}")));
        match about.collect::<Vec<_>>().join("&") {
            none if none.is_empty() => format!("GET {path}"),
            about => format!("GET {path}?{about}"),
        }
    }
}

/// The number of goods, where any is named.
///
/// # Errors
/// What cannot be read.
fn goods(waybill: Option<&str>, house: Option<&str>) -> Result<Option<ConsignmentKey>, String> {
    let master = waybill
        .map(|text| AirWaybill::parse(text).map_err(|why| format!("waybill {text}: {why}")))
        .transpose()?;
    let house = house
        .map(|text| HouseWaybill::parse(text).map_err(|why| format!("house {text}: {why}")))
        .transpose()?;
    Ok((master.is_some() || house.is_some()).then_some(ConsignmentKey { master, house }))
}

/// The number of goods that must be named.
///
/// # Errors
/// What cannot be read, or that none is named.
pub(super) fn one(waybill: Option<&str>, house: Option<&str>) -> Result<ConsignmentKey, String> {
    goods(waybill, house)?.ok_or_else(|| "name the goods: waybill, house or both".to_owned())
}

fn unit_named(text: &str) -> Result<UnitName, String> {
    let device = UnitLoadDevice::parse(text).ok().map(UnitName::Device);
    let name = device.or_else(|| Receptacle::parse(text).ok().map(UnitName::Receptacle));
    name.ok_or_else(|| format!("unit {text}: it is no unit load device and no receptacle"))
}
