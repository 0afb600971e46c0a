//! Holds of agencies as they are shown: since when and by whom, what became of them, and what of them each asker sees.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use casework::case::{Event, Hold, HoldCause, Node};
use casework::decision::{self, Desk, Entry, Standing};
use casework::holds::{Held, History, HoldKind, HoldSeen, seen};
use casework::view::Asker;
use casework::{Dossier, Event as Told};
use consignment::fact::{OfficerDeed, Person};
use finding::{Phrase, codes::gate as code};
use jiff::{SignedDuration, Timestamp};
use programme::ProgrammeId;
use support::key;

fn minute(minute: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute)
}

fn of(at: Timestamp) -> i64 {
    at.duration_since(Timestamp::UNIX_EPOCH).as_mins()
}

fn person(id: &str) -> Person {
    Person { id: id.into(), organisation: "customs house".into() }
}

fn hold(agency: &str, text: &str, entry: Option<&str>) -> Hold {
    let cause = HoldCause(Phrase::new(code::WHY_STATED).with("text", text));
    Hold { agency: agency.into(), cause, entry: entry.map(Into::into) }
}

/// A waybill, and what its events tell of holds.
struct World {
    dossier: Dossier,
    history: History,
}

impl World {
    fn new() -> Self {
        let mut world = Self { dossier: Dossier::default(), history: History::default() };
        world.dossier.tree.master = key(None).master;
        world
    }

    fn told(&mut self, event: Event, at: i64) {
        self.history.evolve(&event, minute(at));
        self.dossier.evolve(&Told::Tree(event));
    }

    fn place(&mut self, node: &Node, hold: &Hold, at: i64) -> &mut Self {
        let Hold { agency, cause, entry } = hold.clone();
        self.told(Event::HoldPlaced { node: node.clone(), agency, cause, entry }, at);
        self
    }

    fn lift(&mut self, node: &Node, hold: &Hold, at: i64) -> &mut Self {
        let Hold { agency, cause, entry } = hold.clone();
        self.told(Event::HoldLifted { node: node.clone(), agency, cause, entry }, at);
        self
    }

    /// An officer's act.
    fn enter(&mut self, id: &str, by: &str, deed: OfficerDeed, at: i64) -> &mut Self {
        let entry =
            Entry { id: id.into(), deed, by: person(by), reason: "as ordered".into(), at: minute(at) };
        self.dossier.evolve(&Told::Decision(decision::Event::Done(entry)));
        self
    }

    fn release(&mut self, id: &str, house: Option<&str>, agency: &str, at: i64) -> &mut Self {
        self.enter(id, "B", OfficerDeed::Release { object: key(house), agency: agency.into() }, at)
    }

    fn held(&self, node: &Node) -> Vec<Held> {
        let mut held = Held::all(&self.dossier, &self.history, node);
        held.sort_by_key(|held| held.number);
        held
    }

    /// Number, since when and until when.
    fn times(&self, node: &Node) -> Vec<(u32, Option<i64>, Option<i64>)> {
        let times = |held: Held| (held.number, held.since.map(of), held.lifted_at.map(of));
        self.held(node).into_iter().map(times).collect()
    }

    /// What was last said of releasing the hold of this number.
    fn released(&self, number: u32) -> Option<(String, i64)> {
        let held = self.held(&Node::Master).into_iter().find(|held| held.number == number).unwrap();
        held.release.map(|release| (release.proposal.to_string(), of(release.at)))
    }
}

