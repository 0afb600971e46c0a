//! Do-not-loads on units: what they hold, who is told of them, and whose operations are called.

use super::index::{BETWEEN, goods_named, goods_text, object_text, unit_named, unreadable};
use super::{Engine, EngineError, notices};
use crate::ports::{
    AboutReferral, Addressee, Clock, Index, Journal, JournalError, Notice, NoticeKind, Outbox, Pick,
};
use casework::case::{Actor, Node, Referral, ReferralKind, Tree};
use casework::gate;
use casework::transport::{self, Command, Order, Speaker};
use consignment::ConsignmentKey;
use consignment::fact::{ObjectName, UnitName, VoiceContact};
use finding::{Phrase, codes};
use jiff::Timestamp;
use programme::ProgrammeId;
use std::collections::BTreeSet;
use std::sync::Arc;

/// The key of what the index of calls has of orders on units.
const UNITS: &str = "units";

/// An order on a unit, by programme and reference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    unit: UnitName,
    programme: ProgrammeId,
    reference: Arc<str>,
}

impl Named {
    fn is(&self, order: &Order) -> bool {
        order.programme == self.programme && order.reference == self.reference
    }
}

/// An order on a unit of which its carrier must hear, as the index keeps it: since when, and how many of the chain were
/// told; none while the unit stands in an aircraft at its gate.
#[derive(Debug, Clone, PartialEq, Eq)]
struct UnitCall {
    of: Named,
    since: Timestamp,
    told: usize,
}

impl UnitCall {
    fn text(&self) -> String {
        let unit = object_text(&ObjectName::Unit(self.of.unit.clone()));
        let (since, told) = (self.since.to_string(), self.told.to_string());
        [&*unit, self.of.programme.as_str(), &since, &told, &self.of.reference].join(&BETWEEN.to_string())
    }

    fn of_text(text: &str) -> Result<Self, JournalError> {
        let mut parts = text.splitn(5, BETWEEN);
        let mut next = || parts.next().ok_or_else(|| unreadable(text));
        let (unit, programme, since, told) = (unit_named(next()?)?, next()?, next()?, next()?);
        let reference = next()?.into();
        let (since, told) = (since.parse().ok(), told.parse().ok());
        let (Some(since), Some(told)) = (since, told) else { return Err(unreadable(text)) };
        Ok(Self { of: Named { unit, programme: ProgrammeId::new(programme), reference }, since, told })
    }
}

/// That an order on a unit holds goods, or is in force at all, as the index keeps it of what was told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Holds {
    programme: ProgrammeId,
    /// Whether its authority gave it; else somebody says so.
    real: bool,
    /// Who gave it.
    by: String,
    goods: Option<ConsignmentKey>,
    reference: Arc<str>,
    /// Whether it holds the goods only because nobody knows which receptacle of their dispatch it names.
    of_dispatch: bool,
}

impl Holds {
    fn text(&self) -> String {
        let real = match (self.real, self.of_dispatch) {
            (true, false) => "order",
            (true, true) => "order-of-dispatch",
            (false, false) => "claim",
            (false, true) => "claim-of-dispatch",
        };
        let goods = self.goods.as_ref().map(goods_text).unwrap_or_default();
        [self.programme.as_str(), real, &self.by, &goods, &self.reference].join(&BETWEEN.to_string())
    }

    fn of_text(text: &str) -> Result<Self, JournalError> {
        let mut parts = text.splitn(5, BETWEEN);
        let mut next = || parts.next().ok_or_else(|| unreadable(text));
        let (programme, real, by, goods) = (next()?, next()?, next()?, next()?);
        Ok(Self {
            programme: ProgrammeId::new(programme),
            real: real.starts_with("order"),
            of_dispatch: real.ends_with("-of-dispatch"),
            by: by.to_owned(),
            goods: if goods.is_empty() { None } else { Some(goods_named(goods)?) },
            reference: next()?.into(),
        })
    }

