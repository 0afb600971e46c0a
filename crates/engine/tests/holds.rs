//! What must hold although a message, a number, a route or an act suggests otherwise.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::world::*;
use casework::case::ReferralKind;
use casework::gate::Decision;
use engine::memory::{MemoryJournal, MemoryOutbox, SetClock};
use engine::{AuthorityAct, Engine, EngineError, Settings};
use finding::codes;
use programme::{Mode, ProgrammeId};
use std::sync::Arc;

/// A booking over a technical stop binds the programme of the stop, and a later word takes no landing away.
#[test]
fn a_booked_stop_binds_its_programme() {
    let mut world = World::new(Mode::Relay);
    let object = key("888-10004046", None);
    let goods = "/NG/TITANIUM BONE SCREWS\r\n";
    world.file_as(&fwb("888-10004046", "DXB", "GRU", "T6K120", "GRU9Z", goods, SECURED), "carrier");
    assert_eq!(holding(&world.load(&object)), Vec::<&str>::new());

    let booking =
        |way: &str| format!("FSU/14\r\n888-10004046DXBGRU/T6K120\r\nBKD/9Z200/24NOV/{way}/T6K120\r\n");
    world.file_as(&booking("DXBFRA"), "somebody");
    let answer = world.load(&object);
    assert_eq!(holding(&answer), ["not-acknowledged"]);
    assert_eq!(answer.leg.as_ref().map(|leg| leg.to.to_string()).as_deref(), Some("FRA"));

    world.file_as(&booking("DXBGRU"), "somebody");
    assert_eq!(holding(&world.load(&object)), ["route-unknown", "not-acknowledged"]);
}

/// An unreadable station may hide a landing, so the goods wait for a whole routing.
#[test]
fn an_unreadable_routing_holds() {
    let mut world = World::new(Mode::Simulated);
    let goods = "/NG/TITANIUM BONE SCREWS\r\n";
    world.file_as(&fwb("888-10004046", "FRA", "DOH", "T6K120", "??9Z/DOH9Z", goods, SECURED), "carrier");
    assert_eq!(holding(&world.load(&key("888-10004046", None))), ["route-unknown", "message-faulty"]);
}

/// Once two versions are filed, a word that names none is refused: it may be a late one on the first.
#[test]
fn an_act_without_a_version_clears_no_amendment() {
    let mut world = World::new(Mode::Relay);
    let object = key("888-10004046", None);
    let message = |goods: &str| fwb("888-10004046", "FRA", "JFK", "T6K120", "JFK9Z", goods, SECURED);
    world.file_as(&message("/NG/TITANIUM BONE SCREWS\r\n"), "carrier");
    world.file_as(&message("/NG/TITANIUM BONE PLATES\r\n"), "carrier");
    for act in [
        AuthorityAct::Acknowledge { object: object.clone(), version: None },
        AuthorityAct::Complete { object: object.clone(), version: None },
    ] {
        match world.act("us-acas", act) {
            Err(EngineError::Refused(refusal)) => assert_eq!(refusal.0.code.id(), "version-unstated"),
            other => panic!("{other:?}"),
        }
    }
    world.done("us-acas", AuthorityAct::Complete { object: object.clone(), version: Some(2) });
    // Whoever has judged a version has received it.
    assert_eq!(world.load(&object).decision, Decision::Load);
}

/// Numbers recur: goods that look like another shipment under the same number wait for an officer.
#[test]
fn two_shipments_under_one_number_hold() {
    let mut world = World::new(Mode::Simulated);
    let first = fwb("888-10004046", "FRA", "DOH", "T6K120", "DOH9Z", "/NG/TITANIUM BONE SCREWS\r\n", SECURED);
    let second = fwb("888-10004046", "FRA", "CAI", "T40K900", "CAI9Z", "/NG/FROZEN FISH\r\n", SECURED);
    world.file_as(&first, "carrier");
    assert_eq!(world.load(&key("888-10004046", None)).decision, Decision::Load);
    world.file_as(&second, "carrier");
    let answer = world.load(&key("888-10004046", None));
    assert_eq!(holding(&answer), ["identity-ambiguous"]);
    assert_eq!(
        answer.reasons[0].message(finding::Language::English),
        "Nobody can say which goods 888-10004046 names: first FRA-DOH, 6 pieces, 120 kg, then FRA-CAI, 40 pieces, 900 kg."
    );
}

