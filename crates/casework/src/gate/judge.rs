//! The questions of the gate in order, and the reasons each of them adds.

use super::alike;
use super::answer::{Aircraft, Answer, AskedLeg, Context, Decision, Question, Reason, Scope, Stage, WhoActs};
use super::departure::{Departing, PAST_DAYS_MAX, departs_on, today, valid_until};
use super::parts::Parts;
use super::transport::aircraft_of;
use super::word::aboard;
use crate::Dossier;
use crate::case::told::{Reported, counts};
use crate::case::{Document, Hold, Node, ReferralKind, Tree};
use crate::security::record::Records;
use consignment::document::StatusFact;
use consignment::ident::Location;
use consignment::route::RouteBasis;
use consignment::{Leg, Mode};
use finding::{Args, Code, Phrase, codes::gate as code};
use jiff::{Span, Timestamp};
use programme::ProgrammeId;
use std::cell::OnceCell;
use std::rc::Rc;

/// May the object be loaded? `dossier` is everything known of the tree the object belongs to.
pub fn answer(dossier: &Dossier, question: &Question, context: &Context<'_>) -> Answer {
    judged(dossier, question, Manner::Whole, false, context)
}

/// How much an answer tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// Everything.
    Whole,
    /// Only what holds: the answer is a part of one about a unit or flight.
    Part,
}

/// The answer for one consignment. Where the question left the aircraft out, that of the flight counts.
pub(super) fn judged(
    dossier: &Dossier,
    question: &Question,
    manner: Manner,
    aircraft_left_out: bool,
    context: &Context<'_>,
) -> Answer {
    // Facts of security may name a house that is like all others; those of the whole are of each of them.
    let alike =
        manner == Manner::Part && question.node == Node::Master && dossier.security.houses().next().is_none();
    if let Some(houses) = alike.then(|| alike::one_of_each(&dossier.tree, context)).flatten() {
        let answer = judged_over(dossier, question, manner, Some(houses), aircraft_left_out, context);
        if answer.decision == Decision::Load {
            return answer;
        }
    }
    // Whatever holds is told of each house it holds.
    judged_over(dossier, question, manner, None, aircraft_left_out, context)
}

/// The answer from the houses given, where they stand for all; else from every house.
fn judged_over(
    dossier: &Dossier,
    question: &Question,
    manner: Manner,
    houses: Option<&[Node]>,
    aircraft_left_out: bool,
    context: &Context<'_>,
) -> Answer {
    let (tree, security) = (&dossier.tree, &dossier.security);
    let on_flight: Question;
    let part = manner == Manner::Part;
    let mut judge = Judge {
        tree,
        security,
        question,
        context,
        part,
        houses,
        parts: OnceCell::new(),
        all_parts: OnceCell::new(),
        reasons: Vec::new(),
        expires: None,
    };
    let leg = judge.leg();
    let departing = leg.as_ref().map(|(_, leg)| Departing::of(leg, question.at, context));
    let flight = departing.and_then(|departing| departing.flight);
    if let Some((name, _)) = &flight {
        let asked = (!aircraft_left_out).then_some(question.aircraft);
        on_flight = Question {
            aircraft: aircraft_of(asked, context.yard.carries_passengers(name)),
            ..question.clone()
        };
        judge.question = &on_flight;
    }
    let question = judge.question;
    judge.identity();
    if let Some(((index, leg), departing)) = leg.as_ref().zip(departing.as_ref()) {
        if judge.has_departed(*index, leg, departing) {
            judge.departed(leg);
        } else {
            judge.manifested(*index, flight);
        }
    }
    judge.transport(flight);
    if let Some(((index, leg), departing)) = leg.as_ref().zip(departing.as_ref()) {
        judge.gone(*index, leg, departing);
    }
    judge.given_out(leg.as_ref());
    judge.content();
    if let Some((index, leg)) = &leg {
        judge.programmes(*index, leg);
    }
    judge.do_not_loads();
    judge.claims(leg.as_ref().map(|(index, _)| *index));
    judge.airborne();
    let on = departing.map_or_else(|| today(None, question.at, context), |departing| departing.on);
    judge.security(leg.as_ref().map(|(index, _)| *index), on);
    judge.operator(leg.as_ref().map(|(_, leg)| leg).zip(departing.as_ref()));
    judge.holds();
    judge.cargo_aircraft_only();
    judge.names();
    if context.simulated && !part {
        judge.push(Reason::new(code::SIMULATED, judge.name(&question.node), WhoActs::Nobody));
    }
    let simulated = context.simulated || judge.partly_simulated();
    let radius = if part || !judge.reasons.iter().any(Reason::holds) { None } else { judge.radius() };
    let Judge { mut reasons, expires, .. } = judge;
    told_once(&mut reasons);
    if question.stage == Stage::Accept {
        leave_for_later(&mut reasons);
    }
    // Stable: within each half the order is that of the questions above.
    reasons.sort_by_key(|reason| !reason.holds());
    let decision = if reasons.iter().any(Reason::holds) { Decision::Hold } else { Decision::Load };
    let leg = leg.map(|(_, leg)| leg);
    let valid_until = (decision == Decision::Load).then(|| {
        let until = match leg.as_ref().zip(departing) {
            Some((leg, departing)) => departing.valid_until(leg, question.at, context),
            None => valid_until(None, question.at, context),
        };
        expires.map_or(until, |expires| until.min(expires))
    });
    Answer {
        decision,
        simulated,
        stage: question.stage,
        aircraft: question.aircraft,
        leg,
        valid_until,
        reasons,
        radius: radius.filter(|_| decision == Decision::Hold),
    }
}

