//! The consolidated list of the United Nations Security Council in XML.
//!
//! Format: `sc-sanctions.xsd` of the UN Security Council: `CONSOLIDATED_LIST` with `dateGenerated`, `INDIVIDUAL` and
//! `ENTITY` records; a name in up to four parts, aliases with their quality, the name in its original script.

use super::report::Report;
use super::spellings::add_name;
use super::xml::{Element, read_records};
use super::{Content, ListFile, Part, PartFile, Parts, Source, WHOLE};
use crate::date::{BirthDate, PartialDate};
use crate::list::{Address, Document, Entity, NameKind, Purpose, Quality, Schema};
use finding::codes::lists as codes;
use std::collections::HashMap;

pub(super) const SOURCE: Source = Source {
    id: "un-sc",
    title: "UN Security Council Consolidated List",
    publisher: "United Nations Security Council",
    purpose: Purpose::Sanctions,
    recognises: "XML with the root element CONSOLIDATED_LIST",
    roles: &[WHOLE],
    recognise,
    read,
};

fn recognise(file: &ListFile) -> Option<Part> {
    let head = super::lines::utf8_or_bytes(&file.bytes[..file.bytes.len().min(4096)]).into_owned();
    let root = b"<CONSOLIDATED_LIST";
    let found = head.windows(root.len()).any(|window| window == root);
    found.then(|| Part { role: WHOLE, group: file.name.clone() })
}

fn read(parts: &Parts<'_>, report: &mut Report) -> Content {
    let mut content = Content::default();
    let Some(part) = parts.role(WHOLE) else { return content };
    let mut places: HashMap<String, usize> = HashMap::new();
    let root = read_records(part, &["INDIVIDUAL", "ENTITY"], report, |record, report| {
        let Some(entity) = entity(part, &record, report) else { return };
        match places.get(&entity.id) {
            Some(place) => {
                report.add(
                    report.at(part, record.line, codes::LIST_IDENTIFIER_REPEATED).with("id", &entity.id),
                );
                for name in entity.names {
                    let kind = if name.kind == NameKind::Primary {
                        NameKind::Alias(Quality::Strong)
                    } else {
                        name.kind
                    };
                    content.entities[*place].add_name(&name.text, kind);
                }
            }
            None => {
                places.insert(entity.id.clone(), content.entities.len());
                content.entities.push(entity);
            }
        }
    });
    content.edition = root
        .iter()
        .find(|(name, _)| name == "dateGenerated")
        .and_then(|(_, value)| value.get(..10)?.parse::<PartialDate>().ok())
        .map(|date| date.to_string());
    content
}

fn entity(part: &PartFile<'_>, record: &Element, report: &mut Report) -> Option<Entity> {
    let person = record.name == "INDIVIDUAL";
    let id = record.value("REFERENCE_NUMBER").or_else(|| record.value("DATAID"));
    let Some(id) = id else {
        report.add(report.at(part, record.line, codes::LIST_RECORD_IDENTIFIER).with("text", ""));
        return None;
    };
    let mut entity = Entity::new(id, if person { Schema::Person } else { Schema::Organisation });
    let parts = ["FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"];
    let name: Vec<&str> =
        parts.iter().filter_map(|part| record.value(part)).filter(|part| !is_placeholder(part)).collect();
    add_name(&mut entity, &name.join(" "), NameKind::Primary);
    let prefix = if person { "INDIVIDUAL" } else { "ENTITY" };
    for alias in record.all(&format!("{prefix}_ALIAS")) {
        // Individuals have "Good" and "Low", entities "a.k.a." and "f.k.a.".
        let quality = if alias.value("QUALITY") == Some("Low") { Quality::Weak } else { Quality::Strong };
        if let Some(text) = alias.value("ALIAS_NAME").filter(|text| !is_placeholder(text)) {
            add_name(&mut entity, text, NameKind::Alias(quality));
        }
    }
    if let Some(text) = record.value("NAME_ORIGINAL_SCRIPT") {
        add_name(&mut entity, text, NameKind::OriginalScript);
    }
    if entity.names.is_empty() {
        report.add(report.at(part, record.line, codes::LIST_RECORD_NAMELESS).with("id", id));
        return None;
    }
    entity.addresses =
        record.all(&format!("{prefix}_ADDRESS")).map(address).filter(|found| !found.is_empty()).collect();
    for date in record.all("INDIVIDUAL_DATE_OF_BIRTH") {
        match birth_date(date) {
            Ok(Some(date)) if !entity.birth_dates.contains(&date) => entity.birth_dates.push(date),
            Ok(_) => {}
            Err(text) => {
                let finding = report.at(part, date.line, codes::LIST_VALUE_UNREADABLE).with("id", id);
                report.add(finding.with("field", "birth_date").with("text", text));
            }
        }
    }
    entity.birth_places = record
        .all("INDIVIDUAL_PLACE_OF_BIRTH")
        .map(|place| address(place).text())
        .filter(|text| !text.is_empty())
        .collect();
    entity.countries = values(record, "NATIONALITY");
    entity.documents = record.all("INDIVIDUAL_DOCUMENT").filter_map(document).collect();
    entity.programmes.extend(record.value("UN_LIST_TYPE").map(str::to_owned));
    entity.titles = values(record, "TITLE").into_iter().chain(values(record, "DESIGNATION")).collect();
    entity.remarks = record.value("COMMENTS1").unwrap_or_default().to_owned();
    Some(entity)
}

/// What the list writes where it has nothing.
fn is_placeholder(text: &str) -> bool {
    matches!(text.trim().to_ascii_lowercase().as_str(), "" | "na" | "n/a")
}

fn values(record: &Element, name: &str) -> Vec<String> {
    record
        .all(name)
        .flat_map(|element| element.all("VALUE"))
        .map(|value| value.text.clone())
        .filter(|text| !is_placeholder(text))
        .collect()
}

fn address(element: &Element) -> Address {
    let value = |name| element.value(name).filter(|text| !is_placeholder(text)).map(str::to_owned);
    Address {
        street: value("STREET"),
        city: value("CITY"),
        region: value("STATE_PROVINCE"),
        postal_code: value("ZIP_CODE"),
        country: value("COUNTRY"),
        note: value("NOTE"),
    }
}

fn document(element: &Element) -> Option<Document> {
    Some(Document {
        kind: element
            .value("TYPE_OF_DOCUMENT2")
            .or_else(|| element.value("TYPE_OF_DOCUMENT"))
            .unwrap_or("Document")
            .to_owned(),
        number: element.value("NUMBER").filter(|text| !is_placeholder(text))?.to_owned(),
        country: element
            .value("ISSUING_COUNTRY")
            .or_else(|| element.value("COUNTRY_OF_ISSUE"))
            .map(str::to_owned),
    })
}

/// The date stated, none where the element is empty, or the text that cannot be read.
fn birth_date(element: &Element) -> Result<Option<BirthDate>, String> {
    let read = |text: &str| text.get(..10).unwrap_or(text).parse::<PartialDate>().map_err(|error| error.text);
    let approximate = element.value("TYPE_OF_DATE") == Some("APPROXIMATELY");
    if let Some((from, to)) = element.value("FROM_YEAR").zip(element.value("TO_YEAR")) {
        return Ok(Some(BirthDate { from: read(from)?, to: read(to)?, approximate }));
    }
    match element.value("DATE").or_else(|| element.value("YEAR")) {
        Some(text) => read(text).map(|date| Some(BirthDate { from: date, to: date, approximate })),
        None => Ok(None),
    }
}
