//! The lists of OFAC in XML, of its consolidated list in CSV, of the BIS and of Canada load completely: the invented
//! ones fact by fact, the real ones by their counts.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod common;

use common::{codes, file, fixture_folder, fixture_lists, samples};
use names::{Entity, List, ListFile, Loaded, NameKind, Quality, Schema, load};

fn entity<'a>(lists: &'a [List], source: &str, id: &str) -> &'a Entity {
    let list = lists.iter().find(|list| list.source == source).unwrap();
    list.entities.iter().find(|entity| entity.id == id).unwrap()
}

fn names_of(entity: &Entity) -> Vec<(&str, NameKind)> {
    entity.names.iter().map(|name| (name.text.as_str(), name.kind)).collect()
}

fn dates_of(entity: &Entity) -> Vec<String> {
    entity.birth_dates.iter().map(ToString::to_string).collect()
}

fn addresses_of(entity: &Entity) -> Vec<String> {
    entity.addresses.iter().map(|address| address.text()).collect()
}

fn documents_of(entity: &Entity) -> Vec<(&str, &str, Option<&str>)> {
    entity
        .documents
        .iter()
        .map(|document| (document.kind.as_str(), document.number.as_str(), document.country.as_deref()))
        .collect()
}

const STRONG: NameKind = NameKind::Alias(Quality::Strong);
const WEAK: NameKind = NameKind::Alias(Quality::Weak);

#[test]
fn ofac_xml_entries_are_complete() {
    let lists = fixture_lists();
    let person = entity(&lists, "ofac-xml", "91001");
    assert_eq!(
        names_of(person),
        [
            ("MARROWGATE, Oriane Solveig", NameKind::Primary),
            ("MARROGATE, Auriane", STRONG),
            ("DUNNELIN, Oriane", STRONG),
            ("THE TIN COUNTESS", WEAK)
        ]
    );
    assert_eq!((person.schema, dates_of(person)), {
        let dates = ["1974-09-17", "about 1976", "1973 to 1977"].map(str::to_owned);
        (Schema::Person, dates.to_vec())
    });
    assert_eq!(person.birth_places, ["Tinharbour, Freedonia"]);
    assert_eq!(person.countries, ["Freedonia", "Sylvania"]);
    assert_eq!(person.programmes, ["FICT-NS", "FICT-EO1"]);
    assert_eq!(person.titles, ["Treasurer of the Tin Harbour"]);
    let address = "Harbour House, 8 Solder Street, Tinharbour, North Coast, 30118, Freedonia";
    assert_eq!(addresses_of(person), [address]);
    assert_eq!(documents_of(person), [("Passport", "TX771204", Some("Freedonia"))]);
    assert_eq!(
        person.remarks,
        "f.k.a. 'DUNNELIN, Oriane'; Passport TX771204 issued 04 Feb 2022; Passport TX771204 expires 03 Feb 2032; \
         Gender Female; (Linked To: TINHARBOUR BANK)"
    );
    let bank = entity(&lists, "ofac-xml", "91002");
    assert_eq!(
        (bank.schema, bank.countries.as_slice()),
        (Schema::Organisation, &["Freedonia".to_owned()][..])
    );
    assert_eq!(documents_of(bank), [("SWIFT/BIC", "TINHXXF1", None)]);
    assert_eq!(bank.remarks, "Fictitious Order 1 Directive Determination - Subject to Directive 1");
    let vessel = entity(&lists, "ofac-xml", "91003");
    assert_eq!((vessel.schema, vessel.countries.as_slice()), (Schema::Vessel, &["Sylvania".to_owned()][..]));
    assert_eq!(
        documents_of(vessel),
        [("Call sign", "9ZPM2", None), ("Vessel Registration Identification", "IMO 9990014", None)]
    );
    assert_eq!(
        vessel.remarks,
        "Vessel type Bulk Cargo; Tonnage 8,410; Gross registered tonnage 5,206; Owner Pewter Lines of Nowhere"
    );
    assert_eq!(entity(&lists, "ofac-xml", "91004").schema, Schema::Aircraft);
}

