//! Mandates: whom a carrier lets act for him at a station, and in what.
//!
//! A mandate is per carrier and station. Only the carrier gives it and takes it back; it ends at its time. What is not
//! shown is not allowed: whoever has no mandate is told load or hold and no more.

use crate::Refusal;
use consignment::fact::{Mandate, MandatedAct};
use consignment::ident::{Carrier, Location};
use finding::{Phrase, codes};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A mandate was given or withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When it was said: what was said before counts no more.
    pub at: Timestamp,
    /// What.
    pub mandate: Mandate,
}

/// The mandates of all carriers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mandates {
    /// The latest word on each agent.
    told: BTreeMap<(Carrier, Location, Arc<str>), Event>,
}

impl Mandates {
    /// Folds an event.
    pub fn evolve(&mut self, event: &Event) {
        self.told.insert(key(&event.mandate), event.clone());
    }

    /// Whether an agent, by the name of his channel, may do this for a carrier at a station.
    pub fn allow(
        &self,
        agent: &Arc<str>,
        (carrier, station): (Carrier, Location),
        act: MandatedAct,
        at: Timestamp,
    ) -> bool {
        let told = self.told.get(&(carrier, station, Arc::clone(agent)));
        told.is_some_and(|told| told.is_in_force(at) && acts(&told.mandate).contains(&act))
    }

    /// The latest word on each agent, in order of carriers and stations.
    pub fn all(&self) -> impl Iterator<Item = &Event> {
        self.told.values()
    }
}

impl Event {
    /// Whether it lets anybody do anything at an instant.
    pub fn is_in_force(&self, at: Timestamp) -> bool {
        let Mandate { withdrawn, from, until, .. } = &self.mandate;
        !withdrawn && from.is_none_or(|from| from <= at) && until.is_none_or(|until| at < until)
    }
}

/// What a mandate lets its agent do: to ask and to build where nothing is named.
pub fn acts(mandate: &Mandate) -> &[MandatedAct] {
    if mandate.acts.is_empty() { &[MandatedAct::Ask, MandatedAct::Build] } else { &mandate.acts }
}

fn key(mandate: &Mandate) -> (Carrier, Location, Arc<str>) {
    (mandate.carrier, mandate.station, Arc::clone(&mandate.agent))
}

