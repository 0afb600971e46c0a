//! Numbers of documents and registrations: as a fact beside a name, and as hits of their own.
//!
//! A passport or registration number that a list gives is evidence whatever name comes with it. Numbers are compared
//! by their letters and digits alone; a short one is everywhere and tells something only beside a name, or where both
//! sides say what it is and of which country.

use crate::country::country_code;
use crate::limits::EVIDENCE_HITS_MAX;
use crate::list::{Document, List, Schema};
use crate::query::Query;
use crate::snapshot::ListedEntry;
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;

/// Fewest letters and digits of a number that is compared at all.
const LENGTH_LEAST: usize = 4;
/// Fewest of one that is a hit by itself: where both sides say what it is and of which country, and otherwise. Of all
/// numbers of five digits the OFAC list of 2021 and the UN list of 2025 have one in 450, of those of six one in 3,800, of
/// those of seven one in 19,000.
const LENGTH_STATED: usize = 5;
const LENGTH_ALONE: usize = 7;
/// Longest text that is read for a number.
const TEXT_MAX: usize = 200;

/// An entry of a list that has a document with the number asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentHit {
    /// Where the entry stands.
    pub entry: ListedEntry,
    /// The document as asked about.
    pub query: Document,
    /// The entry's document.
    pub matched: Document,
}

/// Why a text is no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{text:?} has no number of four or more letters and digits; write NUMBER, KIND:NUMBER or KIND:NUMBER@COUNTRY"
)]
pub struct DocumentError {
    /// The text.
    pub text: String,
}

impl std::str::FromStr for Document {
    type Err = DocumentError;

    /// Reads `NUMBER`, `KIND:NUMBER`, `NUMBER@COUNTRY` or `KIND:NUMBER@COUNTRY`, such as `passport:A 1234567@IR`.
    fn from_str(text: &str) -> Result<Self, DocumentError> {
        let (kind, rest) = text.split_once(':').unwrap_or(("", text));
        let (number, country) = match rest.rsplit_once('@') {
            Some((number, country)) => (number, Some(country.trim())),
            None => (rest, None),
        };
        let document = Self {
            kind: kind.trim().to_owned(),
            number: number.trim().to_owned(),
            country: country.filter(|country| !country.is_empty()).map(str::to_owned),
        };
        match Numbered::of(&document) {
            Some(_) => Ok(document),
            None => Err(DocumentError { text: text.to_owned() }),
        }
    }
}

impl Document {
    /// Whether it is given as the IMO number of a ship, which it cannot be: its last digit does not fit the others. Such a
    /// number is held against no ship. Companies of the same scheme have numbers by another rule.
    pub fn is_mistyped_ship_number(&self, schema: Option<Schema>) -> bool {
        let is_ship = !matches!(schema, Some(Schema::Organisation | Schema::Person | Schema::Aircraft));
        is_ship
            && Numbered::of(self).is_some_and(|known| known.class == Class::Imo && !known.is_hull_number())
    }
}

impl std::fmt::Display for Document {
    /// As it is read; the kind of a list may say more than one word.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.kind.is_empty() {
            write!(formatter, "{}:", self.kind)?;
        }
        formatter.write_str(&self.number)?;
        match &self.country {
            Some(country) => write!(formatter, "@{country}"),
            None => Ok(()),
        }
    }
}

/// What a number is of, as far as it decides which numbers may be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Not stated.
    Unknown,
    /// Passports and other papers to travel with.
    Passport,
    /// Any number by which a State keeps persons or organisations: identity, tax, registers. Lists mix them up.
    State,
    /// Ship, or company of ships, in the scheme of the IMO.
    Imo,
    /// Radio station of a ship.
    Mmsi,
    /// Call sign, which may pass to another.
    CallSign,
    /// Mark of registration of an aircraft, which may pass to another.
    Tail,
    /// Serial number of an aircraft or a hull.
    Craft,
    /// Bank identifier.
    Bank,
    /// Legal entity identifier.
    Lei,
}

