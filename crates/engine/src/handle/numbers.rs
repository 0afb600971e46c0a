//! Numbers of acts. Every desk numbers its own from wherever it likes, so a number is kept with the desk that gave it; and
//! one number names one act.

use super::index::goods_text;
use super::{Engine, EngineError, UNREAD};
use crate::ports::{Clock, Index, Journal, Outbox, Pick, StreamId, Version};
use casework::Refusal;
use casework::decision::{self, Desk, Entry, Standing};
use consignment::ConsignmentKey;
use consignment::fact::{OfficerDeed, Person, canonical};
use finding::{Phrase, codes};
use std::sync::Arc;

/// What an officer tells of one act, where its number is looked for.
pub(super) struct Act<'a> {
    pub(super) number: &'a Arc<str>,
    pub(super) desk: &'a Desk,
    pub(super) person: &'a Person,
    pub(super) deed: &'a OfficerDeed,
    pub(super) reason: &'a str,
}

/// What is known of the number of an act.
pub(super) enum Numbered {
    /// It names this very act, which was done.
    Done,
    /// Nobody used it, or another act did and this one, which can only hold, is done under the next: then in words.
    Free { id: Arc<str>, but: Option<Phrase> },
}

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// The act that an officer names: that of his own desk; else the one whose whole name this is; else the only one that
    /// any desk gave this number.
    pub(super) fn act_named(&self, number: &Arc<str>, desk: &Desk) -> Result<Arc<str>, EngineError> {
        for whole in [of_desk(desk, number), Arc::clone(number)] {
            if !self.journal.find(Index::Proposal, &whole, Pick::First(1))?.is_empty() {
                return Ok(whole);
            }
        }
        let of_desks = self.journal.find(Index::Proposal, &of_any(number), Pick::All)?;
        one_of(number, of_desks.iter()).map_err(Into::into)
    }

    /// The number under which an act is kept that is about all of these goods; `named` is how he names them.
    ///
    /// What can only hold is done whatever its number: nothing that holds is lost to a slip. Anything else under a number
    /// that names another act is refused.
    pub(super) fn numbered(
        &mut self,
        act: &Act<'_>,
        named: Option<&ConsignmentKey>,
        meant: &[Option<ConsignmentKey>],
    ) -> Result<Numbered, EngineError> {
        let texts: Vec<String> = meant.iter().map(|one| object_text(one.as_ref())).collect();
        let own = named.map(goods_text);
        let mut nth = 1;
        loop {
            let id = numbered_so(&of_desk(act.desk, act.number), nth);
            let about = self.journal.find(Index::Proposal, &id, Pick::All)?;
            let others = about.iter().any(|text| !texts.iter().chain(&own).any(|known| **known == **text));
            let mut same = 0;
            for one in meant {
                let known = self.entry_of(one.as_ref(), &id)?;
                same += usize::from(known.is_some_and(|(entry, _)| is_same(&entry, act, one.as_ref())));
            }
            if about.is_empty() || same > 0 && !others {
                let but = (nth > 1).then(|| taken_but(act, &id));
                return Ok(if same == meant.len() { Numbered::Done } else { Numbered::Free { id, but } });
            }
            if !decision::only_holds(act.deed) {
                return Err(taken(act.number));
            }
            nth += 1;
        }
    }

    /// The same of an act on a unit, in whose stream the decisions stand.
    pub(super) fn numbered_on(
        &self,
        act: &Act<'_>,
        decisions: &decision::Decisions,
    ) -> Result<Numbered, EngineError> {
        let mut nth = 1;
        loop {
            let id = numbered_so(&of_desk(act.desk, act.number), nth);
            match decisions.entries.get(&id) {
                Some((entry, _)) if is_same(entry, act, None) => return Ok(Numbered::Done),
                None if self.journal.find(Index::Proposal, &id, Pick::First(1))?.is_empty() => {
                    return Ok(Numbered::Free { but: (nth > 1).then(|| taken_but(act, &id)), id });
                }
                _ if !decision::only_holds(act.deed) => return Err(taken(act.number)),
                _ => nth += 1,
            }
        }
    }

    /// The number of what confirms or refuses: none but its own act may have it.
    pub(super) fn unused(&self, number: &Arc<str>, desk: &Desk) -> Result<Arc<str>, EngineError> {
        let id = of_desk(desk, number);
        match self.journal.find(Index::Proposal, &id, Pick::First(1))?.is_empty() {
            true => Ok(id),
            false => Err(taken(number)),
        }
    }

    /// Keeps which goods an act of this number is about: whoever confirms names the number alone.
    pub(super) fn keep_number(
        &mut self,
        id: &Arc<str>,
        number: Option<&Arc<str>>,
        goods: Option<&ConsignmentKey>,
    ) -> Result<(), EngineError> {
        self.keep_number_of(id, number, &object_text(goods))
    }

    /// The same of what a text names.
    pub(super) fn keep_number_of(
        &mut self,
        id: &Arc<str>,
        number: Option<&Arc<str>>,
        about: &str,
    ) -> Result<(), EngineError> {
        self.put(Index::Proposal, id, about)?;
        if let Some(number) = number.filter(|number| *number != id) {
            self.put(Index::Proposal, &of_any(number), id)?;
        }
        Ok(())
    }

    /// The act of a number on some goods, and where it stands.
    pub(super) fn entry_of(
        &mut self,
        goods: Option<&ConsignmentKey>,
        id: &Arc<str>,
    ) -> Result<Option<(Entry, Standing)>, EngineError> {
        let stream: StreamId = match goods {
            None => UNREAD.into(),
            Some(key) => match self.stream_found(key)? {
                Some(stream) => stream,
                None => return Ok(None),
            },
        };
        let loaded = self.load(&stream)?;
        let entry = loaded.dossier.decisions.entries.get(id).cloned();
        self.keep(loaded);
        Ok(entry)
    }
}

