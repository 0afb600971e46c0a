//! The invented lists load completely, and the parties on them are found under each of their names.
#![allow(clippy::unwrap_used)]

mod common;

use common::{codes, file, fixture_files, fixture_folder, fixture_lists};
use names::{
    DEFAULT_THRESHOLD, Entity, List, ListFile, NameKind, Purpose, Quality, Query, Schema, Score, Script,
    Snapshot, load,
};
use sha2::{Digest, Sha256};

fn entity<'a>(lists: &'a [List], source: &str, id: &str) -> &'a Entity {
    let list = lists.iter().find(|list| list.source == source).unwrap();
    list.entities.iter().find(|entity| entity.id == id).unwrap()
}

fn names_of(entity: &Entity) -> Vec<(&str, NameKind)> {
    entity.names.iter().map(|name| (name.text.as_str(), name.kind)).collect()
}

const STRONG: NameKind = NameKind::Alias(Quality::Strong);
const WEAK: NameKind = NameKind::Alias(Quality::Weak);

#[test]
fn every_list_states_source_purpose_edition_and_hash() {
    let loaded = load(fixture_files());
    assert_eq!(codes(&loaded), [("list-undated", None), ("list-undated", None)]);
    assert!(loaded.unrecognised.is_empty());
    let stated: Vec<_> = loaded
        .lists
        .iter()
        .map(|list| {
            (list.source, list.title.as_str(), list.purpose, list.edition.as_deref(), list.entities.len())
        })
        .collect();
    assert_eq!(
        stated,
        [
            ("ofac-sdn", "OFAC Specially Designated Nationals", Purpose::Sanctions, None, 6),
            ("un-sc", "UN Security Council Consolidated List", Purpose::Sanctions, Some("2026-11-02"), 3),
            ("watch-csv", "Border watch of Freedonia", Purpose::Security, Some("2026-11-01"), 3),
            ("ofac-cons", "OFAC Consolidated Sanctions List (non-SDN)", Purpose::Sanctions, None, 2),
            (
                "ofac-xml",
                "OFAC Consolidated Sanctions List (non-SDN)",
                Purpose::Sanctions,
                Some("2026-11-03"),
                4
            ),
            ("bis-dpl", "BIS Denied Persons List", Purpose::Sanctions, Some("2026-11"), 3),
            (
                "ca-sema",
                "Consolidated Canadian Autonomous Sanctions List",
                Purpose::Sanctions,
                Some("2026-11"),
                4
            ),
        ]
    );
    let hex =
        |bytes: &[u8]| Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let un = file(&fixture_folder(), "un_consolidated_fictitious.xml");
    assert_eq!(loaded.lists[1].sha256, hex(&un.bytes));
    let parts: Vec<&str> = loaded.lists[0].files.iter().map(|part| part.part).collect();
    assert_eq!(parts, ["sdn", "alt", "add"]);
    let lines: String =
        loaded.lists[0].files.iter().map(|part| format!("{}  {}\n", part.sha256, part.part)).collect();
    assert_eq!(loaded.lists[0].sha256, hex(lines.as_bytes()));
    assert_eq!(
        loaded.lists[0].files[1].sha256,
        hex(&file(&fixture_folder(), "ofac_alt_fictitious.csv").bytes)
    );
}

