use crate::command::{
    AuthorityAct, CaseView, Command, ConsignmentView, Filed, FiledConsignment, ObjectRef, Reply,
};
use crate::ports::{
    Addressee, Clock, Journal, JournalError, Notice, NoticeKind, Outbox, OutboxError, StreamId, Version,
};
use crate::settings::Settings;
use assess::{AssessInput, Assessment, PartyMatch, Snapshot, Verdict};
use casework::Refusal;
use casework::case::{
    self, Actor, CaseState, Document, Event, HoldCause, LegBinding, Node, PartyHit, ReferralKind, Tree, decide,
    evolve,
};
use casework::gate::{self, Context, Question};
use consignment::{Consignment, ConsignmentKey, DocumentKind, Filing, Leg};
use finding::{Phrase, codes};
use names::Purpose;
use programme::{Binding, Mode, Programme, ProgrammeId};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// Name of the compliance desk whose hold follows a sanctions hit.
const SANCTIONS_DESK: &str = "sanctions compliance";

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

/// The engine: settings, ports, and where each number is found.
#[derive(Debug)]
pub struct Engine<J, C, O> {
    settings: Settings,
    journal: J,
    clock: C,
    outbox: O,
    directory: Directory,
    /// Trees as they were at their last use; each is checked against its stream's version before it is
    /// used again.
    trees: HashMap<StreamId, Loaded>,
}

/// Which stream a number belongs to.
#[derive(Debug, Default)]
struct Directory {
    streams: HashMap<ConsignmentKey, StreamId>,
    /// Consignments without any readable number each get a stream of their own.
    unidentified: u64,
}

