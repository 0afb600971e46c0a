//! What the filings under one master contradict in each other.

use super::plausibility::{difference, shown};
use super::tree_document::TreeDocument;
use consignment::document::PieceScope;
use consignment::field::Field;
use consignment::{DocumentKind, measure::Weight};
use finding::{Code, Finding, Position, codes::quality as code};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// A contradiction between the filings of a tree. It is small, so that very many can be kept until each is
/// told.
#[derive(Debug, Clone)]
pub struct Contradiction {
    /// Index of the document it is about.
    pub about: usize,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    /// The number was filed before with another content.
    FiledTwice,
    /// What a house says of this element of its master, whose index is given, differs.
    TotalsDiffer { element: Element, master: u32 },
    /// The pieces of the houses are more or fewer than the master's.
    Pieces { code: Code, houses: u64 },
    /// The weight of the houses is another than the master's.
    WeightDiffers { houses_kg: Decimal },
    /// The house of this index says the same.
    Alike { other: u32 },
}

/// What a house says of its master.
#[derive(Debug, Clone, Copy)]
enum Element {
    Pieces,
    Weight,
    Origin,
    Destination,
}

/// Contradictions between the filings of a tree.
///
/// Pieces of the houses must equal the master's, their weight within `tolerance_percent` of it. Sub-houses
/// are part of their house and are not counted again. While houses are still missing, which is no
/// contradiction, only the pieces are told, for information.
pub fn tree_checks<T: AsRef<TreeDocument>>(tree: &[T], tolerance_percent: Decimal) -> Vec<Contradiction> {
    let tree: Vec<&TreeDocument> = tree.iter().map(AsRef::as_ref).collect();
    let mut found = Vec::new();
    filed_twice(&tree, &mut found);
    let Some((at, master)) = latest_master(&tree) else { return found };
    let houses = latest_houses(&tree);
    for (house_at, house) in &houses {
        totals(*house_at, house, at, master, &mut found);
    }
    houses_against_master(at, master, &houses, tolerance_percent, &mut found);
    alike(&houses, &mut found);
    found
}

impl Contradiction {
    /// Where it stands; `None` where the element is absent, or the index is none of this tree.
    pub fn position<T: AsRef<TreeDocument>>(&self, tree: &[T]) -> Option<Position> {
        let about = tree.get(self.about)?.as_ref();
        about.position(self.field(about))
    }

    /// What is told of it; `tree` and `tolerance_percent` are those it was found with.
    pub fn finding<T: AsRef<TreeDocument>>(&self, tree: &[T], tolerance_percent: Decimal) -> Option<Finding> {
        let about = tree.get(self.about)?.as_ref();
        let other = |index: u32| tree.get(index as usize).map(AsRef::as_ref);
        let finding = |code: Code| about.about(code, self.field(about));
        Some(match &self.kind {
            Kind::FiledTwice => finding(code::FILED_TWICE).with("number", about.key().to_string()),
            Kind::TotalsDiffer { element, master } => {
                let (stated, of_master) = element.both(about, other(*master)?)?;
                finding(code::MASTER_TOTALS_DIFFER)
                    .with("element", element.as_str())
                    .with("stated", stated)
                    .with("master", of_master)
            }
            Kind::Pieces { code, houses } => finding(*code)
                .with("houses", houses.to_string())
                .with("master", about.pieces.unwrap_or_default().to_string()),
            Kind::WeightDiffers { houses_kg } => finding(code::HOUSES_WEIGHT_DIFFERS)
                .with("houses_kg", shown(*houses_kg))
                .with("master_kg", shown(about.weight_kg.unwrap_or_default()))
                .with("tolerance", shown(tolerance_percent)),
            Kind::Alike { other: double } => {
                let number =
                    |house: &TreeDocument| house.house.as_ref().map(ToString::to_string).unwrap_or_default();
                finding(code::HOUSES_ALIKE)
                    .with("house", number(about))
                    .with("other", number(other(*double)?))
            }
        })
    }

    /// The element it is about.
    fn field(&self, about: &TreeDocument) -> Field {
        match &self.kind {
            Kind::FiledTwice if about.kind == DocumentKind::House => Field::House,
            Kind::FiledTwice | Kind::TotalsDiffer { .. } => Field::Master,
            Kind::Pieces { .. } => Field::Pieces,
            Kind::WeightDiffers { .. } => Field::Weight,
            Kind::Alike { .. } => Field::House,
        }
    }
}

impl Element {
    const ALL: [Self; 4] = [Self::Pieces, Self::Weight, Self::Origin, Self::Destination];

    fn as_str(self) -> &'static str {
        match self {
            Self::Pieces => "pieces",
            Self::Weight => "weight",
            Self::Origin => "origin",
            Self::Destination => "destination",
        }
    }

    /// What a house says of it and what its master says, where both say anything.
    fn both(self, house: &TreeDocument, master: &TreeDocument) -> Option<(String, String)> {
        let stated = house.master_totals.as_deref()?;
        let kg = |weight: Weight| shown(weight.to_kg());
        let text = |value: &dyn std::fmt::Display| value.to_string();
        Some(match self {
            Self::Pieces => (text(&stated.pieces?), text(&master.pieces?)),
            Self::Weight => (kg(stated.weight?), shown(master.weight_kg?)),
            Self::Origin => (text(&stated.origin?), text(&master.origin?)),
            Self::Destination => (text(&stated.destination?), text(&master.destination?)),
        })
    }
}

