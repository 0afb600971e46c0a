//! What a programme's referrals do, and who answers them.

use consignment::fact::ReferralKind;
use consignment::notice::Wire;

/// Which legs a referral holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HoldScope {
    /// The legs on which its programme binds.
    OwnLegs,
    /// Every leg, until the authority cancels it.
    Everywhere,
}

impl HoldScope {
    /// Every one, in the order of the type.
    pub const ALL: &[HoldScope] = &[Self::OwnLegs, Self::Everywhere];

    /// The word used in programme files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OwnLegs => "own-legs",
            Self::Everywhere => "everywhere",
        }
    }
}

/// Who answers a referral.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Answerer {
    /// Whoever filed.
    Filer,
    /// The carrier.
    Carrier,
    /// The contact that answers day and night, named when the carrier enrolled.
    Contact,
}

impl Answerer {
    /// Every one, in the order of the type.
    pub const ALL: &[Answerer] = &[Self::Filer, Self::Carrier, Self::Contact];

    /// The word used in programme files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Filer => "filer",
            Self::Carrier => "carrier",
            Self::Contact => "contact",
        }
    }
}

/// By which way an answer is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AnswerBy {
    /// As a message of the programme.
    Programme,
    /// By mail.
    Mail,
}

impl AnswerBy {
    /// Every one, in the order of the type.
    pub const ALL: &[AnswerBy] = &[Self::Programme, Self::Mail];

    /// The word used in programme files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Programme => "programme",
            Self::Mail => "mail",
        }
    }
}

/// What one kind of referral does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferralRule {
    /// The kind.
    pub kind: ReferralKind,
    /// Which legs it holds. A do-not-load holds everywhere.
    pub holds: HoldScope,
    /// Who answers; the one who does so in the first place comes first.
    pub answered_by: Vec<Answerer>,
    /// By which way.
    pub answer_by: AnswerBy,
    /// Minutes within which an answer is due; `None` where no such limit is set.
    pub answer_minutes: Option<u32>,
    /// Whether an answer is due before departure, where neither the authority nor the minutes above set a limit.
    pub answer_before_departure: bool,
    /// Fewest different screening methods its answer must name; `None` where it asks for none.
    pub methods_min: Option<u8>,
    /// Where this comes from.
    pub reference: String,
}

impl ReferralRule {
    /// Who answers in the first place: the one named first. The parser demands one.
    pub fn answered_first(&self) -> Answerer {
        self.answered_by.first().copied().unwrap_or(Answerer::Filer)
    }
}

/// What a programme's referrals do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferralRules {
    /// One rule for each kind, in order of the kinds.
    pub kinds: Vec<ReferralRule>,
    /// Kinds that the authority's own "assessment complete" ends, because the programme has no message
    /// that closes them. Never a do-not-load.
    pub complete_closes: Vec<ReferralKind>,
    /// Wires on which "assessment complete" also tells that the latest filing was received.
    pub complete_tells_received: Vec<Wire>,
    /// Wires on which "still in place" also tells that the latest filing was received.
    pub in_place_tells_received: Vec<Wire>,
    /// Where this comes from.
    pub reference: String,
}

impl ReferralRules {
    /// The rule of a kind. The parser demands one for each.
    pub fn of(&self, kind: ReferralKind) -> Option<&ReferralRule> {
        self.kinds.iter().find(|rule| rule.kind == kind)
    }

    /// Whether the authority's "assessment complete" ends a referral of this kind.
    pub fn completed_by_assessment(&self, kind: ReferralKind) -> bool {
        kind != ReferralKind::Dnl && self.complete_closes.contains(&kind)
    }
}
