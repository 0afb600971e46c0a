//! What waits for an officer, in the order in which it is to be done; and how long goods were held.

use super::index::{MARKED, ONLY};
use super::{Engine, EngineError};
use crate::command::{ObjectRef, Reply, Waiting};
use crate::ports::{Clock, Index, Journal, Outbox, Pick, StreamId};
use casework::Dossier;
use casework::adjudication::Judge;
use casework::case::{Event, Node, Tree};
use casework::due::{self, Due, Work};
use casework::gate::{self, Aircraft, AskedLeg, Question, Stage};
use casework::security::record::SecurityFact;
use casework::work_order::is_marked;
use consignment::Leg;
use consignment::ident::Location;
use programme::ProgrammeId;
use std::collections::BTreeSet;

/// Most trees that are looked at for one queue.
const TREES_MAX: usize = 1_000;

/// Whether anything of a tree waits for somebody who must decide.
fn waits(tree: &Tree) -> bool {
    tree.open_items() > 0
        || !tree.unread.is_empty()
        || tree.cases.values().any(|case| case.claims.iter().any(|claim| claim.open))
}

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// Notes whether a tree has something that waits, or is marked as high-risk, after an event of it.
    pub(super) fn note_waiting(
        &mut self,
        stream: &StreamId,
        dossier: &Dossier,
        event: &casework::Event,
    ) -> Result<(), EngineError> {
        let tree = &dossier.tree;
        let event = match event {
            casework::Event::Tree(event) => event,
            casework::Event::Security(told) => {
                return match &told.fact {
                    SecurityFact::HighRisk(_) => Ok(self.put(Index::Waiting, MARKED, stream)?),
                    SecurityFact::MarkReleased(_) if !is_marked(dossier) => {
                        Ok(self.take(Index::Waiting, MARKED, stream)?)
                    }
                    _ => Ok(()),
                };
            }
            _ => return Ok(()),
        };
        match event {
            Event::ReferralOpened { .. }
            | Event::HoldPlaced { .. }
            | Event::Claimed { .. }
            | Event::Unread { .. } => self.put(Index::Waiting, ONLY, stream)?,
            Event::ReferralClosed { .. }
            | Event::EndedByCompletion { .. }
            | Event::HoldLifted { .. }
            | Event::ClaimEnded { .. }
            | Event::UnreadSettled { .. }
            | Event::Unlinked { .. }
            | Event::FilingStruck { .. } => match waits(tree) {
                true => self.put(Index::Waiting, ONLY, stream)?,
                false => self.take(Index::Waiting, ONLY, stream)?,
            },
            _ => {}
        }
        Ok(())
    }

    /// What waits, the most urgent first; at most so many. Those of the first thousand trees are weighed, in the order in
    /// which they began to wait; where stations are named, those of them whose way touches one, or of whose way nothing is
    /// known. Beside them stands what was found of hits and waits for `judge`.
    pub(super) fn queue(
        &mut self,
        most: usize,
        stations: &BTreeSet<Location>,
        judge: Option<&Judge>,
    ) -> Result<Reply, EngineError> {
        let mut streams = self.journal.find(Index::Waiting, ONLY, Pick::First(TREES_MAX + 1))?;
        let beyond = streams.len() > TREES_MAX;
        streams.truncate(TREES_MAX);
        let mut waiting = Vec::new();
        for stream in streams {
            // What became part of another tree waits there.
            if self.journal.find(Index::Moved, &stream, Pick::First(1))?.is_empty() {
                self.waiting_in(&stream, stations, &mut waiting)?;
            }
        }
        due::order(&mut waiting, self.clock.now(), |one: &Waiting| &one.work);
        let beyond = beyond || waiting.len() > most;
        waiting.truncate(most);
        let (judged, more) = match judge {
            Some(judge) => self.judgements_waiting(judge, most)?,
            None => (Vec::new(), false),
        };
        Ok(Reply::Queue { waiting, judged, beyond: beyond || more })
    }

    /// What is due in the tree of an object, the earliest first.
    pub(super) fn due(&mut self, object: &ObjectRef) -> Result<Vec<Due>, EngineError> {
        let loaded = self.load(&object.stream)?;
        let settings = &self.settings;
        let data = |programme: &ProgrammeId| settings.programme(programme).map(|data| &**data);
        let due = due::due(&loaded.dossier, data, |programme, case, referral| {
            self.answer_by(&loaded.dossier.tree, programme, case, referral)
        });
        self.keep(loaded);
        Ok(due)
    }

    /// The same, with what was found of hits of these goods and waits for `judge`.
    pub(super) fn due_for(
        &mut self,
        object: &ObjectRef,
        judge: Option<&Judge>,
    ) -> Result<Reply, EngineError> {
        let mut due = self.due(object)?;
        if let Some(judge) = judge {
            due.extend(self.judgements_due(&object.stream, judge)?);
            due.sort();
        }
        Ok(Reply::Due(due))
    }

    fn waiting_in(
        &mut self,
        stream: &StreamId,
        stations: &BTreeSet<Location>,
        waiting: &mut Vec<Waiting>,
    ) -> Result<(), EngineError> {
        let loaded = self.load(stream)?;
        let (tree, now) = (&loaded.dossier.tree, self.clock.now());
        let touches = |leg: &Leg| stations.contains(&leg.from) || stations.contains(&leg.to);
        if !stations.is_empty() && !tree.legs.is_empty() && !tree.legs.iter().any(touches) {
            self.keep(loaded);
            return Ok(());
        }
        let context = self.context();
        let mut nodes: BTreeSet<&Node> =
            tree.documents.keys().chain(tree.cases.keys().map(|(node, _)| node)).collect();
        // What names no goods holds all of them, and waits as well.
        if nodes.is_empty() && !tree.unread.is_empty() {
            nodes.insert(&Node::Master);
        }
        for node in nodes {
            let cases = || tree.cases.iter().filter(|((of, _), _)| of == node);
            let referrals = cases().flat_map(|((_, programme), case)| {
                case.open_referrals().map(move |referral| (programme.clone(), referral.clone()))
            });
            let referrals: Vec<_> = referrals.collect();
            let claims = cases().flat_map(|((_, programme), case)| {
                let open = case.claims.iter().filter(|claim| claim.open);
                open.map(move |claim| (programme.clone(), claim.clone()))
            });
            let claims: Vec<_> = claims.collect();
            let document = tree.documents.get(node);
            let holds: Vec<_> = document.iter().flat_map(|document| &document.holds).cloned().collect();
            // What could not be read is of the tree: it is told of its master, or of its first house.
            let unread =
                if *node == Node::Master || tree.master.is_none() { tree.unread.as_slice() } else { &[] };
            if referrals.is_empty() && claims.is_empty() && holds.is_empty() && unread.is_empty() {
                continue;
            }
            let question = Question {
                node: node.clone(),
                leg: AskedLeg::First,
                stage: Stage::Load,
                aircraft: Aircraft::Passenger,
                at: now,
            };
            let answer = gate::answer(&loaded.dossier, &question, &context);
            let departs_at = answer.leg.as_ref().and_then(|leg| gate::departs_at(leg, now, &context));
            let screened = document.and_then(|document| document.screening.as_ref());
            let hits = screened.iter().flat_map(|screening| &screening.hits);
            let hits = hits.filter(|hit| !hit.is_settled());
            let pieces = answer.radius.as_ref().map_or(0, |radius| radius.of_pieces);
            let key = tree.key(node);
            waiting.push(Waiting {
                work: Work {
                    object: key.to_string(),
                    departs_at,
                    risk_thousandths: hits.map(|hit| hit.score_thousandths).max().unwrap_or(0),
                    blast_pieces: u32::try_from(pieces).unwrap_or(u32::MAX),
                },
                key,
                referrals,
                claims,
                holds,
                unread: unread.iter().map(|note| note.why.clone()).collect(),
            });
        }
        self.keep(loaded);
        Ok(())
    }
}
