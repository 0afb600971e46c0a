//! What holds a load.

/// Whether taking part in a programme is a duty.
///
/// Where it is not, data that are not filed, not acknowledged, not assessed or rejected inform and hold
/// nothing. What the authority asks holds all the same: a referral is no part of what is voluntary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Obligation {
    /// Law: what is lacking holds.
    Mandatory,
    /// Nobody must file: what is lacking informs.
    Voluntary,
}

impl Obligation {
    /// The word used in programme files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mandatory => "mandatory",
            Self::Voluntary => "voluntary",
        }
    }
}

/// What a programme's rules do to the load answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateRules {
    /// Whether taking part is a duty.
    pub binding: Obligation,
    /// Whether the filing must be acknowledged before loading.
    pub acknowledgement_required: bool,
    /// Whether the assessment must be complete before loading.
    pub assessment_required: bool,
    /// Whether that answer, wait or no wait, is the programme's own rule (`false`: a stated default of
    /// Loadgate).
    pub assessment_required_is_law: bool,
    /// Whether a consolidated master waits for answers of its own beside those of its houses. It must be filed
    /// either way, its houses must cover it, and what is asked of it or rejected holds.
    pub consolidation_answered: bool,
    /// Whether the authority takes the first manifest of a flight for its departure, whenever it comes, and assesses nothing
    /// that is filed since.
    pub manifest_ends_assessment: bool,
    /// Whether an accepted filing is at once being assessed, so that acceptance and assessment are one state.
    pub acceptance_starts_assessment: bool,
}

/// What a programme wants of high-risk cargo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HighRiskRules {
    /// Fewest different screening methods that secure high-risk goods.
    pub methods_min: u8,
}