/// A tree as it was read, with the version the next append must meet.
#[derive(Debug)]
struct Loaded {
    stream: StreamId,
    version: Version,
    tree: Tree,
}

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// An engine over these ports. The journal is expected to be empty or written by the same engine.
    pub fn new(settings: Settings, journal: J, clock: C, outbox: O) -> Self {
        Self { settings, journal, clock, outbox, directory: Directory::default(), trees: HashMap::new() }
    }

    /// The settings.
    pub fn settings(&self) -> &Settings {
        &self.settings
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
    pub fn find(&self, key: &ConsignmentKey) -> Option<ObjectRef> {
        let stream = self.directory.streams.get(key)?.clone();
        Some(ObjectRef { stream, node: Node::of(key) })
    }

    /// Does what is asked.
    ///
    /// # Errors
    /// [`EngineError::Refused`] for a lawful no, or a failure of a port. After an error of the journal
    /// nothing of the failed step is kept; steps before it are.
    pub fn handle(&mut self, command: Command) -> Result<Reply, EngineError> {
        match command {
            Command::File { filing, filer } => self.file(filing, filer),
            Command::Authority { programme, simulated, act } => self.authority(programme, simulated, act),
            Command::PlaceHold { object, agency, cause } => {
                let mut loaded = self.load_or_create(&object)?;
                let command = case::Command::PlaceHold { node: Node::of(&object), cause: HoldCause(cause) };
                let events = self.apply(&mut loaded, command, &Actor::Agency(agency))?;
                self.keep(loaded);
                Ok(Reply::Done(events))
            }
            Command::LiftHold { object, agency } => {
                let mut loaded = self.load_known(&object)?;
                let command = case::Command::LiftHold { node: Node::of(&object) };
                let events = self.apply(&mut loaded, command, &Actor::Agency(agency))?;
                self.keep(loaded);
                Ok(Reply::Done(events))
            }
            Command::Peek { object, leg, stage, aircraft } => {
                let loaded = self.load(&object.stream)?;
                let at = self.clock.now();
                let question = Question { node: object.node, leg, stage, aircraft, at };
                let answer = gate::answer(&loaded.tree, &question, &self.context());
                self.keep(loaded);
                Ok(Reply::Answered(Box::new(answer)))
            }
            Command::View { object } => {
                let loaded = self.load(&object.stream)?;
                let view = self.view(&loaded.tree, &object.node);
                self.keep(loaded);
                Ok(Reply::Viewed(Box::new(view)))
            }
        }
    }

    fn context(&self) -> Context<'_> {
        Context {
            programmes: &self.settings.programmes,
            stations: &self.settings.stations,
            expects: self.settings.expects,
            simulated: self.settings.all_simulated(),
            validity: self.settings.validity,
        }
    }

    fn view(&self, tree: &Tree, node: &Node) -> ConsignmentView {
        let document = tree.documents.get(node);
        let cases = tree.cases_of(node).map(|(programme, case)| {
            let (legs, not_required) = match &case.binding {
                LegBinding::Binds { legs } | LegBinding::Undecided { legs, .. } => {
                    (legs.iter().filter_map(|index| tree.legs.get(*index)).cloned().collect(), None)
                }
                LegBinding::DoesNotBind { proof, .. } => (Vec::new(), Some(proof.clone())),
            };
            let rejected_for = match (&case.rejected, case.state()) {
                (Some((_, findings)), CaseState::Rejected) => findings.clone(),
                _ => Vec::new(),
            };
            CaseView {
                programme: programme.clone(),
                legs,
                mode: case.mode,
                state: case.state(),
                outcome: case.outcome(),
                not_required,
                referrals: case.referrals.clone(),
                rejected_for,
            }
        });
        ConsignmentView {
            key: tree.key(node),
            document: document.and_then(|document| {
                document.filed().or_else(|| document.reports.last()).cloned()
            }),
            cases: cases.collect(),
            matches: document
                .and_then(|document| document.screening.as_ref())
                .map(|screening| screening.hits.clone())
                .unwrap_or_default(),
            security: gate::security_of(tree, node, self.clock.now(), &self.context()),
            legs: tree.legs.clone(),
        }
    }

    // Streams.

    /// The tree of a stream, taken out of the kept ones where nobody has appended since. Whoever takes it
    /// gives it back with [`Self::keep`]; after an error it is read anew from the journal.
    fn load(&mut self, stream: &StreamId) -> Result<Loaded, EngineError> {
        if let Some(kept) = self.trees.remove(stream) {
            if self.journal.version(stream)? == kept.version {
                return Ok(kept);
            }
        }
        self.read(stream)
    }

    fn keep(&mut self, loaded: Loaded) {
        self.trees.insert(loaded.stream.clone(), loaded);
    }

    fn read(&self, stream: &StreamId) -> Result<Loaded, EngineError> {
        let events = self.journal.read(stream)?;
        let version = events.len() as Version;
        let mut tree = Tree::default();
        for recorded in &events {
            tree = match &recorded.event {
                Event::Joined { from } => self
                    .journal
                    .read(from)?
                    .iter()
                    .fold(tree, |tree, recorded| evolve(tree, &recorded.event)),
                event => evolve(tree, event),
            };
        }
        Ok(Loaded { stream: stream.clone(), version, tree })
    }

    fn load_known(&mut self, key: &ConsignmentKey) -> Result<Loaded, EngineError> {
        match self.directory.streams.get(key).cloned() {
            Some(stream) => self.load(&stream),
            None => Err(Refusal(Phrase::new(codes::gate::OBJECT_UNKNOWN).with("object", key.to_string())).into()),
        }
    }

    fn load_or_create(&mut self, key: &ConsignmentKey) -> Result<Loaded, EngineError> {
        let stream = self.stream_of(key);
        self.load(&stream)
    }

    /// The stream of a number: that of its master, or one of its own while the master is not known.
    fn stream_of(&mut self, key: &ConsignmentKey) -> StreamId {
        if let Some(stream) = self.directory.streams.get(key) {
            return stream.clone();
        }
        let stream: StreamId = match (&key.master, &key.house) {
            (Some(master), _) => format!("tree/{master}").into(),
            (None, Some(house)) => format!("tree/house/{house}").into(),
            (None, None) => {
                self.directory.unidentified += 1;
                return format!("tree/unidentified/{}", self.directory.unidentified).into();
            }
        };
        if key.master.is_some() {
            // Whoever names a house names its master too, so that it can be asked for.
            let master = ConsignmentKey { master: key.master, house: None };
            self.directory.streams.insert(master, stream.clone());
        }
        self.directory.streams.insert(key.clone(), stream.clone());
        stream
    }

    /// Appends events, folds them into the tree, and tells those who are to be told.
    fn commit(&mut self, loaded: &mut Loaded, events: Vec<Event>) -> Result<usize, EngineError> {
        if events.is_empty() {
            return Ok(0);
        }
        let at = self.clock.now();
        loaded.version = self.journal.append(&loaded.stream, loaded.version, &events, at)?;
        for event in &events {
            loaded.tree = evolve(std::mem::take(&mut loaded.tree), event);
            for notice in notices(&loaded.tree, event) {
                self.outbox.send(notice)?;
            }
        }
        Ok(events.len())
    }

    fn apply(&mut self, loaded: &mut Loaded, command: case::Command, actor: &Actor) -> Result<usize, EngineError> {
        let events = decide(&loaded.tree, command, actor, self.clock.now())?;
        self.commit(loaded, events)
    }

    // Filing.

    /// Takes in a message: every consignment is recorded first, then what follows is worked out once for
    /// each tree, so that a message of thousands of houses costs as much as its houses.
    fn file(&mut self, filing: Filing, filer: Arc<str>) -> Result<Reply, EngineError> {
        let actor = Actor::Filer(filer);
        let mut filed = Vec::with_capacity(filing.consignments.len());
        let mut trees: BTreeMap<StreamId, (Loaded, BTreeSet<Node>)> = BTreeMap::new();
        for consignment in filing.consignments {
            let consignment = Arc::new(consignment);
            let key = consignment.key();
            let stream = self.stream_of(&key);
            let (loaded, changed) = match trees.entry(stream.clone()) {
                Entry::Occupied(entry) => entry.into_mut(),
                Entry::Vacant(entry) => entry.insert((self.load(&stream)?, BTreeSet::new())),
            };
            if self.join_floating_house(loaded, &key)? {
                changed.extend(loaded.tree.documents.keys().cloned());
            }
            let node = Node::of(&key);
            let command = case::Command::Record {
                consolidated: assess::quality::looks_consolidated(&consignment),
                purpose: filing.purpose,
                consignment,
            };
            let outcome = match decide(&loaded.tree, command, &actor, self.clock.now()) {
                Err(refusal) => Filed::Refused(refusal),
                Ok(events) if events.is_empty() => Filed::Unchanged,
                Ok(events) => {
                    self.commit(loaded, events)?;
                    changed.insert(node.clone());
                    let version = loaded.tree.documents.get(&node).and_then(Document::version);
                    Filed::Recorded { version: version.unwrap_or(0) }
                }
            };
            filed.push(FiledConsignment { object: ObjectRef { stream, node }, key, outcome });
        }
        for (mut loaded, changed) in trees.into_values() {
            if !changed.is_empty() {
                self.follow_up(&mut loaded, changed)?;
            }
            self.keep(loaded);
        }
        Ok(Reply::Filed(filed))
    }

    /// A house that was filed before its master was known belongs to the master's tree from now on, with
    /// everything that is open for it. Tells whether one joined.
    fn join_floating_house(&mut self, loaded: &mut Loaded, key: &ConsignmentKey) -> Result<bool, EngineError> {
        let (Some(_), Some(_)) = (&key.master, &key.house) else { return Ok(false) };
        let floating = ConsignmentKey { master: None, house: key.house.clone() };
        let Some(from) = self.directory.streams.get(&floating).cloned() else { return Ok(false) };
        if from == loaded.stream {
            return Ok(false);
        }
        self.commit(loaded, vec![Event::Joined { from }])?;
        *loaded = self.read(&loaded.stream)?;
        self.directory.streams.insert(floating, loaded.stream.clone());
        Ok(true)
    }

    /// What follows from new data of a tree: its route, the leg test of every programme, the screening of
    /// its parties, and the acts of simulated authorities.
    ///
    /// A new route concerns the whole tree, anything else only the nodes that changed.
    fn follow_up(&mut self, loaded: &mut Loaded, mut changed: BTreeSet<Node>) -> Result<(), EngineError> {
        let legs = route(&loaded.tree);
        if self.apply(loaded, case::Command::Route { legs }, &Actor::Node)? > 0 {
            changed.extend(loaded.tree.documents.keys().cloned());
        }
        let programmes: Vec<Arc<Programme>> = self.settings.programmes.values().cloned().collect();
        for node in changed {
            self.screen(loaded, &node)?;
            for programme in &programmes {
                self.bind(loaded, &node, programme)?;
                self.simulate(loaded, &node, programme)?;
            }
        }
        Ok(())
    }

    fn bind(&mut self, loaded: &mut Loaded, node: &Node, programme: &Programme) -> Result<(), EngineError> {
        let goods = loaded.tree.filed(node).map_or(programme::GoodsNature::Cargo, |filed| {
            programme::GoodsNature::of(filed)
        });
        let binding = match programme::bind(programme, &loaded.tree.legs, goods, &self.settings.stations) {
            Binding::Bound { legs } => LegBinding::Binds { legs },
            Binding::NotBound { why } => {
                let proof = why.proof(programme, &loaded.tree.legs, &self.settings.stations);
                LegBinding::DoesNotBind { why, proof }
            }
            Binding::Undecided { stations, legs } => LegBinding::Undecided { stations, legs },
        };
        let command = case::Command::Bind {
            node: node.clone(),
            programme: programme.id.clone(),
            mode: self.settings.mode(&programme.id),
            binding,
        };
        self.apply(loaded, command, &Actor::Node)?;
        Ok(())
    }

    /// Screens the parties of the latest version once; a sanctions hit holds the goods for compliance.
    fn screen(&mut self, loaded: &mut Loaded, node: &Node) -> Result<(), EngineError> {
        let Some(document) = loaded.tree.documents.get(node) else { return Ok(()) };
        let (Some(filed), Some(version)) = (document.filed().cloned(), document.version()) else { return Ok(()) };
        if document.screening.as_ref().is_some_and(|screening| screening.version == version) {
            return Ok(());
        }
        let matches = match &self.settings.lists {
            Some(lists) => assess::screen_parties(&filed, lists),
            None => Vec::new(),
        };
        let hits: Vec<PartyHit> = matches.iter().map(party_hit).collect();
        let sanctions: Vec<Phrase> = matches
            .iter()
            .filter(|found| found.hit.purpose == Purpose::Sanctions)
            .map(|found| hit_phrase(codes::gate::WHY_SANCTIONS_HIT, found))
            .collect();
        let lists = self.settings.lists.as_ref().map(|lists| Arc::from(lists.id()));
        let command = case::Command::RecordScreening { node: node.clone(), version, lists, hits };
        self.apply(loaded, command, &Actor::Node)?;
        for cause in sanctions {
            let command = case::Command::PlaceHold { node: node.clone(), cause: HoldCause(cause) };
            self.apply(loaded, command, &Actor::Agency(SANCTIONS_DESK.into()))?;
        }
        Ok(())
    }

    /// Where a programme is simulated, this node plays the authority: it rejects, acknowledges, asks, or
    /// reports the assessment complete, once for each version.
    fn simulate(&mut self, loaded: &mut Loaded, node: &Node, programme: &Programme) -> Result<(), EngineError> {
        let Some(case) = loaded.tree.cases.get(&(node.clone(), programme.id.clone())) else { return Ok(()) };
        let Some(filed) = loaded.tree.filed(node).cloned() else { return Ok(()) };
        let Some(version) = case.filed_version else { return Ok(()) };
        let answered = case.acknowledged_version >= Some(version)
            || case.rejected.as_ref().is_some_and(|(rejected, _)| *rejected >= version);
        if case.mode != Mode::Simulated || case.withdrawn || answered {
            return Ok(());
        }
        let asks = case.open_referrals().next().is_some();
        let bound = match &case.binding {
            LegBinding::Binds { legs } | LegBinding::Undecided { legs, .. } => legs.clone(),
            LegBinding::DoesNotBind { .. } => return Ok(()),
        };
        let assessment = self.assess(&loaded.tree, &filed, programme, &bound);
        let id = programme.id.clone();
        let (node, actor) = (node.clone(), Actor::Simulation);
        match &assessment.verdict {
            Verdict::Reject { .. } => {
                let findings = assessment.findings;
                self.apply(
                    loaded,
                    case::Command::Reject { node, programme: id, version, findings },
                    &actor,
                )?;
            }
            Verdict::RequestInformation { matches } => {
                let acknowledge =
                    case::Command::Acknowledge { node: node.clone(), programme: id.clone(), version };
                self.apply(loaded, acknowledge, &actor)?;
                for index in matches {
                    let Some(found) = assessment.matches.get(*index) else { continue };
                    let number = loaded.tree.key(&node).to_string().replace(' ', "-");
                    let reference: Arc<str> = format!("SIM-{id}-{number}-v{version}-{}", index + 1).into();
                    let open = case::Command::OpenReferral {
                        node: node.clone(),
                        programme: id.clone(),
                        kind: ReferralKind::Rfi,
                        reference,
                        reason: hit_phrase(codes::gate::WHY_SECURITY_HIT, found),
                        deadline: None,
                    };
                    self.apply(loaded, open, &actor)?;
                }
            }
            Verdict::Clear => {
                let acknowledge =
                    case::Command::Acknowledge { node: node.clone(), programme: id.clone(), version };
                self.apply(loaded, acknowledge, &actor)?;
                // While it waits for an answer an authority does not report that it is done.
                if !asks {
                    let complete = case::Command::CompleteAssessment { node, programme: id, version };
                    self.apply(loaded, complete, &actor)?;
                }
            }
        }
        Ok(())
    }

    fn assess(&self, tree: &Tree, filed: &Consignment, programme: &Programme, bound: &[usize]) -> Assessment {
        let legs: Vec<Leg> = bound.iter().filter_map(|index| tree.legs.get(*index)).cloned().collect();
        // A master is compared with all its houses, a house with its master only: comparing every house
        // with every other would take a large consolidation the square of its size.
        let documents: Vec<&Consignment> = match filed.kind {
            DocumentKind::Master => {
                tree.documents.values().filter_map(|document| document.filed()).map(|filed| &**filed).collect()
            }
            _ => tree.filed(&Node::Master).map(|master| &**master).into_iter().chain([filed]).collect(),
        };
        let input = AssessInput {
            consignment: filed,
            tree: &documents,
            programme,
            legs: &legs,
            at: self.clock.now(),
            seed: self.settings.seed,
        };
        assess::assess(&input, &Snapshot { lists: self.settings.lists.clone() })
    }

    // Acts of authorities.

    fn authority(
        &mut self,
        programme: ProgrammeId,
        simulated: bool,
        act: AuthorityAct,
    ) -> Result<Reply, EngineError> {
        let actor = if simulated { Actor::Simulation } else { Actor::Authority(programme.clone()) };
        let object = match &act {
            AuthorityAct::Acknowledge { object, .. }
            | AuthorityAct::Reject { object, .. }
            | AuthorityAct::Open { object, .. }
            | AuthorityAct::Close { object, .. }
            | AuthorityAct::Complete { object, .. } => object.clone(),
        };
        // An order on goods nobody has told of yet must hold them when they come.
        let mut loaded = match &act {
            AuthorityAct::Open { .. } => self.load_or_create(&object)?,
            _ => self.load_known(&object)?,
        };
        let node = Node::of(&object);
        let latest = loaded.tree.documents.get(&node).and_then(Document::version).unwrap_or(0);
        let command = match act {
            AuthorityAct::Acknowledge { version, .. } => {
                case::Command::Acknowledge { node, programme, version: version.unwrap_or(latest) }
            }
            AuthorityAct::Reject { version, findings, .. } => {
                case::Command::Reject { node, programme, version: version.unwrap_or(latest), findings }
            }
            AuthorityAct::Open { kind, reference, reason, deadline, .. } => {
                case::Command::OpenReferral { node, programme, kind, reference, reason, deadline }
            }
            AuthorityAct::Close { reference, .. } => case::Command::CloseReferral { reference },
            AuthorityAct::Complete { version, .. } => {
                case::Command::CompleteAssessment { node, programme, version: version.unwrap_or(latest) }
            }
        };
        let events = self.apply(&mut loaded, command, &actor)?;
        self.keep(loaded);
        Ok(Reply::Done(events))
    }
}

