//! The documents of `screen` and `compare`: names, what they resemble, and why.

mod answer;

pub use answer::{Found, NOT_COMPARABLE, Screening, StatedParty, fact_problems, read_schema};

use super::{Number, stated};
use crate::assess::ListItem;
use names::{
    AddressHit, Comparison, Document, DocumentHit, ENGINE_VERSION, Evidence, Hit, Lapse, List, ListedEntry,
    Query, Score, Standing,
};
use schemars::JsonSchema;
use serde::Serialize;

/// Name of the schema of `screen`.
pub const SCREEN_SCHEMA: &str = "loadgate.screen/1";

/// Name of the schema of one line of its stream.
pub const SCREEN_LINE_SCHEMA: &str = "loadgate.screen-line/1";

/// Name of the schema of `compare`.
pub const COMPARE_SCHEMA: &str = "loadgate.compare/1";

/// Name of the schema of one line of its stream.
pub const COMPARE_LINE_SCHEMA: &str = "loadgate.compare-line/1";

/// The whole document of `screen`: one entry for each name, in the order they were given.
pub type ScreenDocument = Vec<RowEntry<ScreenItem>>;

/// The whole document of `compare`: one entry for each pair, in the order they were given.
pub type CompareDocument = Vec<RowEntry<CompareItem>>;

/// One entry of a document, or line of a stream.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum RowEntry<T> {
    /// The row was answered.
    Answered(T),
    /// It could not be answered, which clears nobody.
    Unusable(UnusableRow),
}

/// A row that cannot be used, or a file that breaks off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UnusableRow {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// The file as it was named; `-` for standard input, and for a request to a node.
    pub file: String,
    /// The row, counted from 1 without header and empty lines, or the party of a request; `null` where reading broke off.
    pub row: Option<u64>,
    /// Line of the file, from 1; `null` where reading broke off.
    pub line: Option<u64>,
    /// What happened and what to do.
    pub error: String,
}

/// Where in a file a name stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Place {
    /// The row, counted from 1 without header and empty lines, or the party of a request; `null` for a name on the command
    /// line.
    pub row: Option<u64>,
    /// Line of the file, from 1; `null` for a name on the command line, and of a request.
    pub line: Option<u64>,
}

/// What a name resembles.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ScreenItem {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
    /// By what the party is known, of parties that are stored; absent of others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name, as given.
    pub query: String,
    /// What else was asked with.
    pub facts: Facts,
    /// Entries that resemble it at or above the threshold: best first.
    pub hits: Vec<HitItem>,
    /// How many there are, also where not all of them are given.
    pub hits_count: u64,
    /// How many of them no decision settles; a node takes those that are not given for open.
    pub open_count: u64,
    /// Entries that have the address asked about, whatever their names; without those among the hits.
    pub address_hits: Vec<AddressHitItem>,
    /// Entries that have a document asked about, whatever their names; without those among the hits.
    pub document_hits: Vec<DocumentHitItem>,
    /// Values that could not be read; the name was screened without them.
    pub problems: Vec<String>,
    /// The score from which on an entry is a hit.
    pub threshold: Number,
    /// Version of the scorer.
    pub engine: &'static str,
    /// What the name was screened against.
    pub lists: Vec<UsedList>,
}

/// What was known beside a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Facts {
    /// `person`, `organisation`, `vessel` or `aircraft`.
    pub schema: Option<&'static str>,
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub birth_date: Option<String>,
    /// Code or name; several are separated by semicolons.
    pub country: Option<String>,
    /// Address in one line.
    pub address: Option<String>,
    /// Numbers of documents and registrations.
    pub documents: Vec<DocumentItem>,
}

impl Facts {
    /// What a query states beside its name.
    pub fn new(query: &Query) -> Self {
        Self {
            schema: query.schema.map(names::Schema::as_str),
            birth_date: query.birth_date.map(|date| date.to_string()),
            country: query.country.as_deref().and_then(stated).map(str::to_owned),
            address: query.address.as_deref().and_then(stated).map(str::to_owned),
            documents: query.documents.iter().map(DocumentItem::from).collect(),
        }
    }
}

