//! Widths of the fields of FWB and FHL, and lengths of whole messages: what a sender exceeds is read whole,
//! and reported, because others cut it off.

use super::dates::partial_date;
use super::quantity::amounts;
use super::{Body, Draft, Segment, waybill};
use crate::text::Slice;
use consignment::field::{Field, PartyField};
use consignment::party::Role;
use finding::{Finding, codes::wire};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

const NAME: u32 = 35;
const STREET: u32 = 35;
const PLACE: u32 = 17;
const STATE: u32 = 9;
const POSTCODE: u32 = 9;
const CONTACT: u32 = 25;
/// Of a slice of goods text in a rate description.
const GOODS_SLICE: u32 = 20;
/// Of the goods on the line of a house.
const HOUSE_GOODS: u32 = 15;
/// Of a line of goods text of a house.
const HOUSE_TEXT: u32 = 65;
const PIECES: u32 = 4;
/// The decimal point counts.
const WEIGHT: u32 = 7;
const HANDLING_CODES: usize = 9;
/// Most characters of a message.
const MESSAGE_CHARACTERS: usize = 3500;
/// Most bytes that Canada takes in one message (PACT guide 1.9, section 4).
const CANADA_BYTES: usize = 1600;

/// Characters of a line end, as the format counts it; what the network made of it does not matter.
const LINE_END: usize = 2;

/// Checks a text message. `lines` are its identifier and its body, without blank lines.
pub(crate) fn check(draft: &mut Draft, lines: &[Slice<'_>], received: Timestamp) {
    let Some((identifier, body)) = lines.split_first() else { return };
    let at = identifier.position();
    let bytes: usize = lines.iter().map(|line| line.text.len() + LINE_END).sum();
    if bytes > MESSAGE_CHARACTERS {
        let characters: usize = lines.iter().map(|line| line.width() as usize + LINE_END).sum();
        if characters > MESSAGE_CHARACTERS {
            let finding = Finding::new(wire::MESSAGE_TOO_LONG).at(at).with("length", characters.to_string());
            draft.push(finding.with("limit", MESSAGE_CHARACTERS.to_string()));
        }
    }
    // Of the messages that Canada takes.
    let (waybill, house) = (draft.is("FWB"), draft.is("FHL"));
    if bytes > CANADA_BYTES && (waybill || house || draft.is("FFM")) {
        let finding = Finding::new(wire::MESSAGE_TO_BE_SPLIT).at(at).with("length", bytes.to_string());
        draft.push(finding.with("limit", CANADA_BYTES.to_string()));
    }
    if !(waybill || house) {
        return;
    }
    let mut widths = Widths { draft, house, told: Vec::new(), handling_codes: 0 };
    let mut body = Body::new(body);
    while let Some(line) = body.peek() {
        if may_have_widths(line.text) {
            let Some(segment) = body.segment() else { break };
            widths.segment(&segment, received);
        } else {
            body.line();
        }
    }
}

/// Whether a line may start a segment that is checked, by its first letter: most do not.
fn may_have_widths(line: &str) -> bool {
    match line.as_bytes().first().map(u8::to_ascii_uppercase) {
        // It continues a segment that is not checked.
        Some(b'/') => false,
        // AGT, CNE, HBS, ISU, NFY, RTD, SHP and SPH, TXT.
        Some(b'A' | b'C' | b'H' | b'I' | b'N' | b'R' | b'S' | b'T') => true,
        _ => waybill::starts_line(line),
    }
}

struct Widths<'d> {
    draft: &'d mut Draft,
    house: bool,
    /// Elements of this document that have been reported.
    told: Vec<String>,
    handling_codes: usize,
}

