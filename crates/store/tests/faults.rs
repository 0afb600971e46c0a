//! The disk fails: a write, a sync or a read of the database or of its write-ahead log goes wrong. Nothing acknowledged is
//! lost or doubled, whoever is told anything else sends again, and what was damaged is found or holds the goods.
// What happened is for whoever looks at the test.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod support;

use casework::case::ReferralKind;
use casework::gate::{Aircraft, AskedLeg, Decision, Stage};
use casework::view::Asker;
use consignment::Consignment;
use consignment::fact::ObjectName;
use consignment::security::{
    DeclaredEntity, DeclaredMethod, IssuedAt, ScreeningMethod, SecurityDeclaration, SecurityStatus,
    StatusSource,
};
use engine::{AuthorityAct, Channel, Command, Recorded, Reply};
use faulty::{Call, Disk, Fault, File, What};
use finding::{Phrase, codes};
use jiff::Timestamp;
use programme::ProgrammeId;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use store::audit::{integrate, verify};
use store::sqlite::{Database, Reader, StoreError};
use store::writer::{Answer, Lane, Settings, WriteError, Writer};
use support::{Folder, START, Turned, engine, file_in, filing, form, key, keyed, tree, waybill, writer};

const SENDERS: usize = 16;

/// Numbers that look random and come again from the same seed.
struct Dice(u64);

impl Dice {
    /// From the seed in `LOADGATE_FAULTS_SEED`, of which `cargo xtask soak faults` takes others each time; it is printed.
    fn new(test: &str) -> Self {
        let given = std::env::var("LOADGATE_FAULTS_SEED").ok().map(|seed| seed.parse().unwrap());
        let seed = given.unwrap_or(1_795_737_429_855_066_633);
        println!("{test}: LOADGATE_FAULTS_SEED={seed}");
        Self(seed)
    }

    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as u32 % end
    }
}

/// A database on a disk that fails.
fn faulty() -> (Folder, Disk) {
    faulty::install();
    let folder = Folder::new();
    let disk = Disk::of(&folder.file()).unwrap();
    (folder, disk)
}

fn kept(answer: &Result<Answer, WriteError>) -> bool {
    matches!(answer, Ok(Answer::Given(Ok(_)) | Answer::Repeated(_)))
}

/// The events of a tree that was filed once.
fn filed_once() -> u64 {
    let folder = Folder::new();
    let writer = writer(&folder.database(), Settings::new(form), &Turned::new());
    assert!(kept(&writer.ask(Lane::Ordinary, keyed(0))));
    folder.reader().version(&tree(0)).unwrap()
}

/// Files numbers from many senders at once. Whoever is told that nothing was kept, or that nobody knows, sends the same
/// again with the same key, so often that it would not be for want of patience. Gives how many had to.
fn file_all(writer: &Writer, count: u32, what: &str) -> u32 {
    let (next, again) = (AtomicU32::new(0), AtomicU32::new(0));
    thread::scope(|scope| {
        for _ in 0..SENDERS {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    if number >= count {
                        break;
                    }
                    let mut tries = 0;
                    loop {
                        let answer = writer.ask(Lane::Ordinary, keyed(number));
                        match &answer {
                            _ if kept(&answer) => break,
                            Err(WriteError::Storage(_) | WriteError::Unknown(_)) if tries < 50 => {}
                            other => panic!("{what}: waybill {number} after {tries} tries: {other:?}"),
                        }
                        tries += 1;
                        again.fetch_add(1, Ordering::SeqCst);
                    }
                }
            });
        }
    });
    again.into_inner()
}

/// Every way in which a call fails and says so.
const TOLD: [(File, Call, What); 12] = [
    (File::Log, Call::Write, What::Error),
    (File::Log, Call::Write, What::Full),
    (File::Log, Call::Write, What::Short),
    (File::Log, Call::Sync, What::Error),
    (File::Log, Call::Sync, What::Full),
    (File::Log, Call::Read, What::Error),
    (File::Database, Call::Write, What::Error),
    (File::Database, Call::Write, What::Full),
    (File::Database, Call::Write, What::Short),
    (File::Database, Call::Sync, What::Error),
    (File::Database, Call::Read, What::Error),
    (File::Database, Call::Read, What::Full),
];

