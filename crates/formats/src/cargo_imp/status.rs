//! FSU and FSA, status of a waybill, in versions 12 to 15.
//!
//! Every status is kept as a remark, in its own words. Those that carry a flight and its stations give a
//! leg as well, those that name somebody a party. What cannot be read of a line stands among what could not
//! be read of its waybill.

use super::{Body, Draft, Segment, dates, equipment, nth, oci_lines, quantity, remarks, route, waybill};
use crate::text::Slice;
use consignment::document::{PieceScope, StatusFact};
use consignment::field::{Field, PartyField};
use consignment::ident::{Flight, Location};
use consignment::party::{Party, Role};
use consignment::route::RouteBasis;
use consignment::{Consignment, DocumentKind, Leg, PartialDate};
use finding::Severity;
use jiff::civil::Time;

/// Status codes whose flight and stations stand first: booked, manifested, departed.
const FLIGHT_FIRST: [&[u8; 4]; 4] = [b"BKD ", b"MAN ", b"DEP ", b"PRE "];

/// Other status codes.
const OTHERS: [&[u8; 4]; 19] = [
    b"RCS ", b"NFD ", b"AWD ", b"CCD ", b"DLV ", b"DDL ", b"TGC ", b"FOH ", b"RCT ", b"TFD ", b"RCF ",
    b"ARR ", b"AWR ", b"TRM ", b"DIS ", b"FIW ", b"FOW ", b"DOC ", b"DPU ",
];

/// Those that may end with the name of who tendered, was notified, or took the goods.
const NAMING: [&[u8; 4]; 8] = [b"RCS ", b"NFD ", b"AWD ", b"CCD ", b"DLV ", b"DDL ", b"TGC ", b"FOH "];

/// How many of the last legs a status is compared with.
const LEGS_COMPARED: usize = 64;

/// How many of the last parties a name is compared with.
const PARTIES_COMPARED: usize = 64;

/// Reads the body of an FSU or FSA.
pub(crate) fn decode(draft: &mut Draft, mut body: Body<'_>) {
    body.check_widths(draft);
    let mut current: Option<Consignment> = None;
    let mut any_status = false;
    let empty = || Consignment { kind: DocumentKind::Status, ..Consignment::default() };
    while let Some(line) = body.peek() {
        if waybill::starts_line(line.text) {
            body.line();
            finish(draft, current.take());
            if draft.room(draft.consignments.len(), "waybills", line.position()) {
                current = Some(waybill_line(draft, line, empty()));
            }
            continue;
        }
        let Some(segment) = body.segment() else { break };
        if draft.consignments.is_empty() && current.is_none() {
            let (line, from) = ("AWB line (number and quantity)", segment.head.position());
            draft.missing_segment_as(line, "master", Some(from), Severity::Error);
        }
        let consignment = current.get_or_insert_with(empty);
        match &segment.tag {
            b"OCI " => oci_lines::read(draft, consignment, &segment),
            b"OSI " => remarks::read(draft, consignment, &segment),
            b"ULD " => units(draft, consignment, &segment),
            tag if FLIGHT_FIRST.contains(&tag) => {
                any_status = true;
                keep_as_remark(draft, consignment, &segment);
                fact(draft, consignment, &segment);
                flight_first(draft, consignment, &segment);
            }
            b"CRC " => {
                any_status = true;
                keep_as_remark(draft, consignment, &segment);
                customs_reported(draft, consignment, &segment);
            }
            tag if OTHERS.contains(&tag) => {
                any_status = true;
                keep_as_remark(draft, consignment, &segment);
                fact(draft, consignment, &segment);
                volume(draft, consignment, &segment);
                if NAMING.contains(&tag) {
                    named_party(draft, consignment, &segment);
                }
            }
            _ => draft.unknown(&segment),
        }
    }
    if draft.consignments.is_empty() && current.is_none() {
        draft.missing_segment("AWB line (number and quantity)", "master");
    }
    finish(draft, current);
    if !any_status {
        draft.missing_segment("status line", "remarks");
    }
}