#[test]
fn what_was_placed_and_lifted_is_known_by_its_times() {
    let (police, other) = (hold("police", "inquiry", None), hold("police", "another", None));
    let (customs, ordered) = (hold("customs", "inquiry", None), hold("police", "inquiry", Some("E1")));
    let house = Node::of(&key(Some("RHA")));
    let mut world = World::new();
    for (at, hold) in [(1, &police), (2, &other), (3, &customs), (4, &ordered)] {
        world.place(&Node::Master, hold, at);
    }
    world.place(&house, &police, 5).lift(&Node::Master, &police, 6);
    // It is the one that was lifted, of these goods, and no other that is alike.
    let open = [(2, Some(2), None), (3, Some(3), None), (4, Some(4), None)];
    assert_eq!(world.times(&Node::Master), [&[(1, Some(1), Some(6))], &open[..]].concat());
    assert_eq!(world.times(&house), [(1, Some(5), None)]);
    // Placed and lifted anew it is another one, and the first was lifted when it was.
    world.place(&Node::Master, &police, 7).lift(&Node::Master, &police, 8);
    let again = (5, Some(7), Some(8));
    assert_eq!(world.times(&Node::Master), [&[(1, Some(1), Some(6))], &open[..], &[again]].concat());
    // Of a hold that no event here tells nobody can say since when it is.
    world.history = History::default();
    assert_eq!(world.times(&Node::Master), [(0, None, None), (0, None, None), (0, None, None)]);
    assert_eq!(world.held(&Node::Master)[0].goods, key(None));
    // What is told as placed and is not open any more was lifted by a word that nobody kept.
    let mut world = World::new();
    world.place(&Node::Master, &police, 1).place(&Node::Master, &other, 2);
    world.dossier = World::new().dossier;
    assert_eq!(world.times(&Node::Master), []);
}

#[test]
fn of_two_that_are_the_same_the_later_one_holds() {
    let police = hold("police", "inquiry", None);
    let mut world = World::new();
    world.place(&Node::Master, &police, 1).place(&Node::Master, &police, 2);
    assert_eq!(world.times(&Node::Master), [(1, Some(1), None), (2, Some(2), None)]);
    world.dossier.tree.documents.get_mut(&Node::Master).unwrap().holds.pop();
    assert_eq!(world.times(&Node::Master), [(2, Some(2), None)]);
}

#[test]
fn who_ordered_it_and_when_it_is_looked_at_again_stands_in_his_act() {
    let mut world = World::new();
    let review_at = Some(minute(90));
    let deed = OfficerDeed::Hold { object: key(None), agency: "police".into(), review_at };
    world.enter("E1", "A", deed, 1).place(&Node::Master, &hold("police", "inquiry", Some("E1")), 1);
    world.place(&Node::Master, &hold("police", "list", None), 2);
    let held: Vec<_> = world.held(&Node::Master).into_iter().map(|held| (held.by, held.review_at)).collect();
    assert_eq!(held, [(Some(person("A")), review_at), (None, None)]);
    // Another act places no time of review.
    let mut world = World::new();
    world.release("E1", None, "police", 1);
    world.place(&Node::Master, &hold("police", "inquiry", Some("E1")), 1);
    assert_eq!(world.held(&Node::Master)[0].review_at, None);
}

#[test]
fn a_release_is_of_the_holds_of_its_agency_and_of_its_time() {
    let police = hold("police", "inquiry", None);
    let mut world = World::new();
    world.place(&Node::Master, &police, 10);
    assert_eq!(world.released(1), None);
    // Of other goods, of another agency, of another act, and before it was placed.
    world.release("a", Some("RHA"), "police", 11).release("b", None, "customs", 11);
    world.release("c", None, "police", 9);
    world.enter("d", "B", OfficerDeed::ReleaseHighRisk { object: key(None) }, 11);
    assert_eq!(world.released(1), None);
    world.release("e", None, "POLICE ", 10);
    assert_eq!(world.released(1), Some(("e".into(), 10)), "from the minute in which it was placed");
    world.release("f", None, "police", 12).release("a1", None, "police", 11);
    assert_eq!(world.released(1), Some(("f".into(), 12)), "the latest, whatever its number");
    let standing = &world.held(&Node::Master)[0].release.as_ref().unwrap().standing.clone();
    assert_eq!(*standing, Standing::Done);
    // Until it was lifted, and no longer.
    world.lift(&Node::Master, &police, 20).release("g", None, "police", 20);
    assert_eq!(world.released(1), Some(("g".into(), 20)));
    world.release("h", None, "police", 21);
    assert_eq!(world.released(1), Some(("g".into(), 20)));
    world.place(&Node::Master, &police, 21);
    assert_eq!(world.released(2), Some(("h".into(), 21)));
}

/// What an asker sees: of each its number, agency, and whether he is told the cause and all that belongs to it.
fn shown(seen: &[HoldSeen]) -> Vec<(Option<u32>, Option<&str>, bool)> {
    let told = |seen: &HoldSeen| {
        let told = [seen.cause.is_some(), seen.kind.is_some(), seen.by.is_some(), seen.release.is_some()];
        assert!(!told.contains(&true) || !told.contains(&false), "all or nothing: {seen:?}");
        told.contains(&true)
    };
    seen.iter().map(|seen| (seen.number, seen.agency.as_deref(), told(seen))).collect()
}