/// A programme left out of a run holds the leg it binds on.
#[test]
fn a_programme_left_out_still_binds() {
    let mut settings = Settings::simulated();
    let left_out = settings.programmes.remove(&ProgrammeId::new("us-acas")).unwrap();
    settings.left_out.insert(left_out.id.clone(), left_out);
    let clock = SetClock("2026-11-24T06:00:00Z".parse().unwrap());
    let engine = Engine::new(settings, MemoryJournal::default(), clock, MemoryOutbox::default());
    let mut world = World { engine };
    let goods = "/NG/TITANIUM BONE SCREWS\r\n";
    world.file_as(&fwb("888-10004046", "FRA", "JFK", "T6K120", "JFK9Z", goods, SECURED), "carrier");
    assert_eq!(holding(&world.load(&key("888-10004046", None))), ["programme-left-out"]);
    world.file_as(&fwb("888-10001014", "FRA", "DOH", "T6K120", "DOH9Z", goods, SECURED), "carrier");
    assert_eq!(world.load(&key("888-10001014", None)).decision, Decision::Load);
}

/// Nobody must file with a voluntary programme, so that it holds nothing that was not filed, not answered or
/// rejected; what its authority asks holds.
#[test]
fn a_voluntary_programme_holds_by_its_referrals_alone() {
    let mut world = World::new(Mode::Relay);
    let object = key("888-10004046", None);
    let goods = "/NG/TITANIUM BONE SCREWS\r\n";
    world.file_as(&fwb("888-10004046", "FRA", "LHR", "T6K120", "LHR9Z", goods, SECURED), "carrier");
    let answer = world.load(&object);
    assert_eq!(holding(&answer), Vec::<&str>::new(), "unanswered");
    let told = answer.reasons.iter().find(|reason| reason.code == codes::gate::PROGRAMME_VOLUNTARY).unwrap();
    assert!(told.message(finding::Language::English).contains("(awaited)"), "{told:?}");

    for (kind, code) in
        [(ReferralKind::Rfi, "rfi-open"), (ReferralKind::Rfs, "rfs-open"), (ReferralKind::Dnl, "dnl-open")]
    {
        world.done("gb-predict", open(object.clone(), kind, "R-1"));
        let held = holding(&world.load(&object));
        assert!(held.contains(&code), "{held:?}");
        let close = AuthorityAct::Close { kind, reference: "R-1".into(), object: object.clone() };
        world.done("gb-predict", close);
    }
    world.done("gb-predict", AuthorityAct::Complete { object: object.clone(), version: Some(1) });
    let answer = world.load(&object);
    let told = |code| answer.reasons.iter().any(|reason| reason.code == code);
    assert!(told(codes::gate::PROGRAMME_SATISFIED) && !told(codes::gate::PROGRAMME_VOLUNTARY));

    let mut settings = Settings::simulated();
    settings.programmes.retain(|id, _| id.as_str() == "us-acas");
    settings.left_out = Settings::simulated().programmes;
    settings.left_out.remove(&ProgrammeId::new("us-acas"));
    let clock = SetClock("2026-11-24T06:00:00Z".parse().unwrap());
    let engine = Engine::new(settings, MemoryJournal::default(), clock, MemoryOutbox::default());
    let mut world = World { engine };
    world.file_as(&fwb("888-10004046", "FRA", "LHR", "T6K120", "LHR9Z", goods, SECURED), "carrier");
    assert_eq!(world.load(&object).decision, Decision::Load, "left out, and owed nothing");
    world.file_as(&fwb("888-10001014", "FRA", "DXB", "T6K120", "DXB9Z", goods, SECURED), "carrier");
    assert_eq!(holding(&world.load(&key("888-10001014", None))), ["programme-left-out"], "the Emirates are");
}

