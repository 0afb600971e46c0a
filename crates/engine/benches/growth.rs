//! How the cost of a tree grows with its messages: each bench runs over a number of them and over four
//! times as many, so that what grows with their square is seen as a ratio.
//!
//! `cargo bench -p engine --bench growth`
#![allow(missing_docs)]

use casework::gate::{Aircraft, AskedLeg, Stage};
use consignment::Filing;
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use engine::memory::{MemoryJournal, MemoryOutbox, SetClock};
use engine::{Command, Engine, ObjectRef, Reply, Settings};
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::hint::black_box;

/// Messages of the smaller run, and how many times as many the larger one has.
const FEW: usize = 500;
const TIMES: usize = 4;

fn filings(text: &str) -> Vec<Filing> {
    let messages = formats::Splitter::new(text.as_bytes()).flatten();
    messages.map(|message| formats::decode(&message, Timestamp::UNIX_EPOCH)).collect()
}

/// Files everything, then asks once about each object that was named; gives the number of reasons.
fn assessed(filings: Vec<Filing>) -> usize {
    let clock = SetClock(Timestamp::UNIX_EPOCH);
    let mut engine =
        Engine::new(Settings::simulated(), MemoryJournal::default(), clock, MemoryOutbox::default());
    let mut objects: BTreeSet<ObjectRef> = BTreeSet::new();
    for filing in filings {
        if let Ok(Reply::Filed(filed)) =
            engine.handle(Command::File { filing, channel: engine::Channel::filer("bench") })
        {
            objects.extend(filed.into_iter().map(|filed| filed.object));
        }
    }
    let mut reasons = 0;
    for object in objects {
        let question =
            Command::Peek { object, leg: AskedLeg::First, stage: Stage::Load, aircraft: Aircraft::Passenger };
        if let Ok(Reply::Answered(answer)) = engine.handle(question) {
            reasons += answer.reasons.len();
        }
    }
    reasons
}

/// Status reports on one waybill, each with another time and signature.
fn reports(count: usize) -> String {
    let report = |number| {
        format!(
            "FSU/15\n888-20004040FRAYYZ/T7K350\nRCS/24NOV0615/FRA/T7K350/SIGNED {number}\nOCI/DE//SS/SPX\n"
        )
    };
    (0..count).map(report).collect()
}

/// Houses under one master, a message each; the master may be unknown.
fn houses(master: &str, count: usize) -> String {
    let house = |number| {
        format!(
            "FHL/5\nMBI/{master}FRAYYZ/T9K90\nHBS/H{number}/FRAYYZ/1/K10//BRASS HINGES\n\
             SHP\nNAM/FICTIVA GMBH\nADR/ERFINDERWEG 1\nLOC/OFFENBACH\n/DE/63065\n\
             CNE\nNAM/NEVERWAS INC\nADR/FABLE STREET 2\nLOC/MISSISSAUGA/ON\n/CA/L5P1B2\n"
        )
    };
    (0..count).map(house).collect()
}

/// Houses that are filed before their master is known, and again with it.
fn joining(count: usize) -> String {
    houses("", count) + &houses("888-20004040", count)
}

/// A check list of houses, in messages that stay below the limit of one.
fn check_list(count: usize) -> String {
    let line = |number| format!("HBS/H{number}/FRAYYZ/1/K10//BRASS HINGES\n");
    let numbers: Vec<usize> = (0..count).collect();
    let lists = numbers.chunks(5_000).map(|numbers| {
        let lines: String = numbers.iter().copied().map(line).collect();
        format!("FHL/4\nMBI/888-20004040FRAYYZ/T9K90\n{lines}")
    });
    lists.collect()
}

fn growth(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("growth");
    group.sample_size(10);
    let inputs: [(&str, &dyn Fn(usize) -> String); 4] = [
        ("reports", &reports),
        ("houses", &|count| houses("888-20004040", count)),
        ("joining", &joining),
        // Announced houses cost least, so there are more of them.
        ("check_list", &|count| check_list(8 * count)),
    ];
    for (name, input) in inputs {
        for (suffix, count) in [("few", FEW), ("many", TIMES * FEW)] {
            let filings = filings(&input(count));
            group.bench_function(format!("{name}_{suffix}"), |bencher| {
                bencher.iter_batched(
                    || filings.clone(),
                    |filings| assessed(black_box(filings)),
                    BatchSize::PerIteration,
                );
            });
        }
    }
    group.finish();
}

criterion_group!(benches, growth);
criterion_main!(benches);