#[test]
fn a_disk_that_fails_loses_nothing_acknowledged_and_doubles_nothing() {
    const COUNT: u32 = 48;
    let (mut dice, single, started) = (Dice::new("failing disk"), filed_once(), Instant::now());
    let (mut happened, mut again) = (0, 0);
    for round in 0..24 {
        let (file, call, what) = TOLD[round % TOLD.len()];
        let (folder, disk) = faulty();
        let database = folder.database();
        let writer = writer(&database, Settings::new(form), &Turned::new());
        let often = if call == Call::Write && file == File::Log { 80 } else { 12 };
        let fault = Fault { file, call, what, after: dice.below(often), times: 1 + dice.below(3) };
        disk.arm(fault);
        thread::scope(|scope| {
            // The write-ahead log is copied into the database now and then, as it is where it grows long.
            scope.spawn(|| {
                for _ in 0..4 {
                    thread::sleep(Duration::from_millis(10));
                    let _ =
                        writer.between(|session| store::sqlite::clear_write_ahead_log(session.connection()));
                }
            });
            again += file_all(&writer, COUNT, &format!("round {round}, {fault:?}"));
        });
        drop(writer);
        happened += disk.happened();
        disk.heal();

        let verified = verify(&folder.file()).unwrap_or_else(|why| panic!("round {round}, {fault:?}: {why}"));
        assert!(verified.leaves >= single * u64::from(COUNT));
        let reader = folder.reader();
        for number in 0..COUNT {
            let events = reader.read(&tree(number)).unwrap();
            assert_eq!(
                events.len() as u64,
                single,
                "round {round}, {fault:?}: waybill {number} is there once"
            );
        }
    }
    println!(
        "{happened} calls failed, {again} filings were sent again, in {:.1} s",
        started.elapsed().as_secs_f64()
    );
    assert!(happened >= 12, "faults happen: {happened}");
}

/// The write-ahead log of a commit whose sync failed may still be read: it is in the memory of the machine. Nobody may
/// be told that it is kept before it is on the disk.
#[test]
fn what_could_not_be_synced_is_not_acknowledged() {
    for call in [Call::Sync, Call::Write] {
        let (folder, disk) = faulty();
        let database = folder.database();
        let writer = writer(&database, Settings::new(form), &Turned::new());
        assert!(kept(&writer.ask(Lane::Ordinary, keyed(0))));
        disk.arm(Fault { file: File::Log, call, what: What::Error, after: 0, times: u32::MAX });
        for number in 1..4 {
            let told = writer.ask(Lane::Ordinary, keyed(number));
            assert!(
                matches!(told, Err(WriteError::Storage(_) | WriteError::Unknown(_))),
                "no {call:?} went well: {told:?}"
            );
        }
        assert!(disk.happened() > 0);
        disk.heal();
        for number in 1..4 {
            assert!(kept(&writer.ask(Lane::Ordinary, keyed(number))), "the node goes on by itself");
        }
        let version = |number| folder.reader().version(&tree(number)).unwrap();
        assert!((0..4).all(|number| version(number) == version(0)), "each is there once");
        drop(writer);
        verify(&folder.file()).unwrap();
    }
}

/// Whoever reads an earlier state keeps the write-ahead log from being copied: a backup, say.
#[test]
fn what_cannot_be_brought_to_the_disk_is_not_acknowledged() {
    let (folder, disk) = faulty();
    let database = folder.database();
    let writer = writer(&database, Settings::new(form), &Turned::new());
    assert!(kept(&writer.ask(Lane::Ordinary, keyed(0))));
    let reader = database.reader().unwrap();
    reader.connection().execute_batch("BEGIN").unwrap();
    reader.version(&tree(0)).unwrap();
    assert!(kept(&writer.ask(Lane::Ordinary, keyed(1))));
    disk.arm(Fault { file: File::Log, call: Call::Sync, what: What::Error, after: 0, times: 1 });
    let told = writer.ask(Lane::Ordinary, keyed(2));
    assert!(matches!(told, Err(WriteError::Unknown(_))), "{told:?}");
    assert_eq!(disk.happened(), 1);
    reader.connection().execute_batch("COMMIT").unwrap();
    assert!(kept(&writer.ask(Lane::Ordinary, keyed(2))), "the node goes on by itself");
    assert_eq!(reader.version(&tree(2)).unwrap(), reader.version(&tree(0)).unwrap());
    drop((writer, reader));
    verify(&folder.file()).unwrap();
}