/// What cannot have been valid when it was issued gives no status.
#[test]
fn a_faulty_declaration_secures_nothing() {
    let faulty = [
        ("an acceptor that cannot be read", SECURED.to_owned() + "/DE/OSS/XX/00002-01\r\n"),
        ("a later issuer that cannot be read", SECURED.to_owned() + "/DE/ISS/RA/\r\n"),
        ("a known consignor expired at issue", SECURED.to_owned() + "/DE//KC/00200-01\r\n///ED/1026\r\n"),
        ("issued tomorrow", SECURED.replace("24NOV26", "25NOV26")),
        ("issued on no day", SECURED.replace("24NOV26", "31NOV26")),
        ("an agent as originator, unscreened", SECURED.replace("///SM/XRY", "/DE//RA/00320-33")),
        ("an exemption nobody accepts", SECURED.replace("///SM/XRY", "///L/LFSM")),
    ];
    for (what, oci) in faulty {
        let mut world = World::new(Mode::Simulated);
        let goods = "/NG/TITANIUM BONE SCREWS\r\n";
        world.file_as(&fwb("888-10004046", "FRA", "DOH", "T6K120", "DOH9Z", goods, &oci), "carrier");
        assert_eq!(holding(&world.load(&key("888-10004046", None))), ["status-nsc"], "{what}");
    }
}

/// An amendment of the goods asks the same question of the same party only once.
#[test]
fn an_amendment_repeats_no_question() {
    let list = "# loadgate-watch-list: Invented watch list; edition: 2026-11-01\n\
                id,name,aliases,schema,birth_date,country,address,reason\n\
                W-1,HUDSON HARDWARE SUPPLY,,Organization,,,,\n";
    let file = names::ListFile { name: "watch.csv".into(), bytes: list.into() };
    let lists = Arc::new(names::Snapshot::new(names::load(vec![file]).lists));
    let settings = Settings { lists: Some(lists), ..Settings::simulated() };
    let clock = SetClock("2026-11-24T06:00:00Z".parse().unwrap());
    let engine = Engine::new(settings, MemoryJournal::default(), clock, MemoryOutbox::default());
    let mut world = World { engine };
    let message = |goods: &str| fwb("888-10004046", "FRA", "JFK", "T6K120", "JFK9Z", goods, SECURED);
    let object = key("888-10004046", None);
    let asked = |world: &mut World| {
        let answer = world.load(&object);
        answer.reasons.iter().filter(|reason| reason.code == codes::gate::RFI_OPEN).count()
    };
    world.file_as(&message("/NG/TITANIUM BONE SCREWS\r\n"), "carrier");
    assert_eq!(asked(&mut world), 1);
    world.file_as(&message("/NG/TITANIUM BONE PLATES\r\n"), "carrier");
    assert_eq!(asked(&mut world), 1);
}

/// A list without its aliases compares not all its names, and every answer says so.
#[test]
fn a_list_without_a_part_is_told() {
    let sdn = "1,\"AURELIAN TIDE\",\"-0- \",\"SDGT\",\"-0- \",\"-0- \",\"-0- \",\"-0- \",\"-0- \",\"-0- \",\"-0- \",\"-0- \"\n";
    let file = names::ListFile { name: "sdn_2026-11.csv".into(), bytes: sdn.into() };
    let lists = Arc::new(names::Snapshot::new(names::load(vec![file]).lists));
    let settings = Settings { lists: Some(lists), ..Settings::simulated() };
    let clock = SetClock("2026-11-24T06:00:00Z".parse().unwrap());
    let engine = Engine::new(settings, MemoryJournal::default(), clock, MemoryOutbox::default());
    let mut world = World { engine };
    let goods = "/NG/TITANIUM BONE SCREWS\r\n";
    world.file_as(&fwb("888-10004046", "FRA", "DOH", "T6K120", "DOH9Z", goods, SECURED), "carrier");
    let answer = world.load(&key("888-10004046", None));
    assert_eq!(answer.decision, Decision::Load);
    let told = answer.reasons.iter().find(|reason| reason.code == codes::gate::LISTS_INCOMPLETE).unwrap();
    assert!(told.message(finding::Language::English).contains("alt, add"), "{told:?}");
}
