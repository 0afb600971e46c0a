//! Taking in a message: record, route, leg tests, screening, and the acts of simulated authorities.

use super::floating::Naming;
use super::hits::without_settled;
use super::manifests::{SentManifest, tells_offloaded};
use super::parties::{question_about, simulated_reference};
use super::route::{self, Route};
use super::{Engine, EngineError, Loaded, faults};
use crate::channel::Channel;
use crate::command::{Filed, FiledConsignment, ObjectRef, Reply};
use crate::ports::{Clock, Journal, Outbox, StreamId};
use assess::{AssessInput, Assessment, Snapshot, Verdict};
use casework::case::{self, Actor, Document, Event, LegBinding, Node, Others, Tree, Voice, decide};
use casework::gate;
use consignment::{Consignment, ConsignmentKey, DocumentKind, Filing, Leg, Purpose as Sent};
use finding::{Finding, Phrase, Severity, codes};
use programme::{Binding, FieldWords, Meaning, Mode, Obligation, Programme, ProgrammeId, UpdatesUntil};
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a message changed in one tree.
#[derive(Debug, Default)]
pub(super) struct Changed {
    pub(super) nodes: BTreeSet<Node>,
    /// The legs on which the nodes of the tree were bound, where another tree joined it and brought its own.
    pub(super) legs_before: Option<Vec<Leg>>,
    /// What a check list in the message names.
    listed: Option<Listed>,
}

