//! Flights, units, mail and express: what desks and posts tell, and what follows for the trees.

use super::filing::Changed;
use super::index::{day_text, number_text, object_text};
use super::likeness::CLAIMED_ORDER;
use super::manifests::{LineOf, SentManifest, joined};
use super::{Engine, EngineError, Loaded};
use crate::channel::Channel;
use crate::command::Reply;
use crate::ports::{
    Addressee, Clock, Index, Journal, JournalError, Notice, NoticeKind, Outbox, Pick, StreamId, Version,
};
use casework::Refusal;
use casework::case::{self, Node, Referral, ReferralKind, Tree};
use casework::transport::{self, Command, DepartureSource, Parts, Place, Speaker, Yard};
use consignment::fact::{FlightName, Loading, ObjectName, Schedule, UnitName, What};
use consignment::{Consignment, ConsignmentKey, DocumentKind, Filing, Leg, PartialDate, Purpose};
use finding::{Phrase, codes};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Days a flight may lie before the report of it.
pub(super) const PAST_DAYS_MAX: i16 = 7;

/// What the engine keeps of flights and units beside the trees.
#[derive(Debug, Default)]
pub(super) struct Transport {
    /// Flights and units that questions led to.
    pub(super) yard: Yard,
    /// At which version each of their streams was folded.
    versions: HashMap<StreamId, Version>,
    /// Goods and dispatches whose flights and units are all in the yard.
    brought: HashSet<ConsignmentKey>,
    dispatches: HashSet<Box<str>>,
    /// What was filed since the last look at likenesses.
    filed: Vec<(StreamId, Node)>,
    /// Goods on which a do-not-load was opened since.
    ordered: Vec<(StreamId, Node)>,
    /// Units that something was told of since the last look at the orders on them.
    touched: BTreeSet<UnitName>,
    /// Trees of whose flights something was told, since the last look, that may say when they depart.
    moved: BTreeSet<StreamId>,
    /// Lines of manifests that are not in the yard yet, and who sent them.
    manifested: Vec<LineOf>,
    /// Messages of manifests with the legs that they say were flown, not in the yard yet.
    flown: Vec<SentManifest>,
    /// Reports that goods were offloaded, not in the yard yet.
    left_behind: Vec<(ConsignmentKey, Arc<Consignment>, Channel)>,
}

impl Transport {
    /// Whether the flights and units of goods are all here.
    pub(super) fn has_brought(&self, key: &ConsignmentKey) -> bool {
        self.brought.contains(key)
    }

    pub(super) fn note_brought(&mut self, key: &ConsignmentKey) {
        self.brought.insert(key.clone());
    }

    /// Whether the receptacles of a dispatch are all here.
    pub(super) fn has_dispatch(&self, dispatch: &str) -> bool {
        self.dispatches.contains(dispatch)
    }

    pub(super) fn note_dispatch(&mut self, dispatch: &str) {
        self.dispatches.insert(dispatch.into());
    }

    /// Whether the stream of a flight or unit is here.
    pub(super) fn has_folded(&self, stream: &StreamId) -> bool {
        self.versions.contains_key(stream)
    }

    pub(super) fn note_folded(&mut self, stream: StreamId, version: Version) {
        self.versions.insert(stream, version);
    }

    /// How many streams of flights and units are in the yard, and goods with all of theirs.
    pub(super) fn len(&self) -> usize {
        self.versions.len() + self.brought.len()
    }

    /// Notes goods that must not be loaded, to look for what resembles them.
    pub(super) fn note_ordered(&mut self, stream: StreamId, node: Node) {
        self.ordered.push((stream, node));
    }

    /// Forgets what stands in the journal.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Notes a line of a manifest for the yard.
    pub(super) fn list(&mut self, line: Arc<Consignment>, part: Option<u16>, channel: &Channel) {
        self.manifested.push((line, part, channel.clone()));
    }

    /// Notes a report that goods were offloaded for the yard.
    pub(super) fn left_behind(&mut self, key: ConsignmentKey, says: Arc<Consignment>, channel: &Channel) {
        self.left_behind.push((key, says, channel.clone()));
    }

    /// Notes that a manifest says that a leg was flown.
    pub(super) fn left(&mut self, sent: SentManifest) {
        self.flown.push(sent);
    }
}

/// The flight of a leg whose day is whole.
pub(super) fn named(leg: &Leg) -> Option<FlightName> {
    let (flight, date) = leg.flight.zip(leg.date.and_then(PartialDate::date))?;
    Some(FlightName { flight, date, from: leg.from, to: leg.to })
}