/// Words for kinds, in the order in which they decide. Field usage of the lists in `source/`.
const CLASSES: [(Class, &[&str]); 8] = [
    (Class::Imo, &["IMO", "IMONUMBER"]),
    (Class::Mmsi, &["MMSI"]),
    (Class::Passport, &["PASSPORT", "PASSPORTNUMBER", "PASSEPORT", "PASAPORTE", "REISEPASS", "TRAVEL"]),
    (Class::CallSign, &["CALL", "CALLSIGN"]),
    (Class::Craft, &["SERIAL", "SERIALNUMBER", "CONSTRUCTION", "MSN", "HULL", "HIN"]),
    (Class::Tail, &["TAIL", "TAILNUMBER", "AIRCRAFT", "MARK", "MARKS", "REGISTRATIONMARK"]),
    (Class::Bank, &["SWIFT", "BIC", "SWIFTBIC"]),
    (Class::Lei, &["LEI", "LEICODE"]),
];

/// Kinds that number a publication or a security, which are of many.
const NOT_OF_ONE: [&str; 3] = ["GAZETTE", "ISIN", "TICKER"];

impl Class {
    fn of(kind: &[String], number_is_imo: bool) -> Option<Self> {
        if kind.iter().any(|word| NOT_OF_ONE.contains(&word.as_str())) {
            return None;
        }
        if number_is_imo {
            return Some(Self::Imo);
        }
        if kind.is_empty() {
            return Some(Self::Unknown);
        }
        let named = |words: &[&str]| kind.iter().any(|word| words.contains(&word.as_str()));
        let found = CLASSES.iter().find(|(_, words)| named(words));
        Some(found.map_or(Self::State, |(class, _)| *class))
    }

    /// Whether numbers of the two may be one.
    fn is_compatible(self, other: Self) -> bool {
        let paper = |class| matches!(class, Self::Passport | Self::State);
        self == other || self == Self::Unknown || other == Self::Unknown || (paper(self) && paper(other))
    }

    /// Whether letters alone may be a number of it.
    fn has_letters_alone(self) -> bool {
        matches!(self, Self::Bank | Self::CallSign | Self::Tail)
    }
}

/// A document with its number in the form that is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Numbered {
    pub(crate) class: Class,
    /// Words of the kind.
    kind: Vec<String>,
    /// Capital letters and digits without the zeros that lead the first digits.
    key: String,
    /// How many letters and digits it has, zeros included.
    length: usize,
    country: Option<&'static str>,
}

impl Numbered {
    /// Nothing where there is no number that could tell anything.
    pub(crate) fn of(document: &Document) -> Option<Self> {
        let kind = kind_words(&document.kind);
        let (number, is_imo) = number_in(&document.number);
        let class = Class::of(&kind, is_imo)?;
        let numeric = number.contains(|c: char| c.is_ascii_digit()) || class.has_letters_alone();
        let length = number.chars().count();
        if !numeric || length < LENGTH_LEAST {
            return None;
        }
        let digits = number.find(|c: char| c.is_ascii_digit()).unwrap_or(number.len());
        let (head, tail) = number.split_at(digits);
        let key = format!("{head}{}", tail.trim_start_matches('0'));
        // Zeros alone are a form that nobody filled in.
        let country = document.country.as_deref().and_then(country_code);
        (key.len() > head.len() || class.has_letters_alone()).then_some(Self {
            class,
            kind,
            key,
            length,
            country,
        })
    }

