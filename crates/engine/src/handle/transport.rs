//! Flights, units, bookings, mail and express: what desks and posts tell, and what follows for the trees.

use super::filing::Changed;
use super::index::{day_text, goods_named, goods_text, object_text};
use super::{Engine, EngineError, Loaded};
use crate::channel::Channel;
use crate::command::Reply;
use crate::ports::{
    Addressee, Clock, Index, Journal, JournalError, Notice, NoticeKind, Outbox, StreamId, Version,
};
use casework::case::resemblance::Likeness;
use casework::case::{self, Actor, Claimed, Document, Node, ReferralKind, Tree};
use casework::gate::{self, Aircraft, Answer, AskedLeg, Files, ObjectQuestion, Stage};
use casework::transport::{self, Command, DepartureSource, Parts, Place, Speaker, Yard};
use casework::{Dossier, Refusal};
use consignment::document::PieceScope;
use consignment::fact::{
    AuthorityFact, AuthoritySaid, Content, FlightName, Loading, ObjectName, Schedule, UnitName, What, Word,
};
use consignment::route::RouteBasis;
use consignment::{Consignment, ConsignmentKey, DocumentKind, Filing, Leg, Mode, PartialDate, Purpose};
use finding::{Phrase, codes};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use programme::ProgrammeId;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

/// Most consignments under one key of likeness that a new filing, or a new order, is compared with: the latest.
const COMPARED: usize = 256;

/// Days a flight may lie before the report of it.
const PAST_DAYS_MAX: i16 = 7;

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
    /// Lines of manifests that are not in the yard yet, and who sent them.
    manifested: Vec<(Arc<Consignment>, Channel)>,
    /// Legs that manifests say were flown, not in the yard yet.
    flown: Vec<(Leg, Channel)>,
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

    /// Forgets what stands in the journal.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Notes a line of a manifest for the yard.
    pub(super) fn list(&mut self, line: Arc<Consignment>, channel: &Channel) {
        self.manifested.push((line, channel.clone()));
    }

    /// Notes that a manifest says that a leg was flown.
    pub(super) fn left(&mut self, leg: Leg, channel: &Channel) {
        self.flown.push((leg, channel.clone()));
    }
}

/// The flight of a leg whose day is whole.
pub(super) fn named(leg: &Leg) -> Option<FlightName> {
    let (flight, date) = leg.flight.zip(leg.date.and_then(PartialDate::date))?;
    Some(FlightName { flight, date, from: leg.from, to: leg.to })
}

/// As whom somebody speaks of flights and units, where he is a desk of theirs and where he is not.
fn speaker(channel: &Channel, desk: bool) -> Speaker {
    match &channel.authority {
        Some(programme) => Speaker::Authority(programme.clone()),
        None if desk => Speaker::Desk(Arc::clone(&channel.name)),
        None => Speaker::Other(Arc::clone(&channel.name)),
    }
}

/// The trees as they were loaded for one question.
struct Reader<'a> {
    streams: &'a HashMap<ConsignmentKey, StreamId>,
    trees: &'a HashMap<StreamId, Loaded>,
}

