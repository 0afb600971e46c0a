//! The Denied Persons List of the Bureau of Industry and Security as a tab-separated file.
//!
//! Format: `dpl.txt` of the BIS: a header that names twelve columns, fields in quotation marks, dates `MM/DD/YYYY`. A
//! party has one line per address and no identifier of its own: lines of the same name and effective date are read as
//! one entry, called by both.

use super::lines::{Line, lines, separated};
use super::numbered::Entries;
use super::ofac_xml::month_day_year;
use super::report::Report;
use super::{Content, ListFile, Part, PartFile, Parts, Source, WHOLE, edition_in};
use crate::date::PartialDate;
use crate::list::{Address, Entity, NameKind, Purpose, Schema};
use finding::codes::lists as codes;
use std::collections::HashSet;

pub(super) const SOURCE: Source = Source {
    id: "bis-dpl",
    title: "BIS Denied Persons List",
    publisher: "United States Department of Commerce, Bureau of Industry and Security",
    // Export control: a compliance matter like sanctions, with the same ceiling.
    purpose: Purpose::Sanctions,
    recognises: "tab-separated text whose first line names the columns Name, Effective_Date, Expiration_Date and Standard_Order",
    roles: &[WHOLE],
    recognise,
    read,
};

/// The columns that make a file a Denied Persons List; without them it is none.
const REQUIRED: [&str; 4] = ["Name", "Effective_Date", "Expiration_Date", "Standard_Order"];

fn recognise(file: &ListFile) -> Option<Part> {
    let head = super::lines::utf8_or_bytes(&file.bytes[..file.bytes.len().min(4096)]).into_owned();
    let head = String::from_utf8_lossy(&head).into_owned();
    let first = head.split(['\n', '\r']).next().unwrap_or_default().to_owned();
    let titles = separated(&[Line { number: 1, text: first }], b'\t').pop()?.1?;
    let named = |column: &str| titles.iter().any(|title| title.eq_ignore_ascii_case(column));
    REQUIRED.into_iter().all(named).then(|| Part { role: WHOLE, group: file.name.clone() })
}

fn read(parts: &Parts<'_>, report: &mut Report) -> Content {
    let mut content = Content::default();
    let Some(part) = parts.role(WHOLE) else { return content };
    let lines = lines(part, report);
    let mut records = separated(&lines, b'\t').into_iter();
    let Some((_, Some(titles))) = records.next() else { return content };
    content.edition = edition_in(&part.file.name);
    let edition = content.edition.as_deref().and_then(|text| text.parse().ok());
    let mut entries = Entries::default();
    let mut said: HashSet<(String, String)> = HashSet::new();
    for (line, fields) in records {
        let fields = fields.unwrap_or_default();
        if fields.len() != titles.len() {
            let finding = report.at(part, line, codes::LIST_RECORD_COLUMNS);
            let expected = titles.len().to_string();
            report.add(finding.with("expected", expected).with("found", fields.len().to_string()));
            continue;
        }
        let record = Record { line, titles: &titles, fields };
        let Some((entity, order)) = read_line(part, &record, edition, report) else { continue };
        let id = entity.id.clone();
        entries.add(entity);
        if let Some(entity) = entries.get(&id) {
            // The lines of one entry mostly say the same of its order.
            for part in order.into_iter().filter(|part| said.insert((id.clone(), part.clone()))) {
                if !entity.remarks.is_empty() {
                    entity.remarks.push_str("; ");
                }
                entity.remarks.push_str(&part);
            }
        }
    }
    content.entities = entries.into_entities();
    content
}

/// A line with as many fields as the header has.
struct Record<'a> {
    line: u32,
    titles: &'a [String],
    fields: Vec<String>,
}

impl Record<'_> {
    fn get(&self, column: &str) -> Option<&str> {
        let place = self.titles.iter().position(|title| title.eq_ignore_ascii_case(column))?;
        self.fields.get(place).map(String::as_str).filter(|text| !text.is_empty())
    }
}

