//! Answers that are not there when they are due: each deadline stands in an index by its hour, and is told once.

use super::index::{ONLY, unreadable};
use super::{Engine, EngineError, Loaded};
use crate::ports::{Clock, Index, Journal, JournalError, Notice, Outbox, Pick, StreamId};
use casework::case::{self, Actor, Case, Event, Node, Referral, ReferralKind, Tree};
use casework::gate;
use consignment::fact::ObjectName;
use consignment::ident::HouseWaybill;
use jiff::{Timestamp, Unit};
use programme::ProgrammeId;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Most deadlines looked at in one go.
const LOOKED_AT_MAX: usize = 1_000;

/// Stands between the parts of a deadline; no stream and no number has it.
const BETWEEN: char = '\u{1f}';

/// Until when an answer to a referral is expected, as the index keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Deadline {
    at: Timestamp,
    stream: StreamId,
    node: Node,
    programme: ProgrammeId,
    kind: ReferralKind,
    reference: Arc<str>,
}

impl Deadline {
    fn text(&self) -> String {
        let Self { at, stream, node, programme, kind, reference } = self;
        let house = match node {
            Node::Master => "",
            Node::House(house) => house.as_str(),
        };
        let at = at.to_string();
        [&at, &**stream, house, programme.as_str(), kind.as_str(), reference].join(&BETWEEN.to_string())
    }

    fn of_text(text: &str) -> Result<Self, JournalError> {
        let read = || {
            // The reference is an authority's and comes last, whatever it has in it.
            let mut parts = text.splitn(6, BETWEEN);
            let mut next = || parts.next();
            let (at, stream, house) = (next()?, next()?, next()?);
            let (programme, kind, reference) = (next()?, next()?, next()?);
            Some(Self {
                at: at.parse().ok()?,
                stream: stream.into(),
                node: match house {
                    "" => Node::Master,
                    house => Node::House(HouseWaybill::parse(house).ok()?),
                },
                programme: ProgrammeId::new(programme),
                kind: ReferralKind::parse(kind)?,
                reference: reference.into(),
            })
        };
        read().ok_or_else(|| unreadable(text))
    }
}