fn finish(draft: &mut Draft, consignment: Option<Consignment>) {
    if let Some(mut consignment) = consignment {
        oci_lines::interpret(draft, &mut consignment, true);
        draft.consignments.push(consignment);
    }
}

/// Where the day, the station and the quantity stand among the elements of a status line, as far as the
/// reference has it.
fn places(tag: &[u8; 4]) -> [Option<usize>; 3] {
    match tag {
        b"RCS " | b"NFD " | b"AWD " | b"CCD " | b"DLV " | b"DDL " | b"TGC " | b"FOH " => {
            [Some(0), Some(1), Some(2)]
        }
        b"RCT " | b"TFD " | b"RCF " | b"ARR " | b"AWR " | b"FIW " | b"FOW " => [Some(1), Some(2), Some(3)],
        b"BKD " | b"MAN " | b"DEP " | b"PRE " => [Some(1), Some(2), Some(3)],
        b"TRM " => [None, Some(1), Some(2)],
        b"DIS " => [Some(1), Some(2), Some(4)],
        _ => [None; 3],
    }
}

/// What a status line tells of the goods: `RCS/24NOV0700/FRA/T4K200`, `DIS/9Z100/24NOV0700/FRA/MSCA/P1`.
fn fact(draft: &mut Draft, consignment: &mut Consignment, segment: &Segment<'_>) {
    if !draft.room(consignment.statuses.len(), "statuses", segment.head.position()) {
        return;
    }
    let flight = FLIGHT_FIRST.contains(&&segment.tag);
    let end = segment.head.from(segment.head.text.len());
    let elements: Vec<Slice<'_>> = segment.value.unwrap_or(end).elements().map(Slice::trim).collect();
    let [day, station, quantity] =
        places(&segment.tag).map(|at| at.and_then(|at| elements.get(at)).copied().unwrap_or(end));
    // The line is kept as the last remark. Day and stations of a flight are reported with its leg.
    let line = Field::Remark(nth(consignment.remarks.len().saturating_sub(1)));
    let (date, mut time) = match dates::date_and_time(day.text) {
        Some((date, time)) => (Some(date), time),
        None => {
            if !flight && !day.is_empty() {
                draft.invalid(consignment, line, day, "expected a day and time such as 24NOV1015");
            }
            (dates::partial_date(day.text).filter(|_| flight), None)
        }
    };
    let station = match Location::parse(if flight { station.to(3).text } else { station.text }) {
        Ok(read) => Some(read),
        Err(why) => {
            if !flight && !station.is_empty() {
                draft.invalid(consignment, line, station, why);
            }
            None
        }
    };
    if flight {
        time = elements.iter().find_map(|element| dates::event_time(element.text)).or(time);
    }
    let code = String::from_utf8_lossy(&segment.tag).trim_end().to_owned();
    let discrepancy = elements.iter().find(|element| {
        code == "DIS" && element.text.len() == 4 && element.text.bytes().all(|b| b.is_ascii_alphabetic())
    });
    let discrepancy = discrepancy.map(|element| element.text.to_ascii_uppercase());
    let (pieces, all_pieces) = if is_quantity(quantity) {
        stated_pieces(draft, consignment, quantity)
    } else {
        let all = elements.iter().find_map(|element| {
            let digits = element.text.strip_prefix('T')?;
            let length = digits.bytes().take_while(u8::is_ascii_digit).count();
            quantity::pieces(&digits[..length]).ok()
        });
        (all, all)
    };
    let flight = elements.first().and_then(|element| Flight::parse(element.text).ok());
    consignment.statuses.push(StatusFact {
        code,
        discrepancy,
        all_pieces,
        pieces,
        flight,
        station,
        date,
        time,
    });
}

/// Whether what stands in the place of a quantity is one, readable or not. Some leave the quantity out, so
/// that a name stands there.
fn is_quantity(element: Slice<'_>) -> bool {
    element.text.bytes().any(|byte| byte.is_ascii_digit())
}