/// What a programme names for itself need not be told again without it, nor a station for every programme
/// and every house.
fn told_once(reasons: &mut Vec<Reason>) {
    let named: Vec<(Code, String)> = reasons
        .iter()
        .filter(|reason| reason.programme.is_some() && reason.scope == Scope::This)
        .map(|reason| (reason.code, reason.object.clone()))
        .collect();
    let mut stations: Vec<Args> = Vec::new();
    reasons.retain(|reason| {
        if reason.code == code::STATION_UNKNOWN {
            let first = !stations.contains(&reason.args);
            stations.push(reason.args.clone());
            return first;
        }
        reason.programme.is_some() || !named.contains(&(reason.code, reason.object.clone()))
    });
}

/// What is done to goods only after they were taken over holds nothing at acceptance: they are accepted to
/// be screened, and for which aircraft is settled when they are built up.
const AFTER_ACCEPTANCE: [Code; 5] = [
    code::STATUS_NSC,
    code::STATUS_SCO_PAX,
    code::HRCM_NOT_SCREENED,
    code::RFS_OPEN,
    code::CARGO_AIRCRAFT_ONLY,
];

fn leave_for_later(reasons: &mut [Reason]) {
    for reason in reasons.iter_mut().filter(|reason| AFTER_ACCEPTANCE.contains(&reason.code)) {
        reason.scope = Scope::Later;
    }
}

/// One answer in the making.
pub(super) struct Judge<'a> {
    pub(super) tree: &'a Tree,
    pub(super) security: &'a Records,
    pub(super) question: &'a Question,
    pub(super) context: &'a Context<'a>,
    /// Whether only what holds is wanted.
    pub(super) part: bool,
    /// The houses that stand for all of a master; `None` where each is looked at.
    pub(super) houses: Option<&'a [Node]>,
    /// See [`Judge::parts`]: every lock asks.
    pub(super) parts: OnceCell<Rc<Parts<'a>>>,
    /// See [`Judge::all_parts`]: lists and orders of units name any house.
    pub(super) all_parts: OnceCell<Rc<Parts<'a>>>,
    pub(super) reasons: Vec<Reason>,
    /// When something the answer rests on ends, before the answer would.
    pub(super) expires: Option<Timestamp>,
}

impl<'a> Judge<'a> {
    pub(super) fn push(&mut self, reason: Reason) {
        if !self.part || reason.holds() {
            self.reasons.push(reason);
        }
    }

    pub(super) fn name(&self, node: &Node) -> String {
        self.tree.key(node).to_string()
    }

