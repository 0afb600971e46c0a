//! The lists of the Office of Foreign Assets Control in XML: the SDN list and the consolidated list alike.
//!
//! Format: `sdnList` of OFAC's `SDN.XSD`: `publshInformation` (as spelled there) with `Publish_Date` and
//! `Record_Count`, and `sdnEntry` records with names in two parts, aliases with type and category, addresses, dates
//! and places of birth, nationalities, citizenships, numbered documents and facts of vessels. The file does not say
//! which of the lists it is; the title follows the file name where that does.

use super::numbered::Entries;
use super::ofac_sdn::{self, birth_date, excerpt, push_new, word_in};
use super::report::Report;
use super::xml::{Element, Opening, read_records};
use super::{Content, ListFile, Part, PartFile, Parts, Source, WHOLE, base_name};
use crate::date::{PartialDate, digits};
use crate::list::{Address, Document, Entity, NameKind, Purpose, Quality, Schema};
use finding::codes::lists as codes;

pub(super) const SOURCE: Source = Source {
    id: "ofac-xml",
    title: "OFAC Sanctions List",
    publisher: ofac_sdn::SOURCE.publisher,
    purpose: Purpose::Sanctions,
    recognises: "XML with the root element sdnList in a namespace of OFAC",
    roles: &[WHOLE],
    recognise,
    read,
};

/// Namespaces of the root: of the sanctions list service, whatever the export, and of the files before it.
const NAMESPACES: [&str; 2] =
    ["https://sanctionslistservice.ofac.treas.gov/", "http://tempuri.org/sdnList.xsd"];

fn recognise(file: &ListFile) -> Option<Part> {
    let opening = Opening::of(&file.bytes);
    let known = NAMESPACES.iter().any(|namespace| opening.namespace.starts_with(namespace));
    (opening.root == "sdnList" && known).then(|| Part { role: WHOLE, group: file.name.clone() })
}

fn read(parts: &Parts<'_>, report: &mut Report) -> Content {
    let mut content = Content::default();
    let Some(part) = parts.role(WHOLE) else { return content };
    let mut entries = Entries::default();
    let mut stated: Option<(String, u32)> = None;
    let mut found = 0_usize;
    read_records(part, &["sdnEntry", "publshInformation"], report, |record, report| {
        if record.name == "publshInformation" {
            content.edition =
                record.value("Publish_Date").and_then(month_day_year).map(|date| date.to_string());
            stated = record.value("Record_Count").map(|count| (count.to_owned(), record.line));
            return;
        }
        found += 1;
        let Some(entity) = entity(part, &record, report) else { return };
        let id = entity.id.clone();
        if !entries.add(entity) {
            report.add(report.at(part, record.line, codes::LIST_IDENTIFIER_REPEATED).on(&id).with("id", &id));
        }
    });
    if let Some((stated, line)) = stated
        && stated.parse() != Ok(found)
    {
        let finding = report.at(part, line, codes::LIST_RECORD_COUNT).with("found", found.to_string());
        report.add(finding.with("stated", excerpt(&stated)));
    }
    content.title = title(&part.file.name).map(str::to_owned);
    content.entities = entries.into_entities();
    content
}

/// The title of the list that a file name speaks of.
fn title(name: &str) -> Option<&'static str> {
    let name = base_name(name).to_ascii_lowercase();
    if ofac_sdn::is_consolidated(&name) {
        Some(ofac_sdn::CONSOLIDATED.title)
    } else {
        word_in(&name, "sdn").map(|_| ofac_sdn::SOURCE.title)
    }
}

/// `MM/DD/YYYY`.
pub(super) fn month_day_year(text: &str) -> Option<PartialDate> {
    let mut parts = text.trim().splitn(3, '/');
    let month = digits(parts.next()?, 2)?;
    let day = digits(parts.next()?, 2)?;
    PartialDate::new(digits(parts.next()?, 4)?, i8::try_from(month).ok(), i8::try_from(day).ok())
}

