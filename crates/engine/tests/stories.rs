//! Worked stories: messages and authority acts in order, and what the gate answers after each.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::world::*;
use casework::case::ReferralKind;
use casework::gate::{Aircraft, AskedLeg, Decision, Stage};
use consignment::ConsignmentKey;
use consignment::ident::HouseWaybill;
use engine::{AuthorityAct, Command, EngineError, Filed, Reply};
use finding::codes;
use programme::{Mode, ProgrammeId};

/// A house arrives late, its request for information outlives amendment, repetition and a stale clear.
#[test]
fn s1_a_late_house_in_a_consolidation() {
    let mut world = World::new(Mode::Relay);
    let master = key("888-10001014", None);
    let house = |name: &str| key("888-10001014", Some(name));
    let sr = |object| AuthorityAct::Acknowledge { object, version: None };
    let sf = |object, version| AuthorityAct::Complete { object, version };
    let hinges = "STEEL HINGES FOR KITCHEN DOORS";
    let fhl = |name: &str, quantity: &str, goods: &str| {
        fhl("888-10001014", "FRAJFK", "T10K500.0", name, quantity, goods, SECURED)
    };

    world.at("06:00").file(&fhl("RHA", "4/K200", hinges));
    world.file(&fhl("RHB", "3/K150", hinges));
    let answer = world.load(&master);
    assert_eq!(answer.decision, Decision::Hold);
    assert!(holding(&answer).contains(&"not-filed"), "{:?}", holding(&answer));

    world.at("06:02").done("us-acas", sr(house("RHA")));
    world.done("us-acas", sr(house("RHB")));
    let goods = "/NC/CONSOLIDATION AS PER\r\n/2/NC/ ATTACHED MANIFEST\r\n";
    let css = "OCI/DE/CSS/RA/01234-01\r\n///ED/1127\r\n";
    world
        .at("06:10")
        .file_as(&fwb("888-10001014", "FRA", "JFK", "T10K500.0", "JFK9Z", goods, css), "carrier");
    world.done("us-acas", sr(master.clone()));
    world.done("us-acas", sf(master.clone(), None));
    let answer = world.load(&master);
    let missing = answer.reasons.iter().find(|reason| reason.code == codes::gate::HOUSE_MISSING).unwrap();
    assert_eq!(
        missing.message(finding::Language::English),
        "888-10001014 is a consolidation whose houses are not all here: 7 of 10 pieces, 350 of 500 kg covered."
    );

    world.at("06:20").done("us-acas", sf(house("RHA"), None));
    world.done("us-acas", sf(house("RHB"), None));
    assert_eq!(holding(&world.load(&master)), ["house-missing"]);
    for name in ["RHA", "RHB"] {
        let answer = world.ask(&house(name), AskedLeg::First, Aircraft::Passenger, Stage::Build);
        assert_eq!(answer.decision, Decision::Load, "{name}: {:?}", holding(&answer));
    }

    world.at("07:00").file_as(
        "FHL/5\r\nMBI/888-10001014FRAJFK/T10K500.0\r\nHBS/RHA/FRAJFK/4/K200//HINGES\r\nHBS/RHB/FRAJFK/3/K150//HINGES\r\n\
         HBS/RHC/FRAJFK/3/K150//HINGES\r\n",
        "carrier",
    );
    let answer = world.load(&master);
    let unfiled = answer.reasons.iter().find(|reason| reason.code == codes::gate::NOT_FILED).unwrap();
    assert_eq!(unfiled.object, "888-10001014 house RHC");

    world.at("07:30").file(&fhl("RHC", "3/K150", "PARTS"));
    assert_eq!(world.load(&master).decision, Decision::Hold);
    world.at("07:31").done("us-acas", open(house("RHC"), ReferralKind::Rfi, "PSN-1"));
    assert!(holding(&world.load(&master)).contains(&"rfi-open"));

    world.at("08:00").file(&fhl("RHC", "3/K150", hinges));
    assert!(holding(&world.load(&master)).contains(&"rfi-open"), "an amendment closes nothing");
    world.at("08:01").done("us-acas", open(house("RHC"), ReferralKind::Rfi, "PSN-1"));
    assert_eq!(world.referrals(&house("RHC")), ["RFI PSN-1 open"], "still open is the same referral");
    world.at("08:05").done("us-acas", sf(house("RHC"), Some(1)));
    assert!(holding(&world.load(&master)).contains(&"rfi-open"), "assessment complete closes no referral");

    world.at("08:40").done(
        "us-acas",
        AuthorityAct::Close { kind: ReferralKind::Rfi, reference: "PSN-1".into(), object: house("RHC") },
    );
    let answer = world.load(&master);
    assert_eq!(holding(&answer), ["assessment-pending"], "{answer:?}");
    world.at("08:41").done("us-acas", sf(house("RHC"), Some(2)));
    // "Assessment complete" tells that the version was received, too.
    let answer = world.load(&master);
    assert_eq!(answer.decision, Decision::Load, "{:?}", holding(&answer));
    assert!(!answer.simulated);
    for name in ["RHA", "RHB", "RHC"] {
        let named = format!("888-10001014 house {name}");
        assert!(answer.reasons.iter().any(|reason| reason.object == named), "{named} is not accounted for");
    }
}

