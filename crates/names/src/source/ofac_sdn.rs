//! The SDN list and the consolidated list of the Office of Foreign Assets Control, each as three linked CSV files.
//!
//! Format: OFAC data formats, "SDN.CSV" (12 columns: ent_num, name, type, program, title, call sign, vessel type,
//! tonnage, GRT, flag, owner, remarks), "ALT.CSV" (5: ent_num, alt_num, type `aka|fka|nka`, name, remarks) and
//! "ADD.CSV" (6: ent_num, add_num, address, city/state/postal code, country, remarks). No header; `-0-` is empty;
//! the last line is a DOS end-of-file mark. Strong aliases are in ALT.CSV, weak ones in quotation marks in the
//! remarks of SDN.CSV. The consolidated list, of parties under sanctions who are not SDNs, has the same columns in
//! CONS_PRIM.CSV, CONS_ALT.CSV and CONS_ADD.CSV.

mod remarks;

pub(super) use remarks::{birth_date, push_new};

use super::lines::{self, lines};
use super::numbered::Entries;
use super::report::Report;
use super::{Content, ListFile, Part, PartFile, Parts, Source, base_name};
use crate::list::{Address, Document, Entity, NameKind, Purpose, Quality, Schema};
use finding::codes::lists as codes;

pub(super) const SOURCE: Source = Source {
    id: "ofac-sdn",
    title: "OFAC Specially Designated Nationals",
    publisher: "United States Department of the Treasury, Office of Foreign Assets Control",
    purpose: Purpose::Sanctions,
    recognises: "CSV files whose names hold the word sdn, alt or add and are otherwise the same: sdn.csv, alt.csv, add.csv, or ofac_sdn_2021-07.csv, ofac_alt_2021-07.csv, ofac_add_2021-07.csv",
    roles: &["sdn", "alt", "add"],
    recognise: |file| recognise(file, &SDN_ROLES, |stem| stem.contains("sdn") || stem.contains("ofac")),
    read: |parts, report| read(parts, &SOURCE, &SDN_ROLES, report),
};

/// Asked before [`SOURCE`], which would take its alt and add files for its own.
pub(super) const CONSOLIDATED: Source = Source {
    id: "ofac-cons",
    title: "OFAC Consolidated Sanctions List (non-SDN)",
    publisher: SOURCE.publisher,
    purpose: Purpose::Sanctions,
    recognises: "CSV files whose names hold the word cons, consolidated or nonsdn, and prim, alt or add: cons_prim.csv, cons_alt.csv, cons_add.csv",
    roles: &["prim", "alt", "add"],
    recognise: |file| {
        let named = is_consolidated(&base_name(&file.name).to_ascii_lowercase());
        named.then(|| recognise(file, &CONSOLIDATED_ROLES, is_of_ofac)).flatten()
    },
    read: |parts, report| read(parts, &CONSOLIDATED, &CONSOLIDATED_ROLES, report),
};

