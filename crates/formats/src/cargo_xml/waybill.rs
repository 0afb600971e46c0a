//! XFWB: the air waybill.

use super::consignment_element::Part;
use super::reader::{Read, Value};
use super::{Document, Once};
use crate::register::Row;
use consignment::document::{Consolidation, DocumentKind, Unreadable};
use consignment::ident::AirWaybill;
use consignment::{Consignment, Field};
use finding::{Finding, Position, codes::wire};

/// Elements that a document has once.
pub(super) const DOCUMENT_ONCE: &[&str] =
    &["MessageHeaderDocument", "BusinessHeaderDocument", "MasterConsignment"];

impl<'i> Document<'i> {
    /// Reads the message whose root is open.
    pub(super) fn waybill(&mut self, row: &Row) {
        let mut part = Part::new(DocumentKind::Master);
        let mut named = false;
        // What was read before a stop is given; the reader knows the stop.
        let ended = self.waybill_elements(&mut part, &mut named).is_ok();
        self.begin(row);
        if ended {
            self.report_trailing();
        }
        if ended && !named {
            self.draft.missing_segment("BusinessHeaderDocument/ID", &Field::Master.to_string());
        }
        self.consolidation(&mut part.consignment);
        if ended && part.opened {
            self.demand(&part.consignment);
            if !part.has_items {
                self.draft.missing_segment("IncludedMasterConsignmentItem", &Field::Goods(0).to_string());
            }
        } else if ended {
            self.draft.missing_segment("MasterConsignment", "");
        }
        if named || part.opened {
            let consignment = self.finish(part);
            self.draft.consignments.push(consignment);
        }
    }

    fn waybill_elements(&mut self, part: &mut Part<'i>, named: &mut bool) -> Read<()> {
        let mut once = Once::of(DOCUMENT_ONCE);
        while let Some(element) = self.reader.child()? {
            if let Some(first) = once.before(&element) {
                self.repeated(&element, first)?;
                continue;
            }
            match element.name() {
                "MessageHeaderDocument" => self.header()?,
                "BusinessHeaderDocument" => {
                    if let Some(value) = self.business_header()? {
                        *named = true;
                        part.consignment.master = self.air_waybill(&value, &mut part.consignment);
                    }
                }
                "MasterConsignment" => {
                    part.opened = true;
                    while let Some(child) = self.reader.child()? {
                        self.consignment_element(&child, part)?;
                    }
                }
                _ => self.pass_over(&element)?,
            }
        }
        Ok(())
    }

    /// Reads `BusinessHeaderDocument`: the number of the document, where it is stated.
    pub(super) fn business_header(&mut self) -> Read<Option<Value<'i>>> {
        let mut number = None;
        let mut once = Once::of(&["ID", "SenderAssignedID"]);
        while let Some(element) = self.reader.child()? {
            if let Some(first) = once.before(&element) {
                self.repeated(&element, first)?;
                continue;
            }
            match element.name() {
                "ID" => number = Some(self.reader.value()?).filter(|value| !value.is_empty()),
                "SenderAssignedID" => {
                    let value = self.reader.value()?;
                    self.header.sender_reference =
                        (!value.is_empty()).then(|| (value.one_line(), value.position()));
                }
                "IncludedHeaderNote" => self.header_note()?,
                "SignatoryConsignorAuthentication" => {
                    if let Some(value) = self.inner("Signatory")? {
                        self.header.issue.for_shipper = value.one_line();
                    }
                }
                "SignatoryCarrierAuthentication" => self.carrier_signature()?,
                _ => self.pass_over(&element)?,
            }
        }
        Ok(number)
    }

    /// When, where and by whom the document was signed for the carrier.
    fn carrier_signature(&mut self) -> Read<()> {
        while let Some(element) = self.reader.child()? {
            match element.name() {
                "ActualDateTime" => self.header.issue.executed_at = self.issue_time()?,
                "Signatory" => self.header.issue.by = self.reader.value()?.one_line(),
                "IssueAuthenticationLocation" => {
                    if let Some(value) = self.inner("Name")? {
                        self.header.issue.place = value.one_line();
                    }
                }
                _ => self.pass_over(&element)?,
            }
        }
        Ok(())
    }

    /// Reads `IncludedHeaderNote`, whose code says whether the waybill is direct or a consolidation.
    fn header_note(&mut self) -> Read<()> {
        while let Some(element) = self.reader.child()? {
            match element.name() {
                "ContentCode" => {
                    let value = self.reader.value()?;
                    let says = match &*value.text {
                        "C" | "c" => Consolidation::Consolidated,
                        "D" | "d" => Consolidation::Direct,
                        "" => continue,
                        code => {
                            self.draft.keep_known("ContentCode", code, value.position());
                            continue;
                        }
                    };
                    self.header.notes.push((says, value.position()));
                }
                _ => self.pass_over(&element)?,
            }
        }
        Ok(())
    }

    /// Reads an air waybill number, with or without its hyphen.
    pub(super) fn air_waybill(
        &mut self,
        value: &Value<'_>,
        consignment: &mut Consignment,
    ) -> Option<AirWaybill> {
        consignment.source.note(Field::Master, value.position());
        match AirWaybill::parse(&value.text) {
            Ok(number) => Some(number),
            Err(why) => {
                let text = value.one_line();
                let finding = Finding::new(wire::AWB_NUMBER_INVALID).at(value.position());
                let finding = finding.on(Field::Master.to_string()).with("text", text.clone());
                self.push(finding.with("why", why.to_string()));
                consignment.unreadable.push(Unreadable { field: Field::Master, text });
                None
            }
        }
    }

    /// Direct or consolidation, by the type code of the header (UN/EDIFACT 1001) and by header notes.
    /// Where they differ the goods count as a consolidation, because its houses have to be known.
    fn consolidation(&mut self, consignment: &mut Consignment) {
        let mut said: Vec<(Consolidation, Position)> = Vec::new();
        if let Some((code, position)) = &self.header.type_code {
            consignment.source.note(Field::Consolidation, *position);
            match code.as_str() {
                "740" => said.push((Consolidation::Direct, *position)),
                "741" => said.push((Consolidation::Consolidated, *position)),
                _ => {
                    let text = code.clone();
                    consignment.unreadable.push(Unreadable { field: Field::Consolidation, text });
                    let path = Field::Consolidation.to_string();
                    self.unexpected_type_code(&path, "expected 740 (direct) or 741 (consolidation)");
                }
            }
        }
        said.append(&mut self.header.notes);
        let Some((first, position)) = said.first().copied() else { return };
        consignment.source.note(Field::Consolidation, position);
        let consolidated = said.iter().any(|(says, _)| *says == Consolidation::Consolidated);
        consignment.consolidation =
            if consolidated { Consolidation::Consolidated } else { Consolidation::Direct };
        if let Some((_, contrary)) = said.iter().find(|(says, _)| *says != first) {
            let finding = Finding::new(wire::CONSOLIDATION_CONTRADICTED).at(*contrary);
            self.push(finding.on(Field::Consolidation.to_string()));
        }
    }
}
