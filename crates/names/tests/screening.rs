//! The index loses nothing: screening finds exactly what scoring every name finds.
#![allow(clippy::unwrap_used)]

mod common;

use common::invented::{altered, any_alteration, any_facts, any_list, list};
use common::{Numbers, fixture_lists};
use names::{Entity, List, Lists, Name, NameKind, Quality, Query, Schema, Score, Snapshot};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn screening_equals_scoring_every_name(
        one in any_list(),
        other in any_list(),
        which in any::<prop::sample::Index>(),
        alterations in prop::collection::vec(any_alteration(), 1..3),
        facts in any_facts(),
        rank in 0_usize..4,
    ) {
        let name = &one[which.index(one.len())].names[0].text;
        let text = alterations.iter().fold(name.clone(), |text, alteration| altered(&text, alteration));
        let query = Query { name: text, ..facts };
        let snapshot = Snapshot::new(vec![list("ofac-sdn", one), list("un-sc", other)]);
        let every = snapshot.screen_exhaustively(&query, Score::ZERO);
        for hit in &every {
            let sum: i32 = hit.evidence.iter().map(|entry| i32::from(entry.contribution)).sum();
            prop_assert_eq!(sum, i32::from(hit.score.thousandths()));
        }
        // The score of one of the best entries is the threshold that leaves the least room for a wrong bound.
        let near = every.get(rank).map_or(0, |hit| hit.score.thousandths());
        for thousandths in [near.saturating_sub(1), near, near + 1, 800] {
            let threshold = Score::from_thousandths(thousandths);
            let expected: Vec<_> = every.iter().filter(|hit| hit.score >= threshold).cloned().collect();
            prop_assert_eq!(&snapshot.screen(&query, threshold), &expected, "{:?} at {}", &query, threshold);
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
        prop_assert!(hits.iter().any(|hit| hit.entry.entity_id == id), "{:?}", query);
    }
}