/// An index as contradictions keep it; trees are far smaller than this.
fn short(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The last filing of the master: a later one replaces an earlier one.
fn latest_master<'a>(tree: &[&'a TreeDocument]) -> Option<(usize, &'a TreeDocument)> {
    tree.iter().copied().enumerate().rev().find(|(_, document)| document.kind == DocumentKind::Master)
}

/// The last filing of each house, in order of the tree.
fn latest_houses<'a>(tree: &[&'a TreeDocument]) -> Vec<(usize, &'a TreeDocument)> {
    let mut by_number = BTreeMap::new();
    for (at, document) in tree.iter().copied().enumerate() {
        if document.kind == DocumentKind::House
            && let Some(number) = &document.house
        {
            by_number.insert(number, (at, document));
        }
    }
    let mut houses: Vec<(usize, &TreeDocument)> = by_number.into_values().collect();
    houses.sort_by_key(|(at, _)| *at);
    houses
}

fn filed_twice(tree: &[&TreeDocument], found: &mut Vec<Contradiction>) {
    let mut seen: BTreeMap<_, &TreeDocument> = BTreeMap::new();
    for (about, document) in tree.iter().copied().enumerate().filter(|(_, document)| document.is_filing()) {
        if document.master.is_none() && document.house.is_none() {
            continue;
        }
        if let Some(earlier) = seen.insert((&document.master, &document.house), document)
            && earlier.content != document.content
        {
            found.push(Contradiction { about, kind: Kind::FiledTwice });
        }
    }
}

/// What a house says of its master, against the master.
fn totals(
    about: usize,
    house: &TreeDocument,
    master_at: usize,
    master: &TreeDocument,
    found: &mut Vec<Contradiction>,
) {
    if master.piece_scope != PieceScope::Total {
        return;
    }
    for element in Element::ALL {
        if element.both(house, master).is_some_and(|(stated, of_master)| stated != of_master) {
            found.push(Contradiction {
                about,
                kind: Kind::TotalsDiffer { element, master: short(master_at) },
            });
        }
    }
}

fn houses_against_master(
    about: usize,
    master: &TreeDocument,
    houses: &[(usize, &TreeDocument)],
    tolerance_percent: Decimal,
    found: &mut Vec<Contradiction>,
) {
    let direct_houses = || houses.iter().filter(|(_, house)| !house.is_sub_house).map(|(_, house)| *house);
    if direct_houses().next().is_none() || master.piece_scope != PieceScope::Total {
        return;
    }
    let pieces: Option<u64> = direct_houses().map(|house| house.pieces.map(u64::from)).sum();
    let (Some(pieces), Some(of_master)) = (pieces, master.pieces.map(u64::from)) else { return };
    let mut push = |kind: Kind| found.push(Contradiction { about, kind });
    match pieces.cmp(&of_master) {
        std::cmp::Ordering::Greater => {
            push(Kind::Pieces { code: code::HOUSES_EXCEED_MASTER, houses: pieces });
        }
        std::cmp::Ordering::Less => push(Kind::Pieces { code: code::HOUSES_BELOW_MASTER, houses: pieces }),
        std::cmp::Ordering::Equal => {}
    }
    let weight = direct_houses().try_fold(Decimal::ZERO, |sum, house| sum.checked_add(house.weight_kg?));
    let (Some(kg), Some(master_kg)) = (weight, master.weight_kg) else { return };
    // With houses missing only an excess of weight is a contradiction.
    if pieces < of_master && kg <= master_kg {
        return;
    }
    let tolerated = master_kg
        .checked_mul(tolerance_percent)
        .map_or(Decimal::MAX, |percent_kg| percent_kg / Decimal::ONE_HUNDRED);
    if difference(kg, master_kg) > tolerated {
        push(Kind::WeightDiffers { houses_kg: kg });
    }
}

/// Houses that say the same in everything but their number.
fn alike(houses: &[(usize, &TreeDocument)], found: &mut Vec<Contradiction>) {
    let mut seen = BTreeMap::new();
    for (about, house) in houses.iter().copied() {
        let Some(content) = house.without_number else { continue };
        if let Some(other) = seen.insert(content, about) {
            found.push(Contradiction { about, kind: Kind::Alike { other: short(other) } });
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::quality::samples::{consolidated_master, house, kilograms};
    use consignment::Consignment;
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

    fn told(tree: &[&Consignment], tolerance_percent: Decimal) -> Vec<(usize, Finding)> {
        let tree: Vec<TreeDocument> = tree.iter().map(|consignment| TreeDocument::of(consignment)).collect();
        let found = tree_checks(&tree, tolerance_percent);
        let finding = |found: &Contradiction| found.finding(&tree, tolerance_percent).unwrap();
        found.iter().map(|found| (found.about, finding(found))).collect()
    }

    /// `1 houses-exceed-master pieces` for each finding.
    fn found(tree: &[&Consignment]) -> Vec<String> {
        let told = told(tree, Decimal::from(2));
        told.iter().map(|(at, finding)| format!("{at} {} {}", finding.code, finding.path)).collect()
    }

    #[test]
    fn a_contradiction_takes_little_room() {
        assert!(size_of::<Contradiction>() <= 40, "{}", size_of::<Contradiction>());
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
        let findings = told(&[&master, &house], Decimal::ZERO);
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
        let shown: Vec<String> = told(&[&master, &house], Decimal::ZERO)
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
