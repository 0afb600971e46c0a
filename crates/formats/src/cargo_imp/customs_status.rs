//! CSN, the customs status notification: what an authority says of a bill, in version 3.
//!
//! `WBI/nnn-nnnnnnnn[/M][/house]`, `FLT/flight/stations/day[/airport of entry]`, then for each statement
//! `CAN/code/text/number`, `DTN/day/time`, `CND/entry number/pieces`, `CCL/`, `AGT/` and OCI lines. What the
//! number behind the text counts is not known here, so it is kept as it was sent.

use super::{Body, Draft, Segment, dates, quantity, route};
use crate::notice::{self, Bill};
use crate::text::Slice;
use consignment::document::ConsignmentKey;
use consignment::ident::{AirWaybill, Flight, HouseWaybill, Location};
use consignment::notice::{AuthorityNotice, NoticeTime, Statement, Wire};
use consignment::route::RouteBasis;
use consignment::{Leg, PartialDate};
use finding::{Position, Severity};
use jiff::civil::Time;

/// What stands before the statements and holds for all of them.
#[derive(Default)]
struct Context {
    /// The bill; `None` before a `WBI` line.
    bill: Option<Bill>,
    legs: Vec<Leg>,
    /// The statement that is being read.
    current: Option<AuthorityNotice>,
    /// Whether the bill has a statement, readable or not.
    any: bool,
    /// Where the bill stands.
    at: Option<Position>,
}

/// Reads the body of a CSN.
pub(crate) fn decode(draft: &mut Draft, body: Body<'_>) {
    body.check_widths(draft);
    let mut context = Context::default();
    for segment in body.segments() {
        match &segment.tag {
            b"WBI " => {
                finish(draft, &mut context);
                let bill = bill(draft, &segment);
                let at = Some(segment.head.position());
                context = Context { bill: Some(bill), at, ..Context::default() };
            }
            b"FLT " => flight(draft, &mut context, &segment),
            b"CAN " => {
                push(draft, &mut context);
                statement(draft, &mut context, &segment);
            }
            b"DTN " if context.current.is_some() => time(draft, &mut context, &segment),
            b"CND " if context.current.is_some() => entry(draft, &mut context, &segment),
            b"DTN " | b"CND " | b"CCL " | b"AGT " | b"OCI " => draft.keep_known_segment(&segment),
            _ => {
                draft.unknown(&segment);
                mention(draft, &context);
                notice::mention_all(draft, segment.head.text);
            }
        }
    }
    if context.bill.is_none() {
        draft.missing_segment_as("WBI", "master", None, Severity::Error);
    }
    finish(draft, &mut context);
}

fn mention(draft: &mut Draft, context: &Context) {
    if let Some(master) = context.bill.as_ref().and_then(Bill::master) {
        draft.mention(master);
    }
}

/// Ends what is said of a bill.
fn finish(draft: &mut Draft, context: &mut Context) {
    push(draft, context);
    if context.bill.is_some() && !context.any {
        draft.missing_segment_as("CAN", "notices.code", context.at, Severity::Error);
        mention(draft, context);
    }
}

/// Ends a statement. Without a bill nobody knows whom it is about, so that the whole message holds.
fn push(draft: &mut Draft, context: &mut Context) {
    let Some(notice) = context.current.take() else { return };
    if context.bill.is_none() {
        return;
    }
    if draft.room(draft.notices.len(), "notices", context.at.unwrap_or(Position::new(notice.line, 1, 0))) {
        draft.notices.push(notice);
    } else {
        mention(draft, context);
    }
}

