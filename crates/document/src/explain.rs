//! The document of `explain`: the story behind a code.

use finding::codes::{Code, Effect, Kind};
use finding::{Args, Language, catalogue};
use schemars::JsonSchema;
use serde::Serialize;

/// Name of the document's schema.
pub const SCHEMA: &str = "loadgate.explain/1";

/// What is known of a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Explanation {
    /// Name of the document's schema.
    pub schema: &'static str,
    /// The code.
    pub code: &'static str,
    /// `finding`, `reason`, `refusal` or `detail`.
    pub kind: &'static str,
    /// Usual severity of a finding: `info`, `warning` or `error`; `null` for other codes.
    pub severity: Option<&'static str>,
    /// What a reason does: `hold` or `info`; `null` for other codes.
    pub effect: Option<&'static str>,
    /// Section of the register.
    pub section: &'static str,
    /// The text, with the names of its arguments in angle brackets.
    pub message: String,
    /// What clears a reason that holds; `null` for other codes.
    pub clears_when: Option<String>,
    /// The rule or source it follows.
    pub reference: &'static str,
    /// Names of the arguments.
    pub arguments: &'static [&'static str],
}

impl Explanation {
    /// What is known of this code.
    pub fn new(code: Code) -> Self {
        let arguments: Args = code.args().iter().map(|name| (*name, format!("<{name}>"))).collect();
        Self {
            schema: SCHEMA,
            code: code.id(),
            kind: match code.kind() {
                Kind::Finding(_) => "finding",
                Kind::Reason(_) => "reason",
                Kind::Refusal => "refusal",
                Kind::Detail => "detail",
            },
            severity: match code.kind() {
                Kind::Finding(severity) => Some(severity.as_str()),
                _ => None,
            },
            effect: match code.kind() {
                Kind::Reason(Effect::Holds) => Some("hold"),
                Kind::Reason(Effect::Informs) => Some("info"),
                _ => None,
            },
            section: code.section(),
            message: catalogue::text(Language::English, code, &arguments),
            clears_when: catalogue::clears_when(Language::English, code, &arguments),
            reference: code.reference(),
            arguments: code.args(),
        }
    }

    /// What the code stands for, in words.
    pub fn about(&self) -> &'static str {
        match (self.kind, self.severity, self.effect) {
            (_, Some("error"), _) => "a finding about the sender's data, usually an error",
            (_, Some("warning"), _) => "a finding about the sender's data, usually a warning",
            (_, Some(_), _) => "a finding about the sender's data, usually for information",
            (_, _, Some("hold")) => "a reason of the load answer: the goods are held while it stands",
            (_, _, Some(_)) => "a reason of the load answer: it explains, and holds nothing",
            ("refusal", ..) => "a refusal: what was asked is not lawful here, and nothing happened",
            _ => "a sentence that says why a reason stands",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use finding::codes;

    #[test]
    fn every_code_is_explained_without_a_gap() {
        for code in codes::all() {
            let explanation = Explanation::new(code);
            assert!(!explanation.message.is_empty() && !explanation.message.contains("{$"), "{code}");
            assert_eq!(code.holds(), explanation.effect == Some("hold"), "{code}");
            assert_eq!(explanation.clears_when.is_some(), code.holds(), "{code}");
        }
    }
}
