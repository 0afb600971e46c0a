//! What of each request for screening the results known here satisfy: one screening answers several.

use super::answer::Context;
use super::evidence::Known;
use crate::Dossier;
use crate::case::{Node, ReferralKind};
use crate::security::request::{Covered, ScreeningRequest, screening_covers};
use programme::ProgrammeId;
use std::sync::Arc;

/// A request for screening and what of it is satisfied. Only the one who asked closes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestCovered {
    /// The programme whose authority asked; `None` for a mark as high-risk cargo set by others.
    pub programme: Option<ProgrammeId>,
    /// Its reference, where it has one.
    pub reference: Option<Arc<str>>,
    /// Whether it is open. A mark stays until the goods are SHR.
    pub open: bool,
    /// What was asked.
    pub request: ScreeningRequest,
    /// What the results show.
    pub covered: Covered,
}

/// The requests for screening of a node, in order of programme and opening, then the marks.
pub fn screening_requests(dossier: &Dossier, node: &Node, context: &Context<'_>) -> Vec<RequestCovered> {
    let known = Known { tree: &dossier.tree, records: &dossier.security, houses: None, context };
    let evidence = known.evidence_of(node);
    let strictest = context.programmes.values().map(|rules| rules.high_risk.methods_min).max();
    let referrals =
        dossier.tree.referrals_of(node).filter(|(_, referral)| referral.kind == ReferralKind::Rfs);
    let asked = referrals.map(|(programme, referral)| {
        let request = ScreeningRequest {
            since: referral.opened_at,
            methods_min: context.programmes.get(programme).map_or(2, |rules| rules.high_risk.methods_min),
            recommended: Vec::new(),
        };
        (Some(programme.clone()), Some(Arc::clone(&referral.reference)), referral.open, request)
    });
    let marks = known.record(node).into_iter().flat_map(|record| &record.marks).map(|(told, mark)| {
        let methods_min = mark.methods_min.or(strictest).unwrap_or(2);
        let request = ScreeningRequest { since: told.at, methods_min, recommended: Vec::new() };
        (None, None, true, request)
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
