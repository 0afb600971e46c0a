//! What tests of casework share: one waybill, one day, and a result of screening.
// Each file of tests is a crate of its own and uses a part of this.
#![allow(dead_code, clippy::unwrap_used)]

use consignment::ConsignmentKey;
use consignment::fact::{ScreeningOutcome, ScreeningResult};
use consignment::ident::{AirWaybill, HouseWaybill};
use consignment::security::ScreeningMethod;
use jiff::Timestamp;

/// A minute of the day of the tests, in UTC.
pub fn instant(time: &str) -> Timestamp {
    format!("2026-11-24T{time}:00Z").parse().unwrap()
}

/// The waybill of the tests, or a house of it.
pub fn key(house: Option<&str>) -> ConsignmentKey {
    let house = house.map(|number| HouseWaybill::parse(number).unwrap());
    ConsignmentKey { master: AirWaybill::parse("888-10001014").ok(), house }
}

/// All pieces of the waybill clear by a method, by who and with what could do it.
pub fn clear(method: ScreeningMethod) -> ScreeningResult {
    ScreeningResult {
        object: key(None),
        pieces: Vec::new(),
        count: None,
        method,
        outcome: ScreeningOutcome::Clear,
        equipment: Some("M-1".into()),
        tested_on: "2026-11-24".parse().ok(),
        screener: Some("S-1".into()),
        screener_current: Some(true),
        station: None,
    }
}
