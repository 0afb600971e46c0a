//! What others than the declarant tell of goods: reports, announcements, rejections.
//!
//! A report speaks of one thing: goods taken over at a station, a flight, a discrepancy. The latest one on the same
//! thing takes the place of those the same teller sent before, so that whoever sent a wrong one can put it right, and
//! that of a desk of the goods takes the place of everybody's.

use super::command::Actor;
use super::losses::Losses;
use super::marks::LoadingMarks;
use consignment::document::{PieceScope, StatusFact};
use consignment::fact::FlightName;
use consignment::ident::{Flight, Location};
use consignment::security::SecurityStatus;
use consignment::stations::{Station, StationTable};
use consignment::{Consignment, DocumentKind};
use finding::Phrase;
use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Both ends of a way.
pub type Ends = (Location, Location);

/// What a report speaks of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Topic {
    /// A status, where it took place, and which discrepancy it names.
    Status { code: String, station: Option<Location>, discrepancy: Option<String> },
    /// The goods on a manifest, by flight and stations where these can be read.
    Manifest(Vec<String>),
    /// A report of which no status can be read.
    Unreadable(DocumentKind),
}

/// The latest report of somebody on a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Latest {
    by: Teller,
    /// When it came in.
    at: Timestamp,
    says: Arc<Consignment>,
    /// What it says of the topic, where that is a status.
    fact: Option<StatusFact>,
    /// What is wrong with its message, as far as it concerns these goods.
    faults: Arc<[Phrase]>,
    /// What it says of loading the goods.
    marks: LoadingMarks,
}

/// Who told something, and whether as a desk of the goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Teller {
    pub(crate) who: Actor,
    pub(crate) desk: bool,
}

impl Teller {
    /// Whether what he tells may take the place of what another told, or settle it.
    pub(crate) fn outweighs(&self, other: &Self) -> bool {
        self.desk || self.who == other.who
    }
}

/// A status as it was reported, and by whom.
#[derive(Debug, Clone, Copy)]
pub struct Reported<'a> {
    /// The status.
    pub fact: &'a StatusFact,
    /// When it came in.
    pub at: Timestamp,
    by: &'a Teller,
}

impl Reported<'_> {
    /// Whether it may settle what another report says against the goods.
    pub fn outweighs(&self, other: &Self) -> bool {
        self.by.outweighs(other.by)
    }
}

/// The echo of a message that somebody rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// What the rejected message says, perhaps cut short, and why it was rejected.
    pub echo: Arc<Consignment>,
    /// How many versions had been filed when the rejection came in.
    pub versions_known: usize,
}

/// An arrival: where, by which flight, and by which status it was reported.
type Arrival = (Location, Option<Flight>, String);

/// When something took place, by a report: the day and time at its station, as far as it says, and when it came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    day: Option<Date>,
    time: Option<Time>,
    received: Timestamp,
}

impl When {
    fn of(fact: &StatusFact, received: Timestamp) -> Self {
        let today = received.to_zoned(TimeZone::UTC).date();
        Self { day: fact.date.and_then(|date| date.resolve_past(today)), time: fact.time, received }
    }

    /// Whether it was after something else at the same station; where either tells no time, by what came in first.
    fn follows(&self, other: &Self) -> bool {
        match (self.day.zip(self.time), other.day.zip(other.time)) {
            (Some(own), Some(other)) => own > other,
            _ => self.received > other.received && self.day >= other.day,
        }
    }

    /// Whether it was at an earlier time of the same day; where either tells no time, nobody knows.
    fn is_before(&self, other: &Self) -> bool {
        self.day.zip(self.time).zip(other.day.zip(other.time)).is_some_and(|(own, other)| own < other)
    }

    /// Whether it was at a station after an instant; of what tells no time, as `untimed` says of what came in since.
    pub fn is_after(&self, instant: Timestamp, station: Option<&Station>, untimed: bool) -> bool {
        let local = |day: Date| station?.instant(day.to_datetime(self.time?));
        match (self.day, self.time) {
            (Some(day), Some(_)) => local(day).is_some_and(|at| at > instant),
            (day, _) => {
                let left = station.and_then(|station| station.local(instant)).map(|local| local.date());
                untimed && self.received > instant && day.is_none_or(|day| Some(day) >= left)
            }
        }
    }
}

