//! The form of the files, as serde reads it. Checked and turned into the model in the parent module.

pub(super) mod sections;

use sections::{AuthorityForm, FilingForm, OutageForm, ReferralForm, TimersForm};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use toml::Spanned;
use toml::value::Datetime;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProgrammeForm {
    pub schema: Spanned<u32>,
    pub title: Spanned<String>,
    pub edition: Spanned<Datetime>,
    pub authority: AuthorityForm,
    pub scope: ScopeForm,
    pub gate: GateForm,
    pub high_risk: HighRiskForm,
    pub filing: FilingForm,
    pub referral: ReferralForm,
    pub outage: OutageForm,
    pub timers: TimersForm,
    pub quality: QualityForm,
    #[serde(rename = "element")]
    pub elements: Vec<ElementForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ScopeForm {
    pub territory: Spanned<String>,
    pub mail: bool,
    pub diplomatic_bags: bool,
    pub surface_legs: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GateForm {
    pub binding: Spanned<String>,
    pub acknowledgement_required: bool,
    pub assessment_required: bool,
    pub assessment_required_is_law: bool,
    pub consolidation_answered: bool,
    #[serde(default)]
    pub manifest_ends_assessment: bool,
    pub acceptance_starts_assessment: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HighRiskForm {
    pub methods_min: Spanned<u8>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct QualityForm {
    pub junk_rejects: bool,
    pub po_box: Spanned<String>,
    pub weight_tolerance_percent: Spanned<String>,
    pub latin_script_required: bool,
    pub company_name_rejects: bool,
    pub hs_or_description: bool,
    pub words_of_others: Option<Spanned<String>>,
    pub shipper_missing_code: Option<Spanned<String>>,
    pub consignee_missing_code: Option<Spanned<String>>,
    pub consignment_missing_code: Option<Spanned<String>>,
    pub routing_outside: Option<Spanned<String>>,
    pub routing_outside_code: Option<Spanned<String>>,
    pub address: AddressForm,
    pub weight: WeightForm,
    pub house_waybill: HouseWaybillForm,
    pub consolidation: ConsolidationForm,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WeightForm {
    pub units: Vec<Spanned<String>>,
    pub severity: Spanned<String>,
    pub unit_missing_code: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AddressForm {
    pub state_for_city: bool,
    #[serde(default)]
    pub domestic: Vec<Spanned<String>>,
    pub shipper_domestic: Option<Spanned<String>>,
    #[serde(rename = "country", default)]
    pub countries: Vec<CountryAddressForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CountryAddressForm {
    pub country: Spanned<String>,
    pub parties: Vec<Spanned<String>>,
    pub state: bool,
    pub postcode_digits: Vec<Spanned<u8>>,
    pub severity: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HouseWaybillForm {
    pub length_max: Spanned<u8>,
    pub severity: Spanned<String>,
    pub code: Option<Spanned<String>>,
    pub missing_code: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConsolidationForm {
    pub words_tolerated: bool,
    pub indicator_missing: Option<Spanned<String>>,
    pub indicator_missing_code: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ElementForm {
    pub element: Spanned<String>,
    pub of_houses: bool,
    pub of_consolidations: bool,
    pub severity: Spanned<String>,
    pub code: Option<Spanned<String>>,
    pub invalid_code: Option<Spanned<String>>,
    #[serde(default)]
    pub filing_types: Vec<Spanned<String>>,
    pub from: Option<Spanned<Datetime>>,
    pub until: Option<Spanned<Datetime>>,
    pub reference: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StopWordsForm {
    pub schema: Spanned<u32>,
    pub connectives: Vec<String>,
    pub packing: Vec<String>,
    #[serde(rename = "list", default)]
    pub lists: Vec<ListForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswersForm {
    pub schema: Spanned<u32>,
    #[serde(rename = "answer")]
    pub answers: Vec<AnswerForm>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerForm {
    pub code: Spanned<String>,
    pub http: Spanned<u16>,
    pub cause: Spanned<String>,
    #[serde(default)]
    pub findings: Vec<Spanned<AnswerFindingForm>>,
    pub not_reachable: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AnswerFindingForm {
    pub code: String,
    pub on: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ListForm {
    pub name: Spanned<String>,
    pub source: Spanned<String>,
    pub edition: Spanned<Datetime>,
    pub complete: bool,
    pub note: Option<String>,
    pub applies_to: Vec<Spanned<String>>,
    pub spelling_separators: Option<String>,
    pub words: Vec<Spanned<WordForm>>,
}

/// An entry: a bare text, or a table where something differs from the usual.
pub(super) struct WordForm {
    pub text: String,
    pub enabled: bool,
    pub consolidation: bool,
}

impl<'de> Deserialize<'de> for WordForm {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(WordVisitor)
    }
}

struct WordVisitor;

impl<'de> Visitor<'de> for WordVisitor {
    type Value = WordForm;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text, or { text = \"...\", enabled = false, consolidation = true }")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<WordForm, E> {
        Ok(WordForm { text: text.to_owned(), enabled: true, consolidation: false })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<WordForm, A::Error> {
        let mut word = WordForm { text: String::new(), enabled: true, consolidation: false };
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "text" => word.text = map.next_value()?,
                "enabled" => word.enabled = map.next_value()?,
                "consolidation" => word.consolidation = map.next_value()?,
                other => return Err(Error::unknown_field(other, &["text", "enabled", "consolidation"])),
            }
        }
        Ok(word)
    }
}
