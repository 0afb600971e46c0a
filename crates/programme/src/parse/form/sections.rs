//! The form of the sections about authority, filing, referrals, outages and periods, and of
//! `notifications.toml`.

use serde::Deserialize;
use toml::Spanned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::parse) struct AuthorityForm {
    pub name: Spanned<String>,
    pub kind: Spanned<String>,
    pub default_mode: Spanned<String>,
    #[serde(rename = "contact", default)]
    pub contacts: Vec<ContactForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::parse) struct ContactForm {
    pub purpose: Spanned<String>,
    pub mail: Option<Spanned<String>>,
    pub phone: Option<Spanned<String>>,
    pub hours: Spanned<String>,
    pub referrals: bool,
    pub reference: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::parse) struct FilingForm {
    pub who: Spanned<Vec<Spanned<String>>>,
    pub liable: Spanned<String>,
    pub submitters: Option<Spanned<String>>,
    pub house_sent_again_with_master: bool,
    pub updates_until: Spanned<String>,
    pub retention_days: Spanned<u32>,
    pub reference: Spanned<String>,
    #[serde(rename = "type")]
    pub types: Spanned<Vec<FilingTypeForm>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::parse) struct FilingTypeForm {
    pub code: Spanned<String>,
    pub name: Spanned<String>,
    pub purpose: Spanned<String>,
    pub extent: Spanned<String>,
    pub stage: Spanned<String>,
    pub of: Spanned<Vec<Spanned<String>>>,
    #[serde(default)]
    pub without: Vec<Spanned<String>>,
    pub elements_known: bool,
    pub reference: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::parse) struct ReferralForm {
    pub complete_closes: Vec<Spanned<String>>,
    pub complete_tells_received: Vec<Spanned<String>>,
    pub in_place_tells_received: Vec<Spanned<String>>,
    pub reference: Spanned<String>,
    pub rfi: ReferralKindForm,
    pub rfs: ReferralKindForm,
    pub dnl: ReferralKindForm,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::parse) struct ReferralKindForm {
    pub holds: Spanned<String>,
    pub answered_by: Spanned<Vec<Spanned<String>>>,
    pub answer_by: Spanned<String>,
    pub answer_minutes: Option<Spanned<u32>>,
    #[serde(default)]
    pub answer_before_departure: bool,
    pub methods_min: Option<Spanned<u8>>,
    pub reference: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::parse) struct OutageForm {
    pub suspension: Spanned<bool>,
    pub covers: Option<Spanned<String>>,
    pub threshold_minutes: Option<Spanned<u16>>,
    pub planned_threshold_minutes: Option<Spanned<u16>>,
    pub threshold_from: Option<Spanned<String>>,
    pub grace_minutes: Option<Spanned<u16>>,
    pub grace_from: Option<Spanned<String>>,
    pub reference: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::parse) struct TimersForm {
    pub linking_hours: Option<Spanned<u16>>,
    pub presentation_days: Option<Spanned<u16>>,
    pub answer_valid_minutes: Spanned<u16>,
    pub reference: Spanned<String>,
    pub number_reuse_days: NumberReuseForm,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::parse) struct NumberReuseForm {
    pub air_waybill: Spanned<u16>,
    pub house_waybill: Spanned<u16>,
    pub express: Spanned<u16>,
    pub mail: Spanned<u16>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::parse) struct NotificationsForm {
    pub schema: Spanned<u32>,
    #[serde(rename = "notification", default)]
    pub notifications: Vec<NotificationForm>,
    #[serde(rename = "unknown", default)]
    pub unknown: Vec<UnknownForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::parse) struct NotificationForm {
    pub wire: Spanned<String>,
    pub code: Spanned<String>,
    pub text: Option<Spanned<String>>,
    pub says: Option<Spanned<String>>,
    pub means: Spanned<String>,
    pub reference: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::parse) struct UnknownForm {
    pub wire: Spanned<String>,
    pub code: Spanned<String>,
    pub reference: Spanned<String>,
}
