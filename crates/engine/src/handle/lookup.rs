//! Which goods somebody may look up, by what he knows of them.

use super::index::{day_text, goods_named};
use super::likeness::likeness_text;
use super::{Engine, EngineError};
use crate::command::{Reply, Wanted};
use crate::ports::{Clock, Index, Journal, Outbox, Pick, StreamId};
use casework::case::{Node, Tree};
use casework::desks::{carries, operator, stated};
use casework::gate;
use casework::view::{Asker, is_filed_by};
use consignment::ConsignmentKey;
use consignment::fact::{FlightName, MandatedAct, ObjectName};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Most trees that are looked at for one flight: the last that were routed on it.
const TREES_MAX: usize = 1_000;

/// Who looks up.
pub(super) struct Seeker {
    /// By the name of his channel.
    pub(super) holder: Arc<str>,
    pub(super) asker: Asker,
}

impl Seeker {
    /// Whether he may see everything.
    pub(super) fn sees_all(&self) -> bool {
        matches!(self.asker, Asker::Officer(_) | Asker::Auditor)
    }
}

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// Goods that somebody may see, in order of their numbers: those after `after`, at most so many.
    pub(super) fn look_up(
        &mut self,
        by: &Wanted,
        after: Option<&ConsignmentKey>,
        most: usize,
        seeker: &Seeker,
    ) -> Result<Reply, EngineError> {
        let (mut found, mut beyond) = (BTreeSet::new(), false);
        match by {
            Wanted::Master(master) => {
                let key = ConsignmentKey { master: Some(*master), house: None };
                if let Some(stream) = self.stream_found(&key)? {
                    self.seen_in(&stream, seeker, |_, _| true, &mut found)?;
                }
            }
            Wanted::House(house) => {
                let key = ConsignmentKey { master: None, house: Some(house.clone()) };
                for key in self.may_mean(key)? {
                    if let Some(stream) = self.stream_found(&key)? {
                        self.seen_in(&stream, seeker, |_, node| *node == Node::of(&key), &mut found)?;
                    }
                }
            }
            // A name leads to the goods of many: those who see all of them are told.
            Wanted::Party(name) if matches!(seeker.asker, Asker::Officer(_) | Asker::Auditor) => {
                let mut known =
                    self.journal.find(Index::Party, &likeness_text(name.key()), Pick::Last(TREES_MAX + 1))?;
                if known.len() > TREES_MAX {
                    beyond = true;
                    known.remove(0);
                }
                for goods in known {
                    let of_name = |tree: &Tree, node: &Node| {
                        tree.documents.get(node).is_some_and(|document| name.names_party_of(document))
                    };
                    // Its master may have become known since.
                    for key in self.may_mean(goods_named(&goods)?)? {
                        if let Some(stream) = self.stream_found(&key)? {
                            let wanted =
                                |tree: &Tree, node: &Node| *node == Node::of(&key) && of_name(tree, node);
                            self.seen_in(&stream, seeker, wanted, &mut found)?;
                        }
                    }
                }
            }
            Wanted::Party(_) => {}
            // Who only files is told nothing of what holds the goods of many.
            Wanted::Flight { .. } if matches!(seeker.asker, Asker::Filer(_)) => {}
            Wanted::Flight { flight, date, stations } => {
                let asked = |name: &FlightName| {
                    name.flight == *flight
                        && name.date == *date
                        && stations.is_none_or(|stations| stations == (name.from, name.to))
                };
                let mut flights: BTreeSet<FlightName> = BTreeSet::new();
                let day = day_text(*flight, Some(*date));
                for name in self.journal.find(Index::Scheduled, &day, Pick::All)? {
                    flights.insert(super::index::flight_named(&name)?);
                }
                flights.extend(stations.map(|(from, to)| FlightName {
                    flight: *flight,
                    date: *date,
                    from,
                    to,
                }));
                let (streams, more) = self.routed_on_day(*flight, *date)?;
                for stream in streams {
                    let named = self.flights_named(&stream)?;
                    if named.iter().any(asked) {
                        self.seen_in(&stream, seeker, |_, _| true, &mut found)?;
                    }
                    flights.extend(named);
                }
                flights.retain(asked);
                for name in flights {
                    self.seen_on(name, seeker, &mut found)?;
                }
                // Whoever sees nothing of a flight does not learn how much flies with it.
                beyond = more && !found.is_empty();
            }
        }
        let mut goods: Vec<ConsignmentKey> =
            found.into_iter().filter(|key| after.is_none_or(|after| key > after)).take(most + 1).collect();
        let more = goods.len() > most;
        goods.truncate(most);
        Ok(Reply::LookedUp { goods, more, beyond })
    }

    /// The trees whose way was said to name a flight on its day, the last of them, and whether there are more.
    fn routed_on_day(
        &self,
        flight: consignment::ident::Flight,
        date: Date,
    ) -> Result<(BTreeSet<StreamId>, bool), EngineError> {
        let (mut streams, mut more) = (BTreeSet::new(), false);
        for day in [Some(date), None] {
            let mut found =
                self.journal.find(Index::Routed, &day_text(flight, day), Pick::Last(TREES_MAX + 1))?;
            // The earliest of those that were put there last.
            if found.len() > TREES_MAX {
                more = true;
                found.remove(0);
            }
            streams.extend(found);
        }
        Ok((streams, more))
    }

    /// The flights that the way of a tree names now.
    fn flights_named(&mut self, stream: &StreamId) -> Result<Vec<FlightName>, EngineError> {
        // What became part of another tree is found there.
        if !self.journal.find(Index::Moved, stream, Pick::First(1))?.is_empty() {
            return Ok(Vec::new());
        }
        let loaded = self.load(stream)?;
        let (now, context) = (self.clock.now(), self.context());
        let legs = &loaded.dossier.tree.legs;
        let named = legs.iter().filter_map(|leg| gate::flight_named(leg, now, &context)).collect();
        self.keep(loaded);
        Ok(named)
    }

    /// The goods of a tree that are wanted and may be seen, by the numbers that lead to it.
    pub(super) fn seen_in(
        &mut self,
        stream: &StreamId,
        seeker: &Seeker,
        is_wanted: impl Fn(&Tree, &Node) -> bool,
        found: &mut BTreeSet<ConsignmentKey>,
    ) -> Result<(), EngineError> {
        let loaded = self.load(stream)?;
        let tree = &loaded.dossier.tree;
        let known = tree.documents.keys().chain(tree.cases.keys().map(|(node, _)| node));
        let nodes: BTreeSet<&Node> = known.chain(tree.master.map(|_| &Node::Master)).collect();
        let mine = nodes.into_iter().filter(|node| is_wanted(tree, node) && self.finds(tree, node, seeker));
        let keys: Vec<ConsignmentKey> = mine.map(|node| tree.key(node)).collect();
        self.keep(loaded);
        for key in keys {
            // A number may lead to other goods by now.
            if self.stream_found(&key)?.as_ref() == Some(stream) {
                found.insert(key);
            }
        }
        Ok(())
    }

    /// The goods that were planned for a flight or are listed on it, and may be seen.
    fn seen_on(
        &mut self,
        name: FlightName,
        seeker: &Seeker,
        found: &mut BTreeSet<ConsignmentKey>,
    ) -> Result<(), EngineError> {
        let flight = ObjectName::Flight(name);
        self.bring(&flight)?;
        let mut inside = BTreeSet::new();
        self.transport.yard.each_inside(&flight, |key| {
            inside.insert(key.clone());
        });
        let own = self.settings.carriers.get(&seeker.holder).copied().flatten();
        let is_his = seeker.asker == Asker::Carrier && own == Some(name.flight.carrier());
        for key in inside {
            let Some(stream) = self.stream_found(&key)? else { continue };
            if is_his {
                found.insert(key);
            } else if !found.contains(&key) {
                self.seen_in(&stream, seeker, |_, node| *node == Node::of(&key), found)?;
            }
        }
        Ok(())
    }

    /// Whether somebody may find goods: what he filed, what he carries or handles by mandate; officers and auditors all.
    fn finds(&self, tree: &Tree, node: &Node, Seeker { holder, asker }: &Seeker) -> bool {
        let mandated = || self.asks_for_carrier(tree, holder);
        match asker {
            Asker::Auditor | Asker::Officer(_) => true,
            Asker::Filer(name) => is_filed_by(tree, node, name),
            Asker::Handler => is_filed_by(tree, node, holder) || mandated(),
            Asker::Carrier => match self.settings.carriers.get(holder).copied().flatten() {
                Some(own) => carries(own, tree) || is_filed_by(tree, node, holder) || mandated(),
                // A carrier without a designator is taken for any.
                None => true,
            },
        }
    }

    /// Whether somebody has the mandate of a carrier of goods to ask in his place.
    pub(super) fn asks_for_carrier(&self, tree: &Tree, holder: &Arc<str>) -> bool {
        stated(tree).any(|leg| {
            let place = operator(leg).map(|carrier| (carrier, leg.from));
            place.is_some_and(|place| self.mandated(holder, place, MandatedAct::Ask))
        })
    }
}