/// The hour of a time, under which the index keeps what falls due in it.
fn hour_of(at: Timestamp) -> String {
    at.round(jiff::TimestampRound::new().smallest(Unit::Hour).mode(jiff::RoundMode::Floor))
        .unwrap_or(at)
        .to_string()
}

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// Until when an answer to a referral is expected.
    pub(super) fn answer_by(
        &self,
        tree: &Tree,
        programme: &ProgrammeId,
        case: &Case,
        referral: &Referral,
    ) -> Option<Timestamp> {
        let rule = self.settings.referral_rule(programme, referral.kind);
        gate::answer_by(tree, case, referral, rule, self.clock.now(), &self.context())
    }

    /// A notice of a referral, with the limit that its programme or the departure sets where its authority names none.
    pub(super) fn with_deadline(&self, tree: &Tree, mut notice: Notice) -> Notice {
        if let (Some(about), Some(programme), ObjectName::Consignment(key)) =
            (&mut notice.referral, &notice.programme, &notice.about)
            && about.deadline.is_none()
            && let Some(case) = tree.cases.get(&(Node::of(key), programme.clone()))
        {
            let is = |known: &&Referral| known.kind == about.kind && known.reference == about.reference;
            let referral = case.referrals.iter().rev().find(is);
            about.deadline = referral.and_then(|known| self.answer_by(tree, programme, case, known));
        }
        notice
    }

    /// Notes until when answers are expected, as far as an event may have changed it. `stream` is the one in which it falls
    /// due: of a tree that became part of another one, that other one.
    pub(super) fn note_deadlines(
        &mut self,
        stream: &StreamId,
        tree: &Tree,
        event: &casework::Event,
    ) -> Result<(), EngineError> {
        let casework::Event::Tree(event) = event else { return Ok(()) };
        match event {
            Event::ReferralOpened { node, programme, .. }
            | Event::ReferralTold { node, programme, .. }
            | Event::Bound { node, programme, .. } => {
                let of = (node.clone(), programme.clone());
                match tree.cases.get(&of) {
                    Some(case) => self.put_deadlines(stream, tree, &of, case),
                    None => Ok(()),
                }
            }
            // The flights that the goods are to go on may depart at other times.
            Event::Routed { .. } => self.put_all_deadlines(stream, tree),
            _ => Ok(()),
        }
    }

    /// Notes anew until when answers are expected of everything in a tree.
    fn put_all_deadlines(&mut self, stream: &StreamId, tree: &Tree) -> Result<(), EngineError> {
        // A large tree in which nobody waits for anything is the usual one.
        if tree.open_items() == 0 {
            return Ok(());
        }
        tree.cases.iter().try_for_each(|(of, case)| self.put_deadlines(stream, tree, of, case))
    }

    /// Flights of trees depart at other times than was known, or have departed.
    pub(super) fn follow_departures(&mut self, streams: BTreeSet<StreamId>) -> Result<(), EngineError> {
        for stream in streams {
            let loaded = self.load(&stream)?;
            self.put_all_deadlines(&stream, &loaded.dossier.tree)?;
            self.keep(loaded);
        }
        Ok(())
    }

    fn put_deadlines(
        &mut self,
        stream: &StreamId,
        tree: &Tree,
        (node, programme): &(Node, ProgrammeId),
        case: &Case,
    ) -> Result<(), EngineError> {
        let now = self.clock.now();
        for referral in case.referrals.iter().filter(|referral| referral.awaits_answer()) {
            let rule = self.settings.referral_rule(programme, referral.kind);
            let stated = referral.answer_by(rule.and_then(|rule| rule.answer_minutes));
            let departures = gate::departures(tree, case, referral, rule, now, &self.context());
            let track = referral.track();
            let told = |since: Timestamp, at: Timestamp| {
                let mut told = case.overdue.iter().filter(|(of, _)| *of == track).map(|(_, told)| *told);
                // A leg that is known to have departed at another time than was told is no new limit.
                told.any(|told| told == at || stated.is_none() && at <= now && told > since)
            };
            let since = std::iter::once(referral.opened_at).chain(departures.iter().copied());
            let limits: Vec<Timestamp> = since
                .zip(stated.iter().chain(&departures).copied())
                .filter(|(since, at)| !told(*since, *at))
                .map(|(_, at)| at)
                .collect();
            for at in limits {
                let deadline = Deadline {
                    at,
                    stream: stream.clone(),
                    node: node.clone(),
                    programme: programme.clone(),
                    kind: referral.kind,
                    reference: Arc::clone(&referral.reference),
                };
                let hour = hour_of(at);
                self.put(Index::Due, ONLY, &hour)?;
                self.put(Index::Due, &hour, &deadline.text())?;
            }
        }
        Ok(())
    }

    /// Whether it is a departure that set this limit, and still does: flights are late, cancelled, and others take the goods.
    fn departed(&self, tree: &Tree, deadline: &Deadline) -> bool {
        let Deadline { at, node, programme, kind, reference, .. } = deadline;
        let Some(case) = tree.cases.get(&(node.clone(), programme.clone())) else { return false };
        let is =
            |known: &&Referral| known.kind == *kind && known.reference == *reference && known.awaits_answer();
        let rule = self.settings.referral_rule(programme, *kind);
        let (now, context) = (self.clock.now(), self.context());
        let referral = case.referrals.iter().rev().find(is);
        referral.is_some_and(|known| gate::departures(tree, case, known, rule, now, &context).contains(at))
    }

    /// Tells of answers that are not there although their time is over.
    pub(super) fn tell_overdue(&mut self) -> Result<usize, EngineError> {
        let now = self.clock.now();
        let (mut done, mut left) = (0, LOOKED_AT_MAX);
        for hour in self.journal.find(Index::Due, ONLY, Pick::All)? {
            let begins: Timestamp = hour.parse().map_err(|_| unreadable(&hour))?;
            if begins > now {
                continue;
            }
            let mut waits = false;
            for text in self.journal.find(Index::Due, &hour, Pick::All)? {
                let deadline = Deadline::of_text(&text)?;
                if deadline.at > now || left == 0 {
                    waits = true;
                    continue;
                }
                left -= 1;
                done += self.tell_one_overdue(deadline)?;
                self.take(Index::Due, &hour, &text)?;
            }
            if !waits {
                self.take(Index::Due, ONLY, &hour)?;
            }
        }
        Ok(done)
    }

    fn tell_one_overdue(&mut self, deadline: Deadline) -> Result<usize, EngineError> {
        // What became part of another tree falls due there.
        if !self.journal.find(Index::Moved, &deadline.stream, Pick::First(1))?.is_empty() {
            return Ok(0);
        }
        let mut loaded: Loaded = self.load(&deadline.stream)?;
        let departed = self.departed(&loaded.dossier.tree, &deadline).then_some(deadline.at);
        let Deadline { node, programme, kind, reference, .. } = deadline;
        let minutes = self.settings.referral_rule(&programme, kind).and_then(|rule| rule.answer_minutes);
        let note = case::Command::NoteDeadlinePassed { node, programme, kind, reference, minutes, departed };
        let events = self.apply(&mut loaded, note, &Actor::Node)?;
        self.keep(loaded);
        Ok(events)
    }
}