#[test]
fn ofac_entries_are_complete() {
    let lists = fixture_lists();
    let company = entity(&lists, "ofac-sdn", "90001");
    assert_eq!(company.schema, Schema::Organisation);
    assert_eq!(
        names_of(company),
        [
            ("ZEPHYR BORDER TRADING FZE", NameKind::Primary),
            ("ZBT", WEAK),
            ("ZBT GENERAL TRADING", STRONG),
            ("ZEPHYR FRONTIER TRADING FZE", STRONG)
        ]
    );
    assert_eq!(company.programmes, ["FICT", "TEST"]);
    let addresses: Vec<String> = company.addresses.iter().map(|address| address.text()).collect();
    assert_eq!(
        addresses,
        ["Shed 4, Nowhere Free Zone, Port Nowhere 10044, United Arab Emirates", "Glasstown, Freedonia"]
    );
    assert_eq!(company.addresses[1].note.as_deref(), Some("branch office"));
    let person = entity(&lists, "ofac-sdn", "90002");
    assert_eq!(
        (person.schema, person.titles.as_slice()),
        (Schema::Person, &["Chief Quartermaster of Nowhere".to_owned()][..])
    );
    let dates: Vec<String> = person.birth_dates.iter().map(ToString::to_string).collect();
    assert_eq!(dates, ["1968-03-14", "about 1970"]);
    assert_eq!(person.countries, ["Freedonia", "Sylvania"]);
    assert_eq!(person.documents[0].number, "FX0044712");
    let vessel = entity(&lists, "ofac-sdn", "90003");
    assert_eq!((vessel.schema, vessel.countries.as_slice()), (Schema::Vessel, &["Sylvania".to_owned()][..]));
    assert!(vessel.remarks.contains("Owner Sylvan Star Shipping S.A."), "{}", vessel.remarks);
    assert_eq!(entity(&lists, "ofac-sdn", "90005").schema, Schema::Aircraft);
}

#[test]
fn un_entries_are_complete() {
    let lists = fixture_lists();
    let person = entity(&lists, "un-sc", "FIi.001");
    assert_eq!(
        names_of(person),
        [
            ("HAKIM DARWISH AL-ZEFIRI", NameKind::Primary),
            ("Hakeem Derwish Alzefiri", STRONG),
            ("Abdul Hakim Darwich Zefiri (original script: عبد الحكيم درويش زفيري)", STRONG),
            ("Abdul Hakim Darwich Zefiri", STRONG),
            ("عبد الحكيم درويش زفيري", NameKind::OriginalScript),
            ("The Postman of Glasstown", WEAK),
            ("حكيم درويش الزفيري", NameKind::OriginalScript),
        ]
    );
    assert_eq!(person.names[6].script, Script::Arabic);
    let dates: Vec<String> = person.birth_dates.iter().map(ToString::to_string).collect();
    assert_eq!(dates, ["1963 to 1968", "1965-07-09"]);
    assert_eq!(person.titles, ["Haji", "Keeper of the lamps"]);
    assert!(person.remarks.contains("lamps & paymaster"));
    let group = entity(&lists, "un-sc", "FIe.101");
    assert_eq!(group.schema, Schema::Organisation);
    assert_eq!(group.addresses[0].postal_code.as_deref(), Some("20077"));
    assert!(names_of(group).contains(&("Lantern Friends Committee", STRONG)));
    assert!(names_of(group).contains(&("GRS", WEAK)));
}

#[test]
fn watch_entries_are_complete() {
    let lists = fixture_lists();
    let company = entity(&lists, "watch-csv", "W-001");
    assert_eq!(
        names_of(company),
        [
            ("Brightwater Lantern Logistics", NameKind::Primary),
            ("BLL Freight", STRONG),
            ("Lantern Brightwater Forwarding", STRONG),
            ("Brightwater", WEAK)
        ]
    );
    assert_eq!(company.remarks, "Concealed batteries in two consignments");
    assert_eq!(entity(&lists, "watch-csv", "W-002").birth_dates[0].to_string(), "1979-05-21");
}

