//! Until when an answer to a referral is expected.

use super::answer::Context;
use super::departure::{departure, flight_of};
use crate::case::{Case, LegBinding, Referral, Tree};
use consignment::Leg;
use jiff::Timestamp;
use programme::ReferralRule;

/// Until when an answer to a referral is expected: as its authority says, else within the minutes that its programme names,
/// else, where an answer is due before departure, when the first leg departs that the programme covers. Of several legs it is
/// the first that has not left, and the last once all have. `None` where nobody tells.
pub fn answer_by(
    tree: &Tree,
    case: &Case,
    referral: &Referral,
    rule: Option<&ReferralRule>,
    at: Timestamp,
    context: &Context<'_>,
) -> Option<Timestamp> {
    let stated = referral.answer_by(rule.and_then(|rule| rule.answer_minutes));
    stated.or_else(|| {
        let departures = departures(tree, case, referral, rule, at, context);
        departures.iter().find(|departs| **departs > at).or_else(|| departures.last()).copied()
    })
}

/// The departures before which an answer to a referral is due, in order, where nobody names another limit. What left before it
/// was opened set it none; a leg of which only the day is known sets none either, and neither does a flight that is cancelled.
pub fn departures(
    tree: &Tree,
    case: &Case,
    referral: &Referral,
    rule: Option<&ReferralRule>,
    at: Timestamp,
    context: &Context<'_>,
) -> Vec<Timestamp> {
    let Some(rule) = rule.filter(|rule| rule.answer_before_departure) else { return Vec::new() };
    if referral.answer_by(rule.answer_minutes).is_some() {
        return Vec::new();
    }
    let covered: &[usize] = match &case.binding {
        LegBinding::Binds { legs } | LegBinding::Undecided { legs, .. } => legs,
        LegBinding::DoesNotBind { .. } => &[],
    };
    let cancelled = |leg: &Leg| {
        let flight = flight_of(leg, at, context);
        flight.is_some_and(|(_, flight)| flight.cancelled && flight.departed.is_none())
    };
    let legs = covered.iter().filter_map(|index| tree.legs.get(*index)).filter(|leg| !cancelled(leg));
    let departs = legs.filter_map(|leg| departure(leg, at, context));
    let mut departs: Vec<Timestamp> = departs.filter(|departs| *departs > referral.opened_at).collect();
    departs.sort_unstable();
    departs.dedup();
    departs
}
