//! Who is signed in, on both databases: the same steps, the same answers.
#![allow(clippy::unwrap_used)]

#[path = "support/cluster.rs"]
mod cluster;
mod support;

use cluster::Shared;
use jiff::Timestamp;
use store::people::{SignedIn, Ticket};
use store::{postgres, sqlite};
use support::{Folder, START};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(START + second).unwrap()
}

fn who(person: &str, second: i64) -> SignedIn {
    SignedIn { person: person.into(), began: at(second), seen: at(second), proved: Some(at(second)) }
}

/// The steps, over the functions of a database.
macro_rules! steps {
    ($people:path, $session:expr, $reader:expr) => {{
        use $people as people;
        let (session, reader) = ($session, $reader);
        let [ada, ada_again, bo, next] = [[1; 32], [2; 32], [3; 32], [4; 32]];
        people::begin(session, &ada, &who("p-ada", 0)).unwrap();
        people::begin(session, &ada_again, &who("p-ada", 1)).unwrap();
        people::begin(session, &bo, &SignedIn { proved: None, ..who("p-bo", 2) }).unwrap();
        assert_eq!(reader.session(&ada).unwrap(), Some(who("p-ada", 0)));
        assert_eq!(reader.session(&bo).unwrap().unwrap().proved, None);
        assert_eq!(reader.session(&next).unwrap(), None);
        // He is seen, never further back.
        people::see(session, &bo, at(60)).unwrap();
        people::see(session, &bo, at(30)).unwrap();
        assert_eq!(reader.session(&bo).unwrap().unwrap().seen, at(60));
        // Showing a passkey changes what his browser shows.
        assert!(people::prove(session, &bo, &next, at(61)).unwrap());
        assert!(!people::prove(session, &bo, &next, at(61)).unwrap());
        assert_eq!(reader.session(&bo).unwrap(), None);
        assert_eq!(reader.session(&next).unwrap().unwrap().proved, Some(at(61)));
        // Everywhere but here, then everywhere.
        assert_eq!(people::end_all(session, "p-ada", Some(&ada)).unwrap(), 1);
        assert!(reader.session(&ada).unwrap().is_some() && reader.session(&ada_again).unwrap().is_none());
        assert_eq!(people::end_all(session, "p-ada", None).unwrap(), 1);
        people::begin(session, &ada, &who("p-ada", 0)).unwrap();
        people::forget(session, at(10), at(0), at(0)).unwrap();
        assert_eq!(reader.session(&ada).unwrap(), None, "not seen for long");
        people::forget(session, at(10), at(3), at(0)).unwrap();
        assert_eq!(reader.session(&next).unwrap(), None, "begun long ago");
        // What is used once is used once, for its own thing, until its end.
        let ticket = Ticket { shown: &ada, kind: "one thing" };
        people::put(session, ticket, b"state", at(100)).unwrap();
        assert!(people::put(session, ticket, b"other", at(100)).is_err(), "nobody has the same secret");
        assert!(reader.has_ticket(ticket, at(99)).unwrap() && !reader.has_ticket(ticket, at(100)).unwrap());
        assert_eq!(people::take(session, Ticket { kind: "another", ..ticket }, at(99)).unwrap(), None);
        assert_eq!(people::take(session, ticket, at(100)).unwrap(), None);
        assert_eq!(people::take(session, ticket, at(99)).unwrap().as_deref(), Some(b"state".as_slice()));
        assert_eq!(people::take(session, ticket, at(99)).unwrap(), None);
        // A passkey is as it was at its last use.
        assert_eq!(reader.passkey("k").unwrap(), None);
        people::keep_passkey(session, "k", "first", at(1)).unwrap();
        people::keep_passkey(session, "k", "second", at(2)).unwrap();
        assert_eq!(reader.passkey("k").unwrap(), Some(("second".to_owned(), at(2))));
        // A database that was put back signs everybody out.
        people::begin(session, &bo, &who("p-bo", 2)).unwrap();
        people::put(session, ticket, b"state", at(100)).unwrap();
        people::end_everything(session).unwrap();
        assert!(reader.session(&bo).unwrap().is_none() && !reader.has_ticket(ticket, at(1)).unwrap());
    }};
}

#[test]
fn who_is_signed_in_is_known_by_the_hash_of_what_he_shows() {
    let folder = Folder::new();
    let database = folder.database();
    steps!(sqlite::people, &database.session().unwrap(), &database.reader().unwrap());
}

#[test]
fn nodes_that_share_a_database_share_who_is_signed_in() {
    let Some(shared) = Shared::new() else { return };
    let (here, there) = (shared.database(), shared.database());
    steps!(postgres::people, &here.session().unwrap(), &there.reader().unwrap());
}
