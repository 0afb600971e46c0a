//! One screening answers several requests: what of each of them the results known here satisfy.
//!
//! It closes nothing. It is shown to each authority that asked, and each closes its own request.

use super::evidence::{Cleared, Evidence};
use consignment::security::ScreeningMethod;
use finding::Phrase;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// A request for screening, from whomever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScreeningRequest {
    /// When it was made: what was screened before does not answer it.
    pub since: Timestamp,
    /// Fewest different methods.
    pub methods_min: u8,
    /// Methods that were recommended; empty where none were.
    pub recommended: Vec<ScreeningMethod>,
}

/// What one method shows for a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodShows {
    /// The method.
    pub method: ScreeningMethod,
    /// Pieces found clear by it.
    pub cleared: Cleared,
    /// Whether the request recommended it.
    pub recommended: bool,
    /// Whether the registry of this node answers for screener and machine, for every piece.
    pub vouched: bool,
}

/// What the results known here satisfy of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Covered {
    /// Method by method, those recommended and those applied.
    pub methods: Vec<MethodShows>,
    /// Whether every piece was found clear by as many different methods as wanted, by screeners and machines known
    /// to be valid, and no alarm stands. It
    /// tells the authority that it may have its answer, no more.
    pub enough: bool,
    /// What is lacking.
    pub lacking: Vec<Phrase>,
}

/// What of a request the results satisfy.
pub fn screening_covers(request: &ScreeningRequest, evidence: &Evidence<'_>) -> Covered {
    // What was found clear and not protected since answers nobody.
    let broken = evidence.broken().map(|broken| broken.at);
    let since = Some(request.since).max(broken);
    let recommended: BTreeSet<ScreeningMethod> = request.recommended.iter().copied().collect();
    let applied = evidence.methods(since);
    let methods = applied.union(&recommended).map(|method| MethodShows {
        method: *method,
        cleared: evidence.cleared(*method, since),
        recommended: recommended.contains(method),
        vouched: evidence.vouched(*method, since),
    });
    let alarm = evidence.alarm();
    let enough = alarm.is_none() && evidence.proving(since).len() >= usize::from(request.methods_min);
    Covered {
        methods: methods.collect(),
        enough,
        lacking: alarm.into_iter().chain(evidence.lacking(since)).chain(evidence.unproved(since)).collect(),
    }
}
