//! Worked stories: messages and authority acts in order, and what the gate answers after each.
#![allow(clippy::unwrap_used, clippy::panic)]

use casework::case::ReferralKind;
use casework::gate::{Aircraft, Answer, AskedLeg, Decision, Stage};
use consignment::ConsignmentKey;
use consignment::ident::{AirWaybill, HouseWaybill, Location};
use engine::memory::{MemoryJournal, MemoryOutbox, SetClock};
use engine::{AuthorityAct, Command, Engine, EngineError, Filed, FiledConsignment, Reply, Settings};
use finding::{Phrase, codes};
use jiff::Timestamp;
use programme::{Mode, ProgrammeId};
use std::io::Cursor;
use std::sync::Arc;

struct World {
    engine: Engine<MemoryJournal, SetClock, MemoryOutbox>,
}

impl World {
    /// A node on which every programme runs in `mode`.
    fn new(mode: Mode) -> Self {
        let mut settings = Settings::simulated();
        settings.modes = settings.programmes.keys().map(|programme| (programme.clone(), mode)).collect();
        let clock = SetClock("2026-11-24T06:00:00Z".parse().unwrap());
        Self { engine: Engine::new(settings, MemoryJournal::default(), clock, MemoryOutbox::default()) }
    }

    fn at(&mut self, time: &str) -> &mut Self {
        self.engine.clock_mut().0 = format!("2026-11-24T{time}:00Z").parse().unwrap();
        self
    }

    fn file(&mut self, text: &str) -> Vec<FiledConsignment> {
        self.file_as(text, "forwarder")
    }

    fn file_as(&mut self, text: &str, filer: &str) -> Vec<FiledConsignment> {
        let received: Timestamp = self.engine.clock_mut().0;
        let mut filed = Vec::new();
        for message in formats::Splitter::new(Cursor::new(text.as_bytes())) {
            let filing = formats::decode(&message.unwrap(), received);
            assert!(!filing.consignments.is_empty(), "{text}: {:?}", filing.findings);
            match self.engine.handle(Command::File { filing, filer: filer.into() }).unwrap() {
                Reply::Filed(consignments) => filed.extend(consignments),
                other => panic!("{other:?}"),
            }
        }
        filed
    }

    fn act(&mut self, programme: &str, act: AuthorityAct) -> Result<Reply, EngineError> {
        self.engine.handle(Command::Authority {
            programme: ProgrammeId::new(programme),
            simulated: false,
            act,
        })
    }

    fn done(&mut self, programme: &str, act: AuthorityAct) -> usize {
        match self.act(programme, act).unwrap() {
            Reply::Done(events) => events,
            other => panic!("{other:?}"),
        }
    }

    fn ask(&mut self, object: &ConsignmentKey, leg: AskedLeg, aircraft: Aircraft, stage: Stage) -> Answer {
        let object = self.engine.find(object).unwrap();
        match self.engine.handle(Command::Peek { object, leg, stage, aircraft }).unwrap() {
            Reply::Answered(answer) => *answer,
            other => panic!("{other:?}"),
        }
    }

    fn load(&mut self, object: &ConsignmentKey) -> Answer {
        self.ask(object, AskedLeg::First, Aircraft::Passenger, Stage::Load)
    }
}

fn key(master: &str, house: Option<&str>) -> ConsignmentKey {
    ConsignmentKey {
        master: Some(AirWaybill::parse(master).unwrap()),
        house: house.map(|house| HouseWaybill::parse(house).unwrap()),
    }
}

fn leg(from: &str, to: &str) -> AskedLeg {
    AskedLeg::Named {
        from: Location::parse(from).unwrap(),
        to: Location::parse(to).unwrap(),
        flight: None,
        date: None,
    }
}

fn holding(answer: &Answer) -> Vec<&'static str> {
    let mut codes: Vec<_> =
        answer.reasons.iter().filter(|reason| reason.holds()).map(|reason| reason.code.id()).collect();
    codes.dedup();
    codes
}

fn codes_of(answer: &Answer) -> Vec<&'static str> {
    answer.reasons.iter().map(|reason| reason.code.id()).collect()
}

fn open(object: ConsignmentKey, kind: ReferralKind, reference: &str) -> AuthorityAct {
    AuthorityAct::Open {
        object,
        kind,
        reference: reference.into(),
        reason: Phrase::new(codes::gate::WHY_STATED).with("text", "WHAT ARE THE GOODS"),
        deadline: None,
    }
}

