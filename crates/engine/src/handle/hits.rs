//! Hits and what officers found of them: which pair a hit is of, how it stands, and what hold follows.

use super::answers::TREES;
use super::parties::party_hit;
use super::{Engine, EngineError, Loaded};
use crate::command::pair;
use crate::ports::{Clock, Index, Journal, JournalError, Outbox, Pick, StreamId};
use assess::{Assessment, PartyMatch, Verdict};
use casework::adjudication::{Pair, SANCTIONS_DESK};
use casework::case::{self, Actor, HitStanding, Hold, HoldCause, Node, Pairing, PartyHit, Tree};
use finding::{Phrase, codes};
use names::Fingerprint;
use std::collections::BTreeSet;
use std::sync::Arc;

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// The pair that a match is of, and how it stands on the goods of a tree.
    pub(super) fn pairing(&self, found: &PartyMatch, tree: &Tree) -> Result<Option<Pairing>, EngineError> {
        let Some(lists) = &self.settings.lists else { return Ok(None) };
        let Some(entry) = lists.entry_of(&found.hit) else { return Ok(None) };
        let (pair, entry) = (pair_of(found), Arc::from(Fingerprint::of_entry(entry).as_str()));
        let standing = self.pair(&pair)?.standing(Some(&entry), tree);
        Ok(Some(Pairing { pair, entry, standing }))
    }

    /// The decisions on a pair. They are few and short, and are read whenever they are wanted, so that none is overlooked
    /// that another node wrote.
    pub(super) fn pair(&self, pair: &str) -> Result<Pair, JournalError> {
        let recorded = self.journal.read(&stream_of(pair))?;
        Ok(Pair::of(recorded.iter().filter_map(|one| match &one.event {
            casework::Event::Adjudicated(event) => Some(event),
            _ => None,
        })))
    }

    /// Notes that a tree has a hit of a pair, to find it when officers decide on that.
    pub(super) fn note_pair(&mut self, pair: &str, stream: &StreamId) -> Result<(), JournalError> {
        self.put(Index::Adjudication, &hits_of(pair), stream)
    }

    /// Has holds follow hits: one that is open and was not, or was found to be the same, holds; one that is settled holds no
    /// more. A hold that compliance lifted itself does not come back while the hit stands as it stood.
    pub(super) fn hold_by(
        &mut self,
        loaded: &mut Loaded,
        node: &Node,
        before: &[PartyHit],
        hits: &[PartyHit],
    ) -> Result<(), EngineError> {
        for hit in hits.iter().filter(|hit| !hit.security) {
            let stood = before.iter().find(|known| known.is_same(hit)).map(PartyHit::standing);
            let cause = match hit.standing() {
                HitStanding::NotTheSame(_) => None,
                HitStanding::Open => Some(hit_phrase(hit)),
                HitStanding::TheSame(id) => Some(same_phrase(&hit_phrase(hit), id)),
            };
            if let Some(cause) = cause.clone().filter(|_| stood != Some(hit.standing())) {
                let (cause, entry) = (HoldCause(cause), None);
                let place = case::Command::PlaceHold { node: node.clone(), cause, entry };
                self.apply(loaded, place, &Actor::Agency(SANCTIONS_DESK.into()))?;
            }
            // Where nobody decided, what holds by it stays as it is.
            let decided =
                *hit.standing() != HitStanding::Open || matches!(stood, Some(HitStanding::TheSame(_)));
            // A list that numbers its entries anew has the same hit again: it holds once.
            let renumbered = |held: &Hold| cause.is_some() && is_renumbered(held, hit, before, hits);
            let others = |held: &Hold| {
                cause.as_ref() != Some(&held.cause.0)
                    && (decided && of_hit(held, hit, hits) || renumbered(held))
            };
            let gone = loaded.dossier.tree.documents.get(node);
            let gone = gone.into_iter().flat_map(|document| &document.holds).filter(|held| others(held));
            for hold in gone.cloned().collect::<Vec<_>>() {
                let lift = case::Command::LiftHold { node: node.clone(), hold };
                self.apply(loaded, lift, &Actor::Agency(SANCTIONS_DESK.into()))?;
            }
        }
        Ok(())
    }

    /// Has everything with a hit of a pair follow what officers decided on it.
    pub(super) fn follow_pair(&mut self, pair: &str) -> Result<(), EngineError> {
        let mut streams = BTreeSet::new();
        for stream in self.journal.find(Index::Adjudication, &hits_of(pair), Pick::All)? {
            // What became part of another tree stands there.
            streams.insert(self.journal.find(Index::Moved, &stream, Pick::All)?.pop().unwrap_or(stream));
        }
        for stream in streams.iter().filter(|stream| stream.starts_with(TREES)) {
            let mut loaded = self.load(stream)?;
            let nodes: Vec<Node> = loaded.dossier.tree.documents.keys().cloned().collect();
            for node in nodes {
                let fresh = self.judge_hits_anew(&mut loaded, &node, pair)?;
                self.judge_set_aside_anew(&mut loaded, &node, pair)?;
                match self.ask_anew(&mut loaded, &node, &fresh) {
                    // Too much is open: the tree holds for that, and the decision stands.
                    Ok(()) | Err(EngineError::Refused(_)) => {}
                    Err(other) => return Err(other),
                }
            }
            self.keep(loaded);
        }
        Ok(())
    }

    /// Takes up how hits of a pair stand; gives those that were settled and are open again.
    fn judge_hits_anew(
        &mut self,
        loaded: &mut Loaded,
        node: &Node,
        pair: &str,
    ) -> Result<Vec<PartyHit>, EngineError> {
        let tree = &loaded.dossier.tree;
        let screened = tree.documents.get(node).and_then(|document| document.screening.clone());
        let Some(screening) = screened else { return Ok(Vec::new()) };
        let (made, before) = (self.pair(pair)?, screening.hits);
        let mut hits = before.clone();
        for pairing in hits.iter_mut().filter_map(|hit| hit.pairing.as_mut()) {
            if *pairing.pair == *pair {
                pairing.standing = made.standing(Some(&pairing.entry), tree);
            }
        }
        if hits == before {
            return Ok(Vec::new());
        }
        let record = case::Command::RecordScreening {
            node: node.clone(),
            version: screening.version,
            lists: screening.lists,
            hits: hits.clone(),
            notes: screening.notes,
        };
        self.apply(loaded, record, &Actor::Node)?;
        self.hold_by(loaded, node, &before, &hits)?;
        let opened = |hit: &&PartyHit| {
            !hit.is_settled() && before.iter().any(|known| known.is_same(hit) && known.is_settled())
        };
        Ok(hits.iter().filter(opened).cloned().collect())
    }

    /// The same of what stands against a node by no hit of the version that counts: by one that was set aside, or by one
    /// that was amended since.
    fn judge_set_aside_anew(
        &mut self,
        loaded: &mut Loaded,
        node: &Node,
        pair: &str,
    ) -> Result<(), EngineError> {
        let Some(document) = loaded.dossier.tree.documents.get(node) else { return Ok(()) };
        let screened = document.screening.iter().flat_map(|screening| &screening.hits);
        if screened.into_iter().any(|hit| hit.is_of(pair)) {
            return Ok(());
        }
        let of_pair = |why: &Phrase| argument(why, "pair") == Some(pair);
        let (holds, told) = (document.holds.clone(), document.set_aside_for.clone());
        let settled =
            matches!(self.pair(pair)?.standing(None, &loaded.dossier.tree), HitStanding::NotTheSame(_));
        if settled {
            for hold in holds.into_iter().filter(|hold| is_of_screening(hold) && of_pair(&hold.cause.0)) {
                // It is remembered, to hold again when the decision is withdrawn.
                let why = set_aside_phrase(&hold.cause.0);
                self.apply(loaded, case::Command::TellSetAside { node: node.clone(), why }, &Actor::Node)?;
                let lift = case::Command::LiftHold { node: node.clone(), hold };
                self.apply(loaded, lift, &Actor::Agency(SANCTIONS_DESK.into()))?;
            }
            return Ok(());
        }
        for why in told.into_iter().filter(of_pair) {
            let cause = HoldCause(Phrase { code: codes::gate::WHY_SANCTIONS_HIT, args: why.args });
            let place = case::Command::PlaceHold { node: node.clone(), cause, entry: None };
            self.apply(loaded, place, &Actor::Agency(SANCTIONS_DESK.into()))?;
        }
        Ok(())
    }
}

