//! What is told of one party: the command and the node screen with the same words.

use super::{
    AddressHitItem, DecisionItem, DocumentHitItem, Facts, HitItem, Place, SCREEN_SCHEMA, ScreenItem,
    UnusableRow, UsedList,
};
use crate::Number;
use casework::adjudication::{self, Adjudication, Verdict};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use names::limits::{EVIDENCE_HITS_MAX, NAME_CHARS};
use names::{
    AddressHit, Adjudications, Document, DocumentHit, ENGINE_VERSION, Hit, ListedEntry, Query, Schema, Score,
    Snapshot, Standing, is_cut,
};
use schemars::JsonSchema;
use serde::Deserialize;

/// What to say of a name that holds nothing to compare.
pub const NOT_COMPARABLE: &str =
    "the name holds no letter or digit that could be compared. Give the name, or look it up by hand.";

/// Years beyond which nobody is known to have lived (Jeanne Calment, 122); systems write 1900 where they know no date.
const AGE_MAX: i16 = 122;

/// A party as somebody states it. Fields of other names are refused: a misspelt one would be lost in silence.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StatedParty {
    /// The name, whole.
    pub name: String,
    /// `person`, `organisation`, `vessel` or `aircraft`.
    pub schema: Option<String>,
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub birth_date: Option<String>,
    /// Code of ISO 3166-1 or name; several are separated by semicolons.
    pub country: Option<String>,
    /// Address in one line.
    pub address: Option<String>,
    /// Numbers of documents and registrations, each as `KIND:NUMBER@COUNTRY`; kind and country may be left out.
    pub documents: Option<Vec<String>>,
}

impl StatedParty {
    /// The query it makes. What cannot be read in it is left out, and told.
    pub fn query(self, problems: &mut Vec<String>) -> Query {
        let stated = |text: Option<String>| text.filter(|text| !text.is_empty());
        let schema = read_schema(self.schema.as_deref().unwrap_or_default(), "screened", problems);
        let birth_date = stated(self.birth_date).and_then(|text| {
            let read = text.parse().ok();
            if read.is_none() {
                problems.push(format!(
                    "birth_date {text} is no date that can be read; write YYYY, YYYY-MM or YYYY-MM-DD. The name was screened without it."
                ));
            }
            read
        });
        let documents = self.documents.unwrap_or_default();
        let documents = documents.iter().flat_map(|text| text.split(';')).map(str::trim);
        let documents: Vec<Document> = documents
            .filter(|text| !text.is_empty())
            .filter_map(|text| {
                let read = text.parse();
                read.map_err(|why| {
                    problems.push(format!("document {why}. The name was screened without it."))
                })
                .ok()
            })
            .collect();
        let query = Query {
            name: self.name,
            schema,
            birth_date,
            country: stated(self.country),
            address: stated(self.address),
            documents,
        };
        problems.extend(fact_problems(&query));
        query
    }
}

/// The schema of a word; none where there is no word, or none that is known, which is told. `done` says what was done with
/// the name all the same.
pub fn read_schema(word: &str, done: &str, problems: &mut Vec<String>) -> Option<Schema> {
    if word.is_empty() {
        return None;
    }
    let schema = Schema::parse(word);
    if schema.is_none() {
        problems.push(format!(
            "schema {word} is not known; write person, organisation, vessel or aircraft. The name was {done} without it."
        ));
    }
    schema
}

/// What is doubtful in a query: it counts for nothing.
pub fn fact_problems(query: &Query) -> Vec<String> {
    let mut problems = country_problems(query);
    if is_cut(&query.name) {
        problems.push(format!(
            "the name has more than {NAME_CHARS} characters; what follows was not screened. Give each name by itself."
        ));
    }
    let mistyped = query.documents.iter().filter(|document| document.is_mistyped_ship_number(query.schema));
    problems.extend(mistyped.map(|document| {
        format!(
            "document {document} is no IMO number of a ship: its last digit does not fit the others. Check it; it was \
             held against no entry."
        )
    }));
    problems
}

/// Countries that are not known: they count for nothing.
fn country_problems(query: &Query) -> Vec<String> {
    let countries = query.country.iter().flat_map(|text| text.split(';')).map(str::trim);
    let unknown = countries.filter(|text| !text.is_empty() && names::country_code(text).is_none());
    unknown
        .map(|text| {
            format!("country {text} is not known; write a code of ISO 3166-1 or a name. The name was screened without it.")
        })
        .collect()
}

/// What a party resembles.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Entries of such a name, best first.
    pub hits: Vec<Hit>,
    /// Entries of its address.
    pub addresses: Vec<AddressHit>,
    /// Entries of one of its documents.
    pub documents: Vec<DocumentHit>,
}

impl Found {
    /// Whether it is nothing.
    pub fn is_empty(&self) -> bool {
        self.hits.is_empty() && self.addresses.is_empty() && self.documents.is_empty()
    }
}

/// Tells of parties what they resemble. The same on every thread.
#[derive(Debug, Clone)]
pub struct Screening<'a> {
    /// The lists.
    pub snapshot: &'a Snapshot,
    /// Decisions that a party is not an entry.
    pub decisions: &'a Adjudications,
    /// By when decisions expire, and nobody is older than people get.
    pub at: Timestamp,
    /// The score from which on an entry is a hit.
    pub threshold: Score,
    /// How many hits of a name are given at most.
    pub limit: Option<usize>,
    /// The lists as they are told of.
    pub used: Vec<UsedList>,
    /// Name of the schema of what is told.
    pub schema: &'static str,
}

