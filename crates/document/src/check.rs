//! The document of `check`: findings of each file.

use super::{Entry, Head, Tail};
use finding::{Finding, Language};
use schemars::JsonSchema;
use serde::Serialize;

/// Name of the document's schema.
pub const SCHEMA: &str = "loadgate.check/1";

/// Name of the schema of one line of its stream.
pub const LINE_SCHEMA: &str = "loadgate.check-line/1";

/// The whole document: one entry for each file, in the order they were named.
pub type Document = Vec<Entry<CheckedFile>>;

/// The findings of one file. It is written while it is read; the parts that are known only at its end come
/// last.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CheckedFile {
    /// What is known at the start.
    #[serde(flatten)]
    pub head: Head,
    /// What was found, in order of the file; after it what several messages say together, such as houses
    /// and their master, in the same order again.
    pub findings: Vec<FoundItem>,
    /// What is known at the end.
    #[serde(flatten)]
    pub tail: Tail,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FoundItem {
    /// Stable code; `loadgate explain` tells of it.
    pub code: &'static str,
    /// `info`, `warning` or `error`.
    pub severity: &'static str,
    /// Index of the message in the file, from 0.
    pub message_index: u32,
    /// Line of the file, from 1. What is absent has the line its message starts at.
    pub line: u32,
    /// Column of the line in characters, from 1.
    pub column: u32,
    /// How many characters are meant; 0 for a place between characters.
    pub length: u32,
    /// The element of the model, such as `consignee.address`; empty for the whole message.
    pub path: String,
    /// What happened and what to do.
    pub message: String,
    /// The rule or source the finding follows.
    pub reference: &'static str,
}

impl FoundItem {
    /// The finding as published. One without a place of its own has the start of its message.
    pub fn new(finding: &Finding, message_start: (u32, u32)) -> Self {
        let (line, column, length) = place(finding, message_start);
        Self {
            code: finding.code.id(),
            severity: finding.severity.as_str(),
            message_index: finding.message_index,
            line,
            column,
            length,
            path: finding.path.clone(),
            message: finding.message(Language::English),
            reference: finding.code.reference(),
        }
    }
}

/// Line, column and length of a finding; the start of its message where it has no place of its own.
pub fn place(finding: &Finding, message_start: (u32, u32)) -> (u32, u32, u32) {
    match finding.position {
        Some(position) => (position.line, position.column, position.length),
        None => (message_start.0, message_start.1, 0),
    }
}
