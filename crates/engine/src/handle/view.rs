//! Everything known of one consignment, for those who may see everything.

use super::{Engine, EngineError};
use crate::command::{CaseView, ConsignmentView, EarlierConsignment, ObjectRef, Reply};
use crate::ports::{Clock, Journal, Outbox};
use casework::Dossier;
use casework::case::{Actor, Case, CaseState, LegBinding, Node, Referral, ReferralKind, Tree};
use casework::gate;
use consignment::ConsignmentKey;
use consignment::fact::{FlightName, ObjectName, UnitName};
use programme::ProgrammeId;
use std::sync::Arc;

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// What is known of a flight.
    pub(super) fn view_flight(&mut self, name: FlightName) -> Result<Reply, EngineError> {
        self.bring(&ObjectName::Flight(name))?;
        Ok(Reply::FlightViewed(self.transport.yard.flight(&name).cloned().map(Box::new)))
    }

    /// What is known of a unit, with the flights it is or was on.
    pub(super) fn view_unit(&mut self, name: UnitName) -> Result<Reply, EngineError> {
        let object = ObjectName::Unit(name.clone());
        self.bring(&object)?;
        let yard = &self.transport.yard;
        let unit = yard.unit(&name).cloned();
        Ok(Reply::UnitViewed(unit.map(|unit| (Box::new(unit), yard.flights_of(&object)))))
    }

    pub(super) fn viewed(&mut self, object: &ObjectRef) -> Result<Reply, EngineError> {
        let loaded = self.load(&object.stream)?;
        let view = self.view(&loaded.dossier, &object.node)?;
        self.keep(loaded);
        Ok(Reply::Viewed(Box::new(view)))
    }

    fn view(&self, dossier: &Dossier, node: &Node) -> Result<ConsignmentView, EngineError> {
        let tree = &dossier.tree;
        let document = tree.documents.get(node);
        let run = |programme: &ProgrammeId| !self.settings.left_out.contains_key(programme);
        let until = |programme: &ProgrammeId, case: &Case| -> Vec<Referral> {
            let seen = case.referrals.iter().map(|referral| {
                let mut seen = referral.clone();
                seen.deadline = self.answer_by(tree, programme, case, referral);
                seen
            });
            seen.collect()
        };
        let cases = tree.cases_of(node).filter(|(programme, _)| run(programme)).map(|(programme, case)| {
            let (legs, not_required) = match &case.binding {
                LegBinding::Binds { legs } | LegBinding::Undecided { legs, .. } => {
                    (legs.iter().filter_map(|index| tree.legs.get(*index)).cloned().collect(), None)
                }
                LegBinding::DoesNotBind { proof, .. } => (Vec::new(), Some(proof.clone())),
            };
            let rejected_for = match (&case.rejected, case.state()) {
                (Some((_, findings)), CaseState::Rejected) => findings.clone(),
                _ => Vec::new(),
            };
            let rules = self.settings.programmes.get(programme).map(|rules| &rules.gate);
            let on_units = self.orders_on_units(&tree.key(node), programme);
            let forbidden = on_units.first().map(|order| order.kind.as_str());
            let anew = gate::judged_anew(tree, node, programme, case, &self.context());
            let outcome = || match (case.worst_referral(), anew) {
                (None, Some(anew)) => anew.as_str(),
                _ => case.outcome(rules),
            };
            CaseView {
                programme: programme.clone(),
                legs,
                mode: case.mode,
                state: anew.unwrap_or_else(|| case.state_in(rules)),
                outcome: forbidden.unwrap_or_else(outcome),
                not_required,
                referrals: until(programme, case).into_iter().chain(on_units).collect(),
                claims: case.claims.clone(),
                rejected_for,
            }
        });
        let mut cases: Vec<CaseView> = cases.collect();
        for programme in self.ordering_on_units(&tree.key(node)) {
            if cases.iter().all(|case| case.programme != programme) {
                cases.push(self.without_case(&tree.key(node), programme));
            }
        }
        cases.sort_by(|one, other| one.programme.cmp(&other.programme));
        Ok(ConsignmentView {
            key: tree.key(node),
            document: document
                .and_then(|document| document.filed().or_else(|| document.reports.last()).cloned()),
            filer: document.and_then(|document| match &document.declarant {
                Some(Actor::Filer(name)) => Some(Arc::clone(name)),
                _ => None,
            }),
            cases,
            matches: document
                .and_then(|document| document.screening.as_ref())
                .map(|screening| screening.hits.clone())
                .unwrap_or_default(),
            security: gate::security_of(dossier, node, self.clock.now(), &self.context()),
            legs: tree.legs.clone(),
            screening_requests: gate::screening_requests(dossier, node, self.clock.now(), &self.context()),
            parts: self.parts(tree, node),
            arrived_pieces: arrived_pieces(tree, node),
            earlier: self.earlier(&tree.key(node))?,
        })
    }

    /// The consignments that had a number before.
    fn earlier(&self, key: &ConsignmentKey) -> Result<Vec<EarlierConsignment>, EngineError> {
        let node = Node::of(key);
        let mut earlier = Vec::new();
        for stream in self.earlier_streams(key)? {
            let dossier = self.read(&stream)?.dossier;
            // One that was erased is not there: nothing that happened to it can be read.
            if dossier.last_at.is_none() {
                continue;
            }
            let referrals = dossier.tree.referrals_of(&node);
            earlier.push(EarlierConsignment {
                object: ObjectRef { stream, node: node.clone() },
                last_at: dossier.last_at,
                referrals: referrals.map(|(programme, one)| (programme.clone(), one.clone())).collect(),
            });
        }
        Ok(earlier)
    }

    /// Orders on units that hold goods of which the node keeps no case in that programme: nothing was filed in it, and it holds
    /// them all the same.
    fn without_case(&self, key: &ConsignmentKey, programme: ProgrammeId) -> CaseView {
        CaseView {
            legs: Vec::new(),
            mode: self.settings.mode(&programme),
            state: CaseState::Awaited,
            outcome: ReferralKind::Dnl.as_str(),
            not_required: None,
            referrals: self.orders_on_units(key, &programme),
            claims: Vec::new(),
            rejected_for: Vec::new(),
            programme,
        }
    }
}

/// Pieces that have arrived where the way of a node ends.
fn arrived_pieces(tree: &Tree, node: &Node) -> u64 {
    let document = tree.documents.get(node);
    let end = tree.legs.last().map(|leg| leg.to);
    document.zip(end).map_or(0, |(document, end)| document.told.arrived_pieces(end))
}