impl<'a> Screening<'a> {
    /// Against every list of a snapshot, as the documents of `screen` tell it.
    pub fn new(snapshot: &'a Snapshot, decisions: &'a Adjudications, at: Timestamp) -> Self {
        Self {
            snapshot,
            decisions,
            at,
            threshold: names::DEFAULT_THRESHOLD,
            limit: None,
            used: snapshot.lists().iter().map(UsedList::from).collect(),
            schema: SCREEN_SCHEMA,
        }
    }

    /// The answer about a party whose name is [comparable](names::is_comparable). `problems` are those of reading it.
    pub fn answer(&self, query: &Query, place: Place, mut problems: Vec<String>) -> ScreenItem {
        let query = &self.plausible(query.clone(), &mut problems);
        let found = self.find(query);
        self.tell(query, place, problems, found)
    }

    /// What a party resembles.
    pub fn find(&self, query: &Query) -> Found {
        Found {
            hits: self.snapshot.screen(query, self.threshold),
            addresses: self.snapshot.screen_addresses(query),
            documents: self.snapshot.screen_documents(query),
        }
    }

    /// The query without a date of birth that nobody living can have, which is told.
    pub fn plausible(&self, mut query: Query, problems: &mut Vec<String>) -> Query {
        let today = self.at.to_zoned(TimeZone::UTC).year();
        if let Some(date) = query.birth_date
            && !(today - AGE_MAX..=today).contains(&date.year())
        {
            problems.push(format!(
                "birth_date {date} is the birth of nobody who lives today. Check it; the name was screened without it."
            ));
            query.birth_date = None;
        }
        query
    }

    /// The answer that tells of what was found for a query.
    pub fn tell(&self, query: &Query, place: Place, mut problems: Vec<String>, found: Found) -> ScreenItem {
        let Found { hits, mut addresses, mut documents } = found;
        for (what, count) in [("address", addresses.len()), ("documents", documents.len())] {
            if count >= EVIDENCE_HITS_MAX {
                problems.push(format!(
                    "so many entries have its {what} that only the first {EVIDENCE_HITS_MAX} are given. There may be more."
                ));
            }
        }
        let given = &hits[..self.limit.unwrap_or(hits.len()).min(hits.len())];
        let standing = |hit: &Hit| self.decisions.standing(query, hit, self.snapshot, self.at);
        let open = hits.iter().filter(|hit| !matches!(standing(hit), Standing::Settled(_))).count();
        // The evidence of a hit tells of its address and documents already.
        let is_named = |entry: &ListedEntry| hits.iter().any(|hit| hit.entry == *entry);
        addresses.retain(|found| !is_named(&found.entry));
        documents.retain(|found| !is_named(&found.entry));
        ScreenItem {
            schema: self.schema,
            place,
            id: None,
            query: query.name.clone(),
            facts: Facts::new(query),
            hits: given.iter().map(|hit| HitItem::new(hit, &standing(hit))).collect(),
            hits_count: hits.len() as u64,
            open_count: open as u64,
            address_hits: addresses.iter().map(AddressHitItem::from).collect(),
            document_hits: documents.iter().map(DocumentHitItem::from).collect(),
            problems,
            threshold: Number::thousandths(self.threshold.thousandths()),
            engine: ENGINE_VERSION,
            lists: self.used.clone(),
        }
    }

    /// What is told where a party cannot be screened: `file` is what it stands in, as it was named.
    pub fn unusable(&self, file: &str, place: Place, error: impl Into<String>) -> UnusableRow {
        let Place { row, line } = place;
        UnusableRow { schema: self.schema, file: file.to_owned(), row, line, error: error.into() }
    }
}

impl ScreenItem {
    /// Whether somebody has to look: a hit that no decision settles, or an entry of its address or documents.
    pub fn is_alert(&self) -> bool {
        self.open_count > 0 || !self.address_hits.is_empty() || !self.document_hits.is_empty()
    }

    /// Tells of a hit, by its place among those given, what officers of the node found of its party and entry.
    pub fn adjudicate(&mut self, hit: usize, found: adjudication::Found, made: &Adjudication) {
        let Some(hit) = self.hits.get_mut(hit) else { return };
        let is_settled =
            found == adjudication::Found::Decided && made.proposal.verdict == Verdict::NotTheSame;
        hit.standing = match found {
            adjudication::Found::Proposed => "proposed",
            adjudication::Found::Decided if is_settled => "settled",
            adjudication::Found::Decided => Verdict::TheSame.as_str(),
            adjudication::Found::EntryChanged => "lapsed",
        };
        // Who confirmed it stands for it as well; the adjudication tells all of them.
        let by = &made.proposal.by.person;
        hit.decision = Some(DecisionItem {
            adjudication: Some(made.proposal.id.to_string()),
            reason: made.proposal.reason.clone(),
            author: format!("{}, {}", by.id, by.organisation),
            decided_at: made.proposal.at.to_string(),
            expires_at: None,
            lapsed_because: (found == adjudication::Found::EntryChanged).then_some("entry-changed"),
        });
        self.open_count -= u64::from(is_settled);
    }

    /// How many hits are not given, because of the limit.
    pub fn left_out(&self) -> u64 {
        self.hits_count - self.hits.len() as u64
    }
}
