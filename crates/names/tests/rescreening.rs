//! Stored parties turned round lose nothing: re-screening finds exactly what screening each party finds on the entries
//! that changed.
#![allow(clippy::unwrap_used)]

mod common;

use common::fixture_lists;
use common::invented::{altered, any_alteration, any_facts, any_list, any_name, list};
use names::{
    DEFAULT_THRESHOLD, Entity, EntryRef, Hit, List, Name, NameKind, Party, PartyIndex, Query, Schema, Score,
    Snapshot, changed_entries, pair_editions,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// All hits of a party that are of changed entries, by scoring every name.
fn expected<'a>(
    parties: &'a [Party],
    snapshot: &Snapshot,
    changed: &[EntryRef],
    threshold: Score,
) -> Vec<(&'a Party, Hit)> {
    let changed: BTreeSet<(&str, &str)> =
        changed.iter().map(|entry| (entry.source, entry.entity_id.as_str())).collect();
    let hits = parties.iter().flat_map(|party| {
        let hits = snapshot.screen_exhaustively(&party.query, threshold);
        hits.into_iter().map(move |hit| (party, hit))
    });
    hits.filter(|(_, hit)| changed.contains(&(hit.entry.source, hit.entry.entity_id.as_str()))).collect()
}

fn references(snapshot: &Snapshot, wanted: impl Fn(&Entity) -> bool) -> Vec<EntryRef> {
    let of = |list: &List, entity: &Entity| EntryRef {
        source: list.source,
        sha256: list.sha256.clone(),
        entity_id: entity.id.clone(),
    };
    let lists = snapshot.lists().iter();
    lists
        .flat_map(|list| list.entities.iter().filter(|entity| wanted(entity)).map(|entity| of(list, entity)))
        .collect()
}

fn parties_of(queries: Vec<Query>) -> Vec<Party> {
    (0..).zip(queries).map(|(number, query): (u32, Query)| Party { id: number.to_string(), query }).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn rescreening_equals_screening_each_party(
        one in any_list(),
        other in any_list(),
        made in prop::collection::vec(
            (any::<prop::sample::Index>(), prop::collection::vec(any_alteration(), 1..3), any_facts()), 1..12),
        strange in prop::collection::vec((any_name(), any_facts()), 0..6),
        marked in prop::collection::vec(any::<bool>(), 25),
        rank in 0_usize..6,
    ) {
        let names: Vec<&str> =
            one.iter().flat_map(|entity| &entity.names).map(|name| name.text.as_str()).collect();
        let made = made.iter().map(|(which, alterations, facts)| {
            let name = names[which.index(names.len())].to_owned();
            Query { name: alterations.iter().fold(name, |name, how| altered(&name, how)), ..facts.clone() }
        });
        let strange = strange.iter().map(|(name, facts)| Query { name: name.clone(), ..facts.clone() });
        let parties = parties_of(made.chain(strange).collect());
        let snapshot = Snapshot::new(vec![list("ofac-sdn", one), list("un-sc", other)]);
        let is_marked = |entity: &Entity| marked[entity.id[1..].parse::<usize>().unwrap()];
        let changed = references(&snapshot, is_marked);
        let index = PartyIndex::new(parties.clone());
        let every = expected(&parties, &snapshot, &changed, Score::ZERO);
        // The score of a hit is the threshold that leaves the least room for a wrong bound.
        let mut scores: Vec<u16> = every.iter().map(|(_, hit)| hit.score.thousandths()).collect();
        scores.sort_unstable_by(|a, b| b.cmp(a));
        let near = scores.get(rank).copied().unwrap_or(0);
        for thousandths in [near.saturating_sub(1), near, (near + 1).min(1000), 800, 0] {
            let threshold = Score::from_thousandths(thousandths);
            let expected: Vec<_> = every.iter().filter(|(_, hit)| hit.score >= threshold).cloned().collect();
            let found = index.rescreen(&snapshot, &changed, threshold).unwrap();
            prop_assert_eq!(&found, &expected, "at {}", threshold);
        }
    }
}

