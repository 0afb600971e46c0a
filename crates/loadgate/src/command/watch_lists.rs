//! The watch lists of a run: found, read, and told of.

use super::library;
use crate::Error;
use crate::command::Session;
use crate::document::assess::ListItem;
use crate::document::lists::ListFinding;
use crate::render;
use finding::codes::lists as codes;
use finding::{Code, Finding, Language, Severity};
use names::{List, ListFile, Loaded, Snapshot};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Findings of severity error that concern one record of a list and leave the others readable.
const RECORD_CODES: [Code; 4] = [
    codes::LIST_RECORD_COLUMNS,
    codes::LIST_RECORD_IDENTIFIER,
    codes::LIST_RECORD_NAMELESS,
    codes::LIST_RECORD_TOO_LARGE,
];

/// How many characters the names of two files of one list may differ by.
const NAMES_DIFFER_MAX: usize = 8;

/// The lists frozen together, and what to tell of them.
#[derive(Debug, Default)]
pub(super) struct Lists {
    snapshot: Option<Arc<Snapshot>>,
    items: Vec<ListItem>,
}

impl Lists {
    /// Reads the lists at these paths; none, where none is given. See [`read`].
    ///
    /// # Errors
    /// Those of [`read`].
    pub(super) fn load(paths: &[PathBuf], told: Told, session: &mut Session<'_>) -> Result<Self, Error> {
        if paths.is_empty() {
            return Ok(Self::default());
        }
        let read = read(paths, told, session)?;
        let items = read.iter().map(|read| read.item()).collect();
        let lists = read.into_iter().map(|read| read.list).collect();
        Ok(Self { snapshot: Some(Arc::new(Snapshot::new(lists))), items })
    }

    pub(super) fn snapshot(&self) -> Option<Arc<Snapshot>> {
        self.snapshot.clone()
    }

    pub(super) fn items(&self) -> &[ListItem] {
        &self.items
    }
}

/// What people are told while lists are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    /// Each list that was read, and files that were passed over.
    pub(super) lists: bool,
    /// What is doubtful in them.
    pub(super) findings: bool,
    /// Lists are read to be looked at or imported: one of which files are missing is no reason to do nothing.
    pub(super) may_lack_files: bool,
    /// What does not happen where a list cannot be used, such as `Nothing was screened`.
    pub(super) undone: &'static str,
}

/// A list with what was found in its files.
#[derive(Debug)]
pub(super) struct ReadList {
    pub(super) list: List,
    /// What is doubtful or wrong; notes for information are left out.
    pub(super) findings: Vec<ListFinding>,
    /// Files in the folders that were named which are no watch list.
    pub(super) passed_over: Vec<String>,
}

impl ReadList {
    fn item(&self) -> ListItem {
        let list = &self.list;
        ListItem {
            findings_count: self.findings.len() as u64,
            title: list.title.clone(),
            source: list.source,
            purpose: list.purpose.as_str(),
            edition: edition(list).to_owned(),
            sha256: list.sha256.clone(),
            entries: list.entities.len() as u64,
            files: list.files.iter().map(|part| part.file.clone()).collect(),
            missing: list.missing.clone(),
        }
    }
}

/// Of when a list is, in the word of documents.
pub(super) fn edition(list: &List) -> &str {
    list.edition.as_deref().unwrap_or("undated")
}

