//! Segments of an air waybill that carry commerce and routine: charges, accounting, signatures,
//! references. Signatures, the sender's reference and the customs status are read, and a party that
//! stands in the accounting lines; the rest is kept as it was sent, and reported where it has not its form.

use super::{Draft, Segment, dates};
use crate::text::Slice;
use consignment::field::PartyField;
use consignment::issue::IssueTime;
use consignment::party::{Party, Role};
use consignment::{Consignment, Field, PartialDate};
use finding::{Finding, Severity, codes::wire};

/// Reads `ISU/24NOV26/FRANKFURT/SIGNATURE`: when, where and by whom a waybill was signed for the carrier. The
/// day tells the month of its flights, so one that cannot be read is an error.
pub(super) fn executed(draft: &mut Draft, consignment: &mut Consignment, segment: &Segment<'_>) {
    let mut elements = elements(segment);
    let date = elements.next().filter(|date| !date.is_empty());
    let read = date.map(|date| dates::partial_date(date.text).and_then(PartialDate::date));
    match (date, read.flatten()) {
        (Some(date), Some(read)) => {
            consignment.source.note(Field::IssuedAt, date.position());
            consignment.issue.executed_at = Some(IssueTime::Date(read));
        }
        (Some(date), None) => {
            draft.invalid(consignment, Field::IssuedAt, date, "expected a date such as 21NOV26");
        }
        (None, _) => draft.missing(&Field::IssuedAt.to_string(), segment.end()),
    }
    let mut text = || elements.next().map_or_else(String::new, |element| element.text.to_owned());
    consignment.issue.place = text();
    consignment.issue.by = text();
    if consignment.issue.place.is_empty() {
        let path = "issued.place";
        let finding = Finding::new(wire::VALUE_MISSING).at(segment.end()).on(path).with("element", path);
        draft.push(Finding { severity: Severity::Warning, ..finding });
    }
}

/// Reads a segment that has a place in the model, `false` where it has none, or not its form, or stands
/// again: `CER`, by whom a waybill was signed for the shipper; `REF`, the sender's reference; `COR`, the
/// customs status.
pub(super) fn modelled(consignment: &mut Consignment, segment: &Segment<'_>) -> bool {
    match &segment.tag {
        b"CER " if consignment.issue.for_shipper.is_empty() && anything(segment).is_ok() => {
            let lines: Vec<&str> = segment.texts().map(|line| line.trim().text).collect();
            consignment.issue.for_shipper = lines.join(" ").trim().to_owned();
        }
        b"REF " if consignment.sender_reference.is_empty() && anything(segment).is_ok() => {
            let lines: Vec<&str> = segment.texts().map(|line| line.text).collect();
            consignment.sender_reference = lines.join("/");
            consignment.source.note(Field::SenderReference, segment.head.position());
        }
        b"COR " if consignment.customs_status.is_empty() && customs_origin(segment).is_ok() => {
            let code = segment.value.map_or("", |code| code.trim().text);
            consignment.customs_status = code.to_owned();
            consignment.source.note(Field::CustomsStatus, segment.head.position());
        }
        _ => return false,
    }
    true
}

/// Looks at a segment; `false` where it is none of these.
pub(super) fn check(draft: &mut Draft, segment: &Segment<'_>) -> bool {
    let sound: fn(&Segment<'_>) -> Result<(), &'static str> = match &segment.tag {
        b"ACC " => accounting,
        b"CVD " => charges,
        b"OTH " => other_charges,
        b"PPD " | b"COL " => summary,
        b"COR " => customs_origin,
        b"CER " | b"CDC " | b"REF " | b"COI " | b"SII " | b"ARD " | b"NOM " | b"SRI " => anything,
        _ => return false,
    };
    match sound(segment) {
        Ok(()) => draft.keep_known_segment(segment),
        Err(why) => draft.malformed(segment, why),
    }
    true
}

/// Takes a party out of accounting lines, where one stands there for want of room elsewhere: a line of
/// nothing but the word NOTIFY, then its name and address. The lines themselves are kept as text.
pub(super) fn party_in_accounting(draft: &mut Draft, consignment: &mut Consignment, segment: &Segment<'_>) {
    let lines: Vec<Slice<'_>> =
        segment.texts().filter_map(|line| line.cut().1).map(Slice::trim).filter(|l| !l.is_empty()).collect();
    let heading = |line: &Slice<'_>| {
        let text = line.text.trim_end_matches([':', '.', ' ']);
        ["NOTIFY", "NOTIFY PARTY", "ALSO NOTIFY", "ALSO NOTIFY PARTY"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word))
    };
    let Some(at) = lines.iter().position(heading) else { return };
    let [name, address @ ..] = &lines[at + 1..] else { return };
    let address: Vec<&str> = address.iter().map(|line| line.text).collect();
    let party = Party { name: name.text.to_owned(), free_address: address.join(", "), ..Party::default() };
    let known = consignment.parties().any(|(_, known)| known.name == party.name);
    if !known && draft.room(consignment.others.len(), "parties", name.position()) {
        if consignment.others.is_empty() {
            for part in [PartyField::Whole, PartyField::Name] {
                consignment.source.note(Field::Party(Role::Other, part), name.position());
            }
        }
        consignment.others.push(party);
    }
}

fn elements<'a>(segment: &Segment<'a>) -> impl Iterator<Item = Slice<'a>> {
    segment.texts().flat_map(Slice::elements).map(Slice::trim)
}

