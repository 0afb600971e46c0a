//! The error codes of a programme's answers.

use finding::Finding;

/// An error code of a programme's answers, and what it is here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerCode {
    /// The code on the wire, such as `MISSING_SHP_NAME`.
    pub code: String,
    /// Status of the HTTP answer that carries it.
    pub http: u16,
    /// What the programme means by it.
    pub cause: String,
    /// The findings it stands for; empty where it is not reachable.
    pub findings: Vec<AnswerFinding>,
    /// Why no finding of a message corresponds, where none does.
    pub not_reachable: Option<String>,
}

/// A finding an answer code stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerFinding {
    /// Its code.
    pub code: finding::Code,
    /// The path it must be about; `None` for any.
    pub on: Option<String>,
}

impl AnswerFinding {
    /// Whether a finding is of this kind; a list is meant with all its items.
    pub fn covers(&self, finding: &Finding) -> bool {
        let list = finding.path.split('[').next().unwrap_or_default();
        self.code == finding.code && self.on.as_ref().is_none_or(|on| *on == finding.path || on == list)
    }
}