impl Widths<'_> {
    /// Reports an element that is too wide, once.
    fn limit(&mut self, element: impl ToString, value: Slice<'_>, limit: u32) {
        // A character has one byte or more.
        if value.text.len() <= limit as usize {
            return;
        }
        let value = value.trim();
        let length = value.width();
        if length <= limit {
            return;
        }
        let element = element.to_string();
        if self.told.contains(&element) {
            return;
        }
        let finding = Finding::new(wire::ELEMENT_TOO_WIDE).at(value.position()).on(element.clone());
        let finding = finding.with("element", element.clone()).with("length", length.to_string());
        self.draft.push(finding.with("limit", limit.to_string()));
        self.told.push(element);
    }

    fn segment(&mut self, segment: &Segment<'_>, received: Timestamp) {
        match &segment.tag {
            _ if waybill::starts_line(segment.head.text) => {
                let quantity = segment.head.elements().nth(1);
                quantity.into_iter().for_each(|quantity| self.quantity(quantity));
            }
            b"SHP " | b"CNE " | b"NFY " | b"AGT " => self.party(segment),
            b"RTD " => segment.texts().for_each(|line| self.rate(line)),
            b"SPH " => {
                let codes = segment.texts().flat_map(Slice::elements);
                self.handling_codes(codes);
            }
            b"HBS " => {
                self.told.clear();
                self.handling_codes = 0;
                let mut elements = segment.value.into_iter().flat_map(Slice::elements).skip(2);
                for (path, skipped, limit) in [("pieces", 0, PIECES), ("weight", 1, WEIGHT)] {
                    if let Some(element) = elements.next() {
                        self.limit(path, element.trim().from(skipped), limit);
                    }
                }
                if let Some(goods) = elements.nth(1) {
                    self.limit("goods", goods, HOUSE_GOODS);
                }
                self.handling_codes(segment.more.iter().flat_map(|line| line.from(1).elements()));
            }
            b"TXT " => segment.texts().for_each(|line| self.limit("goods", line, HOUSE_TEXT)),
            b"ISU " => self.issued(segment, received),
            _ => {}
        }
    }

    fn quantity(&mut self, element: Slice<'_>) {
        for amount in amounts(element.trim()) {
            match amount.code {
                "T" | "P" | "S" | "D" | "t" | "p" | "s" | "d" => self.limit("pieces", amount.number, PIECES),
                "K" | "L" | "k" | "l" => self.limit("weight", amount.number, WEIGHT),
                _ => {}
            }
        }
    }

    fn handling_codes<'a>(&mut self, codes: impl Iterator<Item = Slice<'a>>) {
        for code in codes.map(Slice::trim).filter(|code| !code.is_empty()) {
            self.handling_codes += 1;
            if self.handling_codes == HANDLING_CODES + 1 {
                let finding = Finding::new(wire::HANDLING_CODES_TOO_MANY).at(code.position());
                self.draft.push(finding.on("special_handling").with("limit", HANDLING_CODES.to_string()));
            }
        }
    }

    /// A line of a rate description: a slice of goods, or pieces and weight.
    fn rate(&mut self, line: Slice<'_>) {
        let (first, rest) = line.cut();
        let numbered = !first.is_empty() && first.text.bytes().all(|byte| byte.is_ascii_digit());
        let line = rest.filter(|_| numbered).unwrap_or(line);
        let (identifier, value) = line.cut();
        match (identifier.text.as_bytes(), value) {
            ([b'N' | b'n', b'G' | b'g' | b'C' | b'c'], Some(value)) => {
                self.limit("goods", value, GOODS_SLICE)
            }
            ([b'P' | b'p', pieces @ ..], _) if pieces.iter().all(u8::is_ascii_digit) => {
                self.limit("goods.pieces", identifier.from(1), PIECES);
                let weights = value.into_iter().flat_map(Slice::elements).map(Slice::trim);
                for weight in weights.filter(|weight| matches!(weight.to(1).text, "K" | "L" | "k" | "l")) {
                    self.limit("goods.weight", weight.from(1), WEIGHT);
                }
            }
            _ => {}
        }
    }

    /// A party, in the newer form with identifiers on its lines or the older one without.
    fn party(&mut self, segment: &Segment<'_>) {
        let role = match &segment.tag {
            b"SHP " => Role::Shipper,
            b"CNE " => Role::Consignee,
            b"AGT " => Role::Agent,
            _ => Role::Notify,
        };
        if segment.more.iter().any(|line| !line.text.starts_with('/')) {
            let mut part = PartyField::Name;
            for line in segment.more {
                let continued = line.text.starts_with('/');
                let text = line.from(if continued { 1 } else { 4 });
                if !continued {
                    part = match line.text.as_bytes().first() {
                        Some(b'N' | b'n') => PartyField::Name,
                        Some(b'A' | b'a') => PartyField::Address,
                        _ => PartyField::City,
                    };
                }
                match part {
                    PartyField::City if continued => self.country(role, text),
                    _ => self.part(role, part, text),
                }
            }
            return;
        }
        let mut lines: Vec<Slice<'_>> = segment.more.iter().map(|line| line.from(1)).collect();
        // The name stands behind the identifier of a party to be notified, and of the parties of FHL 4.
        let named = segment.value.filter(|value| {
            !value.trim().is_empty() && (role == Role::Notify || self.house && role != Role::Agent)
        });
        lines.splice(0..0, named);
        let is_country = |line: &Slice<'_>| {
            let code = line.cut().0.trim().text;
            code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_alphabetic())
        };
        let country = lines.iter().skip(2).position(is_country).map_or(lines.len(), |at| at + 2);
        let (address, rest) = lines.split_at(country);
        for (at, line) in address.iter().enumerate() {
            let part = match at {
                0 => PartyField::Name,
                last if last + 1 == address.len() => PartyField::City,
                _ => PartyField::Address,
            };
            self.part(role, part, *line);
        }
        rest.iter().for_each(|line| self.country(role, *line));
    }

    fn part(&mut self, role: Role, part: PartyField, text: Slice<'_>) {
        match part {
            PartyField::Name => self.limit(Field::Party(role, part), text, NAME),
            PartyField::Address => self.limit(Field::Party(role, part), text, STREET),
            _ => {
                let (place, state) = text.cut();
                self.limit(Field::Party(role, PartyField::City), place, PLACE);
                if let Some(state) = state {
                    self.limit(Field::Party(role, PartyField::State), state, STATE);
                }
            }
        }
    }

    /// `CC[/post code][/TE/number]...`, or contacts that continue it.
    fn country(&mut self, role: Role, line: Slice<'_>) {
        let mut elements = line.elements().map(Slice::trim).enumerate().peekable();
        while let Some((at, element)) = elements.next() {
            if matches!(element.text, "TE" | "FX" | "TL" | "te" | "fx" | "tl") {
                if let Some((_, number)) = elements.next() {
                    self.limit(Field::Party(role, PartyField::Contact), number, CONTACT);
                }
            } else if at == 1 {
                self.limit(Field::Party(role, PartyField::Postcode), element, POSTCODE);
            }
        }
    }

    /// A waybill dated more than a year after its receipt: a slip of the year. Less may be a waybill made
    /// out ahead; no source draws the line.
    fn issued(&mut self, segment: &Segment<'_>, received: Timestamp) {
        let Some(stated) = segment.value.map(|value| value.cut().0.trim()) else { return };
        let Some(date) = partial_date(stated.text).and_then(|date| date.date()) else { return };
        let received: Date = received.to_zoned(TimeZone::UTC).date();
        if received.checked_add(Span::new().years(1)).is_ok_and(|latest| date > latest) {
            let finding = Finding::new(wire::ISSUE_DATE_IN_FUTURE).at(stated.position()).on("issued_on");
            self.draft.push(finding.with("date", date.to_string()).with("received", received.to_string()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consignment::Format;

    fn found(name: &'static str, text: &str) -> Vec<String> {
        let whole = format!("{name}/16\n{text}");
        let lines: Vec<_> = crate::text::lines(&whole, 1, 1).filter(|line| !line.is_empty()).collect();
        let mut draft = Draft::default();
        draft.begin(Format { name, version: Some(16) }, 16);
        let received = "2026-11-24T06:00:00Z".parse().unwrap_or(Timestamp::UNIX_EPOCH);
        check(&mut draft, &lines, received);
        draft.findings.iter().map(|finding| format!("{} {}", finding.code, finding.path)).collect()
    }

    #[test]
    fn each_element_has_its_width_and_is_told_once() {
        let (a9, a17, a25, a35) = ("A".repeat(9), "A".repeat(17), "1".repeat(25), "A".repeat(35));
        let party = |extra: &str| {
            format!(
                "SHP\n/{a35}{extra}\n/{a35}{extra}\n/{a17}{extra}/{a9}{extra}\n/DE/{a9}{extra}/TE/{a25}{extra}"
            )
        };
        let newer = |extra: &str| {
            format!(
                "CNE\nNAM/{a35}{extra}\n/{a35}{extra}\nADR/{a35}{extra}\nLOC/{a17}{extra}/{a9}{extra}\n\
                 /DE/{a9}{extra}\n/TE/{a25}{extra}/FX/{a25}{extra}"
            )
        };
        let parts = |role: &str, contacts: &[&str]| -> Vec<String> {
            let parts = ["name", "address", "city", "state", "postcode"].iter().chain(contacts);
            parts.map(|part| format!("element-too-wide {role}.{part}")).collect()
        };
        for text in [party(""), newer("")] {
            assert!(found("FWB", &text).is_empty(), "{text}: {:?}", found("FWB", &text));
        }
        assert_eq!(found("FWB", &party("A")), parts("shipper", &["contacts"]));
        assert_eq!(found("FWB", &newer("1")), parts("consignee", &["contacts"]));
        assert_eq!(found("FSU", &party("A")), [""; 0], "only the messages that file");
    }

    #[test]
    fn quantities_goods_and_codes_have_theirs() {
        let cases: [(&str, &str, &[&str]); 14] = [
            ("FWB", "888-10001014FRAJFK/T9999K12345.6", &[]),
            (
                "FWB",
                "888-10001014FRAJFK/T10000K123456.7",
                &["element-too-wide pieces", "element-too-wide weight"],
            ),
            ("FWB", "RTD/1/P3/K12.0\n/NG/STEEL HINGES FOR KIT\n/2/NG/CHEN DOORS", &[]),
            (
                "FWB",
                "RTD/1/P3\n/NG/STEEL HINGES FOR KITC\n/2/NG/HEN DOORS AND MORE OF IT",
                &["element-too-wide goods"],
            ),
            (
                "FWB",
                "RTD/1/P30000/K1234567.8",
                &["element-too-wide goods.pieces", "element-too-wide goods.weight"],
            ),
            ("FWB", "SPH/EAP/SPX/GEN/PER/COL/FRO/PIL/HEA/BIG", &[]),
            (
                "FWB",
                "SPH/EAP/SPX/GEN/PER/COL/FRO/PIL/HEA/BIG/VAL/AVI",
                &["handling-codes-too-many special_handling"],
            ),
            ("FHL", "HBS/RHA001/FRAJFK/4/K200/4/STEEL HINGES F", &[]),
            (
                "FHL",
                "HBS/RHA001/FRAJFK/40000/K12345678/4/STEEL HINGES FOR",
                &["element-too-wide pieces", "element-too-wide weight", "element-too-wide goods"],
            ),
            (
                "FHL",
                "HBS/A/FRAJFK/40000/K1/4/PUMPS\nHBS/B/FRAJFK/40000/K1/4/PUMPS",
                &["element-too-wide pieces", "element-too-wide pieces"],
            ),
            (
                "FHL",
                "SHP/ACME ROCKETS AND OTHER THINGS LIMITED OF\n/ROAD\n/YUMA\n/US",
                &["element-too-wide shipper.name"],
            ),
            ("FWB", "SHP/12345678901234\n/ACME\n/ROAD\n/YUMA\n/US", &[]),
            ("FWB", "ISU/24NOV27/FRANKFURT", &[]),
            ("FWB", "ISU/25NOV27/FRANKFURT", &["issue-date-in-future issued_on"]),
        ];
        for (format, text, expected) in cases {
            assert_eq!(found(format, text), expected, "{text}");
        }
    }

    #[test]
    fn long_messages_are_to_be_split() {
        // Each line counts its end: eight characters in all.
        let text = |length: usize| "OSI/AB\n".repeat((length - 8) / 8);
        let cases: [(&str, usize, &[&str]); 5] = [
            ("FWB", 1600, &[]),
            ("FWB", 1608, &["message-to-be-split "]),
            ("FSU", 1608, &[]),
            ("FWB", 3504, &["message-too-long ", "message-to-be-split "]),
            ("FSU", 3504, &["message-too-long "]),
        ];
        for (format, length, expected) in cases {
            assert_eq!(found(format, &text(length)), expected, "{format} {length}");
        }
    }
}
