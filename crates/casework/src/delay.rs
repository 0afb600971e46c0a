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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::gate::{Aircraft, Reason, Stage, WhoActs};
    use finding::codes::gate as code;

    fn at(time: &str) -> Timestamp {
        format!("2026-11-24T{time}:00Z").parse().unwrap()
    }

    /// What the gate says where these hold.
    fn answer(held_by: &[(Code, Option<&ProgrammeId>)]) -> Answer {
        let reason = |(code, programme): &(Code, Option<&ProgrammeId>)| Reason {
            programme: programme.cloned(),
            ..Reason::new(*code, "888-10001014", WhoActs::Carrier)
        };
        Answer {
            decision: if held_by.is_empty() { Decision::Load } else { Decision::Hold },
            simulated: false,
            stage: Stage::Load,
            aircraft: Aircraft::Passenger,
            leg: None,
            valid_until: None,
            reasons: held_by.iter().map(reason).collect(),
            radius: None,
        }
    }

    #[test]
    fn time_runs_for_each_cause_while_anything_holds() {
        let acas = ProgrammeId::new("us-acas");
        let (dnl, cancelled) = ((code::DNL_OPEN, Some(&acas)), (code::FLIGHT_CANCELLED, None));
        let measured = |until: &str, departed| {
            let mut measurement = Measurement::default();
            // Two orders of one programme are one cause.
            for (time, held_by) in [
                ("08:00", vec![dnl, dnl]),
                ("08:10", vec![dnl, cancelled]),
                ("08:30", vec![]),
                ("09:00", vec![cancelled]),
            ] {
                if at(time) <= at(until) {
                    measurement.note(at(time), &answer(&held_by), Vec::new());
                }
            }
            measurement.finish(at(until), departed)
        };
        let minutes = |dnl: i64, cancelled: i64| {
            let causes =
                [(("dnl-open", Some(acas.clone())), dnl * 60), (("flight-cancelled", None), cancelled * 60)];
            BTreeMap::from(causes)
        };
        let all = measured("09:05", true);
        assert_eq!((all.by_cause_s, all.held_s, all.missed), (minutes(30, 25), 35 * 60, true));
        let free = measured("08:40", true);
        assert_eq!((free.by_cause_s, free.held_s, free.missed), (minutes(30, 20), 30 * 60, false));
        assert!(!measured("09:05", false).missed, "it has not left");
    }
}
