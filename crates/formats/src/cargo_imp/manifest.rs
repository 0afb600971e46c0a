//! FFM, the manifest of a flight, in versions 5 to 8: what is on board, by station of unloading.

use super::{
    Body, Draft, Segment, dates, equipment, handling, nth, oci_lines, quantity, remarks, route, status,
    waybill,
};
use crate::text::Slice;
use consignment::document::Unreadable;
use consignment::equipment::TransportEquipment;
use consignment::field::Field;
use consignment::goods::GoodsLine;
use consignment::ident::{Carrier, Flight, Location};
use consignment::route::RouteBasis;
use consignment::stations::StationTable;
use consignment::{Consignment, DocumentKind, Leg, PartialDate};
use finding::{Finding, Position, Severity, codes::wire};
use jiff::civil::Time;

/// Segments of an FFM that have text after their first slant.
const SEGMENTS: [&[u8; 4]; 5] = [b"ULD ", b"OSI ", b"COR ", b"OCI ", b"DIM "];

/// Reads the body of an FFM.
pub(crate) fn decode(draft: &mut Draft, mut body: Body<'_>) {
    body.check_widths(draft);
    let mut manifest = Manifest::default();
    match body.peek().filter(|line| line.text.starts_with(|first: char| first.is_ascii_digit())) {
        Some(line) if !is_waybill(line.text) => {
            body.line();
            manifest.flight_line(draft, line);
        }
        first => {
            let (line, from) = ("flight line (flight, day, origin)", body.peek().map(Slice::position));
            draft.missing_segment_as(line, "legs", from, Severity::Error);
            // The first leg starts somewhere.
            manifest.faults.extend(first.or(body.peek()).map(|line| (Field::Station(0), line.to(0))));
            manifest.stops.extend(first.or(body.peek()).map(|line| Stop::unknown(line.to(0))));
        }
    }
    let (mut ended, mut more) = (false, false);
    let end = body.rest().last().map(|line| line.end());
    while let Some(segment) = body.segment() {
        match &segment.tag {
            b"CONT" => {
                (ended, more) = (true, true);
                draft.part(&segment, Severity::Info);
            }
            b"LAST" => ended = true,
            b"PART" => draft.part(&segment, Severity::Info),
            _ => manifest.segment(draft, &segment),
        }
    }
    manifest.finish(draft);
    // The first that ends it is the whole.
    draft.part = manifest.part.filter(|part| more || *part > 1);
    // One that is only repeated in an answer tells of no flight.
    draft.flown = manifest.flown().filter(|_| !draft.embedded);
    if !ended && !draft.embedded {
        draft.push(Finding::new(wire::END_MARK_MISSING).at(end).with("format", "FFM"));
    }
}

fn is_waybill(line: &str) -> bool {
    waybill::starts_line(line) && line.as_bytes().get(3) == Some(&b'-')
}

/// A manifest while it is read.
#[derive(Default)]
struct Manifest<'a> {
    /// Which of its messages this is, from 1.
    part: Option<u16>,
    flight: Option<Flight>,
    carrier: Option<Carrier>,
    /// Stations in order of the flight, the origin first; with the departure from each, as far as stated.
    stops: Vec<Stop<'a>>,
    /// The unit the next waybills are in; `None` in bulk.
    unit: Option<Unit>,
    current: Option<Consignment>,
    station_missing_reported: bool,
    /// What cannot be read of the flight and of its stations: it concerns every waybill after it.
    faults: Vec<(Field, Slice<'a>)>,
}

/// A unit of the manifest, with what its line says.
struct Unit {
    equipment: TransportEquipment,
    /// Where its identifier stands.
    position: Position,
    /// The line in its own words, where it says more than the identifier, and where it starts.
    remark: Option<(String, Position)>,
}

