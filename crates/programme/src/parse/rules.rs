//! Reads what a programme wants filed, and how good it must be.

use super::ProgrammeError;
use super::file::File;
use super::form::{AddressForm, ElementForm, QualityForm, WeightForm};
use crate::model::{
    AddressRules, ConsolidationRules, CountryAddress, Element, ElementRule, FilingRules, PoBox, QualityRules,
    WeightRules,
};
use consignment::measure::{WeightUnit, parse_decimal};
use consignment::party::Role;
use rust_decimal::Decimal;
use toml::Spanned;
use toml::value::Datetime;

impl File<'_> {
    pub(super) fn elements(
        &self,
        forms: &[ElementForm],
        filing: &FilingRules,
    ) -> Result<Vec<ElementRule>, ProgrammeError> {
        let mut rules: Vec<ElementRule> = Vec::with_capacity(forms.len());
        for form in forms {
            let element = self.one_of(&form.element, Element::ALL, Element::as_str, "element")?;
            let word = element.as_str();
            if !form.of_houses && !form.of_consolidations {
                return Err(self.bad(
                    &form.element,
                    format!("the rule for {word} applies to nothing"),
                    "Set of_houses or of_consolidations, or remove it",
                ));
            }
            let mut filing_types: Vec<String> = Vec::with_capacity(form.filing_types.len());
            for code in &form.filing_types {
                let known = filing.types.iter().any(|filing_type| filing_type.code == *code.get_ref());
                if !known {
                    let what = format!("{:?} is no type of filing", code.get_ref());
                    return Err(self.bad(code, what, "Use the code of a [[filing.type]]"));
                }
                filing_types.push(code.get_ref().clone());
            }
            let date = |date: &Spanned<Datetime>| self.date(date);
            let rule = ElementRule {
                element,
                of_houses: form.of_houses,
                of_consolidations: form.of_consolidations,
                severity: self.severity(&form.severity)?,
                code: self.optional_text(form.code.as_ref())?,
                invalid_code: self.optional_text(form.invalid_code.as_ref())?,
                filing_types,
                from: form.from.as_ref().map(date).transpose()?,
                until: form.until.as_ref().map(date).transpose()?,
                reference: self.text(&form.reference)?,
            };
            if let Some(until) = form.until.as_ref().filter(|_| rule.from > rule.until && rule.from.is_some())
            {
                return Err(self.bad(until, "the rule ends before it begins", "Correct from or until"));
            }
            if rules.iter().any(|earlier| earlier.overlaps(&rule)) {
                return Err(self.bad(
                    &form.element,
                    format!("{word} has two rules for the same documents"),
                    "Remove one, or give them different days or filing types",
                ));
            }
            rules.push(rule);
        }
        Ok(rules)
    }

    pub(super) fn quality(&self, form: &QualityForm) -> Result<QualityRules, ProgrammeError> {
        let tolerance = &form.weight_tolerance_percent;
        let percent = parse_decimal(tolerance.get_ref()).filter(|percent| *percent <= Decimal::ONE_HUNDRED);
        let consolidation = &form.consolidation;
        Ok(QualityRules {
            junk_rejects: form.junk_rejects,
            po_box: match form.po_box.get_ref().as_str() {
                "accepted" => PoBox::Accepted,
                "alone" => PoBox::Alone,
                "anywhere" => PoBox::Anywhere,
                other => {
                    let what = format!("{other:?} is no way to treat a post-office box");
                    return Err(self.bad(&form.po_box, what, "Use accepted, alone or anywhere"));
                }
            },
            address: self.address(&form.address)?,
            weight: self.weight(&form.weight)?,
            weight_tolerance_percent: percent.ok_or_else(|| {
                self.bad(
                    tolerance,
                    "not a percentage from 0 to 100",
                    "Write it in quotes, such as \"2\" or \"0.5\"",
                )
            })?,
            latin_script_required: form.latin_script_required,
            company_name_rejects: form.company_name_rejects,
            hs_or_description: form.hs_or_description,
            words_of_others: form
                .words_of_others
                .as_ref()
                .map(|severity| self.severity(severity))
                .transpose()?,
            house_waybill_length_max: self.within(&form.house_waybill.length_max, 1, u8::MAX)?,
            house_waybill_severity: self.severity(&form.house_waybill.severity)?,
            house_waybill_code: self.optional_text(form.house_waybill.code.as_ref())?,
            house_waybill_missing_code: self.optional_text(form.house_waybill.missing_code.as_ref())?,
            consolidation: ConsolidationRules {
                words_tolerated: consolidation.words_tolerated,
                indicator_missing: consolidation
                    .indicator_missing
                    .as_ref()
                    .map(|severity| self.severity(severity))
                    .transpose()?,
                indicator_missing_code: self.optional_text(consolidation.indicator_missing_code.as_ref())?,
            },
            shipper_missing_code: self.optional_text(form.shipper_missing_code.as_ref())?,
            consignee_missing_code: self.optional_text(form.consignee_missing_code.as_ref())?,
            consignment_missing_code: self.optional_text(form.consignment_missing_code.as_ref())?,
            routing_outside: form
                .routing_outside
                .as_ref()
                .map(|severity| self.severity(severity))
                .transpose()?,
            routing_outside_code: self.optional_text(form.routing_outside_code.as_ref())?,
        })
    }

    pub(super) fn weight(&self, form: &WeightForm) -> Result<WeightRules, ProgrammeError> {
        let unit = |unit: &Spanned<String>| match unit.get_ref().as_str() {
            "kg" => Ok(WeightUnit::Kilogram),
            "lb" => Ok(WeightUnit::Pound),
            other => Err(self.bad(unit, format!("{other:?} is no unit of weight"), "Use kg or lb")),
        };
        if form.units.is_empty() {
            return Err(self.bad(&form.severity, "no unit would be taken", "Fill in units"));
        }
        Ok(WeightRules {
            units: form.units.iter().map(unit).collect::<Result<_, _>>()?,
            severity: self.severity(&form.severity)?,
            unit_missing_code: self.optional_text(form.unit_missing_code.as_ref())?,
        })
    }

    pub(super) fn address(&self, form: &AddressForm) -> Result<AddressRules, ProgrammeError> {
        let shipper_domestic = form.shipper_domestic.as_ref();
        if let Some(severity) = shipper_domestic.filter(|_| form.domestic.is_empty()) {
            return Err(self.bad(severity, "there is no country it could apply to", "Fill in domestic"));
        }
        let mut countries: Vec<CountryAddress> = Vec::with_capacity(form.countries.len());
        for rule in &form.countries {
            let country = self.country(&rule.country)?;
            let mut parties = Vec::new();
            for party in &rule.parties {
                parties.push(match party.get_ref().as_str() {
                    "shipper" => Role::Shipper,
                    "consignee" => Role::Consignee,
                    other => {
                        let what = format!("{other:?} has no rules of its own");
                        return Err(self.bad(party, what, "Use shipper or consignee"));
                    }
                });
            }
            if parties.is_empty() || (!rule.state && rule.postcode_digits.is_empty()) {
                return Err(self.bad(&rule.country, "the rule asks for nothing", "Fill it in, or remove it"));
            }
            let digits = rule.postcode_digits.iter().map(|digits| self.within(digits, 1, 17));
            countries.push(CountryAddress {
                country,
                parties,
                state: rule.state,
                postcode_digits: digits.collect::<Result<_, _>>()?,
                severity: self.severity(&rule.severity)?,
            });
        }
        Ok(AddressRules {
            state_for_city: form.state_for_city,
            domestic: form.domestic.iter().map(|country| self.country(country)).collect::<Result<_, _>>()?,
            shipper_domestic: shipper_domestic.map(|severity| self.severity(severity)).transpose()?,
            countries,
        })
    }
}
