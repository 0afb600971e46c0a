//! Holds `docs/asvs.md` against the tests that it names, so that no claim outlives what shows it.
//!
//! A test stands there as `path/of/file.rs: name_of_the_test`, several of one file with commas between. A row of a table
//! has number, what is asked, state, by what, and tests; one that says `met` names a test.

use crate::{Outcome, root};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path};

const PAGE: &str = "docs/asvs.md";

/// Cells of a row, one of which is the state.
const COLUMNS: usize = 5;
const STATE: usize = 2;
const STATES: [&str; 3] = ["met", "partly", "not met"];

/// Holds the page against the tests.
///
/// # Errors
/// Every line that names a test which is not there, or says that something is met and names none.
pub fn check() -> Outcome {
    let page = fs::read_to_string(root().join(PAGE)).map_err(|why| format!("{PAGE}: {why}"))?;
    let (named, faults) = faults(&page, &root());
    if !faults.is_empty() {
        return Err(faults.join("\n").into());
    }
    println!("{PAGE} names {named} tests, and all are there");
    Ok(())
}

/// How many tests a page names, and what is wrong with it.
fn faults(page: &str, root: &Path) -> (usize, Vec<String>) {
    let mut files: BTreeMap<&str, Option<BTreeSet<String>>> = BTreeMap::new();
    let (mut named, mut faults) = (BTreeSet::new(), Vec::new());
    for (number, line) in (1..).zip(page.lines()) {
        let mut fault = |what: String| faults.push(format!("{PAGE}:{number}: {what}"));
        let mut shown = 0;
        for span in code_spans(line) {
            let Some((file, names)) = span.split_once(".rs:") else { continue };
            let tests = files.entry(file).or_insert_with(|| tests_of(root, &format!("{file}.rs")));
            let Some(tests) = tests else {
                fault(format!("there is no file {file}.rs"));
                continue;
            };
            for name in names.split(',').map(str::trim) {
                if tests.contains(name) {
                    shown += 1;
                    named.insert((file, name));
                } else {
                    fault(format!("{file}.rs has no test `{name}` that is run"));
                }
            }
        }
        if let Some(state) = state(line) {
            if !STATES.contains(&state) {
                fault(format!("`{state}` is no state; write {}", STATES.join(", ")));
            } else if state == "met" && shown == 0 {
                fault("it says `met` and names no test".to_owned());
            }
        }
    }
    (named.len(), faults)
}

/// What stands between single backticks on a line.
fn code_spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// The state of a row; nothing of other lines, heads and rules of tables.
fn state(line: &str) -> Option<&str> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    let cells: Vec<&str> = inner.split('|').map(str::trim).collect();
    let state = cells.get(STATE).filter(|_| cells.len() == COLUMNS)?;
    let is_row = *state != "state" && !state.starts_with('-');
    is_row.then_some(*state)
}

/// The tests of a source file of the repository that are run; `None` where there is no such file.
fn tests_of(root: &Path, name: &str) -> Option<BTreeSet<String>> {
    let path = Path::new(name);
    let inside = path.components().all(|part| matches!(part, Component::Normal(_)));
    let source = fs::read_to_string(root.join(path)).ok().filter(|_| inside)?;
    Some(tests_in(&source))
}

/// The functions that stand below `#[test]`, or the same of a runtime, and not below `#[ignore]`.
fn tests_in(source: &str) -> BTreeSet<String> {
    let (mut tests, mut is_test, mut is_ignored) = (BTreeSet::new(), false, false);
    for line in source.lines().map(str::trim) {
        if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
            is_test = true;
        } else if line.starts_with("#[ignore") {
            is_ignored = true;
        } else if let Some(name) = function(line) {
            if is_test && !is_ignored {
                tests.insert(name.to_owned());
            }
            (is_test, is_ignored) = (false, false);
        }
    }
    tests
}

/// The name of the function that a line begins.
fn function(line: &str) -> Option<&str> {
    let line = line.strip_prefix("pub ").unwrap_or(line);
    let line = line.strip_prefix("async ").unwrap_or(line);
    let rest = line.strip_prefix("fn ")?;
    let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_')?;
    Some(&rest[..end])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const SOURCE: &str = "fn helper() {}\n\
        #[test]\nfn one_thing() {}\n\
        /// What it shows.\n#[tokio::test(flavor = \"multi_thread\")]\nasync fn another() {\n    fn inner() {}\n}\n\
        proptest! {\n    #[test]\n    fn a_law(x in 0..1) {}\n}\n\
        #[test]\n#[ignore = \"slow\"]\nfn never_run() {}\n\
        // fn commented() {}\n";

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("tests")).unwrap();
        fs::write(folder.path().join("tests/a.rs"), SOURCE).unwrap();
        folder
    }

    #[test]
    fn every_test_that_the_page_names_is_there() {
        check().unwrap();
    }

    #[test]
    fn tests_are_found_by_what_stands_above_them() {
        let tests = tests_in(SOURCE);
        assert_eq!(tests.iter().map(String::as_str).collect::<Vec<_>>(), ["a_law", "another", "one_thing"]);
    }

    #[test]
    fn a_name_that_is_missing_fails() {
        let folder = folder();
        for (line, told) in [
            ("`tests/a.rs: one_thin`", "docs/asvs.md:2: tests/a.rs has no test `one_thin` that is run"),
            (
                "`tests/a.rs: one_thing, anothe`",
                "docs/asvs.md:2: tests/a.rs has no test `anothe` that is run",
            ),
            ("`tests/a.rs: never_run`", "docs/asvs.md:2: tests/a.rs has no test `never_run` that is run"),
            ("`tests/a.rs: helper`", "docs/asvs.md:2: tests/a.rs has no test `helper` that is run"),
            ("`tests/a.rs:`", "docs/asvs.md:2: tests/a.rs has no test `` that is run"),
            ("| | a | met | b | `tests/b.rs: one_thing` |", "docs/asvs.md:2: there is no file tests/b.rs"),
            ("`../a.rs: one_thing`", "docs/asvs.md:2: there is no file ../a.rs"),
            ("| 1.1 | a | met | by `b` | |", "docs/asvs.md:2: it says `met` and names no test"),
            (
                "| 1.1 | a | mostly | b | |",
                "docs/asvs.md:2: `mostly` is no state; write met, partly, not met",
            ),
        ] {
            let (_, faults) = faults(&format!("# A\n{line}\n"), folder.path());
            assert_eq!(faults.first().map(String::as_str), Some(told), "{line}: {faults:?}");
        }
    }

    #[test]
    fn names_that_are_there_are_counted_once() {
        let folder = folder();
        let page = "| number | asks | state | by | shown by |\n|---|---|---|---|---|\n\
            | 1.1 | a | met | by `b.rs` | `tests/a.rs: one_thing, a_law` |\n\
            | | a | partly | b | `tests/a.rs: a_law`, `tests/a.rs: another` |\n| 1.2 | a | not met | b | |\n\
            | two | cells |\n";
        assert_eq!(faults(page, folder.path()), (3, Vec::new()));
    }
}
