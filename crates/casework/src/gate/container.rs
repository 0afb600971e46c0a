//! The question about a piece, a unit, a receptacle or a flight: an AND over everything inside.

use super::answer::{
    Aircraft, Answer, AskedLeg, Context, Decision, Place, Question, Radius, Reason, Stage, WhoActs,
};
use super::departure::{flight_named, valid_until};
use super::flight::{flight_of_unit, leg_of, leg_on};
use super::judge::{Manner, judged};
use super::pieces::{Goods, came_back, parts_from, piece_has_left};
use super::transport::aircraft_of;
use crate::Dossier;
use crate::case::{Claimed, Node, ReferralKind};
use crate::transport::{Flight, Order, Unit, pieces_of};
use consignment::fact::{Content, FlightName, ObjectName, UnitName};
use consignment::{ConsignmentKey, Leg};
use finding::{Phrase, codes::gate as code};
use jiff::Timestamp;
use rust_decimal::Decimal;
use std::collections::{BTreeSet, HashMap};

/// May this object be loaded?
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectQuestion {
    /// The object.
    pub object: ObjectName,
    /// The leg.
    pub leg: AskedLeg,
    /// What is about to be done.
    pub stage: Stage,
    /// Kind of aircraft; `None` leaves it to the flight.
    pub aircraft: Option<Aircraft>,
    /// When the question is asked.
    pub at: Timestamp,
}

/// Where the tree of a consignment is found. One question reads one consistent state.
pub trait Files {
    /// The tree of a number, and the node in it; `None` where nobody told of it.
    fn dossier(&self, key: &ConsignmentKey) -> Option<(&Dossier, Node)>;
}

/// The answer about any object.
pub fn answer_object(question: &ObjectQuestion, files: &dyn Files, context: &Context<'_>) -> Answer {
    match &question.object {
        ObjectName::Consignment(key) => of_consignment(key, question, files, context),
        ObjectName::Piece(key, piece) => of_piece(key, *piece, question, files, context),
        ObjectName::Unit(unit) => {
            let mut scan = Scan::new(question, files, context, flight_of_unit(unit, question, context));
            scan.unit(unit);
            scan.answer()
        }
        ObjectName::Flight(name) => {
            let mut scan = Scan::new(question, files, context, Some(*name));
            scan.flight(name);
            scan.answer()
        }
    }
}

fn of_consignment(
    key: &ConsignmentKey,
    question: &ObjectQuestion,
    files: &dyn Files,
    context: &Context<'_>,
) -> Answer {
    let Some((dossier, node)) = files.dossier(key) else {
        let mut scan = Scan::new(question, files, context, None);
        scan.push(Reason::new(code::CONTENT_UNKNOWN, key.to_string(), WhoActs::Filer));
        return scan.answer();
    };
    let aircraft = question.aircraft.unwrap_or(Aircraft::Passenger);
    let inner =
        Question { node, leg: question.leg.clone(), stage: question.stage, aircraft, at: question.at };
    judged(dossier, &inner, Manner::Whole, question.aircraft.is_none(), context)
}

/// A piece is loaded as its consignment is; the answer says where it is.
fn of_piece(
    key: &ConsignmentKey,
    piece: u32,
    question: &ObjectQuestion,
    files: &dyn Files,
    context: &Context<'_>,
) -> Answer {
    let mut answer = of_consignment(key, question, files, context);
    let filed = files.dossier(key).and_then(|(dossier, node)| dossier.tree.filed(&node)?.pieces);
    let name = question.object.to_string();
    if piece == 0 || filed.is_some_and(|pieces| piece > pieces) {
        // There is no such piece: what it is nobody knows.
        answer.reasons.insert(0, Reason::new(code::CONTENT_UNKNOWN, name.clone(), WhoActs::Filer));
        answer.decision = Decision::Hold;
        answer.valid_until = None;
        let radius = Radius { held: vec![name.clone()], pieces: 1, of_pieces: 1, ..Radius::default() };
        answer.radius.get_or_insert(Radius { whole: name, ..radius });
    }
    let numbered = |unit: &&UnitName| {
        context.yard.unit(unit).is_some_and(|unit| {
            unit.contents.iter().any(|line| line.object == *key && line.pieces.contains(&piece))
        })
    };
    has_left_alone(&mut answer, (key, piece, filed), question, files, context);
    if let Some(unit) = context.yard.units_of(key).find(numbered) {
        let lines = context.yard.unit(unit).map(|unit| unit.contents.as_slice()).unwrap_or_default();
        let line = lines.iter().find(|line| line.object == *key && line.pieces.contains(&piece));
        let place =
            Place { unit: Some(unit.to_string()), position: line.and_then(|line| line.position.clone()) };
        for reason in answer.reasons.iter_mut().filter(|reason| reason.holds()) {
            reason.place.get_or_insert_with(|| place.clone());
        }
    }
    answer
}

