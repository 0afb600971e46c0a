//! The first element of a waybill line: number and stations, `888-10001014FRAJFK`.

use super::Draft;
use crate::text::Slice;
use consignment::Consignment;
use consignment::document::Unreadable;
use consignment::field::Field;
use consignment::ident::{AirWaybill, Location};
use finding::{Finding, codes::wire};

/// Number and stations as they stand in the line; what is not there is empty.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stated<'a> {
    /// The number of the waybill.
    pub(super) number: Slice<'a>,
    /// Origin.
    pub(super) origin: Slice<'a>,
    /// Destination.
    pub(super) destination: Slice<'a>,
}

/// Cuts number and stations apart: after the digits of a number in its right form, else before the last
/// six letters. A shorter run of letters cannot be told apart and counts as a wrong origin.
pub(super) fn cut(element: Slice<'_>) -> Stated<'_> {
    let element = element.trim();
    let letters = element.text.bytes().rev().take_while(u8::is_ascii_alphabetic).count().min(6);
    let at = number_length(element.text.as_bytes()).unwrap_or(element.text.len() - letters);
    let (number, stations) = (element.to(at).trim(), element.from(at).trim());
    let middle = if stations.text.len() == 6 { 3 } else { stations.text.len() };
    Stated { number, origin: stations.to(middle), destination: stations.from(middle) }
}

/// The length of a number in its right form, `888-10001014` or `88810001014`.
pub(crate) fn number_length(text: &[u8]) -> Option<usize> {
    let hyphen = usize::from(text.get(3) == Some(&b'-'));
    let digits = text.get(..3)?.iter().chain(text.get(3 + hyphen..11 + hyphen)?);
    let more = text.get(11 + hyphen).is_some_and(u8::is_ascii_digit);
    (digits.copied().all(|byte| byte.is_ascii_digit()) && !more).then_some(11 + hyphen)
}

/// Whether a line starts like one of a waybill rather than with the identifier of a segment.
pub(crate) fn starts_line(line: &str) -> bool {
    line.bytes().take(4).any(|byte| byte.is_ascii_digit() || byte == b'-')
}

/// Reads the number of a master.
pub(super) fn number(draft: &mut Draft, consignment: &mut Consignment, stated: Slice<'_>) {
    if stated.is_empty() {
        draft.missing("master", stated.position());
        return;
    }
    consignment.source.note(Field::Master, stated.position());
    match AirWaybill::parse(stated.text) {
        Ok(master) => consignment.master = Some(master),
        Err(why) => {
            consignment.unreadable.push(Unreadable { field: Field::Master, text: stated.text.to_owned() });
            let finding = Finding::new(wire::AWB_NUMBER_INVALID).at(stated.position()).on("master");
            draft.push(finding.with("text", stated.text).with("why", why.to_string()));
        }
    }
}

/// Reads origin and destination; `needed` says whether they must be there.
pub(super) fn stations(draft: &mut Draft, consignment: &mut Consignment, stated: Stated<'_>, needed: bool) {
    consignment.origin = station(draft, consignment, stated.origin, Field::Origin, needed);
    consignment.destination = station(draft, consignment, stated.destination, Field::Destination, needed);
}

fn station(
    draft: &mut Draft,
    consignment: &mut Consignment,
    stated: Slice<'_>,
    field: Field,
    needed: bool,
) -> Option<Location> {
    if stated.is_empty() {
        if needed {
            draft.missing(&field.to_string(), stated.position());
        }
        return None;
    }
    match Location::parse(stated.text) {
        Ok(location) => {
            consignment.source.note(field, stated.position());
            Some(location)
        }
        Err(why) => {
            draft.invalid(consignment, field, stated, why);
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_and_stations_are_cut_apart() {
        let cases = [
            ("888-10001014FRAJFK", ["888-10001014", "FRA", "JFK"]),
            ("88810001014FRAJFK", ["88810001014", "FRA", "JFK"]),
            ("888-10001014 FRAJFK ", ["888-10001014", "FRA", "JFK"]),
            ("888-10001014", ["888-10001014", "", ""]),
            ("888-1000101OFRAJFK", ["888-1000101O", "FRA", "JFK"]),
            ("888-10001014FRAJF", ["888-10001014", "FRAJF", ""]),
            ("888-10001014FRAJF1", ["888-10001014", "FRA", "JF1"]),
            ("888-100010145FRAJFK", ["888-100010145", "FRA", "JFK"]),
            ("888-1000101ÄFRAJFK", ["888-1000101Ä", "FRA", "JFK"]),
            ("FRAJFK", ["", "FRA", "JFK"]),
            ("", ["", "", ""]),
        ];
        for (text, expected) in cases {
            let stated = cut(Slice::new(text, 1, 1));
            assert_eq!([stated.number.text, stated.origin.text, stated.destination.text], expected, "{text}");
        }
        assert!(starts_line("888-10001014FRAJFK") && starts_line("88A") && !starts_line("RTG/FRA9Z"));
    }
}
