//! Reading what messages and facts say for an authority: of which programme, and what it means.

use super::authority::{Saying, Spoken, not_decided_so};
use super::notices::in_doubt;
use super::unread::speaks_in_words;
use super::{Engine, EngineError};
use crate::channel::Channel;
use crate::command::{Filed, FiledConsignment, ObjectRef, Reply};
use crate::ports::{Clock, Journal, Outbox};
use casework::Refusal;
use casework::case::{LegBinding, Node, Opening};
use consignment::fact::{AuthorityFact, AuthoritySaid, AuthorityWord, ObjectName, ReferralKind, Word};
use consignment::ident::AirWaybill;
use consignment::notice::{AuthorityNotice, Statement, Wire};
use consignment::{ConsignmentKey, Filing};
use finding::{Code, Finding, Phrase, codes};
use jiff::{SignedDuration, Timestamp};
use programme::notification::Notification;
use programme::{Mode, Programme, ProgrammeId};
use std::sync::Arc;

/// Why a word of an authority lifts nothing that a person must ask it about.
const ASKED_BACK: [Code; 2] = [codes::gate::CLOSING_UNNAMED, codes::gate::SAID_OF_SOME_PIECES];

/// The error code of a bill that could not be read when it was sent (PACT guide 1.9, error codes).
const BAD_NUMBER: &str = "BAD_WBL_FORMAT";

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// Takes in one statement of a message; `None` where it names no goods.
    pub(super) fn notice(
        &mut self,
        notice: &AuthorityNotice,
        channel: &Channel,
    ) -> Result<Option<FiledConsignment>, EngineError> {
        let Some(bill) = &notice.bill else { return Ok(None) };
        let key = self.with_known_master(bill.clone())?;
        let outcome = match self.notice_on(notice, bill, None, None, channel) {
            Ok(events) => Filed::Told(events),
            Err(EngineError::Refused(refusal)) => {
                // A machine hears the refusal; what it leaves open a person must ask the authority.
                if channel.authority.is_some() && ASKED_BACK.contains(&refusal.0.code) {
                    self.send(in_doubt(key.clone(), refusal.0.clone()))?;
                }
                Filed::Refused(refusal)
            }
            Err(failure) => return Err(failure),
        };
        let stream = self.stream_of(&key)?;
        Ok(Some(FiledConsignment { object: ObjectRef { stream, node: Node::of(&key) }, key, outcome }))
    }

    /// Whether a message tells of an order on goods that it does not name so that they can be read, or what nobody
    /// understands. Then it may be about any. A mail is one of its authority only from an address of its own.
    pub(super) fn holds_unnamed_goods(&self, filing: &Filing, channel: &Channel) -> bool {
        filing.notices.iter().filter(|notice| notice.bill.is_none()).any(|notice| {
            let of = channel.authority.iter().chain(self.settings.programmes.keys());
            let meant: Vec<_> = of.filter_map(|programme| self.meaning(programme, notice)).collect();
            let orders = meant.iter().any(|meaning| {
                use Notification::{InPlace, Open, Opened};
                matches!(meaning, Opened(_) | InPlace(_) | Open(_))
            });
            let own = |programme| self.stranger(programme, notice, channel).is_none();
            let heard = match (&channel.authority, notice.wire) {
                (Some(programme), _) => own(programme),
                (None, Wire::Mail) => speaks_in_words(channel),
                (None, _) => true,
            };
            let unknown = meant.is_empty() && heard && !matches!(notice.statement, Statement::Received);
            let rejects = channel.authority.is_some() && rejects_a_bill_sent(notice, &meant);
            (orders || unknown || rejects) && !notice.test
        })
    }

    /// What can only hold is not lost where nobody here knows which goods it is about: it holds all, by the word of whoever may
    /// forbid loading, until people have found out.
    pub(super) fn hold_whatever_is_meant(
        &mut self,
        programme: &ProgrammeId,
        said: &str,
        channel: &Channel,
    ) -> Result<Reply, EngineError> {
        let mode = self.settings.mode(programme);
        if mode == Mode::Authority {
            return Err(not_decided_so(programme, mode).into());
        }
        if !self.may_forbid(channel) {
            return Err(Refusal(Phrase::new(codes::gate::FACT_NOT_TAKEN)).into());
        }
        let why = Phrase::new(codes::gate::WHY_NOTICE_UNKNOWN).with("code", said);
        Ok(Reply::Done(self.hold_all(why.with("programme", programme.to_string()))?))
    }

    /// Takes in what somebody says for an authority.
    pub(super) fn authority_fact(
        &mut self,
        fact: AuthorityFact,
        at: Option<Timestamp>,
        channel: &Channel,
    ) -> Result<Reply, EngineError> {
        let programme = ProgrammeId::new(&fact.programme);
        let events = match fact.said {
            AuthoritySaid::Notice(notice) => {
                let Some(bill) = &notice.bill else {
                    return Err(Refusal(Phrase::new(codes::gate::NOTICE_WITHOUT_BILL)).into());
                };
                self.notice_on(&notice, bill, Some(programme), at, channel)?
            }
            // The yard keeps what is said of units.
            AuthoritySaid::OnUnit(..) => return Err(Refusal(Phrase::new(codes::gate::FACT_NOT_TAKEN)).into()),
            AuthoritySaid::Plain(word) => {
                let AuthorityWord { object, version, word } = word;
                let (saying, text) = plain(word)?;
                let key = match object {
                    ObjectName::Consignment(key) => key,
                    ObjectName::Piece(key, _) if saying.holds() => key,
                    ObjectName::Piece(key, _) => return Err(of_some_pieces(&key, &programme).into()),
                    // Which goods it is about nobody can say.
                    other if saying.holds() => {
                        return self.hold_whatever_is_meant(&programme, &saying.said_of(&other), channel);
                    }
                    _ => return Err(Refusal(Phrase::new(codes::gate::FACT_NOT_TAKEN)).into()),
                };
                // Of a programme that nobody here knows no case could ever be ended.
                if saying.holds() && self.settings.programme(&programme).is_none() {
                    let (key, unknown) = (self.with_known_master(key)?, not_known(&programme));
                    let why = Phrase::new(codes::gate::WHY_PROGRAMME_NOT_KNOWN);
                    self.hold_unread(&key, why.with("programme", programme.to_string()))?;
                    return Err(unknown.into());
                }
                let at = at.unwrap_or_else(|| self.clock.now());
                let span = Some((at, at.checked_add(SignedDuration::from_nanos(1)).unwrap_or(at)));
                // Plain words are of no wire: what the programme says of any counts.
                let (test, tells_received, stranger) = (false, true, None);
                let spoken =
                    Spoken { programme, saying, version, span, test, text, tells_received, stranger };
                self.says(&key, spoken, channel)?
            }
        };
        Ok(Reply::Done(events))
    }

    /// Takes in what a notice says of a bill, for the programme it is of.
    fn notice_on(
        &mut self,
        notice: &AuthorityNotice,
        bill: &ConsignmentKey,
        named: Option<ProgrammeId>,
        at: Option<Timestamp>,
        channel: &Channel,
    ) -> Result<usize, EngineError> {
        if named.is_none() && channel.authority.is_none() {
            self.refuse_unauthentic(notice)?;
        }
        let key = &self.with_known_master(bill.clone())?;
        let programmes = match named.or_else(|| channel.authority.clone()) {
            Some(programme) => vec![programme],
            None => self.programmes_of(notice, key)?,
        };
        let meant: Vec<(ProgrammeId, Notification)> = programmes
            .iter()
            .filter_map(|programme| Some((programme.clone(), self.meaning(programme, notice)?)))
            .collect();
        if meant.is_empty() {
            return self.not_understood(notice, key, &programmes, channel);
        }
        if !notice.test && meant.iter().any(|(_, meaning)| forbids(meaning)) {
            self.hold_named_beside(notice, key)?;
        }
        let span = match notice.issued {
            Some(issued) => issued.span(self.clock.now()),
            None => at.map(|at| (at, at.checked_add(SignedDuration::from_nanos(1)).unwrap_or(at))),
        };
        let several = meant.len() > 1;
        let goods = self.houses_in_subject(notice, bill)?;
        let mut events = 0;
        for (programme, meaning) in meant {
            if meaning == Notification::Noted {
                continue;
            }
            let tells_received = self.tells_received(&programme, &meaning, notice.wire);
            let saying = Self::saying(meaning, notice)?;
            if !saying.holds() {
                self.refuse_part(notice.pieces, &goods, &programme)?;
            }
            if several && !saying.holds() {
                let unclear = Phrase::new(codes::gate::PROGRAMME_UNCLEAR);
                return Err(Refusal(unclear.with("object", key.to_string())).into());
            }
            let (test, text) = (notice.test, notice.text.clone());
            let stranger = self.stranger(&programme, notice, channel);
            let version = None;
            let spoken = Spoken { programme, saying, version, span, test, text, tells_received, stranger };
            for one in &goods {
                events += self.says(one, spoken.clone(), channel)?;
            }
        }
        Ok(events)
    }

    /// The text of a mail that forbids to load may name other goods beside those of its subject, and only people can tell
    /// what it says of them.
    fn hold_named_beside(
        &mut self,
        notice: &AuthorityNotice,
        key: &ConsignmentKey,
    ) -> Result<(), EngineError> {
        if notice.wire != Wire::Mail {
            return Ok(());
        }
        let why = Phrase::new(codes::gate::WHY_NAMED_IN_ORDER).with("object", key.to_string());
        for other in formats::waybills_in(&notice.text).into_iter().filter(|one| key.master != Some(*one)) {
            let other = ConsignmentKey { master: Some(other), house: None };
            self.renew_spoken_of(&other)?;
            self.hold_unread(&other, why.clone())?;
        }
        Ok(())
    }

    /// What an authority says of some of the pieces it does not say of the rest: it lifts nothing.
    fn refuse_part(
        &mut self,
        pieces: Option<u32>,
        goods: &[ConsignmentKey],
        programme: &ProgrammeId,
    ) -> Result<(), EngineError> {
        let Some(pieces) = pieces else { return Ok(()) };
        for one in goods {
            let Some(stream) = self.stream_found(one)? else { continue };
            let loaded = self.load(&stream)?;
            let filed = loaded.dossier.tree.filed(&Node::of(one)).and_then(|filed| filed.pieces);
            self.keep(loaded);
            if filed.is_some_and(|filed| pieces < filed) {
                return Err(of_some_pieces(one, programme).into());
            }
        }
        Ok(())
    }

    /// The goods a mail speaks of. How its subject names a house is published nowhere: where it is read as that of a
    /// master, and houses of this master that are known stand in it as words, it is of these.
    fn houses_in_subject(
        &mut self,
        notice: &AuthorityNotice,
        key: &ConsignmentKey,
    ) -> Result<Vec<ConsignmentKey>, EngineError> {
        let (Statement::Subject(subject), Some(master), None) = (&notice.statement, key.master, &key.house)
        else {
            return Ok(vec![key.clone()]);
        };
        let Some(stream) = self.stream_found(key)? else { return Ok(vec![key.clone()]) };
        let behind = behind_number(subject, master).to_uppercase();
        let loaded = self.load(&stream)?;
        let known = loaded.dossier.tree.houses().map(|(node, _)| loaded.dossier.tree.key(node));
        let named: Vec<ConsignmentKey> = known
            .filter(|one| one.house.as_ref().is_some_and(|house| has_word(&behind, &house.to_string())))
            .collect();
        self.keep(loaded);
        Ok(if named.is_empty() { vec![key.clone()] } else { named })
    }

    /// Refuses what could only lift something and comes by no authority's channel, before anybody looks whether there
    /// is something: of which programme it would be depends on the goods, and tells of them.
    fn refuse_unauthentic(&self, notice: &AuthorityNotice) -> Result<(), Refusal> {
        let run = self.settings.programmes.keys().chain(self.settings.left_out.keys());
        let meant: Vec<_> = run.filter_map(|one| Some((one, self.meaning(one, notice)?))).collect();
        let lifts = |meaning: &Notification| {
            use Notification::{Assessed, AssessmentComplete, Closed, ClosedUnnamed, Received};
            matches!(meaning, Received | AssessmentComplete | Assessed | Closed(_) | ClosedUnnamed)
        };
        let decided = |one: &ProgrammeId| self.settings.mode(one) != Mode::Simulated;
        let all = meant.iter().all(|(one, meaning)| lifts(meaning) && decided(one));
        if meant.is_empty() || !all || notice.test {
            return Ok(());
        }
        let names: Vec<&str> = meant.iter().map(|(one, _)| one.as_str()).collect();
        Err(Refusal(Phrase::new(codes::gate::CLAIM_NOT_AUTHENTIC).with("programme", names.join(", "))))
    }

    /// The sender of a mail that came by the channel of an authority from an address that is none of its own: a
    /// configured channel, credential and address are wanted together.
    pub(super) fn stranger(
        &self,
        programme: &ProgrammeId,
        notice: &AuthorityNotice,
        channel: &Channel,
    ) -> Option<String> {
        if notice.wire != Wire::Mail || channel.authority.is_none() {
            return None;
        }
        let from = notice.from.as_deref().unwrap_or_default().trim();
        let data = self.settings.programme(programme);
        let contacts = data.into_iter().flat_map(|data| &data.authority.contacts);
        let mut mails = contacts.filter_map(|contact| contact.mail.as_deref());
        let own = mails.any(|mail| mail.eq_ignore_ascii_case(from));
        let sender = if from.is_empty() { "?" } else { from };
        (!own).then(|| sender.to_owned())
    }

    /// The programmes a notice may be of: those whose name stands in it; else those that bind for the bill; else,
    /// where nobody can tell, all that know its code.
    fn programmes_of(
        &mut self,
        notice: &AuthorityNotice,
        key: &ConsignmentKey,
    ) -> Result<Vec<ProgrammeId>, EngineError> {
        let text = match &notice.statement {
            Statement::Subject(subject) => format!("{subject} {}", notice.text),
            _ => notice.text.clone(),
        };
        let run = || self.settings.programmes.values().chain(self.settings.left_out.values());
        let marked: Vec<ProgrammeId> = run()
            .filter(|programme| is_named(programme, &text))
            .map(|programme| programme.id.clone())
            .collect();
        if !marked.is_empty() {
            return Ok(marked);
        }
        let all: Vec<ProgrammeId> = run().map(|programme| programme.id.clone()).collect();
        let Some(stream) = self.stream_found(key)? else { return Ok(all) };
        let loaded = self.load(&stream)?;
        let node = Node::of(key);
        let binding: Vec<ProgrammeId> = loaded
            .dossier
            .tree
            .cases_of(&node)
            .filter(|(_, case)| !matches!(case.binding, LegBinding::DoesNotBind { .. }))
            .map(|(programme, _)| programme.clone())
            .collect();
        self.keep(loaded);
        Ok(if binding.is_empty() { all } else { binding })
    }

    /// A message nobody understands may hold the goods: they wait until somebody has read it.
    fn not_understood(
        &mut self,
        notice: &AuthorityNotice,
        key: &ConsignmentKey,
        programmes: &[ProgrammeId],
        channel: &Channel,
    ) -> Result<usize, EngineError> {
        let (Statement::Code(code) | Statement::Subject(code)) = &notice.statement else {
            return Ok(0);
        };
        // Only what comes by an authority's own way is its word.
        let own = channel.authority.as_ref().filter(|own| {
            programmes.iter().all(|programme| programme == *own)
                && self.stranger(own, notice, channel).is_none()
        });
        let why = match own {
            Some(own) => {
                Phrase::new(codes::gate::WHY_NOTICE_UNKNOWN).with("programme", own.as_str().to_owned())
            }
            None => Phrase::new(codes::gate::WHY_MESSAGE_SAYS_UNKNOWN),
        };
        self.hold_unread(key, why.with("code", code.to_string()))?;
        let refusal = Phrase::new(codes::gate::NOTICE_NOT_UNDERSTOOD).with("code", code.to_string());
        Err(Refusal(refusal).into())
    }

    /// Goods that a message nobody understands names wait, under the number they have now too.
    fn hold_unread(&mut self, key: &ConsignmentKey, why: Phrase) -> Result<(), EngineError> {
        let mut loaded = self.load_or_create(key)?;
        // A house that left may be meant where it goes now.
        let moved = match &key.house {
            Some(house) => self.went_to(&loaded, house, |_| true)?,
            None => Vec::new(),
        };
        self.note_unread_on(&mut loaded, why.clone())?;
        self.keep(loaded);
        for key in moved {
            let mut loaded = self.load_known(&key)?;
            self.note_unread_on(&mut loaded, why.clone())?;
            self.keep(loaded);
        }
        Ok(())
    }

    /// Whether what somebody means on a wire also tells that the filing was received.
    fn tells_received(&self, programme: &ProgrammeId, meaning: &Notification, wire: Wire) -> bool {
        let Some(data) = self.settings.programme(programme) else { return false };
        let wires = match meaning {
            Notification::AssessmentComplete | Notification::Assessed => {
                &data.referral.complete_tells_received
            }
            Notification::InPlace(_) => &data.referral.in_place_tells_received,
            _ => return false,
        };
        wires.contains(&wire)
    }

    /// What a notice means in a programme.
    fn meaning(&self, programme: &ProgrammeId, notice: &AuthorityNotice) -> Option<Notification> {
        self.settings.programme(programme)?.meaning_of(notice)
    }

    /// The word that a meaning comes to.
    fn saying(meaning: Notification, notice: &AuthorityNotice) -> Result<Saying, Refusal> {
        let opened = |kind, in_place| {
            let opening = Opening::new(kind, notice.reference.clone(), Opening::words(&notice.text));
            let (methods, deadline) = (notice.methods.clone(), notice.deadline);
            Saying::Opened(Box::new(Opening { in_place, methods, deadline, ..opening }))
        };
        Ok(match meaning {
            Notification::Received => Saying::Received,
            Notification::Rejected => Saying::Rejected(vec![rejected(&errors(notice))]),
            Notification::AssessmentComplete => Saying::Complete,
            Notification::Assessed => Saying::Assessed,
            Notification::Opened(kind) | Notification::Open(kind) => opened(kind, false),
            Notification::InPlace(kind) => opened(kind, true),
            Notification::Closed(kind) => Saying::Closed { kind, reference: notice.reference.clone() },
            Notification::ClosedUnnamed => {
                return Err(Refusal(Phrase::new(codes::gate::CLOSING_UNNAMED)));
            }
            Notification::Invalidated => Saying::Invalidated(vec![rejected(&errors(notice))]),
            // Nothing follows from it.
            Notification::Noted
            | Notification::OutageNotice
            | Notification::OutageSuspension
            | Notification::AnswersInterrupted
            | Notification::OutageEnds => {
                // An outage is recorded by people, with its evidence.
                return Err(Refusal(Phrase::new(codes::gate::FACT_NOT_TAKEN)));
            }
        })
    }
}

