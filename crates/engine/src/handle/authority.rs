//! Words of authorities: who speaks, of which version, and what follows.

use super::reading::not_known;
use super::when::{Span, said_at, version_meant};
use super::{Engine, EngineError, Loaded};
use crate::channel::Channel;
use crate::command::{AuthorityAct, Reply};
use crate::ports::{Clock, Journal, Outbox};
use casework::Refusal;
use casework::case::{self, Actor, Claimed, Document, Early, EarlyWord, Node, Opening, ReferralKind};
use casework::gate;
use consignment::ConsignmentKey;
use consignment::fact::ObjectName;
use finding::{Finding, Phrase, codes};
use jiff::Timestamp;
use programme::{Mode, ProgrammeId};
use std::sync::Arc;

/// One word of an authority on one bill.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Saying {
    /// It has the filing.
    Received,
    /// It rejects the filing.
    Rejected(Vec<Finding>),
    /// The assessment is complete, and ends what the programme's completion ends.
    Complete,
    /// The assessment is complete, in words that end no referral. It does not wait for what it speaks of.
    Assessed,
    /// A referral is opened, or still open.
    Opened(Box<Opening>),
    /// A referral is closed.
    Closed {
        kind: ReferralKind,
        /// `None` where the wire carries none.
        reference: Option<Arc<str>>,
    },
    /// The filing is void: that of a declarant who withdrew it is known to be.
    Invalidated(Vec<Finding>),
}

impl Saying {
    /// Whether it can only hold goods: then it is heard from anybody.
    pub(super) fn holds(&self) -> bool {
        matches!(self, Self::Rejected(_) | Self::Opened(_) | Self::Invalidated(_))
    }

    /// What it says of an object, for people who must find out what that means.
    pub(super) fn said_of(&self, object: &ObjectName) -> String {
        match self {
            Self::Opened(opening) => {
                let reference = opening.reference.as_deref().unwrap_or_default();
                [opening.kind.as_str(), reference, &object.to_string()].join(" ")
            }
            Self::Rejected(_) | Self::Invalidated(_) => format!("rejected {object}"),
            Self::Received | Self::Complete | Self::Assessed | Self::Closed { .. } => object.to_string(),
        }
    }

    /// Whether it is heard of every house of a number that it names alone: what may hold, and the closing of it.
    fn of_all(&self) -> bool {
        self.holds() || matches!(self, Self::Closed { .. })
    }

    /// The word as it waits for what it speaks of; what opens needs nothing to speak of.
    fn early(&self) -> Option<EarlyWord> {
        Some(match self {
            Self::Received => EarlyWord::Received,
            Self::Rejected(findings) => EarlyWord::Rejected(findings.clone()),
            Self::Complete => EarlyWord::Complete,
            Self::Closed { kind, reference } => {
                EarlyWord::Closed { kind: *kind, reference: reference.clone() }
            }
            Self::Opened(_) | Self::Invalidated(_) | Self::Assessed => return None,
        })
    }

    fn of_early(word: EarlyWord) -> Self {
        match word {
            EarlyWord::Received => Self::Received,
            EarlyWord::Rejected(findings) => Self::Rejected(findings),
            EarlyWord::Complete => Self::Complete,
            EarlyWord::Closed { kind, reference } => Self::Closed { kind, reference },
        }
    }
}

/// A word with what is known of its saying.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spoken {
    pub(super) programme: ProgrammeId,
    pub(super) saying: Saying,
    /// The version it names.
    pub(super) version: Option<u32>,
    /// From when to before when it was said; `None` where it does not tell.
    pub(super) span: Option<Span>,
    /// Whether it is marked as a test.
    pub(super) test: bool,
    /// The words, as told.
    pub(super) text: String,
    /// Whether its wire is one on which "assessment complete" or "still in place" also tells that the filing was received,
    /// where the programme says so of any.
    pub(super) tells_received: bool,
    /// The sender of a mail that is not one of the authority's addresses: its words are claims.
    pub(super) stranger: Option<String>,
}

