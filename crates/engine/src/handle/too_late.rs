//! Orders that come too late to keep goods from an aircraft: it stands at its gate and they are offloaded, or it has left and
//! the carrier's operations are called.

use super::index::{Call, ONLY};
use super::route::leg_of;
use super::{Engine, EngineError, Loaded};
use crate::ports::{Addressee, Clock, Index, Journal, Notice, NoticeKind, Outbox, Pick, StreamId};
use casework::case::{self, Actor, Document, Node, ReferralKind, Tree};
use casework::gate;
use casework::transport::Carried;
use consignment::fact::{FlightName, ObjectName};
use consignment::route::RouteBasis;
use consignment::{ConsignmentKey, Leg};
use jiff::Timestamp;
use programme::ProgrammeId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Where goods under an order are.
struct Place {
    /// Under which number.
    about: ConsignmentKey,
    /// When the first aircraft leaves that has some of them and stands at its gate.
    leaves: Option<Timestamp>,
    /// The leg on which some of them are in the air.
    airborne: Option<Leg>,
    /// When a flight with some of them came back last.
    back: Option<Timestamp>,
    /// Whether they stand in an aircraft at its gate or came back, and none of them is in the air.
    stands: bool,
}

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// A do-not-load on goods in the air starts the chain of calls, and advises nobody to offload them. Goods on an
    /// aircraft that has not left are offloaded; what then leaves with it all the same is called for.
    pub(super) fn in_flight(
        &mut self,
        loaded: &mut Loaded,
        node: &Node,
        programme: &ProgrammeId,
    ) -> Result<usize, EngineError> {
        self.in_flight_since(loaded, node, programme, None)
    }

    /// The same where some of them left just now by a flight: whoever was reached about another aircraft is called about this one.
    fn in_flight_since(
        &mut self,
        loaded: &mut Loaded,
        node: &Node,
        programme: &ProgrammeId,
        left_with: Option<(&Leg, Timestamp)>,
    ) -> Result<usize, EngineError> {
        let now = self.clock.now();
        let mut events = 0;
        for place in self.whereabouts(loaded, node, programme)? {
            let Place { airborne, back, .. } = place;
            if airborne.is_some() && place.leaves.is_none() {
                // Once they are back they are offloaded anew.
                self.forget_offload(loaded, node, programme)?;
            }
            let left = airborne.as_ref().and_then(|leg| gate::departs_at(leg, now, &self.context()));
            let orders = self.orders_on_ground(loaded, node, programme, |noted| {
                // It came back, or is late and nobody was reached.
                let late = noted.reached.is_none() && (airborne.is_none() || left > Some(noted.at));
                let another = left_with.is_some_and(|(leg, at)| at > noted.at && leg.label() != noted.leg);
                back > Some(noted.at) || late || another && airborne.is_some()
            });
            // A part of them may have left, and another stand at its gate.
            if let Some(leaves) = place.leaves {
                self.ask_to_offload((loaded, leaves, place.about.clone()), node, programme, &orders)?;
            }
            if let Some(leg) = airborne {
                let moved = place.about != loaded.dossier.tree.key(node) && !orders.is_empty();
                let since = back.max(left).max(left_with.map(|(_, at)| at));
                let leg = left_with.map_or(&leg, |(leg, _)| leg);
                events += self.call_about(loaded, node, programme, orders, (leg, since))?;
                if moved {
                    // Under the number that the carrier knows.
                    self.call_operations(place.about, programme)?;
                }
            }
        }
        Ok(events)
    }

    /// Where goods of a node are; a house that left its master is also where it goes now under other numbers.
    fn whereabouts(
        &mut self,
        loaded: &Loaded,
        node: &Node,
        programme: &ProgrammeId,
    ) -> Result<Vec<Place>, EngineError> {
        let mut places = vec![self.place_of(loaded, node)];
        let documents = &loaded.dossier.tree.documents;
        let moved = documents
            .iter()
            .filter(|(of, document)| document.has_gone() && (*node == Node::Master || *node == **of));
        for (of, _) in moved {
            let Node::House(house) = of else { continue };
            // What is said of the whole since they left is not said of them; nor, once others have their number, of it.
            let ordered = |went: &Tree| {
                let left = went.documents.get(of).and_then(|went| went.left.as_ref());
                let case = went.cases.get(&(node.clone(), programme.clone()));
                let mut open = case.into_iter().flat_map(|case| case.open_referrals());
                open.any(|order| {
                    let before = left.is_none_or(|left| order.opened_at <= left.at);
                    order.kind == ReferralKind::Dnl && (before || *node != Node::Master)
                })
            };
            for key in self.went_to(loaded, house, ordered)? {
                let there = self.load_known(&key)?;
                places.push(self.place_of(&there, &Node::of(&key)));
                self.keep(there);
            }
        }
        Ok(places)
    }

    fn place_of(&self, loaded: &Loaded, node: &Node) -> Place {
        let (now, context, tree) = (self.clock.now(), self.context(), &loaded.dossier.tree);
        Place {
            about: tree.key(node),
            leaves: self.leaves_with(loaded, node),
            airborne: gate::airborne(&loaded.dossier, node, now, &context),
            back: gate::came_back_last(tree, node, context.yard),
            stands: gate::stands_here(&loaded.dossier, node, now, &context),
        }
    }

    fn call_operations(&mut self, about: ConsignmentKey, programme: &ProgrammeId) -> Result<(), EngineError> {
        let (to, kind) = (Addressee::CarrierOperations, NoticeKind::CallByVoice);
        let programme = Some(programme.clone());
        self.send_about(Notice { programme, ..Notice::new(to, kind, ObjectName::Consignment(about)) })
    }

    /// Nobody is told to offload any more what has left.
    fn forget_offload(
        &mut self,
        loaded: &Loaded,
        node: &Node,
        programme: &ProgrammeId,
    ) -> Result<(), EngineError> {
        for text in self.journal.find(Index::Call, ONLY, Pick::All)? {
            let call = Call::of_text(&text)?;
            let same = call.stream == loaded.stream && call.node == *node && call.programme == *programme;
            if same && call.told == 0 {
                self.take(Index::Call, ONLY, &text)?;
            }
        }
        Ok(())
    }

    /// What was taken off need not be offloaded any more; where it is loaded again, it is told anew.
    pub(super) fn was_offloaded(&mut self, streams: &BTreeSet<StreamId>) -> Result<(), EngineError> {
        for text in self.journal.find(Index::Call, ONLY, Pick::All)? {
            let call = Call::of_text(&text)?;
            if call.told > 0 || !streams.contains(&call.stream) {
                continue;
            }
            let loaded = self.load(&call.stream)?;
            let places = self.whereabouts(&loaded, &call.node, &call.programme)?;
            if places.iter().all(|place| place.leaves.is_none()) {
                self.forget_offload(&loaded, &call.node, &call.programme)?;
            }
            self.keep(loaded);
        }
        Ok(())
    }

    /// Starts the chain of calls about orders on goods in the air.
    fn call_about(
        &mut self,
        loaded: &mut Loaded,
        node: &Node,
        programme: &ProgrammeId,
        orders: Vec<Arc<str>>,
        (leg, back): (&Leg, Option<Timestamp>),
    ) -> Result<usize, EngineError> {
        let now = self.clock.now();
        let mut events = 0;
        for reference in orders {
            let (node, programme) = (node.clone(), programme.clone());
            let call = Call {
                stream: loaded.stream.clone(),
                node: node.clone(),
                programme: programme.clone(),
                order: Arc::clone(&reference),
                since: now,
                told: 1,
            };
            let note = case::Command::NoteAirborne { node, programme, reference, leg: leg.label(), back };
            events += self.apply(loaded, note, &Actor::Node)?;
            self.put(Index::Call, ONLY, &call.text())?;
        }
        Ok(events)
    }

    /// Open orders of a case of which nobody has noted that the goods are in the air, or whose note is over.
    fn orders_on_ground(
        &self,
        loaded: &Loaded,
        node: &Node,
        programme: &ProgrammeId,
        is_over: impl Fn(&case::Airborne) -> bool,
    ) -> Vec<Arc<str>> {
        let case = loaded.dossier.tree.cases.get(&(node.clone(), programme.clone()));
        case.into_iter()
            .flat_map(|case| case.open_referrals())
            .filter(|order| order.kind == ReferralKind::Dnl)
            .filter(|order| order.airborne.as_ref().is_none_or(&is_over))
            .map(|order| Arc::clone(&order.reference))
            .collect()
    }

    /// Tells the carrier and his operations to offload goods that are on an aircraft at its gate, and notes to look again
    /// when its schedule says that it leaves.
    fn ask_to_offload(
        &mut self,
        (loaded, leaves, about): (&Loaded, Timestamp, ConsignmentKey),
        node: &Node,
        programme: &ProgrammeId,
        orders: &[Arc<str>],
    ) -> Result<(), EngineError> {
        for order in orders {
            let call = Call {
                stream: loaded.stream.clone(),
                node: node.clone(),
                programme: programme.clone(),
                order: Arc::clone(order),
                since: leaves,
                told: 0,
            };
            let known = self.journal.find(Index::Call, ONLY, Pick::All)?;
            let mut known = known.iter().filter_map(|text| Some((text, Call::of_text(text).ok()?)));
            let known = known.find(|(_, known)| Call { since: call.since, ..known.clone() } == call);
            // Whoever was told to offload it is not told again; where it leaves sooner than was known it is looked at then.
            if let Some((text, before)) = known {
                if call.since < before.since {
                    self.take(Index::Call, ONLY, text)?;
                    self.put(Index::Call, ONLY, &call.text())?;
                }
                continue;
            }
            self.put(Index::Call, ONLY, &call.text())?;
            for to in [Addressee::Carrier, Addressee::CarrierOperations] {
                let about = ObjectName::Consignment(about.clone());
                let (kind, programme) = (NoticeKind::Offload, Some(programme.clone()));
                self.send_about(Notice { programme, ..Notice::new(to, kind, about) })?;
            }
        }
        Ok(())
    }

    /// When the first aircraft leaves that has goods of a node on board and stands at its gate; the end of time where nobody
    /// tells when.
    fn leaves_with(&self, loaded: &Loaded, node: &Node) -> Option<Timestamp> {
        let aboard = gate::aboard(&loaded.dossier.tree, node, self.clock.now(), &self.context());
        let waiting = aboard.into_iter().filter(|aboard| aboard.at_gate);
        waiting.map(|aboard| aboard.leaves.unwrap_or(Timestamp::MAX)).min()
    }

    /// What left on a flight against an order: its chain of calls starts, or where the aircraft has not left, its carrier is
    /// told.
    pub(super) fn left_against_orders(&mut self, flight: &FlightName) -> Result<usize, EngineError> {
        let loaded = self.transport.yard.is_loaded(flight);
        let known = self.transport.yard.flight(flight).filter(|_| loaded);
        let carried = known.map(|known| match &known.departed {
            Some(departure) => departure.carried.clone(),
            None => self.transport.yard.carried(flight),
        });
        let carried: Vec<Carried> = carried.unwrap_or_default();
        let mut lines: BTreeMap<ConsignmentKey, Vec<Carried>> = BTreeMap::new();
        for line in carried {
            lines.entry(line.object.clone()).or_default().push(line);
        }
        let goods: BTreeSet<ConsignmentKey> = lines.keys().cloned().collect();
        let mut done = self.moved_left(&goods)? + self.units_left(&goods)?;
        for (key, lines) in lines {
            let Some(stream) = self.stream_found(&key)? else { continue };
            let mut loaded = self.load(&stream)?;
            let tree = &loaded.dossier.tree;
            let of = Node::of(&key);
            let pieces = tree.filed(&of).and_then(|filed| filed.pieces);
            if lines.iter().all(|line| line.is_nothing(pieces)) {
                self.keep(loaded);
                continue;
            }
            // An order on the whole, or on a house that nobody filed, forbids every house.
            let whole = of == Node::Master;
            let inside = whole.then(|| tree.documents.keys()).into_iter().flatten();
            let around = tree.hearsay().iter().chain([&Node::Master, &of]);
            let nodes: BTreeSet<&Node> = inside.chain(around).collect();
            // A house that was taken off did not leave with its master.
            let left = self.transport.yard.flight(flight);
            let is_off = |node: &Node| left.is_some_and(|flight| flight.is_off(&tree.key(node)));
            let stayed = |node: &Node| whole && *node != of && is_off(node);
            let ordered: BTreeSet<(Node, ProgrammeId)> = nodes
                .into_iter()
                .filter(|node| !stayed(node))
                .flat_map(|node| {
                    tree.referrals_of(node).map(move |(programme, order)| (node, programme, order))
                })
                .filter(|(_, _, order)| order.open && order.kind == ReferralKind::Dnl)
                .map(|(node, programme, _)| (node.clone(), programme.clone()))
                .collect();
            let departed = left.and_then(|left| left.departed.as_ref()).map(|departed| departed.at);
            let leg = leg_of(flight);
            let left_with = departed.map(|at| (&leg, at));
            for (node, programme) in ordered {
                done += self.in_flight_since(&mut loaded, &node, &programme, left_with)?;
            }
            self.keep(loaded);
        }
        Ok(done)
    }

    /// The same of orders under numbers that goods had before.
    fn moved_left(&mut self, goods: &BTreeSet<ConsignmentKey>) -> Result<usize, EngineError> {
        let mut from = BTreeSet::new();
        for key in goods {
            from.extend(self.came_from(key)?);
        }
        let mut done = self.units_left(&from)?;
        for key in from {
            let mut loaded = self.load_known(&key)?;
            let of = Node::of(&key);
            let ordered: BTreeSet<(Node, ProgrammeId)> = { loaded.dossier.tree.cases.iter() }
                .filter(|((node, _), _)| *node == of || *node == Node::Master)
                .filter(|(_, case)| case.open_referrals().any(|order| order.kind == ReferralKind::Dnl))
                .map(|(named, _)| named.clone())
                .collect();
            for (node, programme) in ordered {
                done += self.in_flight(&mut loaded, &node, &programme)?;
            }
            self.keep(loaded);
        }
        Ok(done)
    }

    /// A report that goods were flown, on which an order is: the chain of calls starts.
    pub(super) fn reported_flown(&mut self, loaded: &mut Loaded) -> Result<(), EngineError> {
        self.units_of_tree_left(&loaded.dossier.tree)?;
        if loaded.dossier.tree.documents.values().any(|document| document.elsewhere.is_some()) {
            self.moved_left(&BTreeSet::from([loaded.dossier.tree.key(&Node::Master)]))?;
        }
        if loaded.dossier.tree.open_items() == 0 {
            return Ok(());
        }
        let (now, tree) = (self.clock.now(), &loaded.dossier.tree);
        let flown = |node: &Node| {
            let left = gate::left(&loaded.dossier, node, None, now, &self.context());
            left.is_some_and(|left| left.airborne && left.leg.basis == RouteBasis::Flown)
        };
        let ordered: BTreeSet<(Node, ProgrammeId)> = tree
            .cases
            .iter()
            .filter(|(_, case)| {
                let mut open = case.open_referrals();
                open.any(|order| order.kind == ReferralKind::Dnl)
            })
            .map(|(of, _)| of.clone())
            .filter(|(node, _)| flown(node))
            .collect();
        for (node, programme) in ordered {
            self.in_flight(loaded, &node, &programme)?;
        }
        Ok(())
    }

    /// Looks again at orders on goods that were on an aircraft at its gate, and carries calls that nobody confirmed up the
    /// chain.
    pub(super) fn call_again(&mut self) -> Result<usize, EngineError> {
        let (now, chain) = (self.clock.now(), self.settings.escalation.clone());
        let mut done = 0;
        for text in self.journal.find(Index::Call, ONLY, Pick::All)? {
            let mut call = Call::of_text(&text)?;
            if call.told == 0 {
                let over = self.is_settled(&call)?;
                if over || call.since <= now {
                    self.take(Index::Call, ONLY, &text)?;
                }
                if !over && call.since <= now {
                    done += self.has_it_left(&call)?;
                }
                continue;
            }
            let loaded = self.load(&call.stream)?;
            let tree = &loaded.dossier.tree;
            let order = tree.referral(&call.node, &call.programme, ReferralKind::Dnl, &call.order);
            let unconfirmed = order.is_some_and(|order| {
                order.open && order.airborne.as_ref().is_some_and(|airborne| airborne.reached.is_none())
            });
            let about = tree.key(&call.node);
            // What stands at its gate again, or came back, is offloaded.
            let places = self.whereabouts(&loaded, &call.node, &call.programme)?;
            let here = places.iter().any(|place| place.stands)
                && places.iter().all(|place| place.airborne.is_none());
            self.keep(loaded);
            if !unconfirmed || here {
                self.take(Index::Call, ONLY, &text)?;
                continue;
            }
            let moved = places.into_iter().filter(|place| place.airborne.is_some() && place.about != about);
            let moved: Vec<ConsignmentKey> = moved.map(|place| place.about).collect();
            let due = chain.iter().filter(|after| now.duration_since(call.since) >= **after).count();
            // The first in the chain was told with the call.
            while call.told <= due {
                call.told += 1;
                for about in &moved {
                    self.call_operations(about.clone(), &call.programme)?;
                }
                let step = u32::try_from(call.told).unwrap_or(u32::MAX);
                for to in [Addressee::CarrierOperations, Addressee::Chain(step)] {
                    let programme = Some(call.programme.clone());
                    let kind = NoticeKind::CallByVoice;
                    let about = about.clone();
                    let about = ObjectName::Consignment(about);
                    self.send_about(Notice { programme, ..Notice::new(to, kind, about) })?;
                }
                done += 1;
            }
            if *call.text() != *text {
                self.take(Index::Call, ONLY, &text)?;
                self.put(Index::Call, ONLY, &call.text())?;
            }
        }
        Ok(done)
    }

    /// Whether an order on goods at the gate is cancelled.
    fn is_settled(&mut self, call: &Call) -> Result<bool, EngineError> {
        let loaded = self.load(&call.stream)?;
        let order = loaded.dossier.tree.referral(&call.node, &call.programme, ReferralKind::Dnl, &call.order);
        let settled = order.is_none_or(|order| !order.open);
        self.keep(loaded);
        Ok(settled)
    }

    /// The time has come at which goods under an order leave, unless they were offloaded or the flight is late.
    fn has_it_left(&mut self, call: &Call) -> Result<usize, EngineError> {
        let mut loaded = self.load(&call.stream)?;
        let now = self.clock.now();
        let gone = loaded.dossier.tree.documents.get(&call.node).is_some_and(Document::has_gone);
        let aboard = gate::aboard(&loaded.dossier.tree, &call.node, now, &self.context());
        let mut done = 0;
        if gone || !aboard.is_empty() {
            done += self.in_flight(&mut loaded, &call.node, &call.programme)?;
        }
        self.keep(loaded);
        Ok(done)
    }
}