/// The pieces of a status, and the same where it speaks of all of them. What cannot be read of its quantity is
/// noted with the waybill: the status may be about any number of pieces.
fn stated_pieces(
    draft: &mut Draft,
    consignment: &mut Consignment,
    element: Slice<'_>,
) -> (Option<u32>, Option<u32>) {
    let mut stated = Consignment::default();
    quantity::read(draft, &mut stated, element, false);
    consignment.unreadable.append(&mut stated.unreadable);
    (stated.pieces, stated.pieces.filter(|_| stated.piece_scope == PieceScope::Total))
}

/// `888-10001014[FRAJFK]/P2K505.0T10`.
fn waybill_line(draft: &mut Draft, line: Slice<'_>, mut consignment: Consignment) -> Consignment {
    let (numbers, quantities) = line.cut();
    let stated = waybill::cut(numbers);
    waybill::number(draft, &mut consignment, stated.number);
    waybill::stations(draft, &mut consignment, stated, false);
    quantity::read(draft, &mut consignment, quantities.unwrap_or(line.from(line.text.len())), false);
    consignment
}

/// Keeps a segment in its own words.
pub(super) fn keep_as_remark(draft: &mut Draft, consignment: &mut Consignment, segment: &Segment<'_>) {
    remarks::push(draft, consignment, segment.head, in_its_own_words(segment));
}

/// A segment in its own words: identifier, blank, elements.
pub(super) fn in_its_own_words(segment: &Segment<'_>) -> String {
    let mut text = String::from_utf8_lossy(&segment.tag).trim_end().to_owned();
    if let Some(value) = segment.value {
        text.push(' ');
        text.push_str(value.text);
    }
    for line in segment.more {
        text.push_str(line.text);
    }
    text
}

/// `DLV/24NOV1223/LHR/T60K1428/NAME`: whoever is named is a party, once.
fn named_party(draft: &mut Draft, consignment: &mut Consignment, segment: &Segment<'_>) {
    let end = segment.head.from(segment.head.text.len());
    let mut elements = segment.value.unwrap_or(end).elements().skip(2).map(Slice::trim).peekable();
    elements.next_if(|quantity| is_quantity(*quantity));
    let Some(name) = elements.find(|element| !element.is_empty()) else { return };
    let known = consignment.others.iter().rev().take(PARTIES_COMPARED).any(|known| known.name == name.text);
    if known || !draft.room(consignment.others.len(), "parties", name.position()) {
        return;
    }
    if consignment.others.is_empty() {
        for part in [PartyField::Whole, PartyField::Name] {
            consignment.source.note(Field::Party(Role::Other, part), name.position());
        }
    }
    consignment.others.push(Party { name: name.text.to_owned(), ..Party::default() });
}

/// `ULD/PMC12345XX/PMC12346XX`: the units the pieces are in. A line that says more is kept whole.
fn units(draft: &mut Draft, consignment: &mut Consignment, segment: &Segment<'_>) {
    let mut whole = false;
    let mut any = false;
    for unit in segment.texts().flat_map(Slice::elements).map(Slice::trim).filter(|unit| !unit.is_empty()) {
        any = true;
        whole |= !equipment::push(draft, consignment, unit) || unit.text.contains('-');
    }
    if !any {
        draft.malformed(segment, "it is empty");
    }
    if whole {
        keep_as_remark(draft, consignment, segment);
    }
}

/// The volume that may continue a status line: `/MC2.93`.
fn volume(draft: &mut Draft, consignment: &mut Consignment, segment: &Segment<'_>) {
    for line in segment.more {
        let Some(amount) = quantity::amounts(line.from(1).trim()).next() else { continue };
        if consignment.volume.is_none() && quantity::is_volume(amount.code) {
            match quantity::volume(amount.code, amount.number.text) {
                Ok(volume) => {
                    consignment.source.note(Field::Volume, amount.whole.position());
                    consignment.volume = Some(volume);
                }
                Err(why) => draft.invalid(consignment, Field::Volume, amount.whole, why),
            }
        }
    }
}