fn entity(part: &PartFile<'_>, record: &Element, report: &mut Report) -> Option<Entity> {
    let id = record.value("uid").unwrap_or_default();
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        report.add(report.at(part, record.line, codes::LIST_RECORD_IDENTIFIER).with("text", excerpt(id)));
        return None;
    }
    let unreadable = |element: &Element, field: &str, text: &str, report: &mut Report| {
        let finding = report.at(part, element.line, codes::LIST_VALUE_UNREADABLE).on(id).with("id", id);
        report.add(finding.with("field", field).with("text", excerpt(text)));
    };
    let kind = record.value("sdnType").unwrap_or_default();
    let schema = match kind {
        "Individual" => Schema::Person,
        "Entity" => Schema::Organisation,
        "Vessel" => Schema::Vessel,
        "Aircraft" => Schema::Aircraft,
        _ => {
            unreadable(record, "sdnType", kind, report);
            Schema::Unknown
        }
    };
    let mut entity = Entity::new(id, schema);
    entity.add_name(&name(record), NameKind::Primary);
    for alias in inside(record, "akaList", "aka") {
        let quality = if alias.value("category") == Some("weak") { Quality::Weak } else { Quality::Strong };
        let text = name(alias);
        entity.add_name(&text, NameKind::Alias(quality));
        // Names do not keep whether they are former ones.
        if let Some(kind) = alias.value("type").filter(|kind| *kind != "a.k.a." && !text.is_empty()) {
            add_remark(&mut entity, &format!("{kind} '{text}'"));
        }
    }
    if entity.names.is_empty() {
        report.add(report.at(part, record.line, codes::LIST_RECORD_NAMELESS).on(id).with("id", id));
        return None;
    }
    entity.titles.extend(record.value("title").map(str::to_owned));
    for programme in inside(record, "programList", "program") {
        push_new(&mut entity.programmes, &programme.text);
    }
    entity.addresses =
        inside(record, "addressList", "address").map(address).filter(|found| !found.is_empty()).collect();
    for item in inside(record, "dateOfBirthList", "dateOfBirthItem") {
        let Some(text) = item.value("dateOfBirth") else { continue };
        match birth_date(text) {
            Some(date) if entity.birth_dates.contains(&date) => {}
            Some(date) => entity.birth_dates.push(date),
            None => unreadable(item, "dateOfBirth", text, report),
        }
    }
    for item in inside(record, "placeOfBirthList", "placeOfBirthItem") {
        push_new(&mut entity.birth_places, item.value("placeOfBirth").unwrap_or_default());
    }
    let nationalities = inside(record, "nationalityList", "nationality");
    for item in nationalities.chain(inside(record, "citizenshipList", "citizenship")) {
        push_new(&mut entity.countries, item.value("country").unwrap_or_default());
    }
    for vessel in record.all("vesselInfo") {
        add_vessel(vessel, &mut entity);
    }
    for number in inside(record, "idList", "id") {
        add_number(number, &mut entity);
    }
    for text in record.all("remarks").map(|remarks| remarks.text.as_str()) {
        add_remark(&mut entity, text);
    }
    Some(entity)
}

/// The items of a list inside a record.
fn inside<'a>(record: &'a Element, list: &'a str, item: &'a str) -> impl Iterator<Item = &'a Element> {
    record.all(list).flat_map(move |list| list.all(item))
}

