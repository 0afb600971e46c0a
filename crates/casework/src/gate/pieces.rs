//! Pieces and weights over all that a unit or flight lists: against the filing, what has left, and what they hold.

use super::answer::{Context, Radius, Reason, WhoActs};
use super::container::Scan;
use super::content::weighs_otherwise;
use crate::case::{Node, Tree};
use crate::transport::{Carried, Departure, Parts, Yard};
use consignment::ConsignmentKey;
use consignment::PartialDate;
use consignment::fact::{FlightName, ObjectName};
use consignment::ident::{AirWaybill, Location};
use finding::{Phrase, codes::gate as code};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// What the parts of one consignment come to, over all lines that name it.
#[derive(Debug, Default)]
pub(super) struct Goods {
    /// Pieces listed; lines that say "all" count as many as were filed.
    pub(super) listed: u64,
    /// Planned for the flight or loaded on it under its number: all of it, and what units list is of that.
    pub(super) whole: bool,
    /// Pieces as filed.
    pub(super) filed: Option<u32>,
    /// Pieces that left by other flights.
    pub(super) flown: u64,
    /// The same, with the flights of those whose numbers are known.
    pub(super) left: Parts,
    pub(super) weight_kg: Option<Decimal>,
    pub(super) held: bool,
    /// Whether some pieces are only counted.
    pub(super) counted: bool,
}

impl Goods {
    /// How many pieces come along: all that are left, where the whole does.
    pub(super) fn pieces(&self) -> u64 {
        let filed = self.filed.map_or(0, u64::from);
        // Of what has left in full nothing comes along: then "all" can only be a mistake, and counts as such.
        let left = Some(filed.saturating_sub(self.flown)).filter(|left| *left > 0).unwrap_or(filed);
        if self.whole { self.listed.max(left) } else { self.listed }
    }
}