/// The entry of a line, and what the line says of the order, part by part.
fn read_line(
    part: &PartFile<'_>,
    record: &Record<'_>,
    edition: Option<PartialDate>,
    report: &mut Report,
) -> Option<(Entity, Vec<String>)> {
    let effective = record.get("Effective_Date");
    let Some(name) = record.get("Name") else {
        // The effective date is half of what an entry is called by.
        let finding = report.at(part, record.line, codes::LIST_RECORD_NAMELESS);
        report.add(finding.with("id", effective.unwrap_or_default()));
        return None;
    };
    let mut date = |id: &str, column: &str| {
        let text = record.get(column)?;
        let date = month_day_year(text);
        if date.is_none() {
            let finding = report.at(part, record.line, codes::LIST_VALUE_UNREADABLE).on(id).with("id", id);
            let shown: String = text.chars().take(40).collect();
            report.add(finding.with("field", column).with("text", shown));
        }
        date
    };
    let id = match date(name, "Effective_Date") {
        Some(date) => format!("{name} {date}"),
        None => name.to_owned(),
    };
    let expiration = date(&id, "Expiration_Date");
    let mut entity = Entity::new(id, Schema::Unknown);
    entity.add_name(name, NameKind::Primary);
    let value = |column| record.get(column).map(str::to_owned);
    let address = Address {
        street: value("Street_Address"),
        city: value("City"),
        region: value("State"),
        postal_code: value("Postal_Code"),
        country: value("Country"),
        note: None,
    };
    if !address.is_empty() {
        entity.addresses.push(address);
    }
    let mut order = Vec::new();
    if let Some(expired) = expiration.zip(edition).filter(|(expiration, edition)| expiration < edition) {
        order.push(format!("Expired on {}, before this edition", expired.0));
    }
    for (label, column) in [
        ("Effective", "Effective_Date"),
        ("Expiration", "Expiration_Date"),
        ("Standard order", "Standard_Order"),
        ("Last update", "Last_Update"),
        ("Action", "Action"),
        ("Citation", "FR_Citation"),
    ] {
        if let Some(text) = record.get(column) {
            order.push(format!("{label}: {text}"));
        }
    }
    Some((entity, order))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "\"Name\"\t\"Street_Address\"\t\"City\"\t\"State\"\t\"Country\"\t\"Postal_Code\"\t\
                          \"Effective_Date\"\t\"Expiration_Date\"\t\"Standard_Order\"";

    fn file(name: &str, text: &str) -> ListFile {
        ListFile { name: name.to_owned(), bytes: text.into() }
    }

    #[test]
    fn files_are_recognised_by_their_header() {
        assert!(recognise(&file("x", HEADER)).is_some());
        assert!(recognise(&file("x", &HEADER.replace('"', "").to_ascii_uppercase())).is_some());
        for text in ["", "Name\tCity\n", &HEADER.replace('\t', ","), &format!("\n{HEADER}")] {
            assert!(recognise(&file("x", text)).is_none(), "{text}");
        }
    }

    #[test]
    fn only_orders_before_the_edition_are_expired() {
        let line = |expiration: &str| format!("{HEADER}\nZEFIR\t\t\t\t\t\t01/02/2003\t{expiration}\tY\n");
        for (name, expiration, expired) in [
            ("dpl_2022-09.txt", "08/31/2022", true),
            ("dpl_2022-09.txt", "09/01/2022", false),
            ("dpl_2022-09-15.txt", "09/14/2022", true),
            ("dpl_2022-09-15.txt", "09/15/2022", false),
            ("dpl_2022-09-15.txt", "", false),
            ("dpl.txt", "09/14/1999", false),
        ] {
            let loaded = crate::load(vec![file(name, &line(expiration))]);
            let remarks = &loaded.lists[0].entities[0].remarks;
            assert_eq!(remarks.starts_with("Expired on "), expired, "{name} {expiration}: {remarks}");
        }
    }
}
