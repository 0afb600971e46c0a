//! FHL, data of house waybills or a list of them, in versions 4 and 5.

use super::party::{self, HeadLine};
use super::{Body, Draft, Segment, commercial, handling, nth, oci_lines, quantity, remarks, waybill};
use crate::limits::REPEATS_MAX;
use crate::text::Slice;
use consignment::document::MasterTotals;
use consignment::field::{Field, PartyField};
use consignment::goods::GoodsLine;
use consignment::ident::{HouseWaybill, HsCode, Location};
use consignment::party::{Party, Role};
use consignment::{Consignment, DocumentKind};
use finding::{Finding, Position, Severity, codes::wire};

/// Reads the body of an FHL.
pub(crate) fn decode(draft: &mut Draft, mut body: Body<'_>) {
    body.check_widths(draft);
    let mut master = Consignment { kind: DocumentKind::HouseAnnounced, ..Consignment::default() };
    let mut master_line: Option<Segment<'_>> = None;
    let mut current: Option<House<'_>> = None;
    let mut with_parties: Vec<(Position, String)> = Vec::new();
    let mut houses = 0;
    let mut several_parts = false;
    let mut finish = |draft: &mut Draft, house: Option<House<'_>>| {
        if let Some(house) = house {
            with_parties.extend(house.first_party.map(|at| (at, house.label().to_owned())));
            house.finish(draft);
        }
    };
    while let Some(segment) = body.segment() {
        match (&segment.tag, &mut current) {
            (b"MBI ", _) if master_line.is_some_and(|before| before.says_the_same(&segment)) => {
                draft.repeated(&segment, true);
            }
            (tag, _)
                if waybill::starts_line(segment.head.text) || (*tag == *b"MBI " && master_line.is_some()) =>
            {
                // Another message whose identifier was lost: nothing of it may count for these houses.
                if *tag == *b"MBI " {
                    draft.repeated(&segment, false);
                } else {
                    draft.unknown(&segment);
                }
                body.segments().for_each(|segment| draft.unknown(&segment));
                break;
            }
            (b"MBI ", _) => {
                master_line = Some(segment);
                read_master(draft, &mut master, &segment);
            }
            (b"HBS ", _) => {
                finish(draft, current.take());
                if draft.room(houses, "houses", segment.head.position()) {
                    houses += 1;
                    current = Some(House::read(draft, &master, &segment));
                }
            }
            (b"PART", _) => {
                several_parts = true;
                draft.part(&segment, Severity::Error);
            }
            (_, Some(house)) => house.segment(draft, &segment),
            // Segments of a house beyond the limit.
            (_, None) if houses >= REPEATS_MAX => draft.keep(&segment),
            (b"TXT " | b"HTS " | b"OCI " | b"SHP " | b"CNE " | b"CVD ", None) => {
                draft.malformed(&segment, "it stands before the first house");
            }
            (_, None) => draft.unknown(&segment),
        }
    }
    finish(draft, current);
    if master_line.is_none() {
        draft.missing_segment("MBI (master)", "master");
    }
    if houses == 0 && !several_parts {
        draft.missing_segment("HBS (house)", "house");
    }
    if houses > 1 {
        for (at, house) in with_parties {
            draft.push(Finding::new(wire::PARTIES_AMONG_HOUSES).at(at).with("house", house));
        }
    }
}