impl Unit {
    /// Reads `ULD/PMC12345XX[-loading indicator][/remarks]`. Waybills under a unit that cannot be read are
    /// not in bulk, so it stays without its device.
    fn read(draft: &mut Draft, segment: &Segment<'_>) -> Self {
        let end = segment.head.from(segment.head.text.len());
        let (identifier, rest) = segment.value.unwrap_or(end).cut();
        let identifier = identifier.trim();
        let (equipment, readable) = match equipment::unit(identifier) {
            Ok(equipment) => (equipment, true),
            Err(why) => {
                if identifier.is_empty() {
                    draft.malformed(segment, "it names no unit");
                } else {
                    equipment::report(draft, Field::Unit, identifier, why);
                }
                (TransportEquipment::named(identifier.text), false)
            }
        };
        let more = rest.is_some_and(|rest| !rest.trim().is_empty()) || !segment.more.is_empty();
        let remark = (more || identifier.text.contains('-') || !readable)
            .then(|| (status::in_its_own_words(segment), segment.value.unwrap_or(segment.head).position()));
        Self { equipment, position: identifier.position(), remark }
    }

    /// Puts a waybill into it.
    fn hold(&self, draft: &mut Draft, consignment: &mut Consignment) {
        consignment.source.note(Field::Unit, self.position);
        if self.equipment.device.is_none() {
            let text = self.equipment.identifier.clone();
            consignment.unreadable.push(Unreadable { field: Field::Unit, text });
        }
        consignment.unit = Some(self.equipment.clone());
        if let Some((text, position)) = &self.remark {
            remarks::push_at(draft, consignment, *position, text.clone());
        }
    }
}

/// A station of the flight.
struct Stop<'a> {
    /// `None` where it cannot be read: the aircraft lands there all the same.
    station: Option<Location>,
    date: Option<PartialDate>,
    departs_at: Option<Time>,
    /// The station as it is stated.
    stated: Slice<'a>,
}

impl<'a> Stop<'a> {
    fn unknown(stated: Slice<'a>) -> Self {
        Self { station: None, date: None, departs_at: None, stated }
    }
}

impl<'a> Manifest<'a> {
    /// `1/9Z100/21NOV[1039]/FRA[/registration][/first entry]`.
    fn flight_line(&mut self, draft: &mut Draft, line: Slice<'a>) {
        // The registration and the first entry have no place in the model.
        self.part = line.elements().next().and_then(|number| number.trim().text.parse().ok());
        draft.keep_known("flight line", line.text, line.position());
        let end = line.from(line.text.len());
        let mut elements = line.elements().skip(1);
        let mut element = || elements.next().map_or(end, Slice::trim);
        let (flight, date, origin) = (element(), element(), element());
        match Flight::parse(flight.text) {
            Ok(read) => {
                self.flight = Some(read);
                self.carrier = Some(read.carrier());
            }
            Err(why) => {
                self.faults.push((Field::Leg(0), flight));
                if flight.is_empty() {
                    draft.missing("legs.flight", flight.position());
                } else {
                    draft.invalid_value("legs.flight", flight, why);
                }
            }
        }
        let day = dates::date_and_time(date.text);
        if day.is_none() {
            self.faults.push((Field::Leg(0), date));
            draft.invalid_value("legs.date", date, "expected a day such as 21NOV");
        }
        let station = Location::parse(origin.text);
        if let Err(why) = &station {
            self.faults.push((Field::Station(0), origin));
            draft.invalid_value("legs.from", origin, why);
        }
        self.stops.push(Stop {
            station: station.ok(),
            date: day.map(|(date, _)| date),
            departs_at: day.and_then(|(_, time)| time),
            stated: origin,
        });
    }

