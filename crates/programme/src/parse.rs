//! Reads a programme folder: `programme.toml`, `stop_words.toml` and the tables beside them.
//!
//! Reading is strict: an unknown key, file or word is refused, because a misspelt rule that is silently
//! left out would free goods.

mod file;
mod form;
mod notifications;
mod place;
mod rules;
mod sections;
mod words;

use crate::model::{GateRules, HighRiskRules, Obligation, Programme, ProgrammeId, Scope};
use crate::notification::Notifications;
use crate::stop_words::{StopWordList, StopWords};
use file::File;
use form::{ProgrammeForm, StopWordsForm};
use sha2::{Digest, Sha256};

/// Version of the file form this release reads.
const SCHEMA: u32 = 1;

/// File with the rules.
const RULES: &str = "programme.toml";
/// File with the stop words.
const STOP_WORDS: &str = "stop_words.toml";
/// File with the error codes of the programme's answers; may be absent.
const ANSWERS: &str = "answer_codes.toml";

/// File with what the programme's answers mean; may be absent, and then none of them means anything.
const NOTIFICATIONS: &str = "notifications.toml";

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
    if let Some((name, _)) = files
        .iter()
        .find(|(name, _)| ![RULES, STOP_WORDS, ANSWERS, NOTIFICATIONS, "README.md"].contains(name))
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
    let filing = rules.filing(&form.filing)?;
    let timers = rules.timers(&form.timers, filing.retention_days)?;
    let referral = rules.referral(&form.referral)?;
    let outage = rules.outage(&form.outage)?;
    let notifications = match files.iter().find(|(name, _)| *name == NOTIFICATIONS) {
        Some(_) => folder.file(files, NOTIFICATIONS)?.notifications(&referral, outage.as_ref())?,
        None => Notifications::default(),
    };
    let stop_word_matcher = StopWords::prepare(&stop_words, &word_form.connectives, &word_form.packing);
    Ok(Programme {
        id: ProgrammeId::new(id),
        edition: rules.date(&form.edition)?,
        sha256: hash(files),
        authority: rules.authority(&form.authority)?,
        scope: Scope {
            territory: rules.territory(&form.scope.territory)?,
            mail: form.scope.mail,
            diplomatic_bags: form.scope.diplomatic_bags,
            surface_legs: form.scope.surface_legs,
        },
        gate: GateRules {
            binding: rules.one_of(
                &form.gate.binding,
                &[Obligation::Mandatory, Obligation::Voluntary],
                Obligation::as_str,
                "obligation",
            )?,
            acknowledgement_required: form.gate.acknowledgement_required,
            assessment_required: form.gate.assessment_required,
            assessment_required_is_law: form.gate.assessment_required_is_law,
            consolidation_answered: form.gate.consolidation_answered,
            manifest_ends_assessment: form.gate.manifest_ends_assessment,
            acceptance_starts_assessment: form.gate.acceptance_starts_assessment,
        },
        high_risk: HighRiskRules {
            // Nine is the most that an ICS2 answer can carry (IE3R03, screening methods 2..9).
            methods_min: rules.within(&form.high_risk.methods_min, 1, 9)?,
        },
        elements: rules.elements(&form.elements, &filing)?,
        quality: rules.quality(&form.quality)?,
        title: rules.text(&form.title)?,
        filing,
        referral,
        outage,
        timers,
        notifications,
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
    let file = File { programme: "", name, content: text };
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
            Some((_, text)) => Ok(File { programme: self.id, name, content: text }),
            None => {
                Err(self.fail(name, "the file is missing", "Copy it from programmes/template and fill it in"))
            }
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