/// Whether an act that was done is this very one: the same person, words and goods.
fn is_same(entry: &Entry, act: &Act<'_>, goods: Option<&ConsignmentKey>) -> bool {
    let on = |deed: &OfficerDeed| goods.map_or_else(|| deed.clone(), |key| decision::on(deed, key));
    let house = |deed: &OfficerDeed| decision::object_of(deed).and_then(|key| key.house.clone());
    entry.by.is(act.person)
        && entry.reason == act.reason
        && house(&entry.deed) == house(act.deed)
        && on(&entry.deed) == on(act.deed)
}

/// That an act is kept under another number than it was told.
fn taken_but(act: &Act<'_>, id: &Arc<str>) -> Phrase {
    let taken = Phrase::new(codes::gate::WHY_NUMBER_TAKEN);
    taken.with("number", act.number.to_string()).with("id", id.to_string())
}

/// A number with the desk that gave it; in a simulation there is one desk.
pub(super) fn of_desk(desk: &Desk, number: &str) -> Arc<str> {
    match desk {
        Desk::Agency(agency) => format!("{}/{number}", canonical(agency)).into(),
        Desk::Authority(programme) => format!("{programme}/{number}").into(),
        Desk::Simulation => number.into(),
    }
}

/// The same for the `nth` act that was told under one number.
pub(super) fn numbered_so(id: &Arc<str>, nth: usize) -> Arc<str> {
    match nth {
        1 => Arc::clone(id),
        _ => format!("{id}#{nth}").into(),
    }
}

/// The only act that any desk gave a number.
pub(super) fn one_of<'a>(
    number: &str,
    mut of_desks: impl Iterator<Item = &'a Arc<str>>,
) -> Result<Arc<str>, Refusal> {
    let all: Vec<&str> = of_desks.by_ref().map(|id| &**id).collect();
    match all[..] {
        [one] => Ok(one.into()),
        [] => Err(Refusal(Phrase::new(codes::gate::PROPOSAL_UNKNOWN).with("proposal", number))),
        _ => {
            let several = Phrase::new(codes::gate::PROPOSAL_AMBIGUOUS).with("proposal", number);
            Err(Refusal(several.with("whole", all.join(", "))))
        }
    }
}

/// A number that names another act.
pub(super) fn taken(number: &str) -> EngineError {
    Refusal(Phrase::new(codes::gate::NUMBER_TAKEN).with("number", number)).into()
}

/// A number that nobody else gives: what it stands on, and how much stood there before.
pub(super) fn assigned(on: &str, version: Version) -> Arc<str> {
    format!("{on}#{}", version + 1).into()
}

/// Under which a number leads to the whole names of the acts that desks gave it; no number begins so.
fn of_any(number: &str) -> String {
    format!("\u{1f}{number}")
}

fn object_text(goods: Option<&ConsignmentKey>) -> String {
    goods.map_or_else(|| UNREAD.to_owned(), goods_text)
}