/// The roles of the three files with the columns of each, the leading one first.
type Roles = [(&'static str, usize); 3];

const SDN_ROLES: Roles = [("sdn", 12), ("alt", 5), ("add", 6)];
const CONSOLIDATED_ROLES: Roles = [("prim", 12), ("alt", 5), ("add", 6)];

/// A file name in lower case that is OFAC's; "consolidated" are lists of others too.
fn is_of_ofac(stem: &str) -> bool {
    word_in(stem, "cons").is_some() || stem.contains("sdn") || stem.contains("ofac")
}

/// A file name in lower case that speaks of the consolidated list of those who are not SDNs.
pub(super) fn is_consolidated(name: &str) -> bool {
    ["cons", "consolidated", "nonsdn", "non-sdn", "non_sdn"].iter().any(|word| word_in(name, word).is_some())
}

/// What stands where a value is empty.
const EMPTY: &str = "-0-";

/// The part that a CSV file is by its name and content, or by its name alone where the rest of it is `certain`.
fn recognise(file: &ListFile, roles: &Roles, certain: fn(&str) -> bool) -> Option<Part> {
    let base = base_name(&file.name);
    let stem = base.get(..base.len().checked_sub(4)?)?.to_ascii_lowercase();
    if !base[stem.len()..].eq_ignore_ascii_case(".csv") {
        return None;
    }
    // A name with two of the words is taken for the part that it holds.
    let named = roles.iter().filter_map(|(role, columns)| Some((*role, *columns, word_in(&stem, role)?)));
    let named: Vec<_> = named.collect();
    let held = named.iter().find(|(_, columns, _)| looks_like(file, *columns));
    // "Alt" and "add" are words of other names too; a file that does not hold such records is claimed only where its
    // name says more, so that its damage is reported rather than passed over.
    let certain = roles.iter().any(|(role, _)| stem == *role) || certain(&stem);
    let (role, _, start) = held.or_else(|| named.first().filter(|_| certain))?;
    let folder = &file.name[..file.name.len() - base.len()];
    Some(Part { role, group: format!("{folder}{}*{}", &stem[..*start], &stem[start + role.len()..]) })
}

/// Where `word` stands in `text` between characters that are neither letters nor digits.
pub(super) fn word_in(text: &str, word: &str) -> Option<usize> {
    let apart = |neighbour: Option<char>| neighbour.is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(word).map(|(start, _)| start).find(|&start| {
        apart(text[..start].chars().next_back()) && apart(text[start + word.len()..].chars().next())
    })
}

/// One of the first lines is a record of this many columns that starts with a number.
fn looks_like(file: &ListFile, columns: usize) -> bool {
    let head = &file.bytes[..file.bytes.len().min(4096)];
    String::from_utf8_lossy(head)
        .lines()
        .take(5)
        .map(lines::fields)
        .any(|fields| fields.len() == columns && is_number(&fields[0]))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn read(parts: &Parts<'_>, source: &Source, roles: &Roles, report: &mut Report) -> Content {
    let Some(leading) = parts.role(roles[0].0) else {
        for part in &parts.files {
            report.add(report.on(part, codes::LIST_SIBLING_ORPHAN).with("expected", source.title));
        }
        return Content::default();
    };
    let missing: Vec<&str> =
        roles.iter().map(|(role, _)| *role).filter(|role| parts.role(role).is_none()).collect();
    if !missing.is_empty() {
        report.add(report.on(leading, codes::LIST_SIBLING_MISSING).with("missing", missing.join(", ")));
    }
    let mut entries = Entries::default();
    for record in records(leading, 12, report) {
        read_entry(leading, &record, &mut entries, report);
    }
    if let Some(alt) = parts.role("alt") {
        for record in records(alt, 5, report) {
            read_alias(alt, &record, &mut entries, report);
        }
    }
    if let Some(add) = parts.role("add") {
        for record in records(add, 6, report) {
            read_address(add, &record, &mut entries, report);
        }
    }
    Content { missing, entities: entries.into_entities(), ..Content::default() }
}

/// A record of the right number of columns that starts with a number.
struct Record {
    line: u32,
    fields: Vec<String>,
}

impl Record {
    fn get(&self, column: usize) -> Option<&str> {
        self.fields.get(column).map(String::as_str).filter(|text| !text.is_empty() && *text != EMPTY)
    }
}

fn records(part: &PartFile<'_>, columns: usize, report: &mut Report) -> Vec<Record> {
    let mut records = Vec::new();
    for (line, fields) in lines::records(&lines(part, report)) {
        let fields = fields.unwrap_or_default();
        if fields.len() != columns {
            let finding = report.at(part, line, codes::LIST_RECORD_COLUMNS);
            report.add(finding.with("expected", columns.to_string()).with("found", fields.len().to_string()));
        } else if !is_number(&fields[0]) {
            let finding = report.at(part, line, codes::LIST_RECORD_IDENTIFIER);
            report.add(finding.with("text", excerpt(&fields[0])));
        } else {
            records.push(Record { line, fields });
        }
    }
    records
}

/// The beginning of a text, short enough for a message.
pub(super) fn excerpt(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

fn read_entry(part: &PartFile<'_>, record: &Record, entries: &mut Entries, report: &mut Report) {
    let id = record.fields[0].as_str();
    let Some(name) = record.get(1) else {
        report.add(report.at(part, record.line, codes::LIST_RECORD_NAMELESS).with("id", id));
        return;
    };
    if let Some(entity) = entries.get(id) {
        entity.add_name(name, NameKind::Alias(Quality::Strong));
        if let Some(text) = record.get(11) {
            add_remark(entity, "", text);
        }
        report.add(report.at(part, record.line, codes::LIST_IDENTIFIER_REPEATED).with("id", id));
        return;
    }
    let schema = match record.get(2) {
        Some("individual") => Schema::Person,
        Some("vessel") => Schema::Vessel,
        Some("aircraft") => Schema::Aircraft,
        // The format leaves the type of everything else empty.
        None | Some(_) => Schema::Organisation,
    };
    let mut entity = Entity::new(id, schema);
    entity.add_name(name, NameKind::Primary);
    // Several programmes stand as "SDGT] [IFSR", brackets between them only.
    entity.programmes = record
        .get(3)
        .map(|text| {
            text.split("] [").map(|programme| programme.trim_matches(['[', ']', ' ']).to_owned()).collect()
        })
        .unwrap_or_default();
    entity.titles.extend(record.get(4).map(str::to_owned));
    if let Some(number) = record.get(5) {
        entity.documents.push(Document {
            kind: "Call sign".to_owned(),
            number: number.to_owned(),
            country: None,
        });
    }
    for (label, column) in
        [("Vessel type", 6), ("Tonnage", 7), ("Gross registered tonnage", 8), ("Owner", 10)]
    {
        if let Some(value) = record.get(column) {
            add_remark(&mut entity, label, value);
        }
    }
    entity.countries.extend(record.get(9).map(str::to_owned));
    if let Some(text) = record.get(11) {
        add_remark(&mut entity, "", text);
        for unreadable in remarks::read(text, &mut entity) {
            let finding = report.at(part, record.line, codes::LIST_VALUE_UNREADABLE).with("id", id);
            report.add(finding.with("field", unreadable.field).with("text", excerpt(&unreadable.text)));
        }
    }
    entries.add(entity);
}

fn add_remark(entity: &mut Entity, label: &str, text: &str) {
    if !entity.remarks.is_empty() {
        entity.remarks.push(' ');
    }
    if label.is_empty() {
        entity.remarks.push_str(text);
    } else {
        entity.remarks.push_str(&format!("{label} {text}."));
    }
}

fn read_alias(part: &PartFile<'_>, record: &Record, entries: &mut Entries, report: &mut Report) {
    let id = record.fields[0].as_str();
    let Some(entity) = entries.get(id) else {
        report.add(report.at(part, record.line, codes::LIST_RECORD_ORPHAN).with("id", id));
        return;
    };
    match record.get(3) {
        Some(name) => entity.add_name(name, NameKind::Alias(Quality::Strong)),
        None => report.add(report.at(part, record.line, codes::LIST_RECORD_NAMELESS).with("id", id)),
    }
}

fn read_address(part: &PartFile<'_>, record: &Record, entries: &mut Entries, report: &mut Report) {
    let id = record.fields[0].as_str();
    let Some(entity) = entries.get(id) else {
        report.add(report.at(part, record.line, codes::LIST_RECORD_ORPHAN).with("id", id));
        return;
    };
    let value = |column| record.get(column).map(str::to_owned);
    let address =
        Address { street: value(2), city: value(3), country: value(4), note: value(5), ..Address::default() };
    if !address.is_empty() && !entity.addresses.contains(&address) {
        entity.addresses.push(address);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn siblings_share_a_group() {
        let part = |name: &str| {
            (SOURCE.recognise)(&ListFile { name: name.to_owned(), bytes: Vec::new() })
                .map(|part| (part.role, part.group))
        };
        for names in [
            ["sdn.csv", "alt.csv", "add.csv"],
            ["a/ofac_sdn_2021-07.csv", "a/ofac_alt_2021-07.csv", "a/ofac_add_2021-07.csv"],
            ["SDN.CSV", "ALT.CSV", "ADD.CSV"],
            ["é-ofac.sdn.csv", "é-ofac.alt.csv", "é-ofac.add.csv"],
        ] {
            let parts = names.map(|name| part(name).unwrap_or(("none", String::new())));
            assert_eq!(parts.each_ref().map(|(role, _)| *role), ["sdn", "alt", "add"], "{names:?}");
            assert!(parts.iter().all(|(_, group)| *group == parts[0].1), "{parts:?}");
        }
        assert_ne!(part("ofac_sdn_2021-07.csv"), part("ofac_sdn_2021-08.csv"));
        assert_eq!(part("sdn.xml"), None);
        assert_eq!(part("addresses.csv"), None);
        assert_eq!(part("my-alt-text.csv"), None);
    }
}