/// `MBI/888-10001014FRAJFK/T7K837.2`.
fn read_master(draft: &mut Draft, master: &mut Consignment, segment: &Segment<'_>) {
    let value = segment.value.unwrap_or(segment.head.from(segment.head.text.len()));
    let (numbers, quantities) = value.cut();
    let stated = waybill::cut(numbers);
    if stated.number.is_empty() {
        // A house may be filed before its master is known; it is sent again with it (PACT guide 1.9, 2).
        let finding = Finding::new(wire::VALUE_MISSING).at(stated.number.position()).on("master");
        draft.push(Finding { severity: Severity::Warning, ..finding.with("element", "master") });
    } else {
        waybill::number(draft, master, stated.number);
    }
    let mut totals = MasterTotals::default();
    let stations = [(Field::MasterOrigin, stated.origin), (Field::MasterDestination, stated.destination)];
    let [origin, destination] =
        stations.map(|(field, station)| master_station(draft, master, field, station));
    totals.origin = origin;
    totals.destination = destination;
    for (index, amount) in quantities.into_iter().flat_map(|all| quantity::amounts(all.trim())).enumerate() {
        if index == 0 {
            match quantity::pieces(amount.number.text) {
                Ok(pieces) => totals.pieces = Some(pieces),
                Err(why) => draft.invalid_value("master_totals.pieces", amount.whole, why),
            }
        } else if matches!(amount.code, "K" | "L" | "k" | "l") {
            match quantity::weight(amount.code, amount.number.text) {
                Ok(weight) => totals.weight = Some(weight),
                Err(why) => draft.invalid_value("master_totals.weight", amount.whole, why),
            }
        }
    }
    master.master_totals = Some(totals);
}

fn master_station(
    draft: &mut Draft,
    master: &mut Consignment,
    field: Field,
    station: Slice<'_>,
) -> Option<Location> {
    if station.is_empty() {
        draft.missing(&field.to_string(), station.position());
        return None;
    }
    Location::parse(station.text).map_err(|why| draft.invalid(master, field, station, why)).ok()
}

/// A house while its segments are read.
struct House<'a> {
    consignment: Consignment,
    /// Goods as they stand on the house line, where 15 characters have room.
    short_goods: Slice<'a>,
    /// Goods text of the `TXT` segments, with its place.
    text: Option<(String, Slice<'a>)>,
    hs: Vec<(HsCode, Position)>,
    /// Where the first party stands, if there is one.
    first_party: Option<Position>,
    /// Where the house line stands.
    line: Position,
}

impl<'a> House<'a> {
    /// `HBS/number/FRAJFK/7/K837.2/[slac]/goods`, continued by special handling codes.
    fn read(draft: &mut Draft, master: &Consignment, segment: &Segment<'a>) -> Self {
        let mut consignment = master.clone();
        let end = segment.head.from(segment.head.text.len());
        let mut elements = segment.value.unwrap_or(end).elements();
        let mut element = || elements.next().map_or(end, Slice::trim);
        let (number, stations, pieces, weight, slac) =
            (element(), element(), element(), element(), element());
        let short_goods = elements.rest().unwrap_or(end).trim();
        house_number(draft, &mut consignment, number);
        let stated = waybill::Stated { number: end, origin: stations.to(3), destination: stations.from(3) };
        waybill::stations(draft, &mut consignment, stated, true);
        match quantity::pieces(pieces.text) {
            Ok(count) => {
                consignment.source.note(Field::Pieces, pieces.position());
                consignment.pieces = Some(count);
            }
            Err(_) if pieces.is_empty() => draft.missing("pieces", pieces.position()),
            Err(why) => draft.invalid(&mut consignment, Field::Pieces, pieces, why),
        }
        match quantity::weight(weight.to(1).text, weight.from(1).text) {
            Ok(read) => {
                consignment.source.note(Field::Weight, weight.position());
                consignment.weight = Some(read);
            }
            Err(_) if weight.is_empty() => draft.missing("weight", weight.position()),
            Err(why) => draft.invalid(&mut consignment, Field::Weight, weight, why),
        }
        match quantity::pieces(slac.text) {
            Ok(count) => {
                consignment.source.note(Field::Slac, slac.position());
                consignment.slac = Some(count);
            }
            Err(_) if slac.is_empty() => {}
            Err(why) => draft.invalid(&mut consignment, Field::Slac, slac, why),
        }
        let codes = segment.more.iter().flat_map(|line| line.from(1).elements()).map(Slice::trim);
        for code in codes.filter(|code| !code.is_empty()) {
            handling::push(draft, &mut consignment, code);
        }
        Self {
            consignment,
            short_goods,
            text: None,
            hs: Vec::new(),
            first_party: None,
            line: segment.head.position(),
        }
    }