/// The houses a check list names of one master.
#[derive(Debug, Default)]
struct Listed {
    houses: BTreeSet<Node>,
    pieces: u32,
    /// Pieces of the master, where the list states them.
    of_pieces: Option<u32>,
}

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// Takes in a message: every consignment is recorded first, then what follows is worked out once for
    /// each tree, so that a message of thousands of houses costs as much as its houses.
    pub(super) fn file(&mut self, mut filing: Filing, channel: &Channel) -> Result<Reply, EngineError> {
        let says_nothing = filing.consignments.is_empty() && filing.notices.is_empty();
        let unnamed = self.holds_unnamed_goods(&filing, channel);
        if says_nothing || !filing.mentions.is_empty() || unnamed {
            self.note_unread(&filing, channel, unnamed)?;
        }
        let represented = self.settings.representatives.get(&channel.name).cloned().map(Actor::Filer);
        let mut faults = faults::of_each(&filing);
        let named_twice = named_twice(&filing.consignments);
        let consignments = filing.consignments.len();
        let mut filed = Vec::with_capacity(consignments);
        let mut trees: BTreeMap<StreamId, (Loaded, Changed)> = BTreeMap::new();
        for (index, consignment) in std::mem::take(&mut filing.consignments).into_iter().enumerate() {
            let consignment = Arc::new(consignment);
            let numberless = consignment.lacks_number();
            // A house whose number cannot be read must not pass for its master: it stands by itself.
            let naming = Naming { consignment: &consignment, by: self.names_of(channel) };
            let named = |engine: &mut Self| match numberless {
                true => Ok(ConsignmentKey { master: None, house: None }),
                false if consignment.kind.stands_alone() => Ok(consignment.key()),
                false => engine.key_of(&naming),
            };
            let mut key = named(self)?;
            let renewed =
                !numberless && !self.in_hand(&key, &trees)? && self.renew_number(&key, consignment.kind)?;
            if renewed {
                // The master it had before is none of the new one's.
                key = named(self)?;
            }
            let mut faults = std::mem::take(&mut faults[index]);
            if !numberless && named_twice.contains(&key) {
                faults.push(Phrase::new(codes::gate::WHY_NAMED_TWICE));
            }
            let stream = self.stream_of(&key)?;
            let (loaded, changed) = match trees.entry(stream.clone()) {
                Entry::Occupied(entry) => entry.into_mut(),
                Entry::Vacant(entry) => entry.insert((self.load(&stream)?, Changed::default())),
            };
            let node = Node::of(&key);
            // Before a house that stood alone joins with the way it had by itself.
            let voice = self.voice(channel, &loaded.dossier.tree, &node);
            self.join_floating_house(loaded, &key, &naming, changed)?;
            let claimed = filing.purpose != Sent::Deletion
                && voice.others != Others::Amended
                && self.claimed_by_another(loaded, &key, &naming)?;
            if consignment.kind == DocumentKind::HouseAnnounced && !numberless {
                let listed = changed.listed.get_or_insert_default();
                listed.houses.insert(Node::of(&key));
                listed.pieces = listed.pieces.saturating_add(consignment.pieces.unwrap_or(0));
                listed.of_pieces = consignment.master_totals.as_ref().and_then(|totals| totals.pieces);
            }
            let said = Arc::clone(&consignment);
            let command = case::Command::Record {
                voice,
                consolidated: assess::quality::looks_consolidated(&consignment),
                purpose: filing.purpose,
                faults,
                consignment,
            };
            // Who speaks for another files as himself, and amends what that other one filed in his name.
            let declarant =
                loaded.dossier.tree.documents.get(&node).and_then(|known| known.declarant.clone());
            let actor = represented.clone().filter(|whom| declarant.as_ref() == Some(whom));
            let actor = actor.unwrap_or_else(|| channel.actor());
            let outcome = match decide(&loaded.dossier.tree, command, &actor, self.clock.now()) {
                Err(refusal) if claimed && refusal.0.code == codes::gate::NOT_THE_DECLARANT => {
                    let (at, consignment) = (self.clock.now(), Arc::clone(&said));
                    self.commit(loaded, vec![Event::Superseded { node: node.clone(), consignment, at }])?;
                    self.screen_set_aside(loaded, &node, &said)?;
                    Filed::Superseded
                }
                Err(refusal) => Filed::Refused(refusal),
                Ok(events) if events.is_empty() => Filed::Unchanged,
                Ok(events) if events.iter().all(repeats) => {
                    self.commit(loaded, events)?;
                    Filed::Unchanged
                }
                Ok(events) if matches!(events.as_slice(), [Event::Superseded { .. }, ..]) => {
                    self.commit(loaded, events)?;
                    self.screen_set_aside(loaded, &node, &said)?;
                    Filed::Superseded
                }
                Ok(events) => {
                    self.commit(loaded, events)?;
                    changed.nodes.insert(node.clone());
                    let version = loaded.dossier.tree.documents.get(&node).and_then(Document::version);
                    Filed::Recorded { version: version.unwrap_or(0) }
                }
            };
            if matches!(outcome, Filed::Recorded { .. }) && said.statuses.iter().any(tells_offloaded) {
                self.transport.left_behind(key.clone(), Arc::clone(&said), channel);
            }
            if said.kind == DocumentKind::ManifestLine && !matches!(outcome, Filed::Refused(_)) {
                self.transport.list(said, filing.part, channel);
            }
            filed.push(FiledConsignment { object: ObjectRef { stream, node }, key, outcome });
        }
        if let Some(leg) = filing.flown.take() {
            let listed = filed.iter().filter(|one| !matches!(one.outcome, Filed::Refused(_))).count();
            let sent = SentManifest::of(leg, &filing, listed == consignments, channel);
            self.transport.left(sent);
        }
        for (mut loaded, mut changed) in trees.into_values() {
            self.late_updates(&mut loaded, &changed)?;
            if let Some(listed) = &changed.listed {
                let before = loaded.dossier.tree.documents.len();
                self.withdraw_announcements(&mut loaded, listed)?;
                if loaded.dossier.tree.documents.len() != before {
                    changed.nodes.retain(|node| loaded.dossier.tree.documents.contains_key(node));
                }
            }
            if !changed.nodes.is_empty() {
                self.follow_up(&mut loaded, changed)?;
            }
            self.keep(loaded);
        }
        for one in &filed {
            self.note_elsewhere(&one.key)?;
        }
        for notice in &filing.notices {
            filed.extend(self.notice(notice, channel)?);
        }
        Ok(Reply::Filed(filed))
    }

    /// Who amends after the goods have left is told where the programme takes no updates any more.
    fn late_updates(&mut self, loaded: &mut Loaded, changed: &Changed) -> Result<(), EngineError> {
        let now = self.clock.now();
        for node in &changed.nodes {
            let versions = loaded.dossier.tree.documents.get(node).and_then(Document::version);
            if versions.is_none_or(|version| version < 2) {
                continue;
            }
            let cases = loaded.dossier.tree.cases_of(node);
            let ends_with_departure = |programme: &&ProgrammeId| {
                let data = self.settings.programme(programme);
                data.is_some_and(|data| data.filing.updates_until == UpdatesUntil::Departure)
            };
            let programmes: Vec<ProgrammeId> =
                cases.map(|(programme, _)| programme).filter(ends_with_departure).cloned().collect();
            for programme in programmes {
                let left = gate::left(&loaded.dossier, node, Some(&programme), now, &self.context());
                let Some(left) = left else { continue };
                let (node, leg) = (node.clone(), left.leg.label());
                self.apply(loaded, case::Command::NoteLateUpdate { node, programme, leg }, &Actor::Node)?;
            }
        }
        Ok(())
    }

    /// Whether the tree of a number is one of those a message is at work on.
    fn in_hand(
        &mut self,
        key: &ConsignmentKey,
        trees: &BTreeMap<StreamId, (Loaded, Changed)>,
    ) -> Result<bool, EngineError> {
        Ok(self.stream_found(key)?.is_some_and(|stream| trees.contains_key(&stream)))
    }

    /// For what somebody's word on goods counts. A carrier names his partners (PACT guide 1.9, section 1): what anybody
    /// else submits where programmes take a bill from several is kept, and stands only against the goods.
    fn voice(&self, channel: &Channel, tree: &Tree, node: &Node) -> Voice {
        let others = match self.takes_any_submitter(tree, node) {
            false => Others::Refused,
            true if self.settings.all_simulated() || self.submits(channel, tree) => Others::Amended,
            true => Others::SetAside,
        };
        let desk = self.settings.desks.is_none() || channel.registry || self.handles_tree(channel, tree);
        Voice { others, desk }
    }

    /// Whether every programme that binds for a node takes the bill from whoever submits it. Before the master is filed
    /// nobody knows by which way a house goes, and which programmes bind; nor while it may be under another master.
    pub(super) fn takes_any_submitter(&self, tree: &Tree, node: &Node) -> bool {
        let in_doubt = tree.documents.get(node).is_some_and(|document| document.elsewhere.is_some());
        if tree.filed(&Node::Master).is_none() || in_doubt {
            return false;
        }
        let binding =
            tree.cases_of(node).filter(|(_, case)| !matches!(case.binding, LegBinding::DoesNotBind { .. }));
        let mut binding =
            binding.map(|(programme, _)| self.settings.takes_any_submitter(programme)).peekable();
        binding.peek().is_some() && binding.all(|any| any)
    }

    /// What follows from new data of a tree: its route, the leg test of every programme, the screening of
    /// its parties, and the acts of simulated authorities.
    ///
    /// A new route concerns the whole tree, anything else only the nodes that changed.
    pub(super) fn follow_up(&mut self, loaded: &mut Loaded, changed: Changed) -> Result<(), EngineError> {
        let Changed { mut nodes, legs_before, .. } = changed;
        let before = legs_before.unwrap_or_else(|| loaded.dossier.tree.legs.clone());
        let Route { legs, unclear } = self.way(&loaded.dossier.tree)?;
        self.apply(loaded, case::Command::Route { legs, unclear }, &Actor::Node)?;
        if loaded.dossier.tree.legs != before {
            nodes.extend(loaded.dossier.tree.documents.keys().cloned());
        }
        let filed_legs = route::filed(&loaded.dossier.tree, &self.settings, &self.transport.yard);
        let programmes: Vec<Arc<Programme>> = self.settings.programmes.values().cloned().collect();
        // Whoever leaves out what nobody must take part in owes it nothing.
        let owed = |programme: &&Arc<Programme>| programme.gate.binding == Obligation::Mandatory;
        let left_out: Vec<Arc<Programme>> = self.settings.left_out.values().filter(owed).cloned().collect();
        for node in nodes {
            self.screen(loaded, &node)?;
            self.bind(loaded, &node, programmes.iter().chain(&left_out), &filed_legs)?;
            for programme in &programmes {
                self.simulate(loaded, &node, programme)?;
            }
            self.hear_what_waited(loaded, &node)?;
        }
        self.reported_flown(loaded)
    }

    /// A check list of the whole master takes the place of those before: houses it does not name are not
    /// announced any more.
    fn withdraw_announcements(&mut self, loaded: &mut Loaded, listed: &Listed) -> Result<(), EngineError> {
        if listed.of_pieces.is_none_or(|of| of != listed.pieces) {
            return Ok(());
        }
        let houses = loaded.dossier.tree.houses().filter(|(node, document)| {
            document.filed().is_none()
                && document.told.announced().is_some()
                && !listed.houses.contains(*node)
        });
        let gone: Vec<Node> = houses.map(|(node, _)| node.clone()).collect();
        for node in gone {
            self.apply(loaded, case::Command::WithdrawAnnouncement { node }, &Actor::Node)?;
        }
        Ok(())
    }

    /// Makes the leg test of these programmes for a node, and keeps what changed as one. Each is about its own case alone.
    fn bind<'a>(
        &mut self,
        loaded: &mut Loaded,
        node: &Node,
        programmes: impl Iterator<Item = &'a Arc<Programme>>,
        filed_legs: &[Leg],
    ) -> Result<(), EngineError> {
        let mut events = Vec::new();
        for programme in programmes {
            let command = case::Command::Bind {
                node: node.clone(),
                programme: programme.id.clone(),
                mode: self.settings.mode(&programme.id),
                binding: self.binding(&loaded.dossier.tree, node, programme, filed_legs),
            };
            events.extend(decide(&loaded.dossier.tree, command, &Actor::Node, self.clock.now())?);
        }
        self.commit(loaded, events)?;
        Ok(())
    }

    fn binding(&self, tree: &Tree, node: &Node, programme: &Programme, filed_legs: &[Leg]) -> LegBinding {
        let goods =
            tree.filed(node).map_or(programme::GoodsNature::Cargo, |filed| programme::GoodsNature::of(filed));
        let binding = match programme::bind(programme, &tree.legs, goods, &self.settings.stations) {
            Binding::Bound { legs } => LegBinding::Binds { legs },
            Binding::NotBound { why } => {
                let proof = why.proof(programme, &tree.legs, &self.settings.stations);
                LegBinding::DoesNotBind { why, proof }
            }
            Binding::Undecided { stations, legs } => LegBinding::Undecided { stations, legs },
        };
        if filed_legs == tree.legs.as_slice() {
            return binding;
        }
        let as_filed = programme::bind(programme, filed_legs, goods, &self.settings.stations);
        with_filed(binding, &tree.legs, &as_filed, filed_legs)
    }

    /// Makes the leg test anew where a referral was closed that held a programme on a way it is not asked about any more.
    pub(super) fn bind_closed(&mut self) -> Result<(), EngineError> {
        for (stream, node) in std::mem::take(&mut self.closed) {
            let mut loaded = self.load(&stream)?;
            let tree = &loaded.dossier.tree;
            let waits = |case: &case::Case| !case.bound_by_word && case.open_referrals().next().is_none();
            let programmes: Vec<ProgrammeId> =
                tree.cases_of(&node).filter(|(_, case)| waits(case)).map(|(id, _)| id.clone()).collect();
            let filed_legs = route::filed(tree, &self.settings, &self.transport.yard);
            let known = |id| self.settings.programmes.get(id).or_else(|| self.settings.left_out.get(id));
            let programmes: Vec<Arc<Programme>> = programmes.iter().filter_map(known).cloned().collect();
            self.bind(&mut loaded, &node, programmes.iter(), &filed_legs)?;
            self.keep(loaded);
        }
        Ok(())
    }

    /// Where a programme is simulated, this node plays the authority: it rejects, acknowledges, asks, or
    /// reports the assessment complete, once for each version.
    fn simulate(
        &mut self,
        loaded: &mut Loaded,
        node: &Node,
        programme: &Programme,
    ) -> Result<(), EngineError> {
        let Some(case) = loaded.dossier.tree.cases.get(&(node.clone(), programme.id.clone())) else {
            return Ok(());
        };
        let Some(filed) = loaded.dossier.tree.filed(node).cloned() else { return Ok(()) };
        let Some(version) = case.filed_version else { return Ok(()) };
        let answered = case.acknowledged_version >= Some(version)
            || case.rejected.as_ref().is_some_and(|(rejected, _)| *rejected >= version);
        if case.mode != Mode::Simulated || case.withdrawn || answered {
            return Ok(());
        }
        let asks = case.open_referrals().next().is_some();
        let Some(bound) = bound_legs(&case.binding) else { return Ok(()) };
        let assessment = self.assess(&loaded.dossier.tree, node, &filed, programme, &bound);
        let id = programme.id.clone();
        let (node, actor) = (node.clone(), Actor::Simulation);
        // In a history told in order the simulation judges when the message came, not when all of it is told.
        let at = if self.settings.in_order { self.heard } else { self.clock.now() };
        match &assessment.verdict {
            Verdict::Reject { .. } => {
                let findings: Vec<Finding> = assessment
                    .findings
                    .into_iter()
                    .filter(|finding| finding.severity == Severity::Error)
                    .collect();
                self.apply_at(
                    loaded,
                    case::Command::Reject { node, programme: id, version, findings },
                    &actor,
                    at,
                )?;
            }
            Verdict::RequestInformation { matches } => {
                let acknowledge =
                    case::Command::Acknowledge { node: node.clone(), programme: id.clone(), version };
                self.apply_at(loaded, acknowledge, &actor, at)?;
                for index in matches {
                    let Some(found) = assessment.matches.get(*index) else { continue };
                    // One question for each party, however often the filing is amended meanwhile.
                    let reference = simulated_reference(&loaded.dossier.tree, &node, &id, found.role);
                    let open = question_about(found.role, &node, &id, reference);
                    self.apply_at(loaded, open, &actor, at)?;
                }
            }
            Verdict::Clear => {
                let acknowledge =
                    case::Command::Acknowledge { node: node.clone(), programme: id.clone(), version };
                self.apply_at(loaded, acknowledge, &actor, at)?;
                // While it waits for an answer an authority does not report that it is done.
                if !asks {
                    let complete = case::Command::CompleteAssessment { node, programme: id, version };
                    self.apply_at(loaded, complete, &actor, at)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn assess(
        &self,
        tree: &Tree,
        node: &Node,
        filed: &Consignment,
        programme: &Programme,
        bound: &[usize],
    ) -> Assessment {
        let legs: Vec<Leg> = bound.iter().filter_map(|index| tree.legs.get(*index)).cloned().collect();
        // A master is compared with all its houses, a house with its master only: comparing every house
        // with every other would take a large consolidation the square of its size.
        let documents: Vec<&Consignment> = match filed.kind {
            DocumentKind::Master => tree
                .documents
                .values()
                .filter_map(|document| document.filed())
                .map(|filed| &**filed)
                .collect(),
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
        let assessment = assess::assess(&input, &Snapshot { lists: self.settings.lists.clone() });
        without_settled(tree, node, assessment)
    }
}

/// The legs of the way to which a programme applies, or may; `None` where it does not.
pub(super) fn bound_legs(binding: &LegBinding) -> Option<Vec<usize>> {
    match binding {
        LegBinding::Binds { legs } | LegBinding::Undecided { legs, .. } => Some(legs.clone()),
        LegBinding::DoesNotBind { .. } => None,
    }
}

/// Whether a message of which no consignment was read may say that goods must not be loaded.
///
/// A booking or a request cannot, whole and of its kind, nor can an acknowledgement (FMA); but words are heard
/// wherever they stand.
pub fn may_forbid_loading(filing: &Filing) -> bool {
    // An answer is about the message it repeats.
    let name = not_read(filing).and_then(|format| format.split('/').next());
    let row = name.or(filing.format.map(|format| format.name)).and_then(formats::register::find);
    let harmless = row.is_some_and(|row| row.harmless().is_some());
    let faulty = filing.findings.iter().any(|finding| finding.severity == Severity::Error);
    let words = FieldWords::built_in();
    let says = |text: &str| {
        [Meaning::DoNotLoad, Meaning::CargoAircraftOnly].iter().any(|meaning| words.says(text, *meaning))
    };
    let acknowledges = row.is_some_and(|row| row.name() == "FMA");
    !acknowledges && (!harmless || faulty) || filing.uninterpreted.iter().any(|segment| says(&segment.text))
}

/// The format that this release does not read: of the message, or of the one inside it.
pub(super) fn not_read(filing: &Filing) -> Option<&str> {
    let found = filing.findings.iter().find(|found| found.code == codes::wire::FORMAT_NOT_READ)?;
    found.args.iter().find(|(name, _)| *name == "format").map(|(_, format)| format.as_str())
}

/// Whether an event says no more than that what counts was sent again.
fn repeats(event: &Event) -> bool {
    matches!(event, Event::Repeated { .. } | Event::Submitted { .. })
}

/// The numbers under which one message files different things.
fn named_twice(consignments: &[Consignment]) -> BTreeSet<ConsignmentKey> {
    let mut first: BTreeMap<ConsignmentKey, &Consignment> = BTreeMap::new();
    let mut twice = BTreeSet::new();
    for consignment in consignments.iter().filter(|consignment| consignment.is_filing()) {
        match first.entry(consignment.key()) {
            Entry::Vacant(entry) => drop(entry.insert(consignment)),
            Entry::Occupied(entry) if entry.get().same_content(consignment) => {}
            Entry::Occupied(entry) => drop(twice.insert(entry.key().clone())),
        }
    }
    twice
}

/// The binding over the way as reports made it, widened by that over the way as filed: a programme that binds on
/// a filed leg binds on all its parts.
fn with_filed(binding: LegBinding, legs: &[Leg], as_filed: &Binding, filed_legs: &[Leg]) -> LegBinding {
    let bound = match as_filed {
        Binding::Bound { legs } | Binding::Undecided { legs, .. } => legs,
        Binding::NotBound { .. } => return binding,
    };
    let parts = bound.iter().filter_map(|index| filed_legs.get(*index));
    let mut all: BTreeSet<usize> = parts.flat_map(|leg| route::spans(legs, leg)).collect();
    match (binding, as_filed) {
        (LegBinding::Undecided { stations, legs }, _) => {
            all.extend(legs);
            LegBinding::Undecided { stations, legs: all.into_iter().collect() }
        }
        (LegBinding::Binds { legs }, _) => {
            all.extend(legs);
            LegBinding::Binds { legs: all.into_iter().collect() }
        }
        (LegBinding::DoesNotBind { .. }, Binding::Undecided { stations, .. }) => {
            LegBinding::Undecided { stations: stations.clone(), legs: all.into_iter().collect() }
        }
        (LegBinding::DoesNotBind { .. }, _) => LegBinding::Binds { legs: all.into_iter().collect() },
    }
}
