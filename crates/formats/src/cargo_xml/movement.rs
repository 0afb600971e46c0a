//! Legs: the transport movements of a consignment.

use super::consignment_element::Part;
use super::reader::{Element, Read, Value};
use super::{Document, Once};
use consignment::document::Unreadable;
use consignment::ident::{Carrier, Flight, Location};
use consignment::route::RouteBasis;
use consignment::stations::StationTable;
use consignment::{Consignment, Field, Leg, Mode, PartialDate};
use finding::{Finding, Position, Severity, codes::wire};
use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};

/// Elements that a movement has once.
const ONCE: &[&str] =
    &["ModeCode", "ID", "SequenceNumeric", "UsedLogisticsTransportMeans", "ArrivalEvent", "DepartureEvent"];

/// A transport movement as it was sent.
#[derive(Debug)]
pub(super) struct Movement<'i> {
    position: Position,
    mode: Mode,
    sequence: Option<u32>,
    flight: Option<Value<'i>>,
    carrier: Option<Value<'i>>,
    from: Option<Value<'i>>,
    to: Option<Value<'i>>,
    departs: Option<Value<'i>>,
}

/// An end of a movement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Left out: it is that of a neighbour.
    Left,
    /// Stated, and no station.
    Unreadable,
    At(Location),
}

impl End {
    /// This end, or the other one where this one is left out.
    fn or(self, other: Self) -> Self {
        if self == Self::Left { other } else { self }
    }
}

impl From<Option<Location>> for End {
    fn from(station: Option<Location>) -> Self {
        station.map_or(Self::Left, Self::At)
    }
}

impl Movement<'_> {
    /// What it says, in one line.
    fn text(&self) -> String {
        let parts = [&self.flight, &self.carrier, &self.departs, &self.from, &self.to];
        parts.into_iter().flatten().map(Value::one_line).collect::<Vec<_>>().join(" ")
    }
}

impl<'i> Document<'i> {
    /// Reads one movement.
    pub(super) fn movement(&mut self, element: &Element<'i>, part: &mut Part<'i>) -> Read<()> {
        let position = self.reader.position(element);
        let mut movement = Movement {
            position,
            mode: Mode::Unknown,
            sequence: None,
            flight: None,
            carrier: None,
            from: None,
            to: None,
            departs: None,
        };
        // What was read of a movement before the document stops is kept.
        let read = self.movement_elements(&mut movement);
        if self.draft.room(part.movements.len(), "legs", position) {
            part.movements.push(movement);
        } else if part.consignment.unreadable_stations().next().is_none() {
            let text = movement.text();
            let place = crate::text::Slice::new(&text, position.line, position.column);
            let field = Field::Station(crate::cargo_imp::nth(part.movements.len()));
            self.draft.keep_unreadable(&mut part.consignment, field, place);
        }
        read
    }

