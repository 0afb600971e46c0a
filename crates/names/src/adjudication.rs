//! Decisions of officers that a party is not an entry it resembles, and when they lapse.
//!
//! A decision binds the party as it was asked about and the entry as it was listed. Where either says anything else
//! today, or the decision has expired, the hit is open again. Nothing here stores or decides: decisions are plain
//! values with a serial form, and whoever keeps them says who made them and when.

use crate::document::Numbered;
use crate::list::{Entity, NameKind, Quality};
use crate::normalise::words;
use crate::query::Query;
use crate::snapshot::{Hit, Snapshot};
use crate::source::hex;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What a party or an entry says, as a SHA-256 in hexadecimal: equal where all of it is equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Of a party: its name, country and address by their words and documents by their numbers, so that case, accents
    /// and punctuation change nothing, and every other fact that is known of it.
    pub fn of_party(query: &Query) -> Self {
        let mut fields = Fields::new("party");
        fields.words(&query.name);
        fields.text(query.schema.map_or("", |schema| schema.as_str()));
        fields.text(&query.birth_date.map(|date| date.to_string()).unwrap_or_default());
        fields.words(query.country.as_deref().unwrap_or_default());
        fields.words(query.address.as_deref().unwrap_or_default());
        // Nothing where there are none, so that decisions made before there were documents stay bound.
        if !query.documents.is_empty() {
            let mut documents: Vec<Vec<String>> =
                query.documents.iter().filter_map(Numbered::of).map(|numbered| numbered.fields()).collect();
            documents.sort_unstable();
            documents.dedup();
            fields.list(documents.into_iter());
        }
        fields.finish()
    }

    /// Of an entry: all that the list says of it.
    pub fn of_entry(entity: &Entity) -> Self {
        let mut fields = Fields::new("entry");
        fields.text(&entity.id);
        fields.text(entity.schema.as_str());
        fields.list(entity.names.iter().map(|name| {
            let kind = match name.kind {
                NameKind::Primary => "primary",
                NameKind::OriginalScript => "original script",
                NameKind::Alias(Quality::Strong) => "alias",
                NameKind::Alias(Quality::Weak) => "weak alias",
            };
            vec![kind.to_owned(), name.text.clone()]
        }));
        fields.list(
            entity
                .addresses
                .iter()
                .map(|address| vec![address.text(), address.note.clone().unwrap_or_default()]),
        );
        fields.list(entity.birth_dates.iter().map(|date| vec![date.to_string()]));
        fields.list(entity.documents.iter().map(|document| {
            vec![document.kind.clone(), document.number.clone(), document.country.clone().unwrap_or_default()]
        }));
        for texts in [&entity.birth_places, &entity.countries, &entity.programmes, &entity.titles] {
            fields.list(texts.iter().map(|text| vec![text.clone()]));
        }
        fields.text(&entity.remarks);
        fields.finish()
    }

    /// The hash.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Hashes fields so that no two ways of cutting a text give the same.
struct Fields(Sha256);

impl Fields {
    fn new(of: &str) -> Self {
        let mut fields = Self(Sha256::new());
        fields.text(of);
        fields
    }

    fn text(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text);
    }

    fn words(&mut self, text: &str) {
        self.text(&words(text).join(" "));
    }

    fn list(&mut self, rows: impl Iterator<Item = Vec<String>>) {
        let rows: Vec<Vec<String>> = rows.collect();
        self.0.update((rows.len() as u64).to_le_bytes());
        for text in rows.iter().flatten() {
            self.text(text);
        }
    }

    fn finish(self) -> Fingerprint {
        Fingerprint(hex(&self.0.finalize()))
    }
}

/// A decision that a party is not an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjudication {
    /// The party, as it was asked about.
    pub party: Fingerprint,
    /// Its name, for those who read the decision.
    pub party_name: String,
    /// Identifier of the list's source.
    pub source: String,
    /// Title of the list: lists of one source, such as those of a State, are several.
    pub list: String,
    /// Identifier of the entry in its list.
    pub entity_id: String,
    /// The entry, as it was listed.
    pub entry: Fingerprint,
    /// Why the party is not the entry.
    pub reason: String,
    /// Who decided.
    pub author: String,
    /// When.
    pub decided_at: Timestamp,
    /// From when on it no longer counts; `None` where it has no end.
    pub expires_at: Option<Timestamp>,
}