    /// The number for findings, or what stands in its place.
    fn label(&self) -> &str {
        self.consignment.house.as_ref().map_or("without a readable number", HouseWaybill::as_str)
    }

    /// A segment after the house line.
    fn segment(&mut self, draft: &mut Draft, segment: &Segment<'a>) {
        match &segment.tag {
            b"TXT " => self.goods_text(draft, segment),
            b"HTS " => self.commodity_codes(draft, segment),
            b"OCI " => oci_lines::read(draft, &mut self.consignment, segment),
            b"SHP " => self.party(draft, segment, Role::Shipper),
            b"CNE " => self.party(draft, segment, Role::Consignee),
            b"CVD " => {
                commercial::check(draft, segment);
            }
            _ => draft.unknown(segment),
        }
    }

    fn goods_text(&mut self, draft: &mut Draft, segment: &Segment<'a>) {
        let joined = remarks::joined_text(segment);
        let Some(place) = segment.texts().next().filter(|_| !joined.is_empty()) else {
            draft.malformed(segment, "it is empty");
            return;
        };
        match &mut self.text {
            Some((text, _)) => {
                text.push(' ');
                text.push_str(&joined);
            }
            None => self.text = Some((joined, place)),
        }
    }

    fn commodity_codes(&mut self, draft: &mut Draft, segment: &Segment<'a>) {
        for code in segment.texts().flat_map(Slice::elements).map(Slice::trim) {
            match HsCode::parse(code.text) {
                Ok(hs) => {
                    if draft.room(self.hs.len(), "commodity codes", code.position()) {
                        self.hs.push((hs, code.position()));
                    }
                }
                Err(why) => draft.invalid(&mut self.consignment, Field::Hs(nth(self.hs.len())), code, why),
            }
        }
    }

    fn party(&mut self, draft: &mut Draft, segment: &Segment<'a>, role: Role) {
        self.first_party.get_or_insert(segment.head.position());
        let first = self.consignment.party(role).is_none();
        // Version 4 has the name on the line of the identifier; where the newer form is used, account
        // numbers are told from it by the name's own line.
        let read = party::read(draft, &mut self.consignment, segment, role, HeadLine::Name, first);
        party::place(draft, &mut self.consignment, segment, role, read);
    }

    /// Completes the house and hands it over.
    fn finish(mut self, draft: &mut Draft) {
        let mut text = self.text.take();
        if let Some((text, place)) = &mut text
            && let Some(at) = party_tag(text)
        {
            let hidden = text.split_off(at);
            text.truncate(text.trim_end().len());
            self.hidden_parties(draft, &hidden, *place);
        }
        self.goods(text.filter(|(text, _)| !text.is_empty()));
        let (shipper, consignee) = (self.consignment.shipper.is_some(), self.consignment.consignee.is_some());
        if shipper || consignee {
            self.consignment.kind = DocumentKind::House;
            for (stated, segment, path) in
                [(shipper, "SHP (shipper)", "shipper"), (consignee, "CNE (consignee)", "consignee")]
            {
                if !stated {
                    draft.missing_segment_as(segment, path, Some(self.line), Severity::Error);
                }
            }
        }
        oci_lines::interpret(draft, &mut self.consignment, false);
        draft.consignments.push(self.consignment);
    }