/// The route of a tree: the master's legs; without them, those a report or manifest gives; without any,
/// the master's origin and destination as a house states them, or the document's own.
fn route(tree: &Tree) -> Vec<Leg> {
    let master = tree.documents.get(&Node::Master);
    if let Some(filed) = master.and_then(Document::filed) {
        if !filed.legs.is_empty() {
            return filed.legs.clone();
        }
    }
    let documents = || tree.documents.values();
    let filed = || documents().filter_map(Document::filed);
    if let Some(legs) = filed().map(|filed| &filed.legs).find(|legs| !legs.is_empty()) {
        return legs.clone();
    }
    let reports = || documents().flat_map(|document| &document.reports);
    if let Some(legs) = reports().map(|report| &report.legs).find(|legs| !legs.is_empty()) {
        return legs.clone();
    }
    let ends = |consignment: &Consignment| {
        let stated = consignment.master_totals.as_ref().and_then(|totals| totals.origin.zip(totals.destination));
        stated.or_else(|| consignment.origin.zip(consignment.destination))
    };
    let of_master = master.and_then(Document::filed).and_then(|filed| ends(filed));
    of_master
        .or_else(|| filed().chain(reports()).find_map(|consignment| ends(consignment)))
        .map(|(from, to)| vec![Leg::assumed(from, to)])
        .unwrap_or_default()
}