/// As whom somebody speaks of flights and units, where he is a desk of theirs and where he is not.
pub(super) fn speaker(channel: &Channel, desk: bool) -> Speaker {
    match &channel.authority {
        Some(programme) => Speaker::Authority(programme.clone()),
        None if desk => Speaker::Desk(Arc::clone(&channel.name)),
        None => Speaker::Other(Arc::clone(&channel.name)),
    }
}

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// Keeps what an event of a tree means for flights and likenesses.
    pub(super) fn note_transport(
        &mut self,
        stream: &StreamId,
        event: &casework::Event,
    ) -> Result<(), EngineError> {
        self.note_routed(stream, event)?;
        let casework::Event::Tree(event) = event else { return Ok(()) };
        match event {
            case::Event::Recorded { node, consignment, .. } if consignment.is_filing() => {
                self.transport.filed.push((stream.clone(), node.clone()));
            }
            case::Event::ReferralOpened { node, opening, .. } if opening.kind == ReferralKind::Dnl => {
                self.transport.ordered.push((stream.clone(), node.clone()));
            }
            // Who has heard of an order may renumber the goods before the authority speaks.
            case::Event::Claimed { node, claim, .. } if claim.open && claim.claimed == CLAIMED_ORDER => {
                self.transport.ordered.push((stream.clone(), node.clone()));
            }
            _ => {}
        }
        Ok(())
    }

    /// Keeps which flights the way of a tree names.
    pub(super) fn note_routed(
        &mut self,
        stream: &StreamId,
        event: &casework::Event,
    ) -> Result<(), EngineError> {
        let casework::Event::Tree(case::Event::Routed { legs, .. }) = event else { return Ok(()) };
        for leg in legs {
            let Some(flight) = leg.flight else { continue };
            let day = day_text(flight, leg.date.and_then(PartialDate::date));
            self.put(Index::Routed, &day, stream)?;
        }
        Ok(())
    }

    /// Decides on the yard, and appends and folds what follows.
    pub(super) fn yard(&mut self, command: Command, speaker: &Speaker) -> Result<usize, EngineError> {
        let object = command.stream();
        self.bring(&object)?;
        for named in named_in(&command) {
            self.bring(&named)?;
        }
        let now = self.clock.now();
        let events = transport::decide(&self.transport.yard, command, speaker, now)?;
        if events.is_empty() {
            return Ok(0);
        }
        let stream: StreamId = object_text(&object).into();
        let expected = self.transport.versions.get(&stream).copied().unwrap_or(0);
        let stored: Vec<casework::Event> = events.iter().cloned().map(casework::Event::Transport).collect();
        let version = self.journal.append(&stream, expected, &stored, now)?;
        self.transport.versions.insert(stream, version);
        // Also what a unit or flight held before the event.
        let mut concerned = self.transport.yard.concerned(&object);
        for event in &events {
            match (event, event.stream()) {
                (transport::Event::Manifested { unit: Some(unit), .. }, _) => {
                    self.transport.touched.insert(unit.clone());
                }
                (_, ObjectName::Unit(unit)) => drop(self.transport.touched.insert(unit)),
                _ => {}
            }
            self.transport.yard.evolve(event);
            for place in self.transport.yard.places(event) {
                if let Place::Ordered(key, _) = &place {
                    concerned.insert(ObjectName::Consignment(key.clone()));
                }
                self.keep_place(place)?;
            }
        }
        concerned.extend(self.transport.yard.concerned(&object));
        if let ObjectName::Flight(name) = &object {
            // A flight is of everything routed on it, planned or not.
            let moves = events.iter().any(|event| {
                use transport::Event::{Departed, ManifestEarly, Returned, Scheduled};
                matches!(event, Scheduled { .. } | Departed { .. } | Returned { .. } | ManifestEarly { .. })
            });
            if moves {
                let days = [Some(name.date), name.date.yesterday().ok(), name.date.tomorrow().ok()];
                for day in days.into_iter().flatten() {
                    self.answers.touch(&number_text(name.flight, day).into());
                }
            }
            for stream in self.routed_on(name)? {
                self.answers.touch(&stream);
                if moves {
                    self.transport.moved.insert(stream);
                }
            }
        }
        concerned.insert(object);
        let orders = events.iter().any(|event| {
            use transport::Event::{OrderCancelled, Ordered};
            matches!(event, Ordered { .. } | OrderCancelled { .. })
        });
        for one in concerned {
            if let Some(stream) = self.stream_under(&one)? {
                self.answers.touch(&stream);
                if let (true, ObjectName::Consignment(goods)) = (orders, one) {
                    self.moved.insert(goods);
                }
            }
        }
        Ok(events.len())
    }

    /// Trees whose way names a flight. A later part of a flight may leave on the day after it, and beyond the date line on
    /// the day before.
    pub(super) fn routed_on(&self, name: &FlightName) -> Result<BTreeSet<StreamId>, JournalError> {
        let mut routed = BTreeSet::new();
        for day in [Some(name.date), name.date.yesterday().ok(), name.date.tomorrow().ok(), None] {
            routed.extend(self.journal.find(Index::Routed, &day_text(name.flight, day), Pick::All)?);
        }
        Ok(routed)
    }

    /// What somebody says of a flight, and what a desk means by that under other names of its aircraft.
    pub(super) fn yard_under_all_names(
        &mut self,
        command: Command,
        speaker: &Speaker,
    ) -> Result<usize, EngineError> {
        self.bring(&command.stream())?;
        let others = match speaker {
            Speaker::Other(_) => Vec::new(),
            _ => self.transport.yard.meant_under_other_names(&command),
        };
        let mut done = self.yard(command, speaker)?;
        for other in others {
            done += self.yard(other, speaker)?;
        }
        Ok(done)
    }

    /// The protection of a unit is broken: it holds, whatever is listed in it.
    pub(super) fn break_unit(
        &mut self,
        unit: UnitName,
        at: Timestamp,
        channel: &Channel,
    ) -> Result<usize, EngineError> {
        // That it is broken counts from anybody.
        self.yard(Command::Break { unit, at }, &speaker(channel, false))
    }

    /// The goods that were in a unit at an instant.
    pub(super) fn goods_in_custody(
        &mut self,
        unit: &UnitName,
        at: Timestamp,
    ) -> Result<BTreeSet<ConsignmentKey>, EngineError> {
        self.bring(&ObjectName::Unit(unit.clone()))?;
        Ok(self.transport.yard.held_at(unit, at))
    }

    /// What is done to units and at the aircraft.
    pub(super) fn at_the_ramp(
        &mut self,
        what: What,
        said_at: Option<Timestamp>,
        channel: &Channel,
    ) -> Result<Reply, EngineError> {
        let speaks = match &what {
            What::Built(build) => self.stands_for_unit(channel, &build.unit)?,
            What::Opened { unit, .. } => self.may_open(channel, unit)?,
            What::Loaded { flight, .. } | What::Departed { flight } => self.speaks_at_flight(channel, flight),
            _ => false,
        };
        let speaker = speaker(channel, speaks);
        let command = match what {
            What::Built(build) => {
                let takes_over = speaks && self.takes_over(channel, &build.unit)?;
                let (unit, contents, complete) = (build.unit, build.contents, build.complete);
                Command::Build { unit, contents, complete, takes_over }
            }
            What::Opened { unit, why } => {
                let part = !speaks && self.has_part_in_unit(channel, &unit)?;
                Command::Open { unit, why, part }
            }
            What::Loaded { flight, object, how } => Command::Load { flight, object, how },
            What::Departed { flight } => {
                Command::Depart { flight, at: said_at, source: DepartureSource::Report }
            }
            _ => return Err(Refusal(Phrase::new(codes::gate::FACT_NOT_TAKEN)).into()),
        };
        let goods = self.planned_by(&command)?;
        let departed = match &command {
            Command::Depart { flight, .. } => Some(*flight),
            _ => None,
        };
        let opened = matches!(command, Command::Open { .. }).then(|| command.stream());
        let aboard = match &command {
            Command::Load { flight, how: Loading::Loaded, .. } => BTreeSet::from([*flight]),
            Command::Build { unit, .. } => self.transport.yard.flights_of(&ObjectName::Unit(unit.clone())),
            _ => BTreeSet::new(),
        };
        let off = matches!(command, Command::Load { how: Loading::Offloaded, .. });
        let done = self.yard_under_all_names(command, &speaker)?;
        if done > 0 {
            if off {
                self.was_offloaded(&goods)?;
            }
            let ordered = !aboard.is_empty() && self.any_ordered(&goods)?;
            self.reroute_all(goods)?;
            // What is loaded although it must not be is to be offloaded, or called for.
            for flight in aboard.into_iter().filter(|_| ordered).chain(departed) {
                self.left_against_orders(&flight)?;
            }
            if let (Some(unit), Speaker::Other(_)) = (opened, &speaker) {
                self.tell_carrier(NoticeKind::SaidOpen, unit)?;
            }
        }
        Ok(Reply::Done(done))
    }

    /// What somebody says who does not stand for it is for the carrier to look at.
    fn tell_carrier(&mut self, kind: NoticeKind, about: ObjectName) -> Result<(), EngineError> {
        let (to, programme, text, referral) = (Addressee::Carrier, None, None, None);
        self.send_about(Notice { programme, text, referral, ..Notice::new(to, kind, about) })
    }

    /// Whether a channel filed goods in a unit or the masters around them, or is a desk of some.
    fn has_part_in_unit(&mut self, channel: &Channel, unit: &UnitName) -> Result<bool, EngineError> {
        let name = ObjectName::Unit(unit.clone());
        self.bring(&name)?;
        let mut goods: BTreeSet<ConsignmentKey> = BTreeSet::new();
        self.transport.yard.each_inside(&name, |key| goods.extend([key.clone()]));
        for key in goods {
            if self.has_part_in(&key, channel)? || self.handles(&key, channel)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The trees of the goods that a command puts on a flight or takes off it: they land where it lands.
    fn planned_by(&mut self, command: &Command) -> Result<BTreeSet<StreamId>, EngineError> {
        let mut goods: BTreeSet<ConsignmentKey> = BTreeSet::new();
        match command {
            Command::Load { object, .. } => {
                self.bring(object)?;
                self.transport.yard.each_inside(object, |key| goods.extend([key.clone()]));
            }
            Command::Build { unit, contents, .. } => {
                let unit = ObjectName::Unit(unit.clone());
                self.bring(&unit)?;
                if !self.transport.yard.flights_of(&unit).is_empty() {
                    goods.extend(contents.iter().map(|content| content.object.clone()));
                }
            }
            _ => {}
        }
        let mut streams = BTreeSet::new();
        for key in goods {
            streams.extend(self.stream_found(&key)?);
        }
        Ok(streams)
    }

    /// Whether an order is on any of these trees, or may be under another number of a house in them.
    fn any_ordered(&mut self, streams: &BTreeSet<StreamId>) -> Result<bool, EngineError> {
        for stream in streams {
            let loaded = self.load(stream)?;
            let tree = &loaded.dossier.tree;
            let is_order = |referral: &Referral| referral.kind == ReferralKind::Dnl;
            let ordered = tree.cases.values().any(|case| case.open_referrals().any(is_order))
                || tree.documents.values().any(|document| document.elsewhere.is_some());
            self.keep(loaded);
            if ordered {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn reroute_all(&mut self, streams: BTreeSet<StreamId>) -> Result<(), EngineError> {
        for stream in streams {
            let loaded = self.load(&stream)?;
            self.reroute(loaded)?;
        }
        Ok(())
    }

    /// A schedule, and the new way of every tree on that flight: it may land elsewhere, or go by road.
    pub(super) fn schedule(
        &mut self,
        schedule: Schedule,
        said_at: Option<Timestamp>,
        channel: &Channel,
    ) -> Result<Reply, EngineError> {
        let name = schedule.flight;
        let said_at = said_at.unwrap_or_else(|| self.clock.now());
        let speaker = speaker(channel, self.is_carrier(channel, name.flight.carrier()));
        let cancelled = schedule.cancelled && matches!(speaker, Speaker::Other(_));
        let events = self.yard(Command::Schedule { schedule, said_at }, &speaker)?;
        if events > 0 && cancelled {
            self.tell_carrier(NoticeKind::SaidCancelled, ObjectName::Flight(name))?;
        }
        if events > 0 {
            self.bring(&ObjectName::Flight(name))?;
            let desk = matches!(speaker, Speaker::Desk(_));
            // Manifests may name it by another end of its way.
            let aircraft: Vec<FlightName> =
                self.transport.yard.aircraft(&name).map(|(name, _)| name).collect();
            for name in aircraft {
                let Some(known) = self.transport.yard.flight(&name) else { continue };
                let later = desk && self.leaves_later(&name);
                if later && known.left_by_manifest_alone() {
                    // A manifest that was taken for its departure came early.
                    self.manifest_early(name, &speaker)?;
                } else if known.manifest_early.is_some() {
                    // It may leave sooner than was known.
                    self.look_when_it_leaves(&name)?;
                    if later {
                        self.left_against_orders(&name)?;
                    }
                } else if known.departed.is_none() {
                    // What is under an order leaves at another time than was known.
                    self.left_against_orders(&name)?;
                }
            }
            let routed = self.routed_on(&name)?;
            self.reroute_all(routed)?;
        }
        Ok(Reply::Done(events))
    }

    // Trees.

    /// Mail items and express shipments: filed by a fact, with a number of their own and no master.
    pub(super) fn file_alone(
        &mut self,
        consignment: Consignment,
        channel: &Channel,
    ) -> Result<Reply, EngineError> {
        let alone = consignment.kind.stands_alone() || consignment.kind == DocumentKind::House;
        if !alone || consignment.master.is_some() || consignment.house.is_none() {
            return Err(Refusal(Phrase::new(codes::gate::FACT_NOT_TAKEN)).into());
        }
        let filing = Filing {
            format: None,
            message_index: 0,
            first_line: 1,
            purpose: Purpose::Creation,
            envelope: None,
            incomplete: false,
            consignments: vec![consignment],
            mentions: Vec::new(),
            notices: Vec::new(),
            facts: Vec::new(),
            uninterpreted: Vec::new(),
            findings: Vec::new(),
            flown: None,
            part: None,
        };
        self.file(filing, channel)
    }

    /// Works out the way of a tree anew, and what follows from it.
    pub(super) fn reroute(&mut self, mut loaded: Loaded) -> Result<(), EngineError> {
        self.follow_up(&mut loaded, Changed::default())?;
        self.keep(loaded);
        Ok(())
    }

    /// The day of a leg, seen from today where it starts: the year rolls with the local date.
    pub(super) fn whole_date(&self, leg: &Leg) -> Option<PartialDate> {
        let date = leg.date?;
        Some(date.resolve(self.today(leg), PAST_DAYS_MAX).map_or(date, PartialDate::whole))
    }

    /// The local day where a leg starts.
    pub(super) fn today(&self, leg: &Leg) -> Date {
        let now = self.clock.now();
        let local = self.settings.stations.get(leg.from).and_then(|station| station.local(now));
        local.map_or_else(|| now.to_zoned(jiff::tz::TimeZone::UTC).date(), |local| local.date())
    }

    /// Where the pieces of a node are, counted from the first station of its way.
    pub(super) fn parts(&self, tree: &Tree, node: &Node) -> Option<Parts> {
        let pieces = tree.filed(node)?.pieces?;
        let from = tree.legs.first().map(|leg| leg.from);
        Some(casework::gate::parts_from(tree, &tree.key(node), u64::from(pieces), from, &self.transport.yard))
    }

    // What follows from what was filed, reported and ordered.

    /// Puts lines of manifests into the yard, and compares new filings with what must not be loaded.
    pub(super) fn follow_transport(&mut self) -> Result<(), EngineError> {
        let lines = joined(std::mem::take(&mut self.transport.manifested));
        for (line, part, channel) in &lines {
            self.manifest(line, *part, channel)?;
        }
        for (key, says, channel) in std::mem::take(&mut self.transport.left_behind) {
            self.reported_offloaded(&key, &says, &channel)?;
        }
        for sent in std::mem::take(&mut self.transport.flown) {
            self.manifest_message(&sent, &lines)?;
            self.flown(&sent.leg, &sent.channel)?;
        }
        let moved = std::mem::take(&mut self.transport.moved);
        self.follow_departures(moved)?;
        for unit in std::mem::take(&mut self.transport.touched) {
            self.follow_orders(&unit)?;
        }
        self.follow_moved_houses()?;
        for (stream, node) in std::mem::take(&mut self.transport.ordered) {
            self.forbid(&stream, &node)?;
        }
        for (stream, node) in std::mem::take(&mut self.transport.filed) {
            self.compare_with_forbidden(&stream, &node)?;
        }
        Ok(())
    }
}

/// The objects a command names beside its own.
fn named_in(command: &Command) -> Vec<ObjectName> {
    match command {
        Command::Load { object, .. } => vec![object.clone()],
        Command::Manifest { unit, content, .. } => {
            let goods = ObjectName::Consignment(content.object.clone());
            unit.iter().cloned().map(ObjectName::Unit).chain([goods]).collect()
        }
        Command::Build { contents, .. } => {
            contents.iter().map(|content| ObjectName::Consignment(content.object.clone())).collect()
        }
        _ => Vec::new(),
    }
}