/// `WBI/888-30003013/M/HX77001`: the bill, a mark for a master, a house.
fn bill(draft: &mut Draft, segment: &Segment<'_>) -> Bill {
    let end = segment.head.from(segment.head.text.len());
    let value = segment.value.unwrap_or(end);
    let mut elements = value.elements().map(Slice::trim);
    let number = elements.next().unwrap_or(end);
    let rest: Vec<Slice<'_>> = elements.collect();
    let house = match rest.as_slice() {
        [] => None,
        [mark] if mark.is_empty() || mark.text.eq_ignore_ascii_case("M") => None,
        [house] => Some(*house),
        [mark, house] if mark.is_empty() || mark.text.eq_ignore_ascii_case("M") => {
            Some(*house).filter(|house| !house.is_empty())
        }
        _ => {
            notice::unreadable_bill(
                draft,
                value,
                "expected the waybill, perhaps M, and perhaps a house",
                true,
            );
            return Bill::unreadable(value.text);
        }
    };
    let master = match AirWaybill::parse(number.text) {
        Ok(master) => master,
        Err(why) => {
            notice::unreadable_bill(draft, number, &why.to_string(), false);
            return Bill::unreadable(value.text);
        }
    };
    let house = match house.map(|house| (house, HouseWaybill::parse(house.text))) {
        None => None,
        Some((_, Ok(house))) => Some(house),
        Some((stated, Err(why))) => {
            notice::unreadable_bill(draft, stated, &why.to_string(), true);
            draft.mention(master);
            return Bill::unreadable(value.text);
        }
    };
    Bill { key: Some(ConsignmentKey { master: Some(master), house }), as_sent: None }
}

/// `FLT/9Z100/FRAYYZ/24NOV[/YYZ]`: a flight, its stations and its day. The airport of entry is kept.
fn flight(draft: &mut Draft, context: &mut Context, segment: &Segment<'_>) {
    let end = segment.head.from(segment.head.text.len());
    let mut elements = segment.value.unwrap_or(end).elements();
    let mut element = || elements.next().map_or(end, Slice::trim);
    let (number, stations, day, entry) = (element(), element(), element(), element());
    let from = Location::parse(stations.to(3).text);
    let to = Location::parse(stations.from(3).text);
    let (Ok(flight), Ok(from), Ok(to)) = (Flight::parse(number.text), from, to) else {
        let why = "expected a flight and two stations of three letters each";
        draft.invalid_value("notices.legs", segment.head, why);
        draft.keep(segment);
        return;
    };
    let date = dates::partial_date(day.text);
    if date.is_none() && !day.is_empty() {
        draft.invalid_value("notices.legs", day, "expected a day, such as 24NOV");
    }
    if !entry.is_empty() {
        draft.keep_known("FLT", entry.text, entry.position());
    }
    if draft.room(context.legs.len(), "legs", segment.head.position()) {
        let carrier = Some(flight.carrier());
        let leg = route::air_leg(from, to, RouteBasis::Declared);
        context.legs.push(Leg { carrier, flight: Some(flight), date, ..leg });
    }
    if let Some(current) = &mut context.current {
        current.legs.clone_from(&context.legs);
    }
}

/// `CAN/7H/REQUEST FOR INFORMA/001`: the code and its text.
fn statement(draft: &mut Draft, context: &mut Context, segment: &Segment<'_>) {
    context.any = true;
    let bill = context.bill.clone().unwrap_or_default();
    let end = segment.head.from(segment.head.text.len());
    let mut elements = segment.value.unwrap_or(end).elements();
    let code = elements.next().unwrap_or(end).trim();
    let text = elements.next().map_or(end, Slice::trim);
    if let Some(rest) = elements.rest().map(Slice::trim).filter(|rest| !rest.is_empty()) {
        draft.keep_known("CAN", rest.text, rest.position());
    }
    let Some(code) = notice::status_code(code.text) else {
        let why = "expected a code of two letters or digits, such as CAN/7H";
        notice::unreadable(draft, "CAN", segment.head.position(), why, &bill);
        draft.keep(segment);
        return;
    };
    let line = segment.head.line;
    let mut read = notice::notice(Wire::CargoImp, bill, Statement::Code(code), line);
    read.legs.clone_from(&context.legs);
    read.text = text.text.to_owned();
    for more in segment.more {
        read.text = format!("{} {}", read.text, more.from(1).trim().text).trim().to_owned();
    }
    read.test = notice::is_test(&read.text);
    context.current = Some(read);
}

