//! Goods lines: the items of a waybill's rating or of a house.

use super::Document;
use super::consignment_element::Part;
use super::equipment::ItemUnit;
use super::reader::{Element, Read, Value};
use consignment::Field;
use consignment::goods::GoodsLine;
use consignment::ident::{Country, HsCode};
use finding::Position;

/// Agency of the Harmonized System among code lists; a commodity code may also name none.
const HARMONIZED_SYSTEM: &str = "1";

impl<'i> Document<'i> {
    /// Reads `ApplicableRating`. A waybill can rate the same items more than once (face and other
    /// ratings); an item that an earlier rating gave word for word is not counted again.
    pub(super) fn rating(&mut self, part: &mut Part<'i>) -> Read<()> {
        let earlier = part.consignment.goods.get(part.rated_until..).unwrap_or_default();
        part.rated.extend(earlier.iter().map(|line| format!("{line:?}")));
        part.rated_until = part.consignment.goods.len();
        while let Some(element) = self.reader.child()? {
            match element.name() {
                "IncludedMasterConsignmentItem" => self.item(&element, part)?,
                _ => self.pass_over(&element)?,
            }
        }
        Ok(())
    }

    /// Reads one item; what was read of it before the document stops is kept.
    pub(super) fn item(&mut self, element: &Element<'i>, part: &mut Part<'i>) -> Read<()> {
        part.has_items = true;
        let position = self.reader.position(element);
        if !self.draft.room(part.consignment.goods.len(), "goods lines", position) {
            return self.reader.skip();
        }
        let mut line = GoodsLine::default();
        let mut codes = Vec::new();
        let mut units = Vec::new();
        let mut described_at = position;
        let mut packages = None;
        let read = self.item_elements(&mut line, &mut codes, &mut units, &mut described_at, &mut packages);
        self.keep_item_units(units, &mut part.consignment);
        if self.keep_item(line, codes, described_at, part)
            && let Some((count, at)) = packages
        {
            self.count_inside(count, at, part);
        }
        read
    }

    /// Adds the packages inside an item to those of the consignment, unless that states its own number:
    /// each item counts its own, like each rate line of a text message.
    fn count_inside(&mut self, count: u32, at: Position, part: &mut Part<'i>) {
        let consignment = &mut part.consignment;
        if consignment.slac.is_some() && !part.slac_of_items {
            return self.draft.keep_known("PackageQuantity", count.to_string(), at);
        }
        consignment.source.note(Field::Slac, at);
        consignment.slac = Some(consignment.slac.unwrap_or_default().saturating_add(count));
        part.slac_of_items = true;
    }

    fn item_elements(
        &mut self,
        line: &mut GoodsLine,
        codes: &mut Vec<Value<'i>>,
        units: &mut Vec<ItemUnit<'i>>,
        described_at: &mut Position,
        packages: &mut Option<(u32, Position)>,
    ) -> Read<()> {
        while let Some(element) = self.reader.child()? {
            match element.name() {
                "TypeCode" => {
                    let harmonized = match element.attribute("listAgencyID") {
                        Some(agency) => agency.is_empty() || agency == HARMONIZED_SYSTEM,
                        None => true,
                    };
                    let value = self.reader.value()?;
                    if harmonized && !value.is_empty() {
                        codes.push(value);
                    } else if !value.is_empty() {
                        self.draft.keep_known("TypeCode", value.one_line(), value.position());
                    }
                }
                "GrossWeightMeasure" => {
                    let (value, weight) = self.weight(&element)?;
                    line.weight = self.settle_of_goods("goods.weight", &value, weight);
                }
                "GrossVolumeMeasure" => {
                    let (value, volume) = self.volume(&element)?;
                    line.volume = self.settle_of_goods("goods.volume", &value, volume);
                }
                "PieceQuantity" => {
                    let (value, pieces) = self.count()?;
                    line.pieces = self.settle_of_goods("goods.pieces", &value, pieces);
                }
                "PackageQuantity" => {
                    let (value, count) = self.count()?;
                    let count = self.settle_of_goods("goods.slac", &value, count);
                    *packages = count.map(|count| (count, value.position()));
                }
                "NatureIdentificationTransportCargo" => {
                    if let Some(value) = self.inner("Identification")? {
                        *described_at = value.position();
                        line.description = value.one_line();
                    }
                }
                "OriginCountry" => {
                    if let Some(value) = self.inner("ID")? {
                        let country = Country::parse(&value.text).map_err(|why| why.to_string());
                        line.origin = self.settle_of_goods("goods.origin", &value, Some(country));
                    }
                }
                "AssociatedUnitLoadTransportEquipment" => self.item_unit(&element, units)?,
                "TransportLogisticsPackage" => {
                    let position = self.reader.position(&element);
                    if let Some(dimensions) = self.package()?
                        && self.draft.room(line.dimensions.len(), "dimensions", position)
                    {
                        line.dimensions.push(dimensions);
                    }
                }
                _ => self.pass_over(&element)?,
            }
        }
        Ok(())
    }

