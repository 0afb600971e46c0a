//! Lists in the FollowTheMoney model as JSON lines: one entity per line with `id`, `schema`, `caption`, `properties`,
//! `datasets` and `last_change`.
//!
//! Loadgate ships no such list. The licence of one belongs to whoever publishes it, and some do not allow commercial
//! use: those who give a list to Loadgate answer for their right to use it.
//!
//! The schemata Person, Company, Organization, LegalEntity, Vessel and Airplane are read; entities of others, such as
//! the sanctions, addresses and relations of a full export, are counted and left out with one finding. Of the
//! properties, names (`name`, `alias`, `previousName`, `weakAlias`), `birthDate`, `birthPlace`, `nationality`,
//! `citizenship`, `country`, `jurisdiction`, `flag`, `address`, `position`, `programId`, `program` and the numbers in
//! [`DOCUMENTS`] have fields of their own; `topics`, `notes` and `summary` are remarks. Other properties are passed
//! over. The list states no date of its own: the edition is that of the file name, else the latest `last_change`.

use super::entries::{Entries, add_labelled, one_line, push_new};
use super::json;
use super::lines::lines_within;
use super::report::Report;
use super::{Content, ListFile, Part, PartFile, Parts, Source, WHOLE, edition_in, excerpt};
use crate::date::{BirthDate, PartialDate};
use crate::limits::{ENTRY_VALUES, JSON_RECORD_BYTES};
use crate::list::{Address, Document, Entity, NameKind, Purpose, Quality, Schema, Script};
use finding::codes::lists as codes;
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) const SOURCE: Source = Source {
    id: "ftm",
    title: "FollowTheMoney entities",
    publisher: "Whoever gives the list; its licence is theirs",
    purpose: Purpose::Sanctions,
    recognises: "JSON lines of FollowTheMoney entities, each with id, schema and properties",
    roles: &[WHOLE],
    recognise,
    read,
};

/// Properties that hold numbers, with the kind they are given.
const DOCUMENTS: &[(&str, &str)] = &[
    ("passportNumber", "Passport"),
    ("idNumber", "ID number"),
    ("taxNumber", "Tax number"),
    ("registrationNumber", "Registration number"),
    ("imoNumber", "IMO number"),
    ("mmsi", "MMSI"),
    ("callSign", "Call sign"),
    ("leiCode", "LEI"),
    ("serialNumber", "Serial number"),
];

fn recognise(file: &ListFile) -> Option<Part> {
    let head = super::lines::utf8_or_bytes(&file.bytes[..file.bytes.len().min(64 * 1024)]).into_owned();
    let text = String::from_utf8_lossy(&head);
    // The first line may be damaged.
    let ours = text.lines().filter(|line| !line.trim().is_empty()).take(5).any(|line| {
        line.trim_start().starts_with('{')
            && ["\"id\"", "\"schema\"", "\"properties\""].iter().all(|key| line.contains(key))
    });
    ours.then(|| Part { role: WHOLE, group: file.name.clone() })
}

fn read(parts: &Parts<'_>, report: &mut Report) -> Content {
    let Some(part) = parts.role(WHOLE) else { return Content::default() };
    let mut entries = Entries::default();
    let mut left_out: BTreeMap<String, u32> = BTreeMap::new();
    let mut latest: Option<PartialDate> = None;
    for line in lines_within(part, JSON_RECORD_BYTES, report) {
        let value = match json::value(&line.text) {
            Ok(value) => value,
            Err(fault) => {
                let column = json::Places::new(&line.text).at(fault.offset).1;
                let finding = report.at_place(part, (line.number, column), codes::LIST_JSON_BROKEN);
                report.add(finding.with("why", fault.why));
                continue;
            }
        };
        let schema = match value.get("schema").and_then(Value::as_str).unwrap_or_default() {
            "Person" => Schema::Person,
            "Company" | "Organization" => Schema::Organisation,
            "LegalEntity" => Schema::Unknown,
            "Vessel" => Schema::Vessel,
            "Airplane" => Schema::Aircraft,
            other => {
                // A hostile file may name as many as it has lines; a message names a few.
                let known = left_out.len() < 20 || left_out.contains_key(other);
                let name = if known { excerpt(other) } else { String::new() };
                let count = left_out.entry(name).or_default();
                *count = count.saturating_add(1);
                continue;
            }
        };
        let changed = value.get("last_change").and_then(Value::as_str);
        latest = latest.max(changed.and_then(|text| date(text).ok()));
        if let Some(entity) = entity(part, line.number, &value, schema, report) {
            entries.add(part, line.number, entity, report);
        }
    }
    if !left_out.is_empty() {
        let count = left_out.values().fold(0_u32, |sum, count| sum.saturating_add(*count));
        let named: Vec<&str> =
            left_out.keys().map(|name| if name.is_empty() { "?" } else { name.as_str() }).collect();
        let finding = report.on(part, codes::LIST_SCHEMATA_LEFT_OUT).with("count", count.to_string());
        report.add(finding.with("schemata", named.join(", ")));
    }
    let edition = edition_in(&part.file.name).or_else(|| latest.map(|date| date.to_string()));
    Content { edition, entities: entries.finish(), ..Content::default() }
}

