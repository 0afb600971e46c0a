//! Reads a programme folder: `programme.toml` and `stop_words.toml`.
//!
//! Reading is strict: an unknown key, file or word is refused, because a misspelt rule that is silently
//! left out would free goods.

mod form;
mod place;

use crate::model::{
    AddressRules, AnswerCode, AnswerFinding, Authority, AuthorityKind, ConsolidationRules, CountryAddress,
    Element, ElementRule, GateRules, HighRiskRules, PoBox, Programme, ProgrammeId, QualityRules, Scope,
    WeightRules,
};
use crate::stop_words::{StopWord, StopWordList, StopWords, TextKind, cleanse};
use consignment::ident::Country;
use consignment::measure::{WeightUnit, parse_decimal};
use consignment::party::Role;
use consignment::stations::Territory;
use finding::Severity;
use form::{ElementForm, ListForm, ProgrammeForm, StopWordsForm, WordForm};
use jiff::civil::Date;
use place::Place;
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use toml::Spanned;
use toml::value::Datetime;

/// Version of the file form this release reads.
const SCHEMA: u32 = 1;

/// File with the rules.
const RULES: &str = "programme.toml";
/// File with the stop words.
const STOP_WORDS: &str = "stop_words.toml";
/// File with the error codes of the programme's answers; may be absent.
const ANSWERS: &str = "answer_codes.toml";

/// Why a programme folder cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("programmes/{programme}/{file}{}: {what}. {remedy}", place_text(*.line, .field))]
#[non_exhaustive]
pub struct ProgrammeError {
    /// The programme's folder.
    pub programme: Box<str>,
    /// The file.
    pub file: Box<str>,
    /// Line in it, from 1; 0 where the whole file is meant.
    pub line: usize,
    /// The field, such as `gate.assessment_required`; empty where none can be named.
    pub field: Box<str>,
    /// What is wrong.
    pub what: Box<str>,
    /// What to do.
    pub remedy: Box<str>,
}

fn place_text(line: usize, field: &str) -> String {
    match (line, field) {
        (0, "") => String::new(),
        (0, field) => format!(", {field}"),
        (line, "") => format!(", line {line}"),
        (line, field) => format!(", line {line}, {field}"),
    }
}

/// Reads the files of the folder `id`, given as (file name, text).
///
/// The programme's hash covers every file, its name included, with line ends normalised, so that it is
/// the same on every system.
///
/// # Errors
/// The first thing that is wrong, with file, line, field and remedy.
pub fn parse(id: &str, files: &[(&str, &str)]) -> Result<Programme, ProgrammeError> {
    let folder = Folder { id };
    let sound_id =
        !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !sound_id {
        return Err(folder.fail(
            "",
            "the folder's name is the programme's id and must be small letters, digits and -",
            "Rename the folder",
        ));
    }
    if let Some((name, _)) =
        files.iter().find(|(name, _)| ![RULES, STOP_WORDS, ANSWERS, "README.md"].contains(name))
    {
        return Err(folder.fail(
            name,
            "no such file belongs to a programme",
            "Remove it, or see programmes/template",
        ));
    }
    let rules = folder.file(files, RULES)?;
    let words = folder.file(files, STOP_WORDS)?;
    let form: ProgrammeForm = rules.read()?;
    let word_form: StopWordsForm = words.read()?;
    rules.schema(&form.schema)?;
    words.schema(&word_form.schema)?;
    let stop_words = words.lists(&word_form)?;
    let answers = match files.iter().find(|(name, _)| *name == ANSWERS) {
        Some(_) => folder.file(files, ANSWERS)?.answers()?,
        None => Vec::new(),
    };
    let stop_word_matcher = StopWords::prepare(&stop_words, &word_form.connectives, &word_form.packing);
    Ok(Programme {
        id: ProgrammeId::new(id),
        edition: rules.date(&form.edition)?,
        sha256: hash(files),
        authority: Authority {
            name: rules.text(&form.authority.name)?,
            kind: match form.authority.kind.get_ref().as_str() {
                "customs" => AuthorityKind::Customs,
                "aviation-security" => AuthorityKind::AviationSecurity,
                _ => {
                    return Err(rules.bad(
                        &form.authority.kind,
                        "not a kind of authority",
                        "Use customs or aviation-security",
                    ));
                }
            },
        },
        scope: Scope {
            territory: rules.territory(&form.scope.territory)?,
            mail: form.scope.mail,
            diplomatic_bags: form.scope.diplomatic_bags,
            surface_legs: form.scope.surface_legs,
        },
        gate: GateRules {
            acknowledgement_required: form.gate.acknowledgement_required,
            assessment_required: form.gate.assessment_required,
            assessment_required_is_law: form.gate.assessment_required_is_law,
        },
        high_risk: HighRiskRules {
            // Nine is the most that an ICS2 answer can carry (IE3R03, screening methods 2..9).
            methods_min: rules.within(&form.high_risk.methods_min, 1, 9)?,
        },
        elements: rules.elements(&form.elements)?,
        quality: rules.quality(&form.quality)?,
        title: rules.text(&form.title)?,
        answers,
        stop_words,
        stop_word_matcher,
    })
}