fn party_hit(found: &PartyMatch) -> PartyHit {
    PartyHit {
        role: found.role,
        party: found.party_name.clone(),
        score_thousandths: found.hit.score.thousandths(),
        list: found.hit.list.clone(),
        security: found.hit.purpose == Purpose::Security,
        entity_id: found.hit.entity_id.clone(),
        name: found.hit.name.clone(),
        matched: found.hit.matched.clone(),
    }
}

fn hit_phrase(code: finding::Code, found: &PartyMatch) -> Phrase {
    let thousandths = found.hit.score.thousandths();
    Phrase::new(code)
        .with("party", found.party_name.clone())
        .with("name", found.hit.matched.clone())
        .with("list", found.hit.list.clone())
        .with("score", format!("{}.{:03}", thousandths / 1000, thousandths % 1000))
}

/// Who is told of an event: the filer, and the carrier of whatever holds or frees the goods.
fn notices(tree: &Tree, event: &Event) -> Vec<Notice> {
    let (node, programme, kind, text) = match event {
        Event::Acknowledged { node, programme, .. } => (node, Some(programme), NoticeKind::Acknowledged, None),
        Event::Rejected { node, programme, .. } => (node, Some(programme), NoticeKind::Rejected, None),
        Event::AssessmentCompleted { node, programme, .. } => {
            (node, Some(programme), NoticeKind::AssessmentComplete, None)
        }
        Event::ReferralOpened { node, programme, reason, .. } => {
            (node, Some(programme), NoticeKind::ReferralOpened, Some(reason.clone()))
        }
        Event::ReferralClosed { reference } => match tree.referral(reference) {
            Some((node, programme, _)) => (node, Some(programme), NoticeKind::ReferralClosed, None),
            None => return Vec::new(),
        },
        // The carrier must know that the goods are held; why is the agency's own business.
        Event::HoldPlaced { node, .. } => (node, None, NoticeKind::Held, None),
        _ => return Vec::new(),
    };
    let notice = |to: Addressee, text: Option<Phrase>| Notice {
        to,
        kind,
        about: tree.key(node),
        programme: programme.cloned(),
        text,
    };
    let declarant = tree.documents.get(node).and_then(|document| document.declarant.as_ref());
    let mut notices = Vec::new();
    if let (Some(Actor::Filer(name)), false) = (declarant, kind == NoticeKind::Held) {
        notices.push(notice(Addressee::Filer(name.clone()), text));
    }
    if !matches!(kind, NoticeKind::Acknowledged) {
        notices.push(notice(Addressee::Carrier, None));
    }
    notices
}
