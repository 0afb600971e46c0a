//! Addresses as hits of their own: the same street and number, or the same post office box, as an entry of a list.
//!
//! A denied person's address is evidence even where the name is new. Parts are told apart by plain rules, without a
//! model of the world's addresses: a number not behind a word for a unit inside a building, a street's own words
//! without words for its kind, and a city, post code or country that must agree and may not contradict.

mod parts;

use crate::country::country_code;
use crate::limits::EVIDENCE_HITS_MAX;
use crate::list::{Address, List};
use crate::query::Query;
use crate::snapshot::ListedEntry;
use parts::{Line, alike};
use std::collections::HashMap;

/// An entry of a list that has an address which is, to all appearance, the one asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressHit {
    /// Where the entry stands.
    pub entry: ListedEntry,
    /// The entry's address that agrees, in one line.
    pub matched: String,
    /// What agrees, the street or box first.
    pub agreements: Vec<AddressAgreement>,
}

/// One part of two addresses that agrees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressAgreement {
    /// Which part.
    pub part: AddressPart,
    /// As asked.
    pub query: String,
    /// As listed.
    pub list: String,
}

/// A part of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AddressPart {
    /// Post office box.
    Box,
    /// Number of the house in its street.
    Number,
    /// Street, place or building.
    Street,
    /// Post code.
    PostalCode,
    /// City or place.
    City,
    /// Country.
    Country,
}

impl AddressPart {
    /// The word used in published documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Box => "box",
            Self::Number => "number",
            Self::Street => "street",
            Self::PostalCode => "postal-code",
            Self::City => "city",
            Self::Country => "country",
        }
    }
}

/// The addresses of lists, found by the number of the house or box.
#[derive(Debug, Default)]
pub(crate) struct Addresses {
    listed: Vec<Listed>,
    by_number: HashMap<Box<str>, Vec<u32>>,
}

#[derive(Debug)]
struct Listed {
    /// Place of the list in the snapshot, of the entry in the list, of the address in the entry.
    list: u32,
    entity: u32,
    address: u32,
    street: Line,
    places: Places,
}

/// Where a street is.
#[derive(Debug, Default)]
struct Places {
    /// Words of the city; several where a line does not say which of its parts is the city.
    cities: Vec<Vec<String>>,
    postal_codes: Vec<String>,
    country: Option<&'static str>,
}

/// The street of a listed address, and where it is. A list may write an address in one line, and then the first
/// part with a number of a house or box is the street; `None` where none has.
fn split(address: &Address) -> Option<(Line, Places)> {
    let mut places = Places::default();
    let mut note = |text: &str| {
        let line = Line::of(text);
        if !line.words.is_empty() {
            places.cities.push(line.words.clone());
        }
        places.postal_codes.extend(line.joined());
    };
    let text = address.street.as_deref()?;
    let parts: Vec<&str> = text.split([',', ';', '\n']).map(str::trim).collect();
    let numbered = parts.iter().position(|part| Line::of(part).key().is_some())?;
    // A number may stand in a part of its own, before its street or behind it.
    let named = |line: &Line| line.post_box.is_some() || !line.words.is_empty() || line.numbers.len() > 1;
    let after = (numbered..parts.len()).map(|end| (numbered, end));
    let before = (0..numbered).rev().map(|start| (start, numbered));
    let line = |(start, end): &(usize, usize)| Line::of(&parts[*start..=*end].join(", "));
    let (start, street) = after.chain(before).find(|part| named(&line(part)))?;
    let mut country = address.country.as_deref().and_then(country_code);
    for part in &parts[street + 1..] {
        match country_code(part) {
            Some(code) => country = country.or(Some(code)),
            None => note(part),
        }
    }
    for part in [&address.city, &address.postal_code].into_iter().flatten() {
        note(part);
    }
    places.country = country;
    Some((line(&(start, street)), places))
}

impl Addresses {
    pub(crate) fn new(lists: &[List]) -> Self {
        Self::of(lists, |_, _| true)
    }

    /// Those of the entries that are wanted, by the places of list and entry.
    pub(crate) fn of(lists: &[List], wanted: impl Fn(u32, u32) -> bool) -> Self {
        let mut addresses = Self::default();
        for (list_place, list) in lists.iter().enumerate() {
            for (entity_place, entity) in list.entities.iter().enumerate() {
                if !wanted(as_u32(list_place), as_u32(entity_place)) {
                    continue;
                }
                for (address_place, address) in entity.addresses.iter().enumerate() {
                    let Some((street, places)) = split(address) else { continue };
                    let Some(key) = street.key() else { continue };
                    let index = u32::try_from(addresses.listed.len()).unwrap_or(u32::MAX);
                    addresses.by_number.entry(key.into()).or_default().push(index);
                    addresses.listed.push(Listed {
                        list: as_u32(list_place),
                        entity: as_u32(entity_place),
                        address: as_u32(address_place),
                        street,
                        places,
                    });
                }
            }
        }
        addresses
    }

    /// The entries that have the address of the query, in the order of lists and entries, each once.
    pub(crate) fn screen(&self, query: &Query, lists: &[List]) -> Vec<AddressHit> {
        let Some(text) = query.address.as_deref() else { return Vec::new() };
        let asked = Line::of(text);
        let countries: Vec<&str> =
            query.country.iter().flat_map(|text| text.split(';')).filter_map(country_code).collect();
        let keys = asked.keys();
        let mut hits: Vec<AddressHit> = Vec::new();
        let mut found: Vec<u32> =
            keys.iter().filter_map(|key| self.by_number.get(key.as_str())).flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        for listed in found.iter().filter_map(|place| self.listed.get(*place as usize)) {
            let Some(agreements) = listed.agrees(&asked, &countries) else { continue };
            let list = &lists[listed.list as usize];
            let entity = &list.entities[listed.entity as usize];
            let again = hits
                .last()
                .is_some_and(|last| last.entry.source == list.source && last.entry.entity_id == entity.id);
            if again || hits.len() >= EVIDENCE_HITS_MAX {
                continue;
            }
            hits.push(AddressHit {
                entry: ListedEntry::new(list, entity),
                matched: entity.addresses[listed.address as usize].text(),
                agreements,
            });
        }
        hits
    }
}

