//! Use cases and ports. One [`Engine::handle`] serves every command, test, demo and server alike, so
//! that what is tested is what runs.
//!
//! The engine links what messages say into trees, asks each programme whether it binds, has the data
//! assessed, moves the cases, and asks the gate. It decides nothing itself: decisions are `casework`'s,
//! judgements of data `assess`'s.
//!
//! What the world outside must provide are ports: [`Journal`] (append-only streams), [`Clock`],
//! [`Outbox`]. [`memory`] has the ones that live in memory.
//!
//! Deliberately absent: I/O, HTTP, databases, the wall clock.

mod channel;
mod checks;
mod command;
mod handle;
pub mod memory;
mod ports;
mod settings;

pub use assess::quality::looks_consolidated;
pub use channel::Channel;
pub use checks::Checker;
pub use command::{
    Adjudicate, AuthorityAct, CaseView, Command, ConsignmentView, EarlierConsignment, Filed,
    FiledConsignment, FlightList, GoodsAsked, HitAsked, HoldsWanted, ObjectRef, PersonBy, Reply, Retain,
    Retained, TreeBy, TreeKept, Waiting, WaitingJudgement, Wanted,
};
pub use handle::{Engine, EngineError, goods_key, may_forbid_loading};
pub use ports::{
    AboutReferral, Addressee, Clock, Index, IndexChange, Journal, JournalError, Notice, NoticeKind, Outbox,
    OutboxError, Pick, Recorded, StreamId, Version,
};
pub use settings::{LIST_VALIDITY, ReferralRules, Settings};