/// What follows from a mandate told at `at`, by whoever the channel proves to be this carrier. An empty list means:
/// already so, or overtaken on its way.
///
/// # Errors
/// A refusal where it is not the carrier who speaks.
pub fn decide(
    mandates: &Mandates,
    mandate: Mandate,
    at: Timestamp,
    speaker: Option<Carrier>,
) -> Result<Vec<Event>, Refusal> {
    if speaker != Some(mandate.carrier) {
        let why = Phrase::new(codes::gate::NOT_THE_CARRIER);
        return Err(Refusal(why.with("carrier", mandate.carrier.to_string())));
    }
    if let Some(known) = mandates.told.get(&key(&mandate)) {
        // Of two said at once, the withdrawal counts: it shows less.
        let overtaken = at < known.at || at == known.at && known.mandate.withdrawn;
        if overtaken || known.mandate == mandate {
            return Ok(Vec::new());
        }
    }
    Ok(vec![Event { at, mandate }])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn at(time: &str) -> Timestamp {
        format!("2026-11-24T{time}:00Z").parse().unwrap()
    }

    fn mandate(acts: &[MandatedAct], withdrawn: bool) -> Mandate {
        Mandate {
            carrier: Carrier::parse("9Z").unwrap(),
            station: Location::parse("FRA").unwrap(),
            agent: "ground".into(),
            from: Some(at("06:00")),
            until: Some(at("12:00")),
            acts: acts.to_vec(),
            withdrawn,
        }
    }

    fn tell(mandates: &mut Mandates, said: &str, mandate: Mandate) -> usize {
        let carrier = Carrier::parse("9Z").ok();
        let events = decide(mandates, mandate, at(said), carrier).unwrap();
        events.iter().for_each(|event| mandates.evolve(event));
        events.len()
    }

    fn allowed(mandates: &Mandates, agent: &str, carrier: &str, station: &str, time: &str) -> (bool, bool) {
        let place = (Carrier::parse(carrier).unwrap(), Location::parse(station).unwrap());
        let one = |act| mandates.allow(&agent.into(), place, act, at(time));
        (one(MandatedAct::Ask), one(MandatedAct::Build))
    }

    #[test]
    fn it_holds_for_one_agent_carrier_station_and_time() {
        let mut mandates = Mandates::default();
        tell(&mut mandates, "05:00", mandate(&[], false));
        let cases = [
            ("ground", "9Z", "FRA", "06:00", true),
            ("ground", "9Z", "FRA", "11:59", true),
            ("ground", "9Z", "FRA", "05:59", false),
            ("ground", "9Z", "FRA", "12:00", false),
            ("ground", "9Z", "MUC", "08:00", false),
            ("ground", "8Z", "FRA", "08:00", false),
            ("other", "9Z", "FRA", "08:00", false),
        ];
        for (agent, carrier, station, time, expected) in cases {
            let both = allowed(&mandates, agent, carrier, station, time);
            assert_eq!(both, (expected, expected), "{agent} {carrier} {station} {time}");
        }
    }

    #[test]
    fn the_latest_word_on_each_is_told() {
        let mut mandates = Mandates::default();
        let muc = Mandate { station: Location::parse("MUC").unwrap(), ..mandate(&[], false) };
        for (said, told) in [("05:00", mandate(&[], false)), ("05:10", muc), ("07:00", mandate(&[], true))] {
            tell(&mut mandates, said, told);
        }
        let all: Vec<_> = mandates
            .all()
            .map(|told| {
                (
                    told.mandate.station.to_string(),
                    ["05:59", "06:00", "12:00"].map(|time| told.is_in_force(at(time))),
                )
            })
            .collect();
        assert_eq!(all, [("FRA".to_owned(), [false; 3]), ("MUC".to_owned(), [false, true, false])]);
        assert_eq!(acts(&mandate(&[], false)), [MandatedAct::Ask, MandatedAct::Build]);
        assert_eq!(acts(&mandate(&[MandatedAct::File], false)), [MandatedAct::File]);
    }

    #[test]
    fn it_names_what_it_lets_do() {
        let mut mandates = Mandates::default();
        tell(&mut mandates, "05:00", mandate(&[MandatedAct::Ask], false));
        assert_eq!(allowed(&mandates, "ground", "9Z", "FRA", "08:00"), (true, false));
        tell(&mut mandates, "07:00", mandate(&[MandatedAct::Build], false));
        assert_eq!(allowed(&mandates, "ground", "9Z", "FRA", "08:00"), (false, true));
    }

    /// Whoever loads is not thereby asked to submit data.
    #[test]
    fn who_may_file_is_named_as_such() {
        let place = (Carrier::parse("9Z").unwrap(), Location::parse("FRA").unwrap());
        for (acts, files) in [(&[][..], false), (&[MandatedAct::Build], false), (&[MandatedAct::File], true)]
        {
            let mut mandates = Mandates::default();
            tell(&mut mandates, "05:00", mandate(acts, false));
            assert_eq!(mandates.allow(&"ground".into(), place, MandatedAct::File, at("08:00")), files);
        }
    }

    /// In every order of arrival the latest word counts, and of two at once the withdrawal.
    #[test]
    fn what_comes_late_revives_nothing() {
        for withdrawn_at in ["07:00", "08:00"] {
            let mut mandates = Mandates::default();
            assert_eq!(tell(&mut mandates, withdrawn_at, mandate(&[], true)), 1);
            assert_eq!(tell(&mut mandates, "07:00", mandate(&[], false)), 0);
            assert_eq!(allowed(&mandates, "ground", "9Z", "FRA", "09:00"), (false, false));
        }
        let mut mandates = Mandates::default();
        tell(&mut mandates, "07:00", mandate(&[], false));
        assert_eq!(tell(&mut mandates, "07:00", mandate(&[], false)), 0, "told twice");
        assert_eq!(tell(&mut mandates, "07:00", mandate(&[], true)), 1);
        assert_eq!(tell(&mut mandates, "08:00", mandate(&[], false)), 1, "given anew");
    }

    #[test]
    fn only_the_carrier_gives_and_withdraws() {
        for speaker in [None, Carrier::parse("8Z").ok()] {
            for withdrawn in [false, true] {
                let refused = decide(&Mandates::default(), mandate(&[], withdrawn), at("07:00"), speaker);
                assert_eq!(refused.unwrap_err().0.code, codes::gate::NOT_THE_CARRIER);
            }
        }
    }
}
