//! The goods that somebody asks about: those he names, or all of which something waits.

use super::lookup::Seeker;
use super::{Engine, EngineError};
use crate::command::{GoodsAsked, Reply};
use crate::ports::{Clock, Index, Journal, Outbox, Pick};
use casework::Dossier;
use casework::case::Node;
use casework::view::Asker;
use consignment::ConsignmentKey;
use consignment::fact::ObjectName;
use std::collections::BTreeSet;

/// Most trees that are looked at for one question: the last of them.
const TREES_MAX: usize = 1_000;

/// Most goods that are looked at for one question about a flight or unit.
const GOODS_MAX: usize = 5_000;

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// Goods that somebody asks about and may see, and whether there may be more than were looked at. Where he names none and
    /// `sees_all`, they are those that `of_interest` finds in the trees of which something waits under one of `keys`.
    pub(super) fn goods_asked(
        &mut self,
        of: &GoodsAsked,
        seeker: &Seeker,
        sees_all: bool,
        keys: &[&str],
        of_interest: impl Fn(&Dossier) -> Vec<ConsignmentKey>,
    ) -> Result<(BTreeSet<ConsignmentKey>, bool), EngineError> {
        let mut found = BTreeSet::new();
        match of {
            GoodsAsked::All if sees_all => {
                let (mut streams, mut beyond) = (BTreeSet::new(), false);
                for key in keys {
                    // Of those that are marked the first are long gone.
                    let mut found = self.journal.find(Index::Waiting, key, Pick::Last(TREES_MAX + 1))?;
                    if found.len() > TREES_MAX {
                        beyond = true;
                        found.remove(0);
                    }
                    streams.extend(found);
                }
                for stream in streams {
                    // What became part of another tree is found there.
                    if self.journal.find(Index::Moved, &stream, Pick::First(1))?.is_empty() {
                        let loaded = self.load(&stream)?;
                        found.extend(of_interest(&loaded.dossier));
                        self.keep(loaded);
                    }
                }
                Ok((found, beyond))
            }
            // Who may not see everything names what he asks about.
            GoodsAsked::All => Ok((found, false)),
            GoodsAsked::Goods(key) => {
                if let Some(stream) = self.stream_found(key)? {
                    self.seen_in(&stream, seeker, |_, node| *node == Node::of(key), &mut found)?;
                }
                Ok((found, false))
            }
            GoodsAsked::Found(wanted) => match self.look_up(wanted, None, GOODS_MAX, seeker)? {
                Reply::LookedUp { goods, more, beyond } => Ok((goods.into_iter().collect(), more || beyond)),
                _ => Ok((found, false)),
            },
            // A unit holds the goods of many: who only files is told nothing by it.
            GoodsAsked::Inside(_) if matches!(seeker.asker, Asker::Filer(_)) => Ok((found, false)),
            GoodsAsked::Inside(unit) => {
                let unit = ObjectName::Unit(unit.clone());
                self.bring(&unit)?;
                let mut inside = BTreeSet::new();
                self.transport.yard.each_inside(&unit, |key| {
                    inside.insert(key.clone());
                });
                let beyond = inside.len() > GOODS_MAX;
                for key in inside.into_iter().take(GOODS_MAX) {
                    if let Some(stream) = self.stream_found(&key)? {
                        self.seen_in(&stream, seeker, |_, node| *node == Node::of(&key), &mut found)?;
                    }
                }
                let beyond = beyond && !found.is_empty();
                Ok((found, beyond))
            }
        }
    }
}