/// A flight by its number, its day, where those are told, and where it starts.
pub type Leaving = (Option<Flight>, Option<Date>, Location);

/// What others told of one node.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    latest: BTreeMap<Topic, Vec<Latest>>,
    /// How many topics state these ends of the way.
    ends: BTreeMap<Ends, usize>,
    /// Reports, and versions set aside, in which goods are not secured for passenger aircraft, and when each
    /// came in.
    lowering: Vec<(Timestamp, Arc<Consignment>)>,
    /// By who told it: the latest report on all the pieces in which somebody answers for the security status.
    answered_for: BTreeMap<Actor, (Timestamp, Arc<Consignment>)>,
    /// Whether any report or announcement speaks of security.
    speaks_of_security: bool,
    /// The latest announcement on a check list.
    announced: Option<(Timestamp, Arc<Consignment>)>,
    announced_faults: Vec<Phrase>,
    /// How many versions had been filed when it came in.
    announced_after: usize,
    losses: Losses,
    rejected: Vec<Rejection>,
    /// Whether an older version that came in late marks the goods for cargo aircraft only.
    set_aside_cao: bool,
    /// What check lists say of loading the goods: the first of each kind, and nothing takes it away.
    announced_marks: LoadingMarks,
    /// What these and the latest reports say.
    marks: LoadingMarks,
    /// Where all the pieces are said to have arrived, whether a desk says so, and when as it last said.
    arrived: BTreeMap<Arrival, (bool, When)>,
    /// How many pieces arrived at a station by a flight, as the latest report of a desk on it says, and when.
    arrivals: BTreeMap<(Location, Option<Flight>), (u32, When)>,
    /// How many pieces departed by a flight, as the latest report of a desk on it says, and when.
    departures: BTreeMap<Leaving, (u32, When)>,
    /// Flights of which a desk reports that they left without any of the pieces, and when these stayed.
    stayed: BTreeMap<Leaving, When>,
}

impl Told {
    /// Takes in a status report or a line of a manifest.
    pub(super) fn report(
        &mut self,
        at: Timestamp,
        by: &Actor,
        says: &Arc<Consignment>,
        faults: &[Phrase],
        versions_known: usize,
        desk: bool,
    ) {
        if says.kind == DocumentKind::Echo {
            // It repeats what was said: no report of the goods. Only a rejected filing says something of them.
            let filing = matches!(
                says.echo_of,
                Some(
                    DocumentKind::Master
                        | DocumentKind::House
                        | DocumentKind::MailItem
                        | DocumentKind::Express
                )
            );
            if says.rejected_for.is_some() && filing {
                self.rejected.push(Rejection { echo: Arc::clone(says), versions_known });
            }
            return;
        }
        self.note_security(at, Some(by), says);
        let marks = LoadingMarks::of(says);
        let teller = Teller { who: by.clone(), desk };
        for fact in &says.statuses {
            self.losses.note(fact, at, &teller);
            self.note_arrival(fact, desk, at);
            self.note_departure(fact, desk, at);
        }
        if faults.is_empty() {
            // A sound report takes the place of one that could not be read.
            self.remove(&Topic::Unreadable(says.kind), &teller);
            if says.kind == DocumentKind::ManifestLine {
                self.remove(&Topic::Manifest(Vec::new()), &teller);
            }
        }
        let faults: Arc<[Phrase]> = faults.into();
        for (topic, fact) in topics(says) {
            let fact = fact.cloned();
            let (by, says, faults) = (teller.clone(), Arc::clone(says), Arc::clone(&faults));
            self.replace(topic, Latest { by, at, says, fact, faults, marks: marks.clone() });
        }
        self.marks.add(marks);
    }

