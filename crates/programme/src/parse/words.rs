//! Reads error codes of answers, and stop words.

use super::ProgrammeError;
use super::file::File;
use super::form::{AnswersForm, ListForm, StopWordsForm, WordForm};
use crate::model::{AnswerCode, AnswerFinding};
use crate::stop_words::{StopWord, StopWordList, TextKind, cleanse};
use std::collections::HashSet;

impl File<'_> {
    pub(super) fn answers(&self) -> Result<Vec<AnswerCode>, ProgrammeError> {
        let form: AnswersForm = self.read()?;
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

    pub(super) fn lists(&self, form: &StopWordsForm) -> Result<Vec<StopWordList>, ProgrammeError> {
        form.lists.iter().map(|list| self.list(list)).collect()
    }

    pub(super) fn list(&self, form: &ListForm) -> Result<StopWordList, ProgrammeError> {
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
