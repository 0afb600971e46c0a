//! What the filings under one master contradict in each other.

use super::about;
use super::plausibility::{difference, shown};
use consignment::document::PieceScope;
use consignment::field::Field;
use consignment::{Consignment, DocumentKind};
use finding::{Code, Finding, codes::quality as code};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Contradictions between the filings of a tree, each with the index of the consignment it is about.
///
/// Pieces of the houses must equal the master's, their weight within `tolerance_percent` of it. Sub-houses
/// are part of their house and are not counted again. While houses are still missing, which is no
/// contradiction, only the pieces are told, for information.
pub fn tree_checks(tree: &[&Consignment], tolerance_percent: Decimal) -> Vec<(usize, Finding)> {
    let mut findings = Vec::new();
    filed_twice(tree, &mut findings);
    let Some((at, master)) = latest(tree, DocumentKind::Master) else { return findings };
    let houses = latest_houses(tree);
    for (house_at, house) in &houses {
        totals(*house_at, house, master, &mut findings);
    }
    houses_against_master(at, master, &houses, tolerance_percent, &mut findings);
    alike(&houses, &mut findings);
    findings
}

/// The last filing of this kind: a later one replaces an earlier one.
fn latest<'a>(tree: &[&'a Consignment], kind: DocumentKind) -> Option<(usize, &'a Consignment)> {
    tree.iter().copied().enumerate().rev().find(|(_, consignment)| consignment.kind == kind)
}

/// The last filing of each house, in order of the tree.
fn latest_houses<'a>(tree: &[&'a Consignment]) -> Vec<(usize, &'a Consignment)> {
    let mut by_number = BTreeMap::new();
    for (at, consignment) in tree.iter().copied().enumerate() {
        if consignment.kind == DocumentKind::House
            && let Some(number) = &consignment.house
        {
            by_number.insert(number, (at, consignment));
        }
    }
    let mut houses: Vec<(usize, &Consignment)> = by_number.into_values().collect();
    houses.sort_by_key(|(at, _)| *at);
    houses
}

fn filed_twice(tree: &[&Consignment], findings: &mut Vec<(usize, Finding)>) {
    let mut seen: BTreeMap<_, &Consignment> = BTreeMap::new();
    for (at, consignment) in
        tree.iter().copied().enumerate().filter(|(_, consignment)| consignment.is_filing())
    {
        let key = consignment.key();
        if key.master.is_none() && key.house.is_none() {
            continue;
        }
        let (number, field) = match consignment.kind {
            DocumentKind::House => (key.to_string(), Field::House),
            _ => (key.to_string(), Field::Master),
        };
        if let Some(earlier) = seen.insert(key, consignment)
            && !earlier.same_content(consignment)
        {
            findings.push((at, about(consignment, code::FILED_TWICE, field).with("number", number)));
        }
    }
}

/// What a house says of its master, against the master.
fn totals(at: usize, house: &Consignment, master: &Consignment, findings: &mut Vec<(usize, Finding)>) {
    let Some(stated) = house.master_totals.as_ref().filter(|_| master.piece_scope == PieceScope::Total)
    else {
        return;
    };
    let text = |value: Option<&dyn std::fmt::Display>| value.map(|value| value.to_string());
    let kg = |weight: Option<consignment::measure::Weight>| weight.map(|weight| shown(weight.to_kg()));
    let pairs = [
        (
            "pieces",
            text(stated.pieces.as_ref().map(|v| v as _)),
            text(master.pieces.as_ref().map(|v| v as _)),
        ),
        ("weight", kg(stated.weight), kg(master.weight)),
        (
            "origin",
            text(stated.origin.as_ref().map(|v| v as _)),
            text(master.origin.as_ref().map(|v| v as _)),
        ),
        (
            "destination",
            text(stated.destination.as_ref().map(|v| v as _)),
            text(master.destination.as_ref().map(|v| v as _)),
        ),
    ];
    for (element, stated, of_master) in pairs {
        if let (Some(stated), Some(of_master)) = (stated, of_master)
            && stated != of_master
        {
            findings.push((
                at,
                about(house, code::MASTER_TOTALS_DIFFER, Field::Master)
                    .with("element", element)
                    .with("stated", stated)
                    .with("master", of_master),
            ));
        }
    }
}

