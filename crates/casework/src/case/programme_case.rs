//! One consignment in one programme: where the programme binds, what was judged, and what it asks.

use super::claim::{Claim, Claimed};
use super::command::Actor;
use super::referral::{Referral, Times, Track, TrackKey};
use super::state::OPEN_ITEMS_MAX;
use consignment::fact::ReferralKind;
use consignment::ident::Location;
use finding::Finding;
use jiff::Timestamp;
use programme::{GateRules, Mode, NotBound, ProgrammeId};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Outcome of a programme's leg test for a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LegBinding {
    /// It binds on these legs (indexes into the tree's legs).
    Binds {
        /// Indexes, ascending.
        legs: Vec<usize>,
    },
    /// It does not bind, and this is the proof.
    DoesNotBind {
        /// Why.
        why: NotBound,
        /// The proof in words.
        proof: String,
    },
    /// It cannot be told, because these stations are not known.
    Undecided {
        /// The stations.
        stations: Vec<Location>,
        /// Legs on which it may bind.
        legs: Vec<usize>,
    },
}

/// State of a case, in the vocabulary of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CaseState {
    /// The programme does not bind; the case says why.
    NotRequired,
    /// Nothing acknowledged yet: not filed, or filed and unanswered.
    Awaited,
    /// Acknowledged.
    Received,
    /// Being assessed, or a referral is or was open.
    Assessing,
    /// Rejected; a corrected filing is due.
    Rejected,
    /// Assessment complete.
    Cleared,
    /// Withdrawn by the declarant.
    Invalidated,
}

impl CaseState {
    /// The word used in published documents.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotRequired => "not_required",
            Self::Awaited => "awaited",
            Self::Received => "received",
            Self::Assessing => "assessing",
            Self::Rejected => "rejected",
            Self::Cleared => "cleared",
            Self::Invalidated => "invalidated",
        }
    }
}

/// One consignment in one programme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// How the programme runs here.
    pub mode: Mode,
    /// Where it binds.
    pub binding: LegBinding,
    /// Whether it binds because the authority asked where our table says that it does not.
    pub bound_by_word: bool,
    /// Latest version filed; `None` where nothing was.
    pub filed_version: Option<u32>,
    /// Latest version acknowledged.
    pub acknowledged_version: Option<u32>,
    /// When that was said.
    pub acknowledged_at: Option<Timestamp>,
    /// Latest version rejected, with the findings.
    pub rejected: Option<(u32, Vec<Finding>)>,
    /// When the assessment of each version was last said to be complete.
    pub completed: BTreeMap<u32, Timestamp>,
    /// Whether the filing was withdrawn.
    pub withdrawn: bool,
    /// Referrals in order of opening.
    pub referrals: Vec<Referral>,
    /// When each referral was said to be open and closed, also where nobody told here of its opening.
    pub tracks: BTreeMap<TrackKey, Track>,
    /// For kinds that "assessment complete" ends: when the authority said so.
    pub(super) ended_by_completion: BTreeMap<ReferralKind, Times>,
    /// What others say that the authority said.
    pub claims: Vec<Claim>,
    /// What of this gave way to the authority's own word on its referrals, or was said while one was open.
    pub gave_way: Vec<Claim>,
    /// Referrals whose time for an answer was over, with that time: it was told, and is told once.
    pub overdue: BTreeSet<(TrackKey, Timestamp)>,
}

/// Whether nothing but the word of an authority makes a programme bind: no station is unknown.
fn by_word(binding: &LegBinding) -> bool {
    matches!(binding, LegBinding::Undecided { stations, .. } if stations.is_empty())
}

impl Case {
    pub(crate) fn new(mode: Mode, binding: LegBinding, filed_version: Option<u32>) -> Self {
        Self {
            mode,
            bound_by_word: by_word(&binding),
            binding,
            filed_version,
            acknowledged_version: None,
            acknowledged_at: None,
            rejected: None,
            completed: BTreeMap::new(),
            withdrawn: false,
            referrals: Vec::new(),
            tracks: BTreeMap::new(),
            ended_by_completion: BTreeMap::new(),
            claims: Vec::new(),
            gave_way: Vec::new(),
            overdue: BTreeSet::new(),
        }
    }

    /// The leg test was made anew.
    pub(super) fn bind(&mut self, mode: Mode, binding: LegBinding) {
        self.mode = mode;
        // A route that changes under an open referral is our table's word again, once it is closed. The first one is no change.
        let first = self.bound_by_word
            && matches!(&self.binding, LegBinding::Undecided { legs, .. } if legs.is_empty());
        self.bound_by_word = by_word(&binding) && (first || self.open_referrals().next().is_none());
        self.binding = binding;
    }

    /// Referrals that are open.
    pub fn open_referrals(&self) -> impl Iterator<Item = &Referral> {
        self.referrals.iter().filter(|referral| referral.open)
    }

