//! The register of list sources, and the loading of files into lists.
//!
//! To add a source: one module below and one row in [`SOURCES`].

mod archive;
mod bis_dpl;
mod canada_sema;
mod dates;
mod dfat;
mod entries;
mod eu_fsf;
mod ftm;
mod json;
mod lines;
mod numbered;
mod ofac_sdn;
mod ofac_xml;
mod report;
mod spellings;
mod table;
mod uk_sanctions;
mod un_consolidated;
mod watch_csv;
mod watch_json;
mod xml;

use crate::limits;
use crate::list::{Entity, List, ListPart, Purpose};
use finding::Finding;
use finding::codes::lists as codes;
use report::Report;
use sha2::{Digest, Sha256};
use std::collections::HashSet;

/// A publisher's list in one format.
pub struct Source {
    /// Its stable identifier.
    pub id: &'static str,
    /// The list's own title; files of a State's own list bring theirs.
    pub title: &'static str,
    /// Who publishes it.
    pub publisher: &'static str,
    /// What its entries are for, where the file does not state that itself.
    pub purpose: Purpose,
    /// Which files are recognised as this source, for `--help` and the reference.
    pub recognises: &'static str,
    /// The roles that files have in a list of this source, the leading one first.
    roles: &'static [&'static str],
    /// The part of a list of this source that a file is, if it is one.
    recognise: fn(&ListFile) -> Option<Part>,
    /// Reads the files of one list.
    read: fn(&Parts<'_>, &mut Report) -> Content,
}

impl Source {
    /// The source of this identifier.
    pub fn find(id: &str) -> Option<&'static Source> {
        SOURCES.iter().find(|source| source.id == id)
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Source").field(&self.id).finish()
    }
}

/// Every source, in the order in which they are asked whether a file is theirs.
pub const SOURCES: &[Source] = &[
    ofac_sdn::CONSOLIDATED,
    ofac_sdn::SOURCE,
    ofac_xml::SOURCE,
    bis_dpl::SOURCE,
    canada_sema::SOURCE,
    un_consolidated::SOURCE,
    uk_sanctions::SOURCE,
    eu_fsf::SOURCE,
    dfat::SOURCE,
    watch_csv::SOURCE,
    watch_json::SOURCE,
    ftm::SOURCE,
];

/// A file as the caller read it. Names tell sibling files and editions; a name may carry folders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListFile {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What came of a set of files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Loaded {
    /// The lists, in the order in which their first files were given.
    pub lists: Vec<List>,
    /// What was found wrong or noteworthy. `message_index` is the index of the file given; a finding about several
    /// files of one list is at the first of them.
    pub findings: Vec<Finding>,
    /// Names of the files that no source recognises; nothing was read from them.
    pub unrecognised: Vec<String>,
}

/// The role of a file that is a whole list.
const WHOLE: &str = "whole";

/// Which part of which list a file is.
struct Part {
    /// The role of the file in its list.
    role: &'static str,
    /// What the names of files of one list have in common.
    group: String,
}

/// The files of one list that were given.
struct Parts<'a> {
    files: Vec<PartFile<'a>>,
}

struct PartFile<'a> {
    role: &'static str,
    index: u32,
    file: &'a ListFile,
}

impl<'a> Parts<'a> {
    fn role(&self, role: &str) -> Option<&PartFile<'a>> {
        self.files.iter().find(|part| part.role == role)
    }
}

/// What a source read out of the files of a list.
#[derive(Default)]
struct Content {
    /// The title, where the file brings its own.
    title: Option<String>,
    /// The purpose, where the file states its own.
    purpose: Option<Purpose>,
    /// The edition that the data state.
    edition: Option<String>,
    /// Roles of the files that belong to the list and were not given.
    missing: Vec<&'static str>,
    /// The entries.
    entities: Vec<Entity>,
}

/// Reads files into lists. Never fails: what cannot be read is a finding, and the rest is loaded.
///
/// A list of which no entry could be read is left out, with a finding of severity error, because screening against
/// it would clear everybody.
pub fn load(files: Vec<ListFile>) -> Loaded {
    let mut loaded = Loaded::default();
    let mut groups: Vec<(&'static Source, String, Parts<'_>)> = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        let recognised =
            SOURCES.iter().find_map(|source| (source.recognise)(file).map(|part| (source, part)));
        let Some((source, part)) = recognised else {
            loaded.unrecognised.push(file.name.clone());
            continue;
        };
        let part_file = PartFile { role: part.role, index, file };
        // A second file in the same role is a list of its own, for example the same name from another folder.
        let place = groups.iter_mut().find(|(known, group, parts)| {
            known.id == source.id && *group == part.group && parts.role(part.role).is_none()
        });
        match place {
            Some((_, _, parts)) => parts.files.push(part_file),
            None => groups.push((source, part.group, Parts { files: vec![part_file] })),
        }
    }
    let mut seen = HashSet::new();
    for (source, _, parts) in groups {
        let mut report = Report::default();
        if let Some(list) = load_list(source, &parts, &mut report) {
            if seen.insert((list.source, list.sha256.clone())) {
                loaded.lists.push(list);
            } else {
                let finding = report.on(&parts.files[0], codes::LIST_GIVEN_TWICE).with("title", &list.title);
                report.add(finding);
            }
        }
        loaded.findings.append(&mut report.finish());
    }
    loaded
}