#[test]
fn parties_are_found_under_every_name() {
    let snapshot = Snapshot::new(fixture_lists());
    for (query, id, matched) in [
        ("ZBT GENERAL TRADING", "90001", "ZBT GENERAL TRADING"),
        ("Z.B.T. GENERAL TRADING L.L.C.", "90001", "ZBT GENERAL TRADING"),
        ("ZEPHYR BODRER TRADING FZE", "90001", "ZEPHYR BORDER TRADING FZE"),
        ("BORDER TRADING ZEPHYR", "90001", "ZEPHYR BORDER TRADING FZE"),
        ("ACME PARTS LTD C/O ZBT GENERAL TRADING", "90001", "ZBT GENERAL TRADING"),
        ("IDRIS QUORRAN NADIM", "90002", "QUORRAN, Idris Nadim"),
        ("MR EDRIS KUORAN", "90002", "KUORAN, Edris"),
        ("SYLVAN STAR SHIPPING", "90004", "SYLVAN STAR SHIPPING S.A."),
        ("NAVIERA ESTRELLA SILVANA SA DE CV", "90004", "NAVIERA ESTRELLA SILVANA, S.A. DE C.V."),
        ("HAKIM DARWISH ALZEFIRI", "FIi.001", "HAKIM DARWISH AL-ZEFIRI"),
        ("حكيم درويش الزفيري", "FIi.001", "حكيم درويش الزفيري"),
        ("Орлан Веспертин", "FIi.002", "Орлан Веспертин"),
        ("GLASSTOWN RELIEF SOCIETY", "FIe.101", "Glasstown Relief Society"),
        ("LANTERN FRONT RELIEF FOUNDATIO", "FIe.101", "LANTERN FRONT RELIEF FOUNDATION"),
        ("BRIGHTWATER LANTERN LOGISTICS GMBH", "W-001", "Brightwater Lantern Logistics"),
        ("MAREK VANTABLAK", "W-002", "Marek Vantablack"),
        ("ORCHID ANVIL TRADING CO", "W-003", "Orchid and Anvil Trading Company"),
        ("TOBIAH WICKERMANE", "92002", "WICKERMANE, Tobiah"),
        ("COPPERFIELD MONEYCHANGERS", "92001", "COPPERFIELD MONEY CHANGERS"),
        ("ORIANE SOLVEIG MARROWGATE", "91001", "MARROWGATE, Oriane Solveig"),
        ("TINHAEFENBANK", "91002", "TINHÄFENBANK"),
        ("QUILLON AVIONICS RESALE LLC", "QUILLON AVIONICS RESALE 2024-03-02", "QUILLON AVIONICS RESALE"),
        ("ILMARI VESTERGAARD", "Freedonia, 1, Part 1, item 1", "Ilmari Vestergaard"),
        ("Ильмари Вестергард", "Freedonia, 1, Part 1, item 1", "Ильмари Вестергард"),
        ("LAMPLIGHT SIGNALS LTD", "Freedonia, 1, Part 2, item 1", "Lamplight Signals, Ltd."),
    ] {
        let hits = snapshot.screen(&Query::new(query), DEFAULT_THRESHOLD);
        let found: Vec<(&str, &str)> =
            hits.iter().map(|hit| (hit.entry.entity_id.as_str(), hit.matched.as_str())).collect();
        assert_eq!(found.first(), Some(&(id, matched)), "{query}: {hits:#?}");
    }
}

#[test]
fn other_parties_are_not() {
    let snapshot = Snapshot::new(fixture_lists());
    for query in [
        "GENERAL TRADING LLC",
        "ZEPHYR LOGISTICS GMBH",
        "BRIGADE 45 OF THE LANTERN FRONT",
        "STAR SHIPPING S.A.",
        "NADIM TRADING",
        "FZE",
        "CO LTD",
        "",
        "...",
    ] {
        let hits = snapshot.screen(&Query::new(query), DEFAULT_THRESHOLD);
        assert!(hits.is_empty(), "{query}: {hits:#?}");
    }
}

#[test]
fn a_hit_says_where_from_and_why() {
    let snapshot = Snapshot::new(fixture_lists());
    let query = Query {
        country: Some("AE".to_owned()),
        address: Some("SHED 4 NOWHERE FREE ZONE PORT NOWHERE".to_owned()),
        schema: Some(Schema::Organisation),
        ..Query::new("ZBT GENERAL TRADNG LLC")
    };
    let hits = snapshot.screen(&query, DEFAULT_THRESHOLD);
    let [hit] = hits.as_slice() else { panic!("one hit, not {hits:#?}") };
    assert_eq!(
        (hit.entry.source, hit.entry.purpose, hit.entry.entity_id.as_str()),
        ("ofac-sdn", Purpose::Sanctions, "90001")
    );
    assert_eq!(
        (hit.entry.list.as_str(), hit.entry.edition.as_deref()),
        ("OFAC Specially Designated Nationals", None)
    );
    assert_eq!(
        (hit.entry.name.as_str(), hit.matched.as_str()),
        ("ZEPHYR BORDER TRADING FZE", "ZBT GENERAL TRADING")
    );
    let relations: Vec<&str> = hit.evidence.iter().map(|entry| entry.relation.as_str()).collect();
    assert_eq!(relations, ["same", "same", "spelling", "missing-in-list", "country-same", "address-same"]);
    let sum: i32 = hit.evidence.iter().map(|entry| i32::from(entry.contribution)).sum();
    assert_eq!(sum, i32::from(hit.score.thousandths()));
}