    /// The last time in a span at which a referral of a kind was closed, or ended by a completed assessment.
    pub fn ended_within(&self, kind: ReferralKind, span: Range<Timestamp>) -> Option<Timestamp> {
        let tracks = self.tracks.iter().filter(|(key, _)| key.kind == kind);
        let closed = tracks.filter_map(|(_, track)| track.closed_within(&span)).max();
        let ended = self.ended_by_completion.get(&kind).and_then(|times| times.within(&span));
        closed.max(ended)
    }

    /// When referrals of a kind were said to be open and closed by the authority itself.
    fn tracks_of<'a>(
        &'a self,
        kind: ReferralKind,
        programme: &'a ProgrammeId,
    ) -> impl Iterator<Item = &'a Track> {
        let own = move |key: &TrackKey| {
            let (of_kind, _, by) = key.parts();
            of_kind == kind && matches!(by, Actor::Authority(by) if by == programme)
        };
        self.tracks.iter().filter(move |(key, _)| own(key)).map(|(_, track)| track)
    }

    /// Whether what the authority itself said of its referrals of a kind takes the place of what others say at a time.
    pub(super) fn settles(&self, kind: ReferralKind, programme: &ProgrammeId, at: Timestamp) -> bool {
        self.tracks_of(kind, programme).any(|track| track.is_open() || track.closed_at() >= Some(at))
    }

    /// Whether a claim of a referral that is open holds again where that turns out to be over before.
    pub(super) fn gives_way(&self, claim: &Claim, programme: &ProgrammeId) -> bool {
        let Claimed::Referral(kind) = claim.claimed else { return false };
        let over = self.tracks_of(kind, programme).any(|track| track.closed_at() >= Some(claim.at));
        let known = self.gave_way.iter().any(|known| known.is(claim));
        !over && !known && self.gave_way.len() < OPEN_ITEMS_MAX
    }

    /// Claims that hold.
    pub fn open_claims(&self) -> impl Iterator<Item = &Claim> {
        self.claims.iter().filter(|claim| claim.open)
    }

    /// Whether the assessment of a version was said to be complete, and not before a request for information
    /// or an order was closed: what was judged before is judged anew. A request for screening asks about the
    /// goods and not about the data, so that its closing leaves the assessment as it was.
    fn is_cleared(&self, version: u32) -> bool {
        let about_data = self.referrals.iter().filter(|referral| referral.kind != ReferralKind::Rfs);
        let closed = about_data.filter_map(|referral| referral.closed_at).max();
        self.completed.get(&version).is_some_and(|at| Some(*at) >= closed)
    }

    /// The worst open referral: DNL before RFS before RFI.
    pub fn worst_referral(&self) -> Option<ReferralKind> {
        self.open_referrals().map(|referral| referral.kind).max()
    }

    /// The state, derived from what happened to the latest version.
    pub fn state(&self) -> CaseState {
        if matches!(self.binding, LegBinding::DoesNotBind { .. }) {
            return CaseState::NotRequired;
        }
        if self.withdrawn {
            return CaseState::Invalidated;
        }
        let Some(version) = self.filed_version else { return CaseState::Awaited };
        if self.rejected.as_ref().is_some_and(|(rejected, _)| *rejected == version) {
            CaseState::Rejected
        } else if self.open_referrals().next().is_some() {
            CaseState::Assessing
        } else if self.is_cleared(version) {
            CaseState::Cleared
        } else if !self.referrals.is_empty() {
            // An authority that asked about the goods is at work on them.
            CaseState::Assessing
        } else if self.is_acknowledged() {
            CaseState::Received
        } else {
            CaseState::Awaited
        }
    }

    /// The state in the words of a programme: where an accepted filing is at once being assessed, acceptance
    /// is no state of its own.
    pub fn state_in(&self, rules: Option<&GateRules>) -> CaseState {
        match self.state() {
            CaseState::Received if rules.is_some_and(|rules| rules.acceptance_starts_assessment) => {
                CaseState::Assessing
            }
            state => state,
        }
    }

    /// Whether the latest version has been acknowledged.
    pub fn is_acknowledged(&self) -> bool {
        self.filed_version.is_some() && self.acknowledged_version == self.filed_version
    }

    /// When a version was last said to be received, or one that came after it; a rejected one waits for that no more.
    pub fn received_at(&self, version: u32) -> Option<Timestamp> {
        let rejected = self.rejected.as_ref().is_some_and(|(rejected, _)| *rejected >= version);
        let acknowledged = self.acknowledged_at.filter(|_| self.acknowledged_version >= Some(version));
        acknowledged.or(rejected.then_some(Timestamp::MIN))
    }

    /// When the assessment of a version, or of one that came after it, was last said to be complete; a rejected one
    /// waits for that no more.
    pub fn completed_at(&self, version: u32) -> Option<Timestamp> {
        let rejected = self.rejected.as_ref().is_some_and(|(rejected, _)| *rejected >= version);
        let completed = self.completed.range(version..).map(|(_, at)| *at).max();
        completed.or(rejected.then_some(Timestamp::MIN))
    }

    /// What the case comes to: the worst open referral, else the state.
    pub fn outcome(&self, rules: Option<&GateRules>) -> &'static str {
        self.worst_referral().map_or_else(|| self.state_in(rules).as_str(), ReferralKind::as_str)
    }
}
