//! The elements that waybill and house have in common.

use super::movement::Movement;
use super::reader::{Element, Read, Value};
use super::{Document, Once};
use crate::oci;
use consignment::document::DocumentKind;
use consignment::field::PartyField;
use consignment::handling::SpecialHandling;
use consignment::ident::Location;
use consignment::measure::{Volume, Weight, WeightUnit, parse_decimal};
use consignment::oci::OciLine;
use consignment::party::Role;
use consignment::{Consignment, Field};
use finding::{Finding, Position, codes::wire};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use std::collections::HashSet;

/// Elements of a consignment that are known and hold nothing for the model, so that they are kept as they
/// were sent: charges, values, ratings, references, insurance.
const PASSED_OVER: &[&str] = &[
    "ID",
    "AdditionalID",
    "FreightForwarderAssignedID",
    "AssociatedReferenceID",
    "NilCarriageValueIndicator",
    "DeclaredValueForCarriageAmount",
    "NilCustomsValueIndicator",
    "DeclaredValueForCustomsAmount",
    "NilInsuranceValueIndicator",
    "InsuranceValueAmount",
    "TotalChargePrepaidIndicator",
    "WeightTotalChargeAmount",
    "ValuationTotalChargeAmount",
    "TaxTotalChargeAmount",
    "TotalDisbursementPrepaidIndicator",
    "AgentTotalDisbursementAmount",
    "CarrierTotalDisbursementAmount",
    "TotalPrepaidChargeAmount",
    "TotalCollectChargeAmount",
    "DensityGroupCode",
    "ConsignmentItemQuantity",
    "ProductID",
    "FreightRateTypeCode",
    "ApplicableTransportCargoInsurance",
    "IncludedAccountingNote",
    "AssociatedReferenceDocument",
    "ApplicableOriginCurrencyExchange",
    "ApplicableDestinationCurrencyExchange",
    "ApplicableLogisticsServiceCharge",
    "ApplicableLogisticsAllowanceCharge",
    "ApplicableTotalRating",
];

/// Elements that a consignment has once.
const ONCE: &[&str] = &[
    "IncludedTareGrossWeightMeasure",
    "GrossVolumeMeasure",
    "TotalPieceQuantity",
    "PackageQuantity",
    "ConsignorParty",
    "ConsigneeParty",
    "FreightForwarderParty",
    "OriginLocation",
    "FinalDestinationLocation",
];

/// A value as it was sent, and what it reads as; `None` where the element is empty.
pub(super) type Parsed<'i, T> = (Value<'i>, Option<Result<T, String>>);

/// A consignment while it is read.
pub(super) struct Part<'i> {
    pub(super) consignment: Consignment,
    /// Number of a house, as its own element states it.
    pub(super) number: Option<Value<'i>>,
    /// Whether the consignment's element was seen.
    pub(super) opened: bool,
    /// Which of the elements that it has once were seen.
    pub(super) once: Once,
    /// Legs before their ends are settled.
    pub(super) movements: Vec<Movement<'i>>,
    /// Whether an item was seen, readable or not.
    pub(super) has_items: bool,
    /// Whether the last goods line is the description of the whole house.
    pub(super) summarised: bool,
    /// Whether the pieces inside were counted from the items.
    pub(super) slac_of_items: bool,
    /// What ratings before the one being read say of their items, word for word.
    pub(super) rated: HashSet<String>,
    /// Goods lines before this one are among `rated`.
    pub(super) rated_until: usize,
    /// Commodity codes read so far.
    pub(super) hs_count: usize,
}

impl Part<'_> {
    /// A consignment of this kind, of which nothing is known yet.
    pub(super) fn new(kind: DocumentKind) -> Self {
        Self {
            consignment: Consignment { kind, ..Consignment::default() },
            number: None,
            opened: false,
            once: Once::of(ONCE),
            movements: Vec::new(),
            has_items: false,
            summarised: false,
            slac_of_items: false,
            rated: HashSet::new(),
            rated_until: 0,
            hs_count: 0,
        }
    }
}

