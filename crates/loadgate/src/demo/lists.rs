//! The invented watch lists of the tour.

use super::DemoError;
use finding::{Language, Severity};
use names::{ListFile, Snapshot};
use std::sync::Arc;

macro_rules! file {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../../../../fixtures/demo/lists/", $name)).as_slice())
    };
}

const FILES: &[(&str, &[u8])] = &[
    file!("sanctions/invented_sdn_2026-11.csv"),
    file!("sanctions/invented_alt_2026-11.csv"),
    file!("sanctions/invented_add_2026-11.csv"),
    file!("security/watch_list.csv"),
];

/// What the sanctions list is called here. Its files have the form of a real list, whose title the reader
/// gives them; nobody may think that these entries are on that one.
const SANCTIONS_TITLE: &str = "Invented sanctions list";

/// The lists, ready for screening.
pub(super) fn snapshot() -> Result<Arc<Snapshot>, DemoError> {
    let files = FILES
        .iter()
        .map(|(name, bytes)| ListFile { name: (*name).to_owned(), bytes: bytes.to_vec() })
        .collect();
    let mut loaded = names::load(files);
    if let Some(file) = loaded.unrecognised.first() {
        return Err(DemoError::Lists(format!("{file} is no list")));
    }
    if let Some(finding) = loaded.findings.iter().find(|finding| finding.severity == Severity::Error) {
        return Err(DemoError::Lists(finding.message(Language::English)));
    }
    for list in &mut loaded.lists {
        if list.purpose == names::Purpose::Sanctions {
            SANCTIONS_TITLE.clone_into(&mut list.title);
        }
    }
    Ok(Arc::new(Snapshot::new(loaded.lists)))
}
