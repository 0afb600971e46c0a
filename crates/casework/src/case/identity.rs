//! Is it still the same shipment? Numbers recur, and an amendment looks like a shipment filed again.

use super::spelling::plain;
use consignment::{Consignment, DocumentKind, Party};
use finding::{Phrase, codes};
use programme::stop_words::cleanse;
use rust_decimal::Decimal;

/// Both shipments in words, where a later version of a filing looks like another shipment under the same
/// number: two of its way, its parties and its goods have nothing in common with the version before.
///
/// What one of the two leaves out counts as common, and so does anything an amendment may mend by itself:
/// one party, the pieces, the weight, a description.
pub(super) fn other_shipment(before: &Consignment, after: &Consignment) -> Option<Phrase> {
    if before.kind.stands_alone() != after.kind.stands_alone() {
        return Some(Phrase::new(codes::gate::WHY_OTHER_KIND));
    }
    let differences = [other_way, other_parties, other_goods].map(|differs| differs(before, after));
    (differences.iter().filter(|differs| **differs).count() >= 2).then(|| {
        Phrase::new(codes::gate::WHY_OTHER_SHIPMENT)
            .with("first", in_words(before))
            .with("second", in_words(after))
    })
}

/// Whether two filings of one house number look like the same goods: their parties, quantity and goods
/// agree, as far as both state them. House numbers recur, also with the same shipper.
pub fn same_goods(one: &Consignment, other: &Consignment) -> bool {
    one.pieces == other.pieces
        && !differ(kg(one), kg(other))
        && !unlike(description(one), description(other))
        && !unlike(name(&one.shipper), name(&other.shipper))
        && !unlike(name(&one.consignee), name(&other.consignee))
}

/// Whether what was filed under another master is a house that left one: it may have been weighed anew, so that its pieces, goods
/// and both parties agree is enough.
pub fn same_moved(one: &Consignment, other: &Consignment) -> bool {
    let both = |party: fn(&Consignment) -> &Option<Party>| party(one).is_some() && party(other).is_some();
    same_goods(one, other)
        || one.pieces.is_some()
            && one.pieces == other.pieces
            && both(|filed| &filed.shipper)
            && both(|filed| &filed.consignee)
            && !unlike(description(one), description(other))
            && !unlike(name(&one.shipper), name(&other.shipper))
            && !unlike(name(&one.consignee), name(&other.consignee))
}

/// Whether the house that somebody names may be the one that was filed: nothing that both state is another, quantities
/// but for rounding; a report may be of a part.
pub fn may_be(filed: &Consignment, named: &Consignment) -> bool {
    let part = matches!(named.kind, DocumentKind::Status | DocumentKind::ManifestLine);
    let pieces = filed.pieces.zip(named.pieces);
    let weights = kg(filed).zip(kg(named));
    !other_way(filed, named)
        && pieces.is_none_or(|(filed, named)| if part { named <= filed } else { named == filed })
        && weights.is_none_or(|(filed, named)| {
            named - filed < Decimal::ONE && (part || filed - named < Decimal::ONE)
        })
        && !unlike(description(filed), description(named))
}

