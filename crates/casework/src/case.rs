//! Cases of one consignment tree: filings, programme cases, referrals, holds of other agencies.
//!
//! A tree is one master with its houses, or a house whose master is not yet known. Its state is derived
//! from events alone. A case is one consignment in one programme; several referrals may be open in it.

mod command;
mod decide;
mod document;
pub mod identity;
mod linking;
mod losses;
mod marks;
mod programme_case;
mod reports;
pub mod resemblance;
mod state;
mod stated;
pub mod told;

pub use command::{Actor, Command, Event};
pub use decide::decide;
pub use document::{AddressNote, Document, Hold, HoldCause, PartyHit, Screening};
pub use marks::LoadingMarks;
pub use programme_case::{Case, CaseState, LegBinding, Referral, ReferralKind};
pub use reports::Reports;
pub use state::{Booking, Coverage, Node, TOLD_LEGS_MAX, ToldLeg, Tree, evolve};
pub use stated::{Stated, Way};
pub use told::Told;
