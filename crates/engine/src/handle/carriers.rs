//! To which carriers a notice for the carrier goes: those whose flights it is about.

use super::Engine;
use crate::EngineError;
use crate::ports::{Addressee, Clock, Journal, Notice, Outbox};
use casework::case::{Claimed, Event, LegBinding, Node, Tree};
use consignment::fact::{ObjectName, ReferralKind, UnitName};
use consignment::ident::Carrier;
use consignment::{Leg, Mode};
use programme::ProgrammeId;

/// Whose flights the goods of an event are on. What a programme asks for is for those who fly its own legs; whatever else
/// is said, a do-not-load among it, is for everybody who may have the goods in hand.
pub(super) fn of_event(tree: &Tree, event: &casework::Event, notice: &Notice) -> Vec<Carrier> {
    let (true, Some(node)) = (is_for_carriers(&notice.to), node_of(&notice.about)) else { return Vec::new() };
    let kind = match event {
        casework::Event::Tree(Event::ReferralOpened { opening, .. }) => Some(opening.kind),
        casework::Event::Tree(Event::ReferralClosed { kind, .. }) => Some(*kind),
        casework::Event::Tree(Event::Claimed { claim, .. } | Event::ClaimEnded { claim, .. }) => {
            match claim.claimed {
                Claimed::Referral(kind) => Some(kind),
                _ => None,
            }
        }
        casework::Event::Tree(Event::DnlAirborne { .. }) => Some(ReferralKind::Dnl),
        _ => notice.referral.as_ref().map(|referral| referral.kind),
    };
    of_tree(tree, &node, notice.programme.as_ref(), kind)
}

fn is_for_carriers(to: &Addressee) -> bool {
    matches!(to, Addressee::Carrier | Addressee::CarrierOperations)
}

fn node_of(about: &ObjectName) -> Option<Node> {
    match about {
        ObjectName::Consignment(key) | ObjectName::Piece(key, _) => Some(Node::of(key)),
        ObjectName::Unit(_) | ObjectName::Flight(_) => None,
    }
}

fn of_tree(
    tree: &Tree,
    node: &Node,
    programme: Option<&ProgrammeId>,
    kind: Option<ReferralKind>,
) -> Vec<Carrier> {
    let case = programme.and_then(|programme| tree.cases.get(&(node.clone(), programme.clone())));
    let bound: Vec<&Leg> = match case.map(|case| &case.binding) {
        Some(LegBinding::Binds { legs }) if kind != Some(ReferralKind::Dnl) => {
            legs.iter().filter_map(|leg| tree.legs.get(*leg)).collect()
        }
        _ => Vec::new(),
    };
    let named = each_once(bound.into_iter());
    if named.is_empty() { each_once(tree.legs.iter()) } else { named }
}

fn each_once<'a>(legs: impl Iterator<Item = &'a Leg>) -> Vec<Carrier> {
    let mut named = Vec::new();
    for leg in legs.filter(|leg| leg.mode != Mode::Road) {
        let carrier = leg.flight.map(|flight| flight.carrier()).or(leg.carrier);
        named.extend(carrier.filter(|carrier| !named.contains(carrier)));
    }
    named
}

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// Sends a notice about an object, with the carriers where it is for them.
    pub(super) fn send_about(&mut self, notice: Notice) -> Result<(), EngineError> {
        let carriers = if is_for_carriers(&notice.to) { self.carriers_of(&notice)? } else { Vec::new() };
        self.send(Notice { carriers, ..notice })
    }

    fn carriers_of(&mut self, notice: &Notice) -> Result<Vec<Carrier>, EngineError> {
        Ok(match &notice.about {
            ObjectName::Flight(flight) | ObjectName::Unit(UnitName::Bulk(flight)) => {
                vec![flight.flight.carrier()]
            }
            ObjectName::Unit(_) => {
                self.bring(&notice.about)?;
                let mut carriers = Vec::new();
                for flight in self.transport.yard.flights_of(&notice.about) {
                    let carrier = flight.flight.carrier();
                    if !carriers.contains(&carrier) {
                        carriers.push(carrier);
                    }
                }
                carriers
            }
            ObjectName::Consignment(key) | ObjectName::Piece(key, _) => match self.stream_found(key)? {
                None => Vec::new(),
                Some(stream) => {
                    let loaded = self.load(&stream)?;
                    let kind = notice.referral.as_ref().map(|referral| referral.kind);
                    let tree = &loaded.dossier.tree;
                    let carriers = of_tree(tree, &Node::of(key), notice.programme.as_ref(), kind);
                    self.keep(loaded);
                    carriers
                }
            },
        })
    }
}
