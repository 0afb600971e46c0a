//! The canonical model: what an air cargo message says, once it is read.
//!
//! Identifiers parse or do not exist ([`ident`]); everything else keeps what the sender wrote, in its
//! own script and width, with the place it came from ([`field`]). Widths follow ICS2 (names and streets
//! of 70 characters and more), which are wider than any older wire; nothing is truncated here.
//!
//! Deliberately absent: wire syntax, serialisation (published documents have their own types), clocks,
//! I/O, and judgement of the data.

pub mod account;
pub mod date;
pub mod document;
pub mod equipment;
pub mod fact;
pub mod field;
pub mod filing;
pub mod goods;
pub mod handling;
pub mod ident;
pub mod issue;
pub mod measure;
pub mod notice;
pub mod oci;
pub mod party;
pub mod route;
pub mod security;
pub mod stations;

pub use date::PartialDate;
pub use document::{Consignment, ConsignmentKey, Consolidation, DocumentKind};
pub use equipment::TransportEquipment;
pub use field::{Field, SourceMap};
pub use filing::{Filing, Format, Purpose};
pub use ident::Invalid;
pub use party::{Party, Role};
pub use route::{Leg, Mode};
pub use security::SecurityDeclaration;