    fn segment(&mut self, draft: &mut Draft, segment: &Segment<'a>) {
        if is_waybill(segment.head.text) {
            self.finish(draft);
            if draft.room(draft.consignments.len(), "waybills", segment.head.position()) {
                self.waybill(draft, segment);
            }
            return;
        }
        if is_station(segment) {
            self.finish(draft);
            self.unit = None;
            self.station(draft, segment);
            return;
        }
        if is_unreadable_station(segment) {
            self.finish(draft);
            self.unit = None;
            draft.invalid_value(
                "legs.to",
                segment.head.cut().0.trim(),
                "expected a station of three letters",
            );
            draft.keep(segment);
            if draft.room(self.stops.len(), "stations", segment.head.position()) {
                let stated = segment.head.cut().0.trim();
                self.faults.push((Field::Station(nth(self.stops.len())), stated));
                self.stops.push(Stop::unknown(stated));
            }
            return;
        }
        match (&segment.tag, &mut self.current) {
            (b"ULD ", _) => {
                self.finish(draft);
                self.unit = Some(Unit::read(draft, segment));
            }
            (b"OSI ", Some(consignment)) => remarks::read(draft, consignment, segment),
            (b"COR ", Some(consignment)) => status::keep_as_remark(draft, consignment, segment),
            (b"OCI ", Some(consignment)) => oci_lines::read(draft, consignment, segment),
            (b"DIM ", Some(consignment)) => match consignment.goods.last_mut() {
                Some(goods) => {
                    for line in segment.texts().filter(|line| !line.is_empty()) {
                        if draft.room(goods.dimensions.len(), "dimensions", line.position()) {
                            goods.dimensions.push(line.text.to_owned());
                        }
                    }
                }
                None => draft.malformed(segment, "the waybill before it states no goods"),
            },
            (b"OSI " | b"COR " | b"OCI " | b"DIM ", None) => {
                draft.malformed(segment, "it stands before the waybills of its station or unit");
            }
            _ => draft.unknown(segment),
        }
    }

    /// `JFK`, `JFK/NIL` or `JFK//21NOV1700/21NOV1900`: arrival, then departure to the next station.
    fn station(&mut self, draft: &mut Draft, segment: &Segment<'a>) {
        let code = segment.head.to(3);
        let number = self.stops.len();
        let station = match Location::parse(code.text) {
            Ok(station) => station,
            Err(why) => {
                self.faults.push((Field::Station(nth(number)), code));
                return draft.invalid_value("legs.to", code, why);
            }
        };
        let slip = segment.value.is_some_and(|value| !is_stay(value));
        if slip {
            // Where it stands it makes a landing; what else it says of it cannot be told.
            self.faults.push((Field::Station(nth(number)), segment.head));
            let form = "expected two slants, or NIL, after a station";
            draft.invalid_value("legs.to", segment.head, form);
        }
        if segment.value.is_some() {
            draft.keep_known(code.text, segment.head.text, segment.head.position());
        }
        let mut departure = None;
        for (index, time) in segment.value.into_iter().flat_map(Slice::elements).map(Slice::trim).enumerate()
        {
            if time.is_empty() || time.text.eq_ignore_ascii_case("NIL") {
                continue;
            }
            let index = index + usize::from(slip);
            let read = dates::date_and_time(time.text);
            match read {
                // Told with the whole line.
                None if slip => {}
                None => {
                    self.faults.push((Field::Leg(nth(number.saturating_sub(1))), time));
                    draft.invalid_value("legs.date", time, "expected day and time such as 21NOV1039");
                }
                Some(read) if index >= 2 => departure = Some(read),
                Some(_) => {}
            }
        }
        if self.stops.last().is_some_and(|last| last.station == Some(station)) {
            return;
        }
        if draft.room(self.stops.len(), "stations", code.position()) {
            let (date, departs_at) = departure.map_or((None, None), |(date, time)| (Some(date), time));
            self.stops.push(Stop { station: Some(station), date, departs_at, stated: code });
        }
    }

