//! The consolidated list of the Australian Department of Foreign Affairs and Trade, saved as CSV.
//!
//! The department publishes an Excel workbook; it is refused with a finding that says to save it as CSV. Columns are
//! found by their titles, in any order: `Reference`, `Name of Individual or Entity`, `Type`, `Name Type` (`Primary
//! Name`, `aka`, `Original Script`), `Date of Birth`, `Place of Birth`, `Citizenship`, `Address`, `Additional
//! Information`, `Listing Information`, `Committees`, `Control Date`. Rows whose references have the same number, as
//! `1`, `1a` and `1b` have, make one entry. A cell with several values letters them: `a) 1963 b) 1965`. The list states
//! no date of its own: the edition is that of the file name, else the latest control date.

use super::dates;
use super::entries::{Entries, add_labelled, one_line, push_new};
use super::report::Report;
use super::table::{self, Row, Table};
use super::{
    Content, ListFile, Part, PartFile, Parts, Source, WHOLE, archive, base_name, edition_in, excerpt,
};
use crate::list::{Address, Entity, NameKind, Purpose, Quality, Schema};
use finding::codes::lists as codes;

pub(super) const SOURCE: Source = Source {
    id: "au-dfat",
    title: "Australian Sanctions Consolidated List",
    publisher: "Australian Department of Foreign Affairs and Trade",
    purpose: Purpose::Sanctions,
    recognises: "CSV with the columns Reference, Name of Individual or Entity and Name Type; its Excel workbook is told to be saved as CSV",
    roles: &[WHOLE],
    recognise,
    read,
};

/// The columns that tell this list from others.
const REQUIRED: [&str; 3] = ["reference", "nameofindividualorentity", "nametype"];

/// The members of an Excel workbook that tell it and hold its texts.
const WORKBOOK: &str = "xl/workbook.xml";
const TEXTS: &str = "xl/sharedStrings.xml";

fn recognise(file: &ListFile) -> Option<Part> {
    let ours = if archive::is_archive(&file.bytes) {
        archive::head(&file.bytes, WORKBOOK, 1).is_some() && (named_so(&file.name) || has_titles(&file.bytes))
    } else {
        table::csv_has_header(&file.bytes, &REQUIRED)
    };
    ours.then(|| Part { role: WHOLE, group: file.name.clone() })
}

fn named_so(name: &str) -> bool {
    let name = base_name(name).to_ascii_lowercase();
    ["australia", "dfat", "regulation8"].iter().any(|word| name.contains(word))
}

fn has_titles(workbook: &[u8]) -> bool {
    archive::head(workbook, TEXTS, 64 * 1024)
        .is_some_and(|head| String::from_utf8_lossy(&head).contains("Name of Individual or Entity"))
}

fn read(parts: &Parts<'_>, report: &mut Report) -> Content {
    let Some(part) = parts.role(WHOLE) else { return Content::default() };
    if archive::is_archive(&part.file.bytes) {
        report.add(report.on(part, codes::LIST_SPREADSHEET_REFUSED));
        return Content::default();
    }
    let table = table::read_csv(part, &REQUIRED, report);
    let mut entries = Entries::default();
    let mut latest = None;
    for row in &table.rows {
        latest = latest.max(table.get(row, &["controldate"]).and_then(dates::day_first));
        if let Some(record) = record(part, &table, row, report) {
            entries.join(part, row.number, record, report);
        }
    }
    let edition = edition_in(&part.file.name).or_else(|| latest.map(|date| date.to_string()));
    Content { edition, entities: entries.finish(), ..Content::default() }
}

