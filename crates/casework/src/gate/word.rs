//! Words of authorities beyond the open referrals: what others claim of them, and what comes when the goods
//! have left.

use super::answer::{Aircraft, AskedLeg, Context, Question, Reason, Stage, WhoActs};
use super::departure::flight_of;
use super::flight::leg_of;
use super::judge::Judge;
use super::pieces::{came_back, gone_with};
use super::transport::manifests_early;
use crate::Dossier;
use crate::case::{Case, Claimed, LegBinding, Node, ReferralKind, Tree};
use crate::transport::{Departure, Flight, Yard, flown_with};
use consignment::Leg;
use consignment::fact::{FlightName, ObjectName, UnitName};
use consignment::route::RouteBasis;
use consignment::stations::StationTable;
use finding::codes::gate as code;
use jiff::Timestamp;
use programme::{Mode, Obligation, ProgrammeId};
use std::cell::OnceCell;
use std::collections::BTreeSet;

impl Judge<'_> {
    /// A claim holds the legs its programme covers, one of a do-not-load everything. Where nobody can say that
    /// it concerns other legs, it holds this one.
    pub(super) fn claims(&mut self, asked: Option<usize>) {
        let parts = self.parts();
        for part in parts.with_master() {
            let node = &*part.node;
            for (programme, case) in parts.cases_of(part) {
                // Several may claim the same.
                let claimed: BTreeSet<Claimed> = case.open_claims().map(|claim| claim.claimed).collect();
                for claimed in claimed {
                    let everywhere = claimed == Claimed::Referral(ReferralKind::Dnl);
                    let elsewhere = !everywhere && asked.is_some_and(|asked| binds_elsewhere(case, asked))
                        // Where nobody must file, a rejection holds nothing, whoever tells of it.
                        || claimed == Claimed::Rejection && self.is_voluntary(programme);
                    let reason = Reason::new(code::REFERRAL_CLAIMED, self.name(node), WhoActs::Authority)
                        .of(programme)
                        .with("programme", programme.as_str())
                        .with("claimed", claimed.to_string());
                    self.push(if elsewhere { reason.later() } else { reason });
                }
            }
        }
    }

    fn is_voluntary(&self, programme: &ProgrammeId) -> bool {
        let rules = self.context.programmes.get(programme);
        rules.is_some_and(|rules| rules.gate.binding == Obligation::Voluntary)
    }

    /// Where some programmes run for real, those that are simulated are named: what they say is no decision of
    /// their authorities. Whether there are any.
    pub(super) fn partly_simulated(&mut self) -> bool {
        if self.context.simulated {
            return false;
        }
        let mut simulated: BTreeSet<&ProgrammeId> = BTreeSet::new();
        let parts = self.parts();
        for part in parts.with_master() {
            // A case that does not bind asks and frees nothing.
            for (programme, case) in parts.cases_of(part) {
                let binds = !matches!(case.binding, LegBinding::DoesNotBind { .. });
                if binds && case.mode == Mode::Simulated {
                    simulated.insert(programme);
                }
            }
        }
        for programme in &simulated {
            let name = self.name(&self.question.node);
            let reason = Reason::new(code::PARTLY_SIMULATED, name, WhoActs::Nobody);
            self.push(reason.of(programme).with("programme", programme.as_str()));
        }
        !simulated.is_empty()
    }

    /// Nobody can take off what is in the air: the carrier's operations must be called, and until they were
    /// the order has reached nobody who can act on it.
    pub(super) fn airborne(&mut self) {
        let (tree, parts) = (self.tree, self.parts());
        for node in parts.with_master().iter().map(|part| &*part.node) {
            for (programme, order) in tree.referrals_of(node).filter(|(_, order)| order.open) {
                let waits = order.airborne.as_ref().filter(|known| known.reached.is_none());
                // Of what stands at its gate, or came back, nobody is called.
                let Some(airborne) = waits.filter(|_| !self.stands_here(node)) else { continue };
                let reason = Reason::new(code::DNL_AIRBORNE, self.name(node), WhoActs::Carrier)
                    .of(programme)
                    .with("referral", order.reference.to_string())
                    .with("leg", airborne.leg.as_str());
                self.push(reason);
            }
        }
    }
}

