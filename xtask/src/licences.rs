//! Licences, registries and duplicates of everything the workspace builds with, by the rules of
//! `deny.toml`.
//!
//! The file is that of cargo-deny, which also knows advisories. This check needs nothing installed, and
//! covers the platform it runs on.

use crate::{Outcome, cargo, root, spoken};
use cargo_metadata::{CargoOpt, MetadataCommand, Package, PackageId};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

/// The part of `deny.toml` that is read here.
#[derive(Debug, Deserialize)]
struct Rules {
    licenses: LicenceRules,
    bans: DuplicateRules,
    sources: SourceRules,
}

#[derive(Debug, Deserialize)]
struct LicenceRules {
    allow: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct DuplicateRules {
    #[serde(default)]
    skip: Vec<Skip>,
}

/// One version of a crate that may stand beside another.
#[derive(Debug, Deserialize)]
struct Skip {
    /// `name@version`, where the version may be a prefix such as `0.3`.
    #[serde(rename = "crate")]
    name_and_version: String,
    reason: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct SourceRules {
    allow_registry: Vec<String>,
}

/// What the rules look at in a package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Used {
    name: String,
    version: String,
    licence: Option<String>,
    /// `None` for a member of the workspace.
    source: Option<String>,
}

/// Holds the dependency graph to `deny.toml`.
///
/// # Errors
/// Every package that breaks a rule, with the rule.
pub fn check() -> Outcome {
    let rules: Rules = toml::from_str(&fs::read_to_string(root().join("deny.toml"))?)?;
    let used = used()?;
    let faults = faults(&rules, &used);
    if !faults.is_empty() {
        return Err(faults.join("\n").into());
    }
    println!("{} packages: licences, registries and duplicates are as deny.toml allows", used.len());
    Ok(())
}

/// Every package that a build of the workspace with all its features uses on this platform.
fn used() -> Outcome<BTreeSet<Used>> {
    let metadata = MetadataCommand::new()
        .current_dir(root())
        .features(CargoOpt::AllFeatures)
        .other_options(["--filter-platform".to_owned(), host()?])
        .exec()?;
    let built = built()?;
    let members: BTreeSet<&PackageId> = metadata.workspace_members.iter().collect();
    Ok(metadata
        .packages
        .iter()
        .filter(|package| built.contains(&(package.name.to_string(), package.version.to_string())))
        .map(|package| Used {
            name: package.name.to_string(),
            version: package.version.to_string(),
            licence: package.license.clone(),
            source: (!members.contains(&package.id)).then(|| origin(package)),
        })
        .collect())
}

/// Name and version of everything that is built. `cargo tree` resolves features as a build does, where
/// `cargo metadata` also lists packages that only a disabled feature would use.
fn built() -> Outcome<BTreeSet<(String, String)>> {
    let mut command = cargo(["tree", "--workspace", "--all-features", "--edges", "normal,build,dev"]);
    let output = command.args(["--prefix", "none", "--format", "{p}"]).output()?;
    if !output.status.success() {
        return Err(
            format!("{} failed: {}", spoken(&command), String::from_utf8_lossy(&output.stderr)).into()
        );
    }
    Ok(String::from_utf8(output.stdout)?.lines().filter_map(name_and_version).collect())
}

/// Reads a line of `cargo tree`, such as `jiff v0.2.43` or `engine v0.1.0 (path)`.
pub fn name_and_version(line: &str) -> Option<(String, String)> {
    let mut words = line.split_whitespace();
    Some((words.next()?.to_owned(), words.next()?.strip_prefix('v')?.to_owned()))
}

fn origin(package: &Package) -> String {
    package
        .source
        .as_ref()
        .map_or_else(|| format!("path {}", package.manifest_path), |source| source.repr.clone())
}

/// The platform of the compiler, such as `x86_64-unknown-linux-gnu`.
///
/// # Errors
/// Where rustc does not run or does not tell.
pub fn host() -> Outcome<String> {
    let output = Command::new("rustc").arg("-vV").current_dir(root()).output()?;
    let text = String::from_utf8(output.stdout)?;
    let host =
        text.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("`rustc -vV` names no host")?;
    Ok(host.to_owned())
}

fn faults(rules: &Rules, used: &BTreeSet<Used>) -> Vec<String> {
    let mut faults = Vec::new();
    for Used { name, version, licence, source } in used {
        let package = format!("{name} {version}");
        match licence.as_deref().map(|expression| (expression, satisfied(expression, &rules.licenses.allow)))
        {
            None => faults.push(format!("{package} states no licence")),
            Some((_, Some(true))) => {}
            Some((expression, Some(false))) => {
                faults
                    .push(format!("{package}: licence {expression} is not in [licenses] allow of deny.toml"));
            }
            Some((expression, None)) => {
                faults.push(format!("{package}: cannot read the licence {expression}"))
            }
        }
        let known = |source: &str| {
            source.strip_prefix("registry+").is_some_and(|registry| {
                rules.sources.allow_registry.iter().any(|allowed| allowed == registry)
            })
        };
        if let Some(source) = source.as_deref().filter(|source| !known(source)) {
            faults.push(format!(
                "{package} comes from {source}, which is not in [sources] allow-registry of deny.toml"
            ));
        }
    }
    faults.extend(duplicates(&rules.bans.skip, used));
    faults
}

fn duplicates(skips: &[Skip], used: &BTreeSet<Used>) -> Vec<String> {
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in used {
        versions.entry(&package.name).or_default().insert(&package.version);
    }
    let skipped = |name: &str, version: &str| {
        skips.iter().any(|skip| {
            skip.name_and_version.split_once('@').is_some_and(|(skip_name, prefix)| {
                let rest = version.strip_prefix(prefix);
                skip_name == name && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        })
    };
    let mut faults: Vec<String> = skips
        .iter()
        .filter(|skip| skip.reason.trim().is_empty())
        .map(|skip| format!("deny.toml: the skip of {} gives no reason", skip.name_and_version))
        .collect();
    for (name, versions) in versions {
        let counted: Vec<&str> = versions.iter().copied().filter(|version| !skipped(name, version)).collect();
        if counted.len() > 1 {
            faults.push(format!(
                "{name} is built in versions {}: agree on one, or add all but one to [bans] skip of deny.toml with a reason",
                counted.join(" and ")
            ));
        }
    }
    faults
}

/// Whether an SPDX expression can be satisfied with the allowed licences; `None` where it cannot be read.
/// The old `/` between alternatives counts as `OR`.
fn satisfied(expression: &str, allowed: &[String]) -> Option<bool> {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let tokens: Vec<&str> = spaced.split_whitespace().collect();
    let mut reader = Expression { tokens: &tokens, allowed };
    let verdict = reader.either()?;
    reader.tokens.is_empty().then_some(verdict)
}

struct Expression<'a> {
    tokens: &'a [&'a str],
    allowed: &'a [String],
}

impl Expression<'_> {
    fn take(&mut self, word: &str) -> bool {
        let found = self.tokens.first() == Some(&word);
        if found {
            self.tokens = &self.tokens[1..];
        }
        found
    }

