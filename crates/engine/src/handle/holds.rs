//! Holds of agencies as a list: of all goods that are held, or of those that somebody names.

use super::index::ONLY;
use super::lookup::Seeker;
use super::{Engine, EngineError};
use crate::command::{HoldsWanted, Reply};
use crate::ports::{Clock, Journal, JournalError, Outbox, StreamId};
use casework::Dossier;
use casework::case::{self, Node};
use casework::holds::{Held, History, HoldSeen, seen};
use casework::view::Asker;
use consignment::ConsignmentKey;
use consignment::fact::same_name;

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// Holds that somebody may see, in order of the goods: those behind `after`, at most so many.
    pub(super) fn holds(
        &mut self,
        wanted: &HoldsWanted,
        after: Option<&(ConsignmentKey, u32)>,
        most: usize,
        seeker: &Seeker,
    ) -> Result<Reply, EngineError> {
        let held = |dossier: &Dossier| {
            let held = dossier.tree.documents.iter().filter(|(_, document)| !document.holds.is_empty());
            held.map(|(node, _)| dossier.tree.key(node)).collect()
        };
        let (goods, beyond) = self.goods_asked(&wanted.of, seeker, seeker.sees_all(), &[ONLY], held)?;
        let is_wanted = |hold: &HoldSeen| {
            wanted.open.is_none_or(|open| hold.is_open() == open)
                && wanted.kind.is_none_or(|kind| hold.kind == Some(kind))
                && wanted
                    .agency
                    .as_deref()
                    .is_none_or(|agency| hold.agency.as_deref().is_some_and(|known| same_name(known, agency)))
                && after.is_none_or(|(goods, number)| {
                    hold.goods > *goods || hold.number.unwrap_or_default() > *number
                })
        };
        let mut read = None;
        let mut holds: Vec<HoldSeen> = Vec::new();
        for key in goods.into_iter().filter(|key| after.is_none_or(|(goods, _)| key >= goods)) {
            if holds.len() > most {
                break;
            }
            holds.extend(self.held_on(&key, seeker, &mut read)?.into_iter().filter(is_wanted));
        }
        let more = holds.len() > most;
        holds.truncate(most);
        Ok(Reply::Holds { holds, more, beyond })
    }

    /// The holds of goods, as somebody sees them who may see the goods. `read` keeps what was read last: houses of one master
    /// come one after the other.
    fn held_on(
        &mut self,
        key: &ConsignmentKey,
        seeker: &Seeker,
        read: &mut Option<(StreamId, History)>,
    ) -> Result<Vec<HoldSeen>, EngineError> {
        let Some(stream) = self.stream_found(key)? else { return Ok(Vec::new()) };
        if read.as_ref().is_none_or(|(known, _)| *known != stream) {
            // Who is told neither whose a hold is nor since when needs none of it.
            let history = match seeker.asker {
                Asker::Officer(_) | Asker::Auditor => self.hold_history(&stream)?,
                Asker::Filer(_) | Asker::Carrier | Asker::Handler => History::default(),
            };
            *read = Some((stream.clone(), history));
        }
        let loaded = self.load(&stream)?;
        // A handler without a mandate is told that goods are held, and nothing of why, by the gate alone.
        let tells =
            seeker.asker != Asker::Handler || self.asks_for_carrier(&loaded.dossier.tree, &seeker.holder);
        let holds = match read {
            Some((_, history)) if tells => Held::all(&loaded.dossier, history, &Node::of(key)),
            _ => Vec::new(),
        };
        self.keep(loaded);
        Ok(seen(holds, &seeker.asker))
    }

    fn hold_history(&self, stream: &StreamId) -> Result<History, JournalError> {
        let mut history = History::default();
        for recorded in self.journal.read(stream)? {
            match &recorded.event {
                casework::Event::Tree(case::Event::Joined { from }) => {
                    for joined in self.journal.read(from)? {
                        if let casework::Event::Tree(event) = &joined.event {
                            history.evolve(event, joined.at);
                        }
                    }
                }
                casework::Event::Tree(event) => history.evolve(event, recorded.at),
                _ => {}
            }
        }
        Ok(history)
    }
}