    /// What a stranger says of an arrival brings no goods down, and takes back nothing that a desk said.
    fn note_arrival(&mut self, fact: &StatusFact, desk: bool, at: Timestamp) {
        let Some(station) = fact.station.filter(|_| arrives(&fact.code)) else { return };
        if let Some(pieces) = fact.pieces.filter(|_| desk && matches!(fact.code.as_str(), "ARR" | "RCF")) {
            self.arrivals.insert((station, fact.flight), (pieces, When::of(fact, at)));
        }
        let arrival = (station, fact.flight, fact.code.clone());
        let by_desk = self.arrived.get(&arrival).is_some_and(|(desk, _)| *desk);
        if fact.all_pieces.is_some() {
            if desk || !by_desk {
                self.arrived.insert(arrival, (desk, When::of(fact, at)));
            }
        } else if desk || !by_desk {
            self.arrived.remove(&arrival);
        }
    }

    /// Pieces that departed; by a flight that is none of their way the leg does not tell.
    fn note_departure(&mut self, fact: &StatusFact, desk: bool, at: Timestamp) {
        let Some(station) = fact.station.filter(|_| desk) else { return };
        if matches!(fact.discrepancy.as_deref(), Some("OFLD" | "SSPD")) && fact.all_pieces.is_some() {
            // It left without them, unless a report of the same day says that it was with them later.
            let off = When::of(fact, at);
            let without = (fact.flight, off.day, station);
            self.departures.retain(|leaving, (_, left)| !is_one(leaving, &without) || off.is_before(left));
            self.stayed.insert(without, off);
        }
        if fact.code != "DEP" {
            return;
        }
        let when = When::of(fact, at);
        let flight = (fact.flight, when.day, station);
        match fact.all_pieces.or(fact.pieces) {
            // As a report says that came before, they were offloaded later.
            Some(_) if self.stayed.iter().any(|(of, off)| is_one(of, &flight) && when.is_before(off)) => {}
            Some(pieces) => drop(self.departures.insert(flight, (pieces, when))),
            None => drop(self.departures.remove(&flight)),
        }
    }

    /// Takes in what a check list announces.
    pub(super) fn announce(
        &mut self,
        at: Timestamp,
        says: &Arc<Consignment>,
        faults: &[Phrase],
        versions_known: usize,
    ) {
        self.note_security(at, None, says);
        let marks = LoadingMarks::of(says);
        self.announced_marks.add(marks.clone());
        self.marks.add(marks);
        self.announced = Some((at, Arc::clone(says)));
        self.announced_after = versions_known;
        self.announced_faults = faults.to_vec();
    }

    /// A later check list of the whole does not name the house any more.
    pub(super) fn withdraw_announcement(&mut self) {
        self.announced = None;
        self.announced_faults.clear();
    }

    /// What somebody answered for was said of other goods than those filed now.
    pub(super) fn void_answer(&mut self) {
        self.answered_for.clear();
    }

    /// Takes in a version that was issued before the one that counts. What it says of security was said
    /// when it was issued, and only a later declaration overcomes it.
    pub(super) fn set_aside(&mut self, at: Timestamp, says: &Arc<Consignment>) {
        self.lower(at, says);
        self.set_aside_cao |= LoadingMarks::of(says).cargo_aircraft_only.is_some();
    }

    /// Takes in the status that somebody states, where it is below the best: it lowers what is declared.
    pub(super) fn lower(&mut self, at: Timestamp, says: &Arc<Consignment>) {
        if lowers(says).is_some() {
            self.lowering.push((at, Arc::clone(says)));
        }
    }

    fn note_security(&mut self, at: Timestamp, by: Option<&Actor>, says: &Arc<Consignment>) {
        let Some(security) = &says.security else { return };
        self.speaks_of_security = true;
        let answers = says.piece_scope == PieceScope::Total && security.responsible().is_some();
        if let Some(by) = by.filter(|_| answers) {
            self.answered_for.insert(by.clone(), (at, Arc::clone(says)));
        }
        let announcement = says.kind == DocumentKind::HouseAnnounced;
        if !announcement {
            self.lower(at, says);
        }
    }

