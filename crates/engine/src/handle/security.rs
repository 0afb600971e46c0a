//! Taking in facts of security: screenings, custody, declarations, marks, designations.

use super::answers::EVERY;
use super::{Engine, EngineError};
use crate::channel::Channel;
use crate::command::Reply;
use crate::ports::{Addressee, Clock, Journal, Notice, NoticeKind, Outbox, Version};
use casework::Refusal;
use casework::case::Node;
use casework::security::designation;
use casework::security::record::{self, Declared, Marked, SecurityFact, Told};
use consignment::ConsignmentKey;
use consignment::fact::{Custody, CustodyEvent, Designation, Fact, ObjectName, Person, UnitName, What};
use finding::{Phrase, codes};

/// Stream of the designations of operators.
const DESIGNATIONS: &str = "designations";

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// Takes in a fact of security. One on goods nobody has told of yet is kept until they come.
    pub(super) fn security_fact(&mut self, fact: Fact, channel: &Channel) -> Result<Reply, EngineError> {
        let received_at = self.clock.now();
        let Fact { at: stated_at, what, by, .. } = fact;
        let told = Told {
            at: stated_at.unwrap_or(received_at),
            received_at,
            by: channel.name.clone(),
            registry: channel.registry,
        };
        let (object, fact) = match what {
            What::Screened(result) => (result.object.clone(), SecurityFact::Screened(result)),
            What::Custody(custody) => {
                if let ObjectName::Unit(unit) = &custody.object {
                    return self.custody_of_unit(told, unit.clone(), custody, channel);
                }
                let object = in_custody(&custody.object)?;
                (object, SecurityFact::Custody(custody.what, custody.note))
            }
            What::Declared { object, declaration, issued_at, issuer_approved_for_high_risk } => {
                // Without a time of issue of its own, the declaration was issued when the fact took place.
                let undated = declaration.issued_at.is_none();
                let declared = Declared {
                    declaration,
                    issued_at: issued_at.or(stated_at.filter(|_| undated)),
                    approved_for_high_risk: issuer_approved_for_high_risk,
                };
                (object, SecurityFact::Declared(declared))
            }
            What::HighRisk { object, why, methods_min } => {
                let meant = self.may_mean(object.clone())?;
                let mut marked = meant.iter();
                if !marked
                    .try_fold(true, |may, key| Ok::<bool, EngineError>(may && self.may_mark(key, channel)?))?
                {
                    let refusal = Phrase::new(codes::gate::NO_SAY_IN_IT);
                    return Err(Refusal(refusal.with("object", object.to_string())).into());
                }
                // How many methods secure the goods is for the State, not for who filed them.
                let methods_min = methods_min.filter(|_| self.speaks_for_a_state(channel));
                (object, SecurityFact::HighRisk(Marked { why, methods_min }))
            }
            What::Designation(designation) => return self.designation(told, designation, by),
            _ => return Err(Refusal(Phrase::new(codes::gate::FACT_NOT_TAKEN)).into()),
        };
        Ok(Reply::Done(self.note_security(told, object, fact)?))
    }

    pub(super) fn note_security(
        &mut self,
        told: Told,
        object: ConsignmentKey,
        fact: SecurityFact,
    ) -> Result<usize, EngineError> {
        let (alone, holds) = (object.master.is_none() && object.house.is_some(), fact.holds());
        let mut done = 0;
        self.renew_meant(&object)?;
        for object in self.houses_meant(&object, !fact.could_free())? {
            let mut loaded = self.load_or_create(&object)?;
            let events =
                record::decide(&loaded.dossier.security, told.clone(), object.clone(), fact.clone())?;
            let events = self.commit(&mut loaded, events)?;
            self.keep(loaded);
            done += events;
            if alone && holds && events > 0 {
                let before = self.words_before(&object)?;
                self.note_of_number(&object, &before, true)?;
            }
        }
        Ok(done)
    }

    /// What happened to the protection of a unit happened to everything in it, and to the unit, whatever is
    /// listed in it later. That it was handed over breaks nothing; what it holds is counted piece by piece.
    fn custody_of_unit(
        &mut self,
        told: Told,
        unit: UnitName,
        custody: Custody,
        channel: &Channel,
    ) -> Result<Reply, EngineError> {
        let fact = SecurityFact::Custody(custody.what, custody.note);
        if matches!(custody.what, CustodyEvent::Recounted { .. }) {
            let why = Phrase::new(codes::gate::CONTENT_NOT_KNOWN_HERE);
            return Err(Refusal(why.with("object", unit.to_string())).into());
        }
        // What lies ahead by this node's clock counts from now, as it does for goods.
        let at = told.at.min(told.received_at);
        let mut done = 0;
        let goods = self.goods_in_custody(&unit, at)?;
        if fact.holds() {
            done += self.break_unit(unit, at, channel)?;
        }
        for object in goods {
            match self.note_security(told.clone(), object, fact.clone()) {
                Ok(events) => done += events,
                // Of a house that the unit's list names by its number alone nobody can say that it is this one.
                Err(EngineError::Refused(refusal)) if refusal.0.code == codes::gate::MASTER_UNNAMED => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(Reply::Done(done))
    }

    /// Whether a channel is one of authorities, officers or the registry.
    fn speaks_for_a_state(&self, channel: &Channel) -> bool {
        channel.registry || channel.authority.is_some() || channel.desk.is_some()
    }

    /// Whether somebody may mark goods as high-risk: a State's channels, desks that handle them, and who filed them or
    /// the master around them. Anybody else's mark would hold the goods of others until it is released.
    fn may_mark(&mut self, object: &ConsignmentKey, channel: &Channel) -> Result<bool, EngineError> {
        if self.speaks_for_a_state(channel) || self.settings.all_simulated() {
            return Ok(true);
        }
        Ok(self.handles(object, channel)? || self.has_part_in(object, channel)?)
    }

    /// Whether a channel filed the goods or the master around them.
    pub(super) fn has_part_in(
        &mut self,
        object: &ConsignmentKey,
        channel: &Channel,
    ) -> Result<bool, EngineError> {
        let Some(stream) = self.stream_found(object)? else { return Ok(false) };
        let loaded = self.load(&stream)?;
        let declared = |node: &Node| {
            let document = loaded.dossier.tree.documents.get(node);
            document.is_some_and(|document| document.declarant.as_ref() == Some(&channel.actor()))
        };
        let part = declared(&Node::of(object)) || declared(&Node::Master);
        self.keep(loaded);
        Ok(part)
    }

    /// Reads the designations.
    pub(super) fn wake_designations(&mut self) -> Result<(), EngineError> {
        for recorded in self.journal.read(&DESIGNATIONS.into())? {
            if let casework::Event::Designation(event) = &recorded.event {
                self.designations.evolve(event);
            }
        }
        Ok(())
    }

    fn designation(
        &mut self,
        told: Told,
        designation: Designation,
        by: Option<Person>,
    ) -> Result<Reply, EngineError> {
        let events = designation::decide(&self.designations, told.at, designation, by, told.registry)?;
        if events.is_empty() {
            return Ok(Reply::Done(0));
        }
        let stream = DESIGNATIONS.into();
        let version: Version = self.journal.version(&stream)?;
        let kept: Vec<casework::Event> = events.iter().cloned().map(Into::into).collect();
        self.journal.append(&stream, version, &kept, told.received_at)?;
        events.iter().for_each(|event| self.designations.evolve(event));
        self.answers.touch(&EVERY.into());
        Ok(Reply::Done(events.len()))
    }
}

/// The carrier must know that the goods are held; why is for those who may see it.
pub(super) fn notices(event: &record::Event) -> Vec<Notice> {
    let about = ObjectName::Consignment(event.object.clone());
    let held = Notice::new(Addressee::Carrier, NoticeKind::Held, about);
    if event.fact.holds() { vec![held] } else { Vec::new() }
}

/// The consignment whose custody a fact is of. What happened to one piece happened to the consignment; what
/// happened to a flight is told of what is on it.
fn in_custody(object: &ObjectName) -> Result<ConsignmentKey, Refusal> {
    match object {
        ObjectName::Consignment(key) | ObjectName::Piece(key, _) => Ok(key.clone()),
        ObjectName::Unit(_) | ObjectName::Flight(_) => {
            let why = Phrase::new(codes::gate::CONTENT_NOT_KNOWN_HERE);
            Err(Refusal(why.with("object", object.to_string())))
        }
    }
}
