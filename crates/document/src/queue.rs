//! What waits for officers, what falls due, and how long goods were held.

use super::Number;
use super::adjudication::AdjudicationItem;
use super::assess::{ClaimItem, ReferralItem};
use casework::case::{Claim, Referral};
use casework::delay::Delay;
use casework::due::Due;
use engine::{Waiting, WaitingJudgement};
use finding::Language;
use programme::ProgrammeId;
use schemars::JsonSchema;
use serde::Serialize;

/// Name of the schema of what waits.
pub const QUEUE_SCHEMA: &str = "loadgate-queue/1";

/// What waits for officers.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct QueueReply {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// The most urgent first: by the hours to departure, then risk, then how much waits with it.
    pub waiting: Vec<WaitingItem>,
    /// What another officer found of hits and whoever asks may confirm or refuse, the soonest due first.
    pub adjudications: Vec<WaitingAdjudication>,
    /// Whether more waits than was asked for or looked at.
    pub more: bool,
}

/// Goods of which something waits for somebody who must decide.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WaitingItem {
    /// Air waybill; `null` for a house whose master nobody told.
    pub master: Option<String>,
    /// House waybill; `null` for a master.
    pub house: Option<String>,
    /// When they are to depart, RFC 3339; `null` where nobody told.
    pub departs_at: Option<String>,
    /// The best score of a list hit, from 0 to 1.
    pub risk: Number,
    /// Pieces that cannot fly while it waits: its own, and those it is packed with.
    pub pieces: u32,
    /// Open referrals.
    pub referrals: Vec<WaitingReferral>,
    /// What others say that an authority said, where it holds.
    pub claims: Vec<WaitingClaim>,
    /// Who holds besides.
    pub holds: Vec<String>,
    /// What may concern them and could not be read, in words.
    pub unread: Vec<String>,
}

/// What an officer found of a hit, which waits for another one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WaitingAdjudication {
    /// Until when, RFC 3339: a proposal lapses then, the review of what one decided alone is due.
    pub until: String,
    /// It.
    #[serde(flatten)]
    pub adjudication: AdjudicationItem,
}

impl From<&WaitingJudgement> for WaitingAdjudication {
    fn from(waiting: &WaitingJudgement) -> Self {
        Self {
            until: waiting.until.to_string(),
            adjudication: AdjudicationItem::new(&waiting.made, waiting.is_listed_so),
        }
    }
}

/// An open referral.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WaitingReferral {
    /// The programme.
    pub programme: String,
    /// When it was opened, RFC 3339.
    pub opened_at: String,
    /// The referral.
    #[serde(flatten)]
    pub referral: ReferralItem,
}

/// A claim that holds.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WaitingClaim {
    /// The programme.
    pub programme: String,
    /// The claim.
    #[serde(flatten)]
    pub claim: ClaimItem,
}

impl From<&Waiting> for WaitingItem {
    fn from(waiting: &Waiting) -> Self {
        let Waiting { work, key, referrals, claims, holds, unread } = waiting;
        let referral = |(programme, referral): &(ProgrammeId, Referral)| WaitingReferral {
            programme: programme.to_string(),
            opened_at: referral.opened_at.to_string(),
            referral: ReferralItem::from(referral),
        };
        let claim = |(programme, claim): &(ProgrammeId, Claim)| WaitingClaim {
            programme: programme.to_string(),
            claim: ClaimItem::from(claim),
        };
        Self {
            master: key.master.map(|master| master.to_string()),
            house: key.house.as_ref().map(ToString::to_string),
            departs_at: work.departs_at.map(|at| at.to_string()),
            risk: Number::thousandths(work.risk_thousandths),
            pieces: work.blast_pieces,
            referrals: referrals.iter().map(referral).collect(),
            claims: claims.iter().map(claim).collect(),
            holds: holds.iter().map(|hold| hold.agency.to_string()).collect(),
            unread: unread.iter().map(|why| why.text(Language::English)).collect(),
        }
    }
}

/// One thing that falls due.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DueItem {
    /// When, RFC 3339.
    pub at: String,
    /// What: `answer-RFI` and so on, `hold-review`, `second-person`, `review`, `linking`, `presentation`.
    pub kind: &'static str,
    /// The goods, as people know them.
    pub object: String,
    /// The programme, where it is one's.
    pub programme: Option<String>,
    /// Number of the referral or of the officer's act; `null` for a period that counts from the filing.
    pub reference: Option<String>,
}

impl From<&Due> for DueItem {
    fn from(due: &Due) -> Self {
        Self {
            at: due.at.to_string(),
            kind: due.kind.as_str(),
            object: due.object.clone(),
            programme: due.programme.as_ref().map(ToString::to_string),
            reference: (!due.reference.is_empty()).then(|| due.reference.to_string()),
        }
    }
}

/// How long goods were held for a leg, from the first thing told of them to its departure, or to now.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DelayReply {
    /// Seconds for which anything held.
    pub held_s: i64,
    /// Whether the leg departed while they were held: they missed it.
    pub missed: bool,
    /// Requests for screening that needed none of their own: the screening that satisfied another one satisfied them.
    pub screenings_avoided: usize,
    /// Seconds for which each cause held; causes run side by side.
    pub causes: Vec<CauseItem>,
}

/// A cause of a hold.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CauseItem {
    /// Code of the reason.
    pub code: &'static str,
    /// The programme it is of.
    pub programme: Option<String>,
    /// Seconds for which it held.
    pub held_s: i64,
}

impl From<&Delay> for DelayReply {
    fn from(delay: &Delay) -> Self {
        let cause = |((code, programme), held_s): (&(&'static str, Option<ProgrammeId>), &i64)| CauseItem {
            code,
            programme: programme.as_ref().map(ToString::to_string),
            held_s: *held_s,
        };
        Self {
            held_s: delay.held_s,
            missed: delay.missed,
            screenings_avoided: delay.screenings_avoided,
            causes: delay.by_cause_s.iter().map(cause).collect(),
        }
    }
}