    fn settle_of_goods<T>(
        &mut self,
        path: &str,
        value: &Value<'_>,
        parsed: Option<Result<T, String>>,
    ) -> Option<T> {
        match parsed? {
            Ok(parsed) => Some(parsed),
            Err(why) => {
                self.invalid_value(path, value, why);
                None
            }
        }
    }

    /// Dimensions of some pieces, in the spelling of both wires: `CMT120-80-96/2`.
    fn package(&mut self) -> Read<Option<String>> {
        let mut pieces = String::new();
        let mut unit = String::new();
        let mut sides = [const { String::new() }; 3];
        while let Some(element) = self.reader.child()? {
            match element.name() {
                "ItemQuantity" => pieces = self.reader.value()?.text.into_owned(),
                "LinearSpatialDimension" => {
                    while let Some(side) = self.reader.child()? {
                        let index = match side.name() {
                            "LengthMeasure" => 0,
                            "WidthMeasure" => 1,
                            "HeightMeasure" => 2,
                            _ => {
                                self.pass_over(&side)?;
                                continue;
                            }
                        };
                        if let Some(code) = side.attribute("unitCode") {
                            unit = code.into_owned();
                        }
                        sides[index] = self.reader.value()?.text.into_owned();
                    }
                }
                _ => self.pass_over(&element)?,
            }
        }
        if sides.iter().all(String::is_empty) {
            return Ok(None);
        }
        let [length, width, height] = sides;
        let pieces = if pieces.is_empty() { pieces } else { format!("/{pieces}") };
        Ok(Some(format!("{unit}{length}-{width}-{height}{pieces}")))
    }

    /// Keeps an item; `false` where an earlier rating gave it.
    fn keep_item(
        &mut self,
        mut line: GoodsLine,
        codes: Vec<Value<'i>>,
        at: Position,
        part: &mut Part<'i>,
    ) -> bool {
        let mut read = Vec::with_capacity(codes.len());
        for value in codes {
            match HsCode::parse(&value.text) {
                Ok(code) => {
                    line.hs.push(code);
                    read.push(value.position());
                }
                Err(why) => {
                    let field = Field::Hs(crate::cargo_imp::nth(part.hs_count + read.len()));
                    self.draft.invalid(&mut part.consignment, field, value.slice(), why);
                }
            }
        }
        let rated = !part.rated.is_empty() && part.rated.contains(&format!("{line:?}"));
        if rated || line == GoodsLine::default() {
            return !rated;
        }
        for position in read {
            if self.draft.room(part.hs_count, "commodity codes", position) {
                part.consignment.source.note(Field::Hs(crate::cargo_imp::nth(part.hs_count)), position);
            }
            part.hs_count += 1;
        }
        if let Some(line) = join_summary(line, part) {
            let index = crate::cargo_imp::nth(part.consignment.goods.len());
            part.consignment.source.note(Field::Goods(index), at);
            part.consignment.goods.push(line);
        }
        true
    }

    /// The description of a whole house is a goods line of its own.
    pub(super) fn summary(&mut self, part: &mut Part<'i>) -> Read<()> {
        let value = self.reader.value()?;
        let index = part.consignment.goods.len();
        if !value.is_empty() && self.draft.room(index, "goods lines", value.position()) {
            part.consignment.source.note(Field::Goods(crate::cargo_imp::nth(index)), value.position());
            let description = value.one_line();
            part.consignment.goods.push(GoodsLine { description, ..GoodsLine::default() });
            part.summarised = true;
        }
        Ok(())
    }
}

/// Joins the first item with the description of the whole house where both say the same, or only the
/// latter says anything; gives the item back where they stay apart.
fn join_summary(line: GoodsLine, part: &mut Part<'_>) -> Option<GoodsLine> {
    let summarised = std::mem::take(&mut part.summarised);
    match part.consignment.goods.as_mut_slice() {
        [summary]
            if summarised && (line.description.is_empty() || line.description == summary.description) =>
        {
            let description = std::mem::take(&mut summary.description);
            *summary = GoodsLine { description, ..line };
            None
        }
        _ => Some(line),
    }
}