    fn either(&mut self) -> Option<bool> {
        let mut verdict = self.both()?;
        while self.take("OR") {
            verdict |= self.both()?;
        }
        Some(verdict)
    }

    fn both(&mut self) -> Option<bool> {
        let mut verdict = self.licence()?;
        while self.take("AND") {
            verdict &= self.licence()?;
        }
        Some(verdict)
    }

    fn licence(&mut self) -> Option<bool> {
        if self.take("(") {
            let verdict = self.either()?;
            return self.take(")").then_some(verdict);
        }
        let (name, rest) = self.tokens.split_first()?;
        if ["OR", "AND", "WITH", ")"].contains(name) {
            return None;
        }
        self.tokens = rest;
        let mut licence = (*name).to_owned();
        if self.take("WITH") {
            let (exception, rest) = self.tokens.split_first()?;
            self.tokens = rest;
            licence = format!("{licence} WITH {exception}");
        }
        Some(self.allowed.contains(&licence))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn licence_expressions_are_judged() {
        let allowed = ["MIT", "Apache-2.0", "Unicode-3.0"].map(str::to_owned);
        let cases = [
            ("MIT", Some(true)),
            ("GPL-3.0-only", Some(false)),
            ("MIT OR GPL-3.0-only", Some(true)),
            ("MIT/Apache-2.0", Some(true)),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", Some(true)),
            ("(MIT OR Apache-2.0) AND NCSA", Some(false)),
            ("GPL-3.0-only OR MIT AND NCSA", Some(false)),
            ("Apache-2.0 WITH LLVM-exception", Some(false)),
            ("Apache-2.0 WITH LLVM-exception OR MIT", Some(true)),
            ("", None),
            ("MIT OR", None),
            ("(MIT", None),
            ("MIT Apache-2.0", None),
        ];
        for (expression, verdict) in cases {
            assert_eq!(satisfied(expression, &allowed), verdict, "{expression}");
        }
    }

    #[test]
    fn lines_of_the_tree_are_read() {
        let cases = [
            ("jiff v0.2.43", Some(("jiff", "0.2.43"))),
            ("toml_writer v1.2.0+spec-1.1.0", Some(("toml_writer", "1.2.0+spec-1.1.0"))),
            ("engine v0.1.0 (here) (*)", Some(("engine", "0.1.0"))),
            ("[dev-dependencies]", None),
            ("", None),
        ];
        for (line, expected) in cases {
            let expected = expected.map(|(name, version)| (name.to_owned(), version.to_owned()));
            assert_eq!(name_and_version(line), expected, "{line}");
        }
    }

    fn package(name: &str, version: &str, licence: Option<&str>, source: Option<&str>) -> Used {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Used { name: name.into(), version: version.into(), licence: owned(licence), source: owned(source) }
    }

    #[test]
    fn packages_that_break_a_rule_are_named() {
        let rules: Rules = toml::from_str(
            "[licenses]\nallow = ['MIT']\n[sources]\nallow-registry = ['https://one.example']\n\
             [bans]\nskip = [{ crate = 'twice@0.3', reason = 'r' }, { crate = 'other@1', reason = '' }]\n",
        )
        .unwrap();
        let registry = Some("registry+https://one.example");
        let used = BTreeSet::from([
            package("member", "0.1.0", Some("MIT"), None),
            package("good", "1.0.0", Some("MIT"), registry),
            package("closed", "1.0.0", None, registry),
            package("copyleft", "1.0.0", Some("GPL-3.0-only"), registry),
            package("foreign", "1.0.0", Some("MIT"), Some("git+https://one.example")),
            package("twice", "0.3.4", Some("MIT"), registry),
            package("twice", "0.30.0", Some("MIT"), registry),
            package("thrice", "1.0.0", Some("MIT"), registry),
            package("thrice", "2.0.0", Some("MIT"), registry),
        ]);
        let faults = faults(&rules, &used);
        let expected = [
            "closed 1.0.0 states no licence",
            "copyleft 1.0.0: licence GPL-3.0-only is not",
            "foreign 1.0.0 comes from git+https://one.example",
            "the skip of other@1 gives no reason",
            "thrice is built in versions 1.0.0 and 2.0.0",
        ];
        assert_eq!(faults.len(), expected.len(), "{faults:?}");
        for (fault, expected) in faults.iter().zip(expected) {
            assert!(fault.contains(expected), "{fault}");
        }
    }
}
