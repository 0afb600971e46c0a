//! The architecture as a test: which crate may depend on which, and which module of `casework` may see
//! which.

use crate::{Outcome, root};
use cargo_metadata::MetadataCommand;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// What each crate of the house may depend on, be it for building or for testing. A crate stands below
/// all that use it; a line of its own is the price of a new crate.
const ALLOWED: &[(&str, &[&str])] = &[
    ("finding", &[]),
    ("consignment", &["finding"]),
    ("programme", &["consignment", "finding"]),
    ("names", &["finding"]),
    ("formats", &["consignment", "finding"]),
    ("assess", &["names", "programme", "consignment", "finding"]),
    ("casework", &["programme", "consignment", "finding"]),
    ("engine", &["casework", "assess", "formats", "names", "programme", "consignment", "finding"]),
    // Disks that fail: for the tests of the store alone.
    ("faulty", &[]),
    ("store", &["faulty", "engine", "casework", "names", "programme", "consignment", "finding"]),
    (
        "document",
        &["engine", "casework", "assess", "formats", "names", "programme", "consignment", "finding"],
    ),
    (
        "web",
        &[
            "document",
            "store",
            "engine",
            "casework",
            "formats",
            "names",
            "programme",
            "consignment",
            "finding",
        ],
    ),
    (
        "loadgate",
        &[
            "web",
            "document",
            "store",
            "engine",
            "casework",
            "assess",
            "formats",
            "names",
            "programme",
            "consignment",
            "finding",
        ],
    ),
    ("xtask", &["loadgate", "formats", "names", "programme", "consignment", "finding"]),
    ("fuzz", &["formats"]),
];

/// What a module of `casework` must not see: the programme case and the security status are separate
/// locks, and only the gate sees both.
const UNSEEN: &[(&str, &[&str])] = &[
    ("case", &["security", "gate", "transport"]),
    ("security", &["case", "gate", "transport"]),
    ("transport", &["case", "security", "gate"]),
    ("mandate", &["case", "security", "gate", "transport"]),
];

/// Holds the crates and the modules of `casework` to the allowed edges.
///
/// # Errors
/// Every edge that is not allowed, by name, with what to do about it.
pub fn check() -> Outcome {
    let edges = declared()?;
    let mut faults = violations(&edges);
    faults.extend(module_violations(&root().join("crates/casework/src"))?);
    if !faults.is_empty() {
        return Err(faults.join("\n").into());
    }
    println!("{} crates and the modules of casework keep to the allowed edges", edges.len());
    Ok(())
}

/// The members of the workspace, each with the members it declares as a dependency of any kind.
fn declared() -> Outcome<BTreeMap<String, BTreeSet<String>>> {
    let metadata = MetadataCommand::new().current_dir(root()).no_deps().exec()?;
    let members: BTreeSet<String> =
        metadata.workspace_packages().iter().map(|package| package.name.to_string()).collect();
    Ok(metadata
        .workspace_packages()
        .iter()
        .map(|package| {
            let inner = package.dependencies.iter().map(|dependency| dependency.name.clone());
            (package.name.to_string(), inner.filter(|name| members.contains(name)).collect())
        })
        .collect())
}

fn violations(edges: &BTreeMap<String, BTreeSet<String>>) -> Vec<String> {
    let mut faults = Vec::new();
    for (from, targets) in edges {
        let Some((_, allowed)) = ALLOWED.iter().find(|(name, _)| name == from) else {
            faults.push(format!(
                "crate {from} has no place in the house: give it a row in xtask/src/edges.rs and a paragraph in \
                 ARCHITECTURE.md"
            ));
            continue;
        };
        for to in targets.iter().filter(|to| !allowed.contains(&to.as_str())) {
            faults.push(format!(
                "edge {from} -> {to} is not allowed: move what {from} needs down into a crate that both may see ({}), \
                 or up to a crate that sees both",
                if allowed.is_empty() { "there is none below it".to_owned() } else { allowed.join(", ") }
            ));
        }
    }
    faults
}

/// The edges between the modules of `casework` that must not be, found in the sources under `folder`.
fn module_violations(folder: &Path) -> Outcome<Vec<String>> {
    let mut faults = Vec::new();
    for (module, unseen) in UNSEEN {
        let own = folder.join(module);
        let mut files = rust_files(&own)?;
        let front = own.with_extension("rs");
        if front.exists() {
            files.push(front);
        }
        for file in files {
            let seen = referenced(&fs::read_to_string(&file)?);
            for other in unseen.iter().filter(|other| seen.contains(**other)) {
                // `super::gate` inside a module may mean a submodule of its own.
                let submodule = own.join(other);
                if submodule.with_extension("rs").exists() || submodule.exists() {
                    continue;
                }
                faults.push(format!(
                    "{}: module {module} of casework must not see {other}: let the gate ask both, or move what they \
                     share to the root of the crate",
                    file.strip_prefix(root()).unwrap_or(&file).display()
                ));
            }
        }
    }
    Ok(faults)
}

