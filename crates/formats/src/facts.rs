//! Facts as JSON, `loadgate-facts/1`: what authorities, officers, filers, screeners and loading desks say, for
//! which the trade has no message here. `docs/facts.md` describes every field.
//!
//! A document is `{"schema": "loadgate-facts/1", "facts": [...]}`. Every fault is a finding with its path and
//! place. A fact with any fault is left out as a whole and the others are read; the numbers it names are among
//! the mentions of the filing, since what it said of them may have been that they must not be loaded.

pub mod fields;
mod goods;
mod names;
mod read;
pub mod tree;
mod write;

pub use names::object_of;
pub use read::{fact as read_fact, object_at};
pub use write::{fact as write_fact, object_name as write_object};

use crate::cargo_imp::Draft;
use crate::limits::{JSON_DEPTH_MAX, REPEATS_MAX};
use crate::mentions;
use consignment::Format;
use consignment::fact::{AuthoritySaid, Fact, What};
use consignment::ident::AirWaybill;
use fields::{Fault, Fields, Problem, Problems};
use finding::{Finding, codes::wire};
use std::collections::BTreeSet;
use tree::{Tree, Value};

/// Name and version of the form, as a document states it.
pub const SCHEMA: &str = "loadgate-facts/1";

/// What the name of every version starts with.
const SCHEMA_NAME: &str = "loadgate-facts/";

/// The version that is read and written.
const VERSION: u16 = 1;

/// The JSON Schema (draft 2020-12) of the document.
pub const JSON_SCHEMA: &str = include_str!("facts/schema.json");

/// The words for the types of facts, in the order of the documentation.
pub fn types() -> impl Iterator<Item = &'static str> {
    read::TYPES.iter().map(|(name, _)| *name)
}

/// The document of these facts, on one line. What a fact has no field for is not written: the sources and
/// findings of a declaration, and of a filed consignment what `docs/facts.md` does not list.
pub fn write(facts: &[Fact]) -> String {
    write::document(facts).to_string()
}

/// What was read of a document.
pub(crate) struct Read {
    /// The format, where the document says that it holds facts.
    pub(crate) format: Option<Format>,
    /// The facts, in order.
    pub(crate) facts: Vec<Fact>,
    /// Waybills named by what could not be read.
    pub(crate) mentions: Vec<AirWaybill>,
    /// Whether the document breaks off.
    pub(crate) incomplete: bool,
}

/// Reads a document that starts at this line and column. What is no document of facts is told as
/// `format-unknown`.
pub(crate) fn decode(text: &str, line: u32, column: u32, draft: &mut Draft) -> Read {
    let (tree, broken) = tree::read_json(text, line, column);
    let stated = tree.as_ref().and_then(|tree| tree.get("schema"));
    let stated = stated.and_then(|schema| match &schema.value {
        Value::Text(text) => Some((text.as_str(), schema.position)),
        _ => None,
    });
    let version = stated.and_then(|(schema, _)| schema.strip_prefix(SCHEMA_NAME));
    // A document that breaks off before it says what it is may say so anywhere in the text.
    let ours = version.is_some() || stated.is_none() && broken.is_some() && text.contains(SCHEMA_NAME);
    let mut nothing = Read { format: None, facts: Vec::new(), mentions: Vec::new(), incomplete: false };
    if !ours {
        let at = finding::Position::new(line, column, 1);
        draft.push(Finding::new(wire::FORMAT_UNKNOWN).at(at));
        return nothing;
    }
    let number = version.and_then(|version| version.parse().ok());
    let format = Format { name: "FACTS", version: number };
    draft.begin(format, VERSION);
    nothing.format = Some(format);
    if let Some((schema, position)) = stated.filter(|_| number != Some(VERSION)) {
        // Another version may say with the same words something else, so that none of it is taken.
        let fault = Fault::Invalid { text: schema.to_owned(), why: format!("this release reads {SCHEMA}") };
        draft.push(finding_of(&Problem { path: "schema".to_owned(), position, fault }));
        nothing.mentions = mentions::waybills(text.as_bytes());
        return nothing;
    }
    let mut read = nothing;
    let problems = Problems::default();
    let mut unread = BTreeSet::new();
    if let Some(tree) = &tree {
        read.facts = facts(tree, &problems, &mut unread);
    }
    if let Some(broken) = broken {
        read.incomplete = true;
        let finding = if broken.too_deep {
            Finding::new(wire::JSON_TOO_DEEP).with("limit", JSON_DEPTH_MAX.to_string())
        } else {
            Finding::new(wire::JSON_MALFORMED).with("why", broken.why)
        };
        draft.push(finding.at(broken.position));
        // What broke off may name any of the numbers.
        unread.extend(mentions::waybills(text.as_bytes()));
    }
    for problem in problems.into_vec() {
        draft.push(finding_of(&problem));
    }
    for fact in &mut read.facts {
        place(fact, line);
    }
    read.mentions = unread.into_iter().collect();
    read
}

/// The facts of a document; the waybills named by those that could not be read.
fn facts(tree: &Tree, problems: &Problems, unread: &mut BTreeSet<AirWaybill>) -> Vec<Fact> {
    let Some(mut fields) = Fields::of(tree, "", problems) else { return Vec::new() };
    let _ = fields.get("schema");
    if !fields.has("facts") {
        fields.missing("facts");
    }
    if let Some(other) = fields.get("facts").filter(|facts| !matches!(facts.value, Value::List(_))) {
        fields.invalid("facts", other, format!("expected a list of facts, found {}", other.kind()));
        unread.extend(other.texts().into_iter().flat_map(|text| mentions::waybills(text.as_bytes())));
        fields.finish();
        return Vec::new();
    }
    let mut facts = Vec::new();
    for (item, path) in fields.items("facts", REPEATS_MAX) {
        match read::fact(item, &path, problems) {
            Some(fact) => facts.push(fact),
            None => {
                unread.extend(item.texts().into_iter().flat_map(|text| mentions::waybills(text.as_bytes())))
            }
        }
    }
    // Those beyond the limit were not read either.
    if let Some(Value::List(items)) = tree.get("facts").map(|facts| &facts.value) {
        let beyond = items.iter().skip(REPEATS_MAX).flat_map(Tree::texts);
        unread.extend(beyond.flat_map(|text| mentions::waybills(text.as_bytes())));
    }
    fields.finish();
    facts
}

/// Notices tell their line within the message.
fn place(fact: &mut Fact, first_line: u32) {
    if let What::Authority(said) = &mut fact.what {
        if let AuthoritySaid::Notice(notice) | AuthoritySaid::OnUnit(_, notice) = &mut said.said {
            notice.line = notice.line.saturating_sub(first_line).saturating_add(1);
        }
    }
}

fn finding_of(problem: &Problem) -> Finding {
    let field = problem.path.as_str();
    let finding = match &problem.fault {
        Fault::Missing => Finding::new(wire::FACT_FIELD_MISSING).with("field", field),
        Fault::Unknown { known } => {
            Finding::new(wire::FACT_FIELD_UNKNOWN).with("field", field).with("known", known.as_str())
        }
        Fault::Repeated => Finding::new(wire::FACT_FIELD_REPEATED).with("field", field),
        Fault::Invalid { text, why } => {
            let finding = Finding::new(wire::FACT_FIELD_INVALID).with("field", field);
            finding.with("text", text.as_str()).with("why", why.as_str())
        }
        Fault::TooMany { limit } => {
            Finding::new(wire::REPEATS_LEFT_OUT).with("element", field).with("limit", limit.to_string())
        }
    };
    finding.at(problem.position).on(field)
}
