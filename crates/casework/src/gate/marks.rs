//! High-risk marks: who set them, from which leg on they count, and which were released.

use super::evidence::Known;
use crate::case::{LegBinding, Node, Referral, ReferralKind};
use crate::security::HighRiskMark;
use crate::security::record::{Mark, Marked, Told};
use consignment::fact::CustodyEvent;
use consignment::{Leg, Mode};
use programme::{Binding, GoodsNature, NotBound, ProgrammeId};

/// The high-risk mark of a node: set by every request for screening, and not ended by its closing; and by
/// whoever else marks the goods. Two officers may release the goods from marks that they know. A request marks them from
/// the first leg that its programme covers; whoever marks the goods themselves marks them everywhere.
pub(super) fn high_risk_mark(known: Known<'_>, node: &Node) -> Option<HighRiskMark> {
    high_risk_marks(known, node).chain(known.taken_along).reduce(HighRiskMark::and)
}

/// The marks of a node, one by one.
pub(super) fn high_risk_marks<'a>(
    known: Known<'a>,
    node: &'a Node,
) -> impl Iterator<Item = HighRiskMark> + 'a {
    let programmes = known.context.programmes;
    let released = known.record(node).map(|record| record.released.as_slice()).unwrap_or_default();
    let requested = marking(known, node)
        .filter(move |(programme, _)| {
            let first = first_leg(known, node, programme);
            known.leg.zip(first).is_none_or(|(asked, first)| first <= asked)
        })
        .map(move |(programme, referral)| HighRiskMark {
            since: referral.opened_at,
            // Two different methods unless the State's programme says otherwise.
            methods_min: programmes.get(programme).map_or(2, |rules| rules.high_risk.methods_min),
        });
    let strictest = programmes.values().map(|rules| rules.high_risk.methods_min).max().unwrap_or(2);
    let marked = known.record(node).into_iter().flat_map(|record| &record.marks);
    let still_marked = move |one: &Told, of: &Marked| {
        !released.iter().any(|mark| matches!(mark, Mark::Told(told, mark) if told == one && mark == of))
    };
    let marked = marked.filter(move |(told, mark)| still_marked(told, mark));
    let marked = marked.map(move |(told, mark)| HighRiskMark {
        since: told.at,
        methods_min: mark.methods_min.unwrap_or(strictest),
    });
    // Signs of interference make any goods high-risk (decision table of the status, row 4).
    let custody = known.record(node).into_iter().flat_map(|record| &record.custody);
    let tampered = custody
        .filter(move |(told, event, note)| {
            let named =
                |mark: &Mark| matches!(mark, Mark::Tampered(one, words) if one == told && words == note);
            *event == CustodyEvent::Tampered && !released.iter().any(named)
        })
        .map(move |(told, ..)| HighRiskMark { since: told.at, methods_min: strictest });
    requested.chain(marked).chain(tampered)
}

/// Requests for screening that mark a node, open or closed.
pub(super) fn marking<'a>(
    known: Known<'a>,
    node: &'a Node,
) -> impl Iterator<Item = (&'a ProgrammeId, &'a Referral)> {
    let released = known.record(node).map(|record| record.released.as_slice()).unwrap_or_default();
    // A request that is open is not answered by releasing the goods from its mark.
    let still_asked = move |programme: &ProgrammeId, request: &Referral| {
        let named = |mark: &Mark| {
            matches!(mark, Mark::Requested { programme: of, reference, said_at }
                if of == programme && *reference == request.reference && *said_at == request.said_at)
        };
        request.open || !released.iter().any(named)
    };
    known
        .tree
        .referrals_of(node)
        .filter(|(_, referral)| referral.kind == ReferralKind::Rfs)
        .filter(move |(programme, referral)| still_asked(programme, referral))
}

/// Programmes whose requests mark a node from a leg on.
pub(super) fn marking_legs<'a>(
    known: Known<'a>,
    node: &'a Node,
) -> impl Iterator<Item = (&'a ProgrammeId, usize)> {
    marking(known, node)
        .filter_map(move |(programme, _)| Some((programme, first_leg(known, node, programme)?)))
}

/// The first leg that a programme covers, or may cover; where the goods come in by surface, the one by which they do. `None`
/// where it covers none: then nobody can say before which leg its requests want nothing.
pub(super) fn first_leg(known: Known<'_>, node: &Node, programme: &ProgrammeId) -> Option<usize> {
    let case = known.tree.cases.get(&(node.clone(), programme.clone()))?;
    match &case.binding {
        LegBinding::Binds { legs } | LegBinding::Undecided { legs, .. } => legs.iter().min().copied(),
        LegBinding::DoesNotBind { why: NotBound::BySurface, .. } => covered_by_air(known, programme),
        LegBinding::DoesNotBind { .. } => None,
    }
}

/// The first leg that a programme would cover if all of them were flown. A truck in place of the flight that a request was
/// made for frees nothing from there on, and is no reason to hold the legs before it.
fn covered_by_air(known: Known<'_>, programme: &ProgrammeId) -> Option<usize> {
    let rules = known.context.programmes.get(programme)?;
    let flown: Vec<Leg> = known.tree.legs.iter().map(|leg| Leg { mode: Mode::Air, ..leg.clone() }).collect();
    match programme::bind(rules, &flown, GoodsNature::Cargo, known.context.stations) {
        Binding::Bound { legs } | Binding::Undecided { legs, .. } => legs.first().copied(),
        Binding::NotBound { .. } => None,
    }
}
