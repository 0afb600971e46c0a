//! The database of a node, whichever it is.

use crate::audit::LogRead;
use crate::audit::checkpoint::Signer;
use crate::postgres::audit::LogReader;
use crate::quiet::{Page, Quiet};
use crate::span::{Span, Spanned, Take};
use crate::{StoreError, postgres, sqlite};
use jiff::Timestamp;

/// The database of a node.
#[derive(Debug, Clone)]
pub enum Database {
    /// A file of its own.
    Own(sqlite::Database),
    /// One that it shares with other nodes.
    Shared(postgres::Database),
}

impl Database {
    /// Looks at one state of its log, beside those who write. Must not be called by a task of a runtime.
    ///
    /// # Errors
    /// Where the database cannot be opened.
    pub fn look<T>(&self, look: impl FnOnce(&dyn LogRead) -> T) -> Result<T, StoreError> {
        match self {
            Self::Own(database) => database.reader()?.at_once(|reader| Ok(look(reader.connection()))),
            Self::Shared(database) => Ok(look(&LogReader::open(database.address())?)),
        }
    }

    /// What signs in the name of its node: the key of its log. No database is opened without its key file.
    pub fn signer(&self) -> &Signer {
        match self {
            Self::Own(database) => database.keys().signer(),
            Self::Shared(database) => database.keys().signer(),
        }
    }

    /// Gives every event of a span of time, of one state, beside those who write. Must not be called by a task of a runtime.
    ///
    /// # Errors
    /// Where one is damaged, or the database fails.
    pub fn span(&self, span: Span<'_>, take: &mut Take<'_>) -> Result<Spanned, StoreError> {
        match self {
            Self::Own(database) => database.reader()?.at_once(|reader| reader.span(span, take)),
            Self::Shared(database) => database.reader()?.at_once(|reader| reader.span(span, take)),
        }
    }

    /// A page of streams whose last event is old. Must not be called by a task of a runtime.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn quiet(&self, page: &Page<'_>) -> Result<Quiet, StoreError> {
        match self {
            Self::Own(database) => database.reader()?.quiet(page),
            Self::Shared(database) => postgres::apart(|| database.reader()?.quiet(page)),
        }
    }

    /// When the last event was written; `None` where there is none.
    ///
    /// # Errors
    /// Where the database fails.
    pub fn last_at(&self) -> Result<Option<Timestamp>, StoreError> {
        match self {
            Self::Own(database) => database.reader()?.last_at(),
            Self::Shared(database) => postgres::apart(|| database.reader()?.last_at()),
        }
    }
}
