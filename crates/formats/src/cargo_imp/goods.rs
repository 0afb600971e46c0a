//! The rate description of an air waybill, `RTD`: goods text, commodity codes, volume, dimensions.

use super::quantity::{self, amounts};
use super::{Draft, Segment, equipment, nth};
use crate::text::{Joined, Slice};
use consignment::Consignment;
use consignment::document::Consolidation;
use consignment::field::Field;
use consignment::goods::GoodsLine;
use consignment::ident::{Country, HsCode};
use consignment::measure::Weight;
use finding::{Finding, Severity, codes::wire};

/// Characters of a whole slice of goods text. A slice one character short of it lost the blank at its
/// end, which comes back as the blank that follows any slice that is not whole.
const SLICE_WIDTH: u32 = 20;

/// Characters of a whole first slice of a message, which stands behind the rate.
const FIRST_SLICE_WIDTH: u32 = 15;

/// What a line of a rate description is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SubLine {
    Direct,
    Consolidated,
    Dimensions,
    Volume,
    LoadingUnit,
    Count,
    CommodityCode,
    Origin,
    Rate,
    Unknown,
}

fn sub_line(identifier: &str) -> SubLine {
    match identifier.as_bytes() {
        [b'N' | b'n', kind] => match kind.to_ascii_uppercase() {
            b'G' => SubLine::Direct,
            b'C' => SubLine::Consolidated,
            b'D' => SubLine::Dimensions,
            b'V' => SubLine::Volume,
            b'U' => SubLine::LoadingUnit,
            b'S' => SubLine::Count,
            b'H' => SubLine::CommodityCode,
            b'O' => SubLine::Origin,
            _ => SubLine::Unknown,
        },
        [b'P' | b'p', pieces @ ..] if pieces.iter().all(u8::is_ascii_digit) => SubLine::Rate,
        _ => SubLine::Unknown,
    }
}

/// Goods of an air waybill while they are read, over all its rate lines.
#[derive(Debug, Default)]
pub(super) struct GoodsReader {
    /// A description whose next slice may follow.
    open: Option<Joined>,
    /// No slice has been read yet.
    begun: bool,
    /// Pieces and weight of the rate line, for the next goods line.
    pieces: Option<u32>,
    weight: Option<Weight>,
    direct: bool,
    consolidated: bool,
    mixed_reported: bool,
    hs_count: usize,
}

impl GoodsReader {
    /// Reads a rate description segment.
    pub(super) fn read(&mut self, draft: &mut Draft, consignment: &mut Consignment, segment: &Segment<'_>) {
        if segment.value.is_none() && segment.more.is_empty() {
            draft.malformed(segment, "it is empty");
        }
        for line in segment.texts() {
            self.line(draft, consignment, line);
        }
        self.close(consignment);
    }

    /// Reads one line: an optional number, then a rate or a sub-line with its identifier.
    fn line(&mut self, draft: &mut Draft, consignment: &mut Consignment, line: Slice<'_>) {
        let (first, rest) = line.cut();
        let numbered = !first.is_empty() && first.text.bytes().all(|byte| byte.is_ascii_digit());
        let line = match rest {
            Some(rest) if numbered => rest,
            _ => line,
        };
        let (identifier, value) = line.cut();
        let value = value.unwrap_or(line.from(line.text.len()));
        match sub_line(identifier.text) {
            SubLine::Direct => self.slice(draft, consignment, identifier, value, Consolidation::Direct),
            SubLine::Consolidated => {
                self.slice(draft, consignment, identifier, value, Consolidation::Consolidated)
            }
            other => {
                self.close(consignment);
                self.detail(draft, consignment, other, line, value);
            }
        }
    }

    /// Reads a sub-line that is no text of the goods.
    fn detail(
        &mut self,
        draft: &mut Draft,
        consignment: &mut Consignment,
        kind: SubLine,
        line: Slice<'_>,
        value: Slice<'_>,
    ) {
        match kind {
            SubLine::Dimensions => self.dimensions(draft, consignment, value),
            SubLine::Volume => self.volume(draft, consignment, value.trim()),
            SubLine::CommodityCode => {
                for code in value.elements().map(Slice::trim) {
                    self.commodity_code(draft, consignment, code);
                }
            }
            SubLine::Origin => self.origin(draft, consignment, value.trim()),
            SubLine::Count => Self::slac(draft, consignment, value.trim()),
            SubLine::LoadingUnit => Self::loading_unit(draft, consignment, value.trim()),
            SubLine::Rate => self.rate(draft, line),
            SubLine::Direct | SubLine::Consolidated | SubLine::Unknown => {
                let whole = Segment { tag: *b"RTD ", head: line, value: None, more: &[] };
                draft.malformed(&whole, "expected NG, NC, ND, NV, NU, NS, NH, NO or a rate");
            }
        }
    }