/// Programmes belong to legs: the Canadian request holds the Canadian leg, and a truck opens no case.
#[test]
fn s4_programmes_belong_to_legs() {
    let mut world = World::new(Mode::Relay);
    let object = key("888-10004046", None);
    let goods = "/NG/TITANIUM BONE SCREWS\r\n/2/NH/902110\r\n";
    let message = fwb("888-10004046", "ZRH", "YYZ", "T6K120", "JFK9Z/YYZ9Z", goods, SECURED);
    world.file_as(&message, "carrier");
    let view =
        match world.engine.find(&object).unwrap().map(|object| world.engine.handle(Command::View { object }))
        {
            Some(Ok(Reply::Viewed(view))) => view,
            other => panic!("{other:?}"),
        };
    let bound: Vec<(String, Vec<String>)> = view
        .cases
        .iter()
        .map(|case| {
            (
                case.programme.to_string(),
                case.legs.iter().map(|leg| format!("{}-{}", leg.from, leg.to)).collect(),
            )
        })
        .collect();
    assert_eq!(
        bound,
        [
            ("ae-naic".to_owned(), vec![]),
            ("ca-pact".to_owned(), vec!["JFK-YYZ".to_owned()]),
            ("eu-ics2".to_owned(), vec![]),
            ("gb-predict".to_owned(), vec![]),
            ("us-acas".to_owned(), vec!["ZRH-JFK".to_owned()]),
        ]
    );
    world.done("us-acas", AuthorityAct::Acknowledge { object: object.clone(), version: None });
    world.done("us-acas", AuthorityAct::Complete { object: object.clone(), version: None });
    world.done("ca-pact", AuthorityAct::Acknowledge { object: object.clone(), version: None });
    let answer = world.load(&object);
    assert_eq!(answer.decision, Decision::Load, "{:?}", holding(&answer));

    world.done("ca-pact", open(object.clone(), ReferralKind::Rfi, "PACT-1"));
    let first = world.load(&object);
    assert_eq!(first.decision, Decision::Load);
    assert!(codes_of(&first).contains(&"later-leg"), "{:?}", codes_of(&first));
    let second = world.ask(&object, leg("JFK", "YYZ"), Aircraft::Passenger, Stage::Load);
    assert_eq!(holding(&second), ["rfi-open"]);

    world.done("ca-pact", open(object.clone(), ReferralKind::Dnl, "PACT-2"));
    assert!(holding(&world.load(&object)).contains(&"dnl-open"), "a do-not-load holds everywhere");
}

/// What the message calls direct, its own text calls consolidated: the houses are wanted.
#[test]
fn s13_direct_by_indicator_consolidated_by_text() {
    let mut world = World::new(Mode::Simulated);
    let object = key("888-10015154", None);
    let goods = "/NG/CONSOLIDATED CA\r\n/2/NG/S PER ATTACHED MANIF\r\n/3/NG/EST\r\n";
    world.file_as(&fwb("888-10015154", "ARN", "EWR", "T3K268.8", "EWR9Z", goods, SECURED), "carrier");
    let answer = world.load(&object);
    assert_eq!(holding(&answer), ["house-missing"], "{answer:?}");
    let house =
        fhl("888-10015154", "ARNEWR", "T3K268.8", "NF1", "3/K268.8", "STEEL HINGES FOR KITCHEN DOORS", "");
    world.file(&house);
    let answer = world.load(&object);
    assert_eq!(answer.decision, Decision::Load, "{:?}", answer);
    assert!(answer.simulated && codes_of(&answer).contains(&"simulated"));
}