/// A file of stop words that belongs to no programme.
pub(crate) struct WordFile {
    pub lists: Vec<StopWordList>,
    pub connectives: Vec<String>,
    pub packing: Vec<String>,
}

/// Reads such a file.
///
/// # Errors
/// The first thing that is wrong, as [`parse`].
pub(crate) fn word_file(name: &'static str, text: &str) -> Result<WordFile, ProgrammeError> {
    let file = File { programme: "", name, text };
    let form: StopWordsForm = file.read()?;
    file.schema(&form.schema)?;
    Ok(WordFile { lists: file.lists(&form)?, connectives: form.connectives, packing: form.packing })
}

fn hash(files: &[(&str, &str)]) -> String {
    let mut files: Vec<(&str, String)> =
        files.iter().map(|(name, text)| (*name, text.replace("\r\n", "\n"))).collect();
    files.sort();
    let mut hasher = Sha256::new();
    for (name, text) in files {
        // Lengths keep the border between name and text, and between files, beyond doubt.
        for part in [name, text.as_str()] {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part.as_bytes());
        }
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

struct Folder<'a> {
    id: &'a str,
}

impl<'a> Folder<'a> {
    fn fail(&self, file: &str, what: &str, remedy: &str) -> ProgrammeError {
        ProgrammeError {
            programme: self.id.into(),
            file: file.into(),
            line: 0,
            field: "".into(),
            what: what.into(),
            remedy: format!("{remedy}.").into(),
        }
    }

    fn file(&self, files: &[(&'a str, &'a str)], name: &'static str) -> Result<File<'a>, ProgrammeError> {
        match files.iter().find(|(given, _)| *given == name) {
            Some((_, text)) => Ok(File { programme: self.id, name, text }),
            None => {
                Err(self.fail(name, "the file is missing", "Copy it from programmes/template and fill it in"))
            }
        }
    }
}

/// One file of the folder, with what is needed to say where something is wrong.
struct File<'a> {
    programme: &'a str,
    name: &'static str,
    text: &'a str,
}