    fn movement_elements(&mut self, movement: &mut Movement<'i>) -> Read<()> {
        let mut once = Once::of(ONCE);
        let (mut code, mut words): (_, Option<Value<'i>>) = (None, None);
        while let Some(element) = self.reader.child()? {
            if let Some(first) = once.before(&element) {
                self.repeated(&element, first)?;
                continue;
            }
            match element.name() {
                "ModeCode" => {
                    let value = self.reader.value()?;
                    code = mode(&value.text);
                    if code.is_none() && !value.is_empty() {
                        let why = "expected a mode of UN/ECE Recommendation 19, such as 3 (road) or 4 (air)";
                        self.invalid_mode(&value, why, Severity::Warning);
                    }
                }
                "Mode" => words = Some(self.reader.value()?).filter(|value| !value.is_empty()),
                "ID" => movement.flight = Some(self.reader.value()?).filter(|value| !value.is_empty()),
                "SequenceNumeric" => movement.sequence = self.reader.value()?.text.parse().ok(),
                "UsedLogisticsTransportMeans" => movement.carrier = self.inner("Name")?,
                "ArrivalEvent" => self.event(&mut None, &mut movement.to, "OccurrenceArrivalLocation")?,
                "DepartureEvent" => {
                    self.event(&mut movement.departs, &mut movement.from, "OccurrenceDepartureLocation")?;
                }
                _ => self.pass_over(&element)?,
            }
        }
        movement.mode = self.mode(code, words.as_ref());
        Ok(())
    }

    /// The mode by its code, and by its words where no code tells it. Where they differ nobody knows; a leg
    /// by surface opens no case, so that is an error.
    fn mode(&mut self, code: Option<Mode>, words: Option<&Value<'i>>) -> Mode {
        let said = words.and_then(|words| mode_in_words(&words.text));
        if let Some(words) = words {
            self.draft.keep_known("Mode", words.one_line(), words.position());
        }
        match (code.filter(|code| *code != Mode::Unknown), said, words) {
            (Some(code), Some(said), Some(words)) if code != said => {
                self.invalid_mode(words, "the code beside it says something else", Severity::Error);
                Mode::Unknown
            }
            (code, said, _) => code.or(said).unwrap_or(Mode::Unknown),
        }
    }

    fn invalid_mode(&mut self, value: &Value<'_>, why: &str, severity: Severity) {
        let finding = Finding::new(wire::VALUE_INVALID).at(value.position()).on("legs.mode");
        let shown: String = value.text.chars().take(super::SHOWN_MAX).collect();
        let finding = finding.with("element", "legs.mode").with("text", shown).with("why", why);
        self.push(Finding { severity, ..finding });
    }

    fn event(
        &mut self,
        time: &mut Option<Value<'i>>,
        location: &mut Option<Value<'i>>,
        location_element: &str,
    ) -> Read<()> {
        let mut once = Once::of(&[
            "ScheduledOccurrenceDateTime",
            "OccurrenceArrivalLocation",
            "OccurrenceDepartureLocation",
        ]);
        while let Some(element) = self.reader.child()? {
            if let Some(first) = once.before(&element) {
                self.repeated(&element, first)?;
                continue;
            }
            match element.name() {
                "ScheduledOccurrenceDateTime" => {
                    *time = Some(self.reader.value()?).filter(|value| !value.is_empty());
                }
                name if name == location_element => *location = self.inner("ID")?,
                _ => self.pass_over(&element)?,
            }
        }
        Ok(())
    }

    /// Turns movements into legs: in the order of their sequence numbers, with ends that are left out
    /// taken from their neighbours. A movement that says no more than that is a filler and is no leg.
    pub(super) fn settle_legs(&mut self, part: &mut Part<'i>) {
        let mut movements = std::mem::take(&mut part.movements);
        if movements.iter().all(|movement| movement.sequence.is_some()) {
            movements.sort_by_key(|movement| movement.sequence);
        }
        let consignment = &mut part.consignment;
        let mut ends: Vec<(End, End)> = Vec::with_capacity(movements.len());
        for (index, movement) in movements.iter().enumerate() {
            let from = self.station(movement.from.as_ref(), index, consignment);
            let to = self.station(movement.to.as_ref(), index + 1, consignment);
            ends.push((from, to));
        }
        for (index, movement) in movements.iter().enumerate() {
            let before = index.checked_sub(1).and_then(|before| ends.get(before));
            let after = ends.get(index + 1);
            let (stated_from, stated_to) = ends[index];
            let from = stated_from.or(before.map_or(consignment.origin.into(), |(_, to)| *to));
            let to = stated_to.or(after.map_or(consignment.destination.into(), |(from, _)| *from));
            ends[index].1 = to;
            if from == End::Unreadable || to == End::Unreadable {
                // A guess from its neighbours could hide a landing.
                self.keep("SpecifiedLogisticsTransportMovement", movement.text(), movement.position);
                continue;
            }
            let (End::At(from), End::At(to)) = (from, to) else {
                let number = index + usize::from(from != End::Left);
                if (stated_from, stated_to) != (End::Left, End::Left) {
                    self.station_left_out(movement, number, consignment);
                }
                continue;
            };
            if from == to {
                if let (Some(value), End::At(_), End::At(_)) = (&movement.to, stated_from, stated_to) {
                    self.invalid_leg(consignment, value, "it starts and ends at the same station");
                }
                continue;
            }
            let leg = self.leg(movement, from, to, consignment);
            let field = Field::Leg(crate::cargo_imp::nth(consignment.legs.len()));
            consignment.source.note(field, movement.position);
            consignment.legs.push(leg);
        }
        self.report_route_end(consignment);
    }

    /// A route that ends elsewhere than the document leaves a leg untold.
    fn report_route_end(&mut self, consignment: &Consignment) {
        if let (Some(last), Some(destination)) = (consignment.legs.last(), consignment.destination)
            && last.to != destination
            && consignment.route_is_readable()
            && self.reader.stopped().is_none()
        {
            let field = Field::Leg(crate::cargo_imp::nth(consignment.legs.len() - 1));
            self.push(
                Finding::new(wire::ROUTE_END_MISMATCH)
                    .at(consignment.source.position(field))
                    .on(field.to_string())
                    .with("last", last.to.to_string())
                    .with("destination", destination.to_string()),
            );
        }
    }

    fn leg(
        &mut self,
        movement: &Movement<'i>,
        from: Location,
        to: Location,
        consignment: &mut Consignment,
    ) -> Leg {
        let named = movement.carrier.as_ref().and_then(|name| Carrier::parse(&name.text).ok());
        let flight = movement.flight.as_ref().and_then(|value| {
            let own = Flight::parse(&value.text);
            let read = match (own, named) {
                (Ok(flight), _) => Ok(flight),
                // The designator stands apart, and the number alone here.
                (Err(_), Some(carrier)) => Flight::from_parts(carrier, &value.text),
                (Err(why), None) => Err(why),
            };
            match read {
                Ok(flight) => Some(flight),
                Err(why) => {
                    // Trucks, trains and ships have identifiers of other forms.
                    if matches!(movement.mode, Mode::Air | Mode::Unknown) {
                        self.invalid_leg(consignment, value, &why.to_string());
                    }
                    None
                }
            }
        });
        let (date, departs_at) = match movement
            .departs
            .as_ref()
            .map(|value| (value, departure(&value.text, from)))
        {
            Some((_, Some((date, time)))) => (Some(PartialDate::whole(date)), time),
            Some((value, None)) => {
                self.invalid_leg(consignment, value, "expected a date and time such as 2026-11-24T08:30:00");
                (None, None)
            }
            None => (None, None),
        };
        Leg {
            from,
            to,
            mode: movement.mode,
            carrier: flight.map(Flight::carrier).or(named),
            flight,
            date,
            departs_at,
            basis: RouteBasis::Declared,
        }
    }

    fn station(&mut self, value: Option<&Value<'i>>, number: usize, consignment: &mut Consignment) -> End {
        let Some(value) = value else { return End::Left };
        match Location::parse(&value.text) {
            Ok(location) => End::At(location),
            Err(why) => {
                let field = Field::Station(crate::cargo_imp::nth(number));
                self.invalid_value(&field.to_string(), value, why);
                self.draft.keep_unreadable(consignment, field, value.slice());
                End::Unreadable
            }
        }
    }

    /// An end that is neither stated nor that of a neighbour: the stretch is as unknown as one to a station
    /// that cannot be read.
    fn station_left_out(&mut self, movement: &Movement<'i>, number: usize, consignment: &mut Consignment) {
        let field = Field::Station(crate::cargo_imp::nth(number));
        if self.reader.stopped().is_none() {
            let finding = Finding::new(wire::VALUE_MISSING).at(movement.position).on(field.to_string());
            self.push(finding.with("element", field.to_string()));
        }
        let Position { line, column, .. } = movement.position;
        self.draft.keep_unreadable(consignment, field, crate::text::Slice::new("", line, column));
        self.keep("SpecifiedLogisticsTransportMovement", movement.text(), movement.position);
    }

    fn invalid_leg(&mut self, consignment: &mut Consignment, value: &Value<'_>, why: &str) {
        let field = Field::Leg(crate::cargo_imp::nth(consignment.legs.len()));
        self.invalid_value(&field.to_string(), value, why);
        consignment.unreadable.push(Unreadable { field, text: value.one_line() });
    }
}

/// Mode of transport, UN/ECE Recommendation 19; unknown where the code leaves it open (not specified, mail,
/// multimodal, fixed installation, not applicable).
fn mode(code: &str) -> Option<Mode> {
    match code {
        "1" | "8" => Some(Mode::Water),
        "2" => Some(Mode::Rail),
        "3" => Some(Mode::Road),
        "4" => Some(Mode::Air),
        "0" | "5" | "6" | "7" | "9" => Some(Mode::Unknown),
        _ => None,
    }
}

/// Mode of transport in the words of the same recommendation, such as `Air transport`.
fn mode_in_words(words: &str) -> Option<Mode> {
    let mut found = words.split(|letter: char| !letter.is_ascii_alphabetic()).filter_map(|word| {
        match word.to_ascii_lowercase().as_str() {
            "air" => Some(Mode::Air),
            "road" | "truck" => Some(Mode::Road),
            "rail" => Some(Mode::Rail),
            "maritime" | "sea" | "ocean" | "water" => Some(Mode::Water),
            _ => None,
        }
    });
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

/// The local date and time of departure at a station.
///
/// Senders write the local time without a zone. Where a zone is given, the instant is turned into the
/// time of the station if that is known. Midnight is how senders fill in a time they do not know: it
/// gives the day as written and no time.
fn departure(text: &str, from: Location) -> Option<(Date, Option<Time>)> {
    let Some((date, time)) = text.split_once('T') else {
        return text.parse::<Date>().ok().map(|date| (date, None));
    };
    let zone = time.find(['Z', 'z', '+', '-']);
    let local: DateTime = format!("{date}T{}", &time[..zone.unwrap_or(time.len())]).parse().ok()?;
    if local.time() == Time::midnight() {
        return Some((local.date(), None));
    }
    if zone.is_some() {
        let instant: Timestamp = text.parse().ok()?;
        let at_station = StationTable::built_in().get(from).and_then(|station| station.local(instant));
        if let Some(zoned) = at_station {
            return Some((zoned.date(), Some(zoned.time())));
        }
    }
    Some((local.date(), Some(local.time())))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn departures_are_local_at_the_station() {
        let cases = [
            ("2026-11-24T08:30:00", "FRA", "2026-11-24 08:30:00"),
            ("2026-11-24T08:30:00Z", "FRA", "2026-11-24 09:30:00"),
            ("2026-11-24T23:30:00Z", "ICN", "2026-11-25 08:30:00"),
            ("2026-11-24T08:30:00+01:00", "FRA", "2026-11-24 08:30:00"),
            ("2026-11-24T08:30:00-05:00", "QQQ", "2026-11-24 08:30:00"),
            ("2026-11-24T00:00:00", "FRA", "2026-11-24"),
            ("2026-11-24T00:00:00Z", "JFK", "2026-11-24"),
            ("2026-11-24T00:00:00.000+01:00", "JFK", "2026-11-24"),
            ("2026-11-24", "FRA", "2026-11-24"),
        ];
        for (text, from, expected) in cases {
            let (date, time) = departure(text, Location::parse(from).unwrap()).unwrap();
            let shown = time.map_or(date.to_string(), |time| format!("{date} {time}"));
            assert_eq!(shown, expected, "{text} from {from}");
        }
        for text in
            ["", "24NOV26", "2026-13-01", "2026-11-24T", "2026-11-24T25:00:00", "2026-11-24T08:30:00+99:00"]
        {
            assert_eq!(departure(text, Location::parse("FRA").unwrap()), None, "{text}");
        }
    }
}