/// Long names, cut ones, scripts, repetitions, abbreviations and weak names, against each other.
#[test]
fn adversarial_parties_lose_nothing() {
    let words = "ZEPHYR BORDER TRADING AND FORWARDING SERVICES";
    let texts = [
        words.to_owned(),
        words.chars().take(35).collect(),
        words.chars().take(70).collect::<String>() + &" A".repeat(20),
        "ZEPHYR ".repeat(200),
        "Z. B. T.".to_owned(),
        "ZBT".to_owned(),
        "Z".to_owned(),
        "شركة زفير للتجارة".to_owned(),
        "محمد زفير".to_owned(),
        "عبدالرحمنالزفيرالعالمية".to_owned(),
        "김한별".to_owned(),
        "林风灯".to_owned(),
        "ZEPHYR BORDER/ZBT TRADING".to_owned(),
        "ACME C/O ZEPHYR BORDER TRADING".to_owned(),
        "MUHAMMAD MUHAMMAD MOHAMED".to_owned(),
        "LTD CO".to_owned(),
        "44 45 VII".to_owned(),
        "---".to_owned(),
    ];
    let entities = (0..).zip(&texts).map(|(number, text): (usize, &String)| {
        let schema = [Schema::Organisation, Schema::Person, Schema::Unknown][number % 3];
        let mut entity = Entity::new(format!("E{number}"), schema);
        entity.names.push(Name::new(text.as_str(), NameKind::Primary));
        entity.names.push(Name::new(format!("{text} ZEFIR"), NameKind::Alias(names::Quality::Weak)));
        entity
    });
    let snapshot = Snapshot::new(vec![list("un-sc", entities.collect())]);
    let schemas = [None, Some(Schema::Organisation), Some(Schema::Person)];
    let queries = texts.iter().flat_map(|text| {
        schemas.map(|schema| Query { schema, country: Some("AE".to_owned()), ..Query::new(text.as_str()) })
    });
    let parties = parties_of(queries.collect());
    let index = PartyIndex::new(parties.clone());
    let changed = references(&snapshot, |_| true);
    for thousandths in [1, 300, 600, 800, 950, 1000] {
        let threshold = Score::from_thousandths(thousandths);
        let found = index.rescreen(&snapshot, &changed, threshold).unwrap();
        assert_eq!(found, expected(&parties, &snapshot, &changed, threshold), "at {threshold}");
        assert!(!found.is_empty());
    }
}

/// More parties than a thread takes at a time, with names of genuine shape.
#[test]
fn many_parties_are_found_on_any_number_of_threads() {
    let snapshot = Snapshot::new(fixture_lists());
    let names: Vec<String> = snapshot
        .lists()
        .iter()
        .flat_map(|list| &list.entities)
        .flat_map(|entity| &entity.names)
        .map(|name| name.text.clone())
        .collect();
    let queries = names.iter().map(|name| Query::new(name.as_str())).cycle().take(9_000).collect();
    let parties = parties_of(queries);
    let changed = references(&snapshot, |entity| entity.id.ends_with(['1', '3']));
    let index = PartyIndex::new(parties.clone());
    let found = index.rescreen(&snapshot, &changed, DEFAULT_THRESHOLD).unwrap();
    let ids: BTreeSet<&str> = changed.iter().map(|entry| entry.entity_id.as_str()).collect();
    let screened = parties.iter().flat_map(|party| {
        let hits = snapshot.screen(&party.query, DEFAULT_THRESHOLD);
        hits.into_iter().map(move |hit| (party, hit))
    });
    let screened: Vec<_> = screened.filter(|(_, hit)| ids.contains(hit.entry.entity_id.as_str())).collect();
    assert!(!screened.is_empty());
    assert_eq!(found, screened);
}

#[test]
fn an_entry_of_another_snapshot_is_refused() {
    let mut entity = Entity::new("E0", Schema::Person);
    entity.names.push(Name::new("Amr Zefir", NameKind::Primary));
    let snapshot = Snapshot::new(vec![list("un-sc", vec![entity])]);
    let index = PartyIndex::new(parties_of(vec![Query::new("Amr Zefir")]));
    let mut changed = references(&snapshot, |_| true);
    assert_eq!(index.rescreen(&snapshot, &changed, DEFAULT_THRESHOLD).unwrap().len(), 1);
    changed[0].sha256.push('0');
    let refused = index.rescreen(&snapshot, &changed, DEFAULT_THRESHOLD).unwrap_err();
    assert_eq!(refused.0, changed[0]);
    assert!(index.rescreen_addresses(&snapshot, &changed).is_err());
}