#[test]
fn ofac_consolidated_entries_are_complete() {
    let lists = fixture_lists();
    let company = entity(&lists, "ofac-cons", "92001");
    let names = [("COPPERFIELD EXCHANGE HOUSE", NameKind::Primary), ("COPPERFIELD MONEY CHANGERS", STRONG)];
    assert_eq!(names_of(company), names);
    assert_eq!(addresses_of(company), ["3 Verdigris Row, Glasstown, Freedonia"]);
    assert_eq!(documents_of(company), [("Tax ID No.", "88-2", Some("Freedonia"))]);
    let person = entity(&lists, "ofac-cons", "92002");
    assert_eq!((person.schema, dates_of(person)), (Schema::Person, vec!["1966".to_owned()]));
    let list = lists.iter().find(|list| list.source == "ofac-cons").unwrap();
    let parts: Vec<&str> = list.files.iter().map(|part| part.part).collect();
    assert_eq!((parts.as_slice(), list.missing.as_slice()), (&["prim", "alt", "add"][..], &[][..]));
}

#[test]
fn the_two_lists_of_ofac_keep_their_siblings_apart() {
    let named =
        |name: &str, as_named: &str| ListFile { name: as_named.to_owned(), ..file(&fixture_folder(), name) };
    let loaded = load(vec![
        named("ofac_cons_alt_fictitious.csv", "CONS_ALT.CSV"),
        named("ofac_alt_fictitious.csv", "ALT.CSV"),
        named("ofac_sdn_fictitious.csv", "SDN.CSV"),
        named("ofac_cons_prim_fictitious.csv", "CONS_PRIM.CSV"),
        named("ofac_add_fictitious.csv", "ADD.CSV"),
    ]);
    let found: Vec<(&str, usize, &[&str])> =
        loaded.lists.iter().map(|list| (list.source, list.entities.len(), list.missing.as_slice())).collect();
    assert_eq!(found, [("ofac-cons", 2, &["add"][..]), ("ofac-sdn", 6, &[])]);
    let expected = [("list-sibling-missing", None), ("list-undated", None), ("list-undated", None)];
    assert_eq!(codes(&loaded), expected);
    let loaded = load(vec![named("ofac_cons_alt_fictitious.csv", "cons_alt.csv")]);
    assert_eq!(codes(&loaded)[0].0, "list-sibling-orphan");
    assert!(loaded.findings[0].message(Default::default()).contains("Consolidated"));
}

#[test]
fn bis_entries_are_complete() {
    let lists = fixture_lists();
    let company = entity(&lists, "bis-dpl", "QUILLON AVIONICS RESALE 2024-03-02");
    assert_eq!(names_of(company), [("QUILLON AVIONICS RESALE", NameKind::Primary)]);
    assert_eq!(
        addresses_of(company),
        ["PO BOX 4471, PORT NOWHERE, FR", "HANGAR 2, NOWHERE FIELD, GLASSTOWN, 10011, FR"]
    );
    assert_eq!(
        company.remarks,
        "Effective: 03/02/2024; Expiration: 03/02/2034; Standard order: Y; Last update: 2024-03-05; \
         Action: FICTITIOUS NOTICE ADDED; Citation: 0 FICT. 1 3/5/2024"
    );
    let person = entity(&lists, "bis-dpl", "TAMSIN O'DREL 2019-05-06");
    assert_eq!(person.addresses[0].region.as_deref(), Some("NV"));
    assert!(
        person.remarks.starts_with("Expired on 2024-05-06, before this edition; Effective: 05/06/2019; ")
    );
    let other = entity(&lists, "bis-dpl", "GANTRY GÖTZ GMBH 1981-09-01");
    assert_eq!(
        other.remarks,
        "Effective: 09/01/1981; Standard order: N; Last update: 2000-04-05; Citation: 0 FICT. 3"
    );
}

#[test]
fn canadian_entries_are_complete() {
    let lists = fixture_lists();
    let person = entity(&lists, "ca-sema", "Freedonia, 1, Part 1, item 1");
    assert_eq!(
        names_of(person),
        [
            ("Ilmari Toivo Vestergard (Westergard)", NameKind::Primary),
            ("Ilmari Toivo Vestergard", STRONG),
            ("Ilmari Toivo Westergard", STRONG),
            ("Ilmari Vestergaard", STRONG),
            ("Ільмары Вестэргард", STRONG),
            ("Ильмари Вестергард", STRONG),
            ("Тойво", WEAK),
            ("The Ferryman", STRONG),
        ]
    );
    assert_eq!(dates_of(person), ["1961-02-08", "1962"]);
    assert_eq!((person.titles.as_slice(), person.countries.len()), (&["Brigadier".to_owned()][..], 0));
    assert_eq!(person.programmes, ["Freedonia / Fredonie"]);
    assert_eq!(person.remarks, "Schedule 1, Part 1, item 1. Listed on 2026-03-14.");
    let company = entity(&lists, "ca-sema", "Freedonia, 1, Part 2, item 1");
    assert_eq!(
        names_of(company),
        [
            ("Lamplight Signal Works (LSW)/Ateliers de signaux Lamplight", NameKind::Primary),
            ("Lamplight Signal Works /Ateliers de signaux Lamplight", STRONG),
            ("LSW", WEAK),
            ("Lamplight Signal Works (LSW)", STRONG),
            ("Lamplight Signal Works", STRONG),
            ("Ateliers de signaux Lamplight", STRONG),
            ("Lamplight Signals, Ltd.", STRONG),
            ("Завод сигналов «Лэмплайт», ООО", STRONG),
        ]
    );
    let vessel = entity(&lists, "ca-sema", "Freedonia, 1.1, item 1");
    assert_eq!(
        (vessel.schema, documents_of(vessel)),
        (Schema::Vessel, vec![("IMO number", "9990026", None)])
    );
    assert_eq!(
        vessel.remarks,
        "Schedule 1.1, item 1. Listed on 2026-05-02. Vessel type Oil Tanker. Built 2004."
    );
    assert_eq!(vessel.birth_dates, []);
    let one_name = entity(&lists, "ca-sema", "Sylvania, item 7");
    assert_eq!((one_name.primary_name(), one_name.schema), ("Thornquist", Schema::Person));
}