const SECURED: &str =
    "OCI/DE/ISS/RA/01234-01\r\n///ED/1127\r\n///SM/XRY\r\n///SN/A KELLER\r\n///SD/24NOV260500\r\n";

fn fwb(number: &str, from: &str, to: &str, quantity: &str, routing: &str, goods: &str, oci: &str) -> String {
    let (pieces, weight) = quantity.trim_start_matches('T').split_once('K').unwrap();
    format!(
        "FWB/17\r\n{number}{from}{to}/{quantity}\r\nRTG/{routing}\r\nSHP\r\nNAM/RHEINTAL MASCHINEN WERKE\r\n\
         ADR/INDUSTRIEWEG 14\r\nLOC/FRANKFURT\r\n/DE/60549\r\nCNE\r\nNAM/HUDSON HARDWARE SUPPLY\r\n\
         ADR/200 MERCHANT ROW\r\nLOC/ALBANY/NY\r\n/US/12207\r\nAGT//1234567/0001\r\n/RHEIN FRACHT KONTOR\r\n\
         /FRANKFURT\r\nCVD/EUR//PP/NVD/NCV/XXX\r\nRTD/1/P{pieces}/K{weight}/CQ/W{weight}/R2.00/T1000.00\r\n{goods}\
         PPD/WT1000.00\r\n/CT1000.00\r\nISU/24NOV26/FRANKFURT\r\nREF/FRAFC9Z\r\nSPH/SPX\r\n{oci}"
    )
}

fn fhl(number: &str, lane: &str, total: &str, house: &str, quantity: &str, goods: &str, oci: &str) -> String {
    format!(
        "FHL/5\r\nMBI/{number}{lane}/{total}\r\nHBS/{house}/{lane}/{quantity}//{short}\r\n/SPX\r\nTXT/{goods}\r\n\
         HTS/830210\r\n{oci}SHP\r\nNAM/TAUNUS BESCHLAEGE WERK\r\nADR/AM HANG 3\r\nLOC/KRONBERG\r\n/DE/61476\r\n\
         CNE\r\nNAM/HUDSON HARDWARE SUPPLY\r\nADR/200 MERCHANT ROW\r\nLOC/ALBANY/NY\r\n/US/12207\r\n\
         CVD/EUR/PP/NVD/NCV/XXX\r\n",
        short = goods.get(..15).unwrap_or(goods),
    )
}

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
    let again = world.at("08:01").done("us-acas", open(house("RHC"), ReferralKind::Rfi, "PSN-1"));
    assert_eq!(again, 0, "still open is the same referral");
    world.at("08:05").done("us-acas", sf(house("RHC"), Some(1)));
    assert!(holding(&world.load(&master)).contains(&"rfi-open"), "assessment complete closes no referral");

    world.at("08:40").done(
        "us-acas",
        AuthorityAct::Close { kind: ReferralKind::Rfi, reference: "PSN-1".into(), object: house("RHC") },
    );
    let answer = world.load(&master);
    assert_eq!(holding(&answer), ["assessment-pending"], "{answer:?}");
    world.at("08:41").done("us-acas", sf(house("RHC"), Some(2)));
    assert_eq!(holding(&world.load(&master)), ["not-acknowledged"], "a cleared version is acknowledged too");
    world.done("us-acas", AuthorityAct::Acknowledge { object: house("RHC"), version: Some(2) });
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
    let view = match world.engine.find(&object).map(|object| world.engine.handle(Command::View { object })) {
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
            ("ca-pact".to_owned(), vec!["JFK-YYZ".to_owned()]),
            ("eu-ics2".to_owned(), vec![]),
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
    assert_eq!(holding(&world.load(&key("888-10001014", None))), ["house-missing", "status-nsc"]);
    let object = filed[0].object.clone();
    let peek =
        Command::Peek { object, leg: AskedLeg::First, stage: Stage::Load, aircraft: Aircraft::Passenger };
    match world.engine.handle(peek).unwrap() {
        Reply::Answered(answer) => assert!(holding(&answer).contains(&"identity-unknown")),
        other => panic!("{other:?}"),
    }
}

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
    // Complete is no acknowledgement: where a programme demands one, it is still owed.
    assert_eq!(holding(&world.load(&object)), ["not-acknowledged"]);
    world.done("us-acas", AuthorityAct::Acknowledge { object: object.clone(), version: Some(2) });
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
