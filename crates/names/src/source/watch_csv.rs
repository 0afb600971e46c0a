//! A State's own security watch entries as a plain CSV file.
//!
//! ```text
//! # loadgate-watch-list: Border watch of Freedonia; edition: 2026-11-01
//! id,name,aliases,schema,birth_date,country,address,reason
//! W-1,Zephyr Border Trading FZE,ZBT General Trading;Zephyr BT,organisation,,AE,"Shed 4, Port Nowhere",Case 7 of 2026
//! ```
//!
//! The first line states title and edition, and after another semicolon may state the purpose: `purpose: security`,
//! the default, or `purpose: sanctions`. The second names the columns, in any order; `id` and `name` are
//! required. One entry per line, UTF-8, fields quoted as in RFC 4180 without line breaks inside. `aliases` holds
//! names separated by semicolons; an alias that starts with `~` is a weak one. `schema` is `person`, `organisation`,
//! `vessel`, `aircraft` or empty; `birth_date` is `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, several separated by semicolons;
//! `country` holds ISO 3166-1 codes or names separated by semicolons. `reason` is kept as the remarks of the entry.
//! `documents` holds numbers of documents and registrations as [`Document`] reads them, such as `imo:9187629` or
//! `passport:A1234567@IR`, separated by semicolons.
//! Lines that start with `#` and empty lines are skipped.

use super::lines::{self, Line, lines};
use super::report::Report;
use super::{Content, ListFile, Part, PartFile, Parts, Source, WHOLE};
use crate::date::{BirthDate, PartialDate};
use crate::list::{Address, Document, Entity, NameKind, Purpose, Quality, Schema};
use finding::codes::lists as codes;
use std::collections::HashMap;

pub(super) const SOURCE: Source = Source {
    id: "watch-csv",
    title: "Security watch list",
    publisher: "The State's own authority",
    purpose: Purpose::Security,
    recognises: "CSV whose first line starts with \"# loadgate-watch-list\"; it may state the purpose sanctions",
    roles: &[WHOLE],
    recognise,
    read,
};

/// How the first line begins.
const HEADING: &str = "# loadgate-watch-list";

/// The columns that are read; the first two are required.
const COLUMNS: [&str; 9] =
    ["id", "name", "aliases", "schema", "birth_date", "country", "address", "reason", "documents"];

fn recognise(file: &ListFile) -> Option<Part> {
    let head = super::lines::utf8_or_bytes(&file.bytes[..file.bytes.len().min(512)]).into_owned();
    head.starts_with(HEADING.as_bytes()).then(|| Part { role: WHOLE, group: file.name.clone() })
}

fn read(parts: &Parts<'_>, report: &mut Report) -> Content {
    let mut content = Content::default();
    let Some(part) = parts.role(WHOLE) else { return content };
    let mut lines = lines(part, report);
    if lines.is_empty() {
        return content;
    }
    read_heading(part, &lines.remove(0), &mut content, report);
    lines.retain(|line| !line.text.starts_with('#'));
    let mut records = lines::records(&lines).into_iter();
    let Some((line, titles)) = records.next() else { return content };
    let Some(header) = read_header(part, line, &titles.unwrap_or_default(), report) else { return content };
    let mut places: HashMap<String, usize> = HashMap::new();
    for (line, fields) in records {
        let Some(entity) = read_entry(part, line, &header, &fields.unwrap_or_default(), report) else {
            continue;
        };
        match places.get(&entity.id) {
            Some(place) => {
                report.add(report.at(part, line, codes::LIST_IDENTIFIER_REPEATED).with("id", &entity.id));
                let known: &mut Entity = &mut content.entities[*place];
                for name in entity.names {
                    let kind = if name.kind == NameKind::Primary {
                        NameKind::Alias(Quality::Strong)
                    } else {
                        name.kind
                    };
                    known.add_name(&name.text, kind);
                }
            }
            None => {
                places.insert(entity.id.clone(), content.entities.len());
                content.entities.push(entity);
            }
        }
    }
    content
}