/// A list that names were screened against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UsedList {
    /// Its title.
    pub title: String,
    /// Identifier of its source.
    pub source: &'static str,
    /// Of when it is, or `undated`.
    pub edition: String,
    /// SHA-256 of its content.
    pub sha256: String,
    /// Roles of files that belong to it and are not here: names that stand in them alone were not screened against.
    pub missing: Vec<&'static str>,
}

impl From<&List> for UsedList {
    fn from(list: &List) -> Self {
        Self {
            title: list.title.clone(),
            source: list.source,
            edition: list.edition.clone().unwrap_or_else(|| "undated".to_owned()),
            sha256: list.sha256.clone(),
            missing: list.missing.clone(),
        }
    }
}

impl From<&ListItem> for UsedList {
    fn from(list: &ListItem) -> Self {
        Self {
            title: list.title.clone(),
            source: list.source,
            edition: list.edition.clone(),
            sha256: list.sha256.clone(),
            missing: list.missing.clone(),
        }
    }
}

/// An entry of a list, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EntryItem {
    /// Title of the list.
    pub list: String,
    /// Identifier of its source.
    pub source: &'static str,
    /// Of when the list is, or `undated`.
    pub edition: String,
    /// `sanctions` or `security`.
    pub purpose: &'static str,
    /// Identifier of the entry in its list.
    pub entity_id: String,
    /// The entry's primary name.
    pub name: String,
}

impl From<&ListedEntry> for EntryItem {
    fn from(entry: &ListedEntry) -> Self {
        Self {
            list: entry.list.clone(),
            source: entry.source,
            edition: entry.edition.clone().unwrap_or_else(|| "undated".to_owned()),
            purpose: entry.purpose.as_str(),
            entity_id: entry.entity_id.clone(),
            name: entry.name.clone(),
        }
    }
}

/// An entry of a list that a name resembles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HitItem {
    /// How alike, from 0 to 1.
    pub score: Number,
    /// Where the entry stands.
    #[serde(flatten)]
    pub entry: EntryItem,
    /// The name of the entry that matched best.
    pub matched: String,
    /// Why; the contributions add up to the score.
    pub evidence: Vec<EvidenceItem>,
    /// `open`; `proposed` where an officer said what he finds and another one is waited for; `settled` where somebody
    /// decided that this is not the entry, `the-same` where that it is; `lapsed` where a decision counts no longer.
    pub standing: &'static str,
    /// What was proposed or decided.
    pub decision: Option<DecisionItem>,
}

/// A decision on whether a party is an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DecisionItem {
    /// The id of the adjudication on the node; absent where a file tells the decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adjudication: Option<String>,
    /// Why.
    pub reason: String,
    /// Who decided.
    pub author: String,
    /// When, as RFC 3339.
    pub decided_at: String,
    /// From when on it no longer counts; `null` where it has no end.
    pub expires_at: Option<String>,
    /// Why it counts no longer: `expired`, `entry-changed`, or `party-changed`.
    pub lapsed_because: Option<&'static str>,
}

/// An entry of a list that has the address asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AddressHitItem {
    /// Where the entry stands.
    #[serde(flatten)]
    pub entry: EntryItem,
    /// The entry's address.
    pub matched: String,
    /// What agrees.
    pub evidence: Vec<AgreementItem>,
}

/// An entry of a list that has a document asked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DocumentHitItem {
    /// Where the entry stands.
    #[serde(flatten)]
    pub entry: EntryItem,
    /// The document as asked.
    pub query: DocumentItem,
    /// The entry's document.
    pub matched: DocumentItem,
}

/// A numbered document or registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DocumentItem {
    /// What it is, as written; `null` where nobody says.
    pub kind: Option<String>,
    /// Its number as written.
    pub number: String,
    /// The country that issued it, as written.
    pub country: Option<String>,
}

impl From<&Document> for DocumentItem {
    fn from(document: &Document) -> Self {
        Self {
            kind: stated(&document.kind).map(str::to_owned),
            number: document.number.clone(),
            country: document.country.clone(),
        }
    }
}

impl From<&DocumentHit> for DocumentHitItem {
    fn from(hit: &DocumentHit) -> Self {
        Self {
            entry: EntryItem::from(&hit.entry),
            query: DocumentItem::from(&hit.query),
            matched: DocumentItem::from(&hit.matched),
        }
    }
}

