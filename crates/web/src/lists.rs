//! The watch lists of a node: read when it starts, and again when it is told to.

use crate::node::StartError;
use names::{ListFile, Snapshot};
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

/// Where the lists are, and what was read there last.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    paths: Vec<PathBuf>,
    now: RwLock<Option<Arc<Snapshot>>>,
}

impl Lists {
    /// Reads lists; none where no path is given.
    ///
    /// # Errors
    /// [`StartError::List`] where a file is no list, or part of one is missing.
    pub(crate) fn read(paths: Vec<PathBuf>) -> Result<Self, StartError> {
        let lists = Self { paths, now: RwLock::default() };
        if !lists.paths.is_empty() {
            lists.read_again()?;
        }
        Ok(lists)
    }

    /// What is screened against.
    pub(crate) fn now(&self) -> Option<Arc<Snapshot>> {
        self.now.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The titles of the lists.
    pub(crate) fn titles(&self) -> Vec<String> {
        let now = self.now();
        now.iter().flat_map(|snapshot| snapshot.lists()).map(|list| list.title.clone()).collect()
    }

    /// Reads the files again; what was read before stays where they cannot be used. Blocks for as long as it takes to
    /// read and index them, some seconds with every public list.
    ///
    /// # Errors
    /// As [`Lists::read`].
    pub(crate) fn read_again(&self) -> Result<Option<Arc<Snapshot>>, StartError> {
        if self.paths.is_empty() {
            return Ok(None);
        }
        let read = Arc::new(snapshot(&self.paths)?);
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&read));
        Ok(Some(read))
    }
}

/// Every file of a folder.
fn snapshot(paths: &[PathBuf]) -> Result<Snapshot, StartError> {
    let mut files = Vec::new();
    for path in paths {
        read_into(path, &mut files)?;
    }
    let paths: Vec<PathBuf> = files.iter().map(|file| PathBuf::from(&file.name)).collect();
    let loaded = names::load(files);
    if let Some(name) = loaded.unrecognised.first() {
        let why =
            "it is no watch list that is known here; take it out of lists in the configuration".to_owned();
        return Err(StartError::List { path: name.into(), why });
    }
    if let Some(list) = loaded.lists.iter().find(|list| !list.missing.is_empty()) {
        let path = paths.first().cloned().unwrap_or_default();
        let why =
            format!("of {} there is no {}; put it beside the others", list.title, list.missing.join(", "));
        return Err(StartError::List { path, why });
    }
    Ok(Snapshot::new(loaded.lists))
}

fn read_into(path: &Path, files: &mut Vec<ListFile>) -> Result<(), StartError> {
    let unusable = |why: std::io::Error| StartError::List { path: path.to_owned(), why: why.to_string() };
    if path.is_dir() {
        let entries: Result<Vec<PathBuf>, std::io::Error> =
            std::fs::read_dir(path).map_err(unusable)?.map(|entry| Ok(entry?.path())).collect();
        let mut entries = entries.map_err(unusable)?;
        entries.sort();
        return entries.iter().filter(|entry| entry.is_file()).try_for_each(|entry| read_into(entry, files));
    }
    let bytes = std::fs::read(path).map_err(unusable)?;
    files.push(ListFile { name: path.display().to_string(), bytes });
    Ok(())
}
