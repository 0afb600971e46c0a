//! XFZB: the house waybill, or several houses of one master.

use super::consignment_element::Part;
use super::reader::{Read, Value};
use super::waybill::DOCUMENT_ONCE;
use super::{Document, Once};
use crate::register::Row;
use consignment::document::{DocumentKind, MasterTotals, Unreadable};
use consignment::ident::{AirWaybill, HouseWaybill, Location};
use consignment::{Consignment, Field};
use finding::Position;

/// Elements that the master's part of a document has once.
const MASTER_ONCE: &[&str] = &[
    "IncludedTareGrossWeightMeasure",
    "TotalPieceQuantity",
    "TransportContractDocument",
    "OriginLocation",
    "FinalDestinationLocation",
];

/// What the message says outside its houses.
#[derive(Default)]
struct Outside<'i> {
    /// House number of the business header.
    number: Option<Value<'i>>,
    master: Option<Value<'i>>,
    totals: MasterTotals,
    /// Stations of the master that cannot be read: they hold for every house.
    unreadable: Vec<(Field, Value<'i>)>,
    /// Whether the master's part of the message has been seen.
    opened: bool,
    houses: Vec<Part<'i>>,
}

impl<'i> Document<'i> {
    /// Reads the message whose root is open.
    pub(super) fn house_waybill(&mut self, row: &Row) {
        let mut outside = Outside::default();
        // What was read before a stop is given; the reader knows the stop.
        let ended = self.house_waybill_elements(&mut outside).is_ok();
        self.begin(row);
        if ended {
            self.report_trailing();
        }
        if self.header.type_code.as_ref().is_some_and(|(code, _)| code != "703") {
            self.unexpected_type_code("type_code", "expected 703 (house waybill)");
        }
        let Outside { number, master, totals, unreadable, opened, mut houses } = outside;
        if ended && !opened {
            self.draft.missing_segment("MasterConsignment", "");
        } else if ended && houses.is_empty() {
            self.draft.missing_segment("IncludedHouseConsignment", "");
        }
        if houses.is_empty() && number.is_some() {
            houses.push(Part::new(DocumentKind::House));
        }
        if ended && opened && master.is_none() {
            let path = Field::Master.to_string();
            self.draft.missing_segment("MasterConsignment/TransportContractDocument/ID", &path);
        }
        let single = houses.len() == 1;
        for (index, mut house) in houses.into_iter().enumerate() {
            // The business header names the house; only where there are several does each name itself.
            let own = house.number.take();
            let number = match (&number, own) {
                (Some(number), own) if single => {
                    if let Some(own) = own.filter(|own| own.text != number.text) {
                        self.draft.keep_known("IncludedHouseConsignment/ID", own.one_line(), own.position());
                    }
                    Some(number.clone())
                }
                (_, own) => own,
            };
            match number {
                Some(number) => self.house_number(&number, &mut house.consignment),
                None if ended => {
                    let path = Field::House.to_string();
                    let element =
                        if single { "BusinessHeaderDocument/ID" } else { "IncludedHouseConsignment/ID" };
                    self.draft.missing_segment(element, &path);
                }
                None => {}
            }
            if let Some(master) = &master {
                house.consignment.master = if index == 0 {
                    self.air_waybill(master, &mut house.consignment)
                } else {
                    same_master(master, &mut house.consignment)
                };
            }
            if house.consignment.house.is_none() {
                // Whatever is in it belongs to the master.
                house.consignment.master.into_iter().for_each(|master| self.draft.mention(master));
            }
            for (field, value) in &unreadable {
                self.draft.keep_unreadable(&mut house.consignment, *field, value.slice());
            }
            if totals != MasterTotals::default() {
                house.consignment.master_totals = Some(totals.clone());
            }
            if ended && house.opened {
                self.demand(&house.consignment);
                if !house.has_items && !house.summarised {
                    self.draft.missing_segment("IncludedHouseConsignmentItem", &Field::Goods(0).to_string());
                }
            }
            let consignment = self.finish(house);
            self.draft.consignments.push(consignment);
        }
    }

