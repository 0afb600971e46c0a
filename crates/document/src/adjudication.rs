//! What officers found of parties and the entries they resemble.

use casework::adjudication::{Adjudication, Judge, Proposal, Said, Subject, Word};
use schemars::JsonSchema;
use serde::Serialize;

/// Name of the schema of one.
pub const ADJUDICATION_SCHEMA: &str = "loadgate-adjudication/1";
/// Name of the schema of several.
pub const ADJUDICATIONS_SCHEMA: &str = "loadgate-adjudications/1";

/// Several, the oldest first.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AdjudicationsReply {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// Those that whoever asks may see.
    pub adjudications: Vec<AdjudicationItem>,
    /// What to ask for as `after` next, where there are more.
    pub next: Option<String>,
}

/// One.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AdjudicationReply {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// It.
    #[serde(flatten)]
    pub adjudication: AdjudicationItem,
}

/// What officers found of a party and an entry.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AdjudicationItem {
    /// Its id.
    pub id: String,
    /// `not-the-same` or `the-same`.
    pub verdict: &'static str,
    /// `proposed`, `to-review` (it counts), `in-force`, `refused` or `withdrawn`.
    pub standing: &'static str,
    /// Whether it counts now: where the list says anything else of the entry than what was decided on, it does not.
    pub counts: bool,
    /// The air waybill of the goods on which the hit was seen.
    pub master: Option<String>,
    /// Their house waybill.
    pub house: Option<String>,
    /// The party as it was screened.
    pub party: AdjudicatedParty,
    /// The entry as it was listed.
    pub entry: AdjudicatedEntry,
    /// Until when it is reviewed, where one officer decided it alone.
    pub review_by: Option<String>,
    /// The policy by which he did.
    pub policy: Option<String>,
    /// Who said what of it, in order; the first proposed it.
    pub words: Vec<AdjudicationWord>,
}

/// A party as it was screened.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AdjudicatedParty {
    /// Its name.
    pub name: String,
    /// Its country.
    pub country: Option<String>,
    /// Its address in one line.
    pub address: Option<String>,
    /// Numbers of its documents and registrations.
    pub documents: Vec<String>,
}

/// An entry of a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AdjudicatedEntry {
    /// The source of the list.
    pub source: String,
    /// Its title.
    pub list: String,
    /// `sanctions` or `security`.
    pub purpose: &'static str,
    /// The identifier of the entry there.
    pub entity_id: String,
    /// Its primary name.
    pub name: String,
    /// A SHA-256 over all that the list said of it.
    pub sha256: String,
}

/// What somebody said of it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AdjudicationWord {
    /// `proposed`, `decided-alone`, `confirmed`, `refused`, `reviewed` or `withdrawn`.
    pub word: &'static str,
    /// Who.
    pub person: String,
    /// For whom he acts.
    pub organisation: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: String,
}

impl AdjudicationItem {
    /// Of an adjudication; `is_listed_so` tells whether the list still says of the entry what was decided on.
    pub fn new(made: &Adjudication, is_listed_so: bool) -> Self {
        let Adjudication { proposal, alone, standing, words } = made;
        let Proposal { id, goods, subject, verdict, by, reason, at } = proposal;
        let Subject { party, entry } = subject;
        let word = |word, by: &Judge, reason: &str, at: jiff::Timestamp| AdjudicationWord {
            word,
            person: by.person.id.to_string(),
            organisation: by.person.organisation.to_string(),
            reason: reason.to_owned(),
            at: at.to_string(),
        };
        let first = word(if alone.is_some() { "decided-alone" } else { "proposed" }, by, reason, *at);
        let later = words
            .iter()
            .map(|(what, Said { by, reason, at, .. }): &(Word, Said)| word(what.as_str(), by, reason, *at));
        Self {
            id: id.to_string(),
            verdict: verdict.as_str(),
            standing: standing.as_str(),
            counts: standing.counts() && is_listed_so,
            master: goods.master.map(|master| master.to_string()),
            house: goods.house.as_ref().map(ToString::to_string),
            party: AdjudicatedParty {
                name: party.name.clone(),
                country: party.country.clone(),
                address: party.address.clone(),
                documents: party.documents.clone(),
            },
            entry: AdjudicatedEntry {
                source: entry.source.clone(),
                list: entry.list.clone(),
                purpose: if entry.security { names::Purpose::Security } else { names::Purpose::Sanctions }
                    .as_str(),
                entity_id: entry.entity_id.clone(),
                name: entry.name.clone(),
                sha256: entry.hash.to_string(),
            },
            review_by: alone.as_ref().map(|alone| alone.review_by.to_string()),
            policy: alone.as_ref().map(|alone| alone.policy.to_string()),
            words: std::iter::once(first).chain(later).collect(),
        }
    }
}