    fn replace(&mut self, topic: Topic, latest: Latest) {
        self.remove(&topic, &latest.by);
        if let Some(ends) = own_ends(&latest.says) {
            *self.ends.entry(ends).or_default() += 1;
        }
        self.latest.entry(topic).or_default().push(latest);
    }

    /// Takes away what somebody's report on a topic takes the place of.
    fn remove(&mut self, topic: &Topic, by: &Teller) {
        let Some(known) = self.latest.get_mut(topic) else { return };
        let gone: Vec<Latest> = known.extract_if(.., |latest| by.outweighs(&latest.by)).collect();
        if known.is_empty() {
            self.latest.remove(topic);
        }
        if gone.iter().any(|latest| latest.marks != LoadingMarks::default()) {
            self.marks = self.announced_marks.clone();
            let left = self.latest.values().flatten().map(|latest| latest.marks.clone());
            left.for_each(|marks| self.marks.add(marks));
        }
        for ends in gone.iter().filter_map(|latest| own_ends(&latest.says)) {
            if let Some(count) = self.ends.get_mut(&ends) {
                *count -= 1;
                if *count == 0 {
                    self.ends.remove(&ends);
                }
            }
        }
    }

    /// Whether the same faults are known of everything this report speaks of.
    pub(super) fn knows_faults(&self, says: &Consignment, faults: &[Phrase]) -> bool {
        topics(says).iter().all(|(topic, _)| {
            let known = self.latest.get(topic).into_iter().flatten();
            known.last().is_none_or(|latest| *latest.faults == *faults)
        })
    }

    /// Whether a report that answers for the security status is none that this sender tells for the first
    /// time: the same words count by who says them.
    pub(super) fn heard_from(&self, by: &Actor, says: &Consignment) -> bool {
        let answers = says.security.as_ref().is_some_and(|security| security.responsible().is_some());
        !answers || says.piece_scope != PieceScope::Total || self.answered_for.contains_key(by)
    }

    /// Whether this is what the latest check list announces, with the same faults.
    pub(super) fn knows_announcement(&self, says: &Consignment, faults: &[Phrase]) -> bool {
        self.announced().is_some_and(|known| known.same_content(says)) && self.announced_faults == faults
    }

    /// What the latest check list announces.
    pub fn announced(&self) -> Option<&Arc<Consignment>> {
        self.announced.as_ref().map(|(_, says)| says)
    }

    /// The latest report of this sender on all the pieces in which somebody answers for the security status,
    /// and when it came in.
    pub fn answered_for(&self, by: &Actor) -> Option<&(Timestamp, Arc<Consignment>)> {
        self.answered_for.get(by)
    }

    /// Whether a report or announcement speaks of security. They lower a status, and give one only where no
    /// filing does and the declarant tells them.
    pub fn speaks_of_security(&self) -> bool {
        self.speaks_of_security
    }

    /// Whatever states a security status below `SPX`, and when it came in: reports, versions set aside, and
    /// the latest announcement, unless one of the `versions` came after it.
    pub fn lowering(
        &self,
        versions: usize,
    ) -> impl Iterator<Item = (SecurityStatus, &(Timestamp, Arc<Consignment>))> {
        let announced = self.announced.as_ref().filter(|_| versions <= self.announced_after);
        self.lowering.iter().chain(announced).filter_map(|told| Some((lowers(&told.1)?, told)))
    }

    /// Codes of the losses and finds that nothing settles.
    pub fn losses(&self) -> impl Iterator<Item = &str> {
        self.losses.open()
    }

    /// Faults of the reports that stand, and of the latest announcement.
    pub fn faults(&self) -> impl Iterator<Item = &Phrase> {
        self.standing().flat_map(|latest| latest.faults.iter()).chain(&self.announced_faults)
    }

    /// The latest reports on each topic that nothing took the place of.
    fn standing(&self) -> impl Iterator<Item = &Latest> {
        self.latest.values().flatten()
    }