/// A piece whose number left on another flight is not here.
fn has_left_alone(
    answer: &mut Answer,
    (key, piece, filed): (&ConsignmentKey, u32, Option<u32>),
    question: &ObjectQuestion,
    files: &dyn Files,
    context: &Context<'_>,
) {
    let Some(((dossier, _), filed)) = files.dossier(key).zip(filed) else { return };
    let Some(leg) = answer.leg.as_ref().filter(|_| context.yard.has_flown(key)) else { return };
    let asked = flight_named(leg, question.at, context);
    let parts = parts_from(&dossier.tree, key, u64::from(filed), Some(leg.from), context.yard);
    let away =
        |name: &FlightName| Some(*name) != asked && !came_back(&dossier.tree, &Node::of(key), name, context);
    let Some(flight) = parts.left_with(piece, away) else { return };
    let name = question.object.to_string();
    let reason = piece_has_left(name.clone(), piece, &flight);
    answer.reasons.insert(0, reason);
    (answer.decision, answer.valid_until) = (Decision::Hold, None);
    let radius = Radius { held: vec![name.clone()], pieces: 1, of_pieces: 1, ..Radius::default() };
    answer.radius.get_or_insert(Radius { whole: name, ..radius });
}

/// That an order forbids to load something; of one that others claim, that they do.
pub(super) fn ordered(object: String, order: &Order, simulated: bool) -> Reason {
    let programme = &order.programme;
    let reason = if order.is_real(simulated) {
        let reason = Reason::new(code::DNL_OPEN, object, WhoActs::Authority);
        reason.with("referral", order.reference.to_string())
    } else {
        // By its reference officers name what they clear.
        let claimed = format!("{} {}", Claimed::Referral(ReferralKind::Dnl), order.reference);
        let reason = Reason::new(code::REFERRAL_CLAIMED, object, WhoActs::Authority);
        reason.with("programme", programme.as_str()).with("claimed", claimed)
    };
    reason.of(programme)
}

/// One answer over many consignments in the making.
pub(super) struct Scan<'a> {
    pub(super) question: &'a ObjectQuestion,
    pub(super) files: &'a dyn Files,
    pub(super) context: &'a Context<'a>,
    pub(super) flight: Option<(FlightName, Option<&'a Flight>)>,
    pub(super) aircraft: Aircraft,
    pub(super) reasons: Vec<Reason>,
    pub(super) goods: HashMap<&'a ConsignmentKey, Goods>,
    pub(super) units: BTreeSet<&'a UnitName>,
    /// Pieces in units, or on the flight, that hold as a whole.
    pub(super) pieces_held_whole: u64,
    /// Units that hold as a whole.
    pub(super) units_held: Vec<String>,
    pub(super) valid_until: Option<Timestamp>,
    pub(super) shown_leg: Option<Leg>,
}

