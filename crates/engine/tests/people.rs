//! People in the journal: found by what they show, and gone when it ends.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::world::*;
use casework::people::{Act, Author, Link, Member, Passkey, Reach, Role};
use consignment::fact::Person;
use engine::{Command, PersonBy, Reply};
use programme::Mode;
use std::collections::BTreeSet;

fn passkey(id: &str) -> Passkey {
    Passkey { id: id.into(), label: "key".into(), credential: "{}".into() }
}

fn admit(world: &mut World, person: &str, act: Act, reach: Reach) -> Result<(), &'static str> {
    let id = if reach == Reach::Own || matches!(reach, Reach::Link(_)) { person } else { "p-head" };
    let author = Author { person: Person { id: id.into(), organisation: "acme".into() }, reach };
    let offered = BTreeSet::from([Role::Filer]);
    let said = world.engine.handle(Command::Admit { person: person.into(), act, author, offered });
    match said {
        Ok(_) => Ok(()),
        Err(engine::EngineError::Refused(refusal)) => Err(refusal.0.code.id()),
        Err(failure) => panic!("{failure}"),
    }
}

fn invite(world: &mut World, person: &str, link: &str) {
    let link = Some(Link { hash: link.into(), until: "2026-11-25T00:00:00Z".parse().unwrap() });
    let (organisation, name, roles) = ("acme".into(), person.to_owned(), BTreeSet::from([Role::Filer]));
    admit(world, person, Act::Invite { organisation, name, roles, link }, Reach::Node).unwrap();
}

fn people(world: &mut World, command: Command) -> Vec<Member> {
    // What is forgotten is read anew, and is the same.
    world.engine.forget();
    match world.engine.handle(command).unwrap() {
        Reply::People(found) => found,
        other => panic!("{other:?}"),
    }
}

fn ids(world: &mut World, by: PersonBy) -> Vec<String> {
    people(world, Command::Person { by }).iter().map(|member| member.id.to_string()).collect()
}

#[test]
fn a_person_is_found_by_what_he_shows_until_it_ends() {
    let mut world = World::new(Mode::Relay);
    invite(&mut world, "p-a", "L1");
    invite(&mut world, "p-b", "L2");
    let listed = people(&mut world, Command::People { organisations: vec!["acme".into(), "zenith".into()] });
    assert_eq!(listed.len(), 2);
    assert_eq!(ids(&mut world, PersonBy::Link("L1".into())), ["p-a"]);
    let add = |id: &str| Act::AddPasskey { passkey: passkey(id) };
    admit(&mut world, "p-a", add("k1"), Reach::Link("L1".into())).unwrap();
    assert_eq!(ids(&mut world, PersonBy::Link("L1".into())), [""; 0], "a link is used once");
    assert_eq!(ids(&mut world, PersonBy::Passkey("k1".into())), ["p-a"]);
    assert_eq!(admit(&mut world, "p-b", add("k1"), Reach::Link("L2".into())), Err("passkey-known"));
    admit(&mut world, "p-a", add("k2"), Reach::Own).unwrap();
    admit(&mut world, "p-a", Act::RemovePasskey { passkey: "k1".into() }, Reach::Own).unwrap();
    assert_eq!(ids(&mut world, PersonBy::Passkey("k1".into())), [""; 0]);
    admit(&mut world, "p-a", Act::Remove, Reach::Node).unwrap();
    assert_eq!(ids(&mut world, PersonBy::Passkey("k2".into())), [""; 0]);
    let removed = people(&mut world, Command::Person { by: PersonBy::Id("p-a".into()) });
    assert!(!removed[0].is_there(), "that he was there is known for good");
    assert_eq!(ids(&mut world, PersonBy::Id("p-z".into())), [""; 0]);
}

#[test]
fn a_node_has_one_first_administrator() {
    let mut world = World::new(Mode::Relay);
    let first = |world: &mut World, person: &str, key: &str| {
        let command = Command::FirstAdministrator {
            person: person.into(),
            organisation: "node".into(),
            name: "Ada".to_owned(),
            passkey: passkey(key),
            among: vec!["other".into(), "node".into()],
        };
        world.engine.handle(command).map_err(|why| why.to_string())
    };
    assert!(first(&mut world, "p-1", "k1").is_ok());
    let listed = people(&mut world, Command::People { organisations: vec!["node".into()] });
    assert_eq!((listed.len(), &listed[0].roles), (1, &BTreeSet::from([Role::Administrator])));
    assert!(listed[0].can_sign_in());
    assert!(first(&mut world, "p-2", "k2").unwrap_err().contains("is there already"));
}