/// No room for hours: everything is refused, what was kept stays readable, and the node goes on by itself.
#[test]
fn a_full_disk_refuses_until_there_is_room() {
    let (folder, disk) = faulty();
    let database = folder.database();
    let writer = writer(&database, Settings::new(form), &Turned::new());
    assert_eq!(file_all(&writer, 8, "before"), 0);
    let reader = database.reader().unwrap();
    disk.arm(Fault { file: File::Log, call: Call::Write, what: What::Full, after: 0, times: u32::MAX });
    for number in 8..40 {
        let told = writer.ask(Lane::Ordinary, keyed(number));
        assert!(matches!(told, Err(WriteError::Storage(_))), "{number}: {told:?}");
        assert_eq!(reader.version(&tree(number)).unwrap(), 0);
        assert!(!reader.read(&tree(number % 8)).unwrap().is_empty());
    }
    disk.heal();
    assert_eq!(file_all(&writer, 40, "after"), 0);
    drop((writer, reader));
    verify(&folder.file()).unwrap();
}

/// What each waybill of [`Ground`] is answered before anything is damaged: the last has an order not to load.
const ANSWERS: [Decision; 3] = [Decision::Load, Decision::Load, Decision::Hold];

/// A database with goods that may be loaded and goods that may not, to be damaged in copies.
struct Ground {
    folder: Folder,
    /// The events of each tree.
    events: Vec<Vec<Recorded>>,
}

impl Ground {
    fn new() -> Self {
        let folder = Folder::new();
        let database = folder.database();
        let node = writer(&database, Settings::new(form), &Turned::new());
        for number in 0..3 {
            let mut secured = Consignment { security: Some(secured()), ..waybill(number) };
            if number == 2 {
                // Goods that resemble those of an order are held for it.
                "VOGELSANG PUMPEN KG".clone_into(&mut secured.shipper.as_mut().unwrap().name);
                "LAKESIDE AQUARIUMS LLC".clone_into(&mut secured.consignee.as_mut().unwrap().name);
                "AQUARIUM PUMPS".clone_into(&mut secured.goods[0].description);
            }
            let command =
                Command::File { filing: filing(vec![secured]), channel: Channel::filer("forwarder") };
            assert!(kept(&node.ask(Lane::Ordinary, command.into())));
        }
        let act = AuthorityAct::Open {
            object: key(2),
            kind: ReferralKind::Dnl,
            reference: "D1".into(),
            reason: Phrase::new(codes::gate::WHY_STATED).with("text", "DO NOT LOAD"),
            deadline: None,
        };
        let order = Command::Authority { programme: ProgrammeId::new("us-acas"), simulated: true, act };
        assert!(kept(&node.ask(Lane::Ordinary, order.into())));
        let signs = database.clone();
        let now = Timestamp::from_second(START).unwrap();
        node.run(Lane::Ordinary, move |session| {
            integrate(session.connection(), signs.keys(), now).map_err(|why| StoreError::Log(why.to_string()))
        })
        .unwrap();
        drop(node);
        let reader = folder.reader();
        let events = (0..3).map(|number| reader.read(&tree(number)).unwrap()).collect();
        Self { folder, events }
    }

    /// A copy, in which these bytes of the database are changed.
    fn copy(&self, change: impl FnOnce(&mut Vec<u8>)) -> Folder {
        let folder = Folder::new();
        let mut bytes = std::fs::read(self.folder.file()).unwrap();
        change(&mut bytes);
        std::fs::write(folder.file(), bytes).unwrap();
        std::fs::copy(self.folder.path().join("node.keys"), folder.path().join("node.keys")).unwrap();
        folder
    }
}

/// A declaration that suffices for a passenger aircraft.
fn secured() -> SecurityDeclaration {
    SecurityDeclaration {
        issuer: Some(DeclaredEntity::parse("DE/RA/01234-01/1127").unwrap()),
        statuses: vec![(SecurityStatus::Spx, StatusSource::Oci)],
        methods: vec![DeclaredMethod {
            method: ScreeningMethod::parse("XRY").unwrap(),
            as_sent: "XRY".into(),
        }],
        issued_by: Some("A KELLER".into()),
        issued_at: Some(IssuedAt::DateTime("2026-11-24T05:00".parse().unwrap())),
        ..SecurityDeclaration::default()
    }
}