/// Only the declarant changes a filing, and only the authority of a programme moves its relayed case.
#[test]
fn nobody_speaks_for_another() {
    let mut world = World::new(Mode::Relay);
    let object = key("888-10004046", None);
    let message = |pieces: &str| {
        fwb("888-10004046", "ZRH", "JFK", pieces, "JFK9Z", "/NG/TITANIUM BONE SCREWS\r\n", SECURED)
    };
    world.file_as(&message("T6K120"), "carrier");
    let other = world.file_as(&message("T5K100"), "somebody else");
    assert!(
        matches!(&other[0].outcome, Filed::Refused(refusal) if refusal.0.code == codes::gate::NOT_THE_DECLARANT)
    );
    let same = world.file_as(&message("T6K120"), "carrier");
    assert!(matches!(same[0].outcome, Filed::Unchanged));

    let acknowledge = || AuthorityAct::Acknowledge { object: object.clone(), version: None };
    let simulated =
        Command::Authority { programme: ProgrammeId::new("us-acas"), simulated: true, act: acknowledge() };
    assert!(matches!(world.engine.handle(simulated), Err(EngineError::Refused(_))));
    world.done("us-acas", open(object.clone(), ReferralKind::Rfs, "PSN-8"));
    let close =
        || AuthorityAct::Close { kind: ReferralKind::Rfs, reference: "PSN-8".into(), object: object.clone() };
    assert!(matches!(world.act("eu-ics2", close()), Err(EngineError::Refused(_))));
    assert_eq!(world.done("us-acas", close()), 1);
    let unknown =
        AuthorityAct::Close { kind: ReferralKind::Rfs, reference: "PSN-9".into(), object: object.clone() };
    assert!(matches!(world.act("us-acas", unknown), Err(EngineError::Refused(_))));
    // The high-risk mark does not end with the referral.
    assert!(holding(&world.load(&object)).contains(&"hrcm-not-screened"));
}

/// A request for screening of the master marks everything inside it, also a house asked alone.
#[test]
fn a_high_risk_master_holds_its_houses() {
    let mut world = World::new(Mode::Simulated);
    let master = key("888-10001014", None);
    let house = key("888-10001014", Some("RHA"));
    let goods = "/NC/CONSOLIDATION\r\n";
    world.file_as(&fwb("888-10001014", "FRA", "JFK", "T4K200", "JFK9Z", goods, SECURED), "carrier");
    let plain =
        fhl("888-10001014", "FRAJFK", "T4K200", "RHA", "4/K200", "STEEL HINGES FOR KITCHEN DOORS", "");
    world.file(&plain.replace("/SPX\r\n", ""));
    assert_eq!(world.load(&house).decision, Decision::Load, "{:?}", holding(&world.load(&house)));
    let act = open(master.clone(), ReferralKind::Rfs, "SIM-8");
    let command = Command::Authority { programme: ProgrammeId::new("us-acas"), simulated: true, act };
    world.engine.handle(command).unwrap();
    assert!(
        holding(&world.load(&house)).contains(&"hrcm-not-screened"),
        "{:?}",
        holding(&world.load(&house))
    );
    assert_eq!(world.load(&master).decision, Decision::Hold);
}

/// An order that comes before the goods holds them when they come.
#[test]
fn a_do_not_load_for_goods_nobody_has_told_of_yet() {
    let mut world = World::new(Mode::Relay);
    let object = key("888-10004046", None);
    world.done("us-acas", open(object.clone(), ReferralKind::Dnl, "PSN-6"));
    world.file_as(
        &fwb("888-10004046", "ZRH", "JFK", "T6K120", "JFK9Z", "/NG/TITANIUM BONE SCREWS\r\n", SECURED),
        "carrier",
    );
    assert!(holding(&world.load(&object)).contains(&"dnl-open"));
    world.done(
        "us-acas",
        AuthorityAct::Close { kind: ReferralKind::Dnl, reference: "PSN-6".into(), object: object.clone() },
    );
    assert!(!holding(&world.load(&object)).contains(&"dnl-open"));
}

