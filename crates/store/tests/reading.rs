//! Threads that answer beside the one that writes: they say what it would say, and give back what they cannot.
#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use casework::Refusal;
use casework::case::ReferralKind;
use casework::decision::Desk;
use casework::gate::{Aircraft, AskedLeg, Stage};
use casework::view::Asker;
use consignment::fact::{Fact, FlightName, Loading, ObjectName, What};
use consignment::ident::{Flight, Location};
use engine::{AuthorityAct, Channel, Command, Engine, Reply};
use finding::{Phrase, codes};
use jiff::Timestamp;
use programme::ProgrammeId;
use std::sync::{Arc, Mutex, mpsc};
use store::sqlite::Reading;
use store::writer::{Answer, Lane, Settings, Submission, Writer};
use support::{Folder, START, Turned, file, form, key, number, writer};

type Lists = Arc<Mutex<Option<Arc<names::Snapshot>>>>;

fn reading(folder: &Folder, clock: &Turned, lists: &Lists) -> Reading {
    let (clock, lists) = (clock.clone(), Arc::clone(lists));
    let make =
        move |journal, outbox| Engine::new(engine::Settings::simulated(), journal, clock.clone(), outbox);
    Reading::start(&folder.database(), make, move |engine| {
        let now = lists.lock().unwrap().clone();
        if now.as_ref().map(Arc::as_ptr) != engine.settings().lists.as_ref().map(Arc::as_ptr) {
            engine.set_lists(now);
        }
    })
    .unwrap()
}

fn read(reading: &Reading, command: Command) -> Option<Result<Reply, Refusal>> {
    let (tell, told) = mpsc::channel();
    reading.ask(command, Box::new(move |answer| tell.send(answer).unwrap()));
    told.recv().unwrap()
}

fn write(writer: &Writer, command: Command) -> Result<Reply, Refusal> {
    match writer.ask(Lane::Ordinary, Submission::from(command)).unwrap() {
        Answer::Given(given) => given,
        other => panic!("{other:?}"),
    }
}

fn flight() -> FlightName {
    FlightName {
        flight: Flight::parse("9Z100").unwrap(),
        date: Timestamp::from_second(START).unwrap().to_zoned(jiff::tz::TimeZone::UTC).date(),
        from: Location::parse("FRA").unwrap(),
        to: Location::parse("JFK").unwrap(),
    }
}

fn look(object: ObjectName) -> Command {
    Command::Look {
        object,
        leg: AskedLeg::First,
        stage: Stage::Load,
        aircraft: Some(Aircraft::Passenger),
        holder: "police".into(),
        asker: Asker::Officer(Desk::Agency("police".into())),
    }
}

/// After each thing that is committed both say the same of everything, refusals included.
#[test]
fn whoever_reads_says_what_the_thread_that_writes_says() {
    let (folder, clock) = (Folder::new(), Turned::new());
    let writer = writer(&folder.database(), Settings::new(form), &clock);
    let reading = reading(&folder, &clock, &Lists::default());
    for step in 0..40_u32 {
        clock.set(START + i64::from(step) * 60);
        let index = step / 4;
        let object = key(index);
        let command = match step % 4 {
            0 => file(index),
            1 => {
                let object = ObjectName::Consignment(object);
                let what = What::Loaded { flight: flight(), object, how: Loading::Planned };
                let fact = Fact { id: None, at: None, by: None, what };
                Command::Fact { fact, channel: Channel::registry("lane 1") }
            }
            2 => Command::Authority {
                programme: ProgrammeId::new("us-acas"),
                simulated: true,
                act: AuthorityAct::Open {
                    object,
                    kind: ReferralKind::Rfi,
                    reference: "R1".into(),
                    reason: Phrase::new(codes::gate::WHY_STATED).with("text", "WHAT ARE THE GOODS"),
                    deadline: None,
                },
            },
            _ => Command::Authority {
                programme: ProgrammeId::new("us-acas"),
                simulated: true,
                act: AuthorityAct::Close { object, kind: ReferralKind::Rfi, reference: "R1".into() },
            },
        };
        write(&writer, command).unwrap();
        let asked = (0..=index + 1).map(|index| ObjectName::Consignment(key(index)));
        for object in asked.chain([ObjectName::Flight(flight())]) {
            let here = read(&reading, look(object.clone())).expect("it can be answered beside");
            let there = write(&writer, look(object.clone()));
            assert_eq!(format!("{here:?}"), format!("{there:?}"), "step {step}, {object}");
        }
        for command in [
            Command::ViewOf { key: key(index) },
            Command::Queue { most: 10, stations: [].into(), judge: None },
        ] {
            let here = read(&reading, command.clone()).expect("it can be answered beside");
            assert_eq!(format!("{here:?}"), format!("{:?}", write(&writer, command)), "step {step}");
        }
    }
}

/// What wants something written down is given back, and so is what the thread broke at; the next question is answered.
#[test]
fn what_cannot_be_answered_beside_is_given_back() {
    let (folder, clock, lists) = (Folder::new(), Turned::new(), Lists::default());
    let writer = writer(&folder.database(), Settings::new(form), &clock);
    let reading = reading(&folder, &clock, &lists);
    write(&writer, file(1)).unwrap();
    let asked = || look(ObjectName::Consignment(key(1)));
    assert!(read(&reading, asked()).is_some());
    assert!(read(&reading, file(2)).is_none(), "a filing is kept");
    assert!(folder.reader().read(&support::tree(2)).unwrap().is_empty(), "{}", number(2));

    // Goods that are to be screened anew.
    let text = "# loadgate-watch-list: Invented list; edition: 2026-11-01\nid,name\nE-1,Somebody Else\n";
    let list = names::ListFile { name: "watch.csv".into(), bytes: text.into() };
    let snapshot = Arc::new(names::Snapshot::new(names::load(vec![list]).lists));
    *lists.lock().unwrap() = Some(Arc::clone(&snapshot));
    assert!(read(&reading, asked()).is_none(), "an earlier edition answers nobody");
    write(&writer, Command::TakeLists { lists: Some(snapshot) }).unwrap();
    let there = write(&writer, asked());
    // Who only asks is answered before what his question led to is on the disk.
    write(&writer, file(3)).unwrap();
    assert_eq!(format!("{:?}", read(&reading, asked()).unwrap()), format!("{there:?}"));

    clock.panics_at(1);
    assert!(read(&reading, asked()).is_none(), "a fault of its own is told by the thread that writes");
    assert!(read(&reading, asked()).is_some());
    drop(reading);
}
