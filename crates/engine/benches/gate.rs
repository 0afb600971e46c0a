//! How fast casework decides, and how fast the gate answers about a flight and about one piece.
//!
//! `cargo bench -p engine --bench gate`
#![allow(missing_docs)]

use casework::case::{
    Actor, Command as CaseCommand, LegBinding, Node, Opening, ReferralKind, Tree, decide, evolve,
};
use casework::gate::{Aircraft, AskedLeg, Decision, Stage};
use consignment::fact::{Build, Content, Fact, FlightName, Loading, ObjectName, UnitName, What};
use consignment::goods::GoodsLine;
use consignment::ident::{AirWaybill, Flight, HouseWaybill, Location, UnitLoadDevice};
use consignment::measure::Weight;
use consignment::{Consignment, ConsignmentKey, DocumentKind, Leg, Purpose};
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use engine::memory::{MemoryJournal, MemoryOutbox, SetClock};
use engine::{Channel, Command, Engine, Reply, Settings};
use finding::{Phrase, codes};
use jiff::Timestamp;
use jiff::civil::date;
use programme::{Mode, ProgrammeId};
use std::hint::black_box;
use std::sync::Arc;

/// A large freighter: masters, houses under each, and units they stand in.
const MASTERS: u32 = 300;
const HOUSES: u32 = 20;
const MASTERS_IN_UNIT: usize = 10;

type Memory = Engine<MemoryJournal, SetClock, MemoryOutbox>;

fn waybill(index: u32) -> AirWaybill {
    let serial = 1_000_000 + index;
    match AirWaybill::parse(&format!("888{serial:07}{}", serial % 7)) {
        Ok(number) => number,
        Err(why) => unreachable!("{why}"),
    }
}

fn file(engine: &mut Memory, text: &str) {
    for message in formats::Splitter::new(text.as_bytes()).flatten() {
        let filing = formats::decode(&message, Timestamp::UNIX_EPOCH);
        let filed = engine.handle(Command::File { filing, channel: Channel::filer("bench") });
        assert!(filed.is_ok(), "{filed:?}");
    }
}

/// The declaration of one house: each was screened by somebody else and at another time.
fn secured(index: u32, house: u32) -> String {
    let (hour, minute) = (2 + house % 3, (7 * index + 11 * house) % 60);
    format!(
        "OCI/DE/ISS/RA/01234-01\n///ED/1127\n///SM/XRY\n///SN/A KELLER {index} {house}\n\
         ///SD/24NOV26{hour:02}{minute:02}\n"
    )
}

/// A consolidation of houses that are filed, cleared and secured.
fn consolidation(engine: &mut Memory, index: u32) {
    let master = waybill(index);
    let total = format!("T{}K{}", HOUSES * 2, HOUSES * 50);
    let parties = "SHP\nNAM/RHEINTAL MASCHINEN WERKE\nADR/INDUSTRIEWEG 14\nLOC/FRANKFURT\n/DE/60549\n\
                   CNE\nNAM/HUDSON HARDWARE SUPPLY\nADR/200 MERCHANT ROW\nLOC/ALBANY/NY\n/US/12207\n";
    let houses: String = (0..HOUSES)
        .map(|house| {
            let secured = secured(index, house);
            format!(
                "FHL/5\nMBI/{master}FRAJFK/{total}\nHBS/H{index}X{house}/FRAJFK/2/K50//STEEL HINGES\n/SPX\n\
                 TXT/STEEL HINGES FOR KITCHEN DOORS\nHTS/830210\n{secured}{parties}CVD/EUR/PP/NVD/NCV/XXX\n"
            )
        })
        .collect();
    file(engine, &houses);
    let (pieces, weight) = (HOUSES * 2, HOUSES * 50);
    file(
        engine,
        &format!(
            "FWB/17\n{master}FRAJFK/{total}\nRTG/JFK9Z\n{parties}AGT//1234567/0001\n/RHEIN FRACHT KONTOR\n/FRANKFURT\n\
             CVD/EUR//PP/NVD/NCV/XXX\nRTD/1/P{pieces}/K{weight}/CQ/W{weight}/R2.00/T1000.00\n\
             /NC/CONSOLIDATION AS PER\n/2/NC/ ATTACHED MANIFEST\nPPD/WT1000.00\n/CT1000.00\n\
             ISU/24NOV26/FRANKFURT\nREF/FRAFC9Z\nSPH/SPX\nOCI/DE/CSS/RA/01234-01\n///ED/1127\n"
        ),
    );
}

fn flight() -> FlightName {
    match (Flight::parse("9Z100"), Location::parse("FRA"), Location::parse("JFK")) {
        (Ok(flight), Ok(from), Ok(to)) => FlightName { flight, date: date(2026, 11, 24), from, to },
        other => unreachable!("{other:?}"),
    }
}

fn tell(engine: &mut Memory, what: What) {
    let fact = Fact { id: None, at: None, by: None, what };
    let told = engine.handle(Command::Fact { fact, channel: Channel::filer("desk") });
    assert!(told.is_ok(), "{told:?}");
}

