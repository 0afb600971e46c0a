//! Answers that were given, so that they can be taken back.
//!
//! An answer asked for as a commitment is written down before it is given. "Load" ends at its time, and when
//! something that holds is written after it, everybody who has it is told that it does not stand any more; the order
//! of the journal decides which came first. Whoever is told acknowledges; where he does not, the recall goes up to
//! the next in the chain.

use crate::Refusal;
use crate::gate::{Aircraft, AskedLeg, Decision, Stage};
use crate::view::Asker;
use consignment::Leg;
use consignment::fact::ObjectName;
use finding::{Code, Phrase, codes};
use jiff::{SignedDuration, Timestamp};
use programme::ProgrammeId;
use std::sync::Arc;

/// What holds: the reason, and the programme it is of.
pub type Holding = (Code, Option<ProgrammeId>);

/// What an answer rests on: enough to give it again, and to see what has changed since.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Basis {
    /// Each stream read, with its version.
    pub streams: Vec<(Arc<str>, u64)>,
    /// Each programme, with the hash of its data.
    pub programmes: Vec<(ProgrammeId, String)>,
    /// Hash over the lists; `None` where none were given.
    pub lists: Option<Arc<str>>,
    /// Edition of the station table.
    pub stations: String,
}

/// What a list that was given says of one object of its flight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The object.
    pub object: ObjectName,
    /// Load or hold.
    pub decision: Decision,
}

/// An answer as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// Its id; says nothing by itself.
    pub id: Arc<str>,
    /// Who has it, by the name of his channel.
    pub holder: Arc<str>,
    /// As what he asked.
    pub asker: Asker,
    /// What was asked about.
    pub object: ObjectName,
    /// The leg as asked.
    pub asked_leg: AskedLeg,
    /// The leg the answer speaks of.
    pub leg: Option<Leg>,
    /// Stage.
    pub stage: Stage,
    /// Aircraft.
    pub aircraft: Aircraft,
    /// Load or hold; of a list "load" where it says so of any object.
    pub decision: Decision,
    /// What held, in order.
    pub held_by: Vec<Holding>,
    /// Until when "load" stands.
    pub valid_until: Option<Timestamp>,
    /// When it was given.
    pub at: Timestamp,
    /// What it rests on.
    pub basis: Basis,
    /// Of the list of a flight: what it says of each object. Empty for the answer about one object.
    pub listed: Vec<Listed>,
}

/// What happened to an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// It was given.
    Given(Box<Given>),
    /// It does not stand any more.
    Recalled {
        /// Which.
        id: Arc<str>,
        /// What holds now.
        held_by: Vec<Holding>,
        /// When.
        at: Timestamp,
    },
    /// The holder has seen the recall.
    Acknowledged {
        /// Which.
        id: Arc<str>,
        /// Who.
        by: Arc<str>,
        /// When.
        at: Timestamp,
    },
    /// Nobody acknowledged in time, so the next in the chain is told.
    Escalated {
        /// Which.
        id: Arc<str>,
        /// Step of the chain, from 1.
        step: u32,
        /// When.
        at: Timestamp,
    },
}

/// An answer and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The answer.
    pub given: Given,
    /// When it was recalled, and what held then.
    pub recalled: Option<(Timestamp, Vec<Holding>)>,
    /// Who acknowledged the recall, and when.
    pub acknowledged: Option<(Arc<str>, Timestamp)>,
    /// Steps of the chain that were taken.
    pub escalated: u32,
}

impl Standing {
    /// An answer that was just given.
    pub fn new(given: Given) -> Self {
        Self { given, recalled: None, acknowledged: None, escalated: 0 }
    }

    /// Whether somebody may still load on it.
    pub fn stands(&self, at: Timestamp) -> bool {
        self.given.decision == Decision::Load
            && self.recalled.is_none()
            && self.given.valid_until.is_some_and(|until| at < until)
    }

    /// Folds an event of this answer.
    pub fn evolve(&mut self, event: &Event) {
        match event {
            Event::Given(_) => {}
            Event::Recalled { held_by, at, .. } => self.recalled = Some((*at, held_by.clone())),
            Event::Acknowledged { by, at, .. } => self.acknowledged = Some((Arc::clone(by), *at)),
            Event::Escalated { step, .. } => self.escalated = *step,
        }
    }

    /// When the next step of the chain is due; `None` where nothing is, or the chain has ended.
    pub fn escalates_at(&self, chain: &[SignedDuration]) -> Option<Timestamp> {
        let (recalled, _) = self.recalled.as_ref().filter(|_| self.acknowledged.is_none())?;
        let after = chain.get(self.escalated as usize)?;
        recalled.checked_add(*after).ok()
    }

    /// What follows where the answer does not stand any more as it was given: `held_by` is what holds now, `until`
    /// how long "load" stands now. Who was told a later end would not learn that the flight leaves earlier.
    pub fn recall(&self, held_by: Vec<Holding>, until: Option<Timestamp>, at: Timestamp) -> Option<Event> {
        let shorter = until < self.given.valid_until;
        let recalls = self.stands(at) && (shorter || !held_by.is_empty());
        recalls.then(|| Event::Recalled { id: Arc::clone(&self.given.id), held_by, at })
    }

    /// What follows from the passing of time: every step of the chain that is due.
    pub fn escalate(&self, chain: &[SignedDuration], at: Timestamp) -> Option<Event> {
        let due = self.escalates_at(chain)?;
        (due <= at).then(|| Event::Escalated { id: Arc::clone(&self.given.id), step: self.escalated + 1, at })
    }

    /// What follows from an acknowledgement of the recall.
    ///
    /// # Errors
    /// A refusal where the answer was not recalled.
    pub fn acknowledge(&self, by: Arc<str>, at: Timestamp) -> Result<Vec<Event>, Refusal> {
        if self.recalled.is_none() {
            let refused = Phrase::new(codes::gate::ANSWER_NOT_RECALLED);
            return Err(Refusal(refused.with("answer", self.given.id.to_string())));
        }
        let seen = Event::Acknowledged { id: Arc::clone(&self.given.id), by, at };
        Ok(if self.acknowledged.is_some() { Vec::new() } else { vec![seen] })
    }
}
