//! Parties of filings held against the lists: what a hit does to the goods.

use super::filing::bound_legs;
use super::hits::{hit_phrase, set_aside_phrase};
use super::{Engine, EngineError, Loaded};
use crate::ports::{Clock, Journal, Outbox};
use assess::{FactHit, PartyMatch, Verdict};
use casework::adjudication::SANCTIONS_DESK;
use casework::case::{
    self, Actor, EntryNote, HoldCause, Node, Opening, PartyHit, ReferralKind, SharedFact, Tree,
};
use consignment::Consignment;
use consignment::party::Role;
use finding::{Phrase, codes};
use names::Purpose;
use programme::{Mode, Programme, ProgrammeId};
use std::sync::Arc;

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// Screens the parties of the latest version once against each edition of the lists; a sanctions hit holds the goods
    /// for compliance. Gives the hits of a version that was screened before which it did not have then: what had them
    /// was judged already.
    pub(super) fn screen(&mut self, loaded: &mut Loaded, node: &Node) -> Result<Vec<PartyHit>, EngineError> {
        let Some(document) = loaded.dossier.tree.documents.get(node) else { return Ok(Vec::new()) };
        let (Some(filed), Some(version)) = (document.filed().cloned(), document.version()) else {
            return Ok(Vec::new());
        };
        let before = document.screening.as_ref().filter(|screening| screening.version == version);
        if before.is_some_and(|screening| !self.is_outdated(screening)) {
            return Ok(Vec::new());
        }
        let before = before.map(|screening| screening.hits.clone());
        let matches = match &self.settings.lists {
            Some(lists) => assess::screen_parties(&filed, lists),
            None => Vec::new(),
        };
        let mut hits: Vec<PartyHit> = matches.iter().map(party_hit).collect();
        for (hit, found) in hits.iter_mut().zip(&matches) {
            hit.pairing = self.pairing(found, &loaded.dossier.tree)?;
        }
        let known = before.as_deref().unwrap_or_default();
        let fresh: Vec<PartyHit> = match &before {
            Some(known) => hits.iter().filter(|hit| is_fresh(known, hit)).cloned().collect(),
            None => Vec::new(),
        };
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
        let command =
            case::Command::RecordScreening { node: node.clone(), version, lists, hits: hits.clone(), notes };
        self.apply(loaded, command, &Actor::Node)?;
        self.hold_by(loaded, node, known, &hits)?;
        Ok(fresh)
    }

    /// Where a programme is simulated, its authority asks about parties that lists name since it judged: a question of its
    /// own, whether others about them were closed or not.
    pub(super) fn ask_anew(
        &mut self,
        loaded: &mut Loaded,
        node: &Node,
        fresh: &[PartyHit],
    ) -> Result<(), EngineError> {
        if fresh.is_empty() {
            return Ok(());
        }
        let programmes: Vec<Arc<Programme>> = self.settings.programmes.values().cloned().collect();
        for programme in programmes {
            let of = (node.clone(), programme.id.clone());
            let Some(case) = loaded.dossier.tree.cases.get(&of) else { continue };
            let Some(filed) = loaded.dossier.tree.filed(node).cloned() else { continue };
            let Some(bound) = bound_legs(&case.binding) else { continue };
            if case.mode != Mode::Simulated || case.withdrawn || case.filed_version.is_none() {
                continue;
            }
            let assessment = self.assess(&loaded.dossier.tree, node, &filed, &programme, &bound);
            let Verdict::RequestInformation { matches } = &assessment.verdict else { continue };
            for found in matches.iter().filter_map(|index| assessment.matches.get(*index)) {
                let asked = simulated_reference(&loaded.dossier.tree, node, &programme.id, found.role);
                let case = loaded.dossier.tree.cases.get(&of);
                let open = case.is_some_and(|case| case.open_referrals().any(|one| one.reference == asked));
                if open || !fresh.iter().any(|hit| hit.is_same(&party_hit(found))) {
                    continue;
                }
                let reference = format!("{asked}-{}", self.editions.own()).into();
                let open = question_about(found.role, node, &programme.id, reference);
                self.apply(loaded, open, &Actor::Simulation)?;
            }
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
            let pairing = self.pairing(&found, &loaded.dossier.tree)?;
            let hit = PartyHit { pairing, ..party_hit(&found) };
            if let Some(pairing) = &hit.pairing {
                self.note_pair(&pairing.pair, &loaded.stream)?;
            }
            if !hit.security && !hit.is_settled() {
                let cause = HoldCause(hit_phrase(&hit));
                let command = case::Command::PlaceHold { node: node.clone(), cause, entry: None };
                self.apply(loaded, command, &Actor::Agency(SANCTIONS_DESK.into()))?;
            } else {
                let why = set_aside_phrase(&hit_phrase(&hit));
                self.apply(loaded, case::Command::TellSetAside { node: node.clone(), why }, &Actor::Node)?;
            }
        }
        Ok(())
    }
}

/// The reference of the question that a simulated authority asks about a party.
pub(super) fn simulated_reference(tree: &Tree, node: &Node, programme: &ProgrammeId, role: Role) -> Arc<str> {
    let number = tree.key(node).to_string().replace(' ', "-");
    format!("SIM-{programme}-{number}-{}", role.as_str()).into()
}

/// That question. Whom the party resembles, and on which list, stays with the officers.
pub(super) fn question_about(
    role: Role,
    node: &Node,
    programme: &ProgrammeId,
    reference: Arc<str>,
) -> case::Command {
    let why = Phrase::new(codes::gate::WHY_PARTY_QUESTIONED).with("role", role.as_str());
    let opening = Opening::new(ReferralKind::Rfi, Some(reference), why);
    case::Command::OpenReferral { node: node.clone(), programme: programme.clone(), opening }
}

/// Whether a hit is one that nobody settled and an earlier screening did not have, or had as settled.
fn is_fresh(before: &[PartyHit], hit: &PartyHit) -> bool {
    !hit.is_settled() && !before.iter().any(|known| known.is_same(hit) && !known.is_settled())
}

pub(super) fn party_hit(found: &PartyMatch) -> PartyHit {
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
        pairing: None,
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