    /// A slice of a description.
    fn slice(
        &mut self,
        draft: &mut Draft,
        consignment: &mut Consignment,
        identifier: Slice<'_>,
        value: Slice<'_>,
        kind: Consolidation,
    ) {
        self.indicator(draft, consignment, identifier, kind);
        let joined = match &mut self.open {
            Some(joined) => joined,
            None => {
                if !draft.room(consignment.goods.len(), "goods lines", value.position()) {
                    return;
                }
                consignment.source.note(Field::Goods(nth(consignment.goods.len())), value.trim().position());
                self.open.insert(Joined::new())
            }
        };
        let text = value.trim_end();
        let characters = text.width();
        let full = characters == SLICE_WIDTH || (!self.begun && characters == FIRST_SLICE_WIDTH);
        joined.push(text.text, full);
        self.begun = true;
    }

    /// Notes whether the goods are direct or consolidated; where both are said, consolidated counts,
    /// because its houses have to be known.
    fn indicator(
        &mut self,
        draft: &mut Draft,
        consignment: &mut Consignment,
        identifier: Slice<'_>,
        kind: Consolidation,
    ) {
        match kind {
            Consolidation::Consolidated => self.consolidated = true,
            _ => self.direct = true,
        }
        consignment.consolidation =
            if self.consolidated { Consolidation::Consolidated } else { Consolidation::Direct };
        if self.direct != self.consolidated && !self.begun {
            consignment.source.note(Field::Consolidation, identifier.position());
        }
        if self.direct && self.consolidated && !self.mixed_reported {
            self.mixed_reported = true;
            let finding = Finding::new(wire::GOODS_INDICATOR_MIXED).at(identifier.position());
            draft.push(finding.on("consolidation"));
        }
    }

    /// Ends a description.
    fn close(&mut self, consignment: &mut Consignment) {
        if let Some(joined) = self.open.take() {
            let (pieces, weight) = (self.pieces.take(), self.weight.take());
            let description = joined.finish();
            consignment.goods.push(GoodsLine { description, pieces, weight, ..GoodsLine::default() });
        }
    }