/// Who speaks, as far as the way proves it.
enum Speaker {
    /// The authority, or its simulation.
    Authority(Actor),
    /// Somebody, who claims that the authority said so.
    Claimant(Actor),
}

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// An act of an authority whose speaker is settled.
    pub(super) fn authority(
        &mut self,
        programme: ProgrammeId,
        simulated: bool,
        act: AuthorityAct,
    ) -> Result<Reply, EngineError> {
        let actor = if simulated { Actor::Simulation } else { Actor::Authority(programme.clone()) };
        let (object, saying, version) = match act {
            AuthorityAct::Acknowledge { object, version } => (object, Saying::Received, version),
            AuthorityAct::Reject { object, version, findings } => {
                (object, Saying::Rejected(findings), version)
            }
            AuthorityAct::Complete { object, version } => (object, Saying::Complete, version),
            AuthorityAct::Open { object, kind, reference, reason, deadline } => {
                let opening = Opening { deadline, ..Opening::new(kind, Some(reference), reason) };
                (object, Saying::Opened(Box::new(opening)), None)
            }
            AuthorityAct::Close { object, kind, reference } => {
                (object, Saying::Closed { kind, reference: Some(reference) }, None)
            }
        };
        let all = saying.of_all();
        let events = self.of_each_meant(&object, all, saying.holds(), |engine, object| {
            let mut loaded = engine.addressed(object, &saying)?;
            let node = Node::of(object);
            let version = match &saying {
                Saying::Opened(_) | Saying::Closed { .. } => None,
                _ => Some(version_meant(&loaded.dossier.tree, &node, version)?),
            };
            let (at, of, saying) = (engine.clock.now(), programme.clone(), saying.clone());
            let events = engine.hear(&mut loaded, &node, of, saying, version, true, &actor, at)?;
            engine.keep(loaded);
            Ok(events)
        })?;
        Ok(Reply::Done(events))
    }

    /// The tree a word is about. An order on goods nobody has told of yet must hold them when they come.
    fn addressed(&mut self, object: &ConsignmentKey, saying: &Saying) -> Result<Loaded, EngineError> {
        match saying {
            Saying::Opened(_) => self.load_or_create(object),
            _ => self.load_known(object),
        }
    }

    /// Hears a word that came by a channel. What may hold holds every house of a number that is filed under several
    /// masters, where it names none of them; and its closing closes it for each.
    pub(super) fn says(
        &mut self,
        object: &ConsignmentKey,
        spoken: Spoken,
        channel: &Channel,
    ) -> Result<usize, EngineError> {
        // Who cannot lift anything is told so whether or not there is something: else he learns what there is.
        self.may_say(&spoken, channel)?;
        let (all, holds) = (spoken.saying.of_all(), spoken.saying.holds());
        self.of_each_meant(object, all, holds, |engine, one| engine.says_of(one, spoken.clone(), channel))
    }

    /// Does something to each of the goods that a name may mean, where it is for `all` of them; else the name must be
    /// whole. What `holds` by a house number alone is noted as such.
    fn of_each_meant(
        &mut self,
        object: &ConsignmentKey,
        all: bool,
        holds: bool,
        mut doing: impl FnMut(&mut Self, &ConsignmentKey) -> Result<usize, EngineError>,
    ) -> Result<usize, EngineError> {
        let alone = object.master.is_none() && object.house.is_some();
        let (mut events, mut refused) = (None, None);
        self.renew_meant(object)?;
        for one in &self.houses_meant(object, all)? {
            let before = if alone && holds { Some(self.words_before(one)?) } else { None };
            match doing(self, one) {
                Ok(done) => {
                    *events.get_or_insert(0) += done;
                    if let Some(before) = before {
                        self.note_of_number(one, &before, false)?;
                    }
                }
                // One that knows nothing of it does not keep it from the others.
                Err(EngineError::Refused(refusal)) => refused = Some(refusal),
                Err(failure) => return Err(failure),
            }
        }
        match (events, refused) {
            (None, Some(refusal)) => Err(refusal.into()),
            (events, _) => Ok(events.unwrap_or(0)),
        }
    }

    /// Whether what a channel says can do what it says at all.
    fn may_say(&self, spoken: &Spoken, channel: &Channel) -> Result<(), Refusal> {
        let Spoken { programme, saying, test, stranger, .. } = spoken;
        if saying.holds() { Ok(()) } else { self.may_lift(programme, *test, stranger.as_deref(), channel) }
    }

    /// Whether a channel can lift anything at all of what a programme says.
    pub(super) fn may_lift(
        &self,
        programme: &ProgrammeId,
        test: bool,
        stranger: Option<&str>,
        channel: &Channel,
    ) -> Result<(), Refusal> {
        let own = channel.authority.as_ref() == Some(programme) && !test && stranger.is_none();
        let mode = self.settings.mode(programme);
        match mode {
            _ if own => Ok(()),
            _ if self.settings.programme(programme).is_none() => Err(not_known(programme)),
            Mode::Relay => Err(not_authentic(programme, test, stranger.map(str::to_owned))),
            Mode::Authority => Err(not_decided_so(programme, mode)),
            Mode::Simulated => Ok(()),
        }
    }

    fn says_of(
        &mut self,
        object: &ConsignmentKey,
        spoken: Spoken,
        channel: &Channel,
    ) -> Result<usize, EngineError> {
        let Spoken { programme, saying, version, span, test, text, tells_received, stranger } = spoken;
        let own = channel.authority.as_ref() == Some(&programme) && !test && stranger.is_none();
        let relayed = self.settings.mode(&programme) == Mode::Relay;
        // A history told in order has no filing after its answer.
        let closes = matches!(saying, Saying::Closed { .. });
        let cancels = matches!(saying, Saying::Closed { kind: ReferralKind::Dnl, .. });
        let waits = own && relayed && (closes || !self.settings.in_order);
        let mut loaded = match saying.early() {
            Some(_) if waits => self.load_or_create(object)?,
            _ => self.addressed(object, &saying)?,
        };
        let node = Node::of(object);
        let of = (node.clone(), programme.clone());
        let case = loaded.dossier.tree.cases.get(&of);
        let now = self.clock.now();
        let span = self.span_meant(saying.holds(), span);
        let ended = |within| match &saying {
            Saying::Opened(opening) => case?.ended_within(opening.kind, within),
            _ => None,
        };
        let at = span.map_or(now, |span| said_at(saying.holds(), span, ended, now));
        let events = match self.speaker(&loaded, &node, &programme, channel, own)? {
            Speaker::Authority(actor) => {
                if self.settings.in_order {
                    self.heard = self.heard.max(at);
                }
                let version = match version {
                    Some(version) => Some(version),
                    None => self.version_of(&loaded.dossier.tree, &node, &programme, span, &saying)?,
                };
                let early = saying.early().filter(|_| waits);
                let early = early.map(|word| Early {
                    node: node.clone(),
                    programme: programme.clone(),
                    word,
                    by: actor.clone(),
                    at,
                    tells_received,
                });
                let filed = loaded.dossier.tree.filed(&node).is_some();
                match early {
                    Some(early) if matches!(early.word, EarlyWord::Closed { .. }) => {
                        self.close_or_keep(&mut loaded, early, &actor)?
                    }
                    Some(early) if !filed && version.is_none_or(|version| version == 1) => {
                        self.apply(&mut loaded, case::Command::KeepEarly { early }, &Actor::Node)?
                    }
                    _ => {
                        let at = self.earliest(&loaded.dossier.tree, &node, &saying, version, span, at);
                        self.hear(&mut loaded, &node, programme, saying, version, tells_received, &actor, at)?
                    }
                }
            }
            Speaker::Claimant(actor) => {
                let claimed = match &saying {
                    Saying::Opened(opening) => Claimed::Referral(opening.kind),
                    Saying::Rejected(_) | Saying::Invalidated(_) => Claimed::Rejection,
                    Saying::Received | Saying::Complete | Saying::Assessed | Saying::Closed { .. } => {
                        return Err(not_authentic(&programme, test, stranger).into());
                    }
                };
                // What is claimed again while somebody proposes to clear it is not what he heard.
                let (by, of) = (&channel.name, (&node, &programme));
                let again =
                    loaded.dossier.decisions.would_lift(|lifted| lifted.is_claim(of, claimed, by, &text));
                let command = case::Command::Claim { node, programme, claimed, text, again };
                self.apply_at(&mut loaded, command, &actor, at)?
            }
        };
        // What was closed late may leave another order open, of which nobody was called.
        let calls = cancels && events > 0 && loaded.dossier.tree.has_open_order(&of.0, &of.1);
        let events = if calls { events + self.in_flight(&mut loaded, &of.0, &of.1)? } else { events };
        self.keep(loaded);
        Ok(events)
    }

    /// Closes a referral. Where none of its kind and reference is known the closing waits: it may have overtaken the
    /// opening. That of a reference nobody knows is refused all the same.
    fn close_or_keep(
        &mut self,
        loaded: &mut Loaded,
        early: Early,
        actor: &Actor,
    ) -> Result<usize, EngineError> {
        let EarlyWord::Closed { kind, reference } = early.word.clone() else { return Ok(0) };
        let named = reference.is_some();
        let (node, programme) = (early.node.clone(), early.programme.clone());
        let close = case::Command::CloseReferral { node, programme, kind, reference };
        match self.apply_at(loaded, close, actor, early.at) {
            Err(EngineError::Refused(refusal))
                if [codes::gate::REFERRAL_UNKNOWN, codes::gate::NO_SUCH_CASE].contains(&refusal.0.code) =>
            {
                let kept = self.apply(loaded, case::Command::KeepEarly { early }, &Actor::Node)?;
                if named { Err(refusal.into()) } else { Ok(kept) }
            }
            done => done,
        }
    }

    /// Takes up what was said of a filing before it came in. Only the first version can be meant.
    pub(super) fn hear_what_waited(&mut self, loaded: &mut Loaded, node: &Node) -> Result<(), EngineError> {
        let tree = &loaded.dossier.tree;
        let Some(document) = tree.documents.get(node).filter(|document| document.version().is_some()) else {
            return Ok(());
        };
        let of_filing =
            |early: &&Early| early.node == *node && !matches!(early.word, EarlyWord::Closed { .. });
        let waited: Vec<(Early, bool)> = tree
            .early
            .iter()
            .filter(of_filing)
            .map(|early| (early.clone(), self.may_be_first(document, early.at, early.at)))
            .collect();
        for (early, meant) in waited {
            self.apply(loaded, case::Command::TakeEarly { early: early.clone() }, &Actor::Node)?;
            if !meant {
                continue;
            }
            let Early { programme, word, by, at, tells_received, .. } = early;
            let saying = Saying::of_early(word);
            match self.hear(loaded, node, programme, saying, Some(1), tells_received, &by, at) {
                // What may not be said now may not have been said before.
                Ok(_) | Err(EngineError::Refused(_)) => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    /// Takes up the closings that came before what was just opened, by the kind and reference it was opened with.
    fn close_what_waited(
        &mut self,
        loaded: &mut Loaded,
        node: &Node,
        programme: &ProgrammeId,
        closing: EarlyWord,
        actor: &Actor,
    ) -> Result<usize, EngineError> {
        let tree = &loaded.dossier.tree;
        let waits = |early: &&Early| {
            let of = early.node == *node && early.programme == *programme;
            of && early.by == *actor && early.word == closing
        };
        let waiting: Vec<Early> = tree.early.iter().filter(waits).cloned().collect();
        let mut events = 0;
        for early in waiting {
            let EarlyWord::Closed { kind, reference } = early.word.clone() else { continue };
            let (node, programme) = (node.clone(), programme.clone());
            let close = case::Command::CloseReferral { node, programme, kind, reference };
            match self.apply_at(loaded, close, actor, early.at) {
                Ok(done) => {
                    events += done + self.apply(loaded, case::Command::TakeEarly { early }, &Actor::Node)?;
                }
                // It is of another one.
                Err(EngineError::Refused(_)) => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(events)
    }

    /// Who speaks for a programme on a channel. Where it is simulated everybody speaks for the simulation;
    /// where it decides here, only its officers do, by acts of their own.
    fn speaker(
        &self,
        loaded: &Loaded,
        node: &Node,
        programme: &ProgrammeId,
        channel: &Channel,
        own: bool,
    ) -> Result<Speaker, Refusal> {
        let case = loaded.dossier.tree.cases.get(&(node.clone(), programme.clone()));
        let mode = case.map_or_else(|| self.settings.mode(programme), |case| case.mode);
        match mode {
            Mode::Simulated => Ok(Speaker::Authority(Actor::Simulation)),
            Mode::Relay if own => Ok(Speaker::Authority(Actor::Authority(programme.clone()))),
            Mode::Relay => Ok(Speaker::Claimant(channel.actor())),
            Mode::Authority => Err(not_decided_so(programme, mode)),
        }
    }

    /// Does what an authority says.
    #[allow(clippy::too_many_arguments)]
    fn hear(
        &mut self,
        loaded: &mut Loaded,
        node: &Node,
        programme: ProgrammeId,
        saying: Saying,
        version: Option<u32>,
        tells_received: bool,
        actor: &Actor,
        at: Timestamp,
    ) -> Result<usize, EngineError> {
        let rules = self.settings.referral_rules(&programme);
        let (node, of) = (node.clone(), programme.clone());
        let acknowledge =
            |version: u32| case::Command::Acknowledge { node: node.clone(), programme: of.clone(), version };
        // A version that was not filed is refused where it is decided.
        let named = version.unwrap_or(0);
        let holds = saying.holds();
        let ends = saying == Saying::Complete;
        let mut order = None;
        let mut events = 0;
        match saying {
            Saying::Received => events += self.apply_at(loaded, acknowledge(named), actor, at)?,
            Saying::Invalidated(_) if loaded.dossier.tree.is_withdrawn(&node, &programme) => {}
            Saying::Rejected(findings) | Saying::Invalidated(findings) => {
                let reject =
                    case::Command::Reject { node: node.clone(), programme, version: named, findings };
                events += self.apply_at(loaded, reject, actor, at)?;
            }
            Saying::Complete | Saying::Assessed => {
                let complete = case::Command::CompleteAssessment {
                    node: node.clone(),
                    programme: programme.clone(),
                    version: named,
                };
                events += self.apply_at(loaded, complete, actor, at)?;
                if rules.complete_tells_received && tells_received {
                    events += self.apply_at(loaded, acknowledge(named), actor, at)?;
                }
                if ends && !rules.complete_closes.is_empty() {
                    let kinds = rules.complete_closes.clone();
                    let end = case::Command::EndByCompletion { node: node.clone(), programme, kinds };
                    events += self.apply_at(loaded, end, actor, at)?;
                }
            }
            Saying::Opened(opening) => {
                let in_place = opening.in_place;
                if opening.kind == ReferralKind::Dnl {
                    order = Some(opening.reference.clone());
                }
                let (kind, reference) = (opening.kind, opening.reference.clone());
                let open = case::Command::OpenReferral { node: node.clone(), programme, opening: *opening };
                events += self.apply_at(loaded, open, actor, at)?;
                events +=
                    self.close_what_waited(loaded, &node, &of, EarlyWord::Closed { kind, reference }, actor)?;
                let filed = loaded.dossier.tree.documents.get(&node).and_then(Document::version);
                let received = version.filter(|version| in_place && filed >= Some(*version));
                if let Some(version) = received.filter(|_| rules.in_place_tells_received && tells_received) {
                    events += self.apply_at(loaded, acknowledge(version), actor, at)?;
                }
            }
            Saying::Closed { kind, reference } => {
                let close = case::Command::CloseReferral { node: node.clone(), programme, kind, reference };
                events += self.apply_at(loaded, close, actor, at)?;
            }
        }
        if holds && events > 0 {
            events += self.after_departure(loaded, &node, &of)?;
        }
        if order.is_some() && events > 0 {
            events += self.in_flight(loaded, &node, &of)?;
        }
        Ok(events)
    }

    /// What comes after the leg has left is told on to the arrival side.
    pub(super) fn after_departure(
        &mut self,
        loaded: &mut Loaded,
        node: &Node,
        programme: &ProgrammeId,
    ) -> Result<usize, EngineError> {
        let now = self.clock.now();
        let left = gate::left(&loaded.dossier, node, Some(programme), now, &self.context());
        let Some(left) = left.filter(|left| !left.at_gate) else { return Ok(0) };
        let (node, programme) = (node.clone(), programme.clone());
        let note = case::Command::NoteAfterDeparture { node, programme, leg: left.leg.label() };
        self.apply(loaded, note, &Actor::Node)
    }
}

/// Where a programme decides here its officers do, by acts of their own, and no message does.
pub(super) fn not_decided_so(programme: &ProgrammeId, mode: Mode) -> Refusal {
    let refusal = Phrase::new(codes::gate::NOT_YOUR_DECISION).with("programme", programme.to_string());
    Refusal(refusal.with("mode", mode.as_str()))
}

/// Why what would lift a hold does not count.
fn not_authentic(programme: &ProgrammeId, test: bool, stranger: Option<String>) -> Refusal {
    let of = |code| Phrase::new(code).with("programme", programme.to_string());
    Refusal(match stranger {
        _ if test => Phrase::new(codes::gate::NOTICE_IS_A_TEST),
        Some(sender) => of(codes::gate::MAIL_NOT_FROM_AUTHORITY).with("sender", sender),
        None => of(codes::gate::CLAIM_NOT_AUTHENTIC),
    })
}