/// A name as OFAC writes it elsewhere too: `ZEFIRI, Hakim`.
fn name(element: &Element) -> String {
    let parts = [element.value("lastName"), element.value("firstName")];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn address(element: &Element) -> Address {
    let value = |name| element.value(name).map(str::to_owned);
    let lines: Vec<&str> =
        ["address1", "address2", "address3"].into_iter().filter_map(|line| element.value(line)).collect();
    Address {
        street: (!lines.is_empty()).then(|| lines.join(", ")),
        city: value("city"),
        region: value("stateOrProvince"),
        postal_code: value("postalCode"),
        country: value("country"),
        note: None,
    }
}

fn add_vessel(vessel: &Element, entity: &mut Entity) {
    if let Some(number) = vessel.value("callSign") {
        entity.documents.push(Document {
            kind: "Call sign".to_owned(),
            number: number.to_owned(),
            country: None,
        });
    }
    push_new(&mut entity.countries, vessel.value("vesselFlag").unwrap_or_default());
    for (label, name) in [
        ("Vessel type", "vesselType"),
        ("Tonnage", "tonnage"),
        ("Gross registered tonnage", "grossRegisteredTonnage"),
        ("Owner", "vesselOwner"),
    ] {
        if let Some(value) = vessel.value(name) {
            add_remark(entity, &format!("{label} {value}"));
        }
    }
}

/// Words in the kind of an `id` that is a statement about the entry and no number of it.
const STATEMENTS: [&str; 14] = [
    " Date",
    "Directive",
    "nformation",
    "sanctions risk",
    "Website",
    "Email",
    "Gender",
    "Target Type",
    "Organization Type",
    "Issuer Name",
    "Aircraft Model",
    "Vessel Year of Build",
    "Vessel Flag",
    "Vessel Type",
];

fn add_number(number: &Element, entity: &mut Entity) {
    let kind = number.value("idType").unwrap_or("Number");
    let Some(text) = number.value("idNumber") else {
        if let Some(country) = number.value("idCountry") {
            add_remark(entity, &format!("{kind} ({country})"));
        }
        return;
    };
    if kind == "Nationality of Registration" {
        push_new(&mut entity.countries, text);
        return;
    }
    if STATEMENTS.iter().any(|word| kind.contains(word)) {
        add_remark(entity, &format!("{kind} {text}"));
        return;
    }
    entity.documents.push(Document {
        kind: kind.to_owned(),
        number: text.to_owned(),
        country: number.value("idCountry").map(str::to_owned),
    });
    for (label, name) in [("issued", "issueDate"), ("expires", "expirationDate")] {
        if let Some(date) = number.value(name) {
            add_remark(entity, &format!("{kind} {text} {label} {date}"));
        }
    }
}

/// Adds a part to the remarks, which are joined as OFAC joins them.
fn add_remark(entity: &mut Entity, text: &str) {
    let text = text.trim();
    if text.is_empty() {
        return;
    }
    if !entity.remarks.is_empty() {
        entity.remarks.push_str("; ");
    }
    entity.remarks.push_str(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_recognised_by_root_and_namespace() {
        let known = |text: &str| recognise(&ListFile { name: "x".to_owned(), bytes: text.into() }).is_some();
        for text in [
            "<sdnList xmlns=\"https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/XML\">",
            "<?xml version=\"1.0\"?>\n<!-- a --><sdnList xmlns:x='y' xmlns='http://tempuri.org/sdnList.xsd'/>",
            "\u{feff}<o:sdnList xmlns:o='http://tempuri.org/sdnList.xsd'><a/>",
        ] {
            assert!(known(text), "{text}");
        }
        for text in [
            "",
            "sdnList",
            "<sdnList>",
            "<sdnList xmlns='https://example.org/'>",
            "<o:sdnList xmlns='http://tempuri.org/sdnList.xsd' xmlns:o='https://example.org/'>",
            "<list xmlns='http://tempuri.org/sdnList.xsd'><sdnList/></list>",
        ] {
            assert!(!known(text), "{text}");
        }
    }

    #[test]
    fn titles_follow_the_file_name() {
        for (name, expected) in [
            ("sdn.xml", Some(ofac_sdn::SOURCE.title)),
            ("a/SDN_2026-11.XML", Some(ofac_sdn::SOURCE.title)),
            ("consolidated.xml", Some(ofac_sdn::CONSOLIDATED.title)),
            ("ofac_nonsdn_2025-03-28.xml", Some(ofac_sdn::CONSOLIDATED.title)),
            ("list.xml", None),
        ] {
            assert_eq!(title(name), expected, "{name}");
        }
    }

    #[test]
    fn dates_are_month_day_year() {
        assert_eq!(month_day_year("03/28/2025").map(|date| date.to_string()).as_deref(), Some("2025-03-28"));
        for text in ["", "28/03/2025", "3/28/2025", "03/28/25", "03/28/2025/1", "2025-03-28"] {
            assert_eq!(month_day_year(text), None, "{text}");
        }
    }
}
