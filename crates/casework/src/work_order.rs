//! Work orders: what is to be screened of goods to answer every request for screening that is open on them, at once.
//!
//! An order is worked out from the requests whenever somebody asks and is kept nowhere, so that it says what they say. It
//! tells screeners what to do and which requests that answers, by their references; why anybody asked stays inside. A
//! result closes nothing: whoever asked closes his own request.

use crate::Dossier;
use crate::case::{Case, Node, Referral, ReferralKind};
use crate::gate::{self, Context, RequestCovered, screening_requests};
use crate::security::record::{Mark, Marked, Told};
use consignment::security::ScreeningMethod;
use consignment::{ConsignmentKey, Leg};
use jiff::Timestamp;
use programme::ProgrammeId;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What is to be screened of goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkOrder {
    /// The goods.
    pub goods: ConsignmentKey,
    /// How many pieces they have, where that was filed.
    pub pieces: Option<u32>,
    /// Fewest different methods that answer every request.
    pub methods_min: u8,
    /// Methods that are recommended, those first that most requests recommend.
    pub recommended: Vec<ScreeningMethod>,
    /// Until when the first of the requests is to be answered, where anybody or their departure says.
    pub deadline: Option<Timestamp>,
    /// The leg that departs next, and when.
    pub departs: Option<(Leg, Timestamp)>,
    /// The requests that are open, in order of programme and opening, then marks as high-risk.
    pub requests: Vec<RequestCovered>,
}

impl WorkOrder {
    /// Whether the results known here are enough to answer every request: what is left is for those who asked.
    pub fn is_done(&self) -> bool {
        self.requests.iter().all(|request| request.covered.enough)
    }
}

/// Whether anybody ever asked to have goods screened, or marked them: only then is there anything to work out.
pub fn was_asked(dossier: &Dossier, node: &Node) -> bool {
    let tree = &dossier.tree;
    let mut referrals = tree.referrals_of(node);
    let marked = || dossier.security.of(&tree.key(node)).is_some_and(|record| !record.marks.is_empty());
    referrals.any(|(_, referral)| referral.kind == ReferralKind::Rfs && referral.open) || marked()
}

/// Whether somebody marked any goods of a tree as high-risk and nobody released them.
pub fn is_marked(dossier: &Dossier) -> bool {
    let houses = dossier.security.houses().cloned().map(Some);
    let keys = houses.chain([None]).map(|house| ConsignmentKey { master: None, house });
    let mut records = keys.filter_map(|key| dossier.security.of(&key));
    records.any(|record| {
        let told = |(told, mark): &(Told, Marked)| Mark::Told(told.clone(), mark.clone());
        record.marks.iter().any(|mark| !record.released.contains(&told(mark)))
    })
}

/// The work order of a node; `None` where nothing is to be screened for anybody. `answer_by` tells until when an answer to a
/// referral is expected ([`crate::gate::answer_by`]).
pub fn work_order(
    dossier: &Dossier,
    node: &Node,
    at: Timestamp,
    context: &Context<'_>,
    answer_by: impl Fn(&ProgrammeId, &Case, &Referral) -> Option<Timestamp>,
) -> Option<WorkOrder> {
    if !was_asked(dossier, node) {
        return None;
    }
    let tree = &dossier.tree;
    let requests: Vec<RequestCovered> =
        screening_requests(dossier, node, at, context).into_iter().filter(|request| request.open).collect();
    let methods_min = requests.iter().map(|request| request.request.methods_min).max()?;
    let mut recommended: BTreeMap<ScreeningMethod, usize> = BTreeMap::new();
    for method in requests.iter().flat_map(|request| &request.request.recommended) {
        *recommended.entry(*method).or_default() += 1;
    }
    let mut recommended: Vec<(ScreeningMethod, usize)> = recommended.into_iter().collect();
    recommended.sort_by_key(|(method, by)| (Reverse(*by), *method));
    let deadlines = tree.cases_of(node).flat_map(|(programme, case)| {
        let open = case.open_referrals().filter(|referral| referral.kind == ReferralKind::Rfs);
        open.map(move |referral| (programme, case, referral))
    });
    let deadline =
        deadlines.filter_map(|(programme, case, referral)| answer_by(programme, case, referral)).min();
    let departing = tree.legs.iter().filter_map(|leg| Some((leg, gate::departs_at(leg, at, context)?)));
    let departs = departing.filter(|(_, departs)| *departs > at).min_by_key(|(_, departs)| *departs);
    let filed = tree.filed(node);
    Some(WorkOrder {
        goods: tree.key(node),
        pieces: filed.and_then(|filed| filed.total_pieces.or(filed.pieces)),
        methods_min,
        recommended: recommended.into_iter().map(|(method, _)| method).collect(),
        deadline,
        departs: departs.map(|(leg, departs)| (leg.clone(), departs)),
        requests,
    })
}
