//! Messages that Loadgate writes: answers in the sender's own format, and what a node says that is the
//! authority itself. Pure functions: what is to be said goes in, text comes out, ready to be sent.
//!
//! What does not fit the layout of the message is refused rather than bent: a notice that was cut short could
//! say something else. [`decode`](crate::decode) reads back whatever is written here.

pub mod camir;
pub mod reply;

use thiserror::Error;

/// The end of a line on teleprinter networks.
const LINE_END: &str = "\r\n";

/// Most characters of a line (Cargo-IMP; PACT guide 1.9, section 4).
const LINE_CHARACTERS_MAX: usize = 69;

/// Most bytes of one piece of a message (PACT guide 1.9, section 4).
const PIECE_BYTES_MAX: usize = 1_600;

/// Why a message was not written.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The message that is answered is no text message that this release reads.
    #[error("only a text message that was recognised can be answered in its own format")]
    NotAnswerable,
    /// The message is itself an answer; answers to answers never end.
    #[error("{0} is an answer, and is not answered")]
    AnswerToAnswer(&'static str),
    /// No reason is given, or none that has a letter or digit.
    #[error("a reason is missing")]
    ReasonMissing,
    /// A bill without the number of its master.
    #[error("the bill has no air waybill number")]
    MasterMissing,
    /// A code that has not its form.
    #[error("{code} is no {what}")]
    CodeInvalid {
        /// What it should be.
        what: &'static str,
        /// The code.
        code: String,
    },
    /// A text that has more than one line, characters other than printable ASCII, or blanks around it.
    #[error("the text must be one line of printable ASCII without blanks around it")]
    TextInvalid,
    /// A line that is longer than the message allows.
    #[error("the line has {length} characters, {limit} are the most")]
    LineTooLong {
        /// Its length in characters.
        length: usize,
        /// The most it may have.
        limit: usize,
    },
}

/// Lines, each with its end.
fn joined<'a>(lines: impl IntoIterator<Item = &'a str>) -> String {
    lines.into_iter().flat_map(|line| [line, LINE_END]).collect()
}
