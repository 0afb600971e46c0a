//! The bill of materials of the binary: every package that it is built from, in the form of CycloneDX 1.6.
//!
//! It says what a build on one platform is made of, by the graph that cargo resolves and the hashes of `Cargo.lock`, and
//! nothing of when or where it was written: the same sources give the same bytes.

use crate::{Outcome, cargo, licences, root, spoken};
use cargo_metadata::{DependencyKind, MetadataCommand, Package, PackageId};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::{fs, str};

/// The package that is delivered.
const DELIVERED: &str = "loadgate";

/// The registry from which packages have a purl.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// The part of `Cargo.lock` that is read here.
#[derive(Debug, Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Debug, Deserialize)]
struct Locked {
    name: String,
    version: String,
    source: Option<String>,
    checksum: Option<String>,
}

/// Writes the bill to a file, or to standard output.
///
/// # Errors
/// Where the graph cannot be read, or the file not be written.
pub fn run(target: Option<&str>, output: Option<&Path>) -> Outcome {
    let host = licences::host()?;
    let bill = bill(target.unwrap_or(&host))?;
    let text = format!("{}\n", serde_json::to_string_pretty(&bill)?);
    match output {
        Some(path) => {
            fs::write(path, text).map_err(|why| format!("cannot write {}: {why}", path.display()))?;
            let count = bill["components"].as_array().map_or(0, Vec::len);
            println!("{}: {count} packages beside {DELIVERED}", path.display());
        }
        None => print!("{text}"),
    }
    Ok(())
}

/// The bill for a platform, such as `x86_64-unknown-linux-gnu`.
fn bill(target: &str) -> Outcome<Value> {
    let lock: Lock = toml::from_str(&fs::read_to_string(root().join("Cargo.lock"))?)?;
    let hashes: BTreeMap<(String, String, String), String> = lock
        .package
        .into_iter()
        .filter_map(|locked| Some(((locked.name, locked.version, locked.source?), locked.checksum?)))
        .collect();
    let metadata = MetadataCommand::new()
        .current_dir(root())
        .other_options(["--locked".to_owned(), "--filter-platform".to_owned(), target.to_owned()])
        .exec()?;
    let packages: BTreeMap<&PackageId, &Package> =
        metadata.packages.iter().map(|package| (&package.id, package)).collect();
    let nodes = &metadata.resolve.as_ref().ok_or("cargo resolved no graph")?.nodes;
    let built = built(target)?;
    let is_built =
        |package: &Package| built.contains(&(package.name.to_string(), package.version.to_string()));
    // What tests alone use is not in what is delivered.
    let mut graph: BTreeMap<&PackageId, BTreeSet<&PackageId>> = BTreeMap::new();
    for node in nodes {
        let uses = node.deps.iter().filter(|dependency| {
            let kinds = &dependency.dep_kinds;
            kinds.iter().any(|kind| matches!(kind.kind, DependencyKind::Normal | DependencyKind::Build))
        });
        let uses = uses.map(|dependency| &dependency.pkg);
        graph.insert(&node.id, uses.filter(|id| packages.get(id).is_some_and(|one| is_built(one))).collect());
    }
    let delivered = metadata.workspace_packages().into_iter().find(|one| one.name.as_str() == DELIVERED);
    let delivered = delivered.ok_or("the workspace has no package that is delivered")?;
    let mut used = BTreeSet::new();
    let mut open = vec![&delivered.id];
    while let Some(id) = open.pop() {
        if used.insert(id) {
            open.extend(graph.get(id).into_iter().flatten());
        }
    }
    let (mut components, mut dependencies) = (BTreeMap::new(), BTreeMap::new());
    for id in used {
        let package = packages.get(id).ok_or("cargo resolved a package that it does not tell of")?;
        let on: BTreeSet<String> = graph
            .get(id)
            .into_iter()
            .flatten()
            .filter_map(|id| packages.get(id))
            .map(|one| reference(one))
            .collect();
        dependencies.insert(reference(package), on);
        if package.id != delivered.id {
            components.insert(reference(package), component(package, "library", &hashes));
        }
    }
    let dependencies: Vec<Value> =
        dependencies.into_iter().map(|(from, on)| json!({ "ref": from, "dependsOn": on })).collect();
    let mut bill = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": component(delivered, "application", &hashes),
            "properties": [{ "name": "cargo:target", "value": target }],
        },
        "components": components.into_values().collect::<Vec<_>>(),
        "dependencies": dependencies,
    });
    bill["serialNumber"] = Value::String(serial(&bill));
    Ok(bill)
}

/// Name and version of everything that a build of the binary uses. `cargo tree` resolves features as a build does, where
/// `cargo metadata` also lists packages that only a disabled feature would use.
fn built(target: &str) -> Outcome<BTreeSet<(String, String)>> {
    let mut command = cargo(["tree", "--locked", "--package", DELIVERED, "--edges", "normal,build"]);
    command.args(["--target", target, "--prefix", "none", "--format", "{p}"]);
    let output = command.output()?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{} failed: {why}", spoken(&command)).into());
    }
    Ok(str::from_utf8(&output.stdout)?.lines().filter_map(licences::name_and_version).collect())
}

