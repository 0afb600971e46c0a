//! People: each a stream of his own, so that one can be erased alone, found by his organisation and by the hash of what he
//! shows. Nothing of it is remembered between commands: a person who is removed is gone with the next question.

use super::{Engine, EngineError};
use crate::command::{PersonBy, Reply};
use crate::ports::{Clock, Index, IndexChange, Journal, JournalError, Outbox, Pick, StreamId};
use casework::Refusal;
use casework::people::{self, Act, Author, Event, Link, Member, PEOPLE_MAX, Passkey, Reach, Role};
use consignment::fact::Person;
use finding::{Phrase, codes};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Start of the names of their streams.
const PERSON: &str = "person/";

/// Who makes the first administrator of a node.
const FIRST_START: &str = "first start";

impl<J: Journal, C: Clock, O: Outbox> Engine<J, C, O> {
    /// Does something about a person.
    pub(super) fn admit(
        &mut self,
        id: &Arc<str>,
        act: Act,
        author: &Author,
        offered: &BTreeSet<Role>,
    ) -> Result<Reply, EngineError> {
        match &act {
            Act::Invite { organisation, .. } => {
                if self.journal.find(Index::People, &of(organisation), Pick::First(PEOPLE_MAX))?.len()
                    >= PEOPLE_MAX
                    && self.members_of(organisation)?.iter().filter(|member| member.is_there()).count()
                        >= PEOPLE_MAX
                {
                    let phrase = Phrase::new(codes::people::TOO_MANY_PEOPLE);
                    return Err(Refusal(phrase.with("limit", PEOPLE_MAX.to_string())).into());
                }
            }
            Act::AddPasskey { passkey } => self.unknown_yet(&by_passkey(&passkey.id))?,
            Act::BindAccount { account } => self.unknown_yet(&by_account(&account.id))?,
            Act::GiveLink { .. } | Act::SetRoles { .. } | Act::Remove | Act::RemovePasskey { .. } => {}
        }
        let member = self.member(id)?;
        let events = people::decide(member.as_ref(), id, act, author, offered, self.clock.now())?;
        self.write_person(id, member.as_ref(), events)
    }

    /// Makes the first administrator of a node.
    pub(super) fn first_administrator(
        &mut self,
        id: &Arc<str>,
        organisation: Arc<str>,
        name: String,
        passkey: Passkey,
        among: &[Arc<str>],
    ) -> Result<Reply, EngineError> {
        for organisation in among {
            let administers =
                |member: &Member| member.can_sign_in() && member.roles.contains(&Role::Administrator);
            if self.members_of(organisation)?.iter().any(administers) {
                return Err(Refusal(Phrase::new(codes::people::ADMINISTRATOR_THERE)).into());
            }
        }
        self.unknown_yet(&by_passkey(&passkey.id))?;
        let person = Person { id: FIRST_START.into(), organisation: Arc::clone(&organisation) };
        let author = Author { person, reach: Reach::FirstStart };
        let roles = BTreeSet::from([Role::Administrator]);
        let invite = Act::Invite { organisation, name, roles: roles.clone(), link: None };
        let member = self.member(id)?;
        let now = self.clock.now();
        let mut events = people::decide(member.as_ref(), id, invite, &author, &roles, now)?;
        let invited = Member::of(&events);
        let add = Act::AddPasskey { passkey };
        events.extend(people::decide(invited.as_ref(), id, add, &author, &roles, now)?);
        self.write_person(id, member.as_ref(), events)
    }

    /// The people of organisations.
    pub(super) fn people(&self, organisations: &[Arc<str>]) -> Result<Reply, EngineError> {
        let mut found = Vec::new();
        for organisation in organisations {
            found.extend(self.members_of(organisation)?);
        }
        Ok(Reply::People(found))
    }

