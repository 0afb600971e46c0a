mod access;
mod adjudications;
mod answered;
mod answers;
mod authority;
mod bookings;
mod bring;
mod carriers;
mod decisions;
mod desks;
mod editions;
mod facts;
mod faults;
mod filing;
mod floating;
mod goods;
mod hits;
mod holds;
mod index;
mod likeness;
mod lists;
mod lookup;
mod mandates;
mod manifests;
mod measure;
mod moved;
mod notices;
mod numbers;
mod objects;
mod overdue;
mod parties;
mod people;
mod queue;
mod reading;
mod retention;
mod route;
mod security;
mod too_late;
mod transport;
mod trees;
mod unit_acts;
mod unit_orders;
mod unit_words;
mod unread;
mod view;
mod when;
mod work_orders;

pub use filing::may_forbid_loading;
pub use index::goods_key;

use crate::command::{Command, ObjectRef, Reply};
use crate::ports::{Clock, Journal, JournalError, Notice, Outbox, OutboxError, StreamId, Version};
use crate::settings::Settings;
use answers::{Answers, Asked, Target};
use casework::case::{self, Actor, Event, Node, decide};
use casework::decision::Lifted;
use casework::desks::Desks;
use casework::gate::{self, Aircraft, Answer, AskedLeg, Context, Decision, Question, Stage};
use casework::mandate::Mandates;
use casework::outage::Outages;
use casework::parallel::Comparison;
use casework::retention::LegalHolds;
use casework::security::designation::Designations;
use casework::{Dossier, Refusal};
use consignment::ConsignmentKey;
use consignment::fact::ObjectName;
use finding::{Phrase, codes};
use jiff::Timestamp;
use programme::ProgrammeId;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Stream of the messages that could not be read and name no goods.
const UNREAD: &str = "unread";

/// Stream of the answers of the system in place beside ours.
const PARALLEL: &str = "parallel";

/// Start of the names of streams of houses whose master is not known.
const FLOATING: &str = "tree/house/";

/// Why the engine could not do as asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// A lawful no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The journal failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A notice could not be handed over; what it tells is durable.
    #[error(transparent)]
    Outbox(#[from] OutboxError),
}

/// The engine: settings, ports, and what it read from the journal lately.
///
/// All that it keeps for good is in the journal and its indices; what it has in memory is read anew after
/// [`Engine::forget`]. It takes for granted that nobody else appends to the journal while it works.
#[derive(Debug)]
pub struct Engine<J, C, O> {
    settings: Settings,
    journal: J,
    clock: C,
    outbox: O,
    /// Streams of numbers that were looked up.
    streams: HashMap<ConsignmentKey, StreamId>,
    /// Whether the streams that concern all goods have been read: unread messages, outages, designations, mandates.
    awake: bool,
    /// Whether the lists are others than those before, as far as this engine knows.
    lists_taken: bool,
    /// Title and missing files of lists that were not given whole.
    lists_incomplete: Vec<(String, String)>,
    /// Messages nobody could read that name no goods; they are also in the journal.
    unread: Vec<Phrase>,
    /// Outages by programme; they are also in the journal.
    outages: BTreeMap<ProgrammeId, Outages>,
    /// Answers that were given; they are also in the journal.
    answers: Answers,
    /// The latest time of what authorities said, in a history told in order.
    heard: Timestamp,
    /// Flights and units, and how their directory stands to the streams.
    transport: transport::Transport,
    /// Trees as they were at their last use; each is checked against its stream's version before it is
    /// used again.
    trees: HashMap<StreamId, Loaded>,
    /// Designations of operators; they are also in the journal.
    designations: Designations,
    /// Mandates of carriers; they are also in the journal.
    mandates: Mandates,
    /// Houses of which something changed in the command at work that concerns them under other masters.
    moved: BTreeSet<ConsignmentKey>,
    /// Houses of which somebody took back in it what was said of their number alone.
    taken_back: Vec<ConsignmentKey>,
    /// Cases in which a referral was closed: what bound them for it alone binds no more.
    closed: BTreeSet<(StreamId, Node)>,
    /// Goods on which an order or a claim of one ended: what resembles them may be free.
    freed: BTreeSet<(StreamId, Node)>,
    /// Editions of the lists; they are also in the journal.
    editions: editions::Editions,
    /// How often flights and units were forgotten.
    forgotten: u64,
    /// Legal holds, where somebody asked for them; they are also in the journal.
    legal_holds: Option<LegalHolds>,
}

