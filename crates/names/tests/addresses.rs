//! How well real addresses are found: each address of the lists that has a house or box number is asked about, as it
//! stands and written as a message would, and must find its own entry and hardly any other.
//!
//! Needs `../shared/samples/watchlists`. `cargo test --release -p names --test addresses -- --nocapture` prints the
//! figures.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod common;

use common::{file, samples};
use names::{Address, Query, Snapshot, load};

/// Every how many addresses are asked about.
const STEP: usize = if cfg!(debug_assertions) { 20 } else { 1 };

#[test]
fn listed_addresses_are_found() {
    let Some(folder) = samples() else { return };
    let files = [
        "ofac_sdn_2021-07.csv",
        "ofac_alt_2021-07.csv",
        "ofac_add_2021-07.csv",
        "bis_dpl_2022-09.txt",
        "un_consolidated_2025-04-19.xml",
    ];
    let snapshot = Snapshot::new(load(files.iter().map(|name| file(&folder, name)).collect()).lists);
    // As a message writes it: the street, then the city, in capitals, and the country apart.
    let as_written = |address: &Address| {
        let parts = [&address.street, &address.city, &address.postal_code];
        parts.into_iter().flatten().map(|part| part.to_uppercase()).collect::<Vec<_>>().join(" ")
    };
    let abbreviated = |address: &Address| {
        as_written(address).replace("STREET", "ST").replace("ROAD", "RD").replace("AVENUE", "AVE")
    };
    let misspelt = |address: &Address| {
        // One slip in the longest word.
        let text = as_written(address);
        let letters = |word: &&str| word.chars().all(|letter| letter.is_ascii_alphabetic());
        match text.split_whitespace().filter(letters).max_by_key(|word| word.len()) {
            Some(word) if word.len() >= 6 => text.replacen(word, &format!("{}{}", &word[..2], &word[3..]), 1),
            _ => text,
        }
    };
    /// How an address is written.
    type Way<'a> = (&'static str, &'a dyn Fn(&Address) -> String);
    let ways: [Way<'_>; 4] = [
        ("as listed", &|address| address.text()),
        ("as a message writes it", &as_written),
        ("abbreviated", &abbreviated),
        ("misspelt", &misspelt),
    ];
    for (how, write) in ways {
        let (mut asked, mut found, mut others) = (0_u32, 0_u32, 0_u32);
        for list in snapshot.lists() {
            let addresses =
                list.entities.iter().flat_map(|entity| entity.addresses.iter().map(move |a| (entity, a)));
            for (entity, address) in addresses.step_by(STEP) {
                let numbered = |text: &String| text.bytes().any(|byte| byte.is_ascii_digit());
                if !address.street.as_ref().is_some_and(numbered) || address.city.is_none() {
                    continue;
                }
                let query = Query {
                    address: Some(write(address)),
                    country: address.country.clone(),
                    ..Query::new("NOBODY")
                };
                let hits = snapshot.screen_addresses(&query);
                asked += 1;
                found += u32::from(hits.iter().any(|hit| hit.entry.entity_id == entity.id));
                others += hits.iter().filter(|hit| hit.entry.entity_id != entity.id).count() as u32;
            }
        }
        let (share, per_query) = (f64::from(found) / f64::from(asked), f64::from(others) / f64::from(asked));
        println!("{how}: {found} of {asked} found ({share:.3}), {per_query:.2} other entries a query");
        assert!(share >= 0.9, "{how}: {share}");
    }
}
