//! What flights and units add to the question about one consignment.

use super::answer::{Aircraft, AskedLeg, Radius, Reason, WhoActs};
use super::container::ordered;
use super::content::weighs_otherwise;
use super::departure::{Departing, departure, flight_named, flight_of, today};
use super::flight::leg_of;
use super::judge::{Judge, flies};
use super::pieces::{
    came_back, flown_by_report, left_under_either, left_with_its_master, parts_from, stayed,
};
use super::word::aboard;
use crate::case::{Document, LegBinding, Node};
use crate::transport::{Flight, Order, Unit, Yard};
use consignment::fact::{FlightName, ObjectName, UnitName};
use consignment::ident::Location;
use consignment::{ConsignmentKey, DocumentKind, Leg, Mode, PartialDate};
use finding::{Phrase, codes::gate as code};
use programme::ProgrammeId;
use std::collections::BTreeSet;

/// The aircraft the gate judges by: that of the flight, where it is known whether it carries passengers; where the question says something
/// else, the stricter of both. Where nobody says, it carries passengers.
pub(super) fn aircraft_of(asked: Option<Aircraft>, passengers: Option<bool>) -> Aircraft {
    match (asked, passengers) {
        (_, Some(true)) | (None, None) => Aircraft::Passenger,
        (None, Some(false)) => Aircraft::AllCargo,
        (Some(asked), _) => asked,
    }
}

/// What is known of the aircraft of a flight under those of its names under which a manifest came early, and it did not come back
/// since: one of before ends nothing.
pub(super) fn manifests_early<'a>(name: &FlightName, known: &'a Flight, yard: &'a Yard) -> Vec<&'a Flight> {
    let mut early = manifests_known(name, known, yard);
    early.retain(|flight| flight.manifest_ends());
    early
}

/// The same, whether it came back or not.
fn manifests_known<'a>(name: &FlightName, known: &'a Flight, yard: &'a Yard) -> Vec<&'a Flight> {
    let others = yard.aircraft(name).map(|(_, flight)| flight);
    std::iter::once(known).chain(others).filter(|flight| flight.manifest_early.is_some()).collect()
}