fn record(part: &PartFile<'_>, table: &Table, row: &Row, report: &mut Report) -> Option<Entity> {
    let get = |key: &str| table.get(row, &[key]);
    let reference = get("reference").unwrap_or_default();
    let id = &reference[..reference.bytes().take_while(u8::is_ascii_digit).count()];
    let letters = &reference[id.len()..];
    if id.is_empty() || !letters.chars().all(|c| c.is_ascii_alphabetic()) {
        let finding = report.at(part, row.number, codes::LIST_RECORD_IDENTIFIER);
        report.add(finding.with("text", excerpt(reference)));
        return None;
    }
    let mut unreadable = |field: &str, text: &str| {
        let finding = report.at(part, row.number, codes::LIST_VALUE_UNREADABLE).with("id", id);
        report.add(finding.with("field", field).with("text", excerpt(text)));
    };
    let kind = get("type").unwrap_or_default();
    let schema = match kind.to_ascii_lowercase().as_str() {
        "individual" => Schema::Person,
        "entity" => Schema::Organisation,
        "vessel" | "ship" => Schema::Vessel,
        _ => {
            unreadable("schema", kind);
            Schema::Unknown
        }
    };
    let mut entity = Entity::new(id, schema);
    let name_type = get("nametype").unwrap_or_default();
    let name_kind = match name_type.to_ascii_lowercase().as_str() {
        "primary name" => NameKind::Primary,
        "original script" => NameKind::OriginalScript,
        "aka" | "a.k.a." | "alias" | "fka" | "f.k.a." | "" => NameKind::Alias(Quality::Strong),
        _ => {
            unreadable("name_type", name_type);
            NameKind::Alias(Quality::Strong)
        }
    };
    entity.add_name(&one_line(get("nameofindividualorentity").unwrap_or_default()), name_kind);
    for text in lettered(get("dateofbirth"))
        .iter()
        .flat_map(|text| text.split(';').flat_map(|text| text.split(" or ")))
    {
        let text = text.trim().trim_end_matches(['.', ',']);
        match dates::birth_date(text) {
            Some(date) => push_new(&mut entity.birth_dates, [date]),
            None if text.is_empty() => {}
            None => unreadable("birth_date", text),
        }
    }
    push_new(&mut entity.birth_places, lettered(get("placeofbirth")));
    push_new(&mut entity.countries, lettered(get("citizenship")));
    let streets = lettered(get("address"));
    push_new(
        &mut entity.addresses,
        streets.into_iter().map(|street| Address { street: Some(street), ..Address::default() }),
    );
    push_new(&mut entity.programmes, get("committees").map(one_line));
    for (label, key) in [
        ("Additional information", "additionalinformation"),
        ("Listing information", "listinginformation"),
        ("Control date", "controldate"),
    ] {
        add_labelled(&mut entity, label, get(key).unwrap_or_default());
    }
    Some(entity)
}

/// The values of a cell: "a) 1963 b) 1965" holds two, a cell that does not begin so one.
fn lettered(text: Option<&str>) -> Vec<String> {
    let text = one_line(text.unwrap_or_default());
    let mut values = Vec::new();
    let mut rest = text.as_str();
    for letter in 'a'..='z' {
        let mark = format!("{letter})");
        let place = if letter == 'a' {
            rest.starts_with(&mark).then_some(0)
        } else {
            rest.find(&format!(" {mark}")).map(|place| place + 1)
        };
        let Some(place) = place else { break };
        if letter != 'a' {
            values.push(&rest[..place]);
        }
        rest = &rest[place + mark.len()..];
    }
    values.push(rest);
    values
        .into_iter()
        .map(|value| value.trim().trim_end_matches([',', ';']).to_owned())
        .filter(|value| !value.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lettered_values_are_told_apart() {
        for (text, expected) in [
            ("a) 1963, b) 1965; c)  Zefir (c) Co", &["1963", "1965", "Zefir (c) Co"][..]),
            ("Port Nowhere b) quay", &["Port Nowhere b) quay"]),
            ("a) alone", &["alone"]),
            ("a) b) é", &["é"]),
            ("", &[]),
        ] {
            assert_eq!(lettered(Some(text)), expected, "{text}");
        }
        assert!(lettered(None).is_empty());
    }
}
