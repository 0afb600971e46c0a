//! Parties of filings held against the lists: what a hit does to the goods.

use super::{Engine, EngineError, Loaded};
use crate::ports::{Clock, Journal, Outbox};
use assess::{FactHit, PartyMatch};
use casework::case::{self, Actor, EntryNote, HoldCause, Node, PartyHit, SharedFact};
use consignment::Consignment;
use finding::{Code, Phrase, codes};
use names::Purpose;
use std::sync::Arc;

/// Name of the compliance desk whose hold follows a sanctions hit.
const SANCTIONS_DESK: &str = "sanctions compliance";

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// Screens the parties of the latest version once; a sanctions hit holds the goods for compliance.
    pub(super) fn screen(&mut self, loaded: &mut Loaded, node: &Node) -> Result<(), EngineError> {
        let Some(document) = loaded.dossier.tree.documents.get(node) else { return Ok(()) };
        let (Some(filed), Some(version)) = (document.filed().cloned(), document.version()) else {
            return Ok(());
        };
        if document.screening.as_ref().is_some_and(|screening| screening.version == version) {
            return Ok(());
        }
        let matches = match &self.settings.lists {
            Some(lists) => assess::screen_parties(&filed, lists),
            None => Vec::new(),
        };
        let hits: Vec<PartyHit> = matches.iter().map(party_hit).collect();
        let sanctions: Vec<Phrase> = matches
            .iter()
            .filter(|found| found.hit.entry.purpose == Purpose::Sanctions)
            .map(|found| hit_phrase(codes::gate::WHY_SANCTIONS_HIT, found))
            .collect();
        let lists = self.settings.lists.as_ref().map(|lists| Arc::from(lists.id()));
        let facts = match &self.settings.lists {
            Some(lists) => assess::screen_facts(&filed, lists, &matches),
            None => Vec::new(),
        };
        let notes = facts.into_iter().map(|found| {
            let (entry, shared) = match found.hit {
                FactHit::Address(hit) => (hit.entry, SharedFact::Address(hit.matched)),
                FactHit::Document(hit) => (hit.entry, SharedFact::Document(hit.matched.to_string())),
            };
            EntryNote { party: found.party_name, list: entry.list, name: entry.name, shared }
        });
        let notes = notes.collect();
        let command = case::Command::RecordScreening { node: node.clone(), version, lists, hits, notes };
        self.apply(loaded, command, &Actor::Node)?;
        for cause in sanctions {
            let cause = HoldCause(cause);
            let command = case::Command::PlaceHold { node: node.clone(), cause, entry: None };
            self.apply(loaded, command, &Actor::Agency(SANCTIONS_DESK.into()))?;
        }
        Ok(())
    }

    /// Names in a version that does not count still stand against the goods: a sanctions hit holds them, and a
    /// security hit is told.
    pub(super) fn screen_set_aside(
        &mut self,
        loaded: &mut Loaded,
        node: &Node,
        said: &Consignment,
    ) -> Result<(), EngineError> {
        let Some(lists) = self.settings.lists.clone() else { return Ok(()) };
        for found in assess::screen_parties(said, &lists) {
            if found.hit.entry.purpose == Purpose::Sanctions {
                let cause = HoldCause(hit_phrase(codes::gate::WHY_SANCTIONS_HIT, &found));
                let command = case::Command::PlaceHold { node: node.clone(), cause, entry: None };
                self.apply(loaded, command, &Actor::Agency(SANCTIONS_DESK.into()))?;
            } else {
                let why = hit_phrase(codes::gate::WHY_SET_ASIDE_HIT, &found);
                self.apply(loaded, case::Command::TellSetAside { node: node.clone(), why }, &Actor::Node)?;
            }
        }
        Ok(())
    }
}

fn party_hit(found: &PartyMatch) -> PartyHit {
    PartyHit {
        role: found.role,
        party: found.party_name.clone(),
        score_thousandths: found.hit.score.thousandths(),
        list: found.hit.entry.list.clone(),
        security: found.hit.entry.purpose == Purpose::Security,
        entity_id: found.hit.entry.entity_id.clone(),
        name: found.hit.entry.name.clone(),
        matched: found.hit.matched.clone(),
        evidence: evidence(found),
    }
}

/// The evidence of a match in lines: who was named where, then each token with what it adds to the score.
fn evidence(found: &PartyMatch) -> Vec<String> {
    let named_in = found.named_in.words().map(str::to_owned);
    let reasons = found.hit.evidence.iter().map(|reason| {
        let subject = match (&reason.query, &reason.list) {
            (Some(query), Some(list)) if query != list => format!("{query} ~ {list}: "),
            (Some(token), _) | (None, Some(token)) => format!("{token}: "),
            (None, None) => String::new(),
        };
        let edits = reason.relation.distance().filter(|edits| *edits > 0);
        let edits = edits.map_or_else(String::new, |edits| format!(" ({edits})"));
        let sign = if reason.contribution < 0 { '-' } else { '+' };
        let thousandths = reason.contribution.unsigned_abs();
        let (whole, rest) = (thousandths / 1000, thousandths % 1000);
        format!("{subject}{}{edits} {sign}{whole}.{rest:03}", reason.relation)
    });
    named_in.into_iter().chain(reasons).collect()
}

/// A match in words; of a code with the arguments party, name, list and score.
fn hit_phrase(code: Code, found: &PartyMatch) -> Phrase {
    let thousandths = found.hit.score.thousandths();
    Phrase::new(code)
        .with("party", found.party_name.clone())
        .with("name", found.hit.matched.clone())
        .with("list", found.hit.entry.list.clone())
        .with("score", format!("{}.{:03}", thousandths / 1000, thousandths % 1000))
}
