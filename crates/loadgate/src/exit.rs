//! Exit statuses, and the errors that end a command.

use crate::demo::DemoError;
use engine::EngineError;
use std::io;
use std::process::ExitCode;

/// How a command ended. Ordered by weight: over several files the heaviest one counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Exit {
    /// Nothing to complain of.
    Clean,
    /// A finding of severity error, or a hold.
    Found,
    /// An input that cannot be used, or a command line that cannot be followed.
    Unusable,
    /// A failure of ours.
    Failed,
}

impl Exit {
    /// The status given to the operating system: 0 to 3.
    pub fn status(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Found => 1,
            Self::Unusable => 2,
            Self::Failed => 3,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.status())
    }
}

/// Why a command could not go on. What concerns one input only is no error: it is reported beside the
/// other inputs.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The command line asks for something that does not exist; the text says what there is.
    #[error("{0}")]
    Usage(String),
    /// A file that the whole command rests on, such as a watch list, cannot be used.
    #[error("{file}: {problem}")]
    Unusable {
        /// The file as it was named.
        file: String,
        /// What happened and what to do.
        problem: String,
    },
    /// The result could not be written.
    #[error("the result could not be written: {0}. Check the disk or the program that reads the result.")]
    Output(#[from] io::Error),
    /// The engine failed.
    #[error("the engine failed: {0}. This is a fault of Loadgate; please report it.")]
    Engine(#[from] EngineError),
    /// Something happened that cannot happen.
    #[error("{0}. This is a fault of Loadgate; please report it.")]
    Internal(String),
}

impl Error {
    /// The exit status that follows from it.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) | Self::Unusable { .. } => Exit::Unusable,
            // Also where the reader went away, as `head` does: what was not told is not known to be clean.
            Self::Output(_) | Self::Engine(_) | Self::Internal(_) => Exit::Failed,
        }
    }

    /// Whether nobody need be told of it: whoever read the result wanted no more of it.
    pub fn is_silent(&self) -> bool {
        matches!(self, Self::Output(why) if why.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl From<serde_json::Error> for Error {
    fn from(why: serde_json::Error) -> Self {
        match why.io_error_kind() {
            Some(kind) => Self::Output(io::Error::new(kind, why)),
            None => Self::Internal(format!("a document could not be written as JSON: {why}")),
        }
    }
}

impl From<DemoError> for Error {
    fn from(why: DemoError) -> Self {
        match why {
            DemoError::Output(why) => Self::Output(why),
            DemoError::Document(why) => Self::from(why),
            // Everything the demo shows is part of the release.
            other => Self::Internal(format!("the demo cannot be shown: {other}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_status_counts() {
        let all = [Exit::Unusable, Exit::Clean, Exit::Failed, Exit::Found];
        assert_eq!(all.into_iter().max().map(Exit::status), Some(3));
        assert_eq!([Exit::Clean, Exit::Found].into_iter().max().map(Exit::status), Some(1));
    }

    #[test]
    fn a_reader_that_went_away_is_not_complained_of_and_nothing_is_clean() {
        let closed = Error::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert!(closed.is_silent() && closed.exit() == Exit::Failed);
        let full = Error::from(io::Error::from(io::ErrorKind::StorageFull));
        assert!(!full.is_silent() && full.exit() == Exit::Failed);
        assert_eq!(Error::Usage("no such programme".to_owned()).exit(), Exit::Unusable);
    }
}
