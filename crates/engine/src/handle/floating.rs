//! Houses that were told of before their master was known, and words that name a house by its number alone. House numbers
//! recur among forwarders, so neither may pass to the house of somebody else.

use super::filing::Changed;
use super::{Engine, EngineError, FLOATING, Loaded};
use crate::channel::Channel;
use crate::ports::{Clock, Index, Journal, JournalError, Outbox, Pick, StreamId};
use casework::case::{self, Actor, EarlyWord, Event, Node, NumberWord, Tree, identity};
use consignment::ident::HouseWaybill;
use consignment::{Consignment, ConsignmentKey};
use finding::{Phrase, codes};

/// Who names a house, and as what.
pub(super) struct Naming<'a> {
    pub(super) consignment: &'a Consignment,
    /// He himself, and whom he represents.
    pub(super) by: Vec<Actor>,
}

/// Whose a house is that was filed without its master, as far as one can tell who is named under a master.
enum Belongs {
    /// It is the one that is named.
    Here,
    /// It is another.
    Elsewhere,
    /// What is named has its number, and cannot be what was filed.
    Contradicts,
}

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// Under which number a message is kept. A house that is filed without its master belongs to the one under which it
    /// was named before, if that is only one and the house there may be his; else it waits for its master by itself.
    pub(super) fn key_of(&mut self, naming: &Naming<'_>) -> Result<ConsignmentKey, EngineError> {
        let key = naming.consignment.key();
        let known = self.with_known_master(key.clone())?;
        let node = Node::of(&key);
        if !naming.consignment.is_filing() || key.house.is_none() || key.master.is_some() {
            return Ok(known);
        }
        let Some(stream) = self.stream_found(&known)?.filter(|stream| !stream.starts_with(FLOATING)) else {
            return Ok(known);
        };
        let mut loaded = self.load(&stream)?;
        let tree = &loaded.dossier.tree;
        let document = tree.documents.get(&node);
        let declarant = document.and_then(|document| document.declarant.as_ref());
        let named = document.and_then(|document| document.told.announced().or(document.reports.last()));
        let belongs = match declarant {
            Some(declarant) if naming.by.contains(declarant) => Belongs::Here,
            Some(_) if self.takes_any_submitter(tree, &node) => Belongs::Here,
            Some(_) => Belongs::Elsewhere,
            None if named.is_some_and(|named| !identity::may_be(naming.consignment, named)) => {
                Belongs::Contradicts
            }
            None => Belongs::Here,
        };
        if matches!(belongs, Belongs::Contradicts) {
            self.note_whose(&mut loaded, &node, codes::gate::WHY_NAMED_OTHERWISE)?;
        }
        self.keep(loaded);
        if matches!(belongs, Belongs::Here) {
            return Ok(known);
        }
        let (alone, own) = (floating(&key), self.new_floating(&key)?);
        self.lead(&alone, Some(&own))?;
        Ok(alone)
    }

    /// A house that was filed before its master was known belongs to the master's tree from now on, with everything that
    /// is open for it; where it is another than the one that is named, that one may be what others spoke of.
    pub(super) fn join_floating_house(
        &mut self,
        loaded: &mut Loaded,
        key: &ConsignmentKey,
        naming: &Naming<'_>,
        changed: &mut Changed,
    ) -> Result<(), EngineError> {
        let (Some(_), Some(_)) = (&key.master, &key.house) else {
            return self.doubt_whose_words(loaded, key, naming);
        };
        let from = self.stream_found(&floating(key))?;
        // Only a house that still floats can join: once it has a master, the same number under another master is another
        // forwarder's.
        let from = from.filter(|from| *from != loaded.stream && from.starts_with(FLOATING));
        let Some(from) = from else { return self.doubt_whose_words(loaded, key, naming) };
        let node = Node::of(key);
        let other = self.load(&from)?;
        let alone = other.dossier.tree.filed(&node).is_some_and(|filed| filed.kind.stands_alone());
        let belongs = belongs(&other.dossier.tree, &loaded.dossier.tree, &node, naming);
        self.keep(other);
        match belongs {
            // A mail item or express shipment of the same number is no house.
            _ if alone => self.doubt_whose_words(loaded, key, naming),
            Belongs::Here => self.join(loaded, key, &from, changed),
            Belongs::Elsewhere => self.doubt_whose_words(loaded, key, naming),
            Belongs::Contradicts => {
                self.note_whose(loaded, &node, codes::gate::WHY_NAMED_OTHERWISE)?;
                self.doubt_whose_words(loaded, key, naming)
            }
        }
    }

    /// Two officers said that the house that was filed without its master is the one that is named under one: it joins.
    pub(super) fn join_confirmed(&mut self, mut loaded: Loaded, node: &Node) -> Result<(), EngineError> {
        let key = loaded.dossier.tree.key(node);
        let from = self.stream_found(&floating(&key))?;
        let from = from.filter(|from| *from != loaded.stream && from.starts_with(FLOATING));
        let (Some(from), None) = (from, loaded.dossier.tree.filed(node)) else {
            self.keep(loaded);
            return Ok(());
        };
        let mut changed = Changed::default();
        self.join(&mut loaded, &key, &from, &mut changed)?;
        self.follow_up(&mut loaded, changed)?;
        self.keep(loaded);
        Ok(())
    }

    fn join(
        &mut self,
        loaded: &mut Loaded,
        key: &ConsignmentKey,
        from: &StreamId,
        changed: &mut Changed,
    ) -> Result<(), EngineError> {
        let node = Node::of(key);
        let joining = self.journal.read(from)?;
        self.commit(loaded, vec![Event::Joined { from: from.clone() }])?;
        changed.legs_before.get_or_insert_with(|| loaded.dossier.tree.legs.clone());
        let waited = loaded.dossier.tree.early.len();
        let had_words = loaded.dossier.tree.was_meant_by_number(&node);
        // What a reader of the journal does at this place, without reading all the rest again.
        for recorded in &joining {
            loaded.dossier.evolve(&recorded.event);
            self.note_routed(&loaded.stream, &recorded.event)?;
            self.note_deadlines(&loaded.stream, &loaded.dossier.tree, &recorded.event)?;
            self.note_waiting(&loaded.stream, &loaded.dossier, &recorded.event)?;
        }
        // What was said of the number alone before anybody filed it may free another house: it frees none.
        let early = loaded.dossier.tree.early.get(waited..).unwrap_or_default();
        let frees = |early: &&case::Early| matches!(early.word, EarlyWord::Received | EarlyWord::Complete);
        let early: Vec<case::Early> = early.iter().filter(frees).cloned().collect();
        for early in early {
            self.apply(loaded, case::Command::TakeEarly { early }, &Actor::Node)?;
        }
        if !had_words && loaded.dossier.tree.was_meant_by_number(&node) {
            self.put(Index::OfNumber, &said_of(key), &super::index::goods_text(key))?;
        }
        let named_otherwise = |why: &&Phrase| why.code == codes::gate::WHY_NAMED_OTHERWISE;
        let whose = loaded.dossier.tree.documents.get(&node).and_then(|document| document.whose.as_ref());
        if whose.filter(named_otherwise).is_some() {
            let told = case::Command::DoubtWhose { node: node.clone(), why: None };
            self.apply(loaded, told, &Actor::Node)?;
        }
        // A floating stream has no other node than its house.
        changed.nodes.insert(node.clone());
        self.bring_goods(&loaded.dossier.tree.key(&node))?;
        self.follow_orders_of_number(&loaded.dossier.tree.key(&node))?;
        self.lead(&floating(key), Some(&loaded.stream))?;
        self.move_answers(from, &loaded.stream)
    }

    /// Who files a house that somebody else filed without its master, and never named one: nobody can say whose it is.
    /// Tells whether it is so; then it is held, and what he filed stands against the goods.
    pub(super) fn claimed_by_another(
        &mut self,
        loaded: &mut Loaded,
        key: &ConsignmentKey,
        naming: &Naming<'_>,
    ) -> Result<bool, EngineError> {
        let node = Node::of(key);
        let Some(document) = loaded.dossier.tree.documents.get(&node) else { return Ok(false) };
        let others = document.declarant.as_ref().is_some_and(|declarant| !naming.by.contains(declarant));
        let struck = naming.by.iter().any(|by| document.struck.contains(by));
        let never_named = document.versions.iter().all(|version| version.master.is_none());
        let names = naming.consignment.is_filing() && naming.consignment.master.is_some();
        let other_goods =
            document.filed().is_some_and(|filed| !identity::same_goods(filed, naming.consignment));
        let claimed = names && key.house.is_some() && others && never_named && other_goods && !struck;
        if claimed {
            self.note_whose(loaded, &node, codes::gate::WHY_CLAIMED_BY_TWO)?;
        }
        Ok(claimed)
    }

    fn note_whose(
        &mut self,
        loaded: &mut Loaded,
        node: &Node,
        why: finding::Code,
    ) -> Result<usize, EngineError> {
        let house = match node {
            Node::House(house) => house.to_string(),
            Node::Master => String::new(),
        };
        let why = Some(Phrase::new(why).with("house", house));
        self.apply(loaded, case::Command::DoubtWhose { node: node.clone(), why }, &Actor::Node)
    }

    /// Whoever spoke of a house number alone may have meant the house of that number that is told of now for the first
    /// time: it is held until two people have found out, or whoever spoke has taken it back.
    fn doubt_whose_words(
        &mut self,
        loaded: &mut Loaded,
        key: &ConsignmentKey,
        naming: &Naming<'_>,
    ) -> Result<(), EngineError> {
        let (Some(house), node) = (&key.house, Node::of(key)) else { return Ok(()) };
        if loaded.dossier.tree.filed(&node).is_some() || naming.consignment.kind.stands_alone() {
            return Ok(());
        }
        for other in self.journal.find(Index::OfNumber, &said_of(key), Pick::All)? {
            let other = super::index::goods_named(&other)?;
            if self.may_mean_too(&other, loaded, &node)? {
                let why = Phrase::new(codes::gate::WHY_HOUSE_NUMBER_ALONE).with("house", house.to_string());
                self.put(Index::OfNumber, &doubted_for(house), &super::index::goods_text(key))?;
                self.note_unread_on(loaded, why)?;
                return Ok(());
            }
        }
        Ok(())
    }

    /// Whether a word stands that was said of other goods by their number alone, and not of this node as well.
    fn may_mean_too(
        &mut self,
        other: &ConsignmentKey,
        loaded: &Loaded,
        node: &Node,
    ) -> Result<bool, EngineError> {
        let Some(there) = self.stream_found(other)?.filter(|there| *there != loaded.stream) else {
            return Ok(false);
        };
        let there = self.load(&there)?;
        let (own, tree) = (&loaded.dossier.tree, &there.dossier.tree);
        let any = tree.of_number_alone(node).any(|word| !own.has_word(node, word));
        self.keep(there);
        Ok(any)
    }

    /// Words that name a house by its number alone, as they stand in one of the trees it may be in.
    pub(super) fn words_before(&mut self, key: &ConsignmentKey) -> Result<Vec<NumberWord>, EngineError> {
        let Some(stream) = self.stream_found(key)? else { return Ok(Vec::new()) };
        let loaded = self.load(&stream)?;
        let words = loaded.dossier.tree.words_that_hold(&Node::of(key));
        self.keep(loaded);
        Ok(words)
    }

    /// Notes that what holds a house since `before` was said of its number alone.
    pub(super) fn note_of_number(
        &mut self,
        key: &ConsignmentKey,
        before: &[NumberWord],
        found: bool,
    ) -> Result<(), EngineError> {
        let Some(stream) = self.stream_found(key)? else { return Ok(()) };
        let node = Node::of(key);
        let mut loaded = self.load(&stream)?;
        let tree = &loaded.dossier.tree;
        let mut words = tree.words_that_hold(&node);
        words.retain(|word| !before.contains(word));
        words.extend(found.then_some(NumberWord::Found));
        // The number of a mail item or express shipment is its whole name.
        let house = tree.filed(&node).is_none_or(|filed| !filed.kind.stands_alone());
        if house && !words.is_empty() {
            let note = case::Command::NoteOfNumber { node, words };
            self.apply(&mut loaded, note, &Actor::Node)?;
            self.put(Index::OfNumber, &said_of(key), &super::index::goods_text(key))?;
        }
        self.keep(loaded);
        Ok(())
    }

    /// A doubt whose words were meant ends with the words.
    pub(super) fn end_doubts(&mut self) -> Result<(), EngineError> {
        for key in std::mem::take(&mut self.taken_back) {
            let Some(house) = &key.house else { continue };
            let said = self.journal.find(Index::OfNumber, &said_of(&key), Pick::All)?;
            for doubted in self.journal.find(Index::OfNumber, &doubted_for(house), Pick::All)? {
                let doubted_key = super::index::goods_named(&doubted)?;
                let Some(stream) = self.stream_found(&doubted_key)? else { continue };
                let mut loaded = self.load(&stream)?;
                let mut stands = false;
                for other in &said {
                    let other = super::index::goods_named(other)?;
                    stands |= self.may_mean_too(&other, &loaded, &Node::of(&doubted_key))?;
                }
                if !stands {
                    let why =
                        Phrase::new(codes::gate::WHY_HOUSE_NUMBER_ALONE).with("house", house.to_string());
                    self.apply(&mut loaded, case::Command::EndUnread { why }, &Actor::Node)?;
                    self.take(Index::OfNumber, &doubted_for(house), &doubted)?;
                }
                self.keep(loaded);
            }
        }
        Ok(())
    }

    /// Whether a house of this number was told of without a master, and none is known since.
    pub(super) fn floats(&self, house: &HouseWaybill) -> Result<bool, JournalError> {
        let alone = ConsignmentKey { master: None, house: Some(house.clone()) };
        let found = match self.streams.get(&alone) {
            Some(stream) => Some(stream.clone()),
            None => self.journal.find(Index::Stream, &super::index::goods_text(&alone), Pick::All)?.pop(),
        };
        match found.filter(|stream| stream.starts_with(FLOATING)) {
            Some(stream) => Ok(self.journal.version(&stream)? > 0),
            None => Ok(false),
        }
    }

    /// A stream for a house without a master that nobody wrote to.
    pub(super) fn new_floating(&self, key: &ConsignmentKey) -> Result<StreamId, JournalError> {
        let house = key.house.as_ref().map(HouseWaybill::as_str).unwrap_or_default();
        let mut nth = self.earlier_streams(&floating(key))?.len() + 1;
        loop {
            let stream: StreamId = match nth {
                1 => format!("{FLOATING}{house}").into(),
                // No number has such a sign.
                _ => format!("{FLOATING}{house}#{nth}").into(),
            };
            if self.journal.version(&stream)? == 0 {
                return Ok(stream);
            }
            nth += 1;
        }
    }

    /// The channel as whoever files by it may be known.
    pub(super) fn names_of(&self, channel: &Channel) -> Vec<Actor> {
        let represented = self.settings.representatives.get(&channel.name).cloned().map(Actor::Filer);
        [channel.actor()].into_iter().chain(represented).collect()
    }
}

