//! Types of a programme, each section of its files in a module of its own.

mod answer;
mod authority;
mod element;
mod filing;
mod gate;
mod outage;
mod quality;
mod referral;
mod timers;

pub use answer::{AnswerCode, AnswerFinding};
pub use authority::{Authority, AuthorityKind, Contact};
pub use element::{Element, ElementRule};
pub use filing::{Document, Extent, Filer, FilingRules, FilingStage, FilingType, Submitters, UpdatesUntil};
pub use gate::{GateRules, HighRiskRules, Obligation};
pub use outage::{OutageCovers, OutageRules};
pub use quality::{AddressRules, ConsolidationRules, CountryAddress, PoBox, QualityRules, WeightRules};
pub use referral::{AnswerBy, Answerer, HoldScope, ReferralRule, ReferralRules};
pub use timers::{NumberReuse, TimerRules};

use crate::notification::Notifications;
use crate::stop_words::{StopWordList, StopWords};
use consignment::stations::Territory;
use jiff::civil::Date;
use std::fmt;
use std::sync::Arc;

/// Name of a programme: the name of its folder, such as `us-acas`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProgrammeId(Arc<str>);

impl ProgrammeId {
    /// A programme of this name.
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ProgrammeId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for ProgrammeId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "ProgrammeId({self})")
    }
}

/// How a programme runs on this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// Its officers decide here.
    Authority,
    /// It decides elsewhere; only its authenticated message moves a case.
    Relay,
    /// Training, demonstration, one-shot commands: nobody's decision, and every answer says so.
    Simulated,
}

impl Mode {
    /// Every mode, in the order of the type.
    pub const ALL: &[Mode] = &[Self::Authority, Self::Relay, Self::Simulated];

    /// The word used in published documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authority => "authority",
            Self::Relay => "relay",
            Self::Simulated => "simulated",
        }
    }
}

/// On which legs and goods a programme binds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The territory whose entry it guards: a leg binds where it lands inside and started outside.
    pub territory: Territory,
    /// Whether mail is in scope.
    pub mail: bool,
    /// Whether diplomatic and consular bags are in scope.
    pub diplomatic_bags: bool,
    /// Whether a leg by road, rail or water binds. Air and unknown modes always do.
    pub surface_legs: bool,
}

/// A country programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    /// Its name.
    pub id: ProgrammeId,
    /// Its title, for people.
    pub title: String,
    /// Edition of the data.
    pub edition: Date,
    /// SHA-256 over the files of the folder, in hexadecimal.
    pub sha256: String,
    /// The authority.
    pub authority: Authority,
    /// On what it binds.
    pub scope: Scope,
    /// What holds a load.
    pub gate: GateRules,
    /// High-risk cargo.
    pub high_risk: HighRiskRules,
    /// Who files what, and until when it is kept in step.
    pub filing: FilingRules,
    /// What its referrals do and who answers them.
    pub referral: ReferralRules,
    /// What it suspends while its system is down; `None` where no suspension exists.
    pub outage: Option<OutageRules>,
    /// Periods.
    pub timers: TimerRules,
    /// What its answers mean, by wire.
    pub notifications: Notifications,
    /// What it wants filed.
    pub elements: Vec<ElementRule>,
    /// How good the data must be.
    pub quality: QualityRules,
    /// The error codes of its answers, where it publishes them.
    pub answers: Vec<AnswerCode>,
    /// Words that say nothing of goods or parties, as the files list them.
    pub stop_words: Vec<StopWordList>,
    /// The same words prepared for matching, once for all messages.
    pub stop_word_matcher: StopWords,
}
