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
        let titles: Vec<&str> = read.lists().iter().map(|list| list.title.as_str()).collect();
        // A list that is gone was hardly meant to go: whoever wants that says so by starting the node anew.
        if let Some(gone) = self.titles().iter().find(|title| !titles.contains(&title.as_str())) {
            let path = self.paths.first().cloned().unwrap_or_default();
            let why = format!("{gone} is not there any more; put it back, or start the node anew without it");
            return Err(StartError::List { path, why });
        }
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&read));
        Ok(Some(read))
    }
}

/// What a node would screen against, by titles.
///
/// # Errors
/// Where it would not start with these lists.
pub fn watch_lists(paths: &[PathBuf]) -> Result<Vec<String>, StartError> {
    Ok(snapshot(paths)?.lists().iter().map(|list| list.title.clone()).collect())
}

/// Every file of a folder.
fn snapshot(given: &[PathBuf]) -> Result<Snapshot, StartError> {
    let mut files = Vec::new();
    for path in given {
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
    if loaded.lists.is_empty() {
        let path = given.first().cloned().unwrap_or_default();
        let why = "there is no watch list in it; put the lists there, or take it out of lists in the \
                   configuration";
        return Err(StartError::List { path, why: why.to_owned() });
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const LIST: &str = "# loadgate-watch-list: Sanctions of Freedonia (fictitious); edition: 2026-11-01; purpose: sanctions\n\
    id,name\nF-1,Orchard Doors Inc\n";

    #[test]
    fn a_folder_without_a_list_is_no_list_and_one_that_is_gone_is_missed() {
        let folder = tempfile::tempdir().unwrap();
        let path = || vec![folder.path().to_owned()];
        let told = |read: Result<Lists, StartError>| read.unwrap_err().to_string();
        assert!(told(Lists::read(path())).contains("no watch list in it"));
        std::fs::write(folder.path().join("a.csv"), LIST).unwrap();
        let lists = Lists::read(path()).unwrap();
        let titles = lists.titles();
        assert_eq!(titles.len(), 1);
        std::fs::remove_file(folder.path().join("a.csv")).unwrap();
        assert!(lists.read_again().is_err());
        assert_eq!(lists.titles(), titles, "what was read stays");
        assert!(Lists::read(Vec::new()).unwrap().now().is_none(), "no list was asked for");
    }
}