/// Reads the lists at these paths: files with their siblings, folders of them, and folders that `lists import`
/// fills, of which the editions in use are taken.
///
/// # Errors
/// Where a path cannot be read, or gives no list: names that were to be screened must not go unscreened.
pub(super) fn read(paths: &[PathBuf], told: Told, session: &mut Session<'_>) -> Result<Vec<ReadList>, Error> {
    let mut files = Files::default();
    for path in paths {
        files.add(path)?;
    }
    let Files { found, .. } = files;
    let named: Vec<(String, Why)> = found.iter().map(|found| (found.file.name.clone(), found.why)).collect();
    let mut loaded = names::load(found.into_iter().map(|found| found.file).collect());
    keep_wanted(&mut loaded, &named);
    for (file, why) in &named {
        if *why == Why::Named && loaded.unrecognised.contains(file) {
            return Err(unusable(
                file,
                "this is no watch list that Loadgate reads. Name lists only, or their folder.",
            ));
        }
    }
    let mut findings = findings(&loaded, &named, told, session)?;
    let in_folder = |file: &&String| named.iter().any(|(name, why)| name == *file && *why == Why::InFolder);
    let passed_over: Vec<String> = loaded.unrecognised.iter().filter(in_folder).cloned().collect();
    for file in passed_over.iter().filter(|_| told.lists || told.may_lack_files) {
        session.tell(&format!("{file} is no watch list that Loadgate reads; it was passed over"))?;
    }
    if loaded.lists.is_empty() {
        let all: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
        return Err(unusable(&all.join(", "), "no watch list was found here. Check the path."));
    }
    let mut read = Vec::with_capacity(loaded.lists.len());
    for list in loaded.lists {
        library::check(&list)?;
        if !told.may_lack_files {
            whole(&list, told, session)?;
        }
        let of_list: Vec<ListFinding> =
            list.files.iter().flat_map(|part| findings.remove(&part.file).unwrap_or_default()).collect();
        let list = ReadList { list, findings: of_list, passed_over: passed_over.clone() };
        if told.lists {
            let item = list.item();
            session.tell(&format!("list {}: {} entries", render::assess::list(&item), item.entries))?;
        }
        read.push(list);
    }
    Ok(read)
}

/// Refuses a list of which files are missing, which would clear everybody who stands in them alone. One that was
/// imported so was confirmed then; it is told of.
fn whole(list: &List, told: Told, session: &mut Session<'_>) -> Result<(), Error> {
    let (Some(first), missing) = (list.files.first(), list.missing.join(", ")) else { return Ok(()) };
    if missing.is_empty() {
        return Ok(());
    }
    if !library::is_imported(list) {
        let problem = format!(
            "{} is not whole: its files {missing} are missing. {}: whom they name would go unscreened. Put them \
             beside this file; if there are none, import the list with `loadgate lists import --confirm-incomplete`.",
            list.title, told.undone
        );
        return Err(unusable(&first.file, &problem));
    }
    if told.findings {
        let text = "names that stand in them alone are not screened against";
        session.tell(&format!("{}: the files {missing} are missing; {text}", list.title))?;
    }
    Ok(())
}

/// Why a file was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Why {
    /// It was named.
    Named,
    /// It is in a folder that was named.
    InFolder,
    /// It stands beside a file that was named, under a name much like it.
    Beside,
}

struct FoundFile {
    file: ListFile,
    why: Why,
}

/// Files to read lists from, each once.
#[derive(Default)]
struct Files {
    found: Vec<FoundFile>,
    seen: BTreeSet<PathBuf>,
}

impl Files {
    fn add(&mut self, path: &Path) -> Result<(), Error> {
        let name = path.display().to_string();
        let about = fs::metadata(path).map_err(|why| not_opened(&name, &why))?;
        if about.is_dir() {
            for folder in library::folders(path)? {
                for inside in entries(&folder)? {
                    self.read(&inside, Why::InFolder)?;
                }
            }
            return Ok(());
        }
        self.read(path, Why::Named)?;
        // A list may come in several files of which only one was named. Which ones belong together is known
        // to its source; files with other names need not be read to ask it.
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        for beside in entries(folder)? {
            let beside = if path.parent() == Some(Path::new("")) {
                beside.file_name().map(PathBuf::from).unwrap_or(beside)
            } else {
                beside
            };
            if resembles(&beside, path) {
                self.read(&beside, Why::Beside)?;
            }
        }
        Ok(())
    }

    fn read(&mut self, path: &Path, why: Why) -> Result<(), Error> {
        if !self.seen.insert(path.to_owned()) {
            // A file that was only found before may now be named itself.
            let name = path.display().to_string();
            if let Some(found) =
                self.found.iter_mut().find(|found| found.file.name == name && why == Why::Named)
            {
                found.why = why;
            }
            return Ok(());
        }
        let name = path.display().to_string();
        let bytes = fs::read(path).map_err(|why| not_opened(&name, &why))?;
        self.found.push(FoundFile { file: ListFile { name, bytes }, why });
        Ok(())
    }
}