/// Starts a node on a database and asks about each waybill; no answer is `None`, with why.
fn asked(folder: &Path) -> Vec<Result<Decision, String>> {
    let start = || -> Result<Writer, StoreError> {
        let database = Database::open(&file_in(folder), &folder.join("node.keys"))?;
        Writer::start(&database, Settings::new(form), |journal, outbox| {
            engine(journal, outbox, Turned::new())
        })
    };
    let node = match start() {
        Ok(node) => node,
        Err(why) => return vec![Err(why.to_string()); 3],
    };
    let ask = |number| {
        let object = ObjectName::Consignment(key(number));
        let (leg, stage, aircraft) = (AskedLeg::First, Stage::Load, Some(Aircraft::Passenger));
        let (holder, asker) = ("desk".into(), Asker::Carrier);
        Command::AskObject { object, leg, stage, aircraft, holder, asker }
    };
    let asked = (0..3).map(|number| match node.ask(Lane::Ordinary, ask(number).into()) {
        Ok(Answer::Given(Ok(Reply::Committed { answer, .. } | Reply::Answered(answer)))) => {
            Ok(answer.decision)
        }
        other => Err(format!("{other:?}")),
    });
    asked.collect()
}

/// A reader of the database; `None` where it is refused, such as for a page that names its node.
fn opened(folder: &Folder) -> Option<Reader> {
    let database = Database::open(&folder.file(), &folder.path().join("node.keys"));
    database.and_then(|database| database.reader()).ok()
}

/// Nobody is told "load" of goods that have an order not to load, nor of any on events that are not those written.
fn held(ground: &Ground, folder: &Folder, answers: &[Result<Decision, String>], what: &str) {
    for (number, answer) in (0..).zip(answers) {
        if *answer != Ok(Decision::Load) {
            continue;
        }
        assert_eq!(ANSWERS[number as usize], Decision::Load, "{what}: waybill {number} may not be loaded");
        // What verifies is refused, where the key of its stream was harmed, or as it was written.
        let Some(Ok(read)) = opened(folder).map(|reader| reader.read(&tree(number))) else { continue };
        let written = &ground.events[number as usize];
        assert_eq!(read[..written.len()], written[..], "{what}: waybill {number} is loaded on other events");
    }
}

