//! Goods that come back: numbers that are used again, and goods under new numbers that resemble some that must not be
//! loaded.

use super::index::{ONLY, goods_named, goods_text};
use super::transport::PAST_DAYS_MAX;
use super::{Engine, EngineError};
use crate::ports::{Clock, Index, Journal, Outbox, Pick, StreamId};
use casework::Dossier;
use casework::case::resemblance::{Compared, Likeness, latest_alike, unchanged_since};
use casework::case::{self, Actor, Claimed, Document, Node, ReferralKind, Tree, Wording};
use casework::gate;
use consignment::{ConsignmentKey, DocumentKind};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Most goods that must not be loaded, or were not to be, that each new filing is compared with, however they are found: the latest.
const FORBIDDEN: usize = 256;

/// Most consignments under one key of likeness that a new filing, or a new order, is compared with: the latest.
const COMPARED: usize = 256;

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// A number that is filed again after its period names a new consignment. What is still open on the old one
    /// keeps it: nothing is lost by waiting. Tells whether the number is new.
    pub(super) fn renew_number(
        &mut self,
        key: &ConsignmentKey,
        kind: DocumentKind,
    ) -> Result<bool, EngineError> {
        let Some(stream) = self.stream_found(key)? else { return Ok(false) };
        let loaded = self.load(&stream)?;
        let period =
            self.settings.number_period(|reuse| match (kind, loaded.dossier.tree.master.or(key.master)) {
                (DocumentKind::MailItem, _) => reuse.mail_days,
                (DocumentKind::Express, _) => reuse.express_days,
                (_, Some(_)) => reuse.air_waybill_days,
                (_, None) => reuse.house_waybill_days,
            });
        let long_ago =
            loaded.dossier.last_at.is_some_and(|last| self.clock.now().duration_since(last) > period);
        if !long_ago || self.anything_open(&loaded.dossier) {
            self.keep(loaded);
            return Ok(false);
        }
        let tree = &loaded.dossier.tree;
        let nodes = tree.documents.keys().chain([&Node::Master]);
        let mut keys: BTreeSet<ConsignmentKey> = nodes.map(|node| tree.key(node)).collect();
        keys.insert(key.clone());
        for old in keys {
            if old.master.is_none() && old.house.is_none() {
                continue;
            }
            if let (Some(master), Some(house)) = (old.master, &old.house) {
                self.take(Index::Masters, house.as_str(), &master.to_string())?;
                // It may have floated before its master was known.
                let floating = ConsignmentKey { master: None, house: old.house.clone() };
                if self.stream_found(&floating)?.as_ref() == Some(&stream) {
                    self.lead(&floating, None)?;
                }
            }
            self.lead(&old, None)?;
            self.put(Index::Earlier, &goods_text(&old), &stream)?;
        }
        self.trees.remove(&stream);
        Ok(true)
    }

    /// The same before something is said of a number: what is said after its period is of the goods that will be filed under
    /// it.
    pub(super) fn renew_spoken_of(&mut self, key: &ConsignmentKey) -> Result<(), EngineError> {
        let Some(stream) = self.stream_found(key)? else { return Ok(()) };
        let loaded = self.load(&stream)?;
        let kind = loaded.dossier.tree.filed(&Node::of(key)).map(|filed| filed.kind);
        self.keep(loaded);
        self.renew_number(key, kind.unwrap_or(DocumentKind::Master))?;
        Ok(())
    }

    /// The same of all goods that a number may mean, which without its master is every house of it: those whose period is over
    /// are meant no more.
    pub(super) fn renew_meant(&mut self, key: &ConsignmentKey) -> Result<(), EngineError> {
        for one in self.houses_meant(key, true)? {
            self.renew_spoken_of(&one)?;
        }
        Ok(())
    }

    /// Keeps the likeness of goods that must not be loaded, and holds those that were filed before and resemble them. An
    /// order on a master forbids each of its houses.
    pub(super) fn forbid(&mut self, stream: &StreamId, node: &Node) -> Result<(), EngineError> {
        let loaded = self.load(stream)?;
        let houses = loaded.dossier.tree.houses().map(|(house, _)| house).filter(|_| *node == Node::Master);
        let nodes: Vec<Node> = houses.cloned().chain([node.clone()]).collect();
        self.keep(loaded);
        nodes.iter().try_for_each(|node| self.forbid_one(stream, node))
    }

    fn forbid_one(&mut self, stream: &StreamId, node: &Node) -> Result<(), EngineError> {
        let loaded = self.load(stream)?;
        let key = loaded.dossier.tree.key(node);
        let forbidden_goods = versions(&loaded.dossier.tree, node);
        let orders = self.orders_against(&loaded.dossier.tree, node);
        let parties = parties(&loaded.dossier.tree, node);
        self.keep(loaded);
        let places: BTreeSet<u64> = forbidden_goods.iter().flat_map(Likeness::keys).collect();
        for place in &places {
            self.put(Index::Likeness, &likeness_text(*place), &goods_text(&key))?;
        }
        self.put(Index::Likeness, ONLY, &goods_text(&key))?;
        let now = self.clock.now();
        let mut others = self.found_alike(Index::Filed, &places, &key)?;
        others.extend(self.found_alike(Index::Party, &parties, &key)?);
        for other in others {
            let Some(there) = self.stream_found(&other)? else { continue };
            let mut loaded = self.load(&there)?;
            let (tree, node) = (&loaded.dossier.tree, Node::of(&other));
            let filed = tree.filed(&node).filter(|_| !self.is_forbidden(tree, &node));
            let alike = filed.map(|filed| Likeness::of(filed)).and_then(|theirs| {
                let of = latest_alike(&forbidden_goods, |one| one.resembled(&theirs))?;
                let version = unchanged_since(&versions(tree, &node));
                Some(Compared { other: &key, version, of, orders: &orders }.why())
            });
            if let Some(why) = alike.filter(|_| !self.gone_long_ago(&loaded.dossier, &node, now)) {
                self.apply(&mut loaded, case::Command::NoteResemblance { node, why }, &Actor::Node)?;
            }
            self.keep(loaded);
        }
        Ok(())
    }

    /// Where every order on goods has ended, what resembled them resembles nothing that must not be loaded.
    pub(super) fn end_resemblances(&mut self) -> Result<(), EngineError> {
        for (stream, node) in std::mem::take(&mut self.freed) {
            let loaded = self.load(&stream)?;
            let tree = &loaded.dossier.tree;
            let houses = tree.houses().map(|(house, _)| house).filter(|_| node == Node::Master);
            let nodes: BTreeSet<&Node> = houses.chain([&node]).collect();
            let free = nodes.into_iter().filter(|node| !self.is_forbidden(tree, node));
            let free: Vec<Freed> = free.map(|node| Freed::of(tree, node)).collect();
            self.keep(loaded);
            free.into_iter().try_for_each(|freed| self.end_resemblances_to(&freed))?;
        }
        Ok(())
    }

    fn end_resemblances_to(&mut self, freed: &Freed) -> Result<(), EngineError> {
        let mut others = self.found_alike(Index::Filed, &freed.places, &freed.key)?;
        others.extend(self.found_alike(Index::Party, &freed.parties, &freed.key)?);
        for other in others {
            let Some(there) = self.stream_found(&other)? else { continue };
            let mut loaded = self.load(&there)?;
            let end = case::Command::EndResemblance { node: Node::of(&other), other: freed.key.clone() };
            self.apply(&mut loaded, end, &Actor::Node)?;
            self.keep(loaded);
        }
        Ok(())
    }

    /// Whether goods have left on the last leg of their way, and nobody told of them since for as long as reports of
    /// a flight may take.
    pub(super) fn gone_long_ago(&self, dossier: &Dossier, node: &Node, now: Timestamp) -> bool {
        let silent = SignedDuration::from_hours(24 * i64::from(PAST_DAYS_MAX));
        dossier.last_at.is_some_and(|last| now.duration_since(last) > silent)
            && gate::left(dossier, node, None, now, &self.context())
                .is_some_and(|left| dossier.tree.legs.last() == Some(&left.leg))
    }

    /// The goods under some keys of likeness, the latest of each key, without these.
    fn found_alike(
        &self,
        index: Index,
        places: &BTreeSet<u64>,
        own: &ConsignmentKey,
    ) -> Result<BTreeSet<ConsignmentKey>, EngineError> {
        let mut found = BTreeSet::new();
        for place in places {
            let known = self.journal.find(index, &likeness_text(*place), Pick::Last(COMPARED + 1))?;
            found.extend(others_of(&known, own)?);
        }
        Ok(found)
    }

    /// Notes by what a new filing is found: its goods, and the names of its parties. Goods filed under a new number that
    /// resemble some that must not be loaded are held for an officer.
    pub(super) fn compare_with_forbidden(
        &mut self,
        stream: &StreamId,
        node: &Node,
    ) -> Result<(), EngineError> {
        let mut loaded = self.load(stream)?;
        let own = loaded.dossier.tree.key(node);
        self.follow_orders_of_number(&own)?;
        let Some(now) = loaded.dossier.tree.filed(node).map(|filed| Likeness::of(filed)) else {
            self.keep(loaded);
            return Ok(());
        };
        let version = unchanged_since(&versions(&loaded.dossier.tree, node));
        let places: BTreeSet<u64> = now.keys().into_iter().collect();
        for place in &places {
            self.put(Index::Filed, &likeness_text(*place), &goods_text(&own))?;
        }
        let parties =
            loaded.dossier.tree.filed(node).map(|filed| Wording::of_parties(filed)).unwrap_or_default();
        for place in parties.iter().map(Wording::key).collect::<BTreeSet<u64>>() {
            self.put(Index::Party, &likeness_text(place), &goods_text(&own))?;
        }
        if self.is_forbidden(&loaded.dossier.tree, node) {
            self.keep(loaded);
            return self.forbid_one(stream, node);
        }
        let mut others = self.found_alike(Index::Likeness, &places, &own)?;
        // Goods that must not be loaded are few: whatever is spelt otherwise, each of them is looked at.
        let forbidden = self.journal.find(Index::Likeness, ONLY, Pick::Last(FORBIDDEN))?;
        others.extend(others_of(&forbidden, &own)?);
        for other in others {
            let Some(there) = self.stream_found(&other)? else { continue };
            let alike = |engine: &Self, tree: &Tree| {
                let node = Node::of(&other);
                let of = latest_alike(&versions(tree, &node), |theirs| theirs.resembles(&now))?;
                let orders = engine.is_forbidden(tree, &node).then(|| engine.orders_against(tree, &node))?;
                Some(Compared { other: &other, version, of, orders: &orders }.why())
            };
            let alike = if there == loaded.stream {
                alike(self, &loaded.dossier.tree)
            } else {
                let elsewhere = self.load(&there)?;
                let alike = alike(self, &elsewhere.dossier.tree);
                self.keep(elsewhere);
                alike
            };
            if let Some(why) = alike {
                let command = case::Command::NoteResemblance { node: node.clone(), why };
                self.apply(&mut loaded, command, &Actor::Node)?;
            }
        }
        self.keep(loaded);
        Ok(())
    }

    /// Whether a do-not-load is open on a node, on its master, or on a unit they are or were in, or said to be.
    fn is_forbidden(&self, tree: &Tree, node: &Node) -> bool {
        let nodes = BTreeSet::from([node, &Node::Master]);
        nodes.into_iter().any(|node| {
            forbidden(tree, node) || self.transport.yard.orders_on(&tree.key(node)).next().is_some()
        })
    }

    /// The orders that forbid to load a node, each in words that tell it from any other: those on it, on its master and on units
    /// they are or were in, and of those that somebody claims the latest of each programme.
    fn orders_against(&self, tree: &Tree, node: &Node) -> BTreeSet<String> {
        let nodes = BTreeSet::from([node, &Node::Master]);
        nodes.into_iter().flat_map(|node| self.orders_against_one(tree, node)).collect()
    }

    fn orders_against_one(&self, tree: &Tree, node: &Node) -> BTreeSet<String> {
        let referrals = tree.referrals_of(node);
        let open = referrals.filter(|(_, referral)| referral.open && referral.kind == ReferralKind::Dnl);
        let open = open.map(|(of, referral)| format!("{of} {} {}", referral.reference, referral.opened_at));
        let claimed = tree.cases_of(node).filter_map(|(of, case)| {
            let claims = case.open_claims().filter(|claim| claim.claimed == CLAIMED_ORDER);
            Some(format!("{of} claimed {}", claims.map(|claim| claim.at).max()?))
        });
        let key = tree.key(node);
        let units = self.transport.yard.orders_on(&key).map(|(unit, order)| {
            let since = order.in_force_since().unwrap_or(Timestamp::MIN);
            format!("{} {} {since} {unit}", order.programme, order.reference)
        });
        open.chain(claimed).chain(units).collect()
    }

    /// Whether anything of a tree waits for somebody who alone may close it: what holds by whoever's word, and what is
    /// not secured as its marks want. Judged as of when the goods were last seen: what runs out later opens nothing.
    pub(super) fn anything_open(&self, dossier: &Dossier) -> bool {
        let Dossier { tree, security, .. } = dossier;
        let open = |document: &Document| {
            !document.holds.is_empty()
                || !document.resembles.is_empty()
                || document.other_shipment.is_some()
                || document.elsewhere.is_some()
                || document.whose.is_some()
        };
        let at = dossier.last_at.unwrap_or_else(|| self.clock.now());
        let told = security.houses().cloned().map(Node::House).chain([Node::Master]);
        let mut nodes = tree.documents.keys().cloned().chain(told);
        !tree.unread.is_empty()
            || tree.documents.values().any(open)
            || tree
                .cases
                .values()
                .any(|case| case.open_referrals().next().is_some() || case.open_claims().next().is_some())
            || nodes.any(|node| gate::is_unsecured(dossier, &node, at, &self.context()))
    }
}