impl<'a> Scan<'a> {
    fn new(
        question: &'a ObjectQuestion,
        files: &'a dyn Files,
        context: &'a Context<'a>,
        flight: Option<FlightName>,
    ) -> Self {
        let flight = flight.map(|name| (name, context.yard.known(&name)));
        let passengers = flight.and_then(|(name, _)| context.yard.carries_passengers(&name));
        Self {
            question,
            files,
            context,
            flight,
            aircraft: aircraft_of(question.aircraft, passengers),
            reasons: Vec::new(),
            goods: HashMap::new(),
            units: BTreeSet::new(),
            pieces_held_whole: 0,
            units_held: Vec::new(),
            valid_until: None,
            shown_leg: flight.map(|(name, known)| leg_of(&name, known)),
        }
    }

    pub(super) fn push(&mut self, reason: Reason) {
        self.reasons.push(reason);
    }

    /// Everything planned for a flight or loaded on it, and what its manifests list.
    fn flight(&mut self, name: &FlightName) {
        // What has left is asked about no more.
        if self.context.yard.aircraft(name).any(|(_, flight)| flight.departed.is_some()) {
            return;
        }
        // Units first: they tell where goods are that are planned under their number as well.
        for (name, flight) in self.context.yard.aircraft(name) {
            // A list of what stands loose on it needs no plan.
            if let Some((bulk, known)) = self.context.yard.bulk_of(&name)
                && (!known.contents.is_empty() || known.orders_in_force().next().is_some())
            {
                self.loose(bulk, known);
            }
            for object in flight.objects() {
                if let ObjectName::Unit(unit) = object {
                    self.unit(unit);
                }
            }
        }
        for (_, flight) in self.context.yard.aircraft(name) {
            self.under_their_numbers(flight);
        }
    }

    /// What is on a flight under its own number, and what its manifests list.
    fn under_their_numbers(&mut self, flight: &'a Flight) {
        for object in flight.objects() {
            match object {
                ObjectName::Unit(_) => {}
                ObjectName::Consignment(key) => self.goods(key, None, None).whole = true,
                ObjectName::Piece(key, piece) => {
                    let filed = self.goods(key, None, None).filed;
                    self.has_left(key, &[*piece]);
                    if !self.is_in_a_unit(key, *piece) {
                        self.line(key, Some(1), None, None, None);
                    }
                    if filed.is_some_and(|pieces| *piece > pieces) {
                        self.push(Reason::new(code::CONTENT_UNKNOWN, object.to_string(), WhoActs::Filer));
                    }
                }
                ObjectName::Flight(_) => {
                    self.push(Reason::new(code::CONTENT_UNKNOWN, object.to_string(), WhoActs::Carrier));
                }
            }
        }
        for ((unit, key), line) in &flight.manifest {
            let unit_known = unit.as_ref().is_some_and(|unit| self.units.contains(unit));
            if !unit_known && !flight.is_off(key) && !self.is_off_with(flight, unit.as_ref(), &line.content) {
                self.content(unit.as_ref(), &line.content);
            }
        }
    }

    /// Whether goods that a manifest lists in a unit were taken off with it: a desk took it off, and it is closed with at least
    /// as many pieces inside. One that was opened may have been emptied onto the flight before.
    fn is_off_with(&self, flight: &Flight, unit: Option<&UnitName>, listed: &Content) -> bool {
        let known =
            unit.filter(|unit| flight.is_unit_off(unit)).and_then(|unit| self.context.yard.unit(unit));
        let Some(known) = known.filter(|unit| unit.is_known() && unit.said_open.is_none()) else {
            return false;
        };
        let filed = || {
            let (dossier, node) = self.files.dossier(&listed.object)?;
            dossier.tree.filed(&node)?.pieces
        };
        let inside = known.contents.iter().filter(|line| line.object == listed.object);
        let mut inside = inside.map(|line| pieces_of(line).or_else(filed)).peekable();
        let told = pieces_of(listed).or_else(filed);
        inside.peek().is_some()
            && inside.sum::<Option<u32>>().zip(told).is_some_and(|(inside, told)| told <= inside)
    }