fn binds_elsewhere(case: &Case, asked: usize) -> bool {
    matches!(&case.binding, LegBinding::Binds { legs } if !legs.contains(&asked))
}

/// What has left of the way of a consignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The last leg that has left.
    pub leg: Leg,
    /// Whether nobody reported the goods at its end or beyond: they are in the air, as far as is known.
    pub airborne: bool,
    /// Whether only a manifest that came before its schedule ends what is assessed of it: its aircraft stands at its gate.
    pub at_gate: bool,
    /// Whether all of them were reported at its end or beyond.
    pub arrived: bool,
}

/// The last leg of a consignment that has left, where one has. `programme` asks only for legs it binds on.
pub fn left(
    dossier: &Dossier,
    node: &Node,
    programme: Option<&ProgrammeId>,
    at: Timestamp,
    context: &Context<'_>,
) -> Option<Left> {
    let question = depart(node, at);
    let judge = Judge::part_of(dossier, &question, context);
    judge.left_for(programme)
}

/// The leg on which a consignment, or a part of it, is in the air, as far as is known.
pub fn airborne(dossier: &Dossier, node: &Node, at: Timestamp, context: &Context<'_>) -> Option<Leg> {
    Judge::part_of(dossier, &depart(node, at), context).airborne_leg()
}

/// Whether goods stand in an aircraft at its gate, or came back to where they left from, and nothing of them is in the air as far
/// as is known.
pub fn stands_here(dossier: &Dossier, node: &Node, at: Timestamp, context: &Context<'_>) -> bool {
    Judge::part_of(dossier, &depart(node, at), context).stands_here(node)
}

/// When a flight of goods, or of their master, came back last to where it left from.
pub fn came_back_last(tree: &Tree, node: &Node, yard: &Yard) -> Option<Timestamp> {
    let back = |of: &Node| yard.came_back_last(&ObjectName::Consignment(tree.key(of)));
    let any = *node == Node::Master || tree.is_hearsay(node);
    let inside = any.then(|| tree.houses()).into_iter().flatten();
    let last = inside.filter_map(|(house, _)| back(house)).max();
    last.max(back(node)).max(back(&Node::Master))
}

/// Whether goods under an order on a unit they are or were in are in the air, as far as is known.
pub fn unit_in_the_air(
    dossier: &Dossier,
    node: &Node,
    unit: &UnitName,
    at: Timestamp,
    context: &Context<'_>,
) -> Option<Leg> {
    let question = depart(node, at);
    Judge::part_of(dossier, &question, context).in_the_air(node, unit)
}

/// The question whether a node departs.
fn depart(node: &Node, at: Timestamp) -> Question {
    Question {
        node: node.clone(),
        leg: AskedLeg::First,
        stage: Stage::Depart,
        aircraft: Aircraft::Passenger,
        at,
    }
}

impl<'a> Judge<'a> {
    fn part_of(dossier: &'a Dossier, question: &'a Question, context: &'a Context<'a>) -> Self {
        Judge {
            tree: &dossier.tree,
            security: &dossier.security,
            question,
            context,
            part: true,
            houses: None,
            parts: OnceCell::new(),
            all_parts: OnceCell::new(),
            reasons: Vec::new(),
            expires: None,
        }
    }

    /// Whether goods of a node stand in an aircraft at its gate, or came back to where they left from, and nothing of what is asked
    /// about is in the air as far as is known.
    fn stands_here(&self, node: &Node) -> bool {
        let (tree, context) = (self.tree, self.context);
        let here = |aboard: &Aboard| aboard.at_gate || came_back(tree, node, &aboard.flight, context);
        aboard(tree, node, self.question.at, context).iter().any(here) && self.airborne_leg().is_none()
    }