    /// Whether both are, to all appearance, one document.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.key == other.key && self.class.is_compatible(other.class) && !self.is_of_another_country(other)
    }

    /// Whether both are of one kind, of which a party has one, and have other numbers.
    pub(crate) fn is_another(&self, other: &Self) -> bool {
        let one_kind = match (self.class, other.class) {
            (Class::State, Class::State) => self.kind == other.kind,
            (Class::Unknown, _) | (Class::CallSign | Class::Bank | Class::Tail, _) => false,
            (class, other) => class == other,
        };
        one_kind && self.key != other.key && !self.is_of_another_country(other)
    }

    fn is_of_another_country(&self, other: &Self) -> bool {
        self.country.zip(other.country).is_some_and(|(one, other)| one != other)
    }

    /// Whether one number of both tells enough by itself.
    fn tells_alone(&self, other: &Self) -> bool {
        let length = self.length.min(other.length);
        let stated = self.class == other.class && self.class != Class::Unknown && self.country.is_some();
        // Marks are given to one aircraft at a time, whatever the State (ICAO Annex 7).
        let marked = self.class == Class::Tail && other.class == Class::Tail && length >= LENGTH_STATED;
        length >= LENGTH_ALONE
            || marked
            || (length >= LENGTH_STATED && stated && self.country == other.country)
    }

    /// Whether it may be the number of a ship: the last of the seven digits is that of the sum of the others, each times 7
    /// to 2 (IMO ship identification number scheme, resolution A.1117(30)).
    fn is_hull_number(&self) -> bool {
        let digits = || self.key.bytes().map(|byte| u32::from(byte.wrapping_sub(b'0')));
        let sum: u32 = digits().take(6).zip((2..=7).rev()).map(|(digit, times)| digit.min(9) * times).sum();
        self.key.len() == 7 && digits().all(|digit| digit < 10) && digits().next_back() == Some(sum % 10)
    }

    /// Whether of two numbers of ships one is none, or they are a slip apart.
    pub(crate) fn may_be_hull_misread(&self, other: &Self) -> bool {
        !self.is_hull_number()
            || !other.is_hull_number()
            || crate::edits::plain(&self.key, &other.key, 1).is_some()
    }

    /// What it says, for binding a decision to it.
    pub(crate) fn fields(&self) -> Vec<String> {
        vec![self.kind.join(" "), self.key.clone(), self.country.unwrap_or_default().to_owned()]
    }
}

/// The words of a kind in capitals; `R.F.C.` is one.
fn kind_words(kind: &str) -> Vec<String> {
    let kind: String = kind.chars().take(TEXT_MAX).filter(|c| !matches!(c, '.' | '\'')).collect();
    let words = kind.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_uppercase).filter(|word| !NUMBER_WORDS.contains(&word.as_str())).collect()
}

/// Words that only say that a number follows.
const NUMBER_WORDS: [&str; 9] = ["NO", "NR", "NUM", "NUMBER", "NUMERO", "NÚMERO", "NUMÉRO", "N", "№"];

/// Longest word of letters alone that belongs to the number beside it.
const SERIES_MOST: usize = 3;

/// The letters and digits of the number in a text, which may tell more ("Afghan passport number SE 012820"), and
/// whether it is written as one of the IMO.
fn number_in(text: &str) -> (String, bool) {
    let text: String = text.chars().take(TEXT_MAX).nfkc().map(ascii_digit).collect::<String>().to_uppercase();
    let has_digit = |word: &str| word.contains(|c: char| c.is_ascii_digit());
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| word.chars().filter(|c| c.is_alphanumeric()).collect::<String>())
        .filter(|word| !word.is_empty())
        .collect();
    let Some(first) = words.iter().position(|word| has_digit(word)) else {
        return (words.concat(), false);
    };
    let is_series = |word: &&String| {
        word.chars().count() <= SERIES_MOST && !NUMBER_WORDS.contains(&word.as_str()) && word.as_str() != "ID"
    };
    let before = words[..first].iter().rev().take_while(is_series).count();
    let after = words[first..].iter().take_while(|word| has_digit(word) || is_series(word)).count();
    let number = words[first - before..first + after].concat();
    // The IMO's numbers have seven digits (resolution A.1117(30)).
    let imo = number
        .strip_prefix("IMO")
        .filter(|digits| digits.len() == 7 && digits.bytes().all(|byte| byte.is_ascii_digit()));
    match imo {
        Some(digits) => (digits.to_owned(), true),
        None => (number, false),
    }
}

