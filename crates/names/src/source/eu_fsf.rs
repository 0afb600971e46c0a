//! The consolidated financial sanctions list of the European Union in XML.
//!
//! Format: "FSD export", namespace `http://eu.europa.ec/fpi/fsd/export`. Read by local name; whatever else the file
//! holds is passed over. The reader relies on
//! - `export`: `generationDate`, which is the edition;
//! - `sanctionEntity`: `euReferenceNumber`, else `logicalId`, as identifier; `designationDetails`; its child `remark`;
//! - `subjectType`: `classificationCode` (`P` a person, `E` an enterprise), else `code` (`person`, `enterprise`);
//! - `nameAlias`: `wholeName`, else `firstName`, `middleName` and `lastName`; `strong` (`false` is a weak alias);
//!   `nameLanguage`; `title`; `function`;
//! - `birthdate`: `birthdate`, else `year` with `monthOfYear` and `dayOfMonth`, else `yearRangeFrom` and
//!   `yearRangeTo`; `circa`; `place`, `city`, `region` and country;
//! - `citizenship`, `address` (`street`, `poBox`, `place`, `city`, `region`, `zipCode`) and `identification` (`number`,
//!   else `latinNumber`; `identificationTypeDescription`, else `identificationTypeCode`), each with
//!   `countryIso2Code`, else `countryDescription`;
//! - `regulation`: `programme`.

use super::entries::{Entries, add_labelled, one_line, push_new};
use super::report::Report;
use super::xml::{Element, read_records};
use super::{Content, ListFile, Part, PartFile, Parts, Source, WHOLE, excerpt};
use crate::date::{BirthDate, PartialDate};
use crate::list::{Address, Document, Entity, NameKind, Purpose, Quality, Schema, Script};
use finding::codes::lists as codes;

pub(super) const SOURCE: Source = Source {
    id: "eu-fsf",
    title: "EU Consolidated Financial Sanctions List",
    publisher: "European Commission",
    purpose: Purpose::Sanctions,
    recognises: "XML whose root element export has the namespace http://eu.europa.ec/fpi/fsd/export",
    roles: &[WHOLE],
    recognise,
    read,
};

fn recognise(file: &ListFile) -> Option<Part> {
    let head = super::lines::utf8_or_bytes(&file.bytes[..file.bytes.len().min(4096)]).into_owned();
    let text = String::from_utf8_lossy(&head);
    // Editions of the schema differ in what follows, such as a version.
    let found = text.contains("eu.europa.ec/fpi/fsd/export") && text.contains("export");
    (found && text.trim_start().starts_with('<')).then(|| Part { role: WHOLE, group: file.name.clone() })
}

fn read(parts: &Parts<'_>, report: &mut Report) -> Content {
    let Some(part) = parts.role(WHOLE) else { return Content::default() };
    let mut entries = Entries::default();
    let root = read_records(part, &["sanctionEntity"], report, |record, report| {
        if let Some(entity) = entity(part, &record, report) {
            entries.add(part, record.line, entity, report);
        }
    });
    let edition = root
        .iter()
        .find(|(name, _)| name == "generationDate")
        .and_then(|(_, value)| value.get(..10)?.parse::<PartialDate>().ok())
        .map(|date| date.to_string());
    Content { edition, entities: entries.finish(), ..Content::default() }
}

fn entity(part: &PartFile<'_>, record: &Element, report: &mut Report) -> Option<Entity> {
    let Some(id) = record.attribute("euReferenceNumber").or_else(|| record.attribute("logicalId")) else {
        report.add(report.at(part, record.line, codes::LIST_RECORD_IDENTIFIER).with("text", ""));
        return None;
    };
    let mut unreadable = |line: u32, field: &str, text: &str| {
        let finding = report.at(part, line, codes::LIST_VALUE_UNREADABLE).with("id", id);
        report.add(finding.with("field", field).with("text", excerpt(text)));
    };
    let subject = record.all("subjectType").next();
    let code = |name| subject.and_then(|subject| subject.attribute(name));
    let schema = match code("classificationCode").or_else(|| code("code")).unwrap_or_default() {
        "P" | "person" => Schema::Person,
        "E" | "enterprise" => Schema::Organisation,
        other => {
            unreadable(record.line, "schema", other);
            Schema::Unknown
        }
    };
    let mut entity = Entity::new(id, schema);
    for alias in record.all("nameAlias") {
        add_name(&mut entity, alias);
        push_new(&mut entity.titles, ["title", "function"].iter().filter_map(|name| text(alias, name)));
    }
    if entity.names.is_empty() {
        report.add(report.at(part, record.line, codes::LIST_RECORD_NAMELESS).with("id", id));
        return None;
    }
    for element in record.all("birthdate") {
        match birth_date(element) {
            Ok(date) => push_new(&mut entity.birth_dates, date),
            Err(text) => unreadable(element.line, "birth_date", &text),
        }
        push_new(&mut entity.birth_places, place(element));
    }
    push_new(&mut entity.countries, record.all("citizenship").filter_map(country));
    push_new(&mut entity.addresses, record.all("address").map(address).filter(|found| !found.is_empty()));
    push_new(&mut entity.documents, record.all("identification").filter_map(document));
    push_new(&mut entity.programmes, record.all("regulation").filter_map(|found| text(found, "programme")));
    for (label, value) in [("Designation", record.attribute("designationDetails"))]
        .into_iter()
        .chain(record.all("remark").map(|remark| ("Remark", Some(remark.text.as_str()))))
    {
        add_labelled(&mut entity, label, value.unwrap_or_default());
    }
    Some(entity)
}