    /// The leg on which the goods are in the air: the last one that has left, or a part of them by a flight that is none of
    /// their way any more.
    pub(super) fn airborne_leg(&self) -> Option<Leg> {
        // Of a house that left its master the way of the rest tells nothing.
        let own_way = !has_left_master(self.tree, &self.question.node);
        match own_way.then(|| self.left_for(None)).flatten() {
            Some(left) if left.airborne => Some(left.leg),
            // All of it arrived, as is reported of the whole.
            Some(left) if left.arrived => None,
            _ => self.part_airborne(),
        }
    }

    /// The last flight that has left with some of the goods, where nobody reported them at its end or beyond.
    fn part_airborne(&self) -> Option<Leg> {
        let (tree, yard, at) = (self.tree, self.context.yard, self.question.at);
        if !yard.has_any_flown() {
            return None;
        }
        let left = flights_aboard(tree, &self.question.node, yard).into_iter().filter_map(|name| {
            let flight = yard.flight(&name)?;
            let departed = flight.departed.as_ref()?;
            let here = flight.is_at_gate(&name, at, self.context.stations)
                || came_back(tree, &self.question.node, &name, self.context);
            let landed = landed(tree, &self.question.node, (&name, departed), self.context.stations);
            let same = tree.begun().is_none_or(|begun| flown_with(departed.at, begun));
            (same && !here && !landed).then(|| (departed.at, leg_of(&name, Some(flight))))
        });
        let (_, leg) = left.max_by_key(|(left, _)| *left)?;
        let nodes = [&Node::Master, &self.question.node];
        let mut documents = nodes.into_iter().filter_map(|node| tree.documents.get(node));
        let there = documents.any(|document| document.told.arrived().any(|station| station == leg.to));
        let beyond = tree.legs.iter().position(|known| known.to == leg.to);
        (!there && !beyond.is_some_and(|index| self.arrived_beyond(index))).then_some(leg)
    }

    /// Whether a desk took the goods, the whole around them or their unit off the flight of a leg, and nothing of them is aboard.
    fn was_taken_off(&self, leg: &Leg) -> bool {
        let (tree, node, yard) = (self.tree, &self.question.node, self.context.yard);
        let Some((name, flight)) = flight_of(leg, self.question.at, self.context) else { return false };
        let off = |of: &&Node| {
            let key = tree.key(of);
            flight.is_off(&key) || yard.units_of(&key).any(|unit| flight.is_unit_off(unit))
        };
        [node, &Node::Master].iter().any(off) && !flights_aboard(tree, node, yard).contains(&name)
    }

    /// The last leg that has left of those on which a programme binds; of all, where none is named.
    fn left_for(&self, programme: Option<&ProgrammeId>) -> Option<Left> {
        let (tree, node, at, context) = (self.tree, &self.question.node, self.question.at, self.context);
        let case = programme.and_then(|programme| tree.cases.get(&(node.clone(), programme.clone())));
        let of_programme = |index: &usize| match case.map(|case| &case.binding) {
            Some(LegBinding::Binds { legs } | LegBinding::Undecided { legs, .. }) => legs.contains(index),
            Some(LegBinding::DoesNotBind { .. }) => false,
            None => true,
        };
        // For a programme that takes an early manifest for the departure, its assessment is over with it.
        let ended = |leg: &Leg| {
            programme.is_some_and(|programme| self.manifest_ends(programme))
                && flight_of(leg, at, context)
                    .is_some_and(|(name, flight)| !manifests_early(&name, flight, context.yard).is_empty())
        };
        let legs = tree.legs.iter().enumerate().rev();
        let mut gone =
            legs.filter(|(index, leg)| of_programme(index) && (self.has_left(*index, leg) || ended(leg)));
        let (index, leg) = gone.next()?;
        let at_its_gate = |(name, flight): (FlightName, &Flight)| {
            // One that is cancelled leaves at no time.
            (flight.departed.is_some() || flight.cancelled) && flight.is_at_gate(&name, at, context.stations)
        };
        let waits = |aboard: &Aboard| aboard.at_gate && aboard.flight.from == leg.from;
        let at_gate = !self.has_left(index, leg)
            || leg.basis < RouteBasis::Flown
                && match flight_of(leg, at, context) {
                    Some(flight) => at_its_gate(flight),
                    // What it left by nobody filed.
                    None => aboard(tree, node, at, context).iter().any(waits),
                };
        let by_reports = |of: &Node| {
            tree.documents.get(of).is_some_and(|document| document.told.is_back(leg.flight, leg.from))
        };
        let back = match flight_of(leg, at, context).filter(|(_, flight)| flight.departed.is_some()) {
            Some((name, _)) => came_back(tree, node, &name, context),
            None => leg.basis == RouteBasis::Flown && [node, &Node::Master].into_iter().any(by_reports),
        };
        let down = flight_of(leg, at, context).is_some_and(|(name, flight)| {
            flight.departed.as_ref().is_some_and(|left| landed(tree, node, (&name, left), context.stations))
        });
        let arrived = !at_gate && self.arrived_beyond(index);
        let airborne = !at_gate && !back && !down && !arrived && !self.was_taken_off(leg);
        Some(Left { leg: leg.clone(), airborne, at_gate, arrived })
    }
}