fn houses_against_master(
    at: usize,
    master: &Consignment,
    houses: &[(usize, &Consignment)],
    tolerance_percent: Decimal,
    findings: &mut Vec<(usize, Finding)>,
) {
    let direct_houses = || houses.iter().filter(|(_, house)| house.parent.is_none()).map(|(_, house)| *house);
    if direct_houses().next().is_none() || master.piece_scope != PieceScope::Total {
        return;
    }
    let pieces: Option<u64> = direct_houses().map(|house| house.pieces.map(u64::from)).sum();
    let (Some(pieces), Some(of_master)) = (pieces, master.pieces.map(u64::from)) else { return };
    let piece_finding = |code: Code| {
        about(master, code, Field::Pieces)
            .with("houses", pieces.to_string())
            .with("master", of_master.to_string())
    };
    match pieces.cmp(&of_master) {
        std::cmp::Ordering::Greater => findings.push((at, piece_finding(code::HOUSES_EXCEED_MASTER))),
        std::cmp::Ordering::Less => findings.push((at, piece_finding(code::HOUSES_BELOW_MASTER))),
        std::cmp::Ordering::Equal => {}
    }
    let weight = direct_houses().try_fold(Decimal::ZERO, |sum, house| sum.checked_add(house.weight?.to_kg()));
    let (Some(kg), Some(master_kg)) = (weight, master.weight.map(|weight| weight.to_kg())) else { return };
    // With houses missing only an excess of weight is a contradiction.
    if pieces < of_master && kg <= master_kg {
        return;
    }
    let tolerated = master_kg
        .checked_mul(tolerance_percent)
        .map_or(Decimal::MAX, |percent_kg| percent_kg / Decimal::ONE_HUNDRED);
    if difference(kg, master_kg) > tolerated {
        findings.push((
            at,
            about(master, code::HOUSES_WEIGHT_DIFFERS, Field::Weight)
                .with("houses_kg", shown(kg))
                .with("master_kg", shown(master_kg))
                .with("tolerance", shown(tolerance_percent)),
        ));
    }
}

/// Houses that say the same in everything but their number.
fn alike(houses: &[(usize, &Consignment)], findings: &mut Vec<(usize, Finding)>) {
    let mut seen: BTreeMap<_, &Consignment> = BTreeMap::new();
    for (at, house) in houses.iter().copied() {
        if looks_empty(house) {
            continue;
        }
        let goods: Vec<&str> = house.goods.iter().map(|line| line.description.as_str()).collect();
        let parties = [&house.shipper, &house.consignee].map(|party| {
            party.as_ref().map(|party| (party.name.as_str(), party.address(), party.city.as_str()))
        });
        let content = (goods, parties, house.pieces, house.weight.map(|weight| weight.to_kg()));
        if let Some(earlier) = seen.insert(content, house) {
            let number =
                |house: &Consignment| house.house.as_ref().map(ToString::to_string).unwrap_or_default();
            findings.push((
                at,
                about(house, code::HOUSES_ALIKE, Field::House)
                    .with("house", number(house))
                    .with("other", number(earlier)),
            ));
        }
    }
}