fn text(element: &Element, name: &str) -> Option<String> {
    element.attribute(name).map(one_line)
}

/// A name in another script than Latin is the original, or as good as it. The first strong name becomes the primary
/// one when all are read.
fn add_name(entity: &mut Entity, alias: &Element) {
    let whole = text(alias, "wholeName").unwrap_or_else(|| {
        let parts = ["firstName", "middleName", "lastName"];
        parts.iter().filter_map(|part| text(alias, part)).collect::<Vec<_>>().join(" ")
    });
    let weak = matches!(alias.attribute("strong"), Some("false" | "0"));
    let kind = match Script::of(&whole) {
        _ if weak => NameKind::Alias(Quality::Weak),
        Script::Latin | Script::None => NameKind::Alias(Quality::Strong),
        _ => NameKind::OriginalScript,
    };
    entity.add_name(&whole, kind);
}

fn country(element: &Element) -> Option<String> {
    // "00" stands for an unknown country.
    let code = element.attribute("countryIso2Code").filter(|code| *code != "00");
    code.map(one_line).or_else(|| country_name(element))
}

fn country_name(element: &Element) -> Option<String> {
    text(element, "countryDescription").filter(|name| !name.eq_ignore_ascii_case("unknown"))
}

/// The date stated, none where the element only states a place, or the text that cannot be read.
fn birth_date(element: &Element) -> Result<Option<BirthDate>, String> {
    let approximate = matches!(element.attribute("circa"), Some("true" | "1"));
    let span = |from: PartialDate, to: PartialDate| Some(BirthDate { from, to, approximate });
    let parse =
        |text: &str| text.get(..10).unwrap_or(text).parse::<PartialDate>().map_err(|error| error.text);
    if let Some(text) = element.attribute("birthdate") {
        return parse(text).map(|date| span(date, date));
    }
    if let Some(year) = element.attribute("year") {
        let mut stated = year.to_owned();
        if let Some(month) = element.attribute("monthOfYear") {
            stated.push_str(&format!("-{month:0>2}"));
            if let Some(day) = element.attribute("dayOfMonth") {
                stated.push_str(&format!("-{day:0>2}"));
            }
        }
        return parse(&stated).map(|date| span(date, date));
    }
    match element.attribute("yearRangeFrom").zip(element.attribute("yearRangeTo")) {
        Some((from, to)) => Ok(span(parse(from)?, parse(to)?)),
        None => Ok(None),
    }
}

fn place(element: &Element) -> Option<String> {
    let mut parts: Vec<String> =
        ["place", "city", "region"].iter().filter_map(|name| text(element, name)).collect();
    parts.extend(country_name(element).or_else(|| country(element)));
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn address(element: &Element) -> Address {
    let street: Vec<String> =
        ["street", "poBox", "place"].iter().filter_map(|name| text(element, name)).collect();
    Address {
        street: (!street.is_empty()).then(|| street.join(", ")),
        city: text(element, "city"),
        region: text(element, "region"),
        postal_code: text(element, "zipCode"),
        country: country(element),
        note: None,
    }
}

fn document(element: &Element) -> Option<Document> {
    Some(Document {
        kind: text(element, "identificationTypeDescription")
            .or_else(|| text(element, "identificationTypeCode"))
            .unwrap_or_else(|| "Document".to_owned()),
        number: text(element, "number").or_else(|| text(element, "latinNumber"))?,
        country: country(element),
    })
}
