//! What somebody says for an authority of a unit.

use super::authority::not_decided_so;
use super::unread::speaks_in_words;
use super::when::said_at;
use super::{Engine, EngineError};
use crate::channel::Channel;
use crate::command::Reply;
use crate::ports::{Clock, Journal, Outbox};
use casework::Refusal;
use casework::case::ReferralKind;
use casework::transport::{self, Command, Speaker};
use consignment::fact::{AuthorityFact, AuthoritySaid, ObjectName, UnitName, Word};
use consignment::notice::{AuthorityNotice, Statement, Wire};
use finding::{Phrase, codes};
use jiff::Timestamp;
use programme::ProgrammeId;
use std::sync::Arc;

/// What somebody says for an authority of a unit.
struct OnUnit {
    word: UnitWord,
    at: Timestamp,
    test: bool,
    /// The sender of a mail that is not one of the authority's addresses.
    stranger: Option<String>,
}

/// Only a do-not-load names units.
enum UnitWord {
    /// It is not to be loaded; with its reference, where the wire carries one.
    Order(Option<Arc<str>>),
    /// That is over.
    Cancelled(Option<Arc<str>>),
    /// Anything else that can hold, in words.
    Holds(String),
    /// Anything else.
    Lifts,
}

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// A word of an authority on a unit. Only a do-not-load names units; whoever says so, it holds what was in the unit when
    /// he said it and since, and only he takes it back.
    pub(super) fn word_on_unit(
        &mut self,
        said: AuthorityFact,
        at: Option<Timestamp>,
        channel: &Channel,
    ) -> Result<Reply, EngineError> {
        let programme = ProgrammeId::new(&said.programme);
        let Some(unit) = super::facts::names_unit(&said.said).cloned() else {
            return Err(Refusal(Phrase::new(codes::gate::FACT_NOT_TAKEN)).into());
        };
        let word = match said.said {
            AuthoritySaid::Plain(word) => self.plain_on_unit(word.word, at),
            AuthoritySaid::OnUnit(_, notice) | AuthoritySaid::Notice(notice) => {
                self.notice_on_unit(&programme, notice, at, channel)
            }
        };
        let OnUnit { word, at, test, stranger } = word;
        let (reference, cancelled) = match word {
            UnitWord::Order(reference) => (reference, false),
            UnitWord::Cancelled(reference) => (reference, true),
            // Nobody here knows what is to be done about it.
            UnitWord::Holds(code) if !test => {
                return self.hold_whatever_is_meant(&programme, &format!("{code} {unit}"), channel);
            }
            UnitWord::Holds(_) | UnitWord::Lifts => {
                return Err(Refusal(Phrase::new(codes::gate::FACT_NOT_TAKEN)).into());
            }
        };
        let mode = self.settings.mode(&programme);
        if mode == programme::Mode::Authority {
            return Err(not_decided_so(&programme, mode).into());
        }
        if cancelled {
            // Who cannot lift anything is told so whether or not there is something: else he learns what there is.
            self.may_lift(&programme, test, stranger.as_deref(), channel)?;
        }
        let own = channel.authority.as_ref() == Some(&programme) && !test && stranger.is_none();
        let speaker = match own {
            true => Speaker::Authority(programme.clone()),
            false => Speaker::Other(Arc::clone(&channel.name)),
        };
        if cancelled {
            let waits = own && mode == programme::Mode::Relay;
            return Ok(Reply::Done(self.cancel_on_unit(unit, programme, reference, at, &speaker, waits)?));
        }
        let reference = reference.unwrap_or_else(|| ReferralKind::Dnl.as_str().into());
        Ok(Reply::Done(self.yard(Command::Order { unit, programme, reference, at }, &speaker)?))
    }

    /// What plain words say of a unit.
    fn plain_on_unit(&self, word: Word, at: Option<Timestamp>) -> OnUnit {
        let at = at.unwrap_or_else(|| self.clock.now());
        let named = |reference: Arc<str>| Some(reference).filter(|reference| !reference.is_empty());
        let word = match word {
            Word::Opened { kind: ReferralKind::Dnl, reference, .. } => UnitWord::Order(named(reference)),
            Word::Closed { kind: ReferralKind::Dnl, reference } => UnitWord::Cancelled(named(reference)),
            Word::Opened { kind, reference, .. } => UnitWord::Holds(format!("{} {reference}", kind.as_str())),
            Word::Rejected(codes) => UnitWord::Holds(codes.join(", ")),
            Word::Acknowledged | Word::Complete | Word::Closed { .. } => UnitWord::Lifts,
        };
        OnUnit { word, at, test: false, stranger: None }
    }

    /// What a notice says of a unit.
    fn notice_on_unit(
        &self,
        programme: &ProgrammeId,
        notice: AuthorityNotice,
        at: Option<Timestamp>,
        channel: &Channel,
    ) -> OnUnit {
        use programme::notification::Notification::{Closed, InPlace, Invalidated, Open, Opened, Rejected};
        let now = self.clock.now();
        let meaning = self.settings.programme(programme).and_then(|data| data.meaning_of(&notice));
        let stranger = self.stranger(programme, &notice, channel);
        let holds = !matches!(meaning, Some(Closed(ReferralKind::Dnl)));
        let span = self.span_meant(holds, notice.issued.and_then(|issued| issued.span(now)));
        let said = span.map(|span| said_at(holds, span, |_| None, now));
        let code = match &notice.statement {
            Statement::Code(code) | Statement::Subject(code) => Some(code.to_string()),
            Statement::Errors(_) => Some("rejected".to_owned()),
            Statement::Received => None,
        };
        let word = match (meaning, code) {
            (Some(Opened(ReferralKind::Dnl) | InPlace(ReferralKind::Dnl) | Open(ReferralKind::Dnl)), _) => {
                UnitWord::Order(notice.reference)
            }
            (Some(Closed(ReferralKind::Dnl)), _) => UnitWord::Cancelled(notice.reference),
            (Some(Opened(_) | InPlace(_) | Open(_) | Rejected | Invalidated), Some(code)) => {
                UnitWord::Holds(code)
            }
            // A mail under a subject that no table knows is heard from fewer.
            (None, Some(code))
                if notice.wire != Wire::Mail || stranger.is_none() && speaks_in_words(channel) =>
            {
                UnitWord::Holds(code)
            }
            _ => UnitWord::Lifts,
        };
        OnUnit { word, at: said.or(at).unwrap_or(now), test: notice.test, stranger }
    }

    /// Cancels an order on a unit. One without a reference ends the only one that its speaker has in force on it. One that
    /// nobody knows is refused, and where it `waits`, it is over when it comes.
    fn cancel_on_unit(
        &mut self,
        unit: UnitName,
        programme: ProgrammeId,
        reference: Option<Arc<str>>,
        at: Timestamp,
        speaker: &Speaker,
        waits: bool,
    ) -> Result<usize, EngineError> {
        self.bring(&ObjectName::Unit(unit.clone()))?;
        let reference = match reference {
            Some(reference) => reference,
            None => {
                let known = self.transport.yard.unit(&unit).into_iter();
                let own = known.flat_map(transport::Unit::orders_in_force).map(|(order, _)| order);
                let own = own.filter(|order| order.by == *speaker && order.programme == programme);
                let mut own = own.map(|order| Arc::clone(&order.reference));
                match (own.next(), own.next()) {
                    (Some(_), Some(_)) => {
                        return Err(Refusal(Phrase::new(codes::gate::CLOSING_UNNAMED)).into());
                    }
                    (Some(only), None) => only,
                    (None, _) => ReferralKind::Dnl.as_str().into(),
                }
            }
        };
        let (unit_named, of, named) = (unit.clone(), programme.clone(), Arc::clone(&reference));
        match self.yard(Command::CancelOrder { unit, programme, reference, at }, speaker) {
            Err(EngineError::Refused(refusal))
                if waits && refusal.0.code == codes::gate::REFERRAL_UNKNOWN =>
            {
                let (unit, programme, reference) = (unit_named, of, named);
                self.yard(Command::CancelUnknown { unit, programme, reference, at }, speaker)?;
                Err(refusal.into())
            }
            // What was cancelled late may leave another order in force, of which nobody was called.
            Ok(events) if events > 0 => Ok(events + self.given_again(&unit_named, &of, &named)?),
            done => done,
        }
    }
}
