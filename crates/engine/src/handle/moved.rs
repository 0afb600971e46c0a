//! One house under several masters: which of them it is under, and what goes with it.

use super::{Engine, EngineError, Loaded};
use crate::ports::{Clock, Index, Journal, Outbox};
use casework::Dossier;
use casework::case::{self, Actor, Document, Event, Node, Tree, identity};
use casework::gate;
use consignment::ident::{AirWaybill, HouseWaybill};
use consignment::{Consignment, ConsignmentKey};
use finding::{Phrase, codes};
use std::borrow::Cow;
use std::collections::BTreeSet;

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
        let others = others(masters, master);
        if others.is_empty() {
            return Ok(());
        }
        let node = Node::House(house.clone());
        let mut here = self.load_known(key)?;
        for other in others {
            let elsewhere = ConsignmentKey { master: Some(other), house: Some(house.clone()) };
            let mut there = self.load_known(&elsewhere)?;
            if has_gone(&there, &node) {
                self.follow_open(&mut here, &there, &node)?;
            }
            // What left one of them is under the other.
            let left = has_left(&there, &node) || has_left(&here, &node);
            if !left && is_same(&here.dossier, &there.dossier, &node) {
                let why = under_two_masters(master, other);
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
        let mut moved = BTreeSet::new();
        for one in std::mem::take(&mut self.moved) {
            if one.house.is_some() {
                moved.insert(one);
                continue;
            }
            // What is open on the whole goes with each house that left it.
            let Some(stream) = self.stream_found(&one)? else { continue };
            let here = self.load(&stream)?;
            let tree = &here.dossier.tree;
            let gone = tree.documents.iter().filter(|(_, document)| document.has_gone());
            moved.extend(gone.map(|(node, _)| tree.key(node)));
            self.keep(here);
        }
        for one in moved {
            let (Some(master), Some(house)) = (one.master, &one.house) else { continue };
            let others = others(self.masters_of(house)?, master);
            if others.is_empty() {
                continue;
            }
            let node = Node::House(house.clone());
            let mut here = self.load_known(&one)?;
            let mut settled = Vec::new();
            for other in others {
                let key = ConsignmentKey { master: Some(other), house: Some(house.clone()) };
                let mut there = self.load_known(&key)?;
                self.follow_open(&mut here, &there, &node)?;
                if self.follow_open(&mut there, &here, &node)? {
                    settled.push(key);
                }
                self.keep(there);
            }
            self.keep(here);
            // There may be a third.
            for key in settled {
                self.note_elsewhere(&key)?;
            }
        }
        Ok(())
    }

    /// What looks like a house that left this master, or was in doubt with it, under other masters: that went as the goods
    /// asked for.
    pub(super) fn went_to(
        &mut self,
        here: &Loaded,
        house: &HouseWaybill,
        asked: impl Fn(&Tree) -> bool,
    ) -> Result<Vec<ConsignmentKey>, EngineError> {
        let (node, Some(master)) = (Node::House(house.clone()), here.dossier.tree.master) else {
            return Ok(Vec::new());
        };
        let mut went = went_as(here, &node);
        went.retain(|went| asked(&went.tree));
        if went.is_empty() {
            return Ok(Vec::new());
        }
        let mut same = Vec::new();
        for other in others(self.masters_of(house)?, master) {
            let key = ConsignmentKey { master: Some(other), house: Some(house.clone()) };
            let there = self.load_known(&key)?;
            let document = there.dossier.tree.documents.get(&node).filter(|document| !document.unlinked);
            let doubted = document.is_some_and(|document| document.elsewhere.is_some());
            let looks_like = || went.iter().any(|went| is_moved(went, &there.dossier, &node));
            if doubted || document.is_some() && looks_like() {
                same.push(key);
            }
            self.keep(there);
        }
        Ok(same)
    }

    /// The numbers under which goods, or houses inside them, were before, where something open there holds them here.
    pub(super) fn came_from(&mut self, key: &ConsignmentKey) -> Result<Vec<ConsignmentKey>, EngineError> {
        let (Some(master), Some(stream)) = (key.master, self.stream_found(key)?) else {
            return Ok(Vec::new());
        };
        let here = self.load(&stream)?;
        let documents = &here.dossier.tree.documents;
        let is_doubted = |document: &Document| document.elsewhere.is_some() && !document.unlinked;
        let doubted: Vec<Node> = match Node::of(key) {
            Node::Master => {
                let inside = documents.iter().filter(|(_, document)| is_doubted(document));
                inside.map(|(node, _)| node.clone()).collect()
            }
            node => documents
                .get(&node)
                .filter(|document| is_doubted(document))
                .map(|_| node)
                .into_iter()
                .collect(),
        };
        self.keep(here);
        let mut from = Vec::new();
        for node in doubted {
            let Node::House(house) = &node else { continue };
            for other in others(self.masters_of(house)?, master) {
                let key = ConsignmentKey { master: Some(other), house: Some(house.clone()) };
                let there = self.load_known(&key)?;
                if has_gone(&there, &node) {
                    from.push(key);
                }
                self.keep(there);
            }
        }
        Ok(from)
    }

    /// What is open on a house under the master that it left holds it here too, and no longer than that is open. Gives whether
    /// it is no question any more under which of the two it is.
    fn follow_open(&mut self, here: &mut Loaded, there: &Loaded, node: &Node) -> Result<bool, EngineError> {
        let document = here.dossier.tree.documents.get(node).filter(|document| !document.unlinked);
        let Some(document) = document.filter(|_| has_gone(there, node)) else { return Ok(false) };
        let why = Phrase::new(codes::gate::WHY_OPEN_UNDER_ANOTHER)
            .with("object", there.dossier.tree.key(node).to_string());
        let masters = here.dossier.tree.master.zip(there.dossier.tree.master);
        let of_these = |doubt: &Phrase| {
            *doubt == why || masters.is_some_and(|(here, there)| *doubt == under_two_masters(here, there))
        };
        // Another doubt holds as well, and is settled first.
        let ours = document.elsewhere.as_ref().map(of_these);
        // Once it is in doubt, other goods under the same number do not end that: whoever opened it does.
        let doubted = ours == Some(true);
        let went = went_as(there, node);
        // Of several that left under one number only those that look like these are these, where any do.
        let same = |went: &&Cow<'_, Dossier>| is_moved(&here.dossier, went, node);
        let any_same = went.iter().any(|went| same(&went));
        let these = went.iter().filter(|went| if any_same { same(went) } else { doubted });
        let open = || {
            let now = self.clock.now();
            these.clone().any(|went| gate::is_open(went, node, now, &self.context()))
        };
        let command = match ours {
            None | Some(true) if open() => case::Command::NoteElsewhere { node: node.clone(), why },
            Some(true) => case::Command::ForgetElsewhere { node: node.clone() },
            None | Some(false) => return Ok(false),
        };
        let forgets = matches!(command, case::Command::ForgetElsewhere { .. });
        self.apply(here, command, &Actor::Node)?;
        Ok(forgets)
    }

    /// Keeps in mind houses of which something ended that may hold them under another number, or began where they are no more.
    pub(super) fn note_moved(&mut self, tree: &Tree, event: &casework::Event) {
        let left = |node: &Node| tree.documents.get(node).is_some_and(Document::has_gone);
        let any_left = || tree.documents.values().any(Document::has_gone);
        match event {
            // What is said of the whole is said of each house that left it since.
            casework::Event::Tree(
                Event::Recorded { node: Node::Master, .. }
                | Event::Reported { node: Node::Master, .. }
                | Event::ReferralOpened { node: Node::Master, .. }
                | Event::ReferralClosed { node: Node::Master, .. }
                | Event::EndedByCompletion { node: Node::Master, .. }
                | Event::Claimed { node: Node::Master, .. }
                | Event::ClaimEnded { node: Node::Master, .. }
                | Event::HoldLifted { node: Node::Master, .. }
                | Event::ResemblanceOver { node: Node::Master, .. }
                | Event::ResemblanceSettled { node: Node::Master, .. }
                | Event::UnreadSettled { .. },
            ) => {
                if any_left() {
                    self.moved.insert(tree.key(&Node::Master));
                }
            }
            casework::Event::Tree(
                Event::Unlinked { node, .. }
                | Event::ShipmentConfirmed { node, .. }
                | Event::ReferralClosed { node, .. }
                | Event::EndedByCompletion { node, .. }
                | Event::ClaimEnded { node, .. }
                | Event::HoldLifted { node, .. }
                | Event::ResemblanceOver { node, .. }
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
                if any_left() {
                    self.moved.insert(tree.key(&Node::Master));
                }
            }
            _ => {}
        }
    }
}

