//! Cases of one consignment tree: filings, programme cases, referrals, holds of other agencies.
//!
//! A tree is one master with its houses, or a house whose master is not yet known. Its state is derived
//! from events alone. A case is one consignment in one programme; several referrals may be open in it.

mod claim;
mod command;
mod decide;
mod derived;
mod document;
mod early;
mod event;
mod evolve;
mod hit;
pub mod identity;
mod linking;
mod losses;
mod marks;
mod number;
mod programme_case;
mod refer;
mod referral;
mod reports;
pub mod resemblance;
mod spelling;
mod state;
mod stated;
pub mod told;
mod wording;

pub use claim::{Claim, ClaimEnded, Claimed};
pub use command::{Actor, Command, Others, Voice};
pub use decide::decide;
pub(crate) use derived::{Issued, OneOfEach};
pub use document::{Document, EntryNote, Gone, Hold, HoldCause, Leaving, PartyHit, Screening, SharedFact};
pub use early::{EARLY_MAX, Early, EarlyWord};
pub use event::Event;
pub use evolve::evolve;
pub use hit::{HitStanding, Pairing};
pub use marks::LoadingMarks;
pub use number::NumberWord;
pub use programme_case::{Case, CaseState, LegBinding};
pub use referral::{Airborne, Answered, Opening, Referral, ReferralKind, Said, Terms, Track, TrackKey};
pub use reports::Reports;
pub use state::{Booking, Coverage, Node, OPEN_ITEMS_MAX, TOLD_LEGS_MAX, ToldLeg, Tree, Unread};
pub use stated::{Stated, Way};
pub use told::{Reported, Told};
pub use wording::Wording;
