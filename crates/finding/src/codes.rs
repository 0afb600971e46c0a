//! The register of stable codes. A code, once released, keeps its meaning for ever.
//!
//! To add one: a row in the file of its owner below, and its text in `locales/*/<same name>.ftl`.
//! `docs/reference/` is generated from here, and a test holds both in step.

pub mod declaration;
pub mod gate;
pub mod lists;
pub mod people;
pub mod quality;
pub mod wire;

use crate::Severity;

/// What a code stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A finding about a sender's data, with its usual severity.
    Finding(Severity),
    /// A reason in a load answer.
    Reason(Effect),
    /// A lawful no from casework or policy.
    Refusal,
    /// Why a reason stands: a sentence put into a reason's `why`.
    Detail,
}

/// What a reason does to the load answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The answer is "hold" while this reason stands.
    Holds,
    /// Informative: it explains, and holds nothing.
    Informs,
}

/// One row of the register. Compared by its stable id.
pub struct Entry {
    id: &'static str,
    kind: Kind,
    reference: &'static str,
    args: &'static [&'static str],
    section: &'static str,
}

/// A stable code: a pointer into the register.
#[derive(Clone, Copy)]
pub struct Code(&'static Entry);

impl Code {
    /// The stable name, such as `awb-check-digit`.
    pub fn id(self) -> &'static str {
        self.0.id
    }

    /// What the code stands for.
    pub fn kind(self) -> Kind {
        self.0.kind
    }

    /// The rule or source it follows.
    pub fn reference(self) -> &'static str {
        self.0.reference
    }

    /// Names of the message arguments.
    pub fn args(self) -> &'static [&'static str] {
        self.0.args
    }

    /// The file that owns it: `wire`, `declaration`, `quality`, `lists` or `gate`.
    pub fn section(self) -> &'static str {
        self.0.section
    }

    /// The usual severity of a finding; `Info` for codes that are not findings.
    pub fn severity(self) -> Severity {
        match self.0.kind {
            Kind::Finding(severity) => severity,
            Kind::Reason(_) | Kind::Refusal | Kind::Detail => Severity::Info,
        }
    }

    /// Whether a load answer with this reason is "hold".
    pub fn holds(self) -> bool {
        matches!(self.0.kind, Kind::Reason(Effect::Holds))
    }

    /// The code of this id.
    pub fn find(id: &str) -> Option<Code> {
        all().find(|code| code.id() == id)
    }
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }
}

impl Eq for Code {}

impl PartialOrd for Code {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Code {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.id.cmp(other.0.id)
    }
}

impl std::hash::Hash for Code {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.id.hash(state);
    }
}

impl std::fmt::Debug for Code {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.0.id)
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.0.id)
    }
}

/// Every registered code, section by section.
pub fn all() -> impl Iterator<Item = Code> {
    [wire::ALL, declaration::ALL, quality::ALL, lists::ALL, gate::ALL, people::ALL]
        .into_iter()
        .flatten()
        .copied()
}

/// Declares the codes of one section.
///
/// Row: doc comment, `NAME = "stable-id", Kind, "reference", [argument names];`
macro_rules! codes {
    ($section:literal; $($(#[$doc:meta])* $name:ident = $id:literal, $kind:expr, $reference:literal, [$($arg:literal),*];)*) => {
        // A section need not use every kind.
        #[allow(unused_imports)]
        use crate::Severity::{Error, Info, Warning};
        #[allow(unused_imports)]
        use crate::codes::{Code, Effect::{Holds, Informs}, Entry, Kind::{Detail, Finding, Reason, Refusal}};
        $($(#[$doc])* pub const $name: Code = Code::new(&Entry::new($id, $kind, $reference, &[$($arg),*], $section));)*
        /// Every code of this section, in the order of the file.
        pub const ALL: &[Code] = &[$($name),*];
    };
}
pub(crate) use codes;

impl Entry {
    pub(crate) const fn new(
        id: &'static str,
        kind: Kind,
        reference: &'static str,
        args: &'static [&'static str],
        section: &'static str,
    ) -> Self {
        Self { id, kind, reference, args, section }
    }
}

impl Code {
    pub(crate) const fn new(entry: &'static Entry) -> Self {
        Self(entry)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn ids_are_unique_kebab_case_words() {
        let mut seen = HashSet::new();
        for code in all() {
            assert!(seen.insert(code.id()), "{code} is registered twice");
            let sound = code.id().split('-').all(|word| {
                !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
            });
            assert!(sound, "{code} is not kebab-case");
            assert!(!code.reference().is_empty(), "{code} names no rule or source");
            assert_eq!(Code::find(code.id()), Some(code));
        }
        assert_eq!(Code::find("no-such-code"), None);
    }
}