fn has_left(loaded: &Loaded, node: &Node) -> bool {
    loaded.dossier.tree.documents.get(node).is_some_and(|document| document.unlinked)
}

fn has_gone(loaded: &Loaded, node: &Node) -> bool {
    loaded.dossier.tree.documents.get(node).is_some_and(Document::has_gone)
}

/// What is known of the goods that left a master under this number: those of which it was filed last, and others before.
fn went_as<'a>(loaded: &'a Loaded, node: &Node) -> Vec<Cow<'a, Dossier>> {
    let before = loaded.dossier.gone(node).into_iter().map(Cow::Owned);
    let last = has_left(loaded, node).then_some(Cow::Borrowed(&loaded.dossier));
    before.chain(last).collect()
}

/// The masters but one with which a house is compared, the latest first.
fn others(masters: Vec<AirWaybill>, but: AirWaybill) -> Vec<AirWaybill> {
    let others = masters.into_iter().filter(|other| *other != but);
    others.rev().take(MASTERS_COMPARED).collect()
}

/// Why nobody can say under which of two masters a house is.
fn under_two_masters(one: AirWaybill, other: AirWaybill) -> Phrase {
    let (first, second) = (one.min(other), one.max(other));
    let why = Phrase::new(codes::gate::WHY_UNDER_TWO_MASTERS);
    why.with("first", first.to_string()).with("second", second.to_string())
}

/// Whether what was filed under two masters looks like the same house.
fn is_same(here: &Dossier, there: &Dossier, node: &Node) -> bool {
    is_alike(here, there, node, identity::same_goods)
}

/// Whether what is filed under one master looks like the house that left the other.
fn is_moved(here: &Dossier, there: &Dossier, node: &Node) -> bool {
    is_alike(here, there, node, identity::same_moved)
}

fn is_alike(
    here: &Dossier,
    there: &Dossier,
    node: &Node,
    alike: fn(&Consignment, &Consignment) -> bool,
) -> bool {
    let both = here.tree.filed(node).zip(there.tree.filed(node));
    both.is_some_and(|(here, there)| alike(here, there))
}
