//! Who admits whom, by what, and what ends it.
#![allow(clippy::unwrap_used)]

use casework::people::{
    Account, Act, Author, Event, Link, Member, PASSKEYS_MAX, Passkey, Reach, Role, decide,
};
use consignment::fact::Person;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::sync::Arc;

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + 60 * minute).unwrap()
}

fn author(id: &str, reach: Reach) -> Author {
    Author { person: Person { id: id.into(), organisation: "acme".into() }, reach }
}

fn passkey(id: &str) -> Act {
    Act::AddPasskey { passkey: Passkey { id: id.into(), label: "key".into(), credential: "{}".into() } }
}

fn link(hash: &str, minute: i64) -> Link {
    Link { hash: hash.into(), until: at(minute) }
}

fn head() -> Author {
    author("p-head", Reach::Organisation("acme".into()))
}

/// A person, by what happened to him.
#[derive(Default)]
struct World {
    events: Vec<Event>,
    now: i64,
}

impl World {
    fn member(&self) -> Option<Member> {
        Member::of(&self.events)
    }

    fn act(&mut self, act: Act, author: &Author) -> Result<usize, &'static str> {
        let offered = BTreeSet::from([Role::Filer, Role::PostalOperator, Role::Administrator]);
        let id: Arc<str> = "p-bo".into();
        let events = decide(self.member().as_ref(), &id, act, author, &offered, at(self.now));
        let events = events.map_err(|refusal| refusal.0.code.id())?;
        assert!(events.iter().all(|event| *event.person() == id));
        let count = events.len();
        self.events.extend(events);
        Ok(count)
    }

    fn invite(&mut self, roles: &[Role], author: &Author) -> Result<usize, &'static str> {
        let roles = roles.iter().copied().collect();
        let (organisation, name) = ("acme".into(), "Bo Zwei".to_owned());
        self.act(Act::Invite { organisation, name, roles, link: Some(link("L1", 60)) }, author)
    }

    fn joined() -> Self {
        let mut world = Self::default();
        world.invite(&[Role::Filer], &head()).unwrap();
        world.act(passkey("k1"), &author("p-bo", Reach::Link("L1".into()))).unwrap();
        world
    }
}

#[test]
fn an_invitation_is_by_those_who_admit_people_there_for_what_is_done_there() {
    for (reach, may) in [
        (Reach::Node, Ok(2)),
        (Reach::Organisation("acme".into()), Ok(2)),
        (Reach::Organisation("zenith".into()), Err("person-unknown")),
        (Reach::Own, Err("person-unknown")),
        (Reach::Link("L1".into()), Err("person-unknown")),
    ] {
        assert_eq!(
            World::default().invite(&[Role::Filer], &author("p-head", reach.clone())),
            may,
            "{reach:?}"
        );
    }
    for (roles, why) in [
        (&[][..], "role-missing"),
        (&[Role::Auditor], "role-not-offered"),
        (&[Role::Filer, Role::Administrator], "roles-apart"),
    ] {
        assert_eq!(World::default().invite(roles, &head()), Err(why));
    }
    assert_eq!(World::joined().invite(&[Role::Filer], &head()), Err("person-unknown"), "an id is used once");
}

#[test]
fn a_link_is_good_once_until_its_time_and_only_the_newest() {
    let mut world = World::default();
    world.invite(&[Role::Filer], &head()).unwrap();
    let by = |hash: &str| author("p-bo", Reach::Link(hash.into()));
    assert_eq!(world.act(passkey("k1"), &by("L0")), Err("link-spent"));
    assert_eq!(world.act(passkey("k1"), &author("p-bo", Reach::Node)), Err("person-unknown"));
    world.now = 60;
    assert_eq!(world.act(passkey("k1"), &by("L1")), Err("link-spent"), "its time is over");
    assert_eq!(world.act(Act::GiveLink { link: link("L2", 120) }, &head()), Ok(1));
    assert_eq!(world.act(passkey("k1"), &by("L1")), Err("link-spent"), "a newer one was given");
    assert_eq!(world.act(passkey("k1"), &by("L2")), Ok(1));
    assert_eq!(world.act(passkey("k2"), &by("L2")), Err("link-spent"), "it was used");
    // Whoever lost what he signed in by begins anew: what was lost is good for nothing.
    assert_eq!(world.act(Act::GiveLink { link: link("L3", 180) }, &head()), Ok(1));
    assert!(!world.member().unwrap().can_sign_in());
    let account = Account { id: "a".into(), issuer: "https://id.example".into(), subject: "7".into() };
    assert_eq!(world.act(Act::BindAccount { account: account.clone() }, &by("L3")), Ok(1));
    assert_eq!(world.act(Act::BindAccount { account }, &by("L3")), Err("link-spent"));
    assert!(world.member().unwrap().can_sign_in());
}

#[test]
fn nobody_manages_himself_and_nobody_is_managed_from_elsewhere() {
    let acts = || {
        [
            Act::Remove,
            Act::GiveLink { link: link("L9", 60) },
            Act::SetRoles { roles: BTreeSet::from([Role::PostalOperator]) },
        ]
    };
    for act in acts() {
        // Ids that differ in case alone name the same person.
        for id in ["p-bo", "P-BO "] {
            assert_eq!(World::joined().act(act.clone(), &author(id, Reach::Node)), Err("own-person"));
        }
        for reach in
            [Reach::Organisation("zenith".into()), Reach::Own, Reach::Link("L1".into()), Reach::FirstStart]
        {
            assert_eq!(World::joined().act(act.clone(), &author("p-x", reach)), Err("person-unknown"));
        }
        assert_eq!(World::joined().act(act, &head()), Ok(1));
    }
    let mut world = World::joined();
    assert_eq!(
        world.act(Act::SetRoles { roles: BTreeSet::from([Role::Filer]) }, &head()),
        Ok(0),
        "nothing new"
    );
    world.act(Act::Remove, &head()).unwrap();
    for act in acts() {
        assert_eq!(world.act(act, &head()), Err("person-unknown"), "he never comes back");
    }
    assert!(!world.member().unwrap().can_sign_in());
}

#[test]
fn passkeys_are_ones_own_but_for_the_last_and_have_an_end() {
    let mut world = World::joined();
    let own = author("p-bo", Reach::Own);
    let remove = |id: &str| Act::RemovePasskey { passkey: id.into() };
    assert_eq!(world.act(passkey("k1"), &own), Err("passkey-known"));
    assert_eq!(world.act(passkey("k2"), &author("p-eve", Reach::Own)), Err("person-unknown"));
    assert_eq!(world.act(remove("k1"), &own), Err("passkey-last"));
    assert_eq!(world.act(remove("k9"), &own), Err("passkey-unknown"));
    for number in 2..=PASSKEYS_MAX {
        assert_eq!(world.act(passkey(&format!("k{number}")), &own), Ok(1));
    }
    assert_eq!(world.act(passkey("more"), &own), Err("too-many-passkeys"));
    assert_eq!(world.act(remove("k1"), &own), Ok(1));
    assert_eq!(world.act(remove("k2"), &author("p-eve", Reach::Own)), Err("person-unknown"));
    assert_eq!(world.act(remove("k2"), &head()), Ok(1));
    assert_eq!(world.member().unwrap().passkeys.len(), PASSKEYS_MAX - 2);
}

#[test]
fn a_role_is_read_by_its_name() {
    for role in Role::ALL {
        assert_eq!(Role::parse(role.as_str()), Some(*role));
    }
    assert_eq!((Role::parse("filer"), Role::parse("Filer")), (Some(Role::Filer), None));
}