/// An invented list with one text in it replaced.
fn damaged(name: &str, from: &str, to: &str) -> Loaded {
    let whole = file(&fixture_folder(), name);
    let text = String::from_utf8(whole.bytes).unwrap();
    assert!(text.contains(from), "{from}");
    load(vec![ListFile { name: whole.name, bytes: text.replacen(from, to, 1).into() }])
}

#[test]
fn a_damaged_record_is_a_finding_and_the_rest_loads() {
    let (ofac, bis, canada) = (
        "ofac_nonsdn_fictitious.xml",
        "bis_dpl_2026-11_fictitious.txt",
        "canada_sema_2026-11_fictitious.xml",
    );
    let many = format!("<Aliases>{}", "Aa Zephyr;".repeat(names::limits::TEXT_NAMES + 1));
    for (name, from, to, expected, count) in [
        (canada, "<Aliases>", many.as_str(), ("list-record-too-large", Some(9)), 3),
        (ofac, "<Record_Count>4<", "<Record_Count>5<", ("list-record-count", Some(3)), 4),
        (ofac, "<Record_Count>4<", "<Record_Count>four<", ("list-record-count", Some(3)), 4),
        (ofac, "<uid>91002</uid>", "<uid>x</uid>", ("list-record-identifier", Some(105)), 3),
        (ofac, "<uid>91002</uid>", "", ("list-record-identifier", Some(105)), 3),
        (ofac, "<uid>91002</uid>", "<uid>91001</uid>", ("list-identifier-repeated", Some(105)), 3),
        (ofac, "<lastName>PEWTER MARINER</lastName>", "", ("list-record-nameless", Some(138)), 3),
        (ofac, "Entity</sdnType>", "Lorry</sdnType>", ("list-value-unreadable", Some(105)), 4),
        (ofac, "circa 1976", "long ago", ("list-value-unreadable", Some(86)), 4),
        (ofac, "11/03/2026", "3 November", ("list-undated", None), 4),
        (ofac, "<sdnEntry>", "<!DOCTYPE a><sdnEntry>", ("list-xml-dtd", Some(7)), 0),
        (bis, "\"TAMSIN O'DREL\"", "\"\"", ("list-record-nameless", Some(4)), 2),
        (bis, "\"TAMSIN O'DREL\"\t", "", ("list-record-columns", Some(4)), 2),
        (bis, "\"TAMSIN O'DREL\"", "\"TAMSIN O'DREL", ("list-record-columns", Some(4)), 2),
        (bis, "05/06/2024", "never", ("list-value-unreadable", Some(4)), 3),
        (bis, "05/06/2019", "13/06/2019", ("list-value-unreadable", Some(4)), 3),
        (canada, "<Item>7</Item>", "", ("list-record-identifier", Some(33)), 3),
        (canada, "<LastName>Thornquist</LastName>", "", ("list-record-nameless", Some(33)), 3),
        (canada, "1961-02-08 or 1962", "Sep-99", ("list-value-unreadable", Some(8)), 4),
        (canada, "1, Part 2</Schedule>", "1, Part 1</Schedule>", ("list-identifier-repeated", Some(14)), 3),
        (canada, "</data-set>", "", ("list-xml-cut-off", Some(40)), 4),
    ] {
        let loaded = damaged(name, from, to);
        let found = codes(&loaded);
        assert!(found.contains(&expected), "{name}, {from}: {found:?}");
        let entities: usize = loaded.lists.iter().map(|list| list.entities.len()).sum();
        assert_eq!(entities, count, "{name}, {from}");
    }
}

