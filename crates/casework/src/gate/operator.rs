//! Whether the operator may bring goods from the station of departure into the territory of landing.

use super::answer::{Reason, WhoActs};
use super::departure::Departing;
use super::judge::{Judge, flies};
use crate::security::designation::{Demand, Standing};
use consignment::Leg;
use finding::{Phrase, codes::gate as code};

impl Judge<'_> {
    /// Where the territory wants operators designated (ACC3 towards the EU), this one must be at the time the
    /// flight departs, whenever the question is asked.
    pub(super) fn operator(&mut self, leg: Option<(&Leg, &Departing<'_>)>) {
        let Some((leg, departing)) = leg.filter(|(leg, _)| flies(leg)) else { return };
        let territory = |at| self.context.stations.get(at).and_then(|station| station.territory.as_ref());
        let (from, to) = (territory(leg.from), territory(leg.to));
        let Some(rule) = to.filter(|_| from != to).and_then(|to| self.context.designation_rules.get(to))
        else {
            return;
        };
        if from.is_some_and(|from| rule.exempt_from.contains(from)) {
            return;
        }
        let carrier = leg.carrier.or_else(|| leg.flight.map(|flight| flight.carrier()));
        let departs = departing.by(leg, self.question.at, self.context);
        let standing = carrier.map_or(Standing::Untold, |carrier| {
            self.context.designations.standing(carrier, leg.from, departs)
        });
        let why = match standing {
            Standing::Designated => return,
            Standing::Untold if rule.demand == Demand::WhereTold && !self.context.designations.is_fed() => {
                return;
            }
            Standing::Untold => Phrase::new(code::WHY_DESIGNATION_UNTOLD),
            Standing::Ended { number, until: Some(until) } if until < departs => {
                let why = Phrase::new(code::WHY_DESIGNATION_ENDED).with("number", number);
                why.with("until", until.to_string())
            }
            Standing::Ended { number, .. } => {
                Phrase::new(code::WHY_DESIGNATION_WITHDRAWN).with("number", number)
            }
        };
        let carrier = carrier.map_or_else(|| "?".to_owned(), |carrier| carrier.to_string());
        let name = self.name(&self.question.node);
        let reason = Reason::new(code::OPERATOR_NOT_DESIGNATED, name, WhoActs::Carrier)
            .with("carrier", carrier)
            .with("station", leg.from.to_string());
        self.push(reason.because(why));
    }
}