    /// The same, for whatever reason it holds the goods.
    fn for_any_reason(&self) -> Self {
        Self { of_dispatch: false, ..self.clone() }
    }
}

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// Tells what orders on a unit hold since they were last looked at, and what they hold no more: the carrier of the unit,
    /// and whoever filed the goods of these.
    pub(super) fn follow_orders(&mut self, unit: &UnitName) -> Result<(), EngineError> {
        let object = ObjectName::Unit(unit.clone());
        let Some(known) = self.transport.yard.unit(unit).filter(|unit| !unit.orders.is_empty()) else {
            return Ok(());
        };
        let of_dispatch = known.was_never_known();
        let simulated = self.settings.all_simulated();
        let mut held: BTreeSet<Holds> = BTreeSet::new();
        for (order, goods) in self.transport.yard.orders_of(unit) {
            let of = |goods: Option<ConsignmentKey>| Holds {
                programme: order.programme.clone(),
                real: order.is_real(simulated),
                by: match &order.by {
                    Speaker::Authority(programme) => programme.to_string(),
                    Speaker::Desk(name) | Speaker::Other(name) => name.to_string(),
                },
                of_dispatch: of_dispatch && goods.is_some(),
                goods,
                reference: Arc::clone(&order.reference),
            };
            held.extend(goods.into_iter().map(Some).chain([None]).map(of));
        }
        let key = object_text(&object);
        let before = self.journal.find(Index::Call, &key, Pick::All)?;
        let before = before.iter().map(|text| Holds::of_text(text)).collect::<Result<BTreeSet<_>, _>>()?;
        for over in before.difference(&held) {
            self.take(Index::Call, &key, &over.text())?;
        }
        for new in held.difference(&before) {
            self.put(Index::Call, &key, &new.text())?;
        }
        let ordered: BTreeSet<&ConsignmentKey> = { held.difference(&before) }
            .filter(|holds| !holds.of_dispatch)
            .filter_map(|holds| holds.goods.as_ref())
            .collect();
        let [before, held] = [&before, &held]
            .map(|holds| -> BTreeSet<Holds> { holds.iter().map(Holds::for_any_reason).collect() });
        let ended: Vec<&Holds> = before.difference(&held).collect();
        let new: Vec<&Holds> = held.difference(&before).collect();
        for over in ended.iter().filter(|holds| holds.real && holds.goods.is_none()) {
            let (programme, reference) = (over.programme.clone(), Arc::clone(&over.reference));
            self.end_calls(&Named { unit: unit.clone(), programme, reference })?;
        }
        self.tell_of_orders(&object, &ended, [NoticeKind::ReferralClosed, NoticeKind::ClaimEnded])?;
        self.tell_of_orders(&object, &new, [NoticeKind::ReferralOpened, NoticeKind::Claimed])?;
        // What an order holds, it holds where that moved as well.
        self.moved.extend(ended.iter().chain(&new).filter_map(|holds| holds.goods.clone()));
        // What may be meant as well is no likeness to look for.
        for key in ordered {
            if let Some(stream) = self.stream_found(key)? {
                self.transport.note_ordered(stream, Node::of(key));
            }
        }
        let orders: BTreeSet<Named> = { new.iter().filter(|holds| holds.real) }
            .map(|holds| Named {
                unit: unit.clone(),
                programme: holds.programme.clone(),
                reference: Arc::clone(&holds.reference),
            })
            .collect();
        for order in orders {
            self.unit_in_flight(&order)?;
        }
        Ok(())
    }

    /// Notices of orders on a unit: one to its carrier for each order, and one to whoever filed each of the goods. The kinds
    /// are that of an order and that of a claim.
    fn tell_of_orders(
        &mut self,
        unit: &ObjectName,
        orders: &[&Holds],
        kinds: [NoticeKind; 2],
    ) -> Result<(), EngineError> {
        let mut carrier = BTreeSet::new();
        for holds in orders {
            let kind = if holds.real { kinds[0] } else { kinds[1] };
            let programme = Some(holds.programme.clone());
            let referral = (kind == NoticeKind::ReferralOpened).then(|| AboutReferral {
                kind: ReferralKind::Dnl,
                reference: Arc::clone(&holds.reference),
                to_answer: false,
                deadline: None,
                methods: Vec::new(),
            });
            if carrier.insert((&holds.programme, &holds.by, &holds.reference)) {
                let (to, about) = (Addressee::Carrier, unit.clone());
                let referral = referral.clone();
                self.send_about(Notice {
                    programme: programme.clone(),
                    referral,
                    ..Notice::new(to, kind, about)
                })?;
            }
            let Some(goods) = &holds.goods else { continue };
            let Some(stream) = self.stream_found(goods)? else { continue };
            let loaded = self.load(&stream)?;
            let (tree, settings, node) = (&loaded.dossier.tree, &self.settings, Node::of(goods));
            let filers = notices::to_filers(tree, settings, &node, &holds.programme, kind);
            self.keep(loaded);
            for notice in filers {
                self.send(Notice { referral: referral.clone(), ..notice })?;
            }
        }
        Ok(())
    }

    /// What an order on a unit asks for: while its goods are on an aircraft at its gate they are offloaded, once they are
    /// in the air the carrier's operations are called.
    fn unit_in_flight(&mut self, order: &Named) -> Result<usize, EngineError> {
        let object = ObjectName::Unit(order.unit.clone());
        self.bring(&object)?;
        let (now, simulated) = (self.clock.now(), self.settings.all_simulated());
        let back = self.transport.yard.came_back_last(&object);
        let (mut goods, mut reached): (BTreeSet<ConsignmentKey>, bool) = (BTreeSet::new(), false);
        for (known, held) in self.transport.yard.orders_of(&order.unit) {
            if order.is(known) && known.is_real(simulated) {
                reached |= known.is_reached_since(back);
                goods.extend(held);
            }
        }
        let flights = self.transport.yard.flights_of(&object);
        let (mut leaves, mut abouts, mut airborne) = (None::<Timestamp>, BTreeSet::new(), false);
        let mut places: Vec<(ConsignmentKey, bool)> = goods.into_iter().map(|key| (key, false)).collect();
        while let Some((key, moved)) = places.pop() {
            let Some(stream) = self.stream_found(&key)? else { continue };
            let loaded = self.load(&stream)?;
            if let (Some(house), false) = (&key.house, moved) {
                // Also where it goes now.
                let went = self.went_to(&loaded, house, |_| true)?;
                places.extend(went.into_iter().map(|key| (key, true)));
            }
            let (node, context) = (Node::of(&key), self.context());
            for aboard in gate::aboard(&loaded.dossier.tree, &node, now, &context) {
                if aboard.at_gate {
                    let with_unit = flights.contains(&aboard.flight);
                    abouts.insert(if with_unit {
                        object.clone()
                    } else {
                        ObjectName::Consignment(key.clone())
                    });
                    let at = aboard.leaves.unwrap_or(Timestamp::MAX);
                    leaves = Some(leaves.map_or(at, |first| first.min(at)));
                }
            }
            let dossier = &loaded.dossier;
            airborne |= if moved {
                gate::airborne(dossier, &node, now, &context).is_some()
            } else {
                gate::unit_in_the_air(dossier, &node, &order.unit, now, &context).is_some()
            };
            self.keep(loaded);
        }
        let known = self.journal.find(Index::Call, UNITS, Pick::All)?;
        let known = known.iter().map(|text| UnitCall::of_text(text)).collect::<Result<Vec<_>, _>>()?;
        if let Some(since) = leaves {
            let call = UnitCall { of: order.clone(), since, told: 0 };
            if !known.contains(&call) {
                self.put(Index::Call, UNITS, &call.text())?;
                for about in abouts {
                    for to in [Addressee::Carrier, Addressee::CarrierOperations] {
                        self.tell_of_unit(order, to, NoticeKind::Offload, about.clone())?;
                    }
                }
            }
        }
        if airborne && leaves.is_none() {
            // Once they are back they are offloaded anew.
            for call in known.iter().filter(|call| call.of == *order && call.told == 0) {
                self.take(Index::Call, UNITS, &call.text())?;
            }
        }
        let called = |call: &UnitCall| call.of == *order && call.told > 0 && back <= Some(call.since);
        let called = known.iter().any(called);
        if !airborne || reached || called {
            return Ok(0);
        }
        let call = UnitCall { of: order.clone(), since: now, told: 1 };
        self.put(Index::Call, UNITS, &call.text())?;
        for to in [Addressee::CarrierOperations, Addressee::Chain(1)] {
            self.tell_of_unit(order, to, NoticeKind::CallByVoice, object.clone())?;
        }
        let authority = Addressee::Authority(order.programme.clone());
        self.tell_of_unit(order, authority, NoticeKind::AfterDeparture, object)?;
        Ok(1)
    }

    /// Where an order was cancelled and is in force all the same, it was given anew: it is looked at again.
    pub(super) fn given_again(
        &mut self,
        unit: &UnitName,
        programme: &ProgrammeId,
        reference: &Arc<str>,
    ) -> Result<usize, EngineError> {
        let (unit, programme, reference) = (unit.clone(), programme.clone(), Arc::clone(reference));
        let order = Named { unit, programme, reference };
        let known = self.transport.yard.unit(&order.unit).into_iter();
        let in_force = known.flat_map(transport::Unit::orders_in_force).any(|(known, _)| order.is(known));
        if in_force { self.unit_in_flight(&order) } else { Ok(0) }
    }

    /// Nobody is called any more about an order as it was.
    fn end_calls(&mut self, of: &Named) -> Result<(), EngineError> {
        for text in self.journal.find(Index::Call, UNITS, Pick::All)? {
            let call = UnitCall::of_text(&text)?;
            if call.of == *of && call.told > 0 {
                self.take(Index::Call, UNITS, &text)?;
            }
        }
        Ok(())
    }

    fn tell_of_unit(
        &mut self,
        order: &Named,
        to: Addressee,
        kind: NoticeKind,
        about: ObjectName,
    ) -> Result<(), EngineError> {
        let programme = Some(order.programme.clone());
        self.send_about(Notice { programme, ..Notice::new(to, kind, about) })
    }

    /// Looks at the orders on units that hold goods which have left.
    pub(super) fn units_left(&mut self, goods: &BTreeSet<ConsignmentKey>) -> Result<usize, EngineError> {
        let simulated = self.settings.all_simulated();
        let mut orders = BTreeSet::new();
        for key in goods {
            self.bring_goods(key)?;
            let real = self.transport.yard.orders_holding(key).filter(|(_, order)| order.is_real(simulated));
            orders.extend({ real }.map(|(unit, order)| Named {
                unit: unit.clone(),
                programme: order.programme.clone(),
                reference: Arc::clone(&order.reference),
            }));
        }
        let mut done = 0;
        for order in orders {
            done += self.unit_in_flight(&order)?;
        }
        Ok(done)
    }

    /// The same of the goods of a tree, where something tells that they were flown.
    pub(super) fn units_of_tree_left(&mut self, tree: &Tree) -> Result<usize, EngineError> {
        if !self.transport.yard.has_orders() {
            return Ok(0);
        }
        let nodes = tree.documents.keys().chain([&Node::Master]);
        let goods = nodes.map(|node| tree.key(node)).collect();
        self.units_left(&goods)
    }

    /// Looks again at orders on units at the gate, and carries calls that nobody confirmed up the chain.
    pub(super) fn call_units_again(&mut self) -> Result<usize, EngineError> {
        let (now, chain) = (self.clock.now(), self.settings.escalation.clone());
        let simulated = self.settings.all_simulated();
        let mut done = 0;
        for text in self.journal.find(Index::Call, UNITS, Pick::All)? {
            let mut call = UnitCall::of_text(&text)?;
            let object = ObjectName::Unit(call.of.unit.clone());
            self.bring(&object)?;
            let back = self.transport.yard.came_back_last(&object);
            let open = self.transport.yard.unit(&call.of.unit).is_some_and(|unit| {
                unit.orders_in_force().any(|(order, _)| {
                    call.of.is(order) && order.is_real(simulated) && !order.is_reached_since(back)
                })
            });
            // Of what came back since nobody is called.
            let open = open && (call.told == 0 || back <= Some(call.since));
            if !open || call.told == 0 && call.since <= now {
                self.take(Index::Call, UNITS, &text)?;
            }
            if !open {
                continue;
            }
            if call.told == 0 {
                if call.since <= now {
                    done += self.unit_in_flight(&call.of)?;
                }
                continue;
            }
            let due = chain.iter().filter(|after| now.duration_since(call.since) >= **after).count();
            // The first in the chain was told with the call.
            while call.told <= due {
                call.told += 1;
                let step = u32::try_from(call.told).unwrap_or(u32::MAX);
                for to in [Addressee::CarrierOperations, Addressee::Chain(step)] {
                    self.tell_of_unit(&call.of, to, NoticeKind::CallByVoice, object.clone())?;
                }
                done += 1;
            }
            if *call.text() != *text {
                self.take(Index::Call, UNITS, &text)?;
                self.put(Index::Call, UNITS, &call.text())?;
            }
        }
        Ok(done)
    }

    /// That somebody reached the carrier's operations about an order on a unit, told of goods that it holds; `None` where
    /// the order is on the goods themselves.
    pub(super) fn reached_about_unit(
        &mut self,
        contact: &VoiceContact,
        by: &str,
    ) -> Result<Option<usize>, EngineError> {
        let (key, programme) = (&contact.object, ProgrammeId::new(&contact.programme));
        let loaded = self.load_known(key)?;
        let kind = ReferralKind::Dnl;
        let own = loaded.dossier.tree.referral(&Node::of(key), &programme, kind, &contact.reference);
        let own = own.is_some();
        self.keep(loaded);
        if own {
            return Ok(None);
        }
        let meant = |order: &Order| order.programme == programme && order.reference == contact.reference;
        let orders = self.transport.yard.orders_holding(key).filter(|(_, order)| meant(order));
        let units: BTreeSet<UnitName> = orders.map(|(unit, _)| unit.clone()).collect();
        let mut done = None;
        for unit in units {
            let of = Named { unit, programme: programme.clone(), reference: Arc::clone(&contact.reference) };
            let reach = Command::Reach {
                unit: of.unit.clone(),
                programme: of.programme.clone(),
                reference: Arc::clone(&of.reference),
                reached: format!("{}, by {by}", contact.reached).into(),
            };
            let events = self.yard(reach, &Speaker::Other(by.into()))?;
            if events > 0 {
                self.end_calls(&of)?;
                for to in [Addressee::Authority(programme.clone()), Addressee::Chain(1)] {
                    let about = ObjectName::Unit(of.unit.clone());
                    self.tell_of_unit(&of, to, NoticeKind::ReachedByVoice, about)?;
                }
            }
            *done.get_or_insert(0) += events;
        }
        Ok(done)
    }

    /// Orders on units that hold goods, as referrals of a programme on the goods.
    pub(super) fn orders_on_units(&self, key: &ConsignmentKey, programme: &ProgrammeId) -> Vec<Referral> {
        let simulated = self.settings.all_simulated();
        let orders = self.transport.yard.orders_on(key);
        let of = orders.filter(|(_, order)| order.programme == *programme && order.is_real(simulated));
        of.filter_map(|(unit, order)| {
            let by = if simulated { Actor::Simulation } else { Actor::Authority(programme.clone()) };
            let why = Phrase::new(codes::gate::WHY_ORDER_ON_UNIT).with("unit", unit.to_string());
            Some(Referral::on_unit(&order.reference, why, &by, order.in_force_since()?))
        })
        .collect()
    }

    /// Programmes whose orders on units hold goods.
    pub(super) fn ordering_on_units(&self, key: &ConsignmentKey) -> BTreeSet<ProgrammeId> {
        let simulated = self.settings.all_simulated();
        let orders = self.transport.yard.orders_on(key).filter(|(_, order)| order.is_real(simulated));
        orders.map(|(_, order)| order.programme.clone()).collect()
    }
}