fn load_list(source: &'static Source, parts: &Parts<'_>, report: &mut Report) -> Option<List> {
    let mut usable = Parts { files: Vec::new() };
    for part in &parts.files {
        if part.file.bytes.is_empty() {
            report.add(report.on(part, codes::LIST_FILE_EMPTY));
        } else if part.file.bytes.len() > limits::LIST_FILE_BYTES {
            let limit = format!("{} MiB", limits::LIST_FILE_BYTES / (1024 * 1024));
            report.add(report.on(part, codes::LIST_FILE_TOO_LARGE).with("limit", limit));
        } else {
            usable.files.push(PartFile { role: part.role, index: part.index, file: part.file });
        }
    }
    let leading = usable.files.first()?;
    let mut content = (source.read)(&usable, report);
    drop_unusable(leading, &mut content.entities, report);
    let title = content.title.unwrap_or_else(|| source.title.to_owned());
    if content.entities.is_empty() {
        report.add(report.on(leading, codes::LIST_WITHOUT_ENTRIES).with("title", title));
        return None;
    }
    let edition =
        content.edition.or_else(|| usable.files.iter().find_map(|part| edition_in(&part.file.name)));
    if edition.is_none() {
        report.add(report.on(leading, codes::LIST_UNDATED));
    }
    let mut files: Vec<ListPart> = usable
        .files
        .iter()
        .map(|part| ListPart {
            part: part.role,
            file: part.file.name.clone(),
            sha256: hex(&Sha256::digest(&part.file.bytes)),
        })
        .collect();
    files.sort_by_key(|file| source.roles.iter().position(|role| *role == file.part));
    let sha256 = match files.as_slice() {
        [only] => only.sha256.clone(),
        several => {
            let lines: String =
                several.iter().map(|file| format!("{}  {}\n", file.sha256, file.part)).collect();
            hex(&Sha256::digest(lines.as_bytes()))
        }
    };
    Some(List {
        source: source.id,
        title,
        purpose: content.purpose.unwrap_or(source.purpose),
        edition,
        sha256,
        files,
        missing: content.missing,
        entities: content.entities,
    })
}

/// Drops names that hold nothing to compare, and entries that are left without any.
fn drop_unusable(leading: &PartFile<'_>, entities: &mut Vec<Entity>, report: &mut Report) {
    for entity in entities.iter_mut() {
        let id = &entity.id;
        entity.names.retain(|name| {
            let usable = crate::is_comparable(&name.text);
            if !usable {
                let finding = report.on(leading, codes::LIST_NAME_UNUSABLE).on(id).with("id", id);
                report.add(finding.with("text", name.text.chars().take(40).collect::<String>()));
            }
            usable
        });
        if entity.names.is_empty() {
            report.add(report.on(leading, codes::LIST_RECORD_NAMELESS).on(id).with("id", id));
        }
    }
    entities.retain(|entity| !entity.names.is_empty());
}

/// The beginning of a text, short enough for a message.
fn excerpt(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The part of a file name after its last folder.
fn base_name(name: &str) -> &str {
    name.rsplit(['/', '\\']).next().unwrap_or(name)
}

/// The date that a file name states as `YYYY-MM` or `YYYY-MM-DD`, standing apart from other digits.
fn edition_in(name: &str) -> Option<String> {
    let name = base_name(name);
    let is_digit = |index: usize| name.as_bytes().get(index).is_some_and(u8::is_ascii_digit);
    (0..name.len()).filter(|&start| start == 0 || !is_digit(start - 1)).find_map(|start| {
        [10, 7].into_iter().find_map(|length| {
            let text = name.get(start..start + length).filter(|_| !is_digit(start + length))?;
            text.parse::<crate::PartialDate>().ok().map(|date| date.to_string())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editions_are_read_off_file_names() {
        for (name, edition) in [
            ("ofac_sdn_2021-07.csv", Some("2021-07")),
            ("lists/2021-08/sdn.csv", None),
            ("un_consolidated_2025-04-19.xml", Some("2025-04-19")),
            ("sdn-2021-13.csv", None),
            ("sdn-12021-07.csv", None),
            ("sdn-2021-071.csv", None),
            ("sdn.csv", None),
            ("ведомость-2021-07", Some("2021-07")),
        ] {
            assert_eq!(edition_in(name).as_deref(), edition, "{name}");
        }
    }

    #[test]
    fn the_register_is_sound() {
        let mut ids = HashSet::new();
        for source in SOURCES {
            assert!(ids.insert(source.id), "{} is registered twice", source.id);
            assert!(source.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
            assert!(
                !source.title.is_empty() && !source.publisher.is_empty() && !source.recognises.is_empty()
            );
            assert_eq!(Source::find(source.id).map(|found| found.id), Some(source.id));
        }
    }

    #[test]
    fn files_nobody_knows_are_named() {
        let file = |name: &str, bytes: &[u8]| ListFile { name: name.to_owned(), bytes: bytes.to_vec() };
        let loaded =
            load(vec![file("notes.txt", b"hello"), file("x.bin", &[0, 159, 146, 150]), file("empty", b"")]);
        assert_eq!(loaded.unrecognised, ["notes.txt", "x.bin", "empty"]);
        assert!(loaded.lists.is_empty() && loaded.findings.is_empty());
        assert_eq!(load(Vec::new()), Loaded::default());
    }
}