/// A flight to a State without a programme is a stated reason with its proof, never an empty AND; an
/// unknown station holds.
#[test]
fn no_programme_and_unknown_stations() {
    let mut world = World::new(Mode::Simulated);
    let goods = "/NG/TITANIUM BONE SCREWS\r\n";
    world.file_as(&fwb("888-10004046", "FRA", "DOH", "T6K120", "DOH9Z", goods, SECURED), "carrier");
    let answer = world.load(&key("888-10004046", None));
    assert_eq!(answer.decision, Decision::Load, "{:?}", holding(&answer));
    let proof = answer.reasons.iter().find(|reason| reason.code == codes::gate::NO_PROGRAMME_BINDS).unwrap();
    let text = proof.message(finding::Language::English);
    for programme in ["us-acas", "eu-ics2", "ca-pact"] {
        assert!(text.contains(programme), "{text}");
    }
    world.file_as(&fwb("888-10015154", "FRA", "QQQ", "T6K120", "QQQ9Z", goods, SECURED), "carrier");
    assert!(holding(&world.load(&key("888-10015154", None))).contains(&"station-unknown"));
}

/// A routing that ends short of the destination does not hide the landing there.
#[test]
fn a_routing_that_stops_short_still_lands() {
    let mut world = World::new(Mode::Relay);
    let goods = "/NG/TITANIUM BONE SCREWS\r\n";
    world.file_as(&fwb("888-10004046", "DXB", "JFK", "T6K120", "LHR9Z", goods, SECURED), "carrier");
    let object = key("888-10004046", None);
    assert!(codes_of(&world.load(&object)).contains(&"later-leg"), "{:?}", codes_of(&world.load(&object)));
    let second = world.ask(&object, leg("LHR", "JFK"), Aircraft::Passenger, Stage::Load);
    assert_eq!(holding(&second), ["not-acknowledged"]);
}

/// All-cargo only goods fly on all-cargo aircraft only.
#[test]
fn sco_and_passenger_aircraft() {
    let mut world = World::new(Mode::Simulated);
    let oci = "OCI/DE/ISS/RA/01234-01\r\n///AC/9001\r\n///SN/A KELLER\r\n///SD/24NOV260500\r\n";
    let message = fwb("888-10004046", "FRA", "DOH", "T6K120", "DOH9Z", "/NG/TITANIUM BONE SCREWS\r\n", oci);
    world.file_as(&message.replace("SPH/SPX", "SPH/SCO"), "carrier");
    let object = key("888-10004046", None);
    assert_eq!(holding(&world.load(&object)), ["status-sco-pax"]);
    let cargo = world.ask(&object, AskedLeg::First, Aircraft::AllCargo, Stage::Load);
    assert_eq!(cargo.decision, Decision::Load, "{:?}", holding(&cargo));
}

/// A house filed with a blank master keeps what is open for it when it joins its master.
#[test]
fn a_floating_house_joins_with_its_referral() {
    let mut world = World::new(Mode::Relay);
    let floating = ConsignmentKey { master: None, house: Some(HouseWaybill::parse("RHZ").unwrap()) };
    world.done("us-acas", open(floating, ReferralKind::Rfi, "PSN-7"));
    let house =
        fhl("888-10004046", "FRAJFK", "T3K150", "RHZ", "3/K150", "STEEL HINGES FOR KITCHEN DOORS", SECURED);
    world.file(&house);
    assert!(holding(&world.load(&key("888-10004046", Some("RHZ")))).contains(&"rfi-open"));
}

/// A referral on a house nobody filed holds the master that may contain it.
#[test]
fn a_referral_on_an_unfiled_house_holds_its_master() {
    for kind in [ReferralKind::Rfi, ReferralKind::Rfs, ReferralKind::Dnl] {
        let mut world = World::new(Mode::Simulated);
        let goods = "/NG/TITANIUM BONE SCREWS\r\n";
        world.file_as(&fwb("888-10004046", "FRA", "JFK", "T6K120", "JFK9Z", goods, SECURED), "carrier");
        let master = key("888-10004046", None);
        assert_eq!(world.load(&master).decision, Decision::Load);
        let act = open(key("888-10004046", Some("GHOST1")), kind, "SIM-1");
        let command = Command::Authority { programme: ProgrammeId::new("us-acas"), simulated: true, act };
        world.engine.handle(command).unwrap();
        assert_eq!(world.load(&master).decision, Decision::Hold, "{kind:?}");
    }
}