    /// Makes the goods lines: the house line cuts the goods after 15 characters, and the text segment
    /// gives them whole. Where the text says something else, both are kept.
    fn goods(&mut self, text: Option<(String, Slice<'_>)>) {
        let short = self.short_goods;
        let mut lines: Vec<(String, Position)> = Vec::new();
        let whole = text.as_ref().is_some_and(|(text, _)| text.starts_with(short.text));
        if !short.is_empty() && !whole {
            lines.push((short.text.to_owned(), short.position()));
        }
        if let Some((text, place)) = text {
            lines.push((text, place.position()));
        }
        if lines.is_empty()
            && let Some((_, at)) = self.hs.first()
        {
            lines.push((String::new(), *at));
        }
        let consignment = &mut self.consignment;
        for (index, (description, at)) in lines.into_iter().enumerate() {
            consignment.source.note(Field::Goods(nth(index)), at);
            consignment.goods.push(GoodsLine { description, ..GoodsLine::default() });
        }
        if let Some(line) = consignment.goods.last_mut() {
            for (index, (code, at)) in self.hs.drain(..).enumerate() {
                consignment.source.note(Field::Hs(nth(index)), at);
                line.hs.push(code);
            }
        }
    }

    /// Takes shipper and consignee from the tagged part of a goods text, where no segment gives them.
    /// The tagged text is kept as a remark, since only the two name tags are understood.
    fn hidden_parties(&mut self, draft: &mut Draft, hidden: &str, place: Slice<'_>) {
        let mut found = false;
        for (tag, value) in tagged(hidden) {
            let (slot, role) = match tag {
                "SNM" => (&mut self.consignment.shipper, Role::Shipper),
                "CNM" => (&mut self.consignment.consignee, Role::Consignee),
                _ => continue,
            };
            if slot.is_none() && !value.is_empty() {
                *slot = Some(Party { name: value.to_owned(), ..Party::default() });
                found = true;
                for part in [PartyField::Whole, PartyField::Name] {
                    self.consignment.source.note(Field::Party(role, part), place.position());
                }
            }
        }
        if found {
            self.first_party.get_or_insert(place.position());
            draft.push(Finding::new(wire::PARTIES_IN_TEXT).at(place.position()).on("goods"));
        }
        remarks::push(draft, &mut self.consignment, place, hidden.to_owned());
    }
}

fn house_number(draft: &mut Draft, consignment: &mut Consignment, number: Slice<'_>) {
    if number.is_empty() {
        // Whatever is in it belongs to the master.
        consignment.master.into_iter().for_each(|master| draft.mention(master));
        draft.missing("house", number.position());
        return;
    }
    match HouseWaybill::parse(number.text) {
        Ok(house) => {
            consignment.source.note(Field::House, number.position());
            consignment.house = Some(house);
        }
        Err(why) => {
            consignment.master.into_iter().for_each(|master| draft.mention(master));
            draft.invalid(consignment, Field::House, number, why);
        }
    }
}

/// Where the first tag of a party's name stands in a goods text.
fn party_tag(text: &str) -> Option<usize> {
    [".SNM.", ".CNM."].iter().filter_map(|tag| text.find(tag)).min()
}

/// Tags of the shape `.XXX.` with the text up to the next one.
fn tagged(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let at = next_tag(rest)?;
        let tag = &rest[at + 1..at + 4];
        let after = &rest[at + 5..];
        let value = &after[..next_tag(after).unwrap_or(after.len())];
        rest = &after[value.len()..];
        Some((tag, value.trim()))
    })
}

fn next_tag(text: &str) -> Option<usize> {
    text.as_bytes()
        .windows(5)
        .position(|w| w[0] == b'.' && w[4] == b'.' && w[1..4].iter().all(u8::is_ascii_uppercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_end_at_the_next_tag() {
        let read: Vec<_> = tagged(".SNM.ACME LTD.SAD.1 ROAD .CNM.B CO. INC").collect();
        assert_eq!(read, [("SNM", "ACME LTD"), ("SAD", "1 ROAD"), ("CNM", "B CO. INC")]);
        assert_eq!(tagged("NO TAGS HERE.").count(), 0);
        assert_eq!(party_tag("TOYS .SAD.X.SNM.Y"), Some(11));
    }
}
