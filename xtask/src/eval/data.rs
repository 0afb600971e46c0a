//! The samples: where they lie, and reading them.

use super::report::Cell;
use crate::{Outcome, root};
use names::{Entity, Evidence, List, ListFile, Name, NameKind, Score, Script};
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::path::PathBuf;

/// The files of the OFAC list of 2021-07.
pub const OFAC: &[&str] = &["ofac_sdn_2021-07.csv", "ofac_alt_2021-07.csv", "ofac_add_2021-07.csv"];
/// The UN list.
pub const UN: &[&str] = &["un_consolidated_2025-04-19.xml"];

/// The folder of samples.
pub struct Samples {
    folder: PathBuf,
    /// Files read so far with their hashes.
    read: RefCell<Vec<(String, String)>>,
}

impl Samples {
    /// The samples beside the workspace, where they are.
    pub fn find() -> Option<Self> {
        let folder = root().parent()?.join("shared/samples/watchlists");
        folder.is_dir().then(|| Self { folder, read: RefCell::default() })
    }

    /// The bytes of a sample.
    pub fn bytes(&self, name: &str) -> Outcome<Vec<u8>> {
        let bytes = fs::read(self.folder.join(name)).map_err(|why| format!("{name}: {why}"))?;
        let hash: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let mut read = self.read.borrow_mut();
        if !read.iter().any(|(known, _)| known == name) {
            read.push((name.to_owned(), hash));
        }
        Ok(bytes)
    }

    /// The rows of a CSV file by the names of its columns.
    pub fn rows(&self, name: &str) -> Outcome<Vec<HashMap<String, String>>> {
        let bytes = self.bytes(name)?;
        let rows: Result<Vec<_>, _> = csv::Reader::from_reader(bytes.as_slice()).deserialize().collect();
        rows.map_err(|why| format!("{name}: {why}").into())
    }

    /// The lists made of these files.
    pub fn lists(&self, files: &[&str]) -> Outcome<Vec<List>> {
        let files: Outcome<Vec<ListFile>> = files
            .iter()
            .map(|name| Ok(ListFile { name: (*name).to_owned(), bytes: self.bytes(name)? }))
            .collect();
        let loaded = names::load(files?);
        match loaded.unrecognised.first() {
            Some(name) => Err(format!("{name} is no list that is known").into()),
            None => Ok(loaded.lists),
        }
    }

    /// The files read so far with their hashes.
    pub fn read(&self) -> Vec<(String, String)> {
        self.read.borrow().clone()
    }
}

/// A name of a list with the entry that it belongs to.
#[derive(Clone, Copy)]
pub struct Listed<'a> {
    /// The list.
    pub list: &'a List,
    /// The entry.
    pub entity: &'a Entity,
    /// The name.
    pub name: &'a Name,
}

impl Listed<'_> {
    /// The entry, named apart from those of other lists.
    pub fn key(&self) -> (&str, &str) {
        (self.list.source, &self.entity.id)
    }
}

/// Every name of the lists.
pub fn listed(lists: &[List]) -> Vec<Listed<'_>> {
    let mut all = Vec::new();
    for list in lists {
        for entity in &list.entities {
            all.extend(entity.names.iter().map(|name| Listed { list, entity, name }));
        }
    }
    all
}

/// The name stands in Latin letters.
pub fn is_latin(name: &Name) -> bool {
    name.script == Script::Latin && name.kind != NameKind::OriginalScript
}

/// Evidence in one line: each token or value with its relation and contribution.
pub fn shown(evidence: &[Evidence]) -> String {
    let entry = |entry: &Evidence| {
        let side = |text: &Option<String>| text.clone().unwrap_or_else(|| "∅".to_owned());
        let (query, list) = (side(&entry.query), side(&entry.list));
        let distance = entry.relation.distance().map_or_else(String::new, |distance| format!(" {distance}"));
        format!("{query}~{list} {}{distance} {:+}", entry.relation, entry.contribution)
    };
    evidence.iter().map(entry).collect::<Vec<_>>().join("; ")
}

/// A score as a value of a table.
pub fn score_cell(score: Score) -> Cell {
    Cell::Share(f64::from(score.thousandths()) / 1000.0)
}
