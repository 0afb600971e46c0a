//! What somebody says an authority said, by another way than the authority's own.
//!
//! A claim may place a hold and never lifts one. The authority's own later word on the same matter takes its
//! place.

use consignment::fact::ReferralKind;
use jiff::Timestamp;
use std::fmt;
use std::sync::Arc;

/// What is claimed of an authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Claimed {
    /// A referral of this kind is open.
    Referral(ReferralKind),
    /// The filing was rejected.
    Rejection,
}

impl fmt::Display for Claimed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Referral(kind) => kind.as_str(),
            Self::Rejection => "rejection",
        })
    }
}

/// A claim, as the case keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// What is claimed.
    pub claimed: Claimed,
    /// The way it came in by.
    pub by: Arc<str>,
    /// The words, as told.
    pub text: String,
    /// When it claims to have been said; else when it came in.
    pub at: Timestamp,
    /// Whether it holds still.
    pub open: bool,
}

impl Claim {
    /// Whether both are one claim, whether it holds still or not.
    pub fn is(&self, other: &Self) -> bool {
        self.claimed == other.claimed && self.by == other.by && self.at == other.at && self.text == other.text
    }
}

/// Who ended a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimEnded {
    /// The authority itself spoke on the same matter.
    ByAuthority,
    /// Two officers cleared it, by their names.
    ByOfficers(Arc<str>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_claim_is_one_by_what_it_says_who_says_it_and_when() {
        let claim = Claim {
            claimed: Claimed::Rejection,
            by: "handler".into(),
            text: "REJECTED".into(),
            at: Timestamp::UNIX_EPOCH,
            open: true,
        };
        assert!(claim.is(&Claim { open: false, ..claim.clone() }));
        for other in [
            Claim { claimed: Claimed::Referral(ReferralKind::Dnl), ..claim.clone() },
            Claim { by: "carrier".into(), ..claim.clone() },
            Claim { text: "STOP".into(), ..claim.clone() },
            Claim { at: Timestamp::MAX, ..claim.clone() },
        ] {
            assert!(!claim.is(&other), "{other:?}");
        }
    }
}