    /// The reports that stand on each status.
    pub fn reported(&self) -> impl Iterator<Item = Reported<'_>> {
        self.standing().filter_map(|latest| {
            Some(Reported { fact: latest.fact.as_ref()?, at: latest.at, by: &latest.by })
        })
    }

    /// The reports that stand on each topic that is no plan, with the word for it and when it came in.
    pub fn quantities(&self) -> impl Iterator<Item = (&str, &Consignment, Timestamp)> {
        let all =
            self.latest.iter().flat_map(|(topic, standing)| standing.iter().map(move |one| (topic, one)));
        all.filter_map(|(topic, latest)| match topic {
            Topic::Status { code, .. } if plans(code) => None,
            Topic::Status { code, .. } => Some((code.as_str(), &*latest.says, latest.at)),
            Topic::Manifest(_) => Some(("FFM", &*latest.says, latest.at)),
            Topic::Unreadable(_) => None,
        })
    }

    /// The ends of the way that the latest reports state, each once.
    pub fn ends(&self) -> impl Iterator<Item = Ends> {
        self.ends.keys().copied()
    }

    /// Messages that somebody rejected.
    pub fn rejected(&self) -> impl Iterator<Item = &Rejection> {
        self.rejected.iter()
    }

    /// Whether an older version that came in late marks the goods for cargo aircraft only.
    pub fn set_aside_cao(&self) -> bool {
        self.set_aside_cao
    }

    /// What reports and check lists say of loading the goods.
    pub fn marks(&self) -> &LoadingMarks {
        &self.marks
    }

    /// How many pieces have arrived at a station, over all flights that brought some.
    pub fn arrived_pieces(&self, station: Location) -> u64 {
        let arrivals = self.arrivals.iter().filter(|((at, _), _)| *at == station);
        arrivals.map(|(_, (pieces, _))| u64::from(*pieces)).sum()
    }

    /// Where all the pieces have arrived, as a desk says.
    pub fn arrived(&self) -> impl Iterator<Item = Location> {
        self.arrived.iter().filter(|(_, (desk, _))| *desk).map(|((station, ..), _)| *station)
    }

    /// Flights by which pieces departed, as desks say, when, and how many that did not come back by them since.
    pub fn departed(&self) -> impl Iterator<Item = (&Leaving, &When, u32)> {
        self.departures.iter().filter_map(|(leaving, (pieces, left))| {
            let (flight, _, station) = leaving;
            let here = |by: &Flight| *by == flight.unwrap_or(*by);
            let all = self.arrived.iter().any(|((at, by, _), (desk, when))| {
                *desk && at == station && by.as_ref().is_some_and(here) && when.follows(left)
            });
            let back = self.arrivals.iter().filter(|((at, by), (_, when))| {
                at == station && by.as_ref().is_some_and(here) && when.follows(left)
            });
            let back: u32 = back.map(|(_, (pieces, _))| *pieces).fold(0, u32::saturating_add);
            let gone = pieces.saturating_sub(back);
            (!all && gone > 0).then_some((leaving, left, gone))
        })
    }

    /// Whether all that a desk reports to have departed from a station by a flight came back by it, as desks report.
    pub fn is_back(&self, flight: Option<Flight>, from: Location) -> bool {
        let by = |(of, _, station): &Leaving| {
            *station == from && (of.is_none() || flight.is_none() || *of == flight)
        };
        self.departures.keys().any(by) && !self.departed().any(|(leaving, ..)| by(leaving))
    }

    /// Whether a desk tells that some of the pieces departed or arrived.
    pub fn tells_of_a_way(&self) -> bool {
        !self.departures.is_empty() || !self.arrivals.is_empty()
    }

    /// How many pieces a desk received by a flight where it lands, at a time since it left: the same number flies every day.
    pub fn pieces_landed(&self, name: &FlightName, left: Timestamp, stations: &StationTable) -> u32 {
        let station = stations.get(name.to);
        let arrived = self.arrivals.iter().filter(|((at, flight), (_, when))| {
            (*at, *flight) == (name.to, Some(name.flight)) && when.is_after(left, station, false)
        });
        arrived.map(|(_, (pieces, _))| *pieces).fold(0, u32::saturating_add)
    }

    /// How many pieces arrived at a station by a flight, or by whichever, as desks say.
    pub fn pieces_arrived(&self, station: Location, flight: Option<Flight>) -> u32 {
        let by = |of: &Option<Flight>| flight.is_none() || *of == flight;
        let arrived = self.arrivals.iter().filter(|((at, of), _)| *at == station && by(of));
        arrived.map(|(_, (pieces, _))| *pieces).fold(0, u32::saturating_add)
    }

    /// Whether all the pieces, or as many as left by a flight (`gone`), have come back by it to where it left from, as a desk says
    /// of a time since, and before one of the same number left there next with some of the same goods (`until`). What tells no time counts (`untimed`) where goods cannot have come there by that number before.
    pub fn came_back(
        &self,
        name: &FlightName,
        (left, until): (Timestamp, Option<Timestamp>),
        gone: Option<u64>,
        untimed: bool,
        stations: &StationTable,
    ) -> bool {
        let by =
            |station: Location, flight: Option<Flight>| station == name.from && flight == Some(name.flight);
        let station = stations.get(name.from);
        let since = |when: &When| {
            when.is_after(left, station, untimed)
                && !until.is_some_and(|next| when.is_after(next, station, untimed))
        };
        let all = self
            .arrived
            .iter()
            .any(|((station, flight, _), (desk, when))| *desk && by(*station, *flight) && since(when));
        all || self.arrivals.iter().any(|((station, flight), (pieces, when))| {
            by(*station, *flight) && gone.is_some_and(|gone| u64::from(*pieces) >= gone) && since(when)
        })
    }

    /// Where all the pieces have arrived, as anybody says.
    pub fn said_to_have_arrived(&self) -> BTreeSet<Location> {
        self.arrived.keys().map(|(station, ..)| *station).collect()
    }
}

