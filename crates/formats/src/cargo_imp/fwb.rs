//! FWB, the data of an air waybill, in versions 16 and 17 and as legacy 9.

use super::goods::GoodsReader;
use super::party::{self, HeadLine};
use super::route::{Booking, Routing};
use super::{Body, Draft, Segment, commercial, handling, oci_lines, quantity, remarks, route, waybill};
use crate::limits::REPEATS_MAX;
use crate::text::Slice;
use consignment::Consignment;
use consignment::party::Role;
use finding::Severity;

/// The first version with the full set of mandatory segments known here.
const VERSION_MODERN: u16 = 16;

/// Mandatory segments: identifier, what it is, the path it fills, and whether Loadgate reads from it.
const MANDATORY: [(&[u8; 4], &str, &str, bool); 8] = [
    (b"RTG ", "RTG (routing)", "legs", true),
    (b"SHP ", "SHP (shipper)", "shipper", true),
    (b"CNE ", "CNE (consignee)", "consignee", true),
    (b"RTD ", "RTD (rate description)", "goods", true),
    (b"CVD ", "CVD (charge declarations)", "", false),
    (b"ISU ", "ISU (carrier's execution)", "issued.at", false),
    (b"REF ", "REF (sender reference)", "", false),
    (b"PPD ", "PPD or COL (charge summary)", "", false),
];

/// Segments that may stand once and are read here, besides the mandatory ones.
const ONCE: [&[u8; 4]; 2] = [b"FLT ", b"SPH "];

/// The first segment of each kind.
#[derive(Default)]
struct Met<'a>([Option<Segment<'a>>; MANDATORY.len() + ONCE.len()]);

impl<'a> Met<'a> {
    /// Notes a segment; the one of its kind before it, if there is one.
    fn before(&mut self, segment: &Segment<'a>) -> Option<Segment<'a>> {
        let tag = if &segment.tag == b"COL " { b"PPD " } else { &segment.tag };
        let mut kinds = MANDATORY.iter().map(|(mandatory, ..)| *mandatory).chain(ONCE);
        let slot = &mut self.0[kinds.position(|kind| kind == tag)?];
        let before = *slot;
        slot.get_or_insert(*segment);
        before
    }

    fn has(&self, at: usize) -> bool {
        self.0[at].is_some()
    }
}

/// Reads the body of an FWB.
pub(crate) fn decode(draft: &mut Draft, mut body: Body<'_>) {
    body.check_widths(draft);
    let mut consignment = Consignment::default();
    // About one note and a half for each line.
    let lines = body.rest().len();
    consignment.source.reserve(lines.min(REPEATS_MAX) * 3 / 2);
    draft.uninterpreted.reserve(lines.min(REPEATS_MAX) / 3);
    match body.peek().filter(|line| waybill::starts_line(line.text)) {
        Some(line) => {
            body.line();
            waybill_line(draft, &mut consignment, line);
        }
        None => draft.missing_segment("AWB line (number, stations and quantity)", "master"),
    }
    let mut met = Met::default();
    let mut goods = GoodsReader::default();
    let mut routing = Routing::default();
    let mut bookings = Vec::new();
    let mut several_parts = false;
    let mut accounting = Vec::new();
    while let Some(segment) = body.segment() {
        if waybill::starts_line(segment.head.text) || &segment.tag == b"MBI " {
            // Another message whose identifier was lost: nothing of it may count for this waybill.
            draft.unknown(&segment);
            body.segments().for_each(|segment| draft.unknown(&segment));
            break;
        }
        let before = met.before(&segment);
        if let (b"FLT " | b"RTG " | b"SPH " | b"ISU ", Some(before)) = (&segment.tag, before) {
            let says_the_same = segment.says_the_same(&before);
            draft.repeated(&segment, says_the_same);
            if &segment.tag == b"SPH " && !says_the_same {
                // Any of its codes may speak against loading.
                handling::read(draft, &mut consignment, &segment);
            }
            continue;
        }
        match &segment.tag {
            b"FLT " => route::bookings(draft, &mut consignment, &segment, &mut bookings),
            b"RTG " => routing = route::routing(draft, &mut consignment, &segment),
            b"SHP " | b"CNE " | b"AGT " | b"NFY " | b"OPI " => read_party(draft, &mut consignment, &segment),
            b"SSR " | b"OSI " => remarks::read(draft, &mut consignment, &segment),
            b"RTD " => goods.read(draft, &mut consignment, &segment),
            b"SPH " => handling::read(draft, &mut consignment, &segment),
            b"OCI " => oci_lines::read(draft, &mut consignment, &segment),
            b"ISU " => commercial::executed(draft, &mut consignment, &segment),
            b"CER " | b"REF " | b"COR " if commercial::modelled(&mut consignment, &segment) => {}
            b"PART" => {
                several_parts = true;
                draft.part(&segment, Severity::Error);
            }
            _ => {
                if !commercial::check(draft, &segment) {
                    draft.unknown(&segment);
                }
                accounting.extend((&segment.tag == b"ACC ").then_some(segment));
            }
        }
    }
    // After all parties in their own segments, which they may only repeat.
    for segment in &accounting {
        commercial::party_in_accounting(draft, &mut consignment, segment);
    }
    route::assign(draft, &mut consignment, routing, &bookings);
    oci_lines::interpret(draft, &mut consignment, false);
    // What is missing from one part stands in another.
    if !several_parts {
        for (at, (segment_tag, segment, path, read)) in MANDATORY.into_iter().enumerate() {
            // Without a day of issue nobody can tell the month of a flight of which only the day is stated.
            let read = read || (segment_tag == b"ISU " && bookings.iter().any(Booking::hangs_on_issue));
            if !met.has(at) && (read || draft.version >= VERSION_MODERN) {
                let severity = if read { Severity::Error } else { Severity::Warning };
                draft.missing_segment_as(segment, path, None, severity);
            }
        }
    }
    draft.consignments.push(consignment);
}

/// `888-10001014FRAJFK/T60K1533.6MC2.93`.
fn waybill_line(draft: &mut Draft, consignment: &mut Consignment, line: Slice<'_>) {
    let (numbers, quantities) = line.cut();
    let stated = waybill::cut(numbers);
    waybill::number(draft, consignment, stated.number);
    waybill::stations(draft, consignment, stated, true);
    let (quantities, rest) = quantities.unwrap_or(line.from(line.text.len())).cut();
    quantity::read(draft, consignment, quantities, true);
    if let Some(rest) = rest.filter(|rest| !rest.trim().is_empty()) {
        let rest = Segment { tag: *b"AWB ", head: rest, value: None, more: &[] };
        draft.malformed(&rest, "nothing is expected after the quantity");
    }
}

/// Reads a party into its place.
fn read_party(draft: &mut Draft, consignment: &mut Consignment, segment: &Segment<'_>) {
    let (role, head_line) = match &segment.tag {
        b"SHP " => (Role::Shipper, HeadLine::Account),
        b"CNE " => (Role::Consignee, HeadLine::Account),
        b"AGT " => (Role::Agent, HeadLine::Account),
        b"OPI " => (Role::Other, HeadLine::Name),
        _ => (Role::Notify, HeadLine::Name),
    };
    let first = consignment.party(role).is_none();
    let party = match role {
        Role::Agent => party::agent(draft, consignment, segment, first),
        Role::Other => match party::other(draft, consignment, segment, first) {
            Some(party) => party,
            None => return,
        },
        _ => party::read(draft, consignment, segment, role, head_line, first),
    };
    party::place(draft, consignment, segment, role, party);
}