impl<'a> Scan<'a> {
    /// No more pieces are listed than have not left, and all of them weigh what the filing says.
    pub(super) fn quantities(&mut self) {
        let mut found: Vec<(&'a ConsignmentKey, Phrase)> = Vec::new();
        for (key, goods) in &self.goods {
            let Some(filed) = goods.filed.map(u64::from) else { continue };
            let left = filed.saturating_sub(goods.flown);
            if goods.pieces() > left {
                let why = Phrase::new(code::WHY_MORE_THAN_LEFT)
                    .with("listed", goods.pieces().to_string())
                    .with("left", left.to_string());
                found.push((key, why));
            } else if goods.listed == filed {
                let Some((listed, weight)) = goods.weight_kg.zip(self.filed_kg(key)) else { continue };
                if weighs_otherwise(self.context, listed, weight) {
                    let why = Phrase::new(code::WHY_LISTED_WEIGHS_OTHERWISE)
                        .with("listed_kg", listed.normalize().to_string())
                        .with("weight_kg", weight.normalize().to_string());
                    found.push((key, why));
                }
            }
        }
        let known: BTreeSet<&ConsignmentKey> = found.iter().map(|(key, _)| *key).collect();
        let beyond = self.beyond_their_masters().into_iter();
        found.extend(beyond.filter(|(key, _)| !known.contains(key)));
        found.sort_by_key(|(key, _)| *key);
        for (key, why) in found {
            if let Some(goods) = self.goods.get_mut(key) {
                goods.held = true;
            }
            let reason = Reason::new(code::CONTENT_CONTRADICTORY, key.to_string(), WhoActs::Carrier);
            self.push(reason.because(why));
        }
    }

    /// Goods of masters of which more would leave than there are: what left under the number of the master or those of its houses,
    /// and what is listed here under either. On one flight the ones may be the others.
    fn beyond_their_masters(&self) -> Vec<(&'a ConsignmentKey, Phrase)> {
        let mut masters: BTreeMap<AirWaybill, Vec<&'a ConsignmentKey>> = BTreeMap::new();
        for key in self.goods.keys().copied() {
            if let Some(master) = key.master {
                masters.entry(master).or_default().push(key);
            }
        }
        let mut found = Vec::new();
        for keys in masters.into_values() {
            let file = keys.first().and_then(|key| self.files.dossier(key));
            let left = file.filter(|(dossier, _)| may_have_left(&dossier.tree, self.context.yard));
            let Some(left) = left.and_then(|(dossier, _)| self.left_of_master(&dossier.tree)) else {
                continue;
            };
            let listed = self.listed_together(&keys, left);
            if listed > left {
                let why = Phrase::new(code::WHY_MORE_THAN_LEFT)
                    .with("listed", listed.to_string())
                    .with("left", left.to_string());
                found.extend(keys.iter().map(|key| (*key, why.clone())));
            }
        }
        found
    }

    /// Pieces of a master that have not left by other flights, under its number or those of its houses. `None` where none has left,
    /// or nobody filed how many there are.
    fn left_of_master(&self, tree: &Tree) -> Option<u64> {
        let this = self.flight.map(|(name, _)| name);
        let from = this.map(|name| name.from).or(self.shown_leg.as_ref().map(|leg| leg.from));
        let left = left_under_either(tree, from, this, self.context);
        let pieces = tree.pieces_left(&Node::Master).map(u64::from);
        pieces.filter(|_| left > 0).map(|pieces| pieces.saturating_sub(left))
    }

    /// Pieces listed here of goods of one master of which so many are left.
    fn listed_together(&self, keys: &[&'a ConsignmentKey], left: u64) -> u64 {
        let (mut own, mut houses) = (0, 0);
        for (key, goods) in keys.iter().filter_map(|key| Some((key, self.goods.get(*key)?))) {
            match key.house {
                // All that is left, where the whole comes along.
                None => own += goods.listed.max(goods.pieces().min(left)),
                Some(_) => houses += goods.pieces(),
            }
        }
        own.max(houses)
    }

    /// Pieces of so many that left a station by other flights, and their numbers, where they are known. Where nobody knows from
    /// where they leave next, all that ever left count.
    pub(super) fn flown(
        &self,
        (key, pieces): (&ConsignmentKey, u64),
        from: Option<Location>,
        tree: &Tree,
    ) -> (u64, Parts) {
        let this = self.flight.map(|(name, _)| name);
        let reported =
            |parts: &Parts| flown_by_report((tree, self.context), &Node::of(key), parts, from, this);
        if left_with_its_master(tree, &Node::of(key), from, this, self.context) {
            return (pieces, Parts::default());
        }
        if !self.context.yard.has_flown(key) {
            let none = Parts::default();
            return (reported(&none), none);
        }
        let mut parts = parts_from(tree, key, pieces, from, self.context.yard);
        let reported = reported(&parts);
        let back = |name: &FlightName| came_back(tree, &Node::of(key), name, self.context);
        let counts = |name: &FlightName| Some(*name) != this && !back(name);
        parts.numbers.retain(|(_, name)| counts(name));
        parts.all_but.retain(|(name, _)| counts(name));
        let others = parts.flown.iter().filter(|(name, _)| counts(name));
        let flown = others.map(|(name, count)| {
            count.saturating_sub(stayed(tree, &Node::of(key), (name, *count, pieces), self.context.yard))
        });
        (flown.sum::<u64>() + reported, parts)
    }

    /// A piece that left by another flight is not here.
    pub(super) fn has_left(&mut self, key: &ConsignmentKey, pieces: &[u32]) {
        let Some(goods) = self.goods.get_mut(key) else { return };
        let left = |piece: &u32| Some((*piece, goods.left.left_with(*piece, |_| true)?));
        let Some((piece, flight)) = pieces.iter().find_map(left) else { return };
        let reason = piece_has_left(key.to_string(), piece, &flight);
        goods.held = true;
        self.push(reason);
    }

    pub(super) fn filed_kg(&self, key: &ConsignmentKey) -> Option<Decimal> {
        let (dossier, node) = self.files.dossier(key)?;
        let filed = dossier.tree.filed(&node)?;
        // Of what is left when a house went nobody filed the weight.
        let whole = filed.pieces == dossier.tree.pieces_left(&node);
        filed.weight.filter(|_| whole).map(|weight| weight.to_kg())
    }

    /// Where pieces of what holds are only counted and stand in several units, any of them may hold it.
    pub(super) fn either_unit(&mut self) {
        let mut found = Vec::new();
        for (key, _) in self.goods.iter().filter(|(_, goods)| goods.held && goods.counted) {
            let units: Vec<String> = self.context.yard.units_of(key).map(ToString::to_string).collect();
            if units.len() > 1 {
                let reason = Reason::new(code::COULD_BE_IN_EITHER_UNIT, key.to_string(), WhoActs::Carrier);
                found.push(reason.with("units", units.join(", ")));
            }
        }
        found.sort_by(|one, other| one.object.cmp(&other.object));
        self.reasons.extend(found);
    }

    pub(super) fn radius(&self) -> Radius {
        let object = &self.question.object;
        let held: BTreeMap<&ConsignmentKey, u64> = self
            .goods
            .iter()
            .filter(|(_, goods)| goods.held)
            .map(|(key, goods)| (*key, goods.pieces()))
            .collect();
        let of_pieces: u64 = self.goods.values().map(Goods::pieces).sum();
        let whole = object.to_string();
        let itself = self.reasons.iter().any(|reason| reason.holds() && reason.object == whole);
        let pieces = match itself {
            true => of_pieces,
            false => (held.values().sum::<u64>() + self.pieces_held_whole).min(of_pieces),
        };
        let names = held.keys().map(ToString::to_string);
        let flights = match object {
            ObjectName::Flight(_) => BTreeSet::new(),
            _ => self.context.yard.flights_of(object),
        };
        Radius {
            held: self.units_held.iter().cloned().chain(names).collect(),
            pieces,
            of_pieces,
            whole,
            with: flights.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Which flights go past a station of the way of goods: they start neither there nor farther on, and end farther on.
fn past(tree: &Tree, from: Option<Location>) -> impl Fn(&FlightName) -> bool + use<'_> {
    let start = from.and_then(|from| tree.legs.iter().position(|leg| leg.from == from));
    let rest = start.map_or(&[][..], |start| &tree.legs[start..]);
    move |name| rest.iter().any(|leg| leg.to == name.to) && !rest.iter().any(|leg| leg.from == name.from)
}

/// Where the pieces of goods are, from a station of their way on.
pub fn parts_from(
    tree: &Tree,
    key: &ConsignmentKey,
    pieces: u64,
    from: Option<Location>,
    yard: &Yard,
) -> Parts {
    yard.parts(key, pieces, from, &past(tree, from), tree.begun())
}

/// Whether anything tells that goods of a tree have left: the yard, or a desk's report on its master.
fn may_have_left(tree: &Tree, yard: &Yard) -> bool {
    let reported = || tree.documents.get(&Node::Master).is_some_and(|it| it.told.tells_of_a_way());
    yard.has_any_flown() || reported()
}

/// Pieces of a master that left a station by flights other than one, under its number or those of its houses: on one flight the ones
/// may be the others.
pub(super) fn left_under_either(
    tree: &Tree,
    from: Option<Location>,
    but: Option<FlightName>,
    context: &Context<'_>,
) -> u64 {
    let yard = context.yard;
    let pieces_of = |node: &Node| tree.pieces_left(node).map(u64::from);
    let mut flown: BTreeMap<FlightName, (u64, u64)> = BTreeMap::new();
    let (mut reported, mut of_houses) = (0, 0);
    for node in tree.houses().map(|(house, _)| house).chain([&Node::Master]) {
        let (key, document) = (tree.key(node), tree.documents.get(node));
        let has_flown = yard.has_flown(&key);
        // Of most nothing is told, and there are many.
        if !has_flown && !document.is_some_and(|document| document.told.tells_of_a_way()) {
            continue;
        }
        let Some(pieces) = pieces_of(node) else { continue };
        let parts = if has_flown { parts_from(tree, &key, pieces, from, yard) } else { Parts::default() };
        match node {
            Node::Master => reported = flown_by_report((tree, context), node, &parts, from, but),
            Node::House(_) => of_houses += flown_by_report((tree, context), node, &parts, from, but),
        }
        let gone = |name: &FlightName| Some(*name) != but && !came_back(tree, node, name, context);
        for (name, count) in parts.flown.into_iter().filter(|(name, _)| gone(name)) {
            let (own, houses) = flown.entry(name).or_default();
            match node {
                Node::Master => {
                    *own += count.saturating_sub(stayed(tree, node, (&name, count, pieces), yard))
                }
                Node::House(_) => *houses += count,
            }
        }
    }
    flown.values().map(|(own, houses)| own.max(houses)).sum::<u64>() + reported.max(of_houses)
}

/// Whether a house left by a flight other than one because all of its master did, and nobody took the house off.
pub(super) fn left_with_its_master(
    tree: &Tree,
    house: &Node,
    from: Option<Location>,
    but: Option<FlightName>,
    context: &Context<'_>,
) -> bool {
    let (yard, key) = (context.yard, tree.key(&Node::Master));
    if *house == Node::Master || !yard.has_flown(&key) {
        return false;
    }
    let Some(pieces) = tree.pieces_left(&Node::Master).map(u64::from) else { return false };
    let own = tree.key(house);
    let whole = parts_from(tree, &key, pieces, from, yard).flown.into_iter();
    whole.filter(|(_, count)| *count >= pieces).any(|(name, _)| {
        !yard.is_off(&name, &own) && Some(name) != but && !came_back(tree, house, &name, context)
    })
}

/// That a piece left by another flight.
pub(super) fn piece_has_left(object: String, piece: u32, flight: &FlightName) -> Reason {
    let why = Phrase::new(code::WHY_PIECE_HAS_LEFT)
        .with("piece", piece.to_string())
        .with("flight", flight.to_string());
    Reason::new(code::CONTENT_CONTRADICTORY, object, WhoActs::Carrier).because(why)
}

/// Of a master of so many pieces, all of which a flight is said to carry, those of houses that a desk took off it since.
pub(super) fn stayed(
    tree: &Tree,
    node: &Node,
    (name, count, pieces): (&FlightName, u64, u64),
    yard: &Yard,
) -> u64 {
    if *node != Node::Master || count < pieces {
        return 0;
    }
    let off = tree.houses().filter(|(house, _)| yard.is_off(name, &tree.key(house)));
    off.filter_map(|(house, _)| tree.filed(house)?.pieces).map(u64::from).sum()
}

/// Whether goods, or all that their master holds, came back by a flight to where it left from: a desk received them there, all or
/// as many as left by it.
pub(super) fn came_back(tree: &Tree, node: &Node, name: &FlightName, context: &Context<'_>) -> bool {
    let departed = context.yard.flight(name).and_then(|flight| flight.departed.as_ref());
    let Some(left) = departed else { return false };
    // Under its number they may have come here before.
    let untimed = !tree.legs.iter().any(|leg| leg.to == name.from && leg.flight == Some(name.flight));
    // A report of a part of the master names no house.
    let gone = gone_with(tree, left, |carried| match node {
        Node::Master => carried.object.master == tree.master,
        Node::House(_) => carried.object == tree.key(node),
    });
    let until = context.yard.left_next(name, left.at, |carried| carried.object.master == tree.master);
    [&Node::Master, node].into_iter().any(|of| {
        let gone = gone.filter(|_| of == node);
        tree.documents.get(of).is_some_and(|document| {
            document.told.came_back(name, (left.at, until), gone, untimed, context.stations)
        })
    })
}

/// How many pieces of some goods of a tree a flight left with; `None` where it had none, or nobody can say how many.
pub(super) fn gone_with(tree: &Tree, left: &Departure, is: impl Fn(&Carried) -> bool) -> Option<u64> {
    let pieces = |carried: &Carried| {
        let filed = tree.pieces_left(&Node::of(&carried.object));
        filed.map(|filed| carried.count(u64::from(filed))).or(carried.pieces.map(u64::from))
    };
    let gone = left.carried.iter().filter(|carried| is(carried)).map(pieces).sum::<Option<u64>>();
    gone.filter(|gone| *gone > 0)
}

/// Pieces of goods that left a station by other flights as desks report, beyond those that flights are known to have carried.
pub(super) fn flown_by_report(
    (tree, context): (&Tree, &Context<'_>),
    node: &Node,
    parts: &Parts,
    from: Option<Location>,
    but: Option<FlightName>,
) -> u64 {
    let Some(document) = tree.documents.get(node) else { return 0 };
    let beyond = document.told.departed().map(|((flight, day, station), when, pieces)| {
        let is = |name: &FlightName| {
            *station == name.from
                && flight.is_none_or(|flight| flight == name.flight)
                && day.is_none_or(|day| day == name.date)
        };
        if from.is_some_and(|from| from != *station) || but.as_ref().is_some_and(is) {
            return 0;
        }
        // What was told of its leaving is over with its return.
        let back =
            flight.and_then(|flight| context.yard.back_last(flight, day.map(PartialDate::whole), *station));
        if back.is_some_and(|back| !when.is_after(back, context.stations.get(*station), true)) {
            return 0;
        }
        let known: u64 = parts.flown.iter().filter(|(name, _)| is(name)).map(|(_, pieces)| pieces).sum();
        u64::from(pieces).saturating_sub(known)
    });
    let beyond: u64 = beyond.sum();
    // What a desk received farther on its way has left as well.
    let Some(start) = from.and_then(|from| tree.legs.iter().position(|leg| leg.from == from)) else {
        return beyond;
    };
    let by_asked =
        |station: Location| but.map_or(0, |but| document.told.pieces_arrived(station, Some(but.flight)));
    let farther = tree.legs[start..].iter().map(|leg| {
        let arrived = document.told.pieces_arrived(leg.to, None);
        u64::from(arrived.saturating_sub(by_asked(leg.to)))
    });
    let left = parts.flown.iter().filter(|(name, _)| Some(*name) != but).map(|(_, count)| count).sum();
    beyond.max(farther.max().unwrap_or(0).saturating_sub(left))
}
