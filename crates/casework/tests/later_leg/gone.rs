//! What is known of goods that left their master under a number which was filed for others since.

use super::*;
use casework::case;
use consignment::fact::{ScreeningOutcome, ScreeningResult};
use consignment::security::ScreeningMethod as Method;
use jiff::Timestamp;

fn house() -> Node {
    Node::of(&key(Some("RHA")))
}

fn file(world: &mut World, house: Option<&str>, pieces: u32, at: &str) {
    let consignment = Arc::new(hinges(house, pieces));
    let (voice, purpose, faults) = (Voice::OF_DESK, Purpose::Creation, Vec::new());
    let command = Command::Record { voice, consignment, purpose, consolidated: house.is_none(), faults };
    told(world, command, &Actor::Filer("agent".into()), instant(at));
}

fn told(world: &mut World, command: Command, by: &Actor, at: Timestamp) {
    for event in decide(&world.0.tree, command, by, at).unwrap() {
        world.0.evolve(&Event::Tree(event));
    }
}

fn leave(world: &mut World) {
    let (went, at) = (Some(instant("07:20")), instant("07:30"));
    let left = case::Event::Unlinked { node: house(), recounted_pieces: 2, agency: "desk".into(), went, at };
    world.0.evolve(&Event::Tree(left));
}

/// A master with a house of two pieces, of which officers say that it left; what is filed under its number at 08:00 is of three.
fn world() -> World {
    let mut world = World::new();
    file(&mut world, None, 6, "06:00");
    file(&mut world, Some("RHA"), 2, "06:00");
    world
}

fn pieces(dossier: &Dossier) -> Option<u32> {
    dossier.tree.filed(&house()).and_then(|filed| filed.pieces)
}

#[test]
fn goods_that_left_are_known_beside_others_of_their_number() {
    let gone = |world: &World| world.0.gone(&house()).iter().map(pieces).collect::<Vec<_>>();
    let has_gone = |world: &World| world.0.tree.documents[&house()].has_gone();
    let mut world = world();
    assert!(!has_gone(&world));
    file(&mut world, Some("RHA"), 3, "06:30");
    assert_eq!((gone(&world), has_gone(&world)), (vec![], false), "it never left");
    leave(&mut world);
    assert_eq!((gone(&world), has_gone(&world)), (vec![], true), "it is what is filed");
    file(&mut world, Some("RHA"), 3, "07:40");
    assert_eq!((gone(&world), has_gone(&world)), (vec![], false), "it is the same again");
    leave(&mut world);
    file(&mut world, Some("RHA"), 4, "08:00");
    assert_eq!((gone(&world), has_gone(&world)), (vec![Some(3)], true));
    assert_eq!(pieces(&world.0), Some(4));
    let before = &world.0.gone(&house())[0];
    assert!(before.tree.documents[&house()].unlinked && !world.0.tree.documents[&house()].unlinked);
    leave(&mut world);
    file(&mut world, Some("RHA"), 5, "08:30");
    assert_eq!(gone(&world), [Some(3), Some(4)]);
    assert!(world.0.gone(&house()).iter().all(|gone| gone.gone(&house()).is_empty()));
    assert!(world.0.gone(&Node::Master).is_empty());
}

