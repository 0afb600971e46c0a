//! How long trees are kept, legal holds, and the decision that one is erased. The keys are destroyed by whoever has them,
//! once the decision is durable: until then a stream stands among those that are being erased, and nothing leads to it.

use super::index::{MARKED, ONLY, goods_text};
use super::{Engine, EngineError};
use crate::command::{Reply, Retain, Retained, TreeBy, TreeKept};
use crate::ports::{Clock, Index, Journal, Outbox, Pick, StreamId};
use casework::Refusal;
use casework::case::{self, Node, Tree};
use casework::retention::{self, Asked, Event, LegalHold, LegalHolds};
use consignment::ConsignmentKey;
use consignment::fact::Person;
use finding::{Phrase, codes};
use jiff::tz::TimeZone;
use programme::ProgrammeId;
use std::collections::BTreeSet;

/// Stream of the legal holds.
const LEGAL_HOLDS: &str = "legal-holds";

/// Start of the names of streams of what was erased, each of a day.
const ERASURES: &str = "erasures/";

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    pub(super) fn retain(&mut self, asked: Retain) -> Result<Reply, EngineError> {
        let retained = match asked {
            Retain::Place { object, by, reason } => {
                let now = self.clock.now();
                let wanted = (object.clone(), by.clone(), reason.clone());
                let events = self.legal_holds()?.place(object, by, reason, now)?;
                self.keep_legal_holds(&events)?;
                let (object, by, reason) = wanted;
                // His own, whether it was placed now or before.
                let is = |hold: &LegalHold| {
                    hold.lifted.is_none()
                        && hold.object == object
                        && hold.reason == reason
                        && by.as_ref().is_some_and(|by| hold.by.is(by))
                };
                Retained::Holds(self.legal_holds()?.all().iter().filter(|hold| is(hold)).cloned().collect())
            }
            Retain::Lift { id, by, reason } => {
                let (now, policy) = (self.clock.now(), &self.settings.policy.one_officer);
                let policy = policy.as_ref().map(|policy| policy.stated.clone());
                let events = self.legal_holds()?.lift(&id, by, reason, policy.as_ref(), now)?;
                self.keep_legal_holds(&events)?;
                let holds = self.legal_holds()?.all().iter().filter(|hold| hold.id == id);
                Retained::Holds(holds.cloned().collect())
            }
            Retain::Holds => Retained::Holds(self.legal_holds()?.all().to_vec()),
            Retain::Ask(tree) => Retained::Tree(self.tree_kept(&tree)?.map(|(kept, _)| Box::new(kept))),
            Retain::Erase { tree, asked } => Retained::Tree(self.erase(&tree, asked)?.map(Box::new)),
            Retain::Erasing => Retained::Erasing(self.journal.find(Index::Erasing, ONLY, Pick::All)?),
            Retain::Erased(streams) => {
                for stream in &streams {
                    self.take(Index::Erasing, ONLY, stream)?;
                    self.trees.remove(stream);
                }
                return Ok(Reply::Done(streams.len()));
            }
        };
        Ok(Reply::Retained(retained))
    }

    /// The legal holds, read where nobody asked for them lately.
    fn legal_holds(&mut self) -> Result<&LegalHolds, EngineError> {
        if self.legal_holds.is_none() {
            let mut holds = LegalHolds::default();
            for recorded in self.journal.read(&LEGAL_HOLDS.into())? {
                if let casework::Event::Retention(event) = &recorded.event {
                    holds.evolve(event);
                }
            }
            self.legal_holds = Some(holds);
        }
        Ok(self.legal_holds.get_or_insert_default())
    }

    fn keep_legal_holds(&mut self, events: &[Event]) -> Result<(), EngineError> {
        if events.is_empty() {
            return Ok(());
        }
        let (stream, at): (StreamId, _) = (LEGAL_HOLDS.into(), self.clock.now());
        let stored: Vec<casework::Event> = events.iter().cloned().map(Into::into).collect();
        let version = self.journal.version(&stream)?;
        self.journal.append(&stream, version, &stored, at)?;
        let holds = self.legal_holds.get_or_insert_default();
        events.iter().for_each(|event| holds.evolve(event));
        Ok(())
    }

    /// The stream of a tree; of what became part of another one, that other one.
    fn tree_stream(&mut self, tree: &TreeBy) -> Result<Option<StreamId>, EngineError> {
        let mut stream = match tree {
            TreeBy::Goods(key) => match self.stream_found(key)? {
                Some(stream) => stream,
                None => return Ok(None),
            },
            TreeBy::Stream(stream) => stream.clone(),
        };
        // Nothing becomes part of what became part of it: a bound all the same.
        let mut seen = BTreeSet::from([stream.clone()]);
        while let Some(moved) = self.journal.find(Index::Moved, &stream, Pick::Last(1))?.pop() {
            if !seen.insert(moved.clone()) {
                break;
            }
            stream = moved;
        }
        Ok(Some(stream))
    }

    /// How long a tree is kept, with the numbers that may lead to it; `None` where nobody wrote to it, or it was erased.
    fn tree_kept(
        &mut self,
        tree: &TreeBy,
    ) -> Result<Option<(TreeKept, BTreeSet<ConsignmentKey>)>, EngineError> {
        let Some(stream) = self.tree_stream(tree)? else { return Ok(None) };
        let events = self.journal.read(&stream)?;
        let Some(last) = events.last() else { return Ok(None) };
        let last_at = last.at;
        let joined = events.iter().filter_map(|recorded| match &recorded.event {
            casework::Event::Tree(case::Event::Joined { from }) => Some(from.clone()),
            _ => None,
        });
        let erasing = [stream.clone()].into_iter().chain(joined).collect();
        self.legal_holds()?;
        let loaded = self.load(&stream)?;
        let open = self.anything_open(&loaded.dossier);
        let days = |programme: &ProgrammeId| {
            self.settings.programme(programme).map(|data| data.filing.retention_days)
        };
        let none = LegalHolds::default();
        let term = retention::term(&Asked {
            dossier: &loaded.dossier,
            last_at,
            open,
            holds: self.legal_holds.as_ref().unwrap_or(&none),
            days: &days,
            default_days: self.settings.kept_days,
            now: self.clock.is_sure().then(|| self.clock.now()),
        });
        let numbers = numbers(&loaded.dossier.tree);
        let key = named(&loaded.dossier.tree);
        self.keep(loaded);
        Ok(Some((TreeKept { stream, key, term, erasing }, numbers)))
    }

    /// Decides that a tree is erased, where nothing keeps it. Whoever asked for it is told what does; where its time is
    /// looked after, it stays and no stream is named.
    fn erase(
        &mut self,
        tree: &TreeBy,
        asked: Option<(Person, String)>,
    ) -> Result<Option<TreeKept>, EngineError> {
        let asked = asked.map(|(by, reason)| retention::stated(Some(by), reason)).transpose()?;
        let found = self.tree_kept(tree)?;
        let Some((kept, numbers)) = found else {
            return match tree {
                TreeBy::Goods(key) if asked.is_some() => {
                    let unknown = Phrase::new(codes::gate::OBJECT_UNKNOWN);
                    Err(Refusal(unknown.with("object", key.to_string())).into())
                }
                _ => Ok(None),
            };
        };
        if let Some(refusal) = retention::refusal(&kept.term, &kept.key.to_string()) {
            return match asked {
                Some(_) => Err(refusal.into()),
                None => Ok(Some(TreeKept { erasing: Vec::new(), ..kept })),
            };
        }
        // Another node decided so a moment ago.
        if self.journal.find(Index::Erasing, ONLY, Pick::All)?.contains(&kept.stream) {
            return Ok(None);
        }
        for stream in &kept.erasing {
            self.put(Index::Erasing, ONLY, stream)?;
            self.take(Index::Waiting, ONLY, stream)?;
            self.take(Index::Waiting, MARKED, stream)?;
            self.trees.remove(stream);
        }
        for number in numbers {
            self.lead_nowhere(&number, &kept)?;
        }
        let at = self.clock.now();
        let (by, reason) = asked.unzip();
        let event = Event::Erased {
            streams: kept.erasing.clone(),
            since: kept.term.from,
            days: kept.term.days,
            by,
            reason,
            at,
        };
        let day: StreamId = format!("{ERASURES}{}", at.to_zoned(TimeZone::UTC).date()).into();
        let version = self.journal.version(&day)?;
        self.journal.append(&day, version, &[event.into()], at)?;
        Ok(Some(kept))
    }

    /// A number of a tree that is erased leads nowhere. What is filed under it next gets a stream of another name: to what is
    /// erased nothing can be added.
    fn lead_nowhere(&mut self, number: &ConsignmentKey, kept: &TreeKept) -> Result<(), EngineError> {
        let leads = self.stream_found(number)?.is_some_and(|stream| kept.erasing.contains(&stream));
        if leads {
            self.lead(number, None)?;
        }
        match (number.master, &number.house) {
            // It may be in use again, for goods that came since.
            (Some(master), Some(house)) if leads => {
                self.take(Index::Masters, house.as_str(), &master.to_string())?;
            }
            (Some(_), None) => self.put(Index::Earlier, &goods_text(number), &kept.stream)?,
            _ => {}
        }
        Ok(())
    }
}

/// The numbers that may lead to a tree: of its master, of each house under it, and of each as it was before its master was
/// known.
fn numbers(tree: &Tree) -> BTreeSet<ConsignmentKey> {
    let nodes = tree.documents.keys().chain(tree.cases.keys().map(|(node, _)| node)).chain([&Node::Master]);
    let nodes: BTreeSet<&Node> = nodes.collect();
    let keys = nodes.into_iter().map(|node| tree.key(node));
    let alone = |key: &ConsignmentKey| ConsignmentKey { master: None, house: key.house.clone() };
    let both = keys.flat_map(|key| [alone(&key), key]);
    both.filter(|key| key.master.is_some() || key.house.is_some()).collect()
}

/// By which of its goods a tree is named.
fn named(tree: &Tree) -> ConsignmentKey {
    let node = match tree.master {
        Some(_) => &Node::Master,
        None => tree.documents.keys().next().unwrap_or(&Node::Master),
    };
    tree.key(node)
}