/// `BKD/9Z100/21NOV/FRAJFK/T60K1533.6/S0720`. In `PRE` flight and day may be empty.
fn flight_first(draft: &mut Draft, consignment: &mut Consignment, segment: &Segment<'_>) {
    let end = segment.head.from(segment.head.text.len());
    let mut elements = segment.value.unwrap_or(end).elements();
    let mut element = || elements.next().map_or(end, Slice::trim);
    let (flight, date, stations) = (element(), element(), element());
    let with_day = dates::date_and_time(date.text).and_then(|(_, time)| time);
    let departs_at = elements.find_map(|element| dates::event_time(element.trim().text)).or(with_day);
    let date = read_date(draft, consignment, date);
    let basis = if &segment.tag == b"DEP " { RouteBasis::Flown } else { RouteBasis::Scheduled };
    leg(draft, consignment, Stated { flight, date, stations, departs_at, basis });
    volume(draft, consignment, segment);
}

/// `CRC/21NOV1039/FRA/T60/9Z100/21NOV/FRAJFK`: the flight and stations stand last.
fn customs_reported(draft: &mut Draft, consignment: &mut Consignment, segment: &Segment<'_>) {
    let end = segment.head.from(segment.head.text.len());
    let mut elements = segment.value.unwrap_or(end).elements().skip(3);
    let mut element = || elements.next().map_or(end, Slice::trim);
    let (flight, date, stations) = (element(), element(), element());
    if flight.is_empty() && stations.is_empty() {
        return;
    }
    let date = read_date(draft, consignment, date);
    leg(
        draft,
        consignment,
        Stated { flight, date, stations, departs_at: None, basis: RouteBasis::Scheduled },
    );
}

fn read_date(draft: &mut Draft, consignment: &mut Consignment, date: Slice<'_>) -> Option<PartialDate> {
    if date.is_empty() {
        return None;
    }
    let read =
        dates::date_and_time(date.text).map(|(date, _)| date).or_else(|| dates::partial_date(date.text));
    if read.is_none() {
        let leg = Field::Leg(nth(consignment.legs.len()));
        draft.keep_unreadable(consignment, leg, date);
        draft.invalid_value("legs.date", date, "expected a day such as 21NOV");
    }
    read
}

/// A leg as a status line states it.
struct Stated<'a> {
    flight: Slice<'a>,
    date: Option<PartialDate>,
    stations: Slice<'a>,
    departs_at: Option<Time>,
    basis: RouteBasis,
}

fn leg(draft: &mut Draft, consignment: &mut Consignment, stated: Stated<'_>) {
    let Stated { flight: number, date, stations, departs_at, basis } = stated;
    let field = Field::Leg(nth(consignment.legs.len()));
    let flight = match Flight::parse(number.text) {
        Ok(flight) => Some(flight),
        Err(_) if number.is_empty() => None,
        Err(why) => {
            draft.invalid(consignment, field, number, why);
            None
        }
    };
    let from = Location::parse(stations.to(3).text);
    let to = Location::parse(stations.from(3).text);
    match (from, to) {
        (Ok(from), Ok(to)) => {
            let carrier = flight.map(Flight::carrier);
            let leg = Leg { carrier, flight, date, departs_at, ..route::air_leg(from, to, basis) };
            match consignment.legs.iter_mut().rev().take(LEGS_COMPARED).find(|known| same(known, &leg)) {
                Some(known) => complete(known, leg),
                None => route::push_leg(draft, consignment, leg, stations),
            }
        }
        _ => {
            let field = Field::Station(nth(consignment.legs.len()));
            draft.invalid(consignment, field, stations, "expected two stations of three letters each");
        }
    }
}

/// Whether two statuses speak of the same leg: same stations, and no other flight or day.
fn same(known: &Leg, leg: &Leg) -> bool {
    known.from == leg.from
        && known.to == leg.to
        && (known.flight.is_none() || leg.flight.is_none() || known.flight == leg.flight)
        && (known.date.is_none() || leg.date.is_none() || known.date == leg.date)
}

/// Adds what a later status says of a leg: a departure replaces a schedule.
fn complete(known: &mut Leg, leg: Leg) {
    known.flight = leg.flight.or(known.flight);
    known.carrier = leg.carrier.or(known.carrier);
    known.date = leg.date.or(known.date);
    known.departs_at = leg.departs_at.or(known.departs_at);
    known.basis = known.basis.max(leg.basis);
}