/// As wide as a field of a message and with a trade phrase inside, and still its own entry.
#[test]
fn a_name_as_wide_as_a_field_finds_its_own_entry() {
    let text = "CO SA TRADING AS FENGDENG AL CO S A";
    assert_eq!(text.len(), 35);
    let mut entity = names::Entity::new("E0".to_owned(), Schema::Person);
    entity.names.push(names::Name::new(text.to_owned(), NameKind::Primary));
    let snapshot = Snapshot::new(vec![list("un-sc", vec![entity])]);
    assert_eq!(snapshot.screen(&Query::new(text), Score::ONE).len(), 1);
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

#[test]
fn a_name_left_out_hides_its_entry_unless_another_name_finds_it() {
    let snapshot = Snapshot::new(fixture_lists());
    let query = Query::new("Marec Wantablak");
    let threshold = Score::from_thousandths(600);
    let hits = snapshot.screen(&query, threshold);
    assert_eq!(snapshot.screen_without(&query, threshold, |_, _, _| false), hits);
    assert_eq!((hits[0].score, hits[0].matched.as_str()), (Score::ONE, "Marec Wantablak"));
    let without = snapshot.screen_without(&query, threshold, |_, entity, name| {
        entity.id == "W-002" && name.text == "Marec Wantablak"
    });
    assert!(without[0].entry.entity_id == "W-002" && without[0].score < Score::ONE, "{without:?}");
    assert_eq!(snapshot.screen_without(&query, threshold, |_, _, _| true), []);
}

/// Letters and cut words are asked of the names that other words lead to. Where a name must share just these, they have
/// to be looked up.
#[test]
fn what_is_not_looked_up_at_first_loses_nothing_where_it_is_all_there_is() {
    let texts = [
        "Zephyr Border",
        "Zephyr B",
        "Z Border",
        "Z B",
        "B Z",
        "Zefir",
        "Z",
        "Nadir Zephyr Brigade",
        "Border Trading And Forwarding Services",
        "Border Trading And Forwarding Servers",
        "Forwarding",
        "Forwarders",
    ];
    let entities = texts.iter().enumerate().map(|(number, text)| {
        let mut entity =
            Entity::new(format!("E{number}"), [Schema::Person, Schema::Organisation][number % 2]);
        entity.names.push(Name::new(*text, NameKind::Primary));
        entity
    });
    let snapshot = Snapshot::new(vec![list("un-sc", entities.collect())]);
    let mut hits = 0;
    for text in [
        "Z",
        "Z B",
        "Z Border",
        "Zephyr B",
        "N Z B",
        "Z Q Border",
        "Q Z",
        "Border Trading And Forwarding Servi",
        "Qux Qax Qix Qox Border Qex Forwardi",
        "Forwarding Forwarding Forwarding Fo",
        "Z Z Z Z Z Z Z Z Z Z Z Z Z Z Z Z Z Z",
    ] {
        for schema in [None, Some(Schema::Person), Some(Schema::Organisation)] {
            let query = Query { schema, ..Query::new(text) };
            // Asked again, of what is remembered.
            for thousandths in (100..=1000).step_by(25).chain((100..=1000).step_by(100)) {
                let threshold = Score::from_thousandths(thousandths);
                let found = snapshot.screen(&query, threshold);
                assert_eq!(
                    found,
                    snapshot.screen_exhaustively(&query, threshold),
                    "{query:?} at {threshold}"
                );
                hits += found.len();
            }
        }
    }
    assert!(hits > 500, "{hits} hits");
}

/// Words of real lists are as common, as short and as near to one another as no invented ones are.
#[test]
fn altered_names_of_real_lists_lose_nothing() {
    let Some(folder) = common::samples() else { return };
    let files = ["un_consolidated_2025-04-19.xml", "ofac_nonsdn_2025-03-28.xml", "bis_dpl_2022-09.txt"];
    let files =
        files.iter().filter(|name| folder.join(name).exists()).map(|name| common::file(&folder, name));
    let snapshot = Snapshot::new(names::load(files.collect()).lists);
    let entities: Vec<&Entity> = snapshot.lists().iter().flat_map(|list| &list.entities).collect();
    let mut numbers = Numbers::new(11);
    let mut hits = 0;
    for round in 0..120 {
        let pick = |numbers: &mut Numbers| {
            let names = &entities[numbers.below(entities.len())].names;
            names[numbers.below(names.len())].text.clone()
        };
        let mut text: Vec<char> = pick(&mut numbers).chars().collect();
        for _ in 0..numbers.below(4) {
            let at = numbers.below(text.len());
            match numbers.below(5) {
                0 => text[at] = 'X',
                1 => text.insert(at, ' '),
                2 if text.len() > 1 => drop(text.remove(at)),
                3 => text.retain(|letter| *letter != ' '),
                _ => text.swap(at, 0),
            }
        }
        let mut text: String = text.into_iter().collect();
        match round % 6 {
            // Cut to the width of a field, of two names, and of common words alone.
            0 => text = format!("{text} {}", pick(&mut numbers)).chars().take(35).collect(),
            1 => text = text.split(' ').take(2).collect::<Vec<_>>().join(" "),
            2 => text = format!("{} GENERAL TRADING CO LTD", text.chars().take(3).collect::<String>()),
            _ => {}
        }
        let schema = [None, Some(Schema::Organisation), Some(Schema::Person)][numbers.below(3)];
        let query = Query { schema, ..Query::new(text) };
        for threshold in [600 + numbers.below(350) as u16, 800].map(Score::from_thousandths) {
            let found = snapshot.screen(&query, threshold);
            assert_eq!(found, snapshot.screen_exhaustively(&query, threshold), "{query:?} at {threshold}");
            hits += found.len();
        }
    }
    assert!(hits > 100, "the queries must be near the lists to prove anything: {hits} hits");
}

/// Whoever screens sees the one edition or the other, whole, and an answer is of the edition it names.
#[test]
fn lists_are_swapped_while_names_are_screened() {
    let edition = |alias: &str| {
        let mut entity = Entity::new("E0", Schema::Organisation);
        for (text, kind) in [("Zephyr Border", NameKind::Primary), (alias, NameKind::Alias(Quality::Strong))]
        {
            entity.names.push(Name::new(text, kind));
        }
        let sha256 = alias.to_owned();
        Snapshot::new(vec![List { sha256, ..list("un-sc", vec![entity]) }])
    };
    let editions = [edition("Lantern Front"), edition("Meadow Brigade")];
    let expected: Vec<(String, usize)> =
        editions.iter().zip([1, 0]).map(|(snapshot, hits)| (snapshot.id().to_owned(), hits)).collect();
    let lists = Lists::new(editions[0].clone());
    let stop = std::sync::atomic::AtomicBool::new(false);
    let seen = std::thread::scope(|scope| {
        let screen = || {
            let mut seen = std::collections::BTreeSet::new();
            // Once at least, also where nobody lets it begin before the last swap.
            loop {
                let snapshot = lists.current();
                let hits = snapshot.screen(&Query::new("Lantern Front"), Score::from_thousandths(900)).len();
                seen.insert((snapshot.id().to_owned(), hits));
                if stop.load(std::sync::atomic::Ordering::Relaxed) {
                    return seen;
                }
            }
        };
        let screeners: Vec<_> = (0..3).map(|_| scope.spawn(screen)).collect();
        for round in 0..2_000 {
            let replaced = lists.swap(editions[(round + 1) % 2].clone());
            assert_eq!(replaced.id(), editions[round % 2].id());
            std::thread::yield_now();
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        screeners.into_iter().flat_map(|screener| screener.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(!seen.is_empty() && seen.iter().all(|seen| expected.contains(seen)), "{seen:?}");
}

/// A weak alias of one word is no hint at somebody who has a name of his own beside it.
#[test]
fn a_weak_word_is_found_alone() {
    let mut entity = Entity::new("E0", Schema::Person);
    entity.names.push(Name::new("Amr Zefirov", NameKind::Primary));
    entity.names.push(Name::new("Jonas", NameKind::Alias(names::Quality::Weak)));
    let mut organisation = Entity::new("E1", Schema::Organisation);
    organisation.names.push(Name::new("Zephyr Border Trading", NameKind::Primary));
    organisation.names.push(Name::new("ZBT", NameKind::Alias(names::Quality::Weak)));
    let snapshot = Snapshot::new(vec![list("un-sc", vec![entity, organisation])]);
    for (name, hits) in [
        ("JONAS", 1),
        ("MR JONAS", 1),
        ("JONAS LANTERN", 0),
        ("LANTERN JONES", 0),
        ("ZBT LTD", 1),
        ("ZBT LANTERN", 0),
    ] {
        let query = Query::new(name);
        let found = snapshot.screen(&query, names::DEFAULT_THRESHOLD);
        assert_eq!(found.len(), hits, "{name}: {found:#?}");
        assert_eq!(found, snapshot.screen_exhaustively(&query, names::DEFAULT_THRESHOLD), "{name}");
    }
}
