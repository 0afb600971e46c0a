//! Lists of a flight: what one lets be loaded may be loaded, until its holder is told that it does not stand, or it is over.

use super::laws::law;
use super::node::{Broken, Node, PREPARED};
use casework::gate::{Aircraft, AskedLeg, Decision, Stage};
use casework::view::Asker;
use consignment::PartialDate;
use consignment::fact::ObjectName;
use engine::{Command, Reply};
use jiff::Timestamp;
use std::sync::Arc;

/// A list that was given and not recalled.
pub(super) struct List {
    pub(super) holder: Arc<str>,
    until: Timestamp,
    loads: Vec<ObjectName>,
}

impl Node {
    /// Asks for the list of the first flight; the one before is looked at no more.
    pub(super) fn ask_list(&mut self) -> Result<(), Broken> {
        self.answers += 1;
        let holder: Arc<str> = format!("list {}", self.answers).into();
        let (stage, aircraft) = (Stage::Load, Some(Aircraft::Passenger));
        let flight = PREPARED.flights[0];
        let asked = |asker| Command::List { flight, stage, aircraft, holder: Arc::clone(&holder), asker };
        law(self.handle(asked(Asker::Filer("forwarder one".into()))).is_err(), || {
            "a filer was told what is on a flight".to_owned()
        })?;
        let Ok(Reply::Listed(list)) = self.handle(asked(Asker::Carrier)) else { return Ok(()) };
        let loads = list.objects.iter().filter(|one| one.answer.decision == Decision::Load);
        let loads: Vec<ObjectName> = loads.map(|one| one.object.clone()).collect();
        self.listed += loads.len() as u64;
        self.list = Some(List { holder, until: list.valid_until, loads });
        Ok(())
    }

    /// Holds the list against what the gate says now, where nobody was told that it does not stand.
    pub(super) fn list_stands(&mut self, recalled: bool) -> Result<(), Broken> {
        let Some(list) = self.list.take() else { return Ok(()) };
        if recalled || list.until <= Self::time(self.shadow.now) {
            return Ok(());
        }
        let name = PREPARED.flights[0];
        for object in &list.loads {
            let (from, to) = (name.from, name.to);
            let (flight, date) = (Some(name.flight), Some(PartialDate::whole(name.date)));
            let ask = Command::PeekObject {
                object: object.clone(),
                leg: AskedLeg::Named { from, to, flight, date },
                stage: Stage::Load,
                aircraft: Some(Aircraft::Passenger),
            };
            let Ok(Reply::Answered(answer)) = self.handle(ask) else {
                return Err(format!("{object} stands in a list and is not answered"));
            };
            let stands = answer.valid_until.is_some_and(|until| list.until <= until);
            law(answer.decision == Decision::Load && stands, || {
                format!("the list of {} lets {object} be loaded: {:?}", list.holder, answer.reasons)
            })?;
        }
        self.list = Some(list);
        Ok(())
    }
}