fn letters(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn anything(segment: &Segment<'_>) -> Result<(), &'static str> {
    if elements(segment).any(|element| !element.is_empty()) { Ok(()) } else { Err("it is empty") }
}

/// `(/aaa/text)`: an information identifier of three letters on each line.
fn accounting(segment: &Segment<'_>) -> Result<(), &'static str> {
    anything(segment)?;
    let sound = segment.texts().all(|line| letters(line.cut().0.trim().text, 3));
    if sound { Ok(()) } else { Err("expected an identifier of three letters on each line") }
}

/// `currency/codes/declared values`: the house message leaves the charge code out.
fn charges(segment: &Segment<'_>) -> Result<(), &'static str> {
    let mut elements = elements(segment);
    if !elements.next().is_some_and(|currency| letters(currency.text, 3)) {
        return Err("expected a currency of three letters");
    }
    if elements.count() < 4 { Err("expected the charge code and three declared values") } else { Ok(()) }
}

/// `P|C`, then codes with amounts.
fn other_charges(segment: &Segment<'_>) -> Result<(), &'static str> {
    anything(segment)?;
    let sound = segment.texts().all(|line| matches!(line.cut().0.trim().text, "P" | "C" | "p" | "c"));
    if sound { Ok(()) } else { Err("expected P or C on each line") }
}

/// Codes of two letters, each with an amount.
fn summary(segment: &Segment<'_>) -> Result<(), &'static str> {
    anything(segment)?;
    let sound = elements(segment).all(|element| match element.text.as_bytes() {
        [] => true,
        [a, b, amount @ ..] => a.is_ascii_alphabetic() && b.is_ascii_alphabetic() && is_amount(amount),
        _ => false,
    });
    if sound { Ok(()) } else { Err("expected codes of two letters with amounts") }
}

/// Digits with at most one point.
fn is_amount(text: &[u8]) -> bool {
    let digits = text.iter().filter(|byte| byte.is_ascii_digit()).count();
    digits > 0 && text.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') && text.len() - digits <= 1
}

/// One or two characters.
fn customs_origin(segment: &Segment<'_>) -> Result<(), &'static str> {
    let code = segment.value.map(Slice::trim).map_or("", |code| code.text);
    if (1..=2).contains(&code.chars().count()) { Ok(()) } else { Err("expected one or two characters") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cargo_imp::Body;

    #[test]
    fn sound_segments_say_nothing_and_others_are_kept() {
        let cases = [
            ("ACC/GEN/NOTIFY\n/GEN/SECOND", true),
            ("ACC/NOTIFY", false),
            ("ACC", false),
            ("CVD/EUR//PP/NVD/NCV/XXX", true),
            ("CVD/EUR/PP/NVD/NCV/XXX", true),
            ("CVD/EU//PP/NVD/NCV/XXX", false),
            ("CVD/EUR", false),
            ("OTH/P/DFC23CGC5\n/C/AWA10", true),
            ("OTH/X/DFC23", false),
            ("PPD/WT633.68\n/OA0/OC28/CT661.68", true),
            ("COL/WT12,5", false),
            ("PPD", false),
            ("COR/T1", true),
            ("COR/TRANSIT", false),
            ("CER/SOMEBODY", true),
            ("CER", false),
            ("REF//ANY/FILE", true),
        ];
        for (text, sound) in cases {
            let lines: Vec<_> = crate::text::lines(text, 1, 1).collect();
            let mut draft = Draft::default();
            let known = Body::new(&lines).segment().is_some_and(|segment| check(&mut draft, &segment));
            assert!(known, "{text}");
            assert_eq!(draft.findings.is_empty(), sound, "{text}: {:?}", draft.findings);
            // The text is kept either way.
            assert_eq!(draft.uninterpreted[0].text, text);
            assert_eq!(draft.uninterpreted[0].known, sound, "{text}");
        }
        let lines: Vec<_> = crate::text::lines("XYZ/1", 1, 1).collect();
        let mut draft = Draft::default();
        assert!(Body::new(&lines).segment().is_some_and(|segment| !check(&mut draft, &segment)));
    }

    #[test]
    fn a_party_among_accounting_lines_is_found_only_where_it_is_one() {
        let cases: [(&str, &[&str]); 5] = [
            ("ACC/GEN/NOTIFY\n/GEN/ROADRUNNER INC\n/GEN/2 CANYON STREET\n/GEN/YUMA", &["ROADRUNNER INC"]),
            ("ACC/GEN/ALSO NOTIFY:\n/GEN/ROADRUNNER INC", &["ROADRUNNER INC"]),
            ("ACC/GEN/NOTIFY ROADRUNNER ON ARRIVAL\n/GEN/BY TELEPHONE", &[]),
            ("ACC/GEN/NOTIFY", &[]),
            ("ACC/GEN/GENERAL CARGO\n/MCO/ACME ROCKETS", &[]),
        ];
        for (text, names) in cases {
            let lines: Vec<_> = crate::text::lines(text, 1, 1).collect();
            let (mut draft, mut consignment) = (Draft::default(), Consignment::default());
            let mut body = Body::new(&lines);
            while let Some(segment) = body.segment() {
                party_in_accounting(&mut draft, &mut consignment, &segment);
            }
            let found: Vec<_> = consignment.others.iter().map(|party| party.name.as_str()).collect();
            assert_eq!(found, names, "{text}");
        }
    }
}