/// A tree as it was read, with the version the next append must meet.
#[derive(Debug)]
struct Loaded {
    stream: StreamId,
    version: Version,
    dossier: Dossier,
    /// The edition of the lists against which all of it is known to be screened, by its number; 0 where that was not
    /// looked at yet.
    screened_by: u64,
    /// How often flights and units had been forgotten when those that are read with this tree were brought.
    brought: u64,
}

/// Title and missing files of lists that were not given whole.
fn incomplete(settings: &Settings) -> Vec<(String, String)> {
    let lists = settings.lists.iter().flat_map(|lists| lists.lists());
    let incomplete = lists.filter(|list| !list.missing.is_empty());
    incomplete.map(|list| (list.title.clone(), list.missing.join(", "))).collect()
}

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// An engine over these ports. The journal is expected to be empty or written by an engine.
    pub fn new(settings: Settings, journal: J, clock: C, outbox: O) -> Self {
        let lists_incomplete = incomplete(&settings);
        Self {
            settings,
            journal,
            clock,
            outbox,
            streams: HashMap::new(),
            awake: false,
            lists_taken: true,
            lists_incomplete,
            unread: Vec::new(),
            outages: BTreeMap::new(),
            answers: Answers::default(),
            heard: Timestamp::MIN,
            transport: transport::Transport::default(),
            trees: HashMap::new(),
            designations: Designations::default(),
            mandates: Mandates::default(),
            moved: BTreeSet::new(),
            taken_back: Vec::new(),
            closed: BTreeSet::new(),
            freed: BTreeSet::new(),
            editions: editions::Editions::default(),
            forgotten: 0,
            legal_holds: None,
        }
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The settings, to change what a node may change while it runs: its policy.
    pub fn settings_mut(&mut self) -> &mut Settings {
        &mut self.settings
    }

    /// The clock, so that tests and the demo can turn it.
    pub fn clock_mut(&mut self) -> &mut C {
        &mut self.clock
    }

    /// The outbox.
    pub fn outbox_mut(&mut self) -> &mut O {
        &mut self.outbox
    }

    /// The object of this number, if anybody told of it.
    ///
    /// # Errors
    /// Where the journal fails.
    pub fn find(&mut self, key: &ConsignmentKey) -> Result<Option<ObjectRef>, EngineError> {
        let stream = self.stream_found(key)?;
        Ok(stream.map(|stream| ObjectRef { stream, node: Node::of(key) }))
    }

    /// Forgets everything that stands in the journal, to read it anew: after the storage failed, where somebody else
    /// may have written, and to bound memory.
    pub fn forget(&mut self) {
        self.trees = HashMap::new();
        self.forget_around();
    }

    /// Forgets all but trees, which are held against the versions of their streams before they are used: for an engine
    /// that reads beside another one that writes.
    pub fn forget_around(&mut self) {
        self.streams = HashMap::new();
        self.transport.forget();
        self.forgotten += 1;
        self.answers = Answers::default();
        self.unread = Vec::new();
        self.outages = BTreeMap::new();
        self.designations = Designations::default();
        self.mandates = Mandates::default();
        self.legal_holds = None;
        self.moved = BTreeSet::new();
        self.taken_back = Vec::new();
        self.closed = BTreeSet::new();
        self.freed = BTreeSet::new();
        self.awake = false;
    }

    /// Reads what concerns all goods.
    fn wake(&mut self) -> Result<(), EngineError> {
        if self.awake {
            return Ok(());
        }
        let unread = self.read(&UNREAD.into())?.dossier.tree.unread;
        self.unread = unread.into_iter().map(|note| note.why).collect();
        let programmes: Vec<ProgrammeId> = self.settings.programmes.keys().cloned().collect();
        for programme in programmes {
            self.wake_outages(&programme)?;
        }
        self.wake_designations()?;
        self.wake_mandates()?;
        self.wake_editions()?;
        self.awake = true;
        Ok(())
    }

    /// Does what is asked.
    ///
    /// # Errors
    /// [`EngineError::Refused`] for a lawful no, or a failure of a port. After an error of the journal
    /// nothing of the failed step is kept; steps before it are.
    pub fn handle(&mut self, command: Command) -> Result<Reply, EngineError> {
        self.bound_memory();
        self.wake()?;
        // What has left by its schedule has left, whether anything ticked since or not.
        let left = if matches!(command, Command::Tick) { Ok(0) } else { self.leave_by_schedule() };
        let reply = left.and_then(|_| self.run(command));
        self.follow_moved_houses()?;
        self.end_doubts()?;
        self.bind_closed()?;
        // Also where the command failed half-way: what it wrote before stands.
        self.follow_transport()?;
        self.end_resemblances()?;
        self.recall()?;
        reply
    }

    fn run(&mut self, command: Command) -> Result<Reply, EngineError> {
        match command {
            Command::File { filing, channel } => self.file(filing, &channel),
            Command::Fact { fact, channel } => self.fact(fact, &channel),
            Command::Authority { programme, simulated, act } => self.authority(programme, simulated, act),
            Command::ConfirmShipment { object, agency } => {
                let loaded = self.load_known(&object)?;
                self.act(loaded, case::Command::ConfirmShipment { node: Node::of(&object) }, agency)
            }
            Command::Peek { object, leg, stage, aircraft } => {
                let (answer, _) = self.judge(&object, leg, stage, aircraft)?;
                Ok(Reply::Answered(Box::new(answer)))
            }
            Command::Ask { object, leg, stage, aircraft, holder, asker } => {
                let (object, aircraft) = (Target::Goods(object), Some(aircraft));
                self.ask(Asked { object, leg, stage, aircraft, holder, asker })
            }
            Command::AskObject { object, leg, stage, aircraft, holder, asker } => {
                let object = self.target(object)?;
                self.ask(Asked { object, leg, stage, aircraft, holder, asker })
            }
            Command::Look { object, leg, stage, aircraft, holder, asker } => {
                let object = self.target(object)?;
                self.look(Asked { object, leg, stage, aircraft, holder, asker })
            }
            Command::List { flight, stage, aircraft, holder, asker } => {
                self.list(flight, stage, aircraft, holder, asker)
            }
            Command::Recheck { answer, holder } => self.recheck(&answer, holder.as_ref()),
            Command::AcknowledgeRecall { answer, holder, by } => {
                self.acknowledge_recall(&answer, holder.as_ref(), by)
            }
            Command::Compare { object, leg, stage, aircraft, theirs, said } => {
                let (ours, _) = self.judge(&object, leg, stage, aircraft)?;
                self.compare(&object, &ours, theirs, said)
            }
            Command::CompareOf { key, leg, stage, aircraft, theirs, said } => {
                match self.target(ObjectName::Consignment(key))? {
                    Target::Goods(object) => {
                        self.run(Command::Compare { object, leg, stage, aircraft, theirs, said })
                    }
                    Target::Other(_) => Ok(Reply::Done(0)),
                }
            }
            Command::Doubt { why } => Ok(Reply::Done(self.hold_all(why)?)),
            Command::ViewFlight { name } => self.view_flight(name),
            Command::ViewUnit { name } => self.view_unit(name),
            Command::NoteAccess { by, what, names } => self.note_access(by, what, names),
            Command::Admit { person, act, author, offered } => self.admit(&person, act, &author, &offered),
            Command::FirstAdministrator { person, organisation, name, passkey, among } => {
                self.first_administrator(&person, organisation, name, passkey, &among)
            }
            Command::People { organisations } => self.people(&organisations),
            Command::Person { by } => self.person(&by),
            Command::Adjudicate { act, reason, by, channel } => self.adjudicate(act, reason, by, &channel),
            Command::Adjudications { after, standing, most, asker } => {
                self.adjudications(after.as_deref(), standing, most, &asker)
            }
            Command::Adjudication { id, asker } => self.adjudication(&id, &asker),
            Command::Found { hits, asker } => self.found(&hits, &asker),
            Command::TakeLists { lists } => {
                self.set_lists(lists);
                Ok(Reply::Done(0))
            }
            Command::Retain(asked) => self.retain(asked),
            Command::Tick => self.tick(),
            Command::Due { object } => Ok(Reply::Due(self.due(&object)?)),
            Command::Measure { object, leg, aircraft } => self.measure(&object, &leg, aircraft),
            Command::MeasureOf { key, leg, aircraft } => match self.target(ObjectName::Consignment(key))? {
                Target::Goods(object) => self.measure(&object, &leg, aircraft),
                Target::Other(_) => Ok(Reply::Done(0)),
            },
            Command::DueOf { key, judge } => match self.target(ObjectName::Consignment(key))? {
                Target::Goods(object) => self.due_for(&object, judge.as_ref()),
                Target::Other(_) => Ok(Reply::Done(0)),
            },
            Command::Queue { most, stations, judge } => self.queue(most, &stations, judge.as_ref()),
            Command::LookUp { by, after, most, holder, asker } => {
                self.look_up(&by, after.as_ref(), most, &lookup::Seeker { holder, asker })
            }
            Command::Holds { wanted, after, most, holder, asker } => {
                self.holds(&wanted, after.as_ref(), most, &lookup::Seeker { holder, asker })
            }
            Command::WorkOrders { of, after, most, holder, asker, screens } => {
                let seeker = lookup::Seeker { holder, asker };
                self.work_orders(&of, after.as_ref(), most, work_orders::Screener { seeker, screens })
            }
            Command::Outages => Ok(Reply::Outages {
                outages: self.outages.clone(),
                notices_last: self.settings.policy.proposals_last,
            }),
            Command::Mandates => Ok(Reply::Mandates(self.mandates.all().cloned().collect())),
            Command::View { object } => self.viewed(&object),
            Command::ViewOf { key } => match self.target(ObjectName::Consignment(key))? {
                Target::Goods(object) => self.viewed(&object),
                Target::Other(_) => Ok(Reply::Done(0)),
            },
            Command::PeekObject { object, leg, stage, aircraft } => {
                self.peek_object(object, leg, stage, aircraft)
            }
        }
    }

    /// What a question is about.
    fn target(&mut self, object: ObjectName) -> Result<Target, EngineError> {
        Ok(match object {
            ObjectName::Consignment(key) => Target::Goods(self.find(&key)?.ok_or_else(|| {
                Refusal(Phrase::new(codes::gate::OBJECT_UNKNOWN).with("object", key.to_string()))
            })?),
            other => Target::Other(other),
        })
    }

    /// What the gate says now, and the version of the stream it was read from.
    fn judge(
        &mut self,
        object: &ObjectRef,
        leg: AskedLeg,
        stage: Stage,
        aircraft: Aircraft,
    ) -> Result<(Answer, Version), EngineError> {
        let mut loaded = self.load(&object.stream)?;
        self.screen_anew(&mut loaded)?;
        let question = Question { node: object.node.clone(), leg, stage, aircraft, at: self.clock.now() };
        let mut answer = gate::answer(&loaded.dossier, &question, &self.context());
        // Whoever asks may name a flight that no document names.
        if self.bring_asked(&answer)? {
            answer = gate::answer(&loaded.dossier, &question, &self.context());
        }
        let version = loaded.version;
        self.keep(loaded);
        Ok((answer, version))
    }

    /// Does what an agency wants done to a tree.
    fn act(
        &mut self,
        mut loaded: Loaded,
        command: case::Command,
        agency: Arc<str>,
    ) -> Result<Reply, EngineError> {
        let events = self.apply(&mut loaded, command, &Actor::Agency(agency))?;
        self.keep(loaded);
        Ok(Reply::Done(events))
    }

    fn context(&self) -> Context<'_> {
        Context {
            programmes: &self.settings.programmes,
            stations: &self.settings.stations,
            expects: self.settings.expects,
            simulated: self.settings.all_simulated(),
            validity: self.settings.validity,
            lists_incomplete: &self.lists_incomplete,
            unread: &self.unread,
            status_age_max: self.settings.status_age_max,
            exemptions_accepted: &self.settings.exemptions_accepted,
            outages: &self.outages,
            high_risk_approval_unknown_suffices: self.settings.high_risk_approval_unknown_suffices,
            high_risk_results_suffice: self.settings.high_risk_results_suffice,
            designation_rules: &self.settings.designation_rules,
            designations: &self.designations,
            yard: &self.transport.yard,
            hold_upstream: self.settings.hold_upstream,
            desks: self.desks(),
            clock_unsure: !self.clock.is_sure(),
        }
    }

    /// Whose word counts on flights, units, bookings and custody.
    fn desks(&self) -> Desks<'_> {
        Desks {
            posts: self.settings.desks.as_ref(),
            carriers: &self.settings.carriers,
            mandates: &self.mandates,
        }
    }

    /// Appends events, folds them into the tree, and tells those who are to be told.
    fn commit<E: Into<casework::Event>>(
        &mut self,
        loaded: &mut Loaded,
        events: Vec<E>,
    ) -> Result<usize, EngineError> {
        if events.is_empty() {
            return Ok(0);
        }
        let at = self.clock.now();
        let events: Vec<casework::Event> = events.into_iter().map(Into::into).collect();
        loaded.version = self.journal.append(&loaded.stream, loaded.version, &events, at)?;
        self.answers.touch(&loaded.stream);
        for event in &events {
            loaded.dossier.evolve(event);
            self.note_transport(&loaded.stream, event)?;
            self.bring_after(&loaded.dossier.tree, event)?;
            self.note_moved(&loaded.dossier.tree, event);
            if let casework::Event::Tree(
                Event::ReferralClosed { node, .. }
                | Event::EndedByCompletion { node, .. }
                | Event::ClaimEnded { node, .. }
                | Event::HoldLifted { node, .. },
            ) = event
                && loaded.dossier.tree.was_meant_by_number(node)
            {
                self.taken_back.push(loaded.dossier.tree.key(node));
            }
            if let casework::Event::Tree(
                Event::ReferralClosed { node, .. } | Event::EndedByCompletion { node, .. },
            ) = event
            {
                self.closed.insert((loaded.stream.clone(), node.clone()));
            }
            if let casework::Event::Tree(
                Event::ReferralClosed { node, .. }
                | Event::EndedByCompletion { node, .. }
                | Event::ClaimEnded { node, .. },
            ) = event
            {
                self.freed.insert((loaded.stream.clone(), node.clone()));
            }
            self.note_deadlines(&loaded.stream, &loaded.dossier.tree, event)?;
            self.note_screened(&loaded.stream, event)?;
            self.note_waiting(&loaded.stream, &loaded.dossier, event)?;
            for notice in notices::notices(&loaded.dossier, event, &self.settings) {
                let carriers = carriers::of_event(&loaded.dossier.tree, event, &notice);
                let notice = self.with_deadline(&loaded.dossier.tree, notice);
                self.send(Notice { carriers, ..notice })?;
            }
        }
        Ok(events.len())
    }

    /// Hands a notice over; a node that only runs beside another system sends nothing.
    fn send(&mut self, notice: Notice) -> Result<(), EngineError> {
        if !self.settings.parallel {
            self.outbox.send(notice)?;
        }
        Ok(())
    }

    /// Puts our answer beside that of the system in place, and keeps both.
    fn compare(
        &mut self,
        object: &ObjectRef,
        ours: &Answer,
        theirs: Decision,
        said: String,
    ) -> Result<Reply, EngineError> {
        let loaded = self.load(&object.stream)?;
        let name = loaded.dossier.tree.key(&object.node).to_string();
        self.keep(loaded);
        let at = self.clock.now();
        let comparison = Comparison::new(name, at, ours, theirs, said);
        let stream: StreamId = PARALLEL.into();
        let version = self.journal.version(&stream)?;
        self.journal.append(&stream, version, &[casework::Event::Compared(comparison.clone())], at)?;
        Ok(Reply::Compared(Box::new(comparison)))
    }

    /// Notes that a message which may concern the goods could not be read. What comes again while somebody proposes to
    /// settle it is not what he read.
    fn note_unread_on(&mut self, loaded: &mut Loaded, why: Phrase) -> Result<usize, EngineError> {
        let same = |lifted: &Lifted| matches!(lifted, Lifted::Unread(note) if note.why == why);
        let again = loaded.dossier.decisions.would_lift(same);
        let note = case::Command::NoteUnread { why, again };
        let events = decide(&loaded.dossier.tree, note, &Actor::Node, self.clock.now())?;
        self.commit(loaded, events)
    }

    fn apply(
        &mut self,
        loaded: &mut Loaded,
        command: case::Command,
        actor: &Actor,
    ) -> Result<usize, EngineError> {
        self.apply_at(loaded, command, actor, self.clock.now())
    }

    /// As [`Self::apply`], of something that took place at `at`.
    fn apply_at(
        &mut self,
        loaded: &mut Loaded,
        command: case::Command,
        actor: &Actor,
        at: Timestamp,
    ) -> Result<usize, EngineError> {
        match decide(&loaded.dossier.tree, command, actor, at) {
            Ok(events) => self.commit(loaded, events),
            Err(refusal) if refusal.0.code == codes::gate::TOO_MANY_OPEN => {
                // What was refused may be what would have held the goods.
                let why = Phrase { code: codes::gate::WHY_TOO_MANY_OPEN, args: refusal.0.args.clone() };
                self.note_unread_on(loaded, why)?;
                Err(refusal.into())
            }
            Err(refusal) => Err(refusal.into()),
        }
    }
}
