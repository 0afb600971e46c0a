//! Invented lists and queries that collide in every way the scorer knows.
#![allow(dead_code)]

use names::{Entity, List, Name, NameKind, Purpose, Quality, Query, Schema};
use proptest::prelude::*;

/// Words that collide in every way the scorer knows: spellings, sounds, initials, forms, titles, particles, numbers.
pub const WORDS: &[&str] = &[
    "ZEPHYR",
    "ZEPHIR",
    "ZEFIR",
    "ZEFIRI",
    "ALZEFIRI",
    "AL",
    "EL",
    "BIN",
    "ABU",
    "NOOR",
    "NOUR",
    "NUR",
    "ALNOOR",
    "MUHAMMAD",
    "MOHAMED",
    "MAHMOUD",
    "MOHAMMADI",
    "YUSUF",
    "YOUSSEF",
    "A",
    "Z",
    "M",
    "N",
    "LTD",
    "LLC",
    "CO",
    "S A",
    "SA",
    "DE",
    "CV",
    "GMBH",
    "MR",
    "DR",
    "HAJI",
    "44",
    "45",
    "044",
    "IL76",
    "IL78",
    "BORDER",
    "BODRER",
    "BORDERS",
    "TRADING",
    "TRADE",
    "TRADNG",
    "GENERAL",
    "LANTERN",
    "LANTERNFRONT",
    "FRONT",
    "BRIGADE",
    "JOINT STOCK COMPANY",
    "C/O",
    "TRADING AS",
    "ЗЕФИР",
    "زفير",
    "ΖΕΦΥΡ",
    "林风灯",
    "LIN",
    "FENGDENG",
    "FORWARDING",
    "FORWARDIN",
    "FORW",
    "FO",
];

/// Documents of few kinds and numbers, so that they agree and contradict.
const DOCUMENTS: &[&str] = &[
    "A1234567",
    "passport:A1234567@AE",
    "passport:B7654321@AE",
    "Tax ID No.:770011",
    "Tax ID No.:770022",
    "imo:9187629",
    "imo:9187630",
];

pub fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prop::collection::vec(prop::sample::select(WORDS), 1..6).prop_map(|words| words.join(" ")),
        1 => prop::collection::vec(prop::sample::select(WORDS), 4..9)
            .prop_map(|words| words.join(" ").chars().take(35).collect()),
        1 => "[A-E]{1,9}( [A-E]{1,9}){0,3}",
        1 => ".{0,25}",
    ]
}

pub fn any_list() -> impl Strategy<Value = Vec<Entity>> {
    let kind = prop_oneof![
        Just(NameKind::Primary),
        Just(NameKind::Alias(Quality::Strong)),
        Just(NameKind::Alias(Quality::Weak))
    ];
    let names = prop::collection::vec((any_name(), kind), 1..4);
    let schema =
        prop::sample::select(vec![Schema::Person, Schema::Organisation, Schema::Vessel, Schema::Unknown]);
    let entity = (
        names,
        schema,
        prop::option::of(1960_i16..1970),
        prop::option::of(prop::sample::select(vec!["AE", "OM"])),
        prop::option::of(prop::sample::select(DOCUMENTS)),
    );
    prop::collection::vec(entity, 1..25).prop_map(|entities| {
        let entities = entities.into_iter().enumerate();
        entities
            .map(|(index, (names, schema, year, country, document))| {
                let mut entity = Entity::new(format!("E{index}"), schema);
                entity.names = names.into_iter().map(|(text, kind)| Name::new(text, kind)).collect();
                let date = year.and_then(|year| names::PartialDate::new(year, None, None));
                entity.birth_dates.extend(date.map(names::BirthDate::on));
                entity.countries.extend(country.map(str::to_owned));
                entity.documents.extend(document.and_then(|text| text.parse().ok()));
                entity
            })
            .collect()
    })
}

pub fn list(source: &'static str, entities: Vec<Entity>) -> List {
    List {
        source,
        title: source.to_owned(),
        purpose: Purpose::Security,
        edition: None,
        sha256: format!("{:x}", entities.len()),
        files: Vec::new(),
        missing: Vec::new(),
        entities,
    }
}

/// How a name of a list is altered to become a query.
#[derive(Debug, Clone)]
pub enum Alteration {
    None,
    Drop(prop::sample::Index),
    Replace(prop::sample::Index, &'static str),
    ToInitial(prop::sample::Index),
    Join(prop::sample::Index),
    Part(prop::sample::Index, prop::sample::Index),
    Rotate(prop::sample::Index),
    Cut,
    Other(String),
}

pub fn any_alteration() -> impl Strategy<Value = Alteration> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        Just(Alteration::None),
        at().prop_map(Alteration::Drop),
        (at(), prop::sample::select(WORDS)).prop_map(|(at, word)| Alteration::Replace(at, word)),
        at().prop_map(Alteration::ToInitial),
        at().prop_map(Alteration::Join),
        (at(), at()).prop_map(|(word, letter)| Alteration::Part(word, letter)),
        at().prop_map(Alteration::Rotate),
        Just(Alteration::Cut),
        any_name().prop_map(Alteration::Other),
    ]
}

pub fn altered(text: &str, alteration: &Alteration) -> String {
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    let count = words.len();
    match alteration {
        Alteration::None => {}
        Alteration::Drop(at) => drop(words.remove(at.index(count))),
        Alteration::Replace(at, word) => words[at.index(count)] = (*word).to_owned(),
        Alteration::ToInitial(at) => {
            let word = &mut words[at.index(count)];
            *word = word.chars().take(1).collect();
        }
        Alteration::Join(at) => {
            let at = at.index(count);
            if at + 1 < count {
                let next = words.remove(at + 1);
                words[at].push_str(&next);
            }
        }
        Alteration::Part(word, letter) => {
            let word = &mut words[word.index(count)];
            let letters = word.chars().count().max(1);
            *word = word
                .chars()
                .enumerate()
                .flat_map(|(place, c)| {
                    let gap = (place == letter.index(letters) && place > 0).then_some(' ');
                    gap.into_iter().chain([c])
                })
                .collect();
        }
        Alteration::Rotate(at) => words.rotate_left(at.index(count)),
        // Filled up to the width of a field, or cut to it.
        Alteration::Cut => return format!("{text:Z<35}").chars().take(35).collect(),
        Alteration::Other(other) => return other.clone(),
    }
    words.join(" ")
}

pub fn any_facts() -> impl Strategy<Value = Query> {
    let year = prop::option::of(1958_i16..1972);
    let country = prop::option::of(prop::sample::select(vec!["AE", "IS"]));
    let schema = prop::option::of(prop::sample::select(vec![Schema::Person, Schema::Organisation]));
    let documents = prop::collection::vec(prop::sample::select(DOCUMENTS), 0..3);
    (year, country, schema, documents).prop_map(|(year, country, schema, documents)| Query {
        schema,
        birth_date: year.and_then(|year| names::PartialDate::new(year, Some(4), None)),
        country: country.map(str::to_owned),
        documents: documents.iter().filter_map(|text| text.parse().ok()).collect(),
        ..Query::default()
    })
}
