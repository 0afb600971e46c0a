//! Reads `notifications.toml`: what the answers of an authority mean.

use super::ProgrammeError;
use super::file::File;
use super::form::sections::NotificationsForm;
use crate::model::{OutageRules, ReferralRules};
use crate::notification::{Notification, NotificationRule, Notifications, UnknownCode, key, words};
use consignment::notice::Wire;

impl File<'_> {
    /// Reads the table. What it says must fit the other files: a suspension exists where the programme has
    /// rules for one, and "assessment complete" ends only what no code closes.
    pub(super) fn notifications(
        &self,
        referral: &ReferralRules,
        outage: Option<&OutageRules>,
    ) -> Result<Notifications, ProgrammeError> {
        let form: NotificationsForm = self.read()?;
        self.schema(&form.schema)?;
        let mut rows: Vec<(NotificationRule, String)> = Vec::with_capacity(form.notifications.len());
        for given in &form.notifications {
            let wire = self.one_of(&given.wire, Wire::ALL, Wire::as_str, "wire")?;
            let code = self.text(&given.code)?;
            if key(wire, &code).is_empty() {
                return Err(self.bad(
                    &given.code,
                    "the subject begins with the waybill",
                    "Write what stands before it",
                ));
            }
            let text = self.optional_text(given.text.as_ref())?.unwrap_or_default();
            if let Some(given) = given.text.as_ref().filter(|_| words(&text).is_empty()) {
                return Err(self.bad(given, "the text has no word in it", "Write the words, or remove it"));
            }
            let twice = rows.iter().any(|(earlier, _)| {
                earlier.wire == wire
                    && key(wire, &earlier.code) == key(wire, &code)
                    && words(&earlier.text) == words(&text)
            });
            if twice {
                return Err(self.bad(&given.code, format!("{code} stands twice"), "Remove one"));
            }
            let means = Notification::parse(given.means.get_ref()).ok_or_else(|| {
                let known: Vec<&str> = Notification::all().map(Notification::as_str).collect();
                let what = format!("{:?} is no notification", given.means.get_ref());
                self.bad(&given.means, what, &format!("Use one of {}", known.join(", ")))
            })?;
            if means == Notification::OutageSuspension && outage.is_none() {
                let what = "the programme has no suspension";
                return Err(self.bad(&given.means, what, "Remove the row, or write the rules in [outage]"));
            }
            if let Notification::Closed(kind) = means
                && referral.completed_by_assessment(kind)
            {
                let what = format!("{} has a code that closes it", kind.as_str());
                return Err(self.bad(&given.means, what, "Take it out of referral.complete_closes"));
            }
            let reference = self.text(&given.reference)?;
            let says = self.optional_text(given.says.as_ref())?.unwrap_or_default();
            rows.push((NotificationRule { wire, code, text, means, reference }, says));
        }
        let mut unknown = Vec::with_capacity(form.unknown.len());
        for given in &form.unknown {
            let wire = self.one_of(&given.wire, Wire::ALL, Wire::as_str, "wire")?;
            let code = self.text(&given.code)?;
            let named = |(rule, _): &(NotificationRule, String)| {
                rule.wire == wire && key(wire, &rule.code) == key(wire, &code)
            };
            if rows.iter().any(named) {
                return Err(self.bad(&given.code, format!("{code} has a meaning above"), "Remove one"));
            }
            unknown.push(UnknownCode { wire, code, reference: self.text(&given.reference)? });
        }
        Ok(Notifications::new(rows, unknown))
    }
}