    /// What stands loose on the flight asked about, as far as a list tells: what more there is its plans and manifests do.
    fn loose(&mut self, name: &'a UnitName, known: &'a Unit) {
        if !self.units.insert(name) {
            return;
        }
        self.orders(name, known);
        for line in &known.contents {
            self.content(Some(name), line);
        }
    }

    /// Orders that name a unit.
    fn orders(&mut self, name: &UnitName, unit: &Unit) {
        for (order, _) in unit.orders_in_force() {
            self.reasons.push(ordered(name.to_string(), order, self.context.simulated));
        }
    }

    /// Whether a unit looked at lists just this piece.
    fn is_in_a_unit(&self, key: &ConsignmentKey, piece: u32) -> bool {
        let lists = |unit: &Unit| {
            unit.contents.iter().any(|line| line.object == *key && line.pieces.contains(&piece))
        };
        let units = self.context.yard.units_of(key).filter(|unit| self.units.contains(unit));
        units.filter_map(|unit| self.context.yard.unit(unit)).any(lists)
    }

    fn unit(&mut self, name: &'a UnitName) {
        if !self.units.insert(name) {
            return;
        }
        let before = self.reasons.len();
        let known = self.context.yard.unit(name);
        self.unit_itself(name, known);
        let holds = self.reasons[before..].iter().any(Reason::holds);
        let lines = known.map(|unit| unit.contents.as_slice()).unwrap_or_default();
        if holds {
            self.units_held.push(name.to_string());
        }
        let mut pieces = 0;
        for line in lines {
            pieces += self.content(Some(name), line);
        }
        for line in self.context.yard.listed(name) {
            // What a build list names need not be told by the manifest again, but for pieces it leaves out.
            let built = lines.iter().filter(|built| built.object == line.object);
            let built = built.map(pieces_of).reduce(|one, more| one?.checked_add(more?));
            match (built, pieces_of(line)) {
                (None, _) => pieces += self.content(Some(name), line),
                (Some(Some(built)), Some(told)) if told > built => {
                    self.line(&line.object, Some(told - built), None, Some(name), None);
                    pieces += u64::from(told - built);
                }
                (Some(_), _) => {}
            }
        }
        if holds {
            self.pieces_held_whole += pieces;
        }
    }

    /// The unit is closed, listed to the end, and no order names it.
    fn unit_itself(&mut self, name: &UnitName, known: Option<&Unit>) {
        let shown = name.to_string();
        if let (UnitName::Receptacle(receptacle), false) =
            (name, known.is_some_and(|unit| unit.void.is_some()))
        {
            let orders: Vec<Reason> = self
                .context
                .yard
                .unknown_orders(receptacle)
                .filter(|(other, _)| *other != name)
                .map(|(other, order)| {
                    let why = Phrase::new(code::WHY_DISPATCH_ORDERED)
                        .with("referral", order.reference.to_string())
                        .with("receptacle", other.to_string());
                    Reason::new(code::CONTENT_UNKNOWN, shown.clone(), WhoActs::Authority)
                        .of(&order.programme)
                        .because(why)
                })
                .collect();
            self.reasons.extend(orders);
        }
        let Some(unit) = known else {
            let listed = self.context.yard.listed(name).next().is_some();
            // A manifest lists what leaves; bulk has no list of its own.
            if !(listed && matches!(name, UnitName::Bulk(_))) {
                self.push(Reason::new(code::CONTENT_UNKNOWN, shown, WhoActs::Carrier));
            }
            return;
        };
        self.orders(name, unit);
        if let Some(void) = &unit.void {
            let why = Phrase::new(code::WHY_STATED).with("text", void.why.clone());
            self.push(Reason::new(code::RECEPTACLE_VOID, shown.clone(), WhoActs::Carrier).because(why));
        } else if unit.listed_shorter {
            let why = Phrase::new(code::WHY_LISTED_SHORTER);
            self.push(Reason::new(code::CONTENT_CONTRADICTORY, shown.clone(), WhoActs::Carrier).because(why));
        } else if !unit.is_known() || self.listed_by_another_carrier(unit) {
            self.push(Reason::new(code::CONTENT_UNKNOWN, shown.clone(), WhoActs::Carrier));
        }
        match unit.said_open {
            Some(true) => {
                let reason = Reason::new(code::CONTENT_CONTRADICTORY, shown.clone(), WhoActs::Carrier);
                self.push(reason.because(Phrase::new(code::WHY_SAID_OPEN)));
            }
            Some(false) => self.push(Reason::new(code::UNIT_SAID_OPEN, shown.clone(), WhoActs::Carrier)),
            None => {}
        }
        if let Some(since) = unit.broken {
            // It says who acts and what clears it for the goods inside; the unit itself is opened and built anew.
            let why = Phrase::new(code::WHY_CUSTODY_BROKEN).with("since", since.to_string());
            self.push(Reason::new(code::STATUS_NSC, shown, WhoActs::Carrier).because(why));
        }
    }