/// `DTN/24NOV/0730`.
fn time(draft: &mut Draft, context: &mut Context, segment: &Segment<'_>) {
    let end = segment.head.from(segment.head.text.len());
    let value = segment.value.unwrap_or(end);
    let mut elements = value.elements().map(Slice::trim);
    let (day, time) = (elements.next().unwrap_or(end), elements.next().unwrap_or(end));
    let joined = format!("{}{}", day.text, time.text);
    let read: Option<(PartialDate, Option<Time>)> = dates::date_and_time(&joined);
    match read {
        Some((PartialDate { month: Some(month), day, .. }, Some(time))) => {
            if let Some(current) = &mut context.current {
                current.issued = Some(NoticeTime::DayMonth { month, day, time });
            }
        }
        _ => draft.invalid_value("notices.issued", value, "expected day and time, such as 24NOV/0730"),
    }
}

/// `CND/entry number/pieces`: how many pieces the statement is about. The entry number is kept.
fn entry(draft: &mut Draft, context: &mut Context, segment: &Segment<'_>) {
    draft.keep_known_segment(segment);
    let end = segment.head.from(segment.head.text.len());
    let Some(stated) = segment.value.unwrap_or(end).elements().map(Slice::trim).nth(1) else { return };
    if stated.is_empty() {
        return;
    }
    match quantity::pieces(stated.text) {
        Ok(pieces) => {
            if let Some(current) = &mut context.current {
                current.pieces = Some(pieces);
            }
        }
        // Of how many pieces it speaks is not known: perhaps of some only.
        Err(why) => {
            draft.invalid_value("notices.pieces", stated, why);
            mention(draft, context);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cargo_imp::Body;

    fn read(lines: &[&'static str]) -> Draft {
        let lines: Vec<Slice<'_>> =
            lines.iter().enumerate().map(|(at, text)| Slice::new(text, at as u32 + 2, 1)).collect();
        let mut draft = Draft::default();
        decode(&mut draft, Body::new(&lines));
        draft
    }

    #[test]
    fn bills_are_read_in_every_form() {
        let cases = [
            ("WBI/888-30003013", "888-30003013"),
            ("WBI/888-30003013/M", "888-30003013"),
            ("WBI/88830003013//", "888-30003013"),
            ("WBI/888-30003013/HX77001", "888-30003013 house HX77001"),
            ("WBI/888-30003013/M/HX77001", "888-30003013 house HX77001"),
            ("WBI/888-30003013//HX77001", "888-30003013 house HX77001"),
        ];
        for (line, bill) in cases {
            let draft = read(&[line, "CAN/7H/HOLD/001"]);
            let read = draft.notices[0].bill.as_ref().map(ToString::to_string);
            assert_eq!(read.as_deref(), Some(bill), "{line}");
            assert!(draft.mentions.is_empty() && draft.findings.is_empty(), "{line}");
        }
        for line in ["WBI/888-30003013/M/H?", "WBI/888-30003013/H/HX77001", "WBI/888-30003013/M/A/B"] {
            let draft = read(&[line, "CAN/7H/HOLD/001"]);
            assert_eq!(draft.notices[0].bill, None, "{line}");
            assert!(draft.notices[0].bill_as_sent.is_some(), "{line}");
            assert_eq!(draft.mentions.len(), 1, "{line}");
        }
    }

    #[test]
    fn what_is_said_without_a_bill_is_no_notice() {
        let draft = read(&["CAN/7H/HOLD/001", "DTN/24NOV/0730"]);
        assert!(draft.notices.is_empty() && !draft.findings.is_empty());
    }
}