/// One reference for two kinds: both stand, and each is closed by itself.
#[test]
fn a_shared_reference_swallows_nothing() {
    let mut world = World::new(Mode::Relay);
    let goods = "/NG/TITANIUM BONE SCREWS\r\n";
    world.file_as(&fwb("888-10004046", "FRA", "JFK", "T6K120", "JFK9Z", goods, SECURED), "carrier");
    let object = key("888-10004046", None);
    world.done("us-acas", open(object.clone(), ReferralKind::Rfi, "R"));
    world.done("us-acas", open(object.clone(), ReferralKind::Dnl, "R"));
    let codes = holding(&world.load(&object));
    assert!(codes.contains(&"rfi-open") && codes.contains(&"dnl-open"), "{codes:?}");
    let close = |kind| AuthorityAct::Close { kind, reference: "R".into(), object: key("888-10004046", None) };
    world.done("us-acas", close(ReferralKind::Rfi));
    let codes = holding(&world.load(&object));
    assert!(!codes.contains(&"rfi-open") && codes.contains(&"dnl-open"), "{codes:?}");
    world.done("us-acas", close(ReferralKind::Dnl));
    assert!(!holding(&world.load(&object)).contains(&"dnl-open"));
}

/// House numbers recur: the same number under another master joins nothing.
#[test]
fn one_house_number_under_two_masters() {
    let mut world = World::new(Mode::Simulated);
    let goods = "/NC/CONSOLIDATION\r\n";
    let message = |number: &str, status: &str| {
        fwb(number, "FRA", "DOH", "T4K200", "DOH9Z", goods, SECURED).replace("SPH/SPX", status)
    };
    let house = |number: &str| {
        fhl(number, "FRADOH", "T4K200", "SAME1", "4/K200", "STEEL HINGES FOR KITCHEN DOORS", SECURED)
    };
    world.file_as(&message("888-10001014", "SPH/NSC"), "carrier");
    world.file_as(&message("888-10004046", "SPH/SPX"), "carrier");
    world.file(&house("888-10004046"));
    let other = house("888-10001014")
        .replace("TAUNUS BESCHLAEGE WERK", "NORDSEE FISCH")
        .replace("HUDSON HARDWARE SUPPLY", "GULF CATERING");
    world.file(&other);
    assert_eq!(world.load(&key("888-10004046", None)).decision, Decision::Load);
    assert_eq!(holding(&world.load(&key("888-10001014", None))), ["status-nsc"]);
    // The same goods cannot fly under both.
    world.file(&house("888-10001014"));
    assert_eq!(holding(&world.load(&key("888-10004046", None))), ["identity-ambiguous"]);
    assert_eq!(holding(&world.load(&key("888-10001014", None))), ["identity-ambiguous", "status-nsc"]);
}

/// A report of part of the goods, or a bare handling code, lifts no "not secured".
#[test]
fn a_report_raises_no_status() {
    let report = "FSU/14\r\n888-10004046FRADOH/P1K20T6\r\nRCS/24NOV0700/FRA/P1K20\r\n\
                  OCI/DE/ISS/RA/01234-01\r\n///SS/SPX\r\n///SM/XRY\r\n";
    let mut world = World::new(Mode::Simulated);
    let goods = "/NG/TITANIUM BONE SCREWS\r\n";
    let message =
        fwb("888-10004046", "FRA", "DOH", "T6K120", "DOH9Z", goods, "").replace("SPH/SPX", "SPH/NSC");
    world.file_as(&message, "carrier");
    world.file_as(report, "somebody else");
    assert!(holding(&world.load(&key("888-10004046", None))).contains(&"status-nsc"));
}

/// A consolidation rests on its houses, and they do not rest on it in turn.
#[test]
fn no_ground_is_found_by_going_in_circles() {
    let mut world = World::new(Mode::Simulated);
    let bare = "OCI/DE/ISS/RA/01234-01\r\n///ED/1127\r\n";
    world.file_as(
        &fwb("888-10001014", "FRA", "DOH", "T4K200", "DOH9Z", "/NC/CONSOLIDATION\r\n", bare),
        "carrier",
    );
    let silent =
        fhl("888-10001014", "FRADOH", "T4K200", "RHA", "4/K200", "STEEL HINGES FOR KITCHEN DOORS", "");
    world.file(&silent.replace("/SPX\r\n", ""));
    assert!(holding(&world.load(&key("888-10001014", None))).contains(&"status-nsc"));
    assert!(holding(&world.load(&key("888-10001014", Some("RHA")))).contains(&"status-nsc"));
}