    /// The goods line that codes and measures belong to: the last one, else one without description.
    fn last<'c>(
        &mut self,
        draft: &mut Draft,
        consignment: &'c mut Consignment,
        value: Slice<'_>,
    ) -> Option<&'c mut GoodsLine> {
        if consignment.goods.is_empty() {
            consignment.source.note(Field::Goods(0), value.position());
            let (pieces, weight) = (self.pieces.take(), self.weight.take());
            consignment.goods.push(GoodsLine { pieces, weight, ..GoodsLine::default() });
        }
        let last = consignment.goods.last_mut()?;
        let full = !draft.room(last.dimensions.len().max(self.hs_count), "goods details", value.position());
        if full { None } else { Some(last) }
    }

    /// `[K12]/CMT34-34-25/1`: kept as written, from the dimensions on. `NDA` says there are none.
    fn dimensions(&mut self, draft: &mut Draft, consignment: &mut Consignment, value: Slice<'_>) {
        let mut elements = value.elements();
        let weight = elements.next().map(Slice::trim).unwrap_or(value);
        let Some(written) = elements.rest().map(Slice::trim).filter(|written| !written.is_empty()) else {
            draft.missing("goods.dimensions", weight.end());
            return;
        };
        // The weight of some pieces has no place in the model, nor that there are no dimensions.
        if written.text.eq_ignore_ascii_case("NDA") || !weight.is_empty() {
            draft.keep_known("RTD", format!("ND/{}", value.text), value.position());
        }
        if written.text.eq_ignore_ascii_case("NDA") {
            return;
        }
        if let Some(line) = self.last(draft, consignment, written) {
            line.dimensions.push(written.text.to_owned());
        }
    }

    fn volume(&mut self, draft: &mut Draft, consignment: &mut Consignment, value: Slice<'_>) {
        let read =
            amounts(value).next().map(|amount| (amount, quantity::volume(amount.code, amount.number.text)));
        match read {
            Some((amount, Ok(volume))) if quantity::is_volume(amount.code) => {
                if let Some(line) = self.last(draft, consignment, value) {
                    line.volume = Some(volume);
                }
            }
            _ => draft.invalid(consignment, Field::Volume, value, "expected MC, CF, CC or CI and a number"),
        }
    }

    fn commodity_code(&mut self, draft: &mut Draft, consignment: &mut Consignment, code: Slice<'_>) {
        let field = Field::Hs(nth(self.hs_count));
        match HsCode::parse(code.text) {
            Ok(hs) => {
                if let Some(line) = self.last(draft, consignment, code) {
                    line.hs.push(hs);
                    consignment.source.note(field, code.position());
                    self.hs_count += 1;
                }
            }
            Err(why) => draft.invalid(consignment, field, code, why),
        }
    }

    fn origin(&mut self, draft: &mut Draft, consignment: &mut Consignment, country: Slice<'_>) {
        match Country::parse(country.text) {
            Ok(country_read) => {
                if let Some(line) = self.last(draft, consignment, country) {
                    line.origin = Some(country_read);
                }
            }
            Err(why) => draft.invalid_value("goods.origin", country, why),
        }
    }

    /// `PMC12345XX`: the unit the goods are built into.
    fn loading_unit(draft: &mut Draft, consignment: &mut Consignment, value: Slice<'_>) {
        let mut units = value.elements().map(Slice::trim).filter(|unit| !unit.is_empty()).peekable();
        if units.peek().is_none() {
            let path = Field::Equipment(nth(consignment.equipment.len())).to_string();
            let finding = Finding::new(wire::VALUE_MISSING).at(value.end()).on(path.clone());
            draft.push(Finding { severity: Severity::Warning, ..finding.with("element", path) });
        }
        for unit in units {
            equipment::push(draft, consignment, unit);
        }
    }

    fn slac(draft: &mut Draft, consignment: &mut Consignment, count: Slice<'_>) {
        match quantity::pieces(count.text) {
            Ok(pieces) => {
                consignment.source.note(Field::Slac, count.position());
                // Every rate line states its own count.
                consignment.slac = Some(consignment.slac.unwrap_or_default().saturating_add(pieces));
            }
            Err(why) => draft.invalid(consignment, Field::Slac, count, why),
        }
    }

    /// `P3/K268.8/CQ/W488/R3.99/T1947.12`: pieces and weight count for the goods that follow; class and
    /// charges are no part of the model, so that the line is kept as well.
    fn rate(&mut self, draft: &mut Draft, line: Slice<'_>) {
        draft.keep_known("RTD", line.text, line.position());
        for element in line.elements().map(Slice::trim) {
            let (code, number) = (element.to(1), element.from(1));
            match code.text {
                "P" | "p" => match quantity::pieces(number.text) {
                    Ok(pieces) => self.pieces = Some(pieces),
                    Err(why) => draft.invalid_value("goods.pieces", number, why),
                },
                "K" | "L" | "k" | "l" => match quantity::weight(code.text, number.text) {
                    Ok(weight) => self.weight = Some(weight),
                    Err(why) => draft.invalid_value("goods.weight", number, why),
                },
                "" | "C" | "S" | "W" | "R" | "T" | "c" | "s" | "w" | "r" | "t" => {}
                _ => draft.invalid_value("goods.rate", element, "expected P, K, L, C, S, W, R or T"),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cargo_imp::Body;

    fn read_back(text: &str) -> (Consignment, Vec<String>) {
        let lines: Vec<_> = crate::text::lines(text, 1, 1).collect();
        let (mut draft, mut consignment) = (Draft::default(), Consignment::default());
        let mut body = Body::new(&lines);
        let mut reader = GoodsReader::default();
        while let Some(segment) = body.segment() {
            reader.read(&mut draft, &mut consignment, &segment);
        }
        (consignment, draft.findings.iter().map(|finding| finding.code.to_string()).collect())
    }

    #[test]
    fn slices_become_descriptions() {
        let cases: [(&str, &[&str]); 6] = [
            // First slice of 15, then one of 20: both cut inside the text.
            (
                "RTD/1/P3\n/NC/CONSOLIDATED CA\n/2/NC/S PER ATTACHED MANIF\n/3/NC/EST",
                &["CONSOLIDATED CAS PER ATTACHED MANIFEST"],
            ),
            // First slice of 20.
            ("RTD/1/P3\n/NG/STEEL HINGES FOR KIT\n/2/NG/CHEN DOORS", &["STEEL HINGES FOR KITCHEN DOORS"]),
            // First slice of 14 and a later one of 19 lost the blank at the end.
            (
                "RTD/1/P3\n/NG/STEEL HINGES A\n/2/NG/ND SCREWS FOR DOORS\n/3/NG/OF KITCHENS",
                &["STEEL HINGES A ND SCREWS FOR DOORS OF KITCHENS"],
            ),
            // A later slice of 15 is a short one.
            ("RTD/1/P3\n/NG/STEEL\n/2/NG/KITCHEN  HINGES\n/3/NG/BRASS", &["STEEL KITCHEN  HINGES BRASS"]),
            // Another sub-line ends the description.
            ("RTD/1/P3\n/NG/STEEL\n/2/NH/830210\n/3/NG/BRASS", &["STEEL", "BRASS"]),
            ("RTD/1/P3/K5\n/NV/MC2.93", &[""]),
        ];
        for (text, expected) in cases {
            let (consignment, findings) = read_back(text);
            let read: Vec<_> = consignment.goods.iter().map(|line| line.description.as_str()).collect();
            assert_eq!(read, expected, "{text}");
            assert!(findings.is_empty(), "{text}: {findings:?}");
        }
    }

    #[test]
    fn details_belong_to_the_goods_before_them() {
        let (consignment, findings) = read_back(
            "RTD/1/P3/K268.8/CQ/W488/R3.99/T1947.12\n/NG/PIPES\n/2/NH/39172900\n/3/NH/3917.32\n/4/NO/FI\n\
             /5/ND//CMT34-34-25/1\n/6/ND//NDA\n/7/NV/MC2.93\n/8/NS/12\n/9/NU/PMC12345XX\n/10/NG/VALVES",
        );
        assert!(findings.is_empty(), "{findings:?}");
        let [pipes, valves] = &consignment.goods[..] else { panic!("{:?}", consignment.goods) };
        assert_eq!((pipes.pieces, valves.pieces), (Some(3), None));
        assert_eq!(pipes.hs.iter().map(HsCode::as_str).collect::<Vec<_>>(), ["39172900", "391732"]);
        assert_eq!(pipes.origin.map(|country| country.to_string()).as_deref(), Some("FI"));
        assert_eq!(pipes.dimensions, ["CMT34-34-25/1"]);
        assert_eq!(consignment.slac, Some(12));
        assert_eq!(consignment.consolidation, Consolidation::Direct);
        assert!(valves.hs.is_empty() && valves.volume.is_none() && pipes.volume.is_some());
    }

    #[test]
    fn wrong_details_are_reported() {
        let cases = [
            ("RTD/1/P3\n/NG/A\n/2/NC/B", "goods-indicator-mixed"),
            ("RTD/1/P3\n/NG/A\n/2/NH/3917A", "value-invalid"),
            ("RTD/1/P3\n/NG/A\n/2/NV/2.93", "value-invalid"),
            ("RTD/1/P3\n/NG/A\n/2/NO/XX", "value-invalid"),
            ("RTD/1/P3\n/NG/A\n/2/NS/X", "value-invalid"),
            ("RTD/1/P3\n/NG/A\n/2/ND", "value-missing"),
            ("RTD/1/PX\n/NG/A", "segment-malformed"),
            ("RTD/1/P3/X9\n/NG/A", "value-invalid"),
            ("RTD/1/P3\n/NG/A\n/2/ZZ/B", "segment-malformed"),
            ("RTD", "segment-malformed"),
        ];
        for (text, code) in cases {
            assert_eq!(read_back(text).1, [code], "{text}");
        }
        assert_eq!(read_back("RTD/1/P3\n/NG/A\n/2/NC/B").0.consolidation, Consolidation::Consolidated);
    }
}