/// Arabic and Persian digits as those of ASCII; compatibility forms are composed already.
fn ascii_digit(c: char) -> char {
    let digit = match u32::from(c) {
        code @ 0x0660..=0x0669 => code - 0x0660,
        code @ 0x06F0..=0x06F9 => code - 0x06F0,
        _ => return c,
    };
    char::from_digit(digit, 10).unwrap_or(c)
}

/// The documents of lists, found by number.
#[derive(Debug, Default)]
pub(crate) struct Documents {
    /// Places of the list in the snapshot, of the entry in the list, of the document in the entry.
    by_number: HashMap<Box<str>, Vec<(u32, u32, u32)>>,
}

impl Documents {
    pub(crate) fn new(lists: &[List]) -> Self {
        Self::of(lists, |_, _| true)
    }

    /// Those of the entries that are wanted, by the places of list and entry.
    pub(crate) fn of(lists: &[List], wanted: impl Fn(u32, u32) -> bool) -> Self {
        let mut documents = Self::default();
        for (list_place, list) in (0..).zip(lists) {
            for (entity_place, entity) in (0..).zip(&list.entities) {
                if !wanted(list_place, entity_place) {
                    continue;
                }
                for (document_place, document) in (0..).zip(&entity.documents) {
                    let Some(numbered) = Numbered::of(document) else { continue };
                    if numbered.length >= LENGTH_STATED {
                        let places = documents.by_number.entry(numbered.key.into()).or_default();
                        places.push((list_place, entity_place, document_place));
                    }
                }
            }
        }
        documents
    }