/// Takes what officers settled from what makes an authority ask: it has nothing to ask about it.
pub(super) fn without_settled(tree: &Tree, node: &Node, mut assessment: Assessment) -> Assessment {
    let screened = tree.documents.get(node).and_then(|document| document.screening.as_ref());
    let hits = screened.map(|screening| screening.hits.as_slice()).unwrap_or_default();
    if let Verdict::RequestInformation { matches } = &mut assessment.verdict {
        matches.retain(|index| {
            let found = assessment.matches.get(*index).map(party_hit);
            !found.is_some_and(|found| hits.iter().any(|hit| hit.is_same(&found) && hit.is_settled()))
        });
        if matches.is_empty() {
            assessment.verdict = Verdict::Clear;
        }
    }
    assessment
}

/// The stream of the decisions on a pair.
pub(super) fn stream_of(pair: &str) -> StreamId {
    format!("adjudication/{pair}").into()
}

/// The key under which trees with a hit of a pair are found.
fn hits_of(pair: &str) -> String {
    format!("hit/{pair}")
}

/// The pair of a match: the party with all that is known of it, and the entry of its list.
pub(super) fn pair_of(found: &PartyMatch) -> Arc<str> {
    pair(&found.asked, &found.hit.entry)
}

/// A hit in words.
pub(super) fn hit_phrase(hit: &PartyHit) -> Phrase {
    let (whole, rest) = (hit.score_thousandths / 1000, hit.score_thousandths % 1000);
    let phrase = Phrase::new(codes::gate::WHY_SANCTIONS_HIT)
        .with("party", hit.party.clone())
        .with("name", hit.matched.clone())
        .with("list", hit.list.clone())
        .with("score", format!("{whole}.{rest:03}"));
    match &hit.pairing {
        Some(pairing) => phrase.with("pair", pairing.pair.to_string()),
        None => phrase,
    }
}