/// Nothing that is said for a programme that is not known here counts as its word.
pub(super) fn not_known(programme: &ProgrammeId) -> Refusal {
    Refusal(Phrase::new(codes::gate::PROGRAMME_NOT_KNOWN).with("programme", programme.to_string()))
}

fn of_some_pieces(object: &ConsignmentKey, programme: &ProgrammeId) -> Refusal {
    let some = Phrase::new(codes::gate::SAID_OF_SOME_PIECES).with("object", object.to_string());
    Refusal(some.with("programme", programme.to_string()))
}

/// Whether a notice rejects a bill that was sent and cannot be read, and that may have been acknowledged before. What could not be
/// read when it was sent never was.
fn rejects_a_bill_sent(notice: &AuthorityNotice, meant: &[Notification]) -> bool {
    let rejects =
        meant.iter().any(|meaning| matches!(meaning, Notification::Rejected | Notification::Invalidated));
    let named = notice.bill_as_sent.is_some() || notice.wire == Wire::Mail;
    let unreadable = matches!(&notice.statement, Statement::Errors(errors)
        if errors.iter().any(|error| &*error.code == BAD_NUMBER));
    rejects && named && !unreadable
}

fn forbids(meaning: &Notification) -> bool {
    use Notification::{InPlace, Open, Opened};
    matches!(meaning, Opened(ReferralKind::Dnl) | InPlace(ReferralKind::Dnl) | Open(ReferralKind::Dnl))
}

