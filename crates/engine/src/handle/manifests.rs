//! Manifests: what flights carry, and that they have left. One that comes before its flight leaves tells what is booked; it has
//! left when its schedule says so, unless somebody tells otherwise.

use super::index::{LEAVING, leaving_of, leaving_text, object_text};
use super::transport::{named, speaker};
use super::{Engine, EngineError};
use crate::channel::Channel;
use crate::command::Reply;
use crate::ports::{Clock, Index, Journal, Outbox, Pick};
use casework::transport::{self, Command, DepartureSource, Speaker, Yard};
use consignment::document::{PieceScope, StatusFact};
use consignment::fact::{Content, FlightName, Loading, ObjectName, UnitName};
use consignment::ident::UnitLoadDevice;
use consignment::measure::Weight;
use consignment::{Consignment, ConsignmentKey, Filing, Leg};
use finding::Severity;
use finding::codes::wire;
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;

/// As whom the node tells that a flight left by its schedule.
const BY_SCHEDULE: &str = "schedule";

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// Whether the known schedule lets a flight leave later than now, and nothing but manifests says that it left.
    pub(super) fn leaves_later(&self, name: &FlightName) -> bool {
        let now = self.clock.now();
        let mut aircraft = self.transport.yard.aircraft(name);
        !aircraft.any(|(_, flight)| flight.departed.is_some() && !flight.left_by_manifest_alone())
            && self.scheduled_at(name).is_some_and(|leaves| now < leaves)
    }

    /// When a flight leaves by its schedule; where schedules tell of its parts alone, by that of the first.
    fn scheduled_at(&self, name: &FlightName) -> Option<Timestamp> {
        let (yard, stations) = (&self.transport.yard, &self.settings.stations);
        let leaves = |name: &FlightName| yard.flight(name)?.scheduled_at(name, stations);
        leaves(name).or_else(|| yard.leaving_with(name).filter_map(|part| leaves(&part)).min())
    }

    /// Notes a manifest that came before its flight leaves, and to look again when its schedule says that it leaves.
    pub(super) fn manifest_early(
        &mut self,
        flight: FlightName,
        speaker: &Speaker,
    ) -> Result<(), EngineError> {
        self.yard(Command::ManifestEarly { flight }, speaker)?;
        self.look_when_it_leaves(&flight)?;
        self.left_against_orders(&flight)?;
        Ok(())
    }

    pub(super) fn look_when_it_leaves(&mut self, flight: &FlightName) -> Result<(), EngineError> {
        let Some(leaves) = self.scheduled_at(flight) else { return Ok(()) };
        self.put(Index::Call, LEAVING, &leaving_text(leaves, flight))?;
        Ok(())
    }

    /// Flights of which a manifest came early have left when their schedule says so and nobody told otherwise.
    pub(super) fn leave_by_schedule(&mut self) -> Result<usize, EngineError> {
        let now = self.clock.now();
        let mut done = 0;
        for text in self.journal.find(Index::Call, LEAVING, Pick::All)? {
            let (leaves, flight) = leaving_of(&text)?;
            if now < leaves {
                continue;
            }
            self.take(Index::Call, LEAVING, &text)?;
            self.bring(&ObjectName::Flight(flight))?;
            let due = self.transport.yard.flight(&flight).is_some_and(|known| {
                known.departed.is_none() && !known.cancelled && known.manifest_early.is_some()
            });
            match self.scheduled_at(&flight).filter(|_| due) {
                Some(at) if at <= now => {
                    let speaker = Speaker::Other(BY_SCHEDULE.into());
                    done += self.yard(Command::LeaveBySchedule { flight, at }, &speaker)?;
                    self.left_against_orders(&flight)?;
                }
                // It is late.
                Some(_) => self.look_when_it_leaves(&flight)?,
                None => {}
            }
        }
        Ok(done)
    }

    /// A manifest is sent when the flight has left: from a desk it tells the departure, at its own time where it states
    /// one, else when it came. One that says itself that the flight leaves later came early, as one does that comes before the
    /// known schedule lets it leave.
    pub(super) fn flown(&mut self, leg: &Leg, channel: &Channel) -> Result<(), EngineError> {
        let Some(flight) = named(&Leg { date: self.whole_date(leg), ..leg.clone() }) else { return Ok(()) };
        let speaker = speaker(channel, self.speaks_at_flight(channel, &flight));
        let Speaker::Desk(_) = speaker else { return Ok(()) };
        let now = self.clock.now();
        let station = self.settings.stations.get(leg.from);
        let stated = leg.departs_at.map(|time| station?.instant(flight.date.to_datetime(time)));
        let left = match stated {
            Some(at) => at.is_some_and(|at| at <= now),
            None => flight.date <= self.today(leg),
        };
        self.bring(&ObjectName::Flight(flight))?;
        let later = self.leaves_later(&flight);
        let gone = self.transport.yard.aircraft(&flight).any(|(_, known)| known.departed.is_some());
        let early = if left { stated.is_none() && later } else { later || !gone };
        if early {
            self.manifest_early(flight, &speaker)?;
        } else if left {
            let (at, source) = (stated.flatten(), DepartureSource::Manifest);
            if self.yard(Command::Depart { flight, at, source }, &speaker)? > 0 {
                self.left_against_orders(&flight)?;
            }
        }
        Ok(())
    }

    /// Notes which message of a manifest came, after its lines were listed. Later legs of the flight are planned, and keep what they list.
    pub(super) fn manifest_message(
        &mut self,
        sent: &SentManifest,
        lines: &[LineOf],
    ) -> Result<(), EngineError> {
        let Some(flight) = named(&Leg { date: self.whole_date(&sent.leg), ..sent.leg.clone() }) else {
            return Ok(());
        };
        let speaker = speaker(&sent.channel, self.speaks_at_flight(&sent.channel, &flight));
        let mut lists: Vec<transport::Entry> = Vec::new();
        for (line, part, channel) in lines {
            let is_here = line
                .legs
                .iter()
                .any(|leg| named(&Leg { date: self.whole_date(leg), ..leg.clone() }) == Some(flight));
            if is_here && *part == sent.part && channel.name == sent.channel.name {
                lists.push((unit_of(line), self.with_known_master(line.key())?));
            }
        }
        let (number, last, all) = (sent.part.unwrap_or(1), sent.last, sent.all);
        self.yard(Command::ManifestMessage { flight, number, last, lists, all }, &speaker)?;
        Ok(())
    }

    /// A flight came back to where it left from, or had not left, as a desk of it says: under each of its names it stands there
    /// with what was aboard. What is under order on it is to be taken off.
    pub(super) fn returned(
        &mut self,
        flight: FlightName,
        said_at: Option<Timestamp>,
        channel: &Channel,
    ) -> Result<Reply, EngineError> {
        let speaker = speaker(channel, self.speaks_at_flight(channel, &flight));
        let at = said_at.unwrap_or_else(|| self.clock.now());
        self.bring(&ObjectName::Flight(flight))?;
        let names: Vec<FlightName> = self.transport.yard.aircraft(&flight).map(|(name, _)| name).collect();
        let mut done = self.yard(Command::Return { flight, at }, &speaker)?;
        for name in names.into_iter().filter(|name| *name != flight) {
            done += self.yard(Command::Return { flight: name, at }, &speaker)?;
        }
        if done > 0 {
            let routed = self.routed_on(&flight)?;
            self.reroute_all(routed)?;
            self.left_against_orders(&flight)?;
        }
        Ok(Reply::Done(done))
    }

    /// Goods all of which a desk reports as offloaded are off their flight, where it has not left but by a manifest, and nobody
    /// named them on it since that time: a report may come late. Of what a list has standing loose on it the list tells.
    pub(super) fn reported_offloaded(
        &mut self,
        key: &ConsignmentKey,
        says: &Consignment,
        channel: &Channel,
    ) -> Result<(), EngineError> {
        let speaker = speaker(channel, true);
        let Speaker::Desk(_) = speaker else { return Ok(()) };
        let (now, goods) = (self.clock.now(), ObjectName::Consignment(key.clone()));
        self.bring(&goods)?;
        for fact in says.statuses.iter().filter(|fact| tells_offloaded(fact)) {
            let (Some(from), Some(time)) = (fact.station, fact.time) else { continue };
            let leg = Leg { flight: fact.flight, date: fact.date, ..Leg::assumed(from, from) };
            let date = self.whole_date(&leg);
            let Some(meant) = named(&Leg { date, ..leg }) else { continue };
            let station = self.settings.stations.get(from);
            let at = station.and_then(|station| station.instant(meant.date.to_datetime(time)));
            let Some(at) = at.filter(|at| *at <= now) else { continue };
            let flights = self.transport.yard.flights_of(&goods).into_iter();
            let flights: Vec<FlightName> = flights
                .filter(|name| FlightName { to: name.to, ..meant } == *name)
                .filter(|name| self.speaks_at_flight(channel, name))
                .filter(|name| {
                    // What left under one name of its aircraft left under all.
                    let mut aircraft = self.transport.yard.aircraft(name);
                    aircraft.all(|(_, known)| known.departed.is_none() || known.left_by_manifest_alone())
                })
                .filter(|name| {
                    let bulk = self.transport.yard.bulk_of(name);
                    !bulk.is_some_and(|(_, bulk)| bulk.contents.iter().any(|line| line.object == *key))
                })
                .collect();
            for flight in flights {
                if !self.named_since(&flight, key, at)? {
                    let (object, how) = (goods.clone(), Loading::Offloaded);
                    self.yard_under_all_names(Command::Load { flight, object, how }, &speaker)?;
                }
            }
        }
        let stream = self.stream_found(key)?;
        self.reroute_all(stream.into_iter().collect())
    }

    /// Whether anybody named goods, or what is in them or they are in, on the aircraft of a flight since an instant.
    fn named_since(
        &self,
        flight: &FlightName,
        key: &ConsignmentKey,
        at: Timestamp,
    ) -> Result<bool, EngineError> {
        let yard = &self.transport.yard;
        for name in yard.aircraft(flight).map(|(name, _)| name) {
            let told = self.journal.read(&object_text(&ObjectName::Flight(name)).into())?;
            if told.iter().any(|told| told.at > at && names(&told.event, key, yard)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whoever sends a manifest adds to what is looked at; only a desk's lines tell what was carried.
    pub(super) fn manifest(
        &mut self,
        line: &Consignment,
        part: Option<u16>,
        channel: &Channel,
    ) -> Result<(), EngineError> {
        let unit = unit_of(line);
        let count = match line.piece_scope {
            PieceScope::Total => None,
            PieceScope::Part => line.pieces,
        };
        let key = self.with_known_master(line.key())?;
        let content = Content { object: key, pieces: Vec::new(), count, weight: line.weight, position: None };
        for leg in &line.legs {
            let leg = Leg { date: self.whole_date(leg), ..leg.clone() };
            let Some(flight) = named(&leg) else { continue };
            let command = Command::Manifest { flight, unit: unit.clone(), content: content.clone(), part };
            let speaker = speaker(channel, self.speaks_at_flight(channel, &flight));
            self.yard_under_all_names(command, &speaker)?;
        }
        Ok(())
    }
}

/// The unit in which a line of a manifest lists its goods.
fn unit_of(line: &Consignment) -> Option<UnitName> {
    line.unit.as_ref().and_then(|unit| unit.device).map(UnitName::Device)
}

/// Whether a status says that all of the goods were offloaded.
pub(super) fn tells_offloaded(fact: &StatusFact) -> bool {
    fact.all_pieces.is_some() && fact.discrepancy.as_deref() == Some("OFLD")
}

/// Whether an event names goods, or what is in them or they are in, on a flight.
fn names(event: &casework::Event, key: &ConsignmentKey, yard: &Yard) -> bool {
    // A house goes with its master.
    let is = |of: &ConsignmentKey| {
        of == key
            || key.master.is_some() && of.master == key.master && (of.house.is_none() || key.house.is_none())
    };
    match event {
        casework::Event::Transport(transport::Event::Loaded { object, how, .. }) => {
            let mut named = false;
            yard.each_inside(object, |of| named |= is(of));
            named && *how != Loading::Offloaded
        }
        casework::Event::Transport(transport::Event::Manifested { content, .. }) => is(&content.object),
        _ => false,
    }
}

/// A message of a manifest, and the leg that it says was flown.
#[derive(Debug)]
pub(super) struct SentManifest {
    pub(super) leg: Leg,
    /// As its lines have it: `None` where it is the whole.
    part: Option<u16>,
    /// Whether it is the last of the manifest.
    last: bool,
    /// Whether all that it lists could be read and is taken in.
    all: bool,
    pub(super) channel: Channel,
}

impl SentManifest {
    /// A message of which all lines are `taken` in, or not.
    pub(super) fn of(leg: Leg, filing: &Filing, taken: bool, channel: &Channel) -> Self {
        let found = |code| filing.findings.iter().any(|finding| finding.code == code);
        let ended = !filing.incomplete && !found(wire::END_MARK_MISSING);
        let read = filing.findings.iter().all(|finding| finding.severity != Severity::Error)
            && filing.mentions.is_empty()
            && filing.uninterpreted.iter().all(|segment| segment.known);
        let last = ended && !found(wire::PARTS_NOT_JOINED);
        Self { leg, part: filing.part, last, all: taken && ended && read, channel: channel.clone() }
    }
}

/// A line of a manifest, of which of the messages of it where there are several, and by which channel.
pub(super) type LineOf = (Arc<Consignment>, Option<u16>, Channel);

/// Lines of one message that list the same goods in the same unit on the same way are one: each lists pieces of its own.
pub(super) fn joined(lines: Vec<LineOf>) -> Vec<LineOf> {
    let mut joined: Vec<LineOf> = Vec::new();
    let mut places: HashMap<(ConsignmentKey, Option<UnitLoadDevice>), Vec<usize>> = HashMap::new();
    for (line, part, channel) in lines {
        let known = places.entry((line.key(), line.unit.as_ref().and_then(|unit| unit.device))).or_default();
        let same = known.iter().copied().find(|at| joined[*at].0.legs == line.legs && joined[*at].1 == part);
        let Some(at) = same else {
            known.push(joined.len());
            joined.push((line, part, channel));
            continue;
        };
        let before = Arc::make_mut(&mut joined[at].0);
        if line.piece_scope == PieceScope::Total {
            before.piece_scope = PieceScope::Total;
        }
        before.pieces = before.pieces.zip(line.pieces).and_then(|(one, other)| one.checked_add(other));
        let kg = before.weight.zip(line.weight);
        let kg = kg.and_then(|(one, other)| one.to_kg().checked_add(other.to_kg()));
        before.weight = kg.map(Weight::kilograms);
    }
    joined
}
