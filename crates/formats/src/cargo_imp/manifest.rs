//! FFM, the manifest of a flight, in versions 5 to 8: what is on board, by station of unloading.

use super::{
    Body, Draft, Segment, dates, handling, nth, oci_lines, quantity, remarks, route, status, waybill,
};
use crate::text::Slice;
use consignment::field::Field;
use consignment::goods::GoodsLine;
use consignment::ident::{Carrier, Flight, Location};
use consignment::route::RouteBasis;
use consignment::{Consignment, DocumentKind, Leg, PartialDate};
use finding::{Finding, Position, Severity, codes::wire};
use jiff::civil::Time;

/// Reads the body of an FFM.
pub(crate) fn decode(draft: &mut Draft, mut body: Body<'_>) {
    body.check_widths(draft);
    let mut manifest = Manifest::default();
    match body.peek().filter(|line| line.text.starts_with(|first: char| first.is_ascii_digit())) {
        Some(line) if !is_waybill(line.text) => {
            body.line();
            manifest.flight_line(draft, line);
        }
        _ => draft.missing_segment("flight line (flight, day, origin)", "legs"),
    }
    let mut ended = false;
    while let Some(segment) = body.segment() {
        match &segment.tag {
            b"CONT" => {
                ended = true;
                draft.part(&segment, Severity::Info);
            }
            b"LAST" => ended = true,
            b"PART" => draft.part(&segment, Severity::Info),
            _ => manifest.segment(draft, &segment),
        }
    }
    manifest.finish(draft);
    if !ended && !draft.embedded {
        draft.push(Finding::new(wire::END_MARK_MISSING).with("format", "FFM"));
    }
}

fn is_waybill(line: &str) -> bool {
    waybill::starts_line(line) && line.as_bytes().get(3) == Some(&b'-')
}

/// A manifest while it is read.
#[derive(Default)]
struct Manifest<'a> {
    flight: Option<Flight>,
    carrier: Option<Carrier>,
    /// Stations in order of the flight, the origin first; with the departure from each, as far as stated.
    stops: Vec<Stop>,
    /// The loading unit the next waybills are in.
    unit: Option<Slice<'a>>,
    current: Option<Consignment>,
    station_missing_reported: bool,
}

/// A station of the flight.
struct Stop {
    station: Location,
    date: Option<PartialDate>,
    departs_at: Option<Time>,
    /// Where it is stated.
    position: Position,
}

impl<'a> Manifest<'a> {
    /// `1/9Z100/21NOV[1039]/FRA[/registration][/first entry]`.
    fn flight_line(&mut self, draft: &mut Draft, line: Slice<'_>) {
        // Its number, the registration and the first entry have no place in the model.
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
            Err(_) if flight.is_empty() => draft.missing("legs.flight", flight.position()),
            Err(why) => draft.invalid_value("legs.flight", flight, why),
        }
        let day = dates::date_and_time(date.text);
        if day.is_none() {
            draft.invalid_value("legs.date", date, "expected a day such as 21NOV");
        }
        match Location::parse(origin.text) {
            Ok(station) => self.stops.push(Stop {
                station,
                date: day.map(|(date, _)| date),
                departs_at: day.and_then(|(_, time)| time),
                position: origin.position(),
            }),
            Err(why) => draft.invalid_value("legs.from", origin, why),
        }
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
        match (&segment.tag, &mut self.current) {
            (b"ULD ", _) => {
                self.finish(draft);
                self.unit = segment.value.filter(|unit| !unit.is_empty());
                if self.unit.is_none() {
                    draft.malformed(segment, "it is empty");
                }
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
                draft.malformed(segment, "it stands before the first waybill");
            }
            _ => draft.unknown(segment),
        }
    }

    /// `JFK`, `JFK/NIL` or `JFK//21NOV1700/21NOV1900`: arrival, then departure to the next station.
    fn station(&mut self, draft: &mut Draft, segment: &Segment<'_>) {
        let code = segment.head.to(3);
        let station = match Location::parse(code.text) {
            Ok(station) => station,
            Err(why) => return draft.invalid_value("legs.to", code, why),
        };
        if segment.value.is_some() {
            draft.keep_known(code.text, segment.head.text, segment.head.position());
        }
        let mut departure = None;
        for (index, time) in segment.value.into_iter().flat_map(Slice::elements).map(Slice::trim).enumerate()
        {
            if time.is_empty() || time.text.eq_ignore_ascii_case("NIL") {
                continue;
            }
            let read = dates::date_and_time(time.text);
            match read {
                None => draft.invalid_value("legs.date", time, "expected day and time such as 21NOV1039"),
                Some(read) if index >= 2 => departure = Some(read),
                Some(_) => {}
            }
        }
        if self.stops.last().is_some_and(|last| last.station == station) {
            return;
        }
        if draft.room(self.stops.len(), "stations", code.position()) {
            let (date, departs_at) = departure.map_or((None, None), |(date, time)| (Some(date), time));
            self.stops.push(Stop { station, date, departs_at, position: code.position() });
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
        for line in segment.more {
            self.continuation(draft, &mut consignment, line.from(1));
        }
        if let Some(unit) = self.unit {
            remarks::push(draft, &mut consignment, unit, format!("ULD {}", unit.text));
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
            let leg = Leg {
                carrier: self.carrier,
                flight: self.flight,
                date: from.date,
                departs_at: from.departs_at,
                ..route::air_leg(from.station, to.station, RouteBasis::Scheduled)
            };
            route::push_leg(draft, consignment, leg, to.position);
        }
    }

    /// A line that continues a waybill: `DFW9Z233/21NOV` flies on, anything else is codes.
    fn continuation(&self, draft: &mut Draft, consignment: &mut Consignment, line: Slice<'_>) {
        let mut elements = line.elements().map(Slice::trim).peekable();
        while let Some(element) = elements.next() {
            let Some((station, carrier, flight)) = onward(element.text) else {
                self.codes(draft, consignment, element);
                continue;
            };
            let date = elements.next_if(|next| dates::partial_date(next.text).is_some());
            let date = date.and_then(|date| dates::partial_date(date.text));
            let from =
                consignment.legs.last().map(|leg| leg.to).or(self.stops.last().map(|stop| stop.station));
            let Some(from) = from else {
                let field = Field::Leg(nth(consignment.legs.len()));
                draft.invalid(consignment, field, element, "the station it starts from is not stated");
                continue;
            };
            let leg = Leg { carrier, flight, date, ..route::air_leg(from, station, RouteBasis::Scheduled) };
            route::push_leg(draft, consignment, leg, element.position());
        }
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

    /// Hands over the waybill read last.
    fn finish(&mut self, draft: &mut Draft) {
        if let Some(mut consignment) = self.current.take() {
            oci_lines::interpret(draft, &mut consignment, false);
            draft.consignments.push(consignment);
        }
    }
}

/// A station of unloading stands alone, or with `NIL`, or with an empty element and times. Some have the
/// letters of a segment, which always has text after its first slant.
fn is_station(segment: &Segment<'_>) -> bool {
    let letters = segment.tag[3] == b' ' && segment.tag[0] != b' ' && &segment.tag != b"OCI ";
    letters
        && segment
            .value
            .is_none_or(|value| value.text.starts_with('/') || value.text.eq_ignore_ascii_case("NIL"))
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