    /// Whether the list of a unit is that of another carrier than the one it flies with: nobody of his stands for it.
    fn listed_by_another_carrier(&self, unit: &Unit) -> bool {
        let Some((name, _)) = self.flight else { return false };
        let (desks, carrier) = (self.context.desks, name.flight.carrier());
        unit.builder.as_ref().is_some_and(|builder| {
            desks.is_another(builder, carrier)
                && !desks.speak_at_station(builder, (carrier, name.from), self.question.at)
        })
    }

    fn content(&mut self, unit: Option<&UnitName>, line: &'a Content) -> u64 {
        let count = match line.pieces.len() {
            0 => line.count,
            numbered => u32::try_from(numbered).ok(),
        };
        let weight = line.weight.map(|weight| weight.to_kg());
        let position = line.position.as_deref();
        self.line(&line.object, count, weight, unit, position);
        self.has_left(&line.object, &line.pieces);
        let goods = self.goods.get_mut(&line.object);
        if let Some(goods) = goods {
            goods.counted |= line.pieces.is_empty() && line.count.is_some();
            if line.pieces.is_empty() && line.count == Some(0) {
                goods.held = true;
                let object = line.object.to_string();
                self.reasons.push(Reason::new(code::CONTENT_UNKNOWN, object, WhoActs::Carrier));
                return 0;
            }
            let over = |piece: &u32| *piece == 0 || goods.filed.is_some_and(|pieces| *piece > pieces);
            if let Some(piece) = line.pieces.iter().copied().find(|piece| over(piece)) {
                goods.held = true;
                let object = ObjectName::Piece(line.object.clone(), piece).to_string();
                self.reasons.push(Reason::new(code::CONTENT_UNKNOWN, object, WhoActs::Filer));
            }
            return count.map_or_else(|| goods.filed.map_or(0, u64::from), u64::from);
        }
        0
    }

    /// A consignment, judged where it is named first.
    fn goods(
        &mut self,
        key: &'a ConsignmentKey,
        unit: Option<&UnitName>,
        position: Option<&str>,
    ) -> &mut Goods {
        if !self.goods.contains_key(key) {
            let goods = self.judge(key, unit, position);
            self.goods.insert(key, goods);
        }
        self.goods.entry(key).or_default()
    }

    /// Counts pieces of a consignment at a line that names it.
    fn line(
        &mut self,
        key: &'a ConsignmentKey,
        count: Option<u32>,
        weight: Option<Decimal>,
        unit: Option<&UnitName>,
        position: Option<&str>,
    ) {
        let goods = self.goods(key, unit, position);
        let first = goods.listed == 0;
        goods.listed += count.map_or_else(|| goods.filed.map_or(0, u64::from), u64::from);
        goods.weight_kg = match (weight, goods.weight_kg, first) {
            (Some(weight), _, true) => Some(weight),
            (Some(weight), Some(sum), false) => sum.checked_add(weight),
            _ => None,
        };
    }