impl Judge<'_> {
    /// The flight is not cancelled, a mail item is in a receptacle, and no order names a unit the goods are or
    /// were in.
    pub(super) fn transport(&mut self, flight: Option<(FlightName, &Flight)>) {
        if let Some((name, flight)) = flight.filter(|(_, flight)| flight.cancelled || flight.said_cancelled) {
            let object = self.name(&self.question.node);
            let code = if flight.cancelled { code::FLIGHT_CANCELLED } else { code::FLIGHT_SAID_CANCELLED };
            let reason = Reason::new(code, object, WhoActs::Carrier);
            self.push(reason.with("flight", name.to_string()));
        }
        if self.flies() && self.kind() == Some(DocumentKind::MailItem) {
            let key = self.tree.key(&self.question.node);
            // Who may not close one puts nothing into it.
            let closed = |unit: &UnitName| {
                matches!(unit, UnitName::Receptacle(_))
                    && self.context.yard.unit(unit).is_some_and(|unit| unit.complete)
            };
            if !self.context.yard.units_of(&key).any(closed) {
                self.push(Reason::new(code::ITEM_LOOSE, key.to_string(), WhoActs::Filer));
            }
        }
        if self.context.yard.has_orders() {
            self.orders();
        }
        if self.context.yard.has_several() {
            self.listed_twice();
        }
        if self.context.yard.has_houses() {
            self.listed_by_both();
        }
    }

    /// A manifest that came before the flight leaves tells what is booked to fly. Whoever loads what it leaves out is told;
    /// and where an authority takes it for the departure, nothing more is loaded on that flight.
    pub(super) fn manifested(&mut self, leg: usize, flight: Option<(FlightName, &Flight)>) {
        let Some((name, flight)) = flight else { return };
        let early = manifests_known(&name, flight, self.context.yard);
        if early.is_empty() {
            return;
        }
        let (tree, parts) = (self.tree, self.parts());
        let mut ended: BTreeSet<&ProgrammeId> = BTreeSet::new();
        for part in parts.with_master() {
            let binding = parts.cases_of(part).iter().filter(|(_, case)| match &case.binding {
                LegBinding::Binds { legs } | LegBinding::Undecided { legs, .. } => legs.contains(&leg),
                LegBinding::DoesNotBind { .. } => false,
            });
            ended.extend(binding.map(|(programme, _)| *programme).filter(|id| self.manifest_ends(id)));
        }
        let object = self.name(&self.question.node);
        let ends = early.iter().any(|flight| flight.manifest_ends());
        for programme in ended.into_iter().filter(|_| ends) {
            let reason = Reason::new(code::MANIFEST_SENT, object.clone(), WhoActs::Carrier).of(programme);
            self.push(reason.with("programme", programme.as_str()).with("flight", name.to_string()));
        }
        let listed = |key: ConsignmentKey| early.iter().any(|flight| flight.lists(&key));
        if !parts.with_master().iter().any(|part| listed(tree.key(&part.node))) {
            let reason = Reason::new(code::NOT_IN_MANIFEST, object, WhoActs::Carrier);
            self.push(reason.with("flight", name.to_string()));
        }
    }

    /// Whether a programme takes the first manifest of a flight for its departure.
    pub(super) fn manifest_ends(&self, programme: &ProgrammeId) -> bool {
        self.context.programmes.get(programme).is_some_and(|data| data.gate.manifest_ends_assessment)
    }

    /// A piece is in one closed unit: where lists say otherwise, nobody knows what is in any of them.
    fn listed_twice(&mut self) {
        let parts = self.all_parts();
        for part in parts.with_master() {
            let key = self.tree.key(&part.node);
            let filed = part.document.and_then(Document::filed);
            let pieces = filed.and_then(|filed| filed.pieces).map(u64::from);
            let units = self.context.yard.listed_twice(&key, pieces);
            if !units.is_empty() {
                let units: Vec<String> = units.into_iter().map(ToString::to_string).collect();
                let why = Phrase::new(code::WHY_IN_SEVERAL_UNITS).with("units", units.join(", "));
                let reason = Reason::new(code::CONTENT_CONTRADICTORY, key.to_string(), WhoActs::Carrier);
                self.push(reason.because(why));
            }
        }
    }

    /// The same pieces may be listed by the master's number and by a house's: closed units list by both no more pieces than the
    /// master has.
    fn listed_by_both(&mut self) {
        let tree = self.tree;
        if self.context.yard.units_of(&tree.key(&Node::Master)).next().is_none() {
            return;
        }
        let pieces_of = |node: &Node| tree.filed(node).and_then(|filed| filed.pieces).map(u64::from);
        let Some(pieces) = pieces_of(&Node::Master) else { return };
        let asked = &self.question.node;
        let inside: Vec<&Node> = match asked {
            Node::Master => tree.houses().map(|(house, _)| house).collect(),
            Node::House(_) => vec![asked],
        };
        let (mut units, mut listed): (BTreeSet<String>, u64) = (BTreeSet::new(), 0);
        for node in inside.into_iter().chain([&Node::Master]) {
            let (of, count) =
                self.context.yard.listed_in_closed(&tree.key(node), pieces_of(node).unwrap_or(0));
            units.extend(of.into_iter().map(ToString::to_string));
            listed += count;
        }
        if listed > pieces {
            let units: Vec<String> = units.into_iter().collect();
            let why = Phrase::new(code::WHY_IN_SEVERAL_UNITS).with("units", units.join(", "));
            let object = self.name(asked);
            let reason = Reason::new(code::CONTENT_CONTRADICTORY, object, WhoActs::Carrier);
            self.push(reason.because(why));
        }
    }

    /// A do-not-load on a unit holds what was in it, wherever that is now.
    fn orders(&mut self) {
        let yard = self.context.yard;
        let parts = self.all_parts();
        for node in parts.with_master().iter().map(|part| &*part.node) {
            let key = self.tree.key(node);
            for (unit, order) in yard.orders_on(&key) {
                self.push(ordered(key.to_string(), order, self.context.simulated));
                if order.is_real(self.context.simulated) {
                    self.take_off(node, &order.programme, &order.reference);
                    self.unit_airborne(node, unit, order);
                }
            }
            for (receptacle, order) in yard.orders_on_dispatch_of(&key) {
                if order.is_real(self.context.simulated) {
                    self.take_off(node, &order.programme, &order.reference);
                    self.unit_airborne(node, receptacle, order);
                }
                // Of a receptacle of the dispatch its own reason says it for all that is in it.
                if self.part && yard.is_in_dispatch(&key, receptacle) {
                    continue;
                }
                let why = Phrase::new(code::WHY_DISPATCH_ORDERED)
                    .with("referral", order.reference.to_string())
                    .with("receptacle", receptacle.to_string());
                let reason = Reason::new(code::CONTENT_UNKNOWN, key.to_string(), WhoActs::Authority);
                self.push(reason.of(&order.programme).because(why));
            }
        }
    }

    /// Goods under an order on their unit that are in the air: the carrier's operations must be called.
    fn unit_airborne(&mut self, node: &Node, unit: &UnitName, order: &Order) {
        let back = self.context.yard.came_back_last(&ObjectName::Unit(unit.clone()));
        if order.is_reached_since(back) {
            return;
        }
        let Some(leg) = self.in_the_air(node, unit) else { return };
        let reason = Reason::new(code::DNL_AIRBORNE, self.name(node), WhoActs::Carrier)
            .of(&order.programme)
            .with("referral", order.reference.to_string())
            .with("leg", leg.label());
        self.push(reason);
    }

    /// The leg on which goods that are or were in a unit are in the air, as far as is known. While their unit stands in an
    /// aircraft at its gate it is not what left.
    pub(super) fn in_the_air(&self, node: &Node, unit: &UnitName) -> Option<Leg> {
        let flights = self.context.yard.flights_of(&ObjectName::Unit(unit.clone()));
        let here = aboard(self.tree, node, self.question.at, self.context);
        if here.iter().any(|aboard| aboard.at_gate && flights.contains(&aboard.flight)) {
            return None;
        }
        let leg = self.airborne_leg()?;
        let known = self.context.yard.unit(unit);
        // What was opened after the leg had left has landed.
        let landed = known.and_then(Unit::opened_last).is_some_and(|opened| {
            departure(&leg, self.question.at, self.context).is_none_or(|left| left <= opened)
        });
        (!landed).then_some(leg)
    }

    /// What has left this station by other flights, all of it, leaves it no more. Of parts the list of what they are in tells.
    pub(super) fn gone(&mut self, index: usize, leg: &Leg, departing: &Departing<'_>) {
        if self.has_departed(index, leg, departing) {
            return;
        }
        let asked = departing.flight.map(|(name, _)| name);
        if let Some((key, pieces)) = self.all_flown(leg.from, asked, !self.part) {
            let why =
                Phrase::new(code::WHY_MORE_THAN_LEFT).with("listed", pieces.to_string()).with("left", "0");
            let reason = Reason::new(code::CONTENT_CONTRADICTORY, key.to_string(), WhoActs::Carrier);
            self.push(reason.because(why));
        }
    }

    /// Goods asked about, or the master around them, all pieces of which left a station by flights other than one, and how
    /// many these are. `own` tells whether the number asked about counts as well.
    pub(super) fn all_flown(
        &self,
        from: Location,
        but: Option<FlightName>,
        own: bool,
    ) -> Option<(ConsignmentKey, u64)> {
        let (tree, yard) = (self.tree, self.context.yard);
        let reported = |node: &Node| tree.documents.get(node).is_some_and(|it| it.told.tells_of_a_way());
        if !yard.has_any_flown() && !reported(&Node::Master) && !reported(&self.question.node) {
            return None;
        }
        let pieces_of = |node: &Node| tree.pieces_left(node).map(u64::from).filter(|pieces| *pieces > 0);
        let flown = |node: &Node| {
            let (key, pieces) = (tree.key(node), pieces_of(node)?);
            if !yard.has_flown(&key) && !reported(node) {
                return None;
            }
            let parts = parts_from(tree, &key, pieces, Some(from), yard);
            let reported = flown_by_report((tree, self.context), node, &parts, Some(from), but);
            // A house that was taken off did not leave with its master.
            let without = |name: &FlightName| {
                let house = *node == Node::Master && self.question.node != Node::Master;
                house && yard.flight(name).is_some_and(|flight| flight.is_off(&tree.key(&self.question.node)))
            };
            let others = parts.flown.iter().filter(|(name, _)| {
                Some(*name) != but && !came_back(tree, node, name, self.context) && !without(name)
            });
            let left = others
                .map(|(name, count)| count.saturating_sub(stayed(tree, node, (name, *count, pieces), yard)));
            Some(left.sum::<u64>() + reported)
        };
        let left = |node: &Node| {
            let pieces = pieces_of(node)?;
            // Of goods in a unit or on a flight the lists tell how many are left under their own number.
            let counts = own || *node != self.question.node;
            let own = if counts { flown(node) } else { None };
            let either = || left_under_either(tree, Some(from), but, self.context);
            let all = own.unwrap_or(0) >= pieces || *node == Node::Master && either() >= pieces;
            all.then_some(pieces)
        };
        // A house has left with its master, and a master with all of its houses.
        let nodes = BTreeSet::from([&Node::Master, &self.question.node]);
        let all = nodes.into_iter().find_map(|node| Some((tree.key(node), left(node)?)));
        all.or_else(|| {
            let node = &self.question.node;
            let left = left_with_its_master(tree, node, Some(from), but, self.context);
            left.then(|| Some((tree.key(node), pieces_of(node)?))).flatten()
        })
    }

    /// Wherever the flight lands on its way, as its schedules tell, was tested for these goods, or is in the territory in which
    /// the leg starts or ends. Goods that nobody told are to go by it are on no way with its landings.
    pub(super) fn landings(&mut self, leg: &Leg) {
        // A flight without a day is that of today.
        let dated = || {
            let date = today(Some(leg), self.question.at, self.context);
            Some(FlightName { flight: leg.flight?, date, from: leg.from, to: leg.to })
        };
        let named = flight_named(leg, self.question.at, self.context).or_else(dated);
        let Some(name) = named.filter(|_| flies(leg)) else { return };
        let territory = |at| self.context.stations.get(at).and_then(|station| station.territory.as_ref());
        let ends = [leg.from, leg.to];
        let outside = |at: &Location| {
            let there = territory(*at);
            !ends.contains(at) && (there.is_none() || !ends.iter().any(|end| territory(*end) == there))
        };
        let landings = self.context.yard.landings(&name).into_iter();
        let untested: BTreeSet<Location> =
            landings.flat_map(|part| [part.from, part.to]).filter(outside).collect();
        for station in untested {
            let why = Phrase::new(code::WHY_LANDS_UNTESTED)
                .with("flight", name.to_string())
                .with("station", station.to_string());
            let object = self.name(&self.question.node);
            self.push(Reason::new(code::ROUTE_UNKNOWN, object, WhoActs::Carrier).because(why));
        }
    }

    fn kind(&self) -> Option<DocumentKind> {
        self.tree.filed(&self.question.node).map(|filed| filed.kind)
    }

    /// Whether nothing but a flight is around the goods: mail items and express shipments have no master.
    pub(super) fn travels_alone(&self) -> bool {
        self.kind().is_some_and(DocumentKind::stands_alone)
    }

    /// Whether the carrier booked the goods by surface on a leg, or scheduled it so: then a truck is loaded for it.
    pub(super) fn booked_by_surface(&self, leg: &Leg) -> bool {
        if flight_of(leg, self.question.at, self.context).is_some_and(|(_, flight)| flight.goes_by_road()) {
            return true;
        }
        let by_surface = |booked: &Leg| matches!(booked.mode, Mode::Road | Mode::Rail | Mode::Water);
        let mut booked = self.tree.bookings.iter().rev().flat_map(|booking| &booking.legs);
        let latest = booked.find(|booked| booked.from == leg.from && booked.to == leg.to);
        latest.is_some_and(by_surface)
    }

    /// The leg of a flight the goods, or a unit they are in, are planned for, where the route goes that way.
    pub(super) fn planned_leg(&self) -> Option<(usize, Leg)> {
        let AskedLeg::Named { from, to, flight, date } = &self.question.leg else { return None };
        let index = self.tree.legs.iter().position(|leg| leg.from == *from && leg.to == *to)?;
        let meant = |name: &FlightName| {
            (name.from, name.to) == (*from, *to)
                && flight.is_none_or(|flight| flight == name.flight)
                && date.is_none_or(|date| date.may_be(PartialDate::whole(name.date)))
        };
        let parts = self.all_parts();
        let keys = parts.with_master().iter().map(|part| self.tree.key(&part.node));
        let yard = self.context.yard;
        let mut flights = keys.flat_map(|key| yard.flights_by_desks(&ObjectName::Consignment(key)));
        let name = flights.find(meant)?;
        let planned = leg_of(&name, self.context.yard.flight(&name));
        // The programmes were tested for a truck, and not for a flight.
        let tested = flies(self.tree.legs.get(index)?) || !flies(&planned);
        tested.then_some((index, planned))
    }

    /// Every sub-house belongs to a house that is known, and a house that has sub-houses is covered by them.
    pub(super) fn sub_houses(&mut self) {
        let tree = self.tree;
        if tree.parents().next().is_none() {
            return;
        }
        let parts = self.parts();
        for node in parts.inside().iter().map(|part| &*part.node) {
            if let (true, Some(Node::House(parent)), Node::House(house)) =
                (tree.hangs_on_nothing(node), tree.parent(node), &node)
            {
                let why = Phrase::new(code::WHY_PARENT_UNKNOWN)
                    .with("house", house.as_str())
                    .with("parent", parent.as_str());
                self.push(
                    Reason::new(code::CONTENT_CONTRADICTORY, self.name(node), WhoActs::Filer).because(why),
                );
            }
            let Some(coverage) = tree.coverage_of(node) else { continue };
            let name = self.name(node);
            if !coverage.is_complete() {
                self.push(
                    Reason::new(code::HOUSE_MISSING, name, WhoActs::Filer)
                        .with("pieces", coverage.pieces.to_string())
                        .with("of_pieces", coverage.of_pieces.to_string())
                        .with("weight_kg", coverage.weight_kg.normalize().to_string())
                        .with("of_weight_kg", coverage.of_weight_kg.normalize().to_string()),
                );
            } else if coverage.pieces > coverage.of_pieces
                || weighs_otherwise(self.context, coverage.weight_kg, coverage.of_weight_kg)
            {
                let why = Phrase::new(code::WHY_HOUSES_EXCEED)
                    .with("houses", coverage.pieces.to_string())
                    .with("master", coverage.of_pieces.to_string());
                self.push(Reason::new(code::CONTENT_CONTRADICTORY, name, WhoActs::Filer).because(why));
            }
        }
    }

    /// What waits because of what holds: the master around a house, the units and flights they are on.
    pub(super) fn radius(&self) -> Option<Radius> {
        let tree = self.tree;
        let pieces = |node: &Node| {
            let filed = tree.documents.get(node).and_then(Document::filed);
            filed.and_then(|filed| filed.pieces).map_or(0, u64::from)
        };
        let names: BTreeSet<&str> = self
            .reasons
            .iter()
            .filter(|reason| reason.holds())
            .map(|reason| reason.object.as_str())
            .collect();
        let parts = self.parts();
        let nodes = parts.with_master().iter().map(|part| &*part.node);
        let held: Vec<Node> =
            nodes.filter(|node| names.contains(self.name(node).as_str())).cloned().collect();
        let whole = match tree.filed(&Node::Master) {
            Some(_) => Node::Master,
            None => self.question.node.clone(),
        };
        let own = if held.contains(&whole) { pieces(&whole) } else { held.iter().map(pieces).sum() };
        let keys: BTreeSet<ConsignmentKey> =
            [&self.question.node, &whole].map(|node| tree.key(node)).into_iter().collect();
        let mut with: BTreeSet<String> = BTreeSet::new();
        for key in &keys {
            with.extend(self.context.yard.units_of(key).map(ToString::to_string));
            let flights = self.context.yard.flights_of(&ObjectName::Consignment(key.clone()));
            with.extend(flights.iter().map(ToString::to_string));
        }
        Some(Radius {
            held: held.iter().map(|node| self.name(node)).collect(),
            pieces: own.min(pieces(&whole)),
            of_pieces: pieces(&whole),
            whole: self.name(&whole),
            with: with.into_iter().collect(),
        })
    }
}
