//! What the tests of this crate share.
#![allow(dead_code, clippy::unwrap_used, clippy::print_stdout)]

pub mod invented;

use names::{List, ListFile, Loaded, load};
use std::path::{Path, PathBuf};

/// The folder of this crate, as cargo says at run time: a build folder may be shared by several checkouts.
fn crate_folder() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap())
}

/// The invented lists of the repository.
pub fn fixture_folder() -> PathBuf {
    crate_folder().join("../../fixtures/lists")
}

/// A file of a folder, under its bare name.
pub fn file(folder: &Path, name: &str) -> ListFile {
    ListFile { name: name.to_owned(), bytes: std::fs::read(folder.join(name)).unwrap() }
}

/// The names of the invented lists.
pub const FIXTURES: [&str; 11] = [
    "ofac_sdn_fictitious.csv",
    "ofac_alt_fictitious.csv",
    "ofac_add_fictitious.csv",
    "un_consolidated_fictitious.xml",
    "security_watch_fictitious.csv",
    "ofac_cons_prim_fictitious.csv",
    "ofac_cons_alt_fictitious.csv",
    "ofac_cons_add_fictitious.csv",
    "ofac_nonsdn_fictitious.xml",
    "bis_dpl_2026-11_fictitious.txt",
    "canada_sema_2026-11_fictitious.xml",
];

/// The invented lists as files.
pub fn fixture_files() -> Vec<ListFile> {
    FIXTURES.iter().map(|name| file(&fixture_folder(), name)).collect()
}

/// The invented lists.
pub fn fixture_lists() -> Vec<List> {
    load(fixture_files()).lists
}

/// The real lists, where they are at hand.
pub fn samples() -> Option<PathBuf> {
    let folder = crate_folder().join("../../../shared/samples/watchlists");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no ../shared/samples");
    None
}

/// The codes of the findings with their lines.
pub fn codes(loaded: &Loaded) -> Vec<(&'static str, Option<u32>)> {
    loaded
        .findings
        .iter()
        .map(|finding| (finding.code.id(), finding.position.map(|position| position.line)))
        .collect()
}

/// A small generator of numbers, the same on every machine and in every run.
pub struct Numbers(u64);

impl Numbers {
    /// The sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        // The constants are those of Knuth's MMIX; the upper bits are the better ones.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}