/// How a package is named in the bill: by its purl where the registry has it, else by name and version.
fn reference(package: &Package) -> String {
    purl(package).unwrap_or_else(|| format!("{}@{}", package.name, package.version))
}

/// The name of a package of the registry (package-url). Our own are in none.
fn purl(package: &Package) -> Option<String> {
    let registry = package.source.as_ref().is_some_and(|source| source.repr == REGISTRY);
    // What is no letter of a purl: the sign before what a version says of its build.
    let version = package.version.to_string().replace('+', "%2B");
    registry.then(|| format!("pkg:cargo/{}@{version}", package.name))
}

fn component(package: &Package, kind: &str, hashes: &BTreeMap<(String, String, String), String>) -> Value {
    let (name, version) = (package.name.to_string(), package.version.to_string());
    let mut component = Map::new();
    component.insert("type".to_owned(), json!(kind));
    component.insert("bom-ref".to_owned(), json!(reference(package)));
    component.insert("name".to_owned(), json!(name));
    component.insert("version".to_owned(), json!(version));
    if let Some(what) = &package.description {
        component
            .insert("description".to_owned(), json!(what.split_whitespace().collect::<Vec<_>>().join(" ")));
    }
    component.insert("scope".to_owned(), json!("required"));
    let source = package.source.as_ref().map(|source| source.repr.clone()).unwrap_or_default();
    if let Some(hash) = hashes.get(&(name, version, source)) {
        component.insert("hashes".to_owned(), json!([{ "alg": "SHA-256", "content": hash }]));
    }
    if let Some(licence) = &package.license {
        // An older way to write a choice.
        let expression = licence.split('/').map(str::trim).collect::<Vec<_>>().join(" OR ");
        component.insert("licenses".to_owned(), json!([{ "expression": expression }]));
    }
    if let Some(purl) = purl(package) {
        component.insert("purl".to_owned(), json!(purl));
    }
    if let Some(repository) = package.repository.as_deref().filter(|url| url.starts_with("https://")) {
        component.insert("externalReferences".to_owned(), json!([{ "type": "vcs", "url": repository }]));
    }
    Value::Object(component)
}

