//! Flights, units, bookings, mail and express: what desks and posts tell, and what follows for the trees.

use super::filing::Changed;
use super::{Directory, Engine, EngineError, Loaded};
use crate::channel::Channel;
use crate::command::{ObjectRef, Reply};
use crate::ports::{Clock, Journal, Outbox, StreamId, Version};
use casework::case::resemblance::Likeness;
use casework::case::{self, Actor, Document, Node, ReferralKind, Tree};
use casework::gate::{self, Aircraft, Answer, AskedLeg, Files, ObjectQuestion, Stage};
use casework::transport::{self, Command, DepartureSource, Parts, Speaker, Yard};
use casework::{Dossier, Refusal};
use consignment::document::PieceScope;
use consignment::fact::{
    AuthorityFact, AuthoritySaid, Content, FlightName, Loading, ObjectName, Schedule, UnitName, What, Word,
};
use consignment::ident::Flight;
use consignment::route::RouteBasis;
use consignment::{Consignment, ConsignmentKey, DocumentKind, Filing, Leg, Mode, PartialDate, Purpose};
use finding::{Phrase, codes};
use jiff::Timestamp;
use jiff::civil::Date;
use programme::ProgrammeId;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Most consignments under one key of likeness that a new filing is compared with.
const FORBIDDEN_COMPARED: usize = 256;

/// Days a flight may lie before the report of it.
const PAST_DAYS_MAX: i16 = 7;

/// What the engine keeps of flights and units beside the trees.
#[derive(Debug, Default)]
pub(super) struct Transport {
    /// Flights and units.
    pub(super) yard: Yard,
    /// At which version each stream of the yard was folded.
    versions: HashMap<StreamId, Version>,
    /// Trees whose route names a flight, by its number and day; without the day where it is not whole.
    routed: HashMap<(Flight, Option<Date>), BTreeSet<StreamId>>,
    /// Consignments that must not be loaded, by the keys under which others that resemble them are found.
    forbidden: HashMap<u64, Vec<ConsignmentKey>>,
    /// What was filed since the last look at likenesses.
    filed: Vec<(StreamId, Node)>,
    /// Goods on which a do-not-load was opened since.
    ordered: Vec<(StreamId, Node)>,
    /// Lines of manifests that are not in the yard yet, and who sent them.
    manifested: Vec<(Arc<Consignment>, Speaker)>,
    /// Legs that manifests say were flown, not in the yard yet.
    flown: Vec<(Leg, Speaker)>,
}

impl Transport {
    /// Notes what an event of a tree means for flights and likenesses.
    pub(super) fn note(&mut self, stream: &StreamId, event: &casework::Event) {
        let casework::Event::Tree(event) = event else { return };
        match event {
            case::Event::Recorded { node, consignment, .. } if consignment.is_filing() => {
                self.filed.push((stream.clone(), node.clone()));
            }
            case::Event::ReferralOpened { node, opening, .. } if opening.kind == ReferralKind::Dnl => {
                self.ordered.push((stream.clone(), node.clone()));
            }
            case::Event::Routed { legs, .. } => {
                let day = |leg: &Leg| leg.date.and_then(PartialDate::date);
                for number in legs.iter().filter_map(|leg| Some((leg.flight?, day(leg)))) {
                    self.routed.entry(number).or_default().insert(stream.clone());
                }
            }
            _ => {}
        }
    }

    /// Notes a line of a manifest for the yard.
    pub(super) fn list(&mut self, line: Arc<Consignment>, speaker: Speaker) {
        self.manifested.push((line, speaker));
    }

    /// Notes that a manifest says that a leg was flown.
    pub(super) fn left(&mut self, leg: Leg, speaker: Speaker) {
        self.flown.push((leg, speaker));
    }
}

/// The flight of a leg whose day is whole.
pub(super) fn named(leg: &Leg) -> Option<FlightName> {
    let (flight, date) = leg.flight.zip(leg.date.and_then(PartialDate::date))?;
    Some(FlightName { flight, date, from: leg.from, to: leg.to })
}