fn read_heading(part: &PartFile<'_>, line: &Line, content: &mut Content, report: &mut Report) {
    // The line may have been written by a spreadsheet, which quotes it or pads it with empty fields.
    let text = line.text.trim_end_matches([',', ' ']).trim_matches('"');
    let stated = text.strip_prefix(HEADING).and_then(|rest| rest.trim_start().strip_prefix(':'));
    let mut parts = stated.unwrap_or_default().split(';').map(str::trim);
    let title = parts.next().unwrap_or_default();
    let mut understood = !title.is_empty();
    content.title = (!title.is_empty()).then(|| title.to_owned());
    for part in parts {
        match part.split_once(':').map(|(key, value)| (key.trim(), value.trim())) {
            Some(("edition", text)) => {
                content.edition = text.parse::<PartialDate>().ok().map(|date| date.to_string());
            }
            Some(("purpose", word)) => {
                content.purpose = Purpose::parse(word);
                understood &= content.purpose.is_some();
            }
            _ => understood &= part.is_empty(),
        }
    }
    if !understood || content.edition.is_none() {
        let shown: String = line.text.chars().take(80).collect();
        report.add(report.at(part, line.number, codes::WATCH_LIST_HEADING).with("text", shown));
    }
}

/// Where each of [`COLUMNS`] stands; `None` where a required one is missing.
fn read_header(
    part: &PartFile<'_>,
    line: u32,
    titles: &[String],
    report: &mut Report,
) -> Option<Vec<Option<&'static str>>> {
    let header: Vec<Option<&'static str>> = titles
        .iter()
        .map(|title| {
            let known = COLUMNS.into_iter().find(|column| column.eq_ignore_ascii_case(title));
            if known.is_none() {
                let shown: String = title.chars().take(40).collect();
                report.add(report.at(part, line, codes::WATCH_LIST_COLUMN_UNKNOWN).with("column", shown));
            }
            known
        })
        .collect();
    let mut complete = true;
    for required in &COLUMNS[..2] {
        if !header.contains(&Some(required)) {
            report.add(report.at(part, line, codes::WATCH_LIST_COLUMN_MISSING).with("column", *required));
            complete = false;
        }
    }
    complete.then_some(header)
}

fn read_entry(
    part: &PartFile<'_>,
    line: u32,
    header: &[Option<&'static str>],
    fields: &[String],
    report: &mut Report,
) -> Option<Entity> {
    if fields.len() != header.len() {
        let finding = report.at(part, line, codes::LIST_RECORD_COLUMNS);
        report
            .add(finding.with("expected", header.len().to_string()).with("found", fields.len().to_string()));
        return None;
    }
    let get = |column: &str| {
        let place = header.iter().position(|title| *title == Some(column))?;
        Some(fields[place].as_str()).filter(|text| !text.is_empty())
    };
    let Some(id) = get("id") else {
        report.add(report.at(part, line, codes::LIST_RECORD_IDENTIFIER).with("text", ""));
        return None;
    };
    let mut unreadable = |field: &str, text: &str| {
        let finding = report.at(part, line, codes::LIST_VALUE_UNREADABLE).with("id", id);
        report.add(finding.with("field", field).with("text", text));
    };
    let schema = get("schema").map_or(Schema::Unknown, |word| {
        Schema::parse(word).unwrap_or_else(|| {
            unreadable("schema", word);
            Schema::Unknown
        })
    });
    let mut entity = Entity::new(id, schema);
    entity.add_name(get("name").unwrap_or_default(), NameKind::Primary);
    for alias in several(get("aliases")) {
        match alias.strip_prefix('~') {
            Some(weak) => entity.add_name(weak, NameKind::Alias(Quality::Weak)),
            None => entity.add_name(alias, NameKind::Alias(Quality::Strong)),
        }
    }
    for text in several(get("birth_date")) {
        match text.parse() {
            Ok(date) => entity.birth_dates.push(BirthDate::on(date)),
            Err(_) => unreadable("birth_date", text),
        }
    }
    entity.countries = several(get("country")).map(str::to_owned).collect();
    if let Some(street) = get("address") {
        entity.addresses.push(Address { street: Some(street.to_owned()), ..Address::default() });
    }
    for text in several(get("documents")) {
        match text.parse::<Document>() {
            Ok(document) => entity.documents.push(document),
            Err(_) => unreadable("documents", text),
        }
    }
    entity.remarks = get("reason").unwrap_or_default().to_owned();
    if entity.names.is_empty() {
        report.add(report.at(part, line, codes::LIST_RECORD_NAMELESS).with("id", id));
        return None;
    }
    Some(entity)
}

fn several(text: Option<&str>) -> impl Iterator<Item = &str> {
    text.unwrap_or_default().split(';').map(str::trim).filter(|text| !text.is_empty())
}