/// Why a decision cannot be made or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AdjudicationError {
    /// The entry of the hit is not among the lists.
    #[error("{source_id} has no entry {entity_id}; screen the party again and decide on what it gives")]
    NoSuchEntry {
        /// Identifier of the source.
        source_id: String,
        /// Identifier of the entry.
        entity_id: String,
    },
    /// Reason or author is empty.
    #[error("{0} is empty; a decision says who made it and why")]
    Unsigned(&'static str),
    /// It ends before it begins.
    #[error("it expires at {expires_at}, before it was decided at {decided_at}")]
    ExpiresBefore {
        /// End.
        expires_at: Timestamp,
        /// Beginning.
        decided_at: Timestamp,
    },
    /// A line of the serial form cannot be read.
    #[error("line {line}: {what}")]
    Unreadable {
        /// Line, from 1.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
}

/// Who decides, why, and for how long.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Why the party is not the entry.
    pub reason: String,
    /// Who decided.
    pub author: String,
    /// When.
    pub decided_at: Timestamp,
    /// From when on it no longer counts.
    pub expires_at: Option<Timestamp>,
}

impl Adjudication {
    /// The decision that the party of `query` is not the entry that `hit` names.
    ///
    /// # Errors
    /// Where the entry is not in the snapshot, nobody signs, or the decision ends before it begins.
    pub fn new(
        query: &Query,
        hit: &Hit,
        snapshot: &Snapshot,
        verdict: Verdict,
    ) -> Result<Self, AdjudicationError> {
        let entity = snapshot.entry_of(hit).ok_or_else(|| AdjudicationError::NoSuchEntry {
            source_id: hit.entry.source.to_owned(),
            entity_id: hit.entry.entity_id.clone(),
        })?;
        Self {
            party: Fingerprint::of_party(query),
            party_name: query.name.clone(),
            source: hit.entry.source.to_owned(),
            list: hit.entry.list.clone(),
            entity_id: hit.entry.entity_id.clone(),
            entry: Fingerprint::of_entry(entity),
            reason: verdict.reason,
            author: verdict.author,
            decided_at: verdict.decided_at,
            expires_at: verdict.expires_at,
        }
        .checked()
    }

    fn checked(self) -> Result<Self, AdjudicationError> {
        for (what, text) in [("the reason", &self.reason), ("the author", &self.author)] {
            if text.trim().is_empty() {
                return Err(AdjudicationError::Unsigned(what));
            }
        }
        match self.expires_at {
            Some(expires_at) if expires_at <= self.decided_at => {
                Err(AdjudicationError::ExpiresBefore { expires_at, decided_at: self.decided_at })
            }
            _ => Ok(self),
        }
    }
}

/// How a hit stands to the decisions made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing<'a> {
    /// Nobody has decided on it.
    Open,
    /// Somebody decided that the party is not the entry, and neither has changed.
    Settled(&'a Adjudication),
    /// Somebody decided so, but the decision counts no longer.
    Lapsed(&'a Adjudication, Lapse),
}

/// Why a decision counts no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lapse {
    /// Its time is over.
    Expired,
    /// The list says something else of the entry.
    EntryChanged,
    /// Something else is known of the party of this name than when it was decided on.
    PartyChanged,
}

/// Decisions, of which the latest on a party and an entry counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Adjudications {
    by_pair: BTreeMap<Pair, Adjudication>,
}

/// Source, title of the list and identifier of an entry, and the party.
type Pair = (String, String, String, Option<Fingerprint>);

impl Adjudications {
    /// Adds a decision. Of several on one party and entry the one decided last counts; of two at one time the one
    /// added last.
    pub fn add(&mut self, adjudication: Adjudication) {
        let Adjudication { source, list, entity_id, party, .. } = &adjudication;
        let key = (source.clone(), list.clone(), entity_id.clone(), Some(party.clone()));
        match self.by_pair.get(&key) {
            Some(known) if known.decided_at > adjudication.decided_at => {}
            _ => drop(self.by_pair.insert(key, adjudication)),
        }
    }

