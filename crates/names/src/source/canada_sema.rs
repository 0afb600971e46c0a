//! The Consolidated Canadian Autonomous Sanctions List in XML.
//!
//! Format: `data-set` of `record`s as Global Affairs Canada publishes it, without namespace, schema or date: the
//! regulation's `Country`, `LastName` and `GivenName` or `EntityOrShip`, `TitleOrShip` (a title, or what kind of ship),
//! `DateOfBirthOrShipBuildDate`, `ShipIMONumber`, `Aliases` in one text, `Schedule`, `Item`, `DateOfListing`. Country,
//! schedule and item together call an entry. The country is that of the regulation and not of the party, whose
//! nationality the list does not state.

mod aliases;

use super::numbered::Entries;
use super::report::Report;
use super::spellings::add_name;
use super::xml::{Element, Opening, read_records};
use super::{Content, ListFile, Part, PartFile, Parts, Source, WHOLE};
use crate::date::{BirthDate, PartialDate};
use crate::limits::TEXT_NAMES;
use crate::list::{Document, Entity, NameKind, Purpose, Quality, Schema};
use finding::codes::lists as codes;

pub(super) const SOURCE: Source = Source {
    id: "ca-sema",
    title: "Consolidated Canadian Autonomous Sanctions List",
    publisher: "Global Affairs Canada",
    purpose: Purpose::Sanctions,
    recognises: "XML with the root element data-set and records with Country and LastName or EntityOrShip",
    roles: &[WHOLE],
    recognise,
    read,
};

fn recognise(file: &ListFile) -> Option<Part> {
    let opening = Opening::of(&file.bytes);
    // What comes before the aliases, which may be long.
    let named = opening.has("EntityOrShip") || opening.has("LastName");
    let known = opening.has("record") && opening.has("Country") && named;
    (opening.root == "data-set" && known).then(|| Part { role: WHOLE, group: file.name.clone() })
}

fn read(parts: &Parts<'_>, report: &mut Report) -> Content {
    let Some(part) = parts.role(WHOLE) else { return Content::default() };
    let mut entries = Entries::default();
    read_records(part, &["record"], report, |record, report| {
        let Some(entity) = entity(part, &record, report) else { return };
        let id = entity.id.clone();
        if !entries.add(entity) {
            report.add(report.at(part, record.line, codes::LIST_IDENTIFIER_REPEATED).on(&id).with("id", &id));
        }
    });
    Content { entities: entries.into_entities(), ..Content::default() }
}