impl<'i> Document<'i> {
    /// Reads one child of a consignment's element.
    pub(super) fn consignment_element(&mut self, element: &Element<'i>, part: &mut Part<'i>) -> Read<()> {
        let consignment = &mut part.consignment;
        match part.once.before(element) {
            Some(first) if element.name().ends_with("Party") => {
                return self.repeated_party(element, first, consignment);
            }
            Some(first) => return self.repeated(element, first),
            None => {}
        }
        match element.name() {
            "IncludedTareGrossWeightMeasure" => {
                let (value, weight) = self.weight(element)?;
                consignment.weight = self.settle(consignment, Field::Weight, &value, weight);
            }
            "GrossVolumeMeasure" => {
                let (value, volume) = self.volume(element)?;
                consignment.volume = self.settle(consignment, Field::Volume, &value, volume);
            }
            "TotalPieceQuantity" => {
                let (value, pieces) = self.count()?;
                consignment.pieces = self.settle(consignment, Field::Pieces, &value, pieces);
            }
            "PackageQuantity" => {
                let (value, slac) = self.count()?;
                consignment.slac = self.settle(consignment, Field::Slac, &value, slac);
                part.slac_of_items = false;
            }
            "SummaryDescription" => self.summary(part)?,
            "ConsignorParty" => self.party(element, Role::Shipper, consignment)?,
            "ConsigneeParty" => self.party(element, Role::Consignee, consignment)?,
            "FreightForwarderParty" => self.party(element, Role::Agent, consignment)?,
            "AssociatedParty" => self.party(element, Role::Other, consignment)?,
            "OriginLocation" => {
                let location = self.location()?;
                consignment.origin = self.settle_location(consignment, Field::Origin, location);
            }
            "FinalDestinationLocation" => {
                let location = self.location()?;
                consignment.destination = self.settle_location(consignment, Field::Destination, location);
            }
            "SpecifiedLogisticsTransportMovement" => self.movement(element, part)?,
            "UtilizedLogisticsTransportEquipment" => self.equipment(element, consignment)?,
            "HandlingSPHInstructions" => self.special_handling(consignment)?,
            "HandlingSSRInstructions" | "HandlingOSIInstructions" => self.remark(consignment)?,
            "IncludedCustomsNote" => self.customs_note(element, consignment)?,
            "AssociatedConsignmentCustomsProcedure" => {
                if let Some(value) = self.inner("GoodsStatusCode")? {
                    if consignment.customs_status.is_empty() {
                        consignment.customs_status = value.one_line();
                        consignment.source.note(Field::CustomsStatus, value.position());
                    } else {
                        self.keep("GoodsStatusCode", value.one_line(), value.position());
                    }
                }
            }
            "ApplicableRating" => self.rating(part)?,
            "IncludedMasterConsignmentItem" | "IncludedHouseConsignmentItem" => self.item(element, part)?,
            name if PASSED_OVER.contains(&name) => self.pass_over(element)?,
            _ => self.unknown_element(element)?,
        }
        Ok(())
    }

    /// Keeps and reports an element that the message does not have: its text, or its source where it has
    /// elements of its own.
    fn unknown_element(&mut self, element: &Element<'i>) -> Read<()> {
        let position = self.reader.position(element);
        let value = self.reader.value()?;
        let source = self.reader.source(element);
        let (text, position) = if source.matches('<').nth(2).is_some() {
            (source.to_owned(), position)
        } else {
            (value.one_line(), value.position())
        };
        if !value.is_empty() || super::says_something(source) {
            let finding = Finding::new(wire::XML_ELEMENT_UNKNOWN).at(position);
            self.push(finding.with("element", element.name()));
            self.keep(element.name(), text, position);
        }
        Ok(())
    }