/// A real list, loaded, with the raw text of it.
fn real(name: &str) -> Option<(Loaded, String)> {
    let file = file(&samples()?, name);
    let text = String::from_utf8(file.bytes.clone()).unwrap();
    Some((load(vec![file]), text))
}

/// The texts of all elements of this name.
fn texts<'a>(xml: &'a str, element: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    xml.split(open.as_str()).skip(1).map(|rest| rest.split(close.as_str()).next().unwrap()).collect()
}

#[test]
fn the_real_ofac_list_is_complete() {
    let Some((loaded, text)) = real("ofac_nonsdn_2025-03-28.xml") else { return };
    assert_eq!(loaded.findings, []);
    let list = &loaded.lists[0];
    assert_eq!((list.source, list.edition.as_deref()), ("ofac-xml", Some("2025-03-28")));
    assert_eq!(texts(&text, "Record_Count"), [list.entities.len().to_string()]);
    let count = |of: fn(&Entity) -> usize| list.entities.iter().map(of).sum::<usize>();
    let raw = |element| texts(&text, element).len();
    assert_eq!(count(|entity| entity.programmes.len()), raw("program"));
    assert_eq!(count(|entity| entity.birth_dates.len()), raw("dateOfBirth"));
    assert_eq!(count(|entity| entity.birth_places.len()), raw("placeOfBirth"));
    assert_eq!(count(|entity| entity.addresses.len()), raw("address"));
    // Each name of an entry stands once; what repeats one is no name more.
    let names = count(|entity| entity.names.len());
    assert!((raw("sdnEntry") + raw("aka") - 10..=raw("sdnEntry") + raw("aka")).contains(&names), "{names}");
    let formerly =
        list.entities.iter().map(|entity| entity.remarks.matches("f.k.a. '").count()).sum::<usize>();
    assert_eq!(formerly, texts(&text, "type").iter().filter(|kind| **kind == "f.k.a.").count());
    let weak = count(|entity| entity.names.iter().filter(|name| name.kind == WEAK).count());
    assert_eq!(weak, texts(&text, "category").iter().filter(|category| **category == "weak").count());
}

#[test]
fn the_real_bis_list_is_complete() {
    let Some((loaded, text)) = real("bis_dpl_2022-09.txt") else { return };
    assert_eq!(loaded.findings, []);
    let list = &loaded.lists[0];
    assert_eq!((list.source, list.edition.as_deref()), ("bis-dpl", Some("2022-09")));
    let mut parties: Vec<(String, &str)> = Vec::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').map(|field| field.trim_matches('"').trim()).collect();
        if !parties.contains(&(fields[0].replace("\"\"", "\""), fields[6])) {
            parties.push((fields[0].replace("\"\"", "\""), fields[6]));
        }
    }
    let names: Vec<&str> = list.entities.iter().map(Entity::primary_name).collect();
    assert_eq!(names, parties.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>());
    let expired = list.entities.iter().filter(|entity| entity.remarks.starts_with("Expired on ")).count();
    println!("{} lines, {} parties, {expired} expired", text.lines().count() - 1, parties.len());
}

#[test]
fn the_real_canadian_list_is_complete() {
    let Some((loaded, text)) = real("canada_sema_2025.xml") else { return };
    let unreadable: Vec<&str> =
        loaded.findings.iter().map(|finding| finding.code.id()).filter(|id| *id != "list-undated").collect();
    assert_eq!(unreadable, ["list-value-unreadable"; 2], "{:?}", loaded.findings);
    let list = &loaded.lists[0];
    let raw = |element| texts(&text, element).len();
    assert_eq!((list.source, list.entities.len()), ("ca-sema", raw("record")));
    let count = |schema| list.entities.iter().filter(|entity| entity.schema == schema).count();
    assert_eq!(count(Schema::Person), raw("LastName"));
    assert_eq!(count(Schema::Vessel), raw("ShipIMONumber"));
    assert_eq!(count(Schema::Organisation) + count(Schema::Vessel), raw("EntityOrShip"));
    for (id, name) in [
        ("Belarus, 1, Part 1, item 12", "Aleksandr Mikhailovich Aleshkevich"),
        ("Sudan, Part 1, item 1", "عبدالرحيم دقلو"),
    ] {
        let entity = list.entities.iter().find(|entity| entity.id == id).unwrap();
        assert!(entity.names.iter().any(|known| known.text == name), "{id}: {:?}", entity.names);
    }
}
