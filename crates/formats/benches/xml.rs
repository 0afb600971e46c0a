//! XFWB decoding against the bare reader: the same bytes, every name resolved, every value unescaped.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use formats::RawMessage;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::Event;
use quick_xml::reader::NsReader;
use std::hint::black_box;

/// As in the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// An invented air waybill of about 15 kB.
const XFWB: &str = include_str!("../../../fixtures/cargo-xml/xfwb5_direct.xml");

/// Reads every event, resolves every element name, and unescapes every text and attribute value.
fn resolve_and_unescape(text: &str) -> usize {
    let mut reader = NsReader::from_str(text);
    let mut read = 0;
    loop {
        let event = match reader.read_resolved_event() {
            Ok((namespace, event)) => {
                black_box(&namespace);
                event
            }
            Err(why) => unreachable!("the fixture is well-formed: {why}"),
        };
        match event {
            Event::Start(start) | Event::Empty(start) => {
                read += black_box(start.local_name()).into_inner().len();
                for attribute in start.attributes().with_checks(false).flatten() {
                    let value = attribute.normalized_value(XmlVersion::Implicit1_0).unwrap_or_default();
                    read += black_box(value).len();
                }
            }
            Event::Text(value) => read += black_box(value.xml10_content()).len(),
            Event::CData(value) => read += black_box(value.xml10_content()).len(),
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().ok().flatten();
                read += black_box(character.is_some() || resolve_xml_entity(&reference).is_some()) as usize;
            }
            Event::Eof => return read,
            _ => {}
        }
    }
}

fn xfwb(criterion: &mut Criterion) {
    let received_at = jiff::Timestamp::UNIX_EPOCH;
    let message = RawMessage::whole(XFWB.as_bytes());
    let read = formats::decode(&message, received_at);
    assert_eq!(read.consignments.len(), 1, "the fixture is read");
    let mut group = criterion.benchmark_group("xfwb");
    group.throughput(Throughput::Bytes(XFWB.len() as u64));
    group.bench_function("decode", |bencher| {
        bencher.iter(|| formats::decode(black_box(&message), received_at));
    });
    group.bench_function("quick_xml_resolve_unescape", |bencher| {
        bencher.iter(|| resolve_and_unescape(black_box(XFWB)));
    });
    group.finish();
}

criterion_group!(benches, xfwb);
criterion_main!(benches);
