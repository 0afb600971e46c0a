//! What of each request for screening the results known here satisfy: one screening answers several.

use super::answer::Context;
use super::evidence::Known;
use super::security::security_of;
use crate::Dossier;
use crate::case::{Node, ReferralKind};
use crate::security::record::{Mark, Marked, Told};
use crate::security::request::{Covered, ScreeningRequest, screening_covers};
use consignment::security::SecurityStatus;
use jiff::Timestamp;
use programme::ProgrammeId;
use std::sync::Arc;

/// A request for screening and what of it is satisfied. Only the one who asked closes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestCovered {
    /// The programme whose authority asked; `None` for a mark as high-risk cargo set by others.
    pub programme: Option<ProgrammeId>,
    /// Its reference, where it has one.
    pub reference: Option<Arc<str>>,
    /// Whether it is open. A mark is until the goods are SHR.
    pub open: bool,
    /// What was asked.
    pub request: ScreeningRequest,
    /// What the results show.
    pub covered: Covered,
}

/// The requests for screening of a node, in order of programme and opening, then the marks from which nobody released it.
pub fn screening_requests(
    dossier: &Dossier,
    node: &Node,
    at: Timestamp,
    context: &Context<'_>,
) -> Vec<RequestCovered> {
    let known = Known::of(&dossier.tree, &dossier.security, None, context);
    let evidence = known.evidence_of(node);
    let strictest = context.programmes.values().map(|rules| rules.high_risk.methods_min).max();
    let referrals =
        dossier.tree.referrals_of(node).filter(|(_, referral)| referral.kind == ReferralKind::Rfs);
    let asked = referrals.map(|(programme, referral)| {
        let request = ScreeningRequest {
            since: referral.opened_at,
            methods_min: context.programmes.get(programme).map_or(2, |rules| rules.high_risk.methods_min),
            recommended: referral.methods.clone(),
        };
        (Some(programme.clone()), Some(Arc::clone(&referral.reference)), referral.open, request)
    });
    let secured = security_of(dossier, node, at, context).status == SecurityStatus::Shr;
    let record = known.record(node);
    let released = |told: &Told, mark: &Marked| {
        let named = |one: &Mark| matches!(one, Mark::Told(of, which) if of == told && which == mark);
        record.is_some_and(|record| record.released.iter().any(named))
    };
    let marked = record.into_iter().flat_map(|record| &record.marks);
    let marks = marked.filter(|(told, mark)| !released(told, mark)).map(|(told, mark)| {
        let methods_min = mark.methods_min.or(strictest).unwrap_or(2);
        let request = ScreeningRequest { since: told.at, methods_min, recommended: Vec::new() };
        (None, None, !secured, request)
    });
    asked
        .chain(marks)
        .map(|(programme, reference, open, request)| RequestCovered {
            programme,
            reference,
            open,
            covered: screening_covers(&request, &evidence),
            request,
        })
        .collect()
}
