//! The UK sanctions list of the Foreign, Commonwealth and Development Office, as OpenDocument spreadsheet or as CSV.
//!
//! Both forms have one row per name and address, with the `Unique ID` of the entry they belong to; a row `Report Date`
//! may stand above the titles. Columns are found by their titles, in any order: `Name 1` to `Name 6` (the last is the
//! family name or the whole name) or `Name`, `Name type`, `Alias strength`, `Name non-latin script` with its type and
//! language, `Title`, `Position`, `Regime Name`, `Individual, Entity, Ship` or `Designation Type` or `Type`, `D.O.B`
//! (`dd/mm/yyyy`, unknown parts as letters), `Town of birth`, `Country of birth`, `Nationality(/ies)`, passport,
//! national identifier and registration numbers with their details, address lines, and the facts of ships with their
//! IMO number. The list is published under the Open Government Licence.

use super::dates;
use super::entries::{Entries, add_labelled, one_line, push_new};
use super::report::Report;
use super::table::{self, ODS_CONTENT, Row, Table};
use super::{Content, ListFile, Part, PartFile, Parts, Source, WHOLE, archive, base_name, excerpt};
use crate::list::{Address, Document, Entity, NameKind, Purpose, Quality, Schema};
use finding::codes::lists as codes;

pub(super) const SOURCE: Source = Source {
    id: "uk-sanctions",
    title: "UK Sanctions List",
    publisher: "United Kingdom Foreign, Commonwealth and Development Office",
    purpose: Purpose::Sanctions,
    recognises: "an OpenDocument spreadsheet (.ods) or CSV with the columns Unique ID, OFSI Group ID and Regime Name",
    roles: &[WHOLE],
    recognise,
    read,
};

/// The columns that tell this list from others.
const REQUIRED: [&str; 3] = ["uniqueid", "ofsigroupid", "regimename"];

fn recognise(file: &ListFile) -> Option<Part> {
    let ours = if archive::is_archive(&file.bytes) {
        let head = archive::head(&file.bytes, ODS_CONTENT, 256 * 1024);
        // A damaged spreadsheet is claimed by its name, so that its damage is reported rather than passed over.
        head.map_or_else(
            || named_so(&file.name),
            |head| {
                let text = String::from_utf8_lossy(&head);
                ["Unique ID", "OFSI Group ID"].iter().all(|title| text.contains(title))
            },
        )
    } else {
        table::csv_has_header(&file.bytes, &REQUIRED)
    };
    ours.then(|| Part { role: WHOLE, group: file.name.clone() })
}

fn named_so(name: &str) -> bool {
    let name = base_name(name).to_ascii_lowercase();
    name.ends_with(".ods") && name.contains("uk") && name.contains("sanction")
}

fn read(parts: &Parts<'_>, report: &mut Report) -> Content {
    let Some(part) = parts.role(WHOLE) else { return Content::default() };
    let table = if archive::is_archive(&part.file.bytes) {
        table::read_ods(part, &REQUIRED, report)
    } else {
        table::read_csv(part, &REQUIRED, report)
    };
    let mut entries = Entries::default();
    for row in &table.rows {
        if let Some(record) = record(part, &table, row, report) {
            entries.join(part, row.number, record, report);
        }
    }
    Content { edition: edition(&table), entities: entries.finish(), ..Content::default() }
}

/// The date of "Report Date: 11-Aug-2025", in one cell or two.
fn edition(table: &Table) -> Option<String> {
    table.preamble.iter().flat_map(|row| &row.cells).find_map(|cell| {
        let text = cell.split_once(':').map_or(cell.as_str(), |(_, date)| date);
        dates::day_first(text).map(|date| date.to_string())
    })
}

fn record(part: &PartFile<'_>, table: &Table, row: &Row, report: &mut Report) -> Option<Entity> {
    let get = |keys: &[&str]| table.get(row, keys);
    let Some(id) = get(&["uniqueid"]) else {
        report.add(report.at(part, row.number, codes::LIST_RECORD_IDENTIFIER).with("text", ""));
        return None;
    };
    let mut unreadable = |field: &str, text: &str| {
        let finding = report.at(part, row.number, codes::LIST_VALUE_UNREADABLE).with("id", id);
        report.add(finding.with("field", field).with("text", excerpt(text)));
    };
    let kind = get(&["individualentityship", "designationtype", "grouptype", "type"]).unwrap_or_default();
    let schema = match kind.to_ascii_lowercase().as_str() {
        "individual" => Schema::Person,
        "entity" => Schema::Organisation,
        "ship" => Schema::Vessel,
        _ => {
            unreadable("schema", kind);
            Schema::Unknown
        }
    };
    let mut entity = Entity::new(id, schema);
    add_names(&mut entity, &get);
    for text in several(get(&["dob", "dateofbirth"])) {
        match dates::birth_date(text) {
            Some(date) => push_new(&mut entity.birth_dates, [date]),
            // "dd/mm/yyyy" says that nothing is known.
            None if !text.contains(|c: char| c.is_ascii_digit()) && text.contains('/') => {}
            None => unreadable("birth_date", text),
        }
    }
    let place: Vec<&str> = [get(&["townofbirth"]), get(&["countryofbirth"])].into_iter().flatten().collect();
    push_new(&mut entity.birth_places, (!place.is_empty()).then(|| one_line(&place.join(", "))));
    for keys in [&["nationalityies", "nationality"][..], &["currentbelievedflagofship"]] {
        push_new(&mut entity.countries, several(get(keys)).map(str::to_owned));
    }
    push_new(&mut entity.programmes, several(get(&["regimename"])).map(str::to_owned));
    push_new(&mut entity.titles, [get(&["title"]), get(&["position"])].into_iter().flatten().map(one_line));
    add_address(&mut entity, &get);
    for (kind, keys) in DOCUMENTS {
        if let Some(number) = get(keys) {
            let document = Document { kind: (*kind).to_owned(), number: one_line(number), country: None };
            push_new(&mut entity.documents, [document]);
        }
    }
    for (label, keys) in REMARKS {
        if let Some(text) = get(keys) {
            add_labelled(&mut entity, label, text);
        }
    }
    Some(entity)
}