impl Files for Reader<'_> {
    fn dossier(&self, key: &ConsignmentKey) -> Option<(&Dossier, Node)> {
        let stream = self.streams.get(key)?;
        Some((&self.trees.get(stream)?.dossier, Node::of(key)))
    }
}

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    // Asking.

    pub(super) fn peek_object(
        &mut self,
        object: ObjectName,
        leg: AskedLeg,
        stage: Stage,
        aircraft: Option<Aircraft>,
    ) -> Result<Reply, EngineError> {
        Ok(Reply::Answered(Box::new(self.judge_object(object, leg, stage, aircraft)?)))
    }

    /// What the gate says now about any object.
    pub(super) fn judge_object(
        &mut self,
        object: ObjectName,
        leg: AskedLeg,
        stage: Stage,
        aircraft: Option<Aircraft>,
    ) -> Result<Answer, EngineError> {
        self.bring(&object)?;
        let mut inside: Vec<ConsignmentKey> = Vec::new();
        self.transport.yard.each_inside(&object, |key| inside.push(key.clone()));
        let mut streams: Vec<StreamId> = Vec::new();
        for key in &inside {
            self.bring_goods(key)?;
            if let Some(stream) = self.stream_found(key)? {
                if streams.last() != Some(&stream) {
                    streams.push(stream);
                }
            }
        }
        for stream in &streams {
            let kept = self.trees.get(stream).map(|kept| kept.version);
            if kept != Some(self.journal.version(stream)?) {
                let loaded = self.read_whole(stream)?;
                self.keep(loaded);
            }
            self.bring_legs_of(stream)?;
        }
        let question = ObjectQuestion { object, leg, stage, aircraft, at: self.clock.now() };
        let ask = |engine: &Self| {
            let reader = Reader { streams: &engine.streams, trees: &engine.trees };
            gate::answer_object(&question, &reader, &engine.context())
        };
        let answer = ask(self);
        Ok(if self.bring_asked(&answer)? { ask(self) } else { answer })
    }

    /// Every object whose answer may change with this one: units and flights it is in, and what is in it.
    ///
    /// # Errors
    /// Where the journal fails.
    pub fn concerned(&mut self, object: &ObjectName) -> Result<BTreeSet<ObjectName>, EngineError> {
        self.bring(object)?;
        Ok(self.transport.yard.concerned(object))
    }

    /// The stream in which an object's history stands, where anybody told of it.
    pub(super) fn stream_under(&mut self, object: &ObjectName) -> Result<Option<StreamId>, JournalError> {
        match object {
            ObjectName::Consignment(key) | ObjectName::Piece(key, _) => self.stream_found(key),
            other => Ok(Some(object_text(other).into())),
        }
    }

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
            case::Event::Claimed { node, claim, .. } if claim.claimed == CLAIMED_ORDER => {
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
            for stream in self.routed_on(name)? {
                self.answers.touch(&stream);
            }
        }
        concerned.insert(object);
        for one in concerned {
            if let Some(stream) = self.stream_under(&one)? {
                self.answers.touch(&stream);
            }
        }
        Ok(events.len())
    }

    /// Trees whose way names a flight. A later part of a flight may leave on the day after it.
    fn routed_on(&self, name: &FlightName) -> Result<BTreeSet<StreamId>, JournalError> {
        let mut routed = BTreeSet::new();
        for day in [Some(name.date), name.date.yesterday().ok(), None] {
            routed.extend(self.journal.find(Index::Routed, &day_text(name.flight, day))?);
        }
        Ok(routed)
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
        let opened = matches!(command, Command::Open { .. }).then(|| command.stream());
        let done = self.yard(command, &speaker)?;
        if done > 0 {
            self.reroute_all(goods)?;
            if let (Some(unit), Speaker::Other(_)) = (opened, &speaker) {
                self.tell_carrier(NoticeKind::SaidOpen, unit)?;
            }
        }
        Ok(Reply::Done(done))
    }

    /// What somebody says who does not stand for it is for the carrier to look at.
    fn tell_carrier(&mut self, kind: NoticeKind, about: ObjectName) -> Result<(), EngineError> {
        let (to, programme, text, referral) = (Addressee::Carrier, None, None, None);
        self.send(Notice { to, kind, about, programme, text, referral })
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

    fn reroute_all(&mut self, streams: BTreeSet<StreamId>) -> Result<(), EngineError> {
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
            let routed = self.routed_on(&name)?;
            self.reroute_all(routed)?;
        }
        Ok(Reply::Done(events))
    }

    /// A word of an authority on a unit. Only a do-not-load names units; whoever says so, it holds, and only he
    /// takes it back.
    pub(super) fn word_on_unit(
        &mut self,
        said: AuthorityFact,
        channel: &Channel,
    ) -> Result<Reply, EngineError> {
        let programme = ProgrammeId::new(&said.programme);
        let unit = super::facts::names_unit(&said.said).cloned();
        // Only a do-not-load names units; `true` where it is cancelled.
        let (order, test) = match said.said {
            AuthoritySaid::Plain(word) => match word.word {
                Word::Opened { kind: ReferralKind::Dnl, reference, .. } => (Some((reference, false)), false),
                Word::Closed { kind: ReferralKind::Dnl, reference } => (Some((reference, true)), false),
                _ => (None, false),
            },
            AuthoritySaid::OnUnit(_, notice) | AuthoritySaid::Notice(notice) => {
                use programme::notification::Notification::{Closed, InPlace, Open, Opened};
                let meaning = self.settings.programme(&programme).and_then(|data| data.meaning_of(&notice));
                let reference = notice.reference.unwrap_or_else(|| ReferralKind::Dnl.as_str().into());
                let order = match meaning {
                    Some(
                        Opened(ReferralKind::Dnl) | InPlace(ReferralKind::Dnl) | Open(ReferralKind::Dnl),
                    ) => Some((reference, false)),
                    Some(Closed(ReferralKind::Dnl)) => Some((reference, true)),
                    _ => None,
                };
                (order, notice.test)
            }
        };
        let (Some(unit), Some((reference, cancelled))) = (unit, order) else {
            return Err(Refusal(Phrase::new(codes::gate::FACT_NOT_TAKEN)).into());
        };
        let speaker = match &channel.authority {
            Some(authority) if *authority == programme && !test => Speaker::Authority(programme.clone()),
            _ => Speaker::Other(Arc::clone(&channel.name)),
        };
        let command = match cancelled {
            false => Command::Order { unit, programme, reference },
            true => Command::CancelOrder { unit, programme, reference },
        };
        Ok(Reply::Done(self.yard(command, &speaker)?))
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
        };
        self.file(filing, channel)
    }

    /// A booking: the way between its ends is this one, and its flights plan the goods. A flight it takes the
    /// goods from does not plan them any more.
    pub(super) fn book(
        &mut self,
        object: &ConsignmentKey,
        legs: Vec<Leg>,
        channel: &Channel,
    ) -> Result<Reply, EngineError> {
        let legs: Vec<Leg> = legs
            .into_iter()
            .map(|leg| Leg { basis: RouteBasis::Scheduled, date: self.whole_date(&leg), ..leg })
            .collect();
        let speaker = speaker(channel, self.books(channel, object, &legs)?);
        let Speaker::Desk(name) = &speaker else { return self.plan_by_stranger(object, &legs, channel) };
        // What is booked is known, and held until somebody files it.
        let mut loaded = self.load_or_create(object)?;
        if self.settings.desks.is_none() && !self.answers_for(&loaded.dossier.tree, &Node::of(object), name) {
            self.keep(loaded);
            return self.plan_by_stranger(object, &legs, channel);
        }
        let actor = Actor::Filer(Arc::clone(name));
        let done = self.apply(&mut loaded, case::Command::Book { legs: legs.clone() }, &actor)?;
        self.keep(loaded);
        let goods = ObjectName::Consignment(object.clone());
        self.bring(&goods)?;
        let ends = legs.first().map(|leg| leg.from).zip(legs.last().map(|leg| leg.to));
        let booked: BTreeSet<FlightName> = legs.iter().filter_map(named).collect();
        let left = self.transport.yard.flights_of(&goods).into_iter().filter(|flight| {
            let open = self.transport.yard.flight(flight).is_some_and(|known| {
                known.departed.is_none() && known.aboard.get(&goods) == Some(&Loading::Planned)
            });
            let taken = ends.is_some_and(|(from, to)| from == flight.from || to == flight.to);
            open && taken && !booked.contains(flight)
        });
        for flight in left.collect::<Vec<_>>() {
            let how = Loading::Offloaded;
            self.yard(Command::Load { flight, object: goods.clone(), how }, &speaker)?;
        }
        for flight in booked {
            self.bring(&ObjectName::Flight(flight))?;
            let gone = self.transport.yard.flight(&flight).is_some_and(|known| known.departed.is_some());
            if !gone {
                let how = Loading::Planned;
                self.yard(Command::Load { flight, object: goods.clone(), how }, &speaker)?;
            }
        }
        let loaded = self.load_or_create(object)?;
        self.reroute(loaded)?;
        Ok(Reply::Done(done))
    }

    /// A booking of somebody who is no desk takes no leg away: the flights it names are looked at, and where they
    /// land, as if the goods were planned for them.
    fn plan_by_stranger(
        &mut self,
        object: &ConsignmentKey,
        legs: &[Leg],
        channel: &Channel,
    ) -> Result<Reply, EngineError> {
        let flights = legs.iter().filter(|leg| matches!(leg.mode, Mode::Air | Mode::Unknown));
        let flights: BTreeSet<FlightName> = flights.filter_map(named).collect();
        if flights.is_empty() {
            let why = Phrase::new(codes::gate::NOT_A_DESK).with("channel", channel.name.to_string());
            return Err(Refusal(why).into());
        }
        let speaker = Speaker::Other(Arc::clone(&channel.name));
        let mut done = 0;
        for flight in flights {
            let object = ObjectName::Consignment(object.clone());
            done += self.yard(Command::Load { flight, object, how: Loading::Planned }, &speaker)?;
        }
        let stream = self.stream_found(object)?;
        self.reroute_all(stream.into_iter().collect())?;
        Ok(Reply::Done(done))
    }

    /// Whether somebody filed the goods, or the master around them, or acts for whoever did; true where nobody
    /// has filed them yet.
    fn answers_for(&self, tree: &Tree, node: &Node, name: &Arc<str>) -> bool {
        let documents = [node, &Node::Master].into_iter().filter_map(|node| tree.documents.get(node));
        let mut declarants = documents.filter_map(|document| document.declarant.as_ref()).peekable();
        let represented = self.settings.representatives.get(name);
        declarants.peek().is_none()
            || declarants.any(|declarant| {
                matches!(declarant, Actor::Filer(filer) if filer == name || Some(filer) == represented)
            })
    }

    /// Works out the way of a tree anew, and what follows from it.
    fn reroute(&mut self, mut loaded: Loaded) -> Result<(), EngineError> {
        self.follow_up(&mut loaded, Changed::default())?;
        self.keep(loaded);
        Ok(())
    }

    /// The day of a leg, seen from today where it starts: the year rolls with the local date.
    fn whole_date(&self, leg: &Leg) -> Option<PartialDate> {
        let date = leg.date?;
        Some(date.resolve(self.today(leg), PAST_DAYS_MAX).map_or(date, PartialDate::whole))
    }

    /// The local day where a leg starts.
    fn today(&self, leg: &Leg) -> Date {
        let now = self.clock.now();
        let local = self.settings.stations.get(leg.from).and_then(|station| station.local(now));
        local.map_or_else(|| now.to_zoned(jiff::tz::TimeZone::UTC).date(), |local| local.date())
    }

    /// Where the pieces of a node are, counted from the first station of its way.
    pub(super) fn parts(&self, tree: &Tree, node: &Node) -> Option<Parts> {
        let pieces = tree.filed(node)?.pieces?;
        let from = tree.legs.first().map(|leg| leg.from);
        Some(self.transport.yard.parts(&tree.key(node), u64::from(pieces), from))
    }

    /// A number that is filed again after its period names a new consignment. What is still open on the old one
    /// keeps it: nothing is lost by waiting. Tells whether the number is new.
    pub(super) fn renew_number(
        &mut self,
        key: &ConsignmentKey,
        kind: DocumentKind,
    ) -> Result<bool, EngineError> {
        let Some(stream) = self.stream_found(key)? else { return Ok(false) };
        let loaded = self.load(&stream)?;
        let period =
            self.settings.number_period(|reuse| match (kind, loaded.dossier.tree.master.or(key.master)) {
                (DocumentKind::MailItem, _) => reuse.mail_days,
                (DocumentKind::Express, _) => reuse.express_days,
                (_, Some(_)) => reuse.air_waybill_days,
                (_, None) => reuse.house_waybill_days,
            });
        let long_ago =
            loaded.dossier.last_at.is_some_and(|last| self.clock.now().duration_since(last) > period);
        if !long_ago || self.anything_open(&loaded.dossier) {
            self.keep(loaded);
            return Ok(false);
        }
        let tree = &loaded.dossier.tree;
        let nodes = tree.documents.keys().chain([&Node::Master]);
        let mut keys: BTreeSet<ConsignmentKey> = nodes.map(|node| tree.key(node)).collect();
        keys.insert(key.clone());
        for old in keys {
            if old.master.is_none() && old.house.is_none() {
                continue;
            }
            if let (Some(master), Some(house)) = (old.master, &old.house) {
                self.take(Index::Masters, house.as_str(), &master.to_string())?;
                // It may have floated before its master was known.
                let floating = ConsignmentKey { master: None, house: old.house.clone() };
                if self.stream_found(&floating)?.as_ref() == Some(&stream) {
                    self.lead(&floating, None)?;
                }
            }
            self.lead(&old, None)?;
            self.put(Index::Earlier, &goods_text(&old), &stream)?;
        }
        self.trees.remove(&stream);
        Ok(true)
    }

    // What follows from what was filed, reported and ordered.

    /// Puts lines of manifests into the yard, and compares new filings with what must not be loaded.
    pub(super) fn follow_transport(&mut self) -> Result<(), EngineError> {
        for (line, channel) in std::mem::take(&mut self.transport.manifested) {
            self.manifest(&line, &channel)?;
        }
        for (leg, channel) in std::mem::take(&mut self.transport.flown) {
            self.flown(&leg, &channel)?;
        }
        for (stream, node) in std::mem::take(&mut self.transport.ordered) {
            self.forbid(&stream, &node)?;
        }
        for (stream, node) in std::mem::take(&mut self.transport.filed) {
            self.compare_with_forbidden(&stream, &node)?;
        }
        Ok(())
    }

    /// A manifest is sent when the flight has left: from a desk it tells the departure, at its own time where it states
    /// one, else when it came. One that says itself that the flight leaves later is a plan.
    fn flown(&mut self, leg: &Leg, channel: &Channel) -> Result<(), EngineError> {
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
        if left {
            let (at, source) = (stated.flatten(), DepartureSource::Manifest);
            self.yard(Command::Depart { flight, at, source }, &speaker)?;
        }
        Ok(())
    }

    /// Whoever sends a manifest adds to what is looked at; only a desk's lines tell what was carried.
    fn manifest(&mut self, line: &Consignment, channel: &Channel) -> Result<(), EngineError> {
        let unit = line.unit.as_ref().and_then(|unit| unit.device).map(UnitName::Device);
        let count = match line.piece_scope {
            PieceScope::Total => None,
            PieceScope::Part => line.pieces,
        };
        let key = self.with_known_master(line.key())?;
        let content = Content { object: key, pieces: Vec::new(), count, weight: line.weight, position: None };
        for leg in &line.legs {
            let leg = Leg { date: self.whole_date(leg), ..leg.clone() };
            let Some(flight) = named(&leg) else { continue };
            let command = Command::Manifest { flight, unit: unit.clone(), content: content.clone() };
            let speaker = speaker(channel, self.speaks_at_flight(channel, &flight));
            self.yard(command, &speaker)?;
        }
        Ok(())
    }

    /// Keeps the likeness of goods that must not be loaded, and holds those that were filed before and resemble them.
    fn forbid(&mut self, stream: &StreamId, node: &Node) -> Result<(), EngineError> {
        let loaded = self.load(stream)?;
        let key = loaded.dossier.tree.key(node);
        let forbidden_goods = versions(&loaded.dossier.tree, node);
        self.keep(loaded);
        let places: BTreeSet<u64> = forbidden_goods.iter().flat_map(Likeness::keys).collect();
        for place in &places {
            self.put(Index::Likeness, &likeness_text(*place), &goods_text(&key))?;
        }
        let now = self.clock.now();
        for other in self.found_alike(Index::Filed, &places, &key)? {
            let Some(there) = self.stream_found(&other)? else { continue };
            let mut loaded = self.load(&there)?;
            let (tree, node) = (&loaded.dossier.tree, Node::of(&other));
            let alike = tree.filed(&node).map(|filed| Likeness::of(filed)).is_some_and(|theirs| {
                !forbidden(tree, &node) && forbidden_goods.iter().any(|one| one.resembled(&theirs))
            });
            if alike && !self.gone_long_ago(&loaded.dossier, &node, now) {
                let why = Phrase::new(codes::gate::WHY_RESEMBLES).with("other", key.to_string());
                self.apply(&mut loaded, case::Command::NoteResemblance { node, why }, &Actor::Node)?;
            }
            self.keep(loaded);
        }
        Ok(())
    }

    /// Whether goods have left on the last leg of their way, and nobody told of them since for as long as reports of
    /// a flight may take.
    fn gone_long_ago(&self, dossier: &Dossier, node: &Node, now: Timestamp) -> bool {
        let silent = SignedDuration::from_hours(24 * i64::from(PAST_DAYS_MAX));
        dossier.last_at.is_some_and(|last| now.duration_since(last) > silent)
            && gate::left(dossier, node, None, now, &self.context())
                .is_some_and(|left| dossier.tree.legs.last() == Some(&left.leg))
    }

    /// The goods under some keys of likeness, the latest of each key, without these.
    fn found_alike(
        &self,
        index: Index,
        places: &BTreeSet<u64>,
        own: &ConsignmentKey,
    ) -> Result<BTreeSet<ConsignmentKey>, EngineError> {
        let mut found = BTreeSet::new();
        for place in places {
            let known = self.journal.find(index, &likeness_text(*place))?;
            for other in known.iter().rev().take(COMPARED + 1) {
                found.insert(goods_named(other)?);
            }
        }
        found.remove(own);
        Ok(found)
    }

    /// Goods filed under a new number that resemble some that must not be loaded are held for an officer.
    fn compare_with_forbidden(&mut self, stream: &StreamId, node: &Node) -> Result<(), EngineError> {
        let mut loaded = self.load(stream)?;
        let own = loaded.dossier.tree.key(node);
        let Some(now) = loaded.dossier.tree.filed(node).map(|filed| Likeness::of(filed)) else {
            self.keep(loaded);
            return Ok(());
        };
        let places: BTreeSet<u64> = now.keys().into_iter().collect();
        for place in &places {
            self.put(Index::Filed, &likeness_text(*place), &goods_text(&own))?;
        }
        if forbidden(&loaded.dossier.tree, node) {
            self.keep(loaded);
            return self.forbid(stream, node);
        }
        for other in self.found_alike(Index::Likeness, &places, &own)? {
            let Some(there) = self.stream_found(&other)? else { continue };
            let alike = |tree: &Tree| {
                let node = Node::of(&other);
                forbidden(tree, &node) && versions(tree, &node).iter().any(|theirs| theirs.resembles(&now))
            };
            let alike = if there == loaded.stream {
                alike(&loaded.dossier.tree)
            } else {
                let elsewhere = self.load(&there)?;
                let alike = alike(&elsewhere.dossier.tree);
                self.keep(elsewhere);
                alike
            };
            if alike {
                let why = Phrase::new(codes::gate::WHY_RESEMBLES).with("other", other.to_string());
                let command = case::Command::NoteResemblance { node: node.clone(), why };
                self.apply(&mut loaded, command, &Actor::Node)?;
            }
        }
        self.keep(loaded);
        Ok(())
    }

    /// Whether anything of a tree waits for somebody who alone may close it: what holds by whoever's word, and what is
    /// not secured as its marks want. Judged as of when the goods were last seen: what runs out later opens nothing.
    fn anything_open(&self, dossier: &Dossier) -> bool {
        let Dossier { tree, security, .. } = dossier;
        let open = |document: &Document| {
            !document.holds.is_empty()
                || !document.resembles.is_empty()
                || document.other_shipment.is_some()
                || document.elsewhere.is_some()
        };
        let at = dossier.last_at.unwrap_or_else(|| self.clock.now());
        let told = security.houses().cloned().map(Node::House).chain([Node::Master]);
        let mut nodes = tree.documents.keys().cloned().chain(told);
        !tree.unread.is_empty()
            || tree.documents.values().any(open)
            || tree
                .cases
                .values()
                .any(|case| case.open_referrals().next().is_some() || case.open_claims().next().is_some())
            || nodes.any(|node| gate::is_unsecured(dossier, &node, at, &self.context()))
    }
}

/// A claim that goods must not be loaded.
const CLAIMED_ORDER: Claimed = Claimed::Referral(ReferralKind::Dnl);

/// Whether a do-not-load is open on a node, or said to be.
fn forbidden(tree: &Tree, node: &Node) -> bool {
    tree.referrals_of(node).any(|(_, referral)| referral.open && referral.kind == ReferralKind::Dnl)
        || tree.cases_of(node).any(|(_, case)| case.open_claims().any(|one| one.claimed == CLAIMED_ORDER))
}

/// What was filed of goods that must not be loaded, in every version: an amendment makes no other goods of them.
fn versions(tree: &Tree, node: &Node) -> Vec<Likeness> {
    let versions = tree.documents.get(node).map(|document| document.versions.as_slice());
    versions.unwrap_or_default().iter().map(|filed| Likeness::of(filed)).collect()
}

/// What others that resemble goods are found by.
fn likeness_text(place: u64) -> String {
    format!("{place:016x}")
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
