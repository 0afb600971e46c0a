//! Who reads what concerns others.

use super::{Engine, EngineError};
use crate::command::Reply;
use crate::ports::{Clock, Journal, Outbox, StreamId};
use casework::access::Access;
use consignment::fact::Person;
use jiff::tz::TimeZone;

/// Start of the names of streams of who read what, each of a day.
const ACCESSES: &str = "access/";

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// Writes down who reads what, by the day: each day can be erased for itself when its time is over.
    pub(super) fn note_access(
        &mut self,
        by: Person,
        what: String,
        names: Vec<String>,
    ) -> Result<Reply, EngineError> {
        let at = self.clock.now();
        let stream: StreamId = format!("{ACCESSES}{}", at.to_zoned(TimeZone::UTC).date()).into();
        let version = self.journal.version(&stream)?;
        let event = casework::Event::Accessed(Access { by, what, names, at });
        self.journal.append(&stream, version, &[event], at)?;
        Ok(Reply::Done(1))
    }
}
