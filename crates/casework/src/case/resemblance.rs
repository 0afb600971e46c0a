//! Do goods under another number resemble those that must not be loaded?
//!
//! A do-not-load holds the goods, and goods can be filed again under a new number. Two filings resemble each
//! other where two of shipper, consignee and goods are the same in their words and so are pieces or weight, or
//! both parties are the same and most words of the goods, whatever the quantity: goods may be split. Words are the same
//! but for slips: whoever files again what must not be loaded may change a letter. Of goods filed
//! before the order the words are alike in any case. Only an officer can say whether they are the same, and what he says
//! is said of what was compared: a version of each, and the orders in force. Another version or another order compares
//! again.

use super::spelling::nearly_same;
use super::wording::Wording;
use consignment::{Consignment, ConsignmentKey, Party};
use finding::{Phrase, codes};
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What tells the shipper, the consignee and the goods of a filing; `None` where it does not state one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likeness {
    told: [Option<Wording>; 3],
    pieces: Option<u32>,
    weight_kg: Option<rust_decimal::Decimal>,
}

impl Likeness {
    /// Of a filing.
    pub fn of(consignment: &Consignment) -> Self {
        let party = |party: &Option<Party>| Wording::of(&party.as_ref()?.name);
        let goods: Vec<&str> = consignment.goods.iter().map(|line| line.description.as_str()).collect();
        Self {
            told: [party(&consignment.shipper), party(&consignment.consignee), Wording::of(&goods.join(" "))],
            pieces: consignment.pieces,
            weight_kg: consignment.weight.map(|weight| weight.to_kg()),
        }
    }

    /// Keys under which it is found: one for each two of shipper, consignee and goods that are stated, by what their words
    /// sound like. They only find what is then compared, so they need not be the same in another release.
    pub fn keys(&self) -> Vec<u64> {
        let sounds = self.told.each_ref().map(|told| told.as_ref().map(Wording::sound));
        let key = |(one, other): (usize, usize)| {
            let mut hasher = DefaultHasher::new();
            (one, sounds[one].as_ref()?, other, sounds[other].as_ref()?).hash(&mut hasher);
            Some(hasher.finish())
        };
        [(0, 1), (0, 2), (1, 2)].into_iter().filter_map(key).collect()
    }

    /// Whether both may be the same goods.
    pub fn resembles(&self, other: &Self) -> bool {
        let same = (0..3).filter(|of| self.says_the_same(other, *of)).count();
        let pieces = self.pieces.is_some() && self.pieces == other.pieces;
        let weight = self.weight_kg.is_some() && self.weight_kg == other.weight_kg;
        let parties = (0..2).all(|of| self.says_the_same(other, of));
        parties && self.goods_much_alike(other) || same >= 2 && (pieces || weight)
    }

    /// Whether both say the same shipper, consignee or goods, but for slips and the order of words.
    fn says_the_same(&self, other: &Self, of: usize) -> bool {
        self.told[of].as_ref().zip(other.told[of].as_ref()).is_some_and(|(one, other)| one.is_like(other))
    }

    /// Whether goods that were filed before anybody forbade these may be the same: where nobody had a reason yet to call
    /// them otherwise, their words are alike, and the quantity alone makes no other goods the same.
    pub fn resembled(&self, before: &Self) -> bool {
        self.resembles(before) && self.goods_much_alike(before)
    }

    /// Whether both describe the same goods, or at least half of the words of one description, the shorter, stand in the
    /// other.
    fn goods_much_alike(&self, other: &Self) -> bool {
        let Some((one, two)) = self.told[2].as_ref().zip(other.told[2].as_ref()) else { return false };
        if one.is_like(two) {
            return true;
        }
        let (one, two) = (one.words(), two.words());
        let stand = |words: &[String], there: &[String]| {
            words.iter().filter(|word| there.iter().any(|known| nearly_same(word, known))).count()
        };
        let shared = stand(one, two).min(stand(two, one));
        shared > 0 && 2 * shared >= one.len().min(two.len())
    }
}

/// What stands between the orders of a comparison.
const BETWEEN_ORDERS: &str = "; ";

/// What was compared: goods, and others that must not be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared<'a> {
    /// The others.
    pub other: &'a ConsignmentKey,
    /// Which version of the goods, from 1.
    pub version: usize,
    /// Which version of the others, from 1: the latest that they resemble.
    pub of: usize,
    /// The orders that forbid to load the others, each in words that tell it from any other.
    pub orders: &'a BTreeSet<String>,
}

