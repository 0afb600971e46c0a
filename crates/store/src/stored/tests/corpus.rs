//! The frozen corpus: documents as each release wrote them (`fixtures/stored/`), which every later one reads.
//!
//! `ADD_STORED=1 cargo test -p store corpus` appends examples of what no line shows yet to the folder of this release.
//! A line that stands there is never changed.

use super::super::sample::words_read;
use super::*;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::fs;

/// Folder of the release at work.
const RELEASE: &str = "v1";

/// Most examples tried of one type.
const EXAMPLES_MAX: usize = 40;

/// Every document, with the file and line it stands at.
fn documents() -> Vec<(String, String)> {
    let mut documents = Vec::new();
    let folder = root().join("fixtures/stored");
    let mut releases: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
    releases.sort();
    for release in releases.iter().filter(|path| path.is_dir()) {
        let mut files: Vec<PathBuf> =
            fs::read_dir(release).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            let name = file.strip_prefix(root()).unwrap().display().to_string();
            let lines = (1..).zip(text.lines());
            documents.extend(
                lines.map(|(number, line): (usize, _)| (format!("{name}:{number}"), line.to_owned())),
            );
        }
    }
    documents
}

/// What a document shows: the paths of its fields, places in lists left out, each with the type of event.
fn paths(line: &str) -> BTreeSet<(String, String)> {
    fn walk(value: &Json, path: &str, paths: &mut Vec<String>) {
        match value {
            Json::Object(fields) => {
                for (name, inner) in fields {
                    let path = format!("{path}.{name}");
                    walk(inner, &path, paths);
                    paths.push(path);
                }
            }
            Json::Array(items) => items.iter().for_each(|item| walk(item, &format!("{path}[]"), paths)),
            _ => {}
        }
    }
    let document: Json = serde_json::from_str(line).unwrap();
    let mut paths = Vec::new();
    walk(&document, "", &mut paths);
    let kind = document["type"].as_str().unwrap();
    paths.into_iter().map(|path| (kind.to_owned(), path)).collect()
}

/// Types of event with their versions, paths of fields, and words of variants.
#[derive(Default)]
struct Shown {
    paths: BTreeSet<(String, String)>,
    words: BTreeSet<(&'static str, String)>,
    /// By type: whether a document shows what may be left out, and one leaves it out.
    sizes: BTreeMap<String, BTreeSet<usize>>,
}

impl Shown {
    /// Adds what a document shows; tells whether anything of it is new.
    fn add(&mut self, line: &str) -> bool {
        words_read();
        let (kind, _) =
            events::head(&read(line.as_bytes()).unwrap_or_else(|fault| panic!("{fault}\n{line}")));
        let (paths, words) = (paths(line), words_read());
        let before = (self.paths.len(), self.words.len());
        // A document with everything in it, and one with as little as can be, are two examples of each type.
        let sparse = self.sizes.entry(kind.to_owned()).or_default();
        let new_size = sparse.iter().all(|size| *size > paths.len()) && sparse.insert(paths.len());
        self.paths.extend(paths);
        self.words.extend(words);
        new_size || before != (self.paths.len(), self.words.len())
    }
}

/// Examples of every type: with everything in it until each variant was shown, then with as little as can be.
fn examples() -> Vec<String> {
    let mut walk = Sampler::walk();
    let mut examples = Vec::new();
    for (_, sample) in SAMPLES {
        for number in 0..EXAMPLES_MAX {
            walk.full(number + 1 < EXAMPLES_MAX);
            examples.push(String::from_utf8(encode(&sample(&mut walk)).bytes).unwrap());
        }
    }
    examples
}

#[test]
fn the_corpus_reads_as_it_was_written_and_shows_everything() {
    let mut shown = Shown::default();
    for (at, line) in documents() {
        let event = read(line.as_bytes()).unwrap_or_else(|fault| panic!("{at}: {fault}"));
        let again = encode(&event);
        let v = serde_json::from_str::<Json>(&line).unwrap()["v"].as_u64();
        if v == Some(u64::from(again.v)) {
            assert_eq!(String::from_utf8(again.bytes).unwrap(), line, "{at}: it is written otherwise now");
        } else {
            assert_eq!(read(&again.bytes), Ok(event), "{at}: its present form does not read back");
        }
        shown.add(&line);
    }
    let missing: Vec<String> = examples().into_iter().filter(|line| shown.add(line)).collect();
    if std::env::var_os("ADD_STORED").is_some() {
        let folder = root().join("fixtures/stored").join(RELEASE);
        fs::create_dir_all(&folder).unwrap();
        for line in &missing {
            let document: Json = serde_json::from_str(line).unwrap();
            let (family, _) = document["type"].as_str().unwrap().split_once('.').unwrap();
            let path = folder.join(format!("{family}.jsonl"));
            let before = fs::read_to_string(&path).unwrap_or_default();
            fs::write(&path, format!("{before}{line}\n")).unwrap();
        }
        return;
    }
    assert!(
        missing.is_empty(),
        "fixtures/stored shows no document like these; `ADD_STORED=1 cargo test -p store corpus` adds them:\n{}",
        missing.join("\n")
    );
}