/// More pieces under the same number are other goods: what was declared of the first says nothing of them.
#[test]
fn a_declaration_does_not_stretch_over_an_amendment() {
    let mut world = World::new(Mode::Simulated);
    let goods = "/NG/TITANIUM BONE SCREWS\r\n";
    world.file_as(&fwb("888-10004046", "FRA", "DOH", "T4K80", "DOH9Z", goods, SECURED), "carrier");
    assert_eq!(world.load(&key("888-10004046", None)).decision, Decision::Load);
    let more = fwb("888-10004046", "FRA", "DOH", "T40K800", "DOH9Z", goods, "").replace("SPH/SPX\r\n", "");
    world.file_as(&more, "carrier");
    assert!(holding(&world.load(&key("888-10004046", None))).contains(&"status-nsc"));
}

/// A request of a programme our table thought not to bind outlives every amendment of the same route.
#[test]
fn an_amendment_does_not_bind_a_request_away() {
    let mut world = World::new(Mode::Relay);
    let message = |goods: &str| fwb("888-10004046", "FRA", "DOH", "T6K120", "DOH9Z", goods, SECURED);
    let object = key("888-10004046", None);
    world.done("eu-ics2", open(object.clone(), ReferralKind::Rfi, "Q02"));
    world.file_as(&message("/NG/TITANIUM BONE SCREWS\r\n"), "carrier");
    assert!(holding(&world.load(&object)).contains(&"rfi-open"));
    world.file_as(&message("/NG/TITANIUM BONE PLATES\r\n"), "carrier");
    assert!(holding(&world.load(&object)).contains(&"rfi-open"));
}

/// A house whose number cannot be read does not pass for its master.
#[test]
fn an_unnumbered_house_is_not_its_master() {
    let mut world = World::new(Mode::Simulated);
    let message = fwb("888-10001014", "FRA", "DOH", "T4K200", "DOH9Z", "/NC/CONSOLIDATION\r\n", SECURED);
    world.file_as(&message.replace("SPH/SPX", "SPH/NSC"), "carrier");
    let house =
        fhl("888-10001014", "FRADOH", "T4K200", "?", "4/K200", "STEEL HINGES FOR KITCHEN DOORS", SECURED);
    let filed = world.file_as(&house, "carrier");
    // The house is none of those filed, and no stranger to the master it names.
    let held = ["house-missing", "message-unread", "status-nsc"];
    assert_eq!(holding(&world.load(&key("888-10001014", None))), held);
    let object = filed[0].object.clone();
    let peek =
        Command::Peek { object, leg: AskedLeg::First, stage: Stage::Load, aircraft: Aircraft::Passenger };
    match world.engine.handle(peek).unwrap() {
        Reply::Answered(answer) => assert!(holding(&answer).contains(&"identity-unknown")),
        other => panic!("{other:?}"),
    }
}

/// On a node that is told everything a house flies only with a filed master; it may be built up before that.
#[test]
fn a_house_is_built_while_its_master_waits_also_where_everything_is_expected() {
    let mut settings = engine::Settings::simulated();
    settings.expects = casework::gate::Expectation::Everything;
    let clock = engine::memory::SetClock("2026-11-24T06:00:00Z".parse().unwrap());
    let (journal, outbox) =
        (engine::memory::MemoryJournal::default(), engine::memory::MemoryOutbox::default());
    let mut world = World { engine: engine::Engine::new(settings, journal, clock, outbox) };
    let house = key("888-10001014", Some("RHA"));
    let hinges = "STEEL HINGES FOR KITCHEN DOORS";
    world.file(&fhl("888-10001014", "FRAJFK", "T10K500.0", "RHA", "4/K200", hinges, SECURED));
    let ask = |world: &mut World, stage| {
        let answer = world.ask(&house, AskedLeg::First, Aircraft::Passenger, stage);
        holding(&answer)
    };
    assert_eq!(ask(&mut world, Stage::Load), ["not-filed"]);
    assert_eq!(ask(&mut world, Stage::Build), [""; 0]);
    let goods = "/NC/CONSOLIDATION AS PER\r\n/2/NC/ ATTACHED MANIFEST\r\n";
    let css = "OCI/DE/CSS/RA/01234-01\r\n///ED/1127\r\n";
    world.file_as(&fwb("888-10001014", "FRA", "JFK", "T10K500.0", "JFK9Z", goods, css), "carrier");
    assert_eq!(ask(&mut world, Stage::Build), [""; 0]);
}