/// Whether a text names a programme: by its title, or by the last part of its id as a word (`PACT`).
fn is_named(programme: &Programme, text: &str) -> bool {
    let text = text.to_uppercase();
    let short = programme.id.as_str().rsplit('-').next().unwrap_or_default().to_uppercase();
    let mut words = text.split(|letter: char| !letter.is_alphanumeric());
    text.contains(&programme.title.to_uppercase()) || words.any(|word| word == short)
}

/// What of a subject stands behind the number of a master, in whatever pieces that is written.
fn behind_number(subject: &str, master: AirWaybill) -> &str {
    let number = format!("{:03}{:08}", master.prefix(), master.serial());
    let mut digits = String::new();
    for (at, digit) in subject.char_indices().filter(|(_, letter)| letter.is_ascii_digit()) {
        digits.push(digit);
        if digits.ends_with(&number) {
            return &subject[at + 1..];
        }
    }
    subject
}

/// Whether a word stands in a text, both in capitals, with no letter or digit right before or behind it.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let (before, behind) = (text[..at].chars().next_back(), text[at + word.len()..].chars().next());
        [before, behind].into_iter().flatten().all(|letter| !letter.is_alphanumeric())
    })
}

/// The codes a rejection names.
fn errors(notice: &AuthorityNotice) -> Vec<Arc<str>> {
    match &notice.statement {
        Statement::Errors(errors) => errors.iter().map(|error| Arc::clone(&error.code)).collect(),
        Statement::Code(code) | Statement::Subject(code) => vec![Arc::clone(code)],
        Statement::Received => Vec::new(),
    }
}

fn rejected(codes: &[Arc<str>]) -> Finding {
    let text = codes.iter().map(|code| &**code).collect::<Vec<_>>().join(", ");
    Finding::new(codes::gate::REJECTED_BY_AUTHORITY).with("codes", text)
}

/// The word of an authority in plain words, and its text.
fn plain(word: Word) -> Result<(Saying, String), Refusal> {
    Ok(match word {
        Word::Acknowledged => (Saying::Received, String::new()),
        Word::Rejected(codes) => (Saying::Rejected(vec![rejected(&codes)]), codes.join(", ")),
        Word::Complete => (Saying::Complete, String::new()),
        Word::Opened { ref text, .. } => {
            let opening =
                Opening::plain(&word).ok_or_else(|| Refusal(Phrase::new(codes::gate::FACT_NOT_TAKEN)))?;
            (Saying::Opened(Box::new(opening)), text.clone())
        }
        Word::Closed { kind, reference } => {
            let reference = (!reference.is_empty()).then_some(reference);
            (Saying::Closed { kind, reference }, String::new())
        }
    })
}