impl Listed {
    /// What agrees, where this is the address asked about.
    fn agrees(&self, asked: &Line, countries: &[&str]) -> Option<Vec<AddressAgreement>> {
        let Places { cities, postal_codes, country } = &self.places;
        if country.is_some_and(|country| !countries.is_empty() && !countries.contains(&country)) {
            return None;
        }
        let mut agreements = Vec::new();
        let mut agree = |part, query: String, list: String| {
            agreements.push(AddressAgreement { part, query, list });
        };
        let boxed = self.street.post_box.is_some() && self.street.post_box == asked.post_box;
        let numbered = self.street.numbers.first().is_some_and(|number| asked.numbers.contains(number));
        let streets = self.street.found_in(asked);
        // One word names many streets: it wants a place beside it.
        let named = !streets.is_empty();
        // Streets of a grid are numbered, too: all the numbers say what a name would.
        let grid = self.street.words.is_empty()
            && self.street.numbers.len() > 1
            && self.street.numbers.iter().all(|number| asked.numbers.contains(number));
        let street = numbered && (named || grid);
        if !boxed && !street {
            return None;
        }
        if boxed {
            let number = self.street.post_box.clone().unwrap_or_default();
            agree(AddressPart::Box, number.clone(), number);
        }
        if street {
            let numbers = if named { &self.street.numbers[..1] } else { &self.street.numbers[..] };
            agree(AddressPart::Number, numbers.join(" "), numbers.join(" "));
            if named {
                let (query, list): (Vec<&str>, Vec<&str>) = streets.iter().copied().unzip();
                agree(AddressPart::Street, query.join(" "), list.join(" "));
            }
        }
        let code =
            postal_codes.iter().find(|code| asked.numbers.contains(code) || asked.codes.contains(code));
        if let Some(code) = code {
            agree(AddressPart::PostalCode, code.clone(), code.clone());
        }
        let city = cities
            .iter()
            .find(|city| city.iter().all(|word| asked.words.iter().any(|known| alike(word, known))));
        if let Some(city) = city {
            agree(AddressPart::City, city.join(" "), city.join(" "));
        }
        let country = country.filter(|country| countries.contains(country));
        if let Some(country) = country {
            agree(AddressPart::Country, country.to_owned(), country.to_owned());
        }
        let placed = code.is_some() || city.is_some();
        // Where the list names no place apart, two words of a street in the same country do.
        let alone = cities.is_empty()
            && postal_codes.is_empty()
            && street
            && streets.len() >= 2
            && (country.is_some() || streets.len() >= 3);
        (placed || alone).then_some(agreements)
    }
}

fn as_u32(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::{ListFile, Query, Snapshot, load};

    fn snapshot() -> Snapshot {
        let csv = "# loadgate-watch-list: Border watch of Freedonia; edition: 2026-11-01\n\
            id,name,address\n\
            W-1,Zephyr Border Trading FZE,\"Shed 4, Harbour Road 17, Port Nowhere, Freedonia\"\n\
            W-2,Lantern Freight,\"P.O. Box 1187, Port Nowhere, Freedonia\"\n\
            W-3,Quill Parts GmbH,\"Erfundene Strasse 12, 63065 Offenbach, Germany\"\n";
        let loaded = load(vec![ListFile { name: "watch.csv".to_owned(), bytes: csv.into() }]);
        assert!(loaded.findings.is_empty(), "{:?}", loaded.findings);
        Snapshot::new(loaded.lists)
    }

    #[test]
    fn the_same_street_and_number_is_a_hit() {
        let snapshot = snapshot();
        let found = |address: &str, country: Option<&str>| {
            let query = Query {
                address: Some(address.to_owned()),
                country: country.map(str::to_owned),
                ..Query::new("SOMEBODY ELSE")
            };
            let hits = snapshot.screen_addresses(&query);
            hits.iter().map(|hit| hit.entry.entity_id.clone()).collect::<Vec<_>>()
        };
        let cases: &[(&str, Option<&str>, &[&str])] = &[
            ("17 HARBOUR RD, PORT NOWHERE", None, &["W-1"]),
            ("HARBOR ROAD 17 SUITE 3 PORT NOWHERE", None, &["W-1"]),
            ("18 HARBOUR RD, PORT NOWHERE", None, &[]),
            ("17 HARBOUR RD, PORT SOMEWHERE", None, &[]),
            ("4 MARKET SQUARE, PORT NOWHERE", None, &[]),
            ("PO BOX 1187 PORT NOWHERE", None, &["W-2"]),
            ("POB 1187, OTHERTOWN", None, &[]),
            ("1187 HARBOUR ROAD PORT NOWHERE", None, &[]),
            ("ERFUNDENE STR. 12, D-63065 OFFENBACH AM MAIN", Some("DE"), &["W-3"]),
            ("ERFUNDENE STRASSE 12 OFFENBACH", None, &["W-3"]),
            ("ERFUNDENE STRASSE 12 OFFENBACH", Some("FR"), &[]),
            ("ERFUNDENE STRASSE 12 A, OFFENBACH", None, &["W-3"]),
            ("", None, &[]),
        ];
        for (address, country, expected) in cases {
            assert_eq!(found(address, *country), *expected, "{address}");
        }
    }
}
