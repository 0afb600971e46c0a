//! Tidiness of the files under version control, as a unit test.

use crate::{Outcome, root};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Lines of a source file that one can still read at a sitting.
const RUST_LINES_MAX: usize = 900;

/// What no file may contain, with the reason. Split, so that this file does not contain it either.
const FORBIDDEN: &[(&str, &str)] = &[
    (concat!("to", "do!("), "unfinished code"),
    (concat!("unimple", "mented!("), "unfinished code"),
    (concat!("FIX", "ME"), "mend it or open an issue"),
    (
        concat!("env!(\"CARGO_", "MANIFEST_DIR"),
        "several checkouts may share one build folder; ask for it at run time",
    ),
];

/// Starts of absolute paths that only mean something on the machine of one author.
const MACHINE_PATHS: &[&str] = &[concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];

/// Checks every file that is, or is about to be, under version control.
///
/// # Errors
/// Every fault with file and line.
pub fn check() -> Outcome {
    let mut faults = Vec::new();
    let files = listed()?;
    for name in &files {
        let Ok(bytes) = fs::read(root().join(name)) else {
            // Deleted in the working tree and not yet in the index.
            continue;
        };
        faults.extend(file_faults(name, &bytes));
    }
    for name in files.iter().filter(|name| name.ends_with("Cargo.toml")) {
        faults.extend(manifest_faults(name, &fs::read_to_string(root().join(name)).unwrap_or_default()));
    }
    if !faults.is_empty() {
        return Err(faults.join("\n").into());
    }
    println!("{} files are tidy", files.len());
    Ok(())
}

/// Files of the repository, by their names relative to its root with forward slashes: what git tracks and
/// what it would add.
fn listed() -> Outcome<Vec<String>> {
    let output = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output();
    match output {
        Ok(output) if output.status.success() => Ok(String::from_utf8(output.stdout)?
            .split('\0')
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect()),
        // An exported copy without git: everything that is there, except what builds leave behind.
        _ => {
            let mut names = Vec::new();
            walk(&root(), "", &mut names)?;
            Ok(names)
        }
    }
}

fn walk(folder: &Path, prefix: &str, names: &mut Vec<String>) -> Outcome {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            if !["target", ".git", "fuzz/corpus", "fuzz/artifacts"].contains(&name.as_str()) {
                walk(&entry.path(), &format!("{name}/"), names)?;
            }
        } else {
            names.push(name);
        }
    }
    Ok(())
}

fn file_faults(name: &str, bytes: &[u8]) -> Vec<String> {
    // Fixtures are foreign bytes, kept exactly; the lock file is cargo's.
    if name.starts_with("fixtures/") || name == "Cargo.lock" {
        return Vec::new();
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return vec![format!("{name}: is not UTF-8")];
    };
    let mut faults = Vec::new();
    if text.starts_with('\u{feff}') {
        faults.push(format!("{name}: starts with a byte order mark"));
    }
    if !text.is_empty() && !text.ends_with('\n') {
        faults.push(format!("{name}: does not end with a line end"));
    }
    let rust = name.ends_with(".rs");
    // A transcript holds what a program prints, blanks at line ends included.
    let transcript = name.ends_with(".trycmd");
    if rust && text.lines().count() > RUST_LINES_MAX {
        faults.push(format!("{name}: has more than {RUST_LINES_MAX} lines; split it by what its parts own"));
    }
    for (number, line) in (1..).zip(text.split('\n')) {
        let mut fault = |what: String| faults.push(format!("{name}:{number}: {what}"));
        if !transcript && line.ends_with([' ', '\t', '\r']) {
            fault("trailing white space".into());
        }
        if rust && line.contains('\t') {
            fault("a tab; write `\\t` in strings and spaces elsewhere".into());
        }
        for (word, why) in FORBIDDEN {
            if line.contains(word) {
                fault(format!("`{word}`: {why}"));
            }
        }
        if let Some(path) = MACHINE_PATHS.iter().find(|path| stands_alone(line, path)) {
            fault(format!("a path below {path} exists on one machine only"));
        }
    }
    faults
}

/// Whether `path` starts a path in `line`, rather than being the middle of a longer one.
fn stands_alone(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|letter| !letter.is_alphanumeric() && !['.', '_', '-', '}', '~'].contains(&letter))
    })
}