#[test]
fn each_asker_sees_what_is_his_of_a_hold() {
    let mut world = World::new();
    let review_at = Some(minute(90));
    for (at, agency, entry) in [(1, "police", "E1"), (2, "ca-pact", "E2"), (3, "police", "E3")] {
        let deed = OfficerDeed::Hold { object: key(None), agency: agency.into(), review_at };
        world.enter(entry, "A", deed, at);
        world.place(&Node::Master, &hold(agency, entry, Some(entry)), at);
        world.release(&format!("R-{entry}"), None, agency, at);
    }
    world.lift(&Node::Master, &hold("police", "E1", Some("E1")), 9);
    let see = |asker: &Asker| seen(Held::all(&world.dossier, &world.history, &Node::Master), asker);
    let all = |pact, police| {
        let of_police = |number| (Some(number), Some("police"), police);
        vec![of_police(1), (Some(2), Some("ca-pact"), pact), of_police(3)]
    };
    let officer = Asker::Officer;
    for (asker, told) in [
        (Asker::Auditor, all(true, true)),
        (officer(Desk::Simulation), all(true, true)),
        (officer(Desk::Agency("Police".into())), all(false, true)),
        (officer(Desk::Agency("customs".into())), all(false, false)),
        (officer(Desk::Authority(ProgrammeId::new("ca-pact"))), all(true, false)),
    ] {
        let seen = see(&asker);
        assert_eq!(shown(&seen), told, "{asker:?}");
        // Since when and until when is told to every officer.
        let times: Vec<_> = seen.iter().map(|seen| (seen.since.map(of), seen.lifted_at.map(of))).collect();
        assert_eq!(times, [(Some(1), Some(9)), (Some(2), None), (Some(3), None)]);
        assert_eq!(seen.iter().map(HoldSeen::is_open).collect::<Vec<_>>(), [false, true, true]);
        assert!(seen.iter().all(|seen| seen.review_at == review_at && seen.goods == key(None)));
    }
    // Whoever carries or filed the goods learns that another agency holds, however many do.
    for asker in [Asker::Carrier, Asker::Handler, Asker::Filer("agent".into())] {
        let [seen] = &see(&asker)[..] else { panic!("{asker:?}") };
        assert_eq!((seen.goods.clone(), seen.since, seen.lifted_at), (key(None), None, None));
        assert_eq!(shown(std::slice::from_ref(seen)), [(None, None, false)]);
        assert_eq!((seen.is_open(), seen.review_at), (true, None));
    }
    // And nothing where none does any more.
    let police = hold("police", "inquiry", None);
    let mut world = World::new();
    world.place(&Node::Master, &police, 1).lift(&Node::Master, &police, 2);
    let held = || Held::all(&world.dossier, &world.history, &Node::Master);
    assert_eq!(seen(held(), &Asker::Carrier), []);
    assert_eq!(seen(held(), &Asker::Auditor).len(), 1);
}

#[test]
fn whence_a_hold_comes_is_read_from_its_act_and_its_cause() {
    use HoldKind::{NameHit, Ordered, TheSame};
    for (code, entry, kind) in [
        (code::WHY_STATED, Some("E1"), Ordered),
        (code::WHY_SANCTIONS_HIT, Some("E1"), Ordered),
        (code::WHY_SANCTIONS_HIT, None, NameHit),
        (code::WHY_SANCTIONS_SAME, None, TheSame),
        (code::WHY_STATED, None, Ordered),
    ] {
        let mut world = World::new();
        let hold = Hold { cause: HoldCause(Phrase::new(code)), ..hold("police", "x", entry) };
        let held = world.place(&Node::Master, &hold, 1).held(&Node::Master);
        assert_eq!(seen(held, &Asker::Auditor)[0].kind, Some(kind), "{} {entry:?}", code.id());
    }
    for (kind, name) in [(Ordered, "ordered"), (NameHit, "name-hit"), (TheSame, "the-same")] {
        assert_eq!((kind.as_str(), HoldKind::parse(name)), (name, Some(kind)));
    }
    assert_eq!(HoldKind::parse("police"), None);
}