fn flight_of_many() -> Memory {
    let clock = SetClock(Timestamp::from_second(1_795_500_000).unwrap_or_default());
    let mut engine =
        Engine::new(Settings::simulated(), MemoryJournal::default(), clock, MemoryOutbox::default());
    let masters: Vec<u32> = (0..MASTERS).collect();
    for (index, masters) in masters.chunks(MASTERS_IN_UNIT).enumerate() {
        let Ok(device) = UnitLoadDevice::parse(&format!("PMC{index:05}9Z")) else { continue };
        let unit = UnitName::Device(device);
        let mut contents = Vec::new();
        for master in masters {
            consolidation(&mut engine, *master);
            let object = ConsignmentKey { master: Some(waybill(*master)), house: None };
            contents.push(Content { object, pieces: Vec::new(), count: None, weight: None, position: None });
        }
        tell(&mut engine, What::Built(Build { unit: unit.clone(), contents, complete: true }));
        let object = ObjectName::Unit(unit);
        tell(&mut engine, What::Loaded { flight: flight(), object, how: Loading::Planned });
    }
    engine
}

fn ask(engine: &mut Memory, object: &ObjectName) -> usize {
    let question = Command::PeekObject {
        object: object.clone(),
        leg: AskedLeg::First,
        stage: Stage::Load,
        aircraft: Some(Aircraft::Passenger),
    };
    match engine.handle(question) {
        Ok(Reply::Answered(answer)) => {
            assert_eq!(answer.decision, Decision::Load, "{:?}", answer.reasons.first());
            answer.reasons.len()
        }
        other => unreachable!("{other:?}"),
    }
}

/// The life of one direct shipment in one programme.
fn commands(index: u32) -> Vec<(CaseCommand, Actor)> {
    let stations = [Location::parse("FRA"), Location::parse("JFK")];
    let [Ok(from), Ok(to)] = stations else { return Vec::new() };
    let (node, programme) = (Node::Master, ProgrammeId::new("us-acas"));
    let consignment = Arc::new(Consignment {
        kind: DocumentKind::Master,
        master: Some(waybill(index)),
        house: None::<HouseWaybill>,
        origin: Some(from),
        destination: Some(to),
        pieces: Some(4),
        weight: Some(Weight::kilograms(80.into())),
        goods: vec![GoodsLine { description: "STEEL HINGES".into(), ..GoodsLine::default() }],
        ..Consignment::default()
    });
    let (filer, authority) = (Actor::Filer("bench".into()), Actor::Authority(programme.clone()));
    let reference: Arc<str> = "PSN-1".into();
    let kind = ReferralKind::Rfi;
    let binding = LegBinding::Binds { legs: vec![0] };
    let record = CaseCommand::Record {
        voice: casework::case::Voice::OF_DESK,
        consignment,
        purpose: Purpose::Creation,
        consolidated: false,
        faults: Vec::new(),
    };
    let route = CaseCommand::Route { legs: vec![Leg::assumed(from, to)], unclear: Vec::new() };
    let bind =
        CaseCommand::Bind { node: node.clone(), programme: programme.clone(), mode: Mode::Relay, binding };
    let acknowledge =
        CaseCommand::Acknowledge { node: node.clone(), programme: programme.clone(), version: 1 };
    let open = CaseCommand::OpenReferral {
        node: node.clone(),
        programme: programme.clone(),
        opening: Opening::new(
            kind,
            Some(Arc::clone(&reference)),
            Phrase::new(codes::gate::WHY_STATED).with("text", "WHAT ARE THE GOODS"),
        ),
    };
    let close = CaseCommand::CloseReferral {
        node: node.clone(),
        programme: programme.clone(),
        kind,
        reference: Some(reference),
    };
    let complete = CaseCommand::CompleteAssessment { node, programme, version: 1 };
    let by_node = [route, bind].map(|command| (command, Actor::Node));
    let by_authority = [acknowledge, open, close, complete].map(|command| (command, authority.clone()));
    std::iter::once((record, filer)).chain(by_node).chain(by_authority).collect()
}

fn decided(commands: Vec<(CaseCommand, Actor)>, now: Timestamp) -> usize {
    let mut tree = Tree::default();
    let mut events = 0;
    for (command, actor) in commands {
        // A refusal is no decision that counts here.
        let decided = decide(&tree, command, &actor, now).unwrap_or_else(|why| panic!("{why}"));
        for event in decided {
            tree = evolve(tree, &event);
            events += 1;
        }
    }
    events
}

fn gate(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("casework");
    let many: Vec<Vec<(CaseCommand, Actor)>> = (0..1_000).map(commands).collect();
    group.throughput(Throughput::Elements(many.iter().map(|of_one| of_one.len() as u64).sum()));
    group.bench_function("commands_decided", |bencher| {
        bencher.iter_batched(
            || many.clone(),
            |many| {
                let now = Timestamp::UNIX_EPOCH;
                many.into_iter().map(|commands| decided(black_box(commands), now)).sum::<usize>()
            },
            BatchSize::LargeInput,
        );
    });
    group.finish();

    let mut group = criterion.benchmark_group("gate");
    let mut engine = flight_of_many();
    let whole = ObjectName::Flight(flight());
    group.bench_function("flight_of_300_masters_and_6000_houses", |bencher| {
        bencher.iter(|| ask(&mut engine, black_box(&whole)));
    });
    let house = HouseWaybill::parse("H7X3").ok();
    let piece = ObjectName::Piece(ConsignmentKey { master: Some(waybill(7)), house }, 2);
    group.bench_function("piece", |bencher| bencher.iter(|| ask(&mut engine, black_box(&piece))));
    group.finish();
}

criterion_group!(benches, gate);
criterion_main!(benches);
