//! Is it still the same shipment? Numbers recur, and an amendment looks like a shipment filed again.

use consignment::Consignment;
use finding::{Phrase, codes};
use programme::stop_words::cleanse;

/// Both shipments in words, where a later version of a filing looks like another shipment under the same
/// number: two of its way, its parties and its goods have nothing in common with the version before.
///
/// What one of the two leaves out counts as common, and so does anything an amendment may mend by itself:
/// one party, the pieces, the weight, a description.
pub(super) fn other_shipment(before: &Consignment, after: &Consignment) -> Option<Phrase> {
    let differences = [other_way, other_parties, other_goods].map(|differs| differs(before, after));
    (differences.iter().filter(|differs| **differs).count() >= 2).then(|| {
        Phrase::new(codes::gate::WHY_OTHER_SHIPMENT)
            .with("first", in_words(before))
            .with("second", in_words(after))
    })
}

/// Whether two filings of one house number look like the same goods: their parties and quantity agree,
/// as far as both state them.
pub fn same_goods(one: &Consignment, other: &Consignment) -> bool {
    !other_goods(one, other) && !other_parties(one, other) && one.pieces == other.pieces
}

fn other_way(before: &Consignment, after: &Consignment) -> bool {
    differ(before.origin, after.origin) || differ(before.destination, after.destination)
}

/// Shipper and consignee both have names without a common word.
fn other_parties(before: &Consignment, after: &Consignment) -> bool {
    let name = |party: &Option<consignment::Party>| party.as_ref().map(|party| party.name.clone());
    unlike(name(&before.shipper), name(&after.shipper))
        && unlike(name(&before.consignee), name(&after.consignee))
}

/// Pieces and weight are others, and the descriptions have no common word.
fn other_goods(before: &Consignment, after: &Consignment) -> bool {
    let text = |consignment: &Consignment| {
        let lines: Vec<&str> = consignment.goods.iter().map(|line| line.description.as_str()).collect();
        Some(lines.join(" "))
    };
    differ(before.pieces, after.pieces)
        && differ(before.weight.map(|weight| weight.to_kg()), after.weight.map(|weight| weight.to_kg()))
        && unlike(text(before), text(after))
}

fn differ<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one != other)
}

/// Whether two texts, both stated, have no word in common.
fn unlike(one: Option<String>, other: Option<String>) -> bool {
    let Some((one, other)) = one.zip(other) else { return false };
    let (one, other) = (cleanse(&one), cleanse(&other));
    !one.is_empty() && !other.is_empty() && !one.iter().any(|word| other.contains(word))
}

/// `FRA-JFK, 10 pieces, 500 kg`.
fn in_words(consignment: &Consignment) -> String {
    let station = |station: Option<consignment::ident::Location>| {
        station.map_or_else(|| "?".to_owned(), |station| station.to_string())
    };
    let mut text = format!("{}-{}", station(consignment.origin), station(consignment.destination));
    if let Some(pieces) = consignment.pieces {
        text.push_str(&format!(", {pieces} pieces"));
    }
    if let Some(weight) = consignment.weight {
        text.push_str(&format!(", {} kg", weight.to_kg().normalize()));
    }
    text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use consignment::Party;
    use consignment::goods::GoodsLine;
    use consignment::ident::Location;
    use consignment::measure::Weight;

    fn shipment() -> Consignment {
        let party = |name: &str| Some(Party { name: name.into(), ..Party::default() });
        Consignment {
            origin: Location::parse("FRA").ok(),
            destination: Location::parse("JFK").ok(),
            shipper: party("RHEINTAL MASCHINEN WERKE"),
            consignee: party("HUDSON HARDWARE SUPPLY"),
            pieces: Some(10),
            weight: Some(Weight::kilograms(500.into())),
            goods: vec![GoodsLine { description: "STEEL HINGES".into(), ..GoodsLine::default() }],
            ..Consignment::default()
        }
    }

    #[test]
    fn an_amendment_is_told_from_another_shipment() {
        type Change = fn(&mut Consignment);
        let way: Change = |c| c.destination = Location::parse("DOH").ok();
        let shipper: Change = |c| c.shipper.as_mut().unwrap().name = "NORDSEE FISCH".into();
        let consignee: Change = |c| c.consignee.as_mut().unwrap().name = "GULF CATERING".into();
        let weight: Change = |c| (c.pieces, c.weight) = (Some(4), Some(Weight::kilograms(80.into())));
        let goods: Change = |c| c.goods[0].description = "FROZEN FISH".into();
        let silence: Change = |c| (c.shipper, c.consignee) = (None, None);
        let cases: &[(&str, &[Change], bool)] = &[
            ("nothing", &[], false),
            ("the way", &[way], false),
            ("both parties", &[shipper, consignee], false),
            ("the way and one party", &[way, shipper], false),
            ("pieces, weight and goods", &[weight, goods], false),
            ("the way and the weight", &[way, weight], false),
            ("parties left out on another way", &[way, silence], false),
            ("the way and both parties", &[way, shipper, consignee], true),
            ("the way and the goods", &[way, weight, goods], true),
            ("the parties and the goods", &[shipper, consignee, weight, goods], true),
        ];
        for (what, changes, other) in cases {
            let mut after = shipment();
            for change in *changes {
                change(&mut after);
            }
            assert_eq!(other_shipment(&shipment(), &after).is_some(), *other, "{what}");
        }
    }
}
