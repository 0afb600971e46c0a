//! Consignments for tests: invented, complete, and clean in every programme.
#![allow(clippy::unwrap_used)]

use consignment::goods::GoodsLine;
use consignment::ident::{AirWaybill, Country, HouseWaybill, HsCode, Location};
use consignment::measure::{Weight, parse_decimal};
use consignment::{Consignment, Consolidation, DocumentKind, Leg, Party};

pub(crate) fn party(name: &str, street: &str, city: &str, country: &str) -> Party {
    Party {
        name: name.to_owned(),
        street: vec![street.to_owned()],
        city: city.to_owned(),
        country: Some(Country::parse(country).unwrap()),
        ..Party::default()
    }
}

pub(crate) fn kilograms(text: &str) -> Option<Weight> {
    parse_decimal(text).map(Weight::kilograms)
}

/// A house that no programme finds anything in.
pub(crate) fn house() -> Consignment {
    Consignment {
        kind: DocumentKind::House,
        house: Some(HouseWaybill::parse("RHA001").unwrap()),
        ..direct_master()
    }
}

/// A direct master that no programme finds anything in.
pub(crate) fn direct_master() -> Consignment {
    let (fra, jfk) = (Location::parse("FRA").unwrap(), Location::parse("JFK").unwrap());
    Consignment {
        kind: DocumentKind::Master,
        master: Some(AirWaybill::parse("888-10001014").unwrap()),
        consolidation: Consolidation::Direct,
        origin: Some(fra),
        destination: Some(jfk),
        pieces: Some(4),
        weight: kilograms("200"),
        goods: vec![GoodsLine {
            description: "STEEL HINGES FOR KITCHEN DOORS".to_owned(),
            hs: vec![HsCode::parse("830210").unwrap()],
            ..GoodsLine::default()
        }],
        shipper: Some(Party {
            postcode: "00417".to_owned(),
            ..party("SCHARNIER WERKE HOLLEBERG GMBH", "UFERWEG 12", "HOLLEBERG", "DE")
        }),
        consignee: Some(Party {
            state: "OH".to_owned(),
            postcode: "00410-2231".to_owned(),
            ..party("MAPLETON KITCHENS INC", "410 QUARRY ROAD", "MAPLETON", "US")
        }),
        legs: vec![Leg::assumed(fra, jfk)],
        ..Consignment::default()
    }
}

/// A consolidated master that no programme finds anything in.
pub(crate) fn consolidated_master() -> Consignment {
    let mut master = Consignment { consolidation: Consolidation::Consolidated, ..direct_master() };
    master.goods[0].description = "CONSOLIDATION AS PER ATTACHED MANIFEST".to_owned();
    master.goods[0].hs.clear();
    master
}