impl Compared<'_> {
    /// It in words, by which a resemblance is known.
    pub fn why(&self) -> Phrase {
        let orders: Vec<String> = self.orders.iter().map(|order| order.replace(';', ",")).collect();
        Phrase::new(codes::gate::WHY_RESEMBLES)
            .with("other", self.other.to_string())
            .with("version", self.version.to_string())
            .with("of", self.of.to_string())
            .with("orders", orders.join(BETWEEN_ORDERS))
    }
}

/// The version since which the last of these says the same, from 1; 0 where there is none.
pub fn unchanged_since(versions: &[Likeness]) -> usize {
    let last = versions.last();
    versions.len() - versions.iter().rev().take_while(|one| Some(*one) == last).count()
        + usize::from(last.is_some())
}

/// The latest version that is alike, from 1, by when it was first said.
pub fn latest_alike(versions: &[Likeness], alike: impl Fn(&Likeness) -> bool) -> Option<usize> {
    let first = versions.iter().enumerate().filter(|(at, one)| !versions[..*at].contains(one));
    first.filter(|(_, one)| alike(one)).map(|(at, _)| at + 1).last()
}

/// Whether both are of the same two goods, whatever versions and orders were compared.
pub(super) fn is_of_the_same(one: &Phrase, other: &Phrase) -> bool {
    one.code == other.code && argument(one, "other") == argument(other, "other")
}

/// Whether a resemblance is to these goods.
pub(super) fn is_of(why: &Phrase, other: &ConsignmentKey) -> bool {
    argument(why, "other") == Some(&other.to_string())
}

/// Whether what officers said of one comparison holds for another: nothing was filed or ordered since.
pub(super) fn covers(settled: &Phrase, why: &Phrase) -> bool {
    let number = |phrase, name| argument(phrase, name).and_then(|text| text.parse::<usize>().ok());
    let as_late = |name| number(settled, name).zip(number(why, name)).is_some_and(|(then, now)| then >= now);
    let orders = |phrase| -> BTreeSet<String> {
        let orders = argument(phrase, "orders").unwrap_or_default();
        orders.split(BETWEEN_ORDERS).map(str::to_owned).collect()
    };
    settled == why
        || is_of_the_same(settled, why)
            && as_late("version")
            && as_late("of")
            && orders(settled).is_superset(&orders(why))
}