/// Every dependency carries its reason, in the one place where versions are chosen.
fn manifest_faults(name: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut table = "";
    let mut previous = "";
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        if line.starts_with('[') {
            table = line.trim_matches(['[', ']']);
        } else if let Some((dependency, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
            let chosen_here = !dependency.trim().ends_with(".workspace")
                && !value.contains("workspace = true")
                && !value.contains("path = ");
            if table == "workspace.dependencies" {
                if chosen_here && !previous.starts_with('#') {
                    faults
                        .push(format!("{name}:{number}: {} has no comment that says why", dependency.trim()));
                }
            } else if table.ends_with("dependencies") && chosen_here {
                faults.push(format!(
                    "{name}:{number}: {} takes no version here; give it one, and a reason, in the root Cargo.toml",
                    dependency.trim()
                ));
            }
        }
        previous = line;
    }
    faults
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        check().unwrap();
    }

    /// What the container file takes for granted is what the rest of the repository says.
    #[test]
    fn the_container_is_the_service() {
        let root = crate::root();
        let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
        let (container, service) = (read("packaging/Containerfile"), read("packaging/loadgate.service"));
        let toolchain = read("rust-toolchain.toml");
        let channel = toolchain.lines().find_map(|line| line.strip_prefix("channel = \"")).unwrap();
        let release = channel.trim_end_matches('"').rsplit_once('.').unwrap().0;
        assert!(container.contains(&format!("rust:{release}-bookworm")), "another compiler than {channel}");
        let started = service.lines().find_map(|line| line.strip_prefix("ExecStart=")).unwrap();
        let said = |key: &str| container.lines().find_map(|line| line.strip_prefix(key)).unwrap();
        let words = |json: &str| serde_json::from_str::<Vec<String>>(json).unwrap().join(" ");
        assert_eq!(format!("{} {}", words(said("ENTRYPOINT ")), words(said("CMD "))), started);
        let stop = service.lines().find_map(|line| line.strip_prefix("KillSignal=")).unwrap();
        assert_eq!(said("STOPSIGNAL "), stop);
        assert!(read("docs/node.md").contains(&format!("`127.0.0.1:{}`", said("EXPOSE "))), "another port");
    }

    #[test]
    fn untidy_files_are_named_with_line_and_reason() {
        let (unfinished, word) = (FORBIDDEN[0].0, FORBIDDEN[2].0);
        let (work, home) = (MACHINE_PATHS[0], MACHINE_PATHS[2]);
        let long = "x\n".repeat(RUST_LINES_MAX + 1);
        let cases: &[(&str, String, &str)] = &[
            ("a.md", "one \n".into(), "a.md:1: trailing white space"),
            ("a.md", "one\r\n".into(), "a.md:1: trailing white space"),
            ("a.md", "one".into(), "a.md: does not end with a line end"),
            ("a.rs", "fn a() {\n\tb()\n}\n".into(), "a.rs:2: a tab"),
            ("a.rs", format!("{unfinished})\n"), "unfinished code"),
            ("a.toml", format!("# {word}: later\n"), "a.toml:1: `"),
            ("a.md", format!("see `{work}x`\n"), "exists on one machine only"),
            ("a.md", format!("{home}me\n"), "exists on one machine only"),
            ("a.rs", long, "split it by what its parts own"),
            ("locales/en/a.ftl", "\u{feff}a = b\n".into(), "byte order mark"),
        ];
        for (name, text, expected) in cases {
            let faults = file_faults(name, text.as_bytes());
            assert!(faults.len() == 1 && faults[0].contains(expected), "{text:?}: {faults:?}");
        }
        assert_eq!(file_faults("locales/en/a.ftl", b"a = \xe9\n"), ["locales/en/a.ftl: is not UTF-8"]);
        let tidy = format!("a table\tof two\n$x{work}y ~{home} docs{work}\n");
        assert_eq!(file_faults("a.tsv", tidy.as_bytes()), Vec::<String>::new());
        assert_eq!(file_faults("fixtures/a.txt", b"\xff \r\n"), Vec::<String>::new());
        assert_eq!(file_faults("tests/cmd/a.trycmd", b"$ a\n  \n"), Vec::<String>::new());
    }

    #[test]
    fn dependencies_without_a_reason_are_named() {
        let root = "[workspace.dependencies]\nhouse = { path = \"h\" }\n# Why.\na = \"1\"\nb = \"1\"\n\n[lints]\nc = 1\n";
        assert_eq!(manifest_faults("Cargo.toml", root), ["Cargo.toml:5: b has no comment that says why"]);
        let member = "[package]\nname = \"x\"\n[dependencies]\na.workspace = true\nb = { workspace = true, optional = true }\n\
                      [dev-dependencies]\nc = \"1\"\n";
        let faults = manifest_faults("x/Cargo.toml", member);
        assert!(
            faults.len() == 1 && faults[0].starts_with("x/Cargo.toml:7: c takes no version here"),
            "{faults:?}"
        );
    }
}