impl File<'_> {
    fn fail(&self, place: Place, what: impl Into<String>, remedy: &str) -> ProgrammeError {
        ProgrammeError {
            programme: self.programme.into(),
            file: self.name.into(),
            line: place.line,
            field: place.field.into(),
            what: what.into().into(),
            remedy: format!("{remedy}.").into(),
        }
    }

    fn bad<T>(&self, value: &Spanned<T>, what: impl Into<String>, remedy: &str) -> ProgrammeError {
        self.fail(Place::of(self.text, value.span().start), what, remedy)
    }

    fn read<T: serde::de::DeserializeOwned>(&self) -> Result<T, ProgrammeError> {
        toml::from_str(self.text).map_err(|error| {
            let place = error.span().map(|span| Place::of(self.text, span.start)).unwrap_or_default();
            let message = error.message().replace('\n', " ");
            let remedy = "Correct it; programmes/template explains every key";
            self.fail(place, message.trim_end_matches('.'), remedy)
        })
    }

    fn schema(&self, schema: &Spanned<u32>) -> Result<(), ProgrammeError> {
        if *schema.get_ref() == SCHEMA {
            return Ok(());
        }
        Err(self.bad(
            schema,
            format!("schema {} is not read by this release", schema.get_ref()),
            "Use schema = 1",
        ))
    }

    fn text(&self, value: &Spanned<String>) -> Result<String, ProgrammeError> {
        let text = value.get_ref().trim();
        if text.is_empty() {
            return Err(self.bad(value, "the text is empty", "Write it"));
        }
        Ok(text.to_owned())
    }

    fn optional_text(&self, value: Option<&Spanned<String>>) -> Result<Option<String>, ProgrammeError> {
        value.map(|value| self.text(value)).transpose()
    }

    fn date(&self, value: &Spanned<Datetime>) -> Result<Date, ProgrammeError> {
        let given = value.get_ref();
        let whole_day = given.time.is_none() && given.offset.is_none();
        let date = given.date.filter(|_| whole_day).and_then(|date| {
            Date::new(
                i16::try_from(date.year).ok()?,
                i8::try_from(date.month).ok()?,
                i8::try_from(date.day).ok()?,
            )
            .ok()
        });
        date.ok_or_else(|| self.bad(value, "not a date", "Write it as 2026-11-21, without quotes"))
    }

    fn territory(&self, value: &Spanned<String>) -> Result<Territory, ProgrammeError> {
        let name = value.get_ref().as_str();
        let known = name == "EU" || Country::parse(name).is_ok_and(|country| country.as_str() == name);
        if known {
            Ok(Territory::new(name))
        } else {
            Err(self.bad(
                value,
                format!("{name:?} is no customs territory"),
                "Use EU or a country code of ISO 3166",
            ))
        }
    }

    fn within(&self, value: &Spanned<u8>, least: u8, most: u8) -> Result<u8, ProgrammeError> {
        let number = *value.get_ref();
        if (least..=most).contains(&number) {
            return Ok(number);
        }
        Err(self.bad(value, format!("{number} is outside {least} to {most}"), "Choose a number within"))
    }

    fn severity(&self, value: &Spanned<String>) -> Result<Severity, ProgrammeError> {
        match value.get_ref().as_str() {
            "error" => Ok(Severity::Error),
            "warning" => Ok(Severity::Warning),
            "info" => Ok(Severity::Info),
            other => Err(self.bad(value, format!("{other:?} is no severity"), "Use error, warning or info")),
        }
    }

    fn elements(&self, forms: &[ElementForm]) -> Result<Vec<ElementRule>, ProgrammeError> {
        let mut rules: Vec<ElementRule> = Vec::with_capacity(forms.len());
        for form in forms {
            let word = form.element.get_ref().as_str();
            let element = Element::parse(word).ok_or_else(|| {
                let known: Vec<&str> = Element::ALL.iter().map(|element| element.as_str()).collect();
                self.bad(
                    &form.element,
                    format!("{word:?} is no element"),
                    &format!("Use one of {}", known.join(", ")),
                )
            })?;
            let twice = rules.iter().any(|rule| {
                rule.element == element
                    && ((rule.of_houses && form.of_houses)
                        || (rule.of_consolidations && form.of_consolidations))
            });
            if twice {
                return Err(self.bad(
                    &form.element,
                    format!("{word} has two rules for the same documents"),
                    "Remove one",
                ));
            }
            if !form.of_houses && !form.of_consolidations {
                return Err(self.bad(
                    &form.element,
                    format!("the rule for {word} applies to nothing"),
                    "Set of_houses or of_consolidations, or remove it",
                ));
            }
            rules.push(ElementRule {
                element,
                of_houses: form.of_houses,
                of_consolidations: form.of_consolidations,
                severity: self.severity(&form.severity)?,
                code: self.optional_text(form.code.as_ref())?,
                invalid_code: self.optional_text(form.invalid_code.as_ref())?,
                reference: self.text(&form.reference)?,
            });
        }
        Ok(rules)
    }

    fn quality(&self, form: &form::QualityForm) -> Result<QualityRules, ProgrammeError> {
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

    fn country(&self, value: &Spanned<String>) -> Result<Country, ProgrammeError> {
        let name = value.get_ref().as_str();
        Country::parse(name).ok().filter(|country| country.as_str() == name).ok_or_else(|| {
            self.bad(value, format!("{name:?} is no country"), "Use a country code of ISO 3166")
        })
    }

    fn weight(&self, form: &form::WeightForm) -> Result<WeightRules, ProgrammeError> {
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

    fn address(&self, form: &form::AddressForm) -> Result<AddressRules, ProgrammeError> {
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

    fn answers(&self) -> Result<Vec<AnswerCode>, ProgrammeError> {
        let form: form::AnswersForm = self.read()?;
        self.schema(&form.schema)?;
        let mut answers: Vec<AnswerCode> = Vec::with_capacity(form.answers.len());
        for answer in &form.answers {
            let code = self.text(&answer.code)?;
            if answers.iter().any(|earlier| earlier.code == code) {
                return Err(self.bad(&answer.code, format!("{code} stands twice"), "Remove one"));
            }
            if answer.findings.is_empty() == answer.not_reachable.is_none() {
                let what = format!("{code} must have findings, or the reason why it has none");
                return Err(self.bad(&answer.code, what, "Fill in findings or not_reachable"));
            }
            let mut findings = Vec::with_capacity(answer.findings.len());
            for finding in &answer.findings {
                let given = finding.get_ref();
                let known = finding::Code::find(&given.code);
                let code = known.filter(|code| matches!(code.kind(), finding::codes::Kind::Finding(_)));
                let code = code.ok_or_else(|| {
                    let what = format!("{:?} is no finding", given.code);
                    self.bad(finding, what, "Use a code that loadgate explain knows")
                })?;
                findings.push(AnswerFinding { code, on: given.on.clone() });
            }
            answers.push(AnswerCode {
                code,
                http: *answer.http.get_ref(),
                cause: self.text(&answer.cause)?,
                findings,
                not_reachable: self.optional_text(answer.not_reachable.as_ref())?,
            });
        }
        Ok(answers)
    }

    fn lists(&self, form: &StopWordsForm) -> Result<Vec<StopWordList>, ProgrammeError> {
        form.lists.iter().map(|list| self.list(list)).collect()
    }

    fn list(&self, form: &ListForm) -> Result<StopWordList, ProgrammeError> {
        let mut applies_to = Vec::new();
        for word in &form.applies_to {
            let kind = TextKind::parse(word.get_ref()).ok_or_else(|| {
                let what = format!("a list cannot apply to {:?}", word.get_ref());
                self.bad(word, what, "Use goods, party-names or party-addresses")
            })?;
            applies_to.push(kind);
        }
        if applies_to.is_empty() {
            return Err(self.bad(&form.name, "the list applies to nothing", "Fill in applies_to"));
        }
        let mut seen = HashSet::new();
        let mut words = Vec::with_capacity(form.words.len());
        for word in &form.words {
            let WordForm { text, enabled, consolidation } = word.get_ref();
            let separators = form.spelling_separators.as_deref().unwrap_or_default();
            let spellings: Vec<String> = text
                .split(|character| separators.contains(character))
                .map(|spelling| spelling.trim().to_owned())
                .collect();
            for spelling in &spellings {
                let key = cleanse(spelling);
                if key.is_empty() {
                    let what = format!("{spelling:?} holds no letter and would never match");
                    return Err(self.bad(word, what, "Correct or remove it"));
                }
                if !seen.insert(key) {
                    return Err(self.bad(
                        word,
                        format!("{spelling:?} stands twice in the list"),
                        "Remove one",
                    ));
                }
            }
            let (enabled, consolidation) = (*enabled, *consolidation);
            words.push(StopWord { text: text.clone(), spellings, enabled, consolidation });
        }
        Ok(StopWordList {
            name: self.text(&form.name)?.as_str().into(),
            source: self.text(&form.source)?,
            edition: self.date(&form.edition)?,
            complete: form.complete,
            note: form.note.clone().unwrap_or_default(),
            applies_to,
            words,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