/// Goods that may be loaded again, and by what those that resemble them are found.
struct Freed {
    key: ConsignmentKey,
    places: BTreeSet<u64>,
    parties: BTreeSet<u64>,
}

impl Freed {
    fn of(tree: &Tree, node: &Node) -> Self {
        let places = versions(tree, node).iter().flat_map(Likeness::keys).collect();
        Self { key: tree.key(node), places, parties: parties(tree, node) }
    }
}

/// The names of the parties of goods, in every version, by what they are found.
fn parties(tree: &Tree, node: &Node) -> BTreeSet<u64> {
    let filed = tree.documents.get(node).into_iter().flat_map(|document| &document.versions);
    let parties = filed.flat_map(|filed| [&filed.shipper, &filed.consignee]).flatten();
    parties.filter_map(|party| Wording::of(&party.name)).map(|name| name.key()).collect()
}

/// A claim that goods must not be loaded.
pub(super) const CLAIMED_ORDER: Claimed = Claimed::Referral(ReferralKind::Dnl);

/// Whether a do-not-load is open on a node, or said to be.
fn forbidden(tree: &Tree, node: &Node) -> bool {
    tree.referrals_of(node).any(|(_, referral)| referral.open && referral.kind == ReferralKind::Dnl)
        || tree.cases_of(node).any(|(_, case)| case.open_claims().any(|one| one.claimed == CLAIMED_ORDER))
}

/// What was filed of goods that must not be loaded, in every version: an amendment makes no other goods of them.
fn versions(tree: &Tree, node: &Node) -> Vec<Likeness> {
    let versions = tree.documents.get(node).map(|document| document.versions.as_slice());
    versions.unwrap_or_default().iter().map(|filed| Likeness::of(filed)).collect()
}

/// The goods that texts name, without these, which may have been filed by their number alone before.
fn others_of(texts: &[Arc<str>], own: &ConsignmentKey) -> Result<Vec<ConsignmentKey>, EngineError> {
    let alone = ConsignmentKey { master: None, house: own.house.clone() };
    let others = texts.iter().map(|text| goods_named(text));
    let others = others.filter(|other| !other.as_ref().is_ok_and(|other| other == own || *other == alone));
    Ok(others.collect::<Result<_, _>>()?)
}

/// What others that resemble goods, or have such a party, are found by.
pub(super) fn likeness_text(place: u64) -> String {
    format!("{place:016x}")
}