/// The serial number of a bill: of what it says, so that the same bill has the same (a UUID of version 8, RFC 9562).
fn serial(bill: &Value) -> String {
    let hash = Sha256::digest(bill.to_string().as_bytes());
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash).for_each(|(byte, of)| *byte = of);
    bytes[6] = bytes[6] & 0x0F | 0x80;
    bytes[8] = bytes[8] & 0x3F | 0x80;
    let hex = bytes.iter().fold(String::new(), |mut text, byte| {
        // A string grows without failing.
        let _ = write!(text, "{byte:02x}");
        text
    });
    format!("urn:uuid:{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Fields that the format has, and those of them that must be there.
    fn fields(value: &Value, known: &[&str], wanted: &[&str]) {
        let object = value.as_object().unwrap();
        for name in object.keys() {
            assert!(known.contains(&name.as_str()), "{name} of {value}");
        }
        for name in wanted {
            assert!(object.contains_key(*name), "{name} is missing in {value}");
        }
    }

    fn is_hex(text: &str) -> bool {
        text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    }

    /// `urn:uuid:` and a UUID, as the pattern of the format has it.
    fn is_serial(text: &str) -> bool {
        let parts: Vec<&str> = text.strip_prefix("urn:uuid:").unwrap_or_default().split('-').collect();
        parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12]) && parts.iter().all(|part| is_hex(part))
    }

    /// An expression of SPDX: identifiers joined by AND, OR and WITH, in parentheses that close.
    fn is_expression(text: &str) -> bool {
        let text = text.replace('(', " ( ").replace(')', " ) ");
        let mut depth = 0;
        let mut operand = true;
        for word in text.split_whitespace() {
            match (word, operand) {
                ("(", true) => depth += 1,
                (")", false) => depth -= 1,
                ("AND" | "OR" | "WITH", false) => operand = true,
                (word, true)
                    if word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-+".contains(&byte)) =>
                {
                    operand = false;
                }
                _ => return false,
            }
        }
        depth == 0 && !operand
    }

    fn of_component(component: &Value) {
        fields(
            component,
            &[
                "type",
                "bom-ref",
                "name",
                "version",
                "description",
                "scope",
                "hashes",
                "licenses",
                "purl",
                "externalReferences",
            ],
            &["type", "bom-ref", "name", "version", "licenses"],
        );
        assert!(["application", "library"].contains(&component["type"].as_str().unwrap()));
        assert_eq!(component["scope"], "required");
        assert_eq!(
            component["licenses"].as_array().unwrap().len(),
            1,
            "an expression stands alone: {component}"
        );
        fields(&component["licenses"][0], &["expression"], &["expression"]);
        assert!(is_expression(component["licenses"][0]["expression"].as_str().unwrap()), "{component}");
        for hash in component["hashes"].as_array().into_iter().flatten() {
            fields(hash, &["alg", "content"], &["alg", "content"]);
            let content = hash["content"].as_str().unwrap();
            assert!(hash["alg"] == "SHA-256" && content.len() == 64 && is_hex(content), "{component}");
        }
        for outside in component["externalReferences"].as_array().into_iter().flatten() {
            fields(outside, &["type", "url"], &["type", "url"]);
            assert!(outside["type"] == "vcs" && !outside["url"].as_str().unwrap().contains(' '));
        }
        // Whatever comes from the registry can be found there, and held against its hash.
        if let Some(purl) = component["purl"].as_str() {
            let (name, version) = purl.strip_prefix("pkg:cargo/").unwrap().split_once('@').unwrap();
            assert_eq!(
                (name, &*version.replace("%2B", "+")),
                (component["name"].as_str().unwrap(), component["version"].as_str().unwrap())
            );
            assert!(!version.contains('+') && component["hashes"].is_array(), "{component}");
        } else {
            assert!(component["hashes"].is_null(), "{component}");
        }
    }

    #[test]
    fn the_bill_is_what_the_format_demands() {
        let host = licences::host().unwrap();
        let bill = bill(&host).unwrap();
        fields(
            &bill,
            &[
                "$schema",
                "bomFormat",
                "specVersion",
                "serialNumber",
                "version",
                "metadata",
                "components",
                "dependencies",
            ],
            &["bomFormat", "specVersion", "serialNumber", "version"],
        );
        assert_eq!((&bill["bomFormat"], &bill["specVersion"]), (&json!("CycloneDX"), &json!("1.6")));
        assert_eq!(
            (&bill["$schema"], &bill["version"]),
            (&json!("http://cyclonedx.org/schema/bom-1.6.schema.json"), &json!(1))
        );
        assert!(is_serial(bill["serialNumber"].as_str().unwrap()), "{}", bill["serialNumber"]);
        fields(&bill["metadata"], &["component", "properties"], &["component"]);
        let properties = bill["metadata"]["properties"].as_array().unwrap();
        properties.iter().for_each(|property| fields(property, &["name", "value"], &["name", "value"]));
        let (delivered, components) =
            (&bill["metadata"]["component"], bill["components"].as_array().unwrap());
        let mut known = BTreeSet::new();
        for component in components.iter().chain([delivered]) {
            of_component(component);
            assert!(known.insert(component["bom-ref"].as_str().unwrap()), "twice: {component}");
        }
        let mut graph = BTreeMap::new();
        for dependency in bill["dependencies"].as_array().unwrap() {
            fields(dependency, &["ref", "dependsOn"], &["ref"]);
            let on: BTreeSet<&str> =
                dependency["dependsOn"].as_array().unwrap().iter().map(|on| on.as_str().unwrap()).collect();
            assert_eq!(on.len(), dependency["dependsOn"].as_array().unwrap().len(), "each once");
            assert!(on.is_subset(&known), "{dependency}");
            assert!(graph.insert(dependency["ref"].as_str().unwrap(), on).is_none(), "{dependency}");
        }
        assert_eq!(graph.keys().copied().collect::<BTreeSet<_>>(), known, "each is in the graph");
        // Everything is there because something uses it.
        let mut reached = BTreeSet::new();
        let mut open = vec![delivered["bom-ref"].as_str().unwrap()];
        while let Some(one) = open.pop() {
            if reached.insert(one) {
                open.extend(&graph[one]);
            }
        }
        assert_eq!(reached, known);
        // What is delivered has what a node speaks by, and nothing that tests alone use.
        let named = |name: &str| components.iter().any(|component| component["name"] == name);
        for name in ["web", "casework", "axum", "rustls", "aws-lc-rs", "rusqlite"] {
            assert!(named(name), "{name}");
        }
        for name in ["xtask", "faulty", "rcgen", "trycmd", "ct-merkle", "jsonschema"] {
            assert!(!named(name), "{name}");
        }
        // The same sources give the same bytes.
        assert_eq!(bill.to_string(), super::bill(&host).unwrap().to_string());
    }

    #[test]
    fn what_is_no_expression_or_serial_is_seen() {
        for text in [
            "MIT",
            "MIT OR Apache-2.0",
            "(MIT OR Apache-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception",
        ] {
            assert!(is_expression(text), "{text}");
        }
        for text in ["", "MIT/Apache-2.0", "MIT OR", "MIT Apache-2.0", "(MIT", "MIT)"] {
            assert!(!is_expression(text), "{text}");
        }
        assert!(is_serial(&serial(&json!({}))) && !is_serial("urn:uuid:1"));
        assert_ne!(serial(&json!({})), serial(&json!({ "a": 1 })));
    }
}