#[test]
fn a_bit_that_flipped_is_found_and_loads_nothing() {
    let (mut dice, ground, started) = (Dice::new("flipped bits"), Ground::new(), Instant::now());
    let whole = ground.copy(|_| {});
    assert_eq!(asked(whole.path()), ANSWERS.map(Ok));

    // In what was said of the goods, in its hash, in the tree above, and in what was signed.
    let reader = ground.folder.reader();
    let column = |sql: &str| -> Vec<Vec<u8>> {
        let mut rows = reader.connection().prepare(sql).unwrap();
        rows.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    let of = |number: u32, column: &str| {
        format!(
            "SELECT {column} FROM event e JOIN leaf l USING (leaf_index) JOIN stream s ON s.id = e.stream \
             WHERE s.name = '{}'",
            tree(number)
        )
    };
    let bytes = std::fs::read(ground.folder.file()).unwrap();
    for number in 0..3 {
        for part in ["e.segment", "l.hash"] {
            for text in column(&of(number, part)) {
                // The rest of a long one may be on other pages.
                let length = text.len().min(32);
                let start = bytes.windows(length).position(|window| *window == text[..length]).unwrap();
                let (byte, bit) = (start + dice.below(length as u32) as usize, dice.below(8));
                let damaged = ground.copy(|bytes| bytes[byte] ^= 1 << bit);
                let what = format!("bit {bit} of byte {byte}, of {part} of waybill {number}");
                let found = verify(&damaged.file()).unwrap_err().to_string();
                assert!(found.starts_with("event ") && found.contains(&*tree(number)), "{what}: {found}");
                let answers = asked(damaged.path());
                assert_ne!(answers[number as usize], Ok(Decision::Load), "{what}");
                held(&ground, &damaged, &answers, &what);
            }
        }
    }

    // Anywhere. What verifies reads as it was written, or is refused for its key.
    let (mut found, mut unharmed) = (0, 0);
    for _ in 0..40 {
        let (byte, bit) = (dice.below(bytes.len() as u32) as usize, dice.below(8));
        let damaged = ground.copy(|bytes| bytes[byte] ^= 1 << bit);
        let what = format!("bit {bit} of byte {byte} of {}", bytes.len());
        match verify(&damaged.file()) {
            Err(_) => found += 1,
            Ok(_) => {
                unharmed += 1;
                let Ok(database) = Database::open(&damaged.file(), &damaged.path().join("node.keys")) else {
                    continue;
                };
                for (number, written) in (0..).zip(&ground.events) {
                    let read = database.reader().and_then(|reader| reader.read(&tree(number)));
                    assert!(read.is_err() || read.unwrap() == *written, "{what}: waybill {number}");
                }
            }
        }
        held(&ground, &damaged, &asked(damaged.path()), &what);
    }
    println!(
        "of 40 bits anywhere {found} were found, {unharmed} say nothing, in {:.1} s",
        started.elapsed().as_secs_f64()
    );
}

#[test]
fn what_is_misread_loads_nothing() {
    let (mut dice, ground, started) = (Dice::new("misread"), Ground::new(), Instant::now());
    let (mut happened, mut loaded) = (0, 0);
    for round in 0..40 {
        let (damaged, disk) = {
            faulty::install();
            let folder = ground.copy(|_| {});
            let disk = Disk::of(&folder.file()).unwrap();
            (folder, disk)
        };
        let what = if round % 4 == 0 { What::Short } else { What::Flip(dice.below(4096 * 8)) };
        let fault = Fault { file: File::Database, call: Call::Read, what, after: dice.below(60), times: 1 };
        disk.arm(fault);
        let answers = asked(damaged.path());
        happened += disk.happened();
        disk.heal();
        assert_ne!(answers[2], Ok(Decision::Load), "{fault:?}");
        loaded += answers.iter().filter(|answer| **answer == Ok(Decision::Load)).count();
        // What was misread may have been written back with what was changed beside it.
        if verify(&damaged.file()).is_ok() {
            held(&ground, &damaged, &answers, &format!("{fault:?}"));
        }
    }
    println!(
        "{happened} reads differed, {loaded} answers were load, in {:.1} s",
        started.elapsed().as_secs_f64()
    );
    assert!(happened > 10);
}

#[test]
fn what_is_miswritten_is_found() {
    const COUNT: u32 = 48;
    let (mut dice, single, started) = (Dice::new("miswritten"), filed_once(), Instant::now());
    let (mut found, mut refused) = (0, 0);
    for round in 0..16 {
        let (folder, disk) = faulty();
        let (file, often) = if round % 2 == 0 { (File::Log, 60) } else { (File::Database, 30) };
        let what = What::Flip(dice.below(4096 * 8));
        let (after, times) = (dice.below(often), 1 + dice.below(8));
        let fault = Fault { file, call: Call::Write, what, after, times };
        let database = folder.database();
        let node = writer(&database, Settings::new(form), &Turned::new());
        disk.arm(fault);
        let next = AtomicU32::new(0);
        let acknowledged = thread::scope(|scope| {
            let senders: Vec<_> = (0..SENDERS)
                .map(|_| {
                    scope.spawn(|| {
                        let mut acknowledged = Vec::new();
                        loop {
                            let number = next.fetch_add(1, Ordering::SeqCst);
                            if number >= COUNT {
                                break acknowledged;
                            }
                            if (0..3).any(|_| kept(&node.ask(Lane::Ordinary, keyed(number)))) {
                                acknowledged.push(number);
                            }
                        }
                    })
                })
                .collect();
            senders.into_iter().flat_map(|sender| sender.join().unwrap()).collect::<Vec<_>>()
        });
        // The end of the last connection copies the write-ahead log into the database.
        drop(node);
        disk.heal();
        refused += COUNT as usize - acknowledged.len();
        match verify(&folder.file()) {
            Err(_) => found += 1,
            Ok(_) => {
                let Some(reader) = opened(&folder) else {
                    found += 1;
                    continue;
                };
                for number in acknowledged {
                    // What verifies is refused, where the key of its stream was harmed, or as it was written.
                    let events = reader.read(&tree(number)).map_or(single, |events| events.len() as u64);
                    assert_eq!(events, single, "round {round}, {fault:?}: waybill {number} is lost unseen");
                }
            }
        }
    }
    println!(
        "{found} of 16 times something was found, {refused} filings were refused, in {:.1} s",
        started.elapsed().as_secs_f64()
    );
}