fn rust_files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut files = Vec::new();
    if !folder.is_dir() {
        return Ok(files);
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// The names that follow `crate::` or a chain of `super::` in the code of `source`, be it one name or a
/// list in braces. Comments do not count.
fn referenced(source: &str) -> BTreeSet<String> {
    let code: String = source
        .lines()
        .map(|line| line.split_once("//").map_or(line, |(code, _)| code))
        .flat_map(|line| [line, "\n"])
        .collect();
    let mut names = BTreeSet::new();
    for prefix in ["crate::", "super::"] {
        for (at, _) in code.match_indices(prefix) {
            let before = code[..at].chars().next_back();
            if before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_') {
                continue;
            }
            let rest = code[at + prefix.len()..].trim_start();
            match rest.strip_prefix('{') {
                None => names.extend(leading_name(rest)),
                Some(list) => names.extend(list_members(list).filter_map(leading_name)),
            }
        }
    }
    names
}

fn leading_name(text: &str) -> Option<String> {
    let text = text.trim_start();
    let name: String = text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
    (!name.is_empty() && name != "super").then_some(name)
}

/// The members of a list in braces, of which `list` is the part after the opening brace.
fn list_members(list: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    let end = list.find(|letter| match letter {
        '{' => {
            depth += 1;
            false
        }
        '}' if depth == 0 => true,
        '}' => {
            depth -= 1;
            false
        }
        _ => false,
    });
    let mut depth = 0_usize;
    list[..end.unwrap_or(list.len())].split(move |letter| match letter {
        '{' => {
            depth += 1;
            false
        }
        '}' => {
            depth = depth.saturating_sub(1);
            false
        }
        ',' => depth == 0,
        _ => false,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_house_keeps_to_its_edges() {
        check().unwrap();
    }

    #[test]
    fn the_table_knows_the_house_and_points_down_only() {
        let edges = declared().unwrap();
        for (at, (name, allowed)) in ALLOWED.iter().enumerate() {
            assert!(edges.contains_key(*name), "{name} is in the table and not in the workspace");
            for below in *allowed {
                let place = ALLOWED.iter().position(|(other, _)| other == below);
                assert!(place.is_some_and(|place| place < at), "{name} -> {below} does not point down");
            }
        }
    }

    /// What a node runs has no unsafe code of ours.
    #[test]
    fn disks_that_fail_are_for_tests_alone() {
        let metadata = MetadataCommand::new().current_dir(root()).no_deps().exec().unwrap();
        let edges = metadata.packages.iter().flat_map(|package| &package.dependencies);
        let kinds: Vec<_> = edges.filter(|edge| edge.name == "faulty").map(|edge| edge.kind).collect();
        assert_eq!(kinds, [cargo_metadata::DependencyKind::Development]);
    }

    #[test]
    fn a_forbidden_edge_is_named() {
        let edge =
            |from: &str, to: &str| BTreeMap::from([(from.to_owned(), BTreeSet::from([to.to_owned()]))]);
        assert_eq!(violations(&edge("engine", "casework")), Vec::<String>::new());
        let cases = [
            (edge("names", "consignment"), "edge names -> consignment is not allowed"),
            (edge("finding", "consignment"), "there is none below it"),
            (edge("casework", "assess"), "edge casework -> assess"),
            (edge("cellar", "engine"), "crate cellar has no place in the house"),
        ];
        for (edges, expected) in cases {
            let faults = violations(&edges);
            assert!(faults.len() == 1 && faults[0].contains(expected), "{faults:?}");
        }
    }

    #[test]
    fn references_are_found_however_they_are_written() {
        let cases: &[(&str, &[&str])] = &[
            ("use crate::gate::Answer;", &["gate"]),
            (
                "use crate::{\n    Refusal,\n    case::{decide, evolve},\n    gate,\n};",
                &["Refusal", "case", "gate"],
            ),
            ("fn f() -> crate::gate::Answer { super::super::case::x() }", &["case", "gate"]),
            ("/// See [`crate::gate`].\n// crate::case\nuse super::*;", &[]),
            ("use mycrate::gate; let showcase = 1;", &[]),
        ];
        for (source, expected) in cases {
            let found = referenced(source);
            assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), *expected, "{source}");
        }
    }

    #[test]
    fn modules_of_casework_that_see_each_other_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("gate.rs", "use crate::{case, security};");
        write("case.rs", "use crate::Refusal;");
        assert_eq!(module_violations(folder.path()).unwrap(), Vec::<String>::new());
        write("case/decide.rs", "use crate::security::Status;");
        write("security.rs", "fn f() { super::gate::ask() }");
        let faults = module_violations(folder.path()).unwrap();
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults[0].contains("decide.rs: module case of casework must not see security"));
        assert!(faults[1].contains("security.rs: module security of casework must not see gate"));
    }
}