    /// How a hit of `query` in `snapshot` stands at `now`. A party of which anything else is known than of the one decided
    /// on is another party, and its hits are open; where it has the same name, the decision that does not count is told.
    pub fn standing(&self, query: &Query, hit: &Hit, snapshot: &Snapshot, now: Timestamp) -> Standing<'_> {
        if self.by_pair.is_empty() {
            return Standing::Open;
        }
        let entry = &hit.entry;
        let key = |party| (entry.source.to_owned(), entry.list.clone(), entry.entity_id.clone(), party);
        let Some(known) = self.by_pair.get(&key(Some(Fingerprint::of_party(query)))) else {
            let name = words(&query.name);
            let on_entry = self.by_pair.range(key(None)..);
            let mut on_entry = on_entry.map(|(_, made)| made).take_while(|made| {
                (made.source.as_str(), &made.list, &made.entity_id)
                    == (entry.source, &entry.list, &entry.entity_id)
            });
            let of_name = on_entry.find(|made| words(&made.party_name) == name);
            return of_name.map_or(Standing::Open, |made| Standing::Lapsed(made, Lapse::PartyChanged));
        };
        let listed = snapshot.entry_of(hit).map(Fingerprint::of_entry);
        if listed.as_ref() != Some(&known.entry) {
            return Standing::Lapsed(known, Lapse::EntryChanged);
        }
        match known.expires_at {
            Some(expires_at) if expires_at <= now => Standing::Lapsed(known, Lapse::Expired),
            _ => Standing::Settled(known),
        }
    }

    /// The decisions, by source, list, entry and party.
    pub fn iter(&self) -> impl Iterator<Item = &Adjudication> {
        self.by_pair.values()
    }

    /// Reads JSON lines as [`Adjudications::to_json_lines`] writes them; blank lines are left out.
    ///
    /// # Errors
    /// The first line that cannot be read. A file that is not whole settles nothing.
    pub fn from_json_lines(text: &str) -> Result<Self, AdjudicationError> {
        let mut all = Self::default();
        for (index, row) in text.lines().enumerate().filter(|(_, row)| !row.trim().is_empty()) {
            let unreadable = |what: String| AdjudicationError::Unreadable { line: index + 1, what };
            let row: Row = serde_json::from_str(row).map_err(|why| unreadable(why.to_string()))?;
            let adjudication = row.read().map_err(unreadable)?;
            all.add(adjudication.checked().map_err(|why| unreadable(why.to_string()))?);
        }
        Ok(all)
    }

    /// One JSON object a line, in the order of [`Adjudications::iter`].
    ///
    /// # Errors
    /// Where a decision cannot be written as JSON, which does not happen to what was read or made here.
    pub fn to_json_lines(&self) -> Result<String, serde_json::Error> {
        let mut text = String::new();
        for adjudication in self.iter() {
            text.push_str(&serde_json::to_string(&Row::of(adjudication))?);
            text.push('\n');
        }
        Ok(text)
    }
}

/// The serial form of a decision.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    party: String,
    party_name: String,
    source: String,
    list: String,
    entity_id: String,
    entry: String,
    reason: String,
    author: String,
    decided_at: String,
    expires_at: Option<String>,
}

impl Row {
    fn of(adjudication: &Adjudication) -> Self {
        let Adjudication {
            party,
            party_name,
            source,
            list,
            entity_id,
            entry,
            reason,
            author,
            decided_at,
            expires_at,
        } = adjudication.clone();
        Self {
            party: party.0,
            party_name,
            source,
            list,
            entity_id,
            entry: entry.0,
            reason,
            author,
            decided_at: decided_at.to_string(),
            expires_at: expires_at.map(|at| at.to_string()),
        }
    }

