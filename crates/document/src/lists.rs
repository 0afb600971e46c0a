//! The documents of `lists`: what lists hold, and what a new edition changes.

use names::{Address, Document as IdDocument, Entity, List, NameKind, Quality};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Name of the schema of `lists show`.
pub const SHOW_SCHEMA: &str = "loadgate.lists-show/1";

/// Name of the schema of `lists diff`.
pub const DIFF_SCHEMA: &str = "loadgate.lists-diff/1";

/// Name of the schema of `lists import`.
pub const IMPORT_SCHEMA: &str = "loadgate.lists-import/1";

/// The whole document of `lists show`: one entry for each list.
pub type ShowDocument = Vec<ShownList>;

/// The whole document of `lists diff`: one entry for each list that is in either.
pub type DiffDocument = Vec<ListDiff>;

/// The whole document of `lists import`: one entry for each list.
pub type ImportDocument = Vec<ImportedList>;

/// A finding about a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ListFinding {
    /// Stable code; `loadgate explain` tells of it.
    pub code: &'static str,
    /// `warning` or `error`.
    pub severity: &'static str,
    /// The file.
    pub file: String,
    /// Line of the file, from 1, where it has one.
    pub line: Option<u32>,
    /// What happened and what to do.
    pub message: String,
}

/// A list and what it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ShownList {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// Its title.
    pub title: String,
    /// Identifier of its source.
    pub source: &'static str,
    /// `sanctions` or `security`.
    pub purpose: &'static str,
    /// Of when it is, or `undated`.
    pub edition: String,
    /// SHA-256 of its content.
    pub sha256: String,
    /// The files it was read from.
    pub files: Vec<ShownFile>,
    /// Roles of files that belong to it and are not here.
    pub missing: Vec<&'static str>,
    /// How many entries it has.
    pub entries: u64,
    /// How many names they have together.
    pub names: u64,
    /// How many addresses they have together.
    pub addresses: u64,
    /// What is wrong or doubtful in it.
    pub findings: Vec<ListFinding>,
    /// Files in the folders named that are no watch list and of which nothing was read; the same for every list.
    pub passed_over: Vec<String>,
}

/// One file of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ShownFile {
    /// Its role in the list.
    pub part: &'static str,
    /// The file.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

impl ShownList {
    /// What is told of a list.
    pub fn new(list: &List, findings: Vec<ListFinding>, passed_over: Vec<String>) -> Self {
        let files = list.files.iter();
        Self {
            schema: SHOW_SCHEMA,
            title: list.title.clone(),
            source: list.source,
            purpose: list.purpose.as_str(),
            edition: edition(list),
            sha256: list.sha256.clone(),
            files: files
                .map(|part| ShownFile {
                    part: part.part,
                    file: part.file.clone(),
                    sha256: part.sha256.clone(),
                })
                .collect(),
            missing: list.missing.clone(),
            entries: list.entities.len() as u64,
            names: names_count(list),
            addresses: list.entities.iter().map(|entity| entity.addresses.len() as u64).sum(),
            findings,
            passed_over,
        }
    }
}

/// How many names the entries of a list have together.
pub fn names_count(list: &List) -> u64 {
    list.entities.iter().map(|entity| entity.names.len() as u64).sum()
}

fn edition(list: &List) -> String {
    list.edition.clone().unwrap_or_else(|| "undated".to_owned())
}

/// One edition of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EditionItem {
    /// Of when it is, or `undated`.
    pub edition: String,
    /// SHA-256 of its content.
    pub sha256: String,
    /// How many entries it has.
    pub entries: u64,
    /// How many names they have together.
    pub names: u64,
}

impl EditionItem {
    /// What is told of an edition.
    pub fn new(list: &List) -> Self {
        Self {
            edition: edition(list),
            sha256: list.sha256.clone(),
            entries: list.entities.len() as u64,
            names: names_count(list),
        }
    }
}

/// What one edition of a list has that another has not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ListDiff {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// Title of the list.
    pub title: String,
    /// Identifier of its source.
    pub source: &'static str,
    /// `sanctions` or `security`.
    pub purpose: &'static str,
    /// The older edition; `null` where there is none.
    pub old: Option<EditionItem>,
    /// The newer edition; `null` where there is none.
    pub new: Option<EditionItem>,
    /// How many entries are new, gone, changed and the same.
    pub counts: Counts,
    /// Entries that only the newer edition has, by their identifiers.
    pub added: Vec<EntryItem>,
    /// Entries that only the older edition has.
    pub removed: Vec<EntryItem>,
    /// Entries that both have, and not alike.
    pub changed: Vec<ChangedEntry>,
    /// Files in the folders named that are no watch list and of which nothing was read; the same for every list.
    pub passed_over: Vec<String>,
}

/// How many entries are new, gone, changed and the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Counts {
    /// Only in the newer edition.
    pub added: u64,
    /// Only in the older edition.
    pub removed: u64,
    /// In both, and not alike.
    pub changed: u64,
    /// In both, and alike.
    pub unchanged: u64,
}

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EntryItem {
    /// Its identifier in the list.
    pub entity_id: String,
    /// Its primary name.
    pub name: String,
}

