//! Country programmes as data: what a programme binds on, what it wants filed, and what holds a load.
//!
//! What differs between countries lives in `programmes/<id>/`, not in code. This crate gives the types,
//! reads and checks the files, and answers on which legs a programme binds ([`binding`]).
//!
//! Deliberately absent: cases, decisions, clocks, and knowledge of any single country.

pub mod binding;
pub mod embedded;
pub mod field_words;
pub mod model;
pub mod notification;
pub mod parse;
pub mod stop_words;
mod vague_words;

pub use binding::{Binding, GoodsNature, NotBound, bind};
pub use field_words::{FieldWords, Meaning, Said};
pub use model::{
    AddressRules, AnswerBy, AnswerCode, AnswerFinding, Answerer, Authority, AuthorityKind,
    ConsolidationRules, Contact, CountryAddress, Document, Element, ElementRule, Extent, Filer, FilingRules,
    FilingStage, FilingType, GateRules, HighRiskRules, HoldScope, Mode, NumberReuse, Obligation,
    OutageCovers, OutageRules, PoBox, Programme, ProgrammeId, QualityRules, ReferralRule, ReferralRules,
    Scope, Submitters, TimerRules, UpdatesUntil, WeightRules,
};
pub use notification::{Notification, NotificationRule, Notifications, Outgoing, UnknownCode};
pub use parse::{ProgrammeError, parse};
pub use stop_words::{StopWord, StopWordHit, StopWordList, StopWords, TextKind};
pub use vague_words::vague_words;