/// The same of a version that was set aside.
pub(super) fn set_aside_phrase(hit: &Phrase) -> Phrase {
    Phrase { code: codes::gate::WHY_SET_ASIDE_HIT, args: hit.args.clone() }
}

/// That officers found the party to be the entry.
fn same_phrase(hit: &Phrase, id: &str) -> Phrase {
    let told = |name| argument(hit, name).unwrap_or_default().to_owned();
    Phrase::new(codes::gate::WHY_SANCTIONS_SAME)
        .with("party", told("party"))
        .with("name", told("name"))
        .with("list", told("list"))
        .with("adjudication", id)
        .with("pair", told("pair"))
}

fn argument<'a>(phrase: &'a Phrase, name: &str) -> Option<&'a str> {
    phrase.args.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
}

/// Whether a hold follows a hit, and no act of an officer.
fn is_of_screening(hold: &Hold) -> bool {
    let codes = [codes::gate::WHY_SANCTIONS_HIT, codes::gate::WHY_SANCTIONS_SAME];
    *hold.agency == *SANCTIONS_DESK && hold.entry.is_none() && codes.contains(&hold.cause.0.code)
}

/// Whether a hold comes from this hit and from no other. One that was placed before pairs were kept tells its party, list and
/// name alone: where several hits have these, it is all of theirs.
fn of_hit(hold: &Hold, hit: &PartyHit, hits: &[PartyHit]) -> bool {
    if !is_of_screening(hold) {
        return false;
    }
    match argument(&hold.cause.0, "pair") {
        Some(pair) => hit.is_of(pair),
        None => {
            let tells = |hit: &PartyHit| tells_of(hold, hit);
            tells(hit) && hits.iter().all(|other| !tells(other) || other.is_settled() || other.is_same(hit))
        }
    }
}

/// Whether a hold comes from a hit of this version in an earlier edition, which another number has in this one: party, list
/// and name are the same.
fn is_renumbered(hold: &Hold, hit: &PartyHit, before: &[PartyHit], hits: &[PartyHit]) -> bool {
    let pair = argument(&hold.cause.0, "pair").filter(|_| is_of_screening(hold) && tells_of(hold, hit));
    let has = |hits: &[PartyHit], pair| hits.iter().any(|hit| hit.is_of(pair));
    pair.is_some_and(|pair| has(before, pair) && !has(hits, pair))
}

/// Whether a hold tells party, list and name of a hit.
fn tells_of(hold: &Hold, hit: &PartyHit) -> bool {
    let told = |name| argument(&hold.cause.0, name);
    (told("party"), told("list"), told("name")) == (Some(&hit.party), Some(&hit.list), Some(&hit.matched))
}
