//! Officers on orders on units: those of an authority that decides here give and cancel them, and two clear what others claim.

use super::decisions::is_judged;
use super::index::{object_text, unit_named};
use super::numbers::{Act, Numbered, assigned};
use super::{Engine, EngineError, Loaded};
use crate::channel::Channel;
use crate::command::Reply;
use crate::ports::{Clock, Index, Journal, Outbox, Pick, StreamId};
use casework::Refusal;
use casework::case::Node;
use casework::decision::{self, Desk, Officer, Standing, Whose};
use casework::transport::{self, Command, Speaker};
use consignment::ConsignmentKey;
use consignment::fact::{AuthorityWord, ObjectName, OfficerAct, OfficerDeed, Person, UnitName, Word};
use finding::{Phrase, codes};
use jiff::Timestamp;
use programme::ProgrammeId;
use std::collections::BTreeSet;
use std::sync::Arc;

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// The unit an act is about, where it is about one.
    pub(super) fn unit_of(&self, deed: &OfficerDeed) -> Result<Option<UnitName>, EngineError> {
        Ok(match deed {
            OfficerDeed::Refer { word: AuthorityWord { object: ObjectName::Unit(unit), .. }, .. } => {
                Some(unit.clone())
            }
            OfficerDeed::ClearUnitClaim { unit, .. } => Some(unit.clone()),
            OfficerDeed::Confirm { proposal } | OfficerDeed::Refuse { proposal } => {
                let goods = self.journal.find(Index::Proposal, proposal, Pick::All)?.pop();
                goods.filter(|text| text.starts_with("unit/")).map(|text| unit_named(&text)).transpose()?
            }
            _ => None,
        })
    }

    /// An officer of an authority that decides here gives a do-not-load on a unit, or cancels it by two; or two say that nobody
    /// gave what others claim. The decision stands in the unit's own stream; what was said since it was proposed stays.
    pub(super) fn officer_on_unit(
        &mut self,
        unit: &UnitName,
        act: OfficerAct,
        number: Option<&Arc<str>>,
        person: &Person,
        desk: &Desk,
        channel: &Channel,
    ) -> Result<Reply, EngineError> {
        let object = ObjectName::Unit(unit.clone());
        self.bring(&object)?;
        let stream: StreamId = object_text(&object).into();
        let mut loaded = self.read(&stream)?;
        let entry = match &act.act {
            OfficerDeed::Confirm { proposal } | OfficerDeed::Refuse { proposal } => {
                loaded.dossier.decisions.entries.get(proposal).cloned()
            }
            _ => None,
        };
        if entry.as_ref().is_some_and(|(_, standing)| is_judged(standing, &act.act, person)) {
            return Ok(Reply::Done(0));
        }
        let judges = matches!(act.act, OfficerDeed::Confirm { .. } | OfficerDeed::Refuse { .. });
        let (id, mut but) = match number {
            None => (assigned(&stream, loaded.version), None),
            Some(number) if judges => (self.unused(number, desk)?, None),
            Some(number) => {
                let told = Act { number, desk, person, deed: &act.act, reason: &act.reason };
                match self.numbered_on(&told, &loaded.dossier.decisions)? {
                    Numbered::Done => return Ok(Reply::Done(0)),
                    Numbered::Free { id, but } => (id, but),
                }
            }
        };
        let (deed, at) = match &entry {
            Some((entry, _)) => (&entry.deed, entry.at),
            None => (&act.act, self.clock.now()),
        };
        let Said { programme, reference, says } = Said::of(deed)?;
        let refused = matches!(act.act, OfficerDeed::Refuse { .. });
        let reviewed = entry.as_ref().is_some_and(|(_, standing)| matches!(standing, Standing::ToReview(_)));
        let confirmed = match &act.act {
            OfficerDeed::Confirm { proposal } => Some(Arc::clone(proposal)),
            _ => None,
        };
        let confirms = confirmed.is_some();
        let own_goods = says != Says::Gives && !refused;
        self.filed_none_of(unit, Whose { person, desk, channel: &channel.name }, own_goods)?;
        let now = self.clock.now();
        let (competence, policy) = (self.settings.competence(), self.settings.policy.clone());
        let (competence, policy) = (&competence, &policy);
        let officer =
            Officer { person, desk, channel: &channel.name, competence, policy, desks: self.desks() };
        let events = decision::decide(&loaded.dossier, act, officer, Arc::clone(&id), now)?;
        let speaker = match says {
            Says::Clears => Speaker::Other(channel.name.clone()),
            Says::Gives | Says::Cancels => Speaker::Authority(programme.clone()),
        };
        let command = |says: Says, at: Timestamp| {
            let (unit, programme, reference) = (unit.clone(), programme.clone(), Arc::clone(&reference));
            match says {
                Says::Gives => Command::Order { unit, programme, reference, at },
                Says::Cancels => Command::CancelOrder { unit, programme, reference, at },
                Says::Clears => Command::ClearClaims { unit, programme, reference, at },
            }
        };
        let effect = command(says, at);
        // What cannot be done is refused now, not when the second person comes.
        transport::decide(&self.transport.yard, effect.clone(), &speaker, now)?;
        let proposed = events
            .iter()
            .any(|event| matches!(event, casework::Event::Decision(decision::Event::Proposed { .. })));
        let mut done = self.commit(&mut loaded, events)?;
        self.transport.note_folded(stream.clone(), loaded.version);
        if entry.is_none() {
            self.keep_number_of(&id, number, &stream)?;
        }
        if refused && reviewed {
            // Whoever reviews it and would not have done it gives the order again, or claims it.
            if says != Says::Gives {
                done += self.yard(command(Says::Gives, now), &speaker)?;
            }
        } else if !(proposed || refused || confirms && reviewed) {
            done += self.yard(effect, &speaker)?;
            // Given or claimed again since its end was proposed, it stands.
            let known = self.transport.yard.unit(unit);
            let in_force = known.into_iter().flat_map(|unit| unit.orders_in_force());
            let mut of_it = in_force.map(|(order, _)| order).filter(|order| {
                let own = matches!(order.by, Speaker::Authority(_));
                order.programme == programme && order.reference == reference && own == (says == Says::Cancels)
            });
            let reason = match says {
                Says::Clears => codes::gate::REFERRAL_CLAIMED,
                Says::Gives | Says::Cancels => codes::gate::DNL_OPEN,
            };
            if let (Some(proposal), Some(_)) = (confirmed, of_it.next()) {
                but = but.or(Some(decision::came_since(reason, &proposal)));
            }
        }
        Ok(match but {
            None => Reply::Done(done),
            Some(but) => Reply::DoneBut { events: done, but: vec![but] },
        })
    }

    /// Nobody decides on what he filed: neither he nor whom he acts for filed the goods in a unit; `whole` asks for all that
    /// is with them.
    fn filed_none_of(&mut self, unit: &UnitName, whose: Whose<'_>, whole: bool) -> Result<(), EngineError> {
        let object = ObjectName::Unit(unit.clone());
        let mut goods: BTreeSet<ConsignmentKey> = BTreeSet::new();
        self.transport.yard.each_inside(&object, |key| goods.extend([key.clone()]));
        goods.extend(self.transport.yard.orders_of(unit).flat_map(|(_, held)| held));
        for key in goods {
            let Some(stream) = self.stream_found(&key)? else { continue };
            let Loaded { dossier, .. } = &self.read(&stream)?;
            let node = Node::of(&key);
            decision::filed_none(dossier, whose, (!whole).then_some(&node))?;
        }
        Ok(())
    }
}

/// What officers say of an order on a unit.
struct Said {
    programme: ProgrammeId,
    reference: Arc<str>,
    says: Says,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// Those of the authority give it.
    Gives,
    /// They cancel it.
    Cancels,
    /// Others only claim it.
    Clears,
}

impl Said {
    fn of(deed: &OfficerDeed) -> Result<Self, Refusal> {
        let (programme, reference, says) = match deed {
            OfficerDeed::Refer { programme, word } => match &word.word {
                Word::Opened { reference, .. } => (programme, reference, Says::Gives),
                Word::Closed { reference, .. } => (programme, reference, Says::Cancels),
                _ => return Err(Refusal(Phrase::new(codes::gate::FACT_NOT_TAKEN))),
            },
            OfficerDeed::ClearUnitClaim { programme, reference, .. } => (programme, reference, Says::Clears),
            _ => return Err(Refusal(Phrase::new(codes::gate::FACT_NOT_TAKEN))),
        };
        Ok(Self { programme: ProgrammeId::new(programme), reference: Arc::clone(reference), says })
    }
}