fn stream_of(object: &ObjectName) -> StreamId {
    match object {
        ObjectName::Flight(name) => {
            format!("flight/{}/{}/{}-{}", name.flight, name.date, name.from, name.to).into()
        }
        ObjectName::Unit(UnitName::Bulk(name)) => {
            format!("unit/bulk/{}/{}/{}-{}", name.flight, name.date, name.from, name.to).into()
        }
        other => format!("unit/{other}").into(),
    }
}

/// The trees as they were loaded for one question.
struct Reader<'a> {
    directory: &'a Directory,
    trees: &'a HashMap<StreamId, Loaded>,
}

impl Files for Reader<'_> {
    fn dossier(&self, key: &ConsignmentKey) -> Option<(&Dossier, Node)> {
        let stream = self.directory.streams.get(key)?;
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
        self.refresh_object(&object)?;
        let mut streams: Vec<StreamId> = Vec::new();
        self.transport.yard.each_inside(&object, |key| {
            if let Some(stream) = self.directory.streams.get(key) {
                if streams.last() != Some(stream) {
                    streams.push(stream.clone());
                }
            }
        });
        for stream in &streams {
            let kept = self.trees.get(stream).map(|kept| kept.version);
            if kept != Some(self.journal.version(stream)?) {
                let loaded = self.read(stream)?;
                self.keep(loaded);
            }
        }
        let question = ObjectQuestion { object, leg, stage, aircraft, at: self.clock.now() };
        let reader = Reader { directory: &self.directory, trees: &self.trees };
        Ok(gate::answer_object(&question, &reader, &self.context()))
    }

    /// Every object whose answer may change with this one: units and flights it is in, and what is in it.
    pub fn concerned(&self, object: &ObjectName) -> BTreeSet<ObjectName> {
        self.transport.yard.concerned(object)
    }

    /// The stream in which an object's history stands, where anybody told of it.
    pub(super) fn stream_under(&self, object: &ObjectName) -> Option<StreamId> {
        match object {
            ObjectName::Consignment(key) | ObjectName::Piece(key, _) => {
                self.directory.streams.get(key).cloned()
            }
            other => Some(stream_of(other)),
        }
    }

    // The yard.

    /// Brings the yard up to date on whatever a question about one consignment reads.
    pub(super) fn refresh_yard(&mut self, object: &ObjectRef) -> Result<(), EngineError> {
        let Some(kept) = self.trees.get(&object.stream) else { return Ok(()) };
        let keys = [kept.dossier.tree.key(&object.node), kept.dossier.tree.key(&Node::Master)];
        for key in keys {
            self.refresh_object(&ObjectName::Consignment(key))?;
        }
        Ok(())
    }

    /// Brings the yard up to date on an object and what it is in or holds.
    fn refresh_object(&mut self, object: &ObjectName) -> Result<(), EngineError> {
        if self.transport.versions.is_empty() {
            return Ok(());
        }
        let mut around: Vec<ObjectName> = vec![object.clone()];
        match object {
            ObjectName::Consignment(key) | ObjectName::Piece(key, _) => {
                around.extend(self.transport.yard.units_of(key).cloned().map(ObjectName::Unit));
                around.extend(self.transport.yard.flights_of(object).into_iter().map(ObjectName::Flight));
            }
            ObjectName::Unit(_) => {
                around.extend(self.transport.yard.flights_of(object).into_iter().map(ObjectName::Flight));
            }
            ObjectName::Flight(name) => {
                let flight = self.transport.yard.flight(name);
                let units = flight.into_iter().flat_map(transport::Flight::objects);
                around.extend(units.filter(|object| matches!(object, ObjectName::Unit(_))).cloned());
            }
        }
        for object in around {
            self.refresh(&object)?;
        }
        Ok(())
    }

    /// Folds the stream of a flight or unit anew where somebody else has appended to it.
    fn refresh(&mut self, object: &ObjectName) -> Result<(), EngineError> {
        if matches!(object, ObjectName::Consignment(_) | ObjectName::Piece(..)) {
            return Ok(());
        }
        let stream = stream_of(object);
        let known = self.transport.versions.get(&stream).copied().unwrap_or(0);
        if self.journal.version(&stream)? == known {
            return Ok(());
        }
        let events = self.journal.read(&stream)?;
        self.transport.yard.forget(object);
        for recorded in &events {
            if let casework::Event::Transport(event) = &recorded.event {
                self.transport.yard.evolve(event);
            }
        }
        self.transport.versions.insert(stream, events.len() as Version);
        Ok(())
    }

    pub(super) fn speaker_at_the_ramp(&self, channel: &Channel) -> Speaker {
        match (&channel.authority, &self.settings.desks) {
            (Some(programme), _) => Speaker::Authority(programme.clone()),
            (None, Some(desks)) if !desks.contains(&channel.name) => {
                Speaker::Other(Arc::clone(&channel.name))
            }
            (None, _) => Speaker::Desk(Arc::clone(&channel.name)),
        }
    }

    /// Decides on the yard, and appends and folds what follows.
    fn yard(&mut self, command: Command, speaker: &Speaker) -> Result<usize, EngineError> {
        let object = command.stream();
        self.refresh(&object)?;
        if let ObjectName::Flight(_) = object {
            self.refresh_object(&object)?;
        }
        let now = self.clock.now();
        let events = transport::decide(&self.transport.yard, command, speaker, now)?;
        if events.is_empty() {
            return Ok(0);
        }
        let stream = stream_of(&object);
        let expected = self.transport.versions.get(&stream).copied().unwrap_or(0);
        let stored: Vec<casework::Event> = events.iter().cloned().map(casework::Event::Transport).collect();
        let version = self.journal.append(&stream, expected, &stored, now)?;
        self.transport.versions.insert(stream, version);
        // Also what a unit or flight held before the event.
        let before = self.concerned(&object);
        for event in &events {
            self.transport.yard.evolve(event);
        }
        // A flight is of everything routed on it, planned or not; an order on a receptacle perhaps of its dispatch.
        let ordered = |event: &transport::Event| matches!(event, transport::Event::Ordered { .. });
        match object {
            ObjectName::Flight(_) => self.answers.touch_all(),
            ObjectName::Unit(UnitName::Receptacle(_)) if events.iter().any(ordered) => {
                self.answers.touch_all();
            }
            object => {
                let concerned = self.concerned(&object).into_iter().chain(before).chain([object]);
                let streams: BTreeSet<StreamId> =
                    concerned.filter_map(|one| self.stream_under(&one)).collect();
                streams.iter().for_each(|stream| self.answers.touch(stream));
            }
        }
        Ok(events.len())
    }

    /// The protection of a unit is broken: it holds, whatever is listed in it.
    pub(super) fn break_unit(
        &mut self,
        unit: UnitName,
        at: Timestamp,
        channel: &Channel,
    ) -> Result<usize, EngineError> {
        self.yard(Command::Break { unit, at }, &self.speaker_at_the_ramp(channel))
    }

    /// The goods that were in a unit at an instant.
    pub(super) fn goods_in_custody(
        &mut self,
        unit: &UnitName,
        at: Timestamp,
    ) -> Result<BTreeSet<ConsignmentKey>, EngineError> {
        self.refresh_object(&ObjectName::Unit(unit.clone()))?;
        Ok(self.transport.yard.held_at(unit, at))
    }

    /// What is done to units and at the aircraft.
    pub(super) fn at_the_ramp(
        &mut self,
        what: What,
        said_at: Option<Timestamp>,
        channel: &Channel,
    ) -> Result<Reply, EngineError> {
        let speaker = match self.speaker_at_the_ramp(channel) {
            Speaker::Other(name) if self.builds_by_mandate(&name, &what) => Speaker::Desk(name),
            speaker => speaker,
        };
        let command = match what {
            What::Built(build) => {
                Command::Build { unit: build.unit, contents: build.contents, complete: build.complete }
            }
            What::Opened { unit, why } => Command::Open { unit, why },
            What::Loaded { flight, object, how } => Command::Load { flight, object, how },
            What::Departed { flight } => {
                Command::Depart { flight, at: said_at, source: DepartureSource::Report }
            }
            _ => return Err(Refusal(Phrase::new(codes::gate::FACT_NOT_TAKEN)).into()),
        };
        let goods = self.planned_by(&command);
        let done = self.yard(command, &speaker)?;
        if done > 0 {
            self.reroute_all(goods)?;
        }
        Ok(Reply::Done(done))
    }

    /// The trees of the goods that a command puts on a flight or takes off it: they land where it lands.
    fn planned_by(&self, command: &Command) -> BTreeSet<StreamId> {
        let mut goods: BTreeSet<&ConsignmentKey> = BTreeSet::new();
        match command {
            Command::Load { object, .. } => {
                self.transport.yard.each_inside(object, |key| goods.extend([key]));
            }
            Command::Build { unit, contents, .. } => {
                let unit = ObjectName::Unit(unit.clone());
                if !self.transport.yard.flights_of(&unit).is_empty() {
                    goods.extend(contents.iter().map(|content| &content.object));
                }
            }
            _ => {}
        }
        goods.into_iter().filter_map(|key| self.directory.streams.get(key)).cloned().collect()
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
        let events =
            self.yard(Command::Schedule { schedule, said_at }, &self.speaker_at_the_ramp(channel))?;
        if events > 0 {
            // A later part of a flight may leave on the day after it.
            let days = [Some(name.date), name.date.yesterday().ok(), None];
            let routed = days.into_iter().filter_map(|day| self.transport.routed.get(&(name.flight, day)));
            self.reroute_all(routed.flatten().cloned().collect())?;
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
        let speaker = self.speaker_at_the_ramp(channel);
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
        let stream = self.directory.streams.get(object).cloned();
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
        let Some(stream) = self.directory.streams.get(key).cloned() else { return Ok(false) };
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
        if !long_ago || anything_open(&loaded.dossier.tree) {
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
                if let Some(masters) = self.directory.masters_of.get_mut(house) {
                    masters.retain(|other| *other != master);
                }
                // It may have floated before its master was known.
                let floating = ConsignmentKey { master: None, house: old.house.clone() };
                if self.directory.streams.get(&floating) == Some(&stream) {
                    self.directory.streams.remove(&floating);
                }
            }
            self.directory.streams.remove(&old);
            self.directory.earlier.entry(old).or_default().push(stream.clone());
        }
        self.trees.remove(&stream);
        Ok(true)
    }

    // What follows from what was filed, reported and ordered.

    /// Puts lines of manifests into the yard, and compares new filings with what must not be loaded.
    pub(super) fn follow_transport(&mut self) -> Result<(), EngineError> {
        for (line, speaker) in std::mem::take(&mut self.transport.manifested) {
            self.manifest(&line, &speaker)?;
        }
        for (leg, speaker) in std::mem::take(&mut self.transport.flown) {
            self.flown(&leg, &speaker)?;
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
    fn flown(&mut self, leg: &Leg, speaker: &Speaker) -> Result<(), EngineError> {
        let Speaker::Desk(_) = speaker else { return Ok(()) };
        let Some(flight) = named(&Leg { date: self.whole_date(leg), ..leg.clone() }) else { return Ok(()) };
        let now = self.clock.now();
        let station = self.settings.stations.get(leg.from);
        let stated = leg.departs_at.map(|time| station?.instant(flight.date.to_datetime(time)));
        let left = match stated {
            Some(at) => at.is_some_and(|at| at <= now),
            None => flight.date <= self.today(leg),
        };
        if left {
            let (at, source) = (stated.flatten(), DepartureSource::Manifest);
            self.yard(Command::Depart { flight, at, source }, speaker)?;
        }
        Ok(())
    }

    /// Whoever sends a manifest adds to what is looked at; only a desk's lines tell what was carried.
    fn manifest(&mut self, line: &Consignment, speaker: &Speaker) -> Result<(), EngineError> {
        let unit = line.unit.as_ref().and_then(|unit| unit.device).map(UnitName::Device);
        let count = match line.piece_scope {
            PieceScope::Total => None,
            PieceScope::Part => line.pieces,
        };
        let key = self.with_known_master(line.key());
        let content = Content { object: key, pieces: Vec::new(), count, weight: line.weight, position: None };
        for leg in &line.legs {
            let leg = Leg { date: self.whole_date(leg), ..leg.clone() };
            let Some(flight) = named(&leg) else { continue };
            let command = Command::Manifest { flight, unit: unit.clone(), content: content.clone() };
            self.yard(command, speaker)?;
        }
        Ok(())
    }

    /// Keeps the likeness of goods that must not be loaded.
    fn forbid(&mut self, stream: &StreamId, node: &Node) -> Result<(), EngineError> {
        let loaded = self.load(stream)?;
        let key = loaded.dossier.tree.key(node);
        let keys = loaded.dossier.tree.filed(node).map(|filed| Likeness::of(filed).keys());
        self.keep(loaded);
        for place in keys.into_iter().flatten() {
            let known = self.transport.forbidden.entry(place).or_default();
            if !known.contains(&key) {
                known.push(key.clone());
            }
        }
        Ok(())
    }

    /// Goods filed under a new number that resemble some that must not be loaded are held for an officer.
    fn compare_with_forbidden(&mut self, stream: &StreamId, node: &Node) -> Result<(), EngineError> {
        let mut loaded = self.load(stream)?;
        if forbidden(&loaded.dossier.tree, node) {
            self.keep(loaded);
            return self.forbid(stream, node);
        }
        if self.transport.forbidden.is_empty() {
            self.keep(loaded);
            return Ok(());
        }
        let versions = loaded.dossier.tree.documents.get(node).map(|document| document.versions.as_slice());
        let mut latest = versions.unwrap_or_default().iter().rev().map(|filed| Likeness::of(filed));
        let (now, before) = (latest.next(), latest.next());
        let Some(now) = now else {
            self.keep(loaded);
            return Ok(());
        };
        let own = loaded.dossier.tree.key(node);
        let mut candidates: BTreeSet<ConsignmentKey> = BTreeSet::new();
        for place in now.keys() {
            let others = self.transport.forbidden.get(&place).into_iter().flatten().rev();
            candidates.extend(others.filter(|other| **other != own).take(FORBIDDEN_COMPARED).cloned());
        }
        for other in candidates {
            let Some(there) = self.directory.streams.get(&other).cloned() else { continue };
            let likeness = |tree: &Tree| {
                let node = Node::of(&other);
                tree.filed(&node).filter(|_| forbidden(tree, &node)).map(|filed| Likeness::of(filed))
            };
            let theirs = if there == loaded.stream {
                likeness(&loaded.dossier.tree)
            } else {
                let elsewhere = self.load(&there)?;
                let found = likeness(&elsewhere.dossier.tree);
                self.keep(elsewhere);
                found
            };
            // What resembled it before the order came is known to whoever gave it.
            let alike =
                |likeness: &Likeness| theirs.as_ref().is_some_and(|theirs| theirs.resembles(likeness));
            if alike(&now) && !before.as_ref().is_some_and(alike) {
                let why = Phrase::new(codes::gate::WHY_RESEMBLES).with("other", other.to_string());
                let command = case::Command::NoteResemblance { node: node.clone(), why };
                self.apply(&mut loaded, command, &Actor::Node)?;
            }
        }
        self.keep(loaded);
        Ok(())
    }
}

/// Whether a do-not-load is open on a node.
fn forbidden(tree: &Tree, node: &Node) -> bool {
    tree.referrals_of(node).any(|(_, referral)| referral.open && referral.kind == ReferralKind::Dnl)
}

/// Whether anything of a tree waits for somebody who alone may close it.
fn anything_open(tree: &Tree) -> bool {
    let open = |document: &Document| !document.holds.is_empty() || !document.resembles.is_empty();
    tree.documents.values().any(open)
        || tree.cases.values().any(|case| case.open_referrals().next().is_some())
}
