//! How long goods were held, and by what: measured from what happened, not from what somebody remembers.

use crate::gate::{Answer, Decision, RequestCovered};
use finding::Code;
use jiff::Timestamp;
use programme::ProgrammeId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A cause of a hold: the reason, and the programme it is of.
pub type Cause = (&'static str, Option<ProgrammeId>);

/// How long one object was held for one leg.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Delay {
    /// Seconds for which each cause held. Causes run side by side, so that they may add up to more than `held_s`.
    pub by_cause_s: BTreeMap<Cause, i64>,
    /// Seconds for which anything held.
    pub held_s: i64,
    /// Whether the leg departed while the goods were held: they missed it.
    pub missed: bool,
    /// Requests for screening that were satisfied by the very screening that satisfied another one: so many need not be
    /// done again. Requests satisfied at one instant share a screening.
    pub screenings_avoided: usize,
}

/// A measurement in the making: what the gate said, each time something happened.
#[derive(Debug, Default)]
pub struct Measurement {
    since: Option<Timestamp>,
    causes: Vec<Cause>,
    /// Requests for screening that were satisfied once.
    satisfied: BTreeSet<Asked>,
    delay: Delay,
}

/// What tells requests for screening apart: the programme, its reference, and when it was made.
type Asked = (Option<ProgrammeId>, Option<Arc<str>>, Timestamp);

impl Measurement {
    /// Notes what the gate says at an instant, and what was screened of what was asked; until the next one it is taken to
    /// stand.
    pub fn note(&mut self, at: Timestamp, answer: &Answer, requests: Vec<RequestCovered>) {
        self.run(at);
        let before = self.satisfied.len();
        let enough = requests.into_iter().filter(|request| request.covered.enough);
        self.satisfied.extend(enough.map(|asked| (asked.programme, asked.reference, asked.request.since)));
        self.delay.screenings_avoided += (self.satisfied.len() - before).saturating_sub(1);
        let named = |reason: &crate::gate::Reason| (id(reason.code), reason.programme.clone());
        self.causes = answer.reasons.iter().filter(|reason| reason.holds()).map(named).collect();
        self.causes.sort();
        self.causes.dedup();
        self.since = (answer.decision == Decision::Hold).then_some(at);
    }

    /// The measurement up to an instant: the departure of the leg (`departed`), or now.
    pub fn finish(mut self, at: Timestamp, departed: bool) -> Delay {
        self.run(at);
        self.delay.missed = departed && self.since.is_some();
        self.delay
    }

    fn run(&mut self, to: Timestamp) {
        let Some(since) = self.since else { return };
        let seconds = to.duration_since(since).as_secs().max(0);
        self.delay.held_s += seconds;
        for cause in &self.causes {
            *self.delay.by_cause_s.entry(cause.clone()).or_default() += seconds;
        }
        self.since = Some(to.max(since));
    }
}

fn id(code: Code) -> &'static str {
    code.id()
}
