//! Designations of operators to bring goods from a third-country station (ACC3), as the registry told them.

use crate::Refusal;
use consignment::fact::{Designation, Person};
use consignment::ident::{Carrier, Location};
use consignment::stations::Territory;
use finding::{Phrase, codes};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Whether a territory wants the operator designated where nothing was told of him.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Demand {
    /// Wherever the registry tells of designations: once it told of any, every operator must be known to be designated.
    /// A node that it told of none knows nobody's, and judges none: one-shot commands, training.
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
    /// Who entered it; for one that counts, the second person.
    pub by: Option<Person>,
    /// Whether it counts: what frees goods was entered by two people, what can only hold by one.
    pub counts: bool,
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
    /// Entered by one person, and waiting for a second.
    entered: BTreeMap<(Carrier, Location), Vec<Event>>,
}

impl Designations {
    /// Folds an event.
    pub fn evolve(&mut self, event: &Event) {
        let key = (event.designation.carrier, event.designation.station);
        let waiting = self.entered.entry(key).or_default();
        if !event.counts {
            waiting.push(event.clone());
            return;
        }
        waiting.retain(|known| !same(&known.designation, &event.designation));
        self.told.entry(key).or_default().push(event.clone());
    }

    /// Whether the registry feeds this node.
    pub fn is_fed(&self) -> bool {
        self.told.values().flatten().any(|event| !event.designation.withdrawn)
    }

    /// What one person entered and a second has not confirmed.
    pub fn waiting(&self) -> impl Iterator<Item = &Event> {
        self.entered.values().flatten()
    }

    /// Whether a word can only hold: it says less than the latest on the same number.
    fn only_holds(&self, key: (Carrier, Location), at: Timestamp, designation: &Designation) -> bool {
        let told = self.told.get(&key).into_iter().flatten();
        let of_number = told.filter(|event| same_number(&event.designation, designation));
        let latest = of_number.max_by_key(|event| (event.at, weakness(&event.designation)));
        designation.withdrawn
            || latest.is_some_and(|latest| {
                latest.at <= at && weakness(designation) >= weakness(&latest.designation)
            })
    }

    /// Whether the operator is designated at an instant. Of each number the latest word before it counts; of
    /// two at one instant, the one that says less.
    pub fn standing(&self, carrier: Carrier, station: Location, at: Timestamp) -> Standing {
        let Some(told) = self.told.get(&(carrier, station)) else { return Standing::Untold };
        let mut latest: BTreeMap<String, &Event> = BTreeMap::new();
        for event in told.iter().filter(|event| event.at <= at) {
            let known = latest.entry(canonical(&event.designation.number)).or_insert(event);
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

/// A number without what people spell as they like.
fn canonical(number: &str) -> String {
    number.split_whitespace().map(str::to_uppercase).collect()
}

fn same_number(one: &Designation, other: &Designation) -> bool {
    canonical(&one.number) == canonical(&other.number)
}

/// Whether two say the same of one number, however it is spelt.
fn same(one: &Designation, other: &Designation) -> bool {
    same_number(one, other) && *one == Designation { number: one.number.clone(), ..other.clone() }
}

/// Ordered by how little a designation allows: without end, until later, until earlier, withdrawn.
fn weakness(designation: &Designation) -> (bool, Option<std::cmp::Reverse<Timestamp>>) {
    (designation.withdrawn, designation.until.map(std::cmp::Reverse))
}

/// Takes in a designation. From the registry it counts once two people entered it; one is enough for what can only
/// hold. From anybody else only a withdrawal counts, because a claim that frees goods counts from its own channel
/// alone; two people of the registry enter it anew where it was false.
///
/// # Errors
/// A designation that the registry does not tell, or for which nobody stands.
pub fn decide(
    designations: &Designations,
    at: Timestamp,
    designation: Designation,
    by: Option<Person>,
    registry: bool,
) -> Result<Vec<Event>, Refusal> {
    if !registry && !designation.withdrawn {
        let refusal = Phrase::new(codes::gate::DESIGNATION_NOT_FROM_REGISTRY);
        return Err(Refusal(refusal.with("number", designation.number)));
    }
    let key = (designation.carrier, designation.station);
    let told = designations.told.get(&key).into_iter().flatten();
    let mut known = told.clone().filter(|known| known.at == at && same(&known.designation, &designation));
    if known.next().is_some() {
        return Ok(Vec::new());
    }
    let entered = || designations.entered.get(&key).into_iter().flatten();
    if designations.only_holds(key, at, &designation) {
        let given = |event: &&Event| !event.designation.withdrawn;
        let mut names = told.clone().filter(given).chain(entered());
        // The registry may have mistyped the number: what it withdraws is never lost, so it withdraws what there is.
        let mistyped = registry && !names.any(|known| same_number(&known.designation, &designation));
        let others: BTreeSet<&str> = match mistyped {
            true => told.filter(given).map(|event| &*event.designation.number).collect(),
            false => BTreeSet::new(),
        };
        let withdrawn = |number: &str| Designation { number: number.to_owned(), ..designation.clone() };
        let withdrawn: Vec<Designation> = others.into_iter().map(withdrawn).collect();
        let all = std::iter::once(designation).chain(withdrawn);
        return Ok(all.map(|designation| Event { at, designation, by: by.clone(), counts: true }).collect());
    }
    let Some(by) = by else { return Err(Refusal(Phrase::new(codes::gate::PERSON_MISSING))) };
    let mut first = entered().filter(|entered| same(&entered.designation, &designation));
    let Some(first) = first.next() else {
        return Ok(vec![Event { at, designation, by: Some(by), counts: false }]);
    };
    if first.by.as_ref().is_some_and(|first| first.is(&by)) {
        // One person who enters it again is still one.
        return Ok(Vec::new());
    }
    let at = at.max(first.at);
    Ok(vec![Event { at, designation, by: Some(by), counts: true }])
}