    /// What the question looks at.
    pub(super) fn parts(&self) -> Rc<Parts<'a>> {
        let of = || Rc::new(Parts::of(self.tree, &self.question.node, self.houses, self.context.yard));
        Rc::clone(self.parts.get_or_init(of))
    }

    /// The same, whether one house stands for others or not.
    pub(super) fn all_parts(&self) -> Rc<Parts<'a>> {
        let of = || match self.houses {
            None => self.parts(),
            Some(_) => Rc::new(Parts::of(self.tree, &self.question.node, None, self.context.yard)),
        };
        Rc::clone(self.all_parts.get_or_init(of))
    }

    /// Whether the goods are about to fly, rather than to be taken over or built up.
    pub(super) fn flies(&self) -> bool {
        matches!(self.question.stage, Stage::Load | Stage::Depart)
    }

    /// The master that flies around a house: what is wrong with it holds its houses, too. A house may be
    /// accepted and built up while its master waits.
    pub(super) fn around(&self) -> Option<Node> {
        let filed = self.tree.filed(&Node::Master).is_some();
        (self.question.node != Node::Master && self.flies() && filed).then_some(Node::Master)
    }

    /// The leg asked about: its place on the route, and the flight as it is known.
    fn leg(&mut self) -> Option<(usize, Leg)> {
        let mut unclear = self.tree.route_unclear.clone();
        if self.tree.legs.is_empty() {
            unclear.push(Phrase::new(code::WHY_NO_ROUTE));
        }
        if !unclear.is_empty() {
            let name = self.name(&self.question.node);
            let mut reason = Reason::new(code::ROUTE_UNKNOWN, name, WhoActs::Filer);
            reason.why = unclear;
            self.push(reason);
        }
        if self.tree.legs.is_empty() {
            return None;
        }
        let found = self.asked_leg();
        if let Some((_, leg)) = &found {
            self.ends_of(leg);
            self.landings(leg);
            if !flies(leg) && !self.booked_by_surface(leg) {
                let name = self.name(&self.question.node);
                let reason = Reason::new(code::LEG_BY_SURFACE, name, WhoActs::Carrier);
                self.push(reason.with("leg", leg.label()).with("mode", leg.mode.as_str()));
            }
        }
        found
    }

    /// Both ends of the leg are known stations, not the same one, and joined by what goods are said to go by: programmes bind
    /// on no truck, so that nothing may be called one that cannot be.
    fn ends_of(&mut self, leg: &Leg) {
        for station in [leg.from, leg.to] {
            if self.context.stations.get(station).is_none() {
                let name = self.name(&self.question.node);
                let reason = Reason::new(code::STATION_UNKNOWN, name, WhoActs::Operator);
                self.push(reason.with("station", station.to_string()));
            }
        }
        if leg.from == leg.to {
            let name = self.name(&self.question.node);
            let why = Phrase::new(code::WHY_LEG_IN_PLACE).with("station", leg.from.to_string());
            self.push(Reason::new(code::ROUTE_UNKNOWN, name, WhoActs::Filer).because(why));
        }
        let ends = self.context.stations.get(leg.from).zip(self.context.stations.get(leg.to));
        let overseas = ends.is_some_and(|(from, to)| from.is_overseas_of(to));
        // No ship goes by the number of a flight.
        let numbered = leg.flight.is_some() && leg.mode == Mode::Water;
        if overseas && matches!(leg.mode, Mode::Road | Mode::Rail) || numbered {
            let name = self.name(&self.question.node);
            let why = Phrase::new(code::WHY_NO_ROAD).with("leg", leg.label()).with("mode", leg.mode.as_str());
            self.push(Reason::new(code::ROUTE_UNKNOWN, name, WhoActs::Carrier).because(why));
        }
    }

    fn asked_leg(&mut self) -> Option<(usize, Leg)> {
        let AskedLeg::Named { from, to, flight, date } = &self.question.leg else {
            return self.next_leg();
        };
        let meant = |leg: &Leg| {
            leg.from == *from
                && leg.to == *to
                && flight.is_none_or(|asked| {
                    // Goods that go by surface without a number are on no flight somebody names.
                    leg.flight.map_or(flies(leg), |known| known == asked)
                        && leg.carrier.is_none_or(|carrier| carrier == asked.carrier())
                })
                && date.is_none_or(|asked| leg.date.is_none_or(|known| known.may_be(asked)))
        };
        let between = |leg: &Leg| leg.from == *from && leg.to == *to;
        let found = self.tree.legs.iter().enumerate().find(|(_, leg)| meant(leg)).or_else(|| {
            // A shipment may be booked on several flights of one leg.
            let (index, _) = self.tree.legs.iter().enumerate().find(|(_, leg)| between(leg))?;
            let told = self.tree.told_legs.iter().map(|told| &told.leg);
            let filed = self.tree.filed(&Node::Master).into_iter().flat_map(|filed| &filed.legs);
            // Goods that go by surface now are on no flight of that leg: the programmes were not tested for one.
            let surface = !flies(&self.tree.legs[index]);
            told.chain(filed).find(|leg| meant(leg) && flies(leg) != surface).map(|leg| (index, leg))
        });
        let planned = if found.is_none() { self.planned_leg() } else { None };
        // What the route leaves open is as the question has it.
        let found = found.or(planned.as_ref().map(|(index, leg)| (*index, leg))).map(|(index, leg)| {
            let (flight, date) = (leg.flight.or(*flight), leg.date.or(*date));
            (index, Leg { flight, date, ..leg.clone() })
        });
        if found.is_none() {
            let route: Vec<String> = self.tree.legs.iter().map(Leg::label).collect();
            let asked = Leg { flight: *flight, date: *date, ..Leg::assumed(*from, *to) }.label();
            let name = self.name(&self.question.node);
            self.push(
                Reason::new(code::LEG_NOT_ON_ROUTE, name, WhoActs::Carrier)
                    .with("leg", asked)
                    .with("route", route.join(", ")),
            );
        }
        found
    }

    /// The first leg by air that has not left; where all have, the last of them. The question is about an
    /// aircraft, so a leg known to go by surface is not meant as long as there is another.
    fn next_leg(&self) -> Option<(usize, Leg)> {
        let by_air = || self.tree.legs.iter().enumerate().filter(|(_, leg)| flies(leg));
        let next = by_air().find(|(index, leg)| !self.has_left(*index, leg)).or_else(|| by_air().next_back());
        next.or_else(|| self.tree.legs.iter().enumerate().next()).map(|(index, leg)| (index, leg.clone()))
    }

    /// Whether a leg is over: it was flown, all the goods have arrived at its end or beyond, its time or day has passed, or
    /// all the goods left by flights that nobody filed.
    pub(super) fn has_left(&self, index: usize, leg: &Leg) -> bool {
        self.has_departed(index, leg, &Departing::of(leg, self.question.at, self.context))
            || self.all_flown(leg.from, None, true).is_some()
    }

    /// Whether a leg that departs so is over, whatever flights the goods left by.
    pub(super) fn has_departed(&self, index: usize, leg: &Leg, departing: &Departing<'_>) -> bool {
        if leg.basis == RouteBasis::Flown || self.arrived_beyond(index) {
            return true;
        }
        if departing.flight.is_some_and(|(_, flight)| flight.departed.is_some()) {
            return true;
        }
        let (at, context) = (self.question.at, self.context);
        match departing.at {
            Some(departure) => departure <= at,
            None if departing.flight.is_some_and(|(_, flight)| flight.is_back()) => false,
            None if leg.date.is_some() => departing.on < today(Some(leg), at, context),
            // Goods that left the station before long ago do not still wait for a flight without a day.
            None => self.tree.legs[..index].iter().rev().find(|before| before.date.is_some()).is_some_and(
                |before| {
                    let left = departs_on(Some(before), at, context);
                    left.checked_add(Span::new().days(PAST_DAYS_MAX))
                        .is_ok_and(|latest| latest < today(Some(leg), at, context))
                },
            ),
        }
    }

    pub(super) fn arrived_beyond(&self, index: usize) -> bool {
        let nodes = [&Node::Master, &self.question.node];
        let arrived = nodes.iter().filter_map(|node| self.tree.documents.get(node));
        arrived
            .flat_map(|document| document.told.arrived())
            .any(|station| self.reached(station).is_some_and(|reached| reached >= index))
    }

    /// The first leg that ends at a station; where none names it, the first that comes into its territory from
    /// another: a leg to a city is a leg to any of its airports, and goods land beside the one they were
    /// booked to.
    fn reached(&self, station: Location) -> Option<usize> {
        let legs = &self.tree.legs;
        if legs.iter().any(|leg| leg.from == station || leg.to == station) {
            return legs.iter().position(|leg| leg.to == station);
        }
        let territory = |at: Location| self.context.stations.get(at)?.territory.as_ref();
        let here = territory(station)?;
        legs.iter().position(|leg| territory(leg.to) == Some(here) && territory(leg.from) != Some(here))
    }

    /// Goods that were given out are not the carrier's to load, until he takes them over again.
    fn given_out(&mut self, leg: Option<&(usize, Leg)>) {
        let Some((index, _)) = leg else { return };
        let parts = self.parts();
        for part in parts.with_master() {
            let (node, Some(document)) = (&*part.node, part.document) else { continue };
            let facts: Vec<Reported<'_>> = document.told.reported().collect();
            let when = |fact: &StatusFact| (fact.date.map(|date| (date.month, date.day)), fact.time);
            let out = facts.iter().filter(|told| told.fact.code == "DLV" && told.fact.all_pieces.is_some());
            let out = out.filter(|told| {
                let beyond = told.fact.station.and_then(|station| self.reached(station));
                beyond.is_none_or(|reached| reached < *index)
            });
            let taken_over_since = |out: &Reported<'_>| {
                facts.iter().any(|told| {
                    let (fact, out_of) = (told.fact, out.fact);
                    let since = when(fact) > when(out_of) && fact.station == out_of.station;
                    counts(fact) && since && told.outweighs(out)
                })
            };
            let given: Vec<Reported<'_>> = out.copied().filter(|told| !taken_over_since(told)).collect();
            for told in given {
                let station = told.fact.station.map_or_else(|| "?".to_owned(), |station| station.to_string());
                let reason = Reason::new(code::GOODS_GIVEN_OUT, self.name(node), WhoActs::Carrier);
                self.push(reason.with("station", station));
            }
        }
    }

    fn identity(&mut self) {
        let key = self.tree.key(&self.question.node);
        let document = self.tree.documents.get(&self.question.node);
        let unnumbered = document.and_then(Document::filed).is_some_and(|filed| filed.lacks_number());
        if unnumbered || key.master.is_none() && key.house.is_none() {
            self.push(Reason::new(code::IDENTITY_UNKNOWN, key.to_string(), WhoActs::Filer));
        }
        if document.is_some_and(|document| document.unlinked) {
            let why = Phrase::new(code::WHY_LEFT_MASTER);
            let reason = Reason::new(code::IDENTITY_AMBIGUOUS, key.to_string(), WhoActs::Nobody);
            self.push(reason.because(why));
        }
        if self.tree.fewer_since(&self.question.node).last().is_some_and(|(_, left)| *left == 0) {
            let why = Phrase::new(code::WHY_NOTHING_LEFT);
            let reason = Reason::new(code::IDENTITY_AMBIGUOUS, key.to_string(), WhoActs::Filer);
            self.push(reason.because(why));
        }
        let parts = self.parts();
        for part in parts.with_master() {
            let (node, Some(document)) = (&*part.node, part.document) else { continue };
            for why in &document.resembles {
                let name = self.name(node);
                self.push(Reason::new(code::RESEMBLES_DNL, name, WhoActs::Operator).because(why.clone()));
            }
            for why in [&document.other_shipment, &document.elsewhere, &document.whose].into_iter().flatten()
            {
                let name = self.name(node);
                self.push(
                    Reason::new(code::IDENTITY_AMBIGUOUS, name, WhoActs::Operator).because(why.clone()),
                );
            }
            let cao = document.told.set_aside_cao() && !marked_cao(document);
            let cao = cao.then(|| Phrase::new(code::WHY_SET_ASIDE_CAO));
            for why in cao.into_iter().chain(document.set_aside_for.iter().cloned()) {
                let reason = Reason::new(code::VERSION_SET_ASIDE, self.name(node), WhoActs::Nobody);
                self.push(reason.because(why));
            }
        }
    }

    /// A flight that has left loads nothing any more.
    fn departed(&mut self, leg: &Leg) {
        let name = self.name(&self.question.node);
        self.push(Reason::new(code::LEG_DEPARTED, name, WhoActs::Carrier).with("leg", leg.label()));
    }

    /// A do-not-load holds the goods everywhere: on any leg, inside anything, and whatever contains them.
    fn do_not_loads(&mut self) {
        let (tree, parts) = (self.tree, self.parts());
        for part in parts.with_master() {
            let node = &*part.node;
            let orders = tree.cases_of(node).flat_map(|(programme, case)| {
                let open = case.open_referrals().filter(|referral| referral.kind == ReferralKind::Dnl);
                open.map(move |referral| (programme, case, referral))
            });
            for (programme, case, referral) in orders {
                let reason = Reason::new(code::DNL_OPEN, self.name(node), WhoActs::Authority)
                    .of(programme)
                    .with("referral", referral.reference.to_string())
                    .wanting(self.wanted(node, programme, case, referral));
                self.push(reason);
                self.take_off(node, programme, &referral.reference);
            }
            // Words of anybody are no order, but may well tell of one.
            let Some(document) = part.document else { continue };
            let marks = [&document.marks, document.told.marks()];
            if let Some(text) = marks.iter().find_map(|marks| marks.do_not_load.as_ref()) {
                let reason = Reason::new(code::TOLD_NOT_TO_LOAD, self.name(node), WhoActs::Carrier);
                self.push(reason.with("text", text.as_str()));
            }
        }
    }

    /// What must not be loaded and is on a flight that has not left is taken off.
    pub(super) fn take_off(&mut self, node: &Node, programme: &ProgrammeId, order: &str) {
        for aboard in aboard(self.tree, node, self.question.at, self.context) {
            if aboard.at_gate {
                let reason = Reason::new(code::DNL_ABOARD, self.name(node), WhoActs::Carrier).of(programme);
                self.push(reason.with("referral", order).with("flight", aboard.flight.to_string()));
            }
        }
    }

    fn holds(&mut self) {
        let parts = self.parts();
        for part in parts.with_master() {
            let (node, Some(document)) = (&*part.node, part.document) else { continue };
            for (at, hold) in document.holds.iter().enumerate() {
                // Two officers of one agency may hold for the same reason.
                let same = |other: &Hold| (&other.agency, &other.cause) == (&hold.agency, &hold.cause);
                if document.holds[..at].iter().any(same) {
                    continue;
                }
                let reason = Reason::new(
                    code::OTHER_AGENCY_HOLD,
                    self.name(node),
                    WhoActs::Agency(hold.agency.clone()),
                )
                .with("agency", hold.agency.to_string())
                .because(hold.cause.0.clone());
                self.push(reason);
            }
        }
    }

    /// Goods marked for cargo aircraft only are on no passenger aircraft, in whatever they fly.
    fn cargo_aircraft_only(&mut self) {
        if self.question.aircraft != Aircraft::Passenger {
            return;
        }
        let parts = self.parts();
        for part in parts.with_master() {
            let (node, Some(document)) = (&*part.node, part.document) else { continue };
            let marks = [&document.marks, document.told.marks()];
            if let Some(why) = marks.iter().find_map(|marks| marks.cargo_aircraft_only.clone()) {
                let name = self.name(node);
                self.push(Reason::new(code::CARGO_AIRCRAFT_ONLY, name, WhoActs::Carrier).because(why));
            }
        }
    }
}

/// The houses of a tree, or those of them that stand for all.
pub(super) fn houses_of<'a>(
    tree: &'a Tree,
    houses: Option<&'a [Node]>,
) -> impl Iterator<Item = (&'a Node, &'a Document)> {
    let all = houses.is_none().then(|| tree.houses());
    let chosen = houses.unwrap_or_default().iter();
    let chosen = chosen.filter_map(|node| Some((node, tree.documents.get(node)?)));
    all.into_iter().flatten().chain(chosen)
}

/// Whether a filing, a report or a check list marks the goods for cargo aircraft only.
fn marked_cao(document: &Document) -> bool {
    [&document.marks, document.told.marks()].iter().any(|marks| marks.cargo_aircraft_only.is_some())
}

/// Whether a leg goes by air, as far as anybody says.
pub(super) fn flies(leg: &Leg) -> bool {
    matches!(leg.mode, Mode::Air | Mode::Unknown)
}