    /// Reads the child of this name of the current element, up to the element's end.
    pub(super) fn inner(&mut self, name: &str) -> Read<Option<Value<'i>>> {
        let mut found: Option<Value<'i>> = None;
        let mut first = None;
        while let Some(element) = self.reader.child()? {
            if element.name() != name {
                self.pass_over(&element)?;
            } else if let (Some(first), Some(_)) = (first, &found) {
                self.repeated(&element, first)?;
            } else {
                first = Some(element.start());
                found = Some(self.reader.value()?).filter(|value| !value.is_empty());
            }
        }
        Ok(found)
    }

    /// Notes where a value stood, and reports it where it cannot be read.
    fn settle<T>(
        &mut self,
        consignment: &mut Consignment,
        field: Field,
        value: &Value<'_>,
        parsed: Option<Result<T, String>>,
    ) -> Option<T> {
        match parsed? {
            Ok(parsed) => {
                consignment.source.note(field, value.position());
                Some(parsed)
            }
            Err(why) => {
                self.draft.invalid(consignment, field, value.slice(), why);
                None
            }
        }
    }

    /// Reads a weight with its unit.
    pub(super) fn weight(&mut self, element: &Element<'i>) -> Read<Parsed<'i, Weight>> {
        let unit = element.attribute("unitCode").map(|unit| unit.into_owned());
        let value = self.reader.value()?;
        let parsed = (!value.is_empty()).then(|| {
            let unit = match unit.as_deref() {
                Some("KGM") => WeightUnit::Kilogram,
                Some("LBR") => WeightUnit::Pound,
                Some(unit) => return Err(format!("unit {unit} is neither KGM nor LBR")),
                None => return Err("it has no unit (unitCode KGM or LBR)".to_owned()),
            };
            decimal(&value.text).map(|value| Weight { value, unit })
        });
        Ok((value, parsed))
    }

    /// Reads a volume with its unit, whatever that is.
    pub(super) fn volume(&mut self, element: &Element<'i>) -> Read<Parsed<'i, Volume>> {
        let unit = element.attribute("unitCode").map_or_else(String::new, |unit| unit.into_owned());
        let value = self.reader.value()?;
        let parsed = (!value.is_empty()).then(|| decimal(&value.text).map(|value| Volume { value, unit }));
        Ok((value, parsed))
    }

    /// Reads a count. Quantities are decimals in the data model, so `3.0` is three.
    pub(super) fn count(&mut self) -> Read<Parsed<'i, u32>> {
        let value = self.reader.value()?;
        let parsed = (!value.is_empty()).then(|| {
            let whole = decimal(&value.text)?.normalize();
            whole.to_u32().filter(|_| whole.scale() == 0).ok_or_else(|| "it is no count".to_owned())
        });
        Ok((value, parsed))
    }

    fn location(&mut self) -> Read<Option<Value<'i>>> {
        self.inner("ID")
    }

    fn settle_location(
        &mut self,
        consignment: &mut Consignment,
        field: Field,
        value: Option<Value<'i>>,
    ) -> Option<Location> {
        let value = value?;
        let parsed = Location::parse(&value.text).map_err(|why| why.to_string());
        self.settle(consignment, field, &value, Some(parsed))
    }

    fn special_handling(&mut self, consignment: &mut Consignment) -> Read<()> {
        let Some(value) = self.handling_code()? else { return Ok(()) };
        let index = consignment.special_handling.len();
        if !self.draft.room(index, "special handling codes", value.position()) {
            return Ok(());
        }
        let parsed = SpecialHandling::parse(&value.text).map_err(|why| why.to_string());
        let field = Field::SpecialHandling(crate::cargo_imp::nth(index));
        if let Some(code) = self.settle(consignment, field, &value, Some(parsed)) {
            consignment.special_handling.push(code);
        }
        Ok(())
    }

    /// The code of handling instructions. Where they give none, their text stands for it: a code of its own
    /// form is read as one, and any other text is no code, which may hide one that matters.
    fn handling_code(&mut self) -> Read<Option<Value<'i>>> {
        let (mut code, mut text) = (None, None);
        let mut once = Once::of(&["DescriptionCode", "Description"]);
        while let Some(element) = self.reader.child()? {
            if let Some(first) = once.before(&element) {
                self.repeated(&element, first)?;
                continue;
            }
            match element.name() {
                "DescriptionCode" => code = Some(self.reader.value()?).filter(|value| !value.is_empty()),
                "Description" => text = Some(self.reader.value()?).filter(|value| !value.is_empty()),
                _ => self.pass_over(&element)?,
            }
        }
        if let (Some(_), Some(text)) = (&code, &text) {
            self.draft.keep_known("Description", text.one_line(), text.position());
        }
        Ok(code.or(text))
    }

    fn remark(&mut self, consignment: &mut Consignment) -> Read<()> {
        let (mut text, mut code) = (None, None);
        while let Some(element) = self.reader.child()? {
            match element.name() {
                "Description" => text = Some(self.reader.value()?).filter(|value| !value.is_empty()),
                "DescriptionCode" => code = Some(self.reader.value()?).filter(|value| !value.is_empty()),
                _ => self.pass_over(&element)?,
            }
        }
        if let (Some(code), Some(_)) = (&code, &text) {
            self.draft.keep_known("DescriptionCode", code.one_line(), code.position());
        }
        if let Some(value) = text.or(code)
            && self.draft.room(consignment.remarks.len(), "remarks", value.position())
        {
            let field = Field::Remark(crate::cargo_imp::nth(consignment.remarks.len()));
            consignment.source.note(field, value.position());
            consignment.remarks.push(value.one_line());
        }
        Ok(())
    }

    /// A customs note is an OCI line: subject, content code and content are its information identifier,
    /// control identifier and text. Continuing notes leave subject and country out.
    fn customs_note(&mut self, element: &Element<'i>, consignment: &mut Consignment) -> Read<()> {
        let position = self.reader.position(element);
        let mut line = OciLine { line: position.line, column: position.column, ..OciLine::default() };
        while let Some(child) = self.reader.child()? {
            match child.name() {
                "ContentCode" => line.control = self.reader.value()?.text.into_owned(),
                "SubjectCode" => line.information = self.reader.value()?.text.into_owned(),
                "CountryID" => line.country = self.reader.value()?.text.into_owned(),
                "Content" => {
                    let value = self.reader.value()?;
                    (line.line, line.column) = (value.line, value.column);
                    line.text = value.one_line();
                }
                _ => self.pass_over(&child)?,
            }
        }
        let index = consignment.oci.len();
        if self.draft.room(index, "customs notes", position) {
            let place = Position::new(line.line, line.column, crate::text::width(&line.text));
            consignment.source.note(Field::Oci(crate::cargo_imp::nth(index)), place);
            consignment.oci.push(line);
        }
        Ok(())
    }

    /// Reports the elements that every consignment must have.
    pub(super) fn demand(&mut self, consignment: &Consignment) {
        let stated = |field: Field| {
            consignment.source.position(field).is_some()
                || consignment.unreadable.iter().any(|unreadable| unreadable.field == field)
        };
        let elements = [
            ("IncludedTareGrossWeightMeasure", Field::Weight),
            ("TotalPieceQuantity", Field::Pieces),
            ("ConsignorParty", Field::Party(Role::Shipper, PartyField::Whole)),
            ("ConsigneeParty", Field::Party(Role::Consignee, PartyField::Whole)),
            ("OriginLocation/ID", Field::Origin),
            ("FinalDestinationLocation/ID", Field::Destination),
        ];
        for (element, field) in elements {
            if !stated(field) {
                self.draft.missing_segment(element, &field.to_string());
            }
        }
    }

    /// Settles what needs the whole consignment: its legs, and the meaning of the customs notes.
    pub(super) fn finish(&mut self, mut part: Part<'i>) -> Consignment {
        self.settle_legs(&mut part);
        let mut consignment = part.consignment;
        self.issued(&mut consignment);
        let context = oci::Context { in_status_message: false };
        if self.reader.stopped().is_some() {
            // The rules would blame the sender for what was cut off.
            oci::interpret(&mut consignment, context, &mut Vec::new());
        } else {
            oci::interpret(&mut consignment, context, &mut self.draft.findings);
            self.draft.clamp();
        }
        consignment
    }
}

fn decimal(text: &str) -> Result<Decimal, String> {
    parse_decimal(text).ok_or_else(|| "it is no number".to_owned())
}