/// The files of a folder in order of their names, hidden ones left out.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let name = folder.display().to_string();
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(|why| not_opened(&name, &why))? {
        let entry = entry.map_err(|why| not_opened(&name, &why))?;
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if !hidden && entry.path().is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

/// Whether two files may be of one list: the same extension, and names that differ in one short place.
fn resembles(one: &Path, other: &Path) -> bool {
    let (Some(one_name), Some(other_name)) = (one.file_name(), other.file_name()) else { return false };
    let (one_name, other_name) = (one_name.as_encoded_bytes(), other_name.as_encoded_bytes());
    if one_name == other_name || one.extension() != other.extension() {
        return false;
    }
    let same = |pair: &(&u8, &u8)| pair.0.eq_ignore_ascii_case(pair.1);
    let before = one_name.iter().zip(other_name).take_while(same).count();
    let after = one_name.iter().rev().zip(other_name.iter().rev()).take_while(same).count();
    one_name.len().max(other_name.len()).saturating_sub(before + after) <= NAMES_DIFFER_MAX
}

/// Leaves out lists that only stand beside the files that were named.
fn keep_wanted(loaded: &mut Loaded, named: &[(String, Why)]) {
    let wanted = |file: &str| named.iter().any(|(name, why)| name == file && *why != Why::Beside);
    loaded.lists.retain(|list| list.files.iter().any(|part| wanted(&part.file)));
}

/// What is wrong with the lists, by file; told to people where they want to hear it.
///
/// # Errors
/// At the first finding that leaves a file, or the rest of one, unread: that would clear whom it should
/// stop. A single record that cannot be read is told, and the rest of the list counts.
fn findings(
    loaded: &Loaded,
    named: &[(String, Why)],
    tell: Told,
    session: &mut Session<'_>,
) -> Result<BTreeMap<String, Vec<ListFinding>>, Error> {
    let in_a_list = |file: &str| {
        let mut parts = loaded.lists.iter().flat_map(|list| &list.files);
        parts.any(|part| part.file == file)
    };
    let mut by_file: BTreeMap<String, Vec<ListFinding>> = BTreeMap::new();
    for finding in &loaded.findings {
        let Some((file, why)) = named.get(finding.message_index as usize) else { continue };
        if finding.severity == Severity::Info || (*why == Why::Beside && !in_a_list(file)) {
            continue;
        }
        let place = place(file, finding);
        // The place names the file already.
        let mut told = finding.clone();
        for (_, value) in told.args.iter_mut().filter(|(name, value)| *name == "file" && value == file) {
            *value = "this file".to_owned();
        }
        let message = told.message(Language::English);
        if finding.severity == Severity::Error && !RECORD_CODES.contains(&finding.code) {
            let undone = tell.undone;
            let problem = format!("{message} {undone}: whom the rest names would go unscreened.");
            return Err(unusable(&place, &problem));
        }
        if tell.findings {
            session.tell(&format!("{place}: {message}"))?;
        }
        by_file.entry(file.clone()).or_default().push(ListFinding {
            code: finding.code.id(),
            severity: finding.severity.as_str(),
            file: file.clone(),
            line: finding.position.map(|position| position.line),
            message,
        });
    }
    Ok(by_file)
}

fn place(file: &str, finding: &Finding) -> String {
    match finding.position {
        Some(position) => format!("{file}:{}", position.line),
        None => file.to_owned(),
    }
}

pub(super) fn unusable(file: &str, problem: &str) -> Error {
    Error::Unusable { file: file.to_owned(), problem: problem.to_owned() }
}

pub(super) fn not_opened(file: &str, why: &io::Error) -> Error {
    unusable(file, &format!("the watch list could not be opened: {why}. Check the path."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_one_list_have_names_much_alike() {
        let resembles = |one: &str, other: &str| resembles(Path::new(one), Path::new(other));
        assert!(resembles("a/ofac_sdn_2021-07.csv", "a/ofac_alt_2021-07.csv"));
        assert!(resembles("SDN.CSV", "ADD.CSV"));
        assert!(!resembles("sdn.csv", "sdn.csv"), "a file is not beside itself");
        assert!(!resembles("sdn.csv", "alt.xml"));
        assert!(!resembles("ofac_sdn_2021-07.csv", "pairs_unshuffled_1000.csv"));
    }
}