fn belongs(floating: &Tree, here: &Tree, node: &Node, naming: &Naming<'_>) -> Belongs {
    // Of what nobody filed there are only words, and they wait for whoever files it.
    let Some((document, filed)) = floating.documents.get(node).and_then(|one| Some((one, one.filed()?)))
    else {
        return Belongs::Here;
    };
    let own = document.declarant.as_ref().is_some_and(|declarant| naming.by.contains(declarant));
    let there = here.documents.get(node).and_then(|document| document.declarant.as_ref());
    match naming.consignment.is_filing() {
        // Somebody else filed the one that is named.
        _ if there.is_some_and(|declarant| !naming.by.contains(declarant)) => Belongs::Elsewhere,
        _ if own => Belongs::Here,
        true => Belongs::Elsewhere,
        // Others name it under a master: whoever filed it there has one of his own.
        false if here.filed(node).is_some() || document.withdrawn => Belongs::Elsewhere,
        false if identity::may_be(filed, naming.consignment) => Belongs::Here,
        false => Belongs::Contradicts,
    }
}

fn floating(key: &ConsignmentKey) -> ConsignmentKey {
    ConsignmentKey { master: None, house: key.house.clone() }
}

/// Under what the goods stand of which something was said by a house number alone.
fn said_of(key: &ConsignmentKey) -> String {
    key.house.as_ref().map(HouseWaybill::to_string).unwrap_or_default()
}

/// Under what those stand that may have been meant as well; no number begins so.
fn doubted_for(house: &HouseWaybill) -> String {
    format!("?{house}")
}