fn entity(
    part: &PartFile<'_>,
    line: u32,
    value: &Value,
    schema: Schema,
    report: &mut Report,
) -> Option<Entity> {
    let Some(id) = value.get("id").and_then(json::scalar) else {
        let shown = value.get("id").map(json::shown).unwrap_or_default();
        report.add(report.at(part, line, codes::LIST_RECORD_IDENTIFIER).with("text", shown));
        return None;
    };
    let mut properties = Properties { part, line, id: &id, value: value.get("properties"), report };
    let mut entity = Entity::new(id.as_str(), schema);
    // The caption is the name that the list leads with, where it is one of the names.
    let names = properties.get("name");
    let caption = value.get("caption").and_then(json::scalar);
    let primary = caption.filter(|caption| names.contains(caption)).or_else(|| names.first().cloned());
    if let Some(name) = &primary {
        entity.add_name(&one_line(name), NameKind::Primary);
    }
    let mut others = names;
    others.extend(properties.get("alias"));
    others.extend(properties.get("previousName"));
    for name in others {
        let kind = match Script::of(&name) {
            Script::Latin | Script::None => NameKind::Alias(Quality::Strong),
            _ => NameKind::OriginalScript,
        };
        entity.add_name(&one_line(&name), kind);
    }
    for name in properties.get("weakAlias") {
        entity.add_name(&one_line(&name), NameKind::Alias(Quality::Weak));
    }
    for text in properties.get("birthDate") {
        match date(&text) {
            Ok(date) => push_new(&mut entity.birth_dates, [BirthDate::on(date)]),
            Err(_) => properties.unreadable("birthDate", &text),
        }
    }
    push_new(&mut entity.birth_places, properties.get("birthPlace"));
    for name in ["nationality", "citizenship", "country", "jurisdiction", "flag"] {
        push_new(&mut entity.countries, properties.get(name));
    }
    let addresses = properties.get("address").into_iter();
    push_new(
        &mut entity.addresses,
        addresses.map(|street| Address { street: Some(one_line(&street)), ..Address::default() }),
    );
    for (name, kind) in DOCUMENTS {
        let numbers = properties.get(name).into_iter();
        let documents = numbers.map(|number| Document { kind: (*kind).to_owned(), number, country: None });
        push_new(&mut entity.documents, documents);
    }
    for name in ["programId", "program"] {
        push_new(&mut entity.programmes, properties.get(name));
    }
    push_new(&mut entity.titles, properties.get("position"));
    for (label, name) in [("Topics", "topics"), ("Notes", "notes"), ("Summary", "summary")] {
        add_labelled(&mut entity, label, &properties.get(name).join(", "));
    }
    let datasets = value.get("datasets").and_then(Value::as_array).into_iter().flatten();
    let datasets: Vec<String> = datasets.filter_map(json::scalar).take(ENTRY_VALUES).collect();
    add_labelled(&mut entity, "Datasets", &datasets.join(", "));
    if entity.names.is_empty() {
        report.add(report.at(part, line, codes::LIST_RECORD_NAMELESS).with("id", &id));
        return None;
    }
    Some(entity)
}

/// A date with or without a time of day.
fn date(text: &str) -> Result<PartialDate, crate::PartialDateError> {
    text.get(..10).unwrap_or(text).parse()
}

/// The properties of one entity.
struct Properties<'a, 'f> {
    part: &'a PartFile<'f>,
    line: u32,
    id: &'a str,
    value: Option<&'a Value>,
    report: &'a mut Report,
}

impl Properties<'_, '_> {
    /// The texts of a property, be it an array or one alone. Entities nested in it are passed over.
    fn get(&mut self, name: &str) -> Vec<String> {
        let values = match self.value.and_then(|value| value.get(name)) {
            None | Some(Value::Null) => &[][..],
            Some(Value::Array(values)) => values,
            Some(value) => std::slice::from_ref(value),
        };
        if values.len() > ENTRY_VALUES {
            let limit = format!("{ENTRY_VALUES} values of {name}");
            let finding = self.report.at(self.part, self.line, codes::LIST_RECORD_TOO_LARGE);
            self.report.add(finding.with("limit", limit));
        }
        values.iter().take(ENTRY_VALUES).filter_map(json::scalar).collect()
    }

    fn unreadable(&mut self, field: &str, text: &str) {
        let finding = self.report.at(self.part, self.line, codes::LIST_VALUE_UNREADABLE).with("id", self.id);
        self.report.add(finding.with("field", field).with("text", excerpt(text)));
    }
}