    /// The entries that have a document of the query, in the order of lists and entries, each once.
    pub(crate) fn screen(&self, query: &Query, lists: &[List]) -> Vec<DocumentHit> {
        let mut found: Vec<((u32, u32), DocumentHit)> = Vec::new();
        for document in &query.documents {
            let Some(asked) = Numbered::of(document) else { continue };
            for (list_place, entity_place, place) in
                self.by_number.get(asked.key.as_str()).into_iter().flatten()
            {
                let list = &lists[*list_place as usize];
                let entity = &list.entities[*entity_place as usize];
                let matched = &entity.documents[*place as usize];
                let is_hit = Numbered::of(matched)
                    .is_some_and(|listed| asked.is_same(&listed) && asked.tells_alone(&listed));
                if is_hit {
                    let entry = ListedEntry::new(list, entity);
                    let hit = DocumentHit { entry, query: document.clone(), matched: matched.clone() };
                    found.push(((*list_place, *entity_place), hit));
                }
            }
        }
        // Stable: of several documents of an entry the one asked about first.
        found.sort_by_key(|(places, _)| *places);
        found.dedup_by_key(|(places, _)| *places);
        found.into_iter().take(EVIDENCE_HITS_MAX).map(|(_, hit)| hit).collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Document {
        text.parse().unwrap()
    }

    fn numbered(text: &str) -> Numbered {
        Numbered::of(&read(text)).unwrap()
    }

    #[test]
    fn a_document_is_a_number_with_what_is_known_of_it() {
        for (text, kind, number, country) in [
            ("A1234567", "", "A1234567", None),
            ("passport: A 1234567 @IR", "passport", "A 1234567", Some("IR")),
            ("1234567@Freedonia", "", "1234567", Some("Freedonia")),
            ("Tax ID No.:77-1234", "Tax ID No.", "77-1234", None),
        ] {
            let document = read(text);
            assert_eq!((document.kind.as_str(), document.number.as_str()), (kind, number), "{text}");
            assert_eq!(document.country.as_deref(), country, "{text}");
            assert_eq!(document.to_string().parse::<Document>().unwrap(), document, "{text}");
        }
        for text in ["", "12", "passport:", "UNKNOWN", "0000", "passport:---@IR", "gazette:1234567"] {
            assert!(text.parse::<Document>().is_err(), "{text}");
        }
    }

    #[test]
    fn the_same_number_is_found_however_it_is_written() {
        for (one, other) in [
            ("A1234567", "a 1234567"),
            ("passport:A-1234567", "A1234567"),
            ("0094195", "94195"),
            ("D 0001203", "D001203"),
            ("Afghan passport number SE 012820", "passport:SE012820"),
            ("Provisional passport No.: 28642163", "28642163"),
            ("IMO 9187629", "imo:9187629"),
            ("IMO 9187629", "Vessel Registration Identification:IMO 9187629"),
            ("٩١٨٧٦٢٩", "9187629"),
            ("１２３４５６７", "1234567"),
            ("Tax ID No.:7701234567", "Registration ID:7701234567"),
            ("passport:A1234567@IR", "National ID No.:A1234567"),
            ("SWIFT/BIC:ZEPHFRPP", "swift:zephfrpp"),
        ] {
            assert!(numbered(one).is_same(&numbered(other)), "{one} and {other}");
            assert!(!numbered(one).is_another(&numbered(other)), "{one} and {other}");
        }
        for (one, other) in [
            ("A1234567", "B1234567"),
            ("passport:1234567@IR", "passport:1234567@OM"),
            ("imo:9187629", "passport:9187629"),
            ("MMSI:123456789", "Tax ID No.:123456789"),
        ] {
            assert!(!numbered(one).is_same(&numbered(other)), "{one} and {other}");
        }
    }

    #[test]
    fn another_number_counts_only_of_one_kind() {
        for (one, other, another) in [
            ("imo:9187629", "IMO 9187630", true),
            ("passport:A1234567@IR", "Passport:B7654321", true),
            ("aircraft:EP-QUX", "tail:EP-QUZ", false),
            ("aircraft:EP-QUX", "Aircraft Construction Number:1234", false),
            ("passport:A1234567@IR", "passport:A1234568@OM", false),
            ("Tax ID No.:7701234567", "tax id:7701234568", true),
            ("Tax ID No.:7701234567", "Registration ID:99912345", false),
            ("7701234567", "Registration ID:99912345", false),
            ("call sign:ZEPH", "call sign:ZEFI", false),
        ] {
            assert_eq!(numbered(one).is_another(&numbered(other)), another, "{one} and {other}");
            assert_eq!(numbered(other).is_another(&numbered(one)), another, "{other} and {one}");
        }
    }

    #[test]
    fn numbers_of_ships_have_a_last_digit_that_fits() {
        for (text, schema, mistyped) in [
            ("imo:9187629", None, false),
            ("imo:9187620", None, true),
            ("IMO 9187620", Some(Schema::Vessel), true),
            ("imo:918762", None, true),
            ("imo:9187620", Some(Schema::Organisation), false),
            ("9187620", None, false),
        ] {
            assert_eq!(read(text).is_mistyped_ship_number(schema), mistyped, "{text}");
        }
    }

    #[test]
    fn short_numbers_are_hits_only_with_kind_and_country() {
        for (one, other, alone) in [
            ("1234567", "passport:1234567@IR", true),
            ("123456", "passport:123456@IR", false),
            ("passport:123456", "passport:123456@IR", false),
            ("passport:123456@Iran", "passport:123456@IR", true),
            ("passport:1234@Iran", "passport:1234@IR", false),
            ("aircraft:EP-QUX", "Aircraft Tail Number:EP-QUX", true),
            ("EP-QUX1", "Aircraft Tail Number:EP-QUX1", false),
            ("D 000769", "passport:D000769@AF", true),
            ("769000", "769000", false),
        ] {
            assert_eq!(numbered(one).tells_alone(&numbered(other)), alone, "{one} and {other}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,80}", kind in "[A-Za-z. ]{0,12}", number in "[0-9A-Za-z -]{0,20}") {
            let _ = text.parse::<Document>();
            if let Ok(document) = format!("{kind}:{number}").parse::<Document>() {
                let one = Numbered::of(&document).unwrap();
                prop_assert!(one.is_same(&one) && !one.is_another(&one));
                prop_assert_eq!(document.to_string().parse::<Document>().unwrap(), document);
            }
        }
    }
}