/// A part of two addresses that agrees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AgreementItem {
    /// `box`, `number`, `street`, `postal-code`, `city` or `country`.
    pub part: &'static str,
    /// As asked.
    pub query: String,
    /// As listed.
    pub list: String,
}

impl From<&AddressHit> for AddressHitItem {
    fn from(hit: &AddressHit) -> Self {
        let agreements = hit.agreements.iter().map(|agreement| AgreementItem {
            part: agreement.part.as_str(),
            query: agreement.query.clone(),
            list: agreement.list.clone(),
        });
        Self {
            entry: EntryItem::from(&hit.entry),
            matched: hit.matched.clone(),
            evidence: agreements.collect(),
        }
    }
}

impl HitItem {
    /// A hit as published, with what was decided on it.
    pub fn new(hit: &Hit, standing: &Standing<'_>) -> Self {
        let (word, decided, lapse) = match standing {
            Standing::Open => ("open", None, None),
            Standing::Settled(decision) => ("settled", Some(decision), None),
            Standing::Lapsed(decision, lapse) => ("lapsed", Some(decision), Some(lapse)),
        };
        let decision = decided.map(|decision| DecisionItem {
            adjudication: None,
            reason: decision.reason.clone(),
            author: decision.author.clone(),
            decided_at: decision.decided_at.to_string(),
            expires_at: decision.expires_at.map(|at| at.to_string()),
            lapsed_because: lapse.map(|lapse| match lapse {
                Lapse::Expired => "expired",
                Lapse::EntryChanged => "entry-changed",
                Lapse::PartyChanged => "party-changed",
            }),
        });
        Self {
            standing: word,
            decision,
            score: Number::thousandths(hit.score.thousandths()),
            entry: EntryItem::from(&hit.entry),
            matched: hit.matched.clone(),
            evidence: hit.evidence.iter().map(EvidenceItem::from).collect(),
        }
    }
}

/// One reason for a score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct EvidenceItem {
    /// What the query, or the first name, has; `null` for nothing.
    pub query: Option<String>,
    /// What the list, or the second name, has; `null` for nothing.
    pub list: Option<String>,
    /// How the two stand to each other, such as `same` or `transliteration`.
    pub relation: &'static str,
    /// How many letters apart they are, for relations that have such a number.
    pub distance: Option<u8>,
    /// What that adds to the score; less than nothing where it speaks against.
    pub contribution: Number,
}

impl From<&Evidence> for EvidenceItem {
    fn from(evidence: &Evidence) -> Self {
        Self {
            query: evidence.query.clone(),
            list: evidence.list.clone(),
            relation: evidence.relation.as_str(),
            distance: evidence.relation.distance(),
            contribution: Number::signed_thousandths(evidence.contribution),
        }
    }
}

/// How alike two names are.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CompareItem {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// Where the pair stands.
    #[serde(flatten)]
    pub place: Place,
    /// The first name, as given.
    pub name1: String,
    /// The second name, as given.
    pub name2: String,
    /// How alike, from 0 to 1.
    pub score: Number,
    /// Whether the score reaches the threshold.
    #[serde(rename = "match")]
    pub matched: bool,
    /// Why; the contributions add up to the score.
    pub evidence: Vec<EvidenceItem>,
    /// Values that could not be read; the names were compared without them.
    pub problems: Vec<String>,
    /// The score from which on two names match.
    pub threshold: Number,
    /// Version of the scorer.
    pub engine: &'static str,
}

impl CompareItem {
    /// A comparison as published.
    pub fn new(
        schema: &'static str,
        place: Place,
        names: (String, String),
        comparison: &Comparison,
        threshold: Score,
        problems: Vec<String>,
    ) -> Self {
        Self {
            schema,
            place,
            name1: names.0,
            name2: names.1,
            score: Number::thousandths(comparison.score.thousandths()),
            matched: comparison.score >= threshold,
            evidence: comparison.evidence.iter().map(EvidenceItem::from).collect(),
            problems,
            threshold: Number::thousandths(threshold.thousandths()),
            engine: ENGINE_VERSION,
        }
    }
}