    fn house_waybill_elements(&mut self, outside: &mut Outside<'i>) -> Read<()> {
        let mut once = Once::of(DOCUMENT_ONCE);
        while let Some(element) = self.reader.child()? {
            if let Some(first) = once.before(&element) {
                self.repeated(&element, first)?;
                continue;
            }
            match element.name() {
                "MessageHeaderDocument" => self.header()?,
                "BusinessHeaderDocument" => outside.number = self.business_header()?,
                "MasterConsignment" => {
                    outside.opened = true;
                    self.master_of_houses(outside)?;
                }
                _ => self.pass_over(&element)?,
            }
        }
        Ok(())
    }

    fn master_of_houses(&mut self, outside: &mut Outside<'i>) -> Read<()> {
        let mut once = Once::of(MASTER_ONCE);
        while let Some(element) = self.reader.child()? {
            if let Some(first) = once.before(&element) {
                self.repeated(&element, first)?;
                continue;
            }
            match element.name() {
                "IncludedTareGrossWeightMeasure" => {
                    let (value, weight) = self.weight(&element)?;
                    match weight {
                        Some(Ok(weight)) => outside.totals.weight = Some(weight),
                        Some(Err(why)) => self.invalid_value("master_totals.weight", &value, why),
                        None => {}
                    }
                }
                "TotalPieceQuantity" => {
                    let (value, pieces) = self.count()?;
                    match pieces {
                        Some(Ok(pieces)) => outside.totals.pieces = Some(pieces),
                        Some(Err(why)) => self.invalid_value("master_totals.pieces", &value, why),
                        None => {}
                    }
                }
                "TransportContractDocument" => {
                    outside.master = self.inner("ID")?;
                }
                "OriginLocation" => {
                    outside.totals.origin =
                        self.master_location(Field::MasterOrigin, &mut outside.unreadable)?;
                }
                "FinalDestinationLocation" => {
                    outside.totals.destination =
                        self.master_location(Field::MasterDestination, &mut outside.unreadable)?;
                }
                "IncludedHouseConsignment" => {
                    let position = self.reader.position(&element);
                    if self.draft.room(outside.houses.len(), "houses", position) {
                        self.house(outside)?;
                    } else {
                        self.reader.skip()?;
                    }
                }
                _ => self.pass_over(&element)?,
            }
        }
        Ok(())
    }

    fn master_location(
        &mut self,
        field: Field,
        unreadable: &mut Vec<(Field, Value<'i>)>,
    ) -> Read<Option<Location>> {
        let Some(value) = self.inner("ID")? else { return Ok(None) };
        match Location::parse(&value.text) {
            Ok(location) => Ok(Some(location)),
            Err(why) => {
                self.invalid_value(&field.to_string(), &value, why);
                if !unreadable.iter().any(|(known, _)| *known == field) {
                    unreadable.push((field, value));
                }
                Ok(None)
            }
        }
    }

    /// Reads one house; it is kept even where the document ends inside it.
    fn house(&mut self, outside: &mut Outside<'i>) -> Read<()> {
        let mut part = Part::new(DocumentKind::House);
        part.opened = true;
        let read = self.house_elements(&mut part);
        outside.houses.push(part);
        read
    }

    fn house_elements(&mut self, part: &mut Part<'i>) -> Read<()> {
        let mut once = Once::of(&["ID"]);
        while let Some(child) = self.reader.child()? {
            if let Some(first) = once.before(&child) {
                self.repeated(&child, first)?;
                continue;
            }
            match child.name() {
                "ID" => part.number = Some(self.reader.value()?).filter(|value| !value.is_empty()),
                _ => self.consignment_element(&child, part)?,
            }
        }
        Ok(())
    }

    fn house_number(&mut self, value: &Value<'_>, consignment: &mut Consignment) {
        match HouseWaybill::parse(&value.text) {
            Ok(number) => {
                consignment.source.note(Field::House, value.position());
                consignment.house = Some(number);
            }
            Err(why) => self.draft.invalid(consignment, Field::House, value.slice(), why),
        }
    }
}

/// The master of the further houses, without reporting its number again.
fn same_master(value: &Value<'_>, consignment: &mut Consignment) -> Option<AirWaybill> {
    let position: Position = value.position();
    consignment.source.note(Field::Master, position);
    let number = AirWaybill::parse(&value.text).ok();
    if number.is_none() {
        consignment.unreadable.push(Unreadable { field: Field::Master, text: value.one_line() });
    }
    number
}