    fn read(self) -> Result<Adjudication, String> {
        let time = |what: &str, text: &str| {
            text.parse::<Timestamp>()
                .map_err(|_| format!("{what} is {text}, which is no time such as 2026-11-24T08:00:00Z"))
        };
        let fingerprint = |what: &str, text: String| {
            let sound =
                text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            if sound {
                Ok(Fingerprint(text))
            } else {
                Err(format!("{what} is no SHA-256 in lower-case hexadecimal"))
            }
        };
        Ok(Adjudication {
            party: fingerprint("party", self.party)?,
            party_name: self.party_name,
            source: self.source,
            list: self.list,
            entity_id: self.entity_id,
            entry: fingerprint("entry", self.entry)?,
            reason: self.reason,
            author: self.author,
            decided_at: time("decided_at", &self.decided_at)?,
            expires_at: self.expires_at.map(|text| time("expires_at", &text)).transpose()?,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::{DEFAULT_THRESHOLD, ListFile, load};

    fn lists(alias: &str) -> Snapshot {
        let csv = format!(
            "# loadgate-watch-list: Border watch of Freedonia; edition: 2026-11-01\n\
             id,name,aliases\n\
             W-1,Zephyr Border Trading FZE,{alias}\n"
        );
        Snapshot::new(load(vec![ListFile { name: "watch.csv".to_owned(), bytes: csv.into() }]).lists)
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn verdict(expires_at: Option<&str>) -> Verdict {
        Verdict {
            reason: "other owner, seen in the register of companies".to_owned(),
            author: "officer 17".to_owned(),
            decided_at: at("2026-11-24T08:00:00Z"),
            expires_at: expires_at.map(at),
        }
    }

    #[test]
    fn a_decision_counts_until_a_side_changes_or_it_expires() {
        let snapshot = lists("ZBT");
        let query = Query { country: Some("DE".to_owned()), ..Query::new("ZEPHYR BORDER TRADING") };
        let hit = snapshot.screen(&query, DEFAULT_THRESHOLD).remove(0);
        let mut decisions = Adjudications::default();
        let now = at("2026-11-25T08:00:00Z");
        assert_eq!(decisions.standing(&query, &hit, &snapshot, now), Standing::Open);
        let decision =
            Adjudication::new(&query, &hit, &snapshot, verdict(Some("2027-11-24T08:00:00Z"))).unwrap();
        decisions.add(decision.clone());
        assert_eq!(decisions.standing(&query, &hit, &snapshot, now), Standing::Settled(&decision));
        let written_otherwise = Query { name: "Zephyr  Border-Trading".to_owned(), ..query.clone() };
        assert_eq!(
            decisions.standing(&written_otherwise, &hit, &snapshot, now),
            Standing::Settled(&decision)
        );
        let later = at("2027-11-24T08:00:00Z");
        assert_eq!(
            decisions.standing(&query, &hit, &snapshot, later),
            Standing::Lapsed(&decision, Lapse::Expired)
        );
        let changed = lists("ZBT GENERAL");
        let again = changed.screen(&query, DEFAULT_THRESHOLD).remove(0);
        assert_eq!(
            decisions.standing(&query, &again, &changed, now),
            Standing::Lapsed(&decision, Lapse::EntryChanged)
        );
        for other in [
            Query { country: Some("IR".to_owned()), ..query.clone() },
            Query { address: Some("17 Harbour Road".to_owned()), ..query.clone() },
            Query { documents: vec!["A1234567".parse().unwrap()], ..query.clone() },
            Query { birth_date: "1970".parse().ok(), ..query.clone() },
        ] {
            let lapsed = Standing::Lapsed(&decision, Lapse::PartyChanged);
            assert_eq!(decisions.standing(&other, &hit, &snapshot, now), lapsed, "{other:?}");
        }
        let other = Query { name: "ZEPHYR BORDER TRADING CO".to_owned(), ..query.clone() };
        assert_eq!(decisions.standing(&other, &hit, &snapshot, now), Standing::Open, "{other:?}");
    }

    #[test]
    fn a_decision_on_one_list_says_nothing_of_another() {
        let list = |title: &str| ListFile {
            name: format!("{title}.csv"),
            bytes: format!(
                "# loadgate-watch-list: {title}; edition: 2026-11-01\nid,name\nW-1,Zephyr Border Trading\n"
            )
            .into(),
        };
        let snapshot = Snapshot::new(load(vec![list("One"), list("Two")]).lists);
        let query = Query::new("ZEPHYR BORDER TRADING");
        let hits = snapshot.screen(&query, DEFAULT_THRESHOLD);
        assert_eq!(hits.len(), 2);
        let mut decisions = Adjudications::default();
        decisions.add(Adjudication::new(&query, &hits[0], &snapshot, verdict(None)).unwrap());
        let now = at("2026-11-25T08:00:00Z");
        assert!(matches!(decisions.standing(&query, &hits[0], &snapshot, now), Standing::Settled(_)));
        assert_eq!(decisions.standing(&query, &hits[1], &snapshot, now), Standing::Open);
    }

    #[test]
    fn decisions_read_back() {
        let snapshot = lists("ZBT");
        let query = Query::new("ZEPHYR BORDER TRADING");
        let hit = snapshot.screen(&query, DEFAULT_THRESHOLD).remove(0);
        let mut decisions = Adjudications::default();
        decisions.add(Adjudication::new(&query, &hit, &snapshot, verdict(None)).unwrap());
        let text = decisions.to_json_lines().unwrap();
        assert_eq!(Adjudications::from_json_lines(&format!("{text}\n")).unwrap(), decisions);
        for (change, with, why) in [
            ("officer 17", "", "the author is empty"),
            ("2026-11-24T08:00:00Z", "yesterday", "decided_at is yesterday"),
            ("\"party\":\"", "\"party\":\"x", "party is no SHA-256"),
            ("\"reason\"", "\"because\"", "unknown field"),
            ("\"expires_at\":null", "\"expires_at\":\"2026-11-23T00:00:00Z\"", "before it was decided"),
        ] {
            let broken = Adjudications::from_json_lines(&text.replace(change, with)).unwrap_err().to_string();
            assert!(broken.starts_with("line 1: ") && broken.contains(why), "{broken}");
        }
        let unsigned = Verdict { author: " ".to_owned(), ..verdict(None) };
        assert!(Adjudication::new(&query, &hit, &snapshot, unsigned).is_err());
    }

    #[test]
    fn the_last_decision_counts() {
        let snapshot = lists("ZBT");
        let query = Query::new("ZEPHYR BORDER TRADING");
        let hit = snapshot.screen(&query, DEFAULT_THRESHOLD).remove(0);
        let first = Adjudication::new(&query, &hit, &snapshot, verdict(None)).unwrap();
        let second = Adjudication { decided_at: at("2026-11-24T09:00:00Z"), ..first.clone() };
        for order in [[&first, &second], [&second, &first]] {
            let mut decisions = Adjudications::default();
            for decision in order {
                decisions.add(decision.clone());
            }
            assert_eq!(decisions.iter().collect::<Vec<_>>(), [&second]);
        }
    }
}
