//! The index loses nothing: screening finds exactly what scoring every name finds.
#![allow(clippy::unwrap_used)]

mod common;

use common::{Numbers, fixture_lists};
use names::{Entity, List, Name, NameKind, Purpose, Quality, Query, Schema, Score, Snapshot};
use proptest::prelude::*;

/// Words that collide in every way the scorer knows: spellings, sounds, initials, forms, titles, particles, numbers.
const WORDS: &[&str] = &[
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
    "金铁三",
    "JIN",
    "TIESAN",
    "FORWARDING",
    "FORWARDIN",
    "FORW",
    "FO",
];

fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prop::collection::vec(prop::sample::select(WORDS), 1..6).prop_map(|words| words.join(" ")),
        1 => prop::collection::vec(prop::sample::select(WORDS), 4..9)
            .prop_map(|words| words.join(" ").chars().take(35).collect()),
        1 => "[A-E]{1,9}( [A-E]{1,9}){0,3}",
        1 => ".{0,25}",
    ]
}

fn any_list() -> impl Strategy<Value = Vec<Entity>> {
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
    );
    prop::collection::vec(entity, 1..25).prop_map(|entities| {
        let entities = entities.into_iter().enumerate();
        entities
            .map(|(index, (names, schema, year, country))| {
                let mut entity = Entity::new(format!("E{index}"), schema);
                entity.names = names.into_iter().map(|(text, kind)| Name::new(text, kind)).collect();
                let date = year.and_then(|year| names::PartialDate::new(year, None, None));
                entity.birth_dates.extend(date.map(names::BirthDate::on));
                entity.countries.extend(country.map(str::to_owned));
                entity
            })
            .collect()
    })
}

fn list(source: &'static str, entities: Vec<Entity>) -> List {
    List {
        source,
        title: source.to_owned(),
        purpose: Purpose::Security,
        edition: None,
        sha256: format!("{:x}", entities.len()),
        files: Vec::new(),
        entities,
    }
}

fn any_query() -> impl Strategy<Value = Query> {
    let year = prop::option::of(1958_i16..1972);
    let country = prop::option::of(prop::sample::select(vec!["AE", "IS"]));
    let schema = prop::option::of(prop::sample::select(vec![Schema::Person, Schema::Organisation]));
    (any_name(), year, country, schema).prop_map(|(name, year, country, schema)| Query {
        name,
        schema,
        birth_date: year.and_then(|year| names::PartialDate::new(year, Some(4), None)),
        country: country.map(str::to_owned),
        address: None,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn screening_equals_scoring_every_name(
        one in any_list(),
        other in any_list(),
        query in any_query(),
        thousandths in prop_oneof![Just(800_u16), 0_u16..=1000],
    ) {
        let snapshot = Snapshot::new(vec![list("ofac-sdn", one), list("un-sc", other)]);
        let threshold = Score::from_thousandths(thousandths);
        let hits = snapshot.screen(&query, threshold);
        prop_assert_eq!(&hits, &snapshot.screen_exhaustively(&query, threshold));
        for hit in &hits {
            prop_assert!(hit.score >= threshold);
            let sum: i32 = hit.evidence.iter().map(|entry| i32::from(entry.contribution)).sum();
            prop_assert_eq!(sum, i32::from(hit.score.thousandths()));
        }
    }

    #[test]
    fn a_name_of_a_list_finds_its_own_entry(entities in any_list(), which in any::<prop::sample::Index>()) {
        let entity = &entities[which.index(entities.len())];
        let name = &entity.names[0];
        prop_assume!(names::is_comparable(&name.text));
        let (id, query) = (entity.id.clone(), Query::new(name.text.clone()));
        let expected = if name.kind == NameKind::Alias(Quality::Weak) { 950 } else { 1000 };
        let snapshot = Snapshot::new(vec![list("un-sc", entities)]);
        let hits = snapshot.screen(&query, Score::from_thousandths(expected));
        prop_assert!(hits.iter().any(|hit| hit.entity_id == id), "{:?}", query);
    }
}

#[test]
fn hard_queries_of_the_invented_lists_lose_nothing() {
    let snapshot = Snapshot::new(fixture_lists());
    let names: Vec<String> = snapshot
        .lists()
        .iter()
        .flat_map(|list| &list.entities)
        .flat_map(|entity| &entity.names)
        .map(|name| name.text.clone())
        .collect();
    let mut numbers = Numbers::new(7);
    let mut hits = 0;
    for _ in 0..600 {
        let mut text: Vec<char> = names[numbers.below(names.len())].chars().collect();
        for _ in 0..numbers.below(4) {
            let at = numbers.below(text.len());
            match numbers.below(4) {
                0 => text[at] = 'X',
                1 => text.insert(at, ' '),
                2 if text.len() > 1 => drop(text.remove(at)),
                _ => text.swap(at, 0),
            }
        }
        let query = Query::new(text.into_iter().collect::<String>());
        let threshold = Score::from_thousandths(500 + numbers.below(500) as u16);
        let found = snapshot.screen(&query, threshold);
        assert_eq!(found, snapshot.screen_exhaustively(&query, threshold), "{query:?} at {threshold}");
        hits += found.len();
    }
    assert!(hits > 300, "the queries must be near the lists to prove anything: {hits} hits");
}