/// What is said of the number once others are filed under it is said of those.
#[test]
fn what_is_said_of_a_number_since_is_not_of_goods_that_left_before() {
    for (at, of_gone) in [("07:50", 1), ("08:00", 1), ("08:01", 0)] {
        let mut world = world();
        for node in [Node::Master, house()] {
            let (programme, mode) = (acas(), Mode::Relay);
            let binding = LegBinding::Binds { legs: vec![1] };
            let bind = Command::Bind { node, programme, mode, binding };
            told(&mut world, bind, &Actor::Node, instant("06:10"));
        }
        leave(&mut world);
        if at == "08:01" {
            file(&mut world, Some("RHA"), 3, "08:00");
        }
        for node in [Node::Master, house()] {
            let opening = Opening::new(ReferralKind::Rfi, None, Opening::words("WHAT"));
            let ask = Command::OpenReferral { node: node.clone(), programme: acas(), opening };
            told(&mut world, ask, &Actor::Authority(acas()), instant(at));
            let (claimed, text, programme) = (Claimed::Rejection, "AS TOLD".into(), acas());
            let claim = Command::Claim { node, programme, claimed, text, again: false };
            told(&mut world, claim, &Actor::Filer("mail".into()), instant(at));
        }
        let screened = ScreeningResult { outcome: ScreeningOutcome::Alarm, ..clear(Method::Xry) };
        let declaration = Box::new(SecurityDeclaration {
            issuer: Some(DeclaredEntity::parse("DE/RA/01234-01").unwrap()),
            statuses: vec![(SecurityStatus::Spx, StatusSource::Oci)],
            ..SecurityDeclaration::default()
        });
        let declared =
            record::Declared { declaration, issued_at: Some(instant(at)), approved_for_high_risk: None };
        for fact in [
            SecurityFact::Screened(screened),
            SecurityFact::Custody(CustodyEvent::Broken, "seal".into()),
            SecurityFact::Declared(declared),
            SecurityFact::HighRisk(Marked { why: "TIP".into(), methods_min: None }),
        ] {
            let at = instant(at);
            let told = Told { at, received_at: at, by: "registry".into(), registry: true };
            for object in [key(None), key(Some("RHA"))] {
                for event in record::decide(&world.0.security, told.clone(), object, fact.clone()).unwrap() {
                    world.0.evolve(&Event::Security(event));
                }
            }
        }
        if at != "08:01" {
            file(&mut world, Some("RHA"), 3, "08:00");
        }
        let known = |dossier: &Dossier, node: &Node| {
            let case = &dossier.tree.cases[&(node.clone(), acas())];
            let record = dossier.security.of(&dossier.tree.key(node)).unwrap();
            let told =
                [record.screenings.len(), record.custody.len(), record.declared.len(), record.marks.len()];
            (case.referrals.len(), case.claims.len(), told)
        };
        let (some, gone) = ((1, 1, [1; 4]), world.0.gone(&house()).remove(0));
        assert_eq!(known(&gone, &house()), (of_gone, of_gone, [of_gone; 4]), "{at}");
        assert_eq!(known(&gone, &Node::Master), some, "{at}: of the master it is said as before");
        assert_eq!(known(&world.0, &house()), some, "{at}");
    }
}

/// A hold of goods that left holds them until it is lifted, and so does what they resemble until it is settled; what holds the others
/// is no matter of theirs.
#[test]
fn what_held_goods_that_left_holds_them_until_it_is_lifted() {
    let hold = |text: &str| {
        let cause = HoldCause(Phrase::new(codes::gate::WHY_STATED).with("text", text));
        (house(), Arc::<str>::from("police"), cause, None)
    };
    let placed = |text: &str| {
        let (node, agency, cause, entry) = hold(text);
        Event::Tree(case::Event::HoldPlaced { node, agency, cause, entry })
    };
    let resemble = |world: &mut World, texts: &[&str]| {
        let why = |text: &&str| Phrase::new(codes::gate::WHY_STATED).with("text", *text);
        let document = world.0.tree.documents.get_mut(&house()).unwrap();
        document.resembles = texts.iter().map(why).collect();
    };
    let mut world = world();
    world.0.evolve(&placed("a"));
    world.0.evolve(&placed("b"));
    resemble(&mut world, &["a", "b"]);
    leave(&mut world);
    file(&mut world, Some("RHA"), 3, "08:00");
    let (node, agency, cause, entry) = hold("a");
    world.0.evolve(&Event::Tree(case::Event::HoldLifted { node, agency, cause, entry }));
    world.0.evolve(&placed("c"));
    resemble(&mut world, &["b", "c"]);
    let gone = world.0.gone(&house()).remove(0);
    let document = &gone.tree.documents[&house()];
    let text = |why: &Phrase| why.args[0].1.to_string();
    let holds: Vec<String> = document.holds.iter().map(|hold| text(&hold.cause.0)).collect();
    assert_eq!(holds, ["b"]);
    assert_eq!(document.resembles.iter().map(text).collect::<Vec<_>>(), ["b"]);
}
