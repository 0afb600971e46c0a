//! One house under several masters: which of them it is under, and what goes with it.

use super::{Engine, EngineError, Loaded};
use crate::ports::{Clock, Index, Journal, Outbox};
use casework::case::{self, Actor, Event, Node, Tree};
use casework::gate;
use consignment::ConsignmentKey;
use consignment::ident::AirWaybill;
use finding::{Phrase, codes};

/// With how many of the last masters of a house number a new one is compared.
const MASTERS_COMPARED: usize = 32;

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// House numbers recur among forwarders; but what looks like the same goods cannot fly under two
    /// masters, and only an officer can say under which.
    pub(super) fn note_elsewhere(&mut self, key: &ConsignmentKey) -> Result<(), EngineError> {
        let (Some(master), Some(house)) = (key.master, &key.house) else { return Ok(()) };
        let masters = self.masters_of(house)?;
        if !masters.contains(&master) {
            self.put(Index::Masters, house.as_str(), &master.to_string())?;
        }
        let others = masters.iter().copied().filter(|other| *other != master);
        let others: Vec<AirWaybill> = others.rev().take(MASTERS_COMPARED).collect();
        if others.is_empty() {
            return Ok(());
        }
        let node = Node::House(house.clone());
        let mut here = self.load_known(key)?;
        for other in others {
            let elsewhere = ConsignmentKey { master: Some(other), house: Some(house.clone()) };
            let mut there = self.load_known(&elsewhere)?;
            // What left one of them is under the other.
            let left = |tree: &Tree| tree.documents.get(&node).is_some_and(|document| document.unlinked);
            if left(&there.dossier.tree) || left(&here.dossier.tree) {
                self.follow_open(&mut here, &there, &node)?;
                self.keep(there);
                continue;
            }
            if is_same(&here, &there, &node) {
                let (first, second) = (other.min(master), other.max(master));
                let why = Phrase::new(codes::gate::WHY_UNDER_TWO_MASTERS)
                    .with("first", first.to_string())
                    .with("second", second.to_string());
                for loaded in [&mut here, &mut there] {
                    let command = case::Command::NoteElsewhere { node: node.clone(), why: why.clone() };
                    self.apply(loaded, command, &Actor::Node)?;
                }
            }
            self.keep(there);
        }
        self.keep(here);
        Ok(())
    }

    /// Houses that left a master are under the others alone, with what is open on them.
    pub(super) fn follow_moved_houses(&mut self) -> Result<(), EngineError> {
        for one in std::mem::take(&mut self.moved) {
            let Some(house) = &one.house else { continue };
            let masters = self.masters_of(house)?;
            if masters.iter().all(|master| Some(*master) == one.master) {
                continue;
            }
            let node = Node::House(house.clone());
            let mut here = self.load_known(&one)?;
            for master in
                masters.into_iter().rev().take(MASTERS_COMPARED).filter(|master| Some(*master) != one.master)
            {
                let key = ConsignmentKey { master: Some(master), house: Some(house.clone()) };
                let mut there = self.load_known(&key)?;
                let left = |loaded: &Loaded| {
                    loaded.dossier.tree.documents.get(&node).is_some_and(|document| document.unlinked)
                };
                if left(&here) && !left(&there) {
                    self.apply(
                        &mut there,
                        case::Command::ForgetElsewhere { node: node.clone() },
                        &Actor::Node,
                    )?;
                }
                self.follow_open(&mut there, &here, &node)?;
                self.follow_open(&mut here, &there, &node)?;
                self.keep(there);
                if left(&here) {
                    // There may be a third.
                    self.keep(here);
                    self.note_elsewhere(&key)?;
                    here = self.load_known(&one)?;
                }
            }
            self.keep(here);
        }
        Ok(())
    }

    /// What is open on a house under the master that it left holds it here too, and no longer than that is open.
    fn follow_open(&mut self, here: &mut Loaded, there: &Loaded, node: &Node) -> Result<(), EngineError> {
        let Some(document) = here.dossier.tree.documents.get(node) else { return Ok(()) };
        let object = there.dossier.tree.key(node).to_string();
        let why = Phrase::new(codes::gate::WHY_OPEN_UNDER_ANOTHER).with("object", object);
        let noted = document.elsewhere.as_ref() == Some(&why);
        let left = there.dossier.tree.documents.get(node).is_some_and(|document| document.unlinked);
        // Another doubt holds as well, and is settled first.
        let free = left && document.elsewhere.is_none() && !document.unlinked && is_same(here, there, node);
        let open = || gate::is_open(&there.dossier, node, self.clock.now(), &self.context());
        let command = match (noted, free) {
            (true, _) if !open() => case::Command::ForgetElsewhere { node: node.clone() },
            (false, true) if open() => case::Command::NoteElsewhere { node: node.clone(), why },
            _ => return Ok(()),
        };
        self.apply(here, command, &Actor::Node)?;
        Ok(())
    }

    /// Keeps in mind houses of which something ended that may hold them under another number, or began where they are no more.
    pub(super) fn note_moved(&mut self, tree: &Tree, event: &casework::Event) {
        let left = |node: &Node| tree.documents.get(node).is_some_and(|document| document.unlinked);
        match event {
            casework::Event::Tree(
                Event::Unlinked { node, .. }
                | Event::ReferralClosed { node, .. }
                | Event::EndedByCompletion { node, .. }
                | Event::ClaimEnded { node, .. }
                | Event::HoldLifted { node, .. }
                | Event::ResemblanceSettled { node, .. },
            ) => drop(self.moved.insert(tree.key(node))),
            casework::Event::Tree(
                Event::ReferralOpened { node, .. }
                | Event::Claimed { node, .. }
                | Event::HoldPlaced { node, .. },
            ) if left(node) => drop(self.moved.insert(tree.key(node))),
            casework::Event::Security(told) if told.object.house.is_some() => {
                self.moved.insert(told.object.clone());
            }
            // What is found in the whole is found in each of them.
            casework::Event::Security(_) => {
                let gone = tree.documents.keys().filter(|node| left(node));
                self.moved.extend(gone.map(|node| tree.key(node)));
            }
            _ => {}
        }
    }
}

/// Whether what was filed under two masters looks like the same house.
fn is_same(here: &Loaded, there: &Loaded, node: &Node) -> bool {
    let both = here.dossier.tree.filed(node).zip(there.dossier.tree.filed(node));
    both.is_some_and(|(here, there)| case::identity::same_goods(here, there))
}