    /// `888-10001014FRAJFK/P2K460MC3.51T12/goods/EAWSPX`, continued by onward flights and codes.
    fn waybill(&mut self, draft: &mut Draft, segment: &Segment<'_>) {
        let mut consignment = Consignment { kind: DocumentKind::ManifestLine, ..Consignment::default() };
        let end = segment.head.from(segment.head.text.len());
        let mut elements = segment.head.elements();
        let stated = waybill::cut(elements.next().unwrap_or(end));
        waybill::number(draft, &mut consignment, stated.number);
        waybill::stations(draft, &mut consignment, stated, true);
        quantity::read(draft, &mut consignment, elements.next().unwrap_or(end), true);
        if let Some(goods) = elements.next().map(Slice::trim).filter(|goods| !goods.is_empty()) {
            consignment.source.note(Field::Goods(0), goods.position());
            let description = goods.text.to_owned();
            consignment.goods.push(GoodsLine { description, ..GoodsLine::default() });
        }
        for codes in elements {
            self.codes(draft, &mut consignment, codes.trim());
        }
        self.flown_legs(draft, &mut consignment, segment.head);
        let mut at = self.stops.last().and_then(|stop| stop.station);
        for line in segment.more {
            self.continuation(draft, &mut consignment, &mut at, line.from(1));
        }
        // After the legs, whose places come first.
        for (field, stated) in &self.faults {
            draft.keep_unreadable(&mut consignment, *field, *stated);
        }
        if let Some(unit) = &self.unit {
            unit.hold(draft, &mut consignment);
        }
        self.current = Some(consignment);
    }

    /// The legs of this flight up to the station of unloading. Goods for a later station stay on board
    /// at the earlier ones, which are landings too.
    fn flown_legs(&mut self, draft: &mut Draft, consignment: &mut Consignment, place: Slice<'_>) {
        if self.stops.len() < 2 && !std::mem::replace(&mut self.station_missing_reported, true) {
            draft.missing("legs.to", place.position());
        }
        for pair in self.stops.windows(2) {
            let [from, to] = pair else { continue };
            let (Some(start), Some(landing)) = (from.station, to.station) else { continue };
            let leg = Leg {
                carrier: self.carrier,
                flight: self.flight,
                date: from.date,
                departs_at: from.departs_at,
                ..route::air_leg(start, landing, RouteBasis::Scheduled)
            };
            route::push_leg(draft, consignment, leg, to.stated);
        }
    }

    /// A line that continues a waybill: `DFW9Z233/21NOV` flies on from `at`, anything else is codes.
    fn continuation(
        &self,
        draft: &mut Draft,
        consignment: &mut Consignment,
        at: &mut Option<Location>,
        line: Slice<'_>,
    ) {
        const FORM: &str = "expected a station and a flight";
        const START: &str = "the station it starts from is not known";
        let mut elements = line.elements().map(Slice::trim).peekable();
        while let Some(element) = elements.next() {
            let onward = onward(element.text);
            // Codes have no day after them, so what has is a station and a flight.
            let day = elements.next_if(|next| dates::partial_date(next.text).is_some());
            let Some((station, carrier, flight)) = onward else {
                match day {
                    Some(day) => {
                        *at = None;
                        self.unknown_onward(draft, consignment, line.span(element, day), FORM);
                    }
                    None => self.codes(draft, consignment, element),
                }
                continue;
            };
            let Some(from) = at.replace(station) else {
                let whole = line.span(element, day.unwrap_or(element));
                self.unknown_onward(draft, consignment, whole, START);
                continue;
            };
            let date = day.and_then(|day| dates::partial_date(day.text));
            let leg = Leg { carrier, flight, date, ..route::air_leg(from, station, RouteBasis::Scheduled) };
            route::push_leg(draft, consignment, leg, element);
        }
    }

    /// An onward flight of which an end is not known.
    fn unknown_onward(&self, draft: &mut Draft, consignment: &mut Consignment, whole: Slice<'_>, why: &str) {
        let field = Field::Station(nth(self.stops.len() + consignment.legs.len()));
        draft.invalid(consignment, field, whole, why);
    }

    /// Special handling codes, one or several of three characters without anything between them.
    fn codes(&self, draft: &mut Draft, consignment: &mut Consignment, codes: Slice<'_>) {
        if !codes.text.is_ascii() || !codes.text.len().is_multiple_of(3) {
            let field = Field::SpecialHandling(nth(consignment.special_handling.len()));
            draft.invalid(consignment, field, codes, "expected codes of three letters or digits each");
            return;
        }
        for at in (0..codes.text.len()).step_by(3) {
            handling::push(draft, consignment, codes.from(at).to(3));
        }
    }