fn argument<'a>(phrase: &'a Phrase, name: &str) -> Option<&'a str> {
    phrase.args.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use consignment::goods::GoodsLine;
    use consignment::ident::HouseWaybill;
    use consignment::measure::Weight;

    fn filing(shipper: &str, consignee: &str, goods: &str, pieces: u32, kg: i64) -> Likeness {
        let party = |name: &str| Some(Party { name: name.into(), ..Party::default() });
        Likeness::of(&Consignment {
            shipper: party(shipper),
            consignee: party(consignee),
            pieces: Some(pieces),
            weight: Some(Weight::kilograms(kg.into())),
            goods: vec![GoodsLine { description: goods.into(), ..GoodsLine::default() }],
            ..Consignment::default()
        })
    }

    #[test]
    fn goods_that_resemble_others_share_a_key() {
        let known = filing("NORDSEE FISCH GMBH", "GULF CATERING LLC", "FROZEN FISH", 4, 80);
        let (fish, catering) = ("NORDSEE FISCH", "GULF CATERING");
        // What it shows, the other goods, and whether they resemble them when filed after an order, and before it.
        let cases = [
            ("the same", filing("Nordsee Fisch", "Gulf Catering", "fish, frozen", 4, 80), true, true),
            ("another quantity", filing(fish, catering, "FROZEN FISH", 9, 200), true, true),
            ("another consignee", filing(fish, "HARBOUR FOODS", "FROZEN FISH", 4, 81), true, true),
            ("a part of it, in fewer words", filing(fish, catering, "FISH", 1, 20), true, true),
            ("other words for the goods", filing(fish, catering, "SEAFOOD", 5, 80), true, false),
            ("other goods, other quantity", filing(fish, catering, "ICE", 5, 90), false, false),
            (
                "a letter of the shipper, and half of it",
                filing("NORTSEE FISCH", catering, "FROZEN FISH", 2, 40),
                true,
                true,
            ),
            (
                "the first letter of the shipper",
                filing("BORDSEE FISCH", catering, "FROZEN FISH", 2, 40),
                true,
                true,
            ),
            ("a letter of each", filing("NORDSEA FISH", "GOLF KATERING", "FROZEN FISCH", 2, 40), true, true),
            (
                "other parties, two letters apart",
                filing("NORDSEE HOLZ", "GULF CATERING", "FROZEN FISH", 2, 40),
                false,
                false,
            ),
            ("the goods alone", filing("A B", "C D", "FROZEN FISH", 4, 80), false, false),
            ("nothing", filing("A B", "C D", "ICE", 5, 90), false, false),
        ];
        for (what, other, expected, before) in cases {
            assert_eq!(known.resembles(&other), expected, "{what}");
            assert_eq!(known.resembled(&other), before, "{what}, filed before");
            let shared = known.keys().iter().any(|key| other.keys().contains(key));
            assert!(shared || !expected, "{what} is not found");
        }
    }

    #[test]
    fn half_of_the_words_make_goods_much_alike() {
        let alike = |goods: &str, other: &str| {
            let of = |goods| filing("NORDSEE FISCH", "GULF CATERING", goods, 4, 80);
            // The quantities are others, so that only the words tell.
            let other = filing("NORDSEE FISCH", "GULF CATERING", other, 9, 200);
            assert_eq!(of(goods).resembles(&other), other.resembles(&of(goods)), "{goods}");
            of(goods).resembles(&other)
        };
        assert!(alike("FROZEN FISH", "FISH FINGERS"), "one of two");
        assert!(!alike("FROZEN FISH FILLETS", "FISH OIL CAPSULES"), "one of three");
        assert!(alike("FROZEN FISH FILLETS", "FROZEN FISH FINGERS"), "two of three");
        assert!(!alike("FROZEN FISH FILLETS", "MACHINE SPARE PARTS"), "none");
        assert!(!alike("", ""), "goods of which nothing is said are not known to be alike");
    }

    #[test]
    fn a_filing_is_found_by_what_it_states() {
        assert_eq!(filing("NORDSEE FISCH", "", "", 4, 80).keys().len(), 0);
        assert_eq!(filing("NORDSEE FISCH", "", "FROZEN FISH", 4, 80).keys().len(), 1);
        assert_eq!(filing("NORDSEE FISCH", "GULF CATERING", "FROZEN FISH", 4, 80).keys().len(), 3);
    }

    #[test]
    fn silence_resembles_nothing() {
        let silent = Likeness::of(&Consignment::default());
        assert!(silent.keys().is_empty() && !silent.resembles(&silent));
    }

    /// What was settled holds for what was compared, and for less of it.
    #[test]
    fn another_version_or_order_compares_again() {
        let other = ConsignmentKey { master: None, house: Some(HouseWaybill::parse("RHA").unwrap()) };
        let why = |version, of, orders: &[&str]| {
            let orders = orders.iter().map(|order| (*order).to_owned()).collect();
            Compared { other: &other, version, of, orders: &orders }.why()
        };
        let settled = why(2, 3, &["A 1", "B; 2"]);
        let cases = [
            (why(2, 3, &["A 1", "B; 2"]), true),
            (why(2, 2, &["A 1"]), true),
            (why(3, 3, &["A 1"]), false),
            (why(2, 4, &["A 1"]), false),
            (why(2, 3, &["A 1", "B"]), false),
            (why(2, 3, &["A 1", "2"]), false),
            (why(2, 3, &["A 2"]), false),
        ];
        for (now, expected) in cases {
            assert_eq!(covers(&settled, &now), expected, "{now:?}");
        }
        // What was settled before comparisons were kept compares again.
        let before = Phrase::new(codes::gate::WHY_RESEMBLES).with("other", other.to_string());
        assert!(!covers(&before, &settled) && covers(&before, &before) && is_of_the_same(&before, &settled));
    }

    #[test]
    fn a_version_counts_from_when_it_was_first_said() {
        let [one, two] = ["ICE", "FISH"].map(|goods| filing("A B", "C D", goods, 1, 1));
        let versions = [one.clone(), two.clone(), one.clone(), one.clone()];
        assert_eq!([0, 1, 2, 3, 4].map(|count| unchanged_since(&versions[..count])), [0, 1, 2, 3, 3]);
        assert_eq!(latest_alike(&versions, |version| *version == one), Some(1));
        assert_eq!(latest_alike(&versions, |_| true), Some(2));
        assert_eq!(latest_alike(&versions, |_| false), None);
    }
}