/// A house of which too little is known to call another one its double.
fn looks_empty(house: &Consignment) -> bool {
    house.shipper.is_none() || house.consignee.is_none() || house.pieces.is_none() || house.weight.is_none()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::quality::samples::{consolidated_master, house, kilograms};
    use consignment::document::MasterTotals;
    use consignment::ident::{HouseWaybill, Location};
    use finding::Severity;

    fn master(pieces: u32, kg: &str) -> Consignment {
        Consignment { pieces: Some(pieces), weight: kilograms(kg), ..consolidated_master() }
    }

    fn house_of(number: &str, pieces: u32, kg: &str) -> Consignment {
        let mut made = Consignment { pieces: Some(pieces), weight: kilograms(kg), ..house() };
        made.house = Some(HouseWaybill::parse(number).unwrap());
        made.goods[0].description = format!("HINGES OF KIND {number}");
        made
    }

    /// `1 houses-exceed-master pieces` for each finding.
    fn found(tree: &[&Consignment]) -> Vec<String> {
        let findings = tree_checks(tree, Decimal::from(2));
        findings.iter().map(|(at, finding)| format!("{at} {} {}", finding.code, finding.path)).collect()
    }

    #[test]
    fn pieces_must_be_equal_and_weight_within_the_tolerance() {
        let (a, b) = (house_of("A", 4, "200"), house_of("B", 6, "300"));
        let cases = [
            (master(10, "500"), vec![]),
            (master(10, "509"), vec![]),
            (master(10, "511"), vec!["1 houses-weight-differs weight"]),
            (master(10, "480"), vec!["1 houses-weight-differs weight"]),
            (master(9, "500"), vec!["1 houses-exceed-master pieces"]),
            (master(12, "600"), vec!["1 houses-below-master pieces"]),
            (master(12, "400"), vec!["1 houses-below-master pieces", "1 houses-weight-differs weight"]),
        ];
        for (master, expected) in cases {
            assert_eq!(found(&[&a, &master, &b]), expected, "{:?} {:?}", master.pieces, master.weight);
        }
    }

    #[test]
    fn missing_houses_are_information_only() {
        let (master, house) = (master(10, "500"), house_of("A", 4, "200"));
        let findings = tree_checks(&[&master, &house], Decimal::ZERO);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].1.severity, Severity::Info);
        assert_eq!(found(&[&master]), Vec::<String>::new());
        assert_eq!(found(&[&house]), Vec::<String>::new());
    }

    #[test]
    fn a_sub_house_is_part_of_its_house() {
        let (master, house) = (master(4, "200"), house_of("A", 4, "200"));
        let sub = Consignment { parent: house.house.clone(), ..house_of("A1", 4, "200") };
        assert_eq!(found(&[&master, &house, &sub]), Vec::<String>::new());
    }

    #[test]
    fn a_house_must_say_of_its_master_what_the_master_says() {
        let master = master(4, "200");
        let mut house = house_of("A", 4, "200");
        house.master_totals = Some(MasterTotals {
            origin: master.origin,
            destination: Location::parse("ORD").ok(),
            pieces: Some(5),
            weight: kilograms("200.000"),
        });
        let shown: Vec<String> = tree_checks(&[&master, &house], Decimal::ZERO)
            .iter()
            .map(|(at, finding)| format!("{at} {}", finding.message(finding::Language::English)))
            .collect();
        assert_eq!(
            shown,
            [
                "1 The pieces of the master: the house says 5, the master 4. Make them agree.",
                "1 The destination of the master: the house says ORD, the master JFK. Make them agree.",
            ]
        );
    }

    #[test]
    fn doubles_are_told() {
        let master = master(8, "400");
        let (a, mut changed) = (house_of("A", 4, "200"), house_of("A", 4, "200"));
        assert_eq!(found(&[&a, &changed]), Vec::<String>::new(), "the same again is no second filing");
        changed.goods[0].description = "PUMPS".to_owned();
        assert_eq!(found(&[&a, &changed]), ["1 filed-twice house"]);
        // The later filing counts, once.
        assert_eq!(found(&[&master, &a, &changed]), ["2 filed-twice house", "0 houses-below-master pieces"]);
        let mut double = a.clone();
        double.house = HouseWaybill::parse("B").ok();
        assert_eq!(found(&[&master, &a, &double]), ["2 houses-alike house"]);
        assert_eq!(found(&[&master, &master]), Vec::<String>::new());
    }
}
