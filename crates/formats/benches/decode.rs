//! Speed of the text formats: one air waybill of a kilobyte, and the splitter over many of them.
//!
//! `cargo bench -p formats --bench decode`

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use formats::{RawMessage, Splitter};
use jiff::Timestamp;
use std::hint::black_box;

/// As in the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// An air waybill with parties, goods, charges and a security declaration.
const WAYBILL: &[u8] = include_bytes!("../../../fixtures/cargo-imp/fwb/024-one-kilobyte.txt");

/// Messages in the input of the splitter.
const MESSAGES: usize = 1_000;

fn fwb(criterion: &mut Criterion) {
    let message = RawMessage::whole(WAYBILL);
    let mut group = criterion.benchmark_group("fwb");
    group.throughput(Throughput::Bytes(WAYBILL.len() as u64));
    group.bench_function("decode_1kb", |bencher| {
        bencher.iter(|| formats::decode(black_box(&message), Timestamp::UNIX_EPOCH));
    });
    group.finish();
}

fn splitter(criterion: &mut Criterion) {
    let input = WAYBILL.repeat(MESSAGES);
    let mut group = criterion.benchmark_group("splitter");
    group.throughput(Throughput::Bytes(input.len() as u64));
    group.bench_function("split", |bencher| {
        bencher.iter(|| Splitter::new(black_box(&input[..])).flatten().count());
    });
    group.bench_function("split and decode", |bencher| {
        bencher.iter(|| {
            let messages = Splitter::new(black_box(&input[..])).flatten();
            messages
                .map(|message| formats::decode(&message, Timestamp::UNIX_EPOCH).consignments.len())
                .sum::<usize>()
        });
    });
    group.finish();
}

criterion_group!(benches, fwb, splitter);
criterion_main!(benches);