/// Numbers with the kind they are given and the columns they stand in.
const DOCUMENTS: &[(&str, &[&str])] = &[
    ("Passport", &["passportnumber"]),
    ("National identifier", &["nationalidentifiernumber", "nationalidnumber"]),
    ("Business registration number", &["businessregistrationnumbers", "businessregistrationnumber"]),
    ("IMO number", &["imonumber"]),
    ("Hull identification number", &["hullidentificationnumberhin", "hullidentificationnumber"]),
];

/// Columns that are kept as remarks, each with its label.
const REMARKS: &[(&str, &[&str])] = &[
    ("Other information", &["otherinformation"]),
    ("Statement of reasons", &["ukstatementofreasons"]),
    ("Sanctions imposed", &["sanctionsimposed"]),
    ("Designation source", &["designationsource"]),
    ("Designated", &["datedesignated"]),
    ("UN reference", &["unreferencenumber"]),
    ("OFSI group", &["ofsigroupid"]),
    ("Passport details", &["passportadditionalinformation"]),
    ("National identifier details", &["nationalidentifieradditionalinformation"]),
    ("Original script", &["nonlatinscripttype"]),
    ("Original language", &["nonlatinscriptlanguage"]),
    ("Gender", &["gender"]),
    ("Type of entity", &["typeofentity"]),
    ("Parent company", &["parentcompany"]),
    ("Subsidiaries", &["subsidiaries"]),
    ("Phone", &["phonenumber"]),
    ("Website", &["website"]),
    ("Email", &["emailaddress"]),
    ("Type of ship", &["typeofship"]),
    ("Tonnage", &["tonnageofship"]),
    ("Length", &["lengthofship"]),
    ("Year built", &["yearbuilt"]),
    ("Current owner or operator", &["currentowneroperators", "currentowneroperator"]),
    ("Previous owner or operator", &["previousowneroperators", "previousowneroperator"]),
    ("Previous flags", &["previousflags"]),
];

fn add_names<'a>(entity: &mut Entity, get: &impl Fn(&[&str]) -> Option<&'a str>) {
    let numbered = ["name1", "name2", "name3", "name4", "name5", "name6"];
    let parts: Vec<&str> = numbered.iter().filter_map(|key| get(&[key])).collect();
    let text = if parts.is_empty() { get(&["name"]).unwrap_or_default().to_owned() } else { parts.join(" ") };
    let name_type = get(&["nametype", "aliastype"]).unwrap_or("Primary Name").to_ascii_lowercase();
    let strength = get(&["aliasstrength", "aliasquality"]).unwrap_or_default().to_ascii_lowercase();
    let kind = match name_type.as_str() {
        "primary name" => NameKind::Primary,
        // A variation of the primary name is one of its spellings.
        "primary name variation" => NameKind::Alias(Quality::Strong),
        _ if strength.contains("low") => NameKind::Alias(Quality::Weak),
        _ => NameKind::Alias(Quality::Strong),
    };
    entity.add_name(&one_line(&text), kind);
    if let Some(text) = get(&["namenonlatinscript"]) {
        entity.add_name(&one_line(text), NameKind::OriginalScript);
    }
}

fn add_address<'a>(entity: &mut Entity, get: &impl Fn(&[&str]) -> Option<&'a str>) {
    let lines = [1, 2, 3, 4, 5, 6].map(|line| format!("addressline{line}"));
    let street: Vec<&str> = lines.iter().filter_map(|key| get(&[key])).collect();
    let address = Address {
        street: (!street.is_empty()).then(|| one_line(&street.join(", "))),
        postal_code: get(&["addresspostalcode"]).map(one_line),
        country: get(&["addresscountry"]).map(one_line),
        ..Address::default()
    };
    if !address.is_empty() {
        entity.addresses.push(address);
    }
}

/// The values of a cell that holds several.
fn several(text: Option<&str>) -> impl Iterator<Item = &str> {
    text.unwrap_or_default().split(['|', ';', '\n']).map(str::trim).filter(|text| !text.is_empty())
}