/// Whether the echo of a message can be that of this filing. An echo may be cut short: unless it must be
/// `whole`, what it leaves out says nothing, and its last text may be the start of one.
pub(crate) fn echoes(echo: &Consignment, filed: &Consignment, whole: bool) -> bool {
    let list = |one: usize, other: usize| if whole { one == other } else { one <= other };
    let text = |one: &str, other: &str| if whole { one == other } else { other.starts_with(one) };
    let texts = |one: &[String], other: &[String]| {
        list(one.len(), other.len()) && one.iter().zip(other).all(|(one, other)| text(one, other))
    };
    let party = |one: &Option<Party>, other: &Option<Party>| match (one, other) {
        (None, other) => !whole || other.is_none(),
        (Some(_), None) => false,
        (Some(one), Some(other)) => {
            text(&one.name, &other.name)
                && texts(&one.street, &other.street)
                && text(&one.city, &other.city)
                && text(&one.state, &other.state)
                && text(&one.postcode, &other.postcode)
                && stated(one.country, other.country, whole)
                && text(&one.free_address, &other.free_address)
                && text(&one.account, &other.account)
                && list(one.contacts.len(), other.contacts.len())
                && one.contacts.iter().zip(&other.contacts).all(|(one, other)| text(&one.value, &other.value))
        }
    };
    stated(echo.pieces, filed.pieces, whole)
        && stated(kg(echo), kg(filed), whole)
        && stated(echo.origin, filed.origin, whole)
        && stated(echo.destination, filed.destination, whole)
        && list(echo.goods.len(), filed.goods.len())
        && echo
            .goods
            .iter()
            .zip(&filed.goods)
            .all(|(one, other)| text(&one.description, &other.description) && (!whole || one.hs == other.hs))
        && party(&echo.shipper, &filed.shipper)
        && party(&echo.consignee, &filed.consignee)
        && party(&echo.agent, &filed.agent)
        && list(echo.notify.len(), filed.notify.len())
        && (echo.legs.is_empty() && !whole || echo.legs == filed.legs)
        && list(echo.special_handling.len(), filed.special_handling.len())
        && echo.special_handling.iter().zip(&filed.special_handling).all(|(one, other)| one == other)
        && list(echo.oci.len(), filed.oci.len())
        && echo.oci.iter().zip(&filed.oci).all(|(one, other)| {
            (&one.country, &one.information, &one.control)
                == (&other.country, &other.information, &other.control)
                && text(&one.text, &other.text)
        })
}

fn stated<T: PartialEq>(echo: Option<T>, filed: Option<T>, whole: bool) -> bool {
    echo == filed || !whole && echo.is_none()
}

fn other_way(before: &Consignment, after: &Consignment) -> bool {
    differ(before.origin, after.origin) || differ(before.destination, after.destination)
}

/// Shipper and consignee both have names without a common word.
fn other_parties(before: &Consignment, after: &Consignment) -> bool {
    unlike(name(&before.shipper), name(&after.shipper))
        && unlike(name(&before.consignee), name(&after.consignee))
}

/// The descriptions have no common word, and the quantity or the commodity codes are others.
fn other_goods(before: &Consignment, after: &Consignment) -> bool {
    let codes = |consignment: &Consignment| {
        let codes: Vec<String> = consignment.hs_codes().map(ToString::to_string).collect();
        (!codes.is_empty()).then_some(codes)
    };
    unlike(description(before), description(after))
        && (differ(before.pieces, after.pieces) && differ(kg(before), kg(after))
            || differ(codes(before), codes(after)))
}

fn name(party: &Option<Party>) -> Option<String> {
    party.as_ref().map(|party| party.name.clone())
}

fn kg(consignment: &Consignment) -> Option<Decimal> {
    consignment.weight.map(|weight| weight.to_kg())
}

fn description(consignment: &Consignment) -> Option<String> {
    let lines: Vec<&str> = consignment.goods.iter().map(|line| line.description.as_str()).collect();
    Some(lines.join(" "))
}

fn differ<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one != other)
}

/// Words that so many companies bear that they make no two of them one. Field usage.
const FORMS: [&str; 32] = [
    "AB",
    "AG",
    "AND",
    "AS",
    "BV",
    "CO",
    "COMPANY",
    "CORP",
    "CORPORATION",
    "DE",
    "FZE",
    "FZCO",
    "GMBH",
    "GROUP",
    "INC",
    "INTERNATIONAL",
    "KG",
    "LIMITED",
    "LLC",
    "LLP",
    "LTD",
    "NV",
    "OF",
    "OY",
    "PLC",
    "PT",
    "PTE",
    "PTY",
    "SA",
    "SARL",
    "SPA",
    "THE",
];

/// The words of a text in plain letters, without those that tell nothing apart.
pub(super) fn telling_words(text: &str) -> Vec<String> {
    let mut words = cleanse(text);
    words.retain(|word| !FORMS.contains(&word.to_uppercase().as_str()));
    words.iter().map(|word| plain(word)).collect()
}

/// Whether two texts, both stated, have no word in common that tells one from another.
fn unlike(one: Option<String>, other: Option<String>) -> bool {
    let Some((one, other)) = one.zip(other) else { return false };
    let (one, other) = (telling_words(&one), telling_words(&other));
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
mod tests;