    fn judge(&mut self, key: &ConsignmentKey, unit: Option<&UnitName>, position: Option<&str>) -> Goods {
        let place =
            || Some(Place { unit: unit.map(ToString::to_string), position: position.map(str::to_owned) });
        let Some((dossier, node)) = self.files.dossier(key) else {
            let mut reason = Reason::new(code::CONTENT_UNKNOWN, key.to_string(), WhoActs::Filer);
            reason.place = place();
            self.push(reason);
            return Goods { held: true, ..Goods::default() };
        };
        let filed = dossier.tree.pieces_left(&node);
        let on_it = |(name, _)| leg_on(&name, Some(&dossier.tree), self.context.yard);
        let question = Question {
            node,
            leg: self.flight.map_or_else(|| self.question.leg.clone(), on_it),
            stage: self.question.stage,
            aircraft: self.aircraft,
            at: self.question.at,
        };
        let answer = judged(dossier, &question, Manner::Part, false, self.context);
        let held = answer.decision == Decision::Hold;
        let from = answer.leg.as_ref().map(|leg| leg.from);
        if self.shown_leg.is_none() {
            self.shown_leg = answer.leg;
        }
        if let Some(until) = answer.valid_until {
            self.valid_until = Some(self.valid_until.map_or(until, |earliest| earliest.min(until)));
        }
        self.reasons.extend(answer.reasons.into_iter().map(|mut reason| {
            reason.place = place();
            reason
        }));
        let from = self.flight.map(|(name, _)| name.from).or(from);
        let flown = filed.map(|pieces| self.flown((key, u64::from(pieces)), from, &dossier.tree));
        let (flown, left) = flown.unwrap_or_default();
        Goods { filed, flown, left, held, ..Goods::default() }
    }

    /// The flight itself: known, with something on it, not cancelled and not gone.
    fn itself(&mut self) {
        if let Some((name, Some(flight))) = self.flight {
            let leg = leg_of(&name, Some(flight)).label();
            let object = self.question.object.to_string();
            if flight.departed.is_some() {
                self.push(Reason::new(code::LEG_DEPARTED, object.clone(), WhoActs::Carrier).with("leg", leg));
            }
            if flight.cancelled || flight.said_cancelled {
                let code =
                    if flight.cancelled { code::FLIGHT_CANCELLED } else { code::FLIGHT_SAID_CANCELLED };
                let reason = Reason::new(code, object, WhoActs::Carrier);
                self.push(reason.with("flight", name.to_string()));
            }
        }
        if self.goods.is_empty() && !self.reasons.iter().any(Reason::holds) {
            // Nothing was looked at, so nothing is ruled out: an empty AND is no "load".
            let object = self.question.object.to_string();
            self.push(Reason::new(code::CONTENT_UNKNOWN, object, WhoActs::Carrier));
        }
    }

    fn answer(mut self) -> Answer {
        self.quantities();
        self.itself();
        self.either_unit();
        let object = self.question.object.to_string();
        let decision = if self.reasons.iter().any(Reason::holds) { Decision::Hold } else { Decision::Load };
        let radius = (decision == Decision::Hold).then(|| self.radius());
        if decision == Decision::Load {
            let pieces: u64 = self.goods.values().map(Goods::pieces).sum();
            let reason = Reason::new(code::CONTENTS_CHECKED, object.clone(), WhoActs::Nobody)
                .with("consignments", self.goods.len().to_string())
                .with("pieces", pieces.to_string());
            self.push(reason);
        }
        if self.context.simulated {
            self.push(Reason::new(code::SIMULATED, object, WhoActs::Nobody));
        }
        // Stable: within each half the order is that of the loading list.
        self.reasons.sort_by_key(|reason| !reason.holds());
        let at = self.question.at;
        let departs = valid_until(self.shown_leg.as_ref(), at, self.context);
        let until = self.valid_until.map_or(departs, |until| until.min(departs));
        Answer {
            decision,
            simulated: self.context.simulated,
            stage: self.question.stage,
            aircraft: self.aircraft,
            leg: self.shown_leg,
            valid_until: (decision == Decision::Load).then_some(until),
            reasons: self.reasons,
            radius,
        }
    }
}
