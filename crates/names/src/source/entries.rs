//! Collects entries whose records stand apart in a file.

use super::PartFile;
use super::report::Report;
use crate::limits::ENTRY_RECORDS;
use crate::list::{Entity, Name, NameKind, Quality, Schema};
use finding::codes::lists as codes;
use std::collections::{HashMap, HashSet};

/// Entries by their identifier, in the order of their first records.
#[derive(Default)]
pub(super) struct Entries {
    entities: Vec<Entity>,
    /// Of each identifier, where its entry stands and how many records it has.
    places: HashMap<String, (usize, u32)>,
    /// The lines of remarks that each entry has.
    remarks: HashSet<(usize, String)>,
}

impl Entries {
    /// Adds a record that should be the only one of its entry; another one is read into the same, with a finding.
    pub(super) fn add(&mut self, part: &PartFile<'_>, line: u32, record: Entity, report: &mut Report) {
        if self.places.contains_key(&record.id) {
            report.add(report.at(part, line, codes::LIST_IDENTIFIER_REPEATED).with("id", &record.id));
        }
        self.join(part, line, record, report);
    }

    /// Adds a record to the entry of its identifier. Lines of its remarks that the entry has already are left out.
    pub(super) fn join(&mut self, part: &PartFile<'_>, line: u32, mut record: Entity, report: &mut Report) {
        let remarks = std::mem::take(&mut record.remarks);
        let place = match self.places.get_mut(&record.id) {
            None => {
                let place = self.entities.len();
                self.places.insert(record.id.clone(), (place, 1));
                self.entities.push(record);
                place
            }
            Some((_, count)) if *count >= ENTRY_RECORDS => {
                let limit = format!("{ENTRY_RECORDS} records of one entry");
                report.add(report.at(part, line, codes::LIST_RECORD_TOO_LARGE).with("limit", limit));
                return;
            }
            Some((place, count)) => {
                *count += 1;
                merge(&mut self.entities[*place], record);
                *place
            }
        };
        for line in remarks.lines() {
            if self.remarks.insert((place, line.to_owned())) {
                add_remark(&mut self.entities[place], ' ', line);
            }
        }
    }

    /// The entries, each with its primary name first; where none is called primary, the first name is.
    pub(super) fn finish(self) -> Vec<Entity> {
        let mut entities = self.entities;
        for entity in &mut entities {
            let primary = entity.names.iter().position(|name| name.kind == NameKind::Primary);
            let first = primary.or_else(|| {
                let strong = |name: &Name| name.kind == NameKind::Alias(Quality::Strong);
                entity.names.iter().position(strong).or((!entity.names.is_empty()).then_some(0))
            });
            let Some(first) = first else { continue };
            entity.names[..=first].rotate_right(1);
            entity.names[0].kind = NameKind::Primary;
            for name in entity.names.iter_mut().skip(1).filter(|name| name.kind == NameKind::Primary) {
                name.kind = NameKind::Alias(Quality::Strong);
            }
        }
        entities
    }
}

/// How much a name of this kind says of its owner.
fn rank(kind: NameKind) -> u8 {
    match kind {
        NameKind::Alias(Quality::Weak) => 0,
        NameKind::Alias(Quality::Strong) => 1,
        NameKind::OriginalScript => 2,
        NameKind::Primary => 3,
    }
}

fn merge(known: &mut Entity, record: Entity) {
    if known.schema == Schema::Unknown {
        known.schema = record.schema;
    }
    for name in record.names {
        match known.names.iter_mut().find(|other| other.text == name.text) {
            Some(other) if rank(other.kind) < rank(name.kind) => other.kind = name.kind,
            Some(_) => {}
            None => known.names.push(name),
        }
    }
    push_new(&mut known.addresses, record.addresses);
    push_new(&mut known.birth_dates, record.birth_dates);
    push_new(&mut known.birth_places, record.birth_places);
    push_new(&mut known.countries, record.countries);
    push_new(&mut known.documents, record.documents);
    push_new(&mut known.programmes, record.programmes);
    push_new(&mut known.titles, record.titles);
}

/// Adds the values that are not there yet.
pub(super) fn push_new<T: PartialEq>(known: &mut Vec<T>, values: impl IntoIterator<Item = T>) {
    for value in values {
        if !known.contains(&value) {
            known.push(value);
        }
    }
}

/// Appends to the remarks.
pub(super) fn add_remark(entity: &mut Entity, separator: char, text: &str) {
    if !entity.remarks.is_empty() {
        entity.remarks.push(separator);
    }
    entity.remarks.push_str(text);
}

/// Appends a line `label: text` to the remarks, for [`Entries::join`].
pub(super) fn add_labelled(entity: &mut Entity, label: &str, text: &str) {
    // Remarks are told apart by lines, so a value must be one.
    let text = one_line(text);
    if !text.is_empty() {
        add_remark(entity, '\n', &format!("{label}: {}.", text.trim_end_matches('.')));
    }
}

/// The text with every run of blanks and line breaks as one blank.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
