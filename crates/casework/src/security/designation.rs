//! Designations of operators to bring goods from a third-country station (ACC3), as the registry told them.

use crate::Refusal;
use consignment::fact::Designation;
use consignment::ident::{Carrier, Location};
use consignment::stations::Territory;
use finding::{Phrase, codes};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Whether a territory wants the operator designated where nothing was told of him.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Demand {
    /// Only operators and stations of which a designation was told are judged: a node that is not fed from
    /// the registry knows none of the others.
    WhereTold,
    /// Every operator must be known to be designated.
    Always,
}

/// What a territory wants of operators that bring goods into it from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesignationRule {
    /// Of whom.
    pub demand: Demand,
    /// Territories from which it wants no designation.
    pub exempt_from: BTreeSet<Territory>,
}

/// A designation was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// From when it counts.
    pub at: Timestamp,
    /// What it says.
    pub designation: Designation,
}

/// What the designations say of an operator at a station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// He is designated.
    Designated,
    /// He was, or was withdrawn: the latest number known, and until when it held.
    Ended {
        /// The number.
        number: String,
        /// Until when; `None` where it was withdrawn.
        until: Option<Timestamp>,
    },
    /// Nothing was told.
    Untold,
}

/// Designations by operator and station.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Designations {
    told: BTreeMap<(Carrier, Location), Vec<Event>>,
}

impl Designations {
    /// Folds an event.
    pub fn evolve(&mut self, event: &Event) {
        let key = (event.designation.carrier, event.designation.station);
        self.told.entry(key).or_default().push(event.clone());
    }

    /// Whether the operator is designated at an instant. Of each number the latest word before it counts; of
    /// two at one instant, the one that says less.
    pub fn standing(&self, carrier: Carrier, station: Location, at: Timestamp) -> Standing {
        let Some(told) = self.told.get(&(carrier, station)) else { return Standing::Untold };
        let mut latest: BTreeMap<&str, &Event> = BTreeMap::new();
        for event in told.iter().filter(|event| event.at <= at) {
            let known = latest.entry(&event.designation.number).or_insert(event);
            if (event.at, weakness(&event.designation)) > (known.at, weakness(&known.designation)) {
                *known = event;
            }
        }
        let holds = |event: &&Event| {
            let designation = &event.designation;
            !designation.withdrawn && designation.until.is_none_or(|until| at <= until)
        };
        if latest.values().any(holds) {
            return Standing::Designated;
        }
        // One that begins only later is known, and does not hold yet.
        let ended = latest.values().copied().max_by_key(|event| (event.at, &event.designation.number));
        let named = ended.or_else(|| told.iter().min_by_key(|event| (event.at, &event.designation.number)));
        named.map_or(Standing::Untold, |event| Standing::Ended {
            number: event.designation.number.clone(),
            until: event.designation.until.filter(|_| !event.designation.withdrawn),
        })
    }
}

/// Ordered by how little a designation allows: without end, until later, until earlier, withdrawn.
fn weakness(designation: &Designation) -> (bool, Option<std::cmp::Reverse<Timestamp>>) {
    (designation.withdrawn, designation.until.map(std::cmp::Reverse))
}

/// Takes in a designation. From the registry it counts; from anybody else only a withdrawal does, because a
/// claim that frees goods counts from its own channel alone.
///
/// # Errors
/// A designation that the registry does not tell.
pub fn decide(
    designations: &Designations,
    at: Timestamp,
    designation: Designation,
    registry: bool,
) -> Result<Vec<Event>, Refusal> {
    if !registry && !designation.withdrawn {
        let refusal = Phrase::new(codes::gate::DESIGNATION_NOT_FROM_REGISTRY);
        return Err(Refusal(refusal.with("number", designation.number)));
    }
    let event = Event { at, designation };
    let key = (event.designation.carrier, event.designation.station);
    let known = designations.told.get(&key).is_some_and(|told| told.contains(&event));
    Ok(if known { Vec::new() } else { vec![event] })
}