#[test]
fn addresses_of_changed_entries_find_their_parties() {
    let at = |id: &str, street: &str| {
        let mut entity = Entity::new(id, Schema::Organisation);
        entity.names.push(Name::new(format!("Zephyr {id}"), NameKind::Primary));
        entity.addresses.push(names::Address {
            street: Some(street.to_owned()),
            city: Some("Port Nusquam".to_owned()),
            ..names::Address::default()
        });
        entity
    };
    let snapshot =
        Snapshot::new(vec![list("un-sc", vec![at("E0", "11 Lantern Road"), at("E1", "12 Lantern Road")])]);
    let query = |address: &str| Query { address: Some(address.to_owned()), ..Query::new("Gravelmoor") };
    let parties = parties_of(vec![
        query("11 Lantern Road, Port Nusquam"),
        query("12 Lantern Road, Port Nusquam"),
        Query::new("Gravelmoor"),
    ]);
    let index = PartyIndex::new(parties);
    let changed = references(&snapshot, |entity| entity.id == "E1");
    let found = index.rescreen_addresses(&snapshot, &changed).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].0.id.as_str(), found[0].1.entry.entity_id.as_str()), ("1", "E1"));
    assert_eq!(found[0].1, snapshot.screen_addresses(&found[0].0.query)[0]);
}

#[test]
fn documents_of_changed_entries_find_their_parties() {
    let with = |id: &str, number: &str| {
        let mut entity = Entity::new(id, Schema::Organisation);
        entity.names.push(Name::new(format!("Zephyr {id}"), NameKind::Primary));
        entity.documents.push(number.parse().unwrap());
        entity
    };
    let entities = vec![with("E0", "Tax ID No.:7700177"), with("E1", "Registration ID:77-00188@AE")];
    let snapshot = Snapshot::new(vec![list("un-sc", entities)]);
    let query = |number: &str| Query { documents: vec![number.parse().unwrap()], ..Query::new("Gravelmoor") };
    let parties =
        parties_of(vec![query("7700177"), query("7700188"), query("7700188@OM"), Query::new("Gravelmoor")]);
    let index = PartyIndex::new(parties);
    let changed = references(&snapshot, |entity| entity.id == "E1");
    let found = index.rescreen_documents(&snapshot, &changed).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].0.id.as_str(), found[0].1.entry.entity_id.as_str()), ("1", "E1"));
    assert_eq!(found[0].1, snapshot.screen_documents(&found[0].0.query)[0]);
}

#[test]
fn editions_are_paired_and_what_changed_is_named() {
    let entity = |id: &str, name: &str| {
        let mut entity = Entity::new(id, Schema::Person);
        entity.names.push(Name::new(name, NameKind::Primary));
        entity
    };
    let edition = |title: &str, sha256: &str, entities: Vec<Entity>| List {
        title: title.to_owned(),
        sha256: sha256.to_owned(),
        ..list("loadgate-watch-list", entities)
    };
    let one = edition("One", "1", vec![entity("A", "Amr Zefir"), entity("B", "Nadir"), entity("C", "Karim")]);
    let two = edition("Two", "2", vec![entity("A", "Amr Zefir")]);
    let one_later =
        edition("One", "3", vec![entity("A", "Amr Zefir"), entity("B", "Nadira"), entity("D", "Tal")]);
    let renamed = edition("Uno", "4", vec![entity("A", "Amr Zefir")]);
    assert_eq!(pair_editions(&[&one, &two], &[&two, &one_later]), [(Some(1), Some(0)), (Some(0), Some(1))]);
    assert_eq!(
        pair_editions(&[&one, &two], &[&renamed]),
        [(None, Some(0)), (Some(0), None), (Some(1), None)]
    );
    assert_eq!(pair_editions(&[&one], &[&renamed]), [(Some(0), Some(0))]);
    let ids = |old: &[&List], new: &[&List]| -> Vec<String> {
        let [old, new] = [old, new].map(|lists| Snapshot::new(lists.iter().copied().cloned().collect()));
        changed_entries(&old, &new).into_iter().map(|entry| entry.entity_id).collect()
    };
    assert_eq!(ids(&[&one, &two], &[&one_later, &two]), ["B", "D"]);
    assert_eq!(ids(&[&one], &[&renamed]), [""; 0]);
    assert_eq!(ids(&[], &[&two]), ["A"]);
    let for_another_purpose = List { purpose: names::Purpose::Sanctions, ..two.clone() };
    assert_eq!(ids(&[&two], &[&for_another_purpose]), ["A"]);
}
