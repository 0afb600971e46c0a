//! Findings: what is wrong or noteworthy in the data a sender gave us, as values.
//!
//! This crate lies below all others. It owns the register of every stable code that Loadgate shows to
//! anybody ([`codes`]): findings about data, reasons of a load answer, and refusals. The texts live in
//! the message catalogue ([`catalogue`]), so that a journal keeps codes and arguments and never prose.
//!
//! [`recall`] reads codes that a journal holds and this release may not register.
//!
//! Deliberately absent: any knowledge of cargo, formats or programmes, I/O, and errors of our own
//! (those are `Error` types of the crates that can fail).

pub mod catalogue;
pub mod codes;
pub mod recall;
pub mod unseen;

pub use catalogue::Language;
pub use codes::{Code, Effect, Kind};

/// How much a finding weighs. Ordered: `Info < Warning < Error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing is wrong.
    Info,
    /// Probably wrong or weak; the message is still usable.
    Warning,
    /// Wrong: the element cannot be relied on or the message would be rejected.
    Error,
}

impl Severity {
    /// The word used in JSON and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A place in the input, as an editor shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line in the input the message came from, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Length of the marked text in characters; 0 marks a place between characters.
    pub length: u32,
}

impl Position {
    /// A position that marks `length` characters from `column` of `line`.
    pub fn new(line: u32, column: u32, length: u32) -> Self {
        Self { line, column, length }
    }
}

/// Named arguments of a message, in the order the code declares them.
pub type Args = Vec<(&'static str, String)>;

/// A sentence of the catalogue: a code and its arguments, rendered when somebody reads it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phrase {
    /// Which sentence.
    pub code: Code,
    /// Its arguments.
    pub args: Args,
}

impl Phrase {
    /// A sentence without arguments yet.
    pub fn new(code: Code) -> Self {
        Self { code, args: Args::new() }
    }

    /// The same sentence with one more argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        debug_assert!(
            self.code.args().contains(&name),
            "{} declares no argument {name}; it has {:?}",
            self.code.id(),
            self.code.args()
        );
        self.args.push((name, value.into()));
        self
    }

    /// The sentence in `language`.
    pub fn text(&self, language: Language) -> String {
        catalogue::text(language, self.code, &self.args)
    }
}

/// One thing found in a sender's data.
///
/// A finding is a value, never an error: decoding goes on after it. Its identity is the [`Code`]; the
/// text is made from the catalogue when somebody reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What was found.
    pub code: Code,
    /// How much it weighs here; starts as the code's own severity.
    pub severity: Severity,
    /// Index of the message in its input, from 0.
    pub message_index: u32,
    /// Where in the input; `None` where a thing is absent altogether.
    pub position: Option<Position>,
    /// The element of the canonical model, such as `consignee.address`; empty for the whole message.
    pub path: String,
    /// Arguments of the message text.
    pub args: Args,
}

impl Finding {
    /// A finding of `code` with the code's own severity, for the whole message.
    ///
    /// # Panics
    /// In debug builds, where `code` is registered as something other than a finding.
    pub fn new(code: Code) -> Self {
        debug_assert!(matches!(code.kind(), Kind::Finding(_)), "{} is not a finding code", code.id());
        Self {
            code,
            severity: code.severity(),
            message_index: 0,
            position: None,
            path: String::new(),
            args: Args::new(),
        }
    }

    /// The same finding at a place.
    #[must_use]
    pub fn at(mut self, position: impl Into<Option<Position>>) -> Self {
        self.position = position.into();
        self
    }

    /// The same finding about an element of the model.
    #[must_use]
    pub fn on(mut self, path: impl Into<String>) -> Self {
        self.path = path.into();
        self
    }

    /// The same finding with one more message argument.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        debug_assert!(
            self.code.args().contains(&name),
            "{} declares no argument {name}; it has {:?}",
            self.code.id(),
            self.code.args()
        );
        self.args.push((name, value.into()));
        self
    }

    /// The same finding in the message of this index.
    #[must_use]
    pub fn in_message(mut self, message_index: u32) -> Self {
        self.message_index = message_index;
        self
    }

    /// The text in `language`: what happened and what to do.
    pub fn message(&self, language: Language) -> String {
        catalogue::text(language, self.code, &self.args)
    }
}

/// The worst severity among `findings`, if there are any.
pub fn worst<'a>(findings: impl IntoIterator<Item = &'a Finding>) -> Option<Severity> {
    findings.into_iter().map(|finding| finding.severity).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severities_are_ordered_by_weight() {
        assert!(Severity::Info < Severity::Warning && Severity::Warning < Severity::Error);
        let findings = [Finding::new(codes::wire::EMPTY_INPUT), Finding::new(codes::wire::PREAMBLE_IGNORED)];
        assert_eq!(worst(&findings), Some(Severity::Error));
        assert_eq!(worst(&[]), None);
    }
}