/// Whether both may speak of the same flight of the same day.
fn is_one((flight, day, station): &Leaving, (other, on, at): &Leaving) -> bool {
    let same_flight = flight.is_none() || other.is_none() || flight == other;
    let same_day = day.is_none() || on.is_none() || day == on;
    station == at && same_flight && same_day
}

/// Whether a status plans and counts nothing: booked, prepared, manifested.
pub(crate) fn plans(code: &str) -> bool {
    matches!(code, "BKD" | "PRE" | "MAN")
}

/// Whether a status is a count of the goods on taking them over: from the shipper, from a truck, from a
/// flight.
pub(crate) fn counts(fact: &StatusFact) -> bool {
    fact.all_pieces.is_some() && matches!(fact.code.as_str(), "RCS" | "FOH" | "RCF" | "RCT")
}

/// Whether a status says that the goods have come in by a flight: arrived, received from it, and what
/// follows at the end of the way (notified, documents delivered, cleared, delivered).
fn arrives(code: &str) -> bool {
    matches!(code, "ARR" | "RCF" | "AWR" | "NFD" | "AWD" | "CCD" | "DLV" | "DDL")
}

/// The lowest security status that a document states, where it is below that for passenger aircraft.
fn lowers(says: &Consignment) -> Option<SecurityStatus> {
    let lowest = says.security.as_ref()?.statuses.iter().map(|(status, _)| *status).min()?;
    (lowest < SecurityStatus::Spx).then_some(lowest)
}

fn own_ends(says: &Consignment) -> Option<Ends> {
    says.origin.zip(says.destination)
}

/// What a report speaks of, with what it says of a status.
fn topics(says: &Consignment) -> Vec<(Topic, Option<&StatusFact>)> {
    match says.kind {
        DocumentKind::ManifestLine => {
            vec![(Topic::Manifest(says.legs.iter().map(consignment::Leg::label).collect()), None)]
        }
        kind if says.statuses.is_empty() => vec![(Topic::Unreadable(kind), None)],
        _ => says
            .statuses
            .iter()
            .map(|fact| {
                let topic = Topic::Status {
                    code: fact.code.clone(),
                    station: fact.station,
                    discrepancy: fact.discrepancy.clone(),
                };
                (topic, Some(fact))
            })
            .collect(),
    }
}