/// An entry that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChangedEntry {
    /// Its identifier in the list.
    pub entity_id: String,
    /// Its primary name in the newer edition.
    pub name: String,
    /// What changed, by field.
    pub changes: Vec<Change>,
}

/// What changed in one field of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Change {
    /// The field, such as `alias` or `birth_date`.
    pub field: &'static str,
    /// Values that only the newer edition has.
    pub added: Vec<String>,
    /// Values that only the older edition has.
    pub removed: Vec<String>,
}

impl ListDiff {
    /// What `new` has that `old` has not, and the reverse; `None` where neither is there.
    pub fn new(old: Option<&List>, new: Option<&List>) -> Option<Self> {
        let shown = new.or(old)?;
        let (before, after) = (by_id(old), by_id(new));
        let only = |these: &BTreeMap<&str, &Entity>, those: &BTreeMap<&str, &Entity>| -> Vec<EntryItem> {
            let gone = these.iter().filter(|(id, _)| !those.contains_key(*id));
            gone.map(|(id, entity)| EntryItem {
                entity_id: (*id).to_owned(),
                name: entity.primary_name().to_owned(),
            })
            .collect()
        };
        let (added, removed) = (only(&after, &before), only(&before, &after));
        let mut changed = Vec::new();
        let mut unchanged = 0;
        for (id, entity) in &after {
            let Some(known) = before.get(id) else { continue };
            let changes = changes(known, entity);
            if changes.is_empty() {
                unchanged += 1;
            } else {
                let name = entity.primary_name().to_owned();
                changed.push(ChangedEntry { entity_id: (*id).to_owned(), name, changes });
            }
        }
        Some(Self {
            schema: DIFF_SCHEMA,
            title: shown.title.clone(),
            source: shown.source,
            purpose: shown.purpose.as_str(),
            old: old.map(EditionItem::new),
            new: new.map(EditionItem::new),
            counts: Counts {
                added: added.len() as u64,
                removed: removed.len() as u64,
                changed: changed.len() as u64,
                unchanged,
            },
            added,
            removed,
            changed,
            passed_over: Vec::new(),
        })
    }
}

fn by_id(list: Option<&List>) -> BTreeMap<&str, &Entity> {
    list.iter().flat_map(|list| &list.entities).map(|entity| (entity.id.as_str(), entity)).collect()
}

/// What differs between two states of an entry, field by field.
fn changes(old: &Entity, new: &Entity) -> Vec<Change> {
    let (old, new) = (values(old), values(new));
    let fields: Vec<(&'static str, BTreeSet<String>, BTreeSet<String>)> =
        old.into_iter().zip(new).map(|((field, old), (_, new))| (field, old, new)).collect();
    let differ = fields.into_iter().filter(|(_, old, new)| old != new);
    differ
        .map(|(field, old, new)| Change {
            field,
            added: new.difference(&old).cloned().collect(),
            removed: old.difference(&new).cloned().collect(),
        })
        .collect()
}

/// Everything a list says of an entry, by field. What only changes its order is no change.
fn values(entity: &Entity) -> Vec<(&'static str, BTreeSet<String>)> {
    let names = |wanted: fn(NameKind) -> bool| -> BTreeSet<String> {
        let names = entity.names.iter().filter(|name| wanted(name.kind));
        names.map(|name| name.text.clone()).collect()
    };
    let texts = |texts: &[String]| -> BTreeSet<String> { texts.iter().cloned().collect() };
    vec![
        ("schema", BTreeSet::from([entity.schema.as_str().to_owned()])),
        ("name", names(|kind| kind == NameKind::Primary)),
        ("original_script", names(|kind| kind == NameKind::OriginalScript)),
        ("alias", names(|kind| kind == NameKind::Alias(Quality::Strong))),
        ("weak_alias", names(|kind| kind == NameKind::Alias(Quality::Weak))),
        ("address", entity.addresses.iter().map(address).collect()),
        ("birth_date", entity.birth_dates.iter().map(ToString::to_string).collect()),
        ("birth_place", texts(&entity.birth_places)),
        ("country", texts(&entity.countries)),
        ("document", entity.documents.iter().map(document).collect()),
        ("programme", texts(&entity.programmes)),
        ("title", texts(&entity.titles)),
        ("remarks", Some(entity.remarks.clone()).into_iter().filter(|text| !text.is_empty()).collect()),
    ]
}

fn address(address: &Address) -> String {
    match &address.note {
        Some(note) => format!("{} ({note})", address.text()),
        None => address.text(),
    }
}

fn document(document: &IdDocument) -> String {
    match &document.country {
        Some(country) => format!("{} {} ({country})", document.kind, document.number),
        None => format!("{} {}", document.kind, document.number),
    }
}

/// What became of a list that was imported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ImportedList {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// `in_use`; `already_in_use`, which changes nothing; or `kept`, because a newer edition is in use.
    pub state: &'static str,
    /// The folder its files are in.
    pub folder: String,
    /// What it changes against the edition that was in use.
    pub diff: ListDiff,
    /// What is wrong or doubtful in it.
    pub findings: Vec<ListFinding>,
    /// Files in the folders named that are no watch list and of which nothing was read; the same for every list.
    pub passed_over: Vec<String>,
}