/// Whether as many pieces of goods as a flight left with were received by it where it lands, as desks say.
fn landed(
    tree: &Tree,
    node: &Node,
    (name, left): (&FlightName, &Departure),
    stations: &StationTable,
) -> bool {
    [&Node::Master, node].into_iter().any(|of| {
        let Some(told) = tree.documents.get(of).map(|document| &document.told) else { return false };
        let key = tree.key(of);
        let gone = gone_with(tree, left, |carried| carried.object == key);
        gone.is_some_and(|gone| u64::from(told.pieces_landed(name, left.at, stations)) >= gone)
    })
}

/// A flight on which a consignment is, by its manifest or by what was loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aboard {
    /// The flight.
    pub flight: FlightName,
    /// Whether it stands at its gate still, so that the goods can be taken off.
    pub at_gate: bool,
    /// When its schedule says that it leaves.
    pub leaves: Option<Timestamp>,
}

/// The flights on which goods of a node are, or may be: its own, those inside it, and what it is inside of.
pub fn aboard(tree: &Tree, node: &Node, at: Timestamp, context: &Context<'_>) -> Vec<Aboard> {
    let flights = flights_aboard(tree, node, context.yard);
    let reported = |name: &FlightName| {
        let of = |leg: &&Leg| (leg.from, leg.to, leg.flight) == (name.from, name.to, Some(name.flight));
        tree.legs.iter().filter(of).any(|leg| leg.basis == RouteBasis::Flown)
    };
    let known = flights.into_iter().filter_map(|name| Some((name, context.yard.known(&name)?)));
    known
        .map(|(name, flight)| Aboard {
            flight: name,
            at_gate: flight.is_at_gate(&name, at, context.stations) && !reported(&name),
            leaves: flight.scheduled_at(&name, context.stations),
        })
        .collect()
}

/// Whether a node is a house that left its master: where the rest is says nothing of it.
fn has_left_master(tree: &Tree, node: &Node) -> bool {
    tree.documents.get(node).is_some_and(|document| document.unlinked)
}

fn flights_aboard(tree: &Tree, node: &Node, yard: &Yard) -> BTreeSet<FlightName> {
    // Of a house that nobody filed nobody can say which of the goods it is.
    let any = *node == Node::Master || tree.is_hearsay(node);
    let inside = any.then(|| tree.houses().map(|(house, _)| house)).into_iter().flatten();
    // A house that left its master is not with it.
    let around = Some(&Node::Master).filter(|_| !has_left_master(tree, node));
    let nodes: BTreeSet<&Node> = std::iter::once(node).chain(around).chain(inside).collect();
    let own = tree.key(node);
    let aboard = nodes.into_iter().flat_map(|of| {
        let key = tree.key(of);
        let pieces = tree.filed(of).and_then(|filed| filed.pieces);
        // A house that was taken off is not aboard with its master.
        let is_off = |flight: &Flight| *of != *node && *of == Node::Master && flight.is_off(&own);
        yard.aboard(&key, pieces)
            .filter(|(_, flight)| !is_off(flight))
            .map(|(name, _)| name)
            .collect::<Vec<_>>()
    });
    aboard.collect()
}
