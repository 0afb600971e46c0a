//! One file of a programme's folder: reading it, and saying where something in it is wrong.

use super::{ProgrammeError, SCHEMA, place::Place};
use consignment::ident::Country;
use consignment::stations::Territory;
use finding::Severity;
use jiff::civil::Date;
use toml::Spanned;
use toml::value::Datetime;

/// One file of the folder, with what is needed to say where something is wrong.
pub(super) struct File<'a> {
    pub programme: &'a str,
    pub name: &'static str,
    pub content: &'a str,
}

impl File<'_> {
    pub(super) fn fail(&self, place: Place, what: impl Into<String>, remedy: &str) -> ProgrammeError {
        ProgrammeError {
            programme: self.programme.into(),
            file: self.name.into(),
            line: place.line,
            field: place.field.into(),
            what: what.into().into(),
            remedy: format!("{remedy}.").into(),
        }
    }

    pub(super) fn bad<T>(&self, value: &Spanned<T>, what: impl Into<String>, remedy: &str) -> ProgrammeError {
        self.fail(Place::of(self.content, value.span().start), what, remedy)
    }

    pub(super) fn read<T: serde::de::DeserializeOwned>(&self) -> Result<T, ProgrammeError> {
        toml::from_str(self.content).map_err(|error| {
            let place = error.span().map(|span| Place::of(self.content, span.start)).unwrap_or_default();
            let message = error.message().replace('\n', " ");
            let remedy = "Correct it; programmes/template explains every key";
            self.fail(place, message.trim_end_matches('.'), remedy)
        })
    }

    pub(super) fn schema(&self, schema: &Spanned<u32>) -> Result<(), ProgrammeError> {
        if *schema.get_ref() == SCHEMA {
            return Ok(());
        }
        Err(self.bad(
            schema,
            format!("schema {} is not read by this release", schema.get_ref()),
            "Use schema = 1",
        ))
    }

    pub(super) fn text(&self, value: &Spanned<String>) -> Result<String, ProgrammeError> {
        let text = value.get_ref().trim();
        if text.is_empty() {
            return Err(self.bad(value, "the text is empty", "Write it"));
        }
        Ok(text.to_owned())
    }

    pub(super) fn optional_text(
        &self,
        value: Option<&Spanned<String>>,
    ) -> Result<Option<String>, ProgrammeError> {
        value.map(|value| self.text(value)).transpose()
    }

    pub(super) fn date(&self, value: &Spanned<Datetime>) -> Result<Date, ProgrammeError> {
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

    pub(super) fn territory(&self, value: &Spanned<String>) -> Result<Territory, ProgrammeError> {
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

    pub(super) fn within<T: Copy + PartialOrd + std::fmt::Display>(
        &self,
        value: &Spanned<T>,
        least: T,
        most: T,
    ) -> Result<T, ProgrammeError> {
        let number = *value.get_ref();
        if (least..=most).contains(&number) {
            return Ok(number);
        }
        Err(self.bad(value, format!("{number} is outside {least} to {most}"), "Choose a number within"))
    }

    pub(super) fn severity(&self, value: &Spanned<String>) -> Result<Severity, ProgrammeError> {
        match value.get_ref().as_str() {
            "error" => Ok(Severity::Error),
            "warning" => Ok(Severity::Warning),
            "info" => Ok(Severity::Info),
            other => Err(self.bad(value, format!("{other:?} is no severity"), "Use error, warning or info")),
        }
    }

    pub(super) fn country(&self, value: &Spanned<String>) -> Result<Country, ProgrammeError> {
        let name = value.get_ref().as_str();
        Country::parse(name).ok().filter(|country| country.as_str() == name).ok_or_else(|| {
            self.bad(value, format!("{name:?} is no country"), "Use a country code of ISO 3166")
        })
    }

    /// The value of this word among all of a kind.
    pub(super) fn one_of<T: Copy>(
        &self,
        value: &Spanned<String>,
        all: &[T],
        word: impl Fn(T) -> &'static str,
        what: &str,
    ) -> Result<T, ProgrammeError> {
        let given = value.get_ref().as_str();
        all.iter().copied().find(|one| word(*one) == given).ok_or_else(|| {
            let known: Vec<&str> = all.iter().map(|one| word(*one)).collect();
            self.bad(value, format!("{given:?} is no {what}"), &format!("Use one of {}", known.join(", ")))
        })
    }
}