    /// The leg that was flown when the manifest was sent: the first one. `None` where any of it cannot be read.
    fn flown(&self) -> Option<Leg> {
        let [start, landing, ..] = self.stops.as_slice() else { return None };
        let of_it = |field: &Field| [Field::Leg(0), Field::Station(0), Field::Station(1)].contains(field);
        if self.faults.iter().any(|(field, _)| of_it(field)) {
            return None;
        }
        Some(Leg {
            carrier: self.carrier,
            flight: Some(self.flight?),
            date: Some(start.date?),
            departs_at: start.departs_at,
            ..route::air_leg(start.station?, landing.station?, RouteBasis::Flown)
        })
    }

    /// Hands over the waybill read last.
    fn finish(&mut self, draft: &mut Draft) {
        if let Some(mut consignment) = self.current.take() {
            oci_lines::interpret(draft, &mut consignment, false);
            draft.consignments.push(consignment);
        }
    }
}

/// A station of unloading stands alone, or with `NIL`, or with an empty element and times. Some have the
/// letters of a segment, which always has text after its first slant. `ULD` is a station only with `NIL` or
/// a time, so that a unit without its identifier makes no landing. A known station with anything else after
/// it is one with a slip.
fn is_station(segment: &Segment<'_>) -> bool {
    let letters = segment.tag[3] == b' ' && segment.tag[0] != b' ' && &segment.tag != b"OCI ";
    let times = |value: Slice<'_>| {
        value.elements().nth(1).is_some_and(|time| dates::date_and_time(time.trim().text).is_some())
    };
    let unit = &segment.tag == b"ULD ";
    letters
        && match segment.value {
            None => !unit,
            Some(value) if is_stay(value) => !unit || times(value) || value.text.eq_ignore_ascii_case("NIL"),
            Some(_) if SEGMENTS.contains(&&segment.tag) || super::is_needed(segment) => false,
            Some(value) => {
                let known = |code: Location| StationTable::built_in().get(code).is_some();
                dates::date_and_time(value.cut().0.trim().text).is_some()
                    || Location::parse(segment.head.to(3).text).is_ok_and(known)
            }
        }
}

/// Whether what follows a station says so in its right form: `NIL`, or an empty element and times.
fn is_stay(value: Slice<'_>) -> bool {
    value.text.starts_with('/') || value.text.eq_ignore_ascii_case("NIL")
}

/// Whether a line has the form of a station of unloading and no station: a word of two to five letters and
/// digits, alone or before `NIL` or times.
fn is_unreadable_station(segment: &Segment<'_>) -> bool {
    let (code, rest) = segment.head.cut();
    let code = code.trim().text;
    segment.tag == super::NO_TAG
        && (2..=5).contains(&code.len())
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && rest.is_none_or(|rest| rest.text.starts_with('/') || rest.text.eq_ignore_ascii_case("NIL"))
}

/// Reads an onward flight: station, then a flight or a carrier alone.
fn onward(text: &str) -> Option<(Location, Option<Carrier>, Option<Flight>)> {
    let (station, rest) = text.split_at_checked(3)?;
    let station = Location::parse(station).ok()?;
    match Flight::parse(rest) {
        Ok(flight) => Some((station, Some(flight.carrier()), Some(flight))),
        Err(_) if rest.len() == 2 => Carrier::parse(rest).ok().map(|carrier| (station, Some(carrier), None)),
        Err(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn onward_flights_are_told_from_codes() {
        let shown =
            |text| onward(text).map(|(station, carrier, flight)| format!("{station} {carrier:?} {flight:?}"));
        assert_eq!(shown("DFW9Z233").as_deref(), Some("DFW Some(Carrier(9Z)) Some(Flight(9Z233))"));
        assert_eq!(shown("DFW9Z").as_deref(), Some("DFW Some(Carrier(9Z)) None"));
        for codes in ["EAPSPX", "SPX", "EAP", "", "EA", "GENEAWSPX"] {
            assert_eq!(shown(codes), None, "{codes}");
        }
    }
}
