//! Reads the sections about authority, filing, referrals, outages and periods.

use super::ProgrammeError;
use super::file::File;
use super::form::sections::{
    AuthorityForm, ContactForm, FilingForm, FilingTypeForm, OutageForm, ReferralForm, ReferralKindForm,
    TimersForm,
};
use crate::model::{
    AnswerBy, Answerer, Authority, AuthorityKind, Contact, Document, Element, Extent, Filer, FilingRules,
    FilingStage, FilingType, HoldScope, Mode, NumberReuse, OutageCovers, OutageRules, ReferralRule,
    ReferralRules, Submitters, TimerRules, UpdatesUntil,
};
use crate::notification::Notification;
use consignment::fact::ReferralKind;
use consignment::notice::Wire;
use toml::Spanned;

/// Ten years in days: longer periods are slips of the pen.
const DAYS_MAX: u32 = 3660;

impl File<'_> {
    pub(super) fn authority(&self, form: &AuthorityForm) -> Result<Authority, ProgrammeError> {
        let contacts = form.contacts.iter().map(|contact| self.contact(contact));
        Ok(Authority {
            name: self.text(&form.name)?,
            kind: self.one_of(&form.kind, AuthorityKind::ALL, AuthorityKind::as_str, "kind of authority")?,
            default_mode: self.one_of(&form.default_mode, Mode::ALL, Mode::as_str, "mode")?,
            contacts: contacts.collect::<Result<_, _>>()?,
        })
    }

    fn contact(&self, form: &ContactForm) -> Result<Contact, ProgrammeError> {
        if form.mail.is_none() && form.phone.is_none() {
            let what = "the contact has neither mail nor phone";
            return Err(self.bad(&form.purpose, what, "Fill in one of them, or remove the contact"));
        }
        if let Some(mail) = form.mail.as_ref().filter(|mail| !is_mail_address(mail.get_ref())) {
            let what = format!("{:?} is no mail address", mail.get_ref());
            return Err(self.bad(mail, what, "Write it as name@example.org"));
        }
        Ok(Contact {
            purpose: self.text(&form.purpose)?,
            mail: self.optional_text(form.mail.as_ref())?,
            phone: self.optional_text(form.phone.as_ref())?,
            hours: self.text(&form.hours)?,
            referrals: form.referrals,
            reference: self.text(&form.reference)?,
        })
    }

    pub(super) fn filing(&self, form: &FilingForm) -> Result<FilingRules, ProgrammeError> {
        let who = self.some_of(&form.who, Filer::ALL, Filer::as_str, "filer")?;
        let mut types: Vec<FilingType> = Vec::new();
        for given in form.types.get_ref() {
            let filing_type = self.filing_type(given)?;
            if types.iter().any(|earlier| earlier.code == filing_type.code) {
                return Err(self.bad(
                    &given.code,
                    format!("{} stands twice", filing_type.code),
                    "Remove one",
                ));
            }
            types.push(filing_type);
        }
        if types.is_empty() {
            return Err(self.bad(&form.types, "there is no type of filing", "Name at least one"));
        }
        Ok(FilingRules {
            who,
            liable: self.one_of(&form.liable, Filer::ALL, Filer::as_str, "filer")?,
            submitters: match &form.submitters {
                Some(word) => self.one_of(word, Submitters::ALL, Submitters::as_str, "kind of submitters")?,
                None => Submitters::default(),
            },
            house_sent_again_with_master: form.house_sent_again_with_master,
            updates_until: self.one_of(
                &form.updates_until,
                UpdatesUntil::ALL,
                UpdatesUntil::as_str,
                "end of updates",
            )?,
            retention_days: self.within(&form.retention_days, 1, DAYS_MAX)?,
            types,
            reference: self.text(&form.reference)?,
        })
    }

    fn filing_type(&self, form: &FilingTypeForm) -> Result<FilingType, ProgrammeError> {
        let without = form.without.iter();
        let without = without.map(|word| self.one_of(word, Element::ALL, Element::as_str, "element"));
        Ok(FilingType {
            code: self.text(&form.code)?,
            name: self.text(&form.name)?,
            purpose: self.text(&form.purpose)?,
            extent: self.one_of(&form.extent, Extent::ALL, Extent::as_str, "extent")?,
            stage: self.one_of(&form.stage, FilingStage::ALL, FilingStage::as_str, "stage")?,
            of: self.some_of(&form.of, Document::ALL, Document::as_str, "kind of document")?,
            without: without.collect::<Result<_, _>>()?,
            elements_known: form.elements_known,
            reference: self.text(&form.reference)?,
        })
    }

    pub(super) fn referral(&self, form: &ReferralForm) -> Result<ReferralRules, ProgrammeError> {
        let kinds = vec![
            self.referral_kind(ReferralKind::Rfi, &form.rfi)?,
            self.referral_kind(ReferralKind::Rfs, &form.rfs)?,
            self.referral_kind(ReferralKind::Dnl, &form.dnl)?,
        ];
        let mut complete_closes = Vec::new();
        for word in &form.complete_closes {
            complete_closes.push(match word.get_ref().as_str() {
                "rfi" => ReferralKind::Rfi,
                "rfs" => ReferralKind::Rfs,
                "dnl" => {
                    let what = "a completed assessment never cancels a do-not-load";
                    return Err(self.bad(word, what, "Remove it"));
                }
                other => {
                    return Err(self.bad(
                        word,
                        format!("{other:?} is no kind of referral"),
                        "Use rfi or rfs",
                    ));
                }
            });
        }
        let wires = |words: &[Spanned<String>]| {
            words
                .iter()
                .map(|word| self.one_of(word, Wire::ALL, Wire::as_str, "wire"))
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(ReferralRules {
            kinds,
            complete_closes,
            complete_tells_received: wires(&form.complete_tells_received)?,
            in_place_tells_received: wires(&form.in_place_tells_received)?,
            reference: self.text(&form.reference)?,
        })
    }

    fn referral_kind(
        &self,
        kind: ReferralKind,
        form: &ReferralKindForm,
    ) -> Result<ReferralRule, ProgrammeError> {
        let holds = self.one_of(&form.holds, HoldScope::ALL, HoldScope::as_str, "extent of a hold")?;
        if kind == ReferralKind::Dnl && holds != HoldScope::Everywhere {
            return Err(self.bad(&form.holds, "a do-not-load holds everywhere", "Write everywhere"));
        }
        let minutes = form.answer_minutes.as_ref();
        // Nine is the most that an ICS2 answer can carry (IE3R03, screening methods 2..9).
        let methods = form.methods_min.as_ref();
        Ok(ReferralRule {
            kind,
            holds,
            answered_by: self.some_of(&form.answered_by, Answerer::ALL, Answerer::as_str, "answerer")?,
            answer_by: self.one_of(&form.answer_by, AnswerBy::ALL, AnswerBy::as_str, "way of an answer")?,
            answer_minutes: minutes.map(|minutes| self.within(minutes, 1, DAYS_MAX * 24 * 60)).transpose()?,
            answer_before_departure: form.answer_before_departure,
            methods_min: methods.map(|methods| self.within(methods, 1, 9)).transpose()?,
            reference: self.text(&form.reference)?,
        })
    }

    pub(super) fn outage(&self, form: &OutageForm) -> Result<Option<OutageRules>, ProgrammeError> {
        let reference = self.text(&form.reference)?;
        let given = (
            &form.covers,
            &form.threshold_minutes,
            &form.planned_threshold_minutes,
            &form.threshold_from,
            &form.grace_minutes,
            &form.grace_from,
        );
        let parts = match given {
            (None, None, None, None, None, None) if !form.suspension.get_ref() => return Ok(None),
            (Some(a), Some(b), Some(c), Some(d), Some(e), Some(f)) if *form.suspension.get_ref() => {
                (a, b, c, d, e, f)
            }
            _ => {
                let what = "either there is no suspension, or all of covers, threshold_minutes, \
                            planned_threshold_minutes, threshold_from, grace_minutes and grace_from say how \
                            it works";
                return Err(self.bad(&form.suspension, what, "Fill them in, or write suspension = false"));
            }
        };
        let (covers, threshold, planned, threshold_from, grace, grace_from) = parts;
        let notice = |word: &Spanned<String>| {
            let notices =
                [Notification::OutageNotice, Notification::OutageSuspension, Notification::OutageEnds];
            self.one_of(word, &notices, Notification::as_str, "notice of an outage")
        };
        Ok(Some(OutageRules {
            covers: self.one_of(covers, OutageCovers::ALL, OutageCovers::as_str, "demand to suspend")?,
            threshold_minutes: *threshold.get_ref(),
            planned_threshold_minutes: *planned.get_ref(),
            threshold_from: notice(threshold_from)?,
            grace_minutes: self.within(grace, 0, 24 * 60)?,
            grace_from: notice(grace_from)?,
            reference,
        }))
    }

    pub(super) fn timers(
        &self,
        form: &TimersForm,
        retention_days: u32,
    ) -> Result<TimerRules, ProgrammeError> {
        let days = |value: &Spanned<u16>| {
            let days = self.within(value, 1, 3660)?;
            // A number can be told from an earlier one only while that is kept.
            if u32::from(days) > retention_days {
                let what = format!("filing.retention_days is {retention_days}, and {days} are needed here");
                return Err(self.bad(value, what, "Keep filings at least as long as numbers are the same"));
            }
            Ok(days)
        };
        let reuse = &form.number_reuse_days;
        let (linking, presentation) = (form.linking_hours.as_ref(), form.presentation_days.as_ref());
        Ok(TimerRules {
            linking_hours: linking.map(|hours| self.within(hours, 1, 24 * 366)).transpose()?,
            presentation_days: presentation.map(|days| self.within(days, 1, 3660)).transpose()?,
            number_reuse: NumberReuse {
                air_waybill_days: days(&reuse.air_waybill)?,
                house_waybill_days: days(&reuse.house_waybill)?,
                express_days: days(&reuse.express)?,
                mail_days: days(&reuse.mail)?,
            },
            answer_valid_minutes: self.within(&form.answer_valid_minutes, 1, 24 * 60)?,
            reference: self.text(&form.reference)?,
        })
    }

    /// A list of words, at least one and each once.
    fn some_of<T: Copy + PartialEq>(
        &self,
        words: &Spanned<Vec<Spanned<String>>>,
        all: &[T],
        word: impl Fn(T) -> &'static str + Copy,
        what: &str,
    ) -> Result<Vec<T>, ProgrammeError> {
        let mut list = Vec::new();
        for given in words.get_ref() {
            let one = self.one_of(given, all, word, what)?;
            if list.contains(&one) {
                return Err(self.bad(given, format!("{:?} stands twice", word(one)), "Remove one"));
            }
            list.push(one);
        }
        if list.is_empty() {
            return Err(self.bad(words, format!("there is no {what}"), "Name at least one"));
        }
        Ok(list)
    }
}

fn is_mail_address(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !host.contains('@'))
        && !text.contains(char::is_whitespace)
}