#[test]
fn a_weak_alias_counts_less() {
    let snapshot = Snapshot::new(fixture_lists());
    let hits = snapshot.screen(&Query::new("The Lamplighter"), DEFAULT_THRESHOLD);
    assert_eq!((hits.len(), hits[0].score), (1, Score::from_thousandths(950)));
    assert_eq!(hits[0].evidence.last().unwrap().relation.as_str(), "weak-alias");
}

#[test]
fn hits_are_sorted_and_one_per_entry() {
    let snapshot = Snapshot::new(fixture_lists());
    let hits = snapshot.screen(&Query::new("SYLVAN STAR"), Score::from_thousandths(300));
    assert!(hits.len() >= 2);
    assert!(
        hits.is_sorted_by(|a, b| (b.score, a.entry.source, &a.entry.entity_id)
            < (a.score, b.entry.source, &b.entry.entity_id))
    );
    assert_eq!(hits[0].entry.entity_id, "90003");
}

#[test]
fn the_order_of_lists_and_threads_change_nothing() {
    let mut lists = fixture_lists();
    let snapshot = Snapshot::new(lists.clone());
    lists.reverse();
    lists.push(lists[0].clone());
    let other = Snapshot::new(lists.clone());
    assert_eq!(snapshot.id(), other.id());
    assert_eq!(snapshot.lists(), other.lists());
    lists.pop();
    lists.pop();
    assert_ne!(snapshot.id(), Snapshot::new(lists).id());
    let queries = ["ZBT GENERAL TRADING", "HAKIM DERWISH", "LANTERN FRONT", "SYLVAN STAR"].map(Query::new);
    let threshold = Score::from_thousandths(400);
    let expected: Vec<_> = queries.iter().map(|query| snapshot.screen(query, threshold)).collect();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let other = other.clone();
            let (queries, expected) = (&queries, &expected);
            scope.spawn(move || {
                let found: Vec<_> = queries.iter().map(|query| other.screen(query, threshold)).collect();
                assert_eq!(&found, expected);
            });
        }
    });
}

#[test]
fn missing_and_double_files_are_reported() {
    let only = |names: &[&str]| load(names.iter().map(|name| file(&fixture_folder(), name)).collect());
    let loaded = only(&["ofac_sdn_fictitious.csv", "ofac_add_fictitious.csv"]);
    assert_eq!(codes(&loaded), [("list-sibling-missing", None), ("list-undated", None)]);
    assert!(loaded.findings[0].message(Default::default()).contains("without its alt file"));
    assert_eq!(loaded.lists[0].entities.len(), 6);

    let loaded = only(&["ofac_alt_fictitious.csv"]);
    assert_eq!(codes(&loaded), [("list-sibling-orphan", None), ("list-without-entries", None)]);
    assert!(loaded.lists.is_empty());

    let twice = ["security_watch_fictitious.csv", "security_watch_fictitious.csv"];
    let loaded = only(&twice);
    assert_eq!((codes(&loaded), loaded.lists.len()), (vec![("list-given-twice", None)], 1));
    assert_eq!(loaded.findings[0].message_index, 1);

    let dated = fixture_files().into_iter().take(3).map(|file| ListFile {
        name: format!("lists/{}", file.name.replace("fictitious", "2021-07")),
        ..file
    });
    assert_eq!(load(dated.collect()).lists[0].edition.as_deref(), Some("2021-07"));
}