    /// A person, by what he shows; nobody where what he shows is nobody's any more.
    pub(super) fn person(&self, by: &PersonBy) -> Result<Reply, EngineError> {
        let (key, shows): (String, fn(&Member, &str) -> bool) = match by {
            PersonBy::Id(id) => return Ok(Reply::People(self.member(id)?.into_iter().collect())),
            PersonBy::Passkey(hash) => (by_passkey(hash), |member, key| {
                member.passkeys.iter().any(|(passkey, _)| by_passkey(&passkey.id) == key)
            }),
            PersonBy::Link(hash) => (by_link(hash), |member, key| {
                member.link.as_ref().is_some_and(|link| by_link(&link.hash) == key)
            }),
            PersonBy::Account(hash) => (by_account(hash), |member, key| {
                member.accounts.iter().any(|account| by_account(&account.id) == key)
            }),
        };
        let mut found = Vec::new();
        for id in self.journal.find(Index::People, &key, Pick::All)? {
            found.extend(self.member(&id)?.filter(|member| shows(member, &key)));
        }
        Ok(Reply::People(found))
    }

    fn members_of(&self, organisation: &str) -> Result<Vec<Member>, JournalError> {
        let ids = self.journal.find(Index::People, &of(organisation), Pick::All)?;
        let members: Result<Vec<Option<Member>>, JournalError> =
            ids.iter().map(|id| self.member(id)).collect();
        Ok(members?.into_iter().flatten().collect())
    }

    fn member(&self, id: &str) -> Result<Option<Member>, JournalError> {
        let recorded = self.journal.read(&stream(id))?;
        Ok(Member::of(recorded.iter().filter_map(|one| match &one.event {
            casework::Event::Person(event) => Some(event),
            _ => None,
        })))
    }

    /// Refuses what somebody else shows already.
    fn unknown_yet(&self, key: &str) -> Result<(), EngineError> {
        let code = match key.starts_with(PASSKEY) {
            true => codes::people::PASSKEY_KNOWN,
            false => codes::people::ACCOUNT_KNOWN,
        };
        match self.journal.find(Index::People, key, Pick::First(1))?.is_empty() {
            true => Ok(()),
            false => Err(Refusal(Phrase::new(code)).into()),
        }
    }

    fn write_person(
        &mut self,
        id: &Arc<str>,
        before: Option<&Member>,
        events: Vec<Event>,
    ) -> Result<Reply, EngineError> {
        let stream = stream(id);
        let version = self.journal.version(&stream)?;
        let stored: Vec<casework::Event> = events.iter().cloned().map(Into::into).collect();
        if stored.is_empty() {
            return Ok(Reply::Done(0));
        }
        self.journal.append(&stream, version, &stored, self.clock.now())?;
        let known = self.journal.read(&stream)?;
        let after = Member::of(known.iter().filter_map(|one| match &one.event {
            casework::Event::Person(event) => Some(event),
            _ => None,
        }));
        let (had, has) = (before.map(keys).unwrap_or_default(), after.as_ref().map(keys).unwrap_or_default());
        for (keys, put) in [(had.difference(&has), false), (has.difference(&had), true)] {
            for key in keys {
                let (key, value) = (key.as_str().into(), Arc::clone(id));
                self.journal.change(IndexChange { index: Index::People, key, value, put })?;
            }
        }
        Ok(Reply::Done(events.len()))
    }
}

fn stream(id: &str) -> StreamId {
    format!("{PERSON}{id}").into()
}

/// Start of the keys of passkeys.
const PASSKEY: &str = "passkey/";

fn of(organisation: &str) -> String {
    format!("of/{organisation}")
}

fn by_passkey(hash: &str) -> String {
    format!("{PASSKEY}{hash}")
}

fn by_link(hash: &str) -> String {
    format!("link/{hash}")
}

fn by_account(hash: &str) -> String {
    format!("account/{hash}")
}

/// By what a person is found. Who was removed stays among those of his organisation.
fn keys(member: &Member) -> BTreeSet<String> {
    let passkeys = member.passkeys.iter().map(|(passkey, _)| by_passkey(&passkey.id));
    let accounts = member.accounts.iter().map(|account| by_account(&account.id));
    let link = member.link.iter().map(|Link { hash, .. }| by_link(hash));
    std::iter::once(of(&member.organisation)).chain(passkeys).chain(accounts).chain(link).collect()
}
