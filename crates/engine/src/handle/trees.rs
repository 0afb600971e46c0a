//! Trees of consignments: read from their streams, kept in memory while nobody else appends, and made.

use super::{Engine, EngineError, Loaded, index};
use crate::ports::{Clock, Journal, Outbox, StreamId, Version};
use casework::case::Event;
use casework::{Dossier, Refusal};
use consignment::ConsignmentKey;
use finding::{Phrase, codes};

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// The tree of a stream, taken out of the kept ones where nobody has appended since. Whoever takes it
    /// gives it back with [`Self::keep`]; after an error it is read anew from the journal.
    pub(super) fn load(&mut self, stream: &StreamId) -> Result<Loaded, EngineError> {
        self.bring_legs_of(stream)?;
        if let Some(kept) = self.trees.remove(stream) {
            if self.journal.version(stream)? == kept.version {
                return self.brought(kept);
            }
        }
        self.read_whole(stream)
    }

    /// A tree that was kept, with what is read of flights and units where it is asked about, which may have been forgotten
    /// since.
    fn brought(&mut self, mut kept: Loaded) -> Result<Loaded, EngineError> {
        if kept.brought != self.forgotten {
            self.bring_tree(&kept.dossier.tree)?;
            kept.brought = self.forgotten;
        }
        Ok(kept)
    }

    /// A tree with what is read of flights and units where it is asked about.
    fn read_whole(&mut self, stream: &StreamId) -> Result<Loaded, EngineError> {
        let mut loaded = self.read(stream)?;
        self.bring_tree(&loaded.dossier.tree)?;
        loaded.brought = self.forgotten;
        Ok(loaded)
    }

    pub(super) fn keep(&mut self, loaded: Loaded) {
        self.trees.insert(loaded.stream.clone(), loaded);
    }

    pub(super) fn read(&self, stream: &StreamId) -> Result<Loaded, EngineError> {
        let events = self.journal.read(stream)?;
        let version = events.len() as Version;
        let mut dossier = Dossier::default();
        // Also what nobody filed is named by the number under which it is kept.
        dossier.tree.master = index::master_of(stream);
        for recorded in &events {
            match &recorded.event {
                casework::Event::Tree(Event::Joined { from }) => {
                    self.journal.read(from)?.iter().for_each(|recorded| dossier.evolve(&recorded.event));
                }
                event => dossier.evolve(event),
            }
        }
        Ok(Loaded { stream: stream.clone(), version, dossier, screened_by: 0, brought: 0 })
    }

    pub(super) fn load_known(&mut self, key: &ConsignmentKey) -> Result<Loaded, EngineError> {
        match self.stream_found(key)? {
            Some(stream) => self.load(&stream),
            None => {
                Err(Refusal(Phrase::new(codes::gate::OBJECT_UNKNOWN).with("object", key.to_string())).into())
            }
        }
    }

    pub(super) fn load_or_create(&mut self, key: &ConsignmentKey) -> Result<Loaded, EngineError> {
        let stream = self.stream_of(key)?;
        self.load(&stream)
    }
}