fn entity(part: &PartFile<'_>, record: &Element, report: &mut Report) -> Option<Entity> {
    let Some((regulation, item)) = record.value("Country").zip(record.value("Item")) else {
        let text: String = record.value("Item").unwrap_or_default().chars().take(40).collect();
        report.add(report.at(part, record.line, codes::LIST_RECORD_IDENTIFIER).with("text", text));
        return None;
    };
    let schedule = record.value("Schedule");
    // The first of the two languages is enough to tell regulations apart.
    let country = regulation.split(" / ").next().unwrap_or(regulation);
    let id = match schedule {
        Some(schedule) => format!("{country}, {schedule}, item {item}"),
        None => format!("{country}, item {item}"),
    };
    let organisation = record.value("EntityOrShip");
    let title = record.value("TitleOrShip");
    let imo = record.value("ShipIMONumber");
    let schema = match organisation {
        None => Schema::Person,
        Some(_) if imo.is_some() || title.is_some() => Schema::Vessel,
        Some(_) => Schema::Organisation,
    };
    let mut entity = Entity::new(id, schema);
    match organisation {
        Some(name) => add_organisation(&one_line(name), &mut entity),
        None => add_person(record, &mut entity),
    }
    for text in record.all("Aliases") {
        let names = aliases::read(&text.text, schema == Schema::Person);
        if names.len() > TEXT_NAMES {
            let finding = report.at(part, text.line, codes::LIST_RECORD_TOO_LARGE).on(&entity.id);
            report.add(finding.with("limit", format!("{TEXT_NAMES} names")));
            return None;
        }
        for (name, quality) in names {
            add_name(&mut entity, &name, NameKind::Alias(quality));
        }
    }
    if entity.names.is_empty() {
        let finding = report.at(part, record.line, codes::LIST_RECORD_NAMELESS).on(&entity.id);
        report.add(finding.with("id", &entity.id));
        return None;
    }
    entity.programmes.push(regulation.to_owned());
    entity.documents.extend(imo.map(|number| Document {
        kind: "IMO number".to_owned(),
        number: number.to_owned(),
        country: None,
    }));
    let place = match schedule {
        Some(schedule) => format!("Schedule {schedule}, item {item}."),
        None => format!("Item {item}."),
    };
    let mut remarks = vec![place];
    remarks.extend(record.value("DateOfListing").map(|date| format!("Listed on {date}.")));
    let dated = record.all("DateOfBirthOrShipBuildDate").find(|element| !element.text.is_empty());
    let date = dated.map(|element| element.text.as_str());
    if schema == Schema::Person {
        entity.titles.extend(title.map(str::to_owned));
        match date.map(|text| birth_dates(text).ok_or(text)) {
            Some(Ok(dates)) => entity.birth_dates = dates,
            Some(Err(text)) => {
                let line = dated.map_or(record.line, |element| element.line);
                let finding = report.at(part, line, codes::LIST_VALUE_UNREADABLE).on(&entity.id);
                let shown: String = text.chars().take(40).collect();
                let field = "DateOfBirthOrShipBuildDate";
                report.add(finding.with("id", &entity.id).with("field", field).with("text", shown));
                remarks.push(format!("Born: {text}."));
            }
            None => {}
        }
    } else {
        remarks.extend(title.map(|kind| format!("Vessel type {kind}.")));
        remarks.extend(date.map(|date| format!("Built {date}.")));
    }
    entity.remarks = remarks.join(" ");
    Some(entity)
}

/// A text without line breaks and repeated blanks, which the list has inside of names.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Adds a name, and where it stands in two languages, "Army of Nowhere/Armée de Nulle Part", each of both.
fn add_organisation(name: &str, entity: &mut Entity) {
    add_name(entity, name, NameKind::Primary);
    let names = aliases::at_slashes(name);
    if names.len() > 1 {
        for name in names {
            add_name(entity, name.trim(), NameKind::Alias(Quality::Strong));
        }
    }
}

/// Adds the name of a person, and where a family name has another in brackets, "Zefir (Zephyr)", each of both.
fn add_person(record: &Element, entity: &mut Entity) {
    let given = record.value("GivenName").unwrap_or_default();
    let family = record.value("LastName").unwrap_or_default();
    let full = |family: &str| one_line(&format!("{given} {family}"));
    entity.add_name(&full(family), NameKind::Primary);
    if let Some((one, rest)) = family.split_once('(')
        && let Some((other, _)) = rest.split_once(')')
    {
        for family in [one, other] {
            entity.add_name(&full(family), NameKind::Alias(Quality::Strong));
        }
    }
}

/// `1963`, `1963-04`, `1963-04-30`, the range `1963-1964`, or several with "or" between them; `None` where any part of
/// it is nothing of these.
fn birth_dates(text: &str) -> Option<Vec<BirthDate>> {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.split(|word| word.eq_ignore_ascii_case("or")).map(|words| birth_date(&words.join(" "))).collect()
}

fn birth_date(text: &str) -> Option<BirthDate> {
    if let Ok(date) = text.parse::<PartialDate>() {
        return Some(BirthDate::on(date));
    }
    let (from, to) = text.split_once('-')?;
    let year = |text: &str| text.trim().parse::<PartialDate>().ok().filter(|date| date.month().is_none());
    Some(BirthDate { from: year(from)?, to: year(to)?, approximate: false })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_birth_are_read_in_all_their_forms() {
        for (text, expected) in [
            ("1963", Some("1963")),
            (" 1963-04-30 ", Some("1963-04-30")),
            ("1963-1964", Some("1963 to 1964")),
            ("1963 or 1964", Some("1963; 1964")),
            ("1963-04-30 OR 1964-05", Some("1963-04-30; 1964-05")),
            ("Sep-99", None),
            ("born in the early 1970s", None),
            ("1963 or", None),
            ("", None),
        ] {
            let found = birth_dates(text)
                .map(|dates| dates.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "));
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
